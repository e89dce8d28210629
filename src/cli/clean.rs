//! `scim-check clean`

use jiff::SignedDuration;

use super::{args::CleanArgs, consent::consent, failure::Failure, oauth, print, settings, target};
use crate::{
    report::sanitise,
    run::{ExitCode, sweep},
};

/// Carries out `clean`.
pub fn clean(args: CleanArgs) -> anyhow::Result<ExitCode> {
    let settings = settings::of_target(&args.target)?;
    let missing =
        Failure::usage("no target: give --base-url URL", "the same as for the run that left something behind");
    let base = target::base_url(&settings, missing)?;
    let credentials = target::credentials(&settings, &args.target.headers)?;
    let target = target::connect(&settings, base, credentials)?;
    if !args.dry_run {
        consent(&target.base, target.credentials.given(), settings.yes.value)?;
    }
    let age = SignedDuration::try_from(args.older_than).map_err(|_| {
        Failure::usage("--older-than is longer than the clock can count", "write a duration like 1h or 7d")
    })?;
    let patience = settings.patience.value;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let swept = runtime.block_on(async {
        let looked = target::ready(&target, &settings).await;
        looked.inspect_err(|_| oauth::farewell(&target.credentials))?;
        let swept = sweep(target.transport.clone(), age, args.dry_run, patience).await;
        let hint = "is this the base URL of a SCIM server?";
        swept.map_err(|trouble| anyhow::Error::from(Failure::untestable(trouble, hint)))
    })?;
    oauth::farewell(&target.credentials);
    // Ids and names are the target's, which may put anything into them.
    let mut secrets = target.credentials.secrets();
    secrets.merge(&target.base.secrets());
    let shown = |text: String| sanitise(&secrets.hide(&text));
    let verb = if args.dry_run { "would remove" } else { "removing" };
    for one in &swept.found {
        print::result(&shown(format!("{verb} {} {} {}", one.resource.name(), one.id, one.name)));
        print::result("\n");
    }
    for left in &swept.leftovers {
        let id = left.id.as_deref().unwrap_or("(id not known)");
        print::result(&shown(format!("left over: {} {id} {}: {}", left.resource.name(), left.name, left.state)));
        print::result("\n");
    }
    let removed = swept.found.len() - swept.leftovers.len().min(swept.found.len());
    let word = if args.dry_run { "found" } else { "removed" };
    print::result(&format!("{removed} {word}, {} spared as too young\n", swept.spared));
    Ok(if swept.leftovers.is_empty() { ExitCode::Ok } else { ExitCode::Findings })
}
