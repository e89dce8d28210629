//! What a scenario creates: seen in answers, confirmed by a read, and kept in the ledger.

use std::sync::Arc;

use serde_json::Value;

use super::Conversation;
use crate::{
    http::{Failure, Kind, Purpose, Request, Resource, Response, is_ours},
    idp::okta,
    run::{
        bulk::{self, Done},
        guard::{marks, name_of},
        ledger::Doubt,
    },
};

/// What an answer says was created, which a read has to confirm.
pub(super) struct Made {
    pub resource: Resource,
    pub id: String,
    pub name: String,
}

impl Conversation {
    /// Brings the ledger up to date with an answer. What it says was created has still to be confirmed.
    pub(super) fn note(&self, request: &Request, kind: &Kind, answer: &Result<Arc<Response>, Failure>) -> Vec<Made> {
        match kind {
            Kind::Create(resource) => return self.created(*resource, request, answer).into_iter().collect(),
            Kind::Other if bulk::is_bulk(request) => return self.created_in_bulk(request, answer),
            _ => {}
        }
        let Ok(response) = answer else { return Vec::new() };
        match kind {
            Kind::Read(resource, id) => {
                let marked = response.value().is_some_and(|value| is_ours(value, &self.marker));
                if matches!(response.status, 404 | 410) || (response.is_success() && marked) {
                    self.ledger.seen_gone(*resource, id);
                }
            }
            Kind::Delete(resource, id) if response.is_success() => self.ledger.strike(*resource, id),
            Kind::Replace(resource, id) | Kind::Patch(resource, id, _) if response.is_success() => {
                if !self.ledger.holds(*resource, id) {
                    // It should have been refused, and has perhaps created something.
                    let name = new_name(request, *resource).unwrap_or(id).to_owned();
                    let id = okta::id_of(response.member("id")).unwrap_or_else(|| id.clone());
                    return vec![Made { resource: *resource, id, name }];
                }
                let name = new_name(request, *resource).filter(|name| marks(&self.marker, name));
                name.into_iter().for_each(|name| self.ledger.rename(*resource, id, name));
            }
            _ => {}
        }
        Vec::new()
    }

    /// The same for a bulk request, which may create many.
    fn created_in_bulk(&self, request: &Request, answer: &Result<Arc<Response>, Failure>) -> Vec<Made> {
        let response = match answer {
            Ok(response) => Some(response.as_ref()),
            Err(Failure::Withheld(_) | Failure::NotSent(_) | Failure::Unsendable(_) | Failure::NoConnection(_)) => {
                return Vec::new();
            }
            Err(_) => None,
        };
        // A conflict may come after an attempt (RFC 7644 3.7.1); what is refused otherwise was not tried.
        if response.is_some_and(|response| (400..500).contains(&response.status) && response.status != 409) {
            return Vec::new();
        }
        let gone = response.map(|response| bulk::deleted(request, response)).unwrap_or_default();
        gone.into_iter().for_each(|(resource, id)| self.ledger.strike(resource, &id));
        let mut made = Vec::new();
        for Done { resource, name, id, status } in bulk::created(request, response) {
            let done = status.is_some_and(|status| (200..300).contains(&status));
            match (id, status) {
                (_, Some(400..500)) => {}
                (Some(id), _) if done => made.push(Made { resource, id, name }),
                _ => self.ledger.doubt(Doubt { resource, name, id: None, answered: done }),
            }
        }
        made
    }

    /// What an answer to a creation says was created; enters a doubt where that can't be known.
    fn created(&self, resource: Resource, request: &Request, answer: &Result<Arc<Response>, Failure>) -> Option<Made> {
        let name = name_of(request, resource).unwrap_or_else(|| "(without a name)".to_owned());
        let response = match answer {
            Ok(response) => response,
            Err(Failure::Withheld(_) | Failure::NotSent(_) | Failure::Unsendable(_) | Failure::NoConnection(_)) => {
                return None;
            }
            Err(_) => {
                self.ledger.doubt(Doubt { resource, name, id: None, answered: false });
                return None;
            }
        };
        if (400..500).contains(&response.status) {
            return None;
        }
        let id = if response.is_success() { okta::id_of(response.member("id")) } else { None };
        let Some(id) = id else {
            self.ledger.doubt(Doubt { resource, name, id: None, answered: response.is_success() });
            return None;
        };
        Some(Made { resource, id, name })
    }

    /// Reads what was created; it is ours once the answer shows our marker.
    pub(super) async fn confirm(&self, made: Made, request: Request, created: usize) {
        let Made { resource, id, name } = made;
        // Made also after an interruption, or the resource could not be removed.
        let purpose = if self.halt.reason().is_some() { Purpose::Cleanup } else { Purpose::Check };
        let (mut last, mut ours) = self.enter_if_marked(resource, &id, &name, request.clone(), purpose).await;
        let mut early = Vec::new();
        for pause in self.patience.looks() {
            if ours || purpose == Purpose::Cleanup || !self.may_be_late(&[last]) {
                break;
            }
            tokio::time::sleep(pause).await;
            early.push(last);
            (last, ours) = self.enter_if_marked(resource, &id, &name, request.clone(), purpose).await;
        }
        self.looked(&early, &[last], ours, Some(created));
        if !ours {
            self.ledger.doubt(Doubt { resource, name, id: Some(id), answered: true });
        }
    }

    /// The same for something found while cleaning up.
    pub async fn confirm_for_cleanup(&self, resource: Resource, id: &str, name: &str) -> bool {
        self.enter_if_marked(resource, id, name, okta::read(resource, id), Purpose::Cleanup).await.1
    }

    pub(super) async fn enter_if_marked(
        &self,
        resource: Resource,
        id: &str,
        name: &str,
        request: Request,
        purpose: Purpose,
    ) -> (usize, bool) {
        let heard = self.exchange(request, purpose).await;
        let ours = heard.answer.is_ok_and(|response| {
            response.is_success()
                && response.value().is_some_and(|value| is_ours(value, &self.marker))
                && okta::id_of(response.member("id")).is_none_or(|have| have == id)
        });
        (heard.exchange, ours && self.ledger.enter(resource, id, name))
    }
}

/// The userName or displayName that a PUT or PATCH gives.
fn new_name(request: &Request, resource: Resource) -> Option<&str> {
    let body = request.body_json()?;
    let attribute = resource.name_attribute();
    let operations = body.get("Operations").and_then(Value::as_array);
    match operations {
        None => body.get(attribute)?.as_str(),
        Some(operations) => operations.iter().rev().find_map(|operation| match operation.get("path") {
            None => operation.get("value")?.get(attribute)?.as_str(),
            Some(path) if path.as_str() == Some(attribute) => operation.get("value")?.as_str(),
            Some(_) => None,
        }),
    }
}
