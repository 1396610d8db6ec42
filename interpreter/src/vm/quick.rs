//! Kinds whose rules are all plain numbers (see [`crate::plan::quick`]): one pass over the rules that the index leaves.

use super::eval::{Numbers, run};
use super::{Bail, Charge, Item, Machine, better};
use crate::plan::quick::{Amount, Gives, Quick, QuickRule, Tests, Times};
use crate::plan::{Attribute, BitSet, KindPlan, UNKNOWN, place};

/// Words that are ANDed at once.
const LANES: usize = crate::plan::index::LANES;

/// Rules in so many words.
const STEP: u32 = 256;

const _: () = assert!(LANES == 4);

/// A rule that matched.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hit {
    rule: u32,
    /// What a base line asks.
    asked: i64,
    lost: bool,
}

/// The member of a group that is best so far.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Best {
    stamp: u32,
    hit: u32,
    rank: u32,
    value: i64,
}

#[inline]
fn read(frame: &[i64], register: crate::plan::Register) -> i64 {
    frame.get(place(register.0)).copied().unwrap_or(UNKNOWN)
}

/// The first words of an attribute's row for a frame.
#[inline]
fn lanes(one: &Attribute, frame: &[i64]) -> [u64; LANES] {
    let row = one.row(read(frame, one.register), LANES);
    let found = one.bits.get(row..row.wrapping_add(LANES));
    found.and_then(|found| <[u64; LANES]>::try_from(found).ok()).unwrap_or([0; LANES])
}

/// Whether the ranges of a rule hold.
#[inline]
fn holds(quick: &Quick, tests: &Tests, frame: &[i64]) -> bool {
    let first = place(tests.first);
    let checks = quick.checks.get(first..first.wrapping_add(place(tests.checks))).unwrap_or(&[]);
    checks.iter().all(|check| {
        let value = read(frame, check.slot);
        check.low <= value && value <= check.high
    })
}

#[inline]
fn asked(amount: &Amount, frame: &[i64]) -> Result<i64, Bail> {
    // Below zero is zero.
    let value = read(frame, amount.slot).max(0);
    let raised = value.checked_mul(amount.before).ok_or(Bail::Long)?;
    amount.over.divide(raised).checked_mul(amount.after).ok_or(Bail::Long)
}

impl Machine {
    /// Decides a frame of such a kind.
    pub(super) fn decide_quick(
        &mut self,
        plan: &KindPlan,
        quick: &Quick,
        frame: &mut [i64],
        numbers: &mut impl Numbers,
    ) -> Result<(), Bail> {
        self.hits.clear();
        let index = &plan.index;
        match index.attributes.split_first() {
            None => {}
            // Few rules: their bits fit into registers.
            Some((first, others)) if index.words == LANES => {
                let mut lanes = lanes(first, frame);
                for one in others {
                    let row = self::lanes(one, frame);
                    lanes.iter_mut().zip(row).for_each(|(lane, word)| *lane &= word);
                }
                self.meet_all(plan, quick, (lanes, 0), frame, numbers)?;
            }
            Some(_) => {
                self.candidates(plan, frame);
                let mut first = 0_u32;
                for at in (0..index.words).step_by(LANES) {
                    let found = self.candidates.get(at..at.wrapping_add(LANES));
                    let lanes = found.and_then(|found| <[u64; LANES]>::try_from(found).ok()).unwrap_or([0; LANES]);
                    if lanes != [0; LANES] {
                        self.meet_all(plan, quick, (lanes, first), frame, numbers)?;
                    }
                    first = first.wrapping_add(STEP);
                }
            }
        }
        self.rooms(plan, quick, frame, numbers)?;
        for at in 0..self.hits.len() {
            let Some(hit) = self.hits.get(at).copied().filter(|hit| !hit.lost) else { continue };
            self.matched.push(hit.rule);
            let Some(declared) = quick.rules.get(place(hit.rule)) else { continue };
            let (asks, clause) = match &declared.gives {
                Gives::Amount(amount) => (Some(hit.asked), amount.clause),
                Gives::Raise { targets, times, one, includes_base, over } => {
                    let times = self.times(plan, *times, frame, numbers)?;
                    let adds = match times {
                        UNKNOWN => 0,
                        _ if *includes_base => times.saturating_sub(*one).max(0),
                        _ => times.max(0),
                    };
                    let base = self.base_of(targets);
                    let product = base.map(|base| base.checked_mul(adds).ok_or(Bail::Long)).transpose()?;
                    (product.map(|product| over.divide(product)), 0)
                }
            };
            if let Some(asked) = asks {
                self.give(quick, (hit.rule, declared), clause, asked);
            }
        }
        Ok(())
    }

    /// Looks at the rules of some words of bits; `first` is the rule of the first bit.
    #[inline]
    fn meet_all(
        &mut self,
        plan: &KindPlan,
        quick: &Quick,
        (lanes, first): ([u64; LANES], u32),
        frame: &mut [i64],
        numbers: &mut impl Numbers,
    ) -> Result<(), Bail> {
        for (word, first) in lanes.into_iter().zip((first..).step_by(64)) {
            let mut word = word;
            while word != 0 {
                let rule = first.wrapping_add(word.trailing_zeros());
                word &= word - 1;
                let Some(tests) = quick.tests.get(place(rule)) else { continue };
                if holds(quick, tests, frame)
                    && let Some(declared) = quick.rules.get(place(rule))
                {
                    self.meet(plan, (rule, tests, declared), frame, numbers)?;
                }
            }
        }
        Ok(())
    }

    /// Looks at a rule whose ranges hold.
    #[inline]
    fn meet(
        &mut self,
        plan: &KindPlan,
        (rule, tests, declared): (u32, &Tests, &QuickRule),
        frame: &mut [i64],
        numbers: &mut impl Numbers,
    ) -> Result<(), Bail> {
        if let Some(test) = tests.code
            && run(plan, test, frame, numbers)? != 1
        {
            return Ok(());
        }
        let asked = match &declared.gives {
            Gives::Amount(amount) if read(frame, amount.slot) == UNKNOWN => return Err(Bail::Unread),
            Gives::Amount(amount) => asked(amount, frame)?,
            Gives::Raise { .. } => 0,
        };
        let mut lost = false;
        if let Some((group, rank)) = declared.group
            && let (Some(best), Some(of)) = (self.best.get_mut(place(group)), plan.groups.get(place(group)))
        {
            let value = asked.min(declared.own);
            let hit = u32::try_from(self.hits.len()).unwrap_or(u32::MAX);
            let held = (best.stamp == self.stamp).then_some((best.hit, best.rank, best.value));
            if better(of.mode, held, rank, value) {
                if let Some(other) = held.and_then(|(other, _, _)| self.hits.get_mut(place(other))) {
                    other.lost = true;
                }
                *best = Best { stamp: self.stamp, hit, rank, value };
            } else {
                lost = true;
            }
        }
        self.hits.push(Hit { rule, asked, lost });
        Ok(())
    }

    /// What shared limits leave before the event.
    #[inline]
    fn rooms(
        &mut self,
        plan: &KindPlan,
        quick: &Quick,
        frame: &mut [i64],
        numbers: &mut impl Numbers,
    ) -> Result<(), Bail> {
        self.rooms.clear();
        for one in &quick.shared {
            let bound = match one.bound {
                Some(bound) => bound,
                None => run(plan, one.code, frame, numbers)?,
            };
            let used = match one.counter {
                Some(counter) => numbers.number(counter)?,
                None => 0,
            };
            if bound == UNKNOWN || used == UNKNOWN {
                return Err(Bail::Refused);
            }
            self.rooms.push(bound.checked_sub(used).ok_or(Bail::Long)?.max(0));
        }
        Ok(())
    }

    #[inline]
    fn times(
        &mut self,
        plan: &KindPlan,
        times: Times,
        frame: &mut [i64],
        numbers: &mut impl Numbers,
    ) -> Result<i64, Bail> {
        match times {
            Times::Fixed(times) => Ok(times),
            Times::Table(slot, table) => {
                let Some(table) = plan.tables.get(place(table)) else { return Err(Bail::Long) };
                let row = usize::try_from(read(frame, slot)).ok().and_then(|at| table.values.get(at).copied());
                Ok(row.unwrap_or(table.otherwise))
            }
            Times::Code(code) => run(plan, code, frame, numbers),
        }
    }

    /// What the base lines ask that a multiple raises; none where there is none.
    #[inline]
    fn base_of(&self, targets: &BitSet) -> Option<i64> {
        let mut base: Option<i64> = None;
        for hit in self.hits.iter().filter(|hit| !hit.lost) {
            if targets.has(i64::from(hit.rule)) == Some(true) {
                base = Some(base.unwrap_or(0).saturating_add(hit.asked));
            }
        }
        base
    }

    /// A line gets the least room among its limits.
    #[inline]
    fn give(&mut self, quick: &Quick, (rule, declared): (u32, &QuickRule), clause: u32, asked: i64) {
        let mut granted = asked.min(declared.own);
        let mut left = declared.shared;
        while left != 0 {
            let at = place(left.trailing_zeros());
            left &= left - 1;
            granted = granted.min(self.rooms.get(at).copied().unwrap_or(0));
        }
        if granted > 0 {
            let mut left = declared.shared;
            while left != 0 {
                let at = place(left.trailing_zeros());
                left &= left - 1;
                if let Some(room) = self.rooms.get_mut(at) {
                    *room -= granted;
                }
                if let Some(shared) = quick.shared.get(at) {
                    self.charges.push(Charge { limit: shared.limit, rule, add: granted });
                }
            }
        }
        let (points, pool) = quick.goes;
        self.items.push(Item { rule, clause, points, pool, asked, granted });
    }
}
