//! What an event should lead to against what it led to, in business words. Closed world: points that are earned, taken or
//! moved, benefits granted and refusals that a step does not list must not happen. Money, entries and delivery are compared
//! where they are listed.

use super::extras;
use super::seen::{SeenLines, is_named, number, shown, takes, unit_of};
use crate::answer::Answer;
use earnest_dsl::diagnostic::Text;
use earnest_dsl::policy::scenario::ExpectedPart;
use earnest_dsl::policy::{Expected, ExpectedKind, Policy};
use earnest_interpreter::Decision;
use earnest_interpreter::decision::{DecisionLine, Outcome};
use rust_decimal::Decimal;

/// Compares. A step without expectations only sets the scene: whatever it leads to is right.
pub(super) fn compare(policy: &Policy, answer: &Answer, expected: &[Expected]) -> Vec<Text> {
    if expected.is_empty() {
        return vec![];
    }
    let decision = &answer.decision;
    let refusal = expected.iter().find_map(|one| match &one.kind {
        ExpectedKind::Refuse(code) => Some(code),
        _ => None,
    });
    match (decision.outcome, refusal) {
        (Outcome::Refused, None) => vec![refused_instead(decision)],
        (Outcome::Accepted, Some(code)) => vec![accepted_instead(code, policy, answer)],
        (Outcome::Refused, Some(code)) if decision.reason.as_ref() != Some(code) => {
            vec![refused_otherwise(code, decision)]
        }
        (Outcome::Refused, Some(_)) => vec![],
        (Outcome::Accepted, None) => Comparison::new(policy, answer).run(expected),
    }
}

fn refused_instead(decision: &Decision) -> Text {
    let code = decision.reason.as_deref().unwrap_or_default();
    Text::new(format!("the event was refused with `{code}`"), format!("事件被拒绝，代码 `{code}`"))
}

fn refused_otherwise(expected: &str, decision: &Decision) -> Text {
    let code = decision.reason.as_deref().unwrap_or_default();
    Text::new(
        format!("the event was refused with `{code}`, not with `{expected}`"),
        format!("事件被拒绝，代码为 `{code}`，而不是 `{expected}`"),
    )
}

fn accepted_instead(expected: &str, policy: &Policy, answer: &Answer) -> Text {
    let seen = SeenLines::of(policy, answer);
    let total = |zh: bool| {
        let gave = seen.earned.iter().filter(|(_, sum)| !sum.is_zero());
        let mut all: Vec<String> = gave.map(|((_, points), sum)| shown(policy, *sum, points, zh)).collect();
        all.extend(seen.taken.iter().map(|((_, points), sum)| shown(policy, -*sum, points, zh)));
        if all.is_empty() { if zh { "0".to_owned() } else { "nothing".to_owned() } } else { all.join(", ") }
    };
    Text::new(
        format!("the event was accepted and earned {}, but should be refused with `{expected}`", total(false)),
        format!("事件被接受，得 {}，但应拒绝，代码 `{expected}`", total(true)),
    )
}

/// An event's answer while expectations are held against it.
pub(super) struct Comparison<'a> {
    pub policy: &'a Policy,
    pub answer: &'a Answer,
    pub seen: SeenLines,
    pub differences: Vec<Text>,
}

impl<'a> Comparison<'a> {
    fn new(policy: &'a Policy, answer: &'a Answer) -> Self {
        Self { policy, answer, seen: SeenLines::of(policy, answer), differences: vec![] }
    }

    fn run(mut self, expected: &[Expected]) -> Vec<Text> {
        for one in expected {
            match &one.kind {
                ExpectedKind::Earn { amount, points, to, parts } => {
                    let customer = to.clone().unwrap_or_else(|| self.customer());
                    self.earned(*amount, points, &customer, parts);
                }
                ExpectedKind::Take { amount, points, parts } => self.taken(*amount, points, parts),
                ExpectedKind::TakeBack { amount, points, owe } => self.taken_back(*amount, points, *owe),
                ExpectedKind::Move { amount, points, to } => self.moved(*amount, points, to),
                ExpectedKind::Refuse(_) => {}
                other => extras::compare(&mut self, other),
            }
        }
        self.unlisted();
        self.differences
    }

    pub(super) fn customer(&self) -> String {
        self.answer.event.customer.clone().unwrap_or_default()
    }

    pub(super) fn differs(&mut self, en: String, zh: String) {
        self.differences.push(Text::new(en, zh));
    }

    fn earned(&mut self, expected: Decimal, points: &str, customer: &str, parts: &[ExpectedPart]) {
        let got = self.seen.earned.remove(&(customer.to_owned(), points.to_owned())).unwrap_or_default();
        if got != expected {
            let (en, zh) = self.whose(customer);
            let amount = |sum, zh| shown(self.policy, sum, points, zh);
            let texts = (
                format!("earned {}{en}, expected {}", amount(got, false), amount(expected, false)),
                format!("{zh}得 {}，应为 {}", amount(got, true), amount(expected, true)),
            );
            self.differs(texts.0, texts.1);
        }
        if !parts.is_empty() {
            self.lines(points, customer, parts, false);
        }
    }

    /// Taken in all. Where no line takes, as with a refund, what was given is less.
    fn taken(&mut self, expected: Decimal, points: &str, parts: &[ExpectedPart]) {
        let of = (self.customer(), points.to_owned());
        let (got, by_lines) = match self.seen.taken.remove(&of) {
            Some(got) => (got, false),
            None => (-self.seen.earned.remove(&of).unwrap_or_default(), true),
        };
        if got != expected {
            let amount = |sum, zh| shown(self.policy, sum, points, zh);
            let texts = (
                format!("{} were taken, expected {}", amount(got, false), amount(expected, false)),
                format!("扣 {}，应为 {}", amount(got, true), amount(expected, true)),
            );
            self.differs(texts.0, texts.1);
        }
        match (parts.is_empty(), by_lines) {
            (true, _) => {}
            (false, true) => self.lines(points, &of.0, &negative(parts), false),
            (false, false) => self.taken_parts(points, &of.0, parts),
        }
    }

    /// By pool, by funder, or by rule.
    fn taken_parts(&mut self, points: &str, customer: &str, parts: &[ExpectedPart]) {
        let unit = self.policy.points.iter().find(|one| one.title.name == points);
        let is_pool = |name: &str| unit.is_some_and(|unit| unit.pools.iter().any(|pool| pool.title.name == name));
        let lines = self.answer.decision.lines.iter();
        let of_rule =
            |name: &str| lines.clone().any(|line| line.rule == name || line.rule.rsplit('.').next() == Some(name));
        if parts.iter().all(|(name, ..)| of_rule(name) && !is_pool(name)) {
            return self.lines(points, customer, &negative(parts), true);
        }
        let by_pool = self.answer.lots.taken_by_pool();
        let by_funder = self.answer.lots.taken_by_funder();
        let mut listed = Decimal::ZERO;
        for (name, got, _) in parts {
            let pool = by_pool.iter().find(|(pool, _)| pool == name).map(|(_, sum)| *sum);
            let sum = if is_pool(name) { pool } else { by_funder.get(name.as_str()).copied() }.unwrap_or_default();
            super::seen::add(&mut listed, *got);
            if sum != *got {
                let (sum, got) = (sum.normalize(), got.normalize());
                self.differs(
                    format!("{sum} were taken from `{name}`, expected {got}"),
                    format!("从 `{name}` 扣 {sum}，应为 {got}"),
                );
            }
        }
    }

    fn taken_back(&mut self, expected: Decimal, points: &str, owe: Option<Decimal>) {
        let of = (self.customer(), points.to_owned());
        let by_lines = self.seen.taken.remove(&of).unwrap_or_default();
        let less = -self.seen.earned.remove(&of).unwrap_or_default();
        let lots = &self.answer.lots;
        let got = match lots.movements.is_empty() {
            true => by_lines.checked_add(less).unwrap_or(Decimal::MAX),
            false => lots.taken_back(),
        };
        let debt = lots.debt();
        let amount = |sum, zh| shown(self.policy, sum, points, zh);
        if got != expected {
            let texts = (
                format!("{} were taken back, expected {}", amount(got, false), amount(expected, false)),
                format!("收回 {}，应为 {}", amount(got, true), amount(expected, true)),
            );
            self.differs(texts.0, texts.1);
        }
        if let Some(owe) = owe.filter(|owe| *owe != debt) {
            let texts = (
                format!("{} are owed, expected {}", amount(debt, false), amount(owe, false)),
                format!("欠 {}，应为 {}", amount(debt, true), amount(owe, true)),
            );
            self.differs(texts.0, texts.1);
        }
    }

    fn moved(&mut self, expected: Decimal, points: &str, to: &str) {
        let of = (self.customer(), points.to_owned(), to.to_owned());
        let got = self.seen.moved.remove(&of).unwrap_or_default();
        if got != expected {
            let amount = |sum, zh| shown(self.policy, sum, points, zh);
            let texts = (
                format!("{} moved to `{to}`, expected {}", amount(got, false), amount(expected, false)),
                format!("转出 {} 给 `{to}`，应为 {}", amount(got, true), amount(expected, true)),
            );
            self.differs(texts.0, texts.1);
        }
    }

    /// Lines by rule, group or pool; those that are not listed give nothing. `taking`: only lines that take.
    fn lines(&mut self, points: &str, customer: &str, expected: &[ExpectedPart], taking: bool) {
        let own: Vec<&DecisionLine> = (self.answer.decision.lines.iter())
            .filter(|line| line.customer == customer && unit_of(self.policy, line) == points)
            .filter(|line| !taking || takes(&line.kind))
            .collect();
        let mut texts = Vec::new();
        for (name, got, asked) in expected {
            let sum = |field: fn(&DecisionLine) -> &str| {
                let lines = own.iter().filter(|line| is_named(line, name));
                lines.fold(Decimal::ZERO, |sum, line| sum.checked_add(number(field(line))).unwrap_or(Decimal::MAX))
            };
            let (amount, ask) = (sum(|line| &line.amount).normalize(), sum(|line| &line.asked).normalize());
            if amount != *got {
                let got = got.normalize();
                texts.push(Text::new(
                    format!("`{name}` gave {amount}, expected {got}"),
                    format!("`{name}` 给 {amount}，应为 {got}"),
                ));
            }
            if let Some(asked) = asked.filter(|asked| *asked != ask) {
                let asked = asked.normalize();
                texts.push(Text::new(
                    format!("`{name}` asked for {ask} before limits, expected {asked}"),
                    format!("`{name}` 限额前应得 {ask}，应为 {asked}"),
                ));
            }
        }
        for line in own.iter().filter(|line| !number(&line.amount).is_zero()) {
            if !expected.iter().any(|(name, ..)| is_named(line, name)) {
                texts.push(Text::new(
                    format!("`{}` gave {}, which the step does not list", line.rule, line.amount),
                    format!("`{}` 给 {}，该步骤未列出", line.rule, line.amount),
                ));
            }
        }
        self.differences.extend(texts);
    }

    /// What happened beyond what was listed. Memo points are never shown, so they need not be listed.
    fn unlisted(&mut self) {
        let mut texts = Vec::new();
        let all = self.seen.earned.iter().map(|(of, sum)| (of, *sum, ("earned", "得")));
        let taken = self.seen.taken.iter().map(|(of, sum)| (of, *sum, ("took", "扣")));
        let granted = self.seen.granted.iter().map(|(of, sum)| (of, *sum, ("granted", "授予")));
        for ((customer, points), sum, verb) in all.chain(taken).chain(granted) {
            let memo = self.policy.points.iter().any(|one| one.title.name == *points && one.memo);
            if memo || sum.is_zero() {
                continue;
            }
            let (en, zh) = self.whose(customer);
            let amount = |zh| shown(self.policy, sum, points, zh);
            texts.push(Text::new(
                format!("{} {}{en}, which the step does not list", verb.0, amount(false)),
                format!("{zh}{} {}，该步骤未列出", verb.1, amount(true)),
            ));
        }
        for ((_, points, to), sum) in self.seen.moved.iter().filter(|(_, sum)| !sum.is_zero()) {
            let amount = |zh| shown(self.policy, *sum, points, zh);
            texts.push(Text::new(
                format!("moved {} to `{to}`, which the step does not list", amount(false)),
                format!("转出 {} 给 `{to}`，该步骤未列出", amount(true)),
            ));
        }
        self.differences.extend(texts);
    }

    /// Words for whose points: none for the event's own customer.
    fn whose(&self, customer: &str) -> (String, String) {
        if self.answer.event.customer.as_deref() == Some(customer) {
            (String::new(), String::new())
        } else {
            (format!(" for `{customer}`"), format!("`{customer}` "))
        }
    }
}

fn negative(parts: &[ExpectedPart]) -> Vec<ExpectedPart> {
    parts.iter().map(|(name, got, asked)| (name.clone(), -*got, asked.map(|asked| -asked))).collect()
}
