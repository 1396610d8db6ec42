//! W0159: a threshold that is passed by splitting a purchase, or a limit per event that splitting evades.
//! W0167: more spent, fewer points.
//!
//! Both are found by computing exactly what the rule gives: for an amount at an edge of the text and the amounts next to it,
//! for two halves and the whole. What is computed is what the finding shows.

use super::event;
use super::exact::Known;
use super::found::{Claim, Found, Shown};
use super::sample::Sample;
use crate::check::table::constant_number;
use crate::diagnostic::Diagnostic;
use crate::policy::{
    Beyond, Bounded, Compare, Constraint, Expr, KindId, LineSign, PointsId, Policy, Rule, RuleBody, RuleId,
    ScopePeriod, Type, Value,
};
use crate::prove::extent::round;
use crate::prove::space::{self, Witness};
use crate::prove::told::{named, told};
use crate::say;
use crate::source::Span;
use rust_decimal::Decimal;

pub(crate) fn find(policy: &Policy) -> Vec<Found> {
    let mut found = Vec::new();
    for (at, rule) in policy.rules.iter().enumerate() {
        if !matches!(rule.body, RuleBody::Earn(_)) {
            continue;
        }
        let awards = rule.kinds.iter().filter_map(|kind| Award::new(policy, RuleId(at), rule, *kind));
        found.extend(awards.into_iter().find_map(|award| award.falls().or_else(|| award.split())));
    }
    found
}

/// What a rule gives for one amount of money, everything else being equal.
struct Award<'p> {
    policy: &'p Policy,
    id: RuleId,
    rule: &'p Rule,
    points: PointsId,
    /// The field of money.
    field: &'p str,
    amount: Expr,
    edges: Vec<Decimal>,
    kind: KindId,
}

/// What a limit leaves of an amount: what fits, or nothing where more is refused.
fn left(points: Decimal, limit: &Constraint) -> Decimal {
    match constant_number(&limit.limit) {
        Some(most) if points > most && matches!(limit.beyond, Beyond::Refuse(_)) => Decimal::ZERO,
        Some(most) => points.min(most),
        None => points,
    }
}

impl<'p> Award<'p> {
    fn new(policy: &'p Policy, id: RuleId, rule: &'p Rule, kind: KindId) -> Option<Self> {
        let RuleBody::Earn(lines) = &rule.body else { return None };
        let points = crate::prove::extent::points_of(policy, rule)?;
        let read: Vec<&Expr> = rule
            .conditions
            .iter()
            .chain(lines.iter().flat_map(|line| std::iter::once(&line.amount).chain(&line.when)))
            .collect();
        let declared = policy.kind(kind)?;
        let money =
            declared.fields.iter().filter(|field| matches!(field.typed.ty, Type::Money(_)) && !field.typed.optional);
        let (field, edges) = money
            .map(|field| (field.title.name.as_str(), edges_of(policy, rule, &read, &field.title.name)))
            .find(|(_, edges)| !edges.is_empty())?;
        let amount = event::field(policy, kind, field)?;
        Some(Self { policy, id, rule, points, field, amount, edges, kind })
    }

    /// An event of at least this amount.
    fn event(&self, amount: Decimal) -> Option<Witness> {
        let exactly = event::compare(Compare::Equal, &self.amount, amount)?;
        let region = event::region(self.policy, self.rule, self.kind, &[exactly]);
        // Where another member of its group could win, what the rule gives would not be told.
        let rivals = event::rivals(self.policy, self.rule);
        let region =
            rivals.fold(region, |region, rival| region.without(&space::matching(self.policy, rival, self.kind)));
        match region.example(self.policy) {
            space::Found::Example(witness) => Some(witness),
            _ => None,
        }
    }

    /// What the rule gives for this event with another amount; `None` where it cannot be computed.
    fn given(&self, witness: &Witness, amount: Decimal) -> Option<Decimal> {
        let RuleBody::Earn(lines) = &self.rule.body else { return None };
        let sample = Sample::new(self.policy, witness.kind, &witness.event, &witness.given).with(self.field, amount);
        let known = Known { policy: self.policy, leaf: |node: &_| sample.leaf(node) };
        for condition in &self.rule.conditions {
            if !known.holds(condition)? {
                return Some(Decimal::ZERO);
            }
        }
        let points = self.policy.points_of(self.points)?;
        let mode = self.rule.rounding.map_or(points.rounding, |(mode, _)| mode);
        let mut sum = Decimal::ZERO;
        for line in lines {
            if line.sign != LineSign::Give || line.for_each.is_some() || line.to.is_some() {
                return None;
            }
            if line.when.as_ref().map_or(Some(true), |when| known.holds(when))? {
                sum = sum.checked_add(round(known.number(&line.amount)?, mode, points.scale))?;
            }
        }
        Some(self.limits(true).fold(sum, left))
    }

    /// Limits on the points that the rule gives: on one event, or over time.
    fn limits(&self, each_time: bool) -> impl Iterator<Item = &'p Constraint> {
        let policy = self.policy;
        self.rule.constraints.iter().filter_map(move |id| policy.constraint(*id)).filter(move |limit| {
            limit.bounded == Bounded::Points && matches!(limit.scope.period, ScopePeriod::Event) == each_time
        })
    }

    /// Whether something else than its own points is limited: uses, spend, other rules. A gain can then not be told.
    fn limited_otherwise(&self) -> bool {
        let mut limits = self.rule.constraints.iter().filter_map(|id| self.policy.constraint(*id));
        limits.any(|limit| {
            limit.bounded != Bounded::Points
                || limit.rules.len() > 1
                || crate::prove::room::rest_earns(limit)
                || constant_number(&limit.limit).is_none()
        })
    }

    /// What is left of an amount of points by the limits over time.
    fn at_most(&self, points: Decimal) -> Decimal {
        self.limits(false).fold(points, left)
    }

    /// The smallest amount above another.
    fn unit(&self) -> Decimal {
        Decimal::new(1, u32::from(self.amount.typed.scale))
    }

    /// An edge at which the award falls.
    fn falls(&self) -> Option<Found> {
        if self.limited_otherwise() {
            return None;
        }
        self.edges.iter().find_map(|edge| {
            let below = edge.checked_sub(self.unit())?;
            let (less, more) = (self.event(below)?, self.event(*edge)?);
            let award = |amount: Decimal| self.given(&less, amount).map(|points| self.at_most(points));
            let (before, after) = (award(below)?, award(*edge)?);
            (after < before && after > Decimal::ZERO && self.at_most(self.given(&more, *edge)?) == after)
                .then(|| self.shown_falling((below, *edge), (before, after), (less, more)))
        })
    }

    fn shown_falling(
        &self,
        (below, edge): (Decimal, Decimal),
        (before, after): (Decimal, Decimal),
        (less, more): (Witness, Witness),
    ) -> Found {
        let policy = self.policy;
        let diagnostic = Diagnostic::warning(
            "W0167",
            told(policy, |words| {
                let (rule, edge) = (named(words, &self.rule.title), words.value(&self.money(edge)));
                say!(words.language, "{rule} gives fewer points for more money, at {edge}", "{rule} 在{edge}处花得更多反而得分更少")
            }),
            self.span(),
            told(policy, |words| {
                let (below, edge) = (words.value(&self.money(below)), words.value(&self.money(edge)));
                let (before, after) = (words.amount_of(before, self.points), words.amount_of(after, self.points));
                say!(words.language, "{below} gives {before}, {edge} gives {after}", "{below}给{before}，{edge}给{after}")
            }),
        )
        .help(told(policy, |words| {
            say!(
                words.language,
                "write `in parts` behind the bands, so that each part of the amount earns at its own row, or mend the rows",
                "请在分档后写 `分段`，让金额的每一段按各自的行计分，或改正各行"
            )
        }));
        let claim = Claim::Compared(self.id, before, after);
        Found { diagnostic, shown: Some(Shown { steps: vec![less], beside: vec![more], claim }) }
    }

    /// Two halves that give more than the whole.
    fn split(&self) -> Option<Found> {
        if self.limited_otherwise() {
            return None;
        }
        self.edges.iter().filter(|edge| **edge > Decimal::ZERO).find_map(|edge| {
            let whole = edge.checked_add(*edge)?;
            let (half, all) = (self.event(*edge)?, self.event(whole)?);
            let (one, together) = (self.given(&half, *edge)?, self.at_most(self.given(&half, whole)?));
            let twice = self.at_most(one.checked_add(one)?);
            (twice > together && self.at_most(self.given(&all, whole)?) == together)
                .then(|| self.shown_split((*edge, whole), (twice, together), (half, all)))
        })
    }

    fn shown_split(
        &self,
        (edge, whole): (Decimal, Decimal),
        (twice, together): (Decimal, Decimal),
        (half, all): (Witness, Witness),
    ) -> Found {
        let policy = self.policy;
        let diagnostic = Diagnostic::warning(
            "W0159",
            told(policy, |words| {
                let rule = named(words, &self.rule.title);
                say!(words.language, "splitting a payment earns more from {rule}", "把一笔拆成几笔，{rule} 会给得更多")
            }),
            self.span(),
            told(policy, |words| {
                let (edge, whole) = (words.value(&self.money(edge)), words.value(&self.money(whole)));
                let (twice, together) = (words.amount_of(twice, self.points), words.amount_of(together, self.points));
                say!(
                    words.language,
                    "{whole} at once gives {together}, twice {edge} gives {twice}",
                    "一次{whole}给{together}，两次{edge}给{twice}"
                )
            }),
        )
        .help(told(policy, |words| {
            say!(
                words.language,
                "limit it per customer and day or month, or count over a period: `track` the amount and `keep … while`",
                "请按客户和日或月限制，或按周期累计：用 `累计` 记下金额，再写 `应有 … 只要`"
            )
        }));
        let claim = Claim::Compared(self.id, twice, together);
        Found { diagnostic, shown: Some(Shown { steps: vec![half.clone(), half], beside: vec![all], claim }) }
    }

    fn money(&self, amount: Decimal) -> Value {
        match self.amount.typed.ty {
            Type::Money(id) => Value::Money(amount, id),
            _ => Value::Number(amount),
        }
    }

    fn span(&self) -> Span {
        match &self.rule.body {
            RuleBody::Earn(lines) => lines.first().map_or(self.rule.title.span, |line| line.span),
            _ => self.rule.title.span,
        }
    }
}

/// Amounts at which the text changes its mind: edges of bands and conditions, and where a limit on one event is reached.
fn edges_of(policy: &Policy, rule: &Rule, read: &[&Expr], field: &str) -> Vec<Decimal> {
    let mut edges = event::edges(read, field);
    let reads = read.iter().any(|expr| {
        let mut found = false;
        crate::policy::expr::walk(expr, &mut |inner| {
            found |= matches!(&inner.node, crate::policy::Node::Field(name) if name == field);
        });
        found
    });
    let each_time = rule
        .constraints
        .iter()
        .filter_map(|id| policy.constraint(*id))
        .filter(|limit| limit.bounded == Bounded::Points && matches!(limit.scope.period, ScopePeriod::Event));
    // One main unit mostly gives one point or a few: what a limit of so many points needs lies near.
    for limit in each_time.filter_map(|limit| constant_number(&limit.limit)).filter(|_| reads) {
        edges.extend(
            [Decimal::ONE, Decimal::TEN, Decimal::ONE_HUNDRED].iter().filter_map(|times| limit.checked_mul(*times)),
        );
    }
    edges.sort();
    edges.dedup();
    edges
}
