//! Consent to write to a host that is not this machine.

use std::io::{IsTerminal, stderr, stdin};

use super::{failure::Failure, print};
use crate::http::BaseUrl;

/// Asks where that can be done; `given` is a consent given before.
pub fn consent(base: &BaseUrl, credentials: bool, given: bool) -> Result<(), Failure> {
    if base.is_loopback() || given {
        return Ok(());
    }
    let mut what = format!("this creates, changes and removes people and groups of its own on {}", base.host());
    if !base.is_tls() && credentials {
        what.push_str(", and sends the token over plain http");
    }
    if !stdin().is_terminal() || !stderr().is_terminal() {
        return Err(Failure::usage(
            format!("consent is needed: {what}"),
            "say --yes, or `yes = true` in scim-check.toml, if that is what you want",
        ));
    }
    print::talk(&format!("{what}.\nGo on? [y/N] "));
    let mut answer = String::new();
    let _ = stdin().read_line(&mut answer);
    if matches!(answer.trim(), "y" | "Y" | "yes") {
        return Ok(());
    }
    Err(Failure::usage("not without consent", "nothing was sent"))
}
