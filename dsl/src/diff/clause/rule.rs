//! Clauses of rules and requests.

use super::{Clause, Focus, change};
use crate::diagnostic::{Language, Text};
use crate::diff::align::Aligned;
use crate::diff::expr::Sides;
use crate::diff::pair::Pair;
use crate::diff::{Both, Change, Part, Sort};
use crate::policy::core::paragraph::{Paragraph, expression};
use crate::policy::core::parts;
use crate::policy::expr::walk;
use crate::policy::{
    Constraint, Expr, Line, Node, Owner, Policy, Request, Rule, RuleBody, RuleId, SetMember, TableTest, Window,
};
use crate::say;
use crate::words::measure::expressions;
use std::collections::BTreeSet;

/// Rules that changed.
pub(super) fn changes(old: &Policy, new: &Policy, aligned: &Aligned) -> Vec<Change> {
    let policy = &aligned.policy;
    let mut all = Vec::new();
    for pair in &aligned.pairs.rules {
        let one = pair.old.and_then(|at| old.rules.get(at));
        let other = pair.new.and_then(|at| policy.rules.get(at));
        let kinds = one.or(other).map_or(&[][..], |rule| &rule.kinds);
        let kinds_now = other.or(one).map_or(&[][..], |rule| &rule.kinds);
        let sides = Sides { old: Both::of(old).on(kinds), new: Both::of(policy).on(kinds_now) };
        // In one campaign before and after: its windows are told with the campaign.
        let stays = one.zip(other).is_none_or(|(one, other)| campaign_name(old, one) == campaign_name(policy, other));
        let found = change(
            Sort::Rule,
            *pair,
            (old, policy),
            (one, other),
            |rule| &rule.title,
            |policy, rule| clauses(policy, rule, stays),
            sides,
        );
        if let Some(mut change) = found {
            let now = pair.new.and_then(|at| new.rules.get(at)).map(|rule| rule.title.name.clone());
            change.now = now.filter(|now| *now != change.name);
            all.push(change);
        }
    }
    all
}

fn campaign_name<'p>(policy: &'p Policy, rule: &Rule) -> Option<&'p str> {
    rule.campaign.and_then(|id| policy.campaign(id)).map(|campaign| campaign.title.name.as_str())
}

// One clause per part of a rule: the exhaustive taking apart is the idea.
fn clauses<'p>(policy: &'p Policy, rule: &'p Rule, stays: bool) -> Vec<Clause<'p>> {
    let Rule {
        title: _,
        campaign,
        kinds,
        windows,
        conditions,
        group: _,
        adds_to: _,
        adds_to_groups: _,
        body,
        deeds,
        constraints: _,
        no_cap,
        funded,
        stratum: _,
        rounding,
        refund_in_proportion,
    } = rule;
    let both = Both::of(policy).on(kinds);
    let mut all = vec![Clause::told(Part::Events, both.text(|words| words.kinds(kinds)))];
    let campaign = campaign.filter(|_| stays).and_then(|id| policy.campaign(id));
    let outer: Vec<String> =
        campaign.iter().flat_map(|one| &one.windows).map(|window| parts::window(policy, window)).collect();
    all.extend(windows.iter().map(|one| window(both, one)).filter(|clause| !outer.contains(&clause.key)));
    conditions.iter().for_each(|one| condition(both, one, &mut all));
    given(both, rule, body, &mut all);
    all.extend(
        deeds
            .iter()
            .map(|deed| Clause::whole(Part::Gives, parts::deed(policy, deed), both.text(|words| words.deed(deed)))),
    );
    all.extend(own_limits(policy, rule).map(|one| limit(both, one)));
    if *no_cap {
        let text = both.text(|words| say!(words.language, "said to have no upper limit", "写明不设上限"));
        all.push(Clause::told(Part::Limit, text));
    }
    all.extend(together(both, rule));
    if let Some((mode, place)) = *rounding {
        all.push(Clause::told(Part::Rounding, both.text(|words| words.rounded(mode, place))));
    }
    if let Some(in_proportion) = *refund_in_proportion {
        all.push(Clause::told(Part::Refund, both.text(|words| words.refunded(in_proportion))));
    }
    if !funded.is_empty() {
        let text = both.text(|words| words.funded(funded));
        all.push(Clause::whole(Part::Funding, parts::funded(funded), text));
    }
    all
}

/// A group is told by its way and the rule's place in it: who else is in it is told by them.
fn together<'p>(both: Both<'p>, rule: &'p Rule) -> Vec<Clause<'p>> {
    let policy = both.policy;
    let mut all = Vec::new();
    if let Some((group, rank)) = rule.group.and_then(|(id, rank)| Some((policy.group(id)?, rank))) {
        let text = both.text(|words| {
            let name = words.quoted(&group.title);
            let rank = rank.map_or_else(String::new, |rank| say!(words.language, ", place {rank}", "，优先级 {rank}"));
            say!(words.language, "in the group {name}{rank}", "归入组{name}{rank}")
        });
        all.push(Clause::whole(Part::Together, format!("{} {rank:?}", group.title.name), text));
    }
    for other in &rule.adds_to {
        let text = both.text(|words| {
            let other = words.rule_name(*other);
            say!(words.language, "comes on top of {other}", "在{other}之外另行累加")
        });
        all.push(Clause::told(Part::Together, text));
    }
    for group in &rule.adds_to_groups {
        let text = both.text(|words| {
            let group = words.group_name(*group);
            say!(words.language, "comes on top of the group {group}", "在组{group}之外另行累加")
        });
        all.push(Clause::told(Part::Together, text));
    }
    all
}

pub(super) fn window<'p>(both: Both<'p>, window: &'p Window) -> Clause<'p> {
    Clause::whole(Part::Window, parts::window(both.policy, window), both.text(|words| words.window(window)))
        .on(Focus::Window(window))
}

/// A condition; what is joined by `and` stands apart.
pub(super) fn condition<'p>(both: Both<'p>, one: &'p Expr, all: &mut Vec<Clause<'p>>) {
    if let Node::And(parts) = &one.node {
        parts.iter().for_each(|part| condition(both, part, all));
        return;
    }
    let text = both.text(|words| words.condition(one));
    let role = Text::new("value", "数值");
    all.push(Clause::whole(Part::Condition, expression(both.policy, one), text).on(Focus::Expr(one, role)));
}

pub(super) fn limit<'p>(both: Both<'p>, limit: &'p Constraint) -> Clause<'p> {
    let paragraph = limit.paragraph(both.policy);
    let key = paragraph.lines().skip(1).collect::<Vec<_>>().join("\n");
    Clause::whole(Part::Limit, key, both.text(|words| words.limit(limit))).on(Focus::Limit(limit))
}

/// Limits that the rule itself declares; those of items are told with the items.
fn own_limits<'p>(policy: &'p Policy, rule: &'p Rule) -> impl Iterator<Item = &'p Constraint> {
    let of_items: Vec<_> = match &rule.body {
        RuleBody::Request(request) => {
            request.items.iter().flat_map(|item| item.stock.iter().chain(&item.constraints)).copied().collect()
        }
        _ => vec![],
    };
    let ids = rule.constraints.iter().filter(move |id| !of_items.contains(id));
    ids.filter_map(|id| policy.constraint(*id)).filter(|limit| matches!(limit.owner, Owner::Rule(_)))
}

/// What a rule gives.
fn given<'p>(both: Both<'p>, rule: &'p Rule, body: &'p RuleBody, all: &mut Vec<Clause<'p>>) {
    let policy = both.policy;
    match body {
        RuleBody::Earn(lines) => all.extend(lines.iter().map(|one| line(both, one))),
        RuleBody::Raise { targets, factor, after_caps } => {
            let mut names: Vec<RuleId> = targets.clone();
            names.sort();
            let text = both.text(|words| {
                let targets: Vec<String> = names.iter().map(|target| words.rule_name(*target)).collect();
                let targets = words.all_of(&targets);
                let caps = if *after_caps {
                    say!(words.language, ", counted after their limits", "（以限额后的积分为准）")
                } else {
                    String::new()
                };
                if factor.includes_base {
                    say!(words.language, "raises {targets} to a multiple{caps}", "将{targets}提高到若干倍{caps}")
                } else {
                    say!(words.language, "adds a multiple of {targets}{caps}", "按{targets}另加若干倍{caps}")
                }
            });
            all.push(Clause::told(Part::Gives, text));
            let text = both.text(|words| words.expr(&factor.times));
            let role = Text::new("multiple", "倍数");
            all.push(
                Clause::whole(Part::Gives, expression(policy, &factor.times), text)
                    .on(Focus::Expr(&factor.times, role)),
            );
        }
        RuleBody::Level { .. } => level(both, body, all),
        RuleBody::Accept(conditions) => all.extend(conditions.iter().map(|(one, code)| {
            let text = both.text(|words| {
                let condition = words.condition(one);
                say!(
                    words.language,
                    "accepted only if {condition}, else refused (`{code}`)",
                    "须{condition}，否则不予受理（`{code}`）"
                )
            });
            Clause::whole(Part::Condition, format!("{code} {}", expression(policy, one)), text)
                .on(Focus::Expr(one, Text::new("value", "数值")))
        })),
        RuleBody::Request(request) => asked(both, rule, request, all),
        RuleBody::Convert(convert) => all.push(Clause::told(Part::Gives, both.text(|words| words.convert(convert)))),
        RuleBody::Notify(shown) => all.extend(shown.iter().map(|shown| {
            let one = &shown.value;
            let text = both.text(|words| {
                let shown = words.expr(one);
                say!(words.language, "tells the customer {shown}", "告知客户{shown}")
            });
            Clause::whole(Part::Gives, expression(policy, one), text).on(Focus::Expr(one, Text::new("value", "数值")))
        })),
    }
}

/// A total for a key and period: its manner, its target, what must hold.
fn level<'p>(both: Both<'p>, body: &'p RuleBody, all: &mut Vec<Clause<'p>>) {
    let RuleBody::Level { scope, keep, line: target, condition: holds, settled } = body else { return };
    let policy = both.policy;
    let text = both.text(|words| {
        let scope = words.scope(scope);
        let settled = settled.as_ref().map_or_else(String::new, |settled| {
            let at = words.kind(settled.at);
            match settled.final_after_days {
                None => say!(words.language, ", posted at {at} and never final", "，于{at}时入账，不设终期"),
                Some(0) => say!(words.language, ", posted at {at} and final", "，于{at}时入账，此后不变"),
                Some(days) => say!(
                    words.language,
                    ", posted at {at} and final {days} days later",
                    "，于{at}时入账，{days} 天后不变"
                ),
            }
        });
        if *keep {
            say!(words.language, "keeps a total {scope}{settled}", "{scope}保持总额{settled}")
        } else {
            say!(words.language, "reaches a total {scope}{settled}", "{scope}达到总额{settled}")
        }
    });
    all.push(Clause::whole(Part::Gives, format!("{} {}", parts::scope(policy, scope), text.en), text));
    all.push(line(both, target));
    holds.iter().for_each(|one| condition(both, one, all));
}

fn line<'p>(both: Both<'p>, line: &'p Line) -> Clause<'p> {
    let role = Text::new("points", "所得");
    Clause::whole(Part::Gives, parts::line(both.policy, line), both.text(|words| words.line_when(line)))
        .on(Focus::Expr(&line.amount, role))
}

fn asked<'p>(both: Both<'p>, rule: &'p Rule, request: &'p Request, all: &mut Vec<Clause<'p>>) {
    let policy = both.policy;
    if request.items.is_empty() {
        let terms = both.texts(|words| words.request(&words.kinds(&rule.kinds), request));
        all.extend(terms.into_iter().map(|text| Clause::told(Part::Gives, text)));
    } else {
        // Items may be so many that a sentence about all of them helps nobody.
        let bare = |language| {
            let words = crate::words::Words::new(policy, language).on(&rule.kinds);
            words.request("", request).into_iter().map(|text| words.tidy(&text)).collect::<Vec<_>>()
        };
        let told = bare(Language::English).into_iter().zip(bare(Language::Chinese));
        all.extend(told.map(|(en, zh)| Clause::told(Part::Gives, Text { en, zh })));
    }
    for item in &request.items {
        let name = both.text(|words| words.name(&item.title));
        let price = both.text(|words| words.price(item));
        let (text, role) = (
            Text::new(format!("{}: {}", name.en, price.en), format!("{}：{}", name.zh, price.zh)),
            Text::new(format!("{}: price", name.en), format!("{}：价格", name.zh)),
        );
        let key = format!("{} {} {:?}", item.title.name, expression(policy, &item.price), item.rounding);
        all.push(Clause::whole(Part::Item, key, text).on(Focus::Expr(&item.price, role)));
        let mut told = both.texts(|words| words.item(item));
        told.extend(item.value.iter().map(|value| {
            let value = both.text(|words| words.expr(value));
            Text::new(format!("worth {}", value.en), format!("价值 {}", value.zh))
        }));
        all.extend(told.into_iter().map(|text| {
            let text = Text::new(format!("{}: {}", name.en, text.en), format!("{}：{}", name.zh, text.zh));
            Clause::told(Part::Item, text)
        }));
        for stock in item.stock.iter().chain(&item.constraints).filter_map(|id| policy.constraint(*id)) {
            let mut clause = limit(both, stock);
            clause.text =
                Text::new(format!("{}: {}", name.en, clause.text.en), format!("{}：{}", name.zh, clause.text.zh));
            clause.key = format!("{} {}", item.title.name, clause.key);
            all.push(clause);
        }
    }
}

/// Rules that may decide otherwise than before: they, or something that they read, changed.
pub(in crate::diff) fn touched(old: &Policy, aligned: &Aligned) -> Vec<Pair> {
    let new = &aligned.policy;
    let changed = |pair: &&Pair| match (pair.old, pair.new) {
        (Some(one), Some(other)) => depends(old, one) != depends(new, other),
        _ => true,
    };
    aligned.pairs.rules.iter().filter(changed).copied().collect()
}

/// Whether two rules are the same but for their conditions and windows.
pub(in crate::diff) fn same_but_for_reach(old: &Policy, new: &Policy, (one, other): (usize, usize)) -> bool {
    let rest = |policy: &Policy, at: usize| {
        let windows = ["  when ", "  from ", "  until ", "  every ", "  within "];
        let kept = |line: &String| !windows.iter().any(|word| line.starts_with(word));
        depends(policy, at).into_iter().filter(kept).collect::<BTreeSet<_>>()
    };
    rest(old, one) == rest(new, other)
}

/// Everything that the decision of a rule hangs on, in the words of the core.
fn depends(policy: &Policy, at: usize) -> BTreeSet<String> {
    let Some(rule) = policy.rules.get(at) else { return BTreeSet::new() };
    let mut all = BTreeSet::new();
    let paragraph = rule.paragraph(policy);
    all.extend(paragraph.lines().filter(|line| !line.starts_with("  of campaign ")).map(str::to_owned));
    let items: Vec<_> = match &rule.body {
        RuleBody::Request(request) => {
            request.items.iter().flat_map(|item| item.stock.iter().chain(&item.constraints)).collect()
        }
        _ => vec![],
    };
    all.extend(rule.constraints.iter().chain(items).filter_map(|id| policy.constraint(*id)).map(|one| {
        // What it is called and who declares it decides nothing.
        one.paragraph(policy).lines().skip(1).collect::<Vec<_>>().join("\n")
    }));
    all.extend(rule.group.and_then(|(id, _)| policy.group(id)).map(|one| one.paragraph(policy)));
    let mut measures = Vec::new();
    expressions(policy, rule, &mut |expr| read(policy, expr, &mut measures, &mut all));
    let mut done = BTreeSet::new();
    while let Some(id) = measures.pop() {
        let Some(measure) = policy.measure(id).filter(|_| done.insert(id)) else { continue };
        all.insert(measure.paragraph(policy));
        for source in &measure.sources {
            match source {
                crate::policy::MeasureSource::Measure(id) => measures.push(*id),
                crate::policy::MeasureSource::Events { value, when, .. } => {
                    for expr in value.iter().chain(when) {
                        walk(expr, &mut |expr| read(policy, expr, &mut measures, &mut all));
                    }
                }
                crate::policy::MeasureSource::Postings { .. } => {}
            }
        }
    }
    all
}

/// What an expression reads beyond the event: measures, tiers, sets of codes, calendars.
fn read(policy: &Policy, expr: &Expr, measures: &mut Vec<crate::policy::MeasureId>, all: &mut BTreeSet<String>) {
    let mut set = |members: &[SetMember]| {
        for member in members {
            if let SetMember::Codes(id) = member {
                all.extend(policy.code_set(*id).map(|set| format!("{} {:?}", set.title.name, set.runs)));
            }
        }
    };
    match &expr.node {
        Node::In(_, members) => set(members),
        Node::Table { rows, .. } => rows.iter().for_each(|row| {
            if let TableTest::Is(members) = &row.test {
                set(members);
            }
        }),
        Node::Measure(id, _) | Node::MeasureOver { measure: id, .. } => measures.push(*id),
        Node::Tier(id, _) => {
            if let Some(tier) = policy.tier(*id) {
                all.insert(tier.paragraph(policy));
                measures.extend(tier.measure);
            }
        }
        _ => {}
    }
}
