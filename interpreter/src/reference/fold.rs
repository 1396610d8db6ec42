//! Folds over a list of the event: sum, count, extremes, averages (weighted ones are exact quotients).

use super::expr::{eval, number};
use super::frame::{Env, Eval};
use super::value::Val;
use crate::number::Exact;
use earnest_dsl::policy::{Expr, ListFold};
use rust_decimal::Decimal;

pub(crate) fn list(
    env: &Env<'_>,
    expr: &Expr,
    how: ListFold,
    list: &Expr,
    value: Option<&Expr>,
    weight: Option<&Expr>,
) -> Eval<Option<Val>> {
    let Some(Val::List(elements)) = eval(env, list)? else { return Ok(None) };
    let inexact = env.inexact(expr.span);
    if how == ListFold::Count {
        return Ok(Some(Val::number(Decimal::from(elements.len()))));
    }
    let Some(value) = value else { return Ok(None) };
    let (mut sum, mut weights) = (Exact::ZERO, Exact::ZERO);
    let mut extreme: Option<Exact> = None;
    for element in &elements {
        let inside = Env { element: Some(element), ..*env };
        // An element without the value takes no part.
        let Some(one) = number(&inside, value)? else { continue };
        let weighs = match weight {
            Some(weight) => match number(&inside, weight)? {
                Some(weighs) => weighs,
                None => continue,
            },
            None => Exact::ONE,
        };
        sum = sum.add(one.multiply(weighs).map_err(&inexact)?).map_err(&inexact)?;
        weights = weights.add(weighs).map_err(&inexact)?;
        let better = match extreme {
            None => true,
            Some(held) => {
                let order = one.compare(held).map_err(&inexact)?;
                if how == ListFold::Lowest { order.is_lt() } else { order.is_gt() }
            }
        };
        if better {
            extreme = Some(one);
        }
    }
    Ok(match how {
        ListFold::Sum => Some(Val::Number(sum)),
        ListFold::Lowest | ListFold::Highest => extreme.map(Val::Number),
        ListFold::Average if weights.is_zero() => None,
        ListFold::Average => Some(Val::Number(sum.divide(weights).map_err(&inexact)?)),
        ListFold::Count => None,
    })
}
