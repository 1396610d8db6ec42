//! A mutant: one small change to a policy's text.

use earnest_dsl::diagnostic::Text;
use serde::Serialize;

/// What a mutant changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MutantKind {
    /// A number, by one unit of its last digit: amounts, rates, bounds, bands, durations.
    Number,
    /// A date by a day, a time by a minute.
    Moment,
    /// A comparison, `and`, `or`, `is`, `in`, `at most`.
    Comparison,
    /// Rounding, `to` or `by` of a multiple, how a group combines, which side of an event a measure sees.
    Manner,
    /// A condition, window or limit is left out.
    Removal,
}

impl MutantKind {
    /// All kinds in their order.
    pub const ALL: [Self; 5] = [Self::Number, Self::Moment, Self::Comparison, Self::Manner, Self::Removal];

    /// Its name as the head of a column.
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::Number => Text::new("numbers", "数字"),
            Self::Moment => Text::new("dates and times", "日期与时刻"),
            Self::Comparison => Text::new("comparisons", "比较"),
            Self::Manner => Text::new("manners", "方式"),
            Self::Removal => Text::new("clauses left out", "删去条款"),
        }
    }
}

/// One small change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mutant {
    /// Path of the file, relative to the programme's folder.
    pub path: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// First byte of what is replaced.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
    /// The declaration in which it stands: its name, then its labels.
    pub of: Vec<String>,
    /// What it changes.
    pub kind: MutantKind,
    /// What stood there.
    pub before: String,
    /// What stands there now; empty where it was left out.
    pub after: String,
}

impl Mutant {
    /// The file's text with the change.
    #[must_use]
    pub fn applied(&self, text: &str) -> Option<String> {
        Some(format!("{}{}{}", text.get(..self.start)?, self.after, text.get(self.end..)?))
    }
}

/// What became of a mutant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// Some test failed: it was noticed.
    Killed,
    /// All tests passed.
    Survived,
    /// The changed text does not compile, or means the same: it says nothing about tests.
    Void,
}
