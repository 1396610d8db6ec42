//! JSON in to JSON out: events of p04 and p31 through a host, against the floor of only parsing the same lines with serde_json.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use earnest_bench::programmes::{P04, P31, Programme, events};
use earnest_bench::retail::purchase::purchases;
use earnest_bench::stopwatch::Stopwatch;
use earnest_bench::table::Table;
use earnest_dsl::load::{InputFile, load};
use earnest_ledger::Host;
use serde::Deserialize;
use serde_json::{Map, Value as Json};
use std::cell::RefCell;
use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

/// The allocator of the `earnest` command.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

const SEED: u64 = 20_260_101;
const EVENTS: usize = 2_000;

/// An event as a programmer by hand would take it: borrowed from the line.
#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "only parsed")]
struct Line<'l> {
    id: &'l str,
    at: &'l str,
    r#type: &'l str,
    customer: &'l str,
    amount: &'l str,
    mcc: Option<&'l str>,
    instrument: Option<&'l str>,
    channel: Option<&'l str>,
    card: Option<&'l str>,
    product: Option<&'l str>,
    tier: Option<&'l str>,
    country: Option<&'l str>,
    birthday: Option<&'l str>,
    interest: Option<&'l str>,
}

struct Run<'t> {
    table: &'t RefCell<Table>,
    programme: &'t str,
    lines: &'t [String],
}

impl Run<'_> {
    fn measure<S>(
        &self,
        criterion: &mut Criterion,
        name: &str,
        make: impl Fn() -> S,
        mut each: impl FnMut(&mut S, &str) -> bool,
    ) {
        let mut group = criterion.benchmark_group(format!("json {}", self.programme));
        group.sample_size(10).warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(2));
        let things = u32::try_from(self.lines.len()).unwrap_or(u32::MAX);
        group.throughput(Throughput::Elements(u64::from(things)));
        group.bench_function(name, |bench| {
            bench.iter_custom(|rounds| {
                let mut total = Duration::ZERO;
                for _ in 0..rounds {
                    let mut state = make();
                    let start = Stopwatch::start();
                    let done = self.lines.iter().filter(|line| each(&mut state, line)).count();
                    let took = start.took();
                    assert_eq!(done, self.lines.len(), "{name}: an event was not read");
                    self.table.borrow_mut().note(&format!("{} {name}", self.programme), self.lines.len(), took, things);
                    total += took;
                }
                total
            });
        });
        group.finish();
    }

    fn floors(&self, criterion: &mut Criterion) {
        self.measure(
            criterion,
            "serde_json to a struct",
            || (),
            |(), line| black_box(serde_json::from_str::<Line<'_>>(line)).is_ok(),
        );
        self.measure(
            criterion,
            "serde_json to a value",
            || (),
            |(), line| black_box(serde_json::from_str::<Json>(line)).is_ok(),
        );
    }
}

/// The policy of a programme's folder.
fn programme_of(programme: &Programme) -> Option<earnest_ledger::Programme> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies").join(programme.folder);
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).ok()? {
        let path = entry.ok()?.path();
        if path.extension().is_some_and(|extension| extension == "earn") {
            files.push(InputFile { path: path.display().to_string(), text: std::fs::read_to_string(&path).ok()? });
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    earnest_ledger::Programme::new(load(files, &[]).policy)
}

fn json(criterion: &mut Criterion) {
    let table = RefCell::new(Table::default());
    let retail: Vec<String> =
        purchases(SEED, EVENTS).iter().enumerate().map(|(id, one)| Json::Object(one.json(id)).to_string()).collect();
    Run { table: &table, programme: "retail", lines: &retail }.floors(criterion);
    for (name, programme) in [("p04", P04), ("p31", P31)] {
        let lines = events(&programme, SEED, EVENTS);
        let run = Run { table: &table, programme: name, lines: &lines };
        run.floors(criterion);
        let Some(loaded) = programme_of(&programme) else { continue };
        for (way, explain) in [("decided", false), ("explained", true)] {
            let mut out: Vec<u8> = Vec::new();
            run.measure(
                criterion,
                &format!("line to line, {way}"),
                || Host::new(loaded.clone()),
                |host, line| {
                    out.clear();
                    let Ok(event) = serde_json::from_str::<Map<String, Json>>(line) else { return false };
                    let Ok(answer) = host.decide(&event, explain) else { return false };
                    serde_json::to_writer(&mut out, &answer.decision).is_ok()
                },
            );
        }
    }
    eprintln!("\nns for an event\n{}", table.borrow().against("p04 serde_json to a struct"));
}

criterion_group!(benches, json);
criterion_main!(benches);
