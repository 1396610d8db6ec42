//! A checked programme as one core WebAssembly module: what crosses its border, what is inside, and a host for it.
//!
//! `docs/plugin-abi.md` is the specification. [`layout`] says where each value of a frame lies, [`frame`] writes frames and reads
//! results on a host's side, [`guest`] does the opposite inside a module. Both sides are made from the same tables, and the module
//! carries these tables in a custom section ([`section`]), so that a host in any language needs nothing else.
//! With the feature `host`, [`make`](make::make) makes a module of a programme, and [`host`] runs modules with bounded fuel and memory.

pub mod bound;
pub mod columns;
pub mod decider;
pub mod frame;
pub mod guest;
#[cfg(feature = "host")]
pub mod host;
pub mod image;
pub mod layout;
#[cfg(feature = "host")]
pub mod make;
pub mod refused;
pub mod section;
pub mod shape;
pub mod words;

/// The number of the interface that this crate speaks. Hosts refuse modules of another.
pub const ABI: u32 = 1;
