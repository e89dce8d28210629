//! What a target declares of people's attributes excuses it: it may have fewer than the standard, take some only from
//! elsewhere, and show some only to who asks for them (RFC 7643 section 7).

use std::collections::BTreeSet;

use serde_json::Value;

use super::runner::Shared;
use crate::{
    judge::{Finding, Owner, Subject, oracle::Declared},
    scenario::Scenario,
    scim::{AttrPath, schema::USER_SCHEMA},
};

/// These every target has, whatever it declares: without them there is no person.
const NEVER_EXCUSED: [&str; 8] = ["userName", "active", "id", "externalId", "meta", "schemas", "password", "groups"];

/// An attribute that a scenario changes and the target does not declare as writable; `None` where there is none, or it declares
/// nothing of people.
pub(super) fn not_writable(scenario: &Scenario, declared: &Declared) -> Option<String> {
    let presupposed = presupposed(scenario);
    presupposed.into_iter().find(|name| declared.takes(name) == Some(false))
}

/// The attributes of people that the PATCH requests of raw scenarios name, but for those that every person has.
fn presupposed(scenario: &Scenario) -> BTreeSet<String> {
    let requests = scenario.steps.iter().flat_map(|step| step.requests());
    let patches = requests.filter(|request| request.method == "PATCH" && request.path.starts_with("/Users/"));
    let operations = patches.filter_map(|request| request.body.as_ref()?.get("Operations")?.as_array()).flatten();
    let mut names = BTreeSet::new();
    for operation in operations {
        match operation.get("path") {
            Some(Value::String(path)) => names.extend(top(path)),
            Some(_) => {}
            None => {
                names.extend(operation["value"].as_object().into_iter().flatten().filter_map(|(name, _)| top(name)))
            }
        }
    }
    names
}

/// The attribute of the core schema that a path leads to, as the standard writes it.
fn top(path: &str) -> Option<String> {
    let name = path.split(['.', '[']).next()?;
    let known = USER_SCHEMA.attributes.iter().find(|attribute| attribute.name.eq_ignore_ascii_case(name))?;
    (!never_excused(known.name)).then(|| known.name.to_owned())
}

fn never_excused(name: &str) -> bool {
    NEVER_EXCUSED.iter().any(|own| own.eq_ignore_ascii_case(name))
}

/// Takes out the findings from `from` on that say that a value is not shown, where the target declares that it need not be.
pub(super) async fn excuse(findings: &mut Vec<Finding>, from: usize, shared: &Shared) {
    if !findings[from..].iter().any(|finding| unshown(finding).is_some()) {
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
    let Some(path) = unshown(finding) else {
        return false;
    };
    // An attribute that was answered to a write is there; it is lost, or shown only to who asks.
    let written = matches!(finding.owner, Owner::Rule(_));
    declared.hidden(&path) || (!written && declared.lacks(&path))
}

/// The attribute of a person that a finding misses.
fn unshown(finding: &Finding) -> Option<AttrPath> {
    let judges = match &finding.owner {
        Owner::Rule(id) => id == "read-differs-from-write",
        Owner::Expectation | Owner::Snapshot => true,
    };
    let Subject::Attribute(path) = &finding.subject else {
        return None;
    };
    if !judges || finding.actual != "nothing" || !finding.kind.starts_with("User") {
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
        let of = |id: &str| presupposed(library.scenario(id).unwrap());
        assert!(of("rfc7644/patch/one-attribute").contains("title"));
        assert!(of("rfc7644/patch/value-path").contains("phoneNumbers"));
        assert!(!of("rfc7644/patch/unknown-path").contains("shoeSize"));
        assert!(of("rfc7644/patch/active").is_empty());
        assert!(of("okta/lifecycle/unassign").is_empty());
    }

    #[test]
    fn only_what_is_declared_excuses() {
        let library = Library::builtin().unwrap();
        let lacking = |attributes: Value| {
            not_writable(library.scenario("rfc7644/patch/one-attribute").unwrap(), &declared(attributes))
        };
        assert_eq!(lacking(json!([])), None, "who declares nothing says nothing");
        assert_eq!(Declared::default().takes("title"), None);
        let all = |mutability: &str| {
            json!([{"name": "userName"}, {"name": "nickName", "mutability": "readWrite"}, {"name": "userType"},
                   {"name": "displayName"}, {"name": "title", "mutability": mutability}])
        };
        assert_eq!(lacking(all("readWrite")), None);
        assert_eq!(lacking(all("readOnly")).as_deref(), Some("title"));
    }
}
