//! Expressions. An unknown operand makes the result unknown, for conditions false, save where a node says otherwise.

use super::frame::{Env, Eval};
use super::value::Val;
use super::{calendar, fold, measure, table, tier, time};
use crate::event::scalar::bad;
use crate::number::Exact;
use crate::watch::Seen;
use earnest_dsl::policy::{CodeSetId, Compare, Expr, Node, SetMember, Type};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::cmp::Ordering;

/// The value of an expression; `None` where it is unknown.
// One arm per node: the exhaustive match is the idea.
pub(crate) fn eval(env: &Env<'_>, expr: &Expr) -> Eval<Option<Val>> {
    let exact = |value: Exact| Ok(Some(Val::Number(value)));
    let flag = |value: bool| Ok(Some(Val::Flag(value)));
    match &expr.node {
        Node::Constant(value) => Ok(Some(constant(env, expr, value))),
        // Whom an event concerns is no value that decides.
        Node::Field(name) if name == "customer" => env.field(name),
        Node::Field(name) => noted(env, expr, env.field(name)?),
        Node::Element(name) => noted(env, expr, env.member(name)),
        Node::Fact(subject, whose, name) => match eval(env, whose)? {
            Some(Val::Text(id)) => noted(env, expr, env.fact(*subject, &id, name)?),
            _ => noted(env, expr, None),
        },
        Node::OfEvent(whose, name) => match eval(env, whose)? {
            Some(Val::Text(id)) => noted(env, expr, of_event(env, &id, name)?),
            _ => Ok(None),
        },
        Node::FirstKnown(ways) => {
            for way in ways {
                if let Some(value) = eval(env, way)? {
                    return Ok(Some(value));
                }
            }
            Ok(None)
        }
        Node::Measure(id, reads) => noted(env, expr, measure::read(env, *id, *reads)?),
        Node::MeasureOver { measure, count, previous, fold, reads } => {
            let folded = measure::over(env, expr, *measure, (*count, *previous), *fold, *reads)?;
            noted(env, expr, folded)
        }
        Node::Tier(id, reads) => noted(env, expr, tier::read(env, *id, *reads)?),
        Node::Balance(points, pools) => noted(env, expr, measure::balance(env, *points, pools)?),
        Node::Total(which, points, pools) => noted(env, expr, measure::total(env, *which, *points, pools)?),
        Node::AsOf(inner, at) => match eval(env, at)? {
            Some(Val::Instant(_, instant)) => eval(&Env { as_of: Some(instant), ..*env }, inner),
            Some(Val::Date(day)) => {
                let instant = env.frame.zone.instant(day.and_time(chrono::NaiveTime::MIN));
                eval(&Env { as_of: Some(instant), ..*env }, inner)
            }
            _ => Ok(None),
        },
        Node::Not(inner) => match eval(env, inner)? {
            Some(Val::Flag(value)) => {
                env.see(|| Seen::Condition { expr: inner, held: value });
                flag(!value)
            }
            _ => Ok(None),
        },
        Node::And(all) => {
            for one in all {
                if !holds(env, one)? {
                    return flag(false);
                }
            }
            flag(true)
        }
        Node::Or(all) => {
            for one in all {
                if holds(env, one)? {
                    return flag(true);
                }
            }
            flag(false)
        }
        Node::Compare(how, a, b) => flag(compared(env, expr, *how, a, b)?),
        Node::In(inner, members) => match eval(env, inner)? {
            Some(value) => flag(in_set(env, expr, &value, members)?),
            None => flag(false),
        },
        Node::Known(inner) => flag(eval(env, inner)?.is_some()),
        Node::Default(inner, otherwise) => match eval(env, inner)? {
            Some(value) => Ok(Some(value)),
            None => eval(env, otherwise),
        },
        Node::Add(a, b) => numbers(env, expr, a, b, Exact::add),
        Node::Subtract(a, b) => subtract(env, expr, a, b),
        Node::Multiply(a, b) => numbers(env, expr, a, b, Exact::multiply),
        Node::Divide(_, b) if number(env, b)?.is_some_and(|b| b.is_zero()) => Ok(None),
        Node::Divide(a, b) => numbers(env, expr, a, b, Exact::divide),
        Node::Negate(inner) => Ok(number(env, inner)?.map(|value| Val::Number(value.negated()))),
        Node::PerFull { award, step, of, started } => {
            let (Some(award), Some(step), Some(of)) = (number(env, award)?, number(env, step)?, number(env, of)?)
            else {
                return Ok(None);
            };
            let steps = of.steps(step, *started).map_err(env.inexact(expr.span))?;
            exact(award.multiply(steps.into()).map_err(env.inexact(expr.span))?)
        }
        Node::Above(a, b) => {
            let (Some(a), Some(b)) = (number(env, a)?, number(env, b)?) else { return Ok(None) };
            let part = a.subtract(b).map_err(env.inexact(expr.span))?;
            exact(if part.is_negative() { Exact::ZERO } else { part })
        }
        Node::Table { subject, rows, in_parts } => table::value(env, expr, subject, rows, *in_parts),
        Node::Fold(how, list, value, weight) => fold::list(env, expr, *how, list, value.as_deref(), weight.as_deref()),
        Node::Round(inner, mode, places) => match number(env, inner)? {
            Some(value) => exact(value.rounded(*mode, u32::from(*places)).map_err(env.inexact(expr.span))?.into()),
            None => Ok(None),
        },
        Node::TermIn(inner, months) => match number(env, inner)? {
            Some(value) => exact(value.divide(Decimal::from(*months).into()).map_err(env.inexact(expr.span))?),
            None => Ok(None),
        },
        Node::DaysBetween(from, to) => {
            let (Some(from), Some(to)) = (date(env, from)?, date(env, to)?) else { return Ok(None) };
            exact(Decimal::from(time::days_between(from, to)).into())
        }
        Node::CloseOfPeriod(_) => close_of_period(env),
        Node::Today => noted(env, expr, Some(Val::Date(env.at().0.date()))),
        Node::DateOf(inner) => Ok(date(env, inner)?.map(Val::Date)),
        Node::IsAnniversary(day, of) => {
            let (Some(day), Some(of)) = (date(env, day)?, date(env, of)?) else { return flag(false) };
            flag(time::is_anniversary(day, of, env.policy().leap_day_march))
        }
        Node::PeriodOf(unit, inner) => match date(env, inner)? {
            Some(date) => {
                let day = super::key::statement_day(env, *unit)?;
                let period =
                    time::period(*unit, date, day).ok_or_else(|| bad("at", "the date is out of the range of dates"))?;
                // A statement month is known by its last day: its first is the day after one that clamping may move.
                let day =
                    if *unit == earnest_dsl::syntax::ast::PeriodUnit::Statement { period.last } else { period.first };
                Ok(Some(Val::Period(*unit, day)))
            }
            None => Ok(None),
        },
        Node::Shift(from, by, after) => shift(env, from, by, *after),
        Node::WorkingDaysAfter(id, by, from) => {
            let (Some(by), Some(from)) = (number(env, by)?.and_then(whole), date(env, from)?) else { return Ok(None) };
            Ok(Some(Val::Date(calendar::working_days_after(env.policy(), *id, from, by)?)))
        }
        Node::IsKind(kinds) => flag(kinds.contains(&env.frame.event.kind)),
        Node::Product(factors) => {
            let mut product = Exact::ONE;
            for factor in factors {
                let Some(value) = number(env, factor)? else { return Ok(None) };
                product = product.multiply(value).map_err(env.inexact(expr.span))?;
            }
            exact(product)
        }
    }
}

fn constant(env: &Env<'_>, expr: &Expr, value: &earnest_dsl::policy::Value) -> Val {
    if let (Type::Tier(id), earnest_dsl::policy::Value::Text(name)) = (&expr.typed.ty, value)
        && let Some(row) = Val::tier(env.policy(), *id, name)
    {
        return row;
    }
    Val::of_value(value, env.frame.zone)
}

fn noted(env: &Env<'_>, expr: &Expr, value: Option<Val>) -> Eval<Option<Val>> {
    env.note(expr, value.as_ref());
    Ok(value)
}

/// Whether a condition is known to hold.
pub(crate) fn holds(env: &Env<'_>, expr: &Expr) -> Eval<bool> {
    let held = matches!(eval(env, expr)?, Some(Val::Flag(true)));
    env.see(|| Seen::Condition { expr, held });
    Ok(held)
}

/// The number that an expression gives.
pub(crate) fn number(env: &Env<'_>, expr: &Expr) -> Eval<Option<Exact>> {
    match eval(env, expr)? {
        None => Ok(None),
        Some(value) => value.as_number().map(Some).ok_or_else(|| mistyped(env, expr)),
    }
}

/// The local date that an expression gives.
pub(crate) fn date(env: &Env<'_>, expr: &Expr) -> Eval<Option<chrono::NaiveDate>> {
    match eval(env, expr)? {
        None => Ok(None),
        Some(value) => value.as_date().map(Some).ok_or_else(|| mistyped(env, expr)),
    }
}

fn mistyped(env: &Env<'_>, expr: &Expr) -> crate::event::InputError {
    bad("policy", format!("the value at {} is of an unexpected type", env.policy().sources.place(expr.span)))
}

/// A whole number that fits.
pub(crate) fn whole(value: Exact) -> Option<i64> {
    value.decimal().filter(Decimal::is_integer).and_then(|value| value.to_i64())
}

fn numbers(
    env: &Env<'_>,
    expr: &Expr,
    a: &Expr,
    b: &Expr,
    how: impl Fn(Exact, Exact) -> Result<Exact, crate::number::Inexact>,
) -> Eval<Option<Val>> {
    let (Some(a), Some(b)) = (number(env, a)?, number(env, b)?) else { return Ok(None) };
    Ok(Some(Val::Number(how(a, b).map_err(env.inexact(expr.span))?)))
}

/// A difference; of two dates their distance in days.
fn subtract(env: &Env<'_>, expr: &Expr, a: &Expr, b: &Expr) -> Eval<Option<Val>> {
    let (Some(left), Some(right)) = (eval(env, a)?, eval(env, b)?) else { return Ok(None) };
    if let (Some(left), Some(right)) = (left.as_number(), right.as_number()) {
        return Ok(Some(Val::Number(left.subtract(right).map_err(env.inexact(expr.span))?)));
    }
    match (left.as_date(), right.as_date()) {
        (Some(left), Some(right)) => Ok(Some(Val::number(Decimal::from(time::days_between(right, left))))),
        _ => Err(mistyped(env, expr)),
    }
}

fn compared(env: &Env<'_>, expr: &Expr, how: Compare, a: &Expr, b: &Expr) -> Eval<bool> {
    let (Some(a), Some(b)) = (eval(env, a)?, eval(env, b)?) else { return Ok(false) };
    let order = a.order(&b, env.policy()).map_err(env.inexact(expr.span))?.ok_or_else(|| mistyped(env, expr))?;
    env.see(|| Seen::Compared { expr, order });
    Ok(match how {
        Compare::Equal => order == Ordering::Equal,
        Compare::NotEqual => order != Ordering::Equal,
        Compare::Less => order == Ordering::Less,
        Compare::AtMost => order != Ordering::Greater,
        Compare::Greater => order == Ordering::Greater,
        Compare::AtLeast => order != Ordering::Less,
    })
}

/// Whether a value is in a set.
pub(crate) fn in_set(env: &Env<'_>, expr: &Expr, value: &Val, members: &[SetMember]) -> Eval<bool> {
    let equals =
        |other: &Val| -> Eval<Option<Ordering>> { value.order(other, env.policy()).map_err(env.inexact(expr.span)) };
    for member in members {
        let inside = match member {
            SetMember::One(one) => match eval(env, one)? {
                Some(other) => equals(&other)? == Some(Ordering::Equal),
                None => false,
            },
            SetMember::Codes(set) => in_codes(env, value, *set),
            SetMember::Run(first, last) => {
                let (first, last) = (Val::of_value(first, env.frame.zone), Val::of_value(last, env.frame.zone));
                matches!(equals(&first)?, Some(Ordering::Equal | Ordering::Greater))
                    && matches!(equals(&last)?, Some(Ordering::Equal | Ordering::Less))
            }
        };
        if inside {
            return Ok(true);
        }
    }
    Ok(false)
}

fn in_codes(env: &Env<'_>, value: &Val, set: CodeSetId) -> bool {
    let Val::Code(code) = value else { return false };
    let Some(set) = env.policy().code_set(set) else { return false };
    code.parse().is_ok_and(|code| set.contains(code))
}

/// A field of an earlier event, its instant, or what refunds have left of its amount.
fn of_event(env: &Env<'_>, id: &str, name: &str) -> Eval<Option<Val>> {
    let Some(earlier) = env.frame.earlier.get(id) else {
        return Err(bad(
            "of",
            format!("there is no record of the event `{id}`; attach the record that its decision left"),
        ));
    };
    let zone = env.frame.zone;
    Ok(match name {
        "at" => Some(Val::Instant(earlier.event.at, earlier.event.instant.to_utc())),
        "customer" => earlier.event.customer.clone().map(Val::Text),
        "remaining" => earlier
            .remaining
            .get("amount")
            .or_else(|| earlier.remaining.values().next())
            .map(|left| Val::number(*left))
            .or_else(|| earlier.event.fields.get("amount").map(|datum| Val::of_datum(datum, zone))),
        field => earlier.event.fields.get(field).map(|datum| Val::of_datum(datum, zone)),
    })
}

/// The last instant of the period of the level rule at hand.
fn close_of_period(env: &Env<'_>) -> Eval<Option<Val>> {
    let level = env.level.and_then(|id| super::level::Level::of(env.policy(), id));
    let period = match &level {
        Some(level) => super::key::scope_period(&Env { as_of: None, ..*env }, level.scope)?,
        None => None,
    };
    let Some(period) = period else { return Ok(None) };
    let out = || bad("at", "the date is out of the range of dates");
    let next = time::add_days(period.last, 1).ok_or_else(out)?.and_time(chrono::NaiveTime::MIN);
    let instant = env.frame.zone.instant(next).checked_sub_signed(chrono::TimeDelta::nanoseconds(1)).ok_or_else(out)?;
    Ok(Some(Val::Instant(env.frame.zone.local(instant).ok_or_else(out)?, instant)))
}

/// A date or instant moved by a duration. Days and months go by local dates and keep the wall time.
fn shift(env: &Env<'_>, from: &Expr, by: &Expr, after: bool) -> Eval<Option<Val>> {
    let (Some(start), Some(length)) = (eval(env, from)?, number(env, by)?) else { return Ok(None) };
    let out = || bad("at", "a date moved out of the range of dates");
    let length = whole(length).ok_or_else(out)?;
    let length = if after { length } else { length.checked_neg().ok_or_else(out)? };
    let moved = |date: chrono::NaiveDate| match by.typed.ty {
        Type::Term => time::add_months(date, length),
        _ => time::add_days(date, length),
    };
    if by.typed.ty == Type::Minutes {
        let Val::Instant(_, instant) = start else { return Err(mistyped(env, from)) };
        let minutes = chrono::TimeDelta::try_minutes(length).ok_or_else(out)?;
        let instant = instant.checked_add_signed(minutes).ok_or_else(out)?;
        return Ok(Some(Val::Instant(env.frame.zone.local(instant).ok_or_else(out)?, instant)));
    }
    match start {
        Val::Instant(local, _) => {
            let local = moved(local.date()).ok_or_else(out)?.and_time(local.time());
            Ok(Some(Val::Instant(local, env.frame.zone.instant(local))))
        }
        other => match other.as_date() {
            Some(date) => Ok(Some(Val::Date(moved(date).ok_or_else(out)?))),
            None => Err(mistyped(env, from)),
        },
    }
}
