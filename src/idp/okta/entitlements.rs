//! Roles and entitlements: what the app has, and who is granted them (okta-client section 14).

use serde_json::{Value, json};

use super::{Okta, requests, users::id_of};
use crate::{
    http::Heard,
    idp::{Grant, Stop, stop::accepted},
    scim::AttrPath,
};

/// What the console tells of a discovery that fails.
const DISCOVERING: &str = "Error while reading the entitlements of the app";

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
        let schemas = self.line.say(requests::get("/Schemas")).await;
        self.resources_of(&schemas)?;
        self.grantable.clear();
        for kind in types {
            let of = [Grant::Roles, Grant::Entitlements]
                .into_iter()
                .find(|of| kind["schema"].as_str().is_some_and(|schema| schema.eq_ignore_ascii_case(of.schema())));
            let (Some(of), Some(endpoint)) = (of, kind["endpoint"].as_str()) else { continue };
            // The endpoint is called literally below the base URL; parameters are not established.
            let endpoint = format!("/{}", endpoint.trim_start_matches('/'));
            let heard = self.line.say(requests::get(&endpoint)).await;
            let listed = self.list(&heard, "the app", DISCOVERING)?;
            self.grantable.extend(listed.iter().filter_map(|one| grantable(of, one)));
        }
        Ok(())
    }

    /// The resources of a ListResponse. An older revision of Okta's guide showed a bare array.
    fn resources_of(&self, heard: &Heard) -> Result<Vec<Value>, Stop> {
        let response = accepted(heard).map_err(|trouble| trouble.stop(heard, "the app", DISCOVERING))?;
        match response.value() {
            Some(Value::Array(bare)) => Ok(bare.clone()),
            _ => self.list(heard, "the app", DISCOVERING),
        }
    }

    /// A grant is a profile push: GET, then PUT with the attribute.
    pub(super) async fn grant(&mut self, user: &str, of: Grant) -> Result<(), Stop> {
        let Some(first) = self.grantable.iter().find(|one| one.of == of) else {
            let heard = self.line.said().saturating_sub(1);
            let needed = format!("one of the {} of the app", of.attribute());
            let console = format!("(no {} can be chosen)", of.attribute());
            let about = Some(user.to_owned());
            return Err(Stop { exchange: heard, about, needed, got: "none was listed".to_owned(), console });
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

fn grantable(of: Grant, resource: &Value) -> Option<Grantable> {
    let text = |name: &str| resource[name].as_str().map(str::to_owned);
    let kind = if of == Grant::Entitlements { text("type") } else { None };
    Some(Grantable { of, id: id_of(resource.get("id"))?, display: text("displayName")?, kind })
}
