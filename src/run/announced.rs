//! What a target announces, or shows when it is asked: optional features are tried only where they are there.
//!
//! Each question is asked once in a run, outside of all scenarios, when the first of them needs the answer.

use std::sync::Arc;

use reqwest::Method;
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use super::{declared, runner::Shared, story};
use crate::{
    http::{Purpose, Request, Response},
    judge::{member, oracle::Declared},
    scenario::{Scenario, Sign},
    scim::urn,
};

/// The answers to the questions that were asked; `None` where the target could not say.
#[derive(Default)]
pub(super) struct Announcements {
    features: OnceCell<Option<Arc<Response>>>,
    types: OnceCell<Option<Arc<Response>>>,
    search: OnceCell<Option<Arc<Response>>>,
    me: OnceCell<Option<Arc<Response>>>,
    groups: OnceCell<Option<Arc<Response>>>,
    declared: OnceCell<Arc<Declared>>,
}

/// Why a scenario is skipped; `None` where everything that it needs is there, or the target can't be asked.
pub(super) async fn lacking(scenario: &Scenario, shared: &Shared) -> Option<String> {
    for need in &scenario.needs {
        let Some(sign) = need.sign(scenario) else { continue };
        // A target that does not answer, or fails, is told of by the steps.
        let Some(answer) = shared.announcements.answer(&sign, shared).await else { continue };
        if let Some(why) = missing(&sign, &answer) {
            return Some(match sign {
                Sign::Answer(_) => format!("the target has no {}: {why}", need.word()),
                _ => format!("the target announces no {}: {why}", need.word()),
            });
        }
    }
    let presupposed = declared::presupposed(scenario);
    if presupposed.is_empty() {
        return None;
    }
    let declared = shared.announcements.declared(shared).await;
    if let Some(name) = presupposed.iter().find(|path| declared::refused(path, &declared)) {
        return Some(format!("the target declares no `{name}` of people that may be written (/Schemas)"));
    }
    let name = presupposed.iter().find(|path| declared.hidden(path))?;
    Some(format!("the target declares that `{name}` of people is not shown, or only to who asks for it (/Schemas)"))
}

impl Announcements {
    /// What the target declares of attributes in `/Schemas`: nothing where it does not answer.
    pub async fn declared(&self, shared: &Shared) -> Arc<Declared> {
        let asked = async {
            let answer = ask(get("/Schemas"), shared).await;
            let body = answer.as_ref().filter(|answer| answer.is_success()).and_then(|answer| answer.value());
            Arc::new(body.map(Declared::read).unwrap_or_default())
        };
        self.declared.get_or_init(|| asked).await.clone()
    }

    async fn answer(&self, sign: &Sign, shared: &Shared) -> Option<Arc<Response>> {
        let (cell, request) = match sign {
            Sign::Feature(_) => (&self.features, get("/ServiceProviderConfig")),
            Sign::ResourceType(_) | Sign::Extension(_) => (&self.types, get("/ResourceTypes")),
            Sign::Answer("/Me") => (&self.me, get("/Me")),
            Sign::Answer("/Groups") => (&self.groups, get("/Groups").query("count", "1")),
            Sign::Answer(path) => (&self.search, search(path)),
        };
        cell.get_or_init(|| ask(request, shared)).await.clone()
    }
}

fn get(path: &str) -> Request {
    Request::new(Method::GET, path).header("Accept", "application/scim+json")
}

/// A query by POST that asks for nothing.
fn search(path: &str) -> Request {
    let body = json!({"schemas": [urn::SEARCH_REQUEST], "count": 0});
    let request = Request::new(Method::POST, path).header("Accept", "application/scim+json");
    request.header("Content-Type", "application/scim+json").json(body)
}

async fn ask(request: Request, shared: &Shared) -> Option<Arc<Response>> {
    let answer = story::aside(shared).exchange(request, Purpose::Setup).await.answer.ok()?;
    // 501 says that there is none; everything else of the kind says nothing.
    (answer.status < 500 || answer.status == 501).then_some(answer)
}

/// Why an answer means that something is not there.
fn missing(sign: &Sign, answer: &Response) -> Option<String> {
    let status = answer.status;
    match sign {
        Sign::Feature(_) if !answer.is_success() => Some(format!("/ServiceProviderConfig is answered {status}")),
        Sign::Feature(name) => {
            (!supports(answer, name)).then(|| format!("/ServiceProviderConfig has no {name}.supported: true"))
        }
        Sign::ResourceType(_) | Sign::Extension(_) if !answer.is_success() => {
            Some(format!("/ResourceTypes is answered {status}"))
        }
        Sign::ResourceType(schema) => {
            (!offers(answer, schema)).then(|| format!("/ResourceTypes names no resource type with the schema {schema}"))
        }
        Sign::Extension(schema) => {
            (!extends(answer, schema)).then(|| format!("/ResourceTypes does not extend people by {schema}"))
        }
        Sign::Answer(path) => matches!(status, 404 | 405 | 501).then(|| format!("{path} is answered {status}")),
    }
}

/// Whether `/ServiceProviderConfig` says that a feature is there. It may come in a list, as some servers have it.
fn supports(answer: &Response, feature: &str) -> bool {
    let body = answer.resources().first().or(answer.value());
    let supported = body.and_then(|body| member(body, feature)).and_then(|feature| member(feature, "supported"));
    match supported {
        Some(Value::Bool(supported)) => *supported,
        Some(Value::String(text)) => text.eq_ignore_ascii_case("true"),
        _ => false,
    }
}

fn offers(answer: &Response, schema: &str) -> bool {
    types(answer).any(|one| names(one, schema))
}

fn extends(answer: &Response, schema: &str) -> bool {
    let mut people = types(answer).filter(|one| names(one, urn::USER));
    people.any(|one| {
        let extensions = member(one, "schemaExtensions").and_then(Value::as_array);
        extensions.into_iter().flatten().any(|extension| names(extension, schema))
    })
}

fn types(answer: &Response) -> impl Iterator<Item = &Value> {
    // Okta's guide once showed a bare array.
    let bare = answer.value().and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    answer.resources().iter().chain(bare)
}

fn names(of: &Value, schema: &str) -> bool {
    member(of, "schema").and_then(Value::as_str).is_some_and(|urn| urn.eq_ignore_ascii_case(schema))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: Value) -> Response {
        Response::new(status, Vec::new(), body.to_string().into(), false)
    }

    #[test]
    fn a_feature_is_there_where_it_is_announced() {
        let sort = |status, body| missing(&Sign::Feature("sort"), &answer(status, body));
        for there in [
            json!({"sort": {"supported": true}}),
            json!({"Sort": {"Supported": "true"}}),
            json!({"Resources": [{"sort": {"supported": true}}]}),
        ] {
            assert_eq!(sort(200, there.clone()), None, "{there}");
        }
        for not in [json!({"sort": {"supported": false}}), json!({"sort": true}), json!({}), json!([])] {
            assert!(sort(200, not.clone()).is_some_and(|why| why.contains("sort.supported")), "{not}");
        }
        assert_eq!(sort(404, json!({})).unwrap(), "/ServiceProviderConfig is answered 404");
    }

    #[test]
    fn what_nothing_announces_is_there_unless_the_answer_says_otherwise() {
        let me = |status| missing(&Sign::Answer("/Me"), &answer(status, json!({})));
        assert!([200, 400, 401, 403].into_iter().all(|status| me(status).is_none()));
        assert!([404, 405, 501].into_iter().all(|status| me(status).is_some()));
    }
}
