//! A document as one HTML page that needs nothing else: style and drawings stand in it, and it prints well.

use super::block::{Block, Document, Section, Table};
use crate::html::escaped;
use earnest_dsl::diagnostic::Language;
use std::fmt::Write as _;

const STYLE: &str = include_str!("page.css");

/// The page.
pub(super) fn page(document: &Document) -> String {
    let lang = match document.language {
        Language::English => "en",
        Language::Chinese => "zh-CN",
    };
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title} · {subtitle}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n<header>\n<p class=\"kind\">{subtitle}</p>\n<h1>{title}</h1>\n",
        title = escaped(&document.title),
        subtitle = escaped(&document.subtitle),
    );
    facts(&document.facts, &mut out);
    out.push_str("</header>\n");
    contents(document, &mut out);
    for section in &document.sections {
        self::section(section, &mut out);
    }
    let _ = write!(out, "<footer>{}</footer>\n</main>\n</body>\n</html>\n", text(&document.foot));
    out
}

fn facts(facts: &[(String, String)], out: &mut String) {
    if facts.is_empty() {
        return;
    }
    out.push_str("<dl class=\"facts\">\n");
    for (name, value) in facts {
        let _ = writeln!(out, "<div><dt>{}</dt><dd>{}</dd></div>", text(name), text(value));
    }
    out.push_str("</dl>\n");
}

/// Links to chapters and the sections below them.
fn contents(document: &Document, out: &mut String) {
    let title = match document.language {
        Language::English => "Contents",
        Language::Chinese => "目录",
    };
    let _ = write!(out, "<nav aria-label=\"{title}\">\n<p>{title}</p>\n<ol>\n");
    let mut open = false;
    let mut first = true;
    for section in document.sections.iter().filter(|section| section.level <= 3) {
        let link = format!("<a href=\"#{}\">{}</a>", escaped(&section.id), text(&section.title));
        if section.level == 2 {
            if !first {
                out.push_str(if open { "</span></li>\n" } else { "</li>\n" });
            }
            let _ = write!(out, "<li>{link}");
            open = false;
            first = false;
        } else {
            out.push_str(if open { " · " } else { " <span>" });
            out.push_str(&link);
            open = true;
        }
    }
    if !first {
        out.push_str(if open { "</span></li>\n" } else { "</li>\n" });
    }
    out.push_str("</ol>\n</nav>\n");
}

fn section(section: &Section, out: &mut String) {
    let Section { id, title, note, level, blocks } = section;
    let note = if note.is_empty() { String::new() } else { format!(" <small>{}</small>", text(note)) };
    let _ = writeln!(out, "<section class=\"l{level}\" id=\"{}\">", escaped(id));
    let _ = writeln!(out, "<h{level}>{}{note}</h{level}>", text(title));
    for block in blocks {
        self::block(block, out);
    }
    out.push_str("</section>\n");
}

fn block(block: &Block, out: &mut String) {
    match block {
        Block::Lead(lead) => {
            let _ = writeln!(out, "<p class=\"lead\">{}</p>", text(lead));
        }
        Block::Text(told) => {
            let _ = writeln!(out, "<p>{}</p>", text(told));
        }
        Block::Points(points) => {
            out.push_str("<dl class=\"points\">\n");
            for (name, told) in points {
                let _ = writeln!(out, "<div><dt>{}</dt><dd>{}</dd></div>", text(name), text(told));
            }
            out.push_str("</dl>\n");
        }
        Block::Table(table) => self::table(table, out),
        Block::Figure(figure) => {
            let _ = writeln!(
                out,
                "<figure>\n<figcaption>{}</figcaption>\n{}\n</figure>",
                text(&figure.caption),
                figure.svg
            );
        }
        Block::Source(source) => {
            let _ = writeln!(out, "<pre><code>{}</code></pre>", escaped(source));
        }
    }
}

fn table(table: &Table, out: &mut String) {
    let class = if table.example { " class=\"example\"" } else { "" };
    let _ = writeln!(out, "<div class=\"wide\"><table{class}>");
    if !table.caption.is_empty() {
        let _ = writeln!(out, "<caption>{}</caption>", text(&table.caption));
    }
    let right = |number: bool| if number { " class=\"n\"" } else { "" };
    if table.heads.iter().any(|(head, _)| !head.is_empty()) {
        out.push_str("<thead><tr>");
        for (head, number) in &table.heads {
            let _ = write!(out, "<th{}>{}</th>", right(*number), text(head));
        }
        out.push_str("</tr></thead>\n");
    }
    out.push_str("<tbody>\n");
    for row in &table.rows {
        out.push_str("<tr>");
        for (at, (_, number)) in table.heads.iter().enumerate() {
            let cell = row.get(at).map_or("", String::as_str);
            let _ = write!(out, "<td{}>{}</td>", right(*number), text(cell));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody></table></div>\n");
}

/// Text with its words in backticks set as code; a line end is a line end.
fn text(told: &str) -> String {
    let mut out = String::new();
    for (at, part) in told.split('`').enumerate() {
        let part = escaped(part).replace('\n', "<br>");
        if at.is_multiple_of(2) {
            out.push_str(&part);
        } else {
            let _ = write!(out, "<code>{part}</code>");
        }
    }
    out
}
