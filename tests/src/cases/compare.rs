//! Expected against seen, in a closed world: each expectation is met by something seen, and what the case file calls
//! grants, redemptions, refusals, transfers, exchanges, revocations and expiries must all have been expected.

use super::{decimal, text};
use rust_decimal::Decimal;
use serde_json::Value as Json;

/// Kinds that must not happen unless a case lists them.
const CLOSED: &[&str] = &["earn", "redeem", "reject", "transfer", "exchange", "revoke", "expire"];

/// How many expectations were met, and what is wrong.
#[must_use]
pub fn compare(expected: &[Json], seen: &[Json]) -> (usize, Vec<String>) {
    let mut faults = Vec::new();
    let mut used = vec![false; seen.len()];
    let mut met = 0;
    for one in expected {
        let holds =
            if text(one, "kind") == Some("earn") { earned(one, seen, &mut used) } else { single(one, seen, &mut used) };
        match holds {
            Ok(()) => met += 1,
            Err(fault) => faults.push(fault),
        }
    }
    let surplus = seen.iter().zip(&used).filter(|(one, used)| !**used && closed(one));
    faults.extend(surplus.map(|(one, _)| format!("not listed: {one}")));
    (met, faults)
}

fn closed(seen: &Json) -> bool {
    let kind = text(seen, "kind").unwrap_or_default();
    CLOSED.contains(&kind) && (kind != "earn" || points(seen) > Decimal::ZERO)
}

fn points(json: &Json) -> Decimal {
    json.get("points").and_then(decimal).unwrap_or_default()
}

/// What an event earned is the sum of the lines that the expectation describes.
fn earned(one: &Json, seen: &[Json], used: &mut [bool]) -> Result<(), String> {
    let mut got = Decimal::ZERO;
    for (line, used) in seen.iter().zip(used) {
        if text(line, "kind") == Some("earn") && same_but(one, line, &["points"]) {
            got += points(line);
            *used = true;
        }
    }
    if got == points(one) { Ok(()) } else { Err(format!("{one}: got {got}")) }
}

fn single(one: &Json, seen: &[Json], used: &mut [bool]) -> Result<(), String> {
    for (candidate, used) in seen.iter().zip(used.iter_mut()) {
        if !*used && same_but(one, candidate, &[]) {
            *used = true;
            return Ok(());
        }
    }
    // What comes nearest: the same kind, of the same event or customer where those are named.
    let near: Vec<String> = seen
        .iter()
        .filter(|candidate| {
            ["event", "customer", "at", "on"]
                .iter()
                .all(|name| one.get(name).is_none() || one.get(name) == candidate.get(name))
        })
        .map(ToString::to_string)
        .collect();
    Err(format!("{one}: seen {}", if near.is_empty() { "nothing".to_owned() } else { near.join(", ") }))
}

/// Every field of the expectation, but these, is the same in what was seen.
fn same_but(one: &Json, seen: &Json, but: &[&str]) -> bool {
    let Some(fields) = one.as_object() else { return false };
    fields
        .iter()
        .filter(|(name, _)| !but.contains(&name.as_str()))
        .all(|(name, value)| seen.get(name).is_some_and(|other| same(name, value, other)))
}

/// Decimals by value, pools by their words (`new_business` is `NewBusiness`), everything else as it stands.
fn same(name: &str, one: &Json, other: &Json) -> bool {
    match (one, other) {
        (Json::Array(ones), Json::Array(others)) => {
            ones.len() == others.len() && ones.iter().zip(others).all(|(one, other)| same(name, one, other))
        }
        (Json::Object(ones), Json::Object(others)) => {
            ones.len() == others.len()
                && ones.iter().all(|(key, one)| others.get(key).is_some_and(|other| same(name, one, other)))
        }
        _ => match (decimal(one), decimal(other)) {
            (Some(one), Some(other)) => one == other,
            _ => {
                one == other
                    || (matches!(name, "bucket" | "lots") && one.as_str().map(words) == other.as_str().map(words))
            }
        },
    }
}

/// A name in small letters, without what parts its words.
#[must_use]
pub fn words(name: &str) -> String {
    name.chars().filter(|char| *char != '_').flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::compare;
    use serde_json::json;

    #[test]
    fn the_world_is_closed() {
        let refusal = json!({ "kind": "reject", "event": "e1", "reason": "out_of_stock" });
        assert_eq!(compare(&[], std::slice::from_ref(&refusal)).1.len(), 1);
        assert_eq!(compare(std::slice::from_ref(&refusal), std::slice::from_ref(&refusal)), (1, vec![]));
        // Notices may come unasked, and an event may earn nothing.
        let notice = json!({ "kind": "notify", "event": "e1", "points": "1" });
        let nothing = json!({ "kind": "earn", "event": "e1", "points": "0" });
        assert_eq!(compare(&[], &[notice, nothing]), (0, vec![]));
    }

    #[test]
    fn fields_not_listed_are_free_and_decimals_compare_by_value() {
        let seen = [
            json!({ "kind": "redeem", "event": "e1", "points": "500", "money": "1.00", "lots": [["Activity", "300"]] }),
        ];
        assert_eq!(compare(&[json!({ "kind": "redeem", "event": "e1", "money": "1" })], &seen).0, 1);
        assert_eq!(compare(&[json!({ "kind": "redeem", "event": "e1", "lots": [["activity", "300"]] })], &seen).0, 1);
        assert_eq!(compare(&[json!({ "kind": "redeem", "event": "e1", "money": "2" })], &seen).0, 0);
        assert_eq!(compare(&[json!({ "kind": "redeem", "event": "e1", "pay": "0" })], &seen).0, 0);
    }

    #[test]
    fn one_thing_seen_meets_one_expectation() {
        let one = json!({ "kind": "reject", "event": "e1" });
        assert_eq!(compare(&[one.clone(), one.clone()], &[one]).0, 1);
    }

    #[test]
    fn what_an_event_earns_is_the_sum_of_its_lines() {
        let line =
            |bucket: &str, points: &str| json!({ "kind": "earn", "event": "e1", "bucket": bucket, "points": points });
        let seen = [line("NewBusiness", "500"), line("Savings", "1000")];
        assert_eq!(compare(&[json!({ "kind": "earn", "event": "e1", "points": "1500" })], &seen), (1, vec![]));
        let (met, faults) = compare(&[line("new_business", "500")], &seen);
        assert_eq!((met, faults.len()), (1, 1));
    }
}
