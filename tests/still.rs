//! Who lists everybody is not disturbed by the others of the run, which go on beside it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use jiff::Timestamp;
use scim_check::{
    http::{BoxFuture, Client, Exchange, Failure, Purpose, Request, Response, Transport},
    idp::Dialect,
    judge::{Finding, Level},
    run::{Event, Halt, Marker, Outcome, PeopleDefaults, Plan, RunOptions, RunRecord, Runner, ScenarioRecord},
    scenario::{Library, Selection},
    server::{Server, ServerOptions},
};
use serde_json::Value;
use support::{
    runs::{against_reference_by, client, over_while},
    tamper::Tamper,
};
use tokio::sync::Notify;

const TOKEN: &str = "still-token-0123456789";

/// Imports, links, and others beside them.
fn plan() -> Plan {
    let library = Library::builtin().unwrap();
    let selected = ["okta/import", "okta/linking", "okta/lifecycle"].map(str::to_owned);
    Plan::new(&library, &Selection::new(&selected, false).unwrap(), &Dialect::ALL, &[])
}

/// Who changes something before the last list may not list beside others.
#[test]
fn who_changes_nothing_lists_beside_others() {
    let library = Library::builtin().unwrap();
    let selected = ["okta", "okta-qa", "rfc7644"].map(str::to_owned);
    let plan = Plan::new(&library, &Selection::new(&selected, false).unwrap(), &Dialect::ALL, &[]);
    let lists = plan.entries.iter().filter_map(|planned| Some((planned.name(), planned.listing()?)));
    let (alone, beside): (Vec<_>, Vec<_>) = lists.partition(|(_, listing)| listing.changes_between);
    let names = |of: Vec<(String, _)>| of.into_iter().map(|(name, _)| name).collect::<Vec<String>>();
    let both = |id: &str| Dialect::ALL.map(|dialect| format!("{id}@{}", dialect.name));
    assert_eq!(names(alone), both("okta-qa/import/deactivated-in-app"));
    let beside = names(beside);
    let reading = ["okta/linking/existing@okta-catalogue", "okta/import/second-page"].map(str::to_owned);
    // To confirm people sends nothing.
    let confirming = both("okta-qa/import/statistics");
    for name in both("okta/import/everybody").iter().chain(&confirming).chain(&reading) {
        assert!(beside.contains(name), "{name}: {beside:?}");
    }
}

async fn server() -> Server {
    let options = ServerOptions {
        token: Some(TOKEN.to_owned()),
        seed: 120,
        latency: Duration::from_millis(3),
        ..ServerOptions::default()
    };
    Server::start(options).await.unwrap()
}

/// When an exchange began and ended, in microseconds of the wall's clock.
fn span(scenario: &ScenarioRecord, exchange: &Exchange) -> (i64, i64) {
    let began = scenario.started_at.as_microsecond() + exchange.sent_after.as_micros() as i64;
    (began, began + exchange.took.as_micros() as i64)
}

/// Everybody, or every group: a list that no filter narrows.
fn lists_everybody(exchange: &Exchange) -> bool {
    let request = &exchange.request;
    let filtered = request.query.iter().any(|(name, _)| name == "filter");
    request.method == "GET" && matches!(request.path.as_str(), "/Users" | "/Groups") && !filtered
}

/// Exchanges of other scenarios, reads or not, that overlap a listing.
fn beside(record: &RunRecord, reads: bool) -> Vec<String> {
    let mut found = Vec::new();
    for scenario in &record.scenarios {
        let lists = scenario.exchanges.iter().filter(|exchange| lists_everybody(exchange));
        let spans: Vec<(i64, i64)> = lists.map(|exchange| span(scenario, exchange)).collect();
        let (Some(first), Some(last)) = (spans.first(), spans.last()) else { continue };
        for other in record.scenarios.iter().filter(|other| !std::ptr::eq(*other, scenario)) {
            for exchange in other.exchanges.iter().filter(|exchange| (exchange.request.method == "GET") == reads) {
                let (began, ended) = span(other, exchange);
                // The clocks of two scenarios are read one after the other.
                if began + 500 < last.1 && first.0 + 500 < ended {
                    found.push(format!("{}: {} in {}", scenario.id, exchange.request.target(), other.id));
                }
            }
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_changed_while_somebody_lists_everybody() {
    let server = server().await;
    let client = client(server.base_url(), TOKEN);
    let record = over_while(&plan(), Arc::new(client), server.base_url(), Marker::new(), |_| {}).await;
    server.stop().await;
    let passed = record.scenarios.iter().filter(|scenario| scenario.outcome == Outcome::Passed).count();
    assert!(passed == record.scenarios.len() && passed > 30, "{passed} of {}", record.scenarios.len());
    assert_eq!(beside(&record, false), Vec::<String>::new());
    // Whoever only reads goes on.
    assert!(beside(&record, true).len() > 10);
}

/// How those ended that were repeated, where a list is spoiled while people of another scenario are on it; nothing of that is told.
async fn caused_by_others(spoil: fn(&mut Value)) -> Vec<Outcome> {
    let server = server().await;
    let marker = Marker::new();
    let run = format!("{}-", marker.as_str());
    let tamper = Tamper::new(
        client(server.base_url(), TOKEN),
        |_, request| request.path == "/Users" && request.method == "GET" && !request.target().contains("filter"),
        move |_, body| {
            let Some(people) = body["Resources"].as_array() else { return };
            let names = people.iter().filter_map(|person| person["userName"].as_str()?.strip_prefix(&run));
            let scenarios: BTreeSet<&str> = names.filter_map(|name| name.split('-').next()).collect();
            if scenarios.len() > 1 {
                spoil(body);
            }
        },
    );
    let (plan, mut repeated) = (plan(), Vec::new());
    let record = over_while(&plan, Arc::new(tamper), server.base_url(), marker, |event| {
        if let Event::Repeating(record) = event {
            repeated.push(record.outcome);
        }
    });
    let record = record.await;
    server.stop().await;
    for scenario in &record.scenarios {
        let told: Vec<&str> = scenario.findings.iter().map(|finding| finding.message.as_str()).collect();
        assert!(told.is_empty() && scenario.outcome == Outcome::Passed, "{}: {told:?}", scenario.id);
    }
    repeated
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_only_others_have_caused_fails_nothing() {
    let repeated = caused_by_others(|body| body["itemsPerPage"] = "many".into()).await;
    assert!(repeated.contains(&Outcome::Failed), "{repeated:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_only_others_have_caused_is_not_told() {
    let repeated = caused_by_others(|body| body["totalResults"] = 100_000.into()).await;
    assert!(repeated.contains(&Outcome::Passed), "{repeated:?}");
}

/// What is no matter of lists counts, also where it comes once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_that_fails_beside_others_is_told() {
    let server = server().await;
    let seen = AtomicUsize::new(0);
    let tamper = Tamper::new(
        client(server.base_url(), TOKEN),
        move |_, request| {
            let leaves = request.method == "PATCH" && request.about.as_deref() == Some("leaver");
            leaves && seen.fetch_add(1, Ordering::Relaxed) == 0
        },
        |status, _| *status = 500,
    );
    let library = Library::builtin().unwrap();
    let plan = Plan::new(&library, &Selection::new(&["okta/import".to_owned()], false).unwrap(), &Dialect::ALL, &[]);
    let record = over_while(&plan, Arc::new(tamper), server.base_url(), Marker::new(), |_| {}).await;
    server.stop().await;
    let told: Vec<String> = record
        .scenarios
        .iter()
        .flat_map(|scenario| scenario.findings.iter().map(|finding| format!("{} {}", scenario.id, finding.message)))
        .collect();
    assert_eq!(told, ["okta/import/everybody The scenario fails under parallel requests and passes alone"]);
}

/// What a list shows of people and groups of other scenarios is told by those, who know what they did to them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_scenarios_tell_a_fault_however_many_run_at_once() {
    let library = Library::builtin().unwrap();
    let selected = ["okta/connect", "okta/groups", "okta/import", "okta/linking"].map(str::to_owned);
    let plan = Plan::new(&library, &Selection::new(&selected, false).unwrap(), &Dialect::ALL, &[]);
    let mut told: Vec<BTreeSet<String>> = Vec::new();
    for jobs in [1, 8] {
        let record = against_reference_by(&plan, &["members-add-duplicate"], 0, jobs).await;
        let twice = |finding: &Finding| finding.owner.word() == "member-twice";
        let tells = |scenario: &&ScenarioRecord| scenario.findings.iter().any(twice);
        told.push(record.scenarios.iter().filter(tells).map(ScenarioRecord::name).collect());
    }
    assert_eq!(told[0], told[1]);
    let some = told[0].len();
    assert!(0 < some && some < plan.entries.len(), "{some} of {}", plan.entries.len());
}

/// Lists of everybody hang for so long.
const HANGS: Duration = Duration::from_secs(4);

struct Hanging(Client, Notify);

impl Transport for Hanging {
    fn send<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response, Failure>> {
        Box::pin(async move {
            if request.path == "/Users" && request.method == "GET" && !request.target().contains("filter") {
                self.1.notify_one();
                tokio::time::sleep(HANGS).await;
            }
            self.0.send(request).await
        })
    }
}

/// Whoever cleans up after an interruption waits for no list.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_interruption_frees_those_who_wait_for_a_list() {
    let server = server().await;
    let halt = Arc::new(Halt::default());
    let transport = Arc::new(Hanging(client(server.base_url(), TOKEN), Notify::new()));
    let hangs = Arc::clone(&transport);
    let options = RunOptions {
        jobs: 8,
        keep: false,
        fail_on: Level::Must,
        people: PeopleDefaults::default(),
        patience: Duration::ZERO,
        settle: Duration::ZERO,
        marker: Marker::new(),
        own_snapshots: Arc::default(),
    };
    let runner = Runner::new(transport, server.base_url(), Arc::clone(&halt), options);
    let plan = plan();
    let interrupted = async {
        hangs.1.notified().await;
        halt.interrupt();
        Timestamp::now()
    };
    let (record, at) = tokio::join!(runner.run(&plan, |_| {}), interrupted);
    server.stop().await;
    assert!(record.interrupted);
    let limit = at.as_microsecond() + i64::try_from(HANGS.as_micros()).unwrap() / 4;
    let removed = |scenario: &ScenarioRecord| {
        let cleaned =
            |exchange: &&Exchange| exchange.purpose == Purpose::Cleanup && exchange.request.method == "DELETE";
        scenario.exchanges.iter().filter(cleaned).map(|exchange| span(scenario, exchange).1).collect::<Vec<_>>()
    };
    let lists = |scenario: &ScenarioRecord| scenario.exchanges.iter().any(lists_everybody);
    let others = record.scenarios.iter().filter(|scenario| !lists(scenario));
    let late: Vec<&str> = others
        .clone()
        .filter(|other| removed(other).iter().any(|ended| *ended > limit))
        .map(|other| other.id.as_str())
        .collect();
    assert_eq!(late, Vec::<&str>::new());
    let freed = others.filter(|other| removed(other).iter().any(|ended| *ended > at.as_microsecond())).count();
    assert!(freed > 0, "nobody had anything to remove");
}
