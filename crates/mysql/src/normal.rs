//! What the server keeps of a schema, in one spelling, so that two schemas can be compared by their meaning to it.

use std::borrow::Cow;

use limbeck_core::column_type::ColumnType;
use limbeck_core::dialect::{ServerInfo, Texts};
use limbeck_core::literal::{Literal, RawSql, Value};
use limbeck_core::name::Ident;
use limbeck_core::raw::{query_structure, structure};
use limbeck_core::schema::{
    Column, Constraint, ForeignKey, Index, IndexKey, Options, Order, ReferentialAction, Schema, Sequence,
    Table, Unique,
};

use crate::dialect::NAME;
use crate::{lower, reflect, server, text};

/// What MariaDB makes of a key over a long text that says no length: all that InnoDB takes, 3072 bytes, in characters of
/// one, three or four bytes, or all that a TINYBLOB holds.
const WHOLE: [u32; 4] = [3072, 1024, 768, 255];

/// Returns the schema as it would be read back from a database that was made from it.
///
/// Left out are named enums, names that the server gives by itself, indexes that it makes for foreign keys, what does
/// not change the meaning of a foreign key, and options of a table but its engine and row format.
///
/// Of what its author wrote it says all that it may mean, if `texts` says so.
pub(crate) fn normal_form(schema: &Schema, server: &ServerInfo, texts: Texts) -> Schema {
    let mut normal = Schema::new();
    for (name, own) in &schema.tables {
        normal.tables.insert(name.clone(), table(own, schema, server, texts));
    }
    for (name, view) in &schema.views {
        let mut view = view.clone();
        // The server prints another query that comes to the same.
        view.sql = match texts {
            Texts::Printed => RawSql::new(""),
            Texts::Written => RawSql::new(text::written(&query_structure(view.sql.as_str(), server.names()))),
        };
        normal.views.insert(name.clone(), view);
    }
    for (name, sequence) in &schema.sequences {
        normal.sequences.insert(name.clone(), self::sequence(sequence));
    }
    normal
}

/// Leaves out the numbers that MariaDB takes by itself (mariadb.com/kb/en/create-sequence).
fn sequence(sequence: &Sequence) -> Sequence {
    let Sequence { name, start, increment, min, max, cache, cycle } = sequence;
    let down = increment.is_some_and(|step| step < 0);
    let (least, greatest) = if down { (-i64::MAX, -1) } else { (1, i64::MAX - 1) };
    let first = if down { max.unwrap_or(greatest) } else { min.unwrap_or(least) };
    let unless = |number: &Option<i64>, usual: i64| number.filter(|number| *number != usual);
    Sequence {
        name: name.clone(),
        start: unless(start, first),
        increment: unless(increment, 1),
        min: unless(min, least),
        // It takes the greatest number of all for the greatest that it counts to.
        max: unless(&max.map(|max| max.min(i64::MAX - 1)), greatest),
        cache: unless(cache, 1000),
        cycle: *cycle,
    }
}

/// Returns one table of a schema.
pub(crate) fn table(table: &Table, schema: &Schema, server: &ServerInfo, texts: Texts) -> Table {
    let expression = |sql: &RawSql| expression(sql, server, texts);
    let mut normal = Table::new(table.name.clone(), Vec::new());
    for own in &table.columns {
        normal.columns.push(column(own, table, schema, server, &expression));
    }
    normal.constraints =
        table.constraints.iter().filter_map(|own| constraint(own, table, schema, &expression)).collect();
    for own in table.indexes.iter().filter(|index| !lower::is_made_for_key(index, table)) {
        let mut own = Cow::Borrowed(own);
        if is_hashed(&own, table, schema, server) {
            own.to_mut().columns.iter_mut().for_each(|column| column.order = None);
        }
        match as_unique(&own) {
            Some(unique) => normal.constraints.push(unique),
            None => normal.indexes.push(index(&own, server, &expression)),
        }
    }
    normal.comment = table.comment.clone().filter(|comment| !comment.is_empty());
    normal.options = options(&table.options, server);
    normal
}

fn column(
    column: &Column,
    table: &Table,
    schema: &Schema,
    server: &ServerInfo,
    expression: Spell<'_>,
) -> Column {
    let Column { name, ty, nullable, default, collation, comment, generated, .. } = column;
    let spelled = lower::type_text(ty, schema, server).map(|text| text::type_text(&text));
    let mut normal =
        Column::new(name.clone(), spelled.map_or_else(|_| ty.clone(), |text| reflect::read_type(&text)));
    let is_key = table.primary_key().is_some_and(|key| key.columns.contains(name));
    normal.nullable = *nullable && !is_key;
    normal.default = default.as_ref().and_then(|default| value(default, &normal.ty, expression));
    // What its table says is said of it too.
    normal.collation = collation
        .as_ref()
        .map(|name| spelled_collation(name.as_str()))
        .filter(|name| own_collation(table, server).as_ref() != Some(name))
        .and_then(|name| Ident::new(&name).ok());
    normal.comment = comment.clone().filter(|comment| !comment.is_empty());
    normal.generated.clone_from(generated);
    if let Some(generated) = &mut normal.generated {
        generated.sql = expression(&generated.sql);
    }
    normal.autoincrement = Some(lower::counts_up(column, table));
    normal
}

/// Returns a collation in one spelling: `utf8` is `utf8mb3` (mariadb.com/kb/en/unicode, dev.mysql.com, The utf8 Character Set).
fn spelled_collation(name: &str) -> String {
    let name = name.to_lowercase();
    match name.strip_prefix("utf8_") {
        Some(rest) => format!("utf8mb3_{rest}"),
        None => name,
    }
}

/// Returns the collation that a table says.
fn own_collation(table: &Table, server: &ServerInfo) -> Option<String> {
    let own = lower::table_options(&table.options, server);
    let said = own.get("collate").or_else(|| own.get("default_collate"))?;
    said.as_text().map(spelled_collation)
}

/// Returns a default in one spelling; `None` for NULL, which is what a column without one has.
fn value(default: &Value, ty: &ColumnType, expression: Spell<'_>) -> Option<Value> {
    let literal = match default {
        Value::Literal(literal) => literal.clone(),
        Value::Sql(raw) => match reflect::read_literal(raw.as_str()) {
            Some(literal) => literal,
            None => return Some(Value::Sql(expression(raw))),
        },
    };
    let is_text = matches!(
        ty,
        ColumnType::String { .. } | ColumnType::Text | ColumnType::Enum { .. } | ColumnType::Native(_)
    );
    let literal = match literal {
        Literal::Null => return None,
        Literal::Bool(truth) => Literal::Integer(truth.into()),
        // A number in quotes is a number to a column of numbers.
        Literal::Text(text) if !is_text => match text.parse() {
            Ok(number) => Literal::Integer(number),
            Err(_) => number(&text).unwrap_or(Literal::Text(text)),
        },
        Literal::Integer(number) if is_text => Literal::text(number.to_string()),
        other => other,
    };
    Some(Value::Literal(match literal {
        Literal::Integer(whole) if is_fractional(ty) => Literal::Float(whole as f64),
        Literal::Integer(0) => match ty {
            ColumnType::Date => Literal::text("0000-00-00"),
            ColumnType::Datetime => Literal::text("0000-00-00 00:00:00"),
            ColumnType::Time => Literal::text("00:00:00"),
            _ => Literal::Integer(0),
        },
        // A default is rounded as a value of the column would be.
        Literal::Float(number) => match ty {
            ColumnType::Decimal { scale, .. } => Literal::Float(rounded(number, scale.unwrap_or_default())),
            ColumnType::Smallint | ColumnType::Integer | ColumnType::Bigint | ColumnType::Boolean => {
                Literal::Integer(rounded(number, 0) as i64)
            }
            _ => Literal::Float(number),
        },
        other => other,
    }))
}

fn rounded(number: f64, scale: u32) -> f64 {
    let unit = 10_f64.powi(i32::try_from(scale).unwrap_or_default());
    (number * unit).round() / unit
}

fn number(text: &str) -> Option<Literal> {
    text.parse::<f64>().ok().map(Literal::Float)
}

fn is_fractional(ty: &ColumnType) -> bool {
    matches!(ty, ColumnType::Decimal { .. } | ColumnType::Float { .. } | ColumnType::Double)
}

fn constraint(
    constraint: &Constraint,
    table: &Table,
    schema: &Schema,
    expression: Spell<'_>,
) -> Option<Constraint> {
    let mut normal = constraint.clone();
    match &mut normal {
        // It is always called PRIMARY.
        Constraint::PrimaryKey(key) => key.name = None,
        Constraint::Unique(unique) => {
            let first = unique.columns.first().cloned();
            unique.name =
                unique.name.take().filter(|name| !first.is_some_and(|first| lower::is_after(name, &first)));
        }
        Constraint::ForeignKey(key) => foreign_key(key, table, schema),
        Constraint::Check(check) => {
            check.name = check.name.take().filter(|name| !is_given_to_check(name));
            check.sql = expression(&check.sql);
        }
        Constraint::Exclude(_) => {}
    }
    Some(normal)
}

fn foreign_key(key: &mut ForeignKey, table: &Table, schema: &Schema) {
    key.name = key.name.take().filter(|name| !lower::is_given_to_key(name));
    // Both are the same to InnoDB, and to say neither is too (dev.mysql.com, FOREIGN KEY Constraints).
    let acts = |action: &mut Option<ReferentialAction>| {
        *action = action
            .filter(|action| !matches!(action, ReferentialAction::NoAction | ReferentialAction::Restrict));
    };
    acts(&mut key.on_delete);
    acts(&mut key.on_update);
    if key.referred_columns.is_empty() {
        let referred =
            if key.references == table.name { Some(table) } else { schema.tables.get(&key.references) };
        if let Some(primary) = referred.and_then(Table::primary_key) {
            key.referred_columns.clone_from(&primary.columns);
        }
    }
}

fn is_given_to_check(name: &Ident) -> bool {
    let name = name.as_str();
    name.strip_prefix("CONSTRAINT_").is_some_and(lower::is_number)
        || name.rsplit_once("_chk_").is_some_and(|(_, number)| lower::is_number(number))
}

/// Says whether a unique index is kept as hashes, which have no order: MariaDB's over whole texts
/// (mariadb.com/kb/en/getting-started-with-indexes, Unique Index).
fn is_hashed(index: &Index, table: &Table, schema: &Schema, server: &ServerInfo) -> bool {
    let is_large =
        |name: &Ident| table.column(name).is_some_and(|column| lower::is_large(&column.ty, schema, server));
    let whole = index.columns.iter().filter(|column| column.length.is_none());
    index.unique
        && server::is_mariadb(server)
        && whole.filter_map(|column| column.key.as_column()).any(is_large)
}

/// Returns a unique index as the constraint that it is to the server, if it is over whole columns.
fn as_unique(index: &Index) -> Option<Constraint> {
    let whole =
        index.columns.iter().all(|column| column.length.is_none() && column.order != Some(Order::Desc));
    let columns: Option<Vec<Ident>> =
        index.columns.iter().map(|column| column.key.as_column().cloned()).collect();
    let plain = index.unique && whole && index.using.is_none() && index.options.is_empty();
    let columns = columns.filter(|_| plain)?;
    let name =
        columns.first().filter(|first| !lower::is_after(&index.name, first)).map(|_| index.name.clone());
    Some(Constraint::Unique(Unique { name, columns, nulls_not_distinct: false, deferrable: None }))
}

fn index(index: &Index, server: &ServerInfo, expression: Spell<'_>) -> Index {
    let mut normal = Index { include: Vec::new(), options: Options::new(), ..index.clone() };
    let own = lower::own_options(&index.options, server);
    let word =
        |key: &str| own.get(key).and_then(|value| value.as_text()).and_then(|word| Ident::new(word).ok());
    normal.using = normal.using.or_else(|| word("prefix")).or_else(|| word("using"));
    normal.using = normal.using.and_then(|using| Ident::new(&using.as_str().to_lowercase()).ok());
    // InnoDB has no other kind, whichever is asked for.
    normal.using = normal.using.filter(|using| !["btree", "hash"].contains(&using.as_str()));
    let length = own.get("length").and_then(|value| value.as_integer()).and_then(|n| u32::try_from(n).ok());
    let texts = normal.using.as_ref().is_some_and(|using| ["fulltext", "spatial"].contains(&using.as_str()));
    for column in &mut normal.columns {
        column.order = column.order.filter(|order| *order == Order::Desc);
        column.length = column.length.or(length).filter(|length| !texts && !WHOLE.contains(length));
        if let IndexKey::Sql(sql) = &mut column.key {
            *sql = expression(sql);
        }
    }
    normal
}

fn options(options: &Options, server: &ServerInfo) -> Options {
    let own = lower::table_options(options, server);
    let kept = own.into_iter().filter_map(|(key, value)| {
        let text = value.as_text()?.to_lowercase();
        let plain = match key {
            "engine" => text == "innodb",
            "row_format" => text == "dynamic" || text == "default",
            _ => true,
        };
        (!plain).then(|| (key.to_owned(), Literal::text(text)))
    });
    let kept: std::collections::BTreeMap<String, Literal> = kept.collect();
    match kept.is_empty() {
        true => Options::new(),
        false => Options::from([(NAME.to_owned(), kept)]),
    }
}

/// Spells an expression.
type Spell<'s> = &'s dyn Fn(&RawSql) -> RawSql;

fn expression(sql: &RawSql, server: &ServerInfo, texts: Texts) -> RawSql {
    RawSql::new(match texts {
        Texts::Printed => text::plain(sql.as_str()),
        Texts::Written => text::written(&structure(sql.as_str(), server.names())),
    })
}
