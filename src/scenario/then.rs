//! Reads what must hold after a step.

use serde_json::Value;
use serde_saphyr::{Location, Spanned};

use super::{
    DataError,
    expect_file::{GroupsFile, ThenFile},
    load::{Reading, person},
    model::{Conclusions, Expected, Postcondition, Then},
    steps::{Groups, group, trimmed},
};
use crate::scim::AttrPath;

/// Reads one entry of `then`.
pub(super) fn postcondition(
    reading: &Reading<'_>,
    file: Spanned<ThenFile>,
    people: &[(String, Vec<(AttrPath, Value)>)],
    groups: &Groups,
) -> Result<Then, DataError> {
    let at = file.referenced;
    let file = file.value;
    let expected = Expected {
        is: reading.attributes(at, file.is)?,
        absent: file.absent.iter().map(|text| reading.path(at, text)).collect::<Result<_, _>>()?,
        same: file.same.iter().map(|text| reading.path(at, text)).collect::<Result<_, _>>()?,
    };
    let people = people.to_vec();
    let is_person = |name: &String| person(reading, at, name, &people);
    let words = [&file.user, &file.lookup, &file.group, &file.gone];
    let given = words.iter().filter(|word| word.is_some()).count() + usize::from(file.imported.is_some());
    if given != 1 {
        let hint = "give one of user, lookup, group, gone, imported";
        return Err(reading.error(at, "", "a postcondition looks at one thing", hint));
    }
    let reads = file.user.is_some() || file.group.is_some();
    let stray = [
        ("finds", file.finds.is_some() && file.lookup.is_none()),
        ("members", file.members.is_some() && file.group.is_none()),
        ("is", !expected.is.is_empty() && !reads),
        ("absent", !expected.absent.is_empty() && !reads),
        ("same", !expected.same.is_empty() && !reads),
        ("groups", file.groups.is_some() && file.imported.is_none()),
        ("new", file.new.is_some() && file.imported.is_none()),
        ("removed", file.removed.is_some() && file.imported.is_none()),
        ("deactivated", file.deactivated.is_some() && file.imported.is_none()),
        ("safeguard", file.safeguard.is_some() && file.imported.is_none()),
    ];
    if let Some((word, _)) = stray.into_iter().find(|(_, stray)| *stray) {
        let hint = "`is`, `absent` and `same` go with user or group, `members` with group, `finds` with lookup, \
                    `groups`, `new`, `removed`, `deactivated` and `safeguard` with imported";
        return Err(reading.error(at, "", format!("`{word}` does not belong to this postcondition"), hint));
    }
    let nothing = expected.is.is_empty() && expected.absent.is_empty() && expected.same.is_empty();
    if reads && nothing && file.members.is_none() {
        let hint = "say what to expect: `is: { active: true }`, `same: [id]` or `members: [ada]`";
        return Err(reading.error(at, "", "this postcondition expects nothing", hint));
    }
    let check = if let Some(name) = file.user {
        is_person(&name)?;
        Postcondition::User(name, expected)
    } else if let Some(name) = file.lookup {
        reading.check(at, &Value::from(name.as_str()))?;
        if !name.contains("{{") {
            is_person(&name)?;
        }
        let finds = file.finds.ok_or_else(|| {
            reading.error(at, "lookup", "`lookup` without `finds`", "write `finds: [ada]`, or `finds: []` for nobody")
        })?;
        finds.iter().try_for_each(is_person)?;
        Postcondition::Lookup(name, finds)
    } else if let Some(name) = file.group {
        group(reading, at, &name, groups)?;
        file.members.iter().flatten().try_for_each(is_person)?;
        Postcondition::Group(name, file.members, expected)
    } else if let Some(name) = file.gone {
        if !people.iter().any(|(known, _)| *known == name) {
            group(reading, at, &name, groups)?;
        }
        Postcondition::Gone(name)
    } else {
        let counted = file.imported.unwrap_or_default();
        let groups = imported_groups(reading, at, file.groups, &is_person, groups)?;
        let (new, removed, deactivated) = (file.new, file.removed, file.deactivated);
        let named = [&new, &removed, &deactivated].into_iter().flatten().flatten();
        counted.iter().chain(named).try_for_each(is_person)?;
        Postcondition::Imported(Conclusions { counted, groups, new, removed, deactivated, safeguard: file.safeguard })
    };
    Ok(Then { check, level: file.level, fix: file.fix.map(trimmed) })
}

type ImportedGroups = Vec<(String, Option<Vec<String>>)>;

/// The groups that an import must see, with their members where they are given.
fn imported_groups(
    reading: &Reading<'_>,
    at: Location,
    file: Option<GroupsFile>,
    is_person: &impl Fn(&String) -> Result<(), DataError>,
    known: &Groups,
) -> Result<ImportedGroups, DataError> {
    let wanted: Vec<(String, Option<Value>)> = match file {
        None => Vec::new(),
        Some(GroupsFile::Names(names)) => names.into_iter().map(|name| (name, None)).collect(),
        Some(GroupsFile::Members(map)) => map.into_iter().map(|(name, members)| (name, Some(members))).collect(),
    };
    wanted
        .into_iter()
        .map(|(name, members)| {
            group(reading, at, &name, known)?;
            let members: Option<Vec<String>> = members.map(serde_json::from_value).transpose().map_err(|_| {
                reading.error(at, &name, format!("the members of `{name}` can't be read"), "write { crew: [ada, bob] }")
            })?;
            members.iter().flatten().try_for_each(is_person)?;
            Ok((name, members))
        })
        .collect()
}
