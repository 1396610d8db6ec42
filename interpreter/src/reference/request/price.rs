//! Prices: an item's own, by tier, and lower ones in campaigns.

use super::Asking;
use crate::decision::StepKind;
use crate::event::scalar::bad;
use crate::number::Exact;
use crate::reference::expr::{holds, number};
use crate::reference::frame::{Env, Eval};
use crate::reference::trace::{Trail, noting, text_of};
use crate::reference::window;
use earnest_dsl::policy::{Ask, Expr, Item, LowerPrice, Type};
use earnest_dsl::syntax::ast::RoundMode;
use rust_decimal::Decimal;

/// The points for one piece; none where a request does not go by pieces, or where no row of a table says the price.
pub(super) fn price(asking: &Asking<'_>, trail: &mut Trail) -> Eval<Option<Decimal>> {
    let log = trail.log();
    let env = noting(asking.env, log.as_ref());
    let found = match (&asking.request.ask, asking.item) {
        (Ask::Units { each: Some(each), .. }, _) => {
            let exact = number(&env, each)?;
            rounded(asking, each, exact, RoundMode::Up)?
        }
        (Ask::Units { each: None, .. }, Some(item)) => item_price(asking, &env, item)?,
        _ => None,
    };
    let policy = asking.env.policy();
    trail.read(policy, asking.id, log);
    if let Some(price) = found {
        let priced = asking.item.map(|item| &item.price).or(match &asking.request.ask {
            Ask::Units { each, .. } => each.as_ref(),
            Ask::Nothing | Ask::Points(_) => None,
        });
        let text = || priced.map_or_else(Default::default, |expr| text_of(policy, expr));
        let ty = asking.request.spends.as_ref().map_or(Type::Number, |spends| Type::Points(spends.points));
        trail.step(policy, asking.id, StepKind::Price, text, price.into(), &ty);
    }
    Ok(found)
}

/// The item's price, or the lowest of those campaigns that hold now, where that is lower.
fn item_price(asking: &Asking<'_>, env: &Env<'_>, item: &Item) -> Eval<Option<Decimal>> {
    let exact = number(env, &item.price)?;
    let Some(own) = rounded(asking, &item.price, exact, item.rounding)? else { return Ok(None) };
    let mut lowest = own;
    for lower in &item.lower {
        if !in_force(env, lower)? {
            continue;
        }
        let Some(to) = number(env, &lower.to)? else { continue };
        let to = match lower.to.typed.ty {
            Type::Points(_) => to,
            // A share of the price that everybody sees.
            _ => to.multiply(own.into()).map_err(env.inexact(lower.to.span))?,
        };
        if let Some(price) = rounded(asking, &lower.to, Some(to), lower.rounding)? {
            lowest = lowest.min(price);
        }
    }
    Ok(Some(lowest))
}

fn in_force(env: &Env<'_>, lower: &LowerPrice) -> Eval<bool> {
    for one in &lower.windows {
        if !window::holds(env, one, None)? {
            return Ok(false);
        }
    }
    for condition in &lower.conditions {
        if !holds(env, condition)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn rounded(asking: &Asking<'_>, expr: &Expr, exact: Option<Exact>, mode: RoundMode) -> Eval<Option<Decimal>> {
    let Some(exact) = exact else { return Ok(None) };
    if exact.is_negative() {
        return Err(bad("price", format!("it is below zero ({})", asking.env.policy().sources.place(expr.span))));
    }
    exact.rounded(mode, asking.scale()).map(Some).map_err(asking.env.inexact(expr.span))
}
