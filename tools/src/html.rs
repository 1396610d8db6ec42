//! What all pages share: text that may stand in HTML.

/// Text that may stand in HTML, between tags and in attributes.
#[must_use]
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
