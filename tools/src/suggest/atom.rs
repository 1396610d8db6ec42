//! Of what in an event, in facts or in the books a value is made, and which values are worth trying there: those that stand in
//! the same clause, and their neighbours.

use super::trial::{Change, Trial};
use crate::coverage::element::constant;
use chrono::{Months, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use earnest_dsl::policy::expr::walk;
use earnest_dsl::policy::scenario::Held;
use earnest_dsl::policy::{
    CodeSetId, Expr, Field, MeasureId, MeasureSource, Node, PointsId, Policy, ScopePeriod, SetMember, SubjectId,
    TableTest, Type, Value,
};
use rust_decimal::Decimal;
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// Something that a value is made of.
#[derive(Debug, Clone, Copy)]
enum Atom<'p> {
    /// A field of the event.
    Field(&'p str),
    /// A fact: of which subject, named by which field of the event.
    Fact(SubjectId, &'p Expr, &'p str),
    /// What the customer can spend.
    Balance(PointsId),
    /// How many events a measure has counted.
    Count,
}

/// Constants that stand near a value.
#[derive(Debug, Clone, Default)]
pub(crate) struct Nearby {
    numbers: BTreeSet<Decimal>,
    dates: BTreeSet<NaiveDate>,
    texts: BTreeSet<String>,
    codes: Vec<CodeSetId>,
}

impl Nearby {
    pub(crate) fn of(all: &[&Expr]) -> Self {
        let mut near = Self::default();
        for expr in all {
            near.add(expr);
        }
        near
    }

    /// With the constants of more expressions.
    pub(crate) fn with(mut self, all: &[&Expr]) -> Self {
        all.iter().for_each(|expr| self.add(expr));
        self
    }

    /// The customer holds so many of these points: each of the numbers, and its neighbours.
    pub(crate) fn holds(&self, policy: &Policy, trial: &Trial, points: PointsId) -> Vec<Change> {
        self.numbers.iter().flat_map(|number| holds(policy, trial, points, *number)).collect()
    }

    pub(crate) fn add_number(&mut self, number: Decimal) {
        self.numbers.insert(number);
    }

    /// Adds half, one and a half, twice and ten times of every number: sizes between and beyond steps.
    pub(crate) fn spread(&mut self) {
        let factors = [Decimal::new(5, 1), Decimal::new(15, 1), Decimal::TWO, Decimal::TEN];
        let all: Vec<Decimal> = self.numbers.iter().copied().collect();
        for number in all {
            self.numbers.extend(factors.iter().filter_map(|factor| number.checked_mul(*factor)));
        }
    }

    fn add(&mut self, expr: &Expr) {
        walk(expr, &mut |inner| match &inner.node {
            Node::Constant(value) => self.add_value(value),
            Node::In(_, members) => self.add_members(members),
            Node::Table { rows, .. } => {
                for row in rows {
                    self.add_test(&row.test);
                }
            }
            _ => {}
        });
        self.numbers.extend(constant(expr));
    }

    fn add_members(&mut self, members: &[SetMember]) {
        for member in members {
            match member {
                SetMember::One(_) => {}
                SetMember::Codes(id) => self.codes.push(*id),
                SetMember::Run(first, last) => {
                    self.add_value(first);
                    self.add_value(last);
                }
            }
        }
    }

    /// The values of a row.
    pub(crate) fn add_test(&mut self, test: &TableTest) {
        match test {
            TableTest::Is(members) => {
                self.add_members(members);
                for member in members {
                    if let SetMember::One(one) = member {
                        self.add(one);
                    }
                }
            }
            TableTest::From(from) => self.add(from),
            TableTest::Otherwise => {}
        }
    }

    fn add_value(&mut self, value: &Value) {
        match value {
            Value::Money(number, _)
            | Value::Points(number, _)
            | Value::Quantity(number, _)
            | Value::Number(number)
            | Value::Percent(number)
            | Value::Count(number)
            | Value::Multiple(number) => {
                self.numbers.insert(*number);
            }
            Value::Term(months) => {
                self.numbers.insert((*months).into());
            }
            Value::Days(count) | Value::WorkingDays(count) | Value::Minutes(count) => {
                self.numbers.insert((*count).into());
            }
            Value::Date(day) => {
                self.dates.insert(*day);
            }
            Value::Instant(at) => {
                self.dates.insert(at.date());
            }
            Value::Enum(_, text) | Value::Code(text) | Value::Text(text) => {
                self.texts.insert(text.clone());
            }
            Value::Flag(_) | Value::Time(_) | Value::Period(..) => {}
        }
    }
}

/// Changes of a trial that may make an expression come out otherwise.
pub(crate) fn changes(policy: &Policy, trial: &Trial, of: &[&Expr], near: &Nearby) -> Vec<Change> {
    let mut all = Vec::new();
    for expr in of {
        for atom in atoms(policy, expr) {
            match atom {
                Atom::Field(name) => all.extend(field_changes(policy, trial, name, near)),
                Atom::Fact(subject, whose, name) => all.extend(fact_changes(policy, trial, subject, whose, name, near)),
                Atom::Balance(points) => all.extend(near.holds(policy, trial, points)),
                Atom::Count => {
                    let counts = near.numbers.iter().filter_map(|number| usize::try_from(number.mantissa()).ok());
                    all.extend(counts.filter(|count| (2..=12).contains(count)).map(Change::Times));
                }
            }
        }
    }
    let mut unique: Vec<Change> = Vec::new();
    for change in all {
        if !unique.contains(&change) {
            unique.push(change);
        }
    }
    unique
}

fn holds(policy: &Policy, trial: &Trial, points: PointsId, number: Decimal) -> Vec<Change> {
    let Some(unit) = policy.points_of(points) else { return vec![] };
    let grain = Decimal::new(1, u32::from(unit.scale));
    [number, number.saturating_sub(grain), number.saturating_add(grain)]
        .into_iter()
        .filter(|amount| *amount > Decimal::ZERO && amount.normalize().scale() <= u32::from(unit.scale))
        .map(|amount| Change::Hold(held(policy, trial, points, amount)))
        .collect()
}

/// A lot of these points.
pub(crate) fn held(policy: &Policy, trial: &Trial, points: PointsId, amount: Decimal) -> Held {
    let unit = policy.points_of(points);
    let pool = unit.filter(|unit| unit.pools.len() > 1).and_then(|unit| unit.pools.first());
    Held {
        points: unit.map(|unit| unit.title.name.clone()).unwrap_or_default(),
        amount,
        pool: pool.map(|pool| pool.title.name.clone()),
        earned: Some(earned(policy, trial)),
        funded_by: None,
        frozen: false,
    }
}

/// A month before the event, so that the points are usable and not over, but not before the version.
fn earned(policy: &Policy, trial: &Trial) -> NaiveDateTime {
    let before = trial.event().and_then(|(_, at)| at.date().checked_sub_months(Months::new(1)));
    before.map_or(policy.effective_from, |day| day.and_time(NaiveTime::MIN).max(policy.effective_from))
}

/// What an expression is made of; measures by what feeds them.
fn atoms<'p>(policy: &'p Policy, expr: &'p Expr) -> Vec<Atom<'p>> {
    let mut all = Vec::new();
    let mut measures: Vec<MeasureId> = Vec::new();
    let mut gather = |expr: &'p Expr, measures: &mut Vec<MeasureId>| {
        walk(expr, &mut |inner| match &inner.node {
            Node::Field(name) => all.push(Atom::Field(name)),
            Node::Fact(subject, whose, name) => all.push(Atom::Fact(*subject, whose, name)),
            Node::Balance(points, _) => all.push(Atom::Balance(*points)),
            Node::Measure(id, _) | Node::MeasureOver { measure: id, .. } => measures.push(*id),
            Node::Tier(id, _) => measures.extend(policy.tier(*id).and_then(|tier| tier.measure)),
            _ => {}
        });
    };
    gather(expr, &mut measures);
    let mut known: BTreeSet<MeasureId> = BTreeSet::new();
    let mut counted = false;
    while let Some(id) = measures.pop() {
        let Some(measure) = policy.measure(id).filter(|_| known.insert(id)) else { continue };
        counted = counted || measure.scope.period != ScopePeriod::Event;
        for source in &measure.sources {
            match source {
                MeasureSource::Events { value: Some(value), .. } => gather(value, &mut measures),
                MeasureSource::Measure(id) => measures.push(*id),
                MeasureSource::Events { .. } | MeasureSource::Postings { .. } => {}
            }
        }
    }
    all.extend(counted.then_some(Atom::Count));
    all
}

fn field_changes(policy: &Policy, trial: &Trial, name: &str, near: &Nearby) -> Vec<Change> {
    if name == "at" {
        return vec![];
    }
    let Some(field) = trial.kind(policy).and_then(|kind| kind.field(name)) else { return vec![] };
    let Some(json) = field.json.first() else { return vec![] };
    values(policy, trial, field, near).into_iter().map(|value| Change::Member(json.name.clone(), value)).collect()
}

fn fact_changes(
    policy: &Policy,
    trial: &Trial,
    subject: SubjectId,
    whose: &Expr,
    name: &str,
    near: &Nearby,
) -> Vec<Change> {
    let Some(declared) = policy.subject(subject) else { return vec![] };
    let Some(fact) = declared.facts.iter().find(|fact| fact.title.name == name) else { return vec![] };
    let (Some(json), Node::Field(by)) = (fact.json.first(), &whose.node) else { return vec![] };
    let mut named = None;
    let id = if by == "customer" {
        trial.customer()
    } else {
        let member = trial.kind(policy).and_then(|kind| kind.field(by)).and_then(|field| field.json.first());
        let Some(member) = member else { return vec![] };
        let id = trial.event().and_then(|(event, _)| event.get(&member.name)?.as_str().map(str::to_owned));
        id.unwrap_or_else(|| {
            let id = format!("{by}1");
            named = Some(Change::Member(member.name.clone(), Some(Json::String(id.clone()))));
            id
        })
    };
    let change =
        |value| Change::Fact { subject: declared.title.name.clone(), id: id.clone(), fact: json.name.clone(), value };
    let both = |fact| match &named {
        Some(named) => Change::All(vec![named.clone(), fact]),
        None => fact,
    };
    values(policy, trial, fact, near).into_iter().map(change).map(both).collect()
}

/// Values worth trying in a field; `None` leaves it out.
pub(crate) fn values(policy: &Policy, trial: &Trial, field: &Field, near: &Nearby) -> Vec<Option<Json>> {
    let text = |text: String| Some(Json::String(text));
    let mut all = match &field.typed.ty {
        Type::Money(_)
        | Type::Points(_)
        | Type::Quantity(_)
        | Type::Number
        | Type::Percent
        | Type::Count
        | Type::Multiple => numbers(field, near).into_iter().map(|number| text(number.to_string())).collect(),
        Type::Term | Type::Days | Type::WorkingDays | Type::Minutes => {
            let whole = numbers(field, near).into_iter().filter(|number| number.is_integer());
            whole.map(|number| text(number.normalize().to_string())).collect()
        }
        Type::Flag => vec![Some(Json::Bool(true)), Some(Json::Bool(false))],
        Type::Enum(id) => {
            let declared = policy.enum_type(*id).map_or(&[][..], |one| &one.values);
            let mut names: Vec<String> = near.texts.iter().cloned().collect();
            names.extend(declared.iter().map(|value| value.title.name.clone()));
            names.retain(|name| declared.iter().any(|value| value.title.name == *name));
            names.into_iter().take(12).map(text).collect()
        }
        Type::Code(digits) => codes(policy, near, usize::from(*digits)).into_iter().map(text).collect(),
        Type::Date => dates(trial, near).into_iter().map(|day| text(day.to_string())).collect(),
        Type::Text => near.texts.iter().cloned().chain(["other".to_owned()]).map(text).collect(),
        _ => vec![],
    };
    if field.typed.optional && field.default.is_none() {
        all.push(None);
    }
    all
}

fn numbers(field: &Field, near: &Nearby) -> Vec<Decimal> {
    let grain = Decimal::new(1, u32::from(field.typed.scale));
    let (low, high) = field.typed.range.unwrap_or((Decimal::ZERO, Decimal::from(1_000_000)));
    let mut all = Vec::new();
    for number in &near.numbers {
        for near in [*number, number.saturating_sub(grain), number.saturating_add(grain)] {
            let near = near.normalize();
            if low <= near && near <= high && !all.contains(&near) && near.scale() <= u32::from(field.typed.scale) {
                all.push(near);
            }
        }
    }
    all
}

fn codes(policy: &Policy, near: &Nearby, digits: usize) -> Vec<String> {
    let inside = near.codes.iter().filter_map(|id| policy.code_set(*id)?.runs.first()).map(|(first, _)| *first);
    let mut all: Vec<String> = near.texts.iter().filter(|text| text.len() == digits).cloned().collect();
    all.extend(inside.map(|code| format!("{code:0digits$}")));
    // Some code that is in no set that is near.
    let outside = (1..10_000_u32).rev().find(|code| {
        let sets = near.codes.iter().filter_map(|id| policy.code_set(*id));
        !sets.into_iter().any(|set| set.contains(*code)) && !near.texts.contains(&format!("{code:0digits$}"))
    });
    all.extend(outside.map(|code| format!("{code:0digits$}")));
    all
}

fn dates(trial: &Trial, near: &Nearby) -> Vec<NaiveDate> {
    let today = trial.event().map(|(_, at)| at.date());
    // Who has a birthday today was born years ago.
    let mut all: Vec<NaiveDate> =
        today.and_then(|day| day.checked_sub_months(Months::new(12 * 30))).into_iter().collect();
    for day in near.dates.iter().copied().chain(today) {
        for days in [0, -1, 1] {
            all.extend(day.checked_add_signed(TimeDelta::days(days)));
        }
        for days in near.numbers.iter().filter_map(|number| i64::try_from(number.mantissa()).ok()) {
            all.extend(TimeDelta::try_days(days).and_then(|length| day.checked_sub_signed(length)));
        }
    }
    all
}
