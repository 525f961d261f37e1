//! Constraints, as SQLAlchemy has them.

use limbeck_core::schema::{
    Check, Constraint, Deferrable, Exclude, ExcludeElement, ForeignKey, IndexKey, PrimaryKey,
    ReferentialAction, Unique,
};

use super::super::server::Server;
use super::{Arguments, Writer, ident, idents, raw, text};

impl Writer<'_> {
    /// Writes when a constraint is checked.
    fn defers(self, arguments: Arguments, deferrable: Option<Deferrable>) -> Arguments {
        let initially = |arguments: Arguments, when: &str| arguments.key("initially", text(when));
        match deferrable {
            None => arguments,
            Some(Deferrable::Not) => arguments.key("deferrable", "False"),
            // SQLite keeps the words, so that both must say the same.
            Some(Deferrable::Immediate) if self.style.whole_defers || self.server == Server::Sqlite => {
                initially(arguments.flag("deferrable", true), "IMMEDIATE")
            }
            Some(Deferrable::Immediate) => arguments.flag("deferrable", true),
            Some(Deferrable::Deferred) => initially(arguments.flag("deferrable", true), "DEFERRED"),
        }
    }

    /// Writes the options of a foreign key.
    pub(super) fn key_options(self, arguments: Arguments, key: &ForeignKey) -> Arguments {
        let action = |action: &Option<ReferentialAction>| action.map(|action| text(action.keywords()));
        let arguments =
            arguments.maybe("ondelete", action(&key.on_delete)).maybe("onupdate", action(&key.on_update));
        let arguments = arguments.maybe("match", key.match_type.map(|kind| text(kind.keyword())));
        self.defers(arguments, key.deferrable).flag("postgresql_not_valid", key.not_valid)
    }

    /// Writes the options of a unique constraint.
    pub(super) fn unique_options(self, arguments: Arguments, unique: &Unique) -> Arguments {
        let arguments = self.defers(arguments, unique.deferrable);
        arguments.flag("postgresql_nulls_not_distinct", unique.nulls_not_distinct)
    }

    /// Writes the comparisons and options of an exclusion constraint.
    pub(super) fn exclude_parts(self, arguments: Arguments, exclude: &Exclude) -> Arguments {
        let Exclude { name: _, using, elements, filter, deferrable } = exclude;
        let elements = elements.iter().map(|ExcludeElement { key, operator }| {
            let key = match key {
                IndexKey::Column(name) => Arguments::new().with(ident(name)).call("sa.column"),
                IndexKey::Sql(sql) => raw(&format!("({sql})")),
            };
            format!("({key}, {})", text(operator.as_str()))
        });
        let arguments = arguments.all(elements).maybe("using", using.as_ref().map(ident));
        let arguments = arguments.maybe("where", filter.as_ref().map(|sql| raw(sql.as_str())));
        self.defers(arguments, *deferrable)
    }

    /// Writes a constraint of a table.
    pub(super) fn constraint(self, constraint: &Constraint) -> String {
        let name = constraint.name().map(ident);
        match constraint {
            Constraint::PrimaryKey(PrimaryKey { name: _, columns }) => Arguments::new()
                .all(columns.iter().map(ident))
                .maybe("name", name)
                .call("sa.PrimaryKeyConstraint"),
            Constraint::Unique(unique) => {
                let arguments = Arguments::new().all(unique.columns.iter().map(ident)).maybe("name", name);
                self.unique_options(arguments, unique).call("sa.UniqueConstraint")
            }
            Constraint::ForeignKey(key) => {
                let target = key.referred_columns.iter().map(|column| {
                    let table = &key.references;
                    let schema = table.schema.iter().map(|schema| format!("{schema}.")).collect::<String>();
                    text(&format!("{schema}{}.{column}", table.name))
                });
                let target = format!("[{}]", target.collect::<Vec<_>>().join(", "));
                let arguments = Arguments::new().with(idents(&key.columns)).with(target).maybe("name", name);
                self.key_options(arguments, key).call("sa.ForeignKeyConstraint")
            }
            Constraint::Check(Check { name: _, sql, not_valid }) => Arguments::new()
                .with(raw(sql.as_str()))
                .maybe("name", name)
                .flag("postgresql_not_valid", *not_valid)
                .call("sa.CheckConstraint"),
            Constraint::Exclude(exclude) => self
                .exclude_parts(Arguments::new(), exclude)
                .maybe("name", name)
                .call("postgresql.ExcludeConstraint"),
        }
    }
}
