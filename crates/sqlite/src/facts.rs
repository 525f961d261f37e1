//! What SQLite does for each kind of change: a file has one lock, and the way in which a table is altered tells the rest.

use limbeck_core::dialect::{ColumnChange, ServerInfo};
use limbeck_core::impact::{Blocks, ChangeKind, Fact, Page, RowWork};

const LOCKS: Page = Page::of("https://www.sqlite.org/lockingv3.html");
const ALTER: Page = Page::of("https://www.sqlite.org/lang_altertable.html");
const INDEX: Page = Page::of("https://www.sqlite.org/lang_createindex.html");

/// One transaction writes at a time; others read until it commits, and meanwhile too where there is a write-ahead log.
const WRITE: &str = "the database's write lock";

/// What is known, in the order of the kinds.
pub(crate) const FACTS: &[Fact] = &[
    LOCKS.says(ChangeKind::CreateTable, WRITE, Blocks::Writes, RowWork::None),
    LOCKS.says(ChangeKind::PointAtTable, WRITE, Blocks::Writes, RowWork::None),
    LOCKS.says(ChangeKind::DropTable, WRITE, Blocks::Writes, RowWork::None),
    ALTER.says(ChangeKind::RenameTable, WRITE, Blocks::Writes, RowWork::None),
    ALTER.says(ChangeKind::RecreateTable, WRITE, Blocks::Writes, RowWork::Rewrite),
    ALTER.says(ChangeKind::AddColumn, WRITE, Blocks::Writes, RowWork::ByWay),
    ALTER.says(ChangeKind::PlaceColumn, WRITE, Blocks::Writes, RowWork::Rewrite),
    ALTER.says(ChangeKind::AddComputedColumn, WRITE, Blocks::Writes, RowWork::ByWay),
    ALTER.says(ChangeKind::DropColumn, WRITE, Blocks::Writes, RowWork::Rewrite),
    ALTER.says(ChangeKind::RenameColumn, WRITE, Blocks::Writes, RowWork::None),
    ALTER.says(ChangeKind::WidenType, WRITE, Blocks::Writes, RowWork::ByWay),
    ALTER.says(ChangeKind::ChangeType, WRITE, Blocks::Writes, RowWork::ByWay),
    ALTER.says(ChangeKind::SetNotNull, WRITE, Blocks::Writes, RowWork::ByWay),
    ALTER.says(ChangeKind::SetNotNullChecked, WRITE, Blocks::Writes, RowWork::ByWay),
    ALTER.says(ChangeKind::DropNotNull, WRITE, Blocks::Writes, RowWork::ByWay),
    ALTER.says(ChangeKind::ChangeDefault, WRITE, Blocks::Writes, RowWork::ByWay),
    ALTER.says(ChangeKind::ChangeGenerated, WRITE, Blocks::Writes, RowWork::ByWay),
    ALTER.says(ChangeKind::ChangeCounting, WRITE, Blocks::Writes, RowWork::ByWay),
    ALTER.says(ChangeKind::ChangeComment, "none", Blocks::Nobody, RowWork::None),
    ALTER.says(ChangeKind::ChangeOptions, WRITE, Blocks::Writes, RowWork::ByWay),
    ALTER.says(ChangeKind::AddPrimaryKey, WRITE, Blocks::Writes, RowWork::ByWay),
    ALTER.says(ChangeKind::AddUnique, WRITE, Blocks::Writes, RowWork::ByWay),
    ALTER.says(ChangeKind::AddForeignKey, WRITE, Blocks::Writes, RowWork::ByWay),
    ALTER.says(ChangeKind::AddCheck, WRITE, Blocks::Writes, RowWork::ByWay),
    ALTER.says(ChangeKind::DropConstraint, WRITE, Blocks::Writes, RowWork::ByWay),
    ALTER.says(ChangeKind::RenameConstraint, WRITE, Blocks::Writes, RowWork::ByWay),
    INDEX.says(ChangeKind::CreateIndex, WRITE, Blocks::Writes, RowWork::Scan),
    INDEX.says(ChangeKind::DropIndex, WRITE, Blocks::Writes, RowWork::None),
    LOCKS.says(ChangeKind::CreateEnum, "none", Blocks::Nobody, RowWork::None),
    LOCKS.says(ChangeKind::AddEnumValue, WRITE, Blocks::Writes, RowWork::ByWay),
    LOCKS.says(ChangeKind::RenameEnumValue, WRITE, Blocks::Writes, RowWork::ByWay),
    LOCKS.says(ChangeKind::DropEnumValue, WRITE, Blocks::Writes, RowWork::ByWay),
    LOCKS.says(ChangeKind::DropEnum, "none", Blocks::Nobody, RowWork::None),
    LOCKS.says(ChangeKind::CreateView, WRITE, Blocks::Writes, RowWork::None),
    LOCKS.says(ChangeKind::DropView, WRITE, Blocks::Writes, RowWork::None),
    LOCKS.says(ChangeKind::Execute, "unknown", Blocks::Unknown, RowWork::Unknown),
    LOCKS.says(ChangeKind::Insert, WRITE, Blocks::Writes, RowWork::None),
    LOCKS.says(ChangeKind::Delete, WRITE, Blocks::Writes, RowWork::None),
];

/// Says whether a change of columns leaves the rows there as they are stored. The way of the change tells that better
/// than the change itself; every table that others read and write is written by one connection at a time anyway.
pub(crate) fn keeps_rows(change: ColumnChange<'_>, _server: &ServerInfo) -> bool {
    match change {
        ColumnChange::Add { column, .. } => {
            !matches!(column.default, Some(limbeck_core::literal::Value::Sql(_)))
                && column.generated.is_none()
        }
        ColumnChange::Retype { from, to } => from.ty == to.ty && from.collation == to.collation,
    }
}
