//! A target that sends back every secret that it is sent: in bodies, ids, keys, headers and errors, in many forms.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Map, Value, json};

use crate::{
    scan::forms,
    support::raw::{Answer, Heard, Raw},
};

/// What the target makes of requests.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Manner {
    /// Keeps resources, with a secret in everything that it says of them.
    Keeps,
    /// Refuses everything but the first look.
    Refuses,
    /// Answers with something that is not JSON.
    Babbles,
    /// Puts a long text before each secret, so that a text that is cut is cut within it.
    Rambles,
    /// Refuses the credentials at once.
    LocksOut,
}

pub struct Echo {
    raw: Raw,
    passwords: Arc<Mutex<Vec<String>>>,
}

#[derive(Default)]
struct Store {
    kept: Mutex<BTreeMap<String, (String, Value)>>,
    made: AtomicUsize,
    asked: AtomicUsize,
}

impl Echo {
    /// A target of a manner.
    pub fn new(manner: Manner) -> Echo {
        let passwords = Arc::<Mutex<Vec<String>>>::default();
        let (store, known) = (Store::default(), Arc::clone(&passwords));
        let raw = Raw::new(move |heard| {
            let secrets = secrets_in(heard);
            if let Ok(body) = serde_json::from_str(&heard.body) {
                known.lock().unwrap().extend(scim_check::http::passwords(&body));
            }
            Some(store.answer(manner, heard, &secrets))
        });
        Echo { raw, passwords }
    }

    pub fn base(&self) -> String {
        self.raw.base()
    }

    /// How many requests came.
    pub fn requests(&self) -> usize {
        self.raw.heard().len()
    }

    /// The passwords of our people that it was sent.
    pub fn passwords(&self) -> Vec<String> {
        let mut all = self.passwords.lock().unwrap().clone();
        all.sort();
        all.dedup();
        all
    }
}

/// Everything in a request that may be a secret, and what is inside of it.
fn secrets_in(heard: &Heard) -> Vec<String> {
    let plain = ["accept", "accept-charset", "content-type", "user-agent", "content-length", "host", "connection"];
    let mut all = Vec::new();
    for (name, value) in &heard.headers {
        if plain.contains(&name.to_ascii_lowercase().as_str()) || name.eq_ignore_ascii_case("accept-encoding") {
            continue;
        }
        let rest = value.split_once(' ').map_or(value.as_str(), |(_, rest)| rest);
        let pair = STANDARD.decode(rest).ok().and_then(|pair| String::from_utf8(pair).ok());
        let password = pair.as_ref().and_then(|pair| pair.split_once(':')).map(|(_, password)| password.to_owned());
        all.extend([Some(rest.to_owned()), pair, password].into_iter().flatten());
    }
    if let Ok(body) = serde_json::from_str(&heard.body) {
        all.extend(scim_check::http::passwords(&body));
    }
    // A query that the base URL has is a credential, too.
    all.extend(heard.target.split_once("code=").map(|(_, code)| code.to_owned()));
    all.retain(|secret| secret.len() > 3);
    all
}

impl Store {
    fn answer(&self, manner: Manner, heard: &Heard, secrets: &[String]) -> Answer {
        let first = self.asked.fetch_add(1, Ordering::SeqCst) == 0;
        let all: Vec<String> = secrets.iter().flat_map(|secret| forms(secret)).collect();
        let said = all.join(" ");
        let answer = match manner {
            Manner::LocksOut => Answer::json(401, &error(401, &said)),
            _ if first => Answer::nobody(),
            Manner::Refuses => Answer::json(400, &error(400, &said)),
            Manner::Babbles => {
                let headers =
                    vec![("Content-Type".to_owned(), format!("text/html; x={}", safe(&all[..all.len().min(1)])))];
                Answer { status: 200, headers, body: format!("<html>{said}</html>") }
            }
            Manner::Keeps | Manner::Rambles => self.keep(manner, heard, &all),
        };
        let header = safe(&all);
        answer
            .header("Location", &format!("/scim/v2/Users/{header}"))
            .header("ETag", &format!("W/\"{header}\""))
            .header("WWW-Authenticate", &format!("Bearer realm=\"{header}\""))
            .header("Retry-After", &header)
            .header("Set-Cookie", &format!("session={header}"))
            .header(&format!("X-{}", all.get(1).map_or("", |form| form.trim_end_matches('='))), "y")
    }

    fn keep(&self, manner: Manner, heard: &Heard, all: &[String]) -> Answer {
        let path = heard.target.trim_start_matches("/scim/v2").split('?').next().unwrap_or_default();
        let mut parts = path.trim_start_matches('/').splitn(2, '/');
        let (endpoint, id) = (parts.next().unwrap_or_default().to_owned(), parts.next().map(decoded));
        let body: Option<Map<String, Value>> = serde_json::from_str(&heard.body).ok();
        let mut kept = self.kept.lock().unwrap();
        match (heard.method.as_str(), id) {
            ("POST", None) => {
                let number = self.made.fetch_add(1, Ordering::SeqCst);
                // Ids go into paths, and from there into curl lines.
                let id = format!("{number}-{}", all.first().map_or("", String::as_str));
                let mut resource = body.unwrap_or_default();
                spoil(&mut resource, manner, all);
                resource.insert("id".to_owned(), json!(id));
                resource.insert("meta".to_owned(), json!({"location": format!("http://h/{id}"), "version": all}));
                let resource = Value::Object(resource);
                kept.insert(id, (endpoint, resource.clone()));
                Answer::json(201, &resource)
            }
            ("GET", Some(id)) if kept.contains_key(&id) => Answer::json(200, &kept[&id].1),
            ("GET", None) => {
                let resources: Vec<&Value> =
                    kept.values().rev().filter(|(of, _)| *of == endpoint).map(|(_, one)| one).take(2).collect();
                let mut list =
                    json!({"schemas": [all.join(" ")], "totalResults": all.join(" "), "Resources": resources});
                spoil(list.as_object_mut().unwrap(), manner, all);
                Answer::json(200, &list)
            }
            ("PUT" | "PATCH", Some(id)) if kept.contains_key(&id) => {
                let mut resource = kept[&id].1.clone();
                if let (Some(body), "PUT") = (body, heard.method.as_str()) {
                    resource.as_object_mut().unwrap().extend(body);
                }
                spoil(resource.as_object_mut().unwrap(), manner, all);
                kept.insert(id, (endpoint, resource.clone()));
                Answer::json(200, &resource)
            }
            ("DELETE", Some(id)) if self.made.load(Ordering::SeqCst).is_multiple_of(2) => {
                kept.remove(&id);
                Answer { status: 204, headers: Vec::new(), body: String::new() }
            }
            _ => Answer::json(500, &error(500, &all.join(" "))),
        }
    }
}

/// Puts secrets into names and values.
fn spoil(resource: &mut Map<String, Value>, manner: Manner, all: &[String]) {
    for (at, form) in all.iter().enumerate() {
        let attributes = ["title", "nickName", "locale", "timezone", "preferredLanguage", "userType", "active"];
        // The longest text that findings show has two hundred characters.
        let before = if manner == Manner::Rambles { "a".repeat(180 + at % 19) } else { String::new() };
        resource.insert(attributes[at % attributes.len()].to_owned(), json!(format!("{before}{form}")));
        resource.insert(form.clone(), json!(form));
        resource.insert(format!("list{at}"), json!([{"value": format!("{before}{form}"), "type": form}]));
    }
    if !all.is_empty() {
        resource.insert("name".to_owned(), json!({"familyName": all.join(" "), "givenName": all}));
    }
}

fn error(status: u16, said: &str) -> Value {
    json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error", said], "status": status.to_string(),
           "detail": said, "scimType": said, "message": said, said: said})
}

fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// What can stand in a header.
fn safe(all: &[String]) -> String {
    all.join(",").replace(['\r', '\n'], "")
}
