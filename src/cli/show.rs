//! `scim-check show`

use colored::Colorize;

use super::{
    args::ShowArgs,
    failure::Failure,
    print, settings,
    transcript::{self, Form},
};
use crate::{
    http::AuthMode,
    idp::Dialect,
    run::{ExitCode, PeopleDefaults, Plan},
    scenario::{Library, Postcondition, Scenario, Selection, nearest},
};

/// Carries out `show`.
pub fn show(args: &ShowArgs) -> anyhow::Result<ExitCode> {
    let mut library = Library::known()?;
    if let Some(folder) = settings::of_scenarios(args.scenarios.as_deref())?.scenarios {
        library.add_folder(&folder.value)?;
    }
    let id = args.id.trim_end_matches(".yaml");
    let id = id.strip_prefix("scenarios/").unwrap_or(id);
    let bare = id.split('@').next().unwrap_or(id);
    library.read(|id| id == bare)?;
    let Some(scenario) = library.scenario(bare) else {
        let hint = suggestion(bare, &library);
        return Err(Failure::usage(format!("there is no scenario `{bare}`"), hint).into());
    };
    let dialects = if args.dialects.is_empty() { Dialect::ALL.to_vec() } else { args.dialects.clone() };
    let selection = Selection::new(&[id.to_owned()], false)?;
    let plan = Plan::new(&library, &selection, &dialects, &[]);
    let record = transcript::rehearse(&plan, PeopleDefaults::default())?;
    let form = if args.curl { Form::Curl } else { Form::Transcript(AuthMode::default()) };
    print::result(&story(scenario));
    for (planned, scenario) in plan.entries.iter().zip(&record.scenarios) {
        if let Some(dialect) = &planned.dialect {
            print::result(&format!("\n{}: {}\n", dialect.name.bold(), dialect.title));
        }
        print::result("\n");
        print::result(&transcript::requests(planned, scenario, &record, &form));
    }
    Ok(ExitCode::Ok)
}

/// What to do about an ID that no scenario has.
pub fn suggestion(id: &str, library: &Library) -> String {
    let ids = library.ids();
    let known = || ids.iter().copied();
    if known().any(|known| known.starts_with(&format!("{id}/"))) {
        return format!("it is a folder: `scim-check list {id}` shows what is in it");
    }
    let last = known().find(|known| known.rsplit('/').next() == Some(id));
    match last.or_else(|| nearest(id, known())) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`scim-check list` shows what there is".to_owned(),
    }
}

fn story(scenario: &Scenario) -> String {
    let mut out = format!("{}  {}\n{}\n\n", scenario.id.bold(), scenario.level.word(), scenario.title);
    out.push_str(&textwrap::fill(&scenario.why, 80));
    out.push('\n');
    let given = [scenario.given.as_slice(), scenario.given_groups.as_slice()].concat();
    if !given.is_empty() {
        out.push_str(&format!("\ngiven: {}\n", given.join(", ")));
    }
    let settings = scenario.app.words();
    if !settings.is_empty() {
        out.push_str(&format!("\nthe app: {}\n", settings.join(", ")));
    }
    out.push_str("\nsteps:\n");
    for step in &scenario.steps {
        out.push_str(&format!("  {}\n", step.name));
        for then in &step.then {
            out.push_str(&print::row("    then ", &postcondition(&then.check)));
        }
    }
    out
}

fn postcondition(check: &Postcondition) -> String {
    let list = |names: &[String]| if names.is_empty() { "nobody".to_owned() } else { names.join(", ") };
    match check {
        Postcondition::User(name, expected) | Postcondition::Group(name, None, expected) => {
            let mut parts: Vec<String> = expected.is.iter().map(|(path, value)| format!("{path} is {value}")).collect();
            parts.extend(expected.absent.iter().map(|path| format!("{path} is absent")));
            parts.extend(expected.same.iter().map(|path| format!("{path} is as before")));
            format!("{name}: {}", parts.join(", "))
        }
        Postcondition::Group(name, Some(members), expected) => {
            let is: String = expected.is.iter().map(|(path, value)| format!(", {path} is {value}")).collect();
            format!("{name}: members are {}{is}", list(members))
        }
        Postcondition::Lookup(name, finds) => format!("the lookup of {name} finds {}", list(finds)),
        Postcondition::Gone(name) => format!("{name} is gone"),
        Postcondition::Imported(wanted) => {
            let mut out = format!("the import counts {}", list(&wanted.counted));
            let lists = [("new", &wanted.new), ("removed", &wanted.removed), ("deactivated", &wanted.deactivated)];
            for (word, names) in lists {
                if let Some(names) = names {
                    out.push_str(&format!(", {word}: {}", list(names)));
                }
            }
            if let Some(stopped) = wanted.safeguard {
                out.push_str(if stopped { ", and is stopped by the safeguard" } else { ", and is not stopped" });
            }
            out
        }
    }
}
