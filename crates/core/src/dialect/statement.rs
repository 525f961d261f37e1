//! What an operation is lowered to.

use crate::diagnostic::Code;
use crate::literal::RawSql;
use crate::name::TableName;
use crate::op::{Operation, Transaction};

use super::{Cost, Enforcement};

/// All that one operation is lowered to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Lowered {
    /// The statements, in order of running.
    pub statements: Vec<Statement>,
    /// Whether foreign keys must not be enforced while they run.
    pub enforcement: Enforcement,
    /// Why no cheaper way was taken; `None` when the way is the cheapest that there is.
    pub reason: Option<String>,
    /// The text that the database will keep of the table that is altered, where the author's own SQL made it and no
    /// database was asked (SQLite).
    pub written: Option<RawSql>,
}

impl Lowered {
    /// Returns the way by which the change is made as a whole; `None` when there are none.
    pub fn way(&self) -> Option<Way> {
        self.statements.iter().map(|statement| statement.way).max()
    }

    /// Returns what the statements cost that depend on rows, each once, in order of running.
    pub fn costs(&self) -> Vec<&Cost> {
        let mut costs = Vec::new();
        for statement in self.statements.iter().filter(|statement| statement.cost != Cost::Constant) {
            if !costs.contains(&&statement.cost) {
                costs.push(&statement.cost);
            }
        }
        costs
    }
}

/// One statement, and why it is there.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// The SQL, without a semicolon at the end.
    pub sql: String,
    /// Why it is there, in a few words.
    pub why: String,
    /// Whether it runs in the revision's transaction.
    pub transaction: Transaction,
    /// By which way the change is made.
    pub way: Way,
    /// What it costs.
    pub cost: Cost,
    /// What a person should know before it runs.
    pub hazards: Vec<Hazard>,
    /// What the statement must find.
    pub expect: Expect,
    /// The table whose rows it moves, all of them, by the name that it has then.
    pub moves: Option<TableName>,
    /// What it alone does to the schema, where that is not all that its operation does. A run that was broken off
    /// around it is resumed by that.
    pub makes: Option<Vec<Operation>>,
}

impl Statement {
    /// Makes a statement that is run inside the transaction, costs the same at any size and has no hazards.
    pub fn new(sql: impl Into<String>, why: impl Into<String>) -> Self {
        Self {
            sql: sql.into(),
            why: why.into(),
            transaction: Transaction::Inside,
            way: Way::Native,
            cost: Cost::Constant,
            hazards: Vec::new(),
            expect: Expect::Anything,
            moves: None,
            makes: None,
        }
    }

    /// Says by which way the change is made.
    #[must_use]
    pub fn by(mut self, way: Way) -> Self {
        self.way = way;
        self
    }

    /// Says what it costs.
    #[must_use]
    pub fn costing(mut self, cost: Cost) -> Self {
        self.cost = cost;
        self
    }

    /// Says what it alone does to the schema.
    #[must_use]
    pub fn making(mut self, operations: impl IntoIterator<Item = Operation>) -> Self {
        self.makes = Some(operations.into_iter().collect());
        self
    }

    /// Adds a hazard.
    #[must_use]
    pub fn hazard(mut self, hazard: Hazard) -> Self {
        self.hazards.push(hazard);
        self
    }

    /// Says what the statement must find.
    #[must_use]
    pub fn expecting(mut self, expect: Expect) -> Self {
        self.expect = expect;
        self
    }
}

/// By which way a change is made, cheapest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, strum::IntoStaticStr, strum::Display)]
#[strum(serialize_all = "snake_case")]
pub enum Way {
    /// By the database's own statement for it.
    Native,
    /// By an edit of the schema text that the database stores (SQLite).
    SchemaEdit,
    /// By a new table that the rows are moved to.
    MoveAndCopy,
}

/// What a person should know before a statement runs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Hazard {
    /// Every row is read and written.
    #[error("copies every row of `{0}`")]
    CopiesRows(TableName),
    /// Data is gone afterwards, even if the step is undone.
    #[error("loses {0}")]
    LosesData(String),
    /// Values of a column may become others.
    #[error("may change values of `{0}`")]
    ChangesValues(String),
}

/// What a statement must find, so that the run goes on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Expect {
    /// Whatever it finds is right.
    #[default]
    Anything,
    /// That it succeeds.
    Success {
        /// What is the matter if it does not; `{}` in it stands for the words of the database.
        otherwise: String,
        /// Which fault that is.
        code: Code,
    },
    /// No rows.
    NoRows {
        /// What is the matter if there are some; `{}` in it stands for the first cell of the first row.
        otherwise: String,
        /// Which fault that is.
        code: Code,
    },
    /// No rows, where it asks how many rows the statement right before it has changed: nothing may run in between, which
    /// a script cannot promise.
    NoneMissed {
        /// What is the matter if there are some; `{}` in it stands for the first cell of the first row.
        otherwise: String,
        /// Which fault that is.
        code: Code,
    },
    /// Its rows are kept under a key, to be compared later in the same operation.
    Remember(&'static str),
    /// The same rows as were kept under the key.
    AsRemembered {
        /// The key.
        key: &'static str,
        /// What is the matter if they differ.
        otherwise: String,
        /// Which fault that is.
        code: Code,
    },
}
