//! A directory of others is the same before and after a run, attribute by attribute, wherever the run is interrupted and whatever fails on
//! its way; and what the run made is gone, or is told.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::print_stderr, reason = "what was tried is worth knowing")]

mod support;

use std::{
    collections::HashMap,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use bytes::Bytes;
use jiff::SignedDuration;
use scim_check::{
    http::{BoxFuture, Client, Failure, Request, Response, Transport},
    idp::Dialect,
    run::{Marker, Plan, RunRecord, sweep},
    scenario::{Library, Selection},
    server::{Server, ServerOptions},
};
use serde_json::{Value, json};
use support::{
    binary::{Desk, Running, finish, start},
    runs::{client, over},
    target::{TOKEN, Target},
};

/// With a group for every ten.
const OTHERS: usize = 500;

/// What happens to a request.
#[derive(Debug, Clone, Copy)]
enum Fate {
    /// It is not carried out, and answered with this status.
    Refused(u16),
    /// It is carried out, and answered with this status.
    Denied(u16),
    /// It never arrives.
    Lost,
    /// It is carried out, and the connection is reset before the answer.
    Reset,
    /// It is carried out, and nothing is said.
    Silent,
}

const FATES: [Fate; 7] = [
    Fate::Refused(500),
    Fate::Denied(500),
    Fate::Refused(404),
    Fate::Refused(409),
    Fate::Lost,
    Fate::Reset,
    Fate::Silent,
];

type Which = Box<dyn Fn(usize, &Request) -> bool + Send + Sync>;

/// A line to a server on which some requests meet their fate.
struct Failing {
    client: Arc<Client>,
    sent: Arc<AtomicUsize>,
    which: Which,
    fate: Fate,
}

impl Failing {
    async fn answer(&self, request: &Request) -> Result<Response, Failure> {
        let number = self.sent.fetch_add(1, Ordering::SeqCst);
        if !(self.which)(number, request) {
            return self.client.send(request).await;
        }
        if !matches!(self.fate, Fate::Refused(_) | Fate::Lost) {
            self.client.send(request).await?;
        }
        match self.fate {
            Fate::Refused(status) | Fate::Denied(status) => {
                let body =
                    json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": status.to_string()});
                let headers = vec![("content-type".to_owned(), "application/scim+json".to_owned())];
                Ok(Response::new(status, headers, Bytes::from(body.to_string()), false))
            }
            Fate::Lost | Fate::Reset => Err(Failure::Broken("connection reset".to_owned())),
            Fate::Silent => Err(Failure::TimedOut(Duration::from_millis(300))),
        }
    }
}

impl Transport for Failing {
    fn send<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response, Failure>> {
        Box::pin(self.answer(request))
    }
}

/// The reference server with others in it, and a client for it.
struct Ground {
    server: Server,
    client: Arc<Client>,
    before: Value,
    library: Library,
}

impl Ground {
    async fn new() -> Ground {
        let options = ServerOptions { token: Some(TOKEN.to_owned()), seed: OTHERS, ..ServerOptions::default() };
        let server = Server::start(options).await.unwrap();
        let client = Arc::new(client(server.base_url(), TOKEN));
        let before = server.dump();
        assert_eq!(before["users"].as_array().unwrap().len(), OTHERS);
        Ground { server, client, before, library: Library::builtin().unwrap() }
    }

    /// Runs a scenario in which the requests that are chosen fail; answers how many were sent.
    async fn run(&self, id: &str, fate: Fate, which: Which) -> (RunRecord, usize) {
        let selection = Selection::new(&[id.to_owned()], false).unwrap();
        let plan = Plan::new(&self.library, &selection, &[Dialect::OKTA_CATALOGUE], &[]);
        assert!(!plan.entries.is_empty(), "{id}");
        let sent = Arc::<AtomicUsize>::default();
        let line = Failing { client: Arc::clone(&self.client), sent: Arc::clone(&sent), which, fate };
        let record = over(&plan, Arc::new(line), self.server.base_url(), 1, Marker::new()).await;
        (record, sent.load(Ordering::SeqCst))
    }

    /// Nobody else was touched, and whoever is there besides is listed as left over; `clean` then removes them.
    async fn is_unharmed(&self, record: &RunRecord, what: &str) -> usize {
        let after = self.server.dump();
        if after == self.before {
            return 0;
        }
        let mut left = 0;
        for kind in ["users", "groups"] {
            let (before, after) = (self.before[kind].as_array().unwrap(), after[kind].as_array().unwrap());
            let known: HashMap<&str, &Value> = before.iter().map(|one| (one["id"].as_str().unwrap(), one)).collect();
            let is_known = |one: &&Value| known.get(one["id"].as_str().unwrap()) == Some(one);
            let same = after.iter().filter(is_known).count();
            assert_eq!(same, before.len(), "{what}: somebody else was changed or removed");
            for added in after.iter().filter(|one| !is_known(one)) {
                left += 1;
                let known = record.leftovers().any(|one| {
                    one.id.as_deref() == added["id"].as_str()
                        || added["userName"] == one.name
                        || added["displayName"] == one.name
                });
                assert!(
                    known,
                    "{what}: left behind and not told: {added:#}\n{:#?}",
                    record.leftovers().collect::<Vec<_>>()
                );
            }
        }
        let swept = sweep(self.client.clone(), SignedDuration::ZERO, false, Duration::ZERO).await.unwrap();
        assert!(swept.leftovers.is_empty(), "{what}: {:#?}", swept.leftovers);
        assert_eq!(self.server.dump(), self.before, "{what}: `clean` leaves something");
        left
    }
}

/// Every request of these scenarios fails once in every way.
async fn every_request_fails(scenarios: &[&str]) {
    let ground = Ground::new().await;
    let (mut failures, mut left) = (0, 0);
    for id in scenarios {
        let (record, requests) = ground.run(id, Fate::Lost, Box::new(|_, _| false)).await;
        ground.is_unharmed(&record, id).await;
        assert!(requests > 2, "{id}: {requests}");
        for at in 0..requests {
            for fate in FATES {
                let (record, _) = ground.run(id, fate, Box::new(move |number, _| number == at)).await;
                left += ground.is_unharmed(&record, &format!("{id}, request {at} {fate:?}")).await;
                failures += 1;
            }
        }
    }
    eprintln!("{scenarios:?}: {failures} failures of one request, {left} left over and told");
    ground.server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn any_request_about_people_may_fail() {
    every_request_fails(&[
        "okta/lifecycle/assign",
        "okta/lifecycle/unassign",
        "okta/lifecycle/edit",
        "okta/lifecycle/set-password",
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn any_request_about_groups_may_fail() {
    every_request_fails(&[
        "okta/groups/push",
        "okta/groups/rename",
        "okta/groups/add-member",
        "okta/groups/remove-member",
        "okta/groups/delete",
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn any_request_of_an_import_may_fail() {
    every_request_fails(&["okta/import/take-over"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cleaning_up_may_fail() {
    let ground = Ground::new().await;
    let (mut runs, mut left) = (0, 0);
    let deletes = [
        Fate::Refused(500),
        Fate::Refused(403),
        Fate::Refused(404),
        Fate::Refused(501),
        Fate::Denied(500),
        Fate::Lost,
        Fate::Reset,
        Fate::Silent,
    ];
    for id in ["okta/lifecycle/assign", "okta/groups/push"] {
        for fate in deletes {
            let (record, _) = ground.run(id, fate, Box::new(|_, request| request.method.as_str() == "DELETE")).await;
            left += ground.is_unharmed(&record, &format!("{id}, every DELETE {fate:?}")).await;
            runs += 1;
        }
    }
    eprintln!("{runs} runs whose every DELETE failed, {left} left over and told");
    assert!(left > 0);
    ground.server.stop().await;
}

fn command(desk: &Desk, target: &Target, args: &[&str]) -> Command {
    let mut command = desk.command(args);
    command.args(["--base-url", target.base()]).env("SCIM_CHECK_TOKEN", TOKEN);
    command
}

#[test]
fn a_run_is_interrupted_at_any_moment() {
    const TIMES: usize = 50;
    // At once, each with a target of its own.
    let folders = ["okta/lifecycle", "okta/groups", "okta-spec", "rfc7644/patch", "okta-qa"];
    let targets: Vec<Target> = folders.iter().map(|_| Target::new(OTHERS, &[])).collect();
    let before = targets[0].dump();
    let desk = Desk::new();
    let all = || -> Vec<Running> {
        let each = targets.iter().zip(folders);
        each.map(|(target, folder)| start(command(&desk, target, &["run", folder, "--jobs", "2", "--settle", "0s"])))
            .collect()
    };
    // How long they take when nobody interrupts them.
    let whole: Vec<Duration> = all().into_iter().map(|running| running.wait().took).collect();
    let seed = fastrand::u64(..);
    eprintln!("seed {seed}, runs of {whole:?}");
    let mut random = fastrand::Rng::with_seed(seed);
    let (mut interrupted, mut done) = (0, 0);
    while done < TIMES {
        let mut under_way: Vec<(Duration, usize, Running)> =
            all().into_iter().enumerate().map(|(at, running)| (whole[at].mul_f64(random.f64()), at, running)).collect();
        let began = Instant::now();
        under_way.sort_by_key(|(moment, ..)| *moment);
        for (moment, _, running) in &mut under_way {
            std::thread::sleep(moment.saturating_sub(began.elapsed()));
            if !running.ended() {
                running.signal(if random.bool() { "INT" } else { "TERM" });
            }
        }
        for (_, at, running) in under_way {
            let ran = running.wait();
            // A signal that comes before anybody listens for it ends the program, which has created nothing yet.
            assert!(matches!(ran.code, None | Some(0 | 1 | 130)), "seed {seed}: {:?} {}", ran.code, ran.all());
            interrupted += usize::from(ran.code == Some(130));
            done += 1;
            let same = targets[at].dump() == before;
            assert!(same, "seed {seed}: not as before, {:?}\n{}", targets[at].marked(), ran.all());
        }
    }
    eprintln!("{done} runs, {interrupted} interrupted under way");
    assert!(interrupted >= TIMES / 4, "seed {seed}: only {interrupted} were under way");
}

#[test]
fn a_killed_run_leaves_what_clean_lists_and_removes() {
    let target = Target::new(OTHERS, &[]);
    let before = target.dump();
    let desk = Desk::new();
    let command = |args: &[&str]| command(&desk, &target, args);
    let run = || start(command(&["run", "okta", "--jobs", "2", "--settle", "0s"]));
    let whole = run().wait().ends(0).took;
    let mut left = 0;
    for part in [0.4, 0.5, 0.6] {
        let running = run();
        std::thread::sleep(whole.mul_f64(part));
        running.signal("KILL");
        assert_eq!(running.wait().code, None);
        // What was under way may still be carried out.
        std::thread::sleep(Duration::from_millis(500));
        let listed = finish(command(&["clean", "--older-than", "0s", "--dry-run"])).ends(0);
        let marked = target.marked();
        for name in &marked {
            assert!(listed.out.contains(name), "{name} is not in\n{}", listed.out);
        }
        left += marked.len();
        finish(command(&["clean", "--older-than", "0s"])).ends(0);
        assert!(target.dump() == before, "not as before");
    }
    eprintln!("3 killed, {left} left and removed by clean");
    assert!(left > 0);
}

#[test]
fn two_runs_at_once_do_not_disturb_one_another() {
    let target = Target::new(OTHERS, &[]);
    let before = target.dump();
    let desk = Desk::new();
    let both: Vec<Running> = (0..2).map(|_| start(command(&desk, &target, &["run", "okta"]))).collect();
    for running in both {
        running.wait().ends(0);
    }
    assert!(target.dump() == before, "not as before");
}
