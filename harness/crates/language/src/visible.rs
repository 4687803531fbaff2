//! Text from outside (a file, a server, another program) as it may stand in a terminal or a report: what would steer the
//! terminal, or turn the direction of reading, is shown and not obeyed. Knows nothing of what is said.

/// Control characters and those that turn the direction of text, made visible.
#[must_use]
pub fn visible(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        if steers(character) {
            plain.extend(character.escape_unicode());
        } else {
            plain.push(character);
        }
    }
    plain
}

/// The same for JSON, by escapes of its own: the value stays what it is.
#[must_use]
pub fn visible_json(json: &str) -> String {
    let mut plain = String::with_capacity(json.len());
    for character in json.chars() {
        if steers(character) && !character.is_ascii() {
            let units = character
                .encode_utf16(&mut [0; 2])
                .iter()
                .map(|unit| format!("\\u{unit:04x}"))
                .collect::<String>();
            plain.push_str(&units);
        } else {
            plain.push(character);
        }
    }
    plain
}

/// The same, a character for each, so that what stands below a line still stands below it. A tab stays one.
pub(crate) fn in_place(text: &str) -> String {
    let one = |character: char| match character {
        '\t' => '\t',
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(character)).unwrap_or('\u{fffd}'),
        character if steers(character) => '\u{fffd}',
        character => character,
    };
    text.chars().map(one).collect()
}

/// A text of at most so many characters: of a longer one the middle is left out.
pub(crate) fn shortened(text: &str, most: usize) -> String {
    let length = text.chars().count();
    if length <= most {
        return text.to_owned();
    }
    let head: String = text.chars().take(most / 2).collect();
    let tail: String = text.chars().skip(length - most / 4).collect();
    format!("{head} … {tail}")
}

fn steers(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        || matches!(character, '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_is_shown_instead() {
        assert_eq!(visible("a\u{1b}[2Jb"), "a\\u{1b}[2Jb");
        assert_eq!(visible("\u{202e}evil\n"), "\\u{202e}evil\\u{a}");
        assert_eq!(visible("grüße 日本 ✓"), "grüße 日本 ✓");
        assert_eq!(in_place("a\u{1b}[2J\t\u{202e}\u{7f}"), "a␛[2J\t\u{fffd}\u{fffd}");
    }

    #[test]
    fn of_a_long_text_the_middle_is_left_out() {
        assert_eq!(shortened("grüße", 5), "grüße");
        assert_eq!(shortened(&format!("{}{}", "a".repeat(50), "b".repeat(50)), 8), "aaaa … bb");
    }
}
