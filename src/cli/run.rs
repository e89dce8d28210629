//! `scim-check run`

use std::{io::IsTerminal, sync::Arc, time::Duration};

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::{
    args::{RunArgs, SelectArgs, Shard},
    consent::consent,
    failure::Failure,
    faults, oauth,
    own::Own,
    print,
    reports::Reports,
    signals::Signals,
    target::{self, Target},
    transcript,
};
use crate::{
    config::ConfigFile,
    http::{AuthMode, BaseUrl, Client, ClientOptions, Credentials},
    idp::Dialect,
    report::{self, Context, Progress, Verbosity},
    run::{ExitCode, Halt, Marker, PeopleDefaults, Plan, RunOptions, RunRecord, Runner, waive},
    scenario::{Library, Need, Selection, did_you_mean},
    server::{Fault, Server, ServerOptions},
};

/// People who are there already when the embedded server starts: enough for an import of three pages.
const EMBEDDED_PEOPLE: usize = 250;
/// Scenarios at once where nothing is said.
const JOBS: usize = 4;
/// For one change to show, where nothing is said.
const SETTLE: Duration = Duration::from_secs(2);

/// Carries out `run`.
pub fn run(args: RunArgs) -> anyhow::Result<ExitCode> {
    // Everything that can be wrong with files and flags is told before anything is sent.
    if args.embedded && args.target.base_url.is_some() {
        return Err(Failure::usage("--embedded and --base-url are two targets", "give one of them").into());
    }
    if !args.embedded && (args.persona.is_some() || !args.faults.is_empty()) {
        let flag = if args.faults.is_empty() { "--persona" } else { "--fault" };
        let hint = "only the reference server can be made wrong: add --embedded and leave the base URL out";
        return Err(Failure::usage(format!("{flag} without --embedded"), hint).into());
    }
    let faults = faults::chosen(&args.faults, args.persona.as_deref())?;
    let config = target::config(&args.target)?;
    let (library, selection) = library(&args.select, &config)?;
    let off = [args.off.as_slice(), config.off.as_slice()].concat();
    let mut dialects = dialects(&args.dialects, &config)?;
    let mut seen = Vec::new();
    dialects.retain(|dialect| {
        !seen.contains(&dialect.name) && {
            seen.push(dialect.name.clone());
            true
        }
    });
    if off.contains(&Need::Groups) {
        // Nor would an administrator let Okta import groups from such an app.
        dialects.iter_mut().for_each(|dialect| dialect.import_groups = false);
    }
    let mut plan = Plan::new(&library, &selection, &dialects, &off);
    let everything = Plan::new(&library, &Selection::new(&[], true)?, &dialects, &off);
    if plan.entries.is_empty() {
        return Err(Failure {
            code: ExitCode::Nothing,
            message: "no scenario is selected".to_owned(),
            hint: selection.hint(library.scenarios.iter()),
        }
        .into());
    }
    if let Some(Shard { part, parts }) = args.shard {
        let selected = plan.entries.len();
        plan = plan.shard(part, parts);
        if plan.entries.is_empty() {
            let hint = format!("{selected} scenarios are selected: take no more parts than that");
            let message = format!("nothing is in part {part} of {parts}");
            return Err(Failure { code: ExitCode::Nothing, message, hint }.into());
        }
    }
    let people = people(&config)?;
    if args.dry_run {
        return transcript::dry_run(&plan, people, target::mode(&args.target, &config)?);
    }
    let reports = Reports::open(&args.reports)?;
    let mut own = Own::open(&args, &config, &plan)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let marker = Marker::new();
        let (target, server) = if args.embedded {
            let (target, server) = embedded(&args, &config, faults).await?;
            (target, Some(server))
        } else {
            let missing = Failure::usage(
                "no target: give --base-url URL or --embedded",
                "`scim-check run --embedded` runs against the reference server inside this program",
            );
            let base = target::base_url(&args.target, &config, missing)?;
            let mut credentials = target::credentials(&args.target, &config)?;
            let other = args.other_token_file.as_deref();
            target::add_other_tenant(&mut credentials, other, &args.target, &config)?;
            let target = target::connect(&args.target, &config, base, credentials)?;
            consent(&target.base, target.credentials.given(), args.target.yes || config.yes)?;
            let looked = target::ready(&target, args.target.wait).await;
            looked.inspect_err(|_| oauth::farewell(&target.credentials))?;
            (target, None)
        };
        let only_certificate = args.target.client_cert.is_some() && !target.credentials.given();
        let plan = if only_certificate { plan.with_client_certificate() } else { plan };
        let plan = if target.credentials.other_mode().is_some() { plan.with_other_tenant() } else { plan };
        let options = RunOptions {
            jobs: args.jobs.or(config.jobs.map(u16::from)).map_or(JOBS, usize::from),
            keep: args.keep,
            fail_on: args.fail_on,
            people,
            marker,
            patience: target::patience(&args.target, &config),
            settle: args.settle.or(config.settle.map(|settle| settle.0)).unwrap_or(SETTLE),
            own_snapshots: Arc::new(own.as_ref().map(|own| own.snapshots().names()).unwrap_or_default()),
        };
        let mut record = perform(&plan, &target, options, args.repeat.into()).await;
        record.max_findings = args.max_findings;
        // What can't be written is told behind the report of the run, which is not lost for it.
        let context = |record: &RunRecord| {
            let context = Context::new(target.base.clone(), target.credentials.clone(), record, print::width());
            Context { embedded: server.is_some(), ..context }
        };
        let kept = own.as_mut().map_or(Ok(()), |own| {
            let secrets = context(&record).secrets;
            own.settle(&plan, &mut record, secrets)
        });
        // The same day wherever it is run.
        let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
        let record = waive(record, &config.waivers, &everything, today);
        let context = context(&record);
        let told = tell(&args, &record, &context, &reports, today);
        oauth::farewell(&target.credentials);
        if let Some(server) = server {
            server.stop().await;
        }
        told?;
        kept?;
        Ok(record.exit_code())
    })
}

/// Runs the plan; the first Ctrl-C ends it after clean-up.
async fn perform(plan: &Plan, target: &Target, options: RunOptions, times: usize) -> RunRecord {
    let halt = Arc::new(Halt::default());
    // Listened for from here on, not from when the task is first awake.
    let watcher = tokio::spawn(interrupts(Arc::clone(&halt), Signals::listen()));
    let mut progress = Progress::new(plan.entries.len() * times, std::io::stderr().is_terminal());
    let runner = Runner::new(Arc::clone(&target.transport), target.base.as_str(), halt, options);
    let record = runner.run_repeatedly(plan, times, |event| progress.note(&event)).await;
    progress.finish();
    watcher.abort();
    record
}

async fn interrupts(halt: Arc<Halt>, mut signals: Signals) {
    signals.next().await;
    halt.interrupt();
    print::talk("\ninterrupted: what this run created is being removed (again to leave it)\n");
    // `timeout` and service managers may send SIGTERM twice: only a person's second Ctrl-C leaves at once.
    while !signals.next().await {}
    print::talk("left as it is; `scim-check clean` removes it\n");
    leave(ExitCode::Interrupted);
}

#[expect(clippy::exit, reason = "a second interruption must end the program whatever it is doing")]
fn leave(code: ExitCode) {
    std::process::exit(code as i32);
}

/// The reference server in this process, on a free port, with a token that nobody knows.
async fn embedded(
    args: &RunArgs,
    config: &ConfigFile,
    faults: Vec<&'static Fault>,
) -> anyhow::Result<(Target, Server)> {
    let token: String = std::iter::repeat_with(fastrand::alphanumeric).take(24).collect();
    let options =
        ServerOptions { token: Some(token.clone()), faults, seed: EMBEDDED_PEOPLE, ..ServerOptions::default() };
    let server = Server::start(options)
        .await
        .map_err(|error| Failure::untestable(format!("the embedded server can't start: {error}"), error.hint))?;
    let base = BaseUrl::parse(server.base_url())?;
    let credentials =
        Credentials::new(&AuthMode::Bearer, &token.into()).map_err(|message| Failure::untestable(message, ""))?;
    let timeout =
        args.target.timeout.or(config.timeout.map(|seconds| seconds.0)).unwrap_or(ClientOptions::default().timeout);
    let options = ClientOptions { timeout, max_body: args.target.max_body, ..ClientOptions::default() };
    let client = Client::new(base.clone(), credentials.clone(), &options)?;
    let target = Target { base, credentials, transport: Arc::new(client) };
    target::ready(&target, None).await?;
    Ok((target, server))
}

/// All suites, the user's too, and what of them is selected.
pub fn library(args: &SelectArgs, config: &ConfigFile) -> anyhow::Result<(Library, Selection)> {
    let mut library = Library::builtin()?;
    let mut patterns = args.patterns.clone();
    if let Some(folder) = args.scenarios.as_ref().or(config.scenarios.as_ref()) {
        let before = library.scenarios.len();
        library.add_folder(folder)?;
        // Who names a folder of scenarios and selects nothing means these.
        if patterns.is_empty() && !args.all && args.scenarios.is_some() {
            patterns = library.scenarios[before..].iter().map(|scenario| scenario.suite.clone()).collect();
            patterns.dedup();
        }
    }
    Ok((library, Selection::new(&patterns, args.all)?))
}

fn dialects(given: &[Dialect], config: &ConfigFile) -> Result<Vec<Dialect>, Failure> {
    if !given.is_empty() {
        return Ok(given.to_vec());
    }
    match &config.dialects {
        None => Ok(Dialect::ALL.to_vec()),
        Some(names) => names
            .iter()
            .map(|name| {
                name.parse().map_err(|error: String| {
                    let preset = name.split('+').next().unwrap_or(name);
                    if Dialect::NAMES.contains(&preset) {
                        let what = format!("the dialect `{name}` in scim-check.toml can't be read: {error}");
                        return Failure::usage(what, "settings stand behind a preset: okta-catalogue+users=put");
                    }
                    let hint = did_you_mean(preset, Dialect::NAMES);
                    Failure::usage(format!("there is no dialect `{name}`, which scim-check.toml names"), hint)
                })
            })
            .collect(),
    }
}

/// What the file says about people.
pub fn people(config: &ConfigFile) -> Result<PeopleDefaults, Failure> {
    let mut people = PeopleDefaults::default();
    let section = &config.people;
    if let Some(domain) = &section.domain {
        people.domain = domain.clone();
    }
    people.logins = section.logins.unwrap_or_default();
    if let Some(prefix) = &section.password_prefix {
        people.password_prefix = prefix.clone();
    }
    for (path, value) in &section.attributes {
        let path = path.parse().map_err(|error| {
            Failure::usage(
                format!("`{path}` under `people.attributes` in scim-check.toml is not an attribute path: {error}"),
                "a path looks like title or name.middleName",
            )
        })?;
        people.attributes.push((path, value.clone()));
    }
    Ok(people)
}

fn tell(args: &RunArgs, record: &RunRecord, context: &Context, reports: &Reports, today: Date) -> Result<(), Failure> {
    let mut screen = report::terminal(record, context, Verbosity::from(args.verbose));
    if args.write_waivers {
        screen.push_str(&report::waivers(record, context, today));
    }
    // The screen steps aside for a report on standard output.
    if reports.on_stdout() {
        print::talk(&screen)
    } else {
        print::result(&screen)
    }
    reports.write(record, context, args.exchanges)
}
