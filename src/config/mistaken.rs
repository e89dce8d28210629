//! A secret that was given where the name of a file belongs.

use std::path::Path;

/// Names of files are rarely longer.
const LONG: usize = 24;
/// Nor so long with dots in them, as some tokens have.
const LONGER: usize = 64;

/// True where a name is of no file, and looks like the secret itself: long, with digits, no path, and no dot unless it is very long. No output
/// may show it.
pub fn is_secret_itself(path: &Path) -> bool {
    let name = path.to_string_lossy();
    let long = name.len() > if name.contains('.') { LONGER } else { LONG };
    long && !name.contains(['/', '\\']) && name.contains(|one: char| one.is_ascii_digit()) && !path.exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_are_shown_and_tokens_are_not() {
        let shown = |name: &str| !is_secret_itself(Path::new(name));
        assert!(shown("token") && shown("scim-token-2026.txt") && shown("/run/secrets/scim_token_of_production_2026"));
        assert!(shown("a-long-name-of-a-file-without-digits"));
        assert!(!shown("Zx81kQpL0mNbVcXsD4fGhJ2kL9"));
        assert!(!shown(&format!("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.{}", "x1".repeat(20))));
    }
}
