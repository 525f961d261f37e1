//! Every command, as a new user meets it: exit status, standard output and standard error together.

mod support;

use std::fs;
use std::io::Read;
use std::process::{Command, Stdio};

use support::Session;

fn check(name: &str, shown: &str) {
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, shown);
    });
}

#[test]
fn the_help_of_every_command() {
    let session = Session::new();
    let mut lines = vec!["--help".to_owned()];
    let commands = [
        "init",
        "adopt",
        "import alembic",
        "revision",
        "merge",
        "rebase",
        "squash",
        "upgrade",
        "downgrade",
        "stamp",
        "ensure_version",
        "current",
        "heads",
        "branches",
        "history",
        "show",
        "edit",
        "log",
        "schema",
        "print-schema",
        "lint",
        "diff",
        "check",
        "verify",
    ];
    lines.extend(commands.map(|command| format!("{command} --help")));
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    check("help", &session.run_all(&lines));
}

#[test]
fn a_project_from_nothing_to_a_merge_and_back() {
    let session = Session::new();
    let shown = session.run_all(&[
        "init",
        "init",
        "heads",
        "revision --rev-id aaaa -m \"create account\"",
        "revision --rev-id bbbb -m \"Add it's e-mail: `Größe`\" --branch-label mail",
        "revision --rev-id cccc -m \"shop\" --head aaaa",
        "revision --rev-id cccc -m \"shop\" --head aaaa --splice --format sql",
        "revision -m \"one more\"",
        "heads",
        "branches",
        "merge heads",
        "heads",
        "history",
        "upgrade heads",
        "upgrade heads",
        "current",
        "history -i --no-graph",
        "downgrade -1",
        "downgrade mail@-1",
        "current --check-heads",
        "stamp heads",
        "current --check-heads",
        "stamp --purge base",
        "current -v",
    ]);
    check("from_nothing", &shown);
}

#[test]
fn new_files_hold_a_header_and_what_to_write_below_it() {
    let session = Session::new();
    session.run("init");
    session.run("revision --rev-id aaaa -m \"create account\"");
    session.run("revision --rev-id bbbb -m \"by hand\" --format sql --depends-on aaaa");
    let mut shown = String::new();
    for (path, text) in session.files() {
        let name = path.strip_prefix(session.path()).unwrap().display().to_string();
        let text = String::from_utf8(text).unwrap();
        let lines = text.lines().map(|line| match line.split_once("create_date = ") {
            Some((before, _)) => format!("{before}create_date = [TIME]"),
            None => line.to_owned(),
        });
        shown.push_str(&format!("=== {name}\n{}\n", lines.collect::<Vec<_>>().join("\n")));
    }
    check("new_files", &shown);
}

#[test]
fn the_shop_is_planned_run_shown_and_undone() {
    let session = Session::in_copy_of("projects/shop");
    let shown = session.run_all(&[
        "history -v -r 4d0e:heads",
        "upgrade heads --plan -q",
        "upgrade 3c51",
        "upgrade heads -v",
        "show 2b0a",
        "show 2b0a --sql",
        "show 2b0a --sql --downgrade",
        "downgrade loyalty@1a5e000000a2 --plan",
        "schema",
        "schema shipping@head",
        "log",
    ]);
    check("shop", &shown);
}

#[test]
fn json_has_one_shape_a_command() {
    let session = Session::in_copy_of("projects/shop");
    let shown = session.run_all(&[
        "--json history -r 3c51:",
        "--json heads",
        "--json branches",
        "--json show 1a5e000000a1",
        "--json upgrade --plan shipping@head",
        "--json upgrade heads",
        "--json current",
        "--json downgrade -1",
        "--json stamp heads",
        "--json upgrade heads",
        "--json revision --rev-id ffff -m next",
        "--json current --check-heads",
    ]);
    check("json", &shown);
}

#[test]
fn a_project_is_found_from_below_and_its_database_stays_where_it_is() {
    let session = Session::in_copy_of("projects/shop");
    let below = session.path().join("src/deep");
    fs::create_dir_all(&below).unwrap();
    let mut shown = session.run_in("src/deep", "-v upgrade 1a5e000000a1");
    assert!(session.path().join("shop.db").exists());
    shown.push_str(&session.run_in("src", "current"));
    check("from_below", &shown);
}

#[test]
fn the_environment_stands_in_for_options() {
    let mut session = Session::in_copy_of("projects/shop");
    session.set("LIMBECK_URL", "sqlite:other.db");
    session.run("upgrade 1a5e000000a1");
    assert!(session.path().join("other.db").exists() && !session.path().join("shop.db").exists());
    session.run("--url sqlite:third.db upgrade 1a5e000000a1");
    assert!(session.path().join("third.db").exists());
    session.run("-d default upgrade 1a5e000000a1");
    assert!(session.path().join("shop.db").exists());
}

#[test]
fn a_stale_heads_file_is_told_and_does_not_stop_anything() {
    let session = Session::in_copy_of("projects/shop");
    fs::write(session.path().join("migrations/HEADS"), "2b0a17e5f001\n3c5119a6e001\n").unwrap();
    let lines = ["heads", "-q heads", "revision --rev-id ffff -m next", "heads"];
    check("stale_heads", &session.run_all(&lines));
}

#[test]
fn an_editor_that_breaks_a_file_is_noticed() {
    let mut session = Session::in_copy_of("projects/shop");
    session.set("EDITOR", "sh -c 'echo \"[[upgrad]]\" >> \"$0\"'");
    check("edit", &session.run("edit 2b0a"));
}

#[test]
fn colours_are_for_a_terminal_or_on_demand() {
    let session = Session::in_copy_of("projects/shop");
    assert!(!session.run("heads").contains('\u{1b}'));
    assert!(session.run("--color always heads").contains('\u{1b}'));
    assert!(!session.run("--color always heads").is_empty());
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let session = Session::new();
    session.run("init");
    let header = |n: u32| match n {
        0 => "revision = \"r00000\"\n".to_owned(),
        n => format!("revision = \"r{n:05}\"\ndown_revision = \"r{:05}\"\n", n - 1),
    };
    for n in 0..3000 {
        fs::write(session.path().join(format!("migrations/r{n:05}.toml")), header(n)).unwrap();
    }
    let mut child = Command::new(env!("CARGO_BIN_EXE_limbeck"))
        .arg("history")
        .current_dir(session.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0; 10];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(!String::from_utf8_lossy(&output.stderr).contains("panic"));
}

#[test]
fn with_schema_edits_turned_off_the_same_change_moves_the_rows() {
    let session = Session::new();
    let write = |name: &str, text: &str| fs::write(session.path().join(name), text).unwrap();
    fs::create_dir(session.path().join("migrations")).unwrap();
    write(
        "migrations/a.toml",
        "revision = \"aaaa\"\nmessage = \"make\"\n[[upgrade]]\ncreate_table = \"t\"\n\
         columns = [{ name = \"id\", type = \"integer\", primary_key = true }, { name = \"n\", type = \"text\" }]\n\
         [[upgrade]]\ninsert = \"t\"\nrows = [{ id = 1, n = \"one\" }]\n",
    );
    write(
        "migrations/b.toml",
        "revision = \"bbbb\"\ndown_revision = \"aaaa\"\nmessage = \"default\"\n[[upgrade]]\nalter_table = \"t\"\n\
         actions = [{ alter_column = \"n\", default = \"x\" }]\n",
    );
    let way = |option: &str| {
        let url = "[database.default]\nurl = \"sqlite:t.db\"\n";
        write("limbeck.toml", &format!("[migrations]\nlocations = [\"migrations\"]\n{url}{option}"));
        let up = session.run("upgrade aaaa");
        assert!(up.contains("exit: 0"), "{up}");
        let plan = session.run("--json upgrade heads --plan");
        let ways = ["move_and_copy", "schema_edit"].map(|way| plan.contains(&format!("\"way\":\"{way}\"")));
        let edits = plan.contains("writable_schema");
        let done = session.run("upgrade heads");
        assert!(done.contains("exit: 0"), "{done}");
        let mut database =
            limbeck::connect(&format!("sqlite:{}", session.path().join("t.db").display())).unwrap();
        let sql = "SELECT id || n || (SELECT dflt_value FROM pragma_table_info('t') WHERE name = 'n') FROM t";
        let rows = database.query(sql).unwrap();
        assert_eq!(rows[0][0].as_text(), Some("1one'x'"));
        drop(database);
        fs::remove_file(session.path().join("t.db")).unwrap();
        (ways, edits)
    };
    assert_eq!(way(""), ([false, true], true));
    assert_eq!(way("[sqlite]\nschema_edit = \"never\"\n"), ([true, false], false));
}

#[test]
fn findings_are_told_in_text_as_json_and_as_annotations() {
    let session = Session::new();
    let write = |name: &str, text: &str| fs::write(session.path().join(name), text).unwrap();
    fs::create_dir(session.path().join("migrations")).unwrap();
    write(
        "limbeck.toml",
        "[database.default]\nurl = \"sqlite:shop.db\"\n\n[lint]\nrules = { drop_column = \"on\" }\n",
    );
    write(
        "migrations/a.toml",
        "revision = \"aaaa\"\n\n[[upgrade]]\ncreate_table = \"it's\"\ncolumns = [{ name = \"id\", type = \"integer\", primary_key = true }, { name = \"x, y\", type = \"text\" }]\n",
    );
    write(
        "migrations/b.toml",
        "revision = \"bbbb\"\ndown_revision = \"aaaa\"\n\n[[upgrade]]\nalter_table = \"it's\"\nactions = [{ drop_column = \"x, y\" }]\n",
    );
    write(
        "migrations/c.toml",
        "revision = \"cccc\"\ndown_revision = \"bbbb\"\nlint = [{ rule = \"drop_table\", reason = \"nobody came\" }]\n\n[[upgrade]]\ndrop_table = \"it's\"\n",
    );
    let told = session.run_all(&["lint", "lint --format github", "lint bbbb:cccc --json", "lint cccc"]);
    write(
        "migrations/c.toml",
        "revision = \"cccc\"\ndown_revision = \"bbbb\"\nlint = [{ rule = \"drop_tabel\" }]\n",
    );
    let refused = session.run_all(&["lint"]);
    write(
        "migrations/c.toml",
        "revision = \"cccc\"\ndown_revision = \"bbbb\"\n\n[[upgrade]]\ndrop_table = \"it's\"\n",
    );
    write("limbeck.toml", "[lint]\nrules = { drop_colum = \"on\", drop_table = \"no\" }\nserver = []\n");
    let misconfigured = session.run_all(&["lint"]);
    write("limbeck.toml", "[lint]\nservers = [\"sqlite\"]\n");
    let errors = session.run_all(&["lint"]);
    check("lint", &[told, refused, misconfigured, errors].concat());
}
