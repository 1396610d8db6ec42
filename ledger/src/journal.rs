//! The journal: every movement of points as a double entry, so that the books of a company can take it over.
//!
//! Points that customers hold are a liability. Giving them is an expense of whoever funds them; taking them back undoes it. Points that
//! are used or that end release the liability (redeemed, breakage). What could not be taken back is owed by the customer. Amounts are
//! positive where an account is debited; each entry sums to zero, in points and in money. No customer is named.

use crate::host::{Host, HostError};
use crate::lots::{Movement, MovementKind};
use crate::store::Store;
use chrono::{DateTime, NaiveDate, Utc};
use earnest_dsl::policy::{Points, Policy};
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::fmt;

/// An account of the journal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum JournalAccount {
    /// What customers hold of a unit and pool.
    Held(String, String),
    /// What a party has paid for points; none where nobody is named.
    Given(Option<String>),
    /// Points of a unit that were used.
    Redeemed(String),
    /// Points of a unit that ended.
    Breakage(String),
    /// Points of a unit that customers owe.
    Owed(String),
    /// Points of a unit under way between customers: zero at the end of every event.
    Transfers(String),
    /// Points of a unit that were held at the start.
    Opening(String),
}

impl JournalAccount {
    /// Its name, from the kind of account down.
    #[must_use]
    pub fn path(&self) -> Vec<&str> {
        match self {
            Self::Held(unit, pool) if unit == pool => vec!["Liabilities", "Points", unit],
            Self::Held(unit, pool) => vec!["Liabilities", "Points", unit, pool],
            Self::Given(Some(party)) => vec!["Expenses", "Points", party],
            Self::Given(None) => vec!["Expenses", "Points"],
            Self::Redeemed(unit) => vec!["Income", "Redeemed", unit],
            Self::Breakage(unit) => vec!["Income", "Breakage", unit],
            Self::Owed(unit) => vec!["Assets", "Owed", unit],
            Self::Transfers(unit) => vec!["Equity", "Transfers", unit],
            Self::Opening(unit) => vec!["Equity", "Opening", unit],
        }
    }
}

impl fmt::Display for JournalAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path().join(":"))
    }
}

/// An amount on an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    /// The account.
    pub account: JournalAccount,
    /// Debited; credited where it is below zero.
    pub amount: Decimal,
}

/// What an event did to points of one unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalEntry {
    /// The instant at which it counts.
    pub at: DateTime<Utc>,
    /// Its local date, in the programme's zone.
    pub on: NaiveDate,
    /// The event, or what the clock raised.
    pub event: String,
    /// The unit of points.
    pub unit: String,
    /// What one point is worth, in main units of the currency, and which currency; none where the policy does not say.
    pub worth: Option<(Decimal, String)>,
    /// Amounts that sum to zero, by account.
    pub postings: Vec<Posting>,
}

impl<S: Store> Host<S> {
    /// Everything that happened to points, by instant, then event, then unit. Memo points, benefits and points that others keep
    /// are no debt of the programme and are left out.
    ///
    /// # Errors
    /// The store cannot be read; a sum is beyond 28 digits.
    pub fn journal(&self) -> Result<Vec<JournalEntry>, HostError> {
        let mut sums: BTreeMap<(DateTime<Utc>, String, String), BTreeMap<JournalAccount, Decimal>> = BTreeMap::new();
        for customer in self.store.customers()? {
            for movement in self.store.movements(&customer)? {
                let policy = self.engine(self.programme.answers_at(movement.at.fixed_offset()))?.policy();
                if !unit_of(policy, &movement.points).is_some_and(is_debt) {
                    continue;
                }
                let key = (movement.at, event_of(&movement), movement.points.to_string());
                let entry = sums.entry(key).or_default();
                for Posting { account, amount } in postings(&movement) {
                    let sum = entry.entry(account).or_default();
                    let more = sum.checked_add(amount);
                    *sum = more.ok_or_else(|| HostError::Lots("a sum is beyond 28 digits".to_owned()))?;
                }
            }
        }
        sums.into_iter().map(|((at, event, unit), sums)| self.entry(at, event, unit, sums)).collect()
    }

    fn entry(
        &self,
        at: DateTime<Utc>,
        event: String,
        unit: String,
        sums: BTreeMap<JournalAccount, Decimal>,
    ) -> Result<JournalEntry, HostError> {
        let policy = self.engine(self.programme.answers_at(at.fixed_offset()))?.policy();
        let worth = unit_of(policy, &unit)
            .and_then(|unit| unit.worth)
            .and_then(|(each, currency)| Some((each, policy.currency_of(currency)?.title.name.clone())));
        let on = at.with_timezone(&crate::programme::zone(policy)).date_naive();
        let postings = sums.into_iter().filter(|(_, amount)| !amount.is_zero());
        let postings = postings.map(|(account, amount)| Posting { account, amount }).collect();
        Ok(JournalEntry { at, on, event, unit, worth, postings })
    }
}

/// The clock names its steps after the customer: in the journal a step is one for all.
fn event_of(movement: &Movement) -> String {
    match movement.event.split_once(' ') {
        Some((step @ ("clock" | "start"), _)) => step.to_owned(),
        _ => movement.event.to_string(),
    }
}

fn unit_of<'p>(policy: &'p Policy, name: &str) -> Option<&'p Points> {
    policy.points.iter().find(|unit| unit.title.name == name)
}

fn is_debt(unit: &Points) -> bool {
    !unit.memo && unit.benefit.is_none() && unit.kept_by.is_none()
}

/// Both sides of a movement; nothing where it moves nothing.
fn postings(movement: &Movement) -> Vec<Posting> {
    let unit = || movement.points.to_string();
    let held = || JournalAccount::Held(unit(), movement.pool.to_string());
    let amount = movement.amount;
    let between = |debit: JournalAccount, credit: JournalAccount| {
        vec![Posting { account: debit, amount }, Posting { account: credit, amount: -amount }]
    };
    match movement.kind {
        MovementKind::Opened => between(JournalAccount::Opening(unit()), held()),
        MovementKind::Earned => given(movement, held(), false),
        MovementKind::TakenBack => given(movement, held(), true),
        MovementKind::Owed => given(movement, JournalAccount::Owed(unit()), true),
        MovementKind::Taken => between(held(), JournalAccount::Redeemed(unit())),
        MovementKind::Returned => between(JournalAccount::Redeemed(unit()), held()),
        MovementKind::MovedOut => between(held(), JournalAccount::Transfers(unit())),
        MovementKind::MovedIn => between(JournalAccount::Transfers(unit()), held()),
        MovementKind::Paid => between(held(), JournalAccount::Owed(unit())),
        MovementKind::Expired => between(held(), JournalAccount::Breakage(unit())),
        // What was forgiven was given and is still used: it stays an expense. The rest changes no amount.
        MovementKind::Issued
        | MovementKind::Lost
        | MovementKind::Short
        | MovementKind::SetOff
        | MovementKind::Usable
        | MovementKind::Reminded
        | MovementKind::Frozen
        | MovementKind::Unfrozen
        | MovementKind::Migrated => vec![],
    }
}

/// Points given (or, `back`, taken back) at the expense of whoever funds them.
fn given(movement: &Movement, other: JournalAccount, back: bool) -> Vec<Posting> {
    let signed = |amount: Decimal| if back { -amount } else { amount };
    let mut left = movement.amount;
    let mut all = vec![Posting { account: other, amount: -signed(movement.amount) }];
    for (party, part) in &movement.funded {
        left = left.saturating_sub(*part);
        all.push(Posting { account: JournalAccount::Given(Some(party.to_string())), amount: signed(*part) });
    }
    if !left.is_zero() {
        all.push(Posting { account: JournalAccount::Given(None), amount: signed(left) });
    }
    all
}
