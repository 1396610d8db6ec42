//! Readings of measures: whether a reading sees the event being decided, and whether its keys are known there.

use super::messages;
use super::names::{Found, dotted};
use super::{Checker, Env, Reader};
use crate::policy::{Expr, Measure, Node, Reads, TierId, Type, Typed};
use crate::source::Span;
use crate::syntax::ast;

impl Checker<'_> {
    /// A reading of a track: which bucket sees the event is stated or follows from who asks.
    pub(crate) fn read_track(&mut self, env: &Env<'_>, at: usize, stated: Option<bool>, span: Span) -> Option<Expr> {
        let id = self.track(at, span)?;
        let measure = self.policy.measure(id)?.clone();
        let reads = self.reading(env, &measure, stated, span)?;
        self.check_keys_of_reading(env, &measure, span)?;
        Some(Expr { node: Node::Measure(id, reads), typed: measure.typed, span })
    }

    /// Whether a reading sees the event, reporting where an edge rule must say so.
    pub(crate) fn reading(
        &mut self,
        env: &Env<'_>,
        measure: &crate::policy::Measure,
        stated: Option<bool>,
        span: Span,
    ) -> Option<Reads> {
        let postings = self.counts_postings(measure);
        match (env.reader, stated) {
            (Reader::Constant, _) => {
                self.report(messages::not_constant(span));
                None
            }
            (Reader::Edge, Some(true)) if postings => {
                self.report(messages::postings_before_only(span, &measure.title));
                None
            }
            (_, Some(with)) => Some(if with { Reads::With } else { Reads::Before }),
            (Reader::Edge, None) if postings || !self.fed_by(measure, env.kinds) => Some(Reads::Before),
            (Reader::Edge, None) => {
                self.report(messages::with_or_before(span, &measure.title));
                None
            }
            (Reader::Level | Reader::Measure, None) => Some(Reads::With),
            (Reader::Limit | Reader::Host, None) => Some(Reads::Before),
        }
    }

    /// `m with this one`, `m before this one`.
    pub(crate) fn this_one(&mut self, env: &Env<'_>, measure: &ast::Expr, with: bool, span: Span) -> Option<Expr> {
        let names = self.names;
        let text = dotted(measure)
            .map(|segments| segments.iter().map(|name| name.text.as_str()).collect::<Vec<_>>().join("."));
        let found = text.as_deref().map_or(Found::None, |text| names.tracks.find(text, env.campaign));
        if let Found::One(at) = found {
            if let Some(entry) = names.tracks.get(at) {
                self.refer_to(measure.span, entry);
            }
            return self.read_track(env, at, Some(with), span);
        }
        let tier = text.as_deref().map_or(Found::None, |text| names.tiers.find(text, env.campaign));
        if let Found::One(at) = tier {
            if let Some(entry) = names.tiers.get(at) {
                self.refer_to(measure.span, entry);
            }
            let typed = Typed { optional: self.tier_may_be_unknown(at), ..Typed::plain(Type::Tier(TierId(at))) };
            let reads = if with { Reads::With } else { Reads::Before };
            return Some(Expr { node: Node::Tier(TierId(at), reads), typed, span });
        }
        if let ast::ExprKind::Of { .. } = &measure.kind
            && let Some(folded) = self.fold_of_periods(env, measure, Some(with))
        {
            return folded;
        }
        self.report(messages::not_a_measure(measure.span));
        None
    }

    /// The keys of a measure must be known at the event that reads it.
    pub(crate) fn check_keys_of_reading(&mut self, env: &Env<'_>, measure: &Measure, span: Span) -> Option<()> {
        if env.kinds.is_empty() {
            return Some(());
        }
        for key in &measure.scope.keys {
            let mut missing = None;
            crate::policy::expr::walk(&key.value, &mut |expr| {
                if let Node::Field(name) = &expr.node
                    && name != "customer"
                    && name != "at"
                {
                    let lacking = env
                        .kinds
                        .iter()
                        .filter_map(|kind| self.policy.kind(*kind))
                        .find(|kind| kind.field(name).is_none());
                    missing = missing.take().or_else(|| lacking.map(|kind| (name.clone(), kind.title.clone())));
                }
            });
            if let Some((name, kind)) = missing {
                self.report(messages::key_of_measure_lacking(span, &measure.title, &name, &kind));
                return None;
            }
        }
        Some(())
    }
}
