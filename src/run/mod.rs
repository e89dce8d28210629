//! A run: plan, runner, ledger, clean-up, events and the record of it all.
//!
//! May use everything but reports, the reference server and the command line. Nothing here prints.

mod announced;
mod bulk;
mod cleanup;
mod conversation;
mod declared;
mod events;
mod ground;
mod guard;
mod halt;
mod kept;
mod ledger;
mod lists;
mod marker;
mod members;
mod own;
mod pace;
mod parallel;
mod patience;
mod plan;
mod postcondition;
mod preflight;
mod raw;
mod record;
mod repeat;
mod runner;
mod snapshots;
mod stage;
mod stale;
mod still;
mod story;
mod sweep;
mod teller;
mod verdict;
mod waive;

pub use events::Event;
pub use halt::Halt;
pub use ledger::Leftover;
pub use marker::{Marker, run_of};
pub use own::{MISSING, OwnSnapshots, Recorded};
pub use plan::{Plan, Planned};
pub use preflight::{PreflightError, preflight};
pub use record::{
    Ending, ExitCode, Outcome, RunRecord, ScenarioRecord, SkipKind, StaleWaiver, StepRecord, Summary, Waived,
};
pub use runner::{RunOptions, Runner};
pub use snapshots::{dialogue, inferred};
pub use stage::PeopleDefaults;
pub use sweep::{Found, Sweep, sweep};
pub use waive::waive;
