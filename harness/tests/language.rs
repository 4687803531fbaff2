//! The tables of the language against everything that has to agree with them: the readers, the words that the readers know, the
//! committed schemas and reference, and every committed file.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use super::authoring::files::{committed, json_of, kind, root};
use explain::{self, Head, Mapping, Others, Set, Shape, mappings};
use jsonschema::Validator;
use language::contract::{AUDIENCES, CHANGES, Contract, REFUSALS};
use language::forms::FORMS;
use language::library::Library;
use language::load::{TIMES, counts};
use language::payload::matchers;
use language::problem::Problem;
use language::script::INVARIANTS;
use language::script_file::{ACT_WORDS, MODIFIERS, STEP_WORDS};
use language::target::Target;
use language::text::{Source, parse};
use language::{contract_file, script_file};
use model::plan::BAD_TOKENS;
use serde_json::Value;

/// No word of the language is near to this one, so that a message about it lists all that are known.
const UNKNOWN: &str = "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq";

/// Where an example is thought to lie: beside the data that it names.
const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/language/example.yaml");

fn contracts() -> Vec<Contract> {
    Library { folder: root().join("scenarios") }.contracts().unwrap()
}

/// Reads a text by its own reader.
fn read(text: &str) -> Result<(), Problem> {
    let source = Source::new(PathBuf::from(EXAMPLE), text);
    let mut document = parse(&source)?;
    if let Some(base) = json_of(&document.root).get("extends").and_then(Value::as_str) {
        let base = Source::read(&root().join(format!("scenarios/dialects/{base}.yaml")))?;
        let base = document.add(&base)?;
        document.extend(vec![base]);
    }
    match kind(&json_of(&document.root)) {
        "scenario" => script_file::from_document(document, "example".to_owned()).map(drop),
        "contract" => contract_file::from_document(&document).map(drop),
        _ => Target::from_document(&document, Path::new(EXAMPLE)).map(drop),
    }
}

fn value_of(text: &str) -> Value {
    let source = Source::new(PathBuf::from(EXAMPLE), text);
    json_of(&parse(&source).unwrap_or_else(|problem| panic!("{problem}:\n{text}")).root)
}

/// An example with a key that there is not.
fn with_unknown(example: &str) -> String {
    match example.strip_suffix('}') {
        Some(open) if !example.contains('\n') && example.starts_with('{') => {
            format!("{open}, {UNKNOWN}: 1}}")
        }
        _ => format!("{example}\n{UNKNOWN}: 1"),
    }
}

/// The keys that may stand where these do.
fn allowed<'m>(mapping: &'m Mapping, example: &Value) -> BTreeSet<&'m str> {
    let applies = |head: &&Head| {
        let there = example.get(head.key);
        there.is_some_and(|value| !head.mapping || value.is_object())
    };
    if mapping.heads.is_empty() {
        return mapping.keys.iter().map(|key| key.name).collect();
    }
    let head = mapping.heads.iter().find(applies).or(mapping.heads.iter().find(|head| head.key.is_empty()));
    head.into_iter()
        .flat_map(|head| head.with.iter().copied().chain([head.key]))
        .filter(|key| !key.is_empty())
        .collect()
}

fn known_to_the_reader(problem: &Problem) -> BTreeSet<&str> {
    let hint = problem.hint.as_deref().unwrap_or_default();
    hint.strip_prefix("known are: ").map(|all| all.split(", ").collect()).unwrap_or_default()
}

#[test]
fn every_example_is_read() {
    for mapping in mappings() {
        assert!(!mapping.examples.is_empty(), "{} has no example", mapping.name);
        for example in mapping.examples {
            let text = mapping.framed(example);
            read(&text).unwrap_or_else(|problem| panic!("{}: {problem}\n{text}", mapping.name));
        }
    }
}

#[test]
fn every_key_is_in_an_example_of_its_mapping() {
    for mapping in mappings() {
        let examples: Vec<Value> = mapping.examples.iter().map(|example| value_of(example)).collect();
        let mut known = BTreeSet::new();
        for key in mapping.keys {
            assert!(known.insert(key.name), "`{}` has `{}` twice", mapping.name, key.name);
            let shown = examples.iter().any(|example| example.get(key.name).is_some());
            assert!(shown, "no example of `{}` has `{}`", mapping.name, key.name);
            assert!(
                key.text.ends_with('.'),
                "`{}` of `{}` is explained by a sentence",
                key.name,
                mapping.name
            );
        }
    }
}

/// A reader that is given a key that there is not lists those that there are.
#[test]
fn the_tables_and_the_readers_know_the_same_keys() {
    for mapping in mappings() {
        for example in mapping.examples {
            let value = value_of(example);
            let actors = matches!(mapping.others, Others::Actors(_)) && allowed(mapping, &value).is_empty();
            if actors || mapping.name == "said" {
                continue; // any name is an actor, any word a verb
            }
            let text = mapping.framed(&with_unknown(example));
            let problem = read(&text).expect_err(&text);
            let known = known_to_the_reader(&problem);
            if matches!(mapping.others, Others::Audiences(_)) {
                let audiences: BTreeSet<&str> = AUDIENCES.iter().map(|(name, _)| *name).collect();
                let fixed: BTreeSet<&str> = mapping.keys.iter().map(|key| key.name).collect();
                assert!(known == audiences || known == fixed, "{known:?}");
            } else {
                assert_eq!(known, allowed(mapping, &value), "`{}`, {example}: {problem}", mapping.name);
            }
        }
    }
}

#[test]
fn what_is_needed_is_missed() {
    for mapping in mappings().filter(|mapping| mapping.frame != "@\n") {
        for key in mapping.keys.iter().filter(|key| key.needed) {
            // The shortest that could be without it.
            let others = mapping.keys.iter().filter(|other| other.needed && other.name != key.name);
            let example = value_of(mapping.examples[0]);
            let parts: Vec<String> =
                others.map(|other| format!("{}: {}", other.name, example[other.name])).collect();
            let text = mapping.framed(&format!("{{{}}}", parts.join(", ")));
            let problem = read(&text).expect_err(&text);
            assert!(
                problem.message.contains(key.name) || mapping.name == "call",
                "{}: {problem}",
                mapping.name
            );
        }
    }
}

/// Who leaves a key out is not told that another one, which is right, is misspelt.
#[test]
fn no_key_is_taken_for_another() {
    let mut left_out = 0;
    for mapping in mappings().filter(|mapping| mapping.frame != "@\n") {
        for example in mapping.examples.iter().map(|example| value_of(example)) {
            let Value::Object(fields) = &example else { continue };
            for missing in fields.keys().filter(|_| fields.len() > 1) {
                let mut rest = fields.clone();
                rest.remove(missing);
                let Err(problem) = read(&mapping.framed(&Value::Object(rest.clone()).to_string())) else {
                    continue;
                };
                let taken = rest.keys().any(|key| problem.message.ends_with(&format!("has no `{key}`")));
                let known = allowed(mapping, &example);
                assert!(!taken || !known.contains(missing.as_str()), "{}: {problem}: {rest:?}", mapping.name);
                left_out += 1;
            }
        }
    }
    assert!(left_out > 50, "{left_out}");
}

#[test]
fn the_sets_are_those_of_the_readers() {
    let words = |set: Set| set.words().words.iter().map(|(word, _)| *word).collect::<Vec<_>>();
    assert_eq!(words(Set::Refusals), REFUSALS);
    assert_eq!(words(Set::Changes), CHANGES);
    assert_eq!(words(Set::Credentials), BAD_TOKENS);
    assert_eq!(words(Set::Audiences), AUDIENCES.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    assert_eq!(words(Set::Invariants), INVARIANTS.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    let metrics = TIMES.iter().chain(&["generator.lateness"]).copied().chain(counts()).collect::<Vec<_>>();
    assert_eq!(words(Set::Metrics), metrics);
    let named: BTreeSet<&str> = words(Set::Matchers)
        .iter()
        .map(|word| word.trim_start_matches('<').split(['>', ':', ' ']).next().unwrap())
        .filter(|word| !word.contains(['|', '/']))
        .collect();
    assert_eq!(named, matchers().collect());
    for word in words(Set::Matchers) {
        read(&format!(
            "scenario: x\nlevel: may\nrooms: {{a: [ana, bo]}}\nsteps:\n  - ana: {{expect: x, data: {word}}}\n"
        ))
        .unwrap();
    }
}

/// JSON Schema means by a form what the matchers mean by it.
#[test]
fn the_schema_of_a_form_takes_what_fits_and_nothing_else() {
    for form in &FORMS {
        let schema = (form.schema)();
        let validator = jsonschema::draft7::options().should_validate_formats(true).build(&schema).unwrap();
        assert!(validator.is_valid(&(form.example)()), "{}", form.word);
        for wrong in (form.counterexamples)() {
            assert!(!validator.is_valid(&wrong), "{}: {wrong}", form.word);
        }
    }
}

#[test]
fn the_heads_are_the_words_of_the_readers() {
    let heads = |name: &str| {
        let mapping = mappings().find(|mapping| mapping.name == name).unwrap();
        mapping.heads.iter().map(|head| head.key).filter(|key| !key.is_empty()).collect::<BTreeSet<_>>()
    };
    assert_eq!(heads("step"), STEP_WORDS.iter().copied().collect());
    assert_eq!(heads("act"), ACT_WORDS.iter().copied().collect());
    let act = mappings().find(|mapping| mapping.name == "act").unwrap();
    let verb = act.heads.iter().find(|head| head.key.is_empty()).unwrap();
    assert_eq!(verb.with, MODIFIERS);
}

#[test]
fn every_mapping_that_is_named_is_there() {
    fn named(shape: &Shape, found: &mut BTreeSet<&'static str>) {
        match shape {
            Shape::Map(name) => drop(found.insert(name)),
            Shape::List(shape) | Shape::Named(shape) | Shape::By(_, shape) => named(shape, found),
            Shape::Either(shapes) => shapes.iter().for_each(|shape| named(shape, found)),
            _ => {}
        }
    }
    let mut found = BTreeSet::from(["scenario", "contract", "target"]);
    for mapping in mappings() {
        mapping.keys.iter().for_each(|key| named(&key.shape, &mut found));
        if let Others::Actors(shape) | Others::Verb(shape) | Others::Audiences(shape) = &mapping.others {
            named(shape, &mut found);
        }
    }
    assert_eq!(found, mappings().map(|mapping| mapping.name).collect());
}

fn schemas() -> [(&'static str, Value); 3] {
    let contracts = contracts();
    let contracts: Vec<&Contract> = contracts.iter().collect();
    [
        ("scenario", explain::scenario_schema(&contracts)),
        ("contract", explain::contract_schema()),
        ("target", explain::target_schema()),
    ]
}

/// Built once for all tests: that takes longer than to hold a file to it.
fn validator(name: &str) -> &'static Validator {
    static VALIDATORS: LazyLock<[(&str, Validator); 3]> = LazyLock::new(|| {
        schemas().map(|(name, schema)| (name, jsonschema::draft7::options().build(&schema).unwrap()))
    });
    &VALIDATORS.iter().find(|(known, _)| *known == name).unwrap().1
}

fn errors(validator: &Validator, value: &Value) -> Vec<String> {
    validator.iter_errors(value).map(|error| format!("{error} at {}", error.instance_path())).collect()
}

/// Holds a committed file to what the tables say, or writes it.
fn current(path: &str, generated: &str) {
    let path = root().join(path);
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, generated).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == generated,
        "{} is not what harness/crates/explain and the contracts say.\n\
         If the change is meant, run: UPDATE_SCHEMA=1 cargo test -p harness --test integration current",
        path.display()
    );
}

#[test]
fn the_committed_schemas_are_current() {
    for (name, schema) in schemas() {
        assert!(jsonschema::meta::is_valid(&schema), "{name}");
        current(&format!("scenarios/schema/{name}.json"), &format!("{schema:#}\n"));
    }
}

#[test]
fn the_committed_reference_is_current() {
    current("docs/language.md", &explain::reference());
}

#[test]
fn the_schemas_take_every_example_and_no_unknown_key() {
    for mapping in mappings() {
        for example in mapping.examples {
            let value = value_of(&mapping.framed(example));
            let validator = validator(kind(&value));
            assert_eq!(errors(validator, &value), Vec::<String>::new(), "{}: {example}", mapping.name);
            if mapping.name == "said" || value_of(example).get("ana, bo").is_some() {
                continue; // any word may be a verb
            }
            let value = value_of(&mapping.framed(&with_unknown(example)));
            assert!(!validator.is_valid(&value), "{}: {}", mapping.name, with_unknown(example));
        }
    }
}

#[test]
fn the_schemas_take_every_committed_file() {
    let files = committed();
    assert!(files.len() > 70, "{}", files.len());
    for path in files {
        let text = std::fs::read_to_string(&path).unwrap();
        let value = value_of(&text);
        assert_eq!(errors(validator(kind(&value)), &value), Vec::<String>::new(), "{}", path.display());
    }
}

/// An editor finds the schema by the first line of a file.
#[test]
fn every_committed_file_names_its_schema() {
    for path in committed() {
        let text = std::fs::read_to_string(&path).unwrap();
        let named =
            text.lines().next().and_then(|line| line.strip_prefix("# yaml-language-server: $schema="));
        let named = named.unwrap_or_else(|| panic!("{} does not name its schema", path.display()));
        let schema = path.parent().unwrap().join(named).canonicalize();
        let schema = schema.unwrap_or_else(|error| panic!("{}: {named}: {error}", path.display()));
        let wanted = root().join(format!("scenarios/schema/{}.json", kind(&value_of(&text))));
        assert_eq!(schema, wanted.canonicalize().unwrap(), "{}", path.display());
    }
}

#[test]
fn what_the_reader_refuses_an_editor_shows() {
    let wrong = [
        "scenario: x\nlevel: most\nsteps: [{ana: join}]",
        "scenario: x\nlevel: may\nsteps: [{ana: {send: hi, efect: none}}]",
        "scenario: x\nlevel: may\nsteps: [{ana: {send: hi, effect: some}}]",
        "scenario: x\nlevel: may\nsteps: [{ana: {send: hi, refused: strangers}}]",
        "scenario: x\nlevel: may\nsteps: [{ana: {emit: hi, to: lobby}}]",
        "scenario: x\nlevel: may\nsteps: [{ana: {expect: hi}}]",
        "scenario: x\nlevel: may\nsteps: [{repeat: 3}]",
        "scenario: x\nlevel: may\nsteps: [{repeat: 3, do: {ana: join}, after: 1s}]",
        "scenario: x\nlevel: may\nsteps: [{wait: soon}]",
        "scenario: x\nlevel: may\nsteps: [{ana: join, bo: join}]",
        "scenario: x\nlevel: may\nsteps: [{a na: join}]",
        "scenario: x\nlevel: may\nusers: {bo: {offline: yes}}\nsteps: [{ana: join}]",
        "scenario: x\nlevel: may\nload: {phases: [{name: x, rate: 5}], flow: [{any member: {send: x}}]}",
        "scenario: x\nlevel: may\nload: {phases: [{name: x, connect: 5/s}], flow: [{any member: {send: x}}], slo: {delivery.p98: 1ms}}",
        "scenario: x\nlevel: may",
        "url: x\ntoken: {secrets: x}",
        "url: x\njobs: many",
    ];
    for text in wrong {
        assert!(read(text).is_err(), "{text}");
        let value = value_of(text);
        assert!(!validator(kind(&value)).is_valid(&value), "{text}");
    }
}

#[test]
fn every_word_of_the_overview_is_explained() {
    let contracts = contracts();
    let contracts: Vec<&Contract> = contracts.iter().collect();
    let overview = explain::overview(&contracts);
    let words = overview.lines().skip(1).filter(|line| line.starts_with("  "));
    let words: Vec<&str> = words.flat_map(|line| line.trim().trim_end_matches(',').split(", ")).collect();
    assert!(words.len() > 200, "{}", words.len());
    for word in words {
        explain::explain(&contracts, word).unwrap_or_else(|problem| panic!("{word}: {problem}"));
    }
}

#[test]
fn a_word_that_is_none_is_answered_with_the_nearest() {
    let contracts = contracts();
    let contracts: Vec<&Contract> = contracts.iter().collect();
    let hint = |word: &str| explain::explain(&contracts, word).unwrap_err().hint.unwrap();
    assert_eq!(hint("repaet"), "did you mean `repeat`?");
    assert_eq!(hint("<iso860>"), "did you mean `iso8601`?");
    assert_eq!(hint("wrong_paylod"), "did you mean `wrong_payload`?");
    assert_eq!(hint("qqqqqqqqqqqqqqqqqqqqqqqqq"), "`harness explain` without a word lists them all");
}
