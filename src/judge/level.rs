//! How bad a finding is.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// How bad a finding is, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Worth knowing: unusual, harmless to the identity providers we know.
    May,
    /// Against the standard or Okta's own suites; today's Okta gets along.
    Should,
    /// An identity provider fails, or corrupts or exposes data; or a MUST of the RFC that a client relies on.
    Must,
}

impl Level {
    /// All levels, the worst first.
    pub const ALL: [Level; 3] = [Level::Must, Level::Should, Level::May];

    /// What it means, as a sentence.
    pub fn meaning(self) -> &'static str {
        match self {
            Level::May => "Worth knowing: unusual, and harmless to the identity providers that are known.",
            Level::Should => "Against the standard or Okta's own test suites; today's Okta gets along.",
            Level::Must => {
                "An identity provider fails, or corrupts or exposes data; or a MUST of the standard that clients rely on."
            }
        }
    }

    /// `must`, `should` or `may`.
    pub fn word(self) -> &'static str {
        match self {
            Level::May => "may",
            Level::Should => "should",
            Level::Must => "must",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.word())
    }
}

impl FromStr for Level {
    type Err = String;

    fn from_str(text: &str) -> Result<Level, String> {
        match text {
            "may" => Ok(Level::May),
            "should" => Ok(Level::Should),
            "must" => Ok(Level::Must),
            _ => Err("expected must, should or may".to_owned()),
        }
    }
}
