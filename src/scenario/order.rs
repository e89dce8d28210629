//! Steps that need another one before them: without it they would say nothing, and pass.

use super::model::{Outside, Postcondition, Step, What};
use crate::idp::Action;

/// What a story has done so far.
#[derive(Default)]
struct Done<'a> {
    assigned: Vec<&'a str>,
    pushed: Vec<&'a str>,
    unlinked: Vec<&'a str>,
    imported: bool,
    discovered: bool,
}

/// The first step that comes too early: its index, a sentence and a hint.
pub(super) fn too_early(steps: &[Step], given_groups: &[String]) -> Option<(usize, String, String)> {
    let mut done = Done::default();
    for (index, step) in steps.iter().enumerate() {
        let lacking = match &step.what {
            What::Action(action) => done.lacks(action, given_groups),
            What::Meanwhile(Outside::AddMembers(group, _)) => done.group(group),
            _ => None,
        };
        if let Some((what, hint)) = lacking {
            return Some((index, format!("`{}` comes too early: {what}", step.name), hint));
        }
        if let What::Action(action) = &step.what {
            done.note(action);
        }
        let imported = |check: &Postcondition| matches!(check, Postcondition::Imported(_));
        if !done.imported && step.then.iter().any(|then| imported(&then.check)) {
            let what = format!("`{}` looks at an import, and there was none", step.name);
            return Some((index, what, "put `import:` before it".to_owned()));
        }
    }
    None
}

type Lack = Option<(String, String)>;

impl<'a> Done<'a> {
    fn person(&self, key: &str) -> Lack {
        let hint = format!("put `assign: {key}` before it");
        (!self.assigned.contains(&key)).then(|| (format!("the app is not assigned to {key}"), hint))
    }

    fn group(&self, key: &str) -> Lack {
        let hint = format!("put `push: {key}` before it");
        (!self.pushed.contains(&key)).then(|| (format!("{key} was not pushed"), hint))
    }

    fn lacks(&self, action: &Action, given_groups: &[String]) -> Lack {
        match action {
            Action::Edit(user, ..) | Action::SetPassword(user) | Action::Revoke(user, _) => self.person(user),
            Action::Unassign(people) => people.iter().find_map(|user| self.person(user)),
            Action::Grant(user, _) => self.person(user).or_else(|| {
                let hint = "put `discover:` before it".to_owned();
                (!self.discovered).then(|| ("nothing was discovered that could be granted".to_owned(), hint))
            }),
            Action::Rename(group, _)
            | Action::AddMember(group, _)
            | Action::RemoveMember(group, _)
            | Action::PushNow(group)
            | Action::DeleteGroup(group)
            | Action::Unlink(group)
            | Action::DeactivatePush(group)
            | Action::ActivatePush(group) => self.group(group),
            Action::Link(group, None) => {
                let hint = format!("name the group of the app: `link: {{ group: {group}, to: staff }}`");
                (!self.unlinked.contains(&group.as_str())).then(|| (format!("{group} was not unlinked"), hint))
            }
            Action::Link(_, Some(to)) => {
                let hint = format!("put it into the app: `given: {{ groups: [{to}] }}`");
                (!given_groups.contains(to)).then(|| (format!("the app has no group {to}"), hint))
            }
            Action::Confirm(_) => {
                let hint = "put `import:` before it".to_owned();
                (!self.imported).then(|| ("nobody was imported".to_owned(), hint))
            }
            Action::TestCredentials
            | Action::SaveConnection
            | Action::Assign(_)
            | Action::Push(_)
            | Action::Discover
            | Action::Import => None,
        }
    }

    fn note(&mut self, action: &'a Action) {
        match action {
            Action::Assign(people) => self.assigned.extend(people.iter().map(String::as_str)),
            Action::Confirm(user) => self.assigned.push(user),
            Action::Push(group) | Action::Link(group, _) => self.pushed.push(group),
            Action::Unlink(group) => self.unlinked.push(group),
            Action::Import => self.imported = true,
            Action::Discover => self.discovered = true,
            _ => {}
        }
    }
}
