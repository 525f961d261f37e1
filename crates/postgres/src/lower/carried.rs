//! What stands on a table that is made anew: keys of others, views, triggers, rules, policies, grants, sequences.
//!
//! One query of the catalogs writes the statements that take all of it away and put it back. Where the database is at
//! hand, they are read first, so that a plan shows them; a script carries the query along and runs what it finds.

use limbeck_core::dialect::Statement;
use limbeck_core::literal::Literal;
use limbeck_core::name::{Ident, TableName};
use limbeck_core::schema::{CarryStage, Stored};
use limbeck_core::sql::Sql;

use super::sql;

/// What is asked of the catalogs.
pub(crate) struct Asked<'a> {
    /// The table that is made anew.
    pub(crate) table: &'a TableName,
    /// The columns that the table is known to have.
    pub(crate) known: Vec<Ident>,
    /// The columns that go.
    pub(crate) columns: Vec<Ident>,
    /// The rules and indexes that go, or are made in another form.
    pub(crate) rules: Vec<Ident>,
    /// The columns that go on counting up as they do.
    pub(crate) counting: Vec<Ident>,
}

impl Asked<'_> {
    /// Returns the query. Its rows are the place, the stage, what it is about in words, and the statement; see
    /// `carried.sql` for the stages.
    pub(crate) fn query(&self) -> Sql {
        let name = sql().table(self.table).finish();
        let query =
            sql().kw("WITH RECURSIVE asked(id, known, columns, rules, counting) AS (SELECT").text(&name);
        let query = query.close("::pg_catalog.regclass::pg_catalog.oid");
        let query = [&self.known, &self.columns, &self.rules, &self.counting].into_iter().fold(
            query,
            |query, names| {
                let query = query.close(",").kw("ARRAY[").glue("");
                let query = names.iter().enumerate().fold(query, |query, (i, name)| {
                    let query = if i == 0 { query } else { query.close(",") };
                    query.text(name.as_str())
                });
                query.close("]::text[]")
            },
        );
        query.close("),").glue("\n").kw(include_str!("carried.sql"))
    }

    /// Returns the statements of a stage: those that were read, or one that runs what the query found.
    pub(super) fn stage(&self, stage: CarryStage, stored: Option<&Stored>) -> Vec<Statement> {
        match stored {
            Some(stored) => {
                let carried = stored.carried.iter().filter(|carried| carried.stage == stage);
                let one = |carried: &limbeck_core::schema::Carried| {
                    Statement::new(carried.sql.as_str(), why(stage, &carried.object))
                };
                carried.map(one).collect()
            }
            None => vec![Statement::new(self.run(stage).finish(), why(stage, "what stands on the table"))],
        }
    }

    /// Returns the statements that look what stands on the table, where nobody has looked yet.
    pub(super) fn look(&self, stored: Option<&Stored>) -> Vec<Statement> {
        if stored.is_some() {
            return Vec::new();
        }
        let text = sql().kw("CREATE TEMPORARY TABLE _limbeck_carried ON COMMIT DROP AS").glue("\n");
        vec![Statement::new(text.sql(&self.query()).finish(), "look what stands on the table")]
    }

    /// Returns the statements that forget what was found.
    pub(super) fn forget(&self, stored: Option<&Stored>) -> Vec<Statement> {
        match stored {
            Some(_) => Vec::new(),
            None => vec![Statement::new("DROP TABLE pg_temp._limbeck_carried", "all of it is back")],
        }
    }

    /// Writes a block that runs what was found for a stage. The first refuses what cannot be kept.
    fn run(&self, stage: CarryStage) -> Sql {
        let table = self.table;
        let body = sql().kw("DECLARE one record; BEGIN");
        let body = match stage {
            CarryStage::Away => body
                .kw("FOR one IN SELECT * FROM pg_temp._limbeck_carried WHERE stage <= 0 ORDER BY place LOOP")
                .kw("RAISE EXCEPTION USING MESSAGE = CASE one.stage WHEN 0 THEN")
                .text(&would_lose(table, ""))
                .kw("ELSE '' END || one.object; END LOOP;"),
            _ => body,
        };
        let body = body.kw("FOR one IN SELECT * FROM pg_temp._limbeck_carried WHERE stage =");
        let body = body.number(number(stage)).kw("ORDER BY place LOOP EXECUTE one.sql; END LOOP; END");
        sql().kw("DO").literal(&Literal::text(body.finish()))
    }
}

/// Says that something would be lost.
pub(crate) fn would_lose(table: &TableName, what: &str) -> String {
    format!("making table `{table}` anew would lose {what}")
}

/// Reads the number of a stage; `None` for what cannot be kept.
pub(crate) fn stage_of(number: i32) -> Option<CarryStage> {
    [CarryStage::Away, CarryStage::Beside, CarryStage::Rules, CarryStage::Back]
        .into_iter()
        .find(|stage| i64::from(number) == self::number(*stage))
}

fn number(stage: CarryStage) -> i64 {
    match stage {
        CarryStage::Away => 1,
        CarryStage::Beside => 2,
        CarryStage::Rules => 3,
        CarryStage::Back => 4,
    }
}

fn why(stage: CarryStage, object: &str) -> String {
    let what = match stage {
        CarryStage::Away => "set aside",
        CarryStage::Beside | CarryStage::Rules => "keep",
        CarryStage::Back => "put back",
    };
    format!("{what} {object}")
}
