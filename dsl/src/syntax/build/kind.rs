//! What libraries mostly declare: kinds of events, facts, enums, codes and calendars.

use super::super::pairs::Pair;
use super::expr::missing;
use super::literal::{period_unit, weekday};
use super::{Builder, Parts};
use crate::diagnostic::{Diagnostic, Text};
use crate::source::Span;
use crate::syntax::ast::{
    CalendarDay, CalendarDecl, CodeMember, CodesDecl, DeclKind, Declared, EnumDecl, EventDecl, EventRole, FactsDecl,
    FieldDecl, TypeExpr, TypeKind,
};
use crate::syntax::parse::Rule;

#[allow(clippy::option_option, reason = "outer: the shape is not the grammar's; inner: a placeholder stands there")]
impl Builder<'_> {
    pub(super) fn event(&mut self, mut parts: Parts<'_>) -> Option<DeclKind> {
        let role = match parts.next()?.as_rule() {
            Rule::kw_event => EventRole::Plain,
            Rule::kw_request_event => EventRole::Request,
            Rule::kw_refund_event => EventRole::Refund,
            Rule::kw_moment_event => EventRole::Moment,
            _ => return None,
        };
        let declared = self.declared(parts.next()?)?;
        let json = match parts.next_if(Rule::json_name) {
            Some(part) => Some(self.label(&Parts::of(part).next_part()?)),
            None => None,
        };
        let fields = match parts.next() {
            Some(fields) => self.fields(fields)?,
            None => vec![],
        };
        Some(DeclKind::Event(EventDecl { declared, json, role, fields }))
    }

    pub(super) fn facts(&mut self, mut parts: Parts<'_>) -> Option<DeclKind> {
        let subject = self.declared(parts.next_part()?)?;
        Some(DeclKind::Facts(FactsDecl { subject, fields: self.fields(parts.next()?)? }))
    }

    fn fields(&mut self, pair: Pair<'_>) -> Option<Vec<FieldDecl>> {
        let mut parts = Parts::of(pair);
        let mut fields = vec![];
        while let Some(part) = parts.next() {
            fields.extend(self.field(part)?);
        }
        Some(fields)
    }

    pub(super) fn field(&mut self, pair: Pair<'_>) -> Option<Option<FieldDecl>> {
        let span = self.span(&pair);
        let mut parts = Parts::of(pair);
        if parts.has(Rule::broken) {
            return Some(None);
        }
        let declared = self.declared(parts.next()?)?;
        let (ty, optional) = self.field_type(parts.next()?)?;
        let mut field =
            FieldDecl { declared, ty, optional, default: None, range: None, json: vec![], reduces: false, span };
        while let Some(part) = parts.next() {
            let place = self.span(&part);
            let rule = part.as_rule();
            let mut inner = Parts::of(part);
            let first = match rule {
                Rule::field_default => field.default.replace(self.expr(inner.next_part()?)?).is_none(),
                Rule::field_range => {
                    let low = self.expr(inner.next_part()?)?;
                    field.range.replace((low, self.expr(inner.next_part()?)?)).is_none()
                }
                Rule::field_json => {
                    let first = field.json.is_empty();
                    while let Some(entry) = inner.next_part() {
                        let mut entry = Parts::of(entry);
                        let name = entry.next_if(Rule::any_word).map(|part| self.name(&part));
                        field.json.push((name, self.label(&entry.next()?)));
                    }
                    first
                }
                Rule::kw_reduces => !std::mem::replace(&mut field.reduces, true),
                _ => return None,
            };
            self.once(first, place);
        }
        Some(Some(field))
    }

    /// A type, and whether `?` stands behind it.
    fn field_type(&mut self, pair: Pair<'_>) -> Option<(TypeExpr, bool)> {
        let mut span = self.span(&pair);
        let mut parts = Parts::of(pair);
        let head = parts.next()?;
        let mut optional = false;
        let kind = match head.as_rule() {
            Rule::path => TypeKind::Named(self.path(head)),
            Rule::kw_money => {
                let mut currencies = vec![];
                while let Some(part) = parts.next_part_if(Rule::currency_name) {
                    currencies.push(self.name(&Parts::of(part).next()?));
                }
                TypeKind::Money(currencies)
            }
            Rule::kw_points_type => TypeKind::Points(parts.next_part_if(Rule::path).map(|part| self.path(part))),
            Rule::kw_number_type => {
                let decimals = parts.next_if(Rule::number).map(|part| self.number(&part));
                parts.has(Rule::kw_decimals);
                TypeKind::Number(decimals)
            }
            Rule::kw_code_of => {
                let digits = self.number(&parts.next()?);
                parts.has(Rule::kw_digits);
                TypeKind::Code(digits)
            }
            Rule::kw_list_of_at_most | Rule::kw_list_of => {
                let most = parts.next_if(Rule::number).map(|part| self.number(&part));
                TypeKind::List(most, self.fields(parts.next()?)?)
            }
            Rule::rate_type => {
                let mut rate = Parts::of(head);
                let over = self.name(&rate.next()?);
                let under = self.name(&rate.next_part()?);
                TypeKind::Rate(over, under, rate.next_if(Rule::number).map(|part| self.number(&part)))
            }
            Rule::kw_dated => {
                let (inner, known) = self.field_type(parts.next()?)?;
                optional = known;
                TypeKind::Dated(Box::new(inner))
            }
            rule => plain_type(rule)?,
        };
        if let Some(question) = parts.next_if(Rule::question) {
            optional = true;
            span.end = self.span(&question).start;
        }
        Some((TypeExpr { kind, span }, optional))
    }

    pub(super) fn enumeration(&mut self, mut parts: Parts<'_>) -> Option<DeclKind> {
        let open = parts.next()?.as_rule() == Rule::kw_open_enum;
        let declared = self.declared(parts.next()?)?;
        Some(DeclKind::Enum(EnumDecl { declared, open, values: self.enum_values(parts.next()?)? }))
    }

    pub(super) fn extension(&mut self, mut parts: Parts<'_>, span: Span) -> Option<DeclKind> {
        let path = self.path(parts.next_part()?);
        Some(DeclKind::Extend(path, self.enum_values(parts.next()?)?, span))
    }

    fn enum_values(&mut self, pair: Pair<'_>) -> Option<Vec<Declared>> {
        let mut parts = Parts::of(pair);
        let mut values = vec![];
        while let Some(part) = parts.next() {
            values.extend(self.enum_value(part)?);
        }
        Some(values)
    }

    pub(super) fn enum_value(&mut self, pair: Pair<'_>) -> Option<Option<Declared>> {
        let part = Parts::of(pair).next()?;
        if part.as_rule() == Rule::broken {
            return Some(None);
        }
        self.declared(part).map(Some)
    }

    pub(super) fn codes(&mut self, mut parts: Parts<'_>) -> Option<DeclKind> {
        let declared = self.declared(parts.next_part()?)?;
        let of = self.path(parts.next_part()?);
        let mut members = vec![];
        while let Some(part) = parts.next() {
            members.extend(self.code_member(part)?);
        }
        Some(DeclKind::Codes(CodesDecl { declared, of, members }))
    }

    pub(super) fn code_member(&mut self, pair: Pair<'_>) -> Option<Option<CodeMember>> {
        let mut parts = Parts::of(pair);
        let head = parts.next()?;
        Some(match head.as_rule() {
            Rule::broken => None,
            Rule::path => Some(CodeMember::Set(self.path(head))),
            _ => {
                let first = self.number(&head);
                Some(match parts.next_part_if(Rule::number) {
                    Some(last) => CodeMember::Range(first, self.number(&last)),
                    None => CodeMember::One(first, self.labels(&mut parts)),
                })
            }
        })
    }

    pub(super) fn calendar(&mut self, mut parts: Parts<'_>, span: Span) -> Option<DeclKind> {
        let declared = self.declared(parts.next_part()?)?;
        let mut ends = None;
        let (mut rest, mut holidays, mut workdays) = (vec![], vec![], vec![]);
        while let Some(part) = parts.next() {
            let place = self.span(&part);
            let part = Parts::of(part).next()?;
            let rule = part.as_rule();
            let mut inner = Parts::of(part);
            match rule {
                Rule::broken => {}
                Rule::calendar_span => {
                    let from = self.expr(inner.next_part()?)?;
                    let first = ends.replace((from, self.expr(inner.next_part()?)?)).is_none();
                    self.once(first, place);
                }
                Rule::rest_days => {
                    while let Some(day) = inner.next_part() {
                        rest.push(weekday(Parts::of(day).next()?.as_rule())?);
                    }
                }
                Rule::holidays => self.calendar_days(&mut inner, &mut holidays)?,
                Rule::workdays => self.calendar_days(&mut inner, &mut workdays)?,
                _ => return None,
            }
        }
        let (from, to) = ends.unwrap_or_else(|| {
            self.report(
                Diagnostic::error(
                    "E0058",
                    Text::new(
                        format!("calendar `{}` does not say which days it covers", declared.name.text),
                        format!("日历 `{}` 没有说明覆盖哪些日期", declared.name.text),
                    ),
                    declared.name.span,
                    Text::new("covers no days", "未说明起止"),
                )
                .help(Text::new(
                    "write `from 2022-01-01 to 2027-12-31` as its first line",
                    "请在首行写 `自 2022-01-01 至 2027-12-31`",
                )),
            );
            (missing(span), missing(span))
        });
        Some(DeclKind::Calendar(CalendarDecl { declared, from, to, rest, holidays, workdays }))
    }

    fn calendar_days(&mut self, parts: &mut Parts<'_>, days: &mut Vec<CalendarDay>) -> Option<()> {
        while let Some(day) = parts.next_part() {
            let mut day = Parts::of(day);
            if day.has(Rule::broken) {
                continue;
            }
            let from = self.expr(day.next()?)?;
            let to = match day.next_part_if(Rule::moment) {
                Some(to) => Some(self.expr(to)?),
                None => None,
            };
            days.push(CalendarDay { from, to, labels: self.labels(&mut day) });
        }
        Some(())
    }
}

fn plain_type(rule: Rule) -> Option<TypeKind> {
    Some(match rule {
        Rule::kw_count_type => TypeKind::Count,
        Rule::kw_percent_type => TypeKind::Percent,
        Rule::kw_flag_type => TypeKind::Flag,
        Rule::kw_date_type => TypeKind::Date,
        Rule::kw_instant_type => TypeKind::Instant,
        Rule::kw_time_type => TypeKind::Time,
        Rule::kw_term_type => TypeKind::Term,
        Rule::kw_days_type => TypeKind::Days,
        Rule::kw_text_type => TypeKind::Text,
        Rule::kw_tier_type => TypeKind::HostTier,
        other => TypeKind::Period(period_unit(other)?),
    })
}
