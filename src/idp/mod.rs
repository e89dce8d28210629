//! How each action of an administrator is spoken on the wire. Nothing here judges.
//!
//! May use [`crate::http`] and [`crate::scim`]. An action is an algorithm over the target's answers with a
//! memory of what the identity provider believes; where the provider would stop, it returns a [`Stop`].

mod action;
mod cast;
mod dialect;
pub mod okta;
mod stop;

pub use action::{ACTIONS, Action, ActionWord, Grant, actions};
pub use cast::{Cast, Group, Person, placeholder};
pub use dialect::{AppSettings, Dialect, Verb};
pub use stop::Stop;
