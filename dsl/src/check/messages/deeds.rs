//! E0332 to E0349: what a rule takes, grants, sets, bars, converts, and how it rounds.

use super::{both, meant, zh};
use crate::check::names::Names;
use crate::diagnostic::{Diagnostic, Text};
use crate::policy::Title;
use crate::source::Span;
use crate::syntax::ast::{Name, RequestKind};

/// `take`, `take back` or `convert` of something that is no points.
pub(crate) fn takes_no_points(span: Span, shown: &Text) -> Diagnostic {
    Diagnostic::error(
        "E0332",
        both(
            format!("only points can be taken or converted, but this is {}", shown.en),
            format!("只有积分可以扣减、收回或转换，而这里是{}", shown.zh),
        ),
        span,
        both(shown.en.clone(), shown.zh.clone()),
    )
    .help(both(
        "write an amount of points: `take 100 Point`, `take back all Point`, `convert 10 Stamp to 1 Coupon`",
        "请写积分数量：`扣 100 积分`、`收回 全部 积分`、`转换 10 印花 为 1 券`",
    ))
}

/// `grant` of something that is no benefit.
pub(crate) fn grants_no_benefit(span: Span, shown: &Text) -> Diagnostic {
    Diagnostic::error(
        "E0333",
        both(format!("`grant` gives a benefit, but this is {}", shown.en), format!("`授予` 给的是权益，而这里是{}", shown.zh)),
        span,
        both(shown.en.clone(), shown.zh.clone()),
    )
    .help(both(
        "name a declared benefit: `benefit meal_ticket { valid 3 months after grant }` and `grant meal_ticket`; points are given with `earn`",
        "请写已声明的权益：`权益 饭票 { 有效期 3个月 自 授予 起 }`，再写 `授予 饭票`；积分请用 `得`",
    ))
}

/// `grant` of a benefit that nobody declares.
pub(crate) fn unknown_benefit(name: &Name, names: &Names<'_>) -> Diagnostic {
    let found = Diagnostic::error(
        "E0334",
        both(format!("no benefit is called `{}`", name.text), format!("没有名为 `{}` 的权益", name.text)),
        name.span,
        both("not declared", "没有声明"),
    )
    .help(both(
        format!("declare it: `benefit {} {{ valid 3 months after grant }}`", name.text),
        format!("请声明：`权益 {} {{ 有效期 3个月 自 授予 起 }}`", name.text),
    ));
    let benefits = names.requests.entries.iter().filter(|entry| entry.node.kind == Some(RequestKind::Benefit));
    let spoken = benefits.flat_map(|entry| {
        std::iter::once(entry.declared.name.text.as_str())
            .chain(entry.declared.labels.iter().map(|label| label.text.as_str()))
    });
    meant(found, &name.text, name.span, spoken)
}

/// `bar` of something that is no subject.
pub(crate) fn bars_nobody(span: Span, shown: &Text) -> Diagnostic {
    Diagnostic::error(
        "E0335",
        both(
            format!("`bar` says who may ask for nothing more, but this is {}", shown.en),
            format!("`取消资格` 要写明对象，而这里是{}", shown.zh),
        ),
        span,
        both(shown.en.clone(), shown.zh.clone()),
    )
    .help(both(
        "write `bar customer`, or another subject that the event names",
        "请写 `取消资格 客户`，或事件中的其他主体",
    ))
}

/// `set` of something that is no fact.
pub(crate) fn sets_no_fact(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0336",
        both("`set` changes a fact of a subject, and this is none", "`设` 只能更改某个主体的资料，而这里不是"),
        span,
        both("no fact", "不是资料"),
    )
    .help(both(
        "write a dated fact: `set customer.choice to category from start of next month`",
        "请写分时的资料：`设 客户.自选类别 为 类别 自 下月初 起`",
    ))
}

/// `set` of a fact that has no history.
pub(crate) fn fact_not_dated(span: Span, fact: &Title) -> Diagnostic {
    Diagnostic::error(
        "E0337",
        both(
            format!("`{}` is told by the host as it is now, so a rule cannot set it from a date on", fact.name),
            format!("{} 由系统提供当前值，规则不能设定它自某日起的取值", zh(fact)),
        ),
        span,
        both("not dated", "不是分时资料"),
    )
    .mark(fact.span, both("declared without `dated`", "声明里没有 `分时`"))
    .help(both(
        format!("declare it with its history: `facts customer {{ {}: dated Category? }}`", fact.name),
        format!("请声明为分时资料：`事实 客户 {{ {}: 分时 类别? }}`", fact.name),
    ))
}

/// A conversion of points into themselves.
pub(crate) fn converts_into_itself(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0338",
        both("points are converted into other points, not into themselves", "积分要转换成另一种积分，不能转换成自身"),
        span,
        both("the same points", "同一种积分"),
    )
    .help(both(
        "declare what they become, as points or as a benefit, and write `convert 10 Stamp to 1 Coupon`",
        "请把转换的结果声明为积分种类或权益，再写 `转换 10 印花 为 1 券`",
    ))
}

/// `first` on a line of a rule.
pub(crate) fn first_outside_request(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0339",
        both(
            "`first` posts a line before the rest of a request; a rule on an event has nothing to wait for",
            "`先入账` 是在申请的其余部分之前入账；事件上的规则没有先后之分",
        ),
        span,
        both("no request here", "这里不是申请"),
    )
    .help(both(
        "write it in the `offset`, `exchange` or other request whose balance it raises, or leave `first` out",
        "请写在要增加余额的 `抵扣`、`互换` 等申请里，或删去 `先入账`",
    ))
}

/// `round` to a number of places on points.
pub(crate) fn rounds_to_places(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0340",
        both(
            "points are rounded to their own decimals, so a number of places says something else",
            "积分按自身的小数位取整，这里又写了另外的位数",
        ),
        span,
        both("other places", "另外的位数"),
    )
    .help(both(
        "leave the places out; how many decimals points have is said in their declaration: `2 decimals`",
        "请删去位数；积分有几位小数写在积分种类里：`2 位小数`",
    ))
}

/// `round ... each award` in a rule without a base.
pub(crate) fn award_without_base(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0341",
        both(
            "an award is rounded where its base is: this rule has no `earn`",
            "每笔合并取整由基础规则决定：这条规则里没有 `得`",
        ),
        span,
        both("no base here", "这里没有基础"),
    )
    .help(both(
        "write `each award` in the rule that has `earn`, or in the points; a multiple by itself is rounded `each line`",
        "请把 `每笔` 写在带 `得` 的规则或积分种类里；倍数规则自身只能 `每行` 取整",
    ))
}
