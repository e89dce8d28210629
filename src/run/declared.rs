//! What a target declares of people's attributes excuses it: it may have fewer than the standard, take some only from
//! elsewhere, and show some only to who asks for them (RFC 7643 section 7).

use serde_json::Value;

use super::runner::Shared;
use crate::{
    judge::{Finding, Owner, Subject, oracle::Declared},
    scenario::{RawRequest, Scenario},
    scim::{AttrPath, schema::USER_SCHEMA},
};

/// No declaration excuses these: rules and stories of their own are about them.
const NEVER_EXCUSED: [&str; 8] = ["userName", "active", "id", "externalId", "meta", "schemas", "password", "groups"];

/// Rules that miss attributes.
const JUDGES: [&str; 3] = ["read-differs-from-write", "list-differs-from-read", "answer-differs-from-sent"];

/// True where an attribute of people is declared as not to be written, or not declared though others are.
pub(super) fn refused(path: &AttrPath, declared: &Declared) -> bool {
    (path.urn.is_none() && declared.takes(&path.attr) == Some(false)) || declared.lacks(path)
}

/// The attributes of people that the PATCH requests of raw scenarios name, those by which they sort, and those that the people have before, but for what
/// every person has.
pub(super) fn presupposed(scenario: &Scenario) -> Vec<AttrPath> {
    let requests = scenario.steps.iter().flat_map(|step| step.requests());
    let patches: Vec<&RawRequest> =
        requests.filter(|request| request.method == "PATCH" && request.path.starts_with("/Users/")).collect();
    let operations =
        patches.iter().filter_map(|request| request.body.as_ref()?.get("Operations")?.as_array()).flatten();
    let mut paths = Vec::new();
    for operation in operations {
        match operation.get("path") {
            Some(Value::String(path)) => paths.extend(known(path)),
            Some(_) => {}
            None => {
                paths.extend(operation["value"].as_object().into_iter().flatten().filter_map(|(name, _)| known(name)))
            }
        }
    }
    paths.extend(scenario.steps.iter().flat_map(|step| step.requests()).flat_map(sorted_by));
    if !paths.is_empty() {
        let given = scenario.people.iter().filter(|(key, _)| scenario.given.contains(key));
        paths.extend(given.flat_map(|(_, attributes)| attributes).filter_map(|(path, _)| known(&path.to_string())));
    }
    paths
}

/// The attribute of people by which a list is asked for in order.
fn sorted_by(request: &RawRequest) -> Option<AttrPath> {
    let (_, by) = request.query.iter().find(|(name, _)| name == "sortBy")?;
    known(by).filter(|_| request.path.starts_with("/Users"))
}

/// The attribute of the core schema that a path leads to, as the standard writes it.
fn known(path: &str) -> Option<AttrPath> {
    let core = format!("{}:", USER_SCHEMA.urn).to_ascii_lowercase();
    let bare = if path.to_ascii_lowercase().starts_with(&core) { path.get(core.len()..)? } else { path };
    let path: AttrPath = bare.split('[').next()?.parse().ok()?;
    let attribute = USER_SCHEMA.attributes.iter().find(|attribute| attribute.name.eq_ignore_ascii_case(&path.attr))?;
    let part = |name: &String| attribute.sub_attributes.iter().any(|part| part.name.eq_ignore_ascii_case(name));
    let sub = path.sub.clone().filter(part);
    (path.urn.is_none() && !never_excused(attribute.name)).then(|| AttrPath {
        attr: attribute.name.to_owned(),
        sub,
        ..path
    })
}

fn never_excused(name: &str) -> bool {
    NEVER_EXCUSED.iter().any(|own| own.eq_ignore_ascii_case(name))
}

/// Takes out the findings from `from` on that say that a value is not shown, or is another one, where the target declares that it need
/// not be shown, or is its own business.
pub(super) async fn excuse(findings: &mut Vec<Finding>, from: usize, shared: &Shared) {
    if !findings[from..].iter().any(|finding| attribute(finding).is_some()) {
        return;
    }
    let declared = shared.announcements.declared(shared).await;
    let mut at = 0;
    findings.retain(|finding| {
        at += 1;
        at <= from || !excused(finding, &declared)
    });
}

fn excused(finding: &Finding, declared: &Declared) -> bool {
    let Some(path) = attribute(finding) else {
        return false;
    };
    // An attribute that was answered to a write is there; it is lost, or shown only to who asks.
    let written = matches!(&finding.owner, Owner::Rule(id) if id != "answer-differs-from-sent");
    // What is read-only to everybody else, an identity provider's own stories may still need.
    let raw = finding.scenario.starts_with("rfc");
    let missed = finding.actual == "nothing" || finding.actual.starts_with("no value for ");
    (missed && (declared.hidden(&path) || (!written && declared.lacks(&path))))
        || (raw && !written && known(&path.to_string()).is_some() && refused(&path, declared))
}

/// The attribute of a person whose value a finding misses, or finds to be another.
fn attribute(finding: &Finding) -> Option<AttrPath> {
    let judges = match &finding.owner {
        Owner::Rule(id) => JUDGES.contains(&id.as_str()),
        Owner::Expectation | Owner::Snapshot | Owner::OwnSnapshot => true,
    };
    let path = match &finding.subject {
        Subject::Attribute(path) => path,
        // What a raw request expects of a body begins at the body, which may be a list or an error as well.
        Subject::Envelope(path) if finding.owner == Owner::Expectation && known(path).is_some() => path,
        _ => return None,
    };
    if !judges || !finding.kind.starts_with("User") {
        return None;
    }
    let path: AttrPath = path.split('[').next()?.parse().ok()?;
    (path.urn.is_some() || !never_excused(&path.attr)).then_some(path)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{scenario::Library, scim::urn};

    fn declared(attributes: Value) -> Declared {
        Declared::read(&json!({"Resources": [{"id": urn::USER, "attributes": attributes}]}))
    }

    #[test]
    fn what_a_patch_names_is_presupposed() {
        let library = Library::builtin().unwrap();
        let of = |id: &str| -> Vec<String> {
            presupposed(library.scenario(id).unwrap()).iter().map(ToString::to_string).collect()
        };
        let names = |id: &str, wanted: &str| of(id).iter().any(|name| name == wanted);
        assert!(names("rfc7644/patch/one-attribute", "title"));
        assert!(names("rfc7644/patch/core-urn", "title"));
        assert!(names("rfc7644/patch/value-path", "phoneNumbers"));
        assert!(names("rfc7644/patch/sub-attribute", "name.honorificPrefix"));
        assert!(names("rfc7644/sort/names", "displayName"));
        assert!(!names("rfc7644/patch/unknown-path", "shoeSize"));
        assert!(of("rfc7644/patch/active").is_empty());
        assert!(of("okta/lifecycle/unassign").is_empty());
    }

    #[test]
    fn only_what_is_declared_excuses() {
        let library = Library::builtin().unwrap();
        let lacking = |attributes: Value| {
            let declared = declared(attributes);
            let paths = presupposed(library.scenario("rfc7644/patch/one-attribute").unwrap());
            paths.into_iter().find(|path| refused(path, &declared)).map(|path| path.to_string())
        };
        assert_eq!(lacking(json!([])), None, "who declares nothing says nothing");
        assert_eq!(Declared::default().takes("title"), None);
        let all = |mutability: &str| {
            json!([{"name": "userName"}, {"name": "nickName", "mutability": "readWrite"}, {"name": "userType"},
                   {"name": "displayName"}, {"name": "phoneNumbers"}, {"name": "roles"}, {"name": "title", "mutability": mutability}])
        };
        assert_eq!(lacking(all("readWrite")), None);
        assert_eq!(lacking(all("readOnly")).as_deref(), Some("title"));
    }
}
