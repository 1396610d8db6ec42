//! Level rules: what the total for a key and period should be, when it is posted, and above which rules it lies.

use super::limit::reads_counter;
use super::messages;
use super::names::Found;
use super::{Checker, Env};
use crate::policy::{Expr, KindId, MeasureSource, Node, Rule, RuleBody, RuleId, Scope, Settled};
use crate::source::Span;
use crate::syntax::ast::{self, LineClause};

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
        let condition = match condition {
            Some(condition) => Some(self.condition(env, condition)?),
            None => None,
        };
        // The target is read only while the condition holds, so what it makes known is known there.
        let held = self.assumed.len();
        if let Some(condition) = &condition {
            self.assume(condition);
        }
        let line = self.line(env, line, None, span);
        self.assumed.truncate(held);
        let line = line?;
        let reads = reads_counter(&line.amount) || condition.as_ref().is_some_and(reads_counter);
        if !reads {
            self.report(messages::level_reads_nothing(span));
            return None;
        }
        let scope = self.scope(env, scope)?;
        for expr in std::iter::once(&line.amount).chain(condition.as_ref()).chain(line.when.as_ref()) {
            self.check_level_keys(&scope, expr)?;
            self.check_reads_no_event(&scope, expr)?;
        }
        Some(RuleBody::Level { scope, keep, line, condition, settled: None })
    }

    /// What a level rule keeps for a key is read for that key: every key of a measure that it reads is a key of the rule.
    fn check_level_keys(&mut self, scope: &Scope, expr: &Expr) -> Option<()> {
        let mut lacking = None;
        crate::policy::expr::walk(expr, &mut |expr| {
            if let Node::Measure(id, _) | Node::MeasureOver { measure: id, .. } = &expr.node
                && let Some(measure) = self.policy.measure(*id)
            {
                let key = measure.scope.keys.iter().find(|key| !scope.keys.iter().any(|own| own.name == key.name));
                lacking =
                    lacking.take().or_else(|| key.map(|key| (expr.span, measure.title.clone(), key.name.clone())));
            }
        });
        match lacking {
            Some((span, measure, key)) => {
                self.report(messages::level_key_lacking(span, &measure, &key));
                None
            }
            None => Some(()),
        }
    }

    /// A level rule is a function of the present state: what it reads of the event that happens to be decided would make the
    /// order of events matter. Its keys are the same for every event of the key.
    fn check_reads_no_event(&mut self, scope: &Scope, expr: &Expr) -> Option<()> {
        let mut read = None;
        present(expr, &mut |field, span| {
            let key = scope.keys.iter().any(|key| matches!(&key.value.node, Node::Field(name) if name == field));
            if !key && read.is_none() {
                read = Some((field.to_owned(), span));
            }
        });
        match read {
            Some((field, span)) => {
                self.report(messages::level_reads_event(span, &field));
                None
            }
            None => Some(()),
        }
    }

    /// `settled at close of month`: the kind of event that closes the period.
    pub(crate) fn settled(&mut self, at: &ast::Expr, finality: Option<&ast::Finality>) -> Option<Settled> {
        let Some(KindId(kind)) = self.settled_kind(at) else {
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

    /// The kind of a moment: by its name, by the name of a schedule, or the library's for the close of a period.
    fn settled_kind(&mut self, at: &ast::Expr) -> Option<KindId> {
        if let Some(text) = super::limit::text_of(at) {
            if let Found::One(kind) = self.names.kinds.find(&text, None) {
                return Some(KindId(kind));
            }
            return self.kind_scheduled(&ast::Name { text, span: at.span });
        }
        let kind = super::schedule::period_closed(at).and_then(super::schedule::closing_kind)?;
        match self.names.kinds.find(kind, None) {
            Found::One(kind) => Some(KindId(kind)),
            _ => None,
        }
    }

    /// A level rule lies above every rule whose postings its measures count; a conversion above all that gives what it takes.
    pub(crate) fn lower_strata(&mut self) {
        let above = |rule: &Rule| matches!(rule.body, RuleBody::Level { .. } | RuleBody::Convert(_));
        let levels = self.policy.rules.iter().enumerate().filter(|(_, rule)| above(rule));
        let reads: Vec<(usize, Vec<RuleId>)> = levels.map(|(at, rule)| (at, self.rules_read(rule))).collect();
        // In as many rounds as there are level rules every height is found, unless one stands above itself.
        for _ in 0..=reads.len() {
            let mut changed = false;
            for (at, below) in &reads {
                let below = below.iter().filter_map(|id| self.policy.rule(*id)).map(|rule| rule.stratum).max();
                let stratum = below.map_or(1, |below| below.saturating_add(1));
                if let Some(rule) = self.policy.rules.get_mut(*at)
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
        let highest = reads.iter().filter_map(|(at, _)| self.policy.rules.get(*at)).max_by_key(|rule| rule.stratum);
        if let Some(title) = highest.map(|rule| rule.title.clone()) {
            self.report(messages::level_reads_itself(&title));
        }
    }

    /// The rules whose postings the measures of a level rule count.
    fn rules_read(&self, rule: &Rule) -> Vec<RuleId> {
        // A conversion reads the balance of what it takes: it comes after all that gives these points.
        if let RuleBody::Convert(convert) = &rule.body {
            let all = (0..self.policy.rules.len()).map(RuleId);
            return all.filter(|id| self.points_given(*id).contains(&convert.take.1)).collect();
        }
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

/// Visits the fields of the event that an expression reads; the customer (whose facts and tier it reads) and the instant are
/// always at hand.
fn present<'e>(expr: &'e Expr, visit: &mut impl FnMut(&'e str, Span)) {
    match &expr.node {
        Node::Field(name) if name != "customer" && name != "at" => visit(name, expr.span),
        // The host's tier is the event's where the kind has one, else the customer's fact.
        Node::FirstKnown(_) => {}
        _ => {
            for child in crate::policy::expr::children(expr) {
                present(child, visit);
            }
        }
    }
}
