//! What a list should hold: the filter and the order of a request, worked out from what the target shows.
//!
//! The standards leave much open (letter case by schema, collation, values that are not there), and targets hide
//! attributes. So a question has three answers, and only what is certain is held against a target.

mod declared;
mod order;
mod text;
mod truth;

pub use declared::Declared;
pub use order::{Sorting, inverted, sort_key};
pub use truth::{Truth, truth, why};
