//! The programme's head: zone, currency, version; and its parameters.

use super::Checker;
use super::messages;
use crate::policy::{CurrencyId, Expr, Policy, Title, Value};
use crate::source::{Sources, Span};
use crate::syntax::ast::{self, ClauseKind, ExprKind};
use chrono::{Days, NaiveDateTime, NaiveTime};
use std::str::FromStr;

/// A policy with nothing in it.
pub(crate) fn empty(sources: &Sources) -> Policy {
    Policy {
        programme: Title::default(),
        timezone: String::new(),
        currency: CurrencyId(0),
        effective_from: NaiveDateTime::MIN,
        effective_until: None,
        leap_day_march: false,
        customer_is: None,
        parameters: vec![],
        currencies: vec![],
        quantities: vec![],
        enums: vec![],
        subjects: vec![],
        kinds: vec![],
        code_sets: vec![],
        calendars: vec![],
        points: vec![],
        measures: vec![],
        tiers: vec![],
        groups: vec![],
        campaigns: vec![],
        rules: vec![],
        constraints: vec![],
        requests: vec![],
        schedules: vec![],
        figures: vec![],
        rankings: vec![],
        settlements: vec![],
        migrations: vec![],
        parities: vec![],
        refunds: crate::policy::RefundChoices::default(),
        promises: vec![],
        scenarios: vec![],
        sources: sources.clone(),
    }
}

impl Checker<'_> {
    pub(crate) fn lower_header(&mut self, main: Span) {
        let names = self.names;
        let (declared, clauses, span) = match names.programmes.as_slice() {
            [] => {
                self.report(messages::no_programme(main));
                return;
            }
            [one] => *one,
            [first, second, ..] => {
                self.report(messages::two_programmes(first.2, second.2));
                *first
            }
        };
        self.policy.programme = messages::title_of(declared);
        let head = declared.name.span;
        let mut said = (false, false, false);
        for clause in clauses {
            match &clause.kind {
                ClauseKind::Timezone(zone) => {
                    said.0 = true;
                    self.timezone(zone);
                }
                ClauseKind::Currency(currency) => {
                    said.1 = true;
                    let id = self.policy.currencies.iter().position(|one| one.title.name == currency.name.text);
                    self.policy.currency = CurrencyId(id.unwrap_or(0));
                }
                ClauseKind::Effective(from, to) => {
                    said.2 = true;
                    self.effective(from, to.as_ref());
                }
                ClauseKind::CustomerIs(name) => self.policy.customer_is = Some(name.text.clone()),
                ClauseKind::LeapDayMarch => self.policy.leap_day_march = true,
                ClauseKind::Broken => said = (true, true, true),
                _ => {}
            }
        }
        for (one, what) in [(said.0, 0_u8), (said.1, 1), (said.2, 2)] {
            if !one {
                self.report(messages::head_lacks(what, head, span));
            }
        }
    }

    fn timezone(&mut self, zone: &ast::Label) {
        if chrono_tz::Tz::from_str(&zone.text).is_ok() {
            self.policy.timezone.clone_from(&zone.text);
            return;
        }
        self.report(messages::unknown_timezone(zone));
    }

    fn effective(&mut self, from: &ast::Expr, to: Option<&ast::Expr>) {
        let start = self.local(from);
        let end = to.map(|to| (self.local(to), to));
        if let Some(start) = start {
            self.policy.effective_from = start;
        }
        let Some((Some(end), to)) = end else { return };
        // `to` a date includes that day in full; `to` a moment is the last moment, to the second.
        let until = match &to.kind {
            ExprKind::Date(date) => date.checked_add_days(Days::new(1)).map(|day| day.and_time(NaiveTime::MIN)),
            _ => end.checked_add_signed(chrono::TimeDelta::seconds(1)),
        };
        self.policy.effective_until = until;
        if let (Some(start), Some(until)) = (start, until)
            && until <= start
        {
            self.report(messages::window_reversed(from.span.to(to.span)));
        }
    }

    /// A local date (its first moment) or moment, written out or as a parameter.
    pub(crate) fn local(&mut self, expr: &ast::Expr) -> Option<NaiveDateTime> {
        let found = self.expr(&super::Env::constant(None), expr)?;
        match found.node {
            crate::policy::Node::Constant(Value::Date(date)) => Some(date.and_time(NaiveTime::MIN)),
            crate::policy::Node::Constant(Value::Instant(at)) => Some(at),
            _ => {
                self.report(messages::not_a_fixed_date(found.span));
                None
            }
        }
    }

    /// Parameters with the values in force; a value from outside must be of the declared type.
    pub(crate) fn lower_parameters(&mut self) {
        let names = self.names;
        for (at, entry) in names.parameters.entries.iter().enumerate() {
            let Some(checked) = self.parameter(at, entry.declared.name.span) else { continue };
            if let crate::policy::Node::Constant(value) = checked.node {
                self.policy.parameters.push((entry.qualified.clone(), value));
            }
        }
        let known: Vec<String> = names.parameters.entries.iter().map(|entry| entry.qualified.clone()).collect();
        for (name, given) in self.overrides {
            if !known.contains(name) {
                self.report(messages::unknown_parameter(name, &known, given.span));
            }
        }
    }

    /// The value of a parameter: the declared one, or one of its type that was set from outside. Found once, then remembered.
    pub(crate) fn parameter(&mut self, at: usize, span: Span) -> Option<Expr> {
        if let Some(known) = self.parameter_values.get(&at) {
            return known.clone().map(|known| Expr { span, ..known });
        }
        let value = self.read_parameter(at);
        self.parameter_values.insert(at, value.clone());
        value.map(|value| Expr { span, ..value })
    }

    fn read_parameter(&mut self, at: usize) -> Option<Expr> {
        let names = self.names;
        let entry = names.parameters.get(at)?;
        // A parameter that reads itself finds itself wrong.
        self.parameter_values.insert(at, None);
        let declared = self.fixed(entry.node)?;
        let Some((_, given)) = self.overrides.iter().find(|(name, _)| *name == entry.qualified) else {
            return Some(declared);
        };
        let given = self.expr_want(&super::Env::constant(None), given, Some(&declared.typed.ty))?;
        if given.typed.ty != declared.typed.ty || !matches!(given.node, crate::policy::Node::Constant(_)) {
            let shown = self.show(&declared.typed.ty);
            self.report(messages::parameter_of_other_type(&entry.declared.name, &shown));
            return None;
        }
        Some(given)
    }

    fn fixed(&mut self, expr: &ast::Expr) -> Option<Expr> {
        let found = self.expr(&super::Env::constant(None), expr)?;
        if matches!(found.node, crate::policy::Node::Constant(_)) {
            return Some(found);
        }
        self.report(messages::not_constant(found.span));
        None
    }
}
