//! A document as Markdown, for repositories and pull requests. Drawings become the tables that say the same.

use super::block::{Block, Document, Table};
use earnest_dsl::diagnostic::Language;
use std::fmt::Write as _;

/// The text.
pub(super) fn page(document: &Document) -> String {
    let mut out = format!("# {}\n\n{}\n", text(&document.title), text(&document.subtitle));
    points(&document.facts, document.language, &mut out);
    for section in &document.sections {
        let marks = "#".repeat(usize::from(section.level));
        let note = if section.note.is_empty() { String::new() } else { format!(" ({})", text(&section.note)) };
        let _ = write!(out, "\n<a id=\"{}\"></a>\n\n{marks} {}{note}\n", section.id, text(&section.title));
        for block in &section.blocks {
            self::block(block, document.language, &mut out);
        }
    }
    let _ = write!(out, "\n---\n\n{}\n", text(&document.foot));
    out
}

fn block(block: &Block, language: Language, out: &mut String) {
    match block {
        Block::Lead(told) | Block::Text(told) => {
            let _ = write!(out, "\n{}\n", text(told));
        }
        Block::Points(all) => points(all, language, out),
        Block::Table(table) => self::table(table, out),
        Block::Figure(figure) => {
            let caption = figure.caption.clone();
            self::table(&Table { caption, ..figure.table.clone() }, out);
        }
        Block::Source(source) => {
            let _ = write!(out, "\n```earn\n{}\n```\n", source.trim_end());
        }
    }
}

fn points(points: &[(String, String)], language: Language, out: &mut String) {
    if points.is_empty() {
        return;
    }
    out.push('\n');
    let colon = match language {
        Language::English => ": ",
        Language::Chinese => "：",
    };
    for (name, told) in points {
        if name.is_empty() {
            let _ = writeln!(out, "- {}", text(told));
        } else {
            let _ = writeln!(out, "- **{}**{colon}{}", text(name), text(told));
        }
    }
}

fn table(table: &Table, out: &mut String) {
    if !table.caption.is_empty() {
        let _ = write!(out, "\n*{}*\n", text(&table.caption));
    }
    let heads: Vec<String> = table.heads.iter().map(|(head, _)| cell(head)).collect();
    let rules: Vec<&str> = table.heads.iter().map(|(_, number)| if *number { "--:" } else { "---" }).collect();
    let _ = write!(out, "\n| {} |\n| {} |\n", heads.join(" | "), rules.join(" | "));
    for row in &table.rows {
        let cells: Vec<String> =
            (0..table.heads.len()).map(|at| row.get(at).map_or_else(String::new, |text| cell(text))).collect();
        let _ = writeln!(out, "| {} |", cells.join(" | "));
    }
}

fn cell(told: &str) -> String {
    text(told).replace('|', "\\|").replace('\n', "<br>")
}

/// Text in which nothing is taken for a mark, but for its words in backticks.
fn text(told: &str) -> String {
    let mut out = String::with_capacity(told.len());
    let mut code = false;
    for letter in told.chars() {
        if letter == '`' {
            code = !code;
        } else if !code && matches!(letter, '*' | '_' | '<' | '[' | ']' | '\\') {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}
