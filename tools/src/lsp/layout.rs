//! The one layout, as changes of a document.

use super::text::Lines;
use earnest_dsl::source::{FileId, Span};
use earnest_dsl::syntax::format::format;
use gen_lsp_types::TextEdit;

/// The change that brings a document into its one layout: the lines from the first that differs to the last.
#[must_use]
pub fn edits(lines: &Lines) -> Vec<TextEdit> {
    let text = lines.text();
    let formatted = format(text);
    if !formatted.changed {
        return vec![];
    }
    let (old, new): (Vec<&str>, Vec<&str>) = (pieces(text), pieces(&formatted.text));
    let front = old.iter().zip(&new).take_while(|(one, other)| one == other).count();
    let rest = old.len().min(new.len()).saturating_sub(front);
    let back = old.iter().rev().zip(new.iter().rev()).take(rest).take_while(|(one, other)| one == other).count();
    let length = |lines: &[&str]| lines.iter().map(|line| line.len()).sum::<usize>();
    let byte = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let start = length(old.get(..front).unwrap_or_default());
    let end = text.len().saturating_sub(length(old.get(old.len().saturating_sub(back)..).unwrap_or_default()));
    let come = new.get(front..new.len().saturating_sub(back)).unwrap_or_default().concat();
    let range = lines.range(Span::new(FileId::default(), byte(start), byte(end)));
    vec![TextEdit { range, new_text: come }]
}

fn pieces(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}
