//! Words to text: blanks, indentation by two for each open bracket, line breaks and comments at their places.

use super::super::lexer::{LexError, Token, TokenKind, lex};
use super::super::parse::{Rule, keyword_of};
use super::order::{Atom, Source};
use std::ops::Range;

/// A declaration as text, without a line end behind it, and the bytes of it that stay as they were.
pub fn unit(atoms: &[Atom], source: &Source<'_>) -> (String, Vec<Range<usize>>) {
    let mut printer =
        Printer { source, out: String::new(), fixed: vec![], open: Vec::new(), before: None, at_line_start: true };
    for (index, atom) in atoms.iter().enumerate() {
        if index > 0 {
            printer.trivia(atom);
        }
        printer.atom(atom);
    }
    (printer.out, printer.fixed)
}

struct Printer<'a> {
    source: &'a Source<'a>,
    out: String,
    /// Bytes of `out` that stay as they were.
    fixed: Vec<Range<usize>>,
    /// Open brackets.
    open: Vec<u8>,
    before: Option<&'a Atom>,
    at_line_start: bool,
}

impl<'a> Printer<'a> {
    fn trivia(&mut self, atom: &'a Atom) {
        let Some(lead) = atom.lead else { return };
        let mut blank_line = false;
        for token in self.source.trivia(lead) {
            if token.kind == TokenKind::Newline {
                blank_line |= self.at_line_start;
                if !self.at_line_start {
                    self.out.push('\n');
                    self.at_line_start = true;
                }
                continue;
            }
            self.blank_line(std::mem::take(&mut blank_line));
            if self.at_line_start {
                self.indent(self.open.len());
            } else {
                self.out.push(' ');
            }
            self.out.push_str(token.slice(self.source.text).trim_end());
            self.at_line_start = false;
        }
        let closes = matches!(atom.text.as_str(), "}" | ")" | "]");
        self.blank_line(blank_line && !closes);
    }

    /// One blank line, but none at the head of a block.
    fn blank_line(&mut self, wanted: bool) {
        if wanted && self.at_line_start && !self.out.ends_with("{\n") {
            self.out.push('\n');
        }
    }

    fn indent(&mut self, level: usize) {
        for _ in 0..level {
            self.out.push_str("  ");
        }
    }

    fn atom(&mut self, atom: &'a Atom) {
        let closes = matches!(atom.text.as_str(), "}" | ")" | "]");
        if closes {
            self.open.pop();
        }
        if let Some((start, end)) = atom.raw {
            self.raw(start, end);
        } else {
            if self.at_line_start && self.before.is_some() {
                let level = self.open.len().saturating_add(usize::from(!closes && self.goes_on(atom)));
                self.indent(level);
            } else if self.before.is_some_and(|before| blank_between(before, atom)) {
                self.out.push(' ');
            }
            self.out.push_str(&atom.text);
        }
        self.at_line_start = false;
        if let Some(open @ (b'{' | b'(' | b'[')) = atom.text.bytes().next().filter(|_| atom.text.len() == 1) {
            self.open.push(open);
        }
        self.before = Some(atom);
    }

    /// What cannot be read stays byte for byte, with the blanks before it.
    fn raw(&mut self, start: u32, end: u32) {
        let slice = |from: u32, to: u32| {
            let (from, to) = (usize::try_from(from).unwrap_or(0), usize::try_from(to).unwrap_or(0));
            self.source.text.get(from..to).unwrap_or_default()
        };
        let before = slice(0, start);
        let margin = before.rfind(['\n', '\r']).map_or(before, |line| before.get(line..).unwrap_or_default());
        let margin = margin.trim_start_matches(['\n', '\r']);
        if self.at_line_start && margin.chars().all(char::is_whitespace) {
            self.out.push_str(margin);
        } else if !self.at_line_start {
            self.out.push(' ');
        }
        let from = self.out.len();
        self.out.push_str(slice(start, end));
        self.fixed.push(from..self.out.len());
    }

    /// Whether a line goes on with the sentence of the line before.
    fn goes_on(&self, atom: &Atom) -> bool {
        let Some(before) = self.before else { return false };
        let in_round = self.open.last().is_some_and(|&open| open != b'{');
        let row = before.rule == Some(Rule::comma) && before.parent.is_some_and(is_rows);
        let ends = matches!(before.text.as_str(), "{" | ";") || before.raw.is_some();
        let new_clause =
            atom.lead.and_then(|lead| lead.checked_sub(1)).is_some_and(|before| self.source.is_line_end(before));
        !(in_round || row || ends || new_clause)
    }
}

/// Rules whose commas separate rows.
fn is_rows(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::fields
            | Rule::enum_values
            | Rule::codes
            | Rule::tiers_of_host
            | Rule::tiers_of_measure
            | Rule::table
            | Rule::set
            | Rule::list
            | Rule::record
            | Rule::breakdown
            | Rule::holidays
            | Rule::workdays
    )
}

/// Whether a blank stands between two words.
fn blank_between(before: &Atom, atom: &Atom) -> bool {
    let (left, right) = (before.text.as_str(), atom.text.as_str());
    if atom.raw.is_some() || before.raw.is_some() {
        return !matches!(right, "," | ";");
    }
    let zone = |atom: &Atom| atom.parent == Some(Rule::zone);
    let signed = matches!(
        before.parent,
        Some(Rule::unary | Rule::unary_reading | Rule::signed | Rule::amount | Rule::expect_earn)
    );
    let columns = right == "(" && atom.parent == Some(Rule::examples_of);
    let glued = matches!(right, "," | ";" | ":" | ")" | "]" | "?")
        || matches!(left, "(" | "[" | "每" | "第")
        || (left == "{" && right == "}")
        || atom.rule == Some(Rule::dot)
        || before.rule == Some(Rule::dot)
        || (zone(before) && zone(atom))
        || (left == "-" && signed)
        || columns
        || (before.rule == Some(Rule::number) && glued_unit(atom));
    !glued
}

/// Chinese units of time stand right behind their number: 3个月.
fn glued_unit(atom: &Atom) -> bool {
    let unit = matches!(
        atom.rule.and_then(keyword_of).map(|keyword| keyword.role),
        Some(
            "days"
                | "weeks"
                | "months"
                | "quarters"
                | "years"
                | "statements"
                | "hours"
                | "minutes"
                | "working_days"
                | "day_of_month"
                | "ordinal_end"
        )
    );
    unit && !atom.text.is_ascii()
}

/// A file on the way: declarations, and what stands between them.
#[derive(Default)]
pub struct Page {
    out: String,
    /// Bytes of `out` that stay as they were.
    fixed: Vec<Range<usize>>,
}

impl Page {
    /// Comments, line breaks and separators between two declarations.
    pub fn between(&mut self, tokens: &[Token], text: &str, range: Range<u32>) {
        let first = tokens.partition_point(|token| token.start < range.start);
        let mut blank_line = false;
        for token in tokens.get(first..).unwrap_or_default().iter().take_while(|token| token.start < range.end) {
            match token.kind {
                TokenKind::Blank => {}
                TokenKind::Newline => {
                    blank_line |= self.at_line_start();
                    if !self.at_line_start() {
                        self.out.push('\n');
                    }
                }
                kind => {
                    self.blank_line(std::mem::take(&mut blank_line));
                    let slice = token.slice(text).trim_end();
                    let apart = match kind {
                        TokenKind::Error(LexError::FullStop | LexError::Stray) => "",
                        _ if slice == ";" => "",
                        _ => " ",
                    };
                    if !self.at_line_start() {
                        self.out.push_str(apart);
                    }
                    self.out.push_str(slice);
                }
            }
        }
        self.blank_line(blank_line);
    }

    fn at_line_start(&self) -> bool {
        self.out.is_empty() || self.out.ends_with('\n')
    }

    fn blank_line(&mut self, wanted: bool) {
        if wanted && !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    /// A declaration that was rewritten.
    pub fn sound(&mut self, text: &str, fixed: &[Range<usize>]) {
        if !self.at_line_start() {
            self.out.push(' ');
        }
        let from = self.out.len();
        self.fixed.extend(fixed.iter().map(|bytes| bytes.start.saturating_add(from)..bytes.end.saturating_add(from)));
        self.out.push_str(text);
    }

    /// A declaration that stays byte for byte, with the blanks before it.
    pub fn untouched(&mut self, text: &str, start: u32, end: u32) {
        let (start, end) = (usize::try_from(start).unwrap_or(0), usize::try_from(end).unwrap_or(0));
        let before = text.get(..start).unwrap_or_default();
        let margin = before.rfind(['\n', '\r']).map_or(before, |line| before.get(line..).unwrap_or_default());
        let margin = margin.trim_start_matches(['\n', '\r']);
        if self.at_line_start() && margin.chars().all(char::is_whitespace) {
            self.out.push_str(margin);
        } else if !self.at_line_start() {
            self.out.push(' ');
        }
        let from = self.out.len();
        self.out.push_str(text.get(start..end).unwrap_or_default());
        self.fixed.push(from..self.out.len());
    }

    /// The text, with one line end at its end, and the numbers of its lines that stay as they were.
    pub fn finish(self) -> (String, Vec<usize>) {
        let mut out = self.out;
        let end = out.trim_end_matches(['\n', ' ']).len();
        out.truncate(end);
        if !out.is_empty() {
            out.push('\n');
        }
        let starts: Vec<usize> = lex(&out)
            .iter()
            .filter(|token| token.kind == TokenKind::Newline)
            .filter_map(|token| usize::try_from(token.end).ok())
            .collect();
        let line = |byte: usize| starts.partition_point(|&start| start <= byte);
        let mut lines: Vec<usize> = self.fixed.iter().flat_map(|bytes| line(bytes.start)..=line(bytes.end)).collect();
        lines.dedup();
        (out, lines)
    }
}
