//! Text that is too long for the place where it is shown.

/// The text, or its beginning and how much more there is, in characters.
pub(super) fn clipped(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        None => text.to_owned(),
        Some((at, _)) => format!("{}... ({} characters more)", &text[..at], text[at..].chars().count()),
    }
}
