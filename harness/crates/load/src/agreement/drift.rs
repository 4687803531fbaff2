//! Where the two matchers once said different things: an example of each kind.

use super::*;
use language::forms::FORMS;

const YES: Verdict = Verdict::Fits { undocumented: false, forbidden: false };
const NO: Verdict = Verdict::Differs;

/// Both say this of a payload that comes by an event, where the id of the message is known or not.
fn both_say(verdict: &Verdict, town: &Town, yaml: &str, payload: impl AsRef<[u8]>) {
    let payload = payload.as_ref();
    let packet = packet(payload, Channel::Event);
    let said = [conformance, load].map(|matcher| matcher(town, yaml, &packet, Channel::Event));
    assert_eq!((&said[0], &said[1]), (verdict, verdict), "{yaml}: {}", String::from_utf8_lossy(payload));
}

fn both(verdict: &Verdict, kind: IdKind, yaml: &str, payload: impl AsRef<[u8]>) {
    both_say(verdict, &Town::new(kind, false), yaml, payload);
}

#[test]
fn a_date_that_does_not_exist_is_none() {
    for (verdict, date) in [
        (YES, "2026-11-24T22:00:29.017Z"),
        (NO, "2026-02-31T22:00:29.017Z"),
        (NO, "2026-11-24T22:00:99.017Z"),
        (NO, "9999-12-31T23:59:59.000Z"),
    ] {
        both(&verdict, IdKind::Int, "<iso8601>", format!("\"{date}\""));
    }
    both(&YES, IdKind::Int, "<iso8601>", r#""2026-11-24T22:00:29.017\u005a""#);
    both(&YES, IdKind::Int, "<uuid>", r#""2f0c1f8e-3f6f-4bb0-9a3e-11111111111\u0031""#);
}

#[test]
fn what_an_entry_of_the_forms_shows_fits_and_what_it_refuses_does_not() {
    for form in &FORMS {
        both(&YES, IdKind::Int, form.word, (form.example)().to_string());
        for wrong in (form.counterexamples)() {
            both(&NO, IdKind::Int, form.word, wrong.to_string());
        }
        for other in ["null", "[]", "{}"] {
            both(&NO, IdKind::Int, form.word, other);
        }
    }
}

#[test]
fn each_of_many_fields_is_awaited() {
    for count in [64, 65, 130] {
        let yaml = Shape::Wide(count).yaml();
        let fields: Vec<String> = (0..count).map(|index| format!("\"f{index}\":1")).collect();
        both(&YES, IdKind::Int, &yaml, format!("{{{}}}", fields.join(",")));
        for missing in [0, 1, count - 1] {
            let mut fields = fields.clone();
            fields.remove(missing);
            both(&NO, IdKind::Int, &yaml, format!("{{{}}}", fields.join(",")));
        }
        let last = format!("{{{},\"f{}\":true}}", fields.join(","), count - 1);
        both(&NO, IdKind::Int, &yaml, last);
    }
}

#[test]
fn a_number_is_no_text_of_digits() {
    for (verdict, kind, yaml, payload) in [
        (YES, IdKind::Int, "$room.id", "3"),
        (NO, IdKind::Int, "$room.id", "\"3\""),
        (YES, IdKind::Str, "$room.id", "\"3\""),
        (NO, IdKind::Str, "$room.id", "3"),
        (NO, IdKind::Str, "$me.id", "7"),
        (NO, IdKind::Int, "$me.id", "\"7\""),
        (NO, IdKind::Int, "$members.0.id", "\"7\""),
    ] {
        both(&verdict, kind, yaml, payload);
    }
    // On first sight, too.
    for (verdict, kind, id) in [
        (YES, IdKind::Int, "1"),
        (NO, IdKind::Int, "\"1\""),
        (NO, IdKind::Int, "1.5"),
        (NO, IdKind::Str, "1"),
        (NO, IdKind::Str, "\"\""),
        (YES, IdKind::Str, "\"1\""),
        (NO, IdKind::Uuid, "\"1\""),
        (YES, IdKind::Any, "1"),
        (YES, IdKind::Any, "-1"),
        (YES, IdKind::Any, "\"1\""),
        (NO, IdKind::Any, "1.5"),
        (NO, IdKind::Any, "\"\""),
        (NO, IdKind::Any, "true"),
        (NO, IdKind::Any, "null"),
        (NO, IdKind::Any, "[1]"),
    ] {
        both_say(
            &verdict,
            &Town::new(kind, true),
            "{messageId: <id:message>}",
            format!("{{\"messageId\":{id}}}"),
        );
    }
}

#[test]
fn what_is_no_utf_8_is_no_text() {
    both(&YES, IdKind::Int, "<str>", "\"é\"");
    both(&NO, IdKind::Int, "<str>", b"\"\xff\"");
    both(&NO, IdKind::Int, "<any>", b"[\"\xc3\"]");
    both(&NO, IdKind::Int, "{a: 1, ...: <any>}", b"{\"a\":1,\"\xc3\x28\":2}");
}

#[test]
fn of_a_field_that_comes_twice_the_last_counts() {
    let yaml = "{id: <id:message>, text: <str>, ...: <any>}";
    let town = Town::new(IdKind::Int, true);
    for (verdict, payload) in [
        (YES, r#"{"text":1,"id":41,"text":"a"}"#),
        (NO, r#"{"text":"a","id":41,"text":1}"#),
        (YES, r#"{"id":"x","text":"a","id":41}"#),
        (NO, r#"{"id":41,"text":"a","i\u0064":"x"}"#),
        (YES, r#"{"id":41,"text":"a","more":{"password":1},"more":2}"#),
        (YES, r#"{"id":41,"text":"a","more":[{"x":{"password":1},"x":2}]}"#),
    ] {
        both_say(&verdict, &town, yaml, payload);
    }
    // Also where both would fit.
    let twice = r#"{"a":{"t":"in 9","more":1},"a":{"t":"in 3"}}"#;
    both(&YES, IdKind::Int, "{a: {t: in $room.id}}", twice);
}

#[test]
fn an_escape_is_the_character_it_stands_for() {
    both(&YES, IdKind::Int, "{chatId: $room.id}", r#"{"chat\u0049d":3}"#);
    both(&YES, IdKind::Str, "$room.id", r#""\u0033""#);
    both(&YES, IdKind::Str, "[$room.id, $room.id]", r#"["3","\u0033"]"#);
    both(&YES, IdKind::Str, "$sender.id", r#""bo-\u0022é\"""#);
    both(&YES, IdKind::Int, "<a|b>", r#""\u0061""#);
    // A backslash of the pattern is one.
    both(&YES, IdKind::Int, r#""back\\n""#, r#""back\\n""#);
    both(&NO, IdKind::Int, r#""back\\n""#, r#""back\n""#);
}

#[test]
fn a_number_counts_as_it_is_read() {
    for (verdict, yaml, payload) in [
        (YES, "1", "1"),
        (NO, "1", "1.0"),
        (NO, "1", "1e0"),
        (YES, "1e0", "1.0"),
        (YES, "<int>", "18446744073709551615"),
        (NO, "<int>", "18446744073709551616"),
        (NO, "<int>", "-0"),
        (NO, "9007199254740993", "9007199254740992"),
        (YES, "<num>", "1e-400"),
        (NO, "<num>", "1e400"),
        (NO, "<num>", "01"),
        (NO, "<num>", "1.e5"),
        (NO, "<any>", "1-2"),
        (NO, "<any>", "[--1]"),
    ] {
        both(&verdict, IdKind::Int, yaml, payload);
    }
}

#[test]
fn what_is_no_json_fits_nothing() {
    for payload in [
        "\"a\nb\"",
        "\"\\x\"",
        "\"\\u12g4\"",
        "\"\\ud83d\"",
        "\"\\ud83d\\u0041\"",
        "\"\\udc00\"",
        "nul",
        "[1,]",
    ] {
        both(&NO, IdKind::Int, "<any>", payload);
    }
    both(&YES, IdKind::Int, "<any>", "\"\\ud83d\\ude00\\/\"");
    // The list of the event is one level.
    for (verdict, depth) in [(YES, 126), (NO, 127)] {
        both(&verdict, IdKind::Int, "<any>", "[".repeat(depth) + &"]".repeat(depth));
        let inside = "{\"a\":".repeat(depth - 1) + "[]" + &"}".repeat(depth - 1);
        both(&verdict, IdKind::Int, "{a: <any>}", inside);
    }
}

#[test]
fn a_name_that_no_payload_may_hold_is_found_however_it_is_written() {
    let forbidden = Verdict::Fits { undocumented: false, forbidden: true };
    for payload in [r#"{"more":{"password":1}}"#, r#"{"PassWord":1}"#, r#"{"more":[{"p\u0061ssword":1}]}"#] {
        both(&forbidden, IdKind::Int, "{...: <any>}", payload);
    }
    both(&forbidden, IdKind::Int, "{password: <any>}", r#"{"password":1}"#);
    both(&Verdict::Fits { undocumented: true, forbidden: true }, IdKind::Int, "{}", r#"{"secret":1}"#);
}

#[test]
fn a_text_with_references_is_compared_whole() {
    for (verdict, kind, yaml, payload) in [
        (YES, IdKind::Int, "Joined chat $room.id", "\"Joined chat 3\""),
        (NO, IdKind::Int, "Joined chat $room.id", "\"Joined chat 33\""),
        (NO, IdKind::Int, "$me.id joined $room.id", "\"8 joined 3\""),
        (
            YES,
            IdKind::Uuid,
            "$room.id-$me.id",
            "\"2f0c1f8e-3f6f-4bb0-9a3e-222222222222-00000000-0000-4000-8000-000000000007\"",
        ),
        (YES, IdKind::Int, "$room.id$sender.id", "\"312\""),
        (YES, IdKind::Str, "by $sender.id", r#""by bo-\"\u00e9\"""#),
        (NO, IdKind::Int, "of $members.9.id", "\"of 7\""),
    ] {
        both(&verdict, kind, yaml, payload);
    }
}

#[test]
fn all_members_are_looked_at() {
    both(&YES, IdKind::Int, "$members.id", "[7, 12,13]");
    both(&NO, IdKind::Int, "$members.id", "[7,12]");
    both(&NO, IdKind::Int, "$members.id", "7");
    both(&NO, IdKind::Int, "$members.5.id", "7");
}

#[test]
fn what_is_kept_under_one_name_is_one_value() {
    let yaml = "{a: <any:x>, b: <any:x>}";
    both(&YES, IdKind::Int, yaml, r#"{"a":{"p":1,"q":2},"b":{"q":2, "p":1}}"#);
    both(&NO, IdKind::Int, yaml, r#"{"a":1,"b":1.0}"#);
}

#[test]
fn only_maybe_itself_says_that_a_field_may_be_absent() {
    both(&YES, IdKind::Int, "{a: <maybe int>}", "{}");
    both(&YES, IdKind::Int, "{a: $perhaps}", r#"{"a":null}"#);
    both(&NO, IdKind::Int, "{a: $perhaps}", "{}");
}

#[test]
fn the_list_of_a_packet_is_read_like_any_other() {
    let town = Town::new(IdKind::Int, false);
    for (channel, yaml, packet, verdict) in [
        (Channel::Event, "<int>", " [ \"e\" , 1 ] ", YES),
        (Channel::Event, "<int>", r#"["\u0065",1]"#, YES),
        (Channel::Event, "<none>", r#"["e"]"#, YES),
        (Channel::Event, "<int>", r#"["e"]"#, NO),
        (Channel::Event, "<int>", r#"["e",1,2]"#, NO),
        (Channel::Event, "<int>", r#"["e",1]2"#, NO),
        (Channel::Ack, "<none>", " [ ] ", YES),
        (Channel::Ack, "<int>", "[ 1 ]", YES),
        (Channel::Ack, "<int>", "[1,2]", NO),
        (Channel::Rest, "<int>", " 1\n", YES),
        (Channel::Rest, "<int>", "1 2", NO),
    ] {
        let said = [conformance, load].map(|matcher| matcher(&town, yaml, packet.as_bytes(), channel));
        assert_eq!((&said[0], &said[1]), (&verdict, &verdict), "{yaml}: {packet}");
    }
}
