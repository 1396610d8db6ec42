//! Tools for analysts, CI and auditors that need an engine or a host beside the policy.
//!
//! What can be said of a policy without running it (lints, proofs, the static part of a comparison) lives in `earnest-dsl`.
//! Nothing here reads a clock: what is today comes from the caller.

pub mod coverage;
pub mod doc;
pub mod editors;
pub mod html;
pub mod impact;
pub mod lsp;
pub mod mutate;
pub mod story;
pub mod suggest;
