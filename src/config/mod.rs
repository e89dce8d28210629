//! Settings: what `scim-check.toml` says, what wins over what, and how texts on the command line are read.
//!
//! Flags win over the environment, the environment over the file, the file over the defaults.

mod belongs;
mod drawn;
mod duration;
mod file;
mod given;
pub mod keys;
mod layers;
mod mistaken;
mod origin;
mod overruled;
mod read;
#[cfg(test)]
mod schema;
mod section;
mod settings;
mod shown;
mod waiver;

pub use duration::{duration, exchange_time, written};
pub use file::{ConfigFile, NAME};
pub use given::GivenUrl;
pub use layers::{Environment, variable};
pub use mistaken::is_secret_itself;
pub use origin::{Origin, Setting};
pub use overruled::Overruled;
pub use read::{body_bytes, jobs_at_once};
pub use section::{Logins, OauthSection, PeopleSection, RedactSection, Section, SnapshotsSection, TokenSource};
pub use settings::{CommandLine, CredentialsSource, OauthSettings, Settings, SettingsError};
pub use shown::Shown;
pub use waiver::Waiver;
