//! Text of the target on its way to a terminal: what could act there is made visible instead.

/// Escapes control, bidi and other invisible characters; keeps letters of every script.
pub fn sanitise(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if acts(character) {
            out.extend(character.escape_unicode());
        } else {
            out.push(character);
        }
    }
    out
}

pub(super) fn acts(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{00ad}' | '\u{061c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_and_bidi_controls_do_not_act() {
        assert_eq!(sanitise("a\u{1b}[31mé\u{202e}b\nc"), "a\\u{1b}[31mé\\u{202e}b\\u{a}c");
    }
}
