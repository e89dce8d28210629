//! `scim-check completions`

use std::collections::BTreeSet;

use clap::{Arg, Command, CommandFactory, builder::PossibleValuesParser};

use super::{
    args::{Arguments, CompletionsArgs},
    explain, print,
};
use crate::{
    idp::Dialect,
    judge::Level,
    run::ExitCode,
    scenario::{Need, SCENARIOS},
    server::fault::{FAULTS, PERSONAS},
};

/// Carries out `completions`.
pub fn completions(args: &CompletionsArgs) -> ExitCode {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut with_values(Arguments::command()), "scim-check", &mut script);
    // For bash, clap_complete 4.6 takes the hyphen in our name for a step into a command, and then finds no command.
    print::result(&String::from_utf8_lossy(&script).replace("scim__subcmd__check", "scim__check"));
    ExitCode::Ok
}

/// The commands with the names that each of their arguments can be given. For completions alone: what was typed is looked up by the
/// commands themselves, which know what is near.
fn with_values(command: Command) -> Command {
    let name = command.get_name().to_owned();
    let named = |arg: Arg| match values(&name, &arg) {
        Some(values) if arg.get_action().takes_values() => arg.value_parser(PossibleValuesParser::new(values)),
        _ => arg,
    };
    command.mut_args(named).mut_subcommands(with_values)
}

fn values(command: &str, arg: &Arg) -> Option<Vec<&'static str>> {
    let scenarios = || SCENARIOS.iter().filter_map(|(path, _)| path.strip_suffix(".yaml"));
    let scenarios = || scenarios().filter(|id| !id.ends_with("/suite"));
    Some(match arg.get_id().as_str() {
        "dialects" => Dialect::NAMES.to_vec(),
        "fail_on" => Level::ALL.map(Level::word).to_vec(),
        "faults" => FAULTS.iter().map(|fault| fault.name).collect(),
        "from" => scenarios().collect(),
        "id" if command == "explain" => each_once(explain::names().into_iter().chain(scenarios())),
        "id" => scenarios().collect(),
        "off" => Need::ALL.map(Need::word).to_vec(),
        // Their folders, which is what is run by name; each of them would make a long script.
        "names" | "patterns" => each_once(scenarios().flat_map(folders)),
        "persona" => PERSONAS.iter().map(|persona| persona.name).collect(),
        _ => return None,
    })
}

fn each_once(names: impl Iterator<Item = &'static str>) -> Vec<&'static str> {
    names.collect::<BTreeSet<_>>().into_iter().collect()
}

/// `okta` and `okta/groups` of `okta/groups/push`.
fn folders(id: &'static str) -> impl Iterator<Item = &'static str> {
    id.match_indices('/').map(|(end, _)| &id[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A new argument that takes a name is thought of here.
    #[test]
    fn every_name_is_completed() {
        fn unknown(command: &Command) -> Vec<String> {
            let args = command.get_arguments().filter(|arg| {
                let named = arg
                    .get_value_names()
                    .is_some_and(|names| ["NAME", "ID", "WHAT", "LEVEL", "SCENARIO"].contains(&names[0].as_str()));
                named && arg.get_possible_values().is_empty()
            });
            let args = args.map(|arg| arg.get_id().to_string());
            args.chain(command.get_subcommands().flat_map(unknown)).collect()
        }
        let unknown: BTreeSet<String> = unknown(&with_values(Arguments::command())).into_iter().collect();
        let own = ["client_id", "suite", "target"].map(str::to_owned);
        assert_eq!(unknown, BTreeSet::from(own), "what users call themselves");
    }

    #[test]
    fn scenarios_are_run_by_folder_and_shown_by_id() {
        let command = with_values(Arguments::command());
        let values = |command_name: &str, id: &str| -> Vec<String> {
            let command = command.find_subcommand(command_name).into_iter();
            let args = command.flat_map(|command| command.get_arguments()).filter(|arg| arg.get_id() == id);
            args.flat_map(Arg::get_possible_values).map(|value| value.get_name().to_owned()).collect()
        };
        let run = values("run", "patterns");
        assert!(run.contains(&"okta".to_owned()) && run.contains(&"okta/groups".to_owned()), "{run:?}");
        assert!(!run.contains(&"okta/groups/push".to_owned()) && run.len() < 60, "{}", run.len());
        let show = values("show", "id");
        assert!(show.contains(&"okta/groups/push".to_owned()) && !show.iter().any(|id| id.ends_with("suite")));
        assert!(!show.contains(&"okta".to_owned()));
        let explain = values("explain", "id");
        for name in ["okta/groups/push", "server-error", "must", "okta-aiw", "patch-active-noop-200"] {
            assert!(explain.contains(&name.to_owned()), "{name}");
        }
        assert!(!values("list", "faults").contains(&"patch-active-noop-200".to_owned()), "a flag there");
    }
}
