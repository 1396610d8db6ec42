//! The standard library against its use: it loads, every kind, field and value has a Chinese label, and every event and fact of the
//! worked cases is one that it declares.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot run fails")]

use earnest_dsl::load::load;
use earnest_dsl::policy::{Field, Policy, Title, Type};
use earnest_interpreter::Engine;
use earnest_tests::{probe, project};
use serde_json::Value as Json;
use std::sync::Arc;

/// All libraries, and a tier whose values are those of all cases.
fn policy() -> Policy {
    let tiers = "tiers Tier \"等级\" given by host { standard \"普通\" < gold \"金\" < platinum \"白金\" < black_gold \"黑金\" < diamond \"钻石\" }";
    let loaded = load(probe("std.banking, std.control, std.mcc, std.calendar, std.currency", tiers), &[]);
    assert!(!loaded.has_errors(), "{:#?}", loaded.diagnostics);
    loaded.policy.expect("a policy")
}

fn cases() -> Vec<Json> {
    let text = std::fs::read_to_string(project("tests/cases/programme-cases.json")).expect("the cases");
    serde_json::from_str(&text).expect("JSON")
}

fn is_chinese(title: &Title) -> bool {
    title.labels.iter().any(|label| label.chars().any(|letter| ('\u{4e00}'..='\u{9fff}').contains(&letter)))
}

fn unlabelled(owner: &str, fields: &[Field]) -> Vec<String> {
    let mut found = Vec::new();
    for field in fields {
        if !is_chinese(&field.title) {
            found.push(format!("{owner}.{}", field.title.name));
        }
        if let Type::List(inner) = &field.typed.ty {
            found.extend(unlabelled(&field.title.name, inner));
        }
    }
    found
}

#[test]
fn every_kind_field_and_value_has_a_chinese_label() {
    let policy = policy();
    let mut found = Vec::new();
    for kind in &policy.kinds {
        if !is_chinese(&kind.title) {
            found.push(kind.title.name.clone());
        }
        found.extend(unlabelled(&kind.title.name, &kind.fields));
    }
    for subject in &policy.subjects {
        found.extend(unlabelled(&subject.title.name, &subject.facts));
    }
    for one in &policy.enums {
        found.extend(
            one.values
                .iter()
                .filter(|value| !is_chinese(&value.title))
                .map(|value| format!("{}.{}", one.title.name, value.title.name)),
        );
    }
    for set in &policy.code_sets {
        if !is_chinese(&set.title) {
            found.push(set.title.name.clone());
        }
    }
    assert!(found.is_empty(), "without a Chinese label: {found:?}");
    assert!(policy.kinds.len() >= 55 && policy.code_sets.len() >= 60, "the library has lost declarations");
}

#[test]
fn every_event_of_the_worked_cases_is_declared() {
    let engine = Engine::new(Arc::new(policy()));
    let mut read = 0;
    let mut found = Vec::new();
    for case in cases() {
        for event in case["given"]["events"].as_array().expect("events") {
            let event = event.as_object().expect("an event");
            match engine.read(event) {
                Ok(event) if event.warnings.is_empty() => read += 1,
                Ok(event) => found.push(format!("{} {}: {:?}", case["case"], event.id, event.warnings)),
                Err(error) => found.push(format!("{} {}: {error}", case["case"], event["id"])),
            }
        }
    }
    assert!(found.is_empty(), "{read} read; {found:#?}");
    assert_eq!(read, 370);
}

#[test]
fn every_fact_of_the_worked_cases_is_declared() {
    let policy = policy();
    let customer = policy.subjects.iter().find(|subject| subject.title.name == "customer").expect("customers");
    for case in cases() {
        for facts in case["given"]["customers"].as_object().expect("customers").values() {
            for name in facts.as_object().expect("facts").keys() {
                assert!(
                    customer.facts.iter().any(|fact| fact.json.iter().any(|json| json.name == *name)),
                    "{}: {name}",
                    case["case"]
                );
            }
        }
    }
}

#[test]
fn groups_of_merchant_codes_hold_what_their_names_say() {
    let policy = policy();
    let holds = |group: &str, code: u32| {
        let set = policy.code_sets.iter().find(|set| set.title.name.rsplit('.').next() == Some(group));
        set.unwrap_or_else(|| panic!("no group {group}")).contains(code)
    };
    for (group, code) in [
        ("restaurants", 5812),
        ("travel", 3001),
        ("travel", 4511),
        ("hotels", 3999),
        ("groceries", 5411),
        ("government", 9311),
    ] {
        assert!(holds(group, code), "{group} lacks {code}");
    }
    for (group, code) in
        [("restaurants", 5411), ("airlines", 3351), ("car_rentals", 3501), ("groceries", 5812), ("travel", 4111)]
    {
        assert!(!holds(group, code), "{group} holds {code}");
    }
}

#[test]
fn what_an_open_enum_does_not_list_can_be_named() {
    let with = |condition: &str| {
        let rule =
            format!("rule spend on Purchase {{\n  when {condition}\n  earn 1 Point per full 1 CNY of amount\n}}");
        load(probe("std.banking", &rule), &[]).has_errors()
    };
    assert!(!with("instrument is other"));
    assert!(!with("支付工具 为 其他"));
    assert!(with("sex of customer is other"), "a closed enum has no other values");
}
