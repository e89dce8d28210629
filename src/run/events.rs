//! What a run tells while it goes on.

use super::record::ScenarioRecord;

/// What happens in a run, for whoever listens.
pub enum Event<'a> {
    /// A scenario began.
    Started(&'a str),
    /// A scenario ended. It may end a second time, alone.
    Ended(&'a ScenarioRecord),
    /// A scenario whose end, which was told, does not count: it is repeated alone.
    Repeating(&'a ScenarioRecord),
}
