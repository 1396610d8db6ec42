//! W0156: a row of a table that is never chosen.
//!
//! The conditions of the rule leave out every value of the row, so its number is never given: somebody believes in it.

use super::event::{self, nowhere, region};
use super::found::{Claim, Found};
use crate::check::table::constant_number;
use crate::diagnostic::Diagnostic;
use crate::policy::expr::walk;
use crate::policy::{Compare, Expr, Node, Policy, Rule, RuleBody, RuleId, TableRow, TableTest};
use crate::prove::told::{named, told};
use crate::say;

pub(super) fn find(policy: &Policy) -> Vec<Found> {
    let mut found = Vec::new();
    for (at, rule) in policy.rules.iter().enumerate() {
        if rule.conditions.is_empty() && rule.windows.is_empty() {
            continue;
        }
        let amounts: Vec<&Expr> = match &rule.body {
            RuleBody::Earn(lines) => lines.iter().map(|line| &line.amount).collect(),
            RuleBody::Raise { factor, .. } => vec![&factor.times],
            _ => continue,
        };
        let mut tables: Vec<&Expr> = Vec::new();
        for amount in amounts {
            walk(amount, &mut |inner| {
                if matches!(inner.node, Node::Table { .. }) {
                    tables.push(inner);
                }
            });
        }
        found.extend(tables.into_iter().flat_map(|table| idle(policy, RuleId(at), rule, table)));
    }
    found
}

fn idle(policy: &Policy, id: RuleId, rule: &Rule, table: &Expr) -> Vec<Found> {
    let Node::Table { subject, rows, in_parts: false } = &table.node else { return vec![] };
    let lowest = subject.typed.range.map(|(low, _)| low);
    let mut found = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let next = rows.get(at.saturating_add(1));
        let Some(chosen) = chosen(subject, row, next, lowest) else { continue };
        let never = nowhere(policy, &rule.kinds, |kind| region(policy, rule, kind, std::slice::from_ref(&chosen)));
        // A rule that nothing meets is another finding's matter.
        if never && !nowhere(policy, &rule.kinds, |kind| region(policy, rule, kind, &[])) {
            found.push(shown(policy, (id, rule), subject, row, &chosen));
        }
    }
    found
}

/// The condition under which a row is chosen; none for rows that the language demands: the lowest band, and `otherwise`.
fn chosen(
    subject: &Expr,
    row: &TableRow,
    next: Option<&TableRow>,
    lowest: Option<rust_decimal::Decimal>,
) -> Option<Expr> {
    match &row.test {
        TableTest::Otherwise => None,
        TableTest::Is(members) => {
            Some(event::flag(Node::In(Box::new(subject.clone()), members.clone()), row.value.span))
        }
        TableTest::From(from) => {
            let start = constant_number(from)?;
            if lowest.is_none_or(|lowest| start <= lowest) {
                return None;
            }
            let above = event::compare(Compare::AtLeast, subject, start)?;
            let end = next.and_then(|next| match &next.test {
                TableTest::From(next) => constant_number(next),
                _ => None,
            });
            match end {
                None => Some(above),
                Some(end) => {
                    let below = event::compare(Compare::Less, subject, end)?;
                    Some(event::flag(Node::And(vec![above, below]), row.value.span))
                }
            }
        }
    }
}

fn shown(policy: &Policy, (id, rule): (RuleId, &Rule), subject: &Expr, row: &TableRow, chosen: &Expr) -> Found {
    let diagnostic = Diagnostic::warning(
        "W0156",
        told(policy, |words| {
            let rule = named(words, &rule.title);
            say!(words.language, "this row of the table in {rule} is never chosen", "{rule} 的表中这一行永远不会用到")
        }),
        row.value.span,
        told(policy, |words| say!(words.language, "never given", "永远不会给")),
    )
    .mark(
        subject.span,
        told(policy, |words| {
            say!(
                words.language,
                "never has a value of this row where the rule applies",
                "规则适用时，它不会取这一行的值"
            )
        }),
    )
    .mark(
        rule.conditions.first().map_or(rule.title.span, |condition| condition.span),
        told(policy, |words| say!(words.language, "leaves it out", "已把它排除")),
    )
    .help(told(policy, |words| {
        say!(
            words.language,
            "mend the condition or the row; a row that is only there for completeness is better covered by `otherwise`",
            "请改正条件或这一行；只为写全的行用 `其余` 更好"
        )
    }));
    // The event that the row is for: it does not meet the rule.
    let free = event::under(&Rule { windows: vec![], ..rule.clone() }, vec![]);
    let witness = event::example(policy, &free, std::slice::from_ref(chosen));
    Found::by(diagnostic, witness, Claim::Nothing(id))
}
