//! What the settings choose: scenarios, dialects, people.

use std::path::{Path, PathBuf};

use super::failure::Failure;
use crate::{
    config::{Setting, Settings},
    idp::Dialect,
    run::{ExitCode, PeopleDefaults},
    scenario::{DataError, Library, Need, Selection},
};

/// All suites, the user's too, and what of them is selected. Who names a folder of scenarios and selects nothing
/// means these, which the settings then say.
///
/// # Errors
/// A folder or file that can't be read, or a name that fits no scenario.
pub fn library(settings: &mut Settings) -> anyhow::Result<(Library, Selection)> {
    let mut library = Library::known()?;
    if let Some(folder) = &settings.scenarios {
        let suites = library.add_folder(&folder.value).map_err(|error| of_folder(error, folder))?;
        if folder.origin.is_flag() && !settings.suites.origin.is_flag() {
            settings.suites = Setting { value: suites, origin: folder.origin.clone() };
        }
    }
    let selection = Selection::new(&settings.suites.value, false)?;
    // A waiver may be about any of them.
    let all = !settings.waivers.is_empty();
    library.read(|id| all || selection.takes(id, None))?;
    let ids = library.ids();
    if let Some(pattern) = selection.vain(&ids) {
        let hint = selection.hint(&ids);
        let origin = &settings.suites.origin;
        let place = if origin.is_flag() { String::new() } else { format!(" ({origin})") };
        let message = format!("no scenario fits `{pattern}`{place}");
        if pattern.contains("://") {
            return Err(Failure::usage(message, "the base URL stands behind --base-url").into());
        }
        return Err(Failure { code: ExitCode::Nothing, message, hint }.into());
    }
    Ok((library, selection))
}

/// Where the name of a folder stands that can't be read, unless it was typed.
fn of_folder(error: DataError, folder: &Setting<PathBuf>) -> anyhow::Error {
    let whole = error.place.is_none() && Path::new(&error.file) == folder.value && !folder.value.is_dir();
    if folder.origin.is_flag() || !whole {
        return error.into();
    }
    let hint =
        "`scenarios` names a folder of suites, from where the file is: name one that is there, or leave the line out";
    Failure::usage(error.to_string(), hint).about(&folder.origin).into()
}

/// The dialects to speak, each once, and what the target does not have.
pub fn spoken(settings: &Settings) -> (Vec<Dialect>, Vec<Need>) {
    let off: Vec<Need> = settings.off.iter().map(|need| need.value).collect();
    let mut dialects: Vec<Dialect> = Vec::new();
    for dialect in &settings.dialects.value {
        if dialects.iter().all(|known| known.name != dialect.name) {
            dialects.push(dialect.clone());
        }
    }
    if off.contains(&Need::Groups) {
        // Nor would an administrator let Okta import groups from such an app.
        dialects.iter_mut().for_each(|dialect| dialect.import_groups = false);
    }
    (dialects, off)
}

/// What people look like.
///
/// # Errors
/// An attribute that can't be read as a path.
pub fn people(settings: &Settings) -> Result<PeopleDefaults, Failure> {
    let mut attributes = Vec::new();
    for (path, setting) in &settings.attributes {
        let read = path.parse().map_err(|error| {
            Failure::usage(
                format!("`{path}` under `people.attributes` ({}) is not an attribute path: {error}", setting.origin),
                "a path looks like title or name.middleName",
            )
        })?;
        attributes.push((read, setting.value.clone()));
    }
    Ok(PeopleDefaults {
        domain: settings.domain.value.clone(),
        logins: settings.logins.value,
        password_prefix: settings.password_prefix.value.clone(),
        attributes,
    })
}
