//! Types of checked expressions: what a value measures, how many decimals it has, how large it can be.

use super::{CurrencyId, EnumId, KindId, PointsId, QuantityId, SubjectId};
use crate::syntax::ast::PeriodUnit;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// What a value is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Type {
    /// Money, in main units (yuan, not fen).
    Money(CurrencyId),
    /// Points of a kind.
    Points(PointsId),
    /// A quantity with a unit of the programme's own.
    Quantity(QuantityId),
    /// A quotient of two units, such as money per points (`0.01 CNY / 1 Point`).
    Rate(Box<Type>, Box<Type>),
    /// A plain number, or a term counted in years.
    Number,
    /// A percentage; its value is a fraction (`60%` is 0.6).
    Percent,
    /// A whole number of things: times, pieces, entries, days in a list.
    Count,
    /// A multiple, `3x`.
    Multiple,
    /// Yes or no.
    Flag,
    /// A local date.
    Date,
    /// An instant, read as local date and time of the programme's zone.
    Instant,
    /// A local time of day.
    Time,
    /// A length of time in calendar months (3 years = 36 months).
    Term,
    /// A length of time in local days.
    Days,
    /// A length of time in working days.
    WorkingDays,
    /// A length of time in minutes (hours and minutes), measured between instants.
    Minutes,
    /// A calendar period, such as a month.
    Period(PeriodUnit),
    /// A value of an enum or of a tier given by the host.
    Enum(EnumId),
    /// A value of a tier by a measure.
    Tier(super::TierId),
    /// A code of so many digits.
    Code(u8),
    /// Open text.
    Text,
    /// The id of a subject.
    Subject(SubjectId),
    /// The id of an earlier event of one of these kinds.
    EventOf(Vec<KindId>),
    /// A list of elements with these fields.
    List(Vec<super::Field>),
    /// A set, after `in`.
    Set(Box<Type>),
}

/// A type with what is known of its values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Typed {
    /// What it is.
    pub ty: Type,
    /// The value may be unknown.
    pub optional: bool,
    /// The value is an exact quotient (a pair) that must be rounded before it is added, stored or posted.
    pub quotient: bool,
    /// Decimals at most.
    pub scale: u8,
    /// Smallest and largest value, both included, where it is a number.
    pub range: Option<(Decimal, Decimal)>,
}

impl Typed {
    /// A known value of this type without a range.
    #[must_use]
    pub fn plain(ty: Type) -> Self {
        Self { ty, optional: false, quotient: false, scale: 0, range: None }
    }
}
