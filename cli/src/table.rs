//! Aligned tables for a terminal. A Chinese character takes two columns.

use crate::session::Paint;
use unicode_width::UnicodeWidthStr;

/// On which side a column is flush.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// A table: a heading with the alignment of each column, rows, and a last row apart.
#[derive(Debug, Clone, Default)]
pub struct Table {
    heads: Vec<(String, Option<Align>)>,
    rows: Vec<Vec<String>>,
    foot: Vec<Vec<String>>,
}

impl Table {
    /// A table with these columns.
    pub fn new(heads: impl IntoIterator<Item = (String, Align)>) -> Self {
        Self { heads: heads.into_iter().map(|(head, align)| (head, Some(align))).collect(), ..Self::default() }
    }

    /// Adds a row; missing cells are empty.
    pub fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// Adds a row under the line at the end.
    pub fn foot(&mut self, cells: Vec<String>) {
        self.foot.push(cells);
    }

    /// The table as text, each line ended.
    pub fn render(&self, paint: Paint) -> String {
        let widths = self.widths();
        let heads: Vec<String> = self.heads.iter().map(|(head, _)| head.clone()).collect();
        let rule =
            "─".repeat(widths.iter().sum::<usize>().saturating_add(widths.len().saturating_sub(1).saturating_mul(2)));
        let mut out = format!("{}\n{}\n", paint.strong(&self.line(&heads, &widths)), paint.dim(&rule));
        for row in &self.rows {
            out.push_str(&self.line(row, &widths));
            out.push('\n');
        }
        if !self.foot.is_empty() {
            out.push_str(&format!("{}\n", paint.dim(&rule)));
        }
        for row in &self.foot {
            out.push_str(&self.line(row, &widths));
            out.push('\n');
        }
        out
    }

    fn widths(&self) -> Vec<usize> {
        (0..self.heads.len())
            .map(|at| {
                let head = self.heads.get(at).map_or(0, |(head, _)| width(head));
                let cells = self.rows.iter().chain(&self.foot).filter_map(|row| row.get(at));
                cells.map(|cell| width(cell)).fold(head, usize::max)
            })
            .collect()
    }

    fn line(&self, cells: &[String], widths: &[usize]) -> String {
        let mut out = String::new();
        for (at, ((_, align), &wide)) in self.heads.iter().zip(widths).enumerate() {
            let cell = cells.get(at).map_or("", String::as_str);
            if at > 0 {
                out.push_str("  ");
            }
            out.push_str(&match align {
                Some(Align::Right) => pad_left(cell, wide),
                Some(Align::Left) | None => pad(cell, wide),
            });
        }
        out.trim_end().to_owned()
    }
}

/// Columns that a text takes.
pub fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// The text with blanks behind it, up to so many columns.
pub fn pad(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

/// The text with blanks before it.
fn pad_left(text: &str, columns: usize) -> String {
    format!("{}{text}", " ".repeat(columns.saturating_sub(width(text))))
}

#[cfg(test)]
mod tests {
    use super::{Align, Table};
    use crate::session::Paint;

    #[test]
    fn columns_are_flush_beside_chinese_text() {
        let mut table = Table::new([("rule".to_owned(), Align::Left), ("granted".to_owned(), Align::Right)]);
        table.row(vec!["刷卡消费".to_owned(), "1,000".to_owned()]);
        table.row(vec!["card".to_owned(), "7".to_owned()]);
        table.foot(vec!["total".to_owned(), "1,007".to_owned()]);
        let expected = "\
rule      granted
─────────────────
刷卡消费    1,000
card            7
─────────────────
total       1,007
";
        assert_eq!(table.render(Paint { on: false }), expected);
    }
}
