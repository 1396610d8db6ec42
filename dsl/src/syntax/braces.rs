//! Brackets and their partners. Where braces do not balance, a missing one is put where the indentation says it belongs,
//! so that one lost brace spoils one declaration and not the rest of the file.
//!
//! Only a file whose braces do not balance is mended (in a sound one clauses may stand anywhere): a declaration that begins
//! a line no further in than an open `{` closes that brace, and so does a `}` that stands under an outer one.
//! A `}` too many belongs to a declaration whose head has no `{`, if there is one.

use super::layout::{Layout, Piece};
use super::lexer::TokenKind;
use crate::source::Span;
use std::collections::BTreeMap;

/// A bracket without a partner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BraceSlip {
    /// `{` is never closed; it was closed before `closed`.
    Unclosed {
        /// The `{`.
        open: Span,
        /// Where the missing `}` was put.
        closed: Span,
    },
    /// A head ends without its `{`; the `}` that shows it.
    Unopened {
        /// Where the missing `{` was put.
        head_end: Span,
        /// The `}`.
        close: Span,
    },
    /// `}` closes nothing.
    Surplus(Span),
    /// `(` or `[` is never closed.
    UnclosedRound(Span),
    /// `)` or `]` closes nothing.
    SurplusRound(Span),
}

/// Which bracket a piece is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bracket {
    Open(u8),
    Close(u8),
}

fn bracket(kind: TokenKind, text: &str) -> Option<Bracket> {
    if kind != TokenKind::Punct {
        return None;
    }
    match text {
        "{" | "(" | "[" => text.bytes().next().map(Bracket::Open),
        "}" => Some(Bracket::Close(b'{')),
        ")" => Some(Bracket::Close(b'(')),
        "]" => Some(Bracket::Close(b'[')),
        _ => None,
    }
}

/// Pairs the brackets of a layout, mends its braces if they do not balance, and says what was wrong.
pub(super) fn mend(layout: &mut Layout) -> Vec<BraceSlip> {
    let mut slips = Vec::new();
    if !balanced(&brackets(layout)) {
        mend_braces(layout, &mut slips);
    }
    let lonely = pair_up(layout);
    for (&index, &bracket) in &lonely {
        slips.push(match bracket {
            Bracket::Open(_) => BraceSlip::UnclosedRound(layout.span(index)),
            Bracket::Close(_) => BraceSlip::SurplusRound(layout.span(index)),
        });
    }
    // What is reported here is left out, so that it gives no second finding.
    layout.keep(|index, _| !lonely.contains_key(&index));
    slips
}

fn brackets(layout: &Layout) -> Vec<(usize, Bracket)> {
    let found = |(index, piece): (usize, &Piece)| Some((index, bracket(piece.kind, layout.piece_text(piece))?));
    layout.pieces.iter().enumerate().filter_map(found).collect()
}

/// Whether the braces balance; other brackets do not matter here.
fn balanced(brackets: &[(usize, Bracket)]) -> bool {
    let mut depth: usize = 0;
    for (_, bracket) in brackets {
        match bracket {
            Bracket::Open(b'{') => depth = depth.saturating_add(1),
            Bracket::Close(b'{') => match depth.checked_sub(1) {
                Some(less) => depth = less,
                None => return false,
            },
            Bracket::Open(_) | Bracket::Close(_) => {}
        }
    }
    depth == 0
}

/// Brackets open inside one brace (or in the file).
#[derive(Default)]
struct Level {
    brace: usize,
    open: Vec<(usize, u8)>,
    /// How many of `open` are square, so that no search is in vain.
    square: usize,
}

impl Level {
    fn has(&self, kind: u8) -> bool {
        if kind == b'[' { self.square > 0 } else { self.open.len() > self.square }
    }

    fn pop(&mut self) -> Option<(usize, u8)> {
        let popped = self.open.pop()?;
        self.square = self.square.saturating_sub(usize::from(popped.1 == b'['));
        Some(popped)
    }
}

/// Sets partners; gives the brackets that have none. A brace closes whatever round brackets are still open inside it.
fn pair_up(layout: &mut Layout) -> BTreeMap<usize, Bracket> {
    let mut lonely = BTreeMap::new();
    let mut levels: Vec<Level> = vec![Level::default()];
    for (index, bracket) in brackets(layout) {
        let many = levels.len() > 1;
        let Some(level) = levels.last_mut() else { break };
        match bracket {
            Bracket::Open(b'{') => levels.push(Level { brace: index, ..Level::default() }),
            Bracket::Open(kind) => {
                level.open.push((index, kind));
                level.square = level.square.saturating_add(usize::from(kind == b'['));
            }
            Bracket::Close(b'{') if many => {
                lonely.extend(level.open.drain(..).map(|(index, kind)| (index, Bracket::Open(kind))));
                layout.set_partners(level.brace, index);
                levels.pop();
            }
            Bracket::Close(kind) if kind != b'{' && level.has(kind) => {
                while let Some((open, other)) = level.pop() {
                    if other == kind {
                        layout.set_partners(open, index);
                        break;
                    }
                    lonely.insert(open, Bracket::Open(other));
                }
            }
            Bracket::Close(_) => {
                lonely.insert(index, bracket);
            }
        }
    }
    lonely.extend(levels.into_iter().flat_map(|level| level.open).map(|(index, kind)| (index, Bracket::Open(kind))));
    lonely
}

/// A line that begins a declaration and has no `{`.
#[derive(Debug, Clone, Copy)]
struct Head {
    indent: u32,
    /// Index of the piece behind its last one.
    end: usize,
}

/// An open `{`, or the file itself.
#[derive(Debug, Clone, Copy)]
struct Frame {
    open: Option<usize>,
    /// Indentation of the line on which the `{` stands.
    indent: u32,
    head: Option<Head>,
}

struct Mender<'l> {
    layout: &'l mut Layout,
    frames: Vec<Frame>,
    /// How many open braces stand at each indentation.
    margins: BTreeMap<u32, usize>,
    /// Braces to put before a piece.
    inserted: BTreeMap<usize, Vec<Piece>>,
    surplus: Vec<usize>,
    slips: Vec<BraceSlip>,
}

fn mend_braces(layout: &mut Layout, slips: &mut Vec<BraceSlip>) {
    let file = Frame { open: None, indent: 0, head: None };
    let mut mender = Mender {
        layout,
        frames: vec![file],
        margins: BTreeMap::new(),
        inserted: BTreeMap::new(),
        surplus: Vec::new(),
        slips: Vec::new(),
    };
    mender.run();
    let Mender { mut inserted, surplus, slips: found, .. } = mender;
    slips.extend(found);
    let old = std::mem::take(&mut layout.pieces);
    let end = old.len();
    for (index, piece) in old.into_iter().enumerate() {
        layout.pieces.extend(inserted.remove(&index).unwrap_or_default());
        if surplus.binary_search(&index).is_err() {
            layout.pieces.push(piece);
        }
    }
    layout.pieces.extend(inserted.remove(&end).unwrap_or_default());
}

impl Mender<'_> {
    fn run(&mut self) {
        let mut indent = 0;
        for index in 0..self.layout.pieces.len() {
            let Some(piece) = self.layout.pieces.get(index).copied() else { break };
            let brace = if piece.kind == TokenKind::Punct { self.layout.word(index).to_owned() } else { String::new() };
            if let Some(margin) = piece.indent {
                indent = margin;
                if self.begins_declaration(index) {
                    self.close_down_to(margin, index.saturating_sub(1));
                    self.note_head(index, margin);
                } else if brace == "}" {
                    self.close_misplaced(margin, index);
                }
            }
            match brace.as_str() {
                "{" => {
                    self.forget_head();
                    self.push(Frame { open: Some(index), indent, head: None });
                }
                "}" => self.close(index),
                _ => {}
            }
        }
        let end = self.layout.pieces.len();
        while self.frames.len() > 1 {
            self.close_missing(end);
        }
    }

    fn push(&mut self, frame: Frame) {
        let count = self.margins.entry(frame.indent).or_default();
        *count = count.saturating_add(1);
        self.frames.push(frame);
    }

    fn pop(&mut self) -> Option<Frame> {
        let frame = self.frames.pop()?;
        if let Some(count) = self.margins.get_mut(&frame.indent) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.margins.remove(&frame.indent);
            }
        }
        Some(frame)
    }

    /// Whether a line begins a declaration: one of its keywords with what may follow it, not a field or clause of that name.
    fn begins_declaration(&self, index: usize) -> bool {
        let (word, next) = (self.layout.word(index), index.saturating_add(1));
        let follower = self.layout.pieces.get(next).map(|piece| piece.kind);
        match word {
            "refunds" | "退款" => self.layout.word(next) == ":",
            "test" | "examples" | "测试" | "样例" => follower == Some(TokenKind::Text),
            "activity" | "活动" => follower == Some(TokenKind::Word) && self.line_has_brace(index),
            _ => follower == Some(TokenKind::Word) && DECLARATIONS.contains(&word),
        }
    }

    fn line_has_brace(&self, index: usize) -> bool {
        let line = self.layout.pieces.iter().skip(index).take_while(|piece| piece.kind != TokenKind::Newline);
        line.clone().any(|piece| self.layout.piece_text(piece) == "{")
    }

    fn note_head(&mut self, index: usize, indent: u32) {
        if !self.line_has_brace(index) && !ONE_LINE.contains(&self.layout.word(index)) {
            let pieces = self.layout.pieces.iter().skip(index);
            let end = index.saturating_add(pieces.take_while(|piece| piece.kind != TokenKind::Newline).count());
            if let Some(frame) = self.frames.last_mut() {
                frame.head = Some(Head { indent, end });
            }
        } else {
            self.forget_head();
        }
    }

    fn forget_head(&mut self) {
        if let Some(frame) = self.frames.last_mut() {
            frame.head = None;
        }
    }

    /// Closes every brace that stands no further out than `margin`, before the piece `at`.
    fn close_down_to(&mut self, margin: u32, at: usize) {
        while self.frames.last().is_some_and(|frame| frame.open.is_some() && frame.indent >= margin) {
            self.close_missing(at);
        }
    }

    /// A `}` at the head of its line: it stands under an outer `{`, or under a head without one.
    fn close_misplaced(&mut self, margin: u32, index: usize) {
        let stands_under = self.margins.contains_key(&margin);
        while stands_under && self.frames.last().is_some_and(|frame| frame.open.is_some() && frame.indent > margin) {
            self.close_missing(index.saturating_sub(1));
        }
        let Some(frame) = self.frames.last().copied() else { return };
        let head = frame.head.filter(|head| head.indent == margin && (frame.open.is_none() || frame.indent != margin));
        if let Some(head) = head {
            self.open_missing(head, index, margin);
        }
    }

    /// A `}`: of the innermost open brace, or of a head without one, or too many.
    fn close(&mut self, index: usize) {
        if self.frames.len() > 1 {
            self.pop();
        } else if let Some(head) = self.frames.last().and_then(|frame| frame.head) {
            self.open_missing(head, index, head.indent);
            self.pop();
        } else {
            self.surplus.push(index);
            self.slips.push(BraceSlip::Surplus(self.layout.span(index)));
        }
    }

    /// Puts a `{` behind a head and opens it.
    fn open_missing(&mut self, head: Head, close: usize, indent: u32) {
        let mut head_end = self.layout.span(head.end.saturating_sub(1));
        head_end.start = head_end.end;
        let brace = self.layout.missing("{", head_end.start);
        self.inserted.entry(head.end).or_default().push(brace);
        self.slips.push(BraceSlip::Unopened { head_end, close: self.layout.span(close) });
        self.forget_head();
        self.push(Frame { open: None, indent, head: None });
    }

    /// Puts a `}` before the piece `at`, for the innermost open brace.
    fn close_missing(&mut self, at: usize) {
        let Some(frame) = self.pop() else { return };
        let mut closed = self.layout.span(at);
        closed.end = closed.start;
        let brace = self.layout.missing("}", closed.start);
        self.inserted.entry(at).or_default().push(brace);
        // Of a tower of open braces the outer ones tell all.
        if let Some(open) = frame.open.filter(|_| self.frames.len() <= REPORTED_DEPTH) {
            self.slips.push(BraceSlip::Unclosed { open: self.layout.span(open), closed });
        }
    }
}

/// Open braces deeper than this are not reported one by one.
const REPORTED_DEPTH: usize = 4;

/// Declarations without a block.
const ONE_LINE: &[&str] = &[
    "group",
    "define",
    "parameter",
    "track",
    "period",
    "schedule",
    "figure",
    "fact",
    "quantity",
    "refunds",
    "promise",
    "组",
    "定义",
    "参数",
    "累计",
    "周期",
    "定时",
    "指标",
    "事实",
    "数量",
    "退款",
    "承诺",
];

/// Words that begin a declaration.
const DECLARATIONS: &[&str] = &[
    "programme",
    "library",
    "event",
    "request",
    "refund",
    "moment",
    "enum",
    "open",
    "extend",
    "facts",
    "fact",
    "quantity",
    "codes",
    "calendar",
    "define",
    "parameter",
    "points",
    "tiers",
    "group",
    "rule",
    "campaign",
    "track",
    "period",
    "schedule",
    "catalogue",
    "offset",
    "exchange",
    "cash",
    "transfer",
    "donation",
    "lottery",
    "benefit",
    "settle",
    "ranking",
    "priority",
    "figure",
    "notify",
    "promise",
    "方案",
    "库",
    "事件",
    "枚举",
    "补充",
    "事实",
    "数量",
    "代码组",
    "日历",
    "定义",
    "参数",
    "积分种类",
    "等级",
    "组",
    "规则",
    "累计",
    "周期",
    "定时",
    "目录",
    "抵扣",
    "互换",
    "兑现",
    "转赠",
    "捐赠",
    "抽奖",
    "权益",
    "结算",
    "排名",
    "优先",
    "指标",
    "通知",
    "承诺",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;
    use crate::syntax::layout::layout;
    use crate::syntax::lexer::lex;

    fn mended(text: &str) -> (String, Vec<&'static str>) {
        let layout = layout(&lex(text), text, FileId::default());
        let slips = layout.slips.iter().map(|slip| match slip {
            BraceSlip::Unclosed { .. } => "unclosed",
            BraceSlip::Unopened { .. } => "unopened",
            BraceSlip::Surplus(_) => "surplus",
            BraceSlip::UnclosedRound(_) => "unclosed round",
            BraceSlip::SurplusRound(_) => "surplus round",
        });
        (layout.canonical(0..layout.pieces.len()).text, slips.collect())
    }

    #[test]
    fn a_declaration_at_the_margin_closes_what_is_open() {
        let (text, slips) = mended("rule a on B {\n  earn 1 Star\n\nrule b on B {\n  earn 1 Star\n}");
        assert_eq!(text, "rule a on B { \n earn 1 Star } \n rule b on B { \n earn 1 Star \n } ");
        assert_eq!(slips, ["unclosed"]);
    }

    #[test]
    fn indentation_tells_which_brace_is_open() {
        let (text, slips) = mended(
            "campaign c {\n  rule a on B {\n    earn 1 Star\n  rule b on B {\n    no cap\n  }\n}\nrule d on B { }",
        );
        assert_eq!(
            text,
            "campaign c { \n rule a on B { \n earn 1 Star } \n rule b on B { \n no cap \n } \n } \n rule d on B { } "
        );
        assert_eq!(slips, ["unclosed"]);
        let (text, slips) = mended("rule a on B {\n  earn tier {\n    gold: 1 Star\n}\nrule d on B { }");
        assert_eq!(text, "rule a on B { \n earn tier { \n gold : 1 Star } \n } \n rule d on B { } ");
        assert_eq!(slips, ["unclosed"]);
    }

    #[test]
    fn a_head_without_its_brace_gets_it() {
        let (text, slips) = mended("rule a on B\n  earn 1 Star\n}\nrule b on B { }");
        assert_eq!(text, "rule a on B { \n earn 1 Star \n } \n rule b on B { } ");
        assert_eq!(slips, ["unopened"]);
        let (text, slips) = mended("campaign c {\n  rule a on B\n    no cap\n  }\n}");
        assert_eq!(text, "campaign c { \n rule a on B { \n no cap \n } \n } ");
        assert_eq!(slips, ["unopened"]);
    }

    #[test]
    fn a_brace_too_many_is_left_out() {
        let (text, slips) = mended("rule a on B { no cap }\n}\nrule b on B { }");
        assert_eq!(text, "rule a on B { no cap } \n rule b on B { } ");
        assert_eq!(slips, ["surplus"]);
    }

    #[test]
    fn fields_named_like_declarations_close_nothing() {
        let (text, slips) = mended("event A {\n points: points\n\nevent B { points \"点\": points }");
        assert_eq!(text, "event A { \n points : points } \n event B { points \"点\" : points } ");
        assert_eq!(slips, ["unclosed"]);
    }

    #[test]
    fn round_brackets_end_with_their_block() {
        let (text, slips) = mended("rule a on B {\n when (x\n earn 1 Star)\n when y)\n}");
        assert_eq!(text, "rule a on B { \n when ( x earn 1 Star ) \n when y \n } ");
        assert_eq!(slips, ["surplus round"]);
        let (text, slips) = mended("rule a on B {\n when (x\n earn [1) Star\n}");
        assert_eq!(text, "rule a on B { \n when ( x earn 1 ) Star \n } ");
        assert_eq!(slips, ["unclosed round"]);
    }

    #[test]
    fn a_hundred_thousand_braces_are_no_trouble() {
        let text = "{".repeat(100_000);
        let (_, slips) = mended(&text);
        assert!(slips.len() < 10);
        let (_, slips) = mended(&"}".repeat(100_000));
        assert_eq!(slips.len(), 100_000);
    }
}
