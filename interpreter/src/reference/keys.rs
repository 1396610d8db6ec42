//! The counters that a decision depends on, from the event, its facts and records alone: never from a counter's value.
//!
//! A rule whose windows or steady conditions fail is left out; a condition that reads a counter or an amount that a refund
//! may reduce says nothing here, so that the same keys serve when the event is decided again.

use super::amount::recipient;
use super::cap::counter_name;
use super::expr::holds;
use super::frame::{Env, Eval, Frame};
use super::index::{MeasureRef, unsteady};
use super::key::bucket;
use super::level::{Level, moved_instances};
use super::line::Posted;
use super::measure::{balance_keys, bucket_of, days_back, total_keys};
use super::past::Past;
use super::refund::{concerned, original_id, own_days, own_period};
use super::tier::held_days;
use super::version::Versions;
use super::window;
use crate::event::InputError;
use chrono::NaiveDate;
use earnest_dsl::policy::expr::walk;
use earnest_dsl::policy::{
    Beyond, Constraint, Expr, Line, LineSign, MeasureId, MeasureSource, Node, PointsId, Policy, PoolId, Rule, RuleBody,
    RuleId, SetMember, TableTest, TierId, Validity,
};
use std::collections::BTreeSet;

/// Keys, in order.
pub(crate) type Keys = BTreeSet<String>;

/// All keys of an event.
pub(crate) fn of_event(frame: &Frame<'_>, versions: &Versions<'_>, past: &[Past<'_>]) -> Eval<Keys> {
    let mut keys = Keys::new();
    let customers = edges(frame, &mut keys)?;
    all_levels(frame, versions, &customers, &BTreeSet::new(), &mut keys)?;
    if let Some(id) = original_id(frame) {
        for one in concerned(frame, past, &id)? {
            let mut earlier = frame.earlier.clone();
            earlier.extend(one.earlier.clone());
            let original = one.frame(frame, &one.event, &earlier);
            let customers = edges(&original, &mut keys)?;
            all_levels(&original, versions, &customers, &own_days(frame, one)?, &mut keys)?;
            let adjusted = past.iter().flat_map(|one| &one.adjusted).map(|adjusted| &adjusted.effects);
            for effects in adjusted.chain([&one.effects]) {
                keys.extend(effects.keys().map(|(key, _)| key.clone()));
            }
            keys.extend(own_period(frame, one, &customers, &earlier)?.into_values());
        }
    }
    Ok(keys)
}

/// Keys of what the event feeds and of the edge rules that may apply; gives the customers who may get something.
fn edges(frame: &Frame<'_>, keys: &mut Keys) -> Eval<BTreeSet<String>> {
    let env = Env::new(frame);
    for id in frame.index.fed(frame.event.kind) {
        measure(&env, *id, false, keys)?;
    }
    let mut customers: BTreeSet<String> = BTreeSet::new();
    for id in frame.index.edges(frame.event.kind) {
        let Some(rule) = frame.policy.rule(*id) else { continue };
        // Of a request its own part: what its windows and amounts say excludes nothing.
        if matches!(rule.body, RuleBody::Request(_)) {
            continue;
        }
        if !may_apply(&env, rule)? {
            continue;
        }
        for expr in rule.conditions.iter().chain(body_exprs(frame.policy, rule)) {
            read(&env, expr, keys)?;
        }
        balances(&env, rule, keys)?;
        deeds(&env, rule, keys)?;
        let getters = getters(&env, *id, rule)?;
        for customer in &getters {
            constraints(&Env { customer: Some(customer), ..env }, rule, keys)?;
        }
        customers.extend(getters);
    }
    customers.extend(super::request::keys::of_event(&env, keys)?);
    for figure in super::figure::of_event(&env) {
        read(&env, &figure.value, keys)?;
    }
    for id in &frame.index.postings {
        for customer in &customers {
            measure(&Env { customer: Some(customer), ..env }, *id, false, keys)?;
        }
    }
    if let Ok(own) = env.customer() {
        customers.insert(own.to_owned());
    }
    Ok(customers)
}

/// Whether nothing that is certain excludes the rule.
fn may_apply(env: &Env<'_>, rule: &Rule) -> Eval<bool> {
    for one in &rule.windows {
        let steady = !one.by.as_ref().is_some_and(unsteady);
        if steady && !window::holds(env, one, None)? {
            return Ok(false);
        }
    }
    for condition in rule.conditions.iter().filter(|condition| !unsteady(condition)) {
        if !holds(env, condition)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Every expression of a line: the table of its pool, and lives of pools that a table says.
pub(crate) fn line_exprs<'p>(policy: &'p Policy, line: &'p Line) -> Vec<&'p Expr> {
    let mut all: Vec<&Expr> = vec![&line.amount];
    all.extend([&line.to, &line.when, &line.worth].into_iter().flatten());
    if let Some(table) = &line.pool_by {
        all.push(&table.subject);
        for (test, _) in &table.rows {
            match test {
                TableTest::Is(members) => all.extend(members.iter().filter_map(|member| match member {
                    SetMember::One(one) => Some(one),
                    SetMember::Codes(_) | SetMember::Run(..) => None,
                })),
                TableTest::From(from) => all.push(from),
                TableTest::Otherwise => {}
            }
        }
    }
    if line.sign == LineSign::Give {
        all.extend(lives(policy, line.points));
    }
    all
}

/// Lives of points that a table says.
pub(crate) fn lives(policy: &Policy, points: PointsId) -> impl Iterator<Item = &Expr> {
    let pools = policy.points_of(points).map_or(&[][..], |points| &points.pools);
    pools.iter().filter_map(|pool| match &pool.validity {
        Validity::ByTable(length) => Some(&**length),
        Validity::After { .. } | Validity::To(_) | Validity::ToEndOf { .. } | Validity::WithoutEnd => None,
    })
}

/// Every expression in a rule's body.
fn body_exprs<'p>(policy: &'p Policy, rule: &'p Rule) -> Vec<&'p Expr> {
    match &rule.body {
        RuleBody::Earn(lines) => lines.iter().flat_map(|line| line_exprs(policy, line)).collect(),
        RuleBody::Raise { factor, .. } => vec![&factor.times],
        RuleBody::Accept(conditions) => conditions.iter().map(|(condition, _)| condition).collect(),
        RuleBody::Level { line, condition, .. } => line_exprs(policy, line).into_iter().chain(condition).collect(),
        RuleBody::Request(request) => request.lines.iter().flat_map(|line| line_exprs(policy, line)).collect(),
        RuleBody::Convert(convert) => convert.from.iter().collect(),
        RuleBody::Notify(shown) => shown.iter().map(|one| &one.value).collect(),
    }
}

/// Who may get something from a rule: the recipients of its lines, or of its bases.
fn getters(env: &Env<'_>, id: RuleId, rule: &Rule) -> Eval<BTreeSet<String>> {
    let mut all = BTreeSet::new();
    match &rule.body {
        RuleBody::Earn(lines) => {
            for line in lines {
                all.extend(line_getters(env, line)?);
            }
        }
        RuleBody::Raise { targets, .. } => {
            for target in targets.iter().filter(|target| **target != id) {
                if let Some(base) = env.policy().rule(*target).filter(|base| base.kinds.contains(&env.frame.event.kind))
                    && may_apply(env, base)?
                {
                    all.extend(getters(env, *target, base)?);
                }
            }
        }
        RuleBody::Level { .. }
        | RuleBody::Accept(_)
        | RuleBody::Request(_)
        | RuleBody::Convert(_)
        | RuleBody::Notify(_) => {}
    }
    Ok(all)
}

/// Balances from which a rule's lines take.
fn balances(env: &Env<'_>, rule: &Rule, keys: &mut Keys) -> Eval<()> {
    let RuleBody::Earn(lines) = &rule.body else { return Ok(()) };
    for line in lines {
        let pools: &[PoolId] = match &line.sign {
            LineSign::Take(pools) => pools,
            LineSign::TakeBack { all: true } => &[],
            LineSign::Give | LineSign::TakeBack { all: false } => continue,
        };
        for customer in line_getters(env, line)? {
            keys.extend(balance_keys(&Env { customer: Some(&customer), ..*env }, line.points, pools)?);
        }
    }
    Ok(())
}

/// What deeds read and write.
fn deeds(env: &Env<'_>, rule: &Rule, keys: &mut Keys) -> Eval<()> {
    for deed in &rule.deeds {
        for expr in super::deed::exprs(deed) {
            read(env, expr, keys)?;
        }
        keys.extend(super::deed::written(env, deed)?);
    }
    Ok(())
}

pub(crate) fn line_getters(env: &Env<'_>, line: &Line) -> Eval<Vec<String>> {
    let Some(list) = &line.for_each else {
        // Who gets a line that does not hold need not be known.
        return Ok(optional(recipient(env, line), line.when.is_some())?.into_iter().collect());
    };
    let Some(super::value::Val::List(elements)) = env.field(list)? else { return Ok(vec![]) };
    let mut all = Vec::new();
    for element in &elements {
        all.extend(optional(recipient(&Env { element: Some(element), ..*env }, line), line.when.is_some())?);
    }
    Ok(all)
}

fn optional(found: Eval<String>, may_fail: bool) -> Eval<Option<String>> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(_) if may_fail => Ok(None),
        Err(error) => Err(error),
    }
}

/// Keys of a rule's constraints. What cannot be computed is left out: the decision then refuses the event by name.
fn constraints(env: &Env<'_>, rule: &Rule, keys: &mut Keys) -> Eval<()> {
    for one in rule.constraints.iter().filter_map(|id| env.policy().constraint(*id)) {
        constraint(env, one, keys)?;
    }
    Ok(())
}

/// Keys of one constraint.
pub(crate) fn constraint(env: &Env<'_>, constraint: &Constraint, keys: &mut Keys) -> Eval<()> {
    if let Ok(Some(bucket)) = bucket(env, &constraint.scope, &counter_name(constraint)) {
        keys.extend(bucket.read());
    }
    let mut inner = Keys::new();
    let mut limit = read(env, &constraint.limit, &mut inner);
    if let Beyond::RestEarns(line) = &constraint.beyond {
        let mut exprs = line_exprs(env.policy(), line).into_iter();
        limit = limit.and_then(|()| exprs.try_for_each(|expr| read(env, expr, &mut inner)));
    }
    if limit.is_ok() {
        keys.extend(inner);
    }
    Ok(())
}

/// Keys of the level rules that the event may move, those of other versions with periods of their own included.
fn all_levels(
    frame: &Frame<'_>,
    versions: &Versions<'_>,
    customers: &BTreeSet<String>,
    own_days: &BTreeSet<NaiveDate>,
    keys: &mut Keys,
) -> Eval<()> {
    levels(frame, frame, versions, customers, own_days, keys)?;
    for (version, event) in versions.beside(frame) {
        let other = Frame { policy: version.policy, index: version.index, event: &event, ..*frame };
        levels(&other, frame, versions, customers, own_days, keys)?;
    }
    Ok(())
}

/// Keys of the level rules that the event may move, for each customer.
fn levels(
    frame: &Frame<'_>,
    deciding: &Frame<'_>,
    versions: &Versions<'_>,
    customers: &BTreeSet<String>,
    own_days: &BTreeSet<NaiveDate>,
    keys: &mut Keys,
) -> Eval<()> {
    for id in frame.index.levels(frame.event.kind) {
        let whose: Vec<Option<&str>> =
            if customers.is_empty() { vec![None] } else { customers.iter().map(|one| Some(one.as_str())).collect() };
        let Some(level) = Level::of(frame.policy, *id) else {
            for customer in whose.into_iter().filter(|_| versions.own.is(frame.policy)) {
                conversion(&Env { customer, ..Env::new(frame) }, *id, keys)?;
            }
            continue;
        };
        for customer in whose {
            let env = Env { customer, level: Some(*id), ..Env::new(frame) };
            for instance in moved_instances(&env, &level, own_days, versions, deciding)? {
                let inside = Env { date: instance.date, ..env };
                keys.insert(level.posted_key(&inside)?);
                for expr in level.exprs() {
                    read(&inside, expr, keys)?;
                }
                let getter = recipient(&inside, level.line)?;
                let getter = Env { customer: Some(&getter), ..inside };
                constraints(&inside, level.rule, keys)?;
                constraints(&getter, level.rule, keys)?;
                for id in &frame.index.postings {
                    measure(&inside, *id, false, keys)?;
                    measure(&getter, *id, false, keys)?;
                }
            }
        }
    }
    Ok(())
}

/// Keys of a conversion: both balances, its limits, measures over what it posts.
fn conversion(env: &Env<'_>, id: RuleId, keys: &mut Keys) -> Eval<()> {
    let Some((rule, convert)) = super::convert::of(env.policy(), id).filter(|_| env.customer().is_ok()) else {
        return Ok(());
    };
    keys.extend(balance_keys(env, convert.take.1, &[])?);
    if convert.undo {
        keys.extend(balance_keys(env, convert.give.1, &[])?);
    }
    for expr in rule.conditions.iter().chain(&convert.from).chain(lives(env.policy(), convert.give.1)) {
        read(env, expr, keys)?;
    }
    constraints(env, rule, keys)?;
    for id in &env.frame.index.postings {
        measure(env, *id, false, keys)?;
    }
    Ok(())
}

/// Keys of everything that an expression may read.
pub(crate) fn read(env: &Env<'_>, expr: &Expr, keys: &mut Keys) -> Eval<()> {
    let mut failed: Option<InputError> = None;
    walk(expr, &mut |expr| {
        let found = match &expr.node {
            Node::Measure(id, _) => measure(env, env.frame.index.resolve(*id, env.level), true, keys),
            Node::MeasureOver { measure, count, previous, .. } => over(env, *measure, *count, *previous, keys),
            Node::Tier(id, _) => tier(env, *id, keys),
            Node::Balance(points, pools) => balance_keys(env, *points, pools).map(|more| keys.extend(more)),
            Node::Total(which, points, pools) => {
                keys.extend(total_keys(env.policy(), *which, *points, pools));
                Ok(())
            }
            _ => Ok(()),
        };
        if let (Err(error), None) = (found, &failed) {
            failed = Some(error);
        }
    });
    failed.map_or(Ok(()), Err)
}

/// Keys of a measure: those that a reading looks at, or the one that an event changes; and of what its values read.
fn measure(env: &Env<'_>, id: MeasureRef, reading: bool, keys: &mut Keys) -> Eval<()> {
    if let Some(bucket) = bucket_of(env, id)? {
        if reading {
            keys.extend(bucket.read());
        } else {
            keys.insert(bucket.own());
        }
    }
    if reading {
        return Ok(());
    }
    let Some(declared) = env.policy().measure(id.id) else { return Ok(()) };
    for source in &declared.sources {
        match source {
            MeasureSource::Events { kinds, value, when } if kinds.contains(&env.frame.event.kind) => {
                for expr in value.iter().chain(when) {
                    read(env, expr, keys)?;
                }
            }
            MeasureSource::Measure(inner) => measure(env, env.frame.index.resolve(*inner, id.level), true, keys)?,
            MeasureSource::Events { .. } | MeasureSource::Postings { .. } => {}
        }
    }
    Ok(())
}

fn over(env: &Env<'_>, id: MeasureId, count: u32, previous: bool, keys: &mut Keys) -> Eval<()> {
    let Some(declared) = env.policy().measure(id) else { return Ok(()) };
    for day in days_back(env, declared, count, previous)? {
        measure(&Env { date: Some(day), ..*env }, env.frame.index.resolve(id, env.level), true, keys)?;
    }
    Ok(())
}

fn tier(env: &Env<'_>, id: TierId, keys: &mut Keys) -> Eval<()> {
    let Some(declared) = env.policy().tier(id) else { return Ok(()) };
    match declared.measure {
        Some(by) => measure(env, env.frame.index.resolve(by, env.level), true, keys)?,
        None => read(env, &declared.by, keys)?,
    }
    if let Some(fact) = &declared.or_fact {
        read(env, fact, keys)?;
    }
    if let (Some(by), Some(hold)) = (declared.measure, declared.hold)
        && let Some(counted) = env.policy().measure(by)
    {
        for day in held_days(env, counted, hold)? {
            measure(&Env { date: Some(day), ..*env }, env.frame.index.resolve(by, env.level), true, keys)?;
        }
    }
    Ok(())
}

/// Customers of lines that were posted.
pub(crate) fn customers_of(lines: &[Posted]) -> impl Iterator<Item = String> + '_ {
    lines.iter().map(|line| line.customer.clone())
}
