//! Refunds: the original is decided again with what remains, against the values that it read; what is posted is the difference.
//! Decisions that named the original are decided again in their order. Events in between are not.

use super::amount::round;
use super::book::Book;
use super::combine::Fixed;
use super::edge::{self, Draft, gathered};
use super::effect::{Effects, Target, replace};
use super::frame::{Earlier, Env, Eval, Frame};
use super::key::event_day;
use super::line::{Item, Posted};
use super::measure::bucket_of;
use super::past::{Adjusted, Past, remaining, same_place, so_far};
use super::request::{self, Brought};
use super::trace::Trail;
use super::value::Val;
use super::version::Version;
use crate::decision::StepKind;
use crate::event::scalar::bad;
use crate::event::{Datum, Event};
use crate::number::{Exact, Inexact, subtract};
use chrono::NaiveDate;
use earnest_dsl::policy::{KindId, Measure, Node, Role, Rule, RuleBody, RuleId, ScopePeriod, Type, Value};
use earnest_dsl::syntax::ast::RoundMode;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

/// A line that a refund changes: what stood before, and the difference.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    pub of: String,
    pub line: Posted,
    pub before: Decimal,
    pub difference: Decimal,
}

/// What a refund comes to.
#[derive(Debug, Default)]
pub(crate) struct Refunded<'a> {
    pub changes: Vec<Change>,
    pub adjusted: Vec<Adjusted>,
    pub reduced: BTreeMap<String, BTreeMap<String, Decimal>>,
    /// By how much amounts that go with requests change.
    pub brought: Brought,
    /// The events whose counters have changed, as they are now.
    pub events: Vec<(Event, Past<'a>)>,
}

/// The id of the event that a refund takes back.
pub(crate) fn original_id(frame: &Frame<'_>) -> Option<String> {
    let kind = frame.policy.kind(frame.event.kind).filter(|kind| kind.role == Role::Refund)?;
    let field = kind.fields.iter().find(|field| matches!(field.typed.ty, Type::EventOf(_)))?;
    match frame.event.fields.get(&field.title.name) {
        Some(Datum::One(Value::Text(id))) => Some(id.clone()),
        _ => None,
    }
}

/// The records that a refund of an event must look at: the original and the decisions that named it, oldest first.
pub(crate) fn concerned<'p, 'a>(frame: &Frame<'_>, past: &'p [Past<'a>], id: &str) -> Eval<Vec<&'p Past<'a>>> {
    let original = past.iter().find(|one| one.event.id == id);
    let original = original.ok_or_else(|| {
        bad("of", format!("there is no record of the event `{id}`; attach the record that its decision left"))
    })?;
    let version = original.version.policy.version();
    if version != frame.policy.version() {
        return Err(bad(id, format!("it was decided by version {version}; decide this event with that version")));
    }
    let claims = past
        .iter()
        .filter(|one| one.event.id != id && one.names.iter().any(|name| name == id) && one.reduced.is_empty());
    Ok(std::iter::once(original).chain(claims).collect())
}

/// Takes back what the event says, at most what is left.
pub(crate) fn refund<'a>(frame: &Frame<'a>, past: &[Past<'a>], trail: &mut Trail) -> Eval<Refunded<'a>> {
    let mut done = Refunded::default();
    let Some(id) = original_id(frame) else { return Ok(done) };
    let concerned = concerned(frame, past, &id)?;
    let Some(original) = concerned.first().copied() else { return Ok(done) };
    let left_before = remaining(past, original)?;
    let (left, taken) = take(frame, original.event.kind, &left_before)?;
    done.reduced.insert(id.clone(), taken);
    let nothing_left = left.values().all(Decimal::is_zero);
    for one in concerned {
        let is_original = one.event.id == id;
        let (lines, effects, brought) = so_far(past, one)?;
        let event = if is_original { reduced(&one.event, &left) } else { one.event.clone() };
        let mut earlier = one.earlier.clone();
        if let Some(held) = earlier.get_mut(&id) {
            held.remaining.clone_from(&left);
        } else if !is_original {
            earlier.insert(id.clone(), Earlier { event: original.event.clone(), remaining: left.clone() });
        }
        trail.turn_to(Some(&one.event.id));
        let again = Again {
            past: one,
            event: &event,
            earlier: &earlier,
            ratio: ratio(original, &left)?,
            gone: is_original && nothing_left,
        };
        // What another version decided is decided again by that version.
        let deciding = &Frame { policy: one.version.policy, index: one.version.index, ..*frame };
        let draft = decide_again(deciding, &again, trail)?;
        note_remaining(deciding, &again, &left, trail);
        trail.turn_to(None);
        let mut customers: BTreeSet<String> =
            lines.iter().chain(&draft.lines).map(|line| line.customer.clone()).collect();
        customers.extend(one.event.customer.clone());
        let own = own_period(frame, one, &customers, &earlier)?;
        let moved = replace(deciding, &effects, &draft.effects, &own)?;
        let changes = changes(&one.event.id, &lines, &draft.lines)?;
        let adjusted =
            changes.iter().map(|change| Posted { amount: change.difference, ..change.line.clone() }).collect();
        let given = draft.brought.since(&brought)?;
        done.brought.changed(&given)?;
        done.adjusted.push(Adjusted {
            of: one.event.id.clone(),
            version: one.version.policy.version(),
            lines: adjusted,
            effects: moved,
            brought: given,
        });
        done.changes.extend(changes);
        done.events.push((event, one.clone()));
    }
    Ok(done)
}

/// What is left after the refund, and what it takes: the fields that it reduces and states; everything where it states none, or
/// where its kind reduces none.
fn take(
    frame: &Frame<'_>,
    original: KindId,
    left: &BTreeMap<String, Decimal>,
) -> Eval<(BTreeMap<String, Decimal>, BTreeMap<String, Decimal>)> {
    let reduces = frame.index.reduces(frame.event.kind, original);
    let stated = |field: &str| match frame.event.fields.get(field) {
        _ if reduces.is_none_or(|reduces| !reduces.contains(field)) => None,
        Some(datum) => Val::of_datum(datum, frame.zone).as_number().and_then(Exact::decimal),
        None => None,
    };
    let any = left.keys().any(|field| stated(field).is_some());
    let (mut after, mut taken) = (BTreeMap::new(), BTreeMap::new());
    for (field, amount) in left {
        let asked = match reduces {
            Some(reduces) if !reduces.contains(field) => Decimal::ZERO,
            Some(_) if any => stated(field).unwrap_or_default(),
            _ => *amount,
        };
        let takes = asked.min(*amount).max(Decimal::ZERO);
        after.insert(field.clone(), subtract(*amount, takes).map_err(|Inexact| bad(field, "it has too many digits"))?);
        taken.insert(field.clone(), takes);
    }
    Ok((after, taken))
}

/// The event with what refunds have left of it.
fn reduced(event: &Event, left: &BTreeMap<String, Decimal>) -> Event {
    let mut event = event.clone();
    for (field, amount) in left {
        if let Some(Datum::One(value)) = event.fields.get_mut(field) {
            match value {
                Value::Money(held, _) | Value::Points(held, _) | Value::Quantity(held, _) => *held = *amount,
                Value::Number(held) | Value::Percent(held) | Value::Count(held) | Value::Multiple(held) => {
                    *held = *amount
                }
                _ => {}
            }
        }
    }
    event
}

/// Remaining over original, of the field that refunds have reduced most.
fn ratio(original: &Past<'_>, left: &BTreeMap<String, Decimal>) -> Eval<Exact> {
    let mut least: Option<Exact> = None;
    for (field, left) in left {
        let inexact = |Inexact| bad(field, "it has too many digits");
        let whole = match original.event.fields.get(field) {
            Some(Datum::One(Value::Money(amount, _) | Value::Points(amount, _) | Value::Quantity(amount, _))) => {
                *amount
            }
            Some(Datum::One(Value::Number(amount) | Value::Count(amount))) => *amount,
            _ => continue,
        };
        if whole.is_zero() {
            continue;
        }
        let ratio = Exact::from(*left).divide(whole.into()).map_err(inexact)?;
        let less = match least {
            Some(held) => ratio.compare(held).map_err(inexact)?.is_lt(),
            None => true,
        };
        if less {
            least = Some(ratio);
        }
    }
    Ok(least.unwrap_or(Exact::ZERO))
}

struct Again<'a> {
    past: &'a Past<'a>,
    event: &'a Event,
    earlier: &'a BTreeMap<String, Earlier>,
    ratio: Exact,
    gone: bool,
}

/// Decides an event again against what its record says that it read.
fn decide_again(frame: &Frame<'_>, again: &Again<'_>, trail: &mut Trail) -> Eval<Draft> {
    let (fixed, left_out) = not_decided_again(frame, again)?;
    if again.gone {
        // As if the event had not happened, but for what its rules keep.
        let items: Vec<Item> = fixed.into_values().flatten().filter(|item| !item.granted.is_zero()).collect();
        let keeps: BTreeSet<RuleId> = items.iter().map(|item| item.rule).collect();
        let effects: Effects = again
            .past
            .effects
            .iter()
            .filter(|((_, target), _)| matches!(target, Target::Constraint(_, rule) if keeps.contains(rule)))
            .map(|(at, effect)| (at.clone(), effect.clone()))
            .collect();
        let mut draft = Draft { lines: gathered(frame.policy, &items)?, effects, items, ..Draft::default() };
        request::keep(frame.policy, again.past, &keeps, &mut draft);
        return Ok(draft);
    }
    let book = Book::new(again.past.counters.clone(), None);
    let replayed = Frame {
        event: again.event,
        facts: &again.past.facts,
        recorded: None,
        earlier: again.earlier,
        book: &book,
        again: true,
        ..*frame
    };
    let mut draft = edge::decide(&replayed, &fixed, &left_out, trail)?;
    if draft.refusals.is_empty() {
        request::keep(frame.policy, again.past, &fixed.into_keys().collect(), &mut draft);
        return Ok(draft);
    }
    // What would now be refused earns nothing and enters no measure.
    Ok(Draft::default())
}

/// Lines of rules that a refund scales or keeps, and rules of that sort that gave nothing and give nothing now.
fn not_decided_again(frame: &Frame<'_>, again: &Again<'_>) -> Eval<(Fixed, BTreeSet<RuleId>)> {
    let (mut fixed, mut left_out) = (Fixed::new(), BTreeSet::new());
    for id in frame.index.edges(again.event.kind) {
        let Some(proportion) = frame.policy.rule(*id).and_then(in_proportion) else { continue };
        let mut items = Vec::new();
        for item in again.past.items.iter().filter(|item| item.rule == *id && item.group.is_none()) {
            let mut item = item.clone();
            if proportion {
                let inexact = |Inexact| bad("amount", "a share of a line needs more than 28 digits");
                let share = Exact::from(item.granted).multiply(again.ratio).map_err(inexact)?;
                item.granted = round(frame.policy, item.rule, item.points, share).map_err(inexact)?;
                for spend in &mut item.spends {
                    let scale = spend.basis.scale();
                    let share = Exact::from(spend.basis).multiply(again.ratio).map_err(inexact)?;
                    spend.basis = share.rounded(RoundMode::Down, scale).map_err(inexact)?;
                }
            }
            item.asked = item.granted;
            item.exact = item.granted.into();
            item.fixed = true;
            items.push(item);
        }
        if items.is_empty() {
            left_out.insert(*id);
        } else {
            fixed.insert(*id, items);
        }
    }
    Ok((fixed, left_out))
}

/// Whether a refund scales what a rule gave (`false`: keeps it); none where it is decided again.
fn in_proportion(rule: &Rule) -> Option<bool> {
    match &rule.body {
        RuleBody::Request(request) if request.stays_spent => Some(false),
        _ => rule.refund_in_proportion,
    }
}

/// Lines that differ from what stood so far.
fn changes(of: &str, before: &[Posted], after: &[Posted]) -> Eval<Vec<Change>> {
    let mut all = Vec::new();
    let long = |Inexact| bad("amount", "a line needs more than 28 digits");
    for line in before {
        let now = after.iter().find(|one| same_place(one, line)).map_or(Decimal::ZERO, |one| one.amount);
        let difference = subtract(now, line.amount).map_err(long)?;
        if !difference.is_zero() {
            all.push(Change { of: of.to_owned(), line: line.clone(), before: line.amount, difference });
        }
    }
    for line in after.iter().filter(|line| !before.iter().any(|one| same_place(one, line))) {
        if !line.amount.is_zero() {
            all.push(Change { of: of.to_owned(), line: line.clone(), before: Decimal::ZERO, difference: line.amount });
        }
    }
    Ok(all)
}

/// Keys of measures that book refunds in their own period, by the original's: the same keys, the refund's date. Postings go to
/// others than the event's customer too.
pub(crate) fn own_period(
    frame: &Frame<'_>,
    past: &Past<'_>,
    customers: &BTreeSet<String>,
    earlier: &BTreeMap<String, Earlier>,
) -> Eval<BTreeMap<(String, Target), String>> {
    let original = past.frame(frame, &past.event, earlier);
    let mut keys = BTreeMap::new();
    for id in original.index.fed(past.event.kind).iter().chain(&original.index.postings) {
        let Some(measure) = original.policy.measure(id.id).filter(|measure| measure.refunds_own_period) else {
            continue;
        };
        let day = own_day(frame, measure)?;
        for customer in customers {
            let env = Env { customer: Some(customer), ..Env::new(&original) };
            let (Some(first), Some(own)) = (bucket_of(&env, *id)?, bucket_of(&Env { date: Some(day), ..env }, *id)?)
            else {
                continue;
            };
            keys.insert((first.own(), Target::Measure(*id)), own.own());
        }
    }
    Ok(keys)
}

/// The day on which a measure that books refunds in their own period counts this one: the date of the same name, else the refund's.
fn own_day(frame: &Frame<'_>, measure: &Measure) -> Eval<NaiveDate> {
    let refund = Env::new(frame);
    let named = match &measure.scope.period {
        ScopePeriod::Calendar(_, Some(named)) => match &named.node {
            Node::Field(name) => refund.field(name)?.and_then(|value| value.as_date()),
            _ => None,
        },
        _ => None,
    };
    named.map_or_else(|| event_day(&refund), Ok)
}

/// The days on which a refund of an event counts in a period of its own: level rules that read those periods move too.
pub(crate) fn own_days(frame: &Frame<'_>, past: &Past<'_>) -> Eval<BTreeSet<NaiveDate>> {
    let Version { policy, index } = past.version;
    let measures = index.fed(past.event.kind).iter().chain(&index.postings).filter_map(|id| policy.measure(id.id));
    measures.filter(|measure| measure.refunds_own_period).map(|measure| own_day(frame, measure)).collect()
}

fn note_remaining(frame: &Frame<'_>, again: &Again<'_>, left: &BTreeMap<String, Decimal>, trail: &mut Trail) {
    for item in &again.past.items {
        for (field, amount) in left {
            let ty = frame
                .policy
                .kind(again.past.event.kind)
                .and_then(|kind| kind.field(field))
                .map_or(Type::Number, |field| field.typed.ty.clone());
            trail.step(
                frame.policy,
                item.rule,
                StepKind::Remaining,
                || (field.clone(), String::new()),
                (*amount).into(),
                &ty,
            );
        }
    }
}
