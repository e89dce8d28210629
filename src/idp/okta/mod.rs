//! Okta's SCIM client: what it sends, in which order, and what it makes of the answers.
//!
//! The source of every flow is named by its section of the fact sheet on Okta's client ("okta-client").

mod entitlements;
mod groups;
mod id;
mod import;
mod linking;
mod reaction;
mod requests;
mod unrecorded;
mod users;

use std::collections::HashMap;

use super::{Action, Cast, Dialect, Stop};
use crate::http::Line;

pub use entitlements::Grantable;
pub use id::{id_of, instead_of_id};
pub use import::Imported;
pub use reaction::afterwards;
pub use requests::{PAGE, create, credentials_test, delete, lookup, page, patch, read, replace};
pub use unrecorded::unrecorded;

/// What Okta believes of one person's account in the app.
#[derive(Debug, Clone)]
struct Account {
    id: String,
    /// False once the app was taken away from them.
    assigned: bool,
}

/// What Okta believes of one pushed group.
#[derive(Debug, Clone)]
struct Pushed {
    id: String,
    name: String,
    /// False while the administrator has deactivated the push.
    active: bool,
}

/// One Okta app with its directory, its beliefs and a line to the target.
pub struct Okta<'a> {
    dialect: &'a Dialect,
    line: &'a dyn Line,
    cast: Cast,
    accounts: HashMap<String, Account>,
    pushed: HashMap<String, Pushed>,
    imported: Option<Imported>,
    grantable: Vec<Grantable>,
    /// Names in the app of groups that were unlinked and left there.
    left: HashMap<String, String>,
}

impl<'a> Okta<'a> {
    /// An app that nobody is assigned to yet.
    pub fn new(dialect: &'a Dialect, line: &'a dyn Line, cast: Cast) -> Okta<'a> {
        Okta {
            dialect,
            line,
            cast,
            accounts: HashMap::new(),
            pushed: HashMap::new(),
            imported: None,
            grantable: Vec::new(),
            left: HashMap::new(),
        }
    }

    /// The directory as it is now.
    pub fn cast(&self) -> &Cast {
        &self.cast
    }

    /// The id under which Okta knows a person or group in the app.
    pub fn id(&self, key: &str) -> Option<&str> {
        let account = self.accounts.get(key).map(|account| account.id.as_str());
        account.or_else(|| self.pushed.get(key).map(|group| group.id.as_str()))
    }

    /// What the last import concluded.
    pub fn imported(&self) -> Option<&Imported> {
        self.imported.as_ref()
    }

    /// The roles and entitlements that were discovered last, in the order of the target's answers.
    pub fn grantable(&self) -> &[Grantable] {
        &self.grantable
    }

    /// Does what the administrator does.
    ///
    /// # Errors
    /// Where Okta would give the task up.
    pub async fn perform(&mut self, action: &Action) -> Result<(), Stop> {
        match action {
            Action::TestCredentials => self.test_credentials().await,
            Action::SaveConnection => self.save_connection().await,
            Action::Assign(people) => self.assign(people).await,
            Action::Edit(user, changes, cleared) => self.edit(user, changes, cleared).await,
            Action::Unassign(people) => self.unassign(people).await,
            Action::SetPassword(user) => self.set_password(user).await,
            Action::Push(group) => self.push(group).await,
            Action::Rename(group, name) => self.rename(group, name).await,
            Action::AddMember(group, people) => self.add_members(group, people).await,
            Action::RemoveMember(group, people) => self.remove_members(group, people).await,
            Action::PushNow(group) => self.push_now(group).await,
            Action::DeleteGroup(group) => self.delete_group(group).await,
            Action::Unlink(group) => self.unlink(group),
            Action::Link(group, to) => self.link(group, to.as_deref()).await,
            Action::DeactivatePush(group) => self.deactivate_push(group),
            Action::ActivatePush(group) => self.activate_push(group).await,
            Action::Discover => self.discover().await,
            Action::Grant(user, what) => self.grant(user, *what).await,
            Action::Revoke(user, what) => self.revoke(user, *what).await,
            Action::Confirm(user) => self.confirm(user),
            Action::Import => self.import().await,
        }
    }
}
