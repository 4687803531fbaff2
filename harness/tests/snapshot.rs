//! Snapshots: what they look like, that they depend on nothing but what happened, and that `insta` reads and accepts
//! them. What `cargo insta` does when somebody accepts one is `Snapshot::from_file` and `save`; so do these tests.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use insta::Snapshot;
use language::level::Level;
use results::record::{CaseRecord, Direction, Entry, StepRecord};
use results::snapshot::{Compared, Mode, Store, render};
use serde_json::{Value, json};

use Direction::{In, Out};

/// A folder that goes with its test.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("harness-snapshots-{}-{number}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn store(&self, mode: Mode) -> Store {
        Store { folder: self.0.clone(), mode }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.file(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Not to be removed is untidy, and no reason to fail.
        let _untidy = fs::remove_dir_all(&self.0);
    }
}

fn entry(step: usize, actor: &str, direction: Direction, name: &str, redacted: Value) -> Entry {
    Entry {
        step,
        at_us: 0,
        actor: actor.to_owned(),
        direction,
        name: name.to_owned(),
        payload: json!("what was on the wire"),
        redacted,
    }
}

/// A case in which these entries arrived in this order, the first after a while, one a millisecond.
fn case(id: &str, steps: &[&str], entries: Vec<Entry>) -> CaseRecord {
    let timed = entries.into_iter().zip(7_u64..).map(|(entry, ms)| Entry { at_us: ms * 1_000, ..entry });
    CaseRecord {
        scenario: "lobby".to_owned(),
        title: "two in a lobby".to_owned(),
        file: "scenarios/lobby.yaml".to_owned(),
        steps: steps.iter().map(|&text| StepRecord { line: 0, text: text.to_owned() }).collect(),
        transcript: timed.collect(),
        ..CaseRecord::new(id.to_owned(), "crm".to_owned(), Level::Must)
    }
}

const STEPS: &[&str] =
    &["set-up: rooms are made, actors connect", "ana: {send: hello}", "bo: hears nothing", "the end"];

/// `zoe` connects first, so she is listed first; `bo` is heard of in a later step only.
fn hello(text: &str) -> Vec<Entry> {
    let sent = json!({"chatId": "<room:lobby>", "content": text});
    let heard = json!({"message": {"id": "<message>", "text": text}, "chatId": "<room:lobby>"});
    vec![
        entry(0, "zoe", Out, "connect", json!({"auth.token": "<token>"})),
        entry(0, "ana", Out, "connect", json!({"auth.token": "<token>"})),
        entry(1, "ana", Out, "sendMessage", sent),
        entry(1, "ana", In, "the ack of sendMessage", json!({"success": true})),
        entry(1, "ana", In, "newMessage", heard.clone()),
        entry(1, "zoe", In, "newMessage", heard.clone()),
        entry(1, "bo", In, "newMessage", heard),
        entry(3, "bo", In, "bye", Value::Null),
    ]
}

const HELLO: &str = r##"# set-up
zoe -> connect {"auth.token":"<token>"}
ana -> connect {"auth.token":"<token>"}
# ana: {send: hello}
zoe <- newMessage {"message":{"id":"<message>","text":"hello"},"chatId":"<room:lobby>"}
ana -> sendMessage {"chatId":"<room:lobby>","content":"hello"}
ana <- newMessage {"message":{"id":"<message>","text":"hello"},"chatId":"<room:lobby>"}
ana <- the ack of sendMessage {"success":true}
bo <- newMessage {"message":{"id":"<message>","text":"hello"},"chatId":"<room:lobby>"}
# the end
bo <- bye
"##;

#[test]
fn a_transcript_reads_like_the_script() {
    assert_eq!(render(&[&case("crm/lobby", STEPS, hello("hello"))]), HELLO);
}

#[test]
fn the_order_of_arrival_between_sockets_and_events_does_not_show() {
    // Every order of the five entries of one step: all that a loaded machine can do to them.
    let orders = permutations(&[2, 3, 4, 5, 6]);
    assert_eq!(orders.len(), 120);
    for order in orders {
        let entries = hello("hello");
        let arrived = [0, 1].iter().chain(&order).chain(&[7]).map(|&index: &usize| entries[index].clone());
        assert_eq!(render(&[&case("crm/lobby", STEPS, arrived.collect())]), HELLO, "{order:?}");
    }
}

fn permutations(items: &[usize]) -> Vec<Vec<usize>> {
    if items.is_empty() {
        return vec![Vec::new()];
    }
    let rest_of = |first| items.iter().copied().filter(|item| *item != first).collect::<Vec<_>>();
    items
        .iter()
        .flat_map(|&first| {
            permutations(&rest_of(first)).into_iter().map(move |rest| [vec![first], rest].concat())
        })
        .collect()
}

/// What one socket hears of one event, twice.
fn twice(step: &str, texts: [&str; 2]) -> String {
    let heard = texts.map(|text| entry(1, "ana", In, "newMessage", json!(text))).to_vec();
    render(&[&case("crm/lobby", &["set-up", step], heard)])
}

#[test]
fn the_order_of_one_event_on_one_socket_shows() {
    let step = "ana: [{send: one}, {send: two}]";
    assert_eq!(
        twice(step, ["two", "one"]),
        format!("# {step}\nana <- newMessage \"two\"\nana <- newMessage \"one\"\n")
    );
}

#[test]
fn what_arrived_first_stands_first_though_it_was_written_down_last() {
    let heard = ["one", "two"].map(|text| entry(1, "ana", In, "newMessage", json!(text)));
    let mut case = case("crm/lobby", STEPS, hello("hello").into_iter().chain(heard).collect());
    let in_time = render(&[&case]);
    case.transcript.reverse();
    assert_eq!(render(&[&case]), in_time);
}

#[test]
fn nothing_has_an_order_where_everything_happens_at_once() {
    for step in ["parallel: [ana: {send: one}, bo: {send: two}]", "any_order: [ana: {expect: newMessage}]"] {
        assert_eq!(twice(step, ["two", "one"]), twice(step, ["one", "two"]));
    }
}

#[test]
fn several_cases_stand_under_their_ids() {
    let cases = ["expired", "none"].map(|token| {
        let connect = entry(0, "ana", Out, "connect", json!({"auth.token": token}));
        case(&format!("crm/auth[{token}]"), STEPS, vec![connect])
    });
    assert_eq!(
        render(&[&cases[0], &cases[1]]),
        "crm/auth[expired]\n# set-up\nana -> connect {\"auth.token\":\"expired\"}\n\
         \ncrm/auth[none]\n# set-up\nana -> connect {\"auth.token\":\"none\"}\n"
    );
}

#[test]
fn the_name_of_an_event_cannot_pass_for_another_entry() {
    let entries = vec![entry(0, "ana", In, "hi\nana -> sendMessage", Value::Null)];
    assert_eq!(
        render(&[&case("crm/lobby", STEPS, entries)]),
        "# set-up\nana <- \"hi\\nana -> sendMessage\"\n"
    );
}

fn compare(store: &Store, entries: Vec<Entry>) -> Compared {
    store.compare("crm", "lobby", "scenarios/lobby.yaml", &[&case("crm/lobby", STEPS, entries)]).unwrap()
}

/// What `cargo insta accept` does with a pending snapshot.
fn accept_with_insta(pending: &Path) {
    let accepted = pending.with_extension("");
    let snapshot = Snapshot::from_file(pending).unwrap();
    fs::remove_file(pending).unwrap();
    snapshot.save(&accepted).unwrap();
}

#[test]
fn a_new_snapshot_waits_until_insta_accepts_it() {
    let folder = Folder::new();
    let store = folder.store(Mode::Check);
    let pending = folder.file("crm/lobby.snap.new");
    assert_eq!(compare(&store, hello("hello")), Compared::New { pending: pending.clone() });
    assert!(!folder.file("crm/lobby.snap").exists());

    let read = Snapshot::from_file(&pending).unwrap();
    assert_eq!(read.metadata().source(), Some("scenarios/lobby.yaml"));
    assert_eq!(read.metadata().expression(), Some("crm/lobby"));
    assert_eq!(read.as_text().unwrap().to_string(), HELLO.trim_end());

    accept_with_insta(&pending);
    assert_eq!(compare(&store, hello("hello")), Compared::Same);
    let by_insta = fs::read_to_string(folder.file("crm/lobby.snap")).unwrap();

    // Accepted without insta, it is the same file, byte by byte.
    fs::remove_file(folder.file("crm/lobby.snap")).unwrap();
    assert_eq!(compare(&folder.store(Mode::Accept), hello("hello")), Compared::Accepted);
    assert_eq!(fs::read_to_string(folder.file("crm/lobby.snap")).unwrap(), by_insta);
}

#[test]
fn a_difference_is_shown_and_waits() {
    let folder = Folder::new();
    compare(&folder.store(Mode::Accept), hello("hello"));
    let accepted = fs::read_to_string(folder.file("crm/lobby.snap")).unwrap();

    let Compared::Different { pending, diff } = compare(&folder.store(Mode::Check), hello("good day")) else {
        panic!("another text is a difference");
    };
    assert_eq!(pending, folder.file("crm/lobby.snap.new"));
    assert_eq!(
        Snapshot::from_file(&pending).unwrap().as_text().unwrap().to_string().matches("good day").count(),
        4
    );
    assert_eq!(
        fs::read_to_string(folder.file("crm/lobby.snap")).unwrap(),
        accepted,
        "checking accepts nothing"
    );
    assert!(diff.starts_with("--- accepted\n+++ received\n@@ "), "{diff}");
    let sent = |sign, text| {
        format!("\n{sign}ana -> sendMessage {{\"chatId\":\"<room:lobby>\",\"content\":\"{text}\"}}\n")
    };
    assert!(diff.contains(&sent('-', "hello")) && diff.contains(&sent('+', "good day")), "{diff}");
    assert!(
        !diff.contains("set-up") && !diff.contains("No newline"),
        "only what is near, and no more: {diff}"
    );

    assert_eq!(compare(&folder.store(Mode::Check), hello("hello")), Compared::Same);
    assert!(!pending.exists(), "what waited is stale");
}

#[test]
fn accepting_replaces_what_was_accepted_and_what_waits() {
    let folder = Folder::new();
    compare(&folder.store(Mode::Accept), hello("hello"));
    compare(&folder.store(Mode::Check), hello("good day"));
    assert!(folder.file("crm/lobby.snap.new").exists());
    assert_eq!(compare(&folder.store(Mode::Accept), hello("good day")), Compared::Accepted);
    assert!(!folder.file("crm/lobby.snap.new").exists());
    assert_eq!(compare(&folder.store(Mode::Check), hello("good day")), Compared::Same);
}

#[test]
fn accepting_what_is_accepted_leaves_the_file_alone() {
    let folder = Folder::new();
    compare(&folder.store(Mode::Accept), hello("hello"));
    let windows =
        fs::read_to_string(folder.file("crm/lobby.snap")).unwrap().replace('\n', "\r\n") + "\r\n\r\n";
    folder.write("crm/lobby.snap", &windows);
    folder.write("crm/lobby.snap.new", "stale");
    assert_eq!(compare(&folder.store(Mode::Accept), hello("hello")), Compared::Same);
    assert_eq!(fs::read_to_string(folder.file("crm/lobby.snap")).unwrap(), windows);
    assert!(!folder.file("crm/lobby.snap.new").exists());
}

#[test]
fn a_name_with_a_dot_keeps_its_end() {
    let folder = Folder::new();
    let case = case("crm/v1.2-lobby", STEPS, hello("hello"));
    let compared =
        folder.store(Mode::Check).compare("crm", "v1.2-lobby", "scenarios/v1.2-lobby.yaml", &[&case]);
    let Compared::New { pending } = compared.unwrap() else { panic!("nothing was accepted") };
    assert_eq!(pending, folder.file("crm/v1.2-lobby.snap.new"));
    accept_with_insta(&pending);
    assert!(folder.file("crm/v1.2-lobby.snap").exists());
}

#[test]
fn snapshots_of_no_scenario_are_found() {
    let folder = Folder::new();
    for name in [
        "crm/lobby.snap",
        "crm/lobby.snap.new",
        "crm/gone.snap",
        "other/lobby.snap",
        "other/gone.snap.new",
        "crm/NOTES.md",
    ] {
        folder.write(name, "");
    }
    let known = [("crm".to_owned(), "lobby".to_owned())];
    let orphans = folder.store(Mode::Check).orphans(&known).unwrap();
    assert_eq!(
        orphans,
        ["crm/gone.snap", "other/gone.snap.new", "other/lobby.snap"].map(|name| folder.file(name))
    );
}

#[test]
fn a_folder_that_is_not_there_holds_no_orphans() {
    let folder = Folder::new();
    let store = Store { folder: folder.file("nowhere"), mode: Mode::Check };
    assert_eq!(store.orphans(&[]).unwrap(), Vec::<PathBuf>::new());
}

#[test]
fn an_error_names_its_file() {
    let folder = Folder::new();
    folder.write("crm", "a file where a folder should be");
    let case = case("crm/lobby", STEPS, hello("hello"));
    let error =
        folder.store(Mode::Check).compare("crm", "lobby", "scenarios/lobby.yaml", &[&case]).unwrap_err();
    assert!(error.to_string().contains(&folder.0.join("crm").display().to_string()), "{error}");
}
