//! Deciding purchases of the `retail` workload: the hand-written evaluators and the engines, in one run, at every size.

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use earnest_bench::engine::{Batch, Engine, Loop, batch_outcomes, difference, outcomes};
use earnest_bench::retail::bitmap::Index;
use earnest_bench::retail::machine::{ColumnsEngine, MachineEngine};
use earnest_bench::retail::plain::Plain;
use earnest_bench::retail::purchase::{Purchase, purchases};
use earnest_bench::retail::reference::ReferenceEngine;
use earnest_bench::retail::{Outcome, Pack, text};
use earnest_bench::stopwatch::Stopwatch;
use earnest_bench::table::Table;
use earnest_dsl::load::load;
use earnest_interpreter::plan::Plan;
use earnest_interpreter::{Engine as Whole, Way};
use earnest_plugin::columns::{self, Told};
use earnest_plugin::decider::{Ask, Call};
use earnest_plugin::host::Plugin;
use earnest_plugin::make;
use std::cell::RefCell;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

/// The allocator of the `earnest` command.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

const SEED: u64 = 20_260_101;

/// What is measured at one size.
struct Run<'t> {
    table: &'t RefCell<Table>,
    count: usize,
    purchases: &'t [Purchase],
    expected: &'t [Outcome],
}

impl Run<'_> {
    /// Checks an engine against the baseline on the first `most` purchases, then measures it on them.
    fn one_by_one<E: Engine>(&self, criterion: &mut Criterion, engine: &mut E, most: usize) {
        let purchases = self.purchases.get(..most).unwrap_or(self.purchases);
        let found = outcomes(engine, purchases);
        assert_eq!(difference(purchases, self.expected, &found), None, "{} campaigns", self.count);
        let prepared: Vec<E::Prepared> =
            purchases.iter().enumerate().map(|(id, one)| engine.prepare(id, one)).collect();
        let things = u32::try_from(prepared.len()).unwrap_or(u32::MAX);
        let name = engine.name();
        let mut group = group(criterion, self.count, things);
        group.bench_function(name, |bench| {
            bench.iter_custom(|rounds| {
                let mut total = Duration::ZERO;
                for _ in 0..rounds {
                    let start = Stopwatch::start();
                    for one in &prepared {
                        black_box(engine.decide(black_box(one)));
                    }
                    let took = start.took();
                    self.table.borrow_mut().note(name, self.count, took, things);
                    total += took;
                }
                total
            });
        });
        group.finish();
    }

    /// The same for an engine that takes many at once: 1,024 in a call.
    fn at_once<B: Batch>(&self, criterion: &mut Criterion, engine: &mut B) {
        let found = batch_outcomes(engine, self.purchases, AT_ONCE);
        assert_eq!(difference(self.purchases, self.expected, &found), None, "{} campaigns", self.count);
        let columns: Vec<B::Columns> = self.purchases.chunks(AT_ONCE).map(|some| engine.prepare(some)).collect();
        let mut out = vec![Outcome::default(); self.purchases.len()];
        let things = u32::try_from(self.purchases.len()).unwrap_or(u32::MAX);
        let name = format!("{}, at once", engine.name());
        let mut group = group(criterion, self.count, things);
        group.bench_function(&name, |bench| {
            bench.iter_custom(|rounds| {
                let mut total = Duration::ZERO;
                for _ in 0..rounds {
                    let start = Stopwatch::start();
                    for (columns, out) in columns.iter().zip(out.chunks_mut(AT_ONCE)) {
                        engine.decide(black_box(columns), black_box(out));
                    }
                    let took = start.took();
                    self.table.borrow_mut().note(&name, self.count, took, things);
                    total += took;
                }
                total
            });
        });
        group.finish();
    }
}

/// A plugin of the pack, with columns written for it.
struct Inside {
    plugin: Plugin,
    columns: ColumnsEngine,
    engine: Whole,
}

impl Inside {
    fn new(engine: &Whole, pack: &Pack) -> Option<Self> {
        let made = make::make(std::slice::from_ref(engine)).ok()?;
        eprintln!("plugin of {} campaigns: {} bytes", pack.campaigns.len(), made.bytes.len());
        let columns = ColumnsEngine::new(engine.plan()?, pack)?;
        Some(Self { plugin: Plugin::new(&made.bytes).ok()?, columns, engine: engine.clone() })
    }
}

impl Batch for Inside {
    type Columns = Vec<u8>;

    fn name(&self) -> &'static str {
        "plugin"
    }

    fn prepare(&self, purchases: &[Purchase]) -> Vec<u8> {
        let policy = self.engine.policy();
        let kind = policy.kind_by_json("purchase").and_then(|(kind, _)| self.engine.plan()?.kind(kind));
        kind.map_or_else(Vec::new, |kind| columns::write(policy, kind, 0, &self.columns.prepare(purchases)))
    }

    fn decide(&mut self, columns: &Vec<u8>, out: &mut [Outcome]) {
        out.fill(Outcome::FAILED);
        let Ok(ran) = self.plugin.ask(Call::Batch, columns) else { return };
        let Ok(told) = Told::read(&ran.bytes) else { return };
        let mut lines = told.lines.iter();
        for (place, (_, count, _)) in out.iter_mut().zip(&told.rows) {
            *place = Outcome::default();
            for line in lines.by_ref().take(*count) {
                place.total += line.granted;
                let bonus = self.columns.bonus(line.rule).filter(|_| line.asked > 0);
                if let Some((campaign, group)) = bonus
                    && let Some(held) = place.campaigns.get_mut(group)
                {
                    *held = campaign;
                }
            }
        }
    }
}

/// Purchases in one call of an engine that takes many.
const AT_ONCE: usize = 1_024;

fn group<'c>(criterion: &'c mut Criterion, count: usize, things: u32) -> BenchmarkGroup<'c, WallTime> {
    let mut group = criterion.benchmark_group(format!("retail {count}"));
    group.sample_size(10).warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(2));
    group.throughput(Throughput::Elements(u64::from(things)));
    group
}

fn engines(criterion: &mut Criterion) {
    let table = RefCell::new(Table::default());
    for (count, events) in [(20, 10_000), (100, 10_000), (1_000, 4_000), (10_000, 2_000)] {
        let pack = Pack::new(SEED, count);
        let purchases = purchases(SEED, events);
        let expected = outcomes(&mut Plain::new(&pack), &purchases);
        let run = Run { table: &table, count, purchases: &purchases, expected: &expected };
        run.one_by_one(criterion, &mut Plain::new(&pack), events);
        run.one_by_one(criterion, &mut Index::new(&pack), events);
        run.at_once(criterion, &mut Loop(Index::new(&pack)));
        let loaded = load(text::files(&pack), &[]);
        let Some(policy) = loaded.policy.map(Arc::new) else { continue };
        let plan = Plan::new(Arc::clone(&policy));
        if let Some(mut machine) = MachineEngine::new(&plan, &pack) {
            run.one_by_one(criterion, &mut machine, events);
        }
        if let Some(mut columns) = ColumnsEngine::new(&plan, &pack) {
            run.at_once(criterion, &mut columns);
        }
        let engine = Whole::new(Arc::clone(&policy));
        if let Some(mut plugin) = Inside::new(&engine, &pack) {
            run.at_once(criterion, &mut plugin);
        }
        let engine = Whole::going(policy, Way::Reference);
        run.one_by_one(criterion, &mut ReferenceEngine::new(engine.clone(), &pack, false), 200_000 / count);
        run.one_by_one(criterion, &mut ReferenceEngine::new(engine, &pack, true), 200_000 / count);
    }
    eprintln!("\nns for a purchase\n{}", table.borrow().against("baseline"));
}

criterion_group!(benches, engines);
criterion_main!(benches);
