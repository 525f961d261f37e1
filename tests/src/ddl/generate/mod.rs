//! Draws cases: tables that are there, and one change.
//!
//! What is drawn is Limbeck's operations; [`python`](super::python) says the same to Alembic. All of it is meant to be
//! valid, so that most of it can be run.

mod alter;
mod column;
mod rules;
mod table;
pub(super) mod types;

use std::path::Path;

use limbeck_core::action::Action;
use limbeck_core::literal::{RawSql, Value};
use limbeck_core::name::{Ident, TableName};
use limbeck_core::op::{
    AlterTable, Change, CreateEnum, CreateIndex, CreateSchema, CreateSequence, CreateTable, DropEnum,
    DropIndex, DropSchema, DropSequence, DropTable, Execute, Insert, Operation, Recreate, RenameTable, Row,
    Scope, ScopedOperation,
};
use limbeck_core::revision::RevisionHeader;
use limbeck_core::schema::{NamedEnum, Schema, Sequence};
use limbeck_core::script::{self, Downgrade, Format, Naming, Script};

use super::case::Case;
use super::python::Style;
use super::rng::Rng;
use super::server::Server;

/// What is there when something is drawn.
pub(super) struct Around {
    pub(super) server: Server,
    /// The named enums and their values.
    pub(super) enums: Vec<(TableName, Vec<String>)>,
    /// The table that foreign keys point at.
    pub(super) parent: TableName,
    /// The schema of new tables.
    pub(super) schema: Option<Ident>,
}

impl Around {
    fn table(&self, called: &str) -> TableName {
        TableName { schema: self.schema.clone(), name: name(called) }
    }
}

/// Makes a name out of a word that is one.
pub(super) fn name(word: &str) -> Ident {
    Ident::new(word).expect("the words of the generator are names")
}

/// Picks a word.
pub(super) fn word(rng: &mut Rng, words: &[&'static str]) -> &'static str {
    words[rng.below(words.len())]
}

/// Draws the case of a number.
///
/// # Panics
/// When what is drawn cannot be printed and read back, which is a fault of the generator.
pub fn case(seed: u64, number: u64, server: Server) -> Case {
    let mut rng = Rng::new(seed ^ ((server as u64) << 32), number);
    loop {
        if let Some(case) = draw(&mut rng, number, server) {
            return case;
        }
    }
}

/// Draws once; `None` when parts were drawn that do not fit each other.
fn draw(rng: &mut Rng, number: u64, server: Server) -> Option<Case> {
    let mut scene = Vec::new();
    let mut around =
        Around { server, enums: Vec::new(), parent: TableName::unqualified(name("o")), schema: None };
    if server != Server::Sqlite && rng.percent(12) {
        let schema = name(word(rng, &["sales", "Sa les"]));
        scene.push(CreateSchema { schema: schema.clone(), if_not_exists: false }.into());
        around.schema = Some(schema);
        around.parent = around.table("o");
    }
    if rng.percent(40) {
        let definition = NamedEnum { name: around.table("state"), values: types::values(rng) };
        around.enums.push((definition.name.clone(), definition.values.clone()));
        scene.push(CreateEnum { definition, if_not_exists: false }.into());
    }
    scene.push(table::parent(&around).into());
    let called = around.table(name_of_table(rng));
    let mut main = table::table(rng, called, &around)?;
    main.options.clear();
    scene.push(CreateTable { table: main.clone(), if_not_exists: false }.into());
    let scene = reread(scene);
    let mut before = Schema::new();
    for operation in &scene {
        operation.apply(&mut before).ok()?;
    }
    let main = before.tables.get(&main.name)?.clone();
    let change: Operation = match rng.below(40) {
        0..=10 => {
            let mut new = table::table(rng, around.table("n"), &around)?;
            if server == Server::Postgres && rng.percent(10) {
                let column = new.columns.last_mut()?;
                if column.generated.is_none() && column.identity.is_none() {
                    (column.ty, column.collation, column.default) = (types::bringing(rng), None, None);
                }
            }
            CreateTable { table: new, if_not_exists: rng.percent(8) }.into()
        }
        11..=26 => {
            let actions = alter::actions(rng, &main, &before, &around)?;
            let placed = |action: &Action| matches!(action, Action::AddColumn(add) if add.position.is_some());
            let always = server == Server::Sqlite && (actions.iter().any(placed) || rng.percent(15));
            let recreate = if always { Recreate::Always } else { Recreate::Auto };
            AlterTable { table: main.name.clone(), actions, recreate }.into()
        }
        27..=30 => CreateIndex {
            table: main.name.clone(),
            index: rules::index(rng, &main, "ix_new", &around)?,
            if_not_exists: server != Server::Mysql && rng.percent(15),
            concurrently: server == Server::Postgres && rng.percent(20),
        }
        .into(),
        31 => DropIndex {
            index: rng.pick_some(&main.indexes, 1).first()?.name.clone(),
            table: Some(main.name.clone()),
            if_exists: server != Server::Mysql && rng.percent(20),
            concurrently: server == Server::Postgres && rng.percent(20),
        }
        .into(),
        32 => RenameTable { table: main.name.clone(), to: name("renamed") }.into(),
        33 => DropTable { table: main.name.clone(), if_exists: rng.percent(20) }.into(),
        34 | 35 => insert(rng, &main, &around)?,
        36 => Execute { sql: RawSql::new("UPDATE o SET x = 2 WHERE 'a:b' <> '100%'"), state: None }.into(),
        37 if server == Server::Postgres => {
            let definition = NamedEnum { name: around.table("mood"), values: types::values(rng) };
            CreateEnum { definition, if_not_exists: false }.into()
        }
        38 if server == Server::Postgres => {
            let (unused, _) = around.enums.first()?;
            DropEnum { name: unused.clone(), if_exists: false }.into()
        }
        37 | 38 if matches!(server, Server::Mariadb) => sequence(rng, &around),
        39 if server == Server::Postgres => match rng.below(3) {
            0 => CreateSchema { schema: name("Other"), if_not_exists: rng.percent(50) }.into(),
            1 => DropSchema { schema: name("gone"), if_exists: true }.into(),
            _ => sequence(rng, &around),
        },
        _ => return None,
    };
    let change = reread(vec![change]).pop()?;
    let mut after = before.clone();
    // What the fold refuses is no case: what it lets through must agree.
    if matches!(change, Operation::DropEnum(_))
        && main.columns.iter().any(|column| types::sort_of(&column.ty, server) == types::Sort::Enum)
    {
        return None;
    }
    if change.apply(&mut after).is_err() && !matches!(change, Operation::DropSchema(_)) {
        return None;
    }
    // Batch mode knows no `if_exists`.
    let lenient = |action: &Action| match action {
        Action::DropConstraint(drop) => drop.if_exists,
        Action::DropColumn(drop) => drop.if_exists,
        Action::AddColumn(add) => add.if_not_exists,
        _ => false,
    };
    let batch = match &change {
        Operation::AlterTable(alter) => {
            server == Server::Sqlite || (rng.percent(30) && !alter.actions.iter().any(lenient))
        }
        _ => false,
    };
    let style = Style {
        batch,
        whole_defers: rng.percent(70),
        wrapped: rng.percent(60) || !matches!(change, Operation::CreateIndex(_)),
    };
    Some(Case { number, server, scene, before, change, style })
}

fn name_of_table(rng: &mut Rng) -> &'static str {
    if rng.percent(85) { "t" } else { word(rng, &["Ta ble", "we\"ird", "group"]) }
}

fn sequence(rng: &mut Rng, around: &Around) -> Operation {
    let limbeck_core::schema::Identity { always: _, start, increment, min, max, cache, cycle } =
        column::identity(rng);
    let sequence = Sequence { name: around.table("seq"), start, increment, min, max, cache, cycle };
    match rng.percent(70) {
        true => CreateSequence { sequence, if_not_exists: rng.percent(20) }.into(),
        false => DropSequence { sequence: sequence.name, if_exists: true }.into(),
    }
}

/// Draws rows for the columns whose values are easily written.
fn insert(rng: &mut Rng, table: &limbeck_core::schema::Table, around: &Around) -> Option<Operation> {
    use types::Sort;
    let given =
        |column: &&limbeck_core::schema::Column| column.generated.is_none() && column.identity.is_none();
    let columns: Vec<_> = table.columns.iter().filter(given).collect();
    let mut rows: Vec<Row> = Vec::new();
    for number in 0..1 + rng.below(3) {
        let mut row = Row::new();
        for column in &columns {
            let value = match types::sort_of(&column.ty, around.server) {
                Sort::Whole => Value::from(i64::try_from(number).unwrap_or_default() + 1),
                Sort::Text
                    if matches!(
                        column.ty,
                        limbeck_core::column_type::ColumnType::String { length: Some(5) }
                    ) =>
                {
                    Value::from("it's")
                }
                Sort::Text => Value::from(*rng.pick(&["it's", "a\\b", "", "100%"])),
                Sort::Truth => Value::from(rng.percent(50)),
                _ => continue,
            };
            row.push((column.name.clone(), value));
        }
        if row.is_empty() {
            return None;
        }
        rows.push(row);
    }
    Some(Insert { table: table.name.clone(), rows }.into())
}

/// Prints operations as a migration file and reads them back, so that they are as an author would have them.
fn reread(operations: Vec<Operation>) -> Vec<Operation> {
    let text = toml(&operations);
    let read = script::parse(Path::new("case.toml"), text.as_str().into(), &Naming::default());
    let (_, script) = read.unwrap_or_else(|faults| panic!("{text}\n{faults}"));
    script.upgrade.into_iter().map(|scoped| scoped.operation).collect()
}

/// Prints operations as a migration file.
///
/// # Panics
/// Never: the form of TOML holds any operation.
pub(super) fn toml(operations: &[Operation]) -> String {
    let scoped = |operation: &Operation| ScopedOperation {
        operation: operation.clone(),
        scope: Scope::default(),
        origin: None,
    };
    let script = Script::new(operations.iter().map(scoped).collect(), Downgrade::Derived);
    script::print(&RevisionHeader::new("a", []), &script, Format::Toml).expect("TOML holds any operation")
}
