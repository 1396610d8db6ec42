//! What multiples add to their bases: one alone, or those of a group that multiplies them together.

use super::extent::{self, Extent, Ranges};
use super::follow;
use crate::policy::{Factor, GroupMode, Line, Policy, Rule, RuleBody, RuleId};
use crate::syntax::ast::{RoundMode, RoundPlace};
use rust_decimal::Decimal;

/// A multiple.
struct Multiple<'p> {
    rule: &'p Rule,
    targets: &'p [RuleId],
    factor: &'p Factor,
    after_caps: bool,
}

impl<'p> Multiple<'p> {
    fn of(rule: &'p Rule) -> Option<Self> {
        match &rule.body {
            RuleBody::Raise { targets, factor, after_caps } => {
                Some(Self { rule, targets, factor, after_caps: *after_caps })
            }
            _ => None,
        }
    }
}

/// What a multiple adds where no other is multiplied with it.
pub(crate) fn alone(policy: &Policy, rule: &Rule) -> Option<Extent> {
    extras(policy, &[Multiple::of(rule)?])
}

/// What the multiples of a group that multiplies add together: base times (product - 1).
pub(crate) fn together(policy: &Policy, members: &[RuleId]) -> Option<Extent> {
    let members: Option<Vec<_>> = members.iter().map(|id| Multiple::of(policy.rule(*id)?)).collect();
    extras(policy, &members?)
}

/// The members of the group in which a multiple is multiplied with others; none where it stands alone.
pub(crate) fn multiplied<'p>(policy: &'p Policy, rule: &Rule) -> Option<&'p [RuleId]> {
    let group = rule.group.and_then(|(group, _)| policy.group(group))?;
    (group.mode == GroupMode::MultiplyTogether && matches!(rule.body, RuleBody::Raise { .. })).then_some(&group.members)
}

/// Whether the line of a product is under the same limits whichever of its members apply: each brings those of its campaign.
pub(super) fn same_limits(policy: &Policy, members: &[RuleId]) -> bool {
    let mut limits = members.iter().filter_map(|id| policy.rule(*id)).map(|rule| {
        let mut all = rule.constraints.clone();
        all.sort();
        all
    });
    let first = limits.next();
    limits.all(|other| Some(&other) == first.as_ref())
}

/// The largest and smallest sum of what multiples add to the lines of their bases, rounded as the engines round: lines of one
/// place together, an award with its base, so that each line of a base may bring a unit that its base alone did not.
fn extras(policy: &Policy, members: &[Multiple<'_>]) -> Option<Extent> {
    let points = policy.points_of(extent::points_of(policy, members.first()?.rule)?)?;
    let mut targets: Vec<RuleId> = members.iter().flat_map(|one| one.targets).copied().collect();
    targets.sort();
    targets.dedup();
    let unit = Decimal::new(1, u32::from(points.scale));
    let mut exact: Option<Extent> = None;
    let mut awards: Option<Extent> = None;
    let mut places: Vec<&Line> = Vec::new();
    for target in targets {
        let base = policy.rule(target)?;
        let RuleBody::Earn(lines) = &base.body else { continue };
        let of: Vec<_> = members.iter().filter(|one| one.targets.contains(&target)).collect();
        let place = base.rounding.map_or(points.place, |(_, place)| place);
        let award = place == RoundPlace::EachAward && !of.iter().any(|one| one.after_caps);
        let (adds, ranges) = adds(policy, base, &of)?;
        for line in lines {
            let of_base = match award {
                true => extent::unrounded(policy, base, &ranges, line)?,
                false => extent::of_line(policy, base, &ranges, line)?,
            };
            // A base that does not apply gives nothing to be raised.
            let extra = of_base.or(Extent::NOTHING).multiply(adds)?;
            if award && extra.high > Decimal::ZERO {
                let high = extent::round(extra.high, RoundMode::Up, points.scale).checked_add(unit)?;
                let one = Extent { low: Decimal::ZERO, high, least: unit };
                awards = Some(awards.map_or(Some(one), |held| held.add(one))?);
            } else {
                exact = Some(exact.map_or(Some(extra), |held| held.add(extra))?);
                if !places.iter().any(|known| same_place(known, line)) {
                    places.push(line);
                }
            }
        }
    }
    let modes = members.iter().map(|one| one.rule.rounding.map_or(points.rounding, |(mode, _)| mode));
    // Of a product the first member that applies says how it is rounded.
    let mode = modes.reduce(|a, b| if a == b { a } else { RoundMode::Up })?;
    let rounded = match exact {
        None => None,
        Some(exact) if places.len() < 2 => Some(exact.rounded(mode, points.scale)),
        Some(exact) => {
            // Each place is a line of its own, with a rounding of its own.
            let more = unit.checked_mul(Decimal::from(places.len()))?;
            let found = exact.rounded(RoundMode::Up, points.scale);
            let high = if found.high > Decimal::ZERO { found.high.checked_add(more)? } else { found.high };
            Some(Extent { low: Decimal::ZERO, high, least: unit })
        }
    };
    match (rounded, awards) {
        (Some(a), Some(b)) => a.add(b),
        (one, other) => Some(one.or(other).unwrap_or(Extent::NOTHING)),
    }
}

/// How many times a base multiples add, and what is known of the events on which they do.
fn adds<'p>(policy: &'p Policy, base: &'p Rule, of: &[&Multiple<'p>]) -> Option<(Extent, Ranges<'p>)> {
    let ranges = Ranges::of_rule(policy, base);
    if let [one] = of {
        let own = Ranges::of_rule(policy, one.rule);
        let adds = extent::extra(&own, one.factor)?;
        // What a refund scales or keeps of the base comes of the whole amount, on a part of which the multiple may apply.
        let whole =
            base.refund_in_proportion.is_some() && base.kinds.iter().any(|kind| follow::refundable(policy, *kind));
        return Some(match whole {
            true => (adds, ranges.without_lows(extent::split_fields(policy, one.rule))),
            false => (adds, ranges.with(own)),
        });
    }
    // Some of several may not apply: what one of them says of the event is not known then.
    let mut product = Decimal::ONE;
    for one in of {
        let high = extent::extra(&Ranges::of_rule(policy, one.rule), one.factor)?.high;
        product = product.checked_mul(high.checked_add(Decimal::ONE)?)?;
    }
    let high = product.checked_sub(Decimal::ONE)?;
    let ranges = of.iter().fold(ranges, |ranges, one| ranges.without_lows(extent::split_fields(policy, one.rule)));
    Some((Extent { low: Decimal::ZERO, high, least: Decimal::ZERO }, ranges))
}

fn same_place(one: &Line, other: &Line) -> bool {
    one.pool == other.pool && one.pool_by.is_none() && other.pool_by.is_none() && one.to == other.to
}
