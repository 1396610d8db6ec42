//! Tables: the row that a value selects, and bands whose parts earn each at their own row.

use super::expr::{eval, in_set, number};
use super::frame::{Env, Eval};
use super::value::Val;
use crate::event::scalar::bad;
use crate::number::Exact;
use crate::watch::Seen;
use earnest_dsl::policy::{Expr, Node, TableRow, TableTest, Type};
use rust_decimal::Decimal;
use std::cmp::Ordering;

pub(crate) fn value(
    env: &Env<'_>,
    expr: &Expr,
    subject: &Expr,
    rows: &[TableRow],
    in_parts: bool,
) -> Eval<Option<Val>> {
    let selected = eval(env, subject)?;
    if in_parts {
        let Some(whole) = selected.as_ref().and_then(Val::as_number) else { return otherwise(env, rows) };
        return parts(env, expr, subject, rows, whole);
    }
    let row = row_of(env, expr, selected.as_ref(), rows.iter().map(|row| &row.test))?;
    if let Some((row, exact)) = row {
        env.see(|| Seen::Row { table: expr, row, exact });
    }
    row.and_then(|(at, _)| rows.get(at)).map_or(Ok(None), |row| eval(env, &row.value))
}

/// The row of a table that a subject selects.
pub(crate) fn selected<'t>(
    env: &Env<'_>,
    subject: &Expr,
    tests: impl Iterator<Item = &'t TableTest>,
) -> Eval<Option<usize>> {
    let value = eval(env, subject)?;
    Ok(row_of(env, subject, value.as_ref(), tests)?.map(|(row, _)| row))
}

/// The row, and whether it is a band at whose start the subject stands exactly: the first row whose values include the one that selects, else the highest band that it reaches, else the row for any other.
fn row_of<'t>(
    env: &Env<'_>,
    expr: &Expr,
    selected: Option<&Val>,
    tests: impl Iterator<Item = &'t TableTest>,
) -> Eval<Option<(usize, bool)>> {
    let (mut band, mut otherwise) = (None, None);
    for (at, test) in tests.enumerate() {
        match (test, selected) {
            (TableTest::Is(members), Some(selected)) => {
                if in_set(env, expr, selected, members)? {
                    return Ok(Some((at, false)));
                }
            }
            (TableTest::From(from), Some(selected)) => {
                let from = eval(env, from)?;
                let order = match &from {
                    Some(from) => selected.order(from, env.policy()).map_err(env.inexact(expr.span))?,
                    None => None,
                };
                if let Some(order @ (Ordering::Equal | Ordering::Greater)) = order {
                    band = Some((at, order.is_eq()));
                }
            }
            (TableTest::Otherwise, _) => otherwise = Some((at, false)),
            (TableTest::Is(_) | TableTest::From(_), None) => {}
        }
    }
    Ok(band.or(otherwise))
}

fn otherwise(env: &Env<'_>, rows: &[TableRow]) -> Eval<Option<Val>> {
    match rows.iter().find(|row| matches!(row.test, TableTest::Otherwise)) {
        Some(row) => eval(env, &row.value),
        None => Ok(None),
    }
}

/// The part of the subject in each band earns at that band's row: the row is computed with the part in the subject's place, or,
/// where it is a rate, times the part.
fn parts(env: &Env<'_>, expr: &Expr, subject: &Expr, rows: &[TableRow], whole: Exact) -> Eval<Option<Val>> {
    let mut starts: Vec<(Exact, usize, &TableRow)> = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        if let TableTest::From(from) = &row.test
            && let Some(from) = number(env, from)?
        {
            starts.push((from, at, row));
        }
    }
    let inexact = env.inexact(expr.span);
    let mut sum = Exact::ZERO;
    for (at, (from, place, row)) in starts.iter().enumerate() {
        let next = starts.get(at.saturating_add(1)).map(|(next, _, _)| *next);
        let end = match next {
            Some(next) if next.compare(whole).map_err(&inexact)?.is_lt() => next,
            _ => whole,
        };
        let part = end.subtract(*from).map_err(&inexact)?;
        if whole.compare(*from).map_err(&inexact)?.is_ge() {
            env.see(|| Seen::Row { table: expr, row: *place, exact: part.is_zero() });
        }
        if part.is_negative() || part.is_zero() {
            continue;
        }
        let rate = matches!(row.value.typed.ty, Type::Rate(..) | Type::Percent | Type::Number | Type::Multiple);
        let value = match (&subject.node, part.decimal()) {
            _ if rate => match number(env, &row.value)? {
                Some(rate) => Some(rate.multiply(part).map_err(&inexact)?),
                None => None,
            },
            (Node::Field(name) | Node::Element(name), Some(part)) => {
                let over = replaced(env.over, name, part);
                number(&Env { over: &over, ..*env }, &row.value)?
            }
            _ => {
                return Err(bad(
                    "policy",
                    format!("bands in parts need a field of the event ({})", env.policy().sources.place(expr.span)),
                ));
            }
        };
        let Some(value) = value else { return Ok(None) };
        sum = sum.add(value).map_err(&inexact)?;
    }
    Ok(Some(Val::Number(sum)))
}

/// The replaced fields with one more.
pub(crate) fn replaced(over: &[(String, Decimal)], name: &str, value: Decimal) -> Vec<(String, Decimal)> {
    let mut all: Vec<(String, Decimal)> = over.iter().filter(|(field, _)| field != name).cloned().collect();
    all.push((name.to_owned(), value));
    all
}
