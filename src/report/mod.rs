//! Reports: one writer per format. They read records and findings, and know nothing of running.

mod clip;
mod context;
mod exchange;
mod facts;
mod finding;
mod findings;
mod format;
mod github;
mod har;
mod json;
mod junit;
mod markdown;
mod markdown_text;
mod progress;
mod sanitise;
mod sarif;
mod sarif_rules;
mod tap;
mod terminal;
mod verdict;
mod waivers;

pub use context::Context;
pub use finding::{labelled, level};
pub use format::Format;
pub use github::github;
pub use har::har;
pub use json::json;
pub use junit::junit;
pub use markdown::{COMMENT, markdown};
pub use progress::Progress;
pub use sanitise::sanitise;
pub use sarif::sarif;
pub use tap::tap;
pub use terminal::{Verbosity, terminal};
pub use verdict::{plural, time};
pub use waivers::waivers;
