//! A finding as its signs: what it says of the server, without the case that shows it.

use super::payload::{Place, places, slug};
use crate::record::{Difference, Finding, Kind, Party};

/// What the server did wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum What {
    /// It accepted what it should have refused.
    Accepted,
    /// It refused, and did it all the same.
    Done,
    /// It told everyone.
    Broadcast,
    /// It told somebody who is not in the room.
    Leak,
    /// It told somebody twice.
    Twice,
    /// It told somebody what nothing accounts for.
    Heard,
    /// It told what no document mentions.
    Foreign,
    /// It did not tell somebody.
    Missing,
    /// It answered otherwise.
    Instead,
    /// It told something else.
    Payload,
    /// Whatever has no subject: an order, a time, a connection, a form.
    Other(Kind),
}

impl What {
    /// The first word of a key.
    pub(super) fn word(self) -> &'static str {
        match self {
            What::Accepted => "accepted",
            What::Done => "refused-and-done",
            What::Broadcast => "to-everyone",
            What::Leak => "leak",
            What::Twice => "twice",
            What::Heard => "heard",
            What::Foreign => "undocumented",
            What::Missing => "missing",
            What::Instead => "instead",
            What::Payload => "wrong",
            What::Other(kind) => match kind {
                Kind::Timing => "timing",
                Kind::Form => "form",
                Kind::Invariant => "invariant",
                Kind::Protocol => "protocol",
                Kind::ConnectionLost => "connection-lost",
                Kind::Unproved => "unproved",
                Kind::Snapshot => "snapshot",
                _ => "other",
            },
        }
    }

    /// Whether an event came that should not have.
    pub(super) fn is_heard(self) -> bool {
        matches!(self, What::Broadcast | What::Leak | What::Twice | What::Heard)
    }
}

/// What a finding says of the server.
#[derive(Debug, Clone)]
pub(super) struct Sign {
    pub(super) what: What,
    /// Where, or in which way; empty where the subject says all.
    pub(super) place: String,
    /// What is wrong there, before and behind the name of the field.
    pub(super) words: (String, String),
    pub(super) field: String,
    /// The event, the ack or the answer; empty where load does not say.
    pub(super) subject: String,
    pub(super) party: Option<Party>,
    /// The verb; empty in the set-up.
    pub(super) verb: String,
    /// Why it should have been refused, where it should.
    pub(super) reason: Option<String>,
    /// An answer that says yes where it should say no.
    pub(super) says_yes: bool,
}

impl Sign {
    pub(super) fn new(what: What, subject: &str) -> Self {
        Self {
            what,
            place: String::new(),
            words: Default::default(),
            field: String::new(),
            subject: subject.to_owned(),
            party: None,
            verb: String::new(),
            reason: None,
            says_yes: false,
        }
    }

    /// The verb without how it travelled.
    pub(super) fn bare_verb(&self) -> &str {
        bare(&self.verb)
    }

    /// The keys that name it, the narrowest first. They depend on nothing but the finding, so that an entry of a file
    /// means the same in every run.
    pub(super) fn keys(&self) -> Vec<String> {
        let refused = self.what == What::Missing && self.reason.is_some();
        let word = if refused { "missing:refusal" } else { self.what.word() };
        // Who hears a leak is no member, also where they act themselves in the step in which a late one arrives.
        let party = match self.party {
            Some(Party::Sender) if self.what == What::Leak => Some(Party::Stranger.slug()),
            party => party.map(Party::slug),
        };
        let after = Some(format!("after-{}", slug(self.bare_verb()))).filter(|_| !self.verb.is_empty());
        let join = |parts: &[&str]| {
            let parts = parts.iter().filter(|part| !part.is_empty());
            parts.map(|part| slug_of_parts(part)).collect::<Vec<_>>().join(":")
        };
        let subject = slug(&self.subject);
        let mut keys = match self.what {
            What::Accepted | What::Done => {
                let reason = self.reason.as_deref().unwrap_or_default();
                vec![join(&[word, &slug(self.bare_verb()), reason]), join(&[word, reason])]
            }
            What::Payload => vec![join(&[word, &self.place, &subject]), join(&[word, &self.place])],
            What::Other(_) | What::Instead => vec![join(&[word, &self.place])],
            _ if !self.place.is_empty() => vec![join(&[word, &self.place])],
            _ => {
                let mut keys = vec![];
                if !subject.is_empty() {
                    keys.extend(party.map(|party| join(&[word, &subject, party])));
                    keys.push(join(&[word, &subject]));
                }
                if self.what == What::Missing && self.subject.starts_with(ACK) {
                    keys.push("missing:acks".to_owned());
                }
                if let Some(after) = &after {
                    keys.extend(party.map(|party| join(&[word, after, party])));
                    keys.push(join(&[word, after]));
                }
                keys
            }
        };
        // Who is told of a leak is told what nothing accounts for, if they could have been in the room.
        if self.what == What::Heard && !subject.is_empty() {
            keys.extend([join(&["leak", &subject]), join(&["to-everyone", &subject])]);
        }
        if self.what == What::Leak && !subject.is_empty() {
            keys.push(join(&["to-everyone", &subject]));
        }
        if keys.is_empty() {
            keys.push(join(&[word, &self.place]));
        }
        keys
    }
}

/// How the subject of an ack begins.
pub(super) const ACK: &str = "the ack of ";
/// How the subject of an answer of REST begins.
const ANSWER: &str = "the answer to ";

/// A verb without how it travelled.
pub(super) fn bare(verb: &str) -> &str {
    verb.split(" via ").next().unwrap_or(verb)
}

/// The signs of a finding: mostly one, more where a payload is wrong in several ways.
pub(super) fn signs(finding: &Finding) -> Vec<Sign> {
    let (verb, reason) = match finding.during.split_once(" refused as ") {
        Some((verb, reason)) => (verb, Some(reason.split(' ').next().unwrap_or(reason).to_owned())),
        None => (finding.during.as_str(), None),
    };
    let subject = subject(&finding.subject);
    let base = |what| Sign {
        party: finding.party,
        verb: verb.to_owned(),
        reason: reason.clone(),
        ..Sign::new(what, &subject)
    };
    let what = match finding.kind {
        Kind::Leak => What::Leak,
        Kind::Broadcast => What::Broadcast,
        Kind::Duplicate => What::Twice,
        Kind::Unexpected => What::Heard,
        Kind::Accepted => What::Accepted,
        Kind::Missing => What::Missing,
        Kind::Undocumented if finding.differences.is_empty() => What::Foreign,
        Kind::WrongPayload | Kind::Undocumented if !finding.differences.is_empty() => {
            return payload_signs(finding, &base);
        }
        Kind::Instead => return vec![Sign { place: slug(&instead(finding)), ..base(What::Instead) }],
        kind => {
            let words = (without_actor(finding).to_owned(), String::new());
            return vec![Sign { place: place_of(finding), words, ..base(What::Other(kind)) }];
        }
    };
    let says_yes = what == What::Accepted;
    if subject.is_empty() && !says_yes {
        // It is about no event: its sentence has to do.
        let words = (without_actor(finding).to_owned(), String::new());
        return vec![Sign { place: place_of(finding), words, ..base(what) }];
    }
    vec![Sign { says_yes, ..base(what) }]
}

fn payload_signs(finding: &Finding, base: &dyn Fn(What) -> Sign) -> Vec<Sign> {
    let says_yes = is_answer(&finding.subject) && finding.differences.iter().any(turns_to_yes);
    let sign = |place: Place| {
        let base = base(What::Payload);
        // A refusal has fields of its own.
        let Place { key, words, field } = place;
        let own = !key.starts_with("extra:") && !key.starts_with("never:");
        let refusal = if base.reason.is_some() && own { "refusal:" } else { "" };
        Sign { place: format!("{refusal}{}", slug_of_parts(&key)), words, field, says_yes, ..base }
    };
    places(finding.kind, &finding.differences).into_iter().map(sign).collect()
}

fn slug_of_parts(key: &str) -> String {
    key.split(':').map(slug).collect::<Vec<_>>().join(":")
}

fn is_answer(subject: &str) -> bool {
    subject.starts_with(ACK) || subject.starts_with(ANSWER)
}

/// `success` is true where it should be false, the status is 200 where it should be 403.
fn turns_to_yes(difference: &Difference) -> bool {
    let last = difference.path.rsplit('.').next().unwrap_or_default();
    let class = |text: &str| text.bytes().find(u8::is_ascii_digit);
    match last {
        "success" | "ok" => difference.expected == "false" && difference.received == "true",
        "status" => {
            matches!(class(&difference.expected), Some(b'4' | b'5'))
                && class(&difference.received) == Some(b'2')
        }
        _ => false,
    }
}

/// A subject without the rooms and messages of its case.
fn subject(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text.split('?').next().unwrap_or_default();
    while let Some((before, behind)) = rest.split_once('<') {
        plain.push_str(before);
        let (inside, after) = behind.split_once('>').unwrap_or((behind, ""));
        plain.push_str(&format!("<{}>", inside.split(':').next().unwrap_or_default()));
        rest = after;
    }
    plain.push_str(rest);
    plain
}

/// What came instead: the event in the sentence, or what it is about.
pub(super) fn instead(finding: &Finding) -> String {
    let named = finding.message.split_once("answered by ").map_or("", |(_, rest)| rest);
    match named.split('`').nth(1) {
        Some(name) => name.to_owned(),
        None => finding.subject.clone(),
    }
}

/// The sentence without who it happened to.
fn without_actor(finding: &Finding) -> &str {
    let actor = finding.actor.as_deref().unwrap_or_default();
    finding.message.strip_prefix(actor).unwrap_or(&finding.message).trim_start()
}

/// The place of what one user says and others hear in another order.
pub(super) const SENDER_ORDER: &str = "sender-order";

/// A finding that has no subject is known by its sentence, up to what is particular about it.
fn place_of(finding: &Finding) -> String {
    if !finding.subject.is_empty() {
        return slug(&finding.subject);
    }
    match finding.kind {
        Kind::ConnectionLost | Kind::Unproved | Kind::Snapshot => String::new(),
        Kind::Invariant if finding.message.contains("no one order") => "order".to_owned(),
        Kind::Invariant if finding.message.contains("which was answered before") => SENDER_ORDER.to_owned(),
        Kind::Invariant if finding.message.contains("which was said before") => SENDER_ORDER.to_owned(),
        _ => {
            let message = without_actor(finding);
            let message = message.split(": ").find(|part| !part.is_empty()).unwrap_or_default();
            let words = message.split(' ').filter(|word| !word.contains(|c: char| c.is_ascii_digit()));
            slug(&words.take(8).collect::<Vec<_>>().join(" "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use language::level::Level;

    #[test]
    fn the_keys_of_a_finding_hang_on_nothing_else() {
        let leak = Finding {
            subject: "newMessage".to_owned(),
            during: "send via rest".to_owned(),
            party: Some(Party::Stranger),
            ..Finding::new(Level::Must, Kind::Leak, 0, String::new())
        };
        assert_eq!(signs(&leak)[0].keys()[..2], ["leak:newMessage:stranger", "leak:newMessage"]);
        let accepted = Finding {
            subject: "the ack of joinChat".to_owned(),
            during: "join refused as stranger".to_owned(),
            ..Finding::new(Level::Must, Kind::Accepted, 0, String::new())
        };
        assert_eq!(signs(&accepted)[0].keys(), ["accepted:join:stranger", "accepted:stranger"]);
        assert_eq!(signs(&Finding::new(Level::Must, Kind::Missing, 0, String::new()))[0].keys(), ["missing"]);
    }

    #[test]
    fn a_subject_names_no_room_of_its_case() {
        let path = "the answer to GET /chats/<room:lobby>/messages?page=1";
        assert_eq!(subject(path), "the answer to GET /chats/<room>/messages");
        assert_eq!(subject("newMessage"), "newMessage");
    }
}
