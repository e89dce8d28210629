//! scim-check plays an identity provider against a SCIM server.
pub mod scim;
pub mod server;
