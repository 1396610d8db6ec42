//! Names for readers: the label in their language, else a readable form of the identifier.

use super::Words;
use crate::policy::{
    CurrencyId, EnumId, Expr, Field, GroupId, KindId, PointsId, PoolId, QuantityId, Rule, RuleBody, RuleId, SubjectId,
    Title, Type,
};
use crate::say;
use rust_decimal::Decimal;

/// An identifier as words: `golden_week.card_spend` as `card spend`, `TermDeposit` as `term deposit`.
#[must_use]
pub fn readable(identifier: &str) -> String {
    let last = identifier.rsplit('.').next().unwrap_or(identifier);
    let letters: Vec<char> = last.chars().collect();
    if letters.iter().all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit()) {
        return last.to_owned();
    }
    let mut out = String::new();
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| letters.get(at));
        if *letter == '_' {
            out.push(' ');
        } else if letter.is_ascii_uppercase() {
            if before.is_some_and(|before| before.is_ascii_lowercase() || before.is_ascii_digit()) {
                out.push(' ');
            }
            out.push(letter.to_ascii_lowercase());
        } else {
            out.push(*letter);
        }
    }
    out
}

fn has_han(text: &str) -> bool {
    text.chars().any(|letter| ('\u{3400}'..='\u{9fff}').contains(&letter))
}

impl<'p> Words<'p> {
    /// The label in the reader's language, or the identifier in words; Chinese readers get any label before that.
    #[must_use]
    pub fn name(&self, title: &Title) -> String {
        let label = title.labels.iter().find(|label| has_han(label) == self.chinese());
        match (label, title.labels.first(), self.chinese()) {
            (Some(label), ..) => label.clone(),
            (None, Some(label), true) => label.clone(),
            (None, ..) => readable(&title.name),
        }
    }

    /// A name in quotation marks.
    #[must_use]
    pub fn quoted(&self, title: &Title) -> String {
        format!("“{}”", self.name(title))
    }

    /// The name of an event kind.
    #[must_use]
    pub fn kind(&self, id: KindId) -> String {
        self.policy.kind(id).map_or_else(String::new, |kind| self.name(&kind.title))
    }

    /// `purchase or repayment` · `消费或还款`.
    #[must_use]
    pub fn kinds(&self, ids: &[KindId]) -> String {
        self.one_of(&ids.iter().map(|id| self.kind(*id)).collect::<Vec<_>>())
    }

    /// The name of a group, in quotation marks.
    #[must_use]
    pub fn group_name(&self, id: GroupId) -> String {
        self.policy.group(id).map_or_else(String::new, |group| format!("“{}”", self.name(&group.title)))
    }

    /// The name of a rule, in quotation marks.
    #[must_use]
    pub fn rule_name(&self, id: RuleId) -> String {
        self.policy.rule(id).map_or_else(String::new, |rule| format!("“{}”", self.rule_title(rule)))
    }

    /// The name of a rule as a heading: what a prohibition forbids where it has no name of its own.
    #[must_use]
    pub fn rule_title(&self, rule: &Rule) -> String {
        match &rule.body {
            RuleBody::Request(request) if request.prohibited.is_some() && rule.title.labels.is_empty() => {
                let form = self.form(request.form);
                say!(self.language, "no {form}", "不可{form}")
            }
            _ => self.name(&rule.title),
        }
    }

    /// The name of points.
    #[must_use]
    pub fn points(&self, id: PointsId) -> String {
        self.policy.points_of(id).map_or_else(String::new, |points| self.several(&points.title))
    }

    /// The name of a pool.
    #[must_use]
    pub fn pool(&self, points: PointsId, id: PoolId) -> String {
        let pool = self.policy.points_of(points).and_then(|points| points.pools.get(id.0));
        pool.map_or_else(String::new, |pool| self.name(&pool.title))
    }

    /// So many points: `1 point`, `200 points` · `200 积分`.
    #[must_use]
    pub fn amount_of(&self, amount: Decimal, id: PointsId) -> String {
        let unit = match self.policy.points_of(id) {
            Some(points) if amount == Decimal::ONE => self.single(&points.title),
            Some(points) => self.several(&points.title),
            None => String::new(),
        };
        format!("{} {unit}", super::number::plain(amount))
    }

    /// A name that English puts in the plural where it is a point of some kind.
    pub(super) fn several(&self, title: &Title) -> String {
        let name = self.name(title);
        if !self.chinese() && name.to_ascii_lowercase().ends_with("point") { format!("{name}s") } else { name }
    }

    /// A name that English puts in the singular.
    pub(super) fn single(&self, title: &Title) -> String {
        let name = self.name(title);
        match name.strip_suffix('s') {
            Some(one) if !self.chinese() && one.to_ascii_lowercase().ends_with("point") => one.to_owned(),
            _ => name,
        }
    }

    /// The name of a currency: its code for English readers.
    #[must_use]
    pub fn currency(&self, id: CurrencyId) -> String {
        match self.policy.currency_of(id) {
            Some(currency) if self.chinese() => currency.title.shown().to_owned(),
            Some(currency) => currency.title.name.clone(),
            None => String::new(),
        }
    }

    pub(super) fn quantity(&self, id: QuantityId) -> String {
        self.policy.quantities.get(id.0).map_or_else(String::new, |one| one.unit.clone())
    }

    pub(super) fn subject(&self, id: SubjectId) -> String {
        self.policy.subject(id).map_or_else(String::new, |one| self.name(&one.title))
    }

    /// The name of an enum's value.
    #[must_use]
    pub fn enum_value(&self, id: EnumId, name: &str) -> String {
        let values = self.policy.enum_type(id).map(|one| one.values.as_slice()).unwrap_or_default();
        values
            .iter()
            .find(|value| value.title.name == name)
            .map_or_else(|| readable(name), |value| self.name(&value.title))
    }

    /// The field of this name: of the kinds at hand, else of any kind.
    pub(super) fn field(&self, name: &str) -> Option<&'p Field> {
        let own = self.kinds.iter().filter_map(|id| self.policy.kind(*id)).find_map(|kind| kind.field(name));
        own.or_else(|| self.policy.kinds.iter().find_map(|kind| kind.field(name)))
    }

    /// What a field of the event is called.
    #[must_use]
    pub fn field_name(&self, name: &str) -> String {
        self.field(name).map_or_else(|| self.known_word(name), |field| self.name(&field.title))
    }

    /// What a member of a list's element is called, or a number of a request: points by their unit.
    pub(super) fn element(&self, name: &str, expr: &Expr) -> String {
        match &expr.typed.ty {
            Type::Points(id) if name == "points" => {
                let points = self.points(*id);
                say!(self.language, "{points} used", "所用{points}")
            }
            _ => self.element_name(name),
        }
    }

    /// What a member of a list's element, or a number of a request, is called.
    pub(super) fn element_name(&self, name: &str) -> String {
        let own = self.kinds.iter().filter_map(|id| self.policy.kind(*id));
        let lists = own.flat_map(|kind| &kind.fields).filter_map(|field| match &field.typed.ty {
            Type::List(members) => Some(members),
            _ => None,
        });
        let member = lists.flatten().find(|member| member.title.name == name);
        member.map_or_else(|| self.known_word(name), |member| self.name(&member.title))
    }

    /// Names that no declaration has.
    fn known_word(&self, name: &str) -> String {
        let told = match (name, self.chinese()) {
            ("at", true) => "业务时间",
            ("at", false) => "time of the event",
            ("customer", true) => "客户",
            ("points", true) => "所用积分",
            ("points", false) => "points used",
            ("value", true) => "所用积分的抵值",
            ("value", false) => "value of the points used",
            ("pieces", true) => "件数",
            ("pieces", false) => "number of pieces",
            ("price", true) => "价格",
            ("entries", true) => "抽奖次数",
            ("off", true) => "抵扣额",
            ("off", false) => "amount taken off",
            ("pay", true) => "应付额",
            ("pay", false) => "amount to pay",
            ("fee", true) => "手续费",
            ("remaining", true) => "剩余金额",
            ("remaining", false) => "amount left",
            _ => return readable(name),
        };
        told.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::readable;

    #[test]
    fn identifiers_become_words() {
        for (identifier, words) in [
            ("card_spend", "card spend"),
            ("golden_week.dining_treble", "dining treble"),
            ("TermDeposit", "term deposit"),
            ("CNY", "CNY"),
            ("Point", "point"),
            ("消费积分", "消费积分"),
        ] {
            assert_eq!(readable(identifier), words);
        }
    }
}
