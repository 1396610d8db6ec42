//! Event kinds with their fields, subjects with their facts, and the programme's defaults for what a host leaves out.

use super::messages;
use super::name::{answers, find_field};
use super::names::{Entry, KindSource};
use super::{Checker, Env};
use crate::policy::kind::JsonName;
use crate::policy::{Field, Kind, Node, Role, Subject, Title, Type, Typed, Value};
use crate::syntax::ast;

impl Checker<'_> {
    /// Subjects first (their names are types), then their facts, then kinds.
    pub(crate) fn lower_subjects_and_kinds(&mut self) {
        let names = self.names;
        let mut subjects: Vec<Title> = Vec::new();
        for entry in &names.subjects.entries {
            let title = Title { name: entry.declared.name.text.clone(), ..messages::title(entry) };
            if !subjects.iter().any(|one| one.name == title.name) {
                subjects.push(title);
            }
        }
        if !subjects.iter().any(|one| one.name == "customer") {
            subjects.push(Title { name: "customer".to_owned(), labels: vec!["客户".to_owned()], ..Title::default() });
        }
        subjects.sort_by(|a, b| a.name.cmp(&b.name));
        self.policy.subjects = subjects.into_iter().map(|title| Subject { title, facts: vec![] }).collect();
        // Every kind has its place before its fields are read: a field may name a kind.
        self.policy.kinds = names.kinds.entries.iter().map(empty_kind).collect();
        self.lower_facts();
        for (at, entry) in names.kinds.entries.iter().enumerate() {
            let mut fields: Vec<Field> = match entry.node {
                KindSource::Event(event) => event.fields.iter().filter_map(|field| self.field(field)).collect(),
                KindSource::Schedule(schedule) => self.fields_of_schedule(schedule),
            };
            fields.sort_by(|a, b| a.title.name.cmp(&b.title.name));
            if let Some(kind) = self.policy.kinds.get_mut(at) {
                kind.fields = fields;
            }
        }
    }

    fn lower_facts(&mut self) {
        let names = self.names;
        for entry in &names.subjects.entries {
            let facts: Vec<Field> = entry.node.fields.iter().filter_map(|field| self.field(field)).collect();
            let subject = self.policy.subjects.iter_mut().find(|one| one.title.name == entry.declared.name.text);
            if let Some(subject) = subject {
                subject.facts.extend(facts);
                subject.facts.sort_by(|a, b| a.title.name.cmp(&b.title.name));
            }
        }
    }

    /// A field of an event, a fact, or a member of a list's element.
    pub(crate) fn field(&mut self, field: &ast::FieldDecl) -> Option<Field> {
        let mut typed = self.field_type(&field.ty)?;
        let env = Env::constant(None);
        if let Some((low, high)) = &field.range {
            let low = self.expr_as(&env, low, &typed.ty)?;
            let high = self.expr_as(&env, high, &typed.ty)?;
            let numbers = (super::table::constant_number(&low), super::table::constant_number(&high));
            let (Some(least), Some(most)) = numbers else {
                self.report(messages::range_not_constant(field.span));
                return None;
            };
            if least > most {
                self.report(messages::range_reversed(low.span.to(high.span)));
                return None;
            }
            typed.range = Some((least, most));
        }
        let default = match &field.default {
            Some(value) => Some(self.constant_value(value, &typed.ty)?),
            None => None,
        };
        typed.optional = field.optional && default.is_none();
        let most = match &field.ty.kind {
            ast::TypeKind::List(most, _) => {
                Some(most.as_ref().and_then(|most| u32::try_from(most.value).ok()).unwrap_or(100))
            }
            _ => None,
        };
        let title = messages::title_of(&field.declared);
        let json = json_names(field, &title.name, &typed);
        let dated = matches!(field.ty.kind, ast::TypeKind::Dated(_));
        Some(Field { title, json, typed, default, most, dated, reduces: field.reduces })
    }

    /// A value fixed when the policy is compiled.
    pub(crate) fn constant_value(&mut self, value: &ast::Expr, ty: &Type) -> Option<Value> {
        let checked = self.expr_as(&Env::constant(None), value, ty)?;
        match checked.node {
            Node::Constant(value) => Some(value),
            _ => {
                self.report(messages::not_constant(checked.span));
                None
            }
        }
    }

    /// `fact kind of customer = individual`, `fact tier = standard`.
    pub(crate) fn lower_fact_defaults(&mut self) {
        let names = self.names;
        for (fact, value) in &names.fact_defaults {
            match &fact.kind {
                ast::ExprKind::Name(name)
                    if name.text == "tier" || name.text == "等级" || self.names_host_tier(&name.text) =>
                {
                    self.tier_default(name, value)
                }
                ast::ExprKind::Of { what, of, .. } => self.subject_default(what, of, value),
                ast::ExprKind::Name(name) => self.field_default(name, value),
                _ => self.report(messages::default_of_nothing(fact.span)),
            }
        }
    }

    fn names_host_tier(&self, name: &str) -> bool {
        self.policy.enums.iter().any(|one| one.ordered && answers(&one.title, name))
    }

    fn tier_default(&mut self, name: &ast::Name, value: &ast::Expr) {
        let Some(tier) = self.policy.enums.iter().position(|one| one.ordered) else {
            self.report(messages::default_of_nothing(name.span));
            return;
        };
        self.tier_default = self.constant_value(value, &Type::Enum(crate::policy::EnumId(tier)));
    }

    fn subject_default(&mut self, what: &ast::Name, of: &ast::Expr, value: &ast::Expr) {
        let ast::ExprKind::Name(of_name) = &of.kind else {
            self.report(messages::default_of_nothing(of.span));
            return;
        };
        let subject = self.policy.subjects.iter().position(|one| answers(&one.title, &of_name.text));
        let fact = subject
            .and_then(|at| self.policy.subjects.get(at))
            .and_then(|one| find_field(&one.facts, &what.text))
            .cloned();
        let (Some(at), Some(fact)) = (subject, fact) else {
            self.report(messages::default_of_nothing(what.span));
            return;
        };
        self.refer_title(what.span, &fact.title);
        if matches!(&fact.typed.ty, Type::Enum(id) if self.policy.enum_type(*id).is_some_and(|one| one.ordered)) {
            self.tier_default(what, value);
            return;
        }
        let Some(value) = self.constant_value(value, &fact.typed.ty) else { return };
        if let Some(fact) = self
            .policy
            .subjects
            .get_mut(at)
            .and_then(|one| one.facts.iter_mut().find(|one| one.title.name == fact.title.name))
        {
            fact.default = Some(value);
            fact.typed.optional = false;
        }
    }

    fn field_default(&mut self, name: &ast::Name, value: &ast::Expr) {
        let types: Vec<(usize, Type)> = self
            .policy
            .kinds
            .iter()
            .enumerate()
            .filter_map(|(at, kind)| {
                find_field(&kind.fields, &name.text)
                    .filter(|field| field.typed.optional)
                    .map(|field| (at, field.typed.ty.clone()))
            })
            .collect();
        let Some((_, ty)) = types.first() else {
            self.report(messages::default_of_nothing(name.span));
            return;
        };
        let Some(value) = self.constant_value(value, &ty.clone()) else { return };
        for (at, found) in &types {
            if found != ty {
                continue;
            }
            if let Some(field) = self
                .policy
                .kinds
                .get_mut(*at)
                .and_then(|kind| kind.fields.iter_mut().find(|field| answers(&field.title, &name.text)))
            {
                field.default = Some(value.clone());
                field.typed.optional = false;
            }
        }
    }
}

fn empty_kind(entry: &Entry<'_, KindSource<'_>>) -> Kind {
    let title = messages::title(entry);
    let name = entry.declared.name.text.clone();
    let role = match entry.node {
        KindSource::Event(event) => match event.role {
            ast::EventRole::Plain => Role::Plain,
            ast::EventRole::Request => Role::Request,
            ast::EventRole::Refund => Role::Refund,
            ast::EventRole::Moment => Role::Moment,
        },
        KindSource::Schedule(_) => Role::Moment,
    };
    let stated = match entry.node {
        KindSource::Event(event) => event.json.as_ref(),
        KindSource::Schedule(_) => None,
    };
    let json = stated.as_ref().map_or_else(|| snake(&name), |label| label.text.clone());
    Kind { title: Title { name, ..title }, json, role, fields: vec![], library: entry.library.is_some() }
}

/// `OnlineTxn` is `online_txn`.
fn snake(name: &str) -> String {
    let mut text = String::new();
    for (at, letter) in name.chars().enumerate() {
        if letter.is_uppercase() && at > 0 {
            text.push('_');
        }
        text.extend(letter.to_lowercase());
    }
    text
}

fn json_names(field: &ast::FieldDecl, name: &str, typed: &Typed) -> Vec<JsonName> {
    if field.json.is_empty() {
        return vec![JsonName { name: name.to_owned(), factor: 1 }];
    }
    field
        .json
        .iter()
        .map(|(unit, label)| {
            let years = unit.as_ref().is_some_and(|unit| unit.text == "years" || unit.text == "年");
            JsonName { name: label.text.clone(), factor: if years && typed.ty == Type::Term { 12 } else { 1 } }
        })
        .collect()
}
