//! What reports need besides the record: how to write a curl line, and what never to show.

use std::fmt;

use serde_json::{Value, json};

use crate::{
    http::{
        BaseUrl, Body, Credentials, Exchange, Failure, Secrets, curl, is_ours, mask_passwords, segment,
        without_addresses, without_strangers,
    },
    run::RunRecord,
};

/// What reports need besides the record.
pub struct Context {
    /// The target.
    pub base: BaseUrl,
    /// How requests to it are authenticated.
    pub credentials: Credentials,
    /// What no output may show.
    pub secrets: Secrets,
    /// Columns of the screen.
    pub width: usize,
    /// True when the target is the reference server of this process, which ends with the run.
    pub embedded: bool,
    /// The folder of the user's own scenarios, where a flag named it: commands that are to be copied need it again.
    pub scenarios: Option<String>,
}

/// By the target alone.
impl fmt::Debug for Context {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "for {}, {} columns", self.base, self.width)
    }
}

impl Context {
    /// For a record of a run against a target of another process, `width` columns wide. Nothing that it sent as a secret is shown: the
    /// credentials, and the passwords of our people.
    pub fn new(base: BaseUrl, credentials: Credentials, record: &RunRecord, width: usize) -> Context {
        let mut secrets = credentials.secrets();
        secrets.merge(&base.secrets());
        record.scenarios.iter().for_each(|scenario| secrets.merge(&scenario.passwords));
        Context { base, credentials, secrets, width, embedded: false, scenarios: None }
    }

    /// The command that shows a scenario.
    pub fn show(&self, scenario: &str) -> String {
        let folder = self.scenarios.iter().map(|folder| format!(" --scenarios {folder}"));
        format!("scim-check show {scenario}{}", folder.collect::<String>())
    }

    /// The request of an exchange as a curl line.
    pub fn curl(&self, exchange: &Exchange, record: &RunRecord) -> String {
        let mut request = exchange.request.clone();
        if let Some(path) = masked_path(exchange, &record.marker) {
            request.path = path;
            request.body = request.body_json().map(|body| Body::Json(names_only(body)));
        }
        // Before the body is written as a text, in which what is escaped in it is escaped once more.
        if let Some(Body::Json(body)) = &mut request.body {
            *body = self.hide(std::mem::take(body), &|text| self.secrets.hide(text));
        }
        self.secrets.hide(&curl(&request, &self.base, &self.credentials))
    }

    /// Path and query of an exchange; an id that is not ours is not shown.
    pub fn target(&self, exchange: &Exchange, marker: &str) -> String {
        let mut request = exchange.request.clone();
        if let Some(path) = masked_path(exchange, marker) {
            request.path = path;
        }
        self.secrets.hide(&request.target())
    }

    /// The body of a request fit to be shown: the echo of somebody who is not ours only by its names.
    pub fn request_body(&self, exchange: &Exchange, marker: &str) -> Option<Value> {
        let body = exchange.request.body_json()?;
        let stranger = masked_path(exchange, marker).is_some();
        Some(if stranger { names_only(body) } else { self.body(body, marker) })
    }

    /// A body fit to be shown: no passwords, no secrets, no values of people who are not ours.
    pub fn body(&self, body: &Value, marker: &str) -> Value {
        let shown = mask_passwords(&without_strangers(body, marker));
        self.hide(shown, &|text| self.text(text, marker))
    }

    /// A text that may be the target's: no secrets, no mail addresses of people who are not ours.
    pub fn text(&self, text: &str, marker: &str) -> String {
        without_addresses(&self.secrets.hide(text), marker)
    }

    /// `text` says how texts are shown.
    fn hide(&self, value: Value, text: &dyn Fn(&str) -> String) -> Value {
        match value {
            Value::String(one) => Value::String(text(&one)),
            Value::Array(items) => items.into_iter().map(|item| self.hide(item, text)).collect(),
            Value::Object(members) => {
                members.into_iter().map(|(name, value)| (self.secrets.hide(&name), self.hide(value, text))).collect()
            }
            // A secret of digits may come back as a number.
            Value::Number(number) if self.secrets.has_number(&number) => json!("[secret]"),
            other => other,
        }
    }
}

fn names_only(body: &Value) -> Value {
    let names: Vec<&String> = body.as_object().map(|members| members.keys().collect()).unwrap_or_default();
    json!({ "[not ours]": names })
}

/// The path with its id replaced, where the id is of a resource that is not ours.
fn masked_path(exchange: &Exchange, marker: &str) -> Option<String> {
    let id = exchange.kind.id()?;
    let stranger = match &exchange.answer {
        Err(Failure::Withheld(_)) => true,
        Ok(response) => response.is_success() && response.value().is_some_and(|value| !is_ours(value, marker)),
        Err(_) => false,
    };
    stranger.then(|| exchange.request.path.replace(&segment(id), "[not-ours]"))
}
