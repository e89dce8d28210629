//! `scim-check snapshots`

use std::{fs, path::PathBuf};

use colored::Colorize;

use super::{
    args::{SnapshotsArgs, SnapshotsChooseArgs, SnapshotsCommand, SnapshotsFolderArgs, SnapshotsStatusArgs},
    failure::Failure,
    own::shown,
    print, review, settings,
};
use crate::{
    http::shell_word,
    idp::Dialect,
    report::sanitise,
    run::ExitCode,
    scenario::{Library, nearest},
    snapshot::{Entry, Folder},
};

/// What `cargo insta` wants to find in a folder that is no package.
const MANIFEST: &str = "\
# Only for `cargo insta`, which looks for snapshots in packages.
[package]
name = \"scim-snapshots\"
version = \"0.0.0\"
edition = \"2024\"

[lib]
path = \"none.rs\"

[workspace]
";

/// Carries out `snapshots`.
pub fn snapshots(args: &SnapshotsArgs) -> anyhow::Result<ExitCode> {
    match &args.command {
        SnapshotsCommand::Status(args) => status(args),
        SnapshotsCommand::Review(args) => {
            let Opened { folder, again, .. } = open(args, true)?;
            review::review(&folder, &again)
        }
        SnapshotsCommand::Accept(args) => choose(args, "accepted", Folder::accept),
        SnapshotsCommand::Reject(args) => choose(args, "rejected", |folder, name| folder.remove(name, true)),
        SnapshotsCommand::Prune(args) => prune(args),
    }
}

/// The folder, where scenarios of the user's own are, and the flags with which it is found again.
struct Opened {
    folder: Folder,
    scenarios: Option<PathBuf>,
    again: String,
}

impl Opened {
    /// All scenarios there are, by which orphans are known.
    fn library(&self) -> anyhow::Result<Library> {
        let mut library = Library::builtin()?;
        if let Some(own) = &self.scenarios {
            library.add_folder(own)?;
        }
        Ok(library)
    }
}

fn open(args: &SnapshotsFolderArgs, write: bool) -> anyhow::Result<Opened> {
    let settings = settings::of_snapshots(args)?;
    let Some(root) = settings.snapshots else {
        let hint = "add --snapshots DIR, the one that `run --snapshots` was given";
        return Err(Failure::usage("no folder of snapshots is named", hint).into());
    };
    // A folder that is not there is a slip, not one to be made.
    let mut folder = Folder::to_read(&root.value)?;
    if write {
        folder = Folder::to_write(&root.value)?;
    }
    let scenarios = settings.scenarios.map(|own| own.value);
    let path = |flag: &str, path: &Option<PathBuf>| path.as_ref().map(|path| format!(" {flag} {}", shown(path)));
    let typed = [
        path("--snapshots", &args.snapshots),
        path("--scenarios", &args.scenarios),
        args.target.as_ref().map(|target| format!(" --target {}", shell_word(target))),
        path("--config", &args.config),
    ];
    Ok(Opened { folder, scenarios, again: typed.into_iter().flatten().collect() })
}

/// True for a snapshot of a scenario, or a dialect of it, that there is not.
fn orphaned(entry: &Entry, library: &Library) -> bool {
    let (id, dialect) = match entry.name.split_once('@') {
        Some((id, dialect)) => (id, Some(dialect)),
        None => (entry.name.as_str(), None),
    };
    match library.scenario(id) {
        Some(scenario) if scenario.is_raw() => dialect.is_some(),
        Some(_) => dialect.is_none_or(|dialect| dialect.parse::<Dialect>().is_err()),
        // Of a suite that is not at hand nothing is known: its folder may only not have been named (--scenarios).
        None => id.split('/').next().is_some_and(|suite| library.suite(suite).is_some()),
    }
}

fn status(args: &SnapshotsStatusArgs) -> anyhow::Result<ExitCode> {
    let opened = open(&args.folder, false)?;
    let library = opened.library()?;
    let Opened { folder, again, .. } = opened;
    if args.cargo_insta {
        let manifest = folder.root().join("Cargo.toml");
        let others = fs::read_to_string(&manifest).is_ok_and(|text| text != MANIFEST);
        if others {
            let what = format!("{} is there already, and not ours", manifest.display());
            return Err(Failure::usage(what, "name a folder that holds nothing but snapshots").into());
        }
        if !manifest.exists() {
            fs::write(&manifest, MANIFEST).map_err(|error| {
                Failure::usage(format!("{} can't be written: {error}", manifest.display()), "make the folder writable")
            })?;
        }
        print::talk(&format!("cargo insta review --workspace-root {} works now\n", shown(folder.root())));
    }
    let entries = folder.entries()?;
    let accepted = entries.iter().filter(|entry| entry.accepted).count();
    let pending: Vec<&Entry> = entries.iter().filter(|entry| entry.pending).collect();
    let orphans: Vec<&Entry> = entries.iter().filter(|entry| orphaned(entry, &library)).collect();
    let mut out = String::new();
    for entry in &pending {
        let word = if entry.accepted { "different".yellow() } else { "new".green() };
        out.push_str(&format!("{word:<10} {}\n", sanitise(&entry.name)));
    }
    for entry in &orphans {
        out.push_str(&format!("{:<10} {}\n", "orphaned".red(), sanitise(&entry.name)));
    }
    out.push_str(&format!("{accepted} accepted, {} waiting, {} orphaned\n", pending.len(), orphans.len()));
    print::result(&out);
    if !pending.is_empty() {
        print::talk(&format!("hint: scim-check snapshots review{again}\n"));
    }
    if !orphans.is_empty() {
        print::talk(&format!("hint: scim-check snapshots prune{again}\n"));
    }
    Ok(if pending.is_empty() { ExitCode::Ok } else { ExitCode::Findings })
}

fn choose(
    args: &SnapshotsChooseArgs,
    word: &str,
    act: impl Fn(&Folder, &str) -> Result<(), crate::snapshot::FolderError>,
) -> anyhow::Result<ExitCode> {
    if args.names.is_empty() && !args.all {
        let hint = "name a snapshot or a folder of them, such as okta/lookup, or say --all";
        return Err(Failure::usage(format!("it is not said what is to be {word}"), hint).into());
    }
    let mut patterns = Vec::new();
    for name in &args.names {
        let pattern = glob::Pattern::new(name).map_err(|error| {
            Failure::usage(
                format!("`{name}` is no glob: {}", error.msg),
                "`*` stands for one part of a name, `**` for several",
            )
        })?;
        patterns.push((name, pattern));
    }
    let Opened { folder, again, .. } = open(&args.folder, true)?;
    let entries = folder.entries()?;
    let options = glob::MatchOptions { require_literal_separator: true, ..glob::MatchOptions::new() };
    // A name without its dialect means all of them, and a folder everything below it.
    let fits = |given: &str, pattern: &glob::Pattern, name: &str| {
        let id = name.split('@').next().unwrap_or(name);
        let below = id.strip_prefix(given.trim_end_matches('/')).is_some_and(|rest| rest.starts_with('/'));
        below || pattern.matches_with(name, options) || pattern.matches_with(id, options)
    };
    let waiting: Vec<&Entry> = entries.iter().filter(|entry| entry.pending).collect();
    for (name, pattern) in &patterns {
        if !waiting.iter().any(|entry| fits(name, pattern, &entry.name)) {
            let hint = match nearest(name, waiting.iter().map(|entry| entry.name.as_str())) {
                Some(near) => format!("did you mean `{}`?", sanitise(near)),
                None => format!("`scim-check snapshots status{again}` shows what waits"),
            };
            return Err(Failure::usage(format!("nothing waits that fits `{name}`"), hint).into());
        }
    }
    let mut count = 0;
    for entry in waiting {
        if args.all || patterns.iter().any(|(name, pattern)| fits(name, pattern, &entry.name)) {
            act(&folder, &entry.name)?;
            print::result(&format!("{word} {}\n", sanitise(&entry.name)));
            count += 1;
        }
    }
    print::result(&format!("{count} {word}\n"));
    Ok(ExitCode::Ok)
}

fn prune(args: &SnapshotsFolderArgs) -> anyhow::Result<ExitCode> {
    let opened = open(args, true)?;
    let (folder, library) = (&opened.folder, opened.library()?);
    let mut count = 0;
    for entry in folder.entries()?.iter().filter(|entry| orphaned(entry, &library)) {
        folder.remove(&entry.name, false)?;
        folder.remove(&entry.name, true)?;
        print::result(&format!("deleted {}\n", sanitise(&entry.name)));
        count += 1;
    }
    print::result(&format!("{count} deleted\n"));
    Ok(ExitCode::Ok)
}
