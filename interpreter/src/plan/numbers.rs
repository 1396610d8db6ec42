//! Numbers as code: every one has a scale that is known, and a divisor where it is a quotient by a constant.

use super::op::{Compare, Op, Register, UNKNOWN};
use super::slots::{Builder, Planned, form_of};
use super::{Counted, Form, Table};
use earnest_dsl::policy::{Expr, Node, Reads, TableRow, TableTest, Value};
use earnest_dsl::syntax::ast::RoundMode;
use rust_decimal::Decimal;

/// A number in a register: what stands there, over a power of ten and a divisor. Quotients by a constant keep their divisor until
/// the text rounds them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Number {
    pub register: Register,
    pub scale: u8,
    pub under: i64,
}

impl Number {
    fn plain(register: Register, scale: u8) -> Self {
        Self { register, scale, under: 1 }
    }

    /// What a register at this scale is divided by, so that so many decimals are left; none where it is multiplied.
    pub(crate) fn divisor(self, scale: u8) -> Planned<(i64, i64)> {
        let long = "a number of more than 18 digits";
        match self.scale.checked_sub(scale) {
            Some(over) => Ok((1, ten_to(over)?.checked_mul(self.under).ok_or(long)?)),
            None => Ok((ten_to(scale - self.scale)?, self.under)),
        }
    }
}

/// A constant, or a quotient of two: numerator, its scale, denominator.
fn ratio(expr: &Expr) -> Option<(i64, u8, i64)> {
    match &expr.node {
        Node::Constant(value) => {
            let (value, scale) = decimal(constant_number(value)?).ok()?;
            Some((value, scale, 1))
        }
        Node::Divide(a, b) => {
            let (a, scale, under) = ratio(a)?;
            let (b, b_scale, b_under) = ratio(b)?;
            if b <= 0 {
                return None;
            }
            // a / (b / 10^s / u) = a * u * 10^s / b.
            let raised = ten_to(b_scale.saturating_sub(scale)).ok()?;
            let a = a.checked_mul(b_under)?.checked_mul(raised)?;
            let (a, scale, under) = (a, scale.saturating_sub(b_scale), under.checked_mul(b)?);
            let common = i64::try_from(greatest_common(a.unsigned_abs(), under.unsigned_abs())).ok()?;
            Some(tens(a.checked_div(common)?, scale, under.checked_div(common)?))
        }
        _ => None,
    }
}

/// Tens in a denominator are decimals.
fn tens(a: i64, mut scale: u8, mut under: i64) -> (i64, u8, i64) {
    while under % 10 == 0 && scale < 18 {
        under /= 10;
        scale += 1;
    }
    (a, scale, under)
}

fn greatest_common(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.max(1)
}

/// A constant as an integer and its scale.
pub(crate) fn decimal(value: Decimal) -> Planned<(i64, u8)> {
    let plain = value.normalize();
    let mantissa = i64::try_from(plain.mantissa()).map_err(|_| "a constant of more than 18 digits")?;
    let scale = u8::try_from(plain.scale()).map_err(|_| "a constant of more than 18 digits")?;
    Ok((mantissa, scale))
}

/// Ten to a power.
pub(crate) fn ten_to(power: u8) -> Planned<i64> {
    10_i64.checked_pow(u32::from(power)).ok_or("a number of more than 18 digits")
}

/// A constant of a policy as a number.
pub(crate) fn constant_number(value: &Value) -> Option<Decimal> {
    match value {
        Value::Money(amount, _) | Value::Points(amount, _) | Value::Quantity(amount, _) => Some(*amount),
        Value::Number(amount) | Value::Percent(amount) | Value::Count(amount) | Value::Multiple(amount) => {
            Some(*amount)
        }
        Value::Term(months) => Some(Decimal::from(*months)),
        Value::Days(count) | Value::WorkingDays(count) | Value::Minutes(count) => Some(Decimal::from(*count)),
        _ => None,
    }
}

pub(crate) fn constant_of(expr: &Expr) -> Option<&Value> {
    match &expr.node {
        Node::Constant(value) => Some(value),
        _ => None,
    }
}

impl Builder<'_> {
    /// A number; what has no code of its own is computed outside, unless it is a quotient.
    pub(crate) fn number(&mut self, expr: &Expr) -> Planned<Number> {
        let before = self.ops.len();
        match self.computed(expr) {
            Ok(number) => Ok(number),
            Err(why) if expr.typed.quotient => Err(why),
            Err(_) => {
                self.ops.truncate(before);
                let register = self.outside(expr)?;
                Ok(Number::plain(register, expr.typed.scale))
            }
        }
    }

    fn computed(&mut self, expr: &Expr) -> Planned<Number> {
        Ok(match &expr.node {
            Node::Constant(value) => {
                let (value, scale) = decimal(constant_number(value).ok_or("a constant that is no number")?)?;
                Number::plain(self.constant(value), scale)
            }
            Node::Field(_) | Node::Fact(..) => {
                let register = self.read(expr)?;
                let scale = self.scale_of(expr)?;
                Number::plain(register, scale)
            }
            Node::Measure(id, reads) => {
                let scale = expr.typed.scale;
                let counter = self.counter(Counted::Measure(*id, *reads == Reads::With), scale);
                Number::plain(self.made(|to| Op::Measure { to, counter }), scale)
            }
            Node::Default(a, b) => {
                let (a, b, scale) = self.aligned(a, b)?;
                Number::plain(self.or_else(a, b), scale)
            }
            Node::Add(a, b) => self.sum(a, b, |to, a, b| Op::Add { to, a, b })?,
            Node::Subtract(a, b) if form_of(&a.typed.ty, 0) == Some(Form::Date) => self.apart(b, a)?,
            Node::Subtract(a, b) => self.sum(a, b, |to, a, b| Op::Subtract { to, a, b })?,
            Node::DaysBetween(from, to) => self.apart(from, to)?,
            Node::Multiply(a, b) => self.product(a, b)?,
            Node::Divide(a, b) => self.quotient(a, b)?,
            Node::Negate(inner) => {
                let inner = self.number(inner)?;
                let a = inner.register;
                Number { register: self.made(|to| Op::Negate { to, a }), ..inner }
            }
            Node::Above(a, b) => {
                let part = self.sum(a, b, |to, a, b| Op::Subtract { to, a, b })?;
                let a = part.register;
                Number { register: self.made(|to| Op::NotBelowZero { to, a }), ..part }
            }
            Node::PerFull { award, step, of, started } => self.per_full(award, step, of, *started)?,
            Node::Round(inner, mode, places) => Number::plain(self.rounded(inner, *mode, *places)?, *places),
            Node::Table { subject, rows, in_parts: false } => {
                let scale = self.scale_of(expr)?;
                Number::plain(self.table_of(subject, rows, scale)?, scale)
            }
            _ => return Err("an expression without code"),
        })
    }

    /// Two numbers at one scale.
    fn aligned(&mut self, a: &Expr, b: &Expr) -> Planned<(Register, Register, u8)> {
        let (a, b) = (self.number(a)?, self.number(b)?);
        let scale = a.scale.max(b.scale);
        Ok((self.at_scale(a, scale)?, self.at_scale(b, scale)?, scale))
    }

    fn sum(&mut self, a: &Expr, b: &Expr, op: impl Fn(Register, Register, Register) -> Op) -> Planned<Number> {
        let (a, b, scale) = self.aligned(a, b)?;
        Ok(Number::plain(self.made(|to| op(to, a, b)), scale))
    }

    /// Days from one date to another.
    fn apart(&mut self, from: &Expr, to: &Expr) -> Planned<Number> {
        let (a, b) = (self.day(to)?, self.day(from)?);
        Ok(Number::plain(self.made(|to| Op::Subtract { to, a, b }), 0))
    }

    fn product(&mut self, a: &Expr, b: &Expr) -> Planned<Number> {
        for (constant, other) in [(a, b), (b, a)] {
            if let Some((by, scale, under)) = ratio(constant) {
                let other = self.number(other)?;
                let a = other.register;
                let register = if by == 1 { a } else { self.made(|to| Op::Scale { to, a, by }) };
                return product_of(register, (other.scale, other.under), (scale, under));
            }
        }
        let (a, b) = (self.number(a)?, self.number(b)?);
        let register = self.made(|to| Op::Multiply { to, a: a.register, b: b.register });
        product_of(register, (a.scale, a.under), (b.scale, b.under))
    }

    /// A quotient by a constant above zero.
    fn quotient(&mut self, a: &Expr, b: &Expr) -> Planned<Number> {
        if let Some((value, scale, under)) = ratio(a).and(ratio_of(a, b)) {
            return Ok(Number { register: self.constant(value), scale, under });
        }
        let (by, by_scale, by_under) = ratio(b).filter(|(by, _, _)| *by > 0).ok_or("a quotient")?;
        let long = "a number of more than 18 digits";
        let whole = self.number(a)?;
        let raise = ten_to(by_scale.saturating_sub(whole.scale))?.checked_mul(by_under).ok_or(long)?;
        let a = whole.register;
        let register = if raise == 1 { a } else { self.made(|to| Op::Scale { to, a, by: raise }) };
        let under = whole.under.checked_mul(by).ok_or(long)?;
        let (_, scale, under) = tens(1, whole.scale.saturating_sub(by_scale), under);
        Ok(Number { register, scale, under })
    }

    fn per_full(&mut self, award: &Expr, step: &Expr, of: &Expr, started: bool) -> Planned<Number> {
        let of = self.number(of)?;
        let long = "a number of more than 18 digits";
        if let (Some((award, award_scale, 1)), Some((step, step_scale, 1))) = (ratio(award), ratio(step)) {
            let common = of.scale.max(step_scale);
            let size = step.checked_mul(ten_to(common - step_scale)?).and_then(|size| size.checked_mul(of.under));
            let size = size.filter(|size| *size > 0).ok_or(long)?;
            let of = self.at_scale(Number { under: 1, ..of }, common)?;
            return Ok(Number::plain(self.made(|to| Op::PerFull { to, of, size, award, started }), award_scale));
        }
        let (award, step) = (self.number(award)?, self.number(step)?);
        let common = of.scale.max(step.scale);
        let (of, size) = (self.at_scale(of, common)?, self.at_scale(step, common)?);
        let steps = self.made(|to| Op::Steps { to, of, size, started });
        let register = self.made(|to| Op::Multiply { to, a: award.register, b: steps });
        Ok(Number { register, ..award })
    }

    fn rounded(&mut self, inner: &Expr, mode: RoundMode, places: u8) -> Planned<Register> {
        let inner = self.number(inner)?;
        let (by, divisor) = inner.divisor(places)?;
        let a = inner.register;
        let a = if by == 1 { a } else { self.made(|to| Op::Scale { to, a, by }) };
        Ok(if divisor == 1 { a } else { self.made(|to| Op::Round { to, a, divisor, mode }) })
    }

    fn table_of(&mut self, subject: &Expr, rows: &[TableRow], scale: u8) -> Planned<Register> {
        if let Some(table) = self.constants(subject, rows, scale) {
            let a = self.read(subject)?;
            let table = self.table(table);
            return Ok(self.made(|to| Op::Lookup { to, a, table }));
        }
        let to = self.constant(UNKNOWN);
        let mut ends = Vec::new();
        for row in rows {
            if let TableTest::Is(members) = &row.test {
                let a = self.within(subject, members)?;
                self.row(a, row, (to, scale), &mut ends)?;
            }
        }
        for row in rows.iter().rev() {
            if let TableTest::From(from) = &row.test {
                let a = self.compare(Compare::AtLeast, subject, from)?;
                self.row(a, row, (to, scale), &mut ends)?;
            }
        }
        if let Some(row) = rows.iter().find(|row| row.test == TableTest::Otherwise) {
            let a = self.scaled(&row.value, scale)?;
            self.emit(Op::Copy { to, a });
        }
        self.land(&ends);
        Ok(to)
    }

    fn row(&mut self, a: Register, row: &TableRow, (to, scale): (Register, u8), ends: &mut Vec<usize>) -> Planned<()> {
        let next = self.jump(Op::JumpUnless { a, ahead: 0 });
        let a = self.scaled(&row.value, scale)?;
        self.emit(Op::Copy { to, a });
        ends.push(self.jump(Op::Jump { ahead: 0 }));
        self.land(&[next]);
        Ok(())
    }

    /// A table from names to constants.
    fn constants(&self, subject: &Expr, rows: &[TableRow], scale: u8) -> Option<Table> {
        let Some(Form::Enum(id)) = form_of(&subject.typed.ty, 0) else { return None };
        let value = |row: &TableRow| {
            let (value, own) = decimal(constant_number(constant_of(&row.value)?)?).ok()?;
            value.checked_mul(ten_to(scale.checked_sub(own)?).ok()?)
        };
        let otherwise = match rows.iter().find(|row| row.test == TableTest::Otherwise) {
            Some(row) => value(row)?,
            None => UNKNOWN,
        };
        let mut values = vec![otherwise; self.policy.enum_type(id)?.values.len()];
        // The first row that has a name decides.
        for row in rows.iter().rev() {
            match &row.test {
                TableTest::Is(members) => {
                    for member in self.members(subject, members)? {
                        *values.get_mut(usize::try_from(member).ok()?)? = value(row)?;
                    }
                }
                TableTest::From(_) => return None,
                TableTest::Otherwise => {}
            }
        }
        Some(Table { values, otherwise })
    }

    /// Decimals of a number.
    fn scale_of(&self, expr: &Expr) -> Planned<u8> {
        let widest = |all: &[&Expr]| -> Planned<u8> {
            all.iter().try_fold(0, |widest: u8, one| Ok(widest.max(self.scale_of(one)?)))
        };
        Ok(match &expr.node {
            Node::Constant(value) => decimal(constant_number(value).ok_or("a constant that is no number")?)?.1,
            Node::Field(name) => self.kind.field(name).map_or(expr.typed.scale, |field| field.typed.scale),
            Node::Add(a, b) | Node::Above(a, b) | Node::Default(a, b) => widest(&[a, b])?,
            Node::Subtract(a, _) if form_of(&a.typed.ty, 0) == Some(Form::Date) => 0,
            Node::Subtract(a, b) => widest(&[a, b])?,
            Node::DaysBetween(..) => 0,
            Node::Multiply(a, b) => self
                .scale_of(a)?
                .checked_add(self.scale_of(b)?)
                .filter(|scale| *scale <= 18)
                .ok_or("too many decimals")?,
            Node::Negate(inner) => self.scale_of(inner)?,
            Node::PerFull { award, .. } => self.scale_of(award)?,
            Node::Round(_, _, places) => *places,
            Node::Table { rows, .. } => widest(&rows.iter().map(|row| &row.value).collect::<Vec<_>>())?,
            // What is read or computed outside has the scale of its type.
            _ if expr.typed.quotient => return Err("a quotient"),
            _ => expr.typed.scale,
        })
    }

    /// A number at a scale that is not below its own.
    pub(crate) fn at_scale(&mut self, number: Number, scale: u8) -> Planned<Register> {
        if number.under != 1 {
            return Err("a quotient");
        }
        let by = ten_to(scale.checked_sub(number.scale).ok_or("a number with more decimals than expected")?)?;
        let a = number.register;
        Ok(if by == 1 { a } else { self.made(|to| Op::Scale { to, a, by }) })
    }

    fn scaled(&mut self, expr: &Expr, scale: u8) -> Planned<Register> {
        let number = self.number(expr)?;
        self.at_scale(number, scale)
    }
}

/// The quotient of two constants.
fn ratio_of(a: &Expr, b: &Expr) -> Option<(i64, u8, i64)> {
    let typed = a.typed.clone();
    ratio(&Expr { node: Node::Divide(Box::new(a.clone()), Box::new(b.clone())), typed, span: a.span })
}

fn product_of(register: Register, (scale, under): (u8, i64), (by, by_under): (u8, i64)) -> Planned<Number> {
    let scale = scale.checked_add(by).filter(|scale| *scale <= 18).ok_or("too many decimals")?;
    let under = under.checked_mul(by_under).ok_or("a number of more than 18 digits")?;
    Ok(Number { register, scale, under })
}
