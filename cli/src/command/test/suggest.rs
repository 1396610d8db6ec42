//! `earnest test --suggest`: boundary cases that no test has yet, as test text.

use super::mutate::survivor;
use crate::arguments::{TestArguments, TestFormat};
use crate::command::fmt::translate::translated_in;
use crate::language::counted;
use crate::project::{Project, write};
use crate::session::{Ending, Failure, Paint, Session};
use earnest_dsl::diagnostic::Language;
use earnest_dsl::load::InputFile;
use earnest_dsl::policy::Policy;
use earnest_dsl::say;
use earnest_ledger::Programme;
use earnest_ledger::scenario::Status;
use earnest_tools::coverage::measure;
use earnest_tools::mutate::{Mutant, Mutation};
use earnest_tools::suggest::{Suggestion, kill, suggest};
use serde_json::json;
use std::io::Write;

/// What is suggested for one version of a programme.
pub struct Suggested {
    path: String,
    prefix: String,
    version: String,
    /// It stands in the programme's own folder, not under `versions/`.
    own: bool,
    spelling: Language,
    all: Vec<Suggestion>,
    /// Mutants for which no test was found.
    left: Vec<Mutant>,
}

impl Suggested {
    fn new(project: &Project, prefix: &str, policy: &Policy, all: Vec<Suggestion>) -> Self {
        let folder = head(policy).and_then(|path| path.rsplit_once('/')).map_or("", |(folder, _)| folder);
        let spelling = spelling(policy);
        Self {
            path: project.shown.clone(),
            prefix: prefix.to_owned(),
            version: policy.version(),
            own: !folder.starts_with("versions"),
            spelling,
            all: if spelling == Language::Chinese {
                all.into_iter().map(|one| named(project, folder, one)).collect()
            } else {
                all
            },
            left: vec![],
        }
    }
}

/// The suggestion with names in Chinese, where they have labels.
fn named(project: &Project, folder: &str, suggestion: Suggestion) -> Suggestion {
    let mut files = project.files.clone();
    let path = if folder.is_empty() { NEW_FILE.to_owned() } else { format!("{folder}/{NEW_FILE}") };
    files.push(InputFile { path, text: suggestion.text });
    let text = translated_in(&files, project.files.len(), Language::Chinese);
    Suggestion { text, ..suggestion }
}

/// A file that a programme has not.
const NEW_FILE: &str = "suggested tests.earn";

/// Suggests tests for every programme whose tests pass.
pub fn run(projects: &[Project], arguments: &TestArguments, session: &Session) -> Result<Ending, Failure> {
    let mut all = Vec::new();
    let mut failed = false;
    for project in projects {
        let opened = project.load(&arguments.parameters.parameters);
        opened.tell_findings(session, arguments.format == TestFormat::Json)?;
        let prefix = opened.prefix();
        match opened.into_programme() {
            Some(programme) => match of_programme(project, &programme, &prefix, session.language) {
                Some(found) => all.extend(found),
                None => {
                    failed = true;
                    let told = say!(
                        session.language,
                        "{}: its tests fail; mend them first",
                        "{}：测试未通过；请先修复",
                        project.shown
                    );
                    writeln!(session.err(), "{told}")?;
                }
            },
            None => failed = true,
        }
    }
    tell(all, arguments, session)?;
    Ok(Ending::found(failed))
}

/// `--output` takes the tests of one programme.
pub fn one_programme() -> Failure {
    Failure::misuse(
        "`--output` takes the tests of one programme; name one",
        "`--output` 只能写入一个方案的测试；请指定一个方案",
    )
}

/// Tells the suggestions, or writes them to a file.
pub fn tell(all: Vec<Suggested>, arguments: &TestArguments, session: &Session) -> Result<(), Failure> {
    let mut out = session.out();
    match (arguments.format, &arguments.output) {
        (TestFormat::Json, _) => writeln!(out, "{}", serde_json::to_string_pretty(&json(&all))?)?,
        (_, None) => out.write_all(text(&all, session).as_bytes())?,
        (_, Some(file)) => {
            let (own, others): (Vec<Suggested>, Vec<Suggested>) = all.into_iter().partition(|one| one.own);
            write(file, &text(&own, session))?;
            let count = own.iter().map(|one| one.all.len()).sum();
            let told = match session.language {
                Language::English => format!(
                    "{} written to {}; read them before you keep them",
                    counted(count, "test", "tests"),
                    file.display()
                ),
                Language::Chinese => format!("{count} 个测试已写入 {}；请审阅后再保留", file.display()),
            };
            writeln!(out, "{told}")?;
            for other in others.iter().filter(|other| !other.all.is_empty()) {
                let told = say!(
                    session.language,
                    "version {} has suggestions of its own; call again without `--output`",
                    "版本 {} 另有建议；请不带 `--output` 再次运行",
                    other.version
                );
                writeln!(session.err(), "{told}")?;
            }
        }
    }
    out.flush()?;
    Ok(())
}

/// Tests for the mutants of a programme that no test notices.
pub fn killing(
    project: &Project,
    programme: &Programme,
    prefix: &str,
    mutation: &Mutation,
    arguments: &TestArguments,
    session: &Session,
) -> Vec<Suggested> {
    let survivors: Vec<&Mutant> = mutation.survivors().collect();
    let versions = programme.versions().iter().enumerate();
    let one = |(at, engine): (usize, &earnest_interpreter::Engine)| {
        let policy = engine.policy();
        let stands = |path: &str| policy.sources.iter().any(|(_, source)| source.path == path);
        let survivors: Vec<&Mutant> = survivors.iter().copied().filter(|mutant| stands(&mutant.path)).collect();
        let languages = (session.language, spelling(policy));
        let parameters = &arguments.parameters.parameters;
        let found = kill(&project.files, parameters, (programme, at), &survivors, languages);
        Suggested { left: found.left, ..Suggested::new(project, prefix, policy, found.tests) }
    };
    versions.map(one).collect()
}

/// None where a test fails.
fn of_programme(project: &Project, programme: &Programme, prefix: &str, language: Language) -> Option<Vec<Suggested>> {
    let (reports, coverage) = measure(programme, &|path| project.has_file(path));
    if reports.iter().flatten().any(|report| report.status == Status::Failed) {
        return None;
    }
    let versions = programme.versions().iter().enumerate();
    let suggested = versions.map(|(at, engine)| {
        let policy = engine.policy();
        let all = suggest(programme, at, &coverage, (language, spelling(policy)));
        Suggested::new(project, prefix, policy, all)
    });
    Some(suggested.collect())
}

/// The file with the version's head.
fn head(policy: &Policy) -> Option<&str> {
    policy.sources.get(policy.programme.span.file).map(|source| source.path.as_str())
}

/// The language of the words in which a version is written.
fn spelling(policy: &Policy) -> Language {
    let chinese = policy
        .sources
        .get(policy.programme.span.file)
        .is_some_and(|source| source.text.lines().any(|line| line.trim_start().starts_with("方案")));
    if chinese { Language::Chinese } else { Language::English }
}

fn text(all: &[Suggested], session: &Session) -> String {
    let mut out = String::new();
    for one in all {
        if !out.is_empty() {
            out.push('\n');
        }
        let head = say!(
            session.language,
            "// {} {}: suggested tests; they say what happens now, read whether it is meant",
            "// {} {}：建议的测试；写的是现在的结果，请确认是否符合原意",
            one.path,
            one.version
        );
        out.push_str(&format!("{head}\n"));
        if one.all.is_empty() {
            let none = session.text("// nothing to suggest", "// 没有建议");
            out.push_str(&format!("{none}\n"));
        }
        for suggestion in &one.all {
            let place = suggestion.place.as_ref();
            let place = place.map(|(path, line, column)| format!("// {}{path}:{line}:{column}\n", one.prefix));
            out.push_str(&format!("\n{}{}", place.unwrap_or_default(), suggestion.text));
        }
        if !one.left.is_empty() {
            let head = session.text("no case was found for", "以下改动没有找到测试");
            out.push_str(&format!("\n// {head}:\n"));
        }
        for mutant in &one.left {
            out.push_str(&format!("// {}", survivor(&one.prefix, mutant, Paint { on: false }, session.language)));
        }
    }
    out
}

fn json(all: &[Suggested]) -> serde_json::Value {
    let suggestion = |one: &Suggestion| json!({ "about": one.about, "place": one.place, "text": one.text });
    let one = |one: &Suggested| {
        json!({
            "path": one.path,
            "version": one.version,
            "language": if one.spelling == Language::Chinese { "zh" } else { "en" },
            "left": one.left,
            "suggestions": one.all.iter().map(suggestion).collect::<Vec<_>>(),
        })
    };
    json!({ "programmes": all.iter().map(one).collect::<Vec<_>>() })
}
