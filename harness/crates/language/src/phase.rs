//! A phase of a load, and what can happen in one. An entry of [`Paced`] or [`Portion`] says all that files, editors and verdicts
//! have to know of it; what it does to a session is the affair of whoever runs the load.

use std::time::Duration;

use super::load::Rate;

/// A stretch of time.
#[derive(Debug, Clone, Default)]
pub struct Phase {
    /// Its name in the report.
    pub name: String,
    /// What happens at a rate.
    pub paces: Vec<(Paced, Rate)>,
    /// What happens to a part of all sessions.
    pub portions: Vec<(Portion, f64)>,
    /// So many members take turns, each waiting for their answer: a closed model.
    pub users: Option<usize>,
    /// What a member of the closed model thinks before the next turn.
    pub think: Duration,
    /// A session that was cut comes back after a time in this range, which doubles with every failure.
    pub backoff: (Duration, Duration),
    /// How long it lasts; without it, until all sessions are there.
    pub lasts: Option<Duration>,
    /// It counts for nothing but its own lines in the report.
    pub warm_up: bool,
}

/// What happens at a rate: an open model, counted from the intended time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Paced {
    /// Sessions begin, until all are there.
    Connect,
    /// Turns of the flow inside live sessions.
    Turn,
    /// Sessions are cut and come back.
    Cut,
    /// Connections are cut in the middle of a message or of an upgrade, by turns; they come back at once.
    Break,
}

/// What happens to a part of all sessions, at the beginning of the phase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Portion {
    /// They are cut at once.
    Drop,
    /// They stop reading for the whole phase, pings included, with a small receive buffer.
    Stall,
}

/// What is to be known of something that happens in a phase.
#[derive(Debug, Clone, Copy)]
pub struct Story {
    /// Its key.
    pub word: &'static str,
    /// What it means, a sentence.
    pub text: &'static str,
    /// It cuts sessions, some of which may be on their way back when the run ends.
    pub cuts: bool,
    /// Only the websocket of the load client itself can do it.
    pub is_lean: bool,
}

impl Paced {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Connect, Self::Turn, Self::Cut, Self::Break];

    /// What is to be known of it.
    #[must_use]
    pub const fn story(self) -> Story {
        let (word, text) = match self {
            Self::Connect => (
                "connect",
                "Sessions that begin, until all are there: an open model, counted from the intended time.",
            ),
            Self::Turn => (
                "rate",
                "Turns of the flow: an open model inside live sessions; every time counts from the moment the turn was due.",
            ),
            Self::Cut => ("reconnect", "Sessions that are cut and come back."),
            Self::Break => (
                "breaks",
                "Connections that are cut in the middle of a message or of an upgrade; they come back at once.",
            ),
        };
        let (cuts, is_lean) = match self {
            Self::Connect | Self::Turn => (false, false),
            Self::Cut => (true, false),
            Self::Break => (true, true),
        };
        Story { word, text, cuts, is_lean }
    }
}

impl Portion {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Drop, Self::Stall];

    /// What is to be known of it.
    #[must_use]
    pub const fn story(self) -> Story {
        match self {
            Self::Drop => Story {
                word: "drop",
                text: "This part of all sessions is cut at once, at the beginning.",
                cuts: true,
                is_lean: false,
            },
            Self::Stall => Story {
                word: "stall",
                text: "This part of all sessions stops reading for the whole phase, pings included.",
                cuts: false,
                is_lean: true,
            },
        }
    }
}

impl Phase {
    /// The rate of something, where it happens.
    #[must_use]
    pub fn rate(&self, of: Paced) -> Option<Rate> {
        self.paces.iter().find(|(paced, _)| *paced == of).map(|(_, rate)| *rate)
    }

    /// Gives something that happens another rate, where there is one.
    pub fn set_rate(&mut self, of: Paced, rate: Option<Rate>) {
        let known = self.paces.iter_mut().find(|(paced, _)| *paced == of);
        if let (Some((_, known)), Some(rate)) = (known, rate) {
            *known = rate;
        }
    }

    /// Of how many sessions something is true, as a part of all.
    #[must_use]
    pub fn part(&self, of: Portion) -> f64 {
        self.portions.iter().find(|(portion, _)| *portion == of).map_or(0.0, |(_, part)| *part)
    }

    /// What is to be known of what happens in it.
    pub fn stories(&self) -> impl Iterator<Item = Story> {
        let portions = self.portions.iter().filter(|(_, part)| *part > 0.0);
        portions.map(|(portion, _)| portion.story()).chain(self.paces.iter().map(|(paced, _)| paced.story()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_nobody_does_not_happen() {
        let phase = Phase {
            paces: vec![(Paced::Turn, Rate { from: 1.0, to: 2.0 })],
            portions: vec![(Portion::Drop, 0.0), (Portion::Stall, 0.5)],
            ..Phase::default()
        };
        let words: Vec<&str> = phase.stories().map(|story| story.word).collect();
        assert_eq!(words, ["stall", "rate"]);
        assert!((phase.part(Portion::Stall) - 0.5).abs() < 1e-9 && phase.part(Portion::Drop) < 1e-9);
        assert_eq!(phase.rate(Paced::Cut), None);
    }
}
