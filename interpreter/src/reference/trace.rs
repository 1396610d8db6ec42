//! The explanation, gathered beside the decision: switched off it costs nothing, switched on it changes nothing.

use super::cap::Refusal;
use super::frame::{Env, ReadLog, source_text};
use super::index::Index;
use super::value::shown_number;
use crate::decision::{Because, LimitTrace, RefusedBy, RuleResult, RuleTrace, Step, StepKind, Trace};
use crate::number::Exact;
use earnest_dsl::policy::{Expr, Node, PointsId, Policy, RuleId, Type};
use earnest_dsl::source::Span;
use earnest_dsl::syntax::ast::RoundMode;
use std::cell::RefCell;

/// What is known of the rules so far.
#[derive(Debug, Default)]
pub(crate) struct Trail {
    on: bool,
    /// The earlier event that is decided again.
    of: Option<String>,
    rules: Vec<(RuleId, Option<String>, RuleTrace)>,
    note: Option<String>,
}

impl Trail {
    pub(crate) fn new(on: bool) -> Self {
        Self { on, ..Self::default() }
    }

    /// Whether anything is explained.
    pub(crate) fn is_on(&self) -> bool {
        self.on
    }

    /// From here on, rules are those of an earlier event that is decided again.
    pub(crate) fn turn_to(&mut self, of: Option<&str>) {
        self.of = of.map(str::to_owned);
    }

    pub(crate) fn note(&mut self, note: impl FnOnce() -> String) {
        if self.on {
            self.note = Some(note());
        }
    }

    /// The entry of a rule, made at its first mention; none where nothing is explained.
    pub(crate) fn rule(&mut self, policy: &Policy, id: RuleId) -> Option<&mut RuleTrace> {
        if !self.on {
            return None;
        }
        // Rules of other versions have other numbers.
        let name = |at: &RuleTrace| policy.rule(id).is_some_and(|rule| rule.title.name == at.rule);
        let held = self.rules.iter().position(|(rule, of, trace)| *rule == id && *of == self.of && name(trace));
        let at = match held {
            Some(at) => at,
            None => {
                let rule = policy.rule(id)?;
                let trace = RuleTrace {
                    rule: rule.title.name.clone(),
                    label: rule.title.shown().to_owned(),
                    place: policy.sources.place(rule.title.span),
                    of: self.of.clone(),
                    result: RuleResult::Nothing,
                    because: None,
                    read: vec![],
                    steps: vec![],
                    refused: vec![],
                    limits: vec![],
                    asked: None,
                    granted: None,
                };
                self.rules.push((id, self.of.clone(), trace));
                self.rules.len().checked_sub(1)?
            }
        };
        self.rules.get_mut(at).map(|(_, _, trace)| trace)
    }

    /// A log for what is read while a rule is looked at.
    pub(crate) fn log(&self) -> Option<ReadLog> {
        self.on.then(|| RefCell::new(Vec::new()))
    }

    /// Adds what was read to a rule.
    pub(crate) fn read(&mut self, policy: &Policy, id: RuleId, log: Option<ReadLog>) {
        let Some(log) = log else { return };
        if let Some(trace) = self.rule(policy, id) {
            for read in log.into_inner() {
                if !trace.read.contains(&read) {
                    trace.read.push(read);
                }
            }
        }
    }

    /// Says what became of a rule.
    pub(crate) fn result(&mut self, policy: &Policy, id: RuleId, result: RuleResult, because: Option<Because>) {
        if let Some(trace) = self.rule(policy, id) {
            trace.result = result;
            trace.because = because;
        }
    }

    /// Notes a clause that refuses the event.
    pub(crate) fn refused(&mut self, policy: &Policy, refusal: &Refusal) {
        let clause = source_text(policy, refusal.span);
        let place = if clause.is_some() { policy.sources.place(refusal.span) } else { String::new() };
        if let Some(trace) = self.rule(policy, refusal.rule) {
            trace.result = RuleResult::Refused;
            trace.because = None;
            let text = clause.or_else(|| refusal.detail.clone()).unwrap_or_default();
            trace.refused.push(RefusedBy { code: refusal.code.clone(), text, place });
        }
    }

    /// Adds a step of an amount.
    pub(crate) fn step(
        &mut self,
        policy: &Policy,
        id: RuleId,
        step: StepKind,
        text: impl FnOnce() -> (String, String),
        value: Exact,
        ty: &Type,
    ) {
        if let Some(trace) = self.rule(policy, id) {
            let (text, place) = text();
            trace.steps.push(Step { step, text, place, value: shown_number(value, ty, policy) });
        }
    }

    pub(crate) fn limit(&mut self, policy: &Policy, id: RuleId, limit: impl FnOnce() -> LimitTrace) {
        if let Some(trace) = self.rule(policy, id) {
            trace.limits.push(limit());
        }
    }

    /// The explanation: the event's own rules first, lines in the order in which they are filled, level rules after them.
    pub(crate) fn finish(mut self, policy: &Policy, index: &Index) -> Option<Trace> {
        let level = |id: RuleId| policy.rule(id).map(|rule| rule.stratum);
        self.rules.sort_by_key(|(id, of, _)| (of.clone(), level(*id), index.rank(*id)));
        self.on.then(|| Trace { note: self.note, rules: self.rules.into_iter().map(|(_, _, trace)| trace).collect() })
    }
}

/// The source text of an expression and its place.
pub(crate) fn text_of(policy: &Policy, expr: &Expr) -> (String, String) {
    (source_text(policy, expr.span).unwrap_or_else(|| described(expr)), policy.sources.place(expr.span))
}

/// A clause that did not hold.
pub(crate) fn because(policy: &Policy, span: Span, otherwise: &str) -> Because {
    Because {
        text: source_text(policy, span).unwrap_or_else(|| otherwise.to_owned()),
        place: policy.sources.place(span),
        group: None,
    }
}

/// What an expression reads, in few words, for policies without sources.
pub(crate) fn described(expr: &Expr) -> String {
    match &expr.node {
        Node::Field(name) | Node::Element(name) => name.clone(),
        Node::Fact(_, whose, name) => format!("{}.{name}", described(whose)),
        Node::OfEvent(whose, name) => format!("{}.{name}", described(whose)),
        Node::Measure(id, _) | Node::MeasureOver { measure: id, .. } => format!("measure {}", id.0),
        Node::Tier(id, _) => format!("tier {}", id.0),
        Node::Balance(id, _) => format!("balance of points {}", id.0),
        Node::Today => "today".to_owned(),
        Node::CloseOfPeriod(_) => "close of the period".to_owned(),
        _ => "expression".to_owned(),
    }
}

/// An environment that notes what is read.
pub(crate) fn noting<'e>(env: &Env<'e>, log: Option<&'e ReadLog>) -> Env<'e> {
    Env { log, ..*env }
}

/// How amounts of points are rounded, as the text says it.
pub(crate) fn rounding_text(policy: &Policy, rule: RuleId, points: PointsId) -> (String, String) {
    let declared = policy.points_of(points);
    let own = policy.rule(rule).filter(|rule| rule.rounding.is_some());
    let mode = own.and_then(|rule| rule.rounding).map(|(mode, _)| mode);
    let mode = match mode.or_else(|| declared.map(|points| points.rounding)) {
        Some(RoundMode::Up) => "round up",
        Some(RoundMode::HalfUp) => "round half up",
        Some(RoundMode::Down) | None => "round down",
    };
    let title = own.map(|rule| &rule.title).or_else(|| declared.map(|points| &points.title));
    (mode.to_owned(), title.map_or_else(String::new, |title| policy.sources.place(title.span)))
}
