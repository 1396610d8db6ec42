//! Why a module is not trusted.

use std::fmt;

/// Why a module was refused, or stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// It is no plugin, or not one of this interface: what is wrong with it.
    Module(String),
    /// It stopped while it was made ready or asked: it ran out of instructions, or broke down.
    Stopped(String),
    /// Its answer does not hold together.
    Answer(String),
    /// The frame is longer than the module's input area.
    Frame(String),
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Module(what) => write!(f, "the plugin is refused: {what}"),
            Self::Stopped(what) => write!(f, "the plugin stopped: {what}"),
            Self::Answer(what) => write!(f, "the plugin's answer is refused: {what}"),
            Self::Frame(what) => f.write_str(what),
        }
    }
}

impl std::error::Error for Refused {}
