//! Errors as people see them: `error: ...`, then `hint: ...`.

use std::process::ExitCode as Code;

use clap::{
    CommandFactory,
    error::{ContextKind, ContextValue, ErrorKind},
};
use colored::Colorize;

use super::{args::Arguments, print};
use crate::{
    config::{Origin, SettingsError},
    http::{BaseUrlError, ClientError},
    report::sanitise,
    run::{ExitCode, PreflightError},
    scenario::{DataError, SelectionError, did_you_mean, meant, nearest},
    snapshot::FolderError,
};

/// Why a command ends early.
#[derive(Debug)]
pub struct Failure {
    /// How the program ends.
    pub code: ExitCode,
    /// What went wrong: lower case, no full stop.
    pub message: String,
    /// What to do; empty where the message says it.
    pub hint: String,
}

impl Failure {
    /// Wrong usage.
    pub fn usage(message: impl Into<String>, hint: impl Into<String>) -> Failure {
        Failure { code: ExitCode::Usage, message: message.into(), hint: hint.into() }
    }

    /// The same with where the value comes from that it is about, unless what was typed stands in it.
    pub fn about(mut self, origin: &Origin) -> Failure {
        if !origin.is_flag() {
            self.message.push_str(&format!(" ({origin})"));
        }
        self
    }

    /// The target can't be tested.
    pub fn untestable(message: impl Into<String>, hint: impl Into<String>) -> Failure {
        Failure { code: ExitCode::Untestable, message: message.into(), hint: hint.into() }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

impl Failure {
    /// What an error means to the user. The errors of our own rooms carry their hints.
    pub fn of(error: anyhow::Error) -> Failure {
        let error = match error.downcast::<Failure>() {
            Ok(failure) => return failure,
            Err(error) => error,
        };
        if let Some(error) = error.downcast_ref::<DataError>() {
            return Failure::usage(error.to_string(), &error.hint);
        }
        if let Some(error) = error.downcast_ref::<SettingsError>() {
            return Failure::usage(&error.message, &error.hint);
        }
        if let Some(error) = error.downcast_ref::<FolderError>() {
            return Failure::usage(&error.message, &error.hint);
        }
        if let Some(error) = error.downcast_ref::<BaseUrlError>() {
            return Failure::usage(&error.message, &error.hint);
        }
        if let Some(error) = error.downcast_ref::<SelectionError>() {
            return Failure::usage(&error.message, &error.hint);
        }
        if let Some(error) = error.downcast_ref::<ClientError>() {
            return Failure::usage(&error.message, &error.hint);
        }
        if let Some(error) = error.downcast_ref::<PreflightError>() {
            return Failure::untestable(&error.message, &error.hint);
        }
        Failure::untestable(format!("{error:#}"), "")
    }
}

/// Prints a failure and answers its exit code.
pub fn report(failure: &Failure) -> Code {
    print::talk(&format!("{} {}\n", "error:".red().bold(), harmless(&failure.message)));
    if !failure.hint.is_empty() {
        print::talk(&format!("{} {}\n", "hint:".cyan().bold(), harmless(&failure.hint)));
    }
    Code::from(failure.code as u8)
}

/// A text with nothing in it that acts on a terminal, but for its lines and tabs: it may quote a file, or what the target said.
fn harmless(text: &str) -> String {
    let line = |line: &str| line.split('\t').map(sanitise).collect::<Vec<_>>().join("\t");
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

/// Prints what clap says, help and errors alike, in the same voice.
pub fn usage(error: &clap::Error) -> Code {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        print::result(&format!("{}\n", error.render().to_string().trim_end()));
        return Code::SUCCESS;
    }
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        print::talk(&error.render().to_string());
        return Code::from(ExitCode::Usage as u8);
    }
    let text = error.render().to_string();
    let mut lines = text.lines().take_while(|line| !line.is_empty());
    let mut message = lines.next().unwrap_or("").trim_start_matches("error: ").to_owned();
    for line in lines {
        message.push_str(&format!(" {}", line.trim()));
    }
    // Who takes --auth for the credentials themselves has them in the value.
    if let (Some(ContextValue::String(argument)), Some(ContextValue::String(value))) =
        (error.get(ContextKind::InvalidArg), error.get(ContextKind::InvalidValue))
        && argument.starts_with("--auth")
        && !value.is_empty()
    {
        message = message.replace(&format!("'{value}'"), "'...'");
    }
    // Of commands clap does not look into those of commands.
    let suggested =
        [ContextKind::SuggestedArg, ContextKind::SuggestedValue].into_iter().find_map(|kind| match error.get(kind) {
            Some(ContextValue::String(text)) => Some(text.clone()),
            Some(ContextValue::Strings(texts)) => texts.first().cloned(),
            _ => None,
        });
    let said = |kind: ContextKind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        _ => None,
    };
    let hint = match (suggested, said(ContextKind::InvalidArg)) {
        (Some(text), _) => format!("did you mean `{text}`?"),
        (None, Some(argument)) if matches!(error.kind(), ErrorKind::ValueValidation | ErrorKind::InvalidValue) => {
            let near = said(ContextKind::InvalidValue).and_then(|value| meant(&value, &message));
            let near = near.map(|near| format!("did you mean `{near}`?"));
            let name = argument.split(' ').next().unwrap_or(&argument);
            near.unwrap_or_else(|| format!("`scim-check {} --help` says what {name} takes", command()))
        }
        _ if error.kind() == ErrorKind::ArgumentConflict => "give one of them".to_owned(),
        _ => said(ContextKind::InvalidSubcommand).and_then(|word| command_like(&word)).unwrap_or_else(|| {
            format!("`scim-check --help` and `scim-check {} --help` say what can be given", command())
        }),
    };
    report(&Failure::usage(message, hint))
}

/// The commands of the program, or of one of its commands.
fn names(command: &clap::Command) -> Vec<&str> {
    command.get_subcommands().map(clap::Command::get_name).collect()
}

/// Which command a word may be meant for: one of the command that it follows, or else of the whole program.
fn command_like(word: &str) -> Option<String> {
    let program = Arguments::command();
    let before = super::typed().skip(1).take_while(|typed| typed != word);
    let mut outer = before.filter_map(|typed| program.find_subcommand(typed));
    if let Some(outer) = outer.find(|outer| outer.has_subcommands()) {
        return Some(did_you_mean(word, names(outer)));
    }
    // Of two that are as near the last is taken.
    let inner = program.get_subcommands().flat_map(names);
    let near = nearest(word, inner.chain(names(&program)))?;
    let outer = program.get_subcommands().find(|outer| outer.find_subcommand(near).is_some());
    let outer = outer.filter(|_| program.find_subcommand(near).is_none());
    let before = outer.map_or_else(String::new, |outer| format!("{} ", outer.get_name()));
    Some(format!("did you mean `{before}{near}`?"))
}

/// The command that was typed, or a word for any.
fn command() -> String {
    let known = Arguments::command();
    let is_known = |word: &String| known.get_subcommands().any(|command| command.get_name() == word);
    super::typed().skip(1).find(is_known).unwrap_or_else(|| "COMMAND".to_owned())
}
