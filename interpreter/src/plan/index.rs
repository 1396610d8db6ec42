//! The index: which rules can match a frame, by what each attribute of it allows.
//!
//! An attribute is a slot with few values: an enum, a code, a flag, the date, the day of the week. For each of its values there
//! is a row of bits, one for each rule in the order in which rules are filled; the rules that can match are the AND of the rows
//! that a frame selects. So the cost follows the words of bits, and what is looked at afterwards the rules that match.

use super::op::{Compare, Register, UNKNOWN};
use super::slots::{Builder, Planned};
use super::windows::{day_number, time_number, weekday};
use super::{Form, place};
use earnest_dsl::policy::{DayPattern, Expr, Node, Rule, SetMember, Window, WindowKind};
use std::collections::{BTreeMap, BTreeSet};

/// The index of one kind of event.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RuleIndex {
    /// Rules.
    pub rules: usize,
    /// Words in a row.
    pub words: usize,
    /// What is looked at.
    pub attributes: Vec<Attribute>,
}

/// An attribute with its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// The slot.
    pub register: Register,
    /// The day of the week of the slot's date is meant.
    pub weekday: bool,
    /// The value whose row is the first of `rows_of`.
    pub first: i64,
    /// Rows by value, from `first` on.
    pub rows_of: Vec<u16>,
    /// The row of values below `first`, and of the unknown.
    pub below: u16,
    /// The row of values above the last.
    pub above: u16,
    /// Bits: one row after the other.
    pub bits: Vec<u64>,
}

impl Attribute {
    /// Where the row of a value begins.
    #[inline]
    #[must_use]
    pub fn row(&self, value: i64, words: usize) -> usize {
        let value = if self.weekday && value != UNKNOWN { value.wrapping_sub(1).rem_euclid(7) } else { value };
        let row = match value.checked_sub(self.first).map(usize::try_from) {
            Some(Ok(at)) => self.rows_of.get(at).copied().unwrap_or(self.above),
            Some(Err(_)) | None => self.below,
        };
        usize::from(row).wrapping_mul(words)
    }

    /// The bits of the row that begins there.
    #[inline]
    #[must_use]
    pub fn words(&self, row: usize, words: usize) -> &[u64] {
        self.bits.get(row..row.wrapping_add(words)).unwrap_or(&[])
    }
}

/// Rows are so many words long, or a multiple of that: so many are ANDed at once.
pub const LANES: usize = 4;

/// Rows may fill so many words in all; what would need more is tested rule by rule.
const MOST_WORDS: usize = 1 << 20;

/// Attributes of one index.
pub const MOST_ATTRIBUTES: usize = 16;

/// Values that a rule allows an attribute.
#[derive(Debug, Clone)]
enum Allowed {
    /// These.
    Values(BTreeSet<i64>),
    /// From (included) until (excluded).
    Range(i64, i64),
}

/// What an attribute looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Looks {
    register: Register,
    weekday: bool,
}

/// Attributes under construction.
#[derive(Debug, Default)]
pub(crate) struct Attributes {
    all: BTreeMap<Looks, Vec<(u32, Allowed)>>,
}

/// What of a rule the index tests.
#[derive(Debug, Default)]
pub(crate) struct Covered {
    /// Windows, by their place in the rule.
    pub windows: BTreeSet<usize>,
    /// Conditions that are left to test.
    pub conditions: Vec<Expr>,
}

impl Attributes {
    /// Takes from a rule what the index can test.
    pub(crate) fn cover(&mut self, builder: &mut Builder<'_>, rule: &Rule, at: u32) -> Planned<Covered> {
        let mut covered = Covered::default();
        for (place, window) in rule.windows.iter().enumerate() {
            if let Some((looks, allowed)) = window_allows(builder, window) {
                self.all.entry(looks).or_default().push((at, allowed));
                covered.windows.insert(place);
            }
        }
        let mut todo: Vec<&Expr> = rule.conditions.iter().rev().collect();
        while let Some(condition) = todo.pop() {
            if let Node::And(all) = &condition.node {
                todo.extend(all.iter().rev());
                continue;
            }
            match condition_allows(builder, condition) {
                Some((looks, allowed)) => self.all.entry(looks).or_default().push((at, allowed)),
                None => covered.conditions.push(condition.clone()),
            }
        }
        Ok(covered)
    }

    /// The index over so many rules.
    pub(crate) fn index(self, rules: usize) -> Planned<RuleIndex> {
        let words = rules.div_ceil(64).next_multiple_of(LANES);
        let mut attributes = Vec::new();
        for (looks, allowed) in self.all {
            let made = attribute(looks, &allowed, rules, words)?;
            if made.bits.len() > MOST_WORDS {
                return Err("more values than an index can hold");
            }
            attributes.push(made);
        }
        if attributes.is_empty() && rules > 0 {
            // Every rule is looked at.
            let mut bits = vec![u64::MAX; words];
            clear_beyond(&mut bits, rules, words);
            let register = Register(0);
            attributes.push(Attribute {
                register,
                weekday: false,
                first: 0,
                rows_of: vec![],
                below: 0,
                above: 0,
                bits,
            });
        }
        if attributes.len() > MOST_ATTRIBUTES {
            return Err("more attributes than an index can hold");
        }
        Ok(RuleIndex { rules, words, attributes })
    }
}

fn attribute(looks: Looks, allowed: &[(u32, Allowed)], rules: usize, words: usize) -> Planned<Attribute> {
    // Between two neighbouring cuts nothing changes.
    let mut cuts: BTreeSet<i64> = BTreeSet::new();
    for (_, allowed) in allowed {
        match allowed {
            Allowed::Values(values) => cuts.extend(values.iter().flat_map(|value| [*value, value.saturating_add(1)])),
            Allowed::Range(from, until) => cuts.extend([*from, *until].into_iter().filter(|cut| !endless(*cut))),
        }
    }
    let cuts: Vec<i64> = cuts.into_iter().collect();
    let (first, last) = (cuts.first().copied().unwrap_or(0), cuts.last().copied().unwrap_or(0));
    let span = last.checked_sub(first).and_then(|span| usize::try_from(span).ok()).filter(|span| *span <= 1 << 17);
    let span = span.ok_or("more values than an index can hold")?;
    // Row 0 lies below the first cut, row k from cut k - 1 on.
    let mut bits = vec![u64::MAX; (cuts.len() + 1).saturating_mul(words)];
    clear_beyond(&mut bits, rules, words);
    let mut by_rule: BTreeMap<u32, Vec<&Allowed>> = BTreeMap::new();
    for (rule, allowed) in allowed {
        by_rule.entry(*rule).or_default().push(allowed);
    }
    for (rule, allowed) in by_rule {
        for row in 0..=cuts.len() {
            let value = if row == 0 { None } else { cuts.get(row - 1).copied() };
            if !allowed.iter().all(|one| allows(one, value)) {
                unset(&mut bits, row.saturating_mul(words), rule);
            }
        }
    }
    let mut rows_of = Vec::with_capacity(span);
    let mut row = 0_usize;
    for value in first..last {
        while cuts.get(row).is_some_and(|cut| *cut <= value) {
            row += 1;
        }
        rows_of.push(u16::try_from(row).map_err(|_| "more values than an index can hold")?);
    }
    let above = u16::try_from(cuts.len()).map_err(|_| "more values than an index can hold")?;
    Ok(Attribute { register: looks.register, weekday: looks.weekday, first, rows_of, below: 0, above, bits })
}

fn endless(cut: i64) -> bool {
    cut == i64::MIN || cut == i64::MAX
}

/// Whether a value is allowed; none is any below the first cut, and the unknown.
fn allows(allowed: &Allowed, value: Option<i64>) -> bool {
    match (allowed, value) {
        (Allowed::Values(values), Some(value)) => values.contains(&value),
        (Allowed::Values(_), None) => false,
        (Allowed::Range(from, until), Some(value)) => *from <= value && value < *until,
        (Allowed::Range(from, _), None) => *from == i64::MIN,
    }
}

/// There are no rules beyond the last.
fn clear_beyond(bits: &mut [u64], rules: usize, words: usize) {
    for row in bits.chunks_mut(words.max(1)) {
        for (word, first) in row.iter_mut().zip((0..).step_by(64)) {
            let here = rules.saturating_sub(first);
            if here < 64 {
                *word = (1 << here) - 1;
            }
        }
    }
}

fn unset(bits: &mut [u64], row: usize, rule: u32) {
    let rule = place(rule);
    if let Some(word) = bits.get_mut(row.saturating_add(rule >> 6)) {
        *word &= !(1_u64 << (rule & 63));
    }
}

/// Windows over whole days of the event's own date, and over days of the week.
fn window_allows(builder: &mut Builder<'_>, window: &Window) -> Option<(Looks, Allowed)> {
    if window.by.is_some() {
        return None;
    }
    let register = builder.date();
    match &window.kind {
        WindowKind::Between(from, until) => {
            let whole = |at: &Option<chrono::NaiveDateTime>| at.is_none_or(|at| time_number(at.time()) == 0);
            if !whole(from) || !whole(until) {
                return None;
            }
            let from = from.map_or(i64::MIN, |from| day_number(from.date()));
            let until = until.map_or(i64::MAX, |until| day_number(until.date()));
            Some((Looks { register, weekday: false }, Allowed::Range(from, until)))
        }
        WindowKind::Days(patterns, None) => {
            let days = patterns.iter().map(|pattern| match pattern {
                DayPattern::Weekday(day) => Some(weekday(*day)),
                _ => None,
            });
            Some((Looks { register, weekday: true }, Allowed::Values(days.collect::<Option<_>>()?)))
        }
        WindowKind::Days(..) | WindowKind::Within(..) => None,
    }
}

/// Conditions that name the values of one slot.
fn condition_allows(builder: &mut Builder<'_>, condition: &Expr) -> Option<(Looks, Allowed)> {
    let (subject, values) = match &condition.node {
        Node::In(subject, members) => (subject, builder.members(subject, members)?),
        Node::Compare(how, subject, value) => (subject, compared(builder, *how, subject, value)?),
        _ => return None,
    };
    if !matches!(subject.node, Node::Field(_) | Node::Fact(..)) {
        return None;
    }
    let register = builder.read(subject).ok()?;
    let slot = builder.slot_at(register)?;
    let small = matches!(slot.form, Form::Enum(_) | Form::Code | Form::Flag);
    small.then(|| (Looks { register, weekday: false }, Allowed::Values(values.into_iter().collect())))
}

/// The values of an enum, code or flag that a comparison with a constant leaves.
fn compared(builder: &Builder<'_>, how: Compare, subject: &Expr, value: &Expr) -> Option<Vec<i64>> {
    let one = builder.members(subject, &[SetMember::One(value.clone())])?;
    if how == Compare::Equal {
        return Some(one);
    }
    let Some(Form::Enum(id)) = super::slots::form_of(&subject.typed.ty, 0) else { return None };
    let declared = builder.policy.enum_type(id).filter(|declared| declared.ordered)?;
    let count = i64::try_from(declared.values.len()).ok()?;
    let at = *one.first()?;
    Some(match how {
        Compare::Less => (0..at).collect(),
        Compare::AtMost => (0..=at).collect(),
        Compare::Greater => (at.saturating_add(1)..count).collect(),
        Compare::AtLeast => (at..count).collect(),
        Compare::Equal | Compare::NotEqual => return None,
    })
}
