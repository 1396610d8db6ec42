//! The hand-written evaluators agree with each other on every purchase, and the programme means exactly what they do.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use earnest_bench::engine::{Loop, batch_outcomes, difference, outcomes};
use earnest_bench::retail::bitmap::Index;
use earnest_bench::retail::machine::{ColumnsEngine, MachineEngine};
use earnest_bench::retail::plain::Plain;
use earnest_bench::retail::purchase::purchases;
use earnest_bench::retail::reference::ReferenceEngine;
use earnest_bench::retail::{Outcome, Pack, text};
use earnest_dsl::load::load;
use earnest_interpreter::plan::Plan;
use earnest_interpreter::{Engine, Way};
use std::sync::Arc;

const SEED: u64 = 20_260_101;

#[test]
fn baseline_and_limit_agree() {
    for (count, events) in [(20, 20_000), (100, 10_000), (1_000, 5_000), (10_000, 2_000)] {
        let pack = Pack::new(SEED, count);
        let purchases = purchases(SEED, events);
        let expected = outcomes(&mut Plain::new(&pack), &purchases);
        let found = outcomes(&mut Index::new(&pack), &purchases);
        assert_eq!(difference(&purchases, &expected, &found), None, "{count} campaigns");
        let at_once = batch_outcomes(&mut Loop(Index::new(&pack)), &purchases, 1_024);
        assert_eq!(difference(&purchases, &expected, &at_once), None, "{count} campaigns, many at once");
        let counted = expected.iter().filter(|one| one.campaigns != [0; 5]).count();
        assert!(counted * 10 > events, "{count} campaigns: {counted} of {events} purchases get a bonus");
        assert!(expected.iter().any(|one| one.total == 0) && expected.iter().any(|one| one.total > 5_000));
    }
}

#[test]
fn about_three_campaigns_match_from_a_hundred_on() {
    for (count, least, most) in [(20, 4, 8), (100, 25, 40), (1_000, 25, 40), (10_000, 25, 40)] {
        let pack = Pack::new(SEED, count);
        let purchases = purchases(SEED, 2_000);
        let index = Index::new(&pack);
        let matches: usize = purchases.iter().map(|purchase| index.matching(purchase)).sum();
        let tenths = matches / 200;
        assert!((least..=most).contains(&tenths), "{count} campaigns: {tenths} tenths match a purchase");
    }
}

#[test]
fn the_programme_means_the_same() {
    for (count, events) in [(20, 3_000), (100, 2_000)] {
        let pack = Pack::new(SEED, count);
        let loaded = load(text::files(&pack), &[]);
        assert!(loaded.diagnostics.is_empty(), "{:?}", loaded.diagnostics.first());
        let engine = Engine::going(Arc::new(loaded.policy.unwrap()), Way::Reference);
        let mut engine = ReferenceEngine::new(engine, &pack, false);
        let purchases = purchases(SEED, events);
        let expected = outcomes(&mut Plain::new(&pack), &purchases);
        let found = outcomes(&mut engine, &purchases);
        assert_eq!(difference(&purchases, &expected, &found), None, "{count} campaigns");
    }
}

/// What one text and many files say is one policy; the formatter has nothing to do.
#[test]
fn the_text_is_clean() {
    let pack = Pack::new(SEED, 20);
    let one = text::text(&pack);
    let formatted = earnest_dsl::syntax::format::format(&one).text;
    assert_eq!(formatted, one);
}

/// The same seed gives the same pack and the same purchases, on every machine and in every version: what was measured before
/// can be compared.
#[test]
fn the_generator_is_pinned() {
    let pack = Pack::new(SEED, 20);
    let outcomes = outcomes(&mut Plain::new(&pack), &purchases(SEED, 1_000));
    let points: i64 = outcomes.iter().map(|one: &Outcome| one.total).sum();
    let counted: u32 = outcomes.iter().flat_map(|one: &Outcome| one.campaigns).sum();
    assert_eq!((points, counted), (1_030_378, 4_109));
}

#[test]
fn the_machine_decides_the_same() {
    for (count, events) in [(20, 20_000), (100, 10_000), (1_000, 3_000)] {
        let pack = Pack::new(SEED, count);
        let loaded = load(text::files(&pack), &[]);
        let plan = Plan::new(Arc::new(loaded.policy.unwrap()));
        let unplanned: Vec<_> = plan.kinds.iter().filter_map(|kind| kind.as_ref().err()).collect();
        let mut engine = MachineEngine::new(&plan, &pack).unwrap_or_else(|| panic!("{unplanned:?}"));
        let purchases = purchases(SEED, events);
        let expected = outcomes(&mut Plain::new(&pack), &purchases);
        let found = outcomes(&mut engine, &purchases);
        assert_eq!(difference(&purchases, &expected, &found), None, "{count} campaigns");
        let at_once = batch_outcomes(&mut ColumnsEngine::new(&plan, &pack).unwrap(), &purchases, 1_024);
        assert_eq!(difference(&purchases, &expected, &at_once), None, "{count} campaigns, in columns");
    }
}
