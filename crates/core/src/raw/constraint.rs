//! Constraints, on a column or on a table.

use sqlparser::ast::{
    self, CheckConstraint, ColumnOption, ConstraintCharacteristics, ConstraintReferenceMatchKind,
    DeferrableInitial, Expr, ForeignKeyConstraint, KeyOrIndexDisplay, NullsDistinctOption,
    PrimaryKeyConstraint, TableConstraint, UniqueConstraint,
};

use crate::name::{Ident, TableName};
use crate::schema::{
    Check, Constraint, Deferrable, ForeignKey, Index, Match, PrimaryKey, ReferentialAction, Unique,
};

use super::Reader;
use super::grammar::Grammar;

/// What a constraint of a table is in the model.
pub(super) enum Rule {
    Constraint(Constraint),
    /// MySQL's `KEY` is an index.
    Index(Index),
}

impl Reader<'_> {
    /// Reads a constraint on a column. `None` where it is not certain, `Some(None)` where the option is none.
    pub(super) fn column_rule(
        &self,
        table: &TableName,
        column: &Ident,
        name: Option<&ast::Ident>,
        option: &ColumnOption,
    ) -> Option<Option<Constraint>> {
        let own = || vec![column.clone()];
        let mut constraint = match option {
            ColumnOption::PrimaryKey(key) => {
                let PrimaryKeyConstraint {
                    name: None,
                    index_name: None,
                    index_type: None,
                    columns,
                    include,
                    index_options,
                    characteristics: None,
                } = key
                else {
                    return None;
                };
                if !columns.is_empty() || !include.is_empty() || !index_options.is_empty() {
                    return None;
                }
                Constraint::PrimaryKey(PrimaryKey { name: None, columns: own() })
            }
            ColumnOption::Unique(unique) => match self.unique(unique, Some(own()))? {
                Rule::Constraint(constraint) => constraint,
                Rule::Index(_) => return None,
            },
            ColumnOption::ForeignKey(key) => {
                // MySQL reads a foreign key on a column and forgets it (dev.mysql.com/doc/refman/8.4/en/ansi-diff-foreign-keys.html).
                if self.grammar == Grammar::Mysql {
                    return None;
                }
                Constraint::ForeignKey(self.foreign_key(table, key, Some(own()))?)
            }
            ColumnOption::Check(check) => Constraint::Check(self.check(check)?),
            // SQLite takes a name in front of anything and forgets it; the others keep it of constraints alone.
            _ => return Some(None),
        };
        if let Some(name) = name {
            *constraint.name_mut() = Some(self.ident(name)?);
        }
        Some(Some(constraint))
    }

    /// Reads a constraint of a table.
    pub(super) fn table_rule(&self, table: &TableName, rule: &TableConstraint) -> Option<Rule> {
        Some(match rule {
            TableConstraint::PrimaryKey(key) => {
                let PrimaryKeyConstraint {
                    name,
                    index_name: None,
                    index_type: None,
                    columns,
                    include,
                    index_options,
                    characteristics: None,
                } = key
                else {
                    return None;
                };
                if !include.is_empty() || !index_options.is_empty() {
                    return None;
                }
                let name = match (name, self.grammar.is_mysql()) {
                    // There, it is PRIMARY whatever its author calls it.
                    (_, true) | (None, _) => None,
                    (Some(name), false) => Some(self.ident(name)?),
                };
                Rule::Constraint(Constraint::PrimaryKey(PrimaryKey {
                    name,
                    columns: self.plain_columns(columns)?,
                }))
            }
            TableConstraint::Unique(unique) => self.unique(unique, None)?,
            TableConstraint::ForeignKey(key) => {
                Rule::Constraint(Constraint::ForeignKey(self.foreign_key(table, key, None)?))
            }
            TableConstraint::Check(check) => Rule::Constraint(Constraint::Check(self.check(check)?)),
            TableConstraint::Index(index) => {
                let ast::IndexConstraint { display_as_key: _, name, index_type, columns, index_options } =
                    index;
                let using = method(index_type.as_ref(), index_options)?;
                let columns = self.index_columns(columns)?;
                let first = columns.first()?.key.as_column()?;
                let name = match name {
                    Some(name) => self.ident(name)?,
                    // What has no name gets that of its first column (dev.mysql.com/doc/refman/8.4/en/create-table.html).
                    None => first.clone(),
                };
                Rule::Index(Index { using, ..Index::new(name, columns) })
            }
            TableConstraint::FulltextOrSpatial(index) => {
                let ast::FullTextOrSpatialConstraint {
                    fulltext,
                    index_type_display: _,
                    opt_index_name,
                    columns,
                } = index;
                let columns = self.index_columns(columns)?;
                let name = match opt_index_name {
                    Some(name) => self.ident(name)?,
                    None => columns.first()?.key.as_column()?.clone(),
                };
                let using = Ident::new(if *fulltext { "fulltext" } else { "spatial" }).ok();
                Rule::Index(Index { using, ..Index::new(name, columns) })
            }
            TableConstraint::Exclude(_)
            | TableConstraint::PrimaryKeyUsingIndex(_)
            | TableConstraint::UniqueUsingIndex(_) => return None,
        })
    }

    fn unique(&self, unique: &UniqueConstraint, own: Option<Vec<Ident>>) -> Option<Rule> {
        let UniqueConstraint {
            name,
            index_name,
            index_type_display,
            index_type,
            columns,
            include,
            index_options,
            characteristics,
            nulls_distinct,
        } = unique;
        let using = method(index_type.as_ref(), index_options)?;
        if !include.is_empty() || using.is_some() && !self.grammar.is_mysql() {
            return None;
        }
        if !self.grammar.is_mysql()
            && (index_name.is_some() || *index_type_display != KeyOrIndexDisplay::None)
        {
            return None;
        }
        let columns = match (own, self.plain_columns(columns)) {
            (Some(own), _) if columns.is_empty() => own,
            (None, Some(columns)) => columns,
            // What is unique by the start of a column, or in an order, is an index.
            (None, None) if self.grammar.is_mysql() && characteristics.is_none() => {
                let columns = self.index_columns(columns)?;
                let name = self.ident(name.as_ref().or(index_name.as_ref())?)?;
                return Some(Rule::Index(Index { unique: true, using, ..Index::new(name, columns) }));
            }
            _ => return None,
        };
        let name = match name.as_ref().or(index_name.as_ref()) {
            Some(name) => Some(self.ident(name)?),
            None => None,
        };
        Some(Rule::Constraint(Constraint::Unique(Unique {
            name,
            columns,
            nulls_not_distinct: *nulls_distinct == NullsDistinctOption::NotDistinct,
            deferrable: deferrable(characteristics.as_ref())?,
        })))
    }

    fn foreign_key(
        &self,
        table: &TableName,
        key: &ForeignKeyConstraint,
        own: Option<Vec<Ident>>,
    ) -> Option<ForeignKey> {
        let ForeignKeyConstraint {
            name,
            index_name: None,
            columns,
            foreign_table,
            referred_columns,
            on_delete,
            on_update,
            match_kind,
            characteristics,
        } = key
        else {
            return None;
        };
        let references = self.new_name(foreign_table)?;
        let known = self.known_name(foreign_table)?;
        let own_spelling = references.name != table.name
            && self.grammar == Grammar::Sqlite
            && references.name.as_str().eq_ignore_ascii_case(table.name.as_str());
        // SQLite keeps the spelling of the reference, by which the table would not be found here.
        if known != references || own_spelling {
            return None;
        }
        let referred = self.idents(referred_columns)?;
        if let Some(there) = self.schema.tables.get(&references) {
            let spelled = |name: &Ident| self.spelled(name, there.columns.iter().map(|column| &column.name));
            if self.grammar == Grammar::Sqlite && referred.iter().any(|name| spelled(name) != *name) {
                return None;
            }
        }
        Some(ForeignKey {
            name: match name {
                Some(name) => Some(self.ident(name)?),
                None => None,
            },
            columns: match own {
                Some(own) if columns.is_empty() => own,
                Some(_) => return None,
                None => self.idents(columns)?,
            },
            referred_columns: referred,
            references,
            on_delete: on_delete.as_ref().map(action),
            on_update: on_update.as_ref().map(action),
            match_type: match_kind.as_ref().map(|kind| match kind {
                ConstraintReferenceMatchKind::Full => Match::Full,
                ConstraintReferenceMatchKind::Partial => Match::Partial,
                ConstraintReferenceMatchKind::Simple => Match::Simple,
            }),
            deferrable: deferrable(characteristics.as_ref())?,
            not_valid: false,
        })
    }

    fn check(&self, check: &CheckConstraint) -> Option<Check> {
        let CheckConstraint { name, expr, no_inherit: false, enforced: None | Some(true) } = check else {
            return None;
        };
        let name = match name {
            Some(name) => Some(self.ident(name)?),
            None => None,
        };
        Some(Check { name, sql: self.expression(expr), not_valid: false })
    }

    /// Reads the columns of a key, of which nothing more may be said.
    fn plain_columns(&self, columns: &[ast::IndexColumn]) -> Option<Vec<Ident>> {
        let plain = |one: &ast::IndexColumn| {
            let ast::IndexColumn { column, operator_class: None } = one else { return None };
            let ast::OrderByExpr { expr: Expr::Identifier(name), options, with_fill: None } = column else {
                return None;
            };
            (options.sort.is_none() && options.nulls_first.is_none()).then(|| self.ident(name))?
        };
        columns.iter().map(plain).collect()
    }
}

/// Returns the method of an index of MySQL, which is said before its columns or behind them. The outer `None` is what is not certain.
fn method(index_type: Option<&ast::IndexType>, options: &[ast::IndexOption]) -> Option<Option<Ident>> {
    let said = match (index_type, options) {
        (None, []) => return Some(None),
        (Some(said), []) | (None, [ast::IndexOption::Using(said)]) => said,
        _ => return None,
    };
    match said {
        ast::IndexType::BTree | ast::IndexType::Hash => {
            Ident::new(&said.to_string().to_lowercase()).ok().map(Some)
        }
        _ => None,
    }
}

fn action(action: &ast::ReferentialAction) -> ReferentialAction {
    match action {
        ast::ReferentialAction::Restrict => ReferentialAction::Restrict,
        ast::ReferentialAction::Cascade => ReferentialAction::Cascade,
        ast::ReferentialAction::SetNull => ReferentialAction::SetNull,
        ast::ReferentialAction::NoAction => ReferentialAction::NoAction,
        ast::ReferentialAction::SetDefault => ReferentialAction::SetDefault,
    }
}

/// Reads when a constraint is checked. The outer `None` is what is not certain.
fn deferrable(said: Option<&ConstraintCharacteristics>) -> Option<Option<Deferrable>> {
    let Some(ConstraintCharacteristics { deferrable, initially, enforced: None | Some(true) }) = said else {
        return said.is_none().then_some(None);
    };
    Some(match (deferrable, initially) {
        (None, None) => None,
        (Some(false), None | Some(DeferrableInitial::Immediate)) => Some(Deferrable::Not),
        (Some(true), None | Some(DeferrableInitial::Immediate)) => Some(Deferrable::Immediate),
        (Some(true) | None, Some(DeferrableInitial::Deferred)) => Some(Deferrable::Deferred),
        (None, Some(DeferrableInitial::Immediate)) => Some(Deferrable::Not),
        (Some(false), Some(DeferrableInitial::Deferred)) => return None,
    })
}
