//! What filters mean (RFC 7644 section 3.4.2.2), told on the example resources of RFC 7643 section 8.

use serde_json::{Value, json};

use crate::scim::Filter;
use crate::scim::examples::{babs, minimal, tour_guides};
use crate::scim::schema::{GROUP, ResourceSchema, USER};

fn holds(text: &str, resource: &Value, schema: &ResourceSchema) -> bool {
    let filter = Filter::parse(text).unwrap_or_else(|e| panic!("{text}: {e}"));
    filter.check(schema).unwrap_or_else(|e| panic!("{text}: {e}"));
    filter.matches(resource, schema)
}

/// Filters and whether they select a full user.
fn on(resource: &Value, wanted: bool, filters: &[&str]) {
    for text in filters {
        assert_eq!(holds(text, resource, &USER), wanted, "{text}");
    }
}

fn refused(text: &str, schema: &ResourceSchema) -> bool {
    Filter::parse(text).unwrap_or_else(|e| panic!("{text}: {e}")).check(schema).is_err()
}

#[test]
fn the_examples_of_the_rfc_select_whom_they_should() {
    for (text, full, least) in [
        (r#"userName eq "bjensen""#, false, false),
        (r#"name.familyName co "O'Malley""#, false, false),
        (r#"userName sw "J""#, false, false),
        (r#"urn:ietf:params:scim:schemas:core:2.0:User:userName sw "J""#, false, false),
        ("title pr", true, false),
        (r#"meta.lastModified gt "2011-05-13T04:42:34Z""#, false, false),
        (r#"meta.lastModified ge "2011-05-13T04:42:34Z""#, true, true),
        (r#"meta.lastModified lt "2011-05-13T04:42:34Z""#, false, false),
        (r#"meta.lastModified le "2011-05-13T04:42:34Z""#, true, true),
        (r#"title pr and userType eq "Employee""#, true, false),
        (r#"title pr or userType eq "Intern""#, true, false),
        (r#"schemas eq "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User""#, true, false),
        (r#"userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")"#, true, false),
        // Who has no userType has none that equals "Employee".
        (r#"userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org")"#, false, true),
        (r#"userType eq "Employee" and (emails.type eq "work")"#, true, false),
        (r#"userType eq "Employee" and emails[type eq "work" and value co "@example.com"]"#, true, false),
        (
            r#"emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp" and value co "@foo.com"]"#,
            true,
            false,
        ),
    ] {
        assert_eq!(holds(text, &babs(), &USER), full, "the full user: {text}");
        assert_eq!(holds(text, &minimal(), &USER), least, "the least user: {text}");
    }
}

#[test]
fn each_operator_tells_both_ways() {
    on(
        &babs(),
        true,
        &[
            r#"userName eq "BJENSEN@EXAMPLE.COM""#,
            r#"userName ne "bjensen""#,
            r#"userName co "JENSEN@""#,
            r#"userName sw "bjensen""#,
            r#"userName ew ".com""#,
            r#"userName gt "B""#,
            r#"userName ge "bjensen@example.com""#,
            r#"userName lt "c""#,
            r#"userName le "bjensen@example.com""#,
            "userName pr",
            r#"userName co """#,
        ],
    );
    on(
        &babs(),
        false,
        &[
            r#"userName eq "bjensen""#,
            r#"userName ne "bjensen@example.com""#,
            r#"userName co "malley""#,
            r#"userName sw "jensen""#,
            r#"userName ew "example""#,
            r#"userName gt "bjensen@example.com""#,
            r#"userName ge "c""#,
            r#"userName lt "bjensen@example.com""#,
            r#"userName le "B""#,
            "not (userName pr)",
        ],
    );
}

#[test]
fn not_binds_tighter_than_and_and_that_tighter_than_or() {
    on(
        &babs(),
        true,
        &[
            r#"title pr or userName eq "x" and userType eq "x""#,
            r#"not (title eq "x") and userType eq "Employee""#,
            r#"not (title pr and nickName eq "x")"#,
            r#"not (not (title pr))"#,
            r#"(((title pr)))"#,
            r#"title eq "x" and title eq "x" or title pr"#,
        ],
    );
    on(
        &babs(),
        false,
        &[
            r#"(title pr or userName eq "x") and userType eq "x""#,
            r#"not (title pr) and userType eq "Employee" or nickName eq "x""#,
            r#"not (title pr or nickName eq "x")"#,
        ],
    );
}

#[test]
fn brackets_speak_of_one_value_and_dots_of_any() {
    on(
        &babs(),
        true,
        &[
            r#"emails.type eq "home" and emails.value eq "bjensen@example.com""#,
            r#"emails[type eq "home" and value ew "jensen.org"]"#,
            r#"emails[not (type eq "work")]"#,
            r#"emails[not (primary eq true)]"#,
            r#"emails[type eq "work" and (value sw "x" or primary eq true)]"#,
            r#"emails eq "babs@jensen.org""#,
            r#"emails ne "babs@jensen.org""#,
            r#"phoneNumbers[type eq "mobile"].value eq "555-555-4444""#,
            r#"groups.display eq "employees""#,
            r#"addresses[locality eq "hollywood" and streetAddress sw "456"]"#,
        ],
    );
    on(
        &babs(),
        false,
        &[
            r#"emails[type eq "home" and value eq "bjensen@example.com"]"#,
            r#"emails[type eq "other"]"#,
            r#"ims[type eq "aim" and value eq "other"]"#,
            r#"emails[type eq "home"].value eq "bjensen@example.com""#,
            r#"ims ne "someaimhandle""#,
        ],
    );
}

#[test]
fn attributes_may_carry_their_urn_in_any_letter_case() {
    on(
        &babs(),
        true,
        &[
            r#"urn:ietf:params:scim:schemas:core:2.0:User:name.givenName eq "barbara""#,
            r#"URN:IETF:params:scim:schemas:CORE:2.0:user:EMAILS[TYPE EQ "work"]"#,
            r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "tour operations""#,
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value sw \"26118915\"",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager eq \"26118915-6090-4610-87e4-49d8ca9f808d\"",
            "urn:ietf:params:scim:schemas:core:2.0:User:id pr",
        ],
    );
    assert!(refused(r#"department eq "x""#, &USER), "an attribute of an extension needs its URN");
    assert!(refused("urn:ietf:params:scim:schemas:core:2.0:Group:displayName pr", &USER));
}

#[test]
fn letter_case_follows_the_schema_also_within_brackets() {
    let picture = r#"photos[value sw "HTTPS://photos.example.com"]"#;
    on(
        &babs(),
        false,
        &[
            picture,
            r#"photos.value sw "HTTPS://photos.example.com""#,
            r#"id eq "2819C223-7f76-453a-919d-413861904646""#,
            r#"schemas eq "URN:ietf:params:scim:schemas:core:2.0:User""#,
            r#"meta.resourceType eq "user""#,
        ],
    );
    on(
        &babs(),
        true,
        &[
            &picture.to_lowercase(),
            r#"emails[type eq "WORK"].value eq "BJensen@Example.com""#,
            r#"profileUrl eq "https://login.example.com/bjensen""#,
        ],
    );
    let group = r#"members[value eq "2819C223-7F76-453a-919d-413861904646"]"#;
    assert!(holds(group, &tour_guides(), &GROUP), "section 8.7.1: members.value is not exact");
}

#[test]
fn dates_are_compared_as_moments() {
    on(
        &babs(),
        true,
        &[
            r#"meta.lastModified eq "2011-05-13T06:42:34+02:00""#,
            r#"meta.lastModified eq "2011-05-13T04:42:34.000Z""#,
            r#"meta.lastModified eq "2011-05-13T04:42:34""#,
            r#"meta.lastModified gt "2011-05-13T05:42:34+02:00""#,
            r#"meta.lastModified lt "2011-05-13T04:42:34.001Z""#,
            r#"meta.lastModified lt "2011-05-12T23:42:35-05:00""#,
            r#"meta.lastModified sw "2011-05""#,
        ],
    );
    on(
        &babs(),
        false,
        &[r#"meta.lastModified ne "2011-05-13T06:42:34+02:00""#, r#"meta.lastModified gt "2011-05-12T23:42:34-05:00""#],
    );
    for literal in [r#""yesterday""#, r#""""#, "1305261754", "true"] {
        assert!(refused(&format!("meta.lastModified gt {literal}"), &USER), "{literal}");
    }
}

#[test]
fn nothing_is_nothing_in_every_form() {
    let user = json!({
        "userName": "a", "title": "", "nickName": null, "emails": [], "phoneNumbers": [{}], "name": {"givenName": null},
        "active": false
    });
    on(&user, false, &["title pr", "nickName pr", "emails pr", "phoneNumbers pr", "name pr", "name.givenName pr"]);
    on(&user, false, &["emails[not (value pr)]", "locale pr", r#"locale eq """#, r#"locale sw """#]);
    on(
        &user,
        true,
        &[
            "active pr",
            "active eq false",
            "not (emails pr)",
            "nickName eq null",
            "locale eq null",
            "emails eq null",
            "userName ne null",
            r#"locale ne "x""#,
            r#"emails ne "x""#,
            "phoneNumbers[not (value pr)]",
            r#"not (locale eq "x")"#,
            "title ne null",
            "name eq null",
        ],
    );
    on(&babs(), false, &["name eq null", "emails eq null", "addresses eq null", "emails[type eq null]"]);
    on(&babs(), true, &["name pr", "emails pr", "name ne null", "emails.primary pr", "emails[primary eq null]"]);
}

#[test]
fn combinations_that_mean_nothing_are_refused() {
    for text in [
        "active gt true",
        "active le false",
        r#"active co "t""#,
        r#"active eq "perhaps""#,
        "active eq 1",
        "emails.primary lt true",
        r#"x509Certificates.value gt "a""#,
        "userName eq 5",
        "userName ne true",
        "userName gt null",
        "title co null",
        r#"name eq "Barbara""#,
        r#"meta gt "2011""#,
        r#"addresses co "Hollywood""#,
        r#"emails[value eq 5]"#,
        r#"emails[emails.value eq "x"]"#,
        r#"emails[type eq "work"].shoe eq "x""#,
        r#"title[value eq "x"]"#,
        "password pr",
        r#"members.value eq "x""#,
    ] {
        assert!(refused(text, &USER), "{text}");
    }
}

#[test]
fn an_unknown_attribute_is_refused_wherever_it_stands_and_selects_nobody() {
    for text in [
        "shoe pr",
        r#"not (shoe eq "x")"#,
        r#"title pr or shoe eq "x""#,
        r#"userName eq "bjensen@example.com" and (title pr or not (shoe pr))"#,
        "emails[shoe pr]",
        "urn:example:2.0:User:shoe pr",
    ] {
        assert!(refused(text, &USER), "{text}");
    }
    for text in ["shoe pr", r#"shoe eq "x""#, r#"shoe sw """#] {
        assert!(!Filter::parse(text).unwrap().matches(&babs(), &USER), "{text}");
    }
}
