//! Powers and logarithms of two in fixed point, so that the same seed gives the same numbers on every machine.

/// Bits behind the point of a logarithm.
pub(crate) const POINT: u32 = 32;

/// Bits behind the point inside the computation.
const INNER: u32 = 62;

/// The logarithm to the base 2 of a whole number above zero, times 2^32, rounded down. Zero has the logarithm of one.
pub(crate) fn log2(number: u64) -> u64 {
    let number = number.max(1);
    let whole = number.ilog2();
    // The mantissa, in [1, 2): squared again and again, each doubling is the next bit.
    let mut mantissa = u128::from(number) << INNER.saturating_sub(whole);
    let mut result = u64::from(whole) << POINT;
    for bit in (0..POINT).rev() {
        mantissa = (mantissa * mantissa) >> INNER;
        if mantissa >> INNER >= 2 {
            mantissa >>= 1;
            result |= 1 << bit;
        }
    }
    result
}

/// Two to the power of `exponent` / 2^32, times 2^`scale`, rounded down; at most 2^64 - 1.
pub(crate) fn exp2(exponent: u64, scale: u32) -> u64 {
    let mut mantissa: u128 = 1 << INNER;
    let mut root: u128 = 2 << INNER;
    for bit in (0..POINT).rev() {
        root = (root << INNER).isqrt();
        if exponent >> bit & 1 == 1 {
            mantissa = (mantissa * root) >> INNER;
        }
    }
    let whole = u32::try_from(exponent >> POINT).unwrap_or(u32::MAX).saturating_add(scale);
    let value = if whole >= INNER {
        mantissa.checked_shl(whole - INNER).filter(|_| whole < 64)
    } else {
        Some(mantissa >> (INNER - whole))
    };
    value.and_then(|value| u64::try_from(value).ok()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::{POINT, exp2, log2};

    #[test]
    fn logarithms_and_powers_undo_each_other() {
        assert_eq!((log2(1), log2(2), log2(1024)), (0, 1 << POINT, 10 << POINT));
        // log2(10) = 3.321928094887...
        assert_eq!((log2(10) * 1_000_000) >> POINT, 3_321_928);
        for number in [3_u64, 100, 499_999, 500_000, 123_456_789] {
            let back = exp2(log2(number), 0);
            assert!(number - back <= 1, "{number} came back as {back}");
        }
        // The square root of two, with 20 bits.
        assert_eq!(exp2(1 << (POINT - 1), 20), 1_482_910);
    }
}
