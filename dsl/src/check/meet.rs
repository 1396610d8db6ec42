//! Which pairs of rules may meet, without looking at every pair.
//!
//! Thousands of rules on one kind of event mostly lie apart by a date window, a campaign's month, a code or a value that each
//! names. Rules are therefore dealt into boxes by such a *trait* (the months that a window touches, the values that a condition
//! allows a field); only rules in one box, and those that say nothing of the trait, are compared. What is left is compared
//! pair by pair, so the result is that of comparing all, and the cost follows the pairs that do meet.

use super::Checker;
use super::apart::range;
use super::table::constant_number;
use super::window::interval;
use crate::policy::{Compare, Expr, GroupId, Node, Policy, Rule, RuleId, SetMember, Value};
use chrono::Datelike as _;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

/// A trait and the boxes in which a rule lies by it.
type Boxes = BTreeMap<String, BTreeSet<String>>;

/// So many boxes at most for one rule; one that lies in more is as good as in all.
const MOST: usize = 60;

/// So few rules are compared pair by pair.
const FEW: usize = 12;

impl Checker<'_> {
    /// As [`meeting`], of the policy as it is so far.
    pub(crate) fn meeting(
        &self,
        rules: &[RuleId],
        combined: impl Fn(GroupId) -> bool,
        meets: impl FnMut(RuleId, RuleId) -> bool,
    ) {
        meeting(&self.policy, rules, combined, meets);
    }
}

/// Calls `meets` for pairs of these rules that may meet, until it answers `false`: the smaller id first, a pair perhaps more
/// than once. Members of one group are no pair where `combined` says that the group sees to it.
pub(crate) fn meeting(
    policy: &Policy,
    rules: &[RuleId],
    combined: impl Fn(GroupId) -> bool,
    mut meets: impl FnMut(RuleId, RuleId) -> bool,
) {
    let dealt = rules.iter().filter_map(|id| policy.rule(*id).map(|rule| dealt(policy, *id, rule)));
    let mut dealt: Vec<Dealt> = dealt.collect();
    box_ranges(&mut dealt);
    for one in &mut dealt {
        one.group = one.group.filter(|group| combined(*group));
    }
    let all: Vec<&Dealt> = dealt.iter().collect();
    within(&all, &mut vec![], &mut Search { meets: &mut meets, stopped: false });
}

fn dealt(policy: &Policy, id: RuleId, rule: &Rule) -> Dealt {
    let (mut boxes, mut ranges) = (Boxes::new(), BTreeMap::new());
    for window in &rule.windows {
        if let Some((Some(start), Some(end))) = interval(window) {
            let month = |at: chrono::NaiveDateTime| {
                i64::from(at.year()).saturating_mul(12).saturating_add(i64::from(at.month0()))
            };
            let (first, last) = (month(start), month(end));
            if usize::try_from(last.saturating_sub(first)).is_ok_and(|months| months < MOST) {
                narrow(&mut boxes, "month".to_owned(), (first..=last).map(|month| month.to_string()).collect());
            }
        }
    }
    for condition in conjuncts(&rule.conditions) {
        if let Some((subject, values)) = values_named(policy, condition) {
            narrow(&mut boxes, format!("{subject:?}"), values);
        } else if let Some((subject, low, high)) = range(condition) {
            let known = ranges.entry(format!("{subject:?}")).or_insert((Decimal::MIN, Decimal::MAX));
            let low = low.map_or(known.0, |(low, _)| low.max(known.0));
            let high = high.map_or(known.1, |(high, _)| high.min(known.1));
            *known = (low, high);
        }
    }
    Dealt { id, group: rule.group.map(|(group, _)| group), boxes, ranges }
}

/// The values that a condition allows its subject, where they can be listed.
fn values_named<'e>(policy: &Policy, condition: &'e Expr) -> Option<(&'e Node, BTreeSet<String>)> {
    match &condition.node {
        Node::Compare(Compare::Equal, subject, value) => Some((&subject.node, BTreeSet::from([name_of(value)?]))),
        Node::In(subject, members) => {
            let mut values = BTreeSet::new();
            for member in members {
                match member {
                    SetMember::One(value) => {
                        values.insert(name_of(value)?);
                    }
                    SetMember::Codes(set) => {
                        for (first, last) in &policy.code_set(*set)?.runs {
                            if usize::try_from(last.saturating_sub(*first)).is_ok_and(|run| run > MOST) {
                                return None;
                            }
                            values.extend((*first..=*last).map(|code| format!("{code:04}")));
                        }
                    }
                    SetMember::Run(..) => return None,
                }
            }
            (values.len() <= MOST).then_some((&subject.node, values))
        }
        _ => None,
    }
}

/// A rule with the boxes in which it lies.
struct Dealt {
    id: RuleId,
    /// The group that combines it with its other members.
    group: Option<GroupId>,
    boxes: Boxes,
    /// The range that its conditions leave a subject.
    ranges: BTreeMap<String, (Decimal, Decimal)>,
}

/// Ranges are boxed by the ends that occur: two that meet have a box in common.
fn box_ranges(rules: &mut [Dealt]) {
    let mut ends: BTreeMap<String, Vec<Decimal>> = BTreeMap::new();
    for (subject, (low, high)) in rules.iter().flat_map(|rule| &rule.ranges) {
        ends.entry(subject.clone()).or_default().extend([*low, *high]);
    }
    for ends in ends.values_mut() {
        ends.sort();
        ends.dedup();
    }
    for rule in rules {
        for (subject, (low, high)) in &rule.ranges {
            let Some(ends) = ends.get(subject) else { continue };
            let (first, last) = (ends.partition_point(|end| end < low), ends.partition_point(|end| end <= high));
            if last.saturating_sub(first) <= MOST {
                let names = (first..last).map(|at| at.to_string()).collect();
                narrow(&mut rule.boxes, format!("range of {subject}"), names);
            }
        }
    }
}

/// Two conditions on one trait leave the boxes that both allow.
fn narrow(boxes: &mut Boxes, which: String, values: BTreeSet<String>) {
    let left = match boxes.get(&which) {
        Some(known) => known.intersection(&values).cloned().collect(),
        None => values,
    };
    boxes.insert(which, left);
}

fn name_of(value: &Expr) -> Option<String> {
    match &value.node {
        Node::Constant(Value::Enum(_, name) | Value::Code(name) | Value::Text(name)) => Some(name.clone()),
        Node::Constant(Value::Flag(flag)) => Some(flag.to_string()),
        _ => constant_number(value).map(|number| number.normalize().to_string()),
    }
}

pub(crate) fn conjuncts(conditions: &[Expr]) -> Vec<&Expr> {
    let mut out = Vec::new();
    for condition in conditions {
        match &condition.node {
            Node::And(all) => out.extend(conjuncts(all)),
            _ => out.push(condition),
        }
    }
    out
}

/// Who is told of a pair, and whether he has heard enough.
struct Search<'f> {
    meets: &'f mut dyn FnMut(RuleId, RuleId) -> bool,
    stopped: bool,
}

impl Search<'_> {
    fn pair(&mut self, a: &Dealt, b: &Dealt) {
        let grouped = a.group.is_some() && a.group == b.group;
        if !self.stopped && a.id != b.id && !grouped {
            self.stopped = !(self.meets)(a.id.min(b.id), a.id.max(b.id));
        }
    }
}

/// Pairs within one lot of rules.
fn within(rules: &[&Dealt], used: &mut Vec<String>, search: &mut Search<'_>) {
    if search.stopped {
        return;
    }
    let grouped = rules.first().and_then(|first| first.group);
    if grouped.is_some() && rules.iter().all(|rule| rule.group == grouped) {
        return;
    }
    let Some(which) = best_trait(rules, used).filter(|_| rules.len() > FEW) else {
        for (at, a) in rules.iter().enumerate() {
            rules.iter().skip(at.saturating_add(1)).for_each(|b| search.pair(a, b));
        }
        return;
    };
    used.push(which.clone());
    let (boxes, silent) = deal(rules, &which);
    let named: Vec<&Dealt> = rules.iter().filter(|rule| rule.boxes.contains_key(&which)).copied().collect();
    for inside in boxes.values() {
        within(inside, used, search);
    }
    within(&silent, used, search);
    between(&silent, &named, used, search);
    used.pop();
}

/// Pairs of a rule of one lot with a rule of the other.
fn between(one: &[&Dealt], other: &[&Dealt], used: &mut Vec<String>, search: &mut Search<'_>) {
    if search.stopped || one.is_empty() || other.is_empty() {
        return;
    }
    let few = one.len().saturating_mul(other.len()) <= FEW.saturating_mul(FEW);
    let both: Vec<&Dealt> = one.iter().chain(other).copied().collect();
    let Some(which) = best_trait(&both, used).filter(|_| !few) else {
        for a in one {
            other.iter().for_each(|b| search.pair(a, b));
        }
        return;
    };
    used.push(which.clone());
    let (one_boxes, one_silent) = deal(one, &which);
    let (other_boxes, other_silent) = deal(other, &which);
    for (name, inside) in &one_boxes {
        if let Some(others) = other_boxes.get(name) {
            between(inside, others, used, search);
        }
    }
    let one_named: Vec<&Dealt> = one.iter().filter(|rule| rule.boxes.contains_key(&which)).copied().collect();
    between(&one_silent, other, used, search);
    between(&one_named, &other_silent, used, search);
    used.pop();
}

/// Rules by box, and those that say nothing of the trait.
fn deal<'d>(rules: &[&'d Dealt], which: &str) -> (BTreeMap<&'d str, Vec<&'d Dealt>>, Vec<&'d Dealt>) {
    let mut boxes: BTreeMap<&str, Vec<&Dealt>> = BTreeMap::new();
    let mut silent = Vec::new();
    for rule in rules {
        match rule.boxes.get(which) {
            Some(names) => names.iter().for_each(|name| boxes.entry(name.as_str()).or_default().push(rule)),
            None => silent.push(*rule),
        }
    }
    (boxes, silent)
}

/// The trait that most of the rules name and that is not used up; none where fewer than two name one.
fn best_trait(rules: &[&Dealt], used: &[String]) -> Option<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for name in rules.iter().flat_map(|rule| rule.boxes.keys()).filter(|name| !used.contains(name)) {
        let count = counts.entry(name).or_default();
        *count = count.saturating_add(1);
    }
    let best =
        counts.into_iter().filter(|(_, count)| *count > 1).max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.0.cmp(a.0)))?;
    Some(best.0.to_owned())
}
