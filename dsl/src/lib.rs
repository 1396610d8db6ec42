//! Earnest: the language of loyalty policy. Text in, checked policy out.
//!
//! The folders are the stages, in order; arrows run one way: [`source`] <- [`diagnostic`] <- [`syntax`] <- [`check`] -> [`policy`] -> [`words`].
//! Later stages (engines, ledgers) see only [`policy`].

pub mod check;
pub mod diagnostic;
pub mod diff;
pub mod lint;
pub mod load;
pub mod policy;
pub mod prove;
pub mod source;
pub mod syntax;
pub mod words;
