//! The examples in the docs can be used as they stand.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{fs, path::Path};

use scim_check::{
    config::ConfigFile,
    idp::actions,
    scenario::{load_scenario, load_suite},
    scim::Leniency,
};

fn page(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name)).unwrap()
}

fn blocks(text: &str, language: &str) -> Vec<String> {
    let opening = format!("```{language}\n");
    text.split(&opening).skip(1).map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
}

#[test]
fn the_examples_of_scenarios_load() {
    let text = page("scenarios.md");
    let blocks = blocks(&text, "yaml");
    let block = |holds: &str| blocks.iter().find(|block| block.contains(holds)).unwrap().as_str();
    load_scenario("docs/example", "docs/scenarios.md", &blocks[0]).unwrap();
    let raw =
        format!("title: t\nwhy: w\nspec: [rfc7644#3.4.2]\nlevel: may\npeople: {{ ada: {{}} }}\nsteps:\n{}", blocks[1]);
    load_scenario("docs/raw", "docs/scenarios.md", &raw).unwrap();
    let more = format!(
        "title: t\nwhy: w\nspec: [rfc7644#3.4.2]\nlevel: may\npeople: {{ ada: {{}} }}\nsteps:\n  - request: GET /Users\n{}",
        block("      should:")
    );
    load_scenario("docs/should", "docs/scenarios.md", &more).unwrap();
    let lists = format!(
        "title: t\nwhy: w\nspec: [rfc7644#3.4.2]\nlevel: may\npeople: {{ ada: {{}}, bob: {{}}, eve: {{}} }}\nsteps:\n{}",
        block("finds:")
    );
    load_scenario("docs/lists", "docs/scenarios.md", &lists).unwrap();
    let at_once = format!(
        "title: t\nwhy: w\nspec: [rfc7644#3.3]\nlevel: may\npeople: {{ ada: {{}} }}\nsteps:\n{}{}",
        "  - request: GET /Users\n    save: { made: /id }\n",
        [block("when:"), block("at_once:")].concat()
    );
    load_scenario("docs/at-once", "docs/scenarios.md", &at_once).unwrap();
    load_suite("docs", "docs/scenarios.md", block("levels:")).unwrap();
}

#[test]
fn every_action_is_described() {
    let text = page("scenarios.md");
    for action in actions() {
        assert!(text.contains(&format!("`{action}")), "{action} is not in docs/scenarios.md");
    }
}

#[test]
fn the_example_of_the_configuration_loads() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scim-check.toml");
    fs::write(&path, &blocks(&page("configuration.md"), "toml")[0]).unwrap();
    let (_, config) = ConfigFile::find(Some(&path), folder.path()).unwrap().unwrap();
    assert_eq!(config.defaults.people.domain.as_deref(), Some("corp.example"));
}

#[test]
fn the_example_of_a_waiver_loads() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scim-check.toml");
    fs::write(&path, &blocks(&page("waivers.md"), "toml")[0]).unwrap();
    let (_, config) = ConfigFile::find(Some(&path), folder.path()).unwrap().unwrap();
    assert_eq!((config.waivers.len(), config.waivers[0].lines), (1, (1, 6)));
    assert_eq!(config.waivers[0].file, "scim-check.toml");
}

/// The derived text of a `Leniency` names its fields.
#[test]
fn every_leniency_is_told() {
    let text = page("leniences.md");
    let fields = format!("{:?}", Leniency::STRICT);
    let (_, fields) = fields.split_once('{').unwrap();
    let fields: Vec<&str> =
        fields.trim_end_matches('}').split(',').map(|f| f.split(':').next().unwrap().trim()).collect();
    assert!(fields.len() >= 5, "{fields:?}");
    for field in fields {
        assert!(text.contains(&format!("| `{field}` |")), "{field} is not in docs/leniences.md");
    }
}
