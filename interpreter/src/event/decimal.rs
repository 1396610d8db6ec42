//! Decimals from JSON, exact or not at all: the text of a string or of a number, never a float.

use rust_decimal::Decimal;
use serde_json::Value as Json;

/// Why a JSON value is no exact decimal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NoDecimal {
    /// It is no number at all.
    Type,
    /// It has more digits than an exact decimal holds.
    Long,
}

/// The exact decimal of a JSON string (`"12.50"`) or number (`12.5`, `1e2`).
pub(crate) fn decimal(json: &Json) -> Result<Decimal, NoDecimal> {
    match json {
        Json::String(text) => of_text(text.trim(), false),
        Json::Number(number) => of_text(&number.to_string(), true),
        _ => Err(NoDecimal::Type),
    }
}

/// `-12.5`, and with an exponent where that is allowed: `1e2`, `1.5E-3`.
fn of_text(text: &str, exponent_allowed: bool) -> Result<Decimal, NoDecimal> {
    let (plain, exponent) = match text.find(['e', 'E']) {
        None => (text, 0),
        Some(at) if exponent_allowed => {
            let (plain, exponent) = text.split_at(at);
            let exponent: i32 = exponent.get(1..).and_then(|digits| digits.parse().ok()).ok_or(NoDecimal::Long)?;
            (plain, exponent)
        }
        Some(_) => return Err(NoDecimal::Type),
    };
    let (sign, digits) = match plain.strip_prefix('-') {
        Some(digits) => (-1_i128, digits),
        None => (1_i128, plain),
    };
    let (whole, fraction) = match digits.split_once('.') {
        Some((_, "")) => return Err(NoDecimal::Type),
        Some((whole, fraction)) => (whole, fraction),
        None => (digits, ""),
    };
    let sound = !whole.is_empty() && whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit());
    if !sound {
        return Err(NoDecimal::Type);
    }
    let mantissa = format!("{whole}{fraction}");
    let mut mantissa: i128 = match mantissa.trim_start_matches('0') {
        "" => 0,
        significant => significant.parse().map_err(|_| NoDecimal::Long)?,
    };
    let mut scale = i64::try_from(fraction.len()).map_err(|_| NoDecimal::Long)? - i64::from(exponent);
    while scale < 0 && mantissa != 0 {
        mantissa = mantissa.checked_mul(10).ok_or(NoDecimal::Long)?;
        scale += 1;
    }
    while scale > 28 && mantissa % 10 == 0 && mantissa != 0 {
        mantissa /= 10;
        scale -= 1;
    }
    if mantissa == 0 {
        return Ok(Decimal::ZERO);
    }
    let scale = u32::try_from(scale).map_err(|_| NoDecimal::Long)?;
    Decimal::try_from_i128_with_scale(sign.checked_mul(mantissa).ok_or(NoDecimal::Long)?, scale)
        .map_err(|_| NoDecimal::Long)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Decimal, NoDecimal> {
        decimal(&serde_json::from_str(json).unwrap())
    }

    fn is(text: &str) -> Result<Decimal, NoDecimal> {
        Ok(text.parse().unwrap())
    }

    #[test]
    fn strings_and_numbers_are_exact() {
        assert_eq!(read("\"250.90\""), is("250.90"));
        assert_eq!(read("12.5"), is("12.5"));
        assert_eq!(read("1e2"), is("100"));
        assert_eq!(read("1.5E-3"), is("0.0015"));
        assert_eq!(read("-0"), is("0"));
        // This one is not what a 64-bit float would make of it.
        assert_eq!(read("0.1000000000000000055"), is("0.1000000000000000055"));
        assert_eq!(read("100000000000000.01"), is("100000000000000.01"));
    }

    #[test]
    fn what_is_no_exact_decimal_is_refused() {
        assert_eq!(read("\"1e2\""), Err(NoDecimal::Type));
        assert_eq!(read("\"12,5\""), Err(NoDecimal::Type));
        assert_eq!(read("\"5.\""), Err(NoDecimal::Type));
        assert_eq!(read("\".5\""), Err(NoDecimal::Type));
        assert_eq!(read("\"\""), Err(NoDecimal::Type));
        assert_eq!(read("true"), Err(NoDecimal::Type));
        assert_eq!(read("1e400"), Err(NoDecimal::Long));
        assert_eq!(read("1e-400"), Err(NoDecimal::Long));
        assert_eq!(read("0.12345678901234567890123456789012345678901"), Err(NoDecimal::Long));
        assert_eq!(read("99999999999999999999999999999999999999999999"), Err(NoDecimal::Long));
        assert_eq!(read("1e999999999999"), Err(NoDecimal::Long));
    }
}
