//! Asks a database how it would write what it keeps: two texts may be the same to it where they alone would say that they
//! differ.

use std::collections::{BTreeMap, BTreeSet};

use crate::column_type::ColumnType;
use crate::literal::RawSql;
use crate::name::{Ident, TableName};
use crate::schema::{Check, Column, Constraint, Index, Schema, Table, View, mention};

use super::{Connection, DatabaseError};

/// A database that writes expressions anew in ways that only it knows: `a <> 'x'` of a number becomes `a <> 0`.
pub trait Speller {
    /// Returns tables as the database would keep them, in their order: with the types, defaults, computed values, checks and
    /// indexes that they have, by the names that they have. `None` for one about which it cannot be asked, or that it does not
    /// take. Each is called [`asked`] by its place.
    ///
    /// Nothing is left behind, and a transaction that is open stays open.
    ///
    /// # Errors
    /// What ends the connection, or the run.
    fn kept(&mut self, tables: &[Table], around: &Schema) -> Result<Vec<Option<Table>>, DatabaseError>;

    /// Returns the queries of views as the database would keep them, in their order; `None` for one about which it cannot be
    /// asked, or that it does not take.
    ///
    /// Nothing is left behind, and a transaction that is open stays open.
    ///
    /// # Errors
    /// What ends the connection, or the run.
    fn kept_queries(&mut self, queries: &[RawSql]) -> Result<Vec<Option<RawSql>>, DatabaseError>;
}

/// Returns what the thing at a place is called about which a database is asked.
pub fn asked(place: usize) -> String {
    format!("_limbeck_asked_{place}")
}

/// How often a database is asked about its own answers: what it has printed it may print anew in another way, such as
/// PostgreSQL's `(b)::text = ANY (…)`, but not for ever.
const ROUNDS: u32 = 2;

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
/// differs in that form, about all of it together; one that has no [`Speller`] is not asked at all.
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
    let mut alike = Vec::new();
    let mut questions = Vec::new();
    for (name, known) in &like.tables {
        let Some(table) = schema.tables.get(name).filter(|table| may_differ(known, table)) else { continue };
        let whole = [Part::whole(known), Part::whole(table)];
        let mut one = Alike { known, table: table.clone() };
        let forms = [form_of(&whole[0], like, &form), form_of(&whole[1], schema, &form)];
        let differing = one.take(&Part::all(known), &forms[0], &forms[1]);
        if !differing.is_empty() {
            questions.push(Question::of(alike.len(), &differing, whole));
        }
        alike.push(one);
    }
    if let Some(speller) = connection.speller().filter(|_| !questions.is_empty()) {
        Asking { speller, like, schema }.ask(questions, &mut alike)?;
    }
    for Alike { table, .. } in alike {
        schema.tables.insert(table.name.clone(), table);
    }
    views_alike(connection, like, schema, &form)
}

fn views_alike(
    connection: &mut dyn Connection,
    like: &Schema,
    schema: &mut Schema,
    form: &dyn Fn(&Schema) -> Schema,
) -> Result<(), DatabaseError> {
    let form_of = |view: &View| {
        let mut alone = Schema::new();
        alone.views.insert(view.name.clone(), view.clone());
        form(&alone).views.remove(&view.name).map(|view| view.sql)
    };
    let mut questions = Vec::new();
    for (name, known) in &like.views {
        let Some(view) = schema.views.get_mut(name).filter(|view| view.sql != known.sql) else { continue };
        match form_of(known) == form_of(view) {
            true => view.sql.clone_from(&known.sql),
            false => questions.push((known, [known.sql.clone(), view.sql.clone()])),
        }
    }
    let Some(speller) = connection.speller() else { return Ok(()) };
    for _ in 0..ROUNDS {
        let queries: Vec<RawSql> = questions.iter().flat_map(|(_, both)| both.clone()).collect();
        if queries.is_empty() {
            break;
        }
        let answers = speller.kept_queries(&queries)?;
        let mut left = Vec::new();
        for ((known, _), answer) in questions.into_iter().zip(answers.chunks(2)) {
            let [Some(one), Some(other)] = answer else { continue };
            match schema.views.get_mut(&known.name).filter(|_| one == other) {
                Some(view) => view.sql.clone_from(&known.sql),
                None => left.push((known, [one.clone(), other.clone()])),
            }
        }
        questions = left;
    }
    Ok(())
}

/// Returns a part of a table in the form in which it is compared, without what points at others.
fn form_of(part: &Table, around: &Schema, form: &dyn Fn(&Schema) -> Schema) -> Table {
    let mut alone = Schema { enums: around.enums.clone(), ..Schema::new() };
    alone.tables.insert(part.name.clone(), part.clone());
    form(&alone).tables.remove(&part.name).unwrap_or_else(|| part.clone())
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

/// What a database is asked: whether parts of two tables are the same.
struct Question {
    /// Which of the pairs of tables it is about.
    pair: usize,
    /// The parts: of the known one, and of the other.
    parts: [Table; 2],
    /// What of them is asked; the rest is there because it is named.
    about: Part,
}

impl Question {
    fn of(pair: usize, about: &Part, [known, own]: [Table; 2]) -> Self {
        Self { pair, parts: [about.of(&known), about.of(&own)], about: about.clone() }
    }

    /// Returns a question for each thing that is asked; none when there is one thing alone.
    fn apart(&self) -> Vec<Self> {
        let parts = self.about.apart();
        match parts.len() {
            1 => Vec::new(),
            _ => parts.iter().map(|part| Self::of(self.pair, part, self.parts.clone())).collect(),
        }
    }
}

/// Who asks.
struct Asking<'a> {
    speller: &'a mut dyn Speller,
    like: &'a Schema,
    schema: &'a Schema,
}

impl Asking<'_> {
    /// Asks about all, and by itself about each thing of what the database does not take; takes over what is the same to it.
    fn ask(&mut self, questions: Vec<Question>, alike: &mut [Alike<'_>]) -> Result<(), DatabaseError> {
        let mut refused = Vec::new();
        let left = self.known(questions, &mut refused, alike)?;
        self.rounds(left, &mut refused, alike)?;
        let apart = refused.iter().flat_map(Question::apart).collect();
        self.rounds(apart, &mut Vec::new(), alike)
    }

    /// Asks about what is known alone: what the database makes of it may well be what the other is already.
    fn known(
        &mut self,
        questions: Vec<Question>,
        refused: &mut Vec<Question>,
        alike: &mut [Alike<'_>],
    ) -> Result<Vec<Question>, DatabaseError> {
        let known = self.kept(&questions, 0)?;
        let mut left = Vec::new();
        for (question, known) in questions.into_iter().zip(known) {
            let Some(known) = known else {
                refused.push(question);
                continue;
            };
            if !self.take(&question, [&known, &question.parts[1]], alike).is_empty() {
                left.push(question);
            }
        }
        Ok(left)
    }

    fn rounds(
        &mut self,
        mut questions: Vec<Question>,
        refused: &mut Vec<Question>,
        alike: &mut [Alike<'_>],
    ) -> Result<(), DatabaseError> {
        for _ in 0..ROUNDS {
            questions = self.round(questions, refused, alike)?;
        }
        Ok(())
    }

    /// Asks about both parts of each question, and returns what to ask next: what the database said of them, where it differs.
    fn round(
        &mut self,
        questions: Vec<Question>,
        refused: &mut Vec<Question>,
        alike: &mut [Alike<'_>],
    ) -> Result<Vec<Question>, DatabaseError> {
        let (known, own) = (self.kept(&questions, 0)?, self.kept(&questions, 1)?);
        let mut next = Vec::new();
        for (question, answers) in questions.into_iter().zip(known.into_iter().zip(own)) {
            let (Some(known), Some(own)) = answers else {
                refused.push(question);
                continue;
            };
            let differing = self.take(&question, [&known, &own], alike);
            if !differing.is_empty() {
                next.push(Question::of(question.pair, &differing, [known, own]));
            }
        }
        Ok(next)
    }

    /// Takes over what is the same in the parts of a question, as the database prints both, and returns what of it is not.
    fn take(&self, question: &Question, [known, own]: [&Table; 2], alike: &mut [Alike<'_>]) -> Part {
        alike[question.pair].take(&question.about, known, own)
    }

    /// Returns the parts of questions as the database would keep them: of what is known, or of the others.
    fn kept(&mut self, questions: &[Question], side: usize) -> Result<Vec<Option<Table>>, DatabaseError> {
        if questions.is_empty() {
            return Ok(Vec::new());
        }
        let mut tables: Vec<Table> = questions.iter().map(|question| question.parts[side].clone()).collect();
        for (place, table) in tables.iter_mut().enumerate() {
            table.name = TableName::unqualified(ident(&asked(place)));
        }
        let mut kept = self.speller.kept(&tables, [self.like, self.schema][side])?;
        for (kept, question) in kept.iter_mut().zip(questions) {
            if let Some(kept) = kept {
                kept.name = question.parts[side].name.clone();
            }
        }
        Ok(kept)
    }
}

/// A table that takes over what another has, where both mean the same.
struct Alike<'t> {
    known: &'t Table,
    table: Table,
}

impl Alike<'_> {
    /// Takes over what is the same in parts of the tables, given as they are compared, and returns what of them is not.
    fn take(&mut self, about: &Part, known: &Table, own: &Table) -> Part {
        let mut differing = Part::default();
        for column in self.known.columns.iter().filter(|one| about.columns.contains(&one.name)) {
            let (Some(known), Some(own)) = (known.column(&column.name), own.column(&column.name)) else {
                continue;
            };
            if !self.take_column(column, known, own) {
                differing.columns.insert(column.name.clone());
            }
        }
        let kept = |table: &Table| {
            let numbered = |check: &Check| Some((number(check.name.as_ref()?)?, check.sql.clone()));
            table.constraints.iter().filter_map(check).filter_map(numbered).collect()
        };
        differing.checks = about.checks && !self.take_checks(&kept(known), &kept(own));
        for index in self.known.indexes.iter().filter(|one| about.indexes.contains(&one.name)) {
            let of = |table: &Table| table.indexes.iter().find(|one| one.name == index.name).cloned();
            let (Some(known), Some(own)) = (of(known), of(own)) else { continue };
            if !self.take_index(index, &known, &own) {
                differing.indexes.insert(index.name.clone());
            }
        }
        differing
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

/// Some things of a table: those in which it differs from another, or about which a database is asked.
#[derive(Clone, Default)]
struct Part {
    columns: BTreeSet<Ident>,
    checks: bool,
    indexes: BTreeSet<Ident>,
}

impl Part {
    fn is_empty(&self) -> bool {
        self.columns.is_empty() && !self.checks && self.indexes.is_empty()
    }

    /// Returns each thing by itself.
    fn apart(&self) -> Vec<Self> {
        let columns =
            self.columns.iter().map(|one| Self { columns: [one.clone()].into(), ..Self::default() });
        let indexes =
            self.indexes.iter().map(|one| Self { indexes: [one.clone()].into(), ..Self::default() });
        let checks = self.checks.then(|| Self { checks: true, ..Self::default() });
        columns.chain(indexes).chain(checks).collect()
    }

    /// Returns all things of a table.
    fn all(table: &Table) -> Self {
        Self {
            columns: table.columns.iter().map(|column| column.name.clone()).collect(),
            checks: true,
            indexes: table.indexes.iter().map(|index| index.name.clone()).collect(),
        }
    }

    /// Returns a table without what points at others, its checks called by their places.
    fn whole(table: &Table) -> Table {
        let mut whole = table.clone();
        whole.constraints.retain(|one| matches!(one, Constraint::Check(_) | Constraint::PrimaryKey(_)));
        let checks = whole.constraints.iter_mut().filter_map(|one| match one {
            Constraint::Check(check) => Some(check),
            _ => None,
        });
        for (place, check) in checks.enumerate() {
            check.name = Some(check_name(place));
        }
        whole
    }

    /// Makes a table of this of another, with the columns that it may name.
    fn of(&self, table: &Table) -> Table {
        let indexes: Vec<Index> =
            table.indexes.iter().filter(|index| self.indexes.contains(&index.name)).cloned().collect();
        let checks: Vec<&Check> =
            table.constraints.iter().filter_map(check).filter(|_| self.checks).collect();
        let computed = table.columns.iter().filter(|one| self.columns.contains(&one.name));
        let computed = computed.filter_map(|one| one.generated.as_ref()).map(|one| one.sql.as_str());
        let texts = computed
            .chain(checks.iter().map(|check| check.sql.as_str()))
            .chain(indexes.iter().flat_map(|index| index.texts()));
        // All columns, where a text may name any.
        let words: Option<Vec<BTreeSet<String>>> = texts.map(mention::words).collect();
        let words = words.map(|words| words.into_iter().flatten().collect::<BTreeSet<String>>());
        let keys: BTreeSet<&Ident> = indexes.iter().flat_map(Index::named_columns).collect();
        let is_named = |column: &Column| {
            let is_word = |words: &BTreeSet<String>| words.contains(&column.name.as_str().to_lowercase());
            keys.contains(&column.name) || words.as_ref().is_none_or(is_word)
        };
        let columns = table.columns.iter().filter_map(|column| match self.columns.contains(&column.name) {
            true => Some(Column {
                default: column.default.clone(),
                generated: column.generated.clone(),
                nullable: column.nullable,
                ..bare(column)
            }),
            false => is_named(column).then(|| bare(column)),
        });
        let mut part = Table::new(table.name.clone(), columns.collect());
        part.constraints = checks
            .into_iter()
            .map(|check| Constraint::Check(Check { not_valid: false, ..check.clone() }))
            .collect();
        part.indexes = indexes;
        part
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

fn check(constraint: &Constraint) -> Option<&Check> {
    match constraint {
        Constraint::Check(check) => Some(check),
        _ => None,
    }
}

fn checks(table: &Table) -> Vec<&RawSql> {
    table.constraints.iter().filter_map(check).map(|check| &check.sql).collect()
}
