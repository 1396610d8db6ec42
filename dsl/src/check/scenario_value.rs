//! Values of tests as JSON, as a host would send them, and fixed amounts.

use super::messages;
use super::scenario::word;
use super::{Checker, Env, Reader};
use crate::policy::{Field, Node, PointsId, Type, Value};
use crate::source::Span;
use crate::syntax::ast::{self, ExprKind, ListRow, PeriodUnit};
use chrono::{Datelike as _, NaiveDate};
use rust_decimal::Decimal;
use serde_json::{Map, Value as Json};

impl Checker<'_> {
    /// Sets the JSON member (or one of the members) by which a host gives a field.
    pub(crate) fn give(&mut self, map: &mut Map<String, Json>, span: Span, field: &Field, value: &ast::Expr) {
        self.refer_title(span, &field.title);
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
