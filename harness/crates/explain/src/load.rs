//! The words of the `load:` part of a scenario.

use super::Shape::{
    Count, Duration, Either, List, Map, Named, Only, Payload, Rate, Share, Text, Threshold, Truth, Window,
};
use super::{Key, Mapping, Others, Set, Shape, head, key, need};
use language::phase::{Paced, Portion};

const LOAD: &str = "scenario: an example\nlevel: should\nload: @\n";
const ROOMS: &str = "scenario: an example\nlevel: should\nload: {rooms: @, phases: [{name: ramp, connect: 500/s}], flow: [{any member: {send: hello}}]}\n";
const PHASE: &str = "scenario: an example\nlevel: should\nload: {phases: [{name: ramp, connect: 500/s}, @], flow: [{any member: {send: hello}}]}\n";
const TURN: &str =
    "scenario: an example\nlevel: should\nload: {phases: [{name: ramp, connect: 500/s}], flow: [@]}\n";
const SAID: &str = "scenario: an example\nlevel: should\nload: {phases: [{name: ramp, connect: 500/s}], flow: [{any member: @}]}\n";

const ENTER: &str =
    "scenario: an example\nlevel: should\nload: {enter: @, phases: [{name: ramp, connect: 500/s}]}\n";

/// What happens at a rate.
const fn paced(paced: Paced) -> Key {
    key(paced.story().word, Rate, paced.story().text)
}

/// What happens to a part of all sessions.
const fn portion(portion: Portion) -> Key {
    key(portion.story().word, Share, portion.story().text)
}

/// Whoever hears something, and what.
const HEARD: Shape = Shape::By(Set::Audiences, &Named(&Payload));

const USER: &str = "scenario: an example\nlevel: should\nload: {data: users.csv, user: @, phases: [{name: ramp, connect: 500/s}], flow: [{any member: {send: hello}}]}\n";

pub(super) const MAPPINGS: &[Mapping] = &[
    Mapping {
        name: "load",
        text: "A scenario as load: how many rooms, in which phases, who does what, and what has to hold.",
        keys: &[
            key("rooms", Either(&[Count, Map("load_rooms")]), "How many rooms (100 unless said)."),
            key(
                "enter",
                Map("raw_turn"),
                "What each member says to enter a room once it is connected, where no contract says so; without it whoever is connected is in.",
            ),
            need("phases", List(&Map("phase")), "What happens when, one after the other."),
            key(
                "flow",
                List(&Map("turn")),
                "What a member does when it is their turn; one of these, by weight. Without it sessions connect, join and stay.",
            ),
            key("slo", Shape::By(Set::Metrics, &Threshold), "What has to hold at the end, or the run fails."),
            key(
                "abort_when",
                Shape::By(Set::Metrics, &Threshold),
                "What ends the run early where it no longer holds.",
            ),
            key(
                "data",
                Text,
                "A row for each user: a CSV with a head, or a list of mappings in YAML; the path counts from this file.",
            ),
            key("user", Map("load_user"), "What a row says of its user."),
            key(
                "check",
                Share,
                "Of this part of all messages each delivery is compared whole; the others are only accounted for (100%).",
            ),
            key("drain", Duration, "For how long after the last phase deliveries are awaited (5s)."),
            key(
                "lateness",
                Duration,
                "How late the 99th percentile of sends may be before the run is void (5ms).",
            ),
        ],
        heads: &[],
        others: Others::None,
        examples: &[
            "{rooms: 50, phases: [{name: ramp, connect: 500/s}, {name: plateau, rate: 200/s, for: 10s}], flow: [{any member: {send: <text:80b>}}], slo: {delivery.p99: < 100ms}, abort_when: {lost: 0}, drain: 2s, lateness: 20ms}",
            "{rooms: 50, phases: [{name: ramp, connect: 500/s}, {name: hold, for: 60s}]}",
            "{rooms: 50, enter: {emit: join, data: $room.id, ack: ok}, phases: [{name: ramp, connect: 500/s}, {name: hold, for: 60s}]}",
            "{data: users.csv, user: {id: $data.id}, check: 10%, phases: [{name: ramp, connect: 500/s}], flow: [{any member: {send: hello $data.greeting}}]}",
        ],
        frame: LOAD,
    },
    Mapping {
        name: "load_rooms",
        text: "How many rooms, of how many members.",
        keys: &[
            key("count", Count, "How many (100)."),
            key(
                "members",
                Either(&[Count, Text, Named(&Share)]),
                "How many members each has: 3, or 2..20, or parts of all rooms; without it the largest size that the dialect has, up to three.",
            ),
            key("per_user", Count, "In how many rooms each user sits (1)."),
        ],
        heads: &[],
        others: Others::None,
        examples: &[
            "{count: 10000, members: 3, per_user: 5}",
            "{count: 100, members: 2..20}",
            "{members: {2: 80%, 3..20: 15%, 200: 5%}}",
        ],
        frame: ROOMS,
    },
    Mapping {
        name: "load_user",
        text: "Who a user is, from their row of data.",
        keys: &[
            key("id", Text, "Their id, of a field of data: $data.id."),
            key("token", Text, "Their token, of a field of data; without it one is made."),
        ],
        heads: &[],
        others: Others::None,
        examples: &["{id: $data.id, token: $data.token}"],
        frame: USER,
    },
    Mapping {
        name: "phase",
        text: "A stretch of time. Without `for` it lasts until all sessions are there.",
        keys: &[
            need("name", Text, "Its name in the report."),
            paced(Paced::Connect),
            paced(Paced::Turn),
            key("users", Count, "So many members take turns, each waiting for their answer: a closed model."),
            key("think", Duration, "What a member of the closed model waits before the next turn."),
            paced(Paced::Cut),
            paced(Paced::Break),
            portion(Portion::Drop),
            key(
                "backoff",
                Window,
                "A session that was cut comes back after a time in this range, which doubles with every failure.",
            ),
            portion(Portion::Stall),
            key("for", Duration, "How long it lasts."),
            key("warm_up", Truth, "It counts for nothing but its own lines in the report."),
        ],
        heads: &[],
        others: Others::None,
        examples: &[
            "{name: ramp, connect: 500/s}",
            "{name: warm-up, rate: 100/s..2000/s, for: 5s, warm_up: true}",
            "{name: closed, users: 50, think: 1s, for: 30s}",
            "{name: churn, reconnect: 100/s, rate: 1000/s, for: 10s}",
            "{name: storm, drop: 50%, backoff: 1s..5s, breaks: 20/s, stall: 10%, for: 20s}",
        ],
        frame: PHASE,
    },
    Mapping {
        name: "turn",
        text: "What a member does when it is their turn.",
        keys: &[
            need("any member", Either(&[Text, Map("said")]), "The verb, with its argument."),
            key("weight", Count, "How often it is chosen, beside the weights of the others (1)."),
        ],
        heads: &[],
        others: Others::None,
        examples: &["{any member: {send: <text:200b>}, weight: 9}", "{any member: ping}"],
        frame: TURN,
    },
    Mapping {
        name: "said",
        text: "A verb of a turn.",
        keys: &[
            key("via", Only(&["rest"]), "Says it another way, as in a step."),
            key(
                "text",
                Text,
                "What is said of a message, where the verb is about the newest one of the room; at `emit` and `rest` what `$text` is, a made text unless said.",
            ),
            key(
                "emit",
                Text,
                "Sends an event, whatever a contract says of it. A message is known by the `$text` in `data` and in what is expected.",
            ),
            key("data", Payload, "The payload of the event."),
            key("ack", Payload, "The ack that is expected; without it none is asked for."),
            key("rest", Map("call"), "Makes a REST call, with the credential of a contract."),
            key("expect", HEARD, "Who hears what of it: an audience, and events with their payloads."),
        ],
        heads: &[
            head("emit", &["data", "ack", "expect", "text"]),
            head("rest", &["expect", "text"]),
            head("", &["via", "text"]),
        ],
        others: Others::Verb(Payload),
        examples: &[
            "{send: <text:200b>, via: rest}",
            "{read: newest}",
            "{react: newest, text: 👍}",
            "{emit: say, data: {room: $room.id, text: $text}, ack: {ok: true}, expect: {joined: {said: {text: $text, ...: <any>}}}, text: <text:50b>}",
            "{rest: {post: /messages, json: {room: $room.id, text: $text}, status: 201}, expect: {joined: {said: {text: $text, ...: <any>}}}}",
        ],
        frame: SAID,
    },
    Mapping {
        name: "raw_turn",
        text: "What a member says to enter a room, and who hears what of it.",
        keys: &[
            key("emit", Text, "Sends an event."),
            key("data", Payload, "The payload of the event."),
            key("ack", Payload, "The ack that is expected; without it none is asked for."),
            key("rest", Map("call"), "Makes a REST call, in place of the event."),
            key("expect", HEARD, "Who hears what of it: `me` is the one who enters."),
        ],
        heads: &[head("emit", &["data", "ack", "expect"]), head("rest", &["expect"])],
        others: Others::None,
        examples: &[
            "{emit: join, data: $room.id, ack: ok, expect: {me: {users: <any>}, others: {entered: {name: $me.name}}}}",
            "{rest: {post: /rooms/$room.id/join, status: 204}}",
        ],
        frame: ENTER,
    },
];
