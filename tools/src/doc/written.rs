//! The policy as it is written: the text of a rule, the label of a parameter. What the checked policy does not keep.

use super::setting::Setting;
use earnest_dsl::policy::{Policy, Rule};
use earnest_dsl::source::{FileId, Span};
use earnest_dsl::syntax::ast::{Decl, DeclKind};
use earnest_dsl::syntax::split::parse_file;
use std::collections::BTreeMap;

/// Declarations of a policy's files.
#[derive(Debug, Default)]
pub(super) struct Written {
    /// Of each file: where its declarations stand, those inside campaigns included.
    spans: BTreeMap<FileId, Vec<Span>>,
    /// Labels of parameters by name.
    labels: BTreeMap<String, Vec<String>>,
}

impl Written {
    /// The files in which the policy's rules stand, and those with its parameters.
    pub fn of(policy: &Policy) -> Self {
        let mut written = Self::default();
        // The library's texts are not the policy's.
        for (id, source) in policy.sources.iter().filter(|(_, source)| !source.path.starts_with("std/")) {
            for decl in &parse_file(&source.text, id).file.decls {
                written.add(decl);
            }
        }
        written
    }

    fn add(&mut self, decl: &Decl) {
        self.spans.entry(decl.span.file).or_default().push(decl.span);
        match &decl.kind {
            DeclKind::Campaign(_, _, decls) => decls.iter().for_each(|decl| self.add(decl)),
            DeclKind::Parameter(declared, ..) => {
                let labels = declared.labels.iter().map(|label| label.text.clone()).collect();
                self.labels.insert(declared.name.text.clone(), labels);
            }
            _ => {}
        }
    }

    /// The text of a rule, from its first word to its closing brace, its lines moved to the margin.
    pub fn rule(&self, setting: &Setting<'_>, rule: &Rule) -> Option<String> {
        let at = rule.title.span;
        let spans = self.spans.get(&at.file)?.iter();
        let span = spans
            .filter(|span| span.start <= at.start && at.end <= span.end)
            .min_by_key(|span| span.end.saturating_sub(span.start))?;
        let text = &setting.policy.sources.get(at.file)?.text;
        let (start, end) = (usize::try_from(span.start).ok()?, usize::try_from(span.end).ok()?);
        let margin = text.get(..start)?.chars().rev().take_while(|letter| *letter == ' ').count();
        let lines = text.get(start..end)?.lines().map(|line| {
            let blanks = line.chars().take_while(|letter| *letter == ' ').count().min(margin);
            line.get(blanks..).unwrap_or(line)
        });
        Some(lines.collect::<Vec<_>>().join("\n"))
    }

    /// Labels of a parameter.
    pub fn labels(&self, parameter: &str) -> &[String] {
        self.labels.get(parameter).map_or(&[], Vec::as_slice)
    }
}
