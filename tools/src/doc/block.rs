//! A document as blocks, before it becomes HTML or Markdown.

use earnest_dsl::diagnostic::Language;

/// A document.
#[derive(Debug, Clone)]
pub struct Document {
    /// Its language.
    pub language: Language,
    /// Name of the programme.
    pub title: String,
    /// What kind of document it is.
    pub subtitle: String,
    /// What holds for the whole: name and value.
    pub facts: Vec<(String, String)>,
    /// Sections, each with its level.
    pub sections: Vec<Section>,
    /// The last line.
    pub foot: String,
}

/// A section.
#[derive(Debug, Clone)]
pub struct Section {
    /// Name by which it is linked; of a rule's section `rule-` and its identifier.
    pub id: String,
    /// Heading.
    pub title: String,
    /// Behind the heading, smaller.
    pub note: String,
    /// 2 for a chapter, 3 for a section in it, 4 below.
    pub level: u8,
    /// What stands in it.
    pub blocks: Vec<Block>,
}

/// A piece of a section. Texts may hold words in backticks.
#[derive(Debug, Clone)]
pub enum Block {
    /// The main sentence.
    Lead(String),
    /// A paragraph.
    Text(String),
    /// Short texts, each with what it is about.
    Points(Vec<(String, String)>),
    /// A table.
    Table(Table),
    /// A drawing, with the same as a table for those who cannot see it.
    Figure(Figure),
    /// Text of the policy.
    Source(String),
}

/// A table.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// What it shows; empty: it needs no words.
    pub caption: String,
    /// Headings of the columns; numbers stand to the right.
    pub heads: Vec<(String, bool)>,
    /// Rows; missing cells are empty.
    pub rows: Vec<Vec<String>>,
    /// An example: set smaller.
    pub example: bool,
}

/// A drawing.
#[derive(Debug, Clone)]
pub struct Figure {
    /// Scalable: an `svg` element.
    pub svg: String,
    /// What it shows.
    pub caption: String,
    /// The same in numbers.
    pub table: Table,
}

impl Section {
    /// An empty section.
    #[must_use]
    pub fn new(id: impl Into<String>, level: u8, title: impl Into<String>) -> Self {
        Self { id: id.into(), title: title.into(), note: String::new(), level, blocks: vec![] }
    }

    /// With these blocks.
    #[must_use]
    pub fn with(mut self, blocks: impl IntoIterator<Item = Block>) -> Self {
        self.blocks.extend(blocks);
        self
    }
}
