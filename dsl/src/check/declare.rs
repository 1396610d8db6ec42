//! Declarations that stand by themselves: currencies, quantities, enums, code sets, calendars.

use super::Checker;
use super::messages;
use super::names::{Found, path_text};
use crate::policy::{Calendar, CodeSet, Currency, CurrencyId, EnumType, EnumValue, QuantityUnit, Title, Type, Value};
use crate::syntax::ast::{self, CodeMember};
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// ISO 4217 currencies whose minor unit is not a hundredth.
const SCALES: &[(&str, u8)] = &[
    ("BIF", 0),
    ("CLP", 0),
    ("DJF", 0),
    ("GNF", 0),
    ("ISK", 0),
    ("JPY", 0),
    ("KMF", 0),
    ("KRW", 0),
    ("PYG", 0),
    ("RWF", 0),
    ("UGX", 0),
    ("UYI", 0),
    ("VND", 0),
    ("VUV", 0),
    ("XAF", 0),
    ("XOF", 0),
    ("XPF", 0),
    ("BHD", 3),
    ("IQD", 3),
    ("JOD", 3),
    ("KWD", 3),
    ("LYD", 3),
    ("OMR", 3),
    ("TND", 3),
    ("CLF", 4),
    ("UYW", 4),
];

impl Checker<'_> {
    /// Currencies: those of the programme's head and of the libraries; one that both name is one.
    pub(crate) fn lower_currencies(&mut self) {
        let names = self.names;
        let mut codes: Vec<&str> =
            names.currencies.entries.iter().map(|entry| entry.declared.name.text.as_str()).collect();
        codes.sort_unstable();
        codes.dedup();
        for code in &codes {
            let entries = names.currencies.entries.iter().filter(|entry| entry.declared.name.text == *code);
            let mut title = Title { name: (*code).to_owned(), ..Title::default() };
            let mut scale = SCALES.iter().find(|(known, _)| known == code).map_or(2, |(_, scale)| *scale);
            for entry in entries {
                title.labels.extend(messages::labels(entry.declared));
                title.span = entry.declared.name.span;
                if let Some(stated) = entry.node.and_then(|stated| u8::try_from(stated.value).ok()) {
                    scale = stated;
                }
            }
            let is_code = code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase());
            if !is_code {
                self.report(messages::not_a_currency_code(code, title.span));
            }
            self.policy.currencies.push(Currency { title, scale });
        }
        self.currency_ids = names
            .currencies
            .entries
            .iter()
            .map(|entry| CurrencyId(codes.iter().position(|code| *code == entry.declared.name.text).unwrap_or(0)))
            .collect();
    }

    pub(crate) fn lower_quantities(&mut self) {
        let names = self.names;
        for entry in &names.quantities.entries {
            let (unit, scale) = entry.node;
            let scale = scale.and_then(|scale| u8::try_from(scale.value).ok()).unwrap_or(0);
            self.policy.quantities.push(QuantityUnit { title: messages::title(entry), unit: unit.text.clone(), scale });
        }
    }

    pub(crate) fn lower_enums(&mut self) {
        let names = self.names;
        for entry in &names.enums.entries {
            let mut values: Vec<EnumValue> =
                entry.node.values.iter().map(|value| EnumValue { title: messages::title_of(value) }).collect();
            if !entry.node.ordered {
                values.sort_by(|a, b| a.title.name.cmp(&b.title.name));
            }
            let title = Title { name: entry.declared.name.text.clone(), ..messages::title(entry) };
            self.policy.enums.push(EnumType { title, open: entry.node.open, ordered: entry.node.ordered, values });
        }
        for (path, values, span) in &names.extends {
            let Found::One(at) = names.enums.find(&path_text(path), None) else {
                let spoken: Vec<String> = names.enums.spoken().map(str::to_owned).collect();
                self.report(messages::unknown_enum(path, &spoken));
                continue;
            };
            if let Some(entry) = names.enums.get(at) {
                self.refer_to(path.span, entry);
            }
            let Some(one) = self.policy.enums.get_mut(at) else { continue };
            if !one.open {
                let title = one.title.clone();
                self.report(messages::enum_is_closed(*span, &title));
                continue;
            }
            let added: Vec<EnumValue> =
                values.iter().map(|value| EnumValue { title: messages::title_of(value) }).collect();
            let twice =
                added.iter().find(|value| one.values.iter().any(|known| known.title.name == value.title.name)).cloned();
            one.values.extend(added);
            one.values.sort_by(|a, b| a.title.name.cmp(&b.title.name));
            if let Some(value) = twice {
                self.report(messages::value_known(&value.title));
            }
        }
    }

    pub(crate) fn lower_codes(&mut self) {
        let names = self.names;
        for entry in &names.codes.entries {
            self.policy.code_sets.push(CodeSet { title: messages::title(entry), digits: 4, runs: vec![] });
        }
        for at in 0..names.codes.entries.len() {
            let runs = self.code_runs(at, &mut vec![]);
            if let Some(set) = self.policy.code_sets.get_mut(at) {
                set.runs = merged(runs);
            }
        }
    }

    /// The runs of a set, sets within sets unfolded.
    fn code_runs(&mut self, at: usize, under: &mut Vec<usize>) -> Vec<(u32, u32)> {
        let names = self.names;
        let Some(entry) = names.codes.get(at) else { return vec![] };
        if under.contains(&at) {
            self.report(messages::definition_of_itself(&entry.declared.name));
            return vec![];
        }
        under.push(at);
        let mut runs = Vec::new();
        for member in &entry.node.members {
            match member {
                CodeMember::One(number, _) => runs.extend(self.code(number).map(|code| (code, code))),
                CodeMember::Range(first, last) => {
                    if let (Some(low), Some(high)) = (self.code(first), self.code(last)) {
                        if low > high {
                            self.report(messages::range_reversed(first.span.to(last.span)));
                        } else {
                            runs.push((low, high));
                        }
                    }
                }
                CodeMember::Set(path) => match names.codes.find(&path_text(path), None) {
                    Found::One(inner) => {
                        if let Some(entry) = names.codes.get(inner) {
                            self.refer_to(path.span, entry);
                        }
                        runs.extend(self.code_runs(inner, under));
                    }
                    _ => {
                        let spoken: Vec<String> = names.codes.spoken().map(str::to_owned).collect();
                        self.report(messages::unknown_codes(path, &spoken));
                    }
                },
            }
        }
        under.pop();
        runs
    }

    fn code(&mut self, number: &ast::Number) -> Option<u32> {
        let code = (number.text.len() == 4 && number.text.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| number.text.parse().ok())
            .flatten();
        if code.is_none() {
            self.report(messages::not_a_code(number));
        }
        code
    }

    pub(crate) fn lower_calendars(&mut self) {
        let names = self.names;
        for entry in &names.calendars.entries {
            let node = entry.node;
            let title = messages::title(entry);
            let from = self.date(&node.from).unwrap_or(NaiveDate::MIN);
            let to = self.date(&node.to).unwrap_or(NaiveDate::MAX);
            let holidays = self.calendar_days(&node.holidays, (from, to));
            let workdays = self.calendar_days(&node.workdays, (from, to));
            self.policy.calendars.push(Calendar { title, from, to, rest: node.rest.clone(), holidays, workdays });
        }
    }

    fn calendar_days(
        &mut self,
        days: &[ast::CalendarDay],
        (first, last): (NaiveDate, NaiveDate),
    ) -> BTreeSet<NaiveDate> {
        let mut all = BTreeSet::new();
        for day in days {
            let Some(from) = self.date(&day.from) else { continue };
            let to = match &day.to {
                Some(to) => match self.date(to) {
                    Some(to) => to,
                    None => continue,
                },
                None => from,
            };
            if from > to {
                self.report(messages::range_reversed(day.from.span));
                continue;
            }
            if from < first || to > last {
                self.report(messages::day_outside_calendar(day.from.span));
                continue;
            }
            all.extend(from.iter_days().take_while(|date| *date <= to));
        }
        all
    }

    /// A date that is fixed when the policy is compiled.
    pub(crate) fn date(&mut self, expr: &ast::Expr) -> Option<NaiveDate> {
        match self.constant_value(expr, &Type::Date)? {
            Value::Date(date) => Some(date),
            _ => None,
        }
    }

    /// The calendar of a name; without one, the only calendar there is.
    pub(crate) fn calendar_named(
        &mut self,
        path: Option<&ast::Path>,
        span: crate::source::Span,
    ) -> Option<crate::policy::CalendarId> {
        let names = self.names;
        match path {
            Some(path) => match names.calendars.find(&path_text(path), None) {
                Found::One(at) => {
                    let entry = names.calendars.get(at)?;
                    self.refer_to(path.span, entry);
                    Some(crate::policy::CalendarId(at))
                }
                _ => {
                    self.report(messages::unknown_calendar(path, names));
                    None
                }
            },
            None if names.calendars.entries.len() == 1 => Some(crate::policy::CalendarId(0)),
            None => {
                self.report(messages::which_calendar(span, names));
                None
            }
        }
    }
}

/// Runs in ascending order, touching ones joined.
fn merged(mut runs: Vec<(u32, u32)>) -> Vec<(u32, u32)> {
    runs.sort_unstable();
    let mut out: Vec<(u32, u32)> = Vec::new();
    for (first, last) in runs {
        match out.last_mut() {
            Some((_, end)) if first <= end.saturating_add(1) => *end = (*end).max(last),
            _ => out.push((first, last)),
        }
    }
    out
}
