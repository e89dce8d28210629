//! What a run tells while it goes on.

use super::record::ScenarioRecord;

/// What happens in a run, for whoever listens.
pub enum Event<'a> {
    /// A scenario began.
    Started(&'a str),
    /// A scenario ended. Those that failed beside others may end a second time, alone.
    Ended(&'a ScenarioRecord),
    /// A scenario that failed beside others is repeated alone.
    Repeating(&'a str),
}
