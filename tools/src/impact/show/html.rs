//! As a page by itself: no script, no other file; it prints well.

use super::words::{self, Heading, heading, pick};
use crate::html::escaped;
use crate::impact::{Effect, Point, Report, Story, Tone, Verdict};
use crate::story::Tree;
use earnest_dsl::diagnostic::{Language, Text};
use earnest_dsl::diff::{Change, Detail, Happened, Sort};
use std::fmt::Write as _;

/// The look of the page.
const STYLE: &str = include_str!("page.css");

/// One page for these comparisons: one for each version.
#[must_use]
pub fn html(reports: &[Report], language: Language) -> String {
    let names: Vec<String> = reports.iter().map(|report| words::programme(report, language)).collect();
    let title = names.first().map_or_else(String::new, |name| {
        let what = pick(language, "what changed", "版本比较");
        let colon = pick(language, ": ", "：");
        format!("{name}{colon}{what}")
    });
    let lang = pick(language, "en", "zh-CN");
    let mut out = String::new();
    // Writing to a text never fails, here and below.
    let _ = write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>{}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n",
        escaped(&title)
    );
    for report in reports {
        one(report, language, &mut out);
    }
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

fn one(report: &Report, language: Language, out: &mut String) {
    let _ = writeln!(out, "<h1>{}</h1>", escaped(&words::programme(report, language)));
    let _ = writeln!(
        out,
        "<table class=\"versions\"><tr><td>−</td><td>{}</td></tr><tr><td>+</td><td>{}</td></tr></table>",
        escaped(&words::version(&report.old, language)),
        escaped(&words::version(&report.new, language))
    );
    let class = match report.verdict {
        Verdict::Same => "same",
        Verdict::Differs => "differs",
        Verdict::NotProved => "not_proved",
    };
    let _ = writeln!(out, "<p class=\"verdict {class}\">{}</p>", escaped(&words::verdict(report, language)));
    if report.effects.len() > 1 {
        glance(report, language, out);
    }
    if !report.changes.is_empty() {
        let _ = writeln!(out, "<h2>{}</h2>", heading(Heading::Changes, language));
        let (settings, rest): (Vec<&Change>, Vec<&Change>) =
            report.changes.iter().partition(|change| change.sort == Sort::Parameter);
        rest.into_iter().for_each(|one| change(one, language, out));
        if !settings.is_empty() {
            parameters(&settings, language, out);
        }
    }
    if !report.effects.is_empty() {
        let _ = writeln!(out, "<h2>{}</h2>", heading(Heading::Effects, language));
        for (at, one) in report.effects.iter().enumerate() {
            effect(report, at.saturating_add(1), one, language, out);
        }
    }
    if !report.unseen.is_empty() {
        let _ = writeln!(out, "<h2>{}</h2>\n<ul>", heading(Heading::Unseen, language));
        for one in &report.unseen {
            let _ = writeln!(out, "<li>{}</li>", code(&words::unseen(one, language)));
        }
        out.push_str("</ul>\n");
    }
    recorded(report, language, out);
}

/// All effects in one table.
fn glance(report: &Report, language: Language, out: &mut String) {
    out.push_str("<nav><table>\n");
    for (at, one) in report.effects.iter().enumerate() {
        let number = at.saturating_add(1);
        let name = words::title(&one.of, one.label.get(language), language);
        let _ = writeln!(
            out,
            "<tr class=\"{}\"><td><a href=\"#e{number}\">{number}</a></td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            class(one.tone),
            words::tone(one.tone, language),
            escaped(&name),
            code(one.region.get(language)),
            code(&words::gaps(report, one, language))
        );
    }
    out.push_str("</table></nav>\n");
}

fn change(change: &Change, language: Language, out: &mut String) {
    let class = match change.happened {
        Happened::Added => "added",
        Happened::Removed => "removed",
        Happened::Changed => "changed",
    };
    let place = change.new_place.as_ref().or(change.old_place.as_ref());
    let place = place.map(|place| format!("<span class=\"place\">{}</span>", escaped(place))).unwrap_or_default();
    let _ = writeln!(
        out,
        "<div class=\"change {class}\"><h3><span class=\"sign\">{}</span>{}{place}</h3></div>\n<table class=\"details\">",
        words::sign(change.happened),
        escaped(&words::change_title(change, language))
    );
    change.details.iter().for_each(|one| detail(one, language, out));
    out.push_str("</table>\n");
}

fn detail(detail: &Detail, language: Language, out: &mut String) {
    let part = words::part(detail.part, language);
    let text = code(detail.text.get(language));
    let cell = match (detail.happened, &detail.old, &detail.new) {
        (Happened::Added, ..) => format!("<ins>{text}</ins>"),
        (Happened::Removed, ..) => format!("<del>{text}</del>"),
        // What is told whole is not told twice.
        (Happened::Changed, Some(old), Some(new)) if whole(detail, language) => {
            let (old, new) = (code(old.get(language)), code(new.get(language)));
            let between = if old.chars().count() > 40 { "<br>" } else { " → " };
            format!("<del>{old}</del>{between}<ins>{new}</ins>")
        }
        (Happened::Changed, Some(old), Some(new)) => format!(
            "<b>{text}</b><div class=\"was\"><del>{}</del><br><ins>{}</ins></div>",
            code(old.get(language)),
            code(new.get(language))
        ),
        (Happened::Changed, ..) => format!("<b>{text}</b>"),
    };
    let _ = writeln!(out, "<tr><td>{part}</td><td>{cell}</td></tr>");
}

/// Whether a detail in short says all of the clause before and now.
fn whole(detail: &Detail, language: Language) -> bool {
    let held = |clause: &Option<Text>| {
        clause.as_ref().is_some_and(|clause| detail.text.get(language).contains(clause.get(language)))
    };
    held(&detail.old) && held(&detail.new)
}

/// Settings, a line each.
fn parameters(changes: &[&Change], language: Language, out: &mut String) {
    let _ = writeln!(
        out,
        "<div class=\"change changed\"><h3><span class=\"sign\">~</span>{}</h3></div>\n<table class=\"details\">",
        pick(language, "parameters", "参数")
    );
    for change in changes {
        for detail in &change.details {
            let text = code(detail.text.get(language));
            let _ = writeln!(out, "<tr><td><code>{}</code></td><td>{text}</td></tr>", escaped(&change.name));
        }
    }
    out.push_str("</table>\n");
}

fn class(tone: Tone) -> &'static str {
    match tone {
        Tone::Gains => "gains",
        Tone::Loses => "loses",
        Tone::Other => "other",
    }
}

fn effect(report: &Report, number: usize, effect: &Effect, language: Language, out: &mut String) {
    let name = words::title(&effect.of, effect.label.get(language), language);
    let _ = writeln!(
        out,
        "<section class=\"effect {}\" id=\"e{number}\">\n<h3>{number}. <span class=\"badge\">{}</span>{}</h3>",
        class(effect.tone),
        words::tone(effect.tone, language),
        escaped(&name)
    );
    let _ = writeln!(out, "<p class=\"region\">{}</p>", code(effect.region.get(language)));
    let _ = writeln!(out, "<p class=\"gap\">{}</p>", code(&words::gaps(report, effect, language)));
    if let Some(most) = words::most(effect, language) {
        let _ = writeln!(out, "<p class=\"most\">{}</p>", code(&most));
    }
    let _ = writeln!(
        out,
        "<p class=\"caption\">{}</p>\n<pre>{}</pre>",
        heading(Heading::Witness, language),
        escaped(effect.witness.text.get(language))
    );
    out.push_str("<div class=\"sides\">\n");
    for (name, story) in [(Heading::Before, &effect.old), (Heading::Now, &effect.new)] {
        side(heading(name, language), story, language, out);
    }
    out.push_str("</div>\n");
    series(report, &effect.series, language, out);
    out.push_str("</section>\n");
}

fn side(name: &str, story: &Story, language: Language, out: &mut String) {
    let tree = story.tree(language);
    let _ =
        writeln!(out, "<div class=\"side\"><b class=\"head\">{name}</b><p class=\"outcome\">{}</p>", code(&tree.text));
    below(&tree.below, out);
    out.push_str("</div>\n");
}

fn below(trees: &[Tree], out: &mut String) {
    if trees.is_empty() {
        return;
    }
    out.push_str("<ul>");
    for tree in trees {
        let _ = write!(out, "<li>{}", code(&tree.text));
        below(&tree.below, out);
        out.push_str("</li>");
    }
    out.push_str("</ul>\n");
}

fn series(report: &Report, points: &[Point], language: Language, out: &mut String) {
    if points.is_empty() {
        return;
    }
    let _ = writeln!(
        out,
        "<p class=\"caption\">{}</p>\n<table><tr><th class=\"n\">{}</th><th class=\"n\">{}</th><th class=\"n\">{}</th><th class=\"n\">{}</th></tr>",
        pick(language, "the same event with other amounts", "同一事件，不同金额"),
        pick(language, "amount", "金额"),
        heading(Heading::Before, language),
        heading(Heading::Now, language),
        pick(language, "difference", "差额")
    );
    for point in points {
        let (amount, unit) = point.amount.split_once(' ').unwrap_or((&point.amount, ""));
        let unit = escaped(words::named(report, unit, language));
        let _ = writeln!(
            out,
            "<tr><td class=\"n\">{} {unit}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td></tr>",
            earnest_dsl::words::grouped(amount),
            words::amount(point.old),
            words::amount(point.new),
            words::signed(point.new.saturating_sub(point.old))
        );
    }
    out.push_str("</table>\n");
}

fn recorded(report: &Report, language: Language, out: &mut String) {
    if report.recorded.is_none() {
        return;
    }
    let _ = writeln!(out, "<h2>{}</h2>\n<ul>", heading(Heading::Recorded, language));
    for line in words::recorded(report, language) {
        let _ = writeln!(out, "<li>{}</li>", escaped(&line));
    }
    out.push_str("</ul>\n");
    for (name, rows) in words::totals(report, language) {
        let heads: String = words::total_heads(name, language)
            .iter()
            .enumerate()
            .map(|(at, head)| if at < 2 { format!("<th>{head}</th>") } else { format!("<th class=\"n\">{head}</th>") })
            .collect();
        let _ = writeln!(out, "<h4>{}</h4>\n<table><tr>{heads}</tr>", heading(name, language));
        for row in rows {
            let cells: String = row
                .iter()
                .enumerate()
                .map(|(at, cell)| {
                    let cell = escaped(cell);
                    if at < 2 { format!("<td>{cell}</td>") } else { format!("<td class=\"n\">{cell}</td>") }
                })
                .collect();
            let _ = writeln!(out, "<tr>{cells}</tr>");
        }
        out.push_str("</table>\n");
    }
}

/// Text with what stands in backticks as code.
fn code(text: &str) -> String {
    let mut out = String::new();
    for (at, part) in text.split('`').enumerate() {
        let part = escaped(part);
        if at % 2 == 1 {
            let _ = write!(out, "<code>{part}</code>");
        } else {
            out.push_str(&part);
        }
    }
    out
}
