//! Expressions. One function per rule; left-to-right operators are folded as they are read.

use super::super::pairs::Pair;
use super::literal::period_unit;
use super::{Builder, Parts};
use crate::source::Span;
use crate::syntax::ast::{
    BinaryOp, Expr, ExprKind, Label, ListRow, Name, Number, PeriodUnit, TableKey, TableRow, Wording,
};
use crate::syntax::keywords::function_name;
use crate::syntax::parse::Rule;

impl Builder<'_> {
    /// An expression of any rule of the section "Expressions".
    pub(super) fn expr(&mut self, pair: Pair<'_>) -> Option<Expr> {
        let span = self.span(&pair);
        match pair.as_rule() {
            Rule::expr | Rule::conjunction => self.joined(pair),
            Rule::negation => self.negation(pair),
            Rule::comparison => self.comparison(pair),
            Rule::rounded => {
                let mut parts = Parts::of(pair);
                let mut found = self.expr(parts.next()?)?;
                while let Some(part) = parts.next() {
                    let whole = found.span.to(self.span(&part));
                    found = Expr { kind: ExprKind::Rounded(Box::new(found), self.rounding(part)?), span: whole };
                }
                Some(found)
            }
            Rule::rounded_value => self.rounded_value(pair),
            Rule::sum | Rule::product => self.arithmetic(pair),
            Rule::unary | Rule::unary_reading | Rule::signed | Rule::amount => self.signed(pair),
            Rule::operand => self.operand(pair),
            Rule::reading => self.reading(pair),
            Rule::scope_key => self.scope_key(pair),
            Rule::chain => self.chain(Parts::of(pair)),
            Rule::dotted | Rule::named => self.dotted(pair),
            Rule::primary => self.primary(Parts::of(pair).next()?),
            Rule::plain => {
                let (number, unit) = self.quantity(&mut Parts::of(pair))?;
                Some(Expr { kind: ExprKind::Quantity(number, unit), span })
            }
            Rule::length => self.length(pair),
            Rule::set => {
                let mut parts = Parts::of(pair);
                let mut members = vec![];
                while let Some(part) = parts.next() {
                    members.push(self.expr(part)?);
                }
                Some(Expr { kind: ExprKind::Set(members), span })
            }
            Rule::path => Some(self.path_expr(pair)),
            Rule::name | Rule::any_word => Some(Expr { kind: ExprKind::Name(self.name(&pair)), span }),
            _ => self.primary(pair),
        }
    }

    pub(super) fn boxed(&mut self, pair: Pair<'_>) -> Option<Box<Expr>> {
        self.expr(pair).map(Box::new)
    }

    /// `a or b or c`, `a and b`.
    fn joined(&mut self, pair: Pair<'_>) -> Option<Expr> {
        let op = if pair.as_rule() == Rule::expr { BinaryOp::Or } else { BinaryOp::And };
        let mut parts = Parts::of(pair);
        let mut left = self.expr(parts.next()?)?;
        while let Some(part) = parts.next_part() {
            left = binary(op, left, self.expr(part)?);
        }
        Some(left)
    }

    fn negation(&mut self, pair: Pair<'_>) -> Option<Expr> {
        let mut spans = vec![];
        let mut parts = Parts::of(pair);
        while let Some(part) = parts.next_if(Rule::kw_not) {
            spans.push(self.span(&part));
        }
        let inner = self.expr(parts.next()?)?;
        Some(prefixed(spans, inner, ExprKind::Not))
    }

    /// Any number of minus signs before an operand.
    fn signed(&mut self, pair: Pair<'_>) -> Option<Expr> {
        let mut spans = vec![];
        let mut parts = Parts::of(pair);
        while let Some(part) = parts.next_if(Rule::minus) {
            spans.push(self.span(&part));
        }
        let inner = self.expr(parts.next()?)?;
        Some(prefixed(spans, inner, ExprKind::Negate))
    }

    fn comparison(&mut self, pair: Pair<'_>) -> Option<Expr> {
        let span = self.span(&pair);
        let mut parts = Parts::of(pair);
        let left = self.expr(parts.next()?)?;
        let Some(operator) = parts.next() else { return Some(left) };
        let left = Box::new(left);
        let rule = operator.as_rule();
        if let Rule::kw_is_known | Rule::kw_is_not_known = rule {
            return Some(Expr { kind: ExprKind::IsKnown(left, rule == Rule::kw_is_not_known), span });
        }
        let right = self.boxed(parts.next()?)?;
        let kind = match rule {
            Rule::kw_is | Rule::kw_is_not => ExprKind::Is(left, right, rule == Rule::kw_is_not),
            Rule::kw_in | Rule::kw_not_in => ExprKind::In(left, right, rule == Rule::kw_not_in),
            _ => ExprKind::Binary(comparison(rule)?, left, right),
        };
        Some(Expr { kind, span })
    }

    /// Sums and products, from left to right.
    fn arithmetic(&mut self, pair: Pair<'_>) -> Option<Expr> {
        let mut parts = Parts::of(pair);
        let mut left = self.expr(parts.next()?)?;
        while let Some(part) = parts.next() {
            let op = match part.as_rule() {
                Rule::plus => BinaryOp::Add,
                Rule::minus => BinaryOp::Subtract,
                Rule::star => BinaryOp::Multiply,
                Rule::slash => BinaryOp::Divide,
                _ => {
                    left = self.per_full(left, part)?;
                    continue;
                }
            };
            left = binary(op, left, self.expr(parts.next()?)?);
        }
        Some(left)
    }

    /// `A per full S of X`.
    fn per_full(&mut self, award: Expr, pair: Pair<'_>) -> Option<Expr> {
        let span = award.span.to(self.span(&pair));
        let mut parts = Parts::of(pair);
        let started = parts.peek()? == Rule::kw_per_started;
        let step = self.boxed(parts.next_part()?)?;
        let of = self.boxed(parts.next_part()?)?;
        Some(Expr { kind: ExprKind::PerFull { award: Box::new(award), step, of, started }, span })
    }

    /// `by X per full S` before the verb, and the award behind it: the second order of the same node.
    pub(super) fn stepwise(&mut self, pair: Pair<'_>, award: Pair<'_>) -> Option<Expr> {
        let span = self.span(&pair).to(self.span(&award));
        let mut parts = Parts::of(pair);
        let of = self.boxed(parts.next_part()?)?;
        let started = parts.peek()? == Rule::kw_per_started;
        let step = self.boxed(parts.next_part()?)?;
        let award = self.boxed(award)?;
        Some(Expr { kind: ExprKind::PerFull { award, step, of, started }, span })
    }

    /// An operand and what is read off it, from left to right.
    fn operand(&mut self, pair: Pair<'_>) -> Option<Expr> {
        let mut parts = Parts::of(pair);
        let mut found = self.expr(parts.next()?)?;
        while let Some(part) = parts.next() {
            found = self.postfix(found, part)?;
        }
        Some(found)
    }

    fn postfix(&mut self, found: Expr, pair: Pair<'_>) -> Option<Expr> {
        let span = found.span.to(self.span(&pair));
        let inner = Box::new(found);
        let rule = pair.as_rule();
        let kind = match rule {
            Rule::with_this_one => ExprKind::ThisOne(inner, true),
            Rule::before_this_one => ExprKind::ThisOne(inner, false),
            Rule::table => self.table(inner, pair)?,
            _ => {
                let other = self.boxed(Parts::of(pair).next_part()?)?;
                match rule {
                    Rule::default_value => ExprKind::Default(inner, other),
                    Rule::as_of => ExprKind::AsOf(inner, other),
                    Rule::above => ExprKind::Above(inner, other),
                    _ => return None,
                }
            }
        };
        Some(Expr { kind, span })
    }

    fn table(&mut self, subject: Box<Expr>, pair: Pair<'_>) -> Option<ExprKind> {
        let mut parts = Parts::of(pair);
        let mut rows = vec![];
        let mut in_parts = false;
        while let Some(part) = parts.next() {
            if part.as_rule() == Rule::kw_in_parts {
                in_parts = true;
            } else if let Some(row) = self.table_row(part)? {
                rows.push(row);
            }
        }
        Some(ExprKind::Table { subject, rows, in_parts })
    }

    /// A row of a table; `Some(None)` for a placeholder.
    #[allow(
        clippy::option_option,
        reason = "outer: the shape is not the grammar's; inner: a placeholder stands for the row"
    )]
    pub(super) fn table_row(&mut self, pair: Pair<'_>) -> Option<Option<TableRow>> {
        let span = self.span(&pair);
        let mut parts = Parts::of(pair);
        if parts.has(Rule::broken) {
            return Some(None);
        }
        let mut key = Parts::of(parts.next()?);
        let key = match key.peek()? {
            Rule::kw_otherwise => TableKey::Otherwise,
            Rule::kw_from_row => TableKey::From(self.expr(key.next_part()?)?),
            _ => match self.expr(key.next()?)? {
                Expr { kind: ExprKind::Tuple(all), .. } => TableKey::Values(all),
                one => TableKey::Values(vec![one]),
            },
        };
        let value = self.expr(parts.next()?)?;
        Some(Some(TableRow { key, value, span }))
    }

    /// `F of X`, to the right; `60% of X` is a product.
    fn reading(&mut self, pair: Pair<'_>) -> Option<Expr> {
        let span = self.span(&pair);
        let mut parts = Parts::of(pair);
        let head = parts.next()?;
        match head.as_rule() {
            Rule::chain => self.chain(Parts::of(head)),
            Rule::percent => {
                let share = self.percent(&head);
                let of = self.boxed(parts.next_part()?)?;
                Some(Expr { kind: ExprKind::Binary(BinaryOp::Multiply, Box::new(share), of), span })
            }
            _ => {
                let what = self.function(Parts::of(head).next()?)?;
                let of = self.boxed(parts.next_part()?)?;
                Some(Expr { kind: ExprKind::Of { what, of, wording: Wording::Of }, span })
            }
        }
    }

    /// A key of a scope: `customer`, `cycle of merchant`, `customer.segment`.
    fn scope_key(&mut self, pair: Pair<'_>) -> Option<Expr> {
        let span = self.span(&pair);
        let mut parts = Parts::of(pair);
        let Some(head) = parts.next_if(Rule::name) else { return self.chain(parts) };
        let what = self.function(head)?;
        let of = self.boxed(parts.next_part()?)?;
        Some(Expr { kind: ExprKind::Of { what, of, wording: Wording::Of }, span })
    }

    /// The name of what is read off something, in English where the language knows it.
    fn function(&mut self, pair: Pair<'_>) -> Option<Name> {
        match pair.as_rule() {
            Rule::month_name | Rule::phrase => self.phrase_name(pair),
            _ => {
                let mut name = self.name(&pair);
                if let Some(known) = function_name(&name.text) {
                    known.clone_into(&mut name.text);
                }
                Some(name)
            }
        }
    }

    fn percent(&mut self, pair: &Pair<'_>) -> Expr {
        Expr { kind: ExprKind::Percent(self.number(pair)), span: self.span(pair) }
    }

    /// `X 的 F 的 G`, `X weighted by W`, `X over last 3 months`, to the left.
    fn chain(&mut self, mut parts: Parts<'_>) -> Option<Expr> {
        let mut found = self.expr(parts.next()?)?;
        while let Some(part) = parts.next() {
            let span = found.span.to(self.span(&part));
            let inner = Box::new(found);
            let kind = match part.as_rule() {
                Rule::possessive => {
                    let what = Parts::of(part).next_part_of_possessive()?;
                    if what.as_rule() == Rule::percent {
                        ExprKind::Binary(BinaryOp::Multiply, Box::new(self.percent(&what)), inner)
                    } else {
                        ExprKind::Of { what: self.function(what)?, of: inner, wording: Wording::Of }
                    }
                }
                Rule::weighted => ExprKind::Weighted(inner, self.boxed(Parts::of(part).next_part()?)?),
                Rule::over => {
                    let mut over = Parts::of(part);
                    let previous = over.peek()? == Rule::kw_over_previous;
                    let count = self.number(&over.next_part()?);
                    let unit = period_unit(Parts::of(over.next()?).next()?.as_rule())?;
                    ExprKind::Over { measure: inner, count, unit, previous }
                }
                _ => return None,
            };
            found = Expr { kind, span };
        }
        Some(found)
    }

    fn dotted(&mut self, pair: Pair<'_>) -> Option<Expr> {
        let mut parts = Parts::of(pair);
        let mut found = self.expr(parts.next()?)?;
        while let Some(part) = parts.next() {
            let span = found.span.to(self.span(&part));
            let kind = ExprKind::Of { what: self.name(&part), of: Box::new(found), wording: Wording::Dot };
            found = Expr { kind, span };
        }
        Some(found)
    }

    /// A dotted name as an expression: the same node as `X.f`.
    pub(super) fn path_expr(&mut self, pair: Pair<'_>) -> Expr {
        let path = self.path(pair);
        let mut segments = path.segments.into_iter();
        let first = segments.next().unwrap_or_else(|| Name { text: String::new(), span: path.span });
        let start = Expr { span: first.span, kind: ExprKind::Name(first) };
        segments.fold(start, |of, what| {
            let span = of.span.to(what.span);
            Expr { kind: ExprKind::Of { what, of: Box::new(of), wording: Wording::Dot }, span }
        })
    }

    fn primary(&mut self, pair: Pair<'_>) -> Option<Expr> {
        let span = self.span(&pair);
        let kind = match pair.as_rule() {
            Rule::moment => return self.moment(pair),
            Rule::time => return Some(self.time(&pair)),
            Rule::percent => ExprKind::Percent(self.number(&pair)),
            Rule::multiple => ExprKind::Multiple(self.number(&pair)),
            Rule::parenthesis => return self.parenthesis(pair),
            Rule::list => self.list(pair)?,
            Rule::text => ExprKind::Text(self.label(&pair)),
            Rule::fixed_time => fixed_time(Parts::of(pair).next()?.as_rule(), span)?,
            Rule::month_name | Rule::phrase => ExprKind::Name(self.phrase_name(pair)?),
            Rule::quantity => return self.quantity_moved(pair),
            Rule::flag => ExprKind::Flag(Parts::of(pair).has(Rule::kw_yes)),
            Rule::most => ExprKind::Most,
            Rule::today => ExprKind::Today,
            Rule::name | Rule::field_named | Rule::any_word => ExprKind::Name(self.name(&pair)),
            _ => return None,
        };
        Some(Expr { kind, span })
    }

    /// Brackets, or several values in brackets.
    fn parenthesis(&mut self, pair: Pair<'_>) -> Option<Expr> {
        let span = self.span(&pair);
        let mut parts = Parts::of(pair);
        let mut all = vec![];
        while let Some(part) = parts.next() {
            all.push(self.expr(part)?);
        }
        if all.len() == 1 {
            return all.pop().map(|inner| Expr { span, ..inner });
        }
        Some(Expr { kind: ExprKind::Tuple(all), span })
    }

    /// A quantity, perhaps of days or months before or after a date.
    fn quantity_moved(&mut self, pair: Pair<'_>) -> Option<Expr> {
        let mut span = self.span(&pair);
        let mut parts = Parts::of(pair);
        let (number, unit) = self.quantity(&mut parts)?;
        let Some(shift) = parts.next() else { return Some(Expr { kind: ExprKind::Quantity(number, unit), span }) };
        let whole = span;
        if let Some(crate::syntax::ast::Unit::Known(_, unit)) = &unit {
            span = number.span.to(*unit);
        }
        let by = Box::new(Expr { kind: ExprKind::Quantity(number, unit), span });
        let shift = Parts::of(shift).next()?;
        let after = shift.as_rule() == Rule::later;
        let from = self.boxed(Parts::of(shift).next_part()?)?;
        Some(Expr { kind: ExprKind::Shift { by, after, from }, span: whole })
    }

    /// A length of time: a quantity, or something read, or a table.
    fn length(&mut self, pair: Pair<'_>) -> Option<Expr> {
        let mut parts = Parts::of(pair);
        let found = self.expr(parts.next()?)?;
        match parts.next() {
            Some(table) => self.postfix(found, table),
            None => Some(found),
        }
    }

    /// `E, round half up 4 places`.
    fn rounded_value(&mut self, pair: Pair<'_>) -> Option<Expr> {
        let span = self.span(&pair);
        let mut parts = Parts::of(pair);
        let value = self.expr(parts.next()?)?;
        let Some(part) = parts.next() else { return Some(value) };
        Some(Expr { kind: ExprKind::Rounded(Box::new(value), self.rounding(part)?), span })
    }

    fn list(&mut self, pair: Pair<'_>) -> Option<ExprKind> {
        let mut parts = Parts::of(pair);
        let mut rows = vec![];
        while let Some(row) = parts.next() {
            let inner = Parts::of(row).next()?;
            rows.push(if inner.as_rule() == Rule::record {
                ListRow::Named(self.record(inner)?)
            } else {
                let mut values = Parts::of(inner);
                let mut cells = vec![];
                while let Some(value) = values.next() {
                    cells.push(self.expr(value)?);
                }
                ListRow::Positional(cells)
            });
        }
        Some(ExprKind::List(rows))
    }

    /// `{ field: value }`.
    pub(super) fn record(&mut self, pair: Pair<'_>) -> Option<Vec<(Name, Expr)>> {
        let mut parts = Parts::of(pair);
        let mut fields = vec![];
        while let Some(field) = parts.next() {
            let mut field = Parts::of(field);
            if field.has(Rule::broken) {
                continue;
            }
            let name = self.name(&field.next()?);
            fields.push((name, self.expr(field.next()?)?));
        }
        Some(fields)
    }

    /// The one name of a phrase: its English words.
    fn phrase_name(&mut self, pair: Pair<'_>) -> Option<Name> {
        let span = self.span(&pair);
        let part = Parts::of(pair).next()?;
        if part.as_rule() == Rule::nth {
            let nth = self.nth(part)?;
            return Some(Name { text: format!("{} working day", ordinal(nth)), span });
        }
        self.keyword_name(&part)
    }
}

impl<'i> Parts<'i> {
    /// What stands behind 的: a share, a phrase, or any word.
    fn next_part_of_possessive(&mut self) -> Option<Pair<'i>> {
        self.has(Rule::kw_de);
        self.next()
    }
}

fn binary(op: BinaryOp, left: Expr, right: Expr) -> Expr {
    let span = left.span.to(right.span);
    Expr { kind: ExprKind::Binary(op, Box::new(left), Box::new(right)), span }
}

fn prefixed(spans: Vec<Span>, inner: Expr, wrap: fn(Box<Expr>) -> ExprKind) -> Expr {
    spans.into_iter().rev().fold(inner, |inner, span| {
        let span = span.to(inner.span);
        Expr { kind: wrap(Box::new(inner)), span }
    })
}

fn comparison(rule: Rule) -> Option<BinaryOp> {
    Some(match rule {
        Rule::equals => BinaryOp::Equal,
        Rule::unequal => BinaryOp::NotEqual,
        Rule::less => BinaryOp::Less,
        Rule::less_equal => BinaryOp::AtMost,
        Rule::greater => BinaryOp::Greater,
        Rule::greater_equal => BinaryOp::AtLeast,
        _ => return None,
    })
}

/// `close of month` is what `close of month` would be word by word; so is `start of next month`.
fn fixed_time(rule: Rule, span: Span) -> Option<ExprKind> {
    let of = |what: &str, of: &str| ExprKind::Of {
        what: Name { text: what.to_owned(), span },
        of: Box::new(Expr { kind: ExprKind::Name(Name { text: of.to_owned(), span }), span }),
        wording: Wording::Of,
    };
    Some(match rule {
        Rule::kw_start_of_next_month => of("start", "next month"),
        Rule::kw_start_of_next_quarter => of("start", "next quarter"),
        Rule::kw_start_of_next_year => of("start", "next year"),
        _ => of(
            "close",
            match period_unit(rule)? {
                PeriodUnit::Day => "day",
                PeriodUnit::Week => "week",
                PeriodUnit::Month => "month",
                PeriodUnit::Quarter => "quarter",
                PeriodUnit::Year => "year",
                PeriodUnit::Statement => "statement",
            },
        ),
    })
}

fn ordinal(n: i8) -> String {
    match n {
        -1 => "last".to_owned(),
        1 | 21 | 31 => format!("{n}st"),
        2 | 22 => format!("{n}nd"),
        3 | 23 => format!("{n}rd"),
        _ => format!("{n}th"),
    }
}

/// An expression that is not there, where the tree wants one and a finding has said so.
pub(super) fn missing(span: Span) -> Expr {
    Expr { kind: ExprKind::Broken, span }
}

/// A quantity that a phrase stands for: `next day`.
pub(super) fn one_day(span: Span) -> Expr {
    let number = Number { text: "1".to_owned(), value: rust_decimal::Decimal::ONE, span };
    Expr {
        kind: ExprKind::Quantity(
            number,
            Some(crate::syntax::ast::Unit::Known(crate::syntax::ast::KnownUnit::Days, span)),
        ),
        span,
    }
}

/// A label as an expression's text would be read; the zone of a programme.
pub(super) fn plain_label(text: String, span: Span) -> Label {
    Label { text, span }
}
