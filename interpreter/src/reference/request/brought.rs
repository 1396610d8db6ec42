//! What goes with a request beside its lines: in the decision, in the record, and as what a refund changes of it.

use crate::decision::AmountOut;
use crate::event::scalar::bad;
use crate::number::{add, subtract};
use crate::reference::frame::Eval;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde_json::{Value as Json, json};

/// An amount of money, of a quantity or of a partner's points.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Amount {
    pub rule: String,
    pub verb: String,
    pub unit: String,
    pub to: Option<String>,
    pub amount: Decimal,
}

impl Amount {
    pub(crate) fn out(&self) -> AmountOut {
        AmountOut {
            rule: self.rule.clone(),
            kind: self.verb.clone(),
            amount: self.amount.to_string(),
            unit: self.unit.clone(),
            to: self.to.clone(),
        }
    }

    fn same(&self, other: &Self) -> bool {
        (&self.rule, &self.verb, &self.unit, &self.to) == (&other.rule, &other.verb, &other.unit, &other.to)
    }
}

/// What goes with a request beside its lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Brought {
    pub amounts: Vec<Amount>,
    pub entries: Option<Decimal>,
    pub entitled: Vec<String>,
    pub deliver_by: Option<NaiveDate>,
}

impl Brought {
    /// The amounts and entries by which this differs from what stood before: what a refund changes.
    pub(crate) fn since(&self, before: &Self) -> Eval<Self> {
        let long = |_| bad("amount", "an amount needs more than 28 digits");
        let mut amounts = Vec::new();
        for held in &before.amounts {
            let now = self.amounts.iter().find(|one| one.same(held)).map_or(Decimal::ZERO, |one| one.amount);
            amounts.push(Amount { amount: subtract(now, held.amount).map_err(long)?, ..held.clone() });
        }
        amounts.extend(self.amounts.iter().filter(|one| !before.amounts.iter().any(|held| held.same(one))).cloned());
        amounts.retain(|one| !one.amount.is_zero());
        let (new, old) = (self.entries.unwrap_or_default(), before.entries.unwrap_or_default());
        let entries = subtract(new, old).map_err(long)?;
        Ok(Self { amounts, entries: (!entries.is_zero()).then_some(entries), ..Self::default() })
    }

    /// Adds what a later decision changed.
    pub(crate) fn changed(&mut self, by: &Self) -> Eval<()> {
        let long = |_| bad("amount", "an amount needs more than 28 digits");
        for one in &by.amounts {
            match self.amounts.iter_mut().find(|held| held.same(one)) {
                Some(held) => held.amount = add(held.amount, one.amount).map_err(long)?,
                None => self.amounts.push(one.clone()),
            }
        }
        if let Some(entries) = by.entries {
            self.entries = Some(add(self.entries.unwrap_or_default(), entries).map_err(long)?);
        }
        Ok(())
    }

    /// For the record; nothing where there are no amounts and no entries.
    pub(crate) fn json(&self) -> Json {
        if self.amounts.is_empty() && self.entries.is_none() {
            return Json::Null;
        }
        let amounts =
            self.amounts.iter().map(|one| json!([one.rule, one.verb, one.unit, one.to, one.amount.to_string()]));
        json!({ "amounts": amounts.collect::<Vec<_>>(), "entries": self.entries.map(|count| count.to_string()) })
    }

    /// Reads it back; none where a record is broken.
    pub(crate) fn of_json(json: Option<&Json>) -> Option<Self> {
        let Some(json) = json.filter(|json| !json.is_null()) else { return Some(Self::default()) };
        let text = |json: Option<&Json>| json.and_then(Json::as_str).map(str::to_owned);
        let amounts = json.get("amounts")?.as_array()?.iter().map(|one| {
            let parts = one.as_array()?;
            Some(Amount {
                rule: text(parts.first())?,
                verb: text(parts.get(1))?,
                unit: text(parts.get(2))?,
                to: text(parts.get(3)),
                amount: text(parts.get(4))?.parse().ok()?,
            })
        });
        let entries = match json.get("entries").filter(|entries| !entries.is_null()) {
            Some(entries) => Some(entries.as_str()?.parse().ok()?),
            None => None,
        };
        Some(Self { amounts: amounts.collect::<Option<_>>()?, entries, ..Self::default() })
    }
}
