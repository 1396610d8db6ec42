//! Clauses of everything that is no rule: the head, points, measures, campaigns, groups, what the host is told.

use super::rule::{limit, window};
use super::{Clause, Focus, change, compared, label};
use crate::diagnostic::Text;
use crate::diff::align::Aligned;
use crate::diff::expr::Sides;
use crate::diff::pair::Pair;
use crate::diff::{Both, Change, Detail, Happened, Part, Sort};
use crate::policy::core::paragraph::{Paragraph, expression};
use crate::policy::core::parts;
use crate::policy::core::used::used;
use crate::policy::{
    Campaign, Constraint, EnumType, Figure, Group, GroupMode, Kind, Measure, Owner, Points, Policy, Ranking, Schedule,
    Settlement, Subject, Tier, Title, Value,
};
use crate::say;
use std::collections::BTreeSet;

/// Lines of the core that clauses always tell: by which campaign a rule is held, its windows and its campaign's.
const TOLD: [&str; 5] = ["  of campaign ", "  from ", "  until ", "  every ", "  within "];

/// Whether two paragraphs of the core differ only in what has no meaning: by whom a rule is held, the order of conditions.
pub(super) fn only_names(before: &str, after: &str) -> bool {
    let lines = |text: &str| -> Vec<String> {
        let mut lines: Vec<String> =
            text.lines().filter(|line| !TOLD.iter().any(|word| line.starts_with(word))).map(str::to_owned).collect();
        lines.sort();
        lines
    };
    lines(before) == lines(after)
}

/// What changed outside of rules.
pub(super) fn changes(old: &Policy, new: &Policy, aligned: &Aligned) -> Vec<Change> {
    let policy = &aligned.policy;
    let sides = Sides { old: Both::of(old), new: Both::of(policy) };
    let mut all = Vec::new();
    macro_rules! each {
        ($sort:expr, $field:ident, $type:ty, $clauses:expr) => {
            for pair in &aligned.pairs.$field {
                let one: Option<&$type> = pair.old.and_then(|at| old.$field.get(at));
                let other: Option<&$type> = pair.new.and_then(|at| policy.$field.get(at));
                let found = change($sort, *pair, (old, policy), (one, other), |one| &one.title, $clauses, sides);
                if let Some(mut change) = found {
                    let now = pair.new.and_then(|at| new.$field.get(at)).map(|one| one.title.name.clone());
                    change.now = now.filter(|now| *now != change.name);
                    all.push(change);
                }
            }
        };
    }
    each!(Sort::Points, points, Points, points);
    each!(Sort::Measure, measures, Measure, measure);
    each!(Sort::Tier, tiers, Tier, tier);
    each!(Sort::Group, groups, Group, group);
    each!(Sort::Campaign, campaigns, Campaign, campaign);
    each!(Sort::Schedule, schedules, Schedule, |policy, one| {
        vec![Clause::whole(Part::Value, one.paragraph(policy), Both::of(policy).text(|words| words.schedule(one)))]
    });
    each!(Sort::Figure, figures, Figure, figure);
    each!(Sort::Ranking, rankings, Ranking, |policy, one| {
        vec![Clause::whole(Part::Value, one.paragraph(policy), Both::of(policy).text(|words| words.ranking(one)))]
    });
    each!(Sort::Settlement, settlements, Settlement, |policy, one| {
        vec![Clause::whole(Part::Value, one.paragraph(policy), Both::of(policy).text(|words| words.settlement(one)))]
    });
    each!(Sort::Event, kinds, Kind, kind);
    each!(Sort::Names, enums, EnumType, enumeration);
    all.retain(|change| stands_for_itself(change, old, aligned));
    all.extend(facts(old, policy, sides));
    all.extend(code_sets(old, aligned));
    all.extend(head(old, policy, sides));
    all.extend(parameters(old, new));
    all
}

/// A campaign or group that only came or went because its rules stand elsewhere now is no change, nor is a name of the library
/// that is read for the first time.
fn stands_for_itself(change: &Change, old: &Policy, aligned: &Aligned) -> bool {
    let own_kind =
        |policy: &Policy, at: Option<usize>| at.and_then(|at| policy.kinds.get(at)).is_some_and(|kind| !kind.library);
    let own_tiers =
        |policy: &Policy, at: Option<usize>| at.and_then(|at| policy.enums.get(at)).is_some_and(|one| one.ordered);
    match (change.sort, change.happened) {
        (Sort::Event, _) => own_kind(old, change.pair.old) || own_kind(&aligned.policy, change.pair.new),
        (Sort::Names, Happened::Added | Happened::Removed) => {
            own_tiers(old, change.pair.old) || own_tiers(&aligned.policy, change.pair.new)
        }
        (Sort::Campaign, Happened::Added | Happened::Removed) => {
            let moved = aligned.pairs.rules.iter().any(|pair| match (pair.old, pair.new) {
                (Some(one), Some(other)) => {
                    let before = old.rules.get(one).and_then(|rule| rule.campaign).map(|id| id.0);
                    let after = aligned.policy.rules.get(other).and_then(|rule| rule.campaign).map(|id| id.0);
                    (before.is_some() && before == change.pair.old) || (after.is_some() && after == change.pair.new)
                }
                _ => false,
            });
            !moved
        }
        _ => true,
    }
}

fn points<'p>(policy: &'p Policy, points: &'p Points) -> Vec<Clause<'p>> {
    let both = Both::of(policy);
    let mut all: Vec<Clause<'p>> = both
        .texts(|words| words.points_terms(points))
        .into_iter()
        .map(|text| Clause::told(Part::Terms, text))
        .collect();
    let only = points.pools.len() == 1;
    for pool in &points.pools {
        let name = both.text(|words| words.name(&pool.title));
        all.extend(both.texts(|words| words.pool_life(pool)).into_iter().map(|text| {
            let text = if only {
                text
            } else {
                Text::new(format!("{}: {}", name.en, text.en), format!("{}：{}", name.zh, text.zh))
            };
            Clause::told(Part::Life, text)
        }));
    }
    let id = policy.points.iter().position(|one| std::ptr::eq(one, points));
    let worth = id.map(|at| both.texts(|words| words.worth(crate::policy::PointsId(at)))).unwrap_or_default();
    all.extend(worth.into_iter().map(|text| Clause::told(Part::Value, text)));
    all
}

fn measure<'p>(policy: &'p Policy, measure: &'p Measure) -> Vec<Clause<'p>> {
    Both::of(policy)
        .texts(|words| words.measure(measure))
        .into_iter()
        .map(|text| Clause::told(Part::Value, text))
        .collect()
}

fn tier<'p>(policy: &'p Policy, tier: &'p Tier) -> Vec<Clause<'p>> {
    let both = Both::of(policy);
    let mut all: Vec<Clause<'p>> =
        both.texts(|words| words.tier(tier)).into_iter().map(|text| Clause::told(Part::Terms, text)).collect();
    all.extend(tier.rows.iter().map(|row| {
        let (name, from) = (both.text(|words| words.name(&row.title)), both.text(|words| words.expr(&row.from)));
        let text = Text::new(format!("{} from {}", name.en, from.en), format!("{}：{} 起", name.zh, from.zh));
        let role = Text::new(format!("threshold of {}", name.en), format!("{}的门槛", name.zh));
        Clause::whole(Part::Value, format!("{} {}", row.title.name, expression(policy, &row.from)), text)
            .on(Focus::Expr(&row.from, role))
    }));
    all
}

/// Who is in a group is told by the rules.
fn group<'p>(_: &'p Policy, group: &'p Group) -> Vec<Clause<'p>> {
    let text = match group.mode {
        GroupMode::BestOf => Text::new("only the best counts", "只取最高"),
        GroupMode::AddUp => Text::new("all add up", "累加"),
        GroupMode::FirstByPriority => Text::new("only the first by priority counts", "按优先级取先"),
        GroupMode::MultiplyTogether => Text::new("multiples are multiplied with each other", "连乘"),
    };
    vec![Clause::told(Part::Together, text)]
}

fn campaign<'p>(policy: &'p Policy, campaign: &'p Campaign) -> Vec<Clause<'p>> {
    let both = Both::of(policy);
    let mut all: Vec<Clause<'p>> = campaign.windows.iter().map(|one| window(both, one)).collect();
    let owned = |one: &&Constraint| matches!(one.owner, Owner::Campaign(id) if policy.campaign(id).is_some_and(|one| std::ptr::eq(one, campaign)));
    all.extend(policy.constraints.iter().filter(owned).map(|one| limit(both, one)));
    all
}

fn figure<'p>(policy: &'p Policy, figure: &'p Figure) -> Vec<Clause<'p>> {
    let text = Both::of(policy).text(|words| words.figure(figure));
    vec![
        Clause::whole(Part::Value, figure.paragraph(policy), text)
            .on(Focus::Expr(&figure.value, Text::new("value", "数值"))),
    ]
}

fn kind<'p>(policy: &'p Policy, kind: &'p Kind) -> Vec<Clause<'p>> {
    let both = Both::of(policy).on(&[]);
    let json = Text::new(
        format!("`{}` in events, {:?}", kind.json, kind.role).to_lowercase(),
        format!("事件中写作 `{}`", kind.json),
    );
    let mut all = vec![Clause::told(Part::Field, json)];
    all.extend(kind.fields.iter().map(|field| {
        let (key, name) = (parts::field(policy, field), both.text(|words| words.name(&field.title)));
        let text = Text::new(format!("field {}: `{key}`", name.en), format!("字段{}：`{key}`", name.zh));
        Clause::whole(Part::Field, key, text)
    }));
    all
}

fn enumeration<'p>(policy: &'p Policy, one: &'p EnumType) -> Vec<Clause<'p>> {
    let both = Both::of(policy);
    let ranked = |at: usize| if one.ordered { format!(" {at}") } else { String::new() };
    one.values
        .iter()
        .enumerate()
        .map(|(at, value)| {
            let name = both.text(|words| words.name(&value.title));
            let rank = at.saturating_add(1);
            let text = if one.ordered {
                Text::new(format!("{} (rank {rank})", name.en), format!("{}（第 {rank} 级）", name.zh))
            } else {
                name
            };
            Clause::whole(Part::Field, format!("{}{}", value.title.name, ranked(at)), text)
        })
        .collect()
}

impl Paragraph for EnumType {
    fn paragraph(&self, _: &Policy) -> String {
        let values: Vec<&str> = self.values.iter().map(|value| value.title.name.as_str()).collect();
        format!("{} {} {}", self.open, self.ordered, values.join(", "))
    }
}

/// Facts that some rule reads.
fn facts<'p>(old: &'p Policy, new: &'p Policy, sides: Sides<'p>) -> Vec<Change> {
    let (used_old, used_new) = (used(old), used(new));
    let clauses = |policy: &'p Policy, subject: &'p Subject, wanted: &BTreeSet<String>| -> Vec<Clause<'p>> {
        let read = subject.facts.iter().filter(|fact| wanted.contains(&fact.title.name));
        read.map(|fact| {
            let (key, name) = (parts::field(policy, fact), Both::of(policy).text(|words| words.name(&fact.title)));
            let text = Text::new(format!("fact {}: `{key}`", name.en), format!("事实{}：`{key}`", name.zh));
            Clause::whole(Part::Field, key, text)
        })
        .collect()
    };
    let mut all = Vec::new();
    for (at, subject) in old.subjects.iter().enumerate() {
        let Some((now, other)) = new.subjects.iter().enumerate().find(|(_, one)| one.title.name == subject.title.name)
        else {
            continue;
        };
        let read = |facts: &BTreeSet<(usize, String)>, at: usize| -> BTreeSet<String> {
            facts.iter().filter(|(subject, _)| *subject == at).map(|(_, fact)| fact.clone()).collect()
        };
        let (before, after) = (read(&used_old.facts, at), read(&used_new.facts, now));
        // A fact that is read for the first time is told by who reads it.
        let wanted: BTreeSet<String> = before.intersection(&after).cloned().collect();
        let details = compared(clauses(old, subject, &wanted), clauses(new, other, &wanted), sides);
        all.extend(whole(Sort::Facts, (old, &subject.title), details, Pair { old: Some(at), new: Some(now) }));
    }
    all
}

fn whole(sort: Sort, (policy, title): (&Policy, &Title), details: Vec<Detail>, pair: Pair) -> Option<Change> {
    let old_place = Some(policy.sources.place(title.span)).filter(|place| !place.is_empty());
    (!details.is_empty()).then(|| Change {
        sort,
        name: title.name.clone(),
        now: None,
        label: label(policy, title),
        happened: Happened::Changed,
        details,
        old_place,
        new_place: None,
        pair,
    })
}

/// Sets of codes of one name that hold other codes.
fn code_sets(old: &Policy, aligned: &Aligned) -> Vec<Change> {
    let new = &aligned.policy;
    let mut all = Vec::new();
    for pair in &aligned.pairs.code_sets {
        let (Some(one), Some(other)) =
            (pair.old.and_then(|at| old.code_sets.get(at)), pair.new.and_then(|at| new.code_sets.get(at)))
        else {
            continue;
        };
        let width = usize::from(one.digits);
        let run = |(first, last): &(u32, u32)| {
            if first == last { format!("{first:0width$}") } else { format!("{first:0width$}–{last:0width$}") }
        };
        let only = |a: &[(u32, u32)], b: &[(u32, u32)], happened| {
            let told = a.iter().filter(|run| !b.contains(run)).map(run).collect::<Vec<_>>();
            told.into_iter().map(move |codes| super::detail(Part::Field, happened, Text::new(codes.clone(), codes)))
        };
        let mut details: Vec<Detail> = only(&one.runs, &other.runs, Happened::Removed).collect();
        details.extend(only(&other.runs, &one.runs, Happened::Added));
        all.extend(whole(Sort::Names, (old, &one.title), details, *pair));
    }
    all
}

fn head<'p>(old: &'p Policy, new: &'p Policy, sides: Sides<'p>) -> Option<Change> {
    let details = compared(head_clauses(old), head_clauses(new), sides);
    whole(Sort::Programme, (old, &old.programme), details, Pair { old: None, new: None })
}

fn head_clauses(policy: &Policy) -> Vec<Clause<'_>> {
    let both = Both::of(policy);
    let force = both.text(|words| {
        let time = words.between(Some(policy.effective_from), policy.effective_until);
        say!(words.language, "in force {time}", "{time}有效")
    });
    let mut all = vec![
        Clause::told(Part::Window, force),
        Clause::told(
            Part::Terms,
            both.text(|words| say!(words.language, "time zone {}", "时区 {}", words.policy.timezone)),
        ),
        Clause::told(
            Part::Terms,
            both.text(|words| {
                let currency = words.currency(words.policy.currency);
                say!(words.language, "currency {currency}", "币种{currency}")
            }),
        ),
    ];
    if policy.leap_day_march {
        let text = Text::new("29 February counts as 1 March", "2 月 29 日按 3 月 1 日计");
        all.push(Clause::told(Part::Terms, text));
    }
    if let Some(fact) = &policy.customer_is {
        let text = Text::new(format!("customers are told apart by `{fact}`"), format!("以 `{fact}` 识别客户"));
        all.push(Clause::told(Part::Terms, text));
    }
    all.extend(
        both.texts(|words| words.refunds(policy.refunds)).into_iter().map(|text| Clause::told(Part::Refund, text)),
    );
    all.extend(
        policy
            .migrations
            .iter()
            .map(|one| Clause::whole(Part::Life, one.paragraph(policy), both.text(|words| words.migration(one)))),
    );
    all.extend(policy.parities.iter().map(|(from, to, rate)| {
        let text = both.text(|words| {
            let (from, to, rate) = (words.currency(*from), words.currency(*to), words.number(*rate));
            say!(words.language, "1 {from} counts as {rate} {to}", "1 {from}按 {rate} {to}计")
        });
        Clause::told(Part::Terms, text)
    }));
    all.extend(policy.constraints.iter().filter(|one| one.owner == Owner::Programme).map(|one| limit(both, one)));
    all
}

/// Settings: what they change is told where they are read.
fn parameters(old: &Policy, new: &Policy) -> Vec<Change> {
    let value = |policy: &Policy, value: &Value| Both::of(policy).text(|words| words.value(value));
    let mut all = Vec::new();
    for (name, before) in &old.parameters {
        let Some((_, after)) = new.parameters.iter().find(|(known, _)| known == name) else { continue };
        let (a, b) = (value(old, before), value(new, after));
        if a == b {
            continue;
        }
        let text = Text::new(format!("{} → {}", a.en, b.en), format!("{} → {}", a.zh, b.zh));
        all.push(Change {
            sort: Sort::Parameter,
            name: name.clone(),
            now: None,
            label: Text::new(crate::words::readable(name), name.clone()),
            happened: Happened::Changed,
            details: vec![Detail { part: Part::Value, happened: Happened::Changed, text, old: Some(a), new: Some(b) }],
            old_place: None,
            new_place: None,
            pair: Pair { old: None, new: None },
        });
    }
    all
}
