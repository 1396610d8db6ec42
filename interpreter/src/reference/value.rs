//! Values while a decision is computed, their order, and their text: in keys, in counters, in explanations.

use super::time::{Period, Zone, period_of_text, period_text};
use crate::event::{Datum, MOST};
use crate::number::{Exact, Inexact, plain};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use earnest_dsl::policy::{EnumId, Policy, TierId, Type, Value};
use earnest_dsl::syntax::ast::PeriodUnit;
use rust_decimal::Decimal;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// An element of a list.
pub(crate) type Element = BTreeMap<String, Datum>;

/// A value.
#[derive(Debug, Clone)]
pub(crate) enum Val {
    /// Any number, in the unit of the expression's type.
    Number(Exact),
    Flag(bool),
    Date(NaiveDate),
    /// Local date and time, and the instant itself.
    Instant(NaiveDateTime, DateTime<Utc>),
    Time(NaiveTime),
    /// A period by a day in it (its first; of a statement month any).
    Period(PeriodUnit, NaiveDate),
    Enum(EnumId, String),
    /// A row of a tier by a measure: its rank from 0, and its name.
    Tier(usize, String),
    Code(String),
    /// Text, or the id of a subject or event.
    Text(String),
    List(Vec<Element>),
}

impl Val {
    /// A datum of an event or fact as a value.
    pub(crate) fn of_datum(datum: &Datum, zone: Zone) -> Self {
        match datum {
            Datum::Instant(local, instant) => Self::Instant(*local, *instant),
            Datum::List(elements) => Self::List(elements.clone()),
            Datum::One(value) => Self::of_value(value, zone),
            // Requests are refused before anything reads their fields; a text fails closed where a number is wanted.
            Datum::Most => Self::Text(MOST.to_owned()),
        }
    }

    /// A constant as a value; a constant instant is local.
    pub(crate) fn of_value(value: &Value, zone: Zone) -> Self {
        match value {
            Value::Money(amount, _) | Value::Points(amount, _) | Value::Quantity(amount, _) => Self::number(*amount),
            Value::Number(amount) | Value::Percent(amount) | Value::Count(amount) | Value::Multiple(amount) => {
                Self::number(*amount)
            }
            Value::Term(months) => Self::number(Decimal::from(*months)),
            Value::Days(count) | Value::WorkingDays(count) | Value::Minutes(count) => {
                Self::number(Decimal::from(*count))
            }
            Value::Flag(flag) => Self::Flag(*flag),
            Value::Date(date) => Self::Date(*date),
            Value::Instant(local) => Self::Instant(*local, zone.instant(*local)),
            Value::Time(time) => Self::Time(*time),
            Value::Period(unit, first) => Self::Period(*unit, *first),
            Value::Enum(id, name) => Self::Enum(*id, name.clone()),
            Value::Code(code) => Self::Code(code.clone()),
            Value::Text(text) => Self::Text(text.clone()),
        }
    }

    pub(crate) fn number(value: Decimal) -> Self {
        Self::Number(value.into())
    }

    pub(crate) fn as_number(&self) -> Option<Exact> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The local date of a date, instant or period.
    pub(crate) fn as_date(&self) -> Option<NaiveDate> {
        match self {
            Self::Date(date) | Self::Period(_, date) => Some(*date),
            Self::Instant(local, _) => Some(local.date()),
            _ => None,
        }
    }

    /// The text under which a value stands in a counter's key or state. A quotient has none.
    pub(crate) fn text(&self) -> Option<String> {
        Some(match self {
            Self::Number(number) => plain(number.decimal()?),
            Self::Flag(flag) => if *flag { "yes" } else { "no" }.to_owned(),
            Self::Date(date) => date.format("%Y-%m-%d").to_string(),
            Self::Instant(_, instant) => instant.format("%Y-%m-%dT%H:%M:%S%.fZ").to_string(),
            Self::Time(time) => time.format("%H:%M:%S").to_string(),
            Self::Period(unit, day) => period_text(
                *unit,
                &super::time::period(*unit, *day, None).unwrap_or(Period { first: *day, last: *day }),
            ),
            Self::Enum(_, name) | Self::Tier(_, name) | Self::Code(name) | Self::Text(name) => name.clone(),
            Self::List(_) => return None,
        })
    }

    /// Reads [`Val::text`] back.
    pub(crate) fn of_text(text: &str, ty: &Type, policy: &Policy, zone: Zone) -> Option<Self> {
        Some(match ty {
            Type::Flag => Self::Flag(text == "yes"),
            Type::Date => Self::Date(text.parse().ok()?),
            Type::Instant => {
                let instant = DateTime::parse_from_rfc3339(text).ok()?.to_utc();
                Self::Instant(zone.local(instant)?, instant)
            }
            Type::Time => Self::Time(text.parse().ok()?),
            Type::Period(unit) => Self::Period(*unit, period_of_text(*unit, text)?),
            Type::Enum(id) => Self::Enum(*id, text.to_owned()),
            Type::Tier(id) => Self::tier(policy, *id, text)?,
            Type::Code(_) => Self::Code(text.to_owned()),
            Type::Text | Type::Subject(_) | Type::EventOf(_) => Self::Text(text.to_owned()),
            Type::List(_) | Type::Set(_) => return None,
            _ => Self::number(text.parse().ok()?),
        })
    }

    /// A row of a tier by a measure, by its name.
    pub(crate) fn tier(policy: &Policy, id: TierId, name: &str) -> Option<Self> {
        let rank = policy.tier(id)?.rows.iter().position(|row| row.title.name == name)?;
        Some(Self::Tier(rank, name.to_owned()))
    }

    /// The order of two values of one type; `None` where they have none. Values of a host's tier compare by rank.
    pub(crate) fn order(&self, other: &Self, policy: &Policy) -> Result<Option<Ordering>, Inexact> {
        Ok(match (self, other) {
            (Self::Number(a), Self::Number(b)) => Some(a.compare(*b)?),
            (Self::Flag(a), Self::Flag(b)) => Some(a.cmp(b)),
            (Self::Instant(_, a), Self::Instant(_, b)) => Some(a.cmp(b)),
            (Self::Time(a), Self::Time(b)) => Some(a.cmp(b)),
            (Self::Period(_, a), Self::Period(_, b)) => Some(a.cmp(b)),
            (Self::Tier(a, _), Self::Tier(b, _)) => Some(a.cmp(b)),
            (Self::Enum(id, a), Self::Enum(_, b)) => Some(match (rank(policy, *id, a), rank(policy, *id, b)) {
                (Some(a), Some(b)) => a.cmp(&b),
                _ => a.cmp(b),
            }),
            (Self::Code(a) | Self::Text(a), Self::Code(b) | Self::Text(b)) => Some(a.cmp(b)),
            _ => match (self.as_date(), other.as_date()) {
                (Some(a), Some(b)) => Some(a.cmp(&b)),
                _ => None,
            },
        })
    }
}

/// The rank of a value of an ordered enum.
fn rank(policy: &Policy, id: EnumId, name: &str) -> Option<usize> {
    let declared = policy.enum_type(id).filter(|declared| declared.ordered)?;
    declared.values.iter().position(|value| value.title.name == name)
}

/// A value as an explanation shows it: with its unit, money in its currency's scale.
pub(crate) fn shown(value: Option<&Val>, ty: &Type, policy: &Policy) -> String {
    let Some(value) = value else { return "unknown".to_owned() };
    match value {
        Val::Number(number) => shown_number(*number, ty, policy),
        Val::Instant(local, _) => local.format("%Y-%m-%dT%H:%M:%S").to_string(),
        Val::List(elements) => format!("{} elements", elements.len()),
        other => other.text().unwrap_or_default(),
    }
}

/// A number with its unit.
pub(crate) fn shown_number(number: Exact, ty: &Type, policy: &Policy) -> String {
    let Some(decimal) = number.decimal() else {
        // A quotient that does not end: eight decimals and a mark.
        let cut =
            number.rounded(earnest_dsl::syntax::ast::RoundMode::Down, 8).map_or_else(|Inexact| "?".to_owned(), plain);
        return format!("{cut}...");
    };
    let scaled = |scale: u8| {
        crate::number::at_scale(decimal, u32::from(scale))
            .map_or_else(|Inexact| plain(decimal), |value| value.to_string())
    };
    match ty {
        Type::Money(id) => match policy.currency_of(*id) {
            Some(currency) => format!("{} {}", scaled(currency.scale), currency.title.name),
            None => plain(decimal),
        },
        Type::Points(id) => match policy.points_of(*id) {
            Some(points) => format!("{} {}", scaled(points.scale), points.title.name),
            None => plain(decimal),
        },
        Type::Quantity(id) => match policy.quantities.get(id.0) {
            Some(quantity) => format!("{} {}", plain(decimal), quantity.unit),
            None => plain(decimal),
        },
        Type::Multiple => format!("{}x", plain(decimal)),
        Type::Percent => crate::number::multiply(decimal, Decimal::ONE_HUNDRED)
            .map_or_else(|Inexact| plain(decimal), |value| format!("{}%", plain(value))),
        _ => plain(decimal),
    }
}
