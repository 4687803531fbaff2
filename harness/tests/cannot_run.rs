//! What could not be run is refused by `check`, at its place and once, and by a run before it begins.

use std::path::Path;
use std::process::Command;

use crate::folder::Folder;

/// The status, and all that was said.
fn harness(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_harness"));
    command.args(["--scenarios", concat!(env!("CARGO_MANIFEST_DIR"), "/../scenarios")]).env("COLUMNS", "200");
    let output = command.args(arguments).current_dir(folder).output().unwrap();
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    (output.status.code(), said.concat())
}

const HEAD: &str = "scenario: x\nlevel: must\nrooms: {lobby: [ana, bo]}\n";

fn steps(text: &str) -> String {
    format!("{HEAD}steps:\n  - ana, bo: join\n  - {text}\n")
}

fn thief(text: &str) -> String {
    format!("{HEAD}{text}\nsteps: [{{ana: join}}]\n")
}

fn load(phases: &str, flow: &str) -> String {
    format!("scenario: x\nlevel: must\nload:\n  phases: {phases}\n  flow: {flow}\n")
}

fn target(url: &str) -> String {
    format!("url: {url}\ndialect: crm\ntoken: {{secret: s}}\n")
}

/// A file, where it is wrong, and what is said of it.
type Wrong = (String, &'static str, &'static str);

fn scenarios() -> Vec<Wrong> {
    let say = "[{any member: {send: <text:20b>}}]";
    let hold = "{name: hold, rate: 9/s, for: 1s}";
    let ramp = "{name: ramp, connect: 9/s}";
    let users = |text: &str| thief(&format!("users: {{bo/thief: {{{text}, offline: true}}}}"));
    let listed = |words: &str, text: &str| {
        thief(&format!("for: {{it: {words}}}\nusers: {{bo/thief: {{{text}: $it, offline: true}}}}"))
    };
    vec![
        (users("transport: websockt"), "4:31", "there is no transport `websockt`"),
        (users("credential: expird"), "4:32", "there is no credential `expird`"),
        (users("place: query.tokn"), "4:27", "there is no place for a credential `query.tokn`"),
        (listed("[polling, websockt]", "transport"), "4:21", "there is no transport `websockt`"),
        (listed("[none, expird]", "credential"), "4:18", "there is no credential `expird`"),
        (listed("[query.tokn]", "place"), "4:12", "there is no place for a credential `query.tokn`"),
        (listed("$places", "credential"), "4:11", "`it` has to be a credential, and `for` lists others"),
        (listed("$bad_credentials", "transport"), "4:11", "`it` has to be a transport, and"),
        (format!("{HEAD}steps: []\n"), "4:8", "there is no step here"),
        (HEAD.to_owned(), "1:1", "a scenario needs `steps`"),
        (steps("parallel: []"), "6:15", "there is no step here"),
        (steps("any_order: []"), "6:16", "there is no step here"),
        (steps("{repeat: 3, do: []}"), "6:21", "there is no step here"),
        (load(&format!("[{hold}]"), say), "4:12", "the first phase connects no session"),
        (load(&format!("[{hold}, {ramp}]"), say), "4:12", "the first phase connects no session"),
        (load("[{name: ramp, connect: 0/s}]", say), "4:12", "the first phase connects no session"),
        (load("[]", say), "4:11", "the first phase connects no session"),
        (load(&format!("[{ramp}]"), "[]"), "5:9", "`flow` has no turn"),
        (load(&format!("[{ramp}, {{name: hold, rate: 9/s, for: 0s}}]"), say), "4:69", "lasts no time"),
        (steps("bo/x: {connect: {transport: $transport}}"), "6:33", "there is no transport `$transport`"),
        (steps("ana: {emit: x, data: {<<: {a: 1}}}"), "6:27", "a merge is not used"),
        (steps("ana: {rest: {post: messages, status: 200}}"), "6:24", "a path begins with a slash"),
        (steps("ana: {rest: {post: /messages, status: 99999}}"), "6:43", "`99999` is no HTTP status"),
        (steps("ana: {send: hi, to: lobbi}"), "6:5", "there is no room `lobbi`"),
        (format!("{HEAD}stepz: [{{ana: join}}]\n"), "4:1", "a scenario has no `stepz`"),
        (
            "scenario: x\nlevl: must\nrooms: {l: [ana, bo]}\nsteps: [{ana: join}]\n".to_owned(),
            "2:1",
            "has no `levl`",
        ),
        (steps("ana: {expect: x, dat: 5}"), "6:22", "this step has no `dat`"),
    ]
}

fn targets() -> Vec<Wrong> {
    let ready = target("http://127.0.0.1:9") + "ready: healthz\n";
    let window = target("http://127.0.0.1:9") + "timing: {typing_expires: 5s..3s}\n";
    vec![
        (target("nonsense"), "1:6", "`nonsense` is no URL of a server: it has neither a scheme nor a port"),
        (target("http://127.0.0.1:99999"), "1:6", "does not end in a port number from 1 to 65535"),
        (target("http://127.0.0.1:0"), "1:6", "does not end in a port number from 1 to 65535"),
        (target("''"), "1:6", "is no URL of a server"),
        (target("http://"), "1:6", "is no URL of a server"),
        (target("http://a b/"), "1:6", "\"a b\" is no name and no address of a host"),
        (target("ftp://127.0.0.1"), "1:6", "the scheme \"ftp\""),
        (ready, "4:8", "`ready` is a path, which begins with a slash"),
        (window, "4:26", "write a window such as 3s..5s"),
    ]
}

#[test]
fn check_refuses_what_cannot_run_at_its_place_and_once() {
    let folder = Folder::new("cannot-run-files");
    let all = [scenarios(), targets()].concat();
    for (number, (text, ..)) in all.iter().enumerate() {
        std::fs::write(folder.join(format!("{number}.yaml")), text).unwrap();
    }
    let (status, said) = harness(&folder, &["check", "."]);
    assert_eq!(status, Some(2), "{said}");
    let said_once = format!(": {0} problems in {0} files", all.len());
    assert!(said.contains(&said_once), "{said}");
    for (number, (_, place, told)) in all.iter().enumerate() {
        let place = format!("[./{number}.yaml:{place}]");
        let before = said.split(&place).next().filter(|before| before.len() < said.len());
        let message = before.and_then(|before| before.rsplit("error: ").next());
        assert!(message.is_some_and(|message| message.contains(told)), "{told}, {place}: {said}");
    }
}

#[test]
fn check_refuses_a_namespace_that_nobody_fills_in() {
    let folder = Folder::new("cannot-run-namespace");
    let crm = include_str!("../../scenarios/dialects/crm.yaml");
    std::fs::create_dir_all(folder.join("dialects")).unwrap();
    let text = crm.replacen("namespace: /chat\n", "namespace: /chat-$x\n", 1);
    std::fs::write(folder.join("dialects/crm.yaml"), text).unwrap();
    let (status, said) = harness(&folder, &["check", "dialects/crm.yaml"]);
    let told = "`namespace` is taken as it stands: `$x` in it would not be filled in";
    assert!(status == Some(2) && said.contains(told), "{said}");
}

#[test]
fn a_run_refuses_a_url_that_is_none_before_it_begins() {
    let folder = Folder::new("cannot-run-urls");
    for (number, (text, _, told)) in targets().into_iter().enumerate() {
        let file = format!("{number}.yaml");
        std::fs::write(folder.join(&file), text).unwrap();
        let (status, said) = harness(&folder, &["--target", &file, "--scenario", "typing"]);
        assert!(status == Some(2) && said.contains(told), "{told}: {status:?} {said}");
    }
    for url in ["http://127.0.0.1:99999", "http://", "ftp://127.0.0.1"] {
        let (status, said) = harness(&folder, &["--target", url, "--dialect", "crm", "--scenario", "typing"]);
        assert!(status == Some(2) && said.contains("is no URL of a server"), "{url}: {status:?} {said}");
    }
    assert!(!folder.join("reports").exists(), "nothing was run");
}
