//! What a name or `f of X` in an expression stands for: a field, a fact, a measure, a definition, a value of an enum.

use super::messages;
use super::names::{Found, Space, dotted};
use super::units::constant;
use super::{Checker, Env, Reader};
use crate::policy::{CodeSetId, EnumId, Expr, Field, Node, Reads, SubjectId, TierId, Type, Typed, Value};
use crate::source::Span;
use crate::syntax::ast;

/// What came of looking a name up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lookup {
    /// No such name here.
    Absent,
    /// Two declarations answer: reported.
    Failed,
    /// Found.
    At(usize),
}

impl Checker<'_> {
    /// A bare name, in this order: the element's field, the event's field, a measure, a tier, a parameter, a definition, a
    /// subject, a value of the wanted enum, the host's tier.
    pub(crate) fn name(&mut self, env: &Env<'_>, name: &ast::Name, want: Option<&Type>) -> Option<Expr> {
        if let Some(found) = self.enum_value(name, want) {
            return Some(found);
        }
        if let Some(field) = env.element.and_then(|fields| find_field(fields, &name.text)) {
            let field = field.clone();
            self.refer_field(name.span, &field);
            return Some(Expr { node: Node::Element(field.title.name.clone()), typed: field.typed, span: name.span });
        }
        if let Some(found) = self.event_field(env, &name.text, name.span) {
            return found;
        }
        if let Some(found) = self.declared_value(env, name, want) {
            return found;
        }
        if let Some(found) = self.subject_or_tier(env, name) {
            return found;
        }
        if let Some(found) = self.ranking_named(env, name, want) {
            return Some(found);
        }
        self.report(messages::unknown_name(name, &self.spoken_near(env, want), env, &self.policy));
        None
    }

    /// Names that could stand here, for did-you-mean.
    fn spoken_near(&self, env: &Env<'_>, want: Option<&Type>) -> Vec<String> {
        let mut spoken: Vec<String> = Vec::new();
        if let Some(Type::Enum(id)) = want
            && let Some(one) = self.policy.enum_type(*id)
        {
            spoken.extend(one.values.iter().flat_map(|value| names_of(&value.title)));
        }
        for kind in env.kinds {
            if let Some(kind) = self.policy.kind(*kind) {
                spoken.extend(kind.fields.iter().flat_map(|field| names_of(&field.title)));
            }
        }
        let names = self.names;
        let declared = names
            .tracks
            .spoken()
            .chain(names.defines.spoken())
            .chain(names.parameters.spoken())
            .chain(names.tiers.spoken());
        spoken.extend(declared.map(str::to_owned));
        spoken
    }

    /// A value of the enum or tier that is wanted.
    fn enum_value(&mut self, name: &ast::Name, want: Option<&Type>) -> Option<Expr> {
        match want? {
            Type::Enum(id) => {
                let one = self.policy.enum_type(*id)?;
                let listed = one.values.iter().find(|value| answers(&value.title, &name.text));
                // In an open enum `other` is whatever the list does not hold.
                let title = match listed {
                    Some(value) => value.title.clone(),
                    None => Some(other_value()).filter(|title| one.open && answers(title, &name.text))?,
                };
                let id = *id;
                self.refer_title(name.span, &title);
                Some(constant(Value::Enum(id, title.name), Type::Enum(id), None, name.span))
            }
            Type::Tier(id) => {
                let rows = self.names.tiers.get(id.0)?.node.rows;
                let row = rows.iter().find(|(_, row)| {
                    row.name.text == name.text || row.labels.iter().any(|label| label.text == name.text)
                })?;
                self.refer(name.span, &row.1.name.text, messages::labels(&row.1), row.1.name.span);
                Some(constant(Value::Text(row.1.name.text.clone()), Type::Tier(*id), None, name.span))
            }
            _ => None,
        }
    }

    /// The name of a declared ranking, where a text is wanted: an event that tells a place says of which ranking.
    fn ranking_named(&mut self, env: &Env<'_>, name: &ast::Name, want: Option<&Type>) -> Option<Expr> {
        want.filter(|want| **want == Type::Text)?;
        let Found::One(at) = self.names.rankings.find(&name.text, env.campaign) else { return None };
        let entry = self.names.rankings.get(at)?;
        let title = messages::title(entry);
        self.refer_title(name.span, &title);
        Some(constant(Value::Text(title.name), Type::Text, None, name.span))
    }

    /// A field that all kinds at hand have. `Some(None)` where one of them lacks it: reported.
    fn event_field(&mut self, env: &Env<'_>, name: &str, span: Span) -> Option<Option<Expr>> {
        if env.kinds.is_empty() {
            return None;
        }
        if name == "at" || name == "时刻" {
            return Some(Some(Expr { node: Node::Field("at".to_owned()), typed: Typed::plain(Type::Instant), span }));
        }
        let mut found: Option<Field> = None;
        let mut lacking = None;
        for kind in env.kinds.iter().filter_map(|id| self.policy.kind(*id)) {
            match (find_field(&kind.fields, name), &mut found) {
                (Some(field), None) => found = Some(field.clone()),
                (Some(field), Some(first)) => {
                    first.typed.optional |= field.typed.optional;
                    if field.typed.ty != first.typed.ty || field.title.name != first.title.name {
                        lacking = Some(kind.title.clone());
                    }
                }
                (None, _) => lacking = Some(kind.title.clone()),
            }
        }
        let field = found?;
        if let Some(kind) = lacking {
            // The host's tier and a customer's fact of the same name may still answer.
            if self.is_host_tier(&field.typed.ty) {
                return None;
            }
            self.report(messages::field_lacking(name, &kind, span));
            return Some(None);
        }
        self.refer_field(span, &field);
        let is_tier = self.is_host_tier(&field.typed.ty);
        let read = Expr { node: Node::Field(field.title.name.clone()), typed: field.typed, span };
        Some(Some(if is_tier { self.host_tier(env, Some(read), span) } else { read }))
    }

    fn is_host_tier(&self, ty: &Type) -> bool {
        matches!(ty, Type::Enum(id) if self.policy.enum_type(*id).is_some_and(|one| one.ordered))
    }

    /// The host's tier: the event's field where there is one, else the customer's fact, else the declared default.
    fn host_tier(&mut self, env: &Env<'_>, field: Option<Expr>, span: Span) -> Expr {
        let mut ways: Vec<Expr> = field.into_iter().collect();
        let fact = self.policy.subjects.iter().enumerate().find(|(_, one)| one.title.name == "customer").and_then(
            |(at, subject)| {
                let fact = subject.facts.iter().find(|fact| self.is_host_tier(&fact.typed.ty))?;
                Some((SubjectId(at), fact.clone()))
            },
        );
        if let Some((subject, fact)) = fact
            && !env.kinds.is_empty()
        {
            let whose =
                Expr { node: Node::Field("customer".to_owned()), typed: Typed::plain(Type::Subject(subject)), span };
            ways.push(Expr { node: Node::Fact(subject, Box::new(whose), fact.title.name), typed: fact.typed, span });
        }
        let typed = ways.first().map_or_else(|| Typed::plain(Type::Text), |way| way.typed.clone());
        let optional = ways.iter().all(|way| way.typed.optional);
        let read = match (ways.pop(), ways.is_empty()) {
            (Some(only), true) => only,
            (last, _) => {
                ways.extend(last);
                Expr { node: Node::FirstKnown(ways), typed: Typed { optional, ..typed.clone() }, span }
            }
        };
        match self.tier_default.clone() {
            Some(value) if read.typed.optional => {
                let otherwise = constant(value, typed.ty.clone(), None, span);
                let typed = Typed { optional: false, ..typed };
                Expr { node: Node::Default(Box::new(read), Box::new(otherwise)), typed, span }
            }
            _ => read,
        }
    }

    /// A measure, a tier by a measure, a parameter or a definition.
    fn declared_value(&mut self, env: &Env<'_>, name: &ast::Name, want: Option<&Type>) -> Option<Option<Expr>> {
        let names = self.names;
        match self.lookup(&names.tracks, name, env.campaign) {
            Lookup::At(at) => return Some(self.read_track(env, at, None, name.span)),
            Lookup::Failed => return Some(None),
            Lookup::Absent => {}
        }
        match self.lookup(&names.tiers, name, env.campaign) {
            Lookup::At(at) => {
                let typed = Typed { optional: self.tier_may_be_unknown(at), ..Typed::plain(Type::Tier(TierId(at))) };
                return Some(Some(Expr { node: Node::Tier(TierId(at), Reads::Before), typed, span: name.span }));
            }
            Lookup::Failed => return Some(None),
            Lookup::Absent => {}
        }
        match self.lookup(&names.parameters, name, env.campaign) {
            Lookup::At(at) => return Some(self.parameter(at, name.span)),
            Lookup::Failed => return Some(None),
            Lookup::Absent => {}
        }
        match self.lookup(&names.defines, name, env.campaign) {
            Lookup::At(at) => Some(self.expand(env, at, name, want)),
            Lookup::Failed => Some(None),
            Lookup::Absent => None,
        }
    }

    /// Finds a name in a space, remembers where it leads, and reports where two declarations answer to it.
    pub(crate) fn lookup<T>(&mut self, space: &Space<'_, T>, name: &ast::Name, campaign: Option<&str>) -> Lookup {
        match space.find(&name.text, campaign) {
            Found::None => Lookup::Absent,
            Found::One(at) => {
                if let Some(entry) = space.get(at) {
                    self.refer_to(name.span, entry);
                }
                Lookup::At(at)
            }
            Found::Several(one, two) => {
                if let (Some(one), Some(two)) = (space.get(one), space.get(two)) {
                    let by_label = |entry: &super::names::Entry<'_, T>| {
                        entry.declared.labels.iter().any(|label| label.text == name.text)
                    };
                    self.report(if by_label(one) && by_label(two) {
                        messages::label_shared(name, &messages::title(one), &messages::title(two))
                    } else {
                        messages::ambiguous(name, one.declared.name.span, two.declared.name.span)
                    });
                }
                Lookup::Failed
            }
        }
    }

    pub(crate) fn tier_may_be_unknown(&self, at: usize) -> bool {
        // Below the lowest row there is no tier; a lowest row from zero covers every sum.
        let Some(tier) = self.names.tiers.get(at) else { return true };
        !tier
            .node
            .rows
            .first()
            .is_some_and(|(from, _)| matches!(&from.kind, ast::ExprKind::Quantity(number, _) if number.value.is_zero()))
    }

    fn expand(&mut self, env: &Env<'_>, at: usize, name: &ast::Name, want: Option<&Type>) -> Option<Expr> {
        if self.expanding.contains(&at) {
            self.report(messages::definition_of_itself(name));
            return None;
        }
        let names = self.names;
        let entry = names.defines.get(at)?;
        let inner = Env { campaign: entry.campaign, ..*env };
        self.expanding.push(at);
        let expanded = self.expr_want(&inner, entry.node, want);
        self.expanding.pop();
        if let Some(expanded) = &expanded {
            let place = entry.declared.name.span;
            let typed = (place, expanded.typed.clone());
            self.definitions.entry((place.file, place.start)).or_insert(typed);
        }
        expanded.map(|expanded| Expr { span: name.span, ..expanded })
    }

    /// `customer`, `merchant`: the id of the subject that the event names; or the host's tier by the name of its declaration.
    fn subject_or_tier(&mut self, env: &Env<'_>, name: &ast::Name) -> Option<Option<Expr>> {
        let subject = self.policy.subjects.iter().enumerate().find(|(_, one)| answers(&one.title, &name.text));
        if let Some((at, subject)) = subject {
            let (title, ty) = (subject.title.clone(), Type::Subject(SubjectId(at)));
            let known = title.name == "customer"
                || env
                    .kinds
                    .iter()
                    .all(|kind| self.policy.kind(*kind).is_some_and(|kind| kind.field(&title.name).is_some()));
            // What the host computes over customers (a ranking) is about a customer without an event.
            let ranked = title.name == "customer" && env.reader == Reader::Host;
            if !ranked && (env.kinds.is_empty() || !known) {
                self.report(messages::no_such_subject(name, &title));
                return Some(None);
            }
            self.refer_title(name.span, &title);
            return Some(Some(Expr { node: Node::Field(title.name), typed: Typed::plain(ty), span: name.span }));
        }
        let tier = self.policy.enums.iter().enumerate().find(|(_, one)| one.ordered && answers(&one.title, &name.text));
        if tier.is_some() || name.text == "tier" || name.text == "等级" {
            let (_, title) = tier.map(|(at, one)| (EnumId(at), one.title.clone())).or_else(|| {
                self.policy
                    .enums
                    .iter()
                    .enumerate()
                    .find(|(_, one)| one.ordered)
                    .map(|(at, one)| (EnumId(at), one.title.clone()))
            })?;
            self.refer_title(name.span, &title);
            return Some(Some(self.host_tier(env, None, name.span)));
        }
        None
    }

    /// A named set of codes: `std.mcc.restaurants`, `restaurants`, or its label.
    pub(crate) fn code_set_named(&mut self, env: &Env<'_>, expr: &ast::Expr) -> Option<CodeSetId> {
        let segments = dotted(expr)?;
        let last = segments.last()?;
        let text = segments.iter().map(|name| name.text.as_str()).collect::<Vec<_>>().join(".");
        let names = self.names;
        let found = [text.as_str(), last.text.as_str()]
            .into_iter()
            .map(|text| names.codes.find(text, env.campaign))
            .find(|found| *found != Found::None)?;
        let Found::One(at) = found else { return None };
        if segments.len() > 1
            && names.codes.get(at).is_none_or(|entry| entry.qualified != text && !text.ends_with(&last.text))
        {
            return None;
        }
        let entry = names.codes.get(at)?;
        self.refer_to(last.span, entry);
        Some(CodeSetId(at))
    }

    /// `X.f`, `f of X`: a function, a field of a kind, a fact of a subject, a field of an earlier event.
    /// Whether a name means the element at hand: its own name in a `for each`, or its list's in a fold or a `for each`.
    fn is_element(&self, env: &Env<'_>, of: &ast::Expr) -> bool {
        let (Some(fields), ast::ExprKind::Name(name)) = (env.element, &of.kind) else { return false };
        let is_list = |kind: &crate::policy::KindId| {
            let field = self.policy.kind(*kind).and_then(|kind| find_field(&kind.fields, &name.text));
            field.is_some_and(|field| matches!(&field.typed.ty, Type::List(own) if own == fields))
        };
        env.alias == Some(name.text.as_str()) || (!env.kinds.is_empty() && env.kinds.iter().all(is_list))
    }

    pub(crate) fn of(
        &mut self,
        env: &Env<'_>,
        what: &ast::Name,
        of: &ast::Expr,
        span: Span,
        want: Option<&Type>,
    ) -> Option<Expr> {
        if self.is_element(env, of) {
            return self.expr(env, &ast::Expr { kind: ast::ExprKind::Name(what.clone()), span: what.span });
        }
        // A field comes before a function of the same name: `count of TxnCount`, `daily.balance`. How it is worded never matters.
        if !self.has_field(env, of, &what.text)
            && let Some(made) = self.function(env, what, of, span, want)
        {
            return made;
        }
        if let Some(kinds) = self.kind_named(of) {
            return self.field_of_kind(env, &kinds, what, of.span, span);
        }
        if let Some(made) = self.qualified_name(env, what, of, span, want) {
            return made;
        }
        let of = self.expr(env, of)?;
        match of.typed.ty.clone() {
            Type::Subject(subject) => self.fact(env, subject, of, what, span),
            Type::EventOf(kinds) => self.earlier_field(&kinds, of, what, span),
            Type::List(_) => {
                self.report(messages::list_needs_fold(span));
                None
            }
            other => {
                let shown = self.show(&other);
                self.report(messages::nothing_of(what, &shown, span));
                None
            }
        }
    }

    /// Whether an expression names a kind, or a list at hand, with a field of this name. A list's element may have a field
    /// `count`, yet `count of items` counts.
    fn has_field(&self, env: &Env<'_>, of: &ast::Expr, field: &str) -> bool {
        let Some(text) = super::limit::text_of(of) else { return false };
        if let Found::One(at) = self.names.kinds.find(&text, None) {
            return self.policy.kinds.get(at).is_some_and(|kind| find_field(&kind.fields, field).is_some());
        }
        let folds = ["sum", "count", "highest", "lowest", "average"].contains(&field);
        let kinds = env.kinds.iter().filter_map(|kind| self.policy.kind(*kind));
        let mut lists = kinds.filter_map(|kind| find_field(&kind.fields, &text));
        !folds && lists.any(|list| matches!(&list.typed.ty, Type::List(inner) if find_field(inner, field).is_some()))
    }

    /// A kind named in an expression: `Purchase` in `Purchase.amount`.
    pub(crate) fn kind_named(&mut self, expr: &ast::Expr) -> Option<Vec<crate::policy::KindId>> {
        let segments = dotted(expr)?;
        let last = segments.last()?;
        let text = segments.iter().map(|name| name.text.as_str()).collect::<Vec<_>>().join(".");
        let names = self.names;
        let Found::One(at) = names.kinds.find(&text, None) else { return None };
        let entry = names.kinds.get(at)?;
        self.refer_to(last.span, entry);
        Some(vec![crate::policy::KindId(at)])
    }

    fn field_of_kind(
        &mut self,
        env: &Env<'_>,
        kinds: &[crate::policy::KindId],
        what: &ast::Name,
        of: Span,
        span: Span,
    ) -> Option<Expr> {
        if !kinds.iter().all(|kind| env.kinds.contains(kind)) {
            self.report(messages::other_kind(of, span, env, &self.policy));
            return None;
        }
        let own = Env { kinds, ..*env };
        let found = self.event_field(&own, &what.text, span);
        if found.is_none() {
            self.report(messages::unknown_name(what, &self.spoken_near(&own, None), &own, &self.policy));
        }
        found.flatten()
    }

    /// `campaign.track`, `std.lib.name`: a declaration under its qualified name.
    fn qualified_name(
        &mut self,
        env: &Env<'_>,
        what: &ast::Name,
        of: &ast::Expr,
        span: Span,
        want: Option<&Type>,
    ) -> Option<Option<Expr>> {
        let mut segments = dotted(of)?;
        segments.push(what);
        let text = segments.iter().map(|name| name.text.as_str()).collect::<Vec<_>>().join(".");
        let known = self.names.tracks.find(&text, None) != Found::None
            || self.names.parameters.find(&text, None) != Found::None
            || self.names.defines.find(&text, None) != Found::None;
        if !known {
            return None;
        }
        let name = ast::Name { text, span };
        self.declared_value(env, &name, want)
    }

    fn fact(&mut self, _env: &Env<'_>, subject: SubjectId, of: Expr, what: &ast::Name, span: Span) -> Option<Expr> {
        let declared = self.policy.subject(subject)?;
        let Some(fact) = find_field(&declared.facts, &what.text).cloned() else {
            let spoken: Vec<String> = declared.facts.iter().flat_map(|fact| names_of(&fact.title)).collect();
            let title = declared.title.clone();
            self.report(messages::unknown_fact(what, &title, &spoken));
            return None;
        };
        self.refer_field(what.span, &fact);
        let is_tier = self.is_host_tier(&fact.typed.ty);
        let optional = fact.typed.optional || of.typed.optional;
        let customer = matches!(&of.node, Node::Field(name) if name == "customer");
        let typed = Typed { optional, ..fact.typed };
        let read = Expr { node: Node::Fact(subject, Box::new(of), fact.title.name), typed, span };
        if is_tier && customer {
            // The customer's tier reads the event's field first, where the kind has one.
            let field = self.event_tier_field(_env, span);
            return Some(self.host_tier(_env, field, span));
        }
        Some(read)
    }

    fn event_tier_field(&self, env: &Env<'_>, span: Span) -> Option<Expr> {
        let mut field = None;
        for kind in env.kinds.iter().filter_map(|id| self.policy.kind(*id)) {
            field = Some(kind.fields.iter().find(|field| self.is_host_tier(&field.typed.ty))?);
        }
        field.map(|field| Expr { node: Node::Field(field.title.name.clone()), typed: field.typed.clone(), span })
    }

    fn earlier_field(
        &mut self,
        kinds: &[crate::policy::KindId],
        of: Expr,
        what: &ast::Name,
        span: Span,
    ) -> Option<Expr> {
        let name = if what.text == "remaining" { "amount" } else { &what.text };
        let field = kinds
            .iter()
            .find_map(|kind| self.policy.kind(*kind))
            .and_then(|kind| find_field(&kind.fields, name))
            .cloned();
        let typed = match (&field, name) {
            (Some(field), _) => field.typed.clone(),
            (None, "at") => Typed::plain(Type::Instant),
            (None, _) => {
                self.report(messages::nothing_of(what, &self.show(&of.typed.ty), span));
                return None;
            }
        };
        Some(Expr { node: Node::OfEvent(Box::new(of), what.text.clone()), typed, span })
    }

    fn refer_field(&mut self, span: Span, field: &Field) {
        self.refer_title(span, &field.title);
    }
}

/// The value of an open enum that stands for all that its list does not hold.
fn other_value() -> crate::policy::Title {
    crate::policy::Title {
        name: crate::policy::kind::OTHER.to_owned(),
        labels: vec!["其他".to_owned()],
        ..crate::policy::Title::default()
    }
}

/// Whether a declaration answers to a name: by its last segment or by a label.
pub(crate) fn answers(title: &crate::policy::Title, name: &str) -> bool {
    title.name == name || title.name.rsplit('.').next() == Some(name) || title.labels.iter().any(|label| label == name)
}

/// Name and labels of a title.
pub(crate) fn names_of(title: &crate::policy::Title) -> impl Iterator<Item = String> + use<> {
    std::iter::once(title.name.clone()).chain(title.labels.clone())
}

/// The field that answers to a name.
pub(crate) fn find_field<'f>(fields: &'f [Field], name: &str) -> Option<&'f Field> {
    fields
        .iter()
        .find(|field| field.title.name == name)
        .or_else(|| fields.iter().find(|field| answers(&field.title, name)))
}
