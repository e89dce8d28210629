//! What several integration tests share.

pub mod runs;
pub mod peers;
