//! Settings: what `scim-check.toml` says, and how texts on the command line are read.
//!
//! Flags win over the environment, the environment over the file, the file over the defaults.

mod duration;
mod file;
mod waiver;

pub use duration::{Seconds, Span, duration, exchange_time};
pub use file::{ConfigFile, Logins, OauthSection, PeopleSection, RedactSection, SnapshotsSection, TokenSource};
pub use waiver::Waiver;
