//! Holds a run against the user's own snapshots of their server.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use super::{
    plan::{Plan, Planned},
    record::{Outcome, RunRecord, ScenarioRecord, SkipKind},
    snapshots,
};
use crate::{
    http::Secrets,
    judge::{Finding, Level, Owner, Subject, tell_apart},
    scenario::What,
    snapshot::{Departure, Dialogue, Replacement, Turn, arranged, departures, file},
};

/// The longest text that becomes a snapshot, in bytes: nobody reviews more.
const LONGEST: usize = 4 * 1024 * 1024;

/// The claim of a story that was never recorded: it is accepted, not waived.
pub const MISSING: &str = "own-snapshot:missing";

/// The claim of a story that has a snapshot and was not told.
const SKIPPED: &str = "own-snapshot:skipped";

/// The user's own snapshots, as they are when a run begins.
pub struct OwnSnapshots {
    /// Where they are, for what is said of them.
    pub folder: String,
    /// What a command needs to find them: ` --snapshots DIR`, or nothing where the configuration names the folder.
    pub flag: String,
    /// The accepted ones, by the name of their scenario with dialect.
    pub accepted: HashMap<String, Dialogue>,
    /// The level of a difference.
    pub level: Level,
    /// What is to be redacted besides.
    pub replaced: Arc<[Replacement]>,
    /// What no file may hold.
    pub secrets: Secrets,
    /// Nothing is written: there is no `.snap.new` to be reviewed.
    pub ci: bool,
}

/// What is to become of the folder.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Recorded {
    /// Texts to be kept for review, by name.
    pub pending: Vec<(String, String)>,
    /// Names of which nothing waits any more.
    pub settled: Vec<String>,
}

impl OwnSnapshots {
    /// The scenarios that have a snapshot of the user's own, in whose place the built-in one does not count.
    pub fn names(&self) -> HashSet<String> {
        self.accepted.keys().cloned().collect()
    }

    /// Compares every scenario that was carried out with its snapshot; the differences become findings of the record. What other
    /// findings there are does not matter: a snapshot is what the server does.
    pub fn hold(&self, plan: &Plan, record: &mut RunRecord) -> Recorded {
        let mut recorded = Recorded::default();
        record.own_snapshots = true;
        // What was broken off is compared with nothing.
        if record.interrupted {
            return recorded;
        }
        let dialogues: Vec<Option<Dialogue>> = plan
            .entries
            .iter()
            .zip(&record.scenarios)
            .map(|(planned, scenario)| comparable(planned, scenario).then(|| self.dialogue(planned, scenario, record)))
            .collect();
        let mut causes: HashMap<String, String> = HashMap::new();
        for ((planned, scenario), dialogue) in plan.entries.iter().zip(&mut record.scenarios).zip(dialogues) {
            let name = planned.name();
            let Some(dialogue) = dialogue else {
                if scenario.kind == Some(SkipKind::NotAnnounced) || scenario.kind == Some(SkipKind::Declined) {
                    let reason = scenario.reason.clone().unwrap_or_default();
                    let found = self.accepted.contains_key(&name).then(|| self.skipped(planned, reason));
                    add(scenario, found.into_iter().collect(), &mut causes, record.fail_on);
                }
                continue;
            };
            // What a person reviews, and a version control shows, has no lines that only changed places.
            let text = match self.accepted.get(&name) {
                Some(accepted) => file(&arranged(accepted, &dialogue)),
                None => file(&dialogue),
            };
            let found = match self.accepted.get(&name) {
                _ if text.len() > LONGEST => vec![self.too_long(planned, text.len())],
                None => vec![self.missing(planned)],
                Some(accepted) => {
                    let told = departures(accepted, &dialogue);
                    told.into_iter().map(|departure| self.departed(planned, scenario, &dialogue, departure)).collect()
                }
            };
            match found.is_empty() {
                true => recorded.settled.push(name),
                false if text.len() <= LONGEST => recorded.pending.push((name, text)),
                false => {}
            }
            add(scenario, found, &mut causes, record.fail_on);
        }
        recorded
    }

    fn dialogue(&self, planned: &Planned, scenario: &ScenarioRecord, record: &RunRecord) -> Dialogue {
        snapshots::own_dialogue(planned, scenario, record, &self.replaced, &self.secrets)
    }

    fn missing(&self, planned: &Planned) -> Finding {
        let (actual, fix) = if self.ci {
            ("none".to_owned(), format!("Record it: {}", self.accept(&planned.name())))
        } else {
            ("none; what came waits beside".to_owned(), self.review(planned))
        };
        Finding {
            expected: "one that was accepted".to_owned(),
            actual,
            fix,
            ..self.finding(planned, MISSING, "There is no snapshot of this scenario yet", whole())
        }
    }

    fn skipped(&self, planned: &Planned, reason: String) -> Finding {
        let (folder, name) = (&self.folder, planned.name());
        Finding {
            expected: "the scenario of the snapshot".to_owned(),
            actual: format!("skipped: {reason}"),
            fix: format!("Announce again what was there before. If it is meant, delete {folder}/{name}.snap."),
            ..self.finding(planned, SKIPPED, "There is a snapshot of this scenario, and it could not be told", whole())
        }
    }

    fn too_long(&self, planned: &Planned, length: usize) -> Finding {
        Finding {
            expected: format!("at most {LONGEST} bytes"),
            actual: format!("{length} bytes"),
            fix: "Let the server answer with less, or leave the scenario out of the run.".to_owned(),
            ..self.finding(planned, "own-snapshot:too-long", "The scenario is too long for a snapshot", whole())
        }
    }

    fn departed(
        &self,
        planned: &Planned,
        scenario: &ScenarioRecord,
        dialogue: &Dialogue,
        departure: Departure,
    ) -> Finding {
        let turn = departure.turn.and_then(|at| dialogue.turns.get(at));
        let exchange = turn.and_then(|turn| turn.exchange);
        let word = departure.subject.word();
        let what = if departure.of == "request" {
            "A request".to_owned()
        } else {
            format!("The answer to a {}", departure.of)
        };
        let step = exchange.and_then(|number| scenario.exchanges.get(number)).and_then(|exchange| exchange.step);
        let claim = format!("own-snapshot:{}/{}/{word}", departure.step, departure.of);
        Finding {
            cause: cause(&departure, turn),
            about: turn.and_then(|turn| turn.about.clone()),
            step,
            step_name: departure.step,
            exchange,
            kind: turn.map_or_else(String::new, |turn| turn.kind.clone()),
            expected: departure.expected,
            actual: departure.actual,
            fix: self.review(planned),
            ..self.finding(planned, &claim, &format!("{what} is not as in the snapshot: `{word}`"), departure.subject)
        }
        .with_id()
    }

    fn review(&self, planned: &Planned) -> String {
        let (name, flag) = (planned.name(), &self.flag);
        if self.ci {
            return format!("Mend the server. If it is meant: {}", self.accept(&name));
        }
        format!(
            "Look at it:\nscim-check snapshots review{flag}\nIf it is meant:\nscim-check snapshots accept{flag} {name}"
        )
    }

    /// How a CI job comes to have what it was not given.
    fn accept(&self, name: &str) -> String {
        let flag = &self.flag;
        format!("run the same where CI is not set, and then\nscim-check snapshots accept{flag} {name}\n(or --all)")
    }

    fn finding(&self, planned: &Planned, claim: &str, message: &str, subject: Subject) -> Finding {
        Finding {
            scenario: planned.scenario.id.clone(),
            dialect: planned.dialect.as_ref().map(|dialect| dialect.name.to_string()),
            message: message.to_owned(),
            cause: format!("own-snapshot|{message}"),
            ..Finding::of(Owner::OwnSnapshot, self.level, claim, subject)
        }
        .with_id()
    }
}

/// The snapshot as such, in place of what is in it.
fn whole() -> Subject {
    Subject::Envelope("snapshot".to_owned())
}

/// What two differences share when they are one change: an attribute or a header changes in every answer that shows it, a status in the
/// answers of one endpoint to one kind of request.
fn cause(departure: &Departure, turn: Option<&Turn>) -> String {
    let Departure { subject, of, way, expected, actual, .. } = departure;
    let word = subject.word();
    match subject {
        Subject::Attribute(_) | Subject::Header(_) => format!("own-snapshot|{}|{word}|{way:?}", of == "request"),
        _ => {
            let place =
                turn.map(|turn| format!("{} {}", turn.method, turn.target.split(['?', '/']).nth(1).unwrap_or("")));
            format!("own-snapshot|{of}|{word}|{}|{expected}|{actual}", place.unwrap_or_default())
        }
    }
}

/// True where there is a whole dialogue that comes out the same every time: of requests at once it is chance who is first.
fn comparable(planned: &Planned, scenario: &ScenarioRecord) -> bool {
    let whole = matches!(scenario.outcome, Outcome::Passed | Outcome::Failed) && scenario.reason.is_none();
    let chance = planned.scenario.steps.iter().any(|step| matches!(step.what, What::AtOnce(_)));
    whole && !chance
}

/// Adds findings to a scenario; of one cause the first stands for the others.
fn add(scenario: &mut ScenarioRecord, mut found: Vec<Finding>, causes: &mut HashMap<String, String>, fail_on: Level) {
    tell_apart(&mut found);
    for mut finding in found {
        match causes.get(&finding.cause) {
            Some(first) => finding.follows_from = Some(first.clone()),
            None => {
                causes.insert(finding.cause.clone(), finding.id.clone());
            }
        }
        if matches!(scenario.outcome, Outcome::Passed | Outcome::Skipped) && finding.level >= fail_on {
            // `spared` still has why it was skipped, for where the finding is waived.
            (scenario.outcome, scenario.kind, scenario.reason) = (Outcome::Failed, None, None);
        }
        scenario.findings.push(finding);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::{Answer, Way};

    fn cause_of(target: &str, subject: Subject, expected: &str, actual: &str) -> String {
        let turn = Turn {
            step: String::new(),
            about: None,
            kind: String::new(),
            method: "GET".to_owned(),
            target: target.to_owned(),
            headers: Vec::new(),
            body: None,
            answer: Answer { status: 200, headers: Vec::new(), body: None },
            exchange: None,
        };
        let departure = Departure {
            turn: Some(0),
            step: String::new(),
            subject,
            of: "read".to_owned(),
            expected: expected.to_owned(),
            actual: actual.to_owned(),
            way: Way::Other,
        };
        cause(&departure, Some(&turn))
    }

    #[test]
    fn unlike_changes_are_no_one_change() {
        let status = |target, actual| cause_of(target, Subject::Status, "status 200", actual);
        assert_eq!(status("/Users/[ada.id]", "status 404"), status("/Users/[bob.id]?attributes=id", "status 404"));
        assert_ne!(status("/Users/[ada.id]", "status 404"), status("/Groups/[crew.id]", "status 404"));
        assert_ne!(status("/Users/[ada.id]", "status 404"), status("/Users/[ada.id]", "status 500"));
        let title = |actual| cause_of("/Users/[ada.id]", Subject::Attribute("title".to_owned()), "nothing", actual);
        assert_eq!(title("\"a\""), title("\"b\""));
    }
}
