//! The codes of all diagnostics, in one place, with the exit status that each leads to.

use std::fmt;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $number:literal,)*) => {
        /// Which fault a diagnostic is about. Printed as `L` and four digits.
        ///
        /// The first two digits are the area: 01 schema, 02 migration files, 03 revision graph, 04 targets,
        /// 05 configuration and wrong use, 06 databases, 07 lowering, 08 running.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u16)]
        pub enum Code {
            $($(#[$doc])* $name = $number,)*
        }

        impl Code {
            /// Every code, in order.
            pub const ALL: &[Code] = &[$(Code::$name),*];
        }
    };
}

codes! {
    /// A table that an operation needs is not in the schema.
    NoSuchTable = 102,
    /// A table of that name is already in the schema.
    TableExists = 103,
    /// A column that an operation needs is not in its table.
    NoSuchColumn = 104,
    /// A column of that name is already in the table.
    ColumnExists = 105,
    /// A constraint that an operation needs is not in its table.
    NoSuchConstraint = 106,
    /// A constraint of that name, or a second primary key, is already in the table.
    ConstraintExists = 107,
    /// An index that an operation needs is not there.
    NoSuchIndex = 108,
    /// An index of that name is already there.
    IndexExists = 109,
    /// A view, sequence, enum or schema that an operation needs is not there.
    NoSuchObject = 110,
    /// A view, sequence, enum or schema of that name is already there.
    ObjectExists = 111,
    /// Something else still needs what an operation would remove.
    StillInUse = 112,
    /// The state of an object is not known, because raw SQL may have changed it.
    Opaque = 113,
    /// An operation cannot be undone.
    Irreversible = 114,
    /// An operation contradicts itself.
    Contradiction = 115,

    /// A migration file cannot be read.
    FileUnreadable = 201,
    /// A migration file is empty.
    FileEmpty = 202,
    /// A migration file is not TOML, or its header is not.
    FileSyntax = 203,
    /// A key that is not known in its place.
    UnknownKey = 204,
    /// A key that must be there is missing.
    MissingKey = 205,
    /// A value of the wrong type or form.
    BadValue = 206,
    /// An unknown type name, or a type with the wrong arguments.
    BadType = 207,
    /// Two keys that exclude each other.
    ConflictingKeys = 208,
    /// A name that no database takes: empty, or with a NUL.
    BadName = 209,
    /// What a script of another tool does could not be told without running it.
    Untold = 210,

    /// Two revisions have the same id.
    DuplicateRevision = 301,
    /// A revision that another names is missing.
    MissingRevision = 302,
    /// A revision follows or depends on itself.
    SelfLoop = 303,
    /// Revisions follow each other, or depend on each other, in a circle.
    Cycle = 304,
    /// Two revisions carry the same branch label, or a label is also a revision id.
    DuplicateLabel = 305,
    /// A revision id or label holds a character that targets give a meaning to.
    BadRevisionId = 306,
    /// Two branches cannot be joined as they are.
    BranchesClash = 307,

    /// A target is not written as one.
    BadTarget = 401,
    /// No revision or branch has that name.
    NoSuchRevision = 402,
    /// A partial id fits several revisions.
    AmbiguousRevision = 403,
    /// One head was asked for and there are several.
    MultipleHeads = 404,
    /// The lower end of a range is no ancestor of the upper end.
    NotAnAncestor = 405,
    /// A relative target leads past the ends of the history, or is ambiguous.
    BadRelativeTarget = 406,
    /// Revisions asked for together include each other.
    OverlappingRevisions = 407,

    /// There is no configuration file.
    ConfigMissing = 501,
    /// The configuration file cannot be read.
    ConfigUnreadable = 502,
    /// The configuration file is not TOML.
    ConfigSyntax = 503,
    /// The configuration holds something that it must not, or lacks something.
    ConfigInvalid = 504,
    /// An environment variable that the configuration names is not set.
    MissingVariable = 505,
    /// No database of that name is configured.
    NoSuchDatabase = 506,
    /// A database URL is not one, or no back end in this build takes it.
    BadUrl = 507,
    /// A migrations directory is missing.
    NoMigrations = 508,
    /// A command was used in a way that makes no sense.
    Usage = 509,
    /// What would be written is already there.
    AlreadyExists = 510,

    /// A database cannot be opened.
    CannotConnect = 601,
    /// The database refused a statement.
    StatementFailed = 602,
    /// The file is not a database, or is damaged.
    NotADatabase = 603,
    /// Another process holds the database.
    Locked = 604,
    /// The version table holds something that is not in the history.
    UnknownDatabaseRevision = 605,
    /// Foreign keys point at rows that are not there.
    ForeignKeysBroken = 606,

    /// The dialect cannot do what an operation asks.
    Unsupported = 701,
    /// A change would lose something that the model does not hold.
    WouldLose = 702,

    /// The run was interrupted and rolled back.
    Interrupted = 801,
    /// The database changed while the run was under way.
    ChangedMeanwhile = 802,
    /// A file could not be written.
    CannotWrite = 803,
    /// A check found something.
    CheckFailed = 804,
    /// A step that needs a database was asked for without one.
    NeedsDatabase = 805,
    /// A revision was broken off after a part of it was committed.
    BrokenOff = 806,
    /// A database lacks revisions that it must have.
    NotUpToDate = 807,
}

impl Code {
    /// Returns the exit status of a process that ends with this fault: 1 failed, 2 wrong use or configuration,
    /// 3 a check found something.
    pub fn exit_status(self) -> u8 {
        match self as u16 {
            401 | 500..600 => 2,
            804 => 3,
            _ => 1,
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "L{:04}", *self as u16)
    }
}

#[cfg(test)]
mod tests {
    use super::Code;

    #[test]
    fn codes_ascend_so_that_none_is_given_twice() {
        assert!(Code::ALL.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
