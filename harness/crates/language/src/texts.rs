//! Texts of a kind: timestamps and UUIDs.

/// Whether a text is a timestamp with an offset.
#[must_use]
pub fn is_iso8601(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 20 && bytes[10] == b'T' && (is_usual(bytes) || text.parse::<jiff::Timestamp>().is_ok())
}

/// The milliseconds since 1970 of a timestamp with an offset.
#[must_use]
pub fn moment(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    if bytes.len() < 20 || bytes[10] != b'T' {
        return None;
    }
    if !is_usual(bytes) {
        return text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_millisecond);
    }
    let number = |from: usize, to: usize| {
        bytes[from..to].iter().fold(0, |all, digit| all * 10 + i64::from(digit - b'0'))
    };
    let days = days_since_1970(number(0, 4), number(5, 7), number(8, 10));
    let seconds = (days * 24 + number(11, 13)) * 3600 + number(14, 16) * 60 + number(17, 19);
    Some(seconds * 1000 + number(20, 23))
}

/// Counts years from March, so that the day that a leap year has more is the last of it.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap_days + (153 * month + 2) / 5 + day - 719_469
}

/// `2026-11-24T22:00:29.017Z`, of a day that exists: what most servers write, known without the library.
fn is_usual(text: &[u8]) -> bool {
    let form = b"0000-00-00T00:00:00.000Z";
    let fits = |(byte, form): (&u8, &u8)| if *form == b'0' { byte.is_ascii_digit() } else { byte == form };
    if text.len() != form.len() || !text.iter().zip(form).all(fits) {
        return false;
    }
    let number = |from: usize, to: usize| {
        text[from..to].iter().fold(0, |all, digit| all * 10 + u32::from(digit - b'0'))
    };
    let (year, month, day) = (number(0, 4), number(5, 7), number(8, 10));
    // The library knows what the first and the last year hold, and what a leap second is.
    (1..9999).contains(&year)
        && (1..=days(year, month)).contains(&day)
        && number(11, 13) < 24
        && number(14, 16) < 60
        && number(17, 19) < 60
}

fn days(year: u32, month: u32) -> u32 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 0,
    }
}

/// Whether a text is a UUID.
#[must_use]
pub fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_that_does_not_exist_is_no_timestamp() {
        for fine in [
            "2026-11-24T22:00:29.017Z",
            "2024-02-29T00:00:00.000Z",
            "2000-02-29T23:59:59.999Z",
            "2026-11-24T22:00:29+01:00",
            "0000-02-29T00:00:00.000Z",
        ] {
            assert!(is_iso8601(fine), "{fine}");
        }
        for wrong in [
            "2026-02-31T22:00:29.017Z",
            "2026-11-24T22:00:99.017Z",
            "2026-11-24T24:00:00.000Z",
            "2026-11-24T22:60:00.000Z",
            "2025-02-29T00:00:00.000Z",
            "1900-02-29T00:00:00.000Z",
            "2026-00-10T00:00:00.000Z",
            "2026-01-00T00:00:00.000Z",
            "9999-12-31T23:59:59.000Z",
            "2026-11-24 22:00:29.017Z",
            "2026-11-24T22:00:29.017",
        ] {
            assert!(!is_iso8601(wrong), "{wrong}");
        }
    }

    #[test]
    fn the_usual_form_is_what_the_library_says() {
        let mut both = [0, 0];
        for year in [1, 4, 99, 1900, 2000, 2023, 2024, 9998] {
            for (month, day) in (0..14).flat_map(|month| (0..33).map(move |day| (month, day))) {
                let text = format!("{year:04}-{month:02}-{day:02}T23:59:59.999Z");
                let known = text.parse::<jiff::Timestamp>().is_ok();
                assert_eq!(is_usual(text.as_bytes()), known, "{text}");
                both[usize::from(known)] += 1;
            }
        }
        assert_eq!(both[1], 8 * 365 + 3, "three of the years are leap years: {both:?}");
    }

    #[test]
    fn the_moment_of_a_timestamp_is_what_the_library_says() {
        let mut tried = 0;
        for year in [1, 1600, 1899, 1900, 1970, 2000, 2023, 2024, 2100, 9998] {
            for (month, day) in (1..=12).flat_map(|month| (1..=31).map(move |day| (month, day))) {
                let text = format!("{year:04}-{month:02}-{day:02}T23:58:59.123Z");
                let known = text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_millisecond);
                assert_eq!(moment(&text), known, "{text}");
                tried += usize::from(known.is_some());
            }
        }
        assert_eq!(tried, 10 * 365 + 3, "1600, 2000 and 2024 are leap years");
        assert_eq!(moment("2026-11-24T22:00:29+01:00"), moment("2026-11-24T21:00:29.000Z"));
        assert_eq!((moment("2026-11-24T22:00:29"), moment("yesterday")), (None, None));
    }

    #[test]
    fn a_uuid_is_known_by_its_form() {
        assert!(is_uuid("2f0c1f8e-3f6f-4bb0-9A3E-111111111111"));
        for wrong in ["", "2f0c1f8e-3f6f-4bb0-9a3e-11111111111", "2f0c1f8e-3f6f-4bb0-9a3e-11111111111g"] {
            assert!(!is_uuid(wrong), "{wrong}");
        }
        assert!(!is_uuid("2f0c1f8e03f6f-4bb0-9a3e-111111111111"));
    }
}
