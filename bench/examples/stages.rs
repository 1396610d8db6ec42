//! Takes a pack of so many campaigns through one stage so many times, for a profiler: `stages STAGE CAMPAIGNS TIMES`.

use earnest_bench::retail::{Pack, text};
use earnest_dsl::load::{InputFile, load};
use earnest_dsl::source::FileId;
use earnest_dsl::syntax::parse_file;
use earnest_interpreter::Engine;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let stage = arguments.next().unwrap_or_default();
    let mut number = |usual: usize| arguments.next().and_then(|text| text.parse().ok()).unwrap_or(usual);
    let (count, times) = (number(1_000), number(1));
    let pack = Pack::new(20_260_101, count);
    let one = text::text(&pack);
    let file = || vec![InputFile { path: "programme.earn".to_owned(), text: one.clone() }];
    let policy = if stage == "reference" || stage == "hash" { load(file(), &[]).policy.map(Arc::new) } else { None };
    for _ in 0..times {
        let start = Instant::now();
        match (stage.as_str(), &policy) {
            ("tree", _) => drop(black_box(parse_file(&one, FileId(0)))),
            ("policy", _) => drop(black_box(load(file(), &[]))),
            ("files", _) => drop(black_box(load(text::files(&pack), &[]))),
            ("reference", Some(policy)) => drop(black_box(Engine::new(Arc::clone(policy)))),
            ("hash", Some(policy)) => drop(black_box(policy.hash())),
            _ => eprintln!("stages: tree, policy, files, reference, hash"),
        }
        eprintln!("{stage} of {count} campaigns: {:?}", start.elapsed());
    }
}
