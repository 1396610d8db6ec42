//! Lints (temporary root until the framework's).
#![allow(dead_code, reason = "the framework is on its way")]
mod always_holds;
mod cap_always_binds;
mod cap_never_binds;
mod event;
mod exact;
mod extent;
mod found;
mod gives_nothing;
mod measured;
mod never_accepted;
mod never_fires;
mod never_usable;
mod out_of_reach;
mod periods;
mod price_not_lowered;
mod refund_leaves;
mod reminder_too_early;
mod room;
mod row_never_wins;
mod sample;
mod shadowed;
mod splitting;
mod stacking;
mod tier_gets_less;
mod told;

pub use found::{Claim, Found, Shown};

/// All findings.
#[must_use]
pub fn sense(policy: &crate::policy::Policy) -> Vec<Found> {
    let mut all = vec![];
    all.extend(always_holds::find(policy));
    all.extend(cap_always_binds::find(policy));
    all.extend(cap_never_binds::find(policy));
    all.extend(gives_nothing::find(policy));
    all.extend(never_accepted::find(policy));
    all.extend(never_fires::find(policy));
    all.extend(never_usable::find(policy));
    all.extend(out_of_reach::find(policy));
    all.extend(price_not_lowered::find(policy));
    all.extend(refund_leaves::find(policy));
    all.extend(reminder_too_early::find(policy));
    all.extend(row_never_wins::find(policy));
    all.extend(shadowed::find(policy));
    all.extend(splitting::find(policy));
    all.extend(stacking::find(policy));
    all.extend(tier_gets_less::find(policy));
    all
}
