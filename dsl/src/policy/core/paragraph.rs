//! Single constructs of the core in words: what a comparison of two policies looks at.

use super::{Out, declared, expr, parts};
use crate::policy::{
    Campaign, Constraint, Figure, Group, Kind, Measure, Migration, Points, Policy, Pool, Ranking, Rule, Schedule,
    Settlement, Tier,
};

/// What one construct means, as it stands in the core.
pub(crate) trait Paragraph {
    /// The construct in words.
    fn paragraph(&self, policy: &Policy) -> String;
}

macro_rules! paragraphs {
    ($($type:ty => $print:path;)*) => {$(
        impl Paragraph for $type {
            fn paragraph(&self, policy: &Policy) -> String {
                let mut out = Out::default();
                $print(policy, self, &mut out);
                out.text
            }
        }
    )*};
}

paragraphs! {
    Rule => super::print_rule;
    Measure => super::print_measure;
    Tier => super::print_tier;
    Group => super::print_group;
    Constraint => super::print_constraint;
    Points => super::print_points;
    Pool => super::print_pool;
    Schedule => declared::schedule;
    Figure => declared::figure;
    Ranking => declared::ranking;
    Settlement => declared::settlement;
    Migration => declared::migration;
    Campaign => campaign;
    Kind => kind;
}

fn campaign(policy: &Policy, campaign: &Campaign, out: &mut Out) {
    out.head(format!("campaign {}", campaign.title.name));
    campaign.windows.iter().for_each(|window| out.line(parts::window(policy, window)));
}

/// A kind with all its fields, used or not.
fn kind(policy: &Policy, kind: &Kind, out: &mut Out) {
    out.head(format!("event {} {:?} {:?}", kind.title.name, kind.role, kind.json));
    kind.fields.iter().for_each(|field| out.line(parts::field(policy, field)));
}

/// What all of the policy means, parameters apart: they have been put in where they are read.
pub(crate) fn meaning(policy: &Policy) -> Vec<String> {
    let bare = Policy { parameters: vec![], scenarios: vec![], ..policy.clone() };
    // What a campaign is decides nothing beyond the rules in it, and conditions hold in any order.
    let loose = |line: &&str| {
        ["  when ", "  from ", "  until ", "  every ", "  within "].iter().any(|word| line.starts_with(word))
    };
    let text = super::print(&bare);
    let mut all: Vec<String> = (text.split("\n\n").filter(|one| !one.starts_with("campaign ")))
        .map(|one| {
            let lines = || one.trim_end().lines().filter(|line| !line.starts_with("  of campaign "));
            let mut moved: Vec<&str> = lines().filter(loose).collect();
            moved.sort_unstable();
            moved.dedup();
            let rest = lines().filter(|line| !loose(line));
            rest.chain(moved).collect::<Vec<_>>().join("\n")
        })
        .collect();
    all.sort();
    all
}

/// An expression of a policy in the words of the core.
pub(crate) fn expression(policy: &Policy, one: &crate::policy::Expr) -> String {
    expr::expr(policy, one)
}
