//! Documents of a programme: the customer's terms and the analyst's reference, made from the checked policy.
//!
//! Both pages are built as blocks (`block`) from the same parts: rules in sentences (`rules`), tables (`tables`), a calendar of
//! campaigns (`calendar`), curves of points against amount (`curve`) and worked examples (`example`). Sentences come from
//! [`earnest_dsl::words`]; numbers in curves and examples come from the engine. HTML and Markdown are two ways to print the blocks.

mod block;
mod calendar;
mod curve;
mod example;
mod html;
mod markdown;
mod outcome;
mod reference;
mod rules;
mod setting;
mod svg;
mod tables;
mod terms;
mod written;

use chrono::NaiveDate;
use earnest_dsl::diagnostic::Language;
use earnest_dsl::words::{Reader, Tables, Words};
use earnest_ledger::Programme;
use setting::Setting;

pub use block::{Block, Document, Figure, Section, Table};

/// Which page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Page {
    /// Terms and conditions, for customers.
    Terms,
    /// Everything that the policy says, for those who work with it.
    Reference,
}

/// How a page is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// One self-contained page.
    Html,
    /// Markdown.
    Markdown,
}

/// A page of one version of a programme; `today` is marked in the calendar. `None`: there is no such version.
#[must_use]
pub fn document(
    programme: &Programme,
    version: usize,
    page: Page,
    language: Language,
    today: Option<NaiveDate>,
) -> Option<Document> {
    let worked = example::all(programme, version);
    made(programme, version, (page, language), today, &worked)
}

/// A page without what the engine adds to it: no examples and no curves.
#[must_use]
pub fn outline(programme: &Programme, version: usize, page: Page, language: Language) -> Option<Document> {
    made(programme, version, (page, language), None, &[])
}

fn made(
    programme: &Programme,
    version: usize,
    (page, language): (Page, Language),
    today: Option<NaiveDate>,
    worked: &[example::Worked],
) -> Option<Document> {
    let policy = programme.version(version)?.policy();
    let reader = match page {
        Page::Terms => Reader::Customer,
        Page::Reference => Reader::Analyst,
    };
    let words = Words::new(policy, language).reader(reader).tables(Tables::Apart);
    let setting = Setting { programme, version, policy, words, worked, page, today };
    Some(match page {
        Page::Terms => terms::document(&setting),
        Page::Reference => reference::document(&setting, &written::Written::of(policy)),
    })
}

impl Document {
    /// The document in this format.
    #[must_use]
    pub fn print(&self, format: Format) -> String {
        match format {
            Format::Html => html::page(self),
            Format::Markdown => markdown::page(self),
        }
    }
}
