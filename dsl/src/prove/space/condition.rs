//! Conditions as regions.

use super::domain::{Domain, Values};
use super::time::{DAY, OnDays, When, is_calendar};
use super::{Atom, Part, Region};
use crate::check::table::constant_number;
use crate::policy::{Compare, DayPattern, Expr, KindId, Node, Policy, SetMember, Type, Value};
use chrono::{NaiveDateTime, NaiveTime, Timelike};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

/// The events of a kind for which a condition holds.
#[must_use]
pub fn condition(policy: &Policy, kind: KindId, expr: &Expr) -> Region {
    match &expr.node {
        Node::Constant(Value::Flag(true)) => Region::all(kind),
        Node::Constant(Value::Flag(false)) => Region::of(kind, vec![]),
        Node::And(all) => all.iter().fold(Region::all(kind), |region, one| region.and(&condition(policy, kind, one))),
        Node::Or(all) => {
            all.iter().fold(Region::of(kind, vec![]), |region, one| region.or(condition(policy, kind, one)))
        }
        Node::Not(inner) => Region::all(kind).without(&condition(policy, kind, inner)),
        Node::IsKind(kinds) if kinds.contains(&kind) => Region::all(kind),
        Node::IsKind(_) => Region::of(kind, vec![]),
        Node::Known(inner) if matches!(inner.node, Node::Default(..) | Node::Constant(_)) => Region::all(kind),
        Node::Known(inner) => atom(policy, kind, inner, |all| Some(Domain { unknown: false, ..all.clone() }))
            .map_or_else(|| Region::opaque(kind), |part| Region::of(kind, vec![part])),
        Node::Compare(op, subject, value) => compare(policy, kind, *op, subject, value),
        Node::In(subject, members) => is_in(policy, kind, subject, members),
        _ if expr.typed.ty == Type::Flag => named(policy, kind, expr, BTreeSet::from(["yes".to_owned()])),
        _ => Region::opaque(kind),
    }
}

/// One atom, narrowed: `None` where its values are not understood.
fn atom(policy: &Policy, kind: KindId, expr: &Expr, narrow: impl FnOnce(&Domain) -> Option<Domain>) -> Option<Part> {
    let all = everything(policy, kind, expr)?;
    let domain = narrow(&all)?;
    let certain = matches!(expr.node, Node::Field(_)) || is_own_fact(policy, expr);
    let atoms = BTreeMap::from([(key(&expr.node)?, Atom { expr: expr.clone(), all, domain })]);
    Some(Part { atoms, when: When::always(), certain })
}

/// What is read, without the place where the text reads it.
fn key(node: &Node) -> Option<String> {
    serde_json::to_string(node).ok()
}

/// A fact of a subject that the event itself names, which has no history.
fn is_own_fact(policy: &Policy, expr: &Expr) -> bool {
    let Node::Fact(subject, whose, name) = &expr.node else { return false };
    let fact = policy.subject(*subject).and_then(|one| one.facts.iter().find(|fact| fact.title.name == *name));
    matches!(whose.node, Node::Field(_)) && fact.is_some_and(|fact| !fact.dated)
}

/// All values that an expression can have.
fn everything(policy: &Policy, kind: KindId, expr: &Expr) -> Option<Domain> {
    let values = match &expr.typed.ty {
        Type::Flag => Values::Names(["no".to_owned(), "yes".to_owned()].into()),
        Type::Enum(id) => {
            let one = policy.enum_type(*id)?;
            let names = one.values.iter().map(|value| value.title.name.clone());
            let other = one.open.then(|| crate::policy::kind::OTHER.to_owned());
            Values::Names(names.chain(other).collect())
        }
        Type::Tier(id) => Values::Names(policy.tier(*id)?.rows.iter().map(|row| row.title.name.clone()).collect()),
        Type::Code(digits) => {
            let most = (0..*digits)
                .try_fold(Decimal::ONE, |most, _| most.checked_mul(Decimal::TEN))?
                .checked_sub(Decimal::ONE)?;
            Values::Numbers(vec![(Decimal::ZERO, most)])
        }
        Type::Text | Type::Subject(_) | Type::EventOf(_) => Values::Others(BTreeSet::new()),
        _ => Values::Numbers(vec![expr.typed.range?]),
    };
    // Whether the checker knows that it is known here is its matter: a field may be left out where it says so.
    Some(Domain { unknown: may_be_unknown(policy, kind, expr), values })
}

fn may_be_unknown(policy: &Policy, kind: KindId, expr: &Expr) -> bool {
    match &expr.node {
        Node::Field(name) => {
            policy.kind(kind).and_then(|kind| kind.field(name)).is_none_or(|field| field.typed.optional)
        }
        Node::Fact(subject, _, name) => policy
            .subject(*subject)
            .and_then(|one| one.facts.iter().find(|fact| fact.title.name == *name))
            .is_none_or(|fact| fact.typed.optional),
        _ => true,
    }
}

fn narrowed(policy: &Policy, kind: KindId, expr: &Expr, values: Values) -> Region {
    let part = atom(policy, kind, expr, |all| Some(all.and(&Domain::known(values))))
        .filter(|part| part.atoms.values().all(|atom| !atom.domain.is_empty()));
    match part {
        Some(part) => Region::of(kind, vec![part]),
        None if everything(policy, kind, expr).is_some() => Region::of(kind, vec![]),
        None => Region::opaque(kind),
    }
}

fn named(policy: &Policy, kind: KindId, expr: &Expr, names: BTreeSet<String>) -> Region {
    narrowed(policy, kind, expr, Values::Names(names))
}

fn compare(policy: &Policy, kind: KindId, op: Compare, subject: &Expr, value: &Expr) -> Region {
    let known = |one: &Expr| Expr { node: Node::Known(Box::new(one.clone())), ..value.clone() };
    match &subject.node {
        Node::Default(inner, default) => {
            let told = compare(policy, kind, op, inner, value);
            return match constant_holds(op, default, value) {
                Some(true) => told.or(Region::all(kind).without(&condition(policy, kind, &known(inner)))),
                Some(false) => told,
                None => Region::opaque(kind),
            };
        }
        Node::FirstKnown(all) => {
            // Each counts where those before it are unknown.
            let mut before = Region::all(kind);
            let mut region = Region::of(kind, vec![]);
            for one in all {
                region = region.or(before.and(&compare(policy, kind, op, one, value)));
                before = before.without(&condition(policy, kind, &known(one)));
            }
            return region;
        }
        _ => {}
    }
    match (&subject.node, &value.node) {
        (Node::Today, Node::Constant(Value::Date(day))) => {
            let start = day.and_time(NaiveTime::MIN);
            let end = day.succ_opt().map(|next| next.and_time(NaiveTime::MIN));
            match op {
                Compare::Equal => between(kind, Some(start), end),
                Compare::NotEqual => Region::all(kind).without(&between(kind, Some(start), end)),
                Compare::Less => between(kind, None, Some(start)),
                Compare::AtMost => between(kind, None, end),
                Compare::Greater => between(kind, end, None),
                Compare::AtLeast => between(kind, Some(start), None),
            }
        }
        (_, Node::Constant(constant)) => match constant_number(value) {
            Some(number) => numbers(policy, kind, op, subject, number),
            None => names(policy, kind, op, subject, constant),
        },
        _ => Region::opaque(kind),
    }
}

/// Whether a comparison of two constants holds.
fn constant_holds(op: Compare, a: &Expr, b: &Expr) -> Option<bool> {
    if let (Some(a), Some(b)) = (constant_number(a), constant_number(b)) {
        return Some(holds(op, a, b));
    }
    match (&a.node, &b.node, op) {
        (Node::Constant(a), Node::Constant(b), Compare::Equal) => Some(a == b),
        (Node::Constant(a), Node::Constant(b), Compare::NotEqual) => Some(a != b),
        _ => None,
    }
}

fn holds(op: Compare, a: Decimal, b: Decimal) -> bool {
    match op {
        Compare::Equal => a == b,
        Compare::NotEqual => a != b,
        Compare::Less => a < b,
        Compare::AtMost => a <= b,
        Compare::Greater => a > b,
        Compare::AtLeast => a >= b,
    }
}

fn numbers(policy: &Policy, kind: KindId, op: Compare, subject: &Expr, number: Decimal) -> Region {
    let Some((least, most)) = subject.typed.range.filter(|_| !subject.typed.quotient) else {
        return Region::opaque(kind);
    };
    let unit = Decimal::new(1, u32::from(subject.typed.scale.min(28)));
    let (below, above) = (number.saturating_sub(unit), number.saturating_add(unit));
    let intervals = match op {
        Compare::Equal => vec![(number, number)],
        Compare::NotEqual => vec![(least, below), (above, most)],
        Compare::Less => vec![(least, below)],
        Compare::AtMost => vec![(least, number)],
        Compare::Greater => vec![(above, most)],
        Compare::AtLeast => vec![(number, most)],
    };
    narrowed(policy, kind, subject, Values::Numbers(intervals.into_iter().filter(|(low, high)| low <= high).collect()))
}

fn names(policy: &Policy, kind: KindId, op: Compare, subject: &Expr, constant: &Value) -> Region {
    let name = match constant {
        Value::Enum(_, name) | Value::Text(name) => name.clone(),
        Value::Flag(flag) => if *flag { "yes" } else { "no" }.to_owned(),
        Value::Code(code) => {
            return code.parse::<u32>().map_or_else(
                |_| Region::opaque(kind),
                |code| numbers_of_code(policy, kind, op, subject, Decimal::from(code)),
            );
        }
        _ => return Region::opaque(kind),
    };
    let ranked = || -> Option<Vec<String>> {
        match &subject.typed.ty {
            Type::Enum(id) => policy
                .enum_type(*id)
                .filter(|one| one.ordered)
                .map(|one| one.values.iter().map(|value| value.title.name.clone()).collect()),
            Type::Tier(id) => policy.tier(*id).map(|one| one.rows.iter().map(|row| row.title.name.clone()).collect()),
            _ => None,
        }
    };
    match op {
        Compare::Equal => named(policy, kind, subject, BTreeSet::from([name])),
        Compare::NotEqual => narrowed(policy, kind, subject, Values::Others(BTreeSet::from([name]))),
        _ => {
            let Some(all) = ranked() else { return Region::opaque(kind) };
            let Some(at) = all.iter().position(|one| *one == name) else { return Region::opaque(kind) };
            let rank = |at: usize| Decimal::from(at);
            let chosen = all.iter().enumerate().filter(|(own, _)| holds(op, rank(*own), rank(at)));
            named(policy, kind, subject, chosen.map(|(_, name)| name.clone()).collect())
        }
    }
}

fn numbers_of_code(policy: &Policy, kind: KindId, op: Compare, subject: &Expr, code: Decimal) -> Region {
    match op {
        Compare::Equal => narrowed(policy, kind, subject, Values::Numbers(vec![(code, code)])),
        Compare::NotEqual => {
            let all = Decimal::from(1_000_000_000_u64);
            let around =
                vec![(Decimal::ZERO, code.saturating_sub(Decimal::ONE)), (code.saturating_add(Decimal::ONE), all)];
            narrowed(
                policy,
                kind,
                subject,
                Values::Numbers(around.into_iter().filter(|(low, high)| low <= high).collect()),
            )
        }
        _ => Region::opaque(kind),
    }
}

fn is_in(policy: &Policy, kind: KindId, subject: &Expr, members: &[SetMember]) -> Region {
    if matches!(subject.node, Node::Default(..) | Node::FirstKnown(_)) {
        return members.iter().fold(Region::of(kind, vec![]), |region, member| match member {
            SetMember::One(one) => region.or(compare(policy, kind, Compare::Equal, subject, one)),
            SetMember::Codes(_) | SetMember::Run(..) => region.or(Region::opaque(kind)),
        });
    }
    let mut region = Region::of(kind, vec![]);
    let mut listed: BTreeSet<String> = BTreeSet::new();
    let mut intervals: Vec<(Decimal, Decimal)> = Vec::new();
    for member in members {
        match member {
            SetMember::One(Expr { node: Node::Constant(Value::Enum(_, name) | Value::Text(name)), .. }) => {
                listed.insert(name.clone());
            }
            SetMember::One(Expr { node: Node::Constant(Value::Code(code)), .. }) => match code.parse::<u32>() {
                Ok(code) => intervals.push((Decimal::from(code), Decimal::from(code))),
                Err(_) => region = region.or(Region::opaque(kind)),
            },
            SetMember::One(one) => match constant_number(one) {
                Some(number) => intervals.push((number, number)),
                None => region = region.or(compare(policy, kind, Compare::Equal, subject, one)),
            },
            SetMember::Codes(set) => match policy.code_set(*set) {
                Some(set) => intervals.extend(set.runs.iter().map(|(a, b)| (Decimal::from(*a), Decimal::from(*b)))),
                None => region = region.or(Region::opaque(kind)),
            },
            SetMember::Run(..) => region = region.or(Region::opaque(kind)),
        }
    }
    if !listed.is_empty() {
        region = region.or(named(policy, kind, subject, listed));
    }
    if !intervals.is_empty() {
        intervals.sort();
        region = region.or(narrowed(policy, kind, subject, Values::Numbers(intervals)));
    }
    region
}

/// From an instant until another, by `at`.
pub(crate) fn between(kind: KindId, from: Option<NaiveDateTime>, until: Option<NaiveDateTime>) -> Region {
    let interval = (from.unwrap_or(NaiveDateTime::MIN), until.unwrap_or(NaiveDateTime::MAX));
    let intervals = if interval.0 < interval.1 { vec![interval] } else { vec![] };
    let when = When { intervals, ..When::always() };
    Region::of(kind, vec![Part { when, ..Part::everything(true) }])
}

/// On days of patterns, at hours.
pub(crate) fn days(kind: KindId, patterns: &[DayPattern], hours: Option<(NaiveTime, NaiveTime)>) -> Region {
    let certain = is_calendar(patterns);
    let on = |before: bool, hours: Vec<(u32, u32)>| {
        let any = patterns.contains(&DayPattern::Any);
        let days = if any { vec![] } else { vec![OnDays { patterns: patterns.to_vec(), before, not: false }] };
        let when = When { hours, days, ..When::always() };
        Part { when, ..Part::everything(certain) }
    };
    let seconds = |time: NaiveTime| time.num_seconds_from_midnight();
    let parts = match hours {
        None => vec![on(false, vec![(0, DAY)])],
        Some((from, until)) if from < until => vec![on(false, vec![(seconds(from), seconds(until))])],
        Some((from, until)) => {
            let mut parts = vec![on(false, vec![(seconds(from), DAY)])];
            if seconds(until) > 0 {
                parts.push(on(true, vec![(0, seconds(until))]));
            }
            parts
        }
    };
    Region::of(kind, parts)
}
