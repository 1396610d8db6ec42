//! From a name to its declaration and to its uses; the names of all open programmes.

use super::declared::{self, Declaration};
use super::desk::{Desk, View};
use super::outline::symbol_kind;
use super::{place, uri};
use gen_lsp_types::{
    BaseSymbolInformation, DocumentHighlight, DocumentHighlightKind, Location, Position, Range, WorkspaceSymbol,
};

/// Where a name is declared.
#[must_use]
pub fn definition(view: &View<'_>, byte: u32) -> Option<Location> {
    if let Some(named) = place::named_at(view, byte) {
        return view.location(named.declared);
    }
    let (_, library) = place::library_at(view, byte)?;
    let stem = library.strip_prefix("std.").unwrap_or(&library);
    let start = Position { line: 0, character: 0 };
    earnest_dsl::load::library(&library)?;
    Some(Location { uri: uri::of_library(&format!("std/{stem}.earn")), range: Range { start, end: start } })
}

/// Where else a name is written.
#[must_use]
pub fn references(view: &View<'_>, byte: u32, with_declaration: bool) -> Vec<Location> {
    let Some(named) = place::named_at(view, byte) else { return vec![] };
    let uses = place::uses(view, named.declared);
    let wanted = uses.into_iter().filter(|span| with_declaration || span.key() != named.declared.key());
    wanted.filter_map(|span| view.location(span)).collect()
}

/// The uses of a name in the file itself.
#[must_use]
pub fn highlights(view: &View<'_>, byte: u32) -> Vec<DocumentHighlight> {
    let Some(named) = place::named_at(view, byte) else { return vec![] };
    let uses = place::uses(view, named.declared).into_iter().filter(|span| span.file == view.file);
    let kind = |declaration| if declaration { DocumentHighlightKind::Write } else { DocumentHighlightKind::Read };
    uses.map(|span| DocumentHighlight {
        range: view.lines.range(span),
        kind: Some(kind(span.key() == named.declared.key())),
    })
    .collect()
}

/// How many names a search gives.
const FOUND: usize = 200;

/// Declarations whose name or label holds the text that is searched, in all programmes.
#[must_use]
pub fn search(desk: &Desk<'_>, query: &str) -> Vec<WorkspaceSymbol> {
    let query = query.to_lowercase();
    let mut found = Vec::new();
    let matches = |one: &Declaration<'_>| {
        let mut words = std::iter::once(one.name).chain(one.labels.iter().map(|label| label.text.as_str()));
        words.any(|word| word.to_lowercase().contains(&query))
    };
    for programme in &desk.programmes {
        for view in programme.views(desk.encoding) {
            let all = declared::declarations(&view.tree.decls);
            declared::each(&all, &mut |one| {
                if found.len() < FOUND
                    && matches(one)
                    && let Some(location) = view.location(one.place)
                {
                    let base_symbol_information = BaseSymbolInformation {
                        name: one.name.to_owned(),
                        kind: symbol_kind(one.what),
                        tags: None,
                        container_name: one.labels.first().map(|label| label.text.clone()),
                    };
                    found.push(WorkspaceSymbol { location: location.into(), data: None, base_symbol_information });
                }
            });
        }
    }
    found
}
