//! A programme and events for tests of stores: limits, a budget that all customers share, expiry, refunds, a closing event.

use earnest_dsl::load::{InputFile, load};
use earnest_ledger::Programme;
use serde_json::{Map, Value as Json, json};

const TEXT: &str = r#"
programme p "p" { timezone Asia/Shanghai; currency CNY "元"; effective from 2020-01-01; use std.banking; use std.control }
points Point "积分" {
  round down each line
  usable 1 day after earning
  valid 1 month after earning
  spend first soonest to expire, then oldest
}
refunds: may overdraw
rule spend "消费" on Purchase {
  earn 1 Point per full 1 CNY of amount
  per customer per month at most 700 Point, drop the rest
}
campaign flash "限量" {
  in all at most 10_000 Point, drop the rest
  rule gift "礼" on Purchase { adds to spend; earn 7 Point }
}
catalogue gifts "礼品" {
  item mug "杯" 5 Point stock 100
}
"#;

/// The programme.
pub fn programme() -> Programme {
    with(TEXT)
}

/// The programme with its monthly limit changed.
#[allow(dead_code, reason = "not every test changes it")]
pub fn other_programme() -> Programme {
    with(&TEXT.replace("700 Point", "600 Point"))
}

fn with(text: &str) -> Programme {
    let loaded = load(vec![InputFile { path: "programme.earn".to_owned(), text: text.to_owned() }], &[]);
    let errors: Vec<_> = loaded.diagnostics.iter().filter(|one| one.is_error()).map(|one| &one.message.en).collect();
    Programme::new(loaded.policy).unwrap_or_else(|| panic!("{errors:?}"))
}

/// The event with this number: purchases of seven customers, in the order of time, every fifth a refund of the one before it.
pub fn event(number: u64) -> Map<String, Json> {
    let customer = format!("c{}", (if number % 5 == 4 { number - 1 } else { number }) % 7);
    let (day, minute) = (number / 20 % 90, number % 20);
    let date = chrono::NaiveDate::from_ymd_opt(2025, 1, 1).expect("a date") + chrono::Days::new(day);
    let at = format!("{date}T10:{minute:02}:00+08:00");
    let json = if number % 5 == 4 {
        json!({ "id": format!("e{number}"), "at": at, "type": "refund", "customer": customer, "of": format!("e{}", number - 1), "amount": "30" })
    } else {
        json!({ "id": format!("e{number}"), "at": at, "type": "purchase", "customer": customer, "amount": format!("{}.50", 40 + number % 90) })
    };
    json.as_object().expect("an object").clone()
}
