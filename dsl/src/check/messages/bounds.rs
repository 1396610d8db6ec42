//! E0701 to E0719: caps, budgets and other bounds; who pays.

use super::{both, en, zh};
use crate::diagnostic::{Diagnostic, Text};
use crate::policy::Title;
use crate::source::Span;
use rust_decimal::Decimal;

/// A bound on earning without scope.
pub(crate) fn bound_without_scope(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0701",
        both("this limit does not say per what it holds", "限额没有写明按什么计"),
        span,
        both("per what?", "每什么？"),
    )
    .help(both(
        "write it first: `each time`, `per customer per month`, or `in all` for a budget: `per customer per month at most 5_000 Point`",
        "请写在前面：`每次`、`每客户 每月`，预算写 `总共`：`每客户 每月 最多 5_000 积分`",
    ))
}

/// A bound that is no points, spend or count.
pub(crate) fn bound_without_unit(span: Span, shown: &Text) -> Diagnostic {
    Diagnostic::error(
        "E0702",
        both(
            format!("a limit is in points, money or times, and this is {}", shown.en),
            format!("限额的单位是积分、金额或次数，而这里是{}", shown.zh),
        ),
        span,
        both(shown.en.clone(), shown.zh.clone()),
    )
    .help(both(
        "write the unit: `at most 5_000 Point`, `at most 10_000 CNY of amount`, `at most 2 times`",
        "请写单位：`最多 5_000 积分`、`最多 10_000 元 的 金额`、`最多 2 次`",
    ))
}

/// A bound below zero.
pub(crate) fn bound_negative(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0703",
        both("a limit can be below zero here", "此处限额可能小于零"),
        span,
        both("below zero", "小于零"),
    )
    .help(both("write a limit of zero or more", "请写不小于零的限额"))
}

/// A bound that no rule's lines come under.
pub(crate) fn bound_on_nothing(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0704",
        both(
            "no rule gives what this limit counts, so it would limit nothing",
            "没有规则给出这个限额所计的内容，限了也没有作用",
        ),
        span,
        both("limits nothing", "没有作用"),
    )
    .help(both(
        "write it in the rule or campaign that gives these points, or with the points that the rule gives",
        "请写在给这种积分的规则或活动里，或改用该规则所给的积分",
    ))
}

/// A spend limit over something that is no field.
pub(crate) fn spend_needs_field(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0705",
        both("a limit on spend counts a field of the event", "消费限额统计的是事件的一个字段"),
        span,
        both("no field", "不是字段"),
    )
    .help(both("write the field alone: `at most 10_000 CNY of amount`", "请只写字段：`最多 10_000 元 的 金额`"))
}

/// A budget in money, and no points say what they are worth.
pub(crate) fn budget_needs_worth(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0706",
        both("a budget in money needs to know what a point is worth", "以金额计的预算需要知道一个积分值多少钱"),
        span,
        both("worth how many points?", "合多少积分？"),
    )
    .help(both(
        "write `worth 0.01 CNY` in the points, or the budget in points: `in all at most 1_000_000 Point`",
        "请在积分种类里写 `价值 0.01 元`，或以积分写预算：`总共 最多 1_000_000 积分`",
    ))
}

/// A bound in money that does not say of what.
pub(crate) fn money_bound_of_what(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0707",
        both("a limit in money does not say which money it counts", "以金额计的限额没有写明计的是哪笔金额"),
        span,
        both("of what?", "哪项金额？"),
    )
    .help(both(
        "write the field, `at most 10_000 CNY of amount`; what points may cost is `budget 100_000 CNY`",
        "请写字段：`最多 10_000 元 的 金额`；积分成本写 `预算 100_000 元`",
    ))
}

/// `the rest earns` where the bound splits no spend.
pub(crate) fn rest_needs_spend(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0708",
        both("`the rest earns` needs a limit on spend of one rule that earns", "`超出部分 得` 须用于一条给积分的规则的消费限额"),
        span,
        both("the rest of what?", "什么的超出部分？"),
    )
    .help(both(
        "write it in the rule itself: `per customer per month at most 10_000 CNY of amount, the rest earns 1 Point per full 2 CNY of amount`",
        "请写在规则里：`每客户 每月 最多 10_000 元 的 金额，超出部分 得 …`",
    ))
}

/// Funding that does not sum to 100%.
pub(crate) fn shares_not_whole(span: Span, total: Decimal) -> Diagnostic {
    let percent = total.checked_mul(Decimal::ONE_HUNDRED).unwrap_or(total).normalize();
    Diagnostic::error(
        "E0709",
        both(
            format!("the shares of the cost sum to {percent}%, not to 100%"),
            format!("出资比例合计 {percent}%，不是 100%"),
        ),
        span,
        both(format!("{percent}% in all"), format!("合计 {percent}%")),
    )
    .help(both(
        "write shares that sum to 100%: `funded by merchant 60%, bank 40%`",
        "请让比例合计 100%：`出资 商户 60%，银行 40%`",
    ))
}

/// `no cap` beside a bound.
pub(crate) fn cap_and_no_cap(no_cap: Span, bound: Span) -> Diagnostic {
    Diagnostic::error(
        "E0711",
        both("`no cap` stands beside a limit", "`不设上限` 与限额并存"),
        no_cap,
        both("says there is none", "说没有上限"),
    )
    .mark(bound, both("and this is one", "而这里有限额"))
    .help(both("delete one of the two", "请删去其中一个"))
}

/// A bound below on a line that is earned.
pub(crate) fn at_least_on_earning(span: Span, rule: &Title) -> Diagnostic {
    Diagnostic::error(
        "E0712",
        both(
            format!("`at least` cannot hold what {} gives: points are trimmed, never added", en(rule)),
            format!("`最少` 管不住 {} 给的积分：积分只会削减，不会补足", zh(rule)),
        ),
        span,
        both("cannot be reached", "无法补足"),
    )
    .help(both(
        "write what is given at least as an amount, or the condition as `when amount >= 100 CNY`",
        "请把最少给的写成数量，或写成条件 `当 金额 >= 100 元 时`",
    ))
}
