//! E0301 to E0309: lines that can meet, and groups that say how they combine.

use super::{both, en, zh};
use crate::diagnostic::Diagnostic;
use crate::policy::Title;
use crate::source::Span;

/// Two base lines can meet on one event and nothing says how they combine.
pub(crate) fn combination_not_stated(one: &Title, other: &Title) -> Diagnostic {
    Diagnostic::error(
        "E0301",
        both(
            format!(
                "{} and {} can both give points for one event, and the text does not say how they combine",
                en(one),
                en(other)
            ),
            format!("{} 和 {} 可能对同一笔事件都给积分，但没有写明如何合并", zh(one), zh(other)),
        ),
        other.span,
        both("this rule", "这条规则"),
    )
    .mark(one.span, both("can meet this rule", "可能与这条规则相遇"))
    .help(both(
        "to count only the larger: declare `group NAME: best of` and write `in NAME` in both",
        "只取较高者：声明 `组 NAME：取最高`，两条规则里都写 `归入 NAME`",
    ))
    .help(both(
        format!("to give both: write `adds to {}` in {}, or use a group with `add up`", one.name, en(other)),
        format!("两者都给：在 {} 里写 `叠加于 {}`，或用 `累加` 的组", zh(other), one.name),
    ))
    .help(both(
        "to keep them apart: give each a `when` that excludes the other",
        "互不重叠：给两条规则各写一个互斥的 `当 … 时`",
    ))
}

/// A member of a `multiply together` group is no multiple.
pub(crate) fn only_multiples_multiply(rule: &Title, group: &Title) -> Diagnostic {
    Diagnostic::error(
        "E0302",
        both(
            format!("{} is no multiple, so it cannot be multiplied in {}", en(rule), en(group)),
            format!("{} 不是倍数规则，不能在 {} 里连乘", zh(rule), zh(group)),
        ),
        rule.span,
        both("earns points of its own", "自己就给积分"),
    )
    .mark(group.span, both("this group multiplies its members together", "这个组把成员连乘"))
    .help(both(
        format!("write `raise BASE to 2x` in {}, or take it out of the group", en(rule)),
        format!("请在 {} 里写 `将 基础规则 提高到 2倍`，或不归入这个组", zh(rule)),
    ))
}

/// A member of a `multiply together` group has a bound or funder of its own.
pub(crate) fn multiplied_has_own(rule: &Title, group: &Title) -> Diagnostic {
    Diagnostic::error(
        "E0303",
        both(
            format!(
                "{} has a limit or a funder of its own, but {} gives one line for all its multiples",
                en(rule),
                en(group)
            ),
            format!("{} 有自己的限额或出资方，但 {} 的倍数合成一行", zh(rule), zh(group)),
        ),
        rule.span,
        both("has its own limit or funder", "有自己的限额或出资方"),
    )
    .mark(group.span, both("its multiples become one line", "组内倍数合成一行"))
    .help(both(
        "move the limit or the funding to the base rule or to the points, or use a group with `add up`",
        "请把限额或出资写到基础规则或积分种类里，或改用 `累加` 的组",
    ))
}

/// Two members of a priority group have one rank and can meet.
pub(crate) fn same_priority(one: &Title, other: &Title, group: &Title) -> Diagnostic {
    Diagnostic::error(
        "E0304",
        both(
            format!("{} and {} have the same priority in {} and can meet", en(one), en(other), en(group)),
            format!("{} 和 {} 在 {} 里优先级相同，又可能相遇", zh(one), zh(other), zh(group)),
        ),
        other.span,
        both("same priority", "优先级相同"),
    )
    .mark(one.span, both("as this rule", "与这条规则"))
    .mark(group.span, both("this group takes the first", "这个组只取第一个"))
    .help(both(
        format!("give them different numbers: `in {} priority 1` and `in {0} priority 2`", group.name),
        format!("请写不同的数字：`归入 {0} 优先级 1` 和 `归入 {0} 优先级 2`", group.name),
    ))
}

/// Two members of a best-of group may tie, and which one wins would show.
pub(crate) fn tie_shows(one: &Title, other: &Title, group: &Title) -> Diagnostic {
    Diagnostic::error(
        "E0305",
        both(
            format!("if {} and {} give the same in {}, it is not said which one counts", en(one), en(other), en(group)),
            format!("{} 和 {} 在 {} 里给得一样多时，没有写明算哪一个", zh(one), zh(other), zh(group)),
        ),
        other.span,
        both("another pool, another party pays, or another limit is used up", "积分池、出资方或占用的限额不同"),
    )
    .mark(one.span, both("can tie with it", "可能与它相等"))
    .mark(group.span, both("only one line of this group counts", "这个组只取一行"))
    .help(both(
        format!(
            "say which one counts then: `in {} priority 1` in the one and `in {0} priority 2` in the other",
            group.name
        ),
        format!("请写明相等时算哪一个：一条写 `归入 {0} 优先级 1`，另一条写 `归入 {0} 优先级 2`", group.name),
    ))
}

/// A member of a priority group without a rank.
pub(crate) fn priority_missing(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0306",
        both(
            "this group takes the first by priority, and this rule has no priority",
            "这个组按优先级取先，而这条规则没有写优先级",
        ),
        span,
        both("which place in the order?", "排在第几？"),
    )
    .help(both("write its place: `in GROUP priority 1`", "请写明次序：`归入 组 优先级 1`"))
}

/// A rank in a group that does not use ranks.
pub(crate) fn priority_needless(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0307",
        both(
            "the group does not go by priority, so the number would have no effect",
            "这个组不看优先级，写了也不起作用",
        ),
        span,
        both("has no effect", "不起作用"),
    )
    .help(both(
        "delete `priority`, or declare the group as `best of` or `first by priority`",
        "请删去 `优先级`，或把组声明为 `取最高` 或 `按优先级取先`",
    ))
}

/// Two lines of one sort under one shared bound, without an order in which they are filled.
pub(crate) fn order_not_stated(span: Span, one: &Title, other: &Title) -> Diagnostic {
    Diagnostic::error(
        "E0308",
        both(
            format!("{} and {} share this limit, and it is not said which one is filled first", en(one), en(other)),
            format!("{} 和 {} 共用这个限额，但没有写明先算哪一个", zh(one), zh(other)),
        ),
        span,
        both("who gets the room that is left?", "剩下的额度先给谁？"),
    )
    .mark(one.span, both("one that shares it", "其中一条"))
    .mark(other.span, both("another that shares it", "另一条"))
    .help(both(
        format!("name them in order: `at most ... across {}, then {}`", one.name, other.name),
        format!("请按次序写出：`最多 … 依次 {} 再 {}`", one.name, other.name),
    ))
}
