//! The configuration file: a setting is looked for on the command line, then in
//! the environment, then in the file, then there is its default.
//!
//! What the file says is put behind the command line, so that there is one parser,
//! one set of names and one set of error messages.

use std::ffi::OsString;
use toml::{Table, Value};

/// What is wrong with a configuration file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigFault {
    /// Not TOML; the message names line and column.
    #[error("{0}")]
    NotToml(String),
    /// A value that no setting has.
    #[error("{0}: a text, a number or true is expected")]
    Value(String),
}

/// `args` with what the file `text` says, except what the command line or the
/// environment (`is_set`) says already. Settings of `[serve]` count for `serve`.
///
/// # Errors
///
/// [`ConfigFault`]. Unknown names are for the parser to refuse.
pub fn with_file(
    mut args: Vec<OsString>,
    text: &str,
    is_set: impl Fn(&str) -> bool,
) -> Result<Vec<OsString>, ConfigFault> {
    let file: Table = toml::from_str(text).map_err(|e| ConfigFault::NotToml(e.to_string()))?;
    let serves = args.iter().any(|a| a == "serve");
    let mut settings = Vec::new();
    for (name, value) in &file {
        match value {
            Value::Table(table) if name == "serve" => {
                if serves {
                    settings.extend(table.iter());
                }
            }
            _ => settings.push((name, value)),
        }
    }
    for (name, value) in settings {
        let flag = format!("--{}", name.replace('_', "-"));
        let said = args
            .iter()
            .any(|a| a.to_str().is_some_and(|a| a == flag || a.starts_with(&format!("{flag}="))));
        let variable = format!("LUTONG_{}", name.replace('-', "_").to_uppercase());
        if said || is_set(&variable) {
            continue;
        }
        match value {
            Value::Boolean(true) => args.push(flag.into()),
            Value::Boolean(false) => {}
            Value::String(text) => args.push(format!("{flag}={text}").into()),
            Value::Integer(number) => args.push(format!("{flag}={number}").into()),
            _ => return Err(ConfigFault::Value(name.clone())),
        }
    }
    Ok(args)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(words: &[&str]) -> Vec<OsString> {
        words.iter().map(Into::into).collect()
    }

    const FILE: &str = "db = 'mem://'\n[serve]\nlisten = '127.0.0.1:9000'\ndemo = true\n";

    #[test]
    fn the_command_line_and_the_environment_go_first() {
        let got = with_file(args(&["lutong", "serve"]), FILE, |_| false);
        let all = ["lutong", "serve", "--db=mem://", "--listen=127.0.0.1:9000", "--demo"];
        let mut sorted = got.expect("a configuration");
        sorted[2..].sort();
        let mut expected = args(&all);
        expected[2..].sort();
        assert_eq!(sorted, expected);

        let line = args(&["lutong", "serve", "--db=x", "--listen", "y"]);
        let got = with_file(line, FILE, |name| name == "LUTONG_DEMO").expect("a configuration");
        assert_eq!(got, args(&["lutong", "serve", "--db=x", "--listen", "y"]));
    }

    #[test]
    fn settings_of_serve_are_for_serve() {
        let got = with_file(args(&["lutong", "check"]), FILE, |_| false);
        assert_eq!(got, Ok(args(&["lutong", "check", "--db=mem://"])));
    }

    #[test]
    fn a_bad_file_is_refused_with_the_reason() {
        let read = |text| with_file(args(&["lutong", "serve"]), text, |_| false);
        assert!(matches!(read("db = "), Err(ConfigFault::NotToml(why)) if why.contains("line 1")));
        assert_eq!(read("db = [1]"), Err(ConfigFault::Value("db".into())));
    }
}
