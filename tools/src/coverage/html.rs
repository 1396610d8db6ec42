//! Coverage as one self-contained page: a table of programmes, then every file with what no test exercises beside its line.

use super::item::{Group, Item};
use super::{Counts, Coverage};
use crate::html::escaped;
use earnest_dsl::diagnostic::Language;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// A programme on the page.
#[derive(Debug, Clone, Copy)]
pub struct Section<'a> {
    /// Path, as the reader opens it.
    pub path: &'a str,
    /// Its name or label.
    pub title: &'a str,
    /// What its tests exercise.
    pub coverage: &'a Coverage,
}

/// The page.
#[must_use]
pub fn html(sections: &[Section<'_>], language: Language) -> String {
    let say = |en: &'static str, zh: &'static str| match language {
        Language::English => en,
        Language::Chinese => zh,
    };
    let mut out = String::new();
    let title = say("Coverage of policy tests", "方案测试覆盖率");
    let lang = say("en", "zh-CN");
    // Writing to a text never fails, here and below.
    let _ = write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n"
    );
    let lead = say(
        "A rule is exercised where it posts something; a condition where it holds in one test and fails in another; a row where it is chosen; a limit where it leaves all, exactly enough and too little; a window on both sides of its edges. The number beside a line says how many tests reach it.",
        "规则：有测试使其生效；条件：既有测试使其成立，也有测试使其不成立；行：被选中；限额：有余、正好用满、超出都有测试；时间窗口：起止两侧都有事件。行旁的数字是到达该行的测试数。",
    );
    let _ = writeln!(out, "<p class=\"lead\">{lead}</p>");
    summary(&mut out, sections, language);
    for (at, section) in sections.iter().enumerate() {
        programme(&mut out, at, section, language);
    }
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

fn summary(out: &mut String, sections: &[Section<'_>], language: Language) {
    let head = |text: &str| format!("<th>{text}</th>");
    let groups: String = Group::ALL.iter().map(|group| head(group.text().get(language))).collect();
    let (programme, total) = match language {
        Language::English => ("programme", "in all"),
        Language::Chinese => ("方案", "合计"),
    };
    let _ = writeln!(
        out,
        "<table class=\"summary\">\n<thead><tr>{}{groups}{}</tr></thead>\n<tbody>",
        head(programme),
        head(total)
    );
    let mut sums: BTreeMap<Group, Counts> = BTreeMap::new();
    for (at, section) in sections.iter().enumerate() {
        let counts = section.coverage.counts();
        let cells: String = counts.values().map(|counts| cell(*counts)).collect();
        let _ = writeln!(
            out,
            "<tr><td><a href=\"#p{at}\">{}</a> <span class=\"path\">{}</span></td>{cells}{}</tr>",
            escaped(section.title),
            escaped(section.path),
            cell(section.coverage.total())
        );
        for (group, counts) in counts {
            let sum = sums.entry(group).or_default();
            *sum = sum.plus(counts);
        }
    }
    if sections.len() > 1 {
        let cells: String = sums.values().map(|counts| cell(*counts)).collect();
        let all = sums.values().fold(Counts::default(), |sum, counts| sum.plus(*counts));
        let _ = writeln!(out, "<tr class=\"total\"><td>{total}</td>{cells}{}</tr>", cell(all));
    }
    out.push_str("</tbody>\n</table>\n");
}

fn cell(counts: Counts) -> String {
    if counts.all == 0 {
        return "<td class=\"none\">–</td>".to_owned();
    }
    let percent = counts.percent();
    let class = match percent {
        100 => "full",
        80.. => "good",
        50.. => "fair",
        _ => "poor",
    };
    format!(
        "<td class=\"{class}\"><b>{percent}%</b> <span>{}/{}</span><i style=\"width:{percent}%\"></i></td>",
        counts.exercised, counts.all
    )
}

fn programme(out: &mut String, at: usize, section: &Section<'_>, language: Language) {
    let counts = section.coverage.total();
    let _ = writeln!(
        out,
        "<section id=\"p{at}\">\n<h2>{} <span class=\"path\">{}</span> <span class=\"share\">{}% ({}/{})</span></h2>",
        escaped(section.title),
        escaped(section.path),
        counts.percent(),
        counts.exercised,
        counts.all
    );
    for (path, text) in &section.coverage.files {
        let items: Vec<&Item> = section.coverage.items.iter().filter(|item| item.place.path == *path).collect();
        if items.is_empty() {
            continue;
        }
        let mut file = Counts::default();
        items.iter().for_each(|item| file.add(item.is_exercised()));
        let open = if file.exercised < file.all { " open" } else { "" };
        let _ = writeln!(
            out,
            "<details{open}><summary>{} <span class=\"share\">{}/{}</span></summary>\n<table class=\"source\">",
            escaped(path),
            file.exercised,
            file.all
        );
        lines(out, text, &items, language);
        out.push_str("</table></details>\n");
    }
    out.push_str("</section>\n");
}

fn lines(out: &mut String, text: &str, items: &[&Item], language: Language) {
    let mut by_line: BTreeMap<usize, Vec<&Item>> = BTreeMap::new();
    for item in items {
        by_line.entry(item.line).or_default().push(item);
    }
    for (number, line) in text.lines().enumerate() {
        let number = number.saturating_add(1);
        let here = by_line.get(&number).map_or(&[][..], Vec::as_slice);
        let missing: Vec<&&Item> = here.iter().filter(|item| !item.is_exercised()).collect();
        let class = match (here.len(), missing.len()) {
            (0, _) => "plain",
            (_, 0) => "hit",
            (all, missing) if all == missing => "miss",
            _ => "part",
        };
        let tests: std::collections::BTreeSet<usize> =
            here.iter().flat_map(|item| item.tests.iter().copied()).collect();
        let hits = if here.is_empty() { String::new() } else { tests.len().to_string() };
        let _ = write!(
            out,
            "<tr class=\"{class}\"><td class=\"n\">{number}</td><td class=\"h\">{hits}</td><td class=\"code\"><code>{}</code>",
            escaped(line)
        );
        if !missing.is_empty() {
            out.push_str("<ul>");
            for item in missing {
                let missing = item.aspect.missing();
                let _ = write!(out, "<li><q>{}</q> {}</li>", escaped(&item.text), missing.get(language));
            }
            out.push_str("</ul>");
        }
        out.push_str("</td></tr>\n");
    }
}

const STYLE: &str = include_str!("page.css");
