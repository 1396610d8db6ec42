//! Postings: the lines of the decision, with availability, expiry and who pays.

use super::expr::{number, whole};
use super::frame::{Env, Eval};
use super::line::{LineKind, Posted};
use super::time::{add_days, add_months, period};
use super::value::Val;
use crate::decision::DecisionLine;
use crate::event::scalar::bad;
use crate::number::{Exact, Inexact, at_scale, split, subtract};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use earnest_dsl::policy::{Points, Pool, Type, Validity};
use rust_decimal::Decimal;

/// How a line is to be posted.
#[derive(Debug, Clone)]
pub(crate) struct Posting<'p> {
    pub line: &'p Posted,
    /// The local date and time of earning.
    pub dated: NaiveDateTime,
    /// The earlier event whose lots are changed.
    pub of: Option<String>,
    /// What the same line stood at before: shares of the cost are differences of the whole.
    pub before: Decimal,
}

/// The decision's line. Lines above zero make lots with a life; others take from lots that have one.
pub(crate) fn decision_line(env: &Env<'_>, posting: &Posting<'_>) -> Eval<DecisionLine> {
    let policy = env.policy();
    let line = posting.line;
    let declared = policy.points_of(line.points).ok_or_else(|| bad("points", "they are not declared"))?;
    let pool = declared.pools.get(line.pool.0);
    let text =
        |value: Decimal| at_scale(value, u32::from(declared.scale)).map(|value| value.to_string()).map_err(too_fine);
    let name = pool.map_or(&declared.title.name, |pool| &pool.title.name);
    let (mut available_from, mut expires_on) = (None, None);
    if line.amount > Decimal::ZERO
        && !declared.memo
        && let Some(pool) = pool
    {
        let inside = Env { customer: Some(&line.customer), ..*env };
        let usable = usable_from(&inside, pool, posting.dated)?;
        expires_on =
            last_day(&inside, pool, posting.dated.date(), usable)?.map(|day| day.format("%Y-%m-%d").to_string());
        available_from = usable.map(|at| at.format("%Y-%m-%dT%H:%M:%S").to_string());
    }
    Ok(DecisionLine {
        rule: line.name.clone(),
        kind: line.kind.name().to_owned(),
        points: name.clone(),
        unit: (*name != declared.title.name).then(|| declared.title.name.clone()),
        customer: line.customer.clone(),
        amount: text(line.amount)?,
        asked: text(line.asked)?,
        of: posting.of.clone(),
        available_from,
        expires_on,
        funded: funded(env, posting, declared)?,
        from: vec![],
        other: None,
        keep_dates: false,
        worth: None,
    })
}

fn too_fine(_: Inexact) -> crate::event::InputError {
    bad("points", "an amount of points has more decimals than they have")
}

fn out_of_dates() -> crate::event::InputError {
    bad("at", "a date of the points' life is out of the range of dates")
}

/// When points become usable, if not at once: days and months from the next midnights, minutes from the instant.
fn usable_from(env: &Env<'_>, pool: &Pool, earned: NaiveDateTime) -> Eval<Option<NaiveDateTime>> {
    let (months, days, minutes) = pool.usable_after;
    if months == 0 && days == 0 {
        if minutes == 0 {
            return Ok(None);
        }
        let instant = env.frame.zone.instant(earned);
        let later = chrono::TimeDelta::try_minutes(minutes).and_then(|length| instant.checked_add_signed(length));
        return later.and_then(|later| env.frame.zone.local(later)).map(Some).ok_or_else(out_of_dates);
    }
    let day =
        add_months(earned.date(), i64::from(months)).and_then(|day| add_days(day, days)).ok_or_else(out_of_dates)?;
    Ok(Some(day.and_time(NaiveTime::MIN)))
}

/// The last usable day of a lot.
fn last_day(env: &Env<'_>, pool: &Pool, earned: NaiveDate, usable: Option<NaiveDateTime>) -> Eval<Option<NaiveDate>> {
    let start = |from_usable: bool| if from_usable { usable.map_or(earned, |at| at.date()) } else { earned };
    let moved = |from: NaiveDate, months: i64, days: i64| {
        add_months(from, months).and_then(|day| add_days(day, days)).ok_or_else(out_of_dates)
    };
    let last = match &pool.validity {
        Validity::WithoutEnd => return Ok(None),
        Validity::To(day) => return Ok(Some(*day)),
        Validity::After { months, days, from_usable } => moved(start(*from_usable), i64::from(*months), *days)?,
        Validity::ToEndOf { unit, months, days, from_usable } => {
            let day = moved(start(*from_usable), i64::from(*months), *days)?;
            let statement = super::key::statement_day(env, *unit)?;
            return period(*unit, day, statement).map(|period| Some(period.last)).ok_or_else(out_of_dates);
        }
        Validity::ByTable(length) => {
            let count = number(env, length)?.and_then(whole);
            let count = count
                .ok_or_else(|| bad("points", "how long they are valid is not known; give the fact that says it"))?;
            match length.typed.ty {
                Type::Term => moved(earned, count, 0)?,
                _ => moved(earned, 0, count)?,
            }
        }
    };
    if pool.first_day_counted { add_days(last, -1).map(Some).ok_or_else(out_of_dates) } else { Ok(Some(last)) }
}

/// Who pays how much: largest remainder, ties in the stated order; of a change, the difference of the whole before and after.
fn funded(env: &Env<'_>, posting: &Posting<'_>, declared: &Points) -> Eval<Vec<(String, String)>> {
    let line = posting.line;
    let own = line
        .rules
        .first()
        .and_then(|rule| env.policy().rule(*rule))
        .map(|rule| &rule.funded)
        .filter(|funded| !funded.is_empty());
    let parties = own.unwrap_or(&declared.funded);
    if parties.is_empty() || line.amount.is_zero() {
        return Ok(vec![]);
    }
    let scale = u32::from(declared.scale);
    let weights: Vec<Exact> = parties.iter().map(|(_, share)| Exact::from(share.unwrap_or(Decimal::ONE))).collect();
    let after = crate::number::add(posting.before, line.amount).map_err(too_fine)?;
    let (old, new) =
        (split(posting.before, &weights, scale).map_err(too_fine)?, split(after, &weights, scale).map_err(too_fine)?);
    let mut shares = Vec::new();
    for ((party, share), (old, new)) in parties.iter().zip(old.into_iter().zip(new)) {
        // One party without a share may be named by a field of the event: the merchant who pays.
        let named = if share.is_none() { env.field(party)?.as_ref().and_then(Val::text) } else { None };
        let part = subtract(new, old).and_then(|part| at_scale(part, scale)).map_err(too_fine)?;
        if !part.is_zero() {
            shares.push((named.unwrap_or_else(|| party.clone()), part.to_string()));
        }
    }
    Ok(shares)
}

/// A line that only moves what stood before.
pub(crate) fn changed(line: &Posted, kind: LineKind, amount: Decimal, asked: Decimal) -> Posted {
    Posted { kind, amount, asked, ..line.clone() }
}
