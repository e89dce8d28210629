//! The JSON Schemas under `docs/`, for editors: they take what the readers take, and know the same keys.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::{collections::BTreeSet, fs, path::Path};

use jsonschema::Validator;
use scim_check::{
    config::{ConfigFile, keys::KEYS},
    idp::{Dialect, actions},
    judge::Level,
    scenario::{Need, SCENARIOS, load_scenario, load_suite},
};
use serde_json::Value;

fn schema(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name);
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn validator(name: &str) -> Validator {
    jsonschema::draft7::new(&schema(name)).unwrap()
}

fn yaml(text: &str) -> Value {
    serde_saphyr::from_str(text).unwrap()
}

/// The keys that a schema knows at a place.
fn of_schema(schema: &Value, place: &str) -> BTreeSet<String> {
    let object = schema.pointer(place).unwrap();
    assert_eq!(object["additionalProperties"], false, "{place}");
    object["properties"].as_object().unwrap().keys().cloned().collect()
}

/// The words that a definition of a schema takes.
fn words(schema: &Value, definition: &str) -> Vec<String> {
    let each = schema["definitions"][definition]["oneOf"].as_array().unwrap();
    each.iter().map(|one| one["const"].as_str().unwrap().to_owned()).collect()
}

/// The keys that a reader names where it meets one that it does not know.
fn of_hint(hint: &str) -> BTreeSet<String> {
    let list = hint.split("known are ").nth(1).unwrap_or_else(|| panic!("{hint}"));
    list.split(", ").map(str::to_owned).collect()
}

/// Far from every key.
const UNKNOWN: &str = "qqqqqqqqqqqq";

fn config(text: &str) -> Result<ConfigFile, scim_check::scenario::DataError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scim-check.toml");
    fs::write(&path, text).unwrap();
    ConfigFile::find(Some(&path), folder.path()).map(|found| found.unwrap().1)
}

#[test]
fn every_built_in_scenario_and_suite_is_valid() {
    let validator = validator("scenario.schema.json");
    let mut wrong = Vec::new();
    for (path, text) in SCENARIOS {
        wrong.extend(
            validator.iter_errors(&yaml(text)).map(|error| format!("{path}: {}: {error}", error.instance_path())),
        );
    }
    assert!(SCENARIOS.len() > 300 && wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_schema_of_the_configuration_has_the_keys_of_its_reader() {
    let schema = schema("scim-check.schema.json");
    for (table, place) in [
        ("", ""),
        ("[oauth]\n", "/definitions/OauthSection"),
        ("[people]\n", "/definitions/PeopleSection"),
        ("[snapshots]\n", "/definitions/SnapshotsSection"),
        ("[[snapshots.redact]]\n", "/definitions/RedactSection"),
        ("[[waive]]\n", "/definitions/Waiver"),
        ("[targets.a]\n", "/definitions/Target"),
        ("[[targets.a.waive]]\n", "/definitions/Waiver"),
        ("[targets.a.oauth]\n", "/definitions/OauthSection"),
    ] {
        let error = config(&format!("{table}{UNKNOWN} = 1\n")).unwrap_err();
        assert_eq!(of_hint(&error.hint), of_schema(&schema, place), "{table}");
    }
    // And each of them has a form for its errors, except what stands only in lists.
    let forms: BTreeSet<&str> = KEYS.iter().map(|key| key.path.split('.').next().unwrap()).collect();
    for key in of_schema(&schema, "") {
        assert!(forms.contains(key.as_str()), "{key} has no form");
    }
    assert_eq!(words(&schema, "Need"), Need::ALL.map(Need::word));
    let dialects = schema.pointer("/properties/dialects/default").unwrap();
    assert_eq!(*dialects, serde_json::json!(Dialect::NAMES));
    assert_eq!(words(&schema, "Level"), [Level::May, Level::Should, Level::Must].map(Level::word));
}

/// What the schema calls a default is what holds where nothing is said.
#[test]
fn the_defaults_are_those_of_the_program() {
    let desk = support::binary::Desk::new();
    let shown: Value = serde_json::from_str(&desk.run(&["config", "--json"]).ends(0).out).unwrap();
    let schema = schema("scim-check.schema.json");
    let mut held = 0;
    for (place, table) in
        [("", ""), ("people.", "/definitions/PeopleSection"), ("snapshots.", "/definitions/SnapshotsSection")]
    {
        for (name, property) in schema.pointer(&format!("{table}/properties")).unwrap().as_object().unwrap() {
            if let Some(default) = property.get("default") {
                let setting = &shown["settings"][format!("{place}{name}")];
                assert_eq!(setting["value"], *default, "{place}{name}");
                held += 1;
            }
        }
    }
    assert!(held >= 11, "{held}");
    for format in scim_check::report::Format::ALL {
        assert!(
            validator("scim-check.schema.json")
                .is_valid(&serde_json::json!({"reports": [format!("{}=x", format.word())]}))
        );
    }
}

/// What a form shows is taken by the reader and by the schema.
#[test]
fn the_forms_of_keys_are_valid() {
    let validator = validator("scim-check.schema.json");
    let mut tried = 0;
    for key in KEYS {
        let (table, name) = key.path.rsplit_once('.').map_or(("", key.path), |(table, name)| (table, name));
        for form in key.form.split(" or ").filter(|form| form.starts_with(&format!("{name} = "))) {
            let head = match table {
                "" => String::new(),
                "waive" if name == "reason" => "[[waive]]\nrule = \"x\"\n".to_owned(),
                "waive" if name == "rule" || name == "scenario" => "[[waive]]\nreason = \"r\"\n".to_owned(),
                "waive" => "[[waive]]\nrule = \"x\"\nreason = \"r\"\n".to_owned(),
                table => format!("[{table}]\n"),
            };
            let foot = if name == "default_target" { "\n[targets.staging]\n" } else { "\n" };
            let text = format!("{head}{form}{foot}");
            config(&text).unwrap_or_else(|error| panic!("{text}{error}"));
            let value: Value = toml::from_str(&text).unwrap();
            assert!(validator.is_valid(&value), "{text}{:?}", validator.iter_errors(&value).next());
            tried += 1;
        }
    }
    assert!(tried >= 38, "{tried}");
}

#[test]
fn what_the_reader_of_the_configuration_refuses_is_not_valid() {
    let validator = validator("scim-check.schema.json");
    for text in [
        "base_ulr = \"http://h/\"",
        "base_url = \"127.0.0.1:8080\"",
        "token = \"hush\"",
        "token = { env = \"A\", file = \"b\" }",
        "timeout = -1",
        "timeout = 1.5",
        "timeout = \"soon\"",
        "jobs = 0",
        "jobs = 65",
        "max_body = 10",
        "off = [\"gropus\"]",
        "dialects = \"okta-aiw\"",
        "dialects = []",
        "dialects = [\"okta-awi\"]",
        "dialects = [\"okta-aiw+users=post\"]",
        "auth = \"digest\"",
        "fail_on = \"high\"",
        "suites = \"okta\"",
        "[people]\nlogins = \"mail\"",
        "[oauth]\nclient_secret = \"hush\"",
        "[snapshots]\nlevel = \"high\"",
        "[targets]\na = 1",
        "[targets.a.targets.b]\njobs = 1",
        "[[waive]]\nrule = \"x\"",
        "[[waive]]\nreason = \"r\"",
        "[[waive]]\nrule = \"x\"\nreason = \" \"",
        "[[waive]]\nrule = \"x\"\nreason = \"r\"\nuntil = \"soon\"",
        "[[waive]]\nscenario = \"a@okta-aiw\"\nreason = \"r\"",
    ] {
        let value: Value = toml::from_str(text).unwrap();
        // A base URL is read where it is used.
        assert!(config(text).is_err() || text.starts_with("base_url"), "{text}");
        assert!(!validator.is_valid(&value), "{text}");
    }
}

const HEAD: &str = "title: T\nwhy: W\nspec: [rfc7644#3.3]\nlevel: must\npeople: { ada: {} }\ngroups: { crew: {} }\n";

#[test]
fn the_schema_of_scenarios_has_the_keys_of_its_reader() {
    let schema = schema("scenario.schema.json");
    let steps = "steps: [{ test_credentials: }]\n";
    let step = |step: &str| format!("{HEAD}steps:\n  - {step}\n");
    let unknown = format!("{{ {UNKNOWN}: 1 }}");
    let set = |word: &str| step(&format!("{word}: {unknown}"));
    let request = |rest: &str| step(&format!("{{ request: GET /Users, {rest} }}"));
    for (text, place) in [
        (format!("{HEAD}{steps}{UNKNOWN}: 1\n"), "/definitions/ScenarioFile"),
        (format!("{HEAD}{steps}given: {unknown}\n"), "/definitions/GivenFile"),
        (format!("{HEAD}{steps}app: {unknown}\n"), "/definitions/AppSettings"),
        (step(&unknown), "/definitions/StepFile"),
        (set("edit"), "/definitions/EditFile"),
        (set("rename"), "/definitions/RenameFile"),
        (set("add_member"), "/definitions/MemberFile"),
        (set("remove_member"), "/definitions/MemberFile"),
        (set("grant"), "/definitions/GrantFile"),
        (set("revoke"), "/definitions/GrantFile"),
        (step(&format!("at_once: [{{ request: GET /Users, {UNKNOWN}: 1 }}]")), "/definitions/AskFile"),
        (request(&format!("expect: {unknown}")), "/definitions/ExpectFile"),
        (request(&format!("expect: {{ or: {unknown} }}")), "/definitions/ShouldFile"),
        (request(&format!("expect: {{ should: {unknown} }}")), "/definitions/ShouldFile"),
        (step(&format!("{{ assign: ada, then: [{unknown}] }}")), "/definitions/ThenFile"),
    ] {
        let error = load_scenario("x/y", "x/y.yaml", &text).unwrap_err();
        assert_eq!(error.message, format!("unknown key `{UNKNOWN}`"), "{text}");
        assert_eq!(of_hint(&error.hint), of_schema(&schema, place), "{text}");
    }
    let error = load_suite("x", "x/suite.yaml", &format!("title: T\nwhy: W\n{UNKNOWN}: 1\n")).unwrap_err();
    assert_eq!(of_hint(&error.hint), of_schema(&schema, "/definitions/SuiteFile"));
    let error = load_suite("x", "x/suite.yaml", &format!("title: T\nwhy: W\nlevels: [{unknown}]\n")).unwrap_err();
    assert_eq!(of_hint(&error.hint), of_schema(&schema, "/definitions/LevelFile"));
    let group =
        load_scenario("x/y", "x/y.yaml", &format!("{HEAD}{steps}").replace("crew: {}", &format!("crew: {unknown}")));
    let told = group.unwrap_err().message;
    let known: BTreeSet<String> = told.split('`').skip(5).step_by(2).map(str::to_owned).collect();
    assert_eq!(known, of_schema(&schema, "/definitions/GroupFile"), "{told}");
    // Every action, and each of them enough for a step.
    let one: BTreeSet<&str> = schema
        .pointer("/definitions/StepFile/oneOf")
        .unwrap()
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["required"][0].as_str().unwrap())
        .collect();
    assert_eq!(one, actions().chain(["meanwhile", "request", "at_once"]).collect());
    assert_eq!(words(&schema, "Need"), Need::ALL.map(Need::word));
}

#[test]
fn what_the_reader_of_scenarios_refuses_is_not_valid() {
    let validator = validator("scenario.schema.json");
    let fine = format!("{HEAD}steps:\n  - assign: ada\n");
    load_scenario("x/y", "x/y.yaml", &fine).unwrap();
    assert!(validator.is_valid(&yaml(&fine)));
    let step = |step: &str| format!("{HEAD}steps:\n  - {step}\n");
    let request = |rest: &str| step(&format!("{{ request: GET /Users, {rest} }}"));
    for text in [
        fine.replace("why: W\n", ""),
        fine.replace("why: W", "wy: W"),
        fine.replace("must", "high"),
        fine.replace("ada", "a-b"),
        fine.replace("people:", "needs: [gropus]\npeople:"),
        fine.replace("people:", "dialects: two\npeople:"),
        fine.replace("people:", "app: { users: post }\npeople:"),
        fine.replace("crew: {}", "crew: { name: staff }"),
        format!("{HEAD}steps: []\n"),
        step("asign: ada"),
        step("name: nothing"),
        step("{ request: GET /Users, at_once: [{ request: GET /Users }, { request: GET /Groups }] }"),
        step("test_credentials: false"),
        step("{ assign: ada, unassign: ada }"),
        step("{ assign: ada, pause_ms: 20000 }"),
        step("{ assign: ada, then: [{ user: ada, lookup: ada }] }"),
        step("edit: { set: { title: x } }"),
        step("rename: { group: crew, to: staff }"),
        step("grant: { user: ada, of: groups }"),
        step("meanwhile: { user: ada, deactivate: ada }"),
        step("at_once: [{ request: GET /Users }]"),
        step("request: FETCH /Users"),
        step("request: GET Users"),
        step("request: GET /Users?count=1"),
        request("auth: theirs"),
        request("times: 201"),
        request("expect: { status: 2000 }"),
        request("expect: { status: ok }"),
        request("expect: { finds: sorted }"),
        request("expect: { level: high }"),
        request("save: { id: { cookie: x } }"),
        "title: T\nwhy: W\nlevels: [{ rule: redirect, level: hard, reason: R }]\n".to_owned(),
        "title: T\n".to_owned(),
    ] {
        let read = match text.contains("steps:") {
            true => load_scenario("x/y", "x/y.yaml", &text).is_ok(),
            false => load_suite("x", "x/suite.yaml", &text).is_ok(),
        };
        assert!(!read, "the reader takes it: {text}");
        assert!(!validator.is_valid(&yaml(&text)), "{text}");
    }
}

#[test]
fn what_init_writes_and_the_docs_show_is_valid() {
    let scenarios = validator("scenario.schema.json");
    for text in [include_str!("../src/cli/init/leaver.yaml"), include_str!("../src/cli/init/suite.yaml")] {
        let errors: Vec<String> = scenarios.iter_errors(&yaml(text)).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
    }
    let settings = validator("scim-check.schema.json");
    let page = include_str!("../docs/configuration.md");
    let shown = page.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let mut tried = 0;
    for text in shown.chain([include_str!("../src/cli/init/scim-check.toml")]) {
        let value: Value = toml::from_str(text).unwrap();
        let errors: Vec<String> = settings.iter_errors(&value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{text}{errors:?}");
        tried += 1;
    }
    assert!(tried >= 4, "{tried}");
}
