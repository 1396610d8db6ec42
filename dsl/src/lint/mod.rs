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
use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

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
    lint_unless(loaded, trees, today, &|| false).unwrap_or_default()
}

/// As [`lint`], and gives up between two lints once `stop` says so: then there is no report.
#[must_use]
pub fn lint_unless(
    loaded: &Loaded,
    trees: &[&ast::File],
    today: Option<NaiveDate>,
    stop: &(dyn Fn() -> bool + Sync),
) -> Option<Report> {
    let Some(policy) = &loaded.policy else { return Some(Report::default()) };
    let context = Context { policy, sources: &loaded.sources, references: &loaded.references, trees, today };
    let (levels, mut own) = levels::read(trees);
    let asked: Vec<&Lint> = LINTS.iter().filter(|lint| !lint.codes.iter().all(|code| levels.is_off(code))).collect();
    own.extend(side_by_side(&asked, &context, stop)?);
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
    Some(report)
}

/// What the lints find, in their order. They know nothing of each other and share the cores.
fn side_by_side(lints: &[&Lint], context: &Context<'_>, stop: &(dyn Fn() -> bool + Sync)) -> Option<Vec<Found>> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(lint) = lints.get(at) else { return Some(done) };
            if stop() {
                return None;
            }
            done.push((at, (lint.find)(context)));
        }
    };
    let more = thread::available_parallelism().map_or(1, NonZero::get).min(MOST_CORES).saturating_sub(1);
    let mut done = thread::scope(|scope| {
        // A system that gives no more threads leaves the work to this one.
        let others: Vec<_> = (0..more).filter_map(|_| thread::Builder::new().spawn_scoped(scope, work).ok()).collect();
        let mut done = work()?;
        for other in others {
            match other.join() {
                Ok(found) => done.extend(found?),
                Err(panicked) => resume_unwind(panicked),
            }
        }
        Some(done)
    })?;
    done.sort_by_key(|(at, _)| *at);
    Some(done.into_iter().flat_map(|(_, found)| found).collect())
}

/// More cores than these gain nothing: a few lints take most of the time.
const MOST_CORES: usize = 4;

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
