//! `earnest ledger`: a whole ledger out of a store and into one, and its journal.

use crate::arguments::service::{
    ExportArguments, ImportArguments, JournalArguments, JournalFormat, LedgerArguments, LedgerWhat,
};
use crate::books::{self, not_opened};
use crate::project::{Project, open};
use crate::session::{Ending, Failure, Session};
use earnest_dsl::say;
use earnest_ledger::journal::{JournalAccount, JournalEntry};
use earnest_stores::Durable;
use earnest_stores::export::{ExportError, export, import};
use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;

/// Exports, imports, or writes the journal.
pub fn run(arguments: &LedgerArguments, session: &Session) -> Result<Ending, Failure> {
    match &arguments.what {
        LedgerWhat::Export(arguments) => exported(arguments, session),
        LedgerWhat::Import(arguments) => imported(arguments, session),
        LedgerWhat::Journal(arguments) => journal(arguments, session),
    }
}

fn failed(error: ExportError) -> Failure {
    match error {
        ExportError::Open(error) => not_opened(&error),
        ExportError::Io(error) => Failure::Io(error),
        error @ ExportError::NotEmpty => Failure::misuse(error.to_string(), "该账本已有内容；请导入到新的账本"),
        ExportError::Line(number, ref what) => {
            Failure::misuse(error.to_string(), format!("第 {number} 行：{what}；没有导入任何内容"))
        }
        ExportError::Store(error) => {
            Failure::misuse(format!("the store failed: {error}"), format!("账本出错：{error}"))
        }
    }
}

fn exported(arguments: &ExportArguments, session: &Session) -> Result<Ending, Failure> {
    let store = Durable::inspect(&arguments.store).map_err(|error| not_opened(&error))?;
    let mut out = session.out();
    export(&store, &mut out).map_err(failed)?;
    out.flush()?;
    Ok(Ending::Fine)
}

fn imported(arguments: &ImportArguments, session: &Session) -> Result<Ending, Failure> {
    let opened = Project::find_one(&arguments.programme)?.load(&arguments.parameters.parameters);
    opened.tell_findings(session, false)?;
    let Some(programme) = opened.into_programme() else { return Ok(Ending::Findings) };
    let mut lines: Box<dyn BufRead> = if arguments.file == Path::new("-") {
        Box::new(BufReader::new(io::stdin()))
    } else {
        Box::new(BufReader::new(open(&arguments.file)?))
    };
    let taken = import(&arguments.store, &programme, &mut lines).map_err(failed)?;
    let mut out = session.out();
    writeln!(out, "{}", say!(session.language, "{taken} lines taken", "已导入 {taken} 行"))?;
    out.flush()?;
    Ok(Ending::Fine)
}

fn journal(arguments: &JournalArguments, session: &Session) -> Result<Ending, Failure> {
    let opened = Project::find_one(&arguments.programme)?.load(&arguments.parameters.parameters);
    opened.tell_findings(session, false)?;
    let Some(programme) = opened.into_programme() else { return Ok(Ending::Findings) };
    let host = books::open(&arguments.ledger, programme, false)?;
    let entries = host.journal().map_err(|error| {
        Failure::misuse(format!("the journal cannot be written: {error}"), format!("无法写出分录：{error}"))
    })?;
    let mut out = session.out();
    match arguments.format {
        JournalFormat::Csv => csv(&entries, &mut out)?,
        JournalFormat::Beancount => beancount(&entries, &mut out)?,
    }
    out.flush()?;
    Ok(Ending::Fine)
}

/// A row for each posting: money is points times what one is worth, not rounded.
fn csv(entries: &[JournalEntry], out: &mut dyn Write) -> Result<(), Failure> {
    let mut rows = csv::Writer::from_writer(out);
    rows.write_record(["date", "instant", "event", "account", "points", "unit", "money", "currency"])
        .map_err(io::Error::other)?;
    for entry in entries {
        for posting in &entry.postings {
            let money = entry.worth.as_ref().map(|(each, currency)| (posting.amount.saturating_mul(*each), currency));
            let row = [
                entry.on.to_string(),
                entry.at.to_rfc3339(),
                entry.event.clone(),
                posting.account.to_string(),
                posting.amount.normalize().to_string(),
                entry.unit.clone(),
                money.map(|(money, _)| money.normalize().to_string()).unwrap_or_default(),
                money.map(|(_, currency)| currency.clone()).unwrap_or_default(),
            ];
            rows.write_record(row).map_err(io::Error::other)?;
        }
    }
    rows.flush()?;
    Ok(())
}

/// Text for beancount: points are a commodity, priced at what one is worth.
fn beancount(entries: &[JournalEntry], out: &mut dyn Write) -> Result<(), Failure> {
    let mut opened: BTreeMap<&JournalAccount, chrono::NaiveDate> = BTreeMap::new();
    for entry in entries {
        for posting in &entry.postings {
            let first = opened.entry(&posting.account).or_insert(entry.on);
            *first = entry.on.min(*first);
        }
    }
    for (account, on) in opened {
        writeln!(out, "{on} open {}", account_name(account))?;
    }
    for entry in entries {
        // Between quotes a quote and a backslash are escaped.
        let event = entry.event.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', " ");
        writeln!(out, "\n{} * \"{event}\"", entry.on)?;
        let unit = commodity(&entry.unit);
        for posting in &entry.postings {
            write!(out, "  {}  {} {unit}", account_name(&posting.account), posting.amount.normalize())?;
            if let Some((each, currency)) = &entry.worth {
                write!(out, " @ {} {currency}", each.normalize())?;
            }
            writeln!(out)?;
        }
    }
    Ok(())
}

fn account_name(account: &JournalAccount) -> String {
    account.path().into_iter().map(component).collect::<Vec<_>>().join(":")
}

/// A part of an account's name: beancount wants letters, digits and dashes, a capital or digit first.
fn component(name: &str) -> String {
    let mut part = String::new();
    for letter in name.chars() {
        match letter {
            'a'..='z' if part.is_empty() => part.push(letter.to_ascii_uppercase()),
            'a'..='z' | 'A'..='Z' | '0'..='9' => part.push(letter),
            '_' | '-' | ' ' | '.' if !part.is_empty() => part.push('-'),
            other => part.push_str(&format!("U{:x}", u32::from(other))),
        }
    }
    part
}

/// The name of a commodity: capitals and digits, at most 24, a letter first, and more than one.
fn commodity(unit: &str) -> String {
    let name: String = component(unit).to_ascii_uppercase().chars().take(20).collect();
    let name = name.trim_end_matches('-');
    match name.chars().next() {
        Some(first) if first.is_ascii_alphabetic() && name.len() > 1 => name.to_owned(),
        _ => format!("PTS{name}"),
    }
}
