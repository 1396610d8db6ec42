//! `earnest lsp`, driven over its protocol as an editor does.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that cannot run fails"
)]

mod support;

use serde_json::{Value as Json, json};
use support::editor::Editor;

const HEAD: &str = r#"programme shop "商店" {
  timezone Asia/Macau
  currency MOP "元"
  effective from 2024-01-01
  use std.banking, std.mcc; lint all off
}

points Star "星点" {
  round down each line
  valid 3 years after earning
  spend first soonest to expire, then oldest
}

tiers Tier "客户等级" given by host { classic "普卡" < gold "金卡" }

group weekend "周末": best of

parameter rate "比例" = 2 Star

fact tier of customer = classic
"#;

const RULES: &str = r#"rule card_spend "消费积分" on Purchase {
  when instrument is credit_card
  earn rate per full 1 MOP of amount
}

rule by_tier on Deposit {
  earn customer.tier { classic: 1 Star, gold: 3 Star } per full 10 MOP of amount
}

campaign golden_week "黄金周" {
  from 2024-10-01 to 2024-10-07

  rule dining "餐饮三倍" on Purchase {
    in weekend
    when mcc in restaurants and amount >= 100 MOP
    raise 消费积分 to 3x
    per customer per month at most 5_000 Star, drop the rest
  }
}

track month_spend per customer per month = sum of Purchase.amount

test "黄金周" {
  c1 { tier: gold }
  2024-10-05 18:00:00 Purchase { amount: 300 MOP, mcc: 5812, instrument: credit_card }
    => earn 1_800 Star { card_spend: 600, golden_week.dining: 1_200 }
}

test "错的" {
  2024-10-05 18:00:00 Purchase { amount: 10 MOP, instrument: credit_card } => earn 21 Star
}
"#;

fn editor() -> Editor {
    let mut editor = Editor::start(&[("programme.earn", HEAD), ("rules.earn", RULES)]);
    editor.open("rules.earn");
    editor.open("programme.earn");
    editor
}

#[test]
fn findings_come_while_typing_and_go_when_mended() {
    let mut editor = editor();
    assert_eq!(editor.findings("rules.earn"), []);
    editor.edit("rules.earn", "instrument is credit_card", "instrumnt is credit_card");
    let found = editor.findings("rules.earn");
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].1, "instrumnt");
    editor.edit("rules.earn", "instrumnt", "instrument");
    assert_eq!(editor.findings("rules.earn"), []);
    // A broken clause is one finding, and what is said of the rest is still right.
    editor.edit("rules.earn", "raise 消费积分 to 3x", "raise 消费积分 to to");
    editor.edit("rules.earn", "tier: gold", "tier: golden");
    let found = editor.findings("rules.earn");
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(editor.close(), Some(0));
}

#[test]
fn an_edit_of_one_file_is_seen_in_the_others() {
    let mut editor = editor();
    assert_eq!(editor.findings("rules.earn"), []);
    editor.edit("programme.earn", "parameter rate", "parameter ratio");
    // The other file's findings are told although it was not edited.
    while editor.told["rules.earn"].1.is_empty() {
        editor.listen();
    }
    let (_, found) = &editor.told["rules.earn"];
    assert_eq!(support::editor::marked(RULES, &found[0]["range"]), "rate");
}

#[test]
fn hover_says_what_a_name_is_in_both_languages() {
    let mut editor = editor();
    let mut hover = |text: &str| {
        let answer = editor.at("textDocument/hover", "rules.earn", text, json!({}));
        answer["contents"]["value"].as_str().unwrap_or_default().to_owned()
    };
    let texts = [
        "when ins‸trument",
        "earn ra‸te",
        "of am‸ount",
        "mcc in rest‸aurants",
        "in week‸end",
        "raise 消费‸积分",
        "customer.ti‸er",
        "on Dep‸osit",
        "5_000 St‸ar",
        "track month_sp‸end",
        "gold‸: 3",
        "per fu‸ll 1",
    ];
    let told: Vec<String> = texts.iter().map(|text| format!("== {text}\n{}", hover(text))).collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn hover_in_chinese() {
    let files = [("programme.earn", HEAD), ("rules.earn", RULES)];
    let mut editor = Editor::start_with(&files, json!({ "locale": "zh-cn" }));
    editor.open("rules.earn");
    let answer = editor.at("textDocument/hover", "rules.earn", "rule din‸ing", json!({}));
    insta::assert_snapshot!(answer["contents"]["value"].as_str().unwrap());
}

#[test]
fn definitions_and_uses() {
    let mut editor = editor();
    let mut definition = |text: &str| {
        let answer = editor.at("textDocument/definition", "rules.earn", text, json!({}));
        if answer.is_null() { "nothing".to_owned() } else { editor.shown(&answer) }
    };
    assert_eq!(definition("raise 消费‸积分"), "rules.earn:1 card_spend");
    assert_eq!(definition("in week‸end"), "programme.earn:16 weekend");
    assert_eq!(definition("earn ra‸te"), "programme.earn:18 rate");
    assert_eq!(definition("golden_week.din‸ing"), "rules.earn:13 dining");
    assert_eq!(definition("golden_‸week.dining"), "rules.earn:10 golden_week");
    assert!(definition("mcc in rest‸aurants").starts_with("earnest-std:/std/mcc.earn:"));
    assert!(definition("on Dep‸osit").starts_with("earnest-std:/std/banking.earn:"));
    assert_eq!(definition("from 2024‸-10-01"), "nothing");

    let context = json!({ "context": { "includeDeclaration": true } });
    let uses = editor.at("textDocument/references", "rules.earn", "rule card_‸spend", context);
    let uses: Vec<String> = uses.as_array().unwrap().iter().map(|one| editor.shown(one)).collect();
    assert_eq!(uses, ["rules.earn:1 card_spend", "rules.earn:16 消费积分", "rules.earn:26 card_spend"]);
    let marks = editor.at("textDocument/documentHighlight", "rules.earn", "track month_‸spend", json!({}));
    assert_eq!(marks.as_array().map(Vec::len), Some(1));

    let answer = editor.at("textDocument/definition", "programme.earn", "std.ba‸nking", json!({}));
    assert_eq!(editor.shown(&answer), "earnest-std:/std/banking.earn:1");
    let text = editor.request("workspace/textDocumentContent", json!({ "uri": answer["uri"] }));
    assert!(text["text"].as_str().unwrap().contains("event Purchase"));
}

#[test]
fn renaming_changes_every_use_and_nothing_else() {
    let mut editor = editor();
    let asked = editor.at("textDocument/prepareRename", "rules.earn", "raise 消费‸积分", json!({}));
    assert_eq!(asked["placeholder"], "消费积分");
    // A label is renamed where it is written as the name; the identifier stays.
    let edit = editor.at("textDocument/rename", "rules.earn", "raise 消费‸积分", json!({ "newName": "刷卡积分" }));
    let new = editor.edited("rules.earn", &edit["changes"][editor.uri("rules.earn")]);
    assert_eq!(new, RULES.replace("消费积分", "刷卡积分"));
    let edit = editor.at("textDocument/rename", "rules.earn", "in week‸end", json!({ "newName": "days_off" }));
    let new = editor.edited("programme.earn", &edit["changes"][editor.uri("programme.earn")]);
    assert_eq!(new, HEAD.replace("group weekend", "group days_off"));
    let new = editor.edited("rules.earn", &edit["changes"][editor.uri("rules.earn")]);
    assert_eq!(new, RULES.replace("in weekend", "in days_off"));
}

#[test]
fn a_renaming_that_would_change_the_meaning_is_refused() {
    let mut editor = editor();
    let mut refused = |text: &str, new: &str| {
        let params = editor.place("rules.earn", text, json!({ "newName": new }));
        let answer = editor.ask("textDocument/rename", params);
        answer["error"]["message"].as_str().unwrap_or("it was not refused").to_owned()
    };
    assert_eq!(
        refused("rule card_‸spend", "earn 2"),
        "`earn 2` is no name: a letter or Han character, then letters, digits and `_`"
    );
    assert_eq!(refused("rule card_‸spend", "per"), "`per` is a word of the language and no name");
    assert_eq!(refused("on Dep‸osit", "Saving"), "`Deposit` is declared in the standard library");
    let taken = "with the name `by_tier` the programme would not say the same: the name is taken, or leads elsewhere";
    assert_eq!(refused("rule card_‸spend", "by_tier"), taken);
    assert_eq!(refused("from 2024‸-10-01", "x"), "there is no name here that can be renamed");
}

#[test]
fn fixes_are_offered_and_mend() {
    let mut editor = editor();
    editor.edit("rules.earn", "instrument is credit_card\n", "instrument is credit_card。\n");
    let found = editor.findings("rules.earn");
    assert_eq!(found, [("E0005".to_owned(), "。".to_owned())]);
    let range = editor.told["rules.earn"].1[0]["range"].clone();
    let params = json!({ "textDocument": { "uri": editor.uri("rules.earn") }, "range": range, "context": { "diagnostics": [] } });
    let actions = editor.request("textDocument/codeAction", params);
    let kinds: Vec<&Json> = actions.as_array().unwrap().iter().map(|action| &action["kind"]).collect();
    assert_eq!(kinds, ["quickfix", "source.fixAll"]);
    for action in actions.as_array().unwrap() {
        let text = editor.edited("rules.earn", &action["edit"]["changes"][editor.uri("rules.earn")]);
        assert_eq!(text, RULES.replace("instrument is credit_card\n", "instrument is credit_card；\n"));
    }
}

#[test]
fn what_lints_find_comes_with_its_fix() {
    let mut editor = editor();
    editor.edit("programme.earn", "; lint all off", "");
    editor.edit("rules.earn", "track month_spend", "// allow W0151: it is known\ntrack month_spend");
    let found = editor.findings("rules.earn");
    let comment = found.iter().position(|(code, _)| code == "W0101").unwrap_or_else(|| panic!("{found:?}"));
    assert!(found[comment].0.starts_with('W'), "{found:?}");
    assert_eq!(editor.told["rules.earn"].1[comment]["severity"], 2);
    let range = editor.told["rules.earn"].1[comment]["range"].clone();
    let params = json!({ "textDocument": { "uri": editor.uri("rules.earn") }, "range": range, "context": { "diagnostics": [] } });
    let actions = editor.request("textDocument/codeAction", params);
    let edit = &actions[0]["edit"]["changes"][editor.uri("rules.earn")];
    assert!(!editor.edited("rules.earn", edit).contains("allow"), "{actions}");
    // A condition that always holds.
    editor.edit("rules.earn", "when instrument is credit_card", "when amount >= 0 MOP");
    assert!(editor.findings("rules.earn").iter().any(|(code, _)| code == "W0151" || code == "W0152"));
}

#[test]
fn the_one_layout() {
    let mut editor = editor();
    editor.edit("rules.earn", "  when instrument is", "when   instrument    is");
    let options = json!({ "tabSize": 2, "insertSpaces": true });
    let params = json!({ "textDocument": { "uri": editor.uri("rules.earn") }, "options": options });
    let edits = editor.request("textDocument/formatting", params.clone());
    assert_eq!(edits.as_array().map(Vec::len), Some(1));
    assert_eq!(editor.edited("rules.earn", &edits), RULES);
    editor.set("rules.earn", RULES);
    assert_eq!(editor.request("textDocument/formatting", params), json!([]));
}

#[test]
fn outline_folds_selection_and_search() {
    let mut editor = editor();
    let document = json!({ "textDocument": { "uri": editor.uri("rules.earn") } });
    let symbols = editor.request("textDocument/documentSymbol", document.clone());
    let names: Vec<String> = symbols
        .as_array()
        .unwrap()
        .iter()
        .map(|one| format!("{} ({})", one["name"].as_str().unwrap(), one["detail"].as_str().unwrap()))
        .collect();
    assert_eq!(
        names,
        [
            "card_spend (rule 消费积分)",
            "by_tier (rule)",
            "golden_week (campaign 黄金周)",
            "month_spend (measure)",
            "黄金周 (test)",
            "错的 (test)"
        ]
    );
    assert_eq!(symbols[2]["children"][0]["name"], "dining");
    let folds = editor.request("textDocument/foldingRange", document);
    let folds: Vec<(u64, u64)> = folds
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["startLine"].as_u64().unwrap(), one["endLine"].as_u64().unwrap()))
        .collect();
    assert_eq!(folds, [(0, 2), (5, 6), (9, 17), (12, 16), (22, 25), (28, 29)]);
    let found = editor.request("workspace/symbol", json!({ "query": "黄金" }));
    assert_eq!(found.as_array().unwrap().len(), 2);
    let params = editor.place("rules.earn", "instrument is cred‸it_card", json!({}));
    let params = json!({ "textDocument": params["textDocument"], "positions": [params["position"]] });
    let grown = editor.request("textDocument/selectionRange", params);
    let mut texts = vec![];
    let mut one = &grown[0];
    while !one.is_null() {
        texts.push(support::editor::marked(RULES, &one["range"]));
        one = &one["parent"];
    }
    assert_eq!(&texts[..2], ["credit_card", "when instrument is credit_card"]);
    assert_eq!(texts.last().map(String::as_str), Some(RULES));
}

#[test]
fn colours_by_meaning() {
    let mut editor = editor();
    let legend = editor.capabilities["semanticTokensProvider"]["legend"]["tokenTypes"].clone();
    let document = json!({ "textDocument": { "uri": editor.uri("rules.earn") } });
    let full = editor.request("textDocument/semanticTokens/full", document.clone());
    let shown = tokens(RULES, &full["data"], &legend);
    insta::assert_snapshot!(shown.lines().take(30).collect::<Vec<_>>().join("\n"));
    // After an edit only what has changed is sent.
    editor.edit("rules.earn", "1 MOP of", "1000 MOP of");
    let mut params = document.clone();
    params["previousResultId"] = full["resultId"].clone();
    let delta = editor.request("textDocument/semanticTokens/full/delta", params);
    let edits = delta["edits"].as_array().unwrap();
    assert_eq!(edits.len(), 1);
    let mut patched: Vec<Json> = full["data"].as_array().unwrap().clone();
    let start = usize::try_from(edits[0]["start"].as_u64().unwrap()).unwrap();
    let gone = usize::try_from(edits[0]["deleteCount"].as_u64().unwrap()).unwrap();
    assert!(gone <= 10, "{delta}");
    patched.splice(start..start + gone, edits[0]["data"].as_array().unwrap().clone());
    let again = editor.request("textDocument/semanticTokens/full", document);
    assert_eq!(again["data"], Json::Array(patched));
}

/// Tokens as `text type`, a line each.
fn tokens(text: &str, data: &Json, legend: &Json) -> String {
    let numbers: Vec<usize> =
        data.as_array().unwrap().iter().map(|one| usize::try_from(one.as_u64().unwrap()).unwrap()).collect();
    let lines: Vec<Vec<u16>> = text.lines().map(|line| line.encode_utf16().collect()).collect();
    let (mut line, mut column, mut out) = (0, 0, String::new());
    for token in numbers.chunks(5) {
        column = if token[0] == 0 { column + token[1] } else { token[1] };
        line += token[0];
        let word = String::from_utf16(&lines[line][column..column + token[2]]).unwrap();
        out.push_str(&format!(
            "{word} {}{}\n",
            legend[token[3]].as_str().unwrap(),
            if token[4] == 0 { String::new() } else { format!(" {}", token[4]) }
        ));
    }
    out
}

#[test]
fn hints_of_points_and_units() {
    let mut editor = editor();
    let range = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 99, "character": 0 } });
    let params = json!({ "textDocument": { "uri": editor.uri("rules.earn") }, "range": range });
    let hints = editor.request("textDocument/inlayHint", params);
    let shown: Vec<String> = hints
        .as_array()
        .unwrap()
        .iter()
        .map(|one| format!("{} {}", one["position"]["line"], one["label"].as_str().unwrap()))
        .collect();
    assert_eq!(shown, ["2 1,000 MOP → 2,000 Star", "6 1,000 MOP → 100–300 Star", "20 : money in MOP"]);
}

#[test]
fn tests_run_where_they_stand() {
    let mut editor = editor();
    assert_eq!(editor.findings("rules.earn"), []);
    let document = json!({ "textDocument": { "uri": editor.uri("rules.earn") } });
    let lenses = editor.request("textDocument/codeLens", document);
    let titles: Vec<&str> =
        lenses.as_array().unwrap().iter().map(|one| one["command"]["title"].as_str().unwrap()).collect();
    assert_eq!(titles, ["▶ run all tests of this file", "▶ run test", "▶ run test"]);
    let mut run = |at: usize| {
        let command = &lenses[at]["command"];
        let params = json!({ "command": command["command"], "arguments": command["arguments"] });
        editor.request("workspace/executeCommand", params)
    };
    assert_eq!(run(1), json!({ "passed": 1, "failed": 0, "findings": [] }));
    let all = run(0);
    assert_eq!((&all["passed"], &all["failed"]), (&json!(1), &json!(1)));
    // What failed is marked at its step until the text changes.
    while editor.told["rules.earn"].1.is_empty() {
        editor.listen();
    }
    let (_, found) = &editor.told["rules.earn"];
    assert_eq!((found.len(), &found[0]["source"]), (1, &json!("earnest test")));
    assert!(
        support::editor::marked(RULES, &found[0]["range"]).starts_with("2024-10-05 18:00:00 Purchase { amount: 10 MOP")
    );
    editor.edit("rules.earn", "=> earn 21 Star", "=> earn 20 Star");
    assert_eq!(editor.findings("rules.earn"), []);
    let params = json!({ "command": "earnest.runTest", "arguments": [editor.uri("rules.earn")] });
    assert_eq!(editor.request("workspace/executeCommand", params)["passed"], 2);
    editor.edit("rules.earn", "=> earn 20 Star", "=> urn 20 Star");
    let params = json!({ "command": "earnest.runTest", "arguments": [editor.uri("rules.earn")] });
    assert!(editor.request("workspace/executeCommand", params)["error"].is_string());
}

#[test]
fn a_document_on_no_disk_is_a_programme_of_its_own() {
    let mut editor = Editor::start(&[]);
    editor.open_text("untitled:Untitled-1", "rule a on Purchase {\n  urn 1 Star\n}\n");
    assert!(!editor.findings("untitled:Untitled-1").is_empty());
}

#[test]
fn what_is_malformed_is_answered_and_does_no_harm() {
    let mut editor = editor();
    let answer = editor.ask("textDocument/hover", json!({ "nothing": true }));
    assert_eq!(answer["error"]["code"], -32602);
    let answer = editor.ask("no/such", json!({}));
    assert_eq!(answer["error"]["code"], -32601);
    editor.notify("textDocument/didChange", json!({ "wrong": 1 }));
    editor.notify(
        "textDocument/didChange",
        json!({ "textDocument": { "uri": "file:///none", "version": 2 }, "contentChanges": [] }),
    );
    let far =
        json!({ "textDocument": { "uri": editor.uri("rules.earn") }, "position": { "line": 4000, "character": 4000 } });
    assert_eq!(editor.request("textDocument/hover", far), Json::Null);
    assert_eq!(editor.close(), Some(0));
}
