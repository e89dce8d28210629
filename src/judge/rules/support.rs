//! What several rules need: looking into resources, comparing texts, reading requests.

use serde_json::Value;

use crate::{
    http::{AuthUse, Intent, Json, Kind, Request, Resource, Response, is_ours},
    judge::{Seen, Sighting, Subject, member},
};

/// Okta imports in pages of this size (okta-client 12).
pub(super) const OKTA_PAGE: i64 = 100;

/// True when there is a value: `null`, `[]`, an empty string and a missing member are none.
pub(super) fn present(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => false,
        Some(Value::String(text)) => !text.is_empty(),
        Some(Value::Array(items)) => !items.is_empty(),
        Some(_) => true,
    }
}

/// The value at a path of names, `name.familyName`.
pub(super) fn at<'v>(object: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.').try_fold(object, member)
}

/// The text at a path, if there is one and it is not empty.
pub(super) fn text<'v>(object: &'v Value, path: &str) -> Option<&'v str> {
    at(object, path)?.as_str().filter(|text| !text.is_empty())
}

/// The id of a resource; a number is taken for its digits.
pub(super) fn id(resource: &Value) -> Option<String> {
    match member(resource, "id")? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// True when `schemas` is an array that names the URN; URNs have no case.
pub(super) fn has_urn(body: &Value, urn: &str) -> bool {
    member(body, "schemas")
        .and_then(Value::as_array)
        .is_some_and(|urns| urns.iter().filter_map(Value::as_str).any(|have| have.eq_ignore_ascii_case(urn)))
}

/// True when a body has the looks of a person or group, so that it makes sense to ask for more.
pub(super) fn looks_like_resource(value: &Value) -> bool {
    member(value, "Resources").is_none() && (present(member(value, "id")) || present(member(value, "userName")))
}

/// True when the request asks for a selection of attributes, or may do so in a way that we can't read.
pub(super) fn projected(request: &Request) -> bool {
    request.path.contains('?')
        || request
            .query
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case("attributes") || name.eq_ignore_ascii_case("excludedAttributes"))
}

/// What part of a list a request asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Page {
    /// First position, from 1.
    pub(super) start: i64,
    /// Number of resources asked for.
    pub(super) count: Option<i64>,
}

/// What part of a list a request asks for; `None` where that can't be told.
pub(super) fn page(request: &Request) -> Option<Page> {
    if request.path.contains('?') || request.query.iter().any(|(name, _)| name.eq_ignore_ascii_case("cursor")) {
        return None;
    }
    let number = |wanted: &str| {
        let found = request.query.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        found.map(|(_, value)| value.parse::<i64>()).transpose()
    };
    // RFC 7644 3.4.2.4: less than 1 counts as 1, a negative count as 0.
    let start = number("startIndex").ok()?.unwrap_or(1).max(1);
    let count = number("count").ok()?.map(|count| count.max(0));
    Some(Page { start, count })
}

/// A page of an unfiltered list that shows fewer than asked for, though not none, while more follow.
pub(super) struct ShortPage {
    /// Number of resources asked for.
    pub(super) count: i64,
    due: i64,
    shown: i64,
    total: i64,
}

impl ShortPage {
    /// What is to be said about it.
    pub(super) fn sighting(&self) -> Sighting {
        let actual = format!("{} resources of {}", self.shown, self.total);
        Sighting::new(Subject::Envelope("Resources".to_owned()), format!("{} resources", self.due), actual)
    }
}

/// The answer as a short page, if it is one.
pub(super) fn short_page(seen: &Seen<'_>) -> Option<ShortPage> {
    if !matches!(seen.kind(), Kind::List { filtered: false, .. }) {
        return None;
    }
    let asked = page(&seen.exchange.request)?;
    let (count, total) = (asked.count?, total(seen)?);
    let shown = i64::try_from(seen.success()?.resources().len()).ok()?;
    // An empty page is told by list-resources-missing.
    let short = shown > 0 && shown < count && asked.start.saturating_sub(1).saturating_add(shown) < total;
    let due = count.min(total.saturating_sub(asked.start.saturating_sub(1)));
    short.then_some(ShortPage { count, due, shown, total })
}

/// `totalResults`, if it is an integer.
pub(super) fn total(seen: &Seen<'_>) -> Option<i64> {
    seen.success()?.member("totalResults")?.as_i64()
}

/// True when there is a value anywhere inside.
pub(super) fn filled(value: &Value) -> bool {
    match value {
        Value::Object(parts) => parts.values().any(filled),
        Value::Array(items) => items.iter().any(filled),
        other => present(Some(other)),
    }
}

/// The attribute of a filter without the URN in front; `None` for a sub-attribute.
pub(super) fn top_attribute(attribute: &str) -> Option<&str> {
    let is_urn = attribute.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("urn:"));
    let name = if is_urn { attribute.rsplit(':').next()? } else { attribute };
    (!name.contains(['.', '[', ':'])).then_some(name)
}

/// True when our credentials went out as they are. A header that the scenario wrote out wins over them, and
/// what is in it we don't know.
pub(super) fn own_credentials(request: &Request) -> bool {
    request.auth == AuthUse::Ours && !writes_authorization(request)
}

/// True when credentials went out that somebody issued, in whatever form.
pub(super) fn holds_credentials(request: &Request) -> bool {
    matches!(request.auth, AuthUse::Ours | AuthUse::LowerCase | AuthUse::Other)
}

/// True when the scenario wrote the header with the credentials itself.
pub(super) fn writes_authorization(request: &Request) -> bool {
    request.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("authorization"))
}

/// True when a success gives or does something: no page of a web site, no error in the clothes of a success.
pub(super) fn lets_in(response: &Response) -> bool {
    match &response.json {
        Json::Empty | Json::LetGo => true,
        Json::Value(body) => !has_urn(body, crate::scim::urn::ERROR),
        // What was too large to be read is more than a page that asks for a password.
        Json::Invalid(_) => response.cut,
    }
}

/// True for a status that says no to the request as such: neither the credentials nor the pace nor an accident.
pub(super) fn refused(status: u16) -> bool {
    matches!(status, 400..=499 | 501) && !matches!(status, 401 | 403 | 429)
}

/// What the operations of a PATCH give to an attribute, by path or in an object without path.
pub(super) fn operations_values<'v>(body: &'v Value, name: &str) -> Vec<&'v Value> {
    let operations = member(body, "Operations").and_then(Value::as_array).into_iter().flatten();
    let given = |operation: &'v Value| {
        let value = member(operation, "value")?;
        match member(operation, "path").and_then(Value::as_str) {
            Some(path) => path.eq_ignore_ascii_case(name).then_some(value),
            None => member(value, name),
        }
    };
    operations.filter_map(given).collect()
}

/// Status and, where there is one, the detail that came with it.
pub(super) fn status_and_detail(seen: &Seen<'_>) -> String {
    let Some(response) = seen.response() else {
        return "no answer".to_owned();
    };
    match response.member("detail") {
        Some(detail @ Value::String(_)) => {
            format!("status {}, detail {}", response.status, crate::judge::describe(detail))
        }
        _ => format!("status {}", response.status),
    }
}

/// What a POST, a PUT or the renaming PATCH of a group of ours sent, and the resource that answered it.
pub(super) fn sent_and_answered<'a>(seen: &Seen<'a>) -> Option<(&'a Value, &'a Value)> {
    if projected(&seen.exchange.request) {
        return None;
    }
    let body = seen.exchange.request.body_json()?;
    let sent = match seen.kind() {
        Kind::Create(_) | Kind::Replace(..) => body,
        // The new name of a group, without a path.
        Kind::Patch(Resource::Group, _, Intent::Rename) => body.pointer("/Operations/0/value")?,
        _ => return None,
    };
    let sent = Some(sent).filter(|sent| is_ours(sent, seen.marker))?;
    let answered = seen.resource().filter(|resource| looks_like_resource(resource))?;
    Some((sent, answered))
}

/// One sighting: the first resource that is wrong, and how many others are.
pub(super) fn first_wrong<'v>(
    resources: &[&'v Value],
    mut look: impl FnMut(&'v Value) -> Option<Sighting>,
) -> Vec<Sighting> {
    let mut wrong = resources.iter().filter_map(|resource| look(resource));
    let Some(mut first) = wrong.next() else {
        return Vec::new();
    };
    let more = wrong.count();
    if more > 0 {
        first.actual = format!("{}; {more} more of {} likewise", first.actual, resources.len());
    }
    vec![first]
}

/// True when two texts are the same, or can't be told apart without Unicode's tables: a server may normalise.
pub(super) fn same_text(sent: &str, got: &str) -> bool {
    sent.trim() == got.trim() || (!sent.is_ascii() && (normalised(sent) || normalised(got)))
}

/// The same without regard to case.
pub(super) fn same_name(sent: &str, got: &str) -> bool {
    same_text(&sent.to_lowercase(), &got.to_lowercase())
}

/// True when a text holds characters that normalisation joins, takes apart or replaces.
fn normalised(text: &str) -> bool {
    text.chars().any(|letter| {
        matches!(u32::from(letter),
            0x300..=0x36F | 0x1100..=0x11FF | 0x1AB0..=0x1AFF | 0x1DC0..=0x1DFF | 0x20D0..=0x20FF
            | 0x2126 | 0x212A | 0x212B | 0xF900..=0xFAFF | 0xFB00..=0xFB06 | 0xFE20..=0xFE2F | 0xFF00..=0xFFEF)
    })
}

/// True when `got` is `sent` after a wrong turn in the encoding: replaced, misread or lost letters.
pub(super) fn garbled(sent: &str, got: &str) -> bool {
    if sent.is_ascii() || sent == got {
        return false;
    }
    const REPLACEMENT: char = '\u{FFFD}';
    let misread = |table: fn(u8) -> char| sent.bytes().map(table).collect::<String>() == got;
    let lost = sent.chars().filter(char::is_ascii).eq(got.chars());
    (got.contains(REPLACEMENT) && !sent.contains(REPLACEMENT))
        || misread(char::from)
        || misread(windows_1252)
        || lost
        || question_marks(sent, got)
}

/// True when each letter beyond ASCII became one or a few question marks and nothing else changed.
fn question_marks(sent: &str, got: &str) -> bool {
    let mut got = got.chars().peekable();
    let mut sent = sent.chars().peekable();
    while let Some(letter) = sent.next() {
        if letter.is_ascii() {
            if got.next() != Some(letter) {
                return false;
            }
            continue;
        }
        // Neighbours can't be told apart: their question marks are counted together.
        let (mut least, mut most) = (1, letter.len_utf8());
        while let Some(next) = sent.next_if(|next| !next.is_ascii() || *next == '?') {
            least += 1;
            most += next.len_utf8();
        }
        let marks = std::iter::from_fn(|| got.next_if_eq(&'?')).count();
        if !(least..=most).contains(&marks) {
            return false;
        }
    }
    got.next().is_none()
}

fn windows_1252(byte: u8) -> char {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž', '\u{8F}', '\u{90}', '‘',
        '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9F => HIGH[usize::from(byte - 0x80)],
        other => char::from(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_turns_in_the_encoding_are_told_from_other_changes() {
        for got in ["Jos?", "Jos??", "JosÃ©", "Jos\u{FFFD}", "Jos"] {
            assert!(garbled("José", got), "{got}");
        }
        assert!(garbled("Łukasiewicz-山田", "?ukasiewicz-??"));
        assert!(!garbled("Łukasiewicz-山田", "?ukasiewicz-?"));
        for got in ["José", "Jose", "Josef", "Jose\u{301}"] {
            assert!(!garbled("José", got), "{got}");
        }
        assert!(garbled("Łódź", "Å\u{81}Ã³dÅº"));
        assert!(!garbled("why?", "why"));
    }

    #[test]
    fn normalisation_is_no_difference() {
        assert!(same_text("José", "Jose\u{301}"));
        assert!(!same_text("José", "Jose"));
        assert!(same_name("Ada@Example.com", "ada@example.com"));
    }

    #[test]
    fn attributes_of_filters_lose_their_urn() {
        assert_eq!(top_attribute("urn:ietf:params:scim:schemas:core:2.0:User:userName"), Some("userName"));
        assert_eq!(top_attribute("emails.value"), None);
    }
}
