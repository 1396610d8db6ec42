//! `earnest new NAME`: a commented starter programme with tests and a few events.

use crate::arguments::{Format, NewArguments};
use crate::project::shown;
use crate::session::{Ending, Failure, Session};
use earnest_dsl::diagnostic::Language;
use earnest_dsl::load::{InputFile, load};
use earnest_dsl::say;
use serde_json::json;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Files of the starter programme in a language: name and text, with `{{name}}` and `{{label}}` to be filled in.
fn template(language: Language) -> [(&'static str, &'static str); 3] {
    let (programme, weekend) = match language {
        Language::English => {
            (include_str!("../../templates/en/programme.earn"), include_str!("../../templates/en/weekend.earn"))
        }
        Language::Chinese => {
            (include_str!("../../templates/zh/programme.earn"), include_str!("../../templates/zh/weekend.earn"))
        }
    };
    [
        ("programme.earn", programme),
        ("weekend.earn", weekend),
        ("events.ndjson", include_str!("../../templates/events.ndjson")),
    ]
}

/// Makes the folder and its files. Nothing that exists is overwritten.
pub fn run(arguments: &NewArguments, session: &Session) -> Result<Ending, Failure> {
    let folder = Path::new(&arguments.name);
    let label = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let name = identifier(&label).ok_or_else(|| no_name(&arguments.name))?;
    let files: Vec<(&str, String)> = template(session.language)
        .into_iter()
        .map(|(path, text)| (path, text.replace("{{name}}", &name).replace("{{label}}", &label)))
        .collect();
    // A word of the language is no name: the checker knows which.
    let policy = files.iter().filter(|(path, _)| path.ends_with(".earn"));
    let inputs = policy.map(|(path, text)| InputFile { path: (*path).to_owned(), text: text.clone() }).collect();
    if load(inputs, &[]).has_errors() {
        return Err(no_name(&arguments.name));
    }
    let made = write(folder, &files)?;
    let mut out = session.out();
    match arguments.format {
        Format::Json => writeln!(out, "{}", json!({ "programme": name, "created": made }))?,
        Format::Human => out.write_all(told(folder, &made, session).as_bytes())?,
    }
    out.flush()?;
    Ok(Ending::Fine)
}

fn write(folder: &Path, files: &[(&str, String)]) -> Result<Vec<String>, Failure> {
    let occupied = fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some());
    if occupied || folder.is_file() {
        return Err(Failure::misuse(
            format!("`{}` exists already; nothing was written", folder.display()),
            format!("`{}` 已存在；未写入任何内容", folder.display()),
        ));
    }
    let failed = |path: PathBuf, error: io::Error| {
        Failure::misuse(
            format!("`{}` cannot be written: {error}", path.display()),
            format!("无法写入 `{}`：{error}", path.display()),
        )
    };
    fs::create_dir_all(folder).map_err(|error| failed(folder.to_path_buf(), error))?;
    let mut made = Vec::new();
    for (name, text) in files {
        let path = folder.join(name);
        let file = OpenOptions::new().write(true).create_new(true).open(&path);
        file.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|error| failed(path.clone(), error))?;
        made.push(shown(&path));
    }
    Ok(made)
}

fn told(folder: &Path, made: &[String], session: &Session) -> String {
    let mut out = String::new();
    for path in made {
        out.push_str(&format!("{} {path}\n", session.paint().good(session.text("made", "已创建"))));
    }
    let folder = shown(folder);
    out.push_str(&say!(session.language, "\nnext:\n", "\n接下来：\n"));
    for (command, en, zh) in [
        (format!("earnest test {folder}"), "run its tests", "运行测试"),
        (format!("earnest run {folder} {folder}/events.ndjson --summary"), "decide some events", "裁决若干事件"),
        (format!("earnest explain {folder} {folder}/events.ndjson --event e2"), "ask why", "问个为什么"),
    ] {
        out.push_str(&format!("  {command}\n      {}\n", session.paint().dim(session.text(en, zh))));
    }
    out
}

/// The identifier in a name: blanks and hyphens become `_`.
fn identifier(name: &str) -> Option<String> {
    let name: String = name.chars().map(|one| if one == '-' || one == ' ' || one == '.' { '_' } else { one }).collect();
    let sound = name.chars().next().is_some_and(char::is_alphabetic)
        && name.chars().all(|one| one.is_alphanumeric() || one == '_');
    sound.then_some(name)
}

fn no_name(name: &str) -> Failure {
    Failure::misuse(
        format!("`{name}` cannot be the name of a programme; begin with a letter, then use letters, digits and `_`"),
        format!("`{name}` 不能作方案的名称；请以字母或汉字开头，其后用字母、汉字、数字和 `_`"),
    )
}

#[cfg(test)]
mod tests {
    use super::identifier;

    #[test]
    fn names_become_identifiers() {
        assert_eq!(identifier("gold-card 2025").as_deref(), Some("gold_card_2025"));
        assert_eq!(identifier("黄金周"), Some("黄金周".to_owned()));
        assert_eq!(identifier("2025"), None);
        assert_eq!(identifier("a\"b"), None);
        assert_eq!(identifier(""), None);
    }
}
