//! Contracts as their authors write them: laid over others, with names of their own, for servers that lack something.

mod between;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use conformance::dry;
use conformance::{Arena, Opening, Settings, Venue, Wanted, run};
use explain::Set;
use futures_util::{StreamExt as _, stream};
use harness::embedded::{Embedded, Shared};
use language::contract::Contract;
use language::level::Level;
use language::library::Library;
use language::reference::{WHOLE, WITH_PARTS};
use model::check::matching::{compare, describe};
use model::check::scope::{Book, Context, Scope};
use model::plan::{CasePlan, plan};
use reference_server::Fault;
use results::record::{CaseRecord, Outcome};
use serde_json::json;
use tokio::sync::mpsc;

use crate::authoring::{Folder, golden};

/// `crm` with a note more, and a `ping` of its own.
const MIDDLE: &str = "extends: crm
dialect: middle
capabilities: [token_recheck, offline_delivery]
clauses:
  z1: {at: Notes, text: notes are kept, level: may}
verbs:
  ping: {ack: {pong: <num>}}
";

/// What lies over that: neither `ping` nor its clause.
const TOP: &str = "extends: middle
dialect: top
clauses: {h1: null}
verbs: {ping: null}
";

fn contracts(folder: &Folder) -> Vec<Arc<Contract>> {
    folder.library().contracts().unwrap().into_iter().map(Arc::new).collect()
}

/// The cases of one dialect, for a target that lacks these.
pub(crate) fn cases(folder: &Folder, dialect: &str, lacks: &[&str]) -> Vec<CasePlan> {
    let known = contracts(folder);
    let chosen: Vec<_> = known.iter().filter(|contract| contract.dialect == dialect).cloned().collect();
    let folders: Vec<&str> = chosen.iter().flat_map(|contract| contract.lineage()).collect();
    let scenarios: Vec<_> = folder.library().scenarios(&folders).unwrap().into_iter().map(Arc::new).collect();
    let lacks: Vec<String> = lacks.iter().map(|&name| name.to_owned()).collect();
    plan(&scenarios, &chosen, &known, &lacks).unwrap()
}

/// Runs cases on one server that speaks `spoken`.
pub(crate) async fn judged(spoken: &str, cases: Vec<CasePlan>) -> Vec<CaseRecord> {
    judged_by(Embedded::new(0.2), spoken, cases).await
}

pub(crate) async fn judged_by(embedded: Embedded, spoken: &str, cases: Vec<CasePlan>) -> Vec<CaseRecord> {
    judged_at(embedded.shared(spoken).await.unwrap(), cases).await
}

pub(crate) async fn judged_at(venue: impl Venue + 'static, cases: Vec<CasePlan>) -> Vec<CaseRecord> {
    let settings = Settings {
        level: Level::Should,
        timescale: 0.2,
        jobs: 4,
        linger: Duration::from_millis(300),
        ..Settings::default()
    };
    run(cases, &settings, Arc::new(venue), mpsc::unbounded_channel().0).await.0
}

#[test]
fn a_contract_may_extend_one_that_extends_another() {
    let folder = Folder::new("chain");
    folder.write("scenarios/dialects/middle.yaml", MIDDLE);
    folder.write("scenarios/dialects/top.yaml", TOP);
    let known = contracts(&folder);
    let of = |dialect: &str| known.iter().find(|contract| contract.dialect == dialect).unwrap();
    assert_eq!(of("top").lineage().collect::<Vec<_>>(), ["top", "middle", "crm"]);
    assert!(of("crm").verbs.contains_key("ping") && of("middle").verbs.contains_key("ping"));
    assert!(
        !of("top").verbs.contains_key("ping"),
        "what a contract takes away does not come back from further down"
    );
    assert!(of("top").verbs.contains_key("join"), "what nobody mentions is as at the bottom");
    assert_eq!(
        of("top").capabilities,
        ["token_recheck", "offline_delivery"],
        "a list is taken from the nearest that has one"
    );
    assert!(of("top").clauses.contains_key("z1") && !of("top").clauses.contains_key("h1"));
}

#[test]
fn a_contract_cannot_extend_itself_by_whatever_way() {
    let folder = Folder::new("cycle");
    folder.write("scenarios/dialects/first.yaml", "extends: second\ndialect: first\n");
    folder.write("scenarios/dialects/second.yaml", "dialect: second\nextends: first\n");
    folder.write("scenarios/dialects/own.yaml", "extends: own\ndialect: own\n");
    folder.write("scenarios/dialects/typo.yaml", "extends: gatway\ndialect: typo\n");
    let (status, said) = folder.harness(&["check"]);
    assert_eq!(status, 2, "{said}");
    golden("extends", &said);
}

#[test]
fn a_mistake_in_a_contract_is_told_once_however_many_extend_it() {
    let folder = Folder::new("once");
    folder.write("scenarios/dialects/middle.yaml", &MIDDLE.replace("<num>", "<nmu>"));
    folder.write("scenarios/dialects/top.yaml", "extends: middle\ndialect: top\n");
    let (status, said) = folder.harness(&["check"]);
    assert_eq!((status, said.matches("error: ").count()), (2, 1), "{said}");
    assert!(said.contains("1 problem in 1 file"), "{said}");
}

#[test]
fn scenarios_of_a_base_are_run_for_whoever_extends_it() {
    let folder = Folder::new("inherited");
    folder.write("scenarios/dialects/middle.yaml", MIDDLE);
    folder.write("scenarios/dialects/top.yaml", TOP);
    let scenario = |title: &str| {
        format!("scenario: {title}\nlevel: must\nusers: {{ana: {{}}}}\nsteps: [{{ana: authenticate}}]\n")
    };
    folder.write("scenarios/portable.yaml", &scenario("of anybody"));
    folder.write("scenarios/crm/base.yaml", &scenario("of crm"));
    folder.write("scenarios/crm/changed.yaml", &scenario("of crm"));
    folder.write("scenarios/middle/changed.yaml", &scenario("of middle"));
    folder.write("scenarios/gateway/other.yaml", &scenario("of gateway"));
    folder.write("scenarios/said.yaml", &(scenario("says so itself") + "dialect: crm\n"));
    let planned = |dialect: &str| {
        let cases = cases(&folder, dialect, &[]);
        cases.into_iter().map(|case| (case.id, case.scenario.title.clone())).collect::<Vec<_>>()
    };
    let expected = |dialect: &str, changed: &str| {
        let cases = [
            ("portable", "of anybody"),
            ("said", "says so itself"),
            ("base", "of crm"),
            ("changed", changed),
        ];
        let mut cases = cases.map(|(name, title)| (format!("{dialect}/{name}"), title.to_owned()));
        cases.sort();
        cases
    };
    for (dialect, changed) in [("crm", "of crm"), ("middle", "of middle"), ("top", "of middle")] {
        let mut planned = planned(dialect);
        planned.sort();
        assert_eq!(planned, expected(dialect, changed));
    }
    let (status, said) = folder.harness(&["--dialect", "top", "--list"]);
    assert!(status == 0 && said.contains("top/base") && !said.contains("top/other"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clause_of_a_base_that_a_step_names_counts_for_whoever_extends_it() {
    let folder = Folder::new("cited");
    folder.write("scenarios/dialects/middle.yaml", MIDDLE);
    folder.write("scenarios/dialects/top.yaml", TOP);
    folder.write(
        "scenarios/cited.yaml",
        "scenario: cites\nlevel: must\nrooms: {lobby: [ana, bo]}\nsteps:\n  - ana, bo: join\n  \
         - ana: {send: hello, clause: [crm.b6, middle.z1, crm.h1, gateway.b4]}\n",
    );
    let mut cited = Vec::new();
    for dialect in ["crm", "middle", "top"] {
        let records = judged("crm", cases(&folder, dialect, &[])).await;
        assert_eq!(records[0].outcome, Outcome::Passed, "{:?}", records[0].findings);
        let named = |clause: &&String| ["b6", "z1", "h1", "b4"].contains(&clause.as_str());
        cited.push((dialect, records[0].clauses.iter().filter(named).cloned().collect::<Vec<_>>().join(" ")));
    }
    // The one at the top has no clause `h1`.
    assert_eq!(
        cited,
        [("crm", "b6 h1".to_owned()), ("middle", "b6 h1 z1".to_owned()), ("top", "b6 z1".to_owned())]
    );
}

/// A contract whose type `sender` is called like a reference, may be absent, and may hold itself.
const SHADOWED: &str = "extends: crm
dialect: shadowed
types:
  sender: {id: $sender.id, name: <str>, boss: <maybe sender>}
  room: {id: $room.id}
  message: {sender: <maybe sender>, room: <maybe room>, inWhich: $room}
";

#[test]
fn a_type_called_like_a_reference_is_the_type_where_the_word_stands_alone() {
    let folder = Folder::new("shadowed");
    folder.write("scenarios/dialects/shadowed.yaml", SHADOWED);
    let (status, said) = folder.harness(&["check"]);
    assert_eq!((status, said.lines().next()), (0, Some("checked 6 contracts: no problem")), "{said}");
    let known = contracts(&folder);
    let contract = known.iter().find(|contract| contract.dialect == "shadowed").unwrap();
    let mut book = Book::default();
    for (label, id) in [("user:ana", 7), ("room:lobby", 3), ("message:hi", 9)] {
        book.bind(label, json!(id));
    }
    let name = |name: &str| Some(name.to_owned());
    let scope = Scope {
        sender: name("ana"),
        room: name("lobby"),
        message: name("hi"),
        text: name("hi"),
        ..Scope::default()
    };
    let context = Context { contract, book: &book, scope: &scope };
    let differences = |sender: serde_json::Value, room: serde_json::Value| {
        let message = json!({"id": 9, "chatId": 3, "senderId": 7, "message": "hi", "createdAt": "2026-01-01T10:00:00.000Z",
            "inWhich": {"id": 3}, "sender": sender, "room": room});
        let compared = compare(&contract.types["message"], &message, context);
        compared.differences.into_iter().map(|found| found.path).collect::<Vec<_>>()
    };
    assert_eq!(differences(json!({"id": 7, "name": "Ana", "boss": null}), json!({"id": 3})), [] as [&str; 0]);
    assert_eq!(differences(json!(null), json!(null)), [] as [&str; 0]);
    assert_eq!(
        differences(json!({"id": 8, "name": 1}), json!({"id": 4})),
        ["sender.id", "sender.name", "room.id"]
    );
    let shown = describe(&contract.types["message"], context);
    assert_eq!(shown["sender"], json!("<maybe sender>"), "a type that holds itself is shown by its name");
}

#[test]
fn check_says_where_a_name_could_mean_two_things() {
    let folder = Folder::new("ambiguous");
    folder.write(
        "scenarios/dialects/ours.yaml",
        "extends: crm\ndialect: ours\ntypes:\n  text: {is: $text}\n  any: {}\n  knot: {a: [{b: $loop}]}\n  \
         loop: {c: $knot}\n  note: {}\nevents: {noted: {clause: s1, data: {n: <int:note>, r: <any:reason>}}}\n",
    );
    let (status, said) = folder.harness(&["check", "scenarios/dialects/ours.yaml"]);
    assert_eq!(status, 2, "{said}");
    folder.write("scenarios/dialects/ours.yaml", "extends: crm\ndialect: ours\ntypes: {note: {}}\n");
    folder.write(
        "scenarios/ours/names.yaml",
        "scenario: names\nlevel: must\nfor: {note: [a], text: [b], fine: [c]}\nrooms: {lobby: [ana, bo], ana: [bo, ana]}\nsteps:\n  \
         - ana: {emit: x, data: {a: $ana.id, b: $bo.id}}\n  \
         - bo: {expect: y, data: {a: <int:fine>, b: <str:sender>, c: <int:message>}}\n",
    );
    let (status, of_scenario) = folder.harness(&["check", "scenarios/ours"]);
    assert_eq!(status, 2, "{said}");
    golden("ambiguous", &(said + &of_scenario));
}

#[test]
fn check_finds_every_reference_that_names_nothing_wherever_it_stands() {
    let folder = Folder::new("nothing");
    folder.write(
        "scenarios/dialects/ours.yaml",
        r#"extends: crm
dialect: ours
namespace: /chat-$me.id
credentials: {query.token: {value: $tokken}}
token: {alg: HS256, claims: {sub: $me.ids, deep: [{er: $nobody}]}}
rest: {headers: {authorization: Bearer $tokn}}
room: {rest: {post: /rooms/$romm.id, headers: {x: $member.id}, json: {members: $members.first.id}, body: {id: $rooom}}}
types: {message: {sender: <maybe snder>, at: <maybe iso8602>}}
events:
  chat-$room.id: {clause: s1, data: {a: $mesage}}
refused: {reason: $whom.offline, body: {why: $raeson}, forms: {ack: {ack: {message: "no, $reson"}}}}
verbs:
  ping: {emit: ping-$me.id, data: {x: $sendr.id}, forms: {a: {me: {newMessage: {extra: $extra}}}, b: {connect_error: $eror}}}
when:
  typing: {others: {userTyping: {who: $mee.id}}}
"#,
    );
    let (status, of_contract) = folder.harness(&["check", "scenarios/dialects/ours.yaml"]);
    assert_eq!(status, 2, "{of_contract}");
    folder.write("scenarios/dialects/ours.yaml", "extends: crm\ndialect: ours\n");
    folder.write(
        "scenarios/crm/named.yaml",
        r#"scenario: names
level: must
for: {bad: [polling, websocket]}
rooms: {lobby: [ana, bo]}
users: {ana: {id: $bad, credential: $bda}, bo: {transport: $bad}}
steps:
  - ana: {join: $lobyy}
  - ana: {send: "hello $bda", to: $bad, as: $bad, with: {deep: [{er: $messag.id}]}}
  - ana: {emit: x-$room.id, data: {a: 1}}
  - ana: {emit: x, data: {a: $rom.id}, ack: {b: <maybe strr>, c: [$bo.ids]}}
  - bo: {expect: y-$bad, data: {a: 1}}
  - bo: {expect: y, data: {a: {b: $capured}, c: <int:captured>}}
  - bo: {rest: {get: "/x/$room.name?y=$lobby", headers: {x: $lobi.id}, status: $status, body: {a: $bdy}, answer_headers: {y: $hdr}}}
  - bo: {frame: '42["x",$roon.id]'}
  - bo: {connect: {auth: {t: $tokken}, query: {u: $mi.id}, headers: {h: $hh}, transport: poling}}
  - repeat: 2
    do:
      - any_order:
          - ana: {emit: z, data: $deeep}
  - rest: {post: /open, json: {a: $opn}, status: 200}
  - bo: {expect: fine, data: {a: $captured, b: $bad, c: $nowhere.id, e: costs $$5}}
  - bo: {read: nowhere, refused: unknown}
"#,
    );
    let (status, of_scenario) = folder.harness(&["check", "scenarios/crm"]);
    assert_eq!(status, 2, "{of_scenario}");
    folder.write(
        "target.yaml",
        "url: http://$HOST:3000\ndialect: crm\nstart: node $SERVER\nready: /ready?$top=1\nenv: {A: '${B}', C: a$b}\n\
         token: {secret: $JWT_SECRET}\nusers: [$me.id]\nrenames: {newMessage: $MESSAGE}\n",
    );
    let (status, of_target) = folder.harness(&["check", "target.yaml"]);
    assert_eq!(status, 2, "{of_target}");
    golden("references", &(of_contract + &of_scenario + &of_target));
}

#[tokio::test(flavor = "multi_thread")]
async fn references_in_a_frame_are_filled_in() {
    let folder = Folder::new("frame");
    folder.write(
        "scenarios/crm/frame.yaml",
        "scenario: a frame\nlevel: must\nrooms: {lobby: [ana, bo]}\nsteps:\n  - bo: join\n  \
         - ana: {frame: '42/chat,[\"joinChat\",{\"chatId\":$room.id}]'}\n  \
         - bo: {expect: userJoined, data: {chatId: $room.id, userId: $ana.id, timestamp: <iso8601>}}\n",
    );
    let (status, said) = folder.harness(&["--scenario", "frame", "--dry-run"]);
    assert!(status == 0 && said.contains(r#"{\"chatId\":<room:lobby>}"#), "{said}");
    let records = judged("crm", cases(&folder, "crm", &[])).await;
    assert_eq!(records[0].outcome, Outcome::Passed, "{:?}", records[0].findings);
}

#[test]
fn the_words_that_are_explained_are_those_that_are_known() {
    let explained: BTreeSet<_> = Set::References.words().words.iter().map(|(word, _)| &word[1..]).collect();
    let known = WITH_PARTS.iter().map(|(word, _)| *word).chain(WHOLE.iter().copied());
    assert_eq!(explained, known.chain(["NAME"]).collect());
}

/// The cases of these scenarios that did not pass, on a server with these faults that is said to lack these.
async fn not_passed(dialect: &str, scenarios: &[&str], faults: &[Fault], lacks: &[&str]) -> Vec<String> {
    let library = Library::find().unwrap();
    let known: Vec<_> = library.contracts().unwrap().into_iter().map(Arc::new).collect();
    let chosen: Vec<_> = known.iter().filter(|contract| contract.dialect == dialect).cloned().collect();
    let scenarios: Vec<_> =
        scenarios.iter().flat_map(|name| library.named(name).unwrap()).map(Arc::new).collect();
    let lacks: Vec<String> = lacks.iter().map(|&name| name.to_owned()).collect();
    let cases = plan(&scenarios, &chosen, &known, &lacks).unwrap();
    let mut embedded = Embedded::new(0.2);
    embedded.options.faults = faults.iter().copied().collect();
    let records = judged_by(embedded, dialect, cases).await;
    let passed = records.iter().filter(|case| case.outcome == Outcome::Passed).count();
    let ended: Vec<_> = records.iter().map(|case| (&case.id, case.outcome, &case.reason)).collect();
    assert!(passed > 0 || lacks.is_empty(), "{lacks:?} with {faults:?}: nothing passed: {ended:?}");
    // What is sense alone fails nobody, and is found all the same.
    let bad = records.into_iter().filter(|case| {
        let told = lacks.is_empty() && !case.findings.is_empty();
        told || !matches!(case.outcome, Outcome::Passed | Outcome::NotSupported)
    });
    bad.map(|case| {
        let first = case.findings.first().map(|finding| finding.message.clone());
        format!("{}: {:?} {:?} {first:?}", case.id, case.outcome, case.reason)
    })
    .collect()
}

/// A dialect, scenarios, faults, and the words in `lacks` that excuse them.
type Trial<'t> = (&'t str, &'t [&'t str], &'t [Fault], &'t [&'t str]);

#[tokio::test(flavor = "multi_thread")]
async fn what_a_target_lacks_is_expected_nowhere_and_no_must_where_it_comes() {
    let sending = &["read-receipts", "one-order", "second-device", "delivered", "history-before-ack"][..];
    let typing = &["typing", "typing-stop", "typing-again", "unauthorized-typing"][..];
    let joining = &["disconnect", "second-device-leaves", "duplicate-join", "leave-means-silence"][..];
    let presence = &["presence", "reconnect", "second-device"][..];
    let trials: [Trial<'_>; 7] = [
        ("whatsapp", sending, &[Fault::StatusNeverTold], &["delivered", "read"]),
        ("whatsapp", sending, &[Fault::StatusNeverTold], &["message:status"]),
        ("crm", typing, &[Fault::StopNeverSent], &["stopped"]),
        ("crm", joining, &[Fault::LeftNotToldOnDisconnect], &["userLeft"]),
        ("whatsapp", presence, &[Fault::OfflineNeverTold], &["offline"]),
        ("gateway", typing, &[Fault::TypingNeverExpires], &["typing_expires"]),
        ("gateway", sending, &[Fault::HistoryMissingLast], &["history"]),
    ];
    let tried = trials.map(async |(dialect, scenarios, faults, lacks)| {
        let (found, excused, there) = tokio::join!(
            not_passed(dialect, scenarios, faults, &[]),
            not_passed(dialect, scenarios, faults, lacks),
            not_passed(dialect, scenarios, &[], lacks),
        );
        assert_ne!(found, [""; 0], "{faults:?} is found out");
        assert_eq!(excused, [""; 0], "{lacks:?} with {faults:?}");
        // A server that has it all the same is no worse.
        assert_eq!(there, [""; 0], "{lacks:?} is said, and there");
    });
    // They mostly wait.
    stream::iter(tried).buffer_unordered(4).collect::<()>().await;
    // What is not lacking is judged as ever.
    let (typed, joined) = tokio::join!(
        not_passed("crm", typing, &[Fault::StopNeverSent], &["read"]),
        not_passed("crm", joining, &[Fault::LeaveDoesNothing], &["userJoined"]),
    );
    assert!(typed != [""; 0] && joined != [""; 0], "{typed:?} {joined:?}");
}

#[test]
fn a_word_that_nothing_is_called_cannot_be_lacking() {
    let folder = Folder::new("lacks");
    folder.write(
        "target.yaml",
        "url: http://127.0.0.1:1\ndialect: crm\nlacks: [delivered, typing, userJoind]\n",
    );
    let (status, said) = folder.harness(&["check", "target.yaml"]);
    assert_eq!(status, 2, "{said}");
    let (run, told) = folder.harness(&["--target", "target.yaml"]);
    assert_eq!(run, 2, "{told}");
    golden("lacks", &(said + &told));
}

/// A name that is given again: in a loop, by two actors of one step, by a later step.
const NAMED_AGAIN: &str = "scenario: names given again
level: must
rooms: {lobby: [ana, bo]}
users: {mallory: {}}
steps:
  - ana, bo: join
  - repeat: 3
    do:
      - ana: {send: over and over, as: note}
      - bo: {read: note}
      - ana: {update: note, text: and over}
  - mallory: {send: let me in, as: note, refused: stranger}
  - ana: {update: note, text: the last one}
  - any_order:
      - ana: {emit: markAsRead, data: {chatId: $room.id, messageId: $note.id}, ack: {success: true, ...: <any>}}
      - bo: {expect: messageRead, data: {chatId: $room.id, messageId: $note.id, userId: $ana.id, timestamp: <iso8601>}}
  - ana, bo: {send: both, as: shared}
  - bo: {delete: shared}
  - parallel:
      - {repeat: 2, do: {ana: {send: at once, as: burst}}}
      - bo: {send: at once, as: other}
  - ana: {delete: burst}
invariants: [no_loss, no_duplicates, acked_is_in_history]
";

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_is_given_again_stands_for_the_newest_message() {
    let folder = Folder::new("again");
    folder.write("scenarios/crm/again.yaml", NAMED_AGAIN);
    let (status, said) = folder.harness(&["check"]);
    assert_eq!(status, 0, "{said}");
    let planned = cases(&folder, "crm", &[]);
    let frames = dry::frames(&planned[0]).unwrap();
    let about = |name: &str| {
        let frames = frames.iter().filter(|frame| frame.name.contains(name));
        frames.map(|frame| format!("{} {}", frame.name, frame.payload)).collect::<Vec<_>>().join("\n")
    };
    assert!(
        about("PUT").ends_with("PUT /chat-messages/<message:note#3> {\"content\":\"the last one\"}"),
        "{}",
        about("PUT")
    );
    assert!(about("DELETE").contains("<message:shared#2>") && about("DELETE").contains("<message:burst#2>"));
    let records = judged("crm", planned).await;
    assert_eq!(records[0].outcome, Outcome::Passed, "{:#?}", records[0].findings);
    let sent = records[0].transcript.iter().filter(|entry| entry.name.starts_with("PUT"));
    let sent: Vec<_> = sent.map(|entry| entry.name.clone()).collect();
    let ids: BTreeSet<_> = sent.iter().collect();
    assert_eq!((sent.len(), ids.len()), (4, 3), "three messages, and the last one twice: {sent:?}");
}

/// A server behind something that changes what it says.
pub(crate) struct Behind {
    server: Shared,
    base: String,
}

impl Behind {
    pub(crate) async fn new(dialect: &str, change: impl between::Change) -> Self {
        let server = Embedded::new(0.2).under_load().shared(dialect).await.unwrap();
        let base = server.open(dialect, Wanted::All).await.unwrap().base;
        Self { base: between::start(&base, change).await, server }
    }
}

impl Venue for Behind {
    fn open<'a>(&'a self, dialect: &'a str, wanted: Wanted<'a>) -> Opening<'a> {
        Box::pin(
            async move { Ok(Arena { base: self.base.clone(), ..self.server.open(dialect, wanted).await? }) },
        )
    }
}

/// `crm`, whose joins and leaves are acked with nothing, and whose typing no document says to be acked.
const EMPTY: &str = "extends: crm
dialect: empty
verbs:
  join: {ack: <none>}
  leave: {ack: <none>}
  type: {forms: null}
";

/// Says nothing in the acks of joins, leaves and typing.
fn nothing(packet: &str) -> Vec<String> {
    let empty = packet.starts_with("43")
        && ["Joined chat", "Left chat", "[{\"success\":true}]"].iter().any(|words| packet.contains(words));
    let empty = empty.then(|| format!("{}[]", packet.split('[').next().unwrap_or_default()));
    vec![empty.unwrap_or_else(|| packet.to_owned())]
}

/// As [`nothing`], and twice.
fn nothing_twice(packet: &str) -> Vec<String> {
    let said = nothing(packet);
    if said[0] == packet { said } else { [said.clone(), said].concat() }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ack_without_arguments_can_be_written_and_one_that_nobody_wrote_down_is_only_polite() {
    let folder = Folder::new("empty");
    folder.write("scenarios/dialects/empty.yaml", EMPTY);
    let rooms = "level: must\nrooms: {lobby: [ana, bo]}\nsteps:\n  - ana, bo: join\n";
    folder.write(
        "scenarios/empty/leave.yaml",
        &format!("scenario: leave\n{rooms}  - bo: leave\n  - ana: {{send: alone}}\n"),
    );
    folder.write(
        "scenarios/empty/type.yaml",
        &format!("scenario: type\n{rooms}  - bo: {{type: lobby}}\n  - ana: {{send: fine}}\n"),
    );
    folder.write(
        "scenarios/empty/raw.yaml",
        &format!("scenario: raw\n{rooms}  - ana: {{emit: typing, data: {{chatId: $room.id, isTyping: false}}, ack: <none>}}\n"),
    );
    let all = || cases(&folder, "empty", &[]);
    let passed = |records: Vec<CaseRecord>| {
        let passed = records.into_iter().filter(|case| case.outcome == Outcome::Passed);
        passed.map(|case| case.id).collect::<Vec<_>>()
    };
    let behind = |change: fn(&str) -> Vec<String>| Behind::new("crm", change);
    let records = judged_at(behind(nothing).await, all()).await;
    assert_eq!(passed(records.clone()), ["empty/leave", "empty/raw", "empty/type"], "{records:#?}");
    // What says something is not nothing, and one ack too many is one too many.
    assert_eq!(passed(judged("crm", all()).await), [""; 0]);
    assert_eq!(passed(judged_at(behind(nothing_twice).await, all()).await), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ack_without_arguments_is_right_under_load() {
    let folder = Folder::new("empty-load");
    folder.write("scenarios/dialects/empty.yaml", EMPTY);
    folder.write(
        "scenarios/burst.yaml",
        "scenario: burst\nlevel: must\nload:\n  rooms: {count: 4, members: 2}\n  phases: [{name: ramp, connect: 100/s}, \
         {name: plateau, rate: 40/s, for: 500ms}]\n  flow: [{any member: {send: <text:60b>}}]\n  drain: 500ms\n  lateness: 1s\n",
    );
    let load = |behind: Behind| {
        let target = format!(
            "url: {}\ndialect: empty\ntoken: {{secret: {}}}\n",
            behind.base,
            reference_server::Options::default().jwt_secret
        );
        folder.write("target.yaml", &target);
        folder.harness(&["--scenario", "burst", "--target", "target.yaml"])
    };
    let (status, said) = load(Behind::new("crm", nothing).await);
    assert!(status == 0 && said.contains("nothing lost"), "{said}");
    let (status, said) = load(Behind::new("crm", |packet| vec![packet.to_owned()]).await);
    assert!(status == 1 && said.contains("the ack of `join` is not what was expected"), "{said}");
}

#[test]
fn an_ack_of_the_word_none_is_hardly_meant() {
    let folder = Folder::new("none");
    folder.write(
        "scenarios/dialects/empty.yaml",
        "extends: crm\ndialect: empty\nverbs: {leave: {ack: none}}\n",
    );
    let (status, said) = folder.harness(&["check", "scenarios/dialects/empty.yaml"]);
    assert_eq!(status, 2, "{said}");
    golden("none", &said);
    folder.write("scenarios/dialects/empty.yaml", EMPTY);
    let (status, said) = folder.harness(&["export", "asyncapi", "--dialect", "empty"]);
    let document: serde_json::Value = serde_json::from_str(&said).unwrap();
    let arguments = |verb: &str| {
        let messages = document["components"]["messages"].as_object().unwrap();
        messages[&format!("{verb}.ack")]["x-socketio"]["arguments"].clone()
    };
    // A refusal says something.
    assert_eq!((status, arguments("leave"), arguments("ping")), (0, json!(1), json!(1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_of_keystrokes_is_judged_however_long_a_target_needs_to_settle() {
    async fn burst(dialect: &str, settle: u64, faults: &[Fault]) -> Outcome {
        let library = Library::find().unwrap();
        let known: Vec<_> = library.contracts().unwrap().into_iter().map(Arc::new).collect();
        let chosen: Vec<_> = known.iter().filter(|contract| contract.dialect == dialect).cloned().collect();
        let scenarios = library.named("typing").unwrap().into_iter().map(Arc::new).collect::<Vec<_>>();
        let mut embedded = Embedded::new(1.0);
        embedded.settle = Duration::from_millis(settle);
        embedded.options.faults = faults.iter().copied().collect();
        let server = embedded.shared(dialect).await.unwrap();
        let settings = Settings { level: Level::May, ..Settings::default() };
        let cases = plan(&scenarios, &chosen, &known, &[]).unwrap();
        run(cases, &settings, Arc::new(server), mpsc::unbounded_channel().0).await.0[0].outcome
    }
    let trials: [(u64, &[Fault], Outcome); 4] = [
        (250, &[], Outcome::Passed),
        (900, &[], Outcome::Passed),
        (250, &[Fault::NoDebounce], Outcome::Failed),
        (250, &[Fault::EchoTyping], Outcome::Failed),
    ];
    let all =
        ["gateway", "whatsapp", "crm"].into_iter().flat_map(|dialect| trials.map(|trial| (dialect, trial)));
    let all = all.map(async |(dialect, (settle, faults, expected))| {
        assert_eq!(burst(dialect, settle, faults).await, expected, "{dialect}, {settle} ms, {faults:?}");
    });
    futures_util::future::join_all(all).await;
}

#[test]
fn check_says_where_a_name_stands_twice_and_where_a_clause_is_nowhere() {
    let folder = Folder::new("twice");
    let scenario = "scenario: hello\nlevel: must\nrooms: {lobby: [ana, bo]}\nsteps:\n  - ana, bo: {join: lobby, clause: [crm.c2, crm.c99]}\n  \
         - {repeat: 2, do: {ana: {send: hello, clause: ours.s1}}}\n  - ana: {send: hello, clause: c4}\n";
    folder.write("scenarios/hello.yaml", scenario);
    folder.write(
        "scenarios/crm/hello.yaml",
        "scenario: hello again\nlevel: must\nusers: {ana: {}}\nsteps: [{ana: authenticate}]\n",
    );
    folder.write(
        "scenarios/gateway/other.yaml",
        "scenario: other\nlevel: must\nusers: {ana: {}}\nsteps: [{ana: hears nothing}]\n",
    );
    folder.write(
        "scenarios/whatsapp/other.yaml",
        "scenario: other\nlevel: must\nusers: {ana: {}}\nsteps: [{ana: hears nothing}]\n",
    );
    folder.write("scenarios/dialects/mine.yaml", "extends: crm\ndialect: yours\n");
    let (status, said) = folder.harness(&["check"]);
    assert_eq!(status, 2, "{said}");
    golden("twice", &said);
}

#[test]
fn check_finds_what_stands_for_nothing_in_a_raw_step() {
    let folder = Folder::new("raw");
    folder.write(
        "scenarios/crm/raw.yaml",
        r#"scenario: raw
level: must
rooms: {lobby: [ana, bo], kitchen: [ana, bo]}
steps:
  - ana: {send: hello, to: lobby, as: hello}
  - bo: {expect: a, data: {room: $room.id}}
  - bo: {expect: b, data: {message: $message}}
  - bo: {emit: c, ack: {said: $text}}
  - bo: {rest: {get: /x, status: 200, body: {of: {whom: $whom.seen}}}}
  - bo: {expect: fine, data: {room: $lobby.id, message: $hello.id, me: $me.id, sender: $sender.id}}
"#,
    );
    let (status, said) = folder.harness(&["check"]);
    assert_eq!(status, 2, "{said}");
    golden("raw", &said);
}

#[test]
fn a_verb_that_is_nearly_one_of_the_model_is_no_verb_of_its_own() {
    let folder = Folder::new("nearly");
    folder.write(
        "scenarios/dialects/mine.yaml",
        "extends: crm\ndialect: mine\nverbs: {stopTyping: {emit: stopTyping}}\n",
    );
    let (status, said) = folder.harness(&["check", "scenarios/dialects/mine.yaml"]);
    assert_eq!(status, 2, "{said}");
    assert!(
        said.contains("`stopTyping` would be a verb of its own, which changes nothing in the model"),
        "{said}"
    );
    assert!(said.contains("did you mean `stop_typing`?"), "{said}");
}
