//! The attributes of a group (RFC 7643 sections 4.2 and 8.7.1).

use super::attribute::{Attribute, Mutability};

const IMMUTABLE: Mutability = Mutability::Immutable;

pub(super) const GROUP: &[Attribute] = &[
    // Section 8.7.1 has required:false beside a description that says REQUIRED; section 4.2 says REQUIRED too.
    Attribute::string("displayName", "The group's name").required(),
    Attribute::complex(
        "members",
        "Who belongs to the group",
        &[
            Attribute::string("value", "The member's id").mutable(IMMUTABLE),
            Attribute::reference("$ref", "The member's URI", &["User", "Group"]).mutable(IMMUTABLE),
            Attribute::string("display", "The member's name"),
            Attribute::string("type", "What the member is").canonical(&["User", "Group"]).mutable(IMMUTABLE),
        ],
    )
    .multi(),
];
