//! Conditions as clauses: `the instrument is credit card` · `支付工具为信用卡`.

use super::Words;
use crate::policy::{Compare, Expr, Node, SetMember, Type};
use crate::say;

/// How two values are compared, as far as words differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scale {
    Amount,
    Rank,
    Time,
}

impl Words<'_> {
    /// A condition as a clause.
    #[must_use]
    pub fn condition(&self, expr: &Expr) -> String {
        match &expr.node {
            Node::And(all) => self.joined(all, true),
            Node::Or(all) => self.joined(all, false),
            Node::Not(inner) => self.negated(inner),
            Node::Compare(compare, a, b) => self.compared(*compare, a, b),
            Node::In(inner, members) => self.member(inner, members),
            Node::Known(inner) => {
                let (inner, be) = self.subject_of(inner);
                say!(self.language, "{inner} {be} known", "{inner}已知")
            }
            Node::IsAnniversary(day, of) => {
                let (day, mut of) = (self.expr(day), self.expr(of));
                if self.chinese() {
                    // One 的 is enough: 客户生日的周年日.
                    of = of.replacen('的', "", 1);
                }
                say!(self.language, "{day} is the anniversary of {of}", "{day}为{of}的周年日")
            }
            Node::IsKind(kinds) => {
                let kinds = self.kinds(kinds);
                say!(self.language, "the event is: {kinds}", "业务为{kinds}")
            }
            Node::Field(_) | Node::Element(_) | Node::Fact(..) | Node::OfEvent(..) => self.flag(expr, true),
            _ => {
                let told = self.expr(expr);
                say!(self.language, "{told} is yes", "{told}为是")
            }
        }
    }

    fn joined(&self, all: &[Expr], and: bool) -> String {
        let told: Vec<String> = all
            .iter()
            .map(|one| match (&one.node, self.chinese()) {
                (Node::Or(_) | Node::And(_), false) => format!("({})", self.condition(one)),
                (Node::Or(_) | Node::And(_), true) => format!("（{}）", self.condition(one)),
                _ => self.condition(one),
            })
            .collect();
        match (and, self.chinese()) {
            (true, false) => told.join(" and "),
            (false, false) => told.join(" or "),
            (true, true) => told.join("，且"),
            (false, true) => told.join("，或"),
        }
    }

    fn negated(&self, inner: &Expr) -> String {
        if matches!(inner.node, Node::Field(_) | Node::Element(_) | Node::Fact(..) | Node::OfEvent(..)) {
            return self.flag(inner, false);
        }
        if let Node::Known(inner) = &inner.node {
            let (inner, be) = self.subject_of(inner);
            return say!(self.language, "{inner} {be} unknown", "{inner}未知");
        }
        let told = self.condition(inner);
        say!(self.language, "it is not so that {told}", "并非{told}")
    }

    /// A yes or no of an event or a subject.
    fn flag(&self, expr: &Expr, yes: bool) -> String {
        let (whose, what) = match &expr.node {
            Node::Fact(subject, of, fact) => {
                let declared = self.policy.subject(*subject);
                let own = declared.is_some_and(|one| matches!(&of.node, Node::Field(name) if *name == one.title.name));
                let whose = if own { self.the(&self.subject(*subject)) } else { self.expr(of) };
                let field = declared.and_then(|one| one.facts.iter().find(|field| field.title.name == *fact));
                (whose, field.map_or_else(|| super::readable(fact), |field| self.name(&field.title)))
            }
            _ => (say!(self.language, "the event", "该业务"), self.bare(expr)),
        };
        if yes {
            say!(self.language, "{whose} is marked “{what}”", "{whose}标记为“{what}”")
        } else {
            say!(self.language, "{whose} is not marked “{what}”", "{whose}未标记为“{what}”")
        }
    }

    fn member(&self, inner: &Expr, members: &[SetMember]) -> String {
        let ((inner, be), members) = (self.subject_of(inner), self.members(members));
        say!(self.language, "{inner} {be} {members}", "{inner}为{members}")
    }

    fn compared(&self, compare: Compare, a: &Expr, b: &Expr) -> String {
        let scale = match &a.typed.ty {
            Type::Enum(_) | Type::Tier(_) => Scale::Rank,
            Type::Date | Type::Instant | Type::Time | Type::Period(_) => Scale::Time,
            _ => Scale::Amount,
        };
        let ((a, be), b) = (self.subject_of(a), self.rank_or(b));
        match (compare, scale) {
            (Compare::Equal, _) => say!(self.language, "{a} {be} {b}", "{a}为{b}"),
            (Compare::NotEqual, _) => say!(self.language, "{a} {be} not {b}", "{a}不为{b}"),
            (Compare::Less, Scale::Time) => say!(self.language, "{a} {be} before {b}", "{a}早于{b}"),
            (Compare::AtMost, Scale::Time) => say!(self.language, "{a} {be} {b} or earlier", "{a}不晚于{b}"),
            (Compare::Greater, Scale::Time) => say!(self.language, "{a} {be} after {b}", "{a}晚于{b}"),
            (Compare::AtLeast, Scale::Time) => say!(self.language, "{a} {be} {b} or later", "{a}不早于{b}"),
            (Compare::Less, _) => say!(self.language, "{a} {be} below {b}", "{a}低于{b}"),
            (Compare::AtMost, Scale::Rank) => say!(self.language, "{a} {be} {b} or lower", "{a}为{b}或以下"),
            (Compare::AtMost, _) => say!(self.language, "{a} {be} at most {b}", "{a}不超过{b}"),
            (Compare::Greater, Scale::Rank) => say!(self.language, "{a} {be} higher than {b}", "{a}高于{b}"),
            (Compare::Greater, _) => say!(self.language, "{a} {be} more than {b}", "{a}超过{b}"),
            (Compare::AtLeast, Scale::Rank) => say!(self.language, "{a} {be} {b} or higher", "{a}为{b}或以上"),
            (Compare::AtLeast, _) => say!(self.language, "{a} {be} at least {b}", "{a}不低于{b}"),
        }
    }

    /// What a clause speaks of, with the verb that its number wants in English.
    fn subject_of(&self, expr: &Expr) -> (String, &'static str) {
        let told = self.expr(expr);
        let name = match &expr.node {
            Node::Field(_) | Node::Element(_) | Node::Fact(..) => {
                told.strip_suffix(" used").filter(|name| !name.contains(" of ")).unwrap_or(&told)
            }
            _ => "",
        };
        let many = name.ends_with('s') && !name.ends_with("ss") && !name.ends_with("us");
        (told, if many { "are" } else { "is" })
    }

    /// An operand of a comparison: a row of a tier by a measure is a text by its name.
    fn rank_or(&self, expr: &Expr) -> String {
        let (Type::Tier(id), Node::Constant(crate::policy::Value::Text(name))) = (&expr.typed.ty, &expr.node) else {
            return self.expr(expr);
        };
        let rows = self.policy.tier(*id).map(|tier| tier.rows.as_slice()).unwrap_or_default();
        rows.iter().find(|row| row.title.name == *name).map_or_else(|| self.expr(expr), |row| self.name(&row.title))
    }
}
