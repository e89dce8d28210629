//! What kind of exchange a request makes: a pure function of the request, so that rules also work on recordings.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::Request;

/// The resource types an identity provider provisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Resource {
    /// `/Users`
    User,
    /// `/Groups`
    Group,
}

impl Resource {
    /// `Users` or `Groups`.
    pub fn endpoint(self) -> &'static str {
        match self {
            Resource::User => "Users",
            Resource::Group => "Groups",
        }
    }

    /// `User` or `Group`.
    pub fn name(self) -> &'static str {
        match self {
            Resource::User => "User",
            Resource::Group => "Group",
        }
    }

    /// The attribute by which identity providers know one: `userName` or `displayName`.
    pub fn name_attribute(self) -> &'static str {
        match self {
            Resource::User => "userName",
            Resource::Group => "displayName",
        }
    }

    /// The URN of its core schema.
    pub fn schema(self) -> &'static str {
        match self {
            Resource::User => crate::scim::urn::USER,
            Resource::Group => crate::scim::urn::GROUP,
        }
    }
}

/// What a PATCH is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intent {
    /// `active` becomes true.
    Activate,
    /// `active` becomes false.
    Deactivate,
    /// A new password.
    Password,
    /// A new, or repeated, `displayName` of a group.
    Rename,
    /// Members are added.
    AddMembers,
    /// Members are removed.
    RemoveMembers,
    /// The list of members is replaced.
    ReplaceMembers,
    /// Anything else.
    Other,
}

/// What kind of exchange a request makes.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// A list filtered by `attribute eq "value"`.
    Lookup {
        /// Users or groups.
        resource: Resource,
        /// The attribute in the filter.
        attribute: String,
        /// The value looked for.
        value: String,
    },
    /// A list: a page of everything, or filtered in another way.
    List {
        /// Users or groups.
        resource: Resource,
        /// `startIndex` as sent.
        start: Option<i64>,
        /// `count` as sent.
        count: Option<i64>,
        /// True when there is a filter.
        filtered: bool,
    },
    /// POST of a resource.
    Create(Resource),
    /// GET by id.
    Read(Resource, String),
    /// PUT by id.
    Replace(Resource, String),
    /// PATCH by id.
    Patch(Resource, String, Intent),
    /// DELETE by id.
    Delete(Resource, String),
    /// Anything else.
    Other,
}

impl Kind {
    /// What kind of exchange this request makes.
    pub fn of(request: &Request) -> Kind {
        let path = request.path.split('?').next().unwrap_or("");
        let mut parts = path.trim_matches('/').split('/');
        let resource = match parts.next() {
            Some("Users") => Resource::User,
            Some("Groups") => Resource::Group,
            _ => return Kind::Other,
        };
        let id = parts.next().map(|id| percent_decode_str(id).decode_utf8_lossy().into_owned());
        if parts.next().is_some() {
            return Kind::Other;
        }
        match (request.method.as_str(), id) {
            ("GET", None) => list(request, resource),
            ("POST", None) => Kind::Create(resource),
            ("GET", Some(id)) => Kind::Read(resource, id),
            ("PUT", Some(id)) => Kind::Replace(resource, id),
            ("PATCH", Some(id)) => Kind::Patch(resource, id, intent(request.body_json())),
            ("DELETE", Some(id)) => Kind::Delete(resource, id),
            _ => Kind::Other,
        }
    }

    /// The word for it in claims, reports and snapshots.
    pub fn word(&self) -> &'static str {
        match self {
            Kind::Lookup { .. } => "lookup",
            Kind::List { .. } => "list",
            Kind::Create(_) => "create",
            Kind::Read(..) => "read",
            Kind::Replace(..) => "replace",
            Kind::Patch(_, _, intent) => match intent {
                Intent::Activate => "activate",
                Intent::Deactivate => "deactivate",
                Intent::Password => "password",
                Intent::Rename => "rename",
                Intent::AddMembers => "member-add",
                Intent::RemoveMembers => "member-remove",
                Intent::ReplaceMembers => "member-replace",
                Intent::Other => "patch",
            },
            Kind::Delete(..) => "delete",
            Kind::Other => "request",
        }
    }

    /// The resource type it is about.
    pub fn resource(&self) -> Option<Resource> {
        match self {
            Kind::Lookup { resource, .. } | Kind::List { resource, .. } => Some(*resource),
            Kind::Create(resource)
            | Kind::Read(resource, _)
            | Kind::Replace(resource, _)
            | Kind::Patch(resource, ..)
            | Kind::Delete(resource, _) => Some(*resource),
            Kind::Other => None,
        }
    }

    /// The id in the URL.
    pub fn id(&self) -> Option<&str> {
        match self {
            Kind::Read(_, id) | Kind::Replace(_, id) | Kind::Patch(_, id, _) | Kind::Delete(_, id) => Some(id),
            _ => None,
        }
    }

    /// True when the answer is a list.
    pub fn is_list(&self) -> bool {
        matches!(self, Kind::Lookup { .. } | Kind::List { .. })
    }

    /// True when it changes something at the target.
    pub fn writes(&self) -> bool {
        matches!(self, Kind::Create(_) | Kind::Replace(..) | Kind::Patch(..) | Kind::Delete(..))
    }

    /// The value the request gives to `active`.
    pub fn sets_active(&self, request: &Request) -> Option<bool> {
        match self {
            Kind::Patch(_, _, Intent::Activate) => Some(true),
            Kind::Patch(_, _, Intent::Deactivate) => Some(false),
            Kind::Create(Resource::User) | Kind::Replace(Resource::User, _) => {
                request.body_json()?.get("active")?.as_bool()
            }
            _ => None,
        }
    }
}

fn list(request: &Request, resource: Resource) -> Kind {
    let query = parameters(request);
    let value =
        |name: &str| query.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str());
    if let Some((attribute, text)) = value("filter").and_then(equality) {
        return Kind::Lookup { resource, attribute, value: text };
    }
    Kind::List {
        resource,
        start: value("startIndex").and_then(|text| text.parse().ok()),
        count: value("count").and_then(|text| text.parse().ok()),
        filtered: value("filter").is_some(),
    }
}

/// The parameters of a request: those in its path as it goes out, and those beside it.
fn parameters(request: &Request) -> Vec<(String, String)> {
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let (_, raw) = request.path.split_once('?').unwrap_or((&request.path, ""));
    let in_path = raw.split('&').filter_map(|pair| pair.split_once('='));
    in_path.map(|(name, value)| (decoded(name), decoded(value))).chain(request.query.iter().cloned()).collect()
}

/// `attribute eq "value"` and nothing else.
fn equality(filter: &str) -> Option<(String, String)> {
    let (attribute, rest) = filter.trim().split_once(' ')?;
    let (operator, literal) = rest.trim_start().split_once(' ')?;
    if !operator.eq_ignore_ascii_case("eq") {
        return None;
    }
    let value: String = serde_json::from_str(literal.trim()).ok()?;
    Some((attribute.to_owned(), value))
}

fn intent(body: Option<&Value>) -> Intent {
    let Some(operations) = body.and_then(|body| body.get("Operations")).and_then(Value::as_array) else {
        return Intent::Other;
    };
    let mut found = None;
    for operation in operations {
        let this = operation_intent(operation);
        if found.is_some_and(|have| have != this) {
            return Intent::Other;
        }
        found = Some(this);
    }
    found.unwrap_or(Intent::Other)
}

fn operation_intent(operation: &Value) -> Intent {
    let verb = operation["op"].as_str().unwrap_or("").to_ascii_lowercase();
    let path = operation.get("path").and_then(Value::as_str);
    let value = operation.get("value");
    let active = match path {
        Some("active") => value.and_then(Value::as_bool),
        None => value.and_then(|value| value.get("active")).and_then(Value::as_bool),
        _ => None,
    };
    if let Some(active) = active {
        return if active { Intent::Activate } else { Intent::Deactivate };
    }
    let members = path.is_some_and(|path| path.starts_with("members"));
    match (verb.as_str(), path) {
        ("add", _) if members => Intent::AddMembers,
        ("remove", _) if members => Intent::RemoveMembers,
        ("replace", _) if members => Intent::ReplaceMembers,
        (_, Some("displayName")) => Intent::Rename,
        (_, None) if value.is_some_and(|value| value.get("password").is_some()) => Intent::Password,
        (_, None) if value.is_some_and(|value| value.get("members").is_some()) => Intent::ReplaceMembers,
        (_, None) if value.is_some_and(|value| value.get("displayName").is_some()) => Intent::Rename,
        _ => Intent::Other,
    }
}

#[cfg(test)]
mod tests {
    use reqwest::Method;
    use serde_json::json;

    use super::*;

    fn word(request: Request) -> &'static str {
        Kind::of(&request).word()
    }

    #[test]
    fn okta_requests_are_told_apart() {
        let get = |path: &str| Request::new(Method::GET, path);
        let patch =
            |operation: Value| Request::new(Method::PATCH, "/Groups/7").json(json!({"Operations": [operation]}));
        assert_eq!(word(get("/Users").query("filter", "userName eq \"a\"")), "lookup");
        assert_eq!(word(get("/Users").query("filter", "userName co \"a\"")), "list");
        assert_eq!(word(get("/Users/7")), "read");
        assert_eq!(word(get("/Schemas")), "request");
        assert_eq!(word(patch(json!({"op": "replace", "value": {"active": false}}))), "deactivate");
        assert_eq!(word(patch(json!({"op": "replace", "value": {"id": "7", "displayName": "x"}}))), "rename");
        assert_eq!(word(patch(json!({"op": "add", "path": "members", "value": []}))), "member-add");
        assert_eq!(word(patch(json!({"op": "remove", "path": "members[value eq \"7\"]"}))), "member-remove");
        assert_eq!(word(patch(json!({"op": "replace", "path": "members", "value": []}))), "member-replace");
    }

    #[test]
    fn a_lookup_keeps_the_value_unescaped() {
        let request = Request::new(Method::GET, "/Users").query("filter", r#"userName eq "a\"b""#);
        assert!(matches!(Kind::of(&request), Kind::Lookup { value, .. } if value == "a\"b"));
    }
}
