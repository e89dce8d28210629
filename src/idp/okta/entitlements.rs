//! Roles and entitlements: what the app has, and who is granted them (okta-client section 14).

use serde_json::{Value, json};

use super::{Okta, id::id_of, requests};
use crate::{
    http::Heard,
    idp::{
        Grant, Stop,
        stop::{Trouble, accepted},
    },
    scim::AttrPath,
};

/// More types of roles and entitlements than an app has; a target must not keep us for ever.
const MOST_KINDS: usize = 50;

/// A role or an entitlement of the app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grantable {
    /// Which of the two.
    pub of: Grant,
    /// Its id in the app.
    pub id: String,
    /// What administrators read.
    pub display: String,
    /// For entitlements, the name of their resource type.
    pub kind: Option<String>,
}

impl Okta<'_> {
    /// Resource types, schemas, then the endpoint of each type whose schema is Okta's for roles or entitlements.
    pub(super) async fn discover(&mut self) -> Result<(), Stop> {
        let heard = self.line.say(requests::get("/ResourceTypes")).await;
        let types = self.resources_of(&heard)?;
        // Roles and entitlements need not be in it, so that nothing depends on the answer.
        self.line.say(requests::get("/Schemas")).await;
        self.grantable.clear();
        for kind in types.iter().take(MOST_KINDS) {
            let of = [Grant::Roles, Grant::Entitlements]
                .into_iter()
                .find(|of| kind["schema"].as_str().is_some_and(|schema| schema.eq_ignore_ascii_case(of.schema())));
            let Some(of) = of else { continue };
            let Some(path) = endpoint(&kind["endpoint"]) else {
                let needed = "an `endpoint` of its own below the base URL, for each type of roles or entitlements";
                return Err(Trouble::lacks(needed, "none", "(nothing can be read)").stop(&heard, "the app", None));
            };
            // The endpoint is called literally below the base URL; parameters are not established.
            let heard = self.line.say(requests::get(&path)).await;
            let listed = self.list(&heard, "the app", None)?;
            self.grantable.extend(listed.iter().filter_map(|one| grantable(of, one)));
        }
        Ok(())
    }

    /// The resources of a ListResponse. An older revision of Okta's guide showed a bare array.
    fn resources_of(&self, heard: &Heard) -> Result<Vec<Value>, Stop> {
        let response = accepted(heard).map_err(|trouble| trouble.stop(heard, "the app", None))?;
        match response.value() {
            Some(Value::Array(bare)) => Ok(bare.clone()),
            _ => self.list(heard, "the app", None),
        }
    }

    /// A grant is a profile push: GET, then PUT with the attribute. Where there is nothing to grant, nothing is sent.
    pub(super) async fn grant(&mut self, user: &str, of: Grant) -> Result<(), Stop> {
        let Some(first) = self.grantable.iter().find(|one| one.of == of) else {
            return Ok(());
        };
        let mut granted = json!({"value": first.id, "display": first.display});
        if let Some(kind) = &first.kind {
            granted["type"] = json!(kind);
        }
        self.edit(user, &[(AttrPath::of(of.attribute()), json!([granted]))], &[]).await
    }

    /// The same with an empty list. Inferred: no source shows how the last grant is taken away.
    pub(super) async fn revoke(&mut self, user: &str, of: Grant) -> Result<(), Stop> {
        self.edit(user, &[(AttrPath::of(of.attribute()), json!([]))], &[]).await
    }
}

/// The path of an endpoint that is a plain one and does not list people or groups.
fn endpoint(value: &Value) -> Option<String> {
    let path = value.as_str()?;
    let path = path.strip_prefix('/').unwrap_or(path);
    let path = path.strip_suffix('/').unwrap_or(path);
    let plain = |part: &str| {
        !part.trim_matches('.').is_empty()
            && part.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_.~".contains(letter))
    };
    let known = ["Users", "Groups", "Me"].iter().any(|known| path.eq_ignore_ascii_case(known));
    (path.split('/').all(plain) && !known).then(|| format!("/{path}"))
}

/// What can be granted of a listed resource: it has all that Okta's guide requires.
fn grantable(of: Grant, resource: &Value) -> Option<Grantable> {
    let text = |name: &str| resource[name].as_str().map(str::to_owned);
    let kind = if of == Grant::Entitlements { text("type") } else { None };
    if of == Grant::Entitlements && kind.is_none() {
        return None;
    }
    Some(Grantable { of, id: id_of(resource.get("id"))?, display: text("displayName")?, kind })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_a_plain_path_below_the_base_url() {
        for (value, path) in [("/Roles", "/Roles"), ("Roles", "/Roles"), ("/v1/Roles/", "/v1/Roles")] {
            assert_eq!(endpoint(&json!(value)).as_deref(), Some(path));
        }
        for odd in [
            "",
            "/",
            "/Users",
            "/groups",
            "/../x",
            "/%2e%2e/x",
            "//evil",
            "https://evil/x",
            "/Roles#x",
            "/a?b",
            "/\\evil",
        ] {
            assert_eq!(endpoint(&json!(odd)), None, "{odd}");
        }
        assert_eq!(endpoint(&json!(5)), None);
    }
}
