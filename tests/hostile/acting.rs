//! A target that puts what could act wherever it may say something: attributes, their names, error texts, headers. All formats of
//! reports and the screen at its most talkative are looked through.

use std::fs;

use quick_xml::events::Event;
use serde_json::{Value, json};

use super::{
    COMMAND,
    lists::change,
    stage::Hostile,
    support::{
        binary::{Desk, Ran},
        raw::Answer,
    },
    watch::acting,
};

/// Escape sequences, bidi, ends of CDATA and scripts, markup, commands to CI systems, formulas.
const NASTY: &str = "\u{1b}[31mred\u{7}\u{0}\u{9b}2J\r\n::error::boom\n\u{202e}abc\u{2066}\u{feff}\u{61c}\u{2028}\u{2060}\u{e0041}\u{ffff} ]]> </script><img src=x onerror=alert(1)> \
                     --> =cmd|'/C calc'!A0 ##vso[task.complete]x ::stop-commands::x `|` @octocat";

/// The same without line ends and controls, which no header may hold.
const IN_HEADERS: &str =
    "\u{202e}abc ]]> </script><img src=x onerror=alert(1)> ::error::boom =cmd|'/C calc'!A0 ##vso[task.complete]x";

/// Texts that Okta needs as they are.
const NEEDED: [&str; 6] = ["id", "userName", "schemas", "totalResults", "Resources", "value"];

fn spoil(value: &mut Value) {
    match value {
        Value::String(text) => text.push_str(NASTY),
        Value::Array(items) => items.iter_mut().for_each(spoil),
        Value::Object(members) => {
            members.iter_mut().filter(|(name, _)| !NEEDED.contains(&name.as_str())).for_each(|(_, value)| spoil(value));
            if let Some(resources) = members.get_mut("Resources").and_then(Value::as_array_mut) {
                resources.iter_mut().for_each(spoil);
            }
            members.insert(NASTY.to_owned(), json!([NASTY, {NASTY: NASTY}]));
        }
        _ => {}
    }
}

/// The reference server, with it everywhere; every fifth request is refused with it.
fn target() -> Hostile {
    Hostile::spoilt(|talk, answer| {
        if talk.number % 5 == 4 {
            *answer =
                Answer::json(409, &json!({"schemas": [NASTY], "status": NASTY, "scimType": NASTY, "detail": NASTY}));
        }
        change(answer, spoil);
        for name in ["Location", "ETag", "WWW-Authenticate", "Retry-After", "Content-Location", "X-Other"] {
            answer.headers.retain(|(have, _)| !have.eq_ignore_ascii_case(name));
            answer.headers.push((name.to_owned(), IN_HEADERS.to_owned()));
        }
    })
}

const FORMATS: [&str; 8] = ["json", "junit", "html", "markdown", "github", "sarif", "tap", "har"];

fn run(desk: &Desk, target: &Hostile) -> Ran {
    let mut command = desk.command(["run", "--base-url", &target.base, "-vv", "--exchanges"]);
    command.args(COMMAND).args(&target.options);
    command.args(FORMATS.iter().flat_map(|format| ["--report".to_owned(), format!("{format}=report.{format}")]));
    command.args([
        "okta/connect",
        "okta/lifecycle",
        "okta/import",
        "okta/groups/push",
        "rfc7644/errors",
        "rfc7644/read",
    ]);
    super::support::binary::finish(command)
}

#[test]
fn nothing_acts_in_any_output() {
    let (desk, target) = (Desk::new(), target());
    let ran = run(&desk, &target).ends(1);
    let mut texts: Vec<(&str, String)> = FORMATS
        .iter()
        .map(|format| (*format, fs::read_to_string(desk.path().join(format!("report.{format}"))).unwrap()))
        .collect();
    texts.push(("screen", ran.all()));
    for (format, text) in &texts {
        assert!(
            text.contains("octocat") || text.contains("stop-commands") || text.contains("alert"),
            "{format} tells nothing"
        );
        assert_eq!(acting(text), None, "{format}");
        let commands: Vec<&str> = text.lines().filter(|line| line.trim_start().starts_with("::")).collect();
        let own =
            |line: &&str| *format == "github" && !line.starts_with("::error::") && !line.contains("::stop-commands::");
        assert!(commands.iter().all(own), "{format}: {commands:#?}");
        assert!(!text.contains("##vso["), "{format}");
    }
    let text =
        |wanted: &str| texts.iter().find(|(format, _)| *format == wanted).map(|(_, text)| text.as_str()).unwrap();
    for format in ["json", "sarif", "har"] {
        serde_json::from_str::<Value>(text(format)).unwrap_or_else(|error| panic!("{format}: {error}"));
    }
    let mut options = comrak::Options::default();
    options.extension.table = true;
    // As GitHub does, markup goes through.
    options.render.r#unsafe = true;
    let rendered = comrak::markdown_to_html(text("markdown"), &options);
    for (format, text) in [("html", text("html")), ("markdown", &rendered), ("junit", text("junit"))] {
        assert!(!text.contains("<img") && !text.contains("</script>"), "{format} has markup of the target's");
    }
    let mut xml = quick_xml::Reader::from_str(text("junit"));
    loop {
        match xml.read_event() {
            Ok(Event::Eof) => break,
            Ok(_) => {}
            Err(error) => panic!("junit: {error}"),
        }
    }
}
