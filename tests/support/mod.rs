//! What several integration tests share.

#![allow(dead_code, reason = "each integration test uses a part of it")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

pub mod binary;
pub mod page;
pub mod peers;
pub mod raw;
pub mod relay;
pub mod runs;
pub mod suite;
pub mod tamper;
pub mod target;
