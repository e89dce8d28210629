//! The reference server under the compliance test of `scim2-cli`, which others wrote.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::process::Command;

use scim_check::server::{Server, ServerOptions};
use support::peers::scim2_cli;

/// Checks that must have been made so often at least, so that an output cut short is not taken for a success.
const MADE: &[(&str, usize)] = &[
    ("object_creation", 2),
    ("object_deletion", 2),
    ("object_query", 2),
    ("object_list_with_attributes", 4),
    ("search_with_attributes", 1),
    ("object_replacement", 2),
    ("check_add_attribute", 29),
    ("check_replace_attribute", 31),
    ("check_remove_attribute", 28),
    ("query_all_schemas", 1),
    ("query_all_resource_types", 1),
    ("service_provider_config_endpoint", 1),
];

/// One check: its status and title, such as `SUCCESS object_query`, and the lines that tell of it.
#[derive(Debug)]
struct Check {
    head: String,
    lines: Vec<String>,
}

impl Check {
    fn is_fine(&self) -> bool {
        self.head.starts_with("SUCCESS ")
    }
}

fn checks(command: &mut Command) -> Vec<Check> {
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let Some((_, told)) = text.split_once("Performing a SCIM compliance check") else {
        panic!("no check was made: {text}{}", String::from_utf8_lossy(&output.stderr));
    };
    let mut checks: Vec<Check> = Vec::new();
    for line in told.lines().skip(1) {
        match (checks.last_mut(), line.strip_prefix("  ")) {
            (Some(last), Some(line)) => last.lines.push(line.to_owned()),
            _ => checks.push(Check { head: line.to_owned(), lines: Vec::new() }),
        }
    }
    checks
}

async fn passes(options: ServerOptions) {
    let Some(mut command) = tokio::task::spawn_blocking(scim2_cli).await.unwrap() else {
        return;
    };
    if let Some(token) = &options.token {
        command.env("SCIM_CLI_HEADERS", format!("Authorization: Bearer {token}"));
    }
    let server = Server::start(options).await.unwrap();
    command.args(["--url", server.base_url(), "test", "--verbose"]);
    let checks = tokio::task::spawn_blocking(move || checks(&mut command)).await.unwrap();
    let wrong: Vec<&Check> = checks.iter().filter(|check| !check.is_fine()).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    for (title, times) in MADE {
        let made = checks.iter().filter(|check| check.head == format!("SUCCESS {title}")).count();
        assert!(made >= *times, "{title}: {made}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_server_passes() {
    passes(ServerOptions::default()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_with_people_and_a_token_passes() {
    passes(ServerOptions { seed: 25, token: Some("compliance-token".into()), ..ServerOptions::default() }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_strict_server_passes() {
    passes(ServerOptions { seed: 25, strict: true, ..ServerOptions::default() }).await;
}
