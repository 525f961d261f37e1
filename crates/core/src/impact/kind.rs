//! The kinds of change by which databases differ in what they do to whoever is at work meanwhile.

/// A kind of change. An operation is made of one or several.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    strum::EnumIter,
    strum::IntoStaticStr,
    strum::Display,
)]
#[strum(serialize_all = "snake_case")]
pub enum ChangeKind {
    /// A table is made, with its constraints and indexes.
    CreateTable,
    /// A foreign key that comes points at the table.
    PointAtTable,
    /// A table is dropped.
    DropTable,
    /// A table gets another name.
    RenameTable,
    /// A table is made anew and its rows are moved, because its author says so.
    RecreateTable,
    /// A column comes behind the others, and holds NULL or one value in all rows there.
    AddColumn,
    /// A column comes between others.
    PlaceColumn,
    /// A column comes that holds another value in each row: counted up, computed and stored, or by a default that differs.
    AddComputedColumn,
    /// A column is dropped.
    DropColumn,
    /// A column gets another name.
    RenameColumn,
    /// A type becomes one that takes all values as they are stored.
    WidenType,
    /// A type or collation becomes another one.
    ChangeType,
    /// NULL is no longer allowed.
    SetNotNull,
    /// NULL is no longer allowed, and a check that holds already says that there is none.
    SetNotNullChecked,
    /// NULL is allowed.
    DropNotNull,
    /// A default comes, changes or goes.
    ChangeDefault,
    /// What a column is computed from changes.
    ChangeGenerated,
    /// A column is counted up, or no longer, or in another way.
    ChangeCounting,
    /// A comment comes, changes or goes.
    ChangeComment,
    /// What only some databases have of a table or column changes.
    ChangeOptions,
    /// A primary key comes to a table that is there.
    AddPrimaryKey,
    /// A unique constraint comes to a table that is there.
    AddUnique,
    /// A foreign key comes, and the rows there are checked.
    AddForeignKey,
    /// A foreign key comes that the rows there are not checked by.
    AddForeignKeyNotValid,
    /// A check comes, and the rows there are checked.
    AddCheck,
    /// A check comes that the rows there are not checked by.
    AddCheckNotValid,
    /// An exclusion constraint comes.
    AddExclude,
    /// The rows there are checked by a constraint that was not valid.
    ValidateConstraint,
    /// A constraint is dropped.
    DropConstraint,
    /// A constraint gets another name.
    RenameConstraint,
    /// An index comes to a table that is there.
    CreateIndex,
    /// An index comes while writers go on.
    CreateIndexConcurrently,
    /// An index is dropped.
    DropIndex,
    /// An index is dropped while writers go on.
    DropIndexConcurrently,
    /// A named enum is made.
    CreateEnum,
    /// An enum gets another value.
    AddEnumValue,
    /// A value of an enum gets another spelling.
    RenameEnumValue,
    /// An enum loses a value.
    DropEnumValue,
    /// A named enum is dropped.
    DropEnum,
    /// A view is made.
    CreateView,
    /// A view is dropped.
    DropView,
    /// A sequence is made.
    CreateSequence,
    /// A sequence counts in another way.
    AlterSequence,
    /// A sequence is dropped.
    DropSequence,
    /// A schema is made.
    CreateSchema,
    /// A schema is dropped.
    DropSchema,
    /// The author's SQL is run.
    Execute,
    /// Rows are inserted.
    Insert,
    /// Rows are deleted.
    Delete,
}
