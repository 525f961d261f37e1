//! Indexes and views as their texts have them.

use limbeck_core::literal::RawSql;
use limbeck_core::name::Ident;
use limbeck_core::schema::{Index, IndexColumn, IndexKey, Order, Table};

use super::{is_wrapped, same};
use crate::ddl::parse::parse;
use crate::ddl::tree::{Definition, IndexTerm, Name, Sort};
use crate::ddl::{Token, TokenKind, Unreadable, meaningful};

/// Reads the text of an index of a table.
///
/// # Errors
/// The text is not that of an index.
pub(crate) fn read_index(sql: &str, table: &Table) -> Result<Index, Unreadable> {
    let Definition::Index(tree) = parse(sql)? else {
        return Err(Unreadable("it is not the definition of an index".to_owned()));
    };
    let columns = tree.terms.iter().map(|term| key(term, sql, table)).collect::<Result<_, _>>()?;
    let filter = tree.filter.map(|filter| RawSql::new(filter.of(sql)));
    Ok(Index { unique: tree.unique.is_some(), filter, ..Index::new(tree.name.name.ident()?, columns) })
}

fn key(term: &IndexTerm, sql: &str, table: &Table) -> Result<IndexColumn, Unreadable> {
    let text = term.expression.of(sql);
    let key = match meaningful(text).as_slice() {
        [one] => match column(one, table) {
            Some(name) => IndexKey::Column(name),
            None => IndexKey::Sql(RawSql::new(one.text)),
        },
        wrapped if is_wrapped(wrapped) => IndexKey::Sql(RawSql::new(text[1..text.len() - 1].trim())),
        _ => IndexKey::Sql(RawSql::new(text)),
    };
    let order = term.order.map(|order| match order.sort {
        Sort::Ascending => Order::Asc,
        Sort::Descending => Order::Desc,
    });
    let collation = term.collation.as_ref().map(Name::ident).transpose()?;
    Ok(IndexColumn { key, order, nulls: None, collation, op_class: None, length: None })
}

/// Returns the column that a lone token names, as the table spells it.
fn column(token: &Token<'_>, table: &Table) -> Option<Ident> {
    // A lone text is one; only where a name must stand is it a name.
    let name = token.name().filter(|_| token.kind != TokenKind::Number)?;
    let name = Ident::new(&name).ok()?;
    table.columns.iter().map(|column| &column.name).find(|column| same(column, &name)).cloned()
}

/// Reads the query of a view; `None` when the view names its columns, which the model does not hold.
///
/// # Errors
/// The text is not that of a view.
pub(crate) fn read_view(sql: &str) -> Result<Option<RawSql>, Unreadable> {
    match parse(sql)? {
        Definition::View(tree) => Ok(tree.columns.is_none().then(|| RawSql::new(tree.query.of(sql)))),
        _ => Err(Unreadable("it is not the definition of a view".to_owned())),
    }
}
