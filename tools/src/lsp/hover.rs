//! What a name means, where the cursor stands: in words, with type, unit, labels and present value.

use super::declared::What;
use super::desk::View;
use super::place::{self, Named};
use earnest_dsl::diagnostic::Language;
use earnest_dsl::policy::{
    EnumType, Expr, Field, GroupMode, MeasureSource, Policy, Rule, RuleBody, Title, Type, Typed, expr,
};
use earnest_dsl::say;
use earnest_dsl::source::Span;
use earnest_dsl::words::Words;
use gen_lsp_types::{Contents, Hover, MarkupContent, MarkupKind};

/// What there is to say at a byte of a file.
#[must_use]
pub fn hover(view: &View<'_>, byte: u32, language: Language) -> Option<Hover> {
    let found = named(view, byte, language)
        .or_else(|| library(view, byte, language))
        .or_else(|| keyword(view, byte, language))
        .or_else(|| value(view, byte, language));
    let (span, text) = found?;
    let contents = Contents::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value: text });
    Some(Hover { contents, range: Some(view.lines.range(span)) })
}

fn named(view: &View<'_>, byte: u32, language: Language) -> Option<(Span, String)> {
    let named = place::named_at(view, byte)?;
    let what = place::what_at(view, named.declared).map(|(what, _)| what);
    let mut text = heading(&named, what, language);
    if let Some(policy) = view.policy() {
        let told = told(view, policy, &named, what, language);
        for paragraph in told.into_iter().filter(|paragraph| !paragraph.is_empty()) {
            text.push_str("\n\n");
            text.push_str(&paragraph);
        }
    }
    Some((named.written, text))
}

/// `**rule** card_spend 消费积分`, with the code marked as such.
fn heading(named: &Named, what: Option<What>, language: Language) -> String {
    let mut text = String::new();
    if let Some(what) = what {
        text.push_str(&format!("**{}** ", word(what, language)));
    }
    text.push_str(&format!("`{}`", named.name));
    for label in &named.labels {
        text.push_str(&format!(" {label}"));
    }
    text
}

/// What a sort of declaration is called.
#[must_use]
// One arm per sort of declaration: the exhaustive match is the idea.
pub fn word(what: What, language: Language) -> String {
    use earnest_dsl::syntax::ast::RequestKind;
    match what {
        What::Programme => say!(language, "programme", "方案"),
        What::Library => say!(language, "library", "库"),
        What::Kind => say!(language, "kind of event", "事件"),
        What::Field => say!(language, "field", "字段"),
        What::Enum => say!(language, "list of values", "枚举"),
        What::Value => say!(language, "value", "枚举值"),
        What::Subject => say!(language, "subject", "主体"),
        What::Fact => say!(language, "fact", "事实"),
        What::Quantity => say!(language, "quantity", "数量"),
        What::Currency => say!(language, "currency", "币种"),
        What::Codes => say!(language, "set of codes", "代码组"),
        What::Calendar => say!(language, "calendar", "日历"),
        What::Definition => say!(language, "definition", "定义"),
        What::Parameter => say!(language, "parameter", "参数"),
        What::Points => say!(language, "points", "积分种类"),
        What::Pool => say!(language, "pool", "积分池"),
        What::Tiers => say!(language, "tiers", "等级"),
        What::Tier => say!(language, "tier", "等级"),
        What::Group => say!(language, "group", "组"),
        What::Rule => say!(language, "rule", "规则"),
        What::Campaign => say!(language, "campaign", "活动"),
        What::Measure => say!(language, "measure", "累计"),
        What::Period => say!(language, "period", "周期"),
        What::Schedule => say!(language, "schedule", "定时"),
        What::Catalogue => say!(language, "catalogue", "目录"),
        What::Item => say!(language, "item", "商品"),
        What::Request(RequestKind::Offset) => say!(language, "offset", "抵扣"),
        What::Request(RequestKind::Exchange) => say!(language, "exchange", "互换"),
        What::Request(RequestKind::CashOut) => say!(language, "cash out", "兑现"),
        What::Request(RequestKind::Transfer) => say!(language, "transfer", "转赠"),
        What::Request(RequestKind::Donation) => say!(language, "donation", "捐赠"),
        What::Request(RequestKind::Lottery) => say!(language, "lottery", "抽奖"),
        What::Request(RequestKind::Benefit) => say!(language, "benefit", "权益"),
        What::Ranking => say!(language, "ranking", "排名"),
        What::Figure => say!(language, "figure", "指标"),
        What::Notice => say!(language, "notice", "通知"),
        What::Test => say!(language, "test", "测试"),
        What::Examples(_) => say!(language, "examples", "样例"),
    }
}

/// What the policy knows of a declaration, paragraph by paragraph.
fn told(view: &View<'_>, policy: &Policy, named: &Named, what: Option<What>, language: Language) -> Vec<String> {
    let words = Words::new(policy, language);
    let is = |title: &Title| title.span.key() == named.declared.key();
    let by_place = |what: What| match what {
        What::Rule | What::Notice | What::Catalogue | What::Request(_) => {
            policy.rules.iter().find(|rule| is(&rule.title)).map(|rule| rule_told(&words, rule))
        }
        What::Measure => policy
            .measures
            .iter()
            .find(|one| is(&one.title))
            .map(|one| vec![words.sentence(&words.clauses(&words.measure(one))), typed(&words, &one.typed)]),
        What::Points => policy.points.iter().find(|one| is(&one.title)).map(|one| words.points_terms(one)),
        What::Pool => {
            let mut pools = policy.points.iter().flat_map(|points| &points.pools);
            pools.find(|one| is(&one.title)).map(|one| words.pool_life(one))
        }
        What::Tiers => {
            let tier = policy.tiers.iter().find(|one| is(&one.title)).map(|one| words.tier(one));
            tier.or_else(|| policy.enums.iter().find(|one| is(&one.title)).map(|one| vec![values(&words, one)]))
        }
        What::Enum => policy.enums.iter().find(|one| is(&one.title)).map(|one| vec![values(&words, one)]),
        What::Value | What::Tier => value_of(&words, &is),
        What::Field => {
            let fields = policy.kinds.iter().flat_map(|kind| &kind.fields);
            all_fields(fields).find(|one| is(&one.title)).map(|one| field(&words, one))
        }
        What::Fact => {
            let facts = policy.subjects.iter().flat_map(|subject| &subject.facts);
            all_fields(facts).find(|one| is(&one.title)).map(|one| field(&words, one))
        }
        What::Kind => policy.kinds.iter().find(|one| is(&one.title)).map(|one| {
            let fields: Vec<String> = one.fields.iter().map(|field| format!("`{}`", field.title.name)).collect();
            let json = say!(language, "`type` in JSON: `{}`", "JSON 中的 `type`：`{}`", one.json);
            vec![say!(language, "fields: {}", "字段：{}", fields.join(", ")), json]
        }),
        What::Group => policy.groups.iter().find(|one| is(&one.title)).map(|one| {
            let members: Vec<String> = one.members.iter().map(|rule| words.rule_name(*rule)).collect();
            vec![mode(one.mode, language), say!(language, "members: {}", "成员：{}", words.all_of(&members))]
        }),
        What::Campaign => policy.campaigns.iter().find(|one| is(&one.title)).map(|one| {
            let windows: Vec<String> = one.windows.iter().map(|window| words.window(window)).collect();
            vec![words.sentence(&words.clauses(&windows))]
        }),
        What::Parameter => {
            let value = policy.parameters.iter().find(|(name, _)| name.rsplit('.').next() == Some(&named.name));
            value.map(|(_, value)| vec![say!(language, "value: {}", "当前值：{}", words.value(value))])
        }
        What::Codes => policy.code_sets.iter().find(|one| is(&one.title)).map(|one| {
            let runs: Vec<String> = one.runs.iter().map(|run| run_told(*run, one.digits)).collect();
            vec![runs.join(", ")]
        }),
        What::Calendar => policy.calendars.iter().find(|one| is(&one.title)).map(|one| {
            let (from, to) = (words.date(one.from), words.date(one.to));
            vec![say!(
                language,
                "covers {from} to {to}; {} holidays",
                "覆盖 {from} 至 {to}；节假日 {} 天",
                one.holidays.len()
            )]
        }),
        What::Currency => policy
            .currencies
            .iter()
            .find(|one| is(&one.title))
            .map(|one| vec![say!(language, "{} decimals", "{} 位小数", one.scale)]),
        What::Quantity => policy
            .quantities
            .iter()
            .find(|one| is(&one.title))
            .map(|one| vec![say!(language, "in `{}`, {} decimals", "单位 `{}`，{} 位小数", one.unit, one.scale)]),
        What::Figure => policy
            .figures
            .iter()
            .find(|one| is(&one.title))
            .map(|one| vec![words.figure(one), typed(&words, &one.value.typed)]),
        What::Ranking => policy.rankings.iter().find(|one| is(&one.title)).map(|one| vec![words.ranking(one)]),
        What::Schedule => policy.schedules.iter().find(|one| is(&one.title)).map(|one| vec![words.schedule(one)]),
        What::Item => {
            let items = policy.rules.iter().filter_map(|rule| match &rule.body {
                RuleBody::Request(request) => Some(&request.items),
                _ => None,
            });
            items.flatten().find(|one| is(&one.title)).map(|one| words.item(one))
        }
        What::Definition | What::Period => None,
        What::Programme | What::Library | What::Subject | What::Test | What::Examples(_) => None,
    };
    let found = what.and_then(by_place);
    found.unwrap_or_else(|| match what {
        Some(What::Definition | What::Period | What::Parameter) => text_of_declaration(view, named),
        _ => vec![],
    })
}

/// What a definition stands for is its own text.
fn text_of_declaration(view: &View<'_>, named: &Named) -> Vec<String> {
    let whole = place::what_at(view, named.declared).map(|(_, whole)| whole);
    whole.map(|whole| format!("```earn\n{}\n```", view.text_of(whole))).into_iter().collect()
}

fn rule_told(words: &Words<'_>, rule: &Rule) -> Vec<String> {
    vec![words.rule(rule).into_iter().map(|clause| format!("- {}", clause.text)).collect::<Vec<_>>().join("\n")]
}

/// All fields, those of the elements of lists included.
fn all_fields<'p>(fields: impl Iterator<Item = &'p Field>) -> impl Iterator<Item = &'p Field> {
    fields.flat_map(|field| {
        let inner = match &field.typed.ty {
            Type::List(elements) => elements.as_slice(),
            _ => &[],
        };
        std::iter::once(field).chain(inner)
    })
}

fn field(words: &Words<'_>, field: &Field) -> Vec<String> {
    let language = words.language;
    let mut told = vec![typed(words, &field.typed)];
    if let Some(default) = &field.default {
        told.push(say!(language, "default: {}", "缺省：{}", words.value(default)));
    }
    if field.dated {
        told.push(say!(language, "changes over time", "随时间变化"));
    }
    let names: Vec<String> = field.json.iter().map(|json| format!("`{}`", json.name)).collect();
    if !names.is_empty() {
        told.push(say!(language, "in JSON: {}", "JSON 名：{}", names.join(", ")));
    }
    told
}

/// A type with what is known of its values.
#[must_use]
pub fn typed(words: &Words<'_>, typed: &Typed) -> String {
    let language = words.language;
    let mut parts = vec![words.typed(&typed.ty)];
    if typed.optional {
        parts.push(say!(language, "may be unknown", "可能未知"));
    }
    if typed.quotient {
        parts.push(say!(language, "an exact quotient, to be rounded", "精确的商，须取整"));
    }
    words.clauses(&parts)
}

/// How many values are listed.
const LISTED: usize = 24;

fn values(words: &Words<'_>, one: &EnumType) -> String {
    let all: Vec<String> = one.values.iter().take(LISTED).map(|value| format!("`{}`", value.title.name)).collect();
    let between = if one.ordered { " < " } else { ", " };
    let more = if one.values.len() > LISTED { ", …" } else { "" };
    let open = if one.open { say!(words.language, " (open)", "（开放）") } else { String::new() };
    format!("{}{more}{open}", all.join(between))
}

fn value_of(words: &Words<'_>, is: &impl Fn(&Title) -> bool) -> Option<Vec<String>> {
    let enums = words.policy.enums.iter().find(|one| one.values.iter().any(|value| is(&value.title)));
    let tiers = || words.policy.tiers.iter().find(|tier| tier.rows.iter().any(|row| is(&row.title)));
    let title = enums.map(|one| &one.title).or_else(|| tiers().map(|tier| &tier.title))?;
    Some(vec![say!(words.language, "of `{}`", "属于 `{}`", title.name)])
}

fn mode(mode: GroupMode, language: Language) -> String {
    match mode {
        GroupMode::BestOf => say!(language, "only the best of its lines counts", "只取其中最高的一条"),
        GroupMode::AddUp => say!(language, "all its lines count", "各条累加"),
        GroupMode::FirstByPriority => say!(language, "the first by priority counts", "按优先级取先"),
        GroupMode::MultiplyTogether => say!(language, "its multiples are multiplied together", "各倍数连乘"),
    }
}

fn run_told((first, last): (u32, u32), digits: u8) -> String {
    let width = usize::from(digits);
    if first == last { format!("{first:0width$}") } else { format!("{first:0width$}–{last:0width$}") }
}

fn library(view: &View<'_>, byte: u32, language: Language) -> Option<(Span, String)> {
    let (span, name) = place::library_at(view, byte)?;
    Some((span, format!("**{}** `{name}`", word(What::Library, language))))
}

/// A keyword, with what it is called in the other spelling.
fn keyword(view: &View<'_>, byte: u32, language: Language) -> Option<(Span, String)> {
    let path = &view.loaded.sources.get(view.file)?.path;
    let (span, keyword) = view.draft.keywords(path).find(|(span, _)| span.start <= byte && byte < span.end)?;
    let (en, zh) = (keyword.shown(Language::English), keyword.shown(Language::Chinese));
    if keyword.en.is_empty() || keyword.zh.is_empty() {
        return Some((span, say!(language, "a particle of the Chinese spelling", "中文写法的助词")));
    }
    Some((span, format!("`{en}` · `{zh}`")))
}

/// The type of the smallest expression at a byte.
fn value(view: &View<'_>, byte: u32, language: Language) -> Option<(Span, String)> {
    let policy = view.policy()?;
    let mut best: Option<&Expr> = None;
    for root in roots(policy) {
        if root.span.file != view.file || !place::covers(root.span, byte) {
            continue;
        }
        expr::walk(root, &mut |inner| {
            let here = inner.span.file == view.file && place::covers(inner.span, byte);
            let length = |one: &Expr| one.span.end.saturating_sub(one.span.start);
            if here && best.is_none_or(|best| length(inner) <= length(best)) {
                best = Some(inner);
            }
        });
    }
    let best = best?;
    Some((best.span, typed(&Words::new(policy, language), &best.typed)))
}

/// The expressions of a policy that stand in its text.
fn roots(policy: &Policy) -> impl Iterator<Item = &Expr> {
    let rules = policy.rules.iter().flat_map(|rule| {
        let lines: &[_] = match &rule.body {
            RuleBody::Earn(lines) => lines,
            RuleBody::Level { line, .. } => std::slice::from_ref(line),
            _ => &[],
        };
        let whiles = match &rule.body {
            RuleBody::Level { condition, .. } => condition.as_ref(),
            _ => None,
        };
        let amounts = lines.iter().flat_map(|line| std::iter::once(&line.amount).chain(&line.when));
        rule.conditions.iter().chain(amounts).chain(whiles)
    });
    let measures = policy.measures.iter().flat_map(|one| &one.sources).filter_map(|source| match source {
        MeasureSource::Events { value, when, .. } => Some(value.iter().chain(when)),
        _ => None,
    });
    let limits = policy.constraints.iter().map(|one| &one.limit);
    rules.chain(measures.flatten()).chain(limits).chain(policy.figures.iter().map(|figure| &figure.value))
}
