//! What leads from a schema to the model: the one way in which autogenerate and `check` compare.

use std::borrow::Cow;
use std::collections::BTreeSet;

use limbeck_core::action::Action;
use limbeck_core::diagnostic::{Code, Diagnostic, Diagnostics};
use limbeck_core::dialect::{Connection, Texts, spell_alike};
use limbeck_core::diff::{ColumnOrder, diff, diff_ordered, respell};
use limbeck_core::migrator::Settings;
use limbeck_core::name::TableName;
use limbeck_core::op::{AlterTable, Change, Operation, Recreate};
use limbeck_core::raw::names_all_of;
use limbeck_core::schema::{Schema, View};

use super::check::list;
use super::enums;
use super::likely::{LikelyRename, likely};
use super::model::Said;
use super::plugs::{Origin, Plugs, with_forced};
use super::rename::{Rename, rename};
use super::side::reflected;
use super::{Model, Project, Server};

/// A schema and the model that it is to become.
pub(super) struct Comparison<'c> {
    pub(super) project: &'c Project,
    pub(super) model: &'c Model,
    /// The schema as it is, without what the configuration leaves out.
    pub(super) before: &'c Schema,
    pub(super) renames: &'c [Rename],
    pub(super) plugs: &'c Plugs<'c>,
    pub(super) server: &'c Server,
    pub(super) settings: &'c Settings,
}

/// What leads to the model.
pub(super) struct Way {
    /// The operations, renames first but for views over them, as the program wants them.
    pub(super) operations: Vec<Operation>,
    /// What looks like a rename, and what the operations do not reach.
    pub(super) warnings: Vec<Diagnostic>,
}

impl Comparison<'_> {
    /// Compares. A database that is given is asked how it writes what is spelled in another way, and the program about what looks
    /// like a rename, until it has been asked about all of it.
    ///
    /// # Errors
    /// What is wrong with the model, and renames of what is not there or is not in the model.
    pub(super) fn way(&self, mut asked: Option<&mut dyn Connection>) -> Result<Way, Diagnostics> {
        let mut renames = self.renames.to_vec();
        let mut told = Vec::new();
        loop {
            let database: Option<&mut dyn Connection> = match &mut asked {
                Some(connection) => Some(&mut **connection),
                None => None,
            };
            let (mut way, likely) = self.way_with(&renames, database)?;
            let given = renames.len();
            let mut warnings = Vec::new();
            for likely in likely {
                if told.contains(&likely) {
                    continue;
                }
                match self.plugs.is_rename(&likely) {
                    Some(true) => renames.push(likely.rename()),
                    Some(false) => told.push(likely),
                    None => warnings.push(likely.warning()),
                }
            }
            if renames.len() == given {
                way.warnings.extend(warnings);
                return Ok(way);
            }
        }
    }

    /// Compares with these renames, and returns what looks like another one.
    fn way_with(
        &self,
        renames: &[Rename],
        asked: Option<&mut dyn Connection>,
    ) -> Result<(Way, Vec<LikelyRename>), Diagnostics> {
        let Self { project, plugs, server: (dialect, info), .. } = self;
        let texts = self.model.texts();
        let normal = |schema: &Schema| dialect.form(schema, info, texts);
        let mut renamed = rename(renames, self.before)?;
        let filter = &project.config.filter;
        let Said { schema, mut warnings } = self.model.read(info, self.settings, filter, &renamed.schema)?;
        let after = filter.apply(schema);
        renamed.fits(&plugs.taken(Cow::Borrowed(&after), Origin::Model))?;
        let mut there = plugs.taken(Cow::Borrowed(&renamed.schema), Origin::Existing).into_owned();
        let mut after = plugs.taken(Cow::Owned(after), Origin::Model).into_owned();
        renamed.add(respell(&mut there, &mut after, dialect.letter_case()));
        let aside = renamed.views_aside(&there, &after);
        for operation in &aside {
            operation.apply(&mut there).map_err(Diagnostic::from)?;
        }
        if let Some(connection) = asked {
            spell_alike(connection, &there, &mut after, texts).map_err(Diagnostic::from)?;
            self.take_printed_views(connection, &there, &mut after, &normal)?;
        }
        let forced = plugs.settle_types(&there, &mut after, info);
        let columns = plugs.columns(&project.config);
        let changes = with_forced(differences(&there, &after, columns, self.server, texts), forced);
        let concerned = concerned(&changes);
        let concerned = |schema: &Schema| normal(&only(schema, &concerned));
        let likely = likely(&changes, &concerned(&there), &concerned(&after));
        let mut made = there.clone();
        let reached = changes.iter().try_for_each(|operation| operation.apply(&mut made));
        let left = if reached.is_ok() { diff(&made, &after, normal) } else { Vec::new() };
        if !left.is_empty() {
            let message = format!("these operations do not do all of it; what is left: {}", list(&left));
            warnings.push(Diagnostic::new(Code::CheckFailed, message).hint("add it to the file by hand"));
        }
        let operations = aside.into_iter().chain(renamed.operations).chain(changes).collect();
        Ok((Way { operations: plugs.rewritten(operations, self.before), warnings }, likely))
    }
}

impl Comparison<'_> {
    /// Takes a view of the model for the one that is there where the model has it as the database prints it, as a dump does.
    fn take_printed_views(
        &self,
        connection: &mut dyn Connection,
        there: &Schema,
        after: &mut Schema,
        normal: &dyn Fn(&Schema) -> Schema,
    ) -> Result<(), Diagnostics> {
        let form = |view: &View| {
            let mut alone = Schema::new();
            alone.views.insert(view.name.clone(), view.clone());
            normal(&alone).views.remove(&view.name)
        };
        let differs =
            |view: &&mut View| there.views.get(&view.name).is_some_and(|own| form(own) != form(view));
        let differing: Vec<&mut View> = after.views.values_mut().filter(differs).collect();
        // What it prints counts only where it is what the history says.
        if differing.is_empty() || self.project.is_up_to_date(connection, self.settings).is_err() {
            return Ok(());
        }
        let printed = reflected(connection, self.settings)?.views;
        for view in differing {
            // One that somebody made anew in the database names something else.
            if let (Some(own), Some(found)) = (there.views.get(&view.name), printed.get(&view.name))
                && form(found) == form(view)
                && names_all_of(found.sql.as_str(), own.sql.as_str(), self.server.1.names())
            {
                view.sql.clone_from(&own.sql);
            }
        }
        Ok(())
    }
}

/// Returns the operations that lead from one schema to another on a server; `texts` says where their texts come from.
///
/// A column that is to be among others and cannot be put there as the table is makes the table anew, where the server can do that.
pub fn differences(
    from: &Schema,
    to: &Schema,
    columns: ColumnOrder,
    (dialect, server): &Server,
    texts: Texts,
) -> Vec<Operation> {
    let form = |schema: &Schema| dialect.form(schema, server, texts);
    let mut now = from.clone();
    let mut operations = enums::told(from, to, form);
    // Columns follow their enums.
    operations.retain(|operation| operation.apply(&mut now).is_ok());
    let enums = operations.len();
    operations.extend(diff_ordered(&now, to, columns, form));
    if columns == ColumnOrder::Ignored {
        return operations;
    }
    for operation in &mut operations[enums..] {
        if let Operation::AlterTable(alter) = &operation
            && alter.actions.iter().any(|one| matches!(one, Action::AddColumn(add) if add.position.is_some()))
            && dialect.lower(operation, &now, server).is_err()
        {
            let anew = AlterTable { recreate: Recreate::Always, ..alter.clone() }.into();
            if dialect.lower(&anew, &now, server).is_ok() {
                *operation = anew;
            }
        }
        // What does not fit is told where it is written or run.
        let _ = operation.apply(&mut now);
    }
    operations
}

/// Returns the tables that operations make, change and drop.
fn concerned(operations: &[Operation]) -> BTreeSet<&TableName> {
    fn table(operation: &Operation) -> Option<&TableName> {
        match operation {
            Operation::CreateTable(create) => Some(&create.table.name),
            Operation::AlterTable(alter) => Some(&alter.table),
            Operation::DropTable(drop) => Some(&drop.table),
            _ => None,
        }
    }
    operations.iter().filter_map(table).collect()
}

/// Returns a schema with some of its tables.
fn only(schema: &Schema, names: &BTreeSet<&TableName>) -> Schema {
    let tables = names.iter().filter_map(|name| schema.tables.get_key_value(*name));
    let tables = tables.map(|(name, table)| (name.clone(), table.clone())).collect();
    Schema { tables, enums: schema.enums.clone(), ..Schema::new() }
}
