//! Tests of the Socket.IO packet grammar, samples after *Socket.IO 5, "Packet encoding"*.

use serde_json::json;

use super::*;

fn event(namespace: &str, id: Option<u64>, data: Value) -> Packet<'_> {
    Packet { kind: PacketKind::Event, namespace: namespace.into(), id, attachments: 0, data: Some(data) }
}

fn error(text: &str) -> DecodeError {
    Packet::decode(text).expect_err(text)
}

fn message(text: &str) -> String {
    error(text).to_string()
}

#[test]
fn the_samples_of_the_protocol_survive_the_round_trip() {
    for text in [
        "0",
        r#"0{"sid":"oSO0OpakMV_3jnilAAAA"}"#,
        "0/admin,",
        r#"0/admin,{"token":"123"}"#,
        r#"4{"message":"Not authorized"}"#,
        r#"4/admin,"Not authorized""#,
        "1",
        "1/admin,",
        r#"2["foo"]"#,
        r#"2/admin,["bar"]"#,
        r#"212["foo",1,null,{"a":[]}]"#,
        r#"2/admin,0["bar"]"#,
        "312[]",
        r#"3/admin,13["bar"]"#,
        r#"51-["baz",{"_placeholder":true,"num":0}]"#,
        r#"52-/admin,7["baz",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#,
        r#"61-/admin,1[{"_placeholder":true,"num":0}]"#,
    ] {
        let packet = Packet::decode(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        let mut out = String::new();
        packet.write(&mut out);
        assert_eq!(out, text);
        assert_eq!(packet.clone().into_owned(), packet);
    }
}

#[test]
fn an_event_is_taken_apart() {
    let packet = Packet::decode(r#"2/chat,17["newMessage",{"b":1,"a":2}]"#).unwrap();
    assert_eq!(packet, event("/chat", Some(17), json!(["newMessage", {"b": 1, "a": 2}])));
}

#[test]
fn odd_namespaces() {
    let named = |text| Packet::decode(text).unwrap().namespace.into_owned();
    assert_eq!(named("0/,"), "/");
    assert_eq!(named("0/a/b-1"), "/a/b-1");
    assert_eq!(named("0/1,"), "/1");
    assert_eq!(named("0/größe,"), "/größe");
    assert_eq!(named(r#"0/{"sid":1},{"sid":"a"}"#), r#"/{"sid":1}"#);
    assert_eq!(named(r#"2/5,7["x"]"#), "/5");
}

#[test]
fn a_query_stays_with_the_namespace_and_can_be_removed() {
    let packet = Packet::decode(r#"0/admin?token=1234&uid=abcd,{"a":1}"#).unwrap();
    assert_eq!(packet.namespace, "/admin?token=1234&uid=abcd");
    assert_eq!(packet.data, Some(json!({"a": 1})));
    assert_eq!(namespace_path(&packet.namespace), "/admin");
    assert_eq!(namespace_path("/"), "/");
    assert_eq!(namespace_path("/?a=b"), "/");
}

#[test]
fn a_slash_inside_the_payload_is_no_namespace() {
    assert_eq!(Packet::decode(r#"2["a/b,c"]"#).unwrap(), event("/", None, json!(["a/b,c"])));
}

#[test]
fn empty_data() {
    assert_eq!(Packet::decode(r#"2[""]"#).unwrap(), event("/", None, json!([""])));
    assert_eq!(Packet::decode("30[]").unwrap().data, Some(json!([])));
    assert_eq!(Packet::decode("0{}").unwrap().data, Some(json!({})));
}

#[test]
fn payloads_of_the_wrong_shape() {
    let wants_name = "EVENT needs an array that begins with the event's name";
    for (text, at) in
        [("2", 1), ("2/chat", 6), ("2/chat,", 7), ("2{}", 1), ("2[]", 1), ("2[1]", 1), ("2\"a\"", 1)]
    {
        assert_eq!(message(text), format!("byte {at}: {wants_name}"), "{text}");
    }
    assert_eq!(message("37"), "byte 2: ACK needs an array");
    assert_eq!(message(r#"37{"a":1}"#), "byte 2: ACK needs an array");
    assert_eq!(message("0[]"), "byte 1: CONNECT needs an object or nothing");
    assert_eq!(message("1{}"), "byte 1: DISCONNECT needs no payload");
    assert_eq!(message("4"), "byte 1: CONNECT_ERROR needs an object with the reason");
    assert_eq!(message("4[]"), "byte 1: CONNECT_ERROR needs an object with the reason");
}

#[test]
fn malformed_packets_say_where() {
    assert_eq!(error(""), DecodeError::Empty);
    assert_eq!(error("7[]"), DecodeError::PacketType { found: '7', at: 0 });
    assert_eq!(error("é"), DecodeError::PacketType { found: 'é', at: 0 });
    assert_eq!(error("3[]"), DecodeError::MissingAckId { kind: PacketKind::Ack, at: 1 });
    assert_eq!(error("3/a,[]"), DecodeError::MissingAckId { kind: PacketKind::Ack, at: 4 });
    assert_eq!(error("07{}"), DecodeError::UnexpectedAckId { kind: PacketKind::Connect, at: 1 });
    assert_eq!(error(r#"299999999999999999999["a"]"#), DecodeError::AckId { at: 1 });
    for text in [r#"5["a"]"#, r#"5-["a"]"#, r#"51["a"]"#, "5", "51", r#"599999999999999999999-["a"]"#] {
        assert_eq!(error(text), DecodeError::AttachmentCount { at: 1 }, "{text}");
    }
    assert_eq!(message(r#"2/a,1["a",}"#), "byte 10: the payload is not JSON: expected value");
    assert_eq!(message(r#"2["a"] x"#), "byte 7: the payload is not JSON: trailing characters");
    assert!(matches!(error("2[\"a\",\n x]"), DecodeError::Json { at: 8, .. }));
    assert!(matches!(error(r#"2["a""#), DecodeError::Json { .. }));
    assert!(matches!(error("2-1[\"a\"]"), DecodeError::Json { .. }));
}

#[test]
fn nesting_beyond_reason_is_refused_not_crashed() {
    let text = format!("2[\"a\",{}", "[".repeat(100_000));
    assert!(matches!(error(&text), DecodeError::Json { .. }));
}

#[test]
fn writers_agree_with_the_reader() {
    let mut out = String::from("4");
    write_event(&mut out, "/chat", Some(3), "say \"hi\"\n", &[json!({"a": "ü\u{1e}"}), json!(null)]);
    assert_eq!(out, "42/chat,3[\"say \\\"hi\\\"\\n\",{\"a\":\"ü\\u001e\"},null]");
    assert_eq!(
        Packet::decode(&out[1..]).unwrap(),
        event("/chat", Some(3), json!(["say \"hi\"\n", {"a": "ü\u{1e}"}, null]))
    );
    let mut acks = String::new();
    write_ack(&mut acks, "/", 5, &[json!(1), json!("two")]);
    assert_eq!(acks, r#"35[1,"two"]"#);
    let mut connect = String::new();
    write_connect(&mut connect, "/chat", Some(&json!({"token": "t"})));
    write_connect(&mut connect, "/chat", None);
    write_connect(&mut connect, "/", None);
    write_disconnect(&mut connect, "/chat");
    assert_eq!(connect, r#"0/chat,{"token":"t"}0/chat,01/chat,"#);
}
