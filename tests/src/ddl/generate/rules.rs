//! Draws constraints and indexes of a table.

use limbeck_core::literal::{Literal, RawSql};
use limbeck_core::name::Ident;
use limbeck_core::schema::{
    Check, Column, Constraint, Deferrable, Exclude, ExcludeElement, ForeignKey, Index, IndexColumn, IndexKey,
    Match, Nulls, Options, Order, ReferentialAction, Table, Unique, mention,
};

use super::super::rng::Rng;
use super::super::server::Server;
use super::column::is_plain;
use super::types::{Sort, can_be_key, sort_of};
use super::{Around, name, word};

/// Draws a constraint that the table can have, and that it has not yet. Its name ends in `suffix`.
pub(super) fn constraint(rng: &mut Rng, table: &Table, suffix: &str, around: &Around) -> Option<Constraint> {
    let server = around.server;
    // Batch mode wants a name for what comes to a table, and MariaDB for what goes.
    let named = rng.percent(match server {
        Server::Sqlite if suffix.starts_with("new") => 100,
        Server::Mysql | Server::Mariadb => 95,
        _ => 80,
    });
    let given = |kind: &str| named.then(|| name(&format!("{kind}_{suffix}")));
    let drawn = match rng.below(10) {
        0..=2 => Constraint::Unique(unique(rng, table, given("uq"), server)?),
        3..=5 => Constraint::ForeignKey(foreign_key(rng, table, given("fk"), around)?),
        6..=8 => Constraint::Check(Check {
            name: given("ck"),
            sql: condition(rng, table, server),
            not_valid: false,
        }),
        _ => Constraint::Exclude(exclude(rng, table, given("ex"), server)?),
    };
    let shape = |one: &Constraint| (one.kind(), one.columns().into_iter().cloned().collect::<Vec<_>>());
    let twin = table.constraints.iter().any(|there| shape(there) == shape(&drawn));
    (!(twin || server.is_mysql() && clashes(&drawn, table))).then_some(drawn)
}

/// A check and a foreign key over one column, which MySQL and MariaDB forbid where the key may change it.
fn clashes(drawn: &Constraint, table: &Table) -> bool {
    use ReferentialAction::{Cascade, SetNull};
    let changes =
        |key: &ForeignKey| matches!(key.on_update, Some(Cascade | SetNull)) || key.on_delete == Some(SetNull);
    let names = |check: &Check, key: &ForeignKey| {
        changes(key) && key.columns.iter().any(|column| mention::mentions(check.sql.as_str(), column))
    };
    match drawn {
        Constraint::Check(check) => table.foreign_keys().any(|key| names(check, key)),
        Constraint::ForeignKey(key) => {
            table.constraints.iter().any(|one| matches!(one, Constraint::Check(check) if names(check, key)))
        }
        _ => false,
    }
}

fn keys(table: &Table, server: Server) -> Vec<Ident> {
    let fits = |column: &&Column| can_be_key(&column.ty, server) && column.generated.is_none();
    table.columns.iter().filter(fits).map(|column| column.name.clone()).collect()
}

fn deferrable(rng: &mut Rng, server: Server) -> Option<Deferrable> {
    match server {
        Server::Postgres | Server::Sqlite if rng.percent(25) => {
            Some(*rng.pick(&[Deferrable::Not, Deferrable::Immediate, Deferrable::Deferred]))
        }
        _ => None,
    }
}

fn unique(rng: &mut Rng, table: &Table, name: Option<Ident>, server: Server) -> Option<Unique> {
    let count = 1 + rng.below(2);
    let columns = rng.pick_some(&keys(table, server), count);
    let postgres = server == Server::Postgres;
    let deferrable = deferrable(rng, server).filter(|_| postgres);
    let nulls_not_distinct = postgres && rng.percent(15);
    (!columns.is_empty()).then_some(Unique { name, columns, nulls_not_distinct, deferrable })
}

fn foreign_key(rng: &mut Rng, table: &Table, name: Option<Ident>, around: &Around) -> Option<ForeignKey> {
    let server = around.server;
    let whole: Vec<Ident> = table
        .columns
        .iter()
        .filter(|column| matches!(column.ty, limbeck_core::column_type::ColumnType::Integer))
        .filter(|column| column.generated.is_none() && column.identity.is_none())
        // A generated column must not change behind the back of MariaDB.
        .filter(|column| !table.columns.iter().any(|one| is_made_of(one, &column.name)))
        .map(|column| column.name.clone())
        .collect();
    let pair = whole.len() > 1 && rng.percent(30);
    let columns = rng.pick_some(&whole, if pair { 2 } else { 1 });
    if columns.is_empty() {
        return None;
    }
    let referred = if columns.len() == 2 { vec!["x", "y"] } else { vec!["id"] };
    let nullable = columns.iter().all(|one| table.column(one).is_some_and(|column| column.nullable));
    let mut actions =
        vec![ReferentialAction::Cascade, ReferentialAction::Restrict, ReferentialAction::NoAction];
    if nullable {
        actions.push(ReferentialAction::SetNull);
    }
    if !server.is_mysql() {
        actions.push(ReferentialAction::SetDefault);
    }
    let mut action = || rng.percent(35).then(|| *rng.pick(&actions));
    let (on_delete, on_update) = (action(), action());
    let matches: &[Match] =
        if server == Server::Postgres { &[Match::Full, Match::Simple] } else { &[Match::Simple] };
    Some(ForeignKey {
        name,
        columns,
        references: around.parent.clone(),
        referred_columns: referred.into_iter().map(super::name).collect(),
        on_delete,
        on_update,
        match_type: (!server.is_mysql() && rng.percent(15)).then(|| *rng.pick(matches)),
        deferrable: deferrable(rng, server),
        not_valid: server == Server::Postgres && rng.percent(10),
    })
}

fn is_made_of(column: &Column, other: &Ident) -> bool {
    column.generated.as_ref().is_some_and(|made| mention::mentions(made.sql.as_str(), other))
}

fn condition(rng: &mut Rng, table: &Table, server: Server) -> RawSql {
    let plain: Vec<&Column> = table.columns.iter().filter(|column| is_plain(&column.name)).collect();
    let of = |sort: Sort| {
        plain.iter().find(move |column| sort_of(&column.ty, server) == sort).map(|one| &one.name)
    };
    RawSql::new(match (of(Sort::Whole), of(Sort::Text), rng.below(3)) {
        (Some(whole), _, 0) => format!("{whole} > 0"),
        (Some(whole), Some(text), _) => format!("{whole} BETWEEN 1 AND 10 OR {text} <> 'it''s: x'"),
        (Some(whole), ..) => format!("({whole} > 0) AND {whole} < 100"),
        (None, Some(text), _) => format!("length({text}) > 0"),
        (None, None, _) => "1 > 0".to_owned(),
    })
}

fn exclude(rng: &mut Rng, table: &Table, name: Option<Ident>, server: Server) -> Option<Exclude> {
    if server != Server::Postgres {
        return None;
    }
    let range = table.columns.iter().find(|column| sort_of(&column.ty, server) == Sort::Range)?;
    let element = |key: IndexKey, operator: &str| ExcludeElement { key, operator: RawSql::new(operator) };
    let mut elements = vec![element(IndexKey::Column(range.name.clone()), "&&")];
    if is_plain(&range.name) && rng.percent(30) {
        elements
            .push(element(IndexKey::Sql(RawSql::new(format!("range_merge({0}, {0})", range.name))), "&&"));
    }
    Some(Exclude {
        name,
        using: rng.percent(60).then(|| super::name("gist")),
        elements,
        filter: rng.percent(30).then(|| condition(rng, table, server)),
        deferrable: deferrable(rng, server),
    })
}

/// Draws an index of a table.
pub(super) fn index(rng: &mut Rng, table: &Table, called: &str, around: &Around) -> Option<Index> {
    let server = around.server;
    let count = 1 + rng.below(2);
    let columns = rng.pick_some(&keys(table, server), count);
    let mut index = Index::new(name(called), columns.into_iter().map(IndexColumn::column).collect());
    match server {
        Server::Postgres => postgres(rng, &mut index, table)?,
        Server::Mysql | Server::Mariadb => mysql(rng, &mut index, table, server)?,
        Server::Sqlite => {
            index.unique = rng.percent(30);
            if rng.percent(30) {
                index.filter = Some(condition(rng, table, server));
            }
        }
    }
    if let Some(first) = index.columns.first_mut().filter(|one| one.length.is_none() && index.using.is_none())
        && rng.percent(25)
    {
        first.order = Some(*rng.pick(&[Order::Asc, Order::Desc]));
        if server == Server::Postgres && rng.percent(50) {
            first.nulls = Some(*rng.pick(&[Nulls::First, Nulls::Last]));
        }
    }
    let text = table.columns.iter().find(|one| is_plain(&one.name) && sort_of(&one.ty, server) == Sort::Text);
    if let Some(text) = text.filter(|_| server != Server::Mariadb && index.using.is_none() && rng.percent(15))
    {
        let key = IndexKey::Sql(RawSql::new(format!("lower({})", text.name)));
        index.columns.push(IndexColumn { key, ..IndexColumn::column(text.name.clone()) });
    }
    (!index.columns.is_empty()).then_some(index)
}

fn option(options: &mut Options, server: &str, key: &str, value: impl Into<Literal>) {
    options.entry(server.to_owned()).or_default().insert(key.to_owned(), value.into());
}

fn postgres(rng: &mut Rng, index: &mut Index, table: &Table) -> Option<()> {
    let sort = |column: &&Column, sort: Sort| sort_of(&column.ty, Server::Postgres) == sort;
    match rng.below(10) {
        0 => {
            let jsonb = |column: &&Column| {
                column.ty.on("postgres")
                    == &limbeck_core::column_type::ColumnType::Native(RawSql::new("JSONB"))
            };
            let column = table.columns.iter().find(jsonb)?;
            let class = *rng.pick(&[Some("jsonb_path_ops"), Some("jsonb_ops"), None]);
            index.columns = vec![IndexColumn {
                op_class: class.map(RawSql::new),
                ..IndexColumn::column(column.name.clone())
            }];
            index.using = Some(name("gin"));
            if rng.percent(30) {
                option(&mut index.options, "postgres", "with", Literal::text("fastupdate = off"));
            }
            return Some(());
        }
        1 => {
            let column = table.columns.iter().find(|column| sort(column, Sort::Range))?;
            index.columns = vec![IndexColumn::column(column.name.clone())];
            index.using = Some(name("gist"));
            return Some(());
        }
        2 => {
            index.columns.truncate(1);
            let plain = index.columns.iter().filter_map(|one| table.column(one.key.as_column()?));
            let plain = plain
                .clone()
                .all(|column| matches!(sort_of(&column.ty, Server::Postgres), Sort::Whole | Sort::Text));
            index.using = Some(name(word(rng, if plain { &["hash", "brin", "btree"] } else { &["btree"] })));
            return Some(());
        }
        _ => {}
    }
    index.unique = rng.percent(30);
    index.nulls_not_distinct = index.unique && rng.percent(20);
    if rng.percent(25) {
        index.filter = Some(condition(rng, table, Server::Postgres));
    }
    if rng.percent(25) {
        let keys: Vec<&Ident> = index.named_columns();
        let others: Vec<Ident> = table
            .columns
            .iter()
            .map(|column| column.name.clone())
            .filter(|one| !keys.contains(&one))
            .collect();
        let count = 1 + rng.below(2);
        index.include = rng.pick_some(&others, count);
    }
    if rng.percent(15) {
        option(&mut index.options, "postgres", "with", Literal::text("fillfactor = 70"));
    }
    if rng.percent(8) {
        option(&mut index.options, "postgres", "tablespace", Literal::text("pg_default"));
    }
    for one in &mut index.columns {
        let column = one.key.as_column().and_then(|name| table.column(name));
        if column.is_some_and(|column| matches!(column.ty, limbeck_core::column_type::ColumnType::Text))
            && rng.percent(30)
        {
            one.op_class = Some(RawSql::new("text_pattern_ops"));
        } else if column.is_some_and(|column| sort(&column, Sort::Text)) && rng.percent(15) {
            one.collation = Some(name("C"));
        }
    }
    Some(())
}

fn mysql(rng: &mut Rng, index: &mut Index, table: &Table, server: Server) -> Option<()> {
    let long =
        table.columns.iter().find(|one| matches!(&one.ty, limbeck_core::column_type::ColumnType::Text));
    match rng.below(8) {
        0 => {
            let text =
                long.or_else(|| table.columns.iter().find(|one| sort_of(&one.ty, server) == Sort::Text))?;
            index.columns = vec![IndexColumn::column(text.name.clone())];
            option(&mut index.options, "mysql", "prefix", Literal::text("FULLTEXT"));
            return Some(());
        }
        1 | 2 => {
            let text = long?;
            index.columns = vec![IndexColumn { length: Some(10), ..IndexColumn::column(text.name.clone()) }];
        }
        3 => index.using = Some(name(word(rng, &["btree", "hash"]))),
        _ => {}
    }
    // MariaDB makes a unique hash of an expression, which a column that counts up cannot be in.
    let hash = index.using.as_ref().is_some_and(|method| method.as_str() == "hash");
    index.unique = !hash && rng.percent(30);
    Some(())
}
