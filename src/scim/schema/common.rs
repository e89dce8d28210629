//! The attributes that every resource has (RFC 7643 section 3).

use super::attribute::{Attribute, Kind, Mutability, Returned, Uniqueness};

const READ_ONLY: Mutability = Mutability::ReadOnly;

/// `schemas`, `id`, `externalId` and `meta`.
pub static COMMON: &[Attribute] = &[
    Attribute::reference("schemas", "URNs of the schemas in use", &["uri"])
        .multi()
        .required()
        .returned(Returned::Always),
    Attribute::string("id", "The server's identifier of the resource")
        .exact()
        .mutable(READ_ONLY)
        .returned(Returned::Always)
        .unique(Uniqueness::Server),
    Attribute::string("externalId", "The client's identifier of the resource").exact(),
    Attribute::complex("meta", "About the resource itself", META).mutable(READ_ONLY),
];

const META: &[Attribute] = &[
    Attribute::string("resourceType", "The name of the resource type").exact().mutable(READ_ONLY),
    Attribute::of(Kind::DateTime, "created", "When it was made").mutable(READ_ONLY),
    Attribute::of(Kind::DateTime, "lastModified", "When it last changed").mutable(READ_ONLY),
    Attribute::reference("location", "Its URI", &["uri"]).mutable(READ_ONLY),
    Attribute::string("version", "Its entity tag").exact().mutable(READ_ONLY),
];
