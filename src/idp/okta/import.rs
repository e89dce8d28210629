//! Imports, page by page (okta-client section 12).

use std::collections::HashMap;

use serde_json::Value;

use super::{Okta, requests, users::id_of};
use crate::{http::Resource, idp::Stop};

/// More pages than a directory of a million has: a target whose total never ends must not keep us for ever.
const MOST_PAGES: i64 = 10_000;

/// What an import concluded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// Active users seen; Okta counts no others.
    pub scanned: usize,
    /// How often each person of the cast was seen active.
    pub seen: HashMap<String, usize>,
}

impl Okta<'_> {
    pub(super) async fn import(&mut self) -> Result<(), Stop> {
        let mut imported = Imported::default();
        let mut before = None;
        let mut start = 1;
        for _ in 0..MOST_PAGES {
            let heard = self.line.say(requests::page(Resource::User, start, requests::PAGE)).await;
            let users = self.list(&heard, "the import", "Error while importing users")?;
            self.count(&users, &mut imported);
            // A target that shows the same page for ever must not keep us for ever.
            let first = users.first().and_then(|user| id_of(user.get("id")));
            if start > 1 && first.is_some() && first == before {
                break;
            }
            before = first;
            let total = heard.answer.ok().and_then(|response| response.member("totalResults").and_then(Value::as_i64));
            start += requests::PAGE;
            if users.is_empty() || total.is_none_or(|total| start > total) {
                break;
            }
        }
        if self.dialect.import_groups {
            self.import_groups().await?;
        }
        self.imported = Some(imported);
        Ok(())
    }

    fn count(&self, users: &[Value], imported: &mut Imported) {
        for user in users {
            if user.get("active").and_then(Value::as_bool) == Some(false) {
                continue;
            }
            imported.scanned += 1;
            let name = user["userName"].as_str().unwrap_or("");
            let person = self.cast.people.iter().find(|person| person.user_name().eq_ignore_ascii_case(name));
            if let Some(person) = person {
                *imported.seen.entry(person.key.clone()).or_default() += 1;
            }
        }
    }

    async fn import_groups(&self) -> Result<(), Stop> {
        let mut start = 1;
        for _ in 0..MOST_PAGES {
            let heard = self.line.say(requests::page(Resource::Group, start, requests::PAGE)).await;
            let groups = self.list(&heard, "the import", "Error while importing groups")?;
            let total = heard.answer.ok().and_then(|response| response.member("totalResults").and_then(Value::as_i64));
            start += requests::PAGE;
            if groups.is_empty() || total.is_none_or(|total| start > total) {
                break;
            }
        }
        Ok(())
    }
}

/// The type of a JSON value that was to be an integer.
pub(super) fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "a string",
        Value::Number(_) => "a number that is no integer",
        _ => "something else",
    }
}
