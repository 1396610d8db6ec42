//! Requests: what customers may ask for, on which terms, and what it leads to.
//!
//! A request is the body of a rule: its windows, conditions, constraints and funding are those of every rule. A condition
//! that does not hold means that another request answers the event; a window, need, bound, step or balance that does not
//! hold refuses it. Clauses of a request may read, as elements: `points` (taken, or asked so far), `value` (what those are
//! worth in money: see [`Request::value`]), `pieces`, `price`, `entries` (as many as pieces). An amount may also read what
//! amounts before it came to, rounded, by their verb: `off`, `pay`, `give`, `fee`, `cost`, `receive` (`pay` is `bill - off`).

use super::{ConstraintId, Expr, Line, PointsId, PoolId, Title, Window};
use crate::source::Span;
use crate::syntax::ast::RoundMode;
use serde::{Deserialize, Serialize};

/// What a request is called. It decides no number: terms and lines below do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RequestForm {
    /// Items for points.
    Catalogue,
    /// A bill, fee or interest is paid in part with points.
    Offset,
    /// Points into other points, a quantity, or from a partner's points.
    Exchange,
    /// Points into money.
    CashOut,
    /// Points to somebody else.
    Transfer,
    /// Points to a cause.
    Donation,
    /// Points into entries of a lottery.
    Lottery,
    /// A benefit or service is used.
    Benefit,
}

/// A request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// What it is called.
    pub form: RequestForm,
    /// It is refused always, with this code: what `never transfer` and `never cash` lower to.
    pub prohibited: Option<String>,
    /// Audience and needs, in the order written. All that fail are reported.
    pub needs: Vec<Need>,
    /// Stated minimums: conditions on what is asked, before it is cut to whole steps.
    pub minimums: Vec<Need>,
    /// How much is asked.
    pub ask: Ask,
    /// What is taken; nothing for a benefit that needs no grant, or for points that a partner keeps.
    pub spends: Option<Spends>,
    /// What it is worth in money by its rate: an expression over `points` (`points * 1 CNY / 100 Point`) that grows with them.
    /// `None`: the item's stated value times the pieces, else the points times their unit's worth.
    pub value: Option<Expr>,
    /// Items, by identifier; none but in a catalogue.
    pub items: Vec<Item>,
    /// Whole steps.
    pub steps: Option<Steps>,
    /// Parts of a bill that may be paid: the value may be no more than each of these.
    pub bills: Vec<Bill>,
    /// Points for somebody: what an exchange gives, what comes on top, a paid top-up that posts before the rest.
    pub lines: Vec<Line>,
    /// A transfer: the lots go to somebody.
    pub moves: Option<Moves>,
    /// Money and quantities that go with it.
    pub amounts: Vec<AmountLine>,
    /// How many entries it gives.
    pub entries: Option<Expr>,
    /// What the customer may then have or use: service or benefit by name.
    pub entitles: Option<Title>,
    /// When it is delivered at the latest.
    pub deliver: Option<Deliver>,
    /// A cancelled request gives nothing back.
    pub stays_spent: bool,
}

/// A condition that must hold, with the code of refusal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need {
    /// What must hold.
    pub condition: Expr,
    /// The code otherwise.
    pub code: String,
}

/// How much is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ask {
    /// Nothing is spent.
    Nothing,
    /// So many pieces (a field, `pieces` or `entries`; it may be `most`), at a price for each: the item's, or this.
    Units {
        /// Field that says how many; one where there is none.
        count: Option<String>,
        /// Price of each in points; `None`: the item's.
        each: Option<Expr>,
    },
    /// A field of points (or a number of a partner's points); it may be `most`.
    Points(String),
}

/// What is taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spends {
    /// Which points.
    pub points: PointsId,
    /// Which pools, in this order; empty: all, in the unit's order of use.
    pub pools: Vec<PoolId>,
}

/// An item of a catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Name (the value of the field `item`) and labels.
    pub title: Title,
    /// Points for one piece, before prices of campaigns; its tier table is multiplied in.
    pub price: Expr,
    /// Rounding of the price, to the points' scale (up unless said).
    pub rounding: RoundMode,
    /// Lower prices of campaigns; two that can hold at once say `lowest price`, or do not compile.
    pub lower: Vec<LowerPrice>,
    /// Where no lower price holds with another, the smallest counts.
    pub lowest: bool,
    /// Its stock: a constraint on pieces.
    pub stock: Option<ConstraintId>,
    /// Other constraints of this item alone.
    pub constraints: Vec<ConstraintId>,
    /// Money worth of one piece.
    pub value: Option<Expr>,
    /// The service that comes with it.
    pub grants: Vec<Title>,
    /// When it may be asked for, besides the catalogue's windows.
    pub windows: Vec<Window>,
    /// Where it is written.
    #[serde(skip)]
    pub span: Span,
}

/// A price in a campaign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LowerPrice {
    /// The campaign.
    pub campaign: super::CampaignId,
    /// All must hold.
    pub windows: Vec<Window>,
    /// All must hold.
    pub conditions: Vec<Expr>,
    /// A percentage or multiple of the price, or points.
    pub to: Expr,
    /// Rounding (up unless said).
    pub rounding: RoundMode,
}

/// Whole steps of points (or of money, of the value).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Steps {
    /// Size; above zero.
    pub step: Expr,
    /// The code of refusal where what is asked is no whole number of steps; `None`: the rest is left.
    pub refuse: Option<String>,
}

/// A part of a bill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bill {
    /// The value may be at most this much money.
    pub most: Expr,
    /// The code otherwise.
    pub code: String,
    /// More is asked: the most that fits is taken instead (`drop the rest`).
    pub trims: bool,
}

/// A transfer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moves {
    /// To whom: a customer's id.
    pub to: Expr,
    /// Lots keep their dates; else they are earned anew.
    pub keep_dates: bool,
}

/// What an amount of money (or of a quantity) does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum AmountVerb {
    /// Taken off the bill.
    Off,
    /// Still to be paid by the customer.
    Pay,
    /// Paid to the customer.
    Give,
    /// Paid by the customer for the service.
    Fee,
    /// Owed to a partner for it.
    Cost,
    /// Received from a partner: their points, or a quantity such as basis points.
    Receive,
}

/// An amount of money, of a quantity, or of a partner's points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AmountLine {
    /// What it does.
    pub verb: AmountVerb,
    /// How much; rounded to its scale, down unless the text says otherwise.
    pub amount: Expr,
    /// Only when this holds.
    pub when: Option<Expr>,
    /// To which partner: the field that names it, or a name.
    pub to: Option<Expr>,
}

/// Delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deliver {
    /// The last day.
    pub by: Option<Expr>,
    /// Who delivers.
    pub partner: Option<String>,
}
