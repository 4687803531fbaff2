//! `any_order`: what its steps say is said first, in the order listed; what answers that, and what is expected, comes in
//! whatever order. The contract is not asked what follows: all of it is listed.

use std::time::Instant;

use super::case::Case;
use super::{Stop, raw};
use language::script::{Act, Step, StepKind};
use language::verb::ModelVerb;
use model::check::judge::{Judge, Order};
use model::world;

impl Case {
    /// Performs the steps of an `any_order`.
    pub(super) async fn any_order(&mut self, steps: &[Step]) -> Result<(), Stop> {
        let mut judge = Judge::new(Order::Best);
        let mut within = self.rules.within;
        // Expectations first, so that nothing that follows from the first thing said comes too early.
        for (actors, act) in acts(steps) {
            for actor in actors.iter().filter(|_| matches!(act, Act::Expect { .. })) {
                let socket = self.socket_of(actor)?;
                within = within.max(raw::expect(self, &mut judge, socket, act));
            }
        }
        for step in steps {
            match &step.kind {
                StepKind::Act(_, act) if matches!(act.as_ref(), Act::Expect { .. }) => {}
                StepKind::Act(actors, act) => {
                    for actor in actors {
                        let socket = self.socket_of(actor)?;
                        raw::begin(self, &mut judge, socket, act).await?;
                        if matches!(act.as_ref(), Act::Connect(raw) if !raw.refused)
                            && self.actor(socket).valid()
                        {
                            self.model.world.apply(&world::Action::Connect(socket), self.now());
                        }
                    }
                }
                StepKind::Rest(call) => raw::begin_rest(self, &mut judge, self.nobody(), call)?,
                _ => {
                    return Err(Stop::CouldNotRun("`any_order` takes raw steps and nothing else".to_owned()));
                }
            }
        }
        self.meet_holding(judge, None, within).await;
        if acts(steps).any(|(_, act)| leaves(act)) {
            // No fence tells when a server has noticed the end of a connection.
            let settle = Instant::now() + self.arena.settle;
            self.pass(settle).await;
        }
        Ok(())
    }
}

fn leaves(act: &Act) -> bool {
    match act {
        Act::Sever => true,
        Act::Verb(action) => action.verb == ModelVerb::Disconnect,
        _ => false,
    }
}

fn acts(steps: &[Step]) -> impl Iterator<Item = (&[String], &Act)> {
    steps.iter().filter_map(|step| match &step.kind {
        StepKind::Act(actors, act) => Some((actors.as_slice(), act.as_ref())),
        _ => None,
    })
}
