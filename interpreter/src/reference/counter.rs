//! What stands in a counter: a number; entries of what was seen, where a number is not enough; a stretch with its start.
//!
//! Entries are two lists: `events`, of which a refund may still undo one, and `older`, folded to what the measure needs.

use super::frame::Eval;
use super::time::add_days;
use super::value::Val;
use crate::decision::CounterValue;
use crate::event::scalar::bad;
use crate::number::{add, at_scale};
use chrono::{DateTime, NaiveDate, Utc};
use earnest_dsl::policy::{MeasureFn, Policy, Typed};
use rust_decimal::Decimal;
use serde_json::{Map, Value as Json, json};
use std::cmp::Ordering;

/// Something that was seen: when, at which event, which value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub at: DateTime<Utc>,
    pub event: String,
    pub value: String,
}

/// Entries of a measure that is no number.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Seen {
    pub older: Vec<Entry>,
    pub events: Vec<Entry>,
}

/// What a counter holds, without its stretch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Content {
    Number(Decimal),
    Seen(Seen),
}

/// A stretch that began at the first counted event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stretch {
    pub start: DateTime<Utc>,
    pub last: DateTime<Utc>,
    pub content: Content,
}

pub(crate) fn instant_text(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%S%.fZ").to_string()
}

pub(crate) fn instant_of(json: Option<&Json>) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(json?.as_str()?).ok().map(|at| at.to_utc())
}

fn corrupt(key: &str) -> crate::event::InputError {
    bad(key, "the counter's value is not one that a decision wrote; the host must give back what it was given")
}

impl Entry {
    fn json(&self) -> Json {
        json!([instant_text(self.at), self.event, self.value])
    }

    fn of_json(json: &Json) -> Option<Self> {
        let parts = json.as_array()?;
        let [_, event, value] = parts.as_slice() else { return None };
        Some(Self {
            at: instant_of(parts.first())?,
            event: event.as_str()?.to_owned(),
            value: value.as_str()?.to_owned(),
        })
    }
}

fn entries_of(json: Option<&Json>) -> Option<Vec<Entry>> {
    json?.as_array()?.iter().map(Entry::of_json).collect()
}

impl Content {
    pub(crate) fn json(&self) -> Json {
        match self {
            Self::Number(number) => Json::String(number.to_string()),
            Self::Seen(seen) => {
                let list = |entries: &[Entry]| Json::Array(entries.iter().map(Entry::json).collect());
                json!({ "older": list(&seen.older), "events": list(&seen.events) })
            }
        }
    }

    fn of_json(json: &Json) -> Option<Self> {
        match json {
            Json::String(text) => text.parse().ok().map(Self::Number),
            Json::Object(members) => Some(Self::Seen(Seen {
                older: entries_of(members.get("older"))?,
                events: entries_of(members.get("events"))?,
            })),
            _ => None,
        }
    }

    pub(crate) fn number(&self) -> Option<Decimal> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Seen(_) => None,
        }
    }
}

/// The content of a plain counter.
pub(crate) fn content(key: &str, value: Option<CounterValue>) -> Eval<Option<Content>> {
    match value {
        None => Ok(None),
        Some(CounterValue::Number(number)) => Ok(Some(Content::Number(number))),
        Some(CounterValue::Other(json)) => Content::of_json(&json).map(Some).ok_or_else(|| corrupt(key)),
    }
}

/// The number in a plain counter; zero where it was never written.
pub(crate) fn number(key: &str, value: Option<CounterValue>) -> Eval<Decimal> {
    match content(key, value)? {
        None => Ok(Decimal::ZERO),
        Some(content) => content.number().ok_or_else(|| corrupt(key)),
    }
}

/// The stretch in a counter.
pub(crate) fn stretch(key: &str, value: Option<CounterValue>) -> Eval<Option<Stretch>> {
    let Some(value) = value else { return Ok(None) };
    let CounterValue::Other(Json::Object(members)) = value else { return Err(corrupt(key)) };
    let read = || {
        let content = Content::of_json(members.get("value")?)?;
        Some(Stretch { start: instant_of(members.get("start"))?, last: instant_of(members.get("last"))?, content })
    };
    read().map(Some).ok_or_else(|| corrupt(key))
}

impl Stretch {
    pub(crate) fn value(&self) -> CounterValue {
        let mut members = Map::new();
        members.insert("start".to_owned(), Json::String(instant_text(self.start)));
        members.insert("last".to_owned(), Json::String(instant_text(self.last)));
        members.insert("value".to_owned(), self.content.json());
        CounterValue::Other(Json::Object(members))
    }
}

impl Content {
    pub(crate) fn value(&self) -> CounterValue {
        match self {
            Self::Number(number) => CounterValue::Number(*number),
            Self::Seen(_) => CounterValue::Other(self.json()),
        }
    }
}

/// A sum at the scale of its unit, or with the decimals that it needs.
pub(crate) fn sum(key: &str, a: Decimal, b: Decimal, scale: u8) -> Eval<Decimal> {
    let total = add(a, b).map_err(|_| bad(key, "the counter would need more than 28 digits"))?;
    Ok(at_scale(total, u32::from(scale)).unwrap_or_else(|_| total.normalize()))
}

/// How entries of a measure fold.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Folding<'p> {
    pub function: MeasureFn,
    pub typed: &'p Typed,
    pub remembers: usize,
    pub policy: &'p Policy,
    pub zone: super::time::Zone,
}

impl Folding<'_> {
    fn order(&self, a: &str, b: &str) -> Ordering {
        let read = |text| Val::of_text(text, &self.typed.ty, self.policy, self.zone);
        match (read(a), read(b)) {
            (Some(a), Some(b)) => a.order(&b, self.policy).ok().flatten().unwrap_or(Ordering::Equal),
            _ => a.cmp(b),
        }
    }

    /// Adds entries; those beyond what is remembered are folded into the older ones, oldest first.
    pub(crate) fn add(&self, seen: &mut Seen, new: Vec<Entry>) {
        seen.events.extend(new);
        seen.events.sort_by(|a, b| (a.at, &a.event, &a.value).cmp(&(b.at, &b.event, &b.value)));
        while seen.events.len() > self.remembers {
            let entry = seen.events.remove(0);
            seen.older.push(entry);
        }
        self.fold(&mut seen.older);
    }

    /// Replaces the entries of an event that is still remembered; a forgotten one stays as it is.
    pub(crate) fn replace(&self, seen: &mut Seen, event: &str, new: Vec<Entry>) {
        let held = seen.events.len();
        seen.events.retain(|entry| entry.event != event);
        if seen.events.len() < held {
            self.add(seen, new);
        }
    }

    /// Folds entries to what the measure needs: one extreme, one end, distinct values, runs of days.
    fn fold(&self, entries: &mut Vec<Entry>) {
        let moment = |entry: &Entry| (entry.at, entry.event.clone());
        match self.function {
            MeasureFn::Highest => keep_one(entries, |a, b| self.order(&a.value, &b.value)),
            MeasureFn::Lowest => keep_one(entries, |a, b| self.order(&b.value, &a.value)),
            MeasureFn::First => keep_one(entries, |a, b| moment(b).cmp(&moment(a))),
            MeasureFn::Last => keep_one(entries, |a, b| moment(a).cmp(&moment(b))),
            MeasureFn::Distinct => {
                entries.sort_by(|a, b| (&a.value, a.at, &a.event).cmp(&(&b.value, b.at, &b.event)));
                entries.dedup_by(|a, b| a.value == b.value);
            }
            MeasureFn::Streak => *entries = merged_runs(entries),
            MeasureFn::Sum | MeasureFn::Count => {}
        }
    }

    /// The value over entries of one or several buckets; `day` is the day up to which a streak counts.
    pub(crate) fn value(&self, all: &[Seen], day: NaiveDate) -> Option<Val> {
        let mut entries: Vec<Entry> =
            all.iter().flat_map(|seen| seen.older.iter().chain(&seen.events)).cloned().collect();
        match self.function {
            MeasureFn::Distinct => {
                self.fold(&mut entries);
                Some(Val::number(Decimal::from(entries.len())))
            }
            MeasureFn::Streak => {
                let runs = merged_runs(&entries);
                let run = runs
                    .iter()
                    .filter_map(|entry| run_of(&entry.value))
                    .find(|(first, last)| *first <= day && day <= *last);
                let days = run.map_or(0, |(first, _)| super::time::days_between(first, day).saturating_add(1));
                Some(Val::number(Decimal::from(days)))
            }
            _ => {
                self.fold(&mut entries);
                entries.first().and_then(|entry| Val::of_text(&entry.value, &self.typed.ty, self.policy, self.zone))
            }
        }
    }
}

/// Keeps the greatest entry; of equals the earliest.
fn keep_one(entries: &mut Vec<Entry>, order: impl Fn(&Entry, &Entry) -> Ordering) {
    entries.sort_by(|a, b| order(b, a).then_with(|| (a.at, &a.event).cmp(&(b.at, &b.event))));
    entries.truncate(1);
}

/// `2024-10-05` or `2024-10-05/2024-10-09`.
fn run_of(text: &str) -> Option<(NaiveDate, NaiveDate)> {
    let (first, last) = text.split_once('/').unwrap_or((text, text));
    Some((first.parse().ok()?, last.parse().ok()?))
}

/// Days and runs of days, merged where they touch; the newest 64 runs are kept.
fn merged_runs(entries: &[Entry]) -> Vec<Entry> {
    let mut runs: Vec<(NaiveDate, NaiveDate, &Entry)> =
        entries.iter().filter_map(|entry| run_of(&entry.value).map(|(a, b)| (a, b, entry))).collect();
    runs.sort_by_key(|(first, last, _)| (*first, *last));
    let mut merged: Vec<(NaiveDate, NaiveDate, &Entry)> = Vec::new();
    for (first, last, entry) in runs {
        match merged.last_mut() {
            Some((_, end, _)) if add_days(*end, 1).is_some_and(|next| first <= next) => *end = (*end).max(last),
            _ => merged.push((first, last, entry)),
        }
    }
    let surplus = merged.len().saturating_sub(64);
    merged.drain(..surplus);
    merged
        .into_iter()
        .map(|(first, last, entry)| {
            let value = if first == last { first.to_string() } else { format!("{first}/{last}") };
            Entry { value, ..entry.clone() }
        })
        .collect()
}
