//! One action that both matchers know: who acts, where, with which message, and what the ids of all are.

use std::sync::LazyLock;

use serde_json::Value;

use crate::found::Known;
use crate::template::Users;
use language::contract::{Contract, IdKind};
use language::contract_file;
use language::payload::{self, Payload};
use language::text::{Source, parse};
use model::check::scope::{Book, Scope};
use model::check::times::{Ahead, Now};

/// The action, in a dialect of one kind of ids.
pub(super) struct Town {
    pub(super) contract: &'static Contract,
    pub(super) book: Book,
    pub(super) scope: Scope,
    pub(super) text: &'static str,
    users: Users,
    room: String,
    message: String,
    said: Vec<u8>,
    /// Nobody has seen the id of the message.
    fresh: bool,
}

/// What time it is: `2026-11-24T22:00:29.017Z`.
pub(super) const NOW: Now = Now { now: 1_795_557_629_017, ahead: Ahead::UNKNOWN };

/// Who is in the room, in the order of `$members`.
const MEMBERS: [&str; 3] = ["ana", "bo", "cy"];

/// A payload as a file says it.
pub(super) fn read(yaml: &str) -> Payload {
    let source = Source::new("pattern.yaml", yaml);
    let document = parse(&source).unwrap_or_else(|problem| panic!("{yaml}: {problem}"));
    payload::read(&document, &document.root).unwrap_or_else(|problem| panic!("{yaml}: {problem}"))
}

fn contract(kind: IdKind) -> &'static Contract {
    static CONTRACTS: LazyLock<[Contract; 4]> =
        LazyLock::new(|| [IdKind::Int, IdKind::Str, IdKind::Uuid, IdKind::Any].map(with_types));
    &CONTRACTS[kind as usize]
}

fn with_types(kind: IdKind) -> Contract {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../scenarios/dialects/crm.yaml");
    let mut contract = contract_file::read(&path).unwrap();
    contract.ids = kind;
    contract.never = vec!["password".to_owned(), "secret".to_owned()];
    for (name, yaml) in [
        ("person", "{id: <id>, name: <str>, boss: <maybe any>}"),
        ("perhaps", "<maybe int>"),
        ("nothing", "<none>"),
        ("constant", "always"),
    ] {
        contract.types.insert(name.to_owned(), read(yaml));
    }
    contract
}

impl Town {
    pub(super) fn new(kind: IdKind, fresh: bool) -> Self {
        let (ids, room, message) = match kind {
            IdKind::Int => (["7", "12", "13"], "3", "41"),
            IdKind::Str | IdKind::Any => (["7", "bo-\"é\"", "cy"], "\"3\"", "\"m-41\""),
            IdKind::Uuid => (
                ["00000000-0000-4000-8000-000000000007", "00000000-0000-4000-8000-00000000000b", "cy"],
                "\"2f0c1f8e-3f6f-4bb0-9a3e-222222222222\"",
                "\"2f0c1f8e-3f6f-4bb0-9a3e-333333333333\"",
            ),
        };
        let users = Users { kind, first: 0, listed: ids.map(str::to_owned).to_vec() };
        let json = |id: &[u8]| serde_json::from_slice::<Value>(id).unwrap();
        let mut book = Book::at(NOW);
        for (index, name) in MEMBERS.iter().enumerate() {
            book.bind(format!("user:{name}"), json(&users.json(index)));
        }
        book.bind("room:lobby", json(room.as_bytes()));
        if !fresh {
            book.bind("message:hello", json(message.as_bytes()));
        }
        let text = "beef.1.2 hé \"x\"\n";
        let said = Value::from(text).to_string();
        let name = |name: &str| Some(name.to_owned());
        let scope = Scope {
            me: name("ana"),
            sender: name("bo"),
            room: name("lobby"),
            members: MEMBERS.map(str::to_owned).to_vec(),
            message: name("hello"),
            text: name(text),
            reason: Some(read("<str>")),
            since: Some(NOW.now),
            ..Scope::default()
        };
        Self {
            contract: contract(kind),
            book,
            scope,
            text,
            users,
            room: room.to_owned(),
            message: message.to_owned(),
            said: said.as_bytes()[1..said.len() - 1].to_vec(),
            fresh,
        }
    }

    /// What load knows of it.
    pub(super) fn known(&self) -> Known<'_> {
        Known {
            users: &self.users,
            room: self.room.as_bytes(),
            members: &[0, 1, 2],
            me: 0,
            sender: 1,
            message: (!self.fresh).then_some(self.message.as_bytes()),
            text: Some(&self.said),
        }
    }

    fn find(&self, reference: &str) -> Option<String> {
        let user = |index| Some(String::from_utf8(self.users.json(index)).unwrap());
        match reference {
            "me.id" | "user.id" | "members.0.id" => user(0),
            "sender.id" | "members.1.id" => user(1),
            "members.2.id" => user(2),
            "room.id" | "id:room" | "int:room" => Some(self.room.clone()),
            "message.id" | "id:message" | "str:message" | "maybe id:message" => Some(self.message.clone()),
            "members.id" => Some(format!("[{}]", [0, 1, 2].map(|index| user(index).unwrap()).join(","))),
            _ => None,
        }
    }

    pub(super) fn knows(&self, reference: &str) -> bool {
        self.find(reference).is_some()
    }

    /// What a reference stands for, as JSON; null where it stands for nothing.
    pub(super) fn id_of(&self, reference: &str) -> String {
        self.find(reference).unwrap_or_else(|| "null".to_owned())
    }

    /// A text with its references filled in.
    pub(super) fn filled(&self, text: &str) -> String {
        let mut filled = text.replace("$$", "\u{1}").replace("$text", self.text);
        for reference in ["members.id", "members.1.id", "room.id", "me.id", "sender.id", "message.id"] {
            let id = self.id_of(reference);
            let bare = serde_json::from_str::<String>(&id).unwrap_or(id);
            filled = filled.replace(&format!("${reference}"), &bare);
        }
        filled.replace('\u{1}', "$")
    }
}
