//! A folder of snapshots: the user's own record of their server, one file for each scenario in each dialect.
//!
//! `okta/lifecycle/unassign@okta-aiw.snap` is accepted, `.snap.new` beside it waits for a person. Files are written beside and then
//! renamed, so that whoever interrupts the program leaves no half of one.

use std::{
    collections::{BTreeMap, HashSet},
    fs, io,
    path::{Path, PathBuf},
};

use super::{Dialogue, read};

/// Bytes of a file that are read; one of ours is shorter.
const LONGEST: u64 = 64 * 1024 * 1024;

/// How a file is called that is written to see whether that can be done.
const PROBE: &str = ".probe-";

/// A folder of snapshots.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    /// Held as long as the folder is written to: two at once would overwrite one another.
    _lock: Option<fs::File>,
}

/// What there is of one scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// `okta/lifecycle/unassign@okta-aiw`.
    pub name: String,
    /// A snapshot was accepted.
    pub accepted: bool,
    /// Another one waits.
    pub pending: bool,
}

/// Why a folder, or a file in it, can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct FolderError {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: String,
}

fn damaged(path: &Path, what: &str) -> FolderError {
    FolderError {
        message: format!("the snapshot {} can't be read: {what}", path.display()),
        hint: "take it from your version control, or delete it and record it anew".to_owned(),
    }
}

fn failed(what: &str, path: &Path, error: &io::Error) -> FolderError {
    let hint = match error.kind() {
        io::ErrorKind::PermissionDenied if ["read", "opened"].contains(&what) => {
            "make it readable, or name another folder"
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "make the folder writable, or name another"
        }
        io::ErrorKind::StorageFull => "make room on the disk",
        _ => "check --snapshots",
    };
    FolderError { message: format!("{} can't be {what}: {error}", path.display()), hint: hint.to_owned() }
}

impl Folder {
    /// A folder to read from.
    ///
    /// # Errors
    /// If it is not there.
    pub fn to_read(root: &Path) -> Result<Folder, FolderError> {
        if !root.is_dir() {
            return Err(FolderError {
                message: format!("there is no folder of snapshots at {}", root.display()),
                hint: "`scim-check run --snapshots DIR` records one, where CI is not set".to_owned(),
            });
        }
        Ok(Folder { root: root.to_owned(), _lock: None })
    }

    /// A folder to write to, made where it is not there. Nobody else may write to it meanwhile.
    ///
    /// # Errors
    /// If it can't be made, written to or locked.
    pub fn to_write(root: &Path) -> Result<Folder, FolderError> {
        fs::create_dir_all(root).map_err(|error| failed("made", root, &error))?;
        let folder = Folder { root: root.to_owned(), _lock: Some(lock(root)?) };
        folder.sweep()?;
        // Tried before anything is sent to a target.
        let probe = root.join(format!("{PROBE}{}", std::process::id()));
        fs::write(&probe, "").map_err(|error| failed("written to", root, &error))?;
        let _ = fs::remove_file(&probe);
        Ok(folder)
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The file of a scenario; with `.new` where it waits.
    pub fn path(&self, name: &str, pending: bool) -> PathBuf {
        self.root.join(format!("{name}.snap{}", if pending { ".new" } else { "" }))
    }

    /// The accepted snapshot of a scenario; `None` where there is none.
    ///
    /// # Errors
    /// If it can't be read, is damaged, or was made by a newer version.
    pub fn read(&self, name: &str) -> Result<Option<Dialogue>, FolderError> {
        let Some(text) = self.text(name, false)? else {
            return Ok(None);
        };
        let path = self.path(name, false);
        read(&text).map(Some).map_err(|what| damaged(&path, &what))
    }

    /// The text of a file; `None` where there is none.
    ///
    /// # Errors
    /// If it can't be read.
    pub fn text(&self, name: &str, pending: bool) -> Result<Option<String>, FolderError> {
        let path = self.path(name, pending);
        match fs::metadata(&path) {
            // A pipe or a device would be read for ever.
            Ok(data) if !data.is_file() => Err(FolderError {
                message: format!("the snapshot {} is no file", path.display()),
                hint: "remove it".to_owned(),
            }),
            Ok(data) if data.len() > LONGEST => Err(FolderError {
                message: format!("the snapshot {} is too long: {} bytes", path.display(), data.len()),
                hint: "delete it and record it anew".to_owned(),
            }),
            Ok(_) => match fs::read(&path).map(String::from_utf8) {
                Ok(Ok(text)) => Ok(Some(text)),
                Ok(Err(_)) => Err(damaged(&path, "it is no text")),
                Err(error) => Err(failed("read", &path, &error)),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed("read", &path, &error)),
        }
    }

    /// Keeps a text that waits for a person.
    ///
    /// # Errors
    /// If it can't be written; what was there stays.
    pub fn keep(&self, name: &str, text: &str) -> Result<(), FolderError> {
        let path = self.path(name, true);
        let beside = path.with_file_name(format!(
            ".{}.{}",
            path.file_name().unwrap_or_default().to_string_lossy(),
            std::process::id()
        ));
        let written = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&beside, text));
        written.and_then(|()| fs::rename(&beside, &path)).map_err(|error| {
            let _ = fs::remove_file(&beside);
            failed("written", &path, &error)
        })
    }

    /// What waits becomes the snapshot.
    ///
    /// # Errors
    /// If it can't be read, in which case the old one stays, or can't be renamed.
    pub fn accept(&self, name: &str) -> Result<(), FolderError> {
        let path = self.path(name, true);
        let gone = || FolderError {
            message: format!("nothing waits at {}", path.display()),
            hint: "`scim-check snapshots status` shows what waits".to_owned(),
        };
        let text = self.text(name, true)?.ok_or_else(gone)?;
        read(&text).map_err(|what| damaged(&path, &what))?;
        fs::rename(&path, self.path(name, false)).map_err(|error| failed("accepted", &path, &error))
    }

    /// Throws away a file of a scenario, and folders that are empty then.
    ///
    /// # Errors
    /// If it can't be removed; one that is not there is no error.
    pub fn remove(&self, name: &str, pending: bool) -> Result<(), FolderError> {
        let path = self.path(name, pending);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed("removed", &path, &error)),
            _ => {
                for folder in path.ancestors().skip(1).take_while(|folder| *folder != self.root) {
                    if fs::remove_dir(folder).is_err() {
                        break;
                    }
                }
                Ok(())
            }
        }
    }

    /// Everything that is there, by name.
    ///
    /// # Errors
    /// If a folder can't be read.
    pub fn entries(&self) -> Result<Vec<Entry>, FolderError> {
        let mut found: BTreeMap<String, Entry> = BTreeMap::new();
        for path in self.files()? {
            if let Some((name, pending)) = self.name(&path) {
                let entry = Entry { name: name.clone(), accepted: false, pending: false };
                let have = found.entry(name).or_insert(entry);
                *(if pending { &mut have.pending } else { &mut have.accepted }) = true;
            }
        }
        Ok(found.into_values().collect())
    }

    /// Removes what a run that was killed while it wrote has left beside. Nobody else writes: the folder is locked.
    fn sweep(&self) -> Result<(), FolderError> {
        for path in self.files()? {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let beside =
                name.strip_prefix('.').and_then(|name| name.rsplit_once(".snap.new.")).map(|(_, number)| number);
            let number = beside.or(name.strip_prefix(PROBE));
            if number.is_some_and(|number| number.bytes().all(|digit| digit.is_ascii_digit())) {
                fs::remove_file(&path).map_err(|error| failed("removed", &path, &error))?;
            }
        }
        Ok(())
    }

    /// Every file below the folder, through links, too.
    fn files(&self) -> Result<Vec<PathBuf>, FolderError> {
        let mut found = Vec::new();
        let mut folders = vec![self.root.clone()];
        // A link may lead back here.
        let mut visited = HashSet::new();
        while let Some(folder) = folders.pop() {
            if !visited.insert(folder.canonicalize().map_err(|error| failed("read", &folder, &error))?) {
                continue;
            }
            for entry in fs::read_dir(&folder).map_err(|error| failed("read", &folder, &error))? {
                let path = entry.map_err(|error| failed("read", &folder, &error))?.path();
                if path.is_dir() { folders.push(path) } else { found.push(path) }
            }
        }
        Ok(found)
    }

    fn name(&self, path: &Path) -> Option<(String, bool)> {
        let relative = path.strip_prefix(&self.root).ok()?.to_str()?.replace('\\', "/");
        let hidden = relative.rsplit('/').next().is_some_and(|file| file.starts_with('.'));
        let named = match relative.strip_suffix(".snap.new") {
            Some(name) => Some((name.to_owned(), true)),
            None => relative.strip_suffix(".snap").map(|name| (name.to_owned(), false)),
        };
        named.filter(|_| !hidden)
    }
}

/// The folder is locked where folders can be; elsewhere a file in it.
fn lock(root: &Path) -> Result<fs::File, FolderError> {
    let file = if cfg!(unix) {
        fs::File::open(root)
    } else {
        fs::OpenOptions::new().write(true).create(true).truncate(false).open(root.join(".lock"))
    };
    let file = file.map_err(|error| failed("opened", root, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => Err(FolderError {
            message: format!("another scim-check is writing to {}", root.display()),
            hint: "wait until it has ended, or give each run a folder of its own".to_owned(),
        }),
        // A file system without locks: nothing is lost that was ever there.
        Err(fs::TryLockError::Error(_)) => Ok(file),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_waits_until_it_is_accepted() {
        let folder = tempfile::tempdir().unwrap();
        let own = Folder::to_write(folder.path()).unwrap();
        own.keep("okta/x@okta-aiw", "---\nsource: scim-check\n---\n").unwrap();
        let entry = |accepted, pending| Entry { name: "okta/x@okta-aiw".to_owned(), accepted, pending };
        assert_eq!(own.entries().unwrap(), [entry(false, true)]);
        own.accept("okta/x@okta-aiw").unwrap();
        assert_eq!(own.entries().unwrap(), [entry(true, false)]);
        assert!(own.read("okta/x@okta-aiw").unwrap().is_some());
        own.remove("okta/x@okta-aiw", false).unwrap();
        assert!(own.entries().unwrap().is_empty());
        assert!(!folder.path().join("okta").exists(), "an empty folder is left");
    }

    #[test]
    fn only_one_may_write() {
        let folder = tempfile::tempdir().unwrap();
        let _own = Folder::to_write(folder.path()).unwrap();
        assert!(Folder::to_write(folder.path()).unwrap_err().message.contains("another scim-check"));
        assert!(Folder::to_read(folder.path()).is_ok());
    }

    #[test]
    fn a_damaged_file_is_told_and_left() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("x.snap"), "nonsense").unwrap();
        let own = Folder::to_read(folder.path()).unwrap();
        assert!(own.read("x").unwrap_err().message.contains("x.snap"));
        assert!(folder.path().join("x.snap").exists());
    }
}
