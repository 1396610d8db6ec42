//! The words of a comparison, in both languages.

use crate::impact::{Effect, Gap, Report, Tone, Unseen, Verdict, What};
use earnest_dsl::diagnostic::Language;
use earnest_dsl::diff::{Change, Detail, Happened, Part, Sort};
use earnest_dsl::say;
use earnest_dsl::words::grouped;
use rust_decimal::Decimal;

/// One of two texts.
pub(super) fn pick(language: Language, en: &'static str, zh: &'static str) -> &'static str {
    match language {
        Language::English => en,
        Language::Chinese => zh,
    }
}

/// A name that is an identifier for English readers and a label for Chinese ones, each with the other where they differ.
pub(super) fn title(name: &str, label: &str, language: Language) -> String {
    match language {
        _ if label.is_empty() || label == name => name.to_owned(),
        Language::English => format!("{label} ({name})"),
        Language::Chinese => format!("{label}（{name}）"),
    }
}

pub(super) fn programme(report: &Report, language: Language) -> String {
    title(&report.programme, report.label.get(language), language)
}

/// What is known of whether events can tell the versions apart.
pub(super) fn verdict(report: &Report, language: Language) -> String {
    match report.verdict {
        Verdict::Same if report.changes.is_empty() => {
            say!(
                language,
                "no event can tell them apart: proved, both mean the same",
                "任何事件都无法区分两个版本：已证明，二者含义相同"
            )
        }
        Verdict::Same => {
            say!(language, "no event can tell them apart: proved", "任何事件都无法区分两个版本：已证明")
        }
        Verdict::NotProved => say!(
            language,
            "no event was found that tells them apart; that there is none is not proved",
            "没有找到能区分两个版本的事件；但尚未证明不存在"
        ),
        Verdict::Differs => {
            let count = |tone| report.effects.iter().filter(|effect| effect.tone == tone).count();
            let (gains, loses, other) = (count(Tone::Gains), count(Tone::Loses), count(Tone::Other));
            let mut parts = Vec::new();
            let regions = |count: usize| if count == 1 { "region" } else { "regions" };
            if gains > 0 {
                let regions = regions(gains);
                parts.push(say!(language, "customers gain in {gains} {regions}", "{gains} 类事件客户受益"));
            }
            if loses > 0 {
                let regions = regions(loses);
                parts.push(say!(language, "customers lose in {loses} {regions}", "{loses} 类事件客户受损"));
            }
            if other > 0 {
                let regions = regions(other);
                parts.push(say!(language, "{other} {regions} differ otherwise", "{other} 类事件有其他差异"));
            }
            let parts = parts.join(pick(language, ", ", "，"));
            say!(language, "events tell them apart: {parts}", "事件可以区分两个版本：{parts}")
        }
    }
}

pub(super) fn sort(sort: Sort, language: Language) -> &'static str {
    match sort {
        Sort::Programme => pick(language, "programme", "方案"),
        Sort::Points => pick(language, "points", "积分"),
        Sort::Rule => pick(language, "rule", "规则"),
        Sort::Campaign => pick(language, "campaign", "活动"),
        Sort::Group => pick(language, "group", "组"),
        Sort::Measure => pick(language, "measure", "累计"),
        Sort::Tier => pick(language, "tiers", "等级"),
        Sort::Event => pick(language, "event", "事件"),
        Sort::Facts => pick(language, "facts", "事实"),
        Sort::Names => pick(language, "names", "取值"),
        Sort::Schedule => pick(language, "schedule", "日程"),
        Sort::Figure => pick(language, "figure", "指标"),
        Sort::Ranking => pick(language, "ranking", "排名"),
        Sort::Settlement => pick(language, "settlement", "结算"),
        Sort::Parameter => pick(language, "parameter", "参数"),
    }
}

/// A sign for what happened.
pub(super) fn sign(happened: Happened) -> &'static str {
    match happened {
        Happened::Added => "+",
        Happened::Removed => "−",
        Happened::Changed => "~",
    }
}

pub(super) fn part(part: Part, language: Language) -> &'static str {
    match part {
        Part::Events => pick(language, "on", "适用"),
        Part::Window => pick(language, "time", "时间"),
        Part::Condition => pick(language, "condition", "条件"),
        Part::Gives => pick(language, "gives", "所得"),
        Part::Limit => pick(language, "limit", "限额"),
        Part::Together => pick(language, "together", "组合"),
        Part::Rounding => pick(language, "rounding", "取整"),
        Part::Funding => pick(language, "paid by", "出资"),
        Part::Refund => pick(language, "refunds", "退款"),
        Part::Item => pick(language, "item", "商品"),
        Part::Terms => pick(language, "terms", "条款"),
        Part::Life => pick(language, "validity", "有效期"),
        Part::Value => pick(language, "value", "数值"),
        Part::Field => pick(language, "names", "取值"),
        Part::Core => pick(language, "meaning", "含义"),
    }
}

/// What a change is about: `changed rule card spend (card_spend)`.
pub(super) fn change_title(change: &Change, language: Language) -> String {
    let name = title(&change.name, change.label.get(language), language);
    let sort = sort(change.sort, language);
    let told = if change.label.get(language) == sort { name } else { format!("{sort} {name}") };
    match &change.now {
        Some(now) => say!(language, "{told}, now {now}", "{told}，现名 {now}"),
        None => told,
    }
}

/// A detail in one line.
pub(super) fn detail(detail: &Detail, language: Language) -> String {
    let part = part(detail.part, language);
    let text = detail.text.get(language);
    match detail.happened {
        Happened::Changed => say!(language, "{part}: {text}", "{part}：{text}"),
        Happened::Added => say!(language, "{part}, new: {text}", "{part}（新增）：{text}"),
        Happened::Removed => say!(language, "{part}, gone: {text}", "{part}（取消）：{text}"),
    }
}

pub(super) fn tone(tone: Tone, language: Language) -> &'static str {
    match tone {
        Tone::Gains => pick(language, "customers gain", "客户受益"),
        Tone::Loses => pick(language, "customers lose", "客户受损"),
        Tone::Other => pick(language, "differs", "有差异"),
    }
}

/// `+200` with a sign always.
pub(super) fn signed(number: Decimal) -> String {
    let text = grouped(&number.abs().normalize().to_string());
    if number.is_zero() {
        text
    } else if number.is_sign_negative() {
        format!("−{text}")
    } else {
        format!("+{text}")
    }
}

pub(super) fn amount(number: Decimal) -> String {
    grouped(&number.normalize().to_string())
}

/// A unit or rule by its identifier for English readers, by its label for Chinese ones.
pub(super) fn named<'r>(report: &'r Report, name: &'r str, language: Language) -> &'r str {
    match language {
        Language::English => name,
        Language::Chinese => report.labels.get(name).map_or(name, |label| &label.zh),
    }
}

/// A difference in one line: `Point 1,000 → 800 (−200)`.
pub(super) fn gap(report: &Report, gap: &Gap, language: Language) -> String {
    let shown = |text: &str, nothing: &str| if text.is_empty() { nothing.to_owned() } else { grouped_if(text) };
    let none = pick(language, "none", "无");
    let numbers = |unit: &str, of: &str| {
        let unit = named(report, unit, language);
        let (old, new) = (shown(&gap.old, "0"), shown(&gap.new, "0"));
        let more = gap.more().map(|more| format!(" ({})", signed(more))).unwrap_or_default();
        format!("{of}{old} → {new} {unit}{more}")
    };
    match &gap.what {
        What::Points { customer, unit } => {
            let whose = if customer == "c1" {
                String::new()
            } else {
                say!(language, "customer {customer}: ", "客户 {customer}：")
            };
            let below = |text: &str| text.starts_with('-');
            if below(&gap.old) && below(&gap.new) {
                let (old, new) = (grouped(gap.old.trim_start_matches('-')), grouped(gap.new.trim_start_matches('-')));
                let more = gap.more().map(|more| format!(" ({})", signed(-more))).unwrap_or_default();
                let unit = named(report, unit, language);
                return say!(
                    language,
                    "{whose}used {old} → {new} {unit}{more}",
                    "{whose}使用 {old} → {new} {unit}{more}"
                );
            }
            numbers(unit, &whose)
        }
        What::Money { verb, unit } => {
            let verb = match verb.as_str() {
                "off" => pick(language, "off the bill ", "抵扣账单 "),
                "pay" => pick(language, "to pay ", "应付 "),
                "give" => pick(language, "paid out ", "付给客户 "),
                "fee" => pick(language, "fee ", "手续费 "),
                "cost" => pick(language, "cost ", "成本 "),
                _ => pick(language, "received ", "收到 "),
            };
            numbers(unit, verb)
        }
        What::Refusal => {
            let told = |code: &str| {
                if code.is_empty() {
                    pick(language, "accepted", "受理").to_owned()
                } else {
                    say!(language, "refused (`{code}`)", "拒绝（`{code}`）")
                }
            };
            format!("{} → {}", told(&gap.old), told(&gap.new))
        }
        What::LastDay => {
            let (old, new) = (shown(&gap.old, none), shown(&gap.new, none));
            say!(language, "last usable day {old} → {new}", "最后可用日 {old} → {new}")
        }
        What::Usable => {
            let at_once = pick(language, "at once", "即时");
            let (old, new) = (shown(&gap.old, at_once), shown(&gap.new, at_once));
            say!(language, "usable from {old} → {new}", "起用 {old} → {new}")
        }
        What::Funding => {
            let (old, new) = (shown(&gap.old, none), shown(&gap.new, none));
            say!(language, "paid by {old} → {new}", "出资 {old} → {new}")
        }
        What::Entries => numbers(pick(language, "entries", "次抽奖"), ""),
        What::Entitled => {
            let (old, new) = (shown(&gap.old, none), shown(&gap.new, none));
            say!(language, "may use {old} → {new}", "可使用 {old} → {new}")
        }
        What::Figure(name) => {
            let (old, new) = (shown(&gap.old, none), shown(&gap.new, none));
            say!(language, "figure {name} {old} → {new}", "指标 {name} {old} → {new}")
        }
        What::Debt => numbers("", pick(language, "owed or forgiven ", "欠分或豁免 ")),
        What::Told(name) => {
            let (old, new) = (shown(&gap.old, none), shown(&gap.new, none));
            format!("{name} {old} → {new}")
        }
        What::Rule => pick(language, "another rule gives the points", "由另一规则给分").to_owned(),
    }
}

fn grouped_if(text: &str) -> String {
    if text.parse::<Decimal>().is_ok() { grouped(text) } else { text.to_owned() }
}

/// All differences of an effect in one line.
pub(super) fn gaps(report: &Report, effect: &Effect, language: Language) -> String {
    effect.gaps.iter().map(|one| gap(report, one, language)).collect::<Vec<_>>().join(pick(language, "; ", "；"))
}

/// `at most 300 points per customer per month`, where a limit says how much it can be.
pub(super) fn most(effect: &Effect, language: Language) -> Option<String> {
    let most = effect.most.as_ref()?.get(language);
    Some(say!(language, "by this rule alone: {most}", "仅就本规则：{most}"))
}

pub(super) fn unseen(one: &Unseen, language: Language) -> String {
    let name = title(&one.of, one.label.get(language), language);
    match &one.proof {
        Some(proof) => {
            let proof = proof.get(language);
            say!(language, "{name}: no event shows it, proved: {proof}", "{name}：没有事件能体现，已证明：{proof}")
        }
        None => say!(
            language,
            "{name}: no event was found that shows it; not proved that there is none",
            "{name}：没有找到能体现该变更的事件；尚未证明不存在"
        ),
    }
}

/// The headings of the parts.
#[derive(Debug, Clone, Copy)]
pub(super) enum Heading {
    Changes,
    Effects,
    Unseen,
    Recorded,
    Witness,
    Before,
    Now,
    Rules,
    Tiers,
    Affected,
}

pub(super) fn heading(heading: Heading, language: Language) -> &'static str {
    match heading {
        Heading::Changes => pick(language, "What changed", "变更内容"),
        Heading::Effects => pick(language, "What comes of it", "影响"),
        Heading::Unseen => pick(language, "Changes that no event shows", "没有事件体现的变更"),
        Heading::Recorded => pick(language, "On the recorded events", "对已记录事件的影响"),
        Heading::Witness => pick(language, "an event that shows it", "示例事件"),
        Heading::Before => pick(language, "before", "旧版"),
        Heading::Now => pick(language, "now", "新版"),
        Heading::Rules => pick(language, "by rule", "按规则"),
        Heading::Tiers => pick(language, "by tier", "按等级"),
        Heading::Affected => pick(language, "most affected customers", "受影响最大的客户"),
    }
}

/// What the recorded events came to, in sentences.
pub(super) fn recorded(report: &Report, language: Language) -> Vec<String> {
    let Some(found) = &report.recorded else { return vec![] };
    let number = |count: u64| grouped(&count.to_string());
    let (events, same) = (number(found.events), number(found.same));
    let (gains, loses, other) = (number(found.gains), number(found.loses), number(found.other));
    let mut all = vec![say!(
        language,
        "{events} events: {same} alike, {gains} after which the customer has more, {loses} less, {other} otherwise different",
        "{events} 笔事件：{same} 笔相同，{gains} 笔客户受益，{loses} 笔客户受损，{other} 笔有其他差异"
    )];
    let (refused, accepted) = (number(found.refused.0), number(found.refused.1));
    if found.refused != (0, 0) {
        all.push(say!(
            language,
            "{refused} accepted before would be refused, {accepted} refused before would be accepted",
            "{refused} 笔由受理变为拒绝，{accepted} 笔由拒绝变为受理"
        ));
    }
    if found.undecided > 0 {
        let undecided = number(found.undecided);
        all.push(say!(
            language,
            "{undecided} could not be decided by both and were left out",
            "{undecided} 笔无法由两个版本裁决，未计入"
        ));
    }
    let customers = number(found.customers);
    all.push(say!(language, "customers affected: {customers}", "受影响客户：{customers}"));
    all
}

/// Heads of a table of totals: name, unit, old, new, difference.
pub(super) fn total_heads(name: Heading, language: Language) -> [&'static str; 5] {
    let first = match name {
        Heading::Tiers => pick(language, "tier", "等级"),
        Heading::Affected => pick(language, "customer", "客户"),
        _ => pick(language, "rule", "规则"),
    };
    [
        first,
        pick(language, "points", "积分"),
        pick(language, "before", "旧版"),
        pick(language, "now", "新版"),
        pick(language, "difference", "差额"),
    ]
}

/// Rows of the tables of totals.
pub(super) fn totals(report: &Report, language: Language) -> Vec<(Heading, Vec<[String; 5]>)> {
    let Some(found) = &report.recorded else { return vec![] };
    let row = |name: String, unit: &str, old: Decimal, new: Decimal| {
        let name = named(report, &name, language).to_owned();
        [name, named(report, unit, language).to_owned(), amount(old), amount(new), signed(new.saturating_sub(old))]
    };
    let unknown = pick(language, "(not known)", "（未知）");
    let tier = |name: &str| if name.is_empty() { unknown.to_owned() } else { name.to_owned() };
    let mut all = vec![(
        Heading::Rules,
        found.rules.iter().map(|one| row(one.rule.clone(), &one.unit, one.old, one.new)).collect::<Vec<_>>(),
    )];
    if found.tiers.iter().any(|one| !one.tier.is_empty()) {
        let rows = found.tiers.iter().map(|one| row(tier(&one.tier), &one.unit, one.old, one.new));
        all.push((Heading::Tiers, rows.collect()));
    }
    let rows = found.affected.iter().map(|one| row(one.customer.clone(), &one.unit, one.old, one.new));
    all.push((Heading::Affected, rows.collect()));
    all.retain(|(_, rows)| !rows.is_empty());
    all
}

/// `version 2024-01-01 of policies/p30 (0123456789ab)`.
pub(super) fn version(version: &crate::impact::Version, language: Language) -> String {
    let (name, from) = (&version.version, &version.from);
    let hash: String = version.hash.chars().take(12).collect();
    say!(language, "{from}, version {name}, hash {hash}", "{from}，版本 {name}，摘要 {hash}")
}
