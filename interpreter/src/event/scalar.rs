//! One JSON value of a stated type: what is accepted, and what to write instead where it is not.

use super::decimal::{NoDecimal, decimal};
use super::{Datum, InputError};
use crate::reference::time::{Zone, period_of_text};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use earnest_dsl::policy::kind::OTHER;
use earnest_dsl::policy::{EnumId, Policy, Type, Typed, Value};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde_json::Value as Json;

/// An error about a field.
pub(crate) fn bad(field: &str, reason: impl Into<String>) -> InputError {
    InputError { field: field.to_owned(), reason: reason.into() }
}

/// Reads a value of a type. `factor` is 12 for a term given in years.
pub(crate) fn scalar(
    policy: &Policy,
    zone: &Zone,
    field: &str,
    typed: &Typed,
    factor: u32,
    json: &Json,
) -> Result<Datum, InputError> {
    let value = match &typed.ty {
        Type::Instant => {
            let (local, instant) = instant(zone, field, json)?;
            return Ok(Datum::Instant(local, instant));
        }
        Type::Money(id) => Value::Money(number(field, typed, json, "an amount as decimal text, `\"12.50\"`")?, *id),
        Type::Points(id) => Value::Points(number(field, typed, json, "points as decimal text, `\"100\"`")?, *id),
        Type::Quantity(id) => Value::Quantity(number(field, typed, json, "a quantity as decimal text")?, *id),
        Type::Percent => Value::Percent(percent(field, typed, json)?),
        Type::Number | Type::Rate(..) => Value::Number(number(field, typed, json, "a number")?),
        Type::Multiple => Value::Multiple(number(field, typed, json, "a multiple as a number")?),
        Type::Count => Value::Count(number(field, typed, json, "a whole number")?),
        Type::Term => Value::Term(term(field, typed, factor, json)?),
        Type::Days => Value::Days(whole(field, typed, json)?),
        Type::WorkingDays => Value::WorkingDays(whole(field, typed, json)?),
        Type::Minutes => Value::Minutes(whole(field, typed, json)?),
        Type::Flag => Value::Flag(flag(field, json)?),
        Type::Date => Value::Date(date(field, json)?),
        Type::Time => Value::Time(time(field, json)?),
        Type::Period(unit) => {
            let text = text(field, json, "a period, such as `\"2024-10\"`")?;
            let first = period_of_text(*unit, text)
                .ok_or_else(|| bad(field, format!("`{text}` is no period of this kind; write it as `2024`, `2024-Q4`, `2024-10`, `2024-W40` or a date")))?;
            Value::Period(*unit, first)
        }
        Type::Enum(id) => enum_value(policy, field, *id, json)?,
        Type::Code(digits) => Value::Code(code(field, *digits, json)?),
        Type::Text => Value::Text(text(field, json, "text")?.to_owned()),
        Type::Subject(_) | Type::EventOf(_) => {
            let id = text(field, json, "an id as text")?;
            if id.is_empty() {
                return Err(bad(field, "the id is empty"));
            }
            Value::Text(id.to_owned())
        }
        Type::Tier(_) | Type::List(_) | Type::Set(_) => {
            return Err(bad(field, "no single value of this type can be given"));
        }
    };
    Ok(Datum::One(value))
}

fn shown(json: &Json) -> String {
    let text = json.to_string();
    if text.chars().count() > 40 { format!("{}...", text.chars().take(40).collect::<String>()) } else { text }
}

fn text<'j>(field: &str, json: &'j Json, wanted: &str) -> Result<&'j str, InputError> {
    json.as_str().ok_or_else(|| bad(field, format!("{} is not {wanted}", shown(json))))
}

fn number(field: &str, typed: &Typed, json: &Json, wanted: &str) -> Result<Decimal, InputError> {
    let value = decimal(json).map_err(|why| match why {
        NoDecimal::Type => bad(field, format!("{} is not {wanted}", shown(json))),
        NoDecimal::Long => bad(field, format!("{} has more digits than an exact decimal holds", shown(json))),
    })?;
    in_range(field, typed, value)
}

/// Holds a value to the decimals and the range of its type.
fn in_range(field: &str, typed: &Typed, value: Decimal) -> Result<Decimal, InputError> {
    let plain = value.normalize();
    if plain.scale() > u32::from(typed.scale) {
        let reason = match typed.scale {
            0 => format!("`{plain}` has decimals; a whole number is wanted"),
            scale => format!("`{plain}` has more than {scale} decimals"),
        };
        return Err(bad(field, reason));
    }
    if let Some((low, high)) = typed.range {
        if plain < low {
            return Err(bad(field, format!("`{plain}` is below {}, the least that is allowed", low.normalize())));
        }
        if plain > high {
            return Err(bad(field, format!("`{plain}` is above {}, the most that is allowed", high.normalize())));
        }
    }
    Ok(plain)
}

/// A fraction (`0.6`), or with its sign (`"60%"`).
fn percent(field: &str, typed: &Typed, json: &Json) -> Result<Decimal, InputError> {
    let signed = json.as_str().and_then(|text| text.trim().strip_suffix('%'));
    let Some(digits) = signed else {
        return number(field, typed, json, "a fraction (`0.6`) or a percentage (`\"60%\"`)");
    };
    let whole = number(
        field,
        &Typed { scale: 28, range: None, ..typed.clone() },
        &Json::String(digits.trim().to_owned()),
        "a percentage",
    )?;
    let fraction = crate::number::multiply(whole, Decimal::new(1, 2))
        .map_err(|_| bad(field, "the percentage has too many digits"))?;
    in_range(field, typed, fraction)
}

fn whole(field: &str, typed: &Typed, json: &Json) -> Result<i64, InputError> {
    let value = number(field, typed, json, "a whole number")?;
    value.to_i64().filter(|_| value.is_integer()).ok_or_else(|| bad(field, format!("`{value}` is not a whole number")))
}

/// Months, or years where the field is given in years; a term ends on a whole month.
fn term(field: &str, typed: &Typed, factor: u32, json: &Json) -> Result<i32, InputError> {
    let loose = Typed { scale: 6, range: None, ..typed.clone() };
    let value = number(field, &loose, json, "a length of time as a number")?;
    let months = crate::number::multiply(value, Decimal::from(factor))
        .map_err(|_| bad(field, "the length of time is too long"))?;
    if !months.is_integer() {
        return Err(bad(field, format!("`{value}` is no whole number of months")));
    }
    let months = in_range(field, typed, months)?;
    months.to_i32().ok_or_else(|| bad(field, "the length of time is too long"))
}

fn flag(field: &str, json: &Json) -> Result<bool, InputError> {
    match json {
        Json::Bool(flag) => Ok(*flag),
        // Tables of text carry flags as words.
        Json::String(text) if text == "true" || text == "yes" => Ok(true),
        Json::String(text) if text == "false" || text == "no" => Ok(false),
        other => Err(bad(field, format!("{} is neither `true` nor `false`", shown(other)))),
    }
}

fn date(field: &str, json: &Json) -> Result<NaiveDate, InputError> {
    let text = text(field, json, "a date, `\"2024-10-05\"`")?;
    let made = (text.len() == 10).then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()).flatten();
    made.ok_or_else(|| bad(field, format!("`{text}` is no date; write it as `2024-10-05`")))
}

fn time(field: &str, json: &Json) -> Result<NaiveTime, InputError> {
    let text = text(field, json, "a time of day, `\"18:00\"`")?;
    let made = NaiveTime::parse_from_str(text, "%H:%M:%S").or_else(|_| NaiveTime::parse_from_str(text, "%H:%M"));
    made.map_err(|_| bad(field, format!("`{text}` is no time of day; write it as `18:00`")))
}

/// An instant with its offset, converted once to the programme's zone.
pub(crate) fn instant(
    zone: &Zone,
    field: &str,
    json: &Json,
) -> Result<(chrono::NaiveDateTime, DateTime<Utc>), InputError> {
    let text = text(field, json, "a date and time with offset, `\"2024-10-05T18:00:00+08:00\"`")?;
    let Ok(instant) = DateTime::parse_from_rfc3339(text) else {
        let local = chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").is_ok();
        let reason = if local {
            format!("`{text}` has no offset; write it as `{text}+08:00`")
        } else {
            format!("`{text}` is no date and time; write it as `2024-10-05T18:00:00+08:00`")
        };
        return Err(bad(field, reason));
    };
    let instant = instant.to_utc();
    let local = zone.local(instant).ok_or_else(|| bad(field, format!("`{text}` is out of the range of dates")))?;
    Ok((local, instant))
}

fn enum_value(policy: &Policy, field: &str, id: EnumId, json: &Json) -> Result<Value, InputError> {
    let name = text(field, json, "a name as text")?;
    let Some(declared) = policy.enum_type(id) else { return Err(bad(field, "its type is not declared")) };
    if declared.values.iter().any(|value| value.title.name == name) {
        return Ok(Value::Enum(id, name.to_owned()));
    }
    if declared.open {
        return Ok(Value::Enum(id, OTHER.to_owned()));
    }
    let names: Vec<&str> = declared.values.iter().map(|value| value.title.name.as_str()).collect();
    let remedy = match super::nearest(name, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`"),
        None => format!("it is one of {}", names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")),
    };
    Err(bad(field, format!("`{name}` is no value of {}; {remedy}", declared.title.name)))
}

fn code(field: &str, digits: u8, json: &Json) -> Result<String, InputError> {
    let width = usize::from(digits);
    let text = match json {
        Json::String(text) => text.clone(),
        // As a number a code has lost the zeros at its head.
        Json::Number(number) => format!("{:0>width$}", number.to_string()),
        other => return Err(bad(field, format!("{} is no code of {digits} digits", shown(other)))),
    };
    if text.len() == width && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(text);
    }
    Err(bad(field, format!("`{text}` is no code of {digits} digits")))
}
