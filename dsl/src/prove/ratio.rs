//! The return on spend: what points are worth, over the money that earns them.
//!
//! For each rule the largest quotient of its amount and the field: the rate of steps and multiples, the dearest row of a table,
//! a flat award over the least amount at which it is given. Rules add up; of a group that chooses the largest counts.

use super::cost::points_of;
use super::extent::{self, Ranges};
use super::follow;
use super::multiply::multiplied;
use super::told::{of_rule, proof, reason, told};
use super::{Proof, Question, Reason, Verdict};
use crate::policy::expr::walk;
use crate::policy::{
    CurrencyId, Expr, GroupId, GroupMode, KindId, Line, LineSign, Node, PointsId, Policy, Rule, RuleBody, RuleId,
    TableTest, Type,
};
use crate::say;
use rust_decimal::Decimal;

/// Per kind of event and field of money: the return ratio of everything that it earns.
pub(super) fn proofs(policy: &Policy) -> Vec<Proof> {
    let mut all = Vec::new();
    for (at, kind) in policy.kinds.iter().enumerate() {
        let id = KindId(at);
        for field in &kind.fields {
            let Type::Money(currency) = field.typed.ty else { continue };
            let found = of_kind(policy, id, &field.title.name, currency);
            let Some(found) = found else { continue };
            let claim = told(policy, |words| {
                let (kind, field) = (words.kind(id), words.on(&[id]).field_name(&field.title.name));
                say!(words.language, "worth of the points over {field} of {kind}", "{kind}所得积分价值与{field}之比")
            });
            all.push(match found {
                Ok((ratio, reasons)) => {
                    let shown = percent(ratio);
                    let verdict = Verdict::AtMost(crate::diagnostic::Text::new(shown.clone(), shown));
                    proof(Question::Return, claim, verdict, reasons)
                }
                Err(why) => proof(Question::Return, claim, Verdict::NotProved(why.text.clone()), vec![why]),
            });
        }
    }
    all
}

/// A fraction as a percentage, never less than it is.
pub(super) fn percent(ratio: Decimal) -> String {
    let shown = (ratio * Decimal::ONE_HUNDRED).round_dp_with_strategy(4, rust_decimal::RoundingStrategy::AwayFromZero);
    format!("{}%", shown.normalize())
}

type Ratio = Result<(Decimal, Vec<Reason>), Reason>;

/// The return ratio of a kind of event; none where no rule earns from the field.
pub(super) fn of_kind(policy: &Policy, kind: KindId, field: &str, currency: CurrencyId) -> Option<Ratio> {
    let (mut total, mut reasons) = (Decimal::ZERO, Vec::new());
    let mut chosen: Vec<(GroupId, Decimal)> = Vec::new();
    let rules: Vec<&Rule> =
        policy.rules.iter().filter(|rule| rule.kinds.contains(&kind) && earns(policy, rule)).collect();
    if !rules.iter().any(|rule| of_field(policy, rule, field)) {
        return None;
    }
    if let Some(other) = gives_otherwise(policy, kind) {
        return Some(Err(unclear(policy, other)));
    }
    let mut worthless = true;
    let mut products: Vec<&[RuleId]> = Vec::new();
    for rule in rules {
        let Some(points) = points_of(policy, rule) else { return Some(Err(unclear(policy, rule))) };
        // Points that are worth nothing return nothing.
        let Some((worth, of)) = policy.points_of(points)?.worth else { continue };
        if let Some(members) = multiplied(policy, rule) {
            if products.contains(&members) {
                continue;
            }
            products.push(members);
        }
        worthless = false;
        // What is kept of a refund is kept for less spent; worth in other money is not compared.
        let keeps = rule.refund_in_proportion == Some(false) && follow::refundable(policy, kind);
        let ratio = (of == currency && !keeps).then(|| of_rule_in(policy, rule, field)).flatten();
        let Some(ratio) = ratio.and_then(|ratio| ratio.checked_mul(worth)) else {
            return Some(Err(unclear(policy, rule)));
        };
        if !ratio.is_zero() {
            let text = told(policy, |words| {
                let (name, shown) = (of_rule(words, rule), percent(ratio));
                say!(words.language, "{name} returns at most {shown}", "{name} 最多返还 {shown}")
            });
            reasons.push(reason(text, rule.title.span));
        }
        let group = rule.group.filter(|(group, _)| {
            policy
                .group(*group)
                .is_some_and(|group| matches!(group.mode, GroupMode::BestOf | GroupMode::FirstByPriority))
        });
        match group {
            None => total = total.saturating_add(ratio),
            Some((group, _)) => match chosen.iter_mut().find(|(known, _)| *known == group) {
                Some((_, best)) => *best = (*best).max(ratio),
                None => chosen.push((group, ratio)),
            },
        }
    }
    if worthless {
        let text = told(policy, |words| say!(words.language, "the points have no stated worth", "积分没有写明价值"));
        return Some(Err(reason(text, policy.programme.span)));
    }
    let total = chosen.iter().fold(total, |total, (_, best)| total.saturating_add(*best));
    Some(Ok((total, reasons)))
}

/// A rule that brings worth by a way that is not looked at here: a conversion, a request of this kind, something with a worth of
/// its own.
fn gives_otherwise(policy: &Policy, kind: KindId) -> Option<&Rule> {
    let worth = |points: PointsId| policy.points_of(points).is_some_and(|points| points.worth.is_some());
    let brings = |line: &Line| line.sign == LineSign::Give && (line.worth.is_some() || worth(line.points));
    policy.rules.iter().find(|rule| match &rule.body {
        RuleBody::Convert(convert) => worth(convert.give.1),
        RuleBody::Request(request) => rule.kinds.contains(&kind) && request.lines.iter().any(brings),
        RuleBody::Earn(lines) => rule.kinds.contains(&kind) && lines.iter().any(|line| line.worth.is_some()),
        RuleBody::Level { line, .. } => rule.kinds.contains(&kind) && line.worth.is_some(),
        _ => false,
    })
}

fn earns(policy: &Policy, rule: &Rule) -> bool {
    match &rule.body {
        RuleBody::Earn(lines) => lines.iter().any(|line| line.sign == LineSign::Give && !memo(policy, line)),
        RuleBody::Raise { .. } | RuleBody::Level { .. } => true,
        _ => false,
    }
}

fn memo(policy: &Policy, line: &Line) -> bool {
    policy.points_of(line.points).is_some_and(|points| points.memo)
}

fn of_field(policy: &Policy, rule: &Rule, field: &str) -> bool {
    match &rule.body {
        RuleBody::Earn(lines) => lines.iter().any(|line| reads(&line.amount, field)),
        RuleBody::Raise { targets, .. } => targets
            .iter()
            .filter_map(|id| policy.rule(*id))
            .any(|target| matches!(target.body, RuleBody::Earn(_)) && of_field(policy, target, field)),
        _ => false,
    }
}

fn reads(expr: &Expr, field: &str) -> bool {
    let mut found = false;
    walk(expr, &mut |one| found |= matches!(&one.node, Node::Field(name) if name == field));
    found
}

fn unclear(policy: &Policy, rule: &Rule) -> Reason {
    let text = told(policy, |words| {
        let name = of_rule(words, rule);
        say!(
            words.language,
            "what {name} gives for each unit spent is not bounded by its text",
            "{name} 每单位消费所给的积分没有可证的上限"
        )
    });
    reason(text, rule.title.span)
}

/// The largest quotient of a rule's points and the field.
fn of_rule_in(policy: &Policy, rule: &Rule, field: &str) -> Option<Decimal> {
    let ranges = Ranges::of_rule(policy, rule);
    match &rule.body {
        RuleBody::Earn(lines) => lines
            .iter()
            .filter(|line| line.sign == LineSign::Give && !memo(policy, line))
            .map(|line| of_line(policy, rule, &ranges, line, field))
            .try_fold(Decimal::ZERO, |sum, one| sum.checked_add(one?)),
        RuleBody::Raise { targets, .. } => match multiplied(policy, rule) {
            Some(members) => of_product(policy, members, field),
            None => {
                let extra = times(policy, rule)?;
                of_bases(policy, targets, field)?.checked_mul(extra)
            }
        },
        // A level rule posts what other events moved too: what it returns on one of them has no bound of its own.
        _ => None,
    }
}

/// How many times its base a multiple adds at most; rounding up may give a unit for nearly nothing.
fn times(policy: &Policy, rule: &Rule) -> Option<Decimal> {
    let RuleBody::Raise { factor, .. } = &rule.body else { return None };
    let points = policy.points_of(points_of(policy, rule)?)?;
    let mode = rule.rounding.map_or(points.rounding, |(mode, _)| mode);
    (mode == crate::syntax::ast::RoundMode::Down).then_some(())?;
    Some(extent::extra(&Ranges::of_rule(policy, rule), factor)?.high)
}

fn of_bases(policy: &Policy, targets: &[RuleId], field: &str) -> Option<Decimal> {
    let bases = targets.iter().filter_map(|id| policy.rule(*id)).filter(|base| matches!(base.body, RuleBody::Earn(_)));
    bases.map(|base| of_rule_in(policy, base, field)).try_fold(Decimal::ZERO, |sum, one| sum.checked_add(one?))
}

/// Multiples that multiply together: all their bases, times the whole product less one.
fn of_product(policy: &Policy, members: &[RuleId], field: &str) -> Option<Decimal> {
    let mut product = Decimal::ONE;
    let mut targets: Vec<RuleId> = Vec::new();
    for member in members.iter().filter_map(|id| policy.rule(*id)) {
        let RuleBody::Raise { targets: own, .. } = &member.body else { return None };
        targets.extend(own);
        product = product.checked_mul(times(policy, member)?.checked_add(Decimal::ONE)?)?;
    }
    targets.sort();
    targets.dedup();
    of_bases(policy, &targets, field)?.checked_mul(product.checked_sub(Decimal::ONE)?)
}

fn of_line(policy: &Policy, rule: &Rule, ranges: &Ranges<'_>, line: &Line, field: &str) -> Option<Decimal> {
    if line.for_each.is_some() {
        return None;
    }
    let points = policy.points_of(line.points)?;
    let mode = rule.rounding.map_or(points.rounding, |(mode, _)| mode);
    // Rounding up may give a unit for nearly nothing.
    (mode == crate::syntax::ast::RoundMode::Down).then_some(())?;
    // Beyond a limit on spend each part earns at its own rate: none at more than all rates together.
    let rests = extent::rests(policy, rule).map(|rest| slope(ranges, &rest.amount, field));
    rests.fold(slope(ranges, &line.amount, field), |sum, one| {
        let one = one?.max(Decimal::ZERO);
        sum?.checked_add(one)
    })
}

/// The largest quotient of an expression and the field, for amounts above zero.
fn slope(ranges: &Ranges<'_>, expr: &Expr, field: &str) -> Option<Decimal> {
    if !reads(expr, field) {
        let high = ranges.extent(expr)?.high;
        if high <= Decimal::ZERO {
            return Some(Decimal::ZERO);
        }
        return high.checked_div(least(ranges, expr, field)?);
    }
    match &expr.node {
        Node::Field(_) => Some(Decimal::ONE),
        Node::Add(a, b) => slope(ranges, a, field)?.checked_add(slope(ranges, b, field)?),
        Node::Subtract(a, b) | Node::Above(a, b) if !reads(b, field) && ranges.extent(b)?.low >= Decimal::ZERO => {
            slope(ranges, a, field)
        }
        Node::Multiply(a, b) => {
            let (of, other) = if reads(a, field) { (a, b) } else { (b, a) };
            let other_high = ranges.extent(other)?.high;
            if ranges.extent(of)?.low < Decimal::ZERO {
                return None;
            }
            if reads(other, field) && other_high > Decimal::ZERO {
                // A rate by the amount itself: the dearest row.
                let flat = matches!(&other.node, Node::Table { in_parts: false, .. });
                return if flat { slope(ranges, of, field)?.checked_mul(other_high) } else { None };
            }
            slope(ranges, of, field)?.checked_mul(other_high.max(Decimal::ZERO))
        }
        Node::Divide(a, b) if !reads(b, field) => {
            let low = ranges.extent(b)?.low;
            (low > Decimal::ZERO).then_some(())?;
            slope(ranges, a, field)?.checked_div(low)
        }
        Node::PerFull { award, step, of, started: false } if !reads(step, field) && !reads(award, field) => {
            let (award, step) = (ranges.extent(award)?.high, ranges.extent(step)?.low);
            (step > Decimal::ZERO).then_some(())?;
            slope(ranges, of, field)?.checked_mul(award.max(Decimal::ZERO))?.checked_div(step)
        }
        Node::Round(inner, crate::syntax::ast::RoundMode::Down, _) => slope(ranges, inner, field),
        Node::Table { subject, rows, in_parts } => {
            let banded = matches!(&subject.node, Node::Field(name) if name == field);
            let mut most = Decimal::ZERO;
            for row in rows {
                let one = match &row.test {
                    TableTest::From(from) if banded && !*in_parts && !reads(&row.value, field) => {
                        let high = ranges.extent(&row.value)?.high;
                        let from = ranges.extent(from)?.low;
                        if high <= Decimal::ZERO {
                            Decimal::ZERO
                        } else {
                            high.checked_div(from).filter(|_| from > Decimal::ZERO)?
                        }
                    }
                    _ if *in_parts => {
                        let rate = ranges.extent(&row.value).filter(|_| !reads(&row.value, field));
                        match rate {
                            Some(rate) => rate.high,
                            None => slope(ranges, &row.value, field)?,
                        }
                    }
                    _ => slope(ranges, &row.value, field)?,
                };
                most = most.max(one);
            }
            Some(most)
        }
        _ => None,
    }
}

/// The least amount at which the rule applies.
fn least(ranges: &Ranges<'_>, like: &Expr, field: &str) -> Option<Decimal> {
    let typed = crate::policy::Typed {
        ty: Type::Number,
        optional: false,
        quotient: false,
        scale: 2,
        range: Some((Decimal::ZERO, Decimal::from(super::told::BOUNDLESS))),
    };
    let expr = Expr { node: Node::Field(field.to_owned()), typed, span: like.span };
    ranges.extent(&expr).map(|found| found.low).filter(|low| *low > Decimal::ZERO)
}
