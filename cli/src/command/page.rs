//! The page of a code: what it means, a policy that gives it, and the same policy mended.

use crate::arguments::Format;
use crate::session::{Ending, Failure, Session};
use earnest_dsl::diagnostic::Language;
use earnest_dsl::diagnostic::pages::{self, Page};
use serde_json::json;
use std::io::Write;

/// Whether this can only be meant as a code: a letter and four digits.
pub fn is_code(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(|letter| letter.is_ascii_alphabetic())
        && text.len() == 5
        && characters.all(|digit| digit.is_ascii_digit())
}

/// Prints the page: in the language asked for by option, else in both.
pub fn run(code: &str, format: Format, session: &Session) -> Result<Ending, Failure> {
    let code = code.to_ascii_uppercase();
    let page = pages::page(&code).ok_or_else(|| unknown(&code))?;
    let mut out = session.out();
    match format {
        Format::Json => {
            let all = json!({ "code": code, "en": page.en, "zh": page.zh, "wrong": page.wrong, "right": page.right });
            serde_json::to_writer_pretty(&mut out, &all)?;
            writeln!(out)?;
        }
        Format::Human => out.write_all(human(&code, &page, session).as_bytes())?,
    }
    out.flush()?;
    Ok(Ending::Fine)
}

fn human(code: &str, page: &Page, session: &Session) -> String {
    let languages: &[Language] = match (session.language_asked, session.language) {
        (false, _) => &[Language::English, Language::Chinese],
        (true, Language::English) => &[Language::English],
        (true, Language::Chinese) => &[Language::Chinese],
    };
    let paint = session.paint();
    let mut out = String::new();
    for language in languages {
        let text = match language {
            Language::English => page.en,
            Language::Chinese => page.zh,
        };
        let (title, rest) = text.split_once('\n').unwrap_or((text, ""));
        out.push_str(&format!("{}\n", paint.strong(&format!("{code}  {title}"))));
        for line in rest.trim().lines() {
            out.push_str(&format!("{line}\n"));
        }
        out.push('\n');
    }
    let heading = |en: &str, zh: &str| match languages {
        [Language::English] => en.to_owned(),
        [Language::Chinese] => zh.to_owned(),
        _ => format!("{en} · {zh}"),
    };
    out.push_str(&format!("{}\n{}\n", paint.error(&heading("wrong", "错误示例")), indented(page.wrong)));
    out.push_str(&format!("{}\n{}", paint.good(&heading("right", "正确示例")), indented(page.right)));
    out
}

fn indented(text: &str) -> String {
    text.lines().map(|line| if line.is_empty() { "\n".to_owned() } else { format!("    {line}\n") }).collect()
}

fn unknown(code: &str) -> Failure {
    let same_letter = code.get(..1).unwrap_or_default();
    let near: Vec<&str> = pages::codes().filter(|known| known.starts_with(same_letter)).collect();
    let (first, last) = (near.first().copied().unwrap_or_default(), near.last().copied().unwrap_or_default());
    if near.is_empty() {
        return Failure::misuse(format!("there is no code {code}"), format!("没有代码 {code}"));
    }
    Failure::misuse(
        format!("there is no code {code}; codes run from {first} to {last}"),
        format!("没有代码 {code}；代码从 {first} 到 {last}"),
    )
}
