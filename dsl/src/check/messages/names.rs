//! E0101 to E0109, E0130: names in expressions that lead nowhere, or to two places.

use super::{both, en, listed, meant, zh};
use crate::check::Env;
use crate::diagnostic::{Diagnostic, Text};
use crate::policy::{Policy, Title};
use crate::source::Span;
use crate::syntax::ast::Name;

/// A name that nothing answers to.
pub(crate) fn unknown_name(name: &Name, spoken: &[String], env: &Env<'_>, policy: &Policy) -> Diagnostic {
    if let Some(split) = split_words(&name.text, spoken, policy) {
        return words_run_together(name, &split);
    }
    let kinds: Vec<&str> =
        env.kinds.iter().filter_map(|id| policy.kind(*id)).map(|kind| kind.title.name.as_str()).collect();
    let place = match kinds.as_slice() {
        [] => both(format!("`{}` is not known here", name.text), format!("此处没有名为 `{}` 的内容", name.text)),
        [kind] => both(
            format!("`{}` is no field of `{kind}`, and no measure, definition or parameter has this name", name.text),
            format!("`{kind}` 没有字段 `{0}`，也没有名为 `{0}` 的累计、定义或参数", name.text),
        ),
        several => {
            let list = listed(several);
            both(
                format!("`{}` is no field that {} have in common, and nothing else has this name", name.text, list.en),
                format!("{} 没有共同的字段 `{1}`，也没有别的内容叫 `{1}`", list.zh, name.text),
            )
        }
    };
    let found = Diagnostic::error("E0101", place, name.span, both("not known", "未知的名称"));
    let found = meant(found, &name.text, name.span, spoken.iter().map(String::as_str));
    let owner = policy.enums.iter().find(|one| one.values.iter().any(|value| answers(&value.title, &name.text)));
    match owner {
        Some(owner) => found.help(both(
            format!("`{}` is a value of {}: compare a field with it, `FIELD is {0}`", name.text, en(&owner.title)),
            format!("`{0}` 是 {1} 的取值：请与字段比较，写 `字段 为 {0}`", name.text, zh(&owner.title)),
        )),
        None => found.help(both(
            "write a field of the event, `FACT of customer` for what the host knows of the customer, or declare it with `define`, `parameter` or `track`",
            "请写事件的字段；客户资料写 `客户 的 资料项`；也可用 `定义`、`参数` 或 `累计` 先声明",
        )),
    }
}

fn answers(title: &Title, name: &str) -> bool {
    title.name == name || title.labels.iter().any(|label| label == name)
}

/// Chinese operators that a run of words may contain.
const OPERATORS: &[&str] = &["为", "不为", "属于", "不属于", "且", "或", "非", "的", "超过", "已知", "是", "否"];

/// `支付工具为信用卡` in words, where it splits in exactly one way into words that are known.
fn split_words(text: &str, spoken: &[String], policy: &Policy) -> Option<String> {
    let letters: Vec<char> = text.chars().collect();
    if letters.len() > 40 || !letters.iter().all(|letter| matches!(letter, '\u{4e00}'..='\u{9fff}')) {
        return None;
    }
    let values = policy.enums.iter().flat_map(|one| one.values.iter()).flat_map(|value| value.title.labels.iter());
    let mut words: Vec<&str> = OPERATORS.to_vec();
    words.extend(spoken.iter().map(String::as_str).chain(values.map(String::as_str)));
    words.sort_unstable();
    words.dedup();
    // `ways[n]`: the first n letters in words, and whether in one way only.
    let mut ways: Vec<Option<(String, bool)>> = vec![Some((String::new(), true))];
    for end in 1..=letters.len() {
        let mut here: Option<(String, bool)> = None;
        for start in 0..end {
            let piece: String = letters.get(start..end)?.iter().collect();
            if words.binary_search(&piece.as_str()).is_err() {
                continue;
            }
            if let Some(Some((before, single))) = ways.get(start) {
                let joined = if before.is_empty() { piece } else { format!("{before} {piece}") };
                here = match here {
                    None => Some((joined, *single)),
                    Some((first, _)) => Some((first, false)),
                };
            }
        }
        ways.push(here);
    }
    let (split, single) = ways.pop()??;
    (single && split.contains(' ')).then_some(split)
}

fn words_run_together(name: &Name, split: &str) -> Diagnostic {
    Diagnostic::error(
        "E0130",
        both(format!("`{}` reads as one word", name.text), format!("`{}` 连在一起，会被当作一个词", name.text)),
        name.span,
        both("several words without a space", "词与词之间没有空格"),
    )
    .help(both(format!("put spaces between the words: write `{split}`"), format!("请在词与词之间加空格：写 `{split}`")))
    .fix(name.span, split)
}

/// Two declarations answer to a name.
pub(crate) fn ambiguous(name: &Name, first: Span, second: Span) -> Diagnostic {
    Diagnostic::error(
        "E0102",
        both(format!("`{}` can mean two declarations", name.text), format!("`{}` 可以指两处声明", name.text)),
        name.span,
        both("which one?", "指哪一个？"),
    )
    .mark(first, both("one is declared here", "一处在这里声明"))
    .mark(second, both("the other is declared here", "另一处在这里声明"))
    .help(both(
        "write the full name, `CAMPAIGN.NAME` or `LIBRARY.NAME`, or give one of them another name or label",
        "请写全名 `活动.名称` 或 `库.名称`，或给其中一个改名、改标签",
    ))
}

/// A field that one of the rule's kinds lacks.
pub(crate) fn field_lacking(name: &str, kind: &Title, span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0103",
        both(
            format!("the rule is on {} too, which has no such field `{name}`", en(kind)),
            format!("规则也适用于 {}，而它没有同样的字段 `{name}`", zh(kind)),
        ),
        span,
        both(format!("not in {}", en(kind)), format!("{} 没有这个字段", zh(kind))),
    )
    .help(both(
        format!("write a rule of its own for {}, or use only fields that all its event kinds have", en(kind)),
        format!("请为 {} 另写一条规则，或只用各事件共有的字段", zh(kind)),
    ))
}

/// A subject has no such fact.
pub(crate) fn unknown_fact(what: &Name, subject: &Title, spoken: &[String]) -> Diagnostic {
    let found = Diagnostic::error(
        "E0104",
        both(
            format!("nothing is known as `{}` of {}", what.text, en(subject)),
            format!("{} 没有资料项 `{}`", zh(subject), what.text),
        ),
        what.span,
        both("no such fact", "没有这一资料项"),
    );
    meant(found, &what.text, what.span, spoken.iter().map(String::as_str)).help(both(
        format!("if the host can tell it, declare it: `facts {} {{ {}: flag? }}`", subject.name, what.text),
        format!("如果系统能提供，请声明：`事实 {} {{ {}: 是否? }}`", subject.name, what.text),
    ))
}

/// A subject that the event does not name.
pub(crate) fn no_such_subject(name: &Name, subject: &Title) -> Diagnostic {
    Diagnostic::error(
        "E0105",
        both(format!("no {} is at hand here", en(subject)), format!("此处不知道是哪一个{}", zh(subject))),
        name.span,
        both("the event names none", "事件里没有"),
    )
    .help(both(
        format!("use it in a rule on an event kind that has the field {}, or add the field to the kind", en(subject)),
        format!("请写在带有字段 {} 的事件的规则里，或给该事件补上这个字段", zh(subject)),
    ))
}

/// `f of X` where X has no f.
pub(crate) fn nothing_of(what: &Name, shown: &Text, span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0106",
        both(format!("there is no `{}` of {}", what.text, shown.en), format!("{}没有 `{}`", shown.zh, what.text)),
        span,
        both("cannot be read", "无法读取"),
    )
    .help(both(
        "write `of` before a customer, a card, an earlier event or another thing that has fields: `birthday of customer`",
        "`的` 前面应是客户、卡、先前的事件等带有字段的内容：`客户 的 生日`",
    ))
}

/// A field of a kind that the rule is not on.
pub(crate) fn other_kind(of: Span, span: Span, env: &Env<'_>, policy: &Policy) -> Diagnostic {
    let kinds: Vec<&str> =
        env.kinds.iter().filter_map(|id| policy.kind(*id)).map(|kind| kind.title.name.as_str()).collect();
    let found = Diagnostic::error(
        "E0107",
        both("this event kind is not the one being decided", "这不是正在处理的事件"),
        of,
        both("another event kind", "另一种事件"),
    )
    .mark(span, both("its field cannot be read here", "此处读不到它的字段"));
    let help = match kinds.as_slice() {
        [] => both(
            "no event is at hand here: a `track` may count fields of events, `track m per customer = sum of Purchase.amount`",
            "此处没有事件：可用 `累计` 统计事件的字段，如 `累计 m 每客户 = 消费.金额 的 合计`",
        ),
        kinds => {
            let list = listed(kinds);
            both(
                format!("write fields of {} alone, or count the other events with a `track`", list.en),
                format!("请只写 {} 的字段；其他事件请用 `累计` 统计", list.zh),
            )
        }
    };
    found.help(help)
}

/// A definition or a code set that contains itself.
pub(crate) fn definition_of_itself(name: &Name) -> Diagnostic {
    Diagnostic::error(
        "E0108",
        both(format!("`{}` is defined by itself", name.text), format!("`{}` 的定义里用到了它自己", name.text)),
        name.span,
        both("leads back to itself", "又回到了自己"),
    )
    .help(both("write the condition or the members out in one of them", "请在其中一处直接写出条件或成员"))
}
