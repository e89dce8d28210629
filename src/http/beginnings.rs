//! The first bytes of texts that are looked for: at nearly all places of another text none of them begins, which is quickly seen.

/// So many bytes of a text are its beginning.
pub(super) const LENGTH: usize = 4;
/// So many beginnings are told apart, in 8 KiB.
const ALL: usize = 1 << 16;

/// A bit for each beginning; some share one.
#[derive(Clone, Default)]
pub(super) struct Beginnings(Vec<u64>);

impl Beginnings {
    /// Remembers the beginning of a text of at least [`LENGTH`] bytes.
    pub(super) fn add(&mut self, text: &[u8]) {
        self.0.resize(ALL / 64, 0);
        let number = number(text);
        self.0[number / 64] |= 1 << (number % 64);
    }

    /// False where no text begins as this one does, in whatever letter case.
    pub(super) fn may_stand_before(&self, text: &[u8]) -> bool {
        let number = number(text);
        self.0.get(number / 64).is_some_and(|bits| bits & (1 << (number % 64)) != 0)
    }
}

/// A number for a beginning, the same in other letter case. Of shorter texts there is none to look for.
fn number(text: &[u8]) -> usize {
    let first: [u8; LENGTH] = text.first_chunk().copied().unwrap_or_default();
    // The bit that tells letters apart by case: some other bytes become alike, too.
    let folded = u32::from_le_bytes(first) | 0x2020_2020;
    (folded.wrapping_mul(0x9E37_79B1) >> 16) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_alike_is_known_in_any_letter_case_and_hardly_anything_else() {
        let mut beginnings = Beginnings::default();
        assert!(!beginnings.may_stand_before(b"Secret"));
        for text in ["Secret", "\u{e9}t\u{e9}", "7f3a"] {
            beginnings.add(text.as_bytes());
        }
        for text in ["Secret", "SECRETS", "secr", "7F3A9"] {
            assert!(beginnings.may_stand_before(text.as_bytes()), "{text}");
        }
        let others = (0..10_000_u32).filter(|number| beginnings.may_stand_before(format!("{number:04}").as_bytes()));
        assert!(others.count() < 10);
    }
}
