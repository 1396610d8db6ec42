//! Corners of dates: ends of months, 29 February, days with 23 and 25 hours, events in another offset, n-th working days, events
//! that come late.

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
use serde_json::{Value as Json, json};

fn buy(amount: &str) -> Json {
    json!({ "amount": amount })
}

const SPEND: &str = "rule spend on Purchase { earn 1 Star per full 1 CNY of amount }";

fn last_day(validity: &str, at: &str) -> Option<String> {
    let mut host = Host::new(&with_points(&format!("round down each line; {validity}"), SPEND));
    host.at(at, "purchase", buy("1")).lines[0].expires_on.clone()
}

#[test]
fn lives_end_on_clamped_anniversaries_quarters_years_and_fixed_days() {
    for (validity, at, expected) in [
        ("valid 1 year after earning", "2024-02-29 10:00:00", "2025-02-28"),
        ("valid 4 years after earning", "2024-02-29 10:00:00", "2028-02-29"),
        ("valid 1 month after earning", "2024-01-31 10:00:00", "2024-02-29"),
        ("valid 6 months after earning", "2024-08-31 10:00:00", "2025-02-28"),
        ("valid to end of quarter 2 years after earning", "2024-01-01 00:00:00", "2026-03-31"),
        ("valid to end of quarter 2 years after earning", "2024-03-31 23:59:59", "2026-03-31"),
        ("valid to end of month 1 year after earning", "2024-02-29 10:00:00", "2025-02-28"),
        ("valid to end of year 1 year after earning", "2024-12-31 23:59:59", "2025-12-31"),
        ("valid to 2024-06-30", "2024-02-29 10:00:00", "2024-06-30"),
        ("valid 3 years after earning; first day counted", "2024-03-01 10:00:00", "2027-02-28"),
    ] {
        assert_eq!(last_day(validity, at).as_deref(), Some(expected), "{validity} from {at}");
    }
    assert_eq!(last_day("valid without end", "2024-02-29 10:00:00"), None);
}

#[test]
fn an_event_in_another_offset_counts_on_its_local_day() {
    let mut host = Host::new(&programme(
        "track days per customer per day = count of Purchase\n\
         rule first on Purchase { every day 1 of month; earn 10 Star; per customer per month once }",
    ));
    // 16:00 in UTC is midnight of the next day in Shanghai.
    assert_eq!(total(&host.at("2024-02-29T15:59:59Z", "purchase", buy("1"))), dec("0"));
    assert_eq!(total(&host.at("2024-02-29T16:00:00Z", "purchase", buy("1"))), dec("10"));
    assert_eq!(total(&host.at("2024-03-01T10:59:59-05:00", "purchase", buy("1"))), dec("0"), "used already");
    assert_eq!(host.counter("track days|customer=c1|2024-02-29").as_deref(), Some("1"));
    assert_eq!(host.counter("track days|customer=c1|2024-03-01").as_deref(), Some("2"));
    assert_eq!(host.counter("cap first.cap|customer=c1|2024-03").as_deref(), Some("1"));
}

#[test]
fn days_of_23_and_25_hours_are_days_and_hours_are_hours() {
    let text = programme(
        "track days per customer per rolling 2 days = sum of Purchase.amount\n\
         rule within_day on Purchase { within 24 hours of (posted_at default 2024-01-01 00:00); earn 1 Star }\n\
         rule within_days on Purchase { within 1 day of (posted_at default 2024-01-01 00:00); earn 10 Star; adds to within_day }",
    )
    .replace("Asia/Shanghai", "Europe/Berlin");
    let mut host = Host::new(&text);
    let at = |host: &mut Host, posted: &str, at: &str| {
        total(&host.at(at, "purchase", json!({"amount": "1", "posted_at": posted}))).to_string()
    };
    // The night to 31 March 2024 lacks an hour: 24 hours end at 13:00 of the next day.
    assert_eq!(at(&mut host, "2024-03-30T12:00:00+01:00", "2024-03-31T12:59:59+02:00"), "11");
    assert_eq!(at(&mut host, "2024-03-30T12:00:00+01:00", "2024-03-31T13:00:00+02:00"), "10");
    // The night to 27 October has one more: 24 hours end at 11:00.
    assert_eq!(at(&mut host, "2024-10-26T12:00:00+02:00", "2024-10-27T10:59:59+01:00"), "11");
    assert_eq!(at(&mut host, "2024-10-26T12:00:00+02:00", "2024-10-27T11:00:00+01:00"), "10");
    assert_eq!(at(&mut host, "2024-10-26T00:00:00+02:00", "2024-10-28T00:00:00+01:00"), "0");
}

#[test]
fn a_day_that_lacks_an_hour_or_has_one_twice_counts_once() {
    let text = programme(
        "rule daily on Purchase { earn 5 Star; per customer per day once }\n\
         rule night on Purchase { every sun from 02:00 until 03:00; earn 1 Star; adds to daily }",
    )
    .replace("Asia/Shanghai", "Europe/Berlin");
    let mut host = Host::new(&text);
    let mut at = |at: &str| total(&host.at(at, "purchase", buy("1"))).to_string();
    // 02:30 comes twice on 27 October; both are the same local day and the same hour of it.
    assert_eq!(at("2024-10-27T02:30:00+02:00"), "6");
    assert_eq!(at("2024-10-27T02:30:00+01:00"), "1");
    assert_eq!(at("2024-10-27T23:59:59+01:00"), "0");
    // 31 March goes from 02:00 to 03:00 at once.
    assert_eq!(at("2024-03-31T01:59:59+01:00"), "5");
    assert_eq!(at("2024-03-31T03:00:00+02:00"), "0");
}

#[test]
fn the_third_working_day_of_a_month_follows_the_calendar() {
    let text = programme(
        "rule spend on Purchase { every 3rd working day of month of china; earn 1 Star per full 1 CNY of amount }",
    )
    .replace("use std.banking, std.mcc", "use std.banking, std.mcc, std.calendar");
    let mut host = Host::new(&text);
    // October 2024: holidays to the 7th, the 8th, 9th and 10th are worked; the Saturday 12th too.
    for (day, expected) in [
        ("2024-10-08", "0"),
        ("2024-10-09", "0"),
        ("2024-10-10", "1"),
        ("2024-10-11", "0"),
        // May: worked from the 6th (Monday); the third is the 8th.
        ("2024-05-08", "1"),
        ("2024-05-09", "0"),
    ] {
        assert_eq!(total(&host.at(&format!("{day} 12:00:00"), "purchase", buy("1"))), dec(expected), "{day}");
    }
}

#[test]
fn a_late_event_counts_in_the_buckets_of_its_own_time() {
    let mut host = Host::new(&programme(
        "track month_spend per customer per month = sum of Purchase.amount\n\
         rule spend on Purchase { earn 1 Star per full 1 CNY of amount; per customer per month at most 100 Star, drop the rest }\n\
         rule big { per customer per month keep 7 Star while month_spend >= 150 CNY }",
    ));
    assert_eq!(lines(&host.at("2024-05-31 10:00:00", "purchase", buy("80"))), ["spend 80"]);
    assert_eq!(lines(&host.at("2024-06-02 10:00:00", "purchase", buy("90"))), ["spend 90"]);
    // Of May, decided in June: May's room and May's total.
    assert_eq!(lines(&host.at("2024-05-30 10:00:00", "purchase", buy("70"))), ["spend 20 of 70", "big 7"]);
    assert_eq!(lines(&host.at("2024-06-03 10:00:00", "purchase", buy("10"))), ["spend 10"]);
    // Before the version began nothing is earned.
    assert!(host.at("2023-12-31 23:59:59", "purchase", buy("10")).lines.is_empty());
}

#[test]
fn periods_from_a_date_clamp_from_that_date_and_not_from_the_last_start() {
    let mut host = Host::new(&programme(
        "fact joined of customer = 2024-01-01\n\
         period cycle \"周期\" = 1 month from joined of customer\n\
         rule spend on Purchase { earn 1 Star; per customer per cycle once }",
    ));
    host.customer("c1", json!({"joined": "2024-01-31"}));
    let got: Vec<String> = [
        "2024-01-31 10:00:00",
        "2024-02-28 23:59:59",
        // Clamped to 29 February, then again the 31st.
        "2024-02-29 00:00:00",
        "2024-03-30 23:59:59",
        "2024-03-31 00:00:00",
        "2024-04-29 23:59:59",
        "2024-04-30 00:00:00",
    ]
    .iter()
    .map(|at| total(&host.at(at, "purchase", buy("1"))).to_string())
    .collect();
    assert_eq!(got, ["1", "0", "1", "0", "1", "0", "1"]);
}

#[test]
fn a_leap_birthday_is_kept_by_the_programme() {
    for (head, day, other) in [("", "2025-02-28", "2025-03-01"), ("leap day 1 March\n", "2025-03-01", "2025-02-28")] {
        let text = programme(
            "rule birthday on Purchase { when today is anniversary of birthday of customer; earn 100 Star; per customer per year once }",
        )
        .replace("  currency CNY", &format!("  {head}  currency CNY"));
        let mut host = Host::new(&text);
        host.customer("c1", json!({"birthday": "1996-02-29"}));
        assert_eq!(total(&host.at(&format!("{other} 12:00:00"), "purchase", buy("1"))), dec("0"), "{head}");
        assert_eq!(total(&host.at(&format!("{day} 12:00:00"), "purchase", buy("1"))), dec("100"), "{head}");
        assert_eq!(total(&host.at(&format!("{day} 12:00:01"), "purchase", buy("1"))), dec("0"), "{head}");
        assert_eq!(total(&host.at("2028-02-29 12:00:00", "purchase", buy("1"))), dec("100"), "{head}");
    }
}

#[test]
fn a_settled_rule_reads_a_choice_as_of_the_close_of_its_own_month() {
    let mut host = Host::new(&programme(
        "track spend per customer per month = sum of Purchase.amount\n\
         rule month_gift { per customer per month keep 1 Star per full 10 CNY of spend while customer.choice as of close of month is dining; settled at close of month, never final }",
    ));
    // Dining until the first of June, travel from then on.
    let choice = json!({"choice": [
        {"from": "2024-04-01T00:00:00+08:00", "value": "dining"},
        {"from": "2024-06-01T00:00:00+08:00", "value": "travel"},
    ]});
    host.customer("c1", choice);
    host.at("2024-05-10 10:00:00", "purchase", json!({"amount": "100.00"}));
    let close = host.at("2024-06-01 00:00:00", "month_close", json!({"closed_month": "2024-05", "daily": []}));
    assert_eq!(lines(&close), ["month_gift 10"], "the choice of the last second of May counts");
    host.at("2024-06-10 10:00:00", "purchase", json!({"amount": "100.00"}));
    let close = host.at("2024-07-01 00:00:00", "month_close", json!({"closed_month": "2024-06", "daily": []}));
    assert!(lines(&close).is_empty(), "in June it was travel");
}
