//! What the version in force says about units, pools and lots.

use super::account::{Account, Lot};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use earnest_dsl::policy::{Points, Policy, Pool, Request, Rule, RuleBody};
use earnest_interpreter::life::{Holder, Life};
use earnest_interpreter::{Counters, Engine, Facts, InputError};
use std::sync::Arc;

/// A version of the policy, as the lots see it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terms<'p> {
    pub policy: &'p Policy,
    pub life: Life<'p>,
}

/// The unit that a line speaks of, and the pools.
pub(super) struct Meant<'p> {
    pub unit: &'p Points,
    /// The one pool that is named; none where the whole unit is meant.
    pub pool: Option<&'p Pool>,
}

static NO_FACTS: Facts = Facts::new();
static NO_COUNTERS: Counters = Counters::new();

impl<'p> Terms<'p> {
    /// The terms of a version.
    ///
    /// # Errors
    /// Its time zone is unknown.
    pub(crate) fn new(engine: &'p Engine) -> Result<Self, InputError> {
        Ok(Self { policy: engine.policy(), life: engine.life()? })
    }

    pub(super) fn unit(&self, name: &str) -> Option<&'p Points> {
        self.policy.points.iter().find(|points| points.title.name == name)
    }

    pub(super) fn pool(&self, unit: &str, pool: &str) -> Option<&'p Pool> {
        self.unit(unit).and_then(|unit| unit.pools.iter().find(|one| one.title.name == pool))
    }

    /// The unit and pool of a line: `points` names a pool, or a unit as a whole; `unit` the unit where the pool has a name of
    /// its own.
    pub(super) fn meant(&self, points: &str, unit: Option<&str>) -> Option<Meant<'p>> {
        let named = |pool: &&Pool| pool.title.name == points;
        if let Some(unit) = unit.and_then(|unit| self.unit(unit)) {
            return Some(Meant { unit, pool: unit.pools.iter().find(named) });
        }
        if let Some(unit) = self.unit(points) {
            return Some(Meant { unit, pool: unit.pools.iter().find(named) });
        }
        self.policy.points.iter().find_map(|unit| {
            let pool = unit.pools.iter().find(named)?;
            Some(Meant { unit, pool: Some(pool) })
        })
    }

    pub(super) fn rule(&self, name: &str) -> Option<&'p Rule> {
        self.policy.rules.iter().find(|rule| rule.title.name == name)
    }

    pub(super) fn request(&self, name: &str) -> Option<&'p Request> {
        match &self.rule(name)?.body {
            RuleBody::Request(request) => Some(request),
            _ => None,
        }
    }

    /// Decimals of a unit.
    pub(super) fn scale(&self, unit: &str) -> u32 {
        self.unit(unit).map_or(0, |unit| u32::from(unit.scale))
    }

    /// The instant of a local date and time.
    pub(crate) fn instant(&self, local: NaiveDateTime) -> DateTime<Utc> {
        self.life.instant(local)
    }

    /// The local date and time of an instant.
    pub(crate) fn local(&self, instant: DateTime<Utc>) -> NaiveDateTime {
        self.life.local(instant).unwrap_or_else(|| instant.naive_utc())
    }

    /// The last usable day of a lot as things stand: its own or a later one by activity, and no later than the end of the
    /// whole balance. None without end.
    pub(crate) fn last_day(&self, account: &Account, lot: &Lot) -> Option<NaiveDate> {
        let Some(pool) = self.pool(&lot.points, &lot.pool) else { return lot.last_day };
        let mut last = lot.last_day;
        if pool.renewed_by_activity
            && let Some(active) = account.activity.get(&*lot.points).copied().filter(|active| *active >= lot.since)
        {
            // A life by a table over facts is prolonged when the activity comes: the facts are those of that time.
            let holder = Holder {
                customer: &lot.customer,
                account: None,
                facts: &NO_FACTS,
                counters: &NO_COUNTERS,
                at: self.instant(active),
            };
            last = self.life.prolonged(pool, last, active, &holder).unwrap_or(last);
        }
        if pool.balance_ends.is_none() {
            return last;
        }
        let activity = account.activity.get(&*balance_key(&lot.points, pool));
        let from = activity.map_or(lot.since, |active| (*active).max(lot.since));
        match (last, self.life.balance_end(pool, from).ok().flatten()) {
            (Some(last), Some(end)) => Some(last.min(end)),
            (last, end) => last.or(end),
        }
    }

    /// The first instant after a lot's last usable day.
    pub(crate) fn ends_at(&self, last: NaiveDate) -> Option<DateTime<Utc>> {
        self.life.end_of(last)
    }

    /// The day on which a holder is reminded of a lot that ends.
    pub(crate) fn remind_on(&self, unit: &str, last: NaiveDate) -> Option<NaiveDate> {
        self.life.reminder(self.unit(unit)?, last).ok().flatten()
    }

    /// Whether a lot may be used at an instant, frozen or not.
    pub(crate) fn is_available(&self, lot: &Lot, at: DateTime<Utc>) -> bool {
        lot.available_from.is_none_or(|from| self.instant(from) <= at)
    }

    /// Whether a lot has ended at an instant. What is frozen waits, unless its pool lets it lapse.
    pub(crate) fn has_ended(&self, account: &Account, lot: &Lot, at: DateTime<Utc>) -> bool {
        let ended = self.last_day(account, lot).and_then(|last| self.ends_at(last)).is_some_and(|end| end <= at);
        ended && !self.waits(account, lot)
    }

    /// Whether a lot's end waits until it is free again.
    pub(crate) fn waits(&self, account: &Account, lot: &Lot) -> bool {
        let lapses = self.pool(&lot.points, &lot.pool).is_some_and(|pool| pool.lapses_while_frozen);
        (account.frozen || lot.frozen) && !lapses
    }

    /// The next instant at which something is due to a lot.
    pub(crate) fn due(&self, account: &Account, lot: &Lot) -> Option<DateTime<Utc>> {
        let usable = lot.available_from.filter(|_| !lot.usable).map(|from| self.instant(from));
        let last = self.last_day(account, lot);
        let ends = last.filter(|_| !self.waits(account, lot)).and_then(|last| self.ends_at(last));
        let reminds = last.filter(|last| lot.reminded != Some(*last)).and_then(|last| {
            let on = self.remind_on(&lot.points, last).filter(|on| *on > lot.since.date())?;
            Some(self.instant(on.and_time(NaiveTime::MIN)))
        });
        [usable, ends, reminds].into_iter().flatten().min()
    }
}

/// What the activity is kept under that moves the end of a pool's whole balance: its unit, or the pool where it has a list of
/// its own. What renews lots is kept under the unit.
pub(super) fn balance_key(unit: &str, pool: &Pool) -> Arc<str> {
    if pool.balance_activity.is_empty() { Arc::from(unit) } else { Arc::from(format!("{unit}/{}", pool.title.name)) }
}

/// The path of a pool in keys: the unit, and the pool where it has a name of its own.
pub(super) fn path(unit: &str, pool: &str) -> String {
    if unit == pool { unit.to_owned() } else { format!("{unit}/{pool}") }
}
