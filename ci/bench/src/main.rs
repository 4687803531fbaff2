//! Compares the harness and the reference server with what one would take instead, in one run, alternating, each pinned to
//! one core, and prints one table of ratios. `README.md` in this folder says what a row means.

mod clients;
mod counts;
mod floor;
mod oxide;
mod peers;
mod plan;
mod probe;
mod report;
mod server;
mod servers;
mod table;

use std::process::ExitCode;

use crate::server::Raw;

/// The bytes of an echo of the harness and of its answer, with everything around them; the floor sends as many.
const RAW: Raw = Raw { asked: 95, answered: 83 };

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let number = |text: &str| text.parse().unwrap_or(0);
    let done = match words.as_slice() {
        ["serve", port] => server::serve(number(port), None),
        ["serve-raw", port] => server::serve(number(port), Some(RAW)),
        ["floor", port, connections] => floor::play(number(port), usize::from(number(connections)), RAW),
        ["serve-oxide", port] => oxide::serve(number(port)),
        ["compare", rest @ ..] => plan::compare(rest),
        _ => Err(std::io::Error::other("usage: bench compare [--short] [--only ROW]; or see run.sh")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}
