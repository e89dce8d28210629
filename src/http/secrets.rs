//! Texts that no output may show, also when the target echoes them back.

use std::{collections::HashMap, fmt, ops::Range};

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD},
};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use secrecy::{ExposeSecret, SecretString};

use super::encoding::json_escaped;

/// Shorter texts are too common to look for: hiding every `a` would tell the secret, not keep it.
const SHORTEST: usize = 4;
/// What stands behind a text that was cut.
const CUT: &str = "...";
/// So much of the beginning of a secret is hidden where the rest was cut; less tells nothing.
const LEAST: usize = 8;

/// The secrets of a run, each in every form in which it may be met.
#[derive(Clone, Default)]
pub struct Secrets(
    /// By their first bytes: every text of a report is searched for all of them.
    HashMap<[u8; SHORTEST], Vec<SecretString>>,
);

impl fmt::Debug for Secrets {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} forms of secrets", self.0.values().map(Vec::len).sum::<usize>())
    }
}

impl Secrets {
    /// Remembers a secret.
    pub fn add(&mut self, secret: &str) {
        if secret.len() >= SHORTEST {
            forms(secret).into_iter().for_each(|form| self.insert(form.into()));
        }
    }

    /// Remembers all of another's.
    pub fn merge(&mut self, other: &Secrets) {
        other.0.values().flatten().for_each(|form| self.insert(form.clone()));
    }

    fn insert(&mut self, form: SecretString) {
        let text = form.expose_secret();
        let Some(first) = text.as_bytes().first_chunk() else { return };
        let alike = self.0.entry(*first).or_default();
        if !alike.iter().any(|have| have.expose_secret() == text) {
            alike.push(form);
        }
    }

    /// The text with every secret replaced, as it is or as it may come back: escaped as URLs, forms, HTML and JSON are, or in base64.
    /// Of a text that was cut and ends in `...`, the beginning of a secret before that, too.
    pub fn hide(&self, text: &str) -> String {
        let mut out = String::new();
        let mut done = 0;
        for place in self.places(text) {
            out.push_str(&text[done..place.start]);
            out.push_str("[secret]");
            done = place.end;
        }
        out.push_str(&text[done..]);
        out
    }

    /// Where secrets are; those that overlap are one.
    fn places(&self, text: &str) -> Vec<Range<usize>> {
        let mut places: Vec<Range<usize>> = Vec::new();
        if self.0.is_empty() {
            return places;
        }
        let cuts: Vec<usize> = text.match_indices(CUT).map(|(at, _)| at).collect();
        for (at, first) in text.as_bytes().windows(SHORTEST).enumerate() {
            let Some(alike) = first.first_chunk().and_then(|first: &[u8; SHORTEST]| self.0.get(first)) else {
                continue;
            };
            let cut = cuts.get(cuts.partition_point(|cut| *cut < at)).map(|cut| &text.as_bytes()[at..*cut]);
            let rest = &text.as_bytes()[at..];
            let length = |form: &SecretString| {
                let form = form.expose_secret().as_bytes();
                let shown = cut.filter(|shown| shown.len() >= LEAST && form.starts_with(shown)).map(<[u8]>::len);
                if rest.starts_with(form) { Some(form.len()) } else { shown }
            };
            let Some(end) = alike.iter().filter_map(length).max().map(|length| at + length) else { continue };
            match places.last_mut() {
                Some(last) if at < last.end => last.end = last.end.max(end),
                _ => places.push(at..end),
            }
        }
        places
    }
}

/// What encoders that servers use make of a path, a query or a form.
const PATH: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'<').add(b'>').add(b'?').add(b'`');

/// A secret as it is and as it may come back. Most secrets are the same in most forms.
fn forms(secret: &str) -> Vec<String> {
    let segment = super::segment(secret);
    let json = json_escaped(secret);
    let mut forms = vec![
        secret.to_owned(),
        lower_hex(&segment),
        utf8_percent_encode(secret, percent_encoding::NON_ALPHANUMERIC).to_string(),
        lower_hex(&utf8_percent_encode(secret, percent_encoding::NON_ALPHANUMERIC).to_string()),
        segment,
        utf8_percent_encode(secret, PATH).to_string(),
        secret.bytes().map(|byte| format!("%{byte:02X}")).collect(),
        secret.bytes().map(|byte| format!("%{byte:02x}")).collect(),
        url::form_urlencoded::byte_serialize(secret.as_bytes()).collect(),
        json.replace('/', "\\/"),
        json,
        secret.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect(),
        secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;"),
        STANDARD.encode(secret),
        STANDARD_NO_PAD.encode(secret),
        URL_SAFE.encode(secret),
        URL_SAFE_NO_PAD.encode(secret),
    ];
    // What comes in a JSON text is escaped once more where that is quoted.
    forms.extend(forms.iter().map(|form| json_escaped(form)).collect::<Vec<_>>());
    forms
}

/// Escapes with small letters: `%2f`.
fn lower_hex(escaped: &str) -> String {
    let mut left = 0;
    let lower = |character: char| {
        left = if character == '%' { 2 } else { i32::max(left - 1, -1) };
        if left >= 0 { character.to_ascii_lowercase() } else { character }
    };
    escaped.chars().map(lower).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_hidden() {
        let mut secrets = Secrets::default();
        secrets.add("to\"ken 1");
        secrets.add("to\"ken 1 long");
        assert_eq!(secrets.hide("a to\"ken 1 b to%22ken%201 c to\\\"ken 1 long"), "a [secret] b [secret] c [secret]");
    }

    #[test]
    fn escapes_of_every_kind_are_known() {
        let mut secrets = Secrets::default();
        secrets.add("S3/cr+t A=");
        for said in [
            "S3/cr+t A=",
            "S3%2Fcr%2Bt%20A%3D",
            "S3%2fcr%2bt%20A%3d",
            "S3/cr+t%20A=",
            "S3%2Fcr%2Bt+A%3D",
            "S3\\/cr+t A=",
        ] {
            assert_eq!(secrets.hide(said), "[secret]", "{said}");
        }
    }

    #[test]
    fn what_was_cut_within_a_secret_is_hidden_too() {
        let mut secrets = Secrets::default();
        secrets.add("0123456789abcdef");
        assert_eq!(
            secrets.hide("it was 0123456789ab... or 01234... (3 more)"),
            "it was [secret]... or 01234... (3 more)"
        );
        assert_eq!(secrets.hide("0123456789abc"), "0123456789abc");
    }

    #[test]
    fn secrets_that_overlap_are_hidden_as_one() {
        let mut secrets = Secrets::default();
        secrets.add("abcdefgh");
        secrets.add("efghijkl");
        assert_eq!(secrets.hide("é abcdefghijkl é abcdefghabcdefgh"), "é [secret] é [secret][secret]");
    }
}
