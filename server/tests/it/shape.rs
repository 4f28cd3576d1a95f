//! The shape of the house, kept by a test where that is easy.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn sources(dir: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut open = vec![root().join(dir)];
    while let Some(dir) = open.pop() {
        for entry in fs::read_dir(&dir).expect("a folder").map_while(Result::ok) {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = fs::read_to_string(&path).expect("text");
                found.push((path, text));
            }
        }
    }
    found
}

#[test]
fn the_pure_crates_have_no_effects() {
    for name in ["model", "policies", "pool"] {
        let manifest =
            fs::read_to_string(root().join(name).join("Cargo.toml")).expect("a manifest");
        for effect in ["tokio", "axum", "leptos", "surrealdb", "rand", "getrandom", "reqwest"] {
            assert!(!manifest.contains(effect), "{name} depends on {effect}");
        }
        for (path, text) in sources(&format!("{name}/src")) {
            for effect in ["std::fs", "std::env", "std::time", "std::thread", "Utc::now"] {
                assert!(!text.contains(effect), "{} uses {effect}", path.display());
            }
        }
    }
}

#[test]
fn policies_and_pool_do_not_know_each_other() {
    for (name, other) in [("policies", "pool"), ("pool", "policies")] {
        let manifest =
            fs::read_to_string(root().join(name).join("Cargo.toml")).expect("a manifest");
        assert!(!manifest.contains(&format!("{other}.workspace")), "{name} knows {other}");
    }
}

#[test]
fn only_the_store_knows_surrealdb() {
    let outside = sources("server/src").into_iter().chain(sources("app/src"));
    for (path, text) in outside.filter(|(path, _)| !path.to_string_lossy().contains("/store/")) {
        let names = text.contains("surrealdb::") || text.contains("use surrealdb");
        assert!(!names, "{} names surrealdb", path.display());
    }
}

/// A figure of law or policy that a page says comes from a policy file, so that it
/// changes with the rule: none stands in the text.
#[test]
fn no_figure_of_a_rule_stands_in_a_text() {
    const UNITS: [&str; 8] =
        ["小时", "分钟", "工作日", "个工作日", "日内", "个月", "万元", "日以前"];
    let demo = |path: &Path| path.to_string_lossy().contains("/demo");
    let shown = sources("app/src").into_iter().chain(sources("server/src"));
    for (path, text) in shown.filter(|(path, _)| !demo(path)) {
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        let lines = text.lines().enumerate().filter(|(_, l)| !l.trim_start().starts_with("//"));
        for (n, line) in lines {
            for unit in UNITS {
                let figure = line
                    .match_indices(unit)
                    .any(|(at, _)| line[..at].trim_end().ends_with(|c: char| c.is_ascii_digit()));
                assert!(!figure, "{}:{} says a figure: {line}", path.display(), n + 1);
            }
        }
    }
}

/// Routes are added where each says who may knock.
#[test]
fn only_doors_adds_routes() {
    for (path, text) in sources("server/src") {
        let adds = text.contains(".route(") || text.contains(".route_service(");
        assert!(!adds || path.ends_with("web/doors.rs"), "{} adds a route", path.display());
    }
}

/// `Store::commit` is the only writer outside migrations, and a restore into an
/// empty database.
#[test]
fn only_commit_writes() {
    for (path, text) in sources("server/src/store") {
        let file = path.file_name().map(|f| f.to_string_lossy().into_owned()).unwrap_or_default();
        if ["commit.rs", "schema.rs", "backup.rs"].contains(&file.as_str()) {
            continue;
        }
        for word in ["CREATE ", "UPDATE ", "UPSERT ", "INSERT ", "DELETE ", "RELATE ", "REMOVE "] {
            assert!(!text.contains(word), "{} says {word}", path.display());
        }
    }
}

#[test]
fn nothing_of_this_machine_is_written_down() {
    for dir in ["model", "policies", "pool", "app", "server"] {
        for (path, text) in sources(&format!("{dir}/src")) {
            assert!(!text.contains("/home/") && !text.contains("/root/"), "{}", path.display());
        }
    }
}
