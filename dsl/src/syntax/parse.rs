//! The one door to pest: canonical text in, tree and findings out, or the first token that cannot be read.
//!
//! A hand-written parser could replace what is behind it without touching anything else. pest's process-wide settings are never
//! used; depth and length of the text are limited before it comes here. Expectations are told by role, never by rule: see
//! [`super::keywords::called`].

use super::ast;
use super::build;
use super::keywords::{self, Keyword};
use super::layout::Canonical;
use super::pairs::{Item, Pair, Pairs, Reading};
use super::quick;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
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
    pub(super) fn rule(self) -> Rule {
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

/// The grammar, as text.
pub static GRAMMAR: &str = include_str!("grammar.pest");

/// A token that nothing in the language is: behind an unfinished text it makes every reading stop there.
pub const NOTHING: &str = "!";

/// What could stand at the end of an unfinished text: rules of the grammar, by name. A rule stands for all that it begins with.
/// Nothing where the text cannot be read up to its end.
#[must_use]
pub fn expected_next(production: Production, canonical: &Canonical) -> Vec<String> {
    let mut unfinished = canonical.clone();
    let end = unfinished.text.len();
    unfinished.push(NOTHING, Span::default());
    let needed = stack_needed(&unfinished);
    let failed =
        stacker::maybe_grow(needed, needed, || rules::Grammar::parse(production.rule(), &unfinished.text).err());
    let Some(error) = failed else { return vec![] };
    let at = match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
    };
    match error.variant {
        ErrorVariant::ParsingError { positives, .. } if at >= end => {
            positives.into_iter().map(|rule| format!("{rule:?}")).collect()
        }
        _ => vec![],
    }
}

/// A rule of the grammar at its place: what the formatter needs to know beside the words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Node {
    /// The rule.
    pub rule: Rule,
    /// Index of its first token.
    pub first: usize,
    /// One past the index of its last token.
    pub end: usize,
    /// The rules inside, in order. A word or mark has none.
    pub children: Vec<Node>,
}

/// The rules of a text that can be read, or nothing.
pub(super) fn outline(production: Production, canonical: &Canonical) -> Option<Vec<Node>> {
    let needed = stack_needed(canonical);
    stacker::maybe_grow(needed, needed, || {
        let reading = read(production, canonical).ok()?;
        Some(nodes(reading.pairs(canonical)))
    })
}

fn nodes(pairs: Pairs<'_>) -> Vec<Node> {
    let node = |pair: Pair<'_>| Node {
        rule: pair.as_rule(),
        first: pair.first(),
        end: pair.end(),
        children: nodes(pair.into_inner()),
    };
    pairs.map(node).collect()
}

/// How much stack a reading may take, in bytes. Grammar and builder go down with brackets and with operators that bind to the
/// right; an unoptimised build takes about 110 KB for a bracket. What is allowed at all is limited in [`super::depth`].
fn stack_needed(canonical: &Canonical) -> usize {
    const PLAIN: usize = 512 << 10;
    const BRACKET: usize = 160 << 10;
    const OPERATOR: usize = 32 << 10;
    let (mut depth, mut deepest): (usize, usize) = (0, 0);
    let (mut operators, mut most): (usize, usize) = (0, 0);
    for at in 0..canonical.starts.len() {
        match canonical.token(at) {
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
    let reading = read(production, canonical)?;
    let roles = build::roles(&reading);
    let (tree, diagnostics) = build::build(production, reading.pairs(canonical), canonical);
    Ok(Parsed { tree, diagnostics, roles })
}

/// The rules of a text: quickly where it is sound, else by pest, which says what was expected.
fn read(production: Production, canonical: &Canonical) -> Result<Reading, Failure> {
    match quick::read(production.rule(), canonical) {
        Some(reading) => Ok(reading),
        None => read_by_pest(production, canonical),
    }
}

pub(super) fn read_by_pest(production: Production, canonical: &Canonical) -> Result<Reading, Failure> {
    match rules::Grammar::parse(production.rule(), &canonical.text) {
        Ok(pairs) => {
            let mut reading = Reading::default();
            note(pairs, canonical, &mut reading);
            Ok(reading)
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
            // A clause may end nearly everywhere: that is worth saying only where nothing else fits.
            if expected.len() > 1 {
                expected.retain(|role| *role != "clause_end");
            }
            Err(Failure { token: token_at(canonical, at), expected })
        }
    }
}

/// The rules that pest has found, by tokens.
fn note(pairs: pest::iterators::Pairs<'_, Rule>, canonical: &Canonical, reading: &mut Reading) {
    for pair in pairs.filter(|pair| pair.as_rule() != Rule::EOI) {
        let span = pair.as_span();
        let (first, end) = (token_at(canonical, span.start()), token_at(canonical, span.end()));
        let held = reading.items.len();
        reading.items.push(Item { rule: pair.as_rule(), first, end, next: held });
        note(pair.into_inner(), canonical, reading);
        let next = reading.items.len();
        if let Some(item) = reading.items.get_mut(held) {
            item.next = next;
        }
    }
}

/// The index of the first token at or behind a byte of the canonical text.
fn token_at(canonical: &Canonical, byte: usize) -> usize {
    canonical.starts.partition_point(|&start| usize::try_from(start).is_ok_and(|start| start < byte))
}

/// The role of a keyword's rule, or of another part of the grammar that has a name in business words.
fn role_of(rule: Rule) -> Option<&'static str> {
    if let Some(keyword) = keyword_of(rule) {
        return Some(keyword.role);
    }
    part_of(rule)
}

/// The part of the language, as [`keywords::PARTS`] names it, that a rule begins. Rules that come down to the same in the eyes of
/// an author are one part; a rule that only holds keywords is the first of them.
// One arm per part: the match is the table.
fn part_of(rule: Rule) -> Option<&'static str> {
    Some(match rule {
        Rule::EOI | Rule::semicolon | Rule::line_end => "clause_end",
        Rule::comma => "comma",
        Rule::colon => "colon",
        Rule::dot => "dot",
        Rule::equals => "equals",
        Rule::less => "less",
        Rule::arrow => "arrow",
        Rule::lbrace | Rule::table | Rule::record | Rule::breakdown | Rule::fields | Rule::enum_values => "lbrace",
        Rule::rbrace => "rbrace",
        Rule::lparen => "lparen",
        Rule::rparen => "rparen",
        Rule::rbracket => "rbracket",
        Rule::question => "question",
        Rule::plus => "plus",
        Rule::minus => "minus",
        Rule::star => "star",
        Rule::slash => "slash",
        Rule::number | Rule::digits => "number",
        Rule::date | Rule::moment => "date",
        Rule::time => "time",
        Rule::text => "text",
        Rule::name
        | Rule::any_word
        | Rule::declared
        | Rule::declared_any
        | Rule::named
        | Rule::path
        | Rule::paths
        | Rule::currency_name
        | Rule::holder
        | Rule::granted
        | Rule::share => "name",
        Rule::expr
        | Rule::conjunction
        | Rule::negation
        | Rule::comparison
        | Rule::rounded
        | Rule::rounded_value
        | Rule::sum
        | Rule::product
        | Rule::unary
        | Rule::unary_reading
        | Rule::operand
        | Rule::reading
        | Rule::chain
        | Rule::dotted
        | Rule::primary
        | Rule::signed
        | Rule::quantity
        | Rule::anchor
        | Rule::set
        | Rule::expect_value => "value",
        Rule::amount | Rule::plain => "amount",
        Rule::length => "length",
        Rule::unit | Rule::unit_name | Rule::time_unit | Rule::over_unit => "unit",
        Rule::clause | Rule::campaign_part => "clause",
        Rule::declaration => "declaration",
        Rule::field => "field",
        Rule::field_type => "field_type",
        Rule::enum_value => "enum_value",
        Rule::lint_level => "name",
        Rule::code_member => "code_member",
        Rule::table_row | Rule::table_key | Rule::tier_row | Rule::cells_row | Rule::event_row => "row",
        Rule::step => "step",
        Rule::expectation => "expectation",
        Rule::scope | Rule::scope_part => "scope",
        Rule::scope_key | Rule::period => "scope_key",
        Rule::rounding | Rule::round => "rounding",
        Rule::weekday | Rule::every_day => "weekday",
        Rule::zone => "zone",
        Rule::calendar_day => "date",
        Rule::finality => "final",
        Rule::spend_key => "soonest_to_expire",
        Rule::refund_choice => "pending_first",
        Rule::prohibition => "never_transfer",
        Rule::condition => "when",
        Rule::refusal => "else_refuse",
        Rule::on_kinds => "on_kind",
        Rule::per_full => "per_full",
        Rule::weighted => "weighted_by",
        Rule::over => "over_last",
        Rule::window_by => "window_by",
        Rule::until => "until",
        Rule::to_day | Rule::valid_to => "to",
        Rule::since => "after",
        Rule::bound | Rule::limit => "at_most",
        Rule::level | Rule::plain_level => "keep",
        _ => return None,
    })
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
