//! What a value is, in words: money in a currency, points of a kind, a value of a list.

use super::Words;
use crate::check::messages::both;
use crate::diagnostic::Text;
use crate::policy::{Policy, TierId, Title, Type};

impl Words<'_> {
    /// A type: `money in CNY` · `CNY 金额`.
    #[must_use]
    pub fn typed(&self, ty: &Type) -> String {
        let tier = |id: TierId| self.policy.tier(id).map_or_else(String::new, |tier| tier.title.name.clone());
        type_told(self.policy, ty, &tier).get(self.language).to_owned()
    }
}

/// A type in words, in both languages; `tier` names a tier by a measure.
pub(crate) fn type_told(policy: &Policy, ty: &Type, tier: &dyn Fn(TierId) -> String) -> Text {
    let named = |title: Option<&Title>| title.map_or_else(String::new, |title| title.name.clone());
    match ty {
        Type::Money(id) => {
            let code = named(policy.currency_of(*id).map(|one| &one.title));
            both(format!("money in {code}"), format!("{code} 金额"))
        }
        Type::Points(id) => {
            let points = named(policy.points_of(*id).map(|one| &one.title));
            both(format!("points of {points}"), format!("{points} 积分"))
        }
        Type::Quantity(id) => {
            let unit = policy.quantities.get(id.0).map_or_else(String::new, |one| one.unit.clone());
            both(format!("a quantity in {unit}"), format!("以 {unit} 计的数量"))
        }
        Type::Rate(over, under) => {
            let (over, under) = (type_told(policy, over, tier), type_told(policy, under, tier));
            both(format!("{} per {}", over.en, under.en), format!("每 {} 的 {}", under.zh, over.zh))
        }
        Type::Number => both("a plain number", "无单位的数"),
        Type::Percent => both("a percentage", "百分比"),
        Type::Count => both("a count", "个数"),
        Type::Multiple => both("a multiple (`2x`)", "倍数（`2倍`）"),
        Type::Flag => both("yes or no", "是或否"),
        Type::Date => both("a date", "日期"),
        Type::Instant => both("a moment (date and time)", "时刻（日期和时间）"),
        Type::Time => both("a time of day", "一天中的时间"),
        Type::Term => both("a length of time in months or years", "以月或年计的期限"),
        Type::Days => both("a number of days", "天数"),
        Type::WorkingDays => both("a number of working days", "工作日数"),
        Type::Minutes => both("hours or minutes", "小时或分钟数"),
        Type::Period(_) => both("a period", "周期"),
        Type::Enum(id) => {
            let name = named(policy.enum_type(*id).map(|one| &one.title));
            both(format!("a value of {name}"), format!("{name} 的取值"))
        }
        Type::Tier(id) => {
            let name = tier(*id);
            both(format!("a tier of {name}"), format!("{name} 的等级"))
        }
        Type::Code(_) => both("a code", "代码"),
        Type::Text => both("text", "文本"),
        Type::Subject(id) => {
            let name = named(policy.subject(*id).map(|one| &one.title));
            both(format!("a {name}"), name)
        }
        Type::EventOf(_) => both("an earlier event", "先前的事件"),
        Type::List(_) => both("a list", "列表"),
        Type::Set(_) => both("a set", "集合"),
    }
}
