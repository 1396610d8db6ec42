//! Temporary: answers nothing.
#![allow(missing_docs, reason = "temporary")]
use crate::policy::scenario::Given;
use crate::policy::*;
use chrono::NaiveDateTime;
use rust_decimal::Decimal;
use serde_json::{Map, Value as Json};
#[derive(Debug, Clone)]
pub struct Witness {
    pub kind: KindId,
    pub at: NaiveDateTime,
    pub event: Map<String, Json>,
    pub given: Vec<Given>,
    pub assumed: Vec<(String, Decimal)>,
}
#[derive(Debug, Clone)]
pub enum Found {
    Nothing,
    Example(Witness),
    Unknown,
}
#[derive(Debug, Clone)]
pub struct Region;
pub fn matching(_: &Policy, _: &Rule, _: KindId) -> Region {
    Region
}
pub fn condition(_: &Policy, _: KindId, _: &Expr) -> Region {
    Region
}
impl Region {
    pub fn all(_: KindId) -> Self {
        Self
    }
    pub fn and(&self, _: &Region) -> Region {
        Region
    }
    pub fn without(&self, _: &Region) -> Region {
        Region
    }
    pub fn example(&self, _: &Policy) -> Found {
        Found::Unknown
    }
    pub fn within(&self, _: &Region, _: &Policy) -> bool {
        false
    }
}
