//! Events of two of the project's programmes, p04 and p31, as a host sends them: lines of NDJSON from a seed.

use crate::retail::draw::Draw;
use crate::retail::purchase::date;
use serde_json::{Map, Value as Json, json};

/// A programme with the events that are drawn for it.
#[derive(Debug, Clone, Copy)]
pub struct Programme {
    /// Its folder under `policies/`.
    pub folder: &'static str,
    /// What a purchase has besides its amount.
    purchase: fn(&mut Draw) -> Vec<(&'static str, &'static str)>,
    /// What a repayment has besides its amount.
    repayment: fn(&mut Draw) -> Vec<(&'static str, String)>,
}

/// Purchases by card and channel, deposits, repayments.
pub const P04: Programme = Programme {
    folder: "p04-guizhou",
    purchase: |draw| {
        let instrument = draw.one_of(&["credit_card", "credit_card", "debit_card"]);
        vec![("instrument", instrument), ("channel", draw.one_of(&["online", "pos", "counter"]))]
    },
    repayment: |_| vec![],
};

/// Purchases by tier and product, deposits, repayments with interest.
pub const P31: Programme = Programme {
    folder: "p31-comprehensive-model",
    purchase: |draw| {
        let tier = draw.one_of(&["standard", "gold", "diamond"]);
        vec![("tier", tier), ("product", draw.one_of(&["key_product", "credit_card"]))]
    },
    repayment: |draw| vec![("interest", money(draw.log_uniform(100, 100_000)))],
};

/// Customers of a run.
const CUSTOMERS: u32 = 200;

/// So many events in the order of time: eight purchases, a deposit and a repayment of ten.
#[must_use]
pub fn events(programme: &Programme, seed: u64, count: usize) -> Vec<String> {
    let mut draw = Draw::new(seed, 3);
    let mut events = Vec::with_capacity(count);
    for at in 0..count {
        // The events spread over a year, in order.
        let minute = at * (365 * 1_440) / count.max(1);
        let day = u16::try_from(minute / 1_440).unwrap_or_default();
        let clock = minute % 1_440;
        let sort = draw.within(0, 9);
        let mut event: Map<String, Json> = Map::new();
        event.insert("id".to_owned(), json!(format!("e{at}")));
        event.insert("at".to_owned(), json!(format!("{}T{:02}:{:02}:00+08:00", date(day), clock / 60, clock % 60)));
        let kind = match sort {
            0..8 => "purchase",
            8 => "deposit",
            _ => "repayment",
        };
        event.insert("type".to_owned(), json!(kind));
        event.insert("customer".to_owned(), json!(format!("c{}", draw.within(1, CUSTOMERS))));
        event.insert("amount".to_owned(), json!(money(draw.log_uniform(100, 500_000))));
        match sort {
            0..8 => {
                event.extend(
                    (programme.purchase)(&mut draw).into_iter().map(|(name, text)| (name.to_owned(), json!(text))),
                );
            }
            8 => {}
            _ => {
                event.extend(
                    (programme.repayment)(&mut draw).into_iter().map(|(name, text)| (name.to_owned(), json!(text))),
                );
            }
        }
        events.push(Json::Object(event).to_string());
    }
    events
}

/// Fen as a decimal string of yuan.
fn money(fen: u64) -> String {
    format!("{}.{:02}", fen / 100, fen % 100)
}
