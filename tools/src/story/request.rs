//! What came of a request, in words: money, entries, what the customer may then use; and why it was refused.

use super::Teller;
use super::tree::Tree;
use super::words::one_line;
use earnest_dsl::diagnostic::Language;
use earnest_dsl::say;
use earnest_dsl::words::grouped;
use earnest_interpreter::Decision;
use earnest_interpreter::decision::{AmountOut, RefusedBy, RuleTrace};

/// What lines of a decision do, as far as words differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Deed {
    /// Earned, or taken back.
    Earned,
    /// Used, or returned.
    Used,
    /// To or from another customer.
    Moved,
    /// Turned into other points, or made of others.
    Converted,
}

impl Deed {
    /// By the kind of a line.
    pub(super) fn of(kind: &str) -> Self {
        match kind {
            "redeem" | "take" => Self::Used,
            "move" => Self::Moved,
            "convert" => Self::Converted,
            _ => Self::Earned,
        }
    }

    /// The verb of a sum.
    pub(super) fn verb(self, below_zero: bool, language: Language) -> &'static str {
        match (self, below_zero, language) {
            (Self::Earned, false, Language::English) => "earned",
            (Self::Earned, false, Language::Chinese) => "得",
            (Self::Earned, true, Language::English) => "taken back",
            (Self::Earned, true, Language::Chinese) => "收回",
            (Self::Used, true, Language::English) => "used",
            (Self::Used, true, Language::Chinese) => "使用",
            (Self::Used, false, Language::English) => "returned",
            (Self::Used, false, Language::Chinese) => "退还",
            (Self::Moved, true, Language::English) => "passed on",
            (Self::Moved, true, Language::Chinese) => "转出",
            (Self::Moved, false, Language::English) => "received",
            (Self::Moved, false, Language::Chinese) => "转入",
            (Self::Converted, true, Language::English) => "converted",
            (Self::Converted, true, Language::Chinese) => "转换",
            (Self::Converted, false, Language::English) => "made by conversion",
            (Self::Converted, false, Language::Chinese) => "转换得",
        }
    }
}

impl Teller<'_> {
    /// Money, entries, benefits and delivery.
    pub(super) fn brought(&self, decision: &Decision) -> Vec<String> {
        let mut told: Vec<String> = decision.amounts.iter().map(|amount| self.amount(amount)).collect();
        told.extend(decision.entries.iter().map(|count| {
            let count = grouped(count);
            say!(self.language, "{count} entries", "抽奖 {count} 次")
        }));
        told.extend(decision.entitled.iter().map(|what| {
            let what = self.service(what);
            say!(self.language, "may use {what}", "可使用{what}")
        }));
        told.extend(decision.deliver_by.iter().map(|day| say!(self.language, "delivered by {day}", "最迟 {day} 发货")));
        told
    }

    fn amount(&self, amount: &AmountOut) -> String {
        let shown = format!("{} {}", grouped(&amount.amount), self.unit_named(&amount.unit));
        let shown = shown.trim_end();
        let verb = self.money_verb(&amount.kind);
        match &amount.to {
            Some(to) => say!(self.language, "{verb} {shown} (to {to})", "{verb} {shown}（付给 {to}）"),
            None => format!("{verb} {shown}"),
        }
    }

    /// What an amount of money does.
    pub(super) fn money_verb<'t>(&self, kind: &'t str) -> &'t str {
        match (kind, self.language) {
            ("off", Language::English) => "off the bill",
            ("off", Language::Chinese) => "抵扣账单",
            ("pay", Language::English) => "to pay",
            ("pay", Language::Chinese) => "应付",
            ("give", Language::English) => "given",
            ("give", Language::Chinese) => "付给客户",
            ("fee", Language::English) => "fee",
            ("fee", Language::Chinese) => "手续费",
            ("cost", Language::English) => "cost",
            ("cost", Language::Chinese) => "成本",
            ("receive", Language::English) => "received",
            ("receive", Language::Chinese) => "收到",
            (other, _) => other,
        }
    }

    /// A service or benefit by its label, where it has one.
    fn service<'t>(&'t self, name: &'t str) -> &'t str {
        let points = self.policy.points.iter().map(|points| &points.title);
        let values = self.policy.enums.iter().flat_map(|one| &one.values).map(|value| &value.title);
        points.chain(values).find(|title| title.name == name).map_or(name, |title| self.name(title))
    }

    /// Every clause that refuses, with its code and place.
    pub(super) fn refusing(&self, rule: &RuleTrace, tree: &mut Tree) {
        for RefusedBy { code, text, place } in &rule.refused {
            let text = one_line(text);
            let told = if text.is_empty() {
                say!(self.language, "refused as {code}", "拒绝：{code}")
            } else {
                say!(self.language, "refused as {code} by `{text}`", "拒绝：{code}，见 `{text}`")
            };
            tree.add(if place.is_empty() { told } else { format!("{told} {}", self.marks.dim(&format!("({place})"))) });
        }
    }
}
