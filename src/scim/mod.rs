//! The protocol's vocabulary, pure: attribute paths, filters, PATCH, schemas, list and error bodies.
//!
//! Nothing here does I/O and nothing panics on input from outside. Names follow RFC 7643 (schemas) and RFC 7644 (protocol).

pub mod bulk;
mod conform;
mod cursor;
#[cfg(test)]
mod examples;
pub mod filter;
pub mod json;
pub mod message;
pub mod moment;
pub mod patch;
pub mod path;
pub mod schema;
pub mod urn;
pub mod value;

pub use conform::{Leniency, Nonconformity, conform};
pub use filter::{Filter, FilterError};
pub use message::{ScimError, ScimType, list_response};
pub use path::{AttrPath, PathError};
pub use schema::ResourceSchema;
