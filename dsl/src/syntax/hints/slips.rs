//! Slips that authors are known to make, each told by the failing token and its neighbours.
//!
//! Every function looks for one slip and gives its finding; the order in [`find`] decides where two would fit.

use super::super::keywords::{self, Kind};
use super::super::parse::Production;
use super::Place;
use crate::diagnostic::{Diagnostic, Text};
use crate::source::Span;

/// The first slip that explains a failure, of those that are certain.
pub(super) fn find(place: &Place<'_>) -> Option<Diagnostic> {
    let slips: [fn(&Place<'_>) -> Option<Diagnostic>; 10] = [
        raise_without_to,
        arrow_in_condition,
        each_full_first,
        step_missing,
        number_with_commas,
        comma_for_semicolon,
        scope_behind,
        reserved_as_name,
        name_missing,
        trailing_condition,
    ];
    slips.iter().find_map(|slip| slip(place))
}

/// Slips that explain a failure if no word was misspelt.
pub(super) fn find_late(place: &Place<'_>) -> Option<Diagnostic> {
    row_without_colon(place).or_else(|| separator_missing(place))
}

fn one_of(word: &str, words: &[&str]) -> bool {
    words.contains(&word)
}

fn starts_with_digit(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit())
}

/// `raise card_spend 3x`: does 3x include the base or not?
fn raise_without_to(place: &Place<'_>) -> Option<Diagnostic> {
    let said = |word: &str| one_of(word, &["to", "by", "提高到", "另加", "降到"]);
    let begins = one_of(place.word(place.clause_start()), &["raise", "将"]);
    if !begins || place.clause_words().any(said) || !starts_with_digit(place.word(place.at)) {
        return None;
    }
    let factor = place.word(place.at).to_owned();
    Some(
        Diagnostic::error(
            "E0023",
            Text::new(
                format!("`{factor}` says not whether the base is included"),
                format!("`{factor}` 没有说明是否包含基础积分"),
            ),
            place.here(),
            Text::new("`to` or `by` is missing before it", "前面缺少 `提高到` 或 `另加`"),
        )
        .help(Text::new(
            format!("write `to {factor}` for a total of {factor} that includes the base, or `by {factor}` for {factor} on top of the base"),
            format!("总共 {factor}（含基础）写 `提高到 {factor}`；在基础之外再加 {factor} 写 `另加 {factor}`"),
        )),
    )
}

/// `when amount => 100 CNY`
fn arrow_in_condition(place: &Place<'_>) -> Option<Diagnostic> {
    let condition = |word: &str| {
        one_of(word, &["when", "need", "for", "while", "accept", "define", "当", "须", "仅限", "只要", "定义"])
    };
    if place.word(place.at) != "=>" || !place.clause_words().any(condition) {
        return None;
    }
    Some(
        Diagnostic::error(
            "E0022",
            Text::new("`=>` is no comparison", "`=>` 不是比较符号"),
            place.here(),
            Text::new("in a condition", "用在条件中"),
        )
        .help(Text::new("\"at least\" is written `>=`", "“不少于”写作 `>=`"))
        .fix(place.here(), ">="),
    )
}

/// `earn 1 Star per full amount`: full what? `按 金额 每满 得 1 积分` likewise.
fn step_missing(place: &Place<'_>) -> Option<Diagnostic> {
    let full = |index: usize| {
        matches!(
            (place.word(index), place.word(index.saturating_add(1))),
            ("per", "full" | "started") | ("每", "满" | "起")
        )
    };
    let start = (place.clause_start()..place.at).rev().find(|&index| full(index))?;
    let step = start.saturating_add(2);
    let named = place.word(step).starts_with(char::is_alphabetic);
    // `amount`, `items.amount`: a name and nothing else, where the step and `of` should stand.
    let chain =
        (step..place.at).all(|index| place.word(index) == "." || place.word(index).starts_with(char::is_alphabetic));
    let gives = |index: usize| one_of(place.word(index), &["earn", "keep", "reach", "得", "应有", "达到"]);
    let behind = place.at > step && named && chain && place.expected.contains(&"of");
    let at_once = place.at == step && gives(place.at);
    if !behind && !at_once {
        return None;
    }
    let of = (step..place.at).map(|index| place.word(index)).collect::<String>();
    let (en, zh) = if of.is_empty() {
        ("earn 1 Point per full 10 CNY of amount".to_owned(), "按 金额 每满 10 元 得 1 积分".to_owned())
    } else {
        (format!("per full 1 CNY of {of}"), format!("按 {of} 每满 1 元 得 1 积分"))
    };
    let span = place.span(start).to(place.span(start.saturating_add(1)));
    Some(
        Diagnostic::error(
            "E0017",
            Text::new("it is not said how much a full step is", "没有写明每满多少为一档"),
            span,
            Text::new("full what?", "每满多少？"),
        )
        .help(Text::new(format!("write the step: `{en}`"), format!("请写出每一档：`{zh}`"))),
    )
}

/// `每满 1 元 得 1 积分` without 按, or 得 before 每满 without 之.
fn each_full_first(place: &Place<'_>) -> Option<Diagnostic> {
    let start = place.clause_start();
    let full = |index: usize| {
        (place.word(index) == "每" && one_of(place.word(index.saturating_add(1)), &["满", "起"]))
            || (place.word(index) == "per" && one_of(place.word(index.saturating_add(1)), &["full", "started"]))
    };
    let first = full(start) && start <= place.at;
    let reversed = one_of(place.word(start), &["得", "应有"])
        && (start..place.at).any(full)
        && !place.clause_words().any(|word| one_of(word, &["of", "之"]));
    if !first && !reversed {
        return None;
    }
    let index = if first { start } else { (start..place.at).find(|&index| full(index)).unwrap_or(start) };
    let span = place.span(index).to(place.span(index.saturating_add(1)));
    Some(
        Diagnostic::error(
            "E0026",
            Text::new("it is not said of what each full step is counted", "没有说明按什么计算每满一档"),
            span,
            Text::new("steps of what?", "按什么每满？"),
        )
        .help(Text::new("write `earn 1 Star per full 10 CNY of amount`", "请写 `按 金额 每满 10 元 得 1 积分`")),
    )
}

/// `5,000` is two values.
fn number_with_commas(place: &Place<'_>) -> Option<Diagnostic> {
    let touch = |index: usize| place.span(index).end == place.span(index.saturating_add(1)).start;
    let groups = |comma: usize| {
        let head = comma.checked_sub(1)?;
        let (left, right) = (place.word(head), place.word(comma.saturating_add(1)));
        let fits = place.word(comma) == ","
            && left.len() <= 3
            && left.bytes().all(|byte| byte.is_ascii_digit())
            && !left.is_empty()
            && right.get(..3).is_some_and(|group| group.bytes().all(|byte| byte.is_ascii_digit()))
            && right.as_bytes().get(3).is_none_or(|&byte| byte == b'.');
        (fits && touch(head) && touch(comma)).then_some(head)
    };
    let commas = [place.at.checked_sub(2), place.at.checked_sub(1), Some(place.at)];
    let head = commas.into_iter().flatten().find_map(groups)?;
    let mut last = head;
    while groups(last.saturating_add(1)).is_some() {
        last = last.saturating_add(2);
    }
    let words: Vec<&str> = (head..=last).step_by(2).map(|index| place.word(index)).collect();
    let right = words.join("_");
    let span = place.span(head).to(place.span(last));
    Some(
        Diagnostic::error(
            "E0030",
            Text::new(
                format!("`{}` is read as {} numbers", words.join(","), words.len()),
                format!("`{}` 被当作 {} 个数", words.join(","), words.len()),
            ),
            span,
            Text::new("a comma separates values", "逗号用来分隔不同的值"),
        )
        .help(Text::new(format!("write `{right}`"), format!("请写 `{right}`")))
        .fix(span, right),
    )
}

/// Whether a clause begins at a token: a keyword that begins clauses and nothing else that could go on there.
fn begins_clause(place: &Place<'_>, index: usize) -> bool {
    let word = place.word(index);
    let full = one_of(place.word(index.saturating_add(1)), &["full", "started", "满", "起"]);
    (place.keyword(&[Kind::Clause], index).is_some()
        || place.keyword(&[Kind::Declaration], index).is_some_and(|_| index > place.clause_start()))
        && !(one_of(word, &["per", "每"]) && full)
}

fn reads_clauses(place: &Place<'_>) -> bool {
    matches!(place.production, Production::Clause | Production::Declaration)
}

/// `when instrument is credit_card, earn 1 Star`: clauses are separated by `;`.
fn comma_for_semicolon(place: &Place<'_>) -> Option<Diagnostic> {
    let comma = [place.at.checked_sub(1), Some(place.at)]
        .into_iter()
        .flatten()
        .find(|&index| place.word(index) == "," && begins_clause(place, index.saturating_add(1)))?;
    if !reads_clauses(place) || comma <= place.clause_start() {
        return None;
    }
    let next = place.word(comma.saturating_add(1)).to_owned();
    let span = place.span(comma);
    Some(
        Diagnostic::error(
            "E0024",
            Text::new(
                format!("a new clause begins at `{next}`, but a comma does not end the one before"),
                format!("`{next}` 开始了新的条款，而逗号不能结束上一条款"),
            ),
            span,
            Text::new("comma between two clauses", "两个条款之间用了逗号"),
        )
        .help(Text::new("end the clause with `;` or with its line", "请用 `；` 或换行结束条款"))
        .fix(span, if is_chinese(&next) { "；" } else { ";" }),
    )
}

fn is_chinese(word: &str) -> bool {
    !word.is_ascii()
}

/// `at most 5_000 Star per customer per month`: the scope comes first.
fn scope_behind(place: &Place<'_>) -> Option<Diagnostic> {
    let scope = |index: usize| {
        let next = place.word(index.saturating_add(1));
        (one_of(place.word(index), &["per", "每"]) && !one_of(next, &["full", "started", "满", "起"]))
            || (place.word(index) == "in" && next == "all")
            || (place.word(index) == "each" && next == "time")
            || place.word(index) == "总共"
    };
    let at = [Some(place.at), place.at.checked_sub(1)].into_iter().flatten().find(|&index| scope(index))?;
    let start = place.clause_start();
    if at <= start || !reads_clauses(place) {
        return None;
    }
    let each = place.word(at.saturating_add(1));
    let shown = if place.word(at) == "每" { format!("每{each}") } else { format!("{} {each}", place.word(at)) };
    let bound = (start..at).find(|&index| {
        one_of(place.word(index), &["最多", "最少", "一次", "once", "预算", "budget"])
            || (place.word(index) == "at" && one_of(place.word(index.saturating_add(1)), &["most", "least"]))
    });
    let span = place.span(at);
    Some(match bound {
        Some(bound) => Diagnostic::error(
            "E0025",
            Text::new(format!("`{shown}` stands behind its bound"), format!("`{shown}` 写在了限额之后")),
            span,
            Text::new("the scope comes first", "范围应写在前面"),
        )
        .mark(place.span(bound), Text::new("the bound begins here", "限额由此开始"))
        .help(Text::new(
            "write the scope before the bound: `per customer per month at most 5_000 Star`",
            "范围写在限额之前：`每客户 每月 最多 5_000 积分`",
        )),
        None => {
            let gap = Span { end: span.start, ..span };
            Diagnostic::error(
                "E0028",
                Text::new(format!("a new clause begins at `{shown}`"), format!("`{shown}` 开始了新的条款")),
                span,
                Text::new("a separator is missing before it", "前面缺少分隔"),
            )
            .help(Text::new(
                format!("put `;` before `{shown}`, or begin a new line"),
                format!("请在 `{shown}` 之前加 `；` 或换行"),
            ))
            .fix(gap, if is_chinese(&shown) { "；" } else { "; " })
        }
    })
}

/// Whether a token is the keyword before a name that is declared, at the head of its clause.
fn declares(place: &Place<'_>, before_name: usize) -> bool {
    let start = place.clause_start();
    let declaration = place.keyword(&[Kind::Declaration], start).map(|(_, length)| start.saturating_add(length));
    let clause = one_of(place.word(start), &["item", "pool", "商品", "积分池"]).then(|| start.saturating_add(1));
    let unnamed = one_of(
        place.word(start),
        &["refunds", "退款", "settle", "结算", "test", "测试", "examples", "样例", "on", "生效时"],
    );
    !unnamed && (declaration == Some(before_name) || clause == Some(before_name))
}

/// `rule when "促销" on Purchase`: an operator cannot be a name.
fn reserved_as_name(place: &Place<'_>) -> Option<Diagnostic> {
    let word = place.word(place.at);
    if !keywords::is_reserved(word) || !declares(place, place.at) || one_of(word, &["on"]) {
        return None;
    }
    Some(
        Diagnostic::error(
            "E0019",
            Text::new(format!("`{word}` cannot be a name"), format!("`{word}` 不能用作名称")),
            place.here(),
            Text::new("a word of the language", "语言的保留词"),
        )
        .help(Text::new(
            format!("choose another name, such as `{word}_1`; the label behind it may be any text"),
            format!("请换一个名称，例如 `{word}_1`；其后的标签可以是任意文字"),
        )),
    )
}

/// `rule on Purchase {`, `rule "消费" on Purchase {`: counters and explanations need a name.
fn name_missing(place: &Place<'_>) -> Option<Diagnostic> {
    let at = [Some(place.at), place.at.checked_sub(1)].into_iter().flatten().find(|&index| declares(place, index))?;
    let word = place.word(at);
    let no_name = word.starts_with('"') || one_of(word, &["{", ":", "=", "on", "适用于"]) || starts_with_digit(word);
    let taken_for_name = at < place.at && one_of(word, &["on", "适用于"]);
    if !(no_name && (at == place.at || taken_for_name)) {
        return None;
    }
    let keyword = place.word(at.saturating_sub(1)).to_owned();
    let gap =
        Span { start: place.span(at.saturating_sub(1)).end, end: place.span(at.saturating_sub(1)).end, ..place.here() };
    Some(
        Diagnostic::error(
            "E0018",
            Text::new(format!("`{keyword}` needs a name"), format!("`{keyword}` 缺少名称")),
            gap,
            Text::new("the name belongs here", "名称应写在这里"),
        )
        .help(Text::new(
            "write a name of letters, digits and `_` behind it, then the label in quotes: `rule card_spend \"消费积分\" on Purchase`",
            "先写由文字、数字和 `_` 组成的名称，再写引号中的标签：`规则 card_spend \"消费积分\" 适用于 消费`",
        )),
    )
}

/// `4_500 Star when tier is platinum` where no condition may follow.
fn trailing_condition(place: &Place<'_>) -> Option<Diagnostic> {
    let word = place.word(place.at);
    if !one_of(word, &["when", "当", "if", "如果"]) || place.at == place.clause_start() {
        return None;
    }
    Some(
        Diagnostic::error(
            "E0029",
            Text::new(format!("no condition can follow here: `{word}`"), format!("这里不能再接条件：`{word}`")),
            place.here(),
            Text::new("only `earn`, `grant` and `off` take a condition behind them", "只有 `得`、`授予`、`抵` 之后可以接条件"),
        )
        .help(Text::new(
            "write a clause `when ...` of its own, or a table: `customer.tier { platinum: 4_500 Star, otherwise: 5_000 Star }`",
            "请另写一条 `当 … 时`，或写成表：`卡等级 { 白金卡: 4_500 积分，其余: 5_000 积分 }`",
        )),
    )
}

/// `{ gold 2 Point }`: the `:` between key and value is missing.
fn row_without_colon(place: &Place<'_>) -> Option<Diagnostic> {
    let colon_wanted = place.expected.iter().any(|role| one_of(role, &["colon", ":"]));
    let start = place.clause_start();
    let inside_block = start.checked_sub(1).is_some_and(|before| place.word(before) == "{")
        || place.clause_words().any(|word| word == ",");
    if !colon_wanted || !inside_block || place.at == start || place.is_end(place.at) {
        return None;
    }
    Some(
        Diagnostic::error(
            "E0032",
            Text::new("`:` is missing between key and value", "键与值之间缺少 `：`"),
            place.gap(),
            Text::new("`:` belongs here", "此处应有 `：`"),
        )
        .help(Text::new("write a row as `gold: 2 Point`", "每行写作 `金卡: 2 积分`"))
        .fix(place.gap(), ":"),
    )
}

/// Two clauses on one line without `;`.
fn separator_missing(place: &Place<'_>) -> Option<Diagnostic> {
    if !reads_clauses(place) || place.at <= place.clause_start() || !begins_clause(place, place.at) {
        return None;
    }
    let word = place.word(place.at).to_owned();
    let gap = Span { end: place.here().start, ..place.here() };
    Some(
        Diagnostic::error(
            "E0028",
            Text::new(format!("a new clause begins at `{word}`"), format!("`{word}` 开始了新的条款")),
            place.here(),
            Text::new("a separator is missing before it", "前面缺少分隔"),
        )
        .help(Text::new(
            format!("put `;` before `{word}`, or begin a new line"),
            format!("请在 `{word}` 之前加 `；` 或换行"),
        ))
        .fix(gap, if is_chinese(&word) { "；" } else { "; " }),
    )
}
