//! Shares of an amount: largest remainder, ties to the earlier party; shares sum exactly.

use super::LotsError;
use rust_decimal::Decimal;
use std::sync::Arc;

/// Parties with their parts.
pub(crate) type Funded = Vec<(Arc<str>, Decimal)>;

/// The exact sum of two amounts.
pub(super) fn add(a: Decimal, b: Decimal) -> Result<Decimal, LotsError> {
    a.checked_add(b).ok_or_else(too_large)
}

/// The exact difference of two amounts.
pub(super) fn subtract(a: Decimal, b: Decimal) -> Result<Decimal, LotsError> {
    a.checked_sub(b).ok_or_else(too_large)
}

pub(super) fn too_large() -> LotsError {
    LotsError::Line("an amount of points is too large".to_owned())
}

/// What each party pays of `amount`, which is part of what `parts` sum to. No party pays more than its part.
pub(crate) fn share(amount: Decimal, parts: &Funded, scale: u32) -> Result<Funded, LotsError> {
    let units = |value: Decimal| -> Result<i128, LotsError> {
        let mut value = value;
        value.rescale(scale);
        Ok(value.mantissa())
    };
    let mut whole: i128 = 0;
    for (_, part) in parts {
        whole = whole.checked_add(units(*part)?).ok_or_else(too_large)?;
    }
    if whole == 0 {
        return Ok(vec![]);
    }
    let amount = units(amount)?;
    let mut shares: Vec<(i128, i128)> = Vec::with_capacity(parts.len());
    let mut left = amount;
    for (_, part) in parts {
        let product = units(*part)?.checked_mul(amount).ok_or_else(too_large)?;
        let (quota, rest) = (product / whole, product % whole);
        left -= quota;
        shares.push((quota, rest));
    }
    let mut order: Vec<usize> = (0..shares.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(shares.get(*at).map_or(0, |(_, rest)| *rest)));
    for at in order {
        if left == 0 {
            break;
        }
        if let Some((quota, _)) = shares.get_mut(at) {
            *quota += 1;
            left -= 1;
        }
    }
    let mut out = Funded::new();
    for ((party, _), (units, _)) in parts.iter().zip(shares) {
        let part = Decimal::try_from_i128_with_scale(units, scale).map_err(|_| too_large())?;
        if !part.is_zero() {
            out.push((party.clone(), part));
        }
    }
    Ok(out)
}

/// `parts` less `taken`.
pub(super) fn without(parts: &Funded, taken: &Funded) -> Result<Funded, LotsError> {
    let mut out = Funded::new();
    for (party, part) in parts {
        let less = taken.iter().find(|(one, _)| one == party).map_or(Decimal::ZERO, |(_, less)| *less);
        let left = subtract(*part, less)?;
        if !left.is_zero() {
            out.push((party.clone(), left));
        }
    }
    Ok(out)
}

/// `parts` and `more` together; new parties come last.
pub(super) fn with(parts: &Funded, more: &Funded) -> Result<Funded, LotsError> {
    let mut out = parts.clone();
    for (party, part) in more {
        match out.iter_mut().find(|(one, _)| one == party) {
            Some((_, held)) => *held = add(*held, *part)?,
            None => out.push((party.clone(), *part)),
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(all: &[(&str, i64)]) -> Funded {
        all.iter().map(|(party, part)| (Arc::from(*party), Decimal::from(*part))).collect()
    }

    #[test]
    fn the_largest_remainder_goes_first_and_ties_go_to_the_earlier_party() {
        let held = parts(&[("a", 50), ("b", 30), ("c", 20)]);
        assert_eq!(share(Decimal::from(7), &held, 0).unwrap(), parts(&[("a", 4), ("b", 2), ("c", 1)]));
        let even = parts(&[("a", 1), ("b", 1), ("c", 1)]);
        assert_eq!(share(Decimal::from(2), &even, 0).unwrap(), parts(&[("a", 1), ("b", 1)]));
    }

    #[test]
    fn parts_taken_and_given_back_are_what_they_were() {
        let held = parts(&[("a", 61), ("b", 39)]);
        let taken = share(Decimal::from(33), &held, 0).unwrap();
        let left = without(&held, &taken).unwrap();
        assert_eq!(with(&left, &taken).unwrap(), held);
    }
}
