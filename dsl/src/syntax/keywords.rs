//! The words of the language: a table from role to its English and Chinese words.
//!
//! A role is what a word does at its place (`from` before a date and `from` before a clock time are two roles, because Chinese
//! says them differently). Each role of a kind other than [`Kind::Function`] is the rule `kw_ROLE` of `grammar.pest`; a test
//! checks that both agree word for word. The first word of each language is the one that the formatter prints; the others are
//! read as well. A phrase is written as its tokens with one blank between them, so `每满` is `每 满` here (a word that begins
//! with 每 is always two tokens); [`Keyword::shown`] gives it as an author writes it.

use crate::diagnostic::{Language, Text};

/// What a word does in a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Begins a declaration: `rule`, `积分种类`.
    Declaration,
    /// Begins a clause: `earn`, `每`.
    Clause,
    /// Stands inside a clause, between or after other things: `of`, `else refuse`, `起`.
    Inner,
    /// A unit after a number: `days`, `个月`.
    Unit,
    /// A type of a field: `money`, `金额`.
    Type,
    /// A word that stands for itself: `sat`, `yes`, `best of`.
    Value,
    /// A step of a test, or an expectation.
    Test,
    /// A function before `of` or after 的. Any name may stand there: these are names that both languages know, no keywords.
    Function,
}

/// One role with its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keyword {
    /// The role: the rule's name in the grammar without `kw_`.
    pub role: &'static str,
    /// What it does.
    pub kind: Kind,
    /// English words, the printed one first. Empty where only Chinese has a word (a closing particle).
    pub en: &'static [&'static str],
    /// Chinese words, the printed one first. Empty where only English has one.
    pub zh: &'static [&'static str],
}

impl Keyword {
    /// The words of one language, the printed one first.
    #[must_use]
    pub fn words(&self, language: Language) -> &'static [&'static str] {
        match language {
            Language::English => self.en,
            Language::Chinese => self.zh,
        }
    }

    /// The printed word of a language as an author writes it (`每满`, not `每 满`); of the other language where this one has none.
    #[must_use]
    pub fn shown(&self, language: Language) -> String {
        let (first, second) = match language {
            Language::English => (self.en, self.zh),
            Language::Chinese => (self.zh, self.en),
        };
        first.first().or_else(|| second.first()).map(|word| word.replace("每 ", "每")).unwrap_or_default()
    }

    /// All words of both languages.
    pub fn all(&self) -> impl Iterator<Item = &'static str> {
        self.en.iter().chain(self.zh.iter()).copied()
    }
}

const fn word(kind: Kind, role: &'static str, en: &'static [&'static str], zh: &'static [&'static str]) -> Keyword {
    Keyword { role, kind, en, zh }
}

const fn decl(role: &'static str, en: &'static [&'static str], zh: &'static [&'static str]) -> Keyword {
    word(Kind::Declaration, role, en, zh)
}

const fn clause(role: &'static str, en: &'static [&'static str], zh: &'static [&'static str]) -> Keyword {
    word(Kind::Clause, role, en, zh)
}

const fn inner(role: &'static str, en: &'static [&'static str], zh: &'static [&'static str]) -> Keyword {
    word(Kind::Inner, role, en, zh)
}

const fn unit(role: &'static str, en: &'static [&'static str], zh: &'static [&'static str]) -> Keyword {
    word(Kind::Unit, role, en, zh)
}

const fn ty(role: &'static str, en: &'static [&'static str], zh: &'static [&'static str]) -> Keyword {
    word(Kind::Type, role, en, zh)
}

const fn value(role: &'static str, en: &'static [&'static str], zh: &'static [&'static str]) -> Keyword {
    word(Kind::Value, role, en, zh)
}

const fn test(role: &'static str, en: &'static [&'static str], zh: &'static [&'static str]) -> Keyword {
    word(Kind::Test, role, en, zh)
}

const fn function(role: &'static str, en: &'static [&'static str], zh: &'static [&'static str]) -> Keyword {
    word(Kind::Function, role, en, zh)
}

/// Every role of the language, by area.
pub static KEYWORDS: &[Keyword] = &[
    // -- declarations
    decl("programme", &["programme"], &["方案"]),
    decl("library", &["library"], &["库"]),
    decl("event", &["event"], &["事件"]),
    decl("request_event", &["request event"], &["申请 事件", "申请事件"]),
    decl("refund_event", &["refund event"], &["退款 事件", "退款事件"]),
    decl("moment_event", &["moment event"], &["时点 事件", "时点事件"]),
    decl("enum", &["enum"], &["枚举"]),
    decl("open_enum", &["open enum"], &["开放 枚举", "开放枚举"]),
    decl("extend", &["extend"], &["补充"]),
    decl("facts", &["facts"], &["事实"]),
    decl("fact", &["fact"], &["事实"]),
    decl("quantity", &["quantity"], &["数量"]),
    decl("currency", &["currency"], &["币种"]),
    decl("codes", &["codes"], &["代码组"]),
    decl("calendar", &["calendar"], &["日历"]),
    decl("define", &["define"], &["定义"]),
    decl("parameter", &["parameter"], &["参数"]),
    decl("points", &["points"], &["积分种类"]),
    decl("tiers", &["tiers"], &["等级"]),
    decl("group", &["group"], &["组"]),
    decl("rule", &["rule"], &["规则"]),
    decl("campaign", &["campaign"], &["活动"]),
    decl("track", &["track"], &["累计"]),
    decl("period", &["period"], &["周期"]),
    decl("schedule", &["schedule"], &["定时"]),
    decl("catalogue", &["catalogue"], &["目录"]),
    decl("offset", &["offset"], &["抵扣"]),
    decl("exchange", &["exchange"], &["互换"]),
    decl("cash_out", &["cash out"], &["兑现"]),
    decl("transfer", &["transfer"], &["转赠"]),
    decl("donation", &["donation"], &["捐赠"]),
    decl("lottery", &["lottery"], &["抽奖"]),
    decl("benefit", &["benefit"], &["权益"]),
    decl("settle", &["settle"], &["结算"]),
    decl("ranking", &["ranking"], &["排名"]),
    decl("priority", &["priority"], &["优先"]),
    decl("figure", &["figure"], &["指标"]),
    decl("notify", &["notify"], &["通知"]),
    decl("refunds", &["refunds"], &["退款"]),
    decl("on_start_lots_of", &["on start lots of"], &["生效时 已有批次"]),
    decl("test", &["test"], &["测试"]),
    decl("examples", &["examples"], &["样例"]),
    // -- in the heads of declarations
    inner("json", &["json"], &[]),
    inner("reduces", &["reduces"], &["冲减"]),
    inner("default", &["default"], &["缺省"]),
    inner("in_unit", &["in"], &["单位"]),
    inner("decimals", &["decimals", "decimal"], &["位小数"]),
    inner("digits", &["digits", "digit"], &["位"]),
    inner("on_kind", &["on"], &["适用于"]),
    inner("given_by_host", &["given by host"], &["由系统提供"]),
    inner("tiers_by", &["by"], &["按"]),
    inner("held_to", &["held to"], &["保级至"]),
    inner("gross", &["gross"], &["不计退款"]),
    inner("own_period", &["refunds in their own period"], &["计入退款期"]),
    inner("remembers", &["remembers at most"], &["记住最多"]),
    inner("remembered", &["events", "event"], &["笔"]),
    inner("schedule_at", &["at"], &["于"]),
    inner("with_fact", &["with"], &["有"]),
    inner("in_order_of", &["in order of"], &["顺序为"]),
    inner("settle_with", &["with"], &["对方"]),
    value("best_of", &["best of"], &["取最高"]),
    value("add_up", &["add up"], &["累加"]),
    value("first_by_priority", &["first by priority"], &["按优先级取先"]),
    value("multiply_together", &["multiply together"], &["连乘"]),
    value("pending_first", &["pending first"], &["先收待生效"]),
    value("may_overdraw", &["may overdraw"], &["可透支"]),
    value("floor_at_zero", &["floor at zero"], &["不低于零"]),
    // -- types of fields
    ty("money", &["money"], &["金额"]),
    ty("points_type", &["points"], &["积分数"]),
    ty("number_type", &["number"], &["数值"]),
    ty("count_type", &["count"], &["笔数"]),
    ty("percent_type", &["percent"], &["百分比"]),
    ty("flag_type", &["flag"], &["是否"]),
    ty("date_type", &["date"], &["日期"]),
    ty("instant_type", &["instant"], &["时刻"]),
    ty("time_type", &["time"], &["时间"]),
    ty("day_type", &["day"], &["日"]),
    ty("week_type", &["week"], &["周"]),
    ty("month_type", &["month"], &["月份"]),
    ty("quarter_type", &["quarter"], &["季度"]),
    ty("year_type", &["year"], &["年份"]),
    ty("statement_type", &["statement"], &["账期"]),
    ty("term_type", &["term"], &["期限"]),
    ty("days_type", &["days"], &["天数"]),
    ty("text_type", &["text"], &["文本"]),
    ty("tier_type", &["tier"], &["等级"]),
    ty("code_of", &["code of"], &["代码"]),
    ty("list_of_at_most", &["list of at most"], &["列表 最多"]),
    ty("list_of", &["list of"], &["列表"]),
    ty("dated", &["dated"], &["分时"]),
    // -- heads of programmes and libraries
    clause("timezone", &["timezone"], &["时区"]),
    clause("effective", &["effective"], &["生效"]),
    clause("use", &["use"], &["引用"]),
    clause("customer_is", &["customer is"], &["客户 即"]),
    inner("for_counting", &["for counting"], &["折算"]),
    clause("leap_day", &["leap day 1 March"], &["闰日 按 3 月 1 日"]),
    // -- conditions and windows
    clause("when", &["when"], &["当"]),
    inner("when_end", &[], &["时"]),
    clause("for", &["for"], &["仅限"]),
    clause("need", &["need"], &["须"]),
    clause("accept_when", &["accept when"], &["接受 当"]),
    inner("else_refuse", &["else refuse"], &["否则拒绝"]),
    clause("from", &["from"], &["自", "从"]),
    clause("from_time", &["from"], &["从", "自"]),
    inner("from_end", &[], &["起"]),
    clause("to", &["to"], &["至"]),
    clause("until", &["until"], &["到"]),
    inner("until_end", &[], &["前"]),
    clause("on", &["on"], &["于"]),
    clause("every", &["every"], &["每 逢"]),
    clause("within", &["within"], &[]),
    inner("within_end", &[], &["内"]),
    inner("window_by", &["by"], &["按"]),
    clause("over_whole_periods", &["over whole periods"], &["按整期"]),
    value("mon", &["mon"], &["周一"]),
    value("tue", &["tue"], &["周二"]),
    value("wed", &["wed"], &["周三"]),
    value("thu", &["thu"], &["周四"]),
    value("fri", &["fri"], &["周五"]),
    value("sat", &["sat"], &["周六"]),
    value("sun", &["sun"], &["周日"]),
    value("of_month", &["of month"], &["每 月"]),
    value("last_one", &["last"], &["最后一个"]),
    value("ordinal_start", &[], &["第"]),
    value("ordinal_end", &[], &["个"]),
    value("day_of_month", &["day"], &["日"]),
    value("last_day_of_month", &["last day of month"], &["月末"]),
    value("working_day", &["working day", "working days"], &["工作日"]),
    value("holiday", &["holiday", "holidays"], &["节假日"]),
    // -- combination
    clause("in_group", &["in"], &["归入"]),
    inner("rank", &["priority"], &["优先级"]),
    clause("adds_to", &["adds to"], &["叠加于"]),
    // -- lines
    clause("earn", &["earn"], &["得"]),
    clause("per_full_by", &["by"], &["按"]),
    clause("take", &["take"], &["扣"]),
    inner("into", &["into"], &["入"]),
    inner("to_party", &["to"], &["给"]),
    inner("from_pool", &["from"], &["自"]),
    inner("from_pool_end", &[], &["池"]),
    inner("first_line", &["first"], &["先入账"]),
    clause("raise", &["raise"], &["将"]),
    inner("raise_to", &["to"], &["提高到"]),
    inner("raise_by", &["by"], &["另加"]),
    inner("after_caps", &["after caps"], &["限额后"]),
    clause("keep", &["keep"], &["应有"]),
    clause("reach", &["reach"], &["达到"]),
    inner("while", &["while"], &["只要"]),
    clause("settled_at", &["settled at"], &["结算于"]),
    inner("final", &["final"], &["不再调整"]),
    inner("after_close", &["after close"], &["末后"]),
    inner("never_final", &["never final"], &["随时调整"]),
    clause("grant", &["grant"], &["授予"]),
    inner("grant_worth", &["worth"], &["价值"]),
    clause("set", &["set"], &["设"]),
    inner("set_to", &["to"], &["为"]),
    clause("convert", &["convert"], &["转换"]),
    inner("convert_to", &["to"], &["为"]),
    inner("convert_from", &["from"], &["满"]),
    inner("undo_while_unused", &["undo while unused"], &["未用则撤回"]),
    clause("take_back", &["take back"], &["收回"]),
    inner("all", &["all"], &["全部"]),
    clause("bar", &["bar"], &["取消资格"]),
    clause("lower_price_of", &["lower price of"], &[]),
    clause("lower", &[], &["将"]),
    inner("price", &[], &["价格"]),
    inner("lower_to", &["to"], &["降到"]),
    inner("every_item", &["every item"], &["每 件商品"]),
    clause("lowest_price", &["lowest price"], &["取最低价"]),
    clause("for_each", &["for each"], &["逐个"]),
    inner("for_each_of", &["of"], &["于"]),
    clause("show", &["show"], &["显示"]),
    // -- scopes and bounds
    clause("per", &["per"], &["每"]),
    value("day", &["day"], &["日", "天"]),
    value("week", &["week"], &["周"]),
    value("month", &["month"], &["月"]),
    value("quarter", &["quarter"], &["季"]),
    value("year", &["year"], &["年"]),
    value("statement", &["statement"], &["账期"]),
    clause("per_campaign", &["per campaign"], &["每 活动"]),
    clause("rolling", &["rolling", "per rolling"], &["滚动"]),
    clause("from_first_use", &["from first use"], &["自首次使用起"]),
    clause("idle", &["idle"], &["闲置"]),
    inner("idle_end", &[], &["止"]),
    clause("each_time", &["each time"], &["每 次"]),
    clause("in_all", &["in all"], &["总共"]),
    clause("at_most", &["at most"], &["最多"]),
    clause("at_least", &["at least"], &["最少"]),
    clause("once", &["once"], &["一次"]),
    clause("budget", &["budget"], &["预算"]),
    inner("across", &["across"], &["依次"]),
    inner("then", &["then"], &["再"]),
    inner("whole_award", &["on the whole award"], &["按全额计"]),
    inner("room_comes_back", &["room comes back"], &["额度恢复"]),
    inner("room_stays_used", &["room stays used"], &["额度不恢复"]),
    inner("drop_rest", &["drop the rest"], &["超出不计"]),
    inner("rest_earns", &["the rest earns"], &["超出部分 得"]),
    inner("rest", &["the rest"], &["超出部分"]),
    inner("trim", &["trim"], &["削减"]),
    inner("refuse_at_zero", &["refuse at zero"], &["为零则拒绝"]),
    clause("no_cap", &["no cap"], &["不设上限"]),
    clause("funded_by", &["funded by"], &["出资"]),
    clause("refund_in_proportion", &["refund in proportion"], &["退款按比例"]),
    clause("refund_keeps", &["refund keeps"], &["退款保留"]),
    clause("stays_spent", &["stays spent"], &["不退还"]),
    // -- points and pools
    clause("round_down", &["round down"], &["向下取整"]),
    clause("round_up", &["round up"], &["向上取整"]),
    clause("round_half_up", &["round half up"], &["四舍五入"]),
    inner("each_line", &["each line"], &["每 行"]),
    inner("each_award", &["each award"], &["每 笔"]),
    inner("round_to", &["to"], &["至"]),
    inner("places", &["places", "place"], &["位"]),
    clause("usable", &["usable"], &["起用"]),
    inner("next_day", &["next day"], &["次日"]),
    clause("valid", &["valid"], &["有效期"]),
    clause("valid_without_end", &["valid without end"], &["永久有效"]),
    inner("after", &["after"], &["自"]),
    inner("before", &["before"], &["早于"]),
    inner("earning", &["earning"], &["获得"]),
    inner("from_usable", &["usable"], &["起用"]),
    inner("from_grant", &["grant"], &["授予"]),
    inner("last_earning", &["last earning"], &["最近获得"]),
    inner("last_activity", &["last activity"], &["最近活动"]),
    value("end_of_day", &["end of day"], &["日终"]),
    value("end_of_week", &["end of week"], &["周终"]),
    value("end_of_month", &["end of month"], &["月末"]),
    value("end_of_quarter", &["end of quarter"], &["季末"]),
    value("end_of_year", &["end of year"], &["年末"]),
    value("end_of_statement", &["end of statement"], &["账期末"]),
    inner("renewed_by_activity", &["renewed by activity"], &["活动顺延"]),
    clause("balance_ends", &["balance ends"], &["余额终止"]),
    clause("activity", &["activity"], &["活动"]),
    value("act_earn", &["earn"], &["获得"]),
    value("act_use", &["use"], &["使用"]),
    value("act_redemption", &["redemption"], &["兑换"]),
    value("act_offset", &["offset"], &["抵扣"]),
    value("act_transfer", &["transfer"], &["转赠"]),
    value("act_transfer_out", &["transfer out"], &["转出"]),
    value("act_exchange", &["exchange"], &["互换"]),
    value("act_donation", &["donation"], &["捐赠"]),
    clause("remind", &["remind before expiry"], &["到期前提醒"]),
    inner("remind_by", &["by"], &["以"]),
    clause("spend_first", &["spend first"], &["先用"]),
    inner("spend_then", &["then"], &["再用"]),
    value("soonest_to_expire", &["soonest to expire"], &["最早到期"]),
    value("oldest", &["oldest"], &["最早获得"]),
    clause("worth", &["worth"], &["价值"]),
    clause("stands_for", &["stands for"], &["折合"]),
    inner("of_profit", &["of profit"], &["利润"]),
    clause("kept_by", &["kept by"], &["由"]),
    inner("kept_by_end", &[], &["记账"]),
    clause("memo", &["memo"], &["备忘"]),
    clause("pool", &["pool"], &["积分池"]),
    clause("never", &["never"], &["禁止"]),
    value("never_transfer", &["transfer"], &["转赠"]),
    value("never_cash", &["cash"], &["折现"]),
    value("never_return", &["return"], &["退换"]),
    value("never_spend", &["spend"], &["使用"]),
    clause("first_day_counted", &["first day counted"], &["首日计入"]),
    // -- requests
    clause("item", &["item"], &["商品"]),
    inner("at_price", &["at"], &["按"]),
    inner("at_price_end", &[], &["计价"]),
    inner("stock", &["stock"], &["库存"]),
    inner("item_value", &["value"], &["市值"]),
    inner("grants", &["grants"], &["附赠"]),
    clause("rate", &["rate"], &["比率"]),
    clause("in_steps_of", &["in steps of"], &["整"]),
    inner("steps_end", &[], &["使用"]),
    inner("leave_rest", &["leave the rest"], &["余数保留"]),
    clause("off", &["off"], &["抵"]),
    clause("pay", &["pay"], &["应付"]),
    clause("give", &["give"], &["付给"]),
    clause("fee", &["fee"], &["手续费"]),
    clause("keep_dates", &["keep dates"], &["保留日期"]),
    clause("deliver_within", &["deliver within"], &["发货期限"]),
    clause("deliver_by", &["deliver by"], &["发货由"]),
    clause("cost", &["cost"], &["成本"]),
    inner("cost_to", &["to"], &["付给"]),
    clause("numbered", &["numbered"], &["编号"]),
    inner("each_entry", &["each entry"], &["每 次机会"]),
    clause("totals_first", &["totals first"], &["先总后细"]),
    inner("details_on_mismatch", &["details on mismatch"], &[]),
    // -- rankings and calendars
    inner("ranked_by", &["by"], &["按"]),
    inner("highest_first", &["highest first"], &["从高到低"]),
    inner("lowest_first", &["lowest first"], &["从低到高"]),
    inner("ties", &["ties"], &["并列"]),
    inner("earliest_to_reach", &["earliest to reach"], &["先达者先"]),
    clause("top", &["top"], &["前"]),
    clause("rest_days", &["rest"], &["休息日"]),
    clause("holidays", &["holidays"], &["节假日"]),
    clause("workdays", &["workdays"], &["调休上班"]),
    inner("range_to", &["to"], &["至"]),
    // -- operators
    inner("or", &["or"], &["或"]),
    inner("and", &["and"], &["且"]),
    inner("not", &["not"], &["非"]),
    inner("is_known", &["is known"], &["已知"]),
    inner("is_not_known", &["is not known"], &["未知"]),
    inner("is_not", &["is not"], &["不为"]),
    inner("is", &["is"], &["为"]),
    inner("not_in", &["not in"], &["不属于"]),
    inner("in", &["in"], &["属于"]),
    inner("per_full", &["per full"], &["每 满"]),
    inner("per_started", &["per started"], &["每 起"]),
    inner("of", &["of"], &["之"]),
    inner("de", &[], &["的"]),
    inner("above", &["above"], &["超过"]),
    inner("above_end", &[], &["部分"]),
    inner("with_this_one", &["with this one"], &["含本笔"]),
    inner("before_this_one", &["before this one"], &["不含本笔"]),
    inner("as_of", &["as of"], &["截至"]),
    inner("weighted_by", &["weighted by"], &["按"]),
    inner("weighted_end", &[], &["加权"]),
    inner("over_last", &["over last"], &["最近"]),
    inner("over_previous", &["over previous"], &["此前"]),
    inner("in_parts", &["in parts"], &["分段"]),
    inner("from_row", &["from"], &["满"]),
    inner("otherwise", &["otherwise"], &["其余"]),
    value("yes", &["yes"], &["是"]),
    value("no", &["no"], &["否"]),
    value("most", &["most"], &["最大"]),
    value("today", &["today"], &["今日"]),
    value("next_month", &["next month", "the next month"], &["下月", "次月"]),
    value("next_quarter", &["next quarter", "the next quarter"], &["下季", "次季"]),
    value("next_year", &["next year", "the next year"], &["次年", "下年"]),
    value("last_day", &["last day"], &["末日"]),
    value("start_of_next_month", &["start of next month"], &["下月初", "次月初"]),
    value("start_of_next_quarter", &["start of next quarter"], &["下季初", "次季初"]),
    value("start_of_next_year", &["start of next year"], &["次年初", "下年初"]),
    value("close_of_day", &["close of day"], &["日终"]),
    value("close_of_week", &["close of week"], &["周终"]),
    value("close_of_month", &["close of month"], &["月末", "月 末"]),
    value("close_of_quarter", &["close of quarter"], &["季末", "季 末"]),
    value("close_of_year", &["close of year"], &["年末", "年 末"]),
    value("close_of_statement", &["close of statement"], &["账期末", "账期 末"]),
    value("january", &["January"], &["1 月"]),
    value("february", &["February"], &["2 月"]),
    value("march", &["March"], &["3 月"]),
    value("april", &["April"], &["4 月"]),
    value("may", &["May"], &["5 月"]),
    value("june", &["June"], &["6 月"]),
    value("july", &["July"], &["7 月"]),
    value("august", &["August"], &["8 月"]),
    value("september", &["September"], &["9 月"]),
    value("october", &["October"], &["10 月"]),
    value("november", &["November"], &["11 月"]),
    value("december", &["December"], &["12 月"]),
    // -- units after a number
    unit("days", &["days", "day"], &["天"]),
    unit("weeks", &["weeks", "week"], &["周"]),
    unit("months", &["months", "month"], &["个月"]),
    unit("quarters", &["quarters", "quarter"], &["个季度"]),
    unit("years", &["years", "year"], &["年"]),
    unit("statements", &["statements", "statement"], &["个账期"]),
    unit("hours", &["hours", "hour"], &["小时"]),
    unit("minutes", &["minutes", "minute"], &["分钟"]),
    unit("working_days", &["working days", "working day"], &["个工作日"]),
    unit("times", &["times", "time"], &["次"]),
    unit("pieces", &["pieces", "piece"], &["件"]),
    unit("entries", &["entries", "entry"], &["次机会"]),
    // -- tests
    test("holds", &["holds"], &["持有"]),
    test("each_hold", &["each hold"], &["各 持有", "各持有"]),
    test("in_pool", &["in"], &["在"]),
    test("earned_on", &["earned"], &["获得于"]),
    test("held_funded_by", &["funded by"], &["出资"]),
    test("frozen", &["frozen"], &["冻结"]),
    test("used", &["used"], &["已用"]),
    test("balance", &["balance"], &["余额"]),
    test("loses", &["loses"], &["失效"]),
    test("reminded", &["reminded"], &["收到提醒"]),
    test("reminded_last_day", &["last day"], &["末日"]),
    test("refuse", &["refuse"], &["拒绝"]),
    test("move", &["move"], &["转出"]),
    test("move_to", &["to"], &["给"]),
    test("grant_number", &["number"], &["编号"]),
    test("owe", &["owe"], &["欠"]),
    test("due_by", &["deliver by"], &["发货 至", "发货至"]),
    test("examples_of", &["of"], &["之"]),
    // -- functions: names that both languages know
    function("sum", &["sum"], &["合计"]),
    function("count", &["count"], &["笔数"]),
    function("highest", &["highest"], &["最高"]),
    function("lowest", &["lowest"], &["最低"]),
    function("first", &["first"], &["首笔"]),
    function("last", &["last"], &["末笔"]),
    function("average", &["average"], &["平均"]),
    function("distinct", &["distinct"], &["不同"]),
    function("streak", &["streak"], &["连续天数"]),
    function("balance_of", &["balance"], &["余额"]),
    function("outstanding", &["outstanding"], &["未用"]),
    function("earned", &["earned"], &["已得"]),
    function("redeemed", &["redeemed"], &["已兑"]),
    function("anniversary", &["anniversary"], &["周年日"]),
    function("close", &["close"], &["末"]),
    function("worth_of", &["worth"], &["价值"]),
    function("years_of", &["years"], &["年数"]),
    function("months_of", &["months"], &["月数"]),
    function("date_of", &["date"], &["日期"]),
    function("day_of", &["day"], &["日"]),
    function("week_of", &["week"], &["周"]),
    function("month_of", &["month"], &["月份"]),
    function("quarter_of", &["quarter"], &["季度"]),
    function("year_of", &["year"], &["年份"]),
    function("statement_of", &["statement"], &["账期"]),
];

/// English words that may not be names, because they are operators of expressions and sentences.
pub static RESERVED_EN: &[&str] = &[
    "and",
    "or",
    "not",
    "is",
    "in",
    "of",
    "per",
    "above",
    "into",
    "otherwise",
    "when",
    "while",
    "to",
    "by",
    "from",
    "until",
    "else",
    "with",
];

/// Chinese words that may not be names.
pub static RESERVED_ZH: &[&str] = &[
    "且",
    "或",
    "非",
    "为",
    "不为",
    "属于",
    "不属于",
    "的",
    "每",
    "满",
    "按",
    "超过",
    "部分",
    "入",
    "给",
    "得",
    "当",
    "时",
    "只要",
    "应有",
    "自",
    "从",
    "至",
    "到",
    "前",
    "起",
    "其余",
    "否则拒绝",
    "提高到",
    "另加",
    "降到",
    "将",
    "再用",
    "加权",
    "含本笔",
    "不含本笔",
];

/// Words that are no unit after a number, beside the reserved ones: what may follow an amount.
pub static NEVER_UNIT: &[&str] = &[
    "after",
    "at",
    "then",
    "across",
    "round",
    "earn",
    "keep",
    "reach",
    "earned",
    "frozen",
    "funded",
    "last",
    "stock",
    "value",
    "grants",
    "weighted",
    "once",
    "drop",
    "default",
    "as",
    "over",
    "first",
    "for",
    "on",
    "room",
    "trim",
    "undo",
    "worth",
    "number",
    "owe",
    "places",
    "each",
    "every",
    "before",
    "final",
    "idle",
    "the",
    "json",
    "reduces",
    "across",
    "decimals",
    "digits",
    "held",
    "rolling",
    "且",
    "之",
    "再",
    "获得于",
    "冻结",
    "出资",
    "末日",
    "库存",
    "市值",
    "附赠",
    "一次",
    "缺省",
    "截至",
    "最近",
    "此前",
    "先入账",
    "折算",
    "于",
    "在",
    "额度恢复",
    "额度不恢复",
    "削减",
    "未用则撤回",
    "价值",
    "编号",
    "欠",
    "位",
    "位小数",
    "依次",
    "限额后",
    "按全额计",
    "向下取整",
    "向上取整",
    "四舍五入",
    "早于",
    "末后",
    "止",
    "闲置",
    "冲减",
    "保级至",
    "使用",
    "利润",
    "计价",
    "内",
    "不再调整",
    "滚动",
    "适用于",
    "付给",
    "达到",
    "分段",
    "降到",
    "有",
    "顺序为",
];

/// Words with which a line goes on: a line that begins with one of them belongs to the line before it.
pub static CONTINUES: &[&str] = &[
    "and",
    "or",
    "in",
    "not in",
    "is",
    "per full",
    "per started",
    "else",
    "into",
    "while",
    "且",
    "或",
    "属于",
    "不属于",
    "为",
    "不为",
    "每 满",
    "每 起",
    "否则拒绝",
    "入",
    "只要",
];

/// The keyword of a role.
#[must_use]
pub fn keyword(role: &str) -> Option<&'static Keyword> {
    KEYWORDS.iter().find(|keyword| keyword.role == role)
}

/// Whether a word may not be a name.
#[must_use]
pub fn is_reserved(word: &str) -> bool {
    RESERVED_EN.contains(&word) || RESERVED_ZH.contains(&word)
}

/// All keywords of a kind.
pub fn of_kind(kind: Kind) -> impl Iterator<Item = &'static Keyword> {
    KEYWORDS.iter().filter(move |keyword| keyword.kind == kind)
}

/// The English name of a function that was written in either language: `合计` is `sum`. Other names stay as they are.
#[must_use]
pub fn function_name(word: &str) -> Option<&'static str> {
    of_kind(Kind::Function)
        .find(|keyword| keyword.all().any(|known| known == word))
        .and_then(|keyword| keyword.en.first().copied())
}

/// What a role, or another part of the grammar, is called in a message: "`earn`", "a name".
#[must_use]
pub fn called(role: &str) -> Option<Text> {
    if let Some((_, en, zh)) = PARTS.iter().find(|(part, _, _)| *part == role) {
        return Some(Text::new(*en, *zh));
    }
    let keyword = keyword(role)?;
    Some(Text::new(
        format!("`{}`", keyword.shown(Language::English)),
        format!("`{}`", keyword.shown(Language::Chinese)),
    ))
}

/// Parts of the grammar that are no keywords, in business words.
pub static PARTS: &[(&str, &str, &str)] = &[
    ("name", "a name", "名称"),
    ("value", "a value", "值"),
    ("clause_part", "a clause", "条款"),
    ("declaration", "a declaration", "声明"),
    ("declared", "a name", "名称"),
    ("declared_any", "a name", "名称"),
    ("any_word", "a name", "名称"),
    ("path", "a name", "名称"),
    ("paths", "a name", "名称"),
    ("expr", "a value", "值"),
    ("conjunction", "a value", "值"),
    ("negation", "a value", "值"),
    ("comparison", "a value", "值"),
    ("rounded", "a value", "值"),
    ("sum", "a value", "值"),
    ("product", "a value", "值"),
    ("unary", "a value", "值"),
    ("operand", "a value", "值"),
    ("reading", "a value", "值"),
    ("chain", "a value", "值"),
    ("amount", "an amount", "数量"),
    ("plain", "an amount", "数量"),
    ("length", "a length of time, such as `3 months`", "时长，如 `3个月`"),
    ("moment", "a date", "日期"),
    ("clause", "a clause", "条款"),
    ("scope", "a scope, such as `per customer`", "范围，如 `每客户`"),
    ("expectation", "what is expected, such as `earn 10 Point`", "期望，如 `得 10 积分`"),
    ("colon", "`:`", "`：`"),
    ("equals", "`=`", "`=`"),
    ("arrow", "`=>`", "`=>`"),
    ("lbrace", "`{`", "`{`"),
    ("lparen", "`(`", "`(`"),
    ("text", "a text in quotes", "引号中的文字"),
    ("date", "a date", "日期"),
    ("number", "a number", "数"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::layout::canonical_of;
    use std::collections::{BTreeMap, BTreeSet};

    const GRAMMAR: &str = include_str!("grammar.pest");

    /// The texts in quotes of every rule that is only a choice of texts, by the rule's name.
    fn word_rules() -> BTreeMap<&'static str, Vec<&'static str>> {
        GRAMMAR
            .split("\n")
            .scan(None::<&'static str>, |open, line| {
                if let Some((name, _)) = line.split_once('=') {
                    *open = Some(name.trim());
                }
                let words: Vec<&str> = line.split('"').skip(1).step_by(2).filter(|word| *word != " ").collect();
                Some((open.unwrap_or_default(), words))
            })
            .filter(|(name, _)| name.starts_with("kw_") || matches!(*name, "reserved" | "never_unit"))
            .fold(BTreeMap::new(), |mut all, (name, words)| {
                all.entry(name).or_insert_with(Vec::new).extend(words);
                all
            })
    }

    fn set(words: impl IntoIterator<Item = &'static str>) -> BTreeSet<&'static str> {
        words.into_iter().collect()
    }

    #[test]
    fn the_table_and_the_grammar_agree_word_for_word() {
        let rules = word_rules();
        let mut seen = BTreeSet::new();
        for keyword in KEYWORDS.iter().filter(|keyword| keyword.kind != Kind::Function) {
            let rule = format!("kw_{}", keyword.role);
            assert!(seen.insert(rule.clone()), "{rule} stands twice in the table");
            let found = rules.get(rule.as_str()).unwrap_or_else(|| panic!("{rule} is not in the grammar"));
            assert_eq!(set(found.iter().copied()), set(keyword.all()), "{rule}");
        }
        let more: Vec<&&str> = rules.keys().filter(|name| name.starts_with("kw_") && !seen.contains(**name)).collect();
        assert!(more.is_empty(), "not in the table: {more:?}");
        assert_eq!(set(rules["reserved"].iter().copied()), set(RESERVED_EN.iter().chain(RESERVED_ZH).copied()));
        assert_eq!(set(rules["never_unit"].iter().copied()), set(NEVER_UNIT.iter().copied()));
    }

    #[test]
    fn every_keyword_is_used_by_the_grammar() {
        for keyword in KEYWORDS.iter().filter(|keyword| keyword.kind != Kind::Function) {
            let rule = format!("kw_{}", keyword.role);
            let uses = GRAMMAR.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| *word == rule).count();
            assert!(uses > 1, "{rule} is in no rule");
        }
    }

    #[test]
    fn no_word_hides_a_longer_one_of_its_rule() {
        for (rule, words) in word_rules() {
            for (at, word) in words.iter().enumerate() {
                let hidden = words[at + 1..].iter().find(|later| later.starts_with(word));
                assert!(hidden.is_none(), "{rule}: {word} comes before {hidden:?}");
            }
        }
    }

    #[test]
    fn keywords_are_written_as_their_tokens() {
        for word in
            KEYWORDS.iter().flat_map(Keyword::all).chain(RESERVED_EN.iter().copied()).chain(RESERVED_ZH.iter().copied())
        {
            assert_eq!(canonical_of(word).text, format!("{word} "));
        }
    }

    #[test]
    fn what_an_author_writes_is_shown_without_the_blank_behind_each() {
        assert_eq!(keyword("per_full").map(|keyword| keyword.shown(Language::Chinese)).as_deref(), Some("每满"));
        assert_eq!(keyword("within").map(|keyword| keyword.shown(Language::Chinese)).as_deref(), Some("within"));
        assert_eq!(function_name("合计"), Some("sum"));
        assert_eq!(function_name("消费"), None);
    }
}
