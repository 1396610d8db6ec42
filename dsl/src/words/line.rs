//! Lines in words: what is earned, granted, taken, for whom and from where.

use super::Words;
use crate::policy::{Expr, Line, LineSign, Node};
use crate::say;

impl Words<'_> {
    /// The amount of a line as a noun phrase.
    pub(super) fn line_amount(&self, line: &Line) -> String {
        self.expr(&line.amount)
    }

    /// A line as a clause without its condition: `10 points are earned for every full 10,000 CNY of the amount`.
    #[must_use]
    pub fn line(&self, line: &Line) -> String {
        self.line_with(self.verb_and_amount(line), line)
    }

    /// A line around what it comes to: for each of what, into which pool, for whom.
    pub(super) fn line_with(&self, mut told: String, line: &Line) -> String {
        if let Some(list) = &line.for_each {
            let list = self.field_name(list);
            told = say!(self.language, "for each entry of “{list}”, {told}", "“{list}”逐项计算，{told}");
        }
        if let Some(pool) = self.pool_clause(line) {
            told.push_str(&pool);
        }
        if let Some(to) = &line.to {
            let to = self.expr(to);
            told.push_str(&say!(self.language, " by {to}", "，记给{to}"));
        }
        if let Some(worth) = &line.worth {
            let worth = self.expr(worth);
            told.push_str(&say!(self.language, ", worth {worth}", "，价值 {worth}"));
        }
        if line.first {
            told.push_str(&say!(self.language, ", before anything is taken", "，先于扣减入账"));
        }
        told
    }

    /// A line with its condition, as a clause.
    #[must_use]
    pub fn line_when(&self, line: &Line) -> String {
        let told = self.line(line);
        match &line.when {
            None => told,
            Some(when) => {
                let when = self.condition(when);
                say!(self.language, "if {when}, {told}", "{when}的，{told}")
            }
        }
    }

    fn verb_and_amount(&self, line: &Line) -> String {
        let benefit = self.policy.points_of(line.points).is_some_and(|points| points.benefit.is_some());
        match &line.sign {
            LineSign::Give if benefit => {
                let amount = self.expr(&line.amount);
                say!(self.language, "{amount} is granted", "发放 {amount}")
            }
            LineSign::Give => self.earned(&line.amount),
            LineSign::Take(pools) => {
                let amount = self.expr(&line.amount);
                let pools: Vec<String> = pools.iter().map(|pool| self.pool(line.points, *pool)).collect();
                let told =
                    say!(self.language, "{amount} is taken, never more than the balance", "扣减 {amount}，不超过余额");
                if pools.is_empty() {
                    return told;
                }
                let pools = pools.join(if self.chinese() { "、再" } else { ", then " });
                say!(self.language, "{told}, from {pools}", "{told}，依次取自{pools}")
            }
            LineSign::TakeBack { all: true } => {
                let points = self.points(line.points);
                say!(self.language, "all {points} are taken back", "收回全部{points}")
            }
            LineSign::TakeBack { all: false } => {
                let amount = self.expr(&line.amount);
                let points = self.points(line.points);
                if matches!(line.amount.node, Node::Constant(_)) {
                    say!(self.language, "{amount} are taken back", "收回 {amount}")
                } else {
                    say!(self.language, "as many {points} as {amount} are taken back", "按{amount}收回{points}")
                }
            }
        }
    }

    /// What is earned, as a clause: per full step first where Chinese wants it so.
    fn earned(&self, amount: &Expr) -> String {
        if let Node::PerFull { award, step, of, started } = &amount.node {
            let (award, step, of) = (self.award(award), self.expr(step), self.expr(of));
            return match (started, self.chinese()) {
                (false, false) => format!("{award} earned for every full {step} of {of}"),
                (true, false) => format!("{award} earned for every {step} begun of {of}"),
                (false, true) => format!("{of}每满 {step}得 {award}"),
                (true, true) => format!("{of}每 {step}（不足按一份计）得 {award}"),
            };
        }
        let amount = self.award(amount);
        say!(self.language, "{amount} earned", "得 {amount}")
    }

    /// A noun phrase with the verb that its number wants.
    fn award(&self, amount: &Expr) -> String {
        let told = self.expr(amount);
        if self.chinese() {
            return told;
        }
        format!("{told} {}", if told.starts_with("1 ") { "is" } else { "are" })
    }

    fn pool_clause(&self, line: &Line) -> Option<String> {
        if let Some(table) = &line.pool_by {
            let by = self.bare(&table.subject);
            let rows: Vec<String> = table
                .rows
                .iter()
                .map(|(test, pool)| {
                    let (test, pool) = (self.row_test(test), self.pool(line.points, *pool));
                    say!(self.language, "{test}: {pool}", "{test}：{pool}")
                })
                .collect();
            let rows = rows.join(if self.chinese() { "；" } else { "; " });
            return Some(say!(self.language, " into the pool by {by} ({rows})", "，按{by}记入积分池（{rows}）"));
        }
        let points = self.policy.points_of(line.points)?;
        let pool = points.pools.get(line.pool.0)?;
        if pool.title.name == points.title.name {
            return None;
        }
        let pool = self.quoted(&pool.title);
        Some(say!(self.language, " into {pool}", "，记入{pool}"))
    }
}
