//! Shows diagnostics on a terminal, through ariadne.
//!
//! ariadne counts characters, also where it is told to count bytes (it then takes the place of a second file's label for
//! bytes, and panics inside of a character): spans are turned into characters here. Its own headings are English; ours are
//! printed around it.

use super::{Diagnostic, Language, Severity};
use crate::source::{FileId, Source, Sources, Span};
use ariadne::{Cache, CharSet, Color, Config, IndexType, Label, Report, ReportKind};
use std::collections::HashMap;
use std::fmt;

/// Renders diagnostics in the given order, each followed by an empty line.
#[must_use]
pub fn render(diagnostics: &[Diagnostic], sources: &Sources, language: Language, colour: bool) -> String {
    let mut cache = SourceCache::default();
    for (id, source) in sources.iter() {
        cache.add(id, source);
    }
    let mut out = Vec::new();
    for diagnostic in diagnostics {
        let report = report(diagnostic, sources, language, colour);
        // Writing to a vector cannot fail; a failure would only shorten the text.
        let _ = report.write(&mut cache, &mut out);
        out.push(b'\n');
    }
    let text = String::from_utf8_lossy(&out);
    let text = if colour { text.into_owned() } else { plain(&text) };
    let heading = |line: &str| match language {
        Language::English => line.to_owned(),
        Language::Chinese => in_chinese(line),
    };
    text.lines().map(|line| heading(line.trim_end())).collect::<Vec<_>>().join("\n")
}

/// A line with ariadne's own heading `Help` in Chinese: it begins the line, behind the frame and perhaps a colour code.
fn in_chinese(line: &str) -> String {
    match line.split_once("Help") {
        Some((frame, rest)) if !plain(frame).contains(|c: char| c.is_alphanumeric()) => format!("{frame}建议{rest}"),
        _ => line.to_owned(),
    }
}

/// The text without colour codes: ariadne writes some for headings of its own making even where colour is off.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, code)) = rest.split_once("\u{1b}[") {
        out.push_str(before);
        rest = code.split_once('m').map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out
}

type Place = (FileId, std::ops::Range<usize>);

fn report<'a>(diagnostic: &'a Diagnostic, sources: &Sources, language: Language, colour: bool) -> Report<'a, Place> {
    let (kind, heading) = match (diagnostic.severity, language) {
        (Severity::Error, Language::English) => (Color::Red, "error"),
        (Severity::Error, Language::Chinese) => (Color::Red, "错误"),
        (Severity::Warning, Language::English) => (Color::Yellow, "warning"),
        (Severity::Warning, Language::Chinese) => (Color::Yellow, "提示"),
    };
    // A custom kind prints colour codes even where colour is off, so its colour must go too.
    let kind_colour = if colour { kind } else { Color::Primary };
    let mut report = Report::build(ReportKind::Custom(heading, kind_colour), place(diagnostic.span(), sources))
        .with_config(
            Config::default().with_color(colour).with_index_type(IndexType::Char).with_char_set(CharSet::Unicode),
        )
        .with_code(diagnostic.code)
        .with_message(diagnostic.message.get(language));
    for (at, mark) in diagnostic.marks.iter().enumerate() {
        let label = Label::new(place(mark.span, sources))
            .with_message(mark.text.get(language))
            .with_order(i32::try_from(at).unwrap_or(i32::MAX));
        let label = if colour { label.with_color(if at == 0 { kind } else { Color::Blue }) } else { label };
        report = report.with_label(label);
    }
    for help in &diagnostic.help {
        report = report.with_help(help.get(language));
    }
    report.finish()
}

/// A span in characters: those before its line, and those before it in its line.
fn place(span: Span, sources: &Sources) -> Place {
    let source = sources.get(span.file);
    let characters = |byte: u32| source.map_or(0, |source| source.characters(byte));
    let (start, end) = (characters(span.start), characters(span.end));
    (span.file, start..end.max(start))
}

#[derive(Default)]
struct SourceCache {
    files: HashMap<FileId, (String, ariadne::Source<String>)>,
}

impl SourceCache {
    fn add(&mut self, id: FileId, source: &Source) {
        self.files.insert(id, (source.path.clone(), ariadne::Source::from(source.text.to_string())));
    }
}

impl Cache<FileId> for SourceCache {
    type Storage = String;

    fn fetch(&mut self, id: &FileId) -> Result<&ariadne::Source<String>, impl fmt::Debug> {
        self.files.get(id).map(|(_, source)| source).ok_or("no such file")
    }

    fn display<'a>(&self, id: &'a FileId) -> Option<impl fmt::Display + 'a> {
        self.files.get(id).map(|(path, _)| path.clone())
    }
}
