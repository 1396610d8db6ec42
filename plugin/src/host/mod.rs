//! A host for modules, on wasmtime: what a module says of itself is checked before it runs, and it runs with bounded fuel and memory.

mod check;
mod run;

pub use run::{MEMORY, Plugin};
