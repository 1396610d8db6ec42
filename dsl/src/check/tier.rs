//! Tiers by a measure: rows, hold, and a tier given as a fact beside it.

use super::limit::text_of;
use super::measure::{collect_functions, walk_names};
use super::messages;
use super::names::{Found, TierSource};
use super::{Checker, Env, Reader};
use crate::policy::rule::Hold;
use crate::policy::{Expr, KindId, MeasureId, Node, Reads, ScopePeriod, Tier, TierRow, Title, Type};
use crate::source::Span;
use crate::syntax::ast;
use rust_decimal::Decimal;

impl Checker<'_> {
    /// Names and rows of tiers, so that they can be types before their measures are read.
    pub(crate) fn lower_tiers_names(&mut self) {
        let names = self.names;
        for entry in &names.tiers.entries {
            let title = Title { name: entry.declared.name.text.clone(), ..messages::title(entry) };
            let by = super::units::constant(
                crate::policy::Value::Number(Decimal::ZERO),
                Type::Number,
                None,
                entry.declared.name.span,
            );
            self.policy.tiers.push(Tier {
                title,
                by,
                measure: None,
                rows: vec![],
                hold: None,
                or_fact: None,
                reads: Reads::Before,
            });
        }
    }

    pub(crate) fn lower_tiers(&mut self) {
        let names = self.names;
        for (at, entry) in names.tiers.entries.iter().enumerate() {
            let Some((by, measure, rows, hold, or_fact)) = self.lower_tier(&entry.node) else { continue };
            if let Some(tier) = self.policy.tiers.get_mut(at) {
                (tier.by, tier.measure, tier.rows, tier.hold, tier.or_fact) = (by, measure, rows, hold, or_fact);
            }
        }
    }

    #[allow(clippy::type_complexity)]
    fn lower_tier(
        &mut self,
        source: &TierSource<'_>,
    ) -> Option<(Expr, Option<MeasureId>, Vec<TierRow>, Option<Hold>, Option<Expr>)> {
        let all: Vec<KindId> = (0..self.policy.kinds.len()).map(KindId).collect();
        let env = Env::new(&all, None, Reader::Limit);
        let by = self.tier_measure(&env, source.by)?;
        let measure = match by.node {
            Node::Measure(id, _) => Some(id),
            _ => None,
        };
        self.check_tier_scope(&env, source, measure)?;
        let mut rows = Vec::new();
        let mut last: Option<(Decimal, Span)> = None;
        for (from, declared) in source.rows {
            let from = self.expr_as(&env, from, &by.typed.ty)?;
            let Some(start) = super::table::constant_number(&from) else {
                self.report(messages::band_not_constant(from.span));
                return None;
            };
            if let Some((before, place)) = last
                && start <= before
            {
                self.report(messages::bands_overlap(place, from.span));
                return None;
            }
            last = Some((start, from.span));
            rows.push(TierRow { title: messages::title_of(declared), from });
        }
        let hold = match source.held_to {
            Some(held) => Some(self.hold(held, measure)?),
            None => None,
        };
        let or_fact = match source.or {
            Some(or) => Some(self.expr(&env, or)?),
            None => None,
        };
        Some((by, measure, rows, hold, or_fact))
    }

    /// A tier's measure is read at any event of the customer, so its only key is the customer.
    fn tier_measure(&mut self, env: &Env<'_>, by: &ast::Expr) -> Option<Expr> {
        let names = self.names;
        let Some(Found::One(at)) = text_of(by).map(|text| names.tracks.find(&text, None)) else {
            let found = self.expr(env, by)?;
            self.numbers(&[&found])?;
            return Some(found);
        };
        if let Some(entry) = names.tracks.get(at) {
            self.refer_to(by.span, entry);
        }
        let id = self.track(at, by.span)?;
        let measure = self.policy.measure(id)?.clone();
        if measure.scope.keys.iter().any(|key| key.name != "customer") {
            self.report(messages::tier_key_not_customer(by.span));
            return None;
        }
        Some(Expr { node: Node::Measure(id, Reads::Before), typed: measure.typed, span: by.span })
    }

    /// `per customer per year` behind a tier's measure repeats what the measure itself says.
    fn check_tier_scope(&mut self, env: &Env<'_>, source: &TierSource<'_>, measure: Option<MeasureId>) -> Option<()> {
        let Some(first) = source.scope.first() else { return Some(()) };
        let stated = self.scope(env, source.scope)?;
        let measure = measure.and_then(|id| self.policy.measure(id));
        match measure {
            Some(measure) if measure.scope != stated => {
                let title = measure.title.clone();
                self.report(messages::periods_of_other_length(first.span, &title));
                None
            }
            _ => Some(()),
        }
    }

    /// `last day of March of the next year` is `Of(last day, Of(March, next year))`; `last day of next year` has no month.
    fn hold(&mut self, held: &ast::Expr, measure: Option<MeasureId>) -> Option<Hold> {
        let periodic = measure
            .and_then(|id| self.policy.measure(id))
            .is_some_and(|measure| matches!(measure.scope.period, ScopePeriod::Calendar(..)));
        let mut words: Vec<String> = Vec::new();
        walk_names(held, &mut |segments| words.extend(segments.iter().map(|word| (*word).to_owned())));
        collect_functions(held, &mut words);
        let has = |word: &str| words.iter().any(|known| known.eq_ignore_ascii_case(word));
        const MONTHS: [(&str, &str); 12] = [
            ("january", "1月"),
            ("february", "2月"),
            ("march", "3月"),
            ("april", "4月"),
            ("may", "5月"),
            ("june", "6月"),
            ("july", "7月"),
            ("august", "8月"),
            ("september", "9月"),
            ("october", "10月"),
            ("november", "11月"),
            ("december", "12月"),
        ];
        let month = MONTHS
            .iter()
            .position(|(en, zh)| has(en) || has(zh))
            .and_then(|at| u32::try_from(at).ok())
            .map(|at| at.saturating_add(1));
        let next = ["next", "next year", "next_year", "next month", "次年", "明年", "下年", "下月"]
            .iter()
            .any(|word| has(word));
        if !periodic || (!next && month.is_none()) {
            self.report(messages::hold_not_understood(held.span));
            return None;
        }
        Some(Hold { periods_after: u32::from(next), month })
    }
}
