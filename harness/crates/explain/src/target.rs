//! The words of a target file.

use super::Shape::{Count, Duration, Either, List, Map, Named, Only, Payload, Text, Texts, Truth, Window};
use super::scenario::call_keys;
use super::{Mapping, Others, key, need};

pub(super) const MAPPINGS: &[Mapping] = &[
    Mapping {
        name: "target",
        text: "A target says which server is under test, and what is particular about it.",
        keys: &[
            key(
                "url",
                Text,
                "Where it listens: `http://127.0.0.1:3000`, or `https://chat.example`; a path in it goes before all others.",
            ),
            key(
                "urls",
                Texts,
                "In place of `url`: several nodes of one server. Actors and sessions of load take them in turn, and reports tell deliveries from one node to another apart.",
            ),
            key("path", Text, "The path of Engine.IO (`/socket.io`)."),
            key("base", Text, "Before the path of every REST call: `/api/v1`."),
            key("tls", Map("target_tls"), "Which certificates are trusted and shown, over https."),
            key(
                "handshake",
                Map("opening"),
                "What every connection says beside the credential, the same for all: `auth`, `query`, `headers` (`cookie` is one).",
            ),
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
                Either(&[Texts, Map("target_users")]),
                "Users that exist already, each lent to one case at a time: ids, or a file of rows (`users.csv`) with a field `id` and whatever a login needs. Without it ids are made up.",
            ),
            key(
                "login",
                List(&Map("target_call")),
                "The calls by which each user gets in, one after the other. Fields of the user are `$data.FIELD`; what an answer shows is kept: `<str:token>` is the credential, `<id:me>` who they are, `<int:expires_in>` when it ends, and `<str:NAME>` is `$NAME` from the next call on. Cookies are kept, and sent.",
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
        examples: &[
            "target: our backend
url: https://127.0.0.1:3000
path: /ws/socket.io
base: /api/v1
tls: {ca: ca.pem}
handshake: {query: {v: \"2\"}, headers: {x-tenant: acme}}
login: {post: /auth/login, json: {id: $data.id}, body: {accessToken: <str:token>}}
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
  - {case: crm/typing, issue: TICKET-7, until: 2027-01-31}",
            "urls: [http://127.0.0.1:3000, http://127.0.0.1:3001]\ndialect: crm",
        ],
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
        name: "target_users",
        text: "Who the users are, said by a command.",
        keys: &[key(
            "command",
            Text,
            "It prints a list of mappings as JSON, one for each user, in the folder of this file.",
        )],
        heads: &[],
        others: Others::None,
        examples: &["{command: ./users.sh}"],
        frame: "url: http://127.0.0.1:3000\nusers: @\n",
    },
    Mapping {
        name: "target_call",
        text: "A REST call that has only to go well: a status of 200, 201, 202 or 204, unless another is said.",
        keys: call_keys!(key),
        heads: &[],
        others: Others::None,
        examples: &[
            "{post: /auth/login, headers: {x-csrf: a}, json: {email: $data.id}, status: 200, body: {accessToken: <str:token>, ...: <any>}, answer_headers: {x-user: <str:me>}}",
            "{get: /auth/csrf}",
            "{put: /auth, undocumented: true}",
            "{patch: /auth, bodies: {one: <any>}}",
            "{delete: /auth}",
            "{options: /auth}",
        ],
        frame: "url: http://127.0.0.1:3000\nusers: [1, 2]\nlogin: @\n",
    },
    Mapping {
        name: "target_tls",
        text: "Which certificates are trusted and shown. The authorities of the system are trusted as well.",
        keys: &[
            key("ca", Text, "A file with authorities to trust, in PEM; the path counts from this file."),
            key(
                "cert",
                Text,
                "A file with the certificate of the client, in PEM, where the server wants one.",
            ),
            key("key", Text, "A file with its private key, in PEM."),
            key("insecure", Truth, "Any certificate is accepted, and every report says so."),
        ],
        heads: &[],
        others: Others::None,
        examples: &["{ca: ca.pem, cert: client.pem, key: client.key}", "{insecure: true}"],
        frame: "url: https://127.0.0.1:3000\ntls: @\n",
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
