//! A configuration file is read, or what is wrong with it is drawn.

use scim_check::config::ConfigFile;

pub fn hold(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Err(error) = ConfigFile::parse("scim-check.toml", text) {
        let _ = error.to_string();
    }
}
