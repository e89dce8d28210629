//! The reference server, spoken to through its router: the protocol, Okta's dialogues, and every fault.
#![allow(missing_docs, clippy::unwrap_used)]

mod bulk;
mod client;
mod faults;
mod me;
mod okta;
mod protocol;
mod real;
mod refusals;
mod search;
