//! The editor's server: the language server protocol over a connection.
//!
//! Findings while the author types, meanings, completion, definitions, uses, renaming, fixes, layout, colours, hints and tests to
//! run, all on the text as it is in the editor, unsaved and broken or not. [`desk`] keeps the open documents and loads their
//! programmes again after an edit; each feature is a file; [`server`] is the loop. The disk is the caller's (see [`desk::Disk`]).

mod complete;
pub mod declared;
pub mod desk;
mod diagnose;
mod hints;
mod hover;
mod layout;
mod lens;
mod navigate;
mod outline;
mod place;
mod rename;
mod server;
mod text;
mod tokens;
mod uri;
pub mod wire;

pub use server::serve;
