//! The lot book at work: accounts as one transaction changes them, over what the store holds.

use super::account::{Account, Debt, Lot, Taken};
use super::movement::{Movement, MovementKind};
use super::split::{Funded, add, subtract};
use super::terms::{Terms, path};
use super::undo::{Undone, undone};
use super::{LotsError, split};
use crate::store::{AccountChange, Change, Store};
use chrono::{DateTime, NaiveDateTime, Utc};
use earnest_dsl::policy::Points;
use earnest_interpreter::Decision;
use earnest_interpreter::decision::DecisionLine;
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

/// What one transaction does to lots. It holds the changes; the store holds the rest.
pub(crate) struct Book<'a, S> {
    pub(super) store: &'a S,
    pub(crate) terms: Terms<'a>,
    /// The event, or what the clock does.
    pub(super) event: Arc<str>,
    /// When it counts.
    pub(super) at: DateTime<Utc>,
    /// The same in the programme's zone.
    pub(super) local: NaiveDateTime,
    drafts: BTreeMap<Arc<str>, Draft>,
    taken: BTreeMap<Arc<str>, Vec<Taken>>,
    next: u64,
    pub(super) movements: Vec<Movement>,
    pub(super) totals: BTreeMap<String, Decimal>,
}

/// An account with what changes of it.
pub(super) struct Draft {
    base: Arc<Account>,
    /// The account as it is now, but for its lots: [`Draft::lots`]. A customer may hold thousands, and most stay as they are.
    pub account: Account,
    changed: BTreeMap<u64, Lot>,
    /// Written even where nothing changed: what is due is to be found out anew.
    touched: bool,
}

/// Totals over all customers that the host keeps.
#[derive(Debug, Clone, Copy)]
pub(super) enum Total {
    Outstanding,
    Earned,
    Redeemed,
    Expired,
}

impl Total {
    fn word(self) -> &'static str {
        match self {
            Self::Outstanding => "outstanding",
            Self::Earned => "earned",
            Self::Redeemed => "redeemed",
            Self::Expired => "expired",
        }
    }
}

/// A part of a lot.
#[derive(Debug, Clone)]
pub(super) struct Slice {
    /// The lot as it was.
    pub lot: Lot,
    pub amount: Decimal,
    pub funded: Funded,
}

impl<'a, S: Store> Book<'a, S> {
    /// A book for what happens at an instant.
    pub(crate) fn new(store: &'a S, terms: Terms<'a>, event: &str, at: DateTime<Utc>) -> Result<Self, LotsError> {
        Ok(Self {
            store,
            terms,
            event: Arc::from(event),
            at,
            local: terms.local(at),
            drafts: BTreeMap::new(),
            taken: BTreeMap::new(),
            next: store.next_lot()?,
            movements: vec![],
            totals: BTreeMap::new(),
        })
    }

    /// Applies the lines of an accepted decision, in their order.
    pub(crate) fn apply(&mut self, decision: &Decision, violation: bool) -> Result<(), LotsError> {
        for (at, line) in decision.lines.iter().enumerate() {
            match undone(&decision.lines, at) {
                Some(Undone::Comes(product)) => self.undo_conversion(line, product)?,
                // It went with what came back for it.
                Some(Undone::Goes) => {}
                None => self.line(line, violation)?,
            }
        }
        Ok(())
    }

    /// Gives their numbers to numbered benefits that an accepted request lets its customer have without a grant.
    pub(crate) fn issue(&mut self, decision: &Decision, customer: &str) -> Result<(), LotsError> {
        for name in &decision.entitled {
            let Some(unit) = self.terms.unit(name) else { continue };
            if unit.benefit.as_ref().is_some_and(|benefit| benefit.numbered && !benefit.granted) {
                let number = self.coupon_number(unit)?;
                let pool = unit.pools.first().map_or(name, |pool| &pool.title.name);
                let movement = self.movement(MovementKind::Issued, customer, name, name, pool, Decimal::ONE);
                self.note(Movement { number: Some(number), ..movement });
            }
        }
        Ok(())
    }

    fn line(&mut self, line: &DecisionLine, violation: bool) -> Result<(), LotsError> {
        let amount: Decimal = line
            .amount
            .parse()
            .map_err(|_| LotsError::Line(format!("`{}` is no amount of {}", line.amount, line.points)))?;
        let meant = self
            .terms
            .meant(&line.points, line.unit.as_deref())
            .ok_or_else(|| LotsError::Line(format!("`{}` are no points of this programme", line.points)))?;
        // Memo points and points that partners keep have no lots here.
        if (amount.is_zero() && !line.all) || meant.unit.memo || meant.unit.kept_by.is_some() {
            return Ok(());
        }
        let unit = meant.unit;
        let pool = meant.pool.map(|pool| pool.title.name.as_str());
        if amount > Decimal::ZERO {
            return self.positive(line, unit, pool, amount);
        }
        let amount = -amount;
        match line.kind.as_str() {
            // What an earlier event or a level rule gave is taken back from its own lots first.
            "redeem" | "take" | "convert" => self.spend(line, unit, amount),
            "move" => self.move_out(line, unit, amount),
            _ => self.take_back(line, unit, pool, amount, violation),
        }
    }

    fn positive(
        &mut self,
        line: &DecisionLine,
        unit: &Points,
        pool: Option<&str>,
        amount: Decimal,
    ) -> Result<(), LotsError> {
        let mut amount = amount;
        if let Some(of) = line.of.as_deref() {
            amount = self.give_back(line, unit, of, amount)?;
        }
        if line.kind == "move" && line.other.is_some() {
            return self.move_in(line, unit, amount);
        }
        let amount = self.set_off(line, unit, pool, amount)?;
        if amount.is_zero() {
            return Ok(());
        }
        self.give(line, unit, pool, amount)
    }

    /// The account of a customer.
    pub(super) fn draft(&mut self, customer: &str) -> Result<&mut Draft, LotsError> {
        let key: Arc<str> = Arc::from(customer);
        match self.drafts.entry(key) {
            Entry::Occupied(held) => Ok(held.into_mut()),
            Entry::Vacant(slot) => {
                let base = self.store.account(customer)?;
                let account = Account {
                    lots: BTreeMap::new(),
                    debts: base.debts.clone(),
                    activity: base.activity.clone(),
                    frozen: base.frozen,
                    due: base.due,
                };
                Ok(slot.insert(Draft { base, account, changed: BTreeMap::new(), touched: false }))
            }
        }
    }

    /// Writes a lot as it is now.
    pub(super) fn put(&mut self, lot: Lot) -> Result<(), LotsError> {
        let draft = self.draft(&lot.customer)?;
        draft.changed.insert(lot.id, lot);
        Ok(())
    }

    /// Finds out anew what is due to a customer: another version is in force.
    pub(crate) fn touch(&mut self, customer: &str) -> Result<(), LotsError> {
        self.draft(customer)?.touched = true;
        Ok(())
    }

    /// A number for a new lot.
    pub(super) fn number(&mut self) -> u64 {
        let number = self.next;
        self.next = self.next.saturating_add(1);
        number
    }

    /// A lot that may be closed: from the draft, else from the store.
    pub(super) fn lot(&mut self, customer: &str, id: u64) -> Result<Option<Lot>, LotsError> {
        let draft = self.draft(customer)?;
        if let Some(lot) = draft.changed.get(&id).or_else(|| draft.base.lots.get(&id)) {
            return Ok(Some(lot.clone()));
        }
        Ok(self.store.lot(id)?)
    }

    /// Takes part of a lot: what is left is written, the part and who pays for it are given.
    pub(super) fn cut(&mut self, lot: &Lot, amount: Decimal) -> Result<Slice, LotsError> {
        let scale = self.terms.scale(&lot.points).max(lot.remaining.scale());
        let funded = split::share(amount, &lot.funded, scale)?;
        let mut left = lot.clone();
        left.remaining = subtract(lot.remaining, amount)?;
        left.funded = split::without(&lot.funded, &funded)?;
        self.put(left)?;
        self.total(Total::Outstanding, &lot.points, &lot.pool, -amount)?;
        Ok(Slice { lot: lot.clone(), amount, funded })
    }

    /// Notes what is added to a total.
    pub(super) fn total(&mut self, total: Total, unit: &str, pool: &str, more: Decimal) -> Result<(), LotsError> {
        let key = format!("total {} {}", total.word(), path(unit, pool));
        let held = self.totals.entry(key).or_default();
        *held = add(*held, more)?;
        Ok(())
    }

    /// What an event took and may still give back.
    pub(super) fn taken(&mut self, event: &str) -> Result<&mut Vec<Taken>, LotsError> {
        match self.taken.entry(Arc::from(event)) {
            Entry::Occupied(held) => Ok(held.into_mut()),
            Entry::Vacant(slot) => Ok(slot.insert(self.store.taken(event)?)),
        }
    }

    /// Notes a movement on a part of a lot.
    pub(super) fn moved(&mut self, kind: MovementKind, rule: &str, slice: &Slice) -> Result<(), LotsError> {
        self.moved_with(kind, rule, slice, |_| {})
    }

    /// Notes a movement on a part of a lot, with more to say.
    pub(super) fn moved_with(
        &mut self,
        kind: MovementKind,
        rule: &str,
        slice: &Slice,
        say: impl FnOnce(&mut Movement),
    ) -> Result<(), LotsError> {
        let terms = self.terms;
        let account = &self.draft(&slice.lot.customer)?.account;
        let last_day = terms.last_day(account, &slice.lot);
        let mut movement = Movement {
            lot: Some(slice.lot.id),
            source: Some(slice.lot.event.clone()),
            number: slice.lot.number,
            last_day,
            funded: slice.funded.clone(),
            ..self.movement(kind, &slice.lot.customer, rule, &slice.lot.points, &slice.lot.pool, slice.amount)
        };
        say(&mut movement);
        self.movements.push(movement);
        Ok(())
    }

    /// A movement without a lot.
    pub(super) fn movement(
        &self,
        kind: MovementKind,
        customer: &str,
        rule: &str,
        points: &str,
        pool: &str,
        amount: Decimal,
    ) -> Movement {
        Movement {
            event: self.event.clone(),
            at: self.at,
            kind,
            customer: Arc::from(customer),
            rule: Arc::from(rule),
            points: Arc::from(points),
            pool: Arc::from(pool),
            amount,
            lot: None,
            source: None,
            number: None,
            last_day: None,
            funded: vec![],
            other: None,
            of: None,
        }
    }

    pub(super) fn note(&mut self, movement: Movement) {
        self.movements.push(movement);
    }

    /// What happened to points, so far.
    pub(crate) fn movements(&self) -> &[Movement] {
        &self.movements
    }

    /// The change to be written. The book lets go of the accounts that it read.
    pub(crate) fn into_change(self, change: &mut Change) {
        let terms = self.terms;
        for (customer, draft) in self.drafts {
            if let Some(one) = draft.change(terms, customer) {
                change.accounts.push(one);
            }
        }
        change.taken.extend(self.taken);
        change.movements.extend(self.movements);
        change.totals.extend(self.totals.into_iter().filter(|(_, more)| !more.is_zero()));
    }
}

impl Draft {
    /// Lots with something left, by number.
    pub fn lots(&self) -> Vec<&Lot> {
        let same = self.base.lots.values().filter(|lot| !self.changed.contains_key(&lot.id));
        let mut all: Vec<&Lot> = same.chain(self.changed.values()).filter(|lot| !lot.remaining.is_zero()).collect();
        all.sort_by_key(|lot| lot.id);
        all
    }

    /// Debts, oldest first.
    pub fn debts(&mut self) -> &mut Vec<Debt> {
        &mut self.account.debts
    }

    fn change(self, terms: Terms<'_>, customer: Arc<str>) -> Option<AccountChange> {
        let due = self.due(terms);
        let (base, account) = (self.base, self.account);
        let debts = (account.debts != base.debts).then_some(account.debts);
        let moved = |(unit, at): &(&Arc<str>, &NaiveDateTime)| base.activity.get(*unit) != Some(*at);
        let activity: Vec<_> = account.activity.iter().filter(moved).map(|(unit, at)| (unit.clone(), *at)).collect();
        let frozen = (account.frozen != base.frozen).then_some(account.frozen);
        let lots: Vec<Lot> = self.changed.into_values().collect();
        if lots.is_empty() && debts.is_none() && activity.is_empty() && frozen.is_none() && !self.touched {
            return None;
        }
        Some(AccountChange { customer, lots, debts, activity, frozen, due })
    }

    /// The next instant at which something may be due: found out anew where the clock came by, else no later than it is. Lots
    /// that were used up or prolonged leave an instant at which nothing happens but that the next one is found.
    fn due(&self, terms: Terms<'_>) -> Option<DateTime<Utc>> {
        let next = |lot: &Lot| terms.due(&self.account, lot);
        if self.touched {
            return self.lots().into_iter().filter_map(next).min();
        }
        let changed = self.changed.values().filter(|lot| !lot.remaining.is_zero()).filter_map(next);
        changed.chain(self.base.due).min()
    }
}
