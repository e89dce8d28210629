//! Servers that are killed while clients write and read: nothing that was answered is lost.
//!
//! `SCIM_CHECK_KILLS=100` does it a hundred times instead of ten.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Sender};

use fastrand::Rng;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::wire::{Connection, group, patch, user};
use super::{Running, kept_in};

/// Where it is set, this program is the server that gets killed.
const SERVE: &str = "SCIM_CHECK_TEST_SERVE";
const WRITERS: usize = 4;

/// The server of the test below, in a process of its own. It ends with its standard input.
#[test]
#[ignore = "serves for another test"]
fn serve() {
    let Some(path) = std::env::var_os(SERVE).map(PathBuf::from) else { return };
    let running = Running::start(kept_in(&path));
    println!("serving {}", running.server.base_url());
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
}

struct Victim {
    child: Child,
    base: String,
}

impl Victim {
    fn start(path: &Path) -> Victim {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "killed::serve", "--ignored", "--nocapture"])
            .env(SERVE, path)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let base = lines.map_while(Result::ok).find_map(|line| Some(line.split_once("serving ")?.1.to_owned()));
        Victim { child, base: base.expect("the server starts") }
    }

    /// SIGKILL: it gets no chance to tidy up.
    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// What may be true of a person. An answer leaves one possibility, a request without an answer two.
#[derive(Debug, Default, Clone)]
struct Known {
    titles: Vec<String>,
    /// The time of the last change that was answered.
    modified: Option<String>,
    listed: Vec<bool>,
    there: Vec<bool>,
}

/// Creates, changes, adds to the group and deletes until the server is gone. Nobody else touches these people.
fn write(base: &str, group: &str, mut rng: Rng, answered: &dyn Fn()) -> BTreeMap<String, Known> {
    let mut known: BTreeMap<String, Known> = BTreeMap::new();
    let Ok(mut client) = Connection::to(base) else { return known };
    let mut ids: Vec<String> = Vec::new();
    loop {
        let what = if ids.is_empty() { 0 } else { rng.u8(..10) };
        let at = if ids.is_empty() { 0 } else { rng.usize(..ids.len()) };
        let id = ids.get(at).cloned().unwrap_or_default();
        let target = format!("/Users/{id}");
        let person = known.entry(id.clone()).or_default();
        let reply = match what {
            0..4 => client.ask("POST", "/Users", Some(&user(&format!("person{:08x}", rng.u32(..))))),
            4..7 => {
                let title = format!("title {:08x}", rng.u32(..));
                let body = patch(json!({"op": "replace", "path": "title", "value": title}));
                person.titles.push(title);
                client.ask("PATCH", &target, Some(&body))
            }
            7..9 => {
                let body = patch(json!({"op": "add", "path": "members", "value": [{"value": id}]}));
                person.listed = vec![false, true];
                client.ask("PATCH", &format!("/Groups/{group}"), Some(&body))
            }
            _ => {
                person.there.push(false);
                person.listed.push(false);
                client.ask("DELETE", &target, None)
            }
        };
        let Ok(reply) = reply else { break };
        assert!((200..300).contains(&reply.status), "{reply:?}");
        match what {
            0..4 => {
                let new = Known {
                    titles: vec!["first".to_owned()],
                    modified: modified(&reply.json),
                    listed: vec![false],
                    there: vec![true],
                };
                ids.push(reply.id());
                known.insert(reply.id(), new);
            }
            4..7 => {
                person.titles = person.titles.split_off(1);
                person.modified = modified(&reply.json);
            }
            7..9 => person.listed = vec![true],
            _ => {
                (person.there, person.listed) = (vec![false], vec![false]);
                ids.swap_remove(at);
            }
        }
        answered();
    }
    known.remove("");
    known
}

/// Reads lists until the server is gone, and gives the time of change at which each person was last seen.
fn read(base: &str, mut rng: Rng) -> HashMap<String, String> {
    let mut seen = HashMap::new();
    let Ok(mut client) = Connection::to(base) else { return seen };
    // From anywhere in the directory: the newest are at its end.
    while let Ok(reply) = client.ask("GET", &format!("/Users?startIndex={}&count=100", rng.usize(1..400)), None) {
        for person in reply.expect(200).json["Resources"].as_array().into_iter().flatten() {
            seen.insert(person["id"].as_str().unwrap().to_owned(), modified(person).unwrap());
        }
    }
    seen
}

fn modified(resource: &Value) -> Option<String> {
    resource["meta"]["lastModified"].as_str().map(str::to_owned)
}

#[test]
fn what_was_answered_outlives_a_kill() {
    let rounds = std::env::var("SCIM_CHECK_KILLS").map_or(10, |kills| kills.parse().unwrap());
    let (mut answers, mut in_doubt, mut only_seen) = (0, 0, 0);
    for round in 0..rounds {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("people.db");
        let mut rng = Rng::with_seed(round);
        let victim = Victim::start(&path);
        let mut client = Connection::to(&victim.base).unwrap();
        let team = client.post("/Groups", &group("Team", &[])).expect(201).id();

        let (enough, told): (Sender<()>, _) = mpsc::channel();
        let (count, limit) = (AtomicUsize::new(0), rng.usize(10..250));
        let answered = || {
            if count.fetch_add(1, Ordering::SeqCst) + 1 == limit {
                enough.send(()).unwrap();
            }
        };
        let base = victim.base.clone();
        let (known, seen) = std::thread::scope(|scope| {
            let writers: Vec<_> = (0..WRITERS)
                .map(|_| {
                    let (rng, base, team, answered) = (rng.fork(), &base, &team, &answered);
                    let answered = move || answered();
                    scope.spawn(move || write(base, team, rng, &answered))
                })
                .collect();
            let (reader, base) = (rng.fork(), &base);
            let reader = scope.spawn(move || read(base, reader));
            told.recv().unwrap();
            victim.kill();
            let known: BTreeMap<_, _> = writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect();
            (known, reader.join().unwrap())
        });
        answers += count.into_inner();
        let (doubtful, only) = check(&path, &team, &known, &seen);
        in_doubt += doubtful;
        only_seen += only;
    }
    println!(
        "{rounds} kills: {answers} changes answered, {in_doubt} people in doubt, {only_seen} known from lists only"
    );
    assert!(in_doubt > 0, "no kill came between a request and its answer");
}

/// Opens the file again and holds it to what clients know. Gives how many people are in doubt, and how many were
/// only seen in lists.
fn check(path: &Path, team: &str, known: &BTreeMap<String, Known>, seen: &HashMap<String, String>) -> (usize, usize) {
    let running = Running::start(kept_in(path));
    let dump = running.dump();
    let all = |kind: &str| -> HashMap<String, Value> {
        let all = dump[kind].as_array().unwrap().iter();
        all.map(|one| (one["id"].as_str().expect("a whole resource").to_owned(), one.clone())).collect()
    };
    let (people, groups) = (all("users"), all("groups"));
    let members = groups[team]["members"].as_array().cloned().unwrap_or_default();
    let members: HashSet<&str> = members.iter().map(|member| member["value"].as_str().unwrap()).collect();
    for member in &members {
        assert!(people.contains_key(*member), "{member} is a member and nobody");
    }
    let mut in_doubt = 0;
    for (id, known) in known {
        let now = people.get(id);
        assert!(known.there.contains(&now.is_some()), "{id}: {known:?}, and now {now:?}");
        assert!(known.listed.contains(&members.contains(id.as_str())), "{id}: {known:?}, not so in the group");
        if let Some(now) = now {
            let title = now["title"].as_str().unwrap().to_owned();
            assert!(known.titles.contains(&title), "{id}: {known:?}, and now {now}");
            if known.titles.len() == 1 {
                assert_eq!(modified(now), known.modified, "{id}");
            }
        }
        in_doubt += usize::from(known.titles.len() + known.listed.len() + known.there.len() > 3);
    }
    let mut only_seen = 0;
    for (id, then) in seen {
        let deleted = known.get(id).is_some_and(|known| known.there.contains(&false));
        match people.get(id) {
            Some(now) => {
                let moment = |text: &str| text.parse::<Timestamp>().unwrap();
                assert!(moment(&modified(now).unwrap()) >= moment(then), "{id} was seen newer than it is");
            }
            None => assert!(deleted, "{id} was seen in a list and is gone"),
        }
        only_seen += usize::from(!known.contains_key(id));
    }
    let mut client = running.connect();
    for person in members {
        let shown = client.get(&format!("/Users/{person}")).expect(200).json;
        assert_eq!(shown["groups"][0]["value"], json!(team), "the membership is shown on both sides");
    }
    running.stop();
    let file = rusqlite::Connection::open(path).unwrap();
    let sound: String = file.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(sound, "ok");
    (in_doubt, only_seen)
}
