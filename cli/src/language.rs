//! The language of messages: asked for, or that of the surroundings.

use crate::arguments::LanguageChoice;
use earnest_dsl::diagnostic::Language;

/// The language of messages. The first of LC_ALL, LC_MESSAGES and LANG that says something decides, as everywhere.
pub fn language(asked: Option<LanguageChoice>, variable: impl Fn(&str) -> Option<String>) -> Language {
    match asked {
        Some(LanguageChoice::En) => Language::English,
        Some(LanguageChoice::Zh) => Language::Chinese,
        None => {
            let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
                .into_iter()
                .find_map(|name| variable(name).filter(|value| !value.is_empty()))
                .unwrap_or_default();
            if locale.to_ascii_lowercase().starts_with("zh") { Language::Chinese } else { Language::English }
        }
    }
}

/// `1 error`, `2 errors`: English alone counts so.
pub fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{} {}", earnest_dsl::words::grouped(&count.to_string()), if count == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::language;
    use crate::arguments::LanguageChoice;
    use earnest_dsl::diagnostic::Language;

    fn found(asked: Option<LanguageChoice>, variables: &[(&str, &str)]) -> Language {
        language(asked, |name| variables.iter().find(|(one, _)| *one == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn what_is_asked_wins_then_lc_all_then_lang() {
        assert_eq!(found(Some(LanguageChoice::En), &[("LANG", "zh_CN.UTF-8")]), Language::English);
        assert_eq!(found(None, &[("LANG", "zh_CN.UTF-8")]), Language::Chinese);
        assert_eq!(found(None, &[("LC_ALL", "C"), ("LANG", "zh_CN.UTF-8")]), Language::English);
        assert_eq!(found(None, &[("LC_ALL", ""), ("LANG", "zh_CN.UTF-8")]), Language::Chinese);
        assert_eq!(found(None, &[]), Language::English);
    }
}
