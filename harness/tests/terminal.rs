//! A terminal as the conventions have it: no colour where somebody wants none or the terminal knows none, and nothing that a file
//! or a server has said steers it, nor any report.

use std::fs::{File, OpenOptions};
use std::io::Read;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::{Command, Stdio};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use crate::folder::Folder;

const SCENARIOS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../scenarios");

/// What a terminal is sent where it is standard output and standard error.
fn in_a_terminal(folder: &Path, environment: &[(&str, &str)], arguments: &str) -> String {
    let terminal: OwnedFd = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&terminal).unwrap();
    unlockpt(&terminal).unwrap();
    let name = ptsname(&terminal, Vec::new()).unwrap().into_string().unwrap();
    let other = OpenOptions::new().read(true).write(true).open(name).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_harness"));
    command.args(["--scenarios", SCENARIOS]).args(arguments.split(' ')).current_dir(folder);
    for variable in ["NO_COLOR", "CI", "GITHUB_ACTIONS", "CLICOLOR", "CLICOLOR_FORCE"] {
        command.env_remove(variable);
    }
    command.env("TERM", "xterm").envs(environment.iter().copied());
    command.stdin(Stdio::null()).stdout(other.try_clone().unwrap()).stderr(other);
    let mut child = command.spawn().unwrap();
    drop(command);
    let mut said = Vec::new();
    // The end of a terminal is an error.
    let _ended = File::from(terminal).read_to_end(&mut said);
    child.wait().unwrap();
    String::from_utf8_lossy(&said).into_owned()
}

#[test]
fn colours_are_for_terminals_that_know_them_and_for_who_wants_them() {
    let folder = Folder::new("terminal-colours");
    let runs = ["--scenario typing --dialect crm --reports out", "--scenario typng", "check nowhere.yaml"];
    for run in runs {
        let coloured =
            |environment: &[(&str, &str)]| in_a_terminal(&folder, environment, run).contains("\u{1b}[");
        assert!(coloured(&[]), "{run}");
        assert!(coloured(&[("NO_COLOR", "")]), "an empty one says nothing: {run}");
        // Progress draws lines anew, which is no colour.
        let quiet =
            if run.starts_with("--scenario typing") { format!("{run} --quiet") } else { run.to_owned() };
        let said = in_a_terminal(&folder, &[("NO_COLOR", "1")], &quiet);
        assert!(!said.contains("\u{1b}["), "{quiet}: {said:?}");
        let said = in_a_terminal(&folder, &[("TERM", "dumb")], run);
        assert!(!said.contains('\u{1b}'), "{run}: {said:?}");
    }
}

/// Errors go to a file, and the rest to a terminal.
#[test]
fn a_file_gets_no_colours_of_the_terminal_beside_it() {
    let folder = Folder::new("terminal-beside");
    let mut command = Command::new("sh");
    let script =
        format!("{} --scenarios {SCENARIOS} --scenario typng 2>errors", env!("CARGO_BIN_EXE_harness"));
    let terminal: OwnedFd = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&terminal).unwrap();
    unlockpt(&terminal).unwrap();
    let name = ptsname(&terminal, Vec::new()).unwrap().into_string().unwrap();
    let other = OpenOptions::new().read(true).write(true).open(name).unwrap();
    command.args(["-c", &script]).env_remove("NO_COLOR").env("TERM", "xterm").current_dir(&folder);
    assert_eq!(command.stdout(other).status().unwrap().code(), Some(2));
    let errors = std::fs::read_to_string(folder.join("errors")).unwrap();
    assert!(errors.starts_with("error: there is no scenario `typng`"), "{errors:?}");
}

/// What steers a terminal, or the eye.
fn steers(c: char) -> bool {
    (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[test]
fn what_a_file_or_a_server_says_steers_nothing() {
    let folder = Folder::new("terminal-steers");
    let evil = r#"\u001b]0;owned\u0007\u001b[2J\u202e</script><b>|`x`\u009b31m"#;
    let text = format!(
        "scenario: \"{evil}\"\nlevel: must\nfor: {{it: [\"{evil}\"]}}\nrooms: {{lobby: [ana, bo]}}\nusers: {{mallory: {{}}}}\nsteps:\n  - ana, bo: join\n  - ana: {{send: $it}}\n  - mallory: hears nothing\n"
    );
    std::fs::write(folder.join("evil.yaml"), text).unwrap();
    let misspelt =
        format!("scenario: x\nlevel: must\nrooms: {{l: [ana, bo]}}\nsteps:\n  - ana: {{\"{evil}\": 1}}\n");
    std::fs::write(folder.join("misspelt.yaml"), misspelt).unwrap();
    let run = "--scenario evil.yaml --dialect crm --fault leak-to-stranger --trace --reports out";
    for run in [
        run,
        &format!("{run} --verbose"),
        &format!("{run} --rate 9/s --for 1s"),
        "--scenario evil.yaml --dialect crm --dry-run",
        "--scenario evil.yaml --dialect crm --list",
        "--scenario misspelt.yaml",
        "check misspelt.yaml",
        "check evil.yaml",
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_harness"));
        command.args(["--scenarios", SCENARIOS]).args(run.split(' ')).current_dir(&folder);
        let output =
            command.env("GITHUB_ACTIONS", "true").env_remove("GITHUB_STEP_SUMMARY").output().unwrap();
        for said in [&output.stdout, &output.stderr] {
            let said = std::str::from_utf8(said).unwrap();
            assert!(!said.contains(steers), "{run}: {said:?}");
        }
        let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        assert!(run.contains("check evil") || said.contains("\\u{1b}]0;owned"), "{run}: {said}");
    }
    let mut looked_into = 0;
    for entry in std::fs::read_dir(folder.join("out")).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let is_data = path.extension().is_some_and(|extension| extension == "json");
        let raw = |c: char| if is_data { c < ' ' && c != '\n' } else { steers(c) };
        assert!(!text.contains(raw), "{}: {:?}", path.display(), text.chars().find(|c| raw(*c)));
        let tags = path
            .extension()
            .is_some_and(|extension| extension == "html" || extension == "md" || extension == "xml");
        let text = text.replace("`", "");
        assert!(
            !tags || !text.contains("</script><b>") || path.ends_with("summary.md"),
            "{}",
            path.display()
        );
        looked_into += 1;
    }
    assert!(looked_into >= 7, "{looked_into}");
}

#[test]
fn a_file_that_is_not_utf_8_is_told_with_the_place() {
    let folder = Folder::new("terminal-utf-8");
    let latin =
        |text: &str| -> Vec<u8> { text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect() };
    let scenario = "scenario: x\nlevel: must\nrooms: {lobby: [ana, bo]}\nsteps:\n  - ana: {send: grüße}\n";
    std::fs::write(folder.join("latin.yaml"), latin(scenario)).unwrap();
    std::fs::write(folder.join("target.yaml"), latin("url: http://127.0.0.1:9\n# grüße\n")).unwrap();
    let load = "scenario: x\nlevel: must\nload:\n  data: users.csv\n  phases: [{name: a, connect: 9/s}]\n  flow: [{any member: {send: hi $data.name}}]\n";
    std::fs::write(folder.join("load.yaml"), load).unwrap();
    std::fs::write(folder.join("users.csv"), latin("name\nana\nbjörn\n")).unwrap();
    let wide: Vec<u8> = scenario.encode_utf16().flat_map(u16::to_le_bytes).collect();
    std::fs::write(folder.join("wide.yaml"), [&[0xff, 0xfe][..], &wide].concat()).unwrap();
    for (run, told) in [
        ("check latin.yaml", "[latin.yaml:5:19]"),
        ("--scenario latin.yaml", "[latin.yaml:5:19]"),
        ("--scenario typing --target target.yaml", "[target.yaml:2:5]"),
        ("check load.yaml", "[users.csv:3:3]"),
        ("check wide.yaml", "[wide.yaml:1:1]"),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_harness"));
        command.args(["--scenarios", SCENARIOS]).args(run.split(' ')).current_dir(&folder);
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{run}: {said}");
        assert!(said.contains("not UTF-8: the byte 0x") && said.contains(told), "{run}: {said}");
    }
}
