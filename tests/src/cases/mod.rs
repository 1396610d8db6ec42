//! The worked cases of the programmes (`tests/cases/programme-cases.json`), run through the ledger's host as any host would.
//!
//! [`params`] turns a case's parameters into those of the policy, [`run`] lets time and events pass, [`seen`] says in the words
//! of the case file what happened, [`compare`] holds it against what was expected, and [`table`] tells the result.
//! `tests/cases/README.md` has the rules of all of them.

pub mod compare;
pub mod params;
pub mod run;
pub mod seen;
pub mod table;

use serde_json::Value as Json;
use std::str::FromStr;

use rust_decimal::Decimal;

/// A field of an object as text.
#[must_use]
pub fn text<'a>(json: &'a Json, name: &str) -> Option<&'a str> {
    json.get(name).and_then(Json::as_str)
}

/// A decimal from a text, a number, or nothing.
#[must_use]
pub fn decimal(json: &Json) -> Option<Decimal> {
    match json {
        Json::String(text) => Decimal::from_str(text).ok(),
        Json::Number(number) => Decimal::from_str(&number.to_string()).ok(),
        _ => None,
    }
}

/// The elements of a list; none where there is no list.
#[must_use]
pub fn list<'a>(json: &'a Json, name: &str) -> &'a [Json] {
    json.get(name).and_then(Json::as_array).map_or(&[], Vec::as_slice)
}
