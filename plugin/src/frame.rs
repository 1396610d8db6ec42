//! A host's side of the border: an event with its facts, records and counters as the words of a frame.

use crate::layout::{AS_TEXT, COUNTERS, FACTS, FieldLayout, Form, HEAD, KindLayout, RECORDS};
use crate::words::{MOST, WORD, Writer};
use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Timelike, Utc};
use earnest_dsl::policy::{Field, Policy, Type, Value};
use earnest_dsl::syntax::ast::PeriodUnit;
use earnest_interpreter::event::Datum;
use earnest_interpreter::{CounterValue, Counters, Inputs};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::collections::BTreeMap;

/// The words of a frame. `version` is the number of the programme's version; `counters` are none for a question for keys.
///
/// # Errors
/// What has no place in a frame, in words; nothing that an event's reader lets through.
pub fn write(
    policy: &Policy,
    layout: &KindLayout,
    version: usize,
    inputs: &Inputs<'_>,
    counters: Option<&Counters>,
) -> Result<Vec<u8>, String> {
    let event = inputs.event;
    let kind = policy.kind(event.kind).ok_or("the event is of no kind of this policy")?;
    let mut out = Writer::default();
    out.reserve(layout.words);
    let mut fill = Fill { policy, out };
    fill.fields(&kind.fields, &layout.fields, 0, &event.fields)?;
    let mut out = fill.out;
    let number = |value: usize| i64::try_from(value).map_err(|_| "a number is too long".to_owned());
    let head = [
        number(version)?,
        number(event.kind.0)?,
        event.instant.timestamp(),
        i64::from(event.instant.timestamp_subsec_nanos()),
        i64::from(event.instant.offset().local_minus_utc()),
        out.text(&event.id),
        event.customer.as_ref().map_or(crate::words::ABSENT, |customer| out.text(customer)),
        out.text(&json(&event.json)?),
        facts(&mut out, inputs)?,
        records(&mut out, inputs)?,
        counters.map_or(Ok(crate::words::ABSENT), |counters| write_counters(&mut out, counters))?,
    ];
    debug_assert_eq!(head.len(), HEAD.len());
    for (at, word) in head.into_iter().enumerate() {
        out.set(at.saturating_mul(WORD), word);
    }
    Ok(out.bytes())
}

fn json(value: &impl serde::Serialize) -> Result<String, String> {
    serde_json::to_string(value).map_err(|error| error.to_string())
}

fn facts(out: &mut Writer, inputs: &Inputs<'_>) -> Result<i64, String> {
    let (mut at, list) = out.list(inputs.facts.len(), FACTS);
    for ((subject, id), facts) in inputs.facts {
        for text in [subject, id, &json(facts)?] {
            let word = out.text(text);
            out.set(at, word);
            at = at.saturating_add(WORD);
        }
    }
    Ok(list)
}

fn records(out: &mut Writer, inputs: &Inputs<'_>) -> Result<i64, String> {
    let (mut at, list) = out.list(inputs.records.len(), RECORDS);
    for record in inputs.records {
        let word = out.text(&json(record)?);
        out.set(at, word);
        at = at.saturating_add(WORD);
    }
    Ok(list)
}

fn write_counters(out: &mut Writer, counters: &Counters) -> Result<i64, String> {
    let (mut at, list) = out.list(counters.len(), COUNTERS);
    for (key, value) in counters {
        let short = match value {
            CounterValue::Number(number) => i64::try_from(number.mantissa()).ok().map(|word| (number.scale(), word)),
            CounterValue::Other(_) => None,
        };
        let (scale, word) = match short {
            Some((scale, word)) => (i64::from(scale), word),
            None => (AS_TEXT, out.text(&json(value)?)),
        };
        for word in [out.text(key), scale, word] {
            out.set(at, word);
            at = at.saturating_add(WORD);
        }
    }
    Ok(list)
}

struct Fill<'p> {
    policy: &'p Policy,
    out: Writer,
}

impl Fill<'_> {
    fn fields(
        &mut self,
        fields: &[Field],
        layouts: &[FieldLayout],
        first: usize,
        given: &BTreeMap<String, Datum>,
    ) -> Result<(), String> {
        let laid = fields.iter().filter(|field| !matches!(field.typed.ty, Type::Tier(_) | Type::Set(_)));
        for (field, layout) in laid.zip(layouts) {
            let Some(datum) = given.get(&field.title.name) else { continue };
            let at = first.saturating_add(layout.slot.saturating_mul(WORD));
            let none = || format!("`{}` has no place in a frame", field.title.name);
            match (datum, &layout.form) {
                (Datum::Most, form) => {
                    for word in 0..form.words() {
                        self.out.set(at.saturating_add(word.saturating_mul(WORD)), MOST);
                    }
                }
                (Datum::Instant(_, instant), _) => self.instant(at, *instant),
                (Datum::List(elements), Form::List { words, members, .. }) => {
                    let Type::List(fields) = &field.typed.ty else { return Err(none()) };
                    let (mut element, list) = self.out.list(elements.len(), *words);
                    self.out.set(at, list);
                    for given in elements {
                        self.fields(fields, members, element, given)?;
                        element = element.saturating_add(words.saturating_mul(WORD));
                    }
                }
                (Datum::One(value), form) => self.one(at, form, value).ok_or_else(none)?,
                (Datum::List(_), _) => return Err(none()),
            }
        }
        Ok(())
    }

    fn instant(&mut self, at: usize, instant: DateTime<Utc>) {
        self.out.set(at, instant.timestamp());
        self.out.set(at.saturating_add(WORD), i64::from(instant.timestamp_subsec_nanos()));
    }

    fn one(&mut self, at: usize, form: &Form, value: &Value) -> Option<()> {
        let word = match (form, value) {
            (Form::Number { scale }, value) => i64::try_from(scaled(number_of(value)?, *scale)?).ok()?,
            (Form::Wide { scale }, value) => {
                let scaled = scaled(number_of(value)?, *scale)?.to_le_bytes();
                let half = |first: usize| scaled.get(first..first.saturating_add(WORD))?.try_into().ok();
                self.out.set(at.saturating_add(WORD), i64::from_le_bytes(half(WORD)?));
                i64::from_le_bytes(half(0)?)
            }
            (Form::Flag, Value::Flag(flag)) => i64::from(*flag),
            (Form::Date, Value::Date(date)) => days(*date),
            (Form::Time, Value::Time(time)) => nanoseconds(*time),
            (Form::Enum { names }, Value::Enum(_, name)) => {
                let values = &self.policy.enums.get(*names)?.values;
                let place = values.iter().position(|value| value.title.name == *name).unwrap_or(values.len());
                i64::try_from(place).ok()?
            }
            (Form::Code { .. }, Value::Code(code)) => code.parse().ok()?,
            (Form::Text, Value::Text(text)) => self.out.text(text),
            (Form::Text, Value::Period(unit, first)) => self.out.text(&period(*unit, *first)),
            _ => return None,
        };
        self.out.set(at, word);
        Some(())
    }
}

fn number_of(value: &Value) -> Option<Decimal> {
    Some(match value {
        Value::Money(number, _) | Value::Points(number, _) | Value::Quantity(number, _) => *number,
        Value::Number(number) | Value::Percent(number) | Value::Count(number) | Value::Multiple(number) => *number,
        Value::Term(months) => Decimal::from(*months),
        Value::Days(number) | Value::WorkingDays(number) | Value::Minutes(number) => Decimal::from(*number),
        _ => return None,
    })
}

/// A number as a whole one of so many decimals, where it is one.
fn scaled(number: Decimal, scale: u8) -> Option<i128> {
    let plain = number.normalize();
    let more = u32::from(scale).checked_sub(plain.scale())?;
    plain.mantissa().checked_mul(10_i128.checked_pow(more)?)
}

fn days(date: NaiveDate) -> i64 {
    date.signed_duration_since(NaiveDate::default()).num_days()
}

fn nanoseconds(time: NaiveTime) -> i64 {
    i64::from(time.num_seconds_from_midnight()).saturating_mul(1_000_000_000)
}

/// A period as JSON writes it.
fn period(unit: PeriodUnit, first: NaiveDate) -> String {
    match unit {
        PeriodUnit::Day | PeriodUnit::Statement => first.format("%Y-%m-%d").to_string(),
        PeriodUnit::Week => first.format("%G-W%V").to_string(),
        PeriodUnit::Month => first.format("%Y-%m").to_string(),
        PeriodUnit::Quarter => format!("{}-Q{}", first.format("%Y"), first.month0().to_u64().unwrap_or(0) / 3 + 1),
        PeriodUnit::Year => first.format("%Y").to_string(),
    }
}
