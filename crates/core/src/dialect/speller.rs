//! Asks a database how it would write what it keeps: two texts may be the same to it where they alone would say that they
//! differ.

use std::collections::{BTreeMap, BTreeSet};

use crate::column_type::ColumnType;
use crate::literal::RawSql;
use crate::name::{Ident, TableName};
use crate::schema::{Check, Column, Constraint, Index, Schema, Table, View, mention};

use super::{Connection, DatabaseError};

/// The name of what a database is asked about.
pub const ASKED: &str = "_limbeck_asked";

/// A database that writes expressions anew in ways that only it knows: `a <> 'x'` of a number becomes `a <> 0`.
pub trait Speller {
    /// Returns a table as the database would keep it: with the types, defaults, computed values, checks and indexes that it has,
    /// by the names that they have. `None` when it cannot be asked, or does not take it. The table is called [`ASKED`].
    ///
    /// Nothing is left behind, and a transaction that is open stays open.
    ///
    /// # Errors
    /// What ends the connection, or the run.
    fn kept(&mut self, table: &Table, around: &Schema) -> Result<Option<Table>, DatabaseError>;

    /// Returns the query of a view as the database would keep it; `None` when it cannot be asked, or does not take it.
    ///
    /// Nothing is left behind, and a transaction that is open stays open.
    ///
    /// # Errors
    /// What ends the connection, or the run.
    fn kept_view(&mut self, view: &View) -> Result<Option<RawSql>, DatabaseError>;
}

/// Where the texts of two schemas that are compared come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Texts {
    /// A database has printed those of one at least.
    Printed,
    /// People wrote both.
    Written,
}

/// Writes the texts and types of a schema as they are in another, `like`, where both mean the same: in the
/// [form](super::Dialect::form) in which such texts are compared, or to the database. It is asked only about what is in both and
/// differs in that form; one that has no [`Speller`] is not asked at all.
///
/// # Errors
/// What ends the connection.
pub fn spell_alike(
    connection: &mut dyn Connection,
    like: &Schema,
    schema: &mut Schema,
    texts: Texts,
) -> Result<(), DatabaseError> {
    let (dialect, server) = (connection.dialect(), connection.server().clone());
    let form = |schema: &Schema| dialect.form(schema, &server, texts);
    for (name, known) in &like.tables {
        let Some(table) = schema.tables.get(name).filter(|table| may_differ(known, table)) else { continue };
        let forms = form(&alone(known, like))
            .tables
            .remove(name)
            .zip(form(&alone(table, schema)).tables.remove(name));
        let Some((known_form, table_form)) = forms else { continue };
        let mut alike = Alike::new(known, table.clone());
        let differing = alike.take_same(&known_form, &table_form);
        if !differing.is_empty()
            && let Some(speller) = connection.speller()
        {
            alike.ask(&differing, [like, schema], speller)?;
        }
        let table = alike.table;
        schema.tables.insert(name.clone(), table);
    }
    views_alike(connection, like, schema, &form)
}

fn views_alike(
    connection: &mut dyn Connection,
    like: &Schema,
    schema: &mut Schema,
    form: &dyn Fn(&Schema) -> Schema,
) -> Result<(), DatabaseError> {
    for (name, known) in &like.views {
        let Some(view) = schema.views.get_mut(name).filter(|view| view.sql != known.sql) else { continue };
        let form_of = |view: &View| {
            let mut alone = Schema::new();
            alone.views.insert(name.clone(), view.clone());
            form(&alone).views.remove(name).map(|view| view.sql)
        };
        let same = form_of(known) == form_of(view)
            || match connection.speller() {
                Some(speller) => {
                    let kept = speller.kept_view(known)?;
                    kept.is_some() && kept == speller.kept_view(view)?
                }
                None => false,
            };
        if same {
            view.sql.clone_from(&known.sql);
        }
    }
    Ok(())
}

/// Returns a schema with one of its tables, without what points at others.
fn alone(table: &Table, around: &Schema) -> Schema {
    let mut alone = Schema { enums: around.enums.clone(), ..Schema::new() };
    let mut table = table.clone();
    table.constraints.retain(|one| matches!(one, Constraint::Check(_) | Constraint::PrimaryKey(_)));
    alone.tables.insert(table.name.clone(), table);
    alone
}

/// Says whether two tables differ in what the database may be asked about.
fn may_differ(known: &Table, table: &Table) -> bool {
    let columns = || {
        known.columns.iter().any(|known| {
            let differs = |column: &Column| {
                let of =
                    |column: &Column| (column.ty.clone(), column.default.clone(), column.generated.clone());
                of(known) != of(column)
            };
            table.column(&known.name).is_some_and(differs)
        })
    };
    let checks = || !checks(known).is_empty() && checks(known) != checks(table);
    let indexes = || known.indexes.iter().any(|index| !index.texts().is_empty());
    checks() || columns() || indexes()
}

/// What differs between two tables.
#[derive(Default)]
struct Differing {
    columns: Vec<Ident>,
    checks: bool,
    indexes: Vec<Ident>,
}

impl Differing {
    fn is_empty(&self) -> bool {
        self.columns.is_empty() && !self.checks && self.indexes.is_empty()
    }
}

/// A table that takes over what another has, where both mean the same.
struct Alike<'t> {
    known: &'t Table,
    table: Table,
}

impl<'t> Alike<'t> {
    fn new(known: &'t Table, table: Table) -> Self {
        Self { known, table }
    }

    /// Takes over what is the same in the form in which both are compared, and returns what is not.
    fn take_same(&mut self, known: &Table, own: &Table) -> Differing {
        let mut differing = Differing::default();
        for column in &self.known.columns {
            let (Some(known), Some(own)) = (known.column(&column.name), own.column(&column.name)) else {
                continue;
            };
            if !self.take_column(column, known, own) {
                differing.columns.push(column.name.clone());
            }
        }
        // The form may leave checks out, so that they are told apart by their texts.
        differing.checks = !self.take_checks(&form_texts(self.known, known), &form_texts(&self.table, own));
        for index in &self.known.indexes {
            let of = |table: &Table| table.indexes.iter().find(|one| one.name == index.name).cloned();
            let (Some(known), Some(own)) = (of(known), of(own)) else { continue };
            if !self.take_index(index, &known, &own) {
                differing.indexes.push(index.name.clone());
            }
        }
        differing
    }

    /// Asks the database about what differs: about all at once, and if it does not take that, about one after the other.
    fn ask(
        &mut self,
        differing: &Differing,
        [like, around]: [&Schema; 2],
        speller: &mut dyn Speller,
    ) -> Result<(), DatabaseError> {
        let mut both = |known: &Asked, own: &Asked| -> Result<Option<(Table, Table)>, DatabaseError> {
            let Some(known) = speller.kept(&known.table(self.known), like)? else { return Ok(None) };
            Ok(speller.kept(&own.table(&self.table), around)?.map(|own| (known, own)))
        };
        let all = |table: &Table| Asked::all(table, differing);
        let mut answers = Vec::new();
        match both(&all(self.known), &all(&self.table))? {
            Some(answer) => answers.push(answer),
            None => {
                for column in &differing.columns {
                    let one = Asked { columns: vec![column.clone()], ..Asked::default() };
                    answers.extend(both(&one, &one)?);
                }
                for index in &differing.indexes {
                    let one = Asked { indexes: vec![index.clone()], ..Asked::default() };
                    answers.extend(both(&one, &one)?);
                }
                if differing.checks {
                    let checks = |table: &Table| Asked {
                        checks: (0..checks(table).len()).collect(),
                        ..Asked::default()
                    };
                    answers.extend(both(&checks(self.known), &checks(&self.table))?);
                }
            }
        }
        for (known, own) in answers {
            self.take_answer(&known, &own);
        }
        Ok(())
    }

    fn take_answer(&mut self, known: &Table, own: &Table) {
        for column in &self.known.columns {
            if let (Some(known), Some(own)) = (known.column(&column.name), own.column(&column.name)) {
                self.take_column(column, known, own);
            }
        }
        let kept = |table: &Table| {
            let named = |one: &Constraint| match one {
                Constraint::Check(check) => Some((number(check.name.as_ref()?)?, check.sql.clone())),
                _ => None,
            };
            table.constraints.iter().filter_map(named).collect::<BTreeMap<usize, RawSql>>()
        };
        self.take_checks(&kept(known), &kept(own));
        for index in &self.known.indexes {
            let of = |table: &Table| table.indexes.iter().find(|one| one.name == index.name).cloned();
            if let (Some(known), Some(own)) = (of(known), of(own)) {
                self.take_index(index, &known, &own);
            }
        }
    }

    /// Takes over what is the same of a column, given as both are compared; says whether that is all.
    fn take_column(&mut self, column: &Column, known: &Column, own: &Column) -> bool {
        let Some(taker) = self.table.columns.iter_mut().find(|one| one.name == column.name) else {
            return true;
        };
        let (ty, default, generated) =
            (known.ty == own.ty, known.default == own.default, known.generated == own.generated);
        // The values of an enum may stand elsewhere in its schema.
        if ty && !is_enum(&column.ty) {
            taker.ty.clone_from(&column.ty);
        }
        // What is the same in one type may not be in another.
        if ty && default && column.default.is_some() && taker.default.is_some() {
            taker.default.clone_from(&column.default);
        }
        if generated && column.generated.is_some() && taker.generated.is_some() {
            taker.generated.clone_from(&column.generated);
        }
        let one_has_none = |one: bool, other: bool| one != other;
        ty && (default || one_has_none(known.default.is_some(), own.default.is_some()))
            && (generated || one_has_none(known.generated.is_some(), own.generated.is_some()))
    }

    /// Takes over the texts of checks, by their places and as they are compared; says whether nothing is left that differs on
    /// both sides.
    fn take_checks(&mut self, known: &BTreeMap<usize, RawSql>, own: &BTreeMap<usize, RawSql>) -> bool {
        let texts = checks(self.known);
        let by_form: BTreeMap<&RawSql, &RawSql> =
            known.iter().filter_map(|(place, form)| Some((form, *texts.get(*place)?))).collect();
        let mut taken = BTreeSet::new();
        let mut left = false;
        let own_checks = self.table.constraints.iter_mut().filter_map(|one| match one {
            Constraint::Check(check) => Some(&mut check.sql),
            _ => None,
        });
        for (place, sql) in own_checks.enumerate() {
            let Some(form) = own.get(&place) else { continue };
            match by_form.get(form) {
                Some(text) => {
                    sql.clone_from(text);
                    taken.insert(form);
                }
                None => left = true,
            }
        }
        !left || by_form.keys().all(|form| taken.contains(*form))
    }

    /// Takes over the texts of an index, given as both are compared, if they are the same; says whether they are.
    fn take_index(&mut self, index: &Index, known: &Index, own: &Index) -> bool {
        let Some(taker) = self.table.indexes.iter_mut().find(|one| one.name == index.name) else {
            return true;
        };
        let keys = |index: &Index| index.columns.iter().map(|column| column.key.clone()).collect::<Vec<_>>();
        let same = keys(known) == keys(own) && known.filter == own.filter;
        if same
            && taker.columns.len() == index.columns.len()
            && taker.filter.is_some() == index.filter.is_some()
        {
            for (taker, column) in taker.columns.iter_mut().zip(&index.columns) {
                taker.key.clone_from(&column.key);
            }
            taker.filter.clone_from(&index.filter);
        }
        same
    }
}

/// Returns the texts of the checks of a table as they are compared, by their places.
fn form_texts(table: &Table, form: &Table) -> BTreeMap<usize, RawSql> {
    let forms = checks(form);
    // A form that leaves some out does not tell which.
    match forms.len() == checks(table).len() {
        true => forms.into_iter().cloned().enumerate().collect(),
        false => BTreeMap::new(),
    }
}

/// What of a table the database is asked about.
#[derive(Default)]
struct Asked {
    columns: Vec<Ident>,
    checks: Vec<usize>,
    indexes: Vec<Ident>,
}

impl Asked {
    fn all(table: &Table, differing: &Differing) -> Self {
        let checks = if differing.checks { (0..checks(table).len()).collect() } else { Vec::new() };
        Self { columns: differing.columns.clone(), checks, indexes: differing.indexes.clone() }
    }

    /// Makes the table that the database is asked about: with what is asked of another, and the columns that it may name.
    fn table(&self, of: &Table) -> Table {
        let indexes: Vec<Index> =
            of.indexes.iter().filter(|index| self.indexes.contains(&index.name)).cloned().collect();
        let texts: Vec<&RawSql> = checks(of);
        let asked_checks: Vec<(usize, &RawSql)> =
            self.checks.iter().filter_map(|place| Some((*place, *texts.get(*place)?))).collect();
        let is_named = |column: &Column| {
            let names = |text: &str| mention::mentions(text, &column.name);
            let computes = of.columns.iter().filter(|one| self.columns.contains(&one.name));
            computes.filter_map(|one| one.generated.as_ref()).any(|one| names(one.sql.as_str()))
                || asked_checks.iter().any(|(_, text)| names(text.as_str()))
                || indexes.iter().any(|index| {
                    index.named_columns().contains(&&column.name) || index.texts().into_iter().any(names)
                })
        };
        let columns = of.columns.iter().filter_map(|column| match self.columns.contains(&column.name) {
            true => Some(Column {
                default: column.default.clone(),
                generated: column.generated.clone(),
                nullable: column.nullable,
                ..bare(column)
            }),
            false => is_named(column).then(|| bare(column)),
        });
        let mut table = Table::new(TableName::unqualified(ident(ASKED)), columns.collect());
        table.constraints = asked_checks
            .into_iter()
            .map(|(place, sql)| {
                Constraint::Check(Check { name: Some(check_name(place)), sql: sql.clone(), not_valid: false })
            })
            .collect();
        table.indexes = indexes;
        table
    }
}

/// Returns a column of which nothing is said but what its values are.
fn bare(column: &Column) -> Column {
    Column {
        collation: column.collation.clone(),
        autoincrement: Some(false),
        ..Column::new(column.name.clone(), column.ty.clone())
    }
}

fn is_enum(ty: &ColumnType) -> bool {
    match ty {
        ColumnType::Enum { .. } => true,
        ColumnType::Array(item) => is_enum(item),
        _ => false,
    }
}

fn check_name(place: usize) -> Ident {
    ident(&format!("_limbeck_check_{place}_"))
}

fn number(name: &Ident) -> Option<usize> {
    name.as_str().strip_prefix("_limbeck_check_")?.strip_suffix('_')?.parse().ok()
}

fn ident(name: &str) -> Ident {
    Ident::new(name).expect("names in the program are good")
}

fn checks(table: &Table) -> Vec<&RawSql> {
    let texts = table.constraints.iter().filter_map(|one| match one {
        Constraint::Check(check) => Some(&check.sql),
        _ => None,
    });
    texts.collect()
}
