//! Source files and places in them. A place is a byte range of one file; line and column are computed when shown.

use std::sync::{Arc, OnceLock};

/// A number for a file of one programme: an index into [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct FileId(pub u32);

/// A byte range of one file. All spans compare equal, so that trees compare by what they say and not by where they stand.
#[derive(Debug, Clone, Copy, Default)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl PartialEq for Span {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Span {}

impl Span {
    /// A span of `file` from byte `start` to before byte `end`.
    #[must_use]
    pub fn new(file: FileId, start: u32, end: u32) -> Self {
        Self { file, start, end }
    }

    /// The smallest span that covers both; the file is that of `self`.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// File and bytes, for those who do compare places.
    #[must_use]
    pub fn key(self) -> (FileId, u32, u32) {
        (self.file, self.start, self.end)
    }
}

/// One source file in memory.
#[derive(Debug, Clone)]
pub struct Source {
    /// The path shown to the reader, relative to the programme's folder (`std/banking.earn` for the library).
    pub path: String,
    /// The text.
    pub text: Arc<str>,
    /// Byte offset of each line's start.
    lines: Vec<u32>,
    /// Characters before each line's start, once somebody has asked.
    characters: OnceLock<Vec<usize>>,
}

impl Source {
    /// A source with its line index. Text beyond 4 GiB is not addressable; the limit of 10 MB is checked by the parser.
    #[must_use]
    pub fn new(path: impl Into<String>, text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        let lines = std::iter::once(0)
            .chain(text.match_indices('\n').filter_map(|(at, _)| u32::try_from(at.saturating_add(1)).ok()))
            .collect();
        Self { path: path.into(), text, lines, characters: OnceLock::new() }
    }

    /// How many characters stand before a byte; inside of a character, before that character.
    #[must_use]
    pub fn characters(&self, byte: u32) -> usize {
        let line = self.lines.partition_point(|&start| start <= byte).saturating_sub(1);
        let index = |byte: u32| usize::try_from(byte).unwrap_or(usize::MAX).min(self.text.len());
        let start = index(self.lines.get(line).copied().unwrap_or(0));
        let end = (start..=index(byte)).rev().find(|&at| self.text.is_char_boundary(at)).unwrap_or(start);
        let before = self.before_lines().get(line).copied().unwrap_or(0);
        before.saturating_add(self.text.get(start..end).map_or(0, |part| part.chars().count()))
    }

    fn before_lines(&self) -> &[usize] {
        self.characters.get_or_init(|| {
            let ends = self.text.split_inclusive('\n').scan(0_usize, |sum, line| {
                *sum = sum.saturating_add(line.chars().count());
                Some(*sum)
            });
            std::iter::once(0).chain(ends).collect()
        })
    }

    /// Line and column of a byte, both from 1; the column counts characters.
    #[must_use]
    pub fn line_column(&self, byte: u32) -> (usize, usize) {
        let line = self.lines.partition_point(|&start| start <= byte);
        let start = line.checked_sub(1).and_then(|at| self.lines.get(at)).copied().unwrap_or(0);
        let (start, byte) = (usize::try_from(start).unwrap_or(0), usize::try_from(byte).unwrap_or(usize::MAX));
        let column = self.text.get(start..byte.min(self.text.len())).map_or(0, |text| text.chars().count());
        (line.max(1), column.saturating_add(1))
    }
}

/// All files of one load: the programme's and the library's.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    files: Vec<Source>,
}

impl Sources {
    /// Adds a file and gives its number.
    pub fn add(&mut self, source: Source) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(source);
        id
    }

    /// The file with this number.
    #[must_use]
    pub fn get(&self, id: FileId) -> Option<&Source> {
        usize::try_from(id.0).ok().and_then(|at| self.files.get(at))
    }

    /// All files with their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &Source)> {
        self.files.iter().enumerate().map(|(at, source)| (FileId(u32::try_from(at).unwrap_or(u32::MAX)), source))
    }

    /// The text of a span, its white space closed up to single spaces; none where there is none.
    #[must_use]
    pub fn on_one_line(&self, span: Span) -> Option<String> {
        let (file, start, end) = span.key();
        let text = self.get(file)?.text.get(usize::try_from(start).ok()?..usize::try_from(end).ok()?)?;
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        (!line.is_empty()).then_some(line)
    }

    /// `path:line:column` of a span's start.
    #[must_use]
    pub fn place(&self, span: Span) -> String {
        self.get(span.file).map_or_else(String::new, |source| {
            let (line, column) = source.line_column(span.start);
            format!("{}:{line}:{column}", source.path)
        })
    }
}
