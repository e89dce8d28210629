//! A scenario file is read, or what is wrong with it is drawn.
#![no_main]

use libfuzzer_sys::fuzz_target;
use scim_check::scenario::{load_scenario, load_suite};

fuzz_target!(|text: &str| {
    if let Err(error) = load_scenario("mine/x", "mine/x.yaml", text) {
        let _ = error.to_string();
    }
    if let Err(error) = load_suite("mine", "mine/suite.yaml", text) {
        let _ = error.to_string();
    }
});
