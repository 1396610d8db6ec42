//! E0520 to E0529: schedules.

use super::{both, en, listed, zh};
use crate::diagnostic::Diagnostic;
use crate::policy::Title;
use crate::source::Span;

/// A schedule for something that is no subject, or for two.
pub(crate) fn schedule_per_what(span: Span, known: &[String]) -> Diagnostic {
    let known = listed(known);
    Diagnostic::error(
        "E0520",
        both(
            "a schedule raises an event for each of one kind of subject, and its periods follow from when it comes",
            "定时事件只能逐个针对一种主体，周期由它何时到来决定",
        ),
        span,
        both("not one subject", "不是单一主体"),
    )
    .help(both(
        format!("write one of {} after `per`, or leave it out to raise the event once", known.en),
        format!("请在 `每` 后写 {} 之一；只触发一次则不写", known.zh),
    ))
}

/// A schedule whose event has no field for its subject.
pub(crate) fn schedule_without_subject(schedule: &Title, kind: &Title, subject: &Title) -> Diagnostic {
    Diagnostic::error(
        "E0521",
        both(
            format!("{} is raised per {}, but {} has no field that says which", en(schedule), subject.name, en(kind)),
            format!("{} 逐个针对 {}，而 {} 没有写明是哪一个的字段", zh(schedule), zh(subject), zh(kind)),
        ),
        schedule.span,
        both("which one?", "哪一个？"),
    )
    .help(both(
        "raise it per customer or per account, or at a day of its own: `schedule NAME every last day of month per card`",
        "请改为每客户或每账户，或用自己的日子：`定时 名称 每逢 月末 每 card`",
    ))
}

/// A moment that a schedule cannot have.
pub(crate) fn schedule_when(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0522",
        both("a schedule cannot come at this", "定时事件不能在这个时点到来"),
        span,
        both("no moment", "不是时点"),
    )
    .help(both(
        "write `schedule NAME at close of month`, `schedule NAME at 2025-09-01`, or days: `every 3rd working day of month`, `every last day of month`, `every anniversary of account.opened`",
        "请写 `定时 名称 于 月末`、`定时 名称 于 2025-09-01`，或日子：`每逢 每月 第3个 工作日`、`每逢 月末`、`每逢 账户.开户日 的 周年日`",
    ))
}

/// The end of a statement month without an account.
pub(crate) fn statement_of_no_account(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0523",
        both("a statement month is that of an account", "账期属于某个账户"),
        span,
        both("of which account?", "哪个账户？"),
    )
    .help(both("write `schedule NAME at close of statement per account`", "请写 `定时 名称 于 账期末 每账户`"))
}
