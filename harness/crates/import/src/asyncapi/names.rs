//! Guesses from names: which verb an event is, what a field holds, what follows from what is heard.

/// The verbs of the model, by what their events are usually called.
pub(super) fn verb(event: &str) -> Option<&'static str> {
    let name = plain(event);
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    let verb = match () {
        () if has(&["typing"]) && has(&["stop", "end"]) => "stop_typing",
        () if has(&["typing"]) => "type",
        () if has(&["leave", "unsubscribe"]) => "leave",
        () if has(&["join", "enter", "subscribe"]) => "join",
        () if has(&["create"]) && has(&["room", "chat", "conversation", "channel"]) => "create",
        () if has(&["read", "seen"]) && !has(&["thread"]) => "read",
        () if has(&["delete", "remove"]) => "delete",
        () if has(&["update", "edit"]) => "update",
        () if has(&["send", "say", "post", "message", "chat"]) => "send",
        () => return None,
    };
    Some(verb)
}

/// What changed where this is heard, and who usually hears it.
pub(super) fn change(event: &str) -> Option<(&'static str, &'static str)> {
    let name = plain(event);
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    let change = match () {
        () if has(&["error", "exception"]) => return None,
        () if has(&["typing"]) && has(&["stop", "end"]) => ("stopped", "others"),
        () if has(&["typing"]) => ("typing", "others"),
        () if has(&["left", "leave"]) => ("left", "others"),
        () if has(&["join", "enter"]) => ("entered", "others"),
        () if has(&["read", "seen"]) => ("read", "others"),
        () if has(&["delete", "remove"]) => ("deleted", "joined"),
        () if has(&["update", "edit"]) => ("updated", "joined"),
        () if has(&["message", "said", "chat", "msg"]) => ("sent", "joined"),
        () => return None,
    };
    Some(change)
}

/// What is put into a field that is sent.
pub(super) fn field(name: &str) -> Option<&'static str> {
    let name = plain(name);
    let is = |names: &[&str]| names.contains(&name.as_str());
    let reference = match () {
        () if is(&[
            "room",
            "roomid",
            "roomname",
            "chat",
            "chatid",
            "conversation",
            "conversationid",
            "convid",
            "channel",
            "channelid",
        ]) =>
        {
            "$room.id"
        }
        () if is(&["text", "message", "content", "body", "msg"]) => "$text",
        () if is(&["user", "userid", "sender", "senderid", "from", "author", "authorid"]) => "$me.id",
        () if is(&["username", "name", "nickname"]) => "$me.name",
        () if is(&["messageid", "msgid"]) => "$message.id",
        () if is(&["whomid"]) => "$whom.id",
        () => return None,
    };
    Some(reference)
}

/// What a sentence of a schema says that a field holds: our own documents say so in these words.
pub(super) fn described(text: &str) -> Option<String> {
    let member = text.strip_prefix("id of member ").and_then(|rest| rest.strip_suffix(" of the room"));
    if let Some(index) = member.filter(|index| index.parse::<u8>().is_ok()) {
        return Some(format!("$members.{index}.id"));
    }
    let reference = match text {
        "id of the room" | "room id" => "$room.id",
        "id of the user who acts" => "$me.id",
        "name of the user who acts" => "$me.name",
        "id of the sender of the message" => "$sender.id",
        "name of the sender of the message" => "$sender.name",
        "id of the user whom it is about" => "$whom.id",
        "id of the message" => "$message.id",
        "the text that is said" => "$text",
        "the text of the message" => "$message.text",
        "the token of the user who acts" => "$token",
        "ids of the members of the room" => "$members.id",
        "the messages of the room" => "$history",
        _ => return None,
    };
    Some(reference.to_owned())
}

fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_known_by_its_name() {
        for (event, wanted) in [
            ("joinRoom", Some("join")),
            ("chat message", Some("send")),
            ("typing:stop", Some("stop_typing")),
            ("leave-channel", Some("leave")),
            ("ping", None),
        ] {
            assert_eq!(verb(event), wanted, "{event}");
        }
        assert_eq!(change("userJoined"), Some(("entered", "others")));
        assert_eq!(change("error_message"), None);
    }
}
