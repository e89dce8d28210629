//! The reports: each format over a run against a hostile target, held against what the format allows, and against a golden file in
//! `tests/reports/golden`; and the flag `--report`.
//!
//! `SCIM_CHECK_RECORD=1 cargo test --test reports` writes the golden files anew; read them as a user, and as the program that reads them,
//! would.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "../support/mod.rs"]
mod support;

mod bounds;
mod chance;
mod docs;
mod flag;
mod github;
mod har;
mod hostile;
mod junit;
mod markdown;
mod sarif;
mod schema;
mod screen;
mod tap;

use std::{fs, path::Path};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use scim_check::{
    report::{Format, Verbosity, terminal},
    run::RunRecord,
};

/// A report of the hostile run.
fn written(format: Format) -> String {
    format.write(&hostile::record(), &hostile::context(), true).unwrap()
}

/// The screen, with all there is.
fn screen() -> String {
    colored::control::set_override(false);
    terminal(&hostile::record(), &hostile::context(), Verbosity::Exchanges)
}

/// A report of another run.
fn written_of(format: Format, record: &RunRecord) -> String {
    format.write(record, &hostile::context(), true).unwrap()
}

/// Holds a text against its golden file; the version of the program is left out.
fn is_golden(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reports/golden").join(name);
    let text = text.replace(env!("CARGO_PKG_VERSION"), "[version]");
    if std::env::var_os("SCIM_CHECK_RECORD").is_some() {
        fs::write(&path, text).unwrap();
        return;
    }
    let wanted = fs::read_to_string(&path).unwrap();
    let differs = wanted.lines().zip(text.lines()).find(|(one, other)| one != other);
    assert!(wanted == text, "{name} differs, first in {differs:#?}");
}

/// A text as it may come back: as it is, in URLs, JSON and XML.
fn forms(secret: &str) -> Vec<String> {
    let json = serde_json::Value::String(secret.to_owned()).to_string();
    let json = json.trim_matches('"').to_owned();
    let xml = secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    vec![
        secret.to_owned(),
        utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string(),
        serde_json::Value::String(json.clone()).to_string().trim_matches('"').to_owned(),
        json,
        xml.replace('"', "&quot;"),
        xml,
    ]
}

#[test]
fn no_format_shows_a_secret_or_somebody_who_is_not_ours() {
    let mut all = vec![("the screen", screen())];
    all.extend(Format::ALL.map(|format| (format.word(), written(format))));
    for (name, text) in &all {
        for secret in [hostile::TOKEN, hostile::PASSWORD].into_iter().flat_map(forms) {
            let at = text.find(&secret);
            assert_eq!(at, None, "{name} shows {secret}: {:?}", at.map(|at| &text[at.saturating_sub(80)..at + 40]));
        }
        let at = text.find("eve@").or(text.find("corp.example"));
        assert_eq!(at.map(|at| &text[at.saturating_sub(200)..at + 40]), None, "{name} shows somebody who is not ours");
        assert!(text.contains("[secret]") && text.contains("[not ours]"), "{name} has not met them");
    }
}

#[test]
fn no_text_acts_where_it_is_shown() {
    let mut all = vec![("the screen", screen())];
    all.extend(Format::ALL.map(|format| (format.word(), written(format))));
    for (name, text) in &all {
        let acts = |c: &char| {
            (c.is_control() && *c != '\n')
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{ffff}')
        };
        assert_eq!(text.chars().find(acts), None, "{name}");
        // What a CI system would take for a command of ours.
        if *name != "github" {
            let command = text
                .lines()
                .find(|line| line.trim_start().starts_with("::") || line.contains("##[") || line.contains("##vso["));
            assert_eq!(command, None, "{name}");
        }
    }
}

#[test]
fn the_json_report_is_as_it_was() {
    is_golden("hostile.json", &written(Format::Json));
}
