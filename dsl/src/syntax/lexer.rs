//! Text to tokens, with logos. Lossless: the slices of the tokens put together are the text again, whatever the text is.
//!
//! Lexing never fails. What is no token of the language is a token too, of kind [`TokenKind::Error`], and says what is wrong;
//! where the meaning is plain (`。`, `2024年5月1日`, an open text) its canonical text is already the mended one, so that one slip
//! at this level gives one finding and no others. What follows each other without a blank (`5CNY`) is judged by [`super::hints`].
//! Full-width letters, digits and marks are read as their half-width twins; the formatter prints them so.

use logos::Logos;
use unicode_normalization::UnicodeNormalization as _;

/// A piece of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// First byte in the text.
    pub start: u32,
    /// One past its last byte.
    pub end: u32,
}

/// Kinds of tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// A keyword or a name: a letter or Han character, then letters, Han characters, `_`, and digits behind a letter, digit or `_`.
    Word,
    /// `1_000`, `2.50`, `1万`, `2.5亿`.
    Number,
    /// `3x`, `1.5倍`.
    Multiple,
    /// `60%`.
    Percent,
    /// `1st`, `2nd`: a place in a row.
    Ordinal,
    /// `2024-10-01`; whether there is such a day is the parser's question.
    Date,
    /// `18:00`, `18:00:30`.
    Time,
    /// A text in quotes, on one line.
    Text,
    /// A mark: one of `{ } ( ) [ ] , ; : . ? + - * / = != < <= > >= =>`.
    Punct,
    /// A line end.
    Newline,
    /// Blanks of any kind, the full-width one included.
    Blank,
    /// `// ...` up to the line end.
    Comment,
    /// Something the language does not have.
    Error(LexError),
}

/// What is wrong with an error token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LexError {
    /// Characters that mean nothing here.
    Stray,
    /// `。`, where `；` or a line end belongs.
    FullStop,
    /// A text without its closing quote; it ends with its line, or before a final `{`.
    OpenText,
    /// `2024年5月1日`, `2024/5/1`: a date in another form. The canonical text is the right form.
    DateForm,
    /// `==`, `&&`, `||`, `!`, `→` ...: an operator of other languages that has a plain counterpart.
    ForeignOperator,
}

#[derive(Logos, Debug, Clone, Copy, PartialEq, Eq)]
#[logos(subpattern d = r"[0-9０-９]")]
#[logos(subpattern l = r"[\p{L}--\p{Han}]")]
#[logos(subpattern lm = r"[\p{L}\p{M}--\p{Han}]")]
#[logos(subpattern num = r"(?&d)[0-9０-９_＿]*([.．](?&d)[0-9０-９_＿]*)?[万亿]?")]
enum Raw {
    #[regex(r"((?&l)(?&d)*|[\p{Han}--每])((?&lm)(?&d)*|[_＿](?&d)*|\p{Han})*", priority = 2)]
    Word,
    /// No name begins with 每: it is a word of its own, whatever follows.
    #[token("每")]
    Each,
    #[regex(r"(?&num)", priority = 3)]
    Number,
    #[regex(r"(?&num)[xXｘＸ倍]", priority = 6)]
    Multiple,
    #[regex(r"(?&num)[%％]")]
    Percent,
    #[regex(r"[0-9]+(st|nd|rd|th)", priority = 7)]
    Ordinal,
    /// `5CNY`: cut into a number and a word by [`lex`].
    #[regex(r"(?&num)(?&l)((?&lm)|(?&d)|[_＿])*", priority = 4)]
    Glued,
    #[regex(r"(?&d){4}[-－](?&d){2}[-－](?&d){2}", priority = 20)]
    Date,
    #[regex(r"[12１２](?&d){3}[-－/／.．](?&d){1,2}[-－/／.．](?&d){1,2}", priority = 10)]
    #[regex(r"[12１２](?&d){3}年(?&d){1,2}月(?&d){1,2}[日号]")]
    DateForm,
    #[regex(r"(?&d){2}[:：](?&d){2}([:：](?&d){2})?")]
    Time,
    #[regex(r#""[^"\r\n]*""#)]
    #[regex(r#"[“”＂][^"“”＂\r\n]*["“”＂]"#)]
    Text,
    #[regex(r#""[^"\r\n]*"#)]
    #[regex(r#"[“”＂][^"“”＂\r\n]*"#)]
    OpenText,
    #[regex(r"[{}()\[\],;:.?+\-*/=<>｛｝（）［］，；：．？＋－＊／＝＜＞、≠≤≥−]")]
    #[regex(r"[!！][=＝]")]
    #[regex(r"[<＜>＞][=＝]")]
    #[regex(r"[=＝][>＞]")]
    Punct,
    #[regex(r"\r\n|\n|\r")]
    Newline,
    #[regex(r"[ \t\u{B}\u{C}\u{85}\u{A0}\u{1680}\u{2000}-\u{200B}\u{2028}\u{2029}\u{202F}\u{205F}\u{2060}\u{3000}\u{FEFF}]+")]
    Blank,
    #[regex(r"(//|／／)[^\r\n]*", allow_greedy = true)]
    Comment,
    /// `# ...`, a comment in other languages: nothing of it is read.
    #[regex(r"[#＃][^\r\n]*", allow_greedy = true)]
    ForeignComment,
    #[regex(r"[。｡]+")]
    FullStop,
    #[regex(r"==+|＝＝|=<|<>|&&?|\|\|?|[!！]|→|⇒|->|×|÷|:=")]
    ForeignOperator,
}

/// The tokens of a text, in order and without gaps. Text beyond 4 GiB is not addressable and left out (a file has at most 10 MB).
#[must_use]
pub fn lex(text: &str) -> Vec<Token> {
    let mut tokens = Tokens { list: Vec::with_capacity(text.len() / 3), at: 0 };
    let mut rest = text;
    while !rest.is_empty() {
        rest = lex_run(rest, &mut tokens);
    }
    tokens.list
}

struct Tokens {
    list: Vec<Token>,
    at: u32,
}

impl Tokens {
    fn push(&mut self, kind: TokenKind, length: usize) {
        let end = self.at.saturating_add(u32::try_from(length).unwrap_or(u32::MAX));
        let stray = TokenKind::Error(LexError::Stray);
        match self.list.last_mut() {
            Some(last) if kind == stray && last.kind == stray => last.end = end,
            _ => self.list.push(Token { kind, start: self.at, end }),
        }
        self.at = end;
    }
}

/// Lexes up to a place where the lexer must begin anew: behind an open text that took too much. Gives what is left.
fn lex_run<'t>(text: &'t str, tokens: &mut Tokens) -> &'t str {
    let mut lexer = Raw::lexer(text);
    while let Some(found) = lexer.next() {
        let slice = lexer.slice();
        match found {
            Ok(Raw::Glued) => {
                let number = slice.find(|c: char| !in_number(c)).unwrap_or(slice.len());
                tokens.push(TokenKind::Number, number);
                tokens.push(TokenKind::Word, slice.len().saturating_sub(number));
            }
            Ok(Raw::OpenText) => {
                let kept = open_text_length(slice);
                tokens.push(TokenKind::Error(LexError::OpenText), kept);
                let end = lexer.span().start.saturating_add(kept);
                if kept < slice.len() {
                    return text.get(end..).unwrap_or_default();
                }
            }
            Ok(raw) => tokens.push(kind(raw), slice.len()),
            Err(()) => tokens.push(TokenKind::Error(LexError::Stray), slice.len()),
        }
    }
    ""
}

fn in_number(c: char) -> bool {
    half_width(c).is_ascii_digit() || matches!(c, '_' | '＿' | '.' | '．' | '万' | '亿')
}

/// An open text ends at its line end, before a final `{` and the blanks around it. At least its quote remains.
fn open_text_length(slice: &str) -> usize {
    let trimmed = slice.trim_end();
    let kept = trimmed.strip_suffix(['{', '｛']).map_or(trimmed, str::trim_end).len();
    kept.max(slice.chars().next().map_or(1, char::len_utf8))
}

fn kind(raw: Raw) -> TokenKind {
    match raw {
        Raw::Word | Raw::Each | Raw::Glued => TokenKind::Word,
        Raw::Number => TokenKind::Number,
        Raw::Multiple => TokenKind::Multiple,
        Raw::Percent => TokenKind::Percent,
        Raw::Ordinal => TokenKind::Ordinal,
        Raw::Date => TokenKind::Date,
        Raw::DateForm => TokenKind::Error(LexError::DateForm),
        Raw::Time => TokenKind::Time,
        Raw::Text => TokenKind::Text,
        Raw::OpenText => TokenKind::Error(LexError::OpenText),
        Raw::Punct => TokenKind::Punct,
        Raw::Newline => TokenKind::Newline,
        Raw::Blank => TokenKind::Blank,
        Raw::Comment => TokenKind::Comment,
        Raw::ForeignComment => TokenKind::Error(LexError::Stray),
        Raw::FullStop => TokenKind::Error(LexError::FullStop),
        Raw::ForeignOperator => TokenKind::Error(LexError::ForeignOperator),
    }
}

impl Token {
    /// The token's slice of the text that it was lexed from.
    #[must_use]
    pub fn slice<'t>(&self, text: &'t str) -> &'t str {
        let (start, end) = (usize::try_from(self.start).unwrap_or(0), usize::try_from(self.end).unwrap_or(0));
        text.get(start..end).unwrap_or_default()
    }

    /// Whether it says something: no blank, line end or comment.
    #[must_use]
    pub fn is_significant(&self) -> bool {
        !matches!(self.kind, TokenKind::Blank | TokenKind::Newline | TokenKind::Comment)
    }

    /// The token in its one canonical form: half-width, NFC, straight quotes; a slip whose meaning is plain is mended.
    /// Empty for what means nothing.
    #[must_use]
    pub fn canonical(&self, text: &str) -> String {
        let mut out = String::new();
        self.write_canonical(text, &mut out);
        out
    }

    /// Appends the canonical form to `out`.
    pub fn write_canonical(&self, text: &str, out: &mut String) {
        let slice = self.slice(text);
        match self.kind {
            TokenKind::Word if slice.is_ascii() => out.push_str(slice),
            TokenKind::Word => out.extend(slice.nfc().map(half_width)),
            TokenKind::Multiple => out.extend(slice.chars().map(half_width).map(|c| if c == 'X' { 'x' } else { c })),
            TokenKind::Number | TokenKind::Percent | TokenKind::Ordinal | TokenKind::Date | TokenKind::Time => {
                out.extend(slice.chars().map(half_width));
            }
            TokenKind::Text => write_text(slice, out),
            TokenKind::Punct => out.push_str(&mark(slice)),
            TokenKind::Newline => out.push('\n'),
            TokenKind::Blank => out.push(' '),
            TokenKind::Comment => out.push_str(slice),
            TokenKind::Error(LexError::Stray) => {}
            TokenKind::Error(LexError::FullStop) => out.push(';'),
            TokenKind::Error(LexError::OpenText) => write_text(slice, out),
            TokenKind::Error(LexError::DateForm) => write_date(slice, out),
            TokenKind::Error(LexError::ForeignOperator) => out.push_str(counterpart(slice).unwrap_or_default()),
        }
    }
}

/// Full-width forms of ASCII (U+FF01 to U+FF5E) to their twins.
#[must_use]
pub fn half_width(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => u32::from(c).checked_sub(0xFEE0).and_then(char::from_u32).unwrap_or(c),
        '\u{3000}' => ' ',
        other => other,
    }
}

fn mark(slice: &str) -> String {
    match slice {
        "、" => ",".to_owned(),
        "≤" => "<=".to_owned(),
        "≥" => ">=".to_owned(),
        "≠" => "!=".to_owned(),
        "−" => "-".to_owned(),
        other => other.chars().map(half_width).collect(),
    }
}

/// What an operator of another language is here; `None` where there is no one counterpart.
#[must_use]
pub fn counterpart(slice: &str) -> Option<&'static str> {
    Some(match slice {
        "&" | "&&" => "and",
        "|" | "||" => "or",
        "!" | "！" => "not",
        "→" | "⇒" | "->" => "=>",
        "=<" => "<=",
        "<>" => "!=",
        "×" => "*",
        "÷" => "/",
        _ if slice.starts_with(['=', '＝', ':']) => "=",
        _ => return None,
    })
}

/// The inner of a text, without its quotes.
#[must_use]
pub fn inner(slice: &str) -> &str {
    let quote = |c: char| matches!(c, '"' | '“' | '”' | '＂');
    let Some(rest) = slice.strip_prefix(quote) else { return slice };
    let closed = if slice.starts_with('"') { rest.strip_suffix('"') } else { rest.strip_suffix(quote) };
    closed.unwrap_or(rest)
}

fn write_text(slice: &str, out: &mut String) {
    out.push('"');
    out.extend(inner(slice).nfc());
    out.push('"');
}

/// `2024年5月1日` as `2024-05-01`.
fn write_date(slice: &str, out: &mut String) {
    let plain: String = slice.chars().map(half_width).collect();
    for (at, part) in plain.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).enumerate() {
        if at > 0 {
            out.push('-');
        }
        if part.len() < 2 {
            out.push('0');
        }
        out.push_str(part);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str) -> Vec<(TokenKind, String)> {
        lex(text).iter().filter(|t| t.is_significant()).map(|t| (t.kind, t.canonical(text))).collect()
    }

    fn words(text: &str) -> Vec<String> {
        shown(text).into_iter().map(|(_, canonical)| canonical).collect()
    }

    fn lossless(text: &str) {
        let tokens = lex(text);
        let again: String = tokens.iter().map(|t| t.slice(text)).collect();
        assert_eq!(again, text);
        assert!(tokens.iter().all(|t| t.start < t.end));
    }

    #[test]
    fn digits_follow_letters_but_never_han() {
        assert_eq!(words("最多5000积分"), ["最多", "5000", "积分"]);
        assert_eq!(
            words("等级2 gift_50 活动_2024 T恤a1 卡b2c 3个月"),
            ["等级", "2", "gift_50", "活动_2024", "T恤a1", "卡b2c", "3", "个月"]
        );
    }

    #[test]
    fn each_is_a_word_of_its_own_only_in_front() {
        assert_eq!(words("每客户 每满 每每日 每Star"), ["每", "客户", "每", "满", "每", "每", "日", "每", "Star"]);
        assert_eq!(words("客户每月"), ["客户每月"]);
    }

    #[test]
    fn numbers_keep_their_form() {
        assert_eq!(
            shown("1_000 2.50 1万 2.5亿 3x 3X 1.5倍 60% ６０％ 2nd 100万积分 1万里通"),
            [
                (TokenKind::Number, "1_000"),
                (TokenKind::Number, "2.50"),
                (TokenKind::Number, "1万"),
                (TokenKind::Number, "2.5亿"),
                (TokenKind::Multiple, "3x"),
                (TokenKind::Multiple, "3x"),
                (TokenKind::Multiple, "1.5倍"),
                (TokenKind::Percent, "60%"),
                (TokenKind::Percent, "60%"),
                (TokenKind::Ordinal, "2nd"),
                (TokenKind::Number, "100万"),
                (TokenKind::Word, "积分"),
                (TokenKind::Number, "1万"),
                (TokenKind::Word, "里通"),
            ]
            .map(|(kind, text)| (kind, text.to_owned()))
        );
    }

    #[test]
    fn glued_letters_are_cut_from_their_number() {
        assert_eq!(words("5CNY 3xaf 1_000Star 5000CNY2"), ["5", "CNY", "3", "xaf", "1_000", "Star", "5000", "CNY2"]);
    }

    #[test]
    fn dates_and_times() {
        assert_eq!(
            shown("2024-10-01 18:00 18：00：30 10: 30 ２０２４－１０－０１")
                .into_iter()
                .map(|(kind, _)| kind)
                .collect::<Vec<_>>(),
            [
                TokenKind::Date,
                TokenKind::Time,
                TokenKind::Time,
                TokenKind::Number,
                TokenKind::Punct,
                TokenKind::Number,
                TokenKind::Date
            ]
        );
        assert_eq!(
            words("2024年5月1日 2024/05/1 2024-5-31 2024.5.1"),
            ["2024-05-01", "2024-05-01", "2024-05-31", "2024-05-01"]
        );
    }

    #[test]
    fn full_width_forms_are_read_as_half_width() {
        assert_eq!(
            words("ｒｕｌｅ　Ａ｛金额：１８８．８８，甲、乙；ａ≥１≤２≠３＝＞「"),
            [
                "rule", "A", "{", "金额", ":", "188.88", ",", "甲", ",", "乙", ";", "a", ">=", "1", "<=", "2", "!=",
                "3", "=>", ""
            ]
        );
        assert_eq!(words("“贵州银行” \"贵“州”\" “甲\""), ["\"贵州银行\"", "\"贵“州”\"", "\"甲\""]);
    }

    #[test]
    fn an_open_text_ends_with_its_line_before_a_final_brace() {
        let text = "rule a \"甲 on Purchase {  \n  earn 1 Star\n}";
        assert_eq!(words(text), ["rule", "a", "\"甲 on Purchase\"", "{", "earn", "1", "Star", "}"]);
        lossless(text);
        assert_eq!(words("\"{"), ["\"\"", "{"]);
    }

    #[test]
    fn what_the_language_lacks_is_named() {
        let errors: Vec<_> = shown("得 1 积分。 a == b && c @@ ！ # x")
            .into_iter()
            .filter_map(|(kind, canonical)| match kind {
                TokenKind::Error(error) => Some((error, canonical)),
                _ => None,
            })
            .collect();
        let expected = [
            (LexError::FullStop, ";"),
            (LexError::ForeignOperator, "="),
            (LexError::ForeignOperator, "and"),
            (LexError::Stray, ""),
            (LexError::ForeignOperator, "not"),
            (LexError::Stray, ""),
        ];
        assert_eq!(errors, expected.map(|(error, text)| (error, text.to_owned())));
    }

    #[test]
    fn names_are_nfc() {
        assert_eq!(words("cafe\u{301}"), ["café"]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]
        #[test]
        fn any_text_is_lexed_without_loss(text in "\\PC*") {
            lossless(&text);
        }

        #[test]
        fn any_run_of_pieces_is_lexed_without_loss(pieces in proptest::collection::vec(prop_oneof![
            Just("每满"), Just("\""), Just("“"), Just("{"), Just("\r\n"), Just("5CNY"), Just("2024-1-1"), Just("。"), Just("//"), Just("　"),
            Just("1万"), Just("3x"), Just("\u{301}"), Just("甲"), Just("_"), Just("=>"), Just("\u{FFFD}"), Just("\0"), Just(".5"), Just("10:30"),
        ], 0..40)) {
            lossless(&pieces.concat());
        }
    }
}
