//! `scim-check config`

use colored::Colorize;
use serde_json::{Map, Value, json};

use super::{args::ConfigArgs, chosen, failure::Failure, own, print, reports, settings, target};
use crate::{
    config::{CredentialsSource, Origin, Settings, Shown},
    http::{Credentials, TokenUrl},
    run::ExitCode,
};

/// Carries out `config`.
pub fn config(args: &ConfigArgs) -> anyhow::Result<ExitCode> {
    let mut settings = settings::of_run(&args.run)?;
    chosen::library(&mut settings)?;
    // What is no URL may hold a password, and is told as a run would tell it.
    if settings.base_url.is_some() {
        target::base_url(&settings, Failure::usage("no target", ""))?;
    }
    if let Some(CredentialsSource::Oauth(oauth)) = &settings.credentials {
        oauth.token_url.as_ref().map(|url| TokenUrl::parse(url.value.as_str())).transpose()?;
    }
    reports::check(&settings.reports.value).map_err(|failure| failure.about(&settings.reports.origin))?;
    own::replacements(&settings.redact)?;
    // Who forgot the name has a secret before the colon.
    target::add_headers(&mut Credentials::none(), &args.run.target.headers)?;
    let headers: Vec<&str> =
        args.run.target.headers.iter().map(|line| line.split(':').next().unwrap_or("").trim()).collect();
    target::note_overruled(&settings);
    if args.json {
        print::result(&format!("{:#}\n", as_json(&settings, &headers)));
    } else {
        print::result(&as_text(&settings, &headers));
    }
    Ok(ExitCode::Ok)
}

/// As a file with the same settings, with remarks.
fn as_text(settings: &Settings, headers: &[&str]) -> String {
    let file = settings.file.as_deref().unwrap_or("there is no scim-check.toml");
    let mut out = format!("{}\n", format!("# {file}").dimmed());
    if let Some(target) = &settings.target {
        out.push_str(&line(&format!("# target = {}", inline(&json!(target.value))), &target.origin.remark()));
    }
    let mut table = String::new();
    for shown in settings.shown() {
        let (inside, key) = apart(&shown.path);
        if inside != table {
            out.push_str(&format!("\n{}\n", format!("[{inside}]").bold()));
            table = inside.to_owned();
        }
        let origins: Vec<String> = shown.origins.iter().map(Origin::remark).collect();
        out.push_str(&match &shown.value {
            Some(value) => line(&format!("{} = {}", bare(key), inline(value)), &origins.join("; ")),
            None if shown.origins == [Origin::Default] => format!("{}\n", format!("# {key} is not set").dimmed()),
            None => line(&format!("# {key} is hidden"), &origins.join("; ")),
        });
    }
    if !headers.is_empty() || !settings.waivers.is_empty() {
        out.push('\n');
    }
    for name in headers {
        out.push_str(&line(&format!("# the header {name} is hidden"), "--header"));
    }
    for waiver in &settings.waivers {
        out.push_str(&line("# a waiver", &format!("{}:{}", waiver.file, waiver.lines.0)));
    }
    out
}

/// The table of a key, and its name there. Names of attributes may hold dots.
fn apart(path: &str) -> (&str, &str) {
    match path.strip_prefix("people.attributes.") {
        Some(attribute) => ("people.attributes", attribute),
        None => path.split_once('.').unwrap_or(("", path)),
    }
}

fn line(text: &str, remark: &str) -> String {
    format!("{text}  {}\n", format!("# {remark}").dimmed())
}

/// A key as TOML has it.
fn bare(key: &str) -> String {
    let plain = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    if plain { key.to_owned() } else { inline(&json!(key)) }
}

/// A value as TOML has it. What TOML does not have came from TOML, and so is not there.
fn inline(value: &Value) -> String {
    toml::Value::try_from(value).map_or_else(|_| value.to_string(), |value| value.to_string())
}

fn as_json(settings: &Settings, headers: &[&str]) -> Value {
    let one = |shown: Shown| {
        let from: Vec<Value> = shown.origins.iter().map(origin).collect();
        (shown.path, json!({"value": shown.value, "from": from}))
    };
    let all: Map<String, Value> = settings.shown().into_iter().map(one).collect();
    let target = settings.target.as_ref();
    let waivers: Vec<Value> =
        settings.waivers.iter().map(|waiver| json!({"file": waiver.file, "line": waiver.lines.0})).collect();
    json!({
        "file": settings.file,
        "target": target.map(|target| json!({"value": target.value, "from": [origin(&target.origin)]})),
        "settings": all, "headers": headers, "waivers": waivers,
    })
}

fn origin(origin: &Origin) -> Value {
    match origin {
        Origin::Default => json!({"layer": "default"}),
        Origin::File { file, line, column, target } => {
            json!({"layer": "file", "file": file, "line": line, "column": column, "target": target})
        }
        Origin::Variable(name) => json!({"layer": "environment", "name": name}),
        Origin::Flag(name) => json!({"layer": "flag", "name": name}),
    }
}
