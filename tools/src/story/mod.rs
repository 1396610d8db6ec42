//! A decision told in sentences that can be read aloud, in English and in Chinese.

mod deeds;
mod marks;
mod request;
mod rule;
mod tree;
mod words;

use earnest_dsl::diagnostic::Language;
use earnest_dsl::policy::Policy;
use earnest_dsl::say;
use earnest_dsl::words::grouped;
use earnest_interpreter::Decision;
use earnest_interpreter::decision::{DecisionLine, Outcome, RuleResult};
use earnest_ledger::Answer;
use request::Deed;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

pub use marks::Marks;
pub use tree::Tree;

/// Tells stories about the decisions of one version.
#[derive(Debug, Clone, Copy)]
pub struct Teller<'a> {
    /// The version that decided.
    pub policy: &'a Policy,
    /// The reader's language.
    pub language: Language,
    /// How what stands out is set off.
    pub marks: Marks,
}

impl Teller<'_> {
    /// The whole story as text: what happened, what came of it, and what every rule did. Every line begins with `margin`.
    #[must_use]
    pub fn story(&self, answer: &Answer, margin: &str) -> String {
        self.tree(answer).render(margin)
    }

    /// The whole story, sentence by sentence.
    #[must_use]
    pub fn tree(&self, answer: &Answer) -> Tree {
        let mut root = Tree::new(self.event(answer));
        root.add(self.marks.strong(&self.outcome(answer)));
        if answer.repeated {
            root.add(say!(
                self.language,
                "this event was decided before; this is the first decision again",
                "该事件先前已裁决；以下为首次裁决"
            ));
        }
        self.force(&mut root, answer);
        self.rules(&mut root, &answer.decision, None);
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
        root
    }

    /// What rules gave, and of those named here also why they gave nothing.
    #[must_use]
    pub fn about(&self, answer: &Answer, rules: &[String]) -> Tree {
        let mut root = Tree::new(self.outcome(answer));
        self.rules(&mut root, &answer.decision, Some(rules));
        root
    }

    /// One line about a decision.
    #[must_use]
    pub fn line(&self, answer: &Answer) -> String {
        let repeated = if answer.repeated { say!(self.language, " (again)", "（重复）") } else { String::new() };
        let colon = say!(self.language, ": ", "：");
        format!("{}{colon}{}{repeated}", self.event(answer), self.marks.strong(&self.outcome(answer)))
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
    #[must_use]
    pub fn outcome(&self, answer: &Answer) -> String {
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
        let mut sums: BTreeMap<(&str, &str, Deed), Decimal> = BTreeMap::new();
        for line in &decision.lines {
            let sum = sums.entry((&line.customer, unit(line), Deed::of(&line.kind))).or_default();
            *sum = sum.checked_add(number(&line.amount)).unwrap_or(Decimal::MAX);
        }
        let own = answer.event.customer.as_deref();
        let mut told: Vec<String> = sums
            .iter()
            .filter(|(_, sum)| !sum.is_zero())
            .map(|((customer, points, deed), sum)| self.told(own, customer, points, (*deed, *sum)))
            .collect();
        told.extend(self.brought(decision));
        told.extend(self.done(decision));
        if told.is_empty() {
            return say!(self.language, "earned nothing", "未得积分");
        }
        told.join(say!(self.language, "; ", "；").as_str())
    }

    fn told(&self, own: Option<&str>, customer: &str, points: &str, (deed, sum): (Deed, Decimal)) -> String {
        let amount = format!("{} {}", grouped(&sum.abs().normalize().to_string()), self.unit_named(points));
        let verb = deed.verb(sum.is_sign_negative(), self.language);
        if own == Some(customer) {
            format!("{verb} {amount}")
        } else {
            say!(self.language, "{} {} for customer {}", "{} {}（客户 {}）", verb, amount, customer)
        }
    }

    /// That no version was in force at the event's time, where that is why nothing came of it.
    fn force(&self, root: &mut Tree, answer: &Answer) {
        let (at, from) = (answer.event.at, self.policy.effective_from);
        let over = self.policy.effective_until.filter(|until| *until <= at);
        if !answer.decision.lines.is_empty() || (from <= at && over.is_none()) {
            return;
        }
        root.add(match over {
            Some(until) => say!(
                self.language,
                "the programme is in force until {until} and no longer",
                "方案在 {until} 之前有效，此时已终止"
            ),
            None => say!(
                self.language,
                "the programme is in force from {from} and not before",
                "方案自 {from} 起生效，此时尚未生效"
            ),
        });
    }

    /// What every rule did: those that gave something first. Of a refused event only the refusal is told: nothing came of the rest.
    fn rules(&self, root: &mut Tree, decision: &Decision, only: Option<&[String]>) {
        let Some(trace) = &decision.trace else { return };
        if decision.outcome == Outcome::Refused {
            let refusing = trace.rules.iter().filter(|rule| rule.result == RuleResult::Refused);
            refusing.filter_map(|rule| self.silent(rule)).for_each(|tree| root.add(tree));
            return;
        }
        let refunds = decision.lines.iter().any(|line| line.of.is_some());
        let mut nothing = Vec::new();
        for rule in &trace.rules {
            let lines: Vec<&DecisionLine> = decision.lines.iter().filter(|line| posts(line, &rule.rule)).collect();
            let acted = self.acted(rule).filter(|_| lines.is_empty() && rule.result == RuleResult::Applied);
            if let Some(acted) = acted {
                root.add(acted);
            } else if lines.is_empty() && rule.result != RuleResult::Applied {
                // What a refund leaves alone is told by the original's own story.
                let wanted = only.is_none_or(|names| names.contains(&rule.rule));
                nothing.extend(self.silent(rule).filter(|_| !refunds && wanted));
            } else {
                root.add(self.gave(rule, &lines));
            }
        }
        let told = |line: &&DecisionLine| !trace.rules.iter().any(|rule| posts(line, &rule.rule));
        let in_name_of_group = decision.lines.iter().filter(|line| !number(&line.amount).is_zero()).filter(told);
        in_name_of_group.for_each(|line| root.add(self.group_gave(line)));
        if only.is_some() {
            nothing.into_iter().for_each(|tree| root.add(tree));
        } else if !nothing.is_empty() {
            root.add(Tree::new(say!(self.language, "rules that gave nothing", "未给积分的规则")).with(nothing));
        }
    }
}

/// Whether a line posts something for this rule.
fn posts(line: &DecisionLine, rule: &str) -> bool {
    line.rule == rule && !number(&line.amount).is_zero()
}

/// The unit of a line: its points, not its pool.
#[must_use]
pub fn unit(line: &DecisionLine) -> &str {
    line.unit.as_deref().unwrap_or(&line.points)
}

/// The number in a line.
#[must_use]
pub fn number(text: &str) -> Decimal {
    text.parse().unwrap_or_default()
}
