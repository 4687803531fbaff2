//! The words of a scenario.

use super::Shape::{Count, Either, List, Map, Maybe, Named, One, Only, Payload, Text, Texts, Truth};
use super::{Head, Mapping, Others, Set, Shape, head, key, need};

const STEPS: Shape = List(&Map("step"));
const TIME: Shape = One(Set::Times);

/// Where a room is.
const ROOM: &str = "scenario: an example\nlevel: must\nrooms: {lobby: @}\nsteps: [{ana: join}]\n";
const USER: &str =
    "scenario: an example\nlevel: must\nrooms: {lobby: [ana, bo]}\nusers: {bo: @}\nsteps: [{ana: join}]\n";
const OPENING: &str =
    "scenario: an example\nlevel: must\nrooms: {lobby: [ana, bo]}\nconnect: @\nsteps: [{ana: connect}]\n";
const STEP: &str = "scenario: an example\nlevel: must\nrooms: {lobby: [ana, bo]}\nsteps:\n  - @\n";
const ACT: &str = "scenario: an example\nlevel: must\nrooms: {lobby: [ana, bo]}\nsteps:\n  - ana: @\n";
const CONNECT: &str =
    "scenario: an example\nlevel: must\nrooms: {lobby: [ana, bo]}\nsteps:\n  - ana: {connect: @}\n";
const CALL: &str = "scenario: an example\nlevel: must\nrooms: {lobby: [ana, bo]}\nsteps:\n  - rest: @\n";

/// The keys of a REST call, of which the status is needed or not.
macro_rules! call_keys {
    ($status:ident) => {
        &[
            key("get", Text, "The path, with references: `/rooms/$room.id`."),
            key("post", Text, "The path."),
            key("put", Text, "The path."),
            key("patch", Text, "The path."),
            key("delete", Text, "The path."),
            key("options", Text, "The path."),
            key("headers", Named(&Payload), "Headers beside those of the contract."),
            key("json", Payload, "The body that is sent."),
            $status("status", Payload, "The expected status: `200`, `<200|201>`."),
            key("body", Payload, "The expected body; without it, it is not looked at."),
            key(
                "bodies",
                Named(&Payload),
                "Accepted bodies by name, in place of `body`; the one that came is reported as a form.",
            ),
            key(
                "undocumented",
                Truth,
                "No document names the route: where it is answered in another way, what stands on it is *not supported*.",
            ),
            key(
                "answer_headers",
                Named(&Payload),
                "Expected headers of the answer; `null` where one must be absent.",
            ),
        ]
    };
}
pub(super) use call_keys;

pub(super) const MAPPINGS: &[Mapping] = &[
    Mapping {
        name: "scenario",
        text: "A scenario says who does what, in the verbs of the contracts, and runs on every dialect that has what it needs.",
        keys: &[
            need("scenario", Text, "Its title: what holds, in a few words."),
            need(
                "level",
                One(Set::Levels),
                "The most a finding of this scenario can be; a clause can lower it.",
            ),
            key(
                "ground",
                One(Set::Grounds),
                "On what it stands; where that is sense, so is what it finds wrong in a payload (`stated`).",
            ),
            key(
                "dialect",
                Text,
                "The one dialect it is for; a file in `scenarios/<dialect>/` need not say so. `raw` is none: no contract, and everything stands in the scenario.",
            ),
            key(
                "connect",
                Map("opening"),
                "What every actor says when it connects, beside the credential of a contract: `namespace`, `auth`, `query`, `headers`.",
            ),
            key("ignore", Texts, "Events that are set aside and counted, whatever is in them."),
            key(
                "for",
                Named(&Either(&[Texts, One(Set::Values)])),
                "Variables: each combination of their values is a case of its own.",
            ),
            key(
                "rooms",
                Named(&Either(&[Texts, Map("room")])),
                "Rooms and their participants; they are made first, then the actors connect one by one, in this order.",
            ),
            key(
                "users",
                Named(&Map("user")),
                "Actors of whom there is more to say than their name; `ana/phone` is another device of `ana`.",
            ),
            key(
                "needs",
                List(&Text),
                "Changes, verbs and capabilities it needs beyond those that its steps name; a dialect without them gives *not supported*.",
            ),
            key(
                "steps",
                STEPS,
                "What happens, in order; a step ends when all its consequences have arrived. Only a scenario with `load` may do without.",
            ),
            key("load", Map("load"), "How it is run as load."),
            key("invariants", List(&One(Set::Invariants)), "What holds over the whole case."),
        ],
        heads: &[],
        others: Others::None,
        examples: &[
            "scenario: a stranger cannot join, hear or speak
level: must
rooms: {lobby: [ana, bo]}
users: {mallory: {}}
steps:
  - ana, bo: join
  - mallory: {join: lobby, refused: stranger}
  - ana: {send: a secret}
  - mallory: hears nothing
invariants: [acked_is_in_history]",
            "scenario: every transport carries the same reaction
level: may
ground: sense
dialect: whatsapp
for: {transport: [websocket, polling]}
needs: [reactions]
rooms: {lobby: [ana, bo]}
users: {bo: {transport: $transport}}
steps:
  - ana, bo: join
  - ana: {send: a joke, as: joke}
  - bo: {react: joke, text: haha}",
            "scenario: whoever is in a room hears what is said there
level: must
dialect: raw
connect: {namespace: /chat, auth: {name: $me.name}}
ignore: [user list]
rooms: {lobby: [ana, bo]}
steps:
  - ana, bo: {emit: join, data: $lobby.id, ack: ok}
  - ana: {emit: say, data: {room: $lobby.id, text: hello}}
  - ana, bo: {expect: said, data: {text: hello, ...: <any>}}",
            "scenario: thousands of rooms at once, nothing lost, nothing leaked
level: should
load:
  rooms: {count: 2000, members: 3}
  phases:
    - {name: ramp, connect: 500/s}
    - {name: plateau, rate: 2000/s, for: 30s}
  flow: [{any member: {send: <text:200b>}}]
  slo: {delivery.p99: < 100ms, connect.errors: 0}
invariants: [no_loss, no_duplicates, room_order, no_leak]",
        ],
        frame: "@\n",
    },
    Mapping {
        name: "opening",
        text: "What every connection says of itself, beside the credential. A raw `connect` of a step keeps to what that step says.",
        keys: &[
            key("namespace", Text, "The namespace, where it is not the contract's: `/chat`."),
            key("auth", Named(&Payload), "Fields of the `auth` object."),
            key("query", Named(&Payload), "Parameters of the handshake."),
            key("headers", Named(&Payload), "Headers of the handshake; `cookie` is one of them."),
        ],
        heads: &[],
        others: Others::None,
        examples: &[
            "{namespace: /chat, auth: {name: $me.name}, query: {v: \"2\"}, headers: {x-tenant: acme}}",
        ],
        frame: OPENING,
    },
    Mapping {
        name: "room",
        text: "A room that needs a word more than its participants.",
        keys: &[
            need("members", Texts, "Its participants."),
            key("later", Truth, "It is not made before the case begins; it waits for a `create`."),
        ],
        heads: &[],
        others: Others::None,
        examples: &["{members: [ana, bo], later: true}"],
        frame: ROOM,
    },
    Mapping {
        name: "user",
        text: "What is particular about an actor.",
        keys: &[
            key("id", Text, "The user's id, where it has to be one that the server knows already."),
            key(
                "credential",
                Either(&[One(Set::Credentials), Text]),
                "A bad credential, or `none`; `$bad` where `for` lists them.",
            ),
            key("place", Text, "Where the credential travels, where not in the usual place: `query.token`."),
            key(
                "transport",
                Either(&[One(Set::Transports), Text]),
                "How the actor connects, where not as all the others.",
            ),
            key("offline", Truth, "The actor waits for `connect`."),
            key("valid_for", Shape::Duration, "The token expires after this time, in whole seconds."),
        ],
        heads: &[],
        others: Others::None,
        examples: &[
            "{credential: expired, place: query.token, offline: true}",
            "{transport: polling}",
            "{valid_for: 1s}",
            "{id: 17, offline: true}",
        ],
        frame: USER,
    },
    Mapping {
        name: "step",
        text: "A step: who does what (`ana, bo: join`), or one of these words.",
        keys: &[
            key("repeat", Count, "Does the steps under `do` so many times."),
            key("over", TIME, "Spreads the repetitions evenly over this time."),
            key(
                "until",
                One(Set::Refusals),
                "Ends the repetition with the first refusal of this kind, to which it has to come.",
            ),
            key("do", STEPS, "What is repeated."),
            key(
                "parallel",
                STEPS,
                "Branches at once: all is sent, the branches taking turns, before anything is awaited. Verbs, and `repeat` of verbs.",
            ),
            key(
                "any_order",
                STEPS,
                "Raw steps: what they say is said first, what they expect may come in any order, and nothing else may.",
            ),
            key(
                "at_once",
                STEPS,
                "Each is done as soon as the one before it is answered, without waiting for what else follows: an answer says that \
                 something is done. Verbs, and `repeat` of verbs.",
            ),
            key("wait", TIME, "Does nothing for a time."),
            key("expired", Text, "Waits until the token of this actor has expired."),
            key(
                "stopped",
                Text,
                "The server ends the typing of this actor by itself, and others hear of it.",
            ),
            key("in", Text, "Of which room, where there are several."),
            key(
                "after",
                TIME,
                "The window in which it has to happen, counted from the last time the actor typed.",
            ),
            key("rest", Map("call"), "A REST call of nobody: without a credential."),
            key(
                "clause",
                Texts,
                "Clauses that this step judges beside those of what it expects, with their dialect: `crm.t1`.",
            ),
        ],
        heads: &[
            Head {
                key: "repeat",
                with: &["over", "until", "do", "clause"],
                needs: &["do"],
                unless: "",
                mapping: false,
            },
            head("parallel", &["clause"]),
            head("any_order", &["clause"]),
            head("at_once", &["clause"]),
            head("wait", &["clause"]),
            head("expired", &["clause"]),
            head("stopped", &["in", "after", "clause"]),
            head("rest", &["clause"]),
        ],
        others: Others::Actors(Either(&[One(Set::Acts), Map("act")])),
        examples: &[
            "ana, bo: join",
            "ana/phone: {send: from the phone}",
            "mallory: hears nothing",
            "{repeat: 9, over: 0.7 $debounce, do: {ana: {type: lobby, effect: none}}}",
            "{repeat: 5000, until: limited, do: {ana: {join: lobby, refused: maybe limited}}}",
            "{parallel: [{ana: {send: one}}, {bo: {send: two}}], clause: crm.b6}",
            "{any_order: [{ana: {emit: ping, ack: {pong: <int>}}}, {bo: {expect: receive-message, data: <any>}}]}",
            "{at_once: [{bo: join}, {ana: {send: you hear this}}]}",
            "{wait: 1.5 $debounce}",
            "{expired: bo}",
            "{stopped: ana, in: lobby, after: $typing_expires}",
            "{rest: {get: /healthz, status: 200, body: {status: ok, ...: <any>}}}",
        ],
        frame: STEP,
    },
    Mapping {
        name: "act",
        text: "What an actor does: a verb of the contract with its main argument (`send: hello`) and what more there is to say, or a raw step that says what no verb can.",
        keys: &[
            key("to", Text, "The room, where the main argument is something else and there are several."),
            key("in", Text, "The same as `to`."),
            key(
                "text",
                Payload,
                "The text, where the main argument is a message: `update: draft, text: a second draft`.",
            ),
            key(
                "as",
                Text,
                "A name for the message, by which later steps mean it: `as: hello`, then `read: hello`. Given again, as in a `repeat`, it stands for the newest.",
            ),
            key(
                "via",
                Only(&["rest"]),
                "Says it another way: `send via rest` of the contract, or `send` where that is REST already.",
            ),
            key(
                "refused",
                Maybe(Set::Refusals),
                "It is refused, for a reason of this kind: nobody hears anything, nothing is stored. After `maybe`, both are fine.",
            ),
            key("effect", Only(&["none"]), "Answered as ever, and nobody hears of it."),
            key(
                "choose",
                Text,
                "Which of the listed values a field of the payload holds, such as `message_type image`; the first where this is left out. \
                 `for: {choice: $choices.send}` lists them all.",
            ),
            key(
                "spoil",
                Text,
                "Spoils the payload in one way, such as `chatId missing`; `for: {bad: $bad_payloads.send}` lists them all.",
            ),
            key("with", Payload, "Fields laid over the payload of the contract."),
            key(
                "ack",
                Payload,
                "At a verb `none`: no ack is asked for. At `emit` the ack that is expected, `<none>` where it has no argument.",
            ),
            key(
                "clause",
                Texts,
                "Clauses that this step judges beside those of what it expects, with their dialect: `crm.t1`.",
            ),
            key(
                "emit",
                Text,
                "Sends an event, whatever the contract says of it. What follows has to be said by `expect`.",
            ),
            key("data", Payload, "The payload of the event."),
            key(
                "expect",
                Text,
                "The next event of this name on this socket, held against `data` whole; `disconnect`, which no server can emit, is the end of the connection.",
            ),
            key("within", Shape::Duration, "How long the event may take, where that is longer than usual."),
            key("rest", Map("call"), "A REST call with the actor's credential."),
            key("frame", Text, "Sends a frame, whatever is in it; references are filled in, as in any text."),
            key("hears", Only(&["nothing"]), "The same as `hears nothing`, where a clause is to be named."),
            key(
                "connect",
                Either(&[Map("handshake"), Text]),
                "Connects with exactly what is said here; without a mapping it is the verb: `connect: any` may be refused.",
            ),
        ],
        heads: &[
            Head {
                key: "emit",
                with: &["data", "ack", "refused", "clause"],
                needs: &[],
                unless: "",
                mapping: false,
            },
            Head {
                key: "expect",
                with: &["data", "within", "clause"],
                needs: &["data"],
                unless: "disconnect",
                mapping: false,
            },
            head("rest", &["clause"]),
            head("frame", &["clause"]),
            head("hears", &["clause"]),
            Head { key: "connect", with: &["clause"], needs: &[], unless: "", mapping: true },
            head(
                "",
                &[
                    "to", "in", "text", "as", "via", "refused", "effect", "choose", "spoil", "with", "ack",
                    "clause",
                ],
            ),
        ],
        others: Others::Verb(Payload),
        examples: &[
            "{send: hello, to: lobby, as: hello}",
            "{update: hello, text: hello again}",
            "{read: nothing, in: lobby, refused: unknown}",
            "{send: posted, via: rest}",
            "{type: lobby, effect: none}",
            "{join: lobby, ack: none}",
            "{send: a picture, choose: message_type image}",
            "{send: a bad one, spoil: payload missing, refused: invalid}",
            "{send: I am ana, with: {sender_id: $ana.id}, refused: spoofed}",
            "{emit: ping, ack: {pong: <int>}, clause: crm.h1}",
            "{emit: sendMessage, data: {chatId: $room.id}, refused: invalid}",
            "{expect: newMessage, data: {message: <any>, chatId: $room.id, timestamp: <iso8601>}}",
            "{expect: disconnect, within: 10s}",
            "{rest: {get: /chat-messages/chat/$room.id, status: 200, body: <any:page>}}",
            "{frame: '42/chat,[\"ping\",$room.id]'}",
            "{hears: nothing, clause: crm.t1}",
            "{connect: {auth: {token: $token}, transport: polling}, clause: crm.l1}",
        ],
        frame: ACT,
    },
    Mapping {
        name: "handshake",
        text: "A connection with exactly these, whatever the contract says.",
        keys: &[
            key("auth", Payload, "The payload of CONNECT."),
            key("query", Named(&Payload), "Parameters of the query."),
            key("headers", Named(&Payload), "Headers."),
            key("transport", One(Set::Transports), "How it connects."),
            key("refused", Truth, "The connection has to be refused, by the transport or by CONNECT_ERROR."),
        ],
        heads: &[],
        others: Others::None,
        examples: &[
            "{auth: {token: $token}, headers: {origin: \"https://elsewhere.example\"}, transport: polling, refused: true}",
            "{query: {userId: $me.id}}",
        ],
        frame: CONNECT,
    },
    Mapping {
        name: "call",
        text: "A REST call: one method with its path, and the expected answer.",
        keys: call_keys!(need),
        heads: &[],
        others: Others::None,
        examples: &[
            "{get: /chat-messages/chat/$room.id, headers: {x-trace: an-id}, status: 200, body: <any>}",
            "{post: /chat-messages, json: {chatId: $room.id, content: hello}, status: <200|201>}",
            "{put: /chat-messages/7, json: {content: hello}, status: 404}",
            "{patch: /chat-messages/7, json: {content: hello}, status: 404}",
            "{delete: /chat-messages/7, status: <200|204>}",
            "{get: /rooms, status: 200, undocumented: true, bodies: {list: [<any>], page: {rooms: <any>, ...: <any>}}}",
            "{options: /chat-messages, status: <any>, answer_headers: {access-control-allow-origin: null}}",
        ],
        frame: CALL,
    },
];
