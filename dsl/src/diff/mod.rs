//! What is different between two policies, in business words: by construct, whatever it is called and wherever it stands.
//!
//! The new policy is first told under the names and labels of the old one ([`align`]), so that renames, moves, formatting and
//! translation leave nothing to compare. Then every pair of constructs is compared clause by clause ([`clause`]), and what
//! changed in a clause is named as closely as it can be ([`expr`], [`window`]). What no clause tells is told as the core has it:
//! no difference of meaning goes by in silence. Whom a difference reaches, and by how much, is no question of texts: an engine
//! must be asked (`earnest-tools`).

mod align;
mod clause;
mod expr;
mod fold;
mod pair;
mod window;

use crate::diagnostic::{Language, Text};
use crate::policy::core::paragraph::meaning;
use crate::policy::{Expr, KindId, Node, Policy};
use crate::words::Words;
use serde::Serialize;
use std::collections::BTreeMap;

pub use align::Renamed;
pub use pair::{Pair, Pairs};

/// What is different between two policies.
#[derive(Debug, Clone)]
pub struct Difference {
    /// They mean the same, but for names: this is a proof that no event can tell them apart.
    pub same: bool,
    /// What has another name.
    pub renamed: Vec<Renamed>,
    /// What changed, by construct.
    pub changes: Vec<Change>,
    /// Which construct is which.
    pub pairs: Pairs,
    /// Rules whose own clauses, limits or group changed, or that are new or gone; those whose kinds or facts changed too.
    pub touched: Vec<Pair>,
    /// Of these, those of which only conditions and windows changed.
    pub reach_only: Vec<Pair>,
    /// The new policy under the names and labels of the old one: constructs have the places (ids) that they have in the new one.
    pub aligned: Policy,
}

/// What a change is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// The programme as a whole.
    Programme,
    /// A kind of points.
    Points,
    /// A rule, requests included.
    Rule,
    /// A campaign.
    Campaign,
    /// A group of rules.
    Group,
    /// A measure.
    Measure,
    /// A tier by a measure.
    Tier,
    /// A kind of event.
    Event,
    /// Facts of a subject.
    Facts,
    /// An enum, a set of codes, a calendar.
    Names,
    /// A moment that the host raises.
    Schedule,
    /// A figure.
    Figure,
    /// A ranking.
    Ranking,
    /// A settlement.
    Settlement,
    /// A parameter.
    Parameter,
}

/// What happened to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Happened {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It says something else.
    Changed,
}

/// A construct that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What it is.
    pub sort: Sort,
    /// Its identifier, in the old policy where it was there.
    pub name: String,
    /// Its identifier in the new policy, where that is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub now: Option<String>,
    /// What readers call it.
    pub label: Text,
    /// What happened to it.
    pub happened: Happened,
    /// Clause by clause. Of what is new or gone: what it says or said.
    pub details: Vec<Detail>,
    /// Where it stands in the old policy, `path:line:column`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_place: Option<String>,
    /// Where it stands in the new one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_place: Option<String>,
    /// Which construct it is.
    #[serde(skip)]
    pub pair: Pair,
}

/// Which part of a construct a clause is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// On which events.
    Events,
    /// When it applies.
    Window,
    /// Under which conditions.
    Condition,
    /// What it gives.
    Gives,
    /// A limit.
    Limit,
    /// How it goes together with others.
    Together,
    /// How amounts are rounded.
    Rounding,
    /// Who pays.
    Funding,
    /// What refunds do.
    Refund,
    /// An item of a catalogue.
    Item,
    /// Terms of points.
    Terms,
    /// How long points last.
    Life,
    /// A value.
    Value,
    /// A field, fact or name.
    Field,
    /// What the core says of it that no other clause tells.
    Core,
}

/// A clause that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Detail {
    /// Which part.
    pub part: Part,
    /// What happened to it.
    pub happened: Happened,
    /// What changed, in short.
    pub text: Text,
    /// The clause before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<Text>,
    /// The clause now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<Text>,
}

/// Words about a policy, in both languages at once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Both<'p> {
    pub policy: &'p Policy,
    /// The kinds of event at hand.
    pub kinds: &'p [KindId],
}

impl<'p> Both<'p> {
    pub fn of(policy: &'p Policy) -> Self {
        Self { policy, kinds: &[] }
    }

    pub fn on(self, kinds: &'p [KindId]) -> Self {
        Self { kinds, ..self }
    }

    pub fn text(self, tell: impl Fn(Words<'p>) -> String) -> Text {
        let told = |language| {
            let words = Words::new(self.policy, language).on(self.kinds);
            words.tidy(&tell(words))
        };
        Text::new(told(Language::English), told(Language::Chinese))
    }

    pub fn texts(self, tell: impl Fn(Words<'p>) -> Vec<String>) -> Vec<Text> {
        let told = |language| {
            let words = Words::new(self.policy, language).on(self.kinds);
            tell(words).iter().map(|text| words.tidy(text)).collect::<Vec<_>>()
        };
        let (en, zh) = (told(Language::English), told(Language::Chinese));
        en.into_iter().zip(zh).map(|(en, zh)| Text { en, zh }).collect()
    }
}

/// Compares two policies.
#[must_use]
pub fn compare(old: &Policy, new: &Policy) -> Difference {
    let (old, new) = (&apart(old), &apart(new));
    let aligned = align::align(old, new);
    let mut changes = clause::changes(old, new, &aligned);
    let same = meaning(old) == meaning(&aligned.policy);
    if same {
        // Only settings that no clause reads can be left.
        changes.retain(|change| change.sort == Sort::Parameter);
    } else if changes.iter().all(|change| change.sort == Sort::Parameter) {
        changes.push(clause::untold(old, &aligned.policy));
    }
    fold::campaigns(old, &aligned, &mut changes);
    let touched = clause::touched(old, &aligned);
    let reach_only = (touched.iter().copied())
        .filter(|pair| match (pair.old, pair.new) {
            (Some(one), Some(other)) => clause::same_but_for_reach(old, &aligned.policy, (one, other)),
            _ => false,
        })
        .collect();
    changes.sort_by(|a, b| (a.sort, &a.name).cmp(&(b.sort, &b.name)));
    Difference {
        same,
        renamed: aligned.renamed,
        changes,
        pairs: aligned.pairs,
        touched,
        reach_only,
        aligned: aligned.policy,
    }
}

/// A policy with conditions that are joined by `and` standing apart: they hold in any order.
fn apart(policy: &Policy) -> Policy {
    fn split(expr: Expr, all: &mut Vec<Expr>) {
        match expr.node {
            Node::And(parts) => parts.into_iter().for_each(|part| split(part, all)),
            _ => all.push(expr),
        }
    }
    let mut policy = Policy { scenarios: vec![], ..policy.clone() };
    for rule in &mut policy.rules {
        let mut all = Vec::new();
        std::mem::take(&mut rule.conditions).into_iter().for_each(|one| split(one, &mut all));
        rule.conditions = all;
    }
    policy
}

impl Difference {
    /// How many constructs are new, gone, changed.
    #[must_use]
    pub fn counts(&self) -> BTreeMap<Happened, usize> {
        let mut counts = BTreeMap::new();
        for change in &self.changes {
            let count = counts.entry(change.happened).or_insert(0_usize);
            *count = count.saturating_add(1);
        }
        counts
    }
}
