//! What a decision is taken from: the event, facts, earlier events, counters; and where in it an expression stands.

use super::book::Book;
use super::index::Index;
use super::request::Deal;
use super::time::Zone;
use super::value::{Element, Val, shown};
use crate::event::scalar::bad;
use crate::event::{Datum, Event, Facts, InputError};
use crate::number::Inexact;
use crate::watch::{Seen, Watch};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use earnest_dsl::policy::{Expr, Kind, Node, Policy, RuleId, SubjectId};
use earnest_dsl::source::Span;
use rust_decimal::Decimal;
use serde_json::{Map, Value as Json};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Results while deciding.
pub(crate) type Eval<T> = Result<T, InputError>;

/// An earlier event that the event names, as it is now.
#[derive(Debug, Clone)]
pub(crate) struct Earlier {
    /// The event as it was decided.
    pub event: Event,
    /// What refunds have left of the fields that they reduce.
    pub remaining: BTreeMap<String, Decimal>,
}

/// The inputs of one decision.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame<'a> {
    pub policy: &'a Policy,
    pub index: &'a Index,
    pub zone: Zone,
    pub event: &'a Event,
    pub facts: &'a Facts,
    /// Facts as of an earlier decision, for what is not attached now.
    pub recorded: Option<&'a Facts>,
    /// Earlier events named, by id.
    pub earlier: &'a BTreeMap<String, Earlier>,
    pub book: &'a Book,
    /// An accepted event is decided again with what a refund leaves of it.
    pub again: bool,
    /// Who looks on.
    pub watch: Option<&'a dyn Watch>,
}

/// Values read by expressions, for the explanation. Writing to it changes nothing else.
pub(crate) type ReadLog = RefCell<Vec<(String, String)>>;

/// Where an expression is evaluated.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Env<'e> {
    pub frame: &'e Frame<'e>,
    /// The list element at hand.
    pub element: Option<&'e Element>,
    /// Fields that read otherwise: the part of an amount that counts.
    pub over: &'e [(String, Decimal)],
    /// Whose counters are meant, where it is not the event's customer.
    pub customer: Option<&'e str>,
    /// The day whose periods are meant, where it is not the event's.
    pub date: Option<NaiveDate>,
    /// The instant as of which dated facts are read, where it is not the event's.
    pub as_of: Option<DateTime<Utc>>,
    /// The level rule whose windows narrow the measures that it reads.
    pub level: Option<RuleId>,
    pub log: Option<&'e ReadLog>,
    /// What the request at hand comes to: its clauses read it as elements.
    pub deal: Option<&'e Deal>,
    /// Who looks on; none while something is only tried out.
    pub watch: Option<&'e dyn Watch>,
}

impl<'e> Env<'e> {
    pub(crate) fn new(frame: &'e Frame<'e>) -> Self {
        Self {
            frame,
            element: None,
            over: &[],
            customer: None,
            date: None,
            as_of: None,
            level: None,
            log: None,
            deal: None,
            watch: frame.watch,
        }
    }

    /// Where something is only tried out: nobody looks on.
    pub(crate) fn unwatched(&self) -> Self {
        Env { watch: None, ..*self }
    }

    /// Tells who looks on.
    pub(crate) fn see<'s>(&self, seen: impl FnOnce() -> Seen<'s>) {
        if let Some(watch) = self.watch {
            watch.see(self.policy(), seen());
        }
    }

    pub(crate) fn policy(&self) -> &'e Policy {
        self.frame.policy
    }

    pub(crate) fn kind(&self) -> Option<&'e Kind> {
        self.frame.policy.kind(self.frame.event.kind)
    }

    /// The instant of the event.
    pub(crate) fn at(&self) -> (NaiveDateTime, DateTime<Utc>) {
        (self.frame.event.at, self.frame.event.instant.to_utc())
    }

    /// The customer: the one whose counters are meant, the event's, or that of the event which it names.
    pub(crate) fn customer(&self) -> Eval<&'e str> {
        let frame = self.frame;
        let named = || {
            let mut named = frame.event.fields.values().filter_map(|datum| match datum {
                Datum::One(earnest_dsl::policy::Value::Text(id)) => frame.earlier.get(id),
                _ => None,
            });
            named.find_map(|earlier| earlier.event.customer.as_deref())
        };
        let found = self.customer.or(frame.event.customer.as_deref()).or_else(named);
        found.ok_or_else(|| bad("customer", "it is missing; give the customer's id as text"))
    }

    /// A field of the event.
    pub(crate) fn field(&self, name: &str) -> Eval<Option<Val>> {
        if name == "at" {
            let (local, instant) = self.at();
            return Ok(Some(Val::Instant(local, instant)));
        }
        if name == "customer" {
            return Ok(Some(Val::Text(self.customer()?.to_owned())));
        }
        if let Some((_, value)) = self.over.iter().find(|(field, _)| field == name) {
            return Ok(Some(Val::number(*value)));
        }
        Ok(self.frame.event.fields.get(name).map(|datum| Val::of_datum(datum, self.frame.zone)))
    }

    /// A member of the element at hand.
    pub(crate) fn member(&self, name: &str) -> Option<Val> {
        if let Some((_, value)) = self.over.iter().find(|(field, _)| field == name) {
            return Some(Val::number(*value));
        }
        let member = self.element.and_then(|element| element.get(name));
        match member {
            Some(datum) => Some(Val::of_datum(datum, self.frame.zone)),
            None => self.deal?.element(name).map(Val::Number),
        }
    }

    /// A fact of a subject, as of the event's instant.
    pub(crate) fn fact(&self, subject: SubjectId, id: &str, name: &str) -> Eval<Option<Val>> {
        let frame = self.frame;
        let Some(declared) = frame.policy.subject(subject) else { return Ok(None) };
        let Some(field) = declared.facts.iter().find(|fact| fact.title.name == name) else { return Ok(None) };
        let key = (declared.title.name.clone(), id.to_owned());
        let attached = frame.facts.get(&key).or_else(|| frame.recorded.and_then(|facts| facts.get(&key)));
        let empty = Map::new();
        let attached = attached.unwrap_or(&empty);
        let path = format!("{}.", declared.title.name);
        let dated = field.json.first().and_then(|name| Some((name, dated_value(attached.get(&name.name)?)?)));
        let datum = match dated {
            Some((name, entries)) => {
                let shown = format!("{path}{}", name.name);
                match self.as_of_now(&shown, entries)? {
                    Some(value) => {
                        Some(crate::event::read::of_type(frame.policy, &frame.zone, &shown, field, name.factor, value)?)
                    }
                    None => field.default.as_ref().map(|value| crate::event::read::default_datum(&frame.zone, value)),
                }
            }
            None if attached.is_empty() || !field.json.iter().any(|name| attached.contains_key(&name.name)) => {
                field.default.as_ref().map(|value| crate::event::read::default_datum(&frame.zone, value))
            }
            None => crate::event::read::member(frame.policy, &frame.zone, &path, field, attached)?,
        };
        Ok(datum.map(|datum| Val::of_datum(&datum, frame.zone)))
    }

    /// The entry of a dated fact that holds at the event's instant: the latest that begins at or before it, the last of equals.
    fn as_of_now<'j>(&self, shown: &str, entries: &'j [Json]) -> Eval<Option<&'j Json>> {
        if entries.len() > 64 {
            return Err(bad(shown, "a fact with dates has more than 64 entries"));
        }
        let now = self.as_of.unwrap_or_else(|| self.at().1);
        let mut best: Option<(DateTime<Utc>, &Json)> = None;
        for entry in entries {
            let (Some(from), Some(value)) = (entry.get("from"), entry.get("value")) else {
                return Err(bad(shown, "every entry needs `from` and `value`"));
            };
            let start = match from.as_str().and_then(|text| text.parse::<NaiveDate>().ok()) {
                Some(date) => self.frame.zone.instant(date.and_time(chrono::NaiveTime::MIN)),
                None => crate::event::scalar::instant(&self.frame.zone, &format!("{shown}.from"), from)?.1,
            };
            if start <= now && best.is_none_or(|(held, _)| held <= start) {
                best = Some((start, value));
            }
        }
        Ok(best.map(|(_, value)| value).filter(|value| !value.is_null()))
    }

    /// Notes a value that was read.
    pub(crate) fn note(&self, expr: &Expr, value: Option<&Val>) {
        // What a request comes to is told in its steps.
        let told = self.deal.is_some() && self.element.is_none() && matches!(expr.node, Node::Element(_));
        if let Some(log) = self.log.filter(|_| !told) {
            let name = source_text(self.policy(), expr.span).unwrap_or_else(|| super::trace::described(expr));
            let text = shown(value, &expr.typed.ty, self.policy());
            let mut log = log.borrow_mut();
            if !log.iter().any(|(known, old)| *known == name && *old == text) {
                log.push((name, text));
            }
        }
    }

    /// A value that cannot be computed exactly.
    pub(crate) fn inexact(&self, span: Span) -> impl Fn(Inexact) -> InputError + use<> {
        let text = source_text(self.policy(), span).unwrap_or_default();
        let place = self.policy().sources.place(span);
        move |Inexact| bad("amount", format!("the value of `{text}` ({place}) cannot be computed exactly in 28 digits"))
    }
}

/// The entries of a dated fact: a list of objects with `from`.
fn dated_value(json: &Json) -> Option<&[Json]> {
    let entries = json.as_array()?;
    entries.iter().all(|entry| entry.get("from").is_some()).then_some(entries.as_slice())
}

/// The source text of a span on one line; `None` for policies without sources.
pub(crate) fn source_text(policy: &Policy, span: Span) -> Option<String> {
    policy.sources.on_one_line(span)
}
