//! The plan: a checked policy lowered once for engines that work on integers.
//!
//! A plan has a part for each kind of event. A frame is a row of 64-bit registers: the fields and facts that the kind's rules
//! read, the local date and time of the event, then room for what operations compute. Rules lie in the order in which they are
//! filled, an index finds those that can match, and counters have numbers. What a plan cannot say yet (it names the reason) is
//! decided by the plain engine, so that a decision never depends on which of the two took it.

pub mod index;
mod lower;
mod numbers;
pub mod op;
mod print;
pub mod quick;
mod rules;
mod slots;
mod terms;
mod windows;

pub use index::{Attribute, RuleIndex};
pub use op::{Op, Register, UNKNOWN};

use earnest_dsl::policy::{
    ConstraintId, Expr, GroupId, GroupMode, KindId, MeasureId, PointsId, Policy, PoolId, RuleId, SubjectId,
};
use std::sync::Arc;

/// A policy's plan.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The policy.
    pub policy: Arc<Policy>,
    /// A part for each kind of event, in the order of the policy's kinds; else why there is none.
    pub kinds: Vec<Result<KindPlan, Unplanned>>,
}

/// Why a kind of event has no plan: what its rules use that a plan cannot say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unplanned {
    /// The rule, measure or limit at fault; empty where it is the kind itself.
    pub name: String,
    /// What it uses.
    pub uses: &'static str,
}

/// The plan of one kind of event.
#[derive(Debug, Clone)]
pub struct KindPlan {
    /// The kind.
    pub kind: KindId,
    /// What the first registers of a frame hold.
    pub slots: Vec<Slot>,
    /// Registers of a frame.
    pub registers: usize,
    /// Operations of all code.
    pub ops: Vec<Op>,
    /// Sets of small numbers.
    pub sets: Vec<BitSet>,
    /// Tables from small numbers to values.
    pub tables: Vec<Table>,
    /// Conditions under which the event is accepted: (applies, must hold).
    pub accepts: Vec<(Code, Code)>,
    /// Rules in the order in which they are filled.
    pub rules: Vec<RulePlan>,
    /// Groups with members on this kind that choose among them.
    pub groups: Vec<GroupPlan>,
    /// Counters: of constraints first, then of measures that are read.
    pub counters: Vec<CounterPlan>,
    /// Constraints of these rules.
    pub limits: Vec<LimitPlan>,
    /// Which rules can match a frame.
    pub index: RuleIndex,
    /// The rules as plain numbers, where all of them can be.
    pub quick: Option<quick::Quick>,
}

/// What a register holds when a decision begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// What is read.
    pub source: Source,
    /// How it is written as an integer.
    pub form: Form,
}

/// Where a slot's value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The event's local date, as days of the common era.
    Date,
    /// The event's local time, as nanoseconds of the day.
    Time,
    /// A field of the event.
    Field(String),
    /// A fact of a subject that a field of the event names (`customer` names the event's own).
    Fact(SubjectId, String, String),
    /// What the plain evaluator computes: a reading of many counters, a list, an earlier event.
    Value(Box<Expr>),
}

/// How a value is written as an integer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A number with so many decimals.
    Number(u8),
    /// A flag: 0 or 1.
    Flag,
    /// A date, as days of the common era.
    Date,
    /// A time, as nanoseconds of the day.
    Time,
    /// The place of a value in its enum; [`OTHER`] where it has none.
    Enum(earnest_dsl::policy::EnumId),
    /// A code as a number.
    Code,
}

/// An enum's value that the policy does not list.
pub const OTHER: i64 = -1;

/// A piece of code and the register with its result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// First operation.
    pub start: u32,
    /// The operation after the last.
    pub end: u32,
    /// Where the result is.
    pub result: Register,
}

/// A set of small numbers from `first` on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BitSet {
    /// The number of the first bit.
    pub first: i64,
    /// Bits.
    pub words: Vec<u64>,
    /// Of a calendar its last day: of days outside it nothing can be said.
    pub last: Option<i64>,
}

/// A table from small numbers to values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Values from 0 on.
    pub values: Vec<i64>,
    /// The value of everything else, the unknown included.
    pub otherwise: i64,
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulePlan {
    /// Which.
    pub rule: RuleId,
    /// What the index does not test; none where it tests all.
    pub test: Option<Code>,
    /// The group that chooses, and the rank in it (a stated priority, then the identifier).
    pub group: Option<(u32, u32)>,
    /// What it gives.
    pub body: Body,
    /// Its limits in the order in which they are charged, as indices into [`KindPlan::limits`].
    pub limits: Vec<u32>,
}

/// What a rule gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// Base lines.
    Lines(Vec<LinePlan>),
    /// A multiple on the lines of other rules.
    Raise(RaisePlan),
    /// No points: deeds and notices, which the host's side carries out.
    Nothing,
}

/// A base line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinePlan {
    /// Which `earn` clause of the rule.
    pub clause: u32,
    /// Only when this is 1.
    pub when: Option<Code>,
    /// The exact amount.
    pub amount: Code,
    /// From the amount's scale to that of the points.
    pub rounding: Rounding,
    /// Which points.
    pub points: PointsId,
    /// Which pool.
    pub pool: PoolId,
}

/// A change to another scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rounding {
    /// Times a power of ten.
    Times(i64),
    /// Divided by a power of ten and rounded.
    Over(i64, op::Mode),
}

/// A multiple.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RaisePlan {
    /// The rules raised, as a set of places in [`KindPlan::rules`].
    pub targets: BitSet,
    /// How many times, base included or not.
    pub times: Code,
    /// One, at the scale of `times`.
    pub one: i64,
    /// `to 3x` includes the base.
    pub includes_base: bool,
    /// How lines are rounded, by points: from the scale of base times multiple.
    pub rounding: Vec<(PointsId, Rounding)>,
}

/// A group that chooses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupPlan {
    /// Which.
    pub group: GroupId,
    /// How.
    pub mode: GroupMode,
    /// All its members are multiples: it chooses after the groups with base lines.
    pub only_bonus: bool,
}

/// A number that the host keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CounterPlan {
    /// What counts in it.
    pub of: Counted,
    /// Decimals.
    pub scale: u8,
}

/// What counts in a counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Counted {
    /// A constraint.
    Constraint(ConstraintId),
    /// A measure, as it stands before the event, or with it.
    Measure(MeasureId, bool),
}

/// A constraint of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitPlan {
    /// Which.
    pub constraint: ConstraintId,
    /// Its counter; none for `each time`.
    pub counter: Option<u32>,
    /// The rule whose own limit it is; none for a limit of a campaign or the programme.
    pub own: Option<RuleId>,
    /// What is bounded.
    pub bounds: Bounds,
    /// The bound, at the counter's scale.
    pub bound: Code,
    /// What happens where it does not leave all.
    pub beyond: Past,
}

/// What a limit bounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bounds {
    /// Points of a kind: `scale` takes an amount of them to the counter's scale.
    Points {
        /// Which.
        points: PointsId,
        /// Factor to the counter's scale.
        scale: i64,
    },
    /// Uses.
    Uses,
}

/// What happens where a limit does not leave all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Past {
    /// The rest is dropped.
    Drop,
    /// The event is refused.
    Refuse,
    /// The rest is dropped, and where nothing is left the event is refused.
    RefuseAtZero,
}

impl Plan {
    /// Lowers a policy.
    #[must_use]
    pub fn new(policy: Arc<Policy>) -> Self {
        let kinds = lower::kinds(&policy);
        Self { policy, kinds }
    }

    /// The plan of a kind, where there is one.
    #[must_use]
    pub fn kind(&self, kind: KindId) -> Option<&KindPlan> {
        self.kinds.get(kind.0)?.as_ref().ok()
    }
}

impl KindPlan {
    /// The operations of a piece of code.
    #[must_use]
    pub fn code(&self, code: Code) -> &[Op] {
        let (start, end) = (place(code.start), place(code.end));
        self.ops.get(start..end).unwrap_or(&[])
    }

    /// The slot that holds something, by its number.
    #[must_use]
    pub fn slot(&self, source: &Source) -> Option<usize> {
        self.slots.iter().position(|slot| slot.source == *source)
    }
}

impl BitSet {
    /// Whether a number is in the set; none where that cannot be said.
    #[must_use]
    pub fn has(&self, value: i64) -> Option<bool> {
        let at = value.checked_sub(self.first).and_then(|at| usize::try_from(at).ok());
        let word = at.and_then(|at| self.words.get(at >> 6).map(|word| (word >> (at & 63)) & 1 == 1));
        match self.last {
            Some(last) => word.filter(|_| value <= last),
            None => Some(word.unwrap_or(false)),
        }
    }

    /// A set of these numbers.
    #[must_use]
    pub fn of(values: impl IntoIterator<Item = i64>) -> Self {
        let values: Vec<i64> = values.into_iter().collect();
        let (Some(first), Some(last)) = (values.iter().min().copied(), values.iter().max().copied()) else {
            return Self { first: 0, words: vec![], last: None };
        };
        let length = last.checked_sub(first).and_then(|length| usize::try_from(length).ok()).unwrap_or(0);
        let mut set = Self { first, words: vec![0; (length >> 6) + 1], last: None };
        for value in values {
            set.add(value);
        }
        set
    }

    fn add(&mut self, value: i64) {
        if let Some(at) = value.checked_sub(self.first).and_then(|at| usize::try_from(at).ok())
            && let Some(word) = self.words.get_mut(at >> 6)
        {
            *word |= 1 << (at & 63);
        }
    }
}

/// A number of a plan as a place in a vector.
#[must_use]
pub fn place(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
