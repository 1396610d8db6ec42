//! A pack as a programme: the same meaning in policy text, a file for the programme and one for each campaign.

use super::pack::{Campaign, EVERY_DAY, Pack};
use super::purchase::{CARDS, CHANNELS, COUNTRIES, TIERS, code, date, name_at};
use super::{GROUPS, MONTH_CEILING};
use earnest_dsl::load::InputFile;
use std::fmt::Write as _;

/// Names of the groups, by place.
const GROUP_NAMES: [(&str, &str); GROUPS] =
    [("daily", "日常"), ("dining", "餐饮"), ("festival", "节日"), ("shopping", "网购"), ("travel", "出行")];

/// The name of a campaign; its rule is called `bonus`.
fn campaign_name(id: u32) -> String {
    format!("c{id:05}")
}

/// The campaign whose rule this is; none for a rule of the programme itself.
#[must_use]
pub fn campaign_of(rule: &str) -> Option<u32> {
    rule.strip_suffix(".bonus")?.strip_prefix('c')?.parse().ok()
}

/// The pack as one text.
#[must_use]
pub fn text(pack: &Pack) -> String {
    let campaigns = pack.campaigns.iter().map(|campaign| format!("\n{}", campaign_text(campaign)));
    std::iter::once(programme()).chain(campaigns).collect()
}

/// The pack as the files of a folder: a campaign a file.
#[must_use]
pub fn files(pack: &Pack) -> Vec<InputFile> {
    let campaigns = pack.campaigns.iter().map(|campaign| InputFile {
        path: format!("campaigns/{}.earn", campaign_name(campaign.id)),
        text: campaign_text(campaign),
    });
    std::iter::once(InputFile { path: "programme.earn".to_owned(), text: programme() }).chain(campaigns).collect()
}

/// The programme without its campaigns.
fn programme() -> String {
    let groups: String = GROUP_NAMES.iter().fold(String::new(), |mut text, (name, label)| {
        let _ = writeln!(text, "group {name} \"{label}\": best of");
        text
    });
    let order: Vec<&str> =
        ["spend", "tier_multiple", "birthday_month"].into_iter().chain(GROUP_NAMES.map(|(name, _)| name)).collect();
    format!(
        r#"// A retail programme: base points by tier, double in the month of the birthday, and of five groups of campaigns the best of each.
programme retail "零售积分" {{
  timezone Asia/Shanghai
  currency CNY "元"
  effective from 2026-01-01
}}

enum Channel "渠道" {{ {channels} }}
enum Card "卡种" {{ {cards} }}
enum Country "国家或地区" {{ {countries} }}
tiers Tier "客户等级" given by host {{ {tiers} }}

event Purchase "消费" json "purchase" {{
  amount "金额": money from 0 CNY to 1_000_000 CNY
  mcc "商户类别码": code of 4 digits
  channel "渠道": Channel
  card "卡种": Card
  tier "等级": tier
  country "国家或地区": Country
  birthday "生日": date
}}

points Star "星点" {{
  round down each line
  valid 2 years after earning
  spend first soonest to expire, then oldest
  per customer per month at most {ceiling} Star across {order}, drop the rest
}}

rule spend "消费积分" on Purchase {{
  earn 1 Star per full 1 CNY of amount
}}

rule tier_multiple "等级倍数" on Purchase {{
  raise spend to tier {{ {multiples} }}
}}

rule birthday_month "生日月" on Purchase {{
  every month of birthday
  raise spend by 1x
}}

{groups}"#,
        channels = CHANNELS.join(", "),
        cards = CARDS.join(", "),
        countries = COUNTRIES.join(", "),
        tiers = TIERS.join(" < "),
        multiples = multiples(),
        ceiling = grouped(MONTH_CEILING),
        order = order.join(", then "),
    )
}

fn multiples() -> String {
    let rows: Vec<String> = TIERS.iter().zip(1..).map(|(tier, times): (_, u8)| format!("{tier}: {times}x")).collect();
    rows.join(", ")
}

fn campaign_text(campaign: &Campaign) -> String {
    let mut text = format!("campaign {} \"活动{}\" {{\n", campaign_name(campaign.id), campaign.id);
    let _ = writeln!(text, "  from {} to {}", date(campaign.first_day), date(campaign.last_day));
    if let Some(days) = days(campaign) {
        let _ = writeln!(text, "  {days}");
    }
    let group = GROUP_NAMES.get(campaign.group).map_or("", |(name, _)| name);
    let others: Vec<&str> = GROUP_NAMES.iter().map(|(name, _)| *name).filter(|name| *name != group).collect();
    let _ = writeln!(text, "\n  rule bonus on Purchase {{\n    in {group} priority {}", campaign.id);
    let _ = writeln!(text, "    adds to spend, {}", others.join(", "));
    let conditions = conditions(campaign);
    if !conditions.is_empty() {
        let _ = writeln!(text, "    when {}", conditions.join(" and "));
    }
    let half = if campaign.halves % 2 == 1 { ".5" } else { "" };
    let _ = writeln!(text, "    earn {}{half} Star / 1 CNY * amount", campaign.halves / 2);
    let _ = writeln!(text, "    each time at most {} Star, drop the rest\n  }}\n}}", grouped(campaign.cap));
    text
}

/// Weekdays and hours.
fn days(campaign: &Campaign) -> Option<String> {
    let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let on: Vec<&str> = names
        .iter()
        .zip(0..)
        .filter(|(_, bit)| campaign.weekdays >> bit & 1 == 1)
        .map(|(name, _): (_, u8)| *name)
        .collect();
    let days = (campaign.weekdays != EVERY_DAY).then(|| format!("every {}", on.join(", ")));
    let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
    let hours = campaign.minutes.map(|(from, until)| format!("from {} until {}", clock(from), clock(until)));
    match (days, hours) {
        (Some(days), Some(hours)) => Some(format!("{days} {hours}")),
        (days, hours) => days.or(hours),
    }
}

fn conditions(campaign: &Campaign) -> Vec<String> {
    let mut all = Vec::new();
    if !campaign.codes.is_empty() {
        let codes: Vec<String> = campaign.codes.iter().map(|place| format!("{:04}", code(*place))).collect();
        all.push(format!("mcc in {{ {} }}", codes.join(", ")));
    }
    if campaign.least > 0 {
        all.push(format!("amount >= {} CNY", grouped(campaign.least / 100)));
    }
    if let Some(channel) = campaign.channel {
        all.push(format!("channel is {}", name_at(&CHANNELS, channel)));
    }
    if campaign.tier > 0 {
        all.push(format!("tier >= {}", name_at(&TIERS, campaign.tier)));
    }
    all
}

/// A whole number as policies write it: `50_000`.
fn grouped(number: i64) -> String {
    if number < 1_000 { number.to_string() } else { format!("{}_{:03}", grouped(number / 1_000), number % 1_000) }
}
