//! Requests in words: what may be asked for, on which terms, and what comes of it.

use super::number::plain;
use super::{Reader, Words};
use crate::policy::{
    AmountLine, AmountVerb, Ask, Bill, Deliver, Expr, Item, Line, LowerPrice, Need, Node, PointsId, Request,
    RequestForm, Steps, Type, Value,
};
use crate::say;
use rust_decimal::Decimal;

impl Words<'_> {
    /// Terms of a request, a sentence each. Items stand apart: see [`Words::item`].
    pub(crate) fn request(&self, introduction: &str, request: &Request) -> Vec<String> {
        let opening = self.opening(introduction, request);
        if request.prohibited.is_some() {
            let code = request.prohibited.as_ref().map(|code| self.code(code)).unwrap_or_default();
            return vec![say!(self.language, "{opening} is not possible{code}", "{opening}：不予办理{code}")];
        }
        let mut all = vec![self.asked(&opening, request)];
        // Of what money does not come in, only those who work with the policy want to know the worth.
        let money = matches!(request.form, RequestForm::Offset | RequestForm::CashOut);
        let value = request.value.as_ref().filter(|_| money || self.reader == Reader::Analyst);
        all.extend(value.map(|value| self.worth_of(request, value)));
        all.extend(request.needs.iter().map(|need| self.need(need)));
        all.extend(request.minimums.iter().map(|need| self.need(need)));
        all.extend(request.steps.iter().map(|steps| self.steps(steps)));
        all.extend(request.bills.iter().map(|bill| self.bill(bill)));
        all.extend(
            request.lines.iter().map(|line| self.exchanged(request, line).unwrap_or_else(|| self.line_when(line))),
        );
        all.extend(request.moves.iter().map(|moves| {
            let to = self.expr(&moves.to);
            if moves.keep_dates {
                say!(self.language, "the points go to {to} and keep their dates", "积分转给{to}，保留原有日期")
            } else {
                say!(self.language, "the points go to {to} as newly earned", "积分转给{to}，视为新获得")
            }
        }));
        all.extend(request.amounts.iter().map(|amount| self.money(request, amount)));
        let entries = request.entries.iter().filter(|entries| !matches!(entries.node, Node::Element(_)));
        all.extend(entries.map(|entries| {
            let entries = self.expr(entries);
            say!(self.language, "entries in the draw: {entries}", "抽奖次数：{entries}")
        }));
        all.extend(request.entitles.iter().map(|what| {
            let what = self.service(what);
            say!(self.language, "gives the right to “{what}”", "可享“{what}”")
        }));
        all.extend(request.deliver.iter().map(|deliver| self.delivery(deliver)));
        if request.stays_spent {
            all.push(say!(self.language, "a cancelled request gives nothing back", "取消后积分不予退还"));
        }
        all
    }

    fn opening(&self, introduction: &str, request: &Request) -> String {
        let form = self.form(request.form);
        match (introduction.is_empty(), self.chinese()) {
            (true, _) => form,
            (false, false) => format!("{form} ({introduction})"),
            (false, true) => format!("{form}（{}）", introduction.trim_end_matches('的')),
        }
    }

    /// What a request is called.
    #[must_use]
    pub fn form(&self, form: RequestForm) -> String {
        match form {
            RequestForm::Catalogue => say!(self.language, "redemption for gifts", "兑换礼品"),
            RequestForm::Offset => say!(self.language, "paying a bill with points", "积分抵扣账单"),
            RequestForm::Exchange => say!(self.language, "exchange of points", "积分互换"),
            RequestForm::CashOut => say!(self.language, "cash for points", "积分兑现"),
            RequestForm::Transfer => say!(self.language, "transfer of points", "积分转赠"),
            RequestForm::Donation => say!(self.language, "donation of points", "积分捐赠"),
            RequestForm::Lottery => say!(self.language, "lottery for points", "积分抽奖"),
            RequestForm::Benefit => say!(self.language, "benefit or service", "权益或服务"),
        }
    }

    fn asked(&self, opening: &str, request: &Request) -> String {
        let takes = request.spends.as_ref().map(|spends| {
            let points = self.points(spends.points);
            let pools: Vec<String> = spends.pools.iter().map(|pool| self.pool(spends.points, *pool)).collect();
            if pools.is_empty() {
                points
            } else {
                let pools = pools.join(if self.chinese() { "、再" } else { ", then " });
                say!(self.language, "{points} from {pools}", "{points}（依次取自{pools}）")
            }
        });
        match (&request.ask, takes) {
            (Ask::Units { count: None, each: Some(each) }, Some(_)) => {
                let each = self.expr(each);
                say!(self.language, "{opening}: {each} is used", "{opening}：使用 {each}")
            }
            (Ask::Nothing, _) | (Ask::Units { .. }, None) => {
                say!(self.language, "{opening}: no points are taken", "{opening}：不扣积分")
            }
            (Ask::Points(_), None) => {
                say!(self.language, "{opening}: points kept by a partner come in", "{opening}：由合作方积分兑入")
            }
            (Ask::Points(_), Some(points)) => {
                say!(
                    self.language,
                    "{opening}: the customer says how many {points} to use",
                    "{opening}：由客户指定使用多少{points}"
                )
            }
            (Ask::Units { each: Some(each), count }, Some(_)) => {
                let each = self.expr(each);
                match count.as_deref() {
                    Some("entries") => {
                        say!(self.language, "{opening}: {each} for each entry", "{opening}：每次 {each}")
                    }
                    _ => say!(self.language, "{opening}: {each} for each piece", "{opening}：每件 {each}"),
                }
            }
            (Ask::Units { each: None, .. }, Some(points)) => {
                say!(
                    self.language,
                    "{opening}: each piece at its price in {points}",
                    "{opening}：按所列价格使用{points}"
                )
            }
        }
    }

    /// What points are worth in a request: `each point is worth 0.01 CNY`, where it is a plain rate.
    fn worth_of(&self, request: &Request, value: &Expr) -> String {
        let (inner, rounding) = match &value.node {
            Node::Round(inner, mode, scale) => (&**inner, Some((*mode, *scale))),
            _ => (value, None),
        };
        let rate = rate_of_points(inner).map(|(_, rate)| rate);
        let (Some(rate), Type::Money(currency), Some(spends)) = (rate, &value.typed.ty, &request.spends) else {
            let value = self.expr(value);
            return say!(self.language, "value of what is asked for: {value}", "所兑价值：{value}");
        };
        let (rate, currency) = (plain(rate), self.currency(*currency));
        let one = self.amount_of(Decimal::ONE, spends.points);
        let told = say!(self.language, "{one} is worth {rate} {currency}", "{one}抵 {rate} {currency}");
        match rounding {
            None => told,
            Some((mode, scale)) => {
                let mode = self.rounding(mode);
                say!(self.language, "{told}, rounded {mode} to {scale} decimals", "{told}（{mode}至 {scale} 位小数）")
            }
        }
    }

    /// A line that gives some points for each of others: `0.1 points for each bank point`.
    fn exchanged(&self, request: &Request, line: &Line) -> Option<String> {
        let (points, rate) = rate_of_points(&line.amount)?;
        if line.when.is_some() {
            return None;
        }
        let each = match (&request.spends, &points.typed.ty) {
            (Some(spends), _) => self.one_point(spends.points),
            (None, Type::Points(id)) if *id != line.points => self.one_point(*id),
            (None, _) => say!(self.language, "point handed in", "对方积分"),
        };
        let given = self.amount_of(rate, line.points);
        Some(self.line_with(say!(self.language, "{given} for each {each}", "每 1 {each}换得 {given}"), line))
    }

    fn one_point(&self, id: PointsId) -> String {
        self.policy.points_of(id).map_or_else(String::new, |points| self.single(&points.title))
    }

    fn need(&self, need: &Need) -> String {
        let (condition, code) = (self.condition(&need.condition), self.code(&need.code));
        say!(self.language, "only if {condition}{code}", "须{condition}{code}")
    }

    fn steps(&self, steps: &Steps) -> String {
        let step = self.expr(&steps.step);
        match &steps.refuse {
            None => say!(
                self.language,
                "in whole steps of {step}; what is left over stays with the customer",
                "以 {step}的整数倍使用，余数保留"
            ),
            Some(code) => {
                let code = self.code(code);
                say!(
                    self.language,
                    "only in whole steps of {step}, else refused{code}",
                    "须为 {step}的整数倍，否则不予受理{code}"
                )
            }
        }
    }

    fn bill(&self, bill: &Bill) -> String {
        let (most, code) = (self.expr(&bill.most), self.code(&bill.code));
        if bill.trims {
            say!(
                self.language,
                "worth at most {most}; of more, only what fits is taken{code}",
                "抵值最多为{most}，超出时仅受理可抵部分{code}"
            )
        } else {
            say!(self.language, "worth at most {most}, else refused{code}", "抵值最多为{most}，超出则不予受理{code}")
        }
    }

    fn money(&self, request: &Request, line: &AmountLine) -> String {
        let amount = self.expr(&line.amount);
        let mut told = match line.verb {
            AmountVerb::Off => say!(self.language, "taken off the bill: {amount}", "抵扣金额：{amount}"),
            AmountVerb::Pay => say!(self.language, "to be paid by the customer: {amount}", "客户应付：{amount}"),
            AmountVerb::Give => say!(self.language, "paid to the customer: {amount}", "付给客户：{amount}"),
            AmountVerb::Fee => say!(self.language, "fee: {amount}", "手续费：{amount}"),
            AmountVerb::Cost => say!(self.language, "cost owed to the partner: {amount}", "应付合作方成本：{amount}"),
            AmountVerb::Receive => {
                let unit = match &line.amount.typed.ty {
                    Type::Quantity(id) => self.quantity(*id),
                    Type::Points(id) => self.points(*id),
                    _ => String::new(),
                };
                match (rate_of_points(&line.amount), &request.spends) {
                    (Some((_, rate)), Some(spends)) => {
                        let (rate, each) = (plain(rate), self.one_point(spends.points));
                        say!(self.language, "received: {rate} {unit} for each {each}", "每 1 {each}换得 {rate} {unit}")
                    }
                    _ if unit.is_empty() => say!(self.language, "received: {amount}", "换得：{amount}"),
                    _ => say!(self.language, "received in {unit}: {amount}", "换得（{unit}）：{amount}"),
                }
            }
        };
        if let Some(to) = &line.to {
            let to = self.expr(to);
            told.push_str(&say!(self.language, " (to {to})", "（付给{to}）"));
        }
        if let Some(when) = &line.when {
            let when = self.condition(when);
            told.push_str(&say!(self.language, ", if {when}", "，条件：{when}"));
        }
        told
    }

    /// A service or benefit by its label, where something has one.
    #[must_use]
    pub fn service(&self, title: &crate::policy::Title) -> String {
        if !title.labels.is_empty() {
            return self.name(title);
        }
        self.service_named(&title.name)
    }

    /// A service or benefit by its name.
    #[must_use]
    pub fn service_named(&self, name: &str) -> String {
        let points = self.policy.points.iter().map(|points| &points.title).find(|title| title.name == name);
        points.map_or_else(|| self.party(name), |title| self.name(title))
    }

    /// What a code of refusal says; the language's own codes have words, others are read as they are written.
    #[must_use]
    pub fn refusal(&self, code: &str) -> String {
        let known = match code {
            "outside_window" => ("not at this time", "不在办理时间内"),
            "disqualified" => ("the customer is barred", "客户已被取消资格"),
            "not_transferable" => ("points cannot be transferred", "积分不可转赠"),
            "not_cashable" => ("points cannot be turned into cash", "积分不可折现"),
            "tier_required" => ("the customer's level is too low", "客户等级不够"),
            "condition_not_met" => ("a condition is not met", "条件不满足"),
            "not_whole_step" => ("no whole number of steps", "不是规定单位的整数倍"),
            "below_minimum" => ("below the minimum", "低于最低要求"),
            "quantity_limit" => ("too many pieces", "超出件数限制"),
            "repeat_not_allowed" => ("only once", "不可重复办理"),
            "transfer_limit" => ("above the limit on transfers", "超出转赠限额"),
            "quota_exhausted" => ("the limit is used up", "限额已用完"),
            "exceeds_amount" => ("more than the bill allows", "超出账单可抵金额"),
            "out_of_stock" => ("out of stock", "库存不足"),
            "insufficient_points" => ("not enough points", "积分不足"),
            other => return super::readable(other),
        };
        if self.chinese() { known.1.to_owned() } else { known.0.to_owned() }
    }

    fn delivery(&self, deliver: &Deliver) -> String {
        let by = deliver.by.as_ref().map(|by| self.expr(by));
        let partner = deliver.partner.as_ref().map(|partner| self.party(partner));
        match (by, partner) {
            (Some(by), Some(partner)) => {
                say!(self.language, "delivered by {partner}, at the latest {by}", "由{partner}配送，最迟{by}送达")
            }
            (Some(by), None) => say!(self.language, "delivered at the latest {by}", "最迟{by}送达"),
            (None, Some(partner)) => say!(self.language, "delivered by {partner}", "由{partner}配送"),
            (None, None) => say!(self.language, "delivered", "配送"),
        }
    }

    /// The price of one piece.
    #[must_use]
    pub fn price(&self, item: &Item) -> String {
        let price = self.expr(&item.price);
        if matches!(item.price.node, Node::Constant(_)) {
            return price;
        }
        let mode = self.rounding(item.rounding);
        say!(self.language, "{price}, rounded {mode}", "{price}（{mode}）")
    }

    /// What holds for an item besides its price and its stock: clauses.
    #[must_use]
    pub fn item(&self, item: &Item) -> Vec<String> {
        let mut all: Vec<String> = item.windows.iter().map(|window| self.window(window)).collect();
        all.extend(item.lower.iter().map(|lower| self.lower_price(lower)));
        if item.lowest {
            all.push(say!(self.language, "the lowest of the prices that hold", "多个价格同时适用时取最低"));
        }
        let limits = item.constraints.iter().filter_map(|id| self.policy.constraint(*id));
        all.extend(limits.map(|limit| self.limit(limit)));
        all.extend(item.grants.iter().map(|what| {
            let what = self.service(what);
            say!(self.language, "comes with “{what}”", "附赠“{what}”")
        }));
        all
    }

    fn lower_price(&self, lower: &LowerPrice) -> String {
        let (to, campaign) = (self.expr(&lower.to), self.campaign_name(lower.campaign));
        let mode = self.rounding(lower.rounding);
        let mut told = say!(
            self.language,
            "in the campaign {campaign} the price is lowered to {to}, rounded {mode}",
            "活动{campaign}期间价格降到 {to}（{mode}）"
        );
        let windows: Vec<String> = lower.windows.iter().map(|window| self.window(window)).collect();
        if !windows.is_empty() {
            let windows = self.clauses(&windows);
            told.push_str(&say!(self.language, ", {windows}", "，{windows}"));
        }
        let conditions: Vec<String> = lower.conditions.iter().map(|one| self.condition(one)).collect();
        if !conditions.is_empty() {
            let conditions = self.all_of(&conditions);
            told.push_str(&say!(self.language, ", if {conditions}", "，条件：{conditions}"));
        }
        told
    }
}

/// The points of a request in an expression, and how much of it there is for each: `points * 0.1`.
fn rate_of_points(expr: &Expr) -> Option<(&Expr, Decimal)> {
    let (points, rate) = match &expr.node {
        Node::Element(_) => (expr, Decimal::ONE),
        Node::Multiply(a, b) => match &b.node {
            Node::Constant(Value::Number(rate)) => (&**a, *rate),
            _ => return None,
        },
        _ => return None,
    };
    matches!(&points.node, Node::Element(name) if name == "points").then_some((points, rate))
}
