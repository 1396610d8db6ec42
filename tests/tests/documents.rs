//! Documents of the 32 programmes: no rule left out and none invented, in both pages and both languages; and no number or
//! clause of a policy that could change without the page changing.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::as_conversions,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that cannot run fails"
)]

use earnest_dsl::diagnostic::Language;
use earnest_dsl::diagnostic::pages::{codes, page};
use earnest_dsl::load::{InputFile, load_programme};
use earnest_dsl::policy::{Policy, RuleBody};
use earnest_dsl::source::FileId;
use earnest_dsl::syntax::ast::{Decl, DeclKind};
use earnest_dsl::syntax::lexer::{TokenKind, lex};
use earnest_dsl::syntax::split::parse_file;
use earnest_dsl::words::Words;
use earnest_ledger::{Host, Programme};
use earnest_tests::{programme_files, project};
use earnest_tools::doc::{Block, Document, Format, Page, Section, document, outline};
use serde_json::json;
use std::collections::BTreeSet;

const LANGUAGES: [Language; 2] = [Language::English, Language::Chinese];

/// Folder and files of each programme.
fn programmes() -> Vec<(String, Vec<InputFile>)> {
    let folders = std::fs::read_dir(project("policies")).expect("the folder");
    let folders = folders.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_dir());
    let mut all: Vec<(String, Vec<InputFile>)> = folders
        .map(|path| {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (name, programme_files(&path).expect("its files"))
        })
        .collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}

fn loaded(files: Vec<InputFile>) -> Option<Programme> {
    let versions = load_programme(files, &[]).versions;
    Programme::new(versions.into_iter().map(|version| version.policy).collect::<Option<Vec<_>>>()?)
}

/// What a block says, drawings apart.
fn text(block: &Block) -> String {
    match block {
        Block::Lead(text) | Block::Text(text) => text.clone(),
        Block::Points(points) => points.iter().map(|(name, text)| format!("{name}: {text}\n")).collect(),
        Block::Table(table) => format!("{}\n{:?}\n{:?}", table.caption, table.heads, table.rows),
        Block::Figure(figure) => format!("{:?}", figure.table),
        Block::Source(_) => String::new(),
    }
}

fn section_text(section: &Section) -> String {
    section.blocks.iter().map(|block| format!("{}\n", text(block))).collect()
}

#[test]
fn every_rule_has_its_section_and_there_is_no_other() {
    for (name, files) in programmes() {
        let programme = loaded(files).expect("a programme without errors");
        for version in 0..programme.versions().len() {
            let policy = programme.versions()[version].policy();
            let mut rules: Vec<&str> = policy.rules.iter().map(|rule| rule.title.name.as_str()).collect();
            rules.sort_unstable();
            for page in [Page::Terms, Page::Reference] {
                for language in LANGUAGES {
                    let document = outline(&programme, version, page, language).expect("the version");
                    let mut told: Vec<&str> =
                        document.sections.iter().filter_map(|section| section.id.strip_prefix("rule-")).collect();
                    told.sort_unstable();
                    assert_eq!(told, rules, "{name} {page:?} {language:?}");
                    says_what_rules_say(&name, policy, &document, language);
                }
            }
        }
    }
}

/// Every rule's section has its sentence, its items, and each of its limits.
fn says_what_rules_say(name: &str, policy: &Policy, document: &Document, language: Language) {
    let words = Words::new(policy, language);
    for rule in &policy.rules {
        let id = format!("rule-{}", rule.title.name);
        let section = document.sections.iter().find(|section| section.id == id).expect("its section");
        let said = section_text(section);
        assert!(matches!(section.blocks.first(), Some(Block::Lead(_))), "{name} {id} opens with its sentence");
        for limit in rule.constraints.iter().filter_map(|id| policy.constraint(*id)) {
            let bound = words.on(&rule.kinds).bound_only(limit);
            let bound = words.sentence(&bound);
            let bound = bound.trim_end_matches(['.', '。']);
            let item = limit.title.name.rsplit_once('.').is_some_and(|(_, last)| last.starts_with("stock"));
            assert!(item || said.contains(bound), "{name} {id} does not say `{bound}`:\n{said}");
        }
        if let RuleBody::Request(request) = &rule.body {
            for item in &request.items {
                assert!(said.contains(&words.tidy(&words.name(&item.title))), "{name} {id} lacks {}", item.title.name);
            }
        }
    }
}

#[test]
fn every_declaration_has_its_section_in_the_reference() {
    for (name, files) in programmes() {
        let programme = loaded(files).expect("a programme without errors");
        let version = programme.versions().len().saturating_sub(1);
        let policy = programme.versions()[version].policy();
        let document = outline(&programme, version, Page::Reference, Language::English).expect("the version");
        let ids: Vec<&str> = document.sections.iter().map(|section| section.id.as_str()).collect();
        let unique: BTreeSet<&&str> = ids.iter().collect();
        assert_eq!(unique.len(), ids.len(), "{name}: an id stands twice");
        let mut wanted: Vec<String> = Vec::new();
        let titles =
            |sort: &str, names: Vec<&str>| names.into_iter().map(|name| format!("{sort}-{name}")).collect::<Vec<_>>();
        wanted.extend(titles("points", policy.points.iter().map(|one| one.title.name.as_str()).collect()));
        wanted.extend(titles("measure", policy.measures.iter().map(|one| one.title.name.as_str()).collect()));
        wanted.extend(titles("group", policy.groups.iter().map(|one| one.title.name.as_str()).collect()));
        wanted.extend(titles("tier", policy.tiers.iter().map(|one| one.title.name.as_str()).collect()));
        wanted.extend(titles("figure", policy.figures.iter().map(|one| one.title.name.as_str()).collect()));
        wanted.extend(titles("ranking", policy.rankings.iter().map(|one| one.title.name.as_str()).collect()));
        wanted.extend(titles("settle", policy.settlements.iter().map(|one| one.title.name.as_str()).collect()));
        wanted.extend(titles("schedule", policy.schedules.iter().map(|one| one.title.name.as_str()).collect()));
        for id in wanted {
            assert!(ids.contains(&id.as_str()), "{name} lacks {id}");
        }
    }
}

/// Declarations whose text is no part of the meaning.
fn is_test(decl: &Decl) -> bool {
    matches!(decl.kind, DeclKind::Test(..) | DeclKind::Examples(_))
}

/// A number, date or comparison, changed; none for what has no neighbour.
fn changed(kind: TokenKind, text: &str) -> Option<String> {
    match kind {
        TokenKind::Number
        | TokenKind::Multiple
        | TokenKind::Percent
        | TokenKind::Date
        | TokenKind::Time
        | TokenKind::Ordinal => {
            let at = text.rfind(|letter: char| letter.is_ascii_digit())?;
            let digit = text[at..].chars().next()?.to_digit(10)?;
            let next = if digit == 9 { 8 } else { digit + 1 };
            Some(format!("{}{next}{}", &text[..at], &text[at + 1..]))
        }
        TokenKind::Punct => match text {
            ">=" => Some(">".to_owned()),
            ">" => Some(">=".to_owned()),
            "<=" => Some("<".to_owned()),
            "<" => Some("<=".to_owned()),
            _ => None,
        },
        _ => None,
    }
}

/// The file's text with one number changed, or one line left out; each with what was done.
fn mutants(file: &InputFile) -> Vec<(String, String)> {
    let text = &file.text;
    let parsed = parse_file(text, FileId::default());
    let range = |decl: &Decl| (decl.span.start as usize)..(decl.span.end as usize);
    let kept: Vec<_> = parsed.file.decls.iter().filter(|decl| !is_test(decl)).map(range).collect();
    let mut all = Vec::new();
    for token in lex(text) {
        let (start, end) = (token.start as usize, token.end as usize);
        if !kept.iter().any(|range| range.contains(&start)) {
            continue;
        }
        if let Some(new) = changed(token.kind, &text[start..end]) {
            let line = text[..start].lines().count();
            all.push((
                format!("line {line}: {} -> {new}", &text[start..end]),
                format!("{}{new}{}", &text[..start], &text[end..]),
            ));
        }
    }
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let end = start + line.len();
        let code = line.split("//").next().unwrap_or_default().trim();
        let braces = code.contains('{') || code.contains('}') || code.is_empty();
        if !braces && kept.iter().any(|range| range.contains(&start)) {
            all.push((format!("without `{code}`"), format!("{}{}", &text[..start], &text[end..])));
        }
        start = end;
    }
    all
}

/// What the reference says, without the text of the policy, its hash, places and examples; and without one section.
fn said(programme: &Programme, language: Language, left_out: &str) -> String {
    let version = programme.versions().len().saturating_sub(1);
    let document = outline(programme, version, Page::Reference, language).expect("the version");
    let facts = document.facts.iter().filter(|(_, value)| value.len() < 40);
    let sections = document.sections.iter().filter(|section| section.id != left_out);
    let sections = sections.map(|section| format!("{}\n{}", section.title, section_text(section)));
    format!("{:?}\n{}", facts.collect::<Vec<_>>(), sections.collect::<String>())
}

/// Changes every number and leaves out every clause of a programme, one at a time: where the meaning changes, the page does.
fn nothing_changes_silently(name: &str, files: &[InputFile], stride: usize, left_out: &str) -> (usize, Vec<String>) {
    let whole = loaded(files.to_vec()).expect("a programme without errors");
    let newest = |programme: &Programme| programme.versions().last().map(|engine| engine.hash().to_owned());
    let (hash, before) = (newest(&whole), LANGUAGES.map(|language| said(&whole, language, left_out)));
    let mut meant = 0;
    let mut silent = Vec::new();
    for (at, file) in files.iter().enumerate() {
        for (what, text) in mutants(file).into_iter().step_by(stride) {
            let mut files = files.to_vec();
            files[at].text = text;
            let Some(mutant) = loaded(files) else { continue };
            if newest(&mutant) == hash {
                continue;
            }
            meant += 1;
            for (language, before) in LANGUAGES.iter().zip(&before) {
                if said(&mutant, *language, left_out) == *before {
                    silent.push(format!("{name}/{} {what} ({language:?})", file.path));
                }
            }
        }
    }
    (meant, silent)
}

#[test]
fn no_number_and_no_clause_can_change_without_the_page() {
    // All of them where that is asked for; some of every programme at every run.
    let stride = if std::env::var_os("EARNEST_ALL").is_some() { 1 } else { 25 };
    let mut meant = 0;
    let mut silent = Vec::new();
    for (name, files) in programmes() {
        // The value of a parameter must stand in the sentence that it decides, not in the list alone.
        let (count, found) = nothing_changes_silently(&name, &files, stride, "parameters");
        meant += count;
        silent.extend(found);
    }
    println!("{meant} changes of meaning, each told by the reference page in both languages");
    assert!(silent.is_empty(), "{} silent changes of {meant}:\n{}", silent.len(), silent.join("\n"));
    assert!(meant > 15, "only {meant} changes were tried");
}

/// Right examples of the pages of findings: small policies in which every construct of the language occurs.
fn constructs() -> Vec<(String, Vec<InputFile>)> {
    let mut all = Vec::new();
    for code in codes() {
        let text = page(code).expect("a page").right;
        let whole = text.contains("programme ") || text.contains("方案 ");
        let head = if whole { "" } else { HEAD };
        let points =
            if whole || text.contains("points Point") || text.contains("积分种类 Point") { "" } else { POINTS };
        let text = format!("{head}{points}{text}");
        let files = vec![InputFile { path: "page.earn".to_owned(), text }];
        if loaded(files.clone()).is_some() {
            all.push((code.to_owned(), files));
        }
    }
    all
}

const HEAD: &str = "programme demo \"示例\" {\n  timezone Asia/Shanghai\n  currency CNY \"元\"\n  effective from 2024-01-01\n  use std.banking, std.control, std.currency, std.calendar, std.mcc\n}\n";
const POINTS: &str = "points Point \"积分\" { round down each line; valid 2 years after earning; spend first soonest to expire, then oldest }\n";

#[test]
fn no_construct_of_the_language_is_silent() {
    let (every, stride) = if std::env::var_os("EARNEST_ALL").is_some() { (1, 1) } else { (6, 5) };
    let all: Vec<_> = constructs().into_iter().step_by(every).collect();
    assert!(all.len() > 20, "only {} examples", all.len());
    let mut meant = 0;
    let mut silent = Vec::new();
    for (name, files) in all {
        let (count, found) = nothing_changes_silently(&name, &files, stride, "");
        meant += count;
        silent.extend(found);
    }
    println!("{meant} changes of meaning, each told by the reference page in both languages");
    assert!(silent.is_empty(), "{} silent changes of {meant}:\n{}", silent.len(), silent.join("\n"));
}

#[test]
fn pages_are_whole_and_need_nothing_else() {
    for (name, files) in programmes() {
        let programme = loaded(files).expect("a programme without errors");
        let version = programme.versions().len().saturating_sub(1);
        for page in [Page::Terms, Page::Reference] {
            let document = document(&programme, version, page, Language::Chinese, None).expect("the version");
            let html = document.print(Format::Html);
            is_balanced(&name, &html);
            let outside = ["<script", "<link", "<img", "src=", "url(", "@import"];
            assert!(outside.iter().all(|part| !html.contains(part)), "{name} needs something else");
            for link in html.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
                assert!(html.contains(&format!("id=\"{link}\"")), "{name}: nothing has the id {link}");
            }
        }
    }
}

/// Every tag that opens closes, in order.
fn is_balanced(name: &str, html: &str) {
    let mut open: Vec<&str> = Vec::new();
    for part in html.split('<').skip(1) {
        let tag = part.split('>').next().expect("a tag");
        let word = tag.split([' ', '\n', '/']).find(|word| !word.is_empty()).expect("its name");
        if let Some(closed) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(closed), "{name}: </{closed}>");
        } else if !tag.ends_with('/') && !matches!(word, "!DOCTYPE" | "meta" | "br") {
            open.push(word);
        }
    }
    assert!(open.is_empty(), "{name}: {open:?} stay open");
}

/// A page as Markdown, without its last line: that has the hash.
fn markdown(name: &str, page: Page, language: Language) -> String {
    let files = programme_files(&project("policies").join(name)).expect("its files");
    let programme = loaded(files).expect("a programme without errors");
    let version = programme.versions().len().saturating_sub(1);
    let mut document = document(&programme, version, page, language, None).expect("the version");
    document.foot = String::new();
    document.print(Format::Markdown)
}

#[test]
fn terms_as_customers_read_them() {
    for name in ["p04-guizhou", "p11-leisure-shoe", "p30-pingan-debit", "p31-comprehensive-model"] {
        insta::assert_snapshot!(format!("{name}-en"), markdown(name, Page::Terms, Language::English));
        insta::assert_snapshot!(format!("{name}-zh"), markdown(name, Page::Terms, Language::Chinese));
    }
}

/// A price by level in the table is the price that the engine takes.
#[test]
fn prices_by_level_are_those_of_the_engine() {
    let text = markdown("p31-comprehensive-model", Page::Terms, Language::English);
    let row = text.lines().find(|line| line.starts_with("| fuel card")).expect("the fuel card");
    let prices: Vec<&str> = row.split('|').map(str::trim).filter(|cell| cell.ends_with("points")).collect();
    let files = programme_files(&project("policies").join("p31-comprehensive-model")).expect("its files");
    let programme = loaded(files).expect("a programme without errors");
    for (tier, price) in ["standard", "gold", "diamond"].iter().zip(&prices) {
        let mut host = Host::new(programme.clone());
        let purchase = json!({ "id": "a", "type": "purchase", "at": "2019-11-01T10:00:00+08:00", "customer": "c", "amount": "5000", "tier": "standard" });
        let redeem = json!({ "id": "b", "type": "redeem", "at": "2019-11-02T10:00:00+08:00", "customer": "c", "item": "fuel_card", "tier": tier });
        host.decide(purchase.as_object().expect("an object"), false).expect("a decision");
        let answer = host.decide(redeem.as_object().expect("an object"), false).expect("a decision");
        let taken = answer.decision.lines[0].amount.trim_start_matches('-').to_owned();
        assert_eq!(price.replace(',', ""), format!("{taken} points"), "{tier}");
    }
    assert_eq!(prices.len(), 3, "{row}");
}
