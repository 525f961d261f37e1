//! Rules about who has to wait, and for how long.

use crate::impact::{Blocks, ChangeKind, Impact, RowWork};
use crate::lint::rule::{Level, Looks, Rule};
use crate::lint::site::{RevisionSite, Site, Spot};
use crate::lint::sql;
use crate::op::{Operation, Transaction};

const ALTER: &str = "https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES";
const CONCURRENTLY: &str =
    "https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY";

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "R301",
        name: "rewrite_table",
        level: Level::On,
        summary: "every row of a table that is there is written anew, and others wait",
        why: "that takes as long as the table is large, and whoever writes, or even reads, waits for all of it",
        instead: "add a column, fill it in parts, and move to it; or give the column a default that is the same for all rows",
        source: ALTER,
        dialects: &[],
        peers: &[
            ("squawk", "changing-column-type"),
            ("squawk", "adding-field-with-default"),
            ("atlas", "PG301"),
            ("atlas", "PG302"),
            ("atlas", "MY111"),
            ("atlas", "MY112"),
            ("atlas", "MY113"),
            ("atlas", "MY121"),
            ("atlas", "MY122"),
            ("atlas", "MY123"),
            ("strong_migrations", "changing the type of a column"),
            ("strong_migrations", "adding a column with a default value"),
            ("strong_migrations", "adding an auto-incrementing column"),
            ("strong_migrations", "adding a stored generated column"),
        ],
        looks: Looks::Change(|impact, _| {
            let rewrites = impact.rows() == RowWork::Rewrite && blocks(impact, Blocks::Writes);
            rewrites.then(|| {
                format!("the change of {} writes every row anew, and blocks {}", impact.object, whom(impact))
            })
        }),
    },
    Rule {
        code: "R302",
        name: "blocking_index",
        level: Level::On,
        summary: "an index is made on a table that is there, and writers wait",
        why: "nobody can write to the table until the index is built",
        instead: "say `concurrently = true` and `transaction = \"outside\"`, in a revision of its own",
        source: CONCURRENTLY,
        dialects: &[],
        peers: &[
            ("squawk", "require-concurrent-index-creation"),
            ("atlas", "PG101"),
            ("django-migration-linter", "CREATE_INDEX"),
            ("strong_migrations", "adding an index non-concurrently"),
            ("strong_migrations", "adding a reference"),
        ],
        looks: Looks::Change(|impact, site| {
            instead_of(impact, site, ChangeKind::CreateIndex, ChangeKind::CreateIndexConcurrently)
                .then(|| format!("{} is made while {} wait", impact.object, whom(impact)))
        }),
    },
    Rule {
        code: "R303",
        name: "blocking_drop_index",
        level: Level::On,
        summary: "an index of a table that is there is dropped, and everybody waits",
        why: "the lock waits for every transaction on the table, and all that come later wait behind it",
        instead: "say `concurrently = true` and `transaction = \"outside\"`, in a revision of its own",
        source: "https://www.postgresql.org/docs/current/sql-dropindex.html",
        dialects: &[],
        peers: &[
            ("squawk", "require-concurrent-index-deletion"),
            ("atlas", "PG102"),
            ("django-migration-linter", "DROP_INDEX"),
            ("strong_migrations", "removing an index non-concurrently"),
        ],
        looks: Looks::Change(|impact, site| {
            instead_of(impact, site, ChangeKind::DropIndex, ChangeKind::DropIndexConcurrently)
                .then(|| format!("{} is dropped while {} wait", impact.object, whom(impact)))
        }),
    },
    Rule {
        code: "R304",
        name: "validate_in_one_step",
        level: Level::On,
        summary: "a constraint comes and checks all rows in one step, and others wait",
        why: "the lock that only the constraint needs is held while every row is read",
        instead: "add it with `not_valid = true`, and in a later revision drop and add it valid in one `alter_table`, which validates it",
        source: ALTER,
        dialects: &[],
        peers: &[
            ("squawk", "constraint-missing-not-valid"),
            ("squawk", "adding-foreign-key-constraint"),
            ("atlas", "PG305"),
            ("atlas", "PG306"),
            ("strong_migrations", "adding a foreign key"),
            ("strong_migrations", "adding a check constraint"),
        ],
        looks: Looks::Change(|impact, site| {
            let better = match impact.kind {
                ChangeKind::AddForeignKey => ChangeKind::AddForeignKeyNotValid,
                ChangeKind::AddCheck => ChangeKind::AddCheckNotValid,
                _ => return None,
            };
            instead_of(impact, site, impact.kind, better)
                .then(|| format!("the {} is checked by all rows while {} wait", impact.object, whom(impact)))
        }),
    },
    Rule {
        code: "R305",
        name: "blocking_key",
        level: Level::On,
        summary: "a primary key or unique constraint comes to a table that is there, and everybody waits",
        why: "its index is built under a lock that lets nobody read or write",
        instead: "make a unique index with `concurrently = true` first, and take it over by `ADD CONSTRAINT … USING INDEX`",
        source: ALTER,
        dialects: &[],
        peers: &[
            ("squawk", "disallowed-unique-constraint"),
            ("squawk", "adding-serial-primary-key-field"),
            ("atlas", "PG104"),
            ("atlas", "PG105"),
            ("atlas", "PG304"),
            ("strong_migrations", "adding a unique constraint"),
        ],
        looks: Looks::Change(|impact, _| {
            let key = matches!(impact.kind, ChangeKind::AddPrimaryKey | ChangeKind::AddUnique);
            (key && blocks(impact, Blocks::Everybody) && impact.rows() >= RowWork::Scan)
                .then(|| format!("the {} is built while {} wait", impact.object, whom(impact)))
        }),
    },
    Rule {
        code: "R306",
        name: "not_null_scan",
        level: Level::On,
        summary: "NOT NULL is set on a column, all rows are read for it, and everybody waits",
        why: "every row is looked at under a lock that lets nobody read or write",
        instead: "add the check `COLUMN IS NOT NULL` with `not_valid = true`, validate it in a later revision, then set NOT NULL, which trusts it, and drop the check",
        source: ALTER,
        dialects: &[],
        peers: &[
            ("squawk", "adding-not-nullable-field"),
            ("atlas", "PG303"),
            ("strong_migrations", "setting NOT NULL on an existing column"),
        ],
        looks: Looks::Change(|impact, site| {
            instead_of(impact, site, ChangeKind::SetNotNull, ChangeKind::SetNotNullChecked).then(|| {
                format!("all rows are read for NOT NULL of {} while {} wait", impact.object, whom(impact))
            })
        }),
    },
    Rule {
        code: "R307",
        name: "exclusion_constraint",
        level: Level::On,
        summary: "an exclusion constraint comes to a table that is there, and everybody waits",
        why: "its index is built under a lock that lets nobody read or write, and there is no gentler way",
        instead: "add it where the table is small, or made in the same revision; else plan a time at which nobody uses it",
        source: ALTER,
        dialects: &[],
        peers: &[("strong_migrations", "adding an exclusion constraint"), ("atlas", "PG311")],
        looks: Looks::Change(|impact, _| {
            (impact.kind == ChangeKind::AddExclude && blocks(impact, Blocks::Writes))
                .then(|| format!("the {} is built while {} wait", impact.object, whom(impact)))
        }),
    },
    Rule {
        code: "R308",
        name: "concurrently_in_transaction",
        level: Level::Error,
        summary: "raw SQL says CONCURRENTLY in a transaction",
        why: "PostgreSQL refuses it there",
        instead: "say `transaction = \"outside\"`; or use `create_index` with `concurrently = true`, which does so by itself",
        source: CONCURRENTLY,
        dialects: &["postgres"],
        peers: &[("squawk", "ban-concurrent-index-creation-in-transaction"), ("atlas", "PG103")],
        looks: Looks::Operation(|site| {
            let Operation::Execute(execute) = &site.scoped.operation else { return None };
            let inside = site.scoped.scope.transaction == Transaction::Inside;
            let statements = sql::statements(execute.sql.as_str()).filter(|_| inside)?;
            let says = statements.iter().any(|words| {
                matches!(words[0].as_str(), "CREATE" | "DROP" | "REINDEX")
                    && words.iter().any(|word| word == "CONCURRENTLY")
            });
            says.then(|| "the SQL says CONCURRENTLY, and runs in a transaction".to_owned())
        }),
    },
    Rule {
        code: "R309",
        name: "backfill_with_schema_change",
        level: Level::On,
        summary: "rows are changed in the transaction that has locked a table",
        why: "the lock of the schema change is held until every row is changed",
        instead: "change the rows in a revision of their own",
        source: "https://github.com/ankane/strong_migrations#backfilling-data",
        dialects: &["postgres"],
        peers: &[("strong_migrations", "backfilling data")],
        looks: Looks::Revision(backfill),
    },
    Rule {
        code: "R310",
        name: "blocking_reindex",
        level: Level::On,
        summary: "raw SQL says REINDEX, and writers wait",
        why: "nobody can write to the table, nor use the index, until it is built anew",
        instead: "say `REINDEX … CONCURRENTLY` and `transaction = \"outside\"`",
        source: "https://www.postgresql.org/docs/current/sql-reindex.html#SQL-REINDEX-CONCURRENTLY",
        dialects: &["postgres"],
        peers: &[("squawk", "require-concurrent-reindex"), ("django-migration-linter", "REINDEX")],
        looks: Looks::Operation(|site| {
            let Operation::Execute(execute) = &site.scoped.operation else { return None };
            let statements = sql::statements(execute.sql.as_str())?;
            let blocks = statements
                .iter()
                .any(|words| words[0] == "REINDEX" && !words.iter().any(|word| word == "CONCURRENTLY"));
            blocks.then(|| "the SQL says REINDEX, and writers wait".to_owned())
        }),
    },
];

fn blocks(impact: &Impact, least: Blocks) -> bool {
    let blocks = impact.blocks();
    blocks >= least && blocks != Blocks::Unknown
}

fn whom(impact: &Impact) -> &'static str {
    if impact.blocks() == Blocks::Everybody { "readers and writers" } else { "writers" }
}

/// Says whether a change blocks writers, where the database has a kinder one in its place.
fn instead_of(impact: &Impact, site: &Site<'_>, kind: ChangeKind, better: ChangeKind) -> bool {
    impact.kind == kind && blocks(impact, Blocks::Writes) && site.knows(better)
}

fn backfill(site: &RevisionSite<'_>) -> Vec<Spot> {
    let mut locked: Option<&str> = None;
    let mut found = Vec::new();
    for (scoped, impacts) in site.steps {
        if scoped.scope.transaction == Transaction::Outside {
            locked = None;
            continue;
        }
        if let (Operation::Execute(execute), Some(object)) = (&scoped.operation, locked)
            && let Some(statements) = sql::statements(execute.sql.as_str())
            && statements.iter().any(|words| sql::changes_rows(words))
        {
            found.push(Spot::at(scoped, format!("rows are changed while the lock for {object} is held")));
        }
        let holds = impacts.iter().find(|impact| blocks(impact, Blocks::Writes));
        locked = holds.map(|impact| impact.object.as_str()).or(locked);
    }
    found
}
