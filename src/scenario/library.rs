//! All suites and scenarios there are: the built-in ones and the user's own.

use std::{
    collections::{HashMap, HashSet},
    fs,
    path::{Path, PathBuf},
    thread,
};

use super::{
    DataError, Scenario, Suite,
    builtin::SCENARIOS,
    load::{load_scenario, load_suite},
};

/// So many files are worth a thread of their own.
const WORTH_A_THREAD: usize = 100;
/// Bytes of a stack that hold whatever is read, as that of a program's first thread.
const STACK: usize = 8 * 1024 * 1024;

/// Suites and scenarios.
#[derive(Debug, Clone, Default)]
pub struct Library {
    /// Suites in the order of their IDs, the built-in ones first.
    pub suites: Vec<Suite>,
    /// Scenarios likewise: those that were read.
    pub scenarios: Vec<Scenario>,
    /// In which file of the user's each scenario is that there is, by ID; empty for the built-in ones.
    files: HashMap<String, String>,
}

/// What a file holds.
enum Content {
    Suite(Suite),
    Scenario(Box<Scenario>),
}

impl Library {
    /// The built-in suites, all of their scenarios read.
    ///
    /// # Errors
    /// A built-in file that can't be read, which the tests rule out.
    pub fn builtin() -> Result<Library, DataError> {
        let mut library = Library::known()?;
        library.read(|_| true)?;
        Ok(library)
    }

    /// The built-in suites, none of their scenarios read: reading all of them takes longer than most runs.
    ///
    /// # Errors
    /// As [`Library::builtin`].
    pub fn known() -> Result<Library, DataError> {
        let mut library = Library::default();
        for (path, text) in SCENARIOS {
            match id(path) {
                Some(id) if !is_suite(id) => {
                    library.files.insert(id.to_owned(), String::new());
                }
                _ => library.add(path, read(path, &builtin_file(path), text))?,
            }
        }
        library.suites.sort_by(|one, other| one.id.cmp(&other.id));
        Ok(library)
    }

    /// Reads the built-in scenarios that are wanted, of those that [`Library::known`] has left.
    ///
    /// # Errors
    /// As [`Library::builtin`].
    pub fn read(&mut self, wanted: impl Fn(&str) -> bool) -> Result<(), DataError> {
        let there: HashSet<&str> = self.scenarios.iter().map(|scenario| scenario.id.as_str()).collect();
        let wanted = |id: &str| !is_suite(id) && wanted(id) && !there.contains(id);
        let read: Vec<_> = SCENARIOS
            .iter()
            .filter(|(path, _)| id(path).is_some_and(wanted))
            .map(|(path, text)| read(path, &builtin_file(path), text))
            .collect();
        for content in read {
            if let Some(Content::Scenario(scenario)) = content? {
                self.scenarios.push(*scenario);
            }
        }
        self.sort();
        Ok(())
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
        for (file, content) in files.iter().zip(read_all(folder, &files)) {
            self.add(&file.display().to_string(), content)?;
        }
        let mut suites: Vec<String> = self.scenarios[before..].iter().map(|one| one.suite.clone()).collect();
        suites.dedup();
        self.sort();
        Ok(suites)
    }

    /// The IDs of all scenarios there are, those that were not read included, in the order of the scenarios.
    pub fn ids(&self) -> Vec<&str> {
        let mut ids: Vec<&str> = self.files.keys().map(String::as_str).collect();
        ids.sort_by_cached_key(|id| self.place(id));
        ids
    }

    /// Suites stay in the order in which they came; in a suite its folders go as it says.
    fn sort(&mut self) {
        let mut scenarios = std::mem::take(&mut self.scenarios);
        scenarios.sort_by_cached_key(|scenario| self.place(&scenario.id));
        self.scenarios = scenarios;
    }

    fn place(&self, id: &str) -> (usize, usize, String) {
        let mut parts = id.split('/');
        let (suite, folder) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
        let suite = self.suites.iter().position(|known| known.id == suite);
        let order = suite.map(|at| &self.suites[at].order);
        let folder = order.and_then(|order| order.iter().position(|name| name == folder));
        (suite.unwrap_or(usize::MAX), folder.unwrap_or(usize::MAX), id.to_owned())
    }

    /// Adds what a file holds.
    fn add(&mut self, file: &str, content: Result<Option<Content>, DataError>) -> Result<(), DataError> {
        match content? {
            None => {}
            Some(Content::Suite(suite)) if self.suites.iter().any(|known| known.id == suite.id) => {
                let message = format!("there is a suite `{}` already", suite.id);
                return Err(DataError::whole(file, message, "leave this file out, or give its folder another name"));
            }
            Some(Content::Suite(suite)) => self.suites.push(suite),
            Some(Content::Scenario(scenario)) => {
                if let Some(known) = self.files.get(&scenario.id) {
                    let place =
                        if known.is_empty() { "among the built-in ones".to_owned() } else { format!("in {known}") };
                    let message = format!("there is a scenario `{}` already, {place}", scenario.id);
                    return Err(DataError::whole(file, message, "give the file or its folder another name"));
                }
                self.files.insert(scenario.id.clone(), file.to_owned());
                self.scenarios.push(*scenario);
            }
        }
        Ok(())
    }

    /// A suite by its ID.
    pub fn suite(&self, id: &str) -> Option<&Suite> {
        self.suites.iter().find(|suite| suite.id == id)
    }

    /// A scenario that was read, by its ID.
    pub fn scenario(&self, id: &str) -> Option<&Scenario> {
        self.scenarios.iter().find(|scenario| scenario.id == id)
    }
}

/// How the file of a built-in scenario is called.
fn builtin_file(path: &str) -> String {
    format!("scenarios/{path}")
}

/// The ID in a path below the folder of the suites; none where it is no file of a scenario or suite.
fn id(path: &str) -> Option<&str> {
    path.strip_suffix(".yaml").or_else(|| path.strip_suffix(".yml"))
}

fn is_suite(id: &str) -> bool {
    id.ends_with("/suite")
}

/// Reads the text of a file.
fn read(path: &str, file: &str, text: &str) -> Result<Option<Content>, DataError> {
    let Some(id) = id(path) else { return Ok(None) };
    let content = match id.strip_suffix("/suite") {
        Some(suite) => Content::Suite(load_suite(suite, file, text)?),
        None => Content::Scenario(Box::new(load_scenario(id, file, text)?)),
    };
    Ok(Some(content))
}

/// Reads files of a folder of the user's, many of them beside one another.
fn read_all(folder: &Path, files: &[PathBuf]) -> Vec<Result<Option<Content>, DataError>> {
    let part = |files: &[PathBuf]| files.iter().map(|file| read_own(folder, file)).collect::<Vec<_>>();
    let threads = thread::available_parallelism().map_or(1, usize::from).min(files.len() / WORTH_A_THREAD);
    if threads < 2 {
        return part(files);
    }
    thread::scope(|scope| {
        let parts = files.chunks(files.len().div_ceil(threads));
        let begun: Vec<_> = parts
            .map(|files| (files, thread::Builder::new().stack_size(STACK).spawn_scoped(scope, move || part(files))))
            .collect();
        // Where the system has no thread left, this one reads.
        let ended = |(files, thread): (_, std::io::Result<thread::ScopedJoinHandle<'_, Vec<_>>>)| {
            thread.ok().and_then(|thread| thread.join().ok()).unwrap_or_else(|| part(files))
        };
        begun.into_iter().flat_map(ended).collect()
    })
}

/// Reads a file of the user's.
fn read_own(folder: &Path, file: &Path) -> Result<Option<Content>, DataError> {
    let relative = file.strip_prefix(folder).unwrap_or(file);
    let parts: Vec<&str> = relative.iter().filter_map(|part| part.to_str()).collect();
    let mut path = parts.join("/");
    if parts.len() < 2 {
        // A file outside of any suite belongs to one named after the folder.
        let suite = folder.canonicalize().ok();
        let suite = suite.as_deref().and_then(Path::file_name).and_then(|name| name.to_str()).unwrap_or("own");
        path = format!("{suite}/{path}");
    }
    let shown = file.display().to_string();
    let text = fs::read_to_string(file).map_err(|error| {
        let hint = match error.kind() {
            std::io::ErrorKind::InvalidData => "save it as UTF-8",
            std::io::ErrorKind::NotFound => "is it a link to a file that is not there?",
            _ => "check its permissions",
        };
        DataError::whole(&shown, format!("the file can't be read: {error}"), hint)
    })?;
    read(&path, &shown, &text)
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
        } else if (path.is_file() || !path.exists())
            && path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml")
        {
            files.push(path);
        }
    }
    Ok(())
}
