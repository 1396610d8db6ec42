//! The decision space: which events of a kind meet conditions, as a union of boxes over fields, facts and time.
//!
//! A box that is certain holds only events that meet the conditions; one that is not may hold others too. So emptiness is
//! proved of the whole union, an example is taken from a certain box, and where neither is there the answer is unknown.

mod condition;
mod domain;
mod time;
mod witness;

use crate::policy::{Expr, KindId, Policy, Rule, WindowKind};
use domain::Domain;
use std::collections::BTreeMap;
use time::When;

pub use condition::condition;
pub use witness::Witness;

/// What is known about a region.
#[derive(Debug, Clone)]
pub enum Found {
    /// Proved: no event.
    Nothing,
    /// An event of the region.
    Example(Witness),
    /// Neither.
    Unknown,
}

/// So many boxes at most; beyond, boxes are no more taken apart and become uncertain.
const MOST: usize = 256;

/// A union of boxes of events of one kind.
#[derive(Debug, Clone)]
pub struct Region {
    kind: KindId,
    boxes: Vec<Part>,
}

/// An atom with the values that it may have.
#[derive(Debug, Clone)]
pub(crate) struct Atom {
    /// What is read.
    pub expr: Expr,
    /// All values that it can have at all.
    pub all: Domain,
    /// Those that it may have here.
    pub domain: Domain,
}

impl Atom {
    /// What lies between a number that it may be and the next.
    fn unit(&self) -> rust_decimal::Decimal {
        rust_decimal::Decimal::new(1, u32::from(self.expr.typed.scale.min(28)))
    }
}

/// A box.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    /// By what is read, wherever in the text that is: the same fact read twice is one dimension.
    pub atoms: BTreeMap<String, Atom>,
    pub when: When,
    /// Every event of the box meets the conditions.
    pub certain: bool,
}

impl Part {
    fn everything(certain: bool) -> Self {
        Self { atoms: BTreeMap::new(), when: When::always(), certain }
    }

    fn and(&self, other: &Self) -> Option<Self> {
        let mut atoms = self.atoms.clone();
        for (key, atom) in &other.atoms {
            let domain = atoms.get(key).map_or_else(|| atom.domain.clone(), |own| own.domain.and(&atom.domain));
            if domain.is_empty() {
                return None;
            }
            atoms.insert(key.clone(), Atom { domain, ..atom.clone() });
        }
        let when = self.when.and(&other.when);
        let possible = !when.intervals.is_empty() && !when.hours.is_empty();
        possible.then_some(Self { atoms, when, certain: self.certain && other.certain })
    }

    /// What is not in this box. What a box that is not certain holds may be outside of the conditions.
    fn complement(&self) -> Vec<Self> {
        let mut all: Vec<Self> =
            self.when.complement().into_iter().map(|when| Self { when, ..Self::everything(true) }).collect();
        for (key, atom) in &self.atoms {
            let domain = atom.domain.complement(&atom.all, atom.unit());
            if !domain.is_empty() {
                let atoms = BTreeMap::from([(key.clone(), Atom { domain, ..atom.clone() })]);
                all.push(Self { atoms, ..Self::everything(true) });
            }
        }
        if !self.certain {
            all.push(self.clone());
        }
        all
    }
}

impl Region {
    /// All events of a kind.
    #[must_use]
    pub fn all(kind: KindId) -> Self {
        Self { kind, boxes: vec![Part::everything(true)] }
    }

    pub(crate) fn of(kind: KindId, boxes: Vec<Part>) -> Self {
        Self { kind, boxes }
    }

    /// Events of which nothing is known.
    pub(crate) fn opaque(kind: KindId) -> Self {
        Self { kind, boxes: vec![Part::everything(false)] }
    }

    pub(crate) fn or(mut self, other: Self) -> Self {
        self.boxes.extend(other.boxes);
        self
    }

    /// The events of both.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        if self.boxes.len().saturating_mul(other.boxes.len()) > MOST.saturating_mul(4) {
            // Too many to take apart: those of the first, some of which may not be of the second.
            return self.uncertain();
        }
        let mut boxes: Vec<Part> =
            self.boxes.iter().flat_map(|one| other.boxes.iter().filter_map(|other| one.and(other))).collect();
        boxes.sort_by_key(|part| !part.certain);
        Self { kind: self.kind, boxes }
    }

    fn uncertain(&self) -> Self {
        let boxes = self.boxes.iter().map(|part| Part { certain: false, ..part.clone() }).collect();
        Self { kind: self.kind, boxes }
    }

    /// The events of the first that are not of the second.
    #[must_use]
    pub fn without(&self, other: &Self) -> Self {
        let mut left = self.clone();
        for part in &other.boxes {
            left = left.and(&Self { kind: self.kind, boxes: part.complement() });
            if left.boxes.len() > MOST {
                return left.uncertain();
            }
        }
        left
    }

    /// An event of the region, or the proof that there is none.
    #[must_use]
    pub fn example(&self, policy: &Policy) -> Found {
        let mut possible = false;
        for part in &self.boxes {
            let Some(at) = part.when.first(policy) else { continue };
            possible = true;
            if let Some(witness) = witness::make(policy, self.kind, part, at).filter(|_| part.certain) {
                return Found::Example(witness);
            }
        }
        if possible { Found::Unknown } else { Found::Nothing }
    }

    /// Proved: every event of the first is one of the second.
    #[must_use]
    pub fn within(&self, other: &Self, policy: &Policy) -> bool {
        matches!(self.without(other).example(policy), Found::Nothing)
    }
}

/// The events of a kind for which all windows and conditions of a rule hold.
#[must_use]
pub fn matching(policy: &Policy, rule: &Rule, kind: KindId) -> Region {
    let mut region = if rule.kinds.contains(&kind) { Region::all(kind) } else { Region::of(kind, vec![]) };
    for window in &rule.windows {
        let open = match (&window.by, &window.kind) {
            (None, WindowKind::Between(from, until)) => condition::between(kind, *from, *until),
            (None, WindowKind::Days(days, hours)) => condition::days(kind, days, *hours),
            _ => Region::opaque(kind),
        };
        region = region.and(&open);
    }
    for condition in &rule.conditions {
        region = region.and(&condition::condition(policy, kind, condition));
    }
    region
}
