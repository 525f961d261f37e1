//! An Alembic history that was imported is the history that was read in place: the same graph, the same operations, and
//! the same database.
#![cfg(all(feature = "sqlite", feature = "alembic"))]
#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

use std::fs;
use std::path::{Path, PathBuf};

use limbeck::config::Config;
use limbeck::core::dialect::Names;
use limbeck::core::fold::Fold;
use limbeck::core::literal::Literal;
use limbeck::prelude::*;
use limbeck::project::Project;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/alembic").join(name)
}

fn open(path: &Path) -> Project {
    let variable = |name: &str| (name == "DATABASE_URL").then(|| "sqlite::memory:".to_owned());
    Project::open(Config::load(path, &variable).unwrap()).unwrap()
}

/// Imports a project of the fixtures, and returns it beside the imported one.
fn imported(name: &str) -> (tempfile::TempDir, Project, Project) {
    let folder = tempfile::tempdir().unwrap();
    let there = open(&fixture(name).join("alembic.ini"));
    there.import(&folder.path().join("migrations"), &folder.path().join("limbeck.toml"), None).unwrap();
    let here = open(&folder.path().join("limbeck.toml"));
    (folder, there, here)
}

/// What a database of SQLite holds: its objects, its rows of the version table, and those of a table.
type Catalog = [Vec<Vec<Literal>>; 3];

fn catalog(connection: &mut dyn Connection) -> Catalog {
    [
        "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'limbeck%' ORDER BY type, name",
        "SELECT version_num FROM moved_version ORDER BY 1",
        "SELECT * FROM org ORDER BY 1",
    ]
    .map(|sql| connection.query(sql).unwrap_or_default())
}

#[test]
fn an_imported_history_is_the_history_that_was_read_in_place() {
    for name in ["moved", "shop"] {
        let (_folder, there, here) = imported(name);
        let [there_graph, here_graph] = [&there, &here].map(|project| project.history().graph());
        let headers = |project: &Project| -> Vec<_> {
            let headers = project.history().graph().in_order().cloned();
            headers.map(|header| limbeck::core::revision::RevisionHeader { path: None, ..header }).collect()
        };
        assert_eq!(headers(&there), headers(&here));
        assert_eq!(there_graph.heads(), here_graph.heads());
        assert_eq!(there.config().version_table, here.config().version_table);
        for header in there_graph.headers() {
            let [before, after] = [&there, &here].map(|one| one.history().body(&header.revision).unwrap());
            let told = |body: &limbeck::core::history::Body| {
                body.upgrade.iter().all(|task| matches!(task, limbeck::core::history::Task::Operation(_)))
            };
            assert_eq!(told(&before), told(&after), "{}", header.revision);
            if told(&before) {
                assert_eq!(before.checksum(), after.checksum(), "{}", header.revision);
            }
        }
        for dialect in ["sqlite", "postgres", "mysql"] {
            let folded = |project: &Project| {
                let mut fold = Fold::new(Names::from(dialect));
                for header in project.history().graph().in_order() {
                    let body = project.history().body(&header.revision).unwrap();
                    fold.apply_revision(&header.revision, &body.upgrade).unwrap();
                }
                fold.schema().tables.values().cloned().collect::<Vec<_>>()
            };
            assert_eq!(folded(&there), folded(&here), "{dialect}");
            assert!(!folded(&here).is_empty());
        }
    }
}

#[test]
fn an_imported_history_makes_the_same_database_on_the_way_up_and_down() {
    let (_folder, there, here) = imported("moved");
    let run = |project: &Project| -> Vec<Catalog> {
        let mut connection = connect("sqlite::memory:").unwrap();
        let settings = project.config().settings(settings().clock);
        let mut seen = Vec::new();
        for target in ["0001", "0003", "0004", "heads"] {
            let mut migrator = Migrator::new(project.history(), &mut *connection, settings.clone());
            migrator.upgrade(&target.parse().unwrap()).unwrap();
            seen.push(catalog(&mut *connection));
        }
        let mut migrator = Migrator::new(project.history(), &mut *connection, settings.clone());
        let refused = migrator.downgrade(&"-1".parse().unwrap()).unwrap_err();
        assert!(refused.to_string().contains("has no `downgrade()`"), "{refused}");
        migrator.stamp(&["0004".parse().unwrap()], Default::default()).unwrap();
        connection.execute("CREATE INDEX ix_org ON account (org_id, state)").unwrap();
        for target in ["0001", "base"] {
            let mut migrator = Migrator::new(project.history(), &mut *connection, settings.clone());
            migrator.downgrade(&target.parse().unwrap()).unwrap();
            seen.push(catalog(&mut *connection));
        }
        seen
    };
    let (before, after) = (run(&there), run(&here));
    assert_eq!(before, after);
    assert_eq!(before[1][2].len(), 2);
    assert!(before[0][0].len() > before[5][0].len());
}

#[test]
fn a_directory_of_scripts_is_a_directory_of_files_and_sql_alone_is_sql() {
    let (folder, there, _) = imported("moved");
    let mut names: Vec<String> = Vec::new();
    for directory in ["expand", "contract"] {
        for entry in fs::read_dir(folder.path().join("migrations").join(directory)).unwrap() {
            names.push(format!("{directory}/{}", entry.unwrap().file_name().to_string_lossy()));
        }
    }
    names.sort();
    assert_eq!(
        names,
        [
            "contract/0003_narrow.toml",
            "contract/0005_one_way.toml",
            "expand/0001_base.toml",
            "expand/0002_rows.sql",
            "expand/0004_join.toml"
        ]
    );
    let before = fs::read_to_string(folder.path().join("migrations/expand/0002_rows.sql")).unwrap();
    let refused = there
        .import(&folder.path().join("migrations"), &folder.path().join("limbeck.toml"), None)
        .unwrap_err();
    assert_eq!(refused.iter().count(), names.len(), "{refused}");
    assert_eq!(fs::read_to_string(folder.path().join("migrations/expand/0002_rows.sql")).unwrap(), before);
}

#[test]
fn scripts_in_directories_apart_go_below_the_one_that_is_named_and_the_configuration_says_what_env_py_does() {
    let folder = tempfile::tempdir().unwrap();
    let project = folder.path().join("project");
    let write = |path: &str, text: &str| {
        let path = project.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write(
        "alembic.ini",
        "[alembic]\nscript_location = %(here)s/scripts\npath_separator = newline\n\
         version_locations =\n  %(here)s/scripts/versions\n  %(here)s/../extra\n",
    );
    write(
        "scripts/env.py",
        "from alembic import context\nimport sqlalchemy as sa\n\
         target_metadata = sa.MetaData(naming_convention={'fk': 'fk_%(table_name)s', 'uq': '%(mine)s'})\n\
         def run():\n    context.configure(target_metadata=target_metadata, version_table_pk=False)\nrun()\n",
    );
    write("scripts/versions/a.py", "revision = 'a'\ndown_revision = None\ndef upgrade():\n    pass\n");
    write("../extra/b.py", "revision = 'b'\ndown_revision = 'a'\ndef upgrade():\n    pass\n");
    let there = open(&project.join("alembic.ini"));
    let config = project.join("limbeck.toml");
    let imported = there.import(&project.join("out"), &config, None).unwrap();
    for directory in &imported.directories {
        let below = directory.strip_prefix(project.join("out")).unwrap();
        assert!(below.components().all(|part| matches!(part, std::path::Component::Normal(_))), "{below:?}");
    }
    let text = fs::read_to_string(&config).unwrap();
    for line in ["version_table_pk = false", "naming = { fk = \"fk_{table}\" }", "calls uq in a way"] {
        assert!(text.contains(line), "{text}");
    }
    assert_eq!(open(&config).history().graph().headers().count(), 2);
}
