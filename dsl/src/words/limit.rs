//! Limits in words: `at most 5,000 points per customer per month; what lies above is not earned`.

use super::number::plain;
use super::{Reader, Words};
use crate::policy::{Beyond, Bounded, Constraint, Expr, Node, Owner, RuleBody, Value};
use crate::say;

impl Words<'_> {
    /// How much a limit allows, as a clause.
    #[must_use]
    pub fn bound_only(&self, limit: &Constraint) -> String {
        let scope = self.scope(&limit.scope);
        let bound = self.bound(limit);
        match (limit.at_least, self.chinese()) {
            (false, false) => format!("at most {bound} {scope}"),
            (true, false) => format!("at least {bound} {scope}"),
            (false, true) => format!("{scope}最多 {bound}"),
            (true, true) => format!("{scope}最少 {bound}"),
        }
    }

    /// A limit as a clause, with what happens beyond it.
    #[must_use]
    pub fn limit(&self, limit: &Constraint) -> String {
        let mut told = self.bound_only(limit);
        let across: Vec<String> = limit.rules.iter().map(|rule| self.rule_name(*rule)).collect();
        if across.len() > 1 && !matches!(limit.owner, Owner::Rule(_)) {
            let across = across.join(if self.chinese() { "，再" } else { ", then " });
            told.push_str(&say!(self.language, " over {across}", "，依次计入{across}"));
        }
        if limit.whole_award {
            told.push_str(&say!(self.language, ", base and extra counted together", "，基础与加赠合并计算"));
        }
        if let Some(beyond) = self.beyond(limit) {
            told.push_str(if self.chinese() { "；" } else { "; " });
            told.push_str(&beyond);
        }
        if !limit.room_comes_back {
            told.push_str(&say!(self.language, "; a refund does not give the room back", "；退款不返还已用额度"));
        }
        told
    }

    fn bound(&self, limit: &Constraint) -> String {
        let counted = |expr: &Expr, en: (&str, &str), zh: &str| match &expr.node {
            Node::Constant(Value::Count(count))
                if *count == rust_decimal::Decimal::ONE && en.0 == "time" && !self.chinese() =>
            {
                "once".to_owned()
            }
            Node::Constant(Value::Count(count)) => self.counted(*count, en, zh),
            _ => {
                let (told, unit) = (self.expr(expr), if self.chinese() { zh } else { en.1 });
                say!(self.language, "{told} ({unit})", "{told}（{unit}）")
            }
        };
        match &limit.bounded {
            Bounded::Points | Bounded::Worth | Bounded::Value => {
                let bound = self.expr(&limit.limit);
                match (&limit.bounded, self.chinese()) {
                    (Bounded::Worth, false) => format!("{bound} worth of points"),
                    (Bounded::Worth, true) => format!("{bound}（按积分价值计）"),
                    (Bounded::Value, false) => format!("{bound} of value"),
                    (Bounded::Value, true) => format!("{bound}（按所兑价值计）"),
                    _ => bound,
                }
            }
            Bounded::Spend(field) => {
                let (bound, field) = (self.expr(&limit.limit), self.field_name(field));
                say!(self.language, "{bound} of {field}", "{bound}的{field}")
            }
            Bounded::Uses => counted(&limit.limit, ("time", "times"), "次"),
            Bounded::Pieces => counted(&limit.limit, ("piece", "pieces"), "件"),
        }
    }

    fn beyond(&self, limit: &Constraint) -> Option<String> {
        let requests = limit.rules.iter().filter_map(|rule| self.policy.rule(*rule));
        let request = requests.into_iter().any(|rule| matches!(rule.body, RuleBody::Request(_)));
        Some(match &limit.beyond {
            // That a use which is not there gives nothing goes without saying.
            Beyond::Drop if limit.bounded == Bounded::Uses && !request => return None,
            Beyond::Drop if request => say!(self.language, "only what fits is taken", "仅受理限额以内的部分"),
            Beyond::Drop => say!(self.language, "what lies above is not earned", "超出部分不计"),
            Beyond::RestEarns(line) => {
                let line = self.line_amount(line);
                say!(self.language, "the part above earns {line}", "超出部分得 {line}")
            }
            Beyond::Refuse(code) => {
                let code = self.code(code);
                say!(self.language, "more is refused{code}", "超出则不予受理{code}")
            }
            Beyond::TrimRefuseAtZero(code) => {
                let code = self.code(code);
                say!(
                    self.language,
                    "only what fits is granted, and nothing left means refused{code}",
                    "仅受理限额以内的部分，额度用完则不予受理{code}"
                )
            }
        })
    }

    /// A code of refusal, for those who work with codes.
    pub(super) fn code(&self, code: &str) -> String {
        match (self.reader, self.chinese()) {
            (Reader::Customer, _) => String::new(),
            (Reader::Analyst, false) => format!(" (`{code}`)"),
            (Reader::Analyst, true) => format!("（`{code}`）"),
        }
    }

    /// Who pays, with their shares.
    #[must_use]
    pub fn funded(&self, shares: &[(String, Option<rust_decimal::Decimal>)]) -> String {
        let told: Vec<String> = shares
            .iter()
            .map(|(party, share)| {
                let party = self.party(party);
                match share.and_then(|share| share.checked_mul(rust_decimal::Decimal::ONE_HUNDRED)) {
                    Some(share) => format!("{party} {}%", plain(share)),
                    None => party,
                }
            })
            .collect();
        self.all_of(&told)
    }

    /// A party: a value of an enum or a field by its label, else its name in words.
    #[must_use]
    pub fn party(&self, name: &str) -> String {
        let values = self.policy.enums.iter().flat_map(|one| &one.values).map(|value| &value.title);
        let fields = self.policy.kinds.iter().flat_map(|kind| &kind.fields).map(|field| &field.title);
        let subjects = self.policy.subjects.iter().map(|one| &one.title);
        let title = subjects.chain(values).chain(fields).find(|title| title.name == name);
        title.map_or_else(|| super::readable(name), |title| self.name(title))
    }
}
