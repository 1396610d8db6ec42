//! E0132 to E0134: what refunds reduce.

use super::{both, zh};
use crate::diagnostic::{Diagnostic, Text};
use crate::policy::Title;
use crate::source::Span;

/// `reduces` where nothing is taken back.
pub(crate) fn reduces_outside_refund(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0132",
        both("only a refund reduces a field of the event that it takes back", "只有退款才会冲减原事件的字段"),
        span,
        both("takes nothing back", "不收回任何事件"),
    )
    .help(both(
        "write it in a refund: `refund event Refund { of: Purchase; amount: money? reduces }`, or leave `reduces` out",
        "请写在退款里：`退款 事件 Refund { of: 消费; amount: 金额? 冲减 }`，或删去 `冲减`",
    ))
}

/// A refund reduces something that is no number.
pub(crate) fn reduces_no_number(span: Span, shown: &Text) -> Diagnostic {
    Diagnostic::error(
        "E0133",
        both(
            format!("a refund leaves less of a number, and this is {}", shown.en),
            format!("退款冲减的是数量，而这里是{}", shown.zh),
        ),
        span,
        both(shown.en.clone(), shown.zh.clone()),
    )
    .help(both(
        "write `reduces` on an amount, a quantity, points or a count; without it the field only says something about the refund",
        "请把 `冲减` 写在金额、数量、积分或个数上；不写则该字段只说明退款本身",
    ))
}

/// A refund reduces a field that the original does not have.
pub(crate) fn reduces_nothing(span: Span, name: &str, original: &Title, refund: Span) -> Diagnostic {
    Diagnostic::error(
        "E0134",
        both(
            format!("`{}` has no field `{name}` of this type that a refund could reduce", original.name),
            format!("{} 没有可供冲减的同类型字段 `{name}`", zh(original)),
        ),
        span,
        both("nothing to reduce", "无可冲减"),
    )
    .mark(refund, both("takes it back", "收回它的退款"))
    .help(both("give the field the name and type of the field that becomes smaller", "请用被冲减字段的名称和类型"))
}
