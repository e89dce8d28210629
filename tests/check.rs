//! The library, as a test of a server uses it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{fs, time::Duration};

use scim_check::{
    Check,
    judge::Level,
    run::ExitCode,
    scenario::Need,
    server::{Server, ServerOptions, fault},
};

const TOKEN: &str = "library-token-0123456789";

async fn server(faults: &[&str]) -> Server {
    let faults = faults.iter().map(|name| fault::by_name(name).unwrap()).collect();
    Server::start(ServerOptions { token: Some(TOKEN.to_owned()), seed: 20, faults, ..ServerOptions::default() })
        .await
        .unwrap()
}

#[tokio::test]
async fn a_good_server_passes() {
    let server = server(&[]).await;
    let check =
        Check::new(server.base_url()).bearer(TOKEN).suite("okta").suite("okta-spec").dialect("okta-aiw").jobs(2);
    let record = check.run().await.unwrap();
    assert_eq!(record.exit_code(), ExitCode::Ok, "{}", check.report(&record));
    assert!(record.summary().passed > 50 && record.scenarios.iter().any(|one| one.suite == "okta-spec"));
    assert!(record.scenarios.iter().all(|one| one.dialect.as_deref() != Some("okta-catalogue")));
    assert!(record.leftovers().next().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_one_fails_and_the_report_says_why() {
    let server = server(&["patch-active-noop-200"]).await;
    let check = Check::new(server.base_url()).bearer(TOKEN).select("okta/lifecycle").settle(Duration::ZERO);
    let record = check.run().await.unwrap();
    assert_eq!(record.exit_code(), ExitCode::Findings);
    let report = check.report(&record);
    assert!(report.contains("must  A deactivated person") && report.contains("fix  "), "{report}");
    assert!(!report.contains(TOKEN) && !format!("{check:?}").contains(TOKEN));
    // What a failed `unwrap` would print: no bodies, and of others no values.
    let debug = format!("{record:?}");
    assert!(!debug.contains("@corp.example") && !debug.contains("password\":"), "{}", debug.len());
    let json = scim_check::report::json(&record, &check.context(&record).unwrap(), true).to_string();
    assert!(json.contains("deactivation-not-shown") && !json.contains(TOKEN));

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("scim-check.toml");
    fs::write(&file, "[[waive]]\nrule = \"deactivation-not-shown\"\nscenario = \"okta/**\"\nreason = \"later\"\n")
        .unwrap();
    let waived = check.clone().waivers(&file).run().await.unwrap();
    assert_eq!(waived.exit_code(), ExitCode::Ok);
    fs::write(&file, "[[waive]]\n").unwrap();
    let error = check.clone().waivers(&file).run().await.unwrap_err().to_string();
    assert!(error.contains("scim-check.toml") && error.contains("neither of which rule"), "{error}");
}

#[tokio::test]
async fn what_is_lower_counts_where_it_is_asked_for_and_what_is_not_there_is_skipped() {
    let server = server(&["media-type-text-plain"]).await;
    let check = Check::new(server.base_url()).bearer(TOKEN).select("okta/lifecycle/assign").fail_on(Level::May);
    assert_eq!(check.run().await.unwrap().exit_code(), ExitCode::Findings);
    let check = Check::new(server.base_url()).bearer(TOKEN).select("okta/groups").without(Need::Groups);
    assert_eq!(check.run().await.unwrap().exit_code(), ExitCode::Nothing);
}

#[tokio::test]
async fn what_can_not_be_used_is_an_error_with_a_hint() {
    let server = server(&[]).await;
    let good = || Check::new(server.base_url()).bearer(TOKEN);
    for (check, says) in [
        (Check::new(server.base_url()), "the target wants credentials"),
        (good().bearer("wrong"), "refuses the credentials"),
        (good().bearer("two\nlines"), "token"),
        (good().dialect("okta-awi"), "the dialect `okta-awi` can't be read"),
        (good().select("okta/lifecycel"), "okta/lifecycle"),
        (good().scenarios("nowhere"), "nowhere"),
        (Check::new("https://127.0.0.1:1").ca_file("nowhere.pem"), "nowhere.pem"),
        (good().header("no name", "x"), "header"),
        (Check::new("ftp://127.0.0.1"), "http"),
        (Check::new("https://scim.example.com/v2").bearer(TOKEN), "consent is needed"),
    ] {
        let Err(error) = check.run().await else { panic!("no error: {says}") };
        let text = error.to_string();
        assert!(text.contains(says) && !error.hint.is_empty() && !text.contains(TOKEN), "{says}: {text}");
    }
}
