//! The page of each code: what it means, with a wrong and a right example, in English and Chinese.
//!
//! A page is `pages/CODE.md` with four parts headed `# en`, `# zh`, `# wrong`, `# right`. The first line of `en` and of `zh`
//! is the title. The examples are whole policies (or the declarations that a test puts behind a plain programme head).
//! An example of several files has a line `// file: PATH` before each; `// parameter NAME = VALUE` sets a parameter from outside.

include!(concat!(env!("OUT_DIR"), "/pages.rs"));

/// A page, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// Title and explanation in English.
    pub en: &'static str,
    /// Title and explanation in Chinese.
    pub zh: &'static str,
    /// A policy that gives the code.
    pub wrong: &'static str,
    /// The same policy, mended.
    pub right: &'static str,
}

/// All codes that have a page, in order.
pub fn codes() -> impl Iterator<Item = &'static str> {
    PAGES.iter().map(|(code, _)| *code)
}

/// The page of a code.
#[must_use]
pub fn page(code: &str) -> Option<Page> {
    let text = PAGES.iter().find(|(name, _)| name.eq_ignore_ascii_case(code)).map(|(_, text)| *text)?;
    Some(Page {
        en: section(text, "# en\n"),
        zh: section(text, "# zh\n"),
        wrong: section(text, "# wrong\n"),
        right: section(text, "# right\n"),
    })
}

fn section(text: &'static str, heading: &str) -> &'static str {
    let Some((_, rest)) = text.split_once(heading) else { return "" };
    let end = ["\n# en\n", "\n# zh\n", "\n# wrong\n", "\n# right\n"]
        .iter()
        .filter_map(|next| rest.find(next))
        .min()
        .unwrap_or(rest.len());
    rest.get(..end).unwrap_or(rest).trim()
}
