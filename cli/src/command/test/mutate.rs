//! `earnest test --mutate`: which small changes of a programme its tests do not notice.

use super::coverage::shortened;
use super::suggest;
use crate::arguments::{TestArguments, TestFormat};
use crate::progress::Progress;
use crate::project::Project;
use crate::session::{Ending, Failure, Paint, Session};
use crate::table::{Align, Table};
use earnest_dsl::diagnostic::Language;
use earnest_dsl::say;
use earnest_ledger::scenario::{Status, reports};
use earnest_tools::mutate::{Mutant, MutantKind, Mutation, Score, mutants, mutate};
use serde_json::json;
use std::collections::BTreeMap;
use std::io::Write;

/// A programme that was changed.
struct Changed {
    path: String,
    prefix: String,
    mutation: Mutation,
}

/// Changes every programme whose tests pass.
pub fn run(projects: &[Project], arguments: &TestArguments, session: &Session) -> Result<Ending, Failure> {
    let parameters = &arguments.parameters.parameters;
    let mut all = Vec::new();
    let mut suggested = Vec::new();
    let mut failed = false;
    let steps: usize = projects.iter().flat_map(|project| &project.files).map(|file| mutants(file).len()).sum();
    let progress = Progress::of_steps(u64::try_from(steps).unwrap_or(u64::MAX));
    for project in projects {
        let opened = project.load(parameters);
        progress.beside(|| opened.tell_findings(session, arguments.format == TestFormat::Json))?;
        let prefix = opened.prefix();
        let Some(programme) = opened.into_programme() else {
            failed = true;
            continue;
        };
        let versions = 0..programme.versions().len();
        let passes =
            versions.into_iter().all(|at| reports(&programme, at).all(|report| report.status != Status::Failed));
        if !passes {
            failed = true;
            let told = say!(
                session.language,
                "{}: its tests fail; mend them first, for a test that fails notices everything",
                "{}：测试未通过；请先修复，失败的测试会“发现”一切改动",
                project.shown
            );
            progress.beside(|| writeln!(session.err(), "{told}"))?;
            continue;
        }
        let mutation = mutate(&project.files, parameters, &|| progress.step());
        let changed = Changed { path: project.shown.clone(), prefix, mutation };
        if arguments.suggest {
            suggested.extend(suggest::killing(
                project,
                &programme,
                &changed.prefix,
                &changed.mutation,
                arguments,
                session,
            ));
        }
        all.push(changed);
    }
    progress.done();
    if arguments.suggest {
        suggest::tell(suggested, arguments, session)?;
        return Ok(Ending::found(failed));
    }
    let text = match arguments.format {
        TestFormat::Human => told(&all, session),
        TestFormat::Json => format!("{}\n", serde_json::to_string_pretty(&json(&all))?),
        TestFormat::Junit => {
            return Err(Failure::misuse(
                "mutants have no form in JUnit; use `--format human` or `--format json`",
                "改动测试没有 JUnit 格式；请用 `--format human` 或 `--format json`",
            ));
        }
    };
    let mut out = session.out();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    let least = arguments.at_least.map(usize::from);
    let short = least.is_some_and(|least| all.iter().any(|one| one.mutation.total().percent() < least));
    Ok(Ending::found(failed || short))
}

fn told(all: &[Changed], session: &Session) -> String {
    let mut out = String::new();
    for one in all {
        for mutant in one.mutation.survivors() {
            out.push_str(&survivor(&one.prefix, mutant, session.paint(), session.language));
        }
    }
    if !out.is_empty() {
        out.push('\n');
    }
    let first = (say!(session.language, "programme", "方案"), Align::Left);
    let kinds = MutantKind::ALL.iter().map(|kind| (kind.text().get(session.language).to_owned(), Align::Right));
    let last = (say!(session.language, "noticed", "被发现"), Align::Right);
    let mut table = Table::new(std::iter::once(first).chain(kinds).chain([last]));
    let mut sums: BTreeMap<MutantKind, Score> = BTreeMap::new();
    for one in all {
        let scores = one.mutation.scores();
        table.row(row(one.path.clone(), &scores));
        for (kind, score) in scores {
            let sum = sums.entry(kind).or_default();
            *sum = sum.plus(score);
        }
    }
    if all.len() > 1 {
        table.foot(row(say!(session.language, "{} programmes", "{} 个方案", all.len()), &sums));
    }
    format!("{out}{}", table.render(session.paint()))
}

/// A mutant that no test notices.
pub fn survivor(prefix: &str, mutant: &Mutant, paint: Paint, language: Language) -> String {
    let place = format!("{prefix}{}:{}:{}", mutant.path, mutant.line, mutant.column);
    let before = shortened(&mutant.before.split_whitespace().collect::<Vec<_>>().join(" "));
    let change = match mutant.after.as_str() {
        "" => say!(language, "without `{}`", "删去 `{}`", before),
        after => say!(language, "`{}` instead of `{}`", "`{}` 代替 `{}`", after, before),
    };
    let end = say!(language, ": no test notices", "：没有测试发现");
    format!("{}: {change}{end}\n", paint.dim(&place))
}

fn row(name: String, scores: &BTreeMap<MutantKind, Score>) -> Vec<String> {
    let cell = |score: &Score| match score.all {
        0 => "–".to_owned(),
        all => format!("{}/{all}", score.killed),
    };
    let total = scores.values().fold(Score::default(), |sum, score| sum.plus(*score));
    let last = format!("{} {:>3}%", cell(&total), total.percent());
    std::iter::once(name).chain(scores.values().map(cell)).chain([last]).collect()
}

fn json(all: &[Changed]) -> serde_json::Value {
    let one = |one: &Changed| {
        let mutants: Vec<_> =
            one.mutation.mutants.iter().map(|(mutant, fate)| json!({ "mutant": mutant, "fate": fate })).collect();
        json!({ "path": one.path, "noticed": one.mutation.total(), "mutants": mutants })
    };
    json!({ "programmes": all.iter().map(one).collect::<Vec<_>>() })
}
