//! From an event with its facts to the first registers of a frame.

use super::Bail;
use crate::plan::{Form, KindPlan, OTHER, Source, UNKNOWN};
use crate::reference::expr::eval;
use crate::reference::frame::{Env, Eval};
use crate::reference::value::Val;
use chrono::{Datelike, NaiveTime, Timelike};
use earnest_dsl::policy::{EnumId, Policy};
use rust_decimal::Decimal;

/// Fills the slots of a frame. An input that is wrong, or that has no place in 64 bits, is left to the plain engine to name.
pub(crate) fn fill(plan: &KindPlan, env: &Env<'_>, frame: &mut Vec<i64>) -> Result<(), Bail> {
    frame.clear();
    frame.resize(plan.registers, UNKNOWN);
    for (slot, register) in plan.slots.iter().zip(frame.iter_mut()) {
        let value = value_of(env, &slot.source).map_err(|_| Bail::Unread)?;
        *register = match value {
            Some(value) => integer(env.policy(), &value, slot.form).ok_or(Bail::Unread)?,
            None => UNKNOWN,
        };
    }
    Ok(())
}

fn value_of(env: &Env<'_>, source: &Source) -> Eval<Option<Val>> {
    match source {
        Source::Date => Ok(Some(Val::Date(env.at().0.date()))),
        Source::Time => Ok(Some(Val::Time(env.at().0.time()))),
        Source::Field(name) => env.field(name),
        Source::Fact(subject, whose, name) => match env.field(whose)? {
            Some(Val::Text(id)) => env.fact(*subject, &id, name),
            _ => Ok(None),
        },
        Source::Value(expr) => eval(env, expr),
    }
}

/// A value as an integer of a form.
fn integer(policy: &Policy, value: &Val, form: Form) -> Option<i64> {
    match (form, value) {
        (Form::Number(scale), Val::Number(number)) => at_scale(number.decimal()?, scale),
        (Form::Flag, Val::Flag(flag)) => Some(i64::from(*flag)),
        (Form::Date, value) => value.as_date().map(|date| i64::from(date.num_days_from_ce())),
        (Form::Time, Val::Time(time)) => Some(time_number(*time)),
        (Form::Enum(id), Val::Enum(_, name)) => enum_place(policy, id, name),
        (Form::Code, Val::Code(code)) => code.parse().ok(),
        _ => None,
    }
}

fn time_number(time: NaiveTime) -> i64 {
    i64::from(time.num_seconds_from_midnight())
        .saturating_mul(1_000_000_000)
        .saturating_add(i64::from(time.nanosecond()))
}

/// The place of a value in its enum. One that an ordered enum does not list has no rank.
fn enum_place(policy: &Policy, id: EnumId, name: &str) -> Option<i64> {
    let declared = policy.enum_type(id)?;
    match declared.values.iter().position(|value| value.title.name == name) {
        Some(at) => i64::try_from(at).ok(),
        None => (!declared.ordered).then_some(OTHER),
    }
}

/// A decimal as an integer of so many decimals, where it is one.
pub(crate) fn at_scale(value: Decimal, scale: u8) -> Option<i64> {
    let scaled = crate::number::at_scale(value, u32::from(scale)).ok()?;
    i64::try_from(scaled.mantissa()).ok().filter(|value| *value != UNKNOWN)
}
