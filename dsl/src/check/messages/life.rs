//! E0840 to E0849: how long points live.

use super::both;
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// A validity that runs from nothing known.
pub(crate) fn valid_after_what(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0840",
        both("a length of validity does not run from this", "有效期不能从这里起算"),
        span,
        both("from when?", "从何时起？"),
    )
    .help(both(
        "write `valid 1 year after earning`, `valid 1 year after usable`, `valid 1 year after last earning` (of the points, or of a pool) or `valid 1 year after last activity`; a benefit's is `valid 1 year after grant`",
        "请写 `有效期 1年 自 获得 起`、`有效期 1年 自 起用 起`、`有效期 1年 自 最近获得 起`（积分或某个积分池的）或 `有效期 1年 自 最近活动 起`；权益写 `有效期 1年 自 授予 起`",
    ))
}

/// `balance ends` after something that is no activity.
pub(crate) fn balance_ends_after_what(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0841",
        both(
            "the whole balance has one end, so it cannot run from when each lot was earned",
            "整个余额只有一个终止日，不能按每批积分的获得日起算",
        ),
        span,
        both("differs from lot to lot", "各批不同"),
    )
    .help(both(
        "write `balance ends 90 days after last activity` or `balance ends 90 days after last earning`; each lot by itself is `valid 90 days after earning`",
        "请写 `余额终止 90天 自 最近活动 起` 或 `余额终止 90天 自 最近获得 起`；每批各自的有效期写 `有效期 90天 自 获得 起`",
    ))
}

/// `usable` after something other than earning.
pub(crate) fn usable_after_what(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0842",
        both("points become usable some time after they are earned", "积分在获得之后一段时间起用"),
        span,
        both("not from earning", "不是从获得起"),
    )
    .help(both(
        "write `usable 15 days after earning` or `usable next day`",
        "请写 `起用 15天 自 获得 起` 或 `起用 次日`",
    ))
}

/// The end of a period after the last activity.
pub(crate) fn end_of_period_after_activity(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0843",
        both(
            "the end of a period is that of each lot; the end that activity moves is a length of its own",
            "到期末为止是每批积分自己的有效期；随活动顺延的是另一个期限",
        ),
        span,
        both("moves with activity", "随活动变化"),
    )
    .help(both(
        "write both: `valid to end of month 2 years after earning` and `balance ends 1 year after last activity`",
        "请分开写：`有效期 至 月末 2年 自 获得 起` 和 `余额终止 1年 自 最近活动 起`",
    ))
}

/// A table of lengths that runs from the first usable day.
pub(crate) fn table_from_usable(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0844",
        both("a length by a table is read at earning and runs from it", "按表的有效期在获得时确定，并从获得起算"),
        span,
        both("runs from earning", "从获得起算"),
    )
    .help(both(
        "let it run from `earning`, or write one length for all: `valid 2 years after usable`",
        "请从 `获得` 起算，或对所有人写同一期限：`有效期 2年 自 起用 起`",
    ))
}
