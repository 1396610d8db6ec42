//! W0162: a request that can never be accepted.
//!
//! The smallest thing that may be asked for is already more than a limit allows: a step of 500 points under a maximum of 300,
//! a minimum above the maximum, an item dearer than the month's limit. Customers see it offered and are always refused.

use super::event;
use super::exact::{Known, Scalar};
use super::found::{Claim, Found};
use crate::check::table::constant_number;
use crate::diagnostic::Diagnostic;
use crate::policy::{
    Ask, Bounded, Compare, Constraint, Need, Node, Policy, Request, Rule, RuleBody, Title, Type, Value,
};
use crate::prove::extent::{Extent, Ranges};
use crate::prove::space::Witness;
use crate::prove::told::{amount, named, told};
use crate::say;
use crate::source::Span;
use crate::syntax::ast::RoundMode;
use rust_decimal::Decimal;
use serde_json::Value as Json;

pub(super) fn find(policy: &Policy) -> Vec<Found> {
    let mut found = Vec::new();
    for rule in &policy.rules {
        let RuleBody::Request(request) = &rule.body else { continue };
        if request.prohibited.is_some() {
            continue;
        }
        found.extend(excluded(policy, rule, request));
        let smallest = smallest(request);
        found.extend(by_limit(policy, rule, request, smallest).or_else(|| by_bill(policy, rule, request, smallest)));
        found.extend(request.items.iter().filter_map(|item| too_dear(policy, rule, request, item)));
    }
    found
}

/// Needs that exclude each other, or what the request is for.
fn excluded(policy: &Policy, rule: &Rule, request: &Request) -> Option<Found> {
    let needs: Vec<&Need> = request.needs.iter().collect();
    let conditions = |needs: &[&Need]| {
        rule.conditions.iter().cloned().chain(needs.iter().map(|need| need.condition.clone())).collect()
    };
    let none = |needs: &[&Need]| {
        let all = event::under(rule, conditions(needs));
        event::nowhere(policy, &rule.kinds, |kind| event::region(policy, &all, kind, &[]))
    };
    // A request that nothing asks for is another finding's matter.
    if needs.is_empty() || !none(&needs) || none(&[]) {
        return None;
    }
    let (at, last) = needs.iter().enumerate().find(|(at, _)| needs.get(..=*at).is_some_and(none))?;
    let found = never(policy, &rule.title, last.condition.span, |words| {
        say!(
            words.language,
            "nobody meets it together with what is needed before",
            "与前面的要求同时成立的客户并不存在"
        )
    });
    let found = match at.checked_sub(1).and_then(|before| needs.get(before)) {
        Some(before) => {
            found.mark(before.condition.span, told(policy, |words| say!(words.language, "needed as well", "同样要求")))
        }
        None => found,
    };
    let witness = asking_of(policy, &event::under(rule, conditions(needs.get(..at)?)), request, Decimal::ONE_THOUSAND);
    Some(Found::by(found, witness, Claim::Refused))
}

/// The smallest size that may be asked: points of a request for points, else pieces; and what says so.
fn smallest(request: &Request) -> (Decimal, Option<Span>) {
    let by_points = matches!(request.ask, Ask::Points(_));
    let step = request.steps.as_ref().filter(|steps| match steps.step.typed.ty {
        Type::Points(_) => by_points,
        Type::Count => !by_points,
        _ => false,
    });
    let step = step.and_then(|steps| Some((constant_number(&steps.step)?, steps)));
    let element = if by_points { "points" } else { "pieces" };
    let minimum = request.minimums.iter().filter_map(|need| match &need.condition.node {
        Node::Compare(Compare::AtLeast, what, least) if matches!(&what.node, Node::Element(name) if name == element) => {
            Some((constant_number(least)?, need.condition.span))
        }
        _ => None,
    });
    let minimum = minimum.max_by(|a, b| a.0.cmp(&b.0));
    match (step, minimum) {
        (None, None) => (if by_points { Decimal::ZERO } else { Decimal::ONE }, None),
        (None, Some((least, span))) => (least, Some(span)),
        (Some((step, steps)), None) => (step, Some(steps.step.span)),
        (Some((step, steps)), Some((least, span))) => {
            // What is left of the rest is below the minimum asked for; what must be whole is above it.
            let mode = if steps.refuse.is_some() { RoundMode::Up } else { RoundMode::Down };
            let whole = least.checked_div(step).map(|count| crate::prove::extent::round(count, mode, 0));
            let least = whole.and_then(|count| count.checked_mul(step)).unwrap_or(step);
            if least > step { (least, Some(span)) } else { (step, Some(steps.step.span)) }
        }
    }
}

/// A limit on what a request takes, gives in pieces, or is worth.
fn by_limit(policy: &Policy, rule: &Rule, request: &Request, (least, span): (Decimal, Option<Span>)) -> Option<Found> {
    let by_points = matches!(request.ask, Ask::Points(_));
    rule.constraints.iter().filter_map(|id| policy.constraint(*id)).find_map(|constraint| {
        let limit = constant_number(&constraint.limit).filter(|_| !constraint.at_least)?;
        let counts = match (&constraint.bounded, &constraint.limit.typed.ty) {
            (Bounded::Uses, _) => Decimal::ONE,
            (Bounded::Pieces, _) if !by_points => least,
            (Bounded::Points, Type::Points(points)) => {
                let taken = by_points && request.spends.as_ref().is_some_and(|spends| spends.points == *points);
                taken.then_some(least)?
            }
            (Bounded::Value, _) if by_points => value_of(policy, request, least)?,
            _ => return None,
        };
        (counts > limit).then(|| {
            let found = refused(policy, rule, span, constraint, counts);
            Found::by(found, asking(policy, rule, request, least), Claim::Refused)
        })
    })
}

fn refused(policy: &Policy, rule: &Rule, span: Option<Span>, constraint: &Constraint, counts: Decimal) -> Diagnostic {
    let found = never(policy, &rule.title, constraint.span, |words| {
        let (limit, counts) = (
            amount(words, constraint, constant_number(&constraint.limit).unwrap_or_default()),
            amount(words, constraint, counts),
        );
        say!(
            words.language,
            "no more than {limit}, and the least to ask for is {counts}",
            "最多{limit}，而最少也要{counts}"
        )
    });
    match span {
        Some(span) => {
            found.mark(span, told(policy, |words| say!(words.language, "the least to ask for", "最少须申请的数量")))
        }
        None => found,
    }
}

/// A fixed part of a bill that is less than the smallest value.
fn by_bill(policy: &Policy, rule: &Rule, request: &Request, (least, span): (Decimal, Option<Span>)) -> Option<Found> {
    request.bills.iter().find_map(|bill| {
        let most = constant_number(&bill.most)?;
        let value = value_of(policy, request, least).filter(|value| *value > most)?;
        let Type::Money(currency) = bill.most.typed.ty else { return None };
        let found = never(policy, &rule.title, bill.most.span, |words| {
            let (most, value) =
                (words.value(&Value::Money(most, currency)), words.value(&Value::Money(value, currency)));
            say!(
                words.language,
                "no more than {most}, and the smallest step is worth {value}",
                "最多{most}，而最小一步值{value}"
            )
        });
        let found = match span {
            Some(span) => found.mark(span, told(policy, |words| say!(words.language, "the smallest step", "最小一步"))),
            None => found,
        };
        Some(Found::by(found, asking(policy, rule, request, least), Claim::Refused))
    })
}

/// An event that asks for the least, of somebody who has enough and meets what is needed, where that can be told.
fn asking(policy: &Policy, rule: &Rule, request: &Request, least: Decimal) -> Option<Witness> {
    let needs = request.needs.iter().map(|need| need.condition.clone());
    let meets = event::under(rule, rule.conditions.iter().cloned().chain(needs).collect());
    asking_of(policy, &meets, request, least).or_else(|| asking_of(policy, rule, request, least))
}

fn asking_of(policy: &Policy, rule: &Rule, request: &Request, least: Decimal) -> Option<Witness> {
    let witness = event::example(policy, rule, &[])?;
    let size = Json::String(least.normalize().to_string());
    let witness = match &request.ask {
        Ask::Points(field) => event::with(policy, witness, field, size),
        Ask::Units { count: Some(field), .. } => event::with(policy, witness, field, size),
        Ask::Units { count: None, .. } | Ask::Nothing => witness,
    };
    let witness = match request.items.first() {
        Some(item) => event::with(policy, witness, "item", Json::String(item.title.name.clone())),
        None => witness,
    };
    Some(match &request.spends {
        Some(spends) => event::holding(policy, witness, spends.points, Decimal::from(1_000_000)),
        None => witness,
    })
}

/// An item that costs more than a limit on the points of its catalogue.
fn too_dear(policy: &Policy, rule: &Rule, request: &Request, item: &crate::policy::Item) -> Option<Found> {
    let spends = request.spends.as_ref()?;
    let price: Extent = Ranges::default().extent(&item.price)?;
    if !item.lower.is_empty() {
        return None;
    }
    let constraints = rule.constraints.iter().chain(&item.constraints).chain(&item.stock);
    constraints.filter_map(|id| policy.constraint(*id)).find_map(|constraint| {
        let limit = constant_number(&constraint.limit).filter(|_| !constraint.at_least)?;
        let counts = match (&constraint.bounded, &constraint.limit.typed.ty) {
            (Bounded::Points, Type::Points(points)) if *points == spends.points => price.low,
            (Bounded::Pieces, _) if item.stock.is_some_and(|id| policy.constraint(id) == Some(constraint)) => {
                Decimal::ONE
            }
            _ => return None,
        };
        (counts > limit).then(|| {
            let found = never(policy, &item.title, item.span, |words| {
                let (limit, counts) = (amount(words, constraint, limit), amount(words, constraint, counts));
                say!(
                    words.language,
                    "one takes {counts}, and no more than {limit} are allowed",
                    "一件需要{counts}，而最多允许{limit}"
                )
            })
            .mark(constraint.span, told(policy, |words| say!(words.language, "this limit", "这个限额")));
            let witness = asking(policy, rule, request, Decimal::ONE)
                .map(|witness| event::with(policy, witness, "item", Json::String(item.title.name.clone())));
            Found::by(found, witness, Claim::Refused)
        })
    })
}

/// What points are worth by the request's rate, rounded down to the minor unit.
fn value_of(policy: &Policy, request: &Request, points: Decimal) -> Option<Decimal> {
    let value = request.value.as_ref()?;
    let leaf = |node: &Node| match node {
        Node::Element(name) if name == "points" => Some(Scalar::Number(points)),
        _ => None,
    };
    Known { policy, leaf }.number(value)
}

fn never(policy: &Policy, title: &Title, span: Span, label: impl Fn(&crate::words::Words<'_>) -> String) -> Diagnostic {
    let message = told(policy, |words| {
        let name = named(words, title);
        say!(words.language, "{name} can never be accepted", "{name} 永远不会被受理")
    });
    Diagnostic::warning("W0162", message, span, told(policy, label)).help(told(policy, |words| {
        say!(words.language, "raise the limit, or lower what has to be asked for", "请提高限额，或降低最少须申请的数量")
    }))
}
