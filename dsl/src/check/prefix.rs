//! The campaign in front of a dotted name, `golden_week` in `golden_week.dining`: where it leads, for renaming and editors.

use super::Reference;
use super::names::Names;
use crate::source::{Sources, Span};
use crate::syntax::ast::{DeclKind, Declared};

/// References of the first parts of dotted names that name the campaign in which the last part is declared.
pub(crate) fn campaigns_named(names: &Names<'_>, sources: &Sources, references: &[Reference]) -> Vec<Reference> {
    let campaigns: Vec<(&Declared, Span)> = names
        .top
        .iter()
        .filter_map(|decl| match &decl.kind {
            DeclKind::Campaign(declared, ..) => Some((declared, decl.span)),
            _ => None,
        })
        .collect();
    references.iter().filter_map(|one| campaign_of(one, sources, &campaigns)).collect()
}

fn campaign_of(one: &Reference, sources: &Sources, campaigns: &[(&Declared, Span)]) -> Option<Reference> {
    let Span { file, start, end } = one.span;
    let text = &sources.get(file)?.text;
    let written = text.get(usize::try_from(start).ok()?..usize::try_from(end).ok()?)?;
    let first = written.get(..written.find(['.', '．'])?)?.trim_end();
    let holds = |whole: &Span| {
        whole.file == one.declared.file && whole.start <= one.declared.start && one.declared.end <= whole.end
    };
    let (campaign, _) = campaigns.iter().find(|(_, whole)| holds(whole))?;
    let named = campaign.name.text == first || campaign.labels.iter().any(|label| label.text == first);
    let end = start.saturating_add(u32::try_from(first.len()).ok()?);
    named.then(|| Reference {
        span: Span { file, start, end },
        name: campaign.name.text.clone(),
        labels: campaign.labels.iter().map(|label| label.text.clone()).collect(),
        declared: campaign.name.span,
    })
}
