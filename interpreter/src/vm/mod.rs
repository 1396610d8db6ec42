//! The fast engine: a plan carried out on frames of integers.
//!
//! A [`Machine`] decides the edge rules of one kind of event: which apply, what they ask, who wins in groups, what limits leave.
//! Its vectors are kept from event to event, so that in the long run nothing is allocated. What it cannot decide (a refusal, a
//! number of more than 64 bits, a day that a calendar does not cover) it says with a [`Bail`], and the plain engine decides.

pub mod columns;
pub(crate) mod draft;
mod eval;
mod fill;
mod quick;
pub(crate) mod read;

pub use eval::Numbers;

use crate::plan::{Attribute, Body, Code, KindPlan, RaisePlan, Rounding, UNKNOWN, place};
use earnest_dsl::policy::{GroupMode, PointsId, PoolId};

/// Why a machine leaves an event to the plain engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bail {
    /// A rule or limit refuses the event: the reasons are told by the plain engine.
    Refused,
    /// A number needs more than 64 bits.
    Long,
    /// A calendar does not cover the day.
    Uncovered,
    /// A value or counter that cannot be read as an integer.
    Unread,
}

/// A line: what a rule asks and what it gets, in the points' scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item {
    /// The rule, by its place in the plan.
    pub rule: u32,
    /// Which `earn` clause of the rule; 0 for a multiple.
    pub clause: u32,
    /// Which points.
    pub points: PointsId,
    /// Which pool.
    pub pool: PoolId,
    /// Asked.
    pub asked: i64,
    /// Granted.
    pub granted: i64,
}

/// What a line took under a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Charge {
    /// The limit, by its place in the plan.
    pub limit: u32,
    /// The rule, by its place in the plan.
    pub rule: u32,
    /// How much, at the counter's scale.
    pub add: i64,
}

/// What has become of a rule in the event at hand.
#[derive(Debug, Clone, Copy, Default)]
struct State {
    /// The event in which it matched.
    stamp: u32,
    /// Its base lines.
    first: u32,
    count: u32,
    lost: bool,
}

/// What decides events of one kind.
#[derive(Debug, Clone, Default)]
pub struct Machine {
    stamp: u32,
    candidates: Vec<u64>,
    states: Vec<State>,
    matched: Vec<u32>,
    /// Members of each group in the event at hand.
    present: Vec<(u32, u32)>,
    bases: Vec<Item>,
    raised: Vec<Item>,
    items: Vec<Item>,
    hits: Vec<quick::Hit>,
    best: Vec<quick::Best>,
    rooms: Vec<i64>,
    taken: fill::Taken,
    alone: fill::Taken,
    charges: Vec<Charge>,
    /// Registers of the row at hand, where rows are decided.
    frame: Vec<i64>,
    /// Lines of the rows before stay.
    keeps: bool,
}

impl Machine {
    /// A machine for a plan.
    #[must_use]
    pub fn new(plan: &KindPlan) -> Self {
        Self {
            candidates: vec![0; plan.index.words],
            states: vec![State::default(); plan.rules.len()],
            present: vec![(0, 0); plan.groups.len()],
            best: vec![quick::Best::default(); plan.groups.len()],
            taken: fill::Taken::new(plan),
            alone: fill::Taken::new(plan),
            ..Self::default()
        }
    }

    /// Lines in the order in which they were filled, of the last event decided.
    #[must_use]
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// What lines took under limits, in order.
    #[must_use]
    pub fn charges(&self) -> &[Charge] {
        &self.charges
    }

    /// Rules that applied and lost no choice, by their places in the plan.
    pub fn applied(&self) -> impl Iterator<Item = u32> + '_ {
        let lost =
            |rule: &u32| self.states.get(place(*rule)).is_some_and(|state| state.lost && state.stamp == self.stamp);
        self.matched.iter().copied().filter(move |rule| !lost(rule))
    }

    /// Decides a frame. Its first registers hold what the plan's slots say; the rest is overwritten.
    ///
    /// # Errors
    /// Where the plain engine has to decide. What the machine tells then means nothing.
    pub fn decide(&mut self, plan: &KindPlan, frame: &mut [i64], numbers: &mut impl Numbers) -> Result<(), Bail> {
        self.begin();
        if let Some(quick) = &plan.quick {
            return self.decide_quick(plan, quick, frame, numbers);
        }
        for (applies, holds) in &plan.accepts {
            if eval::run(plan, *applies, frame, numbers)? == 1 && eval::run(plan, *holds, frame, numbers)? != 1 {
                return Err(Bail::Refused);
            }
        }
        self.find(plan, frame, numbers)?;
        self.earn(plan, frame, numbers)?;
        self.choose(plan, frame, numbers)?;
        for at in 0..self.matched.len() {
            let Some((rule, state)) = self.standing(at) else { continue };
            let Some(declared) = plan.rules.get(place(rule)) else { continue };
            match &declared.body {
                Body::Lines(_) => {
                    for at in state.first..state.first.saturating_add(state.count) {
                        let Some(item) = self.bases.get(place(at)).copied() else { continue };
                        self.fill(plan, item, frame, numbers)?;
                    }
                }
                Body::Raise(raise) => {
                    self.raise(plan, rule, raise, frame, numbers)?;
                    for at in 0..self.raised.len() {
                        let Some(item) = self.raised.get(at).copied() else { continue };
                        self.fill(plan, item, frame, numbers)?;
                    }
                }
                Body::Nothing => {}
            }
        }
        Ok(())
    }

    fn begin(&mut self) {
        self.stamp = self.stamp.wrapping_add(1);
        if self.stamp == 0 {
            // After four thousand million events old marks could be taken for new ones.
            self.states.iter_mut().for_each(|state| state.stamp = 0);
            self.present.iter_mut().for_each(|present| present.0 = 0);
            self.best.fill(quick::Best::default());
            self.stamp = 1;
        }
        self.bases.clear();
        if !self.keeps {
            self.matched.clear();
            self.items.clear();
            self.charges.clear();
        }
        self.taken.clear();
    }

    /// A rule that matched and lost no choice.
    fn standing(&self, at: usize) -> Option<(u32, State)> {
        let rule = *self.matched.get(at)?;
        self.states.get(place(rule)).filter(|state| !state.lost).map(|state| (rule, *state))
    }

    /// The rules that the index leaves, as bits.
    #[inline]
    fn candidates<'p>(&mut self, plan: &'p KindPlan, frame: &[i64]) {
        let words = plan.index.words;
        let value = |one: &Attribute| frame.get(place(one.register.0)).copied().unwrap_or(UNKNOWN);
        let row = |one: &'p Attribute| one.words(one.row(value(one), words), words);
        // Two at a time: each pass over long rows costs, and more than three rows at once are no faster.
        let mut rows = plan.index.attributes.iter().map(row);
        match (rows.next(), rows.next()) {
            (Some(first), Some(second)) => {
                let both = first.iter().zip(second);
                self.candidates.iter_mut().zip(both).for_each(|(word, (one, other))| *word = one & other);
            }
            (Some(only), None) => self.candidates.copy_from_slice(only),
            (None, _) => self.candidates.fill(0),
        }
        while let Some(row) = rows.next() {
            match rows.next() {
                Some(more) => {
                    let both = row.iter().zip(more);
                    self.candidates.iter_mut().zip(both).for_each(|(word, (one, other))| *word &= one & other);
                }
                None => self.candidates.iter_mut().zip(row).for_each(|(word, other)| *word &= other),
            }
        }
    }

    /// Finds the rules that match: by the index, then by what it does not test.
    fn find(&mut self, plan: &KindPlan, frame: &mut [i64], numbers: &mut impl Numbers) -> Result<(), Bail> {
        self.candidates(plan, frame);
        let words = plan.index.words;
        for at in 0..words {
            let mut word = self.candidates.get(at).copied().unwrap_or(0);
            while word != 0 {
                let bit = word.trailing_zeros();
                word &= word - 1;
                let rule = u32::try_from(at).unwrap_or(u32::MAX).wrapping_mul(64).wrapping_add(bit);
                self.test(plan, rule, frame, numbers)?;
            }
        }
        Ok(())
    }

    fn test(&mut self, plan: &KindPlan, rule: u32, frame: &mut [i64], numbers: &mut impl Numbers) -> Result<(), Bail> {
        let Some(declared) = plan.rules.get(place(rule)) else { return Ok(()) };
        if let Some(test) = declared.test
            && eval::run(plan, test, frame, numbers)? != 1
        {
            return Ok(());
        }
        if let Some(state) = self.states.get_mut(place(rule)) {
            *state = State { stamp: self.stamp, ..State::default() };
        }
        if let Some((group, _)) = declared.group
            && let Some((stamp, count)) = self.present.get_mut(place(group))
        {
            if *stamp != self.stamp {
                (*stamp, *count) = (self.stamp, 0);
            }
            *count = count.saturating_add(1);
        }
        self.matched.push(rule);
        Ok(())
    }

    /// Base lines of the rules that match.
    fn earn(&mut self, plan: &KindPlan, frame: &mut [i64], numbers: &mut impl Numbers) -> Result<(), Bail> {
        for rule in &self.matched {
            let Some(Body::Lines(lines)) = plan.rules.get(place(*rule)).map(|rule| &rule.body) else { continue };
            let first = number_of(self.bases.len());
            for line in lines {
                if let Some(when) = line.when
                    && eval::run(plan, when, frame, numbers)? != 1
                {
                    continue;
                }
                let exact = eval::run(plan, line.amount, frame, numbers)?;
                if exact == UNKNOWN {
                    continue;
                }
                // Below zero is zero: what takes says so.
                let asked = rescaled(exact.max(0), line.rounding)?;
                self.bases.push(Item {
                    rule: *rule,
                    clause: line.clause,
                    points: line.points,
                    pool: line.pool,
                    asked,
                    granted: 0,
                });
            }
            if let Some(state) = self.states.get_mut(place(*rule)) {
                (state.first, state.count) = (first, number_of(self.bases.len()).saturating_sub(first));
            }
        }
        Ok(())
    }

    /// The lines of a multiple, one for each pool, into `raised`.
    fn raise(
        &mut self,
        plan: &KindPlan,
        rule: u32,
        raise: &RaisePlan,
        frame: &mut [i64],
        numbers: &mut impl Numbers,
    ) -> Result<(), Bail> {
        self.raised.clear();
        let times = eval::run(plan, raise.times, frame, numbers)?;
        let adds = match times {
            UNKNOWN => 0,
            _ if raise.includes_base => times.checked_sub(raise.one).ok_or(Bail::Long)?.max(0),
            _ => times.max(0),
        };
        for at in 0..self.matched.len() {
            let Some((target, state)) = self.standing(at) else { continue };
            if raise.targets.has(i64::from(target)) != Some(true) {
                continue;
            }
            for at in state.first..state.first.saturating_add(state.count) {
                let Some(base) = self.bases.get(place(at)).copied() else { continue };
                let extra = base.asked.checked_mul(adds).ok_or(Bail::Long)?;
                let same = self.raised.iter_mut().find(|one| one.points == base.points && one.pool == base.pool);
                match same {
                    Some(one) => one.asked = one.asked.checked_add(extra).ok_or(Bail::Long)?,
                    None => self.raised.push(Item { rule, clause: 0, asked: extra, granted: 0, ..base }),
                }
            }
        }
        if self.raised.len() > 1 {
            self.raised.sort_unstable_by_key(|one| (one.points, one.pool));
        }
        for one in &mut self.raised {
            let rounding = raise.rounding.iter().find(|(points, _)| *points == one.points);
            one.asked = rescaled(one.asked, rounding.map_or(Rounding::Times(1), |(_, rounding)| *rounding))?;
        }
        Ok(())
    }

    /// Leaves of each group that chooses only its winner.
    fn choose(&mut self, plan: &KindPlan, frame: &mut [i64], numbers: &mut impl Numbers) -> Result<(), Bail> {
        for (group, declared) in plan.groups.iter().enumerate() {
            let several = self.present.get(group).is_some_and(|(stamp, count)| *stamp == self.stamp && *count > 1);
            if !several {
                continue;
            }
            let mut best: Option<(u32, u32, i64)> = None;
            for at in 0..self.matched.len() {
                let Some((rule, state)) = self.standing(at) else { continue };
                let Some(found) = plan.rules.get(place(rule)) else { continue };
                let Some((_, rank)) = found.group.filter(|(of, _)| place(*of) == group) else { continue };
                let value = match &found.body {
                    Body::Lines(_) => self.alone(plan, (state.first, state.count), false, frame, numbers)?,
                    Body::Raise(raise) => {
                        self.raise(plan, rule, raise, frame, numbers)?;
                        let count = number_of(self.raised.len());
                        self.alone(plan, (0, count), true, frame, numbers)?
                    }
                    Body::Nothing => 0,
                };
                if better(declared.mode, best, rank, value) {
                    best = Some((rule, rank, value));
                }
            }
            let winner = best.map(|(rule, _, _)| rule);
            for at in 0..self.matched.len() {
                let Some((rule, _)) = self.standing(at).filter(|(rule, _)| Some(*rule) != winner) else { continue };
                let member = plan.rules.get(place(rule)).and_then(|rule| rule.group);
                if member.is_some_and(|(of, _)| place(of) == group)
                    && let Some(state) = self.states.get_mut(place(rule))
                {
                    state.lost = true;
                }
            }
        }
        Ok(())
    }
}

/// Whether a member of a group is to be preferred: the best, of equals the one of the smaller rank; or the first that gives
/// something, and where none does, the first.
fn better(mode: GroupMode, best: Option<(u32, u32, i64)>, rank: u32, value: i64) -> bool {
    let Some((_, held_rank, held)) = best else { return true };
    match mode {
        GroupMode::FirstByPriority if (value > 0) != (held > 0) => value > 0,
        GroupMode::FirstByPriority => rank < held_rank,
        GroupMode::BestOf | GroupMode::AddUp | GroupMode::MultiplyTogether => {
            value > held || (value == held && rank < held_rank)
        }
    }
}

fn rescaled(value: i64, rounding: Rounding) -> Result<i64, Bail> {
    match rounding {
        Rounding::Times(1) => Some(value),
        Rounding::Times(by) => value.checked_mul(by),
        Rounding::Over(by, mode) => eval::rounded(value, by, mode),
    }
    .ok_or(Bail::Long)
}

fn number_of(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// A code whose result is known when the plan is made.
#[must_use]
pub fn fixed(plan: &KindPlan, code: Code) -> Option<i64> {
    match plan.code(code) {
        [crate::plan::Op::Constant { to, value }] if *to == code.result => Some(*value),
        _ => None,
    }
}
