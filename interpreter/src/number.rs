//! Exact numbers: a decimal, or a quotient kept as a pair until the text rounds it.
//!
//! `rust_decimal` rounds a product that needs more than 28 digits without a word, so products, sums and shifts are done on
//! its integer mantissas here: the result is exact or there is none. The checker has shown that policies stay inside 28
//! digits; [`Inexact`] is what remains of that promise at run time.

use earnest_dsl::syntax::ast::RoundMode;
use rust_decimal::Decimal;
use std::cmp::Ordering;

/// A value that would need more than 28 digits, or a division by zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Inexact;

type Result<T> = std::result::Result<T, Inexact>;

/// `numerator / denominator`; the denominator is above zero.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Exact {
    over: Decimal,
    under: Decimal,
}

impl From<Decimal> for Exact {
    fn from(value: Decimal) -> Self {
        Self { over: value, under: Decimal::ONE }
    }
}

impl Exact {
    pub(crate) const ZERO: Self = Self { over: Decimal::ZERO, under: Decimal::ONE };
    pub(crate) const ONE: Self = Self { over: Decimal::ONE, under: Decimal::ONE };

    /// The value as a decimal, where it is one.
    pub(crate) fn decimal(self) -> Option<Decimal> {
        if self.under == Decimal::ONE {
            return Some(self.over);
        }
        terminating(self.over, self.under)
    }

    pub(crate) fn is_zero(self) -> bool {
        self.over.is_zero()
    }

    pub(crate) fn is_negative(self) -> bool {
        self.over < Decimal::ZERO
    }

    pub(crate) fn add(self, other: Self) -> Result<Self> {
        if self.under == other.under {
            return Ok(Self { over: add(self.over, other.over)?, under: self.under });
        }
        let over = add(multiply(self.over, other.under)?, multiply(other.over, self.under)?)?;
        Self { over, under: multiply(self.under, other.under)? }.reduced()
    }

    pub(crate) fn negated(self) -> Self {
        Self { over: -self.over, under: self.under }
    }

    pub(crate) fn subtract(self, other: Self) -> Result<Self> {
        self.add(other.negated())
    }

    pub(crate) fn multiply(self, other: Self) -> Result<Self> {
        let product = Self { over: multiply(self.over, other.over)?, under: multiply(self.under, other.under)? };
        product.reduced()
    }

    pub(crate) fn divide(self, other: Self) -> Result<Self> {
        if other.is_zero() {
            return Err(Inexact);
        }
        let (over, under) = (multiply(self.over, other.under)?, multiply(self.under, other.over)?);
        let (over, under) = if under < Decimal::ZERO { (-over, -under) } else { (over, under) };
        Self { over, under }.reduced()
    }

    /// Whole steps of a size: towards zero, or (begun steps) away from it.
    pub(crate) fn steps(self, size: Self, started: bool) -> Result<Decimal> {
        self.divide(size)?.rounded(if started { RoundMode::Up } else { RoundMode::Down }, 0)
    }

    /// Rounded to so many decimals; the result has exactly that scale.
    pub(crate) fn rounded(self, mode: RoundMode, places: u32) -> Result<Decimal> {
        // over/under * 10^places as a quotient of two integers.
        let shift = i64::from(places) + i64::from(self.under.scale()) - i64::from(self.over.scale());
        let power = u32::try_from(shift.unsigned_abs()).map_err(|_| Inexact).and_then(ten_to)?;
        let (over, under) = if shift >= 0 {
            (self.over.mantissa().checked_mul(power), Some(self.under.mantissa()))
        } else {
            (Some(self.over.mantissa()), self.under.mantissa().checked_mul(power))
        };
        let (over, under) = (over.ok_or(Inexact)?, under.ok_or(Inexact)?);
        let quotient = over.checked_div(under).ok_or(Inexact)?;
        let rest = over.checked_rem(under).ok_or(Inexact)?;
        let away = match mode {
            RoundMode::Down => false,
            RoundMode::Up => rest != 0,
            RoundMode::HalfUp => rest.unsigned_abs() >= under.unsigned_abs() - rest.unsigned_abs(),
        };
        let step = if !away || rest == 0 {
            0
        } else if over < 0 {
            -1
        } else {
            1
        };
        make(quotient.checked_add(step).ok_or(Inexact)?, places)
    }

    pub(crate) fn compare(self, other: Self) -> Result<Ordering> {
        if self.under == other.under {
            return Ok(self.over.cmp(&other.over));
        }
        Ok(multiply(self.over, other.under)?.cmp(&multiply(other.over, self.under)?))
    }

    /// In lowest terms, as a plain decimal where it is one. A pair too long for that stays as it is.
    fn reduced(self) -> Result<Self> {
        if self.under == Decimal::ONE {
            return Ok(self);
        }
        if let Some(plain) = terminating(self.over, self.under) {
            return Ok(plain.into());
        }
        let Some((over, under)) = lowest(self.over, self.under) else { return Ok(self) };
        match (make(over, 0), make(under, 0)) {
            (Ok(over), Ok(under)) => Ok(Self { over, under }),
            _ => Ok(self),
        }
    }
}

/// Numerator and denominator as integers in lowest terms.
fn lowest(over: Decimal, under: Decimal) -> Option<(i128, i128)> {
    let (over, under) = (over.normalize(), under.normalize());
    let common = over.scale().max(under.scale());
    let raise = |value: Decimal| {
        let power = ten_to(common.checked_sub(value.scale())?).ok()?;
        value.mantissa().checked_mul(power)
    };
    let (over, under) = (raise(over)?, raise(under)?);
    let divisor = greatest_common(over.unsigned_abs(), under.unsigned_abs());
    let divisor = i128::try_from(divisor).ok().filter(|divisor| *divisor != 0)?;
    Some((over.checked_div(divisor)?, under.checked_div(divisor)?))
}

/// The quotient as a decimal of at most 28 decimals, where it ends.
fn terminating(over: Decimal, under: Decimal) -> Option<Decimal> {
    let (over, mut under) = lowest(over, under)?;
    let (mut twos, mut fives) = (0_u32, 0_u32);
    while under % 2 == 0 && under != 0 {
        under /= 2;
        twos = twos.checked_add(1)?;
    }
    while under % 5 == 0 && under != 0 {
        under /= 5;
        fives = fives.checked_add(1)?;
    }
    if under != 1 {
        return None;
    }
    let scale = twos.max(fives);
    let two = 2_i128.checked_pow(scale.checked_sub(twos)?)?;
    let five = 5_i128.checked_pow(scale.checked_sub(fives)?)?;
    make(over.checked_mul(two)?.checked_mul(five)?, scale).ok()
}

fn greatest_common(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

fn ten_to(power: u32) -> Result<i128> {
    10_i128.checked_pow(power).ok_or(Inexact)
}

/// A decimal of an integer and a scale; zeros at the end give way where there are too many digits.
fn make(mut mantissa: i128, mut scale: u32) -> Result<Decimal> {
    loop {
        if scale <= 28
            && let Ok(made) = Decimal::try_from_i128_with_scale(mantissa, scale)
        {
            return Ok(made);
        }
        if scale == 0 || mantissa % 10 != 0 {
            return Err(Inexact);
        }
        mantissa /= 10;
        scale -= 1;
    }
}

/// The exact product.
pub(crate) fn multiply(a: Decimal, b: Decimal) -> Result<Decimal> {
    if let Some(product) = a.mantissa().checked_mul(b.mantissa()) {
        return make(product, a.scale() + b.scale());
    }
    let (a, b) = (a.normalize(), b.normalize());
    make(a.mantissa().checked_mul(b.mantissa()).ok_or(Inexact)?, a.scale() + b.scale())
}

/// The exact sum, at the finer scale of the two.
pub(crate) fn add(a: Decimal, b: Decimal) -> Result<Decimal> {
    let scale = a.scale().max(b.scale());
    let raise = |value: Decimal| {
        let power = ten_to(scale - value.scale())?;
        value.mantissa().checked_mul(power).ok_or(Inexact)
    };
    make(raise(a)?.checked_add(raise(b)?).ok_or(Inexact)?, scale)
}

/// The exact difference.
pub(crate) fn subtract(a: Decimal, b: Decimal) -> Result<Decimal> {
    add(a, -b)
}

/// The same value with exactly so many decimals; zeros are added or dropped, nothing else.
pub(crate) fn at_scale(value: Decimal, scale: u32) -> Result<Decimal> {
    let mut plain = value.normalize();
    if plain.scale() > scale {
        return Err(Inexact);
    }
    plain.rescale(scale);
    if plain.scale() == scale { Ok(plain) } else { Err(Inexact) }
}

/// A decimal without trailing zeros.
pub(crate) fn plain(value: Decimal) -> String {
    value.normalize().to_string()
}

/// Splits an amount by weights: parts of the given scale that sum to it exactly. Whole units go by largest remainder, ties to
/// the earlier part. Weights are not negative; where all are zero, the first part takes everything.
pub(crate) fn split(total: Decimal, weights: &[Exact], scale: u32) -> Result<Vec<Decimal>> {
    if weights.is_empty() {
        return Ok(vec![]);
    }
    let units = Exact::from(total.abs()).multiply(make(ten_to(scale)?, 0)?.into())?.rounded(RoundMode::Down, 0)?;
    let mut sum = Exact::ZERO;
    for weight in weights {
        sum = sum.add(*weight)?;
    }
    let mut parts = Vec::with_capacity(weights.len());
    let mut given = Decimal::ZERO;
    for weight in weights {
        let quota = if sum.is_zero() { Exact::ZERO } else { Exact::from(units).multiply(*weight)?.divide(sum)? };
        let whole = quota.rounded(RoundMode::Down, 0)?;
        given = add(given, whole)?;
        parts.push((whole, quota.subtract(whole.into())?));
    }
    let mut order: Vec<usize> = (0..parts.len()).collect();
    let mut failed = false;
    order.sort_by(|a, b| match (parts.get(*a), parts.get(*b)) {
        (Some((_, a)), Some((_, b))) => b.compare(*a).unwrap_or_else(|Inexact| {
            failed = true;
            Ordering::Equal
        }),
        _ => Ordering::Equal,
    });
    if failed {
        return Err(Inexact);
    }
    let mut left = subtract(units, given)?;
    let mut next = order.iter().cycle();
    while left > Decimal::ZERO {
        let Some(at) = next.next() else { break };
        // Without weights everything goes to the first part at once.
        let unit = if sum.is_zero() { left } else { Decimal::ONE };
        if let Some((whole, _)) = parts.get_mut(*at) {
            *whole = add(*whole, unit)?;
        }
        left = subtract(left, unit)?;
    }
    let sign = if total < Decimal::ZERO { -Decimal::ONE } else { Decimal::ONE };
    parts.into_iter().map(|(whole, _)| make(multiply(whole, sign)?.normalize().mantissa_at_zero()?, scale)).collect()
}

/// The integer value of a whole decimal.
trait Whole {
    fn mantissa_at_zero(self) -> Result<i128>;
}

impl Whole for Decimal {
    fn mantissa_at_zero(self) -> Result<i128> {
        let whole = at_scale(self, 0)?;
        Ok(whole.mantissa())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dec(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn exact(text: &str) -> Exact {
        dec(text).into()
    }

    #[test]
    fn an_average_just_below_a_step_never_reaches_it() {
        // (15 x 1999.98 + 15 x 0.01) / 30 = 999.995: rounded to fen it would be 1000.00 and earn a point.
        let total =
            exact("15").multiply(exact("1999.98")).unwrap().add(exact("15").multiply(exact("0.01")).unwrap()).unwrap();
        let average = total.divide(exact("30")).unwrap();
        assert_eq!(average.steps(exact("1000"), false).unwrap(), dec("0"));
        assert_eq!(average.rounded(RoundMode::HalfUp, 2).unwrap(), dec("1000.00"));
    }

    #[test]
    fn a_third_is_kept_as_a_pair() {
        let third = exact("1").divide(exact("3")).unwrap();
        assert_eq!(third.multiply(exact("3")).unwrap().decimal(), Some(dec("1")));
        assert_eq!(third.decimal(), None);
        assert_eq!(third.compare(exact("0.3333333333333333333333333333")).unwrap(), Ordering::Greater);
    }

    #[test]
    fn rounding_goes_towards_zero_away_from_it_or_half_away() {
        for (value, down, up, half) in [
            ("44.5", "44", "45", "45"),
            ("-44.5", "-44", "-45", "-45"),
            ("44.4", "44", "45", "44"),
            ("7", "7", "7", "7"),
        ] {
            let value = exact(value);
            assert_eq!(value.rounded(RoundMode::Down, 0).unwrap(), dec(down));
            assert_eq!(value.rounded(RoundMode::Up, 0).unwrap(), dec(up));
            assert_eq!(value.rounded(RoundMode::HalfUp, 0).unwrap(), dec(half));
        }
    }

    #[test]
    fn products_beyond_28_digits_are_refused_and_never_rounded() {
        let long = exact("0.1234567890123456789");
        assert!(long.multiply(exact("0.1234567890123")).is_err());
        assert!(exact("1000000000000000").multiply(exact("1000000000000000")).is_err());
    }

    #[test]
    fn parts_sum_to_the_whole_and_ties_go_to_the_first() {
        let thirds = [Exact::ONE, Exact::ONE, Exact::ONE];
        assert_eq!(split(dec("100"), &thirds, 0).unwrap(), [dec("34"), dec("33"), dec("33")]);
        assert_eq!(split(dec("-100"), &thirds, 0).unwrap(), [dec("-34"), dec("-33"), dec("-33")]);
        assert_eq!(split(dec("5"), &[exact("0.6"), exact("0.4")], 0).unwrap(), [dec("3"), dec("2")]);
        assert_eq!(split(dec("1.01"), &[exact("0.5"), exact("0.5")], 2).unwrap(), [dec("0.51"), dec("0.50")]);
        assert_eq!(split(dec("7"), &[Exact::ZERO, Exact::ZERO], 0).unwrap(), [dec("7"), dec("0")]);
    }
}
