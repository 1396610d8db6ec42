//! What to take out of the text so that a condition or a clause is gone and the rest still reads.

use crate::source::{Sources, Span};

/// Takes out a clause: its whole line where it stands alone, else the clause with the `;` that parts it from its neighbour.
/// `None` where something else stands beside it.
pub(super) fn clause(sources: &Sources, span: Span) -> Option<Span> {
    let text = &*sources.get(span.file)?.text;
    let (start, end) = (usize::try_from(span.start).ok()?, usize::try_from(span.end).ok()?);
    let (before, after) = (text.get(..start)?, text.get(end..)?);
    let line = before.rfind('\n').map_or(0, |at| at.saturating_add(1));
    let alone_before = before.get(line..)?.trim().is_empty();
    let rest = after.find('\n').map_or(after, |at| after.get(..at).unwrap_or(after));
    if alone_before && rest.trim().is_empty() {
        let end = end.saturating_add(rest.len()).saturating_add(usize::from(rest.len() < after.len()));
        return spanned(span, line, end);
    }
    // `a; b`: the clause goes with the mark behind it, or with the one before it.
    let behind = rest.trim_start();
    if behind.starts_with(';') || behind.starts_with('；') {
        let mark = behind.chars().next().map_or(0, char::len_utf8);
        let blanks = rest.len().saturating_sub(behind.len());
        let next = behind.get(mark..).map_or(0, |next| next.len().saturating_sub(next.trim_start().len()));
        return spanned(span, start, end.saturating_add(blanks).saturating_add(mark).saturating_add(next));
    }
    let ahead = before.trim_end_matches([' ', '\t']);
    let mark = ahead.strip_suffix(';').or_else(|| ahead.strip_suffix('；'))?;
    (behind.is_empty() || behind.starts_with('}')).then(|| spanned(span, mark.len(), end)).flatten()
}

/// Takes out a condition: its clause where it is all of it, else with the `and` that joins it to its neighbour.
pub(super) fn condition(sources: &Sources, span: Span) -> Option<Span> {
    let text = &*sources.get(span.file)?.text;
    let (start, end) = (usize::try_from(span.start).ok()?, usize::try_from(span.end).ok()?);
    let (before, after) = (text.get(..start)?, text.get(end..)?);
    let ahead = before.trim_end_matches([' ', '\t']);
    let behind = after.trim_start_matches([' ', '\t']);
    let ends = |text: &str| text.is_empty() || text.starts_with(['\n', ';', '；', '}']) || text.starts_with("//");
    for word in ["when", "当"] {
        let Some(head) = ahead.strip_suffix(word) else { continue };
        let closed = behind.strip_prefix('时').map_or(behind, |rest| rest.trim_start_matches([' ', '\t']));
        if ends(closed) {
            let end = text.len().saturating_sub(closed.len());
            return clause(sources, spanned(span, head.len(), end)?);
        }
    }
    for word in ["and", "且"] {
        if let Some(head) = ahead.strip_suffix(word) {
            return spanned(span, head.trim_end().len(), end);
        }
        if let Some(rest) = behind.strip_prefix(word) {
            return spanned(span, start, text.len().saturating_sub(rest.trim_start().len()));
        }
    }
    None
}

fn spanned(span: Span, start: usize, end: usize) -> Option<Span> {
    Some(Span::new(span.file, u32::try_from(start).ok()?, u32::try_from(end).ok()?))
}

#[cfg(test)]
mod tests {
    use super::{clause, condition};
    use crate::source::{Source, Sources, Span};

    fn without(text: &str, part: &str, remove: fn(&Sources, Span) -> Option<Span>) -> Option<String> {
        let mut sources = Sources::default();
        let file = sources.add(Source::new("a.earn", text));
        let start = text.find(part).unwrap();
        let span =
            |start: usize, end: usize| Span::new(file, u32::try_from(start).unwrap(), u32::try_from(end).unwrap());
        let (_, from, to) = remove(&sources, span(start, start.saturating_add(part.len())))?.key();
        let mut text = text.to_owned();
        text.replace_range(usize::try_from(from).unwrap()..usize::try_from(to).unwrap(), "");
        Some(text)
    }

    #[test]
    fn a_clause_goes_with_its_line_or_its_mark() {
        assert_eq!(without("r {\n  a\n  b\n}", "b", clause).unwrap(), "r {\n  a\n}");
        assert_eq!(without("r { a; b }", "b", clause).unwrap(), "r { a }");
        assert_eq!(without("r { b; a }", "b", clause).unwrap(), "r { a }");
        assert_eq!(without("r { b }", "b", clause), None, "an empty rule reads otherwise");
        assert_eq!(without("r {\n  b // why\n}", "b", clause), None, "the comment would be lost");
    }

    #[test]
    fn a_condition_goes_with_its_clause_or_its_and() {
        assert_eq!(without("r {\n  when x > 1\n  b\n}", "x > 1", condition).unwrap(), "r {\n  b\n}");
        assert_eq!(without("r {\n  当 x > 1 时\n  b\n}", "x > 1", condition).unwrap(), "r {\n  b\n}");
        assert_eq!(without("when a and x > 1\n", "x > 1", condition).unwrap(), "when a\n");
        assert_eq!(without("when x > 1 and a\n", "x > 1", condition).unwrap(), "when a\n");
        assert_eq!(without("when (x > 1 or a) and b", "x > 1", condition), None);
    }
}
