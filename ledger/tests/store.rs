//! The store in memory passes the suite of all stores.

use earnest_ledger::store::{Memory, suite};

#[test]
fn memory_is_a_store() {
    suite::all(Memory::default, |store| store).expect("memory takes everything");
}
