//! What a file or a flag asks for beyond any reason is refused where it is written, before anything is made of it: soon, and
//! without a panic.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::folder::Folder;

/// A tenth of a second for a release build, and a debug one on a busy machine takes twenty times as long.
const SOON: Duration = Duration::from_secs(2);

/// The status, and all that was said.
fn harness(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_harness"));
    command.args(["--scenarios", concat!(env!("CARGO_MANIFEST_DIR"), "/../scenarios")]);
    let output = command.args(arguments).current_dir(folder).output().unwrap();
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    (output.status.code(), said.concat())
}

const HEAD: &str = "scenario: x\nlevel: must\nrooms: {lobby: [ana, bo]}\n";

fn steps(text: &str) -> String {
    format!("{HEAD}steps:\n  - ana, bo: join\n  - {text}\n")
}

fn expect(data: &str) -> String {
    steps(&format!("ana: {{expect: x, data: {data}}}"))
}

fn load(text: &str) -> String {
    let rest = "  phases: [{name: ramp, connect: 9/s}, {name: hold, rate: 9/s, for: 1s}]\n  flow: [{any member: {send: <text:20b>}}]\n";
    format!("scenario: x\nlevel: must\nload:\n  {text}\n{rest}")
}

fn listed(prefix: &str, count: usize) -> String {
    (0..count).map(|index| format!("{prefix}{index}")).collect::<Vec<_>>().join(", ")
}

/// A scenario, the line to be blamed, and what is said of it.
type Refused = (String, usize, &'static str);

fn how_often() -> Vec<Refused> {
    let values = listed("", 1000);
    let endless = "{repeat: 100000, do: [{repeat: 100000, do: {ana: {send: hi}}}]}";
    let square = format!("{HEAD}for: {{a: [{values}], b: [{values}]}}\nsteps: [{{ana: {{send: $a $b}}}}]\n");
    let long = "steps: [{ana: join}, {repeat: 900, do: {ana: {send: $a}}}]";
    vec![
        (square, 4, "`for` makes 1000000 cases on `crm`"),
        (format!("{HEAD}for: {{a: [{values}]}}\n{long}\n"), 4, "they play 901000 steps"),
        (steps(endless), 6, "up to here 10000000002 steps are played"),
        (steps("{repeat: 90000, do: {'ana, bo': {send: hi}}}"), 6, "up to here 180002 steps are played"),
        (steps("{repeat: 4294967297, do: {ana: {send: hi}}}"), 6, "is no number of times"),
        (steps("wait: 99999999999min"), 6, "a time is at most a week"),
        (steps("{stopped: ana, after: -1 $typing_expires}"), 6, "is no time"),
        (steps("{repeat: 2, over: nan $debounce, do: {ana: {send: hi}}}"), 6, "is no time"),
        (load("rooms: {count: 1000000, members: 1000000}"), 4, "1000000000000 memberships"),
        (load("rooms: {members: 2..18446744073709551615}"), 4, "at most 1000000 members"),
        (load("rooms: 3").replace("rate: 9/s", "rate: inf/s"), 5, "`rate` is a rate"),
        (load("rooms: 3").replace("for: 1s", "for: 1000000min"), 5, "`for` is at most a week"),
    ]
}

fn how_many() -> Vec<Refused> {
    let rooms: String = (0..600).map(|room| format!("r{room}: [a{room}, b{room}], ")).collect();
    let users = listed("u", 1500).replace(',', ": {},") + ": {}";
    let comments = "# a comment\n".repeat(500_000);
    let pattern = "ana:\n      expect: x\n      data: </(\\w{1000}){1000}/>";
    vec![
        (steps("ana: {send: <text:2000000000b>}"), 6, "a text has at most 16777216 bytes, not 2000000000"),
        (steps("ana: {send: <text:99999999999999999999b>}"), 6, "a text has at most"),
        (steps("{repeat: 1000, do: {ana: {send: <text:1000000b>}}}"), 6, "texts of 1000000000 bytes"),
        (steps(&"ana: {send: hi}\n  - ".repeat(12_000)), 10_005, "a scenario has at most 10000 steps"),
        (steps(&"ana: {send: hi}\n  - ".repeat(200_000)), 33_336, "a file holds at most 100000 values"),
        (steps(&format!("ana: {{send: hi}}\n{comments}")), 349_524, "it may have 4194304 bytes"),
        (expect(&format!("{{{}: 1}}", listed("k", 2500).replace(',', ": 1,"))), 6, "at most 2000 keys"),
        (expect(&format!("[{}]", ["</a+/>"; 300].join(", "))), 6, "at most 200 regular expressions"),
        (steps(pattern), 8, "not a regular expression"),
        (
            format!("scenario: x\nlevel: must\nrooms: {{{rooms}}}\nsteps: [{{a1: join}}]\n"),
            3,
            "1000 actors, not 1200",
        ),
        (format!("{HEAD}users: {{{users}}}\nsteps: [{{ana: join}}]\n"), 4, "at most 1000 actors, not 1502"),
    ]
}

fn how_deep() -> Vec<Refused> {
    let deep = |open: &str, close: &str| format!("{}1{}", open.repeat(20_000), close.repeat(20_000));
    vec![
        (expect(&format!("<{}int>", "maybe ".repeat(20_000))), 6, "`maybe` inside of `maybe`"),
        (expect(&deep("[", "]")), 6, "nested more than 64 deep"),
        (expect(&deep("{a: ", "}")), 6, "nested more than 64 deep"),
        (steps(&"- ".repeat(20_000)), 6, "nested more than 64 deep"),
        (steps("ana: {send: &hello hi}"), 6, "an anchor is not used"),
        (steps("&who ana: {send: hi}"), 6, "an anchor is not used"),
        (steps("ana: {send: !!int '5'}"), 6, "a tag is not used"),
    ]
}

#[test]
fn a_scenario_that_asks_for_too_much_is_refused_soon_and_with_its_place() {
    let folder = Folder::new("limits-scenarios");
    let all = [how_often(), how_many(), how_deep()].concat();
    for (number, (text, line, told)) in all.into_iter().enumerate() {
        let file = format!("{number}.yaml");
        std::fs::write(folder.join(&file), text).unwrap();
        let began = Instant::now();
        let (status, said) = harness(&folder, &["check", &file]);
        let took = began.elapsed();
        let place = format!("[{file}:{line}:");
        assert!(
            status == Some(2) && said.contains(told) && said.contains(&place),
            "{told}: {status:?} {said}"
        );
        assert!(said.contains(": 1 problem in 1 file"), "{told}: {said}");
        assert!(took < SOON, "{told} took {took:?}");
    }
}

#[test]
fn a_contract_that_asks_for_too_much_is_refused_soon_and_with_its_place() {
    let folder = Folder::new("limits-contracts");
    let crm = include_str!("../../scenarios/dialects/crm.yaml");
    let types = |types: String| crm.replacen("\ntypes:\n", &format!("\ntypes:\n{types}"), 1);
    let line = 1 + crm.split("\ntypes:\n").next().unwrap().lines().count();
    let chain = |count: usize, twice: bool| {
        let next =
            |index: usize| if twice { format!("[$t{index}, $t{index}]") } else { format!("[$t{index}]") };
        let all = (0..count).map(|index| format!("  t{index}: {}\n", next(index + 1)));
        all.collect::<String>() + &format!("  t{count}: <int>\n")
    };
    for (name, text, told) in [
        ("laughs", types(chain(40, true)), "written out, are more than 10000 values"),
        ("chain", types(chain(1500, false)), "`t0` holds types that hold types, more than 64 deep"),
        (
            "itself",
            types("  t0: {a: [$t0, $t0], b: $t0}\n".to_owned()),
            "a type cannot contain itself: t0 holds t0",
        ),
        ("texts", types("  t0: [<text:9000000b>]\n".to_owned()), "written out, are more than 10000 values"),
    ] {
        let file = format!("{name}/dialects/crm.yaml");
        let path = folder.join(&file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        let began = Instant::now();
        let (status, said) = harness(&folder, &["check", &file]);
        let took = began.elapsed();
        assert!(status == Some(2) && said.contains(told), "{name}: {said}");
        let blamed = (line..line + 41).any(|line| said.contains(&format!("[{file}:{}:", line + 1)));
        assert!(blamed, "{name}: {line} {said}");
        assert!(took < SOON, "{name} took {took:?}");
    }
}

#[test]
fn a_flag_that_asks_for_too_much_is_refused() {
    let folder = Folder::new("limits-flags");
    for flag in [
        "--jobs=18446744073709551615",
        "--jobs=0",
        "--rooms=18446744073709551615",
        "--members=2..18446744073709551615",
        "--rooms-per-user=18446744073709551615",
        "--rate=inf/s",
        "--rate=nan/s",
        "--for=1e30s",
        "--for=99999999min",
        "--token-life=99999999min",
    ] {
        let (status, said) = harness(&folder, &["--scenario", "typing", "--dialect", "crm", flag]);
        assert!(status == Some(2) && said.contains("error: invalid value"), "{flag}: {status:?} {said}");
    }
    let many = ["--scenario", "thousand-rooms", "--rooms", "1000000", "--members", "1000000"];
    let (status, said) = harness(&folder, &many);
    assert!(status == Some(2) && said.contains("1000000000000 memberships"), "{said}");
}
