//! Events as JSON objects, one a line. Blank lines are nothing; a member written twice is an error, not the last one.

use super::{BadLine, Line};
use crate::session::Failure;
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value as Json};
use std::fmt;
use std::io::{BufRead, BufReader, Read};

/// Longest line read, in bytes.
const LONGEST: usize = 1 << 20;

/// The lines of a stream.
pub struct Lines {
    reader: BufReader<Box<dyn Read>>,
    number: u64,
    line: Vec<u8>,
}

impl Lines {
    /// The lines of this stream.
    pub fn new(reader: Box<dyn Read>) -> Self {
        Self { reader: BufReader::with_capacity(1 << 16, reader), number: 0, line: Vec::new() }
    }

    /// Reads the next line into `self.line`, cut after the longest; false at the end.
    fn fill(&mut self) -> std::io::Result<bool> {
        self.line.clear();
        let most = u64::try_from(LONGEST).unwrap_or(u64::MAX).saturating_add(1);
        (&mut self.reader).take(most).read_until(b'\n', &mut self.line)?;
        if self.line.is_empty() {
            return Ok(false);
        }
        if self.line.len() > LONGEST && self.line.last() != Some(&b'\n') {
            self.skip_line()?;
        }
        self.number = self.number.saturating_add(1);
        Ok(true)
    }

    fn skip_line(&mut self) -> std::io::Result<()> {
        loop {
            let chunk = self.reader.fill_buf()?;
            let (used, ended) = match chunk.iter().position(|&byte| byte == b'\n') {
                Some(at) => (at.saturating_add(1), true),
                None => (chunk.len(), chunk.is_empty()),
            };
            self.reader.consume(used);
            if ended {
                return Ok(());
            }
        }
    }

    fn parse(&self) -> Option<Result<Map<String, Json>, BadLine>> {
        if self.line.len() > LONGEST {
            return Some(Err(BadLine::event(
                format!("the line is longer than {LONGEST} bytes"),
                format!("该行超过 {LONGEST} 字节"),
            )));
        }
        let bytes = if self.number == 1 {
            self.line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&self.line)
        } else {
            &self.line
        };
        let Ok(text) = std::str::from_utf8(bytes) else {
            return Some(Err(BadLine::event("the line is not UTF-8 text", "该行不是 UTF-8 文本")));
        };
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        Some(object(text))
    }
}

impl Iterator for Lines {
    type Item = Result<Line, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.fill() {
                Err(error) => return Some(Err(error.into())),
                Ok(false) => return None,
                Ok(true) => {}
            }
            if let Some(event) = self.parse() {
                return Some(Ok(Line { number: self.number, event }));
            }
        }
    }
}

/// A JSON object in which every member stands once.
fn object(text: &str) -> Result<Map<String, Json>, BadLine> {
    match serde_json::from_str::<Object>(text) {
        Ok(Object(members)) => Ok(members),
        Err(error) => {
            let said = error.to_string();
            // The line within the text is always 1: only the column tells something.
            let said = said.replace(" at line 1 column ", " at column ");
            Err(BadLine::event(format!("not a JSON object: {said}"), format!("不是 JSON 对象：{said}")))
        }
    }
}

struct Object(Map<String, Json>);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members)
    }
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Object;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object, `{...}`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Object, A::Error> {
        let mut members = Map::new();
        while let Some((name, value)) = access.next_entry::<String, Json>()? {
            if members.contains_key(&name) {
                return Err(de::Error::custom(format!("`{name}` is written twice")));
            }
            members.insert(name, value);
        }
        Ok(Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, Lines};

    fn read(bytes: &[u8]) -> Vec<(u64, Result<String, String>)> {
        Lines::new(Box::new(std::io::Cursor::new(bytes.to_vec())))
            .map(|line| line.expect("a stream in memory"))
            .map(|line| {
                (
                    line.number,
                    line.event.map(|event| serde_json::Value::Object(event).to_string()).map_err(|bad| bad.reason.en),
                )
            })
            .collect()
    }

    #[test]
    fn numbers_count_blank_lines_and_digits_stay_as_written() {
        let lines = read("\u{feff}{\"a\":1.50}\r\n\n  \n{\"b\":1e2}".as_bytes());
        assert_eq!(lines, [(1, Ok(r#"{"a":1.50}"#.to_owned())), (4, Ok(r#"{"b":1e+2}"#.to_owned()))]);
    }

    #[test]
    fn bad_lines_do_not_end_the_file() {
        let long = format!("{{\"a\":\"{}\"}}", "x".repeat(LONGEST));
        let text = format!("[1]\n{{\"a\":1,\"a\":2}}\n{{\n{long}\n{{\"a\":1}}\n");
        let lines = read(text.as_bytes());
        let reasons: Vec<_> = lines.iter().filter_map(|(_, event)| event.as_ref().err().cloned()).collect();
        assert_eq!(
            reasons,
            [
                "not a JSON object: invalid type: sequence, expected an object, `{...}` at column 0",
                "not a JSON object: `a` is written twice at column 13",
                "not a JSON object: EOF while parsing an object at column 1",
                "the line is longer than 1048576 bytes",
            ]
        );
        assert_eq!(lines.last(), Some(&(5, Ok(r#"{"a":1}"#.to_owned()))));
    }

    #[test]
    fn bytes_that_are_no_text_are_a_bad_line() {
        assert_eq!(read(b"\xff\xfe\n{}\n").first().map(|(number, event)| (*number, event.is_err())), Some((1, true)));
    }
}
