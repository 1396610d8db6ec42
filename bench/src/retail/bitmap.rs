//! The limit: for each value of each attribute a bitmap of the campaigns that allow it; a purchase ANDs one of each.

use super::pack::{Campaign, Pack};
use super::purchase::{CHANNELS, CODES, DAYS, Purchase, TIERS, date};
use super::{GROUPS, Outcome, under_ceiling};
use crate::engine::Engine;
use chrono::Datelike;

/// Minutes of a time slot; campaigns begin and end on slots.
const SLOT: u16 = 30;

/// Bitmaps of one attribute, one after the other.
#[derive(Debug, Clone)]
struct Bitmaps {
    words: Vec<u64>,
    each: usize,
}

impl Bitmaps {
    fn new(campaigns: &[Campaign], values: usize, allows: impl Fn(&Campaign, usize) -> bool) -> Self {
        let each = campaigns.len().div_ceil(64).max(1);
        let mut words = vec![0_u64; each * values];
        for (value, bitmap) in words.chunks_mut(each).enumerate() {
            for (word, campaigns) in bitmap.iter_mut().zip(campaigns.chunks(64)) {
                for (bit, campaign) in campaigns.iter().enumerate() {
                    *word |= u64::from(allows(campaign, value)) << bit;
                }
            }
        }
        Self { words, each }
    }

    fn of(&self, value: usize) -> &[u64] {
        self.words.get(value * self.each..(value + 1) * self.each).unwrap_or_default()
    }
}

/// What a campaign gives.
#[derive(Debug, Clone)]
struct Bonus {
    halves: i64,
    cap: i64,
    group: usize,
    id: u32,
}

/// A purchase with the places of its bitmaps.
#[derive(Debug, Clone)]
pub struct Indexed {
    cents: i64,
    tier: i64,
    month: i64,
    birthday_month: i64,
    month_points_used: i64,
    day: usize,
    slot: usize,
    code: usize,
    channel: usize,
    lowest: usize,
}

/// The evaluator.
#[derive(Debug, Clone)]
pub struct Index {
    bonuses: Vec<Bonus>,
    /// By day of the year: dates and weekday in one.
    days: Bitmaps,
    slots: Bitmaps,
    codes: Bitmaps,
    channels: Bitmaps,
    tiers: Bitmaps,
    /// By how many of `steps` the amount reaches.
    amounts: Bitmaps,
    /// The smallest amounts that occur, ascending.
    steps: Vec<i64>,
}

impl Index {
    /// For a pack.
    #[must_use]
    pub fn new(pack: &Pack) -> Self {
        let all = &pack.campaigns;
        let mut steps: Vec<i64> = all.iter().map(|campaign| campaign.least).collect();
        steps.sort_unstable();
        steps.dedup();
        let weekdays: Vec<u32> = (0..DAYS).map(|day| date(day).weekday().num_days_from_monday()).collect();
        let same = |place: u8, value: usize| usize::from(place) == value;
        let minute = |value: usize| value * usize::from(SLOT);
        Self {
            bonuses: all
                .iter()
                .map(|one| Bonus { halves: one.halves, cap: one.cap, group: one.group, id: one.id })
                .collect(),
            days: Bitmaps::new(all, usize::from(DAYS), |one, day| {
                let weekday = weekdays.get(day).copied().unwrap_or_default();
                usize::from(one.first_day) <= day
                    && day <= usize::from(one.last_day)
                    && one.weekdays >> weekday & 1 == 1
            }),
            slots: Bitmaps::new(all, usize::from(1_440 / SLOT), |one, slot| {
                one.minutes
                    .is_none_or(|(from, until)| usize::from(from) <= minute(slot) && minute(slot) < usize::from(until))
            }),
            codes: Bitmaps::new(all, usize::from(CODES), |one, code| {
                one.codes.is_empty() || one.codes.iter().any(|place| same(*place, code))
            }),
            channels: Bitmaps::new(all, CHANNELS.len(), |one, channel| {
                one.channel.is_none_or(|place| same(place, channel))
            }),
            tiers: Bitmaps::new(all, TIERS.len(), |one, tier| usize::from(one.tier) <= tier),
            amounts: Bitmaps::new(all, steps.len() + 1, |one, reached| {
                steps.partition_point(|step| *step <= one.least) <= reached
            }),
            steps,
        }
    }

    /// How many campaigns match a purchase.
    #[must_use]
    pub fn matching(&self, purchase: &Purchase) -> usize {
        let ones = self.bitmaps(&self.prepare(0, purchase)).map(u64::count_ones).sum::<u32>();
        usize::try_from(ones).unwrap_or_default()
    }

    /// The bitmaps that a purchase looks at.
    fn bitmaps(&self, purchase: &Indexed) -> impl Iterator<Item = u64> {
        let reached = self.steps.iter().take_while(|step| **step <= purchase.cents).count();
        let (days, slots) = (self.days.of(purchase.day), self.slots.of(purchase.slot));
        let (codes, channels) = (self.codes.of(purchase.code), self.channels.of(purchase.channel));
        let (tiers, amounts) = (self.tiers.of(purchase.lowest), self.amounts.of(reached));
        days.iter().zip(slots).zip(codes).zip(channels).zip(tiers).zip(amounts).map(
            |(((((days, slots), codes), channels), tiers), amounts)| days & slots & codes & channels & tiers & amounts,
        )
    }
}

impl Engine for Index {
    type Prepared = Indexed;

    fn name(&self) -> &'static str {
        "limit"
    }

    fn prepare(&self, _: usize, purchase: &Purchase) -> Indexed {
        Indexed {
            cents: purchase.cents,
            tier: purchase.tier.into(),
            month: purchase.month.into(),
            birthday_month: purchase.birthday_month.into(),
            month_points_used: purchase.month_points_used,
            day: purchase.day.into(),
            slot: usize::from(purchase.minute / SLOT),
            code: purchase.code.into(),
            channel: purchase.channel.into(),
            lowest: purchase.tier.into(),
        }
    }

    fn decide(&mut self, purchase: &Indexed) -> Outcome {
        let mut best = [0_i64; GROUPS];
        let mut campaigns = [0_u32; GROUPS];
        for (words, bonuses) in self.bitmaps(purchase).zip(self.bonuses.chunks(64)) {
            let mut left = words;
            while left != 0 {
                let bit = usize::try_from(left.trailing_zeros()).unwrap_or_default();
                left &= left - 1;
                let Some(bonus) = bonuses.get(bit) else { break };
                let points = (purchase.cents * bonus.halves / 200).min(bonus.cap);
                if let (Some(best), Some(campaign)) = (best.get_mut(bonus.group), campaigns.get_mut(bonus.group))
                    && points > *best
                {
                    (*best, *campaign) = (points, bonus.id);
                }
            }
        }
        let base = purchase.cents / 100;
        let birthday = i64::from(purchase.birthday_month == purchase.month);
        let asked = base * (purchase.tier + 1 + birthday) + best.iter().sum::<i64>();
        Outcome { total: under_ceiling(asked, purchase.month_points_used), campaigns }
    }
}
