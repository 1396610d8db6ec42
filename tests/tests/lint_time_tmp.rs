#![allow(clippy::all, clippy::expect_used, clippy::unwrap_used, clippy::panic, missing_docs, reason = "temporary")]
use earnest_dsl::load::{InputFile, load};
use earnest_tests::programmes::many_rules;
#[test]
fn time() {
    for count in [250, 500, 1000, 2000] {
        let text = many_rules(count);
        let t = std::time::Instant::now();
        let loaded = load(vec![InputFile { path: "programme.earn".to_owned(), text }], &[]);
        let checked = t.elapsed();
        let t = std::time::Instant::now();
        let found = earnest_dsl::lint::sense(loaded.policy.as_ref().unwrap());
        let mut codes = std::collections::BTreeMap::new();
        for f in &found {
            *codes.entry(f.diagnostic.code).or_insert(0) += 1;
        }
        println!("{count}: check {checked:?} lint {:?} {codes:?}", t.elapsed());
    }
}
