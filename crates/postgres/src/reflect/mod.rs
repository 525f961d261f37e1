//! Reads a schema back from the catalogs, in a constant number of queries whatever the number of tables.
//!
//! What is in the schema that the connection makes new tables in has a name without a schema. Left out are the system's
//! own schemas, what extensions bring, partitions (their table stands for them), and sequences that belong to columns.

mod attribute;
mod column;
mod constraint;
mod index;
mod object;
mod table;
mod types;

use std::collections::{BTreeMap, HashMap};

use limbeck_core::dialect::{Connection, DatabaseError, Version, asked};
use limbeck_core::name::{Ident, TableName};
use limbeck_core::schema::{Schema, Table};

use crate::connection::PostgresConnection;
use crate::lower;
use crate::server::{COMPRESSION, NULLS_NOT_DISTINCT};
pub(crate) use types::{family_of, read_type};

/// Reads the schema, or some tables of it.
///
/// # Errors
/// What PostgreSQL says.
pub(crate) fn reflect(
    connection: &mut PostgresConnection,
    only: Option<&[TableName]>,
) -> Result<Schema, DatabaseError> {
    let rows = connection.rows("SELECT pg_catalog.current_schema()::text")?;
    let home: Option<String> = rows.first().and_then(|row| row.get(0));
    let version = connection.server().version;
    let which = only.map_or(Which::All, Which::Some);
    let scope = Scope { home: home.unwrap_or_default(), which, version };
    let tables = tables(connection, &scope)?;
    let tables: BTreeMap<_, _> = tables.map(|table| (table.name.clone(), table)).collect();
    let mut schema = Schema { tables, ..Schema::new() };
    schema.enums = object::enums(connection, &scope)?;
    if only.is_none() {
        schema.views = object::views(connection, &scope)?;
        schema.sequences = object::sequences(connection, &scope)?;
        schema.schemas = object::schemas(connection, &scope)?;
    }
    Ok(schema)
}

/// Reads the temporary tables that are called [`asked`] by their places, up to one, and returns them by these.
///
/// # Errors
/// What PostgreSQL says.
pub(crate) fn temporary(
    connection: &mut PostgresConnection,
    many: usize,
) -> Result<BTreeMap<usize, Table>, DatabaseError> {
    let rows = connection.rows("SELECT pg_catalog.current_schema()::text")?;
    let home: Option<String> = rows.first().and_then(|row| row.get(0));
    let version = connection.server().version;
    let scope = Scope { home: home.unwrap_or_default(), which: Which::Asked(many), version };
    let mut found: BTreeMap<String, Table> =
        tables(connection, &scope)?.map(|table| (table.name.name.as_str().to_owned(), table)).collect();
    Ok((0..many).filter_map(|place| Some((place, found.remove(&asked(place))?))).collect())
}

fn tables(
    connection: &mut PostgresConnection,
    scope: &Scope<'_>,
) -> Result<impl Iterator<Item = Table> + use<>, DatabaseError> {
    let mut found: HashMap<u32, Table> = table::read(connection, scope)?.into_iter().collect();
    if !found.is_empty() {
        let mut attributes = column::read(connection, scope, &mut found)?;
        constraint::read(connection, scope, &mut found, &mut attributes)?;
        index::read(connection, scope, &mut found, &attributes)?;
    }
    Ok(found.into_values())
}

/// Which objects are read, and what they are called.
struct Scope<'o> {
    /// The schema whose objects have names without a schema.
    home: String,
    which: Which<'o>,
    version: Version,
}

/// Which tables are read.
enum Which<'o> {
    All,
    Some(&'o [TableName]),
    /// The temporary ones that are called [`asked`] by their places, so many.
    Asked(usize),
}

impl Scope<'_> {
    /// Returns the name of an object.
    fn name(&self, schema: &str, name: &str) -> Option<TableName> {
        let name = Ident::new(name).ok()?;
        match schema == self.home {
            true => Some(TableName::unqualified(name)),
            false => Some(TableName { schema: Some(Ident::new(schema).ok()?), name }),
        }
    }

    /// Returns what tells of `x`, a row of `pg_index`, whether two NULLs are equal to it.
    fn nulls_not_distinct(&self) -> &'static str {
        if self.version < NULLS_NOT_DISTINCT { "false" } else { "coalesce(x.indnullsnotdistinct, false)" }
    }

    /// Returns what tells of `a`, a row of `pg_attribute`, by which method it is compressed.
    fn compression(&self) -> &'static str {
        if self.version < COMPRESSION { "NULL::text" } else { "nullif(a.attcompression::text, '')" }
    }

    /// Returns the condition that picks the tables: of `c`, a row of `pg_class`, in `n`, one of `pg_namespace`.
    fn tables(&self) -> String {
        if let Which::Asked(many) = self.which {
            let mine = lower::sql().kw("n.oid = pg_catalog.pg_my_temp_schema() AND c.relname IN");
            let names: Vec<String> = (0..many).map(asked).collect();
            return mine.list(&names, |sql, name| sql.text(name)).finish();
        }
        let condition = lower::sql().kw("c.relkind IN ('r', 'p') AND NOT c.relispartition AND").kw(OURS);
        let condition = condition.kw(
            "AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS e WHERE e.classid = 'pg_class'::regclass \
             AND e.objid = c.oid AND e.deptype = 'e')",
        );
        match self.which {
            Which::All | Which::Asked(_) => condition.finish(),
            Which::Some([]) => condition.kw("AND false").finish(),
            Which::Some(names) => {
                let condition = condition.kw("AND (n.nspname, c.relname) IN");
                let condition = condition.list(names, |sql, name| {
                    let schema = name.schema.as_ref().map_or(self.home.as_str(), Ident::as_str);
                    sql.list([schema, name.name.as_str()], |sql, text| sql.text(text))
                });
                condition.finish()
            }
        }
    }
}

/// The condition that leaves out the system's schemas: of `n`, a row of `pg_namespace`.
const OURS: &str = "n.nspname NOT IN ('information_schema', 'crdb_internal', 'pg_catalog', 'pg_toast') \
                    AND n.nspname NOT LIKE 'pg\\_temp\\_%' AND n.nspname NOT LIKE 'pg\\_toast\\_temp\\_%'";

fn ident(name: &str) -> Ident {
    Ident::new(name).expect("the database has no empty names")
}
