//! Clients that write the same thing at the same moment: each is answered what became of it, and nothing else is stored.

use std::{
    collections::HashSet,
    sync::{
        Barrier,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use serde_json::{Value, json};

use super::{
    served::Served,
    wire::{Reply, group, patch, user},
};

/// What is tried, for the page.
pub const ROWS: &[(&str, &str)] = &[
    ("200 clients each add another member to one group", "all are members, on both sides"),
    ("100 clients create the same userName", "one gets 201 and the others 409"),
    ("100 clients replace one person, each with the ETag that all have read", "one gets 200 and the others 412"),
    ("100 clients each change another attribute of one person", "all changes are there"),
    (
        "a DELETE among 30 PATCH and PUT requests of that person",
        "what comes behind it gets 404, and nobody is there afterwards",
    ),
    ("a DELETE of a person among requests that make them a member", "no group has a member who is nobody"),
];

/// Sends the requests of so many clients at the same moment.
fn at_once(
    served: &Served,
    clients: usize,
    ask: impl Fn(usize, &mut super::wire::Connection) -> Reply + Sync,
) -> Vec<Reply> {
    let barrier = Barrier::new(clients);
    thread::scope(|scope| {
        let (barrier, ask) = (&barrier, &ask);
        let all: Vec<_> = (0..clients)
            .map(|number| {
                scope.spawn(move || {
                    let mut client = served.connect();
                    barrier.wait();
                    ask(number, &mut client)
                })
            })
            .collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    })
}

fn count(replies: &[Reply], status: u16) -> usize {
    replies.iter().filter(|reply| reply.status == status).count()
}

/// The members of a group.
fn members(shown: &Value) -> Vec<String> {
    let members = shown["members"].as_array().into_iter().flatten();
    members.map(|member| member["value"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn no_member_is_lost() {
    let served = Served::new(None);
    let mut client = served.connect();
    let team = client.post("/Groups", &group("Team", &[])).expect(201).id();
    let people: Vec<String> =
        (0..200).map(|number| client.post("/Users", &user(&format!("person-{number}"))).expect(201).id()).collect();
    let replies = at_once(&served, people.len(), |number, client| {
        client.patch(
            &format!("/Groups/{team}"),
            json!({"op": "add", "path": "members", "value": [{"value": people[number]}]}),
        )
    });
    assert_eq!(count(&replies, 200), people.len());
    let shown = members(&client.get(&format!("/Groups/{team}")).expect(200).json);
    assert_eq!(shown.len(), people.len(), "none is there twice");
    assert_eq!(shown.iter().collect::<HashSet<_>>(), people.iter().collect::<HashSet<_>>());
    for id in &people {
        assert_eq!(client.get(&format!("/Users/{id}")).expect(200).json["groups"][0]["value"], json!(team));
    }
    let replies = at_once(&served, people.len(), |number, client| {
        let path = format!("members[value eq \"{}\"]", people[number]);
        client.patch(&format!("/Groups/{team}"), json!({"op": "remove", "path": path}))
    });
    assert_eq!(count(&replies, 200), people.len());
    assert!(members(&client.get(&format!("/Groups/{team}")).expect(200).json).is_empty());
}

#[test]
fn one_name_has_one_owner() {
    let served = Served::new(None);
    // Different letters are the same name.
    let names = ["wanted@race.example", "Wanted@Race.Example"];
    let replies = at_once(&served, 100, |number, client| client.post("/Users", &user(names[number % 2])));
    assert_eq!((count(&replies, 201), count(&replies, 409)), (1, 99));
    let mut client = served.connect();
    let found = client.get("/Users?filter=userName%20eq%20%22wanted@race.example%22").expect(200).json;
    let winner = replies.iter().find(|reply| reply.status == 201).unwrap();
    assert_eq!((found["totalResults"].as_u64(), &found["Resources"][0]["id"]), (Some(1), &json!(winner.id())));

    let others: Vec<String> =
        (0..50).map(|number| client.post("/Users", &user(&format!("person-{number}"))).expect(201).id()).collect();
    let replies = at_once(&served, others.len(), |number, client| {
        let change = json!({"op": "replace", "path": "userName", "value": "renamed@race.example"});
        client.patch(&format!("/Users/{}", others[number]), change)
    });
    assert_eq!((count(&replies, 200), count(&replies, 409)), (1, others.len() - 1));
}

#[test]
fn one_version_is_replaced_once() {
    let served = Served::new(None);
    let mut client = served.connect();
    let made = client.post("/Users", &user("person")).expect(201);
    let target = format!("/Users/{}", made.id());
    for round in 0..3 {
        let version = client.get(&target).expect(200).etag;
        let replies = at_once(&served, 100, |number, client| {
            let title = format!("round {round} of {number}");
            client.condition = Some(version.clone());
            match number % 2 {
                0 => client.patch(&target, json!({"op": "replace", "path": "title", "value": title})),
                _ => client
                    .ask(
                        "PUT",
                        &target,
                        Some(&json!({"schemas": made.json["schemas"], "userName": "person", "title": title})),
                    )
                    .unwrap(),
            }
        });
        assert_eq!((count(&replies, 200), count(&replies, 412)), (1, 99));
        let winner = replies.iter().find(|reply| reply.status == 200).unwrap();
        assert_eq!(client.get(&target).expect(200), *winner, "what the winner was shown is what is there");
    }
}

#[test]
fn no_change_is_lost() {
    let served = Served::new(None);
    let mut client = served.connect();
    let target = format!("/Users/{}", client.post("/Users", &user("person")).expect(201).id());
    let address = |number: usize| format!("mail-{number}@race.example");
    let replies = at_once(&served, 100, |number, client| {
        client.patch(
            &target,
            json!({"op": "add", "path": "emails", "value": [{"value": address(number), "type": "other"}]}),
        )
    });
    assert_eq!(count(&replies, 200), 100);
    let shown = client.get(&target).expect(200).json;
    let emails: HashSet<&str> =
        shown["emails"].as_array().unwrap().iter().map(|email| email["value"].as_str().unwrap()).collect();
    assert_eq!(emails.len(), 100);
    assert!((0..100).all(|number| emails.contains(address(number).as_str())));
}

#[test]
fn nobody_comes_back() {
    let served = Served::new(None);
    let mut client = served.connect();
    let team = client.post("/Groups", &group("Team", &[])).expect(201).id();
    for round in 0..10 {
        let name = format!("person-{round}");
        let id = client.post("/Users", &user(&name)).expect(201).id();
        let target = format!("/Users/{id}");
        let deleted = AtomicUsize::new(0);
        let replies = at_once(&served, 31, |number, client| match number {
            15 => {
                let reply = client.delete(&target);
                deleted.store(1, Ordering::SeqCst);
                reply
            }
            _ => {
                let gone = deleted.load(Ordering::SeqCst) == 1;
                let reply = match number % 3 {
                    0 => client.patch(&target, json!({"op": "replace", "path": "title", "value": "x"})),
                    1 => client.ask("PUT", &target, Some(&user(&name))).unwrap(),
                    _ => client
                        .ask(
                            "PATCH",
                            &format!("/Groups/{team}"),
                            Some(&patch(json!({"op": "add", "path": "members", "value": [{"value": id}]}))),
                        )
                        .unwrap(),
                };
                assert!(!gone || reply.status >= 400, "{reply:?} after the DELETE was answered");
                reply
            }
        });
        assert_eq!(count(&replies, 204), 1);
        assert!(replies.iter().all(|reply| matches!(reply.status, 200 | 204 | 400 | 404)), "{replies:?}");
        client.get(&target).expect(404);
        assert_eq!(client.delete(&target).status, 404, "it is gone once");
        assert!(members(&client.get(&format!("/Groups/{team}")).expect(200).json).is_empty());
        let found = client.get(&format!("/Users?filter=userName%20eq%20%22{name}%22")).expect(200).json;
        assert_eq!(found["totalResults"], 0);
    }
}
