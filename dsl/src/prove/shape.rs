//! How the amount of a rule follows what is spent: whether it ever falls, and whether two purchases earn more than one.
//!
//! Both are read off the form of the expression. It *rises* where more of the field never makes it less; it is *gathering* where
//! the parts of an amount never give more than the whole: steps and multiples are, with rates that do not fall, and what lies
//! above a threshold; a flat award is not.

use super::cost::most_for_one;
use super::extent::{self, Ranges};
use super::follow;
use super::space::Witness;
use super::told::{of_rule, points_with_worth, proof, reason, told};
use super::{Proof, Question, Verdict};
use crate::diagnostic::Text;
use crate::policy::expr::walk;
use crate::policy::{
    Compare, Expr, Field, Line, LineSign, Measure, MeasureFn, MeasureSource, Node, Policy, Rule, RuleBody, RuleId,
    ScopePeriod, TableRow, TableTest, Type,
};
use crate::say;
use crate::syntax::ast::RoundMode;
use rust_decimal::Decimal;

/// For each rule that gives points from an amount of money: whether more spent on one event ever earns less by it.
pub(super) fn rising(policy: &Policy, fallen: &[(RuleId, Vec<Witness>)]) -> Vec<Proof> {
    spending(policy)
        .map(|(id, rule, field)| {
            let claim = told(policy, |words| {
                let name = of_rule(words, rule);
                say!(words.language, "{name} never gives less for more", "{name} 不会因消费更多而少给")
            });
            let shown = fallen.iter().find(|(other, _)| *other == id);
            let falls = told(policy, |words| say!(words.language, "a larger amount earns less", "金额更大反而少得"));
            let why = told(policy, |words| {
                let field = words.on(&rule.kinds).field_name(field);
                say!(
                    words.language,
                    "its amount follows {field} upwards, and its conditions only from below",
                    "其数额随{field}递增，条件只有下限"
                )
            });
            let against = shown.map(|(_, steps)| (falls, steps.clone()));
            answered(Question::Rising, rule, claim, against, (never_falls(policy, id, field), why))
        })
        .collect()
}

/// For each such rule: whether splitting a purchase, into parts at one moment, earns more.
pub(super) fn splitting(policy: &Policy, split: &[(RuleId, Vec<Witness>)]) -> Vec<Proof> {
    spending(policy)
        .map(|(id, rule, field)| {
            let claim = told(policy, |words| {
                let name = of_rule(words, rule);
                say!(words.language, "splitting a purchase never earns more by {name}", "拆分消费不会使 {name} 多给")
            });
            let shown = split.iter().find(|(other, _)| *other == id);
            let level = matches!(rule.body, RuleBody::Level { .. });
            let why = told(policy, |words| match level {
                true => say!(
                    words.language,
                    "it follows the total, and parts come to the same",
                    "随总额而定，各部分合计相同"
                ),
                false => say!(
                    words.language,
                    "parts never give more than the whole: steps and rates that do not fall",
                    "部分之和不多于整体：按整步计，比率不降"
                ),
            });
            let against = shown.map(|(_, steps)| (more_by_splitting(policy, id), steps.clone()));
            answered(Question::Splitting, rule, claim, against, (never_splits(policy, id, field), why))
        })
        .collect()
}

/// What was found against a claim, or what was shown.
fn answered(
    question: Question,
    rule: &Rule,
    claim: Text,
    against: Option<(Text, Vec<Witness>)>,
    (shown, why): (Result<(), Text>, Text),
) -> Proof {
    match (against, shown) {
        (Some((text, steps)), _) => proof(question, claim, Verdict::Fails(text, steps), vec![]),
        (None, Ok(())) => proof(question, claim, Verdict::Holds, vec![reason(why, rule.title.span)]),
        (None, Err(open)) => proof(question, claim, Verdict::NotProved(open), vec![]),
    }
}

/// What stands in the way of both, whatever a rule's amount is.
fn alone(policy: &Policy, id: RuleId, field: &str) -> Result<(), Text> {
    let Some(rule) = policy.rule(id) else { return Err(form(policy)) };
    let of = Of::Field(field);
    if follow::may_refuse(policy, &rule.kinds, |condition| {
        bounds_below(condition, of) && !follow::reads_state(&[condition])
    }) {
        return Err(told(policy, |words| {
            say!(words.language, "an event may be refused for its amount or for a limit", "事件可能因金额或上限被拒绝")
        }));
    }
    if follow::rivals(policy, id).is_some() {
        return Err(told(policy, |words| {
            say!(words.language, "another amount may get another member of its group", "金额不同可能由组内不同规则给予")
        }));
    }
    if follow::shared(policy, rule, None).is_some() {
        return Err(told(policy, |words| {
            say!(words.language, "other rules take from a limit that it shares", "其他规则占用共同的上限")
        }));
    }
    let level = matches!(rule.body, RuleBody::Level { .. });
    let read = follow::read(policy, rule);
    let limits = rule.constraints.iter().filter_map(|id| policy.constraint(*id)).map(|limit| &limit.limit);
    let limits: Vec<&Expr> = limits.collect();
    if (!level && (follow::reads_state(&read) || follow::reads_what_is_set(policy, &read)))
        || follow::reads_state(&limits)
    {
        return Err(told(policy, |words| {
            say!(
                words.language,
                "it reads what other events leave: a total, a balance or a choice",
                "它读取其他事件留下的累计、余额或选择"
            )
        }));
    }
    Ok(())
}

/// More of the field never makes the rule give less for the event.
fn never_falls(policy: &Policy, id: RuleId, field: &str) -> Result<(), Text> {
    alone(policy, id, field)?;
    let rule = policy.rule(id).ok_or_else(|| form(policy))?;
    let follows = match &rule.body {
        RuleBody::Earn(_) => rises(policy, rule, field),
        RuleBody::Raise { .. } => raised(policy, id, &mut |member, base, _| {
            alone(policy, base, field)?;
            let rises =
                rises(policy, member, field) && policy.rule(base).is_some_and(|base| rises(policy, base, field));
            Ok(rises && follow::by_line(policy, base))
        })?,
        RuleBody::Level { .. } => total_rises(policy, rule, field),
        _ => false,
    };
    if follows { Ok(()) } else { Err(form(policy)) }
}

/// Parts never give more than the whole.
fn never_splits(policy: &Policy, id: RuleId, field: &str) -> Result<(), Text> {
    alone(policy, id, field)?;
    let rule = policy.rule(id).ok_or_else(|| form(policy))?;
    each_time(policy, rule)?;
    let follows = match &rule.body {
        RuleBody::Earn(_) => gathers(policy, rule, field),
        RuleBody::Raise { .. } => raised(policy, id, &mut |member, base, points| {
            alone(policy, base, field)?;
            let Some(of_base) = policy.rule(base) else { return Ok(false) };
            each_time(policy, of_base)?;
            let down = member.rounding.map_or(points.rounding, |(mode, _)| mode) == RoundMode::Down;
            Ok(down && rises(policy, member, field) && follow::by_line(policy, base) && gathers(policy, of_base, field))
        })?,
        RuleBody::Level { .. } => {
            let sums = |measure: &&Measure| {
                let whole = sources(measure).all(|(value, when)| {
                    value.is_some_and(|value| Of::Field(field).is(&value.node))
                        && when.is_none_or(|when| !Of::Field(field).in_it(when))
                });
                measure.function == MeasureFn::Sum && whole
            };
            total_rises(policy, rule, field) && measures(policy, rule).iter().all(sums)
        }
        _ => false,
    };
    if follows { Ok(()) } else { Err(form(policy)) }
}

fn each_time(policy: &Policy, rule: &Rule) -> Result<(), Text> {
    let mut limits = rule.constraints.iter().filter_map(|id| policy.constraint(*id));
    match limits.any(|one| matches!(one.scope.period, ScopePeriod::Event)) {
        false => Ok(()),
        true => Err(told(policy, |words| {
            say!(words.language, "a limit for each event starts afresh with every part", "每次的上限对每一部分重新起算")
        })),
    }
}

/// Whether something holds of each multiple (those that are multiplied with it too) with each of its bases.
fn raised(
    policy: &Policy,
    id: RuleId,
    holds: &mut dyn FnMut(&Rule, RuleId, &crate::policy::Points) -> Result<bool, Text>,
) -> Result<bool, Text> {
    let Some(rule) = policy.rule(id) else { return Ok(false) };
    let members = super::multiply::multiplied(policy, rule).map_or_else(|| vec![id], <[RuleId]>::to_vec);
    let points = extent::points_of(policy, rule).and_then(|points| policy.points_of(points));
    let Some(points) = points.filter(|_| super::multiply::same_limits(policy, &members)) else { return Ok(false) };
    for member in members {
        let Some(one) = policy.rule(member) else { return Ok(false) };
        let RuleBody::Raise { targets, .. } = &one.body else { return Ok(false) };
        alone_too(policy, member, id)?;
        for target in targets {
            if !matches!(policy.rule(*target).map(|base| &base.body), Some(RuleBody::Earn(_)))
                || !holds(one, *target, points)?
            {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// What stands in the way of those with which a multiple is multiplied.
fn alone_too(policy: &Policy, member: RuleId, id: RuleId) -> Result<(), Text> {
    let read = policy.rule(member).map(|rule| follow::read(policy, rule)).unwrap_or_default();
    match member == id || !(follow::reads_state(&read) || follow::reads_what_is_set(policy, &read)) {
        true => Ok(()),
        false => Err(form(policy)),
    }
}

/// The measures that a level rule reads.
fn measures<'p>(policy: &'p Policy, rule: &'p Rule) -> Vec<&'p Measure> {
    let mut all = Vec::new();
    for expr in follow::read(policy, rule) {
        walk(expr, &mut |one| {
            if let Node::Measure(id, _) | Node::MeasureOver { measure: id, .. } = &one.node {
                all.extend(policy.measure(*id));
            }
        });
    }
    all
}

/// What feeds a measure from events: value and condition.
fn sources(measure: &Measure) -> impl Iterator<Item = (Option<&Expr>, Option<&Expr>)> {
    measure.sources.iter().filter_map(|source| match source {
        MeasureSource::Events { value, when, .. } => Some((value.as_ref(), when.as_ref())),
        MeasureSource::Postings { .. } | MeasureSource::Measure(_) => None,
    })
}

/// Whether a level rule's total never falls where more is spent: it follows sums and counts upwards, and they the field.
fn total_rises(policy: &Policy, rule: &Rule, field: &str) -> bool {
    let RuleBody::Level { line, condition, settled: None, .. } = &rule.body else { return false };
    let read = follow::read(policy, rule);
    let other = |node: &Node| {
        matches!(node, Node::MeasureOver { .. } | Node::Tier(..) | Node::Balance(..) | Node::Total(..) | Node::AsOf(..))
    };
    let of = Of::Field(field);
    let measured = measures(policy, rule).iter().all(|measure| {
        let events = measure.sources.iter().all(|source| matches!(source, MeasureSource::Events { .. }));
        let fed = sources(measure).all(|(value, when)| {
            let read: Vec<&Expr> = value.into_iter().chain(when).collect();
            value.is_none_or(|value| upwards(value, of) && positive(value))
                && when.is_none_or(|when| bounds_below(when, of))
                && !follow::reads_state(&read)
        });
        matches!(measure.function, MeasureFn::Sum | MeasureFn::Count) && events && fed
    });
    measured
        && rule.conditions.is_empty()
        && line.when.is_none()
        && !follow::any(&read, &other)
        && upwards(&line.amount, Of::Measures)
        && condition.as_ref().is_none_or(|condition| bounds_below(condition, Of::Measures))
}

/// Whether a base rule gives for parts no more than for the whole.
fn gathers(policy: &Policy, rule: &Rule, field: &str) -> bool {
    let of = Of::Field(field);
    let kinds = rule.kinds.iter().filter_map(|kind| policy.kind(*kind));
    let fields = kinds.filter_map(|kind| kind.field(field));
    let mut low = fields.filter_map(|field| field.typed.range).map(|(low, _)| low);
    // Parts below zero are no parts.
    let parts = low.all(|low| low >= Decimal::ZERO);
    parts
        && rises(policy, rule, field)
        && lines_of(rule).iter().all(|line| gathering(&line.amount, of) && whole(policy, rule, line, &line.amount))
        && extent::rests(policy, rule).all(|rest| {
            let mut lines = lines_of(rule).iter();
            gathering(&rest.amount, of) && lines.all(|line| whole(policy, rule, line, &rest.amount))
        })
}

/// Rounding gives nothing: it goes down, or there is nothing to round.
fn whole(policy: &Policy, rule: &Rule, line: &Line, amount: &Expr) -> bool {
    let Some(points) = policy.points_of(line.points) else { return false };
    let mode = rule.rounding.map_or(points.rounding, |(mode, _)| mode);
    mode == RoundMode::Down || (!amount.typed.quotient && amount.typed.scale <= points.scale)
}

/// Two purchases earn more than one; by how much, where one event is bounded: a further part earns no more than one event can.
fn more_by_splitting(policy: &Policy, id: RuleId) -> Text {
    let most = most_for_one(policy, id).map(|(points, most)| points_with_worth(policy, points, most));
    told(policy, |words| match &most {
        Some(most) => {
            let most = most.get(words.language);
            say!(
                words.language,
                "two purchases earn more than one of the same sum; every further part at most {most} more",
                "分两笔比同额一笔多得；每多分一笔最多多得 {most}"
            )
        }
        None => say!(
            words.language,
            "two purchases earn more than one of the same sum, and nothing bounds by how much",
            "分两笔比同额一笔多得，且多得的数额没有上限"
        ),
    })
}

fn form(policy: &Policy) -> Text {
    told(policy, |words| {
        say!(words.language, "its amount is of a form that is not understood here", "其数额的形式不在可证范围内")
    })
}

/// Rules that give points from a field of money, with that field.
fn spending(policy: &Policy) -> impl Iterator<Item = (RuleId, &Rule, &str)> {
    policy.rules.iter().enumerate().filter_map(|(at, rule)| {
        let fields = rule.kinds.iter().filter_map(|kind| policy.kind(*kind)).flat_map(|kind| &kind.fields);
        let mut money = fields.filter(|field| is_money(field));
        let field = money.find(|field| spends(policy, rule, &field.title.name))?;
        Some((RuleId(at), rule, field.title.name.as_str()))
    })
}

/// Whether what a rule gives goes by a field: by its own text, its bases' or its measures'.
fn spends(policy: &Policy, rule: &Rule, field: &str) -> bool {
    let of = Of::Field(field);
    let own = || follow::read(policy, rule).iter().any(|expr| of.in_it(expr));
    match &rule.body {
        RuleBody::Earn(_) => own(),
        RuleBody::Raise { targets, .. } => {
            let bases = targets.iter().filter_map(|id| policy.rule(*id));
            own() || bases.filter(|base| matches!(base.body, RuleBody::Earn(_))).any(|base| spends(policy, base, field))
        }
        RuleBody::Level { .. } => measures(policy, rule).iter().any(|measure| {
            sources(measure).any(|(value, when)| value.into_iter().chain(when).any(|expr| of.in_it(expr)))
        }),
        _ => false,
    }
}

fn is_money(field: &Field) -> bool {
    matches!(field.typed.ty, Type::Money(_))
}

/// What an amount is looked at as following.
#[derive(Clone, Copy)]
enum Of<'a> {
    /// A field of the event.
    Field(&'a str),
    /// Measures, all of which rise together.
    Measures,
}

impl Of<'_> {
    fn is(self, node: &Node) -> bool {
        match self {
            Self::Field(field) => matches!(node, Node::Field(name) if name == field),
            Self::Measures => matches!(node, Node::Measure(..)),
        }
    }

    fn in_it(self, expr: &Expr) -> bool {
        let mut found = false;
        walk(expr, &mut |one| found |= self.is(&one.node));
        found
    }
}

/// A condition that, where it holds for less, holds for more.
fn bounds_below(condition: &Expr, of: Of<'_>) -> bool {
    match &condition.node {
        Node::And(all) => all.iter().all(|one| bounds_below(one, of)),
        Node::Compare(Compare::AtLeast | Compare::Greater, subject, value) if of.in_it(condition) => {
            upwards(subject, of) && !of.in_it(value)
        }
        _ => !of.in_it(condition),
    }
}

fn lines_of(rule: &Rule) -> &[Line] {
    match &rule.body {
        RuleBody::Earn(lines) => lines,
        _ => &[],
    }
}

/// Whether the rule's own text makes an edge rule ask no less for more of a field: what it raises is another question.
pub(super) fn rises(policy: &Policy, rule: &Rule, field: &str) -> bool {
    let of = Of::Field(field);
    let limits = rule.constraints.iter().filter_map(|id| policy.constraint(*id));
    let body = match &rule.body {
        RuleBody::Earn(lines) => lines.iter().all(|line| {
            line.for_each.is_none()
                && line.sign == LineSign::Give
                && line.when.as_ref().is_none_or(|when| bounds_below(when, of))
                && upwards(&line.amount, of)
        }),
        RuleBody::Raise { targets, factor, .. } => {
            // What a limit on spend leaves to be raised is decided without what a base earns beyond limits of its own.
            let plain = |id: &RuleId| policy.rule(*id).is_some_and(|base| extent::rests(policy, base).next().is_none());
            let whole = extent::split_fields(policy, rule).next().is_none();
            upwards(&factor.times, of) && (whole || targets.iter().all(plain))
        }
        _ => false,
    };
    body && rule.conditions.iter().all(|condition| bounds_below(condition, of))
        && extent::rests(policy, rule).all(|rest| upwards(&rest.amount, of))
        && limits.into_iter().all(|limit| !of.in_it(&limit.limit))
}

/// Never below zero.
fn positive(expr: &Expr) -> bool {
    Ranges::default().extent(expr).is_some_and(|found| found.low >= Decimal::ZERO)
}

/// More never makes it less.
fn upwards(expr: &Expr, of: Of<'_>) -> bool {
    if !of.in_it(expr) {
        return true;
    }
    match &expr.node {
        node if of.is(node) => true,
        Node::Add(a, b) => upwards(a, of) && upwards(b, of),
        Node::Subtract(a, b) | Node::Above(a, b) => upwards(a, of) && !of.in_it(b),
        Node::Multiply(a, b) => upwards(a, of) && upwards(b, of) && positive(a) && positive(b),
        Node::Divide(a, b) => upwards(a, of) && !of.in_it(b) && positive(b),
        Node::PerFull { award, step, of: counted, .. } => {
            // An award may go by bands of the same amount.
            let scaled = !of.in_it(award) || (upwards(award, of) && positive(counted));
            upwards(counted, of) && !of.in_it(step) && scaled && positive(award)
        }
        Node::Round(inner, _, _) => upwards(inner, of),
        Node::Table { subject, rows, in_parts } => of.is(&subject.node) && ascending(rows, of, *in_parts),
        _ => false,
    }
}

/// Rows whose constants do not fall.
fn ascending(rows: &[TableRow], of: Of<'_>, in_parts: bool) -> bool {
    let ranges = Ranges::default();
    let mut last = if in_parts { Decimal::MIN } else { Decimal::ZERO };
    for row in rows {
        if !matches!(row.test, TableTest::From(_)) || of.in_it(&row.value) {
            return false;
        }
        let Some(found) = ranges.extent(&row.value) else { return false };
        // In parts every rate that is not below zero adds.
        let fits = if in_parts { found.low >= Decimal::ZERO } else { last <= found.low };
        if !fits || found.low != found.high {
            return false;
        }
        last = found.high;
    }
    true
}

/// Parts never give more than the whole: g(x) + g(y) <= g(x + y), for amounts that are not below zero.
fn gathering(expr: &Expr, of: Of<'_>) -> bool {
    match &expr.node {
        node if of.is(node) => true,
        _ if !of.in_it(expr) => {
            // A flat award is given twice; nothing is given twice is nothing.
            Ranges::default().extent(expr).is_some_and(|found| found.high <= Decimal::ZERO)
        }
        Node::Add(a, b) => gathering(a, of) && gathering(b, of),
        Node::Above(a, b) => gathering(a, of) && !of.in_it(b) && positive(b),
        Node::Multiply(a, b) => {
            let scaled =
                |rate: &Expr, base: &Expr| gathering(base, of) && positive(base) && positive(rate) && upwards(rate, of);
            scaled(a, b) || scaled(b, a)
        }
        Node::Divide(a, b) => gathering(a, of) && !of.in_it(b) && positive(b),
        Node::PerFull { award, step, of: counted, started: false } => {
            gathering(counted, of) && positive(counted) && !of.in_it(step) && upwards(award, of) && positive(award)
        }
        Node::Round(inner, RoundMode::Down, _) => gathering(inner, of) && positive(inner),
        _ => false,
    }
}
