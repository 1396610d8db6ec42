//! What the policy declares for its host, in words.

use super::expr::{expr, kind_name, period, points_name, pool_name, rule_name, subject_name};
use super::{Out, parts, sorted};
use crate::policy::{Figure, Migration, Policy, Ranking, Schedule, ScheduleAt, Settlement};

pub(super) fn print(policy: &Policy, out: &mut Out) {
    sorted(&policy.schedules, |one| &one.title.name).iter().for_each(|one| schedule(policy, one, out));
    sorted(&policy.figures, |one| &one.title.name).iter().for_each(|one| figure(policy, one, out));
    sorted(&policy.rankings, |one| &one.title.name).iter().for_each(|one| ranking(policy, one, out));
    sorted(&policy.settlements, |one| &one.title.name).iter().for_each(|one| settlement(policy, one, out));
    policy.migrations.iter().for_each(|one| migration(policy, one, out));
    for (from, to, rate) in &policy.parities {
        let name = |id| policy.currency_of(id).map_or("?", |one| &one.title.name);
        out.head(format!("parity 1 {} = {} {} for counting", name(*from), rate.normalize(), name(*to)));
    }
}

pub(super) fn schedule(policy: &Policy, schedule: &Schedule, out: &mut Out) {
    let Schedule { title, kind, at, per, with, order } = schedule;
    out.head(format!("schedule {} raises {}", title.name, kind_name(policy, *kind)));
    out.line(match at {
        ScheduleAt::CloseOf(unit) => format!("at close of {}", period(*unit)),
        ScheduleAt::On(at) => format!("at {at}"),
        ScheduleAt::Every(days, at) => format!("every {} at {at}", parts::days(policy, days)),
    });
    if let Some(per) = per {
        out.line(format!("per {}", subject_name(policy, *per)));
    }
    if let Some(with) = with {
        out.line(format!("with {}", expr(policy, with)));
    }
    if let Some(order) = order {
        out.line(format!("in order of {}", expr(policy, order)));
    }
}

pub(super) fn figure(policy: &Policy, figure: &Figure, out: &mut Out) {
    let Figure { title, value, kinds } = figure;
    let on: Vec<String> = kinds.iter().map(|kind| kind_name(policy, *kind)).collect();
    out.head(format!("figure {} on {}", title.name, if on.is_empty() { "books".to_owned() } else { on.join(", ") }));
    out.line(expr(policy, value));
}

pub(super) fn ranking(policy: &Policy, ranking: &Ranking, out: &mut Out) {
    let Ranking { title, priority, scope, by, highest_first, ties_earliest, top } = ranking;
    out.head(format!("{} {}", if *priority { "priority" } else { "ranking" }, title.name));
    out.line(format!("{} by {}", parts::scope(policy, scope), expr(policy, by)));
    out.line(if *highest_first { "highest first" } else { "lowest first" });
    if *ties_earliest {
        out.line("ties earliest to reach");
    }
    if let Some(top) = top {
        out.line(format!("top {top}"));
    }
}

pub(super) fn settlement(policy: &Policy, settlement: &Settlement, out: &mut Out) {
    let Settlement { title, rules, with, period: every, totals_first } = settlement;
    let rules: Vec<String> = rules.iter().map(|rule| rule_name(policy, *rule)).collect();
    out.head(format!("settle {} of {}", title.name, rules.join(", ")));
    out.line(format!("with {}", with.as_ref().map_or_else(|| "the funder".to_owned(), |with| expr(policy, with))));
    if let Some(every) = every {
        out.line(format!("per {}", period(*every)));
    }
    if *totals_first {
        out.line("totals first, details on mismatch");
    }
}

pub(super) fn migration(policy: &Policy, migration: &Migration, out: &mut Out) {
    let Migration { points, pools, to, into } = migration;
    let pools: Vec<String> = pools.iter().map(|pool| pool_name(policy, *points, *pool)).collect();
    let of = if pools.is_empty() { String::new() } else { format!(" in {}", pools.join(", ")) };
    out.head(format!("on start lots of {}{of}", points_name(policy, *points)));
    if let Some(to) = to {
        out.line(format!("valid to {to}"));
    }
    if let Some(into) = into {
        out.line(format!("into {}", pool_name(policy, *points, *into)));
    }
}
