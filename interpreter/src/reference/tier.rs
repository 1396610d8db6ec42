//! Tiers by a measure: the highest row reached in any period whose hold includes the day, or a higher one given as a fact.

use super::expr::{eval, number};
use super::frame::{Env, Eval};
use super::key;
use super::measure;
use super::time::{Period, add_days, add_months, last_of_month};
use super::value::Val;
use crate::event::scalar::bad;
use crate::number::Exact;
use crate::watch::Seen;
use chrono::{Datelike, NaiveDate};
use earnest_dsl::policy::rule::Hold;
use earnest_dsl::policy::{Measure, Reads, Tier, TierId};
use std::cmp::Ordering;

/// The tier of the customer; unknown below the lowest row.
pub(crate) fn read(env: &Env<'_>, id: TierId, reads: Reads) -> Eval<Option<Val>> {
    let Some(tier) = env.policy().tier(id) else { return Ok(None) };
    let mut best: Option<usize> = None;
    let present = match tier.measure {
        Some(measure) => measure::read(env, measure, reads)?.and_then(|value| value.as_number()),
        None => number(env, &tier.by)?,
    };
    best = best.max(present.map(|value| row_reached(env, tier, value)).transpose()?.flatten());
    if let (Some(id), Some(hold)) = (tier.measure, tier.hold)
        && let Some(by) = env.policy().measure(id)
    {
        for day in held_days(env, by, hold)? {
            let inside = Env { date: Some(day), ..*env };
            let value = measure::read(&inside, id, reads)?.and_then(|value| value.as_number());
            best = best.max(value.map(|value| row_reached(env, tier, value)).transpose()?.flatten());
        }
    }
    if let Some(fact) = &tier.or_fact
        && let Some(given) = eval(env, fact)?.and_then(|value| value.text())
    {
        best = best.max(tier.rows.iter().position(|row| row.title.name == given));
    }
    Ok(best.and_then(|rank| tier.rows.get(rank).map(|row| Val::Tier(rank, row.title.name.clone()))))
}

/// The rank of the highest row that a value reaches.
pub(crate) fn row_reached(env: &Env<'_>, tier: &Tier, value: Exact) -> Eval<Option<usize>> {
    let mut reached = None;
    for (rank, row) in tier.rows.iter().enumerate() {
        let Some(from) = number(env, &row.from)? else { continue };
        if value.compare(from).map_err(env.inexact(row.from.span))?.is_ge() {
            reached = Some(rank);
        }
    }
    if let Some(row) = reached.and_then(|rank| tier.rows.get(rank)) {
        let exact = number(env, &row.from)?.is_some_and(|from| value.compare(from).is_ok_and(Ordering::is_eq));
        env.see(|| Seen::TierRow { from: &row.from, exact });
    }
    Ok(reached)
}

/// Days, one in each earlier period whose tier still lasts on the day at hand.
pub(crate) fn held_days(env: &Env<'_>, measure: &Measure, hold: Hold) -> Eval<Vec<NaiveDate>> {
    let out = || bad("at", "a period out of the range of dates");
    let today = key::day(env, &measure.scope)?;
    let mut days = Vec::new();
    let mut day = today;
    // Four hundred periods is the most that any reading spans.
    for _ in 0..400 {
        let inside = Env { date: Some(day), ..*env };
        let Some(period) = key::scope_period(&inside, &measure.scope)? else { break };
        day = add_days(period.first, -1).ok_or_else(out)?;
        let inside = Env { date: Some(day), ..*env };
        let Some(earlier) = key::scope_period(&inside, &measure.scope)? else { break };
        if end_of_hold(env, measure, &earlier, hold)?.ok_or_else(out)? < today {
            break;
        }
        days.push(day);
    }
    Ok(days)
}

/// The last day on which a tier reached in a period lasts.
pub(crate) fn end_of_hold(env: &Env<'_>, measure: &Measure, period: &Period, hold: Hold) -> Eval<Option<NaiveDate>> {
    if let Some(month) = hold.month {
        let year = i32::try_from(hold.periods_after).ok().and_then(|after| period.first.year().checked_add(after));
        return Ok(year.and_then(|year| NaiveDate::from_ymd_opt(year, month, 1)).and_then(last_of_month));
    }
    let mut end = period.last;
    for _ in 0..hold.periods_after.min(400) {
        let Some(next) = add_days(end, 1) else { return Ok(None) };
        let inside = Env { date: Some(next), ..*env };
        match key::scope_period(&inside, &measure.scope)? {
            Some(period) => end = period.last,
            // A measure without periods has nothing after it.
            None => return Ok(add_months(end, 0)),
        }
    }
    Ok(Some(end))
}
