//! `scim-check run`

use std::{io::IsTerminal, path::PathBuf, sync::Arc};

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::{
    args::{RunArgs, Shard},
    chosen::{self, library},
    consent::consent,
    failure::Failure,
    faults, oauth,
    own::{Own, shown},
    print,
    reports::Reports,
    settings,
    signals::Signals,
    target::{self, Target},
    transcript,
};
use crate::{
    config::Settings,
    http::{AuthMode, BaseUrl, Client, ClientOptions, Credentials},
    report::{self, Context, Progress, Verbosity},
    run::{Event, ExitCode, Halt, Marker, Plan, RunOptions, RunRecord, Runner, waive},
    scenario::Selection,
    server::{Fault, Server, ServerOptions},
};

/// People who are there already when the embedded server starts: enough for an import of three pages.
const EMBEDDED_PEOPLE: usize = 250;

/// Carries out `run`.
pub fn run(args: RunArgs) -> anyhow::Result<ExitCode> {
    // Everything that can be wrong with files and flags is told before anything is sent.
    refuse_vain(&args)?;
    let faults = faults::chosen(&args.faults, args.persona.as_deref())?;
    let mut settings = settings::of_run(&args)?;
    let (library, selection) = library(&mut settings)?;
    let (dialects, off) = chosen::spoken(&settings);
    let mut plan = Plan::new(&library, &selection, &dialects, &off);
    // Without waivers nobody asks for what was not read.
    let everything = Plan::new(&library, &Selection::new(&[], true)?, &dialects, &off);
    if plan.entries.is_empty() {
        return Err(Failure {
            code: ExitCode::Nothing,
            message: "no scenario is selected".to_owned(),
            hint: selection.hint(&library.ids()),
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
    let people = chosen::people(&settings)?;
    if args.dry_run {
        return transcript::dry_run(&plan, people, settings.auth.value);
    }
    let reports = Reports::open(&settings.reports.value, &named(&settings))
        .map_err(|failure| failure.about(&settings.reports.origin))?;
    let mut own = Own::open(args.ci, &settings, &plan)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let marker = Marker::new();
        let (target, server) = if args.embedded {
            let (target, server) = embedded(&settings, faults).await?;
            (target, Some(server))
        } else {
            let missing = Failure::usage(
                "no target: give --base-url URL or --embedded",
                "`scim-check run --embedded` runs against the reference server inside this program",
            );
            let base = target::base_url(&settings, missing)?;
            let mut credentials = target::credentials(&settings, &args.target.headers)?;
            target::add_other_tenant(&mut credentials, &settings)?;
            let target = target::connect(&settings, base, credentials)?;
            consent(&target.base, target.credentials.given(), settings.yes.value)?;
            let looked = target::ready(&target, &settings).await;
            looked.inspect_err(|_| oauth::farewell(&target.credentials))?;
            (target, None)
        };
        let only_certificate = settings.client_cert.is_some() && !target.credentials.given();
        let plan = if only_certificate { plan.with_client_certificate() } else { plan };
        let plan = if target.credentials.other_mode().is_some() { plan.with_other_tenant() } else { plan };
        let options = RunOptions {
            jobs: usize::from(settings.jobs.value),
            keep: args.keep,
            fail_on: settings.fail_on.value,
            people,
            marker,
            patience: settings.patience.value,
            settle: settings.settle.value,
            own_snapshots: Arc::new(own.as_ref().map(|own| own.snapshots().names()).unwrap_or_default()),
        };
        let mut record = perform(&plan, &target, options, args.repeat.into()).await;
        record.max_findings = args.max_findings;
        // What is slow from here on, such as a pipe that nobody reads, ends with the first signal.
        let watcher = tokio::spawn(ended_while_told(Signals::listen()));
        // What can't be written is told behind the report of the run, which is not lost for it.
        let context = |record: &RunRecord| {
            let context = Context::new(target.base.clone(), target.credentials.clone(), record, print::width());
            let by_flag = settings.scenarios.as_ref().filter(|folder| folder.origin.is_flag());
            let scenarios = by_flag.map(|folder| shown(&folder.value));
            Context { embedded: server.is_some(), scenarios, ..context }
        };
        let kept = own.as_mut().map_or(Ok(()), |own| {
            let secrets = context(&record).secrets;
            own.settle(&plan, &mut record, secrets)
        });
        // The same day wherever it is run.
        let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
        let record = waive(record, &settings.waivers, &everything, today);
        let context = context(&record);
        let told = tell(
            &args,
            &record,
            &context,
            &reports,
            (today, settings.target.as_ref().map(|target| target.value.as_str())),
        );
        oauth::farewell(&target.credentials);
        if let Some(server) = server {
            server.stop().await;
        }
        watcher.abort();
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
    let carried_out = plan.entries.iter().filter(|planned| planned.skip.is_none()).count();
    let mut progress = Progress::new(carried_out * times, std::io::stderr().is_terminal());
    let runner = Runner::new(Arc::clone(&target.transport), target.base.as_str(), halt, options);
    let tell = |event: Event<'_>| progress.note(&event).iter().for_each(|line| print::talk(line));
    let record = runner.run_repeatedly(plan, times, tell).await;
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

async fn ended_while_told(mut signals: Signals) {
    signals.next().await;
    print::talk("interrupted while the reports were written\n");
    leave(ExitCode::Interrupted);
}

/// Refuses flags that contradict one another, or would mean nothing.
fn refuse_vain(args: &RunArgs) -> Result<(), Failure> {
    if !args.embedded {
        let flag = if args.faults.is_empty() { args.persona.as_ref().map(|_| "--persona") } else { Some("--fault") };
        let hint = "only the reference server can be made wrong: add --embedded and leave the base URL out";
        return flag.map_or(Ok(()), |flag| Err(Failure::usage(format!("{flag} without --embedded"), hint)));
    }
    let named = args.target.target.as_ref().map(|name| format!("--target {name}"));
    if let Some(other) = args.target.base_url.as_ref().map(|_| "--base-url".to_owned()).or(named) {
        return Err(Failure::usage(format!("--embedded and {other} are two targets"), "give one of them"));
    }
    let other_token = args.other_token_file.as_ref().map(|_| "--other-token-file");
    match args.target.not_embedded().chain(other_token).next() {
        Some(flag) => {
            let hint = format!("leave out {flag}, or --embedded where a target of your own is meant");
            Err(Failure::usage(format!("{flag} means nothing to --embedded"), hint))
        }
        None => Ok(()),
    }
}

#[expect(clippy::exit, reason = "a second interruption must end the program whatever it is doing")]
fn leave(code: ExitCode) {
    std::process::exit(code as i32);
}

/// The reference server in this process, on a free port, with a token that nobody knows.
async fn embedded(settings: &Settings, faults: Vec<&'static Fault>) -> anyhow::Result<(Target, Server)> {
    let token: String = std::iter::repeat_with(fastrand::alphanumeric).take(24).collect();
    let options =
        ServerOptions { token: Some(token.clone()), faults, seed: EMBEDDED_PEOPLE, ..ServerOptions::default() };
    let server = Server::start(options)
        .await
        .map_err(|error| Failure::untestable(format!("the embedded server can't start: {error}"), error.hint))?;
    let base = BaseUrl::parse(server.base_url())?;
    let credentials =
        Credentials::new(&AuthMode::Bearer, &token.into()).map_err(|message| Failure::untestable(message, ""))?;
    let (timeout, max_body) = (settings.timeout.value, settings.max_body.value);
    let options = ClientOptions { timeout, max_body, ..ClientOptions::default() };
    let client = Client::new(base.clone(), credentials.clone(), &options)?;
    let target = Target { base, credentials, transport: Arc::new(client) };
    target::ready(&target, settings).await?;
    Ok((target, server))
}

/// The files that the settings name.
fn named(settings: &Settings) -> Vec<PathBuf> {
    let certificates = [&settings.ca_file, &settings.client_cert, &settings.client_key];
    let secrets = settings.secret_files();
    let files = certificates.into_iter().flatten().map(|file| file.value.clone());
    settings.file.iter().map(PathBuf::from).chain(files).chain(secrets).collect()
}

fn tell(
    args: &RunArgs,
    record: &RunRecord,
    context: &Context,
    reports: &Reports,
    (today, target): (Date, Option<&str>),
) -> Result<(), Failure> {
    let mut screen = report::terminal(record, context, Verbosity::from(args.verbose));
    if args.write_waivers {
        screen.push_str(&report::waivers(record, context, today, target));
    }
    // The screen steps aside for a report on standard output.
    if reports.on_stdout() {
        print::talk(&screen)
    } else {
        print::result(&screen)
    }
    reports.write(record, context, args.exchanges)
}
