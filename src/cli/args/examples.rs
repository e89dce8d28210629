//! What one types: the examples with which each command's help begins.

pub const MAIN: &str = "\
Examples:
  scim-check run --embedded
      play Okta against the reference server inside this program
  SCIM_CHECK_TOKEN=... scim-check run --base-url http://127.0.0.1:8080/scim/v2
      play Okta against your server
  scim-check show okta/lifecycle/unassign
      a scenario, and the requests that Okta sends in it
  scim-check init
      a configuration and a scenario of your own to begin with";

pub const RUN: &str = "\
Examples:
  scim-check run --embedded
      play Okta against the reference server inside this program
  SCIM_CHECK_TOKEN=... scim-check run --base-url http://127.0.0.1:8080/scim/v2
      play Okta against your server
  scim-check run --target staging okta/lifecycle --dialect okta-aiw -v
      one folder of scenarios and one dialect, against a server that
      scim-check.toml names
  scim-check run --embedded --fault patch-active-noop-200 okta/lifecycle
      a server that is wrong on purpose
  scim-check run --dry-run okta/groups
      what would be sent; nothing is";

pub const SERVE: &str = "\
Examples:
  scim-check serve --port 8642 --seed 250
      250 people and 25 groups at http://127.0.0.1:8642/scim/v2
  SCIM_CHECK_TOKEN=... scim-check serve --public-url https://NAME/scim/v2
      behind a tunnel, for a real Okta
  scim-check serve --fault filter-ignored --latency 200ms
      a server that is wrong and slow";

pub const LIST: &str = "\
Examples:
  scim-check list
      suites and scenarios
  scim-check list okta/groups
      one folder of them
  scim-check list --rules
      the rules of the judge; --faults, the faults of the embedded server";

pub const SHOW: &str = "\
Examples:
  scim-check show okta/lifecycle/unassign
      a scenario, and the requests that Okta sends in it
  scim-check show okta/lifecycle/unassign --dialect okta-aiw --curl
      the same in one dialect, as curl lines";

pub const EXPLAIN: &str = "\
Examples:
  scim-check explain deactivation-not-shown
      a rule: what it looks at, why, and how to fix a server
  scim-check explain okta/lifecycle/unassign
      a scenario, and which faults it finds
  scim-check explain flask-beta
      a fault or a persona of the reference server
  scim-check explain okta-aiw
      a dialect, or a level such as must";

pub const SNAPSHOTS: &str = "\
Examples:
  scim-check run --base-url URL --snapshots snapshots
      record what your server answers; a second run holds it against that
  scim-check snapshots review --snapshots snapshots
      look at what is new or different, one after the other
  scim-check snapshots accept --all --snapshots snapshots
      accept all of it, in a script";

pub const SNAPSHOTS_STATUS: &str = "\
Examples:
  scim-check snapshots status --snapshots snapshots
      what is accepted, what waits, what belongs to no scenario";

pub const SNAPSHOTS_REVIEW: &str = "\
Examples:
  scim-check snapshots review --snapshots snapshots
      look at what is new or different, and accept or reject it";

pub const SNAPSHOTS_ACCEPT: &str = "\
Examples:
  scim-check snapshots accept --all
      everything that waits in the folder that scim-check.toml names
  scim-check snapshots accept okta/lookup okta/lifecycle/assign@okta-aiw
      a folder of scenarios, and one scenario in one dialect";

pub const SNAPSHOTS_REJECT: &str = "\
Examples:
  scim-check snapshots reject okta/lookup
      throw away what waits of one folder of scenarios";

pub const SNAPSHOTS_PRUNE: &str = "\
Examples:
  scim-check snapshots prune --snapshots snapshots
      delete what belongs to no scenario any more";

pub const DIFF: &str = "\
Examples:
  scim-check diff before.json after.json
      what the second run found that the first did not, and how answers
      differ (`run --exchanges --report json=FILE` keeps the answers)";

pub const CLEAN: &str = "\
Examples:
  scim-check clean --base-url URL --dry-run
      what killed runs left on a server
  scim-check clean --base-url URL --older-than 0s
      remove it, also what is younger than an hour";

pub const CONFIG: &str = "\
Examples:
  scim-check config
      the settings of a run here, and where each comes from
  scim-check config --target staging --timeout 5s
      the same with these flags
  scim-check config --json
      for machines";

pub const INIT: &str = "\
Examples:
  scim-check init
      scim-check.toml, and a scenario of your own below scenarios/mine
  scim-check init --from okta/lifecycle/unassign
      begin with a copy of a built-in one, or add it to what is there";

pub const COMPLETIONS: &str = "\
Examples:
  source <(scim-check completions bash)
      in ~/.bashrc
  scim-check completions zsh > ~/.zfunc/_scim-check
      with ~/.zfunc in fpath
  scim-check completions fish > ~/.config/fish/completions/scim-check.fish
      from the next shell on";

pub const MAN: &str = "\
Examples:
  scim-check man | man -l -
      the page of the whole program
  scim-check man run | man -l -
      the page of one command
  scim-check man --dir man/man1
      one page for each command";

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::super::Arguments;

    /// Every command of the program, with those inside of others.
    fn commands(command: &clap::Command, out: &mut Vec<clap::Command>) {
        out.push(command.clone());
        command.get_subcommands().for_each(|inner| commands(inner, out));
    }

    #[test]
    fn every_help_begins_with_what_one_types_and_it_can_be_typed() {
        let mut all = Vec::new();
        let mut program = Arguments::command();
        program.build();
        commands(&program, &mut all);
        assert!(all.len() > 15, "{}", all.len());
        for mut command in all {
            let help = command.render_long_help().to_string();
            assert!(help.starts_with("Examples:\n  "), "{}: {help}", command.get_name());
            let examples = help.split("\n\n").next().unwrap();
            let mut typed = 0;
            for line in examples.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   ")) {
                let at = line.find("scim-check ").unwrap_or_else(|| panic!("{line}"));
                let line = line[at..].split([')', '|', '>']).next().unwrap();
                if let Err(error) = Arguments::try_parse_from(line.split_whitespace()) {
                    panic!("{line}: {error}");
                }
                typed += 1;
            }
            assert!(typed > 0, "{help}");
        }
    }
}
