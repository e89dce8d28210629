//! The attributes of a user and of the enterprise extension (RFC 7643 sections 4.1, 4.3 and 8.7.1).

use super::attribute::{Attribute, Kind, Mutability, Returned, Uniqueness};

const READ_ONLY: Mutability = Mutability::ReadOnly;
const WORK_HOME: &[&str] = &["work", "home", "other"];

/// The usual parts of a multi-valued attribute (RFC 7643 section 2.4) around its `value`.
const fn plural(value: Attribute, types: &'static [&'static str]) -> [Attribute; 4] {
    [
        value,
        Attribute::string("display", "A text to show"),
        Attribute::string("type", "What it is for").canonical(types),
        Attribute::of(Kind::Boolean, "primary", "Whether it is the preferred one"),
    ]
}

const EMAILS: [Attribute; 4] = plural(Attribute::string("value", "The address"), WORK_HOME);
const PHONES: [Attribute; 4] =
    plural(Attribute::string("value", "The number"), &["work", "home", "mobile", "fax", "pager", "other"]);
const IMS: [Attribute; 4] =
    plural(Attribute::string("value", "The address"), &["aim", "gtalk", "icq", "xmpp", "msn", "skype", "qq", "yahoo"]);
const PHOTOS: [Attribute; 4] =
    plural(Attribute::reference("value", "Where the picture is", &["external"]), &["photo", "thumbnail"]);
const PLAIN: [Attribute; 4] = plural(Attribute::string("value", "The value"), &[]);
const CERTIFICATES: [Attribute; 4] = plural(Attribute::of(Kind::Binary, "value", "The certificate").exact(), &[]);

pub(super) const USER: &[Attribute] = &[
    Attribute::string("userName", "The name the person signs in with").required().unique(Uniqueness::Server),
    Attribute::complex(
        "name",
        "The parts of the person's name",
        &[
            Attribute::string("formatted", "The whole name"),
            Attribute::string("familyName", "Family name"),
            Attribute::string("givenName", "Given name"),
            Attribute::string("middleName", "Middle names"),
            Attribute::string("honorificPrefix", "Title before the name"),
            Attribute::string("honorificSuffix", "Suffix after the name"),
        ],
    ),
    Attribute::string("displayName", "The name to show"),
    Attribute::string("nickName", "The casual name"),
    Attribute::reference("profileUrl", "The person's page", &["external"]),
    Attribute::string("title", "Job title"),
    Attribute::string("userType", "Relation to the organisation"),
    Attribute::string("preferredLanguage", "Preferred languages"),
    Attribute::string("locale", "How to write dates and numbers"),
    Attribute::string("timezone", "Time zone"),
    Attribute::of(Kind::Boolean, "active", "Whether the account may be used"),
    Attribute::string("password", "A password to set").exact().mutable(Mutability::WriteOnly).returned(Returned::Never),
    Attribute::complex("emails", "E-mail addresses", &EMAILS).multi(),
    Attribute::complex("phoneNumbers", "Telephone numbers", &PHONES).multi(),
    Attribute::complex("ims", "Instant messaging addresses", &IMS).multi(),
    Attribute::complex("photos", "Pictures", &PHOTOS).multi(),
    Attribute::complex(
        "addresses",
        "Postal addresses",
        &[
            Attribute::string("formatted", "The whole address"),
            Attribute::string("streetAddress", "Street and number"),
            Attribute::string("locality", "City"),
            Attribute::string("region", "State or region"),
            Attribute::string("postalCode", "Postal code"),
            Attribute::string("country", "Country code"),
            Attribute::string("type", "What it is for").canonical(WORK_HOME),
            // Missing in section 8.7.1, but section 3.5.2.3 of RFC 7644 sets it.
            Attribute::of(Kind::Boolean, "primary", "Whether it is the preferred one"),
        ],
    )
    .multi(),
    Attribute::complex(
        "groups",
        "Groups the person belongs to",
        &[
            Attribute::string("value", "The group's id").mutable(READ_ONLY),
            Attribute::reference("$ref", "The group's URI", &["User", "Group"]).mutable(READ_ONLY),
            Attribute::string("display", "The group's name").mutable(READ_ONLY),
            Attribute::string("type", "How the person belongs to it")
                .canonical(&["direct", "indirect"])
                .mutable(READ_ONLY),
        ],
    )
    .multi()
    .mutable(READ_ONLY),
    Attribute::complex("entitlements", "What the person may have", &PLAIN).multi(),
    Attribute::complex("roles", "What the person is", &PLAIN).multi(),
    Attribute::complex("x509Certificates", "Certificates", &CERTIFICATES).multi(),
];

pub(super) const ENTERPRISE: &[Attribute] = &[
    Attribute::string("employeeNumber", "Number in the company"),
    Attribute::string("costCenter", "Cost centre"),
    Attribute::string("organization", "Organisation"),
    Attribute::string("division", "Division"),
    Attribute::string("department", "Department"),
    Attribute::complex(
        "manager",
        "The person's manager",
        &[
            Attribute::string("value", "The manager's id"),
            Attribute::reference("$ref", "The manager's URI", &["User"]),
            Attribute::string("displayName", "The manager's name").mutable(READ_ONLY),
        ],
    ),
];
