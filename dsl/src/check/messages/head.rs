//! E0201 to E0219: the programme's head, its versions, libraries and parameters.

use super::{both, en, meant, zh};
use crate::check::names::path_text;
use crate::diagnostic::{Diagnostic, Text};
use crate::policy::Title;
use crate::source::Span;
use crate::syntax::ast::{Label, Name, Path};

/// No file has a head.
pub(crate) fn no_programme(main: Span) -> Diagnostic {
    Diagnostic::error(
        "E0201",
        both("no file says which programme this is", "没有一个文件写明这是哪个方案"),
        main,
        both("no `programme` here nor in the other files", "这里和其他文件都没有 `方案`"),
    )
    .help(both(
        "write in one file: `programme NAME \"label\" { timezone Asia/Shanghai; currency CNY \"元\"; effective from 2024-01-01 }`",
        "请在一个文件里写：`方案 NAME \"名称\" { 时区 Asia/Shanghai；币种 CNY \"元\"；生效 自 2024-01-01 起 }`",
    ))
}

/// Two heads in one folder.
pub(crate) fn two_programmes(first: Span, second: Span) -> Diagnostic {
    Diagnostic::error(
        "E0202",
        both(
            "one folder holds one programme, and this one has two heads",
            "一个文件夹只放一个方案，这里有两个方案开头",
        ),
        second,
        both("a second head", "第二个开头"),
    )
    .mark(first, both("the first head", "第一个开头"))
    .help(both(
        "delete one head, or move the second programme into a folder of its own",
        "请删去一个开头，或把第二个方案移到单独的文件夹",
    ))
}

/// The head lacks zone (0), currency (1) or version (2).
pub(crate) fn head_lacks(what: u8, head: Span, span: Span) -> Diagnostic {
    let (code, message, help) = match what {
        0 => (
            "E0203",
            both("the programme does not say its time zone", "方案没有写时区"),
            both(
                "write `timezone Asia/Shanghai`: days, months and hours of all rules are those of this zone",
                "请写 `时区 Asia/Shanghai`：所有规则的日、月、时刻都按这个时区计算",
            ),
        ),
        1 => (
            "E0204",
            both("the programme does not say its currency", "方案没有写币种"),
            both("write `currency CNY \"元\"`", "请写 `币种 CNY \"元\"`"),
        ),
        _ => (
            "E0205",
            both("the programme does not say from when it is in force", "方案没有写生效日期"),
            both(
                "write `effective from 2024-01-01`; add `to 2024-12-31` if it ends (that day included)",
                "请写 `生效 自 2024-01-01 起`；有截止日的加 `至 2024-12-31`（含当日）",
            ),
        ),
    };
    Diagnostic::error(code, message, head, both("incomplete head", "开头不完整"))
        .mark(span, both("say it in here", "请写在这里面"))
        .help(help)
}

/// No such zone.
pub(crate) fn unknown_timezone(zone: &Label) -> Diagnostic {
    let found = Diagnostic::error(
        "E0206",
        both(format!("there is no time zone `{}`", zone.text), format!("没有时区 `{}`", zone.text)),
        zone.span,
        both("unknown time zone", "未知的时区"),
    );
    let usual = if zone.text.ends_with("/Beijing") || !zone.text.is_ascii() {
        vec!["Asia/Shanghai"]
    } else {
        // Zones are many and alike: only one or two wrong letters name a zone for certain.
        let near = chrono_tz::TZ_VARIANTS.iter().map(|known| known.name());
        near.filter(|known| strsim::damerau_levenshtein(known, &zone.text) <= 2).collect()
    };
    let found = match usual.first() {
        Some(meant) => found
            .help(both(
                format!("did you mean `{meant}`? it holds for all of its region"),
                format!("是否想写 `{meant}`？它适用于整个地区"),
            ))
            .fix(zone.span, *meant),
        None => found,
    };
    found.help(both(
        "write the region and city: `Asia/Shanghai`, `Asia/Hong_Kong`, `Asia/Macau`",
        "请写“地区/城市”：`Asia/Shanghai`、`Asia/Hong_Kong`、`Asia/Macau`",
    ))
}

/// A currency is named by its three letters.
pub(crate) fn not_a_currency_code(code: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0207",
        both(format!("`{code}` is no currency code"), format!("`{code}` 不是币种代码")),
        span,
        both("three capital letters are wanted", "应为三个大写字母"),
    )
    .help(both(
        "write the ISO code, with your word for it as a label: `currency CNY \"元\"`",
        "请写 ISO 代码，习惯叫法写作标签：`币种 CNY \"元\"`",
    ))
}

/// A value given from outside does not fit the parameter.
pub(crate) fn parameter_of_other_type(name: &Name, shown: &Text) -> Diagnostic {
    Diagnostic::error(
        "E0208",
        both(
            format!("the parameter `{}` takes {}, and a value of another kind was given", name.text, shown.en),
            format!("参数 `{}` 应为{}，而给了另一种值", name.text, shown.zh),
        ),
        name.span,
        both(format!("declared as {}", shown.en), format!("声明为{}", shown.zh)),
    )
    .help(both("give a value with the unit of the default that stands here", "请给出与此处缺省值同单位的值"))
}

/// A value was given for a parameter that is not declared.
pub(crate) fn unknown_parameter(name: &str, known: &[String], span: Span) -> Diagnostic {
    let found = Diagnostic::error(
        "E0209",
        both(format!("the programme has no parameter `{name}`"), format!("方案没有参数 `{name}`")),
        span,
        both("a value was given for it", "却给了它一个值"),
    );
    let found = Diagnostic { fix: None, ..meant(found, name, span, known.iter().map(String::as_str)) };
    found.help(both(
        format!("leave the value out, or declare `parameter {name} = VALUE`"),
        format!("请去掉这个值，或声明 `参数 {name} = 值`"),
    ))
}

/// Two versions are in force at one time.
pub(crate) fn versions_overlap(first: Span, first_name: &str, second: Span, second_name: &str) -> Diagnostic {
    Diagnostic::error(
        "E0210",
        both(
            format!("the versions from {first_name} and from {second_name} are in force at the same time"),
            format!("自 {first_name} 起和自 {second_name} 起的两个版本同时生效"),
        ),
        second,
        both("this one has begun", "这个版本已经开始"),
    )
    .mark(first, both("while this one goes on", "而这个版本还没有结束"))
    .help(both(
        format!("end the earlier version: `effective from {first_name} to` the day before {second_name}"),
        format!("请让较早的版本先结束：`生效 自 {first_name} 起 至` {second_name} 的前一日"),
    ))
}

/// A version's folder is named otherwise than its from-date.
pub(crate) fn version_folder_name(span: Span, folder: &str, version: &str) -> Diagnostic {
    Diagnostic::error(
        "E0211",
        both(
            format!("the folder `versions/{folder}` holds the version from {version}"),
            format!("文件夹 `versions/{folder}` 里的版本自 {version} 起生效"),
        ),
        span,
        both("in force from this date", "自这一日起生效"),
    )
    .help(both(
        format!("rename the folder to `versions/{version}`, or correct the date"),
        format!("请把文件夹改名为 `versions/{version}`，或更正日期"),
    ))
}

/// No library of that name.
pub(crate) fn unknown_library(path: &Path, known: &[String]) -> Diagnostic {
    let text = path_text(path);
    let found = Diagnostic::error(
        "E0212",
        both(format!("there is no library `{text}`"), format!("没有名为 `{text}` 的库")),
        path.span,
        both("unknown library", "未知的库"),
    );
    meant(found, &text, path.span, known.iter().map(String::as_str)).help(both(
        "write the name of a library of the standard library, such as `use std.banking, std.mcc`",
        "请写标准库的名称，如 `引用 std.banking、std.mcc`",
    ))
}

/// Something that depends on an event or a counter where a fixed value must stand.
pub(crate) fn not_constant(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0213",
        both("this value must be fixed when the policy is written", "这里的值必须在编写时就确定"),
        span,
        both("depends on an event or a counter", "取决于事件或累计"),
    )
    .help(both("write the value itself, or the name of a `parameter`", "请直接写出数值，或写 `参数` 的名称"))
}

/// Two versions of one folder carry different names.
pub(crate) fn versions_of_two_programmes(first: &Title, second: &Title) -> Diagnostic {
    Diagnostic::error(
        "E0214",
        both(
            format!("versions of one programme are called {} and {}", en(first), en(second)),
            format!("同一方案的版本叫 {} 和 {}", zh(first), zh(second)),
        ),
        second.span,
        both("another name", "名称不同"),
    )
    .mark(first.span, both("the programme's name", "方案的名称"))
    .help(both(
        format!("write `programme {}` in every version; its label may change", first.name),
        format!("请在每个版本里写 `方案 {}`；标签可以不同", first.name),
    ))
}

/// A value for a parameter that does not read as one.
pub(crate) fn parameter_unreadable(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0215",
        both(format!("the value given for `{name}` cannot be read"), format!("为 `{name}` 给出的值无法读懂")),
        span,
        both("not a value", "不是值"),
    )
    .help(both(
        "write it as in the policy: `2 Point`, `50 CNY`, `2024-10-01`",
        "请照方案里的写法：`2 积分`、`50 元`、`2024-10-01`",
    ))
}
