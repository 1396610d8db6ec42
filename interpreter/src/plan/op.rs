//! The operations of a plan. Each is declared once: name, operands, what it means. The printer and the evaluator follow from it.
//!
//! Registers hold 64-bit integers: numbers at a scale that is known when the policy is compiled, days, nanoseconds of a day,
//! places of enum values, codes as numbers, flags as 0 and 1. [`UNKNOWN`] is the unknown value; an operation on it gives it,
//! and a comparison with it is 0. Arithmetic is checked: what needs more than 64 bits is decided by the plain engine.

use std::fmt;

/// The value of a register that is not known.
pub const UNKNOWN: i64 = i64::MIN;

/// A place among the registers of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Register(pub u32);

/// How two numbers are compared.
pub type Compare = earnest_dsl::policy::Compare;

/// How a number is rounded.
pub type Mode = earnest_dsl::syntax::ast::RoundMode;

macro_rules! operations {
    ($($(#[doc = $doc:literal])* $name:ident { $($(#[doc = $field_doc:literal])* $field:ident: $ty:ty),* $(,)? })*) => {
        /// An operation.
        #[allow(missing_docs, reason = "the operands are told in the line of the operation")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Op {$(
            $(#[doc = $doc])*
            $name { $($(#[doc = $field_doc])* $field: $ty),* },
        )*}

        impl Op {
            /// Its name.
            #[must_use]
            pub fn name(&self) -> &'static str {
                match self { $(Self::$name { .. } => stringify!($name),)* }
            }
        }

        impl Op {
            /// Gives every register that it names another place.
            pub(crate) fn renumber(&mut self, by: &impl Fn(Register) -> Register) {
                match self { $(Self::$name { $($field),* } => { $($field.renumber(by);)* })* }
            }
        }

        impl fmt::Display for Op {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {$(
                    Self::$name { $($field),* } => {
                        f.write_str(stringify!($name))?;
                        $(write!(f, " {}={}", stringify!($field), Shown($field))?;)*
                        Ok(())
                    }
                )*}
            }
        }
    };
}

/// An operand, which may be a register.
trait Operand {
    fn renumber(&mut self, _by: &impl Fn(Register) -> Register) {}
}

impl Operand for Register {
    fn renumber(&mut self, by: &impl Fn(Register) -> Register) {
        *self = by(*self);
    }
}

impl Operand for u32 {}
impl Operand for i64 {}
impl Operand for bool {}
impl Operand for Compare {}
impl Operand for Mode {}

/// An operand as the printer shows it.
struct Shown<T>(T);

impl fmt::Display for Shown<&Register> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "r{}", self.0.0)
    }
}

impl fmt::Display for Shown<&u32> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl fmt::Display for Shown<&i64> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self.0 == UNKNOWN { f.write_str("unknown") } else { write!(f, "{}", self.0) }
    }
}

impl fmt::Display for Shown<&bool> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl fmt::Display for Shown<&Compare> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

impl fmt::Display for Shown<&Mode> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

operations! {
    /// `to` becomes a constant.
    Constant { to: Register, value: i64 }
    /// `to` becomes `a`.
    Copy { to: Register, a: Register }
    /// Sum, at one scale.
    Add { to: Register, a: Register, b: Register }
    /// Difference, at one scale; of two dates, days.
    Subtract { to: Register, a: Register, b: Register }
    /// Product; scales add.
    Multiply { to: Register, a: Register, b: Register }
    /// Product with a constant: a change of scale, or a multiple.
    Scale { to: Register, a: Register, by: i64 }
    /// Sign reversed.
    Negate { to: Register, a: Register }
    /// `a`, or zero where it is below.
    NotBelowZero { to: Register, a: Register }
    /// Whole steps of a size in `of`, towards zero; begun steps away from it. The size is above zero.
    Steps { to: Register, of: Register, size: Register, started: bool }
    /// An award for each whole step of a constant size in `of`, towards zero; begun steps away from it.
    PerFull { to: Register, of: Register, size: i64, award: i64, started: bool }
    /// `a` divided by a power of ten and rounded.
    Round { to: Register, a: Register, divisor: i64, mode: Mode }
    /// Comparison of two values at one scale.
    Compare { to: Register, how: Compare, a: Register, b: Register }
    /// Comparison with a constant.
    Against { to: Register, how: Compare, a: Register, value: i64 }
    /// Membership in a set of small numbers: the set with this index.
    Within { to: Register, a: Register, set: u32 }
    /// The value that a table has for `a`: the table with this index.
    Lookup { to: Register, a: Register, table: u32 }
    /// Whether `a` is known.
    Known { to: Register, a: Register }
    /// `not`; of the unknown the unknown.
    Not { to: Register, a: Register }
    /// Goes on elsewhere.
    Jump { ahead: u32 }
    /// Goes on elsewhere unless a flag is 1.
    JumpUnless { a: Register, ahead: u32 }
    /// Goes on elsewhere where a flag is 1.
    JumpIf { a: Register, ahead: u32 }
    /// Goes on elsewhere where a value is known.
    JumpKnown { a: Register, ahead: u32 }
    /// Day of the week of a date, Monday 0.
    Weekday { to: Register, a: Register }
    /// Day of the month of a date, from 1.
    DayOfMonth { to: Register, a: Register }
    /// Days from a date to the last of its month.
    DaysLeft { to: Register, a: Register }
    /// Month of a date, from 1.
    Month { to: Register, a: Register }
    /// Whether a date is the anniversary of another; 29 February on 1 March of common years where `march`.
    Anniversary { to: Register, day: Register, of: Register, march: bool }
    /// What a measure holds: the counter with this index, before the event.
    Measure { to: Register, counter: u32 }
}
