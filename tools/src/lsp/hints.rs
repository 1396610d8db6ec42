//! What is not written and good to see: points for 1,000 units of currency, units of named expressions.

use super::desk::View;
use super::hover::typed;
use chrono::Utc;
use earnest_dsl::diagnostic::Language;
use earnest_dsl::policy::{Expr, Line, Node, Policy, Rule, RuleBody, TableTest, Type, Value};
use earnest_dsl::source::Span;
use earnest_dsl::words::{Words, grouped};
use earnest_interpreter::ask::{About, Told};
use earnest_interpreter::{Counters, Engine, Facts};
use gen_lsp_types::{InlayHint, InlayHintKind, Label, Tooltip};
use rust_decimal::Decimal;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The amount for which points are shown, in main units of the currency.
const SAMPLE: Decimal = Decimal::ONE_THOUSAND;

/// How many values of one line are looked at: rows of tables multiply.
const MOST_VALUES: usize = 24;

/// The hints of a file that stand in a range of bytes.
#[must_use]
pub fn hints(view: &View<'_>, (from, to): (u32, u32), language: Language) -> Vec<InlayHint> {
    let Some(policy) = view.policy() else { return vec![] };
    let words = Words::new(policy, language);
    let here = |span: Span| span.file == view.file && from <= span.end && span.start <= to;
    let mut found = Vec::new();
    let mut engine = None;
    for rule in policy.rules.iter().filter(|rule| rule.title.span.file == view.file) {
        for line in lines_of(rule).into_iter().filter(|line| here(line.span)) {
            let engine = engine.get_or_insert_with(|| Engine::new(Arc::new(bare(policy))));
            found.extend(points_hint(view, engine, rule, line, &words));
        }
    }
    let measures = policy.measures.iter().map(|one| (one.title.span, &one.typed));
    let figures = policy.figures.iter().map(|one| (one.title.span, &one.value.typed));
    let definitions = view.loaded.definitions.iter().map(|(span, typed)| (*span, typed));
    for (span, ty) in measures.chain(figures).chain(definitions).filter(|(span, _)| here(*span)) {
        let label = format!(": {}", typed(&words, ty));
        found.push(hint(view, span.end, label, Some(InlayHintKind::Type), None));
    }
    found.sort_by_key(|hint| hint.position);
    found.dedup_by(|one, other| one.position == other.position && one.label == other.label);
    found
}

fn hint(view: &View<'_>, byte: u32, label: String, kind: Option<InlayHintKind>, tooltip: Option<String>) -> InlayHint {
    InlayHint {
        position: view.lines.position(byte),
        label: Label::String(label),
        kind,
        text_edits: None,
        tooltip: tooltip.map(Tooltip::String),
        padding_left: Some(kind.is_none()),
        padding_right: None,
        data: None,
    }
}

fn lines_of(rule: &Rule) -> Vec<&Line> {
    match &rule.body {
        RuleBody::Earn(lines) => lines.iter().collect(),
        RuleBody::Level { line, .. } => vec![line],
        _ => vec![],
    }
}

/// A policy without rules: enough to evaluate expressions of it, and cheap to make an engine of.
fn bare(policy: &Policy) -> Policy {
    let mut bare = Policy {
        rules: vec![],
        constraints: vec![],
        campaigns: vec![],
        groups: vec![],
        requests: vec![],
        promises: vec![],
        scenarios: vec![],
        kinds: policy.kinds.clone(),
        programme: policy.programme.clone(),
        timezone: policy.timezone.clone(),
        currency: policy.currency,
        effective_from: policy.effective_from,
        effective_until: policy.effective_until,
        leap_day_march: policy.leap_day_march,
        customer_is: policy.customer_is.clone(),
        parameters: policy.parameters.clone(),
        currencies: policy.currencies.clone(),
        quantities: policy.quantities.clone(),
        enums: policy.enums.clone(),
        subjects: policy.subjects.clone(),
        code_sets: policy.code_sets.clone(),
        calendars: policy.calendars.clone(),
        points: policy.points.clone(),
        measures: policy.measures.clone(),
        tiers: policy.tiers.clone(),
        schedules: vec![],
        figures: vec![],
        rankings: vec![],
        settlements: vec![],
        migrations: vec![],
        parities: policy.parities.clone(),
        refunds: policy.refunds,
        sources: Default::default(),
    };
    // What reads postings names rules, and there are none.
    for measure in &mut bare.measures {
        measure.sources.clear();
    }
    bare
}

/// `1,000 CNY → 1,000 Star` behind a line that reads an amount of money.
fn points_hint(view: &View<'_>, engine: &Engine, rule: &Rule, line: &Line, words: &Words<'_>) -> Option<InlayHint> {
    let policy = words.policy;
    let currency = currency_read(&line.amount)?;
    let points = policy.points_of(line.points)?;
    let mode = rule.rounding.map_or(points.rounding, |(mode, _)| mode);
    let mut values: BTreeSet<Decimal> = BTreeSet::new();
    for amount in variants(&sampled(&line.amount)) {
        let typed = earnest_dsl::policy::Typed { quotient: false, ..line.amount.typed.clone() };
        let rounded = Expr { node: Node::Round(Box::new(amount), mode, points.scale), typed, span: line.span };
        values.insert(value_of(engine, &rounded)?);
    }
    let (least, most) = (values.first()?, values.last()?);
    let shown = |value: &Decimal| grouped(&value.normalize().to_string());
    let amount = if least == most { shown(least) } else { format!("{}–{}", shown(least), shown(most)) };
    let name = |title: &earnest_dsl::policy::Title| title.name.clone();
    let money = policy.currency_of(currency).map(|one| name(&one.title)).unwrap_or_default();
    let label = format!("{} {money} → {amount} {}", grouped(&SAMPLE.to_string()), name(&points.title));
    let tooltip = earnest_dsl::say!(
        words.language,
        "what this line gives for {} {money}, before limits and multiples",
        "金额为 {} {money} 时本行给出的积分，未计限额与倍数",
        grouped(&SAMPLE.to_string())
    );
    Some(hint(view, end_of_line(view, line.span), label, None, Some(tooltip)))
}

/// The end of the line's text: a clause's place may reach over a condition.
fn end_of_line(view: &View<'_>, span: Span) -> u32 {
    let text = view.text_of(span);
    let trimmed = text.trim_end();
    span.start.saturating_add(u32::try_from(trimmed.len()).unwrap_or(0))
}

/// The currency of the one amount of money that an expression reads: a field, or a measure.
fn currency_read(amount: &Expr) -> Option<earnest_dsl::policy::CurrencyId> {
    let mut currencies = BTreeSet::new();
    earnest_dsl::policy::expr::walk(amount, &mut |expr| {
        if let (true, Type::Money(id)) = (is_reading(expr), &expr.typed.ty) {
            currencies.insert(*id);
        }
    });
    let mut found = currencies.into_iter();
    found.next().filter(|_| found.next().is_none())
}

fn is_reading(expr: &Expr) -> bool {
    matches!(
        expr.node,
        Node::Field(_) | Node::Element(_) | Node::Measure(..) | Node::MeasureOver { .. } | Node::OfEvent(..)
    )
}

/// The expression with every reading of money replaced by the sample.
fn sampled(expr: &Expr) -> Expr {
    let mut made = expr.clone();
    replace(&mut made, &mut |inner| {
        if let (true, Type::Money(id)) = (is_reading(inner), &inner.typed.ty) {
            inner.node = Node::Constant(Value::Money(SAMPLE, *id));
        }
    });
    made
}

/// The expression for each row of a table by something else than an amount.
fn variants(expr: &Expr) -> Vec<Expr> {
    let mut open = vec![expr.clone()];
    let mut done = Vec::new();
    while let Some(one) = open.pop() {
        let rows = rows_of_first_table(&one);
        if rows.is_empty() || done.len().saturating_add(open.len()) >= MOST_VALUES {
            done.push(one);
            continue;
        }
        for row in rows {
            let mut chosen = one.clone();
            let mut first = true;
            replace(&mut chosen, &mut |inner| {
                if first && is_choice(inner) {
                    first = false;
                    *inner = row.clone();
                }
            });
            open.push(chosen);
        }
    }
    done
}

/// Whether an expression is a table whose rows are chosen by a value of a list.
fn is_choice(expr: &Expr) -> bool {
    matches!(&expr.node, Node::Table { rows, .. } if rows.iter().any(|row| matches!(row.test, TableTest::Is(_))))
}

fn rows_of_first_table(expr: &Expr) -> Vec<Expr> {
    let mut rows = Vec::new();
    earnest_dsl::policy::expr::walk(expr, &mut |inner| {
        if let (true, true, Node::Table { rows: own, .. }) = (rows.is_empty(), is_choice(inner), &inner.node) {
            rows = own.iter().map(|row| row.value.clone()).collect();
        }
    });
    rows
}

/// Calls `change` for an expression and what it is computed of, outermost first.
fn replace(expr: &mut Expr, change: &mut impl FnMut(&mut Expr)) {
    change(expr);
    for child in earnest_dsl::policy::expr::children_mut(expr) {
        replace(child, change);
    }
}

fn value_of(engine: &Engine, expr: &Expr) -> Option<Decimal> {
    let (facts, counters) = (Facts::new(), Counters::new());
    let at = engine.policy().effective_from.and_utc();
    let at: chrono::DateTime<Utc> = at;
    let about = About { subject: None, at, facts: &facts, counters: &counters };
    match engine.value_of(expr, &about).ok()? {
        Some(Told::Number(value)) => Some(value),
        _ => None,
    }
}
