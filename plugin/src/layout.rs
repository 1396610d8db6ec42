//! Where the values of an event lie in a frame.
//!
//! A frame begins with the words of [`HEAD`]; the fields of the event's kind follow, each in the words that its form takes.

#![allow(clippy::disallowed_types, reason = "what serde derives for tagged values names floats; no value is one")]

use earnest_dsl::policy::{Field, Kind, Policy, Role, Type};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// The first words of a frame, in this order; see `docs/plugin-abi.md`.
pub const HEAD: [&str; 11] =
    ["version", "kind", "seconds", "nanoseconds", "offset", "id", "customer", "json", "facts", "records", "counters"];
/// Words of the list of facts: subject, id, and the facts as the text of a JSON object.
pub const FACTS: usize = 3;
/// Words of the list of records: the text that the decision gave.
pub const RECORDS: usize = 1;
/// Words of the list of counters: key, decimals (or [`AS_TEXT`]), value (or the text of its JSON).
pub const COUNTERS: usize = 3;
/// In the place of a counter's decimals: its value is JSON text.
pub const AS_TEXT: i64 = -1;

/// How a value is written in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "form", rename_all = "snake_case")]
pub enum Form {
    /// A number with so many decimals, in one word.
    Number {
        /// Decimals.
        scale: u8,
    },
    /// A number with so many decimals that can pass 64 bits, in two words, the lower first.
    Wide {
        /// Decimals.
        scale: u8,
    },
    /// 0 or 1.
    Flag,
    /// Days since 1970-01-01.
    Date,
    /// Nanoseconds of the day.
    Time,
    /// Seconds since 1970-01-01 00:00:00 UTC, then nanoseconds, in two words.
    Instant,
    /// The place of a name in a list of the section's `enums`; of an open enum the number of its names for any other name.
    Enum {
        /// The list.
        names: usize,
    },
    /// A code of so many digits, as a number.
    Code {
        /// Digits.
        digits: u8,
    },
    /// A reference to text; of periods such as `2024-10`, `2024-Q4` too.
    Text,
    /// A reference to elements.
    List {
        /// Words of an element.
        words: usize,
        /// Members of an element; their places count from the element's first word.
        members: Vec<FieldLayout>,
        /// Most elements accepted.
        longest: u32,
    },
}

/// A JSON member that gives a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// What its value is multiplied with (12 for a term in years).
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub factor: u32,
}

/// A field of an event or a member of a list's element.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldLayout {
    /// JSON members that give it; one at most is given.
    pub json: Vec<Member>,
    /// Its first word, counted from the first word of the frame or element.
    pub slot: usize,
    /// How it is written.
    #[serde(flatten)]
    pub form: Form,
    /// It may be left out.
    pub optional: bool,
    /// A request may ask for as much as there may be.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub most: bool,
    /// It may be written with `%`: its value is a fraction.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub percent: bool,
    /// It names a subject whose facts are wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// It names an earlier event whose records are wanted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub event: bool,
}

/// A kind of event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KindLayout {
    /// The value of `type` in JSON.
    #[serde(rename = "type")]
    pub json: String,
    /// Words of a frame.
    pub words: usize,
    /// Its fields.
    pub fields: Vec<FieldLayout>,
}

fn one() -> u32 {
    1
}

// What serde asks for is a function of a reference.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_one(factor: &u32) -> bool {
    *factor == 1
}

impl Form {
    /// Words that a value takes.
    #[must_use]
    pub fn words(&self) -> usize {
        match self {
            Self::Wide { .. } | Self::Instant => 2,
            _ => 1,
        }
    }
}

/// The layout of a policy's kinds, in their order.
#[must_use]
pub fn kinds(policy: &Policy) -> Vec<KindLayout> {
    policy.kinds.iter().map(|kind| of_kind(policy, kind)).collect()
}

fn of_kind(policy: &Policy, kind: &Kind) -> KindLayout {
    let request = kind.role == Role::Request;
    let (fields, words) = fields(policy, &kind.fields, HEAD.len(), request);
    KindLayout { json: kind.json.clone(), words, fields }
}

fn fields(policy: &Policy, fields: &[Field], first: usize, request: bool) -> (Vec<FieldLayout>, usize) {
    let mut slot = first;
    let mut list = Vec::with_capacity(fields.len());
    for field in fields {
        let Some(form) = form(policy, field) else { continue };
        let words = form.words();
        let subject = match field.typed.ty {
            Type::Subject(id) => policy.subject(id).map(|subject| subject.title.name.clone()),
            _ => None,
        };
        list.push(FieldLayout {
            json: field.json.iter().map(|one| Member { name: one.name.clone(), factor: one.factor }).collect(),
            slot,
            form,
            optional: field.typed.optional || field.default.is_some(),
            most: request && matches!(field.typed.ty, Type::Points(_) | Type::Count),
            percent: field.typed.ty == Type::Percent,
            subject,
            event: matches!(field.typed.ty, Type::EventOf(_)),
        });
        slot = slot.saturating_add(words);
    }
    (list, slot)
}

fn form(policy: &Policy, field: &Field) -> Option<Form> {
    Some(match &field.typed.ty {
        Type::Money(_)
        | Type::Points(_)
        | Type::Quantity(_)
        | Type::Percent
        | Type::Number
        | Type::Rate(..)
        | Type::Multiple
        | Type::Count => number(field),
        Type::Term | Type::Days | Type::WorkingDays | Type::Minutes => Form::Number { scale: 0 },
        Type::Flag => Form::Flag,
        Type::Date => Form::Date,
        Type::Instant => Form::Instant,
        Type::Time => Form::Time,
        Type::Enum(id) => Form::Enum { names: id.0 },
        Type::Code(digits) => Form::Code { digits: *digits },
        Type::Text | Type::Period(_) | Type::Subject(_) | Type::EventOf(_) => Form::Text,
        Type::List(members) => {
            let (members, words) = fields(policy, members, 0, false);
            Form::List { words, members, longest: field.most.unwrap_or(100) }
        }
        Type::Tier(_) | Type::Set(_) => return None,
    })
}

/// One word where the range of the type says that it is enough, else two.
fn number(field: &Field) -> Form {
    let scale = field.typed.scale;
    let narrow = |value: Decimal| {
        let power = 10_i128.checked_pow(u32::from(scale));
        let scaled = power.and_then(|power| value.trunc().normalize().mantissa().checked_mul(power));
        // Far enough from the two smallest words, which have meanings of their own.
        scaled.is_some_and(|value| i64::try_from(value).is_ok_and(|word| word.unsigned_abs() < 1 << 62))
    };
    match field.typed.range {
        Some((low, high)) if narrow(low) && narrow(high) => Form::Number { scale },
        _ => Form::Wide { scale },
    }
}
