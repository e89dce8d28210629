//! What Okta does after a task has failed (okta-client section 15.2): a finding quotes it.

use reqwest::Method;

use crate::http::{Exchange, Failure, Kind, Resource};

/// What follows an answer that Okta can't use, as one or two sentences; `None` where nothing is known or nothing
/// was sent.
pub fn afterwards(exchange: &Exchange) -> Option<&'static str> {
    let request = &exchange.request;
    let status = match &exchange.answer {
        Ok(response) => response.status,
        Err(Failure::TimedOut(_)) => {
            return Some("Okta closes the connection after 60 seconds; the task is listed under Tasks as failed.");
        }
        Err(_) => return None,
    };
    Some(match (status, &exchange.kind) {
        (200..=299, Kind::Create(Resource::User)) => {
            "The task fails, and Okta knows no id: assigning again finds the account, if the lookup does."
        }
        (200..=299, _) => return None,
        (429, _) => "Okta has tried ten times, with growing pauses, and does not try again.",
        (401, Kind::List { count: Some(2), .. }) => "Okta says that the credentials are wrong and sends nothing more.",
        (409, Kind::Create(Resource::User)) => {
            "The failure is permanent: the assignment keeps an error badge until the administrator acts."
        }
        (
            404,
            Kind::Read(Resource::Group, _) | Kind::Replace(Resource::Group, _) | Kind::Patch(Resource::Group, ..),
        ) => "The push stays in error. Okta's advice is to unlink the group, to import, and to push it again.",
        (404, Kind::Read(..) | Kind::Replace(..) | Kind::Patch(..)) => {
            "The task fails; whether Okta creates the account again is not documented."
        }
        (405 | 501, _) if request.method == Method::PATCH => {
            "The task is listed under Tasks as failed. Okta does not send a PUT instead: the verb belongs to the app."
        }
        (500..=599, _) => "The task is listed under Tasks as failed, where the administrator can retry it.",
        _ => "The task fails and is listed under Tasks, with the detail of the answer.",
    })
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, time::Duration};

    use bytes::Bytes;
    use serde_json::json;

    use super::{super::requests, *};
    use crate::http::{Look, Purpose, Request, Response};

    fn after(request: Request, answer: Result<u16, Failure>) -> Option<&'static str> {
        let answer = answer.map(|status| Arc::new(Response::new(status, Vec::new(), Bytes::new(), false)));
        let zero = Duration::ZERO;
        let kind = Kind::of(&request);
        let (purpose, look) = (Purpose::Spoken, Look::Only);
        let (sent_after, took) = (zero, zero);
        afterwards(&Exchange { number: 0, purpose, step: None, request, kind, answer, sent_after, took, look })
    }

    #[test]
    fn each_reaction_is_told() {
        let create = || requests::create(Resource::User, json!({}));
        let deactivate =
            requests::patch(Resource::User, "7", vec![json!({"op": "replace", "value": {"active": false}})]);
        for (request, answer, told) in [
            (create(), Ok(409), "error badge"),
            (create(), Ok(201), "knows no id"),
            (create(), Ok(503), "retry it"),
            (create(), Ok(400), "detail of the answer"),
            (create(), Err(Failure::TimedOut(Duration::from_secs(60))), "60 seconds"),
            (deactivate.clone(), Ok(501), "does not send a PUT"),
            (deactivate, Ok(503), "retry it"),
            (requests::credentials_test(), Ok(401), "credentials are wrong"),
            (requests::read(Resource::User, "7"), Ok(404), "not documented"),
            (requests::read(Resource::Group, "7"), Ok(404), "unlink"),
            (requests::delete(Resource::Group, "7"), Ok(429), "ten times"),
        ] {
            let what = format!("{} {:?}", request.method, answer);
            let sentence = after(request, answer).unwrap();
            assert!(sentence.contains(told), "{what}: {sentence}");
        }
        assert_eq!(after(create(), Err(Failure::Broken("reset".to_owned()))), None);
        assert_eq!(after(requests::create(Resource::Group, json!({})), Ok(201)), None);
    }
}
