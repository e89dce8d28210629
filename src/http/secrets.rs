//! Texts that no output may show, also when the target echoes them back.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use secrecy::{ExposeSecret, SecretString};

use super::encoding::json_escaped;

/// Shorter texts are too common to look for: hiding every `a` would tell the secret, not keep it.
const SHORTEST: usize = 4;

/// The secrets of a run, each in every form in which it may be met.
#[derive(Debug, Clone, Default)]
pub struct Secrets(Vec<SecretString>);

impl Secrets {
    /// Remembers a secret.
    pub fn add(&mut self, secret: &str) {
        if secret.len() < SHORTEST {
            return;
        }
        // Made once here, since every text of a report is searched for every form.
        for form in forms(secret) {
            if !self.0.iter().any(|have| have.expose_secret() == form) {
                self.0.push(form.into());
            }
        }
        // Longest first, so that a secret which contains another is hidden whole.
        self.0.sort_by_key(|secret| std::cmp::Reverse(secret.expose_secret().len()));
    }

    /// Remembers all of another's.
    pub fn merge(&mut self, other: &Secrets) {
        for secret in &other.0 {
            self.add(secret.expose_secret());
        }
    }

    /// The text with every secret replaced, as it is or escaped as URLs, forms and JSON are.
    pub fn hide(&self, text: &str) -> String {
        let mut out = text.to_owned();
        for secret in &self.0 {
            let form = secret.expose_secret();
            if out.contains(form) {
                out = out.replace(form, "[secret]");
            }
        }
        out
    }
}

/// What encoders that servers use make of a path, a query or a form.
const PATH: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'<').add(b'>').add(b'?').add(b'`');

/// A secret as it is and as it may come back. Most secrets are the same in every form.
fn forms(secret: &str) -> Vec<String> {
    let segment = super::segment(secret);
    let json = json_escaped(secret);
    vec![
        secret.to_owned(),
        lower_hex(&segment),
        segment,
        utf8_percent_encode(secret, PATH).to_string(),
        url::form_urlencoded::byte_serialize(secret.as_bytes()).collect(),
        json.replace('/', "\\/"),
        json,
        secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;"),
    ]
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
}
