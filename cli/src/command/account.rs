//! `earnest statement`, `earnest balance`, `earnest liability`: what a ledger's file says.

use crate::arguments::{AccountArguments, BookArguments, Format, LiabilityArguments, StatementArguments};
use crate::books::{self, Books};
use crate::project::Project;
use crate::session::{Ending, Failure, Session};
use crate::table::{Align, Table};
use chrono::{DateTime, Days, FixedOffset, NaiveDate, Utc};
use earnest_dsl::diagnostic::Language;
use earnest_dsl::policy::{Policy, Title};
use earnest_dsl::say;
use earnest_dsl::words::grouped;
use earnest_ledger::lots::MovementKind;
use earnest_ledger::programme::{instant_of, zone};
use earnest_ledger::{Balance, Host, HostError, Store};
use rust_decimal::Decimal;
use serde_json::{Value as Json, json};
use std::io::Write;

/// Every movement of a customer's points.
pub fn statement(arguments: &StatementArguments, session: &Session) -> Result<Ending, Failure> {
    let Some(host) = open(&arguments.book, session)? else { return Ok(Ending::Findings) };
    let policy = newest(&host)?;
    let from = arguments.from.and_then(|day| instant_of(policy, day.into()));
    let until = arguments.to.and_then(|day| day.checked_add_days(Days::new(1)));
    let until = until.and_then(|day| instant_of(policy, day.into()));
    let lines =
        host.statement(&arguments.customer, from.map(|at| at.to_utc()), until.map(|at| at.to_utc())).map_err(failed)?;
    let mut out = session.out();
    match arguments.book.format {
        Format::Json => {
            for line in &lines {
                serde_json::to_writer(&mut out, line)?;
                writeln!(out)?;
            }
        }
        Format::Human if lines.is_empty() => writeln!(out, "{}", nothing(&arguments.customer, session.language))?,
        Format::Human => {
            let language = session.language;
            let head = |en: &str, zh: &str, align| (session.text(en, zh).to_owned(), align);
            let mut table = Table::new([
                head("when", "时间", Align::Left),
                head("event", "事件", Align::Left),
                head("what", "事项", Align::Left),
                head("points", "积分", Align::Right),
                head("held", "持有", Align::Right),
                head("last day", "末日", Align::Left),
                head("because", "依据", Align::Left),
            ]);
            for line in &lines {
                let one = &line.movement;
                let sign = if one.kind.sign() < 0 { "-" } else { "" };
                table.row(vec![
                    one.at.with_timezone(&zone(policy)).format("%Y-%m-%d %H:%M:%S").to_string(),
                    one.event.to_string(),
                    verb(one.kind, language).to_owned(),
                    format!("{sign}{} {}", plain(one.amount), points_name(policy, &one.pool, language)),
                    plain(line.held),
                    one.last_day.map(|day| day.to_string()).unwrap_or_default(),
                    because(&one.rule, line.label.as_deref(), line.place.as_deref(), language),
                ]);
            }
            out.write_all(table.render(session.paint()).as_bytes())?;
        }
    }
    out.flush()?;
    Ok(Ending::Fine)
}

/// What a customer has.
pub fn balance(arguments: &AccountArguments, session: &Session) -> Result<Ending, Failure> {
    let Some(host) = open(&arguments.book, session)? else { return Ok(Ending::Findings) };
    let (policy, at) = (newest(&host)?, instant(&host, arguments.at)?);
    let units = policy.points.iter().filter(|points| !points.memo && points.kept_by.is_none());
    let all = units
        .map(|points| host.balance(&arguments.customer, &points.title.name, at))
        .collect::<Result<Vec<Balance>, HostError>>()
        .map_err(failed)?;
    let mut out = session.out();
    match arguments.book.format {
        Format::Json => {
            let value = json!({ "customer": arguments.customer, "at": at.to_rfc3339(), "balances": all });
            serde_json::to_writer_pretty(&mut out, &value)?;
            writeln!(out)?;
        }
        Format::Human => {
            let head = |en: &str, zh: &str, align| (session.text(en, zh).to_owned(), align);
            let mut table = Table::new([
                head("points", "积分种类", Align::Left),
                head("available", "可用", Align::Right),
                head("pending", "待生效", Align::Right),
                head("frozen", "冻结", Align::Right),
                head("owed", "欠", Align::Right),
                head("ends first", "最早到期", Align::Left),
            ]);
            for balance in &all {
                let first = balance.ends.first().map(|end| format!("{} {}", end.last_day, plain(end.amount)));
                table.row(vec![
                    points_name(policy, &balance.points, session.language),
                    plain(balance.available),
                    plain(balance.pending),
                    plain(balance.frozen),
                    plain(balance.owed),
                    first.unwrap_or_default(),
                ]);
                for pool in balance.pools.iter().filter(|_| balance.pools.len() > 1) {
                    let name = format!("  {}", points_name(policy, &pool.pool, session.language));
                    table.row(vec![name, plain(pool.available), plain(pool.pending), plain(pool.frozen)]);
                }
            }
            writeln!(
                out,
                "{}\n",
                session.paint().strong(&at_title(&arguments.customer, policy, at, session.language))
            )?;
            out.write_all(table.render(session.paint()).as_bytes())?;
        }
    }
    out.flush()?;
    Ok(Ending::Fine)
}

/// What all customers hold and what it is worth, and the programme's figures.
pub fn liability(arguments: &LiabilityArguments, session: &Session) -> Result<Ending, Failure> {
    let Some(host) = open(&arguments.book, session)? else { return Ok(Ending::Findings) };
    let (policy, at) = (newest(&host)?, instant(&host, arguments.at)?);
    let all = host.outstanding(at).map_err(failed)?;
    let figures = host.figures(at).map_err(failed)?;
    let mut out = session.out();
    match arguments.book.format {
        Format::Json => {
            let figures: serde_json::Map<String, Json> =
                figures.into_iter().map(|(name, value)| (name, value.map_or(Json::Null, Json::String))).collect();
            let value = json!({ "at": at.to_rfc3339(), "outstanding": all, "figures": figures });
            serde_json::to_writer_pretty(&mut out, &value)?;
            writeln!(out)?;
        }
        Format::Human => {
            let language = session.language;
            let head = |en: &str, zh: &str, align| (session.text(en, zh).to_owned(), align);
            let mut table = Table::new([
                head("points", "积分种类", Align::Left),
                head("outstanding", "未用", Align::Right),
                head("worth", "价值", Align::Right),
                head("paid by", "出资", Align::Left),
            ]);
            for held in &all {
                let worth = held.worth.map(|worth| {
                    format!("{} {}", grouped(&worth.to_string()), held.currency.as_deref().unwrap_or_default())
                });
                let funded = held.funded.iter().map(|(party, part)| format!("{party} {}", plain(*part)));
                table.row(vec![
                    points_name(policy, &held.pool, language),
                    plain(held.amount),
                    worth.unwrap_or_default(),
                    funded.collect::<Vec<_>>().join(", "),
                ]);
            }
            let title = policy.programme.shown().to_owned();
            writeln!(out, "{}\n", session.paint().strong(&at_title(&title, policy, at, language)))?;
            out.write_all(table.render(session.paint()).as_bytes())?;
            for (name, value) in &figures {
                let title = policy.figures.iter().map(|figure| &figure.title).find(|title| title.name == *name);
                let shown = title.map_or_else(|| name.clone(), |title| label(title, language));
                writeln!(out, "{shown}: {}", value.as_deref().map_or_else(|| "-".to_owned(), grouped))?;
            }
        }
    }
    out.flush()?;
    Ok(Ending::Fine)
}

fn open(book: &BookArguments, session: &Session) -> Result<Option<Host<Books>>, Failure> {
    let opened = Project::find_one(&book.programme)?.load(&book.parameters.parameters);
    opened.tell_findings(session, book.format == Format::Json)?;
    opened.into_programme().map(|programme| books::open(&book.ledger, programme, false)).transpose()
}

fn newest(host: &Host<Books>) -> Result<&Policy, Failure> {
    let latest = host.programme().versions().last().map(earnest_interpreter::Engine::policy);
    latest.ok_or_else(|| Failure::misuse("the programme has no version", "方案没有任何版本"))
}

/// The end of a day, else the instant at which the ledger stands.
fn instant(host: &Host<Books>, day: Option<NaiveDate>) -> Result<DateTime<FixedOffset>, Failure> {
    let policy = newest(host)?;
    if let Some(day) = day {
        let end = day.and_hms_opt(23, 59, 59).and_then(|end| instant_of(policy, end));
        return end.ok_or_else(|| {
            Failure::misuse(format!("{day} does not end in this zone"), format!("{day} 在该时区没有终了时刻"))
        });
    }
    let clock = host.books().clock().map_err(|error| failed(error.into()))?;
    Ok(clock.unwrap_or(DateTime::<Utc>::UNIX_EPOCH).with_timezone(&zone(policy)).fixed_offset())
}

fn failed(error: HostError) -> Failure {
    let text = error.to_string();
    Failure::misuse(text.clone(), text)
}

fn at_title(what: &str, policy: &Policy, at: DateTime<FixedOffset>, language: Language) -> String {
    let local = at.with_timezone(&zone(policy)).format("%Y-%m-%d %H:%M:%S").to_string();
    say!(language, "{}, {}", "{}，{}", what, local)
}

fn nothing(customer: &str, language: Language) -> String {
    say!(language, "nothing happened to points of `{}`", "`{}` 没有积分变动", customer)
}

/// Whole numbers without trailing zeros, thousands apart.
fn plain(amount: Decimal) -> String {
    grouped(&amount.normalize().to_string())
}

fn because(rule: &str, title: Option<&str>, place: Option<&str>, language: Language) -> String {
    let shown = match (title, language) {
        (Some(title), Language::Chinese) => title.to_owned(),
        (Some(title), Language::English) => format!("{rule} \"{title}\""),
        (None, _) => rule.to_owned(),
    };
    match place {
        Some(place) => format!("{shown} ({place})"),
        None => shown,
    }
}

fn label(title: &Title, language: Language) -> String {
    match language {
        Language::English => title.name.clone(),
        Language::Chinese => title.shown().to_owned(),
    }
}

fn points_name(policy: &Policy, name: &str, language: Language) -> String {
    let pools = policy.points.iter().flat_map(|points| &points.pools).map(|pool| &pool.title);
    let units = policy.points.iter().map(|points| &points.title);
    units.chain(pools).find(|title| title.name == name).map_or_else(|| name.to_owned(), |title| label(title, language))
}

/// What a movement is called.
fn verb(kind: MovementKind, language: Language) -> &'static str {
    let (en, zh) = match kind {
        MovementKind::Opened => ("held at the start", "期初"),
        MovementKind::Earned => ("earned", "获得"),
        MovementKind::Issued => ("issued", "发号"),
        MovementKind::Taken => ("used", "使用"),
        MovementKind::TakenBack => ("taken back", "收回"),
        MovementKind::Returned => ("returned", "退回"),
        MovementKind::Lost => ("not returned, ended", "已到期不退"),
        MovementKind::MovedOut => ("moved out", "转出"),
        MovementKind::MovedIn => ("moved in", "转入"),
        MovementKind::Paid => ("paid a debt", "抵欠"),
        MovementKind::Owed => ("owed", "欠"),
        MovementKind::Short => ("short, forgiven", "不足免追"),
        MovementKind::SetOff => ("set off", "冲抵"),
        MovementKind::Expired => ("ended", "到期"),
        MovementKind::Usable => ("usable", "生效"),
        MovementKind::Reminded => ("reminded", "提醒"),
        MovementKind::Frozen => ("frozen", "冻结"),
        MovementKind::Unfrozen => ("unfrozen", "解冻"),
        MovementKind::Migrated => ("migrated", "迁移"),
    };
    match language {
        Language::English => en,
        Language::Chinese => zh,
    }
}
