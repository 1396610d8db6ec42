//! The life of a lot: when its points become usable, its last usable day, what activity does to it, when its holder is reminded.
//!
//! The one place that computes these dates: decisions state them on the lines that they post, and a host that keeps lots asks
//! here for everything that comes later (activity, the end of a balance, lots that exist at the start). Dates are local dates
//! of the programme; a last usable day is to 24:00. A lot ends with its own last day or with the end of the whole balance,
//! whichever comes first.

use crate::ask::About;
use crate::event::scalar::bad;
use crate::event::{Datum, Event, Facts, InputError};
use crate::reference::Index;
use crate::reference::book::Book;
use crate::reference::expr::{number, whole};
use crate::reference::frame::{Env, Frame};
use crate::reference::key::statement_day;
use crate::reference::time::{Zone, add_days, add_months, period};
use crate::{Counters, Engine, Watch};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use earnest_dsl::policy::{Points, Policy, Pool, Type, Validity, Value};
use std::collections::{BTreeMap, BTreeSet};

/// The name of the field that says whose statement months are meant.
const ACCOUNT: &str = "account";

/// Whose lots are meant, and what is known of them: for lives that a table over facts says, and for statement months.
#[derive(Debug, Clone, Copy)]
pub struct Holder<'a> {
    /// The customer's id.
    pub customer: &'a str,
    /// The account whose statement months count, where lives end with them.
    pub account: Option<&'a str>,
    /// Facts of the customer (and of the account).
    pub facts: &'a Facts,
    /// Values of counters, where a life depends on a level by a measure.
    pub counters: &'a Counters,
    /// The instant at which facts are read: of earning, or of the end of a balance.
    pub at: DateTime<Utc>,
}

/// Dates of lots under one version of a programme.
#[derive(Debug, Clone, Copy)]
pub struct Life<'a> {
    policy: &'a Policy,
    index: &'a Index,
    zone: Zone,
    watch: Option<&'a dyn Watch>,
}

impl Engine {
    /// Dates of lots.
    ///
    /// # Errors
    /// The programme's time zone is unknown.
    pub fn life(&self) -> Result<Life<'_>, InputError> {
        let zone = self
            .index
            .zone
            .ok_or_else(|| bad("timezone", format!("`{}` is no known time zone", self.policy.timezone)))?;
        Ok(Life { policy: &self.policy, index: &self.index, zone, watch: self.watch.as_deref() })
    }
}

impl Life<'_> {
    pub(crate) fn zone(&self) -> Zone {
        self.zone
    }

    /// The local date and time of an instant; none outside the years 1 to 9999.
    #[must_use]
    pub fn local(&self, instant: DateTime<Utc>) -> Option<NaiveDateTime> {
        self.zone.local(instant)
    }

    /// The instant of a local date and time: in a fold of the clock the first, in a gap the moment at which it ends.
    #[must_use]
    pub fn instant(&self, local: NaiveDateTime) -> DateTime<Utc> {
        self.zone.instant(local)
    }

    /// The first instant after a last usable day: the lot is no more usable from here on.
    #[must_use]
    pub fn end_of(&self, last_day: NaiveDate) -> Option<DateTime<Utc>> {
        add_days(last_day, 1).map(|day| self.zone.instant(day.and_time(NaiveTime::MIN)))
    }

    /// When points earned at a local instant become usable; none where they are at once.
    ///
    /// # Errors
    /// The date is out of the range of dates.
    pub fn usable_from(&self, pool: &Pool, earned: NaiveDateTime) -> Result<Option<NaiveDateTime>, InputError> {
        usable_from(self.zone, pool, earned)
    }

    /// The last usable day of a lot earned at a local instant and usable from another; none without end.
    ///
    /// # Errors
    /// The date is out of the range of dates, or a fact that says it is not known, by name.
    pub fn last_day(
        &self,
        pool: &Pool,
        earned: NaiveDateTime,
        usable: Option<NaiveDateTime>,
        holder: &Holder<'_>,
    ) -> Result<Option<NaiveDate>, InputError> {
        self.inside(holder, |env| last_day(env, pool, earned.date(), usable.map(|at| at.date())))
    }

    /// The last usable day of a lot after its holder was active: the later of its own (which a lot that was moved brings with
    /// it) and the one counted from the activity. Pools that activity does not renew, and fixed days, stay.
    ///
    /// # Errors
    /// As for [`Life::last_day`].
    pub fn prolonged(
        &self,
        pool: &Pool,
        own: Option<NaiveDate>,
        activity: NaiveDateTime,
        holder: &Holder<'_>,
    ) -> Result<Option<NaiveDate>, InputError> {
        let Some(own) = own.filter(|_| pool.renewed_by_activity) else { return Ok(own) };
        let counted = match &pool.validity {
            Validity::To(_) | Validity::WithoutEnd => Some(own),
            Validity::After { .. } | Validity::ToEndOf { .. } | Validity::ByTable(_) => {
                self.last_day(pool, activity, None, holder)?
            }
        };
        Ok(counted.map(|counted| counted.max(own)))
    }

    /// The last usable day of the whole balance after its last activity; none where the pool says no such end.
    ///
    /// # Errors
    /// The date is out of the range of dates.
    pub fn balance_end(&self, pool: &Pool, activity: NaiveDateTime) -> Result<Option<NaiveDate>, InputError> {
        let Some((months, days)) = pool.balance_ends else { return Ok(None) };
        let last = moved(activity.date(), i64::from(months), days)?;
        first_day_off(pool, last).map(Some)
    }

    /// The day on which the holder of a lot is reminded of its end; none where the points have no reminder.
    ///
    /// # Errors
    /// The date is out of the range of dates.
    pub fn reminder(&self, points: &Points, last_day: NaiveDate) -> Result<Option<NaiveDate>, InputError> {
        let Some((months, days)) = points.remind else { return Ok(None) };
        let back = add_months(last_day, i64::from(months).saturating_neg())
            .and_then(|day| add_days(day, days.saturating_neg()));
        back.map(Some).ok_or_else(out_of_dates)
    }

    /// Computes in the place of an event that says nothing but whose and when.
    fn inside<T>(
        &self,
        holder: &Holder<'_>,
        compute: impl FnOnce(&Env<'_>) -> Result<T, InputError>,
    ) -> Result<T, InputError> {
        let event = moment(self.zone, holder)?;
        let earlier = BTreeMap::new();
        let book = Book::new(holder.counters.clone(), None);
        let frame = Frame {
            policy: self.policy,
            index: self.index,
            zone: self.zone,
            event: &event,
            facts: holder.facts,
            recorded: None,
            earlier: &earlier,
            book: &book,
            again: false,
            watch: self.watch,
        };
        compute(&Env::new(&frame))
    }
}

/// An event of no kind.
fn moment(zone: Zone, holder: &Holder<'_>) -> Result<Event, InputError> {
    let subject = Some(("customer", holder.customer));
    let about = About { subject, at: holder.at, facts: holder.facts, counters: holder.counters };
    let mut event = crate::ask::moment(zone, &about)?;
    let account = holder.account.map(|id| (ACCOUNT.to_owned(), Datum::One(Value::Text(id.to_owned()))));
    event.fields.extend(account);
    Ok(event)
}

fn out_of_dates() -> InputError {
    bad("at", "a date of the points' life is out of the range of dates")
}

fn moved(from: NaiveDate, months: i64, days: i64) -> Result<NaiveDate, InputError> {
    add_months(from, months).and_then(|day| add_days(day, days)).ok_or_else(out_of_dates)
}

/// Where the first day is counted, a life ends one day earlier.
fn first_day_off(pool: &Pool, last: NaiveDate) -> Result<NaiveDate, InputError> {
    if pool.first_day_counted { add_days(last, -1).ok_or_else(out_of_dates) } else { Ok(last) }
}

/// When points become usable, if not at once: days and months from the next midnights, minutes from the instant.
pub(crate) fn usable_from(zone: Zone, pool: &Pool, earned: NaiveDateTime) -> Result<Option<NaiveDateTime>, InputError> {
    let (months, days, minutes) = pool.usable_after;
    if months == 0 && days == 0 {
        if minutes == 0 {
            return Ok(None);
        }
        let later = TimeDelta::try_minutes(minutes).and_then(|length| zone.instant(earned).checked_add_signed(length));
        return later.and_then(|later| zone.local(later)).map(Some).ok_or_else(out_of_dates);
    }
    Ok(Some(moved(earned.date(), i64::from(months), days)?.and_time(NaiveTime::MIN)))
}

/// The last usable day of a lot.
pub(crate) fn last_day(
    env: &Env<'_>,
    pool: &Pool,
    earned: NaiveDate,
    usable: Option<NaiveDate>,
) -> Result<Option<NaiveDate>, InputError> {
    let start = |from_usable: bool| if from_usable { usable.unwrap_or(earned) } else { earned };
    let last = match &pool.validity {
        Validity::WithoutEnd => return Ok(None),
        Validity::To(day) => return Ok(Some(*day)),
        Validity::After { months, days, from_usable } => moved(start(*from_usable), i64::from(*months), *days)?,
        Validity::ToEndOf { unit, months, days, from_usable } => {
            // The day that the life would end decides the period.
            let day = first_day_off(pool, moved(start(*from_usable), i64::from(*months), *days)?)?;
            let statement = statement_day(env, *unit)?;
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
    first_day_off(pool, last).map(Some)
}

/// Facts that a life by a table needs: names of subjects.
#[must_use]
pub fn facts_read(policy: &Policy, pool: &Pool) -> BTreeSet<String> {
    let mut subjects = BTreeSet::new();
    if let Validity::ByTable(length) = &pool.validity {
        earnest_dsl::policy::expr::walk(length, &mut |expr| {
            if let earnest_dsl::policy::Node::Fact(subject, ..) = &expr.node {
                subjects.extend(policy.subject(*subject).map(|subject| subject.title.name.clone()));
            }
        });
    }
    subjects
}
