//! A configuration file is read, or what is wrong with it is drawn.
#![no_main]

use libfuzzer_sys::fuzz_target;
use scim_check::config::ConfigFile;

fuzz_target!(|text: &str| {
    if let Err(error) = ConfigFile::parse("scim-check.toml", text) {
        let _ = error.to_string();
    }
});
