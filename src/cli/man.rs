//! `scim-check man`

use clap::CommandFactory;

use super::{
    args::{Arguments, ManArgs},
    failure::Failure,
    print,
};
use crate::{run::ExitCode, scenario::did_you_mean};

/// Carries out `man`.
///
/// # Errors
/// A command that there is not, or a folder that can't be written to.
pub fn man(args: &ManArgs) -> anyhow::Result<ExitCode> {
    let Some(folder) = &args.dir else {
        let mut page = Vec::new();
        clap_mangen::Man::new(page_of(&args.command)?).render(&mut page)?;
        print::result(&String::from_utf8_lossy(&page));
        return Ok(ExitCode::Ok);
    };
    let written = std::fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(pages(), folder));
    written.map_err(|error| {
        let message = format!("the pages can't be written to {}: {error}", folder.display());
        Failure::usage(message, "name a folder that can be written to")
    })?;
    Ok(ExitCode::Ok)
}

/// The command that has a page, by the words that are typed for it.
fn page_of(words: &[String]) -> Result<clap::Command, Failure> {
    let mut command = pages();
    command.build();
    for word in words {
        let Some(inner) = command.find_subcommand(word) else {
            let known: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
            let hint =
                if known.is_empty() { "it has no commands of its own".to_owned() } else { did_you_mean(word, known) };
            let of = command.get_bin_name().unwrap_or("scim-check");
            return Err(Failure::usage(format!("{of} has no command `{word}`"), hint));
        };
        command = inner.clone();
    }
    Ok(command)
}

/// The commands with their examples behind, where a manual page has them.
fn pages() -> clap::Command {
    fn behind(command: clap::Command) -> clap::Command {
        let texts = [command.get_before_help(), command.get_after_help()].into_iter().flatten();
        let texts: Vec<String> = texts.map(ToString::to_string).collect();
        // A page leaves out the texts of what the short help leaves out.
        let command = command.mut_args(|arg| arg.hide_short_help(false));
        command.before_help(None).after_help(texts.join("\n\n")).mut_subcommands(behind)
    }
    behind(Arguments::command())
}
