//! Commands of a target file that print something: run by a shell in the folder of the file, within bounds. Must not know what the
//! printed text is for.

use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};

use language::target::TokenCommand;

/// The most that a command may print.
const MOST: u64 = 1024 * 1024;

/// Why a command has printed nothing that counts.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotPrinted {
    /// The shell did not start.
    #[error("{what} cannot be started: {why}: {command}")]
    NotStarted {
        /// What the command is for.
        what: String,
        /// Why not.
        why: String,
        /// Its text.
        command: String,
    },
    /// It took too long.
    #[error("{what} did not end within {} s: {command}", within.as_secs())]
    Slow {
        /// What the command is for.
        what: String,
        /// How long it had.
        within: Duration,
        /// Its text.
        command: String,
    },
    /// Nobody can say how it ended.
    #[error("{what} cannot be awaited: {why}: {command}")]
    Lost {
        /// What the command is for.
        what: String,
        /// Why not.
        why: String,
        /// Its text.
        command: String,
    },
    /// It printed more than a megabyte.
    #[error("{what} printed more than 1 MB: {command}")]
    TooMuch {
        /// What the command is for.
        what: String,
        /// Its text.
        command: String,
    },
    /// It failed, or printed nothing.
    #[error("{what} failed ({status}): {command}: {complaint}")]
    Failed {
        /// What the command is for.
        what: String,
        /// How it ended.
        status: ExitStatus,
        /// Its text.
        command: String,
        /// The first line of what it said of it.
        complaint: String,
    },
}

/// Runs a command, with `input` at its standard input and these in its environment; what it has printed, without the white space
/// around it.
///
/// # Errors
/// Where it cannot be started, fails, takes longer, or prints more than a
/// megabyte, or nothing.
pub async fn printed(
    what: &str,
    how: &TokenCommand,
    input: &str,
    environment: &[(&str, String)],
    within: Duration,
) -> Result<String, NotPrinted> {
    let TokenCommand { command, folder, env } = how;
    let named = || (what.to_owned(), command.clone());
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder.as_path() };
    let child = tokio::process::Command::new("sh")
        .arg("-c")
        .arg(command)
        .current_dir(folder)
        .envs(env)
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn();
    let mut child = child.map_err(|error| {
        let (what, command) = named();
        NotPrinted::NotStarted { what, why: error.to_string(), command }
    })?;
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let whole = async {
        let tell = async {
            if let Some(mut stdin) = stdin {
                // Who does not read it needs none of it.
                let _unread = stdin.write_all(input.as_bytes()).await;
            }
        };
        let ((), out, complaint) = tokio::join!(tell, read(stdout), read(stderr));
        (child.wait().await, out, complaint)
    };
    let ended = tokio::time::timeout(within, whole).await;
    let (status, out, complaint) = ended.map_err(|_| {
        let (what, command) = named();
        NotPrinted::Slow { what, within, command }
    })?;
    let status = status.map_err(|error| {
        let (what, command) = named();
        NotPrinted::Lost { what, why: error.to_string(), command }
    })?;
    if out.len() as u64 > MOST {
        let (what, command) = named();
        return Err(NotPrinted::TooMuch { what, command });
    }
    let out = String::from_utf8_lossy(&out).trim().to_owned();
    if !status.success() || out.is_empty() {
        let complaint = String::from_utf8_lossy(&complaint);
        let complaint = complaint.lines().next().unwrap_or("it printed nothing").to_owned();
        let (what, command) = named();
        return Err(NotPrinted::Failed { what, status, command, complaint });
    }
    Ok(out)
}

/// Reads one byte more than is allowed, at the most; the rest is read away, so that nobody waits for a reader.
async fn read(from: Option<impl AsyncRead + Unpin>) -> Vec<u8> {
    let mut read = Vec::new();
    if let Some(mut from) = from {
        // What cannot be read is not there.
        let _broken = (&mut from).take(MOST + 1).read_to_end(&mut read).await;
        let _rest = tokio::io::copy(&mut from, &mut tokio::io::sink()).await;
    }
    read
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn run(command: &str, within: Duration) -> Result<String, String> {
        let how = TokenCommand { command: command.to_owned(), ..TokenCommand::default() };
        let printed = printed("the command", &how, "{\"a\":1}", &[("WHO", "ana".to_owned())], within).await;
        printed.map_err(|why| why.to_string())
    }

    #[tokio::test]
    async fn a_command_is_told_what_it_needs_and_held_to_its_bounds() {
        let soon = Duration::from_secs(20);
        assert_eq!(run("cat; echo \" $WHO\"", soon).await, Ok("{\"a\":1} ana".to_owned()));
        let told = run("echo no such room >&2; echo more >&2; exit 3", soon).await.unwrap_err();
        assert!(told.contains("exit status: 3") && told.ends_with("no such room"), "{told}");
        assert!(run("true", soon).await.unwrap_err().contains("it printed nothing"));
        assert!(
            run("head -c 1100000 /dev/zero | tr '\\0' x", soon).await.unwrap_err().contains("more than 1 MB")
        );
        let told = run("sleep 20; echo late", Duration::from_secs(1)).await.unwrap_err();
        assert!(told.contains("did not end within 1 s"), "{told}");
    }
}
