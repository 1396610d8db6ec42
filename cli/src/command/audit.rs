//! `earnest audit`: whether a ledger is what was written, and whether it follows from what was sent.

use crate::arguments::Format;
use crate::arguments::service::{AuditArguments, AuditWhat, ReplayArguments, VerifyArguments};
use crate::books::not_opened;
use crate::project::Project;
use crate::session::{Ending, Failure, Session};
use earnest_dsl::say;
use earnest_ledger::store::StoreError;
use earnest_stores::Durable;
use earnest_stores::audit::{Difference, Fault, replay, verify};
use serde_json::json;
use std::io::Write;

/// Verifies or replays.
pub fn run(arguments: &AuditArguments, session: &Session) -> Result<Ending, Failure> {
    match &arguments.what {
        AuditWhat::Verify(arguments) => verified(arguments, session),
        AuditWhat::Replay(arguments) => replayed(arguments, session),
    }
}

fn not_read(error: StoreError) -> Failure {
    Failure::misuse(format!("the store cannot be read: {error}"), format!("无法读取账本：{error}"))
}

fn verified(arguments: &VerifyArguments, session: &Session) -> Result<Ending, Failure> {
    let store = Durable::inspect(&arguments.store).map_err(|error| not_opened(&error))?;
    let found = verify(&store, &arguments.heads).map_err(not_read)?;
    let mut out = session.out();
    match arguments.format {
        Format::Json => {
            let faults: Vec<String> = found.faults.iter().map(ToString::to_string).collect();
            let told = json!({ "entries": found.entries, "head": found.head.to_string(), "faults": faults });
            writeln!(out, "{told}")?;
        }
        Format::Human => {
            for fault in &found.faults {
                writeln!(out, "{} {}", session.paint().error("✗"), fault_text(fault, session))?;
            }
            let (entries, head) = (found.entries, &found.head);
            if found.faults.is_empty() {
                let said = say!(
                    session.language,
                    "{entries} entries, nothing altered, missing or moved",
                    "{entries} 条记录，没有篡改、缺失或错位"
                );
                writeln!(out, "{said}")?;
            }
            let said = say!(
                session.language,
                "head {head}\nkeep this line elsewhere: `--head {head}` finds out later whether anything before it was cut off or written anew",
                "末条 {head}\n请把这一行另存他处：日后用 `--head {head}` 可查出此前的记录是否被截断或重写"
            );
            writeln!(out, "{said}")?;
        }
    }
    out.flush()?;
    Ok(Ending::found(!found.faults.is_empty()))
}

fn fault_text(fault: &Fault, session: &Session) -> String {
    match fault {
        Fault::Database(what) => say!(session.language, "{fault}", "数据库已损坏：{what}"),
        Fault::Missing(from, to) if from == to => say!(session.language, "{fault}", "缺少第 {from} 条记录"),
        Fault::Missing(from, to) => say!(session.language, "{fault}", "缺少第 {from} 至 {to} 条记录"),
        Fault::Displaced(number) => say!(session.language, "{fault}", "第 {number} 条记录与前一条不相接"),
        Fault::Altered(number) => say!(session.language, "{fault}", "第 {number} 条记录写入后被改动"),
        Fault::Unreadable(number) => say!(session.language, "{fault}", "第 {number} 条记录无法读取"),
        Fault::Movement(number, entry) => {
            say!(session.language, "{fault}", "第 {number} 笔变动缺失，或与第 {entry} 条记录所载不符")
        }
        Fault::MovementsUnknown(number) => say!(session.language, "{fault}", "自第 {number} 笔变动起，记录中均无记载"),
        Fault::Counter(name, held, logged) => {
            say!(session.language, "{fault}", "计数器 `{name}` 为 {held}，记录所载为 {logged}")
        }
        Fault::Cut(number) => say!(session.language, "{fault}", "另存的第 {number} 条记录已不存在：记录被截断"),
        Fault::Rewritten(number) => say!(session.language, "{fault}", "第 {number} 条记录与另存的不同：记录被重写"),
    }
}

fn replayed(arguments: &ReplayArguments, session: &Session) -> Result<Ending, Failure> {
    let opened = Project::find_one(&arguments.programme)?.load(&arguments.parameters.parameters);
    opened.tell_findings(session, arguments.format == Format::Json)?;
    let Some(programme) = opened.into_programme() else { return Ok(Ending::Findings) };
    let store = Durable::open(&arguments.store, &programme, false).map_err(|error| not_opened(&error))?;
    let found = replay(&store, &programme).map_err(not_read)?;
    let mut out = session.out();
    match (arguments.format, &found.difference) {
        (Format::Json, difference) => {
            let told = difference.as_ref().map(|Difference { entry, about, member, stored, now }| {
                json!({ "entry": entry, "about": about, "member": member, "stored": stored, "now": now })
            });
            let told = json!({ "entries": found.entries, "by_another_policy": found.by_another, "difference": told });
            writeln!(out, "{told}")?;
        }
        (Format::Human, None) => {
            let entries = found.entries;
            let said = say!(
                session.language,
                "{entries} entries decided again: the same, and so is what is held",
                "重新裁定 {entries} 条记录：结果相同，持有也相同"
            );
            writeln!(out, "{said}")?;
            let by_another = found.by_another;
            if by_another > 0 {
                let said = say!(
                    session.language,
                    "{by_another} of them were decided by another policy than that of `{}`",
                    "其中 {by_another} 条原由与 `{}` 不同的方案裁定",
                    arguments.programme.display()
                );
                writeln!(out, "{said}")?;
            }
        }
        (Format::Human, Some(Difference { entry, about, member, stored, now })) => {
            let place = entry.map(|entry| entry.to_string()).unwrap_or_default();
            let same = found.entries;
            let said = say!(
                session.language,
                "the first difference, after {same} entries that are the same: entry {place} ({about})\n  {member}\n  stored  {stored}\n  now     {now}",
                "前 {same} 条记录相同，首个差异：第 {place} 条记录（{about}）\n  {member}\n  原有  {stored}\n  现在  {now}"
            );
            writeln!(out, "{said}")?;
        }
    }
    out.flush()?;
    Ok(Ending::found(found.difference.is_some()))
}
