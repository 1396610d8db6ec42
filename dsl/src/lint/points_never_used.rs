//! W0120: points that customers can earn and nobody can ever use.
//!
//! Either the request is missing (a catalogue, an offset, an exchange), or it names other points; until then every point earned
//! is a promise without a meaning. Points that only measure say `memo`, those that another house keeps `kept by`.

use super::context::Context;
use super::event;
use super::found::{Claim, Found};
use crate::diagnostic::Diagnostic;
use crate::policy::expr::walk;
use crate::policy::{Expr, LineSign, Node, Points, PointsId, Policy, Rule, RuleBody, RuleId, TotalOf};
use crate::prove::told::{named, told};
use crate::say;
use crate::syntax::ast::Prohibition;
use std::collections::BTreeSet;

pub(super) fn find(context: &Context<'_>) -> Vec<Found> {
    let policy = context.policy;
    let used = used(policy);
    let held = policy.points.iter().enumerate().filter(|(_, points)| {
        !points.memo
            && points.kept_by.is_none()
            && points.benefit.is_none()
            && !points.never.contains(&Prohibition::Spend)
    });
    held.filter(|(at, _)| !used.contains(&PointsId(*at)))
        .filter_map(|(at, points)| {
            let giver = policy.rules.iter().enumerate().find(|(_, rule)| gives(rule, PointsId(at)))?;
            Some(unusable(policy, points, (RuleId(giver.0), giver.1)))
        })
        .collect()
}

fn gives(rule: &Rule, id: PointsId) -> bool {
    match &rule.body {
        RuleBody::Earn(lines) => lines.iter().any(|line| line.points == id && line.sign == LineSign::Give),
        RuleBody::Level { line, .. } => line.points == id,
        _ => false,
    }
}

/// Points that something takes, converts or looks at to decide something.
fn used(policy: &Policy) -> BTreeSet<PointsId> {
    let mut used = BTreeSet::new();
    let mut reads = |expr: &Expr| {
        walk(expr, &mut |one| match &one.node {
            Node::Balance(id, _) | Node::Total(TotalOf::Redeemed, id, _) => {
                used.insert(*id);
            }
            _ => {}
        });
    };
    policy.rules.iter().flat_map(|rule| &rule.conditions).for_each(&mut reads);
    policy.tiers.iter().map(|tier| &tier.by).for_each(&mut reads);
    policy.rankings.iter().map(|ranking| &ranking.by).for_each(&mut reads);
    for rule in &policy.rules {
        match &rule.body {
            RuleBody::Request(request) => used.extend(request.spends.iter().map(|spends| spends.points)),
            RuleBody::Convert(convert) => {
                used.insert(convert.take.1);
            }
            RuleBody::Earn(lines) => {
                used.extend(lines.iter().filter(|line| matches!(line.sign, LineSign::Take(_))).map(|line| line.points));
            }
            _ => {}
        }
    }
    // What measures count of them decides levels and limits.
    for source in policy.measures.iter().flat_map(|measure| &measure.sources) {
        if let crate::policy::MeasureSource::Postings { points, .. } = source {
            used.insert(*points);
        }
    }
    used
}

fn unusable(policy: &Policy, points: &Points, (id, giver): (RuleId, &Rule)) -> Found {
    let found = Diagnostic::warning(
        "W0120",
        told(policy, |words| {
            let name = named(words, &points.title);
            say!(words.language, "{name} can be earned and never used", "{name} 可以获得，却无处使用")
        }),
        points.title.span,
        told(policy, |words| say!(words.language, "no request takes them", "没有任何申请扣用它")),
    )
    .mark(giver.title.span, told(policy, |words| say!(words.language, "given here", "在此发放")))
    .help(told(policy, |words| {
        say!(
            words.language,
            "declare what they are good for: a `catalogue`, an `offset`, an `exchange`; or `memo` if they only count",
            "请声明它的用途：`目录`、`抵扣` 或 `互换`；若只用于计数请写 `备忘`"
        )
    }));
    Found::by(found, event::paying(policy, giver, &[]), Claim::Something(vec![id]))
}
