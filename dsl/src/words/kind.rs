//! Types of fields in words, for those who send events.

use super::Words;
use super::number::plain;
use crate::policy::{Field, Type, kind};
use crate::say;

impl Words<'_> {
    /// What a field holds: its type, its range where it has one of its own, its default.
    #[must_use]
    pub fn field_type(&self, field: &Field) -> String {
        let mut parts = vec![self.type_name(&field.typed.ty)];
        if let Some((low, high)) = field.typed.range {
            let most = kind::default_most();
            parts.extend(match (plain(low), plain(high), low.is_zero(), high < most) {
                (low, high, _, true) => Some(say!(self.language, "{low} to {high}", "{low} 至 {high}")),
                // Below zero is worth a word; the range that every field has is not.
                (_, _, false, false) if low <= -most => Some(say!(self.language, "may be below zero", "可为负数")),
                (low, _, false, false) => Some(say!(self.language, "at least {low}", "至少 {low}")),
                (_, _, true, false) => None,
            });
        }
        if let Some(decimals) = self.decimals(field) {
            parts.push(say!(self.language, "{decimals} decimals", "{decimals} 位小数"));
        }
        if let Some(most) = field.most {
            parts.push(say!(self.language, "at most {most} entries", "最多 {most} 项"));
        }
        if field.dated {
            parts.push(say!(self.language, "with the dates from which it holds", "含起始日期"));
        }
        match &field.default {
            Some(default) => {
                let default = self.value(default);
                parts.push(say!(self.language, "{default} where left out", "缺省为 {default}"));
            }
            None if field.typed.optional => parts.push(say!(self.language, "may be left out", "可省略")),
            None => {}
        }
        self.clauses(&parts)
    }

    /// Decimals, where they are not those of the unit.
    fn decimals(&self, field: &Field) -> Option<u8> {
        let usual = match &field.typed.ty {
            Type::Money(id) => self.policy.currency_of(*id)?.scale,
            Type::Points(id) => self.policy.points_of(*id)?.scale,
            Type::Quantity(id) => self.policy.quantities.get(id.0)?.scale,
            Type::Number | Type::Rate(..) => return Some(field.typed.scale),
            _ => return None,
        };
        (field.typed.scale != usual).then_some(field.typed.scale)
    }

    fn type_name(&self, ty: &Type) -> String {
        match ty {
            Type::Money(id) => {
                let currency = self.currency(*id);
                say!(self.language, "money in {currency}", "金额（{currency}）")
            }
            Type::Points(id) => self.points(*id),
            Type::Quantity(id) => self.quantity(*id),
            Type::Rate(over, under) => {
                let (over, under) = (self.type_name(over), self.type_name(under));
                say!(self.language, "{over} per {under}", "每{under}的{over}")
            }
            Type::Number => say!(self.language, "number", "数"),
            Type::Percent => say!(self.language, "percentage", "百分比"),
            Type::Count => say!(self.language, "whole number", "整数"),
            Type::Multiple => say!(self.language, "multiple", "倍数"),
            Type::Flag => say!(self.language, "yes or no", "是或否"),
            Type::Date => say!(self.language, "date", "日期"),
            Type::Instant => say!(self.language, "date and time", "日期与时间"),
            Type::Time => say!(self.language, "time of day", "时刻"),
            Type::Term => say!(self.language, "term in months or years", "期限（月或年）"),
            Type::Days => say!(self.language, "days", "天数"),
            Type::WorkingDays => say!(self.language, "working days", "工作日数"),
            Type::Minutes => say!(self.language, "minutes", "分钟数"),
            Type::Period(unit) => self.period(*unit),
            Type::Enum(id) => self.policy.enum_type(*id).map_or_else(String::new, |one| self.name(&one.title)),
            Type::Tier(id) => self.policy.tier(*id).map_or_else(String::new, |tier| self.name(&tier.title)),
            Type::Code(digits) => say!(self.language, "code of {digits} digits", "{digits} 位代码"),
            Type::Text => say!(self.language, "text", "文本"),
            Type::Subject(id) => {
                let subject = self.subject(*id);
                say!(self.language, "id of a {subject}", "{subject}编号")
            }
            Type::EventOf(kinds) => {
                let kinds = self.kinds(kinds);
                say!(self.language, "id of an earlier event: {kinds}", "先前业务的编号：{kinds}")
            }
            Type::List(members) => {
                let members: Vec<String> = members
                    .iter()
                    .map(|member| {
                        let (name, holds) = (self.name(&member.title), self.field_type(member));
                        say!(self.language, "{name} ({holds})", "{name}（{holds}）")
                    })
                    .collect();
                let members = self.all_of(&members);
                say!(self.language, "list of {members}", "列表：{members}")
            }
            Type::Set(inner) => self.type_name(inner),
        }
    }
}
