//! E0601 to E0616: tracks, readings of measures, tiers by a measure.

use super::{both, en, function_zh, zh};
use crate::diagnostic::{Diagnostic, Text};
use crate::policy::Title;
use crate::source::Span;
use crate::syntax::ast::{Name, Number};

/// A measure that reads itself.
pub(crate) fn measure_of_itself(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0601",
        both("this total would count itself", "这个累计又统计了它自己"),
        span,
        both("leads back to itself", "又回到了自己"),
    )
    .help(both("let one of the totals count events instead of another total", "请让其中一个累计改为统计事件"))
}

/// A track whose value is no measure.
pub(crate) fn track_without_function(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0602",
        both("a `track` must say how it counts", "`累计` 要写明如何统计"),
        span,
        both("sum, count, highest ...?", "合计、笔数还是最高？"),
    )
    .help(both(
        "write `sum of Purchase.amount`, `count of Purchase`, `highest of`, `lowest of`, `first of`, `last of`, `distinct` or `streak of`",
        "请写 `消费.金额 的 合计`、`消费 的 笔数`，或 `最高`、`最低`、`首笔`、`末笔`、`不同`、`连续天数`",
    ))
}

/// A measure that names no event kind.
pub(crate) fn measure_of_no_kind(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0603",
        both("it is not said which events are counted", "没有写明统计哪些事件"),
        span,
        both("of which events?", "哪些事件？"),
    )
    .help(both(
        "write the event before the field, `sum of Purchase.amount`, or add `on Purchase` behind it",
        "请在字段前写事件：`消费.金额 的 合计`，或在后面写 `适用于 消费`",
    ))
}

/// `sum of Purchase`.
pub(crate) fn kind_is_no_amount(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0604",
        both("an event by itself is no amount", "事件本身不是数量"),
        span,
        both("which field of it?", "它的哪个字段？"),
    )
    .help(both(
        "write the field, `sum of Purchase.amount`, or count the events, `count of Purchase`",
        "请写字段：`消费.金额 的 合计`，或数笔数：`消费 的 笔数`",
    ))
}

/// Parts of one measure in different units.
pub(crate) fn measure_mixes(span: Span, first: &Text, other: &Text) -> Diagnostic {
    Diagnostic::error(
        "E0605",
        both(
            format!("one total cannot hold {} and {}", first.en, other.en),
            format!("一个累计不能同时含有{}和{}", first.zh, other.zh),
        ),
        span,
        other.clone(),
    )
    .help(both("write a `track` for each", "请分别写 `累计`"))
}

/// A measure per event.
pub(crate) fn measure_each_time(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0606",
        both("a total of one event only is no total", "只统计一笔的累计不成其为累计"),
        span,
        both("`each time`", "`每次`"),
    )
    .help(both(
        "write a period, `per customer per month`, or read the field of the event itself",
        "请写周期，如 `每客户 每月`，或直接读事件的字段",
    ))
}

/// `with this one` or a fold on something that is no measure.
pub(crate) fn not_a_measure(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0607",
        both("this is no total declared with `track`", "这不是用 `累计` 声明的累计"),
        span,
        both("no total", "不是累计"),
    )
    .help(both("write the name of a `track` or of tiers by a measure", "请写 `累计` 或按累计评定的 `等级` 的名称"))
}

/// An edge rule reads a measure that its own event feeds.
pub(crate) fn with_or_before(span: Span, measure: &Title) -> Diagnostic {
    Diagnostic::error(
        "E0608",
        both(
            format!("the event being decided changes {}, and it is not said whether it counts already", en(measure)),
            format!("本笔事件会改变 {}，而没有写明是否已含本笔", zh(measure)),
        ),
        span,
        both("with or without this event?", "含不含本笔？"),
    )
    .mark(measure.span, both("declared here", "声明在这里"))
    .help(both(
        format!("write `{0} with this one` or `{0} before this one`", measure.name),
        format!("请写 `{0} 含本笔` 或 `{0} 不含本笔`", measure.labels.first().unwrap_or(&measure.name)),
    ))
}

/// An edge rule reads a measure over postings with its own event.
pub(crate) fn postings_before_only(span: Span, measure: &Title) -> Diagnostic {
    Diagnostic::error(
        "E0609",
        both(
            format!("{} counts points, and those of this event are not given yet", en(measure)),
            format!("{} 统计的是积分，本笔的积分还没有给出", zh(measure)),
        ),
        span,
        both("not known yet", "尚不知道"),
    )
    .mark(measure.span, both("counts points that were given", "统计已给的积分"))
    .help(both(
        format!("write `{} before this one`, or use a rule with `keep`", measure.name),
        format!("请写 `{} 不含本笔`，或改用 `应有` 的规则", measure.name),
    ))
}

/// `m over last 3 months` without a fold.
pub(crate) fn periods_need_fold(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0610",
        both(
            "several periods have several totals, and it is not said which to take",
            "几个周期就有几个累计，没有写明取哪一个",
        ),
        span,
        both("one total per period", "每期一个累计"),
    )
    .help(both(
        "write `lowest of (m over last 3 months)`, or `highest of`, `sum of`, `average of`",
        "请写 `(m 最近 3个月) 的 最低`，或 `最高`、`合计`、`平均`",
    ))
}

/// `m over last 3 months` where m is not per month.
pub(crate) fn periods_of_other_length(span: Span, measure: &Title) -> Diagnostic {
    Diagnostic::error(
        "E0611",
        both(format!("{} is not counted by this period", en(measure)), format!("{} 不是按这种周期统计的", zh(measure))),
        span,
        both("another period", "周期不同"),
    )
    .mark(measure.span, both("declared with its period here", "它的周期声明在这里"))
    .help(both(
        "name the period of the total: months for `per month`, quarters for `per quarter`; or declare another `track`",
        "请用该累计的周期：`每月` 用月，`每季` 用季；或另声明一个 `累计`",
    ))
}

/// Too many periods to read.
pub(crate) fn too_many_periods(count: &Number) -> Diagnostic {
    Diagnostic::error(
        "E0612",
        both(format!("`{}` periods cannot be read", count.text), format!("不能读取 `{}` 个周期", count.text)),
        count.span,
        both("1 to 400", "1 到 400"),
    )
    .help(both(
        "write a whole number from 1 to 400, or count by a longer period",
        "请写 1 到 400 的整数，或改用更长的周期",
    ))
}

/// A measure that no event ever changes: points that no rule gives, or a rule that follows nothing but itself.
pub(crate) fn measure_never_fed(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0617",
        both("no event ever changes this total", "没有任何事件会改变这个累计"),
        span,
        both("stays empty for ever", "永远为空"),
    )
    .help(both(
        "let it count events, `sum of Purchase.amount`, or the points of a rule that gives them on some event",
        "请统计事件：`消费.金额 的 合计`，或统计某条在事件上给积分的规则",
    ))
}

/// `sum of X` in a rule where X is no list.
pub(crate) fn needs_track(what: &Name, span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0613",
        both(
            format!("`{}` over events must be declared before a rule can use it", what.text),
            format!("对事件的 `{}` 要先声明，规则才能使用", function_zh(&what.text)),
        ),
        span,
        both("not declared", "没有声明"),
    )
    .help(both(
        format!(
            "declare it, `track month_spend per customer per month = {} of ...`, and write its name here",
            what.text
        ),
        "请声明：`累计 月消费 每客户 每月 = 消费.金额 的 合计`，此处写它的名称",
    ))
}

/// The key of a measure is not known at the event that reads it.
pub(crate) fn key_of_measure_lacking(span: Span, measure: &Title, name: &str, kind: &Title) -> Diagnostic {
    Diagnostic::error(
        "E0614",
        both(
            format!("{} is counted per `{name}`, and {} has no such field", en(measure), en(kind)),
            format!("{} 按 `{name}` 统计，而 {} 没有这个字段", zh(measure), zh(kind)),
        ),
        span,
        both("which bucket?", "读哪一份？"),
    )
    .mark(measure.span, both(format!("counted per `{name}`"), format!("按 `{name}` 统计")))
    .help(both(
        format!("count it per customer, or use it in rules on events that have `{name}`"),
        format!("请改为按客户统计，或只在带有 `{name}` 的事件的规则里使用"),
    ))
}

/// A tier's measure that is not per customer.
pub(crate) fn tier_key_not_customer(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0615",
        both(
            "a tier belongs to a customer, and this total is counted per something else",
            "等级属于客户，而这个累计按别的对象统计",
        ),
        span,
        both("not per customer alone", "不是只按客户统计"),
    )
    .help(both(
        "declare a `track` with `per customer` and a period, and name it here",
        "请声明 `每客户` 加周期的 `累计`，并写在这里",
    ))
}

/// How long a tier is held was not understood.
pub(crate) fn hold_not_understood(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0616",
        both("it is not clear until when the tier is held", "看不出等级保留到何时"),
        span,
        both("until when?", "到何时？"),
    )
    .help(both(
        "write `held to last day of next year` or `held to last day of March of the next year`; the total needs a period, such as `per year`",
        "请写 `保级至 次年 的 末日`；累计须有周期，如 `每年`",
    ))
}

/// A level rule keeps points for a key, and reads a measure that is kept for another.
pub(crate) fn level_key_lacking(span: Span, measure: &Title, key: &str) -> Diagnostic {
    Diagnostic::error(
        "E0629",
        both(
            format!("{} is counted per `{key}`, and this rule does not keep its points per `{key}`", en(measure)),
            format!("{} 按 `{key}` 累计，而这条规则不按 `{key}` 计", zh(measure)),
        ),
        span,
        both(format!("for which `{key}`?"), format!("哪一个 `{key}`？")),
    )
    .mark(measure.span, both(format!("counted per `{key}`"), format!("按 `{key}` 累计")))
    .help(both(
        format!("write `per {key}` before `keep`, or count the measure without it"),
        format!("请在 `应有` 之前写上 `{key}`，或让累计不按它计"),
    ))
}

/// A measure that a refund cannot undo, over events that can be refunded, without a word about it.
pub(crate) fn refund_not_said(span: Span, kind: &Title) -> Diagnostic {
    Diagnostic::error(
        "E0618",
        both(
            format!("{} can be refunded, and it is not said what this total is then", en(kind)),
            format!("{} 可能退款，而没有写明退款后这个累计怎么算", zh(kind)),
        ),
        span,
        both("cannot be undone by itself", "无法自行撤回"),
    )
    .help(both(
        "write `, gross` behind it to ignore refunds, or `, remembers at most 100 events` to take the next best",
        "不管退款，请在后面写 `，不计退款`；退款后取次高，请写 `，记住最多 100 笔`",
    ))
}
