//! Rules of other tools that have none here, and why.

use crate::lint::Peer;

/// A rule of another tool that has none here.
#[derive(Debug, Clone, Copy)]
pub struct NotTaken {
    /// The tool, and what it calls the rule.
    pub peer: Peer,
    /// Why there is none here.
    pub why: &'static str,
}

const fn of(tool: &'static str, rule: &'static str, why: &'static str) -> NotTaken {
    NotTaken { peer: (tool, rule), why }
}

const TRANSACTION: &str = "a revision has its own transaction; raw SQL that would end it is refused";
const ROBUST: &str = "a revision is run once, and one that was broken off goes on from where it stopped";
const RAW: &str = "there is no operation for it; raw SQL that may change the schema is told by `unread_sql`";
const PYTHON: &str = "it is about how Python is written";
const POLICY: &str = "it forbids what is safe as such, for projects that have a reason to";

/// The rules, by tool.
pub const NOT_TAKEN: &[NotTaken] = &[
    of("squawk", "transaction-nesting", TRANSACTION),
    of("squawk", "ban-uncommitted-transaction", TRANSACTION),
    of("squawk", "prefer-robust-stmts", ROBUST),
    of("squawk", "require-timeout-settings", "`--lock-timeout` sets it for every run"),
    of("squawk", "ban-alter-domain-with-add-constraint", RAW),
    of("squawk", "ban-create-domain-with-constraint", RAW),
    of("squawk", "require-concurrent-partition-detach", RAW),
    of(
        "squawk",
        "ban-drop-not-null",
        "code that reads the column may find NULL, which no database can refuse; `--plan` shows the change",
    ),
    of("squawk", "require-enum-value-ordering", "a value without a place comes last, on every database"),
    of(
        "squawk",
        "require-table-schema",
        "names without a schema mean the schema of the connection, by design",
    ),
    of("squawk", "ban-drop-default", POLICY),
    of("squawk", "ban-set-default", POLICY),
    of("squawk", "ban-drop-constraint", POLICY),
    of("squawk", "ban-drop-index", POLICY),
    of("squawk", "ban-drop-sequence", POLICY),
    of("squawk", "ban-drop-type", POLICY),
    of("squawk", "ban-drop-trigger", RAW),
    of("squawk", "ban-drop-function", RAW),
    of("squawk", "ban-drop-policy", RAW),
    of("squawk", "ban-drop-domain", RAW),
    of("squawk", "ban-drop-extension", RAW),
    of("squawk", "ban-disable-trigger", RAW),
    of("squawk", "ban-replica-identity", RAW),
    of("squawk", "ban-revoke", RAW),
    of("squawk", "ban-set-schema", RAW),
    of("squawk", "ban-alter-identity", POLICY),
    of("squawk", "ban-alter-generated-expression", POLICY),
    of("squawk", "ban-drop-generated-expression", POLICY),
    of("squawk", "ban-replace-view-function", POLICY),
    of(
        "squawk",
        "ban-duplicate-column-assignments",
        "two changes to one column stand together in one `alter_table`, which is checked",
    ),
    of("squawk", "prefer-repack", "it advises another program"),
    of(
        "atlas",
        "MY102",
        "a foreign key of a column is written as a constraint of the table, so that it has effect",
    ),
    of("atlas", "PG110", "the order of columns is the author's; what it saves is a few bytes a row"),
    of("atlas", "NM101", "names that nobody gave are made by `naming = {…}`; those given are the author's"),
    of("atlas", "NM102", "as NM101"),
    of("atlas", "NM103", "as NM101"),
    of("atlas", "NM104", "as NM101"),
    of("atlas", "NM105", "as NM101"),
    of("atlas", "NM106", "as NM101"),
    of("django-migration-linter", "RUNPYTHON_ARGS_NAMING_CONVENTION", PYTHON),
    of("django-migration-linter", "RUNPYTHON_MODEL_IMPORT", PYTHON),
    of("django-migration-linter", "RUNPYTHON_MODEL_VARIABLE_NAME", PYTHON),
    of(
        "strong_migrations",
        "changing the default value of a column",
        "Active Record writes defaults into INSERTs; other code does not",
    ),
    of("strong_migrations", "renaming a schema", "there is no operation for it"),
];
