//! A snapshot that can be read is written and read again as the same one.
#![no_main]

use libfuzzer_sys::fuzz_target;
use scim_check::snapshot::{departures, file, read};

fuzz_target!(|text: &str| {
    if let Ok(dialogue) = read(text) {
        let written = file(&dialogue);
        let again = read(&written).unwrap_or_else(|error| panic!("{error}\n{written}"));
        assert!(departures(&dialogue, &again).is_empty(), "{written}");
    }
});
