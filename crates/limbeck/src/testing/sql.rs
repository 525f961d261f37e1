//! The SQL of each revision, to be held against snapshots.

use limbeck_core::migrator::{Lowering, PlannedTask, plan_each};

use super::{Migrations, sound};

impl Migrations {
    /// Returns the SQL of each revision on kinds of servers as `--server` names them: by `SERVER_REVISION`, in order of
    /// running. What keeps the version table is left out.
    ///
    /// # Panics
    /// With all that a plan can find, and for a server that is not known.
    #[track_caller]
    pub fn sql(&self, servers: &[&str]) -> Vec<(String, String)> {
        let mut all = Vec::new();
        for text in servers {
            let (dialect, server) = sound(crate::server(text));
            for step in sound(plan_each(self.history(), dialect, &server, &self.settings)) {
                let name = format!("{}_{}", server.flavour, step.step.revision);
                all.push((name, step.tasks.iter().map(print).collect::<Vec<_>>().join("\n")));
            }
        }
        all
    }
}

fn print(task: &PlannedTask) -> String {
    let described = task.describe();
    match &task.lowering {
        Lowering::Statements(lowered) => {
            let statements = lowered.statements.iter().map(|statement| {
                let sql = statement.sql.trim_end();
                if sql.ends_with(';') { format!("{sql}\n") } else { format!("{sql};\n") }
            });
            format!("-- {described}\n{}", statements.collect::<String>())
        }
        Lowering::Work => format!("-- {described}: Rust code\n"),
        Lowering::FromDatabase(reason) => {
            format!("-- {described}: decided when it runs, {}\n", reason.message)
        }
    }
}

/// Holds the SQL of each revision against a snapshot of [insta](https://insta.rs), a file each in `snapshots` beside the test:
/// migrations, then kinds of servers as `--server` names them.
///
/// Needs the feature `testing`. `cargo insta review`, or `INSTA_UPDATE=always cargo test`, takes over what has changed; read
/// the difference first.
#[macro_export]
macro_rules! assert_sql_snapshots {
    ($migrations:expr, $($server:expr),+ $(,)?) => {
        for (name, sql) in $migrations.sql(&[$($server),+]) {
            $crate::testing::insta::assert_snapshot!(name, sql);
        }
    };
}
