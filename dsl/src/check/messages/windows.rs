//! E0501 to E0508: windows: dates, hours and days on which a rule may apply.

use super::both;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use chrono::NaiveDateTime;

/// A window that ends before it begins.
pub(crate) fn window_reversed(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0501",
        both("this window ends before it begins", "时间窗的结束早于开始"),
        span,
        both("never open", "永远不会到来"),
    )
    .help(both(
        "write the earlier date first: `from 2024-05-01 to 2024-05-05` (both days included)",
        "请先写较早的日期：`自 2024-05-01 至 2024-05-05`（含首尾两日）",
    ))
}

/// `to` with a time of day.
pub(crate) fn to_with_time(span: Span, at: NaiveDateTime) -> Diagnostic {
    let (date, moment) = (at.format("%Y-%m-%d"), at.format("%Y-%m-%d %H:%M:%S"));
    Diagnostic::error(
        "E0502",
        both("`to` includes a whole day, so it takes a date without a time", "`至` 包含整日，后面只写日期，不写时间"),
        span,
        both("has a time", "带有时间"),
    )
    .help(both(
        format!("for the whole day write `to {date}`; to stop at this moment write `until {moment}`"),
        format!("含整日写 `至 {date}`；到这一刻为止写 `到 {moment} 前`"),
    ))
}

/// A date that is not fixed.
pub(crate) fn not_a_fixed_date(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0503",
        both("a fixed date is wanted here", "此处需要固定的日期"),
        span,
        both("no fixed date", "不是固定日期"),
    )
    .help(both(
        "write a date such as `2024-05-01`, or a `parameter` that is one; a window that begins with a customer's date is `within 90 days of opened of customer`",
        "请写日期，如 `2024-05-01`，或写日期 `参数`；随客户日期开始的时间窗写 `自 客户 的 开户日 起 90天 内`",
    ))
}

/// A window outside the version's life.
pub(crate) fn window_outside_version(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0504",
        both("this window lies outside the time in which the programme is in force", "时间窗在方案的生效期之外"),
        span,
        both("never comes", "永远不会到来"),
    )
    .help(both(
        "correct the dates here, or `effective from ... to ...` in the programme's head",
        "请更正这里的日期，或方案开头的 `生效 自 … 起 至 …`",
    ))
}

/// Hours that begin and end at one time.
pub(crate) fn hours_empty(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0505",
        both("these hours begin and end at the same time", "时段的起止时间相同"),
        span,
        both("no time in between", "中间没有时间"),
    )
    .help(both(
        "write two different times, `from 18:00 until 22:00`; hours across midnight are `from 22:00 until 02:00`; for the whole day leave the hours out",
        "请写两个不同的时间：`从 18:00 到 22:00 前`；跨夜写 `从 22:00 到 02:00 前`；全天则不写时段",
    ))
}

/// `6th sat`, `day 32`, `24th working day`.
pub(crate) fn no_such_day(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0506",
        both("no month has such a day", "没有哪个月有这样的日子"),
        span,
        both("never comes", "永远不会到来"),
    )
    .help(both(
        "write days of the month from 1 to 31, weekdays from 1st to 5th, working days from 1st to 23rd, or the last: `last day of month`",
        "每月几日写 1 到 31，第几个星期几写 1 到 5，第几个工作日写 1 到 23，最后一日写 `月末`",
    ))
}

/// Two windows of one rule that never hold together.
pub(crate) fn windows_never_meet(one: Span, other: Span) -> Diagnostic {
    Diagnostic::error(
        "E0507",
        both(
            "these two windows have no day in common, so the rule would never apply",
            "这两个时间窗没有共同的日子，规则永远用不上",
        ),
        other,
        both("outside the other", "在另一个之外"),
    )
    .mark(one, both("the other window", "另一个时间窗"))
    .help(both(
        "all windows of a rule and of its campaign must hold: widen one of them, or write a rule for each",
        "规则与所在活动的时间窗须同时满足：请放宽其中一个，或分写两条规则",
    ))
}
