//! Lines are filled one by one: each gets the least room among its limits, which are then charged.

use super::eval::{Numbers, run};
use super::{Bail, Charge, Item, Machine};
use crate::plan::{Bounds, KindPlan, LimitPlan, Past, UNKNOWN, place};

/// What lines have taken under limits in one decision. Few limits are met by one event, so a short list serves.
#[derive(Debug, Clone, Default)]
pub(super) struct Taken {
    amounts: Vec<(u32, i64)>,
    /// A use is one for all lines of a rule.
    uses: Vec<(u32, u32)>,
}

impl Taken {
    pub(super) fn new(plan: &KindPlan) -> Self {
        let most = plan.limits.len().min(64);
        Self { amounts: Vec::with_capacity(most), uses: Vec::with_capacity(most) }
    }

    pub(super) fn clear(&mut self) {
        self.amounts.clear();
        self.uses.clear();
    }

    fn of(&self, limit: u32) -> i64 {
        self.amounts.iter().find(|(held, _)| *held == limit).map_or(0, |(_, amount)| *amount)
    }

    fn add(&mut self, limit: u32, add: i64) -> Result<(), Bail> {
        match self.amounts.iter_mut().find(|(held, _)| *held == limit) {
            Some((_, amount)) => *amount = amount.checked_add(add).ok_or(Bail::Long)?,
            None => self.amounts.push((limit, add)),
        }
        Ok(())
    }

    /// What a limit leaves of what is asked.
    fn room(&self, limit: &LimitPlan, at: u32, item: &Item, bound: i64, used: i64) -> Result<i64, Bail> {
        let room = bound.checked_sub(used).and_then(|room| room.checked_sub(self.of(at))).ok_or(Bail::Long)?;
        Ok(match limit.bounds {
            Bounds::Points { .. } => room.clamp(0, item.asked),
            Bounds::Uses if room >= 1 || self.uses.contains(&(at, item.rule)) => item.asked,
            Bounds::Uses => 0,
        })
    }

    /// Charges a limit with a line's outcome; gives what it is charged.
    fn charge(&mut self, limit: &LimitPlan, at: u32, item: &Item) -> Result<i64, Bail> {
        let add = match limit.bounds {
            Bounds::Points { .. } => item.granted,
            Bounds::Uses if item.granted <= 0 || self.uses.contains(&(at, item.rule)) => 0,
            Bounds::Uses => {
                self.uses.push((at, item.rule));
                1
            }
        };
        if add != 0 {
            self.add(at, add)?;
        }
        Ok(add)
    }
}

/// Whether a limit counts a line at all.
fn counts(limit: &LimitPlan, item: &Item) -> bool {
    match limit.bounds {
        Bounds::Points { points, .. } => points == item.points,
        Bounds::Uses => true,
    }
}

/// The bound of a limit and what was used of it before the event.
fn meter(
    plan: &KindPlan,
    limit: &LimitPlan,
    frame: &mut [i64],
    numbers: &mut impl Numbers,
) -> Result<(i64, i64), Bail> {
    let bound = run(plan, limit.bound, frame, numbers)?;
    let used = match limit.counter {
        Some(counter) => numbers.number(counter)?,
        None => 0,
    };
    // A limit that cannot be evaluated refuses the event: the plain engine says so.
    if bound == UNKNOWN || used == UNKNOWN { Err(Bail::Refused) } else { Ok((bound, used)) }
}

impl Machine {
    /// Fills a line and charges its limits.
    pub(super) fn fill(
        &mut self,
        plan: &KindPlan,
        mut item: Item,
        frame: &mut [i64],
        numbers: &mut impl Numbers,
    ) -> Result<(), Bail> {
        item.granted = item.asked;
        let Some(rule) = plan.rules.get(place(item.rule)) else { return Ok(()) };
        for at in &rule.limits {
            let Some(limit) = plan.limits.get(place(*at)).filter(|limit| counts(limit, &item)) else { continue };
            let (bound, used) = meter(plan, limit, frame, numbers)?;
            if item.asked <= 0 {
                continue;
            }
            let allowed = self.taken.room(limit, *at, &item, bound, used)?;
            let refused = match limit.beyond {
                Past::Drop => false,
                Past::Refuse => allowed < item.asked,
                Past::RefuseAtZero => allowed == 0,
            };
            if refused {
                return Err(Bail::Refused);
            }
            item.granted = item.granted.min(allowed);
        }
        for at in &rule.limits {
            let Some(limit) = plan.limits.get(place(*at)).filter(|limit| counts(limit, &item)) else { continue };
            let add = self.taken.charge(limit, *at, &item)?;
            if add != 0 {
                self.charges.push(Charge { limit: *at, rule: item.rule, add });
            }
        }
        self.items.push(item);
        Ok(())
    }

    /// What a rule's own limits would leave of its lines, were it alone.
    pub(super) fn alone(
        &mut self,
        plan: &KindPlan,
        (first, count): (u32, u32),
        raised: bool,
        frame: &mut [i64],
        numbers: &mut impl Numbers,
    ) -> Result<i64, Bail> {
        self.alone.clear();
        let mut total = 0_i64;
        for at in first..first.saturating_add(count) {
            let from = if raised { &self.raised } else { &self.bases };
            let Some(mut item) = from.get(place(at)).copied() else { continue };
            let Some(rule) = plan.rules.get(place(item.rule)) else { continue };
            item.granted = item.asked;
            let line = item;
            let own = |at: &u32| {
                plan.limits.get(place(*at)).filter(|limit| limit.own == Some(rule.rule) && counts(limit, &line))
            };
            for at in &rule.limits {
                let Some(limit) = own(at) else { continue };
                let (bound, used) = meter(plan, limit, frame, numbers)?;
                if item.asked > 0 {
                    item.granted = item.granted.min(self.alone.room(limit, *at, &item, bound, used)?);
                }
            }
            for at in &rule.limits {
                let Some(limit) = own(at) else { continue };
                self.alone.charge(limit, *at, &item)?;
            }
            total = total.checked_add(item.granted).ok_or(Bail::Long)?;
        }
        Ok(total)
    }
}
