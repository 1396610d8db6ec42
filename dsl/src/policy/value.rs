//! Constant values in a checked policy.

use super::{CurrencyId, EnumId, PointsId, QuantityId};
use crate::syntax::ast::PeriodUnit;
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A constant. Amounts are exact decimals in main units; percentages are fractions (60% is 0.6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Value {
    /// Money.
    Money(Decimal, CurrencyId),
    /// Points.
    Points(Decimal, PointsId),
    /// A quantity.
    Quantity(Decimal, QuantityId),
    /// A plain number.
    Number(Decimal),
    /// A percentage, as a fraction.
    Percent(Decimal),
    /// A whole number of things.
    Count(Decimal),
    /// A multiple.
    Multiple(Decimal),
    /// Yes or no.
    Flag(bool),
    /// A local date.
    Date(NaiveDate),
    /// A local date and time.
    Instant(NaiveDateTime),
    /// A time of day.
    Time(NaiveTime),
    /// Calendar months.
    Term(i32),
    /// Local days.
    Days(i64),
    /// Working days.
    WorkingDays(i64),
    /// Minutes.
    Minutes(i64),
    /// A period by its first day.
    Period(PeriodUnit, NaiveDate),
    /// A value of an enum, by name.
    Enum(EnumId, String),
    /// A code.
    Code(String),
    /// Open text.
    Text(String),
}
