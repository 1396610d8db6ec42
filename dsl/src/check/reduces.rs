//! What a refund reduces: a field of the original by the refund's field of the same name.

use super::Checker;
use super::messages;
use super::names::KindSource;
use super::units::is_numeric;
use crate::policy::{Field, Role, Type};
use crate::syntax::ast::{EventDecl, FieldDecl, TypeKind};

impl Checker<'_> {
    /// `reduces` stands on a field of a refund kind, and each kind that it takes back has that number to reduce.
    pub(crate) fn check_reduced_fields(&mut self) {
        let names = self.names;
        for (at, entry) in names.kinds.entries.iter().enumerate() {
            let KindSource::Event(event) = entry.node else { continue };
            for field in &event.fields {
                self.no_reduced_members(field);
                if field.reduces {
                    self.check_reduced(at, event, field);
                }
            }
        }
        for entry in &names.subjects.entries {
            for field in entry.node.fields.iter().filter(|field| field.reduces) {
                self.report(messages::reduces_outside_refund(field.span));
            }
        }
    }

    /// An element of a list is no field that a refund could reduce.
    fn no_reduced_members(&mut self, field: &FieldDecl) {
        let TypeKind::List(_, members) = &field.ty.kind else { return };
        for member in members.iter().filter(|member| member.reduces) {
            self.report(messages::reduces_outside_refund(member.span));
        }
    }

    fn check_reduced(&mut self, at: usize, event: &EventDecl, field: &FieldDecl) {
        let Some(kind) = self.policy.kinds.get(at).cloned() else { return };
        let name = &field.declared.name.text;
        let Some(own) = kind.field(name).cloned() else { return };
        let originals: Vec<_> = kind
            .fields
            .iter()
            .filter_map(|field| match &field.typed.ty {
                Type::EventOf(kinds) => Some(kinds.clone()),
                _ => None,
            })
            .flatten()
            .collect();
        if kind.role != Role::Refund || originals.is_empty() {
            self.report(messages::reduces_outside_refund(field.span));
            return;
        }
        if !is_numeric(&own.typed.ty) {
            let shown = self.show(&own.typed.ty);
            self.report(messages::reduces_no_number(field.span, &shown));
            return;
        }
        for original in originals {
            let Some(kind) = self.policy.kind(original).cloned() else { continue };
            let same = |field: &&Field| field.typed.ty == own.typed.ty;
            if kind.field(name).filter(same).is_none() {
                let span = event.declared.name.span;
                self.report(messages::reduces_nothing(field.span, name, &kind.title, span));
                return;
            }
        }
    }
}
