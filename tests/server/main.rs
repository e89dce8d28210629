//! The reference server, spoken to through its router: the protocol, Okta's dialogues, and every fault.
#![allow(missing_docs)]

mod client;
mod faults;
mod okta;
mod protocol;
