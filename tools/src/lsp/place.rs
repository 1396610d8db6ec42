//! What stands at a place: which declaration a name there leads to, and where else that declaration is named.

use super::declared::{self, Declaration, What};
use super::desk::View;
use earnest_dsl::check::Reference;
use earnest_dsl::source::Span;
use earnest_dsl::syntax::ast::{ClauseKind, DeclKind};

/// A name at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Where it is written.
    pub written: Span,
    /// Where the declaration that it leads to has its name; an empty place for what the language itself declares.
    pub declared: Span,
    /// The declared identifier.
    pub name: String,
    /// The labels of the declaration.
    pub labels: Vec<String>,
}

/// Whether a place reaches over a byte; its end counts, for the cursor stands behind a word that was just typed.
#[must_use]
pub fn covers(span: Span, byte: u32) -> bool {
    span.start <= byte && byte <= span.end
}

/// How many references before a byte may reach over it: they are sorted by where they begin.
const LOOK_BACK: usize = 64;

/// The name at a byte of a file: a use of it, or its declaration.
#[must_use]
pub fn named_at(view: &View<'_>, byte: u32) -> Option<Named> {
    let references = &view.loaded.references;
    let behind = references.partition_point(|one| (one.span.file, one.span.start) <= (view.file, byte));
    let near = references.get(behind.saturating_sub(LOOK_BACK)..behind).unwrap_or_default();
    let here = near.iter().filter(|one| one.span.file == view.file);
    let here = here.map(|one| (last_segment(view, one.span), one)).filter(|(written, _)| covers(*written, byte));
    if let Some((written, one)) = here.min_by_key(|(written, _)| written.end.saturating_sub(written.start)) {
        let (name, labels) = (one.name.clone(), one.labels.clone());
        return Some(Named { written, declared: one.declared, name, labels });
    }
    declared_at(&declared::declarations(&view.tree.decls), byte)
}

/// A declaration whose name or label is at a byte.
fn declared_at(declarations: &[Declaration<'_>], byte: u32) -> Option<Named> {
    for one in declarations.iter().filter(|one| covers(one.whole, byte)) {
        if let Some(found) = declared_at(&one.inner, byte) {
            return Some(found);
        }
        let labels = one.labels.iter().map(|label| label.text.clone()).collect();
        let places = std::iter::once(one.place).chain(one.labels.iter().map(|label| inner(label.span)));
        let test = matches!(one.what, What::Test | What::Examples(_) | What::Library);
        let here = places.into_iter().find(|place| covers(*place, byte)).filter(|_| !test);
        if let Some(written) = here {
            return Some(Named { written, declared: one.place, name: one.name.to_owned(), labels });
        }
    }
    None
}

/// The text of a label without its quotes.
#[must_use]
pub fn inner(label: Span) -> Span {
    Span {
        start: label.start.saturating_add(1),
        end: label.end.saturating_sub(1).max(label.start.saturating_add(1)),
        ..label
    }
}

/// The last name of a dotted one.
#[must_use]
pub fn last_segment(view: &View<'_>, span: Span) -> Span {
    let text = view.text_of(span);
    let Some(at) = text.rfind(['.', '．']) else { return span };
    let rest = text.get(at..).unwrap_or_default().trim_start_matches(['.', '．']).trim_start();
    let length = u32::try_from(rest.len()).unwrap_or(0);
    Span { start: span.end.saturating_sub(length), ..span }
}

/// Every place at which a declaration is named, in all files of the version, its own included. Sorted, without repeats.
#[must_use]
pub fn uses(view: &View<'_>, declared: Span) -> Vec<Span> {
    let leads = |one: &&Reference| one.declared.key() == declared.key();
    let references = view.loaded.references.iter().filter(leads);
    let mut found: Vec<Span> = references.map(|one| last_segment(view, one.span)).collect();
    found.push(declared);
    found.sort_by_key(|span| span.key());
    found.dedup_by_key(|span| span.key());
    found
}

/// A library named in a `use` at a byte: `std.banking`.
#[must_use]
pub fn library_at(view: &View<'_>, byte: u32) -> Option<(Span, String)> {
    let heads = view.tree.decls.iter().filter_map(|decl| match &decl.kind {
        DeclKind::Programme(_, clauses) | DeclKind::Library(_, _, clauses) => Some(clauses),
        _ => None,
    });
    let paths = heads.flatten().filter_map(|clause| match &clause.kind {
        ClauseKind::Use(paths) => Some(paths),
        _ => None,
    });
    let path = paths.flatten().find(|path| covers(path.span, byte))?;
    let name = path.segments.iter().map(|one| one.text.as_str()).collect::<Vec<_>>().join(".");
    Some((path.span, name))
}

/// What is declared at a place, in the programme's files or in a library that it uses, with the whole declaration.
#[must_use]
pub fn what_at(view: &View<'_>, declared: Span) -> Option<(What, Span)> {
    let mut found = None;
    let trees = view.draft.trees().chain(view.draft.libraries().map(|(_, tree)| tree));
    for tree in trees {
        let all = declared::declarations(&tree.decls);
        declared::each(&all, &mut |one| {
            if one.place.key() == declared.key() {
                found.get_or_insert((one.what, one.whole));
            }
        });
        if found.is_some() {
            break;
        }
    }
    found
}
