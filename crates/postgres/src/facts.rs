//! What PostgreSQL does for each kind of change: locks, whom they block, and work on the rows there.
//!
//! The versions are those that SQL is made for, from 12 on.

use limbeck_core::dialect::{ColumnChange, ServerInfo};
use limbeck_core::impact::{Blocks, ChangeKind, Fact, Page, RowWork};
use limbeck_core::literal::Value;
use limbeck_core::schema::GeneratedStorage;

use crate::lower;

const ALTER: Page = Page::of("https://www.postgresql.org/docs/current/sql-altertable.html");
const LOCKS: Page = Page::of("https://www.postgresql.org/docs/current/explicit-locking.html");
const INDEX: Page = Page::of("https://www.postgresql.org/docs/current/sql-createindex.html");
const DROP_INDEX: Page = Page::of("https://www.postgresql.org/docs/current/sql-dropindex.html");
const TYPE: Page = Page::of("https://www.postgresql.org/docs/current/sql-altertype.html");
const TABLE: Page = Page::of("https://www.postgresql.org/docs/current/sql-createtable.html");

const EXCLUSIVE: &str = "ACCESS EXCLUSIVE";
const UPDATE: &str = "SHARE UPDATE EXCLUSIVE";
const ROW: &str = "SHARE ROW EXCLUSIVE";

/// What is known, in the order of the kinds.
pub(crate) const FACTS: &[Fact] = &[
    TABLE.says(ChangeKind::CreateTable, EXCLUSIVE, Blocks::Nobody, RowWork::None),
    ALTER.says(ChangeKind::PointAtTable, ROW, Blocks::Writes, RowWork::None),
    LOCKS.says(ChangeKind::DropTable, EXCLUSIVE, Blocks::Everybody, RowWork::None),
    ALTER.says(ChangeKind::RenameTable, EXCLUSIVE, Blocks::Everybody, RowWork::None),
    LOCKS.says(ChangeKind::RecreateTable, EXCLUSIVE, Blocks::Everybody, RowWork::Rewrite),
    ALTER.says(ChangeKind::AddColumn, EXCLUSIVE, Blocks::Everybody, RowWork::None),
    // Only where the table is made anew.
    LOCKS.says(ChangeKind::PlaceColumn, EXCLUSIVE, Blocks::Everybody, RowWork::Rewrite),
    ALTER.says(ChangeKind::AddComputedColumn, EXCLUSIVE, Blocks::Everybody, RowWork::Rewrite),
    ALTER.says(ChangeKind::DropColumn, EXCLUSIVE, Blocks::Everybody, RowWork::None),
    ALTER.says(ChangeKind::RenameColumn, EXCLUSIVE, Blocks::Everybody, RowWork::None),
    ALTER.says(ChangeKind::WidenType, EXCLUSIVE, Blocks::Everybody, RowWork::None),
    ALTER.says(ChangeKind::ChangeType, EXCLUSIVE, Blocks::Everybody, RowWork::Rewrite),
    ALTER.says(ChangeKind::SetNotNull, EXCLUSIVE, Blocks::Everybody, RowWork::Scan),
    // "Since 12", says the page; so says every version that SQL is made for.
    ALTER.says(ChangeKind::SetNotNullChecked, EXCLUSIVE, Blocks::Everybody, RowWork::None),
    ALTER.says(ChangeKind::DropNotNull, EXCLUSIVE, Blocks::Everybody, RowWork::None),
    ALTER.says(ChangeKind::ChangeDefault, EXCLUSIVE, Blocks::Everybody, RowWork::None),
    ALTER.says(ChangeKind::ChangeGenerated, EXCLUSIVE, Blocks::Everybody, RowWork::Rewrite),
    ALTER.says(ChangeKind::ChangeCounting, EXCLUSIVE, Blocks::Everybody, RowWork::None),
    LOCKS.says(ChangeKind::ChangeComment, UPDATE, Blocks::Changes, RowWork::None),
    // A fill factor takes less; another tablespace writes the table anew, which the statement then tells.
    ALTER.says(ChangeKind::ChangeOptions, EXCLUSIVE, Blocks::Everybody, RowWork::ByWay),
    ALTER.says(ChangeKind::AddPrimaryKey, EXCLUSIVE, Blocks::Everybody, RowWork::Scan),
    ALTER.says(ChangeKind::AddUnique, EXCLUSIVE, Blocks::Everybody, RowWork::Scan),
    ALTER.says(ChangeKind::AddForeignKey, ROW, Blocks::Writes, RowWork::Scan),
    ALTER.says(ChangeKind::AddForeignKeyNotValid, ROW, Blocks::Writes, RowWork::None),
    ALTER.says(ChangeKind::AddCheck, EXCLUSIVE, Blocks::Everybody, RowWork::Scan),
    ALTER.says(ChangeKind::AddCheckNotValid, EXCLUSIVE, Blocks::Everybody, RowWork::None),
    ALTER.says(ChangeKind::AddExclude, EXCLUSIVE, Blocks::Everybody, RowWork::Scan),
    ALTER.says(ChangeKind::ValidateConstraint, UPDATE, Blocks::Changes, RowWork::Scan),
    ALTER.says(ChangeKind::DropConstraint, EXCLUSIVE, Blocks::Everybody, RowWork::None),
    ALTER.says(ChangeKind::RenameConstraint, EXCLUSIVE, Blocks::Everybody, RowWork::None),
    INDEX.says(ChangeKind::CreateIndex, "SHARE", Blocks::Writes, RowWork::Scan),
    INDEX.says(ChangeKind::CreateIndexConcurrently, UPDATE, Blocks::Changes, RowWork::Scan),
    DROP_INDEX.says(ChangeKind::DropIndex, EXCLUSIVE, Blocks::Everybody, RowWork::None),
    DROP_INDEX.says(ChangeKind::DropIndexConcurrently, UPDATE, Blocks::Changes, RowWork::None),
    TYPE.says(ChangeKind::CreateEnum, "none", Blocks::Nobody, RowWork::None),
    TYPE.says(ChangeKind::AddEnumValue, "none", Blocks::Nobody, RowWork::None),
    TYPE.says(ChangeKind::RenameEnumValue, "none", Blocks::Nobody, RowWork::None),
    // The type is made anew, and the columns become of the new one.
    ALTER.says(ChangeKind::DropEnumValue, EXCLUSIVE, Blocks::Everybody, RowWork::Rewrite),
    TYPE.says(ChangeKind::DropEnum, "none", Blocks::Nobody, RowWork::None),
    LOCKS.says(ChangeKind::CreateView, "ACCESS SHARE", Blocks::Nobody, RowWork::None),
    LOCKS.says(ChangeKind::DropView, EXCLUSIVE, Blocks::Everybody, RowWork::None),
    LOCKS.says(ChangeKind::CreateSequence, "none", Blocks::Nobody, RowWork::None),
    LOCKS.says(ChangeKind::AlterSequence, "SHARE ROW EXCLUSIVE", Blocks::Changes, RowWork::None),
    LOCKS.says(ChangeKind::DropSequence, EXCLUSIVE, Blocks::Everybody, RowWork::None),
    LOCKS.says(ChangeKind::CreateSchema, "none", Blocks::Nobody, RowWork::None),
    LOCKS.says(ChangeKind::DropSchema, EXCLUSIVE, Blocks::Everybody, RowWork::None),
    LOCKS.says(ChangeKind::Execute, "unknown", Blocks::Unknown, RowWork::Unknown),
    LOCKS.says(ChangeKind::Insert, "ROW EXCLUSIVE", Blocks::Nobody, RowWork::None),
    LOCKS.says(ChangeKind::Delete, "ROW EXCLUSIVE", Blocks::Nobody, RowWork::None),
];

/// Says whether a change of columns leaves the rows there as they are stored.
pub(crate) fn keeps_rows(change: ColumnChange<'_>, _server: &ServerInfo) -> bool {
    match change {
        ColumnChange::Add { column, table } => {
            let stored = |storage| storage == GeneratedStorage::Stored;
            let computed = column.generated.as_ref().is_some_and(|generated| stored(generated.storage));
            let volatile = match &column.default {
                Some(Value::Sql(sql)) => !is_the_same_for_all(sql.as_str()),
                _ => false,
            };
            !computed && !volatile && column.identity.is_none() && !lower::counts_up(table, column)
        }
        ColumnChange::Retype { from, to } => {
            let collated = from.collation == to.collation;
            collated && lower::is_widening(from.ty.on(crate::dialect::NAME), to.ty.on(crate::dialect::NAME))
        }
    }
}

/// The functions that give one value for all rows of a statement, besides what is written without parentheses
/// (postgresql.org/docs/current/functions-datetime.html: "the start time of the current transaction").
const STABLE: [&str; 8] = [
    "now",
    "transaction_timestamp",
    "statement_timestamp",
    "current_setting",
    "timezone",
    "to_char",
    "lower",
    "upper",
];

/// Says whether a default is one value for all rows: it calls nothing but functions that are known to be stable.
fn is_the_same_for_all(sql: &str) -> bool {
    // Every other piece between quotes is a text.
    sql.split('\'').step_by(2).flat_map(|piece| piece.match_indices('(').map(|(at, _)| &piece[..at])).all(
        |before| {
            let before = before.trim_end();
            let start = before.rfind(|c: char| !(c.is_alphanumeric() || c == '_')).map_or(0, |at| at + 1);
            let called = before[start..].to_lowercase();
            called.is_empty() || STABLE.contains(&called.as_str())
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_default_that_calls_an_unknown_function_may_differ_from_row_to_row() {
        for same in
            ["now()", "CURRENT_TIMESTAMP", "'a(b)'", "1 + (2 * 3)", "timezone('utc', now())", "'{}'::jsonb"]
        {
            assert!(is_the_same_for_all(same), "{same}");
        }
        for different in
            ["gen_random_uuid()", "random()", "clock_timestamp()", "nextval ('s')", "now() + my()"]
        {
            assert!(!is_the_same_for_all(different), "{different}");
        }
    }

    #[test]
    fn every_kind_that_postgres_has_is_known_once() {
        let mut kinds: Vec<ChangeKind> = FACTS.iter().map(|fact| fact.change).collect();
        let count = kinds.len();
        kinds.sort();
        kinds.dedup();
        assert_eq!(kinds.len(), count);
    }
}
