//! A tree of sentences, drawn with lines.

use serde::Serialize;

/// A sentence with what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Tree {
    /// The sentence.
    pub text: String,
    /// What belongs to it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub below: Vec<Tree>,
}

impl Tree {
    /// A sentence.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), below: vec![] }
    }

    /// Adds a sentence under it.
    pub fn add(&mut self, tree: impl Into<Tree>) {
        self.below.push(tree.into());
    }

    /// With these sentences under it.
    #[must_use]
    pub fn with(mut self, below: impl IntoIterator<Item = Tree>) -> Self {
        self.below.extend(below);
        self
    }

    /// The tree as text, each line ended; every line begins with `margin`.
    #[must_use]
    pub fn render(&self, margin: &str) -> String {
        let mut out = format!("{margin}{}\n", self.text);
        self.branches(margin, &mut out);
        out
    }

    fn branches(&self, margin: &str, out: &mut String) {
        for (at, tree) in self.below.iter().enumerate() {
            let last = at.saturating_add(1) == self.below.len();
            let (branch, stem) = if last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
            out.push_str(&format!("{margin}{branch}{}\n", tree.text));
            tree.branches(&format!("{margin}{stem}"), out);
        }
    }
}

impl From<String> for Tree {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

#[cfg(test)]
mod tests {
    use super::Tree;

    #[test]
    fn branches_stand_under_their_sentence() {
        let tree = Tree::new("a").with([Tree::new("b").with([Tree::new("c")]), Tree::new("d").with([Tree::new("e")])]);
        assert_eq!(tree.render(" "), " a\n ├─ b\n │  └─ c\n └─ d\n    └─ e\n");
    }
}
