//! What a policy uses of what libraries declare: kinds, enums, facts, code sets, calendars. The rest has no part in its meaning.

use crate::policy::expr::walk;
use crate::policy::{
    Ask, Beyond, DayPattern, Deed, EnumId, Expr, Field, Kind, KindId, Line, MeasureSource, Node, Policy, Request, Role,
    RuleBody, Scope, ScopePeriod, SetMember, Type, Validity, Value, Window, WindowKind,
};
use std::collections::BTreeSet;

/// The used parts, by index.
#[derive(Debug, Default)]
pub(crate) struct Used {
    pub kinds: BTreeSet<usize>,
    pub enums: BTreeSet<usize>,
    pub code_sets: BTreeSet<usize>,
    pub calendars: BTreeSet<usize>,
    pub quantities: BTreeSet<usize>,
    pub currencies: BTreeSet<usize>,
    /// Facts by subject and name.
    pub facts: BTreeSet<(usize, String)>,
    /// Names of fields that anything reads.
    pub fields: BTreeSet<String>,
}

/// Finds what a policy uses.
pub(crate) fn used(policy: &Policy) -> Used {
    let mut used = Used::default();
    used.currencies.insert(policy.currency.0);
    for rule in &policy.rules {
        used.kinds.extend(rule.kinds.iter().map(|kind| kind.0));
        if let RuleBody::Level { settled: Some(settled), .. } = &rule.body {
            used.kinds.insert(settled.at.0);
        }
    }
    for source in policy.measures.iter().flat_map(|measure| &measure.sources) {
        if let MeasureSource::Events { kinds, .. } = source {
            used.kinds.extend(kinds.iter().map(|kind| kind.0));
        }
    }
    used.kinds.extend(policy.requests.iter().flat_map(|(_, kinds)| kinds).map(|kind| kind.0));
    used.kinds.extend(policy.kinds.iter().enumerate().filter(|(_, kind)| !kind.library).map(|(at, _)| at));
    for points in &policy.points {
        let worth = points.worth.iter().chain(&points.stands_for);
        used.currencies.extend(worth.map(|(_, currency)| currency.0));
        let activity = policy.kinds.iter().enumerate().filter(|(_, kind)| points.activity.contains(&kind.title.name));
        used.kinds.extend(activity.map(|(at, _)| at));
    }
    for value in policy.parameters.iter().map(|(_, value)| value) {
        used.value(value);
    }
    exprs(policy, &mut |expr| used.expr(expr));
    for constraint in &policy.constraints {
        if let crate::policy::Bounded::Spend(field) = &constraint.bounded {
            used.fields.insert(field.clone());
        }
    }
    let lists = policy.rules.iter().filter_map(|rule| match &rule.body {
        RuleBody::Earn(lines) => Some(lines),
        _ => None,
    });
    used.fields.extend(lists.flatten().filter_map(|line| line.for_each.clone()));
    windows(policy, &mut |window| used.window(window));
    used.kinds_whole(policy);
    used
}

impl Used {
    fn expr(&mut self, expr: &Expr) {
        walk(expr, &mut |expr| match &expr.node {
            Node::Fact(subject, _, fact) => {
                self.facts.insert((subject.0, fact.clone()));
            }
            Node::Field(name) | Node::OfEvent(_, name) => {
                self.fields.insert(name.clone());
            }
            Node::Constant(value) => self.value(value),
            Node::In(_, set) => self.members(set),
            Node::Table { rows, .. } => {
                for row in rows {
                    if let crate::policy::TableTest::Is(set) = &row.test {
                        self.members(set);
                    }
                }
            }
            Node::WorkingDaysAfter(calendar, ..) => {
                self.calendars.insert(calendar.0);
            }
            Node::IsKind(kinds) => self.kinds.extend(kinds.iter().map(|kind| kind.0)),
            _ => {}
        });
        self.ty(&expr.typed.ty);
    }

    fn members(&mut self, set: &[SetMember]) {
        for member in set {
            match member {
                SetMember::Codes(id) => {
                    self.code_sets.insert(id.0);
                }
                SetMember::Run(first, last) => {
                    self.value(first);
                    self.value(last);
                }
                SetMember::One(_) => {}
            }
        }
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Enum(EnumId(at), _) => {
                self.enums.insert(*at);
            }
            Value::Money(_, currency) => {
                self.currencies.insert(currency.0);
            }
            Value::Quantity(_, quantity) => {
                self.quantities.insert(quantity.0);
            }
            _ => {}
        }
    }

    fn ty(&mut self, ty: &Type) {
        match ty {
            Type::Enum(id) => {
                self.enums.insert(id.0);
            }
            Type::Money(id) => {
                self.currencies.insert(id.0);
            }
            Type::Quantity(id) => {
                self.quantities.insert(id.0);
            }
            Type::Rate(over, under) => {
                self.ty(over);
                self.ty(under);
            }
            Type::EventOf(kinds) => self.kinds.extend(kinds.iter().map(|kind| kind.0)),
            Type::List(fields) => fields.iter().for_each(|field| self.field(field)),
            Type::Set(inner) => self.ty(inner),
            _ => {}
        }
    }

    fn field(&mut self, field: &Field) {
        self.ty(&field.typed.ty);
        if let Some(default) = &field.default {
            self.value(default);
        }
    }

    fn window(&mut self, window: &Window) {
        if let WindowKind::Days(days, _) = &window.kind {
            for day in days {
                if let DayPattern::WorkingDay(_, calendar) | DayPattern::Holiday(calendar) = day {
                    self.calendars.insert(calendar.0);
                }
            }
        }
    }

    /// Whether a field has a part in the meaning: every event must have it, or something reads it. A refund reads what it reduces.
    pub(crate) fn has(&self, kind: &Kind, field: &Field) -> bool {
        let required = !field.typed.optional && field.default.is_none();
        required || !kind.library || kind.role == Role::Refund || self.fields.contains(&field.title.name)
    }

    /// A used kind is used with its fields that have a part, and with the kinds that these name.
    fn kinds_whole(&mut self, policy: &Policy) {
        let mut done: BTreeSet<usize> = BTreeSet::new();
        while let Some(at) = self.kinds.iter().copied().find(|at| !done.contains(at)) {
            done.insert(at);
            if let Some(kind) = policy.kind(KindId(at)) {
                kind.fields
                    .iter()
                    .filter(|field| self.has(kind, field))
                    .cloned()
                    .collect::<Vec<_>>()
                    .iter()
                    .for_each(|field| self.field(field));
            }
        }
        for (subject, fact) in self.facts.clone() {
            let fact = policy
                .subjects
                .get(subject)
                .and_then(|subject| subject.facts.iter().find(|one| one.title.name == fact));
            if let Some(fact) = fact {
                self.field(fact);
            }
        }
    }
}

/// Calls `visit` for every expression of a policy: of rules, windows, limits, measures, pools and declarations for the host.
/// What stands inside an expression is found with [`walk`].
pub fn exprs(policy: &Policy, visit: &mut impl FnMut(&Expr)) {
    for rule in &policy.rules {
        rule.conditions.iter().for_each(&mut *visit);
        match &rule.body {
            RuleBody::Earn(lines) => lines.iter().for_each(|one| line(one, visit)),
            RuleBody::Raise { factor, .. } => visit(&factor.times),
            RuleBody::Level { scope: every, line: target, condition, .. } => {
                scope(every, visit);
                line(target, visit);
                condition.iter().for_each(&mut *visit);
            }
            RuleBody::Accept(all) => all.iter().for_each(|(condition, _)| visit(condition)),
            RuleBody::Request(asked) => request(asked, visit),
            RuleBody::Convert(convert) => convert.from.iter().for_each(&mut *visit),
            RuleBody::Notify(shown) => shown.iter().for_each(|one| visit(&one.value)),
        }
        for deed in &rule.deeds {
            match deed {
                Deed::Set { of, value, from, .. } => [of, value].into_iter().chain(from).for_each(&mut *visit),
                Deed::Bar { of, .. } => visit(of),
            }
        }
    }
    for measure in &policy.measures {
        scope(&measure.scope, visit);
        for source in &measure.sources {
            if let MeasureSource::Events { value, when, .. } = source {
                value.iter().chain(when).for_each(&mut *visit);
            }
        }
    }
    for tier in &policy.tiers {
        visit(&tier.by);
        tier.rows.iter().for_each(|row| visit(&row.from));
        tier.or_fact.iter().for_each(&mut *visit);
    }
    for constraint in &policy.constraints {
        scope(&constraint.scope, visit);
        visit(&constraint.limit);
        if let Beyond::RestEarns(rest) = &constraint.beyond {
            line(rest, visit);
        }
    }
    for pool in policy.points.iter().flat_map(|points| &points.pools) {
        if let Validity::ByTable(table) = &pool.validity {
            visit(table);
        }
    }
    policy.figures.iter().for_each(|figure| visit(&figure.value));
    policy.settlements.iter().filter_map(|settlement| settlement.with.as_ref()).for_each(&mut *visit);
    policy.schedules.iter().flat_map(|one| one.with.iter().chain(&one.order)).for_each(&mut *visit);
    for ranking in &policy.rankings {
        scope(&ranking.scope, visit);
        visit(&ranking.by);
    }
    windows(policy, &mut |window| {
        window.by.iter().for_each(&mut *visit);
        match &window.kind {
            WindowKind::Between(..) => {}
            WindowKind::Within(length, from) => {
                visit(length);
                visit(from);
            }
            WindowKind::Days(days, _) => {
                for day in days {
                    if let DayPattern::SameMonth(date) | DayPattern::Anniversary(date) = day {
                        visit(date);
                    }
                }
            }
        }
    });
}

fn windows(policy: &Policy, visit: &mut impl FnMut(&Window)) {
    policy.rules.iter().flat_map(|rule| &rule.windows).for_each(&mut *visit);
    for rule in &policy.rules {
        let RuleBody::Request(request) = &rule.body else { continue };
        for item in &request.items {
            item.windows.iter().chain(item.lower.iter().flat_map(|lower| &lower.windows)).for_each(&mut *visit);
        }
    }
    policy.measures.iter().flat_map(|measure| &measure.windows).for_each(&mut *visit);
    policy.campaigns.iter().flat_map(|campaign| &campaign.windows).for_each(visit);
}

fn line(line: &Line, visit: &mut impl FnMut(&Expr)) {
    visit(&line.amount);
    line.pool_by.iter().for_each(|table| visit(&table.subject));
    line.to.iter().chain(&line.when).chain(&line.worth).for_each(visit);
}

fn request(request: &Request, visit: &mut impl FnMut(&Expr)) {
    request.needs.iter().chain(&request.minimums).for_each(|need| visit(&need.condition));
    request.value.iter().for_each(&mut *visit);
    if let Ask::Units { each: Some(each), .. } = &request.ask {
        visit(each);
    }
    for item in &request.items {
        visit(&item.price);
        item.value.iter().for_each(&mut *visit);
        item.lower.iter().flat_map(|lower| lower.conditions.iter().chain([&lower.to])).for_each(&mut *visit);
    }
    request.steps.iter().for_each(|steps| visit(&steps.step));
    request.bills.iter().for_each(|bill| visit(&bill.most));
    request.lines.iter().for_each(|one| line(one, visit));
    request.moves.iter().for_each(|moves| visit(&moves.to));
    request
        .amounts
        .iter()
        .flat_map(|one| [&one.amount].into_iter().chain(&one.when).chain(&one.to))
        .for_each(&mut *visit);
    request.entries.iter().for_each(&mut *visit);
    request.deliver.iter().filter_map(|deliver| deliver.by.as_ref()).for_each(visit);
}

fn scope(scope: &Scope, visit: &mut impl FnMut(&Expr)) {
    scope.keys.iter().for_each(|key| visit(&key.value));
    match &scope.period {
        ScopePeriod::Calendar(_, Some(date)) => visit(date),
        ScopePeriod::Months(_, from) => visit(from),
        _ => {}
    }
}
