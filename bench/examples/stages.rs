//! Takes a pack of so many campaigns through one stage so many times, for a profiler: `stages STAGE CAMPAIGNS TIMES`.

use earnest_bench::retail::{Pack, text};
use earnest_bench::stopwatch::Stopwatch;
use earnest_dsl::load::{InputFile, load};
use earnest_dsl::source::FileId;
use earnest_dsl::syntax::parse_file;
use earnest_interpreter::{Engine, Way};
use std::hint::black_box;
use std::sync::Arc;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let stage = arguments.next().unwrap_or_default();
    let mut number = |usual: usize| arguments.next().and_then(|text| text.parse().ok()).unwrap_or(usual);
    let (count, times) = (number(1_000), number(1));
    let pack = Pack::new(20_260_101, count);
    let one = text::text(&pack);
    let file = || vec![InputFile { path: "programme.earn".to_owned(), text: one.clone() }];
    let policy = if ["reference", "vm", "hash"].contains(&stage.as_str()) {
        load(file(), &[]).policy.map(Arc::new)
    } else {
        None
    };
    for _ in 0..times {
        let start = Stopwatch::start();
        match (stage.as_str(), &policy) {
            ("tree", _) => drop(black_box(parse_file(&one, FileId(0)))),
            ("policy", _) => drop(black_box(load(file(), &[]))),
            ("files", _) => drop(black_box(load(text::files(&pack), &[]))),
            ("reference", Some(policy)) => drop(black_box(Engine::going(Arc::clone(policy), Way::Reference))),
            ("vm", Some(policy)) => drop(black_box(Engine::going(Arc::clone(policy), Way::Vm))),
            ("hash", Some(policy)) => drop(black_box(policy.hash())),
            _ => eprintln!("stages: tree, policy, files, reference, vm, hash"),
        }
        eprintln!("{stage} of {count} campaigns: {:?}", start.took());
    }
}
