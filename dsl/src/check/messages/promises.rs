//! What is said of promises.

use super::both;
use crate::diagnostic::{Diagnostic, Text};
use crate::source::Span;

/// A promise that is not a plain number.
pub(crate) fn promise_not_constant(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0713",
        both("a promise names a fixed number", "承诺要写明固定的数"),
        span,
        both("this is computed", "这是算出来的"),
    )
    .help(both("write the number itself, such as `50_000 Star`", "请直接写出数，例如 `50_000 星点`"))
}

/// A promise in a unit that it cannot have.
pub(crate) fn promise_unit(span: Span, returns: bool, shown: &Text) -> Diagnostic {
    let (en, zh) = if returns {
        ("a return is promised as a percentage".to_owned(), "回馈率以百分比承诺".to_owned())
    } else {
        ("a promise is made in points".to_owned(), "承诺以积分计".to_owned())
    };
    let help = if returns {
        both("write `promise return at most 5%`", "请写 `承诺 回馈率 最多 5%`")
    } else {
        both(
            "name the points: `promise per customer per month at most 50_000 Star`",
            "请写明积分：`承诺 每客户 每月 最多 50_000 星点`",
        )
    };
    let label = both(format!("this is {}", shown.en), format!("这是{}", shown.zh));
    Diagnostic::error("E0714", both(en, zh), span, label).help(help)
}

/// A promise that is not proved, with what speaks against it.
pub(crate) fn promise_not_kept(span: Span, why: &Text, reasons: &[(Text, Span)]) -> Diagnostic {
    let mut found =
        Diagnostic::error("E0715", both("this promise is not proved", "这一承诺未能证明"), span, why.clone());
    for (text, place) in reasons {
        found = found.mark(*place, text.clone());
    }
    found.help(both(
        "limit the rules named, or promise what they can keep; `earnest prove` shows the reasoning",
        "请给所列规则加上限，或改为能守住的承诺；`earnest prove` 给出推理过程",
    ))
}
