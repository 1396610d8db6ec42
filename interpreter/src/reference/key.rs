//! Keys of counters. One text form for all hosts and engines:
//!
//! `cap golden_week.dining_treble.cap|customer=c1|2024-10`
//!
//! What is counted (`track`, `cap`, `level`, `balance`, `total`, `barred`) and its name; then the key facts `name=value` in the order of names;
//! then the period: `2024-10-05` (a day, also each day of a rolling window), `2024-W40`, `2024-10`, `2024-Q4`, `2024`,
//! `to-2024-10-25` (a statement month by its last day), `from-2024-07-01` (a period counted from a date by its first day).
//! A counter for ever, for a campaign, from first use or until idle has no period. In names and values `%`, `|`, `=` and
//! control characters are written `%25`, `%7C`, `%3D` and so on. A measure that a level rule narrows by windows of its own
//! is `track NAME in RULE`.

use super::expr::{date, eval};
use super::frame::{Env, Eval};
use super::time::{Period, add_days, months_period, period, period_text};
use super::value::Val;
use crate::event::scalar::bad;
use chrono::NaiveDate;
use earnest_dsl::policy::{PointsId, Policy, PoolId, Role, Scope, ScopePeriod, SubjectId, TotalOf, Type};
use earnest_dsl::syntax::ast::PeriodUnit;
use rust_decimal::prelude::ToPrimitive;

/// Where something is counted: the counter of an event, and those that are read together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bucket {
    head: String,
    when: When,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum When {
    Always,
    Named(String),
    /// The last so many days, up to a day.
    Days(u32, NaiveDate),
}

impl Bucket {
    /// The counter that this event changes.
    pub(crate) fn own(&self) -> String {
        match &self.when {
            When::Always => self.head.clone(),
            When::Named(period) => format!("{}|{period}", self.head),
            When::Days(_, day) => format!("{}|{}", self.head, day.format("%Y-%m-%d")),
        }
    }

    /// The counters that are read, oldest first.
    pub(crate) fn read(&self) -> Vec<String> {
        match &self.when {
            When::Always | When::Named(_) => vec![self.own()],
            When::Days(count, day) => {
                let days = (0..i64::from(*count)).rev().filter_map(|back| add_days(*day, -back));
                days.map(|day| format!("{}|{}", self.head, day.format("%Y-%m-%d"))).collect()
            }
        }
    }
}

/// The bucket of a scope; none for `each time`.
pub(crate) fn bucket(env: &Env<'_>, scope: &Scope, name: &str) -> Eval<Option<Bucket>> {
    let mut head = escaped(name);
    for key in &scope.keys {
        let value = eval(env, &key.value)?.and_then(|value| value.text());
        let value =
            value.ok_or_else(|| bad(&key.name, format!("it is a key of `{name}` and is not known; give it")))?;
        head.push('|');
        head.push_str(&escaped(&key.name));
        head.push('=');
        head.push_str(&escaped(&value));
    }
    let when = match &scope.period {
        ScopePeriod::Event => return Ok(None),
        ScopePeriod::Ever | ScopePeriod::Campaign(_) | ScopePeriod::FromFirstUse(..) | ScopePeriod::UntilIdle(_) => {
            When::Always
        }
        ScopePeriod::Rolling(count) => When::Days(*count, day(env, scope)?),
        ScopePeriod::Calendar(unit, _) => {
            let period = scope_period(env, scope)?;
            When::Named(period.map_or_else(String::new, |period| period_text(*unit, &period)))
        }
        ScopePeriod::Months(..) => {
            let period = scope_period(env, scope)?;
            When::Named(period.map_or_else(String::new, |period| format!("from-{}", period.first.format("%Y-%m-%d"))))
        }
    };
    Ok(Some(Bucket { head, when }))
}

/// The days that a scope's period covers, where it is a stretch of days.
pub(crate) fn scope_period(env: &Env<'_>, scope: &Scope) -> Eval<Option<Period>> {
    let out = || bad("at", "the date is out of the range of dates");
    Ok(match &scope.period {
        ScopePeriod::Calendar(unit, _) => {
            let statement = statement_day(env, *unit)?;
            Some(period(*unit, day(env, scope)?, statement).ok_or_else(out)?)
        }
        ScopePeriod::Months(months, from) => {
            let Some(from) = date(env, from)? else {
                return Err(bad(
                    "period",
                    format!(
                        "the date from which the period at {} counts is not known; give it",
                        env.policy().sources.place(from.span)
                    ),
                ));
            };
            Some(months_period(*months, from, day(env, scope)?).ok_or_else(out)?)
        }
        ScopePeriod::Event
        | ScopePeriod::Ever
        | ScopePeriod::Rolling(_)
        | ScopePeriod::Campaign(_)
        | ScopePeriod::FromFirstUse(..)
        | ScopePeriod::UntilIdle(_) => None,
    })
}

/// The day that says in which period something counts.
pub(crate) fn day(env: &Env<'_>, scope: &Scope) -> Eval<NaiveDate> {
    if let Some(day) = env.date {
        return Ok(day);
    }
    if let ScopePeriod::Calendar(_, Some(named)) = &scope.period {
        return match eval(env, named)? {
            Some(Val::Period(unit, first)) => last_day(env, unit, first),
            Some(other) => other.as_date().ok_or_else(|| bad("period", "it is no date")),
            // A closing event that does not say its period closes the one that ends at its instant.
            None => just_before(env),
        };
    }
    event_day(env)
}

/// The day on which an event counts: its local date; of a closing event the last day of the period that it closes.
pub(crate) fn event_day(env: &Env<'_>) -> Eval<NaiveDate> {
    let (local, _) = env.at();
    let closing = env
        .kind()
        .filter(|kind| kind.role == Role::Moment)
        .and_then(|kind| kind.fields.iter().find(|field| matches!(field.typed.ty, Type::Period(_))));
    let Some(closing) = closing else { return Ok(local.date()) };
    match env.field(&closing.title.name)? {
        Some(Val::Period(unit, first)) => last_day(env, unit, first),
        _ => just_before(env),
    }
}

fn last_day(env: &Env<'_>, unit: PeriodUnit, first: NaiveDate) -> Eval<NaiveDate> {
    let statement = statement_day(env, unit)?;
    period(unit, first, statement)
        .map(|period| period.last)
        .ok_or_else(|| bad("at", "the date is out of the range of dates"))
}

fn just_before(env: &Env<'_>) -> Eval<NaiveDate> {
    let (local, _) = env.at();
    let second = chrono::TimeDelta::try_seconds(1).unwrap_or_default();
    local
        .checked_sub_signed(second)
        .map(|before| before.date())
        .ok_or_else(|| bad("at", "the date is out of the range of dates"))
}

/// The day on which statement months of the event's account end; none for other periods.
pub(crate) fn statement_day(env: &Env<'_>, unit: PeriodUnit) -> Eval<Option<u32>> {
    if unit != PeriodUnit::Statement {
        return Ok(None);
    }
    let missing = || {
        bad(
            "account.statement_day",
            "it is not known, and a limit or a measure counts by statement months; give it with the account",
        )
    };
    let account = match env.field("account")? {
        Some(Val::Text(account)) => account,
        _ => {
            return Err(bad(
                "account",
                "it is missing, and a limit or a measure counts by its statement months; give the account's id",
            ));
        }
    };
    let subject = env
        .policy()
        .subjects
        .iter()
        .position(|subject| subject.title.name == "account")
        .map(SubjectId)
        .ok_or_else(missing)?;
    let day = env
        .fact(subject, &account, "statement_day")?
        .and_then(|value| value.as_number())
        .and_then(|value| value.decimal());
    let day = day.and_then(|day| day.to_u32()).filter(|day| (1..=31).contains(day)).ok_or_else(missing)?;
    Ok(Some(day))
}

/// The key of a balance that a rule reads: `balance Star|customer=c1`, of a pool `balance Star/Savings|customer=c1`.
pub(crate) fn balance(env: &Env<'_>, points: PointsId, pool: PoolId) -> Eval<String> {
    let customer = env.customer()?;
    let name = pool_path(env.policy(), points, pool);
    Ok(format!("{}|customer={}", escaped(&format!("balance {name}")), escaped(customer)))
}

/// The key under which it stands that somebody is barred: `barred|customer=c1`.
pub(crate) fn barred(subject: &str, id: &str) -> String {
    format!("barred|{}={}", escaped(subject), escaped(id))
}

/// The key of a total over all customers: `total outstanding Star`, of a pool `total outstanding Star/Savings`.
pub(crate) fn total(policy: &Policy, which: TotalOf, points: PointsId, pool: PoolId) -> String {
    let word = match which {
        TotalOf::Outstanding => "outstanding",
        TotalOf::Earned => "earned",
        TotalOf::Redeemed => "redeemed",
        TotalOf::Expired => "expired",
    };
    escaped(&format!("total {word} {}", pool_path(policy, points, pool)))
}

/// The unit, and the pool where it has a name of its own.
fn pool_path(policy: &Policy, points: PointsId, pool: PoolId) -> String {
    let declared = policy.points_of(points);
    let unit = declared.map_or("", |points| points.title.name.as_str());
    let pool = declared.and_then(|points| points.pools.get(pool.0)).map_or("", |pool| pool.title.name.as_str());
    if unit == pool { unit.to_owned() } else { format!("{unit}/{pool}") }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '%' => out.push_str("%25"),
            '|' => out.push_str("%7C"),
            '=' => out.push_str("%3D"),
            letter if letter.is_control() => {
                let mut bytes = [0; 4];
                for byte in letter.encode_utf8(&mut bytes).bytes() {
                    out.push_str(&format!("%{byte:02X}"));
                }
            }
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_cannot_forge_a_key() {
        assert_eq!(escaped("c1|2024-10"), "c1%7C2024-10");
        assert_eq!(escaped("a=b%7C\n"), "a%3Db%257C%0A");
        assert_eq!(escaped("张三"), "张三");
    }

    #[test]
    fn a_rolling_window_reads_its_days_oldest_first() {
        let bucket = Bucket { head: "track m".to_owned(), when: When::Days(3, "2024-03-01".parse().unwrap()) };
        assert_eq!(bucket.read(), ["track m|2024-02-28", "track m|2024-02-29", "track m|2024-03-01"]);
        assert_eq!(bucket.own(), "track m|2024-03-01");
    }
}
