//! Schedules: when the host raises moments, for whom, in which order; and the kinds of event that they raise.

use super::limit::text_of;
use super::messages;
use super::name::{Lookup, answers, find_field};
use super::names::Found;
use super::{Checker, Env, Reader};
use crate::policy::kind::JsonName;
use crate::policy::{DayPattern, Expr, Field, KindId, Node, Schedule, ScheduleAt, SubjectId, Type, Typed};
use crate::source::Span;
use crate::syntax::ast::{self, EveryDay, ExprKind, PeriodUnit, ScheduleDecl, ScheduleWhen, ScopeKind};
use chrono::{NaiveDateTime, NaiveTime};

/// The period whose end a schedule names: `close of month`.
fn closed_period(schedule: &ScheduleDecl) -> Option<PeriodUnit> {
    let ScheduleWhen::At(at) = &schedule.at else { return None };
    period_closed(at)
}

/// `close of month` as an expression.
pub(crate) fn period_closed(at: &ast::Expr) -> Option<PeriodUnit> {
    let ExprKind::Of { what, of, .. } = &at.kind else { return None };
    if what.text != "close" {
        return None;
    }
    Some(match text_of(of)?.as_str() {
        "day" | "日" => PeriodUnit::Day,
        "week" | "周" => PeriodUnit::Week,
        "month" | "月" => PeriodUnit::Month,
        "quarter" | "季" => PeriodUnit::Quarter,
        "year" | "年" => PeriodUnit::Year,
        "statement" | "账期" => PeriodUnit::Statement,
        _ => return None,
    })
}

/// The kind of event of the library that closes a period; weeks have none.
pub(crate) fn closing_kind(unit: PeriodUnit) -> Option<&'static str> {
    Some(match unit {
        PeriodUnit::Day => "DayStart",
        PeriodUnit::Week => return None,
        PeriodUnit::Month => "MonthClose",
        PeriodUnit::Quarter => "QuarterClose",
        PeriodUnit::Year => "YearClose",
        PeriodUnit::Statement => "StatementClose",
    })
}

/// Whether a schedule raises a kind of the library, not one of its own.
pub(crate) fn closes(schedule: &ScheduleDecl) -> bool {
    closed_period(schedule).and_then(closing_kind).is_some()
}

impl Checker<'_> {
    /// What an event of a schedule's own kind says besides when and whose: its subject, and the week that it closes.
    pub(crate) fn fields_of_schedule(&mut self, schedule: &ScheduleDecl) -> Vec<Field> {
        let mut fields = Vec::new();
        let plain = |name: &str, label: Option<&str>, typed: Typed| Field {
            title: crate::policy::Title {
                name: name.to_owned(),
                labels: label.into_iter().map(str::to_owned).collect(),
                span: schedule.declared.name.span,
            },
            json: vec![JsonName { name: name.to_owned(), factor: 1 }],
            typed,
            default: None,
            most: None,
            dated: false,
            reduces: false,
        };
        let subject = schedule.scope.iter().find_map(|part| self.subject_of_part(part));
        if let Some(SubjectId(at)) = subject
            && let Some(one) = self.policy.subjects.get(at)
            && one.title.name != "customer"
        {
            let label = one.title.labels.first().map(String::as_str);
            fields.push(plain(&one.title.name, label, Typed::plain(Type::Subject(SubjectId(at)))));
        }
        if closed_period(schedule) == Some(PeriodUnit::Week) {
            let typed = Typed { optional: true, ..Typed::plain(Type::Period(PeriodUnit::Week)) };
            fields.push(plain("closed_week", Some("结束的周"), typed));
        }
        fields
    }

    fn subject_of_part(&self, part: &ast::ScopePart) -> Option<SubjectId> {
        let ScopeKind::Key(key) = &part.kind else { return None };
        let text = text_of(key)?;
        self.policy.subjects.iter().position(|one| answers(&one.title, &text)).map(SubjectId)
    }

    pub(crate) fn lower_schedules(&mut self) {
        let names = self.names;
        for entry in &names.schedules.entries {
            let node = entry.node;
            if let Some(schedule) = self.schedule(node, entry.campaign, messages::title(entry)) {
                self.policy.schedules.push(schedule);
            }
        }
    }

    fn schedule(
        &mut self,
        node: &ScheduleDecl,
        campaign: Option<&str>,
        title: crate::policy::Title,
    ) -> Option<Schedule> {
        let kind = self.kind_of_schedule(node)?;
        let kinds = [kind];
        let env = Env::new(&kinds, campaign, Reader::Limit);
        let per = self.subject_of_schedule(node)?;
        self.check_subject_told(kind, per, &title)?;
        let at = match &node.at {
            ScheduleWhen::Every(days, time) => self.days_of_schedule(&env, days, time.as_ref(), title.span)?,
            ScheduleWhen::At(at) => self.moment_of_schedule(&env, at)?,
        };
        if matches!(at, ScheduleAt::CloseOf(PeriodUnit::Statement)) && !self.is_subject(per, "account") {
            self.report(messages::statement_of_no_account(title.span));
            return None;
        }
        let with = match &node.with {
            Some(with) => Some(self.only_for(&env, per, with)?),
            None => None,
        };
        let order = match &node.order {
            Some(order) => Some(self.of_subject(&env, per, order)?),
            None => None,
        };
        Some(Schedule { title, kind, at, per, with, order })
    }

    fn is_subject(&self, per: Option<SubjectId>, name: &str) -> bool {
        per.and_then(|id| self.policy.subject(id)).is_some_and(|one| one.title.name == name)
    }

    /// The kind that a schedule raises.
    fn kind_of_schedule(&mut self, node: &ScheduleDecl) -> Option<KindId> {
        let name = &node.declared.name;
        let wanted = closed_period(node).and_then(closing_kind).unwrap_or(&name.text);
        match self.names.kinds.find(wanted, None) {
            Found::One(at) => Some(KindId(at)),
            _ => {
                let segments = vec![ast::Name { text: wanted.to_owned(), span: name.span }];
                self.report(messages::unknown_kind(&ast::Path { segments, span: name.span }, self.names));
                None
            }
        }
    }

    /// The kind of the moment that a schedule's name stands for.
    pub(crate) fn kind_scheduled(&mut self, name: &ast::Name) -> Option<KindId> {
        let names = self.names;
        let Lookup::At(at) = self.lookup(&names.schedules, name, None) else { return None };
        let node = names.schedules.get(at)?.node;
        self.kind_of_schedule(node)
    }

    /// `per account`: one subject, or none.
    fn subject_of_schedule(&mut self, node: &ScheduleDecl) -> Option<Option<SubjectId>> {
        let mut found = None;
        for part in &node.scope {
            if matches!(part.kind, ScopeKind::InAll) && node.scope.len() == 1 {
                return Some(None);
            }
            let subject = self.subject_of_part(part);
            if subject.is_none() || found.is_some() {
                let known: Vec<String> =
                    self.policy.subjects.iter().map(|subject| subject.title.name.clone()).collect();
                self.report(messages::schedule_per_what(part.span, &known));
                return None;
            }
            found = subject;
        }
        Some(found)
    }

    /// The event says of which subject it is.
    fn check_subject_told(&mut self, kind: KindId, per: Option<SubjectId>, title: &crate::policy::Title) -> Option<()> {
        let Some(subject) = per.and_then(|id| self.policy.subject(id)) else { return Some(()) };
        let told = |field: &Field| matches!(field.typed.ty, Type::Subject(id) if Some(id) == per);
        let kind = self.policy.kind(kind)?;
        if subject.title.name == "customer" || kind.fields.iter().any(told) {
            return Some(());
        }
        let (subject, kind) = (subject.title.clone(), kind.title.clone());
        self.report(messages::schedule_without_subject(title, &kind, &subject));
        None
    }

    fn days_of_schedule(
        &mut self,
        env: &Env<'_>,
        days: &[EveryDay],
        time: Option<&ast::Expr>,
        span: Span,
    ) -> Option<ScheduleAt> {
        let patterns: Vec<Option<DayPattern>> = days.iter().map(|day| self.every(env, day, span)).collect();
        let patterns = patterns.into_iter().collect::<Option<Vec<_>>>()?;
        let time = match time {
            Some(time) => self.time(time)?,
            None => NaiveTime::MIN,
        };
        Some(ScheduleAt::Every(patterns, time))
    }

    /// `close of month`, `2025-09-01`, `2025-09-01 10:00`, `3rd working day of month`, `last day of month`, `anniversary of X`.
    fn moment_of_schedule(&mut self, env: &Env<'_>, at: &ast::Expr) -> Option<ScheduleAt> {
        if let Some(unit) = period_closed(at) {
            return Some(ScheduleAt::CloseOf(unit));
        }
        if let Some(day) = day_named(at) {
            return self.days_of_schedule(env, &[day], None, at.span);
        }
        let fixed = !matches!(at.kind, ExprKind::Of { .. });
        let moment: Option<NaiveDateTime> = if fixed { self.local(at) } else { None };
        if moment.is_none() && !fixed {
            self.report(messages::schedule_when(at.span));
        }
        moment.map(ScheduleAt::On)
    }

    /// `for each card with registered_at`: a fact that is known, or a condition.
    fn only_for(&mut self, env: &Env<'_>, per: Option<SubjectId>, with: &ast::Expr) -> Option<Expr> {
        let found = self.of_subject(env, per, with)?;
        if found.typed.ty == Type::Flag {
            return Some(found);
        }
        if !found.typed.optional {
            self.report(messages::always_known(found.span));
            return None;
        }
        let span = found.span;
        Some(super::expr::flag(Node::Known(Box::new(found)), span))
    }

    /// A fact of the schedule's subject by its bare name, or any expression.
    fn of_subject(&mut self, env: &Env<'_>, per: Option<SubjectId>, expr: &ast::Expr) -> Option<Expr> {
        if let ExprKind::Name(name) = &expr.kind
            && let Some(subject) = per.and_then(|id| self.policy.subject(id))
            && find_field(&subject.facts, &name.text).is_some()
        {
            let whose = ast::Name { text: subject.title.name.clone(), span: name.span };
            let whose = ast::Expr { kind: ExprKind::Name(whose), span: name.span };
            return self.of(env, name, &whose, expr.span, None);
        }
        self.expr(env, expr)
    }
}

/// A day of the month written as a moment: `3rd working day of month of china`, `last day of month`, `anniversary of X`.
fn day_named(at: &ast::Expr) -> Option<EveryDay> {
    let ExprKind::Of { what, of, .. } = &at.kind else { return None };
    if what.text == "anniversary" {
        return Some(EveryDay::Matching(at.clone()));
    }
    let (period, calendar) = match &of.kind {
        ExprKind::Of { what, of, .. } => (what.text.clone(), super::names::dotted(of)),
        _ => (text_of(of)?, None),
    };
    if !matches!(period.as_str(), "month" | "月") {
        return None;
    }
    if what.text == "last day" && calendar.is_none() {
        return Some(EveryDay::DayOfMonth(-1));
    }
    let nth = what.text.strip_suffix(" working day")?;
    let number = nth.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let nth = if nth == "last" { -1 } else { number.parse().ok()? };
    let calendar = calendar.map(|segments| ast::Path {
        span: segments.first().map(|name| name.span).unwrap_or_default(),
        segments: segments.into_iter().cloned().collect(),
    });
    Some(EveryDay::WorkingDay(Some(nth), calendar))
}
