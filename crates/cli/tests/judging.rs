//! What judges a history: `diff`, `check`, `merge`, `rebase`, `verify` and `squash`.

#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

mod support;

use std::fs;

use support::Session;

fn check(name: &str, shown: &str) {
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, shown);
    });
}

const CONFIG: &str = "[migrations]\nlocations = [\"migrations\"]\nmodel = \"schema.toml\"\nheads_file = true\n\n[database.default]\nurl = \"sqlite:shop.db\"\n";

const ACCOUNT: &str = r#"revision = "aaaa"
message = "accounts"

[[upgrade]]
create_table = "account"
columns = [
    { name = "id", type = "integer", primary_key = true },
    { name = "name", type = "text" },
]
"#;

fn session() -> Session {
    let session = Session::new();
    fs::create_dir(session.path().join("migrations")).unwrap();
    write(&session, "limbeck.toml", CONFIG);
    write(&session, "migrations/aaaa.toml", ACCOUNT);
    session
}

fn write(session: &Session, name: &str, text: &str) {
    fs::write(session.path().join(name), text).unwrap();
}

fn follow(id: &str, parent: &str, actions: &str) -> String {
    format!(
        "revision = \"{id}\"\ndown_revision = \"{parent}\"\nmessage = \"{id}\"\n\n[[upgrade]]\nalter_table = \"account\"\nactions = [{actions}]\n"
    )
}

#[test]
fn history_model_and_database_are_compared() {
    let session = session();
    let model = "[[table]]\nname = \"account\"\ncolumns = [\n    { name = \"id\", type = \"integer\", primary_key = true },\n    { name = \"name\", type = \"text\", nullable = false },\n    { name = \"email\", type = \"string(320)\" },\n]\nuniques = [{ name = \"uq_email\", columns = [\"email\"] }]\n";
    write(&session, "schema.toml", model);
    write(&session, "migrations/HEADS", "aaaa\n");
    let mut shown = session.run_all(&[
        "diff head model",
        "diff head model --sql",
        "diff base head --json",
        "diff head head",
        "diff head nowhere",
        "check",
        "upgrade head",
        "diff head database",
    ]);
    write(&session, "migrations/aaaa.toml", &ACCOUNT.replace("\"text\"", "\"string(9)\""));
    shown.push('\n');
    shown.push_str(&session.run_all(&[
        "check",
        "check --json",
        "verify",
        "schema --format mermaid",
        "schema --format dot",
    ]));
    check("compared", &shown);
}

#[test]
fn branches_are_judged_before_they_are_joined() {
    let session = session();
    write(&session, "limbeck.toml", &CONFIG.replace("model = \"schema.toml\"\n", ""));
    write(
        &session,
        "migrations/bbbb.toml",
        &follow("bbbb", "aaaa", "{ alter_column = \"name\", default = \"x\" }"),
    );
    write(
        &session,
        "migrations/cccc.toml",
        &follow("cccc", "aaaa", "{ alter_column = \"name\", default = \"y\" }"),
    );
    write(
        &session,
        "migrations/dddd.toml",
        &follow("dddd", "aaaa", "{ add_column = \"nick\", type = \"text\" }"),
    );
    let shown = session.run_all(&[
        "check --offline",
        "merge bbbb cccc",
        "merge bbbb dddd -v",
        "merge heads",
        "merge heads --reconcile",
        "history",
        "schema head",
        "upgrade head",
        "verify",
    ]);
    let merge = fs::read_dir(session.path().join("migrations")).unwrap().flatten();
    let mut files: Vec<String> = merge
        .filter(|entry| entry.file_name().to_string_lossy().contains("merge"))
        .map(|entry| fs::read_to_string(entry.path()).unwrap())
        .collect();
    files.sort();
    let files: Vec<String> = files
        .iter()
        .map(|text| {
            text.lines().filter(|line| !line.starts_with("create_date")).collect::<Vec<_>>().join("\n")
        })
        .collect();
    check("judged", &format!("{shown}\n{}\n", files.join("\n\n")));
}

#[test]
fn a_revision_is_moved_unless_a_database_has_it() {
    let session = session();
    write(
        &session,
        "migrations/bbbb.toml",
        &follow("bbbb", "aaaa", "{ add_column = \"nick\", type = \"text\" }"),
    );
    write(
        &session,
        "migrations/cccc.sql",
        "-- revision = \"cccc\"\n-- down_revision = \"aaaa\" # as it was\n\n-- limbeck:upgrade\nALTER TABLE account ADD COLUMN motto TEXT;\n",
    );
    let mut shown = session.run_all(&[
        "rebase aaaa --onto bbbb",
        "rebase cccc --onto bbbb",
        "history",
        "upgrade head",
        "rebase cccc --onto aaaa",
    ]);
    shown.push_str(&fs::read_to_string(session.path().join("migrations/cccc.sql")).unwrap());
    shown.push_str(&fs::read_to_string(session.path().join("migrations/HEADS")).unwrap());
    check("rebased", &shown);
}

#[test]
fn a_squash_is_recognized_by_databases_past_it_and_refused_by_those_half_way() {
    let session = session();
    write(
        &session,
        "migrations/bbbb.toml",
        &follow("bbbb", "aaaa", "{ add_column = \"nick\", type = \"text\" }"),
    );
    write(
        &session,
        "migrations/cccc.toml",
        &follow("cccc", "bbbb", "{ add_unique = [\"nick\"], name = \"uq_nick\" }"),
    );
    let mut shown = session.run_all(&[
        "--url sqlite:past.db upgrade head",
        "--url sqlite:half.db upgrade bbbb",
        "squash base..cccc",
        "history",
        "--url sqlite:past.db upgrade head",
        "--url sqlite:past.db check",
        "--url sqlite:half.db upgrade head",
        "--url sqlite:fresh.db upgrade head",
        "diff head database --url sqlite:fresh.db",
        "squash base..cccc",
    ]);
    shown.push_str(&fs::read_to_string(session.path().join("migrations/cccc.toml")).unwrap());
    check("squashed", &shown);
}
