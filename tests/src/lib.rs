//! What the tests across crates share: random programmes, random events, and the way from text to decisions.

pub mod events;
pub mod programmes;
