use serde_json::json;

use super::*;
use crate::scim::urn;

fn ada() -> Value {
    json!({
        "schemas": [urn::USER], "id": "aB", "userName": "Ada@example.com", "displayName": "Ada", "active": true,
        "name": {"familyName": "Lovelace", "givenName": ""},
        "emails": [{"type": "work", "value": "a@x"}, {"type": "home", "value": "b@y"}],
        "meta": {"resourceType": "User", "created": "2026-01-01T10:00:00Z"}
    })
}

fn of(filter: &str) -> Truth {
    let declared =
        Declared::read(&json!([{"id": urn::USER, "attributes": [{"name": "displayName", "caseExact": false}]}]));
    truth(&Filter::parse(filter).unwrap(), &ada(), &declared, &|path| path.is_plain("title"))
}

#[test]
fn what_is_certain_is_told() {
    for filter in [
        r#"username EQ "ADA@example.com""#,
        r#"id eq "aB""#,
        r#"displayName eq "ada""#,
        r#"userName sw "ada" and active eq true"#,
        r#"not (nickName eq "x")"#,
        r#"emails[type eq "work" and value co "x"]"#,
        r#"emails.value ew "y""#,
        r#"meta.created lt "2026-01-01T13:00:02+02:00""#,
        r#"name.familyName ge "Lovelace""#,
        "emails pr",
        r#"schemas eq "urn:ietf:params:scim:schemas:core:2.0:User""#,
    ] {
        assert_eq!(of(filter), Yes, "{filter}");
    }
    for filter in [
        r#"id eq "ab""#,
        r#"userName ne "ada@EXAMPLE.com""#,
        r#"emails[type eq "work" and value co "y"]"#,
        r#"nickName eq "x""#,
        "nickName pr",
        "active eq false",
        r#"meta.created gt "2026-01-01T10:00:01Z""#,
        r#"name.familyName lt "Byron""#,
        r#"displayName eq "x" or active eq false and userName pr"#,
        r#"members.value eq "7""#,
        "userName eq 5",
    ] {
        assert_eq!(of(filter), No, "{filter}");
    }
}

#[test]
fn what_is_left_open_is_open() {
    for filter in [
        r#"nickName ne "x""#,
        r#"title eq "x""#,
        "name.givenName pr",
        "active eq \"true\"",
        "userName eq null",
        r#"userName co """#,
        r#"name.familyName eq "LOVELACE""#,
        r#"meta.created eq "2026-01-01T10:00:00.5Z""#,
        r#"emails.value ne "a@x""#,
        r#"ssn eq "x""#,
        r#"name.familyName gt "L1""#,
        r#"emails[type eq "work"].value eq "a@x""#,
    ] {
        assert_eq!(of(filter), Open, "{filter}");
    }
}

#[test]
fn the_reason_names_the_conditions() {
    let filter = Filter::parse(r#"userName eq "x" and active eq true"#).unwrap();
    let told = why(&filter, &ada(), &Declared::default(), &|_| false);
    assert!(
        told.contains("does not hold (there is \"Ada@example.com\" (string); letter case does not count)"),
        "{told}"
    );
    assert!(told.contains("`active eq true` holds"), "{told}");
}
