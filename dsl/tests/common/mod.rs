//! Files cut into declarations without the recovery of `parse_file`, so that the grammar is tested by itself.

#![allow(dead_code, reason = "each test uses some of it")]

use earnest_dsl::source::Span;
use earnest_dsl::syntax::keywords;
use earnest_dsl::syntax::layout::{Canonical, canonical_of};
use earnest_dsl::syntax::parse::{Failure, Parsed, Production, parse};

/// The declarations of a file: what stands between line ends outside of all braces.
pub fn declarations(text: &str) -> Vec<Canonical> {
    let whole = canonical_of(text);
    let mut all = vec![];
    let mut one = Canonical::default();
    let mut depth = 0_u32;
    for (index, span) in whole.spans.iter().enumerate() {
        let token = whole.token(index);
        match token {
            "{" => depth += 1,
            "}" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if token == "\n" && depth == 0 {
            all.push(std::mem::take(&mut one));
        } else {
            one.push(token, *span);
        }
    }
    all.push(one);
    all.retain(|one| !one.text.is_empty());
    all
}

/// Reads a text as one production, or says where and why it cannot be read.
pub fn read(production: Production, text: &str) -> Result<Parsed, String> {
    read_canonical(production, &canonical_of(text))
}

/// Reads canonical text as one production.
pub fn read_canonical(production: Production, canonical: &Canonical) -> Result<Parsed, String> {
    parse(production, canonical).map_err(|failure| told(canonical, &failure))
}

fn told(canonical: &Canonical, failure: &Failure) -> String {
    let before: Vec<&str> = (failure.token.saturating_sub(6)..failure.token).map(|at| canonical.token(at)).collect();
    let wanted: Vec<String> = failure
        .expected
        .iter()
        .map(|role| keywords::called(role).map_or_else(|| (*role).to_owned(), |text| text.en))
        .collect();
    let place = canonical.spans.get(failure.token).copied().map(Span::key);
    format!(
        "behind `{}` at `{}` {place:?}: expected {}",
        before.join(" "),
        canonical.token(failure.token),
        wanted.join(", ")
    )
}

/// A tree as its Debug text without places, with names and labels as they are written.
pub fn compact(debug: &str) -> String {
    let mut out = debug.to_owned();
    while let Some(start) = out.find("Span {") {
        let end = out[start..].find('}').map_or(out.len(), |end| start + end + 1);
        let head = out[..start].trim_end_matches("span: ").trim_end_matches([' ', ',']).to_owned();
        let tail = out[end..].to_owned();
        out = format!("{head}{tail}");
    }
    for (form, end) in [("Name { text: \"", "\" }"), ("Number { text: \"", " }"), ("Expr { kind: ", "")] {
        if end.is_empty() {
            out = unwrapped(&out, form);
            continue;
        }
        while let Some(start) = out.find(form) {
            let inner = start + form.len();
            let close = out[inner..].find(end).map_or(out.len(), |close| inner + close);
            let word = out[inner..close].replace("\", value: ", "=");
            out = format!("{}{word}{}", &out[..start], &out[(close + end.len()).min(out.len())..]);
        }
    }
    out.replace("Wording::", "").replace(", wording: Of", "").replace(", wording: Dot", "")
}

/// Drops `Expr { kind: X }` around `X`, whatever is nested in it.
fn unwrapped(text: &str, form: &str) -> String {
    let mut out = text.to_owned();
    while let Some(start) = out.find(form) {
        let inner = start + form.len();
        let mut depth = 0_i32;
        let close = out[inner..]
            .char_indices()
            .find(|(_, c)| match c {
                '{' => {
                    depth += 1;
                    false
                }
                '}' => {
                    depth -= 1;
                    depth < 0
                }
                _ => false,
            })
            .map_or(out.len(), |(at, _)| inner + at);
        out = format!("{}{}{}", &out[..start], out[inner..close].trim_end(), &out[(close + 1).min(out.len())..]);
    }
    out
}
