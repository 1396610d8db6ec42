//! What a machine decided, as the stages after it see it: lines, effects on counters, room taken.

use super::columns::{Answers, Columns, RowNumbers, Unfit};
use super::read::{at_scale, fill};
use super::{Bail, Charge, Item, Machine, Numbers};
use crate::plan::Body;
use crate::plan::{Bounds, Counted, KindPlan, Plan, UNKNOWN, place};
use crate::reference::cap::{Caps, effect, meter};
use crate::reference::combine::one_item;
use crate::reference::edge::{Draft, count_postings, gathered};
use crate::reference::effect::{Effects, Target, apply, gather};
use crate::reference::frame::{Env, Eval, Frame};
use crate::reference::line::LineKind;
use crate::reference::measure;
use earnest_dsl::policy::{ConstraintId, KindId, PointsId, Policy, Reads};
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// A machine with the registers that it works on.
type Idle = (Machine, Vec<i64>);

/// A plan with machines at hand: one for each thread that decides at the same time, kept from event to event.
#[derive(Debug)]
pub(crate) struct Fast {
    pub plan: Arc<Plan>,
    idle: Vec<Mutex<Vec<Idle>>>,
}

impl Fast {
    pub(crate) fn new(plan: Arc<Plan>) -> Self {
        let idle = plan.kinds.iter().map(|_| Mutex::default()).collect();
        Self { plan, idle }
    }

    /// A machine for a kind, from those at hand; to be put back.
    fn machine(&self, plan: &KindPlan) -> Idle {
        let idle = self.idle.get(plan.kind.0);
        let held = idle.and_then(|idle| idle.lock().unwrap_or_else(PoisonError::into_inner).pop());
        held.unwrap_or_else(|| (Machine::new(plan), Vec::new()))
    }

    fn put_back(&self, plan: &KindPlan, machine: Idle) {
        if let Some(idle) = self.idle.get(plan.kind.0) {
            idle.lock().unwrap_or_else(PoisonError::into_inner).push(machine);
        }
    }

    /// Rows of events of a kind.
    pub(crate) fn rows(&self, kind: KindId, columns: &Columns, answers: &mut Answers) -> Result<(), Unfit> {
        let none = || Unfit("this kind of event has no plan over integers".to_owned());
        let plan = self.plan.kind(kind).ok_or_else(none)?;
        if columns.slots().len() != plan.slots.len() || columns.counters().len() > plan.counters.len() {
            return Err(Unfit("the columns are those of another kind".to_owned()));
        }
        let mut held = self.machine(plan);
        held.0.decide_columns(plan, columns, answers);
        self.put_back(plan, held);
        Ok(())
    }

    /// The edge rules of an event; none where the plain engine has to decide. The frame's book is then as it was.
    pub(crate) fn draft(&self, frame: &Frame<'_>) -> Eval<Option<Draft>> {
        let Some(plan) = self.plan.kind(frame.event.kind) else { return Ok(None) };
        let env = Env::new(frame);
        let Ok(customer) = env.customer() else { return Ok(None) };
        let (mut machine, mut registers) = self.machine(plan);
        let contributed = contributed(&env)?;
        let mut counters = Counters { env, plan, customer, known: vec![None; plan.counters.len()] };
        let decided =
            fill(plan, &env, &mut registers).and_then(|()| machine.decide(plan, &mut registers, &mut counters));
        let draft = match decided {
            Ok(()) => {
                let lines = (machine.items(), machine.charges());
                Some(told(&counters, lines, machine.applied(), contributed)?)
            }
            Err(_) => {
                frame.book.forget();
                None
            }
        };
        self.put_back(plan, (machine, registers));
        Ok(draft)
    }

    /// The same for many events, kind by kind over columns. Of frames that are not there nothing comes.
    pub(crate) fn drafts(&self, frames: &[Option<Frame<'_>>]) -> Vec<Eval<Option<Draft>>> {
        let mut drafts: Vec<Eval<Option<Draft>>> = frames.iter().map(|_| Ok(None)).collect();
        let mut kinds: BTreeMap<KindId, Vec<(usize, &Frame<'_>)>> = BTreeMap::new();
        for (at, frame) in frames.iter().enumerate() {
            if let Some(frame) = frame {
                kinds.entry(frame.event.kind).or_default().push((at, frame));
            }
        }
        for (kind, frames) in kinds {
            let Some(plan) = self.plan.kind(kind) else { continue };
            for (at, draft) in self.drafts_of(plan, &frames) {
                if let Some(place) = drafts.get_mut(at) {
                    *place = draft;
                }
            }
        }
        drafts
    }

    fn drafts_of(&self, plan: &KindPlan, frames: &[(usize, &Frame<'_>)]) -> Vec<(usize, Eval<Option<Draft>>)> {
        let mut drafts = Vec::with_capacity(frames.len());
        let mut rows: Vec<(usize, Effects)> = Vec::new();
        let mut counters: Vec<Counters<'_>> = Vec::new();
        let mut slots: Vec<Vec<i64>> = vec![Vec::with_capacity(frames.len()); plan.slots.len()];
        let (mut machine, mut registers) = self.machine(plan);
        for (at, frame) in frames {
            let env = Env::new(frame);
            let Ok(customer) = env.customer() else { continue };
            match contributed(&env) {
                Err(error) => drafts.push((*at, Err(error))),
                Ok(_) if fill(plan, &env, &mut registers).is_err() => frame.book.forget(),
                Ok(contributed) => {
                    slots.iter_mut().zip(&registers).for_each(|(column, value)| column.push(*value));
                    rows.push((*at, contributed));
                    counters.push(Counters { env, plan, customer, known: vec![None; plan.counters.len()] });
                }
            }
        }
        let mut answers = Answers::default();
        machine.decide_rows(plan, rows.len(), &slots, &mut counters, &mut answers);
        self.put_back(plan, (machine, registers));
        for (row, ((at, contributed), counters)) in rows.into_iter().zip(&counters).enumerate() {
            match answers.row(row) {
                Ok(found) => {
                    let lines = (found.items, found.charges);
                    let draft = told(counters, lines, found.applied.iter().copied(), contributed);
                    drafts.push((at, draft.map(Some)));
                }
                Err(_) => counters.env.frame.book.forget(),
            }
        }
        drafts
    }
}

/// What an event adds to measures.
fn contributed(env: &Env<'_>) -> Eval<Effects> {
    let mut contributed = Effects::new();
    for id in env.frame.index.fed(env.frame.event.kind) {
        let mut effects = Effects::new();
        measure::contribution(env, *id, &mut effects)?;
        apply(env.frame, &mut effects)?;
        contributed.extend(effects);
    }
    Ok(contributed)
}

/// Counters of a decision, read when they are asked for.
struct Counters<'a> {
    env: Env<'a>,
    plan: &'a KindPlan,
    customer: &'a str,
    /// What was read: the key of a constraint's counter, and the number.
    known: Vec<Option<(String, i64)>>,
}

impl Counters<'_> {
    fn read(&self, counter: u32) -> Result<(String, i64), Bail> {
        let declared = self.plan.counters.get(place(counter)).ok_or(Bail::Unread)?;
        match declared.of {
            Counted::Constraint(id) => {
                let constraint = self.env.policy().constraint(id).ok_or(Bail::Unread)?;
                let meter = meter(&self.env, id, constraint, self.customer).map_err(|_| Bail::Unread)?;
                let used = at_scale(meter.used, declared.scale).ok_or(Bail::Unread)?;
                Ok((meter.key, used))
            }
            Counted::Measure(id, with) => {
                let reads = if with { Reads::With } else { Reads::Before };
                let value = measure::read(&self.env, id, reads).map_err(|_| Bail::Unread)?;
                let number = match value {
                    Some(value) => {
                        let decimal = value.as_number().and_then(crate::number::Exact::decimal);
                        at_scale(decimal.ok_or(Bail::Unread)?, declared.scale).ok_or(Bail::Unread)?
                    }
                    None => UNKNOWN,
                };
                Ok((String::new(), number))
            }
        }
    }

    fn key(&self, counter: u32) -> &str {
        self.known.get(place(counter)).and_then(Option::as_ref).map_or("", |(key, _)| key)
    }
}

impl RowNumbers for Vec<Counters<'_>> {
    fn number(&mut self, row: usize, counter: u32) -> Result<i64, Bail> {
        self.get_mut(row).ok_or(Bail::Unread)?.number(counter)
    }
}

impl Numbers for Counters<'_> {
    fn number(&mut self, counter: u32) -> Result<i64, Bail> {
        if let Some(Some((_, number))) = self.known.get(place(counter)) {
            return Ok(*number);
        }
        let read = self.read(counter)?;
        let number = read.1;
        if let Some(known) = self.known.get_mut(place(counter)) {
            *known = Some(read);
        }
        Ok(number)
    }
}

/// Lines, and what they took under limits.
type Lines<'a> = (&'a [Item], &'a [Charge]);

fn told(
    counters: &Counters<'_>,
    (items, charged): Lines<'_>,
    applied: impl Iterator<Item = u32>,
    contributed: Effects,
) -> Eval<Draft> {
    let (env, plan, customer) = (&counters.env, counters.plan, counters.customer);
    let policy = env.policy();
    let mut draft = Draft { effects: contributed, ..Draft::default() };
    for item in items {
        let Some(rule) = plan.rules.get(place(item.rule)) else { continue };
        let kind = if matches!(rule.body, Body::Raise(_)) { LineKind::Bonus } else { LineKind::Base };
        let amount = |value: i64| Decimal::new(value, scale_of(policy, item.points));
        let made = one_item(rule.rule, kind, (item.points, item.pool), customer, amount(item.asked));
        draft.items.push(crate::reference::line::Item {
            clause: place(item.clause),
            granted: amount(item.granted),
            ..made
        });
    }
    let mut charges = Effects::new();
    let mut caps = Caps::default();
    for charge in charged {
        let (Some(limit), Some(rule)) = (plan.limits.get(place(charge.limit)), plan.rules.get(place(charge.rule)))
        else {
            continue;
        };
        let scale = match limit.bounds {
            Bounds::Points { points, .. } => scale_of(policy, points),
            Bounds::Uses => 0,
        };
        let add = Decimal::new(charge.add, scale);
        let key = match limit.counter {
            Some(counter) => counters.key(counter).to_owned(),
            None => each(limit.constraint, customer),
        };
        caps.take(&key, add)?;
        if limit.bounds == Bounds::Uses {
            caps.used(&key, rule.rule);
        }
        if limit.counter.is_some() {
            gather(&mut charges, key, Target::Constraint(limit.constraint, rule.rule), effect(env, add))?;
        }
    }
    apply(env.frame, &mut charges)?;
    draft.effects.extend(charges);
    draft.caps = caps;
    draft.lines = gathered(policy, &draft.items)?;
    draft.applied = applied.filter_map(|at| plan.rules.get(place(at))).map(|rule| rule.rule).collect();
    count_postings(env, &draft.lines, &mut draft.effects)?;
    Ok(draft)
}

/// The name inside a decision of a limit that holds each time.
fn each(constraint: ConstraintId, customer: &str) -> String {
    format!("each {} {customer}", constraint.0)
}

fn scale_of(policy: &Policy, points: PointsId) -> u32 {
    policy.points_of(points).map_or(0, |points| u32::from(points.scale))
}
