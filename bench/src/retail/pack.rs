//! Packs: so many campaigns, drawn from a seed so that about three of them match a purchase.

use super::GROUPS;
use super::draw::{Draw, Weights};
use super::purchase::{CODES, DAYS, SEASON, place};
use std::collections::BTreeSet;

/// A campaign. Days, codes and names are by place, as those of a purchase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Campaign {
    /// Its number, from 1. Of equal bonuses in a group that of the smaller number counts.
    pub id: u32,
    /// First day.
    pub first_day: u16,
    /// Last day, included.
    pub last_day: u16,
    /// Weekdays as bits: bit 0 is Monday.
    pub weekdays: u8,
    /// From this minute of the day (included) until that one (excluded).
    pub minutes: Option<(u16, u16)>,
    /// Merchant category codes, ascending; none for any.
    pub codes: Vec<u8>,
    /// Smallest amount, in fen; 0 where nothing is said.
    pub least: i64,
    /// The only channel.
    pub channel: Option<u8>,
    /// The lowest tier; 0 where nothing is said.
    pub tier: u8,
    /// Points for a yuan, in halves: 1, 2, 3, 4 or 6.
    pub halves: i64,
    /// The most points for one purchase.
    pub cap: i64,
    /// Its group, from 0.
    pub group: usize,
}

/// All weekdays.
pub const EVERY_DAY: u8 = 0b111_1111;

/// A pack of campaigns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pack {
    /// Campaigns by number.
    pub campaigns: Vec<Campaign>,
}

/// How the codes of campaigns are drawn: the more campaigns, the narrower each.
#[derive(Debug, Clone, Copy)]
struct Breadth {
    /// Campaigns in a thousand that take any code.
    any: u32,
    /// Of the others, those in a thousand whose codes are frequent ones: drawn as purchases draw them.
    frequent: u32,
    /// Of the others, those in a thousand that name a single code; the rest names up to twelve.
    single: u32,
}

impl Breadth {
    /// Found by trial: about three campaigns match a purchase from 100 campaigns on.
    fn of(count: usize) -> Self {
        match count {
            0..=50 => Self { any: 100, frequent: 1_000, single: 0 },
            51..=300 => Self { any: 220, frequent: 1_000, single: 0 },
            301..=3_000 => Self { any: 20, frequent: 0, single: 0 },
            _ => Self { any: 0, frequent: 0, single: 960 },
        }
    }
}

impl Pack {
    /// So many campaigns from a seed.
    #[must_use]
    pub fn new(seed: u64, count: usize) -> Self {
        let mut draw = Draw::new(seed, 2);
        let frequent = Weights::zipf(u64::from(CODES), 11);
        let breadth = Breadth::of(count);
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        Self { campaigns: (1..=count).map(|id| campaign(&mut draw, id, breadth, &frequent)).collect() }
    }
}

fn campaign(draw: &mut Draw, id: u32, breadth: Breadth, frequent: &Weights) -> Campaign {
    let (season, days) = (u32::from(SEASON), u32::from(DAYS));
    let length = draw.within(7, 60);
    let first_day =
        if draw.in_thousand(700) { draw.within(season, days - length) } else { draw.within(0, season - length) };
    let small = |value: u32| u16::try_from(value).unwrap_or(u16::MAX);
    Campaign {
        id,
        first_day: small(first_day),
        last_day: small(first_day + length - 1),
        weekdays: if draw.in_thousand(600) { EVERY_DAY } else { weekdays(draw) },
        minutes: draw.in_thousand(250).then(|| {
            let from = draw.within(12, 38) * 30;
            let until = (from + draw.within(4, 16) * 30).min(1_410);
            (small(from), small(until))
        }),
        codes: codes(draw, breadth, frequent),
        least: 100 * draw.one_of(&[0, 0, 20, 50, 100, 200, 500]),
        channel: draw.in_thousand(300).then(|| draw.one_of(&[0, 1, 2, 3])),
        tier: if draw.in_thousand(300) { draw.one_of(&[1, 1, 2, 3]) } else { 0 },
        halves: draw.one_of(&[1, 2, 3, 4, 6]),
        cap: draw.one_of(&[50, 100, 200, 500, 1_000, 2_000, 5_000]),
        group: usize::try_from(draw.within(0, 4)).unwrap_or_default() % GROUPS,
    }
}

/// Some weekdays, at least one.
fn weekdays(draw: &mut Draw) -> u8 {
    let mask = draw.one_of(&[0b110_0000, 0b001_1111, 0b111_0000]);
    if draw.in_thousand(500) {
        mask
    } else {
        u8::try_from(draw.within(1, u32::from(EVERY_DAY) - 1)).unwrap_or(EVERY_DAY)
    }
}

fn codes(draw: &mut Draw, breadth: Breadth, weights: &Weights) -> Vec<u8> {
    if draw.in_thousand(breadth.any) {
        return vec![];
    }
    let frequent = draw.in_thousand(breadth.frequent);
    let wanted = if draw.in_thousand(breadth.single) { 1 } else { draw.within(1, 12) };
    let mut one = || if frequent { place(draw.weighted(weights)) } else { place(draw.below(CODES)) };
    let codes: BTreeSet<u8> = (0..wanted).map(|_| one()).collect();
    codes.into_iter().collect()
}

impl Campaign {
    /// Its bonus for an amount in fen, where it matches.
    #[must_use]
    pub fn bonus(&self, cents: i64) -> i64 {
        (cents * self.halves / 200).min(self.cap)
    }
}
