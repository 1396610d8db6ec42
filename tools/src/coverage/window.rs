//! Edges of windows: which sides of them an instant exercises.
//!
//! An edge is a day wide where the window is stated in days and a minute wide where it is stated in hours, so that tests on both
//! sides of an edge notice a window that is a day (or a minute) too long or too short.

use super::item::Aspect;
use chrono::{NaiveDateTime, NaiveTime, TimeDelta, Timelike};
use earnest_dsl::policy::{Window, WindowKind};

/// What an instant exercises of a window.
pub(crate) fn window_aspects(
    window: &Window,
    at: NaiveDateTime,
    held: bool,
    within: Option<(NaiveDateTime, NaiveDateTime)>,
) -> Vec<Aspect> {
    let mut all = vec![if held { Aspect::Inside } else { Aspect::Outside }];
    match &window.kind {
        WindowKind::Between(from, until) => edges(&mut all, at, *from, *until),
        WindowKind::Within(..) => {
            if let Some((from, until)) = within {
                edges(&mut all, at, Some(from), Some(until));
            }
        }
        WindowKind::Days(_, Some((from, until))) => {
            let minute = |time: NaiveTime| time.num_seconds_from_midnight() / 60;
            let (now, from, until) = (minute(at.time()), minute(*from), minute(*until));
            let before = |time: u32| time.checked_sub(1).unwrap_or(MINUTES_OF_DAY.saturating_sub(1));
            let on = [
                (now == before(from), Aspect::Before, false),
                (now == from, Aspect::First, true),
                (now == before(until), Aspect::Last, true),
                (now == until, Aspect::After, false),
            ];
            all.extend(
                on.into_iter().filter(|(here, _, inside)| *here && *inside == held).map(|(_, aspect, _)| aspect),
            );
        }
        WindowKind::Days(_, None) => {}
    }
    all
}

const MINUTES_OF_DAY: u32 = 24 * 60;

/// The aspects that a window has at all.
pub(crate) fn aspects_of(window: &Window) -> Vec<Aspect> {
    let mut all = vec![Aspect::Inside, Aspect::Outside];
    let (start, end) = match &window.kind {
        WindowKind::Between(from, until) => (from.is_some(), until.is_some()),
        // Nothing happens before the date from which it counts: a card is used after it was issued.
        WindowKind::Within(..) => (false, true),
        WindowKind::Days(_, hours) => (hours.is_some(), hours.is_some()),
    };
    all.extend([Aspect::Before, Aspect::First].into_iter().filter(|_| start));
    all.extend([Aspect::Last, Aspect::After].into_iter().filter(|_| end));
    all
}

/// How wide the edge at an instant is.
pub(crate) fn width(edge: NaiveDateTime) -> TimeDelta {
    if edge.time() == NaiveTime::MIN { TimeDelta::days(1) } else { TimeDelta::minutes(1) }
}

fn edges(all: &mut Vec<Aspect>, at: NaiveDateTime, from: Option<NaiveDateTime>, until: Option<NaiveDateTime>) {
    let mut look = |edge: Option<NaiveDateTime>, before: Aspect, behind: Aspect| {
        let Some(edge) = edge else { return };
        let distance = at.signed_duration_since(edge);
        if distance < TimeDelta::zero() && -width(edge) <= distance {
            all.push(before);
        } else if distance >= TimeDelta::zero() && distance < width(edge) {
            all.push(behind);
        }
    };
    look(from, Aspect::Before, Aspect::First);
    look(until, Aspect::Last, Aspect::After);
}
