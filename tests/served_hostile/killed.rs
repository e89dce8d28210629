//! `serve --db` on one file, killed a hundred times while clients write: what was answered is there at the next start, and nothing else.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::atomic::{AtomicUsize, Ordering},
    sync::mpsc,
    thread,
};

use fastrand::Rng;
use serde_json::{Value, json};

use super::{
    child::{Child, connect},
    support::binary::Desk,
    wire::{group, patch, user},
};

/// What is tried, for the page.
pub const ROWS: &[(&str, &str)] = &[(
    "100 times `kill -9` while four clients create, change, delete and add to a group",
    "what was answered is there after each start, whole and once; what was not answered is there as a whole or not at all",
)];

const KILLS: usize = 100;
const WRITERS: usize = 4;
/// Writers leave this many people alone who are there, so that the directory stays small.
const PEOPLE: usize = 12;

/// What may be true of a person: the titles that they may have, and `None` for nobody. More than one only until the next start.
type Person = Vec<Option<String>>;

/// What one writer knows of the people whom it has made, and nobody else touches.
#[derive(Default)]
struct Writer {
    people: BTreeMap<String, Person>,
    /// Who may be a member of the group.
    listed: HashMap<String, Vec<bool>>,
    /// The name of a person who was asked for without an answer.
    asked: Option<String>,
}

impl Writer {
    /// Writes until the server is gone.
    fn write(&mut self, base: &str, team: &str, mut rng: Rng, answered: &dyn Fn()) {
        let Ok(mut client) = connect(base) else { return };
        loop {
            let ids: Vec<String> = self.people.keys().cloned().collect();
            let id = ids.get(rng.usize(..ids.len().max(1))).cloned();
            let what = if ids.len() >= PEOPLE { rng.u8(3..10) } else { rng.u8(..10) };
            let reply = match (id, what) {
                (None, _) | (_, 0..3) => {
                    let name = format!("person-{:016x}", rng.u64(..));
                    self.asked = Some(name.clone());
                    let Ok(reply) = client.ask("POST", "/Users", Some(&user(&name))) else { return };
                    self.asked = None;
                    self.people.insert(reply.id(), vec![Some("first".to_owned())]);
                    self.listed.insert(reply.id(), vec![false]);
                    reply
                }
                (Some(id), 3..6) => {
                    let title = format!("title {:08x}", rng.u32(..));
                    let person = self.people.get_mut(&id).unwrap();
                    person.push(Some(title.clone()));
                    let body = patch(json!({"op": "replace", "path": "title", "value": title}));
                    let Ok(reply) = client.ask("PATCH", &format!("/Users/{id}"), Some(&body)) else { return };
                    *person = person.split_off(1);
                    reply
                }
                (Some(id), 6..8) => {
                    self.listed.insert(id.clone(), vec![self.listed[&id][0], true]);
                    let body = patch(json!({"op": "add", "path": "members", "value": [{"value": id}]}));
                    let Ok(reply) = client.ask("PATCH", &format!("/Groups/{team}"), Some(&body)) else { return };
                    self.listed.insert(id, vec![true]);
                    reply
                }
                (Some(id), _) => {
                    self.people.get_mut(&id).unwrap().push(None);
                    self.listed.get_mut(&id).unwrap().push(false);
                    let Ok(reply) = client.ask("DELETE", &format!("/Users/{id}"), None) else { return };
                    self.people.remove(&id);
                    self.listed.remove(&id);
                    reply
                }
            };
            assert!((200..300).contains(&reply.status), "{reply:?}");
            answered();
        }
    }

    /// Holds what it knows against what is there, and gives how much was in doubt.
    fn check(&mut self, there: &mut HashMap<String, Value>, members: &mut HashSet<String>) -> usize {
        let doubtful = |person: &Person| usize::from(person.len() > 1);
        let in_doubt = self.people.values().map(doubtful).sum::<usize>() + usize::from(self.asked.is_some());
        let mut known = BTreeMap::new();
        for (id, person) in std::mem::take(&mut self.people) {
            let now = there.remove(&id).map(|now| now["title"].as_str().unwrap().to_owned());
            assert!(person.contains(&now), "{id}: {person:?}, and now {now:?}");
            let listed = members.remove(&id);
            assert!(
                self.listed[&id].contains(&listed),
                "{id}: a member or not: {:?}, and now {listed}",
                self.listed[&id]
            );
            if now.is_some() {
                self.listed.insert(id.clone(), vec![listed]);
                known.insert(id, vec![now]);
            } else {
                assert!(!listed, "{id} is a member and nobody");
                self.listed.remove(&id);
            }
        }
        self.people = known;
        // What was asked for without an answer is there as a whole or not at all.
        if let Some(name) = self.asked.take()
            && let Some((id, now)) =
                there.iter().find(|(_, now)| now["userName"] == json!(name)).map(|(id, now)| (id.clone(), now.clone()))
        {
            assert_eq!((&now["externalId"], &now["title"]), (&json!(format!("hr-{name}")), &json!("first")));
            there.remove(&id);
            self.listed.insert(id.clone(), vec![false]);
            self.people.insert(id, vec![Some("first".to_owned())]);
        }
        in_doubt
    }
}

/// Everybody who is there, by id, as the lists show them page by page.
fn everybody(child: &Child) -> HashMap<String, Value> {
    let mut client = child.connect();
    let list = client.get("/Users?count=1000").expect(200).json;
    let people = list["Resources"].as_array().unwrap();
    assert_eq!(list["totalResults"], people.len());
    let all: HashMap<String, Value> =
        people.iter().map(|person| (person["id"].as_str().unwrap().to_owned(), person.clone())).collect();
    assert_eq!(all.len(), people.len(), "nobody is there twice");
    all
}

#[test]
fn a_hundred_kills_lose_nothing() {
    let desk = Desk::new();
    let options = ["--db", "people.db", "--no-page"];
    let mut rng = Rng::with_seed(7);
    let mut child = Child::start(&desk, &options);
    let team = child.connect().post("/Groups", &group("Team", &[])).expect(201).id();
    let mut writers: Vec<Writer> = (0..WRITERS).map(|_| Writer::default()).collect();
    let (answers, mut in_doubt) = (AtomicUsize::new(0), 0);
    for _ in 0..KILLS {
        let limit = answers.load(Ordering::SeqCst) + rng.usize(5..40);
        let (enough, told) = mpsc::channel();
        let answered = || {
            if answers.fetch_add(1, Ordering::SeqCst) + 1 == limit {
                enough.send(()).unwrap();
            }
        };
        let base = child.base.clone();
        thread::scope(|scope| {
            let (base, team, answered) = (&base, &team, &answered);
            for writer in &mut writers {
                let (rng, enough) = (rng.fork(), enough.clone());
                scope.spawn(move || {
                    let _told_at_the_end = enough;
                    let answered = move || answered();
                    writer.write(base, team, rng, &answered);
                });
            }
            told.recv().unwrap();
            child.running.signal("KILL");
        });
        drop(child);
        child = Child::start(&desk, &options);
        let mut there = everybody(&child);
        let shown = child.connect().get(&format!("/Groups/{team}")).expect(200).json;
        let listed: Vec<&str> =
            shown["members"].as_array().into_iter().flatten().map(|member| member["value"].as_str().unwrap()).collect();
        let mut members: HashSet<String> = listed.iter().map(|id| (*id).to_owned()).collect();
        assert_eq!(members.len(), listed.len(), "nobody is a member twice");
        in_doubt += writers.iter_mut().map(|writer| writer.check(&mut there, &mut members)).sum::<usize>();
        assert!(there.is_empty() && members.is_empty(), "nobody asked for {there:?} {members:?}");
    }
    println!("{KILLS} kills: {} changes answered, {in_doubt} in doubt", answers.into_inner());
    assert!(in_doubt > 0, "no kill came between a request and its answer");
    child.stop();
    let file = rusqlite::Connection::open(desk.path().join("people.db")).unwrap();
    let sound: String = file.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(sound, "ok");
}
