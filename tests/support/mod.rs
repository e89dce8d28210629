//! What several integration tests share.

pub mod peers;
pub mod runs;
