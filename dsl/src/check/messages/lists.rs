//! E0441 to E0444: functions of lists and dates.

use super::{both, function_zh};
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::Name;

/// A field of a list, without saying of which element.
pub(crate) fn list_needs_fold(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0441",
        both("this is a list with many values, and it is not said which to take", "这是一个列表，有多个值，没有写明取哪一个"),
        span,
        both("many values", "多个值"),
    )
    .help(both(
        "write `sum of`, `average of`, `highest of`, `lowest of` or `count of` before it, or go through it with `for each`",
        "请写 `的 合计`、`平均`、`最高`、`最低` 或 `笔数`，或用 `逐个` 逐项处理",
    ))
}

/// A fold over a bare list.
pub(crate) fn list_needs_field(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0442",
        both(
            "the elements of a list have several fields, and it is not said which one",
            "列表的每一项有多个字段，没有写明用哪一个",
        ),
        span,
        both("which field?", "哪个字段？"),
    )
    .help(both(
        "write the field: `sum of items.amount`; only `count of items` needs none",
        "请写字段：`items.金额 的 合计`；只有 `items 的 笔数` 不需要",
    ))
}

/// `sum of X weighted by W`.
pub(crate) fn only_average_weighted(what: &Name, span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0443",
        both(
            format!("only an average can be weighted, not `{}`", what.text),
            format!("只有平均可以加权，`{}` 不能", function_zh(&what.text)),
        ),
        what.span,
        both("cannot be weighted", "不能加权"),
    )
    .mark(span, both("with weights", "带有权重"))
    .help(both(
        "write `average of X weighted by W`, or delete `weighted by`",
        "请写 `X 按 W 加权 的 平均`，或删去 `加权`",
    ))
}

/// `anniversary of X` by itself.
pub(crate) fn anniversary_needs_is(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0444",
        both("an anniversary comes every year, so it is not one date", "周年日每年都有，不是某一个日期"),
        span,
        both("every year", "每年一次"),
    )
    .help(both(
        "compare a date with it: `when today is anniversary of birthday of customer`",
        "请与日期比较：`当 今日 为 客户 的 生日 的 周年日 时`",
    ))
}
