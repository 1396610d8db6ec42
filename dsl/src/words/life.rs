//! Points and their pools in words: how long they last, what they are worth, what may never be done with them.

use super::Words;
use crate::policy::{CurrencyId, Points, PointsId, Pool, SpendKey, Validity};
use crate::say;
use crate::syntax::ast::Prohibition;
use rust_decimal::Decimal;

impl Words<'_> {
    /// What holds for points: sentences, but for their pools (see [`Words::pool_life`]) and figures (see [`Words::worth`]).
    #[must_use]
    pub fn points_terms(&self, points: &Points) -> Vec<String> {
        let mut all = Vec::new();
        if let Some(party) = &points.kept_by {
            let party = self.party(party);
            all.push(say!(self.language, "kept by {party}, outside this programme", "由{party}记账，不在本方案内"));
        }
        if points.memo {
            all.push(say!(
                self.language,
                "a memo: counted, never spent or shown",
                "备忘积分：只记账，不可使用，也不展示"
            ));
        }
        if let Some(benefit) = &points.benefit {
            all.push(if benefit.granted {
                say!(self.language, "a benefit that is granted, and used one by one", "发放后逐份使用的权益")
            } else {
                say!(self.language, "a benefit that may be used without being granted first", "无须发放即可使用的权益")
            });
            if benefit.numbered {
                all.push(say!(self.language, "each one has a number", "每份有编号"));
            }
        } else if points.kept_by.is_none() {
            all.push(self.rounded(points.rounding, points.place));
        }
        if points.scale > 0 {
            all.push(say!(self.language, "counted with {0} decimals", "精确到 {0} 位小数", points.scale));
        }
        if points.benefit.is_none() && points.kept_by.is_none() && !points.memo {
            all.extend(self.spend_order(points));
        }
        if let Some((months, days)) = points.remind {
            let length = self.length((months, days, 0));
            all.push(say!(
                self.language,
                "customers are reminded {length} before points expire",
                "到期前 {length}提醒客户"
            ));
        }
        if !points.activity.is_empty() {
            let activity = self.activities(&points.activity);
            all.push(say!(self.language, "as activity counts: {activity}", "以下算作活动：{activity}"));
        }
        all.extend(points.never.iter().map(|never| self.never(points, *never)));
        all
    }

    fn spend_order(&self, points: &Points) -> Option<String> {
        let order: Vec<String> = points
            .spend_order
            .iter()
            .map(|key| match key {
                SpendKey::SoonestToExpire => {
                    say!(self.language, "those that expire soonest", "最早到期的")
                }
                SpendKey::Oldest => say!(self.language, "the oldest", "最早获得的"),
                SpendKey::Pool(name) => {
                    let pool = points.pools.iter().find(|pool| pool.title.name == *name);
                    pool.map_or_else(|| super::readable(name), |pool| self.name(&pool.title))
                }
            })
            .collect();
        if order.is_empty() {
            return None;
        }
        let order = order.join(if self.chinese() { "，再用" } else { ", then " });
        Some(say!(self.language, "used first: {order}", "先用{order}"))
    }

    /// What counts as activity: names of event kinds and words for postings.
    fn activities(&self, names: &[String]) -> String {
        let told: Vec<String> = names
            .iter()
            .map(|name| {
                let kind = self.policy.kinds.iter().find(|kind| kind.title.name == *name || kind.json == *name);
                match (kind, name.as_str()) {
                    (Some(kind), _) => self.name(&kind.title),
                    (None, "earn") => say!(self.language, "earning", "获得积分"),
                    (None, "use") => say!(self.language, "using points", "使用积分"),
                    (None, "redemption") => say!(self.language, "redemption", "兑换"),
                    (None, "offset") => say!(self.language, "paying with points", "抵扣"),
                    (None, "transfer out") => say!(self.language, "passing points on", "转出"),
                    (None, "transfer in") => say!(self.language, "receiving points", "转入"),
                    (None, other) => self.party(other),
                }
            })
            .collect();
        self.all_of(&told)
    }

    fn never(&self, points: &Points, never: Prohibition) -> String {
        let points = self.several(&points.title);
        match never {
            Prohibition::Transfer => say!(self.language, "{points} can never be transferred", "{points}不可转赠"),
            Prohibition::Cash => say!(self.language, "{points} can never be turned into cash", "{points}不可折现"),
            Prohibition::Return => say!(self.language, "what was redeemed can never be returned", "兑换后不可退换"),
            Prohibition::Spend => say!(self.language, "{points} can never be spent", "{points}不可使用"),
        }
    }

    /// The life of a pool's lots: sentences.
    #[must_use]
    pub fn pool_life(&self, pool: &Pool) -> Vec<String> {
        let mut all = Vec::new();
        if pool.usable_after != (0, 0, 0) {
            let length = self.length(pool.usable_after);
            all.push(say!(self.language, "usable {length} after earning", "获得 {length}后可用"));
        }
        let mut life = self.validity(&pool.validity);
        if pool.first_day_counted {
            life.push_str(&say!(self.language, ", the first day counted", "（首日计入）"));
        }
        all.push(life);
        if pool.renewed_by_activity {
            all.push(say!(self.language, "activity makes the time start again", "有活动则重新起算"));
        }
        if let Some((months, days)) = pool.balance_ends {
            let length = self.length((months, days, 0));
            let of = match pool.balance_activity.as_slice() {
                [] => String::new(),
                names => {
                    let names = self.activities(names);
                    say!(self.language, " ({names})", "（{names}）")
                }
            };
            all.push(say!(
                self.language,
                "the whole balance ends {length} after the last activity{of}",
                "最后一次活动{of} {length}后余额全部失效"
            ));
        }
        if pool.lapses_while_frozen {
            all.push(say!(self.language, "the time runs on while points are frozen", "冻结期间有效期照常计算"));
        }
        all
    }

    fn validity(&self, validity: &Validity) -> String {
        let from = |usable: bool| {
            if usable {
                say!(self.language, "becoming usable", "可用")
            } else {
                say!(self.language, "earning", "获得")
            }
        };
        match validity {
            Validity::After { months, days, from_usable } => {
                let (length, from) = (self.length((*months, *days, 0)), from(*from_usable));
                say!(
                    self.language,
                    "valid for {length} after {from}, to the end of the last day",
                    "自{from}起 {length}内有效，至末日 24:00"
                )
            }
            Validity::To(date) => {
                let date = self.date(*date);
                say!(self.language, "valid to the end of {date}", "有效期至{date} 24:00")
            }
            Validity::ToEndOf { unit, months, days, from_usable } => {
                let (length, from, unit) = (self.length((*months, *days, 0)), from(*from_usable), self.period(*unit));
                say!(
                    self.language,
                    "valid to the end of the {unit} in which {length} after {from} falls",
                    "自{from}起 {length}所在{unit}的末日 24:00 前有效"
                )
            }
            Validity::ByTable(table) => {
                let table = self.expr(table);
                say!(self.language, "valid after earning for: {table}", "自获得起的有效期：{table}")
            }
            Validity::WithoutEnd => say!(self.language, "valid without end", "永久有效"),
        }
    }

    /// What points are worth, stand for, and who pays for them: for those who keep the accounts.
    #[must_use]
    pub fn worth(&self, id: PointsId) -> Vec<String> {
        let Some(points) = self.policy.points_of(id) else { return vec![] };
        let one = self.amount_of(Decimal::ONE, id);
        let money = |(amount, currency): (Decimal, CurrencyId)| {
            format!("{} {}", super::number::plain(amount), self.currency(currency))
        };
        let mut all = Vec::new();
        if let Some(worth) = points.worth.map(money) {
            all.push(say!(self.language, "{one} is valued at {worth}", "{one}估值 {worth}"));
        }
        if let Some(profit) = points.stands_for.map(money) {
            all.push(say!(self.language, "{one} stands for {profit} of profit", "{one}对应利润 {profit}"));
        }
        if !points.funded.is_empty() {
            let funded = self.funded(&points.funded);
            all.push(say!(self.language, "paid by {funded}", "出资：{funded}"));
        }
        all
    }
}
