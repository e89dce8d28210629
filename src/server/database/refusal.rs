//! Why a file is not taken, in words for whoever named it.

use std::path::Path;

use rusqlite::ErrorCode;

use super::schema::Unreadable;
use crate::server::start::StartError;

const OWN: &str = "name a file that does not exist yet, or one that this server wrote";
const DAMAGED: &str = "put back a copy of the file, or name a new one";

fn told(path: &Path, what: &str, hint: &str) -> StartError {
    StartError::new(format!("{} {what}", path.display()), hint)
}

/// What SQLite's refusal means.
pub(super) fn sqlite(path: &Path, error: &rusqlite::Error) -> StartError {
    let placed = "check that its folder exists, and that folder and file may be written to";
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => told(path, "is no SQLite database", OWN),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => told(
            path,
            "is in use by another server or program",
            "one server at a time keeps its directory in a file: stop the other one, or name another file",
        ),
        Some(ErrorCode::CannotOpen) => told(path, "can't be opened or created", placed),
        // In a folder that refuses new files the write-ahead log is what can't be had, and that is all SQLite says.
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::SystemIoFailure) => {
            told(path, "can't be written to", placed)
        }
        Some(ErrorCode::DatabaseCorrupt) => told(path, &format!("is damaged: {error}"), DAMAGED),
        Some(ErrorCode::DiskFull) => told(path, "can't be written to: the disk is full", "make room on the disk"),
        _ => told(path, &format!("can't be used: {error}"), OWN),
    }
}

/// What it means that its content can't be taken.
pub(super) fn unreadable(path: &Path, why: &Unreadable) -> StartError {
    match why {
        Unreadable::Sqlite(error) if error.sqlite_error_code().is_some_and(|code| code != ErrorCode::Unknown) => {
            sqlite(path, error)
        }
        Unreadable::Sqlite(error) => damaged(path, &error.to_string()),
        Unreadable::Resource(number) => damaged(path, &format!("resource number {number} can't be read")),
    }
}

pub(super) fn damaged(path: &Path, how: &str) -> StartError {
    told(path, &format!("is damaged: {how}"), DAMAGED)
}

pub(super) fn directory(path: &Path) -> StartError {
    told(path, "is a directory", "name a file")
}

pub(super) fn foreign(path: &Path) -> StartError {
    told(path, "is a database of another program", OWN)
}

pub(super) fn newer(path: &Path, version: i32) -> StartError {
    told(
        path,
        &format!("was written by a newer scim-check (its tables are of version {version})"),
        "use that version, or name a new file",
    )
}

pub(super) fn read_only(path: &Path) -> StartError {
    told(path, "can't be written to", "check the permissions of the file and of its folder")
}

/// A file system on which SQLite can't keep its write-ahead log.
pub(super) fn no_log(path: &Path, mode: &str) -> StartError {
    told(path, &format!("lies where no write-ahead log can be kept (only `{mode}`)"), "name a file on a local disk")
}
