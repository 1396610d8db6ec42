//! The tree of a source file: what was written, with names not yet looked up.
//!
//! English and Chinese spellings, and the two word orders of `F of X` and `per full`, give the same tree.
//! Nothing here knows trivia (comments, blanks): the formatter reads those from the token stream.
//! Equality of trees ignores spans (see [`Span`]), so that `parse(format(tree)) == tree` can be stated.

use crate::source::Span;
use rust_decimal::Decimal;

/// An identifier as written (NFC), or a label used as a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// The identifier.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// A dotted name: `std.mcc.restaurants`, `customer.birthday`, `amount`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// One or more segments.
    pub segments: Vec<Name>,
    /// The whole path.
    pub span: Span,
}

/// A text in quotes: the label of a declaration, or a free text. Without the quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The text between the quotes.
    pub text: String,
    /// Where it stands, quotes included.
    pub span: Span,
}

/// A name that is being declared, with its labels (each label that is a legal identifier is a second name).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    /// The identifier.
    pub name: Name,
    /// Zero or more labels: `large_deposit "大额储蓄"`.
    pub labels: Vec<Label>,
}

/// One source file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct File {
    /// Declarations in source order. Broken ones are kept as [`DeclKind::Broken`].
    pub decls: Vec<Decl>,
}

/// A declaration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decl {
    /// What it declares.
    pub kind: DeclKind,
    /// From its keyword to its closing brace or line end.
    pub span: Span,
}

/// Every kind of declaration of the language. The comment shows `English · 中文`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeclKind {
    /// `programme NAME "label" { clauses }` · `方案`
    Programme(Declared, Vec<Clause>),
    /// `library std.banking "银行" { use ... }` · `库`: the head of a library file; the other declarations of the file belong to it.
    Library(Path, Vec<Label>, Vec<Clause>),
    /// `event Purchase "消费" json "purchase" { fields }` · `事件`
    Event(EventDecl),
    /// `enum Instrument "支付工具" { a "甲", b }` · `枚举`; `open enum` · `开放 枚举`
    Enum(EnumDecl),
    /// `extend Instrument { designated_credit "指定信用卡" }` · `补充`: added values of an open enum
    Extend(Path, Vec<Declared>, Span),
    /// `facts customer "客户" { birthday "生日": date?; vip: flag? }` · `事实`: what the host tells about a subject
    Facts(FactsDecl),
    /// `fact kind of customer = individual` / `fact tier = standard` · `事实 ... = ...`: default of an optional field or fact
    FactDefault(Expr, Expr),
    /// `quantity energy "电量" in kWh 3 decimals` · `数量 ... 单位 kWh 3 位小数`
    Quantity(Declared, Name, Option<Number>),
    /// `currency CNY "元" 2 decimals` · `币种 ...` in a library (in a programme's head it is a clause)
    Currency(Declared, Option<Number>),
    /// `codes restaurants "餐饮" of Mcc { 5811, 5812, 3000 to 3350 }` · `代码组 ... 之 Mcc`
    Codes(CodesDecl),
    /// `calendar china "中国内地" { from D to D; rest sat, sun; holidays { D "label", ... }; workdays { D, ... } }` · `日历`
    Calendar(CalendarDecl),
    /// `define designated "指定卡" = EXPR` · `定义`
    Define(Declared, Expr),
    /// `parameter rate "比例" = 1 Point` · `参数`
    Parameter(Declared, Expr),
    /// `points Star "星点" { clauses }` · `积分种类`
    Points(Declared, Vec<Clause>),
    /// `tiers ...` · `等级`
    Tiers(TiersDecl),
    /// `group weekend "周末": best of` · `组 ...：取最高`
    Group(Declared, GroupMode, Span),
    /// `rule NAME "label" on KINDS { clauses }` · `规则 ... 适用于`
    Rule(RuleDecl),
    /// `campaign NAME "label" { clauses and declarations }` · `活动`
    Campaign(Declared, Vec<Clause>, Vec<Decl>),
    /// `track NAME per customer per month = sum of ...` · `累计`
    Track(TrackDecl),
    /// `period half = 6 months from account.opened` · `周期`
    Period(Declared, Expr, Expr),
    /// `schedule close "月结" at close of month per account` · `定时`
    Schedule(ScheduleDecl),
    /// `catalogue gifts "礼品" { clauses; item ... }` · `目录`
    Catalogue(Declared, Vec<Clause>),
    /// `offset | exchange | cash out | transfer | donation | lottery | benefit NAME "label" on KIND { clauses }`
    Request(RequestDecl),
    /// `settle NAME with FACT { clauses }` · `结算 ... 对方`
    Settle(Path, Expr, Vec<Clause>),
    /// `ranking NAME { per month by E, highest first, ties earliest to reach; top 3 }` · `排名`; `priority` · `优先`
    Ranking(RankingDecl),
    /// `figure NAME [on KINDS] = EXPR` · `指标`: the kinds that tell it, where the fields that it reads do not say so
    Figure(Declared, Vec<Path>, Expr),
    /// `notify NAME on KIND { when ...; show E }` · `通知`
    Notify(RuleDecl),
    /// `refunds: pending first, may overdraw` · `退款：先收待生效，可透支`
    Refunds(Vec<RefundChoice>),
    /// `promise per customer per month at most 50_000 Star` · `承诺 每客户每月最多 50_000 星点`; `promise return at most 5%` · `承诺 回馈率 最多 5%`
    Promise(PromiseDecl),
    /// `on start lots of Point: valid to D` · `生效时 已有批次 ...`
    OnStart(Expr, Vec<Clause>),
    /// `test "label" { steps }` · `测试`
    Test(Label, Vec<Step>),
    /// `examples "label" of KIND(fields) { rows }` · `样例 "label" 之 KIND(...)`
    Examples(ExamplesDecl),
    /// A declaration whose head could not be read; a diagnostic says why.
    Broken,
}

/// `event KIND "label" json "type" { fields }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventDecl {
    /// Name and labels.
    pub declared: Declared,
    /// The JSON value of `type`; without it the name in snake case.
    pub json: Option<Label>,
    /// `refund` before `event`: this kind takes back (part of) an earlier event. `request`: it asks to spend. `moment`: a schedule event.
    pub role: EventRole,
    /// Its fields beside `id`, `at`, `type` and `customer`.
    pub fields: Vec<FieldDecl>,
}

/// What an event kind is to the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventRole {
    /// `event`: something that happened.
    Plain,
    /// `request event` · `申请 事件`: something asked for, that may be refused.
    Request,
    /// `refund event` · `退款 事件`: takes back an earlier event; its field `of` names it.
    Refund,
    /// `moment event` · `时点 事件`: a moment that came, raised by the host.
    Moment,
}

/// `amount "金额": money default 0 CNY from 0 CNY to 1_000 CNY json "amount" reduces`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldDecl {
    /// Name and labels.
    pub declared: Declared,
    /// Its type.
    pub ty: TypeExpr,
    /// `?` after the type: the host may leave it out.
    pub optional: bool,
    /// `default E`.
    pub default: Option<Expr>,
    /// `from E to E`: the range, both ends included.
    pub range: Option<(Expr, Expr)>,
    /// `json "qty"`, or for a term `json months "months", years "years"`.
    pub json: Vec<(Option<Name>, Label)>,
    /// `reduces` · `冲减`: of a refund kind: the field of the original of the same name becomes smaller by this one.
    pub reduces: bool,
    /// The whole field.
    pub span: Span,
}

/// A type as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeExpr {
    /// What it is.
    pub kind: TypeKind,
    /// Where it stands.
    pub span: Span,
}

/// Types of fields, facts and parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TypeKind {
    /// `money` or `money in CNY, MOP` · `金额`
    Money(Vec<Name>),
    /// `points` or `points of Star` · `积分数`
    Points(Option<Path>),
    /// `number` or `number 4 decimals` · `数值`
    Number(Option<Number>),
    /// `count` · `笔数`: a whole number
    Count,
    /// `percent` · `百分比`
    Percent,
    /// `flag` · `是否`: yes or no
    Flag,
    /// `date` · `日期`
    Date,
    /// `instant` · `时刻`
    Instant,
    /// `time` · `时间`
    Time,
    /// `month` · `月份` (also day, quarter, year, statement): a period
    Period(PeriodUnit),
    /// `term` · `期限`: a length of time in whole months
    Term,
    /// `days` · `天数`
    Days,
    /// `text` · `文本`: open text, equal only for equal text
    Text,
    /// `tier`: the programme's tier given by host · `等级`
    HostTier,
    /// A name: an enum, a tier, a subject (`customer`, `merchant`), an event kind (a reference), a quantity, a code (`Mcc`)
    Named(Path),
    /// `code of 4 digits` · `代码 4 位`
    Code(Number),
    /// `list of at most 62 { days: count; balance: money }` · `列表`
    List(Option<Number>, Vec<FieldDecl>),
    /// `EUR per kWh 4 decimals` · `EUR 每 kWh 4 位小数`: money or points for a unit of something
    Rate(Name, Name, Option<Number>),
    /// `dated T` · `分时 T`: a list of (from, value)
    Dated(Box<TypeExpr>),
}

/// `open enum NAME { values }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnumDecl {
    /// Name and labels.
    pub declared: Declared,
    /// Values outside the list read as `other`; programmes may `extend` it.
    pub open: bool,
    /// The values, with labels.
    pub values: Vec<Declared>,
}

/// `facts customer "客户" { fields }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactsDecl {
    /// The subject: `customer`, `merchant`, `card`, `account`.
    pub subject: Declared,
    /// Its facts.
    pub fields: Vec<FieldDecl>,
}

/// `codes NAME of Mcc { 5812, 3000 to 3350, other_set }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodesDecl {
    /// Name and labels.
    pub declared: Declared,
    /// Which code: `Mcc`.
    pub of: Path,
    /// Members.
    pub members: Vec<CodeMember>,
}

/// A member of a code set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CodeMember {
    /// `5812` or `5812 "餐馆"`.
    One(Number, Vec<Label>),
    /// `3000 to 3350`, both included.
    Range(Number, Number),
    /// Another set of the same code.
    Set(Path),
}

/// `calendar NAME { ... }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarDecl {
    /// Name and labels.
    pub declared: Declared,
    /// First and last day that it covers, both included.
    pub from: Expr,
    /// Last day covered.
    pub to: Expr,
    /// Weekdays that are no working days.
    pub rest: Vec<Weekday>,
    /// Public holidays: a date or a range (`D to D`) with labels.
    pub holidays: Vec<CalendarDay>,
    /// Days worked although they fall on a rest day (调休上班).
    pub workdays: Vec<CalendarDay>,
}

/// A day or a run of days of a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarDay {
    /// First day.
    pub from: Expr,
    /// Last day, where it is a run.
    pub to: Option<Expr>,
    /// Labels.
    pub labels: Vec<Label>,
}

/// `tiers NAME given by host { a < b < c }` or `tiers NAME by E per customer per year { from E: Silver } held to E or customer.tier`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TiersDecl {
    /// Name and labels.
    pub declared: Declared,
    /// How a customer comes by a tier.
    pub source: TierSource,
    /// The whole declaration's head.
    pub span: Span,
}

/// Where a tier comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TierSource {
    /// `given by host { a "甲" < b "乙" }`: lowest first.
    Host(Vec<Declared>),
    /// `by E [scope] { from E: Name "label", ... } [held to E] [or E]`.
    Measure {
        /// The measure.
        by: Expr,
        /// Per customer, per period.
        scope: Vec<ScopePart>,
        /// `from` threshold: tier, lowest first.
        rows: Vec<(Expr, Declared)>,
        /// `held to last day of March of the next year`.
        held_to: Option<Expr>,
        /// `or E`: a tier given as a fact; the higher one counts.
        or: Option<Expr>,
    },
}

/// How the lines of a group combine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupMode {
    /// `best of` · `取最高`
    BestOf,
    /// `add up` · `累加`
    AddUp,
    /// `first by priority` · `按优先级取先`
    FirstByPriority,
    /// `multiply together` · `连乘`
    MultiplyTogether,
}

/// `rule NAME "label" on A, B { clauses }`; a level rule has no `on`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleDecl {
    /// Name and labels.
    pub declared: Declared,
    /// Event kinds; empty for a level rule.
    pub on: Vec<Path>,
    /// Its clauses.
    pub clauses: Vec<Clause>,
}

/// `track NAME per customer per month = E [on KINDS] [when C] [, gross | , refunds in their own period | , remembers at most N events]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrackDecl {
    /// Name and labels.
    pub declared: Declared,
    /// Its key and period.
    pub scope: Vec<ScopePart>,
    /// `sum of Purchase.amount`, `count of Purchase`, `highest of (a, b)` ...: an `Of` node whose function is a measure.
    pub value: Expr,
    /// `on KINDS`, where the expression names no kind.
    pub on: Vec<Path>,
    /// `when C`: only events for which it holds.
    pub when: Option<Expr>,
    /// How refunds change it.
    pub refunds: Option<TrackRefunds>,
}

/// What a refund does to a measure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TrackRefunds {
    /// `gross` · `不计退款`
    Gross,
    /// `refunds in their own period` · `计入退款期`
    OwnPeriod,
    /// `remembers at most N events` · `记住最多 N 笔`
    Remembers(Number),
}

/// `schedule NAME "label" at E per account [for each X with F] [in order of E]`, or `every DAYS [at TIME]` in the place of `at E`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduleDecl {
    /// Name and labels.
    pub declared: Declared,
    /// When.
    pub at: ScheduleWhen,
    /// `per account`.
    pub scope: Vec<ScopePart>,
    /// `with registered_at`.
    pub with: Option<Expr>,
    /// `in order of E`.
    pub order: Option<Expr>,
}

/// When the moments of a schedule come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScheduleWhen {
    /// `at close of month`, `at 2025-09-01` (a date or a local date and time) · `于 月末`
    At(Expr),
    /// `every 3rd working day of month of china at 09:00` · `每逢 每月 第3个 工作日 之 china 于 09:00`
    Every(Vec<EveryDay>, Option<Expr>),
}

/// A request by which points are used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestDecl {
    /// Which request.
    pub kind: RequestKind,
    /// Name and labels.
    pub declared: Declared,
    /// Event kinds; without it the kind's usual one from `std.banking`.
    pub on: Vec<Path>,
    /// Its clauses.
    pub clauses: Vec<Clause>,
}

/// The kinds of requests that have a declaration of their own (a catalogue has items, and is apart).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestKind {
    /// `offset` · `抵扣`
    Offset,
    /// `exchange` · `互换`
    Exchange,
    /// `cash out` · `兑现`
    CashOut,
    /// `transfer` · `转赠`
    Transfer,
    /// `donation` · `捐赠`
    Donation,
    /// `lottery` · `抽奖`
    Lottery,
    /// `benefit` · `权益`
    Benefit,
}

/// `ranking | priority NAME { scope by E, highest first, ties earliest to reach; top 3 }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RankingDecl {
    /// `priority` ranks the contenders of one event; `ranking` all customers of a period.
    pub priority: bool,
    /// Name and labels.
    pub declared: Declared,
    /// `per month`.
    pub scope: Vec<ScopePart>,
    /// What is compared.
    pub by: Expr,
    /// `highest first` (true) or `lowest first`.
    pub highest_first: bool,
    /// `ties earliest to reach`.
    pub ties_earliest: bool,
    /// `top 3`.
    pub top: Option<Number>,
}

/// `promise [SCOPE | return] at most E`: what the programme never gives more of; proved whenever it is checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromiseDecl {
    /// `per customer per month`; empty for one event.
    pub scope: Vec<ScopePart>,
    /// `return`: worth of points over money spent.
    pub returns: bool,
    /// At most.
    pub limit: Expr,
}

/// Choices of the `refunds` declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundChoice {
    /// `pending first` · `先收待生效`
    PendingFirst,
    /// `may overdraw` · `可透支`
    MayOverdraw,
    /// `floor at zero` · `不低于零`
    FloorAtZero,
}

/// One clause: a sentence inside a declaration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// What it says.
    pub kind: ClauseKind,
    /// The whole clause.
    pub span: Span,
}

/// Every clause. Which may stand in which declaration is the checker's question (`E0110`), so that the message can say where it belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClauseKind {
    // -- heads of programmes and libraries
    /// `timezone Asia/Macau` · `时区`
    Timezone(Label),
    /// `currency MOP "元"` · `币种`
    Currency(Declared),
    /// `effective from 2023-03-01 [to D]` · `生效 自 D 起 [至 D]`
    Effective(Expr, Option<Expr>),
    /// `use std.banking, std.mcc` · `引用`
    Use(Vec<Path>),
    /// `customer is identity_document` · `客户 即`
    CustomerIs(Name),
    /// `1 EUR = 1 CHF for counting` · `1 EUR = 1 CHF 折算`
    Parity(Expr, Expr),
    /// `leap day 1 March` · `闰日 按 3月1日`: birthdays of 29 February count on 1 March
    LeapDayMarch,
    /// `lint W0105 off, W0110 error` · `检查 W0105 关闭，W0110 报错`: how findings are taken in this programme; no name means all of them
    Lint(Vec<(Option<Name>, LintLevel)>),

    // -- conditions
    /// `when C` · `当 C 时`
    When(Expr),
    /// `for customer.vip` · `仅限`
    For(Expr),
    /// `need C [else refuse CODE]` · `须`
    Need(Expr, Option<Name>),
    /// `accept when C else refuse CODE` · `接受 当 C 时，否则拒绝`
    Accept(Expr, Name),
    /// A window: see [`Window`]. `[by FIELD]` names another date of the event than `at`.
    Window(Window),
    /// `over whole periods` · `按整期`
    OverWholePeriods,

    // -- combination
    /// `in GROUP [priority 2]` · `归入 组 [优先级 2]`
    InGroup(Path, Option<Number>),
    /// `adds to RULE, RULE` · `叠加于`
    AddsTo(Vec<Path>),

    // -- lines
    /// `earn A [into POOL] [to SOMEBODY] [when C]` · `得 A [入 POOL] [给 X]`; with `take` the sign is reversed
    Earn(LineClause),
    /// `take A [from A, B] [from SOMEBODY]` · `扣 A`
    Take(LineClause),
    /// `raise TARGETS to 3x [after caps]` · `将 TARGETS 提高到 3倍`; `by` · `另加`
    Raise {
        /// The rules raised; the single name `base` · `基础` means every base line.
        targets: Vec<Path>,
        /// `to` (true): the multiple includes its base; `by`: on top of it.
        to: bool,
        /// The multiple.
        factor: Expr,
        /// `after caps` · `限额后`
        after_caps: bool,
    },
    /// `per customer per month keep A [into POOL] [while C]` · `每客户 每月 应有 A [只要 C]`; `reach` · `达到`
    Keep {
        /// Key and period.
        scope: Vec<ScopePart>,
        /// `keep` (true) moves both ways, `reach` only up.
        keep: bool,
        /// The target.
        line: LineClause,
        /// `while C` (or `when C`).
        condition: Option<Expr>,
    },
    /// `settled at close of month, final 30 days after close` · `结算于 月 末，...`
    Settled(Expr, Option<Finality>),
    /// `grant BENEFIT [worth A] [to X] [when C]` · `授予`
    Grant(Expr, Option<Expr>, Option<Expr>, Option<Expr>),
    /// `set customer.choice to V [from E]` · `设 X 为 V [自 E 起]`
    Set(Expr, Expr, Option<Expr>),
    /// `convert 10 Stamp to 1 Coupon [into POOL] [from 100 Stamp] [undo while unused]` · `转换`
    Convert(ConvertClause),
    /// `take back A [from SOMEBODY] [when C]` · `收回`; `take back all Point` · `收回 全部 积分`
    TakeBack(Expr, Option<Expr>, Option<Expr>),
    /// `bar customer` · `取消资格 客户`
    Bar(Expr),
    /// `lower price of X to 80%[, round up]` · `将 X 的 价格 降到 80%`
    LowerPrice(Expr, Expr, Option<Rounding>),
    /// `lowest price` · `取最低价`
    LowestPrice,
    /// `for each item of items` · `逐个 item 于 items`
    ForEach(Name, Expr),
    /// `notify E` / `show E` · `显示`
    Show(Expr),

    // -- constraints
    /// A bound: see [`Bound`].
    Bound(Bound),
    /// `no cap` · `不设上限`
    NoCap,
    /// `funded by merchant 60%, bank 40%` or `funded by source` · `出资`
    Funded(Vec<(Expr, Option<Expr>)>),
    /// `refund in proportion` · `退款按比例` (true) / `refund keeps` · `退款保留`
    RefundInProportion(bool),
    /// `stays spent` · `不退还`
    StaysSpent,

    // -- points and pools
    /// `round down each line` · `向下取整 每行`
    Round(Rounding),
    /// `2 decimals` · `2 位小数`: scale of a unit of points (default 0)
    Decimals(Number),
    /// `usable 15 days after earning` · `起用 15天 自 获得 起`; also `usable next day` as `usable 1 day after earning`
    Usable(Expr, Expr),
    /// `valid 3 years after earning [, renewed by activity]`, `valid to D`, `valid without end`, `valid TABLE after earning` · `有效期`
    Valid(Validity),
    /// `balance ends 90 days after last activity` · `余额终止`
    BalanceEnds(Expr, Expr),
    /// `activity Purchase, redemption` · `活动 消费、兑换`
    Activity(Vec<Expr>),
    /// `remind before expiry 3 months[, by sms, mail]` · `到期前提醒 3个月`
    Remind(Expr, Vec<Name>),
    /// `spend first soonest to expire, then oldest` / `spend first A, then B` · `先用 ...，再用 ...`
    SpendOrder(Vec<SpendKey>),
    /// `worth 0.01 CNY` · `价值`
    Worth(Expr),
    /// `stands for 500 CNY of profit` · `折合 500 元 利润`
    StandsFor(Expr),
    /// `kept by mall` · `由 mall 记账`
    KeptBy(Name),
    /// `memo` · `备忘`
    Memo,
    /// `pool Savings "储蓄积分" { clauses }` · `积分池`
    Pool(Declared, Vec<Clause>),
    /// `into pool B` · `入 积分池 B`: where lots that exist go when a version starts
    IntoPool(Path),
    /// `never transfer, never cash` · `禁止 转赠、折现`
    Never(Vec<Prohibition>),
    /// `first day counted` · `首日计入`
    FirstDayCounted,
    /// `lapses while frozen` · `冻结期间照常到期`: lots end on their day though they are frozen
    LapsesWhileFrozen,

    // -- requests
    /// `item NAME "label" PRICE[, at TABLE round up] [stock N] [value A] [grants X] [from D to D]` · `商品`
    Item(ItemClause),
    /// `rate 100 Star = 1 MOP` · `比率`
    Rate(Expr, Expr),
    /// `in steps of 100 Star, leave the rest | else refuse [CODE]` · `整 100 积分 使用，余数保留`
    Steps(Expr, StepRest),
    /// `at most 100% of bill [else refuse CODE]` on a request (without a scope) is a [`ClauseKind::Bound`] with an empty scope.
    /// `off A [when C]` · `抵`; `pay A` · `应付`; `give A` · `付给`
    Money(MoneyVerb, Expr, Option<Expr>),
    /// `fee 1% of value, at most 10 CNY` · `手续费`
    Fee(Expr, Option<Expr>),
    /// `keep dates` · `保留日期`
    KeepDates,
    /// `deliver within 15 working days of china` · `发货期限 15个工作日 之 china`: the calendar may be left out where there is one
    DeliverWithin(Expr, Option<Path>),
    /// `deliver by NAME` · `发货由`
    DeliverBy(Name),
    /// `cost 15.00 CNY to provider` · `成本 ... 付给`
    Cost(Expr, Expr),
    /// `numbered` · `编号`
    Numbered,
    /// `10 Point each entry` · `10 积分 每次机会`
    EachEntry(Expr),
    /// `valid 3 months after grant` is [`ClauseKind::Valid`].
    /// `totals first, details on mismatch` · `先总后细`
    TotalsFirst,
    /// `per month` / `per cycle of merchant` alone (settle)
    Scope(Vec<ScopePart>),
    /// A clause that could not be read; a diagnostic says why.
    Broken,
}

/// How a finding of a lint is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LintLevel {
    /// `off` · `关闭`: it is not looked for.
    Off,
    /// `warning` · `提示`: it is told.
    Warning,
    /// `error` · `报错`: the check fails.
    Error,
}

/// `A [into POOL] [to X | from X] [when C]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineClause {
    /// The amount.
    pub amount: Expr,
    /// `into POOL`, or a table over an enum.
    pub pool: Option<Expr>,
    /// `to SOMEBODY` (for `take`: `from A, B` pools stand in `from`).
    pub to: Option<Expr>,
    /// `from A, B`: pools that a taking line may use.
    pub from: Vec<Path>,
    /// `first` · `先入账`: a paid top-up, posts before the request's other lines.
    pub first: bool,
    /// `when C`.
    pub when: Option<Expr>,
}

/// `convert A to B [into POOL] [from C] [undo while unused]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConvertClause {
    /// What each conversion takes.
    pub take: Expr,
    /// What it gives.
    pub give: Expr,
    /// `into POOL`.
    pub pool: Option<Expr>,
    /// `from 100 Stamp`: the balance from which it converts at all.
    pub from: Option<Expr>,
    /// `undo while unused`.
    pub undo: bool,
}

/// `final`, `final 30 days after close`, `never final`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finality {
    /// `final` · `不再调整`
    Final,
    /// `final N days after close` · `末后 N天 不再调整`
    After(Expr),
    /// `never final` · `随时调整`
    Never,
}

/// `per customer`, `per month of posted_at`, `per rolling 30 days`, `each time`, `in all`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopePart {
    /// What it is.
    pub kind: ScopeKind,
    /// Where it stands.
    pub span: Span,
}

/// One part of a scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScopeKind {
    /// `per customer`, `per card`, `per referred`, `per item`, `per merchant`: any field or fact. `每客户`
    Key(Expr),
    /// `per month`, or `per month of closed_month`: of another date or period of the event. `每月`
    Period(PeriodUnit, Option<Expr>),
    /// `per NAME` of a declared `period` is a [`ScopeKind::Key`] that resolves to it.
    /// `rolling 30 days` · `滚动 30天`
    Rolling(Expr),
    /// `10 days from first use` · `自首次使用起 10天`
    FromFirstUse(Expr),
    /// `until 12 hours idle` · `闲置 12小时 止`
    UntilIdle(Expr),
    /// `each time` · `每次`
    EachTime,
    /// `in all` · `总共`
    InAll,
    /// `per campaign` · `每活动`: from the campaign's start to its end
    Campaign,
}

/// Calendar periods and their kin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum PeriodUnit {
    /// A local day.
    Day,
    /// A week, Monday to Sunday.
    Week,
    /// A calendar month.
    Month,
    /// A calendar quarter.
    Quarter,
    /// A calendar year.
    Year,
    /// A statement month, ending on `account.statement_day`, that day included.
    Statement,
}

/// A bound: how much, per what, and what happens beyond.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound {
    /// Key and period; empty on a request's `at most 100% of bill`.
    pub scope: Vec<ScopePart>,
    /// `at most` or `at least`; `once` is `at most 1 times` with `once` set.
    pub limit: BoundLimit,
    /// `of E`: what is bounded, where it is not the line itself: `at most 10_000 CNY of amount` is a spend limit.
    pub of: Option<Expr>,
    /// `across A, then B` · `依次 A 再 B`: lines in their order of filling.
    pub across: Vec<Path>,
    /// `on the whole award` · `按全额计`
    pub whole_award: bool,
    /// `room stays used` (false) / `room comes back` (true) on refund.
    pub room_comes_back: Option<bool>,
    /// What happens beyond the bound, where it is said.
    pub beyond: Option<Beyond>,
}

/// The size of a bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BoundLimit {
    /// `at most E` · `最多 E`
    AtMost(Expr),
    /// `at least E` · `最少 E`
    AtLeast(Expr),
    /// `once` · `一次`
    Once,
    /// `budget E` · `预算 E`: the same as `at most`, in money or points
    Budget(Expr),
}

/// What happens beyond a bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Beyond {
    /// `drop the rest` · `超出不计`
    Drop,
    /// `the rest earns A` · `超出部分 得 A`
    RestEarns(Expr),
    /// `else refuse CODE` · `否则拒绝 CODE` (the code may be left out)
    Refuse(Option<Name>),
    /// `trim, refuse at zero [CODE]` · `削减，为零则拒绝`
    TrimRefuseAtZero(Option<Name>),
}

/// A window. All windows of a rule (its own and its campaign's) must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// What it is.
    pub kind: WindowKind,
    /// `by posted_at` · `按 入账日`: which date of the event is compared.
    pub by: Option<Expr>,
}

/// Kinds of windows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WindowKind {
    /// `from D to D` (dates, both included), `from D until T`, or open at one end.
    Between {
        /// `from`.
        from: Option<Expr>,
        /// `to D`, included.
        to: Option<Expr>,
        /// `until T`, excluded.
        until: Option<Expr>,
    },
    /// `on D [from T until T]` · `于 D`
    On(Expr, Option<(Expr, Expr)>),
    /// `every sat, sun [from T until T]` · `每逢 周六、周日`
    Every(Vec<EveryDay>, Option<(Expr, Expr)>),
    /// `from 18:00 until 22:00` every day
    Hours(Expr, Expr),
    /// `within 90 days of customer.joined` · `自 X 起 90天 内`
    Within(Expr, Expr),
}

/// Days that a recurring window names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EveryDay {
    /// `sat` · `周六`
    Weekday(Weekday),
    /// `2nd sat of month` · `每月 第2个 周六`; -1 is the last
    NthWeekday(i8, Weekday),
    /// `day 8 of month` · `8日`; -1 is `last day of month` · `月末`
    DayOfMonth(i8),
    /// `working day of china` · `工作日 之 china` ; n: `3rd working day of month of china`
    WorkingDay(Option<i8>, Option<Path>),
    /// `holiday of china` · `节假日 之 china`
    Holiday(Option<Path>),
    /// `birthday month of customer`-like: an expression that is a date; its month matches. `month of customer.birthday` · `客户 的 生日 的 月份`
    Matching(Expr),
}

/// Days of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum Weekday {
    /// `mon` · `周一`
    Mon,
    /// `tue` · `周二`
    Tue,
    /// `wed` · `周三`
    Wed,
    /// `thu` · `周四`
    Thu,
    /// `fri` · `周五`
    Fri,
    /// `sat` · `周六`
    Sat,
    /// `sun` · `周日`
    Sun,
}

/// `round down each line`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rounding {
    /// Direction.
    pub mode: RoundMode,
    /// Place; `None` where the place is the default (`each line`).
    pub place: Option<RoundPlace>,
    /// Decimals kept, where said (`round half up 4 places`).
    pub places: Option<u8>,
}

/// Direction of rounding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum RoundMode {
    /// Towards zero. `向下取整`
    Down,
    /// Away from zero. `向上取整`
    Up,
    /// Half away from zero. `四舍五入`
    HalfUp,
}

/// Where amounts are rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum RoundPlace {
    /// Each line by itself. `每行`
    EachLine,
    /// A base with all its multiples. `每笔`
    EachAward,
}

/// Validity of points, or of a benefit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Validity {
    /// How long.
    pub kind: ValidityKind,
    /// `, renewed by activity` · `，活动顺延`
    pub renewed_by_activity: bool,
}

/// How long points are valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ValidityKind {
    /// `3 years after earning` / `after usable` / `1 year after last earning of A`: length and anchor
    After(Expr, Expr),
    /// `to D`, the last usable day; also `to end of quarter 2 years after earning`
    To(Expr),
    /// `to end of month 2 years after earning`: end of a period, after a length, from an anchor
    ToEndOf(PeriodUnit, Expr, Expr),
    /// `without end` · `永久有效`
    WithoutEnd,
}

/// A key of the order in which lots are used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SpendKey {
    /// `soonest to expire` · `最早到期`
    SoonestToExpire,
    /// `oldest` · `最早获得`
    Oldest,
    /// A pool.
    Pool(Path),
}

/// What is forbidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Prohibition {
    /// `transfer` · `转赠`
    Transfer,
    /// `cash` · `折现`
    Cash,
    /// `return` · `退换`
    Return,
    /// `spend` · `使用`
    Spend,
}

/// `item NAME "label" PRICE, at TABLE round up stock 2 value 5 CNY grants X from D to D`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemClause {
    /// Name and labels.
    pub declared: Declared,
    /// Points asked.
    pub price: Expr,
    /// `, at TABLE [round up]`: a factor.
    pub at: Option<(Expr, Option<Rounding>)>,
    /// `stock N`.
    pub stock: Option<Number>,
    /// `value A`.
    pub value: Option<Expr>,
    /// `grants service advisor`.
    pub grants: Vec<Name>,
    /// Window.
    pub window: Option<Window>,
}

/// What a step rule does with the remainder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepRest {
    /// `leave the rest` · `余数保留`
    Leave,
    /// `else refuse [CODE]` · `否则拒绝`
    Refuse(Option<Name>),
}

/// Verbs of money lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoneyVerb {
    /// `off` · `抵`
    Off,
    /// `pay` · `应付`
    Pay,
    /// `give` · `付给`
    Give,
}

/// A number as written: the text is kept for the formatter (`10_000`, `1万`), the value for everything else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    /// Half-width, as written.
    pub text: String,
    /// Its exact value; 万 and 亿 multiplied in.
    pub value: Decimal,
    /// Where it stands.
    pub span: Span,
}

/// An expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands.
    pub span: Span,
}

/// Kinds of expressions, loosest binding last in the comments of the grammar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExprKind {
    /// `5_000 Star`, `1 MOP`, `3 years`, `2 times`, `1 piece`, `15 working days`, or a bare number. The unit is the checker's question.
    Quantity(Number, Option<Unit>),
    /// `3x` · `3倍`: a multiple
    Multiple(Number),
    /// `60%`
    Percent(Number),
    /// `2024-10-01`
    Date(chrono::NaiveDate),
    /// `18:00` or `18:00:30`; `24:00` is not a time
    Time(chrono::NaiveTime),
    /// `2024-10-05 18:00:00`
    DateTime(chrono::NaiveDateTime),
    /// `"text"`
    Text(Label),
    /// `yes` · `是`, `no` · `否`
    Flag(bool),
    /// A name: a field, fact, measure, parameter, definition, enum value, unit, kind ...
    Name(Name),
    /// `X.f`, `f of X`, `X 的 f`: one node. A function or a field: the checker's question.
    Of {
        /// `amount`, `sum`, `birthday`, `anniversary`, `count` ...; a function of several words has one name (see `keywords.rs`): `balance`, `outstanding`.
        what: Name,
        /// What it is taken of.
        of: Box<Expr>,
        /// How it was written; equality of trees does not see it... the formatter does.
        wording: Wording,
    },
    /// `(a, b)` of two or more: operands of `sum of (...)`, `highest of (...)`
    Tuple(Vec<Expr>),
    /// `{ a, b }`: a set after `in`
    Set(Vec<Expr>),
    /// `[ ... ]`: a list, in tests
    List(Vec<ListRow>),
    /// `{ field: value }`: an element of a list, in tests
    Record(Vec<(Name, Expr)>),
    /// `- x`
    Negate(Box<Expr>),
    /// `not x` · `非 x`
    Not(Box<Expr>),
    /// `a and b`, `a + b`, `a < b` ...
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// `x is v` · `x 为 v`; negated: `is not` · `不为`
    Is(Box<Expr>, Box<Expr>, bool),
    /// `x in S` · `x 属于 S`; negated: `not in` · `不属于`
    In(Box<Expr>, Box<Expr>, bool),
    /// `x is known` · `x 已知`; negated: `is not known` · `未知`
    IsKnown(Box<Expr>, bool),
    /// `A per full S of X` · `按 X 每满 S 得 A`; started: `per started` · `每起`
    PerFull {
        /// What each step gives.
        award: Box<Expr>,
        /// The step.
        step: Box<Expr>,
        /// What is divided.
        of: Box<Expr>,
        /// Begun steps instead of full ones.
        started: bool,
    },
    /// `x above y` · `x 超过 y 部分`: the part of x above y, zero below
    Above(Box<Expr>, Box<Expr>),
    /// `subject { row: value, ... }`; marginal: `in parts` · `分段`
    Table {
        /// What selects the row.
        subject: Box<Expr>,
        /// Rows.
        rows: Vec<TableRow>,
        /// Each band's part of the amount earns at its own row.
        in_parts: bool,
    },
    /// `daily.balance weighted by daily.days` · `X 按 W 加权`
    Weighted(Box<Expr>, Box<Expr>),
    /// `x default d` · `x 缺省 d`
    Default(Box<Expr>, Box<Expr>),
    /// `m with this one` · `m 含本笔` (true); `before this one` · `不含本笔`
    ThisOne(Box<Expr>, bool),
    /// `m over last 3 months` · `m 最近 3个月`: the present period and those before it; previous: `over previous 3 months` · `m 此前 3个月`
    Over {
        /// A measure.
        measure: Box<Expr>,
        /// How many periods.
        count: Number,
        /// Their unit.
        unit: PeriodUnit,
        /// Without the present one.
        previous: bool,
    },
    /// `x as of E` · `x 截至 E`
    AsOf(Box<Expr>, Box<Expr>),
    /// `x round down [to N places]`
    Rounded(Box<Expr>, Rounding),
    /// `90 days after X`, `3 months before X`: a date moved
    Shift {
        /// The duration.
        by: Box<Expr>,
        /// `after` (true) or `before`.
        after: bool,
        /// From where.
        from: Box<Expr>,
    },
    /// `most` · `最大`
    Most,
    /// `today` · `今日`
    Today,
    /// `10 days 50_000 CNY`: two quantities side by side, an element of a list in tests
    Broken,
}

/// A row of a list in a test: either named fields or values in the order of the fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListRow {
    /// `{ days: 10, balance: 50_000 CNY }`
    Named(Vec<(Name, Expr)>),
    /// `10 days 50_000.00 CNY`: one value per field, in the declared order
    Positional(Vec<Expr>),
}

/// How `Of` was written. All wordings are equal: the tree is the same.
#[derive(Debug, Clone, Copy, Eq)]
pub enum Wording {
    /// `X.f`
    Dot,
    /// `f of X` or `X 的 f`
    Of,
}

impl PartialEq for Wording {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// The unit after a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unit {
    /// A currency, a kind of points, a quantity's unit: looked up by the checker.
    Named(Name),
    /// A unit of time or of count that the language knows.
    Known(KnownUnit, Span),
}

/// Units that the language knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KnownUnit {
    /// `days` · `天`
    Days,
    /// `weeks` · `周`
    Weeks,
    /// `months` · `个月`
    Months,
    /// `quarters` · `个季度`
    Quarters,
    /// `years` · `年`
    Years,
    /// `statements` · `个账期`
    Statements,
    /// `hours` · `小时`
    Hours,
    /// `minutes` · `分钟`
    Minutes,
    /// `working days` · `个工作日`
    WorkingDays,
    /// `times` · `次`
    Times,
    /// `pieces` · `件`
    Pieces,
    /// `entries` · `次机会`
    Entries,
}

/// Operators with two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    /// `or` · `或`
    Or,
    /// `and` · `且`
    And,
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=` `≤`
    AtMost,
    /// `>`
    Greater,
    /// `>=` `≥`
    AtLeast,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableRow {
    /// Its key.
    pub key: TableKey,
    /// Its value.
    pub value: Expr,
    /// The whole row.
    pub span: Span,
}

/// The key of a table row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TableKey {
    /// `platinum` or `a, b` in brackets: `(a, b): 2 Point`
    Values(Vec<Expr>),
    /// `from 1_000 CNY` · `满 1_000 元`
    From(Expr),
    /// `otherwise` · `其余`
    Otherwise,
}

/// A step of a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What happens or is expected.
    pub kind: StepKind,
    /// The whole step.
    pub span: Span,
}

/// Steps of a test, in the order written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepKind {
    /// `c1 { tier: platinum } holds 300 Point in Savings earned 2022-06-10 funded by bank frozen, 80 Point earned ...`; `c1, c2 each hold ...`
    Given {
        /// Subjects (customers mostly).
        subjects: Vec<Name>,
        /// Facts.
        facts: Vec<(Name, Expr)>,
        /// Lots held.
        holds: Vec<Holding>,
    },
    /// `points_card used 4_999 times` · `points_card 已用 4_999 次`
    Used(Path, Number),
    /// `DATETIME Kind { field: value } => expectations`; in an `examples` without a head the time may be missing
    Event {
        /// When, local.
        at: Option<Expr>,
        /// Which kind.
        kind: Path,
        /// Its fields.
        fields: Vec<(Name, Expr)>,
        /// What must happen.
        expect: Vec<Expectation>,
    },
    /// `DATETIME c1 balance 380 Point { Savings: 300 }` · `余额`
    Balance(Expr, Option<Name>, Expr, Vec<Breakdown>),
    /// `DATETIME c1 loses 300 Point` · `失效`
    Loses(Expr, Option<Name>, Expr),
    /// `DATE c1 reminded 80 Point last day DATE` · `收到提醒 ... 末日`
    Reminded(Expr, Option<Name>, Expr, Option<Expr>),
    /// A step that could not be read.
    Broken,
}

/// Points held at the start of a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding {
    /// How many.
    pub amount: Expr,
    /// `in POOL` · `在`
    pub pool: Option<Path>,
    /// `earned D` · `获得于`
    pub earned: Option<Expr>,
    /// `funded by X`.
    pub funded_by: Option<Name>,
    /// `frozen` · `冻结`
    pub frozen: bool,
}

/// `{ card_spend: 3_000, dining_treble: 5_000 of 6_000 }`: a line's points, and what it asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breakdown {
    /// A rule, group, pool or funder.
    pub name: Path,
    /// What it got; unit optional.
    pub got: Expr,
    /// `of E` · `之 E`: what it asked.
    pub asked: Option<Expr>,
}

/// What an event of a test must lead to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expectation {
    /// What.
    pub kind: ExpectKind,
    /// Where it stands.
    pub span: Span,
}

/// Expectations. Closed world: what is not listed must not happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExpectKind {
    /// `earn 188 Point [to X] [{ breakdown }]`; the verb may be left out
    Earn(Expr, Option<Name>, Vec<Breakdown>),
    /// `take 100 Point [{ breakdown }]` · `扣`
    Take(Expr, Vec<Breakdown>),
    /// `refuse CODE` · `拒绝`
    Refuse(Name),
    /// `move 1_000 Point to zhang` · `转出 ... 给`
    Move(Expr, Name),
    /// `off | pay | give 1.00 CNY`
    Money(MoneyVerb, Expr),
    /// `2 entries` · `2 次机会`
    Entries(Number),
    /// `grant NAME [number N] [worth E]`
    Grant(Path, Option<Number>, Option<Expr>),
    /// `take back A[, owe B]` · `收回 A，欠 B`
    TakeBack(Expr, Option<Expr>),
    /// `deliver by D` · `发货 至 D`
    DeliverBy(Expr),
    /// `matched 2 times, 30.00 CNY` / `differs 1 time, 15.00 CNY` · `相符` / `不符`: what came of a partner's claim
    Settled {
        /// The totals agree; else the numbers are the differences.
        matched: bool,
        /// How many.
        count: Number,
        /// How much.
        money: Expr,
    },
    /// `ranked jia, then yi` · `名次 jia，再 yi`
    Ranked(Vec<Name>),
    /// `return_ratio = 0.2`: a figure by name
    Figure(Name, Expr),
    /// A value: the tier of an `examples ... of LevelCheck(...)`, the only figure
    Value(Expr),
    /// `notify E`
    Notify(Expr),
}

/// `examples "label" of KIND(field, customer.vip, at) { row => expectations }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExamplesDecl {
    /// What it shows.
    pub label: Label,
    /// `of KIND(columns)`; without it each row is an event step.
    pub of: Option<(Path, Vec<Expr>)>,
    /// Rows with cells.
    pub rows: Vec<ExampleRow>,
}

/// A row of examples.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExampleRow {
    /// One value per column.
    Cells(Vec<Expr>, Vec<Expectation>, Span),
    /// A whole event, where the head names no kind.
    Event(Step),
}
