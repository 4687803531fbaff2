//! Standard output and standard error. Whoever reads them may have seen enough (`| head -1`), and the disk behind them may
//! be full: neither is a reason to panic or to end a run. Knows nothing of what is said.

use std::fmt::Arguments;
use std::io::{self, ErrorKind, Write};
use std::sync::OnceLock;

use language::visible::visible;

/// Why standard output takes no more; nothing, where its reader has gone.
static CLOSED: OnceLock<Option<String>> = OnceLock::new();

/// Writes to standard output, unless it has failed before.
pub(crate) fn print(text: Arguments<'_>) {
    if CLOSED.get().is_some() {
        return;
    }
    let mut stdout = io::stdout().lock();
    if let Err(error) = stdout.write_fmt(text).and_then(|()| stdout.flush()) {
        // Another thread may have failed first.
        let _first = CLOSED.set((error.kind() != ErrorKind::BrokenPipe).then(|| error.to_string()));
    }
}

/// Writes a line to standard error; where that cannot be written to, there is nobody left to tell. What steers a terminal is
/// shown: a line may hold what a server has said.
pub(crate) fn print_error(text: Arguments<'_>) {
    let _nobody_left = io::stderr().lock().write_all(lines(text).as_bytes());
}

/// Writes a line to standard output, in which what steers a terminal is shown.
pub(crate) fn print_line(text: Arguments<'_>) {
    print(format_args!("{}", lines(text)));
}

fn lines(text: Arguments<'_>) -> String {
    text.to_string().split('\n').flat_map(|line| [visible(line), "\n".to_owned()]).collect()
}

/// Standard output for whoever writes piece by piece; it takes everything.
pub(crate) struct Out;

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        print(format_args!("{}", String::from_utf8_lossy(bytes)));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes a paragraph to standard error, which may have colours of its own.
pub(crate) fn paragraph(text: &str) {
    let _nobody_left = io::stderr().lock().write_all(format!("{text}\n").as_bytes());
}

/// Why not all could be written to standard output; nothing, where all was written, or its reader has gone.
pub(crate) fn unwritten() -> Option<&'static str> {
    CLOSED.get()?.as_deref()
}

/// As `print!`.
macro_rules! out {
    ($($text:tt)*) => { $crate::streams::print(format_args!($($text)*)) };
}

/// As `println!`.
macro_rules! outln {
    ($($text:tt)*) => { $crate::streams::print_line(format_args!($($text)*)) };
}

/// As `eprintln!`.
macro_rules! errln {
    ($($text:tt)*) => { $crate::streams::print_error(format_args!($($text)*)) };
}

pub(crate) use {errln, out, outln};
