//! Settlement with partners: what was accepted for whom, claims against it in two stages, and totals of a cycle.
//!
//! Every accepted event that a settlement covers leaves a line for its partner: the one that the event names, or everybody
//! who funded the points that it took. A refund leaves lines with the difference, for the same partners. The first stage
//! compares totals; where they differ, the second compares line by line.

use super::HostTold;
use crate::host::{Host, HostError};
use crate::lots::{MovementKind, split};
use crate::store::Store;
use chrono::{DateTime, Utc};
use earnest_dsl::policy::{Node, Policy, Role, Settlement, Value};
use earnest_interpreter::event::Datum;
use earnest_interpreter::{Decision, Engine, Event};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What an accepted event means to a partner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettledLine {
    /// The settlement, by its name.
    pub settlement: Arc<str>,
    /// The event.
    pub event: Arc<str>,
    /// The event that it takes back, in part or in all.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub of: Option<Arc<str>>,
    /// Its instant.
    pub at: DateTime<Utc>,
    /// The partner.
    pub partner: Arc<str>,
    /// 1; of a refund 0, and -1 where nothing is left of the event.
    pub count: Decimal,
    /// Points taken; below zero where they came back.
    pub points: Decimal,
    /// Money owed to the partner (by an issuer: owed by it), in main units of the programme's currency.
    pub money: Decimal,
}

/// Whether a claim agrees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SettledStatus {
    /// Count and money agree.
    Matched,
    /// They do not: the partner's lines are needed.
    DetailRequired,
}

/// A partner's claim against the books.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Settled {
    /// Whose claim; none where it is about all partners.
    pub partner: Option<String>,
    /// Whether it agrees.
    pub status: SettledStatus,
    /// Events accepted in the time claimed.
    pub count: Decimal,
    /// Their money.
    pub money: Decimal,
    /// Claimed less accepted.
    pub diff_count: Decimal,
    /// Claimed less accepted.
    pub diff_money: Decimal,
    /// The lines of the books, where they are needed for the second stage.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<SettledLine>,
}

/// A line of a partner's claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimLine {
    /// The event.
    pub event: String,
    /// Money claimed for it.
    pub money: Decimal,
}

/// A line in which claim and books differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DetailDifference {
    /// The event.
    pub event: String,
    /// Money in the books; none where they do not have the event.
    pub own: Option<Decimal>,
    /// Money claimed; none where it is not claimed.
    pub claimed: Option<Decimal>,
}

/// What a cycle comes to for one partner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SettlementTotal {
    /// The settlement, by its name.
    pub settlement: String,
    /// The partner.
    pub partner: String,
    /// Events.
    pub count: Decimal,
    /// Points taken.
    pub points: Decimal,
    /// Money.
    pub money: Decimal,
}

impl<S: Store> Host<S> {
    /// The first stage: totals of a claim. All settlements with the partner count.
    pub(super) fn reconcile(&self, event: &Event) -> Result<Vec<HostTold>, HostError> {
        let number = |name: &str| match event.fields.get(name) {
            Some(Datum::One(Value::Count(number) | Value::Number(number) | Value::Money(number, _))) => *number,
            _ => Decimal::ZERO,
        };
        let instant = |name: &str| match event.fields.get(name) {
            Some(Datum::Instant(_, at)) => Some(*at),
            _ => None,
        };
        let partner = match event.fields.get("merchant") {
            Some(Datum::One(Value::Text(partner))) => Some(partner.clone()),
            _ => None,
        };
        let from = instant("since").unwrap_or(DateTime::<Utc>::MIN_UTC);
        let until = instant("before").unwrap_or_else(|| event.instant.to_utc());
        let mut lines = self.store.settled(from, until)?;
        lines.retain(|line| partner.as_deref().is_none_or(|partner| *line.partner == *partner));
        let (count, money) = (sum(lines.iter().map(|line| line.count)), sum(lines.iter().map(|line| line.money)));
        let diff_count = number("claim_count").saturating_sub(count);
        let diff_money = number("claim_money").saturating_sub(money);
        let matched = diff_count.is_zero() && diff_money.is_zero();
        let status = if matched { SettledStatus::Matched } else { SettledStatus::DetailRequired };
        let lines = if matched { vec![] } else { lines };
        let settled = Settled { partner, status, count, money, diff_count, diff_money, lines };
        Ok(vec![HostTold::Settled(Box::new(settled))])
    }

    /// The second stage: a partner's claim line by line against the books, for the time from an instant until another, that
    /// one excluded. Only differences are told, by event.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn reconcile_lines(
        &self,
        partner: &str,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
        claim: &[ClaimLine],
    ) -> Result<Vec<DetailDifference>, HostError> {
        let mut all: BTreeMap<String, (Option<Decimal>, Option<Decimal>)> = BTreeMap::new();
        for line in self.store.settled(from, until)?.iter().filter(|line| *line.partner == *partner) {
            let event = line.of.as_ref().unwrap_or(&line.event).to_string();
            let own = &mut all.entry(event).or_default().0;
            *own = Some(own.unwrap_or_default().saturating_add(line.money));
        }
        for line in claim {
            let claimed = &mut all.entry(line.event.clone()).or_default().1;
            *claimed = Some(claimed.unwrap_or_default().saturating_add(line.money));
        }
        let differing = all.into_iter().filter(|(_, (own, claimed))| own != claimed);
        Ok(differing.map(|(event, (own, claimed))| DetailDifference { event, own, claimed }).collect())
    }

    /// What is to be settled for the time from an instant until another, that one excluded: by settlement, then partner.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn settlement_totals(
        &self,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Vec<SettlementTotal>, HostError> {
        let mut all: BTreeMap<(Arc<str>, Arc<str>), SettlementTotal> = BTreeMap::new();
        for line in self.store.settled(from, until)? {
            let total = all.entry((line.settlement.clone(), line.partner.clone())).or_insert_with(|| SettlementTotal {
                settlement: line.settlement.to_string(),
                partner: line.partner.to_string(),
                count: Decimal::ZERO,
                points: Decimal::ZERO,
                money: Decimal::ZERO,
            });
            total.count = total.count.saturating_add(line.count);
            total.points = total.points.saturating_add(line.points);
            total.money = total.money.saturating_add(line.money);
        }
        Ok(all.into_values().collect())
    }

    /// The lines that an accepted event leaves for partners.
    pub(crate) fn settled_lines(
        &self,
        engine: &Engine,
        event: &Event,
        decision: &Decision,
        movements: &[crate::lots::Movement],
    ) -> Result<Vec<SettledLine>, HostError> {
        let policy = engine.policy();
        if policy.settlements.is_empty() {
            return Ok(vec![]);
        }
        let refund = policy.kind(event.kind).is_some_and(|kind| kind.role == Role::Refund);
        let of = if refund { engine.needs(event).records.into_iter().next() } else { None };
        let mut lines = Vec::new();
        for settlement in &policy.settlements {
            let covered = Covered::of(policy, settlement, decision, movements);
            let allowed = decision.entitled.iter().any(|one| covered.rules.contains(one));
            if covered.nothing() && !allowed {
                continue;
            }
            let count = match &of {
                Some(of) => self.gone(of, movements)?,
                None => Decimal::ONE,
            };
            let scale = policy.currency_of(policy.currency).map_or(2, |currency| u32::from(currency.scale));
            for (partner, points, money) in self.shares(settlement, event, of.as_deref(), &covered, scale)? {
                lines.push(SettledLine {
                    settlement: Arc::from(settlement.title.name.as_str()),
                    event: Arc::from(event.id.as_str()),
                    of: of.as_deref().map(Arc::from),
                    at: event.instant.to_utc(),
                    partner,
                    count,
                    points,
                    money,
                });
            }
        }
        Ok(lines)
    }

    /// By partner: points and money.
    fn shares(
        &self,
        settlement: &Settlement,
        event: &Event,
        of: Option<&str>,
        covered: &Covered,
        scale: u32,
    ) -> Result<Vec<(Arc<str>, Decimal, Decimal)>, HostError> {
        let Some(with) = &settlement.with else {
            let weights: Vec<(Arc<str>, Decimal)> =
                covered.funded.iter().map(|(party, points)| (party.clone(), points.abs())).collect();
            let parts = split::share(covered.money.abs(), &weights, scale).map_err(HostError::from)?;
            let sign = if covered.money < Decimal::ZERO { -Decimal::ONE } else { Decimal::ONE };
            let money = |party: &Arc<str>| {
                sum(parts.iter().filter(|(one, _)| one == party).map(|(_, part)| part.saturating_mul(sign)))
            };
            return Ok(covered.funded.iter().map(|(party, points)| (party.clone(), *points, money(party))).collect());
        };
        let named = match &with.node {
            Node::Field(field) => match event.fields.get(field) {
                Some(Datum::One(Value::Text(id) | Value::Enum(_, id))) => Some(Arc::from(id.as_str())),
                _ => None,
            },
            _ => None,
        };
        let partner = match (named, of) {
            (Some(named), _) => Some(named),
            (None, Some(of)) => {
                let all = self.store.settled(DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC)?;
                let first =
                    all.into_iter().find(|line| *line.event == *of && *line.settlement == *settlement.title.name);
                first.map(|line| line.partner)
            }
            (None, None) => None,
        };
        Ok(partner.map(|partner| (partner, covered.points, covered.money)).into_iter().collect())
    }

    /// -1 where a refund gives back everything that its original took, else 0.
    fn gone(&self, of: &str, movements: &[crate::lots::Movement]) -> Result<Decimal, HostError> {
        let held = self.store.taken(of)?;
        let back = movements.iter().filter(|one| matches!(one.kind, MovementKind::Returned | MovementKind::Lost));
        let (held, back) = (sum(held.iter().map(|one| one.amount)), sum(back.map(|one| one.amount)));
        Ok(if back >= held { -Decimal::ONE } else { Decimal::ZERO })
    }
}

/// What of a decision a settlement covers.
struct Covered {
    rules: Vec<String>,
    points: Decimal,
    money: Decimal,
    funded: Vec<(Arc<str>, Decimal)>,
    lines: usize,
}

impl Covered {
    fn of(policy: &Policy, settlement: &Settlement, decision: &Decision, movements: &[crate::lots::Movement]) -> Self {
        let rules = settlement.rules.iter().filter_map(|id| policy.rule(*id)).map(|rule| rule.title.name.clone());
        let rules: Vec<String> = rules.collect();
        let of = |kinds: &[&str]| {
            let amounts = decision.amounts.iter();
            let own = amounts.filter(|one| rules.contains(&one.rule) && kinds.contains(&one.kind.as_str()));
            let all: Vec<Decimal> = own.map(|one| one.amount.parse().unwrap_or_default()).collect();
            (!all.is_empty()).then(|| sum(all.into_iter()))
        };
        // A stated cost is what is owed; else what the points were worth to the customer.
        let stated = of(&["cost"]).or_else(|| of(&["off", "give"]));
        let sign = |kind: MovementKind| match kind {
            MovementKind::Taken | MovementKind::MovedOut => Some(Decimal::ONE),
            MovementKind::Returned | MovementKind::Lost => Some(-Decimal::ONE),
            _ => None,
        };
        let own = movements.iter().filter(|one| rules.iter().any(|rule| **rule == *one.rule));
        let (mut points, mut worth, mut funded, mut lines) =
            (Decimal::ZERO, Decimal::ZERO, Vec::<(Arc<str>, Decimal)>::new(), 0_usize);
        for one in own {
            let Some(sign) = sign(one.kind) else { continue };
            let amount = one.amount.saturating_mul(sign);
            lines = lines.saturating_add(1);
            points = points.saturating_add(amount);
            let each = policy.points.iter().find(|unit| unit.title.name == *one.points).and_then(|unit| unit.worth);
            worth = worth.saturating_add(amount.saturating_mul(each.map_or(Decimal::ZERO, |(each, _)| each)));
            for (party, part) in &one.funded {
                let part = part.saturating_mul(sign);
                match funded.iter_mut().find(|(held, _)| held == party) {
                    Some((_, sum)) => *sum = sum.saturating_add(part),
                    None => funded.push((party.clone(), part)),
                }
            }
        }
        funded.sort();
        Self { rules, points, money: stated.unwrap_or(worth), funded, lines }
    }

    fn nothing(&self) -> bool {
        self.lines == 0 && self.money.is_zero()
    }
}

fn sum(all: impl Iterator<Item = Decimal>) -> Decimal {
    all.fold(Decimal::ZERO, Decimal::saturating_add)
}
