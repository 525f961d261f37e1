//! The constraints of a table, as SQLAlchemy lays them out.

use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::dialect::ServerInfo;
use limbeck_core::name::Ident;
use limbeck_core::schema::{
    Check, Constraint, Exclude, ExcludeElement, ForeignKey, IndexKey, Match, PrimaryKey, ReferentialAction,
    Table, Unique, mention,
};
use limbeck_core::sql::Sql;

use super::{refuse, unsupported};
use crate::server::NULLS_NOT_DISTINCT;

/// Writes a constraint of a table.
///
/// # Errors
/// What PostgreSQL, or the version at hand, has not.
pub(super) fn write(sql: Sql, constraint: &Constraint, server: &ServerInfo) -> Result<Sql, Diagnostic> {
    let sql = sql.maybe(constraint.name(), |sql, name| sql.kw("CONSTRAINT").ident(name));
    match constraint {
        Constraint::PrimaryKey(PrimaryKey { name: _, columns }) => Ok(sql.kw("PRIMARY KEY").idents(columns)),
        Constraint::Unique(Unique { name: _, columns, nulls_not_distinct, deferrable }) => {
            if *nulls_not_distinct {
                refuse::needs(server, NULLS_NOT_DISTINCT, || "NULLS NOT DISTINCT".to_owned())?;
            }
            let sql = sql.kw("UNIQUE").when(*nulls_not_distinct, |sql| sql.kw("NULLS NOT DISTINCT"));
            Ok(sql.idents(columns).maybe(*deferrable, |sql, when| sql.kw(when.keywords())))
        }
        Constraint::ForeignKey(key) => foreign_key(sql, key),
        Constraint::Check(Check { name: _, sql: condition, not_valid }) => {
            let sql = sql.kw("CHECK").kw("(").glue("").raw(condition).close(")");
            Ok(sql.when(*not_valid, |sql| sql.kw("NOT VALID")))
        }
        Constraint::Exclude(exclude) => Ok(write_exclude(sql, exclude)),
    }
}

fn foreign_key(sql: Sql, key: &ForeignKey) -> Result<Sql, Diagnostic> {
    let ForeignKey {
        name: _,
        columns,
        references,
        referred_columns,
        on_delete,
        on_update,
        match_type,
        deferrable,
        not_valid,
    } = key;
    if *match_type == Some(Match::Partial) {
        return Err(unsupported("PostgreSQL has no MATCH PARTIAL"));
    }
    let sql = sql.kw("FOREIGN KEY").glue("").idents(columns).kw("REFERENCES").table(references);
    let sql = sql.when(!referred_columns.is_empty(), |sql| sql.idents(referred_columns));
    let sql = sql.maybe(*match_type, |sql, kind| sql.kw("MATCH").kw(kind.keyword()));
    let action = |sql: Sql, on, action: &Option<ReferentialAction>| {
        sql.maybe(*action, |sql, action| sql.kw(on).kw(action.keywords()))
    };
    let sql = action(action(sql, "ON DELETE", on_delete), "ON UPDATE", on_update);
    let sql = sql.maybe(*deferrable, |sql, when| sql.kw(when.keywords()));
    Ok(sql.when(*not_valid, |sql| sql.kw("NOT VALID")))
}

fn write_exclude(sql: Sql, exclude: &Exclude) -> Sql {
    let Exclude { name: _, using, elements, filter, deferrable } = exclude;
    let sql = sql.kw("EXCLUDE USING");
    let sql = match using {
        Some(method) => sql.ident(method),
        None => sql.kw("gist"),
    };
    let sql = sql.list(elements, |sql, ExcludeElement { key, operator }| {
        let sql = match key {
            IndexKey::Column(name) => sql.ident(name),
            IndexKey::Sql(expression) => sql.kw("(").glue("").raw(expression).close(")"),
        };
        sql.kw("WITH").raw(operator)
    });
    let sql = sql.maybe(filter.as_ref(), |sql, filter| sql.kw("WHERE (").glue("").raw(filter).close(")"));
    sql.maybe(*deferrable, |sql, when| sql.kw(when.keywords()))
}

/// Returns the name that PostgreSQL gives to what has none, if it is not taken: the table, the columns and a word,
/// cut so that it has 63 bytes (`makeObjectName` in PostgreSQL's `indexcmds.c`).
pub(crate) fn given_name(table: &Ident, columns: &[&Ident], word: &str) -> Ident {
    let columns: Vec<&str> = columns.iter().map(|column| column.as_str()).collect();
    let (mut first, mut second) = (table.as_str().to_owned(), columns.join("_"));
    let overhead = word.len() + 1 + usize::from(!second.is_empty());
    while first.len() + second.len() + overhead > 63 {
        let longer = if first.len() > second.len() { &mut first } else { &mut second };
        longer.pop();
    }
    let parts = [first.as_str(), second.as_str(), word];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    Ident::new(&parts.join("_")).expect("the parts are of names that are good")
}

/// The names that rules without one have in the database: those found there, or else those that PostgreSQL gives.
///
/// A name stays when what it was made of gets another name.
pub(super) struct GivenNames(Vec<(Constraint, Ident)>);

impl GivenNames {
    /// Starts with a table as an operation finds it.
    pub(super) fn of(table: &Table) -> Self {
        let found = table.stored.iter().flat_map(|stored| &stored.given_names);
        let mut names: Vec<(Constraint, Ident)> = found.cloned().collect();
        for constraint in table.constraints.iter().filter(|one| one.name().is_none()) {
            if !names.iter().any(|(known, _)| known == constraint) {
                names.push((constraint.clone(), usual_name(table, constraint)));
            }
        }
        Self(names)
    }

    /// Follows a column that gets another name.
    pub(super) fn rename_column(&mut self, from: &Ident, to: &Ident) {
        for (constraint, _) in &mut self.0 {
            constraint.rename_column(from, to);
            for text in constraint.texts_mut() {
                *text = mention::rename(text, from, to);
            }
        }
    }

    /// Returns the name of a constraint of a table: its own, or the one given to it.
    pub(super) fn name_of(&self, table: &Table, constraint: &Constraint) -> Ident {
        let given = || self.0.iter().find(|(known, _)| known == constraint).map(|(_, name)| name.clone());
        constraint.name().cloned().or_else(given).unwrap_or_else(|| usual_name(table, constraint))
    }
}

/// Returns the name that PostgreSQL gives to a constraint, if it is not taken.
pub(super) fn usual_name(table: &Table, constraint: &Constraint) -> Ident {
    let own = &table.name.name;
    match constraint {
        Constraint::PrimaryKey(_) => given_name(own, &[], "pkey"),
        Constraint::Unique(unique) => given_name(own, &unique.columns.iter().collect::<Vec<_>>(), "key"),
        Constraint::ForeignKey(key) => given_name(own, &key.columns.iter().collect::<Vec<_>>(), "fkey"),
        // The column's name stands in it when the condition is about one column (`ChooseConstraintName`).
        Constraint::Check(check) => {
            let names = table.columns.iter().map(|column| &column.name);
            let about: Vec<&Ident> =
                names.filter(|name| mention::mentions(check.sql.as_str(), name)).collect();
            given_name(own, if about.len() == 1 { &about } else { &[] }, "check")
        }
        Constraint::Exclude(exclude) => {
            let columns: Vec<&Ident> =
                exclude.elements.iter().filter_map(|one| one.key.as_column()).collect();
            given_name(own, &columns, "excl")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_given_name_is_cut_where_it_is_longest() {
        let ident = |name: &str| Ident::new(name).unwrap();
        assert_eq!(given_name(&ident("t"), &[&ident("a"), &ident("b")], "key").as_str(), "t_a_b_key");
        assert_eq!(given_name(&ident("t"), &[], "pkey").as_str(), "t_pkey");
        let long = ident(&"x".repeat(60));
        assert_eq!(given_name(&long, &[&ident("a")], "fkey").as_str(), format!("{}_a_fkey", "x".repeat(56)));
    }
}
