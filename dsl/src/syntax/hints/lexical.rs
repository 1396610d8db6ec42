//! Findings of the token level: characters, texts, dates and units that are glued on.

use super::super::layout::Layout;
use super::super::lexer::{LexError, Token, TokenKind, counterpart};
use crate::diagnostic::{Diagnostic, Text};
use crate::source::{FileId, Span};

/// Sources beyond this many bytes are not read.
pub const MAX_BYTES: usize = 10_000_000;

/// The finding about a source that is too large.
pub fn too_large(length: usize, file: FileId) -> Diagnostic {
    let megabytes = length / 1_000_000;
    Diagnostic::error(
        "E0001",
        Text::new(
            format!("this file is too large: {megabytes} MB, and at most 10 MB are read"),
            format!("文件过大：{megabytes} MB，最多读取 10 MB"),
        ),
        Span::new(file, 0, 0),
        Text::new("the file begins here", "文件由此开始"),
    )
    .help(Text::new(
        "split the programme over several files of one folder, such as one campaign per file",
        "把方案拆成同一文件夹里的多个文件，例如每个活动一个文件",
    ))
}

/// Every finding of the token level, in order of place.
pub fn findings(tokens: &[Token], text: &str, file: FileId) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    // One finding tells for all such characters of a line: it may be prose.
    let mut stray_told = false;
    for (index, token) in tokens.iter().enumerate() {
        let span = Span::new(file, token.start, token.end);
        if token.kind == TokenKind::Newline {
            stray_told = false;
        } else if token.kind == TokenKind::Error(LexError::Stray) && std::mem::replace(&mut stray_told, true) {
            continue;
        }
        if let TokenKind::Error(error) = token.kind {
            let after = index.checked_sub(1).and_then(|before| tokens.get(before));
            found.push(error_finding(error, token, after, text, span));
        } else if let Some(next) = tokens.get(index.saturating_add(1)) {
            found.extend(glued(token, next, text, file));
        }
    }
    found
}

fn error_finding(error: LexError, token: &Token, before: Option<&Token>, text: &str, span: Span) -> Diagnostic {
    let slice = token.slice(text);
    match error {
        LexError::Stray => stray(slice, before, span),
        LexError::FullStop => Diagnostic::error(
            "E0005",
            Text::new("a clause does not end with `。`", "条款不以 `。` 结尾"),
            span,
            Text::new("full stop", "句号"),
        )
        .help(Text::new("end the clause with `；` or with its line", "以 `；` 结束条款，或直接换行"))
        .fix(span, "；"),
        LexError::OpenText => Diagnostic::error(
            "E0003",
            Text::new("this text has no closing quote", "这段文字缺少后引号"),
            span,
            Text::new("it begins here and goes on to the end of the line", "文字由此开始，直到行末"),
        )
        .help(Text::new("put `\"` behind the last word of the text", "在文字末尾加上 `\"`"))
        .fix(Span { start: span.end, ..span }, "\""),
        LexError::DateForm => {
            let right = token.canonical(text);
            Diagnostic::error(
                "E0007",
                Text::new(format!("a date is written `{right}`"), format!("日期应写作 `{right}`")),
                span,
                Text::new("a date in another form", "日期的写法不同"),
            )
            .help(Text::new(
                "write year, month and day with `-`, each with all its digits",
                "年月日之间用 `-`，位数写全",
            ))
            .fix(span, right)
        }
        LexError::ForeignOperator => foreign(slice, span),
    }
}

fn foreign(slice: &str, span: Span) -> Diagnostic {
    let found = Diagnostic::error(
        "E0008",
        Text::new(format!("`{slice}` is not an operator here"), format!("这里没有运算符 `{slice}`")),
        span,
        Text::new("unknown operator", "未知的运算符"),
    );
    match counterpart(slice) {
        Some(right) => {
            let (chinese, replacement) = match right {
                "and" => ("且", " and "),
                "or" => ("或", " or "),
                "not" => ("非", "not "),
                mark => (mark, mark),
            };
            found.help(Text::new(format!("write `{right}`"), format!("请写 `{chinese}`"))).fix(span, replacement)
        }
        None => found,
    }
}

fn stray(slice: &str, before: Option<&Token>, span: Span) -> Diagnostic {
    let shown = if slice.chars().all(|c| c.is_control() || c == '\u{FFFD}' || is_invisible(c)) {
        slice.chars().map(|c| format!("U+{:04X}", u32::from(c))).collect::<Vec<_>>().join(" ")
    } else {
        slice.chars().take(if slice.starts_with(['#', '＃']) { 1 } else { 20 }).collect()
    };
    let found = Diagnostic::error(
        "E0004",
        Text::new(format!("`{shown}` has no meaning in a policy"), format!("`{shown}` 在方案中没有意义")),
        span,
        Text::new("not part of the language", "不属于本语言"),
    );
    let number_before = before.is_some_and(|before| matches!(before.kind, TokenKind::Blank | TokenKind::Number));
    match slice {
        "%" | "％" if number_before => {
            found.help(Text::new("write the percent sign right behind its number: `60%`", "百分号紧跟数字：`60%`"))
        }
        _ if slice.starts_with(['#', '＃']) => {
            let mark = slice.chars().next().map_or(0, char::len_utf8);
            let mark = Span { end: span.start.saturating_add(u32::try_from(mark).unwrap_or(0)), ..span };
            found.help(Text::new("a comment begins with `//`", "注释以 `//` 开头")).fix(mark, "//")
        }
        "'" | "‘" | "’" | "`" | "「" | "」" | "『" | "』" => {
            found.help(Text::new("texts stand in double quotes: `\"...\"`", "文字用双引号：`\"...\"`")).fix(span, "\"")
        }
        "$" | "¥" | "￥" | "€" | "£" => found
            .help(Text::new("write the currency behind the amount: `10 CNY`", "币种写在金额之后：`10 CNY` 或 `10 元`")),
        _ => found.help(Text::new("take it out", "请删除")).fix(span, ""),
    }
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200C}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// A number, date or time with letters or digits right behind it: `5CNY`, `10:300`, `2024-05-011`.
fn glued(token: &Token, next: &Token, text: &str, file: FileId) -> Option<Diagnostic> {
    let number_like = matches!(
        token.kind,
        TokenKind::Number
            | TokenKind::Multiple
            | TokenKind::Percent
            | TokenKind::Ordinal
            | TokenKind::Date
            | TokenKind::Time
    );
    let letters = next.kind == TokenKind::Word && next.slice(text).starts_with(|c: char| !is_han(c));
    let digits = matches!(next.kind, TokenKind::Number | TokenKind::Multiple | TokenKind::Percent | TokenKind::Time);
    if !number_like || !(letters || digits) {
        return None;
    }
    let (left, right) = (token.slice(text), next.slice(text));
    let span = Span::new(file, token.start, next.end);
    // `10:300 CNY` was a row: the key 10, then 300.
    let apart = if token.kind == TokenKind::Time && digits {
        let (key, value) = left.split_once([':', '：'])?;
        format!("{key}: {value}{right}")
    } else {
        format!("{left} {right}")
    };
    Some(
        Diagnostic::error(
            "E0006",
            Text::new(format!("a space is missing: `{apart}`"), format!("缺少空格：`{apart}`")),
            span,
            Text::new("number and what follows it run together", "数字与其后的文字连在一起"),
        )
        .help(Text::new(
            "put a space between a number and the letters or digits behind it",
            "数字与其后的字母或数字之间要有空格",
        ))
        .fix(span, apart),
    )
}

/// `until 2024-05-31`: a day is no point in time. The grammar takes any value there, so that it is told here.
pub fn until_days(layout: &Layout) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (index, piece) in layout.pieces.iter().enumerate().filter(|(_, piece)| piece.kind == TokenKind::Date) {
        let Some(before) = index.checked_sub(1) else { continue };
        let next = index.saturating_add(1);
        let at_time = layout.pieces.get(next).is_some_and(|next| next.kind == TokenKind::Time);
        let right = match layout.word(before) {
            "until" => "to",
            // Without 前 the parser says so.
            "到" if layout.word(next) == "前" => "至",
            _ => continue,
        };
        if at_time {
            continue;
        }
        let mut to_day = layout.span(before);
        if right == "至" {
            to_day = to_day.to(layout.span(next));
        }
        let date = layout.piece_text(piece);
        let replacement = if right == "至" { format!("至 {date}") } else { right.to_owned() };
        found.push(
            Diagnostic::error(
                "E0021",
                Text::new("`until` wants a time, not a day", "`到 … 前` 之间要写时刻，不能只写日期"),
                layout.span(index),
                Text::new("is this day included or not?", "含当日还是不含？"),
            )
            .help(Text::new(
                "write `to` and the last day that counts; or write a time behind the date",
                "含末日请写 `至` 加最后一天；或在日期后写上时刻",
            ))
            .fix(to_day, replacement),
        );
    }
    found
}

/// Whether a character is a Han character: it may stand right behind a number (`3个月`).
pub fn is_han(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{2FDF}' | '\u{3005}'..='\u{3007}' | '\u{3021}'..='\u{3029}' | '\u{3038}'..='\u{303B}'
        | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::lexer::lex;

    fn found(text: &str) -> Vec<(&'static str, Option<String>)> {
        let findings = findings(&lex(text), text, FileId::default());
        findings.into_iter().map(|f| (f.code, f.fix.map(|fix| fix.replacement))).collect()
    }

    #[test]
    fn glued_units_get_their_space() {
        assert_eq!(found("earn 5CNY"), [("E0006", Some("5 CNY".to_owned()))]);
        assert_eq!(found("3个月 10元 100万积分 3倍 3x 60%"), []);
        assert_eq!(found("{ 10:300 CNY }"), [("E0006", Some("10: 300".to_owned()))]);
        assert_eq!(found("2024-05-01T10:00:00").len(), 1);
    }

    #[test]
    fn slips_have_fixes() {
        assert_eq!(found("得 1 积分。"), [("E0005", Some("；".to_owned()))]);
        assert_eq!(found("2024年5月1日"), [("E0007", Some("2024-05-01".to_owned()))]);
        assert_eq!(found("\"甲 {"), [("E0003", Some("\"".to_owned()))]);
        assert_eq!(found("a && b"), [("E0008", Some(" and ".to_owned()))]);
        assert_eq!(found("# x"), [("E0004", Some("//".to_owned()))]);
        assert_eq!(found("60 %"), [("E0004", None)]);
    }
}
