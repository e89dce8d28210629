//! The rooms and which of them may use which: the table of `docs/design.md`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{collections::BTreeSet, fs, path::Path};

/// Room and the rooms it may use.
const MAY_USE: &[(&str, &[&str])] = &[
    ("scim", &[]),
    ("http", &["scim"]),
    ("idp", &["http", "scim"]),
    ("judge", &["http", "scim"]),
    ("scenario", &["idp", "judge", "http", "scim"]),
    ("snapshot", &["http", "judge", "scim"]),
    ("config", &["scenario", "judge", "idp", "http"]),
    ("run", &["config", "snapshot", "scenario", "judge", "idp", "http", "scim"]),
    ("report", &["run", "judge", "http"]),
    ("diff", &["report", "judge"]),
    ("server", &["scim"]),
    ("cli", &["diff", "report", "run", "config", "snapshot", "scenario", "judge", "idp", "http", "scim", "server"]),
];

/// Every room named behind `crate::`, alone or in braces.
fn uses(text: &str) -> BTreeSet<String> {
    let code: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let mut found = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        let name = |text: &str| -> String { text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect() };
        let Some(list) = rest.strip_prefix('{') else {
            found.insert(name(rest));
            continue;
        };
        let mut depth = 0;
        let mut fresh = true;
        for (at, character) in list.char_indices() {
            match character {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => fresh = true,
                c if fresh && c.is_alphabetic() => {
                    found.insert(name(&list[at..]));
                    fresh = false;
                }
                _ => {}
            }
        }
    }
    found
}

fn files(folder: &Path, out: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, out);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            out.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
        }
    }
}

#[test]
fn imports_go_one_way() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    for (room, may) in MAY_USE {
        let mut all = Vec::new();
        files(&src.join(room), &mut all);
        assert!(!all.is_empty(), "there is no room {room}");
        for (file, text) in all {
            for used in uses(&text) {
                if used != *room && !may.contains(&used.as_str()) {
                    wrong.push(format!("{file} uses {used}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "against the table of rooms: {wrong:#?}");
}

#[test]
fn every_room_is_in_the_table() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in fs::read_dir(src).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(!path.is_dir() || MAY_USE.iter().any(|(room, _)| *room == name), "{name} is not in the table");
    }
}

#[test]
fn the_reader_of_imports_sees_braces() {
    let text = "use crate::{\n    http::{Exchange, Kind},\n    idp::Stop,\n};\n// crate::cli\nfn f() { crate::scim::urn::USER; }";
    assert_eq!(uses(text).into_iter().collect::<Vec<_>>(), ["http", "idp", "scim"]);
}
