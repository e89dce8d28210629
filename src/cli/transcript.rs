//! What would be sent: a rehearsal inside this process, shown as a transcript or as curl lines.

use std::{sync::Arc, time::Duration};

use super::{print, rehearsal::Rehearsal};
use crate::{
    http::{AuthMode, BaseUrl, Body, Credentials, Purpose, curl, mask_passwords},
    judge::Level,
    run::{ExitCode, Halt, Marker, PeopleDefaults, Plan, Planned, RunOptions, RunRecord, Runner, ScenarioRecord},
};

/// The base URL of examples.
const EXAMPLE: &str = "https://scim.example.com/scim/v2";

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
    };
    let runner = Runner::new(Arc::new(Rehearsal::new()), EXAMPLE, Arc::new(Halt::default()), options);
    // Nothing is sent, so nothing has to be there for it.
    Ok(runtime.block_on(runner.run(&plan.clone().with_other_tenant(), |_| {})))
}

/// Shows what a whole run would send.
pub fn dry_run(plan: &Plan, people: PeopleDefaults) -> anyhow::Result<ExitCode> {
    let record = rehearse(plan, people)?;
    for (planned, scenario) in plan.entries.iter().zip(&record.scenarios) {
        print::result(&format!("## {}\n\n{}\n", planned.name(), requests(planned, scenario, &record, false)));
    }
    let count: usize = record.scenarios.iter().map(|scenario| scenario.exchanges.len()).sum();
    print::result(&format!(
        "{} scenarios, about {count} requests with set-up, read-backs and clean-up; nothing was sent.\n",
        plan.entries.len()
    ));
    Ok(ExitCode::Ok)
}

/// The spoken requests of one scenario.
pub fn requests(planned: &Planned, scenario: &ScenarioRecord, record: &RunRecord, as_curl: bool) -> String {
    if !as_curl {
        return crate::snapshot::transcript(&crate::run::dialogue(planned, scenario, record), false);
    }
    let token = "token".to_owned().into();
    let (Ok(base), Ok(mut credentials)) = (BaseUrl::parse(EXAMPLE), Credentials::new(&AuthMode::Bearer, &token)) else {
        return String::new();
    };
    if credentials.set_other(&AuthMode::Bearer, &token).is_err() {
        return String::new();
    }
    let spoken = scenario.exchanges.iter().filter(|exchange| exchange.purpose == Purpose::Spoken);
    spoken
        .map(|exchange| {
            let mut request = exchange.request.clone();
            if let Some(Body::Json(body)) = &request.body {
                request.body = Some(Body::Json(mask_passwords(body)));
            }
            format!("{}\n", curl(&request, &base, &credentials))
        })
        .collect()
}
