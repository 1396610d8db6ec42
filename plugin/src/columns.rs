//! Many events of one kind across the border at once: columns of words in, lines out. See `docs/plugin-abi.md`, "Many at once".
//!
//! What a column holds is told by the section for each kind that has a plan over integers and reads nothing else. Values are written
//! as in a frame; an answer speaks of rules, counters, points and pools by their numbers.

#![allow(clippy::disallowed_types, reason = "what serde derives for tagged values names floats; no value is one")]

use crate::layout::Form;
use crate::words::{ABSENT, Broken, Reader, WORD};
use earnest_dsl::policy::{KindId, Policy, Role, RuleBody};
use earnest_interpreter::plan::{self, Counted, KindPlan, OTHER, Plan, Source, UNKNOWN, place};
use earnest_interpreter::vm::Bail;
use earnest_interpreter::vm::columns::{Answers, Columns};
use serde::{Deserialize, Serialize};

/// Words before the first column: version, kind, rows, columns of counters.
pub const HEAD: usize = 4;
/// Words before the rows of an answer: 0, rows, lines, charges.
pub const ANSWER: usize = 4;
/// Words of a line: rule and clause, points and pool, asked, granted.
pub const LINE: usize = 4;
/// Words of a charge: counter and rule, how much.
pub const CHARGE: usize = 2;

/// Days of the common era at 1970-01-01, less one.
const EPOCH: i64 = 719_163;

/// The columns of a kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KindColumns {
    /// Columns of slots, in order.
    pub slots: Vec<SlotColumn>,
    /// Columns of counters, in order.
    pub counters: Vec<CounterColumn>,
    /// Names of rules, by the numbers that lines have, as numbers of symbols.
    pub rules: Vec<usize>,
}

/// What a column of slots holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlotColumn {
    /// What is read.
    #[serde(flatten)]
    pub from: SlotSource,
    /// How it is written.
    #[serde(flatten)]
    pub form: Form,
}

/// Where a slot's value comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum SlotSource {
    /// The event's date in the programme's time zone.
    Day,
    /// The event's time of day there.
    Clock,
    /// A field of the event: its name in the policy, and the JSON members that give it.
    Field {
        /// Name.
        name: String,
        /// Members.
        json: Vec<String>,
    },
    /// A fact of a subject that a field names (`customer` names the event's own).
    Fact {
        /// The subject.
        subject: String,
        /// The field.
        whose: String,
        /// The fact.
        name: String,
    },
}

/// What a column of counters holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CounterColumn {
    /// The limit, or the measure: a key begins with `cap` or `track` and this name. Of a measure the value that is read.
    pub name: String,
    /// Decimals.
    pub scale: u8,
    /// Of a measure: the event at hand is counted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub with_this_one: bool,
}

/// The columns of a policy's kinds, in their order; none of kinds that cannot be decided so. `symbol` numbers names.
pub fn kinds(plan: &Plan, symbol: impl Fn(&str) -> Option<usize>) -> Vec<Option<KindColumns>> {
    let kinds = plan.kinds.iter();
    kinds.map(|kind| kind.as_ref().ok().and_then(|kind| of_kind(&plan.policy, kind, &symbol))).collect()
}

/// Whether events of a kind are decided in columns.
#[must_use]
pub fn has(plan: &Plan, kind: KindId) -> bool {
    plan.kind(kind).is_some_and(|kind| of_kind(&plan.policy, kind, &|_| Some(0)).is_some())
}

fn of_kind(policy: &Policy, plan: &KindPlan, symbol: &impl Fn(&str) -> Option<usize>) -> Option<KindColumns> {
    // Requests, refunds and levels are more than what rules give for one event.
    let levels = policy.rules.iter().any(|rule| matches!(rule.body, RuleBody::Level { .. }));
    if levels || policy.kind(plan.kind)?.role != Role::Plain {
        return None;
    }
    Some(KindColumns {
        slots: plan.slots.iter().map(|slot| column(policy, plan, slot)).collect::<Option<_>>()?,
        counters: plan.counters.iter().map(|counter| counted(policy, counter)).collect::<Option<_>>()?,
        rules: plan.rules.iter().map(|rule| symbol(&policy.rule(rule.rule)?.title.name)).collect::<Option<_>>()?,
    })
}

fn column(policy: &Policy, plan: &KindPlan, slot: &plan::Slot) -> Option<SlotColumn> {
    let from = match &slot.source {
        Source::Date => SlotSource::Day,
        Source::Time => SlotSource::Clock,
        Source::Field(name) => {
            let field = policy.kind(plan.kind)?.fields.iter().find(|field| field.title.name == *name)?;
            // A term in years is a number of months: such members are left to frames.
            let plain = field.json.iter().all(|member| member.factor == 1);
            let json = field.json.iter().map(|member| member.name.clone()).collect();
            plain.then(|| SlotSource::Field { name: name.clone(), json })?
        }
        Source::Fact(subject, whose, name) => SlotSource::Fact {
            subject: policy.subject(*subject)?.title.name.clone(),
            whose: whose.clone(),
            name: name.clone(),
        },
        // What the plain evaluator computes no host can give.
        Source::Value(_) => return None,
    };
    let form = match slot.form {
        plan::Form::Number(scale) => Form::Number { scale },
        plan::Form::Flag => Form::Flag,
        plan::Form::Date => Form::Date,
        plan::Form::Time => Form::Time,
        plan::Form::Enum(id) => Form::Enum { names: id.0 },
        // A code is the number that its digits write.
        plan::Form::Code => Form::Number { scale: 0 },
    };
    Some(SlotColumn { from, form })
}

fn counted(policy: &Policy, counter: &plan::CounterPlan) -> Option<CounterColumn> {
    let (name, with_this_one) = match counter.of {
        Counted::Constraint(id) => (&policy.constraint(id)?.title.name, false),
        Counted::Measure(id, with) => (&policy.measure(id)?.title.name, with),
    };
    Some(CounterColumn { name: name.clone(), scale: counter.scale, with_this_one })
}

/// A word of a column as a plan has it.
fn to_plan(policy: &Policy, form: plan::Form, word: i64) -> i64 {
    match form {
        _ if word == ABSENT => UNKNOWN,
        plan::Form::Date => word.saturating_add(EPOCH),
        plan::Form::Enum(id) => {
            let declared = policy.enum_type(id);
            let known = declared.is_some_and(|one| usize::try_from(word).is_ok_and(|at| at < one.values.len()));
            match declared {
                _ if known => word,
                // An order has no place for another name.
                Some(one) if one.ordered => UNKNOWN,
                _ => OTHER,
            }
        }
        _ => word,
    }
}

/// A plan's value as a word of a column.
#[cfg(feature = "host")]
fn to_word(policy: &Policy, form: plan::Form, value: i64) -> i64 {
    match form {
        _ if value == UNKNOWN => ABSENT,
        plan::Form::Date => value.saturating_sub(EPOCH),
        plan::Form::Enum(id) if value == OTHER => {
            let names = policy.enum_type(id).map_or(0, |one| one.values.len());
            i64::try_from(names).unwrap_or(i64::MAX)
        }
        _ => value,
    }
}

/// The input of a call: columns of a kind of a version.
#[cfg(feature = "host")]
#[must_use]
pub fn write(policy: &Policy, plan: &KindPlan, version: usize, columns: &Columns) -> Vec<u8> {
    let word = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let (slots, counters) = (columns.slots(), columns.counters());
    let head = [version, plan.kind.0, columns.rows(), counters.len()].map(word);
    let told = |(slot, column): (&plan::Slot, &'_ Vec<i64>)| {
        column.iter().map(|value| to_word(policy, slot.form, *value)).collect::<Vec<i64>>()
    };
    let slots = plan.slots.iter().zip(slots).flat_map(told);
    let words = head.into_iter().chain(slots).chain(counters.iter().flatten().copied());
    words.flat_map(i64::to_le_bytes).collect()
}

/// Columns of a kind, from the input of a call.
///
/// # Errors
/// They do not lie in the area, or are not those of the kind.
pub(crate) fn read(policy: &Policy, plan: &KindPlan, area: &[u8]) -> Result<Columns, Broken> {
    let head = Reader::new(area);
    let count = |at: usize| {
        let word = head.word(at.saturating_mul(WORD))?;
        usize::try_from(word).map_err(|_| Broken(format!("{word} is no number of rows or columns")))
    };
    let (rows, counters) = (count(2)?, count(3)?);
    let all = plan.slots.len().checked_add(counters).and_then(|columns| columns.checked_mul(rows));
    let bytes = all.and_then(|words| words.checked_mul(WORD));
    let rest = area.get(HEAD.saturating_mul(WORD)..).filter(|rest| Some(rest.len()) == bytes);
    let rest = rest.ok_or_else(|| Broken("the columns do not fill the area".to_owned()))?;
    let mut columns = rest.chunks_exact(rows.saturating_mul(WORD).max(WORD)).map(|column| {
        let word = |bytes: &[u8]| <[u8; WORD]>::try_from(bytes).map_or(ABSENT, i64::from_le_bytes);
        column.chunks_exact(WORD).map(word)
    });
    let mut slots = Vec::with_capacity(plan.slots.len());
    for slot in &plan.slots {
        let column = columns.next().into_iter().flatten();
        // Most forms are the same on both sides.
        slots.push(match slot.form {
            plan::Form::Date | plan::Form::Enum(_) => column.map(|word| to_plan(policy, slot.form, word)).collect(),
            _ => column.collect(),
        });
    }
    let counters = if rows == 0 { vec![vec![]; counters] } else { columns.map(Iterator::collect).collect() };
    Columns::new(plan, slots, counters).map_err(|unfit| Broken(unfit.0))
}

/// What a call came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// Of each row: why it is left to `decide` (0: it is not), how many lines it has, how many charges.
    pub rows: Vec<(u8, usize, usize)>,
    /// Lines, row by row, in the order in which they were filled.
    pub lines: Vec<ToldLine>,
    /// What counters are charged, row by row.
    pub charges: Vec<ToldCharge>,
}

/// A line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ToldLine {
    /// The rule, by its number among the kind's rules.
    pub rule: u32,
    /// Which of its clauses.
    pub clause: u32,
    /// The points, by their number.
    pub points: u32,
    /// The pool, by its number.
    pub pool: u32,
    /// Asked, in the points' decimals.
    pub asked: i64,
    /// Granted.
    pub granted: i64,
}

/// What a line took under a limit that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ToldCharge {
    /// The counter, by its column.
    pub counter: u32,
    /// The rule.
    pub rule: u32,
    /// How much, in the counter's decimals.
    pub add: i64,
}

fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn code(left: Option<Bail>) -> u8 {
    match left {
        None => 0,
        Some(Bail::Refused) => 1,
        Some(Bail::Long) => 2,
        Some(Bail::Uncovered) => 3,
        Some(Bail::Unread) => 4,
    }
}

impl Told {
    /// What a machine says of some rows.
    #[must_use]
    pub fn of(plan: &KindPlan, answers: &Answers) -> Self {
        let mut told = Self::default();
        told.rows.reserve(answers.rows());
        for row in 0..answers.rows() {
            let (lines, charges) = (told.lines.len(), told.charges.len());
            let left = match answers.row(row) {
                Ok(found) => {
                    told.lines.extend(found.items.iter().map(|item| ToldLine {
                        rule: item.rule,
                        clause: item.clause,
                        points: small(item.points.0),
                        pool: small(item.pool.0),
                        asked: item.asked,
                        granted: item.granted,
                    }));
                    told.charges.extend(found.charges.iter().filter_map(|charge| {
                        let counter = plan.limits.get(place(charge.limit))?.counter?;
                        Some(ToldCharge { counter, rule: charge.rule, add: charge.add })
                    }));
                    None
                }
                Err(bail) => Some(bail),
            };
            told.rows.push((code(left), told.lines.len() - lines, told.charges.len() - charges));
        }
        told
    }

    /// As an answer.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let word = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        let pair = |low: u32, high: u32| i64::from(low) | i64::from(high & 0x7fff_ffff) << 32;
        let words = ANSWER + self.rows.len() + LINE * self.lines.len() + CHARGE * self.charges.len();
        let mut out = Vec::with_capacity(words.saturating_mul(WORD));
        let mut put = |words: &[i64]| words.iter().for_each(|word| out.extend_from_slice(&word.to_le_bytes()));
        put(&[0, word(self.rows.len()), word(self.lines.len()), word(self.charges.len())]);
        for (left, lines, charges) in &self.rows {
            put(&[i64::from(*left) | word(*lines) << 8 | word(*charges) << 32]);
        }
        for line in &self.lines {
            put(&[pair(line.rule, line.clause), pair(line.points, line.pool), line.asked, line.granted]);
        }
        for charge in &self.charges {
            put(&[pair(charge.counter, charge.rule), charge.add]);
        }
        out
    }

    /// From an answer, of which nothing is trusted.
    ///
    /// # Errors
    /// It does not hold together.
    pub fn read(bytes: &[u8]) -> Result<Self, Broken> {
        let area = Reader::new(bytes);
        let count = |at: usize| {
            let word = area.word(at.saturating_mul(WORD))?;
            usize::try_from(word).map_err(|_| Broken(format!("{word} is no count")))
        };
        let (rows, lines, charges) = (count(1)?, count(2)?, count(3)?);
        let parts = [(rows, 1), (lines, LINE), (charges, CHARGE)];
        let words = parts.iter().try_fold(ANSWER, |sum, (count, words)| sum.checked_add(count.checked_mul(*words)?));
        if words.and_then(|words| words.checked_mul(WORD)) != Some(bytes.len()) {
            return Err(Broken("its parts do not fill it".to_owned()));
        }
        let halves = |word: i64| {
            let half = |value: i64| u32::try_from(value & 0xffff_ffff).unwrap_or(u32::MAX);
            (half(word), half(word >> 32))
        };
        let mut words = bytes
            .chunks_exact(WORD)
            .skip(ANSWER)
            .map(|bytes| <[u8; WORD]>::try_from(bytes).map_or(ABSENT, i64::from_le_bytes));
        let mut next = || words.next().unwrap_or(ABSENT);
        let mut told = Self::default();
        for _ in 0..rows {
            let (low, charges) = halves(next());
            let left = u8::try_from(low & 0xff).unwrap_or(u8::MAX);
            told.rows.push((left, place(low >> 8), place(charges)));
        }
        let sum = |part: fn(&(u8, usize, usize)) -> usize| told.rows.iter().map(part).fold(0, usize::saturating_add);
        if sum(|row| row.1) != lines || sum(|row| row.2) != charges {
            return Err(Broken("its rows count other lines than it has".to_owned()));
        }
        for _ in 0..lines {
            let ((rule, clause), (points, pool)) = (halves(next()), halves(next()));
            told.lines.push(ToldLine { rule, clause, points, pool, asked: next(), granted: next() });
        }
        for _ in 0..charges {
            let (counter, rule) = halves(next());
            told.charges.push(ToldCharge { counter, rule, add: next() });
        }
        Ok(told)
    }
}
