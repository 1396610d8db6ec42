//! Benefits: a unit of one's own each, granted and used one by one; or free within bounds where nothing grants it.

use super::ask::{names_value, points_constant};
use super::deed::plain_line;
use super::messages;
use super::names::{Entry, Found, RequestSource};
use super::points::empty_points;
use super::{Checker, Env};
use crate::policy::{Benefit, Expr, Field, KindId, Line, Points, PointsId, PoolId, SpendKey, Type};
use crate::source::Span;
use crate::syntax::ast::{self, Clause, ClauseKind, Decl, DeclKind, ExprKind, RequestKind, Unit};
use rust_decimal::Decimal;

impl<'a> Checker<'a> {
    /// Every benefit is a unit behind the points of the text, in the order of identifiers.
    pub(crate) fn lower_benefit_units(&mut self) {
        for entry in self.benefits() {
            let title = messages::title(entry);
            let numbered = entry.node.clauses.iter().any(|clause| matches!(clause.kind, ClauseKind::Numbered));
            let benefit = Some(Benefit { numbered, granted: self.is_granted(entry) });
            let spend_order = vec![SpendKey::SoonestToExpire, SpendKey::Oldest];
            self.policy.points.push(Points { benefit, spend_order, ..empty_points(title) });
        }
    }

    /// How long benefits last, counted from their grant; who pays.
    pub(crate) fn lower_benefits(&mut self) {
        for entry in self.benefits() {
            let Some(at) = self.benefit_unit(&entry.qualified, entry.campaign) else { continue };
            let Some(mut points) = self.policy.points.get(at.0).cloned() else { continue };
            for clause in entry.node.clauses {
                match &clause.kind {
                    ClauseKind::Funded(shares) => {
                        points.funded = self.funded(&Env::constant(None), shares, clause.span);
                    }
                    ClauseKind::Valid(_) => {
                        let unit = points.clone();
                        if let Some(pool) = points.pools.first_mut() {
                            self.pool_clause(&unit, pool, clause);
                        }
                    }
                    _ => {}
                }
            }
            if let Some(place) = self.policy.points.get_mut(at.0) {
                *place = points;
            }
        }
    }

    fn benefits(&self) -> Vec<&'a Entry<'a, RequestSource<'a>>> {
        let names = self.names;
        names.requests.entries.iter().filter(|entry| entry.node.kind == Some(RequestKind::Benefit)).collect()
    }

    /// The unit of a benefit, by the name or a label of its declaration.
    pub(crate) fn benefit_unit(&self, name: &str, campaign: Option<&str>) -> Option<PointsId> {
        let names = self.names;
        let Found::One(at) = names.requests.find(name, campaign) else { return None };
        let entry = names.requests.get(at).filter(|entry| entry.node.kind == Some(RequestKind::Benefit))?;
        let place = self.benefits().iter().position(|one| one.qualified == entry.qualified)?;
        Some(PointsId(names.points.entries.len().saturating_add(place)))
    }

    /// The unit that using a benefit takes: its own, where something grants it.
    pub(crate) fn granted_benefit(&self, entry: &Entry<'a, RequestSource<'a>>) -> Option<PointsId> {
        let unit = self.benefit_unit(&entry.qualified, entry.campaign)?;
        let granted = self.policy.points_of(unit)?.benefit.as_ref()?.granted;
        granted.then_some(unit)
    }

    /// Whether some rule, item or conversion of the text grants a benefit.
    fn is_granted(&self, entry: &Entry<'a, RequestSource<'a>>) -> bool {
        let mut granted = false;
        let mut look = |clause: &Clause, campaign: Option<&str>| {
            let mut words: Vec<String> = Vec::new();
            match &clause.kind {
                ClauseKind::Grant(what, ..) => words.extend(word_of(what)),
                ClauseKind::Convert(convert) => words.extend(word_of(&convert.give)),
                ClauseKind::Earn(line) | ClauseKind::Keep { line, .. } => words.extend(word_of(&line.amount)),
                ClauseKind::Item(item) => words.extend(item.grants.iter().map(|name| name.text.clone())),
                _ => {}
            }
            let found = words.iter().map(|word| self.names.requests.find(word, campaign));
            granted |= found.into_iter().any(|found| {
                matches!(found, Found::One(at) if self.names.requests.get(at).is_some_and(|one| one.qualified == entry.qualified))
            });
        };
        for decl in &self.names.top {
            each_clause(decl, None, &mut look);
        }
        granted
    }

    /// Where the event names the benefit in a field, only a request for this one is answered.
    pub(crate) fn named_benefit(&self, env: &Env<'_>, entry: &Entry<'a, RequestSource<'a>>) -> Option<Expr> {
        if entry.node.kind != Some(RequestKind::Benefit) {
            return None;
        }
        let name = &entry.declared.name.text;
        let (field, id) = self.naming_field(env.kinds, name)?;
        Some(names_value(&field, id, name, entry.declared.name.span))
    }

    /// The field by which an event names a benefit or service.
    fn naming_field(&self, kinds: &[KindId], name: &str) -> Option<(Field, crate::policy::EnumId)> {
        let fields = &self.policy.kind(*kinds.first()?)?.fields;
        fields.iter().find_map(|field| match field.typed.ty {
            Type::Enum(id) => {
                let one = self.policy.enum_type(id).filter(|one| !one.ordered)?;
                one.values.iter().any(|value| value.title.name == *name).then(|| (field.clone(), id))
            }
            _ => None,
        })
    }

    /// `grant X worth A to B when C` in a request.
    pub(crate) fn granted_line(&mut self, env: &Env<'_>, clause: &ClauseKind, span: Span) -> Option<Line> {
        let ClauseKind::Grant(what, worth, to, when) = clause else { return None };
        let word = word_of(what)?;
        let Some(points) = self.benefit_unit(&word, env.campaign) else {
            self.report(messages::unknown_request(&ast::Name { text: word, span: what.span }, self.names));
            return None;
        };
        let count = match &what.kind {
            ExprKind::Quantity(number, _) => number.value,
            _ => Decimal::ONE,
        };
        let when = match when {
            Some(when) => Some(self.condition(env, when)?),
            None => None,
        };
        let worth = match worth {
            Some(worth) => Some(self.expr_as(env, worth, &Type::Money(self.policy.currency))?),
            None => None,
        };
        let to = match to {
            Some(to) => Some(self.recipient(env, to)?),
            None => None,
        };
        let amount = points_constant(points, count, what.span);
        Some(Line { worth, to, when, ..plain_line(amount, points, PoolId(0), span) })
    }
}

/// The unit or name in `coupon`, `2 coupon`.
fn word_of(what: &ast::Expr) -> Option<String> {
    match &what.kind {
        ExprKind::Quantity(_, Some(Unit::Named(name))) => Some(name.text.clone()),
        ExprKind::Quantity(..) => None,
        _ => super::limit::text_of(what).or_else(|| super::measure::first_unit(what).map(|unit| unit.text)),
    }
}

/// Every clause of a declaration, with the campaign in which it stands.
fn each_clause<'d>(decl: &'d Decl, campaign: Option<&'d str>, look: &mut impl FnMut(&'d Clause, Option<&'d str>)) {
    match &decl.kind {
        DeclKind::Rule(rule) => rule.clauses.iter().for_each(|clause| look(clause, campaign)),
        DeclKind::Catalogue(_, clauses) => clauses.iter().for_each(|clause| look(clause, campaign)),
        DeclKind::Request(request) => request.clauses.iter().for_each(|clause| look(clause, campaign)),
        DeclKind::Campaign(declared, clauses, decls) => {
            let inside = Some(declared.name.text.as_str());
            clauses.iter().for_each(|clause| look(clause, inside));
            decls.iter().for_each(|decl| each_clause(decl, inside, look));
        }
        _ => {}
    }
}
