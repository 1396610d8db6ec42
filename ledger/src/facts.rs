//! Facts that decisions set: a fact with dates is a list of values, each with the instant from which it holds.

use earnest_interpreter::decision::FactOut;
use serde_json::{Map, Value as Json, json};

/// Most entries of a fact with dates.
const MOST: usize = 64;

/// Writes what a decision sets into the facts of its subject. The same instant again replaces; of too many the oldest goes.
pub(crate) fn set(facts: &mut Map<String, Json>, set: &FactOut) {
    let mut entries: Vec<Json> = match facts.get(&set.fact) {
        Some(Json::Array(entries)) if entries.iter().all(|entry| entry.get("from").is_some()) => entries.clone(),
        // A plain value held before anything was dated.
        Some(Json::Null) | None => vec![],
        Some(plain) => vec![json!({ "from": "0001-01-01", "value": plain })],
    };
    entries.retain(|entry| entry.get("from").and_then(Json::as_str) != Some(set.from.as_str()));
    entries.push(json!({ "from": set.from, "value": set.value }));
    entries.sort_by_key(start);
    let over = entries.len().saturating_sub(MOST);
    entries.drain(..over);
    facts.insert(set.fact.clone(), Json::Array(entries));
}

/// The instant of an entry, as a number that sorts.
fn start(entry: &Json) -> (i64, String) {
    let from = entry.get("from").and_then(Json::as_str).unwrap_or_default();
    let instant = chrono::DateTime::parse_from_rfc3339(from).map(|at| at.timestamp());
    let day =
        || from.parse::<chrono::NaiveDate>().map(|day| day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp());
    (instant.or_else(|_| day()).unwrap_or(i64::MIN), from.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice(value: &str, from: &str) -> FactOut {
        FactOut {
            subject: "customer".to_owned(),
            id: "c1".to_owned(),
            fact: "choice".to_owned(),
            value: json!(value),
            from: from.to_owned(),
        }
    }

    #[test]
    fn the_same_instant_again_replaces_and_entries_stay_in_order() {
        let mut facts = Map::new();
        set(&mut facts, &choice("dining", "2025-03-01T00:00:00+08:00"));
        set(&mut facts, &choice("fuel", "2025-02-01T00:00:00+08:00"));
        set(&mut facts, &choice("travel", "2025-03-01T00:00:00+08:00"));
        let values: Vec<_> = facts["choice"].as_array().unwrap().iter().map(|one| one["value"].clone()).collect();
        assert_eq!(values, [json!("fuel"), json!("travel")]);
    }

    #[test]
    fn of_too_many_the_oldest_goes() {
        let mut facts = Map::new();
        for year in 1900..1980 {
            set(&mut facts, &choice("x", &format!("{year}-01-01T00:00:00Z")));
        }
        let entries = facts["choice"].as_array().unwrap();
        assert_eq!((entries.len(), entries[0]["from"].as_str()), (64, Some("1916-01-01T00:00:00Z")));
    }
}
