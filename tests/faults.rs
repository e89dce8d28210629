//! What the suite `okta` says of each fault of the reference server, and that every rule can fail. Faults and rules that another suite
//! shows in its own table of `tests/faults` need no line here.
//!
//! `SCIM_CHECK_RECORD=1 cargo test --test faults` writes `tests/faults/matrix.txt` anew. A line of it is a fault and
//! the findings on the screen: those that follow from no other. Read the lines that change: does each name the cause?

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use scim_check::{
    idp::Dialect,
    judge::{Finding, Owner, rules::RULES},
    run::{Plan, RunRecord},
    scenario::{Library, Selection},
    server::fault::FAULTS,
};
use tokio::{sync::Semaphore, task::JoinSet};

/// Faults that nothing tells, and why.
const UNSEEN: &[(&str, &str)] = &[
    ("discovery-resourcetype-id-missing", "RFC 7643 section 6 does not require it, and Okta reads neither"),
    ("rate-limited", "Okta waits as long as Retry-After says and sends the request again"),
    ("slow-answers", "Okta waits for 60 seconds, and this is a third of one"),
];

/// Rules that no fault of the reference server turns red, and why. `tests/broken_targets.rs` shows them failing.
const BY_OTHER_TARGETS: &[(&str, &str)] = &[
    ("no-answer", "it always answers"),
    ("body-too-large", "its lists end at 100 and its people are small"),
    ("no-content-with-body", "its HTTP library writes no body after a 204"),
];

/// People who are there before: two pages of an import.
const OTHERS: usize = 110;

/// Runs at once.
const BESIDE: usize = 2;

fn plan() -> Plan {
    let library = Library::builtin().unwrap();
    Plan::new(&library, &Selection::new(&["okta".to_owned()], true).unwrap(), &Dialect::ALL, &[])
}

/// What the tables of other suites tell: the faults that they turn red, and all words of what was found.
fn elsewhere() -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut faults, mut words) = (BTreeSet::new(), BTreeSet::new());
    for entry in fs::read_dir(table().parent().unwrap()).unwrap() {
        let path = entry.unwrap().path();
        if path == table() {
            continue;
        }
        for line in fs::read_to_string(path).unwrap().lines() {
            let (pair, found) = line.split_once(": ").unwrap();
            if !found.trim().is_empty() {
                faults.extend(pair.split_whitespace().nth(1).map(str::to_owned));
                words.extend(found.split_whitespace().map(str::to_owned));
            }
        }
    }
    (faults, words)
}

/// The faults that this suite is held against: those with a line in the matrix, and those that no other suite tells.
fn faults() -> Vec<&'static str> {
    let known = fs::read_to_string(table()).unwrap_or_default();
    let (others, _) = elsewhere();
    let ours =
        |name: &&str| known.lines().any(|line| line.starts_with(&format!("{name}: "))) || !others.contains(*name);
    FAULTS.iter().map(|fault| fault.name).filter(ours).collect()
}

/// One run for each fault, and one without.
async fn runs() -> BTreeMap<&'static str, RunRecord> {
    let plan = Arc::new(plan());
    let places = Arc::new(Semaphore::new(BESIDE));
    let mut running = JoinSet::new();
    for name in faults().into_iter().chain([""]) {
        let (plan, places) = (Arc::clone(&plan), Arc::clone(&places));
        running.spawn(async move {
            // Waiting costs nothing beside others.
            let waits = matches!(name, "slow-answers" | "rate-limited");
            let _place = if waits { None } else { Some(places.acquire().await.unwrap()) };
            let jobs = if name == "slow-answers" { 40 } else { 1 };
            let faults: Vec<&str> = Some(name).into_iter().filter(|name| !name.is_empty()).collect();
            (name, support::runs::against_reference_by(&plan, &faults, OTHERS, jobs).await)
        });
    }
    let mut records = BTreeMap::new();
    while let Some(done) = running.join_next().await {
        let (name, record) = done.unwrap();
        records.insert(name, record);
    }
    records
}

fn line(name: &str, record: &RunRecord) -> String {
    let roots: BTreeSet<String> = record.roots().map(words).collect();
    let roots: Vec<String> = roots.into_iter().collect();
    format!("{name}: {}\n", if roots.is_empty() { "nothing".to_owned() } else { roots.join(" + ") })
}

/// `must lookup-finds-others`, `must okta/lifecycle/unassign/unassign ada/then[0].active`.
fn words(finding: &Finding) -> String {
    let level = finding.level.word();
    match &finding.owner {
        Owner::Rule(id) => format!("{level} {id}"),
        Owner::Expectation | Owner::Snapshot | Owner::OwnSnapshot => {
            format!("{level} {}/{}", finding.scenario, finding.claim)
        }
    }
}

/// Everything that was found, for whoever reviews the matrix.
fn at_length(records: &BTreeMap<&str, RunRecord>) -> String {
    let mut out = String::new();
    for (name, record) in records {
        let count = record.findings().count();
        writeln!(out, "== {name}: {count} findings, {} ms", record.duration.as_millis()).unwrap();
        for root in record.roots() {
            let dialect = root.dialect.as_deref().unwrap_or("-");
            let follow: Vec<&Finding> =
                record.findings().filter(|finding| finding.follows_from.as_ref() == Some(&root.id)).collect();
            writeln!(out, "  {} @{dialect} [{}] {}", words(root), root.step_name, root.subject.word()).unwrap();
            writeln!(out, "      {} | {} | {}", root.message, root.expected, root.actual).unwrap();
            let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
            for finding in follow {
                *kinds.entry(words(finding)).or_default() += 1;
            }
            for (words, count) in kinds {
                writeln!(out, "      < {count} {words}").unwrap();
            }
        }
        let leftovers = record.leftovers().count();
        if leftovers > 0 {
            writeln!(out, "  {leftovers} leftovers").unwrap();
        }
    }
    out
}

fn table() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults/matrix.txt")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fault_is_told_by_its_cause() {
    let records = runs().await;
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR")).join("faults.txt");
    fs::write(scratch, at_length(&records)).unwrap();

    let clean: Vec<String> = records[""].findings().map(words).collect();
    assert_eq!(clean, Vec::<String>::new(), "the reference server is clean");

    let mut lines = String::new();
    for name in faults() {
        lines += &line(name, &records[name]);
    }
    if std::env::var_os("SCIM_CHECK_RECORD").is_some() {
        fs::write(table(), &lines).unwrap();
    }
    let known = fs::read_to_string(table()).unwrap_or_default();
    let new: Vec<&str> = lines.lines().filter(|line| !known.lines().any(|have| have == *line)).collect();
    assert!(new.is_empty(), "not in {}:\n{}", table().display(), new.join("\n"));
    assert_eq!(known.lines().count(), lines.lines().count(), "lines of faults that are gone");

    let (others, words) = elsewhere();
    let silent = |name: &&str| !others.contains(*name) && records[*name].findings().next().is_none();
    let unseen: Vec<&str> = faults().into_iter().filter(silent).collect();
    let excused: Vec<&str> = UNSEEN.iter().map(|(name, _)| *name).collect();
    assert_eq!(unseen, excused, "faults that are not noticed");

    let told: BTreeSet<&str> = records
        .values()
        .flat_map(RunRecord::findings)
        .filter_map(|finding| match &finding.owner {
            Owner::Rule(id) => Some(id.as_str()),
            _ => None,
        })
        .collect();
    let silent: Vec<&str> =
        RULES.iter().map(|rule| rule.id).filter(|id| !told.contains(id) && !words.contains(*id)).collect();
    let excused: Vec<&str> = BY_OTHER_TARGETS.iter().map(|(id, _)| *id).collect();
    assert_eq!(silent, excused, "rules that no fault shows failing");
}
