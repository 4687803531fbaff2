//! Patterns of the language, as YAML, and payloads that fit them.

use std::fmt::Write as _;

use fastrand::Rng;
use proptest::prelude::*;
use proptest::sample::select;

use super::payloads::Json;
use super::town::Town;
use language::forms::{FORMS, Form};

/// A pattern.
#[derive(Debug, Clone)]
pub(super) enum Shape {
    /// A matcher, a reference or a literal, as it stands in YAML.
    Word(&'static str),
    /// A text in quotes.
    Text(&'static str),
    List(Vec<Shape>),
    Object {
        fields: Vec<(&'static str, Shape)>,
        open: bool,
    },
    /// An object of so many numbers.
    Wide(usize),
}

/// What may stand alone.
fn words() -> Vec<&'static str> {
    FORMS.iter().map(|form| form.word).chain(WORDS.iter().copied()).collect()
}

/// Those that are no form. `$message.status` is not among them: load takes any text for it.
const WORDS: &[&str] = &[
    "<now>",
    "<now:ms>",
    "<now:s>",
    "<user:sender>",
    "<user:me>",
    "<users:members>",
    "<status:message>",
    "<any>",
    "<none>",
    "<id>",
    "<id:room>",
    "<id:message>",
    "<int:room>",
    "<str:message>",
    "<id:x>",
    "<int:x>",
    "<str:x>",
    "<any:x>",
    "<any:y>",
    "<any:y>",
    "<a|b>",
    "<1|2.5|true|null|a>",
    "</a+b?/>",
    "</.*é/>",
    "<maybe int>",
    "<maybe str>",
    "<maybe iso8601>",
    "<maybe now>",
    "<maybe user:sender>",
    "<maybe id:message>",
    "<maybe none>",
    "<maybe person>",
    "<maybe any>",
    "<maybe bool>",
    "$me.id",
    "$user.id",
    "$sender.id",
    "$room.id",
    "$message.id",
    "$text",
    "$message.text",
    "$reason",
    "$members.0.id",
    "$members.2.id",
    "$members.5.id",
    "$members.id",
    "$person",
    "$perhaps",
    "$nothing",
    "$constant",
    "null",
    "true",
    "false",
    "0",
    "1",
    "-1",
    "1.5",
    "1e3",
    "-0.0",
    "9007199254740993",
    "a",
    "7",
];

const TEXTS: &[&str] = &[
    "",
    "a",
    "7",
    "a\"b\\c\n",
    "back\\n",
    "é😀",
    "$$ and $$5",
    "Joined chat $room.id",
    "$room.id-$me.id",
    "$room.id$sender.id",
    "a $members.1.id of $members.id",
    "$members.9.id",
    "say $text!",
    "-$message.id-",
    "$room.id is $room.id",
    "$text$text",
];

const NAMES: &[&str] = &["a", "b", "id", "naïve", "q\"t", "back\\n", "password", "SECRET", "", "chatId"];

pub(super) fn shapes() -> impl Strategy<Value = Shape> {
    let leaf = prop_oneof![
        12 => select(words()).prop_map(Shape::Word),
        3 => select(TEXTS).prop_map(Shape::Text),
    ];
    let field = |inner: BoxedStrategy<Shape>| (select(NAMES), inner);
    let inner = leaf.prop_recursive(3, 24, 5, move |inner| {
        let inner = inner.boxed();
        prop_oneof![
            1 => proptest::collection::vec(inner.clone(), 0..4).prop_map(Shape::List),
            4 => (proptest::collection::vec(field(inner), 0..6), any::<bool>()).prop_map(|(mut fields, open)| {
                fields.sort_by_key(|(name, _)| *name);
                fields.dedup_by_key(|(name, _)| *name);
                Shape::Object { fields, open }
            }),
        ]
    });
    prop_oneof![30 => inner, 1 => select(&[63_usize, 64, 65, 70, 130]).prop_map(Shape::Wide)]
}

impl Shape {
    /// As it stands in a file.
    pub(super) fn yaml(&self) -> String {
        match self {
            Self::Word(word) => (*word).to_owned(),
            Self::Text(text) => quoted(text),
            Self::List(items) => {
                let items: Vec<String> = items.iter().map(Self::yaml).collect();
                format!("[{}]", items.join(", "))
            }
            Self::Object { fields, open } => {
                let mut yaml = String::from("{");
                for (name, value) in fields {
                    let _written = write!(yaml, "{}: {}, ", quoted(name), value.yaml());
                }
                yaml + if *open { "...: <any>}" } else { "}" }
            }
            Self::Wide(count) => {
                let fields: Vec<String> = (0..*count).map(|index| format!("f{index}: <int>")).collect();
                format!("{{{}}}", fields.join(", "))
            }
        }
    }

    /// A payload that fits, as far as one does.
    pub(super) fn instance(&self, rng: &mut Rng, town: &Town) -> Json {
        match self {
            Self::Word(word) => word_instance(word, rng, town),
            Self::Text(text) => Json::Text(town.filled(text)),
            Self::List(items) => Json::List(items.iter().map(|item| item.instance(rng, town)).collect()),
            Self::Object { fields, .. } => {
                let present = fields.iter().filter(|(_, value)| match value {
                    Self::Word("<none>") => rng.u8(..) < 20,
                    Self::Word(word) if word.starts_with("<maybe") => rng.bool(),
                    Self::Word("$perhaps") => rng.u8(..) < 200,
                    _ => true,
                });
                let present: Vec<_> = present.collect();
                let named = |(name, value): &(&str, Self), rng: &mut Rng| {
                    ((*name).to_owned(), value.instance(rng, town))
                };
                Json::Object(present.into_iter().map(|field| named(field, rng)).collect())
            }
            Self::Wide(count) => {
                Json::Object((0..*count).map(|index| (format!("f{index}"), Json::raw("1"))).collect())
            }
        }
    }
}

/// A text in quotes of YAML, which takes these escapes of JSON.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A user in some form, mostly theirs.
fn user_instance(id: &str, rng: &mut Rng, town: &Town) -> Json {
    let id = if rng.u8(..) < 30 { town.id_of("members.2.id") } else { id.to_owned() };
    match rng.u8(..5) {
        0 => Json::Object(vec![
            ("name".to_owned(), Json::Text("Ana".to_owned())),
            ("userId".to_owned(), Json::raw(id)),
        ]),
        1 => Json::Object(vec![("user".to_owned(), Json::Object(vec![("id".to_owned(), Json::raw(id))]))]),
        2 => Json::Text("Ana".to_owned()),
        _ => Json::raw(id),
    }
}

fn word_instance(word: &str, rng: &mut Rng, town: &Town) -> Json {
    let pick = |rng: &mut Rng, of: &[&str]| of[rng.usize(..of.len())].to_owned();
    let bare = word.trim_start_matches(['<', '$']).trim_end_matches('>');
    match bare {
        "int" | "int:x" => Json::raw(pick(rng, &["0", "7", "-3", "12", "18446744073709551615"])),
        "num" => Json::raw(pick(rng, &["0", "1.5", "-2e3", "1E+2", "-0"])),
        "str" | "str:x" | "reason" => Json::Text(pick(rng, &["", "a", "7", "é\n", "a\"b"])),
        "bool" | "maybe bool" => Json::raw(pick(rng, &["true", "false"])),
        "iso8601" | "maybe iso8601" => Json::Text(pick(rng, super::payloads::DATES)),
        "now" | "maybe now" => Json::Text(pick(
            rng,
            &[
                "2026-11-24T22:00:29.017Z",
                "2026-11-24T22:04:00.000Z",
                "2026-11-24T23:00:29+01:00",
                "2026-11-24T22:09:00.000Z",
            ],
        )),
        "now:ms" => {
            Json::raw(pick(rng, &["1795557629017", "1795557000000", "1795557629", "1795557629017.0"]))
        }
        "now:s" => Json::raw(pick(rng, &["1795557629", "1795557629017", "9223372036854775807"])),
        "user:sender" | "maybe user:sender" => user_instance(&town.id_of("sender.id"), rng, town),
        "user:me" => user_instance(&town.id_of("me.id"), rng, town),
        "users:members" => {
            let named =
                [0, 1, 2].map(|index| user_instance(&town.id_of(&format!("members.{index}.id")), rng, town));
            Json::List(named.into())
        }
        "status:message" => Json::Text(pick(rng, &["sent", "delivered", "read", "seen"])),
        "uuid" => Json::Text("2f0c1f8e-3f6f-4bb0-9a3e-1111111111aF".to_owned()),
        "any" | "any:x" | "any:y" | "maybe any" => {
            Json::raw(pick(rng, &["{\"a\":[1,null]}", "[]", "\"\\u00e9\"", "1.0", "null"]))
        }
        "a|b" | "1|2.5|true|null|a" => Json::raw(pick(rng, &["\"a\"", "\"b\"", "1", "2.5", "true", "null"])),
        "/a+b?/" => Json::Text(pick(rng, &["a", "aaab"])),
        "/.*é/" => Json::Text(pick(rng, &["é", "a\né"])),
        "maybe int" | "perhaps" => Json::raw(pick(rng, &["null", "5"])),
        "maybe str" => Json::raw(pick(rng, &["null", "\"\""])),
        "none" | "maybe none" | "nothing" => Json::raw("null"),
        "constant" => Json::Text("always".to_owned()),
        "person" | "maybe person" => Json::Object(vec![
            ("id".to_owned(), Json::raw(town.id_of("me.id"))),
            ("name".to_owned(), Json::Text("Ana".to_owned())),
        ]),
        "text" | "message.text" => Json::Text(town.text.to_owned()),
        "id" | "id:x" => Json::raw(town.id_of("members.2.id")),
        "a" => Json::Text("a".to_owned()),
        "members.id" => {
            Json::List([0, 1, 2].map(|index| Json::raw(town.id_of(&format!("members.{index}.id")))).into())
        }
        reference if town.knows(reference) => Json::raw(town.id_of(reference)),
        other => match Form::named(other) {
            Some(form) => Json::raw((form.example)().to_string()),
            None => Json::raw(other),
        },
    }
}
