//! The reports that `--report` asks for, and the summary of a step that comes with one of them.

use std::{
    env, fs, io,
    io::Write,
    path::{Path, PathBuf},
};

use super::{
    failure::Failure,
    sink::{Sink, sink},
};
use crate::{
    report::{self, Context, Format},
    run::RunRecord,
    scenario::did_you_mean,
};

/// GitHub takes so many bytes of a step's summary, and nothing of one that is longer.
const SUMMARY: usize = 1 << 20;
/// The variable that names the file for the summary of a step.
const SUMMARY_FILE: &str = "GITHUB_STEP_SUMMARY";

/// The reports of a run.
pub struct Reports {
    wanted: Vec<(Format, Sink)>,
    /// The file that a summary in Markdown is added to.
    summary: Option<PathBuf>,
}

impl Reports {
    /// Reads what is asked for and tries every place; what is there stays until there is a new report. `spared` are files that the settings
    /// name, which no report may replace.
    ///
    /// # Errors
    /// An unknown format, no path, a place twice, or one that can't be written.
    pub fn open(given: &[String], spared: &[PathBuf]) -> Result<Reports, Failure> {
        let spared: Vec<PathBuf> = spared.iter().filter_map(|path| path.canonicalize().ok()).collect();
        let mut wanted = Vec::new();
        let mut places: Vec<PathBuf> = Vec::new();
        for text in given {
            let (format, path) = read(text)?;
            let (place, sink) = if path == "-" { (PathBuf::from("-"), Sink::Stdout) } else { sink(Path::new(path))? };
            if spared.contains(&place) {
                let hint = "give the report a place of its own";
                return Err(Failure::usage(format!("`{path}` is a file that the settings need"), hint));
            }
            if places.contains(&place) {
                let shown = if path == "-" { "standard output".to_owned() } else { format!("`{path}`") };
                return Err(Failure::usage(format!("two reports go to {shown}"), "give each a place of its own"));
            }
            places.push(place);
            wanted.push((format, sink));
        }
        let on_github = wanted.iter().any(|(format, _)| *format == Format::Github);
        let named = env::var_os(SUMMARY_FILE).filter(|path| on_github && !path.is_empty());
        let summary = named.map(PathBuf::from);
        if let Some(path) = &summary {
            // It is there when a step of a workflow begins.
            fs::OpenOptions::new().append(true).create(true).open(path).map_err(|error| no_summary(path, &error))?;
            if path.canonicalize().is_ok_and(|path| places.contains(&path)) {
                let hint = "the report github adds to it already; leave the other out";
                return Err(Failure::usage(format!("two reports go to the file that {SUMMARY_FILE} names"), hint));
            }
        }
        Ok(Reports { wanted, summary })
    }

    /// True where one goes to standard output, which it has to itself.
    pub fn on_stdout(&self) -> bool {
        self.wanted.iter().any(|(_, sink)| matches!(sink, Sink::Stdout))
    }

    /// Writes them all.
    ///
    /// # Errors
    /// The first that can't be written; the others are written all the same.
    pub fn write(&self, record: &RunRecord, context: &Context, exchanges: bool) -> Result<(), Failure> {
        let mut failed = None;
        for (format, sink) in &self.wanted {
            let written = format
                .write(record, context, exchanges)
                .map_err(|error| Failure::usage(format!("the report {} can't be written: {error}", format.word()), ""))
                .and_then(|text| sink.write(&text));
            failed = failed.or(written.err());
        }
        if let Some(path) = &self.summary {
            let written = add_summary(path, record, context).map_err(|error| no_summary(path, &error));
            failed = failed.or(written.err());
        }
        failed.map_or(Ok(()), Err)
    }
}

/// Reads what is asked for, and touches nothing.
///
/// # Errors
/// An unknown format, or no path.
pub fn check(given: &[String]) -> Result<(), Failure> {
    given.iter().try_for_each(|text| read(text).map(drop))
}

/// `FORMAT=PATH`
fn read(text: &str) -> Result<(Format, &str), Failure> {
    let (word, path) = text.split_once('=').unwrap_or((text, ""));
    let Some(format) = Format::named(word) else {
        let hint = did_you_mean(word, Format::ALL.map(Format::word));
        return Err(Failure::usage(format!("there is no report format `{word}`"), hint));
    };
    if path.is_empty() {
        let hint = format!("write {word}=PATH, or {word}=- for standard output");
        return Err(Failure::usage(format!("the report `{text}` does not say where it goes"), hint));
    }
    Ok((format, path))
}

/// Adds to the summary of a step as much as there is room for.
fn add_summary(path: &Path, record: &RunRecord, context: &Context) -> io::Result<()> {
    let mut file = fs::OpenOptions::new().append(true).create(true).open(path)?;
    let taken = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX);
    let text = report::markdown(record, context, SUMMARY.saturating_sub(taken.saturating_add(1)));
    if text.is_empty() {
        return Ok(());
    }
    // What stands before it may end without the end of a line.
    let begin = if taken > 0 { "\n" } else { "" };
    file.write_all(format!("{begin}{text}").as_bytes())
}

fn no_summary(path: &Path, error: &io::Error) -> Failure {
    let hint = format!("{SUMMARY_FILE} names the file; where it is empty, no summary is written");
    Failure::usage(format!("the summary of the step can't be written to {}: {error}", path.display()), hint)
}
