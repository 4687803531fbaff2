//! Findings that are one: what is missing because of what came instead, what was accepted without a word, what went to everyone.
//! Pure.

use std::collections::BTreeSet;

use results::record::{Finding, Kind, Party};

/// What should have been refused and was answered by nothing, but heard by others, was accepted.
fn accepted_without_a_word(found: &mut [Finding]) {
    let heard = found.iter().find(|finding| {
        matches!(finding.kind, Kind::Unexpected | Kind::Leak | Kind::Duplicate)
            && finding.party.is_some_and(|party| party != Party::Sender)
    });
    let Some((event, who)) = heard.map(|heard| (heard.subject.clone(), heard.actor.clone())) else { return };
    let unrefused = |finding: &&mut Finding| {
        finding.kind == Kind::Missing
            && finding.party == Some(Party::Sender)
            && finding.during.contains(" refused as ")
    };
    if let Some(finding) = found.iter_mut().find(unrefused) {
        let (verb, kind) = finding.during.split_once(" refused as ").unwrap_or_default();
        let (actor, who) = (finding.actor.clone().unwrap_or_default(), who.unwrap_or_default());
        finding.message = format!(
            "{verb} of {actor} was accepted, and should have been refused ({kind}): {who} heard {event}, and {actor} nothing"
        );
        finding.kind = Kind::Accepted;
    }
}

/// Folds what is missing under what came instead.
#[must_use]
pub fn fold(mut found: Vec<Finding>) -> Vec<Finding> {
    accepted_without_a_word(&mut found);
    let leads = |finding: &Finding| {
        matches!(finding.kind, Kind::Instead | Kind::Accepted | Kind::ConnectionLost | Kind::Protocol)
    };
    let Some(lead) = found.iter().position(leads) else { return found };
    let mut lead = found.remove(lead);
    let accepted = lead.kind == Kind::Accepted;
    let (followers, mut kept): (Vec<Finding>, Vec<Finding>) = found.into_iter().partition(|finding| {
        finding.during == lead.during
            && match finding.kind {
                Kind::Missing => true,
                Kind::Unexpected | Kind::WrongPayload | Kind::Instead | Kind::Accepted | Kind::Leak => {
                    accepted || finding.subject == lead.subject && finding.actor == lead.actor
                }
                _ => false,
            }
    });
    for follower in followers {
        // What was accepted follows its own rule: that others hear of it is no second one.
        lead.level = if accepted { lead.level } else { lead.level.max(follower.level) };
        lead.follows.push(follower.message);
        lead.follows.extend(follower.follows);
    }
    kept.insert(0, lead);
    kept
}

/// Folds what everybody heard, though several should not have, into one finding for each event. `heard` is who received what.
#[must_use]
pub fn broadcasts(found: Vec<Finding>, up: &[String], heard: &[(String, String)]) -> Vec<Finding> {
    let strange = |finding: &Finding| {
        matches!(finding.kind, Kind::Unexpected | Kind::Undocumented | Kind::Leak | Kind::Duplicate)
            && finding.actor.is_some()
            && finding.received.is_some()
            && finding.differences.is_empty()
    };
    let to_everyone = |event: &String| {
        let received = |actor: &String| heard.iter().any(|(who, what)| who == actor && what == event);
        let alike = found.iter().filter(|finding| strange(finding) && finding.subject == *event);
        let hearers: BTreeSet<_> = alike.clone().filter_map(|finding| finding.actor.as_ref()).collect();
        // Where only strangers should not have heard it, that is what it is called.
        let only_strangers = alike.clone().all(|finding| finding.kind == Kind::Leak);
        hearers.len() > 1 && !only_strangers && up.iter().all(received)
    };
    let events: BTreeSet<String> =
        found.iter().filter(|finding| strange(finding)).map(|finding| finding.subject.clone()).collect();
    let events: Vec<String> = events.into_iter().filter(to_everyone).collect();
    let mut kept: Vec<Finding> = Vec::new();
    for finding in found {
        if !(strange(&finding) && events.contains(&finding.subject)) {
            kept.push(finding);
            continue;
        }
        let gathered =
            kept.iter_mut().find(|known| known.kind == Kind::Broadcast && known.subject == finding.subject);
        match gathered {
            Some(known) => {
                known.level = known.level.max(finding.level);
                known.follows.push(finding.message);
            }
            None => kept.push(Finding {
                kind: Kind::Broadcast,
                message: format!("{} was emitted to everyone: {} heard it", finding.subject, and(up)),
                follows: vec![finding.message.clone()],
                party: None,
                ..finding
            }),
        }
    }
    kept
}

/// `ana`, `ana and bo`, `ana, bo and 7 more`.
#[must_use]
pub fn and(names: &[String]) -> String {
    const SHOWN: usize = 4;
    match names {
        [] => "nobody".to_owned(),
        [only] => only.clone(),
        [all @ .., last] if names.len() <= SHOWN => format!("{} and {last}", all.join(", ")),
        many => format!("{} and {} more", many[..SHOWN].join(", "), many.len() - SHOWN),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use language::level::Level;

    fn finding(kind: Kind, actor: &str, subject: &str) -> Finding {
        let party = if actor == "mallory" { Party::Sender } else { Party::Other };
        Finding {
            actor: Some(actor.to_owned()),
            subject: subject.to_owned(),
            during: "join refused as stranger".to_owned(),
            party: Some(party),
            received: Some(json!({"chatId": 1})),
            ..Finding::new(Level::Should, kind, 1, format!("{actor}: {subject}"))
        }
    }

    #[test]
    fn what_is_missing_stands_under_what_came_instead() {
        let mut missing = finding(Kind::Missing, "bo", "newMessage");
        missing.level = Level::Must;
        let folded = fold(vec![missing, finding(Kind::Instead, "ana", "exception")]);
        assert_eq!((folded.len(), folded[0].kind, folded[0].level), (1, Kind::Instead, Level::Must));
        assert_eq!(folded[0].follows, ["bo: newMessage"]);
    }

    #[test]
    fn what_is_missing_in_another_action_stays_a_finding_of_its_own() {
        let mut missing = finding(Kind::Missing, "bo", "newMessage");
        missing.during = "send".to_owned();
        assert_eq!(fold(vec![missing, finding(Kind::Instead, "ana", "exception")]).len(), 2);
    }

    #[test]
    fn what_was_not_refused_but_heard_was_accepted() {
        let found = vec![
            finding(Kind::Missing, "mallory", "the ack of joinChat"),
            finding(Kind::Unexpected, "bo", "userJoined"),
        ];
        let folded = fold(found);
        assert_eq!((folded.len(), folded[0].kind), (1, Kind::Accepted));
        assert!(folded[0].message.contains("bo heard userJoined"), "{}", folded[0].message);
        // Nobody heard anything: it was only not answered.
        let alone = fold(vec![finding(Kind::Missing, "mallory", "the ack of joinChat")]);
        assert_eq!(alone[0].kind, Kind::Missing);
    }

    #[test]
    fn what_all_heard_and_several_should_not_have_went_to_everyone() {
        let names = ["ana", "bo", "mallory"].map(str::to_owned);
        let all: Vec<_> = names.iter().map(|name| (name.clone(), "typing".to_owned())).collect();
        let strange =
            || vec![finding(Kind::Leak, "mallory", "typing"), finding(Kind::Unexpected, "ana", "typing")];
        let gathered = broadcasts(strange(), &names, &all);
        assert_eq!((gathered.len(), gathered[0].kind), (1, Kind::Broadcast));
        assert_eq!(gathered[0].follows.len(), 2);
        // One of them heard nothing.
        assert_eq!(broadcasts(strange(), &names, &all[1..]).len(), 2);
        // Only one of them should not have heard it: a leak.
        let leak = broadcasts(strange().split_off(1), &names, &all);
        assert_eq!(leak[0].kind, Kind::Unexpected);
    }

    #[test]
    fn names_are_listed_up_to_a_few() {
        let names: Vec<String> = (1..=6).map(|number| format!("u{number}")).collect();
        assert_eq!(and(&names[..1]), "u1");
        assert_eq!(and(&names[..3]), "u1, u2 and u3");
        assert_eq!(and(&names), "u1, u2, u3, u4 and 2 more");
    }
}
