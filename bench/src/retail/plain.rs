//! The baseline: a plain loop over rows of integers, as a careful programmer writes it by hand.

use super::pack::{Campaign, Pack};
use super::purchase::Purchase;
use super::{GROUPS, Outcome, under_ceiling};
use crate::engine::Engine;

/// No channel is asked for.
const ANY: i64 = -1;

/// A campaign as a row.
#[derive(Debug, Clone)]
struct Row {
    first_day: i64,
    last_day: i64,
    codes: [u64; 4],
    weekdays: i64,
    from: i64,
    until: i64,
    least: i64,
    channel: i64,
    tier: i64,
    halves: i64,
    cap: i64,
    group: usize,
    id: u32,
}

/// A purchase as a row.
#[derive(Debug, Clone)]
pub struct PurchaseRow {
    cents: i64,
    code: u64,
    word: usize,
    channel: i64,
    tier: i64,
    day: i64,
    minute: i64,
    weekday: i64,
    month: i64,
    birthday_month: i64,
    month_points_used: i64,
}

/// The evaluator.
#[derive(Debug, Clone)]
pub struct Plain {
    rows: Vec<Row>,
}

impl Plain {
    /// For a pack.
    #[must_use]
    pub fn new(pack: &Pack) -> Self {
        Self { rows: pack.campaigns.iter().map(row).collect() }
    }
}

fn row(campaign: &Campaign) -> Row {
    let mut codes = if campaign.codes.is_empty() { [u64::MAX; 4] } else { [0; 4] };
    for code in &campaign.codes {
        if let Some(word) = codes.get_mut(usize::from(code >> 6)) {
            *word |= 1 << (code & 63);
        }
    }
    let (from, until) = campaign.minutes.unwrap_or((0, 1_440));
    Row {
        first_day: campaign.first_day.into(),
        last_day: campaign.last_day.into(),
        codes,
        weekdays: campaign.weekdays.into(),
        from: from.into(),
        until: until.into(),
        least: campaign.least,
        channel: campaign.channel.map_or(ANY, i64::from),
        tier: campaign.tier.into(),
        halves: campaign.halves,
        cap: campaign.cap,
        group: campaign.group,
        id: campaign.id,
    }
}

impl Row {
    fn matches(&self, purchase: &PurchaseRow) -> bool {
        self.first_day <= purchase.day
            && purchase.day <= self.last_day
            && self.codes.get(purchase.word).is_some_and(|word| word >> purchase.code & 1 == 1)
            && self.weekdays >> purchase.weekday & 1 == 1
            && self.from <= purchase.minute
            && purchase.minute < self.until
            && self.least <= purchase.cents
            && (self.channel == ANY || self.channel == purchase.channel)
            && self.tier <= purchase.tier
    }
}

impl Engine for Plain {
    type Prepared = PurchaseRow;

    fn name(&self) -> &'static str {
        "baseline"
    }

    fn prepare(&self, _: usize, purchase: &Purchase) -> PurchaseRow {
        PurchaseRow {
            cents: purchase.cents,
            code: (purchase.code & 63).into(),
            word: usize::from(purchase.code >> 6),
            channel: purchase.channel.into(),
            tier: purchase.tier.into(),
            day: purchase.day.into(),
            minute: purchase.minute.into(),
            weekday: purchase.weekday.into(),
            month: purchase.month.into(),
            birthday_month: purchase.birthday_month.into(),
            month_points_used: purchase.month_points_used,
        }
    }

    fn decide(&mut self, purchase: &PurchaseRow) -> Outcome {
        let mut best = [0_i64; GROUPS];
        let mut campaigns = [0_u32; GROUPS];
        for row in self.rows.iter().filter(|row| row.matches(purchase)) {
            let bonus = (purchase.cents * row.halves / 200).min(row.cap);
            if let (Some(best), Some(campaign)) = (best.get_mut(row.group), campaigns.get_mut(row.group))
                && bonus > *best
            {
                (*best, *campaign) = (bonus, row.id);
            }
        }
        let base = purchase.cents / 100;
        let birthday = i64::from(purchase.birthday_month == purchase.month);
        let asked = base * (purchase.tier + 1 + birthday) + best.iter().sum::<i64>();
        Outcome { total: under_ceiling(asked, purchase.month_points_used), campaigns }
    }
}
