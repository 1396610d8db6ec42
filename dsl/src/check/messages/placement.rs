//! E0109 to E0129: declarations and clauses: what may stand where, how often, and names of declarations that are not there.

use super::{both, en, meant, zh};
use crate::check::names::{Names, path_text};
use crate::diagnostic::{Diagnostic, Text};
use crate::policy::Title;
use crate::source::Span;
use crate::syntax::ast::{Name, Path};

/// No event kind of that name.
pub(crate) fn unknown_kind(path: &Path, names: &Names<'_>) -> Diagnostic {
    let text = path_text(path);
    let found = Diagnostic::error(
        "E0109",
        both(format!("no event is called `{text}`"), format!("没有名为 `{text}` 的事件")),
        path.span,
        both("unknown event", "未知的事件"),
    );
    meant(found, &text, path.span, names.kinds.spoken()).help(both(
        "write `use std.banking` in the programme's head for the usual events of a bank, or declare it with `event`",
        "请在方案开头写 `引用 std.banking` 以使用银行常见事件，或用 `事件` 声明",
    ))
}

/// A clause in a declaration that cannot have it. `clause` and `declaration` are source words in both languages;
/// `belongs` says where such a clause stands.
pub(crate) fn clause_misplaced(
    span: Span,
    clause: &Text,
    head: Span,
    declaration: &Text,
    belongs: &Text,
) -> Diagnostic {
    Diagnostic::error(
        "E0110",
        both(
            format!("`{}` has no meaning in a `{}`", clause.en, declaration.en),
            format!("`{}` 里不能写 `{}`", declaration.zh, clause.zh),
        ),
        span,
        both("does not belong here", "不应写在这里"),
    )
    .mark(head, both(format!("inside this `{}`", declaration.en), format!("在这个 `{}` 之内", declaration.zh)))
    .help(both(
        format!("write `{}` in {}, or delete it", clause.en, belongs.en),
        format!("请把 `{}` 写在{}里，或删去", clause.zh, belongs.zh),
    ))
}

/// A clause that may stand once stands twice.
pub(crate) fn clause_twice(clause: &Text, first: Span, second: Span) -> Diagnostic {
    Diagnostic::error(
        "E0111",
        both(format!("`{}` is said twice", clause.en), format!("`{}` 写了两次", clause.zh)),
        second,
        both("said again here", "这里又写了一次"),
    )
    .mark(first, both("said here first", "第一次写在这里"))
    .help(both("keep the one that holds and delete the other", "请保留正确的一处，删去另一处"))
}

/// A declaration lacks a clause that it cannot do without; `write` is an example of it.
pub(crate) fn clause_missing(head: Span, declaration: &Title, clause: &Text, write: &Text) -> Diagnostic {
    Diagnostic::error(
        "E0112",
        both(
            format!("{} does not say `{}`", en(declaration), clause.en),
            format!("{} 没有写 `{}`", zh(declaration), clause.zh),
        ),
        head,
        both(format!("needs `{}`", clause.en), format!("需要 `{}`", clause.zh)),
    )
    .help(both(format!("write `{}`", write.en), format!("请写 `{}`", write.zh)))
}

/// Two declarations of one role have one name in one place. `role` says what they are.
pub(crate) fn duplicate_name(name: &Name, role: &Text, first: Span) -> Diagnostic {
    Diagnostic::error(
        "E0113",
        both(
            format!("there are two {} called `{}`", role.en, name.text),
            format!("有两个{}都叫 `{}`", role.zh, name.text),
        ),
        name.span,
        both("declared again here", "这里又声明了一次"),
    )
    .mark(first, both("declared here first", "第一次声明在这里"))
    .help(both(
        "give one of them another name, or delete the one that no longer holds",
        "请给其中一个改名，或删去不再使用的一个",
    ))
}

/// A label that two declarations share was used as a name.
pub(crate) fn label_shared(name: &Name, first: &Title, second: &Title) -> Diagnostic {
    Diagnostic::error(
        "E0114",
        both(
            format!("the label `{}` belongs to {} and to {}", name.text, en(first), en(second)),
            format!("标签 `{}` 同时属于 `{}` 和 `{}`", name.text, first.name, second.name),
        ),
        name.span,
        both("which one?", "指哪一个？"),
    )
    .mark(first.span, both("has this label", "有这个标签"))
    .mark(second.span, both("has this label too", "也有这个标签"))
    .help(both(
        format!("write {} or {} instead of the label", en(first), en(second)),
        format!("请写名称 `{}` 或 `{}`，不用标签", first.name, second.name),
    ))
}

/// No group of that name.
pub(crate) fn unknown_group(name: &Name, names: &Names<'_>) -> Diagnostic {
    let found = Diagnostic::error(
        "E0115",
        both(format!("no group is called `{}`", name.text), format!("没有名为 `{}` 的组", name.text)),
        name.span,
        both("unknown group", "未知的组"),
    );
    meant(found, &name.text, name.span, names.groups.spoken()).help(both(
        format!("declare it: `group {}: best of` (or `add up`, `first by priority`, `multiply together`)", name.text),
        format!("请声明：`组 {}：取最高`（或 `累加`、`按优先级取先`、`连乘`）", name.text),
    ))
}

/// No rule of that name.
pub(crate) fn unknown_rule(name: &Name, names: &Names<'_>) -> Diagnostic {
    let found = Diagnostic::error(
        "E0116",
        both(format!("no rule is called `{}`", name.text), format!("没有名为 `{}` 的规则", name.text)),
        name.span,
        both("unknown rule", "未知的规则"),
    );
    meant(found, &name.text, name.span, names.rules.spoken()).help(both(
        "write the name or label of a rule; a rule of another campaign is `CAMPAIGN.RULE`, and `base` means all base lines",
        "请写规则的名称或标签；其他活动的规则写 `活动.规则`，`基础` 指全部基础规则",
    ))
}

/// A declaration in a place that cannot hold it: `inside` says where it stands, `belongs` where it should.
pub(crate) fn declaration_misplaced(span: Span, declaration: &Text, inside: &Text, belongs: &Text) -> Diagnostic {
    Diagnostic::error(
        "E0117",
        both(
            format!("`{}` cannot be declared in {}", declaration.en, inside.en),
            format!("`{}` 不能写在{}里", declaration.zh, inside.zh),
        ),
        span,
        both("does not belong here", "不应写在这里"),
    )
    .help(both(format!("move it: it belongs in {}", belongs.en), format!("请移到{}里", belongs.zh)))
}

/// The same item, field, value, row or event kind is listed twice. `role` says what it is.
pub(crate) fn listed_twice(name: &Name, role: &Text, first: Span) -> Diagnostic {
    Diagnostic::error(
        "E0118",
        both(
            format!("the {} `{}` is listed twice", role.en, name.text),
            format!("{} `{}` 列了两次", role.zh, name.text),
        ),
        name.span,
        both("listed again here", "这里又列了一次"),
    )
    .mark(first, both("listed here first", "第一次列在这里"))
    .help(both("delete one of them, or correct its name", "请删去一个，或更正名称"))
}

/// No enum, tier, subject, event kind or quantity of that name.
pub(crate) fn unknown_type(path: &Path, spoken: &[String]) -> Diagnostic {
    let text = path_text(path);
    let found = Diagnostic::error(
        "E0121",
        both(format!("`{text}` is no type of value"), format!("`{text}` 不是已知的类型")),
        path.span,
        both("unknown type", "未知的类型"),
    );
    meant(found, &text, path.span, spoken.iter().map(String::as_str)).help(both(
        "write `money`, `count`, `number`, `percent`, `flag`, `date`, `text`, or the name of an enum, a subject or an event kind",
        "请写 `金额`、`笔数`、`数值`、`百分比`、`是否`、`日期`、`文本`，或枚举、主体、事件的名称",
    ))
}

/// No enum of that name to extend.
pub(crate) fn unknown_enum(path: &Path, spoken: &[String]) -> Diagnostic {
    let text = path_text(path);
    let found = Diagnostic::error(
        "E0122",
        both(format!("no list of values is called `{text}`"), format!("没有名为 `{text}` 的枚举")),
        path.span,
        both("nothing to extend", "没有可补充的枚举"),
    );
    meant(found, &text, path.span, spoken.iter().map(String::as_str)).help(both(
        format!("declare it: `enum {text} {{ ... }}`, or write the name of one that a library declares"),
        format!("请声明：`枚举 {text} {{ ... }}`，或写库中已有枚举的名称"),
    ))
}

/// No set of codes of that name.
pub(crate) fn unknown_codes(path: &Path, spoken: &[String]) -> Diagnostic {
    let text = path_text(path);
    let found = Diagnostic::error(
        "E0123",
        both(format!("no set of codes is called `{text}`"), format!("没有名为 `{text}` 的代码组")),
        path.span,
        both("unknown set of codes", "未知的代码组"),
    );
    meant(found, &text, path.span, spoken.iter().map(String::as_str)).help(both(
        format!("write codes of four digits, or declare it: `codes {text} of Mcc {{ 5812, 5813 }}`"),
        format!("请写四位代码，或声明：`代码组 {text} 之 Mcc {{ 5812, 5813 }}`"),
    ))
}

/// Values are added to an enum that is not open.
pub(crate) fn enum_is_closed(span: Span, one: &Title) -> Diagnostic {
    Diagnostic::error(
        "E0125",
        both(format!("{} takes no further values", en(one)), format!("{} 不能再加取值", zh(one))),
        span,
        both("adds values", "这里加了取值"),
    )
    .mark(one.span, both("its list is complete", "它的取值已经列全"))
    .help(both(
        format!("use the values it has, or declare it as `open enum {}`", one.name),
        format!("请用已有的取值，或声明为 `开放 枚举 {}`", one.name),
    ))
}

/// A value is added to an enum that has it.
pub(crate) fn value_known(value: &Title) -> Diagnostic {
    Diagnostic::error(
        "E0126",
        both(format!("{} is a value already", en(value)), format!("取值 {} 已经存在", zh(value))),
        value.span,
        both("added again here", "这里又加了一次"),
    )
    .help(both("delete it here: it can be used as it is", "请在此处删去：它可以直接使用"))
}

/// A default for something that is neither a fact nor an optional field.
pub(crate) fn default_of_nothing(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0127",
        both("there is no optional fact or field of this name to give a default to", "没有这个名称的可选资料项或字段，无从设缺省值"),
        span,
        both("nothing to default", "没有可设缺省的内容"),
    )
    .help(both(
        "write `fact NAME of customer = VALUE` for a fact of the customer, or `fact NAME = VALUE` for a field marked `?`",
        "客户资料请写 `事实 客户 的 名称 = 值`，带 `?` 的字段请写 `事实 名称 = 值`",
    ))
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
