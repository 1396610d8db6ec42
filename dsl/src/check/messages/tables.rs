//! E0431 to E0440: tables: every value listed once, bands without gap or overlap.

use super::{both, listed};
use crate::diagnostic::{Diagnostic, Text};
use crate::source::Span;
use rust_decimal::Decimal;

/// Bands and values in one table.
pub(crate) fn mixed_table(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0431",
        both("one table has rows with `from` and rows with values", "同一张表里既有 `满` 的行，又有取值的行"),
        span,
        both("two kinds of rows", "两种行"),
    )
    .help(both(
        "write either `from 0 CNY: ..., from 1_000 CNY: ...` or the values, with `otherwise` for the rest",
        "请只写 `满 0 元: …, 满 1_000 元: …`，或只写取值，其他用 `其余`",
    ))
}

/// `in parts` on a table without bands.
pub(crate) fn parts_need_bands(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0432",
        both(
            "`in parts` gives each band its own rate, and this table has no bands",
            "`分段` 让各档按各自的比率计算，而这张表没有分档",
        ),
        span,
        both("no rows with `from`", "没有 `满` 的行"),
    )
    .help(both(
        "write the rows as bands, `from 0 CNY: ..., from 1_000 CNY: ...`, or delete `in parts`",
        "请按档写行：`满 0 元: …, 满 1_000 元: …`，或删去 `分段`",
    ))
}

/// Rows of different units.
pub(crate) fn rows_differ(first: (Span, &Text), other: (Span, &Text)) -> Diagnostic {
    Diagnostic::error(
        "E0433",
        both(
            format!("one row of the table gives {}, another {}", first.1.en, other.1.en),
            format!("表中一行是{}，另一行是{}", first.1.zh, other.1.zh),
        ),
        other.0,
        other.1.clone(),
    )
    .mark(first.0, first.1.clone())
    .help(both("write all rows in one unit", "请让各行单位相同"))
}

/// A band that begins at something not fixed.
pub(crate) fn band_not_constant(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0434",
        both("a band must begin at a fixed value", "每一档的起点必须是固定值"),
        span,
        both("not fixed", "不是固定值"),
    )
    .help(both("write an amount: `from 1_000 CNY: ...`", "请写固定值：`满 1_000 元: …`"))
}

/// Bands that do not ascend.
pub(crate) fn bands_overlap(first: Span, second: Span) -> Diagnostic {
    Diagnostic::error(
        "E0435",
        both("this band begins at or below the one before it", "这一档的起点不高于前一档"),
        second,
        both("begins too low", "起点过低"),
    )
    .mark(first, both("the band before it", "前一档"))
    .help(both("write the bands from the lowest to the highest, each start once", "请从低到高写各档，每个起点只写一次"))
}

/// Nothing is said below the first band.
pub(crate) fn bands_gap(at: Span, first: Decimal, lowest: Decimal) -> Diagnostic {
    let (first, lowest) = (first.normalize(), lowest.normalize());
    Diagnostic::error(
        "E0436",
        both(
            format!("the bands begin at {first}, and nothing is said from {lowest} up to it"),
            format!("分档从 {first} 开始，{lowest} 到 {first} 之间没有规定"),
        ),
        at,
        both("the lowest band", "最低一档"),
    )
    .help(both(
        format!("begin with a row `from {lowest}` in the same unit (it may give `0 Point`), or add a row `otherwise`"),
        format!("请先写一行同单位的 `满 {lowest}`（可给 `0 积分`），或加一行 `其余`"),
    ))
}

/// A table over a value that may be unknown.
pub(crate) fn table_maybe_unknown(subject: Span, span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0437",
        both(
            "this may be unknown, and the table does not say what holds then",
            "这一项可能未知，而表里没有写明那时怎么办",
        ),
        subject,
        both("may be unknown", "可能未知"),
    )
    .mark(span, both("no row `otherwise`", "没有 `其余` 一行"))
    .help(both(
        "add a row `otherwise`, or write `X default VALUE` before the table",
        "请加一行 `其余`，或在表前写 `X 缺省 值`",
    ))
}

/// A value in two rows.
pub(crate) fn row_twice(first: Span, second: Span) -> Diagnostic {
    Diagnostic::error(
        "E0438",
        both("two rows of the table answer to one value", "表中有两行对应同一个值"),
        second,
        both("this row", "这一行"),
    )
    .mark(first, both("has a value in common with this one", "与这一行有相同的值"))
    .help(both("delete one row, or take the value out of one of them", "请删去一行，或从其中一行去掉这个值"))
}

/// Values that no row names.
pub(crate) fn rows_missing(span: Span, missing: &[String]) -> Diagnostic {
    let list = listed(missing);
    Diagnostic::error(
        "E0439",
        both(format!("the table says nothing about {}", list.en), format!("表里没有写 {}", list.zh)),
        span,
        both("incomplete", "不完整"),
    )
    .help(both(
        format!("add a row for {}, or a row `otherwise`", list.en),
        format!("请为 {} 各加一行，或加一行 `其余`", list.zh),
    ))
}

/// A table over open values without `otherwise`.
pub(crate) fn table_needs_otherwise(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0440",
        both(
            "other values than these can come, and the table does not say what holds then",
            "还可能出现别的值，而表里没有写明那时怎么办",
        ),
        span,
        both("no row `otherwise`", "没有 `其余` 一行"),
    )
    .help(both(
        "add a row, such as `otherwise: 0 Point` or `otherwise: 1x`",
        "请加一行，如 `其余: 0 积分` 或 `其余: 1倍`",
    ))
}

/// A row of marginal bands that gives the same whatever its part of the amount is.
pub(crate) fn parts_without_amount(row: Span, subject: Span) -> Diagnostic {
    Diagnostic::error(
        "E0445",
        both(
            "with `in parts` every row says what its part of the amount earns, and this row does not look at it",
            "写了 `分段`，每一行都要说明本档的那部分金额得多少，而这一行没有用到金额",
        ),
        row,
        both("gives the same for every part", "与本档金额无关"),
    )
    .mark(subject, both("is cut into parts here", "在这里分段"))
    .help(both(
        "write `2 Point per full 10 CNY of amount` in the row (or a percentage), or delete `in parts`",
        "请在行里写 `按 金额 每满 10 元 得 2 积分` 那样的数量（或百分比），或删去 `分段`",
    ))
}
