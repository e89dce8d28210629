//! What no recording of Okta's client shows: where a flow is a conclusion, and from what.

use crate::{
    http::{Intent, Kind, Resource},
    idp::{Action, Dialect, Verb},
};

/// What is inferred in the way an action is spoken, each with its reason, as fragments; nothing where all of it was
/// recorded or stands in Okta's documents. `said` is what the action made Okta say: some of it depends on the answers.
pub fn unrecorded(action: &Action, dialect: &Dialect, said: &[&Kind]) -> Vec<&'static str> {
    let mut told = Vec::new();
    let mut tell = |when: bool, what: &'static str| told.extend(when.then_some(what));
    match action {
        Action::SaveConnection => tell(
            dialect.import_groups && dialect.groups == Verb::Put,
            "saving was recorded with a list of groups in a catalogue app only; here it goes by the same setting",
        ),
        Action::Assign(_) => {
            let overwritten = said.iter().any(|kind| matches!(kind, Kind::Replace(Resource::User, _)));
            let patch = dialect.users == Verb::Patch;
            tell(
                patch && finds_active(said),
                "whether Okta activates an account that it finds active is not recorded; the PUT kind, of which there \
                 is a recording, sends nothing between the lookup and the read",
            );
            tell(
                !patch && overwritten_once(said),
                "`groups: []` was recorded of somebody who is assigned again and was inactive; here it is sent to somebody \
                 who is linked, too",
            );
            tell(
                patch && overwritten,
                "whether the PUT says `groups: []`, as in the PUT kind, is not recorded, since nobody was in a group; \
                 what was read is sent back",
            );
        }
        Action::Edit(_, changes, cleared) => {
            tell(
                dialect.users == Verb::Put && changes.iter().any(|(path, _)| path.is_plain("userName")),
                "a changed login was recorded in a catalogue app only; profiles go by GET and PUT in both kinds",
            );
            tell(
                !cleared.is_empty() || changes.iter().any(|(_, value)| value.is_null() || value == ""),
                "whether Okta leaves an emptied attribute out, or sends it as null or as an empty text, is not recorded",
            );
        }
        Action::SetPassword(_) => {
            tell(
                dialect.users == Verb::Patch,
                "documents say PATCH and show no body; this one is formed as the recorded one that sets `active`: one \
                 replace without a path",
            );
            tell(
                dialect.users == Verb::Put,
                "documents say PUT and show no body; a read goes before it as before every recorded PUT, and the \
                 password is added to what was read, as Okta's on-premises agent sends it",
            );
        }
        Action::Push(_) => {
            tell(
                dialect.import_groups != (dialect.groups == Verb::Patch),
                "the lookup by name goes by the import of groups, which explains both recordings; an app of this kind \
                 with this setting is in neither",
            );
            tell(
                takes_over(said),
                "a push that finds its name in use is not recorded; Okta goes on as if it had just created that group",
            );
            tell(is_split(said), SPLIT);
        }
        Action::AddMember(..) | Action::RemoveMember(..) => {
            tell(!dialect.rename_groups, NAME_ALONG);
            tell(is_split(said), SPLIT);
        }
        Action::PushNow(_) => {
            tell(
                dialect.groups == Verb::Put,
                "the recording shows these requests without what caused them; they are taken for \"Push now\"",
            );
            tell(!dialect.rename_groups, NAME_ALONG);
            tell(is_split(said), SPLIT);
        }
        Action::Link(..) => {
            tell(
                true,
                "no recording shows how a group is linked, and documents tell the result alone; the requests are those of a \
                 new name and of new members",
            );
            tell(
                dialect.groups == Verb::Put,
                "the next change of members sends Okta's exact list, as it was recorded for groups that Okta made; whether it \
                 spares those whom Okta doesn't know, as Okta's test plan wants, is not recorded",
            );
            tell(!dialect.rename_groups, NAME_ALONG);
        }
        Action::ActivatePush(_) => tell(
            true,
            "no recording shows how a push is activated, and Okta's test plan tells the result alone; the requests are \
             those of \"Push now\"",
        ),
        Action::Discover => tell(true, "documents tell the endpoints and their order, and no query; none is sent"),
        Action::Grant(..) => tell(
            true,
            "documents say PUT and show the attribute, not the request; a read goes before it as before every recorded PUT",
        ),
        Action::Revoke(..) => tell(
            true,
            "no source shows how the last of the grants is taken away; an empty list is sent, by GET and PUT as for any \
             change of a profile",
        ),
        Action::Import => tell(
            dialect.import_groups,
            "Okta's reference says that groups are read in pages as people are; no recording shows an import of groups, \
             and none a second page of them",
        ),
        _ => {}
    }
    told
}

const NAME_ALONG: &str = "whether the name goes along where the app's groups are not renamed is not recorded; the name \
                          that the group has in the app is sent";

const SPLIT: &str = "Okta splits large changes of members where a vendor asks for it, and tells neither the size nor the \
                     form of the parts; the size is the setting's";

/// True when somebody was found and overwritten, and not activated in between.
fn finds_active(said: &[&Kind]) -> bool {
    let activated = |id: &String| {
        said.iter().any(|kind| matches!(kind, Kind::Patch(Resource::User, whom, Intent::Activate) if whom == id))
    };
    said.iter().any(|kind| matches!(kind, Kind::Replace(Resource::User, id) if !activated(id)))
}

/// True when somebody was overwritten by a single PUT: who comes back gets two.
fn overwritten_once(said: &[&Kind]) -> bool {
    let puts = |id: &String| {
        let same = |kind: &&&Kind| matches!(kind, Kind::Replace(Resource::User, whom) if whom == id);
        said.iter().filter(same).count()
    };
    said.iter().any(|kind| matches!(kind, Kind::Replace(Resource::User, id) if puts(id) == 1))
}

/// True when a group was looked up by its name and not created.
fn takes_over(said: &[&Kind]) -> bool {
    let lookup = |kind: &&Kind| matches!(kind, Kind::Lookup { resource: Resource::Group, .. });
    said.iter().any(lookup) && !said.iter().any(|kind| matches!(kind, Kind::Create(Resource::Group)))
}

/// True when one change of members took several requests.
fn is_split(said: &[&Kind]) -> bool {
    let members = |kind: &&&Kind| {
        use Intent::{AddMembers, RemoveMembers, ReplaceMembers};
        matches!(kind, Kind::Patch(Resource::Group, _, AddMembers | RemoveMembers | ReplaceMembers))
    };
    said.iter().filter(members).count() > 1
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{idp::Grant, scim::path::AttrPath};

    fn counts(action: &Action, said: &[&Kind]) -> [usize; 2] {
        Dialect::ALL.map(|dialect| unrecorded(action, &dialect, said).len())
    }

    fn path(text: &str) -> AttrPath {
        text.parse().unwrap()
    }

    fn edit(attribute: &str, value: serde_json::Value) -> Action {
        Action::Edit("ada".to_owned(), vec![(path(attribute), value)], Vec::new())
    }

    #[test]
    fn what_a_preset_leaves_open_is_told_there_and_not_elsewhere() {
        let (ada, crew) = (|| "ada".to_owned(), || "crew".to_owned());
        for (action, expected) in [
            (Action::TestCredentials, [0, 0]),
            (Action::SaveConnection, [0, 0]),
            (Action::Unassign(vec![ada()]), [0, 0]),
            (Action::SetPassword(ada()), [1, 1]),
            (Action::Import, [1, 0]),
            (Action::Confirm(ada()), [0, 0]),
            (Action::Rename(crew(), "staff".to_owned()), [0, 0]),
            (Action::AddMember(crew(), vec![ada()]), [0, 0]),
            (Action::PushNow(crew()), [0, 1]),
            (Action::DeleteGroup(crew()), [0, 0]),
            (Action::Unlink(crew()), [0, 0]),
            (Action::Link(crew(), None), [1, 2]),
            (Action::ActivatePush(crew()), [1, 1]),
            (Action::Discover, [1, 1]),
            (Action::Grant(ada(), Grant::Roles), [1, 1]),
            (Action::Revoke(ada(), Grant::Roles), [1, 1]),
            (edit("userName", json!("ada.king")), [0, 1]),
            (edit("nickName", json!("")), [1, 1]),
            (edit("nickName", json!("Ada")), [0, 0]),
            (Action::Edit(ada(), Vec::new(), vec![path("nickName")]), [1, 1]),
        ] {
            assert_eq!(counts(&action, &[]), expected, "{}", action.name());
        }
    }

    #[test]
    fn what_depends_on_the_answers_is_told_by_what_was_said() {
        let assign = Action::Assign(vec!["ada".to_owned()]);
        let put = Kind::Replace(Resource::User, "7".to_owned());
        let activate = Kind::Patch(Resource::User, "7".to_owned(), Intent::Activate);
        assert_eq!(counts(&assign, &[&Kind::Create(Resource::User)]), [0, 0]);
        assert_eq!(counts(&assign, &[&put]), [2, 1]);
        assert_eq!(counts(&assign, &[&put, &put]), [2, 0]);
        assert_eq!(counts(&assign, &[&activate, &put])[0], 1);
        let (resource, attribute, value) = (Resource::Group, "displayName".to_owned(), "crew".to_owned());
        let lookup = Kind::Lookup { resource, attribute, value };
        let (push, create) = (Action::Push("crew".to_owned()), Kind::Create(Resource::Group));
        assert_eq!(counts(&push, &[&lookup, &create])[1], 0);
        assert_eq!(counts(&push, &[&lookup, &Kind::Read(Resource::Group, "1".to_owned())])[1], 1);
        let add = Kind::Patch(Resource::Group, "1".to_owned(), Intent::AddMembers);
        assert_eq!(counts(&push, &[&create, &add])[0], 0);
        assert_eq!(counts(&push, &[&create, &add, &add])[0], 1);
    }

    #[test]
    fn settings_that_neither_recorded_app_had_are_told() {
        let push = Action::Push("crew".to_owned());
        let turned = Dialect::ALL.map(|dialect| Dialect { import_groups: !dialect.import_groups, ..dialect });
        for dialect in &turned {
            assert_eq!(unrecorded(&push, dialect, &[&Kind::Create(Resource::Group)]).len(), 1);
        }
        assert_eq!(turned.map(|dialect| unrecorded(&Action::SaveConnection, &dialect, &[]).len()), [0, 1]);
        let kept = Dialect { rename_groups: false, ..Dialect::OKTA_CATALOGUE };
        assert_eq!(unrecorded(&Action::PushNow("crew".to_owned()), &kept, &[]).len(), 1);
    }
}
