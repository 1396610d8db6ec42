//! Examples of pages as files of a programme: whole files where they say `// file: PATH`, else declarations behind a plain head.

use earnest_dsl::diagnostic::{Diagnostic, Language, render::render};
use earnest_dsl::lint::load_and_lint;
use earnest_dsl::load::{InputFile, Loaded, load, load_programme};

/// The head behind which declarations are put; points only where the example does not declare `Point` itself.
const HEAD: &str = "programme demo \"示例\" {\n  timezone Asia/Shanghai\n  currency CNY \"元\"\n  effective from 2024-01-01\n  use std.banking, std.mcc\n}\n";
const POINTS: &str = "points Point \"积分\" {\n  round down each line\n  valid 2 years after earning\n  spend first soonest to expire, then oldest\n  worth 0.01 CNY\n}\n";

/// An example as the files it stands for, and parameters set from outside (`// parameter NAME = VALUE`).
pub fn files(example: &str) -> (Vec<InputFile>, Vec<(String, String)>) {
    let parameters = example
        .lines()
        .filter_map(|line| line.strip_prefix("// parameter "))
        .filter_map(|line| line.split_once(" = "))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    if example.starts_with("// file: ") {
        let files = example.split("// file: ").filter(|part| !part.is_empty()).filter_map(|part| part.split_once('\n'));
        return (files.map(|(path, text)| file(path.trim(), text)).collect(), parameters);
    }
    let mut all = vec![file("example.earn", &format!("{example}\n{}", rest(example)))];
    if !begins(example, "programme ") && !begins(example, "方案 ") {
        let points = begins(example, "points Point ") || begins(example, "积分种类 Point ");
        all.push(file("head.earn", &if points { HEAD.to_owned() } else { format!("{HEAD}{POINTS}") }));
    }
    (all, parameters)
}

/// What an example leaves out where it is about the size of a file.
fn rest(example: &str) -> String {
    if example.ends_with("// and so on, to 11 MB") { " ".repeat(11_000_000) } else { String::new() }
}

fn begins(example: &str, word: &str) -> bool {
    example.lines().any(|line| line.starts_with(word))
}

fn file(path: &str, text: &str) -> InputFile {
    InputFile { path: path.to_owned(), text: text.to_owned() }
}

/// Loads an example: one version, or a programme with versions.
pub fn run(example: &str) -> Vec<Loaded> {
    let (files, parameters) = files(example);
    if files.iter().any(|file| file.path.starts_with("versions/")) {
        return load_programme(files, &parameters).versions;
    }
    vec![load(files, &parameters)]
}

/// Loads an example of a code: of a lint with what that lint finds (others may find something in it too), on the day that the
/// example names (`// today 2024-05-01`).
#[allow(dead_code, reason = "not every test looks at lints")]
pub fn run_for(code: &str, example: &str) -> Vec<Loaded> {
    if !code.starts_with('W') {
        return run(example);
    }
    let (files, parameters) = files(example);
    let today = example.lines().find_map(|line| line.strip_prefix("// today ")).and_then(|day| day.trim().parse().ok());
    let (mut loaded, reports) = load_and_lint(files, &parameters, today);
    for (version, report) in loaded.versions.iter_mut().zip(reports) {
        let own = report.findings.into_iter().map(|found| found.diagnostic).filter(|found| found.code == code);
        version.diagnostics.extend(own);
    }
    loaded.versions
}

/// All findings of all versions.
pub fn findings(loaded: &[Loaded]) -> Vec<&Diagnostic> {
    loaded.iter().flat_map(|version| &version.diagnostics).collect()
}

/// What the user sees.
pub fn shown(loaded: &[Loaded], language: Language) -> String {
    loaded
        .iter()
        .map(|version| render(&version.diagnostics, &version.sources, language, false))
        .collect::<Vec<_>>()
        .join("\n")
}
