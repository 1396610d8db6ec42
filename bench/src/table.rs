//! A table of measured times: rows are what was measured, columns the sizes.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// Shortest times by row and size.
#[derive(Debug, Clone, Default)]
pub struct Table {
    rows: Vec<String>,
    times: BTreeMap<(String, usize), Duration>,
    /// Things that one time stands for: events, or campaigns.
    per: BTreeMap<(String, usize), u32>,
}

impl Table {
    /// Notes a time for so many things (events, campaigns) of a size; the shortest for each thing counts.
    pub fn note(&mut self, row: &str, size: usize, took: Duration, things: u32) {
        if !self.rows.iter().any(|known| known == row) {
            self.rows.push(row.to_owned());
        }
        let key = (row.to_owned(), size);
        let each = took / things.max(1);
        let shortest = self.times.get(&key).zip(self.per.get(&key)).map(|(took, things)| *took / *things);
        if shortest.is_none_or(|shortest| each < shortest) {
            self.times.insert(key.clone(), took);
            self.per.insert(key, things.max(1));
        }
    }

    /// The time for one thing, in tenths of a nanosecond.
    #[must_use]
    pub fn tenths(&self, row: &str, size: usize) -> Option<u128> {
        let key = (row.to_owned(), size);
        let (took, things) = (self.times.get(&key)?, self.per.get(&key)?);
        Some(took.as_nanos() * 10 / u128::from(*things))
    }

    /// Rows by sizes in nanoseconds for each thing, with the ratio to a row behind each.
    #[must_use]
    pub fn against<'t>(&'t self, baseline: &'t str) -> Against<'t> {
        Against { table: self, baseline }
    }
}

/// A table with ratios to one of its rows.
#[derive(Debug, Clone, Copy)]
pub struct Against<'t> {
    table: &'t Table,
    baseline: &'t str,
}

impl fmt::Display for Against<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut sizes: Vec<usize> = self.table.times.keys().map(|(_, size)| *size).collect();
        sizes.sort_unstable();
        sizes.dedup();
        write!(f, "{:<28}", "ns each (x baseline)")?;
        for size in &sizes {
            write!(f, "{:>24}", format!("N={size}"))?;
        }
        for row in &self.table.rows {
            write!(f, "\n{row:<28}")?;
            for size in &sizes {
                write!(f, "{:>24}", self.cell(row, *size))?;
            }
        }
        Ok(())
    }
}

impl Against<'_> {
    fn cell(&self, row: &str, size: usize) -> String {
        let Some(own) = self.table.tenths(row, size) else { return "-".to_owned() };
        let time = format!("{}.{}", own / 10, own % 10);
        match self.table.tenths(self.baseline, size).filter(|baseline| *baseline > 0) {
            Some(baseline) if row != self.baseline => {
                let hundredths = own * 100 / baseline;
                format!("{time} (x{}.{:02})", hundredths / 100, hundredths % 100)
            }
            _ => time,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Table;
    use std::time::Duration;

    #[test]
    fn the_shortest_counts_and_ratios_are_to_the_baseline() {
        let mut table = Table::default();
        table.note("baseline", 20, Duration::from_nanos(900), 10);
        table.note("baseline", 20, Duration::from_nanos(450), 10);
        table.note("other", 20, Duration::from_nanos(1_125), 10);
        let shown = table.against("baseline").to_string();
        assert!(shown.contains("45.0") && shown.contains("112.5 (x2.50)"), "{shown}");
    }
}
