//! The words of a contract.

use super::Shape::{By, Either, List, Map, Named, One, Only, Payload, Text, Texts, Window};
use super::{Mapping, Others, Set, Shape, key, need};

/// What a socket hears: an event, several, or events with fields laid over their own.
const HEARD: Shape = Either(&[Texts, Named(&Payload)]);
const CALL: Shape = Map("call");

/// A contract with a place for one thing more.
macro_rules! frame {
    ($more:literal) => {
        concat!(
            "dialect: made-up\ndocument: made-up.txt\nnamespace: /chat\nids: int\n",
            "room: {sizes: [2], rest: {post: /rooms, status: 201}}\n",
            "clauses: {c1: {at: here, text: it is so, level: must}}\n",
            "events: {newMessage: {clause: c1, data: <any>}, error: {clause: c1, data: <any>}}\n",
            "capabilities: [reactions]\n",
            $more,
            "\n"
        )
    };
}

const VERBS: &str = frame!("verbs: {join: @}");
const FORMS: &str = frame!("verbs: {join: {emit: join, forms: {one: @}}}");
const WHEN: &str = frame!("verbs: {connect: {}}\nwhen: {sent: @}");
const REFUSED: &str = frame!("verbs: {connect: {}}\nrefused: @");
const CREDENTIAL: &str = frame!("verbs: {connect: {}}\ncredentials: {auth.token: @}");
const TOKEN: &str = frame!("verbs: {connect: {}}\ntoken: @");
const REST: &str = frame!("verbs: {connect: {}}\nrest: @");
const TIMING: &str = frame!("verbs: {connect: {}}\ntiming: @");
const TIMED: &str = frame!("verbs: {connect: {}}\ntiming: {debounce: @}");

/// What a contract needs beside the mapping that stands first in it.
macro_rules! minimal {
    ($what:literal) => {
        concat!(
            "dialect: made-up\ndocument: made-up.txt\nnamespace: /chat\nids: int\nverbs: {connect: {}}\n",
            $what,
            "\n"
        )
    };
}

const CLAUSE: &str = minimal!("room: {sizes: [2], rest: {post: /rooms, status: 201}}\nclauses: {c1: @}");
const ROOM: &str = minimal!("room: @");
const EVENT: &str = minimal!(
    "room: {sizes: [2], rest: {post: /rooms, status: 201}}\nclauses: {c1: {at: here, text: so, level: must}}\nevents: {newMessage: @}"
);

pub(super) const MAPPINGS: &[Mapping] = &[
    Mapping {
        name: "contract",
        text: "A contract holds all that is particular to one dialect: `verbs` say what I send and what answers me, `when` says what others hear once something has changed, whatever changed it.",
        keys: &[
            key(
                "extends",
                Text,
                "Another contract in the same folder, which may extend a third; this one says only what differs, and a key that is `null` here is taken away. Scenarios for the other one, and its clauses where a step names them, count for this one too.",
            ),
            need("dialect", Text, "Its short name, that of the file."),
            need("document", Text, "The document it was written from."),
            need("namespace", Text, "The Socket.IO namespace, with its slash: `/chat`."),
            need("ids", One(Set::Ids), "What `<id>` means."),
            key(
                "credentials",
                Named(&Either(&[Map("credential"), Payload])),
                "The places in which a credential travels (`auth.NAME`, `header.NAME`, `query.NAME`), each with what is put there; the first is the usual one.",
            ),
            key("handshake", Map("opening"), "What every connection says beside the credential."),
            key(
                "identity",
                Only(&["connection", "payload"]),
                "How a user is known: by the connection, which is the rule, or by what each payload says.",
            ),
            key("token", Map("token"), "How a token is made, where there is one."),
            key("rest", Map("rest_headers"), "The headers of every REST call."),
            key("timing", Map("timing"), "Documented times."),
            need("room", Map("conversation"), "How a room comes to be."),
            key(
                "clauses",
                Named(&Map("clause")),
                "The promises of the document, each with an id; put it at whatever keeps it.",
            ),
            key(
                "types",
                Named(&Payload),
                "Payloads with a name: `$message` in another payload stands for the type `message`.",
            ),
            key("events", Named(&Map("event")), "What the server emits: each payload once."),
            key("refused", Map("refusal"), "How a verb is refused that does not say otherwise."),
            need(
                "verbs",
                Named(&Map("verb")),
                "What can be said; `send via rest` is another way to say `send`.",
            ),
            key(
                "when",
                By(Set::Changes, &Map("consequence")),
                "What others hear once something has changed.",
            ),
            key("never", Texts, "Names that no payload may hold, whatever it is."),
            key(
                "never_text",
                Texts,
                "Texts that no refusal may hold, beside traces of a stack, SQL and paths of files.",
            ),
            key(
                "capabilities",
                Texts,
                "What the system can do beyond verbs and changes; a target may lack it.",
            ),
        ],
        heads: &[],
        others: Others::None,
        examples: &[
            "dialect: made-up
document: made-up.txt
namespace: /chat
ids: int
credentials: {auth.token: {value: $token, clause: a1}}
handshake: {query: {v: \"2\"}}
identity: connection
token: {alg: HS256, claims: {sub: $me.id}}
rest: {headers: {authorization: Bearer $token}}
timing: {debounce: 500ms, typing_expires: 3s..5s}
room: {sizes: 2..100, rest: {post: /rooms, json: {members: $members.id}, status: 201, body: {id: <id:room>}}}
never: [password]
never_text: [tenant]
capabilities: [healthz]
clauses:
  a1: {at: Authentication, text: a token in the auth object is accepted, level: must}
  c1: {at: Messages, text: everyone in the room hears a message, level: must}
types:
  message: {id: <id:message>, roomId: $room.id, senderId: $sender.id, text: $text}
events:
  newMessage: {clause: c1, data: $message}
refused:
  forms: {ack: {ack: {error: $reason}}}
  reason: <str>
verbs:
  join: {clause: c1, emit: join, data: {roomId: $room.id}, ack: {ok: true}}
  send: {clause: c1, emit: send, data: {roomId: $room.id, text: $text}, ack: $message}
when:
  sent: {joined: newMessage}",
            "extends: crm
dialect: ours
namespace: /
verbs:
  join: {emit: enter, data: {room: $room.id, chatId: null}}
  ping: null
when:
  typing: null",
        ],
        frame: "@\n",
    },
    Mapping {
        name: "clause",
        text: "A promise of the document.",
        keys: &[
            need("at", Text, "The heading it stands under."),
            need("text", Text, "What is promised, in one line of your own words."),
            need("level", One(Set::Levels), "How bad it is to break it: at most what its ground allows."),
            key("ground", One(Set::Grounds), "On what it stands (`stated`)."),
            key("line", Shape::Count, "The line of the document, from 1."),
        ],
        heads: &[],
        others: Others::None,
        examples: &[
            "{at: \"Client to Server 2, joinChat\", text: a participant joins and is answered, level: must, line: 98}",
            "{at: \"Best Practices 4\", text: typing ends by itself, level: may, ground: sense}",
        ],
        frame: CLAUSE,
    },
    Mapping {
        name: "credential",
        text: "What travels in a place, and the clause that documents the place.",
        keys: &[
            need("value", Payload, "What is put there: `$token`, `Bearer $token`, `$me.id`."),
            key("clause", Text, "The clause that documents the place."),
        ],
        heads: &[],
        others: Others::None,
        examples: &["{value: Bearer $token, clause: c1}"],
        frame: CREDENTIAL,
    },
    Mapping {
        name: "token",
        text: "How a token is made.",
        keys: &[
            need("alg", Only(&["HS256", "HS384", "HS512"]), "The JWT algorithm."),
            need("claims", Payload, "The claims, beside `iat` and `exp`."),
        ],
        heads: &[],
        others: Others::None,
        examples: &["{alg: HS256, claims: {sub: $me.id, role: admin}}"],
        frame: TOKEN,
    },
    Mapping {
        name: "rest_headers",
        text: "What goes with every REST call.",
        keys: &[key("headers", Named(&Payload), "The headers.")],
        heads: &[],
        others: Others::None,
        examples: &["{headers: {authorization: Bearer $token}}"],
        frame: REST,
    },
    Mapping {
        name: "timing",
        text: "Documented times, before `--timescale`.",
        keys: &[
            key(
                "debounce",
                Either(&[Window, Map("timed")]),
                "Within this time a repeated `typing` is heard once.",
            ),
            key(
                "typing_expires",
                Either(&[Window, Map("timed")]),
                "Between these times the server itself ends a typing.",
            ),
        ],
        heads: &[],
        others: Others::None,
        examples: &["{debounce: 500ms, typing_expires: {is: 3s..5s, clause: c1}}"],
        frame: TIMING,
    },
    Mapping {
        name: "timed",
        text: "A documented time, and the clause that documents it.",
        keys: &[need("is", Window, "The time, or the window."), key("clause", Text, "The clause.")],
        heads: &[],
        others: Others::None,
        examples: &["{is: 500ms, clause: c1}"],
        frame: TIMED,
    },
    Mapping {
        name: "conversation",
        text: "How a room comes to be.",
        keys: &[
            need("sizes", Texts, "How many members it may have: `[2]` or `2..100`."),
            key("rest", CALL, "The REST call that makes one; `<id:room>` in its body binds the id."),
            key(
                "named",
                Payload,
                "In place of `rest`: a room is a name, a made text of so many bytes, and is there once somebody joins it.",
            ),
        ],
        heads: &[],
        others: Others::None,
        examples: &[
            "{sizes: 2..100, rest: {post: /rooms, json: {members: $members.id}, status: 201, body: {id: <id:room>}}}",
            "{sizes: 1..1000, named: <text:12b>}",
        ],
        frame: ROOM,
    },
    Mapping {
        name: "event",
        text: "An event that the server emits.",
        keys: &[
            need("clause", Text, "The clause of its payload; it goes with it wherever it is heard."),
            need("data", Payload, "Its whole payload."),
            key(
                "about",
                Text,
                "The field that names the user it is about, where it may be about one outside the case: such events are set aside and counted.",
            ),
        ],
        heads: &[],
        others: Others::None,
        examples: &["{clause: c1, data: {userId: $me.id}, about: userId}"],
        frame: EVENT,
    },
    Mapping {
        name: "refusal",
        text: "The ways in which a verb is refused.",
        keys: &[
            key(
                "forms",
                Named(&Map("form")),
                "Accepted forms of the answer; the one that accounts for everything received counts.",
            ),
            key(
                "reason",
                Either(&[Payload, By(Set::Refusals, &Payload)]),
                "What `$reason` is: one for all, or one for each kind of refusal.",
            ),
            key("rest", By(Set::Refusals, &Shape::Count), "The HTTP status of each kind."),
            key("clauses", By(Set::Refusals, &Text), "The clause of each kind."),
            key("body", Payload, "The body of a refused REST call."),
        ],
        heads: &[],
        others: Others::None,
        examples: &[
            "{forms: {ack: {ack: {success: false, message: $reason}}, silence: {level: should}}, reason: {stranger: Not a participant, unknown: <str>}, rest: {stranger: 403, unknown: 404}, body: {message: $reason}, clauses: {stranger: c1}}",
        ],
        frame: REFUSED,
    },
    Mapping {
        name: "form",
        text: "One form of an answer to the acting socket. Nothing in it is silence.",
        keys: &[
            key("ack", Payload, "What the ack holds; `<none>` where it has no argument."),
            key("me", HEARD, "Events that reach the acting socket."),
            key("then", Only(&["disconnect"]), "The server closes the connection."),
            key("connect_error", Payload, "The connection is refused with these data."),
            key(
                "level",
                One(Set::Levels),
                "The form is accepted, but a finding of this level; without it, it is documented.",
            ),
            key("except", List(&One(Set::Refusals)), "Kinds of refusal that are never made in this form."),
        ],
        heads: &[],
        others: Others::None,
        examples: &[
            "{ack: {success: false, message: $reason}}",
            "{me: error, then: disconnect, level: should}",
            "{level: may, except: [unknown]}",
            "{connect_error: {message: <str>}}",
        ],
        frame: FORMS,
    },
    Mapping {
        name: "verb",
        text: "What can be said, and what answers. Those that change the model are known by name: join, rejoin, leave, send, type, stop_typing, read, update, delete, create, connect, disconnect.",
        keys: &[
            key("clause", Text, "Its clause."),
            key(
                "capability",
                Text,
                "The capability without which nobody can say it; what needs it is *not supported* where it is lacking.",
            ),
            key("emit", Text, "It is said by this event."),
            key("data", Payload, "The payload of the event; none where it is sent without one."),
            key("rest", CALL, "It is said by this HTTP request."),
            key(
                "takes",
                Only(&["room", "text", "message", "user", "nothing"]),
                "What its main argument in a scenario is; for the verbs that change the model that is known.",
            ),
            key("ack", Payload, "The ack that answers it; `<none>` where it has no argument."),
            key("me", HEARD, "Events that answer it."),
            key("then", Only(&["disconnect"]), "The server closes the connection."),
            key("connect_error", Payload, "The connection is refused with these data."),
            key("level", One(Set::Levels), "The answer is accepted, but a finding of this level."),
            key("forms", Named(&Map("form")), "Accepted forms of the answer, where there are several."),
            key("refused", Map("refusal"), "How it is refused, where not as all the others."),
            key("joins", Only(&["participants"]), "All who belong to the room are in it once this was said."),
            key("reads", Only(&["conversation"]), "It reads the whole conversation, not one message."),
            key(
                "causes",
                Text,
                "A change of the contract's own that it causes; `when` says who hears of it.",
            ),
            key(
                "optional",
                Texts,
                "Fields that may be left out or hold anything, or single ways (`content number`) that spoil nothing.",
            ),
            key("order", Only(&["newest_first"]), "The history starts with the newest message."),
        ],
        heads: &[],
        others: Others::None,
        examples: &[
            "{clause: c1, emit: join, data: {roomId: $room.id}, takes: room, ack: {ok: true}, optional: [roomId number]}",
            "{emit: react, capability: reactions, takes: message, me: newMessage, causes: reacted}",
            "{rest: {get: /rooms/$room.id, status: 200, body: $history}, order: newest_first}",
            "{emit: enter, me: error, then: disconnect, connect_error: <any>, level: should}",
            "{emit: read, forms: {acked: {ack: {ok: true}}, silent: {}}, reads: conversation}",
            "{emit: create, joins: participants, refused: {reason: <str>}}",
        ],
        frame: VERBS,
    },
    Mapping {
        name: "consequence",
        text: "What others hear of a change: audiences, each with the events it hears.",
        keys: &[
            key(
                "forms",
                Named(&By(Set::Audiences, &HEARD)),
                "Accepted forms, where there are several; each names its audiences.",
            ),
            key("level", One(Set::Levels), "A level below that of the events' clauses."),
            key("clause", Text, "A clause beside those of the events."),
            key("again", Text, "The clause that says that what is so already is not told again."),
            key(
                "unasked",
                Text,
                "The clause that stands for it where it follows from another action, or from time: who is gone types no more.",
            ),
            key(
                "after",
                One(Set::Changes),
                "Each socket hears it after what it hears of this change of the same action.",
            ),
        ],
        heads: &[],
        others: Others::Audiences(HEARD),
        examples: &[
            "{others: newMessage, clause: c1, again: c1, unasked: c1}",
            "{others: newMessage}",
            "{joined: {newMessage: {isTyping: true}}, maybe my_devices: [newMessage, error], clause: c1, level: may, after: sent}",
            "{forms: {all: {everyone: newMessage}, room: {joined: newMessage, maybe me: newMessage}}}",
        ],
        frame: WHEN,
    },
];
