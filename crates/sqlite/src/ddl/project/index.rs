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
    let tokens = meaningful(text);
    let lone = lone(&tokens).and_then(|(token, collation)| Some((column(token, table)?, collation)));
    let mut collation = term.collation.as_ref().map(Name::ident).transpose()?;
    let key = match lone {
        Some((name, inner)) => {
            let inner = inner.and_then(Token::name).and_then(|name| Ident::new(&name).ok());
            collation = collation.or(inner);
            IndexKey::Column(name)
        }
        None if is_wrapped(&tokens) => IndexKey::Sql(RawSql::new(text[1..text.len() - 1].trim())),
        None => IndexKey::Sql(RawSql::new(text)),
    };
    let order = term.order.map(|order| match order.sort {
        Sort::Ascending => Order::Asc,
        Sort::Descending => Order::Desc,
    });
    Ok(IndexColumn { key, order, nulls: None, collation, op_class: None, length: None })
}

/// Returns the token that stands alone in parentheses and collations, and the outermost of these. Of a column, SQLite
/// sees nothing else in an index either (build.c of 3.53, `sqlite3CreateIndex`).
fn lone<'t, 'a>(mut tokens: &'t [Token<'a>]) -> Option<(&'t Token<'a>, Option<&'t Token<'a>>)> {
    let mut collation = None;
    loop {
        tokens = match tokens {
            [one] => return Some((one, collation)),
            [_, inner @ .., _] if is_wrapped(tokens) => inner,
            [inner @ .., collate, name] if collate.is("COLLATE") => {
                collation = collation.or(Some(name));
                inner
            }
            _ => return None,
        }
    }
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
