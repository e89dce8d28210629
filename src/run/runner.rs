//! Runs a plan: independent scenarios at once, the others alone. What is told stands in the order of the plan.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use tokio::task::JoinSet;

use super::{
    announced::Announcements,
    cleanup::clean_up,
    events::Event,
    halt::Halt,
    kept::Kept,
    ledger::Ledger,
    marker::Marker,
    pace::{Pace, Paced},
    parallel::only_in_parallel,
    patience::Patience,
    plan::{Plan, Planned},
    record::{Ending, Outcome, RunRecord, ScenarioRecord},
    repeat,
    stage::PeopleDefaults,
    still::{Stillness, is_disturbed},
    story,
};
use crate::{
    http::Transport,
    judge::{Finding, Level, fold},
};

/// How a plan is run.
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// How many scenarios at once.
    pub jobs: usize,
    /// Leave everything that was created.
    pub keep: bool,
    /// Lowest level that fails a scenario.
    pub fail_on: Level,
    /// What people look like.
    pub people: PeopleDefaults,
    /// The text by which resources of this run are known.
    pub marker: Marker,
    /// How long to wait altogether where the target asks for it.
    pub patience: Duration,
    /// How long a change may take to show; zero: not at all.
    pub settle: Duration,
    /// Scenarios, with dialect, of which the user has a snapshot of their own.
    pub own_snapshots: Arc<HashSet<String>>,
}

/// What all scenarios of a run share.
pub(super) struct Shared {
    pub transport: Arc<dyn Transport>,
    pub base_url: String,
    pub halt: Arc<Halt>,
    pub marker: Marker,
    pub people: PeopleDefaults,
    pub keep: bool,
    pub fail_on: Level,
    pub patience: Arc<Patience>,
    pub own_snapshots: Arc<HashSet<String>>,
    pub announcements: Announcements,
    pub kept: Kept,
    pub stillness: Stillness,
}

/// How the people and groups of a run are numbered.
#[derive(Debug, Clone, Copy)]
struct Names {
    /// Before the number of an entry of the plan: what was created before has other names.
    shift: usize,
    /// The highest number.
    most: usize,
}

/// Runs plans against one target.
pub struct Runner {
    shared: Arc<Shared>,
    jobs: usize,
    pace: Arc<Pace>,
}

impl Runner {
    /// A runner over a transport.
    pub fn new(transport: Arc<dyn Transport>, base_url: &str, halt: Arc<Halt>, options: RunOptions) -> Runner {
        let base_url = base_url.to_owned();
        let RunOptions { jobs, keep, fail_on, people, marker, patience, settle, own_snapshots } = options;
        let patience = Arc::new(Patience::new(patience, settle));
        let jobs = jobs.max(1);
        let pace = Arc::new(Pace::new(jobs));
        let transport = Arc::new(Paced { transport, pace: Arc::clone(&pace) });
        Runner {
            shared: Arc::new(Shared {
                transport,
                base_url,
                halt,
                marker,
                people,
                keep,
                fail_on,
                patience,
                own_snapshots,
                announcements: Announcements::default(),
                kept: Kept::default(),
                stillness: Stillness::default(),
            }),
            jobs,
            pace,
        }
    }

    /// Runs a plan; tells `listen` what happens.
    pub async fn run(&self, plan: &Plan, listen: impl FnMut(Event<'_>)) -> RunRecord {
        self.run_repeatedly(plan, 1, listen).await
    }

    /// Runs a plan several times, one after the other, and makes one record of it: what was not found every time is told as flaky.
    pub async fn run_repeatedly(&self, plan: &Plan, times: usize, mut listen: impl FnMut(Event<'_>)) -> RunRecord {
        // Each scenario has names of its own each time, and others where it is repeated alone.
        let own = 2 * plan.entries.len();
        let names = |time: usize| Names { shift: own * time, most: own * times };
        let first = self.run_once(plan, names(0), &mut listen).await;
        let mut others = Vec::new();
        while others.len() + 1 < times && self.shared.halt.reason().is_none() {
            others.push(self.run_once(plan, names(others.len() + 1), &mut listen).await);
        }
        repeat::merged(first, others)
    }

    async fn run_once(&self, plan: &Plan, names: Names, mut listen: impl FnMut(Event<'_>)) -> RunRecord {
        let started_at = Timestamp::now();
        let began = Instant::now();
        let mut ended: HashMap<usize, ScenarioRecord> = HashMap::new();
        let runs = |alone: bool| {
            let entries = plan.entries.iter().enumerate();
            entries.filter(move |(_, planned)| planned.skip.is_none() && planned.scenario.alone == alone)
        };
        let mut beside: Vec<usize> = runs(false).map(|(at, _)| at).collect();
        if self.jobs > 1 {
            // Those that list everybody first, so that many of their lists are due together and the others wait once for all of them.
            beside.sort_by_key(|at| plan.entries[*at].listing().is_none());
        }
        for (at, record) in self.together(plan, &beside, self.jobs, names, &mut listen).await {
            ended.insert(at, record);
        }
        if self.jobs > 1 {
            self.repeat_failed(plan, &mut ended, names, &mut listen).await;
        }
        let alone: Vec<usize> = runs(true).map(|(at, _)| at).collect();
        for (at, record) in self.together(plan, &alone, 1, names, &mut listen).await {
            ended.insert(at, record);
        }
        let mut first = 0;
        let mut scenarios: Vec<ScenarioRecord> = Vec::with_capacity(plan.entries.len());
        for (at, planned) in plan.entries.iter().enumerate() {
            let mut record = ended.remove(&at).unwrap_or_else(|| self.not_run(planned));
            record.first = first;
            first += record.exchanges.len();
            scenarios.push(record);
        }
        fold_all(&mut scenarios);
        // Folding may raise a level.
        for scenario in scenarios.iter_mut().filter(|scenario| scenario.outcome == Outcome::Passed) {
            if scenario.findings.iter().any(|finding| !finding.waived && finding.level >= self.shared.fail_on) {
                scenario.outcome = Outcome::Failed;
            }
        }
        let marker = self.shared.marker.as_str();
        RunRecord {
            started_at,
            duration: began.elapsed(),
            interrupted: self.shared.halt.interrupted(),
            given_up: self.shared.halt.given_up(),
            ..RunRecord::new(&self.shared.base_url, marker, self.shared.fail_on, scenarios)
        }
    }

    /// Runs some entries, at most `jobs` at once, and no more than the target can bear.
    async fn together(
        &self,
        plan: &Plan,
        entries: &[usize],
        jobs: usize,
        names: Names,
        listen: &mut impl FnMut(Event<'_>),
    ) -> Vec<(usize, ScenarioRecord)> {
        let mut waiting = entries.iter();
        let mut running = JoinSet::new();
        let mut ledgers: HashMap<tokio::task::Id, (usize, Arc<Ledger>)> = HashMap::new();
        let mut done = Vec::new();
        loop {
            while running.len() < jobs.min(self.pace.room())
                && let Some(&at) = waiting.next()
            {
                let planned = plan.entries[at].clone();
                listen(Event::Started(&planned.name()));
                let ledger = Arc::new(Ledger::default());
                let (shared, own) = (Arc::clone(&self.shared), Arc::clone(&ledger));
                let handle = running.spawn(async move {
                    let unique = shared.marker.unique(names.shift + at + 1, names.most);
                    let conversation = story::conversation(&shared, own);
                    story::tell(&planned, &conversation, &shared, &unique).await
                });
                ledgers.insert(handle.id(), (at, ledger));
            }
            let (id, result) = match running.join_next_with_id().await {
                None => return done,
                Some(Ok((id, record))) => (id, Ok(record)),
                Some(Err(error)) => (error.id(), Err(error)),
            };
            let Some((at, ledger)) = ledgers.remove(&id) else { continue };
            let record = match result {
                Ok(record) => record,
                Err(_) => self.after_panic(&plan.entries[at], ledger).await,
            };
            listen(Event::Ended(&record));
            done.push((at, record));
        }
    }

    /// A fault of ours in one scenario must not leave its people behind, nor end the others.
    async fn after_panic(&self, planned: &Planned, ledger: Arc<Ledger>) -> ScenarioRecord {
        let conversation = story::conversation(&self.shared, ledger);
        let mut record = self.not_run(planned);
        record.started_at = conversation.started_at;
        record.leftovers = clean_up(&conversation).await;
        record.exchanges = conversation.finish();
        record.reason = Some("a fault in scim-check itself ended this scenario; please report it".to_owned());
        record
    }

    /// A scenario that failed beside others is repeated alone before it counts, and one that listed everybody where it tells anything.
    async fn repeat_failed(
        &self,
        plan: &Plan,
        ended: &mut HashMap<usize, ScenarioRecord>,
        names: Names,
        listen: &mut impl FnMut(Event<'_>),
    ) {
        let lists = |at: usize| plan.entries[at].listing().is_some();
        // Whoever lists everybody has seen people of others come and go: what it alone tells of its lists it has to see again.
        let others = ended.iter().filter(|(at, _)| !lists(**at)).flat_map(|(_, record)| &record.findings);
        let known: HashSet<String> = others.map(|finding| finding.cause.clone()).collect();
        let doubtful = |record: &ScenarioRecord, finding: &Finding| {
            is_disturbed(record, finding) && !known.contains(&finding.cause)
        };
        let counts = |at: usize, record: &ScenarioRecord| {
            let doubts = || lists(at) && record.findings.iter().any(|finding| doubtful(record, finding));
            record.outcome == Outcome::Failed || doubts()
        };
        let mut failed: Vec<usize> =
            ended.iter().filter(|(at, record)| counts(**at, record)).map(|(at, _)| *at).collect();
        failed.sort_unstable();
        let mut passed = Vec::new();
        for at in failed {
            if self.shared.halt.reason().is_some() {
                // What passed alone so far is still told below.
                if let Some(record) = ended.get_mut(&at).filter(|_| lists(at)) {
                    self.without(record, doubtful);
                }
                continue;
            }
            // Other names: where DELETE is refused, those of the first time are taken.
            let names = Names { shift: names.shift + plan.entries.len(), ..names };
            let Some(mut before) = ended.remove(&at) else { continue };
            listen(Event::Repeating(&before));
            self.shared.kept.forget(&before.exchanges);
            let Some((_, mut again)) = self.together(plan, &[at], 1, names, listen).await.pop() else { continue };
            if again.outcome == Outcome::Error {
                self.shared.kept.after(&mut before.exchanges, self.shared.marker.as_str());
                before.leftovers.extend(again.leftovers);
                before.passwords.merge(&again.passwords);
                if lists(at) {
                    self.without(&mut before, doubtful);
                }
                ended.insert(at, before);
                continue;
            }
            again.leftovers.append(&mut before.leftovers);
            again.passwords.merge(&before.passwords);
            if lists(at) {
                self.without(&mut before, doubtful);
            }
            if again.outcome == Outcome::Passed && before.outcome == Outcome::Failed {
                self.shared.kept.after(&mut before.exchanges, self.shared.marker.as_str());
                passed.push((at, before));
            }
            ended.insert(at, again);
        }
        for (at, before) in passed {
            self.passed_alone(at, before, ended);
        }
    }

    /// Takes out of a record what could not be seen again. Where nothing else failed, nobody knows how it is.
    fn without(&self, record: &mut ScenarioRecord, doubtful: impl Fn(&ScenarioRecord, &Finding) -> bool) {
        let findings = std::mem::take(&mut record.findings);
        let (_, rest): (Vec<_>, Vec<_>) = findings.into_iter().partition(|finding| doubtful(record, finding));
        record.findings = rest;
        let fails = |finding: &Finding| !finding.waived && finding.level >= self.shared.fail_on;
        if record.outcome == Outcome::Failed && !record.findings.iter().any(fails) {
            record.outcome = Outcome::Error;
            record.reason =
                Some("what it saw while others ran beside it could not be looked at again alone".to_owned());
        }
    }

    /// What is told of a scenario that failed and passed when it was repeated alone: what it told before where others tell the same of
    /// the target, so that it was chance or time that spared it; else that it fails beside others.
    fn passed_alone(&self, at: usize, before: ScenarioRecord, ended: &mut HashMap<usize, ScenarioRecord>) {
        let known = |finding: &Finding| {
            let others = ended.iter().filter(|(other, _)| **other != at).flat_map(|(_, record)| &record.findings);
            let counts = !finding.waived && finding.level >= self.shared.fail_on;
            counts && others.filter(|other| !other.waived).any(|other| other.cause == finding.cause)
        };
        let same = before.findings.iter().any(known);
        let Some(again) = ended.get_mut(&at) else { return };
        if same {
            let leftovers = std::mem::take(&mut again.leftovers);
            let passwords = std::mem::take(&mut again.passwords);
            self.shared.kept.forget(&again.exchanges);
            *again = ScenarioRecord { leftovers, passwords, ..before };
            return;
        }
        self.shared.kept.forget(&before.exchanges);
        again.findings.push(only_in_parallel(&before));
        if self.shared.fail_on <= Level::Should {
            again.outcome = Outcome::Failed;
        }
    }

    fn not_run(&self, planned: &Planned) -> ScenarioRecord {
        let (outcome, kind, reason) = match &planned.skip {
            Some((kind, reason)) => (Outcome::Skipped, Some(*kind), Some(reason.clone())),
            None => (Outcome::Error, None, self.shared.halt.reason().map(str::to_owned)),
        };
        ScenarioRecord { started_at: Timestamp::now(), ..ScenarioRecord::of(planned, Ending { outcome, kind, reason }) }
    }
}

fn fold_all(scenarios: &mut [ScenarioRecord]) {
    let mut all: Vec<Finding> =
        scenarios.iter_mut().flat_map(|scenario| std::mem::take(&mut scenario.findings)).collect();
    fold(&mut all);
    // Folding keeps the order, so each scenario takes its own back from the front.
    let mut all = all.into_iter().peekable();
    for scenario in scenarios {
        while let Some(finding) =
            all.next_if(|finding| finding.scenario == scenario.id && finding.dialect == scenario.dialect)
        {
            scenario.findings.push(finding);
        }
    }
}
