//! The file `scim-check.toml`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use serde_json::{Map, Value};

use super::Seconds;
use crate::scenario::{DataError, Need, did_you_mean};

/// Name of the file that is looked for, upwards from the working directory.
const NAME: &str = "scim-check.toml";

/// What the file says; everything is optional.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfigFile {
    /// The target.
    pub base_url: Option<String>,
    /// Where the token is; never the token itself.
    pub token: Option<TokenSource>,
    /// How it is sent.
    pub auth: Option<String>,
    /// Dialects to speak.
    pub dialects: Option<Vec<String>>,
    /// Time for one exchange.
    pub timeout: Option<Seconds>,
    /// Scenarios at once.
    pub jobs: Option<usize>,
    /// Consent to write to a host that is not this machine.
    #[serde(default)]
    pub yes: bool,
    /// What the target does not have.
    #[serde(default)]
    pub off: Vec<Need>,
    /// A folder of own scenarios.
    pub scenarios: Option<PathBuf>,
    /// What people look like.
    #[serde(default)]
    pub people: PeopleSection,
}

/// Where a token is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum TokenSource {
    /// In a variable of the environment.
    Env(String),
    /// In a file.
    File(PathBuf),
}

/// What people look like, for picky servers.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeopleSection {
    /// Domain of logins and addresses.
    pub domain: Option<String>,
    /// Put before random passwords.
    pub password_prefix: Option<String>,
    /// Attributes that everybody gets: paths and values.
    #[serde(default)]
    pub attributes: Map<String, Value>,
}

impl ConfigFile {
    /// Reads the file given, or the nearest one upwards from `from`; `None` where there is none.
    ///
    /// # Errors
    /// A file that can't be read, with line and column.
    pub fn find(given: Option<&Path>, from: &Path) -> Result<Option<(PathBuf, ConfigFile)>, DataError> {
        let path = match given {
            Some(path) => path.to_owned(),
            None => match from.ancestors().map(|folder| folder.join(NAME)).find(|path| path.is_file()) {
                Some(path) => path,
                None => return Ok(None),
            },
        };
        let shown = path.display().to_string();
        let text = fs::read_to_string(&path)
            .map_err(|error| DataError::whole(&shown, format!("the file can't be read: {error}"), "check --config"))?;
        ConfigFile::parse(&shown, &text).map(|config| Some((path, config)))
    }

    fn parse(file: &str, text: &str) -> Result<ConfigFile, DataError> {
        toml::from_str(text).map_err(|error| {
            let message = error.message().lines().next().unwrap_or("the file can't be read").to_owned();
            let place = error.span().map_or((1, 1), |span| place(text, span.start));
            DataError::at(file, text, place, &message, hint(&message))
        })
    }
}

fn place(text: &str, byte: usize) -> (usize, usize) {
    let before = text.get(..byte).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    (line, column)
}

fn hint(message: &str) -> String {
    let unknown = message.split("unknown field `").nth(1).and_then(|rest| rest.split('`').next());
    match (unknown, message.split_once("expected")) {
        (Some(unknown), Some((_, list))) => {
            let known: Vec<&str> = list.split('`').skip(1).step_by(2).collect();
            did_you_mean(unknown, known.iter().copied())
        }
        _ => "docs/configuration.md describes the file".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_file_is_read() {
        let text = "base_url = \"https://h/scim\"\ntoken = { env = \"T\" }\ntimeout = \"5s\"\noff = [\"groups\"]\n\
                    [people]\ndomain = \"corp.example\"\n[people.attributes]\ntitle = \"Buyer\"\n";
        let config = ConfigFile::parse("x", text).unwrap();
        assert_eq!(config.token, Some(TokenSource::Env("T".to_owned())));
        assert_eq!(config.off, [Need::Groups]);
        assert_eq!(config.people.attributes["title"], "Buyer");
    }

    #[test]
    fn an_unknown_key_is_drawn_with_a_suggestion() {
        let error = ConfigFile::parse("scim-check.toml", "\nbase_ulr = \"x\"\n").unwrap_err();
        assert_eq!(error.place, Some((2, 1)));
        assert_eq!(error.hint, "did you mean `base_url`?");
    }
}
