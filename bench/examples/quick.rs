//! A quick look at how the engines compare on the retail workload: nanoseconds per event, prepared inputs, one thread.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "an example that prints")]

use earnest_bench::engine::{Engine, difference, outcomes};
use earnest_bench::retail::bitmap::Index;
use earnest_bench::retail::machine::MachineEngine;
use earnest_bench::retail::plain::Plain;
use earnest_bench::retail::purchase::{Purchase, purchases};
use earnest_bench::retail::{Pack, text};
use earnest_dsl::load::load;
use earnest_interpreter::plan::Plan;
use std::sync::Arc;
use std::time::Instant;

fn time<E: Engine>(engine: &mut E, purchases: &[Purchase], rounds: u32) -> u128 {
    let prepared: Vec<E::Prepared> = purchases.iter().enumerate().map(|(id, one)| engine.prepare(id, one)).collect();
    let mut total = 0_i64;
    let mut least = u128::MAX;
    for _ in 0..rounds {
        let start = Instant::now();
        for one in &prepared {
            total = total.wrapping_add(engine.decide(one).total);
        }
        least = least.min(start.elapsed().as_nanos());
    }
    std::hint::black_box(total);
    least * 10 / u128::try_from(prepared.len()).unwrap()
}

fn main() {
    // Without an argument all sizes; with one, that size alone, many times over, for a profiler.
    let only: Option<usize> = std::env::args().nth(1).and_then(|count| count.parse().ok());
    let times = if only.is_some() { 20 } else { 1 };
    for (count, rounds) in [(20, 300), (100, 100), (1_000, 20), (10_000, 5)] {
        if only.is_some_and(|only| only != count) {
            continue;
        }
        let pack = Pack::new(20_260_101, count);
        let purchases = purchases(7, 2_000);
        let start = Instant::now();
        let loaded = load(text::files(&pack), &[]);
        let policy = Arc::new(loaded.policy.unwrap());
        let checked = start.elapsed();
        let plan = Plan::new(policy);
        let planned = start.elapsed() - checked;
        if count == 20 && std::env::args().any(|one| one == "plan") {
            println!("{plan}");
        }
        let mut vm = MachineEngine::new(&plan, &pack).unwrap();
        let (mut plain, mut limit) = (Plain::new(&pack), Index::new(&pack));
        let expected = outcomes(&mut plain, &purchases);
        assert_eq!(difference(&purchases, &expected, &outcomes(&mut vm, &purchases)), None);
        let (base, best, fast) = (
            time(&mut plain, &purchases, rounds),
            time(&mut limit, &purchases, rounds * 3),
            time(&mut vm, &purchases, rounds * times),
        );
        println!(
            "{count:>6}: baseline {base}, limit {best}, vm {fast} (tenths of ns); vm/limit {}%, baseline/vm {}%; check {checked:?}, plan {planned:?}",
            fast * 100 / best,
            base * 100 / fast
        );
    }
}
