//! The reference server, spoken to through its router: the protocol, Okta's dialogues, and every fault.
#![allow(missing_docs, clippy::unwrap_used)]

mod bulk;
mod changes;
mod client;
mod conditions;
mod faults;
mod me;
mod okta;
mod projection;
mod protocol;
mod queries;
mod real;
mod refusals;
mod search;
mod wire;
