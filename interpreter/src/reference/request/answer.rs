//! Which request answers an event: one on its kind whose conditions hold; a catalogue only if it has the item.

use super::{Asking, CONDITION};
use crate::decision::{Because, RuleResult};
use crate::reference::cap::{Class, Refusal};
use crate::reference::expr::holds;
use crate::reference::frame::{Env, Eval};
use crate::reference::trace::{Trail, because, noting};
use crate::reference::value::Val;
use crate::reference::window;
use earnest_dsl::policy::{Item, KindId, Policy, Request, RequestForm, Role, Rule, RuleBody, RuleId};
use earnest_dsl::source::Span;

/// The library's kind of event on which several customers contend.
const PRIORITY: &str = "Priority";
/// The field that names an item.
const ITEM: &str = "item";

/// What answers an event.
pub(crate) enum Answering<'a> {
    /// No request stands on its kind: rules decide it.
    Rules,
    /// This one.
    One(Asking<'a>),
    /// None of those on its kind.
    Nobody(Refusal),
}

/// Requests that stand on a kind of event, in the order of identifiers.
pub(super) fn standing(policy: &Policy, kind: KindId) -> impl Iterator<Item = (RuleId, &Rule, &Request)> {
    policy.rules.iter().enumerate().filter_map(move |(at, rule)| match &rule.body {
        RuleBody::Request(request) if rule.kinds.contains(&kind) => Some((RuleId(at), rule, &**request)),
        _ => None,
    })
}

/// The item that the event asks for, if the catalogue has it.
pub(super) fn item_of<'p>(env: &Env<'_>, request: &'p Request) -> Eval<Option<&'p Item>> {
    let name = match env.field(ITEM)? {
        Some(Val::Text(name) | Val::Enum(_, name) | Val::Code(name)) => name,
        _ => return Ok(None),
    };
    Ok(request.items.iter().find(|item| item.title.name == name))
}

/// Whether an ordinary rule, or a priority, decides events of a kind.
fn decided_by_rules(policy: &Policy, kind: KindId) -> bool {
    let rule = policy
        .rules
        .iter()
        .any(|rule| rule.kinds.contains(&kind) && !matches!(rule.body, RuleBody::Request(_) | RuleBody::Level { .. }));
    let priority = policy.kind(kind).is_some_and(|kind| kind.title.name == PRIORITY);
    rule || (priority && policy.rankings.iter().any(|ranking| ranking.priority))
}

/// Finds what answers the event. Where several do, one in whose time it falls comes first, then the smaller identifier.
pub(crate) fn answering<'a>(env: &'a Env<'a>, trail: &mut Trail) -> Eval<Answering<'a>> {
    let policy = env.policy();
    let kind = env.frame.event.kind;
    if !policy.kind(kind).is_some_and(|kind| kind.role == Role::Request) {
        return Ok(Answering::Rules);
    }
    let mut found: Vec<(bool, Asking<'a>)> = Vec::new();
    let mut first = None;
    for (id, rule, request) in standing(policy, kind) {
        first = first.or(Some(id));
        if let Some(asking) = fitting(env, (id, rule, request), trail)? {
            found.push((!in_time(&asking)?, asking));
        }
    }
    found.sort_by_key(|(late, asking)| (*late, asking.request.prohibited.is_some(), asking.id));
    if let Some((_, asking)) = found.into_iter().next() {
        return Ok(Answering::One(asking));
    }
    if first.is_none() && decided_by_rules(policy, kind) {
        return Ok(Answering::Rules);
    }
    let what = match env.field(ITEM)? {
        Some(Val::Text(item) | Val::Enum(_, item)) if first.is_some() => {
            format!("no catalogue has the item `{item}`, or its conditions do not hold")
        }
        _ if first.is_some() => "the conditions of no request on this kind of event hold".to_owned(),
        _ => "this programme answers no request of this kind".to_owned(),
    };
    Ok(Answering::Nobody(Refusal {
        class: Class::Need,
        code: CONDITION.to_owned(),
        rule: first.unwrap_or(RuleId(usize::MAX)),
        detail: Some(what),
        span: Span::default(),
    }))
}

fn in_time(asking: &Asking<'_>) -> Eval<bool> {
    for one in asking.rule.windows.iter().chain(asking.item.map_or(&[][..], |item| &item.windows)) {
        if !window::holds(asking.env, one, None)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The request, if it has the item and its conditions hold; otherwise it is noted why not.
fn fitting<'a>(
    env: &'a Env<'a>,
    (id, rule, request): (RuleId, &'a Rule, &'a Request),
    trail: &mut Trail,
) -> Eval<Option<Asking<'a>>> {
    let policy = env.policy();
    let item = item_of(env, request)?;
    if request.form == RequestForm::Catalogue && item.is_none() && request.prohibited.is_none() {
        let why = Because { text: ITEM.to_owned(), place: String::new(), group: None };
        trail.result(policy, id, RuleResult::Condition, Some(why));
        return Ok(None);
    }
    let log = trail.log();
    let inside = noting(env, log.as_ref());
    let mut failed = None;
    for condition in &rule.conditions {
        if failed.is_none() && !holds(&inside, condition)? {
            failed = Some(because(policy, condition.span, "a condition"));
        }
    }
    trail.read(policy, id, log);
    if failed.is_some() {
        trail.result(policy, id, RuleResult::Condition, failed);
        return Ok(None);
    }
    trail.result(policy, id, RuleResult::Nothing, None);
    Ok(Some(Asking { env, id, rule, request, item, customer: env.customer()?, price: None }))
}
