//! What is in the file: one table of resources, and the number that comes next.

use jiff::Timestamp;
use rusqlite::{Connection, Row, Statement, params};
use serde_json::Value;

use crate::server::call::Kind;
use crate::server::store::{Entry, Store, Written};

/// `SCIM` in ASCII: SQLite keeps it in the head of the file, and `file` shows it.
pub(super) const APPLICATION: i32 = 0x5343_494D;
/// The version of the tables below.
pub(super) const VERSION: i32 = 1;

/// `created` and `modified` are RFC 3339, `password` is a hash, `attributes` is JSON.
const TABLES: &str = "
    CREATE TABLE resource (
        number INTEGER PRIMARY KEY,
        type TEXT NOT NULL,
        id TEXT NOT NULL,
        created TEXT NOT NULL,
        modified TEXT NOT NULL,
        by_client INTEGER NOT NULL,
        password TEXT,
        attributes TEXT NOT NULL
    ) STRICT;
    CREATE TABLE counter (next INTEGER NOT NULL) STRICT;
    INSERT INTO counter VALUES (0);
";

/// Makes the tables.
pub(super) fn create(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(TABLES)?;
    connection.pragma_update(None, "application_id", APPLICATION)?;
    connection.pragma_update(None, "user_version", VERSION)
}

/// Writes changes; the caller's transaction holds them together.
pub(super) struct Changes<'c> {
    put: Statement<'c>,
    remove: Statement<'c>,
    count: Statement<'c>,
}

impl<'c> Changes<'c> {
    pub(super) fn prepare(connection: &'c Connection) -> rusqlite::Result<Changes<'c>> {
        Ok(Changes {
            put: connection.prepare("INSERT OR REPLACE INTO resource VALUES (?, ?, ?, ?, ?, ?, ?, ?)")?,
            remove: connection.prepare("DELETE FROM resource WHERE number = ?")?,
            count: connection.prepare("UPDATE counter SET next = ?")?,
        })
    }

    pub(super) fn write(&mut self, written: &Written) -> rusqlite::Result<()> {
        match written {
            Written::Put { kind, id, entry } => self.put.execute(params![
                entry.number.cast_signed(),
                kind.schema().name,
                id,
                entry.created.to_string(),
                entry.modified.to_string(),
                entry.by_client,
                entry.password,
                entry.json,
            ]),
            Written::Gone { number } => self.remove.execute([number.cast_signed()]),
        }?;
        Ok(())
    }

    /// Sets the number that the next resource gets.
    pub(super) fn count(&mut self, next: u64) -> rusqlite::Result<()> {
        self.count.execute([next.cast_signed()])?;
        Ok(())
    }
}

/// Why the file's content can't be taken.
pub(super) enum Unreadable {
    /// SQLite says so.
    Sqlite(rusqlite::Error),
    /// The resource of that number makes no sense.
    Resource(i64),
}

impl From<rusqlite::Error> for Unreadable {
    fn from(error: rusqlite::Error) -> Self {
        Unreadable::Sqlite(error)
    }
}

/// Puts everything into the store, oldest first, and says how many resources there are.
pub(super) fn load(connection: &Connection, store: &mut Store) -> Result<usize, Unreadable> {
    let mut statement = connection.prepare("SELECT * FROM resource ORDER BY number")?;
    let mut rows = statement.query([])?;
    let mut loaded = 0;
    while let Some(row) = rows.next()? {
        let number: i64 = row.get("number")?;
        restore(row, number, store)?.ok_or(Unreadable::Resource(number))?;
        loaded += 1;
    }
    let next: i64 = connection.query_row("SELECT next FROM counter", [], |row| row.get(0))?;
    store.count_from(next.cast_unsigned());
    Ok(loaded)
}

/// `None` if the row makes no sense.
fn restore(row: &Row<'_>, number: i64, store: &mut Store) -> rusqlite::Result<Option<()>> {
    let (name, id): (String, String) = (row.get("type")?, row.get("id")?);
    let (created, modified): (String, String) = (row.get("created")?, row.get("modified")?);
    let (password, json): (Option<String>, String) = (row.get("password")?, row.get("attributes")?);
    let by_client = row.get("by_client")?;
    let read = || {
        let kind = Kind::ALL.into_iter().find(|kind| kind.schema().name == name)?;
        let resource: Value = serde_json::from_str(&json).ok()?;
        let fits = resource.get("id").and_then(Value::as_str) == Some(&id) && store.get(kind, &id).is_none();
        let created: Timestamp = created.parse().ok()?;
        let entry = Entry {
            modified: modified.parse().ok()?,
            by_client,
            password: password.map(String::into_boxed_str),
            number: u64::try_from(number).ok()?,
            ..Entry::new(&resource, created)
        };
        fits.then_some((kind, resource, entry))
    };
    let Some((kind, resource, entry)) = read() else { return Ok(None) };
    // The text as it was: to write it anew might change its numbers, and with them its version.
    let entry = Entry { json: json.into_boxed_str(), ..entry };
    store.restore(kind, &id, entry, &resource);
    Ok(Some(()))
}
