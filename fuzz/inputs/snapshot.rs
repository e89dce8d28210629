//! A snapshot that can be read is written and read again as the same one.

use scim_check::snapshot::{departures, file, read};

pub fn hold(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(dialogue) = read(text) {
        let written = file(&dialogue);
        let again = read(&written).unwrap_or_else(|error| panic!("{error}\n{written}"));
        assert!(departures(&dialogue, &again).is_empty(), "{written}");
    }
}
