//! E0621 to E0628: keys and periods: per whom, per what time something is counted.

use super::both;
use crate::diagnostic::{Diagnostic, Text};
use crate::source::Span;

/// One key twice.
pub(crate) fn key_twice(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0621",
        both("this `per` is said twice", "这个 `每` 写了两次"),
        span,
        both("said already", "已经写过"),
    )
    .help(both("delete one of them", "请删去一个"))
}

/// Two periods in one scope.
pub(crate) fn two_periods(first: Span, second: Span) -> Diagnostic {
    Diagnostic::error(
        "E0622",
        both("something is counted over one period only", "一项统计只能有一个周期"),
        second,
        both("a second period", "第二个周期"),
    )
    .mark(first, both("the first period", "第一个周期"))
    .help(both(
        "keep one period; for two limits write two sentences: `per customer per day at most ...` and `per customer per month at most ...`",
        "请只留一个周期；两种限额写两句：`每客户 每日 最多 …` 和 `每客户 每月 最多 …`",
    ))
}

/// `per campaign` outside a campaign.
pub(crate) fn no_campaign_here(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0623",
        both("`per campaign` stands outside of any campaign", "`每活动` 没有写在活动里"),
        span,
        both("which campaign?", "哪个活动？"),
    )
    .help(both(
        "move it into the `campaign`, or write another period: `per month`, `in all`",
        "请移到 `活动` 里，或写别的周期：`每月`、`总共`",
    ))
}

/// A key that depends on a counter.
pub(crate) fn key_reads_counter(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0624",
        both("what something is counted by cannot depend on a total or balance", "统计的对象不能取决于累计或余额"),
        span,
        both("depends on a total", "取决于累计"),
    )
    .help(both(
        "write a field of the event or a fact: `per customer`, `per card`, `per merchant`",
        "请写事件的字段或资料项：`每客户`、`每卡`、`每商户`",
    ))
}

/// A key of a type that cannot be one.
pub(crate) fn not_a_key(span: Span, shown: &Text) -> Diagnostic {
    Diagnostic::error(
        "E0625",
        both(format!("nothing can be counted per {}", shown.en), format!("不能按{}来统计", shown.zh)),
        span,
        both(shown.en.clone(), shown.zh.clone()),
    )
    .help(both(
        "write who or what it is counted by: `per customer`, `per card`, `per product`, `per month`",
        "请写按谁或按什么统计：`每客户`、`每卡`、`每产品`、`每月`",
    ))
}

/// A key that may be unknown.
pub(crate) fn key_maybe_unknown(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0626",
        both(
            "the host may leave this out, and then it is not known what to count by",
            "系统可能不提供这一项，那时就不知道按什么统计",
        ),
        span,
        both("may be unknown", "可能未知"),
    )
    .help(both(
        "require it, `when X is known`, before the limit; or give it a default, `fact X = VALUE`",
        "请在限额前写条件 `当 X 已知 时`；或设缺省：`事实 X = 值`",
    ))
}

/// A declared period that is not in months.
pub(crate) fn period_not_in_months(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0627",
        both("a period of your own is so many months or years", "自定义周期须以月或年为单位"),
        span,
        both("not in months", "不是以月计"),
    )
    .help(both(
        "write `period half = 6 months from opened of account`; the last days are `per rolling 30 days`",
        "请写 `周期 half = 6个月 自 账户 的 开户日 起`；最近若干天写 `滚动 30天`",
    ))
}

/// Rolling days out of range.
pub(crate) fn rolling_too_long(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0628",
        both("a rolling period has 1 to 400 whole days", "滚动周期为 1 到 400 个整天"),
        span,
        both("1 to 400 days", "1 到 400 天"),
    )
    .help(both("write `per rolling 30 days`; for longer periods write `per year`", "请写 `滚动 30天`；更长的写 `每年`"))
}
