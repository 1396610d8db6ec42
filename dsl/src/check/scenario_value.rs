//! Values of tests as JSON, and what an event of a test must lead to.

use super::messages;
use super::scenario::word;
use super::{Checker, Env, Reader};
use crate::policy::{Expected, Field, KindId, Node, PointsId, Role, Type, Value};
use crate::source::Span;
use crate::syntax::ast::{self, ExpectKind, Expectation, ExprKind, ListRow, PeriodUnit};
use chrono::{Datelike as _, NaiveDate};
use rust_decimal::Decimal;
use serde_json::{Map, Value as Json};

/// Codes with which an event is refused where no clause names another (semantics, section 12).
const USUAL_CODES: &[&str] = &[
    "outside_window",
    "disqualified",
    "not_transferable",
    "not_cashable",
    "not_returnable",
    "tier_required",
    "condition_not_met",
    "not_whole_step",
    "below_minimum",
    "quantity_limit",
    "repeat_not_allowed",
    "transfer_limit",
    "quota_exhausted",
    "exceeds_amount",
    "out_of_stock",
    "insufficient_points",
];

impl Checker<'_> {
    /// Sets the JSON member (or one of the members) by which a host gives a field.
    pub(crate) fn give(&mut self, map: &mut Map<String, Json>, span: Span, field: &Field, value: &ast::Expr) {
        self.refer(span, &field.title.name, field.title.labels.clone());
        if field.typed.ty == Type::Term {
            if let Some(Value::Term(months)) = self.constant_value(value, &Type::Term) {
                self.term_member(map, field, months, value.span);
            }
            return;
        }
        let Some(json) = self.json(&field.typed.ty, value) else { return };
        if let Some(name) = field.json.first() {
            map.insert(name.name.clone(), json);
        }
    }

    /// A term is given in the unit that expresses it whole: months, else years.
    fn term_member(&mut self, map: &mut Map<String, Json>, field: &Field, months: i32, span: Span) {
        let fitting = field.json.iter().filter_map(|name| {
            let factor = i32::try_from(name.factor).ok()?;
            (months.checked_rem(factor) == Some(0))
                .then(|| months.checked_div(factor).map(|count| (factor, &name.name, count)))
                .flatten()
        });
        match fitting.min_by_key(|(factor, ..)| *factor) {
            Some((_, name, count)) => {
                map.insert(name.clone(), Json::String(count.to_string()));
            }
            None => self.report(messages::term_not_whole(span)),
        }
    }

    fn json(&mut self, ty: &Type, value: &ast::Expr) -> Option<Json> {
        match (ty, &value.kind) {
            (_, ExprKind::Broken) => None,
            (Type::Subject(_) | Type::EventOf(_) | Type::Text, _) => Some(Json::String(word(value))),
            (Type::Points(_) | Type::Number | Type::Count, ExprKind::Most) => Some(Json::String("max".to_owned())),
            (Type::List(fields), ExprKind::List(rows)) => {
                let rows: Vec<Json> = rows.iter().filter_map(|row| self.element(fields, row, value.span)).collect();
                Some(Json::Array(rows))
            }
            (Type::Period(unit), _) => {
                if let Some(first) = period_written(*unit, value) {
                    return Some(Json::String(period_text(*unit, first)));
                }
                match self.constant_value(value, &Type::Date)? {
                    Value::Date(date) => Some(Json::String(period_text(*unit, date))),
                    _ => None,
                }
            }
            _ => {
                let value = self.constant_value(value, ty)?;
                Some(self.json_of(value))
            }
        }
    }

    fn json_of(&self, value: Value) -> Json {
        Json::String(match value {
            Value::Flag(flag) => return Json::Bool(flag),
            Value::Money(amount, _) | Value::Points(amount, _) | Value::Quantity(amount, _) => amount.to_string(),
            Value::Number(amount) | Value::Percent(amount) | Value::Count(amount) | Value::Multiple(amount) => {
                amount.to_string()
            }
            Value::Date(date) => date.format("%Y-%m-%d").to_string(),
            Value::Instant(at) => self.instant_text(at),
            Value::Time(time) => time.format("%H:%M:%S").to_string(),
            Value::Term(months) => months.to_string(),
            Value::Days(count) | Value::WorkingDays(count) | Value::Minutes(count) => count.to_string(),
            Value::Period(unit, first) => period_text(unit, first),
            Value::Enum(_, name) => name,
            Value::Code(text) | Value::Text(text) => text,
        })
    }

    /// A local moment with its offset, as a host would send it; of a moment that comes twice the first.
    fn instant_text(&self, at: chrono::NaiveDateTime) -> String {
        use chrono::TimeZone as _;
        let zone: Option<chrono_tz::Tz> = self.policy.timezone.parse().ok();
        let instant = zone.and_then(|zone| zone.from_local_datetime(&at).earliest());
        instant.map_or_else(|| at.format("%Y-%m-%dT%H:%M:%S").to_string(), |instant| instant.to_rfc3339())
    }

    /// An element of a list: by field names, or one value per field in the declared order.
    fn element(&mut self, fields: &[Field], row: &ListRow, span: Span) -> Option<Json> {
        let mut map = Map::new();
        match row {
            ListRow::Named(members) => {
                for (name, value) in members {
                    match super::name::find_field(fields, &name.text) {
                        Some(field) => self.give(&mut map, name.span, &field.clone(), value),
                        None => {
                            let spoken: Vec<String> =
                                fields.iter().flat_map(|field| super::name::names_of(&field.title)).collect();
                            self.report(messages::test_field_unknown(name, &crate::policy::Title::default(), &spoken));
                        }
                    }
                }
            }
            ListRow::Positional(values) => {
                if values.len() > fields.len() {
                    self.report(messages::test_cells(span, values.len(), span, fields.len()));
                    return None;
                }
                for (field, value) in fields.iter().zip(values) {
                    // `30 days` in the place of a count of days is 30.
                    let days = matches!(
                        (&field.typed.ty, &value.kind),
                        (Type::Count, ExprKind::Quantity(_, Some(ast::Unit::Known(..))))
                    );
                    match (&value.kind, days, field.json.first()) {
                        (ExprKind::Quantity(number, _), true, Some(name)) => {
                            map.insert(name.name.clone(), Json::String(number.value.to_string()));
                        }
                        _ => self.give(&mut map, value.span, field, value),
                    }
                }
            }
        }
        Some(Json::Object(map))
    }

    /// What an event must lead to: a refused event gives nothing.
    pub(crate) fn expectations(&mut self, kind: KindId, all: &[Expectation]) -> Vec<Expected> {
        let refused = all.iter().find(|one| matches!(one.kind, ExpectKind::Refuse(_)));
        let other = all.iter().find(|one| !matches!(one.kind, ExpectKind::Refuse(_)));
        if let (Some(refused), Some(other)) = (refused, other) {
            let (first, second) =
                if refused.span.key() < other.span.key() { (refused, other) } else { (other, refused) };
            self.report(messages::test_contradiction(first.span, second.span));
        }
        all.iter().filter_map(|one| self.expectation(kind, one)).collect()
    }

    fn expectation(&mut self, kind: KindId, expected: &Expectation) -> Option<Expected> {
        let span = expected.span;
        let requested = self.policy.kind(kind).is_some_and(|kind| kind.role == Role::Request);
        Some(match &expected.kind {
            ExpectKind::Earn(amount, to, lines) => self.earned(amount, to.as_ref(), lines, false, span)?,
            ExpectKind::Take(amount, lines) if !requested => self.earned(amount, None, lines, true, span)?,
            ExpectKind::TakeBack(amount, None) => self.earned(amount, None, &[], true, span)?,
            ExpectKind::Refuse(code) => {
                self.check_code(code);
                Expected::Refuse(code.text.clone(), span)
            }
            ExpectKind::Take(amount, _) | ExpectKind::Move(amount, _) | ExpectKind::TakeBack(amount, Some(_)) => {
                self.points_in(amount)?;
                Expected::Other(self.written(span), span)
            }
            ExpectKind::Money(..)
            | ExpectKind::Entries(_)
            | ExpectKind::Grant(..)
            | ExpectKind::DeliverBy(_)
            | ExpectKind::Value(_)
            | ExpectKind::Notify(_) => Expected::Other(self.written(span), span),
        })
    }

    /// A code that some clause names, or one of those that need no naming.
    fn check_code(&mut self, code: &ast::Name) {
        if USUAL_CODES.contains(&code.text.as_str()) || self.names.codes_named.contains(code.text.as_str()) {
            return;
        }
        let known: Vec<String> =
            self.names.codes_named.iter().chain(USUAL_CODES).map(|code| (*code).to_owned()).collect();
        self.report(messages::test_code_unknown(code, &known));
    }

    fn earned(
        &mut self,
        amount: &ast::Expr,
        to: Option<&ast::Name>,
        lines: &[ast::Breakdown],
        taken: bool,
        span: Span,
    ) -> Option<Expected> {
        let (amount, points) = self.points_in(amount)?;
        let sign = |amount: Decimal| if taken { -amount } else { amount };
        let mut parts = Vec::new();
        for line in lines {
            let name = self.line_named(&line.name)?;
            let got = self.amount_of(&line.got)?.0;
            let asked = match &line.asked {
                Some(asked) => Some(sign(self.amount_of(asked)?.0)),
                None => None,
            };
            parts.push((name, sign(got), asked));
        }
        parts.sort_by(|a, b| a.0.cmp(&b.0));
        Some(Expected::Earn { amount: sign(amount), points, to: to.map(|to| to.text.clone()), lines: parts, span })
    }

    /// An amount of points that is fixed, with the name of the points.
    pub(crate) fn points_in(&mut self, amount: &ast::Expr) -> Option<(Decimal, String)> {
        let found = self.expr(&Env::new(&[], None, Reader::Host), amount)?;
        match found.node {
            Node::Constant(Value::Points(amount, id)) => {
                let name = self.policy.points_of(id).map(|points| points.title.name.clone())?;
                Some((amount, name))
            }
            _ => {
                let shown = self.show(&found.typed.ty);
                self.report(messages::test_expects_no_points(amount.span, &shown));
                None
            }
        }
    }

    /// An amount whose unit may be left out.
    pub(crate) fn amount_of(&mut self, amount: &ast::Expr) -> Option<(Decimal, Option<PointsId>)> {
        let found = self.expr(&Env::new(&[], None, Reader::Host), amount)?;
        match found.node {
            Node::Constant(Value::Points(amount, id)) => Some((amount, Some(id))),
            Node::Constant(Value::Number(amount)) => Some((amount, None)),
            _ => {
                let shown = self.show(&found.typed.ty);
                self.report(messages::test_expects_no_points(amount.span, &shown));
                None
            }
        }
    }

    /// The source text of a place.
    fn written(&self, span: Span) -> String {
        let text = self.policy.sources.get(span.file).map_or("", |source| &*source.text);
        let (start, end) = (usize::try_from(span.start).unwrap_or(0), usize::try_from(span.end).unwrap_or(0));
        text.get(start..end).unwrap_or_default().trim().to_owned()
    }
}

/// A period named by its numbers, `2019-05` or `2019` (which otherwise reads as a difference or a number): its first day.
fn period_written(unit: PeriodUnit, value: &ast::Expr) -> Option<NaiveDate> {
    let whole = |expr: &ast::Expr, digits: usize| match &expr.kind {
        ExprKind::Quantity(number, None) if number.text.len() == digits => number.text.parse::<u32>().ok(),
        _ => None,
    };
    match (unit, &value.kind) {
        (PeriodUnit::Month, ExprKind::Binary(ast::BinaryOp::Subtract, year, month)) => {
            NaiveDate::from_ymd_opt(i32::try_from(whole(year, 4)?).ok()?, whole(month, 2)?, 1)
        }
        (PeriodUnit::Year, _) => NaiveDate::from_ymd_opt(i32::try_from(whole(value, 4)?).ok()?, 1, 1),
        _ => None,
    }
}

/// A period as a host writes it, by one of its days: `2024-03`, `2024-Q1`, `2024`, or the day itself.
fn period_text(unit: PeriodUnit, day: NaiveDate) -> String {
    match unit {
        PeriodUnit::Month => day.format("%Y-%m").to_string(),
        PeriodUnit::Quarter => {
            format!("{}-Q{}", day.year(), day.month0().checked_div(3).unwrap_or(0).saturating_add(1))
        }
        PeriodUnit::Year => day.format("%Y").to_string(),
        PeriodUnit::Day | PeriodUnit::Week | PeriodUnit::Statement => day.format("%Y-%m-%d").to_string(),
    }
}
