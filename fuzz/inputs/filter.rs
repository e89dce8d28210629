//! A filter that can be read is written as one that means the same.

use scim_check::scim::Filter;

pub fn hold(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(filter) = Filter::parse(text) {
        let written = filter.to_string();
        let again = Filter::parse(&written).unwrap_or_else(|error| panic!("{written}: {error}"));
        assert_eq!(filter, again, "{written}");
    }
}
