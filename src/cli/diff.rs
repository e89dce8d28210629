//! `scim-check diff`

use std::{fs::File, io::Read, path::Path};

use super::{args::DiffArgs, failure::Failure, print};
use crate::{
    diff::{self, Report, Side},
    report::sanitise,
    run::ExitCode,
};

/// Bytes of a report that are read: a run of all suites with exchanges writes some tens of millions.
const LIMIT: u64 = 512 * 1024 * 1024;

/// Carries out `diff`.
pub fn diff(args: &DiffArgs) -> anyhow::Result<ExitCode> {
    let (mut before, mut after) = (read(&args.before)?, read(&args.after)?);
    diff::leave_out_own_snapshots(&mut before, &mut after);
    let difference = diff::compare(&before, &after);
    if args.json {
        print::result(&format!("{:#}\n", diff::json(&difference, &before, &after, args.fail_on)));
    } else {
        let (a, b) = (args.before.display().to_string(), args.after.display().to_string());
        let (a, b) = (Side { file: &a, report: &before }, Side { file: &b, report: &after });
        print::result(&diff::told(&difference, a, b, args.fail_on, print::width()));
    }
    Ok(if difference.fails(args.fail_on) { ExitCode::Findings } else { ExitCode::Ok })
}

fn read(path: &Path) -> Result<Report, Failure> {
    let name = sanitise(&path.display().to_string());
    let hint = "`scim-check run --report json=FILE` writes a report";
    let unreadable = |error: std::io::Error| Failure::usage(format!("the report {name} can't be read: {error}"), hint);
    let mut text = Vec::new();
    // One byte more tells a file that goes on.
    File::open(path).and_then(|file| file.take(LIMIT + 1).read_to_end(&mut text)).map_err(unreadable)?;
    if text.len() as u64 > LIMIT {
        let message = format!("{name} is larger than {} MiB", LIMIT / 1024 / 1024);
        return Err(Failure::usage(message, "make the report without --exchanges, or of fewer scenarios"));
    }
    diff::read(&text).map_err(|error| Failure::usage(format!("{name} {}", error.message), error.hint))
}
