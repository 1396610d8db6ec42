//! Words that were probably meant: the nearest of some words, and the only way to cut a run of Chinese words.

use super::super::keywords::{KEYWORDS, Kind};
use std::collections::BTreeSet;

/// The nearest of some phrases to what was written, if it is near enough to be meant. One transposition counts as one slip.
/// Of phrases that are equally near the first in order wins; an exact match is no slip and gives nothing.
pub fn nearest<'w>(written: &str, phrases: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    let length = written.chars().count();
    let allowed =
        if written.is_ascii() { [0, 0, 0, 1, 1, 1].get(length).copied().unwrap_or(2) } else { usize::from(length > 1) };
    let distance = |phrase: &'w str| {
        let distance = strsim::osa_distance(written, phrase);
        // A Chinese word of two characters of which one is wrong is near only if its first one is right.
        let heads_agree = written.chars().next() == phrase.chars().next() || length > 2;
        // Nor is one with a character more: 积分 is not 积分池.
        let lengths_agree = written.is_ascii() || length > 3 || phrase.chars().count() == length;
        (distance > 0 && distance <= allowed && heads_agree && lengths_agree).then_some((distance, phrase))
    };
    phrases.into_iter().filter_map(distance).min().map(|(_, phrase)| phrase)
}

/// All words of keywords of some kinds.
pub fn words_of(kinds: &'static [Kind]) -> impl Iterator<Item = &'static str> {
    KEYWORDS.iter().filter(move |keyword| kinds.contains(&keyword.kind)).flat_map(|keyword| keyword.all())
}

/// Single words of the language in Chinese, phrases taken apart.
fn chinese_words<'w>() -> impl Iterator<Item = &'w str> {
    KEYWORDS.iter().flat_map(|keyword| keyword.zh.iter()).flat_map(|phrase| phrase.split(' '))
}

/// Cuts a run of Han characters into known words, if there is exactly one way. `names` are words of the file.
/// A word that begins with 每 counts as 每 and the rest.
pub fn only_split(run: &str, names: &BTreeSet<String>) -> Option<Vec<String>> {
    let chars: Vec<char> = run.chars().collect();
    if chars.len() < 2 || chars.len() > LONGEST_RUN || !chars.iter().any(|c| !c.is_ascii()) {
        return None;
    }
    let known: BTreeSet<&str> =
        chinese_words().chain(names.iter().map(String::as_str)).filter(|word| *word != run).collect();
    // ways[i]: number of ways to cut the first i characters (two is as good as many), and where the last word begins.
    let mut ways: Vec<(usize, usize)> = vec![(1, 0)];
    for end in 1..=chars.len() {
        let mut found = (0_usize, 0);
        for start in 0..end {
            let count = ways.get(start).map_or(0, |way| way.0);
            let word: String = chars.get(start..end).unwrap_or_default().iter().collect();
            if count > 0 && known.contains(word.as_str()) {
                found = (found.0.saturating_add(count).min(2), start);
            }
        }
        ways.push(found);
    }
    if ways.last()?.0 != 1 {
        return None;
    }
    let mut words = Vec::new();
    let mut end = chars.len();
    while end > 0 {
        let start = ways.get(end)?.1;
        words.push(chars.get(start..end)?.iter().collect());
        end = start;
    }
    words.reverse();
    (words.len() > 1).then_some(words)
}

/// Longer runs are prose, not clauses.
const LONGEST_RUN: usize = 40;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transposition_is_one_slip() {
        assert_eq!(nearest("eran", words_of(&[Kind::Clause])), Some("earn"));
        assert_eq!(nearest("rul", words_of(&[Kind::Declaration])), Some("rule"));
        assert_eq!(nearest("at mots", words_of(&[Kind::Clause])), Some("at most"));
        assert_eq!(nearest("规侧", words_of(&[Kind::Declaration])), Some("规则"));
        assert_eq!(nearest("customer", words_of(&[Kind::Declaration])), None);
        assert_eq!(nearest("earn", ["earn"]), None);
    }

    #[test]
    fn a_run_is_cut_only_where_there_is_one_way() {
        let names: BTreeSet<String> = ["客户", "金额", "支付工具", "信用卡"].map(str::to_owned).into();
        let cut = |run: &str| only_split(run, &names).map(|words| words.join(" "));
        assert_eq!(cut("客户每月最多").as_deref(), Some("客户 每 月 最多"));
        assert_eq!(cut("当支付工具为信用卡时").as_deref(), Some("当 支付工具 为 信用卡 时"));
        assert_eq!(cut("按金额每满").as_deref(), Some("按 金额 每 满"));
        assert_eq!(cut("甲乙丙"), None);
        assert_eq!(cut("金额"), None);
    }
}
