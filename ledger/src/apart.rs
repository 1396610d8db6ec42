//! Which events of a file can be decided apart from each other: what one customer's events do must change nothing for another's.
//!
//! Two customers belong together where an event names both, or something that both name: an account, a merchant, an earlier event.
//! A programme in which customers share more than that (a budget, a stock, totals, rankings, numbers of coupons, moments that the host raises) is decided
//! event by event, and so is a file whose events are not in the order of time: what time does to one customer's points must not wait
//! for another's.

use crate::programme::Programme;
use chrono::{DateTime, FixedOffset};
use earnest_dsl::policy::core::exprs;
use earnest_dsl::policy::expr::walk;
use earnest_dsl::policy::{Expr, Field, Node, Policy, RuleBody, Scope, ScopePeriod, Type};
use serde_json::{Map, Value as Json};
use std::collections::{BTreeMap, HashMap};

/// Events that were looked at.
#[derive(Debug)]
pub struct Apart<'p> {
    programme: &'p Programme,
    /// Everything that was named, by its number.
    names: HashMap<(Sort, String), usize>,
    /// Of each of them another that belongs with it; itself where it stands for all.
    with: Vec<usize>,
    /// What each event names first.
    events: Vec<usize>,
    last: Option<DateTime<FixedOffset>>,
}

/// What a name is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Sort {
    /// An event.
    Event,
    /// A subject: a customer, an account.
    Subject,
}

impl<'p> Apart<'p> {
    /// For the events of a programme; none where its customers share more than what events name.
    #[must_use]
    pub fn of(programme: &'p Programme) -> Option<Self> {
        let policies = || programme.versions().iter().map(earnest_interpreter::Engine::policy);
        if !policies().all(by_customer) {
            return None;
        }
        Some(Self { programme, names: HashMap::new(), with: vec![], events: vec![], last: None })
    }

    /// Looks at the next event. False where it is earlier than one before it: then the file is to be decided in order.
    pub fn see(&mut self, event: &Map<String, Json>) -> bool {
        let first = self.number(Sort::Event, event.get("id").and_then(Json::as_str).unwrap_or_default());
        self.events.push(first);
        if let Some(customer) = event.get("customer").and_then(Json::as_str) {
            self.join(first, Sort::Subject, customer);
        }
        // An event that cannot be read is refused whenever it comes, and makes no time pass.
        let at = event.get("at").and_then(Json::as_str).and_then(|at| DateTime::parse_from_rfc3339(at).ok());
        let Some(at) = at else { return true };
        let engine = self.programme.version(self.programme.answers_at(at));
        let kind = event.get("type").and_then(Json::as_str).unwrap_or_default();
        if let Some((_, kind)) = engine.and_then(|engine| engine.policy().kind_by_json(kind)) {
            named(&kind.fields, event, &mut |sort, name| self.join(first, sort, name));
        }
        let in_order = self.last.is_none_or(|last| last <= at);
        self.last = Some(at);
        in_order
    }

    /// Which of so many parts each event goes to, in order: what belongs together goes to one part, and parts are about equally large.
    #[must_use]
    pub fn parts(mut self, parts: usize) -> Vec<usize> {
        let events = std::mem::take(&mut self.events);
        let stands: Vec<usize> = events.into_iter().map(|event| self.stands_for(event)).collect();
        let mut sizes: BTreeMap<usize, usize> = BTreeMap::new();
        for one in &stands {
            *sizes.entry(*one).or_default() += 1;
        }
        let mut by_size: Vec<(usize, usize)> = sizes.into_iter().collect();
        by_size.sort_by(|(one, size), (other, other_size)| other_size.cmp(size).then(one.cmp(other)));
        let mut loads = vec![0_usize; parts.max(1)];
        let mut part_of: HashMap<usize, usize> = HashMap::new();
        for (one, size) in by_size {
            let Some((part, load)) = loads.iter_mut().enumerate().min_by_key(|(part, load)| (**load, *part)) else {
                continue;
            };
            *load = load.saturating_add(size);
            part_of.insert(one, part);
        }
        stands.iter().map(|one| part_of.get(one).copied().unwrap_or(0)).collect()
    }

    fn number(&mut self, sort: Sort, name: &str) -> usize {
        let next = self.with.len();
        let number = *self.names.entry((sort, name.to_owned())).or_insert(next);
        if number == next {
            self.with.push(next);
        }
        number
    }

    fn join(&mut self, one: usize, sort: Sort, name: &str) {
        let other = self.number(sort, name);
        let (one, other) = (self.stands_for(one), self.stands_for(other));
        let (low, high) = (one.min(other), one.max(other));
        if let Some(with) = self.with.get_mut(high) {
            *with = low;
        }
    }

    fn stands_for(&mut self, one: usize) -> usize {
        let mut at = one;
        while let Some(with) = self.with.get(at).copied().filter(|with| *with != at) {
            // Half of the way is kept for the next who asks.
            let further = self.with.get(with).copied().unwrap_or(with);
            if let Some(place) = self.with.get_mut(at) {
                *place = further;
            }
            at = with;
        }
        at
    }
}

/// Says every subject and every earlier event that members of JSON name, for fields of an event or of a list's elements.
pub(crate) fn named(fields: &[Field], members: &Map<String, Json>, see: &mut impl FnMut(Sort, &str)) {
    for field in fields {
        let sort = match &field.typed.ty {
            Type::Subject(_) => Some(Sort::Subject),
            Type::EventOf(_) => Some(Sort::Event),
            _ => None,
        };
        for value in field.json.iter().filter_map(|member| members.get(&member.name)) {
            match (value, &field.typed.ty, sort) {
                (Json::String(name), _, Some(sort)) => see(sort, name),
                (Json::Array(elements), Type::List(inner), _) => {
                    elements.iter().for_each(|element| named_in(inner, element, see));
                }
                _ => {}
            }
        }
    }
}

/// The same for an element of a list: an object, or a bare value that is the only member.
fn named_in(fields: &[Field], element: &Json, see: &mut impl FnMut(Sort, &str)) {
    match element {
        Json::Object(members) => named(fields, members, see),
        bare => {
            let member = fields.iter().flat_map(|field| &field.json).map(|member| (member.name.clone(), bare.clone()));
            named(fields, &member.collect(), see);
        }
    }
}

/// Whether customers of a policy share nothing but what events name.
pub(crate) fn by_customer(policy: &Policy) -> bool {
    let host = policy.schedules.is_empty()
        && policy.rankings.is_empty()
        && policy.settlements.is_empty()
        && policy.migrations.is_empty()
        && policy.figures.is_empty()
        // Coupons are numbered in the order in which they are given, whoever gets them.
        && !policy.points.iter().any(|points| points.benefit.as_ref().is_some_and(|benefit| benefit.numbered));
    let levels = policy.rules.iter().filter_map(|rule| match &rule.body {
        RuleBody::Level { scope, .. } => Some(scope),
        _ => None,
    });
    let mut scopes = policy.constraints.iter().map(|limit| &limit.scope);
    let mut measures = policy.measures.iter().map(|measure| &measure.scope).chain(levels);
    let mut named = true;
    exprs(policy, &mut |expr| walk(expr, &mut |expr| named &= names_what_events_name(expr)));
    host && named && scopes.all(|scope| scope.period == ScopePeriod::Event || own(scope)) && measures.all(own)
}

/// Whether a counter is that of something an event names.
fn own(scope: &Scope) -> bool {
    scope.keys.iter().any(|key| matches!((&key.value.node, &key.value.typed.ty), (Node::Field(_), Type::Subject(_))))
}

/// Whether an expression speaks of nothing that only facts or totals could name.
fn names_what_events_name(expr: &Expr) -> bool {
    match (&expr.node, &expr.typed.ty) {
        (Node::Total(..), _) => false,
        (Node::Field(_) | Node::Element(_) | Node::Constant(_), _) => true,
        (_, ty) => !matches!(ty, Type::Subject(_) | Type::EventOf(_)),
    }
}
