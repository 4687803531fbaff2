//! `at_once`: each step as soon as the one before it is answered, so that an answer that comes before its effect is found out.

use std::time::Instant;

use super::Stop;
use super::case::{Case, Pending};
use language::script::{Act, Step};
use language::verb::ModelVerb;
use model::check::judge::{Judge, Order, State};

impl Case {
    /// Performs the steps of an `at_once`. What else follows of them is awaited when all is said.
    pub(super) async fn at_once(&mut self, steps: &[Step]) -> Result<(), Stop> {
        let mut queue = Vec::new();
        steps.iter().try_for_each(|step| self.flatten(step, &mut queue))?;
        let mut judge = Judge::at_once(Order::Next);
        let mut actors = Vec::new();
        for (socket, act) in queue {
            let Act::Verb(action) = act else { continue };
            let answer = judge.next();
            self.begin(&mut judge, socket, action)?;
            actors.push(socket);
            if matches!(action.verb.model(), Some(ModelVerb::Join | ModelVerb::Rejoin)) {
                self.log.joined_now.push(socket);
            }
            self.answered(&mut judge, answer).await;
            if self.log.halted || self.log.otherwise {
                break;
            }
        }
        self.meet(judge).await;
        self.log.joined_now.clear();
        if !self.log.halted {
            self.prove_silence(&actors).await;
        }
        Ok(())
    }

    /// Waits until an expectation has its answer. Where none is due, what others hear tells that it is done.
    async fn answered(&mut self, judge: &mut Judge, answer: usize) {
        let began = Instant::now();
        self.log.waiting_since = began;
        while !judge.has_begun(answer)
            && judge.state() == State::Waiting
            && !self.log.halted
            && !self.log.otherwise
        {
            let deadline = self.deadline(began, self.rules.within);
            let Some(inbound) = self.next(deadline).await else { return };
            self.receive(inbound, Some(&mut Pending { judge, held: None }));
        }
    }
}
