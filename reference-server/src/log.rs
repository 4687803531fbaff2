//! The log of the program: text or JSON, to standard error.
//!
//! In the text every control character of a field is escaped: a user id may have a line break in it, and what a client
//! says must not look like a line of the server's own.

use std::fmt::{self, Write};
use std::io;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::field::MakeExt as _;
use tracing_subscriber::fmt::format::debug_fn;

/// Starts the log.
pub(crate) fn subscribe(json: bool) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    if json {
        return log.json().init();
    }
    let fields = debug_fn(|writer, field, value| {
        if field.name() != "message" {
            write!(writer, "{field}=")?;
        }
        write!(Escaping(writer), "{value:?}")
    });
    log.with_target(false).fmt_fields(fields.delimited(" ")).init();
}

/// Writes texts without any control character.
struct Escaping<'a>(&'a mut dyn Write);

impl Write for Escaping<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for letter in text.chars() {
            if letter.is_control() {
                write!(self.0, "{}", letter.escape_default())?;
            } else {
                self.0.write_char(letter)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_can_be_forged() {
        let mut text = String::new();
        write!(Escaping(&mut text), "x\nWARN forged \u{1b}[31m é").unwrap();
        assert_eq!(text, r"x\nWARN forged \u{1b}[31m é");
    }
}
