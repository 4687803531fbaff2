//! JSON as it stands in a text: where its strings, numbers and values end. It lets pass what `serde_json` reads and nothing
//! else, so that a text means here what it means to the conformance client.

use std::borrow::Cow;
use std::ops::Range;

/// How many lists and objects may lie within each other: as many as `serde_json` reads.
const DEEPEST: usize = 127;

/// A text of JSON. Places in it are counted in bytes.
#[derive(Clone, Copy)]
pub(super) struct Scan<'t> {
    text: &'t str,
    json: &'t [u8],
    /// There are control characters, which only white space between values may be.
    controls: bool,
}

/// The inside of a string as it stands between the quotes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Inside<'t> {
    raw: &'t str,
    escaped: bool,
}

impl<'t> Inside<'t> {
    pub(super) fn raw(self) -> &'t [u8] {
        self.raw.as_bytes()
    }

    /// What it says.
    pub(super) fn plain(self) -> Cow<'t, str> {
        let said = if self.escaped { said(self.raw()) } else { None };
        said.map_or(Cow::Borrowed(self.raw), Cow::Owned)
    }
}

/// What the inside of a string says. What is none says what stands there.
pub(super) fn unescaped(raw: &[u8]) -> Cow<'_, [u8]> {
    let said = if raw.contains(&b'\\') { said(raw) } else { None };
    said.map_or(Cow::Borrowed(raw), |text| Cow::Owned(text.into_bytes()))
}

fn said(raw: &[u8]) -> Option<String> {
    serde_json::from_slice(&[b"\"", raw, b"\""].concat()).ok()
}

/// The place of a field in a text.
pub(super) struct Place {
    /// Where its object begins.
    object: usize,
    /// From its name to the end of its value.
    pub(super) all: Range<usize>,
}

impl<'t> Scan<'t> {
    /// None where the text is no UTF-8, and so no JSON.
    pub(super) fn new(json: &'t [u8]) -> Option<Self> {
        let text = std::str::from_utf8(json).ok()?;
        // Without an early end this takes sixteen bytes at a time.
        let controls = json.iter().fold(false, |found, byte| found | (*byte < b' '));
        Some(Self { text, json, controls })
    }

    pub(super) fn part(&self, from: usize, to: usize) -> &'t [u8] {
        &self.json[from..to]
    }

    pub(super) fn at(&self, at: usize) -> Option<u8> {
        self.json.get(at).copied()
    }

    pub(super) fn space(&self, mut at: usize) -> usize {
        while matches!(self.json.get(at), Some(b' ' | b'\n' | b'\t' | b'\r')) {
            at += 1;
        }
        at
    }

    pub(super) fn byte(&self, at: usize, expected: u8) -> Option<usize> {
        (self.json.get(at) == Some(&expected)).then_some(at + 1)
    }

    pub(super) fn word(&self, at: usize, word: &[u8]) -> Option<usize> {
        self.json.get(at..)?.starts_with(word).then_some(at + word.len())
    }

    /// The inside of a list or an object that begins here, unless it lies too deep.
    pub(super) fn open(&self, at: usize, with: u8, depth: usize) -> Option<usize> {
        let inside = self.byte(at, with)?;
        (depth < DEEPEST).then(|| self.space(inside))
    }

    /// Whether nothing but white space follows.
    pub(super) fn ends(&self, at: usize) -> bool {
        self.space(at) == self.json.len()
    }

    pub(super) fn string(&self, at: usize) -> Option<(Inside<'t>, usize)> {
        let start = self.byte(at, b'"')?;
        let (mut end, mut escaped) = (start, false);
        loop {
            end += memchr::memchr2(b'"', b'\\', self.json.get(end..)?)?;
            if self.json[end] == b'"' {
                break;
            }
            escaped = true;
            end = self.escape(end)?;
        }
        let raw = self.text.get(start..end)?;
        let fine = !self.controls || raw.bytes().all(|byte| byte >= b' ');
        fine.then_some((Inside { raw, escaped }, end + 1))
    }

    /// The place behind an escape; half of a pair of surrogates is none.
    fn escape(&self, at: usize) -> Option<usize> {
        match self.at(at + 1)? {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(at + 2),
            b'u' => match self.code(at + 2)? {
                0xd800..0xdc00 => {
                    let low = self.code(self.word(at + 6, b"\\u")?)?;
                    (0xdc00..0xe000).contains(&low).then_some(at + 12)
                }
                0xdc00..0xe000 => None,
                _ => Some(at + 6),
            },
            _ => None,
        }
    }

    fn code(&self, at: usize) -> Option<u32> {
        let digits = self.json.get(at..at + 4)?.iter().map(|digit| char::from(*digit).to_digit(16));
        digits.reduce(|all, digit| Some(all? * 16 + digit?))?
    }

    pub(super) fn number(&self, at: usize) -> Option<(&'t [u8], usize)> {
        let digits = |at: usize| at + self.json[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let some_digits = |at: usize| self.json.get(at..).map(|_| digits(at)).filter(|end| *end > at);
        let first = self.byte(at, b'-').unwrap_or(at);
        let whole = self.byte(first, b'0').or_else(|| some_digits(first))?;
        let part = self.byte(whole, b'.').map_or(Some(whole), some_digits)?;
        let end = match self.at(part) {
            Some(b'e' | b'E') => {
                some_digits(part + 1 + usize::from(matches!(self.at(part + 1), Some(b'+' | b'-'))))?
            }
            _ => part,
        };
        let number = &self.json[at..end];
        // One of so many digits may be more than a number can be.
        let fits = (end == part && number.len() < 300)
            || serde_json::from_slice::<serde_json::Number>(number).is_ok();
        fits.then_some((number, end))
    }

    /// A number or a string with its quotes: an id as it stands.
    pub(super) fn scalar(&self, at: usize) -> Option<(&'t [u8], usize)> {
        match self.at(at)? {
            b'"' => self.string(at).map(|(_, behind)| (&self.json[at..behind], behind)),
            _ => self.number(at),
        }
    }

    /// The place behind a value; `seen` is told of each field in it, however deep.
    pub(super) fn skip(
        &self,
        at: usize,
        depth: usize,
        seen: &mut impl FnMut(Inside<'t>, Place),
    ) -> Option<usize> {
        match self.at(at)? {
            b'"' => self.string(at).map(|(_, behind)| behind),
            b't' => self.word(at, b"true"),
            b'f' => self.word(at, b"false"),
            b'n' => self.word(at, b"null"),
            b'[' => {
                let mut place = self.open(at, b'[', depth)?;
                if self.at(place) == Some(b']') {
                    return Some(place + 1);
                }
                loop {
                    place = self.space(self.skip(place, depth + 1, seen)?);
                    match self.at(place)? {
                        b',' => place = self.space(place + 1),
                        b']' => return Some(place + 1),
                        _ => return None,
                    }
                }
            }
            b'{' => {
                let mut place = self.open(at, b'{', depth)?;
                if self.at(place) == Some(b'}') {
                    return Some(place + 1);
                }
                loop {
                    let (name, value) = self.name(place)?;
                    let end = self.skip(value, depth + 1, seen)?;
                    seen(name, Place { object: at, all: place..end });
                    place = self.space(end);
                    match self.at(place)? {
                        b',' => place = self.space(place + 1),
                        b'}' => return Some(place + 1),
                        _ => return None,
                    }
                }
            }
            _ => self.number(at).map(|(_, behind)| behind),
        }
    }

    /// The name of a field, and where its value begins.
    pub(super) fn name(&self, at: usize) -> Option<(Inside<'t>, usize)> {
        let (name, behind) = self.string(at)?;
        Some((name, self.space(self.byte(self.space(behind), b':')?)))
    }

    /// The fields in a value that come again in the same object: what they say does not count, as for every reader that
    /// makes a map of it. None where it is no JSON.
    pub(super) fn overridden(&self, at: usize, depth: usize) -> Option<Vec<Range<usize>>> {
        let mut fields = Vec::new();
        self.skip(at, depth, &mut |name, place| {
            fields.push((place.object, name.plain(), place.all.start, place.all.end));
        })?;
        fields.sort_unstable();
        let again = fields.windows(2).filter(|two| two[0].0 == two[1].0 && two[0].1 == two[1].1);
        Some(again.map(|two| two[0].2..two[0].3).collect())
    }
}
