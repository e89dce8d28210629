//! The file `scim-check.toml`: where it is, and what it says.

use std::{
    collections::BTreeMap,
    fs,
    io::Read,
    ops::Range,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use toml::{
    Spanned,
    de::{DeTable, DeValue, Deserializer, Error, ValueDeserializer},
};

use super::{
    Section,
    drawn::{drawn, place, without_value},
    keys,
    waiver::{self, Waiver},
};
use crate::scenario::{DataError, did_you_mean};

/// Name of the file that is looked for, upwards from the working directory.
pub const NAME: &str = "scim-check.toml";

/// What the file says.
#[derive(Debug, Clone, Default)]
pub struct ConfigFile {
    /// The file, as the user knows it.
    pub name: String,
    /// What holds for every target.
    pub defaults: Section,
    /// What holds for a target that has a name, and the findings that are accepted of it.
    pub targets: BTreeMap<String, (Section, Vec<Waiver>)>,
    /// The target where none is chosen.
    pub default_target: Option<String>,
    /// Findings that are accepted for now, whatever the target.
    pub waivers: Vec<Waiver>,
    /// Line and column of each key, by its tables and its name.
    places: BTreeMap<String, (usize, usize)>,
}

/// Bytes of a file that are read.
const LONGEST: u64 = 1024 * 1024;

/// True for a file that was found on the way up and belongs neither to us, nor to root, nor to whom the working directory belongs to: such
/// as one in /tmp that somebody has put there for others.
#[cfg(unix)]
fn is_strange(path: &Path, from: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let owner = |path: &Path| fs::metadata(path).ok().map(|data| data.uid());
    // Whom the process belongs to, where the system says so.
    let us = owner(Path::new("/proc/self"));
    match owner(path) {
        None | Some(0) => false,
        file => us.is_some() && file != us && file != owner(from),
    }
}

#[cfg(not(unix))]
fn is_strange(_: &Path, _: &Path) -> bool {
    false
}

impl ConfigFile {
    /// Reads the file given, or the nearest one upwards from `from`; `None` where there is none.
    ///
    /// # Errors
    /// A file that can't be read, with line and column.
    pub fn find(given: Option<&Path>, from: &Path) -> Result<Option<(PathBuf, ConfigFile)>, DataError> {
        let path = match given {
            Some(path) => path.to_owned(),
            None => match from.ancestors().map(|folder| folder.join(NAME)).find(|path| path.is_file()) {
                Some(path) if is_strange(&path, from) => {
                    let hint = "it may send your token anywhere: where you trust it, name it: --config FILE";
                    return Err(DataError::whole(
                        &path.display().to_string(),
                        "the file belongs to somebody else",
                        hint,
                    ));
                }
                Some(path) => path,
                None => return Ok(None),
            },
        };
        let shown = path.display().to_string();
        let wrong = |what: String| DataError::whole(&shown, what, "check --config");
        let mut text = String::new();
        fs::File::open(&path)
            .and_then(|file| file.take(LONGEST + 1).read_to_string(&mut text))
            .map_err(|error| wrong(format!("the file can't be read: {error}")))?;
        if text.len() as u64 > LONGEST {
            return Err(wrong(format!("the file is longer than {} KiB", LONGEST / 1024)));
        }
        let mut config = ConfigFile::parse(&shown, &text)?;
        config.resolve(path.parent().unwrap_or(Path::new("")));
        config.name = path.strip_prefix(from).unwrap_or(&path).display().to_string();
        let waivers = config.targets.values_mut().flat_map(|(_, waivers)| waivers).chain(&mut config.waivers);
        waivers.for_each(|waiver| waiver.file.clone_from(&config.name));
        Ok(Some((path, config)))
    }

    /// Line and column of a key, from 1: `people.domain`, or `targets.staging.people.domain`.
    pub fn place(&self, path: &str) -> Option<(usize, usize)> {
        self.places.get(path).copied()
    }

    /// Paths in the file are meant from its folder, wherever the program is started.
    fn resolve(&mut self, folder: &Path) {
        let sections = self.targets.values_mut().map(|(section, _)| section).chain([&mut self.defaults]);
        for section in sections {
            section.paths().into_iter().for_each(|path| *path = folder.join(&*path));
            for report in section.reports.iter_mut().flatten() {
                if let Some((format, path)) = report.split_once('=').filter(|(_, path)| !matches!(*path, "" | "-")) {
                    *report = format!("{format}={}", folder.join(path).display());
                }
            }
        }
    }

    /// Reads the text of a file that is called so.
    ///
    /// # Errors
    /// What is wrong with it, drawn at its place.
    pub fn parse(file: &str, text: &str) -> Result<ConfigFile, DataError> {
        let wrong = |more: &'static [&'static str]| move |error: Error| drawn(file, text, &error, more);
        let whole = DeTable::parse(text).map_err(wrong(&[]))?;
        let mut config = ConfigFile { name: file.to_owned(), ..ConfigFile::default() };
        walk(text, "", whole.get_ref(), &mut config.places);
        let span = whole.span();
        let (rest, [targets, default_target, waive]) =
            apart(whole.into_inner(), ["targets", "default_target", "waive"]);
        config.defaults = section(span, rest).map_err(wrong(&["targets", "default_target", "waive"]))?;
        config.waivers = waivers(file, text, waive)?;
        let targets = targets.map_or(Ok(Vec::new()), |targets| tables(file, text, targets))?;
        for (name, span, table) in targets {
            let (rest, [waive]) = apart(table, ["waive"]);
            let section = section(span, rest).map_err(wrong(&["waive"]))?;
            config.targets.insert(name, (section, waivers(file, text, waive)?));
        }
        if let Some(value) = default_target {
            let span = value.span();
            let name = String::deserialize(ValueDeserializer::from(value)).map_err(wrong(&[]))?;
            if !config.targets.contains_key(&name) {
                let place = place(text, span.start);
                return Err(DataError::at(file, text, place, no_target(&name), config.targets_hint(&name)));
            }
            config.default_target = Some(name);
        }
        Ok(config)
    }

    /// What to do about the name of a target that the file does not have.
    pub fn targets_hint(&self, name: &str) -> String {
        if self.targets.is_empty() {
            return format!("the file names no targets: [targets.{name}] on a line of its own begins one");
        }
        did_you_mean(name, self.targets.keys().map(String::as_str))
    }
}

/// What is said of a target that is not in the file.
pub(super) fn no_target(name: &str) -> String {
    format!("there is no target `{name}`")
}

/// A table without some of its keys, and these.
fn apart<'i, const N: usize>(table: DeTable<'i>, names: [&str; N]) -> (DeTable<'i>, [Option<Spanned<DeValue<'i>>>; N]) {
    let mut rest = DeTable::new();
    let mut taken = names.map(|_| None);
    for (key, value) in table {
        match names.iter().position(|name| *name == key.get_ref().as_ref()) {
            Some(at) => taken[at] = Some(value),
            None => {
                rest.insert(key, value);
            }
        }
    }
    (rest, taken)
}

fn section(span: Range<usize>, table: DeTable<'_>) -> Result<Section, Error> {
    Section::deserialize(Deserializer::from(Spanned::new(span, table)))
}

/// A target's name, where its table stands, and the table.
type Named<'i> = (String, Range<usize>, DeTable<'i>);

/// The tables below `targets`.
fn tables<'i>(file: &str, text: &str, targets: Spanned<DeValue<'i>>) -> Result<Vec<Named<'i>>, DataError> {
    let wrong = |span: Range<usize>| {
        let hint = format!("write {}", keys::by_path("targets").map_or("", |key| key.form));
        let place = place(text, span.start);
        without_value(DataError::at(file, text, place, "each target is a table with a name", hint))
    };
    let span = targets.span();
    let DeValue::Table(targets) = targets.into_inner() else {
        return Err(wrong(span));
    };
    let mut all = Vec::new();
    for (name, value) in targets {
        let span = value.span();
        let DeValue::Table(table) = value.into_inner() else {
            return Err(wrong(span));
        };
        all.push((name.get_ref().to_string(), span, table));
    }
    Ok(all)
}

fn waivers(file: &str, text: &str, waive: Option<Spanned<DeValue<'_>>>) -> Result<Vec<Waiver>, DataError> {
    let Some(waive) = waive else {
        return Ok(Vec::new());
    };
    let sections = Vec::<Spanned<waiver::Section>>::deserialize(ValueDeserializer::from(waive));
    let sections = sections.map_err(|error| drawn(file, text, &error, &[]))?;
    sections.iter().map(|one| waiver::read(file, text, one)).collect()
}

/// Keeps where each key of a table stands, and of the tables in it.
fn walk(text: &str, before: &str, table: &DeTable<'_>, places: &mut BTreeMap<String, (usize, usize)>) {
    for (key, value) in table {
        let path = format!("{before}{}", key.get_ref());
        if let DeValue::Table(inner) = value.get_ref() {
            walk(text, &format!("{path}."), inner, places);
        }
        places.insert(path, place(text, key.span().start));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{config::TokenSource, scenario::Need};

    #[test]
    fn a_whole_file_is_read() {
        let text = "base_url = \"https://h/scim\"\ntoken = { env = \"T\" }\ntimeout = \"5s\"\noff = [\"groups\"]\n\
                    [people]\ndomain = \"corp.example\"\n[people.attributes]\ntitle = \"Buyer\"\n";
        let config = ConfigFile::parse("x", text).unwrap();
        assert!(matches!(&config.defaults.token, Some(TokenSource::Env(name)) if name == "T"));
        assert_eq!(config.defaults.off.as_deref(), Some(&[Need::Groups][..]));
        assert_eq!(config.defaults.people.attributes["title"], "Buyer");
        assert_eq!(config.place("timeout"), Some((3, 1)));
        assert_eq!(config.place("people.domain"), Some((6, 1)));
    }

    #[test]
    fn a_target_has_a_section_of_its_own() {
        let text = "default_target = \"b\"\njobs = 1\n[targets.a]\njobs = 2\n[targets.b.people]\ndomain = \"d\"\n\
                    [[targets.b.waive]]\nrule = \"x\"\nreason = \"r\"\n";
        let config = ConfigFile::parse("x", text).unwrap();
        assert_eq!(config.targets["a"].0.jobs.map(u16::from), Some(2));
        assert_eq!(config.targets["b"].0.people.domain.as_deref(), Some("d"));
        assert_eq!(config.targets["b"].1[0].lines, (7, 9));
        assert_eq!(config.place("targets.b.people.domain"), Some((6, 1)));
    }

    #[test]
    fn an_unknown_key_is_drawn_with_a_suggestion() {
        for (text, place, hint) in [
            ("\nbase_ulr = \"x\"\n", (2, 1), "did you mean `base_url`?"),
            ("[target.a]\n", (1, 2), "did you mean `targets`?"),
            ("[targets.a]\ntimout = \"5s\"\n", (2, 1), "did you mean `timeout`?"),
            ("[targets.a.people]\ndomian = \"x\"\n", (2, 1), "did you mean `domain`?"),
            ("default_target = \"stagin\"\n[targets.staging]\n", (1, 18), "did you mean `staging`?"),
        ] {
            let error = ConfigFile::parse("scim-check.toml", text).unwrap_err();
            assert_eq!((error.place, error.hint.as_str()), (Some(place), hint), "{text}");
        }
    }

    #[test]
    fn a_waiver_knows_its_lines() {
        let text = "jobs = 1\n\n[[waive]]\nrule = \"x\"\n# why\nreason = \"r\"\n\n\
                    [[waive]]\nreason = \"\"\"a\nb\"\"\"\nscenario = \"okta/*\"\nuntil = 2027-01-31\n[people]\n";
        let waivers = ConfigFile::parse("x", text).unwrap().waivers;
        assert_eq!(waivers.iter().map(|waiver| waiver.lines).collect::<Vec<_>>(), [(3, 6), (8, 12)]);
        assert_eq!(waivers[1].until, Some(jiff::civil::date(2027, 1, 31)));
        assert!(waivers[1].of_scenario("okta/a") && !waivers[1].of_scenario("okta/a/b"));
        assert!(
            !waivers[1].expired(jiff::civil::date(2027, 1, 31)) && waivers[1].expired(jiff::civil::date(2027, 2, 1))
        );
    }

    #[test]
    fn a_wrong_waiver_is_drawn() {
        for (body, line, column, message) in [
            ("reason = \"r\"", 1, 1, "neither"),
            ("rule = \"x\"", 1, 1, "no reason"),
            ("rule = \"x\"\nreason = \" \"", 3, 10, "empty"),
            ("rule = \"[\"\nreason = \"r\"", 2, 8, "not a pattern"),
            ("scenario = \"a/***\"\nreason = \"r\"", 2, 12, "not a pattern"),
            ("scenario = \"a/b@okta-aiw\"\nreason = \"r\"", 2, 12, "dialect does not belong"),
            ("rule = \"x\"\nreason = \"r\"\nuntil = \"2027-02-30\"", 4, 9, "no date"),
            ("rule = \"x\"\nreason = \"r\"\nuntil = \"soon\"", 4, 9, "no date"),
            ("rule = \"x\"\nreason = \"r\"\nuntil = 2027", 4, 9, "no date"),
            ("rule = \"x\"\nreson = \"r\"", 3, 1, "unknown key `reson`"),
        ] {
            let error = ConfigFile::parse("x", &format!("[[waive]]\n{body}\n")).unwrap_err();
            assert_eq!(error.place, Some((line, column)), "{body}: {error}");
            assert!(error.message.contains(message) && !error.hint.is_empty(), "{error}");
        }
    }
}
