//! Reads the `load:` part of a scenario.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::data::{Data, named_by, plain_text};
use super::duration;
use super::limits;
use super::load::{Load, Rate, TIMES, Threshold, Turn, User, counts, parse_part, parse_rate};
use super::members::{self, Members};
use super::names::Met;
use super::payload::{self, Matcher, Payload};
use super::phase::{Paced, Phase, Portion};
use super::problem::Problem;
use super::raw::RawTurn;
use super::raw_file;
use super::text::{Document, Fields, Node, Yaml};
use super::verb::VerbName;

type Reading<T> = Result<T, Problem>;

/// Reads `load:`.
///
/// # Errors
/// The first [`Problem`] in it.
pub(super) fn read(document: &Document, node: &Node, met: &Met) -> Reading<Load> {
    let fields = document.fields(node, "`load`")?;
    let mut reader = Reader { d: document, data: None, met };
    reader.data = fields.get("data").map(|node| reader.data(node)).transpose()?;
    let mut load = Load {
        rooms: Load::ROOMS,
        members: None,
        rooms_per_user: 1,
        data: reader.data.clone(),
        user: fields.get("user").map_or(Ok(User::default()), |node| reader.user(node))?,
        enter: fields.get("enter").map(|node| reader.enter(node)).transpose()?,
        phases: Vec::new(),
        flow: Vec::new(),
        check: fields.get("check").map_or(Ok(1.0), |node| reader.part(node, "`check`", "all messages"))?,
        slo: Vec::new(),
        abort_when: Vec::new(),
        drain: Load::DRAIN,
        lateness_budget: Load::LATENESS,
    };
    if let Some(node) = fields.get("rooms") {
        reader.rooms(node, &mut load)?;
        if let Some(why) = load.too_many() {
            return Err(document.problem(node.span, why).last());
        }
    }
    let phases = fields.need("phases")?;
    for node in document.list(phases) {
        load.phases.push(reader.phase(node)?);
    }
    reader.connects(&load, phases)?;
    match fields.get("flow") {
        Some(flow) if document.list(flow).is_empty() => {
            let problem = document.problem(flow.span, "`flow` has no turn");
            return Err(
                problem.hint("write one, such as `- any member: {send: <text:200b>}`, or leave `flow` out")
            );
        }
        Some(flow) => {
            for node in document.list(flow) {
                let turn = reader.turn(node, &load.flow)?;
                load.flow.push(turn);
            }
        }
        None => reader.without_flow(&load, fields.need("phases")?)?,
    }
    load.slo = fields.get("slo").map_or(Ok(Vec::new()), |node| reader.thresholds(node, "`slo`"))?;
    load.abort_when =
        fields.get("abort_when").map_or(Ok(Vec::new()), |node| reader.thresholds(node, "`abort_when`"))?;
    if let Some(node) = fields.get("drain") {
        load.drain = duration::read(document, node, "`drain`")?;
    }
    if let Some(node) = fields.get("lateness") {
        load.lateness_budget = duration::read(document, node, "`lateness`")?;
    }
    fields.finish()?;
    Ok(load)
}

struct Reader<'d> {
    d: &'d Document,
    data: Option<Arc<Data>>,
    met: &'d Met,
}

impl Reader<'_> {
    /// `data: users.csv`, beside the scenario.
    fn data(&self, node: &Node) -> Reading<Arc<Data>> {
        let name = self.d.text(node, "`data`")?;
        let path = self.d.sources[usize::from(node.span.file)].path.with_file_name("").join(Path::new(name));
        let read = Data::read(&path).map_err(|problem| match problem.place {
            Some(_) => problem,
            None => self
                .d
                .problem(node.span, problem.message)
                .hint(problem.hint.unwrap_or_else(|| "the path counts from this file".to_owned())),
        });
        read.map(Arc::new)
    }

    fn user(&self, node: &Node) -> Reading<User> {
        let fields = self.d.fields(node, "`user`")?;
        let of_row = |name: &'static str| {
            let Some(node) = fields.get(name) else { return Ok(None) };
            let payload = self.words(node, &format!("`{name}`"))?;
            if named_by(&payload).is_empty() {
                return Err(self
                    .d
                    .problem(node.span, format!("`{name}` is the same for every user"))
                    .hint("name a field of the data: $data.id"));
            }
            Ok(Some(payload))
        };
        let user = User { id: of_row("id")?, token: of_row("token")? };
        fields.finish()?;
        Ok(user)
    }

    /// A text in which nothing but fields of data is left open.
    fn words(&self, node: &Node, what: &str) -> Reading<Payload> {
        let payload = payload::read(self.d, node)?;
        let named = named_by(&payload);
        let Some(data) = &self.data else {
            return match named.first() {
                Some(field) => Err(self
                    .d
                    .problem(node.span, format!("`$data.{field}` is a field of data, and `load` has none"))
                    .hint("add `data: users.csv` to `load`")),
                None => self.closed(node, payload, what),
            };
        };
        match named.iter().find(|field| data.field(field).is_none()) {
            Some(field) => Err(self
                .d
                .problem(node.span, format!("{} has no field `{field}`", data.path.display()))
                .nearest(field, data.fields.iter().map(String::as_str))),
            None => self.closed(node, data.filled(&payload, 0), what).map(|_| payload),
        }
    }

    /// Whether a payload stands for one text.
    fn closed(&self, node: &Node, payload: Payload, what: &str) -> Reading<Payload> {
        match plain_text(&payload) {
            Some(_) => Ok(payload),
            None => Err(self
                .d
                .problem(
                    node.span,
                    format!("{what} is a text with fields of data, such as `hello $data.name`"),
                )
                .hint(
                    "what else a message holds, the harness adds: a mark of the run, the room and its number",
                )),
        }
    }

    fn count(&self, node: &Node, what: &str) -> Reading<usize> {
        let text = self.d.text(node, what)?;
        text.parse().ok().filter(|count| (1..=limits::COUNT).contains(count)).ok_or_else(|| {
            let message = format!("{what} is a number from 1 to {}, not `{text}`", limits::COUNT);
            self.d.problem(node.span, message)
        })
    }

    fn rooms(&self, node: &Node, load: &mut Load) -> Reading<()> {
        if !matches!(node.value, Yaml::Map(_)) {
            load.rooms = self.count(node, "`rooms`")?;
            return Ok(());
        }
        let fields = self.d.fields(node, "`rooms`")?;
        if let Some(node) = fields.get("count") {
            load.rooms = self.count(node, "`count`")?;
        }
        load.members = fields.get("members").map(|node| self.members(node)).transpose()?;
        if let Some(node) = fields.get("per_user") {
            load.rooms_per_user = self.count(node, "`per_user`")?;
        }
        fields.finish()
    }

    fn members(&self, node: &Node) -> Reading<Members> {
        let read = match &node.value {
            Yaml::Map(entries) => {
                let mut parts = Vec::new();
                for (size, part) in entries {
                    parts.push((size.text.as_str(), self.d.text(part, "a part of all rooms")?));
                }
                Members::of_parts(parts)
            }
            _ => Members::parse(self.d.text(node, "`members`")?),
        };
        read.map_err(|why| self.d.problem(node.span, why).hint(members::FORMS))
    }

    fn rate(&self, node: &Node, what: &str) -> Reading<Rate> {
        let text = self.d.text(node, what)?;
        parse_rate(text).ok_or_else(|| {
            self.d
                .problem(node.span, format!("{what} is a rate, not `{text}`"))
                .hint("write 500/s, 30/min, or 100/s..500/s where it changes")
        })
    }

    fn part(&self, node: &Node, what: &str, of: &str) -> Reading<f64> {
        let text = self.d.text(node, what)?;
        parse_part(text).ok_or_else(|| {
            self.d.problem(node.span, format!("{what} is a part of {of}, not `{text}`")).hint("write 50%")
        })
    }

    fn phase(&self, node: &Node) -> Reading<Phase> {
        let fields = self.d.fields(node, "a phase")?;
        let name = self.d.text(fields.need("name")?, "`name`")?.to_owned();
        let mut phase = Phase { name, ..Phase::default() };
        for paced in Paced::ALL {
            let word = paced.story().word;
            if let Some(node) = fields.get(word) {
                phase.paces.push((paced, self.rate(node, &format!("`{word}`"))?));
            }
        }
        for portion in Portion::ALL {
            let word = portion.story().word;
            if let Some(node) = fields.get(word) {
                phase.portions.push((portion, self.part(node, &format!("`{word}`"), "all sessions")?));
            }
        }
        phase.users = fields.get("users").map(|node| self.count(node, "`users`")).transpose()?;
        let think = fields.get("think").map(|node| duration::read(self.d, node, "`think`"));
        phase.think = think.transpose()?.unwrap_or_default();
        phase.backoff = fields.get("backoff").map(|node| self.range(node)).transpose()?.unwrap_or_default();
        phase.lasts = fields.get("for").map(|node| duration::read(self.d, node, "`for`")).transpose()?;
        phase.warm_up = fields.text("warm_up")?.is_some_and(|word| word == "true");
        if let (Some(node), Some(Duration::ZERO)) = (fields.get("for"), phase.lasts) {
            return Err(self.d.problem(node.span, format!("the phase `{}` lasts no time", phase.name)));
        }
        let has_end = phase.lasts.is_some();
        if !has_end && phase.rate(Paced::Connect).is_none() {
            return Err(self
                .d
                .problem(node.span, format!("the phase `{}` has no end", phase.name))
                .hint("say how long it lasts: `for: 30s`; only a phase that connects ends by itself"));
        }
        if !has_end && phase.paces.iter().any(|(paced, _)| *paced != Paced::Connect) {
            return Err(self
                .d
                .problem(node.span, format!("the phase `{}` has a rate and no end", phase.name))
                .hint("say how long it lasts: `for: 30s`"));
        }
        fields.finish()?;
        Ok(phase)
    }

    /// Nobody is there before a phase has connected sessions.
    fn connects(&self, load: &Load, phases: &Node) -> Reading<()> {
        let connects =
            |phase: &Phase| phase.rate(Paced::Connect).is_some_and(|rate| rate.from.max(rate.to) > 0.0);
        if load.phases.first().is_some_and(connects) {
            return Ok(());
        }
        let node = self.d.list(phases).first().unwrap_or(phases);
        let problem = self.d.problem(node.span, "the first phase connects no session, so nobody is there");
        Err(problem.hint("put one before it: {name: ramp, connect: 500/s}"))
    }

    /// Without a flow sessions connect, join and stay: nothing may need a turn.
    fn without_flow(&self, load: &Load, phases: &Node) -> Reading<()> {
        let of_turns = |phase: &&Phase| phase.rate(Paced::Turn).is_some() || phase.users.is_some();
        let Some((index, phase)) = load.phases.iter().enumerate().find(|(_, phase)| of_turns(phase)) else {
            return Ok(());
        };
        let node = self.d.list(phases).get(index).unwrap_or(phases);
        Err(self
            .d
            .problem(node.span, format!("turns are due in the phase `{}`, and `load` has no `flow`", phase.name))
            .hint("add `flow: [{any member: {send: <text:200b>}}]`; without a flow sessions connect, join and stay"))
    }

    fn range(&self, node: &Node) -> Reading<(Duration, Duration)> {
        let text = self.d.text(node, "`backoff`")?;
        let (from, to) = text.split_once("..").unwrap_or((text, text));
        match (duration::parse(from), duration::parse(to)) {
            (Some(from), Some(to)) if from <= to => Ok((from, to)),
            _ => Err(self
                .d
                .problem(node.span, format!("`backoff` is a time or a range, not `{text}`"))
                .hint("write 1s..5s")),
        }
    }

    /// `{emit: join, data: $room.id, ack: …, expect: {others: {…}}}`
    fn enter(&self, node: &Node) -> Reading<Box<RawTurn>> {
        let fields = self.d.fields(node, "`enter`")?;
        let enter = raw_file::turn(self.d, &fields, self.met)?;
        if enter.text().is_some() {
            let problem = self.d.problem(node.span, "`$text` is what a turn says, and nothing is said yet");
            return Err(problem.hint("write the text itself, or leave it out"));
        }
        fields.finish()?;
        Ok(Box::new(enter))
    }

    /// `any member: {emit: say, data: {text: $text}, expect: {joined: {said: …}}}`: no two have the same name.
    fn raw(&self, words: Fields<'_>, turn: &mut Turn, others: &[Turn]) -> Reading<()> {
        let mut raw = raw_file::turn(self.d, &words, self.met)?;
        let text = words.get("text").map(|node| self.text(node, "`text`")).transpose()?;
        words.finish()?;
        let numbered = format!("{} (", raw.name);
        let is_same = |name: &str| name == raw.name || name.starts_with(&numbered);
        let same = others.iter().filter(|other| is_same(other.verb.as_str())).count();
        if same > 0 {
            raw.name = format!("{} ({})", raw.name, same + 1);
        }
        turn.text = raw.text().and(text.or_else(|| raw.text()));
        turn.verb = VerbName::Own(raw.name.clone());
        turn.raw = Some(Box::new(raw));
        Ok(())
    }

    /// `any member: {send: <text:200b>}`, with `weight` and `via`.
    fn turn(&self, node: &Node, before: &[Turn]) -> Reading<Turn> {
        let fields = self.d.fields(node, "a turn")?;
        let weight = fields.get("weight").map_or(Ok(1), |node| self.count(node, "`weight`"))?;
        let said = fields
            .need("any member")
            .map_err(|problem| problem.hint("write `- any member: {send: <text:200b>}`"))?;
        fields.finish()?;
        let mut turn = Turn {
            verb: VerbName::Own(String::new()),
            via: None,
            text: None,
            newest: false,
            raw: None,
            weight: u32::try_from(weight).unwrap_or(u32::MAX),
            span: said.span,
        };
        if let Yaml::Scalar { text, .. } = &said.value {
            turn.verb = VerbName::from(text.as_str());
            return Ok(turn);
        }
        let words = self.d.fields(said, "a turn")?;
        if words.others().any(|(key, _)| key.text == "emit" || key.text == "rest") {
            return self.raw(words, &mut turn, before).map(|()| turn);
        }
        turn.via = words.text("via")?.map(str::to_owned);
        let text = words.get("text");
        let mut others = words.others();
        let Some((verb, main)) = others.next() else {
            return Err(self.d.problem(said.span, "this turn has no verb").hint("write {send: <text:200b>}"));
        };
        if let Some((second, _)) = others.next() {
            return Err(self
                .d
                .problem(second.span, format!("`{}` is a second verb in one turn", second.text)));
        }
        turn.verb = VerbName::from(verb.text.as_str());
        turn.span = verb.span;
        if matches!(&main.value, Yaml::Scalar { text, plain: true } if text == "newest") {
            turn.newest = true;
            turn.text = text.map(|text| self.words(text, "`text`")).transpose()?;
            return Ok(turn);
        }
        if let Some(text) = text {
            let message = "`text` belongs to a turn about a message";
            return Err(self.d.problem(text.span, message).hint("write {react: newest, text: 👍}"));
        }
        turn.text = match payload::read(self.d, main)? {
            Payload::Literal(serde_json::Value::Null) => None,
            _ => Some(self.text(main, "what is said")?),
        };
        Ok(turn)
    }

    /// A text that is made, or one with fields of the user's row.
    fn text(&self, node: &Node, what: &str) -> Reading<Payload> {
        match payload::read(self.d, node)? {
            made @ Payload::Matcher(Matcher::Make(_)) => Ok(made),
            _ => self.words(node, what),
        }
    }

    fn thresholds(&self, node: &Node, what: &str) -> Reading<Vec<Threshold>> {
        let mut all = Vec::new();
        for (key, node) in self.d.entries(node, what)? {
            let text = self.d.text(node, "a threshold")?;
            let threshold = Threshold::parse(&key.text, text).ok_or_else(|| {
                if super::load::known_metric(&key.text) {
                    return self
                        .d
                        .problem(node.span, format!("`{text}` is no threshold"))
                        .hint("write `< 100ms`, `0` or `>= 1900/s`");
                }
                let times = TIMES.iter().map(|time| format!("{time}.p99"));
                let known: Vec<String> = times
                    .chain(["generator.lateness.p99".to_owned()])
                    .chain(counts().map(str::to_owned))
                    .collect();
                let problem = self.d.problem(key.span, format!("there is no metric `{}`", key.text));
                problem.nearest(&key.text, known.iter().map(String::as_str))
            })?;
            all.push(threshold);
        }
        Ok(all)
    }
}
