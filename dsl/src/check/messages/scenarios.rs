//! E0901 to E0919: tests and examples that cannot be run as they are written.

use super::{both, en, listed, meant, zh};
use crate::diagnostic::{Diagnostic, Text};
use crate::policy::Title;
use crate::source::Span;
use crate::syntax::ast::Name;

/// An event of a test has a field that its kind lacks.
pub(crate) fn test_field_unknown(name: &Name, kind: &Title, spoken: &[String]) -> Diagnostic {
    let found = Diagnostic::error(
        "E0901",
        both(format!("{} has no field `{}`", en(kind), name.text), format!("{} 没有字段 `{}`", zh(kind), name.text)),
        name.span,
        both("unknown field", "未知的字段"),
    );
    meant(found, &name.text, name.span, spoken.iter().map(String::as_str)).help(both(
        "write a field of the event; a fact of the customer stands in a line of its own, `c1 { vip: yes }`",
        "请写该事件的字段；客户资料另写一行：`c1 { vip: 是 }`",
    ))
}

/// An event of a test lacks a field that its kind requires.
pub(crate) fn test_field_missing(span: Span, kind: &Title, missing: &[String]) -> Diagnostic {
    let list = listed(missing);
    Diagnostic::error(
        "E0902",
        both(
            format!("this {} lacks {}, which every such event has", en(kind), list.en),
            format!("这笔 {} 缺少必有的 {}", zh(kind), list.zh),
        ),
        span,
        both("incomplete event", "事件不完整"),
    )
    .help(both(format!("add {} between the braces", list.en), format!("请在大括号里补上 {}", list.zh)))
}

/// A refusal code that nothing in the programme gives.
pub(crate) fn test_code_unknown(code: &Name, known: &[String]) -> Diagnostic {
    let found = Diagnostic::error(
        "E0903",
        both(
            format!("nothing in this programme refuses with `{}`", code.text),
            format!("本方案没有任何一处以 `{}` 拒绝", code.text),
        ),
        code.span,
        both("never given", "不会出现"),
    );
    meant(found, &code.text, code.span, known.iter().map(String::as_str)).help(both(
        "write a code that a clause names (`else refuse CODE`), or one of the usual ones, such as `outside_window` or `quota_exhausted`",
        "请写某个条款给出的代码（`否则拒绝 代码`），或常用代码，如 `outside_window`、`quota_exhausted`",
    ))
}

/// A step of a test without a moment.
pub(crate) fn test_without_time(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0904",
        both("a step of a test must say when it happens", "测试的步骤要写明何时发生"),
        span,
        both("when?", "何时？"),
    )
    .help(both(
        "write the local date and time first: `2024-10-05 18:00:00  Purchase { ... }`",
        "请先写当地日期和时间：`2024-10-05 18:00:00  消费 { … }`",
    ))
}

/// A moment that daylight saving skips.
pub(crate) fn test_time_skipped(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0905",
        both("this moment does not exist: clocks are put forward over it", "这一时刻不存在：当时钟表拨快跳过了它"),
        span,
        both("skipped", "被跳过"),
    )
    .help(both("write a time before or after the hour that is skipped", "请写跳过的那一小时之前或之后的时间"))
}

/// A line of an expectation names a rule that does not exist or cannot answer here.
pub(crate) fn test_line_unknown(name: &Name, spoken: &[String]) -> Diagnostic {
    let found = Diagnostic::error(
        "E0906",
        both(
            format!("no rule, group or pool is called `{}`", name.text),
            format!("没有名为 `{}` 的规则、组或积分池", name.text),
        ),
        name.span,
        both("no such line", "没有这一行"),
    );
    meant(found, &name.text, name.span, spoken.iter().map(String::as_str)).help(both(
        "write the name or label of the rule whose points are expected: `{ card_spend: 100 }`",
        "请写给出积分的规则的名称或标签：`{ 消费积分: 100 }`",
    ))
}

/// A row of examples has more or fewer cells than there are columns.
pub(crate) fn test_cells(row: Span, cells: usize, head: Span, columns: usize) -> Diagnostic {
    Diagnostic::error(
        "E0907",
        both(
            format!("this row has {cells} values for {columns} columns"),
            format!("这一行有 {cells} 个值，而列有 {columns} 个"),
        ),
        row,
        both(format!("{cells} values"), format!("{cells} 个值")),
    )
    .mark(head, both(format!("{columns} columns"), format!("{columns} 列")))
    .help(both("write one value per column, with commas between them", "请每列写一个值，用逗号分隔"))
}

/// An expected amount that is no points.
pub(crate) fn test_expects_no_points(span: Span, shown: &Text) -> Diagnostic {
    Diagnostic::error(
        "E0908",
        both(
            format!("points are expected here, and this is {}", shown.en),
            format!("此处应写期望的积分，而这里是{}", shown.zh),
        ),
        span,
        both(shown.en.clone(), shown.zh.clone()),
    )
    .help(both("write the points with their unit: `=> earn 188 Point`", "请写积分和单位：`=> 得 188 积分`"))
}

/// A fact of a customer that is not declared.
pub(crate) fn test_fact_unknown(name: &Name, subject: &Title, spoken: &[String]) -> Diagnostic {
    let found = Diagnostic::error(
        "E0909",
        both(
            format!("nothing is declared as `{}` of {}", name.text, en(subject)),
            format!("{} 没有声明资料项 `{}`", zh(subject), name.text),
        ),
        name.span,
        both("unknown fact", "未知的资料项"),
    );
    meant(found, &name.text, name.span, spoken.iter().map(String::as_str)).help(both(
        format!("write a declared fact, or declare it: `facts {} {{ {}: flag? }}`", subject.name, name.text),
        format!("请写已声明的资料项，或声明：`事实 {} {{ {}: 是否? }}`", subject.name, name.text),
    ))
}

/// An expectation that contradicts another of the same step: refused and earning.
pub(crate) fn test_contradiction(first: Span, second: Span) -> Diagnostic {
    Diagnostic::error(
        "E0910",
        both(
            "an event that is refused gives nothing, so these two cannot both happen",
            "被拒绝的事件什么也不给，这两项不可能同时发生",
        ),
        second,
        both("cannot happen", "不可能发生"),
    )
    .mark(first, both("together with this", "与这一项同时"))
    .help(both("keep what is meant: `refuse CODE` alone, or the points", "请保留其一：只写 `拒绝 代码`，或只写积分"))
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

/// A benefit or service that nothing grants.
pub(crate) fn test_grant_unknown(name: &Name, spoken: &[String]) -> Diagnostic {
    let found = Diagnostic::error(
        "E0914",
        both(
            format!("no benefit or service is called `{}`", name.text),
            format!("没有名为 `{}` 的权益或服务", name.text),
        ),
        name.span,
        both("no such benefit", "没有这项权益"),
    );
    meant(found, &name.text, name.span, spoken.iter().map(String::as_str)).help(both(
        "write the name of a declared benefit, or of a service that an item grants",
        "请写已声明的权益，或商品附赠的服务",
    ))
}

/// A figure that is not declared.
pub(crate) fn test_figure_unknown(name: &Name, spoken: &[String]) -> Diagnostic {
    let found = Diagnostic::error(
        "E0915",
        both(format!("no figure is called `{}`", name.text), format!("没有名为 `{}` 的指标", name.text)),
        name.span,
        both("no such figure", "没有这项指标"),
    );
    meant(found, &name.text, name.span, spoken.iter().map(String::as_str)).help(both(
        format!("declare it: `figure {} = worth of (outstanding of Point)`", name.text),
        format!("请先声明：`指标 {} = 积分 的 未用 的 价值`", name.text),
    ))
}

/// A tier that no tiers have.
pub(crate) fn test_tier_unknown(name: &Name, spoken: &[String]) -> Diagnostic {
    let found = Diagnostic::error(
        "E0916",
        both(format!("no tier is called `{}`", name.text), format!("没有名为 `{}` 的等级", name.text)),
        name.span,
        both("no such tier", "没有这个等级"),
    );
    meant(found, &name.text, name.span, spoken.iter().map(String::as_str)).help(both(
        "write a tier by the name or label of its row, or an amount with its unit",
        "请写等级行的名称或标签，或带单位的数额",
    ))
}

/// An expected value that is no amount.
pub(crate) fn test_expects_no_amount(span: Span, shown: &Text) -> Diagnostic {
    Diagnostic::error(
        "E0917",
        both(
            format!("a fixed amount is expected here, and this is {}", shown.en),
            format!("此处应写固定的数额，而这里是{}", shown.zh),
        ),
        span,
        both(shown.en.clone(), shown.zh.clone()),
    )
    .help(both("write a number with its unit: `off 1.00 CNY`", "请写数值和单位：`抵 1.00 元`"))
}
