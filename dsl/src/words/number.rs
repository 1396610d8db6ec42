//! Numbers as people read them: thousands apart. Works on decimal text, so nothing is ever rounded.

use rust_decimal::Decimal;

/// `-11500.50` as `-11,500.50`.
#[must_use]
pub fn grouped(number: &str) -> String {
    in_threes(number, ',')
}

/// `-11500.50` as `-11_500.50`: as policy text has it.
#[must_use]
pub fn written(number: &str) -> String {
    in_threes(number, '_')
}

fn in_threes(number: &str, mark: char) -> String {
    let (sign, digits) = match number.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", number),
    };
    let (whole, fraction) = match digits.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (digits, None),
    };
    let mut out = sign.to_owned();
    let count = whole.chars().count();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (count.saturating_sub(at)).is_multiple_of(3) {
            out.push(mark);
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// A number without needless zeros, thousands apart.
pub(crate) fn plain(number: Decimal) -> String {
    grouped(&number.normalize().to_string())
}

#[cfg(test)]
mod tests {
    use super::{grouped, written};

    #[test]
    fn thousands_stand_apart() {
        for (number, shown) in [
            ("0", "0"),
            ("999", "999"),
            ("1000", "1,000"),
            ("-1234567.8901", "-1,234,567.8901"),
            ("-100", "-100"),
            ("0.005", "0.005"),
        ] {
            assert_eq!(grouped(number), shown);
        }
        assert_eq!(written("-1234567.8901"), "-1_234_567.8901");
    }
}
