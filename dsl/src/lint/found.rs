//! What a lint has found, and the events that show it.

use crate::diagnostic::{Diagnostic, Language};
use crate::policy::{Given, Policy, RuleId, steps};
use crate::prove::space::Witness;
use crate::syntax::format::translate;
use rust_decimal::Decimal;

/// A finding with its witness, where there is one.
#[derive(Debug, Clone)]
pub struct Found {
    /// What is wrong and where.
    pub diagnostic: Diagnostic,
    /// Events that show it.
    pub shown: Option<Shown>,
}

/// Events that show a finding, and what they come to.
#[derive(Debug, Clone)]
pub struct Shown {
    /// Events one after the other, the books empty before the first.
    pub steps: Vec<Witness>,
    /// Events that are compared with them, the books empty again; none where nothing is compared.
    pub beside: Vec<Witness>,
    /// What comes of them.
    pub claim: Claim,
}

/// What comes of events: whoever has an engine can check it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// The last event gets nothing by this rule.
    Nothing(RuleId),
    /// The last event gets something by each of these.
    Something(Vec<RuleId>),
    /// The rule gets less than it asks for on the last event.
    Cut(RuleId),
    /// The rule gets all that it asks for on the last event, if it asks for anything.
    Whole(RuleId),
    /// The last event is refused.
    Refused,
    /// The last event takes so many points.
    Takes(Decimal),
    /// What the rule gives on the last event is over before it can be used.
    Lost(RuleId),
    /// The rule leaves something after all events.
    Left(RuleId),
    /// The rule gives the first number on the events, and the second on those beside them.
    Compared(RuleId, Decimal, Decimal),
    /// The rule gives more on the events than on those beside them.
    More(RuleId),
}

impl Found {
    /// A finding whose harm no single event shows.
    pub(super) fn plain(diagnostic: Diagnostic) -> Self {
        Self { diagnostic, shown: None }
    }

    /// A finding shown by one event.
    pub(super) fn by(diagnostic: Diagnostic, witness: Option<Witness>, claim: Claim) -> Self {
        let shown = witness.map(|witness| Shown { steps: vec![witness], beside: vec![], claim });
        Self { diagnostic, shown }
    }
}

impl Shown {
    /// The events as steps of a test in policy text, a line each; `None` where one cannot be written so.
    #[must_use]
    pub fn text(&self, policy: &Policy, language: Language) -> Option<String> {
        let mut lines: Vec<String> = Vec::new();
        let mut told: Vec<&Given> = Vec::new();
        for witness in &self.steps {
            for given in witness.given.iter().filter(|given| !told.contains(given)).collect::<Vec<_>>() {
                told.push(given);
                lines.push(steps::given(policy, given)?);
            }
            lines.push(steps::event(policy, witness.at, &witness.event)?);
        }
        if language == Language::English {
            return Some(lines.join("\n"));
        }
        let test = format!("test \"\" {{\n{}\n}}\n", lines.join("\n"));
        let chinese = translate(&test, language, &[]);
        let inner = chinese.lines().filter(|line| line.starts_with(' ')).map(str::trim);
        Some(inner.collect::<Vec<_>>().join("\n"))
    }
}
