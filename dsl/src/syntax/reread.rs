//! A file that is read again and again while it is edited: a declaration whose text has not changed is not parsed again.
//!
//! Parsing is by far the longest part of a check, and an edit touches one declaration. The result is the one that
//! [`super::parse_file`] gives, finding by finding; a law of the tests says so.

use super::ast::{self, Decl};
use super::hints::lexical::MAX_BYTES;
use super::keywords::Keyword;
use super::layout::{Layout, layout};
use super::lexer::lex;
use super::moved::{Move, Moved};
use super::split::{ParsedFile, Reader, declarations, parse_file, with_stack};
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};
use std::ops::{Range, RangeInclusive};
use std::sync::Arc;

/// A file with its tree, ready to be read again.
#[derive(Debug, Clone, Default)]
pub struct Reread {
    id: FileId,
    text: Arc<str>,
    parsed: ParsedFile,
    /// What was read, declaration by declaration.
    units: Vec<Unit>,
}

/// A declaration that was read.
#[derive(Debug, Clone)]
struct Unit {
    span: Span,
    /// Its own findings, where it could be read as it stands: then its text alone decides what it is.
    sound: Option<Vec<Diagnostic>>,
    /// Its keywords.
    keywords: Vec<(Span, &'static Keyword)>,
}

impl Reread {
    /// Tree and findings of the text that was read last.
    #[must_use]
    pub fn parsed(&self) -> &ParsedFile {
        &self.parsed
    }

    /// The text that was read last.
    #[must_use]
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// The keywords of the text with their places, in order.
    pub fn keywords(&self) -> impl Iterator<Item = (Span, &'static Keyword)> {
        self.units.iter().flat_map(|unit| unit.keywords.iter().copied())
    }

    /// Reads a text as the file of this number.
    pub fn read(&mut self, text: &Arc<str>, id: FileId) {
        if self.text == *text && self.id == id {
            return;
        }
        if text.len() > MAX_BYTES {
            *self = Self { id, text: Arc::clone(text), parsed: parse_file(text, id), units: vec![] };
            return;
        }
        with_stack(|| self.read_changed(text, id));
    }

    fn read_changed(&mut self, text: &Arc<str>, id: FileId) {
        let old = std::mem::take(self);
        let tokens = lex(text);
        let layout = layout(&tokens, text, id);
        let mut reader = Reader::new(&tokens, text, &layout);
        let ranges = declarations(&layout);
        let spans: Vec<Span> = ranges.iter().map(|range| layout.span_of(range.clone())).collect();
        let kept = Kept::new(&old, text, &spans);
        let across = across(&layout, &ranges);
        let mut before: Vec<Option<Decl>> = old.parsed.file.decls.into_iter().map(Some).collect();
        let mut decls = Vec::with_capacity(ranges.len());
        let mut units = Vec::with_capacity(ranges.len());
        for (at, (range, span)) in ranges.into_iter().zip(spans).enumerate() {
            let open = across.iter().any(|held| held.contains(&at));
            let known = kept.before(at).filter(|_| !open && !reader.is_mended(range.clone()));
            let known = known.and_then(|from| old.units.get(from).zip(before.get_mut(from)));
            if let Some((Unit { span: place, sound: Some(findings), keywords }, decl)) = known
                && let Some(mut decl) = decl.take()
            {
                let to = Move { file: id, by: i64::from(span.start).saturating_sub(i64::from(place.start)) };
                let (mut findings, mut keywords) = (findings.clone(), keywords.clone());
                if to.by != 0 || id != old.id {
                    decl.moved(to);
                    findings.moved(to);
                    keywords.iter_mut().for_each(|(place, _)| place.moved(to));
                }
                reader.findings.extend(findings.iter().cloned());
                reader.unknown_reported = false;
                decls.push(decl);
                units.push(Unit { span, sound: Some(findings), keywords });
                continue;
            }
            let first = reader.findings.len();
            let (decl, sound) = reader.declaration(range);
            decls.push(decl);
            let own = || reader.findings.get(first..).unwrap_or_default().to_vec();
            let sound = sound.then(own);
            units.push(Unit { span, sound, keywords: std::mem::take(&mut reader.keywords) });
        }
        let mut diagnostics = reader.findings;
        diagnostics.sort_by_key(|finding| finding.span().key());
        *self =
            Self { id, text: text.to_owned(), parsed: ParsedFile { file: ast::File { decls }, diagnostics }, units };
    }
}

/// Stretches of declarations that a round bracket may hold together: opened in one and closed in a later one, it makes of the
/// lines between one line, although their text is as it was.
fn across(layout: &Layout, ranges: &[Range<usize>]) -> Vec<RangeInclusive<usize>> {
    let mut held = Vec::new();
    let mut open: Option<usize> = None;
    for (at, range) in ranges.iter().enumerate() {
        let pieces = layout.pieces.get(range.clone()).unwrap_or_default();
        let (mut depth, mut surplus) = (0_usize, false);
        for piece in pieces {
            match layout.piece_text(piece) {
                "(" | "（" => depth = depth.saturating_add(1),
                ")" | "）" if depth == 0 => surplus = true,
                ")" | "）" => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        if let Some(from) = open.filter(|_| surplus) {
            held.push(from..=at);
        }
        if depth > 0 {
            open = open.or(Some(at));
        }
    }
    held
}

/// Which declarations are those of the text before: as many as are alike from its start, and from its end.
struct Kept {
    front: usize,
    back: usize,
    /// How many there were, and how many there are.
    counts: (usize, usize),
}

impl Kept {
    fn new(old: &Reread, text: &str, spans: &[Span]) -> Self {
        let alike = |unit: &Unit, span: &Span| {
            let (now, then) = (slice(text, *span), slice(&old.text, unit.span));
            now.is_some() && now == then
        };
        let front = old.units.iter().zip(spans).take_while(|(unit, span)| alike(unit, span)).count();
        let rest = old.units.len().min(spans.len()).saturating_sub(front);
        let pairs = old.units.iter().rev().zip(spans.iter().rev()).take(rest);
        let back = pairs.take_while(|(unit, span)| alike(unit, span)).count();
        Self { front, back, counts: (old.units.len(), spans.len()) }
    }

    /// Where a declaration was before.
    fn before(&self, at: usize) -> Option<usize> {
        let (then, now) = self.counts;
        if at < self.front {
            return Some(at);
        }
        let from_end = now.checked_sub(at)?;
        if from_end <= self.back { then.checked_sub(from_end) } else { None }
    }
}

fn slice(text: &str, span: Span) -> Option<&str> {
    text.get(usize::try_from(span.start).ok()?..usize::try_from(span.end).ok()?)
}
