//! The message bodies: errors and lists (RFC 7644 sections 3.12 and 3.4.2).

use serde_json::{Map, Value, json};

use super::urn;

/// The keywords that say what kind of a bad request it was (RFC 7644 table 9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScimType {
    /// The filter can't be read or answered.
    InvalidFilter,
    /// The answer would be too large.
    TooMany,
    /// A value that must be unique is taken.
    Uniqueness,
    /// The attribute can't be changed so.
    Mutability,
    /// The body is not what was expected.
    InvalidSyntax,
    /// The path of a PATCH operation can't be read, or leads to an unknown attribute.
    InvalidPath,
    /// The path of a PATCH operation leads to nothing.
    NoTarget,
    /// A value is missing or does not fit its attribute.
    InvalidValue,
}

impl ScimType {
    /// The keyword as it stands in the body.
    pub fn keyword(self) -> &'static str {
        match self {
            ScimType::InvalidFilter => "invalidFilter",
            ScimType::TooMany => "tooMany",
            ScimType::Uniqueness => "uniqueness",
            ScimType::Mutability => "mutability",
            ScimType::InvalidSyntax => "invalidSyntax",
            ScimType::InvalidPath => "invalidPath",
            ScimType::NoTarget => "noTarget",
            ScimType::InvalidValue => "invalidValue",
        }
    }
}

/// A failure as SCIM reports it. One constructor for each kind, so that status and keyword always fit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{status}: {detail}")]
pub struct ScimError {
    /// The HTTP status.
    pub status: u16,
    /// The keyword, for some 400s and for 409.
    pub scim_type: Option<ScimType>,
    /// What happened, for a person to read.
    pub detail: String,
}

/// Declares constructors that differ in status and keyword only.
macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident => $status:literal $(, $kind:ident)?;)*) => {
        impl ScimError {
            $($(#[$doc])*
            pub fn $name(detail: impl Into<String>) -> Self {
                #[allow(unused_mut, unused_assignments)]
                let mut scim_type = None;
                $(scim_type = Some(ScimType::$kind);)?
                ScimError { status: $status, scim_type, detail: detail.into() }
            })*
        }
    };
}

kinds! {
    /// 400 `invalidFilter`.
    invalid_filter => 400, InvalidFilter;
    /// 400 `invalidSyntax`.
    invalid_syntax => 400, InvalidSyntax;
    /// 400 `invalidPath`.
    invalid_path => 400, InvalidPath;
    /// 400 `noTarget`.
    no_target => 400, NoTarget;
    /// 400 `invalidValue`.
    invalid_value => 400, InvalidValue;
    /// 400 `mutability`.
    mutability => 400, Mutability;
    /// 400 `tooMany`.
    too_many => 400, TooMany;
    /// 400 without a keyword.
    bad_request => 400;
    /// 401: no credentials, or wrong ones.
    unauthorized => 401;
    /// 403: not allowed.
    forbidden => 403;
    /// 404: no such resource or endpoint.
    not_found => 404;
    /// 405: the endpoint does not know this method.
    method_not_allowed => 405;
    /// 406: no media type that both sides know.
    not_acceptable => 406;
    /// 408: the request did not come in time.
    request_timeout => 408;
    /// 409 `uniqueness`.
    uniqueness => 409, Uniqueness;
    /// 409 without a keyword: what was asked for is in the way of itself or of something else.
    conflict => 409;
    /// 412: the resource has changed meanwhile.
    precondition_failed => 412;
    /// 413: the body is too large.
    payload_too_large => 413;
    /// 415: the body's media type is not known.
    unsupported_media_type => 415;
    /// 429: too many requests in too short a time (RFC 6585).
    too_many_requests => 429;
    /// 500: the server failed.
    internal => 500;
    /// 501: the server does not do this.
    not_implemented => 501;
    /// 503: the server can't answer at present.
    unavailable => 503;
}

impl ScimError {
    /// The body that reports the failure.
    pub fn to_json(&self) -> Value {
        let mut body = Map::new();
        body.insert("schemas".into(), json!([urn::ERROR]));
        if let Some(kind) = self.scim_type {
            body.insert("scimType".into(), kind.keyword().into());
        }
        body.insert("detail".into(), self.detail.as_str().into());
        body.insert("status".into(), self.status.to_string().into());
        Value::Object(body)
    }
}

/// The body that answers a query: one page of `total` results, the first of them at `start_index` (counted from 1).
pub fn list_response(total: usize, start_index: usize, resources: Vec<Value>) -> Value {
    json!({
        "schemas": [urn::LIST_RESPONSE],
        "totalResults": total,
        "startIndex": start_index,
        "itemsPerPage": resources.len(),
        "Resources": resources,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_carry_the_status_as_text() {
        assert_eq!(
            ScimError::uniqueness("taken").to_json(),
            json!({"schemas": [urn::ERROR], "scimType": "uniqueness", "detail": "taken", "status": "409"})
        );
        assert_eq!(ScimError::not_found("gone").to_json().get("scimType"), None);
    }

    #[test]
    fn a_list_counts_its_page() {
        let list = list_response(7, 3, vec![json!(1), json!(2)]);
        assert_eq!(list["totalResults"], 7);
        assert_eq!(list["itemsPerPage"], 2);
    }
}
