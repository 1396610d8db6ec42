//! Coverage in the format of lcov, for build servers and editors. A hit is a test, not a decision.

use super::Coverage;

use super::item::{Aspect, Item, Place};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// The report; `shown` gives the path under which a file is opened.
#[must_use]
pub fn lcov(coverage: &Coverage, shown: impl Fn(&str) -> String) -> String {
    let mut out = String::new();
    for path in coverage.files.keys() {
        let items: Vec<&Item> = coverage.items.iter().filter(|item| item.place.path == *path).collect();
        if !items.is_empty() {
            file(&mut out, &shown(path), &items);
        }
    }
    out
}

// Writing to a text never fails.
fn file(out: &mut String, path: &str, items: &[&Item]) {
    let _ = writeln!(out, "TN:\nSF:{path}");
    let rules: Vec<&&Item> = items.iter().filter(|item| item.aspect == Aspect::Applies).collect();
    for rule in &rules {
        let _ = writeln!(out, "FN:{},{}", rule.line, rule.of);
    }
    for rule in &rules {
        let _ = writeln!(out, "FNDA:{},{}", rule.tests.len(), rule.of);
    }
    let hit = rules.iter().filter(|rule| rule.is_exercised()).count();
    let _ = writeln!(out, "FNF:{}\nFNH:{hit}", rules.len());

    let mut blocks: BTreeMap<&Place, Vec<&&Item>> = BTreeMap::new();
    let branches: Vec<&&Item> = items.iter().filter(|item| item.aspect != Aspect::Applies).collect();
    for item in &branches {
        blocks.entry(&item.place).or_default().push(item);
    }
    for (block, items) in blocks.values().enumerate() {
        for (branch, item) in items.iter().enumerate() {
            let _ = writeln!(out, "BRDA:{},{block},{branch},{}", item.line, item.tests.len());
        }
    }
    let hit = branches.iter().filter(|item| item.is_exercised()).count();
    let _ = writeln!(out, "BRF:{}\nBRH:{hit}", branches.len());

    let mut lines: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for item in items {
        lines.entry(item.line).or_default().extend(&item.tests);
    }
    for (line, tests) in &lines {
        let _ = writeln!(out, "DA:{line},{}", tests.len());
    }
    let hit = lines.values().filter(|tests| !tests.is_empty()).count();
    let _ = writeln!(out, "LF:{}\nLH:{hit}\nend_of_record", lines.len());
}
