//! A transport with a defect in it: what a proxy before a good server would do to requests and answers.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use scim_check::http::{Body, BoxFuture, Client, Failure, Json, Request, Response, Transport};
use serde_json::{Map, Value};

/// One way to be wrong.
pub struct Defect {
    /// Kebab-case name.
    pub name: &'static str,
    /// What kind of thing goes wrong.
    pub class: &'static str,
    /// Changes the request before the server sees it.
    pub ask: Option<fn(&mut Request)>,
    /// Changes the answer before the client sees it; the request is the client's.
    pub tell: Option<fn(&Request, &mut Answer)>,
    /// Answers from what it remembers: the last answer to the same request, as a stale cache does.
    pub stale: Option<fn(&Request) -> bool>,
    /// What a PUT leaves out is kept.
    pub merge: bool,
    /// Why nobody could see it from outside; `None` where it is visible.
    pub invisible: Option<&'static str>,
}

/// Nothing at all, to be filled in.
pub const NOTHING: Defect =
    Defect { name: "", class: "", ask: None, tell: None, stale: None, merge: false, invisible: None };

pub const fn asks(class: &'static str, name: &'static str, ask: fn(&mut Request)) -> Defect {
    Defect { name, class, ask: Some(ask), ..NOTHING }
}

pub const fn tells(class: &'static str, name: &'static str, tell: fn(&Request, &mut Answer)) -> Defect {
    Defect { name, class, tell: Some(tell), ..NOTHING }
}

/// An answer that is being changed.
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Value,
}

impl Answer {
    pub fn ok(&self) -> bool {
        (200..300).contains(&self.status)
    }

    pub fn refuse(&mut self, status: u16) {
        self.status = status;
        self.body = serde_json::json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": status.to_string(), "detail": "no"});
    }

    pub fn drop_header(&mut self, name: &str) {
        self.headers.retain(|(have, _)| !have.eq_ignore_ascii_case(name));
    }

    pub fn set_header(&mut self, name: &str, value: &str) {
        self.drop_header(name);
        self.headers.push((name.to_owned(), value.to_owned()));
    }

    /// Each resource in the answer, alone or in a list.
    pub fn each(&mut self, mut change: impl FnMut(&mut Map<String, Value>)) {
        if !self.ok() {
            return;
        }
        match self.body.get_mut("Resources") {
            Some(Value::Array(all)) => all.iter_mut().filter_map(Value::as_object_mut).for_each(change),
            _ => {
                if let Some(one) = self.body.as_object_mut().filter(|one| one.contains_key("id")) {
                    change(one);
                }
            }
        }
    }

    /// The same for users or groups only.
    pub fn each_of(&mut self, kind: &str, mut change: impl FnMut(&mut Map<String, Value>)) {
        self.each(|one| {
            if one.get("meta").is_some_and(|meta| meta["resourceType"] == kind) {
                change(one);
            }
        });
    }

    pub fn list(&mut self) -> Option<&mut Vec<Value>> {
        if self.ok() { self.body.get_mut("Resources")?.as_array_mut() } else { None }
    }
}

pub fn is(request: &Request, method: &str, endpoint: &str) -> bool {
    request.method.as_str() == method && request.path.trim_start_matches('/').starts_with(endpoint)
}

/// True for a request on one resource: `/Users/7`.
pub fn one(request: &Request) -> bool {
    let path = request.path.split('?').next().unwrap_or("");
    path.trim_matches('/').split('/').count() == 2 && !path.ends_with("/.search")
}

pub fn body(request: &mut Request) -> Option<&mut Map<String, Value>> {
    match request.body.as_mut()? {
        Body::Json(Value::Object(members)) => Some(members),
        _ => None,
    }
}

/// The attributes that a request writes: the body of a POST or PUT, or the value of a PATCH without path.
pub fn written(request: &mut Request, mut change: impl FnMut(&mut Map<String, Value>)) {
    let patch = request.method.as_str() == "PATCH";
    if request.method.as_str() == "GET" {
        return;
    }
    let Some(members) = body(request) else { return };
    if !patch {
        return change(members);
    }
    if let Some(Value::Array(operations)) = members.get_mut("Operations") {
        for value in operations.iter_mut().filter_map(|operation| operation.get_mut("value")) {
            if let Some(members) = value.as_object_mut() {
                change(members);
            }
        }
    }
}

/// Never stores an attribute of users: neither from whole resources nor from a PATCH of it.
pub fn forget(request: &mut Request, attribute: &str) {
    if !request.path.contains("Users") {
        return;
    }
    written(request, |members| drop(members.shift_remove(attribute)));
    operations(request, |operation| {
        let path = operation["path"].as_str().unwrap_or("");
        !(path == attribute || path.starts_with(&format!("{attribute}.")) || path.starts_with(&format!("{attribute}[")))
    });
}

/// Keeps the operations of a PATCH that fit.
pub fn operations(request: &mut Request, keep: impl FnMut(&Value) -> bool) {
    if let Some(Value::Array(operations)) = body(request).and_then(|members| members.get_mut("Operations")) {
        operations.retain(keep);
    }
}

pub fn each_operation(request: &mut Request, mut change: impl FnMut(&mut Value)) {
    if request.method.as_str() != "PATCH" {
        return;
    }
    if let Some(Value::Array(operations)) = body(request).and_then(|members| members.get_mut("Operations")) {
        operations.iter_mut().for_each(&mut change);
    }
}

pub fn parameter<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    request.query.iter().find(|(have, _)| have.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

/// Rewrites a parameter of the query; in a search request, the member of the body.
pub fn rewrite(request: &mut Request, name: &str, change: impl Fn(&str) -> Option<String>) {
    if request.path.ends_with("/.search") {
        if let Some(members) = body(request)
            && let Some(old) = members.get(name).cloned()
        {
            let text = old.as_str().map_or_else(|| old.to_string(), str::to_owned);
            match change(&text) {
                Some(new) if old.is_string() => drop(members.insert(name.to_owned(), Value::from(new))),
                Some(new) => drop(members.insert(name.to_owned(), new.parse::<i64>().map_or(old, Value::from))),
                None => drop(members.shift_remove(name)),
            }
        }
        return;
    }
    request.query = std::mem::take(&mut request.query)
        .into_iter()
        .filter_map(|(have, value)| {
            if have.eq_ignore_ascii_case(name) { change(&value).map(|new| (have, new)) } else { Some((have, value)) }
        })
        .collect();
}

/// The transport.
pub struct Planted {
    client: Client,
    defect: Option<&'static Defect>,
    memory: Mutex<HashMap<String, Response>>,
}

impl Planted {
    pub fn new(client: Client, defect: Option<&'static Defect>) -> Planted {
        Planted { client, defect, memory: Mutex::default() }
    }

    async fn answer(&self, original: &Request) -> Result<Response, Failure> {
        let Some(defect) = self.defect else { return self.client.send(original).await };
        let mut request = original.clone();
        let key = format!("{} {}", original.method, original.target());
        if defect.stale.is_some_and(|stale| stale(original)) {
            let known = self.memory.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
            if let Some(known) = known {
                // Stale once, then fresh again.
                self.memory.lock().unwrap_or_else(PoisonError::into_inner).remove(&key);
                return Ok(known);
            }
        }
        if defect.merge && original.method.as_str() == "PUT" {
            let mut read = original.clone();
            read.method = "GET".parse().unwrap();
            read.body = None;
            let stored = self.client.send(&read).await?;
            if let (Some(new), Some(Value::Object(old))) = (body(&mut request), stored.value()) {
                for (name, value) in old {
                    new.entry(name.clone()).or_insert_with(|| value.clone());
                }
            }
        }
        if let Some(ask) = defect.ask {
            ask(&mut request);
        }
        let response = self.client.send(&request).await?;
        if defect.stale.is_some() {
            self.memory.lock().unwrap_or_else(PoisonError::into_inner).insert(key, response.clone());
        }
        let Some(tell) = defect.tell else { return Ok(response) };
        let Response { status, headers, body, json, cut, .. } = response;
        let (value, json) = match json {
            Json::Value(value) => (value, true),
            _ => (Value::Null, false),
        };
        let before = value.clone();
        let mut answer = Answer { status, headers, body: value };
        tell(original, &mut answer);
        let changed = answer.body != before;
        let bytes = match (json, changed) {
            (_, true) if answer.body.is_null() => bytes::Bytes::new(),
            (_, true) => answer.body.to_string().into(),
            (_, false) => body,
        };
        Ok(Response::new(answer.status, answer.headers, bytes, cut))
    }
}

impl Transport for Planted {
    fn send<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response, Failure>> {
        Box::pin(self.answer(request))
    }
}
