//! How much a request comes to: the size that it states, cut to whole steps and to what bounds leave, or `most`.
//!
//! Sizes are whole numbers of grains: pieces, points of the smallest decimal, or steps. Every bound grows with the size, so the
//! largest size that all of them allow is found by halving.

use super::bound::{Barrier, barriers, counted, too_long};
use super::{Asking, Deal, Sort, bounds};
use crate::decision::StepKind;
use crate::event::InputError;
use crate::event::scalar::bad;
use crate::number::{Exact, multiply};
use crate::reference::book::NOT_LISTED;
use crate::reference::cap::{Caps, Class, Refusal};
use crate::reference::expr::{holds, number};
use crate::reference::frame::Eval;
use crate::reference::trace::Trail;
use crate::watch::Seen;
use earnest_dsl::policy::kind::default_most;
use earnest_dsl::policy::{Ask, Beyond, RequestForm, Type};
use earnest_dsl::source::Span;
use earnest_dsl::syntax::ast::RoundMode;
use rust_decimal::Decimal;

/// The code where nothing whole is left, or less than the stated minimum.
const BELOW: &str = "below_minimum";

/// How much is asked.
#[derive(Debug, Clone, Copy)]
enum Asked {
    Most,
    Stated(Decimal),
}

/// What sizes are whole numbers of.
#[derive(Debug, Clone, Copy)]
enum Grain {
    /// So many pieces or points.
    Plain(Decimal),
    /// So much money of the value.
    Value(Exact),
}

/// The size, and why the request is refused.
pub(super) struct Sized {
    pub deal: Deal,
    pub refusals: Vec<Refusal>,
}

/// Finds the size of a request.
pub(super) fn size(asking: &Asking<'_>, caps: &Caps, trail: &mut Trail) -> Eval<Sized> {
    let asked = match &asking.request.ask {
        Ask::Nothing => {
            let mut deal = Deal::nothing();
            deal.value = asking.value(&deal)?;
            let refusals = failing(asking, &barriers(asking, &deal, caps, told(asking, trail))?, trail);
            return Ok(Sized { deal, refusals });
        }
        Ask::Units { count: None, .. } => Asked::Stated(Decimal::ONE),
        Ask::Units { count: Some(field), .. } | Ask::Points(field) => asked_in(asking, field)?,
    };
    let grain = grain(asking)?;
    let sized = match asked {
        Asked::Stated(asked) => stated(asking, &grain, asked, caps, trail)?,
        Asked::Most => most(asking, &grain, caps, trail)?,
    };
    let ty = asking.size_type();
    if let Asked::Stated(asked) = asked {
        trail.step(asking.env.policy(), asking.id, StepKind::Asked, Default::default, asked.into(), &ty);
    }
    Ok(sized)
}

fn asked_in(asking: &Asking<'_>, field: &str) -> Eval<Asked> {
    if asking.asks_most(field) {
        return Ok(Asked::Most);
    }
    let read = asking.env.field(field)?.and_then(|value| value.as_number()).and_then(Exact::decimal);
    // What is left out is not asked for.
    Ok(Asked::Stated(read.unwrap_or_default()))
}

fn grain(asking: &Asking<'_>) -> Eval<Grain> {
    let smallest = match &asking.request.ask {
        Ask::Points(_) => Decimal::new(1, asking.scale()),
        Ask::Units { .. } | Ask::Nothing => Decimal::ONE,
    };
    let Some(steps) = &asking.request.steps else { return Ok(Grain::Plain(smallest)) };
    let step = number(asking.env, &steps.step)?.filter(|step| !step.is_zero() && !step.is_negative());
    let step = step.ok_or_else(|| bad("steps", "the size of a step is not known, or not above zero"))?;
    let by_points = matches!(asking.request.ask, Ask::Points(_));
    Ok(match (&steps.step.typed.ty, step.decimal()) {
        (Type::Money(_), _) => Grain::Value(step),
        (Type::Count, Some(step)) if !by_points => Grain::Plain(step),
        (_, Some(step)) if by_points => Grain::Plain(step),
        _ => Grain::Plain(smallest),
    })
}

/// So many grains.
fn grains(asking: &Asking<'_>, grain: &Grain, count: i128) -> Eval<Decimal> {
    let count = whole(count)?;
    match grain {
        Grain::Plain(size) => multiply(*size, count).map_err(|_| too_long("points")),
        Grain::Value(step) => {
            let wanted = step.multiply(count.into()).map_err(|_| too_long("value"))?;
            least(asking, |size| {
                let value = asking.deal(size)?.value.unwrap_or(Exact::ZERO);
                Ok(value.compare(wanted).map_err(|_| too_long("value"))?.is_ge())
            })
        }
    }
}

/// The smallest size of which something holds that grows with it.
fn least(asking: &Asking<'_>, mut holds: impl FnMut(Decimal) -> Eval<bool>) -> Eval<Decimal> {
    let unit = match asking.request.ask {
        Ask::Points(_) => Decimal::new(1, asking.scale()),
        Ask::Units { .. } | Ask::Nothing => Decimal::ONE,
    };
    let size = |count: i128| multiply(unit, whole(count)?).map_err(|_| too_long("points"));
    let below = largest(limit(asking, unit)?, |count| Ok(!holds(size(count)?)?))?;
    let none = holds(Decimal::ZERO)?;
    if none { Ok(Decimal::ZERO) } else { size(below.saturating_add(1)) }
}

/// Whole grains in a size that is asked.
fn whole_grains(asking: &Asking<'_>, grain: &Grain, asked: Decimal) -> Eval<i128> {
    let (of, step) = match grain {
        Grain::Plain(size) => (Exact::from(asked), Exact::from(*size)),
        Grain::Value(step) => (asking.deal(asked)?.value.unwrap_or(Exact::ZERO), *step),
    };
    let steps = of.steps(step, false).map_err(|_| too_long("points"))?;
    Ok(crate::number::at_scale(steps, 0).map_err(|_| too_long("points"))?.mantissa())
}

/// The size that the request states, cut to whole steps and to what bounds leave that drop the rest.
fn stated(asking: &Asking<'_>, grain: &Grain, asked: Decimal, caps: &Caps, trail: &mut Trail) -> Eval<Sized> {
    let mut refusals = minima(asking, &asking.deal(asked)?)?;
    let count = whole_grains(asking, grain, asked)?;
    let mut size = grains(asking, grain, count)?;
    if let Some(steps) = &asking.request.steps {
        let whole = size == asked;
        asking.env.see(|| Seen::Clause { expr: &steps.step, cut: !whole, full: whole });
    }
    if let Some((code, span)) = broken_step(asking, grain, asked, size)? {
        refusals.push(refusal(asking, Class::Steps, code, span));
        size = asked;
    } else {
        let cut = largest(count, |count| {
            let deal = asking.deal(grains(asking, grain, count)?)?;
            fits(barriers(asking, &deal, caps, false), |barrier| barrier.trims)
        })?;
        if cut < count {
            let before = asking.deal(size)?;
            let cutting: Vec<Barrier> = barriers(asking, &before, caps, told(asking, trail))?;
            size = grains(asking, grain, cut)?;
            if cut == 0 {
                let own = cutting.iter().filter(|barrier| !barrier.holds && barrier.refuses_at_zero);
                refusals.extend(own.map(|barrier| barrier.refusal(asking)));
            }
            show(asking, cutting.iter().filter(|barrier| barrier.trims && !barrier.holds), trail);
        }
    }
    let mut deal = asking.deal(size)?;
    if deal.is_empty() && !comes_in(asking) {
        if refusals.is_empty() {
            let span = asking.request.steps.as_ref().map_or(Span::default(), |steps| steps.step.span);
            refusals.push(refusal(asking, Class::Minimum, BELOW, span));
        }
        // What else stands against it is told of what was asked.
        if !asking.env.frame.again {
            deal = asking.deal(asked)?;
        }
    } else if refusals.is_empty() {
        refusals.extend(minima(asking, &deal)?);
    }
    let found = barriers(asking, &deal, caps, told(asking, trail))?;
    refusals.extend(failing(asking, &found, trail));
    Ok(Sized { deal, refusals })
}

/// Points of a partner that come in may earn nothing.
fn comes_in(asking: &Asking<'_>) -> bool {
    asking.request.form == RequestForm::Exchange && asking.request.spends.is_none()
}

/// The code of a request that is no whole number of steps, where it does not leave the rest.
fn broken_step<'p>(asking: &Asking<'p>, grain: &Grain, asked: Decimal, size: Decimal) -> Eval<Option<(&'p str, Span)>> {
    let Some((steps, code)) = asking.request.steps.as_ref().and_then(|steps| Some((steps, steps.refuse.as_deref()?)))
    else {
        return Ok(None);
    };
    let whole = match grain {
        Grain::Value(step) => {
            let value = asking.deal(asked)?.value.unwrap_or(Exact::ZERO);
            is_multiple(value, *step)?
        }
        Grain::Plain(_) => {
            let by_points = matches!(steps.step.typed.ty, Type::Points(_));
            match number(asking.env, &steps.step)? {
                Some(step) if by_points => is_multiple(asking.deal(asked)?.points.into(), step)?,
                _ => asked == size,
            }
        }
    };
    Ok((!whole).then_some((code, steps.step.span)))
}

fn is_multiple(of: Exact, step: Exact) -> Eval<bool> {
    let steps = of.steps(step, false).map_err(|_| too_long("steps"))?;
    let back = step.multiply(steps.into()).map_err(|_| too_long("steps"))?;
    Ok(back.compare(of).map_err(|_| too_long("steps"))?.is_eq())
}

/// The most that balance, bounds, steps and bill allow together.
fn most(asking: &Asking<'_>, grain: &Grain, caps: &Caps, trail: &mut Trail) -> Eval<Sized> {
    let end = match grain {
        Grain::Plain(size) => limit(asking, *size)?,
        Grain::Value(step) => {
            let end = Exact::from(default_most()).steps(*step, false).map_err(|_| too_long("value"))?;
            end.mantissa()
        }
    };
    let count = largest(end, |count| {
        let deal = asking.deal(grains(asking, grain, count)?)?;
        fits(barriers(asking, &deal, caps, false), |_| true)
    })?;
    let smallest = largest(end, |count| {
        let deal = asking.deal(grains(asking, grain, count)?)?;
        fits_minima(asking, &deal).map(|fits| !fits)
    })?;
    let smallest = grains(asking, grain, smallest.saturating_add(1).min(end.max(1)))?;
    let size = grains(asking, grain, count)?;
    if count > 0 && size >= smallest {
        let bounded = asking.size_range().is_some_and(|high| high < default_most());
        if count == end && !bounded {
            let detail = "nothing bounds the most that may be asked for; give a number";
            let span = Span::default();
            let refusal =
                Refusal { detail: Some(detail.to_owned()), ..refusal(asking, Class::Need, "condition_not_met", span) };
            return Ok(Sized { deal: asking.deal(size)?, refusals: vec![refusal] });
        }
        let deal = asking.deal(size)?;
        let found = barriers(asking, &deal, caps, told(asking, trail))?;
        let refusals = failing(asking, &found, trail);
        return Ok(Sized { deal, refusals });
    }
    if comes_in(asking) && count == 0 {
        return Ok(Sized { deal: asking.deal(Decimal::ZERO)?, refusals: vec![] });
    }
    let deal = asking.deal(smallest)?;
    let found = barriers(asking, &deal, caps, told(asking, trail))?;
    let mut refusals = failing(asking, &found, trail);
    // A drop that leaves nothing has no code of its own.
    let balance_alone = found.iter().all(|barrier| barrier.holds || barrier.class == Class::Balance);
    if !balance_alone || refusals.is_empty() {
        let span = asking.request.steps.as_ref().map_or(Span::default(), |steps| steps.step.span);
        refusals.insert(0, refusal(asking, Class::Minimum, BELOW, span));
    }
    Ok(Sized { deal, refusals })
}

/// Whether somebody wants to know what the bounds of the size at hand came to.
fn told(asking: &Asking<'_>, trail: &Trail) -> bool {
    trail.is_on() || asking.env.watch.is_some()
}

fn refusal(asking: &Asking<'_>, class: Class, code: &str, span: Span) -> Refusal {
    Refusal { class, code: code.to_owned(), rule: asking.id, detail: None, span }
}

/// Bounds that a request of some size passes; those that refuse it give their codes.
fn failing(asking: &Asking<'_>, found: &[Barrier], trail: &mut Trail) -> Vec<Refusal> {
    show(asking, found.iter(), trail);
    let failed = found.iter().filter(|barrier| !barrier.holds && !barrier.code.is_empty());
    failed.map(|barrier| barrier.refusal(asking)).collect()
}

fn show<'b>(asking: &Asking<'_>, found: impl Iterator<Item = &'b Barrier>, trail: &mut Trail) {
    for shown in found.filter_map(|barrier| barrier.shown.clone()) {
        trail.limit(asking.env.policy(), asking.id, || shown);
    }
}

/// Whether bounds hold, of those that are meant. A size at which something cannot be computed is too large.
fn fits(found: Eval<Vec<Barrier>>, meant: impl Fn(&Barrier) -> bool) -> Eval<bool> {
    match found {
        Ok(found) => Ok(found.iter().all(|barrier| barrier.holds || !meant(barrier))),
        Err(error) if error.reason == NOT_LISTED => Err(error),
        Err(_) => Ok(false),
    }
}

fn fits_minima(asking: &Asking<'_>, deal: &Deal) -> Eval<bool> {
    let env = asking.env.unwatched();
    minima(&Asking { env: &env, ..*asking }, deal).map(|refusals| refusals.is_empty())
}

/// Stated minimums that a size does not reach.
fn minima(asking: &Asking<'_>, deal: &Deal) -> Eval<Vec<Refusal>> {
    let env = asking.inside(deal);
    let mut refusals = Vec::new();
    let least = asking.request.needs.iter().filter(|need| bounds(need) == Some(Sort::Least));
    for need in asking.request.minimums.iter().chain(least) {
        if !holds(&env, &need.condition)? {
            refusals.push(refusal(asking, Class::Minimum, &need.code, need.condition.span));
        }
    }
    for (_, constraint) in asking.constraints().filter(|(_, constraint)| constraint.at_least) {
        let least = number(&env, &constraint.limit)?;
        let least = least.ok_or_else(|| bad(&constraint.title.name, "the least that may be asked for is not known"))?;
        let asked = counted(asking, &env, deal, constraint)?;
        let order = asked.compare(least).map_err(|_| too_long(&constraint.title.name))?;
        env.see(|| Seen::Limit { constraint, cut: order.is_lt(), full: order.is_eq() });
        if order.is_lt() {
            let code = match &constraint.beyond {
                Beyond::Refuse(code) | Beyond::TrimRefuseAtZero(code) => code.as_str(),
                Beyond::Drop | Beyond::RestEarns(_) => BELOW,
            };
            refusals.push(refusal(asking, Class::Minimum, code, constraint.span));
        }
    }
    Ok(refusals)
}

/// How many grains of a size there can be at all.
fn limit(asking: &Asking<'_>, size: Decimal) -> Eval<i128> {
    let high = asking.size_range().unwrap_or_else(default_most).min(default_most());
    let count = Exact::from(high).divide(size.into()).and_then(|count| count.rounded(RoundMode::Down, 0));
    Ok(count.map_err(|_| too_long("points"))?.mantissa().max(1))
}

/// The largest count up to `end` that fits, where all smaller ones fit too; zero always does.
fn largest(end: i128, mut fits: impl FnMut(i128) -> Result<bool, InputError>) -> Eval<i128> {
    if end < 1 {
        return Ok(0);
    }
    let (mut low, mut high) = (0_i128, 1_i128.min(end));
    // The first that does not fit is near: sizes that would overflow are never tried.
    while fits(high)? {
        low = high;
        if high == end {
            return Ok(end);
        }
        high = high.saturating_mul(2).min(end);
    }
    while high.saturating_sub(low) > 1 {
        let middle = low.midpoint(high);
        if fits(middle)? {
            low = middle;
        } else {
            high = middle;
        }
    }
    Ok(low)
}

fn whole(count: i128) -> Eval<Decimal> {
    Decimal::try_from_i128_with_scale(count, 0).map_err(|_| too_long("points"))
}
