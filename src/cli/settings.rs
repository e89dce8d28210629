//! From what is typed to the settings: the one way in which every command gets them.

use std::path::Path;

use super::args::{ListArgs, OauthArgs, RunArgs, SnapshotsFolderArgs, TargetArgs};
use crate::config::{
    CommandLine, ConfigFile, Environment, GivenUrl, OauthSection, Section, Settings, SnapshotsSection, TokenSource,
};

/// The settings of `run`.
///
/// # Errors
/// A file that can't be read, or settings that contradict each other.
pub fn of_run(args: &RunArgs) -> anyhow::Result<Settings> {
    let some = |texts: &[String]| (!texts.is_empty()).then(|| texts.to_vec());
    // A pattern that fits everything says the same as the flag.
    let all = args.select.all.then(|| vec!["**".to_owned()]);
    let mut section = Section {
        other_token: args.other_token_file.clone().map(TokenSource::File),
        suites: some(&args.select.patterns).or(all),
        scenarios: args.select.scenarios.clone(),
        dialects: (!args.dialects.is_empty()).then(|| args.dialects.clone()),
        off: (!args.off.is_empty()).then(|| args.off.clone()),
        fail_on: args.fail_on,
        reports: some(&args.reports),
        jobs: args.jobs,
        settle: args.settle,
        snapshots: SnapshotsSection { folder: args.snapshots.clone(), ..SnapshotsSection::default() },
        ..Section::default()
    };
    of_target_args(&args.target, &mut section);
    resolve(section, &args.target, args.embedded)
}

/// The settings of a command that speaks to a target and plays no scenario.
///
/// # Errors
/// As [`of_run`].
pub fn of_target(args: &TargetArgs) -> anyhow::Result<Settings> {
    let mut section = Section::default();
    of_target_args(args, &mut section);
    resolve(section, args, false)
}

/// The settings of a command about the user's own snapshots.
///
/// # Errors
/// As [`of_run`].
pub fn of_snapshots(args: &SnapshotsFolderArgs) -> anyhow::Result<Settings> {
    let section = Section {
        scenarios: args.scenarios.clone(),
        snapshots: SnapshotsSection { folder: args.snapshots.clone(), ..SnapshotsSection::default() },
        ..Section::default()
    };
    let line = CommandLine { section, target: args.target.clone(), embedded: false };
    Ok(Settings::resolve(&line, &Environment::read()?, file(args.config.as_deref())?.as_ref())?)
}

/// The settings of `list`, where nothing selected means everything.
///
/// # Errors
/// As [`of_run`].
pub fn of_list(args: &ListArgs) -> anyhow::Result<Settings> {
    let patterns = if args.all || args.patterns.is_empty() { vec!["**".to_owned()] } else { args.patterns.clone() };
    of_files(args.scenarios.as_deref(), Some(patterns))
}

/// The settings of a command that only has to find scenarios.
///
/// # Errors
/// As [`of_run`].
pub fn of_scenarios(folder: Option<&Path>) -> anyhow::Result<Settings> {
    of_files(folder, None)
}

fn of_files(folder: Option<&Path>, suites: Option<Vec<String>>) -> anyhow::Result<Settings> {
    let section = Section { scenarios: folder.map(Path::to_owned), suites, ..Section::default() };
    // No target is spoken to.
    let line = CommandLine { section, target: None, embedded: true };
    Ok(Settings::resolve(&line, &Environment::default(), file(None)?.as_ref())?)
}

fn resolve(section: Section, args: &TargetArgs, embedded: bool) -> anyhow::Result<Settings> {
    let line = CommandLine { section, target: args.target.clone(), embedded };
    Ok(Settings::resolve(&line, &Environment::read()?, file(args.config.as_deref())?.as_ref())?)
}

/// The configuration file, if there is one.
fn file(given: Option<&Path>) -> anyhow::Result<Option<ConfigFile>> {
    let here = std::env::current_dir().unwrap_or_default();
    Ok(ConfigFile::find(given, &here)?.map(|(_, file)| file))
}

fn of_target_args(args: &TargetArgs, section: &mut Section) {
    let given = args.token.clone().map(|token| TokenSource::Given(token.into()));
    section.base_url = args.base_url.clone().map(GivenUrl::from);
    section.token = args.token_file.clone().map(TokenSource::File).or(given);
    section.oauth = oauth(&args.oauth);
    section.auth = args.auth.clone();
    section.ca_file = args.ca_file.clone();
    section.client_cert = args.client_cert.clone();
    section.client_key = args.client_key.clone();
    section.insecure = args.insecure.then_some(true);
    section.yes = args.yes.then_some(true);
    section.timeout = args.timeout;
    section.patience = args.patience;
    section.wait = args.wait;
    section.max_body = args.max_body;
}

fn oauth(args: &OauthArgs) -> Option<OauthSection> {
    let OauthArgs { token_url, client_id, client_secret_file, refresh_token_file, scope } = args;
    let file = |path: &Option<_>| path.clone().map(TokenSource::File);
    let section = OauthSection {
        token_url: token_url.clone().map(GivenUrl::from),
        client_id: client_id.clone(),
        client_secret: file(client_secret_file),
        refresh_token: file(refresh_token_file),
        scope: scope.clone(),
    };
    let some = token_url.is_some() || client_id.is_some() || scope.is_some();
    (some || client_secret_file.is_some() || refresh_token_file.is_some()).then_some(section)
}
