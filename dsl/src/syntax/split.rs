//! A file to its tree: cuts it into declarations, has each parsed whole, and where that fails finds the clauses that are to blame.
//!
//! Only a declaration that fails is looked into: its clauses are parsed one by one, nested blocks likewise. Each clause that
//! cannot be read gives one finding and is replaced by a placeholder, and the declaration is parsed again, so that all its
//! sound clauses are in the tree. A clause with a finding of the token level or about its brackets gives no second one.
//! The result is a tree and findings, whatever the text; work is linear in its length for sound text.

use super::ast::{self, Decl, DeclKind};
use super::braces::BraceSlip;
use super::depth::too_deep;
use super::hints::{self, brackets, lexical};
use super::keywords::{KEYWORDS, Keyword, Kind};
use super::layout::{Canonical, Layout, PLACEHOLDER, layout};
use super::lexer::{Token, TokenKind, lex};
use super::parse::{self, Failure, Parsed, Production, Tree};
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};
use std::collections::BTreeSet;
use std::ops::Range;

/// A file that was read: its tree and what is wrong with it.
#[derive(Debug, Clone, Default)]
pub struct ParsedFile {
    /// The tree; what could not be read is `Broken` in it.
    pub file: ast::File,
    /// Findings in order of place.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads a file. Total: any text gives a tree and findings.
#[must_use]
pub fn parse_file(source: &str, file: FileId) -> ParsedFile {
    with_stack(|| read(source, file))
}

/// Runs what reads text, with the stack that the deepest text needs. What reads many files sets it up once, around all of them.
pub fn with_stack<T>(read: impl FnOnce() -> T) -> T {
    // What nests as deep as is allowed needs more stack than a thread has by default, in a build without optimisation.
    const WANTED: usize = 12 * 1024 * 1024;
    const GIVEN: usize = 16 * 1024 * 1024;
    stacker::maybe_grow(WANTED, GIVEN, read)
}

fn read(source: &str, file: FileId) -> ParsedFile {
    if source.len() > lexical::MAX_BYTES {
        return ParsedFile { file: ast::File::default(), diagnostics: vec![lexical::too_large(source.len(), file)] };
    }
    let tokens = lex(source);
    let layout = layout(&tokens, source, file);
    let mut reader = Reader::new(&tokens, source, &layout);
    let decls = declarations(&layout).into_iter().map(|range| reader.declaration(range).0).collect();
    let mut diagnostics = reader.findings;
    diagnostics.sort_by_key(|finding| finding.span().key());
    ParsedFile { file: ast::File { decls }, diagnostics }
}

/// The runs of pieces that are declarations: from depth 0 to depth 0.
#[must_use]
pub fn declarations(layout: &Layout) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut start = 0;
    let mut index = 0;
    while let Some(piece) = layout.pieces.get(index) {
        let next = index.saturating_add(1);
        let text = layout.piece_text(piece);
        let ends_here = piece.kind == TokenKind::Newline || text == ";";
        if ends_here {
            add(&mut found, start..index);
            start = next;
        } else if text == "{"
            && let Some(close) = piece.partner.and_then(|close| usize::try_from(close).ok())
        {
            index = close.saturating_add(1);
            if declaration_word(layout, index).is_some() {
                add(&mut found, start..index);
                start = index;
            }
            continue;
        }
        index = next;
    }
    add(&mut found, start..index);
    found
}

fn add(found: &mut Vec<Range<usize>>, range: Range<usize>) {
    if !range.is_empty() {
        found.push(range);
    }
}

/// The declaration keyword at a piece, the longest that fits, and how many pieces it has.
#[must_use]
pub fn declaration_word(layout: &Layout, index: usize) -> Option<(&'static Keyword, usize)> {
    let word = |at: usize| layout.word(index.saturating_add(at));
    phrase(&[Kind::Declaration], &word)
}

/// The longest keyword of some kinds that the given words begin with, and how many words it has.
pub(super) fn phrase<'w>(kinds: &[Kind], word: &dyn Fn(usize) -> &'w str) -> Option<(&'static Keyword, usize)> {
    let length = |phrase: &str| {
        let fits = phrase.split(' ').enumerate().all(|(at, part)| word(at) == part);
        if fits { phrase.split(' ').count() } else { 0 }
    };
    let candidates = KEYWORDS.iter().filter(|keyword| kinds.contains(&keyword.kind));
    let mut best: Option<(&'static Keyword, usize)> = None;
    for keyword in candidates {
        let found = keyword.all().map(length).max().unwrap_or(0);
        if found > best.map_or(0, |(_, length)| length) {
            best = Some((keyword, found));
        }
    }
    best
}

/// What the block of a declaration consists of, where its parts can be read one by one.
fn block_of(role: &str) -> Option<Production> {
    Some(match role {
        "programme" | "library" | "points" | "rule" | "campaign" | "catalogue" | "offset" | "exchange" | "cash_out"
        | "transfer" | "donation" | "lottery" | "benefit" | "settle" | "notify" | "pool" => Production::Clause,
        "event" | "request_event" | "refund_event" | "moment_event" | "facts" => Production::Field,
        "enum" | "open_enum" | "extend" => Production::EnumValue,
        "codes" => Production::CodeMember,
        "calendar" => Production::CalendarPart,
        "ranking" | "priority" => Production::RankingPart,
        "test" => Production::Step,
        "examples" => Production::ExampleRow,
        _ => return None,
    })
}

/// Whether a comma separates the parts of a block, as a line end does.
fn comma_separates(production: Production) -> bool {
    matches!(production, Production::EnumValue | Production::CodeMember | Production::TableRow)
}

/// A token for the grammar: a piece, or a placeholder for a run of pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    /// As it stands in the text.
    Piece(usize),
    /// Stands for these pieces, which were reported.
    Broken(usize, usize),
    /// A keyword that was misspelt, and what was meant.
    Mended(usize, &'static str),
}

impl Slot {
    /// The pieces that it stands for.
    pub(super) fn pieces(self) -> Range<usize> {
        match self {
            Self::Piece(index) | Self::Mended(index, _) => index..index.saturating_add(1),
            Self::Broken(start, end) => start..end,
        }
    }
}

/// A declaration as the formatter sees it.
pub(super) struct Unit {
    /// Its pieces.
    pub pieces: Range<usize>,
    /// Its tokens with placeholders for what cannot be read; nothing if it cannot be read at all.
    pub slots: Option<Vec<Slot>>,
}

/// The declarations of a file, each with what can be read of it. Clauses with a finding of the token level count as unreadable.
pub(super) fn units(tokens: &[Token], source: &str, layout: &Layout) -> Vec<Unit> {
    let mut reader = Reader::new(tokens, source, layout);
    let unit = |pieces: Range<usize>| {
        let sound = too_deep(layout, pieces.clone()).is_none() && !reader.is_mended(pieces.clone());
        let slots = if sound { reader.readable(pieces.clone()) } else { None };
        Unit { pieces, slots }
    };
    declarations(layout).into_iter().map(unit).collect()
}

pub(super) struct Reader<'l> {
    layout: &'l Layout,
    pub(super) findings: Vec<Diagnostic>,
    /// Where findings of the token level and about brackets begin, in order.
    marked: Vec<u32>,
    /// Words of the file, collected when first needed.
    names: Option<BTreeSet<String>>,
    /// Whether a `}` too many was found: what stands outside of declarations then follows from it.
    surplus: bool,
    /// Whether the lines outside of any declaration, up to here, were reported: one finding tells for all of a run.
    pub(super) unknown_reported: bool,
    /// The keywords of the declaration that was read last, with their places.
    pub(super) keywords: Vec<(Span, &'static Keyword)>,
}

/// In one clause at most this many parts are set aside before the whole clause is.
const MOST_PARTS: usize = 40;

impl<'l> Reader<'l> {
    /// A reader with the findings of the token level and about brackets.
    pub(super) fn new(tokens: &[Token], source: &str, layout: &'l Layout) -> Self {
        let mut findings = lexical::findings(tokens, source, layout.file);
        findings.extend(layout.slips.iter().map(brackets::finding));
        findings.extend(lexical::until_days(layout));
        let mut marked: Vec<u32> = findings.iter().map(|finding| finding.span().start).collect();
        marked.sort_unstable();
        let surplus = layout.slips.iter().any(|slip| matches!(slip, BraceSlip::Surplus(_)));
        Self { layout, findings, marked, names: None, surplus, unknown_reported: false, keywords: vec![] }
    }

    /// Whether a bracket was put in or left out here.
    pub(super) fn is_mended(&self, pieces: Range<usize>) -> bool {
        let span = self.layout.span_of(pieces);
        let within = |place: Span| place.start >= span.start && place.start <= span.end;
        self.layout.slips.iter().any(|slip| match *slip {
            BraceSlip::Unclosed { open, closed } => within(open) || within(closed),
            BraceSlip::Unopened { head_end, .. } => within(head_end),
            BraceSlip::Surplus(place) | BraceSlip::UnclosedRound(place) | BraceSlip::SurplusRound(place) => {
                // A mark that follows the last one without a blank is none of them.
                place.start >= span.start && place.start < span.end
            }
        })
    }

    /// The tokens of a declaration with a placeholder for each clause that cannot be read or has a finding of the token level.
    fn readable(&mut self, pieces: Range<usize>) -> Option<Vec<Slot>> {
        let whole: Vec<Slot> = pieces.map(Slot::Piece).collect();
        let mut slots = match self.parse(Production::Declaration, &whole) {
            Ok(_) => whole,
            Err(_) => self.recover_declaration(whole)?.0,
        };
        if slots.iter().any(|slot| matches!(slot, Slot::Mended(..))) {
            return None;
        }
        let span = self.layout.span_of(slots.first()?.pieces().start..slots.last()?.pieces().end);
        let first = self.marked.partition_point(|&start| start < span.start);
        let inside: Vec<u32> = self.marked.iter().skip(first).copied().take_while(|&start| start < span.end).collect();
        for start in inside {
            let at = slots.iter().position(|slot| self.layout.span_of(slot.pieces()).end > start)?;
            if matches!(slots.get(at), Some(Slot::Broken(..))) {
                continue;
            }
            let part = self.part_to_blame(Production::Declaration, &slots, at);
            if part.len() == slots.len() {
                return None;
            }
            let blamed = slots.get(part.clone()).unwrap_or_default();
            let (start, end) = (blamed.first()?.pieces().start, blamed.last()?.pieces().end);
            slots.splice(part, [Slot::Broken(start, end)]);
            self.parse(Production::Declaration, &slots).ok()?;
        }
        Some(slots)
    }

    /// A declaration, and whether it could be read as it stands.
    pub(super) fn declaration(&mut self, range: Range<usize>) -> (Decl, bool) {
        let span = self.layout.span_of(range.clone());
        let broken = Decl { kind: DeclKind::Broken, span };
        if let Some(deep) = too_deep(self.layout, range.clone()) {
            self.findings.push(brackets::too_deep(deep, self.layout));
            return (broken, false);
        }
        let slots: Vec<Slot> = range.map(Slot::Piece).collect();
        let (read, sound) = match self.parse(Production::Declaration, &slots) {
            Ok(parsed) => (Some((slots, parsed)), true),
            Err(_) => (self.recover_declaration(slots), false),
        };
        self.unknown_reported &= read.is_none();
        self.keywords = read.as_ref().map(|(slots, parsed)| self.places_of(slots, parsed)).unwrap_or_default();
        (read.and_then(|(_, parsed)| self.take_declaration(parsed)).unwrap_or(broken), sound)
    }

    /// Where the keywords of a reading stand.
    fn places_of(&self, slots: &[Slot], parsed: &Parsed) -> Vec<(Span, &'static Keyword)> {
        let place = |role: &parse::Role| {
            let words = slots.get(role.token..role.token.saturating_add(role.length))?;
            let (first, last) = (words.first()?.pieces(), words.last()?.pieces());
            Some((self.layout.span_of(first.start..last.end), role.keyword))
        };
        parsed.roles.iter().filter_map(place).collect()
    }

    /// The declaration out of what the parser gives; what it could read but not build is reported.
    fn take_declaration(&mut self, parsed: Parsed) -> Option<Decl> {
        self.findings.extend(parsed.diagnostics);
        match parsed.tree {
            Tree::Declaration(decl) => Some(decl),
            _ => None,
        }
    }

    /// Reads a declaration that failed as a whole: its clauses one by one, then again with what is left.
    fn recover_declaration(&mut self, mut slots: Vec<Slot>) -> Option<(Vec<Slot>, Parsed)> {
        let role = match self.role(&[Kind::Declaration], &slots) {
            Some(role) => role,
            None => self.mend_keyword(&mut slots)?,
        };
        self.unknown_reported = false;
        if let Some(production) = block_of(role) {
            slots = self.recover_block(production, slots);
        }
        self.read_around(Production::Declaration, slots)
    }

    /// The keyword that a run of tokens begins with.
    fn role(&self, kinds: &[Kind], slots: &[Slot]) -> Option<&'static str> {
        phrase(kinds, &|at| slots.get(at).map_or("", |slot| self.text(*slot))).map(|(keyword, _)| keyword.role)
    }

    /// A declaration begins with an unknown word: reported, and read on if it is plain what was meant.
    fn mend_keyword(&mut self, slots: &mut [Slot]) -> Option<&'static str> {
        let first = slots.first_mut()?;
        let (span, word) = (self.layout.span(first.pieces().start), self.text(*first).to_owned());
        if let Some(meant) = hints::meant_declaration(&word) {
            self.findings.push(hints::unknown_declaration(&word, span, Some(meant)));
            *first = Slot::Mended(first.pieces().start, meant);
            return self.role(&[Kind::Declaration], slots);
        }
        if !std::mem::replace(&mut self.unknown_reported, true) && !self.surplus && !self.is_marked(slots) {
            let clause = self.role(&[Kind::Clause], slots).is_some();
            let finding =
                if clause { hints::clause_outside(&word, span) } else { hints::unknown_declaration(&word, span, None) };
            self.findings.push(finding);
        }
        None
    }

    /// Reads the parts of a block one by one; those that cannot be read give way to a placeholder.
    fn recover_block(&mut self, production: Production, slots: Vec<Slot>) -> Vec<Slot> {
        let Some(open) = slots.iter().position(|slot| self.text(*slot) == "{") else { return slots };
        let close = self.closing(&slots, open);
        let (head, rest) = slots.split_at(open.saturating_add(1));
        let (inner, tail) = rest.split_at(close.saturating_sub(open).saturating_sub(1).min(rest.len()));
        let mut out = head.to_vec();
        let mut start = 0;
        for end in self.separators(inner, comma_separates(production)).into_iter().chain([inner.len()]) {
            let part = inner.get(start..end).unwrap_or_default();
            if !part.is_empty() {
                out.extend(self.recover_part(production, part.to_vec()));
            }
            out.extend(inner.get(end));
            start = end.saturating_add(1);
        }
        out.extend_from_slice(tail);
        out
    }

    /// One part of a block, made readable.
    fn recover_part(&mut self, production: Production, mut part: Vec<Slot>) -> Vec<Slot> {
        if self.parse(production, &part).is_ok() {
            return part;
        }
        let nested = self.role(&[Kind::Declaration, Kind::Clause], &part).and_then(block_of);
        if let (Production::Clause, Some(nested)) = (production, nested) {
            part = self.recover_block(nested, part);
        }
        let whole =
            part.first().zip(part.last()).map(|(first, last)| Slot::Broken(first.pieces().start, last.pieces().end));
        match self.read_around(production, part) {
            Some((slots, _)) => slots,
            None => whole.into_iter().collect(),
        }
    }

    /// Parses, and as long as that fails reports the smallest part that is to blame and sets it aside.
    /// Nothing comes of it when all of it is to blame.
    fn read_around(&mut self, production: Production, mut slots: Vec<Slot>) -> Option<(Vec<Slot>, Parsed)> {
        for _ in 0..MOST_PARTS {
            let failure = match self.parse(production, &slots) {
                Ok(parsed) => return Some((slots, parsed)),
                Err(failure) => failure,
            };
            let part = self.part_to_blame(production, &slots, failure.token);
            let blamed = slots.get(part.clone()).unwrap_or_default();
            let behind_broken = [Some(failure.token), failure.token.checked_sub(1)]
                .into_iter()
                .flatten()
                .any(|token| matches!(slots.get(token), Some(Slot::Broken(..))));
            if !behind_broken && !self.is_known(production, &slots, part.clone(), failure.token) {
                self.report(production, &slots, &failure);
            }
            if part.len() == slots.len() {
                return None;
            }
            let pieces =
                blamed.first().zip(blamed.last()).map(|(first, last)| (first.pieces().start, last.pieces().end));
            let (start, end) = pieces?;
            slots.splice(part, [Slot::Broken(start, end)]);
        }
        None
    }

    /// Whether a failure follows from what was found before: on the token level or about brackets, in the same clause,
    /// or in the same head where it is a declaration's head that fails.
    fn is_known(&self, production: Production, slots: &[Slot], part: Range<usize>, token: usize) -> bool {
        let has_block = production == Production::Declaration || self.role(&[Kind::Declaration], slots).is_some();
        let open = slots.iter().position(|slot| self.text(*slot) == "{").filter(|_| has_block);
        match open {
            Some(open) if token <= open => self.is_marked(slots.get(..=open).unwrap_or_default()),
            Some(_) => self.is_marked(slots.get(part).unwrap_or_default()),
            None => self.is_marked(slots),
        }
    }

    /// The part around a token that can be set aside: between separators of the innermost block, else everything.
    fn part_to_blame(&self, production: Production, slots: &[Slot], token: usize) -> Range<usize> {
        let mut open: Vec<usize> = Vec::new();
        for (index, slot) in slots.iter().enumerate().take(token) {
            match self.text(*slot) {
                "{" => open.push(index),
                "}" => {
                    open.pop();
                }
                _ => {}
            }
        }
        let Some(&block) = open.last() else { return 0..slots.len() };
        let clauses = open.len() == 1 && production == Production::Declaration;
        let commas = !clauses || self.role(&[Kind::Declaration], slots).and_then(block_of).is_none_or(comma_separates);
        let first = block.saturating_add(1);
        let close = self.closing(slots, block);
        let inner = slots.get(first..close).unwrap_or_default();
        let ends = self.separators(inner, commas).into_iter().map(|at| at.saturating_add(first)).chain([close]);
        let mut start = first;
        for end in ends {
            if token <= end {
                // An empty part cannot be to blame: the block in its own place is.
                return if start < end { start..end } else { self.part_to_blame(production, slots, block) };
            }
            start = end.saturating_add(1);
        }
        0..slots.len()
    }

    /// Where the parts of a block end: its separators outside of all inner brackets.
    fn separators(&self, inner: &[Slot], commas: bool) -> Vec<usize> {
        let mut depth: usize = 0;
        let mut found = Vec::new();
        for (index, slot) in inner.iter().enumerate() {
            match self.text(*slot) {
                "{" | "(" | "[" => depth = depth.saturating_add(1),
                "}" | ")" | "]" => depth = depth.saturating_sub(1),
                ";" | "\n" if depth == 0 => found.push(index),
                "," if depth == 0 && commas => found.push(index),
                _ => {}
            }
        }
        found
    }

    /// The `}` of a `{`; the end where there is none.
    fn closing(&self, slots: &[Slot], open: usize) -> usize {
        let mut depth: usize = 0;
        for (index, slot) in slots.iter().enumerate().skip(open) {
            match self.text(*slot) {
                "{" => depth = depth.saturating_add(1),
                "}" => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                return index;
            }
        }
        slots.len()
    }

    fn text(&self, slot: Slot) -> &'l str {
        text_of(self.layout, slot)
    }

    fn canonical(&self, slots: &[Slot]) -> Canonical {
        canonical_of(self.layout, slots)
    }

    fn parse(&self, production: Production, slots: &[Slot]) -> Result<Parsed, Failure> {
        parse::parse(production, &self.canonical(slots))
    }

    /// Whether a run of tokens has a finding of the token level or about its brackets.
    fn is_marked(&self, slots: &[Slot]) -> bool {
        let Some((first, last)) = slots.first().zip(slots.last()) else { return false };
        let (start, end) = (first.pieces().start, last.pieces().end);
        let span: Span = self.layout.span_of(start..end);
        // What is no piece, such as a stray bracket, belongs to the run before it, however many blanks lie between.
        let behind = if end < self.layout.pieces.len() { self.layout.span(end).start } else { u32::MAX };
        let next = self.marked.partition_point(|&start| start < span.start);
        self.marked.get(next).is_some_and(|&start| start <= span.end || start < behind)
    }

    fn report(&mut self, production: Production, slots: &[Slot], failure: &Failure) {
        let canonical = self.canonical(slots);
        let layout = self.layout;
        let names = self.names.get_or_insert_with(|| names_of(layout));
        self.findings.push(hints::explain(&canonical, failure, production, names));
    }
}

fn text_of(layout: &Layout, slot: Slot) -> &str {
    match slot {
        Slot::Piece(index) => layout.word(index),
        Slot::Broken(..) => PLACEHOLDER,
        Slot::Mended(_, meant) => meant,
    }
}

/// The canonical text of a run of tokens.
pub(super) fn canonical_of(layout: &Layout, slots: &[Slot]) -> Canonical {
    let mut canonical = Canonical::default();
    for slot in slots {
        canonical.push(text_of(layout, *slot), layout.span_of(slot.pieces()));
    }
    canonical
}

/// Every word of a file that is not ASCII, and every label that has no blank: what a run of Chinese words may be made of.
fn names_of(layout: &Layout) -> BTreeSet<String> {
    let word = |piece: &super::layout::Piece| match piece.kind {
        TokenKind::Word => Some(layout.piece_text(piece)),
        TokenKind::Text => Some(layout.piece_text(piece).trim_matches('"')),
        _ => None,
    };
    let words = layout.pieces.iter().filter_map(word);
    words.filter(|word| !word.is_ascii() && !word.contains(char::is_whitespace)).map(str::to_owned).collect()
}
