//! The fast engine on a pack's programme: purchases as frames of integers, lines as outcomes.

use super::purchase::{CHANNELS, Purchase, code, date};
use super::reference::groups;
use super::text::campaign_of;
use super::{Outcome, Pack};
use crate::engine::{Batch, Engine};
use chrono::{Datelike, NaiveDate};
use earnest_interpreter::plan::{Body, KindPlan, Plan, Source, UNKNOWN};
use earnest_interpreter::vm::columns::{Answers, Columns};
use earnest_interpreter::vm::{Item, Machine};

/// The fast engine behind the common interface.
#[derive(Debug, Clone)]
pub struct MachineEngine {
    plan: KindPlan,
    machine: Machine,
    registers: Vec<i64>,
    /// Of each rule by its place in the plan: the campaign and its group, where it is a bonus.
    bonus: Vec<Option<(u32, usize)>>,
}

/// Numbers of enum values: the plan orders the values of a plain enum by name.
fn place_of(names: &[&str], at: u8) -> i64 {
    let mut sorted: Vec<&str> = names.to_vec();
    sorted.sort_unstable();
    let name = names.get(usize::from(at)).copied().unwrap_or_default();
    sorted.iter().position(|one| *one == name).and_then(|at| i64::try_from(at).ok()).unwrap_or(UNKNOWN)
}

impl MachineEngine {
    /// An engine for the plan of a pack's programme; none where its purchases have no plan.
    #[must_use]
    pub fn new(plan: &Plan, pack: &Pack) -> Option<Self> {
        let (kind, _) = plan.policy.kind_by_json("purchase")?;
        let kind = plan.kind(kind)?.clone();
        let groups = groups(pack);
        let bonus = kind.rules.iter().map(|rule| {
            let name = &plan.policy.rule(rule.rule)?.title.name;
            let campaign = campaign_of(name)?;
            let group = usize::try_from(campaign).ok().and_then(|at| groups.get(at).copied())?;
            matches!(rule.body, Body::Lines(_)).then_some((campaign, group))
        });
        let bonus = bonus.collect();
        let machine = Machine::new(&kind);
        Some(Self { registers: vec![UNKNOWN; kind.registers], machine, plan: kind, bonus })
    }

    /// The slots of a purchase.
    fn slots<'p>(&'p self, purchase: &'p Purchase) -> impl Iterator<Item = i64> + 'p {
        let day = |date: NaiveDate| i64::from(date.num_days_from_ce());
        self.plan.slots.iter().map(move |slot| match &slot.source {
            Source::Date => day(date(purchase.day)),
            Source::Time => i64::from(purchase.minute) * 60_000_000_000,
            Source::Field(name) => match name.as_str() {
                "amount" => purchase.cents,
                "mcc" => i64::from(code(purchase.code)),
                "channel" => place_of(&CHANNELS, purchase.channel),
                "tier" => i64::from(purchase.tier),
                "birthday" => {
                    NaiveDate::from_ymd_opt(1990, u32::from(purchase.birthday_month), 15).map_or(UNKNOWN, day)
                }
                _ => UNKNOWN,
            },
            Source::Fact(..) | Source::Value(_) => UNKNOWN,
        })
    }

    /// Decides a frame.
    pub fn decide_frame(&mut self, slots: &[i64], used: i64) -> Outcome {
        for (register, slot) in self.registers.iter_mut().zip(slots) {
            *register = *slot;
        }
        let counters = [used];
        if self.machine.decide(&self.plan, &mut self.registers, &mut counters.as_slice()).is_err() {
            return Outcome::FAILED;
        }
        outcome(&self.bonus, self.machine.items())
    }
}

/// Lines as an outcome: the total, and the campaign that counts in each group.
fn outcome(bonus: &[Option<(u32, usize)>], items: &[Item]) -> Outcome {
    let mut outcome = Outcome::default();
    for item in items {
        outcome.total += item.granted;
        let bonus = usize::try_from(item.rule).ok().and_then(|at| bonus.get(at).copied().flatten());
        if let Some((campaign, group)) = bonus.filter(|_| item.asked > 0)
            && let Some(place) = outcome.campaigns.get_mut(group)
        {
            *place = campaign;
        }
    }
    outcome
}

impl Engine for MachineEngine {
    type Prepared = (Vec<i64>, i64);

    fn name(&self) -> &'static str {
        "vm"
    }

    fn prepare(&self, _: usize, purchase: &Purchase) -> (Vec<i64>, i64) {
        (self.slots(purchase).collect(), purchase.month_points_used)
    }

    fn decide(&mut self, (slots, used): &(Vec<i64>, i64)) -> Outcome {
        self.decide_frame(slots, *used)
    }
}

/// The fast engine on columns.
#[derive(Debug, Clone)]
pub struct ColumnsEngine {
    engine: MachineEngine,
    answers: Answers,
}

impl ColumnsEngine {
    /// As [`MachineEngine::new`].
    #[must_use]
    pub fn new(plan: &Plan, pack: &Pack) -> Option<Self> {
        Some(Self { engine: MachineEngine::new(plan, pack)?, answers: Answers::default() })
    }

    /// The campaign and the group of a rule, by its place in the plan, where it is a bonus.
    #[must_use]
    pub fn bonus(&self, rule: u32) -> Option<(u32, usize)> {
        usize::try_from(rule).ok().and_then(|at| self.engine.bonus.get(at).copied().flatten())
    }
}

impl Batch for ColumnsEngine {
    type Columns = Columns;

    fn name(&self) -> &'static str {
        "vm"
    }

    fn prepare(&self, purchases: &[Purchase]) -> Columns {
        let mut slots = vec![Vec::with_capacity(purchases.len()); self.engine.plan.slots.len()];
        for purchase in purchases {
            for (column, value) in slots.iter_mut().zip(self.engine.slots(purchase)) {
                column.push(value);
            }
        }
        let used = purchases.iter().map(|purchase| purchase.month_points_used).collect();
        Columns::new(&self.engine.plan, slots, vec![used]).unwrap_or_default()
    }

    fn decide(&mut self, columns: &Columns, out: &mut [Outcome]) {
        let MachineEngine { machine, plan, bonus, .. } = &mut self.engine;
        machine.decide_columns(plan, columns, &mut self.answers);
        for (row, place) in out.iter_mut().enumerate() {
            *place = self.answers.row(row).map_or(Outcome::FAILED, |row| outcome(bonus, row.items));
        }
    }
}
