//! The one door from text to policy: files of a programme in, policy and diagnostics out. Reads no disk; the library is built in.

use crate::check::names::{Names, path_text};
use crate::check::{Reference, Standing, check, messages, type_of, versions};
use crate::diagnostic::Diagnostic;
use crate::policy::{Policy, Typed};
use crate::prove::{Kept, kept};
use crate::source::{FileId, Source, Sources, Span};
use crate::syntax::ast::{self, ClauseKind, DeclKind};
use crate::syntax::keywords::Keyword;
use crate::syntax::layout::canonical;
use crate::syntax::lexer::lex;
use crate::syntax::parse::{Production, Tree, parse};
use crate::syntax::reread::Reread;
use crate::syntax::with_stack;
use std::collections::BTreeMap;
use std::sync::Arc;

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
    /// Where there was an error: what could be checked all the same. For editors alone: it is not whole, and nothing may run it.
    pub partial: Option<Policy>,
    /// Findings of the programme's files, by file and place.
    pub diagnostics: Vec<Diagnostic>,
    /// The programme's files first (in the order given), then the library files used, then parameters set from outside.
    pub sources: Sources,
    /// Where the names that the files write lead, by place: for translation and editors.
    pub references: Vec<Reference>,
    /// Types of definitions that are used, by where their names are declared: for editors.
    pub definitions: Vec<(Span, Typed)>,
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
    Draft::default().check(files, parameters).loaded
}

/// Loads a programme with all its versions: files under `versions/<from-date>/` are versions of their own.
#[must_use]
pub fn load_programme(files: Vec<InputFile>, parameters: &[(String, String)]) -> LoadedProgramme {
    Drafts::default().load(files, parameters)
}

/// A programme that is loaded again and again while its files are edited: what has not changed is not parsed again.
/// What comes of it is what [`load_programme`] gives.
#[derive(Debug, Clone, Default)]
pub struct Drafts {
    versions: BTreeMap<Option<String>, Draft>,
}

impl Drafts {
    /// Loads the programme as its files are now.
    pub fn load(&mut self, files: Vec<InputFile>, parameters: &[(String, String)]) -> LoadedProgramme {
        let folders = versions::split(files);
        self.versions.retain(|known, _| folders.iter().any(|(folder, _)| folder == known));
        let check = |(folder, files): (Option<String>, Vec<InputFile>)| {
            let draft = self.versions.entry(folder.clone()).or_default();
            (folder, draft.check(files, parameters))
        };
        LoadedProgramme { versions: versions::join(folders.into_iter().map(check).collect()) }
    }

    /// The trees of a version's own files, in the order of their numbers, as they were loaded last.
    #[must_use]
    pub fn trees(&self, version: &Loaded) -> Vec<&ast::File> {
        let first = version.sources.iter().next().and_then(|(_, source)| self.find(&source.path));
        first.map_or_else(Vec::new, |(draft, _)| draft.trees().collect())
    }

    /// The version to which a file belongs, and the file's tree as it was loaded last.
    #[must_use]
    pub fn find(&self, path: &str) -> Option<(&Draft, &ast::File)> {
        self.versions.values().find_map(|draft| draft.tree(path).map(|tree| (draft, tree)))
    }
}

/// One version of a programme that is loaded again and again.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    /// The programme's files, by path and in the order of their numbers.
    files: Vec<(String, Reread)>,
    /// Libraries that were used, by name.
    libraries: BTreeMap<String, Reread>,
}

/// A version with what the check of the whole folder needs of it.
pub(crate) struct Version {
    pub loaded: Loaded,
    /// Where the version says from when it is in force.
    pub effective: Span,
    /// Its life, where its head could be read.
    pub life: Option<versions::Life>,
}

impl Draft {
    /// A file's tree as it was loaded last.
    #[must_use]
    pub fn tree(&self, path: &str) -> Option<&ast::File> {
        self.files.iter().find(|(known, _)| known == path).map(|(_, file)| &file.parsed().file)
    }

    /// The keywords of a file with their places, in order.
    pub fn keywords(&self, path: &str) -> impl Iterator<Item = (Span, &'static Keyword)> {
        self.files.iter().filter(move |(known, _)| known == path).flat_map(|(_, file)| file.keywords())
    }

    /// The programme's own files as they were loaded last, in the order of their numbers.
    pub fn trees(&self) -> impl Iterator<Item = &ast::File> {
        self.files.iter().map(|(_, file)| &file.parsed().file)
    }

    /// The libraries used, by name.
    pub fn libraries(&self) -> impl Iterator<Item = (&str, &ast::File)> {
        self.libraries.iter().map(|(name, file)| (name.as_str(), &file.parsed().file))
    }

    /// The type of an expression that would stand somewhere in this version; none where it has a mistake.
    #[must_use]
    pub fn type_of(&self, at: &Standing, text: &str) -> Option<Typed> {
        let expr = parse_value(text, FileId(u32::MAX), &mut Vec::new())?;
        let libraries = self.libraries.iter().map(|(name, file)| (name.clone(), &file.parsed().file));
        let names = Names::collect(self.trees(), libraries);
        type_of(&names, &Sources::default(), at, &expr)
    }

    pub(crate) fn check(&mut self, files: Vec<InputFile>, parameters: &[(String, String)]) -> Version {
        let mut sources = Sources::default();
        let mut diagnostics = self.read(files, &mut sources);
        let unread: Vec<Span> = diagnostics.iter().map(Diagnostic::span).collect();
        self.read_libraries(&mut sources, &mut diagnostics);
        let given = parameters_given(parameters, &mut sources, &mut diagnostics);
        let libraries = self.libraries.iter().map(|(name, file)| (name.clone(), &file.parsed().file));
        let names = Names::collect(self.trees(), libraries);
        let mut checked = check(&names, &sources, &given, Span::new(FileId(0), 0, 0));
        if self.trees().any(has_broken) {
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
        let mut failed = checked.failed || diagnostics.iter().any(Diagnostic::is_error);
        // What a policy promises is proved of the whole of it.
        if !failed && !checked.policy.promises.is_empty() {
            diagnostics.extend(kept(&checked.policy).iter().filter_map(Kept::finding));
            failed = diagnostics.iter().any(Diagnostic::is_error);
        }
        let (policy, partial) = if failed { (None, Some(checked.policy)) } else { (Some(checked.policy), None) };
        let loaded = Loaded {
            policy,
            partial,
            diagnostics,
            sources,
            references: checked.references,
            definitions: checked.definitions,
        };
        Version { loaded, effective: effective_span(self.trees()), life: checked.life }
    }

    /// Reads the programme's own files.
    fn read(&mut self, files: Vec<InputFile>, sources: &mut Sources) -> Vec<Diagnostic> {
        let mut known: BTreeMap<String, Reread> = std::mem::take(&mut self.files).into_iter().collect();
        let mut diagnostics = Vec::new();
        with_stack(|| {
            for file in files {
                let text: Arc<str> = Arc::from(file.text);
                let id = sources.add(Source::new(file.path.clone(), Arc::clone(&text)));
                let mut read = known.remove(&file.path).unwrap_or_default();
                read.read(&text, id);
                diagnostics.extend_from_slice(&read.parsed().diagnostics);
                self.files.push((file.path, read));
            }
        });
        diagnostics
    }

    /// Reads the libraries that the files use, and those that these use, each once.
    fn read_libraries(&mut self, sources: &mut Sources, diagnostics: &mut Vec<Diagnostic>) {
        let mut wanted: Vec<ast::Path> = self.trees().flat_map(uses).cloned().collect();
        let mut known = std::mem::take(&mut self.libraries);
        while let Some(path) = wanted.pop() {
            let name = path_text(&path);
            if self.libraries.contains_key(&name) {
                continue;
            }
            let Some(text) = library(&name) else {
                let known: Vec<String> = library_names().collect();
                diagnostics.push(messages::unknown_library(&path, &known));
                continue;
            };
            let stem = name.strip_prefix("std.").unwrap_or(&name);
            let text: Arc<str> = Arc::from(text);
            let id = sources.add(Source::new(format!("std/{stem}.earn"), Arc::clone(&text)));
            let mut read = known.remove(&name).unwrap_or_default();
            read.read(&text, id);
            diagnostics.extend_from_slice(&read.parsed().diagnostics);
            wanted.extend(uses(&read.parsed().file).cloned());
            self.libraries.insert(name, read);
        }
    }
}

/// The text of a library by its name, `std.banking`.
#[must_use]
pub fn library(name: &str) -> Option<&'static str> {
    let stem = name.strip_prefix("std.").unwrap_or(name);
    LIBRARY.iter().find(|(known, _)| *known == stem).map(|(_, text)| *text)
}

/// The names of all libraries.
pub fn library_names() -> impl Iterator<Item = String> {
    LIBRARY.iter().map(|(stem, _)| format!("std.{stem}"))
}

/// Whether a place holds another.
fn holds(outer: Span, inner: Span) -> bool {
    let ((file, start, end), (other, first, last)) = (outer.key(), inner.key());
    file == other && start <= first && last <= end
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

fn effective_span<'f>(files: impl Iterator<Item = &'f ast::File>) -> Span {
    let heads = files.flat_map(|file| &file.decls).filter_map(|decl| match &decl.kind {
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
