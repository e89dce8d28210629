//! Scenarios as data: the files, their types, loading, selecting and templates.
//!
//! May use [`crate::idp`] (actions), [`crate::judge`] (expectations, levels), [`crate::http`] and [`crate::scim`].

mod ask;
mod builtin;
mod error;
mod expect_file;
mod file;
mod library;
mod load;
mod model;
mod need;
mod order;
mod parse;
#[cfg(test)]
pub(crate) mod schema;
mod select;
mod showing;
mod steps;
mod suggest;
mod template;
mod then;

pub use builtin::{SCENARIOS, SNAPSHOTS};
pub use error::DataError;
pub use library::Library;
pub use load::{load_scenario, load_suite};
pub use model::{
    AtOnce, Conclusions, Expected, GroupSpec, LevelOverride, Listing, Outside, Place, Postcondition, RawRequest,
    Scenario, Step, Suite, Then, What,
};
pub use need::{Need, Sign};
pub use select::{Selection, SelectionError};
pub use suggest::{did_you_mean, meant, nearest};
pub use template::Templates;
