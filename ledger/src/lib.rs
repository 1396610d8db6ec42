//! A host of Earnest policies: it keeps what decisions depend on and writes what they say, and decides nothing itself.
//!
//! [`Host`] runs the protocol of the engines, event by event: what must be attached, which counters, the decision, all
//! changes at once. Its state stands in [`books`], one for each thing kept, so that lots and durable stores can join as
//! further books. There is no clock and no I/O in here: instants come with the events.
//! [`scenario`] runs the tests and examples of a policy's text through the same host.

pub mod books;
pub mod content;
pub mod host;
pub mod programme;
pub mod scenario;

pub use host::{Answer, Host, HostError};
pub use programme::Programme;
