//! What the policy declares for its host, in words: moments, figures, rankings, settlement, what a version does to lots.

use super::Words;
use crate::policy::{Figure, Migration, Node, Ranking, RefundChoices, Schedule, ScheduleAt, Settlement};
use crate::say;

impl<'p> Words<'p> {
    /// When a schedule's moments come.
    #[must_use]
    pub fn schedule(&self, schedule: &Schedule) -> String {
        let mut told = match &schedule.at {
            ScheduleAt::CloseOf(unit) => {
                let unit = self.period(*unit);
                say!(self.language, "at the close of every {unit}", "每{unit}末")
            }
            ScheduleAt::On(at) => {
                let at = self.instant(*at);
                say!(self.language, "on {at}", "{at}")
            }
            ScheduleAt::Every(days, time) => {
                let days = self.one_of(&days.iter().map(|day| self.day(day)).collect::<Vec<_>>());
                let time = self.time(*time);
                say!(self.language, "on {days} at {time}", "{days} {time}")
            }
        };
        if let Some(subject) = schedule.per {
            let subject = self.subject(subject);
            told.push_str(&say!(self.language, ", for each {subject}", "，逐{subject}进行"));
        }
        if let Some(with) = &schedule.with {
            let with = self.condition(with);
            told.push_str(&say!(self.language, ", only if {with}", "，条件：{with}"));
        }
        if let Some(order) = &schedule.order {
            let order = self.expr(order);
            told.push_str(&say!(self.language, ", in the order of {order}", "，按{order}的顺序"));
        }
        told
    }

    /// What a figure is.
    #[must_use]
    pub fn figure(&self, figure: &'p Figure) -> String {
        let words = self.on(&figure.kinds);
        let value = words.expr(&figure.value);
        if figure.kinds.is_empty() {
            return value;
        }
        let kinds = self.kinds(&figure.kinds);
        say!(self.language, "{value}, told at: {kinds}", "{value}（于{kinds}时报告）")
    }

    /// How customers are ranked.
    #[must_use]
    pub fn ranking(&self, ranking: &Ranking) -> String {
        let by = match &ranking.by.node {
            Node::Measure(id, _) => format!("“{}”", self.measure_name(*id)),
            _ => self.expr(&ranking.by),
        };
        let order = if ranking.highest_first {
            say!(self.language, "the highest first", "从高到低")
        } else {
            say!(self.language, "the lowest first", "从低到高")
        };
        let ties = if ranking.ties_earliest {
            say!(self.language, "of equals, who reached the value first comes first", "并列时先达到者在前")
        } else {
            say!(self.language, "equals by customer number", "并列时按客户编号")
        };
        let mut told = if ranking.priority {
            say!(self.language, "applicants are served by {by}, {order}; {ties}", "申请人按{by}{order}依次办理；{ties}")
        } else {
            let scope = self.scope(&ranking.scope);
            say!(
                self.language,
                "customers are ranked by {by} ({scope}), {order}; {ties}",
                "客户按{by}（{scope}）{order}排名；{ties}"
            )
        };
        if let Some(top) = ranking.top {
            told.push_str(&say!(self.language, "; the first {top} places", "；取前 {top} 名"));
        }
        told
    }

    /// What is settled with partners.
    #[must_use]
    pub fn settlement(&self, settlement: &Settlement) -> String {
        let rules: Vec<String> = settlement.rules.iter().map(|rule| self.rule_name(*rule)).collect();
        let rules = self.all_of(&rules);
        let with = match &settlement.with {
            Some(with) => self.expr(with),
            None => say!(self.language, "the party that paid for the points", "积分出资方"),
        };
        let every = match settlement.period {
            None => say!(self.language, "when asked", "按需"),
            Some(unit) => {
                let unit = self.period(unit);
                say!(self.language, "every {unit}", "每{unit}")
            }
        };
        let how = if settlement.totals_first {
            say!(self.language, "; totals first, details only where they differ", "；先核总额，不符再核明细")
        } else {
            String::new()
        };
        say!(self.language, "{rules} settled with {with}, {every}{how}", "{rules}与{with}{every}结算{how}")
    }

    /// What this version does to lots that exist.
    #[must_use]
    pub fn migration(&self, migration: &Migration) -> String {
        let points = self.points(migration.points);
        let pools: Vec<String> = migration.pools.iter().map(|pool| self.pool(migration.points, *pool)).collect();
        let from = match pools.as_slice() {
            [] => String::new(),
            pools => say!(self.language, " in {0}", "（{0}）", self.all_of(pools)),
        };
        let mut told = say!(self.language, "{points} that exist at the start{from}", "生效时已有的{points}{from}");
        if let Some(into) = migration.into {
            let into = self.pool(migration.points, into);
            told.push_str(&say!(self.language, " move into “{into}”", "转入“{into}”"));
        }
        if let Some(to) = migration.to {
            let to = self.date(to);
            told.push_str(&say!(self.language, " are valid to the end of {to}", "有效期至{to} 24:00"));
        }
        told
    }

    /// What refunds do to points that were earned.
    #[must_use]
    pub fn refunds(&self, refunds: RefundChoices) -> Vec<String> {
        let first = if refunds.pending_first {
            say!(
                self.language,
                "a refund takes back what the purchase earned: pending points first",
                "退款时收回该笔消费所得积分：先收待生效的"
            )
        } else {
            say!(self.language, "a refund takes back what the purchase earned", "退款时收回该笔消费所得积分")
        };
        let then = if refunds.may_overdraw {
            say!(
                self.language,
                "what is no longer there is owed and set off against points earned later",
                "不足部分记为欠分，由以后所得积分抵补"
            )
        } else {
            say!(self.language, "the balance never falls below zero", "余额不会低于零")
        };
        vec![first, then]
    }
}
