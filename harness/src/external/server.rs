//! A server that the target file starts: its process group, and the watcher that ends it whatever ends the harness.
//! Knows nothing of what the server answers.

use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::streams::errln;
use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};

use language::target::Target;

/// What the watcher runs.
const WATCHER: &str = include_str!("watcher.sh");
/// Waits for a line, so that the server does not begin before the watcher knows of it.
const SERVER: &str = "read -r begin || exit; exec sh -c \"$1\" </dev/null";
/// How long the end of a server may take, its `stop:` included.
const END_WITHIN: Duration = Duration::from_secs(60);

/// A server that was started. It ends with this.
///
/// It has a process group of its own, so that a Ctrl-C on the terminal ends the run and not the server. The watcher has
/// another one.
#[derive(Debug)]
pub(super) struct Server {
    leader: Child,
    watcher: Child,
    group: Option<Pid>,
    stop: Option<String>,
}

impl Server {
    /// Starts a server by a command of the target.
    ///
    /// # Errors
    /// Why it cannot be started.
    pub(super) fn start(target: &Target, command: &str) -> std::io::Result<Self> {
        let stop = target.stop.clone();
        let mut watcher = piece(target, WATCHER, stop.as_deref().unwrap_or_default()).spawn()?;
        let mut leader = piece(target, SERVER, command).spawn()?;
        let group = i32::try_from(leader.id()).ok().and_then(Pid::from_raw);
        tell(&mut watcher, &leader.id().to_string())?;
        tell(&mut leader, "begin")?;
        drop(leader.stdin.take());
        Ok(Self { leader, watcher, group, stop })
    }

    /// The status with which its command has ended; none while it runs.
    pub(super) fn ended(&mut self) -> Option<ExitStatus> {
        let status = self.leader.try_wait().ok().flatten()?;
        // The number of an empty group may be given to processes of somebody else.
        if self.group.take_if(|group| test_kill_process_group(*group).is_err()).is_some() {
            let _already_over = tell(&mut self.watcher, "gone");
        }
        Some(status)
    }

    /// What its watcher came to say; none where that takes too long.
    fn await_watcher(&mut self) -> Option<ExitStatus> {
        let deadline = Instant::now() + END_WITHIN;
        while Instant::now() < deadline {
            // Who has ended and was not waited for still counts as a member of the group.
            let _status = self.leader.try_wait();
            if let Ok(Some(status)) = self.watcher.try_wait() {
                return Some(status);
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        None
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.watcher.stdin.take());
        let command = self.stop.clone().unwrap_or_default();
        match self.await_watcher() {
            Some(status) if status.success() => {}
            Some(status) if status.code().is_some() => {
                errln!("warning: the `stop:` of the target failed ({status}): {command}");
            }
            // Somebody has killed the watcher.
            Some(_) => {
                let _gone = self.group.map(|group| kill_process_group(group, Signal::KILL));
            }
            None => {
                let within = END_WITHIN.as_secs();
                errln!(
                    "warning: the target has not ended within {within} s; the run does not wait for it: {command}"
                );
            }
        }
        let _status = self.leader.try_wait();
    }
}

/// A shell in the folder and the environment of a target, with a process group of its own.
fn piece(target: &Target, script: &str, argument: &str) -> Command {
    let folder = if target.folder.as_os_str().is_empty() { Path::new(".") } else { target.folder.as_path() };
    let mut command = Command::new("sh");
    command.args(["-c", script, "sh", argument]).current_dir(folder).envs(&target.env);
    command.stdin(Stdio::piped()).stdout(Stdio::null()).process_group(0);
    command
}

fn tell(child: &mut Child, line: &str) -> std::io::Result<()> {
    let pipe = child.stdin.as_mut().ok_or(std::io::ErrorKind::BrokenPipe)?;
    writeln!(pipe, "{line}")
}
