//! Lints: findings about a policy that compiles and yet is probably not what its author means.
//!
//! One file a lint, named after what it finds; [`registry`] lists them. A lint sees the checked policy, the trees and the texts,
//! and no engine. It says what is wrong, where, and what to write instead, in both languages; where an event can show the harm,
//! it gives that event ([`found::Shown`]), which tests run through the engine. Its page in `diagnostic/pages/` has the reasons.
//! What is told in the end is decided here, not by the lint: the programme's head sets levels ([`levels`]), comments allow single
//! findings ([`allow`]). Matters of taste are the formatter's, and no lint's.

mod against;
mod allow;
mod always_holds;
mod bonus_without_cap;
mod campaign_passed;
mod cap_always_binds;
mod cap_never_binds;
mod clock_change;
mod context;
mod edge_reward;
mod event;
mod exact;
pub mod fix;
mod found;
mod gives_nothing;
mod group_without_rule;
mod label_missing;
mod levels;
mod limit_silent;
mod magic_code;
mod measured;
mod never_accepted;
mod never_fires;
mod never_usable;
mod out_of_reach;
mod points_never_used;
mod points_without_worth;
mod price_not_lowered;
mod rate_off;
mod refund_leaves;
pub mod registry;
mod reminder_too_early;
mod removal;
mod row_never_wins;
mod rule_without_test;
mod same_label;
mod same_meaning;
mod sample;
mod shadowed;
mod splitting;
mod stacking;
mod test_without_expectation;
mod tier_gets_less;
mod unused;

pub use against::against;
pub use context::Context;
pub use found::{Claim, Found, Shown};
pub use registry::{LINTS, Lint};

use crate::load::{Drafts, InputFile, Loaded, LoadedProgramme};
use crate::source::FileId;
use crate::syntax::ast;
use chrono::NaiveDate;

/// What the lints say of one version of a programme.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// What is to be told, by place.
    pub findings: Vec<Found>,
    /// What a comment allows, with its reason.
    pub allowed: Vec<(Found, String)>,
}

/// Lints one version. `trees` are those of the programme's own files, in the order of `loaded.sources`
/// ([`Drafts::trees`] has them). `today` is asked of nobody: without it no lint speaks of what is over.
/// Nothing is said of a policy that does not compile.
#[must_use]
pub fn lint(loaded: &Loaded, trees: &[&ast::File], today: Option<NaiveDate>) -> Report {
    let Some(policy) = &loaded.policy else { return Report::default() };
    let context = Context { policy, sources: &loaded.sources, references: &loaded.references, trees, today };
    let (levels, mut own) = levels::read(trees);
    for lint in LINTS.iter().filter(|lint| !lint.codes.iter().all(|code| levels.is_off(code))) {
        own.extend((lint.find)(&context));
    }
    let of_the_programme =
        |found: &Found| usize::try_from(found.diagnostic.span().file.0).is_ok_and(|at| at < trees.len());
    own.retain(of_the_programme);
    let comments = allow::read(&context);
    let mut report = allow::apply(&comments, own, &levels);
    report.findings.retain(|found| !levels.is_off(found.diagnostic.code));
    for found in &mut report.findings {
        found.diagnostic.severity = levels.severity(found.diagnostic.code);
    }
    report.findings.sort_by(|a, b| order(a).cmp(&order(b)));
    report.allowed.sort_by(|(a, _), (b, _)| order(a).cmp(&order(b)));
    report
}

fn order(found: &Found) -> ((FileId, u32, u32), &'static str, &str) {
    (found.diagnostic.span().key(), found.diagnostic.code, &found.diagnostic.message.en)
}

/// Loads a programme and lints each version.
#[must_use]
pub fn load_and_lint(
    files: Vec<InputFile>,
    parameters: &[(String, String)],
    today: Option<NaiveDate>,
) -> (LoadedProgramme, Vec<Report>) {
    let mut drafts = Drafts::default();
    let loaded = drafts.load(files, parameters);
    let reports = loaded.versions.iter().map(|version| lint(version, &drafts.trees(version), today)).collect();
    (loaded, reports)
}
