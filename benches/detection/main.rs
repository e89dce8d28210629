//! How many defects the judge notices that its own faults know nothing of: each is planted by a proxy before the clean
//! reference server, and everything is run against it.
//!
//! `cargo bench --bench detection` prints what is told of each; words behind `--` choose defects by parts of their
//! names. All traffic stays on 127.0.0.1.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

mod matched;
mod paged;
mod patched;
mod planted;
mod refused;
mod returned;
mod stored;

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use planted::{Defect, Planted};
use scim_check::{
    http::{AuthMode, BaseUrl, Client, ClientOptions, Credentials},
    idp::Dialect,
    judge::{Finding, Level, Owner},
    run::{Halt, Marker, Outcome, PeopleDefaults, Plan, RunOptions, RunRecord, Runner},
    scenario::{Library, Selection},
    server::{Server, ServerOptions},
};
use tokio::{sync::Semaphore, task::JoinSet};

const TOKEN: &str = "test-token-0123456789";
/// People who are there before: two pages of an import.
const OTHERS: usize = 110;
/// A run that takes longer is given up.
const LONGEST: Duration = Duration::from_secs(120);
/// Runs at once.
const BESIDE: usize = 2;

fn defects() -> Vec<&'static Defect> {
    let tables =
        [stored::DEFECTS, returned::DEFECTS, matched::DEFECTS, paged::DEFECTS, patched::DEFECTS, refused::DEFECTS];
    tables.into_iter().flatten().collect()
}

async fn run(plan: &Plan, defect: Option<&'static Defect>) -> RunRecord {
    let options = ServerOptions { token: Some(TOKEN.to_owned()), seed: OTHERS, ..ServerOptions::default() };
    let server = Server::start(options).await.unwrap();
    let base = BaseUrl::parse(server.base_url()).unwrap();
    let credentials = Credentials::new(&AuthMode::Bearer, &TOKEN.to_owned().into()).unwrap();
    let client = Client::new(base, credentials, &ClientOptions::default()).unwrap();
    let options = RunOptions {
        jobs: 4,
        keep: false,
        fail_on: Level::Must,
        people: PeopleDefaults::default(),
        patience: Duration::from_secs(5),
        settle: Duration::ZERO,
        marker: Marker::new(),
        own_snapshots: Arc::default(),
    };
    let transport = Arc::new(Planted::new(client, defect));
    let runner = Runner::new(transport, server.base_url(), Arc::new(Halt::default()), options);
    let record = runner.run(plan, |_| {}).await;
    server.stop().await;
    record
}

/// `must lookup-finds-others`, in the order of the screen.
fn told(record: &RunRecord) -> Vec<String> {
    let mut roots: Vec<&Finding> = record.roots().collect();
    roots.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    let mut seen = BTreeSet::new();
    let words = roots.into_iter().map(|finding| match &finding.owner {
        Owner::Rule(id) => format!("{} {id}", finding.level),
        Owner::Expectation | Owner::Snapshot | Owner::OwnSnapshot => {
            format!("{} {}/{}", finding.level, finding.scenario, finding.claim)
        }
    });
    words.filter(|word| seen.insert(word.clone())).collect()
}

/// What came of one defect.
struct Verdict {
    visible: bool,
    noticed: bool,
    line: String,
}

fn verdict(defect: &Defect, record: Option<&RunRecord>, clean: &[String]) -> Verdict {
    let visible = defect.invisible.is_none();
    let Some(record) = record else {
        let line = format!("{:10} {:10} {}", "TOO LONG", defect.class, defect.name);
        return Verdict { visible, noticed: false, line };
    };
    let words: Vec<String> = told(record).into_iter().filter(|word| !clean.contains(word)).collect();
    let errors = record.scenarios.iter().filter(|scenario| scenario.outcome == Outcome::Error).count();
    let strong = words.iter().any(|word| !word.starts_with("may "));
    let mark = match (words.is_empty(), strong, visible) {
        (true, _, true) => "MISSED",
        (true, _, false) => "unseen",
        (false, true, _) => "told",
        (false, false, _) => "told (may)",
    };
    let more = words.len().saturating_sub(4);
    let shown: Vec<&str> = words.iter().take(4).map(String::as_str).collect();
    let more = if more > 0 { format!(" + {more} more") } else { String::new() };
    let errors = if errors > 0 { format!(" [{errors} in error]") } else { String::new() };
    let took = record.duration.as_secs();
    let line = format!("{mark:10} {:10} {}: {}{more}{errors} ({took} s)", defect.class, defect.name, shown.join(" + "));
    Verdict { visible, noticed: !words.is_empty(), line }
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let plan =
        Arc::new(Plan::new(&Library::builtin().unwrap(), &Selection::new(&[], true).unwrap(), &Dialect::ALL, &[]));
    let clean = run(&plan, None).await;
    let count: usize = clean.scenarios.iter().map(|scenario| scenario.exchanges.len()).sum();
    let known: Arc<[String]> = told(&clean).into();
    println!("clean: {} scenarios, {count} exchanges, {:?}, told: {known:?}", clean.scenarios.len(), clean.duration);
    let chosen = |defect: &&&Defect| wanted.is_empty() || wanted.iter().any(|word| defect.name.contains(word.as_str()));
    let chosen: Vec<&'static Defect> = defects().iter().filter(chosen).copied().collect();
    let places = Arc::new(Semaphore::new(BESIDE));
    let mut running = JoinSet::new();
    for defect in chosen.iter().copied() {
        let (plan, places, known) = (Arc::clone(&plan), Arc::clone(&places), Arc::clone(&known));
        running.spawn(async move {
            let _place = places.acquire().await.unwrap();
            let record = tokio::time::timeout(LONGEST, run(&plan, Some(defect))).await;
            // Only the words are kept: a whole record takes tens of megabytes.
            verdict(defect, record.ok().as_ref(), &known)
        });
    }
    let (mut noticed, mut visible) = (0, 0);
    while let Some(verdict) = running.join_next().await {
        let verdict = verdict.unwrap();
        println!("{}", verdict.line);
        visible += usize::from(verdict.visible);
        noticed += usize::from(verdict.visible && verdict.noticed);
    }
    println!("{noticed} of {visible} that are visible are noticed; {} are invisible", chosen.len() - visible);
}
