//! The file `scim-check.toml`.

use std::{
    fs,
    num::NonZeroU16,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use serde_json::{Map, Value};
use toml::Spanned;

use super::{
    Seconds, Span,
    waiver::{self, Section, Waiver},
};
use crate::{
    judge::Level,
    scenario::{DataError, Need, did_you_mean},
};

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
    /// Where the token of another tenant is.
    pub other_token: Option<TokenSource>,
    /// Where access tokens come from, in place of a token.
    pub oauth: Option<OauthSection>,
    /// How it is sent.
    pub auth: Option<String>,
    /// Dialects to speak.
    pub dialects: Option<Vec<String>>,
    /// Time for one exchange.
    pub timeout: Option<Seconds>,
    /// Time for pauses that the target asks for.
    pub patience: Option<Span>,
    /// Time for a change to show.
    pub settle: Option<Span>,
    /// Scenarios at once.
    pub jobs: Option<NonZeroU16>,
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
    /// The user's own snapshots.
    #[serde(default)]
    pub snapshots: SnapshotsSection,
    /// Findings that are accepted for now.
    #[serde(skip)]
    pub waivers: Vec<Waiver>,
    /// The same as they are written.
    #[serde(default)]
    waive: Vec<Spanned<Section>>,
}

/// Where a token is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Value")]
pub enum TokenSource {
    /// In a variable of the environment.
    Env(String),
    /// In a file.
    File(PathBuf),
}

impl TryFrom<Value> for TokenSource {
    type Error = &'static str;

    /// The errors repeat nothing of what is there: it may be the token itself.
    fn try_from(value: Value) -> Result<TokenSource, &'static str> {
        let Value::Object(members) = &value else {
            return Err("a secret has no place in this file: say where it is");
        };
        let text = |name: &str| members.get(name).and_then(Value::as_str);
        match (members.len(), text("env"), text("file")) {
            (1, Some(name), None) => Ok(TokenSource::Env(name.to_owned())),
            (1, None, Some(path)) => Ok(TokenSource::File(path.into())),
            _ => Err("a secret comes either from `env` or from a `file`"),
        }
    }
}

/// Where access tokens come from: a token endpoint, and who we are to it. Everything may stand in a flag instead.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OauthSection {
    /// The token endpoint.
    pub token_url: Option<String>,
    /// Who we are to it.
    pub client_id: Option<String>,
    /// Where the client's secret is.
    pub client_secret: Option<TokenSource>,
    /// Where the refresh token is.
    pub refresh_token: Option<TokenSource>,
    /// The scope to ask for.
    pub scope: Option<String>,
}

/// What userNames look like.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Logins {
    /// An address: `scim-check-...-ada@example.com`.
    #[default]
    Address,
    /// A name without a domain.
    Name,
}

/// What people look like, for picky servers.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeopleSection {
    /// Domain of logins and addresses.
    pub domain: Option<String>,
    /// Whether userNames are addresses.
    pub logins: Option<Logins>,
    /// Put before random passwords.
    pub password_prefix: Option<String>,
    /// Attributes that everybody gets: paths and values.
    #[serde(default)]
    pub attributes: Map<String, Value>,
}

/// The user's own snapshots of their server.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SnapshotsSection {
    /// Their folder.
    pub folder: Option<PathBuf>,
    /// How bad a difference is: a `must` unless another level stands here.
    pub level: Option<Level>,
    /// What differs from run to run besides ids, dates and the like.
    #[serde(default)]
    pub redact: Vec<RedactSection>,
}

/// Values to be replaced in snapshots: either at a place in bodies or where a text fits.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RedactSection {
    /// A selector: `.meta.etag`, `.emails[].value`, `.**.requestId`.
    pub at: Option<String>,
    /// A regular expression.
    pub matches: Option<String>,
    /// What stands there instead.
    #[serde(rename = "as")]
    pub with: Option<String>,
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
        let mut config = ConfigFile::parse(&shown, &text)?;
        config.resolve(path.parent().unwrap_or(Path::new("")));
        let short = path.strip_prefix(from).unwrap_or(&path).display().to_string();
        config.waivers.iter_mut().for_each(|waiver| waiver.file.clone_from(&short));
        Ok(Some((path, config)))
    }

    /// Paths in the file are meant from its folder, wherever the program is started.
    fn resolve(&mut self, folder: &Path) {
        let oauth = self.oauth.as_mut().map(|oauth| [&mut oauth.client_secret, &mut oauth.refresh_token]);
        for source in oauth.into_iter().flatten().chain([&mut self.token, &mut self.other_token]) {
            if let Some(TokenSource::File(path)) = source {
                *path = folder.join(&*path);
            }
        }
        for path in [&mut self.scenarios, &mut self.snapshots.folder].into_iter().flatten() {
            *path = folder.join(&*path);
        }
    }

    fn parse(file: &str, text: &str) -> Result<ConfigFile, DataError> {
        let mut config: ConfigFile = toml::from_str(text).map_err(|error| {
            let message = error.message().lines().next().unwrap_or("the file can't be read").to_owned();
            let place = error.span().map_or((1, 1), |span| place(text, span.start));
            let line = text.lines().nth(place.0 - 1).unwrap_or("");
            let key = line.split('=').next().unwrap_or("").trim().to_owned();
            let mut drawn = DataError::at(file, text, place, in_our_words(&message), hint(&message, &key));
            if holds_secret(line, &key) {
                // Who wrote the secret itself there must not find it in a log of a build.
                drawn.line = format!("{key} = ...");
                drawn.place = Some((place.0, 1));
            }
            drawn
        })?;
        let written = std::mem::take(&mut config.waive);
        config.waivers = written.iter().map(|one| waiver::read(file, text, one)).collect::<Result<_, _>>()?;
        Ok(config)
    }
}

/// True for a line where a secret may stand by mistake.
fn holds_secret(line: &str, key: &str) -> bool {
    let name = key.rsplit('.').next().unwrap_or(key).trim().trim_matches(['"', '\'']);
    matches!(name, "token" | "oauth") || ["client_secret", "refresh_token"].iter().any(|secret| line.contains(secret))
}

/// Line and column, from 1.
pub(super) fn place(text: &str, byte: usize) -> (usize, usize) {
    let before = text.get(..byte).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    (line, column)
}

fn in_our_words(message: &str) -> String {
    if message.starts_with("unknown field") {
        let key = message.split('`').nth(1).unwrap_or("");
        return format!("unknown key `{key}`");
    }
    let message = message.strip_prefix("invalid type: ").or(message.strip_prefix("invalid value: ")).unwrap_or(message);
    match message.split_once(", expected ") {
        Some((what, "u16" | "usize" | "a nonzero u16")) => format!("{what} is not a number of scenarios"),
        Some(("invalid date", _)) => "this is no date".to_owned(),
        Some((what, expected)) if !message.starts_with("unknown variant") && !what.starts_with("key ") => {
            format!("{what} can't stand here, where {expected} belongs")
        }
        Some((what, _)) if message.starts_with("unknown variant") => {
            format!("{} can't stand here", what.trim_start_matches("unknown variant "))
        }
        _ => message.to_owned(),
    }
}

/// How each key is written.
const FORMS: [(&str, &str); 30] = [
    ("base_url", "base_url = \"https://scim.example.com/scim/v2\""),
    ("token", "token = { env = \"NAME\" } or token = { file = \"PATH\" }"),
    ("oauth", "[oauth] on a line of its own, and its keys below"),
    ("token_url", "token_url = \"https://login.example.com/oauth2/token\""),
    ("client_id", "client_id = \"NAME\""),
    ("client_secret", "client_secret = { env = \"NAME\" } or client_secret = { file = \"PATH\" }"),
    ("refresh_token", "refresh_token = { env = \"NAME\" } or refresh_token = { file = \"PATH\" }"),
    ("auth", "auth = \"bearer\""),
    ("dialects", "dialects = [\"okta-catalogue\", \"okta-aiw\"]"),
    ("timeout", "timeout = \"30s\""),
    ("patience", "patience = \"30s\""),
    ("settle", "settle = \"2s\""),
    ("jobs", "jobs = 4"),
    ("yes", "yes = true"),
    ("off", "off = [\"groups\"]"),
    ("scenarios", "scenarios = \"FOLDER\""),
    ("snapshots", "[snapshots] on a line of its own, and its keys below"),
    ("folder", "folder = \"snapshots\""),
    ("level", "level = \"should\""),
    ("redact", "redact = [{ at = \".meta.etag\", as = \"[tag]\" }]"),
    ("domain", "domain = \"example.com\""),
    ("logins", "logins = \"address\" or logins = \"name\""),
    ("waive", "[[waive]] on a line of its own, and its keys below"),
    ("[waive]", "[[waive]] with two brackets: there may be several"),
    ("rule", "rule = \"media-type-not-json\""),
    ("subject", "subject = \"name.familyName\""),
    ("scenario", "scenario = \"okta/groups/*\""),
    ("dialect", "dialect = \"okta-aiw\""),
    ("reason", "reason = \"fixed with ticket 4711\""),
    ("until", "until = \"2027-01-31\""),
];

fn hint(message: &str, key: &str) -> String {
    let unknown = message.split("unknown field `").nth(1).and_then(|rest| rest.split('`').next());
    match (unknown, message.split_once("expected")) {
        (Some(unknown), Some((_, list))) => {
            let known: Vec<&str> = list.split('`').skip(1).step_by(2).collect();
            did_you_mean(unknown, known.iter().copied())
        }
        _ => match (
            message.replace("expected one of `", "expected `").split_once(", expected `"),
            FORMS.iter().find(|(known, _)| *known == key),
        ) {
            (Some((_, list)), _) if message.starts_with("unknown variant") => {
                let given = message.split('`').nth(1).unwrap_or("");
                let known: Vec<&str> = list.split('`').step_by(2).filter(|word| !word.is_empty()).collect();
                did_you_mean(given, known.iter().copied())
            }
            (_, Some((_, form))) if !message.starts_with("duplicate") => format!("write {form}"),
            _ if message.starts_with("duplicate") => "leave one of them out".to_owned(),
            _ => "the file is TOML: one `key = value` on a line".to_owned(),
        },
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

    #[test]
    fn a_waiver_knows_its_lines() {
        let text = "jobs = 1\n\n[[waive]]\nrule = \"x\"\n# why\nreason = \"r\"\n\n\
                    [[waive]]\nreason = \"\"\"a\nb\"\"\"\nscenario = \"okta/*\"\nuntil = 2027-01-31\n[people]\n";
        let waivers = ConfigFile::parse("x", text).unwrap().waivers;
        assert_eq!(waivers.iter().map(|waiver| waiver.lines).collect::<Vec<_>>(), [(3, 6), (8, 12)]);
        assert_eq!(waivers[1].until, Some(jiff::civil::date(2027, 1, 31)));
        assert!(waivers[1].of_scenario("okta/a") && !waivers[1].of_scenario("okta/a/b"));
        assert!(
            !waivers[1].expired(jiff::civil::date(2027, 1, 31)) && waivers[1].expired(jiff::civil::date(2027, 2, 1))
        );
    }

    #[test]
    fn a_wrong_waiver_is_drawn() {
        for (body, line, column, message) in [
            ("reason = \"r\"", 1, 1, "neither"),
            ("rule = \"x\"", 1, 1, "no reason"),
            ("rule = \"x\"\nreason = \" \"", 3, 10, "empty"),
            ("rule = \"[\"\nreason = \"r\"", 2, 8, "not a pattern"),
            ("scenario = \"a/***\"\nreason = \"r\"", 2, 12, "not a pattern"),
            ("scenario = \"a/b@okta-aiw\"\nreason = \"r\"", 2, 12, "dialect does not belong"),
            ("rule = \"x\"\nreason = \"r\"\nuntil = \"2027-02-30\"", 4, 9, "no date"),
            ("rule = \"x\"\nreason = \"r\"\nuntil = \"soon\"", 4, 9, "no date"),
            ("rule = \"x\"\nreason = \"r\"\nuntil = 2027", 4, 9, "no date"),
            ("rule = \"x\"\nreson = \"r\"", 3, 1, "unknown key `reson`"),
        ] {
            let error = ConfigFile::parse("x", &format!("[[waive]]\n{body}\n")).unwrap_err();
            assert_eq!(error.place, Some((line, column)), "{body}: {error}");
            assert!(error.message.contains(message) && !error.hint.is_empty(), "{error}");
        }
    }
}
