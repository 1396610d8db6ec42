//! From text to a ready engine, stage by stage, at 100, 1,000 and 10,000 campaigns: each stage takes the same time for a campaign
//! however many there are.

use criterion::{Criterion, criterion_group, criterion_main};
use earnest_bench::retail::bitmap::Index;
use earnest_bench::retail::plain::Plain;
use earnest_bench::retail::{Pack, text};
use earnest_bench::stopwatch::Stopwatch;
use earnest_bench::table::Table;
use earnest_dsl::load::{InputFile, load};
use earnest_dsl::source::FileId;
use earnest_dsl::syntax::parse_file;
use earnest_interpreter::{Engine, Way};
use std::cell::RefCell;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

/// The allocator of the `earnest` command.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

const SEED: u64 = 20_260_101;

/// Measures a stage; what it works on is made anew each time and not measured.
fn stage<I, O>(
    criterion: &mut Criterion,
    table: &RefCell<Table>,
    (name, count): (&str, usize),
    make: impl Fn() -> I,
    run: impl Fn(I) -> O,
) {
    let mut group = criterion.benchmark_group(format!("load {count}"));
    group.sample_size(10).warm_up_time(Duration::from_millis(200)).measurement_time(Duration::from_secs(1));
    group.bench_function(name, |bench| {
        bench.iter_custom(|rounds| {
            let mut total = Duration::ZERO;
            for _ in 0..rounds {
                let input = make();
                let start = Stopwatch::start();
                let output = black_box(run(black_box(input)));
                let took = start.took();
                drop(output);
                table.borrow_mut().note(name, count, took, u32::try_from(count).unwrap_or(u32::MAX));
                total += took;
            }
            total
        });
    });
    group.finish();
}

fn stages(criterion: &mut Criterion) {
    let table = RefCell::new(Table::default());
    for count in [100, 1_000, 10_000] {
        let pack = Pack::new(SEED, count);
        let one = text::text(&pack);
        let file = || vec![InputFile { path: "programme.earn".to_owned(), text: one.clone() }];
        let loaded = load(file(), &[]);
        assert!(loaded.diagnostics.is_empty(), "{:?}", loaded.diagnostics.first());
        let Some(policy) = loaded.policy.map(Arc::new) else { return };
        stage(criterion, &table, ("baseline", count), || (), |()| Plain::new(&pack));
        stage(criterion, &table, ("limit", count), || (), |()| Index::new(&pack));
        stage(criterion, &table, ("text to tree", count), || (), |()| parse_file(&one, FileId(0)));
        stage(criterion, &table, ("text to policy", count), file, |files| load(files, &[]));
        stage(criterion, &table, ("files to policy", count), || text::files(&pack), |files| load(files, &[]));
        stage(criterion, &table, ("policy to hash", count), || (), |()| policy.hash());
        let ready = |way: Way| move |policy: Arc<_>| Engine::going(policy, way);
        stage(criterion, &table, ("policy to reference", count), || Arc::clone(&policy), ready(Way::Reference));
        stage(criterion, &table, ("policy to vm", count), || Arc::clone(&policy), ready(Way::Vm));
    }
    eprintln!("\nns for a campaign\n{}", table.borrow().against("text to tree"));
}

criterion_group!(benches, stages);
criterion_main!(benches);
