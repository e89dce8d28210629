//! Targets that the reference server can't be, each a few lines of TCP: the rules about them fail.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::fs;

use scim_check::{
    idp::Dialect,
    judge::{Level, Owner},
    run::{Plan, RunRecord},
    scenario::{Library, Selection},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

/// Runs a scenario against a target that answers every request with these bytes and closes the connection.
async fn against(library: &Library, scenario: &str, answer: Vec<u8>) -> RunRecord {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/scim/v2", listener.local_addr().unwrap());
    let target = tokio::spawn(async move {
        loop {
            let (mut socket, _) = listener.accept().await.unwrap();
            let answer = answer.clone();
            tokio::spawn(async move {
                let mut request = vec![0; 64 * 1024];
                // All requests here fit into one read.
                let _ = socket.read(&mut request).await;
                let _ = socket.write_all(&answer).await;
            });
        }
    });
    let selection = Selection::new(&[scenario.to_owned()], false).unwrap();
    let plan = Plan::new(library, &selection, &Dialect::ALL, &[]);
    let record = support::runs::against(&plan, &base, "test-token-0123456789", 1).await;
    target.abort();
    record
}

/// Level and rule of each finding that follows from no other.
fn told(record: &RunRecord) -> Vec<(Level, &str)> {
    let rules = record.roots().filter_map(|finding| match &finding.owner {
        Owner::Rule(id) => Some((finding.level, id.as_str())),
        _ => None,
    });
    rules.collect()
}

#[tokio::test]
async fn a_connection_that_breaks_is_no_answer() {
    let library = Library::builtin().unwrap();
    let half = b"HTTP/1.1 200 OK\r\nContent-Type: application/scim+json\r\nContent-Length: 100\r\n\r\n{".to_vec();
    for answer in [Vec::new(), half, b"SSH-2.0-OpenSSH_9.6\r\n".to_vec()] {
        let record = against(&library, "okta/connect/test-credentials", answer).await;
        assert_eq!(told(&record), [(Level::Must, "no-answer")]);
        assert_eq!(record.roots().count(), 1);
    }
}

#[tokio::test]
async fn a_body_without_end_is_too_large() {
    let library = Library::builtin().unwrap();
    let mut answer = b"HTTP/1.1 200 OK\r\nContent-Type: application/scim+json\r\n\r\n{\"Resources\": [\"".to_vec();
    answer.resize(9 << 20, b'x');
    let record = against(&library, "okta/connect/test-credentials", answer).await;
    // Okta can't read the rest either, and says so.
    assert_eq!(told(&record), [(Level::Must, "body-too-large")]);
    assert_eq!(record.roots().count(), 1);
}

#[tokio::test]
async fn a_crash_that_okta_does_not_cause_is_told_at_should() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("odd/filters")).unwrap();
    fs::write(folder.path().join("odd/suite.yaml"), "title: Odd requests\nwhy: They are no reason to crash.\n")
        .unwrap();
    let text = "title: A filter that can't be read\nwhy: >\n  It is a faulty request.\nfix: Answer 400.\n\
                spec: [rfc7644#3.12]\nlevel: should\nsteps:\n  - name: half a filter\n    request: GET /Users\n    \
                query: { filter: userName eq }\n    expect: { status: 4xx, level: may }\n";
    fs::write(folder.path().join("odd/filters/half.yaml"), text).unwrap();
    let mut library = Library::default();
    library.add_folder(folder.path()).unwrap();
    let crash = b"HTTP/1.1 500 Oops\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}".to_vec();
    let record = against(&library, "odd/filters/half", crash).await;
    assert!(told(&record).contains(&(Level::Should, "server-error-on-odd-request")), "{:?}", told(&record));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_204_that_announces_a_body_is_told() {
    let library = Library::builtin().unwrap();
    let answer = b"HTTP/1.1 204 No Content\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}".to_vec();
    let record = against(&library, "okta-spec/spec/groups", answer).await;
    let found = record.findings().any(|finding| finding.claim == "rule:no-content-with-body");
    assert!(found, "{:#?}", record.findings().map(|finding| &finding.claim).collect::<Vec<_>>());
}
