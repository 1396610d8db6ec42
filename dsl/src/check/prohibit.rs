//! `never transfer`, `never cash`, `never spend`: checked against the requests of the text, and requests of their own where
//! the text has none, so that asking is refused with a code that says why.

use super::Checker;
use super::ask::{empty, shell};
use super::messages::{self, both};
use super::names::{Entry, Found, RequestSource};
use super::request::usual_kind;
use crate::policy::{KindId, PointsId, RequestForm, RuleBody, Title};
use crate::syntax::ast::{Prohibition, RequestKind};

impl<'a> Checker<'a> {
    pub(crate) fn lower_prohibitions(&mut self) {
        let names = self.names;
        for entry in &names.requests.entries {
            self.check_prohibitions(entry);
        }
        let sorts = [
            (Prohibition::Transfer, RequestKind::Transfer, RequestForm::Transfer, "transfer", "not_transferable"),
            (Prohibition::Cash, RequestKind::CashOut, RequestForm::CashOut, "cash", "not_cashable"),
        ];
        for (never, kind, form, word, code) in sorts {
            let Found::One(kind) = names.kinds.find(usual_kind(Some(kind)), None) else { continue };
            let declared = self.policy.rules.iter().any(|rule| {
                matches!(&rule.body, RuleBody::Request(request) if request.form == form)
                    && rule.kinds.contains(&KindId(kind))
            });
            let Some(points) = self.policy.points.iter().find(|points| points.never.contains(&never)) else { continue };
            if declared {
                continue;
            }
            let title =
                Title { name: format!("{}.never_{word}", points.title.name), labels: vec![], span: points.title.span };
            let mut request = empty(form);
            request.prohibited = Some(code.to_owned());
            self.policy.rules.push(shell(title, vec![KindId(kind)], request));
        }
    }

    /// A request that would do what its points forbid.
    fn check_prohibitions(&mut self, entry: &Entry<'a, RequestSource<'a>>) {
        let named = self.points_of_request(entry.node, entry.campaign);
        // A benefit, a donation or a catalogue that names no points takes none of a certain kind.
        if named.is_empty() && !matches!(entry.node.kind, Some(RequestKind::Transfer | RequestKind::CashOut)) {
            return;
        }
        let forbids = |prohibition: Prohibition| match entry.node.kind {
            Some(RequestKind::Transfer) => matches!(prohibition, Prohibition::Transfer | Prohibition::Spend),
            Some(RequestKind::CashOut) => matches!(prohibition, Prohibition::Cash | Prohibition::Spend),
            _ => prohibition == Prohibition::Spend,
        };
        // Where a request names no points it speaks of all that may be spent; it is against the text if none is left.
        let all: Vec<PointsId> = if named.is_empty() { self.spendable() } else { named.clone() };
        let forbidden: Vec<(PointsId, Prohibition)> =
            all.iter().filter_map(|points| self.prohibition(*points, forbids).map(|one| (*points, one))).collect();
        let against =
            if named.is_empty() { !all.is_empty() && forbidden.len() == all.len() } else { !forbidden.is_empty() };
        if let (true, Some((points, never))) = (against, forbidden.first()) {
            let points = self.policy.points_of(*points).map(|points| points.title.clone()).unwrap_or_default();
            let what = match never {
                Prohibition::Transfer => both("transfer", "转赠"),
                Prohibition::Cash => both("cash", "折现"),
                Prohibition::Return => both("return", "退换"),
                Prohibition::Spend => both("spend", "使用"),
            };
            self.report(messages::prohibited(&messages::title_of(entry.declared), &what, &points));
        }
    }

    fn spendable(&self) -> Vec<PointsId> {
        let points = self.policy.points.iter().enumerate();
        points
            .filter(|(_, points)| points.kept_by.is_none() && !points.memo && points.benefit.is_none())
            .map(|(at, _)| PointsId(at))
            .collect()
    }

    fn prohibition(&self, points: PointsId, forbids: impl Fn(Prohibition) -> bool) -> Option<Prohibition> {
        self.policy.points_of(points)?.never.iter().copied().find(|never| forbids(*never))
    }
}
