//! The one door to pest: canonical text in, tree and findings out, or the first token that cannot be read.
//!
//! A hand-written parser could replace what is behind it without touching anything else. pest's process-wide settings are never
//! used; depth and length of the text are limited before it comes here. Expectations are told by role, never by rule: see
//! [`super::keywords::called`].

use super::ast;
use super::build;
use super::keywords::{self, Keyword};
use super::layout::Canonical;
use crate::diagnostic::Diagnostic;
use pest::Parser as _;
use pest::error::{ErrorVariant, InputLocation};
use std::collections::BTreeMap;
use std::sync::OnceLock;

pub(super) use rules::Rule;

#[allow(missing_docs, reason = "generated: one variant per rule of the grammar, documented there")]
mod rules {
    #[derive(pest_derive::Parser)]
    #[grammar = "syntax/grammar.pest"]
    pub(super) struct Grammar;
}

/// Which part of the language a text is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Production {
    /// A whole declaration.
    Declaration,
    /// A clause of any declaration, or a declaration inside a campaign.
    Clause,
    /// A field of an event kind, of facts, or of the elements of a list.
    Field,
    /// A value of an enum.
    EnumValue,
    /// A member of a code set.
    CodeMember,
    /// A part of a calendar.
    CalendarPart,
    /// A part of a ranking.
    RankingPart,
    /// A row of a table.
    TableRow,
    /// A row of tiers by a measure.
    TierRow,
    /// A step of a test.
    Step,
    /// A row of examples.
    ExampleRow,
    /// An expression.
    Expression,
}

impl Production {
    fn rule(self) -> Rule {
        match self {
            Self::Declaration => Rule::entry_declaration,
            Self::Clause => Rule::entry_clause,
            Self::Field => Rule::entry_field,
            Self::EnumValue => Rule::entry_enum_value,
            Self::CodeMember => Rule::entry_code_member,
            Self::CalendarPart => Rule::entry_calendar,
            Self::RankingPart => Rule::entry_ranking,
            Self::TableRow => Rule::entry_table_row,
            Self::TierRow => Rule::entry_tier_row,
            Self::Step => Rule::entry_step,
            Self::ExampleRow => Rule::entry_example,
            Self::Expression => Rule::entry_expression,
        }
    }
}

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    /// The tree.
    pub tree: Tree,
    /// What the grammar allows and nothing can be made of: 30 February, 24:00, a number of forty digits.
    pub diagnostics: Vec<Diagnostic>,
    /// Every keyword of the text with its role, in order: what a translation needs to know.
    pub roles: Vec<Role>,
}

/// A tree of one production.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tree {
    /// A declaration.
    Declaration(ast::Decl),
    /// A clause.
    Clause(ast::Clause),
    /// A field; `None` for a placeholder.
    Field(Option<ast::FieldDecl>),
    /// A value of an enum; `None` for a placeholder.
    EnumValue(Option<ast::Declared>),
    /// A member of a code set; `None` for a placeholder.
    CodeMember(Option<ast::CodeMember>),
    /// A part of a calendar or a ranking: it has no tree of its own.
    Part,
    /// A row of a table; `None` for a placeholder.
    TableRow(Option<ast::TableRow>),
    /// A row of tiers; `None` for a placeholder.
    TierRow(Option<(ast::Expr, ast::Declared)>),
    /// A step of a test.
    Step(ast::Step),
    /// A row of examples; `None` for a placeholder.
    ExampleRow(Option<ast::ExampleRow>),
    /// An expression.
    Expression(ast::Expr),
}

/// A keyword at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Role {
    /// Index of its first token.
    pub token: usize,
    /// How many tokens it has.
    pub length: usize,
    /// The role.
    pub keyword: &'static Keyword,
}

/// Where reading stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Index of the first token that cannot be read; one past the last where more was wanted.
    pub token: usize,
    /// What could stand there, by role; [`keywords::called`] gives the words in both languages.
    pub expected: Vec<&'static str>,
}

/// Reads a text as one production.
///
/// # Errors
/// The first token that cannot be read, and what could stand there.
pub fn parse(production: Production, canonical: &Canonical) -> Result<Parsed, Failure> {
    let needed = stack_needed(canonical);
    stacker::maybe_grow(needed, needed, || parse_here(production, canonical))
}

/// How much stack a reading may take, in bytes. Grammar and builder go down with brackets and with operators that bind to the
/// right; an unoptimised build takes about 110 KB for a bracket. What is allowed at all is limited in [`super::depth`].
fn stack_needed(canonical: &Canonical) -> usize {
    const PLAIN: usize = 512 << 10;
    const BRACKET: usize = 160 << 10;
    const OPERATOR: usize = 32 << 10;
    let (mut depth, mut deepest): (usize, usize) = (0, 0);
    let (mut operators, mut most): (usize, usize) = (0, 0);
    for token in canonical.text.split(' ') {
        match token {
            "(" | "[" | "{" => depth = depth.saturating_add(1),
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            "\n" | ";" | "," => operators = 0,
            "of" | "之" | "after" | "before" | "自" | "早于" => operators = operators.saturating_add(1),
            _ => continue,
        }
        deepest = deepest.max(depth);
        most = most.max(operators);
    }
    PLAIN.saturating_add(deepest.saturating_mul(BRACKET)).saturating_add(most.saturating_mul(OPERATOR))
}

fn parse_here(production: Production, canonical: &Canonical) -> Result<Parsed, Failure> {
    match rules::Grammar::parse(production.rule(), &canonical.text) {
        Ok(pairs) => {
            let roles = build::roles(pairs.clone(), canonical);
            let (tree, diagnostics) = build::build(production, pairs, canonical);
            Ok(Parsed { tree, diagnostics, roles })
        }
        Err(error) => {
            let at = match error.location {
                InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
            };
            let rules = match error.variant {
                ErrorVariant::ParsingError { positives, .. } => positives,
                ErrorVariant::CustomError { .. } => vec![],
            };
            let mut expected: Vec<&'static str> = rules.into_iter().filter_map(role_of).collect();
            expected.sort_unstable();
            expected.dedup();
            Err(Failure { token: build::token_at(canonical, at), expected })
        }
    }
}

/// The role of a keyword's rule, or of another part of the grammar that has a name in business words.
fn role_of(rule: Rule) -> Option<&'static str> {
    if let Some(keyword) = keyword_of(rule) {
        return Some(keyword.role);
    }
    let name = format!("{rule:?}");
    keywords::PARTS.iter().find(|(part, _, _)| *part == name).map(|(part, _, _)| *part)
}

/// The keyword of a rule; `None` for a rule that is none. Asked for every word of every text, so the table is made once.
pub(super) fn keyword_of(rule: Rule) -> Option<&'static Keyword> {
    static TABLE: OnceLock<BTreeMap<Rule, &'static Keyword>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let named = |rule: &Rule| format!("{rule:?}").strip_prefix("kw_").and_then(keywords::keyword);
        Rule::all_rules().iter().filter_map(|rule| Some((*rule, named(rule)?))).collect()
    });
    table.get(&rule).copied()
}
