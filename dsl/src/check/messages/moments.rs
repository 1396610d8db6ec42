//! E0530 to E0539: facts as of a moment.

use super::both;
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// `as of` on something without a history.
pub(crate) fn as_of_nothing_dated(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0530",
        both(
            "`as of` reads a dated fact at a moment, and this has no history",
            "`截至` 读取分时资料在某时的取值，而这里没有历史",
        ),
        span,
        both("the same at every moment", "任何时候都一样"),
    )
    .help(both(
        "write a fact declared as `dated`: `customer.choice as of start of next month`, or leave `as of` out",
        "请写声明为 `分时` 的资料：`客户.自选类别 截至 下月初`，或删去 `截至`",
    ))
}

/// `close of month` where no period is at hand.
pub(crate) fn close_outside_level(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0531",
        both(
            "only a rule with `keep` or `reach` has a period whose close can be meant",
            "只有用 `应有` 或 `达到` 的规则才有可指的期末",
        ),
        span,
        both("which period?", "哪一期？"),
    )
    .help(both("write a date, or a field of the event that is one", "请写日期，或事件中的日期字段"))
}

/// A settled level rule reads a dated fact without a moment.
pub(crate) fn settled_reads_dated(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0532",
        both(
            "this rule is settled at the close and read again later, and does not say as of when it reads this",
            "这条规则在期末结算、之后还会重算，却没有写明读取哪一时点的取值",
        ),
        span,
        both("as of when?", "截至何时？"),
    )
    .help(both("write `... as of close of month` behind it", "请在后面写 `截至 月末`"))
}

/// The close of a period that the rule does not have.
pub(crate) fn close_of_other_period(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0533",
        both("this is the close of a period that the rule does not keep", "这不是这条规则所按周期的期末"),
        span,
        both("another period", "另一种周期"),
    )
    .help(both("write the close of the period behind `per`", "请写 `每` 后所写周期的期末"))
}
