//! Whole clauses and declarations to begin with, in both spellings. `${1:...}` is a part to fill in.

use earnest_dsl::diagnostic::Language;

/// A clause or declaration to begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Snippet {
    /// The role of its first keyword.
    pub role: &'static str,
    en: &'static str,
    zh: &'static str,
}

impl Snippet {
    /// The snippet in a spelling.
    #[must_use]
    pub fn text(&self, language: Language) -> &'static str {
        match language {
            Language::English => self.en,
            Language::Chinese => self.zh,
        }
    }
}

/// The text of a snippet with what stands in its parts.
#[must_use]
pub fn plain(snippet: &str) -> String {
    let mut out = String::new();
    let mut rest = snippet;
    while let Some((before, inside)) = rest.split_once("${") {
        out.push_str(before);
        let (part, after) = inside.split_once('}').unwrap_or((inside, ""));
        out.push_str(part.split_once(':').map_or("", |(_, text)| text));
        rest = after;
    }
    out.push_str(rest);
    out.replace("$0", "")
}

/// A table of snippets: role, English, Chinese.
macro_rules! snippets {
    ($(#[$doc:meta])* $name:ident: $($role:literal, $en:literal, $zh:literal;)*) => {
        $(#[$doc])*
        pub static $name: &[Snippet] = &[$(Snippet { role: $role, en: $en, zh: $zh }),*];
    };
}

snippets! {
    /// Clauses.
    CLAUSES:
    "timezone", "timezone ${1:Asia/Shanghai}", "时区 ${1:Asia/Shanghai}";
    "currency", "currency ${1:CNY} \"${2:元}\"", "币种 ${1:CNY} \"${2:元}\"";
    "effective", "effective from ${1:2024-01-01}", "生效 自 ${1:2024-01-01} 起";
    "use", "use ${1:std.banking}", "引用 ${1:std.banking}";
    "customer_is", "customer is ${1:identity_document}", "客户 即 ${1:证件}";
    "leap_day", "leap day 1 March", "闰日 按 3月1日";
    "when", "when ${1:amount >= 100 CNY}", "当 ${1:金额 >= 100 元} 时";
    "for", "for ${1:customer.vip}", "仅限 ${1:客户 的 贵宾}";
    "need", "need ${1:customer.member}, else refuse ${2:condition_not_met}", "须 ${1:客户 的 会员}，否则拒绝 ${2:condition_not_met}";
    "accept_when", "accept when ${1:amount >= 100 CNY} else refuse ${2:below_minimum}", "接受 当 ${1:金额 >= 100 元} 时，否则拒绝 ${2:below_minimum}";
    "from", "from ${1:2024-10-01} to ${2:2024-10-07}", "自 ${1:2024-10-01} 至 ${2:2024-10-07}";
    "from_time", "from ${1:18:00} until ${2:22:00}", "从 ${1:18:00} 到 ${2:22:00} 前";
    "on", "on ${1:2024-06-18}", "于 ${1:2024-06-18}";
    "every", "every ${1:sat, sun}", "每逢 ${1:周六、周日}";
    "within", "within ${1:90 days} of ${2:customer.joined}", "自 ${2:客户 的 入会日} 起 ${1:90天} 内";
    "over_whole_periods", "over whole periods", "按整期";
    "in_group", "in ${1:group}", "归入 ${1:组}";
    "adds_to", "adds to ${1:rule}", "叠加于 ${1:规则}";
    "earn", "earn ${1:1 Point} per full ${2:1 CNY} of ${3:amount}", "得 ${1:1 积分}";
    "per_full_by", "by ${1:amount} per full ${2:1 CNY} earn ${3:1 Point}", "按 ${1:金额} 每满 ${2:1 元} 得 ${3:1 积分}";
    "take", "take ${1:100 Point}", "扣 ${1:100 积分}";
    "raise", "raise ${1:base} to ${2:2x}", "将 ${1:基础} 提高到 ${2:2倍}";
    "per", "per customer per month at most ${1:5_000 Point}, drop the rest", "每客户 每月 最多 ${1:5_000 积分}，超出不计";
    "settled_at", "settled at ${1:close of month}, final", "结算于 ${1:月末}，不再调整";
    "grant", "grant ${1:benefit}", "授予 ${1:权益}";
    "set", "set ${1:customer.choice} to ${2:category}", "设 ${1:客户 的 选择} 为 ${2:类别}";
    "convert", "convert ${1:10 Stamp} to ${2:1 Coupon}", "转换 ${1:10 印花} 为 ${2:1 礼券}";
    "take_back", "take back ${1:100 Point}", "收回 ${1:100 积分}";
    "bar", "bar ${1:customer}", "取消资格 ${1:客户}";
    "lower_price_of", "lower price of ${1:every item of gifts} to ${2:80%}, round up", "将 ${1:礼品 的 每件商品} 的 价格 降到 ${2:80%}，向上取整";
    "lowest_price", "lowest price", "取最低价";
    "for_each", "for each ${1:item} of ${2:items}", "逐个 ${1:item} 于 ${2:items}";
    "show", "show ${1:amount}", "显示 ${1:金额}";
    "rolling", "per customer rolling ${1:30 days} at most ${2:3 times}", "每客户 滚动 ${1:30天} 最多 ${2:3 次}";
    "each_time", "each time at most ${1:500 Point}, drop the rest", "每次 最多 ${1:500 积分}，超出不计";
    "in_all", "in all at most ${1:1_000_000 Point}, drop the rest", "总共 最多 ${1:1_000_000 积分}，超出不计";
    "at_most", "at most ${1:50% of bill}", "最多 ${1:账单 的 50%}";
    "at_least", "at least ${1:100 Point}", "最少 ${1:100 积分}";
    "no_cap", "no cap", "不设上限";
    "funded_by", "funded by ${1:merchant 60%, bank 40%}", "出资 ${1:merchant 60%, bank 40%}";
    "refund_in_proportion", "refund in proportion", "退款按比例";
    "refund_keeps", "refund keeps", "退款保留";
    "stays_spent", "stays spent", "不退还";
    "round_down", "round down each line", "向下取整 每行";
    "round_up", "round up each line", "向上取整 每行";
    "round_half_up", "round half up each line", "四舍五入 每行";
    "usable", "usable ${1:15 days} after earning", "起用 ${1:15天} 自 获得 起";
    "valid", "valid ${1:3 years} after earning", "有效期 ${1:3年} 自 获得 起";
    "valid_without_end", "valid without end", "永久有效";
    "balance_ends", "balance ends ${1:90 days} after last activity", "余额终止 ${1:90天} 自 最近活动 起";
    "activity", "activity ${1:earn, use}", "活动 ${1:获得, 使用}";
    "remind", "remind before expiry ${1:3 months}", "到期前提醒 ${1:3个月}";
    "spend_first", "spend first soonest to expire, then oldest", "先用 最早到期，再用 最早获得";
    "worth", "worth ${1:0.01 CNY}", "价值 ${1:0.01 元}";
    "stands_for", "stands for ${1:500 CNY} of profit", "折合 ${1:500 元} 利润";
    "kept_by", "kept by ${1:partner}", "由 ${1:partner} 记账";
    "memo", "memo", "备忘";
    "pool", "pool ${1:Savings} \"${2:储蓄积分}\"", "积分池 ${1:Savings} \"${2:储蓄积分}\"";
    "never", "never ${1:transfer, cash}", "禁止 ${1:转赠、折现}";
    "first_day_counted", "first day counted", "首日计入";
    "lapses_while_frozen", "lapses while frozen", "冻结期间照常到期";
    "item", "item ${1:voucher} \"${2:电子券}\" ${3:5_000 Point} stock ${4:100}", "商品 ${1:voucher} \"${2:电子券}\" ${3:5_000 积分} 库存 ${4:100}";
    "rate", "rate ${1:100 Point} = ${2:1 CNY}", "比率 ${1:100 积分} = ${2:1 元}";
    "in_steps_of", "in steps of ${1:100 Point}, leave the rest", "整 ${1:100 积分} 使用，余数保留";
    "off", "off ${1:bill}", "抵 ${1:账单}";
    "pay", "pay ${1:10 CNY}", "应付 ${1:10 元}";
    "give", "give ${1:10 CNY}", "付给 ${1:10 元}";
    "fee", "fee ${1:1% of value}, at most ${2:10 CNY}", "手续费 ${1:1% of value}，最多 ${2:10 元}";
    "keep_dates", "keep dates", "保留日期";
    "deliver_within", "deliver within ${1:15 working days}", "发货期限 ${1:15个工作日}";
    "deliver_by", "deliver by ${1:partner}", "发货由 ${1:partner}";
    "cost", "cost ${1:15.00 CNY} to ${2:provider}", "成本 ${1:15.00 元} 付给 ${2:provider}";
    "numbered", "numbered", "编号";
    "totals_first", "totals first", "先总后细";
}

snippets! {
    /// Declarations.
    DECLARATIONS:
    "programme", "programme ${1:name} \"${2:名称}\" {\n  timezone ${3:Asia/Shanghai}\n  currency ${4:CNY} \"${5:元}\"\n  effective from ${6:2024-01-01}\n  use std.banking\n}", "方案 ${1:name} \"${2:名称}\" {\n  时区 ${3:Asia/Shanghai}\n  币种 ${4:CNY} \"${5:元}\"\n  生效 自 ${6:2024-01-01} 起\n  引用 std.banking\n}";
    "points", "points ${1:Point} \"${2:积分}\" {\n  round down each line\n  valid ${3:2 years} after earning\n  spend first soonest to expire, then oldest\n}", "积分种类 ${1:Point} \"${2:积分}\" {\n  向下取整 每行\n  有效期 ${3:2年} 自 获得 起\n  先用 最早到期，再用 最早获得\n}";
    "tiers", "tiers ${1:Tier} \"${2:客户等级}\" given by host { ${3:standard \"普卡\" < gold \"金卡\"} }", "等级 ${1:Tier} \"${2:客户等级}\" 由系统提供 { ${3:standard \"普卡\" < gold \"金卡\"} }";
    "group", "group ${1:name}: best of", "组 ${1:name}：取最高";
    "rule", "rule ${1:name} \"${2:名称}\" on ${3:Purchase} {\n  earn ${4:1 Point} per full ${5:1 CNY} of ${6:amount}\n}", "规则 ${1:name} \"${2:名称}\" 适用于 ${3:消费} {\n  按 ${6:金额} 每满 ${5:1 元} 得 ${4:1 积分}\n}";
    "campaign", "campaign ${1:name} \"${2:名称}\" {\n  from ${3:2024-10-01} to ${4:2024-10-07}\n\n  rule ${5:bonus} on ${6:Purchase} {\n    raise ${7:base} to ${8:2x}\n  }\n}", "活动 ${1:name} \"${2:名称}\" {\n  自 ${3:2024-10-01} 至 ${4:2024-10-07}\n\n  规则 ${5:bonus} 适用于 ${6:消费} {\n    将 ${7:基础} 提高到 ${8:2倍}\n  }\n}";
    "track", "track ${1:month_spend} per customer per month = sum of ${2:Purchase.amount}", "累计 ${1:month_spend} 每客户 每月 = ${2:消费.金额} 的 合计";
    "define", "define ${1:name} = ${2:amount >= 100 CNY}", "定义 ${1:name} = ${2:金额 >= 100 元}";
    "parameter", "parameter ${1:name} = ${2:1 Point}", "参数 ${1:name} = ${2:1 积分}";
    "figure", "figure ${1:name} = ${2:outstanding of Point}", "指标 ${1:name} = ${2:积分 的 未用}";
    "event", "event ${1:Kind} \"${2:名称}\" {\n  ${3:amount} \"${4:金额}\": money\n}", "事件 ${1:Kind} \"${2:名称}\" {\n  ${3:amount} \"${4:金额}\": 金额\n}";
    "enum", "enum ${1:Name} { ${2:one, two} }", "枚举 ${1:Name} { ${2:one, two} }";
    "extend", "extend ${1:Instrument} { ${2:value} }", "补充 ${1:支付工具} { ${2:value} }";
    "facts", "facts ${1:customer} {\n  ${2:vip}: flag?\n}", "事实 ${1:客户} {\n  ${2:vip}: 是否?\n}";
    "codes", "codes ${1:name} of Mcc { ${2:5812} }", "代码组 ${1:name} 之 Mcc { ${2:5812} }";
    "catalogue", "catalogue ${1:gifts} \"${2:礼品}\" {\n  item ${3:voucher} \"${4:电子券}\" ${5:5_000 Point}\n}", "目录 ${1:gifts} \"${2:礼品}\" {\n  商品 ${3:voucher} \"${4:电子券}\" ${5:5_000 积分}\n}";
    "offset", "offset ${1:bill} {\n  rate ${2:100 Point} = ${3:1 CNY}\n}", "抵扣 ${1:bill} {\n  比率 ${2:100 积分} = ${3:1 元}\n}";
    "exchange", "exchange ${1:name} {\n  rate ${2:100 Point} = ${3:1 Mile}\n}", "互换 ${1:name} {\n  比率 ${2:100 积分} = ${3:1 里程}\n}";
    "cash_out", "cash out ${1:cash} {\n  rate ${2:100 Point} = ${3:1 CNY}\n}", "兑现 ${1:cash} {\n  比率 ${2:100 积分} = ${3:1 元}\n}";
    "transfer", "transfer ${1:gift} {\n  keep dates\n}", "转赠 ${1:gift} {\n  保留日期\n}";
    "benefit", "benefit ${1:name} \"${2:名称}\" {\n  valid ${3:3 months} after grant\n}", "权益 ${1:name} \"${2:名称}\" {\n  有效期 ${3:3个月} 自 授予 起\n}";
    "lottery", "lottery ${1:name} {\n  ${2:10 Point} each entry\n}", "抽奖 ${1:name} {\n  ${2:10 积分} 每次机会\n}";
    "schedule", "schedule ${1:close} at close of month per customer", "定时 ${1:close} 于 月末 每客户";
    "period", "period ${1:half} = 6 months from ${2:account.opened}", "周期 ${1:half} = 6个月 自 ${2:账户 的 开户日} 起";
    "refunds", "refunds: pending first, may overdraw", "退款：先收待生效，可透支";
    "test", "test \"${1:label}\" {\n  ${2:2024-05-01 10:00:00} ${3:Purchase} { ${4:amount: 100 CNY} } => earn ${5:100 Point}\n}", "测试 \"${1:名称}\" {\n  ${2:2024-05-01 10:00:00} ${3:消费} { ${4:金额: 100 元} } => 得 ${5:100 积分}\n}";
    "examples", "examples \"${1:label}\" of ${2:Purchase}(${3:amount}) {\n  ${4:99.99 CNY} => ${5:99 Point}\n}", "样例 \"${1:名称}\" 之 ${2:消费}(${3:金额}) {\n  ${4:99.99 元} => ${5:99 积分}\n}";
    "notify", "notify ${1:name} on ${2:Purchase} {\n  show ${3:amount}\n}", "通知 ${1:name} 适用于 ${2:消费} {\n  显示 ${3:金额}\n}";
}

#[cfg(test)]
#[allow(clippy::panic, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use earnest_dsl::check::clause_may_stand;
    use earnest_dsl::syntax::ast::{ClauseKind, DeclKind};
    use earnest_dsl::syntax::keywords::keyword;
    use earnest_dsl::syntax::layout::canonical_of;
    use earnest_dsl::syntax::parse::{Production, Tree, parse};

    #[test]
    fn every_snippet_can_be_read_and_begins_with_its_keyword() {
        for (list, production) in [(CLAUSES, Production::Clause), (DECLARATIONS, Production::Declaration)] {
            for snippet in list {
                for language in [Language::English, Language::Chinese] {
                    let text = plain(snippet.text(language));
                    let Ok(read) = parse(production, &canonical_of(&text)) else { panic!("{text} cannot be read") };
                    assert!(read.diagnostics.is_empty(), "{text}: {:?}", read.diagnostics);
                    match read.tree {
                        Tree::Clause(clause) => {
                            assert!(!matches!(clause.kind, ClauseKind::Broken));
                            let homes = [
                                "programme",
                                "points",
                                "pool",
                                "rule",
                                "campaign",
                                "catalogue",
                                "offset",
                                "exchange",
                                "transfer",
                                "lottery",
                                "benefit",
                                "settle",
                                "notify",
                            ];
                            assert!(
                                homes.iter().any(|home| clause_may_stand(home, &clause.kind)),
                                "{text} stands nowhere"
                            );
                        }
                        Tree::Declaration(decl) => assert!(!matches!(decl.kind, DeclKind::Broken)),
                        other => panic!("{text} is {other:?}"),
                    }
                    assert!(keyword(snippet.role).is_some(), "{} is no role", snippet.role);
                }
            }
        }
    }
}
