//! Reports: one writer per format. They read records and findings, and know nothing of running.

mod context;
mod finding;
mod html;
mod json;
mod progress;
mod sanitise;
mod terminal;
mod waivers;

pub use context::Context;
pub use finding::{labelled, level};
pub use html::html;
pub use json::json;
pub use progress::Progress;
pub use sanitise::sanitise;
pub use terminal::{Verbosity, plural, terminal, time};
pub use waivers::waivers;
