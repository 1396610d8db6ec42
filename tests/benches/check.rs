//! How long checking takes, from text to checked policy, and linting with it: programmes of 10 to 10,000 campaigns.

use criterion::{Criterion, criterion_group, criterion_main};
use earnest_dsl::lint::load_and_lint;
use earnest_dsl::load::{InputFile, load};
use earnest_tests::programmes::many_rules;
use std::hint::black_box;

/// The allocator of the `earnest` command.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn check(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("check");
    group.sample_size(10);
    for count in [10, 100, 1_000, 2_000] {
        let text = many_rules(count);
        let loaded = load(vec![InputFile { path: "programme.earn".to_owned(), text: text.clone() }], &[]);
        assert!(loaded.policy.is_some(), "the generated programme compiles: {:?}", loaded.diagnostics.first());
        group.bench_function(format!("{count} rules"), |bench| {
            bench.iter(|| {
                load(black_box(vec![InputFile { path: "programme.earn".to_owned(), text: text.clone() }]), &[])
            });
        });
    }
    group.finish();
}

/// What `earnest check` does: text to policy to findings.
fn lint(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("check and lint");
    group.sample_size(10);
    for count in [100, 1_000, 2_000, 10_000] {
        let files = vec![InputFile { path: "programme.earn".to_owned(), text: many_rules(count) }];
        let (loaded, _) = load_and_lint(files.clone(), &[], None);
        assert!(!loaded.has_errors(), "the generated programme compiles");
        group.bench_function(format!("{count} rules"), |bench| {
            bench.iter(|| load_and_lint(black_box(files.clone()), &[], None));
        });
    }
    group.finish();
}

criterion_group!(benches, check, lint);
criterion_main!(benches);
