//! Moments of schedules: when they come, for whom, and the event that is raised.
//!
//! A moment's event has a stable id, `KIND SUBJECT PERIOD`, so that raising it again gives the first decision.

use super::Moved;
use crate::content;
use crate::host::{Host, HostError};
use crate::lots::{Terms, fill_balances};
use crate::store::{Input, Store};
use chrono::{DateTime, Datelike, Months, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use earnest_dsl::policy::{DayPattern, Kind, Schedule, ScheduleAt, SubjectId, Type, Value};
use earnest_dsl::syntax::ast::PeriodUnit;
use earnest_interpreter::ask::{About, Told};
use earnest_interpreter::{Counters, Engine, Facts};
use rust_decimal::prelude::ToPrimitive;
use serde_json::{Map, Value as Json};

/// A moment of a schedule. The order is that of time; at one instant closes come first, from the shortest period to the
/// longest, then the others by name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moment {
    pub at: DateTime<Utc>,
    rank: u8,
    name: String,
    version: usize,
    schedule: usize,
    local: NaiveDateTime,
}

/// Somebody for whom a moment's event is raised.
struct Whom {
    order: Option<Told>,
    id: String,
    customer: Option<String>,
}

impl<S: Store> Host<S> {
    /// Moments after the clock's position up to an instant, that instant included, in order. Before the first step the clock
    /// stands just before the instant.
    pub(super) fn moments(&self, clock: Option<DateTime<Utc>>, to: DateTime<Utc>) -> Result<Vec<Moment>, HostError> {
        let mut all = Vec::new();
        for (version, engine) in self.programme.versions().iter().enumerate() {
            let policy = engine.policy();
            if policy.schedules.is_empty() {
                continue;
            }
            let terms = Terms::new(engine)?;
            let (mut day, last) = (terms.local(clock.unwrap_or(to)).date(), terms.local(to).date());
            while day <= last {
                for (number, schedule) in policy.schedules.iter().enumerate() {
                    let Some(local) = comes_on(schedule, day) else { continue };
                    let at = terms.instant(local);
                    let later = clock.map_or(at == to, |clock| clock < at);
                    if later && at <= to && self.programme.answers_at(at.fixed_offset()) == version {
                        let name = schedule.title.name.clone();
                        all.push(Moment { at, rank: rank(schedule), name, version, schedule: number, local });
                    }
                }
                let Some(next) = day.succ_opt() else { break };
                day = next;
            }
        }
        all.sort();
        Ok(all)
    }

    /// Raises a moment's event for everybody whom it concerns, in the stated order, then by id.
    pub(super) fn raise(&mut self, moment: &Moment, explain: bool) -> Result<(), HostError> {
        for event in self.events(moment)? {
            self.decide_raised(&event, moment.at, explain)?;
        }
        Ok(())
    }

    /// Decides an event that the host raises, unless it was decided before. What comes of it is told later.
    pub(crate) fn decide_raised(
        &mut self,
        event: &Map<String, Json>,
        at: DateTime<Utc>,
        explain: bool,
    ) -> Result<(), HostError> {
        let content = content::hash(event);
        let decided = match self.known(event, content, false) {
            // It was decided before a crash, or the host was sent it.
            Ok(Some(_)) | Err(HostError::OtherContent(_)) => return Ok(()),
            Ok(None) => self.decide_now(event, content, Input::Raised, explain),
            Err(error) => Err(error),
        };
        let moved = match decided {
            Ok(answer) => Moved::Raised(Box::new(answer)),
            Err(HostError::Store(error)) => return Err(HostError::Store(error)),
            Err(error) => {
                let id = event.get("id").and_then(Json::as_str).unwrap_or_default();
                Moved::NotDecided { at, event: id.to_owned(), error }
            }
        };
        self.untold.push(moved);
        Ok(())
    }

    fn events(&self, moment: &Moment) -> Result<Vec<Map<String, Json>>, HostError> {
        let engine = self.engine(moment.version)?;
        let policy = engine.policy();
        let Some(schedule) = policy.schedules.get(moment.schedule) else { return Ok(vec![]) };
        let Some(kind) = policy.kind(schedule.kind) else { return Ok(vec![]) };
        let Some(subject) = schedule.per else {
            let pattern = self.day_holds(engine, schedule, moment, None)?;
            return Ok(pattern.then(|| event(engine, kind, schedule, moment, None)).into_iter().collect());
        };
        let name = policy.subject(subject).map_or("", |subject| subject.title.name.as_str());
        let mut whom = Vec::new();
        for (id, customer) in self.store.subjects(name)? {
            if !self.day_holds(engine, schedule, moment, Some((name, &id)))? {
                continue;
            }
            let about = Some((name, id.as_str()));
            let with = match &schedule.with {
                Some(with) => {
                    self.value_for(engine, with, moment, about)?.is_some_and(|told| told != Told::Flag(false))
                }
                None => true,
            };
            if with {
                let order =
                    schedule.order.as_ref().map(|order| self.value_for(engine, order, moment, about)).transpose()?;
                whom.push(Whom { order: order.flatten(), id, customer });
            }
        }
        // Whoever has no place in the order comes last.
        whom.sort_by(|a, b| {
            let known = |one: &Whom| one.order.is_none();
            known(a).cmp(&known(b)).then_with(|| a.order.cmp(&b.order)).then_with(|| a.id.cmp(&b.id))
        });
        Ok(whom.iter().map(|one| event(engine, kind, schedule, moment, Some((subject, one)))).collect())
    }

    /// Whether the day of a moment is meant, for patterns that a calendar or somebody's dates decide.
    fn day_holds(
        &self,
        engine: &Engine,
        schedule: &Schedule,
        moment: &Moment,
        whom: Option<(&str, &str)>,
    ) -> Result<bool, HostError> {
        match &schedule.at {
            ScheduleAt::CloseOf(PeriodUnit::Statement) => {
                let facts = match whom {
                    Some((subject, id)) => self.store.facts(subject, id)?,
                    None => None,
                };
                let facts = facts.map(|held| held.as_ref().clone()).unwrap_or_default();
                Ok(ends_statement(engine, schedule.per, &facts, moment.local.date()))
            }
            ScheduleAt::CloseOf(_) | ScheduleAt::On(_) => Ok(true),
            ScheduleAt::Every(patterns, _) => {
                for pattern in patterns {
                    let facts = self.facts_of(whom)?;
                    let counters = Counters::new();
                    let about = About { subject: whom, at: moment.at, facts: &facts, counters: &counters };
                    if engine.falls_on(pattern, &about)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
        }
    }

    fn facts_of(&self, whom: Option<(&str, &str)>) -> Result<Facts, HostError> {
        let mut facts = Facts::new();
        if let Some((subject, id)) = whom
            && let Some(held) = self.store.facts(subject, id)?
        {
            facts.insert((subject.to_owned(), id.to_owned()), held.as_ref().clone());
        }
        Ok(facts)
    }

    fn value_for(
        &self,
        engine: &Engine,
        expr: &earnest_dsl::policy::Expr,
        moment: &Moment,
        whom: Option<(&str, &str)>,
    ) -> Result<Option<Told>, HostError> {
        let facts = self.facts_of(whom)?;
        let none = Counters::new();
        let about = About { subject: whom, at: moment.at, facts: &facts, counters: &none };
        let keys = engine.keys_of(expr, &about)?;
        let mut counters = self.store.counters(&keys)?;
        fill_balances(&self.store, Terms::new(engine)?, &keys, moment.at, &mut counters)?;
        Ok(engine.value_of(expr, &About { counters: &counters, ..about })?)
    }
}

/// When on a day a schedule may come; whether a calendar or somebody's dates agree is asked later.
fn comes_on(schedule: &Schedule, day: NaiveDate) -> Option<NaiveDateTime> {
    let midnight = day.and_time(NaiveTime::MIN);
    match &schedule.at {
        ScheduleAt::On(at) => (at.date() == day).then_some(*at),
        ScheduleAt::Every(patterns, time) => {
            let plain = |pattern: &DayPattern| match pattern {
                DayPattern::Weekday(weekday) => weekday_of(day) == *weekday,
                DayPattern::DayOfMonth(number) if *number > 0 => u32::try_from(*number) == Ok(day.day()),
                _ => true,
            };
            patterns.iter().any(plain).then(|| day.and_time(*time))
        }
        ScheduleAt::CloseOf(unit) => {
            let first = match unit {
                PeriodUnit::Day | PeriodUnit::Statement => true,
                PeriodUnit::Week => day.weekday().num_days_from_monday() == 0,
                PeriodUnit::Month => day.day() == 1,
                PeriodUnit::Quarter => day.day() == 1 && day.month0().is_multiple_of(3),
                PeriodUnit::Year => day.ordinal() == 1,
            };
            first.then_some(midnight)
        }
    }
}

fn weekday_of(day: NaiveDate) -> earnest_dsl::syntax::ast::Weekday {
    use earnest_dsl::syntax::ast::Weekday;
    match day.weekday() {
        chrono::Weekday::Mon => Weekday::Mon,
        chrono::Weekday::Tue => Weekday::Tue,
        chrono::Weekday::Wed => Weekday::Wed,
        chrono::Weekday::Thu => Weekday::Thu,
        chrono::Weekday::Fri => Weekday::Fri,
        chrono::Weekday::Sat => Weekday::Sat,
        chrono::Weekday::Sun => Weekday::Sun,
    }
}

/// Closes from the shortest period to the longest, then everything else.
fn rank(schedule: &Schedule) -> u8 {
    match &schedule.at {
        ScheduleAt::CloseOf(PeriodUnit::Day) => 0,
        ScheduleAt::CloseOf(PeriodUnit::Week) => 1,
        ScheduleAt::CloseOf(PeriodUnit::Month) => 2,
        ScheduleAt::CloseOf(PeriodUnit::Statement) => 3,
        ScheduleAt::CloseOf(PeriodUnit::Quarter) => 4,
        ScheduleAt::CloseOf(PeriodUnit::Year) => 5,
        ScheduleAt::On(_) | ScheduleAt::Every(..) => 6,
    }
}

/// Whether a statement month of somebody ended on the day before. Its day is clamped to the month's last.
fn ends_statement(engine: &Engine, per: Option<SubjectId>, facts: &Map<String, Json>, today: NaiveDate) -> bool {
    let Some(yesterday) = today.pred_opt() else { return false };
    let declared = per.and_then(|id| engine.policy().subject(id));
    let field = declared.and_then(|subject| subject.facts.iter().find(|fact| fact.title.name == "statement_day"));
    let Some(field) = field else { return false };
    let told = field.json.first().and_then(|name| facts.get(&name.name)).and_then(|told| match told {
        Json::Number(number) => number.to_string().parse::<u32>().ok(),
        Json::String(text) => text.parse().ok(),
        _ => None,
    });
    let default = || match &field.default {
        Some(Value::Count(day) | Value::Number(day)) => day.to_u32(),
        _ => None,
    };
    let Some(day) = told.or_else(default) else { return false };
    yesterday.with_day(day).or_else(|| last_of_month(yesterday)) == Some(yesterday)
}

fn last_of_month(day: NaiveDate) -> Option<NaiveDate> {
    day.with_day(1)?.checked_add_months(Months::new(1))?.pred_opt()
}

/// The text of the period that a moment closes; of others, of the moment.
fn period(schedule: &Schedule, local: NaiveDateTime) -> String {
    let last = local.date().pred_opt().unwrap_or(local.date());
    match &schedule.at {
        ScheduleAt::CloseOf(unit) => match unit {
            PeriodUnit::Day => last.format("%Y-%m-%d").to_string(),
            PeriodUnit::Week => format!("{:04}-W{:02}", last.iso_week().year(), last.iso_week().week()),
            PeriodUnit::Month => last.format("%Y-%m").to_string(),
            PeriodUnit::Quarter => format!("{:04}-Q{}", last.year(), last.month0() / 3 + 1),
            PeriodUnit::Year => format!("{:04}", last.year()),
            PeriodUnit::Statement => format!("to-{}", last.format("%Y-%m-%d")),
        },
        ScheduleAt::On(_) | ScheduleAt::Every(..) if local.time() == NaiveTime::MIN => {
            local.format("%Y-%m-%d").to_string()
        }
        ScheduleAt::On(_) | ScheduleAt::Every(..) => local.format("%Y-%m-%dT%H:%M:%S").to_string(),
    }
}

/// The event of a moment.
fn event(
    engine: &Engine,
    kind: &Kind,
    schedule: &Schedule,
    moment: &Moment,
    whom: Option<(SubjectId, &Whom)>,
) -> Map<String, Json> {
    let policy = engine.policy();
    let period = period(schedule, moment.local);
    let mut event = Map::new();
    let mut name = kind.title.name.clone();
    if let Some((subject, whom)) = whom {
        let subject = policy.subject(subject).map_or("", |subject| subject.title.name.as_str());
        name =
            if subject == "customer" { format!("{name} {}", whom.id) } else { format!("{name} {subject}:{}", whom.id) };
    }
    event.insert("id".to_owned(), format!("{name} {period}").into());
    let zone = crate::programme::zone(policy);
    event.insert("at".to_owned(), moment.at.with_timezone(&zone).to_rfc3339().into());
    event.insert("type".to_owned(), kind.json.clone().into());
    if let Some((_, whom)) = whom
        && let Some(customer) = &whom.customer
    {
        event.insert("customer".to_owned(), customer.clone().into());
    }
    for field in &kind.fields {
        let Some(json) = field.json.first().map(|json| json.name.clone()) else { continue };
        match (&field.typed.ty, whom) {
            (Type::Subject(meant), Some((subject, whom))) if *meant == subject => {
                event.insert(json, whom.id.clone().into());
            }
            (Type::Period(unit), _) if matches!(&schedule.at, ScheduleAt::CloseOf(closed) if closed == unit) => {
                event.insert(json, period.clone().into());
            }
            // The clock knows no balances of days: a list that must be there is empty.
            (Type::List(_), _) if !field.typed.optional => {
                event.insert(json, Json::Array(vec![]));
            }
            _ => {}
        }
    }
    event
}
