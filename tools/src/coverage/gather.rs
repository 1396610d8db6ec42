//! Looks on while tests run, and notes which places were exercised in which way.

use super::item::{Aspect, Place};
use super::window::window_aspects;
use chrono::NaiveDateTime;
use earnest_dsl::policy::{Node, Policy, RuleBody};
use earnest_dsl::source::Span;
use earnest_interpreter::decision::{Decision, Outcome, RuleResult};
use earnest_interpreter::{Seen, Watch};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

/// What was exercised since it was last asked.
#[derive(Debug, Default)]
pub(crate) struct Gatherer {
    seen: Mutex<BTreeSet<(Place, Aspect)>>,
    within: Mutex<BTreeMap<Place, (NaiveDateTime, NaiveDateTime)>>,
}

impl Gatherer {
    /// What was exercised since the last call.
    pub(crate) fn take(&self) -> BTreeSet<(Place, Aspect)> {
        std::mem::take(&mut *self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Where windows within a length of time began and ended last.
    pub(crate) fn take_within(&self) -> BTreeMap<Place, (NaiveDateTime, NaiveDateTime)> {
        std::mem::take(&mut *self.within.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn note(&self, policy: &Policy, span: Span, aspects: impl IntoIterator<Item = Aspect>) {
        let Some(place) = place(policy, span) else { return };
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.extend(aspects.into_iter().map(|aspect| (place.clone(), aspect)));
    }

    fn decided(&self, policy: &Policy, decision: &Decision) {
        let accepted = decision.outcome == Outcome::Accepted;
        for trace in decision.trace.iter().flat_map(|trace| &trace.rules) {
            let Some(rule) = policy.rules.iter().find(|rule| rule.title.name == trace.rule) else { continue };
            let request = match &rule.body {
                RuleBody::Request(request) => Some(request),
                _ => None,
            };
            // A prohibition does its work where it refuses.
            let prohibits = request.is_some_and(|request| request.prohibited.is_some());
            let applied = match trace.result {
                RuleResult::Applied => accepted,
                RuleResult::Nothing => accepted && request.is_some(),
                RuleResult::Refused => prohibits,
                RuleResult::Window | RuleResult::Condition | RuleResult::Lost => false,
            };
            if applied {
                self.note(policy, rule.title.span, [Aspect::Applies]);
            }
        }
    }
}

impl Watch for Gatherer {
    fn see(&self, policy: &Policy, seen: Seen<'_>) {
        match seen {
            Seen::Condition { expr, held } => {
                self.note(policy, expr.span, [if held { Aspect::Holds } else { Aspect::Fails }]);
            }
            Seen::Compared { expr, order } => {
                self.note(policy, expr.span, order.is_eq().then_some(Aspect::Equal));
            }
            Seen::Window { window, at, held, within } => {
                if let (Some(bounds), Some(place)) = (within, place(policy, window.span)) {
                    self.within.lock().unwrap_or_else(PoisonError::into_inner).insert(place, bounds);
                }
                self.note(policy, window.span, window_aspects(window, at, held, within));
            }
            Seen::Row { table, row, exact } => {
                let Node::Table { rows, .. } = &table.node else { return };
                let Some(row) = rows.get(row) else { return };
                let exact = exact.then_some(Aspect::AtStart);
                self.note(policy, row.value.span, std::iter::once(Aspect::Chosen).chain(exact));
            }
            Seen::TierRow { from, exact } => {
                let exact = exact.then_some(Aspect::AtStart);
                self.note(policy, from.span, std::iter::once(Aspect::Chosen).chain(exact));
            }
            Seen::Item(span) => self.note(policy, span, [Aspect::Asked]),
            Seen::Limit { constraint, cut, full } => self.note(policy, constraint.span, limit(cut, full)),
            Seen::Clause { expr, cut, full } => self.note(policy, expr.span, limit(cut, full)),
            Seen::Decided(decision) => self.decided(policy, decision),
        }
    }
}

fn limit(cut: bool, full: bool) -> impl Iterator<Item = Aspect> {
    std::iter::once(if cut { Aspect::Cut } else { Aspect::Room }).chain(full.then_some(Aspect::Full))
}

/// The place of a span; none for what stands in no text.
pub(crate) fn place(policy: &Policy, span: Span) -> Option<Place> {
    let (file, start, end) = span.key();
    let source = policy.sources.get(file)?;
    (start < end).then(|| Place { path: source.path.clone(), start, end })
}
