//! How many values a JSON text has, without making them: a short text of many small ones takes a hundred times its size in
//! memory.

/// The most that a text may have to be read at all.
pub const MOST: usize = 250_000;

/// How many values a text has beyond what is read, where it has so many: commas and brackets that stand in no string.
#[must_use]
pub fn too_many(text: &[u8]) -> Option<usize> {
    if text.len() <= MOST {
        return None;
    }
    let (mut count, mut within, mut escaped) = (1, false, false);
    for byte in text {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if within => escaped = true,
            b'"' => within = !within,
            b',' | b'{' | b'[' if !within => count += 1,
            _ => {}
        }
    }
    (count > MOST).then_some(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_values_are_counted_and_long_texts_are_one() {
        let many = format!("[{}1]", "{\"id\":1},".repeat(200_000));
        assert!(too_many(many.as_bytes()).is_some_and(|count| count > 400_000));
        for few in [format!("[\"{}\"]", "a,[{\\\",".repeat(400_000)), "[1,2]".to_owned()] {
            assert_eq!(too_many(few.as_bytes()), None);
        }
    }
}
