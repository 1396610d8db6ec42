//! Constraints: how much room a line has, what it takes of it, and what happens beyond.
//!
//! A constraint reads its counters as they were before the event, plus what lines filled earlier in this decision took.
//! A limit that cannot be evaluated refuses the event and names the rule: nothing is ever skipped.

use super::book::NOT_LISTED;
use super::counter::{number as number_in, stretch};
use super::effect::{Effect, Effects, Target, gather, runs};
use super::expr::number;
use super::frame::{Env, Eval};
use super::key::bucket;
use super::line::{Item, SpendCharge};
use super::trace::Trail;
use super::value::shown_number;
use crate::decision::{LimitTrace, StepKind};
use crate::event::InputError;
use crate::event::scalar::bad;
use crate::number::{self, Exact};
use crate::watch::Seen;
use earnest_dsl::policy::{
    Beyond, Bounded, Constraint, ConstraintId, Owner, PointsId, PoolId, RuleId, ScopePeriod, Type,
};
use earnest_dsl::source::Span;
use earnest_dsl::syntax::ast::RoundMode;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

/// The code of a refusal because a limit cannot be evaluated.
pub(crate) const LIMIT_UNKNOWN: &str = "limit_unknown";

/// The fixed order of refusals (semantics, section 3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    Window,
    Barred,
    Prohibited,
    Need,
    Minimum,
    Steps,
    Limit,
    Bill,
    Stock,
    Balance,
}

/// Why the event is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub class: Class,
    pub code: String,
    pub rule: RuleId,
    /// Which limit could not be evaluated, and why.
    pub detail: Option<String>,
    /// The clause that refuses.
    pub span: Span,
}

/// What has been taken under the constraints in this decision.
#[derive(Debug, Default)]
pub(crate) struct Caps {
    /// Only constraints of the rule itself count: for the choice within a group.
    pub own_only: bool,
    taken: BTreeMap<String, Decimal>,
    uses: BTreeSet<(String, RuleId, Option<usize>)>,
    /// Spend counted by each rule under a key: an event's spend counts once, whichever lines it earns.
    spends: BTreeMap<String, BTreeMap<RuleId, Decimal>>,
    pub refusals: Vec<Refusal>,
    /// Taken from balances: whose, which points, from which pools, how much.
    drawn: Vec<(String, PointsId, Vec<PoolId>, Decimal)>,
}

/// A constraint as it stands for a line.
#[derive(Debug, Clone)]
pub(crate) struct Meter {
    /// The counter, or a name inside this decision for `each time`.
    pub key: String,
    pub counted: bool,
    /// Used before the event.
    pub used: Decimal,
    pub limit: Decimal,
}

impl Caps {
    pub(crate) fn own() -> Self {
        Self { own_only: true, ..Self::default() }
    }

    /// The constraints of a rule that count here.
    fn constraints<'p>(&self, env: &Env<'p>, rule: RuleId) -> Vec<(ConstraintId, &'p Constraint)> {
        let Some(declared) = env.policy().rule(rule) else { return vec![] };
        let all = declared.constraints.iter().filter_map(|id| env.policy().constraint(*id).map(|one| (*id, one)));
        all.filter(|(_, one)| !self.own_only || one.owner == Owner::Rule(rule)).collect()
    }

    /// Reads a constraint; where that fails, the event is refused and the rule named.
    fn meter(
        &mut self,
        env: &Env<'_>,
        id: ConstraintId,
        constraint: &Constraint,
        rule: RuleId,
        customer: &str,
    ) -> Eval<Option<Meter>> {
        match meter(env, id, constraint, customer) {
            Ok(meter) => Ok(Some(meter)),
            Err(error) if error.reason == NOT_LISTED => Err(error),
            Err(error) => {
                self.refusals.push(unknown(env, constraint, rule, &error));
                Ok(None)
            }
        }
    }

    /// Splits the part of a field that counts for a line by the rule's spend limits.
    pub(crate) fn share<'p>(
        &mut self,
        env: &Env<'p>,
        rule: RuleId,
        customer: &str,
        trail: &mut Trail,
    ) -> Eval<Share<'p>> {
        let mut fields: BTreeMap<&'p str, Vec<(Decimal, ConstraintId, &'p Constraint, Meter)>> = BTreeMap::new();
        for (id, constraint) in self.constraints(env, rule) {
            let Bounded::Spend(field) = &constraint.bounded else { continue };
            let Some(meter) = self.meter(env, id, constraint, rule, customer)? else { continue };
            let held = self.spends.get(&meter.key).and_then(|rules| rules.get(&rule)).copied().unwrap_or_default();
            let used = number::add(meter.used, held).map_err(|_| too_long(constraint))?;
            let room = number::subtract(meter.limit, used).map_err(|_| too_long(constraint))?.max(Decimal::ZERO);
            fields.entry(field).or_default().push((room, id, constraint, meter));
        }
        let mut share = Share::default();
        for (field, mut limits) in fields {
            limits.sort_by_key(|(room, id, _, _)| (*room, *id));
            self.share_field(env, rule, field, &limits, &mut share, trail)?;
        }
        Ok(share)
    }

    fn share_field<'p>(
        &mut self,
        env: &Env<'p>,
        rule: RuleId,
        field: &'p str,
        limits: &[(Decimal, ConstraintId, &'p Constraint, Meter)],
        share: &mut Share<'p>,
        trail: &mut Trail,
    ) -> Eval<()> {
        let read = if env.element.is_some_and(|element| element.contains_key(field)) {
            env.member(field)
        } else {
            env.field(field)?
        };
        let full = read.and_then(|value| value.as_number()).and_then(Exact::decimal).unwrap_or_default();
        // Below the smallest room the main rate; between rooms what the smaller one leaves; nothing beyond a limit that drops.
        let mut from = Decimal::ZERO;
        let mut end = full;
        let mut rest: Option<&'p earnest_dsl::policy::Line> = None;
        let mut main: Option<Decimal> = None;
        for (room, _, constraint, _) in limits {
            let upto = (*room).min(end);
            let part = number::subtract(upto, from).map_err(|_| too_long(constraint))?.max(Decimal::ZERO);
            match rest {
                None => main = Some(main.map_or(upto, |main| main.min(upto))),
                Some(line) => share.rests.push((field.to_owned(), part, line)),
            }
            from = upto.max(from);
            match &constraint.beyond {
                Beyond::RestEarns(line) => rest = Some(line),
                Beyond::Drop => end = end.min(*room),
                Beyond::Refuse(code) if full > *room => self.refuse(Class::Limit, code, rule),
                Beyond::TrimRefuseAtZero(code) if room.is_zero() && full > Decimal::ZERO => {
                    self.refuse(Class::Limit, code, rule)
                }
                Beyond::Refuse(_) | Beyond::TrimRefuseAtZero(_) => end = end.min(*room),
            }
        }
        if let Some(line) = rest {
            let part =
                number::subtract(end, from).map_err(|_| bad(field, "it has too many digits"))?.max(Decimal::ZERO);
            share.rests.push((field.to_owned(), part, line));
        }
        let basis = main.unwrap_or(full);
        for (room, id, constraint, meter) in limits {
            let counted = full.min(*room).min(end);
            if full > Decimal::ZERO {
                env.see(|| Seen::Limit { constraint, cut: full > *room, full: full == *room });
            }
            trail.limit(env.policy(), rule, || limit_trace(env, constraint, meter, Decimal::ZERO, full, counted));
            share.charges.push(SpendCharge {
                constraint: *id,
                key: meter.counted.then(|| meter.key.clone()),
                basis: counted,
            });
            let held = self.spends.entry(meter.key.clone()).or_default().entry(rule).or_default();
            *held = number::add(*held, counted).map_err(|_| too_long(constraint))?;
        }
        share.basis.push((field.to_owned(), basis));
        Ok(())
    }

    fn refuse(&mut self, class: Class, code: &str, rule: RuleId) {
        self.refusals.push(Refusal { class, code: code.to_owned(), rule, detail: None, span: Span::default() });
    }

    /// What a line gets of what it asks. `base` is what its bases got, for limits on the whole award.
    pub(crate) fn granted(&mut self, env: &Env<'_>, item: &Item, base: Decimal, trail: &mut Trail) -> Eval<Decimal> {
        let mut granted = item.asked;
        if item.asked <= Decimal::ZERO {
            return Ok(granted);
        }
        for rule in &item.members {
            for (id, constraint) in self.constraints(env, *rule) {
                if matches!(constraint.bounded, Bounded::Spend(_)) || !counts_points(constraint, item) {
                    continue;
                }
                let Some(meter) = self.meter(env, id, constraint, *rule, &item.customer)? else { continue };
                let taken = self.taken.get(&meter.key).copied().unwrap_or_default();
                let (allowed, last) = self.allowed(env, constraint, &meter, taken, item, *rule, base)?;
                env.see(|| Seen::Limit { constraint, cut: allowed < item.asked, full: last });
                trail.limit(env.policy(), *rule, || {
                    limit_trace(env, constraint, &meter, taken, item.asked, allowed.min(item.asked))
                });
                granted = granted.min(allowed);
            }
        }
        Ok(granted)
    }

    /// The most that one constraint leaves a line, and whether that is exactly what is asked; refusals where it is too little.
    #[allow(clippy::too_many_arguments)]
    fn allowed(
        &mut self,
        env: &Env<'_>,
        constraint: &Constraint,
        meter: &Meter,
        taken: Decimal,
        item: &Item,
        rule: RuleId,
        base: Decimal,
    ) -> Eval<(Decimal, bool)> {
        let long = |_| too_long(constraint);
        let used = number::add(meter.used, taken).map_err(long)?;
        let room = number::subtract(meter.limit, used).map_err(long)?;
        let allowed = match &constraint.bounded {
            Bounded::Points => {
                let base = if constraint.whole_award { base } else { Decimal::ZERO };
                number::subtract(room, base).map_err(long)?
            }
            Bounded::Worth => match worth(env, item, constraint) {
                Some(worth) if worth > Decimal::ZERO => {
                    let scale = env.policy().points_of(item.points).map_or(0, |points| u32::from(points.scale));
                    let most = Exact::from(room.max(Decimal::ZERO)).divide(worth.into());
                    most.and_then(|most| most.rounded(RoundMode::Down, scale)).map_err(long)?
                }
                Some(_) => item.asked,
                // Points without a worth in the budget's currency cannot be held against it.
                None => {
                    let error = bad("worth", "the points have no worth in the currency of the budget");
                    self.refusals.push(unknown(env, constraint, rule, &error));
                    return Ok((Decimal::ZERO, false));
                }
            },
            Bounded::Uses => {
                let again = self.uses.contains(&(meter.key.clone(), rule, item.element));
                if again || room >= Decimal::ONE { item.asked } else { Decimal::ZERO }
            }
            // Pieces and values are bounds of requests: see `request`.
            Bounded::Spend(_) | Bounded::Pieces | Bounded::Value => item.asked,
        };
        let last = if constraint.bounded == Bounded::Uses { room == Decimal::ONE } else { allowed == item.asked };
        let allowed = allowed.clamp(Decimal::ZERO, item.asked);
        match &constraint.beyond {
            Beyond::Refuse(code) if allowed < item.asked => self.refuse(Class::Limit, code, rule),
            Beyond::TrimRefuseAtZero(code) if allowed.is_zero() => self.refuse(Class::Limit, code, rule),
            Beyond::Refuse(_) | Beyond::TrimRefuseAtZero(_) | Beyond::Drop | Beyond::RestEarns(_) => {}
        }
        Ok((allowed, last))
    }

    /// What this decision has taken so far under a counter.
    pub(crate) fn taken(&self, key: &str) -> Decimal {
        self.taken.get(key).copied().unwrap_or_default()
    }

    /// Notes what a request takes under a counter: lines of the same event come after it.
    pub(crate) fn take(&mut self, key: &str, add: Decimal) -> Eval<()> {
        let taken = self.taken.entry(key.to_owned()).or_default();
        *taken = number::add(*taken, add).map_err(|_| bad(key, "the counter would need more than 28 digits"))?;
        Ok(())
    }

    /// Notes that a rule has used a limit of uses once.
    pub(crate) fn used(&mut self, key: &str, rule: RuleId) {
        self.uses.insert((key.to_owned(), rule, None));
    }

    /// Notes what a request takes from a balance: lines of the same event that take come after it.
    pub(crate) fn draw(&mut self, customer: &str, points: PointsId, pools: &[PoolId], amount: Decimal) {
        self.drawn.push((customer.to_owned(), points, pools.to_vec(), amount));
    }

    /// What a line that takes gets of the balance: never more than there is, less what lines before it took.
    pub(crate) fn drawn(&mut self, env: &Env<'_>, item: &Item, trail: &mut Trail) -> Eval<Decimal> {
        let long = |_| bad("points", "the balance would need more than 28 digits");
        let whose = Env { customer: Some(&item.customer), ..*env };
        let held = super::amount::balance(&whose, item.points, &item.terms.from)?;
        let ty = Type::Points(item.points);
        trail.step(env.policy(), item.rule, StepKind::Balance, || (String::new(), String::new()), held, &ty);
        let mut left = held.decimal().unwrap_or_default();
        for (customer, points, from, amount) in &self.drawn {
            let meets =
                from.is_empty() || item.terms.from.is_empty() || from.iter().any(|one| item.terms.from.contains(one));
            if *customer == item.customer && *points == item.points && meets {
                left = number::subtract(left, *amount).map_err(long)?;
            }
        }
        let drawn = item.granted.min(left.max(Decimal::ZERO));
        self.drawn.push((item.customer.clone(), item.points, item.terms.from.clone(), drawn));
        Ok(drawn)
    }

    /// Charges the constraints of a line with its outcome.
    pub(crate) fn charge(&mut self, env: &Env<'_>, item: &Item, base: Decimal, effects: &mut Effects) -> Eval<()> {
        for rule in &item.members {
            for (id, constraint) in self.constraints(env, *rule) {
                if matches!(constraint.bounded, Bounded::Spend(_)) || !counts_points(constraint, item) {
                    continue;
                }
                let Some(meter) = self.meter(env, id, constraint, *rule, &item.customer)? else { continue };
                let amount = item.granted;
                let mut add = charge_of(env, constraint, item, amount, base)?;
                // One use for all lines of a rule (for each element, one for each).
                let uses = constraint.bounded == Bounded::Uses && amount > Decimal::ZERO;
                if uses && !self.uses.insert((meter.key.clone(), *rule, item.element)) {
                    add = Decimal::ZERO;
                }
                if constraint.whole_award {
                    let taken = self.taken.get(&meter.key).copied().unwrap_or_default();
                    let room = number::subtract(meter.limit, meter.used).and_then(|room| number::subtract(room, taken));
                    add = add.min(room.map_err(|_| too_long(constraint))?.max(Decimal::ZERO));
                }
                if add.is_zero() {
                    continue;
                }
                let taken = self.taken.entry(meter.key.clone()).or_default();
                *taken = number::add(*taken, add).map_err(|_| too_long(constraint))?;
                if meter.counted {
                    gather(effects, meter.key, Target::Constraint(id, *rule), effect(env, add))?;
                }
            }
        }
        Ok(())
    }

    /// Charges spend limits: what the event's spend counted under each key, once for all lines.
    pub(crate) fn charge_spend(&self, env: &Env<'_>, items: &[Item], effects: &mut Effects) -> Eval<()> {
        let mut counted: BTreeMap<String, Decimal> = BTreeMap::new();
        for item in items {
            for spend in &item.spends {
                let Some(key) = &spend.key else { continue };
                let all = self.spends.get(key).and_then(|rules| rules.get(&item.rule)).copied().unwrap_or(spend.basis);
                let held = counted.entry(key.clone()).or_default();
                let more =
                    number::subtract(all, *held).map_err(|_| bad(key, "the counter would need more than 28 digits"))?;
                if more > Decimal::ZERO {
                    *held = all;
                    gather(effects, key.clone(), Target::Constraint(spend.constraint, item.rule), effect(env, more))?;
                }
            }
        }
        Ok(())
    }
}

/// The parts of the event's amount that count for a line.
#[derive(Debug, Clone, Default)]
pub(crate) struct Share<'p> {
    /// Fields with the part that earns at the line's own rate.
    pub basis: Vec<(String, Decimal)>,
    /// Parts beyond a limit, with what they earn instead.
    pub rests: Vec<(String, Decimal, &'p earnest_dsl::policy::Line)>,
    pub charges: Vec<SpendCharge>,
}

pub(crate) fn effect(env: &Env<'_>, add: Decimal) -> Effect {
    Effect { add, values: vec![], at: env.at().1, event: env.frame.event.id.clone(), start: None }
}

pub(crate) fn too_long(constraint: &Constraint) -> InputError {
    bad(&constraint.title.name, "the counter would need more than 28 digits")
}

pub(crate) fn unknown(env: &Env<'_>, constraint: &Constraint, rule: RuleId, error: &InputError) -> Refusal {
    let name = env.policy().rule(rule).map_or("", |rule| rule.title.name.as_str());
    let detail = format!("the limit `{}` of the rule `{name}` cannot be evaluated: {error}", constraint.title.name);
    Refusal { class: Class::Limit, code: LIMIT_UNKNOWN.to_owned(), rule, detail: Some(detail), span: constraint.span }
}

/// Points constraints count the points in which they are stated; others count every line.
fn counts_points(constraint: &Constraint, item: &Item) -> bool {
    match (&constraint.bounded, &constraint.limit.typed.ty) {
        (Bounded::Points, Type::Points(points)) => *points == item.points,
        _ => true,
    }
}

/// The name of a constraint's counter.
pub(crate) fn counter_name(constraint: &Constraint) -> String {
    format!("cap {}", constraint.title.name)
}

pub(crate) fn meter(env: &Env<'_>, id: ConstraintId, constraint: &Constraint, customer: &str) -> Eval<Meter> {
    if constraint.at_least {
        return Err(bad(&constraint.title.name, "a bound from below has no meaning for what is earned"));
    }
    let inside = Env { customer: Some(customer), over: &[], log: None, ..*env };
    let limit = number(&inside, &constraint.limit)?.and_then(Exact::decimal);
    let limit = limit.ok_or_else(|| bad(&constraint.title.name, "the bound is not known, or is no decimal"))?;
    let Some(bucket) = bucket(&inside, &constraint.scope, &counter_name(constraint))? else {
        return Ok(Meter { key: format!("each {} {customer}", id.0), counted: false, used: Decimal::ZERO, limit });
    };
    let mut used = Decimal::ZERO;
    for key in bucket.read() {
        let held = env.frame.book.before(&key)?;
        let period = &constraint.scope.period;
        let one = if matches!(period, ScopePeriod::FromFirstUse(..) | ScopePeriod::UntilIdle(_)) {
            let running = stretch(&key, held)?.filter(|held| runs(env.frame, period, held, env.at().1));
            running.and_then(|held| held.content.number()).unwrap_or_default()
        } else {
            number_in(&key, held)?
        };
        used = number::add(used, one).map_err(|_| too_long(constraint))?;
    }
    Ok(Meter { key: bucket.own(), counted: true, used, limit })
}

/// The money value of one point in the currency of a budget.
fn worth(env: &Env<'_>, item: &Item, constraint: &Constraint) -> Option<Decimal> {
    let (worth, currency) = env.policy().points_of(item.points)?.worth?;
    matches!(constraint.limit.typed.ty, Type::Money(wanted) if wanted == currency).then_some(worth)
}

/// What a constraint is charged for an amount.
fn charge_of(env: &Env<'_>, constraint: &Constraint, item: &Item, amount: Decimal, base: Decimal) -> Eval<Decimal> {
    match &constraint.bounded {
        Bounded::Points if constraint.whole_award => number::add(amount, base).map_err(|_| too_long(constraint)),
        Bounded::Points => Ok(amount),
        Bounded::Worth => {
            number::multiply(amount, worth(env, item, constraint).unwrap_or_default()).map_err(|_| too_long(constraint))
        }
        Bounded::Uses => Ok(if amount > Decimal::ZERO { Decimal::ONE } else { Decimal::ZERO }),
        Bounded::Spend(_) | Bounded::Pieces | Bounded::Value => Ok(Decimal::ZERO),
    }
}

pub(crate) fn limit_trace(
    env: &Env<'_>,
    constraint: &Constraint,
    meter: &Meter,
    taken: Decimal,
    asked: Decimal,
    granted: Decimal,
) -> LimitTrace {
    let policy = env.policy();
    let used = number::add(meter.used, taken).unwrap_or(meter.used);
    let show = |value: Decimal| shown_number(value.into(), &constraint.limit.typed.ty, policy);
    LimitTrace {
        limit: constraint.title.name.clone(),
        place: policy.sources.place(constraint.span),
        bound: show(meter.limit),
        used: show(used),
        asked: number::plain(asked),
        granted: number::plain(granted),
    }
}
