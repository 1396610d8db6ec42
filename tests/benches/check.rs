//! How long checking takes: a programme of 10 rules and one of 2,000, from text to checked policy.

use criterion::{Criterion, criterion_group, criterion_main};
use earnest_dsl::load::{InputFile, load};
use earnest_tests::programmes::many_rules;
use std::hint::black_box;

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

criterion_group!(benches, check);
criterion_main!(benches);
