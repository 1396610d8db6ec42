//! Results of tests for people: one line for each test, rows of examples together, and the story of what went wrong.

use super::{Counts, Suite};
use crate::language::counted;
use crate::session::Session;
use earnest_dsl::diagnostic::Language;
use earnest_dsl::say;
use earnest_ledger::scenario::{Report, Status};
use earnest_tools::story::Teller;

/// All results and how many there are.
pub fn told(suites: &[Suite], counts: &Counts, session: &Session) -> String {
    let mut out = String::new();
    for suite in suites {
        out.push_str(&heading(suite, session));
        for (label, reports) in grouped(&suite.reports) {
            out.push_str(&group(label, &reports, session));
            for report in reports {
                out.push_str(&findings(suite, report, session));
            }
        }
        out.push('\n');
    }
    out.push_str(&last_line(counts, session));
    out
}

fn heading(suite: &Suite, session: &Session) -> String {
    let policy = suite.engine.policy();
    let title = session.paint().strong(&format!("{}  {}", suite.path, policy.programme.shown()));
    format!("{title}  {}\n", session.paint().dim(&policy.version()))
}

/// Reports by label; rows of one `examples` stand together.
fn grouped(reports: &[Report]) -> Vec<(&str, Vec<&Report>)> {
    let mut groups: Vec<(&str, Vec<&Report>)> = Vec::new();
    for report in reports {
        let label = report.label.rsplit_once(" #").map_or(report.label.as_str(), |(label, _)| label);
        match groups.last_mut() {
            Some((last, rows)) if *last == label && report.label != label => rows.push(report),
            _ => groups.push((label, vec![report])),
        }
    }
    groups
}

fn group(label: &str, reports: &[&Report], session: &Session) -> String {
    let paint = session.paint();
    let mark = match reports.iter().map(|report| report.status).max().unwrap_or(Status::Passed) {
        Status::Passed => paint.good("✓"),
        Status::NotRun => paint.care("~"),
        Status::Failed => paint.error("✗"),
    };
    let rows = match reports.len() {
        1 => String::new(),
        rows => paint.dim(&say!(session.language, "  {} rows", "  {} 行", rows)),
    };
    format!("  {mark} {label}{rows}\n")
}

fn findings(suite: &Suite, report: &Report, session: &Session) -> String {
    let paint = session.paint();
    let teller = Teller { policy: suite.engine.policy(), language: session.language, marks: paint.marks() };
    let mut out = String::new();
    for finding in &report.findings {
        for text in &finding.texts {
            let text = text.get(session.language);
            let text = if finding.status == Status::Failed { paint.error(text) } else { paint.care(text) };
            out.push_str(&format!("      {}: {text}\n", suite.place(&finding.place)));
        }
        if let Some(answer) = &finding.answer {
            out.push_str(&teller.story(answer, "        "));
        }
    }
    out
}

fn last_line(counts: &Counts, session: &Session) -> String {
    let paint = session.paint();
    let mut parts = vec![paint.good(&say!(session.language, "{} passed", "{} 通过", counts.passed))];
    if counts.failed > 0 {
        parts.push(paint.error(&say!(session.language, "{} failed", "{} 失败", counts.failed)));
    }
    if counts.not_run > 0 {
        parts.push(paint.care(&say!(session.language, "{} not run in full", "{} 未完全运行", counts.not_run)));
    }
    let broken = match (counts.broken, session.language) {
        (0, _) => String::new(),
        (broken, Language::English) => paint.error(&format!(", {broken} of them with errors")),
        (broken, Language::Chinese) => paint.error(&format!("（其中 {broken} 个有错误）")),
    };
    match session.language {
        Language::English => {
            let programmes = counted(counts.programmes, "programme", "programmes");
            format!("{} in {programmes}{broken}\n", parts.join(", "))
        }
        Language::Chinese => format!("{} 个方案{broken}：{}\n", counts.programmes, parts.join("，")),
    }
}
