//! A plugin decides rows as the machine does, and refuses rows that do not hold together.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use earnest_bench::engine::Batch;
use earnest_bench::retail::machine::ColumnsEngine;
use earnest_bench::retail::purchase::purchases;
use earnest_bench::retail::{Pack, text};
use earnest_dsl::load::load;
use earnest_dsl::policy::KindId;
use earnest_interpreter::Engine;
use earnest_interpreter::vm::columns::Answers;
use earnest_plugin::columns::{Told, write};
use earnest_plugin::decider::{Ask, Call};
use earnest_plugin::host::Plugin;
use earnest_plugin::make;
use std::sync::Arc;

const SEED: u64 = 20_260_101;

struct Scene {
    engine: Engine,
    kind: KindId,
    columns: earnest_interpreter::vm::columns::Columns,
    plugin: Plugin,
}

fn scene(count: usize, rows: usize) -> Scene {
    let pack = Pack::new(SEED, count);
    let engine = Engine::new(Arc::new(load(text::files(&pack), &[]).policy.unwrap()));
    let (kind, _) = engine.policy().kind_by_json("purchase").unwrap();
    let columns = ColumnsEngine::new(engine.plan().unwrap(), &pack).unwrap().prepare(&purchases(SEED, rows));
    let plugin = Plugin::new(&make::make(std::slice::from_ref(&engine)).unwrap().bytes).unwrap();
    Scene { engine, kind, columns, plugin }
}

#[test]
fn a_plugin_decides_rows_as_the_machine_does() {
    for count in [20, 1_000] {
        let Scene { engine, kind, columns, plugin } = scene(count, 1_024);
        let mut answers = Answers::default();
        engine.decide_columns(kind, &columns, &mut answers).unwrap();
        let expected = Told::of(engine.plan().unwrap().kind(kind).unwrap(), &answers);
        assert!(expected.lines.iter().map(|line| line.granted).sum::<i64>() > 0 && !expected.charges.is_empty());
        assert_eq!(plugin.decide_columns(0, &engine, kind, &columns).unwrap(), expected);
        assert_eq!(Told::read(&expected.write()).unwrap(), expected);
    }
}

#[test]
fn the_section_says_what_columns_hold() {
    let Scene { kind, plugin, .. } = scene(20, 1);
    let told = serde_json::to_value(plugin.section().versions[0].columns[kind.0].as_ref().unwrap()).unwrap();
    assert_eq!(
        told["slots"]
            .as_array()
            .unwrap()
            .iter()
            .map(|slot| format!("{} {}", slot["from"], slot["form"]))
            .collect::<Vec<_>>(),
        [
            "\"day\" \"date\"",
            "\"clock\" \"time\"",
            "\"field\" \"number\"",
            "\"field\" \"enum\"",
            "\"field\" \"date\"",
            "\"field\" \"number\"",
            "\"field\" \"enum\"",
        ]
    );
    assert_eq!(told["counters"].as_array().unwrap().len(), 1);
}

#[test]
fn rows_that_do_not_hold_together_are_refused() {
    let Scene { engine, kind, columns, plugin } = scene(20, 8);
    let good = write(engine.policy(), engine.plan().unwrap().kind(kind).unwrap(), 0, &columns);
    let said = |bytes: &[u8]| {
        let ran = plugin.ask(Call::Batch, bytes).unwrap();
        assert_eq!(ran.bytes[0], 1, "{bytes:?}");
        String::from_utf8_lossy(&ran.bytes[24..]).into_owned()
    };
    assert_eq!(said(&good[..good.len() - 8]), "framethe columns do not fill the area");
    assert_eq!(said(&[]), "framethe word at byte 0 lies outside the area");
    for (word, value, told) in [
        (0, 7_i64, "versionthe programme has no version of this number"),
        (1, 99, "typeevents of this kind are not decided in columns"),
        (2, 7, "framethe columns do not fill the area"),
        (2, -1, "frame-1 is no number of rows or columns"),
        (2, 1 << 30, "framethe columns do not fill the area"),
        (3, 5, "framethe columns do not fill the area"),
    ] {
        let mut bad = good.clone();
        bad[word * 8..word * 8 + 8].copy_from_slice(&value.to_le_bytes());
        assert_eq!(said(&bad), told);
    }
    // Answers that count other lines than they have.
    for cut in [8, 16, 24, 41] {
        let mut answer = Told { rows: vec![(0, 0, 0); 4], ..Told::default() }.write();
        answer[cut] = 9;
        assert!(Told::read(&answer).is_err());
    }
}
