//! The table of results.

use super::run::Ran;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// One row a programme: cases, cases passed, expectations, expectations met; and their sums.
#[must_use]
pub fn table(ran: &[Ran]) -> String {
    let mut rows: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
    for one in ran {
        let counts = [1, usize::from(one.faults.is_empty()), one.expectations, one.met];
        let of = rows.entry(&one.programme).or_default();
        of.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
    }
    let mut sums = [0; 4];
    let mut text = format!("{:<28}{:>7}{:>8}{:>14}{:>8}\n", "programme", "cases", "passed", "expectations", "passed");
    let mut row = |name: &str, [cases, passed, expected, met]: [usize; 4]| {
        let _ = writeln!(text, "{name:<28}{cases:>7}{passed:>8}{expected:>14}{met:>8}");
    };
    for (name, counts) in rows {
        row(name, counts);
        sums.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
    }
    row("all", sums);
    text
}
