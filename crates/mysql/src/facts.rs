//! What MySQL and MariaDB do for each kind of change, on InnoDB: locks, whom they block, and work on the rows there.
//!
//! An `ALTER TABLE` that copies lets others read and not write; one that works in place or at once lets them write too,
//! but for a moment at its start and end. `LOCK=…` says which of them it is.

use limbeck_core::column_type::ColumnType;
use limbeck_core::dialect::{ColumnChange, ServerInfo, Version};
use limbeck_core::impact::{Blocks, ChangeKind, Fact, Page, RowWork};
use limbeck_core::literal::Value;
use limbeck_core::schema::{Column, GeneratedStorage};

use crate::dialect::NAME;
use crate::lower;
use crate::server::{self, MARIADB};

const ONLINE: Page = Page::of("https://dev.mysql.com/doc/refman/8.4/en/innodb-online-ddl-operations.html");
const META: Page = Page::of("https://dev.mysql.com/doc/refman/8.4/en/metadata-locking.html");
const INPLACE: Page = Page::of_flavour(
    "https://mariadb.com/kb/en/innodb-online-ddl-operations-with-the-inplace-alter-algorithm/",
    MARIADB,
);
const NOCOPY: Page = Page::of_flavour(
    "https://mariadb.com/kb/en/innodb-online-ddl-operations-with-the-nocopy-alter-algorithm/",
    MARIADB,
);
const INSTANT: Page = Page::of_flavour(
    "https://mariadb.com/kb/en/innodb-online-ddl-operations-with-the-instant-alter-algorithm/",
    MARIADB,
);

/// The table is locked for a moment only.
const NONE: &str = "LOCK=NONE";
/// Others may read and not write.
const SHARED: &str = "LOCK=SHARED";
/// A lock of what the table is, for a moment.
const EXCLUSIVE: &str = "exclusive metadata lock";

const fn v(major: u16, minor: u16, patch: u16) -> Version {
    Version::new(major, minor, patch)
}

/// What is known, in the order of the kinds; MySQL's page first, then what MariaDB does otherwise.
pub(crate) const FACTS: &[Fact] = &[
    META.says(ChangeKind::CreateTable, EXCLUSIVE, Blocks::Nobody, RowWork::None),
    META.says(ChangeKind::PointAtTable, EXCLUSIVE, Blocks::Nobody, RowWork::None),
    META.says(ChangeKind::DropTable, EXCLUSIVE, Blocks::Everybody, RowWork::None),
    META.says(ChangeKind::RenameTable, EXCLUSIVE, Blocks::Nobody, RowWork::None),
    ONLINE.says(ChangeKind::RecreateTable, SHARED, Blocks::Writes, RowWork::Rewrite),
    ONLINE.says(ChangeKind::AddColumn, NONE, Blocks::Nobody, RowWork::Rewrite),
    ONLINE.says_since(v(8, 0, 12), ChangeKind::AddColumn, NONE, Blocks::Nobody, RowWork::None),
    INPLACE.says(ChangeKind::AddColumn, NONE, Blocks::Nobody, RowWork::Rewrite),
    INSTANT.says_since(v(10, 3, 2), ChangeKind::AddColumn, NONE, Blocks::Nobody, RowWork::None),
    ONLINE.says(ChangeKind::PlaceColumn, NONE, Blocks::Nobody, RowWork::Rewrite),
    ONLINE.says_since(v(8, 0, 29), ChangeKind::PlaceColumn, NONE, Blocks::Nobody, RowWork::None),
    INPLACE.says(ChangeKind::PlaceColumn, NONE, Blocks::Nobody, RowWork::Rewrite),
    INSTANT.says_since(v(10, 4, 0), ChangeKind::PlaceColumn, NONE, Blocks::Nobody, RowWork::None),
    ONLINE.says(ChangeKind::AddComputedColumn, SHARED, Blocks::Writes, RowWork::Rewrite),
    ONLINE.says(ChangeKind::DropColumn, NONE, Blocks::Nobody, RowWork::Rewrite),
    ONLINE.says_since(v(8, 0, 29), ChangeKind::DropColumn, NONE, Blocks::Nobody, RowWork::None),
    INPLACE.says(ChangeKind::DropColumn, NONE, Blocks::Nobody, RowWork::Rewrite),
    INSTANT.says_since(v(10, 4, 0), ChangeKind::DropColumn, NONE, Blocks::Nobody, RowWork::None),
    ONLINE.says(ChangeKind::RenameColumn, NONE, Blocks::Nobody, RowWork::None),
    ONLINE.says(ChangeKind::WidenType, NONE, Blocks::Nobody, RowWork::None),
    ONLINE.says(ChangeKind::ChangeType, SHARED, Blocks::Writes, RowWork::Rewrite),
    ONLINE.says(ChangeKind::SetNotNull, NONE, Blocks::Nobody, RowWork::Rewrite),
    ONLINE.says(ChangeKind::SetNotNullChecked, NONE, Blocks::Nobody, RowWork::Rewrite),
    ONLINE.says(ChangeKind::DropNotNull, NONE, Blocks::Nobody, RowWork::Rewrite),
    ONLINE.says(ChangeKind::ChangeDefault, NONE, Blocks::Nobody, RowWork::None),
    ONLINE.says(ChangeKind::ChangeGenerated, SHARED, Blocks::Writes, RowWork::Rewrite),
    ONLINE.says(ChangeKind::ChangeCounting, SHARED, Blocks::Writes, RowWork::Rewrite),
    ONLINE.says(ChangeKind::ChangeComment, NONE, Blocks::Nobody, RowWork::None),
    ONLINE.says(ChangeKind::ChangeOptions, SHARED, Blocks::Writes, RowWork::Rewrite),
    ONLINE.says(ChangeKind::AddPrimaryKey, NONE, Blocks::Nobody, RowWork::Rewrite),
    ONLINE.says(ChangeKind::AddUnique, NONE, Blocks::Nobody, RowWork::Scan),
    // In place only where `foreign_key_checks` is off, which would leave the rows there unchecked.
    ONLINE.says(ChangeKind::AddForeignKey, SHARED, Blocks::Writes, RowWork::Rewrite),
    NOCOPY.says(ChangeKind::AddForeignKey, SHARED, Blocks::Writes, RowWork::Rewrite),
    ONLINE.says(ChangeKind::AddCheck, SHARED, Blocks::Writes, RowWork::Rewrite),
    INSTANT.says(ChangeKind::AddCheck, SHARED, Blocks::Writes, RowWork::Rewrite),
    ONLINE.says(ChangeKind::DropConstraint, NONE, Blocks::Nobody, RowWork::None),
    ONLINE.says(ChangeKind::RenameConstraint, NONE, Blocks::Nobody, RowWork::None),
    ONLINE.says(ChangeKind::CreateIndex, NONE, Blocks::Nobody, RowWork::Scan),
    ONLINE.says(ChangeKind::DropIndex, NONE, Blocks::Nobody, RowWork::None),
    ONLINE.says(ChangeKind::CreateEnum, "none", Blocks::Nobody, RowWork::None),
    // The values stand in the columns: one more at the end is known at once.
    ONLINE.says(ChangeKind::AddEnumValue, NONE, Blocks::Nobody, RowWork::ByWay),
    ONLINE.says(ChangeKind::RenameEnumValue, SHARED, Blocks::Writes, RowWork::Rewrite),
    ONLINE.says(ChangeKind::DropEnumValue, SHARED, Blocks::Writes, RowWork::Rewrite),
    ONLINE.says(ChangeKind::DropEnum, "none", Blocks::Nobody, RowWork::None),
    META.says(ChangeKind::CreateView, "shared metadata lock", Blocks::Nobody, RowWork::None),
    META.says(ChangeKind::DropView, EXCLUSIVE, Blocks::Nobody, RowWork::None),
    META.says(ChangeKind::CreateSequence, EXCLUSIVE, Blocks::Nobody, RowWork::None),
    META.says(ChangeKind::AlterSequence, EXCLUSIVE, Blocks::Nobody, RowWork::None),
    META.says(ChangeKind::DropSequence, EXCLUSIVE, Blocks::Nobody, RowWork::None),
    META.says(ChangeKind::CreateSchema, EXCLUSIVE, Blocks::Nobody, RowWork::None),
    META.says(ChangeKind::DropSchema, EXCLUSIVE, Blocks::Everybody, RowWork::None),
    META.says(ChangeKind::Execute, "unknown", Blocks::Unknown, RowWork::Unknown),
    META.says(ChangeKind::Insert, "row locks", Blocks::Nobody, RowWork::None),
    META.says(ChangeKind::Delete, "row locks", Blocks::Nobody, RowWork::None),
];

/// Says whether a change of columns leaves the rows there as they are stored.
pub(crate) fn keeps_rows(change: ColumnChange<'_>, server: &ServerInfo) -> bool {
    match change {
        ColumnChange::Add { column, table } => {
            let stored = |storage| storage == GeneratedStorage::Stored;
            let computed = column.generated.as_ref().is_some_and(|generated| stored(generated.storage));
            // One moment for all rows; of other expressions each row has its own value.
            let moment = |sql: &str| {
                let sql = sql.trim().to_ascii_uppercase();
                sql.starts_with("CURRENT_TIMESTAMP") || sql.starts_with("NOW(")
            };
            let differs = matches!(&column.default, Some(Value::Sql(sql)) if !moment(sql.as_str()));
            !computed && !differs && !lower::counts_up(column, table)
        }
        ColumnChange::Retype { from, to } => widens(from, to, server),
    }
}

/// Says whether a type becomes one that is stored alike.
///
/// A VARCHAR of up to 255 bytes has its length in one byte, a longer one in two
/// (dev.mysql.com/doc/refman/8.4/en/innodb-online-ddl-operations.html); MariaDB has both alike since 10.4.3
/// (mariadb.com/kb/en/innodb-online-ddl-operations-with-the-instant-alter-algorithm).
fn widens(from: &Column, to: &Column, server: &ServerInfo) -> bool {
    use ColumnType::{Enum, String, Unicode};
    if from.collation != to.collation {
        return false;
    }
    let short = |length: u32| length.saturating_mul(4) <= 255;
    match (from.ty.on(NAME), to.ty.on(NAME)) {
        (from, to) if from == to => true,
        (
            String { length: Some(from) } | Unicode { length: Some(from) },
            String { length: Some(to) } | Unicode { length: Some(to) },
        ) => {
            let any = server::is_mariadb(server) && server.version >= v(10, 4, 3);
            from <= to && (any || short(*from) == short(*to))
        }
        (Enum { values: from, .. }, Enum { values: to, .. }) => {
            // Up to 255 values are numbered by one byte.
            !from.is_empty() && to.starts_with(from) && (from.len() > 255) == (to.len() > 255)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use limbeck_core::name::Ident;

    use super::*;

    #[test]
    fn a_longer_text_is_stored_alike_unless_its_length_takes_another_byte() {
        let column =
            |length| Column::new(Ident::new("a").unwrap(), ColumnType::String { length: Some(length) });
        let of = |flavour, version| ServerInfo::new(NAME, flavour, version);
        let (mysql, mariadb) = (of(NAME, v(8, 4, 0)), of(MARIADB, v(10, 11, 0)));
        assert!(widens(&column(20), &column(60), &mysql));
        assert!(!widens(&column(20), &column(80), &mysql));
        assert!(widens(&column(20), &column(80), &mariadb));
        assert!(!widens(&column(80), &column(20), &mariadb));
    }
}
