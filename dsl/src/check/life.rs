//! How long lots live: lengths and what they run from, ends of the whole balance, what counts as activity.

use super::messages;
use super::name::answers;
use super::names::dotted;
use super::{Checker, Env, Reader};
use crate::policy::{KindId, Points, Pool, Validity};
use crate::syntax::ast::{self, Clause, ClauseKind, ExprKind, ValidityKind};

/// What a length of validity runs from.
enum Anchor {
    /// From earning; a benefit from its grant.
    Earning,
    /// From the day on which the points become usable.
    Usable,
    /// From the last activity: the end of the whole balance. The list is that of the unit where it is empty.
    Activity(Vec<String>),
}

impl Checker<'_> {
    /// One clause on a pool; true where it says how long lots live.
    pub(crate) fn pool_clause(&mut self, points: &Points, pool: &mut Pool, clause: &Clause) -> bool {
        match &clause.kind {
            ClauseKind::Valid(validity) => {
                pool.renewed_by_activity = validity.renewed_by_activity;
                self.valid(points, pool, &validity.kind);
                true
            }
            ClauseKind::BalanceEnds(length, from) => {
                match self.anchor(points, from) {
                    Some(Anchor::Activity(list)) => self.balance_ends(pool, length, list),
                    Some(Anchor::Earning | Anchor::Usable) => {
                        self.report(messages::balance_ends_after_what(from.span));
                    }
                    None => {}
                }
                true
            }
            ClauseKind::Usable(length, from) => {
                if let Some(Anchor::Usable | Anchor::Activity(_)) = self.anchor(points, from) {
                    self.report(messages::usable_after_what(from.span));
                }
                pool.usable_after = self.length(length).unwrap_or_default();
                false
            }
            ClauseKind::FirstDayCounted => {
                pool.first_day_counted = true;
                false
            }
            ClauseKind::LapsesWhileFrozen => {
                pool.lapses_while_frozen = true;
                false
            }
            _ => false,
        }
    }

    fn valid(&mut self, points: &Points, pool: &mut Pool, kind: &ValidityKind) {
        match kind {
            ValidityKind::WithoutEnd => pool.validity = Validity::WithoutEnd,
            ValidityKind::To(date) => {
                if let Some(date) = self.date(date) {
                    pool.validity = Validity::To(date);
                }
            }
            ValidityKind::After(length, from) => match self.anchor(points, from) {
                // `1 year after last earning of A` moves the end of the whole balance.
                Some(Anchor::Activity(list)) => self.balance_ends(pool, length, list),
                Some(anchor) => {
                    if let Some(life) = self.life(length, matches!(anchor, Anchor::Usable)) {
                        pool.validity = life;
                    }
                }
                None => {}
            },
            ValidityKind::ToEndOf(unit, length, from) => match self.anchor(points, from) {
                Some(Anchor::Activity(_)) => self.report(messages::end_of_period_after_activity(from.span)),
                Some(anchor) => {
                    if let Some((months, days, _)) = self.length(length) {
                        let from_usable = matches!(anchor, Anchor::Usable);
                        pool.validity = Validity::ToEndOf { unit: *unit, months, days, from_usable };
                    }
                }
                None => {}
            },
        }
    }

    /// A length, or a table over facts that gives one, read at earning.
    fn life(&mut self, length: &ast::Expr, from_usable: bool) -> Option<Validity> {
        if !matches!(length.kind, ExprKind::Table { .. }) {
            let (months, days, _) = self.length(length)?;
            return Some(Validity::After { months, days, from_usable });
        }
        if from_usable {
            self.report(messages::table_from_usable(length.span));
            return None;
        }
        let kinds: Vec<KindId> = (0..self.policy.kinds.len()).map(KindId).collect();
        let table = self.expr(&Env::new(&kinds, None, Reader::Limit), length)?;
        if !matches!(table.typed.ty, crate::policy::Type::Term | crate::policy::Type::Days) {
            let shown = self.show(&table.typed.ty);
            self.report(messages::not_a_length(table.span, &shown));
            return None;
        }
        Some(Validity::ByTable(Box::new(table)))
    }

    fn balance_ends(&mut self, pool: &mut Pool, length: &ast::Expr, list: Vec<String>) {
        pool.balance_ends = self.length(length).map(|(months, days, _)| (months, days));
        pool.balance_activity = list;
    }

    /// What a length runs from: `earning`, `grant`, `usable`, `last activity`, `last earning of A`.
    fn anchor(&mut self, points: &Points, from: &ast::Expr) -> Option<Anchor> {
        if let ExprKind::Of { what, of, .. } = &from.kind
            && what.text == "last earning"
        {
            return self.posting(points, "earn", of).map(|one| Anchor::Activity(vec![one]));
        }
        match super::limit::text_of(from).as_deref() {
            Some("earning" | "获得" | "grant" | "授予") => Some(Anchor::Earning),
            Some("usable" | "起用") => Some(Anchor::Usable),
            Some("last activity") => Some(Anchor::Activity(vec![])),
            Some("last earning") => Some(Anchor::Activity(vec!["earn".to_owned()])),
            _ => {
                self.report(messages::valid_after_what(from.span));
                None
            }
        }
    }

    /// What counts as activity: event kinds by name, postings by their English word, of one pool as `earn of POOL`.
    pub(crate) fn activity(&mut self, points: &Points, list: &[ast::Expr]) -> Vec<String> {
        const POSTINGS: [&str; 8] =
            ["earn", "use", "redemption", "offset", "transfer", "transfer out", "exchange", "donation"];
        let mut all: Vec<String> = Vec::new();
        for one in list {
            match &one.kind {
                ExprKind::Name(name) if POSTINGS.contains(&name.text.as_str()) => all.push(name.text.clone()),
                ExprKind::Of { what, of, .. } if matches!(what.text.as_str(), "earn" | "use") => {
                    all.extend(self.posting(points, &what.text, of));
                }
                _ => match self.kind_named(one).as_deref() {
                    Some([kind]) => all.extend(self.policy.kind(*kind).map(|kind| kind.title.name.clone())),
                    _ => self.report(messages::unknown_activity(one, self.names)),
                },
            }
        }
        all.sort();
        all.dedup();
        all
    }

    /// `earn of A`: of a pool of these points, or of the points themselves, which is every pool.
    fn posting(&mut self, points: &Points, word: &str, of: &ast::Expr) -> Option<String> {
        let text = super::limit::text_of(of).unwrap_or_default();
        let last = dotted(of).and_then(|segments| segments.last().map(|name| name.text.clone())).unwrap_or_default();
        let pool = points.pools.iter().find(|pool| answers(&pool.title, &last)).map(|pool| pool.title.clone());
        if answers(&points.title, &text) {
            self.refer_title(of.span, &points.title);
            return Some(word.to_owned());
        }
        let Some(pool) = pool else {
            let spoken: Vec<String> = points.pools.iter().flat_map(|pool| super::name::names_of(&pool.title)).collect();
            self.report(messages::unknown_pool(of.span, &text, &spoken));
            return None;
        };
        self.refer_title(of.span, &pool);
        Some(format!("{word} of {}", pool.name))
    }
}
