//! The command line: one thin file per command, and the only room that prints.

mod args;
mod chosen;
mod clean;
mod completions;
mod config;
mod consent;
mod diff;
mod explain;
mod failure;
mod faults;
mod init;
mod list;
mod man;
mod oauth;
mod own;
mod print;
mod rehearsal;
mod reports;
pub mod review;
mod run;
mod secret;
mod serve;
mod settings;
mod show;
mod signals;
mod sink;
mod snapshots;
mod target;
pub mod told;
mod transcript;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};

use args::{Arguments, Command};
use failure::Failure;

/// What was typed, readable or not.
fn typed() -> impl Iterator<Item = String> {
    std::env::args_os().map(|word| word.to_string_lossy().into_owned())
}

/// Parses the arguments, does what they say and answers the exit code.
pub fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|fault| {
        // Where, but not what: the message of a panic may quote what the target sent.
        let place = fault.location().map(ToString::to_string).unwrap_or_default();
        print::talk(&format!(
            "error: a fault in scim-check itself at {place}\nhint: please report it with this line\n"
        ));
    }));
    // Also for what is said of arguments that can't be read.
    print::set_colour(args::typed_colour(typed()));
    let matches = match Arguments::command().try_get_matches() {
        Ok(matches) => matches,
        Err(error) => return failure::usage(&error),
    };
    let arguments = match Arguments::from_arg_matches(&matches) {
        Ok(arguments) => arguments,
        Err(error) => return failure::usage(&error),
    };
    print::set_colour(arguments.color);
    let result: anyhow::Result<_> = match arguments.command {
        Command::Run(options) => run::run(*options),
        Command::Serve(options) => serve::serve(*options),
        Command::List(options) => list::list(&options),
        Command::Show(options) => show::show(&options),
        Command::Explain(options) => explain::explain(&options),
        Command::Snapshots(options) => snapshots::snapshots(&options),
        Command::Diff(options) => diff::diff(&options),
        Command::Clean(options) => clean::clean(*options),
        Command::Config(options) => config::config(&options),
        Command::Init(options) => init::init(&options),
        Command::Completions(options) => Ok(completions::completions(&options)),
        Command::Man(options) => man::man(&options),
    };
    match result {
        Ok(_) if print::lost() => {
            let hint = "is the disk full? what is missing was said only there";
            failure::report(&Failure::usage("not all could be written to standard output", hint))
        }
        Ok(code) => ExitCode::from(code as u8),
        Err(error) => failure::report(&Failure::of(error)),
    }
}
