//! Records: what is kept of a decision so that a refund or a claim can decide it again. Written and read by the engine alone.

use super::counter::{instant_of, instant_text};
use super::effect::{Effect, Effects, Target};
use super::frame::{Earlier, Eval, Frame};
use super::index::MeasureRef;
use super::line::{Item, LineKind, Posted, SpendCharge, Terms};
use super::past::{Adjusted, Past};
use super::request::Brought;
use super::version::{Version, Versions};
use crate::decision::{Counters, Record};
use crate::event::scalar::bad;
use crate::event::{Event, Facts, InputError};
use crate::number::{Exact, plain};
use earnest_dsl::policy::{ConstraintId, GroupId, MeasureId, PointsId, Policy, PoolId, RuleId, Title};
use rust_decimal::Decimal;
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;

fn named<T>(all: &[T], title: impl Fn(&T) -> &Title, name: &str) -> Option<usize> {
    all.iter().position(|one| title(one).name == name)
}

fn rule_name(policy: &Policy, id: RuleId) -> &str {
    policy.rule(id).map_or("", |rule| rule.title.name.as_str())
}

fn rule_named(policy: &Policy, json: &Json) -> Option<RuleId> {
    named(&policy.rules, |rule| &rule.title, json.as_str()?).map(RuleId)
}

fn points_names(policy: &Policy, points: PointsId, pool: PoolId) -> (String, String) {
    let points = policy.points_of(points);
    let pool = points.and_then(|points| points.pools.get(pool.0));
    (
        points.map_or_else(String::new, |points| points.title.name.clone()),
        pool.map_or_else(String::new, |pool| pool.title.name.clone()),
    )
}

fn points_named(policy: &Policy, points: &Json, pool: &Json) -> Option<(PointsId, PoolId)> {
    let points = named(&policy.points, |points| &points.title, points.as_str()?)?;
    let pool = named(&policy.points.get(points)?.pools, |pool| &pool.title, pool.as_str()?)?;
    Some((PointsId(points), PoolId(pool)))
}

fn decimal_of(json: &Json) -> Option<Decimal> {
    json.as_str()?.parse().ok()
}

fn item_json(policy: &Policy, item: &Item) -> Json {
    let (points, pool) = points_names(policy, item.points, item.pool);
    json!({
        "rule": rule_name(policy, item.rule),
        "group": item.group.and_then(|id| policy.group(id)).map(|group| group.title.name.clone()),
        "members": item.members.iter().map(|id| rule_name(policy, *id)).collect::<Vec<_>>(),
        "kind": item.kind.name(),
        "points": points,
        "pool": pool,
        "customer": item.customer,
        "clause": item.clause,
        "element": item.element,
        "asked": plain(item.asked),
        "granted": plain(item.granted),
        "spends": item.spends.iter().map(|spend| {
            let name = policy.constraint(spend.constraint).map(|one| one.title.name.clone());
            json!([name, spend.key, spend.basis.to_string()])
        }).collect::<Vec<_>>(),
        "terms": terms_json(policy, item.points, &item.terms),
    })
}

fn kind_of(json: &Json) -> Option<LineKind> {
    json.as_str().and_then(LineKind::named)
}

/// What is said of a line beside its amount; nothing for a plain one.
fn terms_json(policy: &Policy, points: PointsId, terms: &Terms) -> Json {
    if *terms == Terms::default() {
        return Json::Null;
    }
    let from: Vec<String> = terms.from.iter().map(|pool| points_names(policy, points, *pool).1).collect();
    json!({
        "takes": terms.takes,
        "from": from,
        "all": terms.all,
        "worth": terms.worth.map(|worth| worth.to_string()),
        "other": terms.other,
        "keep_dates": terms.keep_dates,
    })
}

fn terms_of(policy: &Policy, points: PointsId, json: Option<&Json>) -> Option<Terms> {
    let Some(json) = json.filter(|json| !json.is_null()) else { return Some(Terms::default()) };
    let pools = &policy.points_of(points)?.pools;
    let pool = |name: &Json| named(pools, |pool| &pool.title, name.as_str()?).map(PoolId);
    Some(Terms {
        undoes: false,
        takes: json.get("takes")?.as_bool()?,
        from: json.get("from")?.as_array()?.iter().map(pool).collect::<Option<_>>()?,
        all: json.get("all")?.as_bool()?,
        worth: match json.get("worth").filter(|worth| !worth.is_null()) {
            Some(worth) => Some(decimal_of(worth)?),
            None => None,
        },
        other: json.get("other").and_then(Json::as_str).map(str::to_owned),
        keep_dates: json.get("keep_dates")?.as_bool()?,
    })
}

fn item_of(policy: &Policy, json: &Json) -> Option<Item> {
    let member = |name: &str| json.get(name);
    let (points, pool) = points_named(policy, member("points")?, member("pool")?)?;
    let index = |name: &str| member(name).and_then(Json::as_u64).and_then(|at| usize::try_from(at).ok());
    let spends = member("spends")?.as_array()?.iter().map(|spend| {
        let parts = spend.as_array()?;
        let constraint = named(&policy.constraints, |one| &one.title, parts.first()?.as_str()?).map(ConstraintId)?;
        Some(SpendCharge {
            constraint,
            key: parts.get(1)?.as_str().map(str::to_owned),
            basis: decimal_of(parts.get(2)?)?,
        })
    });
    let asked = decimal_of(member("asked")?)?;
    Some(Item {
        rule: rule_named(policy, member("rule")?)?,
        group: member("group")
            .and_then(Json::as_str)
            .and_then(|name| named(&policy.groups, |group| &group.title, name))
            .map(GroupId),
        members: member("members")?.as_array()?.iter().map(|rule| rule_named(policy, rule)).collect::<Option<_>>()?,
        kind: kind_of(member("kind")?)?,
        points,
        pool,
        customer: member("customer")?.as_str()?.to_owned(),
        clause: index("clause")?,
        element: index("element"),
        exact: Exact::from(asked),
        asked,
        granted: decimal_of(member("granted")?)?,
        bases: vec![],
        factor: Exact::ONE,
        basis: vec![],
        spends: spends.collect::<Option<_>>()?,
        after_caps: false,
        fixed: false,
        terms: terms_of(policy, points, member("terms"))?,
    })
}

pub(crate) fn posted_json(policy: &Policy, line: &Posted) -> Json {
    let (points, pool) = points_names(policy, line.points, line.pool);
    let rules: Vec<&str> = line.rules.iter().map(|id| rule_name(policy, *id)).collect();
    json!([
        line.name,
        line.kind.name(),
        points,
        pool,
        line.customer,
        plain(line.amount),
        plain(line.asked),
        rules,
        terms_json(policy, line.points, &line.terms)
    ])
}

fn posted_of(policy: &Policy, json: &Json) -> Option<Posted> {
    let parts = json.as_array()?;
    let (points, pool) = points_named(policy, parts.get(2)?, parts.get(3)?)?;
    Some(Posted {
        name: parts.first()?.as_str()?.to_owned(),
        kind: kind_of(parts.get(1)?)?,
        points,
        pool,
        customer: parts.get(4)?.as_str()?.to_owned(),
        amount: decimal_of(parts.get(5)?)?,
        asked: decimal_of(parts.get(6)?)?,
        rules: parts.get(7)?.as_array()?.iter().map(|rule| rule_named(policy, rule)).collect::<Option<_>>()?,
        terms: terms_of(policy, points, parts.get(8))?,
    })
}

pub(crate) fn effects_json(policy: &Policy, effects: &Effects) -> Json {
    let list = effects.iter().map(|((key, target), effect)| {
        let (what, name, rule) = match target {
            Target::Measure(id) => ("track", policy.measure(id.id).map(|measure| measure.title.name.clone()), id.level),
            Target::Constraint(id, rule) => {
                ("cap", policy.constraint(*id).map(|one| one.title.name.clone()), Some(*rule))
            }
        };
        json!({
            "key": key,
            "what": what,
            "name": name,
            "rule": rule.map(|rule| rule_name(policy, rule)),
            "add": plain(effect.add),
            "values": effect.values,
            "at": instant_text(effect.at),
            "event": effect.event,
            "start": effect.start.map(instant_text),
        })
    });
    Json::Array(list.collect())
}

fn effects_of(policy: &Policy, json: &Json) -> Option<Effects> {
    let mut effects = Effects::new();
    for one in json.as_array()? {
        let name = one.get("name")?.as_str()?;
        let rule = one.get("rule").filter(|rule| !rule.is_null()).map(|rule| rule_named(policy, rule));
        let target = match one.get("what")?.as_str()? {
            "track" => {
                let id = named(&policy.measures, |measure| &measure.title, name).map(MeasureId)?;
                let level = match rule {
                    Some(rule) => Some(rule?),
                    None => None,
                };
                Target::Measure(MeasureRef { id, level })
            }
            _ => Target::Constraint(named(&policy.constraints, |one| &one.title, name).map(ConstraintId)?, rule??),
        };
        let values = one
            .get("values")?
            .as_array()?
            .iter()
            .map(|value| value.as_str().map(str::to_owned))
            .collect::<Option<_>>()?;
        let effect = Effect {
            add: decimal_of(one.get("add")?)?,
            values,
            at: instant_of(one.get("at"))?,
            event: one.get("event")?.as_str()?.to_owned(),
            start: instant_of(one.get("start")),
        };
        effects.insert((one.get("key")?.as_str()?.to_owned(), target), effect);
    }
    Some(effects)
}

fn amounts_json(amounts: &BTreeMap<String, Decimal>) -> Json {
    Json::Object(amounts.iter().map(|(name, value)| (name.clone(), Json::String(value.to_string()))).collect())
}

fn amounts_of(json: &Json) -> Option<BTreeMap<String, Decimal>> {
    json.as_object()?.iter().map(|(name, value)| Some((name.clone(), decimal_of(value)?))).collect()
}

/// What a record holds beside its event.
pub(crate) struct Kept<'a> {
    pub names: &'a [String],
    pub items: &'a [Item],
    pub effects: &'a Effects,
    pub brought: &'a Brought,
    pub adjusted: &'a [Adjusted],
    pub reduced: &'a BTreeMap<String, BTreeMap<String, Decimal>>,
}

/// The record of an accepted event. Events that nobody may name and that name nobody leave no state.
pub(crate) fn write(frame: &Frame<'_>, versions: &Versions<'_>, hash: &str, kept: &Kept<'_>) -> Record {
    let policy = frame.policy;
    let event = frame.event;
    let may_be_named = frame.index.may_be_named(event.kind);
    let state = if may_be_named || !kept.names.is_empty() {
        let facts: Vec<Json> = frame.facts.iter().map(|((subject, id), facts)| json!([subject, id, facts])).collect();
        let counters = serde_json::to_value(frame.book.known()).unwrap_or_default();
        let earlier: Vec<Json> = frame
            .earlier
            .iter()
            .map(|(id, earlier)| json!([id, earlier.event.json, amounts_json(&earlier.remaining)]))
            .collect();
        let adjusted: Vec<Json> = kept
            .adjusted
            .iter()
            .map(|one| {
                let policy = versions.named(&one.version).map_or(policy, |version| version.policy);
                let lines: Vec<Json> = one.lines.iter().map(|line| posted_json(policy, line)).collect();
                json!({
                    "of": one.of,
                    "version": one.version,
                    "lines": lines,
                    "effects": effects_json(policy, &one.effects),
                    "brought": one.brought.json(),
                })
            })
            .collect();
        let reduced: Map<String, Json> =
            kept.reduced.iter().map(|(id, amounts)| (id.clone(), amounts_json(amounts))).collect();
        json!({
            "hash": hash,
            "event": event.json,
            "facts": facts,
            "counters": counters,
            "earlier": earlier,
            "items": kept.items.iter().map(|item| item_json(policy, item)).collect::<Vec<_>>(),
            "effects": effects_json(policy, kept.effects),
            "brought": kept.brought.json(),
            "adjusted": adjusted,
            "reduced": reduced,
        })
    } else {
        Json::Null
    };
    Record { event: event.id.clone(), version: policy.version(), names: kept.names.to_vec(), may_be_named, state }
}

/// Reads a record back. An event that another version decided may be named and read; taking it back is that version's work
/// (`again` is true then).
pub(crate) fn read<'a>(versions: &Versions<'a>, record: &Record, again: bool) -> Eval<Past<'a>> {
    // An event of a version that is not at hand may be named; nothing of it is decided again then.
    let version = versions.named(&record.version).filter(|_| again).unwrap_or(versions.own);
    let other = record.version != version.policy.version();
    if other && again {
        let reason = format!("it was decided by version {}; decide this event with that version", record.version);
        return Err(bad(&record.event, reason));
    }
    let broken = || {
        let reason = "its record is not one that this policy's engine wrote; the host must give back what it was given";
        bad(&record.event, reason)
    };
    let past = events_of(version, record, &broken)?;
    // Its lines and counters speak of rules that this version need not know.
    if other { Ok(past) } else { decided_of(versions, &record.state, past, again).ok_or_else(broken) }
}

/// What any version may read of a record: the event, those that it names, and what it took of them.
fn events_of<'a>(version: Version<'a>, record: &Record, broken: &dyn Fn() -> InputError) -> Eval<Past<'a>> {
    let policy = version.policy;
    let zone = version.index.zone;
    let zone = zone.ok_or_else(|| bad("timezone", format!("`{}` is no known time zone", policy.timezone)))?;
    let event_of =
        |json: &Json| -> Eval<Event> { crate::event::read::read(policy, &zone, json.as_object().ok_or_else(broken)?) };
    let state = &record.state;
    let event = event_of(state.get("event").ok_or_else(broken)?)?;
    let mut earlier = BTreeMap::new();
    for one in state.get("earlier").and_then(Json::as_array).ok_or_else(broken)? {
        let parts = one.as_array().ok_or_else(broken)?;
        let id = parts.first().and_then(Json::as_str).ok_or_else(broken)?;
        let event = event_of(parts.get(1).ok_or_else(broken)?)?;
        let remaining = parts.get(2).and_then(amounts_of).ok_or_else(broken)?;
        earlier.insert(id.to_owned(), Earlier { event, remaining });
    }
    let mut reduced = BTreeMap::new();
    for (id, amounts) in state.get("reduced").and_then(Json::as_object).ok_or_else(broken)? {
        reduced.insert(id.clone(), amounts_of(amounts).ok_or_else(broken)?);
    }
    Ok(Past {
        version,
        event,
        names: record.names.clone(),
        facts: Facts::new(),
        counters: Counters::new(),
        earlier,
        items: vec![],
        effects: Effects::new(),
        brought: Brought::default(),
        adjusted: vec![],
        reduced,
    })
}

/// The rest of a record: what the version that wrote it read, posted and counted.
fn decided_of<'a>(versions: &Versions<'a>, state: &Json, past: Past<'a>, again: bool) -> Option<Past<'a>> {
    let policy = past.version.policy;
    let facts = state.get("facts")?.as_array()?.iter().map(|fact| {
        let parts = fact.as_array()?;
        let key = (parts.first()?.as_str()?.to_owned(), parts.get(1)?.as_str()?.to_owned());
        Some((key, parts.get(2)?.as_object()?.clone()))
    });
    // What was changed of earlier decisions matters to refunds alone.
    let adjusted = state.get("adjusted")?.as_array()?.iter().filter(|_| again);
    let adjusted = adjusted.map(|one| adjusted_of(versions, one)).collect::<Option<_>>()?;
    Some(Past {
        facts: facts.collect::<Option<_>>()?,
        counters: serde_json::from_value(state.get("counters")?.clone()).ok()?,
        items: state.get("items")?.as_array()?.iter().map(|item| item_of(policy, item)).collect::<Option<_>>()?,
        effects: effects_of(policy, state.get("effects")?)?,
        brought: Brought::of_json(state.get("brought"))?,
        adjusted,
        ..past
    })
}

fn adjusted_of(versions: &Versions<'_>, json: &Json) -> Option<Adjusted> {
    let version = json.get("version")?.as_str()?.to_owned();
    let policy = versions.named(&version)?.policy;
    let lines = json.get("lines")?.as_array()?.iter().map(|line| posted_of(policy, line)).collect::<Option<_>>()?;
    Some(Adjusted {
        of: json.get("of")?.as_str()?.to_owned(),
        version,
        lines,
        effects: effects_of(policy, json.get("effects")?)?,
        brought: Brought::of_json(json.get("brought"))?,
    })
}
