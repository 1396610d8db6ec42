//! Diagnostics as workflow commands: GitHub shows each at its line of a pull request.

use super::{Diagnostic, Language, Severity};
use crate::source::Sources;

/// The command for one diagnostic, without a line end.
#[must_use]
pub fn annotation(diagnostic: &Diagnostic, sources: &Sources, language: Language) -> String {
    let level = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let span = diagnostic.span();
    let mut properties = Vec::new();
    if let Some(source) = sources.get(span.file) {
        let (line, column) = source.line_column(span.start);
        let (end_line, end_column) = source.line_column(span.end);
        properties.push(format!("file={}", property(&source.path)));
        properties.push(format!("line={line}"));
        properties.push(format!("endLine={end_line}"));
        // A column is only understood within one line, and includes its last character.
        if line == end_line {
            properties.push(format!("col={column}"));
            properties.push(format!("endColumn={}", end_column.saturating_sub(1).max(column)));
        }
    }
    properties.push(format!("title={}", property(diagnostic.code)));
    let label = diagnostic.marks.first().map(|mark| mark.text.get(language)).filter(|label| !label.is_empty());
    let parts: Vec<&str> = std::iter::once(diagnostic.message.get(language))
        .chain(label)
        .chain(diagnostic.help.iter().map(|help| help.get(language)))
        .collect();
    format!("::{level} {}::{}", properties.join(","), data(&parts.join("\n")))
}

/// Text behind the colons.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Text of a property, where colons and commas divide.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::annotation;
    use crate::diagnostic::{Diagnostic, Language, Text};
    use crate::source::{Source, Sources, Span};

    #[test]
    fn marks_and_line_ends_are_escaped_and_columns_count_characters() {
        let mut sources = Sources::default();
        let file = sources.add(Source::new("a,b/活动.earn", "组 周末: 取最高\n"));
        let found = Diagnostic::warning("W0104", Text::new("50% of it", ""), Span::new(file, 4, 10), Text::new("", ""))
            .help(Text::new("do this", ""));
        assert_eq!(
            annotation(&found, &sources, Language::English),
            "::warning file=a%2Cb/活动.earn,line=1,endLine=1,col=3,endColumn=4,title=W0104::50%25 of it%0Ado this"
        );
    }
}
