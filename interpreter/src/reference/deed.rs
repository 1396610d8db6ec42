//! Deeds: what a rule does besides points. It sets a fact from an instant on, or bars somebody from requests.

use super::book::Book;
use super::expr::{eval, number};
use super::frame::{Env, Eval};
use super::key::barred;
use super::value::Val;
use crate::decision::{CounterValue, FactOut};
use crate::event::scalar::bad;
use crate::number::{Exact, plain};
use chrono::NaiveTime;
use earnest_dsl::policy::{Deed, Expr, Field, RuleId, SubjectId, Type};
use rust_decimal::Decimal;
use serde_json::Value as Json;

/// Every expression of a deed.
pub(crate) fn exprs(deed: &Deed) -> Vec<&Expr> {
    match deed {
        Deed::Set { of, value, from, .. } => [of, value].into_iter().chain(from).collect(),
        Deed::Bar { of, .. } => vec![of],
    }
}

/// The counters that a deed writes.
pub(crate) fn written(env: &Env<'_>, deed: &Deed) -> Eval<Vec<String>> {
    Ok(match deed {
        Deed::Bar { subject, of } => whose(env, of)?.map(|id| barred(&subject_name(env, *subject), &id)),
        Deed::Set { .. } => None,
    }
    .into_iter()
    .collect())
}

/// What the rules that applied do: facts to be stored, in the order of rules; bars are counters.
pub(crate) fn done(env: &Env<'_>, rules: impl Iterator<Item = RuleId>, book: &Book) -> Eval<Vec<FactOut>> {
    let mut facts: Vec<FactOut> = Vec::new();
    for deed in rules.filter_map(|id| env.policy().rule(id)).flat_map(|rule| &rule.deeds) {
        match deed {
            Deed::Set { subject, of, fact, value, from } => {
                let made = set(env, (*subject, of, fact), value, from.as_ref())?;
                if !facts.contains(&made) {
                    facts.push(made);
                }
            }
            Deed::Bar { .. } => {
                for key in written(env, deed)? {
                    book.write(&key, CounterValue::Number(Decimal::ONE))?;
                }
            }
        }
    }
    Ok(facts)
}

fn set(
    env: &Env<'_>,
    (subject, of, fact): (SubjectId, &Expr, &str),
    value: &Expr,
    from: Option<&Expr>,
) -> Eval<FactOut> {
    let name = subject_name(env, subject);
    let missing =
        |what: &str| bad(&format!("{name}.{fact}"), format!("{what} is not known; give the field that says it"));
    let field = env.policy().subject(subject).and_then(|one| one.facts.iter().find(|one| one.title.name == fact));
    let field = field.ok_or_else(|| missing("the fact to be set"))?;
    let from = match from {
        None => env.at().1,
        Some(from) => match eval(env, from)? {
            Some(Val::Instant(_, instant)) => instant,
            Some(other) => {
                let day = other.as_date().ok_or_else(|| missing("from when it holds"))?;
                env.frame.zone.instant(day.and_time(NaiveTime::MIN))
            }
            None => return Err(missing("from when it holds")),
        },
    };
    Ok(FactOut {
        id: whose(env, of)?.ok_or_else(|| missing("whose fact it is"))?,
        fact: field.json.first().map_or_else(|| fact.to_owned(), |json| json.name.clone()),
        value: json_of(env, field, value)?.ok_or_else(|| missing("the value to be set"))?,
        from: env.frame.zone.written(from),
        subject: name,
    })
}

/// A value as a host would send it for a field.
fn json_of(env: &Env<'_>, field: &Field, value: &Expr) -> Eval<Option<Json>> {
    if field.typed.ty == Type::Term {
        let factor = field.json.first().map_or(1, |json| json.factor);
        let months = number(env, value)?;
        let units = months.and_then(|months| months.divide(Decimal::from(factor).into()).ok()).and_then(Exact::decimal);
        return Ok(units.map(|units| Json::String(plain(units))));
    }
    Ok(match eval(env, value)? {
        Some(Val::Flag(flag)) => Some(Json::Bool(flag)),
        Some(Val::Instant(_, instant)) => Some(Json::String(env.frame.zone.written(instant))),
        Some(other) => other.text().map(Json::String),
        None => None,
    })
}

fn whose(env: &Env<'_>, of: &Expr) -> Eval<Option<String>> {
    Ok(match eval(env, of)? {
        Some(Val::Text(id)) => Some(id),
        _ => None,
    })
}

fn subject_name(env: &Env<'_>, subject: SubjectId) -> String {
    env.policy().subject(subject).map_or_else(|| "customer".to_owned(), |subject| subject.title.name.clone())
}
