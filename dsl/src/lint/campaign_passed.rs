//! W0113: a campaign whose last day is over. Only where somebody says which day it is.
//!
//! Events of its days may still come late, so it is right to keep it for a while; afterwards it makes every check, page and
//! comparison longer for nothing.

use super::context::Context;
use super::event;
use super::found::{Claim, Found};
use crate::check::window::interval;
use crate::diagnostic::Diagnostic;
use crate::policy::{Campaign, CampaignId, Compare, RuleId};
use crate::prove::told::{named, told};
use crate::say;
use chrono::{NaiveDate, NaiveTime};

pub(super) fn find(context: &Context<'_>) -> Vec<Found> {
    let Some(today) = context.today else { return vec![] };
    let campaigns = context.policy.campaigns.iter().enumerate();
    campaigns
        .filter_map(|(at, campaign)| {
            let end = campaign.windows.iter().filter_map(interval).filter_map(|(_, end)| end).min()?;
            let last = end.checked_sub_signed(chrono::TimeDelta::seconds(1))?.date();
            (end <= today.and_time(NaiveTime::MIN)).then(|| passed(context, CampaignId(at), campaign, last, today))
        })
        .collect()
}

fn passed(context: &Context<'_>, id: CampaignId, campaign: &Campaign, last: NaiveDate, today: NaiveDate) -> Found {
    let policy = context.policy;
    let found = Diagnostic::warning(
        "W0113",
        told(policy, |words| {
            let (name, last) = (named(words, &campaign.title), words.date(last));
            say!(words.language, "{name} is over since {last}", "{name} 已于{last}结束")
        }),
        campaign.title.span,
        told(policy, |words| {
            let today = words.date(today);
            say!(words.language, "today is {today}", "今天是{today}")
        }),
    )
    .help(told(policy, |words| {
        say!(
            words.language,
            "when no late event and no refund of its days can come any more, leave it out of the next version; else give it new dates",
            "待其活动期内不会再有迟到事件或退款，请在下一版本中删去；否则请更新日期"
        )
    }));
    let rule = policy.rules.iter().enumerate().find(|(_, rule)| rule.campaign == Some(id));
    let Some((at, rule)) = rule else { return Found::plain(found) };
    // An event that would get something in the campaign, today.
    let open = crate::policy::Rule { windows: vec![], ..rule.clone() };
    let now = event::day(Compare::Equal, today, campaign.title.span);
    Found::by(found, event::paying(policy, &open, &[now]), Claim::Nothing(RuleId(at)))
}
