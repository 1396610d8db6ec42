//! Proofs (temporary root).
pub mod space;
