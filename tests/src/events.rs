//! Random events of the random programmes, as the JSON that a host sends.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value as Json, json};

/// A purchase, before it has an id.
#[derive(Debug, Clone)]
pub struct Purchase {
    /// Day of March 2024, from 1; beyond 31 into April.
    pub day: u32,
    /// Minute of the local day.
    pub minute: u32,
    /// Amount in fen.
    pub fen: u32,
    /// Customer number.
    pub customer: u32,
    /// Instrument, where known.
    pub instrument: Option<&'static str>,
    /// Channel, where known.
    pub channel: Option<&'static str>,
}

impl Purchase {
    /// The event's JSON.
    #[must_use]
    pub fn json(&self, id: usize) -> Map<String, Json> {
        let (month, day) = if self.day > 31 { (4, self.day - 31) } else { (3, self.day) };
        let at = format!("2024-{month:02}-{day:02}T{:02}:{:02}:00+08:00", self.minute / 60, self.minute % 60);
        let mut event = Map::new();
        event.insert("id".to_owned(), json!(format!("e{id}")));
        event.insert("at".to_owned(), json!(at));
        event.insert("type".to_owned(), json!("purchase"));
        event.insert("customer".to_owned(), json!(format!("c{}", self.customer)));
        event.insert("amount".to_owned(), json!(fen(self.fen)));
        if let Some(instrument) = self.instrument {
            event.insert("instrument".to_owned(), json!(instrument));
        }
        if let Some(channel) = self.channel {
            event.insert("channel".to_owned(), json!(channel));
        }
        event
    }

    /// A refund of so many fen of the purchase with this id, an hour later.
    #[must_use]
    pub fn refund(&self, of: usize, id: usize, amount: u32) -> Map<String, Json> {
        let mut event = self.json(id);
        for field in ["instrument", "channel"] {
            event.remove(field);
        }
        event.insert("type".to_owned(), json!("refund"));
        event.insert("of".to_owned(), json!(format!("e{of}")));
        event.insert("amount".to_owned(), json!(fen(amount)));
        event.insert("at".to_owned(), json!("2024-04-20T12:00:00+08:00"));
        event
    }
}

/// Fen as a decimal string of yuan.
#[must_use]
pub fn fen(fen: u32) -> String {
    format!("{}.{:02}", fen / 100, fen % 100)
}

/// One random purchase.
pub fn purchase() -> impl Strategy<Value = Purchase> {
    (
        1_u32..45,
        0_u32..1440,
        prop_oneof![3 => 0_u32..100_000, 1 => select(vec![0, 99, 100, 101, 9_999, 10_000, 99_999, 100_000, 300_000])],
        0_u32..3,
        select(vec![None, Some("credit_card"), Some("debit_card")]),
        select(vec![None, Some("online"), Some("pos")]),
    )
        .prop_map(|(day, minute, fen, customer, instrument, channel)| Purchase {
            day,
            minute,
            fen,
            customer,
            instrument,
            channel,
        })
}

/// Purchases in order of time.
pub fn purchases(most: usize) -> impl Strategy<Value = Vec<Purchase>> {
    proptest::collection::vec(purchase(), 1..most).prop_map(|mut all| {
        all.sort_by_key(|one| (one.day, one.minute));
        all
    })
}
