//! The protocol: what must be attached, which counters, the decision.

use super::book::Book;
use super::cap::{Class, Refusal};
use super::combine::Fixed;
use super::deed;
use super::edge::{self, Draft};
use super::figure;
use super::frame::{Earlier, Env, Eval, Frame};
use super::index::Index;
use super::keys::customers_of;
use super::level::{Moved, settle};
use super::line::LineKind;
use super::past::{self, Past};
use super::post::{Posting, changed, decision_line};
use super::record::{self, Kept};
use super::refund::{self, Refunded};
use super::request::{self, Amount};
use super::trace::Trail;
use super::version::{Version, Versions};
use crate::decision::{Counters, Decided, Decision, DecisionLine, FactOut, Notice, Outcome, PolicyRef, Record};
use crate::event::scalar::bad;
use crate::event::{Datum, Event, Facts, InputError};
use crate::number::plain;
use crate::vm::draft::Fast;
use crate::watch::{Seen, Watch};
use crate::{Inputs, Listed, Needs};
use earnest_dsl::policy::{Field, Policy, Role, RuleId, Type, Value};
use earnest_dsl::source::Span;
use rust_decimal::Decimal;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

/// Facts of every subject that the event names, and the earlier events that it names.
pub(crate) fn needs(policy: &Policy, event: &Event) -> Needs {
    let mut facts: BTreeSet<(String, String)> = BTreeSet::new();
    let mut records: Vec<String> = Vec::new();
    let known =
        |name: &str| policy.subjects.iter().any(|subject| subject.title.name == name && !subject.facts.is_empty());
    if let Some(customer) = event.customer.as_ref().filter(|_| known("customer")) {
        facts.insert(("customer".to_owned(), customer.clone()));
    }
    let mut look = |field: &Field, datum: Option<&Datum>| {
        let Some(Datum::One(Value::Text(id))) = datum else { return };
        match &field.typed.ty {
            Type::Subject(subject) => {
                if let Some(subject) = policy.subject(*subject).filter(|subject| known(&subject.title.name)) {
                    facts.insert((subject.title.name.clone(), id.clone()));
                }
            }
            Type::EventOf(_) if !records.contains(id) => records.push(id.clone()),
            _ => {}
        }
    };
    for field in policy.kind(event.kind).map_or(&[][..], |kind| &kind.fields) {
        let datum = event.fields.get(&field.title.name);
        look(field, datum);
        if let (Type::List(members), Some(Datum::List(elements))) = (&field.typed.ty, datum) {
            for element in elements {
                members.iter().for_each(|member| look(member, element.get(&member.title.name)));
            }
        }
    }
    Needs { facts: facts.into_iter().collect(), records }
}

/// An event that is named must be of a kind that the field takes: a refund of purchases takes back no withdrawal. Kinds are
/// compared by their JSON names, for another version may have decided the earlier event.
fn check_named(policy: &Policy, event: &Event, past: &[Past<'_>]) -> Eval<()> {
    for field in policy.kind(event.kind).map_or(&[][..], |kind| &kind.fields) {
        let (Type::EventOf(kinds), Some(Datum::One(Value::Text(id)))) =
            (&field.typed.ty, event.fields.get(&field.title.name))
        else {
            continue;
        };
        let named = past.iter().find(|one| one.event.id == *id);
        let Some(json) = named.and_then(|one| one.event.json.get("type")).and_then(Json::as_str) else { continue };
        let wanted: Vec<&str> =
            kinds.iter().filter_map(|kind| policy.kind(*kind)).map(|kind| kind.json.as_str()).collect();
        if !wanted.contains(&json) {
            return Err(bad(
                &field.title.name,
                format!("`{id}` is a `{json}`; this must name a `{}`", wanted.join("` or `")),
            ));
        }
    }
    Ok(())
}

/// Everything but the counters, read.
struct Setting<'a> {
    policy: &'a Policy,
    index: &'a Index,
    versions: Versions<'a>,
    zone: super::time::Zone,
    event: &'a Event,
    facts: &'a Facts,
    past: Vec<Past<'a>>,
    earlier: BTreeMap<String, Earlier>,
}

impl<'a> Setting<'a> {
    fn new(versions: Versions<'a>, inputs: &Inputs<'a>) -> Eval<Self> {
        let Version { policy, index } = versions.own;
        let zone = index.zone.ok_or_else(|| bad("timezone", format!("`{}` is no known time zone", policy.timezone)))?;
        let again = policy.kind(inputs.event.kind).is_some_and(|kind| kind.role == Role::Refund);
        let read = |one| record::read(&versions, one, again);
        let past = inputs.records.iter().map(read).collect::<Eval<Vec<Past<'a>>>>()?;
        check_named(policy, inputs.event, &past)?;
        let mut earlier = BTreeMap::new();
        for id in needs(policy, inputs.event).records {
            if let Some(one) = past.iter().find(|one| one.event.id == id) {
                let remaining = past::remaining(&past, one)?;
                earlier.insert(id, Earlier { event: one.event.clone(), remaining });
            }
        }
        Ok(Self { policy, index, versions, zone, event: inputs.event, facts: inputs.facts, past, earlier })
    }

    fn frame<'s>(&'s self, book: &'s Book, watch: Option<&'s dyn Watch>) -> Frame<'s> {
        Frame {
            policy: self.policy,
            index: self.index,
            zone: self.zone,
            event: self.event,
            facts: self.facts,
            recorded: None,
            earlier: &self.earlier,
            book,
            again: false,
            watch,
        }
    }

    fn role(&self) -> Role {
        self.policy.kind(self.event.kind).map_or(Role::Plain, |kind| kind.role)
    }

    /// Whether this version is in force at the event's time.
    fn in_force(&self) -> bool {
        self.policy.effective_from <= self.event.at
            && self.policy.effective_until.is_none_or(|until| self.event.at < until)
    }
}

/// The counters that the decision depends on.
pub(crate) fn keys(versions: Versions<'_>, inputs: &Inputs<'_>) -> Eval<Vec<String>> {
    let setting = Setting::new(versions, inputs)?;
    listed(&setting).map(|keys| keys.into_iter().collect())
}

fn listed(setting: &Setting<'_>) -> Eval<BTreeSet<String>> {
    if !setting.in_force() && setting.role() != Role::Refund {
        return Ok(BTreeSet::new());
    }
    let book = Book::new(Counters::new(), Some(BTreeSet::new()));
    super::keys::of_event(&setting.frame(&book, None), &setting.versions, &setting.past)
}

/// Decides an event.
pub(crate) fn decide(
    versions: Versions<'_>,
    hash: &str,
    (inputs, keys, counters): (&Inputs<'_>, Option<&[String]>, &Counters),
    (explain, watch): (bool, Option<&dyn Watch>),
    fast: Option<&Fast>,
) -> Eval<Decided> {
    let (setting, book) = begin(versions, inputs, keys, counters)?;
    let frame = setting.frame(&book, watch);
    // What a plan cannot say, refuse or explain is decided plainly.
    let planned = match fast.filter(|_| setting.in_force()) {
        Some(fast) => fast.draft(&frame)?,
        None => None,
    };
    go_on(&setting, &frame, hash, explain, planned)
}

/// Decides many events, none of which reads what another changes.
pub(crate) fn decide_all(versions: Versions<'_>, hash: &str, all: &[Listed<'_>], fast: &Fast) -> Vec<Eval<Decided>> {
    let begun: Vec<_> = all.iter().map(|one| begin(versions, &one.inputs, Some(one.keys), one.counters)).collect();
    let frames: Vec<Option<Frame<'_>>> = begun
        .iter()
        .map(|begun| begun.as_ref().ok().filter(|(setting, _)| setting.in_force()))
        .map(|begun| begun.map(|(setting, book)| setting.frame(book, None)))
        .collect();
    let planned = fast.drafts(&frames);
    let each = begun.iter().zip(planned).map(|(begun, planned)| match begun {
        Ok((setting, book)) => go_on(setting, &setting.frame(book, None), hash, false, planned?),
        Err(error) => Err(error.clone()),
    });
    each.collect()
}

/// Reads everything that a decision starts from; keys that are not at hand are listed.
fn begin<'a>(
    versions: Versions<'a>,
    inputs: &Inputs<'a>,
    keys: Option<&[String]>,
    counters: &Counters,
) -> Eval<(Setting<'a>, Book)> {
    let setting = Setting::new(versions, inputs)?;
    let keys = match keys {
        Some(keys) => keys.iter().cloned().collect(),
        None => listed(&setting)?,
    };
    let known: Counters =
        keys.iter().filter_map(|key| counters.get(key).map(|value| (key.clone(), value.clone()))).collect();
    Ok((setting, Book::new(known, Some(keys))))
}

/// Decides what a plan has not.
fn go_on(setting: &Setting<'_>, frame: &Frame<'_>, hash: &str, explain: bool, planned: Option<Draft>) -> Eval<Decided> {
    let policy = setting.policy;
    let mut trail = Trail::new(explain);
    let mut work = Work { names: needs(policy, setting.event).records, ..Work::default() };
    if setting.in_force() {
        work.draft = match planned {
            Some(draft) => draft,
            None => edge::decide(frame, &Fixed::new(), &BTreeSet::new(), &mut trail)?,
        };
    } else {
        trail.note(|| {
            format!("version {} is not in force at {}", policy.version(), setting.event.at.format("%Y-%m-%dT%H:%M:%S"))
        });
        work.draft.refusals.extend((setting.role() == Role::Request).then(not_in_force));
    }
    let resolved = work.draft.resolved.take();
    let frame = Frame { event: resolved.as_ref().unwrap_or(setting.event), ..*frame };
    if work.draft.refusals.is_empty() && setting.role() == Role::Refund {
        work.refunded = refund::refund(&frame, &setting.past, &mut trail)?;
    }
    if work.draft.refusals.is_empty() {
        settle_levels(setting, &frame, &mut work, &mut trail)?;
    }
    if work.draft.refusals.is_empty() {
        tell(setting, &frame, &mut work)?;
    }
    let decided = finish(setting, &frame, hash, work, trail)?;
    if let Some(watch) = frame.watch {
        watch.see(policy, Seen::Decided(&decided.decision));
    }
    Ok(decided)
}

/// Where no version is in force, a request is refused.
fn not_in_force() -> Refusal {
    let code = request::OUTSIDE.to_owned();
    Refusal { class: Class::Window, code, rule: RuleId(usize::MAX), detail: None, span: Span::default() }
}

/// What has been found out so far.
#[derive(Default)]
struct Work<'a> {
    names: Vec<String>,
    draft: Draft,
    refunded: Refunded<'a>,
    levels: Vec<(bool, DecisionLine)>,
    facts: Vec<FactOut>,
    notices: Vec<Notice>,
    figures: Vec<(String, String)>,
}

/// What an accepted event leads to besides lines: deeds, notices, figures.
fn tell(setting: &Setting<'_>, frame: &Frame<'_>, work: &mut Work<'_>) -> Eval<()> {
    if !setting.in_force() {
        return Ok(());
    }
    let env = Env::new(frame);
    let applied = || work.draft.applied.iter().copied();
    work.facts = deed::done(&env, applied(), frame.book)?;
    work.notices = figure::notices(&env, applied())?;
    work.figures = figure::told(&env)?;
    Ok(())
}

/// Level rules see the event's own counters, and those of the events that it takes back.
fn settle_levels(setting: &Setting<'_>, frame: &Frame<'_>, work: &mut Work<'_>, trail: &mut Trail) -> Eval<()> {
    let mut caps = std::mem::take(&mut work.draft.caps);
    let mut own = work.draft.lines.clone();
    own.extend(
        work.refunded.changes.iter().map(|one| changed(&one.line, LineKind::Refund, one.difference, one.difference)),
    );
    if setting.in_force() {
        let mut customers: BTreeSet<String> = customers_of(&work.draft.lines).collect();
        customers.extend(Env::new(frame).customer().ok().map(str::to_owned));
        let moved = Moved {
            frame: *frame,
            versions: setting.versions,
            customers,
            now: setting.event.at,
            again: false,
            own_days: BTreeSet::new(),
        };
        work.levels.extend(settle(&moved, &mut own, &mut caps, trail)?);
    }
    for (event, past) in &work.refunded.events {
        let mut earlier = setting.earlier.clone();
        earlier.extend(past.earlier.clone());
        let original = past.frame(frame, event, &earlier);
        let mut customers: BTreeSet<String> = past.items.iter().map(|item| item.customer.clone()).collect();
        customers.extend(Env::new(&original).customer().ok().map(str::to_owned));
        let own_days = refund::own_days(frame, past)?;
        let moved = Moved {
            frame: original,
            versions: setting.versions,
            customers,
            now: setting.event.at,
            again: true,
            own_days,
        };
        work.levels.extend(settle(&moved, &mut own, &mut caps, trail)?);
    }
    work.draft.refusals.append(&mut caps.refusals);
    work.draft.refusals.sort_by_key(|refusal| refusal.class);
    Ok(())
}

fn finish(setting: &Setting<'_>, frame: &Frame<'_>, hash: &str, work: Work<'_>, trail: Trail) -> Eval<Decided> {
    let policy = setting.policy;
    let refusals = &work.draft.refusals;
    let reference =
        PolicyRef { programme: policy.programme.name.clone(), version: policy.version(), hash: hash.to_owned() };
    let mut decision = Decision {
        event: setting.event.id.clone(),
        outcome: Outcome::Accepted,
        reason: None,
        reasons: vec![],
        detail: None,
        policy: reference,
        lines: vec![],
        amounts: vec![],
        entries: None,
        entitled: vec![],
        deliver_by: None,
        facts: vec![],
        notices: vec![],
        figures: vec![],
        counters: vec![],
        trace: None,
    };
    if let Some(first) = refusals.first() {
        decision.outcome = Outcome::Refused;
        decision.reason = Some(first.code.clone());
        decision.reasons = codes(refusals);
        decision.detail = refusals.iter().find_map(|refusal| refusal.detail.clone());
        decision.trace = trail.finish(policy, setting.index);
        let record = Record {
            event: decision.event.clone(),
            version: policy.version(),
            names: vec![],
            may_be_named: false,
            state: serde_json::Value::Null,
        };
        return Ok(Decided { decision, record });
    }
    decision.lines = posted(setting, frame, &work)?;
    add_brought(&mut decision, &work);
    decision.facts.clone_from(&work.facts);
    decision.notices.clone_from(&work.notices);
    decision.figures.clone_from(&work.figures);
    decision.counters = frame.book.changes();
    decision.trace = trail.finish(policy, setting.index);
    let kept = Kept {
        names: &work.names,
        items: &work.draft.items,
        effects: &work.draft.effects,
        brought: &work.draft.brought,
        adjusted: &work.refunded.adjusted,
        reduced: &work.refunded.reduced,
    };
    Ok(Decided { record: record::write(frame, &setting.versions, hash, &kept), decision })
}

/// What goes with a request beside its lines; of a refund by how much that changes.
fn add_brought(decision: &mut Decision, work: &Work<'_>) {
    let (own, changed) = (&work.draft.brought, &work.refunded.brought);
    decision.amounts = own.amounts.iter().chain(&changed.amounts).map(Amount::out).collect();
    decision.entries = own.entries.or(changed.entries).map(plain);
    decision.entitled.clone_from(&own.entitled);
    decision.deliver_by = own.deliver_by.map(|day| day.format("%Y-%m-%d").to_string());
}

/// All codes, in the fixed order, without repeats.
fn codes(refusals: &[Refusal]) -> Vec<String> {
    let mut codes: Vec<String> = Vec::new();
    for refusal in refusals {
        if !codes.contains(&refusal.code) {
            codes.push(refusal.code.clone());
        }
    }
    codes
}

/// Lines: what the event gives, what a refund changes, what level rules move.
fn posted(setting: &Setting<'_>, frame: &Frame<'_>, work: &Work<'_>) -> Result<Vec<DecisionLine>, InputError> {
    let env = Env::new(frame);
    let at = setting.event.at;
    let mut lines = Vec::new();
    for line in &work.draft.lines {
        lines.push(decision_line(&env, &Posting { line, dated: at, of: None, before: Decimal::ZERO })?);
    }
    for change in &work.refunded.changes {
        let original = work.refunded.events.iter().find(|(event, _)| event.id == change.of);
        let line = changed(&change.line, LineKind::Refund, change.difference, change.difference);
        let posting = Posting { line: &line, dated: at, of: Some(change.of.clone()), before: change.before };
        let made = match original {
            Some((event, past)) => {
                let original = past.frame(frame, event, &past.earlier);
                decision_line(&Env::new(&original), &posting)?
            }
            None => decision_line(&env, &posting)?,
        };
        lines.push(made);
    }
    let (first, last): (Vec<_>, Vec<_>) = work.levels.iter().cloned().partition(|(undoes, _)| *undoes);
    let lines = first.into_iter().map(|(_, line)| line).chain(lines);
    let lines = lines.chain(last.into_iter().map(|(_, line)| line)).collect();
    Ok(lines)
}
