//! What happened, in the words of the case file: one JSON object a happening, with the fields of `expect`.

use super::text;
use chrono_tz::Tz;
use earnest_interpreter::Decision;
use earnest_interpreter::decision::{DecisionLine, Outcome};
use earnest_ledger::Answer;
use earnest_ledger::clock::{Moved, PointsMoved};
use earnest_ledger::lots::MovementKind;
use earnest_ledger::told::HostTold;
use rust_decimal::Decimal;
use serde_json::{Map, Value as Json, json};
use std::str::FromStr;

/// What the clock did: lots that ended, reminders, and what came of the events that it raised.
pub fn of_clock(moved: &[Moved], zone: Tz, seen: &mut Vec<Json>, faults: &mut Vec<String>) {
    for one in moved {
        match one {
            Moved::Points(points) => seen.extend(of_points(points, zone)),
            Moved::Raised(answer) => {
                of_clock(&answer.moved, zone, seen, faults);
                seen.extend(of_answer(&json!({}), answer));
            }
            Moved::NotDecided { event, error, .. } => faults.push(format!("{event}: {error}")),
        }
    }
}

fn of_points(moved: &PointsMoved, zone: Tz) -> Option<Json> {
    let (customer, points) = (moved.customer.as_ref(), moved.amount.to_string());
    match moved.kind {
        MovementKind::Expired => {
            let at = moved.at.with_timezone(&zone).to_rfc3339();
            Some(json!({ "kind": "expire", "at": at, "customer": customer, "points": points }))
        }
        MovementKind::Reminded => {
            let (on, last) = (moved.on.to_string(), moved.last_day.map(|day| day.to_string()));
            Some(json!({ "kind": "remind", "on": on, "customer": customer, "points": points, "expires_on": last }))
        }
        _ => None,
    }
}

/// What ends for one customer at one instant is one happening, whatever its pools.
pub fn join_expired(seen: &mut Vec<Json>) {
    let mut joined: Vec<Json> = Vec::new();
    for one in seen.drain(..) {
        let same = |other: &&mut Json| {
            text(&one, "kind") == Some("expire")
                && ["kind", "at", "customer"].iter().all(|name| other.get(name) == one.get(name))
        };
        match joined.iter_mut().find(same) {
            Some(first) => {
                let points = |json: &Json| text(json, "points").map(amount).unwrap_or_default();
                let sum = points(first) + points(&one);
                if let Some(field) = first.get_mut("points") {
                    *field = Json::String(sum.to_string());
                }
            }
            None => joined.push(one),
        }
    }
    *seen = joined;
}

/// What an event led to.
#[must_use]
pub fn of_answer(event: &Json, answer: &Answer) -> Vec<Json> {
    let decision = &answer.decision;
    let id = &decision.event;
    if decision.outcome == Outcome::Refused {
        return vec![json!({ "kind": "reject", "event": id, "reason": decision.reason })];
    }
    let mut seen: Vec<Json> = decision.lines.iter().filter(|line| earns(line)).map(|line| earn(id, line)).collect();
    seen.extend(taken(event, answer));
    let frozen = answer.lots.sum(MovementKind::Frozen);
    if !frozen.is_zero() {
        seen.push(json!({ "kind": "freeze", "event": id, "points": frozen.to_string() }));
    }
    seen.extend(decision.entitled.iter().map(|what| json!({ "kind": "entitle", "event": id, "what": what })));
    seen.extend(answer.numbers.iter().map(|(what, number)| {
        // Number 5,000 of `points_card` is `card-5000`.
        let what = what.rsplit('_').next().unwrap_or(what);
        json!({ "kind": "entitle", "event": id, "what": format!("{what}-{number}") })
    }));
    seen.extend(answer.told.iter().map(|told| of_host(id, told)));
    seen.extend(
        decision
            .figures
            .iter()
            .map(|(name, value)| json!({ "kind": "metric", "event": id, "name": name, "value": value })),
    );
    for notice in &decision.notices {
        let shown = notice.shows.first().map(|(_, value)| value);
        seen.push(json!({ "kind": "notify", "event": id, "name": notice.name, "points": shown }));
    }
    seen
}

/// What the host computed over its books.
fn of_host(id: &str, told: &HostTold) -> Json {
    match told {
        HostTold::Settled(settled) => json!({
            "kind": "settle",
            "event": id,
            "status": settled.status,
            "count": settled.count.to_string(),
            "money": settled.money.to_string(),
            "diff_count": settled.diff_count.to_string(),
            "diff_money": settled.diff_money.to_string(),
        }),
        HostTold::Ranked(ranked) => json!({ "kind": "rank", "event": id, "order": ranked.customers() }),
        HostTold::Level { level, .. } => json!({ "kind": "level", "event": id, "level": level }),
    }
}

fn amount(text: &str) -> Decimal {
    Decimal::from_str(text).unwrap_or_default()
}

fn earns(line: &DecisionLine) -> bool {
    matches!(line.kind.as_str(), "base" | "bonus" | "level" | "receive") && amount(&line.amount) >= Decimal::ZERO
}

fn earn(id: &str, line: &DecisionLine) -> Json {
    json!({ "kind": "earn", "event": id, "points": line.amount, "bucket": line.points, "customer": line.customer })
}

/// What was taken, and what it was for: one happening an event.
fn taken(event: &Json, answer: &Answer) -> Vec<Json> {
    let decision = &answer.decision;
    let id = &decision.event;
    let sum = |kinds: &[&str]| -> Decimal {
        decision
            .lines
            .iter()
            .filter(|line| kinds.contains(&line.kind.as_str()))
            .map(|line| amount(&line.amount))
            .filter(|amount| amount.is_sign_negative())
            .sum::<Decimal>()
            .abs()
    };
    let asked = text(event, "type").unwrap_or_default();
    let moved = decision.lines.iter().find(|line| line.kind == "move" && amount(&line.amount) < Decimal::ZERO);
    match asked {
        "violation" => {
            let (points, debt) = (answer.lots.taken_back(), answer.lots.debt());
            vec![json!({ "kind": "revoke", "event": id, "points": points.to_string(), "debt": debt.to_string() })]
        }
        "adjust" => {
            let points: Decimal = decision.lines.iter().map(|line| amount(&line.amount)).sum();
            vec![json!({ "kind": "adjust", "event": id, "points": points.to_string() })]
        }
        "transfer" => moved
            .map(|line| {
                let points = amount(&line.amount).abs().to_string();
                json!({ "kind": "transfer", "event": id, "points": points, "to": line.other, "customer": line.customer })
            })
            .into_iter()
            .collect(),
        "exchange" => {
            let received = money(decision, "receive");
            vec![json!({ "kind": "exchange", "event": id, "points": sum(&["redeem"]).to_string(), "received": received })]
        }
        _ => redeem(answer, sum(&["redeem"])).into_iter().collect(),
    }
}

fn redeem(answer: &Answer, points: Decimal) -> Option<Json> {
    let decision = &answer.decision;
    let paid = money(decision, "off").or_else(|| money(decision, "give"));
    // A bill that is asked about and not reduced is paid in full.
    let paid = paid.or_else(|| money(decision, "pay").map(|_| "0".to_owned()));
    if points.is_zero() && paid.is_none() && decision.entries.is_none() {
        return None;
    }
    let mut fields = Map::new();
    let mut put = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            fields.insert(name.to_owned(), Json::String(value));
        }
    };
    put("kind", Some("redeem".to_owned()));
    put("event", Some(decision.event.clone()));
    put("points", Some(points.to_string()));
    put("money", paid);
    put("pay", money(decision, "pay"));
    put("entries", decision.entries.clone());
    put("ship_by", decision.deliver_by.clone());
    let lots = answer.lots.taken_by_pool().into_iter().map(|(pool, points)| json!([pool, points.to_string()]));
    fields.insert("lots".to_owned(), lots.collect());
    let funders = answer.lots.taken_by_funder();
    let funders = funders.iter().map(|(funder, points)| (funder.to_string(), Json::String(points.to_string())));
    fields.insert("by_source".to_owned(), Json::Object(funders.collect()));
    Some(Json::Object(fields))
}

/// The sum of the amounts of this kind; none where there is none.
fn money(decision: &Decision, kind: &str) -> Option<String> {
    let amounts: Vec<Decimal> =
        decision.amounts.iter().filter(|one| one.kind == kind).map(|one| amount(&one.amount)).collect();
    (!amounts.is_empty()).then(|| amounts.iter().sum::<Decimal>().to_string())
}
