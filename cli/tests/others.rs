//! `earnest completions`, `earnest build`, help.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test that cannot run fails")]

mod support;

use support::earnest;

#[test]
fn completions_for_every_shell() {
    for (shell, part) in [
        ("bash", "complete -F _earnest"),
        ("zsh", "#compdef earnest"),
        ("fish", "complete -c earnest"),
        ("powershell", "Register-ArgumentCompleter"),
        ("elvish", "edit:completion"),
    ] {
        let ran = earnest(&["completions", shell]);
        assert_eq!(ran.code, Some(0));
        assert!(ran.out.contains(part), "{shell}");
    }
}

#[test]
fn the_core_of_a_programme() {
    let ran = earnest(&["build", "programmes/shop", "--emit", "core"]);
    assert_eq!(ran.code, Some(0), "{}", ran.shown());
    for line in [
        "programme shop",
        "edge rule card_spend on Purchase",
        "constraint weekend.weekend_triple.cap of rule weekend.weekend_triple",
    ] {
        assert!(ran.out.lines().any(|one| one == line), "{line}\n{}", ran.out);
    }
}

#[test]
fn help_names_every_subcommand() {
    let ran = earnest(&["--help"]);
    assert_eq!(ran.code, Some(0));
    for name in
        ["check", "test", "run", "statement", "balance", "liability", "explain", "fmt", "new", "build", "completions"]
    {
        assert!(ran.out.contains(&format!("\n  {name}")), "{name}\n{}", ran.out);
    }
}
