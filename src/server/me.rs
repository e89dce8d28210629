//! `/Me`: the resource of the person who asks (RFC 7644 section 3.11).

use axum::http::{Method, header};
use serde_json::Value;

use super::app::{App, not_allowed};
use super::auth::Subject;
use super::call::{Answer, Call, Kind};
use super::store::Store;
use super::{resources, view};
use crate::scim::ScimError;

/// What only the client that the server was set up for decides: what people are and may have, and whether they may sign
/// in. All else people may change, their userName too, as long as it is free.
const DECIDED_BY_OTHERS: [&str; 3] = ["roles", "entitlements", "active"];

/// Answers a request to `/Me` as one to the resource of the person, whose URI is the Location of every answer.
///
/// A client has no person behind it, and nobody can register by POST: both is 501, as the section says of what a server
/// does not offer.
pub(super) fn answer(call: &Call, store: &mut Store, app: &App) -> Result<Answer, ScimError> {
    let Subject::Person(id) = &call.subject else {
        return match call.method {
            Method::GET | Method::PUT | Method::PATCH | Method::DELETE | Method::POST => {
                Err(ScimError::not_implemented(match app.access.asks() {
                    true => "there is no person behind these credentials, so there is no /Me",
                    false => "this server asks for no credentials, so nobody is signed in and there is no /Me",
                }))
            }
            _ => Ok(not_allowed("GET, PUT, PATCH, DELETE")),
        };
    };
    let answered = match call.method {
        Method::GET => resources::read(call, Kind::User, id, store),
        Method::PUT => resources::replace(call, Kind::User, id, store, app),
        Method::PATCH => resources::patch(call, Kind::User, id, store, app),
        Method::DELETE => resources::delete(call, Kind::User, id, store),
        Method::POST => Err(ScimError::not_implemented("nobody can register at /Me")),
        _ => Ok(not_allowed("GET, PUT, PATCH, DELETE")),
    };
    let location = view::location(Kind::User, id, &call.base);
    Ok(answered.unwrap_or_else(Answer::from).with(header::LOCATION, location))
}

/// Keeps a person from changing what others decide. What a PUT leaves out stays as it is.
pub(super) fn guard(call: &Call, old: Option<&Value>, new: &mut Value) -> Result<(), ScimError> {
    let (Subject::Person(_), Some(old)) = (&call.subject, old) else {
        return Ok(());
    };
    for name in DECIDED_BY_OTHERS {
        match (old.get(name), new.get(name)) {
            (Some(kept), None) if call.method == Method::PUT => new[name] = kept.clone(),
            (before, after) if before == after => {}
            _ => return Err(ScimError::forbidden(format!("people can't change their own {name}"))),
        }
    }
    Ok(())
}
