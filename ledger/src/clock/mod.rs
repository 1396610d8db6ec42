//! The clock: what is due happens in the order of time, before the events of its instant.
//!
//! At one instant: lots that end, lots that become usable, reminders; then a version that starts does what it says to lots;
//! then schedule events; then the host's events (semantics, section 8).

mod schedule;

use crate::answer::Answer;
use crate::host::{Host, HostError};
use crate::lots::{Movement, MovementKind, Terms, book::Book};
use crate::programme::Programme;
use crate::store::{Change, Input, Origin, Store};
use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use rust_decimal::Decimal;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Something that the clock did.
#[derive(Debug, Clone)]
pub enum Moved {
    /// Points of a customer ended, became usable, were reminded of, or were migrated.
    Points(PointsMoved),
    /// An event was raised and decided.
    Raised(Box<Answer>),
    /// An event should have been raised and could not be decided. Its id is free, so that it can be sent again.
    NotDecided {
        /// When.
        at: DateTime<Utc>,
        /// Its id.
        event: String,
        /// Why.
        error: HostError,
    },
}

/// What happened to points of one pool with one last day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PointsMoved {
    /// When.
    pub at: DateTime<Utc>,
    /// The local date of that instant.
    pub on: NaiveDate,
    /// [`MovementKind::Expired`], [`MovementKind::Usable`], [`MovementKind::Reminded`], [`MovementKind::Paid`] (a debt, from
    /// what became usable) or [`MovementKind::Migrated`].
    pub kind: MovementKind,
    /// Whose.
    pub customer: Arc<str>,
    /// The unit.
    pub points: Arc<str>,
    /// The pool.
    pub pool: Arc<str>,
    /// How many.
    pub amount: Decimal,
    /// Their last usable day.
    pub last_day: Option<NaiveDate>,
    /// Lot by lot.
    pub movements: Vec<Movement>,
}

impl<S: Store> Host<S> {
    /// Lets time pass: everything that is due up to an instant, that instant included, happens in order.
    ///
    /// # Errors
    /// The store cannot be read or written. What was done so far stays done and is told with the next step, on which the rest
    /// happens.
    pub fn advance_to(&mut self, to: DateTime<FixedOffset>) -> Result<Vec<Moved>, HostError> {
        let to = to.to_utc();
        self.whole(|host| {
            host.advance(to, false)?;
            if host.store.clock()?.is_none_or(|clock| clock < to) {
                let origin = Origin::of(Input::Clock(to));
                host.store.commit(Change { clock: Some(to), origin, ..Change::default() })?;
            }
            Ok(())
        })?;
        Ok(std::mem::take(&mut self.untold))
    }

    /// Everything that is due up to an instant. The position of the clock is left to whoever commits next: after a crash
    /// what was done is found done, and is not done twice. `explain` is for the decisions on events that it raises.
    /// What happens is noted as untold: whatever fails later, it is told with the next answer.
    pub(crate) fn advance(&mut self, to: DateTime<Utc>, explain: bool) -> Result<(), HostError> {
        let clock = self.store.clock()?;
        let mut starts = self.starts(clock, to)?.into_iter().peekable();
        let mut moments = self.moments(clock, to)?.into_iter().peekable();
        loop {
            let due = self.store.due()?.filter(|(at, _)| *at <= to);
            let start = starts.peek().copied();
            let moment = moments.peek().map(|moment| moment.at);
            // At one instant lots come first, then a version that starts, then schedules.
            let next = [due.as_ref().map(|(at, _)| *at), start.map(|(at, _)| at), moment].into_iter().flatten().min();
            let Some(next) = next else { return Ok(()) };
            if let Some((at, customer)) = due.filter(|(at, _)| *at == next) {
                let moved = self.tick(at, &customer)?;
                self.untold.extend(moved);
            } else if let Some((at, version)) = start.filter(|(at, _)| *at == next) {
                starts.next();
                let moved = self.start(at, version)?;
                self.untold.extend(moved);
            } else if let Some(moment) = moments.next() {
                self.raise(&moment, explain)?;
            }
        }
    }

    /// Whether anything happens by itself up to an instant.
    pub(crate) fn anything_due(&self, to: DateTime<Utc>) -> Result<bool, HostError> {
        if self.store.due()?.is_some_and(|(at, _)| at <= to) {
            return Ok(true);
        }
        let clock = self.store.clock()?;
        Ok(!self.starts(clock, to)?.is_empty() || !self.moments(clock, to)?.is_empty())
    }

    /// What is due to lots up to an instant, and nothing else; nothing happens before another instant.
    pub(crate) fn catch_up(&mut self, to: DateTime<Utc>, not_before: Option<DateTime<Utc>>) -> Result<(), HostError> {
        while let Some((at, customer)) = self.store.due()?.filter(|(at, _)| *at <= to) {
            let at = not_before.map_or(at, |not_before| not_before.max(at));
            let moved = self.tick(at, &customer)?;
            self.untold.extend(moved);
        }
        Ok(())
    }

    /// Lots of one customer at one instant.
    fn tick(&mut self, at: DateTime<Utc>, customer: &str) -> Result<Vec<Moved>, HostError> {
        let version = self.programme.answers_at(at.fixed_offset());
        let terms = Terms::new(self.engine(version)?)?;
        let name = format!("clock {customer} {}", terms.local(at).format("%Y-%m-%dT%H:%M:%S"));
        let mut book = Book::new(&self.store, terms, &name, at)?;
        book.tick(customer)?;
        // The clock must get on, whatever an account says: it is asked again only for what is still to come.
        book.touch(customer)?;
        let moved = grouped(terms, book.movements());
        let mut change = Change::default();
        book.into_change(&mut change);
        self.store.commit(change)?;
        Ok(moved)
    }

    /// Versions that start up to an instant and have not started yet, with their instants. The first version starts nothing.
    fn starts(
        &self,
        clock: Option<DateTime<Utc>>,
        to: DateTime<Utc>,
    ) -> Result<Vec<(DateTime<Utc>, usize)>, HostError> {
        let mut starts = Vec::new();
        for (number, engine) in self.programme.versions().iter().enumerate().skip(1) {
            let at = Terms::new(engine)?.instant(engine.policy().effective_from);
            if at <= to && clock.is_none_or(|clock| clock < at) {
                starts.push((at, number));
            }
        }
        Ok(starts)
    }

    /// A version starts: it does to lots what it says, once, and what is due to them is found out by its terms.
    fn start(&mut self, at: DateTime<Utc>, version: usize) -> Result<Vec<Moved>, HostError> {
        let mut moved = Vec::new();
        for customer in self.store.customers()? {
            let engine = self.engine(version)?;
            let (policy, terms) = (engine.policy(), Terms::new(engine)?);
            let name = format!("start {} {customer}", policy.version());
            let mut book = Book::new(&self.store, terms, &name, at)?;
            book.migrate(&customer, &policy.migrations)?;
            book.touch(&customer)?;
            moved.extend(grouped(terms, book.movements()));
            let mut change = Change::default();
            book.into_change(&mut change);
            self.store.commit(change)?;
        }
        Ok(moved)
    }
}

/// Subjects for which some version raises events.
pub(crate) fn raised_for(programme: &Programme) -> BTreeSet<String> {
    let policies = programme.versions().iter().map(earnest_interpreter::Engine::policy);
    let named = policies.flat_map(|policy| {
        let subjects = policy.schedules.iter().filter_map(|schedule| policy.subject(schedule.per?));
        subjects.map(|subject| subject.title.name.clone())
    });
    named.collect()
}

/// Movements of the clock, put together by what happened to which pool and day.
fn grouped(terms: Terms<'_>, movements: &[Movement]) -> Vec<Moved> {
    let mut all: Vec<PointsMoved> = Vec::new();
    for one in movements {
        let same = |held: &&mut PointsMoved| {
            held.kind == one.kind
                && held.customer == one.customer
                && held.points == one.points
                && held.pool == one.pool
                && held.last_day == one.last_day
        };
        match all.iter_mut().find(same) {
            Some(held) => {
                held.amount = held.amount.saturating_add(one.amount);
                held.movements.push(one.clone());
            }
            None => all.push(PointsMoved {
                at: one.at,
                on: terms.local(one.at).date(),
                kind: one.kind,
                customer: one.customer.clone(),
                points: one.points.clone(),
                pool: one.pool.clone(),
                amount: one.amount,
                last_day: one.last_day,
                movements: vec![one.clone()],
            }),
        }
    }
    all.into_iter().map(Moved::Points).collect()
}
