//! Indexes, as Alembic has them.

use limbeck_core::name::TableName;
use limbeck_core::schema::{Index, IndexColumn, IndexKey, Nulls, Order};

use super::super::server::Server;
use super::{Arguments, Writer, ident, idents, parameters_of, raw, text};

impl Writer<'_> {
    pub(super) fn create_index(
        self,
        table: &TableName,
        index: &Index,
        if_not_exists: bool,
        concurrently: bool,
    ) -> String {
        let arguments = Arguments::new().with(ident(&index.name)).with(ident(&table.name));
        self.index_parts(arguments, index)
            .maybe("schema", self.schema(table))
            .flag("if_not_exists", if_not_exists)
            .flag("postgresql_concurrently", concurrently)
            .call("op.create_index")
    }

    /// Writes keys and options of an index.
    pub(super) fn index_parts(self, arguments: Arguments, index: &Index) -> Arguments {
        let Index { name: _, unique, columns, filter, include, using, nulls_not_distinct, options } = index;
        let keys: Vec<String> = columns.iter().map(|column| self.index_key(column)).collect();
        let arguments = arguments.with(format!("[{}]", keys.join(", "))).flag("unique", *unique);
        let alchemy = self.server.alchemy();
        let arguments = arguments
            .maybe(&format!("{alchemy}_using"), using.as_ref().map(ident))
            .maybe(&format!("{alchemy}_where"), filter.as_ref().map(|sql| raw(sql.as_str())))
            .maybe("postgresql_include", (!include.is_empty()).then(|| idents(include)))
            .flag("postgresql_nulls_not_distinct", *nulls_not_distinct);
        let classes: Vec<String> = columns
            .iter()
            .filter(|column| !is_text(column))
            .filter_map(|column| {
                Some(format!(
                    "{}: {}",
                    ident(column.key.as_column()?),
                    text(column.op_class.as_ref()?.as_str())
                ))
            })
            .collect();
        let classes = (!classes.is_empty()).then(|| format!("{{{}}}", classes.join(", ")));
        let lengths: Vec<String> = columns
            .iter()
            .filter_map(|column| Some(format!("{}: {}", ident(column.key.as_column()?), column.length?)))
            .collect();
        let lengths = (!lengths.is_empty()).then(|| format!("{{{}}}", lengths.join(", ")));
        let arguments =
            arguments.maybe("postgresql_ops", classes).maybe(&format!("{alchemy}_length"), lengths);
        let own = options.get(self.server.dialect().name()).into_iter().flatten();
        own.fold(arguments, |arguments, (key, value)| {
            let value = value.as_text().unwrap_or_default();
            let value = if key == "with" { parameters_of(value) } else { text(value) };
            arguments.key(&format!("{alchemy}_{key}"), value)
        })
    }

    fn index_key(self, column: &IndexColumn) -> String {
        let IndexColumn { key, order, nulls, collation, op_class, length: _ } = column;
        let name = match key {
            // Only in parentheses does MySQL take an expression.
            IndexKey::Sql(sql) if self.style.wrapped || self.server != Server::Postgres => {
                return raw(&format!("({sql})"));
            }
            IndexKey::Sql(sql) => return raw(sql.as_str()),
            IndexKey::Column(name) => name,
        };
        if is_text(column) {
            let mut sql = format!("\"{}\"", name.as_str().replace('"', "\"\""));
            sql.extend(collation.iter().map(|collation| format!(" COLLATE \"{collation}\"")));
            sql.extend(op_class.iter().map(|class| format!(" {class}")));
            sql.push_str(match order {
                None => "",
                Some(Order::Asc) => " ASC",
                Some(Order::Desc) => " DESC",
            });
            sql.push_str(match nulls {
                None => "",
                Some(Nulls::First) => " NULLS FIRST",
                Some(Nulls::Last) => " NULLS LAST",
            });
            return raw(&sql);
        }
        let plain = match (order, nulls) {
            (None, None) => return ident(name),
            _ => Arguments::new().with(ident(name)).call("sa.column"),
        };
        let ordered = match order {
            None => plain,
            Some(Order::Asc) => format!("{plain}.asc()"),
            Some(Order::Desc) => format!("{plain}.desc()"),
        };
        match nulls {
            None => ordered,
            Some(Nulls::First) => format!("{ordered}.nulls_first()"),
            Some(Nulls::Last) => format!("{ordered}.nulls_last()"),
        }
    }
}

/// Says whether only a text of its own says all of a key.
fn is_text(column: &IndexColumn) -> bool {
    column.collation.is_some() || (column.op_class.is_some() && column.order.is_some())
}
