//! An event's JSON against its kind: every field present and typed, or an error that names it.

use super::scalar::{bad, instant, scalar};
use super::{Datum, Event, InputError, MOST, nearest};
use crate::reference::time::Zone;
use chrono::DateTime;
use earnest_dsl::policy::{Field, Kind, Policy, Role, Type, Value};
use serde_json::{Map, Value as Json};
use std::collections::{BTreeMap, BTreeSet};

/// Members that every event may have.
const COMMON: [&str; 4] = ["id", "at", "type", "customer"];

/// Reads an event.
pub(crate) fn read(policy: &Policy, zone: &Zone, json: &Map<String, Json>) -> Result<Event, InputError> {
    let id = text_member(json, "id", "an id as text, its own for every event")?;
    let type_name = text_member(json, "type", "the kind of event as text")?;
    let Some((kind_id, kind)) = policy.kind_by_json(type_name) else {
        let near = nearest(type_name, policy.kinds.iter().map(|kind| kind.json.as_str()));
        let remedy = near.map_or_else(String::new, |near| format!("; did you mean `{near}`"));
        return Err(bad("type", format!("`{type_name}` is no kind of event of this programme{remedy}")));
    };
    let at = json.get("at").ok_or_else(|| bad("at", "it is missing; write it as `2024-10-05T18:00:00+08:00`"))?;
    let (local, _) = instant(zone, "at", at)?;
    let written = at.as_str().and_then(|text| DateTime::parse_from_rfc3339(text).ok());
    let written = written.ok_or_else(|| bad("at", "it is no date and time"))?;
    let mut fields = BTreeMap::new();
    for field in &kind.fields {
        if field.title.name == "customer" && !json.contains_key("customer") && field.typed.optional {
            continue;
        }
        let datum =
            if asks_most(kind, field, json) { Some(Datum::Most) } else { member(policy, zone, "", field, json)? };
        if let Some(datum) = datum {
            fields.insert(field.title.name.clone(), datum);
        }
    }
    let customer = match json.get("customer") {
        None | Some(Json::Null) => None,
        Some(_) => Some(text_member(json, "customer", "the customer's id as text")?.to_owned()),
    };
    let customer = customer.or_else(|| match fields.get("customer") {
        Some(Datum::One(Value::Text(id))) => Some(id.clone()),
        _ => None,
    });
    Ok(Event {
        id: id.to_owned(),
        kind: kind_id,
        at: local,
        instant: written,
        customer,
        fields,
        warnings: warnings(kind, json),
        json: json.clone(),
    })
}

/// Whether a request asks for as many points or pieces as there may be.
fn asks_most(kind: &Kind, field: &Field, json: &Map<String, Json>) -> bool {
    kind.role == Role::Request
        && matches!(field.typed.ty, Type::Points(_) | Type::Count)
        && field.json.iter().any(|name| json.get(&name.name).and_then(Json::as_str) == Some(MOST))
}

fn text_member<'j>(json: &'j Map<String, Json>, name: &str, wanted: &str) -> Result<&'j str, InputError> {
    match json.get(name) {
        None | Some(Json::Null) => Err(bad(name, format!("it is missing; give {wanted}"))),
        Some(Json::String(text)) if text.is_empty() => Err(bad(name, format!("it is empty; give {wanted}"))),
        Some(Json::String(text)) => Ok(text),
        Some(other) => Err(bad(name, format!("{other} is not {wanted}"))),
    }
}

/// A field of an event, a member of a list's element or a fact, by its JSON names; a default stands for what is left out.
pub(crate) fn member(
    policy: &Policy,
    zone: &Zone,
    path: &str,
    field: &Field,
    json: &Map<String, Json>,
) -> Result<Option<Datum>, InputError> {
    let mut found: Option<(String, u32, &Json)> = None;
    for name in &field.json {
        let Some(value) = json.get(&name.name).filter(|value| !value.is_null()) else { continue };
        let shown = format!("{path}{}", name.name);
        if let Some((first, _, _)) = &found {
            return Err(bad(&shown, format!("it is given as `{first}` too; give one of them")));
        }
        found = Some((shown, name.factor, value));
    }
    if let Some((shown, factor, value)) = found {
        return of_type(policy, zone, &shown, field, factor, value).map(Some);
    }
    if let Some(default) = &field.default {
        return Ok(Some(default_datum(zone, default)));
    }
    if field.typed.optional {
        return Ok(None);
    }
    let names: Vec<String> = field.json.iter().map(|name| format!("`{path}{}`", name.name)).collect();
    let first = field.json.first().map_or(field.title.name.as_str(), |name| name.name.as_str());
    let near = nearest(first, json.keys().map(String::as_str).filter(|name| !COMMON.contains(name)));
    let remedy =
        near.map_or_else(|| format!("; give {}", names.join(" or ")), |near| format!("; is `{path}{near}` meant"));
    Err(bad(&format!("{path}{first}"), format!("it is missing{remedy}")))
}

/// A default of the policy as a datum; an instant of the policy is local.
pub(crate) fn default_datum(zone: &Zone, value: &Value) -> Datum {
    match value {
        Value::Instant(local) => Datum::Instant(*local, zone.instant(*local)),
        other => Datum::One(other.clone()),
    }
}

/// A value of a field's type, lists included.
pub(crate) fn of_type(
    policy: &Policy,
    zone: &Zone,
    shown: &str,
    field: &Field,
    factor: u32,
    value: &Json,
) -> Result<Datum, InputError> {
    let Type::List(members) = &field.typed.ty else {
        return scalar(policy, zone, shown, &field.typed, factor, value);
    };
    let Json::Array(elements) = value else {
        return Err(bad(shown, format!("{value} is not a list; write it as `[{{...}}, {{...}}]`")));
    };
    let most = usize::try_from(field.most.unwrap_or(100)).unwrap_or(100);
    if elements.len() > most {
        return Err(bad(shown, format!("it has {} elements; at most {most} are allowed", elements.len())));
    }
    let mut list = Vec::with_capacity(elements.len());
    for (at, element) in elements.iter().enumerate() {
        let path = format!("{shown}[{at}]");
        let mut made = BTreeMap::new();
        // Where elements have one member, the bare value stands for the element: `["c1", "c2"]`.
        if let ([only], false) = (members.as_slice(), element.is_object()) {
            made.insert(only.title.name.clone(), of_type(policy, zone, &path, only, 1, element)?);
            list.push(made);
            continue;
        }
        let Json::Object(element) = element else {
            return Err(bad(&path, format!("{element} is no element; write it as `{{...}}`")));
        };
        for field in members {
            if let Some(datum) = member(policy, zone, &format!("{path}."), field, element)? {
                made.insert(field.title.name.clone(), datum);
            }
        }
        list.push(made);
    }
    Ok(Datum::List(list))
}

/// Members that the kind does not know but that are nearly one that it knows and that is not given.
fn warnings(kind: &Kind, json: &Map<String, Json>) -> Vec<String> {
    let known: BTreeSet<&str> =
        kind.fields.iter().flat_map(|field| field.json.iter().map(|name| name.name.as_str())).chain(COMMON).collect();
    let missing: Vec<&str> = known.iter().copied().filter(|name| !json.contains_key(*name)).collect();
    json.keys()
        .filter(|name| !known.contains(name.as_str()))
        .filter_map(|name| {
            let near = nearest(name, missing.iter().copied())?;
            Some(format!("`{name}` is no field of {} and is ignored; did you mean `{near}`", kind.title.name))
        })
        .collect()
}
