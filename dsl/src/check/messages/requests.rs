//! E0119, E0215, E0812 to E0814, E0912, E0913: names and choices that only requests, refunds and the JSON of events have.

use super::{both, meant};
use crate::check::names::Names;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::Name;

/// Codes that say that something is missing: it may be in the very declaration that could not be read.
const MISSING_NAMES: &[&str] = &[
    "E0101", "E0104", "E0105", "E0107", "E0109", "E0112", "E0115", "E0116", "E0121", "E0122", "E0123", "E0127",
    "E0201", "E0209", "E0311", "E0327", "E0401", "E0512", "E0513", "E0607", "E0804", "E0805", "E0807", "E0812",
    "E0813", "E0901", "E0906", "E0909",
];

/// Whether a finding may only follow from a declaration that could not be read.
pub(crate) fn may_follow(code: &str) -> bool {
    MISSING_NAMES.contains(&code)
}

/// Two fields of a kind, or two kinds, are given by one JSON name.
pub(crate) fn json_twice(name: &str, second: Span, first: Span) -> Diagnostic {
    Diagnostic::error(
        "E0119",
        both(format!("two declarations read the JSON name `{name}`"), format!("有两处声明都读取 JSON 名称 `{name}`")),
        second,
        both("reads it too", "这里也读取它"),
    )
    .mark(first, both("reads it", "这里读取它"))
    .help(both("give one of them a name of its own: `json \"NAME\"`", "请给其中一个另写 `json \"名称\"`"))
}

/// A campaign lowers the price of something that no catalogue has.
pub(crate) fn unknown_item(name: &Name, names: &Names<'_>) -> Diagnostic {
    let found = Diagnostic::error(
        "E0812",
        both(
            format!("no item or catalogue is called `{}`", name.text),
            format!("没有名为 `{}` 的商品或目录", name.text),
        ),
        name.span,
        both("unknown item", "未知的商品"),
    );
    let items =
        names.requests.entries.iter().flat_map(|entry| entry.node.clauses).filter_map(|clause| match &clause.kind {
            crate::syntax::ast::ClauseKind::Item(item) => Some(item.declared.name.text.as_str()),
            _ => None,
        });
    meant(found, &name.text, name.span, items.chain(names.requests.spoken()))
}

/// No catalogue, offset or other request of that name.
pub(crate) fn unknown_request(name: &Name, names: &Names<'_>) -> Diagnostic {
    let found = Diagnostic::error(
        "E0813",
        both(
            format!("no catalogue, offset or other request is called `{}`", name.text),
            format!("没有名为 `{}` 的目录、抵扣或其他申请", name.text),
        ),
        name.span,
        both("unknown request", "未知的申请"),
    );
    meant(found, &name.text, name.span, names.requests.spoken())
}

/// Refunds cannot both overdraw and stop at zero.
pub(crate) fn overdraw_and_floor(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0814",
        both("a balance that may be overdrawn does not stop at zero", "余额可透支，就不会停在零"),
        span,
        both("says both", "两样都写了"),
    )
    .help(both("keep one: `may overdraw` or `floor at zero`", "请保留其一：`可透支` 或 `不低于零`"))
}

/// A column of examples that is neither a field of the event nor a fact.
pub(crate) fn not_a_column(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0912",
        both(
            "a column of examples is a field of the event, a fact such as `customer.vip`, or `at`",
            "样例的列是事件的字段、资料项（如 `客户.贵宾`）或 `时刻`",
        ),
        span,
        both("no column", "不能作为列"),
    )
    .help(both("write the name of a field, or `FACT of customer`", "请写字段名称，或 `客户 的 资料项`"))
}

/// A term that the field's JSON members cannot say.
pub(crate) fn term_not_whole(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0913",
        both("events give this term in whole years", "事件以整年给出这个期限"),
        span,
        both("no whole number of years", "不是整年"),
    )
    .help(both("write whole years: `2 years`", "请写整年：`2年`"))
}

/// A value for a parameter that does not read as one.
pub(crate) fn parameter_unreadable(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0215",
        both(format!("the value given for `{name}` cannot be read"), format!("为 `{name}` 给出的值无法读懂")),
        span,
        both("not a value", "不是值"),
    )
    .help(both(
        "write it as in the policy: `2 Point`, `50 CNY`, `2024-10-01`",
        "请照方案里的写法：`2 积分`、`50 元`、`2024-10-01`",
    ))
}
