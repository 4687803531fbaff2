use serde_json::json;

use super::*;
use language::level::Level;
use results::record::Kind;

fn finding(expected: Option<Value>, received: Option<Value>, differences: Vec<Difference>) -> Finding {
    Finding {
        actor: Some("ana".to_owned()),
        expected,
        received,
        differences,
        ..Finding::new(Level::Must, Kind::WrongPayload, 1, String::new())
    }
}

fn differs(path: &str, expected: &str, received: &str) -> Difference {
    Difference {
        path: path.to_owned(),
        expected: expected.to_owned(),
        received: received.to_owned(),
        undocumented: false,
        forbidden: false,
    }
}

fn shown(finding: &Finding) -> String {
    let sign = |side| match side {
        Side::Both => ' ',
        Side::Expected => '-',
        Side::Received => '+',
        Side::Gap => '~',
    };
    let line = |line: DiffLine| {
        let note = line.note.map(|note| format!(" ({note})")).unwrap_or_default();
        format!("{} {}{note}\n", sign(line.side), line.text)
    };
    of(finding, false).into_iter().map(line).collect()
}

#[test]
fn a_wrong_field_stands_in_its_place_and_what_fits_is_no_difference() {
    let expected = json!({"message": {"id": "<message:hi>", "senderId": 12}, "timestamp": "<iso8601>"});
    let received = json!({"message": {"id": 31, "senderId": "12"}, "timestamp": "2026-01-01T00:00:00Z"});
    let differences = vec![differs("message.senderId", "12 (the id of user:ana)", "\"12\"")];
    insta::assert_snapshot!(shown(&finding(Some(expected), Some(received), differences)), @r#"
      {
        "message": {
          "id": 31,
    -     "senderId": 12 (the id of user:ana)
    +     "senderId": "12"
        },
        "timestamp": "2026-01-01T00:00:00Z"
      }
    "#);
}

#[test]
fn a_field_that_is_missing_is_shown_where_it_should_be_found() {
    let received = json!({"message": {}, "a": 1});
    let differences =
        vec![differs("message.id", "<id:message>", "nothing"), differs("timestamp", "<iso8601>", "nothing")];
    insta::assert_snapshot!(shown(&finding(Some(json!({})), Some(received), differences)), @r#"
      {
        "message": {
    -     "id": <id:message>
        },
        "a": 1,
    -   "timestamp": <iso8601>
      }
    "#);
}

#[test]
fn what_no_document_mentions_and_what_no_payload_may_hold_say_so() {
    let received = json!({"user": {"name": "ana", "Password": "x"}, "extra": [1]});
    let undocumented = Difference { undocumented: true, ..differs("extra", "no such field", "[1]") };
    let forbidden = Difference { forbidden: true, ..differs("", "`password` nowhere", "{…}") };
    insta::assert_snapshot!(shown(&finding(Some(json!({})), Some(received), vec![undocumented, forbidden])), @r#"
      {
        "user": {
          "name": "ana",
    +     "Password": "x" (no payload may hold it)
        },
    +   "extra": [ (no document mentions it)
    +     1
    +   ]
      }
    "#);
}

#[test]
fn the_whole_payload_may_be_another() {
    let expected = json!({"success": true, "message": "<str>", "...": "<any>"});
    let differences = vec![differs("", "an object {success, message}", "\"no\"")];
    insta::assert_snapshot!(shown(&finding(Some(expected), Some(json!("no")), differences)), @r#"
    - {
    -   "success": true,
    -   "message": <str>,
    -   ...
    - }
    + "no"
    "#);
}

#[test]
fn a_list_of_another_length_shows_both_lengths_and_the_item_that_differs() {
    let received = json!({"messages": [{"id": 1}, {"id": 3}]});
    let differences = vec![
        differs("messages", "3 messages of the room", "2 messages: […]"),
        differs("messages.1.id", "2", "3"),
    ];
    insta::assert_snapshot!(shown(&finding(Some(json!({})), Some(received), differences)), @r#"
      {
    -   "messages": 3 messages of the room
    +   "messages": [
          {
            "id": 1
          },
          {
    -       "id": 2
    +       "id": 3
          }
        ]
      }
    "#);
}

#[test]
fn what_agrees_is_left_out_far_from_a_change() {
    let items: Vec<Value> = (0..20).map(|id| json!({"id": id})).collect();
    let differences = vec![differs("messages.10.id", "99", "10")];
    let shown = shown(&finding(Some(json!({})), Some(json!({"messages": items})), differences));
    assert!(shown.lines().count() < 14, "{shown}");
    assert!(shown.contains("\"messages\": ["), "the list it stands in is named: {shown}");
    assert!(shown.contains("-       \"id\": 99\n+       \"id\": 10\n"), "{shown}");
}

#[test]
fn a_snapshot_is_compared_by_lines() {
    let finding = finding(Some(json!("one\ntwo\nthree\n")), Some(json!("one\n2\nthree\n")), Vec::new());
    assert_eq!(shown(&finding), "  one\n- two\n+ 2\n  three\n");
}

#[test]
fn a_long_payload_that_stands_alone_is_cut() {
    let items: Vec<u32> = (0..100).collect();
    let finding = finding(None, Some(json!(items)), Vec::new());
    assert!(shown(&finding).ends_with("~ ⋮ 79 lines\n"), "{}", shown(&finding));
    assert_eq!(of(&finding, true).len(), 102, "all of it where all is asked for");
}
