//! Other people: plausible users and groups that are there before any client, the same ones every time.

use fastrand::Rng;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::call::Kind;
use super::store::{Entry, Store};
use crate::scim::urn;

const GIVEN: [&str; 24] = [
    "Nora", "Emil", "Ines", "Tomas", "Aisha", "Jonas", "Marta", "Oskar", "Lucia", "Henrik", "Priya", "Mateo", "Sofia",
    "Daniel", "Hanna", "Rafael", "Yuki", "Karim", "Elsa", "Viktor", "Amara", "Pavel", "Greta", "Samuel",
];
const FAMILY: [&str; 24] = [
    "Lindqvist",
    "Moreau",
    "Okafor",
    "Tanaka",
    "Silva",
    "Novak",
    "Haddad",
    "Berg",
    "Costa",
    "Schmidt",
    "Patel",
    "Rossi",
    "Larsen",
    "Dubois",
    "Kowalski",
    "Mensah",
    "Ivanova",
    "Fischer",
    "Sato",
    "Murphy",
    "Romero",
    "Hansen",
    "Weber",
    "Jansen",
];
const DEPARTMENTS: [&str; 8] =
    ["Sales", "Finance", "Support", "Design", "Legal", "Research", "Facilities", "Marketing"];
const TITLES: [&str; 6] = ["Analyst", "Manager", "Specialist", "Engineer", "Coordinator", "Director"];

/// What people may be, and may have.
const ROLES: [(&str, &str); 3] = [
    ("Administrator", "May change everything"),
    ("Editor", "May change what they own"),
    ("Viewer", "May look at everything"),
];
const ENTITLEMENTS: [(&str, &str); 3] = [
    ("Standard licence", "The product without extras"),
    ("Premium licence", "The product with everything"),
    ("Reporting", "Reports about the whole company"),
];

/// Puts roles and entitlements, `people` users and a tenth as many groups into an empty store.
pub(super) fn fill(store: &mut Store, people: usize) {
    let mut rng = Rng::with_seed(0x0c7a);
    for (name, description) in ROLES {
        grantable(store, Kind::Role, json!({"displayName": name, "description": description}), &mut rng);
    }
    for (name, description) in ENTITLEMENTS {
        let values = json!({"displayName": name, "description": description, "type": "Entitlement"});
        grantable(store, Kind::Entitlement, values, &mut rng);
    }
    // The people are the same whatever else there is.
    let mut rng = Rng::with_seed(0x5c13);
    let mut ids = Vec::new();
    for number in 1..=people {
        let id = new_id(store, &mut rng);
        let user = person(&id, number, &mut rng);
        insert(store, Kind::User, &id, user);
        ids.push(id);
    }
    for number in 1..=people / 10 {
        let id = new_id(store, &mut rng);
        let members: Vec<Value> = (0..rng.usize(2..9))
            .map(|_| rng.usize(..ids.len()))
            .collect::<std::collections::BTreeSet<_>>()
            .into_iter()
            .filter_map(|i| ids.get(i))
            .map(|id| json!({"value": id}))
            .collect();
        let name = format!("{} Team {number}", pick(&DEPARTMENTS, &mut rng));
        let group = json!({
            "schemas": [urn::GROUP],
            "id": id,
            "displayName": name,
            "members": members,
        });
        insert(store, Kind::Group, &id, group);
    }
}

/// Puts in a role or an entitlement.
fn grantable(store: &mut Store, kind: Kind, values: Value, rng: &mut Rng) {
    let id = new_id(store, rng);
    let mut resource = json!({"schemas": [kind.schema().core.urn], "id": id});
    if let (Some(resource), Value::Object(values)) = (resource.as_object_mut(), values) {
        resource.extend(values);
    }
    insert(store, kind, &id, resource);
}

fn person(id: &str, number: usize, rng: &mut Rng) -> Value {
    let (given, family) = (pick(&GIVEN, rng), pick(&FAMILY, rng));
    let name = format!("{}.{}{number}@corp.example", given.to_lowercase(), family.to_lowercase());
    let mobile = format!("+1-202-555-{:04}", rng.u16(..10_000));
    json!({
        "schemas": [urn::USER, urn::ENTERPRISE_USER],
        "id": id,
        "externalId": format!("hr-{:05}", number),
        "userName": name,
        "name": {"formatted": format!("{given} {family}"), "familyName": family, "givenName": given},
        "displayName": format!("{given} {family}"),
        "title": pick(&TITLES, rng),
        "locale": "en-US",
        "active": !number.is_multiple_of(10),
        "emails": [{"value": name, "type": "work", "primary": true}],
        "phoneNumbers": [{"value": mobile, "type": "mobile"}],
        urn::ENTERPRISE_USER: {
            "employeeNumber": number.to_string(),
            "department": pick(&DEPARTMENTS, rng),
        },
    })
}

fn pick<'a>(words: &[&'a str], rng: &mut Rng) -> &'a str {
    words.get(rng.usize(..words.len())).copied().unwrap_or("")
}

fn new_id(store: &mut Store, rng: &mut Rng) -> String {
    if store.rules.numeric_ids {
        return store.new_id();
    }
    let bytes = rng.u128(..).to_be_bytes();
    uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
}

fn insert(store: &mut Store, kind: Kind, id: &str, resource: Value) {
    // A fixed day, so that two servers are alike to the last byte.
    let moment = Timestamp::from_second(1_767_225_600).unwrap_or_default();
    store.insert(kind, id, Entry::new(&resource, moment), &resource);
}
