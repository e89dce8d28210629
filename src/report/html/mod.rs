//! The HTML report: one file that needs nothing else, for people.
//!
//! It has no scripts. A policy in its head forbids everything but its own style sheet, so that nothing that a target has said can act
//! where it is read.

mod body;
mod coverage;
mod exchange;
mod features;
mod findings;
mod latency;
mod page;
mod place;
mod stories;
mod words;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use minijinja::{Environment, UndefinedBehavior, syntax::SyntaxConfig, value::Serde};

use super::Context;
use crate::run::RunRecord;
use words::{Words, escaped};

/// The style sheet, in the order in which its parts are to be read.
const STYLE: &str = concat!(
    include_str!("templates/colours.css"),
    include_str!("templates/page.css"),
    include_str!("templates/findings.css"),
    include_str!("templates/dialogues.css"),
    include_str!("templates/print.css"),
);

const TEMPLATES: [(&str, &str); 8] = [
    ("page.html", include_str!("templates/page.html")),
    ("summary.html", include_str!("templates/summary.html")),
    ("coverage.html", include_str!("templates/coverage.html")),
    ("findings.html", include_str!("templates/findings.html")),
    ("finding.html", include_str!("templates/finding.html")),
    ("latency.html", include_str!("templates/latency.html")),
    ("dialogues.html", include_str!("templates/dialogues.html")),
    ("exchange.html", include_str!("templates/exchange.html")),
];

/// Writes the report of a run as one HTML document.
pub fn html(record: &RunRecord, context: &Context) -> String {
    let words = Words { record, context };
    // The templates are part of the program, and tests fill them all: what is left is to say so, not to end.
    rendered(&words).unwrap_or_else(|error| {
        let what = escaped(&words.shown(&error.to_string()));
        format!("<!doctype html>\n<title>scim-check</title>\n<p>The report could not be written: {what}\n")
    })
}

fn rendered(words: &Words<'_>) -> Result<String, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    for (name, text) in TEMPLATES {
        // What ends in `.html` is escaped.
        environment.add_template(name, text)?;
    }
    environment.get_template("page.html")?.render(Serde(page::page(words, STYLE, &policy())))
}

/// What the page may load and do: nothing but its own style sheet, which is known by its hash.
fn policy() -> String {
    let hash = ring::digest::digest(&ring::digest::SHA256, STYLE.as_bytes());
    let hash = BASE64_STANDARD.encode(hash);
    format!("default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'")
}
