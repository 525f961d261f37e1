//! What the database holds, as far as a script may ask: the schema before it, with what it has done itself so far.

use limbeck_core::fold::Fold;
use limbeck_core::name::{Ident, TableName};
use limbeck_core::schema::{Schema, Table};
use ruff_text_size::{Ranged, TextRange};

use super::interpreter::{Eval, Interpreter};

/// The schema that a script finds.
#[derive(Default)]
pub(super) struct Asked<'t> {
    before: Option<&'t Fold>,
    /// The same with the operations of the script, once both it has done some and asks.
    now: Option<Fold>,
    /// How many of its operations are in that.
    seen: usize,
    /// Whether an answer is missing: another schema, or any, would help.
    pub(super) missing: bool,
}

impl<'t> Asked<'t> {
    pub(super) fn new(before: Option<&'t Fold>) -> Self {
        Self { before, ..Self::default() }
    }
}

impl Interpreter<'_> {
    /// Returns the schema at this point of the script.
    ///
    /// # Errors
    /// Stops when there is none to ask, or when what the script has done does not fit it.
    fn schema(&mut self, at: TextRange) -> Eval<&Schema> {
        let Some(before) = self.asked.before else {
            self.asked.missing = true;
            return self.untold(at, "what the database holds, which only a database knows");
        };
        let asked = &mut self.asked;
        let mut misfit = None;
        if self.operations.len() > asked.seen {
            let now = asked.now.get_or_insert_with(|| before.clone());
            for operation in &self.operations[asked.seen..] {
                if let Err(fault) = now.apply(operation) {
                    misfit.get_or_insert(fault.message);
                }
            }
            asked.seen = self.operations.len();
        }
        if let Some(why) = misfit {
            asked.missing = true;
            return self.untold(at, format!("what the database holds, as {why}"));
        }
        Ok(self.asked.now.as_ref().unwrap_or(before).schema())
    }

    /// Returns the schema if all of it is known.
    ///
    /// # Errors
    /// Stops when something may have made what is not known.
    pub(super) fn whole_schema(&mut self, at: TextRange) -> Eval<&Schema> {
        let cause = self.schema(at)?.opaque.causes().first().map(|cause| cause.statement.clone());
        match cause {
            Some(cause) => self.unclear(at, "what the database holds", &cause),
            None => self.schema(at),
        }
    }

    fn unclear<T>(&mut self, at: TextRange, what: &str, cause: &str) -> Eval<T> {
        self.asked.missing = true;
        self.untold(at, format!("{what}, which is not known behind `{cause}`"))
    }

    /// Returns the table of that name, if there is one.
    ///
    /// # Errors
    /// Stops when that is not known: something that is not understood may have made, changed or dropped it, or it may be
    /// found in another schema.
    pub(super) fn table_there(
        &mut self,
        at: TextRange,
        name: &str,
        schema: Option<&str>,
    ) -> Eval<Option<Table>> {
        let wanted = self.table_name(at, name, schema)?;
        let lookup = Lookup { wanted: &wanted, folds_case: self.dialect == "sqlite" };
        let known = self.schema(at)?;
        if let Some(cause) = known.opaque.touching(&wanted.name).into_iter().next() {
            return self.unclear(at, &format!("whether there is a table `{name}`"), &cause.statement);
        }
        if let Some(exactly) = known.tables.get(&wanted) {
            return Ok(Some(exactly.clone()));
        }
        let found = lookup
            .find(known.tables.keys())
            .map(|found| found.map(|name| known.tables[name].clone()))
            .map_err(Clone::clone);
        match found {
            Ok(None) if self.dialect == "mysql" && wanted.schema.is_some() => {
                self.untold(at, format!("whether there is a table `{name}` in another database"))
            }
            Ok(found) => Ok(found),
            Err(other) => self.untold(at, format!("whether there is a table `{name}` beside `{other}`")),
        }
    }

    /// Says whether there is a table or view of that name.
    ///
    /// # Errors
    /// As [`Interpreter::table_there`].
    pub(super) fn relation_there(&mut self, at: TextRange, name: &str, schema: Option<&str>) -> Eval<bool> {
        if self.is_version_table(name, schema) || self.table_there(at, name, schema)?.is_some() {
            return Ok(true);
        }
        let wanted = self.table_name(at, name, schema)?;
        let lookup = Lookup { wanted: &wanted, folds_case: self.dialect == "sqlite" };
        let found =
            lookup.find(self.schema(at)?.views.keys()).map(|found| found.is_some()).map_err(Clone::clone);
        match found {
            Ok(found) => Ok(found),
            Err(other) => self.untold(at, format!("whether there is a view `{name}` beside `{other}`")),
        }
    }

    /// Fails as SQLAlchemy does where there is no table of that name.
    ///
    /// # Errors
    /// Always. Of a view and of the version table there would be an answer, which is not known here.
    pub(super) fn no_such_table<T>(
        &mut self,
        at: impl Ranged + Copy,
        name: &str,
        schema: Option<&str>,
    ) -> Eval<T> {
        if self.relation_there(at.range(), name, schema)? {
            return self
                .untold(at.range(), format!("what `{name}` holds, which is a view or the version table"));
        }
        self.raise(at.range(), "NoSuchTableError", &format!("there is no table `{name}`"))
    }

    /// Says whether a name is that of the version table, which is there before the first script runs.
    pub(super) fn is_version_table(&self, name: &str, schema: Option<&str>) -> bool {
        let schema = schema.filter(|schema| !schema.is_empty());
        self.version_table.is_some_and(|table| {
            table.name.as_str() == name && table.schema.as_ref().map(Ident::as_str) == schema
        })
    }

    /// Returns the names of the tables in a schema, in order; that of the version table among them.
    ///
    /// # Errors
    /// As [`Interpreter::whole_schema`].
    pub(super) fn tables_there(&mut self, at: TextRange, schema: Option<&str>) -> Eval<Vec<String>> {
        let own = self.version_table.cloned();
        let schema = schema.filter(|schema| !schema.is_empty());
        let tables = self.whole_schema(at)?.tables.keys().chain(&own);
        let inside = tables.filter(|table| table.schema.as_ref().map(Ident::as_str) == schema);
        let mut names: Vec<String> = inside.map(|table| table.name.to_string()).collect();
        names.sort();
        names.dedup();
        // A schema that is named may be the one in which tables without a schema are.
        if schema.is_some() && names.is_empty() {
            return self.untold(at, "which tables are in a schema that is named");
        }
        Ok(names)
    }
}

/// A name that is looked for among others.
struct Lookup<'n> {
    wanted: &'n TableName,
    /// Whether small and capital letters are the same.
    folds_case: bool,
}

impl Lookup<'_> {
    /// Returns the name that is meant.
    ///
    /// # Errors
    /// Another one that may be meant.
    fn find<'a>(
        &self,
        names: impl Iterator<Item = &'a TableName> + Clone,
    ) -> Result<Option<&'a TableName>, &'a TableName> {
        let Self { wanted, folds_case } = self;
        if let Some(found) = names.clone().find(|name| name == wanted) {
            return Ok(Some(found));
        }
        let alike = |name: &&TableName| {
            name.name.to_string().to_lowercase() == wanted.name.to_string().to_lowercase()
        };
        match names.filter(|name| alike(name)).max_by_key(|name| name.schema == wanted.schema) {
            Some(other) if *folds_case && other.schema == wanted.schema => Ok(Some(other)),
            // On some servers letters count, and a schema that is not named may be the one that is.
            Some(other) => Err(other),
            None => Ok(None),
        }
    }
}
