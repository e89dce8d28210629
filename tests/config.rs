//! Settings: what wins, where each value comes from, named targets, and `scim-check config`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use scim_check::config::keys::KEYS;
use serde_json::{Value, json};
use support::{
    binary::{Desk, finish},
    raw::{Answer, Raw},
};

const FILE: &str = "\
timeout = \"20s\"
off = [\"groups\"]
token = { env = \"MINE\" }
[people]
domain = \"all.example\"
[people.attributes]
title = \"Buyer\"
\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department\" = \"Retail\"
[targets.staging]
base_url = \"http://127.0.0.1:7/staging\"
timeout = \"10s\"
off = [\"roles\"]
auth = \"raw\"
[targets.staging.people]
domain = \"staging.example\"
[targets.plain]
base_url = \"http://127.0.0.1:7/plain\"
";

fn config(desk: &Desk, variables: &[(&str, &str)], args: &[&str]) -> Value {
    let ran = desk.run_with(variables, &[&["config", "--json"], args].concat()).ends(0);
    serde_json::from_str(&ran.out).unwrap()
}

/// The value of a setting, and the layers it comes from: `flag --timeout`, `file 3`, `file 11 staging`.
fn told(config: &Value, path: &str) -> (Value, Vec<String>) {
    let setting = &config["settings"][path];
    let layer = |from: &Value| {
        let part = |key: &str| match &from[key] {
            Value::Null => String::new(),
            Value::String(text) => format!(" {text}"),
            other => format!(" {other}"),
        };
        format!("{}{}{}{}", from["layer"].as_str().unwrap(), part("name"), part("line"), part("target"))
    };
    (setting["value"].clone(), setting["from"].as_array().unwrap().iter().map(layer).collect())
}

/// A setting has this value, from this layer.
#[track_caller]
fn is(config: &Value, path: &str, value: Value, from: &str) {
    assert_eq!(told(config, path), (value, vec![from.to_owned()]), "{path}");
}

#[test]
fn the_chosen_target_wins_over_what_holds_for_all() {
    let desk = Desk::new();
    desk.file("scim-check.toml", FILE);
    let bare = config(&desk, &[], &[]);
    is(&bare, "timeout", json!("20s"), "file 1");
    is(&bare, "base_url", Value::Null, "default");
    is(&bare, "jobs", json!(4), "default");
    is(&bare, "people.domain", json!("all.example"), "file 5");
    let staging = config(&desk, &[], &["--target", "staging"]);
    is(&staging, "timeout", json!("10s"), "file 11 staging");
    is(&staging, "base_url", json!("http://127.0.0.1:7/staging"), "file 10 staging");
    is(&staging, "people.domain", json!("staging.example"), "file 15 staging");
    is(&staging, "people.attributes.title", json!("Buyer"), "file 7");
    is(&staging, "token", json!({"env": "MINE"}), "file 3");
    is(&staging, "auth", json!("raw"), "file 13 staging");
    is(&staging, "off", json!(["roles"]), "file 12 staging");
    assert_eq!(staging["target"], json!({"value": "staging", "from": [{"layer": "flag", "name": "--target"}]}));
    // The reference server is none of the targets.
    desk.file("scim-check.toml", format!("default_target = \"staging\"\n{FILE}"));
    is(&config(&desk, &[], &[]), "timeout", json!("10s"), "file 12 staging");
    is(&config(&desk, &[], &["--embedded"]), "timeout", json!("20s"), "file 2");
    desk.run(&["run", "--embedded", "--target", "staging"]).ends(2).says("two targets");
    desk.run(&["config", "--target", "stagin"]).ends(2).says("`stagin`").says("(--target)").says("`staging`?");
    desk.run_with(&[("SCIM_CHECK_TARGET", "x")], &["config"]).ends(2).says("(SCIM_CHECK_TARGET)").says("known are");
}

#[test]
fn flags_win_over_the_environment_and_the_environment_over_the_file() {
    let desk = Desk::new();
    desk.file("scim-check.toml", FILE);
    let variables = [("SCIM_CHECK_TARGET", "plain"), ("SCIM_CHECK_TOKEN", "hush-hush")];
    let plain = config(&desk, &variables, &["--timeout", "1500ms", "--off", "passwords"]);
    is(&plain, "base_url", json!("http://127.0.0.1:7/plain"), "file 17 plain");
    is(&plain, "timeout", json!("1500ms"), "flag --timeout");
    is(&plain, "token", json!({"env": "SCIM_CHECK_TOKEN"}), "environment SCIM_CHECK_TOKEN");
    // What is off adds up.
    let off = (json!(["passwords", "groups"]), vec!["flag --off".to_owned(), "file 2".to_owned()]);
    assert_eq!(told(&plain, "off"), off);
    let both = config(&desk, &variables, &["--target", "staging", "--token", "hush-hush"]);
    is(&both, "timeout", json!("10s"), "file 11 staging");
    is(&both, "token", Value::Null, "flag --token");
    let elsewhere = config(&desk, &[("SCIM_CHECK_BASE_URL", "http://127.0.0.1:7/env")], &[]);
    is(&elsewhere, "base_url", json!("http://127.0.0.1:7/env"), "environment SCIM_CHECK_BASE_URL");
}

#[test]
fn a_run_uses_what_config_shows() {
    let desk = Desk::new();
    let raw = Raw::new(|_| Some(Answer::nobody()));
    let text = FILE.replace("http://127.0.0.1:7/staging", &raw.base());
    desk.file("scim-check.toml", text);
    let args = ["run", "--target", "staging", "okta/connect/test-credentials"];
    desk.run_with(&[("MINE", "hush-hush")], &args).ends(0);
    assert_eq!(raw.heard().last().unwrap().header("authorization"), Some("hush-hush"));
    let count = raw.heard().len();
    desk.run(&args).ends(2).says("the variable MINE, which scim-check.toml:3:1 names for the token, is not set");
    // An address of the environment and the token of a chosen target do not come together.
    let lost = [("MINE", "hush-hush"), ("SCIM_CHECK_BASE_URL", "http://127.0.0.1:7/env")];
    desk.run_with(&lost, &args).ends(2).says("SCIM_CHECK_BASE_URL says another one").says("hint: ");
    assert_eq!(raw.heard().len(), count);
}

/// In each layer there is a token or where to fetch one; the first that has either wins.
#[test]
fn a_token_and_access_tokens_take_each_others_place_layer_by_layer() {
    let desk = Desk::new();
    let top = "base_url = \"http://127.0.0.1:7/\"\n";
    let oauth = "token_url = \"http://127.0.0.1:7/t\"\nclient_id = \"me\"\nclient_secret = { env = \"MINE\" }\n";
    let text = format!("{top}[oauth]\n{oauth}[targets.fixed]\ntoken = {{ env = \"FIXED\" }}\n");
    desk.file("scim-check.toml", &text);
    is(&config(&desk, &[], &[]), "oauth.client_id", json!("me"), "file 4");
    let fixed = config(&desk, &[], &["--target", "fixed"]);
    is(&fixed, "token", json!({"env": "FIXED"}), "file 7 fixed");
    assert_eq!(fixed["settings"]["oauth.client_id"], Value::Null);
    is(
        &config(&desk, &[("SCIM_CHECK_TOKEN", "x")], &[]),
        "token",
        json!({"env": "SCIM_CHECK_TOKEN"}),
        "environment SCIM_CHECK_TOKEN",
    );
    let again = ["--oauth-token-url", "http://127.0.0.1:7/other"];
    // What stands beside one token endpoint is not for another.
    desk.run(&[&["config"], &again[..]].concat()).ends(2).says("is for the token URL beside it (scim-check.toml:3)");
    desk.file("scim-check.toml", text.replace("token_url = \"http://127.0.0.1:7/t\"\n", ""));
    // Nor is what a target has for the one at the top.
    let own = "[targets.own.oauth]\nclient_secret = { env = \"OWN\" }\n";
    desk.file("scim-check.toml", format!("{text}{own}"));
    desk.run(&[&["config", "--target", "own"], &again[..]].concat())
        .ends(2)
        .says("is for the token URL beside it (scim-check.toml:3)");
    desk.file("scim-check.toml", text.replace("token_url = \"http://127.0.0.1:7/t\"\n", ""));
    let again = config(&desk, &[("SCIM_CHECK_TOKEN", "x")], &again);
    is(&again, "oauth.token_url", json!("http://127.0.0.1:7/other"), "flag --oauth-token-url");
    is(&again, "oauth.client_secret", json!({"env": "MINE"}), "file 4");
    desk.file("scim-check.toml", format!("{top}token = {{ env = \"FIXED\" }}\n[targets.a.oauth]\n{oauth}"));
    is(&config(&desk, &[], &["--target", "a"]), "oauth.client_id", json!("me"), "file 5 a");
    is(&config(&desk, &[], &[]), "token", json!({"env": "FIXED"}), "file 2");
    desk.run(&["run", "--oauth-client-id", "me"]).ends(2).says("OAuth 2 needs a token URL");
    desk.file("scim-check.toml", format!("{top}[targets.a]\ntoken = {{ env = \"A\" }}\n[targets.a.oauth]\n{oauth}"));
    desk.run(&["run", "--target", "a"]).ends(2).says("both `token` and `[oauth]` below the target a");
}

/// A token that stands beside one address goes to no other, however that came to be chosen.
#[test]
fn a_variable_that_wins_over_a_target_s_own_token_is_told() {
    let desk = Desk::new();
    let own = "[targets.staging]\nbase_url = \"http://127.0.0.1:7/\"\ntoken = { env = \"MINE\" }\n";
    let oauth = "[targets.fetched.oauth]\ntoken_url = \"http://127.0.0.1:7/t\"\nclient_id = \"me\"\n";
    desk.file("scim-check.toml", format!("token = {{ env = \"ALL\" }}\n{own}{oauth}[targets.plain]\n"));
    let both = [("SCIM_CHECK_TOKEN", "hush-hush"), ("MINE", "still-hush")];
    let note = |args: &[&str]| desk.run_with(&both, &[&["config"], args].concat()).ends(0).err;
    assert_eq!(
        note(&["--target", "staging"]),
        "note: SCIM_CHECK_TOKEN wins over the credentials of the chosen target (scim-check.toml:4, target staging); \
         unset it to use those\n"
    );
    assert!(note(&["--target", "fetched"]).contains("(scim-check.toml:6, target fetched)"));
    // What holds for all is meant to be replaced, and a flag is typed for this run.
    assert_eq!(note(&["--target", "plain"]), "");
    assert_eq!(note(&["--target", "staging", "--token-file", "token"]), "");
    desk.file("scim-check.toml", own.replace("MINE", "SCIM_CHECK_TOKEN"));
    assert_eq!(note(&["--target", "staging"]), "");
}

#[test]
fn a_time_is_written_in_the_file_as_behind_a_flag() {
    let desk = Desk::new();
    for (written, shown) in [("20", "20s"), ("\"20\"", "20s"), ("\"200ms\"", "200ms"), ("\"1m\"", "60s")] {
        desk.file("scim-check.toml", format!("timeout = {written}\n"));
        is(&config(&desk, &[], &[]), "timeout", json!(shown), "file 1");
        let typed = written.trim_matches('"');
        is(&config(&desk, &[], &["--timeout", typed]), "timeout", json!(shown), "flag --timeout");
    }
}

#[test]
fn a_base_url_that_is_none_of_a_scim_server_is_told_what_to_leave_out() {
    let lost = Raw::new(|_| Some(Answer::json(404, &json!({"status": "404"}))));
    for (path, hint) in [
        ("/v2/Users/", "leave /Users out of the base URL"),
        ("/v2/ServiceProviderConfig", "leave /ServiceProviderConfig out of the base URL"),
        ("/v2", "check the base path"),
    ] {
        let url = format!("{}{path}", lost.base());
        let ran = Desk::new().run(&["run", "--base-url", &url, "--token", "hush-hush"]).ends(3);
        assert!(ran.err.contains(hint), "{}", ran.err);
    }
    let port = lost.base().trim_start_matches("http://").to_owned();
    let ran = Desk::new().run(&["run", "--base-url", &format!("https://{port}"), "--token", "hush-hush"]).ends(3);
    assert!(ran.err.contains("hint: write http:// in place of https:// if it is"), "{}", ran.err);
}

#[test]
fn a_token_in_place_of_its_file_is_not_repeated() {
    let desk = Desk::new();
    let token = "Zx81kQpL0mNbVcXsD4fGhJ2kL9";
    let ran = desk.run(&["run", "--base-url", "http://127.0.0.1:7/", "--token-file", token]).ends(2);
    assert!(!ran.err.contains(token) && ran.err.contains("looks like the token itself"), "{}", ran.err);
    let ran = desk.run(&["config", "--token-file", token]).ends(0);
    assert!(!ran.out.contains(token), "{}", ran.out);
    let ran = desk.run(&["run", "--base-url", "http://127.0.0.1:7/", "--token-file", "nowhere-2026.txt"]).ends(2);
    assert!(ran.err.contains("nowhere-2026.txt"), "{}", ran.err);
}

#[test]
fn what_is_for_one_address_is_not_sent_to_another() {
    let desk = Desk::new();
    let target = |base: &str| format!("default_target = \"a\"\n[targets.a]\n{base}token = {{ env = \"A\" }}\n");
    let a = "base_url = \"http://127.0.0.1:7/a\"\n";
    let (typed, other) = (["--base-url", "http://127.0.0.1:7/b"], [("SCIM_CHECK_BASE_URL", "http://127.0.0.1:7/b")]);
    for text in [target(a), format!("{a}token = {{ env = \"A\" }}\n"), format!("{a}{}", target(""))] {
        desk.file("scim-check.toml", &text);
        desk.run(&[&["config"], &typed[..]].concat()).ends(2).says("are for the base URL beside them");
        desk.run_with(&other, &["config"]).ends(2).says("SCIM_CHECK_BASE_URL says another one");
        // So may another tenant be of the same server.
        let tenant = ["config", "--base-url", "http://127.0.0.1:7/a?tenant=b"];
        desk.run(&tenant).ends(2).says("are for the base URL beside them");
        // The same address in other words is the same, and a token that was given for this run may go anywhere.
        config(&desk, &[("SCIM_CHECK_BASE_URL", "http://127.0.0.1:7/a/")], &[]);
        config(&desk, &[("SCIM_CHECK_TOKEN", "x")], &typed);
    }
    // Without an address of its own the token is for whatever is typed.
    desk.file("scim-check.toml", "token = { env = \"A\" }\n");
    config(&desk, &[], &typed);
    // What stands at the top beside an address is for that one, and what a target has is for the target's.
    let both = "base_url = \"http://127.0.0.1:7/b\"\ntoken = { env = \"B\" }\nyes = true\ninsecure = true\n";
    desk.file("scim-check.toml", format!("{both}[targets.a]\n{a}token = {{ env = \"A\" }}\n[targets.bare]\n{a}"));
    let chosen = ["config", "--target", "a"];
    desk.run(&[&chosen[..], &typed].concat()).ends(2).says("scim-check.toml:7, target a) are for the base URL beside");
    desk.run_with(&other, &chosen).ends(2).says("SCIM_CHECK_BASE_URL says another one");
    desk.run(&["config", "--target", "bare"]).ends(2).says("(scim-check.toml:2) are for").says("a token of its own");
    for (given, says) in [(&[][..], true), (&["--target", "a"], false)] {
        let shown = config(&desk, &[], given);
        assert_eq!(
            (&shown["settings"]["yes"]["value"], &shown["settings"]["insecure"]["value"]),
            (&json!(says), &json!(says))
        );
    }
    // Without the token of another tenant only what needs one is left out.
    desk.file("scim-check.toml", format!("{a}other_token = {{ env = \"A\" }}\n"));
    for (given, there) in [(&[][..], true), (&typed, false)] {
        let shown = config(&desk, &[("SCIM_CHECK_TOKEN", "x")], given);
        assert_eq!(!shown["settings"]["other_token"]["value"].is_null(), there, "{given:?}");
    }
}

/// Whatever is wrong with it, a file's values are not repeated where they might be a secret.
#[test]
fn no_error_repeats_what_may_be_a_secret() {
    let desk = Desk::new();
    for text in [
        "token: S3CRETvalue99",
        "api_key S3CRETvalue99",
        "tokens = S3CRETvalue99",
        "[token]\nS3CRETvalue99",
        "[oauth]\nclient_secret =\n\"S3CRETvalue99\"",
        "[oauth]\nclient_secret = [\n\"S3CRETvalue99\" \"\n]",
        "secret = \"\"\"\nS3CRETvalue99 \\q\n\"\"\"",
        "headers = \"\"\"\nAuthorization: Bearer S3CRETvalue99\"\"\" x",
        "\"tok\\u0065n\" = \"S3CRETvalue99\"",
        "base_url = https://user:S3CRETvalue99@h/scim",
        "base_url = [\"https://user:S3CRETvalue99@h/scim\"]",
        "auth = \"Bearer S3CRETvalue99\"",
        "token = \"S3CRETvalue99\"",
        "token = { value = \"S3CRETvalue99\" }",
        "people = \"S3CRETvalue99\"",
        "[targets.a]\ntoken = \"S3CRETvalue99\"",
    ] {
        desk.file("scim-check.toml", text);
        let ran = desk.run(&["config"]).ends(2).says("scim-check.toml:");
        assert!(!ran.err.contains("S3CRET"), "{text}: {}", ran.err);
    }
    // What nobody takes for a secret is drawn.
    desk.file("scim-check.toml", "jobs = many\n");
    desk.run(&["config"]).ends(2).says("jobs = many").says("a text stands in quotation marks");
}

#[test]
fn what_config_prints_is_a_file_with_the_same_settings() {
    let desk = Desk::new();
    desk.file("scim-check.toml", FILE);
    let story = "title: T\nwhy: W\nspec: [rfc7644#3.3]\nlevel: must\nsteps:\n  - test_credentials:\n";
    desk.file("mine/suite/one.yaml", story);
    let args = ["--target", "staging", "--jobs", "2", "--dialect", "okta-aiw+users=patch", "--scenarios", "mine"];
    let text = desk.run(&[&["config"], &args[..]].concat()).ends(0).out;
    let before = config(&desk, &[], &args);
    is(&before, "suites", json!(["suite"]), "flag --scenarios");
    desk.file("scim-check.toml", &text);
    let after = config(&desk, &[], &[]);
    for (path, setting) in before["settings"].as_object().unwrap() {
        // A path in the file is meant from its folder, and shown whole.
        if path != "scenarios" {
            assert_eq!(told(&after, path).0, setting["value"], "{path}\n{text}");
        }
    }
    assert!(text.contains("timeout = \"10s\"  # scim-check.toml:11, target staging\n"), "{text}");
    assert!(text.contains("jobs = 2  # --jobs\n") && text.contains("# wait is not set\n"), "{text}");
}

#[test]
fn no_secret_is_printed() {
    let desk = Desk::new();
    desk.file("scim-check.toml", "other_token = { file = \"other\" }\n");
    desk.file("other", "hush-other\n");
    let variables = [("SCIM_CHECK_TOKEN", "hush-token"), ("SCIM_CHECK_OAUTH_CLIENT_SECRET", "hush-secret")];
    let url = ["--base-url", "https://127.0.0.1:7/scim?key=hush-query", "--header", "X-Key: hush-header"];
    let oauth = ["--oauth-token-url", "https://127.0.0.1:7/t?key=hush-query", "--oauth-client-id", "me"];
    for more in [&["--token", "hush-flag"][..], &[], &oauth] {
        for form in [&["config"][..], &["config", "--json"]] {
            let ran = desk.run_with(&variables, &[form, &url, more].concat()).ends(0).prints("X-Key");
            assert!(!ran.all().contains("hush"), "{}", ran.all());
        }
    }
    desk.run(&["config", "--base-url", "http://ada:hush-hush@127.0.0.1/"]).ends(2);
    // Nor where somebody has written it into the file, whatever the place.
    for text in [
        "other_token = \"hush-hush\"\n",
        "tokn = \"hush-hush\"\n",
        "[targets.a]\ntoken = \"hush-hush\"\n",
        "targets = { a = { token = \"hush-hush\" } }\n",
        "[oauth]\nclient_secrt = \"hush-hush\"\n",
        "token = \"\"\"\nhush-hush\n",
        "token = '''\nhush-hush'''\n",
        "[targets]\ntoken = \"hush-hush\"\n",
        "token = { value = \"hush-hush\" }\n",
    ] {
        desk.file("scim-check.toml", text);
        let ran = desk.run(&["config"]).ends(2).says("scim-check.toml:");
        assert!(!ran.all().contains("hush"), "{text}{}", ran.all());
    }
}

#[test]
fn suites_of_the_file_are_what_runs_where_nothing_is_selected() {
    let desk = Desk::new();
    desk.file("scim-check.toml", "suites = [\"okta/connect\", \"okta-spec/crud\"]\nfail_on = \"may\"\n");
    let ran = desk.run(&["run", "--embedded", "--dry-run"]).ends(0);
    assert!(ran.out.contains("## okta/connect/") && ran.out.contains("## okta-spec/crud/"), "{}", ran.out);
    assert!(!ran.out.contains("## okta/lifecycle/"), "{}", ran.out);
    let ran = desk.run(&["run", "--embedded", "--dry-run", "okta/lookup"]).ends(0);
    assert!(!ran.out.contains("## okta/connect/"), "{}", ran.out);
    let late = ["run", "--embedded", "--fault", "create-location-missing", "okta/lifecycle/assign"];
    desk.run(&late).ends(1);
    desk.run(&[&late[..], &["--fail-on", "must"]].concat()).ends(0);
    desk.file("scim-check.toml", "suites = [\"okta\", \"okta-spc\"]\n");
    desk.run(&["run", "--embedded"]).ends(4).says("`okta-spc` (scim-check.toml:1:1)").says("did you mean `okta-spec`?");
}

#[test]
fn a_target_has_waivers_and_reports_of_its_own() {
    let desk = Desk::new();
    let waive = "[[targets.a.waive]]\nrule = \"x-*\"\nreason = \"R\"\n";
    desk.file("scim-check.toml", format!("[targets.a]\nreports = [\"json=out/a.json\"]\n{waive}[targets.b]\n"));
    let a = config(&desk, &[], &["--target", "a"]);
    assert_eq!(a["waivers"], json!([{"file": "scim-check.toml", "line": 3}]));
    assert_eq!(config(&desk, &[], &["--target", "b"])["waivers"], json!([]));
    let report = a["settings"]["reports"]["value"][0].as_str().unwrap();
    assert_eq!(desk.plain(report), "json=[here]/out/a.json");
}

fn page() -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/configuration.md");
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn every_key_flag_and_variable_is_in_the_docs() {
    let text = page();
    let table: Vec<&str> = text.lines().filter(|line| line.starts_with("| ")).collect();
    for key in KEYS.iter().filter(|key| !key.path.contains("waive")) {
        let whole_table = key.form.contains("on a line of its own");
        if !whole_table {
            let row = table.iter().find(|row| row.contains(&format!("`{}`", key.path)));
            let row = row.unwrap_or_else(|| panic!("{} is in no row", key.path));
            for flag in key.flag.split(", ") {
                assert!(row.contains(flag), "{flag}: {row}");
            }
            assert!(row.contains(key.variable), "{}: {row}", key.variable);
        }
    }
}

/// The first example has every key there is, and means what it says.
#[test]
fn the_examples_of_the_docs_are_read() {
    let text = page();
    let blocks: Vec<&str> = text.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    let desk = Desk::new();
    desk.file("checks/mine/one.yaml", "title: T\nwhy: W\nspec: [rfc7644#3.3]\nlevel: must\nsteps: [{ import: }]\n");
    desk.file("scim-check.toml", blocks[0]);
    let whole = config(&desk, &[], &["--target", "staging"]);
    is(&whole, "off", json!(["groups", "patch"]), "file 38 staging");
    let keys = KEYS
        .iter()
        .filter(|key| !["oauth", "snapshots", "waive", "default_target"].iter().any(|skip| key.path.contains(skip)));
    for key in keys {
        let name = key.path.rsplit('.').next().unwrap();
        assert!(
            blocks[0].contains(&format!("{name} = ")) || blocks[0].contains(&format!("{name}]")) || name == "targets",
            "{name}"
        );
    }
    let several = blocks.iter().find(|block| block.contains("default_target")).unwrap();
    desk.file("scim-check.toml", several);
    is(&config(&desk, &[], &[]), "base_url", json!("http://127.0.0.1:8080/scim/v2"), "file 5 local");
    let staging = config(&desk, &[], &["--target", "staging", "--jobs", "2"]);
    is(&staging, "timeout", json!("20s"), "file 2");
    assert_eq!(staging["waivers"].as_array().unwrap().len(), 1);
    // And the screen is real.
    let screen = text.split("```console\n").nth(1).unwrap().split("```").next().unwrap();
    let printed = desk.run(&["config", "--target", "staging", "--jobs", "2"]).ends(0).out;
    let mut lines = printed.lines();
    for line in screen.lines().skip(1).filter(|line| *line != "...") {
        assert!(lines.any(|printed| printed == line), "`{line}` is not in, or not in this order:\n{printed}");
    }
}

/// What is no text is a path all the same, and no name of a target: nothing is played against another one in its place.
#[cfg(unix)]
#[test]
fn words_that_are_no_text() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt};
    let desk = Desk::new();
    let odd = OsStr::from_bytes(b"odd\xff.json");
    let mut command = desk.command(["run", "--embedded", "okta/connect/test-credentials", "--report"]);
    command.arg(OsStr::from_bytes(b"json=odd\xff.json"));
    let ran = finish(command);
    assert!(
        matches!(ran.code, Some(0 | 2)) && !ran.err.contains("a fault in scim-check"),
        "{:?} {}",
        ran.code,
        ran.err
    );
    assert_eq!(ran.code == Some(0), desk.path().join(odd).exists());
    desk.file("scim-check.toml", "default_target = \"x\"\n[targets.x]\nbase_url = \"http://127.0.0.1:7/x\"\n");
    for name in ["SCIM_CHECK_TARGET", "SCIM_CHECK_BASE_URL"] {
        let mut command = desk.command(["config"]);
        command.env(name, odd);
        finish(command).ends(2).says(&format!("the variable {name} is not UTF-8"));
    }
}
