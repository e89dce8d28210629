//! Bulk requests (RFC 7644 section 3.7). Each operation is carried out as if it came alone, with all checks; the request
//! as a whole is not atomic, and need not be.

use std::collections::HashMap;

use axum::http::{Method, header};
use serde_json::{Map, Value, json};

use super::app::App;
use super::auth;
use super::call::{Answer, Body, Call, Kind};
use super::store::Store;
use super::view;
use crate::scim::bulk::{self, BulkOperation, Step};
use crate::scim::{ScimError, urn};

/// Operations in a request at most.
pub(super) const MAX_OPERATIONS: usize = 1000;
/// Bytes in the body of a request at most.
pub(super) const MAX_PAYLOAD_SIZE: usize = 1024 * 1024;

/// POST to `/Bulk`.
pub(super) fn answer(call: &Call, store: &mut Store, app: &App) -> Result<Answer, ScimError> {
    auth::check_content_type(call)?;
    // Section 3.7.4: the answer says which limit it was.
    if call.body_size > MAX_PAYLOAD_SIZE {
        let detail = format!("the body is larger than maxPayloadSize, which is {MAX_PAYLOAD_SIZE} bytes");
        return Err(ScimError::payload_too_large(detail));
    }
    let request = bulk::parse(call.object()?)?;
    if request.operations.len() > MAX_OPERATIONS {
        let detail = format!("there are more Operations than maxOperations, which is {MAX_OPERATIONS}");
        return Err(ScimError::payload_too_large(detail));
    }
    let depends: Vec<&[usize]> = request.operations.iter().map(|operation| operation.depends.as_slice()).collect();
    let mut job = Job::new(call, &request.operations, store, app);
    for step in bulk::plan(&depends) {
        match step {
            Step::Perform(at) => {
                if request.fail_on_errors.is_none_or(|limit| job.errors() < limit) {
                    job.perform(at);
                }
            }
            Step::Complete(at) => job.complete(at),
        }
    }
    // Section 3.7: a request whose operations failed is answered 200 all the same; each one has its own status.
    Ok(Answer::json(200, json!({"schemas": [urn::BULK_RESPONSE], "Operations": job.results()})))
}

/// A bulk request that is being carried out.
struct Job<'a> {
    call: &'a Call,
    operations: &'a [BulkOperation],
    store: &'a mut Store,
    app: &'a App,
    /// Where the `bulkId`s of creations stand.
    places: HashMap<&'a str, usize>,
    /// The ids of what was created, by place.
    made: Vec<Option<String>>,
    /// The answers so far, by place.
    answers: Vec<Option<Answer>>,
}

impl<'a> Job<'a> {
    fn new(call: &'a Call, operations: &'a [BulkOperation], store: &'a mut Store, app: &'a App) -> Self {
        let creates = |(at, operation): (usize, &'a BulkOperation)| {
            let id = operation.bulk_id.as_deref().filter(|_| operation.method == "POST")?;
            Some((id, at))
        };
        let places = operations.iter().enumerate().filter_map(creates).collect();
        let none = operations.len();
        Job { call, operations, store, app, places, made: vec![None; none], answers: vec![None; none] }
    }

    fn errors(&self) -> usize {
        self.answers.iter().flatten().filter(|answer| answer.status >= 400).count()
    }

    /// Carries an operation out, without the references that lead round in a circle.
    fn perform(&mut self, at: usize) {
        let outcome = self.request(at).map(|call| self.run(call));
        let (answer, id) = outcome.unwrap_or_else(|error| (error.into(), None));
        self.made[at] = id.filter(|_| answer.status < 300);
        self.answers[at] = Some(answer);
    }

    /// Puts into a creation what it could not refer to at first. Where that fails the creation is taken back.
    fn complete(&mut self, at: usize) {
        let operation = &self.operations[at];
        let Some(id) = self.made[at].clone() else {
            return;
        };
        if operation.depends.iter().any(|needed| self.made[*needed].is_none()) {
            return self.take_back(at);
        }
        let path = operation.path.iter().cloned().chain([id]).collect();
        let body = self.body(operation);
        let (completed, _) = self.run(self.call.within(Method::PUT, path, body, None));
        if completed.status >= 300 {
            return self.take_back(at);
        }
        if let Some(answer) = &mut self.answers[at] {
            answer.headers.retain(|(name, _)| name != header::ETAG);
            answer.headers.extend(completed.headers.into_iter().filter(|(name, _)| name == header::ETAG));
        }
    }

    /// Undoes a creation whose references can't be resolved, and those that refer to it: an operation is done as a whole
    /// or not at all (section 3.7.1 allows 409).
    fn take_back(&mut self, at: usize) {
        let mut doomed = vec![at];
        while let Some(at) = doomed.pop() {
            let Some(id) = self.made[at].take() else {
                continue;
            };
            if let Some(kind) = self.operations[at].path.first().and_then(|endpoint| Kind::at(endpoint)) {
                self.store.delete(kind, &id);
            }
            let error = ScimError::conflict("the references that lead round in a circle could not be resolved");
            self.answers[at] = Some(error.into());
            let refers = |operation: &BulkOperation| operation.depends.contains(&at);
            doomed.extend((0..self.operations.len()).filter(|other| refers(&self.operations[*other])));
        }
    }

    /// The request that an operation stands for.
    fn request(&self, at: usize) -> Result<Call, ScimError> {
        let operation = &self.operations[at];
        if let Some(flaw) = &operation.flaw {
            return Err(flaw.clone());
        }
        let failed = |at: &&usize| self.answers[**at].is_some() && self.made[**at].is_none();
        if let Some(failed) = operation.depends.iter().find(failed) {
            let id = self.operations[*failed].bulk_id.as_deref().unwrap_or_default();
            return Err(ScimError::conflict(format!("bulkId:{id} refers to a creation that failed")));
        }
        let path = self.path(operation);
        let elsewhere = ["Bulk", "Me", ".search", "ServiceProviderConfig", "ResourceTypes", "Schemas"];
        if path.is_empty() || path.iter().any(|segment| elsewhere.contains(&segment.as_str())) {
            let detail = "path must be that of a resource, or for a POST that of a resource type";
            return Err(ScimError::invalid_value(detail));
        }
        let method = Method::from_bytes(operation.method.as_bytes()).unwrap_or_default();
        let body = self.body(operation);
        // Section 3.7: a creation has no version to hold against.
        let version = operation.version.as_deref().filter(|_| method != Method::POST);
        Ok(self.call.within(method, path, body, version))
    }

    fn path(&self, operation: &BulkOperation) -> Vec<String> {
        let settle = |segment: &String| {
            let id = bulk::bulk_id(segment).and_then(|bulk_id| self.id(bulk_id));
            id.map_or_else(|| segment.clone(), str::to_owned)
        };
        operation.path.iter().map(settle).collect()
    }

    /// The id of what was created under a `bulkId`.
    fn id<'s>(&'s self, bulk_id: &str) -> Option<&'s str> {
        self.made[*self.places.get(bulk_id)?].as_deref()
    }

    fn body(&self, operation: &BulkOperation) -> Option<Value> {
        Some(bulk::resolve(operation.data.as_ref()?, &|bulk_id| self.id(bulk_id)))
    }

    /// The answer to a request, with the id of what it created.
    fn run(&mut self, mut call: Call) -> (Answer, Option<String>) {
        let mut answer = self.app.carry_out(&mut call, self.store);
        let id = match &answer.body {
            Body::Json(body) if call.method == Method::POST => body["id"].as_str().map(str::to_owned),
            _ => None,
        };
        self.app.spoil(&call, self.store, &mut answer);
        (answer, id)
    }

    /// What became of the operations, in the client's order. Those that were not tried any more are left out.
    fn results(&self) -> Vec<Value> {
        let all = self.operations.iter().zip(&self.answers).zip(&self.made);
        all.filter_map(|((operation, answer), id)| Some(self.result(operation, answer.as_ref()?, id.as_deref())))
            .collect()
    }

    /// What became of an operation (section 3.7.3).
    fn result(&self, operation: &BulkOperation, answer: &Answer, id: Option<&str>) -> Value {
        let call = self.call.within(Method::GET, self.path(operation), None, None);
        let location = match call.target() {
            Some((kind, Some(id))) if bulk::bulk_id(id).is_none() => Some(view::location(kind, id, &call.base)),
            Some((kind, None)) => id.map(|id| view::location(kind, id, &call.base)),
            _ => None,
        };
        let version = answer.headers.iter().find(|(name, _)| name == header::ETAG).map(|(_, tag)| tag.clone());
        let response = match &answer.body {
            Body::Json(body) => Some(body.clone()),
            Body::Text(text) => Some(text.as_str().into()),
            Body::Empty => None,
        };
        let members = [
            ("location", location.map(Value::from)),
            ("method", Some(operation.method.as_str().into())),
            ("bulkId", operation.bulk_id.as_deref().map(Value::from)),
            ("version", version.map(Value::from)),
            ("status", Some(answer.status.to_string().into())),
            ("response", response.filter(|_| answer.status >= 300)),
        ];
        members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect::<Map<_, _>>().into()
    }
}
