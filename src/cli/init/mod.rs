//! `scim-check init`: a configuration and a scenario to begin with.

use std::{
    fs::{self, OpenOptions},
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
};

use super::{args::InitArgs, failure::Failure, own::shown, print, show};
use crate::{
    config::{ConfigFile, NAME},
    report::sanitise,
    run::ExitCode,
    scenario::{Library, SCENARIOS, Scenario},
};

const CONFIG: &str = include_str!("scim-check.toml");
const SUITE: &str = include_str!("suite.yaml");
const STORY: &str = include_str!("leaver.yaml");

/// Letters of the name of a suite.
const LONGEST: usize = 64;

/// A file to be written.
struct New {
    path: PathBuf,
    text: String,
}

/// Carries out `init`.
pub fn init(args: &InitArgs) -> anyhow::Result<ExitCode> {
    let library = Library::builtin()?;
    let suite = suite(&args.suite, &library)?;
    let config = args.dir.join(NAME);
    let there = config.exists();
    if there && args.from.is_none() {
        let hint = "to add a scenario to what is there: scim-check init --from ID, such as okta/lifecycle/unassign";
        return Err(Failure::usage(format!("{} is there already", config.display()), hint).into());
    }
    let scenarios = folder(args, &config)?;
    let folder = scenarios.join(suite);
    let mut files = Vec::new();
    if !there {
        files.push(New { path: config, text: CONFIG.replace("SUITE", suite) });
    }
    let (name, text, levels) = match &args.from {
        None => ("leaver", STORY.replace("SUITE", suite), String::new()),
        Some(id) => copy(id, &library)?,
    };
    let story = New { path: folder.join(format!("{name}.yaml")), text };
    if folder.exists() && !folder.is_dir() {
        let hint = "nothing was written; --suite NAME gives it another name";
        return Err(Failure::usage(format!("{} is no folder", folder.display()), hint).into());
    }
    if story.path.symlink_metadata().is_ok() {
        let hint = "nothing was written; --suite NAME puts it into another suite";
        return Err(Failure::usage(format!("{} is there already", story.path.display()), hint).into());
    }
    let about = folder.join("suite.yaml");
    if !about.exists() {
        files.push(New { path: about, text: format!("{SUITE}{levels}") });
    }
    files.push(story);
    for (at, file) in files.iter().enumerate() {
        if let Err(failure) = write(file) {
            // Half of it would be in the way of the next try.
            files[..at].iter().for_each(|file| drop(fs::remove_file(&file.path)));
            return Err(failure.into());
        }
    }
    tell(&files, &format!("{suite}/{name}"), args);
    Ok(ExitCode::Ok)
}

/// The name of the user's suite, if it can be one.
fn suite<'a>(name: &'a str, library: &Library) -> Result<&'a str, Failure> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let begins = name.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    if !begins || name.len() > LONGEST || !name.bytes().all(plain) {
        let hint = "small letters, digits and hyphens make one, 64 at most";
        return Err(Failure::usage(format!("`{name}` is no name of a suite"), hint));
    }
    if library.suite(name).is_some() {
        let hint = "give yours a name of its own: --suite mine";
        return Err(Failure::usage(format!("the suite {name} is built in"), hint));
    }
    Ok(name)
}

/// The folder of the user's scenarios: what a configuration that is there says, else `scenarios` beside it.
fn folder(args: &InitArgs, config: &Path) -> anyhow::Result<PathBuf> {
    let beside = args.dir.join("scenarios");
    if !config.exists() {
        return Ok(beside);
    }
    let found = ConfigFile::find(Some(config), Path::new(""))?;
    match found.and_then(|(_, file)| file.defaults.scenarios) {
        Some(folder) => Ok(folder),
        None => {
            let hint = "add `scenarios = \"scenarios\"` to it, before its first table";
            Err(Failure::usage(format!("{} names no folder of scenarios", config.display()), hint).into())
        }
    }
}

/// A built-in scenario: its name, its text with a remark, and how its suite changes the levels of rules.
fn copy(id: &str, library: &Library) -> Result<(&'static str, String, String), Failure> {
    let bare = id.strip_prefix("scenarios/").unwrap_or(id).trim_end_matches(".yaml");
    let bare = bare.split('@').next().unwrap_or(bare);
    let text = |id: &str| SCENARIOS.iter().find(|(path, _)| path.strip_suffix(".yaml") == Some(id));
    let (Some(scenario), Some((path, story))) = (library.scenario(bare), text(bare)) else {
        return Err(Failure::usage(format!("there is no scenario `{bare}`"), show::suggestion(bare, library)));
    };
    let name = path.rsplit('/').next().unwrap_or(path).trim_end_matches(".yaml");
    let version = env!("CARGO_PKG_VERSION");
    let levels = text(&format!("{}/suite", scenario.suite)).map(|(_, text)| levels(text)).unwrap_or_default();
    Ok((name, format!("# From {id} of scim-check {version}.\n{story}", id = scenario.id), remark(scenario, &levels)))
}

/// The part of a `suite.yaml` that changes the levels of rules.
fn levels(suite: &str) -> String {
    let inside = |line: &&str| line.is_empty() || line.starts_with([' ', '-', '#']);
    let mut lines = suite.lines().skip_while(|line| !line.starts_with("levels:"));
    let Some(first) = lines.next() else {
        return String::new();
    };
    [first].into_iter().chain(lines.take_while(inside)).map(|line| format!("{line}\n")).collect()
}

fn remark(scenario: &Scenario, levels: &str) -> String {
    if levels.is_empty() {
        return String::new();
    }
    format!("# The levels of rules as in the suite {}.\n{levels}", scenario.suite)
}

/// Writes a file that is not there.
fn write(file: &New) -> Result<(), Failure> {
    let shown = file.path.display();
    let failed = |error: std::io::Error| match error.kind() {
        ErrorKind::AlreadyExists => Failure::usage(format!("{shown} is there already"), "it was left as it is"),
        _ => Failure::usage(format!("{shown} can't be written: {error}"), "check the folder and its permissions"),
    };
    if let Some(folder) = file.path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut new = OpenOptions::new().write(true).create_new(true).open(&file.path).map_err(failed)?;
    let written = new.write_all(file.text.as_bytes());
    if written.is_err() {
        drop(fs::remove_file(&file.path));
    }
    written.map_err(failed)
}

fn tell(files: &[New], id: &str, args: &InitArgs) {
    let mut out = String::new();
    for file in files {
        let path = file.path.strip_prefix(".").unwrap_or(&file.path);
        out.push_str(&format!("wrote {}\n", sanitise(&path.display().to_string())));
    }
    let here = args.dir == Path::new(".");
    let enter = if here { String::new() } else { format!("cd {}\n", shown(&args.dir)) };
    out.push_str(&format!("\nTry it:\n{enter}scim-check run --embedded {id}\nscim-check show {id}\n"));
    print::result(&out);
}
