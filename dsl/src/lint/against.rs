//! Events that speak against what could be proved, from the lints that look for them.

use super::{Claim, Found, refund_leaves, splitting};
use crate::policy::{Policy, RuleId};
use crate::prove::Against;
use crate::prove::space::Witness;

/// Events against claims of [`crate::prove::prove`].
#[must_use]
pub fn against(policy: &Policy) -> Against {
    let (mut falls, mut splits) = (Vec::new(), Vec::new());
    for found in splitting::find(policy) {
        let to = if found.diagnostic.code == "W0167" { &mut falls } else { &mut splits };
        to.extend(shown(found));
    }
    Against { falls, splits, left: refund_leaves::find(policy).into_iter().filter_map(shown).collect() }
}

fn shown(found: Found) -> Option<(RuleId, Vec<Witness>)> {
    let shown = found.shown?;
    match shown.claim {
        Claim::Compared(id, _, _) | Claim::More(id) | Claim::Left(id) => Some((id, shown.steps)),
        _ => None,
    }
}
