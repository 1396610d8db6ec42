//! Findings for people.

use super::baseline::Baseline;
use super::findings::{Checked, Counts};
use super::fix::Mended;
use crate::language::counted;
use crate::session::{Failure, Out, Session};
use earnest_dsl::diagnostic::{Diagnostic, Language, render};
use earnest_dsl::lint::Found;
use earnest_dsl::policy::Policy;
use earnest_dsl::say;
use std::io::Write;

/// Tells everything.
pub fn tell(
    out: &mut Out,
    all: &[Checked],
    counts: &Counts,
    mended: &Mended,
    baseline: Option<&Baseline>,
    session: &Session,
) -> Result<(), Failure> {
    for version in all.iter().flat_map(|checked| &checked.versions) {
        for found in &version.told {
            let one: &[Diagnostic] = std::slice::from_ref(&found.diagnostic);
            let text = render::render(one, &version.sources, session.language, session.paint().on);
            writeln!(out, "{}", text.trim_end())?;
            if let Some(witness) = version.loaded.policy.as_ref().and_then(|policy| shown(found, policy, session)) {
                writeln!(out, "{witness}")?;
            }
            writeln!(out)?;
        }
    }
    for line in &mended.told {
        writeln!(out, "{line}")?;
    }
    writeln!(out, "{}", counted_findings(counts, session))?;
    let gone = baseline.map_or(0, Baseline::gone);
    if gone > 0 {
        let told = say!(
            session.language,
            "{} of the baseline are no more there: write it anew with `--write-baseline`",
            "基线中有 {} 个问题已不存在：请用 `--write-baseline` 重新生成",
            match session.language {
                Language::English => counted(gone, "finding", "findings"),
                Language::Chinese => gone.to_string(),
            }
        );
        writeln!(out, "{told}")?;
    }
    Ok(())
}

/// The events that show a finding, as they would stand in a test.
fn shown(found: &Found, policy: &Policy, session: &Session) -> Option<String> {
    let text = found.shown.as_ref()?.text(policy, session.language)?;
    let head = session.paint().dim(session.text("    shown by", "    可见于"));
    let lines: Vec<String> = text.lines().map(|line| format!("      {line}")).collect();
    Some(format!("{head}\n{}", lines.join("\n")))
}

/// `3 errors, 1 warning in 2 programmes`.
pub fn counted_findings(counts: &Counts, session: &Session) -> String {
    let paint = session.paint();
    let (errors, warnings, programmes) = match session.language {
        Language::English => (
            counted(counts.errors, "error", "errors"),
            counted(counts.warnings, "warning", "warnings"),
            counted(counts.programmes, "programme", "programmes"),
        ),
        Language::Chinese => (
            format!("{} 个错误", counts.errors),
            format!("{} 个提示", counts.warnings),
            format!("{} 个方案", counts.programmes),
        ),
    };
    let found = match (counts.errors, counts.warnings) {
        (0, 0) => paint.good(session.text("no findings", "无问题")),
        (0, _) => paint.care(&warnings),
        (_, 0) => paint.error(&errors),
        (_, _) => say!(session.language, "{}, {}", "{}，{}", paint.error(&errors), paint.care(&warnings)),
    };
    let aside = aside(counts, session);
    say!(session.language, "{found} in {programmes}{aside}", "{programmes}：{found}{aside}")
}

/// What is not told.
fn aside(counts: &Counts, session: &Session) -> String {
    let mut parts = Vec::new();
    if counts.allowed > 0 {
        parts.push(say!(session.language, "{} allowed", "允许 {} 个", counts.allowed));
    }
    if counts.old > 0 {
        parts.push(say!(session.language, "{} old", "原有 {} 个", counts.old));
    }
    match (parts.is_empty(), session.language) {
        (true, _) => String::new(),
        (false, Language::English) => format!(" ({})", parts.join(", ")),
        (false, Language::Chinese) => format!("（{}）", parts.join("，")),
    }
}
