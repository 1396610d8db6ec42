//! What came of an event, in a line: points, money, entries, rights; or why it was refused.

use crate::story::number;
use earnest_dsl::policy::{
    Beyond, Bounded, CurrencyId, Field, KindId, PointsId, Policy, Request, RuleBody, Type, Value,
};
use earnest_dsl::say;
use earnest_dsl::words::{Words, grouped};
use earnest_interpreter::decision::{AmountOut, Decision, DecisionLine, Notice, Outcome, RuleResult};
use earnest_interpreter::event::{Datum, Event};
use earnest_ledger::Answer;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Tells what happened and what came of it, with the names of a policy.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told<'p> {
    policy: &'p Policy,
    words: Words<'p>,
}

impl<'p> Told<'p> {
    pub(super) fn new(words: Words<'p>) -> Self {
        Self { policy: words.policy, words }
    }

    /// What happened: the kind of event with the fields that were given.
    pub(super) fn event(&self, event: &Event, with_customer: bool) -> String {
        let language = self.words.language;
        let kind = self.words.title(&self.words.kind(event.kind));
        let fields = self.fields(event.kind, event);
        let customer = event.customer.as_ref().filter(|_| with_customer);
        let customer = customer
            .map(|customer| say!(language, "customer {customer}", "客户 {customer}"))
            .into_iter()
            .collect::<Vec<_>>();
        let all: Vec<String> = customer.into_iter().chain(fields).collect();
        if all.is_empty() {
            return kind;
        }
        let all = all.join(if language == earnest_dsl::diagnostic::Language::Chinese { "，" } else { ", " });
        say!(language, "{kind}: {all}", "{kind}：{all}")
    }

    fn fields(&self, kind: KindId, event: &Event) -> Vec<String> {
        let declared = self.policy.kind(kind).map(|kind| kind.fields.as_slice()).unwrap_or_default();
        let given = declared.iter().filter(|field| field.json.iter().any(|json| event.json.contains_key(&json.name)));
        given
            .filter_map(|field| {
                let datum = event.fields.get(&field.title.name)?;
                let name = self.words.name(&field.title);
                match datum {
                    // Points are named by their unit.
                    Datum::One(value @ Value::Points(..)) => return Some(self.words.value(value)),
                    Datum::One(Value::Flag(true)) => return Some(name),
                    Datum::One(Value::Flag(false)) => return Some(say!(self.words.language, "not {name}", "非{name}")),
                    Datum::List(_) => {
                        let value = self.datum(field, datum);
                        return Some(say!(self.words.language, "{name}: {value}", "{name}：{value}"));
                    }
                    _ => {}
                }
                let value = self.datum(field, datum);
                let number = value.starts_with(|letter: char| letter.is_ascii_digit());
                Some(if number {
                    format!("{name} {value}")
                } else {
                    say!(self.words.language, "{name} {value}", "{name}为{value}")
                })
            })
            .collect()
    }

    fn datum(&self, field: &Field, datum: &Datum) -> String {
        let language = self.words.language;
        match datum {
            Datum::One(Value::Text(text)) => text.clone(),
            Datum::One(value) => self.words.value(value),
            Datum::Instant(local, _) => self.words.instant(*local),
            Datum::Most => say!(language, "as much as possible", "最大"),
            Datum::List(rows) => {
                let members = match &field.typed.ty {
                    Type::List(members) => members.as_slice(),
                    _ => &[],
                };
                let rows: Vec<String> = rows.iter().map(|row| self.row(members, row)).collect();
                rows.join(say!(language, "; ", "；").as_str())
            }
        }
    }

    fn row(&self, members: &[Field], row: &BTreeMap<String, Datum>) -> String {
        let told: Vec<String> = members
            .iter()
            .filter_map(|member| {
                let value = self.datum(member, row.get(&member.title.name)?);
                Some(format!("{} {value}", self.words.name(&member.title)))
            })
            .collect();
        told.join(say!(self.words.language, ", ", "，").as_str())
    }

    /// What came of it.
    pub(super) fn outcome(&self, answer: &Answer) -> String {
        let language = self.words.language;
        let decision = &answer.decision;
        if decision.outcome == Outcome::Refused {
            let why = self.why(decision);
            return say!(language, "refused: {why}", "不予受理：{why}");
        }
        let mut told = self.points(answer);
        told.extend(decision.amounts.iter().map(|amount| self.amount(amount)));
        told.extend(decision.entries.iter().map(|count| {
            let count = grouped(count);
            say!(language, "{count} entries in the draw", "抽奖 {count} 次")
        }));
        told.extend(decision.entitled.iter().map(|what| {
            let what = self.words.service_named(what);
            say!(language, "may use “{what}”", "可使用“{what}”")
        }));
        told.extend(decision.deliver_by.iter().filter_map(|day| day.parse().ok()).map(|day| {
            let day = self.words.date(day);
            say!(language, "delivered by {day}", "最迟{day}送达")
        }));
        told.extend(decision.notices.iter().map(|notice| {
            let shown = self.shown(notice);
            let shown = self.words.all_of(&shown);
            say!(language, "the customer is told {shown}", "告知客户 {shown}")
        }));
        if decision.counters.iter().any(|change| change.key.starts_with("barred|")) {
            told.push(say!(language, "barred from further requests", "取消使用资格"));
        }
        if told.is_empty() {
            return say!(language, "no points", "不得积分");
        }
        told.join(say!(language, "; ", "；").as_str())
    }

    /// Points by customer, unit and direction, with the rules' parts where there are several.
    fn points(&self, answer: &Answer) -> Vec<String> {
        let own = answer.event.customer.as_deref().unwrap_or_default();
        let mut sums: BTreeMap<(bool, &str, &str), Vec<&DecisionLine>> = BTreeMap::new();
        for line in &answer.decision.lines {
            let amount = number(&line.amount);
            if !amount.is_zero() {
                let unit = line.unit.as_deref().unwrap_or(&line.points);
                sums.entry((amount.is_sign_negative(), &line.customer, unit)).or_default().push(line);
            }
        }
        sums.into_iter()
            .map(|((takes, customer, unit), lines)| self.sum(own, (takes, customer, unit), &lines))
            .collect()
    }

    fn sum(&self, own: &str, (takes, customer, unit): (bool, &str, &str), lines: &[&DecisionLine]) -> String {
        let language = self.words.language;
        let sum = lines.iter().fold(Decimal::ZERO, |sum, line| sum.saturating_add(number(&line.amount).abs()));
        let amount = self.amount_named(sum, unit);
        let kind = lines.first().map_or("", |line| line.kind.as_str());
        let mut told = match (kind, takes) {
            ("redeem" | "take", true) => say!(language, "{amount} used", "使用 {amount}"),
            ("redeem" | "take", false) => say!(language, "{amount} returned", "退还 {amount}"),
            ("move", true) => say!(language, "{amount} passed on", "转出 {amount}"),
            ("move", false) => say!(language, "{amount} received", "转入 {amount}"),
            ("convert", true) => say!(language, "{amount} converted", "转换 {amount}"),
            ("grant", false) => say!(language, "{amount} granted", "发放 {amount}"),
            (_, true) => say!(language, "{amount} taken back", "收回 {amount}"),
            (_, false) => say!(language, "{amount} earned", "得 {amount}"),
        };
        if lines.len() > 1 || lines.iter().any(|line| line.amount != line.asked) {
            let parts: Vec<String> = lines.iter().map(|line| self.part(line)).collect();
            let parts = parts.join(say!(language, ", ", "，").as_str());
            told.push_str(&say!(language, " ({parts})", "（{parts}）"));
        }
        if let Some(worth) = lines.iter().find_map(|line| line.worth.as_deref()) {
            let money = worth.parse().map(|amount| self.words.money_of(amount, self.policy.currency));
            let worth = money.unwrap_or_else(|_| self.canonical(worth));
            told.push_str(&say!(language, ", worth {worth}", "，价值 {worth}"));
        }
        if customer != own && !customer.is_empty() {
            told.push_str(&say!(language, " by customer {customer}", "（客户 {customer}）"));
        }
        told
    }

    fn part(&self, line: &DecisionLine) -> String {
        let language = self.words.language;
        let rule = self.policy.rules.iter().find(|rule| rule.title.name == line.rule);
        let group = self.policy.groups.iter().find(|group| group.title.name == line.rule);
        let name = match (rule, group) {
            (Some(rule), _) => self.words.rule_title(rule),
            (None, Some(group)) => self.words.name(&group.title),
            (None, None) => line.rule.clone(),
        };
        let amount = grouped(line.amount.trim_start_matches('-'));
        if number(&line.amount) == number(&line.asked) {
            return format!("{name} {amount}");
        }
        let asked = grouped(line.asked.trim_start_matches('-'));
        say!(language, "{name} {amount} of {asked}", "{name} {amount}，限额前 {asked}")
    }

    fn amount(&self, amount: &AmountOut) -> String {
        let language = self.words.language;
        let shown = self.amount_named(number(&amount.amount), &amount.unit);
        match amount.kind.as_str() {
            "off" => say!(language, "{shown} off the bill", "抵扣 {shown}"),
            "pay" => say!(language, "{shown} to pay", "应付 {shown}"),
            "give" => say!(language, "{shown} paid to the customer", "付给客户 {shown}"),
            "fee" => say!(language, "fee {shown}", "手续费 {shown}"),
            "cost" => say!(language, "cost {shown}", "成本 {shown}"),
            _ => say!(language, "{shown} received", "换得 {shown}"),
        }
    }

    /// An amount of points, money or a quantity, by the unit's name.
    fn amount_named(&self, amount: Decimal, unit: &str) -> String {
        if let Some(at) = self.policy.points.iter().position(|points| points.title.name == unit) {
            return self.words.amount_of(amount, PointsId(at));
        }
        if let Some(at) = self.policy.currencies.iter().position(|one| one.title.name == unit) {
            return self.words.money_of(amount, CurrencyId(at));
        }
        let unit = self.policy.quantities.iter().find(|one| one.title.name == unit).map_or(unit, |one| &one.unit);
        format!("{} {unit}", grouped(&amount.normalize().to_string())).trim_end().to_owned()
    }

    /// What a notice shows, with the units of its rule's expressions.
    fn shown(&self, notice: &Notice) -> Vec<String> {
        let rule = self.policy.rules.iter().find(|rule| rule.title.name == notice.name);
        let exprs = match rule.map(|rule| &rule.body) {
            Some(RuleBody::Notify(exprs)) => exprs.as_slice(),
            _ => &[],
        };
        let values = notice.shows.iter().enumerate().map(|(at, (_, value))| {
            match (exprs.get(at).map(|shown| &shown.value.typed.ty), value.parse::<Decimal>()) {
                (Some(Type::Points(id)), Ok(amount)) => self.words.amount_of(amount, *id),
                (Some(Type::Money(id)), Ok(amount)) => self.words.money_of(amount, *id),
                _ => self.canonical(value),
            }
        });
        values.collect()
    }

    /// A value as a trace writes it: `88 Point`.
    fn canonical(&self, text: &str) -> String {
        match text.split_once(' ').map(|(amount, unit)| (amount.parse::<Decimal>(), unit)) {
            Some((Ok(amount), unit)) => self.amount_named(amount, unit),
            _ => text.to_owned(),
        }
    }

    /// Why it was refused: the clause that stands behind the code, else what the code says.
    fn why(&self, decision: &Decision) -> String {
        let code = decision.reason.as_deref().unwrap_or_default();
        let refused = decision.trace.iter().flat_map(|trace| &trace.rules);
        let rules = refused
            .filter(|trace| trace.refused.iter().any(|one| one.code == code) || trace.result == RuleResult::Refused);
        let rules = rules.filter_map(|trace| self.policy.rules.iter().find(|rule| rule.title.name == trace.rule));
        for rule in rules {
            let words = self.words.on(&rule.kinds);
            let clause = match &rule.body {
                RuleBody::Accept(all) => {
                    all.iter().find(|(_, own)| own == code).map(|(condition, _)| words.condition(condition))
                }
                RuleBody::Request(request) => Self::need(request, code).map(|need| words.condition(need)),
                _ => None,
            };
            if let Some(clause) = clause {
                return say!(self.words.language, "it is needed that {clause}", "须{clause}");
            }
            let mut limits = rule.constraints.iter().filter_map(|id| self.policy.constraint(*id));
            let limit = limits.find(|limit| {
                let refuses =
                    matches!(&limit.beyond, Beyond::Refuse(own) | Beyond::TrimRefuseAtZero(own) if own == code);
                refuses && limit.bounded != Bounded::Value
            });
            if let Some(limit) = limit {
                return words.bound_only(limit);
            }
        }
        self.words.refusal(code)
    }

    fn need<'r>(request: &'r Request, code: &str) -> Option<&'r earnest_dsl::policy::Expr> {
        request.needs.iter().chain(&request.minimums).find(|need| need.code == code).map(|need| &need.condition)
    }
}
