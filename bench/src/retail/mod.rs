//! The workload: what a purchase and a campaign are, and what a decision about a purchase is.
//!
//! A purchase gets base points (a point for each full yuan), times its tier; once more in the month of the birthday; and of
//! every group the best bonus of the campaigns that match. The month's points never pass a ceiling.

pub mod bitmap;
pub mod draw;
pub mod machine;
pub mod pack;
pub mod plain;
pub mod purchase;
pub mod reference;
pub mod text;

pub use pack::{Campaign, Pack};
pub use purchase::Purchase;

/// Groups of campaigns; of each the best bonus counts.
pub const GROUPS: usize = 5;

/// The most points of a customer in a month.
pub const MONTH_CEILING: i64 = 50_000;

/// What a purchase comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Outcome {
    /// Points in all.
    pub total: i64,
    /// Of each group the campaign whose bonus counts; 0 for none. A bonus of nothing counts for none; the month's ceiling, which
    /// trims what is posted, does not change whose it is.
    pub campaigns: [u32; GROUPS],
}

impl Outcome {
    /// What an engine gives that could not decide: equal to no outcome of another.
    pub const FAILED: Self = Self { total: i64::MIN, campaigns: [0; GROUPS] };
}

/// What is left of `asked` points under the month's ceiling.
#[must_use]
pub fn under_ceiling(asked: i64, month_points_used: i64) -> i64 {
    asked.min(MONTH_CEILING - month_points_used).max(0)
}
