//! Runs of the library against servers started by the tests.

use std::{sync::Arc, time::Duration};

use scim_check::{
    http::{AuthMode, BaseUrl, Client, ClientOptions, Credentials, Transport},
    judge::Level,
    run::{Event, Halt, Marker, PeopleDefaults, Plan, RunOptions, RunRecord, Runner},
    server::{Server, ServerOptions, fault},
};

/// People who are there before, so that imports have several pages.
const OTHERS: usize = 250;

/// Runs a plan against the reference server, made wrong by faults, one scenario after the other.
pub async fn against_reference(plan: &Plan, faults: &[&str]) -> RunRecord {
    against_reference_by(plan, faults, OTHERS, 1).await
}

/// The same with another number of others, and several scenarios at once.
pub async fn against_reference_by(plan: &Plan, names: &[&str], others: usize, jobs: usize) -> RunRecord {
    let token = "test-token-0123456789";
    let faults = names.iter().map(|name| fault::by_name(name).expect("a known fault")).collect();
    let options = ServerOptions { token: Some(token.to_owned()), faults, seed: others, ..ServerOptions::default() };
    let server = Server::start(options).await.unwrap();
    // What is wrong for good is not waited for.
    let late = ["reads-lag", "create-readable-late"].iter().any(|name| names.contains(name));
    let settle = if late { Duration::from_secs(2) } else { Duration::ZERO };
    let record = with_patience(plan, server.base_url(), token, jobs, settle).await;
    server.stop().await;
    record
}

/// Runs a plan against any server.
pub async fn against(plan: &Plan, base_url: &str, token: &str, jobs: usize) -> RunRecord {
    with_patience(plan, base_url, token, jobs, Duration::ZERO).await
}

async fn with_patience(plan: &Plan, base_url: &str, token: &str, jobs: usize, settle: Duration) -> RunRecord {
    let marker = if jobs == 1 { Marker::fixed() } else { Marker::new() };
    carry_out(plan, Arc::new(client(base_url, token)), base_url, jobs, marker, settle, |_| {}).await
}

/// A client for a server.
pub fn client(base_url: &str, token: &str) -> Client {
    let base = BaseUrl::parse(base_url).unwrap();
    let credentials = Credentials::new(&AuthMode::Bearer, &token.to_owned().into()).unwrap();
    Client::new(base, credentials, &ClientOptions::default()).unwrap()
}

/// Runs a plan over a transport that a test has made.
pub async fn over(
    plan: &Plan,
    transport: Arc<dyn Transport>,
    base_url: &str,
    jobs: usize,
    marker: Marker,
) -> RunRecord {
    carry_out(plan, transport, base_url, jobs, marker, Duration::ZERO, |_| {}).await
}

/// The same with several scenarios at once, and somebody who listens.
pub async fn over_while(
    plan: &Plan,
    transport: Arc<dyn Transport>,
    base_url: &str,
    marker: Marker,
    listen: impl FnMut(Event<'_>),
) -> RunRecord {
    carry_out(plan, transport, base_url, 8, marker, Duration::ZERO, listen).await
}

async fn carry_out(
    plan: &Plan,
    transport: Arc<dyn Transport>,
    base_url: &str,
    jobs: usize,
    marker: Marker,
    settle: Duration,
    listen: impl FnMut(Event<'_>),
) -> RunRecord {
    let options = RunOptions {
        jobs,
        keep: false,
        fail_on: Level::Must,
        people: PeopleDefaults::default(),
        patience: Duration::from_secs(30),
        settle,
        marker,
        own_snapshots: Arc::default(),
    };
    let runner = Runner::new(transport, base_url, Arc::new(Halt::default()), options);
    runner.run(plan, listen).await
}
