//! Draws tables, constraints and indexes.

use strum::IntoEnumIterator;

use crate::literal::RawSql;
use crate::name::Ident;
use crate::schema::{
    Check, Column, Constraint, ConstraintKind, Deferrable, Exclude, ExcludeElement, ForeignKey, Index,
    IndexColumn, IndexKey, Match, Nulls, Order, PrimaryKey, ReferentialAction, Schema, Table, Unique,
};

use super::choices::{Choices, quoted};

impl Choices {
    pub(super) fn table(&mut self, schema: &Schema) -> Table {
        let mut names: Vec<Ident> = Vec::new();
        let mut columns: Vec<Column> = Vec::new();
        for _ in 0..1 + self.pick(4) {
            let name = self.name();
            if names.contains(&name) {
                continue;
            }
            // A key must not be computed, so the first column is not.
            let there: Vec<Ident> =
                columns.iter().filter(|c| c.generated.is_none()).map(|c| c.name.clone()).collect();
            let column = self.column(name.clone(), &there);
            names.push(name);
            columns.push(column);
        }
        let mut table = Table::new(self.fresh_table(), columns);
        for kind in ConstraintKind::iter() {
            for _ in 0..self.pick(3) {
                if let Some(constraint) = self.constraint(kind, &table, schema) {
                    let allowed = !(kind == ConstraintKind::PrimaryKey && table.primary_key().is_some());
                    if allowed && !table.constraints.contains(&constraint) {
                        add(&mut table, constraint);
                    }
                }
            }
        }
        for _ in 0..self.pick(3) {
            let index = self.index(&table);
            table.indexes.push(index);
        }
        table.comment = self.rare(Self::text);
        table.options = self.options();
        table
    }

    /// Draws a constraint of a kind; `None` where the table has no column for it.
    pub(super) fn constraint(
        &mut self,
        kind: ConstraintKind,
        table: &Table,
        schema: &Schema,
    ) -> Option<Constraint> {
        let plain: Vec<Ident> =
            table.columns.iter().filter(|c| c.generated.is_none()).map(|c| c.name.clone()).collect();
        let all: Vec<Ident> = table.columns.iter().map(|c| c.name.clone()).collect();
        let name = if self.once_in(2) { Some(self.fresh()) } else { None };
        Some(match kind {
            ConstraintKind::PrimaryKey if plain.is_empty() => return None,
            ConstraintKind::PrimaryKey => {
                Constraint::PrimaryKey(PrimaryKey { name, columns: self.some_of(&plain, 2) })
            }
            ConstraintKind::Unique => Constraint::Unique(Unique {
                name,
                columns: self.some_of(&all, 2),
                nulls_not_distinct: self.rarely(),
                deferrable: self.rare(Self::deferrable),
            }),
            ConstraintKind::ForeignKey => Constraint::ForeignKey(self.foreign_key(name, table, schema)?),
            ConstraintKind::Check => {
                Constraint::Check(Check { name, sql: self.condition(&all), not_valid: self.rarely() })
            }
            ConstraintKind::Exclude if self.is_portable() => return None,
            ConstraintKind::Exclude => Constraint::Exclude(Exclude {
                name: Some(self.fresh()),
                using: self.maybe(Self::name),
                elements: self.several(1, 2, |c| ExcludeElement {
                    key: c.index_key(&all),
                    operator: RawSql::new(c.of(&["&&", "="])),
                }),
                filter: self.maybe(|c| c.condition(&all)),
                deferrable: self.maybe(Self::deferrable),
            }),
        })
    }

    fn deferrable(&mut self) -> Deferrable {
        self.of(&[Deferrable::Not, Deferrable::Immediate, Deferrable::Deferred])
    }

    fn foreign_key(&mut self, name: Option<Ident>, table: &Table, schema: &Schema) -> Option<ForeignKey> {
        let targets: Vec<&Table> =
            schema.tables.values().filter(|other| other.primary_key().is_some()).collect();
        let target = self.any(&targets)?;
        let key = target.primary_key()?.columns.clone();
        let plain: Vec<Ident> =
            table.columns.iter().filter(|c| c.generated.is_none()).map(|c| c.name.clone()).collect();
        if plain.len() < key.len() {
            return None;
        }
        let mut left = plain;
        let columns = key.iter().map(|_| left.remove(self.pick(left.len()))).collect();
        let actions = [
            ReferentialAction::NoAction,
            ReferentialAction::Restrict,
            ReferentialAction::Cascade,
            ReferentialAction::SetNull,
            ReferentialAction::SetDefault,
        ];
        Some(ForeignKey {
            name,
            columns,
            references: target.name.clone(),
            referred_columns: if self.once_in(3) { Vec::new() } else { key },
            on_delete: self.maybe(|c| c.of(&actions)),
            on_update: self.maybe(|c| c.of(&actions)),
            match_type: self.rare(|c| c.of(&[Match::Simple, Match::Full, Match::Partial])),
            deferrable: self.maybe(Self::deferrable),
            not_valid: self.rarely(),
        })
    }

    /// Draws a condition over the columns. The names in it are quoted, so that renaming leaves no trace.
    pub(super) fn condition(&mut self, columns: &[Ident]) -> RawSql {
        let column = quoted(&columns[self.pick(columns.len())]);
        let other = quoted(&columns[self.pick(columns.len())]);
        RawSql::new(match self.pick(3) {
            0 => format!("{column} <> 'it''s'"),
            1 => format!("{column} IS NOT NULL\n  OR {other} > 0"),
            _ => "1 > 0".to_owned(),
        })
    }

    fn index_key(&mut self, columns: &[Ident]) -> IndexKey {
        let column = columns[self.pick(columns.len())].clone();
        match self.once_in(4) {
            true => IndexKey::Sql(RawSql::new(format!("lower({})", quoted(&column)))),
            false => IndexKey::Column(column),
        }
    }

    pub(super) fn index(&mut self, table: &Table) -> Index {
        let all: Vec<Ident> = table.columns.iter().map(|c| c.name.clone()).collect();
        let columns = self.several(1, 2, |c| IndexColumn {
            key: c.index_key(&all),
            order: c.maybe(|c| c.of(&[Order::Asc, Order::Desc])),
            nulls: c.rare(|c| c.of(&[Nulls::First, Nulls::Last])),
            collation: c.rare(Self::name),
            op_class: c.rare(|c| RawSql::new(c.of(&["jsonb_path_ops", "gist_trgm_ops(siglen=32)"]))),
            length: c.rare(|c| c.of(&[1, 10])),
        });
        Index {
            name: self.fresh(),
            unique: self.once_in(3),
            columns,
            filter: self.maybe(|c| c.condition(&all)),
            include: if self.rarely() { self.some_of(&all, 2) } else { Vec::new() },
            using: self.rare(Self::name),
            nulls_not_distinct: self.rarely(),
            options: self.options(),
        }
    }
}

fn add(table: &mut Table, constraint: Constraint) {
    if let Constraint::PrimaryKey(key) = &constraint {
        for column in table.columns.iter_mut().filter(|column| key.columns.contains(&column.name)) {
            column.nullable = false;
        }
    }
    table.constraints.push(constraint);
}
