//! Diagnostics: what is wrong with a text, in business words, in English and in Chinese, and what to do about it.
//!
//! The model is plain data; [`render`] shows it on a terminal, [`json`] to machines. Every code has a page in `pages/`,
//! whose wrong example is checked by a test to give this code and whose right example to give none.
//! Codes are append-only: a code is never reused for another error.

pub mod github;
pub mod json;
pub mod pages;
pub mod render;
pub mod sarif;

use crate::source::Span;
use serde::Serialize;

/// A text in both languages of the reader.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Text {
    /// English: lower case, no full stop, source words in backticks.
    pub en: String,
    /// 简体中文.
    pub zh: String,
}

impl Text {
    /// Both languages.
    pub fn new(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { en: en.into(), zh: zh.into() }
    }

    /// The text in one language.
    #[must_use]
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::English => &self.en,
            Language::Chinese => &self.zh,
        }
    }
}

/// The language of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// 简体中文.
    Chinese,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; the policy runs.
    Warning,
    /// The policy does not compile.
    Error,
}

/// A place that matters, with what it has to do with the matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The place.
    pub span: Span,
    /// Its part in the matter.
    pub text: Text,
}

/// A change of the text that mends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What is replaced; an empty span inserts.
    pub span: Span,
    /// By what.
    pub replacement: String,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The stable code, `E0301`.
    pub code: &'static str,
    /// How bad.
    pub severity: Severity,
    /// What is wrong.
    pub message: Text,
    /// Where; the first is the primary place.
    pub marks: Vec<Mark>,
    /// What to write instead, each a remedy.
    pub help: Vec<Text>,
    /// A change that a tool may offer.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// An error with its primary place.
    #[must_use]
    pub fn error(code: &'static str, message: Text, span: Span, label: Text) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message,
            marks: vec![Mark { span, text: label }],
            help: vec![],
            fix: None,
        }
    }

    /// A warning with its primary place.
    #[must_use]
    pub fn warning(code: &'static str, message: Text, span: Span, label: Text) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message, span, label) }
    }

    /// Adds another place that matters.
    #[must_use]
    pub fn mark(mut self, span: Span, text: Text) -> Self {
        self.marks.push(Mark { span, text });
        self
    }

    /// Adds a remedy.
    #[must_use]
    pub fn help(mut self, text: Text) -> Self {
        self.help.push(text);
        self
    }

    /// Adds a mechanical fix.
    #[must_use]
    pub fn fix(mut self, span: Span, replacement: impl Into<String>) -> Self {
        self.fix = Some(Fix { span, replacement: replacement.into() });
        self
    }

    /// Whether it stops the policy from compiling.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// The primary place.
    #[must_use]
    pub fn span(&self) -> Span {
        self.marks.first().map(|mark| mark.span).unwrap_or_default()
    }
}
