//! E0812 to E0829: names and choices that only requests and refunds have; and which codes say that a name leads nowhere.

use super::{both, en, meant, zh};
use crate::check::names::Names;
use crate::diagnostic::{Diagnostic, Text};
use crate::policy::Title;
use crate::source::Span;
use crate::syntax::ast::Name;

/// Codes that say that something is missing: it may be in the very declaration that could not be read.
const MISSING_NAMES: &[&str] = &[
    "E0101", "E0104", "E0105", "E0107", "E0109", "E0112", "E0115", "E0116", "E0121", "E0122", "E0123", "E0127",
    "E0201", "E0209", "E0311", "E0327", "E0401", "E0512", "E0513", "E0607", "E0617", "E0704", "E0804", "E0805",
    "E0807", "E0812", "E0813", "E0901", "E0906", "E0909", "E0914", "E0915", "E0916",
];

/// What is only told when no rule has another mistake: a limit without lines may count those of the mistaken rule.
static LIMITS_WITHOUT_LINES: &[&str] = &["E0704"];

/// Whether a finding may only say that a rule has another mistake.
pub(crate) fn follows_a_rule(code: &str) -> bool {
    LIMITS_WITHOUT_LINES.contains(&code)
}

/// Whether a finding may only follow from a declaration that could not be read.
pub(crate) fn may_follow(code: &str) -> bool {
    MISSING_NAMES.contains(&code)
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

/// A request takes one kind of points.
pub(crate) fn takes_two_kinds(request: &Title, first: &Title, second: &Title) -> Diagnostic {
    Diagnostic::error(
        "E0820",
        both(
            format!("{} takes {} and {}, and a request takes one kind of points", en(request), en(first), en(second)),
            format!("{} 既用 {} 又用 {}，而一个申请只用一种积分", zh(request), zh(first), zh(second)),
        ),
        request.span,
        both("takes two kinds", "用了两种积分"),
    )
    .help(both("declare one request for each kind of points", "请按积分种类分别声明"))
}

/// A minimum holds for each request by itself.
pub(crate) fn minimum_per_period(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0821",
        both("a minimum holds for one request, not for a period", "最少是就一次申请而言，不按周期计"),
        span,
        both("per a period", "按周期计"),
    )
    .help(both(
        "write `at least 100 Point` alone; what must have happened before is a `need`",
        "请只写 `最少 100 积分`；此前须达到的，请写 `须`",
    ))
}

/// Nothing of the event says how many points are asked.
pub(crate) fn no_points_asked(request: &Title) -> Diagnostic {
    Diagnostic::error(
        "E0822",
        both(
            format!("no field of its event says how many points {} is asked for", en(request)),
            format!("事件里没有字段说明 {} 申请多少积分", zh(request)),
        ),
        request.span,
        both("how many?", "多少？"),
    )
    .help(both("give the event a field `points \"积分数\": points`", "请为该事件加上字段 `points \"积分数\": 积分数`"))
}

/// Two campaigns lower the price of one item at the same time.
pub(crate) fn two_lower_prices(item: &Title, one: &Title, other: &Title) -> Diagnostic {
    Diagnostic::error(
        "E0823",
        both(
            format!("{} and {} can lower the price of {} at the same time", en(one), en(other), en(item)),
            format!("{} 和 {} 可能同时降低 {} 的价格", zh(one), zh(other), zh(item)),
        ),
        one.span,
        both("one price", "一个价格"),
    )
    .mark(other.span, both("and another", "又一个价格"))
    .help(both("write `lowest price` in the catalogue or a campaign", "请在目录或活动里写 `取最低价`"))
}

/// Two requests that can answer one event.
pub(crate) fn two_requests_answer(one: &Title, other: &Title) -> Diagnostic {
    Diagnostic::error(
        "E0824",
        both(
            format!("{} and {} can both answer the same event", en(one), en(other)),
            format!("{} 和 {} 可能都受理同一事件", zh(one), zh(other)),
        ),
        one.span,
        both("answers it", "受理它"),
    )
    .mark(other.span, both("and so does this", "这里也受理"))
    .help(both("say in each with `when` which events it answers", "请各用 `当 … 时` 写明受理哪些事件"))
}

/// A transfer whose event names nobody to whom points go.
pub(crate) fn transfer_to_nobody(request: &Title) -> Diagnostic {
    Diagnostic::error(
        "E0825",
        both(
            format!("no field of its event names the customer to whom {} moves points", en(request)),
            format!("事件里没有字段说明 {} 把积分转给哪位客户", zh(request)),
        ),
        request.span,
        both("to whom?", "转给谁？"),
    )
    .help(both(
        "give the event a field of a customer: `recipient \"受让人\": customer`",
        "请为该事件加上客户字段：`recipient \"受让人\": 客户`",
    ))
}

/// A request takes what is asked; its pools are said by `take points from`.
pub(crate) fn takes_what_is_asked(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0826",
        both("a request takes the points asked, no other amount", "申请扣的就是所申请的积分，不是别的数量"),
        span,
        both("another amount", "别的数量"),
    )
    .help(both(
        "to say which pools pay, write `take points from A, B`",
        "要写明由哪些池支付，请写 `扣 积分数 自 A、B 池`",
    ))
}

/// A limit on something that its request does not have.
pub(crate) fn limit_of_nothing(span: Span, missing: &Text) -> Diagnostic {
    Diagnostic::error(
        "E0827",
        both(
            format!("this limit counts {}, and the request has none", missing.en),
            format!("这个限额按{}计，而这个申请没有", missing.zh),
        ),
        span,
        both("counts nothing", "无可计"),
    )
    .help(both(
        "limit the points that it takes or gives, `times`, or give it a rate (or the points a `worth`) for a limit in money",
        "请限制它扣或给的积分，或限制 `次`；要按金额限制，请写比率，或为积分写 `价值`",
    ))
}
