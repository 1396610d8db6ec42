//! Measures: what an event contributes, and what a reading of a bucket gives.

use super::counter::{Content, Seen, content, stretch};
use super::effect::{Effect, Effects, Target, folding, gather, runs};
use super::expr::{eval, holds};
use super::frame::{Env, Eval};
use super::index::{MeasureRef, reads_event};
use super::key::{self, Bucket, bucket};
use super::line::Posted;
use super::value::Val;
use super::window;
use crate::event::scalar::bad;
use crate::number::{Exact, add};
use chrono::NaiveDate;
use earnest_dsl::policy::{
    Expr, Measure, MeasureFn, MeasureFold, MeasureId, MeasureSource, PointsId, Policy, PoolId, Reads, ScopePeriod,
    TotalOf,
};
use rust_decimal::Decimal;

/// The counters of a measure for an environment.
pub(crate) fn bucket_of(env: &Env<'_>, id: MeasureRef) -> Eval<Option<Bucket>> {
    let policy = env.policy();
    let Some(measure) = policy.measure(id.id) else { return Ok(None) };
    let name = match id.level.and_then(|rule| policy.rule(rule)) {
        Some(rule) => format!("track {} in {}", measure.title.name, rule.title.name),
        None => format!("track {}", measure.title.name),
    };
    bucket(env, &measure.scope, &name)
}

/// A measure for the keys of the event, in the present period. A level rule always sees what this decision has changed.
pub(crate) fn read(env: &Env<'_>, id: MeasureId, reads: Reads) -> Eval<Option<Val>> {
    let id = env.frame.index.resolve(id, env.level);
    let now = reads == Reads::With || env.level.is_some();
    read_ref(env, id, now)
}

fn read_ref(env: &Env<'_>, id: MeasureRef, now: bool) -> Eval<Option<Val>> {
    let Some(measure) = env.policy().measure(id.id) else { return Ok(None) };
    let Some(bucket) = bucket_of(env, id)? else { return Ok(None) };
    let mut contents: Vec<Content> = Vec::new();
    for key in bucket.read() {
        let held = if now { env.frame.book.now(&key)? } else { env.frame.book.before(&key)? };
        let period = &measure.scope.period;
        if matches!(period, ScopePeriod::FromFirstUse(..) | ScopePeriod::UntilIdle(_)) {
            let running = stretch(&key, held)?.filter(|held| runs(env.frame, period, held, env.at().1));
            contents.extend(running.map(|held| held.content));
        } else {
            contents.extend(content(&key, held)?);
        }
    }
    value_of(env, measure, &contents, key::day(env, &measure.scope)?)
}

fn value_of(env: &Env<'_>, measure: &Measure, contents: &[Content], day: NaiveDate) -> Eval<Option<Val>> {
    if matches!(measure.function, MeasureFn::Sum | MeasureFn::Count) {
        let mut total = Decimal::ZERO;
        for one in contents.iter().filter_map(Content::number) {
            total =
                add(total, one).map_err(|_| bad(&measure.title.name, "the measure would need more than 28 digits"))?;
        }
        return Ok(Some(Val::number(total)));
    }
    let seen: Vec<Seen> = contents
        .iter()
        .filter_map(|content| match content {
            Content::Seen(seen) => Some(seen.clone()),
            Content::Number(_) => None,
        })
        .collect();
    Ok(folding(env.frame, measure).value(&seen, day))
}

/// The present period of a measure and the periods before it, by a day of each; the present one first.
pub(crate) fn days_back(env: &Env<'_>, measure: &Measure, count: u32, previous: bool) -> Eval<Vec<NaiveDate>> {
    let out = || bad("at", "a period out of the range of dates");
    let mut days = Vec::new();
    let mut day = key::day(env, &measure.scope)?;
    let total = if previous { count.saturating_add(1) } else { count };
    for at in 0..total {
        if at > 0 || !previous {
            days.push(day);
        }
        let inside = Env { date: Some(day), ..*env };
        let period = key::scope_period(&inside, &measure.scope)?.ok_or_else(out)?;
        day = super::time::add_days(period.first, -1).ok_or_else(out)?;
    }
    Ok(days)
}

/// A fold over the last so many periods. Periods that were never written count as zero for sums and counts and are left out
/// for measures that are unknown before their first value.
pub(crate) fn over(
    env: &Env<'_>,
    expr: &Expr,
    id: MeasureId,
    (count, previous): (u32, bool),
    fold: MeasureFold,
    reads: Reads,
) -> Eval<Option<Val>> {
    let Some(measure) = env.policy().measure(id) else { return Ok(None) };
    let inexact = env.inexact(expr.span);
    let mut values: Vec<Exact> = Vec::new();
    for day in days_back(env, measure, count, previous)? {
        let inside = Env { date: Some(day), ..*env };
        values.extend(read(&inside, id, reads)?.and_then(|value| value.as_number()));
    }
    let Some(first) = values.first().copied() else { return Ok(None) };
    let mut folded = first;
    for value in values.iter().skip(1) {
        let order = value.compare(folded).map_err(&inexact)?;
        match fold {
            MeasureFold::Lowest if order.is_lt() => folded = *value,
            MeasureFold::Highest if order.is_gt() => folded = *value,
            MeasureFold::Lowest | MeasureFold::Highest => {}
            MeasureFold::Sum | MeasureFold::Average => folded = folded.add(*value).map_err(&inexact)?,
        }
    }
    if fold == MeasureFold::Average {
        folded = folded.divide(Decimal::from(values.len()).into()).map_err(&inexact)?;
    }
    Ok(Some(Val::Number(folded)))
}

/// What can be spent of points at the event's instant: the host lists it like a counter.
pub(crate) fn balance(env: &Env<'_>, points: PointsId, pools: &[PoolId]) -> Eval<Option<Val>> {
    let mut total = Decimal::ZERO;
    for key in balance_keys(env, points, pools)? {
        let held = super::counter::number(&key, env.frame.book.before(&key)?)?;
        total = add(total, held).map_err(|_| bad(&key, "the balance would need more than 28 digits"))?;
    }
    Ok(Some(Val::number(total)))
}

/// A total over all customers, as the host's books have it.
pub(crate) fn total(env: &Env<'_>, which: TotalOf, points: PointsId, pools: &[PoolId]) -> Eval<Option<Val>> {
    let mut total = Decimal::ZERO;
    for key in total_keys(env.policy(), which, points, pools) {
        let held = super::counter::number(&key, env.frame.book.before(&key)?)?;
        total = add(total, held).map_err(|_| bad(&key, "the total would need more than 28 digits"))?;
    }
    Ok(Some(Val::number(total)))
}

/// Keys of totals, one for each pool.
pub(crate) fn total_keys(policy: &Policy, which: TotalOf, points: PointsId, pools: &[PoolId]) -> Vec<String> {
    let count = policy.points_of(points).map_or(0, |points| points.pools.len());
    let all: Vec<PoolId> = if pools.is_empty() { (0..count).map(PoolId).collect() } else { pools.to_vec() };
    all.into_iter().map(|pool| key::total(policy, which, points, pool)).collect()
}

/// Keys of balances, one for each pool.
pub(crate) fn balance_keys(env: &Env<'_>, points: PointsId, pools: &[PoolId]) -> Eval<Vec<String>> {
    let count = env.policy().points_of(points).map_or(0, |points| points.pools.len());
    let all: Vec<PoolId> = if pools.is_empty() { (0..count).map(PoolId).collect() } else { pools.to_vec() };
    all.into_iter().map(|pool| key::balance(env, points, pool)).collect()
}

/// Whether an event inside a measure's windows (and those of the level rule that narrows it).
pub(crate) fn counts_here(env: &Env<'_>, id: MeasureRef, measure: &Measure) -> Eval<bool> {
    let by = match &measure.scope.period {
        ScopePeriod::Calendar(_, Some(named)) => Some(named),
        _ => None,
    };
    for one in &measure.windows {
        if !window::holds(env, one, by)? {
            return Ok(false);
        }
    }
    let Some(rule) = id.level.and_then(|rule| env.policy().rule(rule)) else { return Ok(true) };
    for one in &rule.windows {
        if !window::holds(env, one, by)? {
            return Ok(false);
        }
    }
    for condition in rule.conditions.iter().filter(|condition| reads_event(condition)) {
        if !holds(env, condition)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// What the event itself contributes to a measure, its postings aside.
pub(crate) fn contribution(env: &Env<'_>, id: MeasureRef, effects: &mut Effects) -> Eval<()> {
    let Some(measure) = env.policy().measure(id.id) else { return Ok(()) };
    let mut values: Vec<Option<Val>> = Vec::new();
    for source in &measure.sources {
        match source {
            MeasureSource::Events { kinds, value, when } => {
                let meant = kinds.contains(&env.frame.event.kind);
                let meant = meant && when.as_ref().map_or(Ok(true), |when| holds(env, when))?;
                if !meant {
                    continue;
                }
                match value {
                    None => values.push(None),
                    // An unknown value contributes nothing.
                    Some(value) => values.extend(eval(env, value)?.map(Some)),
                }
            }
            MeasureSource::Measure(inner) => {
                let inner = env.frame.index.resolve(*inner, id.level);
                values.extend(read_ref(env, inner, true)?.map(Some));
            }
            MeasureSource::Postings { .. } => {}
        }
    }
    if values.is_empty() || !counts_here(env, id, measure)? {
        return Ok(());
    }
    let Some(bucket) = bucket_of(env, id)? else { return Ok(()) };
    let effect = effect_of(env, measure, &values)?;
    gather(effects, bucket.own(), Target::Measure(id), effect)
}

fn effect_of(env: &Env<'_>, measure: &Measure, values: &[Option<Val>]) -> Eval<Effect> {
    let (local, instant) = env.at();
    let mut effect =
        Effect { add: Decimal::ZERO, values: vec![], at: instant, event: env.frame.event.id.clone(), start: None };
    for value in values {
        match (measure.function, value) {
            (MeasureFn::Count, _) => effect.add = add(effect.add, Decimal::ONE).unwrap_or(effect.add),
            (MeasureFn::Sum, Some(value)) => {
                let decimal = value.as_number().and_then(Exact::decimal);
                let decimal = decimal.ok_or_else(|| {
                    bad(&measure.title.name, "a value to be summed is no decimal; the text must round it first")
                })?;
                effect.add = add(effect.add, decimal)
                    .map_err(|_| bad(&measure.title.name, "the measure would need more than 28 digits"))?;
            }
            (MeasureFn::Streak, value) => {
                let day = value.as_ref().and_then(Val::as_date).unwrap_or(local.date());
                effect.values.push(day.to_string());
            }
            (_, Some(value)) => effect.values.extend(value.text()),
            (_, None) => {}
        }
    }
    Ok(effect)
}

/// What postings contribute to a measure over postings: those of its points and rules, for whoever gets them.
pub(crate) fn posted(env: &Env<'_>, id: MeasureRef, lines: &[Posted], effects: &mut Effects) -> Eval<()> {
    let Some(measure) = env.policy().measure(id.id) else { return Ok(()) };
    let mut customers: Vec<&str> = lines.iter().map(|line| line.customer.as_str()).collect();
    customers.sort_unstable();
    customers.dedup();
    for customer in customers {
        let inside = Env { customer: Some(customer), ..*env };
        let mut values: Vec<Option<Val>> = Vec::new();
        for source in &measure.sources {
            match source {
                MeasureSource::Postings { points, rules } => {
                    let meant = lines
                        .iter()
                        .filter(|line| line.customer == customer && line.points == *points && !line.amount.is_zero());
                    let meant = meant.filter(|line| match rules.is_empty() {
                        true => line.counts_as_granted(),
                        false => line.rules.iter().any(|rule| rules.contains(rule)),
                    });
                    values.extend(meant.filter_map(Posted::counted).map(|amount| Some(Val::number(amount))));
                }
                MeasureSource::Measure(inner) if env.frame.index.postings.iter().any(|one| one.id == *inner) => {
                    let inner = env.frame.index.resolve(*inner, id.level);
                    values.extend(read_ref(&inside, inner, true)?.map(Some));
                }
                MeasureSource::Events { .. } | MeasureSource::Measure(_) => {}
            }
        }
        if values.is_empty() || !counts_here(&inside, id, measure)? {
            continue;
        }
        let Some(bucket) = bucket_of(&inside, id)? else { continue };
        let effect = effect_of(&inside, measure, &values)?;
        gather(effects, bucket.own(), Target::Measure(id), effect)?;
    }
    Ok(())
}
