//! A PATCH is carried out or refused; what is refused changes nothing.

use scim_check::scim::{
    Leniency,
    patch::{apply, parse},
    schema::USER,
};
use serde_json::{Value, json};

pub fn hold(bytes: &[u8]) {
    let Ok(Value::Object(body)) = serde_json::from_slice(bytes) else { return };
    for leniency in [Leniency::LENIENT, Leniency::STRICT] {
        let Ok(operations) = parse(&body, leniency) else { continue };
        let before = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": "7", "userName": "ada",
            "name": {"familyName": "Byron"}, "emails": [{"value": "a@example.com", "type": "work", "primary": true},
            {"value": "b@example.com", "type": "home"}], "active": true});
        let mut after = before.clone();
        if apply(&mut after, &operations, &USER, leniency).is_err() {
            assert_eq!(before, after);
        }
    }
}
