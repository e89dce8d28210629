//! Files that the server does not take, and leaves as they are.

use std::fs;
use std::path::Path;

use rusqlite::Connection as Sqlite;
use scim_check::server::{ServerOptions, StartError};

use super::wire::user;
use super::{Running, files, kept_in};

/// The error that names the file and says what to do; the folder is the same before and after.
#[track_caller]
fn refused(path: &Path, says: &str) -> StartError {
    let folder = path.parent().unwrap();
    let look = || (fs::read(path).ok(), folder.is_dir().then(|| files(folder)));
    let before = look();
    let Err(error) = Running::try_start(kept_in(path)) else { panic!("{} was taken", path.display()) };
    assert!(error.message.contains(says), "{}", error.message);
    assert!(error.message.contains(&path.display().to_string()), "{}", error.message);
    assert!(!error.hint.is_empty());
    assert!(look() == before, "{} was touched: {:?}", path.display(), look().1);
    error
}

/// A file with two hundred people.
fn good(path: &Path) {
    Running::start(ServerOptions { seed: 200, ..kept_in(path) }).stop();
}

#[test]
fn what_is_no_database_of_ours() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("notes.txt");
    fs::write(&text, "Buy milk. ".repeat(300)).unwrap();
    refused(&text, "no SQLite database");

    // Not the folder itself: what stands beside it is other programs' business.
    let inside = folder.path().join("folder");
    fs::create_dir(&inside).unwrap();
    refused(&inside, "is a directory");

    let foreign = folder.path().join("other.db");
    Sqlite::open(&foreign).unwrap().execute_batch("CREATE TABLE song (title TEXT)").unwrap();
    refused(&foreign, "another program");

    // One with a write-ahead log that its owner has not brought in yet.
    let owner = Sqlite::open(folder.path().join("busy.db")).unwrap();
    owner.pragma_update(None, "journal_mode", "WAL").unwrap();
    owner.execute_batch("CREATE TABLE song (title TEXT)").unwrap();
    for ending in ["", "-wal"] {
        fs::copy(folder.path().join(format!("busy.db{ending}")), folder.path().join(format!("left.db{ending}")))
            .unwrap();
    }
    drop(owner);
    let log = fs::read(folder.path().join("left.db-wal")).unwrap();
    refused(&folder.path().join("left.db"), "another program");
    assert!(fs::read(folder.path().join("left.db-wal")).unwrap() == log && !log.is_empty());
}

#[test]
fn what_a_newer_version_wrote() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("people.db");
    good(&path);
    Sqlite::open(&path).unwrap().pragma_update(None, "user_version", 2).unwrap();
    refused(&path, "newer scim-check");
}

#[test]
fn what_is_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("people.db");
    good(&path);
    let whole = fs::read(&path).unwrap();

    fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    refused(&path, "is damaged");

    let mut spoilt = whole.clone();
    spoilt[whole.len() / 2..].iter_mut().take(5000).for_each(|byte| *byte = 0xFF);
    fs::write(&path, spoilt).unwrap();
    refused(&path, "is damaged");

    for (change, says) in [
        ("UPDATE resource SET attributes = '{\"id\":' WHERE number = 17", "resource number 17"),
        ("UPDATE resource SET id = 'somebody' WHERE number = 18", "resource number 18"),
        ("UPDATE resource SET modified = 'yesterday' WHERE number = 19", "resource number 19"),
        ("UPDATE resource SET type = 'Printer' WHERE number = 20", "resource number 20"),
        ("DROP TABLE resource", "is damaged"),
        ("DELETE FROM counter", "is damaged"),
    ] {
        fs::write(&path, &whole).unwrap();
        Sqlite::open(&path).unwrap().execute_batch(change).unwrap();
        refused(&path, says);
    }
    fs::write(&path, &whole).unwrap();
    Running::start(kept_in(&path)).stop();
}

#[test]
fn what_another_server_has() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("people.db");
    let first = Running::start(kept_in(&path));
    first.connect().post("/Users", &user("ada")).expect(201);
    refused(&path, "in use");
    let mut client = first.connect();
    client.post("/Users", &user("bob")).expect(201);
    refused(&path, "in use");
    let dump = first.dump();
    first.stop();
    let second = Running::start(kept_in(&path));
    assert_eq!(second.dump(), dump);
    second.stop();
}

#[test]
fn where_nothing_can_be_written() {
    let folder = tempfile::tempdir().unwrap();
    refused(&folder.path().join("nowhere").join("people.db"), "can't be opened or created");

    let closed = folder.path().join("closed");
    fs::create_dir(&closed).unwrap();
    let path = closed.join("people.db");
    good(&path);
    let open_file = close(&path);
    if fs::OpenOptions::new().write(true).open(&path).is_ok() {
        println!("not tested: permissions do not stop this user");
        return;
    }
    refused(&path, "can't be written to");
    fs::set_permissions(&path, open_file).unwrap();
    let open_folder = close(&closed);
    // Windows has no folders that refuse new files.
    if cfg!(unix) {
        refused(&closed.join("new.db"), "can't be opened or created");
        refused(&path, "can't be");
    }
    fs::set_permissions(&closed, open_folder).unwrap();
}

/// Takes the right to write away, and gives the permissions there were.
fn close(path: &Path) -> fs::Permissions {
    let before = fs::metadata(path).unwrap().permissions();
    let mut permissions = before.clone();
    permissions.set_readonly(true);
    fs::set_permissions(path, permissions).unwrap();
    before
}

#[cfg(unix)]
#[test]
fn only_its_owner_reads_the_file() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("people.db");
    let running = Running::start(kept_in(&path));
    running.connect().post("/Users", &user("ada")).expect(201);
    assert_eq!(files(folder.path()), ["people.db", "people.db-wal"]);
    for file in files(folder.path()) {
        let mode = fs::metadata(folder.path().join(&file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{file}: {mode:o}");
    }
    running.stop();
}

#[test]
fn an_empty_file_is_a_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("people.db");
    fs::write(&path, "").unwrap();
    let running = Running::start(ServerOptions { seed: 10, ..kept_in(&path) });
    assert_eq!(running.server.restored(), None);
    running.stop();
    let running = Running::start(kept_in(&path));
    assert_eq!(running.dump()["users"].as_array().unwrap().len(), 10);
    running.stop();
}

#[test]
fn a_port_that_is_taken() {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let options = kept_in(&folder.path().join("people.db"));
    let error = runtime.block_on(scim_check::server::Server::start_on(options, port)).err().unwrap();
    assert!(error.message.contains(&port.to_string()) && !error.hint.is_empty(), "{}", error.message);
    assert!(files(folder.path()).is_empty(), "no file is made for a server that can't listen");
}
