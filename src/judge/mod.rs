//! What is wrong, for whom, and how bad: rules, expectations, findings and how they merge.
//!
//! May use [`crate::http`] and [`crate::scim`]. Three questions have three owners: *is this a good answer of
//! its kind* is a [`Rule`]'s; *did the story end as it should* an expectation's; *did anything else change* a
//! snapshot's.

mod expect;
mod finding;
mod fold;
mod level;
mod matcher;
mod merge;
pub mod oracle;
mod rule;
pub mod rules;
mod showing;
pub mod spec;
mod subject;

pub use expect::{Expect, ExpectError, StatusPattern};
pub use finding::{Finding, Flaky, ON_THE_WAY, Owner};
pub use fold::{fold, tell_apart};
pub use level::Level;
pub use matcher::{EMPTY_LIST, Mismatch, contains, describe, in_words, type_name};
pub use merge::merge;
pub use rule::{Rule, Seen, Sighting, member};
pub use showing::{Finds, InOrder, Ours, Own, Page, Showing, Walk};
pub use subject::Subject;
