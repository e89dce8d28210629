//! Snapshots: the dialogue of a scenario in a file that a person reads and reviews.
//!
//! May use [`crate::http`] (exchanges), [`crate::judge`] (levels, subjects) and [`crate::scim`]. The files are
//! insta's `.snap`: a header between two `---` lines, then the dialogue.

mod builtin;
mod compare;
mod dialogue;
mod redact;
mod text;

pub use builtin::builtin;
pub use compare::{Difference, compare};
pub use dialogue::{Answer, Dialogue, Turn};
pub use redact::{Named, Redaction};
pub use text::{file, read, request};
