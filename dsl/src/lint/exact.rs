//! The exact value of an expression for one event that is known: what the engines would compute, for the part of the language
//! that needs no counter, clock or history. Where anything else is read there is no answer.

use crate::check::table::constant_number;
use crate::policy::{Compare, Expr, Node, Policy, SetMember, TableRow, TableTest, Value};
use crate::prove::extent::round;
use crate::syntax::ast::RoundMode;
use rust_decimal::Decimal;

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Scalar {
    /// A number in its main unit.
    Number(Decimal),
    /// Yes or no.
    Flag(bool),
    /// A name of an enum, a code, a text.
    Name(String),
    /// Not told.
    Unknown,
}

/// What is known: values of fields, facts and elements, by node. `None`: no answer.
pub(crate) struct Known<'p, F> {
    /// The policy: sets of codes, ranks of tiers.
    pub policy: &'p Policy,
    /// What a field, a fact or an element is.
    pub leaf: F,
}

impl<F: Fn(&Node) -> Option<Scalar>> Known<'_, F> {
    /// The value as a number.
    pub(crate) fn number(&self, expr: &Expr) -> Option<Decimal> {
        match self.value(expr)? {
            Scalar::Number(number) => Some(number),
            _ => None,
        }
    }

    /// Whether a condition holds; an unknown one does not.
    pub(crate) fn holds(&self, expr: &Expr) -> Option<bool> {
        match self.value(expr)? {
            Scalar::Flag(flag) => Some(flag),
            Scalar::Unknown => Some(false),
            _ => None,
        }
    }

    pub(crate) fn value(&self, expr: &Expr) -> Option<Scalar> {
        if let Some(found) = (self.leaf)(&expr.node) {
            return Some(found);
        }
        if let Some(number) = constant_number(expr) {
            return Some(Scalar::Number(number));
        }
        match &expr.node {
            Node::Constant(Value::Flag(flag)) => Some(Scalar::Flag(*flag)),
            Node::Constant(Value::Enum(_, name) | Value::Code(name) | Value::Text(name)) => {
                Some(Scalar::Name(name.clone()))
            }
            Node::Not(inner) => Some(Scalar::Flag(!self.holds(inner)?)),
            Node::And(all) => self.all(all, true),
            Node::Or(all) => self.all(all, false),
            Node::Known(inner) => Some(Scalar::Flag(self.value(inner)? != Scalar::Unknown)),
            Node::Default(a, b) => match self.value(a)? {
                Scalar::Unknown => self.value(b),
                known => Some(known),
            },
            Node::Compare(op, a, b) => self.compare(*op, a, b),
            Node::In(subject, members) => Some(Scalar::Flag(self.is_member(&self.value(subject)?, members)?)),
            Node::Table { subject, rows, in_parts: false } => self.value(self.row(subject, rows)?),
            _ => self.calculated(expr),
        }
    }

    fn calculated(&self, expr: &Expr) -> Option<Scalar> {
        let pair = |a: &Expr, b: &Expr| Some((self.number(a)?, self.number(b)?));
        let number = match &expr.node {
            Node::Add(a, b) => pair(a, b).and_then(|(a, b)| a.checked_add(b))?,
            Node::Subtract(a, b) => pair(a, b).and_then(|(a, b)| a.checked_sub(b))?,
            Node::Multiply(a, b) => pair(a, b).and_then(|(a, b)| a.checked_mul(b))?,
            Node::Divide(a, b) => {
                let (a, b) = pair(a, b)?;
                let quotient = a.checked_div(b)?;
                // A quotient that does not come out even is a pair in the engines: no answer here.
                (quotient.checked_mul(b)? == a).then_some(quotient)?
            }
            Node::Negate(inner) => -self.number(inner)?,
            Node::Above(a, b) => pair(a, b).and_then(|(a, b)| a.checked_sub(b))?.max(Decimal::ZERO),
            Node::Round(inner, mode, places) => round(self.number(inner)?, *mode, *places),
            Node::Product(all) => {
                all.iter().try_fold(Decimal::ONE, |product, one| product.checked_mul(self.number(one)?))?
            }
            Node::PerFull { award, step, of, started } => {
                let (of, step) = pair(of, step)?;
                let mode = if *started { RoundMode::Up } else { RoundMode::Down };
                let steps = round(of.checked_div(step)?, mode, 0);
                steps.checked_mul(self.number(award)?)?
            }
            _ => return None,
        };
        Some(Scalar::Number(number))
    }

    fn all(&self, all: &[Expr], wanted: bool) -> Option<Scalar> {
        for one in all {
            if self.holds(one)? != wanted {
                return Some(Scalar::Flag(!wanted));
            }
        }
        Some(Scalar::Flag(wanted))
    }

    fn compare(&self, op: Compare, a: &Expr, b: &Expr) -> Option<Scalar> {
        let (left, right) = (self.value(a)?, self.value(b)?);
        let holds = match (&left, &right) {
            (Scalar::Unknown, _) | (_, Scalar::Unknown) => false,
            (Scalar::Number(left), Scalar::Number(right)) => match op {
                Compare::Equal => left == right,
                Compare::NotEqual => left != right,
                Compare::Less => left < right,
                Compare::AtMost => left <= right,
                Compare::Greater => left > right,
                Compare::AtLeast => left >= right,
            },
            _ => match op {
                Compare::Equal => left == right,
                Compare::NotEqual => left != right,
                // Ranks are not compared here.
                _ => return None,
            },
        };
        Some(Scalar::Flag(holds))
    }

    fn is_member(&self, value: &Scalar, members: &[SetMember]) -> Option<bool> {
        if *value == Scalar::Unknown {
            return Some(false);
        }
        for member in members {
            let found = match member {
                SetMember::One(one) => self.value(one)? == *value,
                SetMember::Codes(set) => {
                    let Scalar::Name(code) = value else { return None };
                    code.parse().is_ok_and(|code| self.policy.code_set(*set).is_some_and(|set| set.contains(code)))
                }
                SetMember::Run(..) => return None,
            };
            if found {
                return Some(true);
            }
        }
        Some(false)
    }

    fn row<'e>(&self, subject: &Expr, rows: &'e [TableRow]) -> Option<&'e Expr> {
        let value = self.value(subject)?;
        let mut chosen = None;
        for row in rows {
            match &row.test {
                TableTest::Is(members) if self.is_member(&value, members)? => return Some(&row.value),
                TableTest::From(from) => {
                    if let Scalar::Number(value) = value
                        && self.number(from)? <= value
                    {
                        chosen = Some(&row.value);
                    }
                }
                TableTest::Otherwise => return chosen.or(Some(&row.value)),
                TableTest::Is(_) => {}
            }
        }
        chosen
    }
}
