//! Texts on their way into the page: nothing secret, nothing of people who are not ours, nothing that acts.

use std::time::Duration;

use minijinja::Value;

use crate::{
    http::without_addresses,
    report::{Context, sanitise, time},
    run::RunRecord,
};

/// What every part of the page is written with.
pub(super) struct Words<'a> {
    /// The run.
    pub(super) record: &'a RunRecord,
    /// What must not be shown, and how curl lines are written.
    pub(super) context: &'a Context,
}

impl Words<'_> {
    /// A text in which something of the target's may stand.
    pub(super) fn shown(&self, text: &str) -> String {
        sanitise(&without_addresses(&self.context.secrets.hide(text), &self.record.marker))
    }

    /// A name of ours: of a scenario, a step, a suite. The `@` in front of a dialect makes no address of it.
    pub(super) fn named(&self, text: &str) -> String {
        sanitise(&self.context.secrets.hide(text))
    }

    /// A text of the target's as markup, with what stands between backticks as code.
    pub(super) fn prose(&self, text: &str) -> Value {
        coded(&self.shown(text))
    }

    /// Lines to be pasted, which stay lines.
    pub(super) fn shown_lines(&self, lines: &[String]) -> String {
        lines.iter().map(|line| sanitise(line)).collect::<Vec<_>>().join("\n")
    }

    /// A text of ours whose lines stay lines.
    pub(super) fn own_lines(&self, text: &str) -> Value {
        let lines: Vec<String> = text.lines().map(|line| self.own(line).to_string()).collect();
        Value::from_safe_string(lines.join("<br>"))
    }

    /// A text of ours, which may have examples of addresses.
    pub(super) fn own(&self, text: &str) -> Value {
        coded(&self.named(text))
    }
}

/// Text as HTML between tags. It is for these alone: in an attribute quotes would have to be escaped, too.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn coded(text: &str) -> Value {
    let parts: Vec<&str> = text.split('`').collect();
    let mut out = String::new();
    for (at, part) in parts.iter().enumerate() {
        let part = escaped(part);
        // A backtick without a partner stays what it is.
        match at {
            _ if at % 2 == 0 => out.push_str(&part),
            _ if at + 1 < parts.len() => out.push_str(&format!("<code>{part}</code>")),
            _ => out.push_str(&format!("`{part}")),
        }
    }
    Value::from_safe_string(out)
}

/// A duration as elsewhere in reports, but with a decimal below ten milliseconds.
pub(super) fn precise(took: Duration) -> String {
    if took < Duration::from_millis(10) { format!("{:.1} ms", took.as_secs_f64() * 1000.0) } else { time(took) }
}

/// `1,234`
pub(super) fn thousands(count: usize) -> String {
    let digits = count.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_marked_and_markup_is_text() {
        assert_eq!(coded("`a<b>` & c").to_string(), "<code>a&lt;b&gt;</code> &amp; c");
        assert_eq!(coded("one ` alone").to_string(), "one ` alone");
    }

    #[test]
    fn short_times_have_a_decimal() {
        let times = [640, 9_940, 12_400, 2_100_000].map(|micros| precise(Duration::from_micros(micros)));
        assert_eq!(times, ["0.6 ms", "9.9 ms", "12 ms", "2.1 s"]);
    }

    #[test]
    fn thousands_are_grouped() {
        assert_eq!(
            ["1", "999", "1,000", "1234567"].map(|text| thousands(text.replace(',', "").parse().unwrap())),
            ["1", "999", "1,000", "1,234,567"]
        );
    }
}
