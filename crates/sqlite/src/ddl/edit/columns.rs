//! Adds and drops columns, and changes what stands on them.

use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::name::Ident;
use limbeck_core::schema::{Column, Table};
use limbeck_core::sql::Sql;

use super::draft::Draft;
use super::form::{ColumnForm, Form};
use super::items::{self, NewItem};
use super::splice::Splice;
use crate::ddl::tree::{ColumnDef, ColumnRule, ColumnRuleKind, Span};
use crate::ddl::{meaningful, same};
use crate::lower::{self, column as writer, type_name};

impl Draft<'_> {
    /// Adds the columns that are missing, each behind the one that it is to follow.
    pub(super) fn add_columns(&mut self) -> Result<(), Diagnostic> {
        let mut behind = None;
        for column in &self.to.columns {
            if self.table().columns.iter().all(|there| !same(&there.name, &column.name)) {
                let text = writer::write(lower::sql(), column, self.enums)?.finish();
                let new = NewItem { text: &text, remarks: &[] };
                self.apply(items::insert(self.tree(), self.sql(), behind, &new))?;
            }
            behind = self.tree().column_position(column.name.as_str());
        }
        Ok(())
    }

    /// Takes out the columns that are to go, with all that stands on them.
    pub(super) fn drop_columns(&mut self) -> Result<(), Diagnostic> {
        let goes = |column: &Column| self.to.columns.iter().all(|kept| !same(&kept.name, &column.name));
        while let Some(position) = self.table().columns.iter().position(goes) {
            self.apply(items::remove(self.tree(), self.sql(), position))?;
        }
        Ok(())
    }

    /// Changes the types of the columns that stay. What the primary key implies depends on them.
    pub(super) fn settle_types(&mut self) -> Result<(), Diagnostic> {
        let (found, wanted) = (self.form()?, Form::of(self.to, self.enums)?);
        let mut splices = Vec::new();
        for column in &self.to.columns {
            let ty = |form: &Form| form.column(&column.name).map(|column| column.ty.clone());
            if ty(&found) != ty(&wanted) {
                let new = type_name(&column.ty, self.enums)?;
                splices.push(change_type(self.definition(&column.name), &new).keeping_comments(self.sql()));
            }
        }
        self.apply(splices)
    }

    /// Changes the other clauses of the columns that stay. `from` is the model that the text had at first.
    pub(super) fn settle_columns(&mut self, from: &Table) -> Result<(), Diagnostic> {
        let (found, wanted) = (self.form()?, Form::of(self.to, self.enums)?);
        let mut splices = Vec::new();
        for column in &self.to.columns {
            let (Some(there), Some(wanted)) = (found.column(&column.name), wanted.column(&column.name))
            else {
                continue;
            };
            let was_nullable = from.column(&column.name).is_none_or(|column| column.nullable);
            let lets_null_in = column.nullable && (!was_nullable || !there.nullable);
            if there == wanted && !lets_null_in {
                continue;
            }
            let definition = self.definition(&column.name);
            splices.extend(Clauses { sql: self.sql(), definition, there, wanted }.changes(column)?);
            if lets_null_in {
                splices.extend(delete_rules(self.sql(), definition, is_not_null));
            }
        }
        self.apply(splices)
    }

    /// Returns where a column stands that is there.
    fn definition(&self, name: &Ident) -> &ColumnDef {
        let position = self.tree().column_position(name.as_str());
        let definition = position.and_then(|position| self.tree().columns().nth(position));
        definition.expect("the column is in the text")
    }
}

/// A column as it stands and as it is to be.
struct Clauses<'a> {
    sql: &'a str,
    definition: &'a ColumnDef,
    there: &'a ColumnForm,
    wanted: &'a ColumnForm,
}

impl Clauses<'_> {
    /// Returns the changes of collation, default, NOT NULL and generated expression. What is new stands behind the type,
    /// in this order.
    fn changes(&self, column: &Column) -> Result<Vec<Splice>, Diagnostic> {
        let mut splices = Vec::new();
        if self.there.collation != self.wanted.collation {
            let new = column.collation.as_ref();
            let new = new.map(|name| writer::write_collation(lower::sql(), name)).transpose()?;
            splices.extend(self.change(is_collation, new.map(Sql::finish)));
        }
        if self.there.default != self.wanted.default {
            let new = column.default.as_ref();
            let new = new.map(|default| writer::write_default(lower::sql().kw("DEFAULT"), default).finish());
            splices.extend(self.change(is_default, new));
        }
        if self.there.nullable && !self.wanted.nullable {
            splices.extend(self.refuse_null());
        }
        if self.there.generated != self.wanted.generated {
            let new = column.generated.as_ref();
            let new = new.map(|generated| writer::write_generated(lower::sql(), generated).finish());
            splices.extend(self.change(is_generated, new));
        }
        Ok(splices)
    }

    /// Puts a clause in the place of the last one of its kind, which is the one that counts; keeps its name. Without a
    /// new one, all of the kind go.
    fn change(&self, kind: fn(&ColumnRuleKind) -> bool, new: Option<String>) -> Vec<Splice> {
        let Some(new) = new else {
            return delete_rules(self.sql, self.definition, kind);
        };
        match self.definition.rules.iter().rev().find(|rule| kind(&rule.kind)) {
            Some(rule) => vec![Splice::replace(body(rule, self.sql), new).keeping_comments(self.sql)],
            None => vec![self.add(&new)],
        }
    }

    fn add(&self, text: &str) -> Splice {
        Splice::insert(head_end(self.definition), format!(" {text}"))
    }

    /// A `NULL` that says nothing would be odd beside `NOT NULL`, and goes.
    fn refuse_null(&self) -> Vec<Splice> {
        let is_null = |kind: &ColumnRuleKind| matches!(kind, ColumnRuleKind::Null { .. });
        let mut splices = vec![self.add("NOT NULL")];
        splices.extend(delete_rules(self.sql, self.definition, is_null));
        splices
    }
}

/// Returns the place of a rule without its name.
fn body(rule: &ColumnRule, sql: &str) -> Span {
    let Some(name) = &rule.name else { return rule.span };
    let behind = meaningful(&sql[name.span.end..rule.span.end]);
    let start = behind.first().map_or(rule.span.end, |token| name.span.end + token.start);
    Span { start, end: rule.span.end }
}

/// Returns where name and type end, and rules may begin: there no name of a rule is about what follows.
pub(super) fn head_end(definition: &ColumnDef) -> usize {
    definition.ty.map_or(definition.name.span.end, |ty| ty.end)
}

fn change_type(definition: &ColumnDef, new: &str) -> Splice {
    match definition.ty {
        Some(ty) if new.is_empty() => Splice::delete(definition.name.span.end, ty.end),
        Some(ty) => Splice::replace(ty, new),
        None => Splice::insert(definition.name.span.end, format!(" {new}")),
    }
}

fn delete_rules(sql: &str, definition: &ColumnDef, kind: fn(&ColumnRuleKind) -> bool) -> Vec<Splice> {
    let rules = definition.rules.iter().filter(|rule| kind(&rule.kind));
    let gone = |rule: &ColumnRule| Splice::delete_clause(sql, definition.span.start, rule.span);
    rules.map(|rule| gone(rule).keeping_comments(sql)).collect()
}

fn is_collation(kind: &ColumnRuleKind) -> bool {
    matches!(kind, ColumnRuleKind::Collate { .. })
}

fn is_default(kind: &ColumnRuleKind) -> bool {
    matches!(kind, ColumnRuleKind::Default(_))
}

fn is_generated(kind: &ColumnRuleKind) -> bool {
    matches!(kind, ColumnRuleKind::Generated { .. })
}

fn is_not_null(kind: &ColumnRuleKind) -> bool {
    matches!(kind, ColumnRuleKind::NotNull { .. })
}
