//! Which kinds of event feed what: read from the text, so that it is known before measures and rules are lowered.

use super::Checker;
use super::measure::{first_unit, walk_names};
use super::names::{Found, path_text};
use crate::policy::{KindId, PointsId, RuleId};
use crate::syntax::ast::{self, ClauseKind};
use std::collections::BTreeSet;

/// What has been followed, so that what names itself ends.
#[derive(Debug, Default)]
struct Followed {
    tracks: BTreeSet<usize>,
    defines: BTreeSet<usize>,
    rules: BTreeSet<usize>,
    points: BTreeSet<usize>,
    kinds: BTreeSet<KindId>,
}

impl Checker<'_> {
    /// The kinds that feed what a level rule reads: its measures, directly or through definitions and tiers, and balances.
    pub(crate) fn kinds_of_level(&self, at: usize) -> Vec<KindId> {
        let mut followed = Followed::default();
        self.follow_rule(at, &mut followed);
        followed.kinds.into_iter().collect()
    }

    /// The kinds of event on which rules post; without rules named, all that give these points.
    pub(crate) fn kinds_posting(&self, points: PointsId, rules: &[RuleId]) -> Vec<KindId> {
        let mut followed = Followed::default();
        if rules.is_empty() {
            self.follow_points(points.0, &mut followed);
        }
        for rule in rules {
            self.follow_rule(rule.0, &mut followed);
        }
        followed.kinds.into_iter().collect()
    }

    fn follow_points(&self, points: usize, followed: &mut Followed) {
        if !followed.points.insert(points) {
            return;
        }
        for at in 0..self.names.rules.entries.len() {
            if self.may_give(at, points) {
                self.follow_rule(at, followed);
            }
        }
    }

    /// Whether the text of a rule may give these points: a multiple gives what its bases give.
    fn may_give(&self, at: usize, points: usize) -> bool {
        let Some(entry) = self.names.rules.get(at) else { return false };
        entry.node.clauses.iter().any(|clause| match &clause.kind {
            ClauseKind::Raise { .. } => true,
            ClauseKind::Earn(line) | ClauseKind::Keep { line, .. } => first_unit(&line.amount)
                .is_none_or(|unit| self.names.points.find(&unit.text, entry.campaign) == Found::One(points)),
            ClauseKind::Grant(benefit, ..) => super::limit::text_of(benefit)
                .is_none_or(|text| self.benefit_at(&text, entry.campaign).is_some_and(|(id, _)| id.0 == points)),
            ClauseKind::Convert(convert) => first_unit(&convert.give)
                .is_none_or(|unit| self.unit_at(&unit.text, entry.campaign) == Some(PointsId(points))),
            _ => false,
        })
    }

    /// The kind of points of a unit's name, benefits included.
    pub(crate) fn unit_at(&self, text: &str, campaign: Option<&str>) -> Option<PointsId> {
        match self.names.points.find(text, campaign) {
            Found::One(at) => Some(PointsId(at)),
            _ => self.benefit_at(text, campaign).map(|(points, _)| points),
        }
    }

    fn follow_rule(&self, at: usize, followed: &mut Followed) {
        let Some(entry) = self.names.rules.get(at) else { return };
        if !followed.rules.insert(at) {
            return;
        }
        followed.kinds.extend(self.kinds_listed(&entry.node.on));
        if !entry.node.on.is_empty() {
            return;
        }
        for clause in &entry.node.clauses {
            match &clause.kind {
                ClauseKind::Keep { line, condition, .. } => {
                    for expr in std::iter::once(&line.amount).chain(condition.as_ref()).chain(line.when.as_ref()) {
                        self.follow(expr, entry.campaign, followed);
                    }
                }
                ClauseKind::When(condition) | ClauseKind::For(condition) => {
                    self.follow(condition, entry.campaign, followed)
                }
                ClauseKind::Convert(convert) => {
                    if let Some(unit) = first_unit(&convert.take)
                        && let Some(points) = self.unit_at(&unit.text, entry.campaign)
                    {
                        self.follow_points(points.0, followed);
                    }
                }
                _ => {}
            }
        }
    }

    fn follow(&self, expr: &ast::Expr, campaign: Option<&str>, followed: &mut Followed) {
        let names = self.names;
        let mut words: Vec<String> = Vec::new();
        walk_names(expr, &mut |segments| words.push(segments.join(".")));
        for text in words {
            if let Found::One(at) = names.kinds.find(&text, None) {
                followed.kinds.insert(KindId(at));
            } else if let Found::One(at) = names.tracks.find(&text, campaign) {
                let track = names.tracks.get(at).filter(|_| followed.tracks.insert(at));
                if let Some(track) = track {
                    if track.node.on.is_empty() {
                        self.follow(&track.node.value, track.campaign, followed);
                    }
                    followed.kinds.extend(self.kinds_listed(&track.node.on));
                }
            } else if let Found::One(at) = names.tiers.find(&text, campaign) {
                if let Some(tier) = names.tiers.get(at) {
                    self.follow(tier.node.by, campaign, followed);
                }
            } else if let Found::One(at) = names.defines.find(&text, campaign) {
                let define = names.defines.get(at).filter(|_| followed.defines.insert(at));
                if let Some(define) = define {
                    self.follow(define.node, define.campaign, followed);
                }
            } else if let Found::One(at) = names.rules.find(&text, campaign) {
                self.follow_rule(at, followed);
            } else if let Found::One(at) = names.points.find(&text, campaign) {
                self.follow_points(at, followed);
            }
        }
    }

    fn kinds_listed(&self, paths: &[ast::Path]) -> Vec<KindId> {
        let found = paths.iter().map(|path| self.names.kinds.find(&path_text(path), None));
        found
            .filter_map(|found| match found {
                Found::One(at) => Some(KindId(at)),
                _ => None,
            })
            .collect()
    }
}
