//! Pairs of the grammar to the tree, area by area.
//!
//! A builder relies on the shape that `grammar.pest` gives to a rule's children. Where it does not find that shape it gives
//! `None`, which becomes one finding (`E0016`): no text can make it panic. Keywords in the children are skipped or asked for by
//! rule; both spellings give the same children, so that nothing here knows a language but the names of functions.

mod bound;
mod clause;
mod decl;
mod example;
mod expr;
mod kind;
mod line;
mod literal;
mod points;
mod window;

use super::ast::{self, Name};
use super::layout::Canonical;
use super::pairs::{Item, Pair, Pairs, Reading};
use super::parse::{Production, Role, Rule, Tree, keyword_of};
use crate::diagnostic::{Diagnostic, Text};
use crate::source::Span;

/// Every keyword of a reading with its role.
pub(super) fn roles(reading: &Reading) -> Vec<Role> {
    let role = |item: &Item| {
        let keyword = keyword_of(item.rule)?;
        Some(Role { token: item.first, length: item.end.saturating_sub(item.first), keyword })
    };
    reading.items.iter().filter_map(role).collect()
}

/// The tree of a reading, and what is wrong with its numbers and dates.
pub(super) fn build(production: Production, pairs: Pairs<'_>, canonical: &Canonical) -> (Tree, Vec<Diagnostic>) {
    let mut builder = Builder { canonical, diagnostics: vec![] };
    let mut parts = Parts::new(pairs);
    let whole = builder.whole();
    let tree = builder.production(production, &mut parts).unwrap_or_else(|| {
        builder.unread(whole);
        match production {
            Production::Declaration => Tree::Declaration(ast::Decl { kind: ast::DeclKind::Broken, span: whole }),
            Production::Clause => Tree::Clause(ast::Clause { kind: ast::ClauseKind::Broken, span: whole }),
            Production::Field => Tree::Field(None),
            Production::EnumValue => Tree::EnumValue(None),
            Production::CodeMember => Tree::CodeMember(None),
            Production::CalendarPart | Production::RankingPart => Tree::Part,
            Production::TableRow => Tree::TableRow(None),
            Production::TierRow => Tree::TierRow(None),
            Production::Step => Tree::Step(ast::Step { kind: ast::StepKind::Broken, span: whole }),
            Production::ExampleRow => Tree::ExampleRow(None),
            Production::Expression => Tree::Expression(ast::Expr { kind: ast::ExprKind::Broken, span: whole }),
        }
    });
    (tree, builder.diagnostics)
}

/// Makes trees, and collects findings on the way.
pub(super) struct Builder<'c> {
    canonical: &'c Canonical,
    diagnostics: Vec<Diagnostic>,
}

/// The children of a rule without its brackets and separators.
pub(super) struct Parts<'i> {
    pairs: Pairs<'i>,
}

impl<'i> Parts<'i> {
    fn new(pairs: Pairs<'i>) -> Self {
        Self { pairs }
    }

    fn of(pair: Pair<'i>) -> Self {
        Self::new(pair.into_inner())
    }

    fn skip_marks(&mut self) {
        while self.pairs.peek().is_some_and(is_mark) {
            self.pairs.next();
        }
    }

    /// The rule of the next child.
    fn peek(&mut self) -> Option<Rule> {
        self.skip_marks();
        self.pairs.peek()
    }

    /// The next child.
    fn next(&mut self) -> Option<Pair<'i>> {
        self.skip_marks();
        self.pairs.next()
    }

    /// The next child, if it is of this rule.
    fn next_if(&mut self, rule: Rule) -> Option<Pair<'i>> {
        if self.peek() == Some(rule) { self.pairs.next() } else { None }
    }

    /// Whether the next child is of this rule; it is consumed.
    fn has(&mut self, rule: Rule) -> bool {
        self.next_if(rule).is_some()
    }

    /// Consumes keywords up to a child that is none.
    fn skip_keywords(&mut self) -> &mut Self {
        while self.peek().is_some_and(|rule| keyword_of(rule).is_some()) {
            self.pairs.next();
        }
        self
    }

    /// The next child behind keywords that say nothing more.
    fn next_part(&mut self) -> Option<Pair<'i>> {
        self.skip_keywords().next()
    }

    /// The next child behind keywords, if it is of this rule.
    fn next_part_if(&mut self, rule: Rule) -> Option<Pair<'i>> {
        self.skip_keywords().next_if(rule)
    }
}

fn is_mark(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::lbrace
            | Rule::rbrace
            | Rule::lparen
            | Rule::rparen
            | Rule::lbracket
            | Rule::rbracket
            | Rule::comma
            | Rule::semicolon
            | Rule::line_end
            | Rule::colon
            | Rule::dot
            | Rule::arrow
    )
}

impl Builder<'_> {
    fn production(&mut self, production: Production, parts: &mut Parts<'_>) -> Option<Tree> {
        let pair = parts.next()?;
        Some(match production {
            Production::Declaration => Tree::Declaration(self.declaration(pair)?),
            Production::Clause if pair.as_rule() == Rule::declaration => Tree::Declaration(self.declaration(pair)?),
            Production::Clause => Tree::Clause(self.clause(pair)?),
            Production::Field => Tree::Field(self.field(pair)?),
            Production::EnumValue => Tree::EnumValue(self.enum_value(pair)?),
            Production::CodeMember => Tree::CodeMember(self.code_member(pair)?),
            Production::CalendarPart | Production::RankingPart => Tree::Part,
            Production::TableRow => Tree::TableRow(self.table_row(pair)?),
            Production::TierRow => Tree::TierRow(self.tier_row(pair)?),
            Production::Step => Tree::Step(self.step(pair)?),
            Production::ExampleRow => Tree::ExampleRow(self.example_row(pair)?),
            Production::Expression => Tree::Expression(self.expr(pair)?),
        })
    }

    fn whole(&self) -> Span {
        match (self.canonical.spans.first(), self.canonical.spans.last()) {
            (Some(first), Some(last)) => first.to(*last),
            _ => Span::default(),
        }
    }

    /// Where a pair stands in the source.
    fn span(&self, pair: &Pair<'_>) -> Span {
        let first = pair.first();
        let last = pair.end().saturating_sub(1).max(first);
        match (self.canonical.spans.get(first), self.canonical.spans.get(last)) {
            (Some(first), Some(last)) => first.to(*last),
            (Some(first), None) => *first,
            (None, _) => self.canonical.spans.last().copied().unwrap_or_default(),
        }
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    fn unread(&mut self, span: Span) {
        self.report(Diagnostic::error(
            "E0016",
            Text::new("this has a form that the language does not have", "这里的写法不属于本语言"),
            span,
            Text::new("cannot be read", "无法读取"),
        ));
    }

    // -- names

    fn name(&self, pair: &Pair<'_>) -> Name {
        Name { text: pair.as_str().to_owned(), span: self.span(pair) }
    }

    fn path(&self, pair: Pair<'_>) -> ast::Path {
        let span = self.span(&pair);
        let mut parts = Parts::of(pair);
        let mut segments = vec![];
        while let Some(part) = parts.next() {
            segments.push(self.name(&part));
        }
        ast::Path { segments, span }
    }

    fn paths(&self, pair: Pair<'_>) -> Vec<ast::Path> {
        let mut parts = Parts::of(pair);
        let mut paths = vec![];
        while let Some(part) = parts.next() {
            paths.push(self.path(part));
        }
        paths
    }

    fn label(&self, pair: &Pair<'_>) -> ast::Label {
        let text = pair.as_str();
        let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
        ast::Label { text: inner.to_owned(), span: self.span(pair) }
    }

    fn labels(&self, parts: &mut Parts<'_>) -> Vec<ast::Label> {
        let mut labels = vec![];
        while let Some(part) = parts.next_if(Rule::text) {
            labels.push(self.label(&part));
        }
        labels
    }

    /// `declared` and `declared_any`.
    fn declared(&self, pair: Pair<'_>) -> Option<ast::Declared> {
        let mut parts = Parts::of(pair);
        let name = self.name(&parts.next()?);
        Some(ast::Declared { name, labels: self.labels(&mut parts) })
    }

    /// The name that a keyword stands for in the tree: its first English word.
    fn keyword_name(&self, pair: &Pair<'_>) -> Option<Name> {
        let text = keyword_of(pair.as_rule())?.en.first()?;
        Some(Name { text: (*text).to_owned(), span: self.span(pair) })
    }
}
