//! What a run of the command has at hand: language, colours, streams; and how it can end.

use crate::arguments::{ColourChoice, Common};
use crate::language::language;
use anstream::AutoStream;
use clap::builder::styling::{AnsiColor, Style};
use earnest_dsl::diagnostic::{Language, Text};
use earnest_tools::story::Marks;
use std::io::{self, BufWriter, Stderr, StdoutLock};

/// How a subcommand ended, where it could do its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Nothing found.
    Fine,
    /// Something found: errors, failed tests, bad events.
    Findings,
}

impl Ending {
    /// Findings, if there are any.
    pub fn found(any: bool) -> Self {
        if any { Self::Findings } else { Self::Fine }
    }
}

/// Why a subcommand could not do its work.
#[derive(Debug)]
pub enum Failure {
    /// It was asked wrongly: a path that is not there, a name that cannot be.
    Misuse(Text),
    /// A stream failed.
    Io(io::Error),
}

impl Failure {
    /// Asked wrongly, in both languages.
    pub fn misuse(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self::Misuse(Text::new(en, zh))
    }

    /// The message in the reader's language.
    pub fn message(&self, language: Language) -> String {
        match self {
            Self::Misuse(text) => text.get(language).to_owned(),
            Self::Io(error) => error.to_string(),
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::Io(error.into())
    }
}

/// Standard output, buffered; colours are dropped where they are not wanted.
pub type Out = BufWriter<AutoStream<StdoutLock<'static>>>;

/// What a run of the command has at hand.
#[derive(Debug)]
pub struct Session {
    /// Language of messages.
    pub language: Language,
    /// The language was asked for by option.
    pub language_asked: bool,
    out: anstream::ColorChoice,
    err: anstream::ColorChoice,
}

impl Session {
    /// From the options of every subcommand and the surroundings.
    pub fn new(common: &Common) -> Self {
        let choice = match common.color {
            ColourChoice::Auto => None,
            ColourChoice::Always => Some(anstream::ColorChoice::Always),
            ColourChoice::Never => Some(anstream::ColorChoice::Never),
        };
        Self {
            language: language(common.language, |name| std::env::var(name).ok()),
            language_asked: common.language.is_some(),
            out: choice.unwrap_or_else(|| AutoStream::choice(&io::stdout())),
            err: choice.unwrap_or_else(|| AutoStream::choice(&io::stderr())),
        }
    }

    /// Standard output. Taken once at a time.
    pub fn out(&self) -> Out {
        BufWriter::new(AutoStream::new(io::stdout().lock(), self.out))
    }

    /// Standard error.
    pub fn err(&self) -> AutoStream<Stderr> {
        AutoStream::new(io::stderr(), self.err)
    }

    /// Colours on standard output.
    pub fn paint(&self) -> Paint {
        Paint { on: self.out != anstream::ColorChoice::Never }
    }

    /// Colours on standard error.
    pub fn paint_err(&self) -> Paint {
        Paint { on: self.err != anstream::ColorChoice::Never }
    }

    /// One of two texts, by language.
    pub fn text<'t>(&self, en: &'t str, zh: &'t str) -> &'t str {
        match self.language {
            Language::English => en,
            Language::Chinese => zh,
        }
    }
}

/// Colours, or none.
#[derive(Debug, Clone, Copy)]
pub struct Paint {
    /// Whether there are any.
    pub on: bool,
}

impl Paint {
    /// What stands out.
    pub fn strong(self, text: &str) -> String {
        self.with(Style::new().bold(), text)
    }

    /// What may be skipped.
    pub fn dim(self, text: &str) -> String {
        self.with(Style::new().dimmed(), text)
    }

    /// What is right.
    pub fn good(self, text: &str) -> String {
        self.with(AnsiColor::Green.on_default(), text)
    }

    /// What wants a look.
    pub fn care(self, text: &str) -> String {
        self.with(AnsiColor::Yellow.on_default(), text)
    }

    /// What is wrong.
    pub fn error(self, text: &str) -> String {
        self.with(AnsiColor::Red.on_default().bold(), text)
    }

    /// The same for a story.
    pub fn marks(self) -> Marks {
        if !self.on {
            return Marks::NONE;
        }
        Marks { strong: |text| Self { on: true }.strong(text), dim: |text| Self { on: true }.dim(text) }
    }

    fn with(self, style: Style, text: &str) -> String {
        if self.on { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }
}
