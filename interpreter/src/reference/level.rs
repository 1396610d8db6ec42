//! Level rules: what the total for a key and period should be now; the difference to what was posted is posted.

use super::cap::Caps;
use super::combine::one_item;
use super::effect::{Effects, apply};
use super::expr::{holds, number};
use super::frame::{Env, Eval, Frame};
use super::index::{measures_read, reads_event};
use super::key::{self, bucket};
use super::line::{Item, LineKind, Posted};

use super::post::{Posting, decision_line};
use super::trace::{Trail, because, noting, text_of};
use super::version::Versions;
use crate::decision::{CounterValue, DecisionLine, RuleResult, StepKind};
use crate::event::scalar::bad;
use crate::number::{Exact, Inexact, add, plain, subtract};
use chrono::{NaiveDate, NaiveDateTime};
use earnest_dsl::policy::expr::walk;
use earnest_dsl::policy::rule::Settled;
use earnest_dsl::policy::{
    Expr, Line, MeasureId, MeasureSource, Node, Policy, Rule, RuleBody, RuleId, Scope, ScopePeriod, Type,
};
use rust_decimal::Decimal;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

/// A level rule with its parts at hand.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Level<'p> {
    pub id: RuleId,
    pub rule: &'p Rule,
    pub scope: &'p Scope,
    keep: bool,
    pub line: &'p Line,
    pub condition: Option<&'p Expr>,
    pub settled: Option<&'p Settled>,
}

impl<'p> Level<'p> {
    pub(crate) fn of(policy: &'p Policy, id: RuleId) -> Option<Self> {
        let rule = policy.rule(id)?;
        match &rule.body {
            RuleBody::Level { scope, keep, line, condition, settled } => Some(Self {
                id,
                rule,
                scope,
                keep: *keep,
                line,
                condition: condition.as_ref(),
                settled: settled.as_ref(),
            }),
            RuleBody::Earn(_)
            | RuleBody::Raise { .. }
            | RuleBody::Accept(_)
            | RuleBody::Request(_)
            | RuleBody::Convert(_)
            | RuleBody::Notify(_) => None,
        }
    }

    /// Everything that decides the target.
    pub(crate) fn exprs(&self) -> impl Iterator<Item = &'p Expr> {
        let conditions = self.rule.conditions.iter().filter(|condition| !reads_event(condition));
        [Some(&self.line.amount), self.line.when.as_ref(), self.condition].into_iter().flatten().chain(conditions)
    }

    /// The counter of what was posted for the keys of an environment.
    pub(crate) fn posted_key(&self, env: &Env<'_>) -> Eval<String> {
        let name = format!("level {}", self.rule.title.name);
        let bucket = bucket(env, self.scope, &name)?;
        Ok(bucket.map_or(name, |bucket| bucket.own()))
    }
}

/// A key and period of a level rule that an event may move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Instance {
    /// A day of the period; the event's own where it is none.
    pub date: Option<NaiveDate>,
    /// A later period, whose target reads the bucket that changed: moved only where something was posted.
    pub later: bool,
}

/// The periods of a level rule that an event may move: its own, and later ones that look back at it.
pub(crate) fn instances(env: &Env<'_>, level: &Level<'_>) -> Eval<Vec<Instance>> {
    let mut all = vec![Instance { date: env.date, later: false }];
    if !matches!(level.scope.period, ScopePeriod::Calendar(..) | ScopePeriod::Months(..)) {
        return Ok(all);
    }
    let own = key::day(env, level.scope)?;
    let mut last = own;
    for expr in level.exprs() {
        for day in looking_back(env, expr)? {
            last = last.max(day);
        }
    }
    let mut day = own;
    // No reading spans more than four hundred periods.
    for _ in 0..400 {
        let inside = Env { date: Some(day), ..*env };
        let Some(period) = key::scope_period(&inside, level.scope)? else { break };
        day = super::time::add_days(period.last, 1).ok_or_else(|| bad("at", "a period out of the range of dates"))?;
        if day > last {
            break;
        }
        all.push(Instance { date: Some(day), later: true });
    }
    Ok(all)
}

/// The periods that a decision may move: those of the event, and where the rule reads measures that book refunds in their own
/// period, those of these days. Each once, and only those that belong to the rule's version.
pub(crate) fn moved_instances(
    env: &Env<'_>,
    level: &Level<'_>,
    days: &BTreeSet<NaiveDate>,
    versions: &Versions<'_>,
    deciding: &Frame<'_>,
) -> Eval<Vec<Instance>> {
    let mut all = instances(env, level)?;
    if !days.is_empty() && reads_own_periods(env.policy(), level) {
        let key = |one: &Instance| level.posted_key(&Env { date: one.date, ..*env });
        let mut keys = all.iter().map(key).collect::<Eval<BTreeSet<String>>>()?;
        for day in days {
            for one in instances(&Env { date: Some(*day), ..*env }, level)? {
                if keys.insert(key(&one)?) {
                    all.push(one);
                }
            }
        }
    }
    if versions.others.is_empty() {
        return Ok(all);
    }
    let mut owned = Vec::new();
    for one in all {
        let owns = match key::scope_period(&Env { date: one.date, ..*env }, level.scope)? {
            Some(period) => versions.owns(env.policy(), deciding.policy, period.first),
            None => std::ptr::eq(env.policy(), deciding.policy),
        };
        owned.extend(Some(one).filter(|_| owns));
    }
    Ok(owned)
}

/// Whether a level rule reads a measure that books refunds in their own period, itself or through others.
fn reads_own_periods(policy: &Policy, level: &Level<'_>) -> bool {
    let mut todo: Vec<MeasureId> = level.exprs().flat_map(|expr| measures_read(policy, expr)).collect();
    let mut seen = BTreeSet::new();
    while let Some(id) = todo.pop() {
        let Some(measure) = policy.measure(id).filter(|_| seen.insert(id)) else { continue };
        if measure.refunds_own_period {
            return true;
        }
        todo.extend(measure.sources.iter().filter_map(|source| match source {
            MeasureSource::Measure(inner) => Some(*inner),
            MeasureSource::Events { .. } | MeasureSource::Postings { .. } => None,
        }));
    }
    false
}

/// The last day of the last period from which each reading of an expression still sees the event's bucket.
fn looking_back(env: &Env<'_>, expr: &Expr) -> Eval<Vec<NaiveDate>> {
    let policy = env.policy();
    let mut readings = Vec::new();
    let mut holds = Vec::new();
    walk(expr, &mut |expr| match &expr.node {
        Node::MeasureOver { measure, count, previous, .. } => {
            readings.push((*measure, if *previous { *count } else { count.saturating_sub(1) }))
        }
        Node::Tier(id, _) => {
            if let Some((measure, hold)) = policy.tier(*id).and_then(|tier| Some((tier.measure?, tier.hold?))) {
                holds.push((measure, hold));
            }
        }
        _ => {}
    });
    let mut days = Vec::new();
    for (id, periods) in readings {
        let Some(measure) = policy.measure(id) else { continue };
        let mut day = key::day(env, &measure.scope)?;
        for _ in 0..=periods {
            let inside = Env { date: Some(day), ..*env };
            let Some(period) = key::scope_period(&inside, &measure.scope)? else { break };
            days.push(period.last);
            day =
                super::time::add_days(period.last, 1).ok_or_else(|| bad("at", "a period out of the range of dates"))?;
        }
    }
    for (id, hold) in holds {
        let Some(measure) = policy.measure(id) else { continue };
        if let Some(period) = key::scope_period(env, &measure.scope)? {
            days.extend(super::tier::end_of_hold(env, measure, &period, hold)?);
        }
    }
    Ok(days)
}

/// What was posted for a key, and when its period was closed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct State {
    posted: Decimal,
    closed: Option<NaiveDateTime>,
}

const CLOSED: &str = "%Y-%m-%dT%H:%M:%S";

fn state(key: &str, value: Option<CounterValue>) -> Eval<State> {
    let corrupt =
        || bad(key, "the counter's value is not one that a decision wrote; the host must give back what it was given");
    Ok(match value {
        None => State::default(),
        Some(CounterValue::Number(posted)) => State { posted, closed: None },
        Some(CounterValue::Other(json)) => {
            let posted =
                json.get("posted").and_then(Json::as_str).and_then(|text| text.parse().ok()).ok_or_else(corrupt)?;
            let closed = json
                .get("closed")
                .and_then(Json::as_str)
                .and_then(|text| NaiveDateTime::parse_from_str(text, CLOSED).ok());
            State { posted, closed: Some(closed.ok_or_else(corrupt)?) }
        }
    })
}

impl State {
    fn value(&self, scale: u8) -> CounterValue {
        let posted = crate::number::at_scale(self.posted, u32::from(scale)).unwrap_or(self.posted);
        match self.closed {
            None => CounterValue::Number(posted),
            Some(closed) => CounterValue::Other(
                json!({ "posted": posted.to_string(), "closed": closed.format(CLOSED).to_string() }),
            ),
        }
    }
}

/// What a decision tells level rules: the event whose keys are meant, whose counters changed, and when that happened.
#[derive(Debug, Clone)]
pub(crate) struct Moved<'a> {
    pub frame: Frame<'a>,
    pub versions: Versions<'a>,
    /// Customers whose totals may have moved.
    pub customers: BTreeSet<String>,
    /// The local instant of the decision: of a refund, not of its original.
    pub now: NaiveDateTime,
    /// The decision takes back or corrects: a closing event is not closed again.
    pub again: bool,
    /// Days of a refund that counts in periods of its own.
    pub own_days: BTreeSet<NaiveDate>,
}

/// Brings every level rule that the event may move to its target, and converts what balances then hold, stratum by stratum.
/// Rules of other versions move the periods that belong to those. `own` is what the decision has posted so far. Lines of undone
/// conversions are marked: they come before what is taken back, so that it is there to be taken.
pub(crate) fn settle(
    moved: &Moved<'_>,
    own: &mut Vec<Posted>,
    caps: &mut Caps,
    trail: &mut Trail,
) -> Eval<Vec<(bool, DecisionLine)>> {
    let mut lines = under(moved, &moved.frame, own, caps, trail)?;
    for (version, event) in moved.versions.beside(&moved.frame) {
        let frame = Frame { policy: version.policy, index: version.index, event: &event, ..moved.frame };
        lines.extend(under(moved, &frame, own, caps, trail)?);
    }
    Ok(lines)
}

/// The level rules and conversions of one version.
fn under(
    moved: &Moved<'_>,
    frame: &Frame<'_>,
    own: &mut Vec<Posted>,
    caps: &mut Caps,
    trail: &mut Trail,
) -> Eval<Vec<(bool, DecisionLine)>> {
    let deciding = moved.versions.own.is(frame.policy);
    let mut lines = Vec::new();
    for id in frame.index.levels(frame.event.kind) {
        let whose: Vec<Option<&str>> = if moved.customers.is_empty() {
            vec![None]
        } else {
            moved.customers.iter().map(|one| Some(one.as_str())).collect()
        };
        for customer in whose {
            let env = Env { customer, level: Some(*id), ..Env::new(frame) };
            match Level::of(frame.policy, *id) {
                // What a balance holds is converted by the version that decides.
                None if deciding => {
                    for posted in super::convert::convert(&Env { level: None, ..env }, *id, moved, own, caps, trail)? {
                        let posting = Posting { line: &posted, dated: moved.now, of: None, before: Decimal::ZERO };
                        lines.push((posted.gives_back(), decision_line(&Env::new(frame), &posting)?));
                        own.push(posted);
                    }
                }
                None => {}
                Some(level) => {
                    for instance in moved_instances(&env, &level, &moved.own_days, &moved.versions, &moved.frame)? {
                        let inside = Env { date: instance.date, ..env };
                        let Some((posted, line)) = bring(&inside, &level, instance, moved, caps, trail)? else {
                            continue;
                        };
                        lines.push((false, line));
                        // Points of another version have other numbers.
                        own.extend(Some(posted).filter(|_| deciding));
                    }
                }
            }
        }
    }
    Ok(lines)
}

/// Posts the difference between target and posted for one key.
fn bring(
    env: &Env<'_>,
    level: &Level<'_>,
    instance: Instance,
    moved: &Moved<'_>,
    caps: &mut Caps,
    trail: &mut Trail,
) -> Eval<Option<(Posted, DecisionLine)>> {
    let policy = env.policy();
    let scale = policy.points_of(level.line.points).map_or(0, |points| points.scale);
    let key = level.posted_key(env)?;
    let Some(mut state) = moving(env, level, instance, moved, &key, scale)? else { return Ok(None) };
    let dated = state.closed.map_or(moved.now, |closed| closed.max(moved.now));
    let target = target(env, level, trail)?;
    trail.step(
        policy,
        level.id,
        StepKind::Posted,
        || (key.clone(), String::new()),
        state.posted.into(),
        &Type::Points(level.line.points),
    );
    let long = |Inexact| bad(&level.rule.title.name, "its total needs more than 28 digits");
    let difference = subtract(target, state.posted).map_err(long)?;
    if difference.is_zero() || (!level.keep && difference < Decimal::ZERO) {
        return Ok(None);
    }
    let item = filled(env, level, difference, caps, trail)?;
    let before = state.posted;
    state.posted = add(state.posted, item.granted).map_err(long)?;
    if !item.granted.is_zero() {
        env.frame.book.write(&key, state.value(scale))?;
    }
    if let Some(trace) = trail.rule(policy, level.id) {
        trace.result = if item.granted.is_zero() { RuleResult::Nothing } else { RuleResult::Applied };
        trace.because = None;
        trace.asked = Some(plain(item.asked));
        trace.granted = Some(plain(item.granted));
    }
    let posted = Posted {
        name: level.rule.title.name.clone(),
        rules: vec![level.id],
        kind: LineKind::Level,
        points: item.points,
        pool: item.pool,
        customer: item.customer,
        amount: item.granted,
        asked: item.asked,
        terms: item.terms,
    };
    super::edge::count_postings(env, std::slice::from_ref(&posted), &mut Effects::new())?;
    let line = decision_line(&Env::new(env.frame), &Posting { line: &posted, dated, of: None, before })?;
    Ok(Some((posted, line)))
}

/// What stands for a key that moves now; none where nothing was posted in a later period, or a settled rule keeps still.
fn moving(
    env: &Env<'_>,
    level: &Level<'_>,
    instance: Instance,
    moved: &Moved<'_>,
    key: &str,
    scale: u8,
) -> Eval<Option<State>> {
    let mut state = state(key, env.frame.book.now(key)?)?;
    if instance.later && state.posted.is_zero() {
        return Ok(None);
    }
    let Some(settled) = level.settled else { return Ok(Some(state)) };
    if env.frame.event.kind == settled.at && !moved.again && !instance.later && state.closed.is_none() {
        state.closed = Some(moved.now);
        env.frame.book.write(key, state.value(scale))?;
        return Ok(Some(state));
    }
    Ok(still_moves(settled, state.closed, moved.now).then_some(state))
}

/// The line of a difference under the rule's constraints, which are charged: room of what is taken back comes back where it does.
fn filled(env: &Env<'_>, level: &Level<'_>, difference: Decimal, caps: &mut Caps, trail: &mut Trail) -> Eval<Item> {
    let mut item = item(env, level, difference)?;
    let back = difference < Decimal::ZERO;
    item.granted = if back { difference } else { caps.granted(env, &item, Decimal::ZERO, trail)? };
    let mut charges = Effects::new();
    caps.charge(env, &item, Decimal::ZERO, &mut charges)?;
    if back {
        let comes_back = |id| env.policy().constraint(id).is_some_and(|one| one.room_comes_back);
        charges.retain(|(_, target), _| match target {
            super::effect::Target::Constraint(id, _) => comes_back(*id),
            super::effect::Target::Measure(_) => true,
        });
    }
    apply(env.frame, &mut charges)?;
    Ok(item)
}

/// Whether a settled rule moves: nothing before the close, nothing once it is final.
fn still_moves(settled: &Settled, closed: Option<NaiveDateTime>, now: NaiveDateTime) -> bool {
    let Some(closed) = closed else { return false };
    match settled.final_after_days {
        None => true,
        Some(0) => false,
        Some(days) => super::time::add_days(closed.date(), days).is_some_and(|last| now.date() <= last),
    }
}

/// The total that should be posted.
fn target(env: &Env<'_>, level: &Level<'_>, trail: &mut Trail) -> Eval<Decimal> {
    let policy = env.policy();
    let log = trail.log();
    let inside = noting(env, log.as_ref());
    let mut failed = None;
    let steady = level.rule.conditions.iter().filter(|condition| !reads_event(condition));
    for condition in steady.chain(level.condition).chain(level.line.when.as_ref()) {
        if failed.is_none() && !holds(&inside, condition)? {
            failed = Some(because(policy, condition.span, "a condition"));
        }
    }
    let exact = if failed.is_some() { None } else { number(&inside, &level.line.amount)? };
    trail.read(policy, level.id, log);
    let exact = exact.unwrap_or(Exact::ZERO);
    let exact = if exact.is_negative() { Exact::ZERO } else { exact };
    let rounded = super::amount::round(policy, level.id, level.line.points, exact)
        .map_err(env.inexact(level.line.amount.span))?;
    trail.step(
        policy,
        level.id,
        StepKind::Target,
        || text_of(policy, &level.line.amount),
        rounded.into(),
        &level.line.amount.typed.ty,
    );
    let result = if failed.is_some() { RuleResult::Condition } else { RuleResult::Nothing };
    trail.result(policy, level.id, result, failed);
    Ok(rounded)
}

fn item(env: &Env<'_>, level: &Level<'_>, asked: Decimal) -> Eval<Item> {
    let customer = super::amount::recipient(env, level.line)?;
    let goes = (level.line.points, super::amount::pool_of(env, level.line)?);
    let item = one_item(level.id, LineKind::Level, goes, &customer, asked);
    Ok(Item { terms: super::amount::terms(env, level.line)?, ..item })
}
