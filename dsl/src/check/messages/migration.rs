//! E0850 to E0859: what a version does to lots that exist; currencies counted as another.

use super::both;
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// Two declarations for the same lots.
pub(crate) fn lots_migrate_twice(first: Span, span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0850",
        both("two declarations say what happens to the same lots", "同一批积分写了两种处理"),
        span,
        both("these lots again", "又是这些批次"),
    )
    .mark(first, both("first here", "先写在这里"))
    .help(both(
        "write one declaration for a kind of points, or one for each pool",
        "每种积分写一条，或每个积分池各写一条",
    ))
}

/// Lots that exist get a length instead of a day.
pub(crate) fn migrates_to_no_day(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0851",
        both("lots that exist get one last usable day", "已有批次只能改为某个末日"),
        span,
        both("no day", "不是日期"),
    )
    .help(both("write `valid to 2027-03-31`", "请写 `有效期 至 2027-03-31`"))
}

/// Nothing is said about the lots.
pub(crate) fn migrates_nothing(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0852",
        both("nothing is said about the lots that exist", "没有写明如何处理已有批次"),
        span,
        both("what happens to these?", "如何处理？"),
    )
    .help(both(
        "write `valid to 2027-03-31` or `into pool B`; without a declaration lots keep their dates and pool",
        "请写 `有效期 至 2027-03-31` 或 `入 积分池 B`；不写则保留原日期和积分池",
    ))
}

/// A parity that is none.
pub(crate) fn parity_of_what(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0853",
        both(
            "a parity says how much of the programme's currency an amount of another counts as",
            "折算要写明另一币种的一个金额按多少本方案的币种计",
        ),
        span,
        both("not a parity", "不是折算"),
    )
    .help(both(
        "write another currency on the left and the programme's on the right, both above zero and without a remainder: `1 EUR = 1 CHF for counting`",
        "左边写另一币种，右边写本方案的币种，两边都大于零且除得尽：`1 EUR = 1 CHF 折算`",
    ))
}

/// Two parities of one currency.
pub(crate) fn parity_twice(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0854",
        both("this currency has a parity already", "这一币种已有折算"),
        span,
        both("a second one", "又一个"),
    )
    .help(both("leave one of them out", "请删去其中一个"))
}
