//! Scripts that lose nothing in a shell that goes on after an error, as `sqlite3` does without `-bail`.
//!
//! A check that fails is not counted, and the last statement before COMMIT rolls back when the count is short. An error
//! of the disk may roll back much earlier, and what follows then runs by itself: so a temporary table stands in for each
//! table that is changed, the version table among them. It is dropped inside the transaction, comes back when that
//! is rolled back, and hides the real table from the statements behind (sqlite.org/lang_naming.html).

use limbeck_core::dialect::{Cost, Enforcement, Expect, Guarded, ScriptGuard, Statement, Way};
use limbeck_core::literal::RawSql;
use limbeck_core::name::{Ident, TableName};
use limbeck_core::sql::Sql;

use crate::lower::{aside_name, sql};

/// Guards scripts for SQLite.
pub(crate) struct Guard;

const COUNT: &str = "temp.\"_limbeck_guard\"";
const SHORT: &str = "a statement before this one failed, so nothing is kept";

impl ScriptGuard for Guard {
    fn open(&self, enforcement: Enforcement, changed: &[TableName]) -> Vec<String> {
        let mut lines = Vec::new();
        for table in changed {
            let stands_in = sql().kw("-- stands in for the real one if the transaction is lost").glue("\n");
            lines.push(stands_in.kw("CREATE TEMP TABLE").ident(&table.name).kw("(stands_in)").finish());
        }
        if enforcement == Enforcement::Suspended {
            // SQLite ignores this pragma inside a transaction (sqlite.org/pragma.html#pragma_foreign_keys).
            lines.push("PRAGMA foreign_keys = OFF".to_owned());
        }
        // Not IMMEDIATE, which may fail where another process writes; what follows would run by itself.
        lines.push("BEGIN".to_owned());
        for table in changed {
            lines.push(sql().kw("DROP TABLE temp.").glue("").ident(&table.name).finish());
        }
        lines.extend(self.open_inside());
        lines
    }

    fn statement(&self, statement: &Statement) -> Guarded {
        let Statement { sql: text, expect, .. } = statement;
        match expect {
            // Behind a copy, the rows themselves are counted instead.
            Expect::NoneMissed { .. } => Guarded { sql: Vec::new(), held: 0 },
            Expect::NoRows { otherwise, .. } => {
                held(sql().kw("SELECT 1 FROM (").glue("").sql(&author(text)).close(")"), otherwise)
            }
            Expect::Remember(key) => {
                let kept = sql().kw("CREATE TEMP TABLE").ident(&kept(key)).kw("AS").sql(&author(text));
                Guarded { sql: vec![kept.finish()], held: 0 }
            }
            Expect::AsRemembered { key, otherwise, .. } => {
                let kept = kept(key);
                // Fewer rows than before are no fault.
                let more = sql().kw("SELECT * FROM (").glue("").sql(&author(text)).close(")");
                let mut guarded = held(more.kw("EXCEPT SELECT * FROM").ident(&kept), otherwise);
                guarded.sql.push(sql().kw("DROP TABLE temp.").glue("").ident(&kept).finish());
                guarded
            }
            Expect::Anything | Expect::Success { .. } => match (&statement.cost, statement.way) {
                (Cost::Copy(rows), Way::MoveAndCopy) => {
                    let count = |table: &TableName| sql().kw("(SELECT count(*) FROM").table(table).close(")");
                    let old = rows.table.sibling(aside_name(&rows.table.name));
                    let differ =
                        sql().kw("SELECT 1 WHERE").sql(&count(&rows.table)).kw("<>").sql(&count(&old));
                    let mut guarded = held(differ, &format!("not all rows of `{}` were moved", rows.table));
                    guarded.sql.insert(0, text.clone());
                    guarded
                }
                (_, Way::SchemaEdit | Way::MoveAndCopy) if text.starts_with("UPDATE sqlite_schema ") => {
                    // The guard is there as long as the transaction is.
                    let inside = author(text).kw("AND EXISTS (SELECT 1 FROM").kw(COUNT).close(")");
                    Guarded { sql: vec![inside.finish()], held: 0 }
                }
                _ if changes_schema(statement) => {
                    // Every change of the schema counts its version up (sqlite.org/pragma.html#pragma_schema_version).
                    Guarded { sql: vec![text.clone(), schema_version()], held: 1 }
                }
                _ => Guarded { sql: vec![text.clone()], held: 0 },
            },
        }
    }

    fn close(&self, enforcement: Enforcement, held: usize) -> Vec<String> {
        let mut lines = all_hold("INSERT OR ROLLBACK INTO", held);
        lines.push("COMMIT".to_owned());
        if enforcement == Enforcement::Suspended {
            lines.push("PRAGMA foreign_keys = ON".to_owned());
        }
        lines
    }

    fn open_inside(&self) -> Vec<String> {
        let held = sql().kw("CREATE TEMP TABLE \"_limbeck_guard\" (holds UNIQUE, CONSTRAINT");
        let name = Ident::new(SHORT).expect("the words are a good name");
        // The first to count, so that the next change of the schema makes a difference.
        vec![held.ident(&name).kw("CHECK (holds))").finish(), schema_version()]
    }

    fn close_inside(&self, held: usize) -> Vec<String> {
        all_hold("INSERT INTO", held)
    }

    fn enforced_query(&self) -> Option<&'static str> {
        // SQLite ignores the pragma inside a transaction (sqlite.org/pragma.html#pragma_foreign_keys).
        Some("SELECT 'PRAGMA foreign_keys' AS sql FROM pragma_foreign_keys WHERE foreign_keys = 1")
    }

    fn session_query(&self) -> Option<&'static str> {
        // RESET also lets the connection read the schema again (sqlite.org/pragma.html#pragma_writable_schema).
        Some(
            "SELECT 'PRAGMA writable_schema = RESET' AS sql \
             UNION ALL SELECT 'PRAGMA writable_schema = ' || writable_schema FROM pragma_writable_schema \
             UNION ALL SELECT 'PRAGMA ignore_check_constraints = ' || ignore_check_constraints \
             FROM pragma_ignore_check_constraints \
             UNION ALL SELECT 'PRAGMA legacy_alter_table = ' || legacy_alter_table FROM pragma_legacy_alter_table \
             UNION ALL SELECT 'PRAGMA foreign_keys = ' || foreign_keys FROM pragma_foreign_keys",
        )
    }
}

/// Fails unless so many things were counted, and takes the count away.
fn all_hold(insert: &'static str, held: usize) -> Vec<String> {
    let held = i64::try_from(held + 1).unwrap_or(i64::MAX);
    // Half, because the version of a schema is never that.
    let all = sql().kw(insert).kw(COUNT).kw("SELECT (count(*) =").number(held);
    vec![all.close(")").kw("/ 2.0 FROM").kw(COUNT).finish(), sql().kw("DROP TABLE").kw(COUNT).finish()]
}

/// Counts one more thing that holds when a query finds no row, else fails in these words: SQLite says which path of
/// JSON it cannot read.
fn held(found: Sql, otherwise: &str) -> Guarded {
    let words = otherwise.replace("{}", "some");
    let case = sql().kw("INSERT INTO").kw(COUNT).kw("SELECT CASE WHEN EXISTS (").glue("").sql(&found);
    let case = case
        .close(")")
        .kw("THEN json_extract('{}',")
        .text(&words)
        .close(")")
        .kw("ELSE (SELECT -count(*) FROM")
        .kw(COUNT)
        .close(")")
        .kw("- 1 END");
    Guarded { sql: vec![case.finish()], held: 1 }
}

/// Counts the version of the schema; one more, because an empty database has 0.
fn schema_version() -> String {
    let version = sql().kw("INSERT INTO").kw(COUNT);
    version.kw("SELECT schema_version + 1 FROM pragma_schema_version").finish()
}

/// Says whether a statement changes the schema whenever it does not fail. What the author's own SQL does is not known.
fn changes_schema(statement: &Statement) -> bool {
    let text = statement.sql.as_str();
    ["CREATE ", "DROP ", "ALTER "].iter().any(|word| text.starts_with(word))
        && statement.cost != Cost::Unknown
        && !text.contains(" IF ")
}

fn author(text: &str) -> Sql {
    sql().raw(&RawSql::new(text))
}

fn kept(key: &str) -> Ident {
    Ident::new(&format!("_limbeck_{key}")).expect("keys are words")
}
