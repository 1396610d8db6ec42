//! Where the cursor stands: in which declaration and block, behind which words, and what the grammar allows next.

use super::grammar::{Firsts, firsts};
use earnest_dsl::source::FileId;
use earnest_dsl::syntax::keywords::Kind;
use earnest_dsl::syntax::layout::{Canonical, Layout, layout};
use earnest_dsl::syntax::lexer::{TokenKind, lex};
use earnest_dsl::syntax::parse::{Production, expected_next};
use earnest_dsl::syntax::split::{declaration_word, declarations};
use std::ops::Range;

/// A place in a text, as the grammar sees it.
#[derive(Debug, Clone)]
pub struct Context {
    /// First byte of the word that is being typed; the cursor where none is.
    pub start: u32,
    /// The blocks around it, outermost first.
    pub blocks: Vec<Block>,
    /// The words before it in its clause, row or step.
    pub before: Vec<String>,
    /// The author writes Chinese words here; unknown where nothing is written yet.
    pub chinese: Option<bool>,
    /// What may come next: rules of the grammar that are tokens.
    pub next: Firsts,
}

/// A block: `{ ... }`.
#[derive(Debug, Clone)]
pub struct Block {
    /// The words before it.
    pub head: Vec<String>,
    /// The role of the declaration whose block it is; none for a table, a set or a record.
    pub role: Option<&'static str>,
}

/// A word that stands in the place of the one that is being typed.
const TYPED: &str = "x";

impl Context {
    /// The context of a byte of a text.
    #[must_use]
    pub fn new(text: &str, cursor: u32) -> Self {
        let start = word_start(text, cursor);
        let before = text.get(..usize::try_from(start).unwrap_or(0)).unwrap_or_default();
        // Only what stands before the cursor counts: a word in its place keeps the line ends before it.
        let probed = format!("{before}{TYPED}{}\n", closing(before));
        let tokens = lex(&probed);
        let layout = layout(&tokens, &probed, FileId::default());
        let probe = layout
            .pieces
            .iter()
            .rposition(|piece| piece.start == start && piece.end > start)
            .unwrap_or(layout.pieces.len());
        let range = declarations(&layout).into_iter().find(|range| range.contains(&probe)).unwrap_or(probe..probe);
        let parts = Parts::read(&layout, range.start..probe);
        let words = |range: Range<usize>| range.map(|at| layout.word(at).to_owned()).collect::<Vec<_>>();
        let blocks = parts.open.iter().map(|open| Block { head: words(open.head.clone()), role: open.role }).collect();
        let next = parts.next(&layout, probe);
        let chinese = is_chinese(&layout, &parts, probe);
        Self { start, blocks, before: words(parts.start..probe), chinese, next }
    }

    /// The role of the innermost declaration around the place.
    #[must_use]
    pub fn role(&self) -> Option<&'static str> {
        self.blocks.iter().rev().find_map(|block| block.role)
    }

    /// The words of the head of the innermost declaration.
    #[must_use]
    pub fn head(&self) -> &[String] {
        let block = self.blocks.iter().rev().find(|block| block.role.is_some());
        block.map(|block| block.head.as_slice()).unwrap_or_default()
    }

    /// The name of the campaign around the place.
    #[must_use]
    pub fn campaign(&self) -> Option<&str> {
        let block = self.blocks.iter().find(|block| block.role == Some("campaign"))?;
        block.head.get(1).map(String::as_str)
    }

    /// The last word before the place, from the end: 0 is the nearest.
    #[must_use]
    pub fn back(&self, at: usize) -> &str {
        let index = self.before.len().checked_sub(at.saturating_add(1));
        index.and_then(|index| self.before.get(index)).map_or("", String::as_str)
    }
}

/// What closes the round and square brackets that are open at the end of a text: an open one alone would be taken for a slip.
fn closing(text: &str) -> String {
    let mut closed: usize = 0;
    let mut out = String::new();
    for token in lex(text).iter().rev().filter(|token| token.kind == TokenKind::Punct) {
        match token.canonical(text).as_str() {
            ")" | "]" => closed = closed.saturating_add(1),
            "(" | "[" if closed > 0 => closed = closed.saturating_sub(1),
            "(" => out.push(')'),
            "[" => out.push(']'),
            "{" | "}" | ";" if closed == 0 => break,
            _ => {}
        }
    }
    out
}

/// Where the word at the cursor begins.
fn word_start(text: &str, cursor: u32) -> u32 {
    let line_start = text
        .get(..usize::try_from(cursor).unwrap_or(usize::MAX))
        .and_then(|before| before.rfind('\n'))
        .map_or(0, |at| at.saturating_add(1));
    let offset = u32::try_from(line_start).unwrap_or(0);
    let line = text.get(line_start..).unwrap_or_default().lines().next().unwrap_or_default();
    let here = |token: &&earnest_dsl::syntax::lexer::Token| {
        let (start, end) = (token.start.saturating_add(offset), token.end.saturating_add(offset));
        token.kind == TokenKind::Word && start < cursor && cursor <= end
    };
    lex(line).iter().find(here).map_or(cursor, |token| token.start.saturating_add(offset))
}

struct Open {
    head: Range<usize>,
    role: Option<&'static str>,
    brace: bool,
}

/// The clause at the end of a run of pieces, and the blocks around it.
struct Parts {
    open: Vec<Open>,
    start: usize,
}

impl Parts {
    fn read(layout: &Layout, range: Range<usize>) -> Self {
        let mut parts = Self { open: vec![], start: range.start };
        let mut stack: Vec<Open> = Vec::new();
        for at in range {
            match layout.word(at) {
                "{" => {
                    let inside = stack.last().is_none_or(|outer| outer.role.is_some());
                    let role = declaration_role(layout, parts.start).filter(|_| inside);
                    stack.push(Open { head: parts.start..at, role, brace: true });
                    parts.start = at.saturating_add(1);
                }
                "(" | "[" => stack.push(Open { head: parts.start..at, role: None, brace: false }),
                "}" | ")" | "]" => {
                    if let Some(closed) = stack.pop() {
                        parts.start = closed.head.start;
                    }
                }
                "\n" | ";" => parts.start = at.saturating_add(1),
                "," if stack.last().is_some_and(|open| open.brace && commas_separate(open.role)) => {
                    parts.start = at.saturating_add(1);
                }
                _ => {}
            }
        }
        // A round bracket is no block: its words belong to the clause.
        stack.retain(|open| open.brace);
        parts.open = stack;
        parts
    }

    /// What the grammar allows behind the heads of the blocks and the clause; outer blocks may be unreadable.
    fn next(&self, layout: &Layout, probe: usize) -> Firsts {
        for skipped in 0..=self.open.len() {
            let mut canonical = Canonical::default();
            for open in self.open.iter().skip(skipped) {
                let head = open.head.start..open.head.end.saturating_add(1);
                head.for_each(|at| canonical.push(layout.word(at), layout.span(at)));
            }
            (self.start..probe).for_each(|at| canonical.push(layout.word(at), layout.span(at)));
            let outer = skipped.checked_sub(1).and_then(|at| self.open.get(at)).map(|open| open.role);
            let production = match outer {
                None => Production::Declaration,
                Some(role) => role.map_or(Production::TableRow, production_of),
            };
            let expected = firsts(&expected_next(production, &canonical));
            if !expected.is_empty() {
                return expected;
            }
        }
        Firsts::new()
    }
}

fn declaration_role(layout: &Layout, at: usize) -> Option<&'static str> {
    if matches!(layout.word(at), "pool" | "积分池") {
        return Some("pool");
    }
    declaration_word(layout, at).map(|(keyword, _)| keyword.role)
}

/// Whether a comma separates the parts of a block.
fn commas_separate(role: Option<&str>) -> bool {
    match role {
        None => true,
        Some(role) => matches!(
            role,
            "enum"
                | "open_enum"
                | "extend"
                | "codes"
                | "tiers"
                | "facts"
                | "event"
                | "request_event"
                | "refund_event"
                | "moment_event"
        ),
    }
}

/// What the parts of a declaration's block are.
fn production_of(role: &str) -> Production {
    match role {
        "event" | "request_event" | "refund_event" | "moment_event" | "facts" => Production::Field,
        "enum" | "open_enum" | "extend" => Production::EnumValue,
        "codes" => Production::CodeMember,
        "calendar" => Production::CalendarPart,
        "ranking" | "priority" => Production::RankingPart,
        "test" => Production::Step,
        "examples" => Production::ExampleRow,
        "tiers" => Production::TierRow,
        _ => Production::Clause,
    }
}

/// Whether the words around are Chinese: those of the clause, else of the heads, else of the declaration before.
fn is_chinese(layout: &Layout, parts: &Parts, probe: usize) -> Option<bool> {
    let keyword_at = |at: usize| {
        let words = |index: usize| layout.word(at.saturating_add(index));
        let first = words(0);
        let known = earnest_dsl::syntax::keywords::KEYWORDS.iter().any(|keyword| {
            keyword.kind != Kind::Function && keyword.all().any(|word| word.split(' ').next() == Some(first))
        });
        known.then(|| !first.is_ascii())
    };
    let heads = parts.open.iter().rev().map(|open| open.head.start);
    let clause = (parts.start < probe).then_some(parts.start);
    let mut places: Vec<usize> = clause.into_iter().chain(heads).collect();
    // At the margin: what stands before, nearest first.
    places.extend(declarations(layout).into_iter().rev().map(|range| range.start).filter(|start| *start < probe));
    places.into_iter().find_map(keyword_at)
}
