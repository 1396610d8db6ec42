//! What was decided before, as records tell it: what stands of it, what refunds have left.

use super::effect::Effects;
use super::frame::{Earlier, Eval, Frame};
use super::line::{Item, Posted};
use super::request::Brought;
use super::version::Version;
use crate::decision::Counters;
use crate::event::scalar::bad;
use crate::event::{Event, Facts};
use crate::number::{Exact, add, subtract};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// A decision that was taken, as its record tells it.
#[derive(Debug, Clone)]
pub(crate) struct Past<'a> {
    /// The version that decided it: its lines and counters speak of that version's rules.
    pub version: Version<'a>,
    pub event: Event,
    pub names: Vec<String>,
    pub facts: Facts,
    pub counters: Counters,
    pub earlier: BTreeMap<String, Earlier>,
    pub items: Vec<Item>,
    pub effects: Effects,
    pub brought: Brought,
    /// What this decision changed of earlier ones.
    pub adjusted: Vec<Adjusted>,
    /// What it took from the fields of the events that it names.
    pub reduced: BTreeMap<String, BTreeMap<String, Decimal>>,
}

impl<'a> Past<'a> {
    /// The frame in which an event of this decision stands: under its version, with the facts that it read.
    pub(crate) fn frame<'s>(
        &'s self,
        now: &Frame<'s>,
        event: &'s Event,
        earlier: &'s BTreeMap<String, Earlier>,
    ) -> Frame<'s>
    where
        'a: 's,
    {
        Frame {
            policy: self.version.policy,
            index: self.version.index,
            event,
            recorded: Some(&self.facts),
            earlier,
            ..*now
        }
    }
}

/// What a refund changed of an earlier decision.
#[derive(Debug, Clone)]
pub(crate) struct Adjusted {
    pub of: String,
    /// The version that decided it, by name.
    pub version: String,
    pub lines: Vec<Posted>,
    pub effects: Effects,
    pub brought: Brought,
}

/// What earlier refunds have left of the fields of an event that some refund kind reduces.
pub(crate) fn remaining(past: &[Past<'_>], of: &Past<'_>) -> Eval<BTreeMap<String, Decimal>> {
    let index = of.version.index;
    let mut left = BTreeMap::new();
    let Some(fields) = index.reducible(of.event.kind) else { return Ok(left) };
    for field in fields {
        let Some(crate::event::Datum::One(value)) = of.event.fields.get(field) else { continue };
        // The zone matters to instants only; amounts have none.
        let Some(amount) =
            index.zone.and_then(|zone| super::value::Val::of_value(value, zone).as_number()).and_then(Exact::decimal)
        else {
            continue;
        };
        let mut amount = amount;
        for one in past {
            if let Some(taken) = one.reduced.get(&of.event.id).and_then(|taken| taken.get(field)) {
                amount = subtract(amount, *taken).map_err(|_| bad(field, "it has too many digits"))?;
            }
        }
        left.insert(field.clone(), amount);
    }
    Ok(left)
}

/// What a decision has posted and done so far, refunds included.
pub(crate) fn so_far(past: &[Past<'_>], of: &Past<'_>) -> Eval<(Vec<Posted>, Effects, Brought)> {
    let mut lines = super::edge::gathered(of.version.policy, &of.items)?;
    let mut effects = of.effects.clone();
    let mut brought = of.brought.clone();
    let long = |_| bad("amount", "a line needs more than 28 digits");
    for adjusted in past.iter().flat_map(|one| &one.adjusted).filter(|adjusted| adjusted.of == of.event.id) {
        brought.changed(&adjusted.brought)?;
        for line in &adjusted.lines {
            match lines.iter_mut().find(|held| same_place(held, line)) {
                Some(held) => held.amount = add(held.amount, line.amount).map_err(long)?,
                None => lines.push(line.clone()),
            }
        }
        for (at, delta) in &adjusted.effects {
            match effects.get_mut(at) {
                Some(held) => {
                    held.add = add(held.add, delta.add).map_err(long)?;
                    held.values.clone_from(&delta.values);
                }
                None => {
                    effects.insert(at.clone(), delta.clone());
                }
            }
        }
    }
    Ok((lines, effects, brought))
}

/// Whether two lines stand in one name, for one pool and customer.
pub(crate) fn same_place(a: &Posted, b: &Posted) -> bool {
    a.name == b.name
        && a.kind == b.kind
        && a.points == b.points
        && a.pool == b.pool
        && a.customer == b.customer
        && a.terms == b.terms
}
