//! What every part of a page is made from.

use super::example::Worked;
use super::{Page, block::Block};
use chrono::NaiveDate;
use earnest_dsl::policy::Policy;
use earnest_dsl::words::Words;
use earnest_ledger::Programme;

/// A policy with what its tests came to, and how it is to be told.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting<'a> {
    /// The programme.
    pub programme: &'a Programme,
    /// Which of its versions.
    pub version: usize,
    /// That version's policy.
    pub policy: &'a Policy,
    /// Its words, for the page's readers.
    pub words: Words<'a>,
    /// Its tests with the engine's answers.
    pub worked: &'a [Worked],
    /// Which page is made.
    pub page: Page,
    /// Today, where it is known.
    pub today: Option<NaiveDate>,
}

impl Setting<'_> {
    /// Sentences, each as an entry of a list, under one name.
    pub fn sentences(&self, name: &str, texts: impl IntoIterator<Item = String>) -> Vec<(String, String)> {
        let texts = texts.into_iter().map(|text| self.words.sentence(&text));
        texts.enumerate().map(|(at, text)| (if at == 0 { name.to_owned() } else { String::new() }, text)).collect()
    }

    /// A list, where there is anything in it.
    pub fn list(&self, points: Vec<(String, String)>) -> Option<Block> {
        (!points.is_empty()).then_some(Block::Points(points))
    }

    /// Whether the page is for those who work with the policy.
    pub fn reference(&self) -> bool {
        self.page == Page::Reference
    }
}
