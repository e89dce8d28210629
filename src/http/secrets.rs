//! Texts that no output may show, also when the target echoes them back.

use std::{fmt, ops::Range};

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE},
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Number;

use super::beginnings::{self, Beginnings};
use super::echo::{Heard, MARKS, begins, hear, unescaped};

/// Shorter texts are too common to look for: hiding every `a` would tell the secret, not keep it.
const SHORTEST: usize = beginnings::LENGTH;
/// What stands behind a text that was cut.
const CUTS: [&str; 2] = ["...", "\u{2026}"];
/// Bytes of a text in which every kind of escape is undone by itself, too: of a longer one that would take too long.
const LONG: usize = 64 * 1024;
/// So often a text may be escaped, one time on top of the other, and still be read.
const LAYERS: usize = 4;
/// So much of the beginning of a secret is hidden where the rest was cut; less tells nothing. Of so long a secret the letter case does not
/// matter: a shorter one may be an ordinary word.
const LEAST: usize = 8;

/// The secrets of a run, as they are, in base64 and in hexadecimal digits.
#[derive(Clone, Default)]
pub struct Secrets {
    /// By their first byte, in lower case: every text of a report is searched for all of them.
    forms: Vec<Vec<SecretString>>,
    /// Of all of them.
    beginnings: Beginnings,
}

impl fmt::Debug for Secrets {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} forms of secrets", self.forms.iter().map(Vec::len).sum::<usize>())
    }
}

impl Secrets {
    /// Remembers a secret.
    pub fn add(&mut self, secret: &str) {
        if secret.len() >= SHORTEST {
            self.insert(secret.to_owned().into());
            for form in [STANDARD.encode(secret), URL_SAFE.encode(secret)] {
                self.insert(form.trim_end_matches('=').to_owned().into());
                self.insert(form.into());
            }
            let within = (0..3).flat_map(|before| within_base64(secret, before));
            let digits = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
            within.chain([digits]).filter(|form| form.len() >= LEAST).for_each(|form| self.insert(form.into()));
        }
    }

    /// Remembers the parts of a header's value, such as a cookie: `name=value; name=value`, or `Token token=value, id=5`. Short ones are
    /// too common.
    pub fn add_parts(&mut self, value: &str) {
        let quotes = ['"', '\'', '{', '}', ' '];
        for part in value.split([';', ',', ' ']) {
            let values = [part.split_once('=').map(|(_, value)| value), part.rsplit_once(':').map(|(_, value)| value)];
            for value in values.into_iter().flatten().chain([part]).map(|value| value.trim_matches(quotes)) {
                // A word alone is the name of a scheme, or of an algorithm.
                let word = value == part && value.chars().all(|c| c.is_ascii_alphabetic());
                if value.len() >= LEAST && !word {
                    self.add(value);
                }
            }
        }
    }

    /// True for a number that is one of them, however it is written.
    pub fn has_number(&self, number: &Number) -> bool {
        let text = number.to_string();
        let same = |form: &SecretString| {
            let secret = form.expose_secret();
            secret.parse::<f64>().is_ok_and(|secret| Some(secret) == number.as_f64()) || *secret == *text
        };
        self.hide(&text) != text || self.forms.iter().flatten().any(same)
    }

    /// Remembers all of another's.
    pub fn merge(&mut self, other: &Secrets) {
        other.forms.iter().flatten().for_each(|form| self.insert(form.clone()));
    }

    fn insert(&mut self, form: SecretString) {
        let text = form.expose_secret();
        let Some(first) = text.bytes().next().filter(|_| text.len() >= SHORTEST) else { return };
        if self.forms.is_empty() {
            self.forms.resize_with(256, Vec::new);
        }
        self.beginnings.add(text.as_bytes());
        let alike = &mut self.forms[usize::from(first.to_ascii_lowercase())];
        if !alike.iter().any(|have| have.expose_secret() == text) {
            alike.push(form);
        }
    }

    /// The text with every secret replaced, as it is or as it may come back: in other letter case, in base64, in hexadecimal digits, or escaped as
    /// URLs, forms, HTML and JSON are, also more than once. Of a text that was cut and ends in `...`, the beginning of a secret before that, too.
    pub fn hide(&self, text: &str) -> String {
        let mut out = String::new();
        let mut done = 0;
        for place in self.places_in_layers(text) {
            out.push_str(&text[done..place.start]);
            out.push_str("[secret]");
            done = place.end;
        }
        out.push_str(&text[done..]);
        out
    }

    /// Where secrets are in a text, or in what is left when its escapes are undone; those that overlap are one.
    fn places_in_layers(&self, text: &str) -> Vec<Range<usize>> {
        if self.forms.is_empty() {
            return Vec::new();
        }
        let mut places = self.places(text);
        // What looks like an escape of one kind may be the secret's own where another kind was undone.
        let there: Vec<&[u8]> = MARKS.chunks(1).filter(|mark| text.bytes().any(|byte| mark.contains(&byte))).collect();
        let kinds = if there.len() > 1 && text.len() <= LONG { there } else { Vec::new() };
        for marks in [MARKS].into_iter().chain(kinds) {
            let (mut layer, mut origins) = (None, Vec::new());
            for _ in 0..LAYERS {
                let Some((next, origin)) = unescaped(layer.as_deref().unwrap_or(text), marks) else { break };
                origins.push(origin);
                let was = |place: usize| origins.iter().rev().fold(place, |place, origin| origin.of(place));
                places.extend(self.places(&next).into_iter().map(|place| was(place.start)..was(place.end)));
                layer = Some(next);
            }
        }
        places.sort_by_key(|place| place.start);
        places.dedup_by(|next, last| {
            let one = next.start < last.end;
            if one {
                last.end = last.end.max(next.end);
            }
            one
        });
        places
    }

    /// Where secrets are that are escaped once at most; those that overlap are one.
    fn places(&self, text: &str) -> Vec<Range<usize>> {
        let mut places: Vec<Range<usize>> = Vec::new();
        let next_mark = |from: usize| {
            let next = text.as_bytes()[from..].iter().position(|byte| may_be_escape(*byte));
            next.map_or(text.len(), |next| from + next)
        };
        let mut mark = next_mark(0);
        for at in 0..text.len() {
            if mark < at {
                mark = next_mark(at);
            }
            if mark >= at + SHORTEST && !self.beginnings.may_stand_before(&text.as_bytes()[at..]) {
                continue;
            }
            // An escape may begin any of them; other bytes begin nothing but what they are.
            let [plain, escaped] = begins(text, at);
            let alike = [plain, escaped.filter(|first| Some(*first) != plain)].into_iter().flatten();
            let alike = alike.flat_map(|first| &self.forms[usize::from(first.to_ascii_lowercase())]);
            let ends = alike.filter_map(|form| end(form.expose_secret(), text, at));
            let Some(end) = ends.max() else { continue };
            match places.last_mut() {
                Some(last) if at < last.end => last.end = last.end.max(end),
                _ => places.push(at..end),
            }
        }
        places
    }
}

/// The digits of base64 that depend on a secret alone, where so many bytes, modulo three, stand before it, and any behind it.
fn within_base64(secret: &str, before: usize) -> [String; 2] {
    let bytes = [&[0; 2][..before], secret.as_bytes()].concat();
    let own = (before * 8).div_ceil(6)..bytes.len() * 8 / 6;
    [STANDARD.encode(&bytes), URL_SAFE.encode(&bytes)].map(|form| form[own.clone()].to_owned())
}

/// Where a secret ends that begins at a place of a text, if it does.
fn end(secret: &str, text: &str, at: usize) -> Option<usize> {
    if differs_soon(secret.as_bytes(), &text.as_bytes()[at..]) {
        return None;
    }
    match hear(secret, text, at, secret.len() >= LEAST) {
        Heard::All(end) => Some(end),
        Heard::Begun(end) => {
            let rest = &text.as_bytes()[end..];
            let cut =
                (0..rest.len().min(LEAST)).find(|at| CUTS.iter().any(|cut| rest[*at..].starts_with(cut.as_bytes())))?;
            // Of an escape, too, a part may be left.
            let begun = cut == 0 || matches!(rest[0], b'%' | b'&' | b'\\');
            (begun && end + cut - at >= LEAST).then_some(end + cut)
        }
    }
}

/// True for the bytes that may stand for others.
fn may_be_escape(byte: u8) -> bool {
    matches!(byte, b'%' | b'&' | b'\\' | b'+')
}

/// True where nothing is escaped in the first bytes, and one of them is another.
fn differs_soon(secret: &[u8], text: &[u8]) -> bool {
    let pairs = secret.iter().zip(text).take(SHORTEST);
    pairs.take_while(|(_, have)| !may_be_escape(**have)).any(|(own, have)| !own.eq_ignore_ascii_case(have))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_form_is_hidden() {
        let mut secrets = Secrets::default();
        secrets.add("to\"ken 1");
        secrets.add("to\"ken 1 long");
        assert_eq!(secrets.hide("a to\"ken 1 b to%22ken%201 c to\\\"ken 1 long"), "a [secret] b [secret] c [secret]");
    }

    #[test]
    fn escapes_of_every_kind_are_known() {
        let mut secrets = Secrets::default();
        secrets.add("S3/cr+t A=");
        for said in [
            "S3/cr+t A=",
            "S3%2Fcr%2Bt%20A%3D",
            "S3%2fcr%2bt%20A%3d",
            "S3/cr+t%20A=",
            "S3%2Fcr%2Bt+A%3D",
            "S3\\/cr+t A=",
        ] {
            assert_eq!(secrets.hide(said), "[secret]", "{said}");
        }
    }

    #[test]
    fn what_was_cut_within_a_secret_is_hidden_too() {
        let mut secrets = Secrets::default();
        secrets.add("0123456789abcdef");
        assert_eq!(
            secrets.hide("it was 0123456789ab... or 01234... (3 more)"),
            "it was [secret]... or 01234... (3 more)"
        );
        assert_eq!(secrets.hide("0123456789abc\u{2026}"), "[secret]\u{2026}");
        assert_eq!(secrets.hide("0123456789abc"), "0123456789abc");
    }

    #[test]
    fn other_letter_case_entities_and_a_slash_left_alone_hide_nothing() {
        let mut secrets = Secrets::default();
        secrets.add("S3/cr+t&A='x'");
        for said in [
            "s3/cr+t&a='x'",
            "S3/CR+T&A='X'",
            "S3/cr%2Bt%26A%3D%27x%27",
            "S3/cr+t&amp;A=&#39;x&#39;",
            "S3&#x2F;cr&#43;t&amp;A&#61;&apos;x&apos;",
            "S3/cr+t\\u0026A=\\u0027x\\u0027",
            "UzMvY3IrdCZBPSd4Jw",
            "UzMvY3IrdCZBPSd4Jw%3D%3D",
        ] {
            assert_eq!(secrets.hide(&format!("a {said} b")), "a [secret] b", "{said}");
        }
        assert_eq!(secrets.hide("S3/cr%2Bt%2..."), "[secret]...");
    }

    #[test]
    fn what_was_escaped_again_is_read_all_the_same() {
        let mut secrets = Secrets::default();
        secrets.add("S3/cr+t&\u{e9}%'x'");
        for said in [
            "S3%252Fcr%252Bt%2526%25C3%25A9%2525%2527x%2527",
            "S3%25252Fcr%25252Bt%252526%2525C3%2525A9%252525%252527x%252527",
            "S3/cr+t&amp;amp;\u{e9}%&amp;#39;x&amp;#x27;",
            "S3/cr+t\\u0026amp;\u{e9}%\\u0026apos;x\\u0026#39;",
            "S3%5Cu002Fcr+t%5Cu0026%5Cu00e9%5Cu0025%5Cu0027x%5Cu0027",
            "S3&sol;cr&plus;t&amp;\u{e9}&percnt;&apos;x&apos;",
            "53332f63722b7426c3a925277827",
            "\\x53\\x33/cr\\x2bt\\u{26}\u{e9}\\x25'\\u{78}'",
            "&#83&#51/cr&#x2bt&#38\u{e9}&#37'x'",
            "53332F63722B7426C3A925277827",
        ] {
            assert_eq!(secrets.hide(&format!("%25 {said} &amp;amp;")), "%25 [secret] &amp;amp;", "{said}");
        }
        assert_eq!(
            secrets.hide("a%20 \\ud800 S3%252Fcr%252Bt%2526%25C3%25A9%2525%2527x%2527"),
            "a%20 \\ud800 [secret]"
        );
        for mark in ["\\u2026", "&#8230;", "%E2%80%A6"] {
            assert_eq!(secrets.hide(&format!("S3/cr+t&\u{e9}%{mark}")), format!("[secret]{mark}"), "{mark}");
        }
        assert_eq!(secrets.hide("a%25252520b%2525"), "a%25252520b%2525");
    }

    #[test]
    fn base64_of_a_longer_text_hides_nothing() {
        let mut secrets = Secrets::default();
        secrets.add("S3/cr+t&A='x'");
        for before in ["", "a", "ab", "abc"] {
            for behind in ["", "z", "zz", "zzz"] {
                for base64 in [STANDARD, URL_SAFE] {
                    let said = base64.encode(format!("{before}S3/cr+t&A='x'{behind}"));
                    let hidden = secrets.hide(&said);
                    assert!(hidden.contains("[secret]") && hidden.len() < 24, "{said}: {hidden}");
                }
            }
        }
    }

    #[test]
    fn a_short_secret_is_no_word_in_other_letter_case() {
        let mut secrets = Secrets::default();
        secrets.add("Users");
        assert_eq!(secrets.hide("/Users of users"), "/[secret] of users");
    }

    #[test]
    fn of_a_cookie_each_value_is_a_secret_unless_it_is_short() {
        let mut secrets = Secrets::default();
        secrets.add_parts("JSESSIONID=\"abcdef0123==\"; theme=dark; 0123456789");
        assert_eq!(
            secrets.hide("JSESSIONID abcdef0123== dark 0123456789 theme"),
            "JSESSIONID [secret] dark [secret] theme"
        );
    }

    #[test]
    fn secrets_that_overlap_are_hidden_as_one() {
        let mut secrets = Secrets::default();
        secrets.add("abcdefgh");
        secrets.add("efghijkl");
        assert_eq!(secrets.hide("é abcdefghijkl é abcdefghabcdefgh"), "é [secret] é [secret][secret]");
    }

    /// Ways in which a text is escaped, of which one may come on top of another.
    fn escaped(text: &str, way: usize) -> String {
        let each = |escape: &dyn Fn(char) -> String| text.chars().map(escape).collect::<String>();
        let percent = |character: char| character.to_string().bytes().map(|byte| format!("%{byte:02X}")).collect();
        let or_plain = |character: char, escape: &dyn Fn(char) -> String| match character {
            'a'..='z' | 'A'..='Z' | '0'..='9' => character.to_string(),
            other => escape(other),
        };
        match way {
            0 => text.to_owned(),
            1 => each(&percent),
            2 => each(&|character| or_plain(character, &percent)),
            3 => each(&|character| format!("&#{};", u32::from(character))),
            4 => each(&|character| or_plain(character, &|other| format!("&#x{:X};", u32::from(other)))),
            5 => text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;"),
            6 => serde_json::to_string(text).unwrap().trim_matches('"').to_owned(),
            _ => each(&|character| {
                character.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect()
            }),
        }
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_escaped_three_times_is_hidden(
            secret in "[ -~\u{e9}\u{1f511}]{8,20}",
            ways in proptest::collection::vec(0..8_usize, 0..=3),
            before in "[a-z ]{0,12}",
            behind in "[a-z ]{0,12}",
        ) {
            let kinds: HashSet<usize> = ways.iter().map(|way| [0, 1, 1, 2, 2, 2, 3, 3][*way]).filter(|kind| *kind > 0).collect();
            // At the edge of a JSON text a quotation mark would be taken for its end. Of a secret that looks escaped itself nobody can tell
            // which escapes are its own, where they are of several kinds.
            let secret = if ways.contains(&6) { secret.replace('"', "'") } else { secret };
            let secret = if kinds.len() > 1 { secret.replace(['%', '&', '\\'], "/") } else { secret };
            let mut secrets = Secrets::default();
            secrets.add(&secret);
            let said = ways.iter().fold(secret.clone(), |text, way| escaped(&text, *way));
            let hidden = secrets.hide(&format!("{before}: {said} :{behind}"));
            proptest::prop_assert_eq!(hidden, format!("{before}: [secret] :{behind}"), "{:?} by {:?}", secret, ways);
        }

        #[test]
        fn no_text_is_too_odd(text in "[%&#;x0-9a-fu\\\\+.\u{e9}\u{1f511}]{0,60}") {
            let mut secrets = Secrets::default();
            secrets.add("a%&\\0\u{e9}");
            secrets.hide(&text);
        }
    }
}
