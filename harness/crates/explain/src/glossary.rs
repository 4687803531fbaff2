//! Sets of words that may stand at a key or in a payload, one line each.

use language::forms::FORMS;
use language::load::{METRICS, PERCENTILES, TIMES, counts};

/// A set of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Set {
    /// How bad a finding is.
    Levels,
    /// On what a rule stands.
    Grounds,
    /// What an actor does without arguments.
    Acts,
    /// Kinds of refusal.
    Refusals,
    /// What holds over a case.
    Invariants,
    /// What can change.
    Changes,
    /// Who hears.
    Audiences,
    /// What a value must look like.
    Matchers,
    /// What a reference stands for.
    References,
    /// Values of a variable that are not written out.
    Values,
    /// Times of a step.
    Times,
    /// Credentials of a user.
    Credentials,
    /// How actors connect.
    Transports,
    /// Kinds of ids.
    Ids,
    /// What a threshold looks at.
    Metrics,
}

/// A set, and its words.
#[derive(Debug)]
pub struct Words {
    /// Which.
    pub set: Set,
    /// Its heading.
    pub title: &'static str,
    /// What it is.
    pub text: &'static str,
    /// The words, each with what it means; how a word is written in full, where not as it stands.
    pub words: &'static [(&'static str, &'static str)],
    /// Other words are fine, too.
    pub open: bool,
}

/// How many matchers there are: those with a story of their own, and the forms.
const MATCHERS: usize = 11 + FORMS.len();

/// The forms, between what stands before and behind them.
const fn matchers(
    before: &[(&'static str, &'static str)],
    behind: &[(&'static str, &'static str)],
) -> [(&'static str, &'static str); MATCHERS] {
    let mut all = [("", ""); MATCHERS];
    let mut at = 0;
    while at < MATCHERS {
        all[at] = if at < before.len() {
            before[at]
        } else if at < before.len() + FORMS.len() {
            let form = &FORMS[at - before.len()];
            (form.word, form.text)
        } else {
            behind[at - before.len() - FORMS.len()]
        };
        at += 1;
    }
    all
}

/// Every set.
pub const GLOSSARY: &[Words] = &[
    Words {
        set: Set::Levels,
        title: "Levels",
        text: "How bad a finding is; `--level` says from which on a case fails.",
        words: &[
            ("must", "What the document states."),
            ("should", "Advice of the document, or something it does not mention."),
            ("may", "A next step or future work of the document, or a remark."),
        ],
        open: false,
    },
    Words {
        set: Set::Grounds,
        title: "Grounds",
        text: "On what a rule of a contract stands; the ground bounds its level.",
        words: &[
            (
                "stated",
                "A sentence, a table, a type or a printed payload of the document says it: at most must.",
            ),
            (
                "implied",
                "A printed example or the flow of the document cannot work without it: at most must.",
            ),
            (
                "sense",
                "No document says it, and a good server would do it: at most may, and every report says so.",
            ),
            (
                "ours",
                "A choice of the reference server. Where another server does otherwise, what stands on it is *not supported*.",
            ),
        ],
        open: false,
    },
    Words {
        set: Set::Acts,
        title: "Acts without arguments",
        text: "`- ana: connect`; any verb that takes nothing, or whose room is the only one, may stand like this.",
        words: &[
            (
                "hears nothing",
                "Has heard nothing that is not accounted for; proved by a fence, not by waiting.",
            ),
            ("sever", "The connection is cut without a goodbye."),
            ("connect", "Opens the connection, with the credential of the actor."),
            ("disconnect", "Closes the connection, politely."),
        ],
        open: true,
    },
    Words {
        set: Set::Refusals,
        title: "Kinds of refusal",
        text: "`refused: stranger`. That nobody hears anything and nothing is stored is always *must*; form and text of the answer are what the contract's `refused` allows, at its level.",
        words: &[
            ("unauthenticated", "Without a valid credential."),
            ("stranger", "Not a participant of the room."),
            ("unjoined", "A participant who has not joined."),
            ("unknown", "A room, message or user that no one has."),
            ("invalid", "A payload that is not as it should be."),
            ("spoofed", "A payload that speaks for another user."),
            ("not_owner", "Not the one who wrote the message."),
            ("limited", "Too many events in too short a time."),
        ],
        open: false,
    },
    Words {
        set: Set::Invariants,
        title: "Invariants",
        text: "What holds over a whole case, load or not.",
        words: &[
            ("no_loss", "Everyone who should hear a message does."),
            ("no_duplicates", "Nobody hears one twice."),
            ("room_order", "All members of a room hear its messages in one order."),
            (
                "sender_order",
                "What one user says in a row is heard in that order. Where the first was not answered before the next was said, that is \
                 no more than a `may`.",
            ),
            ("no_leak", "Nobody hears of a room they are not in."),
            (
                "acked_is_in_history",
                "Every acknowledged message is in the history, and what was refused is not.",
            ),
        ],
        open: false,
    },
    Words {
        set: Set::Changes,
        title: "Changes",
        text: "What others may hear of. The harness keeps the small model that fires them; a contract may name more of its own with `causes`.",
        words: &[
            ("created", "A room was made."),
            ("entered", "A user has entered a room, with the first of their sockets that joined."),
            ("left", "A user has left a room, with their last socket, by a verb or by disconnecting."),
            ("sent", "A message was sent."),
            ("updated", "A message was changed."),
            ("deleted", "A message was deleted."),
            ("missed", "A message that was sent while one was away is told on the return."),
            ("delivered", "A message has reached another user; once per message."),
            ("read", "A message was read; once per reader."),
            ("typing", "A user types; once per debounce."),
            ("stopped", "A user has stopped typing, by a verb, by expiry, by leaving or by disconnecting."),
            ("online", "A user is there, with the first socket that has a valid credential."),
            ("offline", "A user has gone, with the last one."),
        ],
        open: true,
    },
    Words {
        set: Set::Audiences,
        title: "Audiences",
        text: "Sets of sockets of a case, seen from the one that acts. `maybe` before one: allowed, not required, and reported as a form.",
        words: &[
            ("me", "The acting socket."),
            ("my_devices", "The acting user's other sockets."),
            ("joined", "Who is in the room, the acting user's sockets too."),
            ("others", "Who is in the room, but for the acting user."),
            ("participants", "Who belongs to the room, joined or not."),
            ("everyone", "Every socket."),
            ("everyone_else", "Every socket of another user."),
            ("contacts", "Every socket of another user who shares a room with the acting one."),
        ],
        open: false,
    },
    Words {
        set: Set::Matchers,
        title: "Matchers",
        text: "What a value must look like, where it is not known before. In an object `...: <any>` lets in fields that are not listed.",
        words: &matchers(
            &[(
                "<id>",
                "An id of the dialect's kind. `<id:room>` binds the id of this room, `<id:message>` that of this message: on first sight it is learnt, and ever after it has to be the same.",
            )],
            &[
                (
                    "<now>",
                    "Such a timestamp that is about now by the clock of the server, and goes on; `<now:ms>` and `<now:s>`: as a number, in \
                     milliseconds or seconds since 1970. How far that clock is ahead is measured by the `Date` of its answers.",
                ),
                (
                    "<user:sender>",
                    "Names that user in whatever form: by the id, by an object that holds it, or in words that are nobody else's. `sender`, \
                     `me` or `whom`.",
                ),
                (
                    "<users:members>",
                    "Names all who belong to the room, each once and in whatever form, and nobody else.",
                ),
                (
                    "<status:message>",
                    "A status that the message can have by now: `read` once somebody has read it, `sent` or `delivered` before.",
                ),
                ("<any>", "Anything; `<any:name>` captures it."),
                (
                    "<maybe int>",
                    "May be absent or null; where it is there, it is what follows: a matcher, or a type of the contract.",
                ),
                ("<a|b|c>", "One of these."),
                (
                    "</regex/>",
                    "A text that this regular expression matches as a whole; a dot is any character, the end of a line too.",
                ),
                (
                    "<none>",
                    "Nothing: an ack without arguments, or with null; in an object a field that must not be there.",
                ),
                ("<text:200b>", "Makes a text of so many bytes; only in what is sent."),
            ],
        ),
        open: true,
    },
    Words {
        set: Set::References,
        title: "References",
        text: "`$room.id` stands for a value; each belongs to the action at hand. A word with parts, such as `$sender` or `$message`, is alone the contract's type of that name. `$$` is a dollar sign.",
        words: &[
            ("$me", "The user who acts: `$me.id`, `$me.name`."),
            ("$user", "The same as `$me`."),
            ("$sender", "Who wrote the message: `$sender.id`."),
            (
                "$whom",
                "The user whom a verb that takes a user is about: `$whom.id`, `$whom.online`, `$whom.seen`.",
            ),
            ("$room", "The room: `$room.id`."),
            ("$members", "Who belongs to it: `$members.id` is the list, `$members.0.id` the first."),
            ("$message", "The message: `$message.id`, `$message.text`, `$message.status`."),
            ("$text", "What is said."),
            ("$history", "The messages of the room; only in what is expected."),
            ("$reason", "What a refusal of this kind says; only in `refused`."),
            ("$token", "The token of the acting socket."),
            (
                "$NAME",
                "A variable of `for`, a type, a capture, or by `.id` a user, room or message of the case: `$ana.id`.",
            ),
        ],
        open: true,
    },
    Words {
        set: Set::Values,
        title: "Values of a variable",
        text: "`for: {bad: $bad_credentials}`; or write them out: `[a, b]`.",
        words: &[
            ("$bad_credentials", "Every kind of credential that must not be accepted."),
            ("$places", "Every place in which a credential travels."),
            ("$bad_payloads.VERB", "Every way in which the payload of this verb can be spoiled."),
            (
                "$choices.VERB",
                "Every listed value of the fields of its payload that hold one of several: `message_type: <text|image>`.",
            ),
        ],
        open: true,
    },
    Words {
        set: Set::Times,
        title: "Times",
        text: "A documented time follows `--timescale`, a plain one does not.",
        words: &[
            ("40ms", "As it stands: a number and `us`, `ms`, `s` or `min`."),
            ("$debounce", "The documented debounce of `typing`; `0.7 $debounce` is a part of it."),
            ("$typing_expires", "The documented time in which a typing ends by itself."),
        ],
        open: true,
    },
    Words {
        set: Set::Credentials,
        title: "Credentials",
        text: "What an actor shows in place of a valid credential.",
        words: &[
            ("none", "Nothing."),
            ("garbage", "Something that is no credential."),
            ("expired", "A token that has expired."),
            ("wrong_signature", "A token signed with another secret."),
            ("wrong_algorithm", "A token signed with another algorithm, and a secret that nobody shares."),
            ("alg_none", "A token that says that it is not signed."),
        ],
        open: true,
    },
    Words {
        set: Set::Transports,
        title: "Transports",
        text: "How an actor connects.",
        words: &[
            ("websocket", "A WebSocket from the start."),
            ("polling", "HTTP long polling, and nothing else."),
            ("upgrade", "Polling first, then a WebSocket."),
        ],
        open: false,
    },
    Words {
        set: Set::Ids,
        title: "Kinds of ids",
        text: "What `<id>` means in a dialect.",
        words: &[
            ("int", "A whole number."),
            ("str", "A text."),
            ("uuid", "A UUID."),
            ("any", "A whole number or a text."),
        ],
        open: false,
    },
    Words {
        set: Set::Metrics,
        title: "Metrics",
        text: "What a threshold looks at. A time has percentiles: `delivery.p99`. Times count from the intended moment.",
        words: METRICS,
        open: true,
    },
];

impl Set {
    /// Its words.
    #[must_use]
    pub fn words(self) -> &'static Words {
        GLOSSARY.iter().find(|words| words.set == self).unwrap_or(&GLOSSARY[0])
    }
}

/// Every metric a threshold may name, with its percentiles.
pub(super) fn metrics() -> Vec<String> {
    let times = TIMES.iter().copied().chain(["generator.lateness"]);
    let timed =
        times.flat_map(|time| PERCENTILES.iter().map(move |(percentile, _)| format!("{time}.{percentile}")));
    timed.chain(counts().map(str::to_owned)).collect()
}
