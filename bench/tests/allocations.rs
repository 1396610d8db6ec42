//! A machine that has met its events allocates nothing for the next ones.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use allocation_counter::measure;
use earnest_bench::engine::{Batch, Engine};
use earnest_bench::retail::machine::{ColumnsEngine, MachineEngine};
use earnest_bench::retail::purchase::purchases;
use earnest_bench::retail::{Outcome, Pack, text};
use earnest_dsl::load::load;
use earnest_interpreter::plan::{KindPlan, Plan};
use std::sync::Arc;

const SEED: u64 = 20_260_101;

/// Allocations over all purchases, after they were decided once.
fn allocations(engine: &mut MachineEngine) -> (u64, i64) {
    let purchases = purchases(SEED, 5_000);
    let prepared: Vec<_> = purchases.iter().enumerate().map(|(id, one)| engine.prepare(id, one)).collect();
    let mut total = 0;
    let mut decide_all = || {
        for one in &prepared {
            let outcome = engine.decide(one);
            assert_ne!(outcome, Outcome::FAILED);
            total += outcome.total;
        }
    };
    decide_all();
    let counted = measure(&mut decide_all);
    (counted.count_total, total)
}

#[test]
fn nothing_is_allocated_for_an_event() {
    assert_eq!(measure(|| drop(Vec::<u8>::with_capacity(1))).count_total, 1, "the counter counts");
    for count in [20, 1_000] {
        let pack = Pack::new(SEED, count);
        let plan = Plan::new(Arc::new(load(text::files(&pack), &[]).policy.unwrap()));
        let (counted, total) = allocations(&mut MachineEngine::new(&plan, &pack).unwrap());
        assert_eq!(counted, 0, "{count} campaigns");
        assert!(total > 0);
    }
}

#[test]
fn nor_for_rows_of_columns() {
    let pack = Pack::new(SEED, 100);
    let plan = Plan::new(Arc::new(load(text::files(&pack), &[]).policy.unwrap()));
    let mut engine = ColumnsEngine::new(&plan, &pack).unwrap();
    let purchases = purchases(SEED, 1_024);
    let columns = engine.prepare(&purchases);
    let mut out = vec![Outcome::default(); purchases.len()];
    Batch::decide(&mut engine, &columns, &mut out);
    assert_eq!(measure(|| Batch::decide(&mut engine, &columns, &mut out)).count_total, 0);
    assert!(!out.contains(&Outcome::FAILED));
}

/// The same rules gone through operation by operation, as those are that are not plain numbers.
#[test]
fn nor_where_rules_are_carried_out_as_operations() {
    let pack = Pack::new(SEED, 100);
    let mut plan = Plan::new(Arc::new(load(text::files(&pack), &[]).policy.unwrap()));
    for kind in plan.kinds.iter_mut().flatten() {
        *kind = KindPlan { quick: None, ..kind.clone() };
    }
    let (counted, total) = allocations(&mut MachineEngine::new(&plan, &pack).unwrap());
    assert_eq!(counted, 0);
    assert!(total > 0);
}
