//! Requests by which points are used: catalogues, offsets, exchanges, cash out, transfers, donations, lotteries, benefits.
//!
//! Here are the kinds of event that they answer and what their events may name; [`super::ask`] makes rules of them.

use super::Checker;
use super::messages::{self, both};
use super::names::{Entry, Found, RequestSource};
use crate::policy::{KindId, PointsId, RequestForm, Title, Type};
use crate::syntax::ast::{self, BoundLimit, ClauseKind, ItemClause, RequestKind};

impl<'a> Checker<'a> {
    /// What a customer may name in a request is a value of the field that names it: the items of the catalogues, the benefits.
    pub(crate) fn lower_requested_values(&mut self) {
        let names = self.names;
        for entry in &names.requests.entries {
            let (fields, values): (&[&str], Vec<Title>) = match entry.node.kind {
                None => (&["item"], items(entry.node).map(|item| messages::title_of(&item.declared)).collect()),
                Some(RequestKind::Benefit) => (&["benefit", "service"], vec![messages::title_of(entry.declared)]),
                _ => continue,
            };
            for kind in self.kinds_asked(entry) {
                let kind = self.policy.kind(kind);
                let field = kind.and_then(|kind| fields.iter().find_map(|field| kind.field(field)));
                let Some(Type::Enum(id)) = field.map(|field| field.typed.ty.clone()) else { continue };
                self.add_values(id, &values);
            }
        }
    }

    /// Adds what may be asked for to an open enum; a value that it has already takes the label of the declaration.
    fn add_values(&mut self, id: crate::policy::EnumId, values: &[Title]) {
        let Some(known) = self.policy.enums.get_mut(id.0).filter(|one| one.open) else { return };
        for title in values {
            match known.values.iter_mut().find(|value| value.title.name == title.name) {
                Some(value) => value.title = title.clone(),
                None => known.values.push(crate::policy::EnumValue { title: title.clone() }),
            }
        }
        known.values.sort_by(|a, b| a.title.name.cmp(&b.title.name));
    }

    /// The kinds that a request answers, where they are known; nothing is reported.
    fn kinds_asked(&self, entry: &Entry<'a, RequestSource<'a>>) -> Vec<KindId> {
        let usual = [usual_kind(entry.node.kind).to_owned()];
        let stated: Vec<String> = entry.node.on.iter().map(super::names::path_text).collect();
        let words = if stated.is_empty() { usual.to_vec() } else { stated };
        let found = words.iter().map(|word| self.names.kinds.find(word, None));
        found
            .filter_map(|found| match found {
                Found::One(kind) => Some(KindId(kind)),
                _ => None,
            })
            .collect()
    }

    /// Declarations for the host, and those that lots or later versions need: what they name is checked.
    pub(crate) fn check_host_declarations(&mut self) {
        self.refund_choices();
    }

    pub(crate) fn request_kinds(&mut self, entry: &Entry<'a, RequestSource<'a>>) -> Option<Vec<KindId>> {
        if !entry.node.on.is_empty() {
            return self.kinds_of(entry.node.on);
        }
        let usual = usual_kind(entry.node.kind);
        match self.names.kinds.find(usual, None) {
            Found::One(kind) => Some(vec![KindId(kind)]),
            _ => {
                let span = entry.declared.name.span;
                let path = ast::Path { segments: vec![ast::Name { text: usual.to_owned(), span }], span };
                self.report(messages::unknown_kind(&path, self.names));
                None
            }
        }
    }

    /// The points that a request's prices, rates, steps and limits name, except those that come out of an exchange.
    pub(crate) fn points_of_request(&self, source: RequestSource<'_>, campaign: Option<&str>) -> Vec<PointsId> {
        let mut amounts: Vec<&ast::Expr> = Vec::new();
        for clause in source.clauses {
            match &clause.kind {
                ClauseKind::Item(item) => amounts.push(&item.price),
                ClauseKind::Rate(left, _) => amounts.push(left),
                ClauseKind::Steps(step, _) => amounts.push(step),
                ClauseKind::EachEntry(price) => amounts.push(price),
                ClauseKind::Take(line) => amounts.push(&line.amount),
                ClauseKind::Bound(bound) if source.kind != Some(RequestKind::Exchange) => match &bound.limit {
                    BoundLimit::AtMost(limit) | BoundLimit::AtLeast(limit) => amounts.push(limit),
                    BoundLimit::Budget(_) | BoundLimit::Once => {}
                },
                _ => {}
            }
        }
        let units = amounts.into_iter().filter_map(|amount| self.unit_in_text(amount, campaign, 0));
        let mut points: Vec<PointsId> = units
            .filter_map(|unit| match self.names.points.find(&unit.text, campaign) {
                Found::One(at) => Some(PointsId(at)),
                _ => None,
            })
            .collect();
        points.sort();
        points.dedup();
        points
    }

    /// One declaration of what refunds do, whose choices do not contradict each other.
    fn refund_choices(&mut self) {
        let names = self.names;
        if let [first, second, ..] = names.refunds.as_slice() {
            self.report(messages::clause_twice(&both("refunds", "退款"), first.1, second.1));
        }
        let Some((choices, span)) = names.refunds.first() else { return };
        let has = |choice: ast::RefundChoice| choices.contains(&choice);
        if has(ast::RefundChoice::MayOverdraw) && has(ast::RefundChoice::FloorAtZero) {
            self.report(messages::overdraw_and_floor(*span));
        }
        self.policy.refunds.pending_first = has(ast::RefundChoice::PendingFirst);
        self.policy.refunds.may_overdraw = has(ast::RefundChoice::MayOverdraw);
    }
}

fn items<'a>(source: RequestSource<'a>) -> impl Iterator<Item = &'a ItemClause> {
    source.clauses.iter().filter_map(|clause| match &clause.kind {
        ClauseKind::Item(item) => Some(item),
        _ => None,
    })
}

/// The kind of event that a request answers where it names none: that of `std.banking`.
pub(crate) fn usual_kind(kind: Option<RequestKind>) -> &'static str {
    match kind {
        None => "Redeem",
        Some(RequestKind::Offset) => "Offset",
        Some(RequestKind::Exchange) => "Exchange",
        Some(RequestKind::CashOut) => "CashOut",
        Some(RequestKind::Transfer) => "Transfer",
        Some(RequestKind::Donation) => "Donate",
        Some(RequestKind::Lottery) => "Lottery",
        Some(RequestKind::Benefit) => "UseBenefit",
    }
}

/// What a request is called in the policy.
pub(crate) fn form_of(kind: Option<RequestKind>) -> RequestForm {
    match kind {
        None => RequestForm::Catalogue,
        Some(RequestKind::Offset) => RequestForm::Offset,
        Some(RequestKind::Exchange) => RequestForm::Exchange,
        Some(RequestKind::CashOut) => RequestForm::CashOut,
        Some(RequestKind::Transfer) => RequestForm::Transfer,
        Some(RequestKind::Donation) => RequestForm::Donation,
        Some(RequestKind::Lottery) => RequestForm::Lottery,
        Some(RequestKind::Benefit) => RequestForm::Benefit,
    }
}
