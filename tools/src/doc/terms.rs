//! The customer's page: how points are earned, used and lost, in the order in which a customer asks.

use super::block::{Block, Document, Section, Table};
use super::setting::Setting;
use super::{calendar, rules, tables};
use earnest_dsl::policy::{LineSign, Node, Points, Rule, RuleBody};
use earnest_dsl::say;

/// The page.
pub(super) fn document(setting: &Setting<'_>) -> Document {
    let words = setting.words;
    let mut sections: Vec<Section> = glance(setting).into_iter().collect();
    chapter(&mut sections, "earning", say!(words.language, "How points are earned", "如何获得积分"), {
        of_sort(setting, Sort::Earning)
    });
    campaigns(setting, &mut sections);
    chapter(&mut sections, "levels", say!(words.language, "Levels", "等级"), levels(setting));
    chapter(&mut sections, "using", say!(words.language, "How points are used", "如何使用积分"), {
        of_sort(setting, Sort::Using)
    });
    chapter(&mut sections, "life", say!(words.language, "How long points last", "积分有效期"), lives(setting));
    chapter(&mut sections, "other", say!(words.language, "Further rules", "其他规则"), {
        let mut all = of_sort(setting, Sort::Other);
        all.extend(rankings(setting));
        all
    });
    sections.push(refunds(setting));
    Document {
        language: words.language,
        title: words.title(&words.name(&setting.policy.programme)),
        subtitle: say!(words.language, "Terms and conditions", "积分规则"),
        facts: facts(setting),
        sections,
        foot: foot(setting),
    }
}

/// All ways to earn in one table, where there are several.
fn glance(setting: &Setting<'_>) -> Option<Section> {
    let words = setting.words;
    let rules = setting.policy.rules.iter().filter(|rule| sort(rule) == Sort::Earning);
    let mut rows: Vec<(bool, Vec<String>)> = rules
        .filter_map(|rule| {
            let gist = words.gist(rule)?;
            let windows: Vec<String> = rule.windows.iter().map(|window| words.on(&rule.kinds).window(window)).collect();
            let mut on = vec![words.on(&rule.kinds).introduction(rule).trim_end_matches('的').to_owned()];
            on.extend(windows);
            let row = [words.rule_title(rule), words.clauses(&on), gist].map(|cell| words.title(&cell)).to_vec();
            Some((matches!(rule.body, RuleBody::Raise { .. }), row))
        })
        .collect();
    rows.sort_by_key(|(raises, _)| *raises);
    if rows.len() < 2 {
        return None;
    }
    let heads = [
        (say!(words.language, "Rule", "规则"), false),
        (say!(words.language, "For what", "适用业务"), false),
        (say!(words.language, "Points", "积分"), false),
    ];
    let rows = rows.into_iter().map(|(_, row)| row).collect();
    let table = Table { heads: heads.to_vec(), rows, ..Table::default() };
    let title = say!(words.language, "At a glance", "一览");
    Some(Section::new("glance", 2, title).with([Block::Table(table)]))
}

/// When the version holds, where and in which money.
pub(super) fn facts(setting: &Setting<'_>) -> Vec<(String, String)> {
    let (words, policy) = (setting.words, setting.policy);
    let force = words.tidy(&words.between(Some(policy.effective_from), policy.effective_until));
    vec![
        (say!(words.language, "In force", "生效"), force),
        (say!(words.language, "Currency", "币种"), currency(setting)),
        (say!(words.language, "Time zone", "时区"), policy.timezone.clone()),
    ]
}

fn currency(setting: &Setting<'_>) -> String {
    let shown = setting.words.currency(setting.policy.currency);
    let code = setting.policy.currency_of(setting.policy.currency).map_or("", |currency| &currency.title.name);
    if shown == code { shown } else { say!(setting.words.language, "{shown} ({code})", "{shown}（{code}）") }
}

pub(super) fn foot(setting: &Setting<'_>) -> String {
    let (words, policy) = (setting.words, setting.policy);
    let (name, version) = (&policy.programme.name, policy.version());
    let hash: String = policy.hash().chars().take(12).collect();
    say!(
        words.language,
        "Made from the policy `{name}`, version {version}, `{hash}`; examples and curves were decided by the same engine that decides in production.",
        "本页由方案 `{name}` 版本 {version}（`{hash}`）生成；示例与曲线由与生产相同的引擎裁决。"
    )
}

/// Adds a chapter, unless there is nothing in it.
pub(super) fn chapter(sections: &mut Vec<Section>, id: &str, title: String, below: Vec<Section>) {
    if !below.is_empty() {
        sections.push(Section::new(id, 2, title));
        sections.extend(below);
    }
}

/// Where a rule is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Earning,
    Using,
    Other,
}

fn sort(rule: &Rule) -> Sort {
    match &rule.body {
        RuleBody::Request(_) => Sort::Using,
        RuleBody::Raise { .. } | RuleBody::Level { .. } | RuleBody::Convert(_) => Sort::Earning,
        RuleBody::Earn(lines) if lines.iter().any(|line| line.sign == LineSign::Give) => Sort::Earning,
        RuleBody::Earn(_) | RuleBody::Accept(_) | RuleBody::Notify(_) => Sort::Other,
    }
}

/// Rules of a sort outside campaigns: base rules before those that raise them, requests that are possible before those that are not.
fn of_sort(setting: &Setting<'_>, wanted: Sort) -> Vec<Section> {
    let rules = setting.policy.rules.iter().filter(|rule| rule.campaign.is_none() && sort(rule) == wanted);
    let mut rules: Vec<&Rule> = rules.collect();
    rules.sort_by_key(|rule| match &rule.body {
        RuleBody::Raise { .. } => 1,
        RuleBody::Request(request) if request.prohibited.is_some() => 1,
        _ => 0,
    });
    rules.into_iter().map(|rule| rules::section(setting, rule, 3)).collect()
}

/// Campaigns with their rules, behind the calendar.
fn campaigns(setting: &Setting<'_>, sections: &mut Vec<Section>) {
    let (words, policy) = (setting.words, setting.policy);
    let figure = calendar::figure(setting);
    if policy.campaigns.is_empty() && figure.is_none() {
        return;
    }
    let title = if policy.campaigns.is_empty() {
        say!(words.language, "Offers for a time", "限时项目")
    } else {
        say!(words.language, "Campaigns", "活动")
    };
    sections.push(Section::new("campaigns", 2, title).with(figure.map(Block::Figure)));
    for (at, campaign) in policy.campaigns.iter().enumerate() {
        let id = earnest_dsl::policy::CampaignId(at);
        let own: Vec<&Rule> = policy.rules.iter().filter(|rule| rule.campaign == Some(id)).collect();
        let windows: Vec<String> = campaign.windows.iter().map(|window| words.window(window)).collect();
        let mut section =
            Section::new(format!("campaign-{}", campaign.title.name), 3, words.title(&words.name(&campaign.title)));
        if !windows.is_empty() {
            section.note = words.tidy(&words.clauses(&windows));
        }
        section.blocks.extend(lower_prices(setting, id));
        sections.push(section);
        sections.extend(own.into_iter().map(|rule| rules::section(setting, rule, 4)));
    }
}

/// Items whose price a campaign lowers.
fn lower_prices(setting: &Setting<'_>, campaign: earnest_dsl::policy::CampaignId) -> Option<Block> {
    let words = setting.words;
    let requests = setting.policy.rules.iter().filter_map(|rule| match &rule.body {
        RuleBody::Request(request) => Some((rule, request)),
        _ => None,
    });
    let mut rows = Vec::new();
    for (rule, request) in requests {
        for item in &request.items {
            for lower in item.lower.iter().filter(|lower| lower.campaign == campaign) {
                rows.push(vec![
                    words.name(&item.title),
                    words.rule_title(rule),
                    words.price(item),
                    tables::lowered(setting, item, lower),
                ]);
            }
        }
    }
    if rows.is_empty() {
        return None;
    }
    let share = say!(words.language, "Price in the campaign", "活动价");
    Some(Block::Table(Table {
        caption: say!(words.language, "Lower prices in this campaign", "活动期间降价的商品"),
        heads: vec![
            (say!(words.language, "Item", "商品"), false),
            (say!(words.language, "Of", "所属目录"), false),
            (say!(words.language, "Usual price", "平时价格"), true),
            (share, true),
        ],
        rows,
        example: false,
    }))
}

/// Levels: those by a measure, and those that the bank gives where some rule looks at them.
pub(super) fn levels(setting: &Setting<'_>) -> Vec<Section> {
    let (words, policy) = (setting.words, setting.policy);
    let mut all: Vec<Section> = policy
        .tiers
        .iter()
        .map(|tier| {
            let points = setting.sentences(&say!(words.language, "How", "评定"), words.tier(tier));
            let measure = tier.measure.map(|id| words.explained(id)).unwrap_or_default();
            let mut points = points;
            points.extend(setting.sentences(&say!(words.language, "In words", "释义"), measure));
            let section = Section::new(format!("tier-{}", tier.title.name), 3, words.title(&words.name(&tier.title)));
            section.with(setting.list(points)).with([Block::Table(tables::tier(setting, tier))])
        })
        .collect();
    for levels in policy.enums.iter().filter(|one| one.ordered) {
        let told = tables::levels(setting, levels);
        let text = say!(
            words.language,
            "given to each customer by the bank; from the lowest to the highest: {told}",
            "由银行为每位客户评定；由低到高：{told}"
        );
        let section = Section::new(format!("levels-{}", levels.title.name), 3, words.title(&words.name(&levels.title)));
        all.push(section.with([Block::Text(words.sentence(&text))]));
    }
    all
}

/// What holds for points that customers hold.
fn lives(setting: &Setting<'_>) -> Vec<Section> {
    let shown = setting.policy.points.iter().filter(|points| !points.memo);
    shown.map(|points| life(setting, points)).collect()
}

/// Terms and pools of one kind of points.
pub(super) fn life(setting: &Setting<'_>, points: &Points) -> Section {
    let words = setting.words;
    let mut all = Vec::new();
    if points.kept_by.is_none() {
        for pool in &points.pools {
            let name = if points.pools.len() > 1 {
                words.name(&pool.title)
            } else {
                say!(words.language, "Validity", "有效期")
            };
            all.extend(setting.sentences(&name, words.pool_life(pool)));
        }
    }
    all.extend(setting.sentences(&say!(words.language, "Terms", "条款"), words.points_terms(points)));
    let tables = points.pools.iter().filter_map(|pool| match &pool.validity {
        earnest_dsl::policy::Validity::ByTable(table) if matches!(table.node, Node::Table { .. }) => Some(&**table),
        _ => None,
    });
    let tables: Vec<Block> = tables.filter_map(|table| tables::by_rows(setting, table)).map(Block::Table).collect();
    let section = Section::new(format!("points-{}", points.title.name), 3, words.title(&words.name(&points.title)));
    section.with(setting.list(all)).with(tables)
}

fn rankings(setting: &Setting<'_>) -> Vec<Section> {
    let words = setting.words;
    let all = setting.policy.rankings.iter().map(|ranking| {
        let section =
            Section::new(format!("ranking-{}", ranking.title.name), 3, words.title(&words.name(&ranking.title)));
        let measure = match &ranking.by.node {
            Node::Measure(id, _) => words.explained(*id),
            _ => vec![],
        };
        let measure = setting.sentences(&say!(words.language, "In words", "释义"), measure);
        section.with([Block::Lead(words.sentence(&words.ranking(ranking)))]).with(setting.list(measure))
    });
    all.collect()
}

pub(super) fn refunds(setting: &Setting<'_>) -> Section {
    let words = setting.words;
    let title = say!(words.language, "Refunds", "退款");
    let told = words.refunds(setting.policy.refunds).into_iter().map(|text| Block::Text(words.sentence(&text)));
    Section::new("refunds", 2, title).with(told)
}
