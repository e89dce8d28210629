//! A URL as it was given, before anybody has looked at it.

use std::fmt;

use serde::Deserialize;

/// A URL as it was given: there may be a password in it, or a secret in its query.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct GivenUrl(String);

impl GivenUrl {
    /// All of it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What of it may be shown: neither who logs in nor its query.
    pub fn shown(&self) -> String {
        let scheme = self.0.find("://").map_or(0, |at| at + 3);
        // A password may hold any character, so that only the last of these ends it.
        let (before, rest) = match self.0.rfind('@').filter(|at| *at >= scheme) {
            Some(at) => (format!("{}...", &self.0[..scheme]), &self.0[at..]),
            None => (String::new(), self.0.as_str()),
        };
        match rest.split_once(['?', '#']) {
            Some((base, _)) => format!("{before}{base}{}...", &rest[base.len()..=base.len()]),
            None => format!("{before}{rest}"),
        }
    }
}

impl From<String> for GivenUrl {
    fn from(url: String) -> GivenUrl {
        GivenUrl(url)
    }
}

impl fmt::Debug for GivenUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:?}", self.shown())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_logs_in_and_the_query_stay_out() {
        for (given, shown) in [
            ("https://scim.example.com/v2", "https://scim.example.com/v2"),
            ("https://h/v2?code=hush", "https://h/v2?..."),
            ("https://ada:hush@h/v2", "https://...@h/v2"),
            ("https://ada:hu/s?h@h/v2?code=hush#x", "https://...@h/v2?..."),
            ("ada:hush@h", "...@h"),
        ] {
            let url = GivenUrl::from(given.to_owned());
            assert_eq!((url.shown(), format!("{url:?}")), (shown.to_owned(), format!("{shown:?}")));
        }
    }
}
