//! Renaming: a declaration's identifier, or one of its labels, with every use of it. Nothing is trusted: the programme is loaded
//! with the new names, and where it would say anything else the renaming is refused.

use super::declared::What;
use super::desk::View;
use super::place::{self, Named};
use earnest_dsl::diagnostic::{Diagnostic, Text};
use earnest_dsl::load::{InputFile, LoadedProgramme, load_programme};
use earnest_dsl::source::{FileId, Span};
use earnest_dsl::syntax::keywords::is_reserved;
use earnest_dsl::syntax::lexer::{TokenKind, lex};
use gen_lsp_types::{PrepareRenamePlaceholder, TextEdit, Uri, WorkspaceEdit};
use std::collections::{BTreeMap, HashMap};

/// What can be renamed at a byte, and what it is called now.
///
/// # Errors
/// Nothing there can be renamed, and why.
pub fn prepare(view: &View<'_>, byte: u32) -> Result<PrepareRenamePlaceholder, Text> {
    let named = renamable(view, byte)?;
    let placeholder = view.text_of(named.written).to_owned();
    Ok(PrepareRenamePlaceholder { range: view.lines.range(named.written), placeholder })
}

fn renamable(view: &View<'_>, byte: u32) -> Result<Named, Text> {
    let nothing = || Text::new("there is no name here that can be renamed", "此处没有可以改名的名称");
    let named = place::named_at(view, byte).ok_or_else(nothing)?;
    if named.declared.key() == Span::default().key() && named.written.file != FileId::default() {
        return Err(nothing());
    }
    if !view.is_own(named.declared.file) {
        let (en, zh) = ("is declared in the standard library", "由标准库声明");
        return Err(Text::new(format!("`{}` {en}", named.name), format!("`{}` {zh}", named.name)));
    }
    if place::what_at(view, named.declared).is_some_and(|(what, _)| what == What::Currency) {
        let (en, zh) = ("is the code of a currency", "是币种代码");
        return Err(Text::new(format!("`{}` {en}", named.name), format!("`{}` {zh}", named.name)));
    }
    Ok(named)
}

/// The changes that give a name another spelling everywhere.
///
/// # Errors
/// The new name is none, or the programme would no longer be the same; in words.
pub fn rename(view: &View<'_>, byte: u32, new: &str) -> Result<WorkspaceEdit, Text> {
    let named = renamable(view, byte)?;
    let old = view.text_of(named.written).to_owned();
    let label = label_written(view, &named, &old);
    check_name(new, label.is_some_and(|label| label.key() == named.written.key()) && !is_word(&old))?;
    let places = places(view, &named, &old, label);
    let mut edits: BTreeMap<String, Vec<Span>> = BTreeMap::new();
    for span in places {
        let source = view.loaded.sources.get(span.file).map(|source| source.path.clone());
        edits.entry(source.unwrap_or_default()).or_default().push(span);
    }
    check_meaning(view, &edits, new, &old)?;
    let changes: HashMap<Uri, Vec<TextEdit>> = edits
        .into_iter()
        .filter_map(|(path, spans)| {
            let lines = view.programme.view(&path, view.encoding)?.lines;
            let edit = |span: Span| TextEdit { range: lines.range(span), new_text: new.to_owned() };
            Some((view.programme.uri_of(&path), spans.into_iter().map(edit).collect()))
        })
        .collect();
    Ok(WorkspaceEdit { changes: Some(changes), document_changes: None, change_annotations: None })
}

/// The label of the declaration that is written so, without its quotes.
fn label_written(view: &View<'_>, named: &Named, written: &str) -> Option<Span> {
    if written == named.name {
        return None;
    }
    let own = view.loaded.sources.iter().find(|(file, _)| *file == named.declared.file)?.1;
    let declaring = view.programme.view(&own.path, view.encoding)?;
    let all = super::declared::declarations(&declaring.tree.decls);
    let mut found = None;
    super::declared::each(&all, &mut |one| {
        if one.place.key() == named.declared.key() {
            let label = one.labels.iter().find(|label| label.text == written);
            found = found.or(label.map(|label| place::inner(label.span)));
        }
    });
    found
}

/// Every place that is spelled as the one that is renamed: uses by the identifier, or uses by the label.
fn places(view: &View<'_>, named: &Named, old: &str, label: Option<Span>) -> Vec<Span> {
    let uses = place::uses(view, named.declared);
    let mut spelled: Vec<Span> = uses.into_iter().filter(|span| view.text_of(*span) == old).collect();
    spelled.extend(label);
    spelled.sort_by_key(|span| span.key());
    spelled.dedup_by_key(|span| span.key());
    spelled
}

fn is_word(text: &str) -> bool {
    matches!(lex(text).as_slice(), [only] if only.kind == TokenKind::Word)
}

fn check_name(new: &str, free: bool) -> Result<(), Text> {
    if free && !new.is_empty() && !new.contains(['"', '\n', '\r', '“', '”']) {
        return Ok(());
    }
    if !is_word(new) {
        let (en, zh) = (
            "is no name: a letter or Han character, then letters, digits and `_`",
            "不是名称：以字母或汉字开头，后接字母、数字和 `_`",
        );
        return Err(Text::new(format!("`{new}` {en}"), format!("`{new}` {zh}")));
    }
    if is_reserved(new) {
        let (en, zh) = ("is a word of the language and no name", "是语言的保留词，不能作名称");
        return Err(Text::new(format!("`{new}` {en}"), format!("`{new}` {zh}")));
    }
    Ok(())
}

/// The programme with the new name must have no error that it did not have, and every name must lead where it led.
fn check_meaning(view: &View<'_>, edits: &BTreeMap<String, Vec<Span>>, new: &str, old: &str) -> Result<(), Text> {
    let renamed: Vec<InputFile> = view
        .programme
        .views(view.encoding)
        .map(|file| {
            let path = file.loaded.sources.get(file.file).map(|source| source.path.clone()).unwrap_or_default();
            let text = file.lines.text();
            let text = edits.get(&path).map_or_else(|| text.to_string(), |spans| spelled(text, spans, new));
            InputFile { path, text }
        })
        .collect();
    let before = links(&view.programme.loaded, edits, new.len(), old.len());
    let after = load_programme(renamed, &[]);
    let untouched = BTreeMap::new();
    if errors(&after) > errors(&view.programme.loaded) || links(&after, &untouched, 0, 0) != before {
        return Err(Text::new(
            format!(
                "with the name `{new}` the programme would not say the same: the name is taken, or leads elsewhere"
            ),
            format!("改名为 `{new}` 后方案的含义会改变：该名称已被占用，或会指向别处"),
        ));
    }
    Ok(())
}

fn errors(loaded: &LoadedProgramme) -> usize {
    let found = loaded.versions.iter().flat_map(|version| &version.diagnostics);
    found.filter(|found: &&Diagnostic| found.is_error()).count()
}

/// Where each name leads: from where to where, in the text as it is after the edits.
fn links(
    loaded: &LoadedProgramme,
    edits: &BTreeMap<String, Vec<Span>>,
    new: usize,
    old: usize,
) -> Vec<Vec<(FileId, u32, FileId, u32)>> {
    let (new, old) = (i64::try_from(new).unwrap_or(0), i64::try_from(old).unwrap_or(0));
    loaded
        .versions
        .iter()
        .map(|version| {
            let moved = |file: FileId, byte: u32| {
                let path = version.sources.get(file).map(|source| source.path.as_str()).unwrap_or_default();
                let before = edits.get(path).map_or(0, |spans| spans.partition_point(|span| span.end <= byte));
                let by = i64::try_from(before).unwrap_or(0).saturating_mul(new.saturating_sub(old));
                u32::try_from(i64::from(byte).saturating_add(by)).unwrap_or(0)
            };
            let mut links: Vec<_> = version
                .references
                .iter()
                .map(|one| {
                    let (at, to) = (one.span, one.declared);
                    // Where a dotted name begins says nothing of its last part: its end does.
                    (at.file, moved(at.file, at.end), to.file, moved(to.file, to.start))
                })
                .collect();
            links.sort_unstable();
            links.dedup();
            links
        })
        .collect()
}

fn spelled(text: &str, spans: &[Span], new: &str) -> String {
    let at = |byte: u32| usize::try_from(byte).unwrap_or(usize::MAX);
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for span in spans {
        out.push_str(text.get(from..at(span.start)).unwrap_or_default());
        out.push_str(new);
        from = at(span.end);
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out
}
