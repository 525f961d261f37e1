//! What the comments say of tables and columns, done to the schema that is wanted.

use limbeck_core::diagnostic::{Code, Diagnostic};
use limbeck_core::name::Ident;
use limbeck_core::schema::mention::mentions;
use limbeck_core::schema::{Column, Constraint, ForeignKey, Index, Schema, Table};

use super::declared::DeclaredTable;
use super::noted::{Noted, OF_REFERENCE};
use super::over::{Over, key};
use super::said::Said;
use super::shown::shown;

impl Over<'_> {
    /// Does what the comments say. `normal` gives a schema in the dialect's normal form.
    pub(super) fn settle(&mut self, normal: &dyn Fn(&Schema) -> Schema) {
        let declared = self.declared;
        for declared in &declared.tables {
            let Some(mut table) = self.schema.tables.get(&declared.name).cloned() else { continue };
            if let Some(noted) = self.noted.tables.get(&declared.name) {
                settle_table(&mut table, noted);
            }
            let columns = self.noted.columns.get(&declared.name).cloned().unwrap_or_default();
            for (name, noted) in &columns {
                let reference = self.reference(declared, &table, name, noted);
                match reference {
                    Ok(reference) => settle_column(&mut table, name, noted, reference),
                    Err(fault) => self.faults.push(fault),
                }
            }
            self.schema.tables.insert(declared.name.clone(), table);
            if columns.values().any(|noted| noted.says(&["type"])) {
                self.check_types(declared, normal);
            }
        }
    }

    /// Returns the foreign key that a column is to have: what it points at is said, or known, or that of a join.
    fn reference(
        &self,
        declared: &DeclaredTable,
        table: &Table,
        column: &Ident,
        noted: &Noted,
    ) -> Result<Option<ForeignKey>, Diagnostic> {
        let Some(said) = noted.table.foreign_keys().next() else { return Ok(None) };
        let mut key = said.clone();
        let there = table.foreign_keys().find(|there| there.columns == [column.clone()]);
        key.name = key.name.or_else(|| there.and_then(|there| there.name.clone()));
        if noted.says(&["references"]) {
            return Ok(Some(key));
        }
        let target = match there {
            Some(there) => Some((there.references.clone(), there.referred_columns.clone())),
            None => self.joined_by(declared, column),
        };
        let Some((references, referred)) = target else {
            let said = OF_REFERENCE.into_iter().find(|key| noted.says(&[key])).unwrap_or_default();
            let message = format!("`{said}` makes no sense where column `{column}` points at nothing");
            return Err(Diagnostic::new(Code::MissingKey, message).at(noted.place.clone()).hint(
                "say `references = \"table.column\"` too, or declare what it is joined to with `joinable!`",
            ));
        };
        Ok(Some(ForeignKey { references, referred_columns: referred, ..key }))
    }

    /// Returns the table that is joined by a column, and its primary key.
    fn joined_by(
        &self,
        declared: &DeclaredTable,
        column: &Ident,
    ) -> Option<(limbeck_core::name::TableName, Vec<Ident>)> {
        let rust_name = &declared.columns.iter().find(|one| one.name == *column)?.rust_name;
        let is_it =
            |join: &&super::declared::Join| join.child == declared.rust_name && join.column == *rust_name;
        let parent = self.declared.table(&self.declared.joins.iter().find(is_it)?.parent)?;
        Some((parent.name.clone(), key(parent)))
    }

    /// Checks that the types that are said are those that Diesel is told.
    fn check_types(&mut self, declared: &DeclaredTable, normal: &dyn Fn(&Schema) -> Schema) {
        let Some(table) = self.schema.tables.get(&declared.name) else { return };
        let mut alone = Schema { enums: self.schema.enums.clone(), ..Schema::new() };
        alone.tables.insert(table.name.clone(), table.clone());
        let Some(shown) = shown(table, &alone, &normal(&alone), self.server) else { return };
        let mut faults = Vec::new();
        for column in &declared.columns {
            let Some(noted) =
                self.noted.column(&declared.name, &column.name).filter(|noted| noted.says(&["type"]))
            else {
                continue;
            };
            let Ok(said) = Said::of(column, self.declared, self.backend) else { continue };
            let there = shown.columns.iter().find(|there| there.name == column.name);
            if there.is_some_and(|there| !said.is_type_of(there, self.backend)) {
                let message = format!(
                    "column `{}` is declared as `{}`, and this type is another one",
                    column.name, said.name
                );
                faults.push(
                    Diagnostic::new(Code::BadType, message)
                        .at(noted.place.clone())
                        .at(column.place.clone())
                        .hint("change one of them: Diesel could not read such a column"),
                );
            }
        }
        self.faults.extend(faults);
    }
}

/// What is said of a table is all that there is of it.
fn settle_table(table: &mut Table, noted: &Noted) {
    type Is = fn(&Constraint) -> bool;
    let kinds: [(&str, Is); 4] = [
        ("uniques", |one| matches!(one, Constraint::Unique(_))),
        ("checks", |one| matches!(one, Constraint::Check(_))),
        ("foreign_keys", |one| matches!(one, Constraint::ForeignKey(_))),
        ("excludes", |one| matches!(one, Constraint::Exclude(_))),
    ];
    for (kind, is) in kinds {
        if noted.says(&[kind]) || noted.without.contains(kind) {
            table.constraints.retain(|one| !is(one));
            table.constraints.extend(noted.table.constraints.iter().filter(|one| is(one)).cloned());
        }
    }
    if noted.says(&["indexes"]) || noted.without.contains("indexes") {
        table.indexes.clone_from(&noted.table.indexes);
    }
    if noted.says(&["comment"]) || noted.without.contains("comment") {
        table.comment.clone_from(&noted.table.comment);
    }
    for (dialect, options) in &noted.table.options {
        table.options.entry(dialect.clone()).or_default().extend(options.clone());
    }
}

/// What is said of a column is about rules and indexes over it alone.
fn settle_column(table: &mut Table, name: &Ident, noted: &Noted, reference: Option<ForeignKey>) {
    let changes = |key: &str| noted.says(&[key]) || noted.without.contains(key);
    let Some(said) = noted.table.columns.first() else { return };
    if let Some(own) = table.columns.iter_mut().find(|own| own.name == *name) {
        let Column {
            name: _,
            ty,
            nullable: _,
            default,
            collation,
            comment,
            generated,
            identity,
            autoincrement,
            options,
        } = said;
        if noted.says(&["type"]) {
            own.ty.clone_from(ty);
        }
        if changes("default") {
            own.default.clone_from(default);
        }
        if changes("collation") {
            own.collation.clone_from(collation);
        }
        if changes("comment") {
            own.comment.clone_from(comment);
        }
        if changes("generated") {
            own.generated.clone_from(generated);
        }
        if changes("identity") {
            own.identity.clone_from(identity);
        }
        if changes("autoincrement") {
            own.autoincrement.clone_from(autoincrement);
        }
        for (dialect, options) in options {
            own.options.entry(dialect.clone()).or_default().extend(options.clone());
        }
    }
    if changes("unique") {
        settle_unique(table, name, noted);
    }
    if changes("index") {
        settle_index(table, name, noted.table.indexes.first());
    }
    if reference.is_some() || noted.without.contains("references") {
        table
            .constraints
            .retain(|one| !matches!(one, Constraint::ForeignKey(key) if key.columns == [name.clone()]));
        table.constraints.extend(reference.map(Constraint::ForeignKey));
    }
    if changes("check") {
        settle_check(table, name, noted);
    }
}

fn settle_unique(table: &mut Table, name: &Ident, noted: &Noted) {
    let wanted = noted.table.constraints.iter().find(|one| matches!(one, Constraint::Unique(_)));
    let is_of =
        |one: &Constraint| matches!(one, Constraint::Unique(unique) if unique.columns == [name.clone()]);
    let fits = |there: Option<&Ident>| {
        wanted.is_some_and(|wanted| wanted.name().is_none() || wanted.name() == there)
    };
    let is_unique_index = |index: &Index| index.unique && is_over(index, name);
    let stays = table.constraints.iter().any(|one| is_of(one) && fits(one.name()))
        || table.indexes.iter().any(|index| is_unique_index(index) && fits(Some(&index.name)));
    if !stays {
        table.constraints.retain(|one| !is_of(one));
        table.indexes.retain(|index| !is_unique_index(index));
        table.constraints.extend(wanted.cloned());
    }
}

fn settle_index(table: &mut Table, name: &Ident, wanted: Option<&Index>) {
    let is_of = |index: &Index| !index.unique && is_over(index, name);
    let stays =
        wanted.is_some_and(|wanted| table.indexes.iter().any(|one| is_of(one) && one.name == wanted.name));
    if !stays {
        table.indexes.retain(|index| !is_of(index));
        table.indexes.extend(wanted.cloned());
    }
}

/// A check about one column alone takes the place of those that are about no other.
fn settle_check(table: &mut Table, name: &Ident, noted: &Noted) {
    let names: Vec<Ident> = table.columns.iter().map(|column| column.name.clone()).collect();
    let wanted = noted.table.constraints.iter().find(|one| matches!(one, Constraint::Check(_)));
    table.constraints.retain(|one| {
        let Constraint::Check(check) = one else { return true };
        let text = check.sql.as_str();
        !mentions(text, name) || names.iter().any(|other| other != name && mentions(text, other))
    });
    table.constraints.extend(wanted.cloned());
}

/// Says whether an index is over one column and nothing else.
fn is_over(index: &Index, column: &Ident) -> bool {
    let [one] = index.columns.as_slice() else { return false };
    one.key.as_column() == Some(column) && index.filter.is_none() && index.include.is_empty()
}
