//! The two matchers say the same: `check::matching`, which compares trees and says how they differ, and `walk`, which
//! compares texts and is quick. What the former says is meant.
//!
//! Three things are left to load: `$message.status` is any text, `$reason` is one whatever the refusal, and an id of a
//! message that nobody has seen may be that of another message.

mod drift;
mod payloads;
mod shapes;
mod town;

use std::cell::Cell;

use fastrand::Rng;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use serde_json::Value;

use self::payloads::WAYS;
use self::shapes::Shape;
use self::town::{NOW, Town, read};
use super::found::Captured;
use super::{pattern, scan::Scan, walk};
use language::contract::IdKind;
use model::check::matching::compare;
use model::check::scope::Context;

/// How a payload arrives.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Channel {
    Event,
    Ack,
    Rest,
}

/// What a matcher says of a payload.
#[derive(Debug, PartialEq)]
enum Verdict {
    Differs,
    Fits { undocumented: bool, forbidden: bool },
}

/// The verdict of conformance.
fn conformance(town: &Town, yaml: &str, packet: &[u8], channel: Channel) -> Verdict {
    let Ok(read_value) = serde_json::from_slice::<Value>(packet) else { return Verdict::Differs };
    let value = match (channel, read_value) {
        (Channel::Rest, value) => value,
        (channel, Value::Array(mut items)) => {
            if channel == Channel::Event {
                items.remove(0);
            }
            match items.len() {
                0 => Value::Null,
                1 => items.remove(0),
                // The documents know no more than one.
                _ => return Verdict::Differs,
            }
        }
        _ => return Verdict::Differs,
    };
    let context = Context { contract: town.contract, book: &town.book, scope: &town.scope };
    let differences = compare(&read(yaml), &value, context).differences;
    if differences.iter().any(|difference| !difference.undocumented && !difference.forbidden) {
        return Verdict::Differs;
    }
    Verdict::Fits {
        undocumented: differences.iter().any(|difference| difference.undocumented),
        forbidden: differences.iter().any(|difference| difference.forbidden),
    }
}

/// The verdict of load.
fn load(town: &Town, yaml: &str, packet: &[u8], channel: Channel) -> Verdict {
    let pattern = pattern::compile(&read(yaml), town.contract).unwrap_or_else(|why| panic!("{yaml}: {why}"));
    let never = &town.contract.never;
    let found = match channel {
        Channel::Event => Scan::new(packet).and_then(|scan| {
            let (name, behind) = walk::event_name(&scan)?;
            assert_eq!(name, "e");
            walk::event(&pattern, scan, behind, never)
        }),
        Channel::Ack => walk::ack(&pattern, packet, never),
        Channel::Rest => walk::whole(&pattern, packet, never),
    };
    let true_of_town = |found: &Captured<'_, '_>| {
        found.agrees(&town.known()) && !found.read && found.untimely(&NOW, NOW.now).is_none()
    };
    match found.filter(true_of_town) {
        Some(found) => Verdict::Fits { undocumented: found.undocumented, forbidden: found.forbidden },
        None => Verdict::Differs,
    }
}

fn packet(payload: &[u8], channel: Channel) -> Vec<u8> {
    match channel {
        Channel::Event => [b"[\"e\",", payload, b"]"].concat(),
        Channel::Ack => [b"[", payload, b"]"].concat(),
        Channel::Rest => payload.to_vec(),
    }
}

/// A pattern, and a payload that fits it about.
#[derive(Debug, Clone)]
struct Trial {
    shape: Shape,
    kind: IdKind,
    fresh: bool,
    channel: Channel,
    seed: u64,
    /// Ways in which the payload is changed, and where.
    changes: Vec<(u8, u16)>,
    /// Where its bytes are.
    spoilt: Vec<u16>,
    /// White space and escapes stand where they need not.
    free: bool,
}

fn trials() -> impl Strategy<Value = Trial> {
    let kind = prop_oneof![Just(IdKind::Int), Just(IdKind::Str), Just(IdKind::Uuid), Just(IdKind::Any)];
    let channel = prop_oneof![2 => Just(Channel::Event), 1 => Just(Channel::Ack), 1 => Just(Channel::Rest)];
    let changes = proptest::collection::vec((0..WAYS, any::<u16>()), 0..3);
    let spoilt = prop_oneof![4 => Just(Vec::new()), 1 => proptest::collection::vec(any::<u16>(), 1..3)];
    (shapes::shapes(), kind, any::<bool>(), channel, any::<u64>(), changes, spoilt, any::<bool>()).prop_map(
        |(shape, kind, fresh, channel, seed, changes, spoilt, free)| Trial {
            shape,
            kind,
            fresh,
            channel,
            seed,
            changes,
            spoilt,
            free,
        },
    )
}

impl Trial {
    /// The pattern as a file says it, the action, and what arrives.
    fn make(&self) -> (String, Town, Vec<u8>) {
        let yaml = self.shape.yaml();
        // In a text an id that nobody has seen stands for nothing.
        let town = Town::new(self.kind, self.fresh && !yaml.contains("-$message.id-"));
        let mut rng = Rng::with_seed(self.seed);
        let mut payload = self.shape.instance(&mut rng, &town);
        for (way, at) in &self.changes {
            payload.change(*way, usize::from(*at), &mut rng);
        }
        let mut json = String::new();
        payload.write(&mut json, &mut rng, self.free);
        let mut bytes = json.into_bytes();
        for at in &self.spoilt {
            payloads::spoil(&mut bytes, usize::from(*at), &mut rng);
        }
        (yaml, town, packet(&bytes, self.channel))
    }
}

/// `PROPTEST_CASES` and `PROPTEST_RNG_SEED` make it longer and other; without them it is the same every time.
#[test]
fn both_matchers_say_yes_or_both_say_no() {
    let mut config = Config { failure_persistence: None, ..Config::default() };
    if matches!(config.rng_seed, RngSeed::Random) {
        config.rng_seed = RngSeed::Fixed(20_261_128);
    }
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = 2000;
    }
    let cases = config.cases;
    let (fit, differ) = (Cell::new(0_u32), Cell::new(0_u32));
    let tried = TestRunner::new(config).run(&trials(), |trial| {
        let (yaml, town, packet) = trial.make();
        let meant = conformance(&town, &yaml, &packet, trial.channel);
        let said = load(&town, &yaml, &packet, trial.channel);
        let counted = if meant == Verdict::Differs { &differ } else { &fit };
        counted.set(counted.get() + 1);
        prop_assert_eq!(said, meant, "{} against {}", yaml, String::from_utf8_lossy(&packet));
        Ok(())
    });
    if let Err(error) = tried {
        panic!("load says (left) what conformance does not (right): {error}");
    }
    assert!(fit.get() > cases / 10 && differ.get() > cases / 10, "{fit:?} fit, {differ:?} do not");
}
