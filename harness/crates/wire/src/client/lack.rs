//! What the machine of the client itself has no more of: that says nothing of the server.

use std::error::Error;
use std::io;

/// What a system call failed for, where it is for want of something of our own.
#[must_use]
pub fn lack(error: &io::Error) -> Option<&'static str> {
    // The numbers are those of Linux, which has no name for them in the standard library.
    match error.raw_os_error()? {
        23 | 24 => Some(
            "this machine gives the harness no more file descriptors (too many open files): raise `ulimit -n`",
        ),
        99 => Some("this machine has no local port left for another connection: ask for fewer of them"),
        12 | 105 => Some("this machine gives the harness no more memory for another connection"),
        _ => None,
    }
}

/// The same of an error that has a system call somewhere among its causes.
pub(super) fn lack_of(error: &(dyn Error + 'static)) -> Option<&'static str> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        let system = error.downcast_ref::<io::Error>();
        if let Some(lack) = system.and_then(lack) {
            return Some(lack);
        }
        // One that wraps another names the source of that as its own, and leaves it out.
        cause = match system.and_then(io::Error::get_ref) {
            Some(within) => Some(within),
            None => error.source(),
        };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_we_lack_is_told_from_what_the_server_does() {
        for (number, word) in [(24, "descriptors"), (23, "open files"), (99, "port"), (105, "memory")] {
            let error = io::Error::other(io::Error::from_raw_os_error(number));
            assert!(lack_of(&error).is_some_and(|what| what.contains(word)), "{number}");
        }
        // Refused, reset, timed out.
        for number in [111, 104, 110] {
            assert_eq!(lack(&io::Error::from_raw_os_error(number)), None, "{number}");
        }
    }
}
