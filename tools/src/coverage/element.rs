//! What of a policy a test can exercise: its rules, conditions, comparisons, windows, rows of tables, limits, items.
//!
//! One walk over the checked policy. Coverage asks of each element whether it was exercised, suggestions how to exercise it.

use earnest_dsl::policy::expr::{children, walk};
use earnest_dsl::policy::{
    Ask, Compare, Constraint, Convert, Deed, Expr, Item, Line, Measure, MeasureSource, Node, Policy, Request, Rule,
    RuleBody, ScheduleAt, TableRow, TableTest, Tier, Type, Validity, Window,
};

/// Something that a test can exercise.
#[derive(Debug, Clone, Copy)]
pub enum Element<'p> {
    /// A rule or a request.
    Rule(&'p Rule),
    /// A condition without `and`, `or` or `not`: the parts of a longer one each by themselves.
    Condition(&'p Expr),
    /// A condition that compares two numbers or dates by size.
    Threshold(&'p Expr),
    /// A window.
    Window(&'p Window),
    /// A row of a table. `exact`: it is a band that begins above zero.
    Row {
        /// The row.
        row: &'p TableRow,
        /// The value that selects.
        subject: &'p Expr,
        /// It is a band that begins above zero.
        exact: bool,
    },
    /// A row of a tier by a measure.
    TierRow {
        /// The tier.
        tier: &'p Tier,
        /// Where the row begins.
        from: &'p Expr,
    },
    /// A constraint.
    Limit(&'p Constraint),
    /// A clause of a request that cuts or refuses: whole steps, a part of a bill.
    Clause(&'p Expr),
    /// An item of a catalogue.
    Item(&'p Item),
}

/// Every element of a policy, with the name of what it belongs to. What several rules share (a campaign's window) comes several times.
pub fn elements<'p>(policy: &'p Policy, visit: &mut dyn FnMut(&'p str, Element<'p>)) {
    for rule in &policy.rules {
        rule_elements(rule, &mut |element| visit(&rule.title.name, element));
    }
    for constraint in &policy.constraints {
        let name = &constraint.title.name;
        visit(name, Element::Limit(constraint));
        expression(&constraint.limit, &mut |element| visit(name, element));
    }
    for measure in &policy.measures {
        measure_elements(measure, &mut |element| visit(&measure.title.name, element));
    }
    for tier in &policy.tiers {
        for row in &tier.rows {
            visit(&tier.title.name, Element::TierRow { tier, from: &row.from });
        }
        expression(&tier.by, &mut |element| visit(&tier.title.name, element));
    }
    for figure in &policy.figures {
        expression(&figure.value, &mut |element| visit(&figure.title.name, element));
    }
    for schedule in &policy.schedules {
        if let (Some(with), ScheduleAt::CloseOf(_) | ScheduleAt::On(_) | ScheduleAt::Every(..)) =
            (&schedule.with, &schedule.at)
        {
            condition(with, &mut |element| visit(&schedule.title.name, element));
        }
    }
    for points in &policy.points {
        for pool in &points.pools {
            if let Validity::ByTable(table) = &pool.validity {
                expression(table, &mut |element| visit(&points.title.name, element));
            }
        }
    }
}

type Visit<'v, 'p> = &'v mut dyn FnMut(Element<'p>);

fn rule_elements<'p>(rule: &'p Rule, visit: Visit<'_, 'p>) {
    if !matches!(rule.body, RuleBody::Accept(_)) {
        visit(Element::Rule(rule));
    }
    rule.windows.iter().for_each(|window| visit(Element::Window(window)));
    rule.conditions.iter().for_each(|one| condition(one, visit));
    match &rule.body {
        RuleBody::Earn(lines) => lines.iter().for_each(|line| line_elements(line, visit)),
        RuleBody::Raise { factor, .. } => expression(&factor.times, visit),
        RuleBody::Level { line, condition: held, .. } => {
            line_elements(line, visit);
            if let Some(held) = held {
                condition(held, visit);
            }
        }
        RuleBody::Accept(conditions) => conditions.iter().for_each(|(one, _)| condition(one, visit)),
        RuleBody::Request(request) => request_elements(request, visit),
        RuleBody::Convert(Convert { from, .. }) => from.iter().for_each(|from| expression(from, visit)),
        RuleBody::Notify(shown) => shown.iter().for_each(|shown| expression(&shown.value, visit)),
    }
    for deed in &rule.deeds {
        match deed {
            Deed::Set { value, from, .. } => {
                expression(value, visit);
                from.iter().for_each(|from| expression(from, visit));
            }
            Deed::Bar { of, .. } => expression(of, visit),
        }
    }
}

fn line_elements<'p>(line: &'p Line, visit: Visit<'_, 'p>) {
    expression(&line.amount, visit);
    line.worth.iter().for_each(|worth| expression(worth, visit));
    line.when.iter().for_each(|when| condition(when, visit));
}

fn request_elements<'p>(request: &'p Request, visit: Visit<'_, 'p>) {
    request.needs.iter().chain(&request.minimums).for_each(|need| condition(&need.condition, visit));
    if let Ask::Units { each: Some(each), .. } = &request.ask {
        expression(each, visit);
    }
    request.value.iter().chain(&request.entries).for_each(|value| expression(value, visit));
    for item in &request.items {
        visit(Element::Item(item));
        expression(&item.price, visit);
        item.value.iter().for_each(|value| expression(value, visit));
        item.windows.iter().for_each(|window| visit(Element::Window(window)));
        for lower in &item.lower {
            lower.windows.iter().for_each(|window| visit(Element::Window(window)));
            lower.conditions.iter().for_each(|one| condition(one, visit));
            expression(&lower.to, visit);
        }
    }
    request.steps.iter().for_each(|steps| visit(Element::Clause(&steps.step)));
    for bill in &request.bills {
        visit(Element::Clause(&bill.most));
        expression(&bill.most, visit);
    }
    request.lines.iter().for_each(|line| line_elements(line, visit));
    for amount in &request.amounts {
        expression(&amount.amount, visit);
        amount.when.iter().for_each(|when| condition(when, visit));
    }
    request.deliver.iter().flat_map(|deliver| &deliver.by).for_each(|by| expression(by, visit));
}

fn measure_elements<'p>(measure: &'p Measure, visit: Visit<'_, 'p>) {
    measure.windows.iter().for_each(|window| visit(Element::Window(window)));
    for source in &measure.sources {
        if let MeasureSource::Events { value, when, .. } = source {
            value.iter().for_each(|value| expression(value, visit));
            when.iter().for_each(|when| condition(when, visit));
        }
    }
}

/// The parts of a condition.
fn condition<'p>(expr: &'p Expr, visit: Visit<'_, 'p>) {
    match &expr.node {
        Node::And(all) | Node::Or(all) => all.iter().for_each(|one| condition(one, visit)),
        Node::Not(inner) => condition(inner, visit),
        Node::Constant(_) => {}
        _ => {
            visit(Element::Condition(expr));
            if is_threshold(expr) {
                visit(Element::Threshold(expr));
            }
            expression(expr, visit);
        }
    }
}

/// Tables anywhere in an expression.
fn expression<'p>(expr: &'p Expr, visit: Visit<'_, 'p>) {
    walk(expr, &mut |inner| {
        if let Node::Table { subject, rows, .. } = &inner.node {
            for row in rows {
                let exact = matches!(&row.test, TableTest::From(from) if !is_zero(from));
                visit(Element::Row { row, subject, exact });
            }
        }
    });
}

fn is_threshold(expr: &Expr) -> bool {
    let Node::Compare(how, a, _) = &expr.node else { return false };
    let by_size = matches!(how, Compare::Less | Compare::AtMost | Compare::Greater | Compare::AtLeast);
    by_size && !matches!(a.typed.ty, Type::Enum(_) | Type::Tier(_))
}

/// The number of a constant.
pub(crate) fn constant(expr: &Expr) -> Option<rust_decimal::Decimal> {
    use earnest_dsl::policy::Value;
    match &expr.node {
        Node::Constant(
            Value::Money(number, _)
            | Value::Points(number, _)
            | Value::Quantity(number, _)
            | Value::Number(number)
            | Value::Percent(number)
            | Value::Count(number)
            | Value::Multiple(number),
        ) => Some(*number),
        Node::Constant(Value::Term(months)) => Some((*months).into()),
        Node::Constant(Value::Days(days) | Value::WorkingDays(days) | Value::Minutes(days)) => Some((*days).into()),
        Node::Negate(inner) => constant(inner).map(|number| -number),
        _ => None,
    }
}

/// Whether an expression is the constant zero.
pub(crate) fn is_zero(expr: &Expr) -> bool {
    constant(expr).is_some_and(|number| number.is_zero()) && children(expr).is_empty()
}
