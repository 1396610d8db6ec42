//! Windows and calendars: ends of days, hours across midnight, leap days, daylight saving, dates of customers.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::as_conversions,
    reason = "a test fails by panicking"
)]

mod common;
use common::*;
use serde_json::json;

fn buy() -> serde_json::Value {
    json!({ "amount": "1" })
}

fn earns(host: &mut Host, at: &str) -> bool {
    total(&host.at(at, "purchase", buy())) > dec("0")
}

fn with_window(window: &str) -> Host {
    Host::new(&programme(&format!("rule spend on Purchase {{ {window}; earn 1 Star per full 1 CNY of amount }}")))
}

#[test]
fn to_includes_its_day_and_until_excludes() {
    let mut days = with_window("from 2024-05-01 to 2024-05-05");
    for (at, expected) in [
        ("2024-04-30 23:59:59", false),
        ("2024-05-01 00:00:00", true),
        ("2024-05-05 23:59:59", true),
        ("2024-05-06 00:00:00", false),
    ] {
        assert_eq!(earns(&mut days, at), expected, "{at}");
    }
    let mut hours = with_window("on 2024-06-18 from 10:00 until 12:00");
    for (at, expected) in [
        ("2024-06-18 09:59:59", false),
        ("2024-06-18 10:00:00", true),
        ("2024-06-18 11:59:59", true),
        ("2024-06-18 12:00:00", false),
    ] {
        assert_eq!(earns(&mut hours, at), expected, "{at}");
    }
}

#[test]
fn hours_across_midnight_belong_to_the_day_on_which_they_start() {
    // 2024-05-03 is a Friday.
    let mut host = with_window("every fri from 22:00 until 02:00");
    for (at, expected) in [
        ("2024-05-03 21:59:59", false),
        ("2024-05-03 22:00:00", true),
        ("2024-05-04 01:59:59", true),
        ("2024-05-04 02:00:00", false),
        ("2024-05-03 01:00:00", false),
        ("2024-05-04 22:30:00", false),
    ] {
        assert_eq!(earns(&mut host, at), expected, "{at}");
    }
}

#[test]
fn days_of_the_month_and_of_its_weeks() {
    let mut last = with_window("every last day of month");
    assert!(
        earns(&mut last, "2024-02-29 12:00:00")
            && !earns(&mut last, "2024-02-28 12:00:00")
            && earns(&mut last, "2025-02-28 12:00:00")
    );
    let mut eighth = with_window("every day 8 of month");
    assert!(earns(&mut eighth, "2024-05-08 12:00:00") && !earns(&mut eighth, "2024-05-18 12:00:00"));
    let mut second = with_window("every 2nd tue of month");
    assert!(earns(&mut second, "2024-05-14 12:00:00") && !earns(&mut second, "2024-05-07 12:00:00"));
}

#[test]
fn working_days_follow_the_calendar_and_end_with_it() {
    let text = programme("rule spend on Purchase { every working day of china; earn 1 Star per full 1 CNY of amount }")
        .replace("use std.banking, std.mcc", "use std.banking, std.mcc, std.calendar");
    let mut host = Host::new(&text);
    // 2024-05-01 to 05 was a holiday; Sunday 28 April and Saturday 11 May were worked.
    for (day, expected) in
        [("2024-04-28", true), ("2024-05-01", false), ("2024-05-06", true), ("2024-05-11", true), ("2024-05-12", false)]
    {
        assert_eq!(earns(&mut host, &format!("{day} 12:00:00")), expected, "{day}");
    }
    let event = host.event("2031-05-06 12:00:00", "purchase", buy());
    let error = host.decide(&event).unwrap_err();
    assert!(error.field.contains("china") && error.reason.contains("2031-05-06"), "{error}");
}

#[test]
fn a_birthday_month_and_a_leap_birthday() {
    let mut month = with_window("every month of birthday of customer");
    month.customer("c1", json!({"birthday": "1996-02-29"}));
    assert!(earns(&mut month, "2025-02-01 00:00:00") && !earns(&mut month, "2025-03-01 00:00:00"));
    month.customer("c1", json!({}));
    assert!(!earns(&mut month, "2025-02-01 00:00:00"), "an unknown birthday is in no month");
    let mut day = with_window("every anniversary of birthday of customer");
    day.customer("c1", json!({"birthday": "1996-02-29"}));
    assert!(
        earns(&mut day, "2025-02-28 23:59:59")
            && !earns(&mut day, "2025-03-01 00:00:00")
            && earns(&mut day, "2024-02-29 00:00:00")
    );
}

#[test]
fn within_days_counts_local_days_and_within_hours_instants() {
    let mut days = with_window("within 90 days of joined of customer");
    days.customer("c1", json!({"joined": "2024-05-01"}));
    for (at, expected) in [
        ("2024-04-30 23:59:59", false),
        ("2024-05-01 00:00:00", true),
        ("2024-07-30 23:59:59", true),
        ("2024-07-31 00:00:00", false),
    ] {
        assert_eq!(earns(&mut days, at), expected, "{at}");
    }
    let mut hours = with_window("within 24 hours of posted_at");
    let at = |host: &mut Host, at: &str| {
        total(&host.at(at, "purchase", json!({"amount": "1", "posted_at": "2024-05-01T10:00:00+08:00"})))
    };
    assert_eq!(at(&mut hours, "2024-05-02 09:59:59"), dec("1"));
    assert_eq!(at(&mut hours, "2024-05-02 10:00:00"), dec("0"));
    assert_eq!(at(&mut hours, "2024-05-02T01:59:59+00:00"), dec("1"));
}

#[test]
fn a_window_may_look_at_another_date() {
    let mut host = with_window("from 2024-05-01 to 2024-05-05 by posted_at");
    let at = |host: &mut Host, posted: &str| {
        total(&host.at("2024-05-20 10:00:00", "purchase", json!({"amount": "1", "posted_at": posted})))
    };
    assert_eq!(at(&mut host, "2024-05-05T23:59:59+08:00"), dec("1"));
    assert_eq!(at(&mut host, "2024-05-06T00:00:00+08:00"), dec("0"));
    // 16:00 in London is midnight in Shanghai.
    assert_eq!(at(&mut host, "2024-05-05T16:00:00+00:00"), dec("0"));
}

#[test]
fn daylight_saving_needs_no_special_case() {
    let text = programme(
        "rule night on Purchase { every sun from 01:00 until 03:00; earn 1 Star per full 1 CNY of amount }\n\
                          track days per customer per day = sum of Purchase.amount",
    )
    .replace("Asia/Shanghai", "Europe/Berlin");
    let mut host = Host::new(&text);
    // 2024-10-27 has 02:30 twice, 2024-03-31 has no 02:30: wall time decides.
    for (at, expected) in [
        ("2024-10-27T02:30:00+02:00", "1"),
        ("2024-10-27T02:30:00+01:00", "1"),
        ("2024-10-27T03:00:00+01:00", "0"),
        ("2024-03-31T01:59:59+01:00", "1"),
        ("2024-03-31T03:00:00+02:00", "0"),
    ] {
        assert_eq!(total(&host.at(at, "purchase", buy())), dec(expected), "{at}");
    }
    // The day of 25 hours is one day.
    assert_eq!(host.counter("track days|customer=c1|2024-10-27").as_deref(), Some("3.00"));
}

#[test]
fn two_instants_compare_as_instants_also_in_a_fold() {
    let text = programme(
        "rule later on Purchase { when posted_at is known and posted_at > at; earn 1 Star per full 1 CNY of amount }",
    )
    .replace("Asia/Shanghai", "Europe/Berlin");
    let mut host = Host::new(&text);
    let event = json!({"amount": "1", "posted_at": "2024-10-27T02:10:00+01:00"});
    // 02:30 summer time is before 02:10 winter time, though the clock says otherwise.
    assert_eq!(total(&host.at("2024-10-27T02:30:00+02:00", "purchase", event)), dec("1"));
}

#[test]
fn no_version_in_force_earns_nothing() {
    let text = programme("rule spend on Purchase { earn 1 Star per full 1 CNY of amount }")
        .replace("effective from 2024-01-01", "effective from 2024-01-01 to 2024-12-31");
    let mut host = Host::new(&text);
    for (at, expected) in [
        ("2023-12-31 23:59:59", "0"),
        ("2024-01-01 00:00:00", "1"),
        ("2024-12-31 23:59:59", "1"),
        ("2025-01-01 00:00:00", "0"),
    ] {
        let decision = host.at(at, "purchase", buy());
        assert_eq!(total(&decision), dec(expected), "{at}");
        assert_eq!(decision.outcome, earnest_interpreter::decision::Outcome::Accepted);
    }
}

#[test]
fn points_live_to_the_last_usable_day() {
    for (clause, at, available, expires) in [
        ("valid 3 years after earning", "2024-02-29 10:00:00", None, Some("2027-02-28")),
        ("valid 3 years after earning; first day counted", "2024-05-01 10:00:00", None, Some("2027-04-30")),
        (
            "usable 15 days after earning; valid 1 year after earning",
            "2024-05-01 10:00:00",
            Some("2024-05-16T00:00:00"),
            Some("2025-05-01"),
        ),
        (
            "usable 15 days after earning; valid 1 year after usable",
            "2024-05-01 10:00:00",
            Some("2024-05-16T00:00:00"),
            Some("2025-05-16"),
        ),
        (
            "usable 36 hours after earning; valid to 2030-12-31",
            "2024-05-01 10:00:00",
            Some("2024-05-02T22:00:00"),
            Some("2030-12-31"),
        ),
        ("valid to end of year 1 year after earning", "2024-05-01 10:00:00", None, Some("2025-12-31")),
        ("valid without end", "2024-05-01 10:00:00", None, None),
    ] {
        let mut host = Host::new(
            &with_points(clause, "rule spend on Purchase { earn 1 Star per full 1 CNY of amount }")
                .replace(" { valid", " { round down each line; valid")
                .replace(" { usable", " { round down each line; usable"),
        );
        let decision = host.at(at, "purchase", buy());
        assert_eq!(decision.lines[0].available_from.as_deref(), available, "{clause}");
        assert_eq!(decision.lines[0].expires_on.as_deref(), expires, "{clause}");
    }
}
