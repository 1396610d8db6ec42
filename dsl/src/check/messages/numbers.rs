//! E0413 to E0429: how large, how exact, how many decimals; steps, ranges, codes.

use super::both;
use crate::diagnostic::{Diagnostic, Text};
use crate::source::Span;
use crate::syntax::ast::{Name, Number};

/// A quotient that is used before it is rounded.
pub(crate) fn quotient_not_rounded(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0413",
        both("a quotient must be rounded before it is added or stored", "除得的商要先取整，才能相加或记录"),
        span,
        both("not rounded yet", "尚未取整"),
    )
    .help(both(
        "write how: `(X round down to 2 places)`, `round half up` or `round up`; or divide last",
        "请写明方式：`(X 向下取整 2 位小数)`、`四舍五入` 或 `向上取整`；或最后再除",
    ))
}

/// A value that could exceed 28 digits.
pub(crate) fn too_many_digits(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0414",
        both(
            "this could become larger than 28 digits, which cannot be calculated exactly",
            "结果可能超过 28 位数字，无法精确计算",
        ),
        span,
        both("too large", "过大"),
    )
    .help(both(
        "state a range for the fields in it, `amount: money from 0 CNY to 1_000_000 CNY`, or round a part of it",
        "请给其中的字段写范围：`amount: 金额 自 0 元 至 1_000_000 元`，或先把一部分取整",
    ))
}

/// Division by something that can be zero.
pub(crate) fn may_divide_by_zero(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0415",
        both("this can be zero, and nothing can be divided by zero", "这里可能为零，而零不能作除数"),
        span,
        both("can be zero", "可能为零"),
    )
    .help(both(
        "say before that it is not: `when amount > 0 CNY`; or divide by a fixed number, or by a field whose range begins above zero: `count: count from 1 to 100`",
        "请先写明它大于零：`当 金额 > 0 元 时`；或除以固定的数，或除以范围大于零的字段：`count: 笔数 自 1 至 100`",
    ))
}

/// `1.5 times`, `0.5 days`.
pub(crate) fn fraction_of_unit(number: &Number, unit: Span) -> Diagnostic {
    Diagnostic::error(
        "E0416",
        both(
            format!("`{}` is not whole, and this unit is counted in whole numbers", number.text),
            format!("`{}` 不是整数，而这个单位只能用整数", number.text),
        ),
        number.span,
        both("not a whole number", "不是整数"),
    )
    .mark(unit, both("counted in whole numbers", "只按整数计"))
    .help(both(
        "write a whole number; half a year is `6 months`, half a day `12 hours`",
        "请写整数；半年写 `6个月`，半天写 `12小时`",
    ))
}

/// A number that no calendar or counter can hold.
pub(crate) fn number_too_large(number: &Number) -> Diagnostic {
    Diagnostic::error(
        "E0417",
        both(
            format!("`{}` is too large for a length of time", number.text),
            format!("`{}` 作为时间长度过大", number.text),
        ),
        number.span,
        both("too large", "过大"),
    )
    .help(both(
        "write a shorter length; what never ends is `valid without end`",
        "请写较短的长度；永不到期写 `永久有效`",
    ))
}

/// More decimals than the currency has.
pub(crate) fn too_many_decimals(number: &Number, unit: &Name, scale: u8) -> Diagnostic {
    Diagnostic::error(
        "E0418",
        both(
            format!("`{}` has more decimals than `{}`, which has {scale}", number.text, unit.text),
            format!("`{}` 的小数位超过了 `{}` 的 {scale} 位", number.text, unit.text),
        ),
        number.span,
        both("too fine", "小数位过多"),
    )
    .mark(unit.span, both(format!("{scale} decimals"), format!("{scale} 位小数")))
    .help(both(format!("write at most {scale} decimals"), format!("请最多写 {scale} 位小数")))
}

/// `1 Star per full 5 CNY of points`.
pub(crate) fn step_of_other_unit(step: (Span, &Text), of: (Span, &Text)) -> Diagnostic {
    Diagnostic::error(
        "E0419",
        both(
            format!("the step is {}, but what is counted is {}", step.1.en, of.1.en),
            format!("步长是{}，而被计的是{}", step.1.zh, of.1.zh),
        ),
        step.0,
        step.1.clone(),
    )
    .mark(of.0, of.1.clone())
    .help(both(
        "write the step in the unit of what it divides: `per full 100 CNY of amount`",
        "步长请用被计内容的单位：`按 金额 每满 100 元 得 …`",
    ))
}

/// `per full 0 CNY`.
pub(crate) fn step_not_above_zero(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0420",
        both("a step must be above zero", "步长必须大于零"),
        span,
        both("can be zero or less", "可能为零或负数"),
    )
    .help(both(
        "write the step as a fixed amount, such as `per full 100 CNY of amount`",
        "请写固定的步长，如 `按 金额 每满 100 元 得 …`",
    ))
}

/// A money field names something that is no currency.
pub(crate) fn not_a_currency(name: &Name) -> Diagnostic {
    Diagnostic::error(
        "E0421",
        both(format!("`{}` is no currency", name.text), format!("`{}` 不是币种", name.text)),
        name.span,
        both("no currency", "不是币种"),
    )
    .help(both(
        "write a currency: `money in CNY`; a number of points is `points of Point`",
        "请写币种：`金额 单位 CNY`；积分数写 `积分数 之 Point`",
    ))
}

/// A money field of several currencies.
pub(crate) fn several_currencies(name: &Name) -> Diagnostic {
    Diagnostic::error(
        "E0422",
        both("a money field of this version holds one currency", "本版中一个金额字段只能有一个币种"),
        name.span,
        both("the first of several", "多个币种中的第一个"),
    )
    .help(both(
        "write a field for each currency: `amount: money in CNY` and `amount_mop: money in MOP`",
        "请为每个币种写一个字段：`amount: 金额 单位 CNY` 和 `amount_mop: 金额 单位 MOP`",
    ))
}

/// A code that has not four digits.
pub(crate) fn not_a_code(number: &Number) -> Diagnostic {
    Diagnostic::error(
        "E0423",
        both(format!("`{}` is no merchant category code", number.text), format!("`{}` 不是商户类别码", number.text)),
        number.span,
        both("four digits are wanted", "应为四位数字"),
    )
    .help(both("write all four digits: `0742`, `5812`", "请写满四位：`0742`、`5812`"))
}

/// A range whose end lies before its start.
pub(crate) fn range_reversed(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0424",
        both("this range ends before it begins", "范围的终点在起点之前"),
        span,
        both("turned round", "首尾颠倒"),
    )
    .help(both("write the smaller or earlier end first", "请先写较小或较早的一端"))
}

/// The ends of a field's range are not fixed.
pub(crate) fn range_not_constant(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0425",
        both("the range of a field must be fixed", "字段的范围必须是固定值"),
        span,
        both("depends on something", "取决于别的内容"),
    )
    .help(both("write two amounts: `from 0 CNY to 1_000_000 CNY`", "请写两个固定值：`自 0 元 至 1_000_000 元`"))
}

/// Something that is no length of time.
pub(crate) fn not_a_length(span: Span, shown: &Text) -> Diagnostic {
    Diagnostic::error(
        "E0426",
        both(
            format!("a length of time is wanted here, and this is {}", shown.en),
            format!("此处需要时间长度，而这里是{}", shown.zh),
        ),
        span,
        both(shown.en.clone(), shown.zh.clone()),
    )
    .help(both("write `90 days`, `3 months`, `2 years` or `12 hours`", "请写 `90天`、`3个月`、`2年` 或 `12小时`"))
}
