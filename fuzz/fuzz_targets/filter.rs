//! A filter that can be read is written and read again as the same one, and holds of somebody or does not.
#![no_main]

use libfuzzer_sys::fuzz_target;
use scim_check::scim::Filter;

fuzz_target!(|text: &str| {
    if let Ok(filter) = Filter::parse(text) {
        let written = filter.to_string();
        let again = Filter::parse(&written).unwrap_or_else(|error| panic!("{written}: {error}"));
        assert_eq!(filter, again, "{written}");
    }
});
