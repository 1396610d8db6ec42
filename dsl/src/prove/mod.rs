//! What can be said of every event that a policy may ever see, from its text alone: never by sampling.
//!
//! A [`Proof`] is a claim with a verdict and the reasons that lead to it, each with the place in the text from which it follows.
//! Where the reasoning does not reach, the verdict is "not proved" and never "holds". `space` has the regions of events,
//! `cost` the bounds on points and money, `ratio` the return on spend, `shape` how an amount follows what is spent, `follow` what a refund
//! and later events make of it.
//!
//! What is said is said of every event that the host may send, in any order: points are counted less what refunds take back, in the
//! period of the event that earned them.

mod bands;
mod cost;
pub(crate) mod extent;
mod follow;
mod limits;
mod multiply;
pub(crate) mod periods;
mod promise;
mod ratio;
mod reach;
mod refund;
pub(crate) mod room;
mod shape;
pub mod space;
pub(crate) mod told;

pub use promise::{Kept, kept};

use crate::diagnostic::{Language, Text};
use crate::policy::{Policy, RuleId};
use crate::source::Span;
use space::Witness;

/// What has been shown of a claim.
#[derive(Debug, Clone)]
pub enum Verdict {
    /// It holds for every event.
    Holds,
    /// Something is never more than this.
    AtMost(Text),
    /// There is no bound, and why.
    Unbounded(Text),
    /// It does not hold; the events, one after the other, show it where they could be made.
    Fails(Text, Vec<Witness>),
    /// Neither was shown, and why.
    NotProved(Text),
}

/// What a claim is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Question {
    /// The most that one event, a customer's day or month, or a campaign can cost.
    Cost,
    /// Worth of points over money spent.
    Return,
    /// Whether more spent earns less.
    Rising,
    /// Whether two purchases earn more than one.
    Splitting,
    /// Whether a refund in full leaves nothing.
    Refund,
    /// Whether bands leave no gap.
    Bands,
    /// Whether a rule can apply at all.
    Reachable,
}

/// A step of the reasoning.
#[derive(Debug, Clone)]
pub struct Reason {
    /// What follows.
    pub text: Text,
    /// From what text.
    pub span: Span,
}

/// A claim about all events, and what has been shown of it.
#[derive(Debug, Clone)]
pub struct Proof {
    /// What it is about.
    pub question: Question,
    /// The claim.
    pub claim: Text,
    /// What has been shown.
    pub verdict: Verdict,
    /// How.
    pub reasons: Vec<Reason>,
    /// An event that shows that something can happen, where that is the claim.
    pub witness: Option<Witness>,
}

impl Question {
    /// All, in the order in which they are answered.
    pub const ALL: [Self; 7] =
        [Self::Cost, Self::Return, Self::Rising, Self::Splitting, Self::Refund, Self::Bands, Self::Reachable];

    /// Its name for machines.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Cost => "cost",
            Self::Return => "return",
            Self::Rising => "rising",
            Self::Splitting => "splitting",
            Self::Refund => "refund",
            Self::Bands => "bands",
            Self::Reachable => "reachable",
        }
    }

    /// Its heading.
    #[must_use]
    pub fn heading(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Cost, Language::English) => "what it can cost",
            (Self::Cost, Language::Chinese) => "最高成本",
            (Self::Return, Language::English) => "what spending returns",
            (Self::Return, Language::Chinese) => "回馈率",
            (Self::Rising, Language::English) => "more spent never earns less",
            (Self::Rising, Language::Chinese) => "消费越多所得不减",
            (Self::Splitting, Language::English) => "splitting a purchase earns no more",
            (Self::Splitting, Language::Chinese) => "拆分消费不会多得",
            (Self::Refund, Language::English) => "a refund in full leaves nothing",
            (Self::Refund, Language::Chinese) => "全额退款后不留积分",
            (Self::Bands, Language::English) => "bands are complete",
            (Self::Bands, Language::Chinese) => "分档没有空隙",
            (Self::Reachable, Language::English) => "rules can apply",
            (Self::Reachable, Language::Chinese) => "规则可以适用",
        }
    }
}

impl Verdict {
    /// Its name for machines.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::AtMost(_) => "at_most",
            Self::Unbounded(_) => "unbounded",
            Self::Fails(..) => "fails",
            Self::NotProved(_) => "not_proved",
        }
    }
}

/// Events that speak against claims, by rule: whoever looks for them (the lints do) hands them in.
#[derive(Debug, Clone, Default)]
pub struct Against {
    /// Events on which more spent earns less.
    pub falls: Vec<(RuleId, Vec<Witness>)>,
    /// Purchases that earn more than one of the same sum.
    pub splits: Vec<(RuleId, Vec<Witness>)>,
    /// Events and refunds after which something stays.
    pub left: Vec<(RuleId, Vec<Witness>)>,
}

/// Everything that is asked of a policy, answered.
#[must_use]
pub fn prove(policy: &Policy, against: &Against) -> Vec<Proof> {
    let mut all = cost::proofs(policy);
    all.extend(ratio::proofs(policy));
    all.extend(shape::rising(policy, &against.falls));
    all.extend(shape::splitting(policy, &against.splits));
    all.extend(refund::proofs(policy, &against.left));
    all.extend(bands::proofs(policy));
    all.extend(reach::proofs(policy));
    all
}
