//! How a text comes back from a server: as it is, or with some of its characters escaped.

/// What begins the escapes of URLs, HTML and JSON.
pub(super) const MARKS: &[u8] = b"%&\\";

/// The text that a text with escapes stands for, of those that begin with one of these marks; nothing where it stands for itself.
pub(super) fn unescaped(text: &str, marks: &[u8]) -> Option<(String, Origin)> {
    let escaped = |text: &str, at: usize| {
        let marked = text.as_bytes().get(at).is_some_and(|byte| marks.contains(byte));
        marked.then(|| escaped(text, at)).flatten()
    };
    let first = (0..text.len()).find(|at| escaped(text, *at).is_some())?;
    // Longer ones are no texts of ours.
    u32::try_from(text.len()).ok()?;
    let (mut out, mut origin, mut at) = (text[..first].to_owned(), Origin::default(), first);
    // A backslash that begins no character, such as half of a pair, is one all the same.
    let backslash = |at| (text.as_bytes().get(at) == Some(&b'\\')).then(|| ('\\', run(text, at)));
    while let Some((character, end)) = escaped(text, at).or_else(|| plain(text, at)).or_else(|| backslash(at)) {
        out.push(character);
        at = end;
        origin.goes_on(out.len(), at);
    }
    (out != text).then_some((out, origin))
}

/// Where the parts of a text stood before its escapes were undone: from a place on, the places before, one by one up to the next.
#[derive(Default)]
pub(super) struct Origin(Vec<(u32, u32)>);

impl Origin {
    /// Where a place was.
    pub(super) fn of(&self, place: usize) -> usize {
        follows(self.0[..self.0.partition_point(|(from, _)| *from as usize <= place)].last(), place)
    }

    /// Notes where a place was that is behind all others, unless that follows from them.
    fn goes_on(&mut self, place: usize, before: usize) {
        if follows(self.0.last(), place) != before {
            self.0.push((place as u32, before as u32));
        }
    }
}

/// Where a place was by the last that was noted before it.
fn follows(noted: Option<&(u32, u32)>, place: usize) -> usize {
    noted.map_or(place, |(from, before)| *before as usize + place - *from as usize)
}

/// How much of a secret stands at a place of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Heard {
    /// Its beginning, or nothing, up to here.
    Begun(usize),
    /// All of it, up to here.
    All(usize),
}

/// Compares a secret with what stands at a place of a text, character by character: each may be written as it is, percent-encoded, as an entity
/// of HTML or as an escape of JSON, whatever the others are. With `folded` the case of ASCII letters does not matter.
pub(super) fn hear(secret: &str, text: &str, at: usize, folded: bool) -> Heard {
    let mut here = at;
    let mut wanted = secret.chars();
    let mut before = None;
    while let Some(character) = wanted.next() {
        let same = |have: char| have == character || (folded && have.eq_ignore_ascii_case(&character));
        let plain = plain(text, here).filter(|(have, _)| same(*have) || (*have == '+' && character == ' '));
        let escaped = escaped(text, here).filter(|(have, _)| same(*have));
        here = match (plain, escaped) {
            // A `%` or `&` of the secret may be itself, or begin its own escape.
            (Some((_, plain)), Some((_, end))) => {
                let [one, other] = [end, plain].map(|from| hear(wanted.as_str(), text, from, folded));
                return one.max(other);
            }
            (Some((_, end)), None) | (None, Some((_, end))) => end,
            // Its own backslash, that looks like the beginning of an escape.
            (None, None) if character == '\\' && run(text, here) > here => run(text, here),
            // Several of them in JSON are one run of twice as many.
            (None, None) if character == '\\' && before == Some('\\') => here,
            (None, None) => return Heard::Begun(here),
        };
        before = Some(character);
    }
    Heard::All(here)
}

/// The first bytes of what may stand at a place of a text: as it is, and where it is an escape.
pub(super) fn begins(text: &str, at: usize) -> [Option<u8>; 2] {
    let first = text.as_bytes().get(at).copied();
    let mut bytes = [0; 4];
    let of_escape = escaped(text, at).map(|(character, _)| character.encode_utf8(&mut bytes).as_bytes()[0]);
    [first, of_escape.or((first == Some(b'+')).then_some(b' '))]
}

/// The character that stands at a place, and where it ends.
fn plain(text: &str, at: usize) -> Option<(char, usize)> {
    let character = match *text.as_bytes().get(at)? {
        // Backslashes stand in runs, and are looked at as such.
        b'\\' => return None,
        first if first.is_ascii() => char::from(first),
        _ => text.get(at..)?.chars().next()?,
    };
    Some((character, at + character.len_utf8()))
}

/// The character that an escape at a place stands for, and where that ends.
fn escaped(text: &str, at: usize) -> Option<(char, usize)> {
    match text.as_bytes().get(at)? {
        b'%' => percent(text.as_bytes(), at),
        b'&' => entity(text, at),
        b'\\' => backslashed(text, at),
        _ => None,
    }
}

/// What stands behind backslashes, of which there are several where JSON stands in JSON; else the backslash itself.
fn backslashed(text: &str, at: usize) -> Option<(char, usize)> {
    if let Some((first, end)) = unit(text, at) {
        let (units, end) = match char::from_u32(u32::from(first)) {
            Some(_) => (vec![first], end),
            None => unit(text, end).map(|(second, end)| (vec![first, second], end))?,
        };
        return char::decode_utf16(units).next()?.ok().map(|character| (character, end));
    }
    let end = run(text, at);
    if let Some(found) = code(text, end) {
        return Some(found);
    }
    match text.as_bytes().get(end) {
        Some(quoted @ (b'"' | b'/' | b'\'')) => Some((char::from(*quoted), end + 1)),
        Some(b't') => Some(('\t', end + 1)),
        _ => Some(('\\', end)),
    }
}

/// `x41` or `u{41}`, as programs write characters, and where it ends.
fn code(text: &str, at: usize) -> Option<(char, usize)> {
    let rest = text.get(at..)?;
    let (digits, end) = match rest.strip_prefix("u{") {
        Some(digits) => {
            let length = digits.bytes().take(7).position(|byte| byte == b'}')?;
            (&digits[..length], at + length + 3)
        }
        None => (rest.strip_prefix(['x', 'X'])?.get(..2)?, at + 3),
    };
    let hexadecimal = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let number = u32::from_str_radix(digits, 16).ok().filter(|_| hexadecimal)?;
    Some((char::from_u32(number)?, end))
}

/// `\u0041`, and where it ends.
fn unit(text: &str, at: usize) -> Option<(u16, usize)> {
    let end = run(text, at);
    let bytes = text.as_bytes();
    if end == at || !bytes.get(end)?.eq_ignore_ascii_case(&b'u') {
        return None;
    }
    let digits = text.get(end + 1..end + 5).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    Some((u16::from_str_radix(digits, 16).ok()?, end + 5))
}

/// Backslashes that are taken for one escape: of JSON in JSON, five times over. Any number would make a text of backslashes slow.
const DEEPEST: usize = 32;

/// Where a run of backslashes ends.
fn run(text: &str, at: usize) -> usize {
    at + text.as_bytes()[at..].iter().take(DEEPEST).take_while(|byte| **byte == b'\\').count()
}

/// The character of `%41`, or of several such bytes, and where it ends.
fn percent(bytes: &[u8], at: usize) -> Option<(char, usize)> {
    let byte = |at: usize| {
        let [b'%', high, low] = bytes.get(at..at + 3)? else { return None };
        let digit = |byte: &u8| char::from(*byte).to_digit(16);
        u8::try_from(digit(high)? * 16 + digit(low)?).ok()
    };
    let first = byte(at)?;
    let length = match first {
        0..0x80 => return Some((char::from(first), at + 3)),
        0xC0..0xE0 => 2,
        0xE0..0xF0 => 3,
        _ => 4,
    };
    let raw: Vec<u8> = (0..length).map_while(|nth| byte(at + 3 * nth)).collect();
    let character = std::str::from_utf8(&raw).ok()?.chars().next()?;
    Some((character, at + 3 * length))
}

/// Names of the characters of ASCII that are neither letters nor digits (HTML, 13.5 Named character references).
const NAMED: &[(&str, char)] = &[
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("ast", '*'),
    ("bsol", '\\'),
    ("colon", ':'),
    ("comma", ','),
    ("commat", '@'),
    ("dollar", '$'),
    ("equals", '='),
    ("excl", '!'),
    ("grave", '`'),
    ("hat", '^'),
    ("lbrace", '{'),
    ("lbrack", '['),
    ("lcub", '{'),
    ("lowbar", '_'),
    ("lpar", '('),
    ("lsqb", '['),
    ("num", '#'),
    ("percnt", '%'),
    ("period", '.'),
    ("plus", '+'),
    ("quest", '?'),
    ("midast", '*'),
    ("newline", '\n'),
    ("rbrace", '}'),
    ("rbrack", ']'),
    ("rcub", '}'),
    ("rpar", ')'),
    ("rsqb", ']'),
    ("semi", ';'),
    ("sol", '/'),
    ("tab", '\t'),
    ("verbar", '|'),
    ("vert", '|'),
];

/// The character of `&amp;`, `&#39;` or `&#x27;`, and where it ends. A number may lack the semicolon.
fn entity(text: &str, at: usize) -> Option<(char, usize)> {
    /// `&#x10FFFF;` is the longest.
    const LONGEST: usize = 12;
    let rest = &text.as_bytes()[at + 1..];
    if let Some(number) = rest.strip_prefix(b"#") {
        let (number, base, start) = match number.strip_prefix(b"x").or_else(|| number.strip_prefix(b"X")) {
            Some(number) => (number, 16, at + 3),
            None => (number, 10, at + 2),
        };
        let length = number.iter().take(LONGEST).take_while(|byte| char::from(**byte).is_digit(base)).count();
        let code = u32::from_str_radix(std::str::from_utf8(&number[..length]).ok()?, base).ok()?;
        let end = start + length;
        return Some((char::from_u32(code)?, end + usize::from(text.as_bytes().get(end) == Some(&b';'))));
    }
    let length = rest.iter().take(LONGEST).position(|byte| *byte == b';')?;
    let name = std::str::from_utf8(&rest[..length]).ok()?.to_ascii_lowercase();
    let character = NAMED.iter().find(|(known, _)| *known == name).map(|(_, character)| *character)?;
    Some((character, at + length + 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(secret: &str, text: &str) -> bool {
        hear(secret, text, 0, true) == Heard::All(text.len())
    }

    #[test]
    fn every_character_may_be_escaped_in_its_own_way() {
        let secret = "S3/cr&t A'\"\u{e9}\u{1f511}";
        assert!(whole(secret, secret));
        assert!(whole(secret, "S3/cr%26t%20A%27%22%C3%A9%F0%9F%94%91"));
        assert!(whole(secret, "%73%33%2fCR%26T+A&#39;&quot;&#233;&#x1F511;"));
        assert!(whole(secret, "S3\\/cr&amp;t A'\\\"\\u00e9\\ud83d\\udd11"));
        assert!(whole(secret, "S3/cr\\\\u0026t A\\\\u0027\\\\\\\"\u{e9}\u{1f511}"));
        assert!(!whole(secret, "S3/cr&lt;t A'\"\u{e9}\u{1f511}"));
    }

    #[test]
    fn what_looks_like_an_escape_may_be_itself() {
        assert!(whole("a%25b&amp;c", "a%25b&amp;c"));
        assert!(whole("a%25b&amp;c", "a%2525b&amp;amp;c"));
        assert!(whole("a\\\\b\\c", "a\\\\b\\c"));
        assert!(whole("a\\\\b\\c", "a\\\\\\\\b\\\\c"));
        assert!(whole("100%", "100%"));
        assert!(whole("Wint\\ter\\u0041\\\"", "Wint\\ter\\u0041\\\""));
        assert!(whole("Wint\\ter\\u0041\\\"", "Wint\\\\ter\\\\u0041\\\\\\\""));
        // What was cut is heard as far as it goes, whichever way that is.
        assert_eq!(hear("a%=bcd", "a%25%3db", 0, true), Heard::Begun(8));
        assert_eq!(hear("token", "to%", 0, true), Heard::Begun(2));
        assert_eq!(hear("token", "to\\ud83d", 0, true), Heard::Begun(2));
        assert_eq!(hear("Token", "token", 0, false), Heard::Begun(0));
    }
}
