//! Snapshots: the dialogue of a scenario in a file that a person reads and reviews.
//!
//! May use [`crate::http`] (exchanges), [`crate::judge`] (levels, subjects) and [`crate::scim`]. The files are
//! insta's `.snap`: a header between two `---` lines, then the dialogue.

mod builtin;
mod change;
mod dialogue;
mod redact;
mod text;
mod tolerant;

pub use builtin::builtin;
pub use dialogue::{Answer, Dialogue, Turn};
pub use redact::{Named, Redaction};
pub use text::{file, read, request};
pub use tolerant::{Difference, compare};
