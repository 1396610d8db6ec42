//! Postings: the lines of the decision, with availability, expiry and who pays.

use super::frame::{Env, Eval};
use super::line::{LineKind, Posted};
use super::value::Val;
use crate::decision::DecisionLine;
use crate::event::scalar::bad;
use crate::life::{last_day, usable_from};
use crate::number::{Exact, Inexact, at_scale, split, subtract};
use chrono::NaiveDateTime;
use earnest_dsl::policy::Points;
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
    // What takes goes across the pools of its unit; what gives goes into one.
    let name = match pool {
        Some(pool) if !line.terms.takes || declared.pools.len() == 1 => &pool.title.name,
        _ => &declared.title.name,
    };
    let worth = line.terms.worth.map(|worth| worth.to_string());
    let from = line.terms.from.iter().filter_map(|pool| declared.pools.get(pool.0));
    let (mut available_from, mut expires_on) = (None, None);
    if line.amount > Decimal::ZERO
        && !declared.memo
        && !line.terms.takes
        && !line.terms.keep_dates
        && let Some(pool) = pool
    {
        let inside = Env { customer: Some(&line.customer), ..*env };
        let usable = usable_from(env.frame.zone, pool, posting.dated)?;
        let last = last_day(&inside, pool, posting.dated.date(), usable.map(|at| at.date()))?;
        expires_on = last.map(|day| day.format("%Y-%m-%d").to_string());
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
        from: from.map(|pool| pool.title.name.clone()).collect(),
        all: line.terms.all,
        other: line.terms.other.clone(),
        keep_dates: line.terms.keep_dates,
        worth,
    })
}

fn too_fine(_: Inexact) -> crate::event::InputError {
    bad("points", "an amount of points has more decimals than they have")
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
    // Lots that are taken or moved keep their funders.
    if parties.is_empty() || line.amount.is_zero() || line.terms.takes || line.terms.other.is_some() {
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
