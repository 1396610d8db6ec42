//! Files of events: one at a time, each with its line, so that memory does not grow with the file.

mod columns;
mod lines;

use crate::arguments::InputFormat;
use crate::session::Failure;
use earnest_dsl::diagnostic::Text;
use earnest_dsl::policy::Kind;
use serde_json::{Map, Value as Json};
use std::io::Read;
use std::path::Path;

/// A line of a file of events.
#[derive(Debug)]
pub struct Line {
    /// Its number, from 1.
    pub number: u64,
    /// The event as JSON, or what is wrong with the line.
    pub event: Result<Map<String, Json>, BadLine>,
}

/// A line that is no event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadLine {
    /// The field at fault; `event` where it is the whole line.
    pub field: String,
    /// Why.
    pub reason: Text,
}

impl BadLine {
    fn event(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { field: "event".to_owned(), reason: Text::new(en, zh) }
    }
}

/// Lines, read as they are asked for.
pub type Lines = Box<dyn Iterator<Item = Result<Line, Failure>>>;

/// The lines of a file of events. Cells of columns are read as these kinds say.
pub fn lines(reader: Box<dyn Read>, format: InputFormat, kinds: Vec<Kind>) -> Result<Lines, Failure> {
    Ok(match format {
        InputFormat::Ndjson => Box::new(lines::Lines::new(reader)),
        InputFormat::Csv => Box::new(columns::Rows::new(reader, kinds)?),
    })
}

/// How a file of this name is written, where it was not said.
pub fn format_of(path: &Path) -> InputFormat {
    let csv = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv"));
    if csv { InputFormat::Csv } else { InputFormat::Ndjson }
}
