//! What schemas say of resources: the standard's, and those that the target declares.

use std::sync::LazyLock;

use serde_json::Value;

use super::discovery::{Document, told_before};
use crate::{
    http::{Kind, Resource},
    judge::{Seen, Sighting, Subject, type_name},
    scim::schema::{self, COMMON, DataType, Declaration, Deviation, DeviationKind, Schema, deviations},
    scim::urn,
};

/// The schemas of one resource type.
pub(super) struct Declarations {
    /// Its core schema.
    pub(super) core: Declaration,
    /// What may stand beside it.
    pub(super) extensions: Vec<Declaration>,
}

/// The schemas of the standard, `externalId` and `meta` included.
pub(super) fn standard(resource: Resource) -> &'static Declarations {
    static USER: LazyLock<Declarations> = LazyLock::new(|| Declarations {
        core: with_common(&schema::USER_SCHEMA),
        extensions: vec![Declaration::of(&schema::ENTERPRISE_SCHEMA)],
    });
    static GROUP: LazyLock<Declarations> =
        LazyLock::new(|| Declarations { core: with_common(&schema::GROUP_SCHEMA), extensions: Vec::new() });
    match resource {
        Resource::User => &USER,
        Resource::Group => &GROUP,
    }
}

fn with_common(own: &Schema) -> Declaration {
    let common = Schema { urn: "", name: "", description: "", attributes: COMMON };
    let mut declaration = Declaration::of(own);
    let common = Declaration::of(&common).attributes;
    declaration.attributes.extend(common.into_iter().filter(|one| ["externalId", "meta"].contains(&one.name.as_str())));
    declaration
}

/// The schemas of a resource type as the target declared them earlier in this scenario.
pub(super) fn of_the_target(seen: &Seen<'_>, resource: Resource) -> Option<Declarations> {
    let mut core = None;
    let mut extensions = Vec::new();
    for entry in told_before(seen, Document::Schemas) {
        let Some(declaration) = Declaration::read(entry).filter(|declaration| !declaration.of_discovery()) else {
            continue;
        };
        if declaration.urn.eq_ignore_ascii_case(resource.schema()) {
            core = Some(declaration);
        } else if ![urn::USER, urn::GROUP].iter().any(|own| own.eq_ignore_ascii_case(&declaration.urn)) {
            extensions.push(declaration);
        }
    }
    Some(Declarations { core: core?, extensions })
}

impl Declarations {
    /// Where a resource is not as declared.
    pub(super) fn deviations<'v>(&self, resource: &'v Value) -> Vec<Deviation<'v>> {
        let extensions: Vec<&Declaration> = self.extensions.iter().collect();
        deviations(resource, &self.core, &extensions)
    }
}

/// One sighting for each path at which resources of an answer deviate in a way that is looked for.
pub(super) fn sightings(
    seen: &Seen<'_>,
    declarations: &Declarations,
    wanted: impl Fn(&Deviation<'_>) -> bool,
) -> Vec<Sighting> {
    let mut found: Vec<(String, Sighting, usize)> = Vec::new();
    // The answer to a deletion is no resource, whatever is in it.
    let all = if matches!(seen.kind(), Kind::Delete(..)) { Vec::new() } else { seen.resources() };
    for resource in all {
        let mut paths: Vec<String> = Vec::new();
        for deviation in declarations.deviations(resource).into_iter().filter(|deviation| wanted(deviation)) {
            if paths.contains(&deviation.path) {
                continue;
            }
            paths.push(deviation.path.clone());
            match found.iter_mut().find(|(path, ..)| *path == deviation.path) {
                Some((.., more)) => *more += 1,
                None => {
                    let actual = match deviation.value {
                        // What no answer may hold is nobody's business.
                        Some(_) if deviation.fault == DeviationKind::Unreadable => "a value (not shown)".to_owned(),
                        // It may be anything, a secret too.
                        Some(value) if deviation.fault == DeviationKind::Undeclared => {
                            format!("a value of type {} (not shown)", type_name(value))
                        }
                        Some(value) => seen.show(resource, value),
                        None => "nothing".to_owned(),
                    };
                    let subject = Subject::Attribute(deviation.path.clone());
                    found.push((deviation.path, Sighting::new(subject, expected(deviation.fault), actual), 0));
                }
            }
        }
    }
    let told = |(_, mut sighting, more): (String, Sighting, usize)| {
        if more > 0 {
            sighting.actual = format!("{}; {more} more likewise", sighting.actual);
        }
        sighting
    };
    found.into_iter().map(told).collect()
}

fn expected(fault: DeviationKind) -> &'static str {
    match fault {
        DeviationKind::Type(DataType::Boolean) => "true or false, without quotes",
        DeviationKind::Type(DataType::Decimal) => "a number",
        DeviationKind::Type(DataType::Integer) => "a number without fraction and exponent",
        DeviationKind::Type(DataType::Complex) | DeviationKind::Element => "an object",
        DeviationKind::Type(_) => "a string",
        DeviationKind::NotList => "an array",
        DeviationKind::List => "one value",
        DeviationKind::Format(DataType::DateTime) => "a date and a time like 2026-01-31T08:00:00Z",
        DeviationKind::Format(DataType::Binary) => "base64",
        DeviationKind::Format(_) => "a URI",
        DeviationKind::Undeclared => "an attribute that a schema at /Schemas declares",
        DeviationKind::Missing => "a value: the schema says that it is required",
        DeviationKind::Unreadable => "nothing: the schema says that it is never returned",
        DeviationKind::OnRequest => "nothing: the schema says that it is only returned to who asks for it",
    }
}
