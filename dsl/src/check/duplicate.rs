//! Names that are declared twice: in one role, in one declaration, or in the JSON of an event.
//!
//! Two equal labels are an error only where they are used (see [`Found::Several`](super::names::Found)).

use super::Checker;
use super::messages;
use super::names::{Entry, Space};
use crate::source::Span;
use crate::syntax::ast::{ClauseKind, Declared, FieldDecl, Name, RequestKind, TypeKind};
use std::collections::BTreeMap;

impl Checker<'_> {
    pub(crate) fn check_duplicates(&mut self) {
        let names = self.names;
        self.twice_in(&names.kinds, ("events", "事件"));
        self.twice_in(&names.enums, ("enums or tiers", "枚举或等级"));
        self.twice_in(&names.quantities, ("quantities", "数量"));
        self.twice_in(&names.codes, ("sets of codes", "代码组"));
        self.twice_in(&names.calendars, ("calendars", "日历"));
        self.twice_in(&names.groups, ("groups", "组"));
        self.twice_in(&names.campaigns, ("campaigns", "活动"));
        self.twice_in(&names.periods, ("periods", "周期"));
        self.twice_in(&names.schedules, ("schedules", "定时"));
        self.twice_in(&names.figures, ("figures", "指标"));
        // Lines, limits and counters go by the name of what posts them: one role.
        let mut rules = Seen::default();
        rules.space(&names.rules);
        rules.space(&names.requests);
        rules.space(&names.notices);
        self.report_twice(rules, ("rules, requests or notices", "规则、申请或通知"));
        // What an expression may name by a bare word is one role; a ranking counts under its own name.
        let mut values = Seen::default();
        values.space(&names.rankings);
        values.space(&names.tracks);
        values.space(&names.parameters);
        values.space(&names.defines);
        values.space(&names.tiers);
        self.report_twice(
            values,
            ("tracks, parameters, definitions, tiers or rankings", "累计、参数、定义、等级或排名"),
        );
        // So are the units that may stand after a number.
        let mut units = Seen::default();
        units.space(&names.points);
        for entry in &names.quantities.entries {
            units.add(entry.node.0.text.clone(), entry.node.0.span);
        }
        for entry in names.requests.entries.iter().filter(|entry| entry.node.kind == Some(RequestKind::Benefit)) {
            units.add(entry.qualified.clone(), entry.declared.name.span);
        }
        self.report_twice(units, ("units or benefits", "单位或权益"));
        self.parts_twice();
    }

    fn twice_in<T>(&mut self, space: &Space<'_, T>, role: (&str, &str)) {
        let mut seen = Seen::default();
        seen.space(space);
        self.report_twice(seen, role);
    }

    /// Values of an enum, fields of a kind, facts of a subject, pools of points, items of the catalogues.
    fn parts_twice(&mut self) {
        let names = self.names;
        for entry in &names.enums.entries {
            let mut seen = Seen::default();
            seen.declared(entry.node.values.iter());
            self.report_listed(seen, ("value", "取值"));
        }
        for entry in &names.tiers.entries {
            let mut seen = Seen::default();
            seen.declared(entry.node.rows.iter().map(|(_, row)| row));
            self.report_listed(seen, ("tier", "等级"));
        }
        for entry in &names.kinds.entries {
            if let super::names::KindSource::Event(event) = entry.node {
                self.fields_twice(&event.fields);
            }
        }
        let mut subjects: BTreeMap<&str, Seen> = BTreeMap::new();
        for entry in &names.subjects.entries {
            let seen = subjects.entry(entry.declared.name.text.as_str()).or_default();
            seen.declared(entry.node.fields.iter().map(|field| &field.declared));
        }
        for seen in subjects.into_values() {
            self.report_listed(seen, ("fact", "资料项"));
        }
        for entry in &names.points.entries {
            let mut seen = Seen::default();
            seen.declared(entry.node.iter().filter_map(|clause| match &clause.kind {
                ClauseKind::Pool(declared, _) => Some(declared),
                _ => None,
            }));
            self.report_listed(seen, ("pool", "积分池"));
        }
        let mut items = Seen::default();
        for entry in &names.requests.entries {
            items.declared(entry.node.clauses.iter().filter_map(|clause| match &clause.kind {
                ClauseKind::Item(item) => Some(&item.declared),
                _ => None,
            }));
        }
        self.report_listed(items, ("item", "商品"));
    }

    fn fields_twice(&mut self, fields: &[FieldDecl]) {
        let mut seen = Seen::default();
        seen.declared(fields.iter().map(|field| &field.declared));
        let twice = seen.twice.len();
        self.report_listed(seen, ("field", "字段"));
        if twice == 0 {
            let mut json = Seen::default();
            for field in fields {
                match field.json.as_slice() {
                    [] => json.add(field.declared.name.text.clone(), field.declared.name.span),
                    stated => stated.iter().for_each(|(_, label)| json.add(label.text.clone(), label.span)),
                }
            }
            for (name, first, second) in json.twice {
                self.report(messages::json_twice(&name, second, first));
            }
        }
        for field in fields {
            if let TypeKind::List(_, inner) = &field.ty.kind {
                self.fields_twice(inner);
            }
        }
    }

    /// Two kinds of event with one JSON `type`: an event of it could be either.
    pub(crate) fn check_json_types(&mut self) {
        let mut json = Seen::default();
        for kind in &self.policy.kinds {
            json.add(kind.json.clone(), kind.title.span);
        }
        for (name, first, second) in json.twice {
            self.report(messages::json_twice(&name, second, first));
        }
    }

    fn report_twice(&mut self, seen: Seen, role: (&str, &str)) {
        let role = messages::both(role.0, role.1);
        for (text, first, span) in seen.twice {
            self.report(messages::duplicate_name(&Name { text, span }, &role, first));
        }
    }

    fn report_listed(&mut self, seen: Seen, role: (&str, &str)) {
        let role = messages::both(role.0, role.1);
        for (text, first, span) in seen.twice {
            self.report(messages::listed_twice(&Name { text, span }, &role, first));
        }
    }
}

/// Names seen so far, and those seen again.
#[derive(Debug, Default)]
struct Seen {
    first: BTreeMap<String, Span>,
    twice: Vec<(String, Span, Span)>,
}

impl Seen {
    fn add(&mut self, name: String, span: Span) {
        match self.first.get(&name) {
            // The earlier place is called the first, whatever the order in which names were collected.
            Some(known) => {
                let (first, second) = if known.key() <= span.key() { (*known, span) } else { (span, *known) };
                let shown = name.rsplit('.').next().unwrap_or(&name).to_owned();
                self.twice.push((shown, first, second));
            }
            None => {
                self.first.insert(name, span);
            }
        }
    }

    fn space<T>(&mut self, space: &Space<'_, T>) {
        for Entry { qualified, declared, .. } in &space.entries {
            self.add(qualified.clone(), declared.name.span);
        }
    }

    fn declared<'d>(&mut self, all: impl Iterator<Item = &'d Declared>) {
        for one in all {
            self.add(one.name.text.clone(), one.name.span);
        }
    }
}
