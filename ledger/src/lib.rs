//! A host of Earnest policies: it keeps what decisions depend on and writes what they say, and decides nothing itself.
//!
//! [`Host`] runs the protocol of the engines, event by event: what must be attached, which counters, the decision, all
//! changes at once. Points stand in [`lots`]; everything is kept in a [`store`]. No system clock is read in here: instants
//! come with the events, and [`clock`] raises what is due until then.
//! [`apart`] says which events can be decided side by side, and [`Host::decide_all`] decides them so.
//! [`recording`] writes down what decisions were taken from. [`scenario`] runs the tests and examples of a policy's text through the same host.

pub mod answer;
pub mod apart;
mod at_once;
pub mod clock;
pub mod content;
mod error;
mod facts;
pub mod host;
pub mod journal;
pub mod lots;
pub mod programme;
pub mod recording;
pub mod scenario;
pub mod statement;
pub mod store;
pub mod told;

pub use answer::{Answer, LotsAnswer};
pub use clock::{Moved, PointsMoved};
pub use host::{Host, HostError};
pub use lots::{Balance, OpeningLot};
pub use programme::Programme;
pub use store::Store;
