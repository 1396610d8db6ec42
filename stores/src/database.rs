//! What a database must do for a store. Statements are written for both: `?1` for the first value, in order of appearance.

use earnest_ledger::store::StoreError;

/// A value of a statement.
#[derive(Debug, Clone, Copy)]
pub enum Cell<'c> {
    /// A text, compared byte by byte.
    Text(&'c str),
    /// A text, or nothing.
    Maybe(Option<&'c str>),
    /// A whole number.
    Whole(i64),
}

/// A row: texts, of numbers too.
pub type Row = Vec<Option<String>>;

/// A connection to a database, used by one thread at a time.
pub trait Database: Send {
    /// Runs statements without values, such as those of a schema.
    ///
    /// # Errors
    /// In words for an operator.
    fn batch(&self, statements: &str) -> Result<(), StoreError>;

    /// Runs a statement that changes rows.
    ///
    /// # Errors
    /// In words for an operator.
    fn run(&self, statement: &'static str, cells: &[Cell<'_>]) -> Result<(), StoreError>;

    /// Rows of a query whose columns are all texts.
    ///
    /// # Errors
    /// In words for an operator.
    fn rows(&self, statement: &'static str, cells: &[Cell<'_>]) -> Result<Vec<Row>, StoreError>;

    /// Begins a transaction that sees what every earlier one wrote and lets no other write beside it.
    ///
    /// # Errors
    /// In words for an operator.
    fn begin(&self) -> Result<(), StoreError>;

    /// Whether what is stored is sound as far as the database itself can tell; what it says where it is not.
    ///
    /// # Errors
    /// It cannot be asked.
    fn sound(&self) -> Result<Option<String>, StoreError>;

    /// The type of a column of text that is compared byte by byte.
    fn text_type(&self) -> &'static str;

    /// Connects again after the connection was lost; nothing for a file.
    ///
    /// # Errors
    /// It cannot be reached.
    fn reconnect(&mut self) -> Result<(), StoreError> {
        Ok(())
    }
}
