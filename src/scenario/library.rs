//! All suites and scenarios there are: the built-in ones and the user's own.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{
    DataError, Scenario, Suite,
    builtin::SCENARIOS,
    load::{load_scenario, load_suite},
};

/// Suites and scenarios.
#[derive(Debug, Clone, Default)]
pub struct Library {
    /// Suites in the order of their IDs, the built-in ones first.
    pub suites: Vec<Suite>,
    /// Scenarios likewise.
    pub scenarios: Vec<Scenario>,
}

impl Library {
    /// The built-in suites.
    ///
    /// # Errors
    /// A built-in file that can't be read, which the tests rule out.
    pub fn builtin() -> Result<Library, DataError> {
        let mut library = Library::default();
        for (path, text) in SCENARIOS {
            library.add(path, &format!("scenarios/{path}"), text)?;
        }
        library.suites.sort_by(|one, other| one.id.cmp(&other.id));
        library.sort();
        Ok(library)
    }

    /// Adds the scenarios of a folder of the user's; folders in it are suites. Says in which suites the scenarios are.
    ///
    /// # Errors
    /// A folder or file that can't be read, or an ID that is there already.
    pub fn add_folder(&mut self, folder: &Path) -> Result<Vec<String>, DataError> {
        let shown = folder.display().to_string();
        let mut files = Vec::new();
        walk(folder, &mut files).map_err(|error| {
            DataError::whole(
                &shown,
                format!("the folder can't be read: {error}"),
                "--scenarios takes a folder of suites",
            )
        })?;
        files.sort();
        if files.is_empty() {
            let hint = "a suite is a folder with .yaml files in it; see docs/scenarios.md";
            return Err(DataError::whole(&shown, "there is no .yaml file in it", hint));
        }
        let before = self.scenarios.len();
        for file in files {
            let relative = file.strip_prefix(folder).unwrap_or(&file);
            let parts: Vec<&str> = relative.iter().filter_map(|part| part.to_str()).collect();
            let mut path = parts.join("/");
            if parts.len() < 2 {
                // A file outside of any suite belongs to one named after the folder.
                let suite = folder.canonicalize().ok();
                let suite = suite.as_deref().and_then(Path::file_name).and_then(|name| name.to_str()).unwrap_or("own");
                path = format!("{suite}/{path}");
            }
            let shown = file.display().to_string();
            let text = fs::read_to_string(&file).map_err(|error| {
                let hint = match error.kind() {
                    std::io::ErrorKind::InvalidData => "save it as UTF-8",
                    _ => "check its permissions",
                };
                DataError::whole(&shown, format!("the file can't be read: {error}"), hint)
            })?;
            self.add(&path, &shown, &text)?;
        }
        let mut suites: Vec<String> = self.scenarios[before..].iter().map(|one| one.suite.clone()).collect();
        suites.dedup();
        self.sort();
        Ok(suites)
    }

    /// Suites stay in the order in which they came; in a suite its folders go as it says.
    fn sort(&mut self) {
        let place = |scenario: &Scenario| {
            let suite = self.suites.iter().position(|suite| suite.id == scenario.suite);
            let folder = scenario.id.split('/').nth(1).unwrap_or("");
            let order = suite.map(|at| &self.suites[at].order);
            let folder = order.and_then(|order| order.iter().position(|name| name == folder));
            (suite.unwrap_or(usize::MAX), folder.unwrap_or(usize::MAX), scenario.id.clone())
        };
        let mut scenarios = self.scenarios.clone();
        scenarios.sort_by_cached_key(place);
        self.scenarios = scenarios;
    }

    fn add(&mut self, path: &str, file: &str, text: &str) -> Result<(), DataError> {
        let Some(id) = path.strip_suffix(".yaml").or_else(|| path.strip_suffix(".yml")) else {
            return Ok(());
        };
        if let Some(suite) = id.strip_suffix("/suite") {
            self.suites.push(load_suite(suite, file, text)?);
            return Ok(());
        }
        if let Some(known) = self.scenario(id) {
            let message = format!("there is a scenario `{id}` already, in {}", known.file);
            return Err(DataError::whole(file, message, "give the file or its folder another name"));
        }
        self.scenarios.push(load_scenario(id, file, text)?);
        Ok(())
    }

    /// A suite by its ID.
    pub fn suite(&self, id: &str) -> Option<&Suite> {
        self.suites.iter().find(|suite| suite.id == id)
    }

    /// A scenario by its ID.
    pub fn scenario(&self, id: &str) -> Option<&Scenario> {
        self.scenarios.iter().find(|scenario| scenario.id == id)
    }
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let hidden = path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with('.'));
        if hidden {
            continue;
        }
        if path.is_dir() {
            walk(&path, files)?;
        } else if path.is_file() && path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml") {
            files.push(path);
        }
    }
    Ok(())
}
