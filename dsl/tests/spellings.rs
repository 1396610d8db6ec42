//! Every declaration, clause, step and form of expression in both spellings: the same tree, and a snapshot of it.

#![allow(clippy::unwrap_used, clippy::panic, clippy::string_slice, clippy::arithmetic_side_effects, reason = "tests")]

mod common;

use common::{compact, read};
use earnest_dsl::syntax::parse::Production;

/// Reads both spellings, asserts one tree, and gives it compactly.
fn same(production: Production, english: &str, chinese: &str) -> String {
    let first = read(production, english).unwrap_or_else(|why| panic!("{english}\n{why}"));
    let second = read(production, chinese).unwrap_or_else(|why| panic!("{chinese}\n{why}"));
    assert_eq!(first.diagnostics, vec![], "{english}");
    assert_eq!(second.diagnostics, vec![], "{chinese}");
    let (first, second) = (compact(&format!("{:?}", first.tree)), compact(&format!("{:?}", second.tree)));
    assert_eq!(first, second, "\n{english}\n{chinese}");
    first
}

fn snapshot(name: &str, production: Production, pairs: &[(&str, &str)]) {
    let mut out = String::new();
    for (english, chinese) in pairs {
        out.push_str(&format!("{english}\n{chinese}\n  {}\n\n", same(production, english, chinese)));
    }
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(name, out);
    });
}

#[test]
fn heads() {
    snapshot(
        "clauses_of_heads",
        Production::Clause,
        &[
            ("timezone Asia/Macau", "时区 Asia/Macau"),
            ("timezone America/Argentina/Buenos_Aires", "时区 America/Argentina/Buenos_Aires"),
            ("currency MOP \"元\"", "币种 MOP \"元\""),
            ("effective from 2023-03-01", "生效 自 2023-03-01 起"),
            ("effective from 2022-01-01 to 2022-12-31", "生效 自 2022-01-01 起 至 2022-12-31"),
            ("use std.banking, std.mcc", "引用 std.banking、std.mcc"),
            ("customer is identity_document", "客户 即 identity_document"),
            ("leap day 1 March", "闰日 按 3月1日"),
            ("1 EUR = 1 CHF for counting", "1 EUR = 1 CHF 折算"),
        ],
    );
}

#[test]
fn conditions_and_windows() {
    snapshot(
        "clauses_of_conditions_and_windows",
        Production::Clause,
        &[
            ("when instrument is credit_card", "当 instrument 为 credit_card 时"),
            ("for customer.vip", "仅限 customer.vip"),
            (
                "need member of recipient, else refuse recipient_not_member",
                "须 recipient 的 member，否则拒绝 recipient_not_member",
            ),
            ("need contact of customer is complete", "须 customer 的 contact 为 complete"),
            ("accept when amount > 0 CNY else refuse too_small", "接受 当 amount > 0 CNY 时，否则拒绝 too_small"),
            ("over whole periods", "按整期"),
            ("from 2024-10-01 to 2024-10-07", "自 2024-10-01 起 至 2024-10-07"),
            ("from 2024-10-01", "自 2024-10-01 起"),
            ("to 2024-10-07", "至 2024-10-07"),
            ("from 2024-10-01 10:00 until 2024-10-07 12:00", "从 2024-10-01 10:00 到 2024-10-07 12:00 前"),
            ("until 2024-10-07 12:00", "到 2024-10-07 12:00 前"),
            ("from 18:00 until 02:00", "从 18:00 到 02:00 前"),
            ("on 2019-06-18 from 10:00 until 12:00", "于 2019-06-18 从 10:00 到 12:00 前"),
            ("from 2024-10-01 to 2024-10-07 by posted_at", "自 2024-10-01 起 至 2024-10-07 按 posted_at"),
            ("within 90 days of customer.joined", "自 customer.joined 起 90天 内"),
            ("every sat, sun from 18:00 until 22:00", "每逢 周六、周日 从 18:00 到 22:00 前"),
            ("every mon, tue, wed, thu, fri", "每逢 周一、周二、周三、周四、周五"),
            ("every 2nd sat of month", "每逢 每月 第2个 周六"),
            ("every last fri of month", "每逢 每月 最后一个 周五"),
            ("every day 8 of month, day 18 of month", "每逢 8日、18日"),
            ("every last day of month", "每逢 月末"),
            ("every working day of china", "每逢 工作日 之 china"),
            ("every 3rd working day of month of china", "每逢 每月 第3个 工作日 之 china"),
            ("every holiday of china", "每逢 节假日 之 china"),
            ("every month of customer.birthday", "每逢 customer.birthday 的 月份"),
            ("every anniversary of customer.birthday", "每逢 customer.birthday 的 周年日"),
        ],
    );
}

#[test]
fn lines() {
    snapshot(
        "clauses_of_lines",
        Production::Clause,
        &[
            ("in weekend", "归入 weekend"),
            ("in weekend priority 2", "归入 weekend 优先级 2"),
            ("adds to spend, transfer", "叠加于 spend、transfer"),
            ("earn 100 Star", "得 100 Star"),
            ("earn 1 Star per full 1 MOP of amount", "按 amount 每满 1 MOP 得 1 Star"),
            ("by amount per full 1 MOP earn 1 Star", "得 1 Star 每满 1 MOP 之 amount"),
            ("earn 1 Star per started 30 minutes of parked", "按 parked 每起 30分钟 得 1 Star"),
            (
                "earn 200 Star per full 10_000 MOP of amount above 50_000 MOP into Savings",
                "按 amount 超过 50_000 MOP 部分 每满 10_000 MOP 得 200 Star 入 Savings",
            ),
            (
                "earn 500 Star to referred first when opens_account",
                "得 500 Star 给 referred 先入账 当 opens_account 时",
            ),
            ("take 100 Star from Savings, Activity from referred", "扣 100 Star 自 Savings、Activity 池 自 referred"),
            ("raise spend, transfer to 3x", "将 spend、transfer 提高到 3倍"),
            ("raise base by 2x after caps", "将 base 另加 2倍 限额后"),
            (
                "raise card_spend to customer.tier { classic: 1x, platinum: 2x, otherwise: 1.5x }",
                "将 card_spend 提高到 customer.tier { classic: 1倍，platinum: 2倍，其余: 1.5倍 }",
            ),
            ("settled at close of month, final 30 days after close", "结算于 月末，末后 30天 不再调整"),
            ("settled at close of statement, final", "结算于 账期 末，不再调整"),
            ("settled at YearClose, never final", "结算于 YearClose，随时调整"),
            ("settled at close of month", "结算于 月 末"),
            (
                "grant red_packet worth 300 CNY to customer when first_time",
                "授予 red_packet 价值 300 CNY 给 customer 当 first_time 时",
            ),
            ("set customer.choice to category from start of next month", "设 customer.choice 为 category 自 下月初 起"),
            (
                "convert 10 Stamp to 1 Coupon from 100 Stamp undo while unused",
                "转换 10 Stamp 为 1 Coupon 满 100 Stamp 未用则撤回",
            ),
            ("take back all Point", "收回 全部 Point"),
            ("take back 50 Point", "收回 50 Point"),
            ("bar customer", "取消资格 customer"),
            ("lower price of every item of mall to 80%, round up", "将 mall 的 每件商品 的 价格 降到 80%，向上取整"),
            ("lower price of voucher_50 to 50%", "将 voucher_50 价格 降到 50%"),
            ("lowest price", "取最低价"),
            ("for each item of items", "逐个 item 于 items"),
            ("show balance of Point", "显示 Point 的 余额"),
        ],
    );
}

#[test]
fn levels_and_bounds() {
    snapshot(
        "clauses_of_levels_and_bounds",
        Production::Clause,
        &[
            (
                "per customer keep 100 Point per full 10_000 CNY of peak",
                "每customer 按 peak 每满 10_000 CNY 应有 100 Point",
            ),
            (
                "per customer per month keep 500 Star into Savings while month_spend >= 3_000 MOP",
                "每customer 每月 应有 500 Star 入 Savings 只要 month_spend >= 3_000 MOP",
            ),
            ("per customer reach 500 Star while done", "每customer 达到 500 Star 只要 done"),
            ("per customer per month at most 5_000 Star, drop the rest", "每customer 每月 最多 5_000 Star，超出不计"),
            ("per customer per day once", "每customer 每日 一次"),
            (
                "per card per rolling 30 days at most 2 times, else refuse quota_exhausted",
                "每card 滚动 30天 最多 2次，否则拒绝 quota_exhausted",
            ),
            ("each time at most 1 piece, else refuse", "每次 最多 1件，否则拒绝"),
            ("in all at most 10_000_000 Star", "总共 最多 10_000_000 Star"),
            ("per campaign budget 5_000 CNY", "每活动 预算 5_000 CNY"),
            ("at least 1 Point", "最少 1 Point"),
            ("at most 100% of bill, else refuse exceeds_amount", "最多 bill 的 100%，否则拒绝 exceeds_amount"),
            (
                "per customer per month at most 10_000 CNY of amount, the rest earns 1 Star per full 10 CNY of amount",
                "每customer 每月 最多 10_000 CNY 之 amount，超出部分 按 amount 每满 10 CNY 得 1 Star",
            ),
            (
                "per customer per year at most 5_000 Star across a, then b on the whole award, room comes back, trim, refuse at zero full",
                "每customer 每年 最多 5_000 Star 依次 a 再 b 按全额计，额度恢复，削减，为零则拒绝 full",
            ),
            (
                "per customer at most 5 Star, room stays used, drop the rest",
                "每customer 最多 5 Star，额度不恢复，超出不计",
            ),
            (
                "per customer per month of closed_month at most 12 Point",
                "每customer 每月 之 closed_month 最多 12 Point",
            ),
            ("per cycle of merchant", "每cycle 之 merchant"),
            ("10 days from first use at most 5 times", "自首次使用起 10天 最多 5次"),
            ("per card until 12 hours idle at most 100 CNY", "每card 闲置 12小时 止 最多 100 CNY"),
            ("per half at most 3 times", "每half 最多 3次"),
            ("no cap", "不设上限"),
            ("funded by merchant 60%, bank 40%", "出资 merchant 60%，bank 40%"),
            ("funded by source", "出资 source"),
            ("refund in proportion", "退款按比例"),
            ("refund keeps", "退款保留"),
            ("stays spent", "不退还"),
        ],
    );
}

#[test]
fn points_and_pools() {
    snapshot(
        "clauses_of_points_and_pools",
        Production::Clause,
        &[
            ("round down each line", "向下取整 每行"),
            ("round half up each award to 4 places", "四舍五入 每笔 至 4 位"),
            ("2 decimals", "2 位小数"),
            ("usable 15 days after earning", "起用 15天 自 获得 起"),
            ("usable next day", "起用 次日"),
            ("valid 3 years after earning", "有效期 3年 自 获得 起"),
            ("valid 2 years after usable, renewed by activity", "有效期 2年 自 起用 起，活动顺延"),
            ("valid 1 year after last earning of A", "有效期 1年 自 A 的 最近获得 起"),
            ("valid to 2024-06-30", "有效期 至 2024-06-30"),
            ("valid to end of quarter 2 years after earning", "有效期 至 季末 2年 自 获得 起"),
            (
                "valid customer.tier { gold: 3 years, otherwise: 2 years } after earning",
                "有效期 customer.tier { gold: 3年，其余: 2年 } 自 获得 起",
            ),
            ("valid 3 months after grant", "有效期 3个月 自 授予 起"),
            ("valid without end", "永久有效"),
            ("balance ends 90 days after last activity", "余额终止 90天 自 最近活动 起"),
            (
                "activity Purchase, redemption, offset, transfer out, earn, use",
                "活动 Purchase、兑换、抵扣、转出、获得、使用",
            ),
            ("remind before expiry 3 months, by sms, mail", "到期前提醒 3个月，以 sms、mail"),
            ("spend first soonest to expire, then oldest", "先用 最早到期，再用 最早获得"),
            ("spend first Activity, then Savings", "先用 Activity，再用 Savings"),
            ("worth 0.01 CNY", "价值 0.01 CNY"),
            ("stands for 500 CNY of profit", "折合 500 CNY 利润"),
            ("stands for profit_per_point of profit", "折合 profit_per_point 利润"),
            ("kept by mall", "由 mall 记账"),
            ("memo", "备忘"),
            (
                "pool Savings \"储蓄积分\" { valid 3 years after earning }",
                "积分池 Savings \"储蓄积分\" { 有效期 3年 自 获得 起 }",
            ),
            ("pool Savings", "积分池 Savings"),
            ("never transfer, never cash, never return, never spend", "禁止 转赠、折现、退换、使用"),
            ("first day counted", "首日计入"),
        ],
    );
}

#[test]
fn requests() {
    snapshot(
        "clauses_of_requests",
        Production::Clause,
        &[
            ("item tshirt \"T恤\" 200 Point", "商品 tshirt \"T恤\" 200 Point"),
            (
                "item fuel \"油卡\" 1_001 Point, at tier { gold: 90%, otherwise: 100% } round up stock 2 value 5.00 CNY grants service, advisor from 2024-06-01 to 2024-06-30",
                "商品 fuel \"油卡\" 1_001 Point，按 tier { gold: 90%，其余: 100% } 计价 向上取整 库存 2 市值 5.00 CNY 附赠 service、advisor 自 2024-06-01 起 至 2024-06-30",
            ),
            ("rate 100 Star = 1 MOP", "比率 100 Star = 1 MOP"),
            ("in steps of 100 Star, leave the rest", "整 100 Star 使用，余数保留"),
            ("in steps of 500 Star, else refuse not_whole_step", "整 500 Star 使用，否则拒绝 not_whole_step"),
            ("off 20 CNY when bill >= 200 CNY", "抵 20 CNY 当 bill >= 200 CNY 时"),
            ("pay 5 CNY", "应付 5 CNY"),
            ("give 2 CNY", "付给 2 CNY"),
            ("fee 1% of value, at most 10 CNY", "手续费 value 的 1%，最多 10 CNY"),
            ("keep dates", "保留日期"),
            ("deliver within 15 working days", "发货期限 15个工作日"),
            ("deliver within 15 working days of china", "发货期限 15个工作日 之 china"),
            ("deliver by jd_logistics", "发货由 jd_logistics"),
            ("cost 15.00 CNY to provider", "成本 15.00 CNY 付给 provider"),
            ("numbered", "编号"),
            ("10 Point each entry", "10 Point 每次机会"),
            ("totals first, details on mismatch", "先总后细"),
        ],
    );
}

#[test]
fn expressions() {
    snapshot(
        "expressions",
        Production::Expression,
        &[
            ("a or b and not c", "a 或 b 且 非 c"),
            ("not a is b", "非 a 为 b"),
            ("x is not v", "x 不为 v"),
            ("x in { a, b, c }", "x 属于 { a、b、c }"),
            ("mcc not in std.mcc.restaurants", "mcc 不属于 std.mcc.restaurants"),
            ("x is known and y is not known", "x 已知 且 y 未知"),
            ("a + b - c * d / e", "a + b - c * d / e"),
            ("- a + 1 CNY", "- a + 1 CNY"),
            ("rate * years of term per full 1_000 CNY of amount", "rate * term 的 年数 每满 1_000 CNY 之 amount"),
            ("sum of Purchase.amount", "Purchase.amount 的 合计"),
            ("sum of (Deposit.amount, - Withdrawal.amount)", "(Deposit.amount，- Withdrawal.amount) 的 合计"),
            ("today is anniversary of birthday of customer", "今日 为 customer 的 birthday 的 周年日"),
            ("average of daily.balance weighted by daily.days", "daily.balance 按 daily.days 加权 的 平均"),
            ("average of daily.balance weighted by daily.days", "平均 之 daily.balance 按 daily.days 加权"),
            ("lowest of m over last 3 months", "m 最近 3个月 的 最低"),
            ("m over previous 2 quarters", "m 此前 2个季度"),
            ("m with this one >= 5_000 CNY", "m 含本笔 >= 5_000 CNY"),
            ("m before this one = 0 times", "m 不含本笔 = 0次"),
            ("amount above 50_000 CNY", "amount 超过 50_000 CNY 部分"),
            ("50% of bill", "bill 的 50%"),
            ("birthday default 2000-01-01", "birthday 缺省 2000-01-01"),
            ("customer.choice as of posted_at", "customer.choice 截至 posted_at"),
            ("15 working days after ordered_at", "15个工作日 自 ordered_at 起"),
            ("today < 3 months before customer.expiry", "今日 < 3个月 早于 customer.expiry"),
            (
                "amount { from 0 CNY: 1 Point, from 1_000 CNY: 2 Point }",
                "amount { 满 0 CNY: 1 Point，满 1_000 CNY: 2 Point }",
            ),
            (
                "amount { from 0 CNY: 1%, from 1_000 CNY: 2% } in parts",
                "amount { 满 0 CNY: 1%，满 1_000 CNY: 2% } 分段",
            ),
            ("tier { (gold, platinum): 2x, otherwise: 1x }", "tier { (gold、platinum): 2倍，其余: 1倍 }"),
            ("(a + b) * 2 round half up to 4 places", "(a + b) * 2 四舍五入 至 4 位"),
            ("last day of March of the next year", "次年 的 3月 的 末日"),
            ("of.remaining + of.amount", "of.remaining + of.amount"),
            ("most", "最大"),
            ("yes", "是"),
            ("no", "否"),
            ("2024-10-05 18:00:00", "2024-10-05 18:00:00"),
            ("worth of (outstanding of Point)", "(Point 的 未用) 的 价值"),
            ("first of Purchase.at over last 2 years", "Purchase.at 最近 2年 的 首笔"),
            ("points * 0.01 CNY / 1 Point", "points * 0.01 CNY / 1 Point"),
        ],
    );
}

#[test]
fn declarations_of_libraries() {
    snapshot(
        "declarations_of_libraries",
        Production::Declaration,
        &[
            ("library std.banking \"银行\" { use std.currency }", "库 std.banking \"银行\" { 引用 std.currency }"),
            (
                "event Purchase \"消费\" json \"purchase\" { amount \"金额\": money in CNY, MOP from 0 CNY to 1_000 CNY; term: term? json months \"months\", years \"years\"; pieces: count default 1 json \"qty\"; tier: tier? }",
                "事件 Purchase \"消费\" json \"purchase\" { amount \"金额\": 金额 单位 CNY、MOP 自 0 CNY 至 1_000 CNY；term: 期限? json months \"months\"，years \"years\"；pieces: 笔数 缺省 1 json \"qty\"；tier: 等级? }",
            ),
            (
                "request event Redeem { item: Gift, points: points of Star }",
                "申请 事件 Redeem { item: Gift、points: 积分数 之 Star }",
            ),
            (
                "refund event Refund { of: Purchase; amount: money? reduces }",
                "退款 事件 Refund { of: Purchase；amount: 金额? 冲减 }",
            ),
            (
                "moment event MonthClose { closed_month: month?; daily: list of at most 62 { days: days; balance: money }? }",
                "时点 事件 MonthClose { closed_month: 月份?；daily: 列表 最多 62 { days: 天数；balance: 金额 }? }",
            ),
            (
                "event All { a: number 4 decimals; b: percent; c: flag; d: date; e: instant; f: time; g: text; h: code of 4 digits; i: dated Category?; j: list of { x: count } }",
                "事件 All { a: 数值 4 位小数；b: 百分比；c: 是否；d: 日期；e: 时刻；f: 时间；g: 文本；h: 代码 4 位；i: 分时 Category?；j: 列表 { x: 笔数 } }",
            ),
            (
                "event Periods { a: day, b: week, c: month, d: quarter, e: year, f: statement }",
                "事件 Periods { a: 日、b: 周、c: 月份、d: 季度、e: 年份、f: 账期 }",
            ),
            ("enum Sex { F \"女\", M \"男\" }", "枚举 Sex { F \"女\"、M \"男\" }"),
            (
                "open enum Channel \"渠道\" {\n  app \"手机\"\n  web \"网上\"\n}",
                "开放 枚举 Channel \"渠道\" {\n  app \"手机\"\n  web \"网上\"\n}",
            ),
            ("extend Channel { kiosk \"自助机\" }", "补充 Channel { kiosk \"自助机\" }"),
            (
                "facts customer \"客户\" { birthday \"生日\": date?; vip: flag? }",
                "事实 customer \"客户\" { birthday \"生日\": 日期?；vip: 是否? }",
            ),
            ("fact kind of customer = individual", "事实 customer 的 kind = individual"),
            ("fact tier = standard", "事实 tier = standard"),
            ("quantity energy \"电量\" in kWh 3 decimals", "数量 energy \"电量\" 单位 kWh 3 位小数"),
            ("currency CNY \"元\" 2 decimals", "币种 CNY \"元\" 2 位小数"),
            (
                "codes travel \"旅行\" of Mcc { 5812 \"餐馆\", 3000 to 3350, airlines }",
                "代码组 travel \"旅行\" 之 Mcc { 5812 \"餐馆\"、3000 至 3350、airlines }",
            ),
            (
                "calendar china \"中国内地\" { from 2022-01-01 to 2027-12-31; rest sat, sun; holidays { 2022-01-31 to 2022-02-06 \"春节\", 2023-04-05 }; workdays { 2022-01-29 } }",
                "日历 china \"中国内地\" { 自 2022-01-01 起 至 2027-12-31；休息日 周六、周日；节假日 { 2022-01-31 至 2022-02-06 \"春节\"、2023-04-05 }；调休上班 { 2022-01-29 } }",
            ),
        ],
    );
}

#[test]
fn declarations_of_programmes() {
    snapshot(
        "declarations_of_programmes",
        Production::Declaration,
        &[
            (
                "programme p \"方案一\" { timezone Asia/Macau; currency MOP \"元\" }",
                "方案 p \"方案一\" { 时区 Asia/Macau；币种 MOP \"元\" }",
            ),
            (
                "define designated \"指定卡\" = instrument in { a, b }",
                "定义 designated \"指定卡\" = instrument 属于 { a、b }",
            ),
            ("parameter rate \"比例\" = 1 Point", "参数 rate \"比例\" = 1 Point"),
            (
                "points Star \"星点\" { round down each line\n valid without end }",
                "积分种类 Star \"星点\" { 向下取整 每行\n 永久有效 }",
            ),
            (
                "tiers Tier \"等级\" given by host { classic \"普卡\" < platinum \"白金\" < diamond }",
                "等级 Tier \"等级\" 由系统提供 { classic \"普卡\" < platinum \"白金\" < diamond }",
            ),
            (
                "tiers Level by rounds per customer per year { from 0 times: Base, from 12 times: Silver \"银\" } held to last day of March of the next year or customer.tier",
                "等级 Level 按 rounds 每customer 每年 { 满 0次: Base，满 12次: Silver \"银\" } 保级至 次年 的 3月 的 末日 或 customer.tier",
            ),
            ("group weekend \"周末\": best of", "组 weekend \"周末\"：取最高"),
            ("group a: add up", "组 a：累加"),
            ("group b: first by priority", "组 b：按优先级取先"),
            ("group c: multiply together", "组 c：连乘"),
            (
                "rule spend \"消费\" on Purchase, OnlineTxn { earn 1 Star }",
                "规则 spend \"消费\" 适用于 Purchase、OnlineTxn { 得 1 Star }",
            ),
            ("rule level { per customer keep 1 Star }", "规则 level { 每customer 应有 1 Star }"),
            (
                "campaign week \"黄金周\" {\n from 2024-10-01 to 2024-10-07\n track t per customer = sum of Purchase.amount\n rule r on Purchase { raise spend to 2x }\n}",
                "活动 week \"黄金周\" {\n 自 2024-10-01 起 至 2024-10-07\n 累计 t 每customer = Purchase.amount 的 合计\n 规则 r 适用于 Purchase { 将 spend 提高到 2倍 }\n}",
            ),
            (
                "track best per customer per month = highest of amount on Purchase when mcc in travel, remembers at most 100 events",
                "累计 best 每customer 每月 = amount 的 最高 适用于 Purchase 当 mcc 属于 travel 时，记住最多 100 笔",
            ),
            ("track n per customer = count of Purchase, gross", "累计 n 每customer = Purchase 的 笔数，不计退款"),
            (
                "track n per customer = count of Purchase, refunds in their own period",
                "累计 n 每customer = Purchase 的 笔数，计入退款期",
            ),
            ("period half \"半年\" = 6 months from account.opened", "周期 half \"半年\" = 6个月 自 account.opened 起"),
            ("schedule close \"月结\" at close of month per account", "定时 close \"月结\" 于 月末 每account"),
            (
                "schedule draw at 2025-09-01 for each card with registered_at in order of registered_at",
                "定时 draw 于 2025-09-01 逐个 card 有 registered_at 顺序为 registered_at",
            ),
            (
                "schedule third at 3rd working day of month of china per customer",
                "定时 third 于 第3个 工作日 之 month 之 china 每customer",
            ),
            (
                "catalogue gifts \"礼品\" { item tshirt 200 Point\n at most 2 times }",
                "目录 gifts \"礼品\" { 商品 tshirt 200 Point\n 最多 2次 }",
            ),
            (
                "offset bill on Offset { rate 100 Star = 1 MOP; in steps of 100 Star, leave the rest }",
                "抵扣 bill 适用于 Offset { 比率 100 Star = 1 MOP；整 100 Star 使用，余数保留 }",
            ),
            ("exchange mall { rate 1 Point = 1 MallPoint }", "互换 mall { 比率 1 Point = 1 MallPoint }"),
            ("cash out cash { rate 100 Point = 1 CNY }", "兑现 cash { 比率 100 Point = 1 CNY }"),
            ("transfer gift { keep dates }", "转赠 gift { 保留日期 }"),
            ("donation charity { at least 1 Point }", "捐赠 charity { 最少 1 Point }"),
            ("lottery draw { 10 Point each entry }", "抽奖 draw { 10 Point 每次机会 }"),
            ("benefit card on IssueCard { numbered }", "权益 card 适用于 IssueCard { 编号 }"),
            (
                "settle pos with merchant { per cycle of merchant; totals first }",
                "结算 pos 对方 merchant { 每cycle 之 merchant；先总后细 }",
            ),
            (
                "ranking top3 { per month by earned of Point, highest first, ties earliest to reach\n top 3 }",
                "排名 top3 { 每月 按 Point 的 已得，从高到低，并列 先达者先\n 前 3 }",
            ),
            ("priority queue { by balance of Point, lowest first }", "优先 queue { 按 Point 的 余额，从低到高 }"),
            (
                "figure ratio \"比率\" = rebate / profit, round half up 4 places",
                "指标 ratio \"比率\" = rebate / profit，四舍五入 4 位",
            ),
            (
                "notify soon on MonthClose { when due; show amount }",
                "通知 soon 适用于 MonthClose { 当 due 时；显示 amount }",
            ),
            ("refunds: pending first, may overdraw, floor at zero", "退款：先收待生效、可透支、不低于零"),
            ("on start lots of Point: valid to 2027-03-31", "生效时 已有批次 Point：有效期 至 2027-03-31"),
        ],
    );
}

#[test]
fn tests_and_examples() {
    snapshot(
        "tests_and_examples",
        Production::Declaration,
        &[
            (
                "test \"各种\" {\n  c1 { tier: platinum, member: yes }\n  c1 holds 300 Point in Savings earned 2022-06-10 funded by bank frozen, 80 Point earned 2022-06-11\n  c1, c2 each hold 5 Point\n  card used 4_999 times\n  2024-10-05 18:00:00 Purchase { amount: 3_000 MOP }\n    => earn 11_500 Star { spend: 3_000, treble: 5_000 of 6_000 }, earn 5 Star to c2\n  2024-10-05 18:00 c1 balance 380 Point { Savings: 300 }\n  2024-10-05 18:00 balance 380 Point\n  2024-10-06 c1 loses 300 Point\n  2024-10-07 c1 reminded 80 Point last day 2024-12-31\n}",
                "测试 \"各种\" {\n  c1 { tier: platinum，member: 是 }\n  c1 持有 300 Point 在 Savings 获得于 2022-06-10 出资 bank 冻结，80 Point 获得于 2022-06-11\n  c1、c2 各 持有 5 Point\n  card 已用 4_999 次\n  2024-10-05 18:00:00 Purchase { amount: 3_000 MOP }\n    => 得 11_500 Star { spend: 3_000，treble: 5_000 之 6_000 }，得 5 Star 给 c2\n  2024-10-05 18:00 c1 余额 380 Point { Savings: 300 }\n  2024-10-05 18:00 余额 380 Point\n  2024-10-06 c1 失效 300 Point\n  2024-10-07 c1 收到提醒 80 Point 末日 2024-12-31\n}",
            ),
            (
                "test \"请求\" {\n  2024-01-01 10:00:00 Redeem { item: gift } => take 100 Point { Activity: 100 }, deliver by 2024-01-20\n  2024-01-01 10:00:00 Redeem { item: gift } => refuse quota_exhausted\n  2024-01-01 10:00:00 Transfer { points: most } => move 1_000 Point to zhang\n  2024-01-01 10:00:00 Offset { bill: 5 CNY } => off 1.00 CNY, pay 4.00 CNY\n  2024-01-01 10:00:00 CashOut => give 2 CNY\n  2024-01-01 10:00:00 Lottery { entries: 2 } => take 20 Point, 2 entries\n  2024-01-01 10:00:00 IssueCard => grant card number 5_000 worth 3 CNY\n  2024-01-01 10:00:00 Violation => take back 300 Point, owe 10 Point\n  2024-01-01 10:00:00 MonthClose { daily: [ 10 days 50_000 CNY, { days: 20, balance: 8 CNY } ] } => notify 5 Point\n}",
                "测试 \"请求\" {\n  2024-01-01 10:00:00 Redeem { item: gift } => 扣 100 Point { Activity: 100 }，发货 至 2024-01-20\n  2024-01-01 10:00:00 Redeem { item: gift } => 拒绝 quota_exhausted\n  2024-01-01 10:00:00 Transfer { points: 最大 } => 转出 1_000 Point 给 zhang\n  2024-01-01 10:00:00 Offset { bill: 5 CNY } => 抵 1.00 CNY，应付 4.00 CNY\n  2024-01-01 10:00:00 CashOut => 付给 2 CNY\n  2024-01-01 10:00:00 Lottery { entries: 2 } => 扣 20 Point，2 次机会\n  2024-01-01 10:00:00 IssueCard => 授予 card 编号 5_000 价值 3 CNY\n  2024-01-01 10:00:00 Violation => 收回 300 Point，欠 10 Point\n  2024-01-01 10:00:00 MonthClose { daily: [ 10天 50_000 CNY，{ days: 20，balance: 8 CNY } ] } => 通知 5 Point\n}",
            ),
            (
                "examples \"存款\" of Deposit(at, amount, customer.vip) {\n  2019-05-31 23:59:59, 9_999.99 CNY, yes => 0 Point\n  2019-05-31 23:59:59, 10_000 CNY, no => Silver; 2019-06-01, 1 CNY, no => earn - 5 Point\n}",
                "样例 \"存款\" 之 Deposit(at，amount，customer.vip) {\n  2019-05-31 23:59:59，9_999.99 CNY，是 => 0 Point\n  2019-05-31 23:59:59，10_000 CNY，否 => Silver；2019-06-01，1 CNY，否 => 得 - 5 Point\n}",
            ),
            (
                "examples \"按业务\" {\n  Purchase { amount: 99.90 CNY } => earn 99 Point\n  2024-01-01 10:00 Wealth { amount: 5 CNY } => 9 Point\n}",
                "样例 \"按业务\" {\n  Purchase { amount: 99.90 CNY } => 得 99 Point\n  2024-01-01 10:00 Wealth { amount: 5 CNY } => 9 Point\n}",
            ),
        ],
    );
}
