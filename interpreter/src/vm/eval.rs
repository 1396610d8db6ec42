//! Operations carried out on the registers of a frame.

use super::Bail;
use crate::plan::op::{Compare, Mode};
use crate::plan::{Code, KindPlan, Op, Register, UNKNOWN, place};
use crate::reference::time::{is_anniversary, last_of_month};
use chrono::{Datelike, NaiveDate};

/// Numbers that the host keeps: what counters hold before the event.
pub trait Numbers {
    /// What the counter with this number holds, at its scale; [`UNKNOWN`] where a measure has no value.
    ///
    /// # Errors
    /// Where the host cannot say, the event is decided otherwise.
    fn number(&mut self, counter: u32) -> Result<i64, Bail>;
}

/// Counters in a row, by number; those that are missing were never written.
impl Numbers for &[i64] {
    #[inline]
    fn number(&mut self, counter: u32) -> Result<i64, Bail> {
        Ok(self.get(place(counter)).copied().unwrap_or(0))
    }
}

#[inline]
fn get(registers: &[i64], register: Register) -> i64 {
    registers.get(place(register.0)).copied().unwrap_or(UNKNOWN)
}

#[inline]
fn known(value: i64) -> Option<i64> {
    (value != UNKNOWN).then_some(value)
}

/// A result that needs more than 64 bits is decided by the plain engine.
#[inline]
fn fits(value: Option<i64>) -> Result<i64, Bail> {
    value.filter(|value| *value != UNKNOWN).ok_or(Bail::Long)
}

#[inline]
fn both(a: i64, b: i64, how: impl FnOnce(i64, i64) -> Option<i64>) -> Result<i64, Bail> {
    if a == UNKNOWN || b == UNKNOWN { Ok(UNKNOWN) } else { fits(how(a, b)) }
}

/// Whole steps towards zero, begun ones away from it.
#[inline]
fn steps(of: i64, size: i64, started: bool) -> Option<i64> {
    let whole = of.checked_div(size)?;
    if started && of.checked_rem(size)? != 0 { whole.checked_add(of.signum()) } else { Some(whole) }
}

/// Divided and rounded.
#[inline]
pub(super) fn rounded(value: i64, divisor: i64, mode: Mode) -> Option<i64> {
    let whole = value.checked_div(divisor)?;
    let rest = value.checked_rem(divisor)?;
    let away = match mode {
        Mode::Down => false,
        Mode::Up => rest != 0,
        Mode::HalfUp => rest.unsigned_abs() >= divisor.unsigned_abs() - rest.unsigned_abs(),
    };
    if away { whole.checked_add(value.signum()) } else { Some(whole) }
}

#[inline]
fn compared(how: Compare, a: i64, b: i64) -> i64 {
    if a == UNKNOWN || b == UNKNOWN {
        return 0;
    }
    i64::from(match how {
        Compare::Equal => a == b,
        Compare::NotEqual => a != b,
        Compare::Less => a < b,
        Compare::AtMost => a <= b,
        Compare::Greater => a > b,
        Compare::AtLeast => a >= b,
    })
}

/// Month and day of the month of a date given as days of the common era: years counted from March, so that the leap day is a
/// year's last (the well-known `civil_from_days`, by Howard Hinnant). Dates of events have four digits for the year.
#[inline]
fn civil(days: i64) -> (i64, i64) {
    let shifted = days.wrapping_add(305);
    let of_era = shifted.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    (if month < 10 { month + 3 } else { month - 9 }, day)
}

fn date(value: i64) -> Option<NaiveDate> {
    NaiveDate::from_num_days_from_ce_opt(i32::try_from(known(value)?).ok()?)
}

fn of_date(value: i64, how: impl FnOnce(NaiveDate) -> Option<i64>) -> Result<i64, Bail> {
    match known(value) {
        None => Ok(UNKNOWN),
        Some(value) => fits(date(value).and_then(how)),
    }
}

/// Runs a piece of code; gives its result.
// One arm an operation: the exhaustive match is the idea.
#[inline]
pub(super) fn run(plan: &KindPlan, code: Code, registers: &mut [i64], numbers: &mut impl Numbers) -> Result<i64, Bail> {
    let ops = plan.code(code);
    let mut at = 0_usize;
    while let Some(op) = ops.get(at) {
        at += 1;
        let (to, value) = match *op {
            Op::Constant { to, value } => (to, value),
            Op::Copy { to, a } => (to, get(registers, a)),
            Op::Add { to, a, b } => (to, both(get(registers, a), get(registers, b), i64::checked_add)?),
            Op::Subtract { to, a, b } => (to, both(get(registers, a), get(registers, b), i64::checked_sub)?),
            Op::Multiply { to, a, b } => (to, both(get(registers, a), get(registers, b), i64::checked_mul)?),
            Op::Scale { to, a, by } => (to, both(get(registers, a), by, i64::checked_mul)?),
            Op::Negate { to, a } => (to, both(get(registers, a), 0, |a, _| a.checked_neg())?),
            Op::NotBelowZero { to, a } => {
                let a = get(registers, a);
                (to, if a == UNKNOWN { a } else { a.max(0) })
            }
            Op::Steps { to, of, size, started } => {
                (to, both(get(registers, of), get(registers, size), |of, size| steps(of, size, started))?)
            }
            Op::PerFull { to, of, size, award, started } => {
                let given = |of: i64, size: i64| steps(of, size, started)?.checked_mul(award);
                (to, both(get(registers, of), size, given)?)
            }
            Op::Round { to, a, divisor, mode } => {
                (to, both(get(registers, a), divisor, |a, divisor| rounded(a, divisor, mode))?)
            }
            Op::Compare { to, how, a, b } => (to, compared(how, get(registers, a), get(registers, b))),
            Op::Against { to, how, a, value } => (to, compared(how, get(registers, a), value)),
            Op::Within { to, a, set } => {
                let has = match (known(get(registers, a)), plan.sets.get(place(set))) {
                    (Some(value), Some(set)) => set.has(value).ok_or(Bail::Uncovered)?,
                    _ => false,
                };
                (to, i64::from(has))
            }
            Op::Lookup { to, a, table } => {
                let Some(table) = plan.tables.get(place(table)) else { return Err(Bail::Long) };
                let found = usize::try_from(get(registers, a)).ok().and_then(|at| table.values.get(at).copied());
                (to, found.unwrap_or(table.otherwise))
            }
            Op::Known { to, a } => (to, i64::from(get(registers, a) != UNKNOWN)),
            Op::Not { to, a } => (to, both(get(registers, a), 1, |a, one| one.checked_sub(a))?),
            Op::Jump { ahead } => {
                at = at.saturating_add(place(ahead));
                continue;
            }
            Op::JumpUnless { a, ahead } => {
                if get(registers, a) != 1 {
                    at = at.saturating_add(place(ahead));
                }
                continue;
            }
            Op::JumpIf { a, ahead } => {
                if get(registers, a) == 1 {
                    at = at.saturating_add(place(ahead));
                }
                continue;
            }
            Op::JumpKnown { a, ahead } => {
                if get(registers, a) != UNKNOWN {
                    at = at.saturating_add(place(ahead));
                }
                continue;
            }
            Op::Weekday { to, a } => {
                let a = get(registers, a);
                (to, if a == UNKNOWN { a } else { a.wrapping_sub(1).rem_euclid(7) })
            }
            Op::DayOfMonth { to, a } => (to, known(get(registers, a)).map_or(UNKNOWN, |days| civil(days).1)),
            Op::DaysLeft { to, a } => {
                let left = |date: NaiveDate| Some(i64::from(last_of_month(date)?.day()) - i64::from(date.day()));
                (to, of_date(get(registers, a), left)?)
            }
            Op::Month { to, a } => (to, known(get(registers, a)).map_or(UNKNOWN, |days| civil(days).0)),
            Op::Anniversary { to, day, of, march } => {
                let is = match (date(get(registers, day)), date(get(registers, of))) {
                    (Some(day), Some(of)) => is_anniversary(day, of, march),
                    _ => false,
                };
                (to, i64::from(is))
            }
            Op::Measure { to, counter } => (to, numbers.number(counter)?),
        };
        if let Some(register) = registers.get_mut(place(to.0)) {
            *register = value;
        }
    }
    Ok(get(registers, code.result))
}

#[cfg(test)]
mod tests {
    use super::civil;
    use chrono::{Datelike, NaiveDate};

    #[test]
    fn months_and_days_are_those_of_the_calendar() {
        let first = NaiveDate::from_ymd_opt(1, 1, 1).unwrap().num_days_from_ce();
        let last = NaiveDate::from_ymd_opt(9999, 12, 31).unwrap().num_days_from_ce();
        for days in (first..=last).step_by(13).chain([first, last, 730_179, 730_180, 730_544, 730_545]) {
            let date = NaiveDate::from_num_days_from_ce_opt(days).unwrap();
            assert_eq!(civil(i64::from(days)), (i64::from(date.month()), i64::from(date.day())), "{date}");
        }
    }
}
