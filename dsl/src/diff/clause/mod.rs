//! Clauses of constructs, and how those of two constructs are compared: equal ones drop out, the rest is told by what differs.

mod others;
mod rule;

use super::align::Aligned;
use super::expr::Sides;
use super::pair::Pair;
use super::{Both, Change, Detail, Happened, Part, Sort, window};
use crate::diagnostic::Text;
use crate::policy::core::paragraph::{Paragraph, meaning};
use crate::policy::{Beyond, Constraint, Expr, Policy, Title, Window};

pub(super) use rule::{same_but_for_reach, touched};

/// A clause of a construct.
#[derive(Clone)]
pub(super) struct Clause<'p> {
    part: Part,
    /// What it means, in the words of the core under old names.
    key: String,
    text: Text,
    focus: Focus<'p>,
}

/// What of a clause can be looked into.
#[derive(Clone)]
enum Focus<'p> {
    Whole,
    Expr(&'p Expr, Text),
    Window(&'p Window),
    Limit(&'p Constraint),
}

impl<'p> Clause<'p> {
    fn whole(part: Part, key: impl Into<String>, text: Text) -> Self {
        Self { part, key: key.into(), text, focus: Focus::Whole }
    }

    /// A sentence that is its own key.
    fn told(part: Part, text: Text) -> Self {
        Self { part, key: text.en.clone(), text, focus: Focus::Whole }
    }

    fn on(self, focus: Focus<'p>) -> Self {
        Self { focus, ..self }
    }
}

/// Everything that changed, in no order.
pub(super) fn changes(old: &Policy, new: &Policy, aligned: &Aligned) -> Vec<Change> {
    let mut all = rule::changes(old, new, aligned);
    all.extend(others::changes(old, new, aligned));
    all
}

/// Meaning that differs and that no clause has told: the lines of the core, as they are.
pub(super) fn untold(old: &Policy, aligned: &Policy) -> Change {
    let (before, after) = (meaning(old), meaning(aligned));
    let details = lines(&before.join("\n"), &after.join("\n"));
    Change {
        sort: Sort::Programme,
        name: old.programme.name.clone(),
        now: None,
        label: label(old, &old.programme),
        happened: Happened::Changed,
        details,
        old_place: None,
        new_place: None,
        pair: Pair { old: None, new: None },
    }
}

/// Lines of the core that only one of the two has.
fn lines(before: &str, after: &str) -> Vec<Detail> {
    let only = |one: &str, other: &str, happened| {
        let known: std::collections::BTreeSet<&str> = other.lines().collect();
        let told = one.lines().filter(|line| !known.contains(line)).map(move |line| {
            let text = Text::new(format!("`{}`", line.trim()), format!("`{}`", line.trim()));
            detail(Part::Core, happened, text)
        });
        told.collect::<Vec<_>>()
    };
    let mut all = only(before, after, Happened::Removed);
    all.extend(only(after, before, Happened::Added));
    all
}

fn detail(part: Part, happened: Happened, text: Text) -> Detail {
    let (old, new) = match happened {
        Happened::Removed => (Some(text.clone()), None),
        Happened::Added => (None, Some(text.clone())),
        Happened::Changed => (None, None),
    };
    Detail { part, happened, text, old, new }
}

/// What readers call a construct.
fn label(policy: &Policy, title: &Title) -> Text {
    Both::of(policy).text(|words| words.name(title))
}

/// A change of one construct, if there is any: it came, it went, or some of its clauses differ.
fn change<'p, T: Paragraph>(
    sort: Sort,
    pair: Pair,
    (old, new): (&'p Policy, &'p Policy),
    (one, other): (Option<&'p T>, Option<&'p T>),
    title: impl Fn(&T) -> &Title,
    clauses: impl Fn(&'p Policy, &'p T) -> Vec<Clause<'p>>,
    sides: Sides<'p>,
) -> Option<Change> {
    let (happened, details) = match (one, other) {
        (Some(one), Some(other)) => {
            let (before, after) = (one.paragraph(old), other.paragraph(new));
            let mut details = compared(clauses(old, one), clauses(new, other), sides);
            if sort != Sort::Group && details.is_empty() && !others::only_names(&before, &after) {
                details = lines(&before, &after);
            }
            if details.is_empty() {
                return None;
            }
            (Happened::Changed, details)
        }
        (Some(one), None) => (Happened::Removed, said(clauses(old, one), Happened::Removed)),
        (None, Some(other)) => (Happened::Added, said(clauses(new, other), Happened::Added)),
        (None, None) => return None,
    };
    let (policy, shown) = one.map(|one| (old, title(one))).or_else(|| other.map(|other| (new, title(other))))?;
    Some(Change {
        sort,
        name: shown.name.clone(),
        now: None,
        label: label(policy, shown),
        happened,
        details,
        old_place: one.map(|one| old.sources.place(title(one).span)),
        new_place: other.map(|other| new.sources.place(title(other).span)),
        pair,
    })
}

/// What a construct says that came or went.
fn said(clauses: Vec<Clause<'_>>, happened: Happened) -> Vec<Detail> {
    clauses.into_iter().map(|clause| detail(clause.part, happened, clause.text)).collect()
}

/// Clauses of two constructs compared, in the order of their parts.
fn compared<'p>(mut old: Vec<Clause<'p>>, mut new: Vec<Clause<'p>>, sides: Sides<'p>) -> Vec<Detail> {
    old.retain(|one| match new.iter().position(|other| (other.part, &other.key) == (one.part, &one.key)) {
        Some(at) => {
            new.remove(at);
            false
        }
        None => true,
    });
    let mut details = Vec::new();
    let mut gone = Vec::new();
    for one in old {
        let notes = |other: &Clause<'p>| if other.part == one.part { looked_into(&one, other, sides) } else { None };
        let best = new.iter().enumerate().filter_map(|(at, other)| Some((at, notes(other)?)));
        match best.min_by_key(|(_, notes)| notes.len()) {
            Some((at, notes)) => {
                let other = new.remove(at);
                details.push(changed(one, other, notes));
            }
            None => gone.push(one),
        }
    }
    // What cannot be looked into is still one clause that became another, where it is the only one of its part.
    for one in gone {
        let mut same = new.iter().enumerate().filter(|(_, other)| other.part == one.part).map(|(at, _)| at);
        match (same.next(), same.next()) {
            (Some(at), None) => {
                let other = new.remove(at);
                details.push(changed(one, other, vec![]));
            }
            _ => details.push(detail(one.part, Happened::Removed, one.text)),
        }
    }
    details.extend(new.into_iter().map(|other| detail(other.part, Happened::Added, other.text)));
    details.sort_by_key(|detail| detail.part);
    details
}

fn changed(one: Clause<'_>, other: Clause<'_>, notes: Vec<Text>) -> Detail {
    let text = if notes.is_empty() {
        Text::new(format!("{} → {}", one.text.en, other.text.en), format!("{} → {}", one.text.zh, other.text.zh))
    } else {
        let join = |told: fn(&Text) -> &String, between: &str| {
            notes.iter().map(|note| told(note).as_str()).collect::<Vec<_>>().join(between)
        };
        Text::new(join(|note| &note.en, "; "), join(|note| &note.zh, "；"))
    };
    Detail { part: one.part, happened: Happened::Changed, text, old: Some(one.text), new: Some(other.text) }
}

/// What differs between two clauses; `None` where they are not of one build.
fn looked_into<'p>(one: &Clause<'p>, other: &Clause<'p>, sides: Sides<'p>) -> Option<Vec<Text>> {
    let notes = match (&one.focus, &other.focus) {
        (Focus::Expr(a, role), Focus::Expr(b, _)) => sides.notes(a, b, role)?,
        (Focus::Window(a), Focus::Window(b)) => window::notes((sides.old, a), (sides.new, b))?,
        (Focus::Limit(a), Focus::Limit(b)) => limit(a, b, sides)?,
        _ => return None,
    };
    (!notes.is_empty()).then_some(notes)
}

/// What differs between two limits on the same.
fn limit<'p>(a: &'p Constraint, b: &'p Constraint, sides: Sides<'p>) -> Option<Vec<Text>> {
    let scope = |both: Both<'p>, limit: &'p Constraint| both.text(|words| words.scope(&limit.scope));
    if std::mem::discriminant(&a.bounded) != std::mem::discriminant(&b.bounded) || a.at_least != b.at_least {
        return None;
    }
    let (before, after) = (scope(sides.old, a), scope(sides.new, b));
    let mut notes = sides.notes(&a.limit, &b.limit, &Text::new("limit", "限额"))?;
    if before != after {
        notes.push(Text::new(format!("{} → {}", before.en, after.en), format!("{} → {}", before.zh, after.zh)));
    }
    let rules = |both: Both<'p>, limit: &'p Constraint| -> Vec<Text> {
        limit.rules.iter().map(|rule| both.text(|words| words.rule_name(*rule))).collect()
    };
    let (before, after) = (rules(sides.old, a), rules(sides.new, b));
    for rule in after.iter().filter(|rule| !before.contains(rule)) {
        notes.push(Text::new(format!("also bounds {}", rule.en), format!("新增适用于{}", rule.zh)));
    }
    for rule in before.iter().filter(|rule| !after.contains(rule)) {
        notes.push(Text::new(format!("no longer bounds {}", rule.en), format!("不再适用于{}", rule.zh)));
    }
    if beyond(&a.beyond) != beyond(&b.beyond)
        || a.whole_award != b.whole_award
        || a.room_comes_back != b.room_comes_back
    {
        let whole = |both: Both<'p>, limit: &'p Constraint| both.text(|words| words.limit(limit));
        let (old, new) = (whole(sides.old, a), whole(sides.new, b));
        notes.push(Text::new(format!("{} → {}", old.en, new.en), format!("{} → {}", old.zh, new.zh)));
    }
    Some(notes)
}

fn beyond(beyond: &Beyond) -> String {
    match beyond {
        Beyond::Drop => "drop".to_owned(),
        Beyond::RestEarns(line) => format!("rest {:?}", line.amount.node),
        Beyond::Refuse(code) => format!("refuse {code}"),
        Beyond::TrimRefuseAtZero(code) => format!("trim {code}"),
    }
}
