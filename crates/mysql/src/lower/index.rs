//! Indexes.

use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::dialect::Statement;
use limbeck_core::literal::{Literal, RawSql};
use limbeck_core::name::{Ident, TableName};
use limbeck_core::op::{CreateIndex, DropIndex};
use limbeck_core::schema::{Index, IndexColumn, IndexKey, Order};
use limbeck_core::sql::Sql;

use super::{Target, counted_columns, ddl, key_index, options, unsupported};
use crate::server::Feature;

const OPTIONS: [&str; 7] =
    ["prefix", "length", "using", "with_parser", "key_block_size", "algorithm", "lock"];

/// Lowers `create_index`. Writers go on meanwhile as far as the server lets them, `concurrently` or not.
pub(super) fn create_index(op: &CreateIndex, target: Target<'_>) -> Result<Vec<Statement>, Diagnostic> {
    let CreateIndex { table, index, if_not_exists, concurrently: _ } = op;
    let there = target.schema.index_owner(&index.name, Some(table)).is_ok();
    let lenient = *if_not_exists && target.has(Feature::Leniency);
    if *if_not_exists && there && !lenient {
        return Ok(Vec::new());
    }
    if let (Some(before), false) = (target.schema.tables.get(table), there) {
        let mut after = before.clone();
        after.indexes.push(index.clone());
        counted_columns::check(Some(before), &after, target)?;
    }
    let parts = Parts::of(index, target)?;
    let sql = target.sql().kw("CREATE").sql(&parts.kind).when(lenient, |sql| sql.kw("IF NOT EXISTS"));
    let sql = sql.ident(&index.name).kw("ON").table(table).sql(&parts.keys);
    let sql = parts.way.iter().fold(parts.end(sql), |sql, way| sql.sql(way));
    Ok(vec![ddl(sql, format!("make index `{}`", index.name)).making([op.clone().into()])])
}

/// Lowers `drop_index`. An index is one of its table's, which the schema knows where it is not given. One that a foreign key
/// needs leaves another one behind.
pub(super) fn drop_index(op: &DropIndex, target: Target<'_>) -> Result<Vec<Statement>, Diagnostic> {
    let DropIndex { index, table, if_exists, concurrently: _ } = op;
    let lenient = *if_exists && target.has(Feature::Leniency);
    let found = target.schema.index_owner(index, table.as_ref());
    let owner: TableName = match (table, found) {
        (_, Ok(owner)) => owner.name.clone(),
        (_, Err(_)) if *if_exists && !(lenient && table.is_some()) => return Ok(Vec::new()),
        (Some(table), Err(_)) => table.clone(),
        (None, Err(error)) => return Err(error.into()),
    };
    let why = format!("drop index `{index}`");
    let sql = target.sql().kw("DROP INDEX").when(lenient, |sql| sql.kw("IF EXISTS")).ident(index);
    if let Some((before, after)) = key_index::uncovered_by(op, target) {
        let held = key_index::of(before, target);
        let (_, clauses) = key_index::follow(&held, before, &after, &[], target);
        let sql = target.sql().kw("ALTER TABLE").table(&owner).sql(&sql);
        return Ok(vec![ddl(clauses.iter().fold(sql, |sql, clause| sql.close(",").sql(clause)), why)]);
    }
    Ok(vec![ddl(sql.kw("ON").table(&owner), why)])
}

/// Writes an index as a clause of `ALTER TABLE`.
///
/// # Errors
/// What the server has not.
pub(super) fn add_clause(index: &Index, target: Target<'_>) -> Result<Vec<Sql>, Diagnostic> {
    let parts = Parts::of(index, target)?;
    let sql = target.sql().kw("ADD").sql(&parts.kind).ident(&index.name).sql(&parts.keys);
    Ok(std::iter::once(parts.end(sql)).chain(parts.way).collect())
}

/// The parts of an index as SQL.
struct Parts {
    /// `INDEX`, and what stands before it.
    kind: Sql,
    /// The keys in parentheses.
    keys: Sql,
    /// What follows them of the index itself.
    rest: Vec<Sql>,
    /// How it is made.
    way: Vec<Sql>,
}

impl Parts {
    fn of(index: &Index, target: Target<'_>) -> Result<Self, Diagnostic> {
        let Index {
            name,
            unique,
            columns,
            filter,
            // Columns carried along only speed up reading.
            include: _,
            using,
            nulls_not_distinct,
            options,
        } = index;
        let owner = format!("index `{name}`");
        let title = target.title();
        if filter.is_some() {
            return Err(unsupported(format!("{title} has no indexes of some rows, such as `{name}`")));
        }
        if *nulls_not_distinct {
            return Err(unsupported(format!("{title} has no NULLS NOT DISTINCT, as of {owner}")));
        }
        let own = options::own_options(options, target.server);
        if let Some(key) = own.keys().find(|key| !OPTIONS.contains(key)) {
            return Err(options::unknown(key, &owner, &OPTIONS, target));
        }
        let word = |key: &str| own.get(key).and_then(|value| value.as_text()).map(str::to_uppercase);
        let mut method = using.as_ref().map(|using| using.as_str().to_uppercase()).or(word("using"));
        let prefix = match &method {
            Some(kind) if kind == "FULLTEXT" || kind == "SPATIAL" => method.take(),
            _ => word("prefix"),
        };
        let kind = target.sql().when(*unique, |sql| sql.kw("UNIQUE"));
        let kind = match prefix.as_deref() {
            None => kind,
            Some("FULLTEXT") => kind.kw("FULLTEXT"),
            Some("SPATIAL") => kind.kw("SPATIAL"),
            Some(other) => return Err(no_method(other, &owner, target)),
        };
        let length = own.get("length").and_then(|value| value.as_integer());
        let mut keys = target.sql().kw("(").glue("");
        for (i, one) in columns.iter().enumerate() {
            keys = key(if i == 0 { keys } else { keys.close(",") }, one, length, &owner, target)?;
        }
        let mut rest = Vec::new();
        if let Some(Literal::Text(parser)) = own.get("with_parser") {
            rest.push(target.sql().kw("WITH PARSER").raw(&RawSql::new(parser.as_ref())));
        }
        rest.extend(match method.as_deref() {
            None => None,
            Some("BTREE") => Some(target.sql().kw("USING btree")),
            Some("HASH") => Some(target.sql().kw("USING hash")),
            Some("RTREE") => Some(target.sql().kw("USING rtree")),
            Some(other) => return Err(no_method(other, &owner, target)),
        });
        if let Some(Literal::Integer(size)) = own.get("key_block_size") {
            rest.push(target.sql().kw("KEY_BLOCK_SIZE=").glue("").number(*size));
        }
        let mut way = Vec::new();
        for (key, keyword) in [("algorithm", "ALGORITHM="), ("lock", "LOCK=")] {
            way.extend(word(key).map(|word| target.sql().kw(keyword).glue("").raw(&RawSql::new(word))));
        }
        Ok(Self { kind: kind.kw("INDEX"), keys: keys.close(")"), rest, way })
    }

    fn end(&self, sql: Sql) -> Sql {
        self.rest.iter().fold(sql, |sql, part| sql.sql(part))
    }
}

fn no_method(method: &str, owner: &str, target: Target<'_>) -> Diagnostic {
    let method = method.to_lowercase();
    unsupported(format!("{} has no index method `{method}`, as of {owner}", target.title()))
}

fn key(
    sql: Sql,
    column: &IndexColumn,
    all: Option<i64>,
    owner: &str,
    target: Target<'_>,
) -> Result<Sql, Diagnostic> {
    let IndexColumn { key, order, nulls, collation, op_class, length } = column;
    let refuse = |what: &str| Err(unsupported(format!("{} has no {what}, as of {owner}", target.title())));
    if op_class.is_some() {
        return refuse("operator classes");
    }
    if collation.is_some() {
        return refuse("collations of a key of an index");
    }
    if nulls.is_some() {
        return refuse("NULLS FIRST and NULLS LAST");
    }
    let sql = match key {
        IndexKey::Column(name) => sql.ident(name),
        IndexKey::Sql(_) if !target.has(Feature::ExpressionIndexes) => {
            return refuse("indexes of expressions");
        }
        IndexKey::Sql(expression) => sql.kw("(").glue("").raw(expression).close(")"),
    };
    let length = length.map(i64::from).or(all);
    let sql = sql.maybe(length, |sql, length| sql.glue("(").number(length).close(")"));
    Ok(sql.maybe(*order, |sql, order| {
        sql.kw(match order {
            Order::Asc => "ASC",
            Order::Desc => "DESC",
        })
    }))
}

/// Writes the clause that drops an index.
pub(super) fn drop_clause(index: &Ident, target: Target<'_>) -> Sql {
    target.sql().kw("DROP INDEX").ident(index)
}
