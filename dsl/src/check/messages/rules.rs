//! E0311 to E0339: what a rule does: multiples, amounts, level rules, conditions that exclude each other.

use super::{both, en, zh};
use crate::diagnostic::{Diagnostic, Text};
use crate::policy::Title;
use crate::source::Span;

/// `raise` finds no rule to raise.
pub(crate) fn nothing_to_raise(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0311",
        both(
            "no rule gives base points on these events, so there is nothing to raise",
            "这些事件没有基础积分，无从加倍",
        ),
        span,
        both("raises nothing", "没有可加倍的规则"),
    )
    .help(both(
        "write a rule with `earn` on the same event kind, or name the rule to raise: `raise card_spend to 3x`",
        "请在同一事件上写一条用 `得` 的规则，或写明要加倍的规则：`将 消费积分 提高到 3倍`",
    ))
}

/// The target of `raise` gives no base points.
pub(crate) fn raises_no_base(span: Span, target: &Title) -> Diagnostic {
    Diagnostic::error(
        "E0312",
        both(format!("{} gives no points of its own that could be raised", en(target)), format!("{} 自己不给积分，不能加倍", zh(target))),
        span,
        both("no base rule", "不是基础规则"),
    )
    .mark(target.span, both("has no `earn`", "里面没有 `得`"))
    .help(both(
        "name a rule that has `earn`; several multiples on one base add their extras, or use a group with `multiply together`",
        "请写带有 `得` 的规则；同一基础上的多个倍数相加，要连乘请用 `连乘` 的组",
    ))
}

/// The target of `raise` is on other events.
pub(crate) fn never_meets(span: Span, target: &Title) -> Diagnostic {
    Diagnostic::error(
        "E0313",
        both(
            format!("{} is on other events, so this multiple would never apply", en(target)),
            format!("{} 适用于别的事件，这个倍数永远用不上", zh(target)),
        ),
        span,
        both("never meets this rule", "与这条规则不会相遇"),
    )
    .mark(target.span, both("declared here", "声明在这里"))
    .help(both(
        format!("write the event kind of {} after `on`, or raise another rule", en(target)),
        format!("请在 `适用于` 后写 {} 的事件，或加倍别的规则", zh(target)),
    ))
}

/// `raise ... to 0.5x` would lower.
pub(crate) fn multiple_below_one(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0314",
        both("`raise ... to` less than `1x` would lower the base", "`提高到` 不足 `1倍` 反而会减少基础积分"),
        span,
        both("less than 1x", "不足 1倍"),
    )
    .help(both(
        "write the multiple with the base in it, such as `raise card_spend to 1.5x`; what comes on top of the base is `raise card_spend by 0.5x`",
        "请写含基础在内的倍数，如 `将 消费积分 提高到 1.5倍`；在基础之外另给的写 `将 消费积分 另加 0.5倍`",
    ))
}

/// `earn` of something that is no points.
pub(crate) fn earns_no_points(span: Span, shown: &Text) -> Diagnostic {
    Diagnostic::error(
        "E0315",
        both(
            format!("`earn` gives points, but this is {}", shown.en),
            format!("`得` 给的是积分，而这里是{}", shown.zh),
        ),
        span,
        both(shown.en.clone(), shown.zh.clone()),
    )
    .help(both(
        "write the points: `earn 10 Point`, or `earn 1 Point per full 1 CNY of amount`",
        "请写积分：`得 10 积分`，或 `按 金额 每满 1 元 得 1 积分`",
    ))
}

/// `earn` of points that a partner keeps.
pub(crate) fn points_of_partner(span: Span, kept_by: &str) -> Diagnostic {
    Diagnostic::error(
        "E0316",
        both(
            format!("`{kept_by}` keeps these points, so a rule here cannot give them"),
            format!("这种积分由 `{kept_by}` 记账，本方案的规则不能发放"),
        ),
        span,
        both("points of a partner", "合作方的积分"),
    )
    .help(both(
        "give points of this programme, and let customers turn them over with `exchange`",
        "请发放本方案的积分，再用 `互换` 让客户兑换",
    ))
}

/// An amount that is always below zero.
pub(crate) fn earns_below_zero(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0317",
        both("this amount is always below zero", "这个数量总是负数"),
        span,
        both("below zero", "小于零"),
    )
    .help(both(
        "write what is given as a positive amount; what is taken away is `take`",
        "给出的请写正数；扣减请用 `扣`",
    ))
}

/// Two conditions of one rule exclude each other.
pub(crate) fn conditions_never_meet(one: Span, other: Span) -> Diagnostic {
    Diagnostic::error(
        "E0318",
        both(
            "these two conditions can never both hold, so the rule would never apply",
            "这两个条件不可能同时成立，规则永远用不上",
        ),
        other,
        both("excludes the other", "与另一个互斥"),
    )
    .mark(one, both("the other condition", "另一个条件"))
    .help(both(
        "all conditions of a rule must hold: join alternatives with `or` in one `when`, or write two rules",
        "一条规则的条件须全部成立：二者任一请在一个 `当` 里用 `或` 连接，或写成两条规则",
    ))
}

/// A level rule without key.
pub(crate) fn level_without_scope(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0319",
        both(
            "`keep` does not say for whom and for which period the total should hold",
            "`应有` 没有写明对谁、按什么周期计算",
        ),
        span,
        both("per what?", "每谁、每期？"),
    )
    .help(both(
        "write it first: `per customer per month keep 500 Point while ...`",
        "请写在前面：`每客户 每月 应有 500 积分 只要 …`",
    ))
}

/// A level rule that reads no measure.
pub(crate) fn level_reads_nothing(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0320",
        both("`keep` follows a running total, but this target reads none", "`应有` 要随累计变化，而这里没有用到任何累计"),
        span,
        both("the same for ever", "永远不变"),
    )
    .help(both(
        "declare a total, `track month_spend per customer per month = sum of Purchase.amount`, and write `while month_spend >= 3_000 CNY`",
        "请声明累计：`累计 月消费 每客户 每月 = 消费.金额 的 合计`，再写 `只要 月消费 >= 3_000 元`",
    ))
    .help(both("points given once per event are `earn`", "每笔事件给一次的积分请用 `得`"))
}

/// A level rule that reads its own postings.
pub(crate) fn level_reads_itself(rule: &Title) -> Diagnostic {
    Diagnostic::error(
        "E0321",
        both(
            format!("what {} gives would change what it should give", en(rule)),
            format!("{} 给出的积分又会改变它应给的积分", zh(rule)),
        ),
        rule.span,
        both("reads its own points, directly or through others", "直接或间接读到了自己的积分"),
    )
    .help(both(
        "let its total count events, or name the rules whose points it counts and leave this one out",
        "请让累计只统计事件，或写明统计哪些规则的积分并去掉这一条",
    ))
}

/// A settled level rule that does not say when it is final.
pub(crate) fn settled_without_finality(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0322",
        both("it is not said whether a late change still counts after the close", "没有写明结算之后的变动是否还算"),
        span,
        both("and after that?", "结算之后呢？"),
    )
    .help(both(
        "write one of `final`, `final 30 days after close`, `never final` behind it",
        "请在后面写 `不再调整`、`末后 30天 不再调整` 或 `随时调整` 之一",
    ))
}

/// No closing event of that name.
pub(crate) fn unknown_close(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0323",
        both("this names no moment at which a period closes", "这里没有指明哪个周期结束的时点"),
        span,
        both("when is it settled?", "何时结算？"),
    )
    .help(both(
        "write `settled at close of month` (`quarter`, `year`, `statement`) with `use std.banking`, or the name of a `moment event`",
        "请写 `结算于 月 末`（季、年、账期）并 `引用 std.banking`，或写 `时点 事件` 的名称",
    ))
}

/// Points to somebody who is no customer.
pub(crate) fn not_a_customer(span: Span, shown: &Text) -> Diagnostic {
    Diagnostic::error(
        "E0324",
        both(
            format!("points can be given to a customer only, and this is {}", shown.en),
            format!("积分只能给客户，而这里是{}", shown.zh),
        ),
        span,
        both("no customer", "不是客户"),
    )
    .help(both(
        "name a field of the event that holds a customer: `earn 500 Point to referrer`",
        "请写事件里指明客户的字段：`得 500 积分 给 推荐人`",
    ))
}

/// `for each` over something that is no list.
pub(crate) fn not_a_list(span: Span, shown: &Text) -> Diagnostic {
    Diagnostic::error(
        "E0325",
        both(
            format!("`for each` goes through a list of the event, and this is {}", shown.en),
            format!("`逐个` 用于事件里的列表，而这里是{}", shown.zh),
        ),
        span,
        both("no list", "不是列表"),
    )
    .help(both("write the name of a list field: `for each item of items`", "请写列表字段的名称：`逐个 item 于 items`"))
}

/// A rule that both earns and raises or keeps: each needs a rule of its own.
pub(crate) fn rule_does_two_things(first: Span, second: Span) -> Diagnostic {
    Diagnostic::error(
        "E0326",
        both(
            "one rule cannot give points of its own and also raise, keep or accept",
            "一条规则不能既给积分，又加倍、维持应有或审核",
        ),
        second,
        both("a second thing to do", "第二件事"),
    )
    .mark(first, both("the first", "第一件事"))
    .help(both("write two rules, one for each", "请写成两条规则"))
}

/// A rule that does nothing.
pub(crate) fn rule_does_nothing(rule: &Title) -> Diagnostic {
    Diagnostic::error(
        "E0327",
        both(format!("{} gives nothing", en(rule)), format!("{} 什么也不给", zh(rule))),
        rule.span,
        both("no `earn`, `raise` or `keep`", "没有 `得`、`提高到` 或 `应有`"),
    )
    .help(both(
        "write what it gives: `earn 1 Point per full 1 CNY of amount`, or `raise card_spend to 2x`",
        "请写它给什么：`按 金额 每满 1 元 得 1 积分`，或 `将 消费积分 提高到 2倍`",
    ))
}

/// An edge rule without events.
pub(crate) fn rule_without_kind(rule: &Title) -> Diagnostic {
    Diagnostic::error(
        "E0328",
        both(
            format!("{} does not say on which events it applies", en(rule)),
            format!("{} 没有写明适用于哪些事件", zh(rule)),
        ),
        rule.span,
        both("on what?", "适用于什么？"),
    )
    .help(both(
        format!("write `rule {} on Purchase {{ ... }}`; only rules with `keep` need no events", rule.name),
        format!("请写 `规则 {} 适用于 消费 {{ … }}`；只有用 `应有` 的规则不必写", rule.name),
    ))
}

/// Whole periods of something that has no calendar periods or no dates.
pub(crate) fn whole_periods_of_what(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0342",
        both(
            "whole periods can be counted where the rule keeps a total per calendar period and its windows are dates",
            "只有按自然周期保持总数、且窗口为日期时，才能按整期统计",
        ),
        span,
        both("which whole periods?", "哪些整期？"),
    )
    .help(both(
        "write `per customer per month keep ...` and `from D to D`, or leave `over whole periods` out",
        "请写 `每客户 每月 应有 …` 和 `自 D 至 D`，或删去 `按整期`",
    ))
}

/// Whole periods of a measure that its campaign's window narrows.
pub(crate) fn whole_periods_of_part(span: Span, measure: &Title) -> Diagnostic {
    Diagnostic::error(
        "E0343",
        both(
            format!("{} counts its campaign's window only, so it cannot give whole periods", en(measure)),
            format!("{} 只统计活动窗口内的事件，给不出整期的数", zh(measure)),
        ),
        span,
        both("a part of the period", "只是周期的一部分"),
    )
    .mark(measure.span, both("declared in the campaign", "声明在活动里"))
    .help(both("declare the `track` beside the campaign, not in it", "请把 `累计` 声明在活动之外"))
}

/// A level rule reads a field of the event that is being decided.
pub(crate) fn level_reads_event(span: Span, field: &str) -> Diagnostic {
    Diagnostic::error(
        "E0331",
        both(
            format!("what is kept cannot depend on `{field}` of the event at hand: another order of events would give other points"),
            format!("应有多少不能取决于当前事件的 `{field}`：事件的先后不同，积分就会不同"),
        ),
        span,
        both("a field of the event", "事件的字段"),
    )
    .help(both(
        "read a `track`, a balance or a fact of the customer; to count certain events only, write the condition in the `track`",
        "请读取 `累计`、余额或客户资料；只统计部分事件时，请把条件写在 `累计` 里",
    ))
}
