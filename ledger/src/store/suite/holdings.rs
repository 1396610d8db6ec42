//! Lots, debts, what events took, movements, what is due.

use super::{at, commit, lot, movement, twice};
use crate::lots::{Debt, Lot, MovementKind, Taken};
use crate::store::{AccountChange, Store, StoreError};
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use std::sync::Arc;

fn account(customer: &str, lots: Vec<Lot>, due: Option<DateTime<Utc>>) -> AccountChange {
    AccountChange { customer: Arc::from(customer), lots, debts: None, activity: vec![], frozen: None, due }
}

/// Accounts keep lots with all that is known of them; a lot with nothing left is no more in the account but can still be found,
/// and comes back where something returns to it. What a change does not name stays.
///
/// # Errors
/// The store cannot be read or written.
pub fn accounts_keep_lots<S: Store>(make: &impl Fn() -> S, reopen: &impl Fn(S) -> S) -> Result<(), StoreError> {
    let mut store = make();
    assert_eq!(store.next_lot()?, 1);
    assert_eq!(*store.account("c1")?, crate::lots::Account::default());
    let debt = Debt {
        points: Arc::from("Point"),
        pool: None,
        amount: Decimal::new(1_050, 2),
        event: Arc::from("v1"),
        rule: Arc::from("revoke"),
        forgiven: false,
    };
    commit(&mut store, |made| {
        let mut one = account("c1", vec![lot(1, "c1", 10_050), lot(2, "c1", 100)], Some(at(5_000)));
        one.debts = Some(vec![debt.clone()]);
        one.activity = vec![(Arc::from("Point"), at(1_700_000_000).naive_utc())];
        one.frozen = Some(true);
        made.accounts = vec![one, account("c2", vec![lot(3, "c2", 100)], None)];
    })?;
    commit(&mut store, |made| made.accounts = vec![account("c1", vec![lot(1, "c1", 0)], Some(at(6_000)))])?;
    let mut store = twice(store, reopen, |store| {
        let held = store.account("c1")?;
        assert_eq!(held.lots.values().cloned().collect::<Vec<_>>(), [lot(2, "c1", 100)]);
        assert_eq!(held.debts, std::slice::from_ref(&debt), "what a change does not name stays");
        assert_eq!(held.activity.get("Point"), Some(&at(1_700_000_000).naive_utc()));
        assert!(held.frozen);
        assert_eq!(held.due, Some(at(6_000)));
        assert_eq!(store.lot(1)?, Some(lot(1, "c1", 0)), "a closed lot is found");
        assert_eq!(store.lot(3)?, Some(lot(3, "c2", 100)));
        assert_eq!(store.lot(4)?, None);
        assert_eq!(store.next_lot()?, 4);
        assert_eq!(store.customers()?, ["c1", "c2"]);
        Ok(())
    })?;
    commit(&mut store, |made| {
        let mut one = account("c1", vec![lot(1, "c1", 50)], None);
        (one.debts, one.frozen) = (Some(vec![]), Some(false));
        made.accounts = vec![one];
    })?;
    twice(store, reopen, |store| {
        let held = store.account("c1")?;
        assert_eq!(held.lots.keys().copied().collect::<Vec<_>>(), [1, 2], "a lot comes back");
        assert!(held.debts.is_empty() && !held.frozen);
        Ok(())
    })
    .map(drop)
}

/// What an event took is replaced as a whole, in order.
///
/// # Errors
/// The store cannot be read or written.
pub fn taken_is_replaced<S: Store>(make: &impl Fn() -> S, reopen: &impl Fn(S) -> S) -> Result<(), StoreError> {
    let part = |lot: u64, amount: i64| Taken {
        rule: Arc::from("gifts"),
        customer: Arc::from("c1"),
        points: Arc::from("Point"),
        lot,
        amount: amount.into(),
        funded: vec![(Arc::from("bank"), amount.into())],
    };
    let mut store = make();
    commit(&mut store, |made| {
        made.taken = vec![(Arc::from("e1"), vec![part(2, 10), part(1, 5)]), (Arc::from("e2"), vec![part(1, 7)])];
    })?;
    commit(&mut store, |made| made.taken = vec![(Arc::from("e1"), vec![part(2, 10)]), (Arc::from("e2"), vec![])])?;
    twice(store, reopen, |store| {
        assert_eq!(store.taken("e1")?, [part(2, 10)]);
        assert_eq!(store.taken("e2")?, []);
        assert_eq!(store.taken("e3")?, []);
        Ok(())
    })
    .map(drop)
}

/// Movements are listed by event and by customer, in the order in which they were written.
///
/// # Errors
/// The store cannot be read or written.
pub fn movements_are_listed<S: Store>(make: &impl Fn() -> S, reopen: &impl Fn(S) -> S) -> Result<(), StoreError> {
    let earned = movement("e1", "c1", MovementKind::Earned, 10);
    let (out, into) = (
        movement("t1", "c1", MovementKind::MovedOut, 4),
        crate::lots::Movement {
            other: None,
            of: None,
            last_day: None,
            ..movement("t1", "c2", MovementKind::MovedIn, 4)
        },
    );
    let mut store = make();
    commit(&mut store, |made| made.movements = vec![earned.clone()])?;
    commit(&mut store, |made| made.movements = vec![out.clone(), into.clone()])?;
    twice(store, reopen, |store| {
        assert_eq!(store.movements_of("t1")?, [out.clone(), into.clone()]);
        assert_eq!(store.movements("c1")?, [earned.clone(), out.clone()]);
        assert_eq!(store.movements("c3")?, []);
        Ok(())
    })
    .map(drop)
}

/// What is due comes in the order of time, at one instant by customer; every change of an account says what is due next.
///
/// # Errors
/// The store cannot be read or written.
pub fn due_comes_in_order<S: Store>(make: &impl Fn() -> S, reopen: &impl Fn(S) -> S) -> Result<(), StoreError> {
    let mut store = make();
    assert_eq!(store.due()?, None);
    commit(&mut store, |made| {
        made.accounts = vec![
            account("c2", vec![], Some(at(2_000))),
            account("c1", vec![], Some(at(2_000))),
            account("c3", vec![], Some(at(3_000))),
        ];
    })?;
    let store = twice(store, reopen, |store| {
        assert_eq!(store.due()?, Some((at(2_000), "c1".to_owned())));
        Ok(())
    })?;
    let mut store = store;
    commit(&mut store, |made| {
        made.accounts = vec![account("c1", vec![], None), account("c2", vec![], Some(at(4_000)))]
    })?;
    twice(store, reopen, |store| {
        assert_eq!(store.due()?, Some((at(3_000), "c3".to_owned())));
        Ok(())
    })
    .map(drop)
}
