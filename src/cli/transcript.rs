//! What would be sent: a rehearsal inside this process, shown as a transcript or as curl lines.

use std::{sync::Arc, time::Duration};

use super::{print, rehearsal::Rehearsal};
use crate::{
    http::{Added, AuthMode, AuthUse, BaseUrl, Body, Credentials, Exchange, curl, mask_passwords, on_the_wire},
    judge::Level,
    report::plural,
    run::{self, ExitCode, Halt, Marker, PeopleDefaults, Plan, Planned, RunOptions, RunRecord, Runner, ScenarioRecord},
    snapshot::{self, Turn},
};

/// The base URL of curl lines.
const EXAMPLE: &str = "https://scim.example.com/scim/v2";

/// How requests are shown.
#[derive(Debug, Clone)]
pub enum Form {
    /// As a transcript, with credentials as they would be sent.
    Transcript(AuthMode),
    /// As curl lines.
    Curl,
}

/// Runs a plan against a server inside this process; nothing is sent.
pub fn rehearse(plan: &Plan, people: PeopleDefaults) -> anyhow::Result<RunRecord> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let options = RunOptions {
        jobs: 1,
        keep: false,
        fail_on: Level::Must,
        people,
        marker: Marker::fixed(),
        patience: Duration::ZERO,
        settle: Duration::ZERO,
        own_snapshots: Arc::default(),
    };
    let rehearsal = Arc::new(Rehearsal::new());
    let runner = Runner::new(rehearsal, &Rehearsal::base(), Arc::new(Halt::default()), options);
    // Nothing is sent, so nothing has to be there for it.
    Ok(runtime.block_on(runner.run(&plan.clone().with_other_tenant(), |_| {})))
}

/// Shows what a whole run would send.
pub fn dry_run(plan: &Plan, people: PeopleDefaults, mode: AuthMode) -> anyhow::Result<ExitCode> {
    let record = rehearse(plan, people)?;
    let form = Form::Transcript(mode);
    for (planned, scenario) in plan.entries.iter().zip(&record.scenarios) {
        print::result(&format!("## {}\n\n{}\n", planned.name(), requests(planned, scenario, &record, &form)));
    }
    let count: usize = record.scenarios.iter().map(|scenario| scenario.exchanges.len()).sum();
    print::result(&format!(
        "{}, about {} with set-up, read-backs and clean-up; nothing was sent.\n",
        plural(plan.entries.len(), "scenario"),
        plural(count, "request")
    ));
    Ok(ExitCode::Ok)
}

/// The spoken requests of one scenario. What is inferred of a step stands with its first request.
pub fn requests(planned: &Planned, scenario: &ScenarioRecord, record: &RunRecord, form: &Form) -> String {
    let mut shown = Vec::new();
    let mut last = None;
    for turn in run::dialogue(planned, scenario, record).turns {
        let Some(exchange) = turn.exchange.and_then(|number| scenario.exchanges.get(number)) else { continue };
        let step = exchange.step.filter(|_| exchange.step != last);
        last = exchange.step;
        let inferred = step.map(|step| run::inferred(planned, scenario, step)).unwrap_or_default();
        let remarks: Vec<String> = inferred.iter().map(|what| format!("inferred: {what}")).collect();
        shown.push(match form {
            Form::Transcript(mode) => snapshot::request(&whole(turn, exchange, mode), &remarks),
            Form::Curl => remarks.iter().map(|remark| format!("# {remark}\n")).collect::<String>() + &line(exchange),
        });
    }
    shown.join(if matches!(form, Form::Curl) { "" } else { "\n" })
}

/// A request of a dialogue with all its headers, in the order of the wire. What differs from run to run and from
/// target to target is named.
fn whole(mut turn: Turn, exchange: &Exchange, mode: &AuthMode) -> Turn {
    let ours = match mode {
        AuthMode::Bearer => ("Authorization", "Bearer [token]"),
        AuthMode::Raw => ("Authorization", "[token]"),
        AuthMode::Basic => ("Authorization", "Basic [user and password]"),
        AuthMode::Header(name) => (name.as_str(), "[token]"),
    };
    let other = (ours.0, "[token of another tenant]");
    let credentials = match exchange.request.auth {
        AuthUse::Ours | AuthUse::LowerCase => vec![ours],
        AuthUse::None => Vec::new(),
        AuthUse::Suffixed => vec![(ours.0, "[token and a letter more]")],
        AuthUse::Wrong => vec![(ours.0, "[wrong token]")],
        AuthUse::Other => vec![other],
    };
    let length = exchange.request.body.as_ref().map(|_| "[length]".to_owned());
    let added = Added { credentials, length, host: "[host]" };
    let headers = on_the_wire(&turn.headers, &added).into_iter();
    turn.headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    turn
}

fn line(exchange: &Exchange) -> String {
    let token = "token".to_owned().into();
    let (Ok(base), Ok(mut credentials)) = (BaseUrl::parse(EXAMPLE), Credentials::new(&AuthMode::Bearer, &token)) else {
        return String::new();
    };
    if credentials.set_other(&AuthMode::Bearer, &token).is_err() {
        return String::new();
    }
    let mut request = exchange.request.clone();
    if let Some(Body::Json(body)) = &request.body {
        request.body = Some(Body::Json(mask_passwords(body)));
    }
    format!("{}\n", curl(&request, &base, &credentials))
}
