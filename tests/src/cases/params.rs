//! The adapter from a case's parameters to those of a policy: by name alone, so that it holds for every programme.
//!
//! Every leaf of the case's parameters has a name, made of the way to it; a policy's parameter of that name takes its value,
//! written in the unit of the parameter's default. What no parameter takes stands in the policy's text.

use super::decimal;
use chrono::{DateTime, Duration, FixedOffset, NaiveDate, NaiveTime};
use earnest_dsl::policy::{Policy, Value};
use rust_decimal::Decimal;
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

/// Settings for those parameters of the policy that the case knows: name and value as policy text.
#[must_use]
pub fn settings(policy: &Policy, params: &Json) -> Vec<(String, String)> {
    let leaves = leaves(params);
    policy
        .parameters
        .iter()
        .filter_map(|(name, default)| {
            let leaf = leaves.get(name.as_str())?;
            Some((name.clone(), written(policy, name, default, leaf)?))
        })
        .collect()
}

/// Every leaf by each of its names: the whole way to it, and where no other leaf has it the last two steps of the way.
#[must_use]
pub fn leaves(params: &Json) -> BTreeMap<String, String> {
    let mut found = Vec::new();
    if let Json::Object(params) = params {
        for (name, value) in params {
            gather(std::slice::from_ref(name), value, &mut found);
        }
    }
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    let mut short: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (way, value) in &found {
        names.insert(way.join("_"), value.clone());
        if let [_, .., last, end] = way.as_slice() {
            short.entry(format!("{last}_{end}")).or_default().push(value);
        }
    }
    for (name, values) in short {
        if let [value] = values.as_slice() {
            names.entry(name).or_insert_with(|| (*value).to_owned());
        }
    }
    names
}

type Found = Vec<(Vec<String>, String)>;

fn gather(way: &[String], value: &Json, found: &mut Found) {
    let leaf = match value {
        Json::Null => return,
        Json::Bool(flag) => if *flag { "yes" } else { "no" }.to_owned(),
        Json::Number(number) => number.to_string(),
        Json::String(text) => text.clone(),
        Json::Object(fields) => return gather_object(way, fields, found),
        Json::Array(elements) => return gather_list(way, elements, found),
    };
    found.push((way.to_vec(), leaf));
}

fn further(way: &[String], step: &str) -> Vec<String> {
    way.iter().cloned().chain([step.to_owned()]).collect()
}

/// `tier_price: { gold: 0.9 }` is `tier_price_gold`. An `until` is the first instant that is out, so it gives the last day that
/// is in as `to`; written as a date it is that day.
fn gather_object(way: &[String], fields: &Map<String, Json>, found: &mut Found) {
    for (field, value) in fields {
        gather(&further(way, field), value, found);
        if field == "until"
            && let Some(last) = value.as_str().and_then(last_day)
        {
            found.push((further(way, "to"), last.to_string()));
        }
    }
}

/// Elements of a list are named in the singular and by their number from 1, and by what tells them apart: the values of
/// `when`, the `item`, the first text of pairs. An only one is named without all that too.
fn gather_list(way: &[String], elements: &[Json], found: &mut Found) {
    let Some((last, before)) = way.split_last() else { return };
    let singular = further(before, last.strip_suffix('s').unwrap_or(last));
    for (number, element) in elements.iter().enumerate() {
        match element {
            Json::Object(fields) => {
                gather_object(&further(&singular, &(number + 1).to_string()), fields, found);
                if let Some(mark) = mark(fields) {
                    gather_object(&further(&singular, &mark), fields, found);
                }
                if elements.len() == 1 {
                    gather_object(&singular, fields, found);
                }
            }
            Json::Array(pair) => {
                if let [Json::String(named), value] = pair.as_slice() {
                    gather(&further(&singular, named), value, found);
                }
            }
            _ => {}
        }
    }
}

fn mark(fields: &Map<String, Json>) -> Option<String> {
    let item = fields.get("item").and_then(Json::as_str).map(str::to_owned);
    let when = fields
        .get("when")
        .and_then(Json::as_object)
        .map(|when| when.values().filter_map(Json::as_str).collect::<Vec<_>>().join("_"));
    when.or(item)
}

fn instant(text: &str) -> Option<DateTime<FixedOffset>> {
    DateTime::parse_from_rfc3339(text).ok()
}

fn last_day(until: &str) -> Option<NaiveDate> {
    until.parse().ok().or_else(|| instant(until).map(|until| (until - Duration::seconds(1)).date_naive()))
}

/// The value in the unit of the parameter's default. A length of time takes its unit from the name (`expiry_years`).
fn written(policy: &Policy, name: &str, default: &Value, leaf: &str) -> Option<String> {
    Some(match default {
        Value::Money(_, currency) => format!("{leaf} {}", policy.currency_of(*currency)?.title.name),
        Value::Points(_, points) => format!("{leaf} {}", policy.points_of(*points)?.title.name),
        Value::Quantity(_, quantity) => format!("{leaf} {}", policy.quantities.get(quantity.0)?.unit),
        Value::Multiple(_) => format!("{leaf}x"),
        Value::Percent(_) => {
            let share = decimal(&Json::String(leaf.to_owned()))?.checked_mul(Decimal::ONE_HUNDRED)?;
            format!("{}%", share.normalize())
        }
        Value::Count(_) => format!("{leaf} times"),
        Value::Term(_) if name.contains("month") => format!("{leaf} months"),
        Value::Term(_) => format!("{leaf} years"),
        Value::Days(_) => format!("{leaf} days"),
        Value::WorkingDays(_) => format!("{leaf} working days"),
        Value::Date(_) => instant(leaf).map_or_else(|| leaf.to_owned(), |at| at.date_naive().to_string()),
        Value::Instant(_) => instant(leaf)?.naive_local().to_string(),
        Value::Time(_) => instant(leaf).map(|at| at.time()).unwrap_or(NaiveTime::MIN).to_string(),
        _ => leaf.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::leaves;
    use serde_json::json;

    #[test]
    fn leaves_are_named_by_the_way_to_them() {
        let found = leaves(&json!({
            "expiry_years": 3,
            "tier_price": { "gold": "0.9" },
            "catalogue": { "gift": { "price": "500", "until": "2019-10-01T00:00:00+08:00" } },
            "campaigns": [{ "when": { "scenario": "e_pay" }, "multiple": "3" }, { "when": { "scenario": "insurance" }, "multiple": "5" }],
            "redeem_promos": [{ "item": "gift", "factor": "0.8" }],
            "levels": [["base", "0"], ["gold", "5000"]],
            "bands": [{ "from": "0" }, { "from": "1000" }],
            "bucket_expiry": { "activity": { "until": "2024-06-30" } },
        }));
        let value = |name: &str| found.get(name).map(String::as_str);
        assert_eq!(value("expiry_years"), Some("3"));
        assert_eq!(value("tier_price_gold"), Some("0.9"));
        assert_eq!((value("gift_price"), value("gift_to")), (Some("500"), Some("2019-09-30")));
        assert_eq!((value("campaign_e_pay_multiple"), value("campaign_insurance_multiple")), (Some("3"), Some("5")));
        assert_eq!(value("campaign_multiple"), None);
        assert_eq!((value("redeem_promo_factor"), value("redeem_promo_gift_factor")), (Some("0.8"), Some("0.8")));
        assert_eq!(value("level_gold"), Some("5000"));
        assert_eq!(value("band_2_from"), Some("1000"));
        assert_eq!(
            (value("bucket_expiry_activity_to"), value("activity_to")),
            (Some("2024-06-30"), Some("2024-06-30"))
        );
        assert_eq!((value("campaign_1_multiple"), value("campaign_2_multiple")), (Some("3"), Some("5")));
    }
}
