//! Every rule of the linter fires on what it is for and on nothing else, and `docs/lint.md` says what the rules are.

#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use limbeck::core::history::History;
use limbeck::core::lint::{self, Database, Level, Levels, NOT_TAKEN, Report, Rule};
use limbeck_core::revision::RevisionId;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/lint")
}

/// The cases of a rule: migrations that it fires on, migrations that it does not, and for which servers.
struct Cases {
    servers: Vec<String>,
    fires: Vec<String>,
    quiet: Vec<String>,
}

fn cases(rule: &Rule) -> Cases {
    let path = fixtures().join(format!("{}.toml", rule.name));
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let table: toml::Table = text.parse().unwrap();
    let list = |key: &str| -> Vec<String> {
        table[key].as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
    };
    Cases { servers: list("servers"), fires: list("fires"), quiet: list("quiet") }
}

/// Judges a case: the body of a revision behind the base, or whole files with a line `---` between them.
fn judge(case: &str, servers: &[String], levels: &Levels) -> Report {
    let directory = tempfile::tempdir().unwrap();
    let folder = directory.path().join("migrations");
    fs::create_dir(&folder).unwrap();
    fs::copy(fixtures().join("base.toml"), folder.join("base.toml")).unwrap();
    let whole = case.starts_with("revision =");
    let case = if whole {
        case.to_owned()
    } else {
        format!("revision = \"case\"\ndown_revision = \"start\"\n\n{case}")
    };
    for (number, text) in case.split("---\n").enumerate() {
        fs::write(folder.join(format!("case{number}.toml")), text).unwrap();
    }
    let history =
        History::builder().directories(&[folder]).build().unwrap_or_else(|faults| panic!("{faults}\n{case}"));
    let range: Vec<RevisionId> = history.graph().in_order().map(|header| header.revision.clone()).collect();
    let range: Vec<RevisionId> = range.into_iter().filter(|id| id.as_str() != "start").collect();
    let database = |name: &String| {
        let (dialect, server) = limbeck::server(name).unwrap();
        Database { dialect, server }
    };
    let databases: Vec<Database> = servers.iter().map(database).collect();
    lint::lint(&history, &range, &databases, levels).unwrap_or_else(|faults| panic!("{faults}\n{case}"))
}

#[test]
fn every_rule_fires_on_what_it_is_for_and_on_nothing_else() {
    let mut told = String::new();
    for rule in lint::all() {
        let Cases { servers, fires, quiet } = cases(rule);
        assert!(!fires.is_empty() && !quiet.is_empty(), "{} lacks cases", rule.name);
        for case in &fires {
            let report = judge(case, &servers, &Levels::only(rule));
            assert!(!report.findings.is_empty(), "`{}` does not fire on\n{case}", rule.name);
            for finding in &report.findings {
                assert_eq!(finding.rule, rule);
                assert!(finding.level >= Level::On);
                let line = finding.place.as_ref().and_then(|place| place.line());
                let line = line.map(|line| format!(" (line {line})")).unwrap_or_default();
                writeln!(told, "{} {}{line}: {}", rule.code, rule.name, finding.message).unwrap();
            }
        }
        for case in &quiet {
            let report = judge(case, &servers, &Levels::only(rule));
            let found: Vec<&String> = report.findings.iter().map(|finding| &finding.message).collect();
            assert!(found.is_empty(), "`{}` fires on\n{case}\n{found:?}", rule.name);
        }
    }
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true, snapshot_path => "../snapshots/lint" }, {
        insta::assert_snapshot!("findings", told);
    });
}

#[test]
fn every_fixture_is_that_of_a_rule() {
    for entry in fs::read_dir(fixtures()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        assert!(name == "base" || lint::rule(&name).is_some(), "no rule is called `{name}`");
    }
}

#[test]
fn a_file_takes_a_finding_upon_itself_with_a_reason() {
    let rule = lint::rule("drop_table").unwrap();
    let case = |exception: &str| {
        format!(
            "revision = \"case\"\ndown_revision = \"start\"\n{exception}\n[[upgrade]]\ndrop_table = \"orders\"\n"
        )
    };
    let servers = ["postgres".to_owned()];
    let judged = |exception: &str| judge(&case(exception), &servers, &Levels::only(rule));
    assert!(judged("").has_errors());
    let off = judged("lint = [{ rule = \"drop_table\", reason = \"it's empty\" }]\n");
    assert_eq!((off.findings.len(), off.excepted), (0, 1));
    let told = judged("lint = [{ rule = \"R101\", level = \"on\", reason = \"it's empty\" }]\n");
    assert_eq!((told.findings.len(), told.has_errors()), (1, false));
}

#[test]
fn codes_and_names_are_unlike_and_every_rule_says_why() {
    let rules: Vec<&Rule> = lint::all().collect();
    let codes: Vec<&str> = rules.iter().map(|rule| rule.code).collect();
    assert!(codes.windows(2).all(|pair| pair[0] < pair[1]), "{codes:?}");
    let names: BTreeSet<&str> = rules.iter().map(|rule| rule.name).collect();
    assert_eq!(names.len(), rules.len());
    for rule in rules {
        assert!(rule.source.starts_with("https://"), "{}", rule.name);
        for text in [rule.summary, rule.why, rule.instead] {
            assert!(!text.is_empty() && !text.ends_with('.'), "{}", rule.name);
        }
    }
}

/// The rules of other tools, as `fixtures/lint-peers.toml` lists them from their own pages.
#[test]
fn every_rule_of_the_other_tools_has_one_here_or_a_reason_why_not() {
    let path = fixtures().join("../lint-peers.toml");
    let table: toml::Table = fs::read_to_string(path).unwrap().parse().unwrap();
    let mut listed = BTreeSet::new();
    for (tool, entry) in &table {
        for rule in entry["rules"].as_array().unwrap() {
            listed.insert((tool.clone(), rule.as_str().unwrap().to_owned()));
        }
    }
    let own = lint::all().flat_map(|rule| rule.peers);
    let other = NOT_TAKEN.iter().map(|not| &not.peer);
    let known: BTreeSet<(String, String)> =
        own.chain(other).map(|(tool, rule)| ((*tool).to_owned(), (*rule).to_owned())).collect();
    let missing: Vec<_> = listed.difference(&known).collect();
    assert!(missing.is_empty(), "neither taken nor told why not: {missing:?}");
    let strange: Vec<_> = known.difference(&listed).collect();
    assert!(strange.is_empty(), "not in the list of the tool's rules: {strange:?}");
}

#[test]
fn the_page_of_rules_is_as_the_rules_are() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/lint.md");
    let page = fs::read_to_string(&path).unwrap();
    let mark = "<!-- What follows is written by `cargo test --package limbeck-tests --test lint`. -->\n";
    let (start, found) = page.split_once(mark).expect("the page has its mark");
    let made = made();
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        fs::write(&path, format!("{start}{mark}{made}")).unwrap();
        return;
    }
    assert_eq!(found, made, "`INSTA_UPDATE=always` writes it anew");
}

fn made() -> String {
    let mut text = String::from("\n## Rules\n");
    for rule in lint::all() {
        let level: &str = rule.level.into();
        write!(
            text,
            "\n### {} `{}`\n\n{}; by default `{level}`{}.\n\nWhy: {} ([source]({})).\n\nSafer: {}.\n",
            rule.code,
            rule.name,
            first_upper(rule.summary),
            match rule.dialects {
                [] => String::new(),
                dialects => format!(", for {}", dialects.join(" and ")),
            },
            rule.why,
            rule.source,
            rule.instead,
        )
        .unwrap();
    }
    text.push_str("\n## Beside other tools\n\n| tool | its rule | here |\n|---|---|---|\n");
    let mut lines: Vec<String> = Vec::new();
    for rule in lint::all() {
        let line = |(tool, name): &(&str, &str)| format!("| {tool} | {name} | `{}` |\n", rule.name);
        lines.extend(rule.peers.iter().map(line));
    }
    for not in NOT_TAKEN {
        lines.push(format!("| {} | {} | none: {} |\n", not.peer.0, not.peer.1, not.why));
    }
    lines.sort();
    text.extend(lines);
    text
}

fn first_upper(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
