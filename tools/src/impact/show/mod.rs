//! A comparison for readers: on a terminal, in a pull request, as a page. What it says is said once, in [`words`].

mod html;
mod markdown;
mod text;
mod words;

pub use html::html;
pub use markdown::markdown;
pub use text::text;
