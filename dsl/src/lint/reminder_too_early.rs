//! W0171: a reminder before the points exist.
//!
//! "Three months before the end" of points that live one month lies before the day of earning: nobody is ever reminded.

use super::found::Found;
use crate::diagnostic::Diagnostic;
use crate::policy::{Policy, Validity};
use crate::prove::told::{named, told};
use crate::say;

/// No month is longer, and none shorter.
const LONGEST: i64 = 31;
const SHORTEST: i64 = 28;

pub(super) fn find(policy: &Policy) -> Vec<Found> {
    let mut found = Vec::new();
    for points in &policy.points {
        let Some((months, days)) = points.remind else { continue };
        let least = i64::from(months).saturating_mul(SHORTEST).saturating_add(days);
        for pool in &points.pools {
            let Validity::After { months: life, days: life_days, .. } = pool.validity else { continue };
            let most = i64::from(life).saturating_mul(LONGEST).saturating_add(life_days);
            let longer =
                (months, days) > (life, life_days) && least > most || (days == 0 && life_days == 0 && months > life);
            if !longer || pool.renewed_by_activity {
                continue;
            }
            let reminder = (months, days, 0);
            found.push(Found::plain(
                Diagnostic::warning(
                    "W0171",
                    told(policy, |words| {
                        let name = named(words, &points.title);
                        say!(words.language, "nobody is ever reminded that {name} end", "{name} 到期前永远不会提醒")
                    }),
                    points.title.span,
                    told(policy, |words| {
                        let (reminder, life) = (words.length(reminder), words.length((life, life_days, 0)));
                        say!(
                            words.language,
                            "the reminder is {reminder} before the end, and they live for {life}",
                            "提醒在到期前{reminder}，而有效期只有{life}"
                        )
                    }),
                )
                .help(told(policy, |words| {
                    say!(words.language, "remind later, or let the points live longer", "请推迟提醒，或延长有效期")
                })),
            ));
        }
    }
    found
}
