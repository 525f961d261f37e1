//! A network service with a project beside it, operated as its guide says: tables are added while servers run, what is in the
//! way of the old servers goes when they are down.
#![cfg(all(feature = "alembic", feature = "sqlite"))]

mod support;

use support::Session;

#[test]
fn two_projects_are_expanded_while_servers_run_and_contracted_when_they_are_down() {
    let session = Session::in_copy_of("alembic/network");
    let mut shown = session.run_all(&[
        // The release before is installed, with a port in use.
        "-c neutron/limbeck.toml upgrade 30018084ec99",
        "-c lbaas/limbeck.toml upgrade start_lbaas",
        "--all current",
        "--all heads",
        // Servers of the old release run on.
        "--all current --pending expand",
        "--all upgrade expand@head",
        "--all current --pending expand",
        "--all current --pending contract",
        // Servers are down.
        "--all upgrade contract@head",
        "--all current --pending contract",
        "--all current --check-heads",
        "--all upgrade heads",
    ]);
    let database = session.path().join("network.db");
    let mut connection = limbeck::connect(&format!("sqlite:{}", database.display())).expect("it is there");
    let rows = |connection: &mut Box<dyn limbeck::core::dialect::Connection>, table: &str| {
        let rows =
            connection.query(&format!("SELECT version_num FROM {table} ORDER BY 1")).expect("it is there");
        rows.iter().map(|row| row[0].as_text().unwrap_or_default().to_owned()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(rows(&mut connection, "alembic_version"), "4ffceebfada");
    assert_eq!(rows(&mut connection, "alembic_version_lbaas"), "130ebfdef43");
    shown.push('\n');
    shown.push_str(&session.run_all(&[
        "-c common.toml --all current",
        "-c neutron/limbeck.toml current --pending contrakt",
        "-c neutron/limbeck.toml history",
    ]));
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("network", shown);
    });
}

#[test]
fn what_makes_a_project_is_run_for_each_by_itself() {
    let session = Session::in_copy_of("alembic/network");
    for command in ["adopt", "import alembic", "init"] {
        let shown = session.run(&format!("--all {command}"));
        assert!(shown.contains("exit: 2") && shown.contains("run it for each project by itself"), "{shown}");
    }
    assert!(!session.path().join("migrations").exists());
}

#[test]
fn the_way_back_begins_with_the_last_project() {
    let session = Session::in_copy_of("alembic/network");
    let order = |shown: &str| {
        let lines = shown.lines().filter_map(|line| line.split("project: ").nth(1));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    let up = order(&session.run("--all upgrade heads"));
    let down = order(&session.run("--all downgrade base"));
    assert_eq!(up.len(), 2, "{up:?}");
    // Scripts without a downgrade end it there.
    assert_eq!(down.first(), up.last(), "{down:?}");
}

#[test]
fn json_of_several_projects_is_a_value_a_line_and_says_whose_each_is() {
    let session = Session::in_copy_of("alembic/network");
    let ends = |text: &str| text.strip_suffix("limbeck.toml").is_some();
    for (command, values) in [("heads", 1), ("current", 1), ("history", 1), ("upgrade heads", 2)] {
        let shown = session.run(&format!("--all --json {command}"));
        let out = shown.split("--- stdout\n").nth(1).unwrap_or_default();
        let out = out.split("--- stderr\n").next().unwrap_or_default();
        let lines: Vec<serde_json::Value> = out
            .replace("[MS]", "0")
            .lines()
            .map(|line| serde_json::from_str(line).expect("each line is a value"))
            .collect();
        let projects: Vec<usize> = (0..lines.len()).filter(|at| lines[*at]["event"] == "project").collect();
        assert_eq!(projects.len(), 2, "{shown}");
        assert_eq!(projects[0], 0, "{shown}");
        for at in &projects {
            assert!(lines[*at]["path"].as_str().is_some_and(ends), "{shown}");
        }
        // What a command prints of one project follows the line that names it.
        let of_each = [projects[1] - 1, lines.len() - projects[1] - 1];
        assert!(of_each.iter().all(|count| *count >= values), "{shown}");
        assert!(command != "heads" || of_each == [1, 1] && lines[1].is_array(), "{shown}");
    }
}

#[cfg(unix)]
#[test]
fn a_project_whose_path_is_no_text_is_told_all_the_same() {
    use std::os::unix::ffi::OsStrExt;
    let session = Session::in_copy_of("alembic/network");
    let directory = session.path().join(std::ffi::OsStr::from_bytes(b"n\xfc"));
    std::fs::create_dir(&directory).unwrap();
    std::fs::write(directory.join("limbeck.toml"), "projects = [\"one.toml\"]\n").unwrap();
    std::fs::write(directory.join("one.toml"), "[migrations]\nlocations = [\"migrations\"]\n").unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_limbeck"));
    command
        .args(["--all", "--json", "--config"])
        .arg(directory.join("limbeck.toml"))
        .arg("heads")
        .env_clear();
    let output = command.output().unwrap();
    let shown = String::from_utf8_lossy(&output.stdout);
    let first: serde_json::Value = serde_json::from_str(shown.lines().next().unwrap_or_default()).unwrap();
    assert!(first["path"].as_str().is_some_and(|path| path.ends_with("n\u{fffd}/one.toml")), "{shown}");
}
