//! What most rules are: a few ranges to test, one line that is a multiple of a field or a step in it, or a multiple of other lines.
//!
//! Where all rules of a kind are of that sort, their tests and amounts are kept as plain numbers beside the code that says the
//! same, so that a machine need not go through operations. Nothing is decided otherwise.

use super::op::{Compare, Mode};
use super::{
    BitSet, Body, Bounds, Code, KindPlan, LimitPlan, LinePlan, Op, Past, RaisePlan, Register, Rounding, RulePlan,
};
use super::{UNKNOWN, place};
use earnest_dsl::policy::{PointsId, PoolId};

/// The rules of a kind as plain numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quick {
    /// What rules test, by place: apart from the rules, for most that the index leaves are looked at no further.
    pub tests: Vec<Tests>,
    /// Rules by place.
    pub rules: Vec<QuickRule>,
    /// Ranges that rules test, one rule after the other.
    pub checks: Vec<Check>,
    /// Limits that several rules share, with their counters.
    pub shared: Vec<Shared>,
    /// The points and the pool of all lines.
    pub goes: (PointsId, PoolId),
}

/// What a rule tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tests {
    /// Its first check.
    pub first: u32,
    /// How many checks.
    pub checks: u32,
    /// A test that is no conjunction of ranges.
    pub code: Option<Code>,
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuickRule {
    /// The group that chooses, and the rank in it.
    pub group: Option<(u32, u32)>,
    /// What it gives.
    pub gives: Gives,
    /// Its own limit for each event.
    pub own: i64,
    /// Shared limits that bound it, as bits.
    pub shared: u64,
}

/// What a rule gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gives {
    /// A multiple of a slot, or an award for each step in it.
    Amount(Amount),
    /// A multiple of what these rules give.
    Raise {
        /// By place.
        targets: BitSet,
        /// How many times.
        times: Times,
        /// One, at the scale of `times`.
        one: i64,
        /// `to 3x` includes the base.
        includes_base: bool,
        /// From the product to points.
        over: Divider,
    },
}

/// `slot x before / divisor x after`, towards zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount {
    /// The slot.
    pub slot: Register,
    /// Factor before the division.
    pub before: i64,
    /// Division.
    pub over: Divider,
    /// Factor after the division.
    pub after: i64,
    /// Which clause.
    pub clause: u32,
}

/// A multiple.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Times {
    /// Always the same.
    Fixed(i64),
    /// By a table over a slot.
    Table(Register, u32),
    /// By code.
    Code(Code),
}

/// A range of a slot, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Check {
    /// The slot.
    pub slot: Register,
    /// At least.
    pub low: i64,
    /// At most.
    pub high: i64,
}

/// A limit that several rules share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shared {
    /// Its place among the plan's limits.
    pub limit: u32,
    /// Its counter; none for `each time`.
    pub counter: Option<u32>,
    /// The bound, where it is always the same.
    pub bound: Option<i64>,
    /// The bound.
    pub code: Code,
}

/// Division of numbers that are not negative by a constant: a multiplication and a shift.
///
/// With `d <= 2^s` and `m = floor(2^(63+s) / d) + 1`, `n * m >> (63 + s)` is the quotient of every `n` below 2^63: `m` exceeds
/// `2^(63+s) / d` by less than one part in `2^63`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Divider {
    magic: u64,
    shift: u32,
}

impl Divider {
    fn new(divisor: i64) -> Option<Self> {
        let divisor = u64::try_from(divisor).ok().filter(|divisor| *divisor > 0)?;
        let bits = divisor.next_power_of_two().trailing_zeros();
        let magic = (1_u128 << (63 + bits)) / u128::from(divisor) + 1;
        Some(Self { magic: u64::try_from(magic).ok()?, shift: 63 + bits })
    }

    /// The quotient of a number that is not negative.
    #[inline]
    #[must_use]
    pub fn divide(self, value: i64) -> i64 {
        let product = u128::from(value.unsigned_abs()).wrapping_mul(u128::from(self.magic));
        i64::try_from(product >> self.shift).unwrap_or(0)
    }
}

/// The rules of a kind as plain numbers, where all of them can be.
pub(crate) fn quick(plan: &KindPlan) -> Option<Quick> {
    if !plan.accepts.is_empty() || plan.groups.iter().any(|group| group.only_bonus) {
        return None;
    }
    let mut making = Quick { tests: vec![], rules: vec![], checks: vec![], shared: vec![], goes: goes(plan)? };
    for rule in &plan.rules {
        let (tests, made) = (making.tests(plan, rule)?, making.rule(plan, rule)?);
        making.tests.push(tests);
        making.rules.push(made);
    }
    Some(making)
}

/// The one place to which all lines go.
fn goes(plan: &KindPlan) -> Option<(PointsId, PoolId)> {
    let lines = plan.rules.iter().flat_map(|rule| match &rule.body {
        Body::Lines(lines) => lines.as_slice(),
        Body::Raise(_) | Body::Nothing => &[],
    });
    let mut all: Vec<(PointsId, PoolId)> = lines.map(|line| (line.points, line.pool)).collect();
    all.dedup();
    match all.as_slice() {
        [one] => Some(*one),
        _ => None,
    }
}

impl Quick {
    fn tests(&mut self, plan: &KindPlan, rule: &RulePlan) -> Option<Tests> {
        let first = u32::try_from(self.checks.len()).ok()?;
        let ranges = rule.test.map(|test| checks(plan.code(test), test.result));
        let code = rule.test.filter(|_| ranges.as_ref().is_some_and(Option::is_none));
        self.checks.extend(ranges.flatten().unwrap_or_default());
        let checks = u32::try_from(self.checks.len()).ok()?.checked_sub(first)?;
        Some(Tests { first, checks, code })
    }

    fn rule(&mut self, plan: &KindPlan, rule: &RulePlan) -> Option<QuickRule> {
        let gives = match &rule.body {
            Body::Lines(lines) => match lines.as_slice() {
                [line] => Gives::Amount(amount(plan, line)?),
                _ => return None,
            },
            Body::Raise(raise) if rule.group.is_none() => self.raise(plan, raise)?,
            Body::Raise(_) | Body::Nothing => return None,
        };
        let (mut own, mut shared) = (i64::MAX, 0_u64);
        for at in &rule.limits {
            let limit = plan.limits.get(place(*at))?;
            if limit.beyond != Past::Drop || matches!(limit.bounds, Bounds::Uses) {
                return None;
            }
            match (limit.own, limit.counter, fixed(plan, limit.bound)) {
                (Some(_), None, Some(bound)) => own = own.min(bound.max(0)),
                // A choice goes by a rule's own limits: those with counters are not looked at here.
                (Some(_), _, _) if rule.group.is_some() => return None,
                _ => shared |= 1_u64.checked_shl(self.share(*at, limit, plan)?)?,
            }
        }
        Some(QuickRule { group: rule.group, gives, own, shared })
    }

    fn share(&mut self, at: u32, limit: &LimitPlan, plan: &KindPlan) -> Option<u32> {
        let found = self.shared.iter().position(|one| one.limit == at);
        let place = found.unwrap_or_else(|| {
            let bound = fixed(plan, limit.bound);
            self.shared.push(Shared { limit: at, counter: limit.counter, bound, code: limit.bound });
            self.shared.len() - 1
        });
        u32::try_from(place).ok().filter(|place| *place < 64)
    }

    fn raise(&self, plan: &KindPlan, raise: &RaisePlan) -> Option<Gives> {
        let rounding = match raise.rounding.as_slice() {
            [(points, rounding)] if *points == self.goes.0 => *rounding,
            _ => return None,
        };
        let over = match rounding {
            Rounding::Times(1) => Divider::new(1)?,
            Rounding::Over(by, Mode::Down) => Divider::new(by)?,
            Rounding::Times(_) | Rounding::Over(..) => return None,
        };
        let times = match plan.code(raise.times) {
            [Op::Constant { to, value }] if *to == raise.times.result => Times::Fixed(*value),
            [Op::Lookup { to, a, table }] if *to == raise.times.result => Times::Table(*a, *table),
            _ => Times::Code(raise.times),
        };
        Some(Gives::Raise {
            targets: raise.targets.clone(),
            times,
            one: raise.one,
            includes_base: raise.includes_base,
            over,
        })
    }
}

fn fixed(plan: &KindPlan, code: Code) -> Option<i64> {
    match plan.code(code) {
        [Op::Constant { to, value }] if *to == code.result => Some(*value),
        _ => None,
    }
}

fn amount(plan: &KindPlan, line: &LinePlan) -> Option<Amount> {
    if line.when.is_some() {
        return None;
    }
    let slots = plan.slots.len();
    let is_slot = |register: Register| place(register.0) < slots;
    let (slot, before, divisor, after) = match (plan.code(line.amount), line.rounding) {
        ([Op::PerFull { to, of, size, award, started: false }], Rounding::Times(by))
            if *to == line.amount.result && is_slot(*of) =>
        {
            (*of, 1, *size, award.checked_mul(by)?)
        }
        ([Op::Scale { to, a, by }], Rounding::Over(divisor, Mode::Down))
            if *to == line.amount.result && is_slot(*a) =>
        {
            (*a, *by, divisor, 1)
        }
        ([], Rounding::Over(divisor, Mode::Down)) if is_slot(line.amount.result) => (line.amount.result, 1, divisor, 1),
        _ => return None,
    };
    (before >= 0 && after >= 0).then_some(())?;
    Some(Amount { slot, before, over: Divider::new(divisor)?, after, clause: line.clause })
}

/// A conjunction of comparisons of slots with constants, read off its code: each comparison jumps to the end where it fails.
/// Anything else has no checks.
fn checks(ops: &[Op], result: Register) -> Option<Vec<Check>> {
    let mut all: Vec<Check> = Vec::new();
    let (start, rest) = ops.split_first()?;
    let (last, middle) = rest.split_last()?;
    if *start != (Op::Constant { to: result, value: 0 }) || *last != (Op::Constant { to: result, value: 1 }) {
        return None;
    }
    let end = middle.len();
    let mut at = 0_usize;
    while at < end {
        // The hours of every day: two comparisons, and a copy of what holds on any day.
        if let Some((mut found, taken)) = hours(middle.get(at..)?) {
            all.append(&mut found);
            at += taken;
            continue;
        }
        let (Op::Against { to, how, a, value }, Op::JumpUnless { a: flag, ahead }) =
            (middle.get(at)?, middle.get(at + 1)?)
        else {
            return None;
        };
        if to != flag || at + 2 + place(*ahead) != end + 1 {
            return None;
        }
        all.push(check(*how, *a, *value)?);
        at += 2;
    }
    Some(all)
}

fn check(how: Compare, slot: Register, value: i64) -> Option<Check> {
    // The unknown lies below every range.
    let least = UNKNOWN + 1;
    let (low, high) = match how {
        Compare::Equal => (value, value),
        Compare::Less => (least, value.checked_sub(1)?),
        Compare::AtMost => (least, value),
        Compare::Greater => (value.checked_add(1)?, i64::MAX),
        Compare::AtLeast => (value, i64::MAX),
        Compare::NotEqual => return None,
    };
    Some(Check { slot, low, high })
}

/// The code of a window of hours on any day, within one day; the index may test its days.
fn hours(ops: &[Op]) -> Option<(Vec<Check>, usize)> {
    let [
        Op::Against { to: late, how: Compare::AtLeast, a, value: from },
        Op::Against { to: early, how: Compare::Less, a: other, value: until },
        Op::Constant { to: held, value: 0 },
        Op::JumpUnless { a: not_late, .. },
        Op::JumpUnless { a: not_early, .. },
        Op::Constant { to: any, value: 1 },
        Op::Known { to: known, a: day },
        Op::JumpIf { a: jumps, ahead: 1 },
        Op::Constant { to: none, value: 0 },
        Op::Copy { to: copied, a: of },
        Op::JumpUnless { a: flag, .. },
        ..,
    ] = ops
    else {
        return None;
    };
    let fits = a == other && late == not_late && early == not_early && any == none && known == jumps && of == any;
    if !fits || copied != held || flag != held || day.0 != 0 {
        return None;
    }
    Some((vec![check(Compare::AtLeast, *a, *from)?, check(Compare::Less, *a, *until)?], 11))
}

#[cfg(test)]
mod tests {
    use super::Divider;

    #[test]
    fn a_division_by_a_constant_is_exact() {
        for divisor in [1, 2, 3, 7, 10, 64, 99, 100, 1_000, 3_600_000_007, 1 << 40, i64::MAX - 1, i64::MAX] {
            let divider = Divider::new(divisor).unwrap();
            let near = [0, 1, divisor - 1, divisor, divisor.saturating_add(1), i64::MAX / 2, i64::MAX - 1, i64::MAX];
            let spread = (0..1_000).map(|at: i64| at.wrapping_mul(0x2545_F491_4F6C_DD1D) & i64::MAX);
            for value in near
                .into_iter()
                .chain(spread)
                .chain((1..100).map(|at| (i64::MAX / divisor).saturating_mul(divisor) - at).filter(|value| *value >= 0))
            {
                assert_eq!(divider.divide(value), value / divisor, "{value} / {divisor}");
            }
        }
    }
}
