//! Measures and tiers in words.

use super::Words;
use crate::policy::expr::walk;
use crate::policy::rule::Hold;
use crate::policy::{
    Beyond, Deed, Expr, Line, Measure, MeasureFn, MeasureId, MeasureSource, Node, Policy, Rule, RuleBody, Tier,
};
use crate::say;
use std::collections::BTreeSet;

impl<'p> Words<'p> {
    /// What a measure counts, as a clause: `the sum of the amount of purchases, per customer per calendar month`.
    #[must_use]
    pub fn measure(&self, measure: &'p Measure) -> Vec<String> {
        let mut sources = String::new();
        for source in &measure.sources {
            let (less, told) = self.source(source);
            sources.push_str(match (sources.is_empty(), less, self.chinese()) {
                (true, false, _) => "",
                (true, true, false) => "minus ",
                (true, true, true) => "负的",
                (false, false, false) => " and ",
                (false, false, true) => "以及",
                (false, true, false) => " less ",
                (false, true, true) => "减去",
            });
            sources.push_str(&told);
        }
        let function = match measure.function {
            MeasureFn::Sum => say!(self.language, "the sum of", "合计"),
            MeasureFn::Count => say!(self.language, "the number of", "次数"),
            MeasureFn::Highest => say!(self.language, "the highest of", "最高值"),
            MeasureFn::Lowest => say!(self.language, "the lowest of", "最低值"),
            MeasureFn::First => say!(self.language, "the first of", "首笔"),
            MeasureFn::Last => say!(self.language, "the last of", "末笔"),
            MeasureFn::Distinct => say!(self.language, "the number of different", "不同值的个数"),
            MeasureFn::Streak => say!(self.language, "the days in a row with", "连续天数"),
        };
        let scope = self.scope(&measure.scope);
        let mut all = vec![say!(self.language, "{function} {sources}, {scope}", "{scope}，{sources}的{function}")];
        all.extend(measure.windows.iter().map(|window| {
            let window = self.window(window);
            say!(self.language, "counted only {window}", "仅统计{window}")
        }));
        if measure.gross {
            all.push(say!(self.language, "refunds do not change it", "不计退款"));
        }
        if measure.refunds_own_period {
            all.push(say!(self.language, "refunds count in their own period", "退款计入退款当期"));
        }
        if let Some(events) = measure.remembers {
            all.push(say!(self.language, "the last {events} events are remembered", "最多记住最近 {events} 笔"));
        }
        all
    }

    /// How long a tier lasts that was reached in a period.
    fn held(&self, hold: &Hold) -> String {
        let after = hold.periods_after;
        let period = match (after, hold.month.is_some()) {
            (0, true) => say!(self.language, "year in which it was reached", "达到当年"),
            (1, true) => say!(self.language, "year after the one in which it was reached", "达到之次年"),
            (_, true) => {
                say!(self.language, "{after}th year after the one in which it was reached", "达到之后第 {after} 年")
            }
            (0, false) => say!(self.language, "period in which it was reached", "达到当期"),
            (1, false) => say!(self.language, "period after the one in which it was reached", "达到之次期"),
            (_, false) => {
                say!(self.language, "{after}th period after the one in which it was reached", "达到之后第 {after} 期")
            }
        };
        match hold.month.and_then(|month| chrono::Month::try_from(u8::try_from(month).unwrap_or(0)).ok()) {
            Some(month) => {
                let (name, number) = (month.name(), month.number_from_month());
                say!(self.language, "kept to the last day of {name} of the {period}", "保级至{period} {number} 月末",)
            }
            None => say!(self.language, "kept to the end of the {period}", "保级至{period}末"),
        }
    }

    /// Calls `visit` for every expression of a rule and of the limits on it, outermost first.
    pub fn expressions(&self, rule: &'p Rule, visit: &mut impl FnMut(&'p Expr)) {
        expressions(self.policy, rule, visit);
    }

    /// Measures that a rule reads, each once, in the order of their names.
    #[must_use]
    pub fn measures_of(&self, rule: &'p Rule) -> Vec<MeasureId> {
        let mut found = BTreeSet::new();
        self.expressions(rule, &mut |expr| match &expr.node {
            Node::Measure(id, _) | Node::MeasureOver { measure: id, .. } => {
                found.insert(*id);
            }
            Node::Tier(id, _) => found.extend(self.policy.tier(*id).and_then(|tier| tier.measure)),
            _ => {}
        });
        self.with_read(found)
    }

    /// Measures with those that they read themselves.
    fn with_read(&self, mut found: BTreeSet<MeasureId>) -> Vec<MeasureId> {
        let mut open: Vec<MeasureId> = found.iter().copied().collect();
        while let Some(measure) = open.pop().and_then(|id| self.policy.measure(id)) {
            for source in &measure.sources {
                if let MeasureSource::Measure(id) = source
                    && found.insert(*id)
                {
                    open.push(*id);
                }
            }
        }
        found.into_iter().collect()
    }

    /// What a measure is, as a sentence about its name; with those that it reads.
    #[must_use]
    pub fn explained(&self, id: MeasureId) -> Vec<String> {
        let all = self.with_read(BTreeSet::from([id])).into_iter().filter_map(|id| self.policy.measure(id));
        all.map(|measure| {
            let (name, what) = (self.name(&measure.title), self.clauses(&self.measure(measure)));
            say!(self.language, "“{name}” is {what}", "“{name}”指{what}")
        })
        .collect()
    }

    /// What feeds a measure, and whether it counts against it.
    fn source(&self, source: &'p MeasureSource) -> (bool, String) {
        let mut less = false;
        let told = match source {
            MeasureSource::Events { kinds, value, when } => {
                let kinds_told = self.kinds(kinds);
                let words = self.on(kinds);
                let value = value.as_ref().map(|value| match &value.node {
                    Node::Today => say!(self.language, "days", "日期"),
                    Node::Negate(inner) => {
                        less = true;
                        words.expr(inner)
                    }
                    _ => words.expr(value),
                });
                let mut told = match value {
                    None => say!(self.language, "events ({kinds_told})", "{kinds_told}"),
                    Some(value) => say!(self.language, "{value} ({kinds_told})", "{kinds_told}的{value}"),
                };
                if let Some(when) = when {
                    let when = words.condition(when);
                    told.push_str(&say!(self.language, " if {when}", "（{when}）"));
                }
                told
            }
            MeasureSource::Postings { points, rules } => {
                let points = self.points(*points);
                let rules: Vec<String> = rules.iter().map(|rule| self.rule_name(*rule)).collect();
                if rules.is_empty() {
                    say!(self.language, "{points} granted, less what was taken back", "所发{points}减去收回的部分")
                } else {
                    let rules = self.all_of(&rules);
                    say!(
                        self.language,
                        "{points} granted by {rules}, less what was taken back",
                        "{rules}所发{points}减去收回的部分"
                    )
                }
            }
            MeasureSource::Measure(id) => format!("“{}”", self.measure_name(*id)),
        };
        (less, told)
    }

    /// How a tier by a measure is reached and kept: sentences. Its rows stand apart.
    #[must_use]
    pub fn tier(&self, tier: &Tier) -> Vec<String> {
        let by = self.expr(&tier.by);
        let mut all = vec![say!(self.language, "decided by {by}", "依据：{by}")];
        if let Some(hold) = &tier.hold {
            all.push(self.held(hold));
        }
        if let Some(fact) = &tier.or_fact {
            let fact = self.expr(fact);
            all.push(say!(self.language, "or {fact}, whichever is higher", "或{fact}，取较高者"));
        }
        all
    }
}

/// Every expression of one rule and of the limits on it, outermost first.
#[doc(hidden)]
pub fn expressions<'p>(policy: &'p Policy, rule: &'p Rule, visit: &mut impl FnMut(&'p Expr)) {
    fn line<'p>(line: &'p Line, visit: &mut impl FnMut(&'p Expr)) {
        walk(&line.amount, visit);
        line.pool_by.iter().for_each(|table| walk(&table.subject, visit));
        line.to.iter().chain(&line.when).chain(&line.worth).for_each(|one| walk(one, visit));
    }
    rule.conditions.iter().for_each(|one| walk(one, visit));
    match &rule.body {
        RuleBody::Earn(lines) => lines.iter().for_each(|one| line(one, visit)),
        RuleBody::Raise { factor, .. } => walk(&factor.times, visit),
        RuleBody::Level { line: target, condition, .. } => {
            line(target, visit);
            condition.iter().for_each(|one| walk(one, visit));
        }
        RuleBody::Accept(all) => all.iter().for_each(|(condition, _)| walk(condition, visit)),
        RuleBody::Request(request) => {
            request.needs.iter().chain(&request.minimums).for_each(|need| walk(&need.condition, visit));
            request.bills.iter().for_each(|bill| walk(&bill.most, visit));
            request.lines.iter().for_each(|one| line(one, visit));
            request.amounts.iter().for_each(|one| walk(&one.amount, visit));
        }
        RuleBody::Convert(convert) => convert.from.iter().for_each(|one| walk(one, visit)),
        RuleBody::Notify(shown) => shown.iter().for_each(|one| walk(&one.value, visit)),
    }
    for deed in &rule.deeds {
        let exprs: Vec<&Expr> = match deed {
            Deed::Set { of, value, from, .. } => [of, value].into_iter().chain(from).collect(),
            Deed::Bar { of, .. } => vec![of],
        };
        exprs.into_iter().for_each(|one| walk(one, visit));
    }
    for limit in rule.constraints.iter().filter_map(|id| policy.constraint(*id)) {
        walk(&limit.limit, visit);
        if let Beyond::RestEarns(rest) = &limit.beyond {
            line(rest, visit);
        }
    }
}
