//! What messages say: a mark by which a delivery finds its account, and behind it a text that is made, or one of the file
//! with fields of the sender's row of data. Who hears a message makes its text anew and compares.

use serde_json::Value;

use language::data::{Data, plain_text};
use language::payload::{Matcher, Payload};

/// What a made text is when the file does not say how long.
const USUAL_SIZE: usize = 80;

/// What a made text consists of behind its mark.
const FILLER: &[u8] =
    b"the quick brown fox jumps over the lazy dog and then sits down to think about it for a while. ";

/// What is said in a turn.
#[derive(Debug)]
pub(super) enum Words {
    /// A text of so many bytes.
    Made(usize),
    /// The texts of the rows, as they stand in JSON between the quotes; users take them in turn.
    Said(Vec<Box<[u8]>>),
}

/// Which message a text is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    /// Tells the texts of this run from those of others.
    pub(super) run: u16,
    /// The room, as the run counts.
    pub(super) room: u32,
    /// The message, as the room counts.
    pub(super) number: u32,
}

/// Of which messages every delivery is compared whole.
#[derive(Debug)]
pub(super) struct Check {
    /// As a part of all messages.
    part: f64,
    seed: u64,
    /// How the mark of every text of the run begins.
    mark: memchr::memmem::Finder<'static>,
}

impl Check {
    pub(super) fn new(part: f64, seed: u64, run: u16) -> Self {
        let begins = format!("{run:04x}.");
        Self { part, seed, mark: memchr::memmem::Finder::new(&begins).into_owned() }
    }

    /// The mark of a message that is only accounted for; none where it is to be compared, or has no mark.
    pub(super) fn spared(&self, json: &[u8]) -> Option<Mark> {
        if self.part >= 1.0 {
            return None;
        }
        let mark = read_mark(&json[self.mark.find(json)?..])?;
        (!self.takes(mark)).then_some(mark)
    }

    /// Whether a message is in the sample: the same for each who hears it, and in each run of one seed.
    fn takes(&self, mark: Mark) -> bool {
        let message = u64::from(mark.room) << 32 | u64::from(mark.number);
        let drawn = fastrand::Rng::with_seed(self.seed ^ message.wrapping_mul(0x9e37_79b9_7f4a_7c15)).f64();
        drawn < self.part
    }
}

impl Words {
    pub(super) fn new(text: Option<&Payload>, data: Option<&Data>) -> Self {
        let inside = |text: &str| {
            let quoted = Value::from(text).to_string().into_bytes();
            quoted[1..quoted.len() - 1].into()
        };
        match (text, data) {
            (Some(Payload::Matcher(Matcher::Make(size))), _) => Self::Made(*size),
            (Some(text), Some(data)) => {
                let of_row = |row| data.text(text, row).unwrap_or_default();
                Self::Said((0..data.rows.len()).map(|row| inside(&of_row(row))).collect())
            }
            (Some(text), None) => Self::Said(vec![inside(&plain_text(text).unwrap_or_default())]),
            (None, _) => Self::Made(USUAL_SIZE),
        }
    }

    /// Writes the text of a message as it stands in JSON between the quotes.
    pub(super) fn write(&self, out: &mut Vec<u8>, mark: Mark, sender: usize) {
        use std::io::Write as _;
        out.clear();
        // Writing to a vector cannot fail.
        let _written = write!(out, "{:04x}.{:x}.{:x} ", mark.run, mark.room, mark.number);
        match self {
            Self::Made(size) => {
                while out.len() < *size {
                    let left = size - out.len();
                    out.extend_from_slice(&FILLER[..left.min(FILLER.len())]);
                }
            }
            Self::Said(texts) => out.extend_from_slice(&texts[sender % texts.len()]),
        }
    }
}

impl Words {
    /// Writes a text that is no message of its own, such as that of a reaction.
    pub(super) fn write_bare(&self, out: &mut Vec<u8>, speaker: usize) {
        out.clear();
        match self {
            Self::Made(_) => {}
            Self::Said(texts) => out.extend_from_slice(&texts[speaker % texts.len()]),
        }
    }
}

/// Reads the mark: the run, the room and the number of the message.
pub(super) fn read_mark(text: &[u8]) -> Option<Mark> {
    let mark = text.split(|byte| *byte == b' ').next()?;
    let mut parts = mark.split(|byte| *byte == b'.').map(|part| {
        let part = std::str::from_utf8(part).ok()?;
        u32::from_str_radix(part, 16).ok()
    });
    let (run, room, number) = (parts.next()??, parts.next()??, parts.next()??);
    let run = u16::try_from(run).ok()?;
    parts.next().is_none().then_some(Mark { run, room, number })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::found::same_text;

    const MARK: Mark = Mark { run: 0xbeef, room: 9_999, number: 1_234_567 };

    #[test]
    fn a_text_is_as_long_as_asked_and_says_what_it_is() {
        let mut text = Vec::new();
        for size in [0, 80, 200, 5000] {
            Words::Made(size).write(&mut text, MARK, 0);
            assert!(text.len() >= size && text.len() <= size.max(24));
            assert_eq!(read_mark(&text), Some(MARK));
        }
        for other in ["", "hello there", "beef.1", "beef.1.2.3 x", "1beef.1.2 x"] {
            assert_eq!(read_mark(other.as_bytes()), None, "{other}");
        }
    }

    #[test]
    fn a_sample_is_as_large_as_asked_and_the_same_for_everyone() {
        let taken = |part, seed| -> Vec<u32> {
            let check = Check::new(part, seed, 0xbeef);
            let json = |number| format!("[\"m\",{{\"text\":\"beef.7.{number:x} and so on\"}}]");
            (0..10_000).filter(|number| check.spared(json(*number).as_bytes()).is_none()).collect()
        };
        let tenth = taken(0.1, 7);
        assert!((900..1100).contains(&tenth.len()), "{}", tenth.len());
        assert_eq!(tenth, taken(0.1, 7));
        assert_ne!(tenth, taken(0.1, 8));
        assert_eq!((taken(1.0, 7).len(), taken(0.0, 7).len()), (10_000, 0));
        // What has no mark is looked at whole, whatever the sample.
        assert_eq!(Check::new(0.0, 7, 0xbeef).spared(b"[\"m\",{\"text\":\"hello\"}]"), None);
    }

    #[test]
    fn a_text_of_the_file_stands_behind_the_mark() {
        let words = Words::new(Some(&Payload::text("say \"hé\"")), None);
        let mut text = Vec::new();
        words.write(&mut text, MARK, 3);
        assert_eq!(String::from_utf8(text.clone()).unwrap(), "beef.270f.12d687 say \\\"hé\\\"");
        assert!(same_text(&text, br#"beef.270f.12d687 say \"h\u00e9\""#));
        assert!(!same_text(&text, br#"beef.270f.12d687 say \"he\""#));
    }
}
