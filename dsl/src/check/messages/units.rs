//! E0401 to E0412: values of the wrong kind: units, types, conditions.

use super::{both, meant};
use crate::check::names::Names;
use crate::diagnostic::{Diagnostic, Text};
use crate::source::Span;
use crate::syntax::ast::Name;

/// A value with its place, in words.
type Shown<'a> = (Span, &'a Text);

/// A unit that is no points, currency or quantity.
pub(crate) fn unknown_unit(name: &Name, names: &Names<'_>) -> Diagnostic {
    let found = Diagnostic::error(
        "E0401",
        both(
            format!("`{}` is no unit: no points, currency or quantity has this name", name.text),
            format!("`{}` 不是单位：没有叫这个名称的积分、币种或数量单位", name.text),
        ),
        name.span,
        both("unknown unit", "未知的单位"),
    );
    let units = names.quantities.entries.iter().map(|entry| entry.node.0.text.as_str());
    meant(found, &name.text, name.span, names.points.spoken().chain(names.currencies.spoken()).chain(units)).help(both(
        "declare points with `points`, name the currency with a label in the head (`currency CNY \"元\"`), or write `use std.currency`",
        "积分请用 `积分种类` 声明；币种叫法写作开头的标签（`币种 CNY \"元\"`），或 `引用 std.currency`",
    ))
}

/// A value of another type than the place wants.
pub(crate) fn wrong_type(span: Span, wanted: &Text, given: &Text) -> Diagnostic {
    Diagnostic::error(
        "E0402",
        both(format!("{} is wanted here, and this is {}", wanted.en, given.en), format!("此处需要{}，而这里是{}", wanted.zh, given.zh)),
        span,
        both(given.en.clone(), given.zh.clone()),
    )
    .help(both(
        "write a value with the right unit: `100 CNY`, `50 Point`, `3x`, `60%`, `2 times` and `90 days` are never read as one another",
        "请写带正确单位的值：`100 元`、`50 积分`、`3倍`、`60%`、`2 次`、`90天` 互不通用",
    ))
}

/// A sum or difference of two units.
pub(crate) fn cannot_add(span: Span, left: Shown<'_>, right: Shown<'_>) -> Diagnostic {
    Diagnostic::error(
        "E0403",
        both(
            format!("{} and {} cannot be added or subtracted", left.1.en, right.1.en),
            format!("{}与{}不能相加减", left.1.zh, right.1.zh),
        ),
        span,
        both("two different units", "两种不同的单位"),
    )
    .mark(left.0, left.1.clone())
    .mark(right.0, right.1.clone())
    .help(both(
        "write both sides in one unit; a percentage of a value is `50% of amount`",
        "请让两边单位相同；某数的百分之几写 `金额 的 50%`",
    ))
}

/// A product of two units.
pub(crate) fn cannot_multiply(span: Span, left: Shown<'_>, right: Shown<'_>) -> Diagnostic {
    Diagnostic::error(
        "E0404",
        both(format!("{} times {} has no meaning", left.1.en, right.1.en), format!("{}乘以{}没有意义", left.1.zh, right.1.zh)),
        span,
        both("one side must be a number without unit", "一边应是没有单位的数"),
    )
    .mark(left.0, left.1.clone())
    .mark(right.0, right.1.clone())
    .help(both(
        "multiply by a number, a count, a percentage or a multiple; money turns into points with `1 Point per full 1 CNY of amount`",
        "请乘以数、笔数、百分比或倍数；金额折算积分写 `按 金额 每满 1 元 得 1 积分`",
    ))
}

/// A comparison of two types.
pub(crate) fn cannot_compare(span: Span, left: Shown<'_>, right: Shown<'_>) -> Diagnostic {
    Diagnostic::error(
        "E0405",
        both(
            format!("{} cannot be compared with {}", left.1.en, right.1.en),
            format!("{}不能与{}比较", left.1.zh, right.1.zh),
        ),
        span,
        both("two different kinds of value", "两种不同的值"),
    )
    .mark(left.0, left.1.clone())
    .mark(right.0, right.1.clone())
    .help(both(
        "write the same unit on both sides: `amount >= 100 CNY`, `share >= 60%`",
        "请让两边单位相同：`金额 >= 100 元`、`比例 >= 60%`",
    ))
}

/// `<` on values that are not ranked.
pub(crate) fn has_no_order(span: Span, shown: &Text) -> Diagnostic {
    Diagnostic::error(
        "E0406",
        both(format!("{} has no order, so it cannot be more or less than another", shown.en), format!("{}没有大小顺序，不能比大小", shown.zh)),
        span,
        both("not ranked", "没有顺序"),
    )
    .help(both(
        "write `is`, `is not` or `in { a, b }`; values that are ranked are declared with `tiers`: `{ standard < gold < diamond }`",
        "请写 `为`、`不为` 或 `属于 { a, b }`；有高低的值用 `等级` 声明：`{ 普卡 < 金卡 < 钻石 }`",
    ))
}

/// Arithmetic on something that is no number.
pub(crate) fn not_a_number(span: Span, shown: &Text) -> Diagnostic {
    Diagnostic::error(
        "E0407",
        both(
            format!("this is {}, and it cannot be calculated with", shown.en),
            format!("这里是{}，不能参与计算", shown.zh),
        ),
        span,
        both("no amount", "不是数量"),
    )
    .help(both("write an amount, a count or a number", "请写金额、笔数或数值"))
}

/// A condition that is not yes or no.
pub(crate) fn not_a_condition(span: Span, shown: &Text) -> Diagnostic {
    Diagnostic::error(
        "E0408",
        both(
            format!("a condition is yes or no, and this is {}", shown.en),
            format!("条件只能为是或否，而这里是{}", shown.zh),
        ),
        span,
        both("compare it with something", "请与某个值比较"),
    )
    .help(both(
        "write a comparison: `amount >= 100 CNY`, `channel is online`, `mcc in restaurants`",
        "请写比较：`金额 >= 100 元`、`渠道 为 网上`、`商户类别码 属于 餐饮`",
    ))
}

/// A value that may be unknown where it must be known.
pub(crate) fn maybe_unknown(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0409",
        both(
            "the host may leave this out, and it is not said what holds then",
            "系统可能不提供这一项，而没有写明那时怎么办",
        ),
        span,
        both("may be unknown", "可能未知"),
    )
    .help(both(
        "to skip such events: add `X is known` to the condition, before it is used",
        "跳过这类事件：先在条件里写 `X 已知`",
    ))
    .help(both("to assume a value: write `X default VALUE`", "假定一个值：写 `X 缺省 值`"))
}

/// `is known` of a value that always is.
pub(crate) fn always_known(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0410",
        both("this is always known, so the question has no point", "这一项总是已知，不必判断"),
        span,
        both("always known", "总是已知"),
    )
    .help(both("delete `is known`", "请删去 `已知`"))
}

/// `default` for a value that is always known.
pub(crate) fn needless_default(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0411",
        both("this is always known, so the default would never be used", "这一项总是已知，缺省值永远用不上"),
        span,
        both("always known", "总是已知"),
    )
    .help(both("delete `default` and the value behind it", "请删去 `缺省` 和后面的值"))
}

/// A value in a place that takes no such form.
pub(crate) fn misplaced_value(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0412",
        both("this form of value has no meaning here", "这种写法在此处没有意义"),
        span,
        both("cannot stand here", "不能写在这里"),
    )
    .help(both(
        "a set `{ a, b }` stands after `in`; `[ ... ]` and `most` stand in tests; `(a, b)` stands in a `track`; `weighted by` in `average of`",
        "集合 `{ a, b }` 写在 `属于` 之后；`[ … ]` 和 `最大` 写在测试里；`(a, b)` 写在 `累计` 里；`加权` 写在 `平均` 里",
    ))
}
