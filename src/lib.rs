//! scim-check plays an identity provider against a SCIM server.
