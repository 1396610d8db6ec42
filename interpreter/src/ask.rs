//! Questions of a host: values that the policy declares for it, outside of any event. Figures at an instant, levels, who is
//! due on a schedule and in which order, by what customers are ranked.
//!
//! An answer depends on the policy, on whom and which instant it is [`About`], and on nothing else.

use crate::event::scalar::bad;
use crate::event::{Datum, Event, Facts, InputError};
use crate::reference::book::Book;
use crate::reference::expr::eval;
use crate::reference::frame::{Env, Frame};
use crate::reference::keys::{Keys, read};
use crate::reference::value::Val;
use crate::reference::{figure, tier, window};
use crate::{Counters, Engine};
use chrono::{DateTime, NaiveDate, Utc};
use earnest_dsl::policy::{DayPattern, Expr, KindId, Node, Reads, TierId, Type, Typed, Value};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// What a question is about. Facts and counters that are not given are unknown, and zero.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// The subject and its id: `customer` and `c1`. None for totals.
    pub subject: Option<(&'a str, &'a str)>,
    /// The instant.
    pub at: DateTime<Utc>,
    /// Facts of the subject (and of others that are read).
    pub facts: &'a Facts,
    /// Values of the counters that the question's keys list.
    pub counters: &'a Counters,
}

/// An answer. Answers to one question have one variant; the order is that of the values.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Told {
    /// Yes or no.
    Flag(bool),
    /// An exact number, in main units of the expression's unit.
    Number(Decimal),
    /// An instant.
    Instant(DateTime<Utc>),
    /// A local date, or the first day of a period.
    Date(NaiveDate),
    /// A row of a tier by a measure: its rank from 0, and its name.
    Tier(usize, String),
    /// A name, a code or open text.
    Text(String),
}

impl Engine {
    /// The counters that an expression of the policy depends on.
    ///
    /// # Errors
    /// A fact of the wrong type, or one that a key needs and that is not given, by name.
    pub fn keys_of(&self, expr: &Expr, about: &About<'_>) -> Result<Vec<String>, InputError> {
        let mut keys = Keys::new();
        self.ask(about, |env| read(env, expr, &mut keys))?;
        Ok(keys.into_iter().collect())
    }

    /// The value of an expression of the policy; `None` where it is unknown.
    ///
    /// # Errors
    /// As for [`Engine::keys_of`]; a value that is no exact decimal.
    pub fn value_of(&self, expr: &Expr, about: &About<'_>) -> Result<Option<Told>, InputError> {
        self.ask(about, |env| {
            Ok(match eval(env, expr)? {
                None => None,
                Some(Val::Flag(flag)) => Some(Told::Flag(flag)),
                Some(Val::Number(number)) => {
                    let decimal = number.decimal().ok_or_else(|| env.inexact(expr.span)(crate::number::Inexact))?;
                    Some(Told::Number(decimal))
                }
                Some(Val::Instant(_, instant)) => Some(Told::Instant(instant)),
                Some(Val::Date(day) | Val::Period(_, day)) => Some(Told::Date(day)),
                Some(Val::Tier(rank, name)) => Some(Told::Tier(rank, name)),
                Some(other) => other.text().map(Told::Text),
            })
        })
    }

    /// Whether the local date of the instant is a day of a pattern: a weekday, a working day, an anniversary of whom it is about.
    ///
    /// # Errors
    /// A date outside a calendar, a fact of the wrong type, by name.
    pub fn falls_on(&self, pattern: &DayPattern, about: &About<'_>) -> Result<bool, InputError> {
        self.ask(about, |env| window::is_day(env, pattern, env.at().0.date()))
    }

    /// The counters that a figure depends on at an instant.
    ///
    /// # Errors
    /// There is no figure with this name.
    pub fn figure_keys(&self, name: &str, at: DateTime<Utc>) -> Result<Vec<String>, InputError> {
        let (facts, counters) = (Facts::new(), Counters::new());
        self.keys_of(&self.figure_named(name)?.value, &About { subject: None, at, facts: &facts, counters: &counters })
    }

    /// The value of a figure of the books at an instant, in its unit's decimals; `None` where it is unknown.
    ///
    /// # Errors
    /// There is no figure with this name, it reads an event, or it cannot be computed exactly.
    pub fn figure(&self, name: &str, at: DateTime<Utc>, counters: &Counters) -> Result<Option<String>, InputError> {
        let declared = self.figure_named(name)?;
        if !declared.kinds.is_empty() {
            return Err(bad(name, "this figure reads an event; it is told with the decision of that event"));
        }
        let facts = Facts::new();
        let about = About { subject: None, at, facts: &facts, counters };
        self.ask(&about, |env| figure::value(env, &declared.value))
    }

    /// The level by a measure's rows that a value reaches; `None` below the lowest.
    ///
    /// # Errors
    /// There is no tier by a measure with this name.
    pub fn level(&self, tier: &str, value: Decimal) -> Result<Option<String>, InputError> {
        let id = self.tier_named(tier)?;
        let (facts, counters) = (Facts::new(), Counters::new());
        let about = About { subject: None, at: DateTime::UNIX_EPOCH, facts: &facts, counters: &counters };
        self.ask(&about, |env| {
            let Some(declared) = env.policy().tier(id) else { return Ok(None) };
            let reached = tier::row_reached(env, declared, value.into())?;
            Ok(reached.and_then(|rank| declared.rows.get(rank)).map(|row| row.title.name.clone()))
        })
    }

    /// The counters on which somebody's level by a measure depends.
    ///
    /// # Errors
    /// As for [`Engine::keys_of`]; there is no tier by a measure with this name.
    pub fn level_keys(&self, tier: &str, about: &About<'_>) -> Result<Vec<String>, InputError> {
        self.keys_of(&reading(self.tier_named(tier)?), about)
    }

    /// Somebody's level by a measure at an instant, levels that are held and levels given as a fact included.
    ///
    /// # Errors
    /// As for [`Engine::value_of`]; there is no tier by a measure with this name.
    pub fn level_of(&self, tier: &str, about: &About<'_>) -> Result<Option<String>, InputError> {
        let told = self.value_of(&reading(self.tier_named(tier)?), about)?;
        Ok(told.and_then(|told| match told {
            Told::Tier(_, name) => Some(name),
            Told::Flag(_) | Told::Number(_) | Told::Instant(_) | Told::Date(_) | Told::Text(_) => None,
        }))
    }

    fn figure_named(&self, name: &str) -> Result<&earnest_dsl::policy::Figure, InputError> {
        let found = self.policy.figures.iter().find(|figure| figure.title.name == name);
        found.ok_or_else(|| bad(name, "there is no figure with this name"))
    }

    fn tier_named(&self, name: &str) -> Result<TierId, InputError> {
        let found = self.policy.tiers.iter().position(|tier| tier.title.name == name);
        found.map(TierId).ok_or_else(|| bad(name, "there is no tier by a measure with this name"))
    }

    fn ask<T>(
        &self,
        about: &About<'_>,
        compute: impl FnOnce(&Env<'_>) -> Result<T, InputError>,
    ) -> Result<T, InputError> {
        let zone = self.life()?.zone();
        let event = moment(zone, about)?;
        let earlier = BTreeMap::new();
        let book = Book::new(about.counters.clone(), None);
        let frame = Frame {
            policy: &self.policy,
            index: &self.index,
            zone,
            event: &event,
            facts: about.facts,
            recorded: None,
            earlier: &earlier,
            book: &book,
            again: false,
            watch: self.watch.as_deref(),
        };
        compute(&Env::new(&frame))
    }
}

/// The tier of whom a question is about.
fn reading(id: TierId) -> Expr {
    let node = Node::Tier(id, Reads::With);
    Expr { node, typed: Typed { optional: true, ..Typed::plain(Type::Tier(id)) }, span: Default::default() }
}

/// An event of no kind that says nothing but whom it concerns and when.
pub(crate) fn moment(zone: crate::reference::time::Zone, about: &About<'_>) -> Result<Event, InputError> {
    let out = || bad("at", "the instant is out of the range of dates");
    let customer = about.subject.filter(|(subject, _)| *subject == "customer").map(|(_, id)| id.to_owned());
    let named = about.subject.filter(|(subject, _)| *subject != "customer");
    let named = named.map(|(subject, id)| (subject.to_owned(), Datum::One(Value::Text(id.to_owned()))));
    Ok(Event {
        id: String::new(),
        kind: KindId(usize::MAX),
        at: zone.local(about.at).ok_or_else(out)?,
        instant: about.at.fixed_offset(),
        customer,
        fields: named.into_iter().collect(),
        warnings: vec![],
        json: serde_json::Map::new(),
    })
}
