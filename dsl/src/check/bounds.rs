//! How large a value can be and how many decimals it can have, so that no intermediate exceeds 28 digits (semantics, section 2).

use rust_decimal::Decimal;

/// Smallest and largest value, and decimals at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bounds {
    pub low: Decimal,
    pub high: Decimal,
    pub scale: u8,
}

impl Bounds {
    pub(crate) fn exact(value: Decimal) -> Self {
        let scale = u8::try_from(value.normalize().scale()).unwrap_or(28);
        Self { low: value, high: value, scale }
    }

    pub(crate) fn of(typed: &crate::policy::Typed) -> Option<Self> {
        typed.range.map(|(low, high)| Self { low, high, scale: typed.scale })
    }

    /// `None` where more than 28 digits could be needed.
    fn checked(low: Decimal, high: Decimal, scale: u32) -> Option<Self> {
        let largest = low.abs().max(high.abs());
        let whole = largest.trunc().normalize();
        let mut digits: u32 = 0;
        let mut rest = whole;
        while rest >= Decimal::ONE {
            rest = rest.checked_div(Decimal::TEN)?.trunc();
            digits = digits.checked_add(1)?;
        }
        (digits.checked_add(scale)? <= 28)
            .then(|| u8::try_from(scale).ok().map(|scale| Self { low, high, scale }))
            .flatten()
    }

    pub(crate) fn add(self, other: Self) -> Option<Self> {
        let scale = u32::from(self.scale.max(other.scale));
        Self::checked(self.low.checked_add(other.low)?, self.high.checked_add(other.high)?, scale)
    }

    pub(crate) fn negate(self) -> Self {
        Self { low: -self.high, high: -self.low, scale: self.scale }
    }

    pub(crate) fn subtract(self, other: Self) -> Option<Self> {
        self.add(other.negate())
    }

    pub(crate) fn multiply(self, other: Self) -> Option<Self> {
        let products = [
            self.low.checked_mul(other.low)?,
            self.low.checked_mul(other.high)?,
            self.high.checked_mul(other.low)?,
            self.high.checked_mul(other.high)?,
        ];
        let low = products.iter().min().copied()?;
        let high = products.iter().max().copied()?;
        Self::checked(low, high, u32::from(self.scale).checked_add(u32::from(other.scale))?)
    }

    /// An exact quotient by something that is not zero: its size, with the decimals of what is divided.
    pub(crate) fn divide(self, other: Self) -> Option<Self> {
        let quotients = [
            self.low.checked_div(other.low)?,
            self.low.checked_div(other.high)?,
            self.high.checked_div(other.low)?,
            self.high.checked_div(other.high)?,
        ];
        let low = quotients.iter().min()?.floor();
        let high = quotients.iter().max()?.ceil();
        Self::checked(low, high, u32::from(self.scale))
    }

    /// The number of whole (or begun) steps of at least `step.low` in `self`.
    pub(crate) fn steps(self, step: Self) -> Option<Self> {
        let smallest = if step.low > Decimal::ZERO { step.low } else { return None };
        let high = self.high.checked_div(smallest)?.ceil();
        let low = self.low.checked_div(smallest)?.floor();
        Self::checked(low, high, 0)
    }

    /// The part above a threshold.
    pub(crate) fn above(self, other: Self) -> Option<Self> {
        let rest = self.subtract(other)?;
        Some(Self { low: Decimal::ZERO, high: rest.high.max(Decimal::ZERO), scale: rest.scale })
    }
}

#[cfg(test)]
mod tests {
    use super::Bounds;
    use rust_decimal::Decimal;

    fn bounds(low: i64, high: i64, scale: u8) -> Bounds {
        Bounds { low: Decimal::from(low), high: Decimal::from(high), scale }
    }

    #[test]
    fn products_take_the_outermost_ends() {
        let product = bounds(-3, 2, 1).multiply(bounds(-5, 7, 2)).unwrap();
        assert_eq!(product, bounds(-21, 15, 3));
    }

    #[test]
    fn what_could_need_more_than_28_digits_is_refused() {
        let most = 1_000_000_000_000_000;
        assert!(bounds(0, most, 2).multiply(bounds(0, 100_000_000, 2)).is_some_and(|product| product.scale == 4));
        assert!(bounds(0, most, 2).multiply(bounds(0, most, 2)).is_none());
        assert!(bounds(0, most, 12).add(bounds(0, most, 2)).is_some());
        assert!(bounds(0, most, 13).add(bounds(0, most, 2)).is_none());
    }

    #[test]
    fn steps_are_counted_by_the_smallest_step() {
        assert_eq!(bounds(0, 1_000, 2).steps(bounds(3, 10, 0)).unwrap(), bounds(0, 334, 0));
        assert!(bounds(0, 1_000, 2).steps(bounds(0, 10, 0)).is_none());
    }

    #[test]
    fn the_part_above_is_never_below_zero() {
        assert_eq!(bounds(0, 100, 2).above(bounds(40, 60, 0)).unwrap(), bounds(0, 60, 2));
        assert_eq!(bounds(0, 10, 0).above(bounds(40, 60, 0)).unwrap(), bounds(0, 0, 0));
    }

    #[test]
    fn quotients_grow_where_the_divisor_is_small() {
        let half = Bounds { low: Decimal::new(5, 1), high: Decimal::from(2), scale: 1 };
        assert_eq!(bounds(-10, 10, 2).divide(half).unwrap(), bounds(-20, 20, 2));
    }
}
