//! What a new version does to lots that exist when it starts: other last days, another pool of the same points. It is no
//! activity.

use super::LotsError;
use super::account::Lot;
use super::book::{Book, Slice, Total};
use super::movement::MovementKind;
use crate::store::Store;
use earnest_dsl::policy::Migration;

impl<S: Store> Book<'_, S> {
    /// Migrates the lots of a customer as the version that starts now says.
    pub(crate) fn migrate(&mut self, customer: &str, migrations: &[Migration]) -> Result<(), LotsError> {
        for migration in migrations {
            let Some(unit) = self.terms.policy.points_of(migration.points) else { continue };
            let name = |pool: &earnest_dsl::policy::PoolId| unit.pools.get(pool.0).map(|pool| pool.title.name.as_str());
            let pools: Vec<&str> = migration.pools.iter().filter_map(name).collect();
            let into = migration.into.as_ref().and_then(name);
            let (terms, at) = (self.terms, self.at);
            let meant = |lot: &&Lot| {
                *lot.points == *unit.title.name
                    && !lot.remaining.is_zero()
                    && terms.instant(lot.since) < at
                    && (pools.is_empty() || pools.contains(&&*lot.pool))
            };
            let lots: Vec<Lot> = self.draft(customer)?.lots().into_iter().filter(meant).cloned().collect();
            for lot in lots {
                let mut new = lot.clone();
                if let Some(last) = migration.to {
                    new.last_day = Some(last);
                }
                if let Some(into) = into.filter(|into| **into != *lot.pool) {
                    new.pool = into.into();
                    self.total(Total::Outstanding, &lot.points, &lot.pool, -lot.remaining)?;
                    self.total(Total::Outstanding, &lot.points, into, lot.remaining)?;
                }
                if new == lot {
                    continue;
                }
                let slice = Slice { lot: new.clone(), amount: new.remaining, funded: new.funded.clone() };
                self.put(new)?;
                self.moved(MovementKind::Migrated, "", &slice)?;
            }
        }
        Ok(())
    }
}
