//! The shape of a decision in words, declared once: modules write by it, hosts read by it, and the section of a module tells it.

use crate::words::{ABSENT, Broken, Reader, WORD, Writer};
use earnest_dsl::policy::{Beyond, Policy, RuleBody};
use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::{Map, Value as Json};
use std::collections::BTreeSet;

/// In the place of a value's decimals: it is text.
pub const AS_TEXT: i64 = -1;
/// In the place of a value's decimals: it is the text of its JSON.
pub const AS_JSON: i64 = -2;

/// How a value is written in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// A reference to text, in one word.
    Text,
    /// One word: the place of a name among the symbols, or below zero the complement of a reference to text.
    Symbol,
    /// 0 or 1.
    Flag,
    /// An exact number in three words: lower half, upper half, decimals. Text and JSON of other kinds have a reference in the first
    /// word and [`AS_TEXT`] or [`AS_JSON`] in the third.
    Value,
    /// A reference to elements.
    List(&'static Shape),
    /// Values one after the other: in JSON an array.
    Tuple(&'static [Shape]),
    /// Members one after the other.
    Object(&'static [Part]),
}

/// A member of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Part {
    /// Its name in JSON.
    pub name: &'static str,
    /// How it is written.
    pub shape: Shape,
    /// Where it is absent, false or empty: whether JSON leaves it out (else it is `null`, `false` or `[]`).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub omit: bool,
}

const fn always(name: &'static str, shape: Shape) -> Part {
    Part { name, shape, omit: false }
}

const fn omit(name: &'static str, shape: Shape) -> Part {
    Part { name, shape, omit: true }
}

use Shape::{Flag, List, Object, Symbol, Text, Tuple, Value};

const POLICY: Shape = Object(&[always("programme", Symbol), always("version", Symbol), always("hash", Symbol)]);

const LINE: Shape = Object(&[
    always("rule", Symbol),
    always("kind", Symbol),
    always("points", Symbol),
    omit("unit", Symbol),
    always("customer", Text),
    always("amount", Value),
    always("asked", Value),
    omit("of", Text),
    omit("available_from", Text),
    omit("expires_on", Text),
    omit("funded", List(&Tuple(&[Symbol, Value]))),
    omit("from", List(&Symbol)),
    omit("all", Flag),
    omit("other", Text),
    omit("keep_dates", Flag),
    omit("worth", Value),
]);

const AMOUNT: Shape = Object(&[
    always("rule", Symbol),
    always("kind", Symbol),
    always("amount", Value),
    always("unit", Symbol),
    omit("to", Symbol),
]);

const FACT: Shape = Object(&[
    always("subject", Symbol),
    always("id", Text),
    always("fact", Symbol),
    always("value", Value),
    always("from", Text),
]);

const SHOWN: Shape = Tuple(&[Text, Value]);

const COUNTER: Shape = Object(&[always("key", Text), always("before", Value), always("after", Value)]);

/// A decision, explanation apart.
pub const DECISION: Shape = Object(&[
    always("event", Text),
    always("outcome", Symbol),
    omit("reason", Symbol),
    omit("reasons", List(&Symbol)),
    omit("detail", Text),
    always("policy", POLICY),
    always("lines", List(&LINE)),
    omit("amounts", List(&AMOUNT)),
    omit("entries", Value),
    omit("entitled", List(&Symbol)),
    omit("deliver_by", Text),
    omit("facts", List(&FACT)),
    omit("notices", List(&Object(&[always("name", Symbol), always("shows", List(&SHOWN))]))),
    omit("figures", List(&Tuple(&[Symbol, Value]))),
    always("counters", List(&COUNTER)),
]);

impl Shape {
    /// Words that a value takes.
    #[must_use]
    pub fn words(&self) -> usize {
        match self {
            Text | Symbol | Flag | List(_) => 1,
            Value => 3,
            Tuple(shapes) => shapes.iter().map(Shape::words).sum(),
            Object(parts) => parts.iter().map(|part| part.shape.words()).sum(),
        }
    }
}

/// Names that decisions speak of, sorted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Symbols(pub Vec<String>);

/// Names that do not depend on a programme: outcomes, kinds of lines and of amounts, and codes of refusal that need no text.
const COMMON: [&str; 27] = [
    "",
    "accepted",
    "base",
    "bonus",
    "condition_not_met",
    "convert",
    "cost",
    "disqualified",
    "fee",
    "give",
    "grant",
    "insufficient_points",
    "level",
    "limit_unknown",
    "move",
    "off",
    "out_of_stock",
    "outside_window",
    "pay",
    "receive",
    "redeem",
    "refund",
    "refused",
    "take",
    "take_back",
    "cap_reached",
    "customer",
];

impl Symbols {
    /// The names of policies.
    #[must_use]
    pub fn of<'p>(policies: impl IntoIterator<Item = &'p Policy>) -> Self {
        let mut names: BTreeSet<String> = COMMON.into_iter().map(str::to_owned).collect();
        for policy in policies {
            names.insert(policy.programme.name.clone());
            names.insert(policy.version());
            let titles =
                policy.rules.iter().map(|rule| &rule.title).chain(policy.groups.iter().map(|group| &group.title));
            let titles = titles.chain(policy.figures.iter().map(|figure| &figure.title));
            let titles =
                titles.chain(policy.points.iter().flat_map(|points| points.pools.iter().map(|pool| &pool.title)));
            let titles = titles.chain(policy.points.iter().map(|points| &points.title));
            let titles = titles.chain(policy.quantities.iter().map(|quantity| &quantity.title));
            names.extend(
                titles.chain(policy.subjects.iter().map(|subject| &subject.title)).map(|title| title.name.clone()),
            );
            names.extend(policy.currencies.iter().map(|currency| currency.title.name.clone()));
            names.extend(policy.rules.iter().flat_map(|rule| rule.funded.iter().map(|(party, _)| party.clone())));
            names.extend(policy.points.iter().flat_map(|points| points.funded.iter().map(|(party, _)| party.clone())));
            names.extend(refusals(policy));
        }
        Self(names.into_iter().collect())
    }

    /// The number of a name.
    pub(crate) fn place(&self, name: &str) -> Option<i64> {
        let at = self.0.binary_search_by(|known| known.as_str().cmp(name)).ok()?;
        i64::try_from(at).ok()
    }
}

/// The codes with which a policy's text refuses.
#[must_use]
pub fn refusals(policy: &Policy) -> BTreeSet<String> {
    let mut codes = BTreeSet::new();
    for rule in &policy.rules {
        match &rule.body {
            RuleBody::Accept(conditions) => codes.extend(conditions.iter().map(|(_, code)| code.clone())),
            RuleBody::Request(request) => {
                codes.extend(request.needs.iter().chain(&request.minimums).map(|need| need.code.clone()));
                codes.extend(request.bills.iter().map(|bill| bill.code.clone()));
                codes.extend(
                    request
                        .prohibited
                        .iter()
                        .chain(request.steps.iter().filter_map(|steps| steps.refuse.as_ref()))
                        .cloned(),
                );
            }
            _ => {}
        }
    }
    for constraint in &policy.constraints {
        if let Beyond::Refuse(code) | Beyond::TrimRefuseAtZero(code) = &constraint.beyond {
            codes.insert(code.clone());
        }
    }
    codes
}

/// Writes a value of a shape to words that were reserved from `at` on.
///
/// # Errors
/// The value has another shape; nothing that an engine decides.
pub fn write(out: &mut Writer, symbols: &Symbols, shape: &Shape, at: usize, value: &Json) -> Result<(), Broken> {
    let other = || Broken(format!("{value} has another shape"));
    match shape {
        _ if value.is_null() => {}
        Text => {
            let text = out.text(value.as_str().ok_or_else(other)?);
            out.set(at, text);
        }
        Symbol => {
            let name = value.as_str().ok_or_else(other)?;
            let word = symbols.place(name).unwrap_or_else(|| !out.text(name));
            out.set(at, word);
        }
        Flag => out.set(at, i64::from(value.as_bool().ok_or_else(other)?)),
        Value => write_value(out, at, value),
        List(shape) => {
            let list = value.as_array().ok_or_else(other)?;
            let words = shape.words();
            let (first, reference) = out.list(list.len(), words);
            out.set(at, reference);
            for (number, element) in list.iter().enumerate() {
                write(out, symbols, shape, first.saturating_add(number.saturating_mul(words * WORD)), element)?;
            }
        }
        Tuple(shapes) => {
            let list = value.as_array().ok_or_else(other)?;
            let mut at = at;
            for (shape, element) in shapes.iter().zip(list) {
                write(out, symbols, shape, at, element)?;
                at = at.saturating_add(shape.words() * WORD);
            }
        }
        Object(parts) => {
            let members = value.as_object().ok_or_else(other)?;
            let mut at = at;
            for part in *parts {
                if let Some(member) = members.get(part.name) {
                    write(out, symbols, &part.shape, at, member)?;
                }
                at = at.saturating_add(part.shape.words() * WORD);
            }
        }
    }
    Ok(())
}

fn write_value(out: &mut Writer, at: usize, value: &Json) {
    let exact =
        value.as_str().and_then(|text| text.parse::<Decimal>().ok().filter(|number| number.to_string() == text));
    let (low, high, scale) = match (exact, value) {
        (Some(number), _) => {
            let mantissa = number.mantissa();
            (low_half(mantissa), low_half(mantissa >> 64), i64::from(number.scale()))
        }
        (None, Json::String(text)) => (out.text(text), 0, AS_TEXT),
        (None, other) => (out.text(&other.to_string()), 0, AS_JSON),
    };
    for (number, word) in [low, high, scale].into_iter().enumerate() {
        out.set(at.saturating_add(number * WORD), word);
    }
}

/// The lower 64 bits, as a word.
fn low_half(value: i128) -> i64 {
    let [a, b, c, d, e, f, g, h, ..] = value.to_le_bytes();
    i64::from_le_bytes([a, b, c, d, e, f, g, h])
}

/// Reads a value of a shape; none where it is absent.
///
/// # Errors
/// The words do not hold together.
pub fn read(area: Reader<'_>, symbols: &[String], shape: &Shape, at: usize) -> Result<Option<Json>, Broken> {
    let word = || area.word(at);
    Ok(match shape {
        Text => area.text(word()?)?.map(Json::from),
        Symbol => match word()? {
            ABSENT => None,
            place if place >= 0 => {
                let name = usize::try_from(place).ok().and_then(|place| symbols.get(place));
                Some(Json::from(name.ok_or_else(|| Broken(format!("there is no symbol {place}")))?.as_str()))
            }
            reference => area.text(!reference)?.map(Json::from),
        },
        Flag => Some(Json::Bool(word()? == 1)),
        Value => read_value(area, at)?,
        List(shape) => {
            let elements = area.list(word()?, shape.words())?;
            let read = |at| Ok(read(area, symbols, shape, at)?.unwrap_or_default());
            Some(Json::Array(elements.into_iter().map(read).collect::<Result<_, Broken>>()?))
        }
        Tuple(shapes) => {
            let mut at = at;
            let mut list = Vec::with_capacity(shapes.len());
            for shape in *shapes {
                list.push(read(area, symbols, shape, at)?.unwrap_or_default());
                at = at.saturating_add(shape.words() * WORD);
            }
            Some(Json::Array(list))
        }
        Object(parts) => {
            let mut at = at;
            let mut members = Map::new();
            for part in *parts {
                let value = read(area, symbols, &part.shape, at)?;
                at = at.saturating_add(part.shape.words() * WORD);
                let nothing = match &value {
                    None => true,
                    Some(Json::Bool(flag)) => !flag,
                    Some(Json::Array(list)) => list.is_empty(),
                    Some(_) => false,
                };
                if !(part.omit && nothing) {
                    members.insert(part.name.to_owned(), value.unwrap_or_default());
                }
            }
            Some(Json::Object(members))
        }
    })
}

fn read_value(area: Reader<'_>, at: usize) -> Result<Option<Json>, Broken> {
    let (low, high) = (area.word(at)?, area.word(at.saturating_add(WORD))?);
    let scale = area.word(at.saturating_add(2 * WORD))?;
    Ok(match scale {
        ABSENT => None,
        AS_TEXT => area.text(low)?.map(Json::from),
        AS_JSON => {
            let text = area.text(low)?.unwrap_or_default();
            Some(serde_json::from_str(text).map_err(|_| Broken(format!("the value at byte {at} is no JSON")))?)
        }
        scale => {
            let mantissa = (i128::from(high) << 64) | (i128::from(low) & i128::from(u64::MAX));
            let none = || Broken(format!("the value at byte {at} is no exact number"));
            let number =
                u32::try_from(scale).ok().and_then(|scale| Decimal::try_from_i128_with_scale(mantissa, scale).ok());
            Some(Json::from(number.ok_or_else(none)?.to_string()))
        }
    })
}
