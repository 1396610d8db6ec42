//! Level rules: what the total for a key and period should be, when it is posted, and above which rules it lies.

use super::limit::reads_counter;
use super::messages;
use super::names::Found;
use super::{Checker, Env};
use crate::policy::{KindId, MeasureSource, Node, Rule, RuleBody, RuleId, Settled};
use crate::source::Span;
use crate::syntax::ast::{self, ClauseKind, LineClause};

impl Checker<'_> {
    pub(crate) fn level(
        &mut self,
        env: &Env<'_>,
        scope: &[ast::ScopePart],
        keep: bool,
        line: &LineClause,
        condition: Option<&ast::Expr>,
        span: Span,
    ) -> Option<RuleBody> {
        if scope.is_empty() {
            self.report(messages::level_without_scope(span));
            return None;
        }
        let scope = self.scope(env, scope)?;
        let line = self.line(env, line, None, span);
        let condition = match condition {
            Some(condition) => Some(self.condition(env, condition)?),
            None => None,
        };
        let line = line?;
        let reads = reads_counter(&line.amount) || condition.as_ref().is_some_and(reads_counter);
        if !reads {
            self.report(messages::level_reads_nothing(span));
            return None;
        }
        Some(RuleBody::Level { scope, keep, line, condition, settled: None })
    }

    /// The kinds that feed the measures which a level rule reads.
    pub(crate) fn kinds_of_level(&mut self, rule: &ast::RuleDecl, campaign: Option<&str>) -> Vec<KindId> {
        let names = self.names;
        let mut tracks: Vec<usize> = Vec::new();
        for clause in &rule.clauses {
            if let ClauseKind::Keep { line, condition, .. } = &clause.kind {
                for expr in std::iter::once(&line.amount).chain(condition.as_ref()).chain(line.when.as_ref()) {
                    super::measure::walk_names(expr, &mut |segments| {
                        let text = segments.join(".");
                        if let Found::One(at) = names.tracks.find(&text, campaign) {
                            tracks.push(at);
                        }
                    });
                }
            }
        }
        let mut kinds: Vec<KindId> = Vec::new();
        for at in tracks {
            let Some(id) = self.track(at, rule.declared.name.span) else { continue };
            if let Some(measure) = self.policy.measure(id) {
                kinds.extend(self.kinds_feeding(&measure.sources.clone()));
            }
        }
        kinds.sort();
        kinds.dedup();
        kinds
    }

    /// `settled at close of month`: the kind of event that closes the period.
    pub(crate) fn settled(&mut self, at: &ast::Expr, finality: Option<&ast::Finality>) -> Option<Settled> {
        let text = super::limit::text_of(at);
        let kind = match (&at.kind, text) {
            (_, Some(text)) if self.names.kinds.find(&text, None) != Found::None => Some(text),
            (ast::ExprKind::Of { what, of, .. }, _) if what.text == "close" => {
                super::limit::text_of(of).and_then(|unit| {
                    let kind = match unit.as_str() {
                        "month" | "月" => "MonthClose",
                        "quarter" | "季" => "QuarterClose",
                        "year" | "年" => "YearClose",
                        "statement" | "账期" => "StatementClose",
                        _ => return None,
                    };
                    Some(kind.to_owned())
                })
            }
            _ => None,
        };
        let Some(Found::One(kind)) = kind.map(|kind| self.names.kinds.find(&kind, None)) else {
            self.report(messages::unknown_close(at.span));
            return None;
        };
        let final_after_days = match finality {
            None | Some(ast::Finality::Final) => Some(0),
            Some(ast::Finality::Never) => None,
            Some(ast::Finality::After(length)) => self.length(length).map(|(_, days, _)| days),
        };
        if finality.is_none() {
            self.report(messages::settled_without_finality(at.span));
        }
        Some(Settled { at: KindId(kind), final_after_days })
    }

    /// A level rule lies above every rule whose postings its measures count.
    pub(crate) fn lower_strata(&mut self) {
        let count = self.policy.rules.len();
        for _ in 0..=count {
            let mut changed = false;
            for at in 0..count {
                let Some(rule) = self.policy.rules.get(at) else { continue };
                if !matches!(rule.body, RuleBody::Level { .. }) {
                    continue;
                }
                let below =
                    self.rules_read(rule).iter().filter_map(|id| self.policy.rule(*id)).map(|rule| rule.stratum).max();
                let stratum = below.map_or(1, |below| below.saturating_add(1));
                let limit = u32::try_from(count).unwrap_or(u32::MAX);
                if stratum > limit.saturating_add(1) {
                    let title = rule.title.clone();
                    self.report(messages::level_reads_itself(&title));
                    return;
                }
                if let Some(rule) = self.policy.rules.get_mut(at)
                    && rule.stratum != stratum
                {
                    rule.stratum = stratum;
                    changed = true;
                }
            }
            if !changed {
                return;
            }
        }
    }

    /// The rules whose postings the measures of a level rule count.
    fn rules_read(&self, rule: &Rule) -> Vec<RuleId> {
        let RuleBody::Level { line, condition, .. } = &rule.body else { return vec![] };
        let mut measures = Vec::new();
        for expr in std::iter::once(&line.amount).chain(condition.as_ref()) {
            crate::policy::expr::walk(expr, &mut |expr| {
                if let Node::Measure(id, _) | Node::MeasureOver { measure: id, .. } = &expr.node {
                    measures.push(*id);
                }
            });
        }
        let mut rules = Vec::new();
        while let Some(id) = measures.pop() {
            let Some(measure) = self.policy.measure(id) else { continue };
            for source in &measure.sources {
                match source {
                    MeasureSource::Measure(inner) => measures.push(*inner),
                    MeasureSource::Postings { points, rules: named } if named.is_empty() => {
                        let all = (0..self.policy.rules.len()).map(RuleId);
                        rules.extend(all.filter(|id| self.points_given(*id).contains(points)));
                    }
                    MeasureSource::Postings { rules: named, .. } => rules.extend(named),
                    MeasureSource::Events { .. } => {}
                }
            }
        }
        rules
    }
}
