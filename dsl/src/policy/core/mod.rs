//! The core in words: what each construct of a policy lowers to, in the eight things of the language (events, facts, measures,
//! lines, rules, combination, constraints, pools), by identifier, with nothing left out that has a meaning.
//!
//! `earnest build --emit core` shows it, and the policy's hash is taken over it: so labels, places, comments, tests, the order
//! of declarations and what a library declares beyond what the policy uses have no part in either.
//! Every structure is taken apart by its fields, so that a field added to the policy cannot be forgotten here.

mod declared;
pub(crate) mod expr;
pub(crate) mod paragraph;
pub(crate) mod parts;
mod request;
pub(crate) mod used;

use crate::policy::{
    Benefit, Beyond, Bounded, Campaign, Constraint, Convert, Factor, Group, GroupMode, Measure, MeasureFn,
    MeasureSource, Owner, Points, Policy, Pool, Role, Rule, RuleBody, SpendKey, Tier, Value,
};
use crate::syntax::ast::{Prohibition, RoundPlace};
use expr::{campaign_name, expr as expression, group_name, kind_name, number, points_name, rule_name, value};
use used::Used;

pub use used::exprs;

/// The core of a policy as text, one construct a paragraph.
#[must_use]
pub fn print(policy: &Policy) -> String {
    let used = used::used(policy);
    let mut out = Out::default();
    head(policy, &used, &mut out);
    events(policy, &used, &mut out);
    facts(policy, &used, &mut out);
    for measure in sorted(&policy.measures, |measure| &measure.title.name) {
        print_measure(policy, measure, &mut out);
    }
    for tier in &policy.tiers {
        print_tier(policy, tier, &mut out);
    }
    for campaign in &policy.campaigns {
        let Campaign { title, windows } = campaign;
        out.head(format!("campaign {}", title.name));
        windows.iter().for_each(|window| out.line(parts::window(policy, window)));
    }
    for rule in &policy.rules {
        print_rule(policy, rule, &mut out);
    }
    for group in &policy.groups {
        print_group(policy, group, &mut out);
    }
    for constraint in &policy.constraints {
        print_constraint(policy, constraint, &mut out);
    }
    for points in &policy.points {
        print_points(policy, points, &mut out);
    }
    for (title, kinds) in &policy.requests {
        let kinds: Vec<String> = kinds.iter().map(|kind| kind_name(policy, *kind)).collect();
        out.head(format!("request {} on {}", title.name, kinds.join(", ")));
    }
    declared::print(policy, &mut out);
    out.text
}

/// Paragraphs: a head at the margin, lines under it.
#[derive(Debug, Default)]
struct Out {
    text: String,
}

impl Out {
    fn head(&mut self, text: String) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(&text);
        self.text.push('\n');
    }

    fn line(&mut self, text: impl AsRef<str>) {
        self.text.push_str("  ");
        self.text.push_str(text.as_ref());
        self.text.push('\n');
    }
}

fn sorted<T>(all: &[T], name: impl Fn(&T) -> &String) -> Vec<&T> {
    let mut sorted: Vec<&T> = all.iter().collect();
    sorted.sort_by(|a, b| name(a).cmp(name(b)));
    sorted
}

fn head(policy: &Policy, used: &Used, out: &mut Out) {
    let Policy {
        programme,
        timezone,
        effective_from,
        effective_until,
        leap_day_march,
        customer_is,
        parameters,
        refunds,
        ..
    } = policy;
    out.head(format!("programme {}", programme.name));
    out.line(format!("zone {timezone}"));
    out.line(format!("currency {}", policy.currency_of(policy.currency).map_or("?", |one| &one.title.name)));
    out.line(format!(
        "from {effective_from}{}",
        effective_until.map_or_else(String::new, |until| format!(" until {until}"))
    ));
    if *leap_day_march {
        out.line("29 February counts on 1 March");
    }
    if let Some(fact) = customer_is {
        out.line(format!("customer is {fact}"));
    }
    out.line(format!(
        "refunds: {}, {}",
        if refunds.pending_first { "pending first" } else { "own lots" },
        if refunds.may_overdraw { "may overdraw" } else { "floor at zero" }
    ));
    let mut known: Vec<(&String, &Value)> = parameters.iter().map(|(name, value)| (name, value)).collect();
    known.sort_by(|a, b| a.0.cmp(b.0));
    for (name, constant) in known {
        out.line(format!("parameter {name} = {}", value(policy, constant)));
    }
    for (_, currency) in policy.currencies.iter().enumerate().filter(|(at, _)| used.currencies.contains(at)) {
        out.line(format!("money {} {} decimals", currency.title.name, currency.scale));
    }
    for (_, quantity) in policy.quantities.iter().enumerate().filter(|(at, _)| used.quantities.contains(at)) {
        out.line(format!("quantity {} in {} {} decimals", quantity.title.name, quantity.unit, quantity.scale));
    }
    for (_, one) in policy.enums.iter().enumerate().filter(|(at, _)| used.enums.contains(at)) {
        let values: Vec<&str> = one.values.iter().map(|value| value.title.name.as_str()).collect();
        let (word, between) = if one.ordered { ("tiers", " < ") } else { ("enum", ", ") };
        out.line(format!(
            "{}{word} {} {{ {} }}",
            if one.open { "open " } else { "" },
            one.title.name,
            values.join(between)
        ));
    }
    for (_, set) in policy.code_sets.iter().enumerate().filter(|(at, _)| used.code_sets.contains(at)) {
        let width = usize::from(set.digits);
        let run = |(first, last): &(u32, u32)| {
            if first == last { format!("{first:0width$}") } else { format!("{first:0width$} to {last:0width$}") }
        };
        out.line(format!("codes {} {{ {} }}", set.title.name, set.runs.iter().map(run).collect::<Vec<_>>().join(", ")));
    }
    for (_, calendar) in policy.calendars.iter().enumerate().filter(|(at, _)| used.calendars.contains(at)) {
        let days = |days: &std::collections::BTreeSet<chrono::NaiveDate>| {
            days.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
        };
        let rest: Vec<&str> = calendar.rest.iter().map(|day| parts::weekday(*day)).collect();
        out.line(format!(
            "calendar {} from {} to {}, rest {}",
            calendar.title.name,
            calendar.from,
            calendar.to,
            rest.join(", ")
        ));
        out.line(format!("  holidays {}", days(&calendar.holidays)));
        out.line(format!("  workdays {}", days(&calendar.workdays)));
    }
}

fn events(policy: &Policy, used: &Used, out: &mut Out) {
    for (_, kind) in policy.kinds.iter().enumerate().filter(|(at, _)| used.kinds.contains(at)) {
        let role = match kind.role {
            Role::Plain => "event",
            Role::Request => "request event",
            Role::Refund => "refund event",
            Role::Moment => "moment event",
        };
        out.head(format!("{role} {} json {:?}", kind.title.name, kind.json));
        kind.fields
            .iter()
            .filter(|field| used.has(kind, field))
            .for_each(|field| out.line(parts::field(policy, field)));
    }
}

fn facts(policy: &Policy, used: &Used, out: &mut Out) {
    for (at, subject) in policy.subjects.iter().enumerate() {
        let facts: Vec<_> =
            subject.facts.iter().filter(|fact| used.facts.contains(&(at, fact.title.name.clone()))).collect();
        if !facts.is_empty() {
            out.head(format!("facts of {}", subject.title.name));
            facts.into_iter().for_each(|fact| out.line(parts::field(policy, fact)));
        }
    }
}

fn print_measure(policy: &Policy, measure: &Measure, out: &mut Out) {
    let Measure { title, function, scope, sources, typed: _, gross, refunds_own_period, remembers, windows } = measure;
    let function = match function {
        MeasureFn::Sum => "sum",
        MeasureFn::Count => "count",
        MeasureFn::Highest => "highest",
        MeasureFn::Lowest => "lowest",
        MeasureFn::First => "first",
        MeasureFn::Last => "last",
        MeasureFn::Distinct => "distinct",
        MeasureFn::Streak => "streak",
    };
    out.head(format!("measure {} = {function} {}", title.name, parts::scope(policy, scope)));
    for source in sources {
        out.line(match source {
            MeasureSource::Events { kinds, value, when } => {
                let kinds: Vec<String> = kinds.iter().map(|kind| kind_name(policy, *kind)).collect();
                let value = value.as_ref().map_or_else(String::new, |value| format!("{} ", expression(policy, value)));
                let when = when.as_ref().map_or_else(String::new, |when| format!(" when {}", expression(policy, when)));
                format!("of {value}on {}{when}", kinds.join(", "))
            }
            MeasureSource::Postings { points, rules } if rules.is_empty() => {
                format!("of postings of {}", points_name(policy, *points))
            }
            MeasureSource::Postings { points, rules } => {
                let mut rules: Vec<String> = rules.iter().map(|rule| rule_name(policy, *rule)).collect();
                rules.sort();
                format!("of postings of {} by {}", points_name(policy, *points), rules.join(", "))
            }
            MeasureSource::Measure(id) => format!("of measure {}", expr::measure_name(policy, *id)),
        });
    }
    windows.iter().for_each(|window| out.line(parts::window(policy, window)));
    for (said, word) in [(*gross, "gross"), (*refunds_own_period, "refunds in their own period")] {
        if said {
            out.line(word);
        }
    }
    if let Some(events) = remembers {
        out.line(format!("remembers at most {events} events"));
    }
}

fn print_tier(policy: &Policy, tier: &Tier, out: &mut Out) {
    // The measure is the one that `by` reads; the reading is that of its rules.
    let Tier { title, by, measure: _, rows, hold, or_fact, reads: _ } = tier;
    out.head(format!("tiers {} by {}", title.name, expression(policy, by)));
    for row in rows {
        out.line(format!("from {}: {}", expression(policy, &row.from), row.title.name));
    }
    if let Some(hold) = hold {
        let month = hold.month.map_or_else(String::new, |month| format!(", month {month}"));
        out.line(format!("held to the end of the period {} after{month}", hold.periods_after));
    }
    if let Some(fact) = or_fact {
        out.line(format!("or {}", expression(policy, fact)));
    }
}

fn print_rule(policy: &Policy, rule: &Rule, out: &mut Out) {
    // Constraints name their rules, groups their members; a campaign's windows and conditions are in the rule.
    let Rule {
        title,
        campaign,
        kinds,
        windows,
        conditions,
        group,
        adds_to,
        adds_to_groups,
        body,
        constraints: _,
        no_cap,
        funded,
        stratum,
        rounding,
        refund_in_proportion,
        deeds,
    } = rule;
    let on: Vec<String> = kinds.iter().map(|kind| kind_name(policy, *kind)).collect();
    let sort = if matches!(body, RuleBody::Level { .. }) {
        format!("level rule {}, stratum {stratum},", title.name)
    } else {
        format!("edge rule {}", title.name)
    };
    out.head(format!("{sort} on {}", on.join(", ")));
    if let Some(campaign) = campaign {
        out.line(format!("of campaign {}", campaign_name(policy, *campaign)));
    }
    windows.iter().for_each(|window| out.line(parts::window(policy, window)));
    conditions.iter().for_each(|condition| out.line(format!("when {}", expression(policy, condition))));
    if let Some((group, rank)) = group {
        let rank = rank.map_or_else(String::new, |rank| format!(" priority {rank}"));
        out.line(format!("in {}{rank}", group_name(policy, *group)));
    }
    if !adds_to.is_empty() || !adds_to_groups.is_empty() {
        let mut names: Vec<String> = adds_to.iter().map(|rule| rule_name(policy, *rule)).collect();
        names.extend(adds_to_groups.iter().map(|group| format!("group {}", group_name(policy, *group))));
        names.sort();
        out.line(format!("adds to {}", names.join(", ")));
    }
    print_body(policy, body, out);
    deeds.iter().for_each(|deed| out.line(parts::deed(policy, deed)));
    if let Some((mode, place)) = rounding {
        out.line(rounded(*mode, *place));
    }
    if *no_cap {
        out.line("no cap");
    }
    if !funded.is_empty() {
        out.line(format!("funded by {}", parts::funded(funded)));
    }
    match refund_in_proportion {
        Some(true) => out.line("refund in proportion"),
        Some(false) => out.line("refund keeps"),
        None => {}
    }
}

fn print_body(policy: &Policy, body: &RuleBody, out: &mut Out) {
    match body {
        RuleBody::Earn(lines) => lines.iter().for_each(|line| out.line(parts::line(policy, line))),
        RuleBody::Raise { targets, factor, after_caps } => {
            let Factor { times, includes_base } = factor;
            let targets: Vec<String> = targets.iter().map(|rule| rule_name(policy, *rule)).collect();
            let word = if *includes_base { "to" } else { "by" };
            let caps = if *after_caps { " after caps" } else { "" };
            out.line(format!("raise {} {word} {}{caps}", targets.join(", "), expression(policy, times)));
        }
        RuleBody::Level { scope, keep, line, condition, settled } => {
            let word = if *keep { "keep" } else { "reach" };
            out.line(format!("{word} {}: {}", parts::scope(policy, scope), parts::line(policy, line)));
            if let Some(condition) = condition {
                out.line(format!("while {}", expression(policy, condition)));
            }
            if let Some(settled) = settled {
                let last = settled
                    .final_after_days
                    .map_or_else(|| "never final".to_owned(), |days| format!("final after {days} days"));
                out.line(format!("settled at {}, {last}", kind_name(policy, settled.at)));
            }
        }
        RuleBody::Accept(all) => all.iter().for_each(|(condition, code)| {
            out.line(format!("accept when {} else refuse {code}", expression(policy, condition)))
        }),
        RuleBody::Request(request) => request::print(policy, request, out),
        RuleBody::Convert(Convert { take, give, from, undo }) => {
            out.line(format!(
                "convert {} {} to {} {} in {}",
                number(take.0),
                expr::points_name(policy, take.1),
                number(give.0),
                expr::points_name(policy, give.1),
                expr::pool_name(policy, give.1, give.2)
            ));
            if let Some(from) = from {
                out.line(format!("from {}", expression(policy, from)));
            }
            if *undo {
                out.line("undo while unused");
            }
        }
        RuleBody::Notify(shown) => {
            shown.iter().for_each(|one| out.line(format!("show {}", expression(policy, &one.value))))
        }
    }
}

fn print_group(policy: &Policy, group: &Group, out: &mut Out) {
    let Group { title, mode, members } = group;
    let word = match mode {
        GroupMode::BestOf => "best of",
        GroupMode::AddUp => "add up",
        GroupMode::FirstByPriority => "first by priority",
        GroupMode::MultiplyTogether => "multiply together",
    };
    let members: Vec<String> = members.iter().map(|rule| rule_name(policy, *rule)).collect();
    out.head(format!("combination {}: {word} {}", title.name, members.join(", ")));
}

fn print_constraint(policy: &Policy, constraint: &Constraint, out: &mut Out) {
    let Constraint {
        title,
        owner,
        scope,
        bounded,
        limit,
        at_least,
        rules,
        whole_award,
        beyond,
        room_comes_back,
        span: _,
    } = constraint;
    let owner = match owner {
        Owner::Rule(rule) => format!("rule {}", rule_name(policy, *rule)),
        Owner::Campaign(campaign) => format!("campaign {}", campaign_name(policy, *campaign)),
        Owner::Programme => "programme".to_owned(),
    };
    let what = match bounded {
        Bounded::Points => "points".to_owned(),
        Bounded::Worth => "worth".to_owned(),
        Bounded::Spend(field) => format!("spend {field}"),
        Bounded::Uses => "uses".to_owned(),
        Bounded::Pieces => "pieces".to_owned(),
        Bounded::Value => "value".to_owned(),
    };
    let word = if *at_least { "at least" } else { "at most" };
    out.head(format!("constraint {} of {owner}", title.name));
    out.line(format!("{}: {word} {} of {what}", parts::scope(policy, scope), expression(policy, limit)));
    out.line(format!(
        "fills {}",
        rules.iter().map(|rule| rule_name(policy, *rule)).collect::<Vec<_>>().join(", then ")
    ));
    if *whole_award {
        out.line("on the whole award");
    }
    out.line(match beyond {
        Beyond::Drop => "beyond: drop".to_owned(),
        Beyond::RestEarns(line) => format!("beyond: {}", parts::line(policy, line)),
        Beyond::Refuse(code) => format!("beyond: refuse {code}"),
        Beyond::TrimRefuseAtZero(code) => format!("beyond: trim, refuse {code} at zero"),
    });
    if !room_comes_back {
        out.line("room stays used");
    }
}

/// How and where lines are rounded.
fn rounded(mode: crate::syntax::ast::RoundMode, place: RoundPlace) -> String {
    let place = match place {
        RoundPlace::EachLine => "each line",
        RoundPlace::EachAward => "each award",
    };
    format!("{} {place}", expr::rounding(mode))
}

fn print_points(policy: &Policy, points: &Points, out: &mut Out) {
    let Points {
        title,
        scale,
        rounding,
        place,
        kept_by,
        memo,
        benefit,
        pools,
        spend_order,
        worth,
        stands_for,
        activity,
        remind,
        never,
        funded,
    } = points;
    out.head(format!("points {} {scale} decimals", title.name));
    out.line(rounded(*rounding, *place));
    if let Some(party) = kept_by {
        out.line(format!("kept by {party}"));
    }
    if *memo {
        out.line("memo");
    }
    if let Some(Benefit { numbered, granted }) = benefit {
        let numbered = if *numbered { ", numbered" } else { "" };
        out.line(format!("benefit {}{numbered}", if *granted { "granted" } else { "free" }));
    }
    for pool in pools {
        print_pool(policy, pool, out);
    }
    if !spend_order.is_empty() {
        let keys: Vec<&str> = spend_order
            .iter()
            .map(|key| match key {
                SpendKey::SoonestToExpire => "soonest to expire",
                SpendKey::Oldest => "oldest",
                SpendKey::Pool(name) => name,
            })
            .collect();
        out.line(format!("spend first {}", keys.join(", then ")));
    }
    for (word, figure) in [("worth", worth), ("stands for", stands_for)] {
        if let Some((amount, currency)) = figure {
            out.line(format!(
                "{word} {} {}",
                number(*amount),
                policy.currency_of(*currency).map_or("?", |one| &one.title.name)
            ));
        }
    }
    if !activity.is_empty() {
        out.line(format!("activity {}", activity.join(", ")));
    }
    if let Some((months, days)) = remind {
        out.line(format!("remind before expiry {}", parts::length(*months, *days, 0)));
    }
    let mut forbidden: Vec<&str> = never
        .iter()
        .map(|never| match never {
            Prohibition::Transfer => "never transfer",
            Prohibition::Cash => "never cash",
            Prohibition::Return => "never return",
            Prohibition::Spend => "never spend",
        })
        .collect();
    forbidden.sort_unstable();
    forbidden.dedup();
    forbidden.into_iter().for_each(|one| out.line(one));
    if !funded.is_empty() {
        out.line(format!("funded by {}", parts::funded(funded)));
    }
}

fn print_pool(policy: &Policy, pool: &Pool, out: &mut Out) {
    let Pool {
        title,
        usable_after: (months, days, minutes),
        validity,
        renewed_by_activity,
        first_day_counted,
        balance_ends,
        balance_activity,
        lapses_while_frozen,
    } = pool;
    let mut text = format!("pool {}: {}", title.name, parts::validity(policy, validity));
    if (*months, *days, *minutes) != (0, 0, 0) {
        text.push_str(&format!(", usable {} after earning", parts::length(*months, *days, *minutes)));
    }
    if *renewed_by_activity {
        text.push_str(", renewed by activity");
    }
    if *first_day_counted {
        text.push_str(", first day counted");
    }
    if let Some((months, days)) = balance_ends {
        text.push_str(&format!(", balance ends {} after last activity", parts::length(*months, *days, 0)));
    }
    if !balance_activity.is_empty() {
        text.push_str(&format!(" of {}", balance_activity.join(", ")));
    }
    if *lapses_while_frozen {
        text.push_str(", lapses while frozen");
    }
    out.line(text);
}
