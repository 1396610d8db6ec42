//! The reference engine: the meaning, written plainly, a file per construct.
//!
//! [`keys()`] and [`decide()`] share every function that computes a key, and a decision reads counters only through a book that
//! knows which keys were listed.

pub(crate) mod amount;
pub(crate) mod book;
pub(crate) mod calendar;
pub(crate) mod cap;
pub(crate) mod combine;
pub(crate) mod convert;
pub(crate) mod counter;
pub(crate) mod decide;
pub(crate) mod deed;
pub(crate) mod edge;
pub(crate) mod effect;
pub(crate) mod expr;
pub(crate) mod figure;
pub(crate) mod fold;
pub(crate) mod frame;
pub(crate) mod index;
pub(crate) mod key;
pub(crate) mod keys;
pub(crate) mod level;
pub(crate) mod line;
pub(crate) mod measure;
pub(crate) mod multiple;
pub(crate) mod past;
pub(crate) mod post;
pub(crate) mod record;
pub(crate) mod refund;
pub(crate) mod request;
pub(crate) mod table;
pub(crate) mod tier;
pub(crate) mod time;
pub(crate) mod trace;
pub(crate) mod value;
pub(crate) mod version;
pub(crate) mod window;

pub(crate) use decide::{decide, decide_all, keys, needs};
pub(crate) use index::Index;
