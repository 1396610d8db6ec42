//! The words of the language: a table from role to its English and Chinese words.
//!
//! A role is what a word does at its place (`from` before a date and `from` before a clock time are two roles, because Chinese
//! says them differently). Each role of a kind other than [`Kind::Function`] is the rule `kw_ROLE` of `grammar.pest`; a test
//! checks that both agree word for word. The first word of each language is the one that the formatter prints; the others are
//! read as well. A phrase is written as its tokens with one blank between them, so `每满` is `每 满` here (a word that begins
//! with 每 is always two tokens); [`Keyword::shown`] gives it as an author writes it.

mod table;

use crate::diagnostic::{Language, Text};

pub use table::KEYWORDS;

/// What a word does in a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Begins a declaration: `rule`, `积分种类`.
    Declaration,
    /// Begins a clause: `earn`, `每`.
    Clause,
    /// Stands inside a clause, between or after other things: `of`, `else refuse`, `起`.
    Inner,
    /// A unit after a number: `days`, `个月`.
    Unit,
    /// A type of a field: `money`, `金额`.
    Type,
    /// A word that stands for itself: `sat`, `yes`, `best of`.
    Value,
    /// A step of a test, or an expectation.
    Test,
    /// A function before `of` or after 的. Any name may stand there: these are names that both languages know, no keywords.
    Function,
}

/// One role with its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keyword {
    /// The role: the rule's name in the grammar without `kw_`.
    pub role: &'static str,
    /// What it does.
    pub kind: Kind,
    /// English words, the printed one first. Empty where only Chinese has a word (a closing particle).
    pub en: &'static [&'static str],
    /// Chinese words, the printed one first. Empty where only English has one.
    pub zh: &'static [&'static str],
}

impl Keyword {
    /// The words of one language, the printed one first.
    #[must_use]
    pub fn words(&self, language: Language) -> &'static [&'static str] {
        match language {
            Language::English => self.en,
            Language::Chinese => self.zh,
        }
    }

    /// The printed word of a language as an author writes it (`每满`, not `每 满`); of the other language where this one has none.
    #[must_use]
    pub fn shown(&self, language: Language) -> String {
        let (first, second) = match language {
            Language::English => (self.en, self.zh),
            Language::Chinese => (self.zh, self.en),
        };
        first.first().or_else(|| second.first()).map(|word| word.replace("每 ", "每")).unwrap_or_default()
    }

    /// All words of both languages.
    pub fn all(&self) -> impl Iterator<Item = &'static str> {
        self.en.iter().chain(self.zh.iter()).copied()
    }
}

/// English words that may not be names, because they are operators of expressions and sentences.
pub static RESERVED_EN: &[&str] = &[
    "and",
    "or",
    "not",
    "is",
    "in",
    "of",
    "per",
    "above",
    "into",
    "otherwise",
    "when",
    "while",
    "to",
    "by",
    "from",
    "until",
    "else",
    "with",
];

/// Chinese words that may not be names.
pub static RESERVED_ZH: &[&str] = &[
    "且",
    "或",
    "非",
    "为",
    "不为",
    "属于",
    "不属于",
    "的",
    "每",
    "满",
    "按",
    "超过",
    "部分",
    "入",
    "给",
    "得",
    "当",
    "时",
    "只要",
    "应有",
    "自",
    "从",
    "至",
    "到",
    "前",
    "起",
    "其余",
    "否则拒绝",
    "提高到",
    "另加",
    "降到",
    "将",
    "再用",
    "加权",
    "含本笔",
    "不含本笔",
];

/// Words that are no unit after a number, beside the reserved ones: what may follow an amount.
pub static NEVER_UNIT: &[&str] = &[
    "after",
    "at",
    "then",
    "across",
    "round",
    "earn",
    "keep",
    "reach",
    "earned",
    "frozen",
    "funded",
    "last",
    "stock",
    "value",
    "grants",
    "weighted",
    "once",
    "drop",
    "default",
    "as",
    "over",
    "first",
    "for",
    "on",
    "room",
    "trim",
    "undo",
    "worth",
    "number",
    "owe",
    "places",
    "each",
    "every",
    "before",
    "final",
    "idle",
    "the",
    "json",
    "reduces",
    "across",
    "decimals",
    "digits",
    "held",
    "rolling",
    "且",
    "之",
    "再",
    "获得于",
    "冻结",
    "出资",
    "末日",
    "库存",
    "市值",
    "附赠",
    "一次",
    "缺省",
    "截至",
    "最近",
    "此前",
    "先入账",
    "折算",
    "于",
    "在",
    "额度恢复",
    "额度不恢复",
    "削减",
    "未用则撤回",
    "价值",
    "编号",
    "欠",
    "位",
    "位小数",
    "依次",
    "限额后",
    "按全额计",
    "向下取整",
    "向上取整",
    "四舍五入",
    "早于",
    "末后",
    "止",
    "闲置",
    "冲减",
    "保级至",
    "使用",
    "利润",
    "计价",
    "内",
    "不再调整",
    "滚动",
    "适用于",
    "付给",
    "达到",
    "分段",
    "降到",
    "有",
    "顺序为",
];

/// Words with which a line goes on: a line that begins with one of them belongs to the line before it.
pub static CONTINUES: &[&str] = &[
    "and",
    "or",
    "in",
    "not in",
    "is",
    "per full",
    "per started",
    "else",
    "into",
    "while",
    "且",
    "或",
    "属于",
    "不属于",
    "为",
    "不为",
    "每 满",
    "每 起",
    "否则拒绝",
    "入",
    "只要",
];

/// The keyword of a role.
#[must_use]
pub fn keyword(role: &str) -> Option<&'static Keyword> {
    KEYWORDS.iter().find(|keyword| keyword.role == role)
}

/// Whether a word may not be a name.
#[must_use]
pub fn is_reserved(word: &str) -> bool {
    RESERVED_EN.contains(&word) || RESERVED_ZH.contains(&word)
}

/// All keywords of a kind.
pub fn of_kind(kind: Kind) -> impl Iterator<Item = &'static Keyword> {
    KEYWORDS.iter().filter(move |keyword| keyword.kind == kind)
}

/// The English name of a function that was written in either language: `合计` is `sum`. Other names stay as they are.
#[must_use]
pub fn function_name(word: &str) -> Option<&'static str> {
    of_kind(Kind::Function)
        .find(|keyword| keyword.all().any(|known| known == word))
        .and_then(|keyword| keyword.en.first().copied())
}

/// What a role, or another part of the grammar, is called in a message: "`earn`", "a name".
#[must_use]
pub fn called(role: &str) -> Option<Text> {
    if let Some((_, en, zh)) = PARTS.iter().find(|(part, _, _)| *part == role) {
        return Some(Text::new(*en, *zh));
    }
    let keyword = keyword(role)?;
    Some(Text::new(
        format!("`{}`", keyword.shown(Language::English)),
        format!("`{}`", keyword.shown(Language::Chinese)),
    ))
}

/// Parts of the grammar that are no keywords, in business words.
pub static PARTS: &[(&str, &str, &str)] = &[
    ("name", "a name", "名称"),
    ("value", "a value", "值"),
    ("amount", "an amount", "数量"),
    ("length", "a length of time, such as `3 months`", "时长，如 `3个月`"),
    ("unit", "a unit", "单位"),
    ("number", "a number", "数"),
    ("date", "a date", "日期"),
    ("time", "a time of day", "时刻"),
    ("text", "a text in quotes", "引号中的文字"),
    ("zone", "a time zone", "时区"),
    ("clause", "a clause", "条款"),
    ("clause_end", "the end of the clause", "条款结束"),
    ("declaration", "a declaration", "声明"),
    ("field", "a field", "字段"),
    ("field_type", "a type", "类型"),
    ("enum_value", "a value of the list", "枚举值"),
    ("code_member", "a code", "代码"),
    ("row", "a row", "一行"),
    ("step", "a step", "步骤"),
    ("expectation", "what is expected, such as `earn 10 Point`", "预期结果，如 `得 10 积分`"),
    ("scope", "a scope, such as `per customer`", "范围，如 `每客户`"),
    ("scope_key", "whom or what it is counted for", "按谁或按什么计"),
    ("rounding", "a rounding, such as `round down`", "取整方式，如 `向下取整`"),
    ("weekday", "a day, such as `sat`", "日子，如 `周六`"),
    ("colon", "`:`", "`：`"),
    ("comma", "`,`", "`，`"),
    ("dot", "`.`", "`.`"),
    ("question", "`?`", "`？`"),
    ("equals", "`=`", "`=`"),
    ("less", "`<`", "`<`"),
    ("arrow", "`=>`", "`=>`"),
    ("plus", "`+`", "`+`"),
    ("minus", "`-`", "`-`"),
    ("star", "`*`", "`*`"),
    ("slash", "`/`", "`/`"),
    ("lbrace", "`{`", "`{`"),
    ("rbrace", "`}`", "`}`"),
    ("lparen", "`(`", "`（`"),
    ("rparen", "`)`", "`）`"),
    ("rbracket", "`]`", "`]`"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::layout::canonical_of;
    use std::collections::{BTreeMap, BTreeSet};

    const GRAMMAR: &str = include_str!("grammar.pest");

    /// The texts in quotes of every rule that is only a choice of texts, by the rule's name.
    fn word_rules() -> BTreeMap<&'static str, Vec<&'static str>> {
        GRAMMAR
            .split("\n")
            .scan(None::<&'static str>, |open, line| {
                if let Some((name, _)) = line.split_once('=') {
                    *open = Some(name.trim());
                }
                let words: Vec<&str> = line.split('"').skip(1).step_by(2).filter(|word| *word != " ").collect();
                Some((open.unwrap_or_default(), words))
            })
            .filter(|(name, _)| name.starts_with("kw_") || matches!(*name, "reserved" | "never_unit"))
            .fold(BTreeMap::new(), |mut all, (name, words)| {
                all.entry(name).or_insert_with(Vec::new).extend(words);
                all
            })
    }

    fn set(words: impl IntoIterator<Item = &'static str>) -> BTreeSet<&'static str> {
        words.into_iter().collect()
    }

    #[test]
    fn the_table_and_the_grammar_agree_word_for_word() {
        let rules = word_rules();
        let mut seen = BTreeSet::new();
        for keyword in KEYWORDS.iter().filter(|keyword| keyword.kind != Kind::Function) {
            let rule = format!("kw_{}", keyword.role);
            assert!(seen.insert(rule.clone()), "{rule} stands twice in the table");
            let found = rules.get(rule.as_str()).unwrap_or_else(|| panic!("{rule} is not in the grammar"));
            assert_eq!(set(found.iter().copied()), set(keyword.all()), "{rule}");
        }
        let more: Vec<&&str> = rules.keys().filter(|name| name.starts_with("kw_") && !seen.contains(**name)).collect();
        assert!(more.is_empty(), "not in the table: {more:?}");
        assert_eq!(set(rules["reserved"].iter().copied()), set(RESERVED_EN.iter().chain(RESERVED_ZH).copied()));
        assert_eq!(set(rules["never_unit"].iter().copied()), set(NEVER_UNIT.iter().copied()));
    }

    #[test]
    fn every_keyword_is_used_by_the_grammar() {
        for keyword in KEYWORDS.iter().filter(|keyword| keyword.kind != Kind::Function) {
            let rule = format!("kw_{}", keyword.role);
            let uses = GRAMMAR.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| *word == rule).count();
            assert!(uses > 1, "{rule} is in no rule");
        }
    }

    #[test]
    fn no_word_hides_a_longer_one_of_its_rule() {
        for (rule, words) in word_rules() {
            for (at, word) in words.iter().enumerate() {
                let hidden = words[at + 1..].iter().find(|later| later.starts_with(word));
                assert!(hidden.is_none(), "{rule}: {word} comes before {hidden:?}");
            }
        }
    }

    #[test]
    fn keywords_are_written_as_their_tokens() {
        for word in
            KEYWORDS.iter().flat_map(Keyword::all).chain(RESERVED_EN.iter().copied()).chain(RESERVED_ZH.iter().copied())
        {
            assert_eq!(canonical_of(word).text, format!("{word} "));
        }
    }

    #[test]
    fn what_an_author_writes_is_shown_without_the_blank_behind_each() {
        assert_eq!(keyword("per_full").map(|keyword| keyword.shown(Language::Chinese)).as_deref(), Some("每满"));
        assert_eq!(keyword("within").map(|keyword| keyword.shown(Language::Chinese)).as_deref(), Some("within"));
        assert_eq!(function_name("合计"), Some("sum"));
        assert_eq!(function_name("消费"), None);
    }
}
