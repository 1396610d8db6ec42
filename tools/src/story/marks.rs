//! How parts of a text are set off: by what the reader's medium has.

/// Marks for what stands out and for what may be skipped.
#[derive(Debug, Clone, Copy)]
pub struct Marks {
    /// What stands out.
    pub strong: fn(&str) -> String,
    /// What may be skipped.
    pub dim: fn(&str) -> String,
}

impl Marks {
    /// No marks at all.
    pub const NONE: Self = Self { strong: str::to_owned, dim: str::to_owned };

    pub(super) fn strong(self, text: &str) -> String {
        (self.strong)(text)
    }

    pub(super) fn dim(self, text: &str) -> String {
        (self.dim)(text)
    }
}
