//! Steps of tests as policy text: what the checker reads from a test, written again, in English words.
//!
//! [`crate::syntax::format`] brings the text into its layout and into the other language. A value that cannot be written so that
//! it reads the same gives `None`.

use super::scenario::{Held, LotsExpected, Shown};
use super::{Expected, ExpectedKind, Field, Given, Kind, Policy, ScenarioStep, Title, Type};
use crate::syntax::ast::{MoneyVerb, PeriodUnit};
use crate::syntax::keywords::{KEYWORDS, RESERVED_EN};
use crate::words::written;
use chrono::NaiveDateTime;
use rust_decimal::Decimal;
use serde_json::{Map, Value as Json};

/// The customer of a step that names none.
const SOMEBODY: &str = "c1";

/// A step.
#[must_use]
pub fn step(policy: &Policy, step: &ScenarioStep) -> Option<String> {
    match step {
        ScenarioStep::Given(one) => given(policy, one),
        ScenarioStep::Event { event: json, at, expected, .. } => {
            let mut text = event(policy, *at, json)?;
            let expected: Vec<String> =
                expected.iter().map(|one| expectation(policy, one)).collect::<Option<Vec<_>>>()?;
            if !expected.is_empty() {
                text.push_str(" => ");
                text.push_str(&expected.join(", "));
            }
            Some(text)
        }
        ScenarioStep::Lots { at, customer, expected, .. } => lots(policy, *at, customer, expected),
    }
}

/// `2024-10-05 18:00:00 Purchase { amount: 3000 MOP, mcc: 5812 }`. The event is as a host sends it; its `at` is not looked at.
#[must_use]
pub fn event(policy: &Policy, at: NaiveDateTime, json: &Map<String, Json>) -> Option<String> {
    let (_, kind) = policy.kind_by_json(json.get("type")?.as_str()?)?;
    let mut members = Vec::new();
    for name in ["id", "customer"] {
        let own = kind.fields.iter().any(|field| field.json.iter().any(|json| json.name == name));
        let value =
            json.get(name).and_then(Json::as_str).filter(|value| !own && (name, *value) != ("customer", SOMEBODY));
        members.extend(value.map(|value| format!("{name}: {}", word(value))));
    }
    members.extend(fields(policy, &kind.fields, json)?);
    Some(format!("{} {}{}", instant(at), kind_name(policy, kind), record(&members)))
}

/// `c1 { tier: platinum } holds 300 Point in Savings earned 2022-06-10 funded by bank frozen`
#[must_use]
pub fn given(policy: &Policy, given: &Given) -> Option<String> {
    let subject = policy.subjects.iter().find(|one| one.title.name == given.subject)?;
    let facts = record(&fields(policy, &subject.facts, &given.facts)?);
    let holds = given.holds.iter().map(|held| held_text(policy, held)).collect::<Option<Vec<_>>>()?;
    let holds = if holds.is_empty() { String::new() } else { format!(" holds {}", holds.join(", ")) };
    Some(format!("{}{facts}{holds}", given.customer))
}

fn held_text(policy: &Policy, held: &Held) -> Option<String> {
    let mut text = points(policy, held.amount, &held.points);
    if let Some(pool) = &held.pool {
        text.push_str(&format!(" in {}", short(pool)));
    }
    if let Some(earned) = held.earned {
        let midnight = earned.time() == chrono::NaiveTime::MIN;
        let earned = if midnight { earned.date().to_string() } else { instant(earned) };
        text.push_str(&format!(" earned {earned}"));
    }
    if let Some(party) = &held.funded_by {
        text.push_str(&format!(" funded by {party}"));
    }
    if held.frozen {
        text.push_str(" frozen");
    }
    Some(text)
}

fn lots(policy: &Policy, at: NaiveDateTime, customer: &str, expected: &LotsExpected) -> Option<String> {
    Some(match expected {
        LotsExpected::Balance(unit, amount, parts) => {
            let parts: Vec<String> =
                parts.iter().map(|(pool, amount)| format!("{}: {}", short(pool), plain(*amount))).collect();
            format!("{} {customer} balance {}{}", instant(at), points(policy, *amount, unit), record(&parts))
        }
        LotsExpected::Loses(unit, amount) => {
            format!("{} {customer} loses {}", instant(at), points(policy, *amount, unit))
        }
        LotsExpected::Used(name, times) => format!("{name} used {} times", plain(*times)),
        LotsExpected::Reminded(unit, amount, last) => {
            let last = last.map_or_else(String::new, |last| format!(" last day {last}"));
            format!("{} {customer} reminded {}{last}", at.date(), points(policy, *amount, unit))
        }
    })
}

/// What an event leads to: `earn 11_500 Star { card_spend: 3_000 }`.
#[must_use]
pub fn expectation(policy: &Policy, expected: &Expected) -> Option<String> {
    Some(match &expected.kind {
        ExpectedKind::Earn { amount, points: unit, to, parts } => {
            let to = to.as_ref().map_or_else(String::new, |to| format!(" to {}", word(to)));
            format!("earn {}{to}{}", points(policy, *amount, unit), breakdown(parts))
        }
        ExpectedKind::Take { amount, points: unit, parts } => {
            format!("take {}{}", points(policy, *amount, unit), breakdown(parts))
        }
        ExpectedKind::Refuse(code) => format!("refuse {code}"),
        ExpectedKind::Move { amount, points: unit, to } => {
            format!("move {} to {}", points(policy, *amount, unit), word(to))
        }
        ExpectedKind::Money { verb, amount, unit } => {
            let verb = match verb {
                MoneyVerb::Off => "off",
                MoneyVerb::Pay => "pay",
                MoneyVerb::Give => "give",
            };
            format!("{verb} {} {}", plain(*amount), unit_of(policy, unit))
        }
        ExpectedKind::Entries(count) => format!("{} entries", plain(*count)),
        ExpectedKind::Grant { name, number, worth } => {
            let number = number.map_or_else(String::new, |number| format!(" number {}", plain(number)));
            let currency = policy.currency_of(policy.currency).map_or("", |currency| short(&currency.title.name));
            let worth = worth.map_or_else(String::new, |worth| format!(" worth {} {currency}", plain(worth)));
            format!("grant {name}{number}{worth}")
        }
        ExpectedKind::TakeBack { amount, points: unit, owe } => {
            let owe = owe.map_or_else(String::new, |owe| format!(", owe {}", points(policy, owe, unit)));
            format!("take back {}{owe}", points(policy, *amount, unit))
        }
        ExpectedKind::DeliverBy(day) => format!("deliver by {day}"),
        ExpectedKind::Ranked(all) => {
            format!("ranked {}", all.iter().map(|one| word(one)).collect::<Vec<_>>().join(", then "))
        }
        ExpectedKind::Tier(name) => name.clone(),
        ExpectedKind::Figure { name: Some(name), value } => format!("{name} = {}", plain(*value)),
        ExpectedKind::Figure { name: None, value } => plain(*value),
        ExpectedKind::Notice(Shown::Number(number)) => format!("notify {}", plain(*number)),
        ExpectedKind::Notice(Shown::Text(text)) => format!("notify {}", word(text)),
        ExpectedKind::Settled { .. } => return None,
    })
}

fn breakdown(parts: &[super::scenario::ExpectedPart]) -> String {
    let part = |(name, got, asked): &super::scenario::ExpectedPart| {
        let asked = asked.map_or_else(String::new, |asked| format!(" of {}", plain(asked)));
        format!("{name}: {}{asked}", plain(*got))
    };
    record(&parts.iter().map(part).collect::<Vec<_>>())
}

fn record(members: &[String]) -> String {
    if members.is_empty() { String::new() } else { format!(" {{ {} }}", members.join(", ")) }
}

/// Members of an event, of facts or of an element, in the order in which they are declared.
fn fields(policy: &Policy, declared: &[Field], json: &Map<String, Json>) -> Option<Vec<String>> {
    let mut all = Vec::new();
    for field in declared {
        for name in &field.json {
            if let Some(value) = json.get(&name.name).filter(|value| !value.is_null()) {
                let value = value_text(policy, &field.typed.ty, name.factor, value)?;
                all.push(format!("{}: {value}", short(&field.title.name)));
            }
        }
    }
    Some(all)
}

fn value_text(policy: &Policy, ty: &Type, factor: u32, json: &Json) -> Option<String> {
    if let (Type::List(members), Json::Array(elements)) = (ty, json) {
        let element = |one: &Json| {
            let members = fields(policy, members, one.as_object()?)?;
            Some(format!("{{ {} }}", members.join(", ")))
        };
        let elements = elements.iter().map(element).collect::<Option<Vec<_>>>()?;
        return Some(format!("[{}]", elements.join(", ")));
    }
    if let (Type::Flag, Json::Bool(flag)) = (ty, json) {
        return Some(if *flag { "yes" } else { "no" }.to_owned());
    }
    let text = match json {
        Json::String(text) => text.clone(),
        Json::Number(number) => number.to_string(),
        Json::Null | Json::Bool(_) | Json::Array(_) | Json::Object(_) => return None,
    };
    if text == "max" && matches!(ty, Type::Points(_) | Type::Number | Type::Count) {
        return Some("most".to_owned());
    }
    scalar_text(policy, ty, factor, &text)
}

// One arm per type: the list is the idea.
fn scalar_text(policy: &Policy, ty: &Type, factor: u32, text: &str) -> Option<String> {
    let number = || text.parse::<Decimal>().ok();
    let title = |title: &Title| short(&title.name).to_owned();
    Some(match ty {
        Type::Money(id) => format!("{} {}", plain(number()?), title(&policy.currency_of(*id)?.title)),
        Type::Points(id) => format!("{} {}", plain(number()?), title(&policy.points_of(*id)?.title)),
        Type::Quantity(id) => format!("{} {}", plain(number()?), policy.quantities.get(id.0)?.unit),
        Type::Number | Type::Count | Type::Code(_) => text.to_owned(),
        Type::Percent => format!("{}%", number()?.checked_mul(Decimal::ONE_HUNDRED)?.normalize()),
        Type::Multiple => format!("{}x", number()?),
        Type::Date => text.to_owned(),
        Type::Instant => {
            let instant = chrono::DateTime::parse_from_rfc3339(text).ok()?;
            let zone: chrono_tz::Tz = policy.timezone.parse().ok()?;
            self::instant(instant.with_timezone(&zone).naive_local())
        }
        Type::Time => text.to_owned(),
        Type::Term => format!("{} months", number()?.checked_mul(factor.into())?),
        Type::Days => format!("{} days", number()?),
        Type::WorkingDays => format!("{} working days", number()?),
        Type::Minutes => format!("{} minutes", number()?),
        Type::Period(PeriodUnit::Quarter) => {
            let (year, quarter) = text.split_once("-Q")?;
            let month = quarter.parse::<u32>().ok()?.checked_sub(1)?.checked_mul(3)?.checked_add(1)?;
            format!("{year}-{month:02}-01")
        }
        Type::Period(_) => text.to_owned(),
        // A value of an enum is a name, whatever else the word means.
        Type::Enum(_) | Type::Tier(_) => text.to_owned(),
        Type::Subject(_) | Type::EventOf(_) | Type::Text => word(text),
        Type::Flag | Type::List(_) | Type::Set(_) | Type::Rate(..) => return None,
    })
}

/// The name of a kind as a step writes it: without its library, unless two kinds share the last part.
fn kind_name<'p>(policy: &Policy, kind: &'p Kind) -> &'p str {
    let last = short(&kind.title.name);
    let shared = policy.kinds.iter().filter(|other| short(&other.title.name) == last).count() > 1;
    if shared { &kind.title.name } else { last }
}

fn unit_of(policy: &Policy, name: &str) -> String {
    let quantity = policy.quantities.iter().find(|one| one.title.name == name).map(|one| one.unit.clone());
    quantity.unwrap_or_else(|| short(name).to_owned())
}

fn points(_: &Policy, amount: Decimal, unit: &str) -> String {
    format!("{} {}", plain(amount), short(unit))
}

fn short(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// A date, or a date and time.
fn instant(at: NaiveDateTime) -> String {
    at.format("%Y-%m-%d %H:%M:%S").to_string()
}

/// A number as policy text has it.
fn plain(number: Decimal) -> String {
    written(&number.to_string())
}

/// A name where the text is one, else a text in quotes.
fn word(text: &str) -> String {
    let mut letters = text.chars();
    let begins = letters.next().is_some_and(|one| one.is_ascii_alphabetic());
    let name = begins && letters.all(|one| one.is_ascii_alphanumeric() || one == '_');
    let keyword = RESERVED_EN.contains(&text) || KEYWORDS.iter().any(|keyword| keyword.en.contains(&text));
    if name && !keyword { text.to_owned() } else { format!("\"{text}\"") }
}
