//! Blanks in Chinese text: one between digits or Latin letters and Han characters, none elsewhere.

/// What a character is, as far as blanks matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Han,
    Latin,
    /// Full-width punctuation: it brings its own room.
    Full,
    Other,
}

fn sort(letter: char) -> Sort {
    match letter {
        '\u{3400}'..='\u{9fff}' => Sort::Han,
        '，' | '。' | '：' | '；' | '（' | '）' | '、' | '“' | '”' | '？' | '《' | '》' => Sort::Full,
        _ if letter.is_ascii_alphanumeric() || letter == '%' => Sort::Latin,
        _ => Sort::Other,
    }
}

/// Part of a date such as 2024年5月1日: digits stand close to these.
fn of_date(letter: char) -> bool {
    matches!(letter, '年' | '月' | '日')
}

/// Digits and then, without a blank, the sign of a year or month.
fn opens_date(letters: &[char]) -> bool {
    let digits = letters.iter().take_while(|letter| letter.is_ascii_digit()).count();
    digits > 0 && letters.get(digits).is_some_and(|sign| matches!(sign, '年' | '月'))
}

/// Text with its blanks put right.
pub(super) fn chinese(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut last: Option<char> = None;
    let mut blank = false;
    let letters: Vec<char> = text.chars().collect();
    for (at, letter) in letters.iter().copied().enumerate() {
        if letter == ' ' {
            blank = true;
            continue;
        }
        if let Some(before) = last {
            let pair = (sort(before), sort(letter));
            let wanted = match pair {
                (Sort::Full, _) | (_, Sort::Full) | (Sort::Han, Sort::Han) => false,
                (Sort::Latin, Sort::Han) => blank || !of_date(letter),
                (Sort::Han, Sort::Latin) if opens_date(letters.get(at..).unwrap_or_default()) => false,
                (Sort::Han, Sort::Latin) => blank || !(of_date(before) && letter.is_ascii_digit()),
                _ => blank,
            };
            if wanted {
                out.push(' ');
            }
        }
        out.push(letter);
        last = Some(letter);
        blank = false;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::chinese;

    #[test]
    fn blanks_stand_where_chinese_wants_them() {
        for (text, tidy) in [
            ("金额不低于50,000 元的：得 1,000 积分", "金额不低于 50,000 元的：得 1,000 积分"),
            ("账单超过 抵扣额的部分", "账单超过抵扣额的部分"),
            ("自 2024年5月1日起", "自2024年5月1日起"),
            ("2年 内", "2年内"),
            ("最多2 年", "最多 2 年"),
            ("提高到 3 倍（含原有积分）", "提高到 3 倍（含原有积分）"),
            ("账单的 100%，超出", "账单的 100%，超出"),
            ("由logistics配送", "由 logistics 配送"),
            ("2019年6月18日 10:00起", "2019年6月18日 10:00 起"),
        ] {
            assert_eq!(chinese(text), tidy);
        }
    }
}
