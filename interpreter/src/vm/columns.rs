//! Many events of one kind at once: a column for each slot and each counter, and lines for each row.
//!
//! The rows do not see each other: what a row leaves in a counter is not read by the next. Who decides several events of one
//! customer at once gives each in a call of its own, in order.

use super::{Bail, Charge, Item, Machine, Numbers};
use crate::plan::{KindPlan, UNKNOWN, place};
use std::fmt;
use std::ops::Range;

/// Frames of one kind, column by column.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Columns {
    rows: usize,
    slots: Vec<Vec<i64>>,
    counters: Vec<Vec<i64>>,
}

/// Columns that are not those of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfit(pub String);

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unfit {}

impl Columns {
    /// Columns of a plan: one for each of its slots, then one for each of its counters, in order. Values are written as the
    /// slots' forms and the counters' scales say; [`UNKNOWN`] stands for what is not known. Counters may be left out from some
    /// number on: those were never written.
    ///
    /// # Errors
    /// There are too few or too many columns, or they are not equally long.
    pub fn new(plan: &KindPlan, slots: Vec<Vec<i64>>, counters: Vec<Vec<i64>>) -> Result<Self, Unfit> {
        if slots.len() != plan.slots.len() || counters.len() > plan.counters.len() {
            let (wanted, most) = (plan.slots.len(), plan.counters.len());
            return Err(Unfit(format!(
                "{} columns of slots and {} of counters were given; the kind has {wanted} and at most {most}",
                slots.len(),
                counters.len(),
            )));
        }
        let rows = slots.first().or(counters.first()).map_or(0, Vec::len);
        match slots.iter().chain(&counters).position(|column| column.len() != rows) {
            Some(at) => Err(Unfit(format!("column {at} is not as long as the first"))),
            None => Ok(Self { rows, slots, counters }),
        }
    }

    /// How many rows there are.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Columns of slots.
    #[must_use]
    pub fn slots(&self) -> &[Vec<i64>] {
        &self.slots
    }

    /// Columns of counters.
    #[must_use]
    pub fn counters(&self) -> &[Vec<i64>] {
        &self.counters
    }
}

/// What came of the rows of some columns. Kept from call to call, it allocates nothing in the long run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answers {
    left: Vec<Option<Bail>>,
    items: Vec<Item>,
    charges: Vec<Charge>,
    applied: Vec<u32>,
    /// Behind the last of each row's.
    ends: Vec<[usize; 3]>,
}

/// What came of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row<'a> {
    /// Lines in the order in which they were filled.
    pub items: &'a [Item],
    /// What lines took under limits, in order.
    pub charges: &'a [Charge],
    /// Rules that applied and lost no choice, by their places in the plan.
    pub applied: &'a [u32],
}

impl Answers {
    /// How many rows were decided, or left.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.left.len()
    }

    /// What came of a row.
    ///
    /// # Errors
    /// The plain engine has to decide it, or there is no such row.
    pub fn row(&self, row: usize) -> Result<Row<'_>, Bail> {
        if let Some(bail) = self.left.get(row).copied().unwrap_or(Some(Bail::Unread)) {
            return Err(bail);
        }
        let before = row.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or_default();
        let ends = self.ends.get(row).copied().unwrap_or(before);
        let [items, charges, applied] = [0, 1, 2].map(|at| range(&before, &ends, at));
        Ok(Row {
            items: self.items.get(items).unwrap_or_default(),
            charges: self.charges.get(charges).unwrap_or_default(),
            applied: self.applied.get(applied).unwrap_or_default(),
        })
    }

    fn clear(&mut self) {
        self.left.clear();
        self.items.clear();
        self.charges.clear();
        self.applied.clear();
        self.ends.clear();
    }

    fn end_row(&mut self, left: Option<Bail>) {
        self.left.push(left);
        self.ends.push([self.items.len(), self.charges.len(), self.applied.len()]);
    }
}

fn range(from: &[usize; 3], until: &[usize; 3], at: usize) -> Range<usize> {
    from.get(at).copied().unwrap_or(0)..until.get(at).copied().unwrap_or(0)
}

/// What counters hold, row by row.
pub(crate) trait RowNumbers {
    /// As [`Numbers::number`], for a row.
    fn number(&mut self, row: usize, counter: u32) -> Result<i64, Bail>;
}

/// Columns, by number; those that are missing were never written.
impl RowNumbers for &[Vec<i64>] {
    #[inline]
    fn number(&mut self, row: usize, counter: u32) -> Result<i64, Bail> {
        Ok(self.get(place(counter)).and_then(|column| column.get(row)).copied().unwrap_or(0))
    }
}

/// Counters of one row.
struct One<'r, R> {
    rows: &'r mut R,
    row: usize,
}

impl<R: RowNumbers> Numbers for One<'_, R> {
    #[inline]
    fn number(&mut self, counter: u32) -> Result<i64, Bail> {
        self.rows.number(self.row, counter)
    }
}

impl Machine {
    /// Decides every row of some columns, into `answers`. Rows that a machine leaves to the plain engine say why.
    pub fn decide_columns(&mut self, plan: &KindPlan, columns: &Columns, answers: &mut Answers) {
        self.decide_rows(plan, columns.rows, &columns.slots, &mut columns.counters.as_slice(), answers);
    }

    /// The same for so many rows, whose counters are read when they are asked for.
    pub(crate) fn decide_rows(
        &mut self,
        plan: &KindPlan,
        rows: usize,
        slots: &[Vec<i64>],
        numbers: &mut impl RowNumbers,
        answers: &mut Answers,
    ) {
        answers.clear();
        let mut frame = std::mem::take(&mut self.frame);
        frame.clear();
        frame.resize(plan.registers, UNKNOWN);
        // Where rules are plain numbers nothing looks back at lines: those of all rows are written one behind the other.
        self.keeps = plan.quick.is_some();
        if self.keeps {
            self.swap(answers);
        }
        for row in 0..rows {
            for (register, column) in frame.iter_mut().zip(slots) {
                *register = column.get(row).copied().unwrap_or(UNKNOWN);
            }
            let decided = self.decide(plan, &mut frame, &mut One { rows: numbers, row });
            if !self.keeps && decided.is_ok() {
                answers.items.extend_from_slice(&self.items);
                answers.charges.extend_from_slice(&self.charges);
                answers.applied.extend(self.applied());
            }
            if self.keeps {
                if decided.is_err() {
                    let [items, charges, applied] = answers.ends.last().copied().unwrap_or_default();
                    self.items.truncate(items);
                    self.charges.truncate(charges);
                    self.matched.truncate(applied);
                }
                answers.left.push(decided.err());
                answers.ends.push([self.items.len(), self.charges.len(), self.matched.len()]);
            } else {
                answers.end_row(decided.err());
            }
        }
        if self.keeps {
            self.swap(answers);
            self.keeps = false;
        }
        self.frame = frame;
    }

    /// Writes to the answers instead of what a machine keeps for itself, or back.
    fn swap(&mut self, answers: &mut Answers) {
        std::mem::swap(&mut self.items, &mut answers.items);
        std::mem::swap(&mut self.charges, &mut answers.charges);
        std::mem::swap(&mut self.matched, &mut answers.applied);
    }
}
