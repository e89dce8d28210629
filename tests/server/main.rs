//! The reference server, spoken to through its router: the protocol, Okta's dialogues, and every fault.
#![allow(missing_docs, clippy::unwrap_used)]

mod client;
mod faults;
mod okta;
mod protocol;
mod real;
mod refusals;
mod search;
