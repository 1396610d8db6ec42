//! Where a policy's text can be changed: numbers, dates and times, comparisons, manners, clauses. Tests, labels and what only
//! describes the outside world (events, facts, code sets, calendars) are left alone.

use super::mutant::{Mutant, MutantKind};
use chrono::{NaiveDate, NaiveTime, TimeDelta};
use earnest_dsl::diagnostic::Language;
use earnest_dsl::load::InputFile;
use earnest_dsl::source::{FileId, Source, Span};
use earnest_dsl::syntax::ast::{Clause, ClauseKind, Decl, DeclKind, Declared};
use earnest_dsl::syntax::keywords::KEYWORDS;
use earnest_dsl::syntax::layout::canonical;
use earnest_dsl::syntax::lexer::{Token, TokenKind, lex};
use earnest_dsl::syntax::parse::{Production, parse};
use earnest_dsl::syntax::parse_file;
use earnest_dsl::words::written;
use rust_decimal::Decimal;

/// Pairs of roles of which one stands for the other; both ways.
const SWAPPED: &[(&str, &str, MutantKind)] = &[
    ("and", "or", MutantKind::Comparison),
    ("is", "is_not", MutantKind::Comparison),
    ("in", "not_in", MutantKind::Comparison),
    ("is_known", "is_not_known", MutantKind::Comparison),
    ("at_most", "at_least", MutantKind::Comparison),
    ("per_full", "per_started", MutantKind::Manner),
    ("raise_to", "raise_by", MutantKind::Manner),
    ("each_line", "each_award", MutantKind::Manner),
    ("best_of", "add_up", MutantKind::Manner),
    ("with_this_one", "before_this_one", MutantKind::Manner),
    ("room_comes_back", "room_stays_used", MutantKind::Manner),
    ("keep", "reach", MutantKind::Manner),
    ("highest_first", "lowest_first", MutantKind::Manner),
];

/// Roles that each stand for the next.
const TURNED: &[&[&str]] = &[&["round_down", "round_up", "round_half_up"]];

/// All mutants of a file, by place.
#[must_use]
pub fn mutants(file: &InputFile) -> Vec<Mutant> {
    let id = FileId(0);
    let source = Source::new(file.path.clone(), file.text.as_str());
    let tree = parse_file(&file.text, id).file;
    let tokens = lex(&file.text);
    let mut finder = Finder { file, source: &source, tokens: &tokens, of: vec![], found: vec![] };
    tree.decls.iter().for_each(|decl| finder.declaration(decl));
    let mut found = finder.found;
    found.sort_by(|a, b| (a.start, a.end, a.kind, &a.after).cmp(&(b.start, b.end, b.kind, &b.after)));
    found.dedup();
    found
}

struct Finder<'a> {
    file: &'a InputFile,
    source: &'a Source,
    tokens: &'a [Token],
    /// Name and labels of the declaration at hand.
    of: Vec<String>,
    found: Vec<Mutant>,
}

impl Finder<'_> {
    fn declaration(&mut self, decl: &Decl) {
        self.of = declared(decl).map(names).unwrap_or_default();
        match &decl.kind {
            DeclKind::Campaign(_, clauses, inner) => {
                self.clauses(clauses);
                clauses.iter().for_each(|clause| self.span(clause.span, Production::Clause));
                inner.iter().for_each(|decl| self.declaration(decl));
                return;
            }
            DeclKind::Programme(_, clauses) => {
                // The rest of a head (zone, currency, libraries) is no number that a test could miss.
                for clause in clauses.iter().filter(|clause| matches!(clause.kind, ClauseKind::Effective(..))) {
                    self.span(clause.span, Production::Clause);
                }
                return;
            }
            DeclKind::Rule(rule) | DeclKind::Notify(rule) => self.clauses(&rule.clauses),
            DeclKind::Catalogue(_, clauses) => self.clauses(clauses),
            DeclKind::Request(request) => self.clauses(&request.clauses),
            DeclKind::FactDefault(..)
            | DeclKind::Define(..)
            | DeclKind::Parameter(..)
            | DeclKind::Points(..)
            | DeclKind::Tiers(_)
            | DeclKind::Group(..)
            | DeclKind::Track(_)
            | DeclKind::Period(..)
            | DeclKind::Schedule(_)
            | DeclKind::Settle(..)
            | DeclKind::Ranking(_)
            | DeclKind::Figure(..)
            | DeclKind::Refunds(_)
            | DeclKind::Promise(_)
            | DeclKind::OnStart(..) => {}
            DeclKind::Library(..)
            | DeclKind::Event(_)
            | DeclKind::Enum(_)
            | DeclKind::Extend(..)
            | DeclKind::Facts(_)
            | DeclKind::Quantity(..)
            | DeclKind::Currency(..)
            | DeclKind::Codes(_)
            | DeclKind::Calendar(_)
            | DeclKind::Test(..)
            | DeclKind::Examples(_)
            | DeclKind::Broken => return,
        }
        self.span(decl.span, Production::Declaration);
    }

    /// Clauses without which the declaration may still compile.
    fn clauses(&mut self, clauses: &[Clause]) {
        for clause in clauses {
            let removable = matches!(
                clause.kind,
                ClauseKind::When(_)
                    | ClauseKind::For(_)
                    | ClauseKind::Need(..)
                    | ClauseKind::Accept(..)
                    | ClauseKind::Window(_)
                    | ClauseKind::Bound(_)
                    | ClauseKind::Steps(..)
                    | ClauseKind::Earn(_)
            );
            if removable {
                self.replace(clause.span, MutantKind::Removal, String::new());
            }
        }
    }

    /// Tokens and keywords of a piece of the text.
    fn span(&mut self, span: Span, production: Production) {
        let (_, start, end) = span.key();
        let first = self.tokens.partition_point(|token| token.start < start);
        let last = self.tokens.partition_point(|token| token.end <= end);
        for token in self.tokens.get(first..last).unwrap_or_default() {
            let place = Span::new(span.file, token.start, token.end);
            let Some(text) = self.text(place) else { continue };
            for (kind, after) in token_mutants(token.kind, &text) {
                self.replace(place, kind, after);
            }
        }
        let canonical = canonical(self.tokens, &self.file.text, first..last, span.file);
        let Ok(parsed) = parse(production, &canonical) else { return };
        for role in parsed.roles {
            let spans = canonical.spans.get(role.token..role.token.saturating_add(role.length)).unwrap_or_default();
            let (Some(first), Some(last)) = (spans.first(), spans.last()) else { continue };
            let place = first.to(*last);
            let chinese = self.text(place).is_some_and(|text| !text.is_ascii());
            let language = if chinese { Language::Chinese } else { Language::English };
            for (other, kind) in others(role.keyword.role) {
                if let Some(other) = KEYWORDS.iter().find(|keyword| keyword.role == other) {
                    self.replace(place, kind, other.shown(language));
                }
            }
        }
    }

    fn text(&self, span: Span) -> Option<String> {
        let (_, start, end) = span.key();
        self.file.text.get(usize::try_from(start).ok()?..usize::try_from(end).ok()?).map(str::to_owned)
    }

    fn replace(&mut self, span: Span, kind: MutantKind, after: String) {
        let Some(before) = self.text(span) else { return };
        let (line, column) = self.source.line_column(span.start);
        let (Ok(start), Ok(end)) = (usize::try_from(span.start), usize::try_from(span.end)) else { return };
        self.found.push(Mutant {
            path: self.file.path.clone(),
            line,
            column,
            start,
            end,
            of: self.of.clone(),
            kind,
            before,
            after,
        });
    }
}

/// What a declaration declares.
fn declared(decl: &Decl) -> Option<&Declared> {
    Some(match &decl.kind {
        DeclKind::Programme(declared, _)
        | DeclKind::Campaign(declared, ..)
        | DeclKind::Define(declared, _)
        | DeclKind::Parameter(declared, _)
        | DeclKind::Points(declared, _)
        | DeclKind::Group(declared, ..)
        | DeclKind::Period(declared, ..)
        | DeclKind::Catalogue(declared, _)
        | DeclKind::Figure(declared, ..) => declared,
        DeclKind::Rule(rule) | DeclKind::Notify(rule) => &rule.declared,
        DeclKind::Request(request) => &request.declared,
        DeclKind::Track(track) => &track.declared,
        DeclKind::Tiers(tiers) => &tiers.declared,
        DeclKind::Schedule(schedule) => &schedule.declared,
        DeclKind::Ranking(ranking) => &ranking.declared,
        _ => return None,
    })
}

fn names(declared: &Declared) -> Vec<String> {
    std::iter::once(&declared.name.text).chain(declared.labels.iter().map(|label| &label.text)).cloned().collect()
}

fn others(role: &str) -> Vec<(&'static str, MutantKind)> {
    let mut all = Vec::new();
    for (one, other, kind) in SWAPPED {
        all.extend((*one == role).then_some((*other, *kind)));
        all.extend((*other == role).then_some((*one, *kind)));
    }
    for ring in TURNED {
        if let Some(at) = ring.iter().position(|one| *one == role) {
            let next = ring.get(at.saturating_add(1)).or_else(|| ring.first());
            all.extend(next.map(|next| (*next, MutantKind::Manner)));
        }
    }
    all
}

fn token_mutants(kind: TokenKind, text: &str) -> Vec<(MutantKind, String)> {
    match kind {
        TokenKind::Number | TokenKind::Multiple | TokenKind::Percent => {
            stepped(text).into_iter().map(|after| (MutantKind::Number, after)).collect()
        }
        TokenKind::Ordinal => vec![],
        TokenKind::Date => moved_date(text).into_iter().map(|after| (MutantKind::Moment, after)).collect(),
        TokenKind::Time => moved_time(text).into_iter().map(|after| (MutantKind::Moment, after)).collect(),
        TokenKind::Punct => {
            compared(text).map(|after| (MutantKind::Comparison, after.to_owned())).into_iter().collect()
        }
        TokenKind::Word
        | TokenKind::Text
        | TokenKind::Newline
        | TokenKind::Blank
        | TokenKind::Comment
        | TokenKind::Error(_) => vec![],
    }
}

/// The number one unit of its last digit up and down; what follows the digits (万, x, %) stays.
fn stepped(text: &str) -> Vec<String> {
    let digits = text.find(|one: char| !(one.is_ascii_digit() || matches!(one, '_' | '.'))).unwrap_or(text.len());
    let (Some(number), Some(tail)) = (text.get(..digits), text.get(digits..)) else { return vec![] };
    let Ok(value) = number.replace('_', "").parse::<Decimal>() else { return vec![] };
    let unit = Decimal::new(1, value.scale());
    let up = value.checked_add(unit);
    let down = value.checked_sub(unit).filter(|down| !down.is_sign_negative());
    let shown = |value: Decimal| match number.contains('_') {
        true => written(&value.to_string()),
        false => value.to_string(),
    };
    up.into_iter().chain(down).map(|value| format!("{}{tail}", shown(value))).collect()
}

fn moved_date(text: &str) -> Vec<String> {
    let Ok(day) = text.parse::<NaiveDate>() else { return vec![] };
    [day.succ_opt(), day.pred_opt()].into_iter().flatten().map(|day| day.format("%Y-%m-%d").to_string()).collect()
}

fn moved_time(text: &str) -> Vec<String> {
    let with_seconds = text.matches(':').count() == 2;
    let format = if with_seconds { "%H:%M:%S" } else { "%H:%M" };
    let Ok(time) = NaiveTime::parse_from_str(text, format) else { return vec![] };
    let minute = TimeDelta::minutes(1);
    [time.overflowing_add_signed(minute).0, time.overflowing_sub_signed(minute).0]
        .into_iter()
        .map(|time| time.format(format).to_string())
        .collect()
}

fn compared(text: &str) -> Option<&'static str> {
    Some(match text {
        ">=" | "≥" => ">",
        ">" | "＞" => ">=",
        "<=" | "≤" => "<",
        "<" | "＜" => "<=",
        "+" | "＋" => "-",
        "-" | "－" => "+",
        _ => return None,
    })
}
