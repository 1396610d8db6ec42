//! The one door from text to policy: files of a programme in, policy and diagnostics out. Reads no disk; the library is built in.

use crate::check::names::{Names, path_text};
use crate::check::{Reference, check, messages, versions};
use crate::diagnostic::Diagnostic;
use crate::policy::Policy;
use crate::source::{FileId, Source, Sources, Span};
use crate::syntax::ast::{self, ClauseKind, DeclKind};
use crate::syntax::layout::canonical;
use crate::syntax::lexer::lex;
use crate::syntax::parse::{Production, Tree, parse};
use crate::syntax::{parse_file, with_stack};

include!(concat!(env!("OUT_DIR"), "/library.rs"));

/// A file of a programme: a path to show, relative to the programme's folder, and its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputFile {
    /// Path to show.
    pub path: String,
    /// Text.
    pub text: String,
}

/// What came of loading one version of a programme.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The policy, where there was no error.
    pub policy: Option<Policy>,
    /// Findings of the programme's files, by file and place.
    pub diagnostics: Vec<Diagnostic>,
    /// The programme's files first (in the order given), then the library files used, then parameters set from outside.
    pub sources: Sources,
    /// Where the names that the files write lead, by place: for translation and editors.
    pub references: Vec<Reference>,
}

impl Loaded {
    /// Whether there is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// What came of loading a whole programme: its versions by from-date.
///
/// What is wrong with the folder as a whole (a version's name, versions that overlap) is a finding of the version at fault.
#[derive(Debug, Clone)]
pub struct LoadedProgramme {
    /// Versions, earliest first; the folder's own files are one of them, `versions/<from-date>/` holds the others.
    pub versions: Vec<Loaded>,
}

impl LoadedProgramme {
    /// Whether any version has an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.versions.iter().any(Loaded::has_errors)
    }
}

/// Loads one version of a programme. `parameters` are values set from outside, by name, as text (`2 Point`).
#[must_use]
pub fn load(files: Vec<InputFile>, parameters: &[(String, String)]) -> Loaded {
    load_version(files, parameters).loaded
}

/// Loads a programme with all its versions: files under `versions/<from-date>/` are versions of their own.
#[must_use]
pub fn load_programme(files: Vec<InputFile>, parameters: &[(String, String)]) -> LoadedProgramme {
    let versions =
        versions::split(files).into_iter().map(|(folder, files)| (folder, load_version(files, parameters))).collect();
    LoadedProgramme { versions: versions::join(versions) }
}

/// A version with what the check of the whole folder needs of it.
pub(crate) struct Version {
    pub loaded: Loaded,
    /// Where the version says from when it is in force.
    pub effective: Span,
    /// Its life, where its head could be read.
    pub life: Option<versions::Life>,
}

fn load_version(files: Vec<InputFile>, parameters: &[(String, String)]) -> Version {
    let mut sources = Sources::default();
    let mut diagnostics = Vec::new();
    let mut own = Vec::new();
    with_stack(|| {
        for file in files {
            own.push(read(&mut sources, &mut diagnostics, file.path, &file.text));
        }
    });
    let unread: Vec<Span> = diagnostics.iter().map(Diagnostic::span).collect();
    let libraries = libraries(&own, &mut sources, &mut diagnostics);
    let given = parameters_given(parameters, &mut sources, &mut diagnostics);
    let names = Names::collect(own.iter(), libraries.iter().map(|(name, file)| (name.clone(), file)));
    let mut checked = check(&names, &sources, &given, Span::new(FileId(0), 0, 0));
    if own.iter().any(has_broken) {
        // A declaration that could not be read may be the very one that is missed elsewhere.
        checked.diagnostics.retain(|found| !messages::may_follow(found.code));
    }
    if checked.diagnostics.iter().any(|found| found.is_error() && !messages::follows_a_rule(found.code)) {
        // A limit without lines may only mean that its rule has a mistake.
        checked.diagnostics.retain(|found| !messages::follows_a_rule(found.code));
    }
    // What is said of a text that could not be read in full only follows from that.
    checked
        .diagnostics
        .retain(|found| !found.marks.iter().any(|mark| unread.iter().any(|unread| holds(mark.span, *unread))));
    diagnostics.append(&mut checked.diagnostics);
    diagnostics.sort_by(|a, b| a.span().key().cmp(&b.span().key()).then_with(|| a.code.cmp(b.code)));
    diagnostics.dedup();
    let failed = diagnostics.iter().any(Diagnostic::is_error);
    let policy = checked.policy.filter(|_| !failed);
    let loaded = Loaded { policy, diagnostics, sources, references: checked.references };
    Version { loaded, effective: effective_span(&own), life: checked.life }
}

/// Whether a place holds another.
fn holds(outer: Span, inner: Span) -> bool {
    let ((file, start, end), (other, first, last)) = (outer.key(), inner.key());
    file == other && start <= first && last <= end
}

fn read(sources: &mut Sources, diagnostics: &mut Vec<Diagnostic>, path: String, text: &str) -> ast::File {
    let id = sources.add(Source::new(path, text));
    let mut parsed = parse_file(text, id);
    diagnostics.append(&mut parsed.diagnostics);
    parsed.file
}

/// The libraries that the files use, and those that these use, each once, by name.
fn libraries(own: &[ast::File], sources: &mut Sources, diagnostics: &mut Vec<Diagnostic>) -> Vec<(String, ast::File)> {
    let mut found: Vec<(String, ast::File)> = Vec::new();
    let mut wanted: Vec<ast::Path> = own.iter().flat_map(uses).cloned().collect();
    while let Some(path) = wanted.pop() {
        let name = path_text(&path);
        if found.iter().any(|(known, _)| *known == name) {
            continue;
        }
        let stem = name.strip_prefix("std.").unwrap_or(&name);
        let Some((_, text)) = LIBRARY.iter().find(|(known, _)| *known == stem) else {
            let known: Vec<String> = LIBRARY.iter().map(|(stem, _)| format!("std.{stem}")).collect();
            diagnostics.push(messages::unknown_library(&path, &known));
            continue;
        };
        let file = read(sources, diagnostics, format!("std/{stem}.earn"), text);
        wanted.extend(uses(&file).cloned());
        found.push((name, file));
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

fn uses(file: &ast::File) -> impl Iterator<Item = &ast::Path> {
    let heads = file.decls.iter().filter_map(|decl| match &decl.kind {
        DeclKind::Programme(_, clauses) | DeclKind::Library(_, _, clauses) => Some(clauses),
        _ => None,
    });
    heads
        .flatten()
        .filter_map(|clause| match &clause.kind {
            ClauseKind::Use(paths) => Some(paths),
            _ => None,
        })
        .flatten()
}

/// Parameters as expressions; each text is a source of its own, so that a finding can point into it.
fn parameters_given(
    parameters: &[(String, String)],
    sources: &mut Sources,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<(String, ast::Expr)> {
    let mut given = Vec::new();
    for (name, text) in parameters {
        let id = sources.add(Source::new(format!("parameter {name}"), text.as_str()));
        match parse_value(text, id, diagnostics) {
            Some(value) => given.push((name.clone(), value)),
            None => diagnostics
                .push(messages::parameter_unreadable(name, Span::new(id, 0, u32::try_from(text.len()).unwrap_or(0)))),
        }
    }
    given
}

fn parse_value(text: &str, id: FileId, diagnostics: &mut Vec<Diagnostic>) -> Option<ast::Expr> {
    let tokens = lex(text);
    let mut parsed = parse(Production::Expression, &canonical(&tokens, text, 0..tokens.len(), id)).ok()?;
    diagnostics.append(&mut parsed.diagnostics);
    match parsed.tree {
        Tree::Expression(value) => Some(value),
        _ => None,
    }
}

fn has_broken(file: &ast::File) -> bool {
    fn any(decls: &[ast::Decl]) -> bool {
        decls.iter().any(|decl| match &decl.kind {
            DeclKind::Broken => true,
            DeclKind::Campaign(_, _, inner) => any(inner),
            _ => false,
        })
    }
    any(&file.decls)
}

fn effective_span(files: &[ast::File]) -> Span {
    let heads = files.iter().flat_map(|file| &file.decls).filter_map(|decl| match &decl.kind {
        DeclKind::Programme(declared, clauses) => Some((declared, clauses)),
        _ => None,
    });
    heads
        .map(|(declared, clauses)| {
            let clause = clauses.iter().find(|clause| matches!(clause.kind, ClauseKind::Effective(..)));
            clause.map_or(declared.name.span, |clause| clause.span)
        })
        .next()
        .unwrap_or_default()
}
