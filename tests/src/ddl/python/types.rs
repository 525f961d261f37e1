//! Types, as SQLAlchemy has them.

use limbeck_core::column_type::ColumnType;
use limbeck_core::name::{Ident, TableName};

use super::super::generate::types::python_of;
use super::super::server::Server;
use super::{Arguments, Writer, ident, text};

impl Writer<'_> {
    /// Writes a type, with its collation where it has one.
    pub(super) fn ty(self, ty: &ColumnType, collation: Option<&Ident>) -> String {
        let plain = |name: &str| Arguments::new().call(&format!("sa.{name}"));
        let number = |value: &Option<u32>| value.iter().map(u32::to_string).collect::<Vec<_>>();
        let string = |name: &str, length: &Option<u32>| {
            let arguments = Arguments::new().all(number(length)).maybe("collation", collation.map(ident));
            arguments.call(&format!("sa.{name}"))
        };
        match ty {
            ColumnType::Smallint => plain("SmallInteger"),
            ColumnType::Integer => plain("Integer"),
            ColumnType::Bigint => plain("BigInteger"),
            ColumnType::Boolean => plain("Boolean"),
            ColumnType::String { length } => string("String", length),
            ColumnType::Text => string("Text", &None),
            ColumnType::Unicode { length } => string("Unicode", length),
            ColumnType::Float { precision } => Arguments::new().all(number(precision)).call("sa.Float"),
            ColumnType::Double => plain("Double"),
            ColumnType::Decimal { precision, scale } => {
                Arguments::new().all(number(precision)).all(number(scale)).call("sa.Numeric")
            }
            ColumnType::Date => plain("Date"),
            ColumnType::Time => plain("Time"),
            ColumnType::Datetime => plain("DateTime"),
            ColumnType::Datetimetz => Arguments::new().flag("timezone", true).call("sa.DateTime"),
            ColumnType::Interval => plain("Interval"),
            ColumnType::Binary { length } => Arguments::new().all(number(length)).call("sa.LargeBinary"),
            ColumnType::Json => plain("JSON"),
            ColumnType::Uuid => plain("Uuid"),
            ColumnType::Enum { name: None, values } => {
                Arguments::new().all(values.iter().map(|value| text(value))).call("sa.Enum")
            }
            ColumnType::Enum { name: Some(name), values } => {
                let known = self.before.enums.get(name).map(|known| known.values.as_slice());
                match known.filter(|_| values.is_empty()) {
                    Some(known) => self.named_enum(name, known, true),
                    None => self.named_enum(name, values, false),
                }
            }
            ColumnType::Array(item) => match &**item {
                ColumnType::Array(inner) => Arguments::new()
                    .with(self.ty(inner, None))
                    .key("dimensions", "2")
                    .call("postgresql.ARRAY"),
                item => Arguments::new().with(self.ty(item, None)).call("sa.ARRAY"),
            },
            ColumnType::Native(raw) => python_of(raw.as_str(), self.server)
                .unwrap_or_else(|| unreachable!("`{raw}` was drawn from the known types"))
                .to_owned(),
            ColumnType::Variant { base, variants } => {
                let base = self.ty(base, collation);
                let Some(own) = variants.get(self.server.dialect().name()) else { return base };
                let own = Arguments::new().with(self.ty(own, None)).with(text(self.server.alchemy()));
                format!("{base}.{}", own.call("with_variant"))
            }
        }
    }

    /// Writes a named enum, which is there already or is made along with the column.
    pub(super) fn named_enum(self, name: &TableName, values: &[String], there: bool) -> String {
        let values = values.iter().map(|value| text(value));
        let arguments = Arguments::new().all(values).key("name", ident(&name.name));
        let arguments = arguments.maybe("schema", self.schema(name));
        match self.server {
            Server::Postgres => {
                arguments.maybe("create_type", there.then(|| "False".to_owned())).call("postgresql.ENUM")
            }
            _ => arguments.call("sa.Enum"),
        }
    }
}
