//! JSON as lines of HTML: what is short stays on one line, what is wrong is marked, what is long is cut and says so.

use serde_json::Value;

use super::{
    place::{Place, Step},
    words::{escaped, thousands},
};
use crate::report::sanitise::sanitise_json;

/// Columns of a line into which a whole value is put.
const COLUMNS: usize = 84;
/// Characters of a text that are shown.
const TEXT: usize = 600;
/// Lines that are shown around a mark that is beyond the cut.
const AROUND: usize = 8;

/// Writes a value as HTML, at most about `lines` lines of it, and all that is marked.
pub(super) fn written(value: &Value, marks: &[Place], lines: usize) -> String {
    let mut writer = Writer { marks, lines: Vec::new() };
    writer.value(value, &mut Vec::new(), String::new(), "", false);
    cut(&writer.lines, lines)
}

struct Line {
    /// Balanced HTML.
    html: String,
    marked: bool,
}

struct Writer<'a> {
    marks: &'a [Place],
    lines: Vec<Line>,
}

impl Writer<'_> {
    /// Writes a value behind `before` (indentation and name) and in front of `after` (a comma or nothing). `inside` is true within a mark.
    fn value(&mut self, value: &Value, at: &mut Vec<Step>, before: String, after: &str, inside: bool) {
        let marked = inside || self.marks.iter().any(|mark| mark.at == *at && mark.missing.is_none());
        let missing: Vec<&str> =
            self.marks.iter().filter(|mark| mark.at == *at).filter_map(|mark| mark.missing.as_deref()).collect();
        let within = self.marks.iter().any(|mark| mark.at.len() > at.len() && mark.at.starts_with(at));
        let indent = before.len() - before.trim_start().len();
        let short = !within && missing.is_empty();
        let line = short.then(|| inline(value)).flatten().filter(|line| indent + line.chars().count() <= COLUMNS);
        if let Some(line) = line {
            return self.push(&before, &line, after, marked);
        }
        let pad = " ".repeat(indent + 2);
        match value {
            Value::Object(members) => {
                self.push(&before, "{", "", marked);
                let last = members.len();
                for (number, (key, value)) in members.iter().enumerate() {
                    let comma = if number + 1 == last { "" } else { "," };
                    at.push(Step::Key(key.clone()));
                    self.value(value, at, format!("{pad}{}: ", text(key)), comma, marked);
                    at.pop();
                }
                for name in missing {
                    self.note(&pad, &format!("{} is missing here", text(name).trim_matches('"')), true);
                }
                self.push(&pad[2..], "}", after, marked);
            }
            Value::Array(items) => {
                self.push(&before, "[", "", marked);
                let mut number = 0;
                while number < items.len() {
                    let strangers = items[number..].iter().take_while(|item| is_stranger(item)).count();
                    if strangers > 1 {
                        at.push(Step::Index(number));
                        let wrong = marked
                            || self.marks.iter().any(|mark| {
                                mark.at.len() >= at.len()
                                    && mark.at[..at.len() - 1] == at[..at.len() - 1]
                                    && matches!(mark.at[at.len() - 1], Step::Index(index) if (number..number + strangers).contains(&index))
                            });
                        at.pop();
                        let what = format!("{} that are not of this run: values are not shown", thousands(strangers));
                        self.note(&pad, &what, wrong);
                        number += strangers;
                        continue;
                    }
                    let comma = if number + 1 == items.len() { "" } else { "," };
                    at.push(Step::Index(number));
                    self.value(&items[number], at, pad.clone(), comma, marked);
                    at.pop();
                    number += 1;
                }
                self.push(&pad[2..], "]", after, marked);
            }
            other => {
                let line = inline(other).unwrap_or_default();
                self.push(&before, &line, after, marked);
            }
        }
    }

    fn push(&mut self, before: &str, text: &str, after: &str, marked: bool) {
        let pad = &before[..before.len() - before.trim_start().len()];
        let inner = format!("{}{}", escaped(before.trim_start()), escaped(text));
        let inner = if marked { format!("<mark>{inner}</mark>") } else { inner };
        self.lines.push(Line { html: format!("{pad}{inner}{after}"), marked });
    }

    /// A remark of ours between the lines.
    fn note(&mut self, pad: &str, what: &str, marked: bool) {
        let tag = if marked { "mark" } else { "i" };
        self.lines.push(Line { html: format!("{pad}<{tag}>\u{2026} {}</{tag}>", escaped(what)), marked });
    }
}

/// A resource of which only the names of the attributes are shown.
fn is_stranger(value: &Value) -> bool {
    value.as_object().is_some_and(|members| members.len() == 1 && members.contains_key("[not ours]"))
}

/// A value on one line; `None` where it is an array or object that is too long for one.
fn inline(value: &Value) -> Option<String> {
    let mut out = String::new();
    match value {
        Value::String(content) => out = text(content),
        Value::Object(members) => {
            for (key, value) in members {
                let comma = if out.is_empty() { "{" } else { ", " };
                out.push_str(&format!("{comma}{}: {}", text(key), inline(value)?));
                if out.len() > COLUMNS * 4 {
                    return None;
                }
            }
            out.push_str(if out.is_empty() { "{}" } else { "}" });
        }
        Value::Array(items) => {
            for item in items {
                out.push_str(if out.is_empty() { "[" } else { ", " });
                out.push_str(&inline(item)?);
                if out.len() > COLUMNS * 4 {
                    return None;
                }
            }
            out.push_str(if out.is_empty() { "[]" } else { "]" });
        }
        other => out = other.to_string(),
    }
    Some(out)
}

/// A text as JSON has it, with what acts or is not seen as `\u` escapes, too.
fn text(content: &str) -> String {
    let long = content.char_indices().nth(TEXT).map(|(at, _)| at);
    let shown = long.map_or(content, |at| &content[..at]);
    let mut out = sanitise_json(&Value::from(shown).to_string());
    if long.is_some() {
        out.push_str(&format!(" \u{2026} {} characters in all", thousands(content.chars().count())));
    }
    out
}

/// The first lines, and those around marks.
fn cut(lines: &[Line], most: usize) -> String {
    let near = |at: usize| {
        let (from, to) = (at.saturating_sub(AROUND), (at + AROUND + 1).min(lines.len()));
        lines[from..to].iter().any(|line| line.marked)
    };
    let mut out = String::new();
    let mut left = 0;
    // A cut that spares a few lines is longer than they are.
    let whole = lines.len() <= most + AROUND;
    for (at, line) in lines.iter().enumerate() {
        if whole || at < most || near(at) {
            gap(&mut out, &mut left);
            out.push_str(&line.html);
            out.push('\n');
        } else {
            left += 1;
        }
    }
    gap(&mut out, &mut left);
    out.truncate(out.trim_end().len());
    out
}

fn gap(out: &mut String, left: &mut usize) {
    if *left > 0 {
        let lines = if *left == 1 { "line" } else { "lines" };
        out.push_str(&format!("<i>\u{2026} {} {lines} left out</i>\n", thousands(*left)));
        *left = 0;
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn place(keys: &[&str], missing: Option<&str>) -> Place {
        let at =
            keys.iter().map(|key| key.parse().map_or_else(|_| Step::Key((*key).to_owned()), Step::Index)).collect();
        Place { at, missing: missing.map(str::to_owned) }
    }

    #[test]
    fn what_is_wrong_is_marked_and_what_is_short_stays_on_one_line() {
        let body = json!({"id": "7", "name": {"givenName": "Ada"}, "emails": [], "note": "x".repeat(90)});
        let lines = written(&body, &[place(&["id"], None)], 100);
        assert!(lines.starts_with(
            "{\n  <mark>\"id\": \"7\"</mark>,\n  \"name\": {\"givenName\": \"Ada\"},\n  \"emails\": [],\n"
        ));
        let lines = written(&body, &[place(&["name"], Some("familyName"))], 100);
        assert!(
            lines.contains("    \"givenName\": \"Ada\"\n    <mark>\u{2026} familyName is missing here</mark>\n  },\n"),
            "{lines}"
        );
    }

    #[test]
    fn nothing_acts() {
        let body = json!({"</pre><script>": "\u{202e}\u{1b}[31m\u{e0041}"});
        assert_eq!(written(&body, &[], 9), r#"{"&lt;/pre&gt;&lt;script&gt;": "\u202e\u001b[31m\udb40\udc41"}"#);
    }

    #[test]
    fn strangers_are_counted() {
        let mut items = vec![json!({"[not ours]": ["id"]}); 250];
        items.push(json!({"id": "7", "x": "y".repeat(90)}));
        let body = json!({"totalResults": 251, "Resources": items});
        let lines = written(&body, &[], 99);
        assert!(
            lines.contains("    <i>\u{2026} 250 that are not of this run: values are not shown</i>\n    {\n"),
            "{lines}"
        );
        let lines = written(&body, &[place(&["Resources", "3"], Some("active"))], 99);
        assert!(lines.contains("<mark>\u{2026} 250 that"), "{lines}");
    }

    #[test]
    fn long_bodies_are_cut_but_not_at_the_mark() {
        let items: Vec<Value> = (0..200).map(|number| json!({"n": number, "x": "y".repeat(90)})).collect();
        let lines = written(&json!(items), &[place(&["150", "n"], None)], 10);
        assert!(lines.contains("<mark>\"n\": 150</mark>") && lines.contains(" lines left out</i>"), "{lines}");
        assert!(lines.lines().count() < 40);
        let lines = written(&json!("é".repeat(1000)), &[], 10);
        assert!(lines.ends_with("\u{e9}\" \u{2026} 1,000 characters in all"));
    }
}
