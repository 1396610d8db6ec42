//! What a decision does to counters, kept apart from the counters themselves: so that a refund can take it back.

use super::counter::{Content, Entry, Folding, Seen, Stretch, content, instant_text, stretch, sum};
use super::frame::{Eval, Frame};
use super::index::MeasureRef;
use super::time::{add_days, add_months};
use crate::event::scalar::bad;
use crate::number;
use chrono::{DateTime, TimeDelta, Utc};
use earnest_dsl::policy::kind::default_most;
use earnest_dsl::policy::{Bounded, ConstraintId, Measure, MeasureFn, RuleId, ScopePeriod, Type};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Whose counter is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Target {
    Measure(MeasureRef),
    /// A constraint, charged by a rule.
    Constraint(ConstraintId, RuleId),
}

/// What an event adds to one counter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Effect {
    /// Added to a number.
    pub add: Decimal,
    /// Values seen, for measures that are no number.
    pub values: Vec<String>,
    /// The instant of the event that counts.
    pub at: DateTime<Utc>,
    /// The event that counts.
    pub event: String,
    /// Start of the stretch in which it counted, where there is one.
    pub start: Option<DateTime<Utc>>,
}

/// Effects by counter and target.
pub(crate) type Effects = BTreeMap<(String, Target), Effect>;

/// Adds an effect to others.
pub(crate) fn gather(effects: &mut Effects, key: String, target: Target, effect: Effect) -> Eval<()> {
    if let Some(held) = effects.get_mut(&(key.clone(), target)) {
        held.add =
            number::add(held.add, effect.add).map_err(|_| bad(&key, "the counter would need more than 28 digits"))?;
        held.values.extend(effect.values);
        return Ok(());
    }
    effects.insert((key, target), effect);
    Ok(())
}

fn scope_of<'p>(frame: &Frame<'p>, target: Target) -> Option<&'p ScopePeriod> {
    match target {
        Target::Measure(id) => frame.policy.measure(id.id).map(|measure| &measure.scope.period),
        Target::Constraint(id, _) => frame.policy.constraint(id).map(|constraint| &constraint.scope.period),
    }
}

/// Decimals of a number that a target counts.
fn scale_of(frame: &Frame<'_>, target: Target) -> u8 {
    match target {
        Target::Measure(id) => match frame.policy.measure(id.id) {
            Some(measure) if measure.function == MeasureFn::Sum => measure.typed.scale,
            _ => 0,
        },
        Target::Constraint(id, _) => match frame.policy.constraint(id) {
            Some(constraint) if constraint.bounded == Bounded::Uses => 0,
            Some(constraint) => match &constraint.limit.typed.ty {
                Type::Points(points) => frame.policy.points_of(*points).map_or(0, |points| points.scale),
                Type::Money(currency) => frame.policy.currency_of(*currency).map_or(2, |currency| currency.scale),
                _ => constraint.limit.typed.scale,
            },
            None => 0,
        },
    }
}

/// How entries of a measure fold.
pub(crate) fn folding<'p>(frame: &Frame<'p>, measure: &'p Measure) -> Folding<'p> {
    let remembers =
        if measure.gross { 0 } else { measure.remembers.and_then(|count| usize::try_from(count).ok()).unwrap_or(0) };
    Folding { function: measure.function, typed: &measure.typed, remembers, policy: frame.policy, zone: frame.zone }
}

/// Whether a stretch that is held still runs at an instant. An event older than its start counts in it.
pub(crate) fn runs(frame: &Frame<'_>, period: &ScopePeriod, held: &Stretch, at: DateTime<Utc>) -> bool {
    match period {
        ScopePeriod::FromFirstUse(months, days, minutes) => {
            if *months == 0 && *days == 0 {
                let end = TimeDelta::try_minutes(*minutes).and_then(|length| held.start.checked_add_signed(length));
                return end.is_some_and(|end| at < end);
            }
            let (Some(start), Some(now)) = (frame.zone.local(held.start), frame.zone.local(at)) else { return false };
            let end = add_months(start.date(), i64::from(*months)).and_then(|date| add_days(date, *days));
            end.is_some_and(|end| now.date() < end)
        }
        ScopePeriod::UntilIdle(minutes) => {
            let end = TimeDelta::try_minutes(*minutes).and_then(|pause| held.last.checked_add_signed(pause));
            end.is_some_and(|end| at < end)
        }
        _ => true,
    }
}

/// Applies what the event itself does, and notes the stretches in which it counted.
pub(crate) fn apply(frame: &Frame<'_>, effects: &mut Effects) -> Eval<()> {
    for ((key, target), effect) in effects.iter_mut() {
        let Some(period) = scope_of(frame, *target) else { continue };
        if !matches!(period, ScopePeriod::FromFirstUse(..) | ScopePeriod::UntilIdle(_)) {
            let held = content(key, frame.book.now(key)?)?;
            let after = added(frame, *target, key, held, effect)?;
            frame.book.write(key, after.value())?;
            continue;
        }
        let held = stretch(key, frame.book.now(key)?)?.filter(|held| runs(frame, period, held, effect.at));
        let after = match held {
            Some(held) => Stretch {
                last: held.last.max(effect.at),
                content: added(frame, *target, key, Some(held.content), effect)?,
                ..held
            },
            None => Stretch { start: effect.at, last: effect.at, content: added(frame, *target, key, None, effect)? },
        };
        effect.start = Some(after.start);
        frame.book.write(key, after.value())?;
    }
    Ok(())
}

fn added(frame: &Frame<'_>, target: Target, key: &str, held: Option<Content>, effect: &Effect) -> Eval<Content> {
    let measure = match target {
        Target::Measure(id) => frame.policy.measure(id.id),
        Target::Constraint(..) => None,
    };
    match measure {
        Some(measure) if !matches!(measure.function, MeasureFn::Sum | MeasureFn::Count) => {
            let mut seen = match held {
                Some(Content::Seen(seen)) => seen,
                _ => Seen::default(),
            };
            folding(frame, measure).add(&mut seen, entries(effect));
            Ok(Content::Seen(seen))
        }
        _ => {
            let held = held.and_then(|held| held.number()).unwrap_or(Decimal::ZERO);
            let total = sum(key, held, effect.add, scale_of(frame, target))?;
            if let Some(measure) = measure {
                check_range(measure, total)?;
            }
            Ok(Content::Number(total))
        }
    }
}

fn entries(effect: &Effect) -> Vec<Entry> {
    effect
        .values
        .iter()
        .map(|value| Entry { at: effect.at, event: effect.event.clone(), value: value.clone() })
        .collect()
}

/// An event that would take a measure beyond its range is an error that names the measure.
fn check_range(measure: &Measure, total: Decimal) -> Eval<()> {
    let (_, high) = measure.typed.range.unwrap_or((Decimal::ZERO, default_most()));
    let most = high.max(default_most());
    if total.abs() > most {
        return Err(bad(
            &measure.title.name,
            format!("the event would take this measure to {}, beyond {}", total.normalize(), most.normalize()),
        ));
    }
    Ok(())
}

/// Brings counters from what an event did so far to what it does now: the difference is booked, in the buckets of the
/// original or (`own`) of the refund. Gross measures and room that stays used do not move.
pub(crate) fn replace(
    frame: &Frame<'_>,
    before: &Effects,
    after: &Effects,
    own: &BTreeMap<(String, Target), String>,
) -> Eval<Effects> {
    let mut done = Effects::new();
    let keys: std::collections::BTreeSet<&(String, Target)> = before.keys().chain(after.keys()).collect();
    for at in keys {
        let (key, target) = at;
        let (old, new) = (before.get(at), after.get(at));
        let Some(sample) = new.or(old) else { continue };
        if old == new || stays(frame, *target) {
            continue;
        }
        let add = number::subtract(new.map_or(Decimal::ZERO, |new| new.add), old.map_or(Decimal::ZERO, |old| old.add));
        let add = add.map_err(|_| bad(key, "the counter would need more than 28 digits"))?;
        let values = new.map(|new| new.values.clone()).unwrap_or_default();
        let delta = Effect { add, values, start: old.and_then(|old| old.start), ..sample.clone() };
        let booked = own.get(at).unwrap_or(key);
        book_difference(frame, *target, booked, &delta)?;
        done.insert(at.clone(), delta);
    }
    Ok(done)
}

fn stays(frame: &Frame<'_>, target: Target) -> bool {
    match target {
        Target::Measure(id) => frame.policy.measure(id.id).is_some_and(|measure| measure.gross),
        Target::Constraint(id, _) => frame.policy.constraint(id).is_some_and(|constraint| !constraint.room_comes_back),
    }
}

fn book_difference(frame: &Frame<'_>, target: Target, key: &str, delta: &Effect) -> Eval<()> {
    let Some(period) = scope_of(frame, target) else { return Ok(()) };
    let measure = match target {
        Target::Measure(id) => frame.policy.measure(id.id),
        Target::Constraint(..) => None,
    };
    let changed = |held: Option<Content>| -> Eval<Content> {
        match measure {
            Some(measure) if !matches!(measure.function, MeasureFn::Sum | MeasureFn::Count) => {
                let mut seen = match held {
                    Some(Content::Seen(seen)) => seen,
                    _ => Seen::default(),
                };
                folding(frame, measure).replace(&mut seen, &delta.event, entries(delta));
                Ok(Content::Seen(seen))
            }
            _ => {
                let held = held.and_then(|held| held.number()).unwrap_or(Decimal::ZERO);
                Ok(Content::Number(sum(key, held, delta.add, scale_of(frame, target))?))
            }
        }
    };
    if !matches!(period, ScopePeriod::FromFirstUse(..) | ScopePeriod::UntilIdle(_)) {
        let held = content(key, frame.book.now(key)?)?;
        return frame.book.write(key, changed(held)?.value());
    }
    // A stretch that has ended keeps nothing that could be taken back.
    let Some(held) = stretch(key, frame.book.now(key)?)? else { return Ok(()) };
    if delta.start.map(instant_text) != Some(instant_text(held.start)) {
        return Ok(());
    }
    let after = Stretch { content: changed(Some(held.content.clone()))?, ..held };
    frame.book.write(key, after.value())
}
