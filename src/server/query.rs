//! What a query asks for, as parameters of a GET or as the message of a POST (RFC 7644 sections 3.4.2 and 3.4.3).

use serde_json::{Map, Value};

use super::call::Call;
use super::projection::Projection;
use crate::scim::{ScimError, urn, value};

/// A query, before it is known which resources it is about.
#[derive(Debug)]
pub(super) struct Query {
    pub(super) filter: Option<String>,
    pub(super) sort_by: Option<String>,
    pub(super) descending: bool,
    /// Counted from 1.
    pub(super) start_index: Option<i64>,
    pub(super) count: Option<i64>,
    pub(super) projection: Projection,
}

impl Query {
    /// Reads the parameters of a GET.
    pub(super) fn of_parameters(call: &Call) -> Result<Query, ScimError> {
        let text = |name| call.parameter(name).map(str::to_owned);
        let integer = |name| {
            let number = call.parameter(name).map(|text| text.trim().parse());
            number.transpose().map_err(|_| ScimError::invalid_value(format!("{name} must be an integer")))
        };
        Ok(Query {
            filter: text("filter"),
            sort_by: text("sortBy"),
            descending: descending(call.parameter("sortOrder"))?,
            start_index: integer("startIndex")?,
            count: integer("count")?,
            projection: Projection::of(call),
        })
    }

    /// Reads a SearchRequest. Null and the empty list are as good as absent (RFC 7643 section 2.5).
    pub(super) fn of_message(message: &Map<String, Value>) -> Result<Query, ScimError> {
        if !value::announces(message, urn::SEARCH_REQUEST) {
            return Err(ScimError::invalid_syntax(format!("schemas must contain {}", urn::SEARCH_REQUEST)));
        }
        let is_assigned = |value: &&Value| !value.is_null() && value.as_array().is_none_or(|all| !all.is_empty());
        let get = |name: &str| value::member(message, name).map(|(_, value)| value).filter(is_assigned);
        let wrong = |name: &str, due: &str| ScimError::invalid_value(format!("{name} must be {due}"));
        let text = |name: &str| {
            let read = |value: &Value| value.as_str().map(str::to_owned).ok_or_else(|| wrong(name, "a string"));
            get(name).map(read).transpose()
        };
        let integer = |name: &str| {
            let read = |value: &Value| value.as_i64().ok_or_else(|| wrong(name, "an integer"));
            get(name).map(read).transpose()
        };
        let names = |name: &str| get(name).map(|value| names(value).ok_or_else(|| wrong(name, "a list of strings")));
        Ok(Query {
            filter: text("filter")?,
            sort_by: text("sortBy")?,
            descending: descending(text("sortOrder")?.as_deref())?,
            start_index: integer("startIndex")?,
            count: integer("count")?,
            projection: Projection::new(names("attributes").transpose()?, names("excludedAttributes").transpose()?),
        })
    }
}

/// Reads `sortOrder` (section 3.4.2.3).
fn descending(order: Option<&str>) -> Result<bool, ScimError> {
    match order {
        None => Ok(false),
        Some(word) if word.eq_ignore_ascii_case("ascending") => Ok(false),
        Some(word) if word.eq_ignore_ascii_case("descending") => Ok(true),
        Some(_) => Err(ScimError::invalid_value("sortOrder must be ascending or descending")),
    }
}

fn names(value: &Value) -> Option<Vec<&str>> {
    value.as_array()?.iter().map(Value::as_str).collect()
}
