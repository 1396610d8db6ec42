//! For a pull request.

use super::words::{self, Heading, heading, pick};
use crate::impact::{Effect, Report};
use earnest_dsl::diagnostic::Language;
use earnest_dsl::diff::Sort;
use std::fmt::Write as _;

/// The comparison as Markdown.
#[must_use]
pub fn markdown(report: &Report, language: Language) -> String {
    let mut out = String::new();
    // Writing to a text never fails, here and below.
    let _ = writeln!(out, "## {}\n", safe(&words::programme(report, language)));
    let _ = writeln!(out, "| | |\n|---|---|");
    let _ = writeln!(out, "| − | {} |", safe(&words::version(&report.old, language)));
    let _ = writeln!(out, "| + | {} |", safe(&words::version(&report.new, language)));
    let _ = writeln!(out, "\n**{}**", safe(&words::verdict(report, language)));
    if !report.changes.is_empty() {
        let _ = writeln!(out, "\n### {}\n", heading(Heading::Changes, language));
        for change in &report.changes {
            if let (Sort::Parameter, [only]) = (change.sort, change.details.as_slice()) {
                let (title, text) = (words::change_title(change, language), only.text.get(language));
                let colon = pick(language, ": ", "：");
                let _ = writeln!(out, "- ~ {}{colon}{}", safe(&title), safe(text));
                continue;
            }
            let place = change.new_place.as_ref().or(change.old_place.as_ref());
            let place = place.map(|place| format!(" `{place}`")).unwrap_or_default();
            let (sign, title) = (words::sign(change.happened), words::change_title(change, language));
            let _ = writeln!(out, "- {sign} **{}**{place}", safe(&title));
            for detail in &change.details {
                let _ = writeln!(out, "  - {}", safe(&words::detail(detail, language)));
            }
        }
    }
    if !report.effects.is_empty() {
        let _ = writeln!(out, "\n### {}\n", heading(Heading::Effects, language));
        summary(report, language, &mut out);
        for (at, one) in report.effects.iter().enumerate() {
            effect(report, at.saturating_add(1), one, language, &mut out);
        }
    }
    if !report.unseen.is_empty() {
        let _ = writeln!(out, "\n### {}\n", heading(Heading::Unseen, language));
        for one in &report.unseen {
            let _ = writeln!(out, "- {}", safe(&words::unseen(one, language)));
        }
    }
    recorded(report, language, &mut out);
    out
}

/// All effects at a glance.
fn summary(report: &Report, language: Language, out: &mut String) {
    let heads = match language {
        Language::English => "| # | who | rule | events | difference |",
        Language::Chinese => "| # | 客户 | 规则 | 事件 | 差异 |",
    };
    let _ = writeln!(out, "{heads}\n|---|---|---|---|---|");
    for (at, one) in report.effects.iter().enumerate() {
        let (number, tone) = (at.saturating_add(1), words::tone(one.tone, language));
        let name = words::title(&one.of, one.label.get(language), language);
        let (region, gaps) = (one.region.get(language), words::gaps(report, one, language));
        let _ = writeln!(out, "| {number} | {tone} | {} | {} | {} |", cell(&name), cell(region), cell(&gaps));
    }
}

fn effect(report: &Report, number: usize, effect: &Effect, language: Language, out: &mut String) {
    let name = words::title(&effect.of, effect.label.get(language), language);
    let (tone, gaps) = (words::tone(effect.tone, language), words::gaps(report, effect, language));
    let _ = writeln!(out, "\n<details><summary>{number}. {tone} — {}: {}</summary>\n", html(&name), html(&gaps));
    if let Some(most) = words::most(effect, language) {
        let _ = writeln!(out, "{}\n", safe(&most));
    }
    let _ = writeln!(out, "```earn\n{}\n```\n", effect.witness.text.get(language));
    for (name, story) in [(Heading::Before, &effect.old), (Heading::Now, &effect.new)] {
        let told = story.tree(language).render("");
        let _ = writeln!(out, "**{}**\n\n```text\n{}```\n", heading(name, language), told);
    }
    if !effect.series.is_empty() {
        let (amount, before, now) =
            (pick(language, "amount", "金额"), heading(Heading::Before, language), heading(Heading::Now, language));
        let _ = writeln!(out, "| {amount} | {before} | {now} | |\n|--:|--:|--:|--:|");
        for point in &effect.series {
            let more = words::signed(point.new.saturating_sub(point.old));
            let (old, new) = (words::amount(point.old), words::amount(point.new));
            let (amount, unit) = point.amount.split_once(' ').unwrap_or((&point.amount, ""));
            let (amount, unit) = (earnest_dsl::words::grouped(amount), words::named(report, unit, language));
            let _ = writeln!(out, "| {amount} {unit} | {old} | {new} | {more} |");
        }
        out.push('\n');
    }
    out.push_str("</details>\n");
}

fn recorded(report: &Report, language: Language, out: &mut String) {
    if report.recorded.is_none() {
        return;
    }
    let _ = writeln!(out, "\n### {}\n", heading(Heading::Recorded, language));
    for line in words::recorded(report, language) {
        let _ = writeln!(out, "- {line}");
    }
    for (name, rows) in words::totals(report, language) {
        let _ = writeln!(out, "\n#### {}\n", heading(name, language));
        let _ = writeln!(out, "| {} |\n|---|---|--:|--:|--:|", words::total_heads(name, language).join(" | "));
        for row in rows {
            let _ = writeln!(out, "| {} |", row.map(|one| cell(&one)).join(" | "));
        }
    }
}

/// Text that Markdown leaves as it is; what stands in backticks stays code.
fn safe(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut code = false;
    for one in text.chars() {
        code ^= one == '`';
        if !code && matches!(one, '*' | '_' | '<' | '>' | '[' | ']' | '|' | '~') {
            out.push('\\');
        }
        out.push(one);
    }
    out
}

fn cell(text: &str) -> String {
    safe(text).replace('\n', " ")
}

fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
