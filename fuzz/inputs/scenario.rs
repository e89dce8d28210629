//! A scenario file is read, or what is wrong with it is drawn.

use scim_check::scenario::{load_scenario, load_suite};

pub fn hold(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Err(error) = load_scenario("mine/x", "mine/x.yaml", text) {
        let _ = error.to_string();
    }
    if let Err(error) = load_suite("mine", "mine/suite.yaml", text) {
        let _ = error.to_string();
    }
}
