//! Purchases: plain integers, drawn from a seed, and the JSON that a host would send.

use super::draw::{Draw, Weights};
use chrono::{Datelike, Days, NaiveDate};
use serde_json::{Map, Value as Json, json};

/// Channels, by place.
pub const CHANNELS: [&str; 4] = ["pos", "online", "qr", "atm"];
/// Kinds of cards, by place.
pub const CARDS: [&str; 3] = ["credit", "debit", "cobrand"];
/// Tiers, lowest first.
pub const TIERS: [&str; 4] = ["classic", "gold", "platinum", "diamond"];
/// Countries, by place.
pub const COUNTRIES: [&str; 20] = [
    "CN", "HK", "MO", "TW", "JP", "KR", "SG", "TH", "MY", "VN", "US", "GB", "FR", "DE", "IT", "ES", "AU", "NZ", "CA",
    "AE",
];
/// How many merchant category codes there are.
pub const CODES: u8 = 200;
/// The year of all events; it has [`DAYS`] days.
pub const YEAR: i32 = 2026;
/// Days of the year.
pub const DAYS: u16 = 365;
/// The first day of the season, 15 October: 70% of events and campaigns fall between it and the end of the year.
pub const SEASON: u16 = 287;

/// A purchase. Days, codes and names are by place, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Purchase {
    /// Amount in fen.
    pub cents: i64,
    /// Place of the merchant category code; the frequent ones first.
    pub code: u8,
    /// Place in [`CHANNELS`].
    pub channel: u8,
    /// Place in [`CARDS`].
    pub card: u8,
    /// Place in [`TIERS`].
    pub tier: u8,
    /// Place in [`COUNTRIES`].
    pub country: u8,
    /// Local day of the year.
    pub day: u16,
    /// Local minute of the day.
    pub minute: u16,
    /// Weekday of `day`: 0 is Monday.
    pub weekday: u8,
    /// Month of `day`, from 1.
    pub month: u8,
    /// Month of the customer's birthday, from 1.
    pub birthday_month: u8,
    /// Points that the customer had in this month before: a counter that is given with the event.
    pub month_points_used: i64,
}

/// The merchant category code at a place: four digits.
#[must_use]
pub fn code(place: u8) -> u16 {
    // Neighbours in frequency are no neighbours in number.
    4_000 + u16::from(place) * 37 % u16::from(CODES) * 15
}

/// A day of the year as a date.
#[must_use]
pub fn date(day: u16) -> NaiveDate {
    let first = NaiveDate::from_ymd_opt(YEAR, 1, 1).unwrap_or_default();
    first.checked_add_days(Days::new(u64::from(day))).unwrap_or(first)
}

/// A place as a name; empty where there is none.
pub(crate) fn name_at(names: &[&'static str], place: u8) -> &'static str {
    names.get(usize::from(place)).copied().unwrap_or_default()
}

/// A place as purchases hold it.
pub(crate) fn place(at: usize) -> u8 {
    u8::try_from(at).unwrap_or(u8::MAX)
}

/// So many purchases from a seed.
#[must_use]
pub fn purchases(seed: u64, count: usize) -> Vec<Purchase> {
    let mut draw = Draw::new(seed, 1);
    let codes = Weights::zipf(u64::from(CODES), 11);
    let (channels, cards) = (Weights::new([45, 30, 20, 5]), Weights::new([50, 35, 15]));
    let (tiers, countries) = (Weights::new([50, 30, 15, 5]), Weights::zipf(20, 20));
    let mut all = Vec::with_capacity(count);
    for _ in 0..count {
        let day = if draw.in_thousand(700) {
            draw.within(u32::from(SEASON), u32::from(DAYS) - 1)
        } else {
            draw.within(0, u32::from(SEASON) - 1)
        };
        let day = u16::try_from(day).unwrap_or_default();
        let on = date(day);
        all.push(Purchase {
            cents: i64::try_from(draw.log_uniform(100, 500_000)).unwrap_or_default(),
            code: place(draw.weighted(&codes)),
            channel: place(draw.weighted(&channels)),
            card: place(draw.weighted(&cards)),
            tier: place(draw.weighted(&tiers)),
            country: place(draw.weighted(&countries)),
            day,
            minute: u16::try_from(draw.within(0, 1_439)).unwrap_or_default(),
            weekday: u8::try_from(on.weekday().num_days_from_monday()).unwrap_or_default(),
            month: u8::try_from(on.month()).unwrap_or_default(),
            birthday_month: u8::try_from(draw.within(1, 12)).unwrap_or_default(),
            month_points_used: used(&mut draw),
        });
    }
    all
}

/// Mostly little; now and then so much that the ceiling trims.
fn used(draw: &mut Draw) -> i64 {
    let used = match draw.within(0, 99) {
        0..85 => draw.within(0, 20_000),
        85..95 => draw.within(45_000, 49_999),
        _ => 50_000,
    };
    i64::from(used)
}

impl Purchase {
    /// The event as a host sends it. The counter is no part of it.
    #[must_use]
    pub fn json(&self, id: usize) -> Map<String, Json> {
        let members = [
            ("id", json!(format!("e{id}"))),
            ("at", json!(format!("{}T{:02}:{:02}:00+08:00", date(self.day), self.minute / 60, self.minute % 60))),
            ("type", json!("purchase")),
            ("customer", json!(CUSTOMER)),
            ("amount", json!(format!("{}.{:02}", self.cents / 100, self.cents % 100))),
            ("mcc", json!(format!("{:04}", code(self.code)))),
            ("channel", json!(name_at(&CHANNELS, self.channel))),
            ("card", json!(name_at(&CARDS, self.card))),
            ("tier", json!(name_at(&TIERS, self.tier))),
            ("country", json!(name_at(&COUNTRIES, self.country))),
            ("birthday", json!(format!("1990-{:02}-15", self.birthday_month))),
        ];
        members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }
}

/// The customer of all purchases; each brings the month's counter with it.
pub const CUSTOMER: &str = "c1";
