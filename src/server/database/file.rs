//! The file: opened with care, and written to in transactions.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::refusal;
use super::schema::{self, Changes};
use crate::server::start::StartError;
use crate::server::store::{Journal, Store};

/// A file that this server may write to and nobody else.
pub(super) struct File {
    connection: Connection,
    path: PathBuf,
    /// Which file the path led to when writing began.
    identity: Option<Identity>,
    is_new: bool,
}

impl File {
    /// Opens or creates the file. Nothing is written into it yet.
    ///
    /// # Errors
    /// A file that can't be opened or is in use, or that another program or a newer version wrote.
    pub(super) fn open(path: &Path) -> Result<File, StartError> {
        // An absolute path is also never one of SQLite's special names, such as `:memory:`.
        let whole = std::path::absolute(path)
            .map_err(|error| StartError::new(format!("{}: {error}", path.display()), "name a file"))?;
        if whole.is_dir() {
            return Err(refusal::directory(path));
        }
        let log_is_there = log_of(&whole).exists();
        create_private(&whole);
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&whole, flags).map_err(|error| refusal::sqlite(path, &error))?;
        let looked = look(&connection, log_is_there).map_err(|error| refusal::sqlite(path, &error))?;
        let is_new = match looked {
            Look { read_only: true, .. } => return Err(refusal::read_only(path)),
            Look { application: 0, version: 0, tables: 0, .. } => true,
            Look { application: schema::APPLICATION, version: schema::VERSION, .. } => false,
            Look { application: schema::APPLICATION, version, .. } if version > schema::VERSION => {
                return Err(refusal::newer(path, version));
            }
            _ => return Err(refusal::foreign(path)),
        };
        Ok(File { connection, path: path.to_owned(), identity: None, is_new })
    }

    /// Whether there is nothing in it.
    pub(super) fn is_new(&self) -> bool {
        self.is_new
    }

    /// Makes the tables and writes all that is in the store, all or nothing.
    ///
    /// # Errors
    /// If that can't be written.
    pub(super) fn create(&mut self, store: &Store) -> Result<(), StartError> {
        self.write_all(store).map_err(|error| refusal::sqlite(&self.path, &error))
    }

    fn write_all(&mut self, store: &Store) -> rusqlite::Result<()> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Exclusive)?;
        schema::create(&transaction)?;
        let mut changes = Changes::prepare(&transaction)?;
        for written in store.whole_journal() {
            changes.write(&written)?;
        }
        changes.count(store.next_number())?;
        drop(changes);
        transaction.commit()
    }

    /// Puts everything into the store, and says how many resources there are.
    ///
    /// # Errors
    /// A damaged file.
    pub(super) fn load(&self, store: &mut Store) -> Result<usize, StartError> {
        let check = self.connection.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0));
        match check {
            Ok(fine) if fine == "ok" => {}
            Ok(wrong) => return Err(refusal::damaged(&self.path, wrong.trim())),
            Err(error) => return Err(refusal::sqlite(&self.path, &error)),
        }
        schema::load(&self.connection, store).map_err(|why| refusal::unreadable(&self.path, &why))
    }

    /// From here on the file is ours to write to.
    ///
    /// # Errors
    /// If it can't be written to in the safe way.
    pub(super) fn follow(&mut self) -> Result<(), StartError> {
        let set = || {
            self.connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
            // Each commit is on the disk before it is told. On a Mac that takes a special request.
            self.connection.pragma_update(None, "synchronous", "FULL")?;
            self.connection.pragma_update(None, "fullfsync", true)?;
            self.connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get::<_, String>(0))
        };
        let mode = set().map_err(|error| refusal::sqlite(&self.path, &error))?;
        if mode != "wal" {
            return Err(refusal::no_log(&self.path, &mode));
        }
        self.identity = Identity::of(&self.path);
        Ok(())
    }

    /// Writes changes in one transaction. When it returns they are on the disk.
    ///
    /// # Errors
    /// Why they are not.
    pub(super) fn save(&mut self, journals: &[Journal]) -> Result<(), String> {
        let written = self.write(journals);
        // SQLite may go on writing to a file that was removed or replaced, and lose it all in the end.
        if Identity::of(&self.path) != self.identity {
            return Err(format!("{}: the file was removed or replaced", self.path.display()));
        }
        written.map_err(|error| format!("{}: {error}", self.path.display()))
    }

    fn write(&mut self, journals: &[Journal]) -> rusqlite::Result<()> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut changes = Changes::prepare(&transaction)?;
        for written in journals.iter().flat_map(|journal| &journal.written) {
            changes.write(written)?;
        }
        if let Some(last) = journals.last() {
            changes.count(last.next)?;
        }
        drop(changes);
        transaction.commit()
    }

    /// Leaves room for no more than that many pages.
    #[cfg(test)]
    pub(super) fn limit(&self, pages: u32) {
        self.connection.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(())).unwrap();
    }
}

/// Makes a new file that only its owner can read: there are people's data in it. SQLite tells where that fails, and
/// gives the files beside it the same permissions.
fn create_private(path: &Path) {
    // A link that leads to no file yet counts as one that is not there.
    if path.exists() {
        return;
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let _ = options.open(path);
}

/// What can be seen without writing.
struct Look {
    read_only: bool,
    application: i32,
    version: i32,
    tables: i64,
}

/// Locks the file and looks at it. `keep_log`: the write-ahead log stays as it is if the file is not taken.
fn look(connection: &Connection, keep_log: bool) -> rusqlite::Result<Look> {
    connection.busy_timeout(Duration::ZERO)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keep_log)?;
    connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    let number = |name| connection.pragma_query_value(None, name, |row| row.get(0));
    Ok(Look {
        application: number("application_id")?,
        version: number("user_version")?,
        tables: connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?,
        read_only: connection.is_readonly("main")?,
    })
}

/// The write-ahead log of a file.
fn log_of(path: &Path) -> PathBuf {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    log.into()
}

/// What tells a file from another under the same path.
#[derive(Debug, PartialEq, Eq)]
struct Identity(u64, u64);

impl Identity {
    #[cfg(unix)]
    fn of(path: &Path) -> Option<Identity> {
        use std::os::unix::fs::MetadataExt;
        let found = std::fs::metadata(path).ok()?;
        Some(Identity(found.dev(), found.ino()))
    }

    /// Elsewhere an open file can't be removed.
    #[cfg(not(unix))]
    fn of(_path: &Path) -> Option<Identity> {
        None
    }
}
