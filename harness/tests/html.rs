//! The HTML report of made-up runs: what it must hold, and what nobody may put into it.

use std::collections::BTreeMap;
use std::io::Read;

use data_encoding::BASE64;
use flate2::read::DeflateDecoder;
use report::html;
use results::record::load::Second;
use results::record::{Direction, FormUse, FrameRecord, Report, Verdict};
use serde_json::json;

use super::report::{load, parts, sample};

/// The packed pages by their anchors, unpacked.
fn pages(html: &str) -> BTreeMap<String, String> {
    let scripts = html.split("<script type=\"application/octet-stream\" data-page=\"").skip(1);
    let unpacked = scripts.map(|rest| {
        let (anchor, rest) = rest.split_once("\">").unwrap();
        let bytes = BASE64.decode(rest.split_once("</script>").unwrap().0.as_bytes()).unwrap();
        let mut page = String::new();
        DeflateDecoder::new(bytes.as_slice()).read_to_string(&mut page).unwrap();
        (anchor.to_owned(), page)
    });
    unpacked.collect()
}

/// All tags, without the values of their attributes.
fn tags(html: &str) -> impl Iterator<Item = String> {
    html.split('<').skip(1).map(|rest| rest.split('>').next().unwrap().split('"').step_by(2).collect())
}

/// What stands in the file as it is read.
fn readable(html: &str) -> &str {
    html.split("<script type=\"application/octet-stream\"").next().unwrap()
}

#[test]
fn the_verdict_is_the_first_thing() {
    let html = html::render(&sample::report());
    let body = html.split_once("<main").unwrap().1;
    let heading = body.find("<h1").unwrap();
    assert!(body[heading..].starts_with(
        "<h1 id=\"verdict-word\"><span class=\"mark\" aria-hidden=\"true\">✗</span> Failed</h1>"
    ));
    assert!(heading < body.find("<h2").unwrap());
    assert!(html.contains("<title>✗ Failed – embedded reference server</title>"));
    assert!(html::render(&sample::passed()).contains("✓</span> Passed</h1>"));
}

#[test]
fn every_case_has_a_page_and_a_place_in_the_table() {
    let report = sample::report();
    let html = html::render(&report);
    let pages = pages(&html);
    assert_eq!(pages.len(), report.cases.len());
    for case in &report.cases {
        assert!(pages[&format!("case/{}", case.id)].contains(&case.title), "{}", case.id);
    }
    let table = html.split_once("<table class=\"matrix\">").unwrap().1.split_once("</table>").unwrap().0;
    assert_eq!(table.matches("<a class=\"case ").count(), report.cases.len());
    assert!(table.contains("href=\"#case/crm/auth-failures%5Bnone,auth.token%5D\""), "{table}");
    assert_eq!(table.matches("data-outcome=\"could_not_run\" data-level").count(), 1);
}

#[test]
fn without_a_script_findings_are_read_with_clause_and_difference() {
    let html = html::render(&sample::report());
    let readable = readable(&html);
    let finding = readable.split_once("newMessage at bo is not what was expected").unwrap().1;
    assert!(finding.contains(
        "clause s1, <cite>004_f84213d8bff56745.txt, &quot;Server to Client 1, newMessage&quot;</cite>"
    ));
    assert!(finding.contains("<span class=\"line good\">−") && finding.contains("7 (the id of user:ana)"));
    assert!(readable.contains("the room `lobby` could not be made"), "why a case could not run");
    assert!(readable.contains("`extra` is told, and no document mentions it in newMessage"), "a remark");
    let ids = readable.matches("<th scope=\"row\">x5</th>").count();
    assert_eq!((ids, readable.matches("✗ not judged").count()), (1, 1), "clauses that nobody judged");
}

#[test]
fn forms_are_told_and_counted() {
    let html = html::render(&sample::report());
    assert!(
        html.contains("answer of join") && html.contains("1</span> in several forms")
            || html.contains("1 in several forms")
    );
    assert!(html.contains("data-of=\"/forms/0/seen/exception\">3<"));
    let slash = FormUse { seen: [("a/b~c".to_owned(), 2)].into(), ..sample::report().forms[0].clone() };
    let html = html::render(&Report { forms: vec![slash], ..sample::report() });
    assert!(html.contains("data-of=\"/forms/0/seen/a~1b~0c\">2<"));
}

#[test]
fn a_page_shows_steps_sequence_and_frames() {
    let html = html::render(&sample::report());
    let page = &pages(&html)["case/crm/unauthorized-join"];
    for said in
        ["line 9", "ana: {send: a secret}", "<svg role=\"img\"", "42/chat,3[&quot;sendMessage&quot;", "12.4"]
    {
        assert!(page.contains(said), "{said}: {page}");
    }
    let drawing = page.split_once("<svg").unwrap().1.split_once("</svg>").unwrap().0;
    assert_eq!(
        drawing.matches("<circle").count(),
        sample::failing().transcript.len(),
        "an arrow for each entry"
    );
    assert_eq!(drawing.matches("<g class=\"wrong\">").count(), 2, "the wrong sender, and the leak");
    assert_eq!(drawing.matches("<g class=\"wrong absent\">").count(), 1, "the ack that did not come");
    assert_eq!(drawing.matches("<text class=\"head\"").count(), 4, "three actors and the server");
}

#[test]
fn of_a_long_case_the_ends_and_what_is_wrong_are_drawn() {
    let mut long = sample::busy();
    let again = long.transcript.clone();
    for _ in 0..6 {
        long.transcript.extend(again.iter().filter(|entry| entry.name == "ping").cloned());
    }
    long.transcript[200] =
        parts::entry(0, 50_000, "bo", Direction::In, "newMessage", parts::message(8, "a secret", true));
    long.transcript[50] = again[49].clone();
    let drawn = |case| {
        let html = html::render(&Report { cases: vec![case], ..sample::report() });
        let page = pages(&html).into_values().next().unwrap();
        page.split_once("<svg").unwrap().1.split_once("</svg>").unwrap().0.to_owned()
    };
    let short = drawn(long.clone());
    assert_eq!(short.matches("<circle").count(), 301, "150 at each end, and the one that is wrong");
    assert_eq!(short.matches("more in the table below").count(), 2);
    assert_eq!(drawn(sample::crowded(12)).matches("<text class=\"head\"").count(), 13);
}

const EVIL: &str = "</script><img src=x onerror=alert(1)>\"'><svg/onload=alert(2)>\u{202e}live\u{0}";

fn evil() -> Report {
    let mut report = sample::hostile();
    let case = &mut report.cases[0];
    for text in [&mut case.id, &mut case.dialect, &mut case.scenario, &mut case.title, &mut case.file] {
        *text = EVIL.to_owned();
    }
    case.findings[0].message = EVIL.to_owned();
    case.findings[0].received = Some(json!({ EVIL: EVIL }));
    case.findings[0].differences[0].expected = EVIL.to_owned();
    case.steps[0].text = EVIL.to_owned();
    case.transcript.push(parts::entry(3, 14_000, EVIL, Direction::In, EVIL, json!({ EVIL: EVIL })));
    case.frames.push(FrameRecord {
        at_us: 1,
        actor: EVIL.to_owned(),
        direction: Direction::In,
        text: EVIL.to_owned(),
    });
    let mut load = load::record();
    load.scenario = EVIL.to_owned();
    load.title = EVIL.to_owned();
    load.phases[0].name = EVIL.to_owned();
    load.samples[0].message = EVIL.to_owned();
    load.samples[0].received = Some(EVIL.to_owned());
    load.remarks.push(EVIL.to_owned());
    let coverage = report.coverage.first_mut().unwrap();
    coverage.clauses[0].clause.text = EVIL.to_owned();
    report.forms[0].seen.insert(EVIL.to_owned(), 1);
    Report { loads: vec![load], target: EVIL.to_owned(), client: Some(EVIL.to_owned()), ..report }
}

#[test]
fn what_a_server_or_a_user_wrote_stays_text() {
    let html = html::render(&evil());
    let unpacked: Vec<String> = pages(&html).into_values().collect();
    assert_eq!(unpacked.len(), 3);
    let shown = |part: &str| part.contains("&lt;/script&gt;&lt;img src=x") && part.contains("\\u{202e}live");
    assert!(shown(readable(&html)) && unpacked.iter().any(|page| shown(page)));
    for part in unpacked.iter().chain([&html]) {
        for raw in ["<img", "<svg/", "\u{202e}", "\u{0}", "\u{1b}"] {
            assert!(!part.contains(raw), "{raw:?} is in the page as it came");
        }
    }
    let scripts = html.matches("</script>").count();
    assert_eq!(scripts, 1 + unpacked.len(), "only our own scripts end");
    assert!(!unpacked.iter().chain([&html]).flat_map(|part| tags(part)).any(|tag| tag.contains("onerror")));
}

#[test]
fn nothing_is_fetched() {
    for report in [sample::report(), evil(), Report { loads: vec![load::record()], ..sample::passed() }] {
        let html = html::render(&report);
        let policy =
            html.split_once("Content-Security-Policy\" content=\"").unwrap().1.split_once('"').unwrap().0;
        assert!(policy.starts_with("default-src 'none'; script-src 'sha256-"), "{policy}");
        assert!(!tags(&html).any(|tag| tag.contains("src=") || tag.starts_with("link")));
        for link in html.split(" href=\"").skip(1) {
            assert!(link.starts_with('#'), "{}", &link[..link.len().min(80)]);
        }
        let style = html.split_once("<style>").unwrap().1.split_once("</style>").unwrap().0;
        assert!(!style.contains("url(") && !style.contains("@import"));
    }
}

#[test]
fn a_load_shows_its_numbers_and_what_was_lost() {
    let html = html::render(&Report {
        loads: vec![load::record()],
        cases: Vec::new(),
        verdict: Verdict::Failed,
        ..sample::report()
    });
    for said in [
        "rooms-full does not hold what was asked of it: lost 2 of 2000 deliveries; delivery.p99 is 1.5 ms, not &lt; 1ms.",
        "data-of=\"/loads/0/ledger/lost\">2<",
        "href=\"#sample/0/lost\"",
        "id=\"sample/0/lost\"",
        "message 7 of room 3",
        "data-of=\"/loads/0/total/delivery/p99_us\">1.5 ms<",
        "data-of=\"/loads/0/slo/0/reached\" data-unit=\"s\">1.5 ms<",
        "✗ does not hold",
        "It kept its schedule.",
        "Times by percentile",
        "How delivery latency is spread",
        "No second with an error.",
    ] {
        assert!(html.contains(said), "{said}");
    }
    assert_eq!(html.matches("<figure class=\"chart\">").count(), 5);
}

#[test]
fn a_void_run_says_so_before_its_numbers() {
    let void = results::record::load::LoadRecord {
        void: Some("turns were late".to_owned()),
        passed: false,
        ..load::record()
    };
    let html = html::render(&Report {
        loads: vec![void],
        cases: Vec::new(),
        verdict: Verdict::Void,
        ..sample::report()
    });
    let at = |text: &str| html.find(text).unwrap_or_else(|| panic!("{text}"));
    assert!(at("These numbers prove nothing: turns were late.") < at("data-of"));
    assert!(at("! Void: these numbers prove nothing.") < at("data-of"));
    assert!(!html.contains("It kept its schedule.") && html.contains("It did not keep its schedule."));
}

#[test]
fn an_unreadable_histogram_costs_only_its_chart() {
    let mut broken = load::record();
    for latency in [&mut broken.total.delivery, &mut broken.total.ack] {
        latency.histogram = "AAAA".to_owned();
    }
    let html = html::render(&Report { loads: vec![broken], ..sample::report() });
    assert!(!html.contains("Times by percentile") && html.contains("How delivery latency is spread"));
}

#[test]
fn a_time_belongs_to_the_class_that_ends_next() {
    let classes = [0, 1, 2, 3, 4, 5, 6, 7, 8, 1000, 1024, 1025, 1448, 1449];
    let ends = [1, 1, 2, 3, 4, 6, 6, 8, 8, 1024, 1024, 1448, 1448, 2048];
    assert_eq!(classes.map(Second::class_us), ends);
}
