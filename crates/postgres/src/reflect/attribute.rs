//! What columns are called, by the numbers under which constraints and indexes know them.

use std::collections::{BTreeSet, HashMap};

use limbeck_core::dialect::DatabaseError;
use limbeck_core::name::Ident;

use super::ident;
use crate::connection::PostgresConnection;

/// What constraints and indexes ask of a column.
#[derive(Debug, Clone)]
pub(super) struct Attribute {
    pub(super) name: Ident,
    /// The oid of its collation; 0 where its type has none.
    pub(super) collation: u32,
}

/// The columns of tables, by the oid of the table and their number (`attnum`).
#[derive(Debug, Default)]
pub(super) struct Attributes {
    tables: HashMap<u32, HashMap<i16, Attribute>>,
}

impl Attributes {
    pub(super) fn add(&mut self, table: u32, number: i16, attribute: Attribute) {
        self.tables.entry(table).or_default().insert(number, attribute);
    }

    /// Returns the column of a number; `None` for an expression, whose number is 0.
    pub(super) fn get(&self, table: u32, number: i16) -> Option<&Attribute> {
        self.tables.get(&table)?.get(&number)
    }

    /// Returns what the columns of these numbers are called, in order; expressions are left out.
    pub(super) fn names(&self, table: u32, numbers: &[i16]) -> Vec<Ident> {
        numbers.iter().filter_map(|number| Some(self.get(table, *number)?.name.clone())).collect()
    }

    /// Reads the columns of those tables that are not known yet, in one query.
    ///
    /// # Errors
    /// What PostgreSQL says.
    pub(super) fn add_missing(
        &mut self,
        connection: &mut PostgresConnection,
        tables: impl Iterator<Item = u32>,
    ) -> Result<(), DatabaseError> {
        let missing: BTreeSet<String> =
            tables.filter(|table| !self.tables.contains_key(table)).map(|table| table.to_string()).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let list: Vec<String> = missing.into_iter().collect();
        let sql = format!(
            "SELECT a.attrelid, a.attnum, a.attname::text, a.attcollation FROM pg_catalog.pg_attribute AS a
            WHERE a.attrelid IN ({}) AND a.attnum > 0 AND NOT a.attisdropped",
            list.join(", ")
        );
        for row in connection.rows(&sql)? {
            let attribute = Attribute { name: ident(row.get(2)), collation: row.get(3) };
            self.add(row.get(0), row.get(1), attribute);
        }
        Ok(())
    }
}
