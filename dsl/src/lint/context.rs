//! What lints look at.

use crate::check::Reference;
use crate::policy::Policy;
use crate::source::{Sources, Span};
use crate::syntax::ast::{self, Clause, Decl, DeclKind};
use chrono::NaiveDate;

/// What lints look at.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The checked policy.
    pub policy: &'a Policy,
    /// All texts: the programme's own, then the libraries', then values of parameters.
    pub sources: &'a Sources,
    /// Where names that are written lead.
    pub references: &'a [Reference],
    /// Trees of the programme's own files, by their number.
    pub trees: &'a [&'a ast::File],
    /// Today in the programme's zone, where somebody has said.
    pub today: Option<NaiveDate>,
}

impl<'a> Context<'a> {
    /// The programme's own declarations, those of campaigns behind them.
    pub fn decls(&self) -> impl Iterator<Item = &'a Decl> + use<'a> {
        self.trees.iter().flat_map(|file| &file.decls).flat_map(|decl| {
            let inner: &[Decl] = match &decl.kind {
                DeclKind::Campaign(_, _, inner) => inner,
                _ => &[],
            };
            std::iter::once(decl).chain(inner)
        })
    }

    /// The text of a place in the programme's own files.
    #[must_use]
    pub fn text(&self, span: Span) -> &'a str {
        let Some(source) = self.sources.get(span.file) else { return "" };
        let (start, end) = (usize::try_from(span.start).unwrap_or(0), usize::try_from(span.end).unwrap_or(0));
        source.text.get(start..end).unwrap_or_default()
    }

    /// The place of whole lines that hold a declaration, its line end and a blank line behind it included: what goes when the
    /// declaration goes. Comments on the lines just above go with it.
    #[must_use]
    pub fn lines_of(&self, span: Span) -> Span {
        let Some(source) = self.sources.get(span.file) else { return span };
        let text: &str = &source.text;
        let at = |byte: u32| usize::try_from(byte).unwrap_or(0).min(text.len());
        let mut start =
            text.get(..at(span.start)).and_then(|before| before.rfind('\n')).map_or(0, |end| end.saturating_add(1));
        // Something else stands before it on its line: only the declaration goes.
        if text.get(start..at(span.start)).is_none_or(|before| !before.trim().is_empty()) {
            return span;
        }
        while let Some(line) = text.get(..start.saturating_sub(1)).filter(|_| start > 0) {
            let begin = line.rfind('\n').map_or(0, |end| end.saturating_add(1));
            if !line.get(begin..).is_some_and(|line| line.trim_start().starts_with("//")) || begin == 0 {
                break;
            }
            start = begin;
        }
        let mut end = text
            .get(at(span.end)..)
            .and_then(|rest| rest.find('\n'))
            .map_or(text.len(), |line| at(span.end).saturating_add(line).saturating_add(1));
        if text.get(end..).is_some_and(|rest| rest.starts_with('\n')) {
            end = end.saturating_add(1);
        }
        Span::new(span.file, u32::try_from(start).unwrap_or(0), u32::try_from(end).unwrap_or(0))
    }
}

/// The clauses of a declaration, those of pools behind them.
pub(super) fn clauses(decl: &Decl) -> Vec<&Clause> {
    let own: &[Clause] = match &decl.kind {
        DeclKind::Programme(_, clauses)
        | DeclKind::Library(_, _, clauses)
        | DeclKind::Points(_, clauses)
        | DeclKind::Campaign(_, clauses, _)
        | DeclKind::Catalogue(_, clauses)
        | DeclKind::Settle(_, _, clauses)
        | DeclKind::OnStart(_, clauses) => clauses,
        DeclKind::Rule(rule) | DeclKind::Notify(rule) => &rule.clauses,
        DeclKind::Request(request) => &request.clauses,
        DeclKind::Event(_)
        | DeclKind::Enum(_)
        | DeclKind::Extend(..)
        | DeclKind::Facts(_)
        | DeclKind::FactDefault(..)
        | DeclKind::Quantity(..)
        | DeclKind::Currency(..)
        | DeclKind::Codes(_)
        | DeclKind::Calendar(_)
        | DeclKind::Define(..)
        | DeclKind::Parameter(..)
        | DeclKind::Tiers(_)
        | DeclKind::Group(..)
        | DeclKind::Track(_)
        | DeclKind::Period(..)
        | DeclKind::Schedule(_)
        | DeclKind::Ranking(_)
        | DeclKind::Figure(..)
        | DeclKind::Refunds(_)
        | DeclKind::Promise(_)
        | DeclKind::Test(..)
        | DeclKind::Examples(_)
        | DeclKind::Broken => &[],
    };
    let mut all = Vec::new();
    for clause in own {
        all.push(clause);
        if let ast::ClauseKind::Pool(_, inner) = &clause.kind {
            all.extend(inner);
        }
    }
    all
}
