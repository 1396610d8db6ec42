//! A decision told in sentences that can be read aloud, in English and in Chinese.

mod rule;
mod tree;

use crate::language::say;
use crate::numbers::grouped;
use crate::session::Paint;
use earnest_dsl::diagnostic::Language;
use earnest_dsl::policy::{Policy, Title};
use earnest_interpreter::Decision;
use earnest_interpreter::decision::{DecisionLine, Outcome, RuleResult};
use earnest_ledger::Answer;
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use tree::Tree;

/// Tells stories about the decisions of one version.
#[derive(Debug, Clone, Copy)]
pub struct Teller<'a> {
    /// The version that decided.
    pub policy: &'a Policy,
    /// The reader's language.
    pub language: Language,
    /// Colours.
    pub paint: Paint,
}

impl Teller<'_> {
    /// The whole story: what happened, what came of it, and what every rule did.
    pub fn story(&self, answer: &Answer, margin: &str) -> String {
        let mut root = Tree::new(self.event(answer));
        root.add(self.paint.strong(&self.outcome(answer)));
        if answer.repeated {
            root.add(say!(
                self.language,
                "this event was decided before; this is the first decision again",
                "该事件先前已裁决；以下为首次裁决"
            ));
        }
        self.rules(&mut root, &answer.decision);
        let policy = &answer.decision.policy;
        let hash: String = policy.hash.chars().take(12).collect();
        root.add(say!(
            self.language,
            "decided by {}, version {}, hash {}",
            "裁决依据：{}，版本 {}，摘要 {}",
            policy.programme,
            policy.version,
            hash
        ));
        root.render(margin)
    }

    /// One line about a decision.
    pub fn line(&self, answer: &Answer) -> String {
        let repeated = if answer.repeated { say!(self.language, " (again)", "（重复）") } else { String::new() };
        let colon = say!(self.language, ": ", "：");
        format!("{}{colon}{}{repeated}", self.event(answer), self.paint.strong(&self.outcome(answer)))
    }

    fn event(&self, answer: &Answer) -> String {
        let event = &answer.event;
        let kind = self.policy.kind(event.kind).map_or("", |kind| self.name(&kind.title));
        let at = event.at.format("%Y-%m-%d %H:%M:%S");
        match &event.customer {
            Some(customer) => say!(
                self.language,
                "event {}, {} by customer {} on {}",
                "事件 {}：{}，客户 {}，{}",
                event.id,
                kind,
                customer,
                at
            ),
            None => say!(self.language, "event {}, {} on {}", "事件 {}：{}，{}", event.id, kind, at),
        }
    }

    /// What came of it: points by customer and unit, or the code of refusal.
    fn outcome(&self, answer: &Answer) -> String {
        let decision = &answer.decision;
        if decision.outcome == Outcome::Refused {
            let codes: Vec<&str> = if decision.reasons.is_empty() {
                decision.reason.iter().map(String::as_str).collect()
            } else {
                decision.reasons.iter().map(String::as_str).collect()
            };
            let refused = say!(self.language, "refused: {}", "拒绝：{}", codes.join(", "));
            return match &decision.detail {
                Some(detail) => format!("{refused} ({detail})"),
                None => refused,
            };
        }
        let mut sums: BTreeMap<(&str, &str), Decimal> = BTreeMap::new();
        for line in &decision.lines {
            let sum = sums.entry((&line.customer, unit(line))).or_default();
            *sum = sum.checked_add(number(&line.amount)).unwrap_or(Decimal::MAX);
        }
        let own = answer.event.customer.as_deref();
        let told: Vec<String> = sums
            .iter()
            .filter(|(_, sum)| !sum.is_zero())
            .map(|((customer, points), sum)| self.told(own, customer, points, *sum))
            .collect();
        if told.is_empty() {
            return say!(self.language, "earned nothing", "未得积分");
        }
        told.join(say!(self.language, "; ", "；").as_str())
    }

    fn told(&self, own: Option<&str>, customer: &str, points: &str, sum: Decimal) -> String {
        let amount = format!("{} {}", grouped(&sum.abs().normalize().to_string()), self.points(points));
        let verb = match (sum.is_sign_negative(), self.language) {
            (false, Language::English) => "earned",
            (true, Language::English) => "taken back",
            (false, Language::Chinese) => "得",
            (true, Language::Chinese) => "收回",
        };
        if own == Some(customer) {
            format!("{verb} {amount}")
        } else {
            say!(self.language, "{} {} for customer {}", "{} {}（客户 {}）", verb, amount, customer)
        }
    }

    /// What every rule did: those that gave something first.
    fn rules(&self, root: &mut Tree, decision: &Decision) {
        let Some(trace) = &decision.trace else { return };
        if let Some(note) = &trace.note {
            root.add(note.clone());
        }
        for rule in trace.rules.iter().filter(|rule| rule.result == RuleResult::Applied) {
            root.add(self.applied(rule, decision));
        }
        let nothing = trace.rules.iter().filter(|rule| rule.result != RuleResult::Applied);
        let below: Vec<Tree> = nothing.map(|rule| self.not_applied(rule)).collect();
        if !below.is_empty() {
            root.add(Tree::new(say!(self.language, "rules that gave nothing", "未给积分的规则")).with(below));
        }
    }

    /// The name of something: the identifier for English readers, the label for Chinese ones.
    fn name<'t>(&self, title: &'t Title) -> &'t str {
        match self.language {
            Language::English => &title.name,
            Language::Chinese => title.shown(),
        }
    }

    /// The name of points or of a pool.
    fn points<'t>(&'t self, name: &'t str) -> &'t str {
        let points = self.policy.points.iter();
        let mut titles =
            points.flat_map(|points| std::iter::once(&points.title).chain(points.pools.iter().map(|pool| &pool.title)));
        titles.find(|title| title.name == name).map_or(name, |title| self.name(title))
    }
}

/// The unit of a line: its points, not its pool.
pub fn unit(line: &DecisionLine) -> &str {
    line.unit.as_deref().unwrap_or(&line.points)
}

/// The number in a line.
pub fn number(text: &str) -> Decimal {
    text.parse().unwrap_or_default()
}
