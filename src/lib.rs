//! scim-check plays an identity provider against a SCIM server, and judges the answers.

mod check;
pub mod cli;
pub mod config;
pub mod diff;
pub mod http;
pub mod idp;
pub mod judge;
pub mod report;
pub mod run;
pub mod scenario;
pub mod scim;
pub mod server;
pub mod snapshot;

pub use check::{Check, CheckError};
