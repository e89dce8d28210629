//! Runs of the library against servers started by the tests.

use std::{sync::Arc, time::Duration};

use scim_check::{
    http::{AuthMode, BaseUrl, Client, ClientOptions, Credentials},
    judge::Level,
    run::{Halt, Marker, PeopleDefaults, Plan, RunOptions, RunRecord, Runner},
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
    let base = BaseUrl::parse(base_url).unwrap();
    let credentials = Credentials::new(&AuthMode::Bearer, &token.to_owned().into()).unwrap();
    let client = Client::new(base.clone(), credentials, &ClientOptions::default()).unwrap();
    let options = RunOptions {
        jobs,
        keep: false,
        fail_on: Level::Must,
        people: PeopleDefaults::default(),
        patience: Duration::from_secs(30),
        settle,
        marker: if jobs == 1 { Marker::fixed() } else { Marker::new() },
    };
    let runner = Runner::new(Arc::new(client), base.as_str(), Arc::new(Halt::default()), options);
    runner.run(plan, |_| {}).await
}
