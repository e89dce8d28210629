use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::*;
use crate::server::ServerOptions;
use crate::server::address::Address;
use crate::server::app::{self, App};
use crate::server::call::Kind;
use crate::server::store::{Entry, now};

fn new_file() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("people.db");
    (folder, path)
}

/// The file as the thread gets it, and an empty store that keeps a journal.
fn opened(path: &Path) -> (File, Store) {
    let mut file = File::open(path).unwrap();
    let mut store = Store::default();
    file.create(&store).unwrap();
    file.follow().unwrap();
    store.keep_journal();
    (file, store)
}

fn person(store: &mut Store, number: usize) -> Journal {
    let id = format!("person-{number}");
    let resource = json!({"id": id, "userName": id});
    store.insert(Kind::User, &id, Entry::new(&resource, now()), &resource);
    store.take_journal()
}

async fn ask(router: &Router, method: &str, target: &str, body: Option<Value>) -> (u16, Value) {
    let request = Request::builder().method(method).uri(format!("/scim/v2{target}"));
    let request = request.header("Content-Type", "application/scim+json");
    let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
    let response = router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
    let status = response.status().as_u16();
    let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap_or_default())
}

fn user(name: &str) -> Value {
    json!({"schemas": [crate::scim::urn::USER], "userName": name, "title": "x".repeat(2000)})
}

#[test]
fn what_is_queued_shares_a_transaction() {
    let (_folder, path) = new_file();
    let (file, mut store) = opened(&path);
    let (orders, queue) = mpsc::channel();
    for batch in 1..=100 {
        let journal = person(&mut store, usize::try_from(batch).unwrap());
        orders.send(Order::Save { batch, journal }).unwrap();
    }
    drop(orders);
    let (told, progress) = watch::channel(Progress::default());
    writer::run(file, &queue, &told);
    assert_eq!((progress.borrow().saved, progress.borrow().transactions), (100, 1));
    let mut again = Store::default();
    assert_eq!(File::open(&path).unwrap().load(&mut again).unwrap(), 100);
    assert_eq!(again.dump(), store.dump());
}

#[tokio::test]
async fn an_answer_waits_for_the_file() {
    let (_folder, path) = new_file();
    let (file, mut store) = opened(&path);
    let database = Database::start(file, None).unwrap();
    let journal = person(&mut store, 1);
    assert!(database.note(journal).wrote);
    // A read that comes after it waits for the same batch.
    let ticket = database.note(store.take_journal());
    assert_eq!((ticket.batch, ticket.wrote), (1, false));
    database.saved(ticket).await.unwrap();
    database.close().await;
    let late = database.note(person(&mut store, 2));
    database.saved(ticket).await.expect("what is on the disk stays there");
    database.saved(late).await.expect_err("a closed file takes nothing");
}

#[tokio::test]
async fn a_read_waits_for_what_it_shows() {
    let (_folder, path) = new_file();
    let (file, store) = opened(&path);
    // The thread that writes is not there yet.
    let (orders, queue) = mpsc::channel();
    let (told, progress) = watch::channel(Progress::default());
    let database = Database { orders, queued: AtomicU64::new(0), progress, restored: None };
    let app = Arc::new(App::with(ServerOptions::default(), Address::default(), store, Some(database)));
    let router = app::router(Arc::clone(&app));
    assert_eq!(ask(&router, "GET", "/Users", None).await.0, 200, "there is nothing to wait for");
    let mut written = pin!(ask(&router, "POST", "/Users", Some(user("ada"))));
    let mut read = pin!(ask(&router, "GET", "/Users", None));
    for _ in 0..3 {
        tokio::select! {
            biased;
            early = &mut written => panic!("it is not on the disk: {early:?}"),
            early = &mut read => panic!("it may show what is not on the disk: {early:?}"),
            () = std::future::ready(()) => {}
        }
    }
    let thread = std::thread::spawn(move || writer::run(file, &queue, &told));
    assert_eq!(read.await.1["totalResults"], 1);
    assert_eq!(written.await.0, 201);
    app.database().unwrap().close().await;
    thread.join().unwrap();
}

#[tokio::test]
async fn after_a_change_that_cannot_be_written_nothing_is_answered() {
    let (_folder, path) = new_file();
    let (file, store) = opened(&path);
    file.limit(20);
    let database = Database::start(file, None).unwrap();
    let app = Arc::new(App::with(ServerOptions::default(), Address::default(), store, Some(database)));
    let router = app::router(Arc::clone(&app));
    let mut names = Vec::new();
    let (status, refusal) = loop {
        let name = format!("person{}", names.len());
        let (status, body) = ask(&router, "POST", "/Users", Some(user(&name))).await;
        if status != 201 {
            break (status, body);
        }
        names.push(name);
        assert!(names.len() < 100, "twenty pages hold that many people");
    };
    assert_eq!((status, &refusal["status"]), (500, &json!("500")));
    assert!(refusal["detail"].as_str().unwrap().contains("could not be written"), "{refusal}");
    for (method, target) in [("GET", "/Users"), ("POST", "/Users"), ("GET", "/ServiceProviderConfig")] {
        let (status, body) = ask(&router, method, target, None).await;
        assert_eq!((status, &body["schemas"]), (503, &json!([crate::scim::urn::ERROR])), "{method} {target}");
    }
    let why = app.database().unwrap().failed().await;
    assert!(why.contains("people.db") && why.contains("full"), "{why}");
    app.database().unwrap().close().await;

    assert!(names.len() > 3, "some fit");
    let mut again = Store::default();
    while_in_use(&path).load(&mut again).unwrap();
    for name in &names {
        assert_eq!(again.named(Kind::User, name).len(), 1, "{name} was answered");
    }
    assert_eq!(again.count(Kind::User), names.len(), "and nobody else is there");
}

/// Opens a file that a thread which has failed may not have let go of yet.
fn while_in_use(path: &Path) -> File {
    loop {
        match File::open(path) {
            Ok(file) => return file,
            Err(error) if error.message.contains("in use") => std::thread::yield_now(),
            Err(error) => panic!("{error}"),
        }
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_that_was_removed_keeps_nothing() {
    let (_folder, path) = new_file();
    let (file, mut store) = opened(&path);
    let database = Database::start(file, None).unwrap();
    database.saved(database.note(person(&mut store, 1))).await.unwrap();
    std::fs::remove_file(&path).unwrap();
    let ticket = database.note(person(&mut store, 2));
    database.saved(ticket).await.expect_err("it would be lost");
    let why = database.failed().await;
    assert!(why.contains("removed or replaced"), "{why}");
}
