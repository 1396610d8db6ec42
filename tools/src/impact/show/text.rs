//! For a terminal.

use super::words::{self, Heading, heading, pick};
use crate::impact::{Effect, Point, Report};
use crate::story::{Marks, Tree};
use earnest_dsl::diagnostic::Language;
use earnest_dsl::diff::Sort;
use std::fmt::Write as _;

/// The comparison as text.
#[must_use]
pub fn text(report: &Report, language: Language, marks: Marks) -> String {
    let mut out = String::new();
    // Writing to a text never fails, here and below.
    let strong = marks.strong;
    let _ = writeln!(out, "{}", strong(&words::programme(report, language)));
    let _ = writeln!(out, "− {}", words::version(&report.old, language));
    let _ = writeln!(out, "+ {}", words::version(&report.new, language));
    let _ = writeln!(out, "\n{}", strong(&words::verdict(report, language)));
    changes(report, language, marks, &mut out);
    if !report.effects.is_empty() {
        let _ = writeln!(out, "\n{}", strong(heading(Heading::Effects, language)));
        for (at, one) in report.effects.iter().enumerate() {
            effect(report, at.saturating_add(1), one, (language, marks), &mut out);
        }
    }
    if !report.unseen.is_empty() {
        let _ = writeln!(out, "\n{}", strong(heading(Heading::Unseen, language)));
        for one in &report.unseen {
            let _ = writeln!(out, "  {}", words::unseen(one, language));
        }
    }
    recorded(report, language, marks, &mut out);
    out
}

fn changes(report: &Report, language: Language, marks: Marks, out: &mut String) {
    if report.changes.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n{}", (marks.strong)(heading(Heading::Changes, language)));
    for change in &report.changes {
        if let (Sort::Parameter, [only]) = (change.sort, change.details.as_slice()) {
            let (title, text) = (words::change_title(change, language), only.text.get(language));
            let _ = writeln!(out, "~ {title}{}{text}", pick(language, ": ", "："));
            continue;
        }
        let place = change.new_place.as_ref().or(change.old_place.as_ref());
        let place = place.map(|place| format!("  {}", (marks.dim)(place))).unwrap_or_default();
        let _ = writeln!(out, "{} {}{place}", words::sign(change.happened), words::change_title(change, language));
        for detail in &change.details {
            let _ = writeln!(out, "    {}", words::detail(detail, language));
        }
    }
}

fn effect(report: &Report, number: usize, effect: &Effect, (language, marks): (Language, Marks), out: &mut String) {
    let name = words::title(&effect.of, effect.label.get(language), language);
    let tone = words::tone(effect.tone, language);
    let _ = writeln!(out, "\n{number}. {} — {name}", (marks.strong)(tone));
    let region = effect.region.get(language);
    if !region.is_empty() {
        let _ = writeln!(out, "   {region}");
    }
    let _ = writeln!(out, "   {}", (marks.strong)(&words::gaps(report, effect, language)));
    if let Some(most) = words::most(effect, language) {
        let _ = writeln!(out, "   {most}");
    }
    if !effect.series.is_empty() {
        let _ = writeln!(out, "   {}", series(report, &effect.series, language));
    }
    let _ = writeln!(out, "   {}{}", heading(Heading::Witness, language), pick(language, ":", "："));
    for line in effect.witness.text.get(language).lines() {
        let _ = writeln!(out, "     {line}");
    }
    for (name, story) in [(Heading::Before, &effect.old), (Heading::Now, &effect.new)] {
        let tree = story.tree(language);
        let told = Tree::new(format!("{}{}{}", heading(name, language), pick(language, ": ", "："), tree.text))
            .with(tree.below.iter().cloned());
        out.push_str(&told.render("   "));
    }
}

/// `100 CNY: 100 → 200 (+100) · 1000 CNY: ...`.
fn series(report: &Report, points: &[Point], language: Language) -> String {
    let told = points.iter().map(|point| {
        let more = words::signed(point.new.saturating_sub(point.old));
        let colon = pick(language, ": ", "：");
        let (amount, unit) = point.amount.split_once(' ').unwrap_or((&point.amount, ""));
        let (amount, unit) = (earnest_dsl::words::grouped(amount), words::named(report, unit, language));
        format!("{amount} {unit}{colon}{} → {} ({more})", words::amount(point.old), words::amount(point.new))
    });
    told.collect::<Vec<_>>().join(" · ")
}

fn recorded(report: &Report, language: Language, marks: Marks, out: &mut String) {
    if report.recorded.is_none() {
        return;
    }
    let _ = writeln!(out, "\n{}", (marks.strong)(heading(Heading::Recorded, language)));
    for line in words::recorded(report, language) {
        let _ = writeln!(out, "  {line}");
    }
    for (name, rows) in words::totals(report, language) {
        let _ = writeln!(out, "\n  {}", heading(name, language));
        let heads = words::total_heads(name, language).map(str::to_owned);
        let all: Vec<&[String; 5]> = std::iter::once(&heads).chain(&rows).collect();
        let widths: Vec<usize> = (0..5)
            .map(|at| all.iter().filter_map(|row| row.get(at)).map(|cell| width(cell)).max().unwrap_or(0))
            .collect();
        for row in all {
            let mut line = String::from("   ");
            for (at, (cell, wide)) in row.iter().zip(&widths).enumerate() {
                let blanks = " ".repeat(wide.saturating_sub(width(cell)));
                line.push(' ');
                line.push_str(&if at < 2 { format!("{cell}{blanks} ") } else { format!("{blanks}{cell} ") });
            }
            let _ = writeln!(out, "{}", line.trim_end());
        }
    }
}

/// Columns on a terminal: a Chinese character takes two.
fn width(text: &str) -> usize {
    unicode_width::UnicodeWidthStr::width(text)
}
