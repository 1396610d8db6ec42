//! Events as columns with a header row: the header names the JSON fields, an empty cell leaves its field out.
//!
//! A cell is text. What the policy calls a flag becomes yes or no, what it counts becomes a number, a list is JSON; all
//! amounts stay the decimal text that they are.

use super::{BadLine, Line};
use crate::session::Failure;
use earnest_dsl::diagnostic::Text;
use earnest_dsl::policy::{Field, Kind, Type};
use serde_json::{Map, Value as Json};
use std::io::Read;

/// The rows of a stream.
pub struct Rows {
    records: csv::StringRecordsIntoIter<Box<dyn Read>>,
    header: Vec<String>,
    kinds: Vec<Kind>,
}

impl Rows {
    /// The rows of this stream; cells are read as these kinds say.
    pub fn new(reader: Box<dyn Read>, kinds: Vec<Kind>) -> Result<Self, Failure> {
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(reader);
        let header = reader.headers().map_err(no_header)?;
        let header: Vec<String> = header.iter().map(|name| name.trim_start_matches('\u{feff}').to_owned()).collect();
        if let Some(twice) =
            header.iter().enumerate().find(|(at, name)| header.iter().take(*at).any(|one| one == *name))
        {
            return Err(Failure::misuse(
                format!("the header names the column `{}` twice", twice.1),
                format!("表头中列 `{}` 出现两次", twice.1),
            ));
        }
        Ok(Self { records: reader.into_records(), header, kinds })
    }

    fn event(&self, record: &csv::StringRecord) -> Result<Map<String, Json>, BadLine> {
        let cells = || self.header.iter().zip(record).filter(|(_, cell)| !cell.is_empty());
        let json = cells().find(|(name, _)| *name == "type").map(|(_, cell)| cell);
        let kind = json.and_then(|json| self.kinds.iter().find(|kind| kind.json == json));
        cells()
            .map(|(name, cell)| {
                let field = kind.and_then(|kind| kind.fields.iter().find(|field| is_for(field, name)));
                let value = match field {
                    Some(field) => value(field, name, cell)?,
                    None => Json::String(cell.to_owned()),
                };
                Ok((name.clone(), value))
            })
            .collect()
    }
}

impl Iterator for Rows {
    type Item = Result<Line, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        let (line, event) = match self.records.next()? {
            Ok(record) => (record.position().map(csv::Position::line), self.event(&record)),
            Err(error) => match error.kind() {
                csv::ErrorKind::UnequalLengths { pos, expected_len, len } => (
                    pos.as_ref().map(csv::Position::line),
                    Err(BadLine::event(
                        format!("{len} cells where the header names {expected_len} columns"),
                        format!("有 {len} 个单元格，而表头有 {expected_len} 列"),
                    )),
                ),
                csv::ErrorKind::Utf8 { pos, .. } => (
                    pos.as_ref().map(csv::Position::line),
                    Err(BadLine::event("the line is not UTF-8 text", "该行不是 UTF-8 文本")),
                ),
                _ => return Some(Err(Failure::Io(error.into()))),
            },
        };
        Some(Ok(Line { number: line.unwrap_or_default(), event }))
    }
}

fn no_header(error: csv::Error) -> Failure {
    match error.kind() {
        csv::ErrorKind::Io(_) => Failure::Io(error.into()),
        _ => Failure::misuse(format!("the header cannot be read: {error}"), format!("无法读取表头：{error}")),
    }
}

fn is_for(field: &Field, name: &str) -> bool {
    field.json.iter().any(|json| json.name == name)
}

/// The JSON of a cell.
fn value(field: &Field, name: &str, cell: &str) -> Result<Json, BadLine> {
    let bad = |en: &str, zh: &str| BadLine { field: name.to_owned(), reason: Text::new(en, zh) };
    match &field.typed.ty {
        Type::Flag => match cell.to_lowercase().as_str() {
            "true" | "yes" | "y" | "1" | "是" => Ok(Json::Bool(true)),
            "false" | "no" | "n" | "0" | "否" => Ok(Json::Bool(false)),
            _ => Err(bad("write `true` or `false`", "请写 `true` 或 `false`")),
        },
        Type::Count | Type::Term | Type::Days | Type::WorkingDays | Type::Minutes => {
            Ok(serde_json::from_str(cell).ok().filter(Json::is_number).unwrap_or_else(|| Json::String(cell.to_owned())))
        }
        Type::List(_) => serde_json::from_str(cell)
            .ok()
            .filter(Json::is_array)
            .ok_or_else(|| bad("write the list as JSON, `[{...}]`", "列表请写成 JSON：`[{...}]`")),
        _ => Ok(Json::String(cell.to_owned())),
    }
}
