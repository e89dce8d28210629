//! scim-check plays an identity provider against a SCIM server, and judges the answers.

pub mod http;
pub mod idp;
pub mod judge;
pub mod run;
pub mod scenario;
pub mod scim;
pub mod server;
