//! Conditions and values that are read, as code.

use super::numbers::{constant_number, constant_of, decimal, ten_to};
use super::op::{Compare, Op, Register, UNKNOWN};
use super::slots::{Builder, Planned, form_of};
use super::{BitSet, Form, OTHER, Source};
use chrono::Datelike;
use earnest_dsl::policy::{Expr, Node, SetMember, Type, Value};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// The largest set of numbers that is kept bit by bit.
const LARGEST: i64 = 1 << 16;

impl Builder<'_> {
    /// A condition: 1 where it holds; 0 or unknown where not.
    pub(crate) fn flag(&mut self, expr: &Expr) -> Planned<Register> {
        match &expr.node {
            Node::Constant(Value::Flag(flag)) => Ok(self.constant(i64::from(*flag))),
            Node::Not(inner) => {
                let a = self.flag(inner)?;
                Ok(self.made(|to| Op::Not { to, a }))
            }
            Node::And(all) => self.every(all),
            Node::Or(all) => self.any(all),
            Node::Compare(how, a, b) => self.compare(*how, a, b).or_else(|_| self.outside(expr)),
            Node::In(inner, members) => self.within(inner, members).or_else(|_| self.outside(expr)),
            Node::Known(inner) => match self.known(inner) {
                Ok(register) => Ok(register),
                Err(_) => self.outside(expr),
            },
            Node::IsKind(kinds) => Ok(self.constant(i64::from(kinds.contains(&self.id)))),
            Node::IsAnniversary(day, of) => {
                let (Ok(day), Ok(of)) = (self.day(day), self.day(of)) else { return self.outside(expr) };
                let march = self.policy.leap_day_march;
                Ok(self.made(|to| Op::Anniversary { to, day, of, march }))
            }
            _ => self.read(expr),
        }
    }

    /// All conditions, none of which is judged once one does not hold.
    pub(crate) fn every(&mut self, all: &[Expr]) -> Planned<Register> {
        let to = self.constant(0);
        let mut jumps = Vec::new();
        for one in all {
            let a = self.flag(one)?;
            jumps.push(self.jump(Op::JumpUnless { a, ahead: 0 }));
        }
        self.emit(Op::Constant { to, value: 1 });
        self.land(&jumps);
        Ok(to)
    }

    fn any(&mut self, all: &[Expr]) -> Planned<Register> {
        let to = self.constant(1);
        let mut jumps = Vec::new();
        for one in all {
            let a = self.flag(one)?;
            jumps.push(self.jump(Op::JumpIf { a, ahead: 0 }));
        }
        self.emit(Op::Constant { to, value: 0 });
        self.land(&jumps);
        Ok(to)
    }

    fn known(&mut self, inner: &Expr) -> Planned<Register> {
        let a = match form_of(&inner.typed.ty, inner.typed.scale) {
            Some(Form::Number(_)) => self.number(inner)?.register,
            Some(_) => self.read(inner)?,
            None => return Err("whether a text is known"),
        };
        Ok(self.made(|to| Op::Known { to, a }))
    }

    pub(crate) fn compare(&mut self, how: Compare, a: &Expr, b: &Expr) -> Planned<Register> {
        let form = form_of(&a.typed.ty, a.typed.scale).or_else(|| form_of(&b.typed.ty, b.typed.scale));
        match form {
            Some(Form::Number(_)) => {
                if let Some((value, scale)) = constant_of(b).and_then(constant_number).map(decimal).transpose()? {
                    let a = self.number(a)?;
                    let common = a.scale.max(scale);
                    let a = self.at_scale(a, common)?;
                    let value = value.checked_mul(ten_to(common - scale)?).ok_or("a number of more than 18 digits")?;
                    return Ok(self.made(|to| Op::Against { to, how, a, value }));
                }
                let (a, b) = (self.number(a)?, self.number(b)?);
                let common = a.scale.max(b.scale);
                let (a, b) = (self.at_scale(a, common)?, self.at_scale(b, common)?);
                Ok(self.made(|to| Op::Compare { to, how, a, b }))
            }
            Some(Form::Date) => {
                let (a, b) = (self.day(a)?, self.day(b)?);
                Ok(self.made(|to| Op::Compare { to, how, a, b }))
            }
            Some(form) => {
                let equality = matches!(how, Compare::Equal | Compare::NotEqual);
                let ordered = match form {
                    Form::Enum(id) => self.policy.enum_type(id).is_some_and(|declared| declared.ordered),
                    Form::Flag | Form::Code | Form::Time => true,
                    Form::Number(_) | Form::Date => false,
                };
                if !equality && !ordered {
                    return Err("an order of names");
                }
                let a = self.read(a)?;
                if let Some(value) = constant_of(b).and_then(|value| self.small(value)) {
                    return Ok(self.made(|to| Op::Against { to, how, a, value }));
                }
                let b = self.read(b)?;
                Ok(self.made(|to| Op::Compare { to, how, a, b }))
            }
            None => Err("a comparison of texts or instants"),
        }
    }

    /// A constant that is no number, as it stands in a register.
    fn small(&self, value: &Value) -> Option<i64> {
        match value {
            Value::Flag(flag) => Some(i64::from(*flag)),
            Value::Date(date) => Some(i64::from(date.num_days_from_ce())),
            Value::Code(code) => code.parse().ok(),
            Value::Enum(id, name) => {
                let values = &self.policy.enum_type(*id)?.values;
                let at = values.iter().position(|value| value.title.name == *name);
                at.map_or(Some(OTHER), |at| i64::try_from(at).ok())
            }
            _ => None,
        }
    }

    pub(crate) fn within(&mut self, inner: &Expr, members: &[SetMember]) -> Planned<Register> {
        if let Some(values) = self.members(inner, members) {
            let a = match form_of(&inner.typed.ty, inner.typed.scale) {
                Some(Form::Number(_)) => self.number(inner)?.register,
                Some(Form::Date) => self.day(inner)?,
                _ => self.read(inner)?,
            };
            let set = self.set(BitSet::of(values));
            return Ok(self.made(|to| Op::Within { to, a, set }));
        }
        let to = self.constant(1);
        let mut jumps = Vec::new();
        for member in members {
            let a = match member {
                SetMember::One(one) => self.compare(Compare::Equal, inner, one)?,
                SetMember::Run(..) | SetMember::Codes(_) => return Err("a run of values"),
            };
            jumps.push(self.jump(Op::JumpIf { a, ahead: 0 }));
        }
        self.emit(Op::Constant { to, value: 0 });
        self.land(&jumps);
        Ok(to)
    }

    /// The members of a set as small numbers, where they are constants and few enough.
    pub(crate) fn members(&self, inner: &Expr, members: &[SetMember]) -> Option<Vec<i64>> {
        let form = form_of(&inner.typed.ty, inner.typed.scale)?;
        let small = |value: &Value| match form {
            Form::Number(0) => constant_number(value).filter(Decimal::is_integer).and_then(|value| value.to_i64()),
            Form::Number(_) => None,
            _ => self.small(value),
        };
        let mut values = Vec::new();
        for member in members {
            match member {
                SetMember::One(one) => values.push(small(constant_of(one)?)?),
                SetMember::Run(first, last) => values.extend(run(small(first)?, small(last)?)?),
                SetMember::Codes(set) => {
                    for (first, last) in &self.policy.code_set(*set)?.runs {
                        values.extend(run(i64::from(*first), i64::from(*last))?);
                    }
                }
            }
        }
        let (first, last) = (values.iter().min()?, values.iter().max()?);
        (last.checked_sub(*first)? <= LARGEST).then_some(values)
    }

    /// A date.
    pub(crate) fn day(&mut self, expr: &Expr) -> Planned<Register> {
        match &expr.node {
            Node::Constant(Value::Date(date)) => Ok(self.constant(i64::from(date.num_days_from_ce()))),
            Node::Field(name) if name == "at" => Ok(self.date()),
            Node::Today => Ok(self.date()),
            Node::DateOf(inner) => self.day(inner),
            _ if expr.typed.ty == Type::Date => self.read(expr),
            _ => Err("an instant or a period"),
        }
    }

    /// A value that is read and not computed: a field, a fact.
    pub(crate) fn read(&mut self, expr: &Expr) -> Planned<Register> {
        if let Some(value) = constant_of(expr) {
            let value = self.small(value).ok_or("a text")?;
            return Ok(self.constant(value));
        }
        let Some(form) = form_of(&expr.typed.ty, expr.typed.scale) else { return Err("a text") };
        match &expr.node {
            Node::Field(name) if name != "at" && name != "customer" => match self.kind.field(name) {
                Some(field) => {
                    let form = form_of(&field.typed.ty, field.typed.scale).unwrap_or(form);
                    Ok(self.slot(Source::Field(name.clone()), form))
                }
                None => self.outside(expr),
            },
            Node::Fact(subject, whose, name) => match &whose.node {
                Node::Field(field) => Ok(self.slot(Source::Fact(*subject, field.clone(), name.clone()), form)),
                _ => self.outside(expr),
            },
            Node::Today => Ok(self.date()),
            Node::FirstKnown(ways) => self.first_known(ways).or_else(|_| self.outside(expr)),
            Node::Default(a, b) => {
                let (first, second) = (self.read(a)?, self.read(b)?);
                Ok(self.or_else(first, second))
            }
            _ => self.outside(expr),
        }
    }

    fn first_known(&mut self, ways: &[Expr]) -> Planned<Register> {
        let to = self.constant(UNKNOWN);
        let mut jumps = Vec::new();
        for way in ways {
            let a = self.read(way)?;
            self.emit(Op::Copy { to, a });
            jumps.push(self.jump(Op::JumpKnown { a: to, ahead: 0 }));
        }
        self.land(&jumps);
        Ok(to)
    }

    /// The first value, or the second where it is unknown.
    pub(crate) fn or_else(&mut self, first: Register, second: Register) -> Register {
        let to = self.made(|to| Op::Copy { to, a: first });
        let jump = self.jump(Op::JumpKnown { a: to, ahead: 0 });
        self.emit(Op::Copy { to, a: second });
        self.land(&[jump]);
        to
    }
}

fn run(first: i64, last: i64) -> Option<std::ops::RangeInclusive<i64>> {
    (last.checked_sub(first)? <= LARGEST).then_some(first..=last)
}
