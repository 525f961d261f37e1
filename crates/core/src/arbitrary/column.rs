//! Draws types and columns.

use std::collections::BTreeMap;

use strum::IntoEnumIterator;

use crate::column_type::{ColumnType, TypeKind};
use crate::literal::{Literal, RawSql, Value};
use crate::name::Ident;
use crate::schema::{Column, Generated, GeneratedStorage, Identity};

use super::choices::{Choices, quoted};

impl Choices {
    pub(super) fn column_type(&mut self) -> ColumnType {
        let kinds: Vec<TypeKind> = TypeKind::iter().collect();
        let kind = self.of(&kinds);
        let portable = self.is_portable();
        let length = self.of(&[None, Some(1), Some(320)]);
        match kind {
            TypeKind::Smallint => ColumnType::Smallint,
            TypeKind::Integer => ColumnType::Integer,
            TypeKind::Bigint => ColumnType::Bigint,
            TypeKind::Boolean => ColumnType::Boolean,
            TypeKind::String => ColumnType::String { length },
            TypeKind::Text => ColumnType::Text,
            TypeKind::Unicode => ColumnType::Unicode { length },
            TypeKind::Float => ColumnType::Float { precision: length.map(|length| length % 50) },
            TypeKind::Double => ColumnType::Double,
            TypeKind::Decimal => match length {
                None => ColumnType::Decimal { precision: None, scale: None },
                Some(_) => ColumnType::Decimal { precision: Some(10), scale: self.maybe(|c| c.of(&[0, 2])) },
            },
            TypeKind::Date => ColumnType::Date,
            TypeKind::Time => ColumnType::Time,
            TypeKind::Datetime => ColumnType::Datetime,
            TypeKind::Datetimetz => ColumnType::Datetimetz,
            TypeKind::Interval => ColumnType::Interval,
            TypeKind::Binary => ColumnType::Binary { length },
            TypeKind::Json => ColumnType::Json,
            TypeKind::Uuid => ColumnType::Uuid,
            TypeKind::Enum | TypeKind::Array | TypeKind::Native | TypeKind::Variant if portable => {
                ColumnType::Text
            }
            TypeKind::Enum => {
                let name = self.maybe(Self::fresh_table);
                let values = if name.is_some() && self.once_in(3) { Vec::new() } else { self.enum_values() };
                ColumnType::Enum { name, values }
            }
            TypeKind::Array => ColumnType::Array(Box::new(self.column_type())),
            TypeKind::Native => {
                ColumnType::Native(RawSql::new(self.of(&["citext", "VARCHAR(9)", "we\"ird"])))
            }
            TypeKind::Variant => ColumnType::Variant {
                base: Box::new(self.column_type()),
                variants: BTreeMap::from([("postgres".to_owned(), self.column_type())]),
            },
        }
    }

    pub(super) fn enum_values(&mut self) -> Vec<String> {
        self.some_of(&["open", "paid", "it's", "\"quoted\"", "", "Größe"], 4)
            .into_iter()
            .map(str::to_owned)
            .collect()
    }

    /// Draws a column. `there` are columns that an expression may name.
    pub(super) fn column(&mut self, name: Ident, there: &[Ident]) -> Column {
        let mut column = Column::new(name, self.column_type());
        column.nullable = !self.once_in(3);
        match self.pick(6) {
            0 => column.default = Some(self.default_for(&column.ty)),
            1 if !there.is_empty() => column.generated = Some(self.generated(there)),
            2 => column.identity = self.rare(Self::identity),
            _ => {}
        }
        if !column.nullable && column.generated.is_none() && column.identity.is_none() && self.is_portable() {
            column.default = Some(self.default_for(&column.ty));
        }
        column.collation = self.rare(Self::name);
        column.comment = self.rare(Self::text);
        column.autoincrement = self.rare(|c| c.once_in(2));
        column.options = self.options();
        column
    }

    pub(super) fn default_for(&mut self, ty: &ColumnType) -> Value {
        if !self.is_portable() {
            return self.value();
        }
        match ty {
            ColumnType::Smallint | ColumnType::Integer | ColumnType::Bigint => {
                Value::Literal(Literal::Integer(self.of(&[0, 1, -1])))
            }
            ColumnType::Boolean => Value::Literal(Literal::Bool(self.once_in(2))),
            ColumnType::Float { .. } | ColumnType::Double | ColumnType::Decimal { .. } => {
                Value::Literal(Literal::Float(self.of(&[0.5, -1.0])))
            }
            _ => Value::Literal(Literal::text(self.of(&["a", "it's", "Größe"]))),
        }
    }

    pub(super) fn generated(&mut self, there: &[Ident]) -> Generated {
        let other = quoted(&there[self.pick(there.len())]);
        let storage = self.of(&[GeneratedStorage::Stored, GeneratedStorage::Virtual]);
        Generated { sql: RawSql::new(format!("coalesce({other}, 'it''s')")), storage }
    }

    pub(super) fn identity(&mut self) -> Identity {
        let (start, increment, min, max, cache, cycle) = self.counting();
        Identity { always: self.once_in(2), start, increment, min, max, cache, cycle }
    }

    pub(super) fn counting(&mut self) -> Counting {
        let mut number = || self.maybe(Self::integer);
        (number(), number(), number(), number(), number(), self.once_in(3))
    }
}

type Counting = (Option<i64>, Option<i64>, Option<i64>, Option<i64>, Option<i64>, bool);
