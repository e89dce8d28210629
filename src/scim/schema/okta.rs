//! Okta's own resources: what a person may be granted
//! (<https://developer.okta.com/docs/guides/scim-with-entitlements/main/>).

use super::attribute::Attribute;

const NAME: Attribute = Attribute::string("displayName", "Its name").required();
const DESCRIPTION: Attribute = Attribute::string("description", "What it allows, in at most 1000 characters");

pub(super) const ROLE: &[Attribute] = &[NAME, DESCRIPTION];

pub(super) const ENTITLEMENT: &[Attribute] =
    &[NAME, DESCRIPTION, Attribute::string("type", "The name of its resource type").required()];
