//! The user's own snapshots in a run: read before anything is sent, written when it has ended.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{failure::Failure, print};
use crate::{
    config::{RedactSection, Setting, Settings},
    http::{Secrets, shell_word},
    report::sanitise,
    run::{OwnSnapshots, Plan, Recorded, RunRecord},
    snapshot::{Folder, Place, Replacement},
};

/// The folder of a run, and what is in it.
pub struct Own {
    folder: Folder,
    snapshots: OwnSnapshots,
}

impl Own {
    /// Reads what the run is held against; `None` where the user has no snapshots of their own.
    ///
    /// # Errors
    /// A folder that can't be used, a damaged file, a redaction that can't be read.
    pub fn open(ci: bool, settings: &Settings, plan: &Plan) -> anyhow::Result<Option<Own>> {
        let Some(Setting { value: root, origin }) = &settings.snapshots else {
            if ci {
                let hint = "add --snapshots DIR: --ci is about the snapshots that are in it";
                return Err(Failure::usage("--ci without a folder of snapshots", hint).into());
            }
            return Ok(None);
        };
        let ci = ci || std::env::var("CI").is_ok_and(|value| !matches!(value.as_str(), "" | "0" | "false"));
        let folder = if ci { Folder::to_read(root)? } else { Folder::to_write(root)? };
        let mut accepted = HashMap::new();
        for planned in &plan.entries {
            let name = planned.name();
            if let Some(dialogue) = folder.read(&name)? {
                accepted.insert(name, dialogue);
            }
        }
        let snapshots = OwnSnapshots {
            folder: shown(&near(root)),
            flag: if origin.is_flag() { format!(" --snapshots {}", shown(root)) } else { String::new() },
            accepted,
            level: settings.snapshots_level.value,
            replaced: replacements(&settings.redact)?,
            secrets: Secrets::default(),
            ci,
        };
        Ok(Some(Own { folder, snapshots }))
    }

    /// What the runner has to know of them.
    pub fn snapshots(&self) -> &OwnSnapshots {
        &self.snapshots
    }

    /// Holds the run against them, and keeps what is new or different for a review.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn settle(&mut self, plan: &Plan, record: &mut RunRecord, secrets: Secrets) -> anyhow::Result<()> {
        self.snapshots.secrets = secrets;
        let Recorded { pending, settled } = self.snapshots.hold(plan, record);
        if record.interrupted {
            return Ok(());
        }
        for replacement in self.snapshots.replaced.iter().filter(|replacement| !replacement.is_used()) {
            let text = sanitise(&replacement.text);
            print::talk(&format!("note: under `redact` in scim-check.toml, `{text}` fits nothing in this run\n"));
        }
        if self.snapshots.ci {
            return Ok(());
        }
        for (name, text) in &pending {
            self.folder.keep(name, text)?;
        }
        for name in &settled {
            self.folder.remove(name, true)?;
        }
        Ok(())
    }
}

/// A folder as it is named from here: those in the configuration file are whole paths.
fn near(root: &Path) -> PathBuf {
    let here = std::env::current_dir().ok();
    let below = here.and_then(|here| root.strip_prefix(here).ok().map(Path::to_owned));
    below.filter(|path| !path.as_os_str().is_empty()).unwrap_or_else(|| root.to_owned())
}

/// A path as it is typed in a command; one that begins like a flag is told apart.
pub fn shown(root: &Path) -> String {
    let text = root.display().to_string();
    shell_word(&if text.starts_with('-') { format!("./{text}") } else { text })
}

/// Reads what is to be replaced.
///
/// # Errors
/// An entry that can't be read.
pub fn replacements(redact: &Setting<Vec<RedactSection>>) -> Result<Arc<[Replacement]>, Failure> {
    let origin = &redact.origin;
    let wrong = |what: String| {
        Failure::usage(
            what,
            "write { at = \".meta.etag\", as = \"[tag]\" } or { matches = \"req-[0-9]+\", as = \"[request]\" }",
        )
    };
    let replacement = |section: &RedactSection| {
        let with = section.with.clone().unwrap_or_else(|| "[redacted]".to_owned());
        if with.chars().any(char::is_control) {
            return Err(wrong(format!("under `redact` ({origin}): what stands for a value is one line of text")));
        }
        match (&section.at, &section.matches) {
            (Some(at), None) => at
                .parse()
                .map(|selector| Replacement::new(at, Place::At(selector), &with))
                .map_err(|error| wrong(format!("under `redact` ({origin}): {error}"))),
            (None, Some(pattern)) => match regex_lite::Regex::new(pattern) {
                Ok(regex) if regex.is_match("") => {
                    Err(wrong(format!("under `redact` ({origin}): `{pattern}` fits everywhere")))
                }
                Ok(regex) => Ok(Replacement::new(pattern, Place::Matches(regex), &with)),
                Err(error) => {
                    Err(wrong(format!("under `redact` ({origin}): `{pattern}` is no regular expression: {error}")))
                }
            },
            _ => Err(wrong(format!("under `redact` ({origin}) an entry has either `at` or `matches`"))),
        }
    };
    redact.value.iter().map(replacement).collect()
}
