//! How many buckets of one counter lie in one bucket of another: what a limit by the day says about a month.

use crate::policy::{Scope, ScopeKey, ScopePeriod};
use crate::syntax::ast::PeriodUnit;
use rust_decimal::Decimal;

/// The most buckets of `inner` that events of one bucket of `outer` can fall into; `None` where there is no such number.
pub(crate) fn buckets(inner: &Scope, outer: &Scope) -> Option<Decimal> {
    keys_within(&inner.keys, &outer.keys).then(|| periods(&inner.period, &outer.period)).flatten().map(Decimal::from)
}

/// Whether each bucket of `inner` lies in one of `outer` as a whole: what is taken back in it is taken back there.
pub(crate) fn contained(inner: &Scope, outer: &Scope) -> bool {
    use PeriodUnit as U;
    use ScopePeriod as P;
    let same_keys = keys_within(&inner.keys, &outer.keys) && keys_within(&outer.keys, &inner.keys);
    let within = match (&inner.period, &outer.period) {
        (_, P::Ever) => true,
        (P::Calendar(short, by), P::Calendar(long, other)) => {
            let divides =
                matches!((short, long), (U::Day, _) | (U::Month, U::Quarter | U::Year) | (U::Quarter, U::Year));
            by == other && (short == long || divides)
        }
        (P::Rolling(_), _) => false,
        (inner, outer) => inner == outer,
    };
    same_keys && within
}

/// Every key of the first is one of the second: one bucket of the second has one value of each of them.
fn keys_within(inner: &[ScopeKey], outer: &[ScopeKey]) -> bool {
    inner.iter().all(|key| outer.iter().any(|other| other.value.node == key.value.node))
}

fn periods(inner: &ScopePeriod, outer: &ScopePeriod) -> Option<u32> {
    use ScopePeriod as P;
    match (inner, outer) {
        (P::Rolling(_), P::Rolling(1)) => Some(1),
        _ if inner == outer && !matches!(inner, P::Rolling(_)) => Some(1),
        (P::Ever | P::Campaign(_), _) => Some(1),
        (_, P::Event) if !matches!(inner, P::Event) => Some(1),
        (P::Calendar(short, by), P::Calendar(long, other)) if by == other => calendar(*short, *long),
        (P::Calendar(PeriodUnit::Day, None), P::Rolling(days)) => Some(*days),
        (P::Rolling(_), P::Calendar(PeriodUnit::Day, None)) => Some(1),
        // Late events count on their own days, and no later window looks back at them: each day for itself is within the limit.
        (P::Rolling(_), P::Calendar(unit, None)) => Some(days_of(*unit)?),
        (P::Rolling(_), P::Rolling(longer)) => Some(*longer),
        _ => None,
    }
}

fn calendar(short: PeriodUnit, long: PeriodUnit) -> Option<u32> {
    use PeriodUnit as U;
    Some(match (short, long) {
        (U::Day, _) => days_of(long)?,
        // A longer period that shorter ones divide: all of the shorter lies in it.
        (U::Month | U::Quarter | U::Year, U::Day) | (U::Quarter | U::Year, U::Month) | (U::Year, U::Quarter) => 1,
        (U::Week, U::Day) => 1,
        (U::Week, U::Month) => 6,
        (U::Week, U::Quarter) => 15,
        (U::Week, U::Year) => 54,
        (U::Month | U::Quarter | U::Year, U::Week) => 2,
        (U::Month, U::Quarter) => 3,
        (U::Month, U::Year) => 12,
        (U::Quarter, U::Year) => 4,
        _ => return None,
    })
}

/// The most days that a period has.
pub(crate) fn days_of(unit: PeriodUnit) -> Option<u32> {
    Some(match unit {
        PeriodUnit::Day => 1,
        PeriodUnit::Week => 7,
        PeriodUnit::Month | PeriodUnit::Statement => 31,
        PeriodUnit::Quarter => 92,
        PeriodUnit::Year => 366,
    })
}

#[cfg(test)]
mod tests {
    use super::buckets;
    use crate::policy::{Scope, ScopePeriod};
    use crate::syntax::ast::PeriodUnit;
    use rust_decimal::Decimal;

    fn count(inner: ScopePeriod, outer: ScopePeriod) -> Option<Decimal> {
        let scope = |period| Scope { keys: vec![], period };
        buckets(&scope(inner), &scope(outer))
    }

    #[test]
    fn days_weeks_and_months_in_longer_periods() {
        let calendar = |unit| ScopePeriod::Calendar(unit, None);
        assert_eq!(count(calendar(PeriodUnit::Day), calendar(PeriodUnit::Month)), Some(Decimal::from(31)));
        assert_eq!(count(calendar(PeriodUnit::Month), calendar(PeriodUnit::Year)), Some(Decimal::from(12)));
        assert_eq!(
            count(calendar(PeriodUnit::Month), calendar(PeriodUnit::Week)),
            Some(Decimal::from(2)),
            "a week may lie in two"
        );
        assert_eq!(count(calendar(PeriodUnit::Month), ScopePeriod::Ever), None, "there is no last month");
        assert_eq!(count(ScopePeriod::Ever, calendar(PeriodUnit::Day)), Some(Decimal::ONE));
        assert_eq!(count(ScopePeriod::Rolling(30), calendar(PeriodUnit::Month)), Some(Decimal::from(31)));
    }
}
