//! How little and how much an expression can come to, for the events that meet a rule's conditions.
//!
//! What comes out holds for every such event: ends may lie further out than any event reaches, never further in. Where an
//! expression is not understood its own range is taken, and where it has none there is no answer.

use super::follow;
use crate::check::table::constant_number;
use crate::policy::expr::walk;
use crate::policy::{
    Beyond, Bounded, Compare, Expr, Factor, Line, LineSign, Node, Policy, Rule, RuleBody, TableRow, TableTest,
};
use crate::syntax::ast::RoundMode;
use rust_decimal::{Decimal, RoundingStrategy};

/// What values something takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Extent {
    /// Not below this.
    pub low: Decimal,
    /// Not above this.
    pub high: Decimal,
    /// Where it is above zero, not below this; zero where nothing is known.
    pub least: Decimal,
}

impl Extent {
    pub(crate) fn exact(value: Decimal) -> Self {
        Self { low: value, high: value, least: value.max(Decimal::ZERO) }
    }

    pub(crate) fn between(low: Decimal, high: Decimal) -> Self {
        Self { low, high, least: low.max(Decimal::ZERO) }
    }

    /// Only zero.
    pub(crate) const NOTHING: Self = Self { low: Decimal::ZERO, high: Decimal::ZERO, least: Decimal::ZERO };

    /// One of the two.
    pub(crate) fn or(self, other: Self) -> Self {
        let least = match (self.high > Decimal::ZERO, other.high > Decimal::ZERO) {
            (true, true) => self.least.min(other.least),
            (true, false) => self.least,
            _ => other.least,
        };
        Self { low: self.low.min(other.low), high: self.high.max(other.high), least }
    }

    /// Below zero is nothing: a line never takes from another.
    fn or_nothing_below(self) -> Self {
        let (low, high) = (self.low.max(Decimal::ZERO), self.high.max(Decimal::ZERO));
        Self { low, high, ..self }
    }

    pub(crate) fn add(self, other: Self) -> Option<Self> {
        let (low, high) = (self.low.checked_add(other.low)?, self.high.checked_add(other.high)?);
        // Of two amounts that are never below zero the sum is above zero where one is.
        let least = if self.low < Decimal::ZERO || other.low < Decimal::ZERO {
            low.max(Decimal::ZERO)
        } else {
            self.or(other).least.max(low)
        };
        Some(Self { low, high, least })
    }

    fn negate(self) -> Self {
        Self::between(-self.high, -self.low)
    }

    pub(crate) fn multiply(self, other: Self) -> Option<Self> {
        let products = [
            self.low.checked_mul(other.low)?,
            self.low.checked_mul(other.high)?,
            self.high.checked_mul(other.low)?,
            self.high.checked_mul(other.high)?,
        ];
        let low = products.iter().copied().min()?;
        let high = products.iter().copied().max()?;
        let positive = self.low >= Decimal::ZERO && other.low >= Decimal::ZERO;
        let least = if positive { self.least.checked_mul(other.least)? } else { Decimal::ZERO };
        Some(Self { low, high, least: least.max(low) })
    }

    /// Rounded to so many decimals.
    pub(crate) fn rounded(self, mode: RoundMode, places: u8) -> Self {
        let round = |value: Decimal| round(value, mode, places);
        let smallest = Decimal::new(1, u32::from(places));
        let (low, high) = (round(self.low), round(self.high));
        let least = if high > Decimal::ZERO { round(self.least).max(smallest) } else { Decimal::ZERO };
        Self { low, high, least }
    }
}

/// Rounds to so many decimals; down is towards zero.
pub(crate) fn round(value: Decimal, mode: RoundMode, places: u8) -> Decimal {
    let strategy = match mode {
        RoundMode::Down => RoundingStrategy::ToZero,
        RoundMode::Up => RoundingStrategy::AwayFromZero,
        RoundMode::HalfUp => RoundingStrategy::MidpointAwayFromZero,
    };
    value.round_dp_with_strategy(u32::from(places), strategy)
}

/// What conditions leave of the ranges of fields, facts and measures.
#[derive(Debug, Default)]
pub(crate) struct Ranges<'p> {
    known: Vec<(&'p Node, Decimal, Decimal)>,
    /// Fields of which only a part may be read: what conditions say of the whole is no bound from below on the part.
    parts: Vec<&'p str>,
    /// Measures are empty: nothing has happened.
    empty: bool,
}

impl<'p> Ranges<'p> {
    /// Of conditions that all hold.
    pub(crate) fn of(conditions: &'p [Expr]) -> Self {
        let mut ranges = Self::default();
        for condition in conditions {
            ranges.add(condition);
        }
        ranges
    }

    /// Of a rule, whose amounts may see less of a field than its conditions do: under its spend limits, and after a refund of a part.
    pub(crate) fn of_rule(policy: &'p Policy, rule: &'p Rule) -> Self {
        let mut ranges = Self::of(&rule.conditions);
        ranges.parts.extend(split_fields(policy, rule));
        let kinds = rule.kinds.iter().filter(|kind| follow::refundable(policy, **kind));
        let fields = kinds.filter_map(|kind| policy.kind(*kind)).flat_map(|kind| &kind.fields);
        // What is left of an amount may lie below the least that its field allows.
        let above = fields.filter(|field| field.typed.range.is_some_and(|(low, _)| low > Decimal::ZERO));
        ranges.parts.extend(above.map(|field| field.title.name.as_str()));
        ranges
    }

    /// Before anything has happened: sums and counts are zero.
    pub(crate) fn at_the_start() -> Self {
        Self { empty: true, ..Self::default() }
    }

    /// The same events, under what another rule says too.
    pub(crate) fn with(mut self, other: Self) -> Self {
        self.known.extend(other.known);
        self.parts.extend(other.parts);
        self
    }

    /// Only a part of these fields may count.
    pub(crate) fn without_lows(mut self, fields: impl Iterator<Item = &'p str>) -> Self {
        self.parts.extend(fields);
        self
    }

    fn of_parts(&self, expr: &Expr) -> bool {
        let mut found = false;
        if !self.parts.is_empty() {
            walk(expr, &mut |one| {
                found |= matches!(&one.node, Node::Field(name) if self.parts.contains(&name.as_str()))
            });
        }
        found
    }

    /// A further condition that holds.
    pub(crate) fn also(&mut self, condition: Option<&'p Expr>) {
        if let Some(condition) = condition {
            self.add(condition);
        }
    }

    fn add(&mut self, condition: &'p Expr) {
        match &condition.node {
            Node::And(all) => all.iter().for_each(|one| self.add(one)),
            Node::Compare(op, subject, value) => {
                let (Some(number), Some((least, most))) = (constant_number(value), subject.typed.range) else { return };
                // Between a value and the next there is one unit of the last decimal.
                let unit = if subject.typed.quotient {
                    Decimal::ZERO
                } else {
                    Decimal::new(1, u32::from(subject.typed.scale.min(28)))
                };
                let (low, high) = match op {
                    Compare::Equal => (number, number),
                    Compare::Less => (least, number.checked_sub(unit).unwrap_or(number)),
                    Compare::AtMost => (least, number),
                    Compare::Greater => (number.checked_add(unit).unwrap_or(number), most),
                    Compare::AtLeast => (number, most),
                    Compare::NotEqual => return,
                };
                self.known.push((&subject.node, low, high));
            }
            _ => {}
        }
    }

    fn narrowed(&self, node: &Node, range: (Decimal, Decimal)) -> (Decimal, Decimal) {
        self.known
            .iter()
            .filter(|(known, _, _)| *known == node)
            .fold(range, |(low, high), (_, least, most)| (low.max(*least), high.min(*most)))
    }

    /// The extent of an expression.
    pub(crate) fn extent(&self, expr: &Expr) -> Option<Extent> {
        if let Some(number) = constant_number(expr) {
            return Some(Extent::exact(number));
        }
        if self.empty && matches!(expr.node, Node::Measure(..) | Node::MeasureOver { .. }) {
            return Some(Extent::NOTHING);
        }
        if let Node::Field(_) = expr.node
            && self.of_parts(expr)
        {
            let (low, high) = self.narrowed(&expr.node, expr.typed.range?);
            return Some(Extent::between(low.min(Decimal::ZERO), high.max(Decimal::ZERO)));
        }
        let found = self.computed(expr);
        // The range that the checker knows, and what conditions say, are those of the whole field.
        if self.empty || self.of_parts(expr) {
            return found;
        }
        let (low, high) = match (found, expr.typed.range) {
            (Some(found), Some((low, high))) => (found.low.max(low), found.high.min(high)),
            (Some(found), None) => (found.low, found.high),
            (None, Some(range)) => range,
            (None, None) => return None,
        };
        let (low, high) = self.narrowed(&expr.node, (low, high));
        let least = found.map_or(Decimal::ZERO, |found| found.least).max(low);
        // Nothing meets the conditions: another finding's matter.
        (low <= high).then_some(Extent { low, high, least })
    }

    fn computed(&self, expr: &Expr) -> Option<Extent> {
        match &expr.node {
            Node::Negate(inner) => Some(self.extent(inner)?.negate()),
            Node::Add(a, b) => self.extent(a)?.add(self.extent(b)?),
            Node::Subtract(a, b) => self.extent(a)?.add(self.extent(b)?.negate()),
            Node::Multiply(a, b) => self.extent(a)?.multiply(self.extent(b)?),
            Node::Product(all) => {
                all.iter().try_fold(Extent::exact(Decimal::ONE), |product, one| product.multiply(self.extent(one)?))
            }
            Node::PerFull { award, step, of, started } => self.steps(of, step, *started)?.multiply(self.extent(award)?),
            Node::Above(a, b) => {
                let rest = self.extent(a)?.add(self.extent(b)?.negate())?;
                Some(Extent::between(rest.low.max(Decimal::ZERO), rest.high.max(Decimal::ZERO)))
            }
            Node::Default(a, b) => Some(self.extent(a)?.or(self.extent(b)?)),
            Node::FirstKnown(all) => all.iter().map(|one| self.extent(one)).reduce(|a, b| Some(a?.or(b?))).flatten(),
            Node::Table { subject, rows, in_parts: false } => self.table(subject, rows),
            Node::Round(inner, mode, places) => Some(self.extent(inner)?.rounded(*mode, *places)),
            _ => None,
        }
    }

    /// The number of whole (or begun) steps.
    fn steps(&self, of: &Expr, step: &Expr, started: bool) -> Option<Extent> {
        let (of, step) = (self.extent(of)?, self.extent(step)?);
        if step.low <= Decimal::ZERO {
            return None;
        }
        let mode = if started { RoundMode::Up } else { RoundMode::Down };
        let count = |value: Decimal, by: Decimal| Some(round(value.checked_div(by)?, mode, 0));
        let ends = [
            count(of.low, step.low)?,
            count(of.low, step.high)?,
            count(of.high, step.low)?,
            count(of.high, step.high)?,
        ];
        let (low, high) = (ends.iter().copied().min()?, ends.iter().copied().max()?);
        let least = if high > Decimal::ZERO { low.max(Decimal::ONE) } else { Decimal::ZERO };
        Some(Extent { low, high, least })
    }

    fn table(&self, subject: &Expr, rows: &[TableRow]) -> Option<Extent> {
        let of_subject = self.extent(subject);
        let starts: Vec<Option<Decimal>> = rows
            .iter()
            .map(|row| match &row.test {
                TableTest::From(from) => constant_number(from),
                _ => None,
            })
            .collect();
        let mut all: Option<Extent> = None;
        for (at, row) in rows.iter().enumerate() {
            let start = starts.get(at).copied().flatten();
            let next = starts.get(at.saturating_add(1)).copied().flatten();
            let beside = of_subject.is_some_and(|subject| {
                start.is_some_and(|start| subject.high < start)
                    || start.is_some() && next.is_some_and(|next| next <= subject.low)
            });
            if beside {
                continue;
            }
            let value = self.extent(&row.value)?;
            all = Some(all.map_or(value, |known| known.or(value)));
        }
        all
    }
}

/// What the lines of an edge rule come to for one event, each rounded; `None` where that is not known.
pub(crate) fn of_rule(policy: &Policy, rule: &Rule) -> Option<Extent> {
    match &rule.body {
        RuleBody::Earn(lines) => {
            let ranges = Ranges::of_rule(policy, rule);
            lines.iter().map(|line| of_line(policy, rule, &ranges, line)).reduce(|a, b| a?.add(b?)).flatten()
        }
        RuleBody::Raise { .. } => super::multiply::alone(policy, rule),
        _ => None,
    }
}

/// How many times the base a multiple adds.
pub(crate) fn extra(ranges: &Ranges<'_>, factor: &Factor) -> Option<Extent> {
    let times = ranges.extent(&factor.times)?;
    let base = if factor.includes_base { Decimal::ONE } else { Decimal::ZERO };
    // A multiple never takes from its base; one that is not known raises nothing.
    let less = |value: Decimal| value.checked_sub(base).map(|value| value.max(Decimal::ZERO));
    let found = Extent::between(less(times.low)?, less(times.high)?);
    Some(if factor.times.typed.optional { found.or(Extent::NOTHING) } else { found })
}

/// A line, rounded to its points.
pub(crate) fn of_line(policy: &Policy, rule: &Rule, ranges: &Ranges<'_>, line: &Line) -> Option<Extent> {
    let points = policy.points_of(line.points)?;
    let mode = rule.rounding.map_or(points.rounding, |(mode, _)| mode);
    Some(unrounded(policy, rule, ranges, line)?.rounded(mode, points.scale))
}

/// A line before it is rounded: its own rate on what counts under spend limits, and what the limits say of the rest.
pub(crate) fn unrounded(policy: &Policy, rule: &Rule, ranges: &Ranges<'_>, line: &Line) -> Option<Extent> {
    if line.for_each.is_some() || line.sign != LineSign::Give {
        return None;
    }
    let mut amount = ranges.extent(&line.amount)?.or_nothing_below();
    for rest in rests(policy, rule) {
        amount = amount.add(ranges.extent(&rest.amount)?.or_nothing_below().or(Extent::NOTHING))?;
    }
    let unknown = line.when.is_some() || line.amount.typed.optional;
    Some(if unknown { amount.or(Extent::NOTHING) } else { amount })
}

/// What earns beyond the spend limits of a rule.
pub(crate) fn rests<'p>(policy: &'p Policy, rule: &'p Rule) -> impl Iterator<Item = &'p Line> {
    let limits = rule.constraints.iter().filter_map(|id| policy.constraint(*id));
    limits.filter_map(|limit| match &limit.beyond {
        Beyond::RestEarns(line) => Some(&**line),
        _ => None,
    })
}

/// Fields of which only a part may count for a rule: those that a limit on spend splits.
pub(crate) fn split_fields<'p>(policy: &'p Policy, rule: &'p Rule) -> impl Iterator<Item = &'p str> {
    let limits = rule.constraints.iter().filter_map(|id| policy.constraint(*id));
    limits.filter_map(|limit| match &limit.bounded {
        Bounded::Spend(field) => Some(field.as_str()),
        _ => None,
    })
}

/// The points that a rule gives, where they are of one kind.
pub(crate) fn points_of(policy: &Policy, rule: &Rule) -> Option<crate::policy::PointsId> {
    let mut all: Vec<_> = match &rule.body {
        RuleBody::Earn(lines) => lines.iter().map(|line| line.points).collect(),
        RuleBody::Level { line, .. } => vec![line.points],
        RuleBody::Raise { targets, .. } => targets
            .iter()
            .filter_map(|id| policy.rule(*id))
            .filter(|target| !matches!(target.body, RuleBody::Raise { .. }))
            .filter_map(|target| points_of(policy, target))
            .collect(),
        _ => vec![],
    };
    all.dedup();
    match all.as_slice() {
        [one] => Some(*one),
        _ => None,
    }
}
