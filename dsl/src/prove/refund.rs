//! Whether a refund in full leaves nothing: the law of semantics, section 6, and what the text says against it.
//!
//! What is looked at is what is posted: whether what a refund asks back is still there is another matter, and is said beside it.

use super::extent::Ranges;
use super::follow::{any, read, refundable, refuses_refunds};
use super::multiply::multiplied;
use super::space::Witness;
use super::told::{of_rule, proof, reason, told};
use super::{Proof, Question, Verdict};
use crate::diagnostic::Text;
use crate::policy::{
    Compare, Expr, LineSign, Measure, MeasureFn, MeasureId, MeasureSource, Node, PointsId, Policy, Rule, RuleBody,
    RuleId,
};
use crate::say;
use std::collections::BTreeSet;

/// For each rule on events that can be refunded.
pub(super) fn proofs(policy: &Policy, left: &[(RuleId, Vec<Witness>)]) -> Vec<Proof> {
    let mut all = Vec::new();
    for (at, rule) in policy.rules.iter().enumerate() {
        if !gives(rule) || !rule.kinds.iter().any(|kind| refundable(policy, *kind)) {
            continue;
        }
        let claim = told(policy, |words| {
            let name = of_rule(words, rule);
            say!(
                words.language,
                "a refund in full takes back everything that {name} gave",
                "全额退款收回 {name} 所给的全部"
            )
        });
        let (verdict, why) = match left.iter().find(|(other, _)| *other == RuleId(at)) {
            Some((_, steps)) => {
                let text =
                    told(policy, |words| say!(words.language, "something stays after the refund", "退款后仍有剩余"));
                (Verdict::Fails(text, steps.clone()), vec![])
            }
            None => verdict(policy, rule),
        };
        let mut why: Vec<_> = why.into_iter().map(|text| reason(text, rule.title.span)).collect();
        if matches!(verdict, Verdict::Holds) && !policy.refunds.may_overdraw {
            let spent = told(policy, |words| {
                say!(
                    words.language,
                    "what has been used by then is asked back, and is a reported shortage: `floor at zero`",
                    "届时已用去的部分仍予追索，记为短缺：`不低于零`"
                )
            });
            why.push(reason(spent, rule.title.span));
        }
        if matches!(verdict, Verdict::Holds)
            && let Some(refusing) = refuses_refunds(policy, rule)
        {
            let text = told(policy, |words| {
                let name = of_rule(words, refusing);
                say!(words.language, "of a refund that {name} accepts", "指 {name} 受理的退款")
            });
            why.push(reason(text, refusing.title.span));
        }
        all.push(proof(Question::Refund, claim, verdict, why));
    }
    all
}

fn gives(rule: &Rule) -> bool {
    match &rule.body {
        RuleBody::Earn(lines) => lines.iter().any(|line| line.sign == LineSign::Give),
        RuleBody::Request(request) => request.lines.iter().any(|line| line.sign == LineSign::Give),
        RuleBody::Raise { .. } | RuleBody::Level { .. } | RuleBody::Convert(_) => true,
        RuleBody::Accept(_) | RuleBody::Notify(_) => false,
    }
}

fn verdict(policy: &Policy, rule: &Rule) -> (Verdict, Vec<Text>) {
    // In a product the group's line is decided again whatever its members say.
    if rule.refund_in_proportion == Some(false) && multiplied(policy, rule).is_none() {
        let text = told(policy, |words| say!(words.language, "it says `refund keeps`", "写明了 `退款保留`"));
        return (Verdict::Fails(text, vec![]), vec![]);
    }
    match &rule.body {
        RuleBody::Level { .. } => total(policy, rule),
        RuleBody::Convert(convert) if convert.undo => {
            let text = told(policy, |words| {
                say!(words.language, "what it gave comes back only while it is unused", "换得之物仅在未用时撤回")
            });
            (Verdict::NotProved(text), vec![])
        }
        RuleBody::Convert(_) => {
            let text = told(policy, |words| say!(words.language, "a refund converts nothing back", "退款不会换回"));
            (Verdict::NotProved(text), vec![])
        }
        RuleBody::Request(request) => {
            let text = told(policy, |words| match request.stays_spent {
                true => say!(words.language, "it says `stays spent`", "写明了 `不退还`"),
                false => say!(words.language, "what a request brings may have been used", "申请所得可能已被用去"),
            });
            (Verdict::NotProved(text), vec![])
        }
        _ if brings_benefits(policy, rule) => {
            let text = told(policy, |words| {
                say!(words.language, "a coupon or entitlement may have been used", "券或权益可能已被使用")
            });
            (Verdict::NotProved(text), vec![])
        }
        _ => {
            let text = told(policy, |words| {
                say!(
                    words.language,
                    "a refund decides the event again; with nothing left of it there is no line",
                    "退款会重新判定；全退后视为从未发生"
                )
            });
            (Verdict::Holds, vec![text])
        }
    }
}

fn brings_benefits(policy: &Policy, rule: &Rule) -> bool {
    let benefit = |points: PointsId| policy.points_of(points).is_some_and(|points| points.benefit.is_some());
    match &rule.body {
        RuleBody::Earn(lines) => lines.iter().any(|line| benefit(line.points)),
        RuleBody::Raise { targets, .. } => targets
            .iter()
            .filter_map(|id| policy.rule(*id))
            .any(|base| matches!(base.body, RuleBody::Earn(_)) && brings_benefits(policy, base)),
        _ => false,
    }
}

/// Of a total: it goes back with its measures, if it goes both ways, they forget what is refunded, and it is nothing without them.
fn total(policy: &Policy, rule: &Rule) -> (Verdict, Vec<Text>) {
    let RuleBody::Level { keep, line, condition, settled, .. } = &rule.body else { return (Verdict::Holds, vec![]) };
    if !keep {
        let text = told(policy, |words| {
            say!(words.language, "what it reached stays: it says `reach`", "写的是 `达到`，达到后不再收回")
        });
        return (Verdict::Fails(text, vec![]), vec![]);
    }
    if settled.as_ref().is_some_and(|settled| settled.final_after_days.is_some()) {
        let text = told(policy, |words| {
            say!(
                words.language,
                "after its close it is final: a later refund changes nothing",
                "结算后即为最终，其后退款不再调整"
            )
        });
        return (Verdict::Fails(text, vec![]), vec![]);
    }
    let read = read(policy, rule);
    if let Some(kept) = forgets(policy, &read) {
        return (Verdict::NotProved(kept), vec![]);
    }
    let start = Ranges::at_the_start();
    let nothing = start.extent(&line.amount).is_some_and(|found| found.high.is_sign_negative() || found.high.is_zero());
    let fails = |expr: &Expr| fails_at_the_start(&start, expr);
    if !nothing && !condition.as_ref().is_some_and(fails) && !line.when.as_ref().is_some_and(fails) {
        let text = told(policy, |words| {
            say!(
                words.language,
                "it is not shown that it is nothing where nothing has been counted",
                "未能证明在没有任何累计时其数额为零"
            )
        });
        return (Verdict::NotProved(text), vec![]);
    }
    let text = told(policy, |words| {
        say!(
            words.language,
            "it follows its measures, and a refund takes the event out of them",
            "随累计值而定，退款会把该事件移出累计"
        )
    });
    (Verdict::Holds, vec![text])
}

/// Why what is read does not forget an event that is refunded; `None` where it does.
fn forgets(policy: &Policy, read: &[&Expr]) -> Option<Text> {
    let other = |node: &Node| {
        matches!(node, Node::Tier(..) | Node::Balance(..) | Node::Total(..) | Node::MeasureOver { .. } | Node::AsOf(..))
    };
    if any(read, &other) {
        return Some(told(policy, |words| {
            say!(words.language, "it reads more than sums and counts of its period", "它读取的不止本期的合计与计数")
        }));
    }
    let mut todo: Vec<MeasureId> = measures(read);
    let mut seen = BTreeSet::new();
    while let Some(id) = todo.pop() {
        let Some(measure) = policy.measure(id).filter(|_| seen.insert(id)) else { continue };
        if let Some(why) = remembers(policy, measure) {
            return Some(why);
        }
        for source in &measure.sources {
            match source {
                MeasureSource::Measure(inner) => todo.push(*inner),
                MeasureSource::Events { value, when, .. } => {
                    let read: Vec<&Expr> = value.iter().chain(when).collect();
                    todo.extend(measures(&read));
                }
                MeasureSource::Postings { .. } => {}
            }
        }
    }
    None
}

fn measures(read: &[&Expr]) -> Vec<MeasureId> {
    let mut ids = Vec::new();
    for expr in read {
        crate::policy::expr::walk(expr, &mut |one| {
            if let Node::Measure(id, _) | Node::MeasureOver { measure: id, .. } = &one.node {
                ids.push(*id);
            }
        });
    }
    ids
}

/// Why a measure remembers what is refunded.
fn remembers(policy: &Policy, measure: &Measure) -> Option<Text> {
    let postings = measure.sources.iter().any(|source| matches!(source, MeasureSource::Postings { .. }));
    let undone = matches!(measure.function, MeasureFn::Sum | MeasureFn::Count);
    (measure.gross || measure.refunds_own_period || postings || !undone).then(|| {
        told(policy, |words| {
            let name = super::told::named(words, &measure.title);
            match measure.refunds_own_period {
                true => say!(
                    words.language,
                    "{name} counts a refund in the period of the refund",
                    "{name} 把退款计入退款期"
                ),
                false if postings => say!(words.language, "{name} counts what was posted", "{name} 累计的是入账的积分"),
                false if undone => {
                    say!(words.language, "{name} counts what was refunded as well: `gross`", "{name} 写明 `不计退款`")
                }
                false => say!(
                    words.language,
                    "{name} cannot be undone like a sum or a count",
                    "{name} 不能像合计或计数那样撤销"
                ),
            }
        })
    })
}

/// Whether a condition surely does not hold where nothing has been counted.
fn fails_at_the_start(start: &Ranges<'_>, condition: &Expr) -> bool {
    match &condition.node {
        Node::And(all) => all.iter().any(|one| fails_at_the_start(start, one)),
        Node::Or(all) => all.iter().all(|one| fails_at_the_start(start, one)),
        Node::Compare(op, subject, value) => {
            let (Some(subject), Some(value)) = (start.extent(subject), start.extent(value)) else { return false };
            match op {
                Compare::AtLeast => subject.high < value.low,
                Compare::Greater => subject.high <= value.low,
                Compare::AtMost => subject.low > value.high,
                Compare::Less => subject.low >= value.high,
                Compare::Equal => subject.high < value.low || subject.low > value.high,
                Compare::NotEqual => false,
            }
        }
        _ => false,
    }
}
