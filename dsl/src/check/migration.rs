//! What a version does to lots that exist at its start: `on start lots of Point: valid to 2027-03-31`.

use super::messages;
use super::{Checker, Env, Reader};
use crate::policy::{Migration, PointsId, PoolId};
use crate::source::Span;
use crate::syntax::ast::{self, Clause, ClauseKind, ValidityKind};

impl Checker<'_> {
    pub(crate) fn lower_migrations(&mut self) {
        let names = self.names;
        let mut seen: Vec<(PointsId, Vec<PoolId>, Span)> = Vec::new();
        for (lots, clauses) in &names.on_start {
            let env = Env::new(&[], None, Reader::Host);
            let Some((points, pools)) = self.points_or_pool(&env, lots) else { continue };
            let same = |(other, others, _): &&(PointsId, Vec<PoolId>, Span)| {
                *other == points
                    && (pools.is_empty() || others.is_empty() || pools.iter().any(|pool| others.contains(pool)))
            };
            if let Some((.., first)) = seen.iter().find(same) {
                self.report(messages::lots_migrate_twice(*first, lots.span));
                continue;
            }
            seen.push((points, pools.clone(), lots.span));
            if let Some(migration) = self.migration(points, pools, clauses, lots) {
                self.policy.migrations.push(migration);
            }
        }
        self.policy.migrations.sort_by(|a, b| (a.points, &a.pools).cmp(&(b.points, &b.pools)));
    }

    fn migration(
        &mut self,
        points: PointsId,
        pools: Vec<PoolId>,
        clauses: &[Clause],
        lots: &ast::Expr,
    ) -> Option<Migration> {
        let (mut to, mut into) = (None, None);
        let mut broken = false;
        for clause in clauses {
            match &clause.kind {
                ClauseKind::Valid(validity) => match &validity.kind {
                    ValidityKind::To(date) if !validity.renewed_by_activity => to = Some(self.date(date)?),
                    _ => {
                        self.report(messages::migrates_to_no_day(clause.span));
                        return None;
                    }
                },
                ClauseKind::IntoPool(path) => into = Some(self.pool_of(points, path)?),
                // Wrong ones have been told where they stand.
                _ => broken = true,
            }
        }
        if to.is_none() && into.is_none() {
            if !broken {
                self.report(messages::migrates_nothing(lots.span));
            }
            return None;
        }
        Some(Migration { points, pools, to, into })
    }
}
