//! Whether bands leave no gap: a table by bands begins where its subject does, or says what holds below.

use super::extent::Ranges;
use super::told::{of_rule, proof, reason, told};
use super::{Proof, Question, Verdict};
use crate::policy::expr::walk;
use crate::policy::{Expr, Node, Policy, Rule, TableTest};
use crate::say;
use crate::words::measure_expressions as expressions;

/// For each table by bands in a rule.
pub(super) fn proofs(policy: &Policy) -> Vec<Proof> {
    let mut all = Vec::new();
    for rule in &policy.rules {
        let mut tables: Vec<&Expr> = Vec::new();
        expressions(policy, rule, &mut |expr| {
            walk(expr, &mut |one| {
                let bands = matches!(&one.node, Node::Table { rows, .. } if rows.iter().any(|row| matches!(row.test, TableTest::From(_))));
                if bands && !tables.iter().any(|known| known.span == one.span) {
                    tables.push(one);
                }
            });
        });
        all.extend(tables.into_iter().map(|table| of_table(policy, rule, table)));
    }
    all
}

fn of_table(policy: &Policy, rule: &Rule, table: &Expr) -> Proof {
    let claim = told(policy, |words| {
        let name = of_rule(words, rule);
        say!(words.language, "the bands of {name} are complete", "{name} 的分档完整")
    });
    let Node::Table { subject, rows, .. } = &table.node else {
        return proof(Question::Bands, claim, Verdict::Holds, vec![]);
    };
    let otherwise = rows.iter().any(|row| row.test == TableTest::Otherwise);
    let ranges = Ranges::of_rule(policy, rule);
    let first = rows.iter().find_map(|row| match &row.test {
        TableTest::From(from) => ranges.extent(from).map(|found| (found.low, from.span)),
        _ => None,
    });
    let low = ranges.extent(subject).map(|found| found.low);
    let (verdict, text) = match (first, low) {
        _ if otherwise => (
            Verdict::Holds,
            told(policy, |words| {
                say!(words.language, "`otherwise` says what holds elsewhere", "`其他` 写明了其余情形")
            }),
        ),
        (Some((first, _)), Some(low)) if first <= low => (
            Verdict::Holds,
            told(policy, |words| {
                let first = words.number(first);
                say!(
                    words.language,
                    "the first band begins at {first}, and nothing lies below",
                    "首档自 {first} 起，其下没有取值"
                )
            }),
        ),
        (Some((first, _)), Some(_)) => {
            let text = told(policy, |words| {
                let first = words.number(first);
                say!(
                    words.language,
                    "below {first} no band holds, and nothing is earned",
                    "低于 {first} 没有对应的档，不给积分"
                )
            });
            (Verdict::Fails(text.clone(), vec![]), text)
        }
        _ => {
            let text = told(policy, |words| {
                say!(words.language, "where the first band begins is not known", "首档的起点不确定")
            });
            (Verdict::NotProved(text.clone()), text)
        }
    };
    proof(Question::Bands, claim, verdict, vec![reason(text, table.span)])
}
