//! Rules about what a table is made of.

use crate::action::Action;
use crate::column_type::ColumnType;
use crate::impact::in_words;
use crate::lint::rule::{Level, Looks, Rule};
use crate::lint::site::{RevisionSite, Site, Spot};
use crate::name::{Ident, TableName};
use crate::op::Operation;
use crate::schema::{Column, Constraint, Index, IndexKey, Table};

/// How many characters a name may have: PostgreSQL cuts at 63 bytes, MySQL refuses more than 64 characters.
const LONGEST: usize = 63;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "R501",
        name: "redundant_index",
        level: Level::On,
        summary: "an index does what another index or key of the table does already",
        why: "it takes space and slows every write down, and no query is faster by it",
        instead: "leave it out, or drop the other one",
        source: "https://use-the-index-luke.com/sql/where-clause/the-equals-operator/concatenated-keys",
        dialects: &[],
        peers: &[],
        looks: Looks::Revision(redundant_indexes),
    },
    Rule {
        code: "R502",
        name: "foreign_key_without_index",
        level: Level::On,
        summary: "a foreign key comes, and no index begins with its columns",
        why: "each deleted row of the other table makes the database read all of this one",
        instead: "make an index that begins with the columns of the foreign key",
        source: "https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK",
        // MySQL and MariaDB make such an index by themselves.
        dialects: &["postgres", "sqlite"],
        peers: &[],
        looks: Looks::Revision(keys_without_index),
    },
    Rule {
        code: "R503",
        name: "unnamed_constraint",
        level: Level::On,
        summary: "a constraint has no name",
        why: "each database makes one up, or none, so that what is to drop it later has to find it first",
        instead: "give it a name; or say once in `limbeck.toml` how constraints are called, with `naming = {…}`",
        source: "https://alembic.sqlalchemy.org/en/latest/naming.html",
        dialects: &[],
        peers: &[],
        looks: Looks::Operation(unnamed),
    },
    Rule {
        code: "R504",
        name: "wide_index",
        level: Level::On,
        summary: "an index that is not unique has more than three columns",
        why: "the columns behind the third hardly ever make a query faster",
        instead: "begin with the columns that leave the fewest rows, and leave the others out",
        source: "https://github.com/ankane/strong_migrations#keeping-non-unique-indexes-to-three-columns-or-less",
        dialects: &[],
        peers: &[("strong_migrations", "keeping non-unique indexes to three columns or less")],
        looks: Looks::Revision(|site| {
            let wide = |(table, index): (&Table, &Index)| {
                let wide = !index.unique && index.columns.len() > 3 && index.using.is_none();
                wide.then(|| {
                    spot(
                        site,
                        &table.name,
                        index,
                        format!("index `{}` has {} columns", index.name, index.columns.len()),
                    )
                })
            };
            made_indexes(site).filter_map(wide).collect()
        }),
    },
    Rule {
        code: "R505",
        name: "long_name",
        level: Level::On,
        summary: "a name is longer than databases take",
        why: "PostgreSQL cuts it off without a word, so that two names may become one, and MySQL refuses it",
        instead: "take a shorter name, of 63 bytes at most",
        source: "https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS",
        dialects: &["postgres", "mysql"],
        peers: &[("squawk", "identifier-too-long")],
        looks: Looks::Operation(long_name),
    },
    Rule {
        code: "R506",
        name: "small_key",
        level: Level::Off,
        summary: "a primary key counts up in 32 bits or less",
        why: "it is at its end after two thousand million rows, and making it wider writes the table anew",
        instead: "use `bigint`",
        source: "https://squawkhq.com/docs/prefer-bigint-over-int",
        dialects: &["postgres", "mysql"],
        peers: &[("squawk", "prefer-bigint-over-int"), ("squawk", "prefer-bigint-over-smallint")],
        looks: Looks::Operation(|site| {
            column(site, |column, key| {
                let small = matches!(column.ty, ColumnType::Integer | ColumnType::Smallint);
                (key && small).then_some("is a key of 32 bits or less")
            })
        }),
    },
    Rule {
        code: "R507",
        name: "serial_key",
        level: Level::Off,
        summary: "a primary key is a serial rather than an identity column",
        why: "the sequence of a serial is an object of its own, with rights and dependencies of its own",
        instead: "say `identity = {}`",
        source: "https://wiki.postgresql.org/wiki/Don%27t_Do_This#Don.27t_use_serial",
        dialects: &["postgres"],
        peers: &[("squawk", "prefer-identity")],
        looks: Looks::Operation(|site| {
            column(site, |column, key| {
                let whole =
                    matches!(column.ty, ColumnType::Integer | ColumnType::Smallint | ColumnType::Bigint);
                let serial = column.autoincrement.unwrap_or(key) && column.default.is_none();
                (whole && serial && column.identity.is_none()).then_some("is a serial")
            })
        }),
    },
    Rule {
        code: "R508",
        name: "limited_text",
        level: Level::Off,
        summary: "a text has a greatest length",
        why: "PostgreSQL gains nothing by it, and making it shorter later reads all rows under a lock",
        instead: "use `text`, with a check where the length matters",
        source: "https://wiki.postgresql.org/wiki/Don%27t_Do_This#Don.27t_use_varchar.28n.29_by_default",
        dialects: &["postgres"],
        peers: &[("squawk", "prefer-text-field")],
        looks: Looks::Operation(|site| {
            column(site, |column, _| match column.ty {
                ColumnType::String { length: Some(_) } | ColumnType::Unicode { length: Some(_) } => {
                    Some("has a greatest length")
                }
                _ => None,
            })
        }),
    },
    Rule {
        code: "R509",
        name: "moment_without_zone",
        level: Level::Off,
        summary: "a day and time has no time zone",
        why: "it is not a moment, and means another one wherever it is read",
        instead: "use `datetimetz`",
        source: "https://wiki.postgresql.org/wiki/Don%27t_Do_This#Don.27t_use_timestamp_.28without_time_zone.29",
        dialects: &["postgres"],
        peers: &[("squawk", "prefer-timestamp-tz")],
        looks: Looks::Operation(|site| {
            column(site, |column, _| (column.ty == ColumnType::Datetime).then_some("has no time zone"))
        }),
    },
    Rule {
        code: "R510",
        name: "padded_text",
        level: Level::Off,
        summary: "a text is of type `char(n)`",
        why: "it is filled up with spaces, which some comparisons see and others do not",
        instead: "use `text` or `string(n)`",
        source: "https://wiki.postgresql.org/wiki/Don%27t_Do_This#Don.27t_use_char.28n.29",
        dialects: &["postgres"],
        peers: &[("squawk", "ban-char-field")],
        looks: Looks::Operation(|site| {
            column(site, |column, _| match &column.ty {
                ColumnType::Native(sql) => {
                    let name = sql.as_str().trim().to_ascii_lowercase();
                    let name = name.split('(').next().unwrap_or_default().trim();
                    matches!(name, "char" | "character" | "bpchar").then_some("is filled up with spaces")
                }
                _ => None,
            })
        }),
    },
];

/// Returns the first new column that something is said of.
fn column(site: &Site<'_>, say: impl Fn(&Column, bool) -> Option<&'static str>) -> Option<String> {
    let told = |table: &TableName, column: &Column, key: bool| {
        let on = Column { ty: column.ty.on(site.setting.server.dialect).clone(), ..column.clone() };
        say(&on, key).map(|what| format!("column `{}` {what}", table.print_with_column(&column.name)))
    };
    match &site.scoped.operation {
        Operation::CreateTable(create) => {
            let table = &create.table;
            let key =
                |column: &Column| table.primary_key().is_some_and(|key| key.columns == [column.name.clone()]);
            table.columns.iter().find_map(|column| told(&table.name, column, key(column)))
        }
        Operation::AlterTable(alter) => alter.actions.iter().find_map(|action| match action {
            Action::AddColumn(add) => told(&alter.table, &add.column, false),
            _ => None,
        }),
        _ => None,
    }
}

fn unnamed(site: &Site<'_>) -> Option<String> {
    let told = |constraint: &Constraint, table: &TableName| {
        // A primary key is found by being one.
        let named = constraint.name().is_some() || matches!(constraint, Constraint::PrimaryKey(_));
        (!named).then(|| format!("the {} of `{table}` has no name", in_words(constraint)))
    };
    match &site.scoped.operation {
        Operation::CreateTable(create) => {
            create.table.constraints.iter().find_map(|constraint| told(constraint, &create.table.name))
        }
        Operation::AlterTable(alter) => alter.actions.iter().find_map(|action| match action {
            Action::AddColumn(add) => add.constraints.iter().find_map(|one| told(one, &alter.table)),
            action => action.constraint().as_ref().and_then(|one| told(one, &alter.table)),
        }),
        _ => None,
    }
}

fn long_name(site: &Site<'_>) -> Option<String> {
    let name = site.scoped.operation.given_names().into_iter().find(|name| name.as_str().len() > LONGEST)?;
    Some(format!("the name `{name}` has {} bytes", name.as_str().len()))
}

/// Returns the indexes that the revision made and that are still there, with their tables.
fn made_indexes<'s>(site: &'s RevisionSite<'_>) -> impl Iterator<Item = (&'s Table, &'s Index)> {
    site.touched.indexes.iter().filter_map(|(table, name)| {
        let table = site.after.table(table).ok()?;
        let index = table.indexes.iter().find(|index| index.name == *name)?;
        Some((table, index))
    })
}

fn spot(site: &RevisionSite<'_>, table: &TableName, index: &Index, message: String) -> Spot {
    let makes = |operation: &Operation| match operation {
        Operation::CreateTable(create) => {
            create.table.name == *table && create.table.indexes.iter().any(|own| own.name == index.name)
        }
        Operation::CreateIndex(create) => create.index.name == index.name,
        Operation::AlterTable(alter) => alter.actions.iter().any(|action| match action {
            Action::CreateIndex(add) => add.index.name == index.name,
            _ => false,
        }),
        _ => false,
    };
    Spot { message, place: site.origin(makes).map(crate::op::Origin::place) }
}

fn redundant_indexes(site: &RevisionSite<'_>) -> Vec<Spot> {
    let redundant = |(table, index): (&Table, &Index)| {
        let columns = plain(index)?;
        let covers = |other: &[&Ident], unique: bool| match index.unique {
            // A unique index also keeps equal keys out.
            true => unique && other == columns,
            false => other.starts_with(&columns),
        };
        let indexes = table.indexes.iter().filter(|other| other.name != index.name).find_map(|other| {
            let twin = plain(other)? == columns && other.unique == index.unique;
            // Of two that are the same, the later one is told.
            let first = !twin || position(table, &other.name) < position(table, &index.name);
            (covers(&plain(other)?, other.unique) && first).then(|| format!("index `{}`", other.name))
        });
        let keys = || {
            table.constraints.iter().find_map(|constraint| {
                let unique = matches!(constraint, Constraint::PrimaryKey(_) | Constraint::Unique(_));
                (unique && covers(&constraint.columns(), true))
                    .then(|| format!("the {}", in_words(constraint)))
            })
        };
        let other = indexes.or_else(keys)?;
        let message = format!("index `{}` does what {other} does already", index.name);
        Some(spot(site, &table.name, index, message))
    };
    made_indexes(site).filter_map(redundant).collect()
}

fn position(table: &Table, name: &Ident) -> Option<usize> {
    table.index_position(name).ok()
}

/// Returns the columns of an index that is nothing but a list of them.
fn plain(index: &Index) -> Option<Vec<&Ident>> {
    let whole = index.filter.is_none() && index.using.is_none() && index.include.is_empty();
    if !whole {
        return None;
    }
    let column = |key: &crate::schema::IndexColumn| match &key.key {
        IndexKey::Column(_) if key.length.is_some() || key.op_class.is_some() || key.collation.is_some() => {
            None
        }
        IndexKey::Column(_) if key.order == Some(crate::schema::Order::Desc) => None,
        IndexKey::Column(_) => Some(()),
        IndexKey::Sql(_) => None,
    };
    index.columns.iter().map(|key| column(key).and_then(|()| key.key.as_column())).collect()
}

fn keys_without_index(site: &RevisionSite<'_>) -> Vec<Spot> {
    let mut found = Vec::new();
    for (scoped, _) in site.steps {
        let (table, keys): (&TableName, Vec<Constraint>) = match &scoped.operation {
            Operation::CreateTable(create) => {
                let keys =
                    create.table.constraints.iter().filter(|one| matches!(one, Constraint::ForeignKey(_)));
                (&create.table.name, keys.cloned().collect())
            }
            Operation::AlterTable(alter) => {
                let keys = alter.actions.iter().flat_map(|action| match action {
                    Action::AddColumn(add) => add.constraints.clone(),
                    action => action.constraint().into_iter().collect(),
                });
                (&alter.table, keys.filter(|one| matches!(one, Constraint::ForeignKey(_))).collect())
            }
            _ => continue,
        };
        let Ok(after) = site.after.table(table) else { continue };
        for key in &keys {
            let columns = key.columns();
            let begins = |other: &[&Ident]| {
                other.len() >= columns.len()
                    && columns.iter().all(|column| other[..columns.len()].contains(column))
            };
            let indexed = after.indexes.iter().filter(|index| index.filter.is_none()).any(|index| {
                let named: Option<Vec<&Ident>> =
                    index.columns.iter().map(|key| key.key.as_column()).collect();
                named.is_some_and(|named| begins(&named))
            });
            let keyed = after.constraints.iter().any(|one| {
                matches!(one, Constraint::PrimaryKey(_) | Constraint::Unique(_)) && begins(&one.columns())
            });
            if !indexed && !keyed && after.constraints.contains(key) {
                let names: Vec<String> = columns.iter().map(|name| format!("`{name}`")).collect();
                let message = format!(
                    "no index of `{table}` begins with {}, which point at another table",
                    names.join(", ")
                );
                found.push(Spot::at(scoped, message));
            }
        }
    }
    found
}
