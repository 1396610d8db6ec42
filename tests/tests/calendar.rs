//! The calendars of the standard library against published holiday data (tests/data/holidays.json says which), day by day.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test that cannot run fails")]

use chrono::NaiveDate;
use earnest_dsl::load::load;
use earnest_dsl::policy::Calendar;
use earnest_tests::{probe, project};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

fn calendars() -> Vec<Calendar> {
    let loaded = load(probe("std.calendar", ""), &[]);
    assert!(!loaded.has_errors(), "{:#?}", loaded.diagnostics);
    loaded.policy.expect("a policy").calendars
}

/// Days of the fixture by region and kind.
fn fixture() -> BTreeMap<(String, String), BTreeSet<NaiveDate>> {
    let text = std::fs::read_to_string(project("tests/data/holidays.json")).expect("the fixture");
    let json: Json = serde_json::from_str(&text).expect("JSON");
    let mut days: BTreeMap<(String, String), BTreeSet<NaiveDate>> = BTreeMap::new();
    for day in json["days"].as_array().expect("days") {
        let text = |name: &str| day[name].as_str().expect("a text").to_owned();
        let date = text("date").parse().expect("a date");
        days.entry((text("region"), text("kind"))).or_default().insert(date);
    }
    days
}

#[test]
fn calendars_agree_with_published_data() {
    let fixture = fixture();
    let empty = BTreeSet::new();
    let calendars = calendars();
    assert_eq!(calendars.len(), 3);
    let mut compared = 0;
    for calendar in &calendars {
        let region = calendar.title.name.rsplit('.').next().unwrap_or_default().to_owned();
        let days = |kind: &str| fixture.get(&(region.clone(), kind.to_owned())).unwrap_or(&empty);
        let differing: Vec<&NaiveDate> = calendar.holidays.symmetric_difference(days("holiday")).collect();
        assert!(differing.is_empty(), "{region}: holidays differ on {differing:?}");
        let differing: Vec<&NaiveDate> = calendar.workdays.symmetric_difference(days("workday")).collect();
        assert!(differing.is_empty(), "{region}: shifted working days differ on {differing:?}");
        compared += calendar.holidays.len() + calendar.workdays.len();
    }
    assert_eq!(compared, fixture.values().map(BTreeSet::len).sum::<usize>(), "a region of the fixture has no calendar");
}

#[test]
fn calendars_cover_2022_to_2027_and_shift_only_rest_days() {
    for calendar in calendars() {
        assert_eq!(Some(calendar.from), NaiveDate::from_ymd_opt(2022, 1, 1));
        assert_eq!(Some(calendar.to), NaiveDate::from_ymd_opt(2027, 12, 31));
        for day in &calendar.workdays {
            assert!(!calendar.holidays.contains(day), "{day} is a holiday and a working day");
            let weekday = chrono::Datelike::weekday(day).number_from_monday();
            assert!(weekday >= 6, "{day} is no rest day, so it needs no shift");
        }
    }
}
