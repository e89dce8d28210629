//! A path that can be read is written and read again as the same one.
#![no_main]

use libfuzzer_sys::fuzz_target;
use scim_check::scim::AttrPath;

fuzz_target!(|text: &str| {
    if let Ok(path) = text.parse::<AttrPath>() {
        let written = path.to_string();
        assert_eq!(written.parse::<AttrPath>().as_ref(), Ok(&path), "{written}");
    }
});
