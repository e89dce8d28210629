//! An attribute path that can be read is written as itself.

use scim_check::scim::AttrPath;

pub fn hold(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(path) = text.parse::<AttrPath>() {
        let written = path.to_string();
        assert_eq!(written.parse::<AttrPath>().as_ref(), Ok(&path), "{written}");
    }
}
