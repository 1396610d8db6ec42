//! Kinds of points and their pools: what is not said about rounding, validity and order of use does not compile.

use super::messages;
use super::name::names_of;
use super::names::path_text;
use super::{Checker, Env};
use crate::policy::{Points, Pool, SpendKey, Title, Type, Validity, Value};
use crate::source::Span;
use crate::syntax::ast::{self, Clause, ClauseKind, RoundMode, RoundPlace};
use rust_decimal::Decimal;

impl Checker<'_> {
    /// Names, scales and pools, so that amounts can be typed before the clauses are read.
    pub(crate) fn lower_points_names(&mut self) {
        let names = self.names;
        for entry in &names.points.entries {
            let title = Title { name: entry.declared.name.text.clone(), ..messages::title(entry) };
            let scale = entry.node.iter().find_map(|clause| match &clause.kind {
                ClauseKind::Decimals(number) => u8::try_from(number.value).ok(),
                _ => None,
            });
            let mut pools: Vec<Pool> = entry
                .node
                .iter()
                .filter_map(|clause| match &clause.kind {
                    ClauseKind::Pool(declared, _) => Some(empty_pool(messages::title_of(declared))),
                    _ => None,
                })
                .collect();
            pools.sort_by(|a, b| a.title.name.cmp(&b.title.name));
            if pools.is_empty() {
                pools.push(empty_pool(title.clone()));
            }
            self.policy.points.push(Points { scale: scale.unwrap_or(0), pools, ..empty_points(title) });
        }
    }

    pub(crate) fn lower_points(&mut self) {
        let names = self.names;
        for (at, entry) in names.points.entries.iter().enumerate() {
            let Some(mut points) = self.policy.points.get(at).cloned() else { continue };
            let mut said = Said::default();
            for clause in entry.node {
                self.points_clause(&mut points, clause, &mut said);
            }
            self.pools(&mut points, entry.node);
            let broken = entry.node.iter().any(|clause| matches!(clause.kind, ClauseKind::Broken));
            if points.kept_by.is_none() && !broken {
                self.points_silence(&points, &said, entry.declared.name.span);
            }
            if let Some(place) = self.policy.points.get_mut(at) {
                *place = points;
            }
        }
    }

    /// What must be said of points that this programme keeps.
    fn points_silence(&mut self, points: &Points, said: &Said, span: Span) {
        if !said.round {
            self.report(messages::points_without_rounding(span, &points.title));
        }
        if points.memo {
            return;
        }
        let spendable = !points.never.contains(&ast::Prohibition::Spend);
        if points.spend_order.is_empty() && spendable {
            self.report(messages::points_without_order(span, &points.title));
        }
    }

    fn points_clause(&mut self, points: &mut Points, clause: &Clause, said: &mut Said) {
        match &clause.kind {
            ClauseKind::Round(rounding) => {
                said.round = true;
                if rounding.places.is_some() {
                    self.report(messages::rounds_to_places(clause.span));
                }
                points.rounding = rounding.mode;
                points.place = rounding.place.unwrap_or(RoundPlace::EachLine);
            }
            ClauseKind::SpendOrder(keys) => points.spend_order = self.spend_order(points, keys),
            ClauseKind::Worth(worth) => points.worth = self.money_constant(worth),
            ClauseKind::StandsFor(profit) => points.stands_for = self.money_constant(profit),
            ClauseKind::KeptBy(name) => points.kept_by = Some(name.text.clone()),
            ClauseKind::Memo => points.memo = true,
            ClauseKind::Never(never) => points.never.clone_from(never),
            ClauseKind::Activity(list) => points.activity = self.activity(points, list),
            ClauseKind::Remind(length, _) => {
                points.remind = self.length(length).map(|(months, days, _)| (months, days))
            }
            ClauseKind::Funded(shares) => points.funded = self.funded(&Env::constant(None), shares, clause.span),
            _ => {}
        }
    }

    /// Pools take what the unit says and add their own.
    fn pools(&mut self, points: &mut Points, clauses: &[Clause]) {
        let mut common = empty_pool(Title::default());
        let unit = points.clone();
        let shared =
            clauses.iter().map(|clause| self.pool_clause(&unit, &mut common, clause)).fold(false, |a, b| a | b);
        let mut missing = false;
        let mut any = false;
        for clause in clauses {
            let ClauseKind::Pool(declared, own) = &clause.kind else { continue };
            any = true;
            let mut pool = Pool { title: messages::title_of(declared), ..common.clone() };
            let stated = own.iter().map(|clause| self.pool_clause(&unit, &mut pool, clause)).fold(false, |a, b| a | b);
            missing |= !stated && !shared;
            if let Some(place) = points.pools.iter_mut().find(|one| one.title.name == pool.title.name) {
                *place = pool;
            }
        }
        if !any && let Some(only) = points.pools.first_mut() {
            *only = Pool { title: only.title.clone(), ..common };
            missing = !shared;
        }
        if missing && !points.memo && points.kept_by.is_none() {
            let broken = clauses.iter().any(|clause| matches!(clause.kind, ClauseKind::Broken));
            if !broken {
                self.report(messages::points_without_validity(points.title.span, &points.title));
            }
        }
    }

    /// A length of time as (months, days, minutes).
    pub(crate) fn length(&mut self, expr: &ast::Expr) -> Option<(i32, i64, i64)> {
        let found = self.expr(&Env::constant(None), expr)?;
        match found.node {
            crate::policy::Node::Constant(Value::Term(months)) => Some((months, 0, 0)),
            crate::policy::Node::Constant(Value::Days(days)) => Some((0, days, 0)),
            crate::policy::Node::Constant(Value::Minutes(minutes)) => Some((0, 0, minutes)),
            _ => {
                let shown = self.show(&found.typed.ty);
                self.report(messages::not_a_length(found.span, &shown));
                None
            }
        }
    }

    fn money_constant(&mut self, expr: &ast::Expr) -> Option<(Decimal, crate::policy::CurrencyId)> {
        let env = Env::new(&[], None, super::Reader::Host);
        let found = self.expr(&env, expr)?;
        match found.node {
            crate::policy::Node::Constant(Value::Money(amount, currency)) => Some((amount, currency)),
            _ => {
                let shown = (self.show(&Type::Money(self.policy.currency)), self.show(&found.typed.ty));
                self.report(messages::wrong_type(found.span, &shown.0, &shown.1));
                None
            }
        }
    }

    fn spend_order(&mut self, points: &Points, keys: &[ast::SpendKey]) -> Vec<SpendKey> {
        keys.iter()
            .filter_map(|key| match key {
                ast::SpendKey::SoonestToExpire => Some(SpendKey::SoonestToExpire),
                ast::SpendKey::Oldest => Some(SpendKey::Oldest),
                ast::SpendKey::Pool(path) => {
                    let text = path_text(path);
                    let pool = points.pools.iter().find(|pool| super::name::answers(&pool.title, &text));
                    if pool.is_none() {
                        let spoken: Vec<String> = points.pools.iter().flat_map(|pool| names_of(&pool.title)).collect();
                        self.report(messages::unknown_pool(path.span, &text, &spoken));
                    }
                    if let Some(title) = pool.map(|pool| pool.title.clone()) {
                        self.refer_title(path.span, &title);
                    }
                    pool.map(|pool| SpendKey::Pool(pool.title.name.clone()))
                }
            })
            .collect()
    }

    /// Shares of the cost: they sum to 100%, or one party pays all.
    pub(crate) fn funded(
        &mut self,
        env: &Env<'_>,
        shares: &[(ast::Expr, Option<ast::Expr>)],
        span: Span,
    ) -> Vec<(String, Option<Decimal>)> {
        let mut out = Vec::new();
        for (party, share) in shares {
            let segments = super::names::dotted(party).unwrap_or_default();
            let Some(name) = segments.last().map(|name| name.text.clone()) else { continue };
            let share = match share {
                None => None,
                Some(share) => {
                    let Some(found) = self.expr_as(env, share, &Type::Percent) else { continue };
                    let Some(share) = super::table::constant_number(&found) else {
                        self.report(messages::not_constant(found.span));
                        continue;
                    };
                    Some(share)
                }
            };
            out.push((name, share));
        }
        let total: Decimal = out.iter().filter_map(|(_, share)| *share).sum();
        let stated = out.iter().any(|(_, share)| share.is_some());
        if stated && total != Decimal::ONE && out.len() == shares.len() {
            self.report(messages::shares_not_whole(span, total));
        }
        out
    }
}

/// What a declaration of points has said.
#[derive(Debug, Default)]
struct Said {
    round: bool,
}

/// A kind of points of which nothing is said, with one pool of its name.
pub(crate) fn empty_points(title: Title) -> Points {
    Points {
        pools: vec![empty_pool(title.clone())],
        title,
        scale: 0,
        rounding: RoundMode::Down,
        place: RoundPlace::EachLine,
        kept_by: None,
        memo: false,
        benefit: None,
        spend_order: vec![],
        worth: None,
        stands_for: None,
        activity: vec![],
        remind: None,
        never: vec![],
        funded: vec![],
    }
}

fn empty_pool(title: Title) -> Pool {
    Pool {
        title,
        usable_after: (0, 0, 0),
        validity: Validity::WithoutEnd,
        renewed_by_activity: false,
        first_day_counted: false,
        balance_ends: None,
        balance_activity: vec![],
        lapses_while_frozen: false,
    }
}
