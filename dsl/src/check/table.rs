//! Tables: every value listed or `otherwise`, bands without gap or overlap, rows of one unit.

use super::bounds::Bounds;
use super::expr::{joined, numeric};
use super::messages;
use super::{Checker, Env};
use crate::policy::{Expr, Node, SetMember, TableRow, TableTest, Type, Typed, Value};
use crate::source::Span;
use crate::syntax::ast::{self, TableKey};
use rust_decimal::Decimal;

impl Checker<'_> {
    pub(crate) fn table(
        &mut self,
        env: &Env<'_>,
        subject: &ast::Expr,
        rows: &[ast::TableRow],
        in_parts: bool,
        span: Span,
        want: Option<&Type>,
    ) -> Option<Expr> {
        let subject = self.expr(env, subject);
        // Parts of an amount may earn at rates, which are of another unit than what is wanted.
        let values = self.row_values(env, rows, want.filter(|_| !in_parts));
        let (subject, values) = (subject?, values?);
        let bands = rows.iter().any(|row| matches!(row.key, TableKey::From(_)));
        if in_parts && !bands {
            self.report(messages::parts_need_bands(span));
            return None;
        }
        let tests = self.tests_of(env, &subject, rows, span)?;
        let typed = if in_parts {
            self.type_of_parts(&subject, &values, span)?
        } else {
            values.iter().map(|value| value.typed.clone()).reduce(|a, b| joined(&a, &b))?
        };
        let rows = tests.into_iter().zip(values).map(|(test, value)| TableRow { test, value }).collect();
        Some(Expr { node: Node::Table { subject: Box::new(subject), rows, in_parts }, typed, span })
    }

    /// What selects, and when each row is chosen, of a table whose rows are no values: names of pools.
    pub(crate) fn table_tests(
        &mut self,
        env: &Env<'_>,
        subject: &ast::Expr,
        rows: &[ast::TableRow],
        span: Span,
    ) -> Option<(Expr, Vec<TableTest>)> {
        let subject = self.expr(env, subject)?;
        let tests = self.tests_of(env, &subject, rows, span)?;
        Some((subject, tests))
    }

    /// When each row is chosen: bands without gap, or every value once.
    fn tests_of(
        &mut self,
        env: &Env<'_>,
        subject: &Expr,
        rows: &[ast::TableRow],
        span: Span,
    ) -> Option<Vec<TableTest>> {
        let bands = rows.iter().any(|row| matches!(row.key, TableKey::From(_)));
        if bands && rows.iter().any(|row| matches!(row.key, TableKey::Values(_))) {
            self.report(messages::mixed_table(span));
            return None;
        }
        let tests = rows
            .iter()
            .map(|row| self.row_test(env, row, subject))
            .collect::<Vec<_>>()
            .into_iter()
            .collect::<Option<Vec<_>>>()?;
        if bands {
            self.check_bands(subject, rows, &tests, span)?;
        } else {
            self.check_values(subject, rows, &tests, span)?;
        }
        Some(tests)
    }

    /// What the parts of an amount give together: each row is a rate, or reads the amount and is computed with its part instead.
    fn type_of_parts(&mut self, subject: &Expr, values: &[Expr], span: Span) -> Option<Typed> {
        let one = values.iter().map(|value| value.typed.clone()).reduce(|a, b| joined(&a, &b))?;
        let (part, row) = (Bounds::of(&subject.typed), Bounds::of(&one));
        let rate = match &one.ty {
            Type::Percent | Type::Number | Type::Multiple => Some(subject.typed.ty.clone()),
            Type::Rate(over, under) if **under == subject.typed.ty => Some((**over).clone()),
            _ => None,
        };
        if let Some(ty) = rate {
            let bounds = self.bound(span, || part?.multiply(row?))?;
            return Some(numeric(ty, bounds, false, one.quotient));
        }
        let reads = |value: &Expr| {
            let mut found = false;
            crate::policy::expr::walk(value, &mut |inner| found |= inner.node == subject.node);
            found || constant_number(value).is_some_and(|amount| amount.is_zero())
        };
        let stated = matches!(subject.node, Node::Field(_) | Node::Element(_));
        if let Some(value) = values.iter().find(|value| !stated || !reads(value)) {
            self.report(messages::parts_without_amount(value.span, subject.span));
            return None;
        }
        let bounds = self.bound(span, || row?.multiply(Bounds::exact(Decimal::from(values.len()))))?;
        Some(numeric(one.ty, bounds, one.optional, one.quotient))
    }

    /// The rows' values, all of one unit.
    fn row_values(&mut self, env: &Env<'_>, rows: &[ast::TableRow], want: Option<&Type>) -> Option<Vec<Expr>> {
        let values: Vec<Option<Expr>> = rows.iter().map(|row| self.expr_want(env, &row.value, want)).collect();
        let values = values.into_iter().collect::<Option<Vec<_>>>()?;
        let first = values.first()?;
        for value in &values {
            if value.typed.ty != first.typed.ty {
                let shown = (self.show(&first.typed.ty), self.show(&value.typed.ty));
                self.report(messages::rows_differ((first.span, &shown.0), (value.span, &shown.1)));
                return None;
            }
        }
        Some(values)
    }

    fn row_test(&mut self, env: &Env<'_>, row: &ast::TableRow, subject: &Expr) -> Option<TableTest> {
        match &row.key {
            TableKey::Otherwise => Some(TableTest::Otherwise),
            TableKey::From(from) => {
                let from = self.expr_as(env, from, &subject.typed.ty)?;
                if constant_number(&from).is_none() {
                    self.report(messages::band_not_constant(from.span));
                    return None;
                }
                Some(TableTest::From(from))
            }
            TableKey::Values(keys) => {
                let members: Vec<Option<SetMember>> =
                    keys.iter().map(|key| self.set_member(env, key, &subject.typed.ty)).collect();
                members.into_iter().collect::<Option<Vec<_>>>().map(TableTest::Is)
            }
        }
    }

    /// Bands ascend, and begin where the subject can begin.
    fn check_bands(&mut self, subject: &Expr, rows: &[ast::TableRow], tests: &[TableTest], span: Span) -> Option<()> {
        let mut last: Option<(Decimal, Span)> = None;
        let mut otherwise = false;
        for (row, test) in rows.iter().zip(tests) {
            match test {
                TableTest::From(from) => {
                    let start = constant_number(from)?;
                    if let Some((before, place)) = last
                        && start <= before
                    {
                        self.report(messages::bands_overlap(place, row.span));
                        return None;
                    }
                    last = Some((start, row.span));
                }
                TableTest::Otherwise => otherwise = true,
                TableTest::Is(_) => {}
            }
        }
        let first = tests.iter().find_map(|test| match test {
            TableTest::From(from) => constant_number(from),
            _ => None,
        })?;
        let lowest = subject.typed.range.map_or(Decimal::ZERO, |(low, _)| low);
        if first > lowest && !otherwise {
            let at = rows.first().map_or(span, |row| row.span);
            self.report(messages::bands_gap(at, first, lowest));
            return None;
        }
        if subject.typed.optional && !otherwise {
            self.report(messages::table_maybe_unknown(subject.span, span));
            return None;
        }
        Some(())
    }

    /// Every value of the enum is listed once, or `otherwise` stands.
    fn check_values(&mut self, subject: &Expr, rows: &[ast::TableRow], tests: &[TableTest], span: Span) -> Option<()> {
        let mut seen: Vec<(SetMember, Span)> = Vec::new();
        let mut otherwise: Option<Span> = None;
        for (row, test) in rows.iter().zip(tests) {
            match test {
                TableTest::Otherwise => match otherwise {
                    Some(first) => {
                        self.report(messages::row_twice(first, row.span));
                        return None;
                    }
                    None => otherwise = Some(row.span),
                },
                TableTest::Is(members) => {
                    for member in members {
                        if let Some((_, first)) = seen.iter().find(|(other, _)| self.overlap(other, member)) {
                            self.report(messages::row_twice(*first, row.span));
                            return None;
                        }
                        seen.push((member.clone(), row.span));
                    }
                }
                TableTest::From(_) => {}
            }
        }
        let missing = self.missing_values(&subject.typed.ty, &seen);
        if otherwise.is_none() {
            if subject.typed.optional {
                self.report(messages::table_maybe_unknown(subject.span, span));
                return None;
            }
            match missing {
                Some(missing) if missing.is_empty() => {}
                Some(missing) => {
                    self.report(messages::rows_missing(span, &missing));
                    return None;
                }
                None => {
                    self.report(messages::table_needs_otherwise(span));
                    return None;
                }
            }
        }
        Some(())
    }

    /// Values of a closed type that no row names; `None` where the values cannot be listed.
    fn missing_values(&self, ty: &Type, seen: &[(SetMember, Span)]) -> Option<Vec<String>> {
        let named = |name: &str| {
            seen.iter().any(|(member, _)| match member {
                SetMember::One(expr) => match &expr.node {
                    Node::Constant(Value::Enum(_, value) | Value::Text(value)) => value == name,
                    Node::Constant(Value::Flag(flag)) => *flag == (name == "yes"),
                    _ => false,
                },
                _ => false,
            })
        };
        let all: Vec<String> = match ty {
            Type::Enum(id) => {
                let one = self.policy.enum_type(*id).filter(|one| !one.open)?;
                one.values.iter().map(|value| value.title.name.clone()).collect()
            }
            Type::Tier(id) => {
                self.names.tiers.get(id.0)?.node.rows.iter().map(|(_, row)| row.name.text.clone()).collect()
            }
            Type::Flag => vec!["yes".to_owned(), "no".to_owned()],
            _ => return None,
        };
        Some(all.into_iter().filter(|name| !named(name)).collect())
    }

    /// Whether two members of sets share a value.
    pub(crate) fn overlap(&self, a: &SetMember, b: &SetMember) -> bool {
        match (a, b) {
            (SetMember::One(a), SetMember::One(b)) => a.node == b.node,
            (SetMember::Codes(set), SetMember::One(one)) | (SetMember::One(one), SetMember::Codes(set)) => {
                let Node::Constant(Value::Code(code)) = &one.node else { return true };
                code.parse().is_ok_and(|code| self.policy.code_set(*set).is_some_and(|set| set.contains(code)))
            }
            (SetMember::Codes(a), SetMember::Codes(b)) => {
                let (Some(a), Some(b)) = (self.policy.code_set(*a), self.policy.code_set(*b)) else { return true };
                a.runs.iter().any(|(first, last)| {
                    b.runs.iter().any(|(other_first, other_last)| first <= other_last && other_first <= last)
                })
            }
            _ => true,
        }
    }
}

/// The number of a constant with a unit.
pub(crate) fn constant_number(expr: &Expr) -> Option<Decimal> {
    match &expr.node {
        Node::Constant(value) => match value {
            Value::Money(amount, _) | Value::Points(amount, _) | Value::Quantity(amount, _) => Some(*amount),
            Value::Number(amount) | Value::Percent(amount) | Value::Count(amount) | Value::Multiple(amount) => {
                Some(*amount)
            }
            Value::Term(months) => Some(Decimal::from(*months)),
            Value::Days(count) | Value::WorkingDays(count) | Value::Minutes(count) => Some(Decimal::from(*count)),
            _ => None,
        },
        _ => None,
    }
}
