//! The reports of one made-up run, as a person and as a machine reads them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use language::failure;
use language::level::Level;
use language::problem::Problem;
use language::text::{Source, Span};
use report::{TextOptions, annotations, coverage, html, json, junit, list, load_text, summary, tap, text};
use results::record::load::{Ledger, LoadRecord, Sample};
use results::record::{CaseRecord, Kind, Report};

pub(crate) mod load;
pub(crate) mod load_sample;
pub(crate) mod parts;
pub(crate) mod sample;
mod why;

const PLAIN: TextOptions =
    TextOptions { colour: false, verbose: false, trace: false, quiet: false, width: 100 };

/// Compares with a golden file of `tests/report/`.
fn golden(name: &str, text: &str) {
    insta::with_settings!({ snapshot_path => "report", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, text);
    });
}

#[test]
fn text() {
    golden("text", &text::render(&sample::report(), &PLAIN));
}

#[test]
fn text_with_everything_asked_for() {
    golden("verbose", &text::render(&sample::report(), &TextOptions { verbose: true, trace: true, ..PLAIN }));
}

#[test]
fn text_of_a_load_run() {
    golden("load", &load_text::render(&load_sample::sound(), &PLAIN));
    golden("load-troubled", &load_text::render(&load_sample::troubled(), &PLAIN));
}

#[test]
fn text_of_a_load_run_that_proves_nothing() {
    let sound = load_sample::sound();
    let void =
        LoadRecord { passed: false, void: Some("the generator itself was late".to_owned()), ..sound.clone() };
    let gone = LoadRecord { passed: false, unreachable: true, ..sound };
    let last = |record: &LoadRecord| load_text::render(record, &PLAIN).lines().last().unwrap().to_owned();
    assert_eq!(last(&void), "! void: the generator itself was late");
    assert_eq!(last(&gone), "! the target is gone");
}

#[test]
fn colour_adds_nothing_but_colour() {
    let coloured = text::render(&sample::report(), &TextOptions { colour: true, ..PLAIN });
    golden("colour", &coloured.replace('\u{1b}', "^"));
    assert!(coloured.contains("\u{1b}[31m  must    \u{1b}[0m"), "a cause that fails is red");
    let without = coloured.split('\u{1b}').enumerate().map(|(index, part)| match index {
        0 => part,
        _ => part.split_once('m').map_or(part, |(_, text)| text),
    });
    assert_eq!(without.collect::<String>(), text::render(&sample::report(), &PLAIN));
    assert!(!text::render(&sample::report(), &PLAIN).contains('\u{1b}'));
}

#[test]
fn no_line_of_payload_or_diagram_is_wider_than_the_terminal() {
    for width in [60, 80, 100, 160] {
        let text = text::render_case(&sample::failing(), &sample::report(), &TextOptions { width, ..PLAIN });
        let drawn = text.lines().filter(|line| line.contains(['│', '┤', '→', '←', '{', '}']));
        let widest = drawn.map(|line| line.chars().count()).max().unwrap_or(0);
        assert!(widest <= width && widest > width / 2, "{widest} columns of {width}:\n{text}");
    }
}

#[test]
fn the_last_line_is_the_verdict() {
    let text = text::render(&sample::report(), &PLAIN);
    let last = text.lines().last().unwrap();
    assert!(last.starts_with("✗ failed: 16 passed, 2 failed, 1 passed unexpectedly"), "{last}");
    let passed = sample::passed();
    let text = text::render(&passed, &PLAIN);
    assert_eq!(text.lines().last().unwrap(), "✓ passed: 15 passed in 1.8 s");
    assert!(!text.contains('✗'), "{text}");
}

#[test]
fn a_client_that_is_not_our_own_is_named() {
    let ours = sample::passed();
    let other = Report { client: Some("rust_socketio".to_owned()), ..sample::passed() };
    let names = |report: &Report| {
        let json = serde_json::to_value(report).unwrap();
        let named = |text: String| text.contains("rust_socketio");
        (json.get("client").cloned(), named(text::render(report, &PLAIN)), named(junit::render(report)))
    };
    assert_eq!(names(&ours), (None, false, false));
    assert_eq!(names(&other), (Some("rust_socketio".into()), true, true));
}

#[test]
fn many_lanes_become_a_list() {
    let lanes = |count| {
        let case = sample::crowded(count);
        text::render_case(&case, &sample::report(), &PLAIN)
    };
    for count in 2..=6 {
        assert!(lanes(count).contains("server\n"), "{count} actors fit: {}", lanes(count));
    }
    golden("six-lanes", &lanes(6));
    golden("many-actors", &lanes(12));
}

#[test]
fn of_a_long_step_the_ends_and_what_is_wrong_are_drawn() {
    let shown =
        |verbose| text::render_case(&sample::busy(), &sample::report(), &TextOptions { verbose, ..PLAIN });
    let drawn = |text: &str| text.lines().filter(|line| line.contains("──")).count();
    let short = shown(false);
    assert_eq!(drawn(&short), 21, "ten at each end, and the one that is wrong: {short}");
    assert!(short.contains("newMessage") && short.contains("  ✗ 1"), "{short}");
    assert!(short.contains("39 more; --verbose shows them"), "{short}");
    assert_eq!(drawn(&shown(true)), 100);
}

#[test]
fn a_server_cannot_steer_the_terminal() {
    let report = sample::hostile();
    let text = text::render(&report, &TextOptions { verbose: true, trace: true, ..PLAIN });
    let steers = |character: &char| character.is_control() && *character != '\n';
    assert_eq!(text.chars().find(steers), None, "{text}");
    assert!(text.contains("\\u{1b}]0;owned\\u{7}"), "it is shown instead: {text}");
}

#[test]
fn coverage_names_what_nobody_judged() {
    golden("coverage", &coverage(&sample::report(), &PLAIN));
}

#[test]
fn junit_xml() {
    golden("junit", &junit::render(&sample::report()));
}

#[test]
fn junit_xml_survives_what_xml_does_not_allow() {
    let xml = junit::render(&sample::hostile());
    let forbidden = |character: &char| !matches!(character, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    assert_eq!(xml.chars().find(forbidden), None, "{xml}");
    assert!(xml.contains("owned") && xml.contains("&lt;b&gt;") && xml.contains("]]&gt;"), "{xml}");
}

#[test]
fn a_case_that_could_not_run_is_an_error_and_one_not_supported_is_skipped() {
    let xml = junit::render(&sample::report());
    let suite = xml.lines().find(|line| line.contains("<testsuite name=\"crm\"")).unwrap();
    assert!(suite.contains("errors=\"1\" failures=\"3\""), "{suite}");
    assert_eq!(xml.matches("<skipped message=\"not supported").count(), 2);
    assert_eq!(xml.matches("<skipped message=\"failed as expected: expected until").count(), 1);
}

fn committed_schema() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../reports/schema.json")
}

#[test]
fn the_committed_schema_is_that_of_the_code() {
    let generated = serde_json::to_string_pretty(&json::schema()).unwrap() + "\n";
    let path = committed_schema();
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(&path, &generated).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == generated,
        "reports/schema.json is not what the types of record.rs say.\n\
         If the change is meant, run: UPDATE_SCHEMA=1 cargo test -p harness --test integration -- schema\n\
         A reader of old reports breaks where a field goes or changes its type: raise `FORMAT` then."
    );
}

fn validator() -> jsonschema::Validator {
    let schema: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(committed_schema()).expect("the schema is committed"))
            .expect("the schema is JSON");
    jsonschema::draft202012::options()
        .should_validate_formats(true)
        .build(&schema)
        .expect("the schema is one")
}

#[test]
fn a_written_report_keeps_the_promise_of_the_schema() {
    let folder = std::env::temp_dir().join(format!("harness-report-{}", std::process::id()));
    let path = folder.join("new/report.json");
    json::write(&sample::report(), &path).unwrap();
    let written = std::fs::read_to_string(&path).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(written.starts_with("{\n  \"format\": 1,\n") && written.ends_with("}\n"), "{written}");
    let value = serde_json::from_str(&written).unwrap();
    let errors: Vec<String> = validator()
        .iter_errors(&value)
        .map(|error| format!("{error} at {}", error.instance_path()))
        .collect();
    assert_eq!(errors, Vec::<String>::new());
    let read: Report = serde_json::from_str(&written).unwrap();
    assert_eq!(serde_json::to_value(read).unwrap(), value, "reading it back loses nothing");
}

#[test]
fn the_schema_is_one_that_strict_validators_take() {
    let schema = json::schema();
    assert!(jsonschema::meta::is_valid(&schema));
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    let text = schema.to_string();
    let formats: Vec<&str> =
        text.split("\"format\":\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(formats, ["date-time"], "only formats that JSON Schema knows");
    assert!(schema["description"].as_str().unwrap().contains("milliseconds"));
}

#[test]
fn the_schema_refuses_a_broken_report() {
    type Break = fn(&mut serde_json::Value);
    let broken: [(&str, Break); 6] = [
        ("a field is gone", |report| drop(report.as_object_mut().unwrap().remove("verdict"))),
        ("no date", |report| report["started"] = "yesterday".into()),
        ("an unknown outcome", |report| report["cases"][0]["outcome"] = "fine".into()),
        ("a text for a number", |report| report["duration_ms"] = "1800".into()),
        ("a negative time", |report| report["cases"][0]["duration_ms"] = (-1).into()),
        ("an unknown level", |report| report["cases"][0]["level"] = "shall".into()),
    ];
    let validator = validator();
    for (what, breaks) in broken {
        let mut report = serde_json::to_value(sample::report()).unwrap();
        assert!(validator.is_valid(&report));
        breaks(&mut report);
        assert!(!validator.is_valid(&report), "{what}");
    }
}

#[test]
fn the_listing_says_what_is_not_supported() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/report");
    let scenario = |name: &str| {
        let read = language::script_file::read(&folder.join(format!("{name}.yaml")), name.to_owned());
        Arc::new(read.unwrap())
    };
    let contracts =
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("scenarios/dialects/crm.yaml");
    let contract = Arc::new(language::contract_file::read(&contracts).unwrap());
    let scenarios = [scenario("listed"), scenario("lacking")];
    let lacks = ["rate_limiting".to_owned()];
    let cases = model::plan::plan(&scenarios, &[Arc::clone(&contract)], &[contract], &lacks).unwrap();
    golden("list", &list(&cases, 100));
}

const TYPING: &str = "scenario: a burst of keystrokes\nlevel: should\nrooms: {lobby: [ana, bo]}\n\nsteps:\n  - ana, bo: jion\n  - cy: {join: lobby,\n      refused: stranger}\n";

fn problem(at: &str, until: &str) -> Problem {
    let source = Source::new("scenarios/typing.yaml", TYPING);
    let start = TYPING.find(at).expect("the text has it");
    let end =
        if until.is_empty() { start } else { TYPING.find(until).expect("the text has it") + until.len() };
    Problem::at(&source, Span { file: 0, start, end }, "there is no verb `jion`").hint("did you mean `join`?")
}

#[test]
fn a_problem_points_at_its_word() {
    golden("problem-word", &failure::render(&problem("jion", "jion"), false, 100));
}

#[test]
fn a_problem_without_width_still_points() {
    golden("problem-empty", &failure::render(&problem("jion", ""), false, 100));
    let end = Span { file: 0, start: TYPING.len(), end: TYPING.len() };
    let source = Source::new("scenarios/typing.yaml", TYPING);
    golden(
        "problem-end",
        &failure::render(&Problem::at(&source, end, "the text ends too early"), false, 100),
    );
}

#[test]
fn a_problem_of_many_lines_points_at_the_first() {
    golden("problem-lines", &failure::render(&problem("{join: lobby", "refused: stranger}"), false, 100));
}

#[test]
fn a_problem_without_a_place_is_said_in_two_lines() {
    let problem = Problem::bare("there is no dialect `crn`").hint("did you mean `crm`?");
    assert_eq!(
        failure::render(&problem, false, 100),
        "error: there is no dialect `crn`\n  help: did you mean `crm`?\n"
    );
}

#[test]
fn a_problem_has_colour_only_where_it_is_asked_for() {
    assert!(failure::render(&problem("jion", "jion"), true, 100).contains('\u{1b}'));
    assert!(!failure::render(&problem("jion", "jion"), false, 100).contains('\u{1b}'));
}

#[test]
fn a_span_outside_the_text_does_no_harm() {
    let source = Source::new("é.yaml", "é: ü");
    for (start, end) in [(1, 2), (99, 120), (3, 1), (0, 99)] {
        let text = failure::render(&Problem::at(&source, Span { file: 0, start, end }, "odd"), false, 100);
        assert!(text.starts_with("error: odd\n") && text.contains("é.yaml:1:"), "{text}");
    }
}

#[test]
fn levels_decide_what_is_explained_and_what_is_a_remark() {
    let mut report = sample::report();
    let explained = |report: &Report| text::render(report, &PLAIN);
    assert!(explained(&report).contains("\nremarks below level must\n"));
    report.level = Level::May;
    assert!(!explained(&report).contains("remarks"), "nothing is below the lowest level");
}

/// The same leak in twenty cases.
fn leaking() -> Report {
    let case = sample::failing();
    let leak = case.findings.iter().filter(|finding| finding.kind == Kind::Leak).cloned().collect::<Vec<_>>();
    let cases = (0..20).map(|number| CaseRecord {
        id: format!("crm/unauthorized-join[{number}]"),
        findings: leak.clone(),
        ..case.clone()
    });
    sample::gathered(Report { cases: cases.collect(), ..sample::report() })
}

#[test]
fn every_report_tells_a_cause_once_and_the_cases_name_it() {
    let report = leaking();
    let key = "leak:newMessage:stranger";
    assert_eq!(report.causes.len(), 1);
    assert_eq!(report.causes[0].key, key);
    let github = annotations::github(&report);
    assert_eq!(github.lines().count(), 1, "{github}");
    assert!(
        github.contains("title=newMessage heard by a stranger (20 cases)::crm/unauthorized-join[0]"),
        "{github}"
    );
    let gitlab = annotations::gitlab(&report);
    assert_eq!((gitlab.as_array().unwrap().len(), &gitlab[0]["fingerprint"]), (1, &key.into()));
    let xml = junit::render(&report);
    assert_eq!(xml.matches(&format!("<property name=\"cause\" value=\"{key}\"/>")).count(), 20);
    assert_eq!(tap::render(&report).matches(&format!("  causes: [\"{key}\"]\n")).count(), 20);
    let summary = summary::render(&report);
    let row = format!("| **newMessage heard by a stranger**<br>`{key}` | must | 20 cases |");
    assert_eq!(summary.matches(&row).count(), 1, "{summary}");
    let html = html::render(&report);
    let (causes, cases) = (html.find("id=\"causes\"").unwrap(), html.find("id=\"wrong\"").unwrap());
    assert!(
        causes < cases && html[causes..cases].matches("href=\"#case/").count() == 21,
        "its cases are a click away"
    );
    let text = text::render(&report, &PLAIN);
    assert_eq!(text.matches("newMessage heard by a stranger").count(), 1);
    assert!(text.lines().count() < 20, "{text}");
    let verbose = text::render(&report, &TextOptions { verbose: true, ..PLAIN });
    assert!(verbose.matches("✗ failed  crm/unauthorized-join").count() == 20, "{verbose}");
}

#[test]
fn load_and_cases_have_their_causes_in_common() {
    let ledger =
        Ledger { sent: 10, expected: 30, received: 31, leaked: 4, duplicated: 1, ..Ledger::default() };
    let leaked = Sample {
        kind: "leaked".to_owned(),
        at_ms: 7,
        message: "user 7 received message 3 of room 2, which they are not in".to_owned(),
        received: Some(r#"["newMessage",{"chatId":2}]"#.to_owned()),
        differences: Vec::new(),
    };
    let load = LoadRecord { passed: false, ledger, samples: vec![leaked], ..load_sample::sound() };
    let report = sample::gathered(Report { loads: vec![load.clone()], ..leaking() });
    let keys: Vec<&str> = report.causes.iter().map(|cause| cause.key.as_str()).collect();
    assert_eq!(keys, ["leak:newMessage:stranger", "twice:after-send:other"]);
    let leak = &report.causes[0];
    assert_eq!((leak.cases.len(), leak.loads.as_slice(), leak.findings), (20, &[load.name()][..], 24));
    let passed = LoadRecord { passed: true, ..load };
    let report = sample::gathered(Report { loads: vec![passed], ..sample::passed() });
    assert!(report.causes.is_empty(), "what was allowed is no cause");
}

#[test]
fn the_entry_that_is_printed_is_one_that_is_read() {
    let report = sample::report();
    let text = text::render(&report, &PLAIN);
    let entries: Vec<&str> = text.lines().filter(|line| line.starts_with("  - {cause: ")).collect();
    assert_eq!(entries.len(), 4, "{text}");
    assert_eq!(entries[0], "  - {cause: leak:newMessage:stranger, issue: TODO, until: 2026-01-31}");
    let path = std::env::temp_dir().join(format!("harness-known-{}.yaml", std::process::id()));
    for head in ["", "expected_failures:\n"] {
        std::fs::write(&path, format!("{head}{}\n", entries.join("\n"))).unwrap();
        let read = language::expected::read(&path).unwrap();
        let keys: Vec<String> = read.iter().map(|entry| entry.what.entry()).collect();
        let causes: Vec<String> =
            report.causes.iter().take(4).map(|cause| format!("cause: {}", cause.key)).collect();
        assert_eq!(keys, causes);
    }
    std::fs::remove_file(&path).unwrap();
}
