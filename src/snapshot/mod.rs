//! Snapshots: the dialogue of a scenario in a file that a person reads and reviews.
//!
//! May use [`crate::http`] (exchanges), [`crate::judge`] (levels, subjects) and [`crate::scim`]. The files are
//! insta's `.snap`: a header between two `---` lines, then the dialogue.

mod arranged;
mod builtin;
mod change;
mod dialogue;
mod exact;
mod folder;
mod redact;
mod selector;
mod text;
mod tolerant;

pub use arranged::arranged;
pub use builtin::builtin;
pub use dialogue::{Answer, Dialogue, Turn};
pub use exact::{Departure, Way, departures};
pub use folder::{Entry, Folder, FolderError};
pub use redact::{Named, Place, Redaction, Replacement};
pub use selector::{Selector, SelectorError};
pub use text::{file, read, request};
pub use tolerant::{Difference, compare};
