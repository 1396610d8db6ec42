//! Translation of a file: keywords by the formatter, names by where the checker says that they lead.
//!
//! Nothing is trusted: the programme is loaded again with the translated file, and what would change its meaning is left out,
//! first the names, then all of it.

use crate::project::Project;
use crate::session::Failure;
use earnest_dsl::check::Reference;
use earnest_dsl::diagnostic::{Diagnostic, Language};
use earnest_dsl::load::{InputFile, load_programme};
use earnest_dsl::source::FileId;
use earnest_dsl::syntax::format::{NameUse, translate};
use earnest_dsl::syntax::keywords::is_reserved;
use earnest_dsl::syntax::lexer::{TokenKind, lex};
use std::path::Path;

/// The text of a file in another language.
pub fn translated(path: &Path, text: &str, to: Language) -> Result<String, Failure> {
    let Some(project) = Project::of(path)? else { return Ok(translate(text, to, &[])) };
    let Some(at) = project.files.iter().position(|file| project.is_at(file, path)) else {
        return Ok(translate(text, to, &[]));
    };
    Ok(translated_in(&project.files, at, to))
}

/// The text of one of a programme's files in another language; as it is where that would mean something else.
pub fn translated_in(files: &[InputFile], at: usize, to: Language) -> String {
    let Some(file) = files.get(at) else { return String::new() };
    let before = meaning(files);
    let with = |text: String| {
        let mut files = files.to_vec();
        if let Some(file) = files.get_mut(at) {
            file.text = text;
        }
        files
    };
    let names = names(files, file, to);
    for names in [&names[..], &[]] {
        let new = translate(&file.text, to, names);
        if meaning(&with(new.clone())) == before {
            return new;
        }
    }
    file.text.clone()
}

/// What a translation must not change: the hash of each version, and how many errors it has.
fn meaning(files: &[InputFile]) -> Vec<(Option<String>, usize)> {
    let loaded = load_programme(files.to_vec(), &[]);
    let errors = |found: &[Diagnostic]| found.iter().filter(|one| one.is_error()).count();
    let versions = loaded.versions.iter();
    versions.map(|one| (one.policy.as_ref().map(|policy| policy.hash()), errors(&one.diagnostics))).collect()
}

/// The names of a file that are called otherwise in a language.
fn names(files: &[InputFile], file: &InputFile, to: Language) -> Vec<NameUse> {
    let loaded = load_programme(files.to_vec(), &[]);
    let mut names: Vec<NameUse> = Vec::new();
    for version in &loaded.versions {
        let Some((id, _)) = version.sources.iter().find(|(_, source)| source.path == file.path) else { continue };
        names.extend(version.references.iter().filter_map(|reference| name_use(reference, id, &file.text, to)));
    }
    names.sort_by_key(|name| (name.start, name.end));
    names.dedup();
    names
}

/// A name in this file that is called otherwise; `None` for one that stays.
fn name_use(reference: &Reference, file: FileId, text: &str, to: Language) -> Option<NameUse> {
    let (at, start, end) = reference.span.key();
    let written = text.get(usize::try_from(start).ok()?..usize::try_from(end).ok()?)?;
    if at != file || written.contains(['.', ' ', '\n']) {
        return None;
    }
    // A rule is written without its campaign where it stands in it.
    let name = reference.name.rsplit('.').next().unwrap_or(&reference.name);
    let replacement = match to {
        Language::English => name,
        Language::Chinese => reference.labels.iter().find(|label| is_chinese_name(label)).map_or(name, String::as_str),
    };
    (replacement != written).then(|| NameUse { start, end, replacement: replacement.to_owned() })
}

/// Whether a label can be written as a name, and is Chinese.
fn is_chinese_name(label: &str) -> bool {
    let one_word = matches!(lex(label).as_slice(), [only] if only.kind == TokenKind::Word);
    one_word && !is_reserved(label) && !label.is_ascii()
}
