//! How many members the rooms of a load run have: `3`, `2..20`, or parts of all rooms, `{2: 80%, 3..20: 20%}`.

use super::limits;

/// Sizes of rooms.
#[derive(Debug, Clone, PartialEq)]
pub struct Members(Vec<Part>);

/// A part of all rooms, and the sizes that it takes, each as often.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Part {
    percent: f64,
    from: usize,
    to: usize,
}

/// How it is written.
pub const FORMS: &str = "write 3, 2..20, or parts of all rooms: {2: 80%, 3..20: 20%}";

impl Members {
    /// All rooms of one size.
    #[must_use]
    pub fn all(size: usize) -> Self {
        Self(vec![Part { percent: 100.0, from: size, to: size }])
    }

    /// Reads `3`, `2..20` or `2: 80%, 3..20: 20%`, with or without braces.
    ///
    /// # Errors
    /// In words, what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let inside = text.trim().strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(text);
        if !inside.contains(':') {
            let (from, to) = sizes(inside)?;
            return Ok(Self(vec![Part { percent: 100.0, from, to }]));
        }
        let parts = inside.split(',').map(|part| {
            part.split_once(':').ok_or_else(|| format!("`{}` is no part of all rooms", part.trim()))
        });
        Self::of_parts(parts.collect::<Result<Vec<_>, _>>()?)
    }

    /// Reads parts: a size or a range, and how many of all rooms have it.
    ///
    /// # Errors
    /// In words, what is wrong with them.
    pub fn of_parts<'t>(parts: impl IntoIterator<Item = (&'t str, &'t str)>) -> Result<Self, String> {
        let part = |(size, percent): (&str, &str)| {
            let (from, to) = sizes(size)?;
            let number =
                percent.trim().strip_suffix('%').and_then(|number| number.trim().parse::<f64>().ok());
            match number.filter(|percent| (0.0..=100.0).contains(percent)) {
                Some(percent) => Ok(Part { percent, from, to }),
                None => Err(format!("`{}` is no part of all rooms, such as 80%", percent.trim())),
            }
        };
        let parts = parts.into_iter().map(part).collect::<Result<Vec<_>, String>>()?;
        let whole: f64 = parts.iter().map(|part| part.percent).sum();
        if (whole - 100.0).abs() > 1e-6 {
            return Err(format!("the parts make {whole} % of the rooms, not 100"));
        }
        Ok(Self(parts))
    }

    /// The smallest and the largest size there may be.
    #[must_use]
    pub fn ends(&self) -> (usize, usize) {
        let least = self.0.iter().map(|part| part.from).min().unwrap_or_default();
        (least, self.0.iter().map(|part| part.to).max().unwrap_or_default())
    }

    /// The sizes of so many rooms: each part has as many as it is written to have, to the nearest whole room, and its range
    /// is covered evenly. Nothing is drawn.
    #[must_use]
    pub fn sizes(&self, rooms: usize) -> Vec<usize> {
        let (mut sizes, mut behind) = (Vec::with_capacity(rooms), 0.0);
        for Part { percent, from, to } in &self.0 {
            behind += percent * rooms as f64 / 100.0;
            let count = (behind.round() as usize).min(rooms) - sizes.len();
            let width = to - from + 1;
            // The middle of each of so many equal stretches of the range.
            sizes.extend((0..count).map(|nth| from + (2 * nth + 1) * width / (2 * count)));
        }
        sizes
    }
}

fn sizes(text: &str) -> Result<(usize, usize), String> {
    let (from, to) = text.split_once("..").unwrap_or((text, text));
    match (from.trim().parse(), to.trim().parse()) {
        (Ok(from), Ok(to)) if 1 <= from && from <= to && to <= limits::COUNT => Ok((from, to)),
        (Ok(from), Ok(to)) if 1 <= from && from <= to => {
            Err(format!("a room has at most {} members, not {to}", limits::COUNT))
        }
        _ => Err(format!("`{}` is no size of a room", text.trim())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dealt(text: &str, rooms: usize) -> Vec<usize> {
        Members::parse(text).unwrap().sizes(rooms)
    }

    #[test]
    fn one_size_is_that_of_all() {
        assert_eq!(dealt("3", 4), [3; 4]);
        assert_eq!(Members::parse("3"), Ok(Members::all(3)));
    }

    #[test]
    fn a_range_is_covered_evenly() {
        let all = dealt("2..20", 190);
        assert!((2..=20).all(|size| all.iter().filter(|one| **one == size).count() == 10), "{all:?}");
        assert_eq!((dealt("2..20", 1), dealt("2..20", 2)), (vec![11], vec![6, 16]));
    }

    #[test]
    fn parts_have_as_many_rooms_as_is_written() {
        let all = dealt("{2: 80%, 20: 15%, 90..100: 5%}", 1000);
        let of = |least, most| all.iter().filter(|one| (least..=most).contains(*one)).count();
        assert_eq!((of(2, 2), of(20, 20), of(90, 100), all.len()), (800, 150, 50, 1000));
        // Few rooms cannot be parted exactly, and are as many as asked for all the same.
        for rooms in 1..50 {
            assert_eq!(dealt("2:33.3%, 3:33.3%, 4:33.4%", rooms).len(), rooms);
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, told) in [
            ("many", "`many` is no size of a room"),
            ("0", "`0` is no size of a room"),
            ("5..2", "`5..2` is no size of a room"),
            ("2: 80%", "the parts make 80 % of the rooms, not 100"),
            ("2: most, 3: 1%", "`most` is no part of all rooms, such as 80%"),
            ("2: 80%, 3", "`3` is no part of all rooms"),
        ] {
            assert_eq!(Members::parse(text).unwrap_err(), told);
        }
    }
}
