//! An event as the values of its fields and of the facts about its subjects, for exact evaluation.

use super::exact::Scalar;
use crate::policy::{Field, Given, KindId, Node, Policy, SubjectId, Type, Value};
use rust_decimal::Decimal;
use serde_json::{Map, Value as Json};
use std::str::FromStr;

/// An event and what is told beside it.
#[derive(Debug, Clone)]
pub(super) struct Sample<'p> {
    policy: &'p Policy,
    kind: KindId,
    event: &'p Map<String, Json>,
    given: &'p [Given],
    /// A field that has another value than in the event.
    instead: Option<(&'p str, Decimal)>,
}

impl<'p> Sample<'p> {
    pub(super) fn new(policy: &'p Policy, kind: KindId, event: &'p Map<String, Json>, given: &'p [Given]) -> Self {
        Self { policy, kind, event, given, instead: None }
    }

    /// The same event with another value of a field.
    pub(super) fn with(&self, field: &'p str, value: Decimal) -> Self {
        Self { instead: Some((field, value)), ..self.clone() }
    }

    /// What a field or a fact of the event's own subjects is.
    pub(super) fn leaf(&self, node: &Node) -> Option<Scalar> {
        match node {
            Node::Field(name) => {
                if let Some((_, value)) = self.instead.filter(|(field, _)| field == name) {
                    return Some(Scalar::Number(value));
                }
                let field = self.policy.kind(self.kind)?.field(name)?;
                read(field, self.event)
            }
            Node::Fact(subject, whose, name) => self.fact(*subject, whose, name),
            _ => None,
        }
    }

    fn fact(&self, subject: SubjectId, whose: &crate::policy::Expr, name: &str) -> Option<Scalar> {
        let declared = self.policy.subject(subject)?;
        let fact = declared.facts.iter().find(|fact| fact.title.name == name).filter(|fact| !fact.dated)?;
        let Node::Field(field) = &whose.node else { return None };
        let id = self.event.get(field).and_then(Json::as_str);
        let own = self.given.iter().filter(|given| given.subject == declared.title.name);
        let known = own.into_iter().find(|given| id.is_none_or(|id| given.customer == id));
        let empty = Map::new();
        read(fact, known.map_or(&empty, |given| &given.facts))
    }
}

/// A member of an event or of facts, by its type.
fn read(field: &Field, members: &Map<String, Json>) -> Option<Scalar> {
    for json in &field.json {
        let Some(value) = members.get(&json.name).filter(|value| !value.is_null()) else { continue };
        let number = || {
            let number = match value {
                Json::String(text) => Decimal::from_str(text).ok(),
                Json::Number(number) => Decimal::from_str(&number.to_string()).ok(),
                _ => None,
            };
            number.and_then(|number| number.checked_mul(Decimal::from(json.factor)))
        };
        return match &field.typed.ty {
            Type::Flag => value.as_bool().map(Scalar::Flag),
            Type::Enum(_) | Type::Code(_) | Type::Text => value.as_str().map(|text| Scalar::Name(text.to_owned())),
            Type::Money(_)
            | Type::Points(_)
            | Type::Quantity(_)
            | Type::Number
            | Type::Count
            | Type::Percent
            | Type::Term => number().map(Scalar::Number),
            _ => None,
        };
    }
    match &field.default {
        Some(value) => constant(value),
        None => field.typed.optional.then_some(Scalar::Unknown),
    }
}

fn constant(value: &Value) -> Option<Scalar> {
    Some(match value {
        Value::Flag(flag) => Scalar::Flag(*flag),
        Value::Enum(_, name) | Value::Code(name) | Value::Text(name) => Scalar::Name(name.clone()),
        Value::Money(number, _) | Value::Points(number, _) | Value::Quantity(number, _) => Scalar::Number(*number),
        Value::Number(number) | Value::Count(number) | Value::Percent(number) => Scalar::Number(*number),
        Value::Term(months) => Scalar::Number(Decimal::from(*months)),
        _ => return None,
    })
}
