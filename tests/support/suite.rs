//! What is proved of a suite of its own kind: that it is quiet about a good server, that a fault turns each scenario red, and that
//! each expectation can fail.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use scim_check::{
    http::{Exchange, Kind, Purpose},
    idp::Dialect,
    judge::Finding,
    run::{Marker, Outcome, Plan, RunRecord},
    scenario::{Expected, Library, Postcondition, Scenario, Selection, Step, Then, What},
    scim::{AttrPath, value},
    server::{Server, ServerOptions},
};
use serde_json::{Value, json};

use super::{
    runs::{against, against_reference_by, client, over},
    tamper::Tamper,
};

pub const TOKEN: &str = "test-token-0123456789";

/// The plan for a suite, a folder or one scenario.
pub fn plan(which: &str) -> Plan {
    let library = Library::builtin().unwrap();
    Plan::new(&library, &Selection::new(&[which.to_owned()], false).unwrap(), &Dialect::ALL, &[])
}

/// The scenarios of a suite.
pub fn scenarios(suite: &str) -> Vec<Scenario> {
    Library::builtin().unwrap().scenarios.into_iter().filter(|scenario| scenario.suite == suite).collect()
}

pub async fn server(seed: usize, strict: bool) -> Server {
    let options = ServerOptions { token: Some(TOKEN.to_owned()), seed, strict, ..ServerOptions::default() };
    Server::start(options).await.unwrap()
}

/// `must list-schema-missing`, `must SPEC 4: read an id that nobody has/expect.detail`.
fn words(finding: &Finding) -> String {
    format!("{} {}", finding.level, finding.claim.trim_start_matches("rule:"))
}

/// The suite finds nothing at a server that does as it should, and leaves it as it was.
pub async fn is_quiet(suite: &str, seed: usize, strict: bool) {
    let server = server(seed, strict).await;
    let before = server.dump();
    let record = against(&plan(suite), server.base_url(), TOKEN, 4).await;
    let found: Vec<String> = record.findings().map(words).collect();
    assert_eq!(found, Vec::<String>::new(), "{seed} people, strict: {strict}");
    for scenario in &record.scenarios {
        assert_eq!(scenario.outcome, Outcome::Passed, "{}: {:?}", scenario.name(), scenario.reason);
    }
    assert_eq!(server.dump(), before, "everybody is as before");
    server.stop().await;
}

/// Holds the table of a suite against what is found, or writes it.
pub async fn is_turned_red(suite: &str, others: usize) {
    are_turned_red(suite, &scenarios(suite), others).await;
}

/// Holds a table against what is found, or writes it. A line of it is a scenario, a fault that turns it red, and the findings on
/// the screen; a new line needs its first two words only. Each scenario must have a line in which it is red.
pub async fn are_turned_red(table: &str, scenarios: &[Scenario], others: usize) {
    let table: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/faults/{table}.txt"));
    let known = fs::read_to_string(&table).unwrap();
    let mut lines = String::new();
    let mut red = BTreeSet::new();
    for line in known.lines() {
        let pair = line.split(": ").next().unwrap_or(line);
        let (scenario, fault) = pair.split_once(' ').unwrap();
        let record = against_reference_by(&plan(scenario), &[fault], others, 1).await;
        let roots: BTreeSet<String> = record.roots().map(words).collect();
        let roots: Vec<String> = roots.into_iter().collect();
        let level = scenarios.iter().find(|one| one.id == scenario).unwrap().level;
        if record.findings().any(|finding| finding.level >= level) {
            red.insert(scenario.to_owned());
        }
        lines += &format!("{pair}: {}\n", roots.join(" + "));
    }
    if std::env::var_os("SCIM_CHECK_RECORD").is_some() {
        fs::write(&table, &lines).unwrap();
    }
    let known = fs::read_to_string(&table).unwrap();
    let new: Vec<&str> = lines.lines().filter(|line| !known.lines().any(|have| have == *line)).collect();
    assert!(new.is_empty(), "not in {}:\n{}", table.display(), new.join("\n"));
    let all: BTreeSet<String> = scenarios.iter().map(|scenario| scenario.id.clone()).collect();
    assert_eq!(red, all, "scenarios without a fault");
}

/// What is done to the status and the body of an answer.
type Spoil = Arc<dyn Fn(&mut u16, &mut Value) + Send + Sync>;

/// One thing that a step expects.
pub struct Claim {
    /// The step, from 0.
    pub step: usize,
    /// `expect.status`, `then[0].active`: as findings name it, without the step.
    pub word: String,
    /// The answers that it is about.
    answers: Answers,
    /// Ways to make it fail, each to be tried.
    spoils: Vec<Spoil>,
}

/// Which answers of a step.
enum Answers {
    /// The answer to what is spoken.
    Spoken,
    /// A read-back, counted from the last one of the step: those before them confirmed creations.
    Check(usize),
    /// The pages of an import.
    Pages,
}

impl Answers {
    /// The numbers of these exchanges.
    fn of(&self, step: usize, exchanges: &[Exchange]) -> Vec<usize> {
        let here = exchanges.iter().filter(|exchange| exchange.step == Some(step));
        let of = |purpose| here.clone().filter(move |exchange| exchange.purpose == purpose);
        let number = |exchange: &Exchange| exchange.number;
        match self {
            Answers::Spoken => of(Purpose::Spoken).take(1).map(number).collect(),
            Answers::Check(back) => of(Purpose::Check).rev().skip(*back).take(1).map(number).collect(),
            Answers::Pages => {
                of(Purpose::Spoken).filter(|exchange| matches!(exchange.kind, Kind::List { .. })).map(number).collect()
            }
        }
    }
}

/// Everything that a scenario expects of answers.
pub fn claims(scenario: &Scenario) -> Vec<Claim> {
    let steps = scenario.steps.iter().enumerate();
    steps.flat_map(|(index, step)| expected(index, step).into_iter().chain(looked_for(index, step))).collect()
}

/// What a raw request expects of its answer.
fn expected(index: usize, step: &Step) -> Vec<Claim> {
    let What::Request(request) = &step.what else {
        return Vec::new();
    };
    let claim = |word: String, spoils: Vec<Spoil>| Claim { step: index, word, answers: Answers::Spoken, spoils };
    let mut claims = Vec::new();
    if !request.expect.status.is_empty() {
        claims.push(claim("expect.status".to_owned(), vec![Arc::new(|status, _| *status = 418)]));
    }
    for path in &request.expect.absent {
        claims.push(claim(format!("expect.{path}"), vec![Arc::new(with(path, json!("odd")))]));
    }
    let should = request.expect.should.as_ref().and_then(|should| should.body.as_ref());
    for (word, body) in [("expect", request.expect.body.as_ref()), ("should", should)] {
        let mut found = Vec::new();
        body.iter().for_each(|body| places(body, &Vec::new(), &mut found));
        for place in found {
            let subject = if place.is_empty() { "body".to_owned() } else { place.join(".") };
            let odd = [Some(json!(["odd"])), None, Some(json!("odd"))];
            let spoils = odd.into_iter().map(|odd| -> Spoil {
                let place = place.clone();
                Arc::new(move |_, body| spoil(body, &place, odd.as_ref()))
            });
            claims.push(claim(format!("{word}.{subject}"), spoils.collect()));
        }
    }
    claims
}

/// What is looked for at the target after a step.
fn looked_for(index: usize, step: &Step) -> Vec<Claim> {
    let mut claims = Vec::new();
    let reads = |then: &&Then| !matches!(then.check, Postcondition::Imported(_));
    for (at, then) in step.then.iter().enumerate() {
        let check = || Answers::Check(step.then[at + 1..].iter().filter(reads).count());
        let mut claim = |part: &str, answers: Answers, spoils: Vec<Spoil>| {
            claims.push(Claim { step: index, word: format!("then[{at}].{part}"), answers, spoils });
        };
        match &then.check {
            Postcondition::User(_, expected) => {
                for path in attributes(expected) {
                    claim(&path.to_string(), check(), vec![Arc::new(with(&path, json!("odd")))]);
                }
            }
            Postcondition::Group(_, members, expected) => {
                for path in attributes(expected) {
                    claim(&path.to_string(), check(), vec![Arc::new(with(&path, json!("odd")))]);
                }
                if members.is_some() {
                    let odd = with(&AttrPath::of("members"), json!([{ "value": "odd" }]));
                    claim("members", check(), vec![Arc::new(odd)]);
                }
            }
            Postcondition::Lookup(..) => {
                let odd = with(&AttrPath::of("Resources"), json!([{ "id": "odd", "userName": "odd" }]));
                claim("finds", check(), vec![Arc::new(odd)]);
            }
            Postcondition::Gone(_) => claim("gone", check(), vec![Arc::new(|status, _| *status = 200)]),
            Postcondition::Imported(wanted) => {
                // Nobody is there; everybody is there under another id, active or not; nobody is missing.
                let nobody: Spoil = Arc::new(of_listed(|_| json!({ "id": "odd" })));
                let others: Spoil = Arc::new(of_listed(|user| json!({ "id": "odd", "userName": user["userName"] })));
                let active: Spoil = Arc::new(of_listed(|user| with_active(user, true)));
                let inactive: Spoil = Arc::new(of_listed(|user| with_active(user, false)));
                let mut pages = |part: &str, due: bool| {
                    let spoils = [&nobody, &others, &active, &inactive].map(Arc::clone).to_vec();
                    if due {
                        claim(part, Answers::Pages, spoils);
                    }
                };
                pages("imported", true);
                pages("new", wanted.new.is_some());
                pages("removed", wanted.removed.is_some());
                pages("deactivated", wanted.deactivated.is_some());
                pages("safeguard", wanted.safeguard.is_some());
            }
        }
    }
    claims
}

fn attributes(expected: &Expected) -> Vec<AttrPath> {
    expected.is.iter().map(|(path, _)| path).chain(&expected.absent).chain(&expected.same).cloned().collect()
}

/// Puts a value at a path.
fn with(path: &AttrPath, odd: Value) -> impl Fn(&mut u16, &mut Value) + Send + Sync + 'static {
    let path = path.clone();
    move |_, body| {
        value::set(body, &path, odd.clone());
    }
}

/// Changes each resource of a list.
fn of_listed(change: fn(&Value) -> Value) -> impl Fn(&mut u16, &mut Value) + Send + Sync + 'static {
    move |_, body| {
        for resource in body["Resources"].as_array_mut().into_iter().flatten() {
            *resource = change(resource);
        }
    }
}

fn with_active(user: &Value, active: bool) -> Value {
    let mut user = user.clone();
    user["active"] = json!(active);
    user
}

/// A place in an answer: names, and `first` for the first element.
type Place = Vec<String>;

/// The places that the body of an expectation looks at.
fn places(expected: &Value, place: &Place, out: &mut Vec<Place>) {
    const MATCHERS: [&str; 7] = ["type", "matches", "any", "exactly", "not", "at_least", "text"];
    let deeper = |name: &String| [place.as_slice(), std::slice::from_ref(name)].concat();
    match expected {
        Value::Object(members)
            if members.len() > 1 || !members.keys().any(|name| MATCHERS.contains(&name.as_str())) =>
        {
            members.iter().for_each(|(name, value)| places(value, &deeper(name), out));
        }
        _ => out.push(place.clone()),
    }
}

/// The value at a place, if there is one.
fn at<'v>(body: &'v mut Value, place: &[String]) -> Option<&'v mut Value> {
    place.iter().try_fold(body, |value, name| match name.as_str() {
        "first" => value.get_mut(0),
        name => value.get_mut(name),
    })
}

/// Puts something at a place that nobody expects there; `None` takes away what is there.
fn spoil(body: &mut Value, place: &[String], with: Option<&Value>) {
    match (place, with) {
        ([], with) => *body = with.cloned().unwrap_or_default(),
        ([before @ .., last], None) => {
            if let Some(Value::Object(members)) = at(body, before) {
                members.shift_remove(last);
            }
        }
        (place, Some(with)) => {
            if let Some(value) = at(body, place) {
                *value = with.clone();
            }
        }
    }
}

/// A run whose names are its own, so that what an earlier one had to leave behind is not in its way.
pub async fn through(plan: &Plan, tamper: Tamper, server: &Server) -> RunRecord {
    over(plan, Arc::new(tamper), server.base_url(), 1, Marker::new()).await
}

/// True when a finding is, or has taken in, the claim.
pub fn tells(record: &RunRecord, claim: &str) -> bool {
    record.findings().any(|finding| finding.claim == claim || finding.seen_by.iter().any(|seen| seen == claim))
}

/// Makes everything that the suite's scenarios expect fail, one by one.
pub async fn can_fail(suite: &str) {
    let server = server(5, false).await;
    let mut held = Vec::new();
    for scenario in scenarios(suite) {
        let plan = plan(&scenario.id);
        let plan = Plan { entries: plan.entries.into_iter().take(1).collect() };
        let clean = against(&plan, server.base_url(), TOKEN, 2).await;
        for Claim { step, word, answers, spoils } in claims(&scenario) {
            let claim = format!("{}/{word}", scenario.steps[step].name);
            // The first request of all asks what is announced.
            let asked = usize::from(scenario.needs.iter().any(|need| need.sign(&scenario).is_some()));
            let numbers = answers.of(step, &clean.scenarios[0].exchanges).into_iter().map(|number| asked + number);
            let numbers: Arc<Vec<usize>> = Arc::new(numbers.collect());
            let mut told = false;
            for spoil in spoils {
                let numbers = Arc::clone(&numbers);
                let which = move |number: usize, _: &_| numbers.contains(&number);
                let change = move |status: &mut u16, body: &mut Value| spoil(status, body);
                let tamper = Tamper::new(client(server.base_url(), TOKEN), which, change);
                told = told || tells(&through(&plan, tamper, &server).await, &claim);
            }
            if !told {
                held.push(format!("{}: {claim}", scenario.id));
            }
        }
    }
    server.stop().await;
    assert!(held.is_empty(), "nothing makes these fail: {held:#?}");
}
