//! What no recording of Okta's client shows: where a flow is a conclusion, and from what.

use crate::{
    http::{Intent, Kind, Resource},
    idp::{Action, Dialect, Verb},
};

/// What is inferred in the way an action is spoken, each with its reason, as fragments; nothing where all of it was
/// recorded or stands in Okta's documents. `said` is what the action made Okta say: some of it depends on the answers.
pub fn unrecorded(action: &Action, dialect: &Dialect, said: &[&Kind]) -> Vec<&'static str> {
    match action {
        Action::SaveConnection if dialect.import_groups && dialect.groups == Verb::Put => {
            vec!["saving was recorded with a list of groups in a catalogue app only; here it goes by the same setting"]
        }
        Action::Assign(_) if dialect.users == Verb::Patch => {
            let active = finds_active(said).then_some(
                "whether Okta activates an account that it finds active is not recorded; the PUT kind, of which there \
                 is a recording, sends nothing between the lookup and the read",
            );
            let overwritten = said.iter().any(|kind| matches!(kind, Kind::Replace(Resource::User, _)));
            let groups = overwritten.then_some(
                "whether the PUT says `groups: []`, as in the PUT kind, is not recorded, since nobody was in a group; \
                 what was read is sent back",
            );
            active.into_iter().chain(groups).collect()
        }
        Action::Edit(_, changes, ..) => {
            let login = dialect.users == Verb::Put && changes.iter().any(|(path, _)| path.is_plain("userName"));
            let cleared = changes.iter().any(|(_, value)| value.is_null() || value == "");
            let login = login.then_some(
                "a changed login was recorded in a catalogue app only; profiles go by GET and PUT in both kinds",
            );
            let cleared = cleared.then_some(
                "whether Okta sends an emptied attribute as null, as an empty text or not at all is not recorded",
            );
            login.into_iter().chain(cleared).collect()
        }
        Action::SetPassword(_) => match dialect.users {
            Verb::Patch => vec![
                "documents say PATCH and show no body; this one is formed as the recorded one that sets `active`: one \
                 replace without a path",
            ],
            Verb::Put => vec![
                "documents say PUT and show no body; a read goes before it as before every recorded PUT, and the \
                 password is added to what was read, as Okta's on-premises agent sends it",
            ],
        },
        Action::Push(_) => {
            let by_setting = dialect.import_groups != (dialect.groups == Verb::Patch);
            let lookup = by_setting.then_some(
                "the lookup by name goes by the import of groups, which explains both recordings; an app of this kind \
                 with this setting is in neither",
            );
            let taken = takes_over(said).then_some(
                "a push that finds its name in use is not recorded; Okta goes on as if it had just created that group",
            );
            lookup.into_iter().chain(taken).collect()
        }
        Action::PushNow(_) if dialect.groups == Verb::Put => {
            vec!["the recording shows these requests without what caused them; they are taken for \"Push now\""]
        }
        Action::Import if dialect.import_groups => {
            vec![
                "Okta's reference says that groups are read in pages as people are; no recording shows an import of \
                 groups, and none a second page of them",
            ]
        }
        _ => Vec::new(),
    }
}

/// True when somebody was found and overwritten, and not activated in between.
fn finds_active(said: &[&Kind]) -> bool {
    let activated = |id: &String| {
        said.iter().any(|kind| matches!(kind, Kind::Patch(Resource::User, whom, Intent::Activate) if whom == id))
    };
    said.iter().any(|kind| matches!(kind, Kind::Replace(Resource::User, id) if !activated(id)))
}

/// True when a group was looked up by its name and not created.
fn takes_over(said: &[&Kind]) -> bool {
    let lookup = |kind: &&Kind| matches!(kind, Kind::Lookup { resource: Resource::Group, .. });
    said.iter().any(lookup) && !said.iter().any(|kind| matches!(kind, Kind::Create(Resource::Group)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::scim::path::AttrPath;

    const BOTH: [Dialect; 2] = Dialect::ALL;

    fn counts(action: &Action, said: &[&Kind]) -> [usize; 2] {
        BOTH.map(|dialect| unrecorded(action, &dialect, said).len())
    }

    fn edit(path: &str, value: serde_json::Value) -> Action {
        Action::Edit("ada".to_owned(), vec![(path.parse::<AttrPath>().unwrap(), value)])
    }

    #[test]
    fn what_a_preset_leaves_open_is_told_there_and_not_elsewhere() {
        let crew = || "crew".to_owned();
        assert_eq!(counts(&Action::TestCredentials, &[]), [0, 0]);
        assert_eq!(counts(&Action::SaveConnection, &[]), [0, 0]);
        assert_eq!(counts(&Action::SetPassword("ada".to_owned()), &[]), [1, 1]);
        assert_eq!(counts(&Action::Import, &[]), [1, 0]);
        assert_eq!(counts(&Action::PushNow(crew()), &[]), [0, 1]);
        assert_eq!(counts(&Action::Push(crew()), &[&Kind::Create(Resource::Group)]), [0, 0]);
        assert_eq!(counts(&edit("userName", json!("ada.king")), &[]), [0, 1]);
        assert_eq!(counts(&edit("nickName", json!("")), &[]), [1, 1]);
        assert_eq!(counts(&edit("nickName", json!("Ada")), &[]), [0, 0]);
    }

    #[test]
    fn what_depends_on_the_answers_is_told_by_what_was_said() {
        let assign = Action::Assign(vec!["ada".to_owned()]);
        let put = Kind::Replace(Resource::User, "7".to_owned());
        let activate = Kind::Patch(Resource::User, "7".to_owned(), Intent::Activate);
        assert_eq!(counts(&assign, &[&Kind::Create(Resource::User)]), [0, 0]);
        assert_eq!(counts(&assign, &[&put]), [2, 0]);
        assert_eq!(counts(&assign, &[&activate, &put]), [1, 0]);
        let (resource, attribute, value) = (Resource::Group, "displayName".to_owned(), "crew".to_owned());
        let lookup = Kind::Lookup { resource, attribute, value };
        let push = Action::Push("crew".to_owned());
        assert_eq!(counts(&push, &[&lookup, &Kind::Create(Resource::Group)]), [0, 0]);
        assert_eq!(counts(&push, &[&lookup, &Kind::Read(Resource::Group, "1".to_owned())])[1], 1);
    }

    #[test]
    fn settings_that_neither_recorded_app_had_are_told() {
        let turned = BOTH.map(|dialect| Dialect { import_groups: !dialect.import_groups, ..dialect });
        for dialect in &turned {
            let push = Action::Push("crew".to_owned());
            assert_eq!(unrecorded(&push, dialect, &[&Kind::Create(Resource::Group)]).len(), 1);
        }
        assert_eq!(turned.map(|dialect| unrecorded(&Action::SaveConnection, &dialect, &[]).len()), [0, 1]);
    }
}
