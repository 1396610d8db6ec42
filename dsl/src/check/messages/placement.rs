//! E0109 to E0129: declarations and clauses: what may stand where, how often, and names of declarations that are not there.

use super::{both, en, listed, meant, zh};
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

/// A clause in a declaration that cannot have it; `homes` are the declarations in which it may stand.
pub(crate) fn clause_misplaced(span: Span, clause: &Text, home: &Text, homes: &[Text]) -> Diagnostic {
    let (en, zh): (Vec<&str>, Vec<&str>) = homes.iter().map(|home| (home.en.as_str(), home.zh.as_str())).unzip();
    let (en, zh) = (listed(&en).en, listed(&zh).zh);
    Diagnostic::error(
        "E0110",
        both(
            format!("`{}` has no meaning in `{}`", clause.en, home.en),
            format!("`{}` 里不能写 `{}`", home.zh, clause.zh),
        ),
        span,
        both("does not belong here", "不应写在这里"),
    )
    .help(if homes.is_empty() {
        both("delete it", "请删去")
    } else {
        both(format!("write it in {en}, or delete it"), format!("请写在 {zh} 里，或删去"))
    })
}

/// A clause that may stand once stands twice.
pub(crate) fn clause_twice(span: Span, clause: &Text, first: Span) -> Diagnostic {
    Diagnostic::error(
        "E0111",
        both(format!("`{}` is said twice", clause.en), format!("`{}` 写了两次", clause.zh)),
        span,
        both("said again here", "这里又写了一次"),
    )
    .mark(first, both("said here first", "第一次写在这里"))
    .help(both("keep the one that holds and delete the other", "请保留正确的一处，删去另一处"))
}

/// A request lacks what makes it decidable; `write` is an example of it.
pub(crate) fn request_lacks(span: Span, request: &Text, write: &Text) -> Diagnostic {
    Diagnostic::error(
        "E0112",
        both(
            format!("this `{}` does not say how many points are asked for what", request.en),
            format!("这个 `{}` 没有写明用多少积分换什么", request.zh),
        ),
        span,
        both("how many points?", "多少积分？"),
    )
    .help(both(format!("write in it, for example, `{}`", write.en), format!("请在里面写，例如 `{}`", write.zh)))
}

/// Two declarations of one role have one name in one place.
pub(crate) fn declared_twice(name: &str, second: Span, first: Span) -> Diagnostic {
    Diagnostic::error(
        "E0113",
        both(format!("`{name}` is declared twice"), format!("`{name}` 声明了两次")),
        second,
        both("declared again here", "这里又声明了一次"),
    )
    .mark(first, both("declared here first", "第一次声明在这里"))
    .help(both(
        "give one of them another name, or delete the one that no longer holds",
        "请给其中一个改名，或删去不再使用的一个",
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

/// A declaration inside a campaign that belongs to the whole programme.
pub(crate) fn declaration_in_campaign(span: Span, declaration: &Text) -> Diagnostic {
    Diagnostic::error(
        "E0117",
        both(
            format!("`{}` cannot be declared inside a campaign", declaration.en),
            format!("`{}` 不能写在活动里", declaration.zh),
        ),
        span,
        both("holds for the whole programme", "对整个方案有效"),
    )
    .help(both(
        "move it out of the campaign's braces, beside the campaign or into another file of the programme",
        "请移到活动的大括号之外，或移到方案的另一个文件里",
    ))
}

/// A library's head in a file of a programme.
pub(crate) fn library_in_programme(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0119",
        both("a programme's folder holds no library", "方案的文件夹里不能放库"),
        span,
        both("head of a library", "库的开头"),
    )
    .help(both(
        "delete this line: declarations of the programme need no head in further files",
        "请删去这一行：方案的其他文件不需要开头",
    ))
}

/// Two fields or two event kinds have one JSON name.
pub(crate) fn json_twice(name: &str, second: Span, first: Span) -> Diagnostic {
    Diagnostic::error(
        "E0120",
        both(
            format!("the JSON name `{name}` is used twice, so the host's data could mean either"),
            format!("JSON 名称 `{name}` 用了两次，系统的数据分不清是哪一个"),
        ),
        second,
        both("used again here", "这里又用了一次"),
    )
    .mark(first, both("used here first", "第一次用在这里"))
    .help(both(
        format!("state another name for one of them: `json \"{name}_2\"`"),
        format!("请给其中一个另写名称：`json \"{name}_2\"`"),
    ))
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

/// Whether a code says that a name is missing: such a finding may only follow from a declaration that could not be read.
pub(crate) fn is_missing_name(code: &str) -> bool {
    const MISSING: &[&str] = &[
        "E0101", "E0104", "E0105", "E0107", "E0109", "E0115", "E0116", "E0121", "E0122", "E0123", "E0127", "E0128",
        "E0129", "E0201", "E0209", "E0311", "E0401", "E0512", "E0513", "E0607", "E0804", "E0805", "E0807", "E0901",
        "E0906", "E0909",
    ];
    MISSING.contains(&code)
}

/// No catalogue or item of that name.
pub(crate) fn unknown_item(name: &Name, names: &Names<'_>) -> Diagnostic {
    let found = Diagnostic::error(
        "E0128",
        both(
            format!("no item or catalogue is called `{}`", name.text),
            format!("没有名为 `{}` 的商品或目录", name.text),
        ),
        name.span,
        both("unknown item", "未知的商品"),
    );
    meant(found, &name.text, name.span, names.requests.spoken())
        .help(both("write the name of an item, or `every item of CATALOGUE`", "请写商品的名称，或 `目录 的 每件商品`"))
}

/// No request of that name.
pub(crate) fn unknown_request(name: &Name, names: &Names<'_>) -> Diagnostic {
    let found = Diagnostic::error(
        "E0129",
        both(
            format!("no catalogue, offset or other request is called `{}`", name.text),
            format!("没有名为 `{}` 的目录、抵扣或其他申请", name.text),
        ),
        name.span,
        both("unknown request", "未知的申请"),
    );
    meant(found, &name.text, name.span, names.requests.spoken())
        .help(both("write the name of the declaration whose use of points is settled", "请写需要结算的那个声明的名称"))
}
