//! The protocol's vocabulary, pure.

pub mod urn;
