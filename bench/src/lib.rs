//! The `retail` workload: purchases and packs of campaigns from a seed, what they mean written by hand twice, the same pack as a
//! programme, and one small interface behind which any engine is compared with the hand-written ones and measured.

pub mod engine;
mod fixed;
pub mod programmes;
pub mod retail;
pub mod stopwatch;
pub mod table;
