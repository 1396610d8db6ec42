//! What values one atom may have: numbers in intervals, names in or out of a list, and whether it may be unknown.

use rust_decimal::Decimal;
use std::collections::BTreeSet;

/// The values that an atom may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Domain {
    /// It may be unknown.
    pub unknown: bool,
    /// Its known values.
    pub values: Values,
}

/// Known values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Values {
    /// Numbers in these intervals, both ends included, ascending and apart.
    Numbers(Vec<(Decimal, Decimal)>),
    /// These names.
    Names(BTreeSet<String>),
    /// All names but these.
    Others(BTreeSet<String>),
}

impl Domain {
    pub(crate) fn known(values: Values) -> Self {
        Self { unknown: false, values }
    }

    pub(crate) fn is_empty(&self) -> bool {
        !self.unknown && self.values.is_empty()
    }

    pub(crate) fn and(&self, other: &Self) -> Self {
        Self { unknown: self.unknown && other.unknown, values: self.values.and(&other.values) }
    }

    /// What is left of `all` without this; between a number and the next there is `unit`.
    pub(crate) fn complement(&self, all: &Self, unit: Decimal) -> Self {
        Self { unknown: all.unknown && !self.unknown, values: all.values.without(&self.values, unit) }
    }
}

impl Values {
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Numbers(intervals) => intervals.is_empty(),
            Self::Names(names) => names.is_empty(),
            Self::Others(_) => false,
        }
    }

    fn and(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Numbers(a), Self::Numbers(b)) => {
                let mut both = Vec::new();
                for (low, high) in a {
                    for (least, most) in b {
                        let (low, high) = ((*low).max(*least), (*high).min(*most));
                        if low <= high {
                            both.push((low, high));
                        }
                    }
                }
                both.sort();
                Self::Numbers(both)
            }
            (Self::Names(a), Self::Names(b)) => Self::Names(a.intersection(b).cloned().collect()),
            (Self::Names(names), Self::Others(not)) | (Self::Others(not), Self::Names(names)) => {
                Self::Names(names.difference(not).cloned().collect())
            }
            (Self::Others(a), Self::Others(b)) => Self::Others(a.union(b).cloned().collect()),
            // Values of two sorts: nothing is said of one that is not understood.
            (known, _) => known.clone(),
        }
    }

    fn without(&self, other: &Self, unit: Decimal) -> Self {
        match (self, other) {
            (Self::Numbers(a), Self::Numbers(b)) => Self::Numbers(outside(a, b, unit)),
            (Self::Names(a), Self::Names(b)) => Self::Names(a.difference(b).cloned().collect()),
            (Self::Names(a), Self::Others(not)) => Self::Names(a.intersection(not).cloned().collect()),
            (Self::Others(a), Self::Names(b)) => Self::Others(a.union(b).cloned().collect()),
            (Self::Others(a), Self::Others(b)) => Self::Names(b.difference(a).cloned().collect()),
            (known, _) => known.clone(),
        }
    }
}

/// The parts of intervals that lie outside of others: open ends become the value beside, one unit of what is read away. How many
/// decimals an end is written with says nothing of the values: below 100 CNY there is 99.99.
fn outside(of: &[(Decimal, Decimal)], taken: &[(Decimal, Decimal)], unit: Decimal) -> Vec<(Decimal, Decimal)> {
    let mut left = of.to_vec();
    for (low, high) in taken {
        let mut next = Vec::new();
        for (least, most) in left {
            if most < *low || *high < least {
                next.push((least, most));
                continue;
            }
            if least < *low {
                next.push((least, low.saturating_sub(unit)));
            }
            if *high < most {
                next.push((high.saturating_add(unit), most));
            }
        }
        left = next;
    }
    left.retain(|(low, high)| low <= high);
    left
}
