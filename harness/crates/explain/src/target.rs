//! The words of a target file.

use super::Shape::{Count, Duration, Either, List, Map, Named, Only, Text, Texts, Window};
use super::{Mapping, Others, key, need};

pub(super) const MAPPINGS: &[Mapping] = &[
    Mapping {
        name: "target",
        text: "A target says which server is under test, and what is particular about it.",
        keys: &[
            need("url", Text, "Where it listens: `http://127.0.0.1:3000`."),
            key("target", Text, "What the report calls it; its address, unless said."),
            key("dialect", Text, "The dialect it speaks."),
            key(
                "start",
                Text,
                "The command that starts it, in the folder of this file; it is ended with the run.",
            ),
            key(
                "stop",
                Text,
                "The command that ends it, where `start` ends at once and leaves it running: `docker compose down`.",
            ),
            key("ready", Text, "A path that answers 200 once it is ready."),
            key("env", Named(&Text), "The environment of the commands."),
            key(
                "token",
                Either(&[Only(&["none"]), Map("target_token")]),
                "How a token is minted, or `none` where the target takes none; unless said, with the secret in `JWT_SECRET`.",
            ),
            key(
                "users",
                Texts,
                "User ids that exist already, each lent to one case at a time; without it ids are made up.",
            ),
            key(
                "lacks",
                Texts,
                "Verbs, changes, events, capabilities and documented times that it does not have: cases that need one are *not supported*, all others go on without it, and where it comes all the same that is no more than a `may`.",
            ),
            key("settle", Duration, "How long a leak may be on its way before silence is proved (250ms)."),
            key("jobs", Count, "How many cases run at once (1)."),
            key("timing", Map("target_timing"), "Documented times that are others here."),
            key(
                "renames",
                Named(&Text),
                "Events that have another name here: documented name to actual name.",
            ),
            key(
                "expected_failures",
                List(&Map("expected_failure")),
                "What is known to be wrong. It is still judged; a case all of whose failing findings are covered has failed as expected. \
                 What does not occur any more fails the gate: a case at once, a cause or a clause in a run of the whole suite.",
            ),
        ],
        heads: &[],
        others: Others::None,
        examples: &["target: our backend
url: http://127.0.0.1:3000
dialect: crm
start: docker compose up -d
stop: docker compose down
ready: /healthz
env: {PORT: \"3000\"}
token: {secret: dev-secret}
users: [17, 18, 19]
lacks: [rate_limiting]
settle: 50ms
jobs: 4
timing: {debounce: 400ms}
renames: {newMessage: new-message}
expected_failures:
  - {case: crm/typing, issue: TICKET-7, until: 2027-01-31}"],
        frame: "@\n",
    },
    Mapping {
        name: "target_token",
        text: "How a token is minted: one of the two.",
        keys: &[
            key("secret", Text, "With the claims of the contract and this secret."),
            key(
                "command",
                Text,
                "By a command in the folder of this file: `CLAIMS` (JSON) is in its environment beside `env`, the token is what it prints.",
            ),
        ],
        heads: &[],
        others: Others::None,
        examples: &["{secret: dev-secret}", "{command: ./mint.sh}"],
        frame: "url: http://127.0.0.1:3000\ntoken: @\n",
    },
    Mapping {
        name: "target_timing",
        text: "Documented times that are others here.",
        keys: &[
            key("debounce", Duration, "Within this time a repeated `typing` is heard once."),
            key("typing_expires", Window, "The window in which the server itself ends a typing."),
        ],
        heads: &[],
        others: Others::None,
        examples: &["{debounce: 400ms, typing_expires: 3s..5s}"],
        frame: "url: http://127.0.0.1:3000\ntiming: @\n",
    },
    Mapping {
        name: "expected_failure",
        text: "Something that is known to be wrong: a case, a cause or a clause, one of the three.",
        keys: &[
            key(
                "case",
                Text,
                "A case, whatever is wrong in it: `crm/typing`; `*` stands for any run of characters.",
            ),
            key(
                "cause",
                Text,
                "A cause, in whatever case it shows, by its key: `leak:newMessage:stranger`. A run that fails prints the entry.",
            ),
            key("clause", Text, "A clause that is not kept, behind its dialect: `crm.c4`."),
            need("issue", Text, "Why, or where it is tracked."),
            need("until", Text, "The last day on which it may fail: `2027-01-31`."),
        ],
        heads: &[],
        others: Others::None,
        examples: &[
            "{case: \"crm/auth-failures[*]\", issue: TICKET-7, until: 2027-01-31}",
            "{cause: leak:newMessage:stranger, issue: TICKET-8, until: 2027-01-31}",
            "{clause: crm.c4, issue: TICKET-9, until: 2027-01-31}",
        ],
        frame: "url: http://127.0.0.1:3000\nexpected_failures: [@]\n",
    },
];
