//! Text to tree. Parsing is total: a tree and diagnostics, never an error. Nothing after this stage sees trivia.

pub mod ast;
