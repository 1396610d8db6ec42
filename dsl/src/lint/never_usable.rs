//! W0161: points that end before anybody can use them.
//!
//! The customer is told of points, and they are gone on the day on which they could be used first: a waiting time longer than
//! the life, or a pool with a fixed last day into which rules give on.

use super::event;
use super::found::{Claim, Found};
use crate::check::window::interval;
use crate::diagnostic::Diagnostic;
use crate::policy::{Compare, Line, Points, PointsId, Policy, Pool, PoolId, Rule, RuleBody, RuleId, Validity};
use crate::prove::told::{named, told};
use crate::say;
use chrono::{Datelike, Days, Months, NaiveDate, NaiveDateTime};

/// Days of earning looked at: in four years and a day every date of the calendar has come, 29 February included.
const DAYS: u64 = 4 * 366;

pub(super) fn find(policy: &Policy) -> Vec<Found> {
    let mut found = Vec::new();
    for (of, points) in policy.points.iter().enumerate() {
        for at in 0..points.pools.len() {
            found.extend(life_too_short(policy, PointsId(of), points, PoolId(at)));
        }
    }
    found.extend(policy.rules.iter().enumerate().filter_map(|(at, rule)| given_too_late(policy, RuleId(at), rule)));
    found
}

/// A waiting time that is longer than the life, for some day of earning.
fn life_too_short(policy: &Policy, of: PointsId, points: &Points, at: PoolId) -> Option<Found> {
    let pool = points.pools.get(at.0)?;
    let first = policy.effective_from.date();
    let (earned, usable, last) = (0..DAYS).find_map(|day| {
        let earned = first.checked_add_days(Days::new(day))?;
        let usable = usable_from(pool, earned)?;
        let last = last_day(pool, earned, usable)?;
        (last < usable).then_some((earned, usable, last))
    })?;
    let title = if pool.title.span.key() == Default::default() { &points.title } else { &pool.title };
    let found = Diagnostic::warning(
        "W0161",
        told(policy, |words| {
            let name = named(words, title);
            say!(words.language, "{name} can end before they are usable", "{name} 可能在可用之前就已到期")
        }),
        title.span,
        told(policy, |words| {
            let (earned, usable, last) = (words.date(earned), words.date(usable), words.date(last));
            say!(
                words.language,
                "earned on {earned}: usable from {usable}, and the last usable day is {last}",
                "{earned}获得：{usable}起可用，而最后可用日是{last}"
            )
        }),
    )
    .help(told(policy, |words| {
        say!(
            words.language,
            "count the life from the first usable day: `valid … after usable`, or shorten the waiting time",
            "请从起用之日计算有效期：`有效期 … 自 起用 起`，或缩短等待时间"
        )
    }));
    let given =
        |rule: &Rule| lines(rule).iter().any(|line| line.points == of && line.pool == at && line.pool_by.is_none());
    let giver = policy.rules.iter().enumerate().find(|(_, rule)| matches!(rule.body, RuleBody::Earn(_)) && given(rule));
    let Some((giver, rule)) = giver else { return Some(Found::plain(found)) };
    let day = event::day(Compare::Equal, earned, title.span);
    Some(Found::by(found, event::paying(policy, rule, &[day]), Claim::Lost(RuleId(giver))))
}

fn lines(rule: &Rule) -> &[Line] {
    match &rule.body {
        RuleBody::Earn(lines) => lines,
        RuleBody::Level { line, .. } => std::slice::from_ref(line),
        _ => &[],
    }
}

/// A rule that gives into a pool whose fixed last day may be over.
fn given_too_late(policy: &Policy, id: RuleId, rule: &Rule) -> Option<Found> {
    let (line, pool, last) = lines(rule).iter().find_map(|line| {
        let pool = policy.points_of(line.points)?.pools.get(line.pool.0)?;
        match (&pool.validity, &line.pool_by) {
            (Validity::To(last), None) => Some((line, pool, *last)),
            _ => None,
        }
    })?;
    // The first day of earning from which nothing is usable.
    let late = (0..DAYS).find_map(|back| {
        let earned = last.succ_opt()?.checked_sub_days(Days::new(back))?;
        let in_time = usable_from(pool, earned.pred_opt()?)? <= last;
        in_time.then_some(earned)
    })?;
    let end = last_instant(policy, rule);
    if end.is_some_and(|end| end <= late.and_time(chrono::NaiveTime::MIN)) {
        return None;
    }
    let found = Diagnostic::warning(
        "W0161",
        told(policy, |words| {
            let (name, late) = (named(words, &rule.title), words.date(late));
            say!(
                words.language,
                "what {name} gives from {late} on can never be used",
                "{name}自{late}起所给的积分永远用不了"
            )
        }),
        line.span,
        told(policy, |words| {
            let last = words.date(last);
            say!(words.language, "the last usable day is {last}", "最后可用日是{last}")
        }),
    )
    .mark(pool.title.span, told(policy, |words| say!(words.language, "of this pool", "属于这个积分池")))
    .help(told(policy, |words| {
        let last = late.pred_opt().unwrap_or(last);
        say!(
            words.language,
            "end the rule in time: `to {last}`, or let the pool be valid for a time after earning",
            "请让规则按时结束：`至 {last}`，或让积分池自获得起有效一段时间"
        )
    }));
    let from = event::day(Compare::AtLeast, late, line.span);
    // Windows that do not open after that day are none of a rule that gives too late.
    if event::nowhere(policy, &rule.kinds, |kind| event::region(policy, rule, kind, std::slice::from_ref(&from))) {
        return None;
    }
    Some(match rule.body {
        RuleBody::Earn(_) => Found::by(found, event::paying(policy, rule, &[from]), Claim::Lost(id)),
        _ => Found::plain(found),
    })
}

/// The instant from which a rule no more applies, by its windows and its version.
fn last_instant(policy: &Policy, rule: &Rule) -> Option<NaiveDateTime> {
    let ends = rule.windows.iter().filter_map(interval).filter_map(|(_, end)| end);
    ends.chain(policy.effective_until).min()
}

fn moved(from: NaiveDate, months: i32, days: i64) -> Option<NaiveDate> {
    let months = Months::new(u32::try_from(months).ok()?);
    from.checked_add_months(months)?.checked_add_days(Days::new(u64::try_from(days).ok()?))
}

/// The first day on which points earned on a day are usable; `None` for waiting times of hours.
fn usable_from(pool: &Pool, earned: NaiveDate) -> Option<NaiveDate> {
    let (months, days, _) = pool.usable_after;
    moved(earned, months, days)
}

/// The last usable day of points earned on a day; `None` where it is no fixed length.
fn last_day(pool: &Pool, earned: NaiveDate, usable: NaiveDate) -> Option<NaiveDate> {
    let start = |from_usable: bool| if from_usable { usable } else { earned };
    let day_off = |last: NaiveDate| if pool.first_day_counted { last.pred_opt() } else { Some(last) };
    match &pool.validity {
        Validity::After { months, days, from_usable } => moved(start(*from_usable), *months, *days).and_then(day_off),
        Validity::ToEndOf { unit, months, days, from_usable } => {
            let last = moved(start(*from_usable), *months, *days).and_then(day_off)?;
            end_of(*unit, last)
        }
        Validity::To(_) | Validity::ByTable(_) | Validity::WithoutEnd => None,
    }
}

fn end_of(unit: crate::syntax::ast::PeriodUnit, day: NaiveDate) -> Option<NaiveDate> {
    use crate::syntax::ast::PeriodUnit as U;
    let end_of_month =
        |year: i32, month: u32| NaiveDate::from_ymd_opt(year, month, 1)?.checked_add_months(Months::new(1))?.pred_opt();
    match unit {
        U::Day => Some(day),
        U::Week => {
            day.checked_add_days(Days::new(u64::from(6_u32.saturating_sub(day.weekday().num_days_from_monday()))))
        }
        U::Month => end_of_month(day.year(), day.month()),
        U::Quarter => end_of_month(day.year(), day.month().div_ceil(3).saturating_mul(3)),
        U::Year => end_of_month(day.year(), 12),
        U::Statement => None,
    }
}
