//! Events that show something.

use super::domain::{Domain, Values};
use super::{Atom, Part};
use crate::policy::scenario::Given;
use crate::policy::{Field, KindId, Node, Policy, Type};
use chrono::NaiveDateTime;
use rust_decimal::Decimal;
use serde_json::{Map, Value as Json, json};

/// An event (with facts and, where they matter, values of measures) that shows something.
#[derive(Debug, Clone)]
pub struct Witness {
    /// Its kind.
    pub kind: KindId,
    /// Local instant.
    pub at: NaiveDateTime,
    /// The event, as steps of tests have it.
    pub event: Map<String, Json>,
    /// Facts of its subjects.
    pub given: Vec<Given>,
    /// Balances and measures before the event, by name.
    pub assumed: Vec<(String, Decimal)>,
}

/// An event of a box; `None` where some value cannot be made.
pub(crate) fn make(policy: &Policy, kind: KindId, part: &Part, at: NaiveDateTime) -> Option<Witness> {
    let declared = policy.kind(kind)?;
    let mut event = Map::new();
    event.insert("type".to_owned(), Json::String(declared.json.clone()));
    event.insert("customer".to_owned(), Json::String("c1".to_owned()));
    let mut given: Vec<Given> = Vec::new();
    for field in &declared.fields {
        let of_field = |atom: &&Atom| matches!(&atom.expr.node, Node::Field(name) if *name == field.title.name);
        let value = match part.atoms.values().find(of_field) {
            Some(atom) => chosen(policy, field, &atom.domain)?,
            None if field.typed.optional || field.default.is_some() => None,
            None => Some(usual(policy, field)?),
        };
        let name = field.json.iter().min_by_key(|name| name.factor).or(field.json.first())?;
        if let Some(value) = value {
            event.insert(name.name.clone(), value);
        }
    }
    for atom in part.atoms.values() {
        let Node::Fact(subject, whose, name) = &atom.expr.node else { continue };
        let subject = policy.subject(*subject)?;
        let fact = subject.facts.iter().find(|fact| fact.title.name == *name)?;
        let Node::Field(field) = &whose.node else { return None };
        let id = match event.get(field).and_then(Json::as_str) {
            Some(id) => id.to_owned(),
            None => {
                let id = format!("{}1", subject.title.name.get(..1).unwrap_or("s"));
                event.insert(field.clone(), Json::String(id.clone()));
                id
            }
        };
        if let Some(value) = chosen(policy, fact, &atom.domain)? {
            let place = given.iter().position(|one| one.subject == subject.title.name && one.customer == id);
            let json = fact.json.first()?.name.clone();
            match place.and_then(|place| given.get_mut(place)) {
                Some(known) => {
                    known.facts.insert(json, value);
                }
                None => {
                    let facts = Map::from_iter([(json, value)]);
                    given.push(Given { subject: subject.title.name.clone(), customer: id, facts, ..Given::default() });
                }
            }
        }
    }
    Some(Witness { kind, at, event, given, assumed: vec![] })
}

/// A value of a domain: `Some(None)` leaves it out.
fn chosen(policy: &Policy, field: &Field, domain: &Domain) -> Option<Option<Json>> {
    let value = match &domain.values {
        Values::Numbers(intervals) => intervals
            .first()
            .map(|(low, high)| {
                // A round number where there is one.
                let usual = [Decimal::ONE_THOUSAND, Decimal::ONE_HUNDRED, Decimal::ONE]
                    .into_iter()
                    .find(|one| low <= one && one <= high);
                usual.unwrap_or(*low)
            })
            .map(|number| match &field.typed.ty {
                Type::Code(digits) => {
                    Json::String(format!("{:0>width$}", number.normalize().to_string(), width = usize::from(*digits)))
                }
                _ => Json::String(number.normalize().to_string()),
            }),
        Values::Names(names) => names.first().map(|name| named(&field.typed.ty, name)),
        Values::Others(not) => {
            let free = (1..100).map(|at| format!("x{at}")).find(|name| !not.contains(name));
            free.map(|name| named(&field.typed.ty, &name))
        }
    };
    match value {
        Some(value) => Some(Some(value)),
        None if domain.unknown => Some(None),
        None => usual(policy, field).map(Some),
    }
}

fn named(ty: &Type, name: &str) -> Json {
    match ty {
        Type::Flag => Json::Bool(name == "yes"),
        _ => Json::String(name.to_owned()),
    }
}

/// Any value of a field that must be told.
fn usual(policy: &Policy, field: &Field) -> Option<Json> {
    let number = || {
        let (low, high) = field.typed.range.unwrap_or((Decimal::ZERO, Decimal::ONE_THOUSAND));
        let round = [Decimal::ONE_THOUSAND, Decimal::ONE_HUNDRED, Decimal::TEN, Decimal::ONE];
        let number = round.into_iter().find(|one| low <= *one && *one <= high).unwrap_or(low);
        Json::String(number.normalize().to_string())
    };
    Some(match &field.typed.ty {
        Type::Money(_) | Type::Points(_) | Type::Quantity(_) | Type::Number | Type::Percent | Type::Days => number(),
        Type::Count => Json::String("1".to_owned()),
        Type::Term => Json::String("12".to_owned()),
        Type::Flag => Json::Bool(false),
        Type::Enum(id) => Json::String(policy.enum_type(*id)?.values.first()?.title.name.clone()),
        Type::Code(digits) => Json::String("1".repeat(usize::from(*digits))),
        Type::Text => Json::String("x1".to_owned()),
        Type::Subject(_) => Json::String("s1".to_owned()),
        Type::List(_) => json!([]),
        _ => return None,
    })
}
