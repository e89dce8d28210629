//! Ids that no identifier should be.

use std::{collections::HashMap, sync::Mutex};

use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::{case::Case, lists::change, stage::Hostile, support::raw::Answer};

/// True ids by what the target shows instead.
type Known = HashMap<String, String>;

/// The reference server, which shows other ids than it has, and understands those that it shows.
fn id(shown: impl Fn(&str) -> Value + Send + Sync + 'static) -> Hostile {
    let known = Mutex::new(Known::new());
    Hostile::requests(move |talk| {
        understand(&mut talk.heard.target, &mut talk.heard.body, &known.lock().unwrap());
        let mut answer = talk.real();
        show(&mut answer, &shown, &mut known.lock().unwrap());
        talk.answer(&answer)
    })
}

/// Puts the true ids into a request.
fn understand(target: &mut String, body: &mut String, known: &Known) {
    for endpoint in ["/Users/", "/Groups/"] {
        let Some((before, id)) = target.split_once(endpoint) else { continue };
        let id = percent_decode_str(id).decode_utf8_lossy().into_owned();
        if let Some(id) = known.get(&id) {
            *target = format!("{before}{endpoint}{id}");
        }
    }
    for (shown, id) in known.iter().filter(|(shown, _)| shown.len() > 3) {
        *body = body.replace(&Value::from(shown.as_str()).to_string(), &format!("\"{id}\""));
    }
}

/// Puts the ids that are shown into an answer.
fn show(answer: &mut Answer, shown: impl Fn(&str) -> Value, known: &mut Known) {
    change(answer, |body| {
        let mut all: Vec<&mut Value> = match body["Resources"].is_array() {
            true => body["Resources"].as_array_mut().unwrap().iter_mut().collect(),
            false => vec![body],
        };
        for one in &mut all {
            let Some(id) = one.get("id").and_then(Value::as_str).map(str::to_owned) else { continue };
            one["id"] = shown(&id);
            let text = one["id"].as_str().map_or_else(|| one["id"].to_string(), str::to_owned);
            known.insert(text, id);
        }
    });
    for id in known.values() {
        answer.body = answer.body.replace(&format!("\"{id}\""), &shown(id).to_string());
    }
}

/// A number that only this id has.
fn number(id: &str) -> u32 {
    u32::from_str_radix(&id[..8], 16).unwrap()
}

macro_rules! id {
    ($name:literal, $does:literal, $exit:literal, $says:expr, $id:expr) => {
        Case { name: $name, does: $does, exit: $exit, says: $says, run: RUN, target: || id($id), ..Case::PLAIN }
    };
}

const RUN: &[&str] = &["okta/lifecycle/assign", "okta/lifecycle/unassign", "okta/groups/push"];

pub const CASES: &[Case] = &[
    id!(
        "id-number",
        "has numbers for ids",
        0,
        &["An id is no string", "Okta gets along with this server"],
        |id| json!(number(id))
    ),
    id!(
        "id-float",
        "has fractions for ids",
        0,
        &["An id is no string", "Okta gets along with this server"],
        |id| json!(f64::from(number(id)) + 0.5)
    ),
    id!(
        "id-huge-number",
        "has 10^30 for an id",
        0,
        &["An id is no string", "Okta gets along with this server"],
        |id| json!(1e30 * f64::from(number(id)))
    ),
    id!("id-null", "has null for an id", 3, &["the answer has no id that can be used: null"], |_| Value::Null),
    id!("id-true", "has true for an id", 3, &["the answer has no id that can be used: true"], |_| json!(true)),
    id!(
        "id-object",
        "has an object for an id",
        3,
        &["the answer has no id that can be used: an object"],
        |id| json!({"value": id})
    ),
    id!("id-empty", "has an empty id", 3, &["the answer has no id that can be used: an empty text"], |_| json!("")),
    id!("id-space", "has ids with spaces around them", 0, &["Okta gets along with this server"], |id| json!(format!(
        " {id} "
    ))),
    Case {
        name: "id-megabyte",
        does: "has ids of a megabyte",
        exit: 3,
        says: &["the answer has no id that can be used: an id of 1048576 bytes, which fits into no URL"],
        run: RUN,
        target: || {
            Hostile::spoilt(|_, answer| {
                change(answer, |body| {
                    if body["id"].is_string() {
                        body["id"] = json!("x".repeat(1 << 20));
                    }
                });
            })
        },
        ..Case::PLAIN
    },
    id!("id-slash", "has slashes in its ids", 0, &["Okta gets along with this server"], |id| json!(format!(
        "a/{id}/b"
    ))),
    id!("id-path", "has ids that lead elsewhere: ../../admin", 0, &["Okta gets along with this server"], |id| json!(
        format!("../../admin/{id}")
    )),
    id!(
        "id-dots",
        "has .. for an id",
        3,
        &["the answer has no id that can be used: `..`, which leads elsewhere in a URL"],
        |_| json!("..")
    ),
    id!(
        "id-dot",
        "has . for an id",
        3,
        &["the answer has no id that can be used: `.`, which leads elsewhere in a URL"],
        |_| json!(".")
    ),
    id!("id-encoded-dots", "has %2e%2e%2f in its ids", 0, &["Okta gets along with this server"], |id| json!(format!(
        "%2e%2e%2f{id}"
    ))),
    id!("id-query", "has a query in its ids", 0, &["Okta gets along with this server"], |id| json!(format!(
        "{id}?admin=true"
    ))),
    id!("id-fragment", "has a fragment in its ids", 0, &["Okta gets along with this server"], |id| json!(format!(
        "{id}#x"
    ))),
    id!("id-url", "has URLs for ids", 0, &["Okta gets along with this server"], |id| json!(format!(
        "http://evil.example/Users/{id}"
    ))),
    id!("id-percent", "has a lone percent sign in its ids", 0, &["Okta gets along with this server"], |id| json!(
        format!("{id}%")
    )),
    id!("id-quotes", "has quotes and a backslash in its ids", 0, &["Okta gets along with this server"], |id| json!(
        format!("{id}\"'`\\$(id)")
    )),
    id!(
        "id-controls",
        "has line ends and escape sequences in its ids",
        0,
        &["Okta gets along with this server"],
        |id| json!(format!("{id}\r\nX-Evil: 1\u{1b}[31m\u{0}"))
    ),
    id!("id-bidi", "has writing direction in its ids", 0, &["Okta gets along with this server"], |id| json!(format!(
        "{id}\u{202e}gnp"
    ))),
    id!("id-markup", "has markup in its ids", 0, &["Okta gets along with this server"], |id| json!(format!(
        "{id}<script>alert(1)</script>]]>"
    ))),
    Case {
        findings: 14,
        ..id!(
            "id-one-for-all",
            "has one id for all",
            1,
            &["the userName filter for bob does not find what it should"],
            |_| json!("1")
        )
    },
];
