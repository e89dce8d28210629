//! Texts that no output may show, also when the target echoes them back.

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
        for form in [secret.to_owned(), super::segment(secret), json_escaped(secret)] {
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

    /// The text with every secret replaced, as it is, percent-encoded or JSON-escaped.
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
}
