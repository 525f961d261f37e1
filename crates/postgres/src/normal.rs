//! A schema as it would be read back from PostgreSQL, in one spelling, so that two can be compared by their meaning.
//!
//! PostgreSQL keeps an expression as a tree and prints it in its own way: with casts and parentheses that the author left
//! out. Both are taken away here, with the quotes around names, so that the same expression has the same words. The
//! queries of views are too far from what their author wrote, and are left out. So is the order of columns: new ones
//! come last, whatever was there before.

use limbeck_core::column_type::ColumnType;
use limbeck_core::dialect::Texts;
use limbeck_core::literal::{Literal, RawSql, Value};
use limbeck_core::name::{Ident, TableName};
use limbeck_core::schema::{
    Column, Constraint, Deferrable, GeneratedStorage, Identity, Index, IndexKey, Match, NamedEnum, Nulls,
    Options, Order, ReferentialAction, Schema, Sequence, Table,
};

use crate::dialect::NAME;
use crate::expression;
use crate::lower::{self, counts_up};
use crate::reflect::family_of;

/// Returns the schema as it would be read back; of what its author wrote, all that it may mean, if `texts` says so.
pub(crate) fn normal_form(schema: &Schema, texts: Texts) -> Schema {
    let mut normal = Schema {
        enums: schema.enums.clone(),
        views: schema.views.clone(),
        schemas: schema.schemas.clone(),
        ..Schema::new()
    };
    for view in normal.views.values_mut() {
        view.sql = match texts {
            Texts::Printed => RawSql::new(""),
            Texts::Written => expression::written_query(&view.sql),
        };
    }
    for sequence in schema.sequences.values() {
        normal.sequences.insert(sequence.name.clone(), self::sequence(sequence));
    }
    for table in schema.tables.values() {
        for column in &table.columns {
            if let Some(brought) = brought(&column.ty) {
                normal.enums.insert(brought.name.clone(), brought);
            }
        }
        normal.tables.insert(table.name.clone(), self::table(table, schema, texts));
    }
    normal
}

fn brought(ty: &ColumnType) -> Option<NamedEnum> {
    match ty.on(NAME) {
        ColumnType::Enum { name: Some(name), values } if !values.is_empty() => {
            Some(NamedEnum { name: name.clone(), values: values.clone() })
        }
        ColumnType::Array(item) => brought(item),
        _ => None,
    }
}

fn table(table: &Table, schema: &Schema, texts: Texts) -> Table {
    let mut columns: Vec<Column> = table.columns.iter().map(|one| column(one, table, texts)).collect();
    columns.sort_by(|a, b| a.name.cmp(&b.name));
    let primary_key = |name: &TableName| {
        let key = schema.tables.get(name)?.primary_key()?;
        Some(key.columns.clone())
    };
    let constraints = table.constraints.iter().map(|one| {
        let implied = match one {
            Constraint::ForeignKey(key) => primary_key(&key.references),
            _ => None,
        };
        constraint(one, implied, texts)
    });
    Table {
        constraints: constraints.collect(),
        indexes: table.indexes.iter().map(|one| index(one, texts)).collect(),
        comment: table.comment.clone(),
        options: options(&table.options),
        ..Table::new(table.name.clone(), columns)
    }
}

fn column(column: &Column, table: &Table, texts: Texts) -> Column {
    let Column {
        name,
        ty,
        nullable,
        default,
        collation,
        comment,
        generated,
        identity,
        autoincrement: _,
        options: _,
    } = column;
    let counts = counts_up(table, column);
    let key = table.primary_key();
    let in_key = key.is_some_and(|key| key.columns.contains(name));
    let lone = key.is_some_and(|key| key.columns == [name.clone()]);
    let mut normal = Column::new(name.clone(), family_of(ty));
    normal.nullable = *nullable && !in_key && !counts && identity.is_none();
    normal.default = default.as_ref().map(|value| {
        let written = match value {
            Value::Sql(raw) => raw.as_str().to_owned(),
            Value::Literal(literal) => lower::sql().literal(literal).finish(),
        };
        Value::Sql(text(&RawSql::new(written), texts))
    });
    // A default of NULL is none.
    if normal.default == Some(Value::Sql(RawSql::new("null"))) {
        normal.default = None;
    }
    normal.collation = collation.clone().filter(|name| name.as_str() != "default");
    normal.comment = comment.clone().filter(|text| !text.is_empty());
    normal.generated = generated.as_ref().map(|generated| limbeck_core::schema::Generated {
        sql: text(&generated.sql, texts),
        storage: generated.storage,
    });
    debug_assert!(matches!(
        normal.generated.as_ref().map(|one| one.storage),
        None | Some(GeneratedStorage::Stored | GeneratedStorage::Virtual)
    ));
    normal.identity = identity.as_ref().map(|identity| numbers(identity, most(ty)));
    // Whether a lone key in a database counts up hangs on how it came to be, which a history may not say: it is taken to do so if
    // one would by itself.
    let by_itself = || counts_up(table, &Column { autoincrement: None, ..column.clone() });
    let counting = match texts {
        Texts::Printed if lone => by_itself(),
        Texts::Printed | Texts::Written => counts,
    };
    normal.autoincrement = counting.then_some(true);
    normal.options = options(&column.options);
    normal
}

fn most(ty: &ColumnType) -> i64 {
    match ty.on(NAME) {
        ColumnType::Smallint => i16::MAX.into(),
        ColumnType::Integer => i32::MAX.into(),
        _ => i64::MAX,
    }
}

/// Leaves out the numbers that PostgreSQL takes by itself.
fn numbers(identity: &Identity, most: i64) -> Identity {
    let Identity { always, start, increment, min, max, cache, cycle } = identity;
    let down = increment.is_some_and(|step| step < 0);
    let (least, greatest) = if down { (-most - 1, -1) } else { (1, most) };
    let first = if down { max.unwrap_or(greatest) } else { min.unwrap_or(least) };
    let unless = |number: &Option<i64>, usual: i64| number.filter(|number| *number != usual);
    Identity {
        always: *always,
        start: unless(start, first),
        increment: unless(increment, 1),
        min: unless(min, least),
        max: unless(max, greatest),
        cache: unless(cache, 1),
        cycle: *cycle,
    }
}

fn sequence(sequence: &Sequence) -> Sequence {
    let Sequence { name, start, increment, min, max, cache, cycle } = sequence;
    let (start, increment, min, max, cache) = (*start, *increment, *min, *max, *cache);
    let identity = Identity { always: false, start, increment, min, max, cache, cycle: *cycle };
    let Identity { always: _, start, increment, min, max, cache, cycle } = numbers(&identity, i64::MAX);
    Sequence { name: name.clone(), start, increment, min, max, cache, cycle }
}

/// Returns a constraint of a table as it would be read back. `implied` are the columns of the key that a foreign key
/// points at where it names none.
pub(crate) fn constraint(constraint: &Constraint, implied: Option<Vec<Ident>>, texts: Texts) -> Constraint {
    let mut normal = constraint.clone();
    for sql in normal.texts_mut() {
        *sql = text(sql, texts);
    }
    let deferrable = match &mut normal {
        Constraint::PrimaryKey(_) | Constraint::Check(_) => return normal,
        Constraint::Unique(unique) => &mut unique.deferrable,
        Constraint::Exclude(exclude) => {
            exclude.using.get_or_insert_with(|| Ident::new("gist").expect("the name is good"));
            &mut exclude.deferrable
        }
        Constraint::ForeignKey(key) => {
            if key.referred_columns.is_empty() {
                key.referred_columns = implied.unwrap_or_default();
            }
            key.on_delete = key.on_delete.filter(|action| *action != ReferentialAction::NoAction);
            key.on_update = key.on_update.filter(|action| *action != ReferentialAction::NoAction);
            key.match_type = key.match_type.filter(|kind| *kind != Match::Simple);
            &mut key.deferrable
        }
    };
    *deferrable = deferrable.filter(|when| *when != Deferrable::Not);
    normal
}

fn index(index: &Index, texts: Texts) -> Index {
    let mut normal = index.clone();
    normal.options = options(&index.options);
    normal.using = normal.using.filter(|method| !method.as_str().eq_ignore_ascii_case("btree"));
    normal.filter = normal.filter.as_ref().map(|sql| text(sql, texts));
    for key in &mut normal.columns {
        if let IndexKey::Sql(sql) = &mut key.key {
            *sql = text(sql, texts);
        }
        let usual = if key.order == Some(Order::Desc) { Nulls::First } else { Nulls::Last };
        key.nulls = key.nulls.filter(|nulls| *nulls != usual);
        key.order = key.order.filter(|order| *order != Order::Asc);
    }
    normal
}

fn text(sql: &RawSql, texts: Texts) -> RawSql {
    match texts {
        Texts::Printed => expression::normal(sql),
        Texts::Written => expression::written(sql),
    }
}

fn options(options: &Options) -> Options {
    let mut own = options.get(NAME).cloned().unwrap_or_default();
    own.retain(|key, value| match value {
        Literal::Null | Literal::Bool(false) => false,
        Literal::Text(text) => !(key == "using" && &**text == "heap"),
        _ => true,
    });
    for (key, value) in &mut own {
        let Literal::Text(text) = value else { continue };
        let spelled = match key.as_str() {
            "with" => {
                let mut parameters: Vec<String> =
                    text.split(',').map(|one| one.replace([' ', '\''], "").to_lowercase()).collect();
                parameters.sort();
                parameters.join(", ")
            }
            "storage" | "compression" | "partition_by" => {
                expression::normal(&RawSql::new(text.clone())).to_string()
            }
            _ => text.to_string(),
        };
        *value = Literal::text(spelled);
    }
    match own.is_empty() {
        true => Options::new(),
        false => Options::from([(NAME.to_owned(), own)]),
    }
}
