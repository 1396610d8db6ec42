//! Why an event was not decided.

use crate::lots::LotsError;
use crate::store::StoreError;
use earnest_interpreter::InputError;
use std::fmt;

/// Why an event was not decided. Nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HostError {
    /// The event, or a fact about it, is wrong: which field and why.
    Input(InputError),
    /// An event with this id but other content was decided before.
    OtherContent(String),
    /// The decision contradicts the protocol: it changes a counter that was not listed, or one that reads otherwise in
    /// the books, or it changes counters although it refuses. Fails closed.
    Contradiction(String),
    /// The lots do not have what the decision takes, or it speaks of points that there are not. Fails closed.
    Lots(String),
    /// The store cannot be read or written.
    Store(String),
}

impl HostError {
    /// The field at fault.
    #[must_use]
    pub fn field(&self) -> &str {
        match self {
            Self::Input(error) => &error.field,
            Self::OtherContent(_) => "id",
            Self::Contradiction(_) => "counters",
            Self::Lots(_) => "points",
            Self::Store(_) => "store",
        }
    }

    /// Why, in English.
    #[must_use]
    pub fn reason(&self) -> String {
        match self {
            Self::Input(error) => error.reason.clone(),
            Self::OtherContent(id) => {
                format!("an event `{id}` with other content was decided before; a new event needs a new id")
            }
            Self::Contradiction(key) => format!("the decision does not fit the counter `{key}`; nothing was written"),
            Self::Lots(what) => format!("{what}; nothing was written"),
            Self::Store(what) => format!("the store failed: {what}"),
        }
    }
}

impl fmt::Display for HostError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field(), self.reason())
    }
}

impl std::error::Error for HostError {}

impl From<InputError> for HostError {
    fn from(error: InputError) -> Self {
        Self::Input(error)
    }
}

impl From<StoreError> for HostError {
    fn from(error: StoreError) -> Self {
        Self::Store(error.0)
    }
}

impl From<LotsError> for HostError {
    fn from(error: LotsError) -> Self {
        match error {
            LotsError::Store(error) => error.into(),
            other => Self::Lots(other.to_string()),
        }
    }
}
