//! The programme's head: zone, currency, version; and its parameters.

use super::Checker;
use super::messages;
use super::names::Found;
use crate::policy::{CurrencyId, Policy, Title, Value};
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
        for entry in &names.parameters.entries {
            let Some(checked) = self.expr(&super::Env::constant(None), entry.node) else { continue };
            let crate::policy::Node::Constant(declared) = checked.node else {
                self.report(messages::not_constant(entry.node.span));
                continue;
            };
            let name = entry.declared.name.text.clone();
            let value = match self.overrides.get(&name).cloned() {
                Some(given) if std::mem::discriminant(&given) == std::mem::discriminant(&declared) => given,
                Some(_) => {
                    let shown = self.show(&checked.typed.ty);
                    self.report(messages::parameter_of_other_type(&entry.declared.name, &shown));
                    declared
                }
                None => declared,
            };
            self.overrides.remove(&name);
            if names.parameters.find(&name, None) != Found::None {
                self.overrides.insert(name.clone(), value.clone());
            }
            self.policy.parameters.push((name, value));
        }
        let known: Vec<String> = self.policy.parameters.iter().map(|(name, _)| name.clone()).collect();
        let unknown: Vec<String> = self.overrides.keys().filter(|name| !known.contains(name)).cloned().collect();
        for name in unknown {
            let span = names.programmes.first().map(|(declared, _, _)| declared.name.span).unwrap_or_default();
            self.report(messages::unknown_parameter(&name, &known, span));
        }
    }
}
