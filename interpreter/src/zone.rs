//! The programme's time zone: from instants to local dates and back.
//!
//! Zones come from the IANA database (crate `chrono-tz`). A plugin carries the one table that its programme needs instead: see [`Offsets`].

use chrono::{DateTime, Datelike, FixedOffset, NaiveDateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// A time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Zone {
    /// Of the database.
    #[cfg(feature = "zones")]
    Known(chrono_tz::Tz),
    /// By a table that was registered.
    Table(&'static Offsets),
}

/// The offsets of a zone: from which instant on which one holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offsets {
    /// Before the first change, in seconds east of UTC.
    first: i32,
    /// Changes in order: the instant in seconds since 1970-01-01 00:00:00 UTC, and the offset from then on.
    changes: Vec<(i64, i32)>,
}

/// Tables registered so far. They stay: there are as many as zones.
static TABLES: Mutex<BTreeMap<String, &'static Offsets>> = Mutex::new(BTreeMap::new());

/// Registers the table of a zone that the database of this build lacks. The first table of a name stays.
pub fn register(name: &str, offsets: Offsets) {
    let mut tables = TABLES.lock().unwrap_or_else(PoisonError::into_inner);
    if !tables.contains_key(name) {
        tables.insert(name.to_owned(), Box::leak(Box::new(offsets)));
    }
}

impl Zone {
    /// The zone of an IANA name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        #[cfg(feature = "zones")]
        if let Ok(known) = name.parse() {
            return Some(Self::Known(known));
        }
        TABLES.lock().unwrap_or_else(PoisonError::into_inner).get(name).map(|table| Self::Table(table))
    }

    /// The offset at an instant.
    fn offset(self, instant: DateTime<Utc>) -> FixedOffset {
        match self {
            #[cfg(feature = "zones")]
            Self::Known(zone) => {
                use chrono::{Offset, TimeZone};
                zone.offset_from_utc_datetime(&instant.naive_utc()).fix()
            }
            Self::Table(table) => fixed(table.at(instant.timestamp())),
        }
    }

    /// The instant that a local date and time is, the first where it is two; none in a gap.
    fn earliest(self, local: NaiveDateTime) -> Option<DateTime<Utc>> {
        match self {
            #[cfg(feature = "zones")]
            Self::Known(zone) => {
                use chrono::TimeZone;
                zone.from_local_datetime(&local).earliest().map(|at| at.to_utc())
            }
            Self::Table(table) => table.earliest(local),
        }
    }

    /// The local date and time of an instant.
    pub(crate) fn local(self, instant: DateTime<Utc>) -> Option<NaiveDateTime> {
        let seconds = TimeDelta::try_seconds(i64::from(self.offset(instant).local_minus_utc()))?;
        let local = instant.naive_utc().checked_add_signed(seconds)?;
        (1..=9999).contains(&local.year()).then_some(local)
    }

    /// The instant of a local date and time of the policy's text: in a fold the first, in a gap the moment at which it ends.
    pub(crate) fn instant(self, local: NaiveDateTime) -> DateTime<Utc> {
        if let Some(instant) = self.earliest(local) {
            return instant;
        }
        // Clocks never jump by more than a day: walk back to a time that exists and keep its offset.
        let before = local.checked_sub_signed(TimeDelta::try_hours(24).unwrap_or_default()).unwrap_or(local);
        let offset = self.earliest(before).map_or(0, |at| self.offset(at).local_minus_utc());
        let seconds = TimeDelta::try_seconds(i64::from(offset)).unwrap_or_default();
        local.checked_sub_signed(seconds).unwrap_or(local).and_utc()
    }

    /// An instant with the zone's offset, as hosts write it.
    pub(crate) fn written(self, instant: DateTime<Utc>) -> String {
        instant.with_timezone(&self.offset(instant)).to_rfc3339()
    }
}

fn fixed(seconds: i32) -> FixedOffset {
    // Offsets of the database are below a day; UTC stands for what is none.
    FixedOffset::east_opt(seconds).unwrap_or_else(|| chrono::Offset::fix(&Utc))
}

impl Offsets {
    /// How many changes there are up to an instant.
    fn changes_by(&self, second: i64) -> usize {
        self.changes.partition_point(|(from, _)| *from <= second)
    }

    /// The offset after so many changes.
    fn after(&self, changes: usize) -> i32 {
        changes.checked_sub(1).and_then(|last| self.changes.get(last)).map_or(self.first, |(_, offset)| *offset)
    }

    fn at(&self, second: i64) -> i32 {
        self.after(self.changes_by(second))
    }

    /// The first instant that has this local date and time.
    fn earliest(&self, local: NaiveDateTime) -> Option<DateTime<Utc>> {
        let second = local.and_utc().timestamp();
        // Offsets are below a day, so a change that matters lies within a day of the local time read as UTC.
        let first = self.changes_by(second.saturating_sub(86_400));
        let last = self.changes_by(second.saturating_add(86_400));
        (first..=last).find_map(|changes| {
            let offset = i64::from(self.after(changes));
            let instant = second.checked_sub(offset)?;
            let begun =
                changes == 0 || self.changes.get(changes.checked_sub(1)?).is_some_and(|(from, _)| *from <= instant);
            let ended = self.changes.get(changes).is_some_and(|(until, _)| *until <= instant);
            let instant = local.checked_sub_signed(TimeDelta::try_seconds(offset)?)?.and_utc();
            (begun && !ended).then_some(instant)
        })
    }
}

#[cfg(feature = "zones")]
impl Offsets {
    /// The table of a zone of the database, for the years 1800 to 2200: before and after them nothing changes there.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        use chrono::{Offset, TimeZone};
        let zone: chrono_tz::Tz = name.parse().ok()?;
        let at = |second: i64| {
            let instant = DateTime::from_timestamp(second, 0).unwrap_or_default().naive_utc();
            zone.offset_from_utc_datetime(&instant).fix().local_minus_utc()
        };
        let day = 86_400;
        let (begin, end) = (-62_091 * day, 84_006 * day);
        let (first, mut held, mut changes) = (at(begin), at(begin), Vec::new());
        // Half a day a step: no zone has changed twice within one and come back.
        for to in (begin..=end).step_by(43_200).skip(1) {
            if at(to) == held {
                continue;
            }
            let (mut low, mut high) = (to.saturating_sub(43_200), to);
            while high.saturating_sub(low) > 1 {
                let middle = low.midpoint(high);
                if at(middle) == held { low = middle } else { high = middle }
            }
            held = at(to);
            changes.push((high, held));
        }
        Some(Self { first, changes })
    }
}

#[cfg(all(test, feature = "zones"))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_table_says_what_the_database_says(
            zone in prop::sample::select(&chrono_tz::TZ_VARIANTS[..]), second in -5_000_000_000_i64..7_000_000_000_i64,
        ) {
            let known = Zone::Known(zone);
            let table = Zone::Table(Box::leak(Box::new(Offsets::of(zone.name()).unwrap())));
            let instant = DateTime::from_timestamp(second, 0).unwrap();
            prop_assert_eq!(known.local(instant), table.local(instant));
            let local = known.local(instant).unwrap();
            prop_assert_eq!(known.instant(local), table.instant(local));
            prop_assert_eq!(known.written(instant), table.written(instant));
        }
    }

    #[test]
    fn both_sides_of_every_change_agree() {
        for name in [
            "Asia/Shanghai",
            "Asia/Macau",
            "Europe/Berlin",
            "America/New_York",
            "Australia/Lord_Howe",
            "Africa/Casablanca",
        ] {
            let known = Zone::named(name).unwrap();
            let offsets: &'static Offsets = Box::leak(Box::new(Offsets::of(name).unwrap()));
            for (from, _) in &offsets.changes {
                for near in [-7_201, -3_601, -3_600, -1, 0, 1, 1_800, 3_599, 3_600, 7_200] {
                    let instant = DateTime::from_timestamp(from + near, 0).unwrap();
                    let local = known.local(instant).unwrap();
                    assert_eq!(Some(local), Zone::Table(offsets).local(instant), "{name} {instant}");
                    for local in [local, instant.naive_utc()] {
                        assert_eq!(known.instant(local), Zone::Table(offsets).instant(local), "{name} {local}");
                    }
                }
            }
        }
    }
}
