//! Characters that nobody sees and that act where a text is shown.

/// True for control, bidi and other invisible characters, and noncharacters.
pub fn acts(character: char) -> bool {
    character.is_control()
        // The last two of each plane, and 32 more, are for nobody to exchange; XML forbids two of them.
        || u32::from(character) & 0xfffe == 0xfffe
        || matches!(character,
            '\u{00ad}' | '\u{061c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}' | '\u{fdd0}'..='\u{fdef}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}
