//! The two policies on hosts of their own: a trial runs on both, with empty books each time.

use super::outcome::{Gap, Seen};
use crate::suggest::base::{self, Base};
use crate::suggest::trial::{Bench, Outcome, Trial};
use earnest_dsl::policy::Policy;
use earnest_interpreter::decision::RuleTrace;
use earnest_ledger::{Answer, Programme};

/// Both policies, ready to decide.
pub(super) struct Sides {
    pub old: Bench,
    pub new: Bench,
}

/// A trial that ran on both.
#[derive(Debug, Clone)]
pub(super) struct Tried {
    pub trial: Trial,
    pub old: Answer,
    pub new: Answer,
    pub gaps: Vec<Gap>,
    /// An event before the last one was already decided otherwise.
    pub before: bool,
}

impl Sides {
    /// `None` where a policy cannot be run. Each answers for all times at which the other is in force: what a later version
    /// changes is compared with what the earlier one would still say.
    pub fn new(old: &Policy, new: &Policy) -> Option<Self> {
        let from = old.effective_from.min(new.effective_from);
        let until = match (old.effective_until, new.effective_until) {
            (Some(a), Some(b)) => Some(a.max(b)),
            _ => None,
        };
        let bench = |policy: &Policy| {
            let policy = Policy { effective_from: from, effective_until: until, ..policy.clone() };
            Some(Bench::new(&Programme::new([policy])?, 0))
        };
        Some(Self { old: bench(old)?, new: bench(new)? })
    }

    /// The trial on both; none where one of them cannot decide it.
    pub fn run(&self, trial: &Trial) -> Option<Tried> {
        let (old, new) = (self.old.run(trial)?, self.new.run(trial)?);
        if !old.is_decided() || !new.is_decided() {
            return None;
        }
        let seen = |outcome: &Outcome| -> Vec<Seen> { outcome.answers.iter().flatten().map(Seen::of).collect() };
        let (mut before, mut after) = (seen(&old), seen(&new));
        let (last, now) = (before.pop()?, after.pop()?);
        let gaps = last.gaps(&now);
        let (old, new) = (old.last()?.clone(), new.last()?.clone());
        Some(Tried { trial: trial.clone(), old, new, gaps, before: before != after })
    }

    /// The events of the tests of both, each once.
    pub fn bases(&self, old: &Policy, new: &Policy) -> Vec<Base> {
        let mut all = base::of_tests(&self.old, old);
        for base in base::of_tests(&self.new, new) {
            if !all.iter().any(|known| known.trial == base.trial) {
                all.push(base);
            }
        }
        all
    }
}

/// What a rule did in a decision.
pub(super) fn trace<'a>(answer: &'a Answer, rule: Option<&str>) -> Option<&'a RuleTrace> {
    let rule = rule?;
    answer.decision.trace.as_ref()?.rules.iter().find(|trace| trace.rule == rule && trace.of.is_none())
}
