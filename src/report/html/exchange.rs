//! One exchange as the page shows it: a line, the request, the answer.

use minijinja::Value as Markup;
use percent_encoding::percent_decode_str;
use serde::Serialize;

use super::{
    body,
    place::places,
    words::{Words, escaped, precise, thousands},
};
use crate::{
    http::{Body, Exchange, Json, Purpose},
    judge::{Finding, Subject},
    report::exchange::SHOWN,
    run::ScenarioRecord,
};

/// How much of an exchange is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Detail {
    /// Everything, and bodies up to the hundreds of lines.
    Full,
    /// Without the headers of the request, and of long bodies the first lines.
    Brief,
    /// Without headers and bodies.
    Bare,
}

impl Detail {
    fn lines(self) -> usize {
        match self {
            Detail::Full => 240,
            Detail::Brief | Detail::Bare => 32,
        }
    }
}

/// One exchange.
#[derive(Debug, Serialize)]
pub(super) struct Shown {
    /// Number within the run, from 1.
    number: usize,
    /// `setup`, `check` or `cleanup`; nothing where it is what the identity provider says.
    purpose: Option<&'static str>,
    method: String,
    /// Path and query for reading, escapes undone.
    target: String,
    /// The status, or `no answer`.
    status: String,
    /// `good` below 400, `bad` from there on and without an answer.
    tone: &'static str,
    took: String,
    /// The request as it went out.
    request: Markup,
    /// The answer as it came.
    answer: Markup,
}

/// Writes an exchange; what `finding` is about is marked.
pub(super) fn shown(
    exchange: &Exchange,
    scenario: &ScenarioRecord,
    words: &Words<'_>,
    detail: Detail,
    finding: Option<&Finding>,
) -> Shown {
    let marker = &words.record.marker;
    let target = words.context.target(exchange, marker);
    let status = exchange.status();
    Shown {
        number: scenario.first + exchange.number + 1,
        purpose: (exchange.purpose != Purpose::Spoken).then(|| exchange.purpose.word()),
        method: words.shown(exchange.request.method.as_str()),
        target: words.shown(&percent_decode_str(&target).decode_utf8_lossy()),
        status: status.map_or_else(|| "no answer".to_owned(), |status| status.to_string()),
        tone: if status.is_some_and(|status| status < 400) { "good" } else { "bad" },
        took: precise(exchange.took),
        request: request(exchange, &target, words, detail, finding),
        answer: answer(exchange, words, detail, finding),
    }
}

fn request(exchange: &Exchange, target: &str, words: &Words<'_>, detail: Detail, finding: Option<&Finding>) -> Markup {
    let mut out =
        format!("{} {}\n", escaped(&words.shown(exchange.request.method.as_str())), escaped(&words.shown(target)));
    let wrong = |name: &str| {
        let subject = finding.map(|finding| &finding.subject);
        matches!(subject, Some(Subject::Envelope(word)) if word.strip_prefix("request header ").is_some_and(|own| own.eq_ignore_ascii_case(name)))
    };
    if detail == Detail::Bare {
        return Markup::from_safe_string(out);
    }
    if detail == Detail::Full {
        for (name, value) in &exchange.request.headers {
            out.push_str(&header(name, value, words, wrong(name)));
        }
    }
    match (words.context.request_body(exchange, &words.record.marker), &exchange.request.body) {
        (Some(value), _) => out.push_str(&format!("\n{}", body::written(&value, &[], detail.lines()))),
        (None, Some(Body::Raw(bytes))) => {
            out.push_str(&format!("\n<i>\u{2026} {} bytes as the scenario writes them</i>", thousands(bytes.len())));
        }
        (None, _) => {}
    }
    Markup::from_safe_string(out)
}

fn answer(exchange: &Exchange, words: &Words<'_>, detail: Detail, finding: Option<&Finding>) -> Markup {
    let subject = finding.map(|finding| &finding.subject);
    let response = match &exchange.answer {
        Ok(response) => response,
        Err(failure) => {
            let text = escaped(&words.shown(&failure.to_string()));
            let text = if finding.is_some() { format!("<mark>{text}</mark>") } else { text };
            return Markup::from_safe_string(text);
        }
    };
    let mut out = response.status.to_string();
    let told = finding.is_some_and(|finding| finding.actual.starts_with(&format!("status {out}")));
    if subject == Some(&Subject::Status) || told {
        out = format!("<mark>{out}</mark>");
    }
    out.push('\n');
    if detail == Detail::Bare {
        return Markup::from_safe_string(out);
    }
    let mut named = false;
    for (name, value) in &response.headers {
        let wrong = matches!(subject, Some(Subject::Header(own)) if own.eq_ignore_ascii_case(name));
        named |= wrong;
        if SHOWN.contains(&name.to_ascii_lowercase().as_str()) {
            out.push_str(&header(name, value, words, wrong));
        } else if wrong {
            out.push_str(&header(name, "[value not shown]", words, true));
        }
    }
    if let (Some(Subject::Header(name)), false) = (subject, named) {
        out.push_str(&format!("<mark>\u{2026} {} is missing here</mark>\n", escaped(&words.shown(name))));
    }
    let of_body = matches!(subject, Some(Subject::Envelope(name)) if name == "body");
    let remark = |text: String| if of_body { format!("\n<mark>{text}</mark>") } else { format!("\n<i>{text}</i>") };
    match &response.json {
        Json::Value(value) => {
            let value = words.context.body(value, &words.record.marker);
            let mut marks = finding.map_or_else(Vec::new, |finding| places(finding, &value));
            // A target may call an attribute as it likes.
            marks.iter_mut().for_each(|mark| mark.missing = mark.missing.take().map(|name| words.shown(&name)));
            out.push_str(&format!("\n{}", body::written(&value, &marks, detail.lines())));
        }
        // What is no JSON can't be searched for people who are not ours.
        Json::Invalid(_) => {
            let length = thousands(response.size);
            out.push_str(&remark(format!("\u{2026} {length} bytes that are no JSON, and are not shown")));
        }
        Json::LetGo => {
            let length = thousands(response.size);
            out.push_str(&remark(format!("\u{2026} {length} bytes of a large answer, which were not kept")));
        }
        Json::Empty if of_body => out.push_str(&remark("\u{2026} no body".to_owned())),
        Json::Empty => {}
    }
    Markup::from_safe_string(out)
}

fn header(name: &str, value: &str, words: &Words<'_>, wrong: bool) -> String {
    let line = format!("{}: {}", escaped(&words.shown(name)), escaped(&words.shown(value)));
    if wrong { format!("<mark>{line}</mark>\n") } else { format!("{line}\n") }
}

impl Shown {
    /// Bytes of request and answer as they are written.
    pub(super) fn size(&self) -> usize {
        [&self.request, &self.answer].iter().map(|text| text.as_str().map_or(0, str::len)).sum()
    }
}

/// Whether the finding's subject is marked in what is shown of its exchange.
pub(super) fn marked(shown: &Shown) -> bool {
    [&shown.request, &shown.answer].iter().any(|text| text.as_str().is_some_and(|text| text.contains("<mark>")))
}
