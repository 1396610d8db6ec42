//! Text to tree. Parsing is total: a tree and diagnostics, never a failure.
//!
//! [`lexer`] makes a lossless token stream, [`layout`] says where clauses end, [`split`] cuts a file into declarations and
//! clauses, `grammar.pest` is the grammar of the language and [`build`] turns its pairs into the [`ast`].
//! [`keywords`] is the table of roles in English and Chinese. The formatter ([`mod@format`]) works on the token stream.

pub mod ast;
pub mod braces;
mod build;
pub mod depth;
pub mod format;
pub mod hints;
pub mod keywords;
pub mod layout;
pub mod lexer;
pub mod moved;
mod pairs;
pub mod parse;
mod quick;
pub mod reread;
pub mod split;

pub use split::{ParsedFile, parse_file, with_stack};
